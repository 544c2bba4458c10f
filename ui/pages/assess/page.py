"""The desk of assessment: may this project come here, and which clause says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QShortcut, QTabWidget, QWidget

from ....delineation.core.errors import BadInput, DelineationError
from ...text import fit_for_file, listed, profile_of, sentence, tr
from ...widgets.layout import in_column
from ...widgets.messages import words_of
from ...work.assessment import Answered, Assessment, Document, Question, Spot
from ..page import Page, StepState, Workplace
from .answer import AnswerTab, VerdictHead, head_of
from .batch import BatchTab
from .elsewhere import FITTING, ElsewhereTab
from .facts import title_of
from .on_map import SiteOnMap
from .place import PLAN, PlaceBar, selected_shape
from .project import NEW_KEY, ProjectFields
from .report import ReportRow
from .words import asked_words, dim, place_words, shortened

if TYPE_CHECKING:
    from pathlib import Path

    from qgis.PyQt.QtGui import QHideEvent, QShowEvent

    from ....delineation.assess.site import Site
    from ....delineation.case.profile import Profile
    from ....delineation.plan.file import Plan

__all__ = ["AssessPage"]

ANSWER, ELSEWHERE, BATCH = range(3)
LEAST = 120  # pixels of the tabs in a low panel
SOON = 250  # milliseconds after an edit until the plan is asked anew
SHORT = 28  # letters of a sentence on the card at the pointer


class AssessPage(Page):
    """Place, project, verdict; its grounds, other places and tables of projects in tabs below.

    Attributes
    ----------
    spot : Spot or None
        The site.
    answer : Answered or None
        What was answered last of it.
    """

    NAME = "assess"
    DESK = True

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self.revision = self.session.revision
        self.assessment = Assessment(self.session, self)
        self.spot: Spot | None = None
        self._parcel: Spot | None = None  # the site as it stood still last
        self.answer: Answered | None = None
        self._problem = ""  # with the question asked last
        self._head = ""  # edit of the plan that was answered by last
        self._plan: Plan | None = None
        self._profile: Profile | None = None
        self._stale = False  # the plan was edited while nobody looked
        self._dragging = False
        self._build()
        self.destroyed.connect(self.assessment.shut)
        self._later = QTimer(self, singleShot=True, interval=SOON, timeout=self.ask)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(NEW_KEY), self, activated=self.begin_afresh, context=within)
        self._overdue = QTimer(self, singleShot=True, interval=SOON, timeout=self._show_overdue)
        assessment = self.assessment
        assessment.opened.connect(self._opened)
        assessment.answered.connect(self._answered)
        assessment.refused.connect(self._refused)
        assessment.found_elsewhere.connect(self._found_elsewhere)
        assessment.not_found_elsewhere.connect(self._not_found_elsewhere)
        self.revision.begun.connect(self._show_state)
        self.revision.ended.connect(self._plan_edited)
        self.revision.changed.connect(self._plan_edited)
        self.session.plan_changed.connect(self.follow)
        self._show_state()
        self.refresh()

    def title(self) -> str:
        return tr("Assess", "name of a desk")

    # ── looks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _build(self) -> None:
        self.place_bar = PlaceBar(self)
        self.map = SiteOnMap(self.place.iface, self.place_bar, self)
        self.map.tool.changed.connect(self._drawn)
        self.place_bar.buffer.valueChanged.connect(self._set_buffer)
        self.place_bar.typed.connect(self._type)
        self.place_bar.file_chosen.connect(lambda path: self._read(path, ""))
        self.place_bar.selected.clicked.connect(self.take_selected)
        self.place_bar.show_it.clicked.connect(lambda: self.map.zoom(self.spot))
        self.place_bar.clear.clicked.connect(lambda: self.put(None))
        self.project = ProjectFields(self)
        self.project.changed.connect(self.ask)
        self.project.new.clicked.connect(self.begin_afresh)
        self.head = VerdictHead(self)
        self.tabs = QTabWidget(self, objectName="control_units_assess_tabs", minimumHeight=LEAST)
        self.told = AnswerTab(self.tabs)
        self.told.facts.changed.connect(self.ask)
        self.told.field_asked.connect(self._focus_field)
        self.told.none_here_said.connect(self._say_none_here)
        self.elsewhere = ElsewhereTab(self.tabs)
        self.elsewhere.ask.clicked.connect(self.look_elsewhere)
        self.elsewhere.go.connect(lambda spot: self.put(spot, look=True))
        self.elsewhere.others.connect(lambda others: self.map.show_others(others, self.spot))
        self.batch = BatchTab(self.assessment, self.session, self.project.day, self.tabs)
        self.batch.chosen.connect(self._show_project)
        for widget, name, tip in (
            (
                self.told,
                tr("Grounds", "tab"),
                tr("Each clause, whether it applies and why; what is met, and what is open."),
            ),
            (
                self.elsewhere,
                tr("Where else", "tab"),
                tr("The nearest places where the project could go."),
            ),
            (
                self.batch,
                tr("Many projects", "tab"),
                tr("A table of projects in, a table of verdicts out."),
            ),
        ):
            self.tabs.setTabToolTip(self.tabs.addTab(widget, name), tip)
        self.tabs.currentChanged.connect(lambda _: self._show_state())
        self.report = ReportRow(self.assessment, self.session, self)
        in_column(
            self.place_bar,
            self.project,
            self.head,
            (self.tabs, 1),
            self.report,
            on=self,
            margins=(4, 4, 4, 0),
            spacing=2,
        )

    # ── how far it is ─────────────────────────────────────────────────────────────────────────────────────────────

    def state(self) -> StepState:
        if self.session.plan is None:
            return StepState("todo", tr("An assessment needs a plan: make one, or open one."))
        if not self.assessment.is_open:
            if self._problem:
                return StepState("problem", self._problem)
            return StepState("next", tr("The plan is being read…"))
        if self.spot is None:
            text = tr("Say where the project is to be: draw it, or type its coordinates.")
        elif self._problem:
            return StepState("problem", self._problem)
        elif self.answer is None:
            text = tr("The site is being assessed…")
        else:
            told = tr("{verdict}, {place}, as of {day}.")
            if not (day := self.answer.document["as_of"]):
                told = tr("{verdict}, {place}; no day is stated, so what is in force was not judged.")
            text = told.format(verdict=self.answer.document["title"], place=place_words(self.answer), day=day)
        if self.revision.is_open:
            under = tr("The plan is under revision: the answer is by its file as it stands now.")
            text = tr("{sentence} {other}", sentence=text, other=under)
        return StepState("next" if self.answer is None else "done", text)

    def _show_state(self, *_: Any) -> None:
        there, open_ = self.session.plan is not None, self.assessment.is_open
        for widget in (self.place_bar, self.project, self.tabs, self.report):
            widget.setEnabled(there and open_)
        needs = "" if open_ else self.state().sentence
        if needs:
            self.head.show_line(needs)
        elif self.spot is None and not self._problem:
            self.head.show_line(self.state().sentence)
        self.place_bar.show_site(there=self.spot is not None, dimension=self.spot.dimension if self.spot else 0)
        self.elsewhere.offer(self._why_not_elsewhere())
        self.batch.offer("")
        self.report.setVisible(self.tabs.currentIndex() != BATCH)
        self.batch.show_age(self._head)
        # It stands below the evidence and in each report too; a line of its own would take the evidence's room.
        self.head.title.setToolTip(self.assessment.grounds.disclaimer if self.assessment.grounds is not None else "")
        self.map.show_hint()
        self.state_changed.emit()

    def _why_not_elsewhere(self) -> str:
        if self.answer is None:
            return tr("There is no answer yet.")
        if self.assessment.looking_elsewhere:
            return tr("Places are being assessed, nearest first…")
        if self.answer.document["verdict"] in FITTING:
            return tr("The project may come here: no other place is needed.")
        return ""

    # ── the plan ──────────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> None:
        """Ask the session's plan, as its file is now."""
        if not self.isVisible():
            return
        plan = self.session.plan
        if plan is not self._plan:
            self._plan = plan
            self._profile = profile_of(plan) if plan is not None else None
            self._stale = True
            self._head = str(plan.meta.get("head", "")) if plan is not None else ""
            if plan is not None:
                self.map.follow(plan)
        path = self.session.plan_path if plan is not None else None
        if path != self.assessment.path:
            self._forget()
            self.assessment.follow(path)
        elif self._stale:
            self.ask()
        self._stale = False
        self._show_state()

    def _forget(self) -> None:
        """Another plan has come: nothing is shown of the one before, and nothing said of it is taken for said here."""
        self.batch.forget()
        self.begin_afresh()

    def begin_afresh(self) -> None:
        """Begin another project: name, industry, facts, place, answer and report are those of nobody."""
        self._later.stop()
        self.project.show_project()
        self.told.facts.set_answers({})
        self.elsewhere.forget()
        self.put(None)
        self.report.forget()
        self._show_report()
        self.project.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _plan_edited(self) -> None:
        """Ask anew of a plan that was edited, when no edit follows at once."""
        if self.isVisible():
            self._later.start()
            self._show_state()
        else:
            self._stale = True

    def _opened(self) -> None:
        grounds = self.assessment.grounds
        if grounds is not None:
            self.project.industry.industries = grounds.vocabulary.industries
            facts = grounds.vocabulary.facts.by_id.values()
            self.told.facts.about_site = {fact.id: title_of(fact) for fact in facts if fact.about == "site"}
        self._problem = ""
        self.ask()
        self._show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.map.show(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.map.show(False)

    # ── the site ──────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, spot: Spot | None, *, look: bool = False) -> None:
        """Let the site be here; ``look`` shows it on the map."""
        self._settle(spot)
        self.map.show_spot(spot, look=look)
        if spot is not None and spot.dimension < 2:
            self.place_bar.set_buffer(spot.buffer)
            self.map.set_buffer(spot.buffer)
        if spot is None:
            self.answer, self._problem = None, ""
            self.told.clear()
            self._show_report()
        self.ask()
        self._show_state()

    def _drawn(self, spot: Spot | None, settled: bool) -> None:
        """Follow the hand on the map."""
        self._dragging = not settled
        if spot is None:
            self.put(None)
            return
        if settled:
            self._settle(spot)
        self.spot = spot
        self.ask()
        if settled:
            self._show_state()

    def _settle(self, spot: Spot | None) -> None:
        """Take a site that is on its way no more: what was said of the parcel goes with it."""
        if self._parcel is not None and (spot is None or spot.base != self._parcel.base):
            left = self.told.facts.leave_site()
            if left:
                text = tr("Said of the site before, and not taken along to this one: {facts}.")
                if spot is None:
                    text = tr("Said of the site that was taken away, and forgotten with it: {facts}.")
                self.place.messages.say(text.format(facts=listed(left)))
        self.spot = self._parcel = spot

    def _set_buffer(self, metres: float) -> None:
        self.map.set_buffer(metres)
        if self.spot is not None and self.spot.dimension < 2:
            self.put(replace(self.spot, buffer=metres))

    def _type(self, text: str, crs: str) -> None:
        self._read(text, self._plan.crs if crs == PLAN and self._plan is not None else crs)

    def _read(self, text: str | Path, crs: str) -> None:
        def take(site: Site) -> None:
            self.put(Spot(site.shape, self.place_bar.buffer.value(), site.notices), look=True)

        self.assessment.read_site(text, crs, take, self._no_site)

    def _no_site(self, error: Exception) -> None:
        """Say what was wrong with what was typed or read; the site stays where it is."""
        self.place_bar.say(self._worded(error))

    def take_selected(self) -> None:
        """Take what is selected in the active layer for the site."""
        if self._plan is None:
            return
        try:
            shape = selected_shape(self.place.iface.activeLayer(), self._plan.crs)
        except BadInput as error:
            self._no_site(error)
            return
        self.put(Spot(shape, self.place_bar.buffer.value()), look=True)

    def _say_none_here(self, role: str, none: bool) -> None:
        """Take note that the territory has nothing of a role, so that a layer of it is not missed; or take it back."""
        roles = [one for one in self.assessment.none_here if one != role]
        self.assessment.say_none_here([*roles, role] if none else roles)

    def _focus_field(self, name: str) -> None:
        field = self.project.industry if name == "industry" else self.project.nature
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    # ── the question and its answer ───────────────────────────────────────────────────────────────────────────────

    def question(self) -> Question | None:
        """Give what is asked now; None where there is no site."""
        if self.spot is None:
            return None
        project = self.project
        return Question(
            self.spot,
            project.called(),
            project.industry.code,
            str(project.nature.currentData()),
            self.told.facts.answers(of_site=not self._dragging),
            project.day(),
        )

    def ask(self) -> None:
        """Have the question answered as it is now."""
        question = self.question()
        self._show_age()
        if question is not None and self.assessment.is_open:
            self._overdue.start()
            self.assessment.ask(question)

    def _show_overdue(self) -> None:
        """Show a verdict in grey that is to be another one, as a question waits for its answer."""
        if self.answer is not None:
            self.head.show_age(self._of(self.answer))
            dim(self.told, True)

    def _show_age(self) -> None:
        """Show in grey what was found for another project, place or plan, and verdicts of a table of another day."""
        self.batch.show_age(self._head)
        of = self.elsewhere.answer
        if of is not None:
            same = self.elsewhere.answers(self.question(), self._head, self.told.facts.without_site)
            self.elsewhere.show_age("" if same else self._of(of))

    def _of(self, answer: Answered) -> str:
        return asked_words(answer.document, place_words(answer))

    def _answered(self, answer: Answered) -> None:
        if self.spot is None:
            return
        self.answer, self._problem, self._head = answer, "", answer.document["plan"]["head"]
        if answer.question == self.question():
            self._overdue.stop()
        dim(self.told, False)
        grounds = self.assessment.grounds
        verdict, title, where, why = head_of(answer, self._profile)
        self.head.show_verdict(verdict, title, where, why)
        self.map.tell(verdict, title, [where, shortened(why, SHORT)])
        self.told.none_here = self.assessment.none_here
        if grounds is not None:
            self.told.show_answer(answer, grounds, self._profile, now=not self._dragging)
        if not self._dragging:
            self._show_report()
            self._show_age()
            self._show_state()

    def _refused(self, error: Exception) -> None:
        """Say what is wrong with a site or a project; what was answered before is no answer to it."""
        self.answer, self._problem = None, self._worded(error)
        self._overdue.stop()
        if self.spot is not None or not self.assessment.is_open:
            self.head.show_problem(self._problem)
        self.map.tell("", warnings=[self._problem])
        if not self._dragging:
            self.told.clear()
            self._show_report()
            self._show_state()

    def _worded(self, error: Exception) -> str:
        if isinstance(error, DelineationError):
            return sentence(error, self._profile)
        self.place.messages.note(error, doing="assess")
        return words_of(error)

    def _show_report(self) -> None:
        if self.answer is None:
            self.report.show_documents((), tr("assessment", "in the name of a file"))
            return
        document: Document = self.answer.document
        found = self.elsewhere.answer
        if found is not None and (found.question, found.document["plan"]["head"]) == (self.answer.question, self._head):
            document = {**document, **{name: found.document[name] for name in ("where_else", "everywhere")}}
        stem = "_".join(
            filter(None, (fit_for_file(document["project"]["name"]), tr("assessment", "in the name of a file")))
        )
        self.report.show_documents([document], stem, self._of(self.answer))

    # ── other places ──────────────────────────────────────────────────────────────────────────────────────────────

    def look_elsewhere(self) -> None:
        """Look for the nearest places where the project could go."""
        question = self.question()
        if question is not None and not self._why_not_elsewhere():
            self.elsewhere.wait()
            self.assessment.look_elsewhere(question)
            self._show_state()

    def _found_elsewhere(self, answer: Answered) -> None:
        plan, grounds = self._plan, self.assessment.grounds
        if plan is None or grounds is None:
            return
        names = dict(zip(plan.units["code"].astype(str), plan.units["name"].astype(str), strict=True))
        self.elsewhere.show_found(answer, grounds.verdicts, names, self._profile)
        self._show_report()
        self._show_age()
        self._show_state()

    def _not_found_elsewhere(self, error: Exception) -> None:
        self.elsewhere.fail(error)
        self._show_state()

    # ── a project of a table ──────────────────────────────────────────────────────────────────────────────────────

    def _show_project(self, document: Document) -> None:
        """Let site and project be those of a row of a table."""
        import shapely

        project = document["project"]
        self.project.show_project(project["name"], project["industry"], project["nature"])
        said = {one["fact"]: f"{one['value']} {one['unit']}".strip() for one in project["facts"]}
        self.put(Spot(shapely.from_wkt(document["site"]["wkt"])), look=True)
        self.told.facts.set_answers({name: value for name, value in said.items() if value != "unknown"})
        self.ask()
