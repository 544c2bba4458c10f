"""The journal of a plan in words, Chinese and English: what was done, when, by whom, why, and whether it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.finding_texts import load_texts, message
from ..case.names import glossary
from ..case.reading import method_of, method_text
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Fact, Message, Names, counted, facts_of, word
from ..plan.entries import ACCEPT, RELABEL, WITHDRAW, entry_rows, is_undone, read_op

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from ..case.profile import Profile

__all__ = [
    "Entry",
    "adopted_division",
    "adopted_words",
    "edit_words",
    "entries_of",
    "entry_details",
    "entry_words",
    "finding_worder",
]


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
    said = finding_worder(language, names)
    return tuple(
        Entry(
            _number(row["seq"]),
            str(row["time"]),
            str(row["author"]),
            str(row["reason"]),
            str(row["basis"]),
            word(entry_words(read_op(row["op"]), said), language, names),
            is_undone(row["undone"]),
        )
        for row in entry_rows(journal)
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


def entry_details(op: Mapping[str, Any]) -> list[Message]:
    """Say what a headline of `entry_words` leaves out: all that a method was asked for."""
    return [Message("{method:asked}", method=_method(op))] if op.get("op") == RELABEL else []


def entry_words(op: Mapping[str, Any] | None, finding_words: Callable[[Mapping[str, Any]], str]) -> Message:
    """Say what an entry of the journal did.

    Parameters
    ----------
    op : mapping or None
        As ``entries.read_op`` gives it.
    finding_words : callable
        Words the finding that such an entry speaks of (`finding_worder`).
    """
    if op is None:
        return Message("not readable")
    if op["op"] == RELABEL:
        seed = op.get("seed", "?")
        return Message("took the division by {method} (seed {seed})", method=_method_words(_method(op)), seed=seed)
    if op["op"] == ACCEPT:
        return Message("accepted: {finding}", finding=finding_words(op))
    if op["op"] == WITHDRAW:
        return Message("no longer accepted: {finding}", finding=finding_words(op))
    return edit_words(op)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def edit_words(op: Mapping[str, Any]) -> Message:
    """Say what an edit did, its units by what they were called then; one of a newer version by its name."""
    called = _mapping(op.get("called"))

    def unit(key: Any) -> str:
        return str(called.get(key, key or "?"))

    name, one = op["op"], unit(op.get("unit"))
    units = [unit(key) for key in op.get("units") or ()]
    made = _mapping(op.get("made"))
    new = unit(made.get("unit_id"))
    faces = counted(len(op.get("faces") or ()), "{n} face", "{n} faces")
    if name == "assign":
        return Message("{faces} to {unit}", faces=faces, unit=one)
    if name == "move":
        return Message("township {township} to {unit}", township=str(op.get("township", "?")), unit=one)
    if name == "create":
        return Message("new unit {unit} of {faces}", unit=new, faces=faces)
    if name == "merge" and units:
        return Message("merged {others} into {unit}", others=tuple(units[1:]), unit=units[0])
    if name == "split":
        return Message("split {unit}; {new} is new", unit=one, new=new)
    if name == "reshape" and len(units) == 2:
        return Message("new border between {unit} and {other}", unit=units[0], other=units[1])
    if name == "categorize":
        return Message("{unit} becomes {category:category}", unit=one, category=str(op.get("category", "?")))
    if name == "rename":
        return Message("{unit} is called {name}", unit=one, name=str(op.get("name", "?")))
    if name == "renumber":
        return Message("{unit} has code {code}", unit=one, code=str(made.get("code", "?")))
    if name == "lock":
        return Message("locked {unit}", unit=one)
    if name == "unlock":
        return Message("unlocked {unit}", unit=one)
    if name == "status":
        return Message("status {status}", status=str(op.get("to", "?")))
    if name == "clause":
        for key, said in _CLAUSE_WORDS.items():
            if isinstance(op.get(key), dict):
                return Message(
                    "{unit}: {what}",
                    unit=one,
                    what=Message("{what} {clause}", what=said, clause=_clause_called(op[key])),
                )
    if name == "clauses":
        rows = [row for row in op.get("rows") or () if isinstance(row, dict)]
        there = list(dict.fromkeys(row.get("unit") for row in rows))
        where: Fact = unit(there[0]) if len(there) == 1 else counted(len(there), "{n} unit", "{n} units")
        come, changed, gone = (sum(key in row for row in rows) for key in _CLAUSE_WORDS)
        every = (
            counted(come, "{n} new clause", "{n} new clauses") if come else None,
            counted(changed, "{n} clause changed", "{n} clauses changed") if changed else None,
            counted(gone, "{n} clause removed", "{n} clauses removed") if gone else None,
        )
        parts = tuple(one for one in every if one is not None)
        return Message("{unit}: {what}", unit=where, what=Message("{parts:apart}", parts=parts))
    return Message("edit: {op}", op=str(name))


def _clause_called(said: Mapping[str, Any]) -> str:
    """Call a clause by the beginning of its wording where the edit says it, else by its id."""
    text = str(said.get("text") or "")
    return f"{text[:_BEGIN]}…" if len(text) > _BEGIN else text or str(said.get("id", "?"))


_BEGIN = 16  # letters of a wording by which it is known
_CLAUSE_WORDS = {"add": Message("new clause"), "change": Message("changed clause"), "remove": Message("without clause")}


def finding_worder(language: str, names: Names, profile: Profile | None = None) -> Callable[[Mapping[str, Any]], str]:
    """Give what words the finding of an entry ``accept`` or ``withdraw`` as the list of findings does."""
    texts = load_texts(profile)

    def worded(op: Mapping[str, Any]) -> str:
        rule, units = str(op.get("rule", "?")), str(op.get("units", "") or "")
        try:
            value = op.get("value")
            finding = Finding(
                rule,
                facts_of(op.get("facts") or {}),
                None if value is None else float(value),
                units=tuple(filter(None, units.split("、"))),
            )
            return f"{rule} {message(finding, texts, language, names)}"
        except (BadInput, KeyError, ValueError, TypeError, AttributeError, IndexError):
            return rule

    return worded
