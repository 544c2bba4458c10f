"""The part of a plan that a map shows, from memory or from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio
from pyproj import CRS

from .errors import BadInput
from .plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MapTables", "tables_of"]


@dataclass(frozen=True)
class MapTables:
    """The part of a plan that a map shows."""

    units: pd.DataFrame
    faces: pd.DataFrame
    coverage: pd.DataFrame
    meta: dict[str, str]
    crs: CRS


def tables_of(plan: Plan | str | Path) -> MapTables:
    """Take what a map shows of a plan.

    Raises
    ------
    BadInput
        The file is no plan, or the plan has no unit.
    """
    tables = _taken(plan) if isinstance(plan, Plan) else _read(Path(plan))
    if tables.units.empty:
        raise BadInput("the plan has no unit", where=str(plan), wanted="a plan with units")
    return tables


def _taken(plan: Plan) -> MapTables:
    return MapTables(plan.units, plan.faces, plan.coverage, plan.meta, CRS.from_user_input(plan.crs))


def _read(path: Path) -> MapTables:
    if not path.is_file():
        raise BadInput("there is no such file", where=str(path), wanted="a plan file (GeoPackage)")
    try:
        layers = set(pyogrio.list_layers(path)[:, 0])
        missing = [name for name in ("units", "faces", "coverage", "meta") if name not in layers]
        if missing:
            raise BadInput(f"no layer {', '.join(missing)}", where=str(path), wanted="a plan file as `run` writes it")
        units = pyogrio.read_dataframe(path, layer="units")
        faces = pyogrio.read_dataframe(path, layer="faces", columns=["face_id", "county", "township"])
        coverage = pyogrio.read_dataframe(path, layer="coverage", columns=["face_id", "role"], read_geometry=False)
        meta = pyogrio.read_dataframe(path, layer="meta", read_geometry=False)
    except pyogrio.errors.DataSourceError as error:
        raise BadInput("the file cannot be opened", where=str(path), wanted="a plan file (GeoPackage)") from error
    facts = dict(zip(meta["key"], meta["value"], strict=True))
    return MapTables(units, faces, coverage, facts, CRS.from_user_input(units.crs))
