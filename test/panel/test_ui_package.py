"""The package's card: what is wanted, what stands in the way, what became of it; last year's package as a layout."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from control_units.delineation.export.history import note_export, read_history, state_of
from control_units.delineation.export.registry import export
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.package.verify import verify
from control_units.ui.pages.output import last_year_box, package_card
from control_units.ui.pages.output.package_errors import OpenErrors
from control_units.ui.pages.output.page import OutputPage
from control_units.ui.widgets.marks import mark_icon
from fakes import workplace
from qgis.core import QgsField, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QMetaType, QMimeData, QPoint, Qt, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QFileDialog
from sample_plan import write_sample_plan
from telling import texts_of

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
LAYOUT = """title = "简"
folder = "{code}{city}成果"
[[file]]
path = "矢量/{city}单元.gpkg"
kind = "layer"
of = "units"
[[file]]
path = "质检/报告.xlsx"
kind = "report"
[[file]]
path = "附件/批准"
kind = "slot"
title = "批准文件"
words = "批准"
[[file]]
path = "附件/评审"
kind = "slot"
title = "评审意见"
words = "评审"
"""


@pytest.fixture
def layout(tmp_path):
    (tmp_path / "layout.toml").write_text(LAYOUT, encoding="utf-8")
    return tmp_path / "layout.toml"


def shown(place, layout) -> OutputPage:
    page = OutputPage(place)
    page.resize(350, 900)
    page.show()
    assert QTest.qWaitForWindowExposed(page)
    page.packaging.choose(str(layout))
    return page


@pytest.fixture
def page(place, layout):
    """With a plan that has no errors."""
    page = shown(place, layout)
    yield page
    page.deleteLater()


@pytest.fixture
def faulty(layout, tmp_path):
    """With a plan that has four."""
    place = workplace()
    (tmp_path / "faulty").mkdir()
    assert place.session.open_case(write_sample_plan(tmp_path / "faulty" / "plan.gpkg"))
    page = shown(place, layout)
    yield page
    page.deleteLater()
    QgsProject.instance().clear()


def click(widget) -> None:
    assert widget.isEnabled()
    assert widget.isVisible()
    QTest.mouseClick(widget, LEFT, pos=QPoint(8, widget.height() // 2))


def write(field, text: str) -> None:
    field.setFocus()
    field.setText("")
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def made(page):
    click(page.card.start)
    page.session.runner.finish()
    QApplication.processEvents()  # widgets that came are shown
    return page.packaging.made


# ── what is wanted ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_place_of_a_layout_goes_before_the_plan_s(page, layout):
    layout.write_text(LAYOUT + '[place]\ncity = "某市"\n', encoding="utf-8")
    page.packaging.choose(str(layout))
    write(page.stated.fields["city"], "Elsewhere")
    assert page.session.plan.meta["city"] == "Elsewhere"
    assert page.packaging.folder.name.endswith("某市成果")


def test_the_product_s_layouts_and_own_ones_can_be_chosen(page, monkeypatch, tmp_path):
    combo = page.card.layout_
    titles = [combo.itemText(row) for row in range(combo.count())]
    assert titles[:2] == [read_package_profile(name).title for name in ("earlier", "national")]
    assert "简" in titles
    other = tmp_path / "other.toml"
    other.write_text(LAYOUT.replace('title = "简"', 'title = "繁"'), encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(other), ""))
    page.card._choose(combo.count() - 1)
    assert combo.currentText() == "繁"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    page.card._choose(combo.count() - 1)
    assert combo.currentText() == "繁"


def test_a_layout_that_cannot_be_read_is_one_sentence_and_stops_nothing_else(page, layout):
    layout.write_text('title = "x"\n', encoding="utf-8")
    page.packaging.choose(str(layout))
    assert "[[file]]" in page.card.result.became.text.text()
    assert not page.card.start.isEnabled()
    assert page.all.isEnabled()


def test_documents_are_shown_slot_by_slot_before_anything_is_made(page, tmp_path):
    assert page.card.slots.text() == "No documents: 批准文件, 评审意见 are noted as missing."
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "批准.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "scans" / "评审.pdf").write_bytes(b"no such thing")
    (tmp_path / "scans" / "other.pdf").write_bytes(b"%PDF-1.4")
    page.packaging.set_documents(tmp_path / "scans")
    page.session.runner.finish()
    lines = page.card.slots.text().split("\n")
    assert lines[0] == "✓ 批准文件: 批准.pdf"
    assert lines[1] == "missing: 评审意见"
    assert "评审.pdf: the content is not what the name says" in lines[2]
    assert "other.pdf" in lines[3]
    # What was scanned meanwhile is seen when somebody comes back to QGIS.
    (tmp_path / "scans" / "评审.pdf").write_bytes(b"%PDF-1.4")
    page.look_again()
    page.session.runner.finish()
    assert "✓ 评审意见: 评审.pdf" in page.card.slots.text()
    shutil.rmtree(tmp_path / "scans")
    assert made(page) is None
    assert "folder not found" in page.card.result.became.text.text()


def test_what_was_chosen_is_remembered_in_the_project_but_no_key(page, layout, tmp_path):
    write(page.stated.fields["city"], "City")
    (tmp_path / "scans").mkdir()
    page.packaging.set_documents(tmp_path / "scans")
    page.packaging.put_into(tmp_path)
    page.packaging.set_key(tmp_path / "key.pem")
    again = OutputPage(page.place).packaging
    assert (again.chosen, again.documents) == (str(layout), tmp_path / "scans")
    assert again.folder.parent == tmp_path
    assert again.key is None
    assert "key.pem" not in QgsProject.instance().readEntry("control_units", "package", "")[0]
    # Another plan has its own folders; the layout goes on, and the place is the plan's.
    (tmp_path / "next").mkdir()
    assert page.session.open_case(Path(shutil.copy(page.session.plan_path, tmp_path / "next" / "plan.gpkg")))
    assert page.packaging.folder.parent == tmp_path / "next"
    assert page.packaging.documents is None
    assert page.packaging.chosen == str(layout)
    assert page.stated.fields["city"].text() == "City"


@pytest.mark.parametrize("entry", ["[]", "{", '{"own": 7, "city": []}', '{"profile": "nothing"}'])
def test_a_project_that_somebody_wrote_into_is_no_error(place, entry):
    QgsProject.instance().writeEntry("control_units", "package", entry)
    assert OutputPage(place).packaging.documents is None


# ── making it ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_made_by_its_button_and_said_to_be(page):
    write(page.stated.fields["city"], "City")
    packaged = made(page)
    folder = page.packaging.folder
    assert packaged.folder == folder
    assert folder.parent == page.session.plan_path.parent
    assert folder.name.endswith("City成果")
    assert folder.name in page.card.folder.line.whole
    assert verify(folder).ok
    lines = page.card.result.became.text.text().split("\n")
    assert folder.name in lines[0]
    files = sum(path.is_file() for path in folder.rglob("*")) - 2  # the manifest and its sums are no content
    assert lines[1].startswith(f"{files} files, classification: ")
    assert page.state().mark == "done"
    page.past.setChecked(True)
    assert texts_of(page.history)[0][1] == f"Package for filing {folder.name}"


def test_meanwhile_nothing_else_is_exported_and_it_can_be_stopped(page):
    click(page.card.start)
    assert page.packaging.busy
    assert not page.all.isEnabled()
    assert not page.card.form.isEnabled()
    assert page.cancel.isVisible()
    click(page.cancel)
    assert not page.packaging.busy
    assert page.packaging.failure is None
    assert not page.packaging.folder.exists()
    assert page.all.isEnabled()
    assert page.card.start.isEnabled()


def test_warnings_are_listed_the_package_s_own_first(page):
    made(page)
    result = page.card.result
    click(result.notes_button)
    assert result.warnings.index(0, 0).data().startswith("P0")
    assert result.warnings.rowCount() == sum(row["severity"] != "error" for row in page.packaging.made.findings)


def test_it_is_verified_and_a_changed_file_is_named(page):
    made(page)
    click(page.card.result.verify)
    page.session.runner.finish()
    assert "are what the manifest says" in page.card.result.verified.text.text()
    assert "Unsigned: whoever changed it could have summed it anew" in page.card.result.verified.text.text()
    assert page.card.key.line.whole == "none: the package is not signed"
    assert "openssl genpkey -algorithm ed25519" in page.card.key.line.toolTip()
    report = page.packaging.folder / "质检" / "报告.xlsx"
    report.write_bytes(report.read_bytes()[:-1] + b"x")
    click(page.card.result.verify)
    page.session.runner.finish()
    assert "质检/报告.xlsx" in page.card.result.verified.text.text()


def test_a_folder_of_somebody_else_is_asked_about_and_one_s_own_is_not(page, monkeypatch):
    asked = []
    monkeypatch.setattr(package_card, "sure", lambda *told: bool(asked.append(told[1])))
    folder = page.packaging.folder
    folder.mkdir()
    (folder / "letter.txt").write_text("x", encoding="utf-8")
    click(page.card.start)
    assert len(asked) == 1
    assert not page.packaging.busy
    monkeypatch.setattr(package_card, "sure", lambda *_: True)
    made(page)
    assert "letter.txt" in page.card.result.became.text.text()  # it is no package: nobody's files are lost
    assert (folder / "letter.txt").exists()
    shutil.rmtree(folder)
    monkeypatch.setattr(package_card, "sure", lambda *told: bool(asked.append(told[1])))
    made(page)
    made(page)
    assert len(asked) == 1
    assert page.packaging.made is not None


def test_after_the_plan_has_changed_it_is_out_of_date(page):
    made(page)
    state = state_of(page.session.plan_path)
    page.session.plan_changed.emit()
    assert page.card.result.became.text.text().startswith("Made ")
    (first,) = read_history(page.session.plan_path)
    (page.session.plan_path.parent / "case.plan.history.jsonl").unlink()
    other = type(state)(state.name, state.status, "0" * 16)
    note_export(page.session.plan_path, "package", [first.files[0]], other)
    page.look_again()
    assert page.card.result.became.text.text().startswith("Out of date")
    assert page.state().mark == "next"


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rules", [["P23"], ["P24"], ["P23", "P24"]])
def test_no_reason_is_asked_for_what_has_to_be_stated(rules):
    errors = OpenErrors()
    errors.show_errors([{"id": rule, "message": "", "where": ""} for rule in rules], {})
    stated = "P24" in rules
    assert errors.go.isHidden() == stated
    assert ("no reason takes its place" in errors.told.text.text()) == stated
    errors.deleteLater()


def test_open_errors_are_a_row_each_and_each_wants_a_reason(faulty):
    packaged = made(faulty)
    errors = faulty.card.errors
    assert packaged.refused
    assert not faulty.packaging.folder.exists()
    assert faulty.state().mark == "problem"
    assert "5 errors are open" in errors.told.text.text()
    assert len(errors.rows) == 5
    for number, row in enumerate(errors.rows):
        assert not errors.go.isEnabled()
        write(row.reason, f"reason {number}")
    wanted = {row.error["message"]: row.reason.text() for row in errors.rows}
    assert errors.go.isEnabled()
    click(errors.go)
    faulty.session.runner.finish()
    packaged = faulty.packaging.made
    assert not packaged.refused
    found = [row for row in packaged.findings if row["severity"] == "error"]
    assert {row["message"]: row["reason"] for row in found} == wanted  # each its own
    assert [row["state"] for row in found] == ["accepted"] * 5
    assert "Errors that stand with a reason: 5" in faulty.card.result.became.text.text()
    assert not errors.isVisible()
    made(faulty)  # what was typed is there again
    assert faulty.packaging.made.refused
    assert [row.reason.text() for row in errors.rows] == [*wanted.values()]
    assert errors.go.isEnabled()


def test_a_blank_is_no_reason_and_enter_goes_to_the_next_field(faulty):
    made(faulty)
    rows = faulty.card.errors.rows
    write(rows[0].reason, "checked")
    assert rows[1].reason.hasFocus()
    for row in rows[1:]:
        row.reason.setText("  ")
    assert not faulty.card.errors.go.isEnabled()
    assert "4 reasons" in faulty.card.errors.go.toolTip()


def test_an_error_is_shown_on_the_map(faulty):
    made(faulty)
    canvas = faulty.place.iface.mapCanvas()
    row = next(one for one in faulty.card.errors.rows if one.error["where"])
    before = canvas.extent()
    click(row.zoom)
    assert canvas.extent() != before


def test_too_many_errors_are_no_questionnaire(faulty):
    errors = [{"id": "Q01", "where": "", "message": str(number)} for number in range(60)]
    faulty.card.errors.show_errors(errors, {})
    assert faulty.card.errors.rows == []
    assert not faulty.card.errors.go.isVisible()
    assert "60 errors" in faulty.card.errors.told.text.text()


def test_an_english_planner_sees_what_the_engine_says_of_a_failure(page):
    page.packaging.put_into(page.session.plan_path.parent / "nowhere")
    assert made(page) is None
    assert "nowhere" in page.card.result.became.text.text()
    assert page.state().sentence == "The package is not done; its card says why."


# ── as last year ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def last_year(page, tmp_path):
    """A package of last year: units under names that are known, and a column that nobody knows."""
    folder = tmp_path / "去年的成果2023"
    folder.mkdir()
    export("units-gpkg", page.session.plan_path, folder / "单元.gpkg")
    layer = QgsVectorLayer(str(folder / "单元.gpkg"), "units", "ogr")
    layer.startEditing()
    assert layer.addAttribute(QgsField("QTBZ", QMetaType.Type.QString, len=20))
    for number, feature in enumerate(layer.getFeatures()):
        layer.changeAttributeValue(feature.id(), layer.fields().indexOf("QTBZ"), f"{'甲乙丙'[number % 3]}{number}")
    assert layer.commitChanges()
    return folder


def learned(page, folder):
    page.card.last_year.take(str(folder))
    page.session.runner.finish()
    return page.card.last_year


def lines(box) -> dict[str, str]:
    """Each column and what it holds."""
    out = {}
    for item in box.tree.items():
        if item.parent() is not None:
            name, _, holds = item.text(0).partition(" → ")
            out[name] = holds
    return out


def choose(box, title: str, of: str) -> None:
    """Choose a column and say what it holds."""
    box.tree.setCurrentItem(next(item for item in box.tree.items() if item.text(0).startswith(title)))
    box.holds.setCurrentIndex(box.holds.findData(of))
    box.holds.activated.emit(box.holds.currentIndex())


def test_last_year_is_shown_line_by_line_with_why(page, last_year):
    box = learned(page, last_year)
    found = lines(box)
    assert any(holds == "Code" for holds in found.values())
    assert found["QTBZ"] == "empty"
    assert f"Of {len(found)} columns" in box.told.text.text()
    # A tick is for what values speak for, and what stays empty has no mark.
    top = box.tree.topLevelItem(0)
    marks: dict[str, set[int]] = {"✓": set(), "?": set(), "": set()}
    for child in (top.child(row) for row in range(top.childCount())):
        _, match = child.data(0, last_year_box.COLUMN)
        mark = "✓" if match.sure else "?" if match.of else ""
        marks[mark].add(0 if child.icon(0).isNull() else child.icon(0).cacheKey())
        assert match.of == "" or match.sure or "Only by its name: look at it" in child.toolTip(0)
    key = {sign: mark_icon(name, last_year_box.SIGN).cacheKey() for sign, name in (("✓", "done"), ("?", "check"))}
    assert marks == {"✓": {key["✓"]}, "?": {key["?"]}, "": {0}}
    # The one that nobody recognised is chosen, with the reason.
    assert box.tree.currentItem().text(0).startswith("QTBZ")
    assert "8 different values" in box.why.text()
    assert page.packaging.chosen.endswith("layout.toml")  # nothing is used before somebody says so
    assert list(page.session.plan_path.parent.glob("as_last_year*")) == []


def test_a_column_gets_what_a_person_says_before_and_after_it_is_used(page, last_year):
    box = learned(page, last_year)
    assert "4 stay empty" in box.told.text.text()
    choose(box, "QTBZ", "parts")
    assert lines(box)["QTBZ"] == "Parts"
    assert "3 stay empty" in box.told.text.text()
    assert box.tree.currentItem().text(0).startswith("QTBZ")
    click(box.use)
    profile = page.session.plan_path.parent / "as_last_year.toml"
    assert page.packaging.chosen == str(profile)
    of = {one.name: one.of for one in read_package_profile(profile).contents[0].fields}
    assert of["QTBZ"] == "parts"
    assert not box.use.isVisible()
    assert profile.name in box.told.text.text()
    choose(box, "QTBZ", "townships")
    of = {one.name: one.of for one in page.packaging.profile().contents[0].fields}
    assert of["QTBZ"] == "townships"


def test_a_correction_offers_its_namesakes_and_does_nothing_without_the_key(page, last_year):
    shutil.copy(last_year / "单元.gpkg", last_year / "又一.gpkg")
    box = learned(page, last_year)
    assert not box.namesakes.isVisible()
    choose(box, "QTBZ", "parts")

    def held() -> list[str]:
        contents = page.card.last_year.last_year.learned.blocks
        return [one.of for block in contents for one in block.content.fields if one.name == "QTBZ"]

    assert held() == ["parts", ""]
    assert box.namesakes.isVisible() and box.namesakes.text().endswith("(1)")
    box.namesakes.setFocus()
    QTest.keyClick(box.namesakes, Qt.Key.Key_Space)
    assert held() == ["parts", "parts"]
    assert not box.namesakes.isVisible()
    choose(box, "QTBZ", "")
    assert box.namesakes.isVisible() and held() == ["", "parts"]


def test_the_layout_makes_a_package_in_last_year_s_form(page, last_year):
    box = learned(page, last_year)
    click(box.use)
    assert not made(page).refused
    old = QgsVectorLayer(str(last_year / "单元.gpkg"), "old", "ogr")
    new = QgsVectorLayer(str(page.packaging.folder / "单元.gpkg"), "new", "ogr")
    assert new.isValid()
    assert [one.name() for one in new.fields()] == [one.name() for one in old.fields()]


def test_a_name_is_asked_for_where_there_is_a_layout_already(page, last_year, monkeypatch):
    place = page.session.plan_path.parent
    click(learned(page, last_year).use)
    first = (place / "as_last_year.toml").read_bytes()
    asked = []

    monkeypatch.setattr(last_year_box, "ask_save_as", lambda *told: asked.append(told[2]) or place / "省厅.toml")
    click(learned(page, last_year).use)
    assert asked == [place / "as_last_year.toml"]
    assert page.packaging.chosen == str(place / "省厅.toml")
    assert (place / "as_last_year.toml").read_bytes() == first
    # Another layout, and back: it lies where it was put.
    page.packaging.choose("national")
    assert page.card.last_year.use.isVisible()
    click(page.card.last_year.use)
    assert page.packaging.chosen == str(place / "省厅.toml")
    assert len(asked) == 1


def mime(*files) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data


def dropped(card, data) -> bool:
    """Drag something over the card and let it go; whether the card took it."""
    at, action = QPoint(20, 20), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, action, data, LEFT, NO_KEY)
    enter.ignore()
    QApplication.sendEvent(card, enter)
    if enter.isAccepted():
        QApplication.sendEvent(card, QDropEvent(at, action, data, LEFT, NO_KEY))
    return enter.isAccepted()


def test_a_folder_is_dropped_anywhere_on_the_card_and_layers_are_not_for_it(page, last_year):
    assert not dropped(page.card, mime(last_year / "单元.gpkg"))
    assert not dropped(page.card, mime(last_year, last_year / "单元.gpkg"))
    assert dropped(page.card, mime(last_year))
    assert page.card.last_year.body.isVisible()
    # Nothing else meanwhile.
    assert not dropped(page.card, mime(last_year))
    assert not page.card.start.isEnabled()
    page.session.runner.finish()
    assert "QTBZ" in lines(page.card.last_year)


def test_a_folder_without_anything_is_one_sentence(page, tmp_path):
    (tmp_path / "nothing").mkdir()
    box = learned(page, tmp_path / "nothing")
    assert "is an empty folder" in box.told.text.text()
    assert box.zone.isVisible()
    assert page.all.isEnabled()


def test_another_plan_knows_nothing_of_it(page, last_year, tmp_path):
    box = learned(page, last_year)
    (tmp_path / "next").mkdir()
    assert page.session.open_case(Path(shutil.copy(page.session.plan_path, tmp_path / "next" / "plan.gpkg")))
    assert box.last_year.learned is None
    assert box.tree.topLevelItemCount() == 0
    assert box.told.text.text() == ""


# ── the panel ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_plan_nothing_can_be_made(layout):
    page = shown(workplace(), layout)
    assert not page.card.start.isEnabled()
    assert not page.card.form.isEnabled()
    assert not page.card.last_year.choose.isEnabled()
    assert page.card.holds.text() == ""


def test_nothing_of_the_card_is_wider_than_the_panel(page, last_year):
    box = learned(page, last_year)
    made(page)
    page.card.errors.show_errors([{"id": "Q01", "where": "POINT (0 0)", "message": "无" * 80}], {})
    assert box.isVisible()
    assert page.card.minimumSizeHint().width() <= 330


def test_what_the_history_cannot_keep_is_said(page):
    history = page.session.plan_path.with_name("case.plan.history.jsonl")
    history.unlink(missing_ok=True)
    history.mkdir()
    made(page)
    assert "could not be noted" in page.card.result.became.text.text()


def test_the_document_of_a_package_stays_the_same_by_whichever_door(page):
    from control_units.delineation.package.build import package

    made(page)
    one = json.loads((page.packaging.folder / "manifest.json").read_bytes())
    package(page.session.plan_path, page.packaging.folder, profile=page.packaging.chosen)
    assert json.loads((page.packaging.folder / "manifest.json").read_bytes()) == one
