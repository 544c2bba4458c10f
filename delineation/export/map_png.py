"""A map of a plan as a picture: units in three colours, borders, labels, legend, scale bar, north arrow, CRS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import BadInput, MissingLibrary
from ..core.libraries import demand
from ..core.messages import Message, at, foreign, joined

if TYPE_CHECKING:
    import pandas as pd
    from pyproj import CRS

    from ..plan.file import Plan

__all__ = ["MapTables", "draw_map", "tables_of"]


def draw_map(plan: Plan | str | Path, output: str | Path, *, width: float = 297.0, dpi: int = 150) -> int:
    """Draw the units of a plan and write the picture.

    Parameters
    ----------
    plan : Plan or path of a plan file
        Layers ``units`` and ``faces``, tables ``coverage`` and ``meta``. ``meta`` may hold ``county_names`` (JSON,
        code → name); without it counties are labelled with what ``faces.county`` holds.
    output : path
        A PNG; an existing one is replaced whole.
    width : float
        Width of the picture in millimetres.
    dpi : int
        Dots per inch.

    Returns
    -------
    int
        How many units it shows.

    Raises
    ------
    BadInput
        The file is no plan, or the plan has no unit.
    MissingLibrary
        matplotlib is not there, or cannot be loaded.

    Warns
    -----
    UserWarning
        No font with Chinese characters is installed, so that labels show empty boxes.
    """
    demand()
    try:
        from .map_figure import save_figure
    except ImportError as error:
        what = Message("{name} cannot be loaded ({error})", name=error.name or "matplotlib", error=foreign(error))
        raise MissingLibrary(what, wanted=Message("matplotlib 3.7 or newer")) from error

    tables = tables_of(plan)
    save_figure(tables, Path(output), width, dpi)
    return len(tables.units)


# ── The part of a plan that a map shows, from memory or from its file ───────────────────────────────────────────────

# What is read of a plan.
_SHOWN = ("units", "faces", "borders", "coverage", "sources", "meta")


@dataclass(frozen=True)
class MapTables:
    """The part of a plan that a map shows."""

    units: pd.DataFrame
    faces: pd.DataFrame
    borders: pd.DataFrame
    coverage: pd.DataFrame
    sources: pd.DataFrame
    meta: dict[str, str]
    crs: CRS
    folder: Path | None = None

    @property
    def providers(self) -> tuple[str, ...]:
        """Who provided counties and townships, as the plan's sources say it."""
        boundaries = self.sources["role"].isin(["county", "township"])
        sources = self.sources.loc[boundaries, ["provider", "date"]].fillna("")
        said = [
            f"{provider}（{date}）" if date else str(provider)
            for provider, date in zip(sources["provider"], sources["date"], strict=True)
            if provider
        ]
        return tuple(dict.fromkeys(said))


def tables_of(plan: Plan | str | Path) -> MapTables:
    """Take what a map shows of a plan.

    Raises
    ------
    BadInput
        The file is no plan, or the plan has no unit.
    """
    tables = _read(Path(plan)) if isinstance(plan, str | Path) else _taken(plan)
    if tables.units.empty:
        raise BadInput(Message("the plan has no unit"), where=at(plan), wanted=Message("a plan with units"))
    return tables


def _taken(plan: Plan) -> MapTables:
    from pyproj import CRS

    return MapTables(
        plan.units,
        plan.faces,
        plan.borders,
        plan.coverage,
        plan.sources,
        plan.meta,
        CRS.from_user_input(plan.crs),
        plan.folder,
    )


def _read(path: Path) -> MapTables:
    # Not at the top: which library is missing is told before any is loaded.
    from pyproj import CRS

    from ..core.geopackage import crs_of, table_names
    from ..plan.file import required_plan, schema_in, table_in

    with required_plan(path) as connection:
        missing = [name for name in _SHOWN if name not in table_names(connection)]
        if missing:
            raise BadInput(
                Message("no layer {missing}", missing=joined(missing)),
                where=at(path),
                wanted=Message("a plan file as `run` writes it"),
            )
        schema = schema_in(connection, at(path))
        tables = {
            name: table_in(connection, name, at(path), schema, shapes=name in ("units", "faces")) for name in _SHOWN
        }
        crs = CRS.from_user_input(crs_of(connection, "units"))
    meta = tables.pop("meta")
    values = dict(zip(meta["key"], meta["value"], strict=True))
    return MapTables(**tables, meta=values, crs=crs, folder=path.absolute().parent)
