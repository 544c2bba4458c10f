"""What a printed entry list (准入清单) holds, whatever it is printed on: workbooks and documents print these rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.messages import Fact, Message, foreign, joined, word
from .draft import TO_REVIEW, is_sea
from .library import UNCHECKED
from .wording import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..plan.file import Plan

__all__ = ["SEA", "ListRow", "PrintedClause", "clause_lines", "counties_of", "is_illustration", "list_rows", "sections"]

SEA = 0
"""Stands for the sea where sections are named by category."""
_ILLUSTRATION = "示意"


@dataclass(frozen=True)
class PrintedClause:
    """A clause of one unit and dimension.

    Attributes
    ----------
    number : int
        From 1 in each dimension of a unit.
    clause_id : str
        Of the library.
    effect : str
        Its id, see ``wording.EFFECTS``.
    text, basis : str
    to_review : bool
        Nobody has reviewed it yet (待审).
    unchecked : bool
        Nobody has checked its basis yet (待核).
    """

    number: int
    clause_id: str
    effect: str
    text: str
    basis: str
    to_review: bool
    unchecked: bool


@dataclass(frozen=True)
class ListRow:
    """A unit with its clauses.

    Attributes
    ----------
    unit_id, code, name : str
    category : int
        1–3.
    kind, subtype : str
    county : str
        Its code.
    townships : str
    area : float
        m².
    sea : bool
        It lies at sea.
    clauses : mapping
        Each of ``wording.DIMENSIONS`` → its clauses in their order, which may be none.
    """

    unit_id: str
    code: str
    name: str
    category: int
    kind: str
    subtype: str
    county: str
    townships: str
    area: float
    sea: bool
    clauses: Mapping[str, tuple[PrintedClause, ...]]

    @property
    def all_clauses(self) -> list[PrintedClause]:
        """Those of all dimensions."""
        return [clause for own in self.clauses.values() for clause in own]

    @property
    def to_review(self) -> int:
        """Count clauses that nobody has reviewed."""
        return sum(clause.to_review for clause in self.all_clauses)

    @property
    def unchecked(self) -> int:
        """Count clauses whose basis nobody has checked."""
        return sum(clause.unchecked for clause in self.all_clauses)


def list_rows(plan: Plan) -> list[ListRow]:
    """Give the units of a plan in the order of their codes, each with its clauses.

    Parameters
    ----------
    plan : Plan
        Its ``units`` and ``clauses``; clauses stay in the order that they have there.

    Raises
    ------
    BadInput
        A clause of an unknown dimension: it would be printed nowhere.
    """
    units = plan.units.sort_values(["code", "unit_id"], kind="stable", na_position="last")
    clauses = plan.clauses.loc[plan.clauses["unit_id"].isin(units["unit_id"])]
    by_unit: dict[str, list[dict[str, str]]] = {}
    for clause in clauses.to_dict("records"):
        by_unit.setdefault(str(clause["unit_id"]), []).append({str(key): _text(value) for key, value in clause.items()})
    return [
        ListRow(
            unit_id=str(unit["unit_id"]),
            code=_text(unit["code"]),
            name=_text(unit["name"]),
            category=int(unit["category"]),
            kind=_text(unit["kind"]),
            subtype=_text(unit.get("subtype")),
            county=_text(unit["county"]),
            townships=_text(unit.get("townships")),
            area=float(unit["area_m2"]),
            sea=bool(sea),
            clauses=_by_dimension(by_unit.get(str(unit["unit_id"]), ())),
        )
        for unit, sea in zip(units.to_dict("records"), is_sea(units), strict=True)
    ]


def clause_lines(clauses: Iterable[PrintedClause], effects: Mapping[str, str], language: str = "zh") -> list[str]:
    """Clauses of one unit and dimension as numbered lines, each with its effect before and its basis behind.

    Parameters
    ----------
    clauses : iterable of PrintedClause
    effects : mapping
        Effect id → word.
    language : str
        Of the profile.
    """
    lines = []
    for clause in clauses:
        said: dict[str, Fact] = {
            "number": clause.number,
            "effect": effects.get(clause.effect, clause.effect),
            "text": clause.text,
        }
        line = Message("{number}. [{effect}] {text}", **said)
        if clause.basis:
            line = Message("{number}. [{effect}] {text} ({basis})", **said, basis=clause.basis)
        if clause.to_review:
            line = Message("{clause} [to be reviewed]", clause=line)
        lines.append(word(line, language))
    return lines


def sections(rows: Iterable[ListRow]) -> dict[int, list[ListRow]]:
    """Part rows as lists are parted: land units by category, 1–3, and those at sea (``SEA``) where there are any."""
    parts: dict[int, list[ListRow]] = {1: [], 2: [], 3: []}
    for row in rows:
        parts.setdefault(SEA if row.sea else row.category, []).append(row)
    return parts


def counties_of(meta: Mapping[str, str]) -> dict[str, str]:
    """Read the names of counties, by code, from a plan's ``counties`` or ``county_names``.

    Raises
    ------
    BadInput
        They are no JSON, or no table.
    """
    text = meta.get("counties") or meta.get("county_names") or "{}"
    try:
        names = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(
            Message("not valid JSON ({error})", error=foreign(error)),
            where=Message("plan, meta counties"),
            wanted=Message('{"330824": "…"}'),
        ) from error
    if not isinstance(names, dict):
        raise BadInput(
            Message("not a table of codes and names"),
            where=Message("plan, meta counties"),
            wanted=Message('{"330824": "…"}'),
        )
    return {str(code): str(name) for code, name in names.items()}


def is_illustration(meta: Mapping[str, str]) -> bool:
    """Whether a plan calls itself an illustration (示意) anywhere."""
    return any(_ILLUSTRATION in value for value in meta.values())


def _by_dimension(clauses: Sequence[Mapping[str, str]]) -> dict[str, tuple[PrintedClause, ...]]:
    parts: dict[str, list[PrintedClause]] = {dimension: [] for dimension in DIMENSIONS}
    for clause in clauses:
        dimension = clause["dimension"]
        if dimension not in parts:
            raise BadInput(
                Message("unknown dimension '{dimension}'", dimension=dimension),
                where=Message("plan, clauses"),
                wanted=joined(DIMENSIONS),
            )
        own = parts[dimension]
        own.append(
            PrintedClause(
                number=len(own) + 1,
                clause_id=clause["clause_id"],
                effect=clause["effect"],
                text=clause["text"],
                basis=clause["basis"],
                to_review=clause["status"] == TO_REVIEW,
                unchecked=UNCHECKED in clause["basis"],
            )
        )
    return {dimension: tuple(own) for dimension, own in parts.items()}


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()
