"""A map of a plan as a picture: units in three colours, borders, labels, legend, scale bar, north arrow, CRS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import BadInput, needed
from ..core.libraries import demand
from ..core.messages import Message, at

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
    with needed("matplotlib", Message("matplotlib 3.7 or newer")):
        from .map_figure import save_figure

    tables = tables_of(plan)
    save_figure(tables, Path(output), width, dpi)
    return len(tables.units)


# ── The part of a plan that a map shows, from memory or from its file ───────────────────────────────────────────────

# Layers of a plan of which no shape is shown.
_UNSHOWN = ("borders", "element_zones", "findings")


@dataclass(frozen=True)
class MapTables:
    """The part of a plan that a map shows."""

    units: pd.DataFrame
    faces: pd.DataFrame
    borders: pd.DataFrame
    coverage: pd.DataFrame
    element_zones: pd.DataFrame
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
    # Not at the top: which library is missing is told before any is loaded.
    from ..plan.file import read_plan
    from ..plan.provenance import inherited

    read = read_plan(Path(plan), shapeless=_UNSHOWN) if isinstance(plan, str | Path) else plan
    tables = _taken(inherited(read))
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
        plan.element_zones,
        plan.sources,
        plan.meta,
        CRS.from_user_input(plan.crs),
        plan.folder,
    )
