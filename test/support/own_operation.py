"""An operation of one's own, as a file of ``revision/operations/`` declares one: in the table while a test looks."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from control_units.delineation.core.messages import Message
from control_units.delineation.revision.fields import CATEGORY, UNIT, line_of_text, optional
from control_units.delineation.revision.operation import operation
from control_units.delineation.revision.operations import OPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from control_units.delineation.revision.state import State


@contextlib.contextmanager
def marking() -> Iterator[None]:
    """Let there be an operation ``mark``, which puts a sign behind the name of a unit."""

    @operation(
        "mark",
        title=Message("mark a unit"),
        about=Message("a sign goes behind the name of a unit"),
        fields={"unit": UNIT, "sign": line_of_text(Message("sign")), "category": optional(CATEGORY)},
        words=Message("{unit} bears {sign}"),
        order=900,
    )
    def mark(state: State, edit: Any) -> tuple[State, dict[str, Any]]:
        row, sign = state.unit(edit.values["unit"]), edit.values["sign"]
        units = {**state.units, row.unit_id: replace(row, name=f"{row.name}{sign}")}
        return replace(state, units=units), {"unit": row.unit_id, "sign": sign}

    try:
        yield
    finally:
        del OPS["mark"]
