"""Reports of assessments: all that an answer says stands in each, on every page what has to, the same each time."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from assess_plan import DAY, NONE_HERE, small_plan
from control_units.delineation.assess.answer import Assessor
from control_units.delineation.assess.report_plan import ReportPlan
from control_units.delineation.assess.reporting import report_writers, write_report
from control_units.delineation.core.errors import BadInput, MissingLibrary
from control_units.delineation.core.xlsx import read_cells
from control_units.delineation.verbs import run
from docx import Document
from docx.oxml.ns import qn
from hand import hand
from openpyxl import load_workbook

if TYPE_CHECKING:
    from pathlib import Path

LINE = "LINESTRING (500500 3405000, 509500 3405500)"
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A plan with the national lists."""
    folder = tmp_path_factory.mktemp("report")
    run(hand(folder), folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture(scope="module")
def red_site(plan):
    """A site of 100 m radius deep in the red line."""
    bounds = ReportPlan(plan).bounds
    patch = max(ReportPlan(plan).layers(bounds).outlined["red_line"], key=lambda one: one.area)
    point = shapely.centroid(shapely.maximum_inscribed_circle(patch))
    return f"{point.x},{point.y},100"


@pytest.fixture(scope="module")
def answer(plan, red_site):
    """A chemical plant in the red line; most layers are missing, many clauses are open."""
    assessor = Assessor(plan)
    project = assessor.project(industry="C2614", facts={"capacity": "2000 t/d"})
    return assessor.assess(assessor.site(red_site), project, as_of=DAY)


@pytest.fixture(scope="module")
def written(plan, answer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    for suffix in report_writers():
        write_report([answer], plan, folder / f"report{suffix}", language="en")
    return folder


def text_of(path: Path) -> str:
    """All texts of a document in their order, each paragraph a line."""
    body = Document(path).element.body
    return "\n".join("".join(one.text or "" for one in para.iter(qn("w:t"))) for para in body.iter(qn("w:p")))


def packed(text: str) -> str:
    """Without what lines are broken at."""
    return re.sub(r"\s+", "", text)


def pages_of(path: Path) -> list[str]:
    """What stands on each page, in the order in which it was written: cell by cell."""
    said = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True).stdout.decode()
    return [packed(page) for page in said.split("\f")[:-1]]


def words_of_pdf(path: Path) -> str:
    return "".join(pages_of(path))


def reported(plan: Path, answer: dict[str, Any], folder: Path, suffix: str = ".docx", language: str = "en") -> Path:
    write_report([answer], plan, folder / f"one{suffix}", language=language)
    return folder / f"one{suffix}"


def head_of(path: Path) -> str:
    """What stands above the first section of a report."""
    if path.suffix == ".docx":
        return text_of(path).split("1. ")[0]
    if path.suffix == ".pdf":
        return words_of_pdf(path).split("1.")[0]
    return str(next(iter(read_cells(path).values()))[:3])


@needs_poppler
@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".xlsx"])
def test_the_head_of_a_report_names_the_project(plan, red_site, tmp_path, suffix):
    assessor = Assessor(plan, language="zh")
    for name, said in (("红岗化工二期", "红岗化工二期"), ("", "未")):
        project = assessor.project(name=name, industry="C2614")
        path = reported(plan, assessor.assess(assessor.site(red_site), project), tmp_path, suffix, "zh")
        assert said in head_of(path)
        assert ("红岗化工二期" in head_of(path)) is bool(name)


def test_a_chinese_report_names_sources_profile_and_what_is_in_the_way_in_chinese(plan, red_site, tmp_path):
    assessor = Assessor(plan, whole=True, language="zh")
    assessor.refresh()
    answer = assessor.assess(assessor.site(red_site), assessor.project(industry="C2614"), where_else=5)
    refused = next(one for one in answer["where_else"] if one["blocked_by"])
    answer["where_else"].append(refused | {"blocked_by": "layer:red_line", "blocked_text": ""})
    for one in answer["plan"]["sources"]:
        one["source"] = one["role"]  # as a case calls it that has no name of its own for it
    texts = text_of(reported(plan, answer, tmp_path, ".docx", "zh"))
    path = reported(plan, answer, tmp_path, ".xlsx", "zh")
    cells = [str(cell) for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True) for cell in row]
    for said in (texts, "\n".join(cells)):
        assert not re.findall(r"[a-z]+_[a-z_]+|\bnational\b|layer:", said)
        assert "生态保护红线" in said
    assert not re.findall(r"[一-鿿] +[一-鿿]", "\n".join(one["why"] for one in answer["clauses"]))


# ── all that an answer says ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_answer_has_clauses_of_many_kinds(answer):
    assert len(answer["clauses"]) > 20
    assert {one["applies"] for one in answer["clauses"]} >= {"yes", "maybe", "no", "missing"}


def test_every_clause_stands_in_the_word_document_with_text_basis_and_why(written, answer):
    lines = text_of(written / "report.docx").split("\n")
    for clause in answer["clauses"]:
        assert clause["text"] in lines
        assert clause["basis"] in lines
        assert clause["why"] in lines
        assert any(line.startswith(f"{clause['id']} · ") for line in lines)


@needs_poppler
def test_every_clause_stands_in_the_pdf(written, answer):
    text = words_of_pdf(written / "report.pdf")
    for clause in answer["clauses"]:
        for said in (clause["text"], clause["basis"], clause["why"], f"{clause['id']}·"):
            assert packed(said) in text


def test_every_clause_is_a_row_of_the_workbook(written, answer):
    sheets = read_cells(written / "report.xlsx")
    heads, *rows = next(sheet for sheet in sheets.values() if len(sheet[0]) > 10)
    text, name = heads.index("Requirement"), heads.index("Id")
    found = [(row[name], row[text]) for row in rows if row[name]]
    assert found == [(one["id"], one["text"]) for one in answer["clauses"]]


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_a_notice_whose_text_forbids_is_told_as_that(plan, answer, tmp_path, suffix):
    texts = ("禁止向海域排放油类。", "鼓励中水回用。")
    clauses = [{**answer["clauses"][0], "effect": "inform", "text": text} for text in texts]
    path = reported(plan, {**answer, "clauses": clauses}, tmp_path, suffix, language="zh")
    if suffix == ".xlsx":
        rows = next(sheet for sheet in read_cells(path).values() if len(sheet[0]) > 10)
    else:
        rows = [[cell.text for cell in row.cells] for table in Document(path).tables for row in table.rows]
    found = [(effect, text) for text in texts for row in rows for effect in row if effect and "提示" in str(effect)
             and any(str(cell or "").startswith(text) for cell in row)]  # fmt: skip
    assert {(str(effect).split()[0], text) for effect, text in found} == {("守法提示", texts[0]), ("提示", texts[1])}


def test_areas_of_the_workbook_are_numbers(written, answer):
    rows = read_cells(written / "report.xlsx")["Units"]
    areas = [row[rows[0].index("Area (m²)")] for row in rows[1 : 1 + len(answer["units"])]]
    assert areas == pytest.approx([one["area_m2"] for one in answer["units"]])


def test_units_zones_conflicts_and_layers_are_told(written, answer):
    text = text_of(written / "report.docx")
    for unit in answer["units"]:
        assert unit["code"] in text
        assert f"{unit['share']:.2%}" in text
    for zone in answer["zones"]:
        assert zone["code"] in text
    for one in answer["conflicts"]:
        assert one["name"] in text
        assert one["department"] in text
    for one in answer["plan"]["sources"]:
        assert one["sha256"][:12] in text
    assert answer["conflicts"]


def test_of_a_layer_that_the_plan_lacks_nobody_says_that_it_is_not_there(verdicts, tmp_path):
    plan, answers = verdicts
    found = answers[
        "no_conflict"
    ]  # a person said that there is no farmland: nothing is missing, yet nothing was checked
    assert not found["conflicts"]
    assert not found["not_checked"]
    document = Document(reported(plan, found, tmp_path))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    said = {cells[0]: cells[1] for cells in reversed(rows)}  # the table of sources names roles once more
    assert said["ecological red line"] == "not under the site"
    for name in ("permanent basic farmland", "urban development boundary"):
        assert said[name] == "not checked: the plan has no such layer"


def test_facts_that_are_missing_stand_in_the_order_in_which_they_decide(plan, red_site, tmp_path):
    assessor = Assessor(plan)
    standing = assessor.project(industry="C2614", nature="existing")
    found = assessor.assess(assessor.site(red_site), standing, as_of=DAY)
    lines = text_of(reported(plan, found, tmp_path)).split("\n")
    start = next(row for row, line in enumerate(lines) if line.endswith("What is not known of the project"))
    places = [lines.index(one["title"], start) for one in found["facts_missing"]]
    assert places == sorted(places)
    assert len(places) == 3


def test_what_was_not_checked_and_notices_are_told(written, answer):
    text = text_of(written / "report.docx")
    for one in answer["not_checked"]:
        assert one["what"] in text
    for notice in answer["notices"]:
        assert notice in text
    assert answer["not_checked"]


def test_a_nature_that_nobody_said_is_told_to_be_the_default(plan, red_site, written, tmp_path):
    assert "taken by default" in text_of(written / "report.docx")
    assessor = Assessor(plan)
    said = assessor.assess(assessor.site(red_site), assessor.project(nature="expand"), as_of=DAY)
    text = text_of(reported(plan, said, tmp_path))
    assert "taken by default" not in text
    assert "extension" in text


def test_a_basis_that_nobody_checked_and_a_row_that_nobody_reviewed_are_marked(written, answer):
    lines = text_of(written / "report.docx").split("\n")
    shown = sum(1 for one in answer["clauses"] if not one["basis_checked"])
    first = sum(1 for one in [one for one in answer["clauses"] if one["decides"]][:3] if not one["basis_checked"])
    assert lines.count("basis to check") == shown + first
    waiting = [one for one in answer["clauses"] if not one["reviewed"] and one["applies"] != "missing"]
    assert lines.count("to review") == len(waiting) > 0


# ── every page ──────────────────────────────────────────────────────────────────────────────────────────────────────


@needs_poppler
def test_the_disclaimer_the_classification_and_the_number_stand_on_every_page(written, answer):
    pages = pages_of(written / "report.pdf")
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert packed(answer["disclaimer"]) in page
        assert "classification:" in page
        assert f"page{number}of{len(pages)}" in page


@needs_poppler
def test_the_verdict_and_its_first_clause_stand_on_the_first_page(written, answer):
    first = pages_of(written / "report.pdf")[0]
    assert packed(answer["title"]) in first
    deciding = next(one for one in answer["clauses"] if one["decides"])
    assert packed(deciding["text"]) in first


def test_the_disclaimer_is_the_foot_of_the_word_document(written, answer):
    [section] = Document(written / "report.docx").sections
    assert answer["disclaimer"] in section.footer.paragraphs[0].text
    assert "classification:" in section.header.paragraphs[0].text


# ── verdicts, on the small county with clauses of its own ───────────────────────────────────────────────────────────

PROJECTS = {
    "prohibit": ("red", {"industry": "C1713", "facts": {"activity": "factory"}}, ["P-red"]),
    "needs_review": ("red", {"industry": "C1713"}, ["P-red"]),
    "restrict": ("general", {"industry": "C3011"}, ["R-six"]),
    "conditional": ("general", {"industry": "C1411"}, ["O-voc"]),
    "no_conflict": ("general", {"industry": "A0111"}, []),
    "not_assessed": ("beyond", {"industry": "A0111"}, []),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory, red_site):
    own = small_plan(tmp_path_factory.mktemp("verdicts"))
    assessor = Assessor(own, none_here=NONE_HERE)
    west, south, _, _ = ReportPlan(own).bounds
    general = next(
        f"{x},{y},20"
        for x in range(int(west) + 500, int(west) + 9_500, 500)
        for y in range(int(south) + 500, int(south) + 9_500, 500)
        if [one["category"] for one in assessor.assess(assessor.site(f"{x},{y},20"), assessor.project())["units"]]
        == [3]
    )
    sites = {"red": red_site, "general": general, "beyond": f"{west},{south + 5000},200"}
    return own, {
        name: assessor.assess(assessor.site(sites[site]), assessor.project(**project), as_of=DAY)
        for name, (site, project, _) in PROJECTS.items()
    }


@pytest.mark.parametrize("verdict", PROJECTS)
def test_the_first_words_are_the_verdict_and_the_clause_that_decides(verdicts, tmp_path, verdict):
    plan, answers = verdicts
    found = answers[verdict]
    assert found["verdict"] == verdict
    deciding = [one for one in found["clauses"] if one["decides"]]
    assert [one["id"] for one in deciding] == PROJECTS[verdict][2]
    named, why = Document(reported(plan, found, tmp_path)).tables[0].rows[0].cells
    assert named.text == found["title"]
    assert why.text.endswith(".")
    for clause in deciding[:1]:
        assert f"“{clause['text']}”" in why.text
    for one in found["not_checked"]:
        assert one["what"] in why.text


def test_offsets_are_among_what_has_to_be_kept(verdicts, tmp_path):
    plan, answers = verdicts
    assert answers["conditional"]["offsets"] == {"VOCs": 1.5}
    assert "VOCs: 1.5 to 1" in text_of(reported(plan, answers["conditional"], tmp_path))


def test_what_lies_outside_is_told_in_percent(verdicts, tmp_path):
    plan, answers = verdicts
    found = answers["not_assessed"]
    assert 0.4 < found["site"]["outside_share"] < 0.6
    assert f"{found['site']['outside_share']:.2%}" in text_of(reported(plan, found, tmp_path))


def test_a_line_has_lengths_and_crossings(verdicts, tmp_path):
    plan, _ = verdicts
    assessor = Assessor(plan, none_here=NONE_HERE)
    found = assessor.assess(assessor.site(LINE), assessor.project(industry="G5720"), as_of=DAY)
    text = text_of(reported(plan, found, tmp_path))
    assert "Crossings" in text
    for unit in found["units"]:
        assert f"{unit['length_m']:,.1f} m" in text


def test_other_places_have_a_table_and_a_map_of_their_own(verdicts, red_site, tmp_path):
    plan, answers = verdicts
    assessor = Assessor(plan, whole=True, none_here=NONE_HERE)
    asked = assessor.project(industry="C1713", facts={"activity": "factory"})
    found = assessor.assess(assessor.site(red_site), asked, as_of=DAY, where_else=2)
    good = [one for one in found["where_else"] if one["blocked_by"] is None]
    assert good
    document = Document(reported(plan, found, tmp_path))
    assert len(document.inline_shapes) == 2
    assert len(Document(reported(plan, answers["prohibit"], tmp_path)).inline_shapes) == 1
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for one in good:
        assert f"{one['distance_m'] / 1000:,.2f} km" in cells
    blocked = {one["blocked_text"] for one in found["where_else"] if one["blocked_by"]}
    assert blocked <= set(cells)


# ── the same each time, and nothing cut ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".xlsx"])
def test_the_same_answer_gives_the_same_bytes(plan, written, answer, tmp_path, suffix):
    again = reported(plan, answer, tmp_path, suffix).read_bytes()
    assert again == (written / f"report{suffix}").read_bytes()


@needs_poppler
def test_a_clause_longer_than_a_page_is_not_cut(verdicts, tmp_path):
    plan, answers = verdicts
    words = "".join(f"第{number}句有关要求。" for number in range(900))
    found = answers["prohibit"]
    long = {**found, "clauses": [{**found["clauses"][0], "text": words}, *found["clauses"][1:]]}
    text = words_of_pdf(reported(plan, long, tmp_path, ".pdf"))
    for number in range(900):
        assert f"第{number}句有关要求。" in text


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".xlsx"])
def test_what_cannot_be_printed_is_left_out(verdicts, tmp_path, suffix):
    plan, answers = verdicts
    found = answers["prohibit"]
    odd = {**found["clauses"][0], "text": "甲\x00乙\x1f丙\u202e丁 $x_1$ &lt;", "remark": "a\tb\nc", "basis": ""}
    assert reported(plan, {**found, "clauses": [odd, *found["clauses"][1:]]}, tmp_path, suffix).stat().st_size > 1_000


def test_a_report_of_another_kind_is_refused_before_it_is_begun(plan, answer, tmp_path):
    with pytest.raises(BadInput, match=r"report\.odt"):
        write_report([answer], plan, tmp_path / "report.odt")


def test_without_python_docx_there_is_a_sentence_and_the_pdf_all_the_same(plan, answer, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "docx" or name.endswith(".document_docx")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingLibrary, match=r"cannot be loaded.*or the report as PDF"):
        write_report([answer], plan, tmp_path / "report.docx")
    write_report([answer], plan, tmp_path / "report.pdf")
    assert [one.name for one in tmp_path.iterdir()] == ["report.pdf"]


def test_a_plan_is_not_overwritten_by_its_report(plan, answer, tmp_path):
    copy = tmp_path / "plan.docx"
    shutil.copy(plan, copy)
    with pytest.raises(BadInput):
        write_report([answer], plan, copy)
    assert copy.read_bytes() == plan.read_bytes()


# ── the map ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_map_shows_the_units_and_the_red_line_near_a_site_and_none_far_away(plan, red_site):
    x, y, _ = map(float, red_site.split(","))
    near = ReportPlan(plan).layers((x - 200, y - 200, x + 200, y + 200))
    here = shapely.Point(x, y)
    assert any(shapely.covers(shape, here) for shape in near.outlined["red_line"])
    assert [unit.category for unit in near.units if shapely.covers(unit.shape, here)] == [1]
    assert ReportPlan(plan).layers((0, 0, 100, 100)).units == ()


def test_the_overview_has_all_units_with_fewer_vertices(plan):
    whole = ReportPlan(plan)
    fine = whole.layers(whole.bounds).units
    assert {unit.code for unit in whole.overview.units} == {unit.code for unit in fine}
    assert sum(shapely.get_num_coordinates(unit.shape) for unit in whole.overview.units) <= sum(
        shapely.get_num_coordinates(unit.shape) for unit in fine
    )
