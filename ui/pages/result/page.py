"""Step 5: is it plausible, and why is this unit what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QMenu, QTabWidget, QToolBar, QWidget

from ...map.map_tools import WhyTool
from ...map.on_map import MapOutline, UnitSelection, zoom_to
from ...map.plan_view import PlanView
from ...shipped import own_icon
from ...text import changed_words, language, tr
from ...widgets.file_dialogs import ask_save_as
from ...widgets.layout import in_column, in_splitter
from ...work.accepting import Accepting
from ...work.part_export import PartExport
from ...work.unit_tracking import Places, place_after, places_of, units_at
from ..findings_list import FindingsList
from ..history_view import HistoryView
from ..page import Page, StepState, Workplace
from ..units_table import UnitsTable
from ..why_card import LIST, CardView
from .menus import MapMenu, fill_unit_menu
from .summary_tree import SummaryTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QHideEvent, QShowEvent

    from ....delineation.plan.file import Plan

ROOM, ROOM_OF_SEVERAL = 3.0, 1.3  # how much wider the view is than what it shows
FAR_APART = 20.0  # times its largest part that a shape may be wide and still be seen as a whole


class ResultPage(Page):
    """Summary, units, findings, history; the why card below them; what a right click offers."""

    NAME = "result"
    FOR = "plan"

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)

        self.selection = UnitSelection(self)
        self._shown: Any = None
        # The plan whose units are chosen, and where they lay in the one in which somebody chose them: so they are the
        # same again when a run is taken back. The same of the unit or place (``x,y``) that the card is of.
        self._chosen_in: Any = None
        self._marked: tuple[Places | None, list[str]] = (None, [])
        self._about: tuple[Any, str] = (None, "")
        self._told: tuple[Places | None, str] = (None, "")
        self._unseen = False  # something was chosen on the map while nobody looked
        self._unnoted: Any = None  # the plan whose history cannot be written, as was said
        self._zoomed = (-1, 0)  # a finding of the plan's table, and which of its places was shown last
        self._answers: tuple[Any, Any] | None = None  # a plan, and which of its findings are open
        self._build()
        self.canvas = place.canvas
        self.part = PartExport(self.session, self)
        self.part.written.connect(lambda told, folder: self.place.messages.say(told, "success", folder=folder))
        self.part.failed.connect(self.place.messages.fail)
        self.ask.setEnabled(False)
        self.tool, self.outline = WhyTool(self.canvas), MapOutline(self.canvas)
        self.tool.setAction(self.ask)
        self.tool.asked.connect(self.explain_place)
        self.map_menu = MapMenu(self, self.canvas)
        for one in (self.tool, self.map_menu, self.outline):
            self.destroyed.connect(one.close)
        self.session.plan_changed.connect(self._follow)
        self.selection.changed.connect(self._from_map)
        self.refresh()

    def title(self) -> str:
        return tr("Result")

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        bar = QToolBar(self, toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        icon = own_icon("why")
        self.ask = QAction(
            icon,
            tr("&Why here?"),
            self,
            objectName="control_units_why",
            checkable=True,
            triggered=self._ask,
        )
        keys = QKeySequence("Ctrl+Alt+W")
        self.ask.setShortcut(keys)
        tip = tr("Click a place on the map to see why it is what it is; Esc ends.")
        self.ask.setToolTip(f"{tip} ({keys.toString(QKeySequence.SequenceFormat.NativeText)})")
        # Its key works wherever in QGIS one is, as long as this page shows.
        self.addAction(self.ask)
        bar.addAction(self.ask)
        bar.widgetForAction(self.ask).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.output = bar.addAction(own_icon("step_output"), tr("To files and &maps…"))
        self.output.setToolTip(tr("Lists, layers, tables and maps of this plan: the page Output, the next step."))
        self.output.triggered.connect(lambda *_: self.asked_for.emit("output"))
        bar.widgetForAction(self.output).setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs = QTabWidget(self)
        self.summary = SummaryTree(self.tabs)
        self.units = UnitsTable(self.tabs)
        self.findings = FindingsList(self.tabs)
        self.history = HistoryView(self.tabs)
        for widget in (self.summary, self.units, self.findings, self.history):
            self.tabs.addTab(widget, "")
        self.card = CardView(self.session, self)
        self.splitter = in_splitter(self, (self.tabs, 1), (self.card, 1))
        in_column(bar, (self.splitter, 1), on=self, margins=(4, 4, 4, 0))
        self.units.chosen.connect(self._from_table)
        self.units.opened.connect(self.zoom_unit)
        self.units.menu_asked.connect(self._open_unit_menu)
        self.tabs.currentChanged.connect(self._outline)
        self.findings.picked.connect(self._outline)
        self.findings.zoom.connect(self._zoom)
        self.findings.why.connect(self._why_finding)
        self.findings.export.connect(self._export_findings)
        self.accepting = Accepting(self.session, self)
        self.accepting.written.connect(self._accepted)
        self.accepting.failed.connect(self.place.messages.fail)
        self.findings.accept.connect(self.accepting.accept)
        self.findings.withdraw.connect(self.accepting.withdraw)
        self.history.withdraw.connect(self.accepting.withdraw_entry)
        self.history.take_back.connect(self.session.start_take_back)
        for signal in (self.session.busy_changed, self.session.taken_back):
            signal.connect(self._busy)
        self.session.not_noted.connect(self._say_not_noted)
        self.card.zoom.connect(self.zoom_unit)
        self.card.chosen.connect(self._show_in_table)
        self.card.failed.connect(self.place.messages.fail)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        plan = self.session.plan
        if plan is None:
            return StepState("todo", tr("The result shows once a plan is made or opened."))
        total = len(plan.findings)
        sentence = tr(
            "{units} units, {open} of {total} findings open.",
            units=f"{len(plan.units):,}",
            open=self._open(),
            total=total,
        )
        if plan.changes:
            return StepState("problem", changed_words(plan))
        if self._open("error"):
            return StepState("problem", sentence, tr("Look at it"))
        return StepState("done", sentence)

    def act(self) -> None:
        """Show the first error that nobody accepted."""
        self.tabs.setCurrentWidget(self.findings)
        place = self.findings.model.first_error()
        if place >= 0:
            self.findings.choose(place)
            self.findings.view.setFocus()

    def _open(self, severity: str = "") -> int:
        """Count findings that nobody accepted, of one severity or of all."""
        from ....delineation.plan.acceptance import acceptance_of

        plan = self.session.plan
        if plan is None:
            return 0
        # Asked after every change, of findings that seldom do.
        if self._answers is None or self._answers[0] is not plan:
            self._answers = (plan, acceptance_of(plan.findings, plan.accepted) < 0)
        is_open = self._answers[1]
        if severity:
            is_open = is_open & (plan.findings["severity"] == severity).to_numpy()
        return int(is_open.sum())

    def refresh(self) -> None:
        """Show the plan as it is."""
        plan = self.session.plan
        self.splitter.setEnabled(plan is not None)
        self.ask.setEnabled(plan is not None)
        self.output.setEnabled(plan is not None)
        self.selection.follow(self.session.plan_path)
        if plan is not None and plan is not self._shown:
            profile = self.session.profile
            self.summary.show_plan(plan, profile)
            self.units.show_units(plan.units, profile)
            self.units.select(self._go_on(plan))
            self.findings.model.show_plan(plan, profile)
            self.history.show_plan(plan, self.session.plan_path, profile)

            self._explain_again(plan)
        elif plan is None:
            self.summary.put([])
            self.units.show_units(None)
            self.findings.model.show_plan(None, None)
            self.history.show_plan(None)
            self.card.show_card(None)
            self._chosen_in, self._about = None, (None, "")
        self._shown = plan
        self._name_tabs()
        self.state_changed.emit()

    def _name_tabs(self) -> None:
        plan = self.session.plan
        count = len(plan.units) if plan is not None else 0
        units = tr("Units ({count})", "tab", count=f"{count:,}")
        open_ = tr("Findings ({count})", "tab", count=f"{self.findings.model.open_count():,}")
        history = tr("History")
        for number, text in enumerate((tr("Summary"), units, open_, history)):
            self.tabs.setTabText(number, text)
        self.tabs.setTabToolTip(
            self.tabs.indexOf(self.history), tr("Edits in the journal: {count}", count=f"{self.session.edits:,}")
        )

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()
            return
        # What is chosen on the map must be no other unit even while nobody looks at this page.
        if self.session.plan is not None:
            self.selection.follow(self.session.plan_path)
            self._go_on(self.session.plan)
        self.state_changed.emit()

    def _go_on(self, plan: Plan) -> list[str]:
        """Choose on the map what was chosen before a plan came, and give the ids that it has there."""
        before, chosen = self._chosen_in, self.selection.chosen
        if before is not None and before.faces is not plan.faces:
            places, ids = self._marked
            places = places if places is not None and ids == chosen else places_of(before, chosen)
            chosen = units_at(places, plan)
            self._marked = (places, chosen)
        self._chosen_in = plan
        self.selection.select(chosen)
        return chosen

    def _explain_again(self, plan: Plan) -> None:
        """Show the card of the same unit or place in a plan that has come; it may take a moment."""
        before, what = self._about
        if not what:
            self.card.show_card(None)
            self.card.whys.warm()
            return
        place = "," in what
        if before.faces is not plan.faces and place:
            what = place_after(what, before.crs, plan)
        elif before.faces is not plan.faces:
            places, told = self._told
            places = places if places is not None and told == what else places_of(before, [what])
            what = next(iter(units_at(places, plan)), "")
            self._told = (places, what)
        self._about = (plan, what)
        if not what:
            self.card.show_line(tr("The unit that was chosen lies outside this plan."))
            self.card.whys.warm()
            return
        self.card.show_line(tr("Looking up why…"))

        def then() -> None:
            now = self.session.plan
            if now is None or now.faces is not plan.faces or self._about[0] is not plan or self._about[1] != what:
                return  # something else is asked by now
            chosen = self._explain(what, place=place)
            if place and chosen and len(self.selection.chosen) == 1:
                # Where the unit of a place was divided, its part at that place goes on.
                self._marked = (self._marked[0], chosen)
                self._choose(chosen)

        self.card.whys.warm(then)

    # ── why ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, on: bool) -> None:
        self.tool.start() if on else self.tool.stop()

    def explain_place(self, x: float, y: float) -> None:
        """Explain the place of a point of the map, and choose its unit."""
        plan = self.session.plan
        if plan is None:
            return
        place = PlanView(self.canvas, plan.crs).place(x, y)
        if place is None:
            self.card.show_outside()
        elif chosen := self._explain("{!r},{!r}".format(*place), place=True):
            self._choose(chosen)

    def _explain(self, what: str, *, place: bool = False) -> list[str]:
        found = self.card.look_up(what, place=place)
        if found:
            self._about = (self.session.plan, what)
        return found

    def _explain_one(self, unit_ids: Sequence[str]) -> None:
        if len(unit_ids) == 1:
            self._explain(unit_ids[0])

    def _choose(self, unit_ids: Sequence[str]) -> None:
        """Choose units in the table and on the map."""
        self.units.select(unit_ids)
        self.selection.select(unit_ids)

    def _show_in_table(self, unit_ids: Sequence[str]) -> None:
        self.tabs.setCurrentWidget(self.units)
        self._choose(unit_ids)

    def _from_table(self, unit_ids: Sequence[str]) -> None:
        self.selection.select(unit_ids)
        self._explain_one(unit_ids)

    def _from_map(self, unit_ids: Sequence[str]) -> None:
        if self.session.revision.is_open and not self.isVisible():
            self._unseen = True  # who revises chooses often: what that shows here waits until somebody looks
            return
        if self._shown is not self.session.plan:
            self.refresh()  # nobody looked since the plan came
        self.units.select(unit_ids)
        self._explain_one(unit_ids)

    def zoom_unit(self, unit_id: str) -> None:
        """Show a unit on the map."""
        plan = self.session.plan
        if plan is None:
            return
        for shape in plan.units.loc[plan.units["unit_id"] == unit_id, "geometry"]:
            zoom_to(self.canvas, shape, plan.crs)

    def explain_unit(self, unit_id: str) -> None:
        """Explain a unit, and choose it in the table and on the map."""
        self._choose([unit_id])
        self._explain(unit_id)

    def ask_of(self, x: float, y: float) -> None:
        """Bring this page to the front, and explain the place of a point of the map."""
        self.asked_for.emit(self.NAME)
        self.explain_place(x, y)

    def list_unit(self, unit_id: str) -> None:
        """Show the entry list of a unit below its card."""
        self.asked_for.emit(self.NAME)
        self.explain_unit(unit_id)
        self.card.follow(LIST)

    def show_units(self, unit_ids: Sequence[str]) -> None:
        """Show units in the table, and their card where it is one."""
        self.asked_for.emit(self.NAME)
        self.units.find.clear()
        self._show_in_table(unit_ids)
        self._explain_one(unit_ids)

    def _open_unit_menu(self, where: Any, unit_ids: Sequence[str]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_unit_menu(menu, self, unit_ids)
        menu.popup(where)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._outline()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._outline()
        if self._unseen:
            self._unseen = False
            self._from_map(self.selection.chosen)

    # ── findings ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _zoom(self, findings: Any) -> None:
        """Show findings at their size: of several all, one with its surroundings, its places in turn.

        One of the lists is of whole units.
        """
        plan, shape = self.session.plan, _shape_of(findings)
        if plan is None or shape is None:
            return
        if len(findings) > 1:
            zoom_to(self.canvas, shape, plan.crs, margin=ROOM_OF_SEVERAL)
            return
        (row,), place = findings.itertuples(index=False), int(findings.index[0])
        codes = row.units.split("、") if row.id.startswith("L") else ()
        parts = [*plan.units.loc[plan.units["code"].isin(codes), "geometry"]] or _apart(shape)
        number = (self._zoomed[1] + 1) % len(parts) if self._zoomed[0] == place else 0
        self._zoomed = (place, number)
        zoom_to(self.canvas, parts[number], plan.crs, margin=ROOM)
        self.findings.tell_part(number + 1, len(parts))

    def _why_finding(self, findings: Any) -> None:
        """Explain the first unit that a finding names, else the place where it is."""
        code, point = str(findings["units"].iloc[0] or "").split("、")[0], findings["geometry"].iloc[0]
        if code:
            self._explain(code)
        elif point is not None:
            self._explain(f"{point.x!r},{point.y!r}", place=True)

    def _outline(self) -> None:
        """Outline the chosen findings on the map while their list shows."""
        plan = self.session.plan
        shows = plan is not None and self.isVisible() and self.tabs.currentWidget() is self.findings
        chosen = self.findings.chosen() if shows else None
        if chosen is None or len(chosen) != 1 or int(chosen.index[0]) != self._zoomed[0]:
            self._zoomed = (-1, 0)
        self.outline.show(None if chosen is None else _shape_of(chosen), plan.crs if plan is not None else "")

    def zoom_findings(self, places: Sequence[int]) -> None:
        """Show findings on the map and in the list, by their places in the plan's table."""
        self.show_findings(places)
        if self.session.plan is not None:
            self._zoom(self.session.plan.findings.iloc[list(places)])

    def show_findings(self, places: Sequence[int], *, accept: bool = False) -> None:
        """Show findings in the list, by their places in the plan's table; ``accept`` asks for the reason at once."""
        self.asked_for.emit(self.NAME)
        self.tabs.setCurrentWidget(self.findings)
        self.findings.choose_places(places)
        if accept:
            self.findings.begin_acceptance()

    def _export_findings(self, rules: str, state: str) -> None:
        part = "_".join(filter(None, (rules, state and tr("open", "findings"))))
        self._export("findings-xlsx", part, {"rules": rules, "state": state})

    def _export(self, name: str, part: str, options: dict[str, str]) -> None:
        """Ask for a file, and write a part of the plan into it."""
        from ....delineation.export.registry import exporters

        plan, found = self.session.plan_path, exporters()[name]
        if plan is None:
            return
        kind = found.file_kind(language())
        path = ask_save_as(self, found.title(language()), self.part.proposed(plan, found, part), kind, found.suffix)
        if path is not None:
            self.part.start(name, plan, path, {key: value for key, value in options.items() if value})

    def export_units(self, name: str, codes: Sequence[str]) -> None:
        """Write some units in a format."""
        self._export(name, codes[0] if len(codes) == 1 else f"{len(codes)}", {"codes": ",".join(codes)})

    def _accepted(self) -> None:
        """Show what is accepted now, where it is all that has changed."""
        plan = self._shown = self.session.plan
        self.history.show_plan(plan, self.session.plan_path, self.session.profile)
        if plan is not None:
            self.findings.model.show_accepted(plan.accepted)
        self._name_tabs()
        self.state_changed.emit()

    # ── history ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _busy(self, *_: object) -> None:
        self.history.set_busy(self.session.busy or self.session.taking_back)

    def look_again(self) -> None:
        if self.isVisible():
            self.history.look()

    def _say_not_noted(self) -> None:
        """Say once a plan that its history cannot be written."""
        if self._unnoted != self.session.plan_path:
            self._unnoted = self.session.plan_path
            text = tr(
                "What was done stands, but it could not be noted in the history beside the plan: is the file “{file}” write-protected?",  # noqa: E501
            )
            name = f"{self.session.plan_path.stem}.history.jsonl" if self.session.plan_path is not None else ""
            self.place.messages.say(text.format(file=name), "warning")


def _shape_of(findings: Any) -> Any:
    """Give what findings are of: their shapes, and the places of those that a plan knows no more of; None of none."""
    import shapely

    shapes = [
        shapely.from_wkt(row.shape, on_invalid="ignore") if row.shape else row.geometry
        for row in findings[["shape", "geometry"]].itertuples(index=False)
    ]
    there = [shape for shape in shapes if shape is not None and not shapely.is_empty(shape)]
    return None if not there else there[0] if len(there) == 1 else shapely.geometrycollections(there)


def _apart(shape: Any) -> list[Any]:
    """Give the places of a shape: its parts, the largest first, where they lie too far apart to be seen together."""
    import numpy as np
    import shapely

    parts = shapely.get_parts(shape)
    bounds = shapely.bounds(np.append(parts, shape))
    size = (bounds[:, 2:] - bounds[:, :2]).max(axis=1)
    if len(parts) == 1 or size[-1] <= FAR_APART * size[:-1].max():
        return [shape]
    return parts[np.argsort(-size[:-1], kind="stable")].tolist()
