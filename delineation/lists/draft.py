"""Draft entry lists: every unit gets the clauses of its category, its kind and the element zones it meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.errors import BadInput
from ..core.messages import Message, at, joined
from ..core.progress import Progress, silent
from .library import EVERY_CATEGORY
from .wording import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["APPROVED", "CLAUSE_COLUMNS", "PROPOSED", "TO_REVIEW", "ClauseIndex", "draft", "is_sea", "selectors"]

TO_REVIEW = "待审"
PROPOSED, APPROVED = "建议", "已审"
CLAUSE_COLUMNS = (
    "unit_id",
    "code",
    "clause_id",
    "dimension",
    "effect",
    "text",
    "basis",
    "level",
    "origin",
    "status",
    "subdimension",
    "issuer",
    "remark",
    "terms",
)
SEA = "sea"
SEA_PREFIX = "HY"
_GENERAL = "general"


def is_sea(units: pd.DataFrame) -> pd.Series:
    """Which units lie at sea: by the prefix of their code (reported practice of coastal provinces) or by their kind.

    Parameters
    ----------
    units : pandas.DataFrame
        With ``code`` and ``kind``.

    Returns
    -------
    pandas.Series of bool
        Aligned with ``units``.
    """
    pairs = zip(_text(units["code"]), _text(units["kind"]), strict=True)
    return pd.Series(
        [code.startswith(SEA_PREFIX) or kind == SEA for code, kind in pairs], index=units.index, dtype=bool
    )


def draft(
    units: pd.DataFrame,
    library: pd.DataFrame,
    unit_zones: pd.DataFrame | None = None,
    *,
    least_area: float = 0.0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Join a clause library to units.

    A clause applies where its category is the unit's (or blank) and its selector is met: no kind, or its kind is the
    unit's own kind or the role of an element zone in the unit, and its zone, where it names one, is the unit's subtype
    or that zone's. Sea units are also of kind ``sea``, and never of kind ``general``, whose clauses speak of land.

    Parameters
    ----------
    units : pandas.DataFrame
        The plan's units: ``unit_id``, ``code``, ``category`` (1–3), ``kind``, ``subtype``.
    library : pandas.DataFrame
        From `read_library`; libraries of several levels are concatenated before, the highest level first.
    unit_zones : pandas.DataFrame, optional
        ``unit_id``, ``role``, ``zone`` and ``area_m2`` of what covers each unit.
    least_area : float
        m²; a zone that covers no more than this of a unit brings no clause.
    progress : callable
        See `progress.Progress`.

    Returns
    -------
    pandas.DataFrame
        ``unit_id, code, clause_id, dimension, effect, text, basis, level, origin, status``: in the order of codes, then
        dimensions, then the library. ``origin`` is what brought the clause: ``all``, ``category:1``, a kind, or
        ``kind:zone``. Of clauses with the same wording in one dimension of a unit the first stays. ``status`` is 待审.

    Raises
    ------
    BadInput
        A column is missing, a unit id occurs twice, or a category is none of 1–3.
    """
    progress(0.0, Message("entry lists"))
    _need(units, "units", ("unit_id", "code", "category", "kind", "subtype"))
    if units["unit_id"].duplicated().any():
        unit = units.loc[units["unit_id"].duplicated(), "unit_id"].iloc[0]
        raise BadInput(
            Message("unit_id '{unit}' occurs twice", unit=unit),
            where=Message("units"),
            wanted=Message("one row per unit"),
        )
    if not units["category"].isin([1, 2, 3]).all():
        unit = units.loc[~units["category"].isin([1, 2, 3])].iloc[0]
        raise BadInput(
            Message("category '{category}' of unit {code}", category=unit["category"], code=unit["code"]),
            where=Message("units"),
            wanted=Message("1, 2 or 3"),
        )
    met = _met(unit_zones, least_area)
    index = ClauseIndex.of(library)
    sea = is_sea(units).to_numpy()
    columns = ("unit_id", "code", "category", "kind", "subtype")
    plain = {name: units[name].tolist() if name in ("unit_id", "category") else _text(units[name]) for name in columns}
    found: list[tuple[str, Any, int, str]] = []
    progress(0.3, Message("entry lists"))
    for number, (unit_id, code, category, kind, subtype) in enumerate(zip(*plain.values(), strict=True)):
        wanted = selectors(kind, subtype, sea=bool(sea[number]), met=met.get(unit_id, ()))
        found += [(code, unit_id, row, origin) for row, origin in index.applying(int(category), wanted)]
    progress(0.7, Message("entry lists"))
    found.sort(key=lambda one: (one[0], str(one[1]), index.place[one[2]], one[2]))
    rows = library.iloc[[row for *_, row, _ in found]].rename(columns={"id": "clause_id"}).reset_index(drop=True)
    out = rows.assign(
        unit_id=[unit_id for _, unit_id, *_ in found],
        code=[code for code, *_ in found],
        origin=[origin for *_, origin in found],
        status=TO_REVIEW,
        subdimension="",
        issuer="",
        remark="",
        terms="",
    )
    progress(1.0, Message("entry lists"))
    return out[list(CLAUSE_COLUMNS)]


@dataclass(frozen=True)
class ClauseIndex:
    """The rows of a clause library by what they ask of a unit.

    Attributes
    ----------
    rows : mapping of (str, str) to list of int
        Kind and zone, "" for any → rows.
    category : list of int
        Of each row, `EVERY_CATEGORY` for all.
    place : list of int
        Place of its dimension.
    said : list of (str, str)
        Its dimension and text.
    id : list of str
    """

    rows: Mapping[tuple[str, str], list[int]]
    category: list[int]
    place: list[int]
    said: list[tuple[str, str]]
    id: list[str]

    @classmethod
    def of(cls, library: pd.DataFrame) -> ClauseIndex:
        """Index a library."""
        rows: dict[tuple[str, str], list[int]] = {}
        for number, key in enumerate(zip(library["kind"], library["zone"], strict=True)):
            rows.setdefault(key, []).append(number)
        places = {name: number for number, name in enumerate(DIMENSIONS)}
        place = [places[name] for name in library["dimension"]]
        said = list(zip(library["dimension"], library["text"], strict=True))
        return cls(rows, [int(one) for one in library["category"]], place, said, library["id"].tolist())

    def applying(self, category: int, wanted: Iterable[tuple[str, str]]) -> list[tuple[int, str]]:
        """Give the rows that apply to a unit, by dimension, each with what brings it; of equal wordings the first."""
        found = [
            (self.place[row], row, _origin(kind, zone, self.category[row]))
            for kind, zone in wanted
            for row in self.rows.get((kind, zone), ())
            if self.category[row] in (EVERY_CATEGORY, category)
        ]
        out: list[tuple[int, str]] = []
        heard: set[tuple[str, ...]] = set()
        for _, row, origin in sorted(found):
            if (self.id[row],) in heard:
                continue
            heard.add((self.id[row],))
            if self.said[row] not in heard:
                heard.add(self.said[row])
                out.append((row, origin))
        return out


def selectors(kind: str, subtype: str, *, sea: bool, met: Iterable[tuple[str, str]] = ()) -> frozenset[tuple[str, str]]:
    """Give every kind and zone that a unit answers to, "" standing for any.

    Parameters
    ----------
    kind, subtype : str
        The unit's.
    sea : bool
        It lies at sea.
    met : iterable of (str, str)
        Roles and zones that cover it.
    """
    own = (SEA, "") if sea and kind == _GENERAL else (kind, subtype)
    out = {own, (own[0], ""), ("", "")}
    if sea:
        out.add((SEA, ""))
    for role, zone in met:
        out |= {(role, zone), (role, "")}
    return frozenset(out)


def _met(unit_zones: pd.DataFrame | None, least_area: float) -> dict[Any, list[tuple[str, str]]]:
    """Give the roles and zones that cover each unit."""
    out: dict[Any, list[tuple[str, str]]] = {}
    if unit_zones is not None and len(unit_zones):
        _need(unit_zones, "unit_zones", ("unit_id", "role", "zone", "area_m2"))
        covering = unit_zones.loc[unit_zones["area_m2"] > least_area]
        for unit_id, role, zone in zip(
            covering["unit_id"], _text(covering["role"]), _text(covering["zone"]), strict=True
        ):
            out.setdefault(unit_id, []).append((role, zone))
    return out


def _origin(kind: str, zone: str, category: int) -> str:
    if kind:
        return f"{kind}:{zone}" if zone else kind
    return f"category:{category}" if category != EVERY_CATEGORY else "all"


def _text(column: pd.Series) -> list[str]:
    return [str(text) for text in column.astype(object).where(column.notna(), "").astype(str).str.strip()]


def _need(table: pd.DataFrame, name: str, columns: Iterable[str]) -> None:
    lacking = [column for column in columns if column not in table.columns]
    if lacking:
        raise BadInput(
            Message("column '{lacking}' is missing", lacking=lacking[0]), where=at(name), wanted=joined(columns)
        )
