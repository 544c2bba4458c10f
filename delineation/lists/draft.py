"""Draft entry lists: every unit gets the clauses of its category, its kind and the element zones it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.errors import BadInput
from ..core.messages import Message, at, joined
from ..core.progress import Progress, silent
from .library import EVERY_CATEGORY
from .wording import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CLAUSE_COLUMNS", "TO_REVIEW", "draft", "is_sea"]

TO_REVIEW = "待审"
CLAUSE_COLUMNS = ("unit_id", "code", "clause_id", "dimension", "effect", "text", "basis", "level", "origin", "status")
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
    return _text(units["code"]).str.startswith(SEA_PREFIX) | (_text(units["kind"]) == SEA)


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
    selectors = _selectors(units, unit_zones, least_area)
    progress(0.3, Message("entry lists"))
    clauses = library.rename(columns={"id": "clause_id", "category": "of_category"}).assign(row=np.arange(len(library)))
    joined = selectors.merge(clauses, on=["kind", "zone"], how="inner")
    joined = joined.loc[joined["of_category"].isin([EVERY_CATEGORY]) | (joined["of_category"] == joined["category"])]
    progress(0.7, Message("entry lists"))
    joined = joined.assign(
        place=joined["dimension"].map({name: number for number, name in enumerate(DIMENSIONS)}),
        origin=_origin(joined),
        status=TO_REVIEW,
    )
    joined = joined.sort_values(["code", "unit_id", "place", "row"], kind="stable")
    joined = joined.drop_duplicates(["unit_id", "clause_id"]).drop_duplicates(["unit_id", "dimension", "text"])
    progress(1.0, Message("entry lists"))
    return joined[list(CLAUSE_COLUMNS)].reset_index(drop=True)


def _selectors(units: pd.DataFrame, unit_zones: pd.DataFrame | None, least_area: float) -> pd.DataFrame:
    """Every (kind, zone) a unit answers to, blanks standing for "all"."""
    sea = is_sea(units)
    own = pd.DataFrame({"unit_id": units["unit_id"], "kind": _text(units["kind"]), "zone": _text(units["subtype"])})
    own.loc[sea & (own["kind"] == _GENERAL), ["kind", "zone"]] = [SEA, ""]
    parts = [own, own.assign(zone=""), own.assign(kind="", zone=""), own.loc[sea].assign(kind=SEA, zone="")]
    if unit_zones is not None and len(unit_zones):
        _need(unit_zones, "unit_zones", ("unit_id", "role", "zone", "area_m2"))
        covering = unit_zones.loc[unit_zones["area_m2"] > least_area]
        met = pd.DataFrame(
            {"unit_id": covering["unit_id"], "kind": _text(covering["role"]), "zone": _text(covering["zone"])}
        )
        parts += [met, met.assign(zone="")]
    every = pd.concat(parts, ignore_index=True).drop_duplicates()
    facts = units[["unit_id", "code", "category"]].assign(code=_text(units["code"]))
    return facts.merge(every, on="unit_id", how="inner")


def _origin(joined: pd.DataFrame) -> pd.Series:
    by_kind = joined["kind"].where(joined["zone"] == "", joined["kind"] + ":" + joined["zone"])
    category = joined["of_category"]
    by_category = ("category:" + category.astype(str)).where(category != EVERY_CATEGORY, "all")
    return by_kind.where(joined["kind"] != "", by_category)


def _text(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def _need(table: pd.DataFrame, name: str, columns: Iterable[str]) -> None:
    lacking = [column for column in columns if column not in table.columns]
    if lacking:
        raise BadInput(
            Message("column '{lacking}' is missing", lacking=lacking[0]), where=at(name), wanted=joined(columns)
        )
