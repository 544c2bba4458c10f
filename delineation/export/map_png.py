"""The part of a plan that a map shows, from memory or from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.messages import Message, at

if TYPE_CHECKING:
    import pandas as pd
    from pyproj import CRS

    from ..plan.file import Plan

__all__ = ["MapTables", "tables_of"]


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


def tables_of(plan: Plan | str | Path, *, zones: bool = False) -> MapTables:
    """Take what a map shows of a plan; of a file with the shapes of element zones where they are asked for.

    Raises
    ------
    BadInput
        The file is no plan, or the plan has no unit.
    """
    # Not at the top: which library is missing is told before any is loaded.
    from ..plan.file import read_plan
    from ..plan.provenance import inherited

    unshown = [name for name in _UNSHOWN if not (zones and name == "element_zones")]
    read = read_plan(Path(plan), shapeless=unshown) if isinstance(plan, str | Path) else plan
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
