"""What an operation on a plan (修订操作) is, and the table of all: each is declared once, where its function stands.

What may be said in an edit, how the journal words it, what forms ask, help and the JSON Schema of an edit all read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..core.arrays import Ints
    from ..core.messages import Message
    from .fields import Field
    from .state import State

__all__ = ["OPS", "Edit", "Operation", "operation", "places_of", "units_of"]


@dataclass(frozen=True)
class Edit:
    """One operation, and who does it, why, and on what document it rests.

    Attributes
    ----------
    op : str
        A key of `OPS`.
    values : mapping
        What the operation says beside its name.
    author, reason, basis : str
    made : mapping
        Ids and codes that it gave when it was first applied: done again, it gives the same.
    unasked : bool
        The basis stood there before, and nobody named it for what this edit does: it is recorded and allows nothing.
    """

    op: str
    values: Mapping[str, Any]
    author: str = ""
    reason: str = ""
    basis: str = ""
    made: Mapping[str, Any] = field(default_factory=dict)
    unasked: bool = False

    @property
    def document(self) -> str:
        """The document by which it is done, "" for none."""
        return "" if self.unasked else self.basis.strip()


Apply: TypeAlias = "Callable[[State, Edit], tuple[State, dict[str, Any]]]"
"""Gives the state after an edit, and what the journal keeps of it: ids in place of what was asked, what it gave."""
Words: TypeAlias = "Callable[[Mapping[str, Any], Callable[[Any], str]], Message | None]"
"""Words an entry of the journal, given what calls a unit; None where it cannot."""


@dataclass(frozen=True)
class Operation:
    """An operation.

    Attributes
    ----------
    name : str
        As an edit names it. A contract of files of edits, and of journals.
    title, about : Message
        What forms call it, and what it does.
    fields : mapping
        What an edit says beside its name.
    words : Message or callable
        How the journal words it: a template with the facts of `journal_words`, or what makes the message.
    order : int
        Its place where operations are listed.
    apply : callable or None
        None of what another verb does: such an entry is no edit of a state.
    one_of : tuple of str
        Fields of which an edit says exactly one.
    of_filed : bool
        It may be done to a plan that is filed.
    own_desk : bool
        A desk of its own asks for it: the panel's form of operations does not.
    beforehand : callable or None
        Says of a state what whoever asks for the operation has to know before it is done.
    gives : callable or None
        Of an operation that gives faces to a unit without naming them: finds these in a state.
    """

    name: str
    title: Message
    about: Message
    fields: Mapping[str, Field]
    words: Message | Words
    order: int
    apply: Apply | None = None
    one_of: tuple[str, ...] = ()
    of_filed: bool = False
    own_desk: bool = False
    beforehand: Callable[[State], Message] | None = None
    gives: Callable[[State, Edit], Ints] | None = None

    @property
    def by_faces(self) -> bool:
        """It gives faces to a unit: on other faces it is done where these lie."""
        return "faces" in self.fields or self.gives is not None


OPS: dict[str, Operation] = {}
"""All operations, in their order once `operations` is imported."""


def operation(name: str, **declared: Any) -> Callable[[Apply], Apply]:
    """Enter the function of an operation: a decorator of a function in a file of ``operations/``; see `Operation`."""

    def enter(function: Apply) -> Apply:
        OPS[name] = Operation(name, apply=function, **declared)
        return function

    return enter


def units_of(op: Mapping[str, Any], *, made: bool = True) -> list[str]:
    """Name the units that an entry of the journal speaks of; the one that it made last, or not at all."""
    new = (op.get("made") or {}).get("unit_id") if made else None
    return [str(one) for one in (op.get("unit"), *(op.get("units") or ()), new) if one]


def places_of(op: Mapping[str, Any]) -> list[tuple[float, ...]]:
    """Give the places that an entry of the journal names: a point in each face that it gave, and those of its line."""
    points = [tuple(one) for one in op.get("points") or ()]
    line = op.get("line")
    return points + (list(map(tuple, shapely.get_coordinates(shapely.from_wkt(line)))) if line else [])
