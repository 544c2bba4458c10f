"""What no format can hold is refused wherever a person writes; what every format can hold comes back from each."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import openpyxl
import pyogrio
import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.assess.batch import COLUMNS
from control_units.delineation.case.profile import PROFILES
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import write_case_file
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.office_files import text_of
from control_units.delineation.core.text import unfit
from control_units.delineation.core.toml import toml_text
from control_units.delineation.export.registry import export, exporters
from control_units.delineation.plan.acceptance import accept
from control_units.delineation.plan.file import read_plan
from hand import CASE, box, hand
from lxml import etree
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

NASTY = {
    "no character": "东山\ufffe单元",
    "another that is none": "东山\uffff单元",
    "half a pair": "东山\ud83d单元",
    "null": "东山\0单元",
    "vertical tab": "东山\x0b单元",
    "escape": "东山\x1b[31m单元",
    "control of the second kind": "东山\x85单元",
    "line separator": "东山\u2028单元",
    "override": "东山\u202e元单",
    "isolate without an end": "东山\u2067单元",
    "embedding that another sign ends": "东山\u202bئۇ\u2069单元",
    "digits turned round": "面积\u20671 > 2\u2069",
}
FINE = {
    "formula": "$\\frac{$东山",
    "index": "$a_b$ 单元 ${x}$",
    "uyghur": "ئۈرۈمچى 乌鲁木齐",
    "uyghur with its marks": "\u2067ئۈرۈمچى\u2069 乌鲁木齐\u200f",
    "markup": '<东山> & "单元" \'s',
    "beyond gbk": "𠮷东山𠀀",
    "formula of a sheet": "=1+2 东山",
    "minus": "-1 东山",
    "template": "{name} %s {0} 东山",
    "backslashes": "\\n\\ud800 C:\\东山",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("nasty")
    hand(folder)
    assert ask("run", folder / "case.toml", "-o", folder / "plan.gpkg").code == 0
    return folder


def op(**said: object):
    """An edit of a line, X being what a person writes in it."""

    def asked(folder: Path, text: str) -> tuple[object, ...]:
        (folder / "ops.jsonl").write_text(json.dumps(said).replace('"X"', json.dumps(text)), encoding="utf-8")
        return "edit", folder / "plan.gpkg", folder / "ops.jsonl"

    return asked


def option(text: str):
    """Arguments, X being what a person writes and P the plan."""

    def asked(folder: Path, said: str) -> list[str]:
        given = (one.replace("P/", f"{folder}/").replace("X", said) for one in text.split())
        return list(given)

    return asked


def in_case(old: str, new: str):
    """A case, X being a text of it."""

    def asked(folder: Path, text: str) -> tuple[object, ...]:
        (folder / "asks.toml").write_bytes(
            CASE.replace(old, new.replace("X", toml_text(text)), 1).encode("utf-8", "surrogatepass")
        )
        return "run", folder / "asks.toml", "-o", folder / "out.gpkg"

    return asked


def in_table(name: str, head: tuple[str, ...], row: tuple[str, ...], *asks: str):
    """A table that people fill in, X being a text of it."""

    def asked(folder: Path, text: str) -> list[str]:
        with (folder / name).open("w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
            csv.writer(stream).writerows([head, [one.replace("X", text) for one in row]])
        return [one.replace("P/", f"{folder}/") for one in asks]

    return asked


def in_profile(name: str, old: str, new: str):
    """A profile of one's own, X being a text of one of its files."""

    def asked(folder: Path, text: str) -> tuple[object, ...]:
        shutil.copytree(PROFILES, folder / "own", dirs_exist_ok=True)
        path = folder / "own" / name
        said = path.read_text(encoding="utf-8-sig")
        assert old in said, old
        quoted = toml_text(text) if name.endswith("toml") else text
        path.write_bytes(said.replace(old, new.replace("X", quoted), 1).encode("utf-8", "surrogatepass"))
        (folder / "asks.toml").write_text(CASE.replace('"national"', '"own/national.toml"'), encoding="utf-8")
        return "run", folder / "asks.toml", "-o", folder / "out.gpkg"

    return asked


def in_package(folder: Path, text: str) -> tuple[object, ...]:
    said = f"title = {toml_text(text)}\n[[file]]\npath = 'a.gpkg'\nkind = 'layer'\nof = 'units'\n"
    (folder / "package.toml").write_bytes(said.encode("utf-8", "surrogatepass"))
    return "package", folder / "plan.gpkg", "-o", folder / "out", "--profile", folder / "package.toml"


CLAUSE = {"id": "甲-1", "text": "t", "dimension": "space", "effect": "prohibit"}
UNIT = "U000001"
FIELDS = {
    "name of a unit": op(op="rename", unit=UNIT, name="X"),
    "reason of an edit": op(op="lock", unit=UNIT, reason="X"),
    "basis of an edit": op(op="lock", unit=UNIT, basis="X"),
    "author of an edit": op(op="lock", unit=UNIT, author="X"),
    "document of a status": op(op="status", to="征求意见", date="2026-01-01", document="X"),
    "reason of an acceptance": op(op="accept", rule="L03", facts={}, reason="X"),
    "facts of an acceptance": op(op="accept", rule="L03", facts={"a": ["X"]}, reason="r"),
    "parameter": op(op="relabel", method="overlay", parameters={"a": "X"}),
    "key": op(op="relabel", method="overlay", parameters={"X": 1}),
    **{
        f"{key} of a clause": op(op="clause", unit=UNIT, add={**CLAUSE, key: "X"})
        for key in ("id", "text", "basis", "remark", "issuer", "origin")
    },
    "terms of a clause": op(op="clause", unit=UNIT, add={**CLAUSE, "terms": {"note": "X"}}),
    "clause of several": op(op="clauses", rows=[{"unit": UNIT, "add": {**CLAUSE, "text": "X"}}]),
    "scenario": option("scenario P/plan.gpkg branch X"),
    "--author": option("undo P/plan.gpkg --author X"),
    "--reason": option("version P/plan.gpkg -o P/out.gpkg --reason X"),
    "--basis": option("adopt P/plan.gpkg overlay --reason r --basis X"),
    "--fact": option("assess P/plan.gpkg 502000,3402000 --fact fuel=X"),
    "--industry": option("assess P/plan.gpkg 502000,3402000 --industry X"),
    "--unit": option("export P/plan.gpkg --format map-png -o P/out.png --drawn-by matplotlib --unit X"),
    "--city": option("package P/plan.gpkg -o P/out --province 试验省 --city X"),
    "--name": option("guess P/hand.gpkg|layername=county -o P/out.toml --name X"),
    "output": option("export P/plan.gpkg --format units-gpkg -o P/outX.gpkg"),
    "name of a case": in_case('"hand"', "X"),
    "city": in_case('name = "hand"', 'name = "hand"\ncity = X'),
    "provider of a source": in_case('date = "2025-01-31"', "provider = X"),
    "document of a source": in_case('date = "2025-01-31"', "document = X"),
    "parameter of the method": in_case('name = "overlay"', 'name = "fitting"\nthreshold = { X = 1 }'),
    "rule": in_table(
        "rules.csv", ("id", "role", "zone", "effect", "title"), ("R99", "red_line", "*", "1", "X"), "rules"
    ),
    "setting of a profile": in_profile("national.toml", '"生态保护红线"', "X"),
    "word of the lists": in_profile("national/lists.toml", '"空间布局约束"', "X"),
    "clause of a library": in_profile("national/clauses.csv", "禁止", "X"),
    "profile of a package": in_package,
    "reason of a batch of acceptances": in_table(
        "accept.csv",
        ("rule", "x", "y", "reason"),
        ("Q05", "", "", "X"),
        *("package", "P/plan.gpkg", "-o", "P/out", "--accept", "P/accept.csv"),
    ),
    "name of a project": in_table(
        "batch.csv",
        ("id", "name", "x", "y"),
        ("1", "X", "502000", "3402000"),
        *("assess", "P/plan.gpkg", "--batch", "P/batch.csv"),
    ),
}


@pytest.mark.parametrize("field", FIELDS)
def test_what_no_format_can_hold_is_refused_wherever_it_is_written(place, field):
    held = (place / "plan.gpkg").read_bytes()
    for name, text in NASTY.items():
        asked = [*FIELDS[field](place, text)]
        if asked[0] == "rules":
            case = CASE.replace('"national"', '"national"\nextra = "rules.csv"')
            (place / "asks.toml").write_text(case, encoding="utf-8")
            asked = ["run", place / "asks.toml", "-o", place / "out.gpkg"]
        error = refusal(*asked)
        said = error["what"] + error["where"]
        assert re.search(r"U\+[0-9A-F]{4}, |not in UTF-8|is not UTF-8|TOML|neither UTF-8", said), (name, error)
    assert (place / "plan.gpkg").read_bytes() == held
    assert not list(place.glob("out*"))


def test_one_line_is_one_line_and_a_text_may_have_several(place):
    for field in ("name of a unit", "author of an edit", "id of a clause", "scenario", "name of a case"):
        assert refusal(*FIELDS[field](place, "东山\n单元"))
    plan = shutil.copy(place / "plan.gpkg", place / "lines.gpkg")
    two = "一\n二\t三"
    assert verbs.edit(plan, [{"op": "clause", "unit": UNIT, "add": {**CLAUSE, "text": two}, "reason": two}])["applied"]
    read = read_plan(Path(plan))
    assert two in read.clauses["text"].tolist()
    assert read.journal["reason"].tolist() == [two]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_python_and_the_panel_are_refused_as_well(place, tmp_path, text):
    plan = place / "plan.gpkg"
    case = replace(read_case(place / "case.toml"), name=text)
    findings = read_plan(plan).findings.iloc[:1]
    for act in (
        lambda: verbs.edit(plan, [{"op": "rename", "unit": UNIT, "name": text}]),
        lambda: verbs.edit(plan, [{"op": "lock", "unit": UNIT}], author=text),
        lambda: verbs.foreseen(plan, [{"op": "lock", "unit": UNIT}], reason=text),
        lambda: verbs.undo(plan, author=text),
        lambda: verbs.branch(plan, text),
        lambda: verbs.version(plan, tmp_path / "v.gpkg", reason=text),
        lambda: verbs.take_back(plan, reason=text),
        lambda: export("map-png", plan, tmp_path / "a.png", {"unit": text, "drawn_by": "matplotlib"}),
        lambda: accept(plan, findings, reason=text),
        lambda: write_case_file(case, tmp_path / "c.toml"),
    ):
        with pytest.raises(BadInput, match=r"is U\+|TOML"):
            act()
    assert not list(tmp_path.iterdir())


# ── What may be written ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def fine(tmp_path_factory) -> Path:
    """A plan all of whose texts are such that some format may stumble over them."""
    folder = tmp_path_factory.mktemp("fine")
    names = list(FINE.values())
    hand(folder, CASE.replace('"hand"', toml_text(names[0])))
    plan = folder / "plan.gpkg"
    assert ask("run", folder / "case.toml", "-o", plan).code == 0
    rows = [{**CLAUSE, "id": f"甲-{number}", "text": name, "remark": name} for number, name in enumerate(names)]
    ops = [{"op": "clause", "unit": UNIT, "add": row, "reason": row["text"]} for row in rows]
    ops += [{"op": "rename", "unit": f"U00000{number}", "name": names[number]} for number in (1, 2, 3)]
    assert verbs.edit(plan, ops, author=names[3])["applied"] == len(ops)
    with (folder / "batch.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [(number, name, "502000", "3402000") for number, name in enumerate(names)]
        csv.writer(stream).writerows([("id", "name", "x", "y"), *rows])
    return folder


def exported(folder: Path, name: str, suffix: str, *more: str) -> Path:
    out = folder / f"{name}{suffix}"
    answer = ask("export", folder / "plan.gpkg", "--format", name, "-o", out, *more)
    assert answer.code == 0, answer
    return out


def cells(path: Path) -> set[str]:
    return {str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row}


def bare(text: str) -> str:
    """Without white space, and without the controls that no glyph stands for."""
    return re.sub(r"[\s\u200e\u200f\u2066-\u2069]", "", text)


def test_the_plan_holds_them(fine):
    plan = read_plan(fine / "plan.gpkg")
    assert set(FINE.values()) <= set(plan.clauses["text"]) & set(plan.clauses["remark"])
    assert list(FINE.values()) == plan.journal["reason"].tolist()[: len(FINE)]
    assert plan.meta["name"] == next(iter(FINE.values()))
    with closing(sqlite3.connect(fine / "plan.gpkg")) as connection:
        assert set(list(FINE.values())[1:4]) <= {one for (one,) in connection.execute("SELECT name FROM units")}


@pytest.mark.parametrize("suffix", [".gpkg", ".gdb", ".shp", ".kml"])
def test_layers_give_them_back(fine, suffix):
    out = exported(fine, f"units-{suffix[1:]}", suffix)
    layers = [pyogrio.read_dataframe(out, layer=layer).to_numpy().ravel() for layer, _ in pyogrio.list_layers(out)]
    assert set(list(FINE.values())[1:4]) <= {str(one).strip() for layer in layers for one in layer}


def test_workbooks_and_documents_give_them_back(fine, tmp_path):
    assert set(FINE.values()) <= cells(exported(fine, "lists-xlsx", ".xlsx"))
    said = text_of(exported(fine, "lists-docx", ".docx"))
    assert not [text for text in FINE.values() if text not in said]
    batch = ("assess", fine / "plan.gpkg", "--batch", fine / "batch.csv", "--lang", "zh")
    assert {one["name"] for one in ask(*batch, "-o", tmp_path / "b.xlsx").document} == set(FINE.values())
    assert set(FINE.values()) <= cells(tmp_path / "b.xlsx")
    assert ask(*batch, "-o", tmp_path / "b.csv").code == 0
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as stream:
        back = [row[1] for row in csv.reader(stream)][1:]
    # What a spreadsheet would compute has a mark before it.
    assert back == [f"'{text}" if text[0] in "=+-@" else text for text in FINE.values()]
    assert COLUMNS["name"]


def test_a_case_gives_them_back(fine, tmp_path):
    for text in FINE.values():
        case = replace(read_case(fine / "case.toml"), name=text, city=text)
        write_case_file(case, tmp_path / "c.toml")
        back = read_case(tmp_path / "c.toml")
        assert (back.name, back.city) == (text, text)
        assert not unfit(text)


def test_texts_of_strangers_are_data_and_stop_no_writer(tmp_path):
    names = [text for text in NASTY.values() if "\0" not in text and "\ud83d" not in text]
    boxes = [box(500 + 900 * number, 5_000, 600, 600) for number in range(len(names))]
    park = '\n[[source]]\nrole = "industrial_park"\npath = "hand.gpkg"\nlayer = "park"\nfields = { name = "name" }\n'
    hand(tmp_path, CASE + park, park=(boxes, {"name": names}))
    assert ask("run", tmp_path / "case.toml", "-o", tmp_path / "plan.gpkg").code == 0
    for name, one in exporters().items():
        if name != "atlas-pdf":  # which QGIS prints
            more = ("--drawn-by", "matplotlib") if "drawn_by" in one.options else ()
            exported(tmp_path, name, one.suffix, *more)
    for suffix in (".docx", ".pdf", ".xlsx"):
        assert ask("assess", tmp_path / "plan.gpkg", "500700,3405200", "-o", tmp_path / f"r{suffix}").code == 0
    for path in tmp_path.glob("*.kml"):
        assert etree.parse(path).getroot().tag.endswith("kml")
    told = set().union(*(cells(path) for path in tmp_path.glob("*.xlsx")))
    assert sum("东山单元" in text for text in told) > 3


# ── Figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def no_formulas(monkeypatch):
    """Fail where a text of a figure is read as a formula."""

    def read(*_, **__):
        raise AssertionError("a text is read as a formula")

    monkeypatch.setattr(mpl.mathtext.MathTextParser, "parse", read)
    figure = Figure()
    FigureCanvasAgg(figure)
    figure.text(0, 0, "$a_b$")
    with pytest.raises(AssertionError, match="as a formula"):
        figure.canvas.draw()


@pytest.mark.usefixtures("no_formulas")
def test_no_map_and_no_report_reads_a_name_as_a_formula(fine, tmp_path):
    more = ("--drawn-by", "matplotlib", "--unit", "$u_n$", "--basemap", "$\\frac{$", "--review", "$r^2$")
    exported(fine, "map-png", ".png", *more)
    texts = [exported(fine, "map-pdf", ".pdf", *more)]
    for suffix in (".pdf", ".docx"):
        report = tmp_path / f"r{suffix}"
        assert ask("assess", fine / "plan.gpkg", "502000,3402000", "--where-else", 2, "-o", report).code == 0
        texts += [report] if suffix == ".pdf" else []
    for path in texts:
        said = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True).stdout.decode()
        assert bare(FINE["index"]) in bare(said), path


@pytest.mark.usefixtures("no_formulas")
def test_no_chart_of_the_bench_reads_a_name_as_a_formula(fine, tmp_path):
    more = ("--nulls", 3, "--truth", 1, "--samples", 2, "--seeds", 2)
    answer = ask("bench", fine / "case.toml", "--methods", "overlay,fitting", *more, "-o", tmp_path / "bench")
    assert answer.code == 0, answer
    assert len(list((tmp_path / "bench").rglob("*.png"))) > 3
