"""Text of strangers is text: no name, file or finding is taken for HTML, and none hides how it is written."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, at
from control_units.delineation.plan.styles import styles
from control_units.delineation.plan.summary import summarise
from control_units.ui.frame.dock import Dock
from control_units.ui.map.layers import plan_layer, show_plan
from control_units.ui.pages import pages
from control_units.ui.processing.reports import findings_report, plan_report
from control_units.ui.processing.styling import OWN
from control_units.ui.text import names_of
from control_units.ui.widgets import file_dialogs
from control_units.ui.widgets.messages import Messages
from control_units.ui.work.settings import PanelSetting
from control_units.ui.work.task import EngineTask
from fakes import workplace
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsMapLayer,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsMessageLogViewer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QTextDocument
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QListView,
    QMessageBox,
    QPlainTextEdit,
    QTextBrowser,
    QTextEdit,
    QTreeView,
    QWidget,
)

NAME = "<img src=x><b>n&lt;"
TWISTED = "a\u202egpj.shp\nall is well\u2066"
TIP = Qt.ItemDataRole.ToolTipRole
SHOWN = "a\\u202egpj.shp\\nall is well\\u2066"


def rendered(html: str) -> str:
    """What a reader of HTML sees."""
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def written(text: str, *, rich: bool | None = None) -> int:
    """How often the name stands in what is shown, where it always stands there as it is written."""
    rich = Qt.mightBeRichText(text) if rich is None else rich
    shown = rendered(text) if rich else text
    assert "\ufffc" not in shown, text  # a picture
    count = shown.count(NAME)
    assert count == text.count("img src"), text
    return count


def cells(view: QAbstractItemView) -> list[str]:
    """The tool tips of all cells and heads."""
    model, found = view.model(), []
    columns = 1 if isinstance(view, QListView) else model.columnCount()

    def walk(parent):
        for row in range(model.rowCount(parent)):
            found.extend(model.index(row, column, parent).data(TIP) for column in range(columns))
            if isinstance(view, QTreeView):
                walk(model.index(row, 0, parent))

    walk(view.rootIndex())
    found.extend(model.headerData(column, Qt.Orientation.Horizontal, TIP) for column in range(columns))
    return [str(text) for text in found if text]


def shown_in(root: QWidget) -> int:
    """How often the name can be read in tool tips, labels and pages of text below a widget."""
    count = 0
    for one in root.findChildren(QWidget):
        count += written(one.toolTip())
        if isinstance(one, QLabel):
            plain = one.textFormat() == Qt.TextFormat.PlainText
            count += written(one.text(), rich=False if plain else None)
        elif isinstance(one, QTextBrowser):
            assert "\ufffc" not in one.toPlainText()
            count += one.toPlainText().count(NAME)
        elif isinstance(one, QAbstractItemView):
            count += sum(written(text) for text in cells(one))
    return count


@pytest.fixture
def dock(folder, tmp_path):
    """A panel over a case and a plan in which everything has that name."""
    copy = shutil.copytree(folder, tmp_path / NAME)
    place = workplace()
    PanelSetting.LISTS.set("")
    dock = Dock(place, pages)
    dock.resize(420, 700)
    dock.show()
    assert dock.ready()
    session = place.session
    assert session.open_case(copy / "case.toml")
    plan = session.plan
    for table, columns in {"units": ("name", "townships"), "sources": ("source", "provider")}.items():
        changed = getattr(plan, table).assign(**dict.fromkeys(columns, NAME))
        plan = replace(plan, **{table: changed})
    finding = dict.fromkeys(plan.findings.columns, "") | {
        "id": "S00",
        "severity": "error",
        "message": NAME,
        "facts": "",
        "value": float("nan"),
        "geometry": None,
    }
    plan = replace(plan, findings=pd.DataFrame([finding]))
    session.plan = plan
    sources = (replace(session.case.sources[0], layer=NAME), *session.case.sources[1:])
    session.change(name=NAME, sources=sources)
    session.plan_changed.emit()
    session.runner.finish()
    QApplication.processEvents()
    yield dock
    dock.close()
    dock.deleteLater()
    QgsProject.instance().clear()


@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_no_page_takes_a_name_for_html(dock, name):
    page = dock.turn_to(name)
    dock.session.runner.finish()
    QApplication.processEvents()
    assert shown_in(page) > 0 or name in ("rules", "method", "assess")  # these show no names before something is asked
    assert shown_in(dock) > 1  # the header and the steps


def test_a_source_is_shown_as_it_is_called(dock):
    page = dock.turn_to("sources")
    page._show(next(entry for entry in page.book.entries if entry.title == NAME))
    assert shown_in(page.details) > 1


def test_a_unit_and_a_finding_are_shown_as_they_are_called(dock):
    page = dock.turn_to("result")
    page.refresh()
    assert shown_in(page.units) > 0
    assert shown_in(page.findings) > 0
    page._from_table([dock.session.plan.units["unit_id"].iloc[0]])
    assert page.card.toPlainText().count(NAME) > 0


def test_a_message_is_shown_as_it_is_written():
    viewer = QgsMessageLogViewer()
    place = workplace()
    messages = Messages(place.iface)
    messages.say(f"{NAME} is no layer", "warning", details=NAME)
    messages.fail(BadInput(Message("cannot be read"), where=at(NAME)))
    texts = [item.findChild(QTextBrowser).toPlainText() for item in place.iface.bar.items()]
    assert [text.count(NAME) for text in texts] == [1, 1]
    logs = [one.toPlainText() for kind in (QPlainTextEdit, QTextEdit) for one in viewer.findChildren(kind)]
    assert sum(text.count(NAME) for text in logs) >= 3


def test_a_question_is_asked_as_it_is_written(monkeypatch):
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box))
    file_dialogs.sure(None, f"{NAME} has changes", "Leave")
    assert asked[0].textFormat() == Qt.TextFormat.PlainText


def test_a_task_has_nothing_in_its_name_that_could_be_a_tag():
    task = EngineTask(f"Reading {NAME}{TWISTED}", None, None, None)
    assert not Qt.mightBeRichText(task.description().replace("&lt;", ""))
    assert "\u202e" not in task.description()


def test_the_toolbox_reports_what_it_finds_as_it_is_written(tmp_path, dock):
    rows = [{"id": NAME, "severity": "error", "message": NAME, "units": [NAME], "value": None, "where": ""}]
    findings_report(tmp_path / "findings.html", NAME, rows, [NAME])
    plan = replace(dock.session.plan, meta={**dock.session.plan.meta, "name": NAME})
    plan_report(tmp_path / "plan.html", plan, summarise(plan), rows)
    for file, least in (("findings.html", 4), ("plan.html", 4)):
        page = (tmp_path / file).read_text(encoding="utf-8")
        assert "<img src=x" not in page
        assert page.count("&lt;img src=x&gt;&lt;b&gt;n&amp;lt;") >= least


def tip_of(layer: QgsVectorLayer, feature: QgsFeature) -> str:
    """What QGIS shows over a feature (``QgsMapTip::fetchFeature``): the template, else what the layer goes by."""
    if not layer.mapTipsEnabled():
        return ""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    if layer.mapTipTemplate():
        return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    expression = QgsExpression(layer.displayExpression())
    expression.prepare(context)
    return str(expression.evaluate(context))


@pytest.mark.parametrize("name", sorted(styles()))
def test_no_map_tip_takes_a_name_for_html(tmp_path, name):
    fields = ("name", "code", "id", "message", "unit", "region", "polygons", "unit_id", "townships", "element", "zone")
    layer = QgsVectorLayer("Polygon?" + "&".join(f"field={one}:string" for one in fields), name, "memory")
    path = tmp_path / f"{name}.qml"
    path.write_text(styles()[name][0], encoding="utf-8")
    _, fine = layer.loadNamedStyle(str(path), True, QgsMapLayer.StyleCategory.MapTips)
    assert fine
    feature = QgsFeature(layer.fields())
    feature.setAttributes([NAME] * len(fields))
    tip = tip_of(layer, feature)
    assert written(tip, rich=True) == tip.count("img")
    if name in ("units", "findings", "method_units", "regions", "region_outlines", "element_zones"):
        assert NAME in rendered(tip)


def test_no_map_tip_of_a_candidate_takes_a_name_for_html():
    layer = QgsVectorLayer("Polygon?field=unit:string&field=name:string&field=area_m2:double", "", "memory")
    OWN["candidate_units"](layer)
    feature = QgsFeature(layer.fields())
    feature.setAttributes([NAME, NAME, 1.0])
    assert written(tip_of(layer, feature), rich=True) == 2


def test_a_plan_cannot_bring_a_map_tip_of_its_own(dock):
    path = dock.session.plan_path
    show_plan(path, "plan")
    layer = plan_layer(path, "units")
    layer.setMapTipTemplate("<img src='file://elsewhere/x.png'>")
    layer.saveStyleToDatabase("units", "", True, "")
    QgsProject.instance().clear()
    show_plan(path, "plan")
    assert "elsewhere" not in plan_layer(path, "units").mapTipTemplate()


def test_what_a_file_is_called_hides_nothing_in_a_message():
    error = BadInput(Message("cannot be read"), where=at(TWISTED), wanted=at(TWISTED))
    for tongue in ("zh", "en"):
        assert error.sentence(tongue, names_of()).count(SHOWN) == 2
    assert str(error).count(SHOWN) == 2
    place = workplace()
    messages, told = Messages(), []
    messages.panel = lambda said: told.append(said.text) or True
    messages.say(f"{TWISTED} is no source")
    messages.fail(FileNotFoundError(2, "No such file or directory", TWISTED))
    assert all(SHOWN in text for text in told)
    assert place.session.empty


def test_what_a_source_is_called_hides_nothing(dock):
    page = dock.turn_to("sources")
    spec = dock.session.case.sources[0]
    dock.session.change(sources=(replace(spec, path=f"/nowhere/{TWISTED}", layer=""), *dock.session.case.sources[1:]))
    dock.session.runner.finish()
    entry = page.book.entries[0]
    assert entry.title == SHOWN
    page._show(entry)
    assert SHOWN in rendered(page.details.heading.text())
    assert dock.session.blockers["sources"].count(SHOWN) == 1
    assert Path(entry.spec.path).name == TWISTED
    assert json.dumps(TWISTED) not in page.details.problem.text()
