"""Any operation as a form: its fields are those that the engine's table declares, and what it asks for is done."""

from __future__ import annotations

import shutil

import pytest
from control_units.delineation.revision.operations import OPS
from control_units.ui.pages.page import Workplace
from control_units.ui.pages.revision.operation_form import LEAST, OperationForm, operations_html
from control_units.ui.pages.revision.page import RevisionPage
from control_units.ui.text import capital, said
from control_units.ui.widgets.messages import Messages
from control_units.ui.work.session import Session
from fakes import Iface, SlowRunner
from own_operation import marking
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QSignalSpy, QTest
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit


@pytest.fixture
def desk(plan_file, tmp_path):
    """The desk of a plan that is under revision."""
    shutil.copy(plan_file, tmp_path / "plan.gpkg")
    iface = Iface()
    place = Workplace(Session(SlowRunner()), Messages(iface), iface)
    assert place.session.open_case(tmp_path / "plan.gpkg")
    desk = RevisionPage(place)
    desk.show()
    told(desk.revision.begun, desk.revision.begin)
    yield desk
    desk.close()
    desk.deleteLater()
    place.session.revision.shut()
    QgsProject.instance().clear()


def told(signal, act):
    """What a signal comes with after an act."""
    heard = QSignalSpy(signal)
    act()
    for _ in range(400):
        if len(heard):
            return heard[0][0] if heard[0] else None
        QTest.qWait(25)
    raise AssertionError("not told of")


@pytest.fixture
def opened(desk):
    """Gives the form, opened by its key, with an operation chosen."""

    def opened(name):
        desk.actions_by_key["O"].trigger()
        form = desk.findChild(OperationForm)
        assert form.isVisible()
        assert not form.isModal()
        form.operations.setCurrentIndex(form.operations.findData(name))
        return form

    return opened


def test_each_operation_asks_for_its_fields(opened):
    form = opened("assign")
    names = [form.operations.itemData(row) for row in range(form.operations.count())]
    assert names == [name for name in OPS if name not in ("accept", "relabel", "clause", "clauses")]
    for name in names:
        opened(name)
        QTest.qWait(1)
        assert form.width() >= LEAST
        assert all(box.isVisible() and box.height() >= box.minimumSizeHint().height() for box in form.inputs.values())
        assert form.about.text().split("\n")[0] == capital(said(OPS[name].about))
        assert list(form.inputs) == list(OPS[name].fields)
        for key, field in OPS[name].fields.items():
            title = form.fields.labelForField(form.inputs[key]).text()
            assert title.startswith(capital(said(field.title)))
            assert title.endswith(")") or field.needed
            box = form.inputs[key]
            if field.choices:
                values = [box.itemData(row) for row in range(box.count())]
                assert [one for one in values if one is not None] == list(field.choices)
                assert (None in values) != field.needed
            else:
                assert isinstance(box, QLineEdit)
                assert box.placeholderText() == said(field.wanted)


def test_the_form_of_another_status_says_first_what_nobody_has_reviewed(desk, opened):
    clauses = desk.session.plan.clauses["status"]
    told_first = f"Clauses to be reviewed: {(clauses == '待审').sum()} of {(clauses != '建议').sum()}"
    assert opened("status").about.text().split("\n")[1:] == [told_first]
    assert "\n" not in opened("rename").about.text()


def test_what_lacks_something_that_is_needed_cannot_be_done(desk, opened):
    form = opened("rename")
    assert not form.go.isEnabled()
    form.inputs["unit"].setText("U000001")
    assert not form.go.isEnabled()
    form.inputs["name"].setText("东山")
    assert form.go.isEnabled()
    changed = told(desk.revision.changed, lambda: QTest.mouseClick(form.go, Qt.MouseButton.LeftButton))
    assert changed.after.units["U000001"].name == "东山"


def test_the_chosen_unit_is_there_already_and_lists_are_typed_as_they_come(desk, opened):
    unit = next(iter(desk.revision.state.units))
    desk.revision.set_target(unit)
    form = opened("assign")
    form.inputs["faces"].setText("12， 13")
    assert form.op() == {"op": "assign", "faces": [12, 13], "unit": unit}
    form.inputs["faces"].setText('[{"at": [1, 2]}]')
    assert form.op()["faces"] == [{"at": [1, 2]}]
    form = opened("merge")
    form.inputs["units"].setText("ZH1、ZH2")
    assert form.op() == {"op": "merge", "units": ["ZH1", "ZH2"]}
    form.inputs["category"].setCurrentIndex(2)
    assert form.op()["category"] == 2


def test_a_refusal_is_said_at_the_desk(desk, opened):
    form = opened("renumber")
    form.inputs["unit"].setText("U000001")
    form.inputs["serial"].setText("zero")
    refusal = told(desk.revision.refused, form.go.click)
    assert desk.voice.refusal_words(refusal) == desk.line.text.text()
    assert '"zero"' in desk.line.text.text()


def test_an_operation_that_comes_is_in_the_form_and_in_the_help(desk, opened):
    assert "Mark a unit" not in operations_html()
    with marking():
        form = opened("mark")
        assert list(form.inputs) == ["unit", "sign", "category"]
        assert isinstance(form.inputs["category"], QComboBox)
        assert "Mark a unit" in operations_html()
        form.inputs["unit"].setText("U000001")
        form.inputs["sign"].setText("（试点）")
        before = desk.revision.state.units["U000001"].name
        changed = told(desk.revision.changed, form.go.click)
        assert changed.after.units["U000001"].name == f"{before}（试点）"
        told(desk.revision.changed, desk.revision.undo)
        assert desk.revision.state.units["U000001"].name == before
