"""Import of an entry list into a plan: what a workbook says beyond it, as rows of one edit (``clauses``).

Of our own workbooks the sheet by clause is read, where ids and all fields are exact; of others what `former` reads.
Nothing is taken out of a plan: what the workbook does not say stays.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.filled_tables import place_in, read_cells
from ..core.messages import Message, word
from ..core.text import fitted, refuse_unfit
from .draft import APPROVED, BY_PEOPLE, PREVIOUS, PROPOSED, TO_REVIEW
from .foreign_lists import UnitFinder, list_entries, split_clauses
from .library import LEVELS
from .workbook import clause_sheet, read_clause_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ..case.profile import Profile
    from ..plan.file import Plan
    from .wording import Wording

__all__ = ["LONGEST", "ListImport", "UnmatchedRow", "read_import"]

LONGEST = 2_000
"""Characters of a clause that an edit takes."""
_KEPT = ("dimension", "subdimension", "effect", "text", "basis", "level", "issuer", "remark", "terms")
_FREE = {"id", "status", "remark"}  # what lists may change of a clause of a level above theirs
_LEVEL = "市"  # of lists that do not say
_RANK = {PROPOSED: 0, TO_REVIEW: 1, APPROVED: 2}
_GUESSED = Message("effect guessed from the wording")


@dataclass(frozen=True)
class UnmatchedRow:
    """A row of a workbook that no unit of the plan answers to.

    Attributes
    ----------
    sheet : str
    line : int
        Its row there.
    code, name : str
        As written.
    nearest : str
        Code of the unit that may be meant, or "".
    clauses : int
        How many it says.
    """

    sheet: str
    line: int
    code: str
    name: str
    nearest: str
    clauses: int


@dataclass(frozen=True)
class ListImport:
    """What a workbook says beyond a plan.

    Attributes
    ----------
    own : bool
        It is a workbook of ours, with a sheet by clause.
    digest : str
        SHA-256 of the file.
    rows : list of dict
        Rows of an edit ``clauses``.
    lines : list of (str, int)
        Sheet and row that each of ``rows`` comes from.
    unmatched : list of UnmatchedRow
    added, changed, approved, same, guessed : int
        Clauses that are new, that are changed, that are only approved, that the plan has, whose effect was read off
        their words.
    """

    own: bool
    digest: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[tuple[str, int]] = field(default_factory=list)
    unmatched: list[UnmatchedRow] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    approved: int = 0
    same: int = 0
    guessed: int = 0


@dataclass(frozen=True)
class _Said:
    """A clause that a workbook says of a unit; ``place`` is its place in the dimension there."""

    sheet: str
    line: int
    code: str
    name: str
    clause: Mapping[str, str]
    place: int = 0
    guessed: bool = False


def read_import(plan: Plan, path: Path, profile: Profile, wording: Wording) -> ListImport:
    """Compare a workbook with a plan.

    Parameters
    ----------
    plan : Plan
    path : Path
    profile : Profile
    wording : Wording
        What dimensions and effects are called.

    Raises
    ------
    BadInput
        The workbook cannot be read, or holds no list; a row that cannot be read, with sheet and row.
    """
    grids = read_cells(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    own = clause_sheet(grids)
    if own is not None:
        said = [
            _Said(own[0], row.line, code, name, _fields(row) | {"status": state or row.status}, place)
            for row in read_clause_rows(own, path, wording)
            for code, name, place, state in row.units
        ]
    else:
        said = [
            _Said(
                entry.sheet,
                entry.line,
                entry.code,
                entry.name,
                {
                    "dimension": entry.dimension,
                    "effect": clause.effect,
                    "text": _plain(clause.text),
                    "basis": _plain(clause.basis),
                    "level": clause.level,
                    "status": clause.status if clause.status in _RANK else "",
                    "remark": word(_GUESSED, str(profile.settings["language"])) if clause.guessed else "",
                },
                guessed=clause.guessed,
            )
            for entry in list_entries(grids, path, profile, wording)[0]
            for clause in split_clauses(entry, wording)
        ]
    for one in said:
        _check(one, path)
    matched, unmatched = _matched(plan, said, profile)
    return _compared(plan, path, matched, unmatched, own=own is not None, digest=digest)


def _fields(row: Any) -> dict[str, str]:
    names = ("clause_id", *_KEPT, "origin")
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(text: object) -> str:
    """Write a text as every workbook gives it back: line ends of one kind, nothing before or behind, no controls."""
    if text is None or text != text:
        return ""
    return fitted(re.sub(r"\r\n?", "\n", str(text))).strip()


def _check(said: _Said, path: Path) -> None:
    for key, text in said.clause.items():
        where = place_in(path, said.sheet, said.line)
        refuse_unfit(text, where, lines=True)
        if len(text) > LONGEST:
            raise BadInput(
                Message("{key} cannot be used", key=key),
                where=where,
                wanted=Message("a text of at most {most} characters", most=LONGEST),
            )


def _matched(plan: Plan, said: Sequence[_Said], profile: Profile) -> tuple[list[tuple[str, _Said]], list[UnmatchedRow]]:
    """Match rows to units."""
    units = plan.units[["unit_id", "code", "name"]].fillna("").astype(str)
    finder = UnitFinder(units["code"].tolist(), units["name"].tolist(), profile)
    matched: list[tuple[str, _Said]] = []
    lost: Counter[tuple[str, int, str, str]] = Counter()
    for code, one in zip(finder.whole_codes(one.code for one in said), said, strict=True):
        row = finder.by_code(one.code, code)
        row = finder.by_name(one.name) if row < 0 else row
        if row < 0:
            lost[one.sheet, one.line, one.code, one.name] += 1
        else:
            matched.append((units["unit_id"].iloc[row], one))
    near = {called: finder.nearest(*called) for called in {key[2:] for key in lost}}
    return matched, [UnmatchedRow(*key, near[key[2:]], count) for key, count in lost.items()]


def _require_own_level(row: Mapping[str, str], plan: Plan, said: _Said, path: Path) -> None:
    """Refuse to alter what a level above that of the lists says."""
    level, own = row["level"], str(plan.meta.get("list_level") or _LEVEL)
    if level in LEVELS and LEVELS.index(level) < LEVELS.index(own):
        raise BadInput(
            Message(
                "clause '{clause}' of {code} is of level {level}, above that of these lists, {own}",
                clause=row["clause_id"],
                code=said.code,
                level=level,
                own=own,
            ),
            where=place_in(path, said.sheet, said.line),
            wanted=Message("status or remark alone changed, or a clause of the own level added beside it"),
        )


def _require_said_once(told: dict[tuple[str, str], _Said], unit_id: str, said: _Said, path: Path) -> None:
    """Refuse two clauses of one number in a unit: the second one would be taken for a change of the first."""
    clause_id = said.clause.get("clause_id", "")
    first = told.setdefault((unit_id, clause_id), said) if clause_id else said
    if first.clause != said.clause:
        raise BadInput(
            Message("id '{id}' is already used on line {seen}", id=clause_id, seen=first.line),
            where=place_in(path, said.sheet, said.line),
            wanted=Message("an id of its own for each clause"),
        )


def _compared(
    plan: Plan, path: Path, matched: list[tuple[str, _Said]], unmatched: list[UnmatchedRow], *, own: bool, digest: str
) -> ListImport:
    """Say what the plan does not have yet, in the order that the lists have."""
    # What brought a clause of the library follows the land again; another one stays as it was imported.
    library = frozenset(plan.library["clause_id"]) if "clause_id" in plan.library else frozenset()
    lists = {str(unit): _UnitList(rows, library) for unit, rows in plan.clauses.groupby("unit_id", sort=False)}
    rows: list[dict[str, Any]] = []
    lines: list[tuple[str, int]] = []
    count: Counter[str] = Counter()
    told: dict[tuple[str, str], _Said] = {}
    # What is new goes behind what a unit has, in the order that it has in its dimension.
    for unit_id, one in sorted(matched, key=lambda pair: pair[1].place):
        here = lists.setdefault(unit_id, _UnitList(None, library))
        _require_said_once(told, unit_id, one, path)
        act, said = here.compared(one.clause)
        count[act] += 1
        if act == "same":
            continue
        if act == "changed" and not said.keys() <= _FREE:
            _require_own_level(here.by_id[said["id"]], plan, one, path)
        count["guessed"] += one.guessed and act == "added"
        rows.append({"unit": unit_id, "add" if act == "added" else "change": said})
        lines.append((one.sheet, one.line))
    return ListImport(
        own,
        digest,
        rows,
        lines,
        unmatched,
        added=count["added"],
        changed=count["changed"],
        approved=count["approved"],
        same=count["same"],
        guessed=count["guessed"],
    )


class _UnitList:
    """The clauses of a unit while a workbook is compared with them."""

    def __init__(self, rows: pd.DataFrame | None, library: Collection[str]) -> None:
        self.library = library
        self.by_id: dict[str, dict[str, str]] = {}
        self.by_text: dict[tuple[str, str], dict[str, str]] = {}
        for row in [] if rows is None else rows.to_dict("records"):
            self._keep({str(name): _plain(value) for name, value in row.items()})

    def _keep(self, row: dict[str, str]) -> None:
        self.by_id.setdefault(row["clause_id"], row)
        self.by_text.setdefault(_said_of(row), row)

    def compared(self, said: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Tell whether a clause is new, changed, approved or the same, and what an edit has to say of it."""
        there = self.by_id.get(said.get("clause_id", ""))
        changed: dict[str, str] = {}
        if there is not None:
            changed = {key: said[key] for key in _KEPT if not _alike(key, said[key], there.get(key, ""))}
        elif said.get("clause_id", "") not in self.library:
            # The library has clauses in the same words that hold in different places.
            there = self.by_text.get(_said_of(said))
        if there is None:
            clause_id = said.get("clause_id") or self._free_id()
            told = {key: text for key, text in said.items() if text and key != "clause_id"}
            kept = said.get("origin") in BY_PEOPLE or clause_id in self.library
            told = {"id": clause_id, **told, "origin": (kept and said.get("origin")) or PREVIOUS}
            self._keep({**said, "clause_id": clause_id})
            return "added", told
        if _RANK.get(said.get("status", ""), -1) > _RANK.get(there["status"], 1):
            changed["status"] = said["status"]
        there |= changed
        if not changed:
            return "same", {}
        act = "approved" if set(changed) == {"status"} else "changed"
        return act, {"id": there["clause_id"], **changed}

    def _free_id(self) -> str:
        number = len(self.by_id) + 1
        while f"P{number:03d}" in self.by_id:
            number += 1
        return f"P{number:03d}"


def _said_of(row: Mapping[str, str]) -> tuple[str, str]:
    return row["dimension"], re.sub(r"\s", "", row["text"])


def _alike(key: str, one: str, other: str) -> bool:
    """Compare two values of a field; terms by what they say, however it is written."""
    if one == other or key != "terms":
        return one == other
    try:
        return bool(json.loads(one or "{}") == json.loads(other or "{}"))
    except (ValueError, RecursionError):
        return False
