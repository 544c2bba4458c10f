"""The part of a plan that a map shows, from memory or from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyproj import CRS

from .errors import BadInput
from .geopackage import crs_of, read_frame, table_names
from .plan import LAYERS, TABLES, Plan, opened_plan
from .replacing import is_there

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .geopackage import Column

__all__ = ["MapTables", "tables_of"]

# What is read of a plan: layer or table → its columns, None for all.
_SHOWN: Mapping[str, tuple[str, ...] | None] = {
    "units": None,
    "faces": ("face_id", "county", "township"),
    "coverage": ("face_id", "role"),
    "meta": None,
}


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
    if not is_there(path, "a plan file (GeoPackage)"):
        raise BadInput("there is no such file", where=str(path), wanted="a plan file (GeoPackage)")
    with opened_plan(path) as connection:
        if connection is None:
            raise BadInput("the file cannot be opened", where=str(path), wanted="a plan file (GeoPackage)")
        missing = [name for name in _SHOWN if name not in table_names(connection)]
        if missing:
            raise BadInput(f"no layer {', '.join(missing)}", where=str(path), wanted="a plan file as `run` writes it")
        tables = {
            name: read_frame(connection, name, _columns(name, wanted), str(path), shapes=name in LAYERS)
            for name, wanted in _SHOWN.items()
        }
        crs = CRS.from_user_input(crs_of(connection, "units"))
    meta = tables.pop("meta")
    return MapTables(**tables, meta=dict(zip(meta["key"], meta["value"], strict=True)), crs=crs)


def _columns(name: str, wanted: tuple[str, ...] | None) -> list[Column]:
    columns = LAYERS[name][1] if name in LAYERS else TABLES[name]
    return [column for column in columns if wanted is None or column[0] in wanted]
