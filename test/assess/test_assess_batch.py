"""A table of projects: each row answered, what is wrong with one said with its line, and the table of verdicts."""

from __future__ import annotations

import csv

import pytest
from assess_plan import DAY, NONE_HERE, small_plan
from command import ask
from control_units.delineation.assess.batch import table_of
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.verbs import assess, assess_batch
from hand import SOUTH, WEST, box, write_layer
from openpyxl import Workbook, load_workbook

X, Y = f"{WEST + 2_000}", f"{SOUTH + 2_000}"
ROWS = [
    ["A", "纸厂", f"{X},{Y},100", "C2221", "new", "activity=factory"],
    ["B", "化工", f"{WEST + 8_000},{SOUTH + 8_000},50", "C2614", "", ""],
    ["C", "无处", "nowhere", "C2614", "", ""],
    ["D", "无业", f"{X},{Y}", "X99", "", ""],
    ["E", "水厂", f"{WEST + 5_000},{SOUTH + 5_000},50", "C1713", "扩建", "新鲜水用量=150 m3/d；燃料=电"],
]
HEAD = ["id", "name", "site", "industry", "nature", "facts"]
CHINESE = ["编号", "项目名称", "位置", "行业代码", "建设性质", "项目信息"]
EXPECTED = {"A": "prohibit", "B": "restrict", "C": None, "D": None, "E": "restrict"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return small_plan(tmp_path_factory.mktemp("batch"))


def table(folder, rows=ROWS, head=HEAD, encoding="utf-8"):
    path = folder / "projects.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def answered(plan, path, **options):
    return assess_batch(plan, path, as_of=DAY, none_here=NONE_HERE, **options)


@pytest.mark.parametrize(("head", "encoding"), [(HEAD, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "gbk")])
def test_each_row_is_answered_and_errors_do_not_stop_the_others(tmp_path, plan, head, encoding):
    found = answered(plan, table(tmp_path, head=head, encoding=encoding))
    assert {one["id"]: one.get("verdict") for one in found} == EXPECTED
    assert [one["line"] for one in found] == [2, 3, 4, 5, 6]
    wrong = {one["id"]: one["error"] for one in found if "error" in one}
    assert "projects.csv line 4" in wrong["C"]
    assert "is no site" in wrong["C"]
    assert "projects.csv line 5" in wrong["D"]
    assert "unknown industry" in wrong["D"]


@pytest.mark.parametrize("endless", ["x" * 100_000, "x" * 5_000 + ".csv", f"{'y/' * 3_000}z.shp"])
def test_an_endless_site_is_no_file_and_stops_no_other_row(tmp_path, plan, endless):
    first, second = answered(plan, table(tmp_path, rows=[["A", "", endless, "C2221", "", ""], ROWS[0]]))
    assert "is no site" in first["error"]
    assert len(first["error"]) < 300
    assert second["verdict"] == EXPECTED["A"]


def test_a_number_without_its_unit_is_asked_for_as_a_person_says_it(tmp_path, plan):
    (row,) = answered(plan, table(tmp_path, rows=[["A", "", f"{X},{Y}", "C2221", "", "capacity=abc"]]))
    assert "line 2" in row["error"]
    assert "no number" in row["error"]


def test_a_workbook_is_read_too(tmp_path, plan):
    book = Workbook()
    for row in [["项目清单"], CHINESE, *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "projects.xlsx")
    found = answered(plan, tmp_path / "projects.xlsx")
    assert {one["id"]: one.get("verdict") for one in found} == EXPECTED
    assert [one["line"] for one in found] == [3, 4, 5, 6, 7]


def test_places_may_stand_in_columns_of_their_own_or_in_files(tmp_path, plan):
    write_layer(tmp_path / "plot.gpkg", "plot", [box(2_000, 2_000, 100, 100)], {"a": [1]})
    rows = [["", X, Y, "100", ""], ["", "", "", "", "plot.gpkg"], ["", X, "", "", ""]]
    found = answered(plan, table(tmp_path, rows, ["id", "x", "y", "radius", "site"]))
    assert [one.get("site", {}).get("kind") for one in found] == ["polygon", "polygon", None]
    assert [one["id"] for one in found] == ["1", "2", "3"]
    assert "no site" in found[2]["error"]


def test_a_row_says_what_the_same_question_says_alone(tmp_path, plan):
    row = answered(plan, table(tmp_path))[0]
    alone = assess(
        *(plan, ROWS[0][2]),
        industry="C2221",
        nature="new",
        facts={"activity": "factory"},
        as_of=DAY,
        none_here=NONE_HERE,
    )
    alone["clauses"] = [one for one in alone["clauses"] if one["applies"] != "no"]
    for key in ("id", "name", "line", "time", "notices"):
        row.pop(key), alone.pop(key, None)
    assert row["project"].pop("name") and not alone["project"].pop("name")
    assert row == alone


@pytest.mark.parametrize(
    ("head", "what"), [(["id", "industry"], "where the projects are"), (["id", "sitee"], "unknown column")]
)
def test_a_table_that_says_no_places_is_refused(tmp_path, plan, head, what):
    with pytest.raises(BadInput) as error:
        answered(plan, table(tmp_path, [["A", "C26"]], head))
    assert what in str(error.value)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_table_of_verdicts_has_a_row_a_project(tmp_path, plan, suffix):
    lacking = [part for role in NONE_HERE for part in ("--none-here", role)]
    output = tmp_path / f"verdicts{suffix}"
    said = ask("assess", plan, "--batch", table(tmp_path), "--as-of", DAY, "-o", output, "--lang", "zh", *lacking)
    assert (said.code, len(said.document)) == (0, 5)
    if suffix == ".csv":
        rows = list(csv.reader(output.read_text(encoding="utf-8-sig").splitlines()))
    else:
        rows = list(load_workbook(output).active.iter_rows(values_only=True))
    assert list(rows[0][:3]) == ["编号", "项目名称", "研判结论"]
    # People read words; programs find the ids in a column of their own.
    words = {"prohibit": "不符合", "restrict": "限制", None: "无法读取"}
    assert [(row[0], row[2]) for row in rows[1:6]] == [(name, words[verdict]) for name, verdict in EXPECTED.items()]
    assert (rows[0][10], [row[10] for row in rows[1:6]]) == ("结论代码", [one or "error" for one in EXPECTED.values()])
    assert rows[1][4] == "P-red"
    assert "第 4 行" in rows[3][9]


def test_a_cell_that_begins_like_a_formula_stays_a_text(tmp_path, plan):
    rows = [["=1+1", "@x", f"{X},{Y}", "", "", ""]]
    output = tmp_path / "verdicts.csv"
    ask("assess", plan, "--batch", table(tmp_path, rows), "-o", output)
    cells = list(csv.reader(output.read_text(encoding="utf-8-sig").splitlines()))[1]
    assert cells[:2] == ["'=1+1", "'@x"]


def test_the_table_says_how_long_a_conflict_of_a_line_is_and_what_was_not_checked(tmp_path, plan):
    through = f"LINESTRING ({WEST + 2_000} {SOUTH + 500}, {WEST + 2_000} {SOUTH + 2_000})"
    (one,) = assess_batch(plan, table(tmp_path, [["A", "管线", through, "C2614", "", ""]]), as_of=DAY)
    titles, (row,) = table_of([one], "en")
    cells = dict(zip(titles, row, strict=True))
    assert cells["Conflicts"] == "ecological red line 1000 m"
    assert "the plan has no layer of" in cells["Note"]


def test_a_report_is_in_the_language_of_the_plan_and_the_reader_is_told_where_it_is(tmp_path, plan, capsys):
    output = tmp_path / "verdicts.csv"
    code = main(["assess", str(plan), "--batch", str(table(tmp_path)), "-o", str(output), "--lang", "en"])
    said = capsys.readouterr().out
    assert code == 0
    assert "cannot be read" in said
    assert said.rstrip().endswith(f"report: {output}")
    written = output.read_text(encoding="utf-8-sig")
    assert written.startswith("编号")
    assert "无法读取" in written
    assert "cannot" not in written


def test_a_row_names_its_project_and_what_is_said_beside_a_table_is_refused(tmp_path, plan, capsys):
    table = tmp_path / "projects.csv"
    rows = "".join(f"{key},{name},{X},{Y},100,C2614\n" for key, name in (("1", " 甲  厂 "), ("2", "")))
    table.write_text(f"编号,项目名称,X,Y,半径,行业代码\n{rows}", encoding="utf-8")
    first, second = assess_batch(plan, table)
    assert (first["project"]["name"], second["project"]["name"]) == ("甲 厂", "")
    alone = assess(plan, f"{X},{Y},100", project="甲 厂", industry="C2614")
    assert alone["project"] == first["project"]
    assert main(["assess", str(plan), "--batch", str(table), "--project", "乙", "--lang", "en"]) == 2
    assert "project" in capsys.readouterr().err
