"""A way out of the result: entry lists and units are saved, and nothing that is needed is written over."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, at
from control_units.ui.frame.notice import Notice
from control_units.ui.pages import saving as saving_module
from control_units.ui.pages.result import ResultPage
from control_units.ui.widgets import file_dialogs
from control_units.ui.widgets import messages as messages_module
from control_units.ui.widgets.messages import Messages, Said
from fakes import workplace
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton


@pytest.fixture
def page(place):
    page = ResultPage(place)
    page.resize(380, 640)
    page.show()
    page.refresh()
    place.session.runner.finish()
    return page


def save(monkeypatch, action, path: Path) -> None:
    monkeypatch.setattr(saving_module, "ask_save", lambda *_: path)
    action.trigger()


def test_the_entry_lists_are_saved_as_a_workbook(page, monkeypatch, tmp_path):
    save(monkeypatch, page.save_lists, tmp_path / "lists.xlsx")
    assert not page.save_lists.isEnabled()
    assert not page.save_units.isEnabled()
    page.session.runner.finish()
    assert page.save_lists.isEnabled()
    book = openpyxl.load_workbook(tmp_path / "lists.xlsx")
    assert "优先保护单元" in book.sheetnames
    (text,) = page.place.messages.texts
    assert str(tmp_path / "lists.xlsx") in text
    assert f"{len(page.session.plan.clauses)} clauses of {len(page.session.plan.units)} units" in text


@pytest.mark.parametrize("suffix", [".shp", ".gpkg"])
def test_the_units_are_saved(page, monkeypatch, tmp_path, suffix):
    path = tmp_path / f"单元{suffix}"
    save(monkeypatch, page.save_units, path)
    page.session.runner.finish()
    assert pyogrio.read_info(path, layer=None if suffix == ".shp" else "units")["features"] == len(
        page.session.plan.units
    )
    (text,) = page.place.messages.texts
    assert str(path) in text
    assert ("GBK" in text) == (suffix == ".shp")


def test_what_the_file_holds_is_saved_and_not_what_the_panel_shows(page, monkeypatch, tmp_path):
    page.session.plan_path.unlink()
    save(monkeypatch, page.save_units, tmp_path / "units.shp")
    page.session.runner.finish()
    assert "file not found" in page.place.messages.texts[0]
    assert not (tmp_path / "units.shp").exists()
    assert page.save_units.isEnabled()


@pytest.mark.parametrize("which", ["plan", "source", "case"])
def test_what_the_case_needs_is_never_written_over(page, monkeypatch, which):
    session = page.session
    path = {
        "plan": session.plan_path,
        "source": session.case.file(session.case.sources[0].path),
        "case": session.case_path,
    }[which]
    before = path.read_bytes()
    save(monkeypatch, page.save_units, path)
    assert session.runner.finish() == 0
    assert path.read_bytes() == before
    assert "another file name" in page.place.messages.texts[0]


def test_another_plan_is_not_written_over_either(page, monkeypatch, tmp_path):
    other = Path(shutil.copy(page.session.plan_path, tmp_path / "last year.gpkg"))
    before = other.read_bytes()
    save(monkeypatch, page.save_units, other)
    page.session.runner.finish()
    assert other.read_bytes() == before
    assert "is a plan" in page.place.messages.texts[0]


def test_a_full_disk_is_one_sentence_and_the_next_try_is_free(page, monkeypatch, tmp_path):
    # Here and not above: tests of reloading forget modules, and the page takes the one that is there now.
    from control_units.delineation.export import units

    def full(*_, **__):
        raise BadInput(Message("disk full"), where=at("units.shp"), wanted=Message("a place with room"))

    monkeypatch.setattr(units, "write_units", full)
    save(monkeypatch, page.save_units, tmp_path / "units.shp")
    page.session.runner.finish()
    assert page.place.messages.texts == ["units.shp: disk full; wanted: a place with room"]
    assert page.save_units.isEnabled()


def test_nothing_happens_where_no_place_is_chosen(page, monkeypatch):
    save(monkeypatch, page.save_lists, None)
    assert page.session.runner.finish() == 0
    assert page.place.messages.texts == []


def test_without_a_plan_there_is_nothing_to_save():
    page = ResultPage(workplace())
    page.show()
    assert not page.save_lists.isEnabled()
    assert not page.save_units.isEnabled()


def test_a_name_without_a_suffix_gets_one_and_what_is_there_is_asked_about(monkeypatch, tmp_path):
    monkeypatch.setattr(file_dialogs, "_start", lambda: str(tmp_path))
    monkeypatch.setattr(file_dialogs, "_remember", lambda _: None)
    offered, asked = [], []

    def dialog(_parent, _title, proposed, kinds):
        offered.append(Path(proposed).name)
        return str(tmp_path / "units.v2"), kinds.split(";;")[1]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
    monkeypatch.setattr(file_dialogs, "sure", lambda *told: bool(asked.append(told[1])))
    kinds = {".shp": "Shapefile (*.shp)", ".gpkg": "GeoPackage (*.gpkg)"}
    assert file_dialogs.ask_save(None, "Save", "a/b: 县\n" * 40, kinds) == tmp_path / "units.v2.gpkg"
    assert offered[0].endswith(".shp")
    assert len(offered[0]) <= 64
    assert asked == []
    (tmp_path / "units.v2.gpkg").write_bytes(b"")
    assert file_dialogs.ask_save(None, "Save", "x", kinds) is None
    assert len(asked) == 1


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
