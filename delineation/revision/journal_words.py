"""Entries of a plan's journal in words: what each did, as its operation declares it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from ..case.finding_texts import load_texts, message
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, Names, counted, facts_of
from ..plan.entries import WITHDRAW
from .operations import OPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..case.profile import Profile
    from ..core.messages import Fact
    from .operation import Operation


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
    if op["op"] == WITHDRAW:
        return Message("no longer accepted: {finding}", finding=finding_words(op))
    return edit_words(op, finding_words)


def edit_words(op: Mapping[str, Any], finding_words: Callable[[Mapping[str, Any]], str] | None = None) -> Message:
    """Say what an edit did, its units by what they were called then; one of a newer version by its name."""
    called = _mapping(op.get("called"))

    def unit(key: Any) -> str:
        return str(called.get(key, key or "?"))

    name = str(op["op"])
    said: Message | None = None
    if (operation := OPS.get(name)) is not None:
        facts = _facts(op, operation, unit) | ({"finding": finding_words(op)} if finding_words is not None else {})
        with contextlib.suppress(KeyError):  # an entry that lacks what its words name
            words = operation.words
            said = words.filled(facts) if isinstance(words, Message) else words(op, unit)
    return said or Message("edit: {op}", op=name)


def _facts(op: Mapping[str, Any], operation: Operation, unit: Callable[[Any], str]) -> dict[str, Fact]:
    """Give the facts that the words of an operation may name: its fields, and units by what they are called."""
    made, units = _mapping(op.get("made")), [unit(key) for key in op.get("units") or ()]
    facts: dict[str, Fact] = {key: str(op.get(key, "?")) for key in operation.fields}
    facts |= {"others": tuple(units[1:])} if units else {}
    facts |= {"other": units[1]} if len(units) == 2 else {}
    return facts | {
        "unit": units[0] if units else unit(op.get("unit") or made.get("unit_id")),
        "new": unit(made.get("unit_id")),
        "code": str(made.get("code", "?")),
        "faces": counted(len(op.get("faces") or ()), "{n} face", "{n} faces"),
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


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
