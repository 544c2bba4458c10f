"""The journal of a plan in words, Chinese and English: what was done, when, by whom, why, and whether it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.names import glossary
from ..case.reading import method_of, method_text
from ..core.errors import BadInput
from ..core.messages import Message, Names, word
from ..plan.journal import RELABEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["Entry", "adopted_division", "adopted_words", "entries_of", "word_adopted"]


@dataclass(frozen=True)
class Entry:
    """An entry of the journal, to be read.

    Attributes
    ----------
    seq : int
    time : str
        As it stands in the plan: ISO 8601, UTC.
    author, reason, basis : str
    what : str
        What was done, in words.
    undone : bool
        Somebody has taken it back.
    """

    seq: int
    time: str
    author: str
    reason: str
    basis: str
    what: str
    undone: bool


def entries_of(journal: pd.DataFrame, language: str = "zh", names: Names | None = None) -> tuple[Entry, ...]:
    """Word a plan's table ``journal``, in its order.

    Parameters
    ----------
    journal : pandas.DataFrame
    language : str
        ``zh`` or ``en``.
    names : callable, optional
        What methods are called: those of the national profile by default.
    """
    names = names or glossary()
    return tuple(
        Entry(
            _number(row["seq"]),
            str(row["time"]),
            str(row["author"]),
            str(row["reason"]),
            str(row["basis"]),
            word(_what(_read(row["op"])), language, names),
            _undone(row),
        )
        for row in _in_order(journal)
    )


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
    for row in reversed(_in_order(journal)):
        op = _read(row["op"])
        if op is not None and op["op"] == RELABEL and not _undone(row):
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


def word_adopted(found: Mapping[str, Any], language: str = "zh", names: Names | None = None) -> str:
    """Put `adopted_words` into words."""
    return word(adopted_words(found), language, names or glossary())


def _in_order(journal: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = journal.sort_values("seq").fillna("").to_dict("records")
    return rows


def _number(value: Any) -> int:
    return int(value) if str(value).removesuffix(".0").isdecimal() else 0


def _undone(row: Mapping[str, Any]) -> bool:
    return str(row["undone"]) not in ("", "0", "0.0")


def _read(text: Any) -> dict[str, Any] | None:
    """Read an edit; None where it is none."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("op"), str) else None


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
    """Name a method, and what was asked of it as it was written."""
    name, colon, _ = text.partition(":")
    if not colon:
        return Message("{method:method}", method=name)
    return Message("{method:method} [{text}]", method=name, text=text)


def _what(op: Mapping[str, Any] | None) -> Message:
    if op is None:
        return Message("not readable")
    if op["op"] == RELABEL:
        seed = op.get("seed", "?")
        return Message("took the division by {method} (seed {seed})", method=_method_words(_method(op)), seed=seed)
    return Message("edit: {op}", op=op["op"])
