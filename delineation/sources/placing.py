"""Where a layer's coordinates are: the CRS it states or lacks, and what contradicts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .crs import parse_crs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import CRS

    from ..findings import Finding

__all__ = ["Placed", "place_shapes"]


@dataclass(frozen=True)
class Placed:
    """Geometry whose coordinates mean what its CRS says.

    Attributes
    ----------
    crs : CRS or None
        None where the file states none and nobody else does.
    geometry : (m,) object
    findings : tuple of Finding
    """

    crs: CRS | None
    geometry: NDArray[np.object_]
    findings: tuple[Finding, ...]


def place_shapes(geometry: NDArray[np.object_], stated: str | None, given: str, place: str) -> Placed:
    """Read a layer's CRS.

    Parameters
    ----------
    geometry : (m,) object
    stated : str or None
        CRS of the file.
    given : str
        CRS that overrides it, "" where there is none.
    place : str
        What messages call the layer.

    Raises
    ------
    BadInput
        A CRS that PROJ does not know.
    """
    text = given or stated
    return Placed(parse_crs(text, place) if text else None, geometry, ())
