"""``log``: all that happened to a plan, in the order of time: its own journal, and the history beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.names import glossary
from ..core.messages import Message, Names, at, counted, word
from ..explain.divisions import division_details
from ..export.registry import exporters
from ..plan.entries import ACCEPT, WITHDRAW, entry_rows, is_undone, read_op
from ..plan.file import read_table, require_plan_file
from ..plan.history import has_undo, read_events, settle_undo
from ..revision.journal_words import entry_words, finding_worder
from ..revision.timeline import entries_of
from .taking_back import last_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from ..case.profile import Profile
    from ..plan.history import Event
    from ..revision.timeline import JournalEntry

PLAN, ACCEPTANCE, EDIT = "plan", "acceptance", "edit"
_NAMED = 4  # things that are named before they are counted
_PACKAGE = "package"


@dataclass(frozen=True)
class Happened:
    """Something that happened to a plan, to be read.

    Attributes
    ----------
    op : str
        ``relabel``, ``accept``, ``withdraw`` … of the journal; ``run``, ``adopt``, ``undo``, ``keep``, ``drop``,
        ``export`` of the history; whatever a newer version wrote.
    time : str
        ISO 8601, UTC; "" where nobody knows.
    author, reason, basis : str
    what : str
        In words.
    details : tuple of str
        More of it, a sentence each.
    seq : int or None
        Number in the plan's journal.
    undone : bool
        It was taken back.
    back : str
        What of it can be taken back now: ``plan`` (the last run or adoption; where it is undone, it can be brought
        back), ``edit`` (the one that the plan stands at, which ``undo`` takes back), ``acceptance``, else "".
    entry : mapping
        The row of the journal, or the line of the history.
    parent : int or None
        Of an edit, the one that it was made on; 0 where that is the plan as its run left it.
    scenario : str or None
        Of an edit, in which it was made.
    """

    op: str
    time: str
    author: str
    reason: str
    basis: str
    what: str
    details: tuple[str, ...]
    seq: int | None
    undone: bool
    back: str
    entry: Mapping[str, Any]
    parent: int | None = None
    scenario: str | None = None

    def document(self) -> dict[str, Any]:
        """Give it as ``--json`` prints it."""
        told = ("seq", "op", "author", "time", "undone", "parent", "scenario", "reason", "basis", "what")
        own = {key: getattr(self, key) for key in told}
        return {**own, "details": list(self.details), "can_be_taken_back": self.back}


def log(plan_path: str | Path, *, language: str = "en", profile: Profile | None = None) -> list[dict[str, Any]]:
    """List what happened to a plan: adoptions, acceptances, runs, exports and the like, the first one first.

    Parameters
    ----------
    plan_path : path
    language : str
        Of the words, ``zh`` or ``en``.
    profile : Profile, optional
        What things are called: the national one's by default.

    Returns
    -------
    list of dict
        See `Happened.document`.

    Raises
    ------
    BadInput
        No plan, or one that cannot be read.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> [one["op"] for one in verbs.log("plan.gpkg")][:2]
    ['run', 'run']
    """
    path = Path(plan_path)
    require_plan_file(path)
    found = happened(path, read_table(path, "journal"), language, profile)
    return [one.document() for one in found]


def happened(
    path: Path,
    journal: pd.DataFrame,
    language: str = "zh",
    profile: Profile | None = None,
) -> tuple[Happened, ...]:
    """Put a plan's journal and the history beside it together, the first one first.

    Parameters
    ----------
    path : Path
        Where the plan lies.
    journal : pandas.DataFrame
        Table of the plan.
    language : str
    profile : Profile, optional
        What things are called: the national one's by default.
    """
    settle_undo(path)  # of a run that was killed at its last step
    names = glossary(profile)
    said = _Words(language, names, finding_worder(language, names, profile))
    events = read_events(path)
    last = last_of(events)
    can_swap = has_undo(path)
    edits, head = entries_of(journal)
    rows = list(entry_rows(journal))
    by_key = {_key(row["seq"], row["time"]): number for number, row in enumerate(rows)}
    told: list[Happened] = []
    placed: set[int] = set()
    for number, event in enumerate(events):
        back = can_swap and number == last.number
        entry = None
        if event.event == "adopt":
            # The entry in the journal says it better; where it stands among runs and exports, this line knows.
            entry = by_key.pop(_key(event.facts.get("seq"), event.facts.get("entered")), None)
        if entry is not None:
            told.append(_of_journal(rows[entry], said, edits, PLAN if back else ""))
            placed.add(entry)
            continue
        # What the journal does not hold any more was taken back, or dropped with all edits.
        undone = event.event == "adopt" or (number == last.number and last.undone)
        told.append(_of_history(event, said, undone=undone, back=back))
    to_undo = head if head in edits and not edits[head].bound else None
    others = [
        _of_journal(row, said, edits, EDIT if to_undo is not None and row["seq"] == to_undo else "")
        for number, row in enumerate(rows)
        if number not in placed
    ]
    return tuple(_by_time(others, told))


def _key(seq: Any, time: Any) -> tuple[str, str]:
    return str(seq).removesuffix(".0"), str(time)


def _by_time(entries: Sequence[Happened], told: Sequence[Happened]) -> list[Happened]:
    """Merge both by time; each keeps its own order, whatever its clocks said."""
    out: list[tuple[str, int, int, Happened]] = []
    for place, rows in enumerate((entries, told)):
        latest = ""
        for number, one in enumerate(rows):
            latest = max(latest, one.time)
            out.append((latest, 1 - place, number, one))
    return [one for *_, one in sorted(out, key=lambda row: row[:3])]


@dataclass(frozen=True)
class _Words:
    """Words messages and findings for one reader."""

    language: str
    names: Names
    finding: Callable[[Mapping[str, Any]], str]

    def __call__(self, message: Message) -> str:
        return word(message, self.language, self.names)


# ── Entries of the journal ──────────────────────────────────────────────────────────────────────────────────────────


def _of_journal(row: Mapping[str, Any], said: _Words, edits: Mapping[int, JournalEntry], back: str) -> Happened:
    op = read_op(row["op"])
    name, undone = str((op or {}).get("op", "")), is_undone(row["undone"])
    seq = int(row["seq"]) if str(row["seq"]) else None
    edit = None if seq is None or name in (ACCEPT, WITHDRAW) else edits.get(seq)
    return Happened(
        op=name or "?",
        time=str(row["time"]),
        author=str(row["author"]),
        reason=str(row["reason"]),
        basis=str(row["basis"]),
        what=said(entry_words(op, said.finding)),
        details=tuple(map(said, division_details(op or {}))),
        seq=seq,
        undone=undone,
        back=ACCEPTANCE if name == ACCEPT and not undone else back,
        entry=row,
        parent=None if edit is None else edit.parent,
        scenario=None if edit is None else edit.scenario,
    )


# ── Lines of the history ────────────────────────────────────────────────────────────────────────────────────────────


def _of_history(event: Event, said: _Words, *, undone: bool, back: bool) -> Happened:
    facts = event.facts
    what, details = _words(event, said)
    return Happened(
        op=event.event,
        time=event.time,
        author=event.author,
        reason=str(facts.get("reason", "") or ""),
        basis=str(facts.get("basis", "") or ""),
        what=said(what),
        details=tuple(said(one) for one in details),
        seq=None,
        undone=undone,
        back=PLAN if back else "",
        entry=facts,
    )


def _words(event: Event, said: _Words) -> tuple[Message, list[Message]]:
    facts = event.facts
    try:
        if event.event == "run":
            units = counted(int(facts["units"]), "{n} unit", "{n} units")
            what = Message("ran the case: {units}, by {method:asked}", units=units, method=str(facts["method"]))
            return what, _of_run(facts, said)
        if event.event == "adopt":
            return entry_words(facts["op"], said.finding), division_details(facts["op"])
        if event.event == "undo":
            return _taken_back(str(facts["what"]), again=bool(facts["again"])), []
        if event.event in ("keep", "drop"):
            kept, dropped = (
                Message("settings that were tried are kept"),
                Message("settings that were tried are dropped"),
            )
            return kept if event.event == "keep" else dropped, _differing(facts["differs"])
        if event.event == "version":
            before = facts["of"]
            what = Message(
                "begun from {name} (status {status})", name=str(before["name"]), status=str(before["status"])
            )
            return what, []
        if event.event == "export":
            return _exported(str(facts["format"]), said.language), [
                _listed([Path(str(one)).name for one in facts["files"]])
            ]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
        return Message("not readable ({event})", event=event.event), []
    return Message("entry of a newer version ({event})", event=event.event), []


def _taken_back(what: str, *, again: bool) -> Message:
    if what == "adopt":
        return Message("brought the adopted division back") if again else Message("took the adopted division back")
    return Message("brought the last run back") if again else Message("took the last run back")


def _exported(name: str, language: str) -> Message:
    if name == _PACKAGE:
        return Message("made the package for filing")
    known = exporters()
    return Message("exported: {title}", title=known[name].title(language) if name in known else name)


def _of_run(facts: Mapping[str, Any], said: _Words) -> list[Message]:
    """Say what differs from the run before, what was replayed and what was dropped."""
    lines = []
    changed, differs = facts.get("changed"), _differing(facts.get("differs") or [])
    if changed is None:
        lines.append(Message("the first run that this history knows"))
    elif not changed:
        lines.append(Message("nothing had changed since the run before"))
    else:
        # What is told setting by setting need not be named as a whole.
        told = {str(key).partition(".")[0] for key, *_ in facts.get("differs") or []}
        parts = [_part(str(one)) for one in changed if _SETTING_OF.get(str(one)) not in told]
        both = [*differs, *({said(part): part for part in parts}.values())]
        lines.append(Message("changed since the run before: {what:apart}", what=tuple(both)))
    if facts.get("replayed"):
        lines.append(counted(int(facts["replayed"]), "{n} edit replayed", "{n} edits replayed"))
    if facts.get("discarded"):
        lines.append(counted(int(facts["discarded"]), "{n} edit dropped", "{n} edits dropped"))
    return lines


# Part of the inputs → how settings of it begin.
_SETTING_OF = {"rules": "switch", "cleaning": "cleaning", "grouping": "grouping", "method": "method", "seed": "seed"}


def _differing(differs: Sequence[Sequence[Any]]) -> list[Message]:
    return [_setting(str(key), before, now) for key, before, now in differs]


def _setting(key: str, before: Any, now: Any) -> Message:
    kind, _, name = key.partition(".")
    told: dict[str, Any] = {"before": _value(before), "now": _value(now)}
    if kind == "method":
        return Message("method: {before:asked} → {now:asked}", before=str(before), now=str(now))
    if kind == "seed":
        return Message("seed: {before} → {now}", **told)
    if kind == "switch":
        return Message("{setting:switch}: {before} → {now}", setting=name, **told)
    if kind == "cleaning":
        return Message("{setting:cleaning}: {before} → {now}", setting=name, **told)
    if kind == "grouping":
        return Message("{setting:grouping}: {before} → {now}", setting=name, **told)
    return Message("{setting}: {before} → {now}", setting=key, **told)


def _value(value: Any) -> Message:
    if isinstance(value, bool):
        return Message("on") if value else Message("off")
    if isinstance(value, int | float):
        return Message("{number:,}", number=int(value) if float(value).is_integer() else value)
    return Message("{choice:choice}", choice=str(value)) if value != "" else Message("nothing")


def _part(part: str) -> Message:
    """Name a part of the inputs, as ``Inputs.changed_since`` gives it."""
    kind, _, name = part.partition(":")
    name = Path(name.partition("|")[0]).name if kind in ("source", "file", "table") else name
    named = {
        "source": Message("what the case says of {file}", file=name),
        "file": Message("content of {file}", file=name),
        "table": Message("content of {file}", file=name),
        "raster": Message("what the case says of {raster:raster}", raster=name),
        "frame": Message("CRS, area or snap distance"),
        "profile": Message("the profile"),
        "order": Message("which sources there are"),
        "rules": Message("rules and switches"),
        "cleaning": Message("cleaning"),
        "grouping": Message("grouping"),
        "method": Message("method"),
        "seed": Message("seed"),
        "previous": Message("previous units"),
        "admin": Message("changes of administrative units"),
        "update": Message("what an update may change"),
        "upper": Message("the level above"),
        "tables": Message("the profile's tables"),
        "lists": Message("what the entry lists are made from"),
    }
    return named.get(kind, at(part))


def _listed(files: Sequence[str]) -> Message:
    more = len(files) - _NAMED
    if more > 0:
        return Message("as “{files}” and {count} more", files=tuple(files[:_NAMED]), count=more)
    return Message("as “{files}”", files=tuple(files))
