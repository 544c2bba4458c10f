"""What is settled in a form before an edit is done: a new unit, a name with another category, a township that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .consequence_words import NAMING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.revision.naming import ProposedName
    from ..work.revision import Foreseen, Op, Revision
    from ..work.runner import Then


class UnitDraft(QObject):
    """An edit whose last words are said in the panel; whoever began it does it, or forgets it.

    Attributes
    ----------
    op : dict
        What is said of it so far, {} where there is none; without a name that nobody typed.
    found : Foreseen or None
        What would come of it.
    proposed : ProposedName or None
        What the naming rule calls its unit.
    ready : bool
        There is something to settle: the form shows it.
    held : bool
        What it is about was chosen in the form: the pointer does not change it by moving.
    """

    changed = pyqtSignal()

    def __init__(self, revision: Revision) -> None:
        super().__init__(revision)
        self.revision = revision
        self._clear()
        revision.foreseen.connect(self._hear)
        revision.begun.connect(self._again)
        revision.changed.connect(self._again)
        revision.ended.connect(self.forget)
        revision.refused.connect(self._look_whether_begun)
        revision.state_changed.connect(self._look_whether_begun)

    def _clear(self) -> None:
        self.op: dict[str, Any] = {}
        self.found: Foreseen | None = None
        self.proposed: ProposedName | None = None
        self.ready = self.held = False
        self._asked: Op | None = None
        self._do: Callable[[Op], None] | None = None
        self._leave: Then | None = None

    @property
    def name(self) -> str:
        """The name that its unit would have: as typed, else as the rule proposes."""
        return str(self.op.get("name") or (self.proposed.name if self.proposed is not None else ""))

    @property
    def unit(self) -> str:
        """The unit that it is about, by its id; "" of a new one."""
        return str(self.op.get("unit") or next(iter(self.op.get("units", ())), ""))

    @property
    def complete(self) -> bool:
        """Nothing is missing of it."""
        return bool(self.op) and all(self.op.get(key) for key in ("faces", "township", "unit") if key in self.op)

    def begin(self, op: Op, do: Callable[[Op], None], leave: Then) -> None:
        """Take an edit; one with a name to propose waits for an answer, one without is done at once."""
        self._clear()
        self.op, self._do, self._leave = dict(op), do, leave
        self.ready = op["op"] not in NAMING
        if not self.ready and not self.revision.is_open:
            self.revision.begin()  # a tool has begun it, or waits until somebody does
        self.ask()

    def say(self, **values: Any) -> None:
        """Say more of it; None takes a word back."""
        said = {**self.op, **values}
        self.op = {key: value for key, value in said.items() if value is not None}
        self.ask()

    def question(self) -> Op | None:
        """Give the edit as it would be done now, with what is typed; None where something is missing."""
        self._asked = dict(self.op) if self.complete else None
        return self._asked

    def ask(self) -> None:
        """Ask what would come of it."""
        self.revision.foresee(self.question())
        self.changed.emit()

    def _again(self, *_: object) -> None:
        if self.op:
            self.ask()

    def _look_whether_begun(self, *_: object) -> None:
        """Forget it where the revision could not be begun: nobody asks for it any more when it can."""
        if self.revision.phase == "closed":
            self.forget()

    def _hear(self, found: Foreseen) -> None:
        if not self.op or found.op is not self._asked:
            return
        self.found = found
        names = found.consequences.names if found.consequences is not None else ()
        if self.op["op"] in (*NAMING, "create"):
            self.proposed = next((one for one in names if self.unit in ("", one.unit)), None)
        if not self.ready and not (self.proposed is not None and self.proposed.differs):
            self.agree()
            return
        self.ready = True
        self.changed.emit()

    def agree(self, *, keep: bool = False) -> None:
        """Do it; with ``keep`` its unit keeps the name that it has."""
        op, do = self.question(), self._do
        if op is None or do is None:
            return
        if keep:
            op = _unnamed(op)
        elif self.ready and "name" not in op and self.proposed is not None and self.found is not None:
            # What was proposed for another category or other faces is not its name: the engine gives it one.
            op = {**op, "name": self.proposed.name} if _unnamed(self.found.op) == op else op
        self._clear()
        do(op)
        self.changed.emit()

    def forget(self) -> None:
        """Speak of nothing any more: whoever began it has left it."""
        if self.op:
            self._clear()
            self.changed.emit()

    def drop(self) -> None:
        """Leave all as it is, and have whoever began it do so."""
        leave = self._leave
        self.forget()
        if leave is not None:
            leave()


def _unnamed(op: Op) -> dict[str, Any]:
    return {key: value for key, value in op.items() if key != "name"}
