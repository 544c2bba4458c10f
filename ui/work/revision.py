"""A plan under revision: claimed, edited in one thread, each edit foreseen before and told of when it is on disk.

The main thread asks and is answered by signals. The states it is handed are never written in place, so hit tests and
tables are made of them there; all that opens the plan's file for the revision is done in the thread of the editor.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...delineation.core.errors import BadInput, BeingEdited, Cancelled, ChangedElsewhere, DelineationError
from ...delineation.core.messages import Message
from ...delineation.plan.status import is_filed
from ..text import language, names_of, tr
from .editor_thread import EditorThread
from .job import Job
from .runner import Done, Failed, Then, nothing
from .settings import who

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ...delineation.core.findings import Finding
    from ...delineation.core.progress import Progress
    from ...delineation.plan.file import Plan
    from ...delineation.revision.consequences import Consequences
    from ...delineation.revision.editor import Editor, Followed
    from ...delineation.revision.operation import Edit
    from ...delineation.revision.state import State, UnitRow
    from ...delineation.revision.timeline import JournalEntry, Timeline
    from .session import Session

Bounds = tuple[float, float, float, float]
Op: TypeAlias = "Mapping[str, Any]"  # an operation, as a line of JSON has it
Ops = tuple[Op, ...]
IDLE = 1500  # milliseconds after the last edit until what follows from edits is worked out
PATIENCE = 10.0  # seconds that whoever closes a revision waits for what is being written
_FORESEE, _FOLLOW = "foresee", "follow"


@dataclass(frozen=True)
class Changed:
    """Something that was done and is on disk.

    Attributes
    ----------
    kind : str
        do, undo, redo, go, branch, switch, adopt.
    before, after : State
    entries : tuple of JournalEntry
        What was done, undone or done again.
    consequences : Consequences
    outlines : mapping of str to MultiPolygon
        Of the units that were drawn anew, as the file has them now, by unit id.
    moved : sequence of Polygon
        Faces, in the state after, that have another unit.
    repair : tuple of mapping
        Operations that would make whole again what fell apart; () where nothing did, or nothing can.
    bounds : tuple of float, or None
        West, south, east, north of what changed, in the plan's CRS.
    """

    kind: str
    before: State
    after: State
    entries: tuple[JournalEntry, ...]
    consequences: Consequences
    outlines: Mapping[str, Any] = field(default_factory=dict)
    moved: Sequence[Any] = ()
    repair: tuple[dict[str, Any], ...] = ()
    bounds: Bounds | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        """What was done, in words."""
        return tuple(entry_title(one) for one in self.entries)


@dataclass(frozen=True)
class Refusal:
    """Something that was not done: the plan is as it was.

    Attributes
    ----------
    error : DelineationError
    ops : tuple of mapping
        What was asked for; () where it was no edit.
    """

    error: DelineationError
    ops: Ops = ()

    @property
    def op(self) -> Op | None:
        """The first that was asked for."""
        return self.ops[0] if self.ops else None

    @property
    def needs_basis(self) -> bool:
        """Naming the document that it rests on would allow it."""
        from ...delineation.revision.apply import NeedsDocument

        return isinstance(self.error, NeedsDocument)


@dataclass(frozen=True)
class Foreseen:
    """What an operation would do.

    Attributes
    ----------
    op : mapping
    refused : DelineationError or None
        It would not be done; all else is empty then, or where only a document is wanted, as that would allow it.
    consequences : Consequences or None
    outlines : mapping of str to MultiPolygon
        Of the units that would change, by unit id.
    moved : sequence of Polygon
        Faces, or pieces of them, that would get another unit.
    units : mapping of str to UnitRow
        Of the units that would change, as they would be.
    repair : tuple of mapping
        As of `Changed`.
    """

    op: Op
    refused: DelineationError | None = None
    consequences: Consequences | None = None
    outlines: Mapping[str, Any] = field(default_factory=dict)
    moved: Sequence[Any] = ()
    units: Mapping[str, UnitRow] = field(default_factory=dict)
    repair: tuple[dict[str, Any], ...] = ()


def entry_title(entry: JournalEntry) -> str:
    """Say in words what an entry did."""
    from ...delineation.core.messages import word
    from ...delineation.revision.journal_words import edit_words

    return word(edit_words(entry.op), language(), names_of())


class Revision(QObject):
    """The revision of a session's plan.

    Attributes
    ----------
    phase : str
        closed, opening, open.
    state : State or None
    timeline : Timeline or None
    path : Path or None
        The plan that is revised.
    target : str
        Id of the unit that strokes go to, "" for none.
    reason : str
        Why edits are made, until the revision ends.
    basis : str
        The document of the next edit alone. It is recorded with that; what only a document allows, it allows where it
        is named for that very edit (`do_by`).
    undocumented : tuple of mapping
        Operations that were refused for want of a document and wait for it.
    drawing : bool
        A gesture is on its way: what can wait does.
    ending : bool
        What follows from the edits is being worked out; then the plan is given free.
    claimed_by : BeingEdited or None
        Why the last attempt to begin came to nothing.
    """

    begun = pyqtSignal()
    ended = pyqtSignal()
    changed = pyqtSignal(object)  # Changed
    refused = pyqtSignal(object)  # Refusal
    foreseen = pyqtSignal(object)  # Foreseen
    busy_changed = pyqtSignal(bool)  # an edit is on its way to the disk
    target_changed = pyqtSignal()
    state_changed = pyqtSignal()  # whatever a page shows of it
    said_changed = pyqtSignal()  # reason or document, or what waits for one
    followed = pyqtSignal()  # the session's plan holds all edits; findings are of now where ``behind`` is False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.phase = "closed"
        self.state: State | None = None
        self.timeline: Timeline | None = None
        self.path: Path | None = None
        self.target = ""
        self.reason = self.basis = ""
        self.undocumented: Ops = ()
        self._carried: Ops | None = None  # what the document was given to; None where it waits for the next edit
        self.drawing = False
        self.behind = False  # findings are of a plan before the last edits
        self.claimed_by: BeingEdited | None = None
        self._thread = EditorThread(self)
        self._editor: Editor | None = None
        self._claim = ExitStack()  # entered and closed in the thread of the editor
        self._then: list[Then] = []
        self._pending = 0  # edits on their way
        self._asked: Op | None = None  # what was to be foreseen last
        self._following = Job(session.runner, self)
        self._turn = 0  # of the editor: answers for one before it come too late
        self._edited = False  # since the session's plan was the editor's
        self._lost = False  # the file holds another plan than the editor knows
        self.ending = False
        self._idle = QTimer(self, singleShot=True, timeout=self._follow)
        session.opened.connect(self.close)
        session.plan_changed.connect(lambda: session.edited or self.say(reason="", basis=""))

    # ── beginning and ending ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def busy(self) -> bool:
        """An edit is on its way to the disk."""
        return self._pending > 0

    @property
    def taken_over(self) -> Finding | None:
        """Whose claim lay on the plan when it was opened: he is no more, or it was broken."""
        return self._editor.taken_over if self._editor is not None else None

    @property
    def is_open(self) -> bool:
        """The plan is claimed, and edits may be asked for."""
        return self.phase == "open"

    @property
    def _at_work(self) -> Editor | None:
        """The editor, where edits may be asked of it."""
        return self._editor if self.is_open else None

    def begin(self, then: Then | None = None, *, break_lock: bool = False) -> None:
        """Claim the plan and read it for its revision; ``then`` is called when tools may work."""
        if self.phase == "open":
            if then is not None:
                then()
            return
        if then is not None:
            self._then.append(then)
        if self.phase == "opening":
            return
        path = self._session.plan_path
        if path is None or self._session.busy or self._session.taking_back:
            self._then.clear()
            if path is not None:
                self.refused.emit(Refusal(_while_running()))
            return
        author, plan = who(), self._session.plan
        status = "" if plan is None else str(plan.meta.get("status") or "")
        if is_filed(status):
            # Nobody waits for what would be refused, and no claim lies beside it.
            self._then.clear()
            what = Message("the plan has status {status}", status=status)
            wanted = Message("a new version of it (`version`), which is a draft again")
            self.refused.emit(Refusal(BadInput(what, wanted=wanted)))
            return
        self.phase, self.path, self.claimed_by = "opening", path, None
        turn = self._turn

        def go_on(*_: object) -> None:
            if turn != self._turn:  # closed meanwhile: whoever closes waits for this
                raise Cancelled

        def work() -> tuple[Editor, State, Timeline]:
            from ...delineation.core.database_file import BACK
            from ...delineation.core.given_files import require_file
            from ...delineation.revision.editor import editing

            require_file(path, BACK)
            with ExitStack() as stack:
                editor = stack.enter_context(
                    editing(path, author=author, break_lock=break_lock, plan=plan, progress=go_on)
                )
                _prepare(editor.state)
                self._claim = stack.pop_all()
            return editor, editor.state, editor.timeline

        def opened(found: tuple[Editor, State, Timeline]) -> None:
            if turn == self._turn:  # else it was closed meanwhile, and the claim with it
                self._opened(*found)

        def not_opened(error: Exception) -> None:
            if turn == self._turn:
                self._not_opened(error)

        self._thread.ask(work, opened, not_opened)
        self.state_changed.emit()

    def _opened(self, editor: Editor, state: State, timeline: Timeline) -> None:
        self._editor, self.state, self.timeline = editor, state, timeline
        self.phase = "open"
        self.behind = self._editor.behind is not None
        if self.target not in self.state.units:
            self.target = ""
        then, self._then = self._then, []
        self.begun.emit()
        self.state_changed.emit()
        known = self._session.plan
        if self.behind or known is None or known.stated != editor.plan.stated:
            # Somebody has edited it since it was read for this session.
            self._idle.start(IDLE)
        for call in then:
            call()

    def _not_opened(self, error: Exception) -> None:
        self.phase = "closed"
        self._then.clear()
        self.claimed_by = error if isinstance(error, BeingEdited) else None
        self._tell(error)
        self.state_changed.emit()

    def end(self) -> None:
        """Work out what follows from the edits, and give the plan free."""
        if self.phase != "open":
            self.close()
            return
        self.ending = True
        self._follow()
        self.state_changed.emit()

    def close(self) -> None:
        """Give the plan free as soon as what was asked for is on disk; nothing more is worked out.

        The session's plan holds all edits then, if it is still this one.
        """
        if self.phase == "closed":
            return
        self._idle.stop()
        self.foresee(None)
        self._thread.forget(_FOLLOW)
        self._following.drop()
        was_open, self.phase = self.phase == "open", "closed"
        self._turn += 1
        self._thread.ask(lambda: self._claim.close(), nothing, nothing)
        if self._thread.wait(PATIENCE):
            # What was done is told of before the end is.
            self._thread.deliver()
            if was_open and not self._lost and self._editor is not None:
                self._keep(self._editor)
        self._editor, self.state, self.timeline = None, None, None
        self._then.clear()
        self.drawing = self._lost = self.ending = False
        if self._pending:
            self._pending = 0
            self.busy_changed.emit(False)
        self.undocumented = ()
        self.say(reason="", basis="")
        if was_open:
            self.ended.emit()
        self.state_changed.emit()

    def _keep(self, editor: Editor) -> None:
        """Have the session's plan hold the edits that it has not followed yet: a run goes by it."""
        if self._session.plan_path == self.path and self._session.plan is not None and self._edited:
            self._session.take_edited(editor.plan)
        self._edited = False

    def shut(self) -> None:
        """Close for good: QGIS ends, or the plugin is unloaded."""
        self.close()
        self._thread.close()

    # ── what is done ──────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, *, reason: str | None = None, basis: str | None = None) -> None:
        """Note why edits are made, or the document of the next one."""
        if reason is not None:
            self.reason = reason.strip()
        if basis is not None:
            self.basis, self._carried = basis.strip(), None
        self.said_changed.emit()

    def do(self, op: Op) -> None:
        """Do an operation, as a line of JSON has it; answered by ``changed`` or ``refused``."""
        self.do_all([op])

    def do_all(self, ops: Sequence[Op]) -> None:
        """Do several operations in one transaction, all or none; each is an entry of the journal."""
        self._do(tuple(ops), ops)

    def do_by(self, ops: Sequence[Op], document: str) -> None:
        """Do operations, as `do_all`, by a document that somebody named for them."""
        self.say(basis=document)
        self._do(tuple(ops), [{**op, "basis": document} for op in ops])

    def do_long(self, make: Callable[[], Op]) -> None:
        """Do an operation of so many rows that it is put together beside the main thread too."""
        self._carry(())
        read = self._reader()
        self._edit("do", lambda editor: _do_all(editor, [read(make())]))

    def _do(self, ops: Ops, said: Sequence[Op]) -> None:
        self._carry(ops)
        read = self._reader()
        try:
            edits = [read(op) for op in said]
        except BadInput as error:
            self.refused.emit(Refusal(error, ops))
            return
        self._edit("do", lambda editor: _do_all(editor, edits), ops)

    def _carry(self, ops: Ops) -> None:
        """Let the document go with operations that are done now; with those of before it goes no more."""
        if self._carried not in (None, ops):
            self.say(basis="")  # it went with another edit, which was refused
        self._carried = ops if self.basis else None

    def _reader(self) -> Callable[[Op], Edit]:
        """Give what reads operations as of now: a document that is not their own is recorded and allows nothing."""
        said = {"author": who(), "reason": self.reason}
        document = self.basis

        def read(op: Op) -> Edit:
            from ...delineation.revision.ops import read_edit

            own = op.get("basis")
            edit = read_edit({**op, "basis": own or document}, Message("edits"), **said)
            return replace(edit, unasked=not own)

        return read

    def undo(self, count: int = 1) -> None:
        """Undo the last edits."""
        self._edit("undo", lambda editor: tuple(editor.undo(count)))

    def redo(self, count: int = 1) -> None:
        """Do again what was undone last."""
        self._edit("redo", lambda editor: tuple(editor.redo(count)))

    def go(self, seq: int) -> None:
        """Bring the plan to an edit of its journal; 0 for the plan as its run left it."""

        def work(editor: Editor) -> tuple[JournalEntry, ...]:
            back, again = editor.timeline.way(seq)
            entries = editor.timeline.entries
            editor.go(seq)
            return tuple(entries[one] for one in (*back, *again))

        self._edit("go", work)

    def branch(self, name: str) -> None:
        """Begin a scenario where the plan stands."""
        self._edit("branch", lambda editor: _done(editor.branch(name)))

    def switch(self, name: str) -> None:
        """Go to another scenario."""
        self._edit("switch", lambda editor: _done(editor.switch(name)))

    def adopt_scenario(self, name: str) -> None:
        """Make a scenario the plan's main one."""
        self._edit("adopt", lambda editor: _done(editor.adopt_scenario(name)))

    def _edit(
        self,
        kind: str,
        call: Callable[[Editor], tuple[JournalEntry, ...]],
        ops: Ops = (),
    ) -> None:
        self.undocumented = ()
        editor = self._at_work
        if editor is None:
            self.begin(lambda: self._edit(kind, call, ops))
            return
        if self._session.busy or self._session.taking_back:
            self.refused.emit(Refusal(_while_running(), ops))
            return
        self._idle.stop()
        self._thread.forget(_FOLLOW)
        self._following.drop()
        self._pending += 1
        if self._pending == 1:
            self.busy_changed.emit(True)

        def work() -> tuple[Changed, Timeline]:
            before = editor.state
            entries = call(editor)
            _prepare(editor.state)
            return _changed(kind, before, editor.state, entries, editor), editor.timeline

        def done(answer: tuple[Changed, Timeline]) -> None:
            if editor is not self._editor:
                return
            changed, self.timeline = answer
            self.state, self._edited = changed.after, True
            self.behind = self._editor is not None and self._editor.behind is not None
            self._landed()
            self.undocumented = ()
            if kind == "do" and self._carried == ops:
                self.say(basis="")  # of this edit alone
            if self.target and self.target not in self.state.units:
                self.target = ""
                self.target_changed.emit()
            self.changed.emit(changed)
            self.state_changed.emit()
            self._go_on()

        def failed(error: Exception) -> None:
            if editor is self._editor:
                self._landed()
            if isinstance(error, ChangedElsewhere) and editor is self._editor and self.phase == "open":
                # Nothing can be done from this state any more; whoever begins again reads what is there.
                self._lost = True
                self.close()
            self._tell(error, ops)
            self.state_changed.emit()
            # What follows from the edits before was put off for this one.
            self._go_on()

        self._thread.ask(work, done, failed)

    def _go_on(self) -> None:
        """Work out what follows, soon, or at once where somebody waits for the end."""
        if self.phase == "open" and self.ending:
            self._follow()
        elif self.phase == "open":
            self._idle.start(IDLE)

    def _landed(self) -> None:
        self._pending = max(0, self._pending - 1)
        if not self._pending:
            self.busy_changed.emit(False)

    def ask(
        self,
        call: Callable[[Editor], Any],
        done: Done,
        failed: Failed | None = None,
        *,
        question: str = "",
    ) -> None:
        """Have anything else done with the editor, in its thread; see `EditorThread.ask`.

        So is all that writes into the plan's file, or opens it otherwise than through SQLite: on POSIX systems a
        process loses its locks on a file when any part of it closes that file, and another program could write in the
        middle of an edit. What only asks SQLite (metadata, state, export) may do so from any thread: SQLite itself
        knows what is locked, and both wait for each other.
        """
        editor = self._at_work
        if editor is None:
            self.begin(lambda: self.ask(call, done, failed, question=question))
            return
        self._thread.ask(lambda: call(editor), done, failed or self._tell, question=question)

    def _tell(self, error: Exception, ops: Ops = ()) -> None:
        """Tell why something was not done; nobody needs to be told that he stopped it."""
        if isinstance(error, DelineationError):
            refusal = Refusal(error, ops)
            if refusal.needs_basis:
                self.undocumented = ops
            self.refused.emit(refusal)
        elif not isinstance(error, Cancelled):
            self._session.report("revision", error)

    # ── what would be done ────────────────────────────────────────────────────────────────────────────────────────

    def foresee(self, op: Op | None) -> None:
        """Tell by ``foreseen`` what an operation would do; only what was asked last is answered, None asks nothing."""
        self._asked, editor = op, self._at_work
        if op is None or editor is None:
            self._thread.forget(_FORESEE)
            return
        try:
            edit = self._reader()(op)
        except BadInput as error:
            self.foreseen.emit(Foreseen(op, refused=error))
            return

        def done(found: Foreseen) -> None:
            if self._asked is op:
                self.foreseen.emit(found)

        self._thread.ask(lambda: _foreseen(editor, op, edit), done, nothing, question=_FORESEE)

    # ── what follows ──────────────────────────────────────────────────────────────────────────────────────────────

    def _follow(self) -> None:
        """Bring the session's plan, and then evidence and findings, up to the edits, when nothing else is to do."""
        editor = self._at_work
        if editor is None:
            return
        if not self.ending and (self.drawing or self._thread.busy or self._following.busy):
            self._idle.start(IDLE)
            return

        def last() -> None:
            if self.ending:
                self.close()

        def read(plan: Plan) -> None:
            if self.phase != "open":
                return
            if plan is not self._session.plan:
                self._session.take_edited(plan)
            self._edited = False
            self.followed.emit()
            if self.behind:
                # Not in the thread of the editor: the next edit does not wait for checks.
                self._following.start(
                    tr("Checking the plan as edited"),
                    lambda progress: _follow(editor, plan, progress),
                    done=put,
                    failed=failed,
                )
            else:
                last()

        def put(made: tuple[Followed, Plan]) -> None:
            followed, plan = made
            if self.phase == "open":
                self._thread.ask(
                    lambda: (editor.put_followed(followed, of=plan), editor.plan), written, failed, question=_FOLLOW
                )

        def written(answer: tuple[bool, Plan]) -> None:
            if self.phase != "open":
                return
            there, plan = answer
            if not there:
                self._idle.start(IDLE)
            else:
                self.behind = False
                self._session.take_edited(plan)
                self.followed.emit()
                self.state_changed.emit()
            last()

        def failed(error: Exception) -> None:
            last()
            self._tell(error)  # after the end, at which desks forget what they said

        self._thread.ask(lambda: editor.plan, read, failed, question=_FOLLOW)

    # ── what it is ────────────────────────────────────────────────────────────────────────────────────────────────

    def set_target(self, unit_id: str) -> None:
        """Choose the unit that strokes go to."""
        if unit_id != self.target:
            self.target = unit_id
            self.target_changed.emit()
            self.state_changed.emit()

    def undo_title(self) -> str:
        """Say what would be undone, "" where there is nothing."""
        entry = self.timeline.to_undo() if self.timeline is not None else None
        return "" if entry is None or entry.bound else entry_title(entry)

    def redo_title(self) -> str:
        """Say what would be done again, "" where there is nothing."""
        entry = self.timeline.to_redo() if self.timeline is not None else None
        return "" if entry is None else entry_title(entry)

    def scenarios(self) -> list[dict[str, Any]]:
        """List the scenarios; see `Timeline.listed`."""
        return self.timeline.listed() if self.timeline is not None else []

    def bounds_of(self, seq: int) -> Bounds | None:
        """Give where an edit was made, in the plan's CRS; None where its units are no more."""
        import numpy as np

        from ...delineation.revision.operation import places_of, units_of

        state, line = self.state, self.timeline
        if state is None or line is None or seq not in line.entries:
            return None
        op = line.entries[seq].op
        if points := places_of(op):
            at = np.array([state.mesh.at(*one) for one in points[:200]], dtype=np.int64)
            rows = [at[at >= 0]]
        else:
            rows = [state.rows_of(one) for one in units_of(op) if one in state.units]
        return _bounds_of(state, np.concatenate(rows)) if rows else None


def _done(_: object) -> tuple[JournalEntry, ...]:
    """Tell of no entries: a scenario is no edit."""
    return ()


def _while_running() -> BadInput:
    return BadInput(Message("a run is on its way"), wanted=Message("an edit when it has ended"))


# ── In the thread of the editor ─────────────────────────────────────────────────────────────────────────────────────


def _prepare(state: State) -> None:
    """Make what the main thread will ask of a state, where it can take its time."""
    import shapely

    state.mesh.tree.query(shapely.Point(0, 0), predicate="intersects")


def _do_all(editor: Editor, edits: Sequence[Edit]) -> tuple[JournalEntry, ...]:
    first = editor.timeline.last + 1
    editor.do_all(edits)
    return tuple(editor.timeline.entries[seq] for seq in sorted(editor.timeline.entries) if seq >= first)


def _follow(editor: Editor, plan: Plan, progress: Progress) -> tuple[Followed, Plan]:
    from ...delineation.verbs.after_edits import following

    return following(editor.path, progress=progress)(plan), plan


def _changed(kind: str, before: State, after: State, entries: tuple[JournalEntry, ...], editor: Editor) -> Changed:
    from ...delineation.revision.changes import touched_outlines
    from ...delineation.revision.consequences import consequences_of

    found = consequences_of(before, after)
    rows = _moved_rows(before, after)
    drawn = editor.drawn(touched_outlines(before, after))
    bounds = _bounds_of(after, rows)
    if bounds is None and drawn:
        bounds = _bounds_of(after, _rows_of(after, drawn))
    return Changed(
        kind, before, after, entries, found, drawn, after.mesh.shape[rows], _repair(found, before, after), bounds
    )


def _foreseen(editor: Editor, op: Op, edit: Edit) -> Foreseen:
    from ...delineation.revision.apply import NeedsDocument, apply
    from ...delineation.revision.consequences import consequences_of

    before = editor.state
    try:
        after = apply(before, edit).after
    except NeedsDocument as refusal:
        by_one = _foreseen(editor, op, replace(edit, basis=edit.basis or "?", unasked=False))
        return replace(by_one, refused=by_one.refused or refusal)
    except BadInput as refusal:
        return Foreseen(op, refused=refusal)
    found = consequences_of(before, after)
    outlines = {after.counters.ids[place]: shape for place, shape in editor.outlined(after).items()}
    units = {key: after.units[key] for one in found.units if (key := one["unit"]) in after.units}
    moved = after.mesh.shape[_moved_rows(before, after)]
    return Foreseen(op, None, found, outlines, moved, units, _repair(found, before, after))


def _repair(found: Consequences, before: State, after: State) -> tuple[dict[str, Any], ...]:
    if not found.breaks:
        return ()
    from ...delineation.revision.contiguity import repair

    return tuple({"op": one.op, **one.values} for one in repair(before, after))


def _moved_rows(before: State, after: State) -> Any:
    """Rows of the state after whose unit is another than before."""
    import numpy as np

    unit_was = np.array(before.counters.ids, dtype=object)[before.label]
    unit_now = np.array(after.counters.ids, dtype=object)[after.label]
    if before.mesh is after.mesh:
        return np.flatnonzero(unit_was != unit_now)
    row, same = before.mesh.looked_up(after.mesh.face_id)
    was = row.copy()
    for piece in np.flatnonzero(~same).tolist():
        was[piece] = before.mesh.at(*after.mesh.point[piece])
    return np.flatnonzero(unit_was[was] != unit_now)


def _rows_of(state: State, unit_ids: Mapping[str, Any]) -> Any:
    import numpy as np

    rows = [state.rows_of(one) for one in unit_ids if one in state.units]
    return np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)


def _bounds_of(state: State, rows: Any) -> Bounds | None:
    if not len(rows):
        return None
    edges = state.mesh.bounds[rows]
    west, south = edges[:, :2].min(axis=0)
    east, north = edges[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)
