"""The Output page: what a plan becomes, where, and what is said of it before, meanwhile and afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message
from control_units.delineation.export import registry
from control_units.delineation.export.history import history_file
from control_units.delineation.export.registry import exporters
from control_units.ui.frame.notice import Notice
from control_units.ui.pages.output import page as output_module
from control_units.ui.pages.output.page import OutputPage
from control_units.ui.pages.result.page import ResultPage
from control_units.ui.widgets import file_dialogs, signed_line
from control_units.ui.widgets import messages as messages_module
from control_units.ui.widgets.messages import Messages, Said
from fakes import workplace
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPushButton
from telling import texts_of

LEFT, TAB = Qt.MouseButton.LeftButton, Qt.Key.Key_Tab


def shown(place) -> OutputPage:
    page = OutputPage(place)
    page.resize(350, 520)
    page.show()
    assert QTest.qWaitForWindowExposed(page)
    return page


@pytest.fixture
def page(place):
    page = shown(place)
    yield page
    page.deleteLater()


def click(widget) -> None:
    assert widget.isEnabled()
    assert widget.isVisible()
    QTest.mouseClick(widget, LEFT, pos=QPoint(8, widget.height() // 2))


def only(page, *whats: str) -> None:
    """Tick these and no others, with the mouse."""
    for what, row in page.rows.items():
        if row.box.isChecked() != (what in whats):
            click(row.box)


def become(page, name: str):
    """Choose a format as a user does, and give its row."""
    row = page.rows[exporters()[name].what]
    at = row.kind.findData(name)
    row.kind.setFocus()
    while row.kind.currentIndex() != at:
        QTest.keyClick(row.kind, Qt.Key.Key_Down if row.kind.currentIndex() < at else Qt.Key.Key_Up)
    return row


def into(page, name: str, path: Path, monkeypatch):
    """Choose a format and a file for it."""
    row = become(page, name)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    click(row.other)
    return row


# ── what is there to choose from, and what is said of it ────────────────────────────────────────────────────────────


def test_every_format_that_there_is_can_be_chosen(page):
    there = {row.kind.itemData(at) for row in page.rows.values() for at in range(row.kind.count())}
    assert there == set(exporters())


def test_a_new_format_needs_no_line_in_the_panel(place, monkeypatch):
    def write(plan, output, *, progress=None, pages: int = 2, stamp: bool = False, office: str = ""):  # noqa: ARG001
        output.write_text(f"{pages} {stamp} {office}")
        return registry.Written((output,), {"units": 1})

    exporters()
    one = registry.Exporter("poem-txt", "诗", "Poem", "文本", "Text", ".txt", 999, write, ("pages", "stamp", "office"))
    monkeypatch.setitem(registry._EXPORTERS, "poem-txt", one)
    page = shown(place)
    row = page.rows["poem"]
    page.area.ensureWidgetVisible(row)
    click(row.more)
    field = row.options.findChild(QLineEdit, "option_office")
    page.area.ensureWidgetVisible(row)
    field.setFocus()
    QTest.keyClicks(field, "Bureau")
    QTest.keyClick(field, Qt.Key.Key_Return)
    page.area.ensureWidgetVisible(row.now)
    click(row.now)
    page.session.runner.finish()
    assert row.became.text().startswith("Exported ")
    assert page.outputs.target("poem").read_text() == "2 False Bureau"


def test_what_is_not_as_it_was_meant_stands_in_the_row_and_is_told_where_that_cannot_be_noted(place, monkeypatch):
    facts = {"cut": 2, "lacking": list("abcdefg"), "encoding": "GBK"}

    def write(plan, output, *, progress=None):  # noqa: ARG001
        output.write_text("poem")
        return registry.Written((output,), {"units": 1}, facts)

    exporters()
    one = registry.Exporter("poem-txt", "诗", "Poem", "文本", "Text", ".txt", 999, write, ())
    monkeypatch.setitem(registry._EXPORTERS, "poem-txt", one)
    page = shown(place)
    row = page.rows["poem"]
    page.area.ensureWidgetVisible(row.now)
    click(row.now)
    page.session.runner.finish()
    remarks = ["No font has the characters a, b, c, d, e … (7)", "2 texts were longer than their fields and were cut"]
    assert row.became.text().split("\n")[1:] == remarks
    assert page.place.messages.texts == []
    history = history_file(page.session.plan_path)
    history.unlink()
    history.mkdir()
    page.area.ensureWidgetVisible(row.now)
    click(row.now)
    page.session.runner.finish()
    (told,) = page.place.messages.texts
    target = page.outputs.target("poem")
    assert told.split("\n") == [
        f"1 unit → {target}",
        "texts in GBK",
        *remarks,
        "The export could not be noted beside the plan",
    ]


def test_a_line_says_beforehand_what_will_be_in_it(page):
    plan = page.session.plan
    assert f"clauses to be reviewed: {len(plan.clauses)} of {len(plan.clauses)}" in page.rows["lists"].holds.text()
    units = become(page, "units-shp")
    assert f"{len(plan.units)} units" in units.holds.text()
    assert "GBK" in units.holds.text()
    assert "HJGKDYBM" in units.holds.text()
    assert "GBK" not in become(page, "units-kml").holds.text()


def test_files_lie_beside_the_plan_under_its_name_until_somebody_says_otherwise(page, monkeypatch, tmp_path):
    row = become(page, "units-shp")
    place = page.outputs.target("units")
    assert place.parent == page.session.plan_path.parent
    assert place.suffix == ".shp"
    assert place.name in row.target.whole
    (tmp_path / "elsewhere").mkdir()
    into(page, "units-shp", tmp_path / "elsewhere" / "单元.shp", monkeypatch)
    assert page.outputs.target("units") == tmp_path / "elsewhere" / "单元.shp"
    assert "elsewhere/单元.shp" in row.target.whole
    # Of another format nothing was said.
    become(page, "units-gpkg")
    assert page.outputs.target("units").parent == page.session.plan_path.parent


def test_what_was_chosen_is_remembered_in_the_project(page, monkeypatch, tmp_path):
    into(page, "units-kml", tmp_path / "a.kml", monkeypatch)
    only(page, "units", "areas")
    again = OutputPage(page.place)
    assert again.outputs.ticked() == ["units", "areas"]
    assert again.outputs.target("units") == tmp_path / "a.kml"
    QgsProject.instance().writeEntry("control_units", "output", '{"rows": {"units": 7, "lists": {"format": "x"}}}')
    assert OutputPage(page.place).outputs.target("units").parent == page.session.plan_path.parent


# ── exporting ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [name for name in exporters() if not name.startswith(("map", "atlas"))])
def test_each_format_is_written_by_its_button(page, monkeypatch, tmp_path, name):
    path = tmp_path / f"out{exporters()[name].suffix}"
    row = into(page, name, path, monkeypatch)
    page.area.ensureWidgetVisible(row.now)
    before = page.session.plan_path.read_bytes()
    click(row.now)
    assert not row.now.isEnabled()
    assert page.cancel.isVisible()
    page.session.runner.finish()
    assert path.exists()
    assert row.became.text().startswith("Exported ")
    assert row.folder.isVisible()
    assert row.file.isVisible() == path.is_file()
    assert not page.cancel.isVisible()
    assert page.state().mark == "done"
    assert page.session.plan_path.read_bytes() == before


def test_all_that_is_ticked_is_written_at_one_click(page):
    only(page, "lists", "units", "areas")
    click(page.all)
    assert page.session.runner.finish() == 3
    targets = [page.outputs.target(what) for what in ("lists", "units", "areas")]
    assert all(path.exists() for path in targets)
    assert "优先保护单元" in openpyxl.load_workbook(targets[0]).sheetnames
    assert page.state().sentence == "Exported from this plan: 3 files or layers."


def test_without_a_tick_there_is_nothing_to_press(page):
    only(page)
    assert not page.all.isEnabled()
    assert page.state().action == ""


def test_an_encoding_is_asked_for_only_of_a_shapefile(page, monkeypatch, tmp_path):
    row = into(page, "units-shp", tmp_path / "u.shp", monkeypatch)
    click(row.more)
    combo = row.options.findChild(QComboBox, "option_encoding")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_End)
    assert "UTF-8" in row.holds.text()
    click(row.now)
    page.session.runner.finish()
    assert (tmp_path / "u.cpg").read_text() == "UTF-8"
    names = [one.objectName() for one in become(page, "units-gpkg").options.findChildren(QComboBox)]
    assert names == ["option_boundaries"]


def test_cancel_leaves_what_is_whole_and_begins_nothing_more(page):
    only(page, "lists", "areas")
    click(page.all)
    runner = page.session.runner
    _, work, done, _, progress = runner.waiting.pop(0)
    done(work(progress))
    click(page.cancel)
    assert runner.finish() == 0
    assert page.outputs.target("lists").exists()
    assert not page.outputs.target("areas").exists()
    assert page.all.isEnabled()
    assert page.outputs.failures == {}


def test_progress_is_of_all_that_is_exported(page):
    only(page, "lists", "areas")
    click(page.all)
    runner = page.session.runner
    _, work, done, _, progress = runner.waiting.pop(0)
    progress(0.5, Message("written"))
    assert page.bar.value() == 250
    assert page.stage.text() == "written"
    done(work(progress))
    assert "Being exported" in page.rows["areas"].became.text()
    runner.waiting[0][4](0.5, Message("written"))
    assert page.bar.value() == 750
    runner.finish()


def test_a_failure_stands_in_its_row_the_others_go_on_and_the_old_file_stays(page, monkeypatch, tmp_path):
    only(page, "lists", "areas")
    row = into(page, "lists-xlsx", tmp_path / "lists.xlsx", monkeypatch)
    click(row.now)
    page.session.runner.finish()
    old = (tmp_path / "lists.xlsx").read_bytes()

    def full(*_, **__):
        raise BadInput(Message("disk full"), where=Message("lists.xlsx"), wanted=Message("a place with room"))

    # Imported here and not above: tests of reloading forget modules, and the page takes the one that is there now.
    from control_units.delineation.export import lists_xlsx

    monkeypatch.setattr(lists_xlsx, "write_lists", full)
    click(page.all)
    page.session.runner.finish()
    assert "lists.xlsx: disk full; wanted: a place with room" in row.became.text()
    assert (tmp_path / "lists.xlsx").read_bytes() == old
    assert page.outputs.target("areas").exists()
    assert page.state().mark == "problem"
    assert "Entry lists" in page.state().sentence
    monkeypatch.undo()
    click(row.now)
    page.session.runner.finish()
    assert page.state().mark == "done"


@pytest.mark.parametrize("which", ["plan", "source", "case"])
def test_what_the_case_needs_is_never_written_over(page, which):
    session = page.session
    path = {
        "plan": session.plan_path,
        "source": session.case.file(session.case.sources[0].path),
        "case": session.case_path,
    }[which]
    before = path.read_bytes()
    become(page, "units-gpkg")
    page.outputs.set_target("units", path)
    click(page.rows["units"].now)
    assert session.runner.finish() == 0
    assert path.read_bytes() == before
    assert "another file name" in page.rows["units"].became.text()


def test_two_things_do_not_go_into_one_file(page, monkeypatch, tmp_path):
    into(page, "lists-xlsx", tmp_path / "a.xlsx", monkeypatch)
    into(page, "areas-xlsx", tmp_path / "a.xlsx", monkeypatch)
    only(page, "lists", "areas")
    click(page.all)
    page.session.runner.finish()
    assert not (tmp_path / "a.xlsx").exists()
    assert "two exports" in page.rows["lists"].became.text()


def test_files_of_somebody_else_are_asked_about_once_for_all(page, monkeypatch):
    only(page, "lists", "areas")
    asked = []
    monkeypatch.setattr(output_module, "sure", lambda *told: bool(asked.append(told[1])))
    for what in ("lists", "areas"):
        page.outputs.target(what).write_bytes(b"mine")
    click(page.all)
    assert page.session.runner.finish() == 0
    assert len(asked) == 1
    assert page.outputs.target("lists").name in asked[0]
    assert page.outputs.target("areas").read_bytes() == b"mine"
    monkeypatch.setattr(output_module, "sure", lambda *_: True)
    click(page.all)
    page.session.runner.finish()
    # What was exported from here is replaced without a word.
    monkeypatch.setattr(output_module, "sure", lambda *told: bool(asked.append(told[1])))
    click(page.all)
    assert page.session.runner.finish() == 2
    assert len(asked) == 1


def test_a_geopackage_that_was_changed_since_is_asked_about_each_time(page, monkeypatch):
    become(page, "units-gpkg")
    only(page, "units")
    click(page.all)
    assert page.session.runner.finish() == 1
    path, asked, answers = page.outputs.target("units"), [], [False, True]
    monkeypatch.setattr(output_module, "sure", lambda *told: bool(asked.append(told[1])) or answers.pop(0))
    for number in (1, 2):
        with sqlite3.connect(path) as connection:
            connection.execute(f"CREATE TABLE notes_{number} (text TEXT)")
        changed = path.read_bytes()
        click(page.all)
        assert page.session.runner.finish() == number - 1
        assert len(asked) == number
        assert (path.read_bytes() == changed) == (number == 1)
    click(page.all)
    assert page.session.runner.finish() == 1
    assert len(asked) == 2
    assert path.name in asked[0]


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_has_changed_makes_what_was_exported_out_of_date(page):
    from control_units.delineation.plan.acceptance import accept

    only(page, "areas")
    click(page.all)
    page.session.runner.finish()
    row = page.rows["areas"]
    assert row.became.text().startswith("Exported ")
    assert page.state().mark == "done"
    plan = page.session.plan
    accept(page.session.plan_path, plan.findings.iloc[:1], reason="seen")
    page.look_again()
    assert row.became.text().startswith("Out of date: ")
    assert page.state().mark == "next"
    assert "out of date" in page.state().sentence
    page.area.ensureWidgetVisible(row.now)
    click(row.now)
    page.session.runner.finish()
    assert page.state().mark == "done"


def test_history_says_what_was_exported_by_whichever_door(page, tmp_path):
    registry.export("findings-xlsx", page.session.plan_path, tmp_path / "by_command.xlsx")
    page.look_again()
    click(page.past)
    assert [row[1:] for row in texts_of(page.history)] == [["Findings .xlsx", "this plan"]]
    with history_file(page.session.plan_path).open("a", encoding="utf-8") as file:
        file.write('{"event": "run"}\nnonsense\n{"event": "export", "format"')
    page.look_again()
    assert page.history.rows.rowCount() == 1
    registry.export("findings-xlsx", page.session.plan_path, tmp_path / "again.xlsx")
    page.look_again()
    assert "again.xlsx" in page.history.rows.index(0, 1).data(Qt.ItemDataRole.ToolTipRole)


def test_file_and_folder_open(page, monkeypatch):
    opened = []
    monkeypatch.setattr(signed_line, "open_folder", opened.append)
    only(page, "lists")
    click(page.all)
    page.session.runner.finish()
    click(page.rows["lists"].file)
    click(page.rows["lists"].folder)
    path = page.outputs.target("lists")
    assert opened == [str(path), str(path.parent)]
    path.unlink()
    page.refresh()
    assert "no longer there" in page.rows["lists"].became.text()
    assert not page.rows["lists"].file.isVisible()


# ── states ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_plan_the_page_says_how_to_get_one():
    page = shown(workplace())
    assert "no plan yet" in page.told.text.text()
    assert "Run" in page.told.text.text()
    assert not page.all.isEnabled()
    assert not any(row.now.isEnabled() for row in page.rows.values())
    assert page.state().mark == "todo"


def test_a_plan_without_a_case_can_be_exported(place, tmp_path):
    (tmp_path / "far" / "alone").mkdir(parents=True)
    alone = Path(shutil.copy(place.session.plan_path, tmp_path / "far" / "alone" / "plan.gpkg"))
    place.session.close()
    assert place.session.open_case(alone)
    page = shown(place)
    assert "no case beside it" in page.told.text.text()
    only(page, "areas")
    click(page.all)
    page.session.runner.finish()
    assert page.outputs.target("areas").parent == tmp_path / "far" / "alone"
    assert page.outputs.target("areas").exists()


def test_the_result_leads_to_the_output(place):
    page = ResultPage(place)
    page.resize(380, 640)
    page.show()
    asked = []
    page.asked_for.connect(asked.append)
    page.output.trigger()
    assert asked == ["output"]


def test_nothing_of_a_row_is_wider_than_the_panel(page):
    for row in page.rows.values():
        row.more.setChecked(True)
    for row in page.rows.values():
        assert row.minimumSizeHint().width() <= 330, row.objectName()


# ── the dialog, and what a message opens ────────────────────────────────────────────────────────────────────────────


def test_a_name_without_a_suffix_gets_one_and_what_is_there_is_asked_about(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "units.v2"), ""))
    monkeypatch.setattr(file_dialogs, "sure", lambda *told: bool(asked.append(told[1])))
    given = (None, "Save", tmp_path / "x.gpkg", "GeoPackage (*.gpkg)", ".gpkg")
    assert file_dialogs.ask_save_as(*given) == tmp_path / "units.v2.gpkg"
    assert asked == []
    (tmp_path / "units.v2.gpkg").write_bytes(b"")
    assert file_dialogs.ask_save_as(*given) is None
    assert len(asked) == 1
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    assert file_dialogs.ask_save_as(*given) is None


def test_a_message_opens_the_folder_it_speaks_of(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(messages_module.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    notice = Notice()
    notice.tell(Said("success", "saved", folder=str(tmp_path)))
    assert notice.folder.isVisible()
    assert not notice._timer.isActive()
    notice.folder.click()
    notice.tell(Said("success", "done"))
    assert not notice.folder.isVisible()
    place = workplace()
    Messages(place.iface).say("saved", "success", folder=str(tmp_path))
    place.iface.bar.findChild(QPushButton).click()
    assert opened == [str(tmp_path)] * 2
