"""A package made of a plan: whole or not at all, read back before it is called good, and never in place of others."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from command import ROOT, ask, refusal
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.package import build
from control_units.delineation.package.build import package
from control_units.delineation.package.verify import verify
from control_units.delineation.plan.acceptance import accept
from control_units.delineation.plan.file import read_plan, write_plan
from filed_package import key_file
from sample_plan import sample_plan, write_sample_plan

# What costs nothing to draw: maps have a test of their own.
PLAIN = """title = "简"
folder = "{code}{area}"
[place]
province = "某省"
city = "某市"
[[file]]
path = "矢量/{code}{city}单元.shp"
kind = "layer"
of = "units"
encoding = "GBK"
[[file]]
path = "矢量/单元.gpkg"
kind = "layer"
of = "units"
[[file]]
path = "矢量/单元.gpkg"
kind = "layer"
of = "zones"
[[file]]
path = "清单.xlsx"
kind = "export"
title = "清单"
format = "lists-xlsx"
[[file]]
path = "代码.xlsx"
kind = "codes"
[[file]]
path = "质检/报告.xlsx"
kind = "report"
title = "质检报告"
[[file]]
path = "方案"
kind = "case"
[[file]]
path = "附件/批准"
kind = "slot"
title = "批准文件"
words = "批准|批复"
[[file]]
path = "说明.txt"
kind = "readme"
"""


@pytest.fixture
def plan(of_hand, tmp_path):
    return Path(shutil.copytree(of_hand, tmp_path / "案" / "甲县")) / "plan.gpkg"


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "简.toml"
    path.write_text(PLAIN, encoding="utf-8")
    return path


def contents(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def left_over(folder):
    return sorted(file.name for file in folder.iterdir() if file.name.startswith("."))


# ── What is in it ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_verb_says_what_it_wrote_and_the_package_is_good(plan, plain, tmp_path):
    out = tmp_path / "成果包"
    answer = ask("package", plan, "-o", out, "--profile", plain)
    assert answer.code == 0
    assert list(answer.document) == ["files", "manifest", "findings", "slots"]
    assert set(answer.document["files"]) == set(contents(out))
    assert answer.document["manifest"] == str(out / "manifest.json")
    assert answer.document["slots"] == [{"slot": "批准文件", "files": []}]
    assert [row["id"] for row in answer.document["findings"]] == [
        "L03",
        "L05",
        "P04",
        "P11",
        "P28",
        "P27",
        "P22",
        "P01",
    ]
    assert all(row["state"] == "open" for row in answer.document["findings"])
    assert verify(out).ok
    assert left_over(tmp_path) == []
    said = subprocess.run(["sha256sum", "-c", "manifest-sha256.txt"], cwd=out, capture_output=True, check=False)
    assert said.returncode == 0


def test_readme_and_report_say_what_is_in_it_and_what_is_missing(plan, plain, tmp_path):
    package(plan, tmp_path / "out", profile=plain)
    readme = (tmp_path / "out" / "说明.txt").read_text("utf-8-sig").splitlines()
    assert "管控单元 3 个，共 100.0000 km²" in readme
    assert "质检：检查规则 42 条；错误未处理 0 条、已说明理由 0 条；提示 8 条" in readme
    waiting = int((read_plan(plan).clauses["status"] == "待审").sum())
    assert waiting and f"待审条款 {waiting} 条（共 {waiting} 条）" in readme
    assert "  P01 缺少附件：批准文件" in readme
    assert "  矢量/999901某市单元.shp：环境管控单元 3 个要素；文字编码为 GBK" in readme
    facts, missing, rules, _ = openpyxl.load_workbook(tmp_path / "out" / "质检" / "报告.xlsx").worksheets
    told = dict(facts.iter_rows(values_only=True))
    assert (told["编制状态"], told["省"], told["市"], told["区县"]) == ("草稿", "某省", "某市", "试验县")
    assert (told["面积（km²）"], told["提示"]) == (100, 8)
    assert [row[0] for row in missing.iter_rows(min_row=2, values_only=True)] == [
        *("P04", "P11", "P28", "P27", "P22", "P01")
    ]
    assert [row[0] for row in rules.iter_rows(min_row=2, values_only=True)] == sorted(build.RULES)


@pytest.mark.parametrize(
    ("signing", "signed", "accepted", "code", "found"),
    [
        ("", False, "", 0, ("P22", "warning", "open")),
        ("required = false", False, "P22", 0, ("P22", "warning", "accepted")),
        ("required = false", True, "", 0, None),
        ("required = true", True, "", 0, None),
        ("required = true", False, "", 1, ("P23", "error", "open")),
        ("required = true", False, "P01", 1, ("P23", "error", "open")),
        ("required = true", False, "P23", 0, ("P23", "error", "accepted")),
    ],
)
def test_who_does_not_sign_is_warned_or_refused_as_the_profile_says(
    signing, signed, accepted, code, found, plan, plain, tmp_path
):
    plain.write_text(f"{PLAIN}\n[signing]\n{signing}\n", encoding="utf-8")
    accept = tmp_path / "accepted.csv"
    accept.write_text(
        f"rule,x,y,reason\n{accepted},,,随后补签\n" if accepted else "rule,x,y,reason\n", encoding="utf-8"
    )
    key = ("--sign", key_file(tmp_path, "city")) if signed else ()
    out = tmp_path / "out"
    answer = ask("package", plan, "-o", out, "--profile", plain, "--accept", accept, *key)
    assert answer.code == code
    told = [row for row in answer.document["findings"] if row["id"] in ("P22", "P23")]
    assert [(row["id"], row["severity"], row["state"]) for row in told] == ([found] if found else [])
    assert all("not signed" in row["message"] for row in told)
    assert out.exists() == (code == 0)
    assert left_over(tmp_path) == []
    if not code:
        assert verify(out).signature.state == ("unknown signer" if signed else "none")


@pytest.mark.parametrize(("line", "said"), [("require = true", "required"), ('required = "yes"', "true or false")])
def test_what_no_profile_may_say_of_signing_is_refused(line, said, plan, plain, tmp_path):
    plain.write_text(f"{PLAIN}\n[signing]\n{line}\n", encoding="utf-8")
    error = refusal("package", plan, "-o", tmp_path / "out", "--profile", plain)
    assert "[signing]" in error["where"]
    assert said in error["wanted"]


def test_the_same_plan_gives_the_same_bytes(plan, plain, tmp_path):
    for name in ("one", "two"):
        package(plan, tmp_path / name, profile=plain)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_the_case_is_told_without_folders_of_this_computer_and_without_connections(plan, plain, tmp_path):
    case = plan.with_name("case.toml")
    text = case.read_text(encoding="utf-8")
    source = re.search(r'path = "([^"]+)"', text)[1]
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(plan.parent / source, tmp_path / "elsewhere" / source)
    case.write_text(text.replace(f'path = "{source}"', f'path = "{tmp_path / "elsewhere" / source}"'), encoding="utf-8")
    package(plan, tmp_path / "out", profile=plain)
    told = (tmp_path / "out" / "方案" / "case.toml").read_text(encoding="utf-8")
    assert str(tmp_path) not in told
    assert f'path = "{source}"' in told
    rules = list(csv.reader((tmp_path / "out" / "方案" / "rules.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rules) == len(read_plan(plan).rules) + 1


def test_nothing_of_this_computer_is_in_a_package(plan, plain, tmp_path):
    package(plan, tmp_path / "out", profile=plain)
    needles = [str(tmp_path).encode(), str(ROOT).encode()]
    for name, data in contents(tmp_path / "out").items():
        assert not [needle for needle in needles if needle in data], name


# ── 密级 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _marked(plan, marks, own):
    read = read_plan(plan)
    read.sources["classification"] = [marks[number % len(marks)] for number in range(len(read.sources))]
    read.meta["classification"] = own
    write_plan(read, plan)


def test_the_package_takes_the_highest_mark_of_its_sources_and_prints_it(plan, plain, tmp_path):
    _marked(plan, ["公开", "秘密"], "秘密")
    made = package(plan, tmp_path / "out", profile=plain)
    assert made.classification == "秘密"
    assert "秘密" in (tmp_path / "out" / "说明.txt").read_text(encoding="utf-8-sig")
    assert json.loads(made.manifest.read_text(encoding="utf-8"))["classification"] == "秘密"
    book = openpyxl.load_workbook(tmp_path / "out" / "清单.xlsx")
    assert all("秘密" in sheet.oddHeader.right.text for sheet in book.worksheets)


@pytest.mark.parametrize(
    ("marks", "own", "what"),
    [
        (["内部", "公开"], "公开", "is marked 公开, and its source"),
        (["绝对机密"], "公开", "has the classification '绝对机密'"),
        (["公开"], "不公开", "the plan has the classification '不公开'"),
    ],
)
def test_marks_that_contradict_are_refused(marks, own, what, plan, plain, tmp_path):
    _marked(plan, marks, own)
    assert what in refusal("package", plan, "-o", tmp_path / "out", "--profile", plain)["what"]
    assert not (tmp_path / "out").exists()


# ── Errors stop it ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def faulty(tmp_path):
    return write_sample_plan(tmp_path / "faulty.gpkg")


def _errors(plan, plain, folder):
    made = package(plan, folder / "refused", profile=plain)
    assert made.refused
    return [row for row in made.findings if row["severity"] == "error"]


def _place(row):
    return re.findall(r"[\d.]+", row["where"]) if row["where"] else ["", ""]


def test_open_errors_refuse_it_and_nothing_is_written(faulty, plain, tmp_path):
    answer = ask("package", faulty, "-o", tmp_path / "out", "--profile", plain)
    assert answer.code == 1
    assert answer.document["files"] == []
    assert answer.document["manifest"] is None
    assert {row["id"] for row in answer.document["findings"] if row["severity"] == "error"} == {
        "Q10",
        "Q15",
        "Q21",
        "Q24",
    }
    assert not (tmp_path / "out").exists()
    assert left_over(tmp_path) == []


def _accepting(rows, path, reason="该市海域单元另行报送"):
    lines = [[row["id"], *_place(row), reason] for row in rows]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["rule", "x", "y", "reason"], *lines])
    return path


def test_errors_that_are_accepted_with_a_reason_each_let_it_pass(faulty, plain, tmp_path):
    rows = _errors(faulty, plain, tmp_path)
    file = _accepting(rows, tmp_path / "accepted.csv")
    answer = ask("package", faulty, "-o", tmp_path / "out", "--profile", plain, "--accept", file)
    assert answer.code == 0
    errors = [row for row in answer.document["findings"] if row["severity"] == "error"]
    assert [(row["state"], row["reason"]) for row in errors] == [("accepted", "该市海域单元另行报送")] * 5
    report = openpyxl.load_workbook(tmp_path / "out" / "质检" / "报告.xlsx").worksheets[3]
    assert [row[7] for row in report.iter_rows(min_row=2, max_row=6, values_only=True)] == ["该市海域单元另行报送"] * 5
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["findings"]["accepted"] == 5


def test_one_error_that_is_not_accepted_is_enough(faulty, plain, tmp_path):
    rows = _errors(faulty, plain, tmp_path)
    file = _accepting(rows[:-1], tmp_path / "accepted.csv")
    made = package(faulty, tmp_path / "out", profile=plain, accept=file)
    assert made.refused
    assert [row["id"] for row in made.findings if row["severity"] == "error" and row["state"] == "open"] == [
        rows[-1]["id"]
    ]


def test_a_line_accepts_one_finding(faulty, plain, tmp_path):
    rows = [row for row in _errors(faulty, plain, tmp_path) if row["id"] == "Q21"]
    file = _accepting([rows[0], rows[0]], tmp_path / "accepted.csv")
    assert "Q21" in refusal("package", faulty, "-o", tmp_path / "out", "--profile", plain, "--accept", file)["what"]


def test_what_the_plan_itself_accepts_counts(faulty, plain, tmp_path):
    findings, _ = build._findings(read_plan(faulty), build.plan_profile(read_plan(faulty)), lambda *_: None)
    accept(faulty, findings[findings["severity"] == "error"], reason="已核实")
    made = package(faulty, tmp_path / "out", profile=plain)
    assert not made.refused
    assert {row["reason"] for row in made.findings if row["severity"] == "error"} == {"已核实"}


# ── Where it goes ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_earlier_package_is_replaced_whole(plan, plain, tmp_path):
    out = tmp_path / "out"
    package(plan, out, profile=plain)
    plain.write_text(PLAIN.replace('path = "代码.xlsx"\nkind = "codes"\n[[file]]\n', ""), encoding="utf-8")
    package(plan, out, profile=plain)
    assert not (out / "代码.xlsx").exists()
    assert verify(out).ok
    assert left_over(tmp_path) == []


def test_a_folder_of_others_is_left_alone(plan, plain, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "论文.docx").write_bytes(b"years of work")
    error = refusal("package", plan, "-o", tmp_path / "out", "--profile", plain)
    assert "论文.docx" in error["what"]
    assert contents(tmp_path / "out") == {"论文.docx": b"years of work"}


def test_a_package_that_somebody_put_something_into_is_left_alone(plan, plain, tmp_path):
    out = tmp_path / "out"
    package(plan, out, profile=plain)
    (out / "附件").mkdir()
    (out / "附件" / "签字页.pdf").write_bytes(b"%PDF-")
    before = contents(out)
    assert "签字页.pdf" in refusal("package", plan, "-o", out, "--profile", plain)["what"]
    assert contents(out) == before


def test_a_folder_that_cannot_be_moved_keeps_the_old_package(plan, plain, tmp_path, monkeypatch):
    """As on Windows where another program has a file of it open."""
    out = tmp_path / "out"
    package(plan, out, profile=plain)
    before = contents(out)
    replace = Path.replace

    def held(self, target):
        if self == out:
            raise PermissionError(13, "Permission denied", str(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(BadInput) as caught:
        package(plan, out, profile=plain)
    assert "no other program uses" in str(caught.value.wanted)
    monkeypatch.undo()
    assert contents(out) == before
    assert left_over(tmp_path) == []


def test_names_too_long_are_refused_before_anything_is_read(plan, plain, tmp_path):
    plain.write_text(PLAIN.replace("清单.xlsx", f"{'很长' * 60}.xlsx"), encoding="utf-8")
    error = refusal("package", plan, "-o", tmp_path / "out", "--profile", plain)
    assert "characters" in error["what"]
    assert not (tmp_path / "out").exists()


def test_a_plan_that_changes_meanwhile_is_refused(plan, plain, tmp_path, monkeypatch):
    facts = build.manifest_facts

    def changed(*given):
        read = read_plan(plan)
        read.meta["name"] = "another"
        write_plan(read, plan)
        return facts(*given)

    monkeypatch.setattr(build, "manifest_facts", changed)
    with pytest.raises(BadInput) as caught:
        package(plan, tmp_path / "out", profile=plain)
    assert "while the package was made" in str(caught.value.what)
    assert not (tmp_path / "out").exists()


def test_what_is_no_plan_is_refused(plain, tmp_path):
    (tmp_path / "no.gpkg").write_bytes(b"no plan")
    refusal("package", tmp_path / "no.gpkg", "-o", tmp_path / "out", "--profile", plain)


# ── Read back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _spoil_layer(file):
    table = pyogrio.read_dataframe(file)
    table.loc[0, "HJGKDYMC"] = "别的单元"
    encoding = {"encoding": "GBK"} if file.suffix == ".shp" else {"layer": "HJGKDY"}
    pyogrio.write_dataframe(table, file, **encoding)


def _spoil_book(file):
    book = openpyxl.load_workbook(file)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and re.match(r"1\..{20}" if "清单" in file.name else "..", cell.value):
                    cell.value = cell.value[:20] + "☆" + cell.value[21:]
                    book.save(file)
                    return


def _spoil_text(file):
    file.write_bytes(file.read_bytes()[:-3])


SPOILT = {
    "矢量/999999某市单元.shp": _spoil_layer,
    "矢量/单元.gpkg": _spoil_layer,
    "清单.xlsx": _spoil_book,
    "代码.xlsx": _spoil_book,
    "质检/报告.xlsx": _spoil_book,
    "说明.txt": _spoil_text,
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_reads_otherwise_than_the_plan_stops_the_package(name, plan, plain, tmp_path, monkeypatch):
    out = tmp_path / "out"
    package(plan, out, profile=plain)
    before = contents(out)
    hold = build._hold
    spoilt = []

    def spoiling(filling, held, path, put):
        if path.as_posix().endswith(Path(name).name) or (name.endswith(".shp") and path.suffix == ".shp"):
            SPOILT[name](path)
            spoilt.append(path)
        hold(filling, held, path, put)

    monkeypatch.setattr(build, "_hold", spoiling)
    with pytest.raises(BadInput) as caught:
        package(plan, out, profile=plain)
    assert spoilt
    assert "read back" in str(caught.value.what)
    assert contents(out) == before
    assert left_over(tmp_path) == []


# ── Stopped ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_cancels_has_the_old_package(plan, plain, tmp_path):
    out = tmp_path / "out"
    package(plan, out, profile=plain)
    before = contents(out)
    for after in (1, 5, 20):
        said = []

        def progress(fraction, _, said=said, after=after):
            said.append(fraction)
            if len(said) > after:
                raise Cancelled

        with pytest.raises(Cancelled):
            package(plan, out, profile=plain, progress=progress)
        assert contents(out) == before
        assert left_over(tmp_path) == []


def test_progress_goes_forward_and_ends(plan, plain, tmp_path):
    said = []
    package(plan, tmp_path / "out", profile=plain, progress=lambda fraction, _: said.append(fraction))
    assert said == sorted(said)
    assert said[-1] == 1.0


# ── What a receiver relies on ─────────────────────────────────────────────────────────────────────────────────────


def test_a_profile_of_another_city_is_refused_until_the_city_is_said(plan, plain, tmp_path):
    text = PLAIN.replace('city = "某市"', 'city = "某市"\ncity_code = "650100"')
    plain.write_text(text, encoding="utf-8")
    assert "is of 650100" in refusal("package", plan, "-o", tmp_path / "out", "--profile", plain)["what"]
    assert not package(plan, tmp_path / "out", profile=plain, city="试验市").refused


def test_a_coastal_county_is_a_volume_too(plain):
    """The sea has a district of its own, with the digits of the city."""
    from control_units.delineation.package.filling import tokens_of
    from control_units.delineation.package.profile import read_package_profile

    rules, profile = build.plan_profile(sample_plan()), read_package_profile(plain)
    meta = {"name": "t", "date": "2025-01-01T00:00:00.000Z"}
    for names, county in (
        ('{"350211": "集美区", "350200": "海域"}', "集美区"),
        ('{"350211": "集美区", "350212": "同安区", "350200": "海域"}', ""),
        ('{"441900": "东莞市"}', "东莞市"),
    ):
        assert tokens_of({**meta, "county_names": names}, rules, profile, "", "zh")["county"] == county


def test_without_the_words_of_its_language_no_package_is_half_english(plan, plain, tmp_path, monkeypatch):
    from control_units.delineation.core import messages

    monkeypatch.setattr(messages, "_CATALOGUES", tmp_path)
    with pytest.raises(BadInput) as caught:
        package(plan, tmp_path / "out", profile=plain)
    assert "half of the package would be in English" in str(caught.value.what)


def test_every_table_has_its_mark_on_each_page(plan, tmp_path):
    _marked(plan, ["内部"], "内部")
    layout = tmp_path / "tables.toml"
    block = '[[file]]\npath = "{0}.xlsx"\nkind = "export"\nformat = "{0}"\n'
    text = 'title = "t"\n' + "".join(block.format(one) for one in ("areas-xlsx", "findings-xlsx", "lists-xlsx"))
    layout.write_text(text + '[[file]]\npath = "c.xlsx"\nkind = "codes"\n', encoding="utf-8")
    package(plan, tmp_path / "out", profile=layout)
    for file in (tmp_path / "out").glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(file).worksheets:
            assert "内部" in sheet.oddHeader.right.text, (file.name, sheet.title)


def test_without_qgis_a_map_is_drawn_in_the_package_s_own_thread_and_says_so(plan, tmp_path, monkeypatch):
    """Two threads that listen to a library's warnings take them from each other."""
    import threading

    from control_units.delineation.export import map_figure, map_qgis

    drawn = []
    save = map_figure.save_sheet
    monkeypatch.setattr(map_figure, "save_sheet", lambda *of: (drawn.append(threading.current_thread()), save(*of))[1])
    monkeypatch.setattr(map_qgis, "find_qgis_process", lambda: None)
    layout = tmp_path / "map.toml"
    block = '[[file]]\npath = "map.png"\nkind = "export"\nformat = "map-png"\noptions = { dpi = "40", paper = "A4" }\n'
    layout.write_text('title = "t"\n' + block, encoding="utf-8")
    made = package(plan, tmp_path / "out", profile=layout)
    assert (tmp_path / "out" / "map.png").is_file()
    assert drawn
    assert any("matplotlib" in row["message"] for row in made.findings if row["id"] == "P10")
    assert not any(one.name.startswith("maps") for one in drawn)
