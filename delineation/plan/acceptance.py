"""Accepting findings (质检问题): somebody looked, and says why it may stay as it is."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..core.errors import BadInput
from ..core.geopackage import insert_rows
from ..core.messages import Message, at, facts_of
from .content import kept_up
from .entries import ACCEPT, WITHDRAW, appended, check_said, is_undone, read_op, with_acceptances_of
from .file import read_table, schema_in, table_in
from .foreign import writing
from .replaced import require_same
from .tables import TABLES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from .content import Content

_EMPTIED = {"accepted": "DELETE FROM accepted", "journal": "DELETE FROM journal"}

# The same place, in metres: the point inside a shape moves a little when a vertex next door does.
_SAME_PLACE = 1.0
# Measures that differ by less are alike.
_MEASURED = 0.05
_BETWEEN = "、"


def accept(
    path: Path,
    findings: pd.DataFrame,
    *,
    reason: str,
    author: str = "",
    time: str = "",
    stated: Content | None = None,
) -> pd.DataFrame:
    """Accept findings of a plan file, with a reason; each stands as an entry in the plan's journal.

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
    stated : Content, optional
        ``Plan.stated`` of the plan whose findings they are: another one in its place is refused.

    Returns
    -------
    pandas.DataFrame
        The plan's table ``accepted`` as it is now.

    Raises
    ------
    BadInput
        No reason, another plan or one that is not as it was written, or a file that cannot be written; nothing is
        changed then.
    """
    if not reason.strip():
        raise BadInput(
            Message("no reason"),
            where=Message("accept"),
            wanted=Message("a sentence that says why the finding may stay"),
        )
    told = _named(findings).assign(reason=reason.strip(), author=author, time=time)

    def with_these(before: pd.DataFrame, all_findings: pd.DataFrame) -> pd.DataFrame:
        kept = before[~_answered(before, findings, all_findings)]
        return pd.concat([kept, told[list(before.columns)]], ignore_index=True)

    return _changed(path, with_these, findings, ACCEPT, stated, reason=reason.strip(), author=author, time=time)


def withdraw(path: Path, findings: pd.DataFrame, *, reason: str = "", author: str = "", time: str = "") -> pd.DataFrame:
    """Take the acceptance of findings back; it stays in the journal as an entry that is undone.

    Parameters
    ----------
    path : Path
    findings : pandas.DataFrame
        Rows of the plan's layer ``findings``, or of its table ``accepted``.
    reason, author, time : str
        Why it is taken back, by whom and when.

    Returns
    -------
    pandas.DataFrame
        The plan's table ``accepted`` as it is now.

    Raises
    ------
    BadInput
        A plan that is not as it was written, or a file that cannot be written.
    """

    def without_these(before: pd.DataFrame, all_findings: pd.DataFrame) -> pd.DataFrame:
        return before[~_answered(before, findings, all_findings)].reset_index(drop=True)

    return _changed(path, without_these, findings, WITHDRAW, reason=reason.strip(), author=author, time=time)


def acceptance_of(findings: pd.DataFrame, accepted: pd.DataFrame) -> NDArray[np.int64]:
    """Find the acceptance of each finding.

    A finding is the one that was accepted where rule, place and facts are the same: words and counts as they were,
    other measures, which change a little with every run, to a twentieth. Units that are others by now (a division was
    adopted, codes were given anew) do not open it again; a finding without a place is known by its units too.

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
    places, here = _points(accepted["place"]), _points(told["place"])
    by_key: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(_keys(accepted)):
        by_key.setdefault(key, []).append(row)
        by_key.setdefault((key[0], "", key[2]), []).append(row)
    keys = _keys(told)
    for number, key in enumerate(keys):
        for row in by_key.get(key, []):
            alike = _text_of(accepted["units"].iloc[row]) == key[1] and _same(here[number], places[row])
            if alike and _alike(told["facts"].iloc[number], accepted["facts"].iloc[row]):
                out[number] = row
    # What no finding of these units answers to may be meant for the one that lies there now.
    free = set(range(len(accepted))) - {int(row) for row in out}
    for number in range(len(out)):
        if out[number] >= 0 or here[number] is None:
            continue
        for row in by_key.get((keys[number][0], "", keys[number][2]), ()):
            alike = row in free and _same(here[number], places[row])
            if alike and _alike(told["facts"].iloc[number], accepted["facts"].iloc[row]):
                out[number] = row
    return out


def _keys(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Give what findings are known again by, but for the place: rule, units, the words among the facts."""
    return [
        (_text_of(rule), _text_of(units), _words(_text_of(facts), _text_of(units).split(_BETWEEN)))
        for rule, units, facts in zip(table["id"], table["units"], table["facts"], strict=True)
    ]


def _text_of(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _alike(one: str, other: str) -> bool:
    """Tell whether the measures that both state are alike: counts equal, the rest to a twentieth."""
    first, second = dict(_measures(_facts(one))), dict(_measures(_facts(other)))
    for key in first.keys() & second.keys():
        pair = (first[key], second[key])
        measured = any(isinstance(number, float) for number in pair)
        if not (pair[0] == pair[1] or (measured and math.isclose(*pair, rel_tol=_MEASURED))):
            return False
    return True


def _measures(fact: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int | float]]:
    """Give the numbers among facts, those in lists and messages too, each with where it stands."""
    if isinstance(fact, dict | list):
        for key, one in fact.items() if isinstance(fact, dict) else enumerate(fact):
            yield from _measures(one, (*where, key))
    elif isinstance(fact, int | float) and not isinstance(fact, bool):
        yield where, fact


def _same(one: shapely.Point | None, other: shapely.Point | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(shapely.distance(one, other) <= _SAME_PLACE)


def _points(texts: pd.Series) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkt([text or None for text in texts.fillna("")], on_invalid="ignore"), dtype=object)


def _answers(accepted: pd.DataFrame, findings: pd.DataFrame, all_findings: pd.DataFrame) -> NDArray[np.int64]:
    """Give the row of ``accepted`` that answers each finding, among all that the plan holds; −1 where none does."""
    together = pd.concat([_named(findings), _named(all_findings)], ignore_index=True)
    return acceptance_of(together, accepted)[: len(findings)]


def _answered(accepted: pd.DataFrame, findings: pd.DataFrame, all_findings: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of ``accepted`` speak of these findings; of one that grew and shrank again there may be several."""
    out = np.zeros(len(accepted), dtype=bool)
    while True:
        left = np.flatnonzero(~out)
        rows = _answers(accepted.iloc[left], findings, all_findings)
        if not (rows >= 0).any():
            return out
        out[left[rows[rows >= 0]]] = True


def _named(findings: pd.DataFrame) -> pd.DataFrame:
    """Keep of each finding what it is known again by: id, units, facts, place (WKT)."""
    if "place" in findings:
        places = findings["place"].fillna("").astype(str).tolist()
    else:
        shapes = findings["geometry"].to_numpy(dtype=object)
        places = ["" if shape is None else shapely.to_wkt(shape, rounding_precision=3) for shape in shapes]
    return pd.DataFrame(
        {
            "id": findings["id"].astype(str).to_numpy(),
            "units": findings["units"].fillna("").astype(str).to_numpy(),
            "facts": [_text_of(text) or "{}" for text in findings["facts"]],
            "place": places,
            "value": findings["value"].to_numpy(dtype=np.float64) if "value" in findings else np.nan,
        }
    )


def _words(facts: str, own: Collection[str] = ()) -> str:
    """Keep the words among facts, those in lists and messages too: numbers are measures, codes of ``own`` change."""
    said = {}
    try:
        found = facts_of(_facts(facts))
    except (KeyError, TypeError, ValueError, AttributeError):
        return facts  # no facts of ours
    for key, fact in found.items():
        text = _text(fact)
        if (text or isinstance(fact, str)) and not {*text.split(_BETWEEN)} <= {*own}:
            said[key] = text
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _facts(text: str) -> dict[str, Any]:
    """Read facts; what is none, whoever wrote it, is a fact without a name."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {"": text}
    return found if isinstance(found, dict) else {"": text}


def _text(fact: Any) -> str:
    if isinstance(fact, Message):
        return _text(tuple(fact.facts.values()))
    if isinstance(fact, tuple):
        # A whole number in a list is a feature's, not a measure.
        return _BETWEEN.join(filter(None, (str(one) if isinstance(one, int) else _text(one) for one in fact)))
    return fact if isinstance(fact, str) else ""


def _changed(
    path: Path,
    change: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame],
    findings: pd.DataFrame,
    op: str,
    stated: Content | None = None,
    **who: str,
) -> pd.DataFrame:
    """Put another table in place of the one that stands, and note it in the journal, in one transaction.

    Of two at a time none is lost.
    """
    check_said(who["author"], who["reason"])
    with writing(path) as connection:
        schema = schema_in(connection, at(path))
        require_same(connection, path, stated)
        with kept_up(connection, *_EMPTIED):
            names = ("accepted", "journal", "findings")
            accepted, journal, layer = (table_in(connection, name, at(path), schema) for name in names)
            table = change(accepted.fillna(""), layer)
            _put(connection, "accepted", table.astype(str))
            _put(connection, "journal", _noted(journal, findings, layer, op, **who))
    return table


def _put(connection: sqlite3.Connection, name: str, frame: pd.DataFrame) -> None:
    """Put other rows in place of a table's own."""
    columns = TABLES[name].plain
    kept = frame[[column for column, _ in columns]].astype(object)
    connection.execute(_EMPTIED[name])
    insert_rows(connection, name, columns, kept.where(kept.notna(), None).to_numpy().tolist())


def _noted(
    journal: pd.DataFrame,
    findings: pd.DataFrame,
    all_findings: pd.DataFrame,
    op: str,
    *,
    reason: str,
    author: str,
    time: str,
) -> pd.DataFrame:
    """Add an entry for each finding; what it replaces or takes back is undone by it."""
    standing = [row for row, entry in enumerate(journal["op"]) if _stands(journal["undone"].iloc[row], entry)]
    before = _entries(journal.iloc[standing])
    told = _named(findings)
    undone: list[int] = []
    for number, row in enumerate(map(int, _answers(before, findings, all_findings))):
        inverse: dict[str, Any] = {"op": WITHDRAW}
        if row >= 0:
            undone.append(standing[row])
            inverse = {"op": ACCEPT, "reason": str(journal["reason"].iloc[standing[row]])}
        entry = {"op": op, **_op_of(told.iloc[[number]])}
        journal = appended(journal, entry, inverse, author=author, time=time, reason=reason, basis="")
    journal.loc[journal.index[undone], "undone"] = 1
    return journal


def carry_acceptances(source: Path, target: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let a plan file hold what was accepted in another one, in its table and its journal, in place of its own.

    Returns
    -------
    accepted, journal : pandas.DataFrame
        Of ``target`` as they are now.

    Raises
    ------
    BadInput
        A damaged file, or one that cannot be written; nothing is changed then.
    """
    given, theirs = (read_table(source, name) for name in _EMPTIED)
    own = {name: read_table(target, name) for name in _EMPTIED}
    new = {"accepted": given, "journal": with_acceptances_of(own["journal"], theirs)}
    if all(own[name].astype(str).values.tolist() == new[name].astype(str).values.tolist() for name in _EMPTIED):
        return own["accepted"], own["journal"]
    with writing(target) as connection, kept_up(connection, *_EMPTIED):
        schema_in(connection, at(target))
        for name in _EMPTIED:
            _put(connection, name, new[name])
    return new["accepted"], new["journal"]


def accepted_in(entry: Mapping[str, Any]) -> pd.DataFrame:
    """Give what an entry of the journal accepted, as a row of table ``accepted``: for `withdraw`."""
    return _entries(pd.DataFrame([entry]))


def _stands(undone: Any, entry: Any) -> bool:
    op = read_op(entry)
    return op is not None and op["op"] == ACCEPT and not is_undone(undone)


def _op_of(one: pd.DataFrame) -> dict[str, Any]:
    """Say of a finding, as a table of one, what an entry of the journal holds of it."""
    named = one.iloc[0]
    (place,) = _points(one["place"])
    return {
        "rule": str(named["id"]),
        "at": None if place is None else [round(place.x, 3), round(place.y, 3)],
        "units": str(named["units"]),
        "facts": _facts(named["facts"]),
        "value": None if named["value"] != named["value"] else float(named["value"]),
    }


def _mapping(facts: Any) -> dict[str, Any]:
    return facts if isinstance(facts, dict) else {}


def _point_text(at: Any) -> str:
    if not isinstance(at, list) or len(at) != 2:
        return ""
    x, y = at
    whole = all(isinstance(one, int | float) and math.isfinite(one) for one in (x, y))
    return f"POINT ({x} {y})" if whole else ""


def _entries(journal: pd.DataFrame) -> pd.DataFrame:
    """Read acceptances of a journal as rows of table ``accepted``."""
    ops = [read_op(text) or {} for text in journal["op"]]
    return pd.DataFrame(
        {
            "id": [str(op.get("rule", "")) for op in ops],
            "units": [str(op.get("units", "")) for op in ops],
            "facts": [json.dumps(_mapping(op.get("facts")), ensure_ascii=False) for op in ops],
            "place": [_point_text(op.get("at")) for op in ops],
        }
    )
