"""Accepting findings (质检问题): somebody looked, and says why it may stay as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..core.database_file import transaction
from ..core.errors import BadInput
from ..core.geopackage import insert_rows, read_frame
from ..core.messages import Message, at, facts_of
from .content import kept_up
from .file import read_table, schema_in
from .tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


__all__ = ["accept", "acceptance_of", "read_accepted", "withdraw"]

# The same place, in metres: the point inside a shape moves a little when a vertex next door does.
_SAME_PLACE = 1.0
_BETWEEN = "、"
# Plans of earlier versions have texts where there are lists of names now, with these between and before them.
_SEPARATED = re.compile(r"(?:[、,，;；/\s]|\b(?:feature|face|polygon|cell)\b)+")


def accept(path: Path, findings: pd.DataFrame, *, reason: str, author: str = "", time: str = "") -> pd.DataFrame:
    """Accept findings of a plan file, with a reason.

    Parameters
    ----------
    path : Path
        The plan file; other programs may have it open.
    findings : pandas.DataFrame
        Rows of the plan's layer ``findings``. What is accepted already gets the new reason.
    reason : str
        Why it may stay; not empty.
    author, time : str
        Who and when (ISO 8601), as the caller knows it.

    Returns
    -------
    pandas.DataFrame
        The plan's table ``accepted`` as it is now.

    Raises
    ------
    BadInput
        No reason, or a file that cannot be written; nothing is changed then.
    """
    if not reason.strip():
        raise BadInput(
            Message("no reason"),
            where=Message("accept"),
            wanted=Message("a sentence that says why the finding may stay"),
        )
    told = _named(findings).assign(reason=reason.strip(), author=author, time=time)

    def with_these(before: pd.DataFrame) -> pd.DataFrame:
        kept = before[~_answered(before, findings)]
        return pd.concat([kept, told[list(before.columns)]], ignore_index=True)

    return _changed(path, with_these)


def withdraw(path: Path, findings: pd.DataFrame) -> pd.DataFrame:
    """Take the acceptance of findings back; parameters, result and errors as of ``accept``."""
    return _changed(path, lambda before: before[~_answered(before, findings)].reset_index(drop=True))


def read_accepted(path: Path) -> pd.DataFrame:
    """Read table ``accepted`` of a plan file; empty where there is none.

    Raises
    ------
    BadInput
        A damaged file.
    """
    return read_table(path, "accepted").fillna("")


def acceptance_of(findings: pd.DataFrame, accepted: pd.DataFrame) -> NDArray[np.int64]:
    """Find the acceptance of each finding.

    A finding is the one that was accepted where id, units and the words among its facts are the same, and so is its
    place, if it has one. Measures are no part of that: they change a little with every run.

    Parameters
    ----------
    findings : pandas.DataFrame
        Layer ``findings``.
    accepted : pandas.DataFrame
        Table ``accepted``.

    Returns
    -------
    (n,) int64
        Row of ``accepted``, −1 where nobody accepted it.
    """
    out = np.full(len(findings), -1, dtype=np.int64)
    if not len(findings) or not len(accepted):
        return out
    told = _named(findings)
    by_key: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(_keys(accepted)):
        by_key.setdefault(key, []).append(row)
    places = _points(accepted["place"])
    here = _points(told["place"])
    for number, key in enumerate(_keys(told)):
        for row in by_key.get(key, ()):
            if _same(here[number], places[row]):
                out[number] = row
    return out


def _keys(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Give what findings are known again by, but for the place."""
    columns = [table[column].fillna("").astype(str) for column in ("id", "units")]
    return list(zip(*columns, [_plain(facts) for facts in table["facts"].fillna("")], strict=True))


def _same(one: shapely.Point | None, other: shapely.Point | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(shapely.distance(one, other) <= _SAME_PLACE)


def _points(texts: pd.Series) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkt([text or None for text in texts.fillna("")]), dtype=object)


def _answered(accepted: pd.DataFrame, findings: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of ``accepted`` speak of these findings."""
    out = np.zeros(len(accepted), dtype=bool)
    rows = acceptance_of(findings, accepted)
    out[rows[rows >= 0]] = True
    return out


def _named(findings: pd.DataFrame) -> pd.DataFrame:
    """Keep of each finding what it is known again by: id, units, the words among its facts, place (WKT)."""
    shapes = findings["geometry"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "id": findings["id"].astype(str).to_numpy(),
            "units": findings["units"].fillna("").astype(str).to_numpy(),
            "facts": [_words(text) for text in findings["facts"].fillna("{}")],
            "place": ["" if shape is None else shapely.to_wkt(shape, rounding_precision=3) for shape in shapes],
        }
    )


def _words(facts: str) -> str:
    """Keep the words among facts, those in lists and messages too: numbers are measures, and change."""
    said = {}
    for key, fact in facts_of(json.loads(facts or "{}")).items():
        text = _text(fact)
        if text or isinstance(fact, str):
            said[key] = text
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _text(fact: Any) -> str:
    if isinstance(fact, Message):
        return _text(tuple(fact.facts.values()))
    if isinstance(fact, tuple):
        # A whole number in a list is a feature's, not a measure.
        return _BETWEEN.join(filter(None, (str(one) if isinstance(one, int) else _text(one) for one in fact)))
    return fact if isinstance(fact, str) else ""


def _plain(facts: str) -> str:
    """Take what is between words for the same: plans of earlier versions have one text where a list is now."""
    return _SEPARATED.sub(" ", facts)


def _changed(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Put another table in place of the one that stands, in one transaction: of two at a time none is lost."""
    columns = TABLES["accepted"].plain
    with transaction(path) as connection, kept_up(connection, "accepted"):
        schema_in(connection, at(path))
        # Makes the table where a plan of an earlier version lacks it.
        insert_rows(connection, "accepted", columns, [])
        table = change(read_frame(connection, "accepted", columns, at(path)).fillna(""))
        connection.execute("DELETE FROM accepted")
        rows = table[[name for name, _ in columns]].astype(str).to_numpy().tolist()
        insert_rows(connection, "accepted", columns, rows)
    return table
