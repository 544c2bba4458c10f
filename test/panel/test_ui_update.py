"""The tab Update: newer files beside the sources in use, what they would touch, the run with them, what it came to."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from control_units.delineation import verbs
from control_units.delineation.case.reading import read_case
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run
from control_units.ui.map.version_layer import TOUCHED
from control_units.ui.pages.update import sources as sources_module
from control_units.ui.pages.update.box import AFTER, DOING, SOURCES, UpdateBox
from control_units.ui.pages.update.box import TOUCHED as TOUCHED_VIEW
from control_units.ui.text import sentence
from control_units.ui.widgets.two_lines import LINES
from control_units.ui.work.settings import PanelSetting
from fakes import workplace
from hand import CASE, RED_LINE, box, hand, write_layer
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QMimeData, QPointF, Qt, QUrl
from qgis.PyQt.QtGui import QDropEvent
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QToolButton

MOVED = box(1_500, 1_000, 2_000, 2_000)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("update")
    run(hand(folder, CASE), folder / "case.plan.gpkg")
    return folder


@pytest.fixture
def place(made, tmp_path):
    PanelSetting.AUTHOR.set("张三")
    for path in made.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    place = workplace()
    assert place.session.open_case(tmp_path / "case.toml")
    yield place
    place.session.revision.shut()
    PanelSetting.AUTHOR.set("")
    QgsProject.instance().clear()


@pytest.fixture
def page(place):
    page = UpdateBox(place)
    page.resize(360, 420)
    page.show()
    settle(page)
    yield page
    page.shut()
    page.close()
    page.deleteLater()
    QCoreApplication.processEvents()


@pytest.fixture
def red_line(tmp_path):
    return write_layer(tmp_path / "red_line_2026.gpkg", "red_line", [MOVED], RED_LINE[1])


def settle(page) -> None:
    for _ in range(3):
        while page.session.runner.finish():
            QCoreApplication.processEvents()
        QCoreApplication.processEvents()


def spec_of(page, role: str):
    return next(one for one in page.session.case.sources if one.role == role)


def choose(page, role: str, file):
    newer = page.updating.choose(spec_of(page, role), str(file))
    settle(page)
    return newer


def lines(tree) -> list[tuple[str, ...]]:
    model = tree.model()
    return [
        (*model.index(row, 0).data(LINES), *(model.index(row, one).data() for one in range(1, model.columnCount())))
        for row in range(model.rowCount())
    ]


TOWN = "999901001,999901003,甲镇,丙镇,township,rename"


def changes(folder, row: str) -> str:
    """Write a table of one administrative change."""
    table = folder / "changes.csv"
    head = "old_code,new_code,old_name,new_name,level,kind,date,document\n"
    table.write_text(f"{head}{row},2026-01-01,文件二\n", encoding="utf-8")
    return str(table)


def do_as_foretold(page) -> None:
    """Make the update: its units have the codes that were foretold, and no others."""
    found, codes = page.updating.impact, set(page.session.plan.units["code"])
    ends = {one.code for one in found.ends}
    page.updating.run.start()
    settle(page)
    told = {found.codes.get(code, code) for code in codes - ends} | {one.code for one in found.new}
    assert set(page.session.plan.units["code"]) == told


def item_of(page, name: str):
    items = page.list.items()
    return next(one for one in items if one.data(0, LINES)[0] == name)


def prepared(page, file):
    """The newer red line chosen, compared, dated and confirmed."""
    newer = choose(page, "red_line", file)
    page.updating.confirm(newer)
    return newer


def test_a_line_a_source_says_what_is_in_use_and_one_more_is_for_administrative_changes(page):
    shown = lines(page.list)
    assert [line[0] for line in shown] == [
        "Counties",
        "Townships",
        "Ecological red line",
        "Water environment zone",
        "Table of administrative changes",
    ]
    assert [line[1] for line in shown[:2]] == ["2025-01-31 · hand.gpkg | county", "no date · hand.gpkg | township"]
    assert "Press" in page.hint.text()


def test_a_newer_file_is_asked_for_and_told_what_it_touches_before_anything_is_done(page, red_line, monkeypatch):
    case = page.session.case
    monkeypatch.setattr(sources_module, "ask_file", lambda *_: str(red_line))
    item = item_of(page, "Ecological red line")
    QTest.mouseClick(page.list.itemWidget(item, 1), Qt.MouseButton.LeftButton)
    assert page.sources.currentWidget() is page.details
    settle(page)
    page.details.return_.click()
    assert lines(page.list)[2][1] == "→ 2 faces, 2 units, 2.00 km² touched · red_line_2026.gpkg"
    page.show_view(TOUCHED_VIEW)
    assert "Touched: 2 faces of 2 units, 2.00 km²; 1.00 km² of it change hands." in page.touched.told.text()
    assert page.session.case is case
    assert page.touched.bars.before != page.touched.bars.after


def test_a_file_is_dropped_on_its_line(page, red_line):
    item = item_of(page, "Ecological red line")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(red_line))])
    spot = QPointF(page.list.visualItemRect(item).center())
    event = QDropEvent(spot, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    page.list.dropEvent(event)
    assert page.updating.newer[0].spec.role == "red_line"


def test_trigger_document_and_date_are_asked_once_beside_what_it_changes(page, red_line):
    newer = choose(page, "red_line", red_line)
    page.open(newer)
    details = page.details
    assert details.trigger.currentData() == "red_line_adjusted"
    details.document.setText("自然资发〔2026〕1号")
    details.document.editingFinished.emit()
    details.date.setText("2026-05")
    details.date.editingFinished.emit()
    assert details.changes.isVisible()
    assert "1 moved" in details.changes.text.text()
    spec = newer.new_spec()
    assert (spec.trigger, spec.document, spec.date) == ("red_line_adjusted", "自然资发〔2026〕1号", "2026-05")
    details.date.setText("2026-99")
    details.date.editingFinished.emit()
    assert details.date.text() == newer.date == "2026-05"


def test_what_has_to_be_confirmed_keeps_the_update_back(page, tmp_path):
    less = write_layer(tmp_path / "less.gpkg", "red_line", [box(1_000, 1_000, 1_000, 2_000)], RED_LINE[1])
    newer = choose(page, "red_line", less)
    assert newer.state == "check"
    page.open(newer)
    asked = "half of ecological red line or less is left (area: 4.0000 km² → 2.0000 km²; features: 1 → 1)"
    assert asked in page.details.changes.text.text()
    page.show_view(DOING)
    assert not page.doing.do.isEnabled()
    assert "Ecological red line" in page.doing.told.text()
    page.show_view(SOURCES)
    page.open(newer)
    page.details.right.click()
    page.show_view(DOING)
    assert page.doing.do.isEnabled()


def test_a_file_that_cannot_be_read_says_why_and_another_may_be_chosen(page, tmp_path, red_line):
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"no layer")
    newer = choose(page, "red_line", broken)
    assert newer.state == "problem"
    page.open(newer)
    assert "broken.gpkg" in page.details.told.text()
    choose(page, "red_line", red_line)
    assert [one.state for one in page.updating.newer] == ["ready"]


def test_units_are_listed_with_what_they_lose_and_gain_and_a_click_shows_the_place(page, red_line):
    choose(page, "red_line", red_line)
    page.show_view(TOUCHED_VIEW)
    table = page.touched.units
    shown = {line[0]: line[1:] for line in lines(table)}
    assert len(shown) == 2
    # The red line loses nothing without a document, and gains what it covers anew.
    assert sorted(line[1:] for line in shown.values()) == [("1.00", "1.00", "–"), ("1.00", "–", "1.00")]
    assert "S58" in page.touched.told.toolTip()
    zoomed = QSignalSpy(page.touched.zoom)
    table.clicked.emit(table.rows.index(0, 0))
    west, south, east, north = zoomed[0][0].bounds
    assert (west, south) >= (501_000, 3_401_000)
    assert (east, north) <= (503_500, 3_403_000)


def test_what_is_touched_is_a_layer_that_nobody_edits_with_a_legend_in_words(page, red_line):
    choose(page, "red_line", red_line)
    page.show_view(TOUCHED_VIEW)
    page.touched.draw.click()
    settle(page)
    QTest.qWait(100)
    (layer,) = [one for one in QgsProject.instance().mapLayers().values() if one.customProperty(TOUCHED)]
    assert layer.featureCount() == 2
    assert layer.readOnly()
    legend = {category.value(): category.label() for category in layer.renderer().categories()}
    assert set(legend.values()) <= set(page.touched.layer.legend().values())
    assert set(legend) == {one["kind"] for one in layer.getFeatures()}
    page.touched.clear.click()
    assert not any(one.customProperty(TOUCHED) for one in QgsProject.instance().mapLayers().values())


def faces(path) -> list[tuple]:
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT face_id, unit_id, geom FROM faces ORDER BY face_id").fetchall()


def test_the_update_changes_the_case_with_the_plan_and_is_taken_back_with_it(page, red_line):
    session = page.session
    before, faces_before = session.case, faces(session.plan_path)
    newer = prepared(page, red_line)
    page.updating.say(newer, date="2026-05", document="文件一")
    page.show_view(DOING)
    assert "Ecological red line" in page.doing.told.text()
    assert "case.last.gpkg" in page.doing.told.text()
    page.doing.do.click()
    settle(page)
    assert session.case is not before
    written = read_case(session.case_path)
    spec = next(one for one in written.sources if one.role == "red_line")
    assert (spec.path, spec.date, spec.trigger, spec.document) == (
        "red_line_2026.gpkg",
        "2026-05",
        "red_line_adjusted",
        "文件一",
    )
    assert (written.method, written.previous.path) == ("update", "case.last.gpkg")
    assert session.changed_since_run() == ()
    assert page.views.currentIndex() == AFTER
    assert not page.updating.newer
    red = read_plan(session.plan_path).units
    assert red.loc[red["category"] == 1, "geometry"].iloc[0].covers(MOVED)
    session.start_take_back()
    settle(page)
    assert faces(session.plan_path) == faces_before
    assert read_case(session.case_path).sources == before.sources
    assert read_case(session.case_path).method == "overlay"
    assert [one.spec.role for one in page.updating.newer] == ["red_line"]
    session.start_take_back()
    settle(page)
    assert read_case(session.case_path).method == "update"
    assert not page.updating.newer


def test_an_update_that_is_stopped_leaves_case_and_folder_as_they_were(page, red_line):
    session, folder = page.session, page.session.case_path.parent
    text, files = session.case_path.read_bytes(), sorted(folder.iterdir())
    prepared(page, red_line)
    page.updating.run.start()
    # The copy of the plan is made, the run waits.
    _, work, done, *_ = session.runner.waiting.pop(0)
    done(work(lambda *_: None))
    assert session.busy
    assert page.updating.run.running
    assert "case.last.gpkg" in page.doing.words()
    session.cancel()
    assert not page.updating.run.running
    assert session.case_path.read_bytes() == text
    assert sorted(folder.iterdir()) == files
    assert [one.state for one in page.updating.newer] == ["ready"]


def test_land_is_put_lower_only_by_a_document(page, red_line):
    newer = prepared(page, red_line)
    page.updating.say(newer, document="文件一")
    page.show_view(DOING)
    page.doing.lower.click()
    settle(page)
    assert page.doing.document.text() == "文件一"
    page.doing.document.setText("")
    page.doing.document.editingFinished.emit()
    assert not page.doing.do.isEnabled()
    page.doing.document.setText("文件二")
    page.doing.document.editingFinished.emit()
    assert {one.to.get(3, 0.0) for one in page.updating.impact.units if one.category == 1} == {1e6}
    page.doing.do.click()
    settle(page)
    assert (page.session.case.update.lower, page.session.case.update.document) == ("follow", "文件二")
    units = page.session.plan.units
    assert units.loc[units["category"] == 1, "geometry"].iloc[0].equals(MOVED)


def test_divided_anew_the_case_keeps_its_method_and_codes_go_on(page, red_line):
    codes = set(page.session.plan.units["code"])
    prepared(page, red_line)
    page.show_view(DOING)
    page.doing.anew.click()
    assert not page.updating.keeps
    settle(page)
    do_as_foretold(page)
    assert (page.session.case.method, page.session.case.previous.path) == ("overlay", "case.last.gpkg")
    assert set(page.session.plan.units["code"]) == codes
    assert not page.session.plan.lineage.empty


def test_a_second_file_goes_on_from_the_same_year_and_the_planner_may_say_otherwise(page, red_line, tmp_path):
    prepared(page, red_line)
    page.updating.run.start()
    settle(page)
    assert page.updating.from_case
    water = write_layer(
        tmp_path / "water_2026.gpkg", "water", [box(4_000, 4_000, 2_000, 2_000)], {"zone": ["工业污染重点管控区"]}
    )
    page.updating.confirm(choose(page, "water_zone", water))
    assert page.updating.run.copy_name() == ""
    page.updating.decide(from_case=False)
    assert page.updating.run.copy_name() == "case.last_2.gpkg"
    assert page.updating.impact is None
    settle(page)
    page.updating.decide(from_case=True)
    settle(page)
    do_as_foretold(page)


def test_units_that_end_and_new_ones_codes_clauses_and_findings_are_told(page, tmp_path):
    water = write_layer(
        tmp_path / "water_2026.gpkg", "water", [box(4_000, 4_000, 3_000, 2_000)], {"zone": ["优先保护区"]}
    )
    page.updating.confirm(choose(page, "water_zone", water))
    page.show_view(TOUCHED_VIEW)
    found = page.updating.impact
    (ended,), (new,) = found.ends, found.new
    said = page.touched.told.text()
    assert "Units: 1 end, 1 are new, 0 get another code." in said
    assert "Clauses: " in said
    shown = {line[0]: line[1] for line in lines(page.touched.units)}
    assert f"ends: its land is of another category, in {new.code}" in shown[ended.name]
    assert new.code in shown[new.name]
    head, *told = page.touched.told.toolTip().splitlines()
    assert (head, [one[:4] for one in told]) == ("New findings: 1", ["S94 "])
    page.touched.draw.click()
    settle(page)
    QTest.qWait(100)
    (layer,) = [one for one in QgsProject.instance().mapLayers().values() if one.customProperty(TOUCHED)]
    assert {one["code"]: one["kind"] for one in layer.getFeatures()}[ended.code] == "gone"
    do_as_foretold(page)


def test_a_table_of_administrative_changes_alone_is_told_beforehand_and_what_is_chosen_next_stops_it(page, tmp_path):
    page.updating.choose_changes(changes(tmp_path, TOWN))
    assert page.updating.busy
    assert "being made for a look" in page.touched.words()
    page.updating.decide(keeps=False)
    settle(page)
    first = page.updating.impact
    assert not (first.units or first.new)
    assert page.touched.words() == "The update changes nothing of the plan."


def test_a_table_of_administrative_changes_goes_into_the_case(page, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    page.updating.choose_changes(str(wrong))
    assert not page.updating.ready
    assert "wrong.csv" in item_of(page, "Table of administrative changes").data(0, LINES)[1]
    page.updating.choose_changes(changes(tmp_path, TOWN))
    assert page.updating.ready
    page.updating.run.start()
    settle(page)
    assert page.session.case.admin.changes == "changes.csv"


def test_a_plan_without_its_case_says_what_is_missing(place, page):
    plan = place.session.plan_path.rename(place.session.plan_path.with_name("alone.gpkg"))
    place.session.case_path.unlink()
    assert place.session.open_case(plan)
    assert page.hint.isVisible()
    assert "case" in page.hint.text()
    assert not page.stack.isVisible()


def test_all_that_can_be_pressed_has_a_tool_tip(page, red_line):
    page.open(choose(page, "red_line", red_line))
    for view in (SOURCES, TOUCHED_VIEW, DOING):
        page.views.setCurrentIndex(view)
        for button in page.findChildren(QToolButton):
            assert button.toolTip() or not button.isVisible() or not button.text(), button.objectName()


def test_edits_are_part_of_last_years_units(page, red_line):
    """Names that people gave stay, and nothing is told of edits that could not be done again."""
    session = page.session
    unit = session.plan.units.iloc[0]["code"]
    verbs.edit(session.plan_path, [{"op": "rename", "unit": unit, "name": "由人改名的单元"}], author="张三")
    assert session.open_case(session.case_path)
    settle(page)
    assert session.edits == 1
    prepared(page, red_line)
    page.show_view(DOING)
    assert "part of last year's units" in page.doing.told.text()
    page.updating.run.start()
    settle(page)
    units = session.plan.units.set_index("code")
    assert units.loc[unit, "name"] == "由人改名的单元"
    assert not (session.plan.findings["id"] == "S56").any()


def test_what_did_not_fit_is_done_by_a_button_each_or_all_of_a_kind(page, tmp_path):
    county = write_layer(
        tmp_path / "county_2026.gpkg", "county", [box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["新试验区"]}
    )
    row = "999901,999951,试验县,新试验区,county,recode"
    page.updating.choose_changes(changes(tmp_path, row))
    page.updating.confirm(choose(page, "county", county))
    assert all(not unit.loses_m2 for unit in page.updating.impact.units)
    page.updating.decide(recodes="keep")
    page.updating.run.start()
    settle(page)
    after, revision = page.after, page.session.revision
    assert after.misfits.rows.rowCount() == 3
    assert "Codes kept: 3, lost: 0" in after.told.text()
    after.misfits.setCurrentIndex(after.misfits.rows.index(0, 0))
    after.mend.click()
    until(page, lambda: len(after._done) == 1)
    assert not after.mend.isEnabled()
    after.misfits.setCurrentIndex(after.misfits.rows.index(1, 0))
    assert after.every.text() == "&All 2 of this kind"
    after.every.click()
    until(page, lambda: len(after._done) == 3)
    assert {unit.name[:4] for unit in revision.state.units.values()} == {"新试验区"}
    zoomed = QSignalSpy(after.chosen)
    after.look.click()
    assert zoomed[0][0] in revision.state.units
    assert [one.isHidden() for one in (after.mend, after.look)] == [False, False]
    after.misfits.rows.put([])
    after._offer()  # where all fits there is nothing to be done, and the other buttons have the room
    assert [one.isHidden() for one in (after.mend, after.look, after.below)] == [True, True, True]


def until(page, there) -> None:
    for _ in range(400):
        settle(page)
        if there():
            return
        QTest.qWait(25)
    raise AssertionError("did not come")


def test_units_that_are_a_source_are_last_years_whatever_the_plan(page, tmp_path):
    session = page.session
    copy = tmp_path / "units_2025.gpkg"
    copy.write_bytes(session.plan_path.read_bytes())
    unit = replace(session.case.sources[0], role="unit", path=copy.name, layer="units", fields={}, date="")
    session.change(sources=(*session.case.sources, unit))
    page.show_view(DOING)
    assert [page.doing.year.itemText(row) for row in range(page.doing.year.count())] == [
        "As the case says: units_2025.gpkg"
    ]
    assert page.updating.run.copy_name() == ""


@pytest.mark.parametrize(
    ("lost", "wanted"),
    [
        ("case.plan.gpkg", "put back in its place, or opened where it is now"),
        ("red_line_2026.gpkg", "an existing vector file"),
        ("hand.gpkg", "an existing vector file"),
    ],
)
def test_a_file_that_is_gone_when_the_update_begins_says_so_and_all_goes_on_when_it_is_back(
    page, red_line, lost, wanted
):
    folder, told = page.session.case_path.parent, QSignalSpy(page.session.failed)
    prepared(page, red_line)
    case, there = page.session.case_path.read_bytes(), {path.name for path in folder.iterdir()}
    (folder / lost).rename(folder / "away")
    page.updating.run.start()
    settle(page)
    (failure,) = told[0]
    assert [part in sentence(failure.error) for part in (lost, "file not found", wanted)] == [True] * 3
    (folder / "away").rename(folder / lost)
    assert {path.name for path in folder.iterdir()} == there
    assert page.session.case_path.read_bytes() == case
    assert not page.updating.run.running and page.updating.newer
    page.updating.run.start()
    settle(page)
    assert page.updating.run.was_made


def test_what_nobody_looks_at_is_worked_out_when_somebody_does(page, red_line):
    page.hide()
    choose(page, "red_line", red_line)
    assert page.updating.newer[0].state == "ready"
    assert page.updating.impact is None
    page.show()
    settle(page)
    assert page.updating.impact is not None


def test_a_layer_of_the_project_is_dropped_with_its_filter(page, red_line):
    layer = QgsVectorLayer(f"{red_line}|layername=red_line", "红线", "ogr")
    layer.setSubsetString("id = 'R1'")
    page._take_layers(spec_of(page, "red_line"), [layer])
    settle(page)
    (newer,) = page.updating.newer
    assert newer.state == "ready"
    assert newer.path.endswith("case.layers.gpkg")


def test_what_was_chosen_stays_with_its_source_whatever_else_the_case_says_of_it(page, red_line):
    session, newer = page.session, prepared(page, red_line)
    sources = [replace(one, date="2025-12") if one.role == "red_line" else one for one in session.case.sources]
    session.change(sources=tuple(sources))
    settle(page)
    assert [one.state for one in page.updating.newer] == ["ready"]
    assert page.updating.impact.area_m2 == pytest.approx(2e6)
    assert page.updating.of(spec_of(page, "red_line")) is newer
    session.change(sources=tuple(one for one in session.case.sources if one.role != "red_line"))
    assert not page.updating.newer
    assert page.updating.impact is None


def test_a_run_that_fails_leaves_the_case_as_it_was(page, red_line):
    session = page.session
    text = session.case_path.read_bytes()
    prepared(page, red_line)
    page.updating.run.start()
    red_line.unlink()
    failed = QSignalSpy(session.failed)
    settle(page)
    assert failed[0][0].doing == "run"
    assert session.case_path.read_bytes() == text
    assert session.case.method == "overlay"
    assert not page.updating.run.running
    assert not list(session.case_path.parent.glob("*.last*"))


def reopened(page):
    """Open the plan once more, which another door has changed."""
    assert page.session.open_case(page.session.case_path)
    settle(page)
    return page


@pytest.fixture
def locked(page):
    """The plan with its water zone and its rest locked, open."""
    ids = page.session.plan.units.loc[page.session.plan.units["category"] > 1, "unit_id"]
    verbs.edit(page.session.plan_path, [{"op": "lock", "unit": one} for one in ids], author="张三")
    return reopened(page)


@pytest.mark.parametrize(("answer", "areas"), [("rules", [4e6, 8e6, 88e6]), ("keep", [4e6, 6e6, 90e6])])
def test_locked_units_that_would_change_are_asked_about_with_their_areas(locked, tmp_path, answer, areas):
    session, doing = locked.session, locked.doing
    zone = [box(4_000, 4_000, 4_000, 2_000)], {"zone": ["工业污染重点管控区"]}
    newer = locked.updating.choose(spec_of(locked, "water_zone"), str(write_layer(tmp_path / "w.gpkg", "water", *zone)))
    locked.show_view(DOING)
    _, work, done, *_ = session.runner.waiting.pop(0)
    done(work(lambda *_: None))  # it is compared; what it touches waits
    locked.updating.confirm(newer)
    assert "worked out whether locked units" in doing.told.text()
    settle(locked)
    assert doing.locks.isVisible()
    assert not doing.recodes.isVisible()
    listed = doing.locks.told.text().splitlines()[1:]
    rest, water = (session.plan.units.loc[session.plan.units["category"] == one, "code"].item() for one in (3, 2))
    assert [line.split()[1] for line in listed] == sorted([rest, water])
    assert sum(": loses 2.0000 km²" in line for line in listed) == 1
    assert sum(": gains 2.0000 km²" in line for line in listed) == 1
    assert not doing.do.isEnabled()
    assert "the rules, or the lock" in doing.told.text()
    for one in ("keep", "rules", answer):
        doing.locks.answers[one].click()
        settle(locked)
        assert [key for key, button in doing.locks.answers.items() if button.isChecked()] == [one]
        assert doing.locks.told.text().splitlines()[1:] == listed
    doing.do.click()
    settle(locked)
    assert session.case.update.locked == answer
    assert read_case(session.case_path).update.locked == answer
    assert sorted(session.plan.units["area_m2"].round()) == areas
    told = set(session.plan.findings["id"])
    assert ("S87" in told, "S58" in told) == (answer == "rules", answer == "keep")
    assert (locked.updating.locked, locked.updating.locks) == ((), "")


def test_another_file_asks_anew_and_dividing_anew_does_not_ask(locked, tmp_path, red_line):
    zone = [box(4_000, 4_000, 4_000, 2_000)], {"zone": ["工业污染重点管控区"]}
    locked.updating.confirm(choose(locked, "water_zone", write_layer(tmp_path / "w.gpkg", "water", *zone)))
    locked.show_view(DOING)
    locked.doing.locks.answers["keep"].click()
    settle(locked)
    assert locked.updating.ready
    prepared(locked, red_line)
    assert locked.updating.open_question == "locks"
    assert "loses 3.0000 km²" in locked.doing.locks.told.text()
    locked.doing.anew.click()
    settle(locked)
    assert not locked.doing.locks.isVisible()
    assert locked.updating.ready


@pytest.mark.parametrize(("answer", "prefix"), [("keep", "ZH999901"), ("recode", "ZH999951")])
def test_codes_of_a_county_with_another_code_are_asked_about_and_counted_afterwards(page, tmp_path, answer, prefix):
    county = [box(0, 0, 10_000, 10_000)], {"code": ["999951"], "name": ["试验区"]}
    page.updating.confirm(choose(page, "county", write_layer(tmp_path / "c.gpkg", "county", *county)))
    page.show_view(DOING)
    assert not page.doing.recodes.isVisible()
    page.updating.choose_changes(changes(tmp_path, "999901,999951,试验县,试验区,county,recode"))
    settle(page)
    assert page.doing.recodes.isVisible()
    assert "county 999901 → 999951: 3 units" in page.doing.recodes.told.text()
    assert not page.doing.do.isEnabled()
    assert "county code of before" in page.doing.told.text()
    page.doing.recodes.answers[answer].click()
    page.doing.do.click()
    settle(page)
    assert page.session.case.admin.on_recode == answer
    assert {code[:8] for code in page.session.plan.units["code"]} == {prefix}
    page.after.refresh()
    settle(page)
    kept = "Codes that keep their county of before: 3."
    assert (kept in page.after.told.text()) == (answer == "keep")
    assert not page.updating.recoded


def test_edits_made_since_the_update_are_named_before_it_is_taken_back(page, red_line):
    session = page.session
    prepared(page, red_line)
    page.updating.run.start()
    settle(page)
    unit = session.plan.units["unit_id"].iloc[0]
    verbs.edit(session.plan_path, [{"op": "rename", "unit": unit, "name": "后来的名称"}], author="李四")
    held, asked = session.plan_path.read_bytes(), []
    session.may_go = lambda later: asked.append(later)
    page.after.back.click()
    settle(page)
    ((count, said),) = asked
    assert (count.facts["n"], "后来的名称" in str(said)) == (1, True)
    assert session.plan_path.read_bytes() == held
    assert session.case.method == "update"
    assert not session.taking_back
    session.may_go = lambda _: True
    page.after.back.click()
    settle(page)
    assert session.case.method == "overlay"
    assert "后来的名称" not in session.plan.units["name"].tolist()


@pytest.fixture
def filed(page):
    """The plan, filed by another door, open."""
    filing = {"op": "status", "to": "备案", "document": "备案函", "date": "2026-01-05"}
    verbs.edit(page.session.plan_path, [filing], author="张三")
    return reopened(page)


def test_a_filed_plan_stays_and_its_update_has_a_case_and_a_plan_of_its_own(filed, red_line):
    session, old = filed.session, filed.session.plan_path
    case_path, text, content = session.case_path, session.case_path.read_bytes(), old.read_bytes()
    prepared(filed, red_line)
    filed.show_view(DOING)
    assert "case_2.toml" in filed.doing.told.text()
    filed.doing.do.click()
    settle(filed)
    assert (session.case_path.name, session.plan_path.name) == ("case_2.toml", "case_2.plan.gpkg")
    assert (session.case.method, session.case.previous.path) == ("update", "case.plan.gpkg")
    assert (case_path.read_bytes(), old.read_bytes()) == (text, content)
    assert not filed.updating.run.was_made
    assert filed.views.currentIndex() == AFTER


def test_the_update_of_a_filed_plan_that_is_stopped_leaves_nothing(filed, red_line):
    session, folder = filed.session, filed.session.case_path.parent
    prepared(filed, red_line)
    before = session.case_path, sorted(folder.iterdir())
    filed.updating.run.start()
    assert session.busy
    assert "case_2.toml" in filed.doing.words()
    session.cancel()
    assert (session.case_path, sorted(folder.iterdir())) == before
    assert [one.state for one in filed.updating.newer] == ["ready"]
