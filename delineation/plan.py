"""A plan (划定成果): its tables in memory, and the one GeoPackage file that holds them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from .errors import BadInput
from .geopackage import Column, new_file, write_layers, write_tables
from .progress import Progress, silent, within
from .settling import settle
from .styles import layer_styles_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "LAYERS", "TABLES", "Plan", "empty_table", "make_table", "read_meta", "read_plan", "read_table", "write_plan",
]  # fmt: skip

_TEXT, _INT, _REAL = "TEXT", "INTEGER", "REAL"

# Layer → (geometry type, columns). The names are a contract: scripts and reviewers rely on them.
LAYERS: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "faces": ("Polygon", (
        ("face_id", _INT), ("county", _TEXT), ("township", _TEXT), ("category", _INT), ("rule_category", _INT),
        ("unit_id", _TEXT), ("area_m2", _REAL), ("host", _INT),
    )),
    "borders": ("MultiLineString", (("left", _INT), ("right", _INT), ("length_m", _REAL))),
    "units": ("MultiPolygon", (
        ("unit_id", _TEXT), ("code", _TEXT), ("name", _TEXT), ("category", _INT), ("kind", _TEXT), ("subtype", _TEXT),
        ("county", _TEXT), ("townships", _TEXT), ("parts", _INT), ("area_m2", _REAL), ("reasons", _TEXT),
    )),
    "element_zones": ("MultiPolygon", (
        ("code", _TEXT), ("element", _TEXT), ("zone", _TEXT), ("county", _TEXT), ("area_m2", _REAL),
    )),
    "findings": ("Point", (
        ("id", _TEXT), ("severity", _TEXT), ("message", _TEXT), ("value", _REAL), ("units", _TEXT), ("facts", _TEXT),
    )),
}  # fmt: skip
TABLES: Mapping[str, tuple[Column, ...]] = {
    "coverage": (("face_id", _INT), ("role", _TEXT), ("source", _TEXT), ("feature_id", _INT), ("zone", _TEXT)),
    "evidence": (
        ("face_id", _INT), ("raster", _TEXT), ("mean", _REAL), ("stdev", _REAL), ("majority", _REAL),
        ("covered", _REAL),
    ),
    "journal": (
        ("seq", _INT), ("time", _TEXT), ("author", _TEXT), ("reason", _TEXT), ("basis", _TEXT), ("op", _TEXT),
        ("inverse", _TEXT), ("undone", _INT),
    ),
    "ledger": (
        ("stage", _TEXT), ("role", _TEXT), ("category", _INT), ("from_m2", _REAL), ("to_m2", _REAL), ("reason", _TEXT),
    ),
    "lineage": (("old", _TEXT), ("new", _TEXT), ("area_m2", _REAL), ("relation", _TEXT)),
    "sources": (
        ("source", _TEXT), ("role", _TEXT), ("path", _TEXT), ("layer", _TEXT), ("crs", _TEXT), ("encoding", _TEXT),
        ("count", _INT), ("sha256", _TEXT), ("date", _TEXT), ("provider", _TEXT), ("document", _TEXT),
        ("classification", _TEXT), ("area_m2", _REAL), ("official_area_m2", _REAL),
    ),
    "rules": (
        ("id", _TEXT), ("precedence", _INT), ("role", _TEXT), ("zone", _TEXT), ("effect", _TEXT), ("switch", _TEXT),
        ("inside", _TEXT), ("outside", _TEXT), ("min_area", _REAL), ("min_share", _REAL), ("active", _INT),
        ("title", _TEXT), ("source", _TEXT),
    ),
    "clauses": (
        ("unit_id", _TEXT), ("code", _TEXT), ("clause_id", _TEXT), ("dimension", _TEXT), ("effect", _TEXT),
        ("text", _TEXT), ("basis", _TEXT), ("level", _TEXT), ("origin", _TEXT), ("status", _TEXT),
    ),
    "accepted": (
        ("id", _TEXT), ("units", _TEXT), ("facts", _TEXT), ("place", _TEXT), ("reason", _TEXT), ("author", _TEXT),
        ("time", _TEXT),
    ),
    "meta": (("key", _TEXT), ("value", _TEXT)),
}  # fmt: skip

# Tables that plans of earlier versions lack; they are read as empty.
_LATER = ("accepted",)

# What readers of plans go by, and how they read it.
_META: Mapping[str, Callable[[str], Any]] = {
    "name": str, "date": str, "crs": str, "area_method": str, "profile": str, "method": str, "imbalance": float,
    "method_parameters": json.loads, "capture": json.loads, "county_names": json.loads,
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Tables of one plan; each has exactly the columns the plan file has, layers also ``geometry`` (shapely objects).

    Attributes
    ----------
    crs : str
        ``EPSG:n`` or WKT.
    faces, borders, units, element_zones, findings : pandas.DataFrame
        Layers.
    coverage, evidence, journal, ledger, lineage, sources, rules, clauses : pandas.DataFrame
        Tables.
    meta : dict of str
        Key–value pairs.
    accepted : pandas.DataFrame
        Table: findings somebody accepted, with the reason (``accepting.py``).
    """

    crs: str
    faces: pd.DataFrame
    borders: pd.DataFrame
    units: pd.DataFrame
    element_zones: pd.DataFrame
    findings: pd.DataFrame
    coverage: pd.DataFrame
    evidence: pd.DataFrame
    journal: pd.DataFrame
    ledger: pd.DataFrame
    lineage: pd.DataFrame
    sources: pd.DataFrame
    rules: pd.DataFrame
    clauses: pd.DataFrame
    meta: dict[str, str]
    accepted: pd.DataFrame = field(default_factory=lambda: empty_table("accepted"))


def empty_table(name: str) -> pd.DataFrame:
    """Make one of the plan's tables without rows."""
    return pd.DataFrame({column: pd.Series(dtype=object) for column, _ in TABLES[name]})


def make_table(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Make a table with exactly the plan's columns in the plan's order."""
    spec = LAYERS[name][1] if name in LAYERS else TABLES[name]
    order = [column for column, _ in spec] + (["geometry"] if name in LAYERS else [])
    out = pd.DataFrame({column: columns[column] for column in order})
    # pandas takes an empty column for numbers.
    return out if len(out) else out.astype({column: object for column, kind in spec if kind == "TEXT"})


def write_plan(plan: Plan, path: Path, *, progress: Progress = silent) -> None:
    """Write a plan file: beside its place first, then put there whole; an old file survives whatever goes wrong.

    Raises
    ------
    BadInput
        The folder cannot be written to, or the disk is full.
    """
    tables = {name: getattr(plan, name) for name in TABLES if name != "meta"}
    tables["meta"] = pd.DataFrame({"key": list(plan.meta), "value": list(plan.meta.values())})
    with new_file(path, date=plan.meta["date"]) as draft:
        layers = {name: (getattr(plan, name), *spec) for name, spec in LAYERS.items()}
        write_layers(draft, layers, plan.crs, progress=within(progress, 0.0, 0.9))
        progress(0.9, "writing tables")
        write_tables(
            draft,
            {name: (tables[name], columns) for name, columns in TABLES.items()},
            layer_styles_rows(list(LAYERS), update_time=plan.meta["date"]),
        )
        # The last moment to stop: what follows puts the file in its place.
        progress(1.0, "written")


def read_plan(path: Path) -> Plan:
    """Read a plan file whole.

    Raises
    ------
    BadInput
        Missing file, a file that is no plan, or one whose tables do not fit each other.
    """
    _require_plan(path)
    layers, crs = {}, ""
    try:
        for name, (_, columns) in LAYERS.items():
            info, _, wkb, data = pyogrio.raw.read(path, layer=name)
            crs = crs or info["crs"]
            frame = _typed(pd.DataFrame(dict(zip(info["fields"], data, strict=True))), columns, f"{path}|{name}")
            frame["geometry"] = pd.Series(shapely.from_wkb(wkb), dtype=object) if wkb is not None else None
            layers[name] = frame
        there = _tables(path)
        tables = {
            name: _typed(_table(path, name), columns, f"{path}|{name}") if name in there else empty_table(name)
            for name, columns in TABLES.items()
        }
    except (DataSourceError, DataLayerError, FeatureError, shapely.errors.GEOSException) as error:
        raise BadInput("cannot be read", where=str(path), wanted="a whole plan file (GeoPackage)") from error
    meta = _meta(tables.pop("meta"))
    _check_meta(meta, str(path))
    homeless = layers["faces"].loc[~layers["faces"]["unit_id"].isin(layers["units"]["unit_id"]), "unit_id"]
    if len(homeless):
        what = f"faces of unit '{homeless.iloc[0]}', which does not exist"
        raise BadInput(what, where=str(path), wanted="a plan file made by `run`")
    return Plan(crs=crs, meta=meta, **layers, **tables)


def read_meta(path: Path) -> dict[str, str]:
    """Key–value pairs of a plan file, ``edits`` (entries in its journal) among them; nothing where the file is no plan.

    Raises
    ------
    BadInput
        A damaged plan file.
    """
    settle(path)
    try:
        names = _tables(path)
    except DataSourceError:
        return {}
    if "meta" not in names:
        return {}
    try:
        table = _table(path, "meta")
        edits = len(_table(path, "journal")) if "journal" in names else 0
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise BadInput("cannot be read", where=str(path), wanted="a whole plan file (GeoPackage)") from error
    return {**_meta(table), "edits": str(edits)} if {"key", "value"} <= set(table) else {}


def _meta(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame["key"].astype(str), frame["value"].astype(str), strict=True))


def _check_meta(meta: Mapping[str, str], path: str) -> None:
    """Refuse a table ``meta`` that lacks what readers of plans go by."""
    for key, read in _META.items():
        try:
            read(meta[key])
        except KeyError:
            raise BadInput(f"no '{key}' in table meta", where=path, wanted="a plan file made by `run`") from None
        except ValueError as error:
            what = f"{key} = '{meta[key][:40]}' in table meta"
            raise BadInput(what, where=path, wanted="a plan file made by `run`") from error


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read one table of a plan file; empty where the file is no plan, or one that lacks it."""
    settle(path)
    try:
        if name not in _tables(path):
            return empty_table(name)
        return _typed(_table(path, name), TABLES[name], f"{path}|{name}")
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise BadInput("cannot be read", where=str(path), wanted="a whole plan file (GeoPackage)") from error


def _tables(path: Path) -> set[str]:
    return {str(name) for name, _ in pyogrio.list_layers(path)}


def _table(path: Path, name: str) -> pd.DataFrame:
    info, _, _, data = pyogrio.raw.read(path, layer=name, read_geometry=False)
    return pd.DataFrame({str(field): np.asarray(values) for field, values in zip(info["fields"], data, strict=True)})


def _typed(frame: pd.DataFrame, columns: Sequence[Column], where: str) -> pd.DataFrame:
    """Keep the contract's columns; whole numbers stay whole where some are missing (GDAL gives them as floats)."""
    for column, _ in columns:
        if column not in frame:
            raise BadInput(f"no column '{column}'", where=where, wanted="a plan file made by `run`")
    out = frame[[column for column, _ in columns]].copy()
    for column, kind in columns:
        if kind == _INT and out[column].isna().any():
            out[column] = out[column].astype("Int64")
    return out


def _require_plan(path: Path) -> None:
    if path.is_dir():
        raise BadInput("is a folder", where=str(path), wanted="a plan file (GeoPackage)")
    if not path.is_file():
        raise BadInput("file not found", where=str(path), wanted="a plan file (GeoPackage)")
    settle(path)
    try:
        names = _tables(path)
    except (DataSourceError, DataLayerError, sqlite3.Error) as error:
        raise BadInput("cannot be read", where=str(path), wanted="a plan file (GeoPackage)") from error
    missing = sorted({*LAYERS, *TABLES} - {*names, *_LATER})
    if missing:
        raise BadInput(f"no table '{missing[0]}'", where=str(path), wanted="a plan file made by `run`")
