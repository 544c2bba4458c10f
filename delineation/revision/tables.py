"""A plan's tables in memory, with the rows that edits change: what the file holds after them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..core.arrays import objects
from ..plan.file import empty_table
from ..plan.tables import declared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..plan.file import Plan
    from .store import TableChange


def with_changes(plan: Plan, batches: Sequence[Mapping[str, TableChange]]) -> Plan:
    """Give a plan with rows changed, as ``store.commit`` writes them.

    Parameters
    ----------
    plan : Plan
        Stays as it is.
    batches : sequence of mapping
        By table, in order.
    """
    frames: dict[str, pd.DataFrame] = {}
    meta = dict(plan.meta)
    for batch in batches:
        retired: list[dict[str, Any]] = []
        for name, change in batch.items():
            if name == "meta":
                meta |= {row["key"]: row["value"] for row in change.new}
                meta |= {key: row["value"] for (key,), row in change.changed}
                continue
            if name == "retired":
                gone = {key[0] for key in change.gone}
                before = frames.get(name, plan.retired)
                frames[name] = before[~before["seq"].isin(gone)]
                continue
            frame = frames.get(name, getattr(plan, name))
            if change.retire is not None:
                retired += _retired(name, frame, change)
            frames[name] = _changed(name, frame, change)
        if retired:
            frames["retired"] = _joined("retired", frames.get("retired", plan.retired), retired)
    return replace(plan, meta=meta, stated=None, **{name: _plain(name, frame) for name, frame in frames.items()})


def _with_fid(frame: pd.DataFrame) -> pd.DataFrame:
    """Give rows numbers where they have none: faces their ids, which have gaps where edits have cut some."""
    if "fid" in frame:
        return frame
    return frame.assign(fid=frame["face_id"] if "rule_category" in frame else np.arange(1, len(frame) + 1))


def _places(
    frame: pd.DataFrame, key: Sequence[str], wanted: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[int]]:
    """Find the rows that have some keys."""
    out: dict[tuple[Any, ...], list[int]] = {one: [] for one in wanted}
    if not out:
        return out
    columns = [frame[column].tolist() for column in key]
    for number, one in enumerate(zip(*columns, strict=True)):
        if one in out:
            out[one].append(number)
    return out


def _changed(name: str, frame: pd.DataFrame, change: TableChange) -> pd.DataFrame:
    frame = _with_fid(frame)
    gone = [row for rows in _places(frame, change.key, change.gone).values() for row in rows]
    places = _places(frame, change.key, [key for key, _ in change.changed])
    columns: dict[str, tuple[list[int], list[Any]]] = {}
    for key, told in change.changed:
        for column, value in told.items():
            rows, values = columns.setdefault(column, ([], []))
            rows += places[key]
            values += [value] * len(places[key])
    if columns:
        frame = frame.copy()
        for column, (rows, values) in columns.items():
            whole = frame[column].to_numpy(dtype=object).copy()
            whole[rows] = objects(values)
            frame[column] = whole
    if gone:
        stays = np.ones(len(frame), dtype=bool)
        stays[gone] = False
        frame = frame[stays]
    return _joined(name, frame, change.new) if change.new else frame


def _joined(name: str, frame: pd.DataFrame, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = _with_fid(frame)
    last = int(frame["fid"].max()) if len(frame) else 0
    told = []
    for row in rows:
        last = last if "fid" in row else last + 1
        told.append({**declared(name).defaults, "fid": last, **row})
    columns = list(frame.columns)
    new = pd.DataFrame({column: objects([row.get(column) for row in told]) for column in columns})
    both = pd.DataFrame(
        {
            column: np.concatenate([frame[column].to_numpy(dtype=object), new[column].to_numpy(dtype=object)])
            for column in columns
        }
    )
    return both.sort_values("fid", kind="stable", ignore_index=True)


def _plain(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns their types again; rows in the order of the file."""
    table = declared(name)
    if not len(frame):
        empty = frame if table.geometry else empty_table(name)
        return empty.assign(fid=pd.Series(dtype="int64"))
    frame = _with_fid(frame).sort_values("fid", kind="stable", ignore_index=True)
    out = {}
    for column in table.columns:
        cells = frame[column.name]
        whole = "Int64" if cells.isna().any() else "int64"
        out[column.name] = cells.astype({"INTEGER": whole, "REAL": "float64", "TEXT": "object"}[column.type])
    if table.geometry:
        out["geometry"] = frame["geometry"].astype(object)
    return pd.DataFrame({**out, "fid": frame["fid"].to_numpy(dtype=np.int64)})


def _retired(name: str, frame: pd.DataFrame, change: TableChange) -> list[dict[str, Any]]:
    """Keep the rows that go or change, as table ``retired`` has them."""
    frame = _with_fid(frame)
    keys = [*change.gone, *(key for key, _ in change.changed)]
    rows = sorted({row for rows in _places(frame, change.key, keys).values() for row in rows})
    out = []
    for row in rows:
        told = {column: _value(frame[column].iloc[row]) for column in frame.columns if column != "geometry"}
        shape = frame["geometry"].iloc[row] if "geometry" in frame else None
        out.append(
            {
                "seq": change.retire,
                "layer": name,
                "row": json.dumps(told, ensure_ascii=False, sort_keys=True),
                "shape": "" if shape is None else shapely.to_wkb(shape).hex(),
            }
        )
    return out


def _value(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
