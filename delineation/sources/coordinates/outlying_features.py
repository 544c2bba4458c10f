"""Features of a study area that lie far from all others: one drawn at 0, 0 would make it reach round the globe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.messages import Message, first_few
from .crs import degrees_box
from .crs_candidates import CHINA, intersects, within

if TYPE_CHECKING:
    from pyproj import CRS

    from ...core.arrays import Ints, Objects

_FAR = 10.0  # degrees from the middle one of the others


def refuse_strays(geometry: Objects, ids: Ints, crs: CRS, place: str) -> None:
    """Refuse a study area with features that lie ten degrees and more from the others, and outside China.

    Parameters
    ----------
    geometry : (m,) object
        Of the layer that makes up the study area.
    ids : (m,) int64
        Feature ids.
    crs : CRS
    place : str
        What messages call the layer.

    Raises
    ------
    BadInput
        With the features, and where the first of them and the others lie.
    """
    total = tuple(shapely.total_bounds(geometry).tolist())
    if within(degrees_box(total, crs), CHINA):
        return
    boxes = np.array([degrees_box(tuple(box), crs) for box in shapely.bounds(geometry).tolist()]).reshape(-1, 4)
    place_of = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = np.array([intersects(tuple(box), CHINA) for box in boxes.tolist()], dtype=bool)
    others = inside if inside.any() else np.isfinite(place_of).all(axis=1)
    if not others.any():
        return
    apart = np.abs(place_of - np.median(place_of[others], axis=0)).max(axis=1)
    # What cannot be turned into degrees is far, too.
    far = ~(inside | (apart <= _FAR))
    if not far.any():
        return
    rest = boxes[~far]
    (west, south), (east, north) = rest[:, :2].min(axis=0), rest[:, 2:].max(axis=0)
    placed = far & np.isfinite(place_of).all(axis=1)
    if placed.any():
        first = place_of[placed][0]
        what = Message(
            "feature {features} lies at longitude {x:.2f}°, latitude {y:.2f}°, the others at longitude "
            "{west:.2f} … {east:.2f}°, latitude {south:.2f} … {north:.2f}°",
            features=first_few(ids[placed]),
            x=first[0],
            y=first[1],
            west=west,
            east=east,
            south=south,
            north=north,
        )
    else:
        what = Message(
            "coordinates of feature {features} are too far off to be converted to degrees; the others lie at longitude "
            "{west:.2f} … {east:.2f}°, latitude {south:.2f} … {north:.2f}°",
            features=first_few(ids[far]),
            west=west,
            east=east,
            south=south,
            north=north,
        )
    raise BadInput(
        what,
        where=place,
        wanted=Message(
            "a study area in one place: delete the stray feature, or leave it out with where = … in its [[source]]"
        ),
    )
