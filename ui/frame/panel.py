"""The panel as QGIS gets it: the dock with its session, its layers and what the project remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt

from ...delineation.core.errors import visible
from ..map.county_names import name_counties
from ..map.layers import (
    group_of,
    let_go,
    plan_layer,
    refuse_edited,
    repaint_without,
    show_plan,
    showing,
    take_up_all,
)
from ..map.on_map import zoom_to_plan
from ..map.plan_redraw import PlanRedraw
from ..map.read_only import ReadOnlyLayers
from ..pages import pages
from ..pages.page import Workplace
from ..text import said, tr
from ..widgets.file_dialogs import sure
from ..widgets.messages import Messages
from ..work.hosts import asking_by
from ..work.memory import ProjectMemory
from ..work.session import Session
from ..work.settings import PanelSetting
from ..work.task import TaskRunner
from .dock import WIDTH, Dock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack
    from pathlib import Path

    from qgis.PyQt.QtWidgets import QWidget

    from ...delineation.core.connections import Server
    from ...delineation.core.messages import Message


def open_panel(iface: Any, undo: ExitStack) -> Dock:
    """Make the panel and dock it at the right; ``undo`` takes it away again."""
    undo.enter_context(asking_by(lambda server: _may_connect(server, iface.mainWindow())))
    runner = TaskRunner()
    undo.callback(runner.close)
    session = Session(runner)
    messages = Messages(iface)
    dock = Dock(Workplace(session, messages, iface), pages, iface.mainWindow())
    # A child of the dock goes with it.
    session.setParent(dock)
    undo.callback(session.revision.shut)
    session.refuse_edited, session.let_go = refuse_edited, let_go
    session.may_go = lambda told: _may_go(told, iface.mainWindow())
    dock.opener.showing = lambda plan, name: _showing(plan, name, iface)
    session.plan_changed.connect(lambda: _show(session, iface))
    session.failed.connect(lambda _: take_up_all())
    repaint_without(iface.mapCanvas(), undo)
    redraw = PlanRedraw(session.revision, iface.mapCanvas())
    undo.callback(redraw.close)
    session.watch.taken.connect(lambda _: session.plan_path and redraw.read_again(session.plan_path))
    iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    iface.mainWindow().resizeDocks([dock], [WIDTH], Qt.Orientation.Horizontal)
    undo.callback(dock.deleteLater)
    undo.callback(iface.removeDockWidget, dock)
    dock.setUserVisible(PanelSetting.OPEN_AT_START.get())
    ProjectMemory(session, undo, dock)
    undo.callback(ReadOnlyLayers(iface, lambda name, plan: _open_desk(dock, name, plan), dock).close)
    return dock


def _may_go(told: tuple[Message, ...], parent: QWidget) -> bool:
    """Ask whether edits may go that were made since the run or adoption that is to be taken back."""
    lines = [*map(said, told), "", tr("When that is brought back, they are there again.")]
    return sure(parent, "\n".join(lines), tr("Take it back, edits too"), tr("Leave all as it is"))


def _may_connect(server: Server, parent: QWidget) -> bool:
    """Ask whether a server may be connected to that a case or a file names."""
    unknown = tr("not named")
    question = tr(
        "The case or a layer is to be read from the database server “{host}” (port {port}, database “{database}”, "
        "user “{user}”). To connect tells it who you are: without a user's name, the one you have on this computer. "
        "Connect only to a server that you know.\n\nThe answer is kept; Settings → Options → Control units has it.",
        host=visible(server.host),
        port=visible(server.port) or "5432",
        database=visible(server.database) or unknown,
        user=visible(server.user) or unknown,
    )
    yes, no = tr("Connect"), tr("Do not connect")
    return sure(parent, question, yes, no)


def _show(session: Session, iface: Any) -> None:
    path = session.plan_path
    if path is None or session.edited:
        return
    fresh = group_of(path) is None
    show_plan(path, session.name)
    # A run whose plan had to go beside the old one has let go of that.
    take_up_all()
    units = plan_layer(path, "units")
    if units is not None and session.plan is not None:
        name_counties(units, session.plan)
    if fresh:
        zoom_to_plan(iface, path)


def _open_desk(dock: Dock, name: str, plan: Path | None) -> None:
    """Bring a page to the front for the plan of a layer; another plan than the one that is worked on is opened."""
    dock.setUserVisible(True)
    if plan is None or plan == dock.session.plan_path:
        dock.turn_to(name)
    else:
        dock.opener.open_file(str(plan))


def _showing(plan: Path, name: str, iface: Any) -> Iterator[None]:
    if group_of(plan) is None:
        yield from showing(plan, name)
        zoom_to_plan(iface, plan)
        yield
