"""The division by a method that the labels of a plan come from, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..case.reading import method_of, method_text
from ..core.errors import BadInput
from ..core.messages import Message, counted
from ..plan.entries import RELABEL, entry_rows, is_undone, read_op

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def adopted_division(journal: pd.DataFrame) -> dict[str, Any] | None:
    """Find the division that the labels of a plan come from: its last relabel that stands.

    Parameters
    ----------
    journal : pandas.DataFrame

    Returns
    -------
    dict or None
        ``method`` (string), ``seed``, ``author``, ``time``, ``reason``, ``seq``; None where the labels are those of a
        run.
    """
    for row in reversed(entry_rows(journal)):
        op = read_op(row["op"])
        if op is not None and op["op"] == RELABEL and not is_undone(row["undone"]):
            return {
                "method": _method(op),
                "seed": op.get("seed"),
                "author": str(row["author"]),
                "time": str(row["time"]),
                "reason": str(row["reason"]),
                "seq": _number(row["seq"]),
            }
    return None


def adopted_words(found: Mapping[str, Any]) -> Message:
    """Say in one sentence what `adopted_division` found."""
    told = {"day": str(found["time"])[:10], "reason": found["reason"] or "–"}
    method = _method_words(str(found["method"]))
    if not found["author"]:
        return Message("adopted from {method} on {day}: {reason}", method=method, **told)
    return Message(
        "adopted from {method} by {author} on {day}: {reason}", method=method, author=found["author"], **told
    )


def _number(value: Any) -> int:
    return int(value) if str(value).removesuffix(".0").isdecimal() else 0


def _method(op: Mapping[str, Any]) -> str:
    """Give a relabel's method string, parameters that stand by themselves included."""
    text = str(op.get("method", "?"))
    if "parameters" not in op:
        return text
    try:
        return method_text(method_of({}, text, "journal")[0], op["parameters"])
    except (BadInput, AttributeError):
        return text


def _method_words(text: str) -> Message:
    """Name a method and how many regions it was asked for; one that is told no number, with all it was asked."""
    name, _, asked = text.partition(":")
    number = dict(part.partition("=")[::2] for part in asked.split(",")).get("k", "")
    if not number.isdecimal():
        return Message("{method:asked}", method=text)
    return counted(int(number), "{method:method}, {n} region", "{method:method}, {n} regions", method=name)


def division_words(op: Mapping[str, Any], _: object = None) -> Message:
    """Say what a relabel did, in a headline."""
    seed = op.get("seed", "?")
    return Message("took the division by {method} (seed {seed})", method=_method_words(_method(op)), seed=seed)


def division_details(op: Mapping[str, Any]) -> list[Message]:
    """Say what a headline of `division_words` leaves out: all that a method was asked for."""
    return [Message("{method:asked}", method=_method(op))] if op.get("op") == RELABEL else []
