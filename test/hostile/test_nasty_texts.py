"""What no format can hold is refused wherever a person writes; what every format can hold comes back from each."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import matplotlib as mpl
import openpyxl
import pyogrio
import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.case.profile import NATIONAL, PROFILES
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.office_files import text_of
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
    "line separator": "东山\u2028单元",
    "override": "东山\u202e元单",
    "isolate without an end": "东山\u2067单元",
    "embedding that another sign ends": "东山\u202bئۇ\u2069单元",
    "digits turned round": "面积\u20671 > 2\u2069",
}
FINE = (
    *("$a_b$ 单元 ${x}$", "ئۈرۈمچى 乌鲁木齐", "\u2067ئۈرۈمچى\u2069 乌鲁木齐\u200f", "$\\frac{$东山"),
    *('<东山> & "单元" \'s', "𠮷东山𠀀", "=1+2 东山", "-1 东山", "{name} %s {0} 东山", "\\n\\ud800 C:\\东山"),
)
CLAUSE = {"id": "甲-1", "text": "t", "dimension": "space", "effect": "prohibit"}
UNIT = "U000001"
CSV = {"batch.csv": "id,name,x,y\n1,X,502000,3402000\n", "accept.csv": "rule,x,y,reason\nQ05,,,X\n"}
RULES = "id,role,zone,effect,title\nR99,red_line,*,1,X\n"
PACKAGE = "title = 'X'\n[[file]]\npath = 'a.gpkg'\nkind = 'layer'\nof = 'units'\n"
OWN = CASE.replace('"national"', '"own/national.toml"')


def own(name: str, word: str) -> dict[str, str]:
    """A profile of one's own, with another text in the place of a word of it."""
    said = (PROFILES if name == "national.toml" else NATIONAL).joinpath(name).read_text(encoding="utf-8-sig")
    assert word in said
    place = "own" if name == "national.toml" else "own/national"
    return {f"{place}/{name}": said.replace(word, "X", 1), "case.toml": OWN}


# What is written into which files, X being what a person writes, and what is asked then; by default an edit, or a run.
FIELDS = {
    "unit": {"op": "rename", "unit": UNIT, "name": "X"},
    "reason": {"op": "lock", "unit": UNIT, "reason": "X"},
    "basis": {"op": "lock", "unit": UNIT, "basis": "X"},
    "author": {"op": "lock", "unit": UNIT, "author": "X"},
    "document": {"op": "status", "to": "征求意见", "date": "2026-01-01", "document": "X"},
    "acceptance": {"op": "accept", "rule": "L03", "facts": {"a": ["X"]}, "reason": "r"},
    "parameter": {"op": "relabel", "method": "overlay", "parameters": {"a": "X"}},
    "key": {"op": "relabel", "method": "overlay", "parameters": {"X": 1}},
    **{key: {"op": "clause", "unit": UNIT, "add": {**CLAUSE, key: "X"}} for key in ("id", "text", "basis", "remark")},
    "terms": {"op": "clause", "unit": UNIT, "add": {**CLAUSE, "terms": {"note": "X"}}},
    "clauses": {"op": "clauses", "rows": [{"unit": UNIT, "add": {**CLAUSE, "text": "X"}}]},
    "scenario": "scenario plan.gpkg branch X",
    "--author": "undo plan.gpkg --author X",
    "--reason": "version plan.gpkg -o out.gpkg --reason X",
    "--basis": "adopt plan.gpkg overlay --reason r --basis X",
    "--fact": "assess plan.gpkg 502000,3402000 --fact fuel=X",
    "--unit": "export plan.gpkg --format map-png -o out.png --unit X",
    "--city": "package plan.gpkg -o out --province 试验省 --city X",
    "--name": "guess hand.gpkg|layername=county -o out.toml --name X",
    "output": "export plan.gpkg --format units-gpkg -o outX.gpkg",
    "case": {"case.toml": CASE.replace('"hand"', "'X'")},
    "city": {"case.toml": CASE.replace('"hand"', "'hand'\ncity = 'X'")},
    "provider": {"case.toml": CASE.replace('date = "2025-01-31"', "provider = 'X'")},
    "method": {"case.toml": CASE.replace('name = "overlay"', "name = 'fitting'\nthreshold = { 'X' = 1 }")},
    "rule": {"case.toml": CASE.replace('"national"', '"national"\nextra = "r.csv"'), "r.csv": RULES},
    "setting": own("national.toml", "生态保护红线"),
    "word of lists": own("lists.toml", "空间布局约束"),
    "clause of a library": own("clauses.csv", "禁止"),
    "profile of a package": {"p.toml": PACKAGE, "": "package plan.gpkg -o out --profile p.toml"},
    "table of acceptances": {**CSV, "": "package plan.gpkg -o out --accept accept.csv"},
    "table of projects": {**CSV, "": "assess plan.gpkg --batch batch.csv"},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nasty")
    hand(folder)
    assert ask("run", folder / "case.toml", "-o", folder / "plan.gpkg").code == 0
    shutil.copytree(PROFILES, folder / "own")
    return folder


def asked(folder: Path, field: str, text: str) -> list[str]:
    """Write a text into a field, and say what is asked then."""
    what = FIELDS[field]
    if isinstance(what, str):
        return what.replace("X", text).split(" ")
    files = {"ops.jsonl": json.dumps(what), "": "edit plan.gpkg ops.jsonl"} if "op" in what else what
    for name, said in files.items():
        if name:
            quoted = json.dumps(text)[1:-1] if name == "ops.jsonl" else text
            said = said.replace("'X'", toml_text(text)) if name == "case.toml" or name == "p.toml" else said
            (folder / name).write_bytes(said.replace("X", quoted).encode("utf-8", "surrogatepass"))
    return files.get("", "run case.toml -o out.gpkg").split(" ")


@pytest.mark.parametrize("field", FIELDS)
def test_what_no_format_can_hold_is_refused_wherever_it_is_written(place, tmp_path, monkeypatch, field):
    folder = shutil.copytree(place, tmp_path / "a")
    monkeypatch.chdir(folder)
    for name, text in NASTY.items():
        error = refusal(*asked(folder, field, text))
        said = error["what"] + error["where"]
        assert re.search(r"is U\+[0-9A-F]{4}, |UTF-8|TOML", said), (name, error)
    assert (folder / "plan.gpkg").read_bytes() == (place / "plan.gpkg").read_bytes()
    assert not list(folder.glob("out*"))


def test_one_line_is_one_line_and_a_text_may_have_several(place, tmp_path, monkeypatch):
    monkeypatch.chdir(folder := shutil.copytree(place, tmp_path / "a"))
    for field in ("unit", "author", "id", "scenario", "case", "city"):
        assert refusal(*asked(folder, field, "东山\n单元"))
    two = "一\n二\t三"
    assert verbs.edit("plan.gpkg", [{"op": "clause", "unit": UNIT, "add": {**CLAUSE, "text": two}, "reason": two}])
    read = read_plan(Path("plan.gpkg"))
    assert two in read.clauses["text"].tolist()
    assert read.journal["reason"].tolist() == [two]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_python_and_the_panel_are_refused_as_well(place, tmp_path, text):
    plan = place / "plan.gpkg"
    for act in (
        lambda: verbs.edit(plan, [{"op": "rename", "unit": UNIT, "name": text}]),
        lambda: verbs.edit(plan, [{"op": "lock", "unit": UNIT}], author=text),
        lambda: verbs.undo(plan, author=text),
        lambda: verbs.branch(plan, text),
        lambda: verbs.version(plan, tmp_path / "v.gpkg", reason=text),
        lambda: verbs.take_back(plan, reason=text),
        lambda: export("map-png", plan, tmp_path / "a.png", {"unit": text, "drawn_by": "matplotlib"}),
        lambda: accept(plan, read_plan(plan).findings.iloc[:1], reason=text),
    ):
        with pytest.raises(BadInput, match=r"is U\+"):
            act()
    assert not list(tmp_path.iterdir())


# ── What may be written ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def fine(tmp_path_factory):
    """A plan all of whose texts are such that some format may stumble over them."""
    folder = tmp_path_factory.mktemp("fine")
    hand(folder, CASE.replace('"hand"', toml_text(FINE[0])))
    plan = folder / "plan.gpkg"
    assert ask("run", folder / "case.toml", "-o", plan).code == 0
    rows = [{**CLAUSE, "id": f"甲-{number}", "text": name} for number, name in enumerate(FINE)]
    ops = [{"op": "clause", "unit": UNIT, "add": row, "reason": row["text"]} for row in rows]
    ops += [{"op": "rename", "unit": f"U00000{number + 1}", "name": name} for number, name in enumerate(FINE[:3])]
    assert verbs.edit(plan, ops, author=FINE[1])["applied"] == len(ops)
    assert read_plan(plan).journal["reason"].tolist()[: len(FINE)] == [*FINE]
    with (folder / "batch.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "name", "x", "y"), *((1, name, "502000", "3402000") for name in FINE)])
    return folder


def exported(folder: Path, name: str, *more: str) -> Path:
    out = folder / f"{name}{exporters()[name].suffix}"
    answer = ask("export", folder / "plan.gpkg", "--format", name, "-o", out, *more)
    assert answer.code == 0, answer
    return out


def cells(path: Path) -> set[str]:
    return {str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row}


@pytest.mark.parametrize("kind", ["gpkg", "gdb", "shp", "kml"])
def test_layers_give_them_back(fine, kind):
    out = exported(fine, f"units-{kind}")
    layers = [pyogrio.read_dataframe(out, layer=layer).to_numpy().ravel() for layer, _ in pyogrio.list_layers(out)]
    assert set(FINE[:3]) <= {str(one).strip() for layer in layers for one in layer}


def test_workbooks_documents_and_tables_give_them_back(fine):
    assert set(FINE) <= cells(exported(fine, "lists-xlsx"))
    said = text_of(exported(fine, "lists-docx"))
    assert not [text for text in FINE if text not in said]
    for name in ("b.xlsx", "b.csv"):
        assert ask("assess", fine / "plan.gpkg", "--batch", fine / "batch.csv", "-o", fine / name).code == 0
    assert set(FINE) <= cells(fine / "b.xlsx")
    with (fine / "b.csv").open(encoding="utf-8-sig", newline="") as stream:
        back = [row[1] for row in csv.reader(stream)][1:]
    # What a spreadsheet would compute has a mark before it.
    assert back == [f"'{text}" if text[0] in "=+-@" else text for text in FINE]


def test_texts_of_strangers_are_data_and_stop_no_writer(tmp_path):
    names = [text for name, text in NASTY.items() if name not in ("null", "half a pair")]
    boxes = [box(500 + 900 * number, 5_000, 600, 600) for number in range(len(names))]
    park = '\n[[source]]\nrole = "industrial_park"\npath = "hand.gpkg"\nlayer = "park"\nfields = { name = "name" }\n'
    hand(tmp_path, CASE + park, park=(boxes, {"name": names}))
    assert ask("run", tmp_path / "case.toml", "-o", tmp_path / "plan.gpkg").code == 0
    for name in exporters().keys() - {"atlas-pdf", "map-pdf", "map-png"}:
        exported(tmp_path, name)
    for suffix in (".docx", ".pdf", ".xlsx"):
        assert ask("assess", tmp_path / "plan.gpkg", "500700,3405200", "-o", tmp_path / f"r{suffix}").code == 0
    for path in tmp_path.glob("*.kml"):
        assert etree.parse(path).getroot().tag.endswith("kml")
    assert any("东山单元" in text for path in tmp_path.glob("*.xlsx") for text in cells(path))


# ── Figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def no_formulas(monkeypatch):
    """Fail where a text of a figure is read as a formula."""

    def read(*_, **__):
        raise AssertionError("a text is read as a formula")

    monkeypatch.setattr(mpl.mathtext.MathTextParser, "parse", read)
    figure = Figure()
    figure.text(0, 0, "$a_b$")
    with pytest.raises(AssertionError, match="as a formula"):
        FigureCanvasAgg(figure).draw()


@pytest.mark.usefixtures("no_formulas")
def test_no_figure_reads_a_name_as_a_formula(fine, tmp_path):
    more = ("--drawn-by", "matplotlib", "--unit", "$u_n$", "--basemap", "$\\frac{$", "--review", "$r^2$")
    exported(fine, "map-png", *more)
    for path in (exported(fine, "map-pdf", *more), tmp_path / "r.docx", tmp_path / "r.pdf"):
        if path.stem == "r":
            assert ask("assess", fine / "plan.gpkg", "502000,3402000", "--where-else", 2, "-o", path).code == 0
        if path.suffix == ".pdf":
            said = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True).stdout.decode()
            assert FINE[0].replace(" ", "") in re.sub(r"\s", "", said), path
    more = ("--nulls", 2, "--truth", 1, "--samples", 1, "--seeds", 1)
    assert ask("bench", fine / "case.toml", "--methods", "overlay,fitting", *more, "-o", tmp_path / "bench").code == 0
    assert len(list((tmp_path / "bench").rglob("*.png"))) > 3
