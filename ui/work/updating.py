"""Update (动态更新): newer files beside the sources of a case, and what they would touch.

Knows no widget. Nothing of it is in the case before the plan of the update is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import DelineationError
from ..text import tr
from .job import Job
from .update_run import UpdateRun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...delineation.case.model import Case, SourceSpec
    from ...delineation.core.messages import Message
    from ...delineation.core.progress import Progress
    from ...delineation.succession.administrative import AdminChange
    from ...delineation.verbs.impacts import Impact
    from ...delineation.verbs.source_comparison import SourceChange
    from .session import Session

KEEP, LOWER = "keep", "follow"  # [update] lower; also of locked and of [admin] on_recode
RULES, RECODE = "rules", "recode"  # [update] locked; [admin] on_recode
UPDATE, ANEW = "update", "overlay"  # methods: what keeps last year's units, what divides where a case names no other
# What made a layer newer, where its role leaves little choice; ids of ``[zh.trigger]``.
TRIGGERS = {
    "red_line": "red_line_adjusted",
    "protected_area": "protected_area_adjusted",
    "drinking_water": "drinking_water_adjusted",
    "farmland": "farmland_adjusted",
    "spatial_plan": "spatial_plan_adjusted",
    "industrial_park": "park_adjusted",
    "county": "administration",
    "township": "administration",
}


@dataclass(eq=False)
class NewerFile:
    """A newer file beside a source of the case.

    Attributes
    ----------
    spec : SourceSpec
        The source in use.
    path, layer : str
        Of the newer file; ``layer`` "" where it is to be found.
    place : tuple of str
        Role, file and layer of the source in use: by these it is the same, whatever else the case says of it.
    compared : SourceChange or None
        What it changes; None until it was compared, and where it cannot be read.
    change : SourceChange or None
        The same for a person: date and document are asked anew, so those of before are no doubt.
    error : Exception or None
        Why it cannot be used.
    date, trigger, document : str
        What the case will say of it.
    confirmed : bool
        A person has looked at what has to be confirmed.
    prepare : callable or None
        Lays a layer of the project down as a file, beside the main thread; None of what is one.
    """

    spec: SourceSpec
    path: str
    layer: str = ""
    place: tuple[str, ...] = ()
    compared: SourceChange | None = None
    change: SourceChange | None = None
    error: Exception | None = None
    date: str = ""
    trigger: str = ""
    document: str = ""
    confirmed: bool = False
    prepare: Callable[[Progress], Sequence[str]] | None = None

    @property
    def state(self) -> Literal["waiting", "problem", "check", "ready"]:
        """``waiting`` to be compared, ``problem``, ``check`` (a person has to confirm something) or ``ready``."""
        if self.error is not None:
            return "problem"
        if self.compared is None:
            return "waiting"
        return "ready" if self.confirmed or self.change is None or not self.change.to_confirm else "check"

    def take(self, found: SourceChange) -> None:
        """Note what it changes."""
        undated = replace(found.before.spec, date="", document="")
        self.compared, self.error = found, found.problem
        self.change = replace(found, before=replace(found.before, spec=undated))

    def new_spec(self) -> SourceSpec:
        """Give what the case will say of the source."""
        spec = self.spec if self.compared is None else self.compared.after.spec
        return replace(spec, date=self.date, trigger=self.trigger, document=self.document)


class Updating(QObject):
    """Newer files of the sources in use, and what is to be done with them.

    Attributes
    ----------
    newer : list of NewerFile
    changes : str
        Table of administrative changes (`[admin]`) that is to be used from now on, "" for that of the case.
    changes_error : Exception or None
        Why it cannot be used.
    impact : Impact or None
        What all that can be used would do, together and each.
    impact_error : Exception or None
    keeps : bool
        Last year's units are kept (method ``update``), else the territory is divided anew.
    from_case : bool
        Last year's units are those that the case names, else the plan as it is now.
    follows : bool
        Land of which the rules say less now goes into the lower category, by ``document``; else it stays as it is.
    document : str
    locked : tuple of Message
        Locked units that would change by the rules.
    locks : str
        Which of them goes first, `RULES` or `KEEP`; "" as long as nobody has said.
    recodes : str
        What becomes of codes that hold the one of before, `KEEP` or `RECODE`; "" as long as nobody has said.
    run : UpdateRun
        Makes the plan anew with them.
    """

    changed = pyqtSignal()  # files came, went or were compared; what they touch is known, or not any more

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        # What `forget` begins with.
        self.changes_error: Exception | None
        self.follows: bool
        self.document: str
        self.locked: tuple[Message, ...]
        self._table: tuple[AdminChange, ...] = ()  # rows of the changes that were chosen
        self.watched = True  # somebody looks: what is touched is worked out at once
        self._looking, self._asking = Job(session.runner, self), Job(session.runner, self)
        self.run = UpdateRun(self)
        self.forget()
        session.opened.connect(self.forget)
        session.plan_changed.connect(self._follow_plan)
        session.case_changed.connect(self._follow_case)

    # ── what is asked about ───────────────────────────────────────────────────────────────────────────────────────

    def sources(self) -> list[SourceSpec]:
        """Give the sources that a newer file may take the place of: layers, in the order of the case."""
        case = self.session.case
        return [] if case is None else [spec for spec in case.sources if not spec.made]

    def of(self, spec: SourceSpec) -> NewerFile | None:
        """Give what was chosen for a source."""
        return next((one for one in self.newer if one.spec == spec), None)

    @property
    def busy(self) -> bool:
        """Something is being compared, or worked out."""
        return self._looking.busy or self._asking.busy or self.run.copying.busy

    @property
    def comparing(self) -> bool:
        """Files are being compared with those in use."""
        return self._looking.busy

    def choose(
        self,
        spec: SourceSpec,
        path: str,
        layer: str = "",
        *,
        prepare: Callable[[Progress], Sequence[str]] | None = None,
    ) -> NewerFile | None:
        """Put a newer file beside a source, in place of one that was chosen before; None where it is no source."""
        case = self.session.case
        if case is None or spec not in case.sources or self.run.running:
            return None
        before = self.of(spec)
        place = (spec.role, *_place(case, spec))
        one = NewerFile(spec, path, layer, place, trigger=TRIGGERS.get(spec.role, ""), prepare=prepare)
        if before is not None:
            one.date, one.trigger, one.document = before.date, before.trigger, before.document
            self.newer.remove(before)
        self.newer.append(one)
        self._anew()
        return one

    def take_out(self, one: NewerFile) -> None:
        """Forget a newer file."""
        if one in self.newer and not self.run.running:
            self.newer.remove(one)
            self._anew()

    def confirm(self, one: NewerFile) -> None:
        """Take a person's word for what had to be confirmed."""
        one.confirmed = True
        self.changed.emit()

    def say(self, one: NewerFile, **said: str) -> None:
        """Note date, trigger or document of a newer file."""
        for name, text in said.items():
            setattr(one, name, text)
        self.changed.emit()

    def choose_changes(self, path: str) -> None:
        """Use another table of administrative changes; "" takes the choice back."""
        from ...delineation.succession.administrative import read_changes

        self.changes, self.changes_error, self.recodes = path, None, ""
        if path:
            try:
                self._table = read_changes(Path(path))
            except DelineationError as error:
                self.changes_error = error
        self._anew()

    def decide(self, **said: Any) -> None:
        """Take a person's word: ``keeps``, ``from_case``, ``locks`` or ``recodes``, as the attributes say."""
        before = self.keeps, self.from_case
        for name, word in said.items():
            setattr(self, name, word)
        if (self.keeps, self.from_case) != before:
            self._anew()
            return
        if "locks" in said:
            self.ask()
        self.changed.emit()

    def follow(self, *, follows: bool, document: str | None = None) -> None:
        """Let land of which the rules say less now go into the lower category, by a document, or keep it."""
        said = self.follows, self.document
        if follows and not self.document and document is None:
            # What the newer sources rest on is what is most likely meant.
            document = "; ".join(dict.fromkeys(one.document for one in self.newer if one.document))
        self.follows, self.document = follows, self.document if document is None else document
        if follows != said[0]:
            self._anew()
        elif self.document != said[1]:
            self.changed.emit()

    @property
    def open_question(self) -> Literal["", "wait", "locks", "recodes"]:
        """What a person has to answer before the update; ``wait`` until it is known what locked units would lose."""
        plan = self.session.plan
        unsaid = self.keeps and not self.locks and plan is not None and plan.units["locked"].any()
        if unsaid and (self.locked or self._asking.busy):
            return "locks" if self.locked else "wait"
        return "recodes" if self.recoded and not self.recodes else ""

    @property
    def recoded(self) -> tuple[Message, ...]:
        """Counties of the plan that have another code by the table that was chosen."""
        plan = self.session.plan
        if plan is None or not self.changes or self.changes_error is not None:
            return ()
        from ...delineation.verbs.source_comparison import recoded_counties

        return recoded_counties(plan, self._table)

    def _stated(self, case: Case) -> Case:
        """Say in a case what becomes of land of which the rules say less now, and which administrative changes hold."""
        update = case.update
        if self.keeps:
            lower = LOWER if self.follows else KEEP
            update = replace(update, lower=lower, document=self.document, locked=self.locks or RULES)
        admin = replace(case.admin, on_recode=self.recodes or case.admin.on_recode)
        usable = self.changes and self.changes_error is None
        return replace(
            case,
            update=update,
            admin=replace(admin, changes=self.changes) if usable else admin,
        )

    @property
    def usable(self) -> list[NewerFile]:
        """Those that were compared and can be used."""
        return [one for one in self.newer if one.compared is not None and one.error is None]

    def watch(self, *, on: bool) -> None:
        """Note that somebody looks, or looks no more; what nobody worked out meanwhile is worked out then."""
        self.watched = on
        if on and self.impact is None and self.impact_error is None and not self._asking.busy:
            self._compare_next()

    def forget(self) -> None:
        """Forget all that was chosen: something else is open."""
        for job in (self._looking, self._asking):
            job.drop()
        self.run.forget()
        self.newer: list[NewerFile] = []
        self.changes = ""
        self.impact: Impact | None = None
        self.changes_error = None
        self.impact_error: Exception | None = None
        self.keeps, self.from_case = True, self.goes_on()
        case = self.session.case
        self.follows, self.document = (case.update.lower == LOWER, case.update.document) if case else (False, "")
        self.locked, self.locks, self.recodes = (), "", ""
        self.changed.emit()

    # ── last year's units ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def named_by_case(self) -> str:
        """Name the file of last year's units that the case names, "" for none."""
        case = self.session.case
        if case is None:
            return ""
        units = [spec.path for spec in case.sources if spec.role == "unit"]
        return next(iter([*units, case.previous.path]), "")

    @property
    def fixed_by_case(self) -> bool:
        """A source of role ``unit`` says which are last year's units: there is no other choice."""
        case = self.session.case
        return case is not None and any(spec.role == "unit" for spec in case.sources)

    def goes_on(self) -> bool:
        """Whether the plan at hand is an update already: what comes on top is of the same year."""
        case = self.session.case
        return case is not None and bool(self.named_by_case) and (case.method == UPDATE or self.fixed_by_case)

    @property
    def takes_plan(self) -> bool:
        """Last year's units are those of the plan as it is now."""
        return not (self.from_case and self.named_by_case) and not self.fixed_by_case

    @property
    def edits_are_units(self) -> bool:
        """The plan's edits are part of last year's units, so they are not done once more."""
        return self.keeps and self.takes_plan

    def method_anew(self) -> tuple[str, Mapping[str, Any]]:
        """Give the method that divides anew, with its parameters: that of the case, where it is no update itself."""
        case = self.session.case
        after = None if case is None else case.updated((), keeps=False)
        return (ANEW, {}) if after is None else (after.method, after.method_parameters)

    # ── what would be touched ─────────────────────────────────────────────────────────────────────────────────────

    def _anew(self) -> None:
        """Work out again what is touched: something else is chosen."""
        self._outdate()
        self._compare_next()
        self.changed.emit()

    def _outdate(self) -> None:
        self._asking.drop()
        self.impact, self.impact_error = None, None
        self.locked, self.locks = (), ""

    def _compare_next(self) -> None:
        """Compare the next file that waits with the one in use; when there is none, ask what all would touch."""
        case = self.session.case
        if self._looking.busy or case is None:
            return
        one = next((one for one in self.newer if one.state == "waiting"), None)
        if one is None:
            self.ask()
            return

        def work(progress: Progress) -> SourceChange:
            from ...delineation.verbs.source_comparison import source_change

            if one.prepare is not None:
                one.path, one.layer = file_and_layer(one.prepare(progress)[0])
            return source_change(case, one.spec, one.path, layer=one.layer, progress=progress)

        def done(change: SourceChange) -> None:
            one.take(change)
            go_on()

        def failed(error: Exception) -> None:
            one.error = error
            go_on()

        def go_on() -> None:
            self._compare_next()
            self.changed.emit()

        self._looking.start(tr("Comparing {file}", file=Path(one.path).name), work, done=done, failed=failed)

    def ask(self) -> None:
        """Work out what the files that can be used would touch, beside the main thread."""
        session, usable = self.session, self.usable
        plan, case = session.plan, session.case
        if self.run.running or self._looking.busy or not self.watched:
            return
        self._asking.drop()
        table = self.changes and self.changes_error is None
        if plan is None or case is None or session.plan_path is None or not (usable or table):
            self.impact = None
            return
        after = self.updated(case, usable, str(session.plan_path.absolute()))
        replay = session.replays and not (self.drops_edits() or self.filed)

        from ...delineation.verbs.source_comparison import locked_units

        def work(progress: Progress) -> Impact:
            from ...delineation.verbs.impacts import impact_of

            changes = [one.compared for one in usable if one.compared is not None]
            found = impact_of(plan, case, changes, after, replay=replay, progress=progress)
            _ = found.shapes  # joined here, where nobody waits for it
            return found

        def done(found: Impact) -> None:
            self.impact, self.impact_error = found, None
            if self.locks != KEEP:  # held by their locks they would lose nothing
                self.locked = locked_units(found.units)
            self.changed.emit()

        def failed(error: Exception) -> None:
            self.impact, self.impact_error = None, error
            self.changed.emit()

        self._asking.start(tr("What newer sources would touch"), work, done=done, failed=failed)

    # ── what the update is made of ────────────────────────────────────────────────────────────────────────────────────

    @property
    def ready(self) -> bool:
        """All that was chosen can be used and was looked at."""
        some = bool(self.newer) or (bool(self.changes) and self.changes_error is None)
        some &= self.changes_error is None and (bool(self.document.strip()) or not (self.keeps and self.follows))
        some &= not self.open_question
        return some and all(one.state == "ready" for one in self.newer)

    @property
    def filed(self) -> bool:
        """The plan is filed and stays as it is: an update of it has a case and a plan of its own."""
        from ...delineation.plan.status import is_filed

        plan = self.session.plan
        return plan is not None and is_filed(str(plan.meta.get("status") or ""))

    def updated(self, case: Case, newer: Sequence[NewerFile], plan: str) -> Case:
        """Give the case of the update; ``plan`` is the file of the plan as it is now."""
        specs = [(one.spec, one.new_spec()) for one in newer]
        return self._stated(case).updated(specs, plan if self.takes_plan else "", keeps=self.keeps)

    def drops_edits(self) -> bool:
        """Whether what people did in the plan is part of last year's units, and nothing is to be done once more."""
        from ...delineation.plan.status import CARRIED

        plan = self.session.plan
        held = self.session.edits > 0 or (plan is not None and bool(plan.meta.get(CARRIED)))
        return self.edits_are_units and held and not self.filed

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def _follow_case(self) -> None:
        """Compare anew where the case says something else of a source by now, and forget what is no source any more."""
        case = self.session.case
        if self.run.running or case is None:
            return
        others = [one for one in self.newer if one.spec not in case.sources]
        for one in others:
            heir = next((spec for spec in case.sources if (spec.role, *_place(case, spec)) == one.place), None)
            if heir is None:
                self.newer.remove(one)
            else:
                one.spec, one.compared, one.change, one.error = heir, None, None, None
        if others:
            self._looking.drop()
            self._outdate()
            self._compare_next()
        self.changed.emit()

    def _follow_plan(self) -> None:
        if not self.run.running and (self.impact is not None or self.newer):
            self._anew()

    def put_back(self, newer: Sequence[NewerFile], changes: str, *, from_case: bool) -> None:
        """Choose what was chosen for another update, or nothing."""
        self.newer, self.from_case = list(newer), from_case
        self.choose_changes(changes)


def _place(case: Case, spec: SourceSpec) -> tuple[str, str]:
    """Say where a source lies, however the case writes it: file and layer."""
    return str(case.file(spec.path).absolute()), spec.layer


def file_and_layer(file: str) -> tuple[str, str]:
    """Take apart what names a file, or a layer in it (``FILE|layername=L``)."""
    path, _, rest = file.partition("|layername=")
    return path, rest.partition("|")[0]
