"""Borders that lie where a border is wanted: between values of a field, or along lines (roads, ridges, rivers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.arrays import objects
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..partition.alignment import share_along
from ..sources.coordinates.crs import parse_crs, to_crs
from ..sources.files import split_layer
from ..sources.formats.vectors import read_vector

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from ..core.arrays import Bools, Floats, Objects
    from ..regions.problem import Graph
    from .outline import Shared


def texts_of(values: NDArray[Any]) -> Objects:
    """Read a field as texts that can be compared, "" where it is empty; 3.0 is 3."""
    from ..core.text import clean_text

    return objects([clean_text(value) for value in values.tolist()])


def between_values(graph: Graph, values: Objects) -> Floats:
    """Tell which edges join different values: their borders are aligned whole (1.0), the others not (0.0).

    Parameters
    ----------
    graph : Graph
    values : (n,) object
        Texts, as of `texts_of`.
    """
    differs: Bools = values[graph.left] != values[graph.right]
    return differs.astype(np.float64)


def read_lines(spec: str | Path, crs: CRS | None) -> Objects:
    """Read lines, or the outlines of polygons, in the CRS of the layer that is divided.

    Raises
    ------
    BadInput
        A file that cannot be read, or without lines; coordinates without a CRS beside a layer that has one.
    """
    path, layer = split_layer(str(spec))
    raw = read_vector(path, layer=layer, columns=False)
    found: Objects = raw.geometry[np.isin(shapely.get_dimensions(raw.geometry), (1, 2))]
    found = found[~shapely.is_empty(found)]
    if not len(found):
        raise BadInput(
            Message("no lines and no polygons"),
            where=spec,
            wanted=Message("a layer of lines that borders may follow"),
        )
    flat = shapely.get_dimensions(found) == 2
    found[flat] = shapely.boundary(found[flat])
    if crs is None or not raw.crs:
        if crs is not None or raw.crs:
            raise BadInput(
                Message("no CRS is stated for one of the two"),
                where=spec,
                wanted=Message("both layers in a stated CRS"),
            )
        return found
    own = parse_crs(str(raw.crs), at(spec))
    return found if own == crs else to_crs(found, own, crs, at(spec))[0]


def along_lines(graph: Graph, shared: Shared, lines: Objects, within: float) -> Floats:
    """Share 0–1 of each edge's border that lies no farther than ``within`` from a line.

    Parameters
    ----------
    graph : Graph
    shared : Shared
        Lines behind the borders.
    lines : (l,) object
    within : float
        In units of the CRS.

    Returns
    -------
    (e,) float64
        0 where two polygons meet in a point.
    """
    key = graph.left * graph.count + graph.right
    mine = shared.pair[:, 0] * graph.count + shared.pair[:, 1]
    use = np.flatnonzero(np.isin(mine, key))
    edge, share = np.searchsorted(key, mine[use]), share_along(shared.line[use], lines, within)
    total = np.bincount(edge, shared.length[use], minlength=len(key))
    aligned = np.bincount(edge, shared.length[use] * share, minlength=len(key))
    out = np.divide(aligned, total, out=np.zeros(len(key)), where=total > 0)
    return np.clip(out, 0.0, 1.0)
