"""A division's tables into QGIS's sinks, styled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.core import QgsWkbTypes

from .sinks import Place, crs_of, pour_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...delineation.regionalise.division import Division
    from ...delineation.regionalise.output import Column
    from .algorithm import Algorithm

__all__ = ["pour_curve", "pour_features", "pour_regions"]

KINDS = {"i": "INTEGER", "f": "REAL"}


def pour_features(algorithm: Algorithm, key: str, found: Division) -> str:
    """Write the polygons with their region.

    Returns
    -------
    str
        The sink's id.
    """
    from ...delineation.regionalise.output import feature_columns, multi

    columns, values = _table(feature_columns(found))
    place = _place(found, multi(found.polygons.geometry))
    return pour_output(algorithm, key, columns, values, place, "regions", 1)


def pour_regions(algorithm: Algorithm, key: str, found: Division) -> str:
    """Write the dissolved regions."""
    from ...delineation.regionalise.output import region_columns

    columns, values = _table(region_columns(found))
    return pour_output(algorithm, key, columns, values, _place(found, found.outline), "region_outlines", 2)


def pour_curve(algorithm: Algorithm, key: str, found: Division) -> str:
    """Write the numbers of regions that were tried; one alone where no range was asked for."""
    columns = [("k", "INTEGER"), ("within_ss", "REAL"), ("pseudo_f", "REAL"), ("mark", "TEXT")]
    if found.choice is None:
        alone = [[found.k], [found.found.within], [None], ["taken"]]
        return pour_output(algorithm, key, columns, alone)
    choice = found.choice
    ratio = [value if np.isfinite(value) else None for value in choice.pseudo_f.tolist()]
    marks = [
        ", ".join(word for word, one in (("taken", choice.best), ("knee", choice.knee)) if one == k) or None
        for k in choice.k.tolist()
    ]
    values: list[Sequence[Any]] = [choice.k.tolist(), choice.within.tolist(), ratio, marks]
    return pour_output(algorithm, key, columns, values)


def _table(columns: Sequence[Column]) -> tuple[list[tuple[str, str]], list[list[Any]]]:
    """Names with their types, and plain values with None where one is missing."""
    heads, rows = [], []
    for name, values, gone in columns:
        heads.append((name, KINDS.get(values.dtype.kind, "TEXT")))
        listed = values.tolist()
        rows.append(listed if gone is None else [None if no else one for one, no in zip(listed, gone, strict=True)])
    return heads, rows


def _place(found: Division, geometry: np.ndarray[Any, Any]) -> Place:
    from ...delineation.sources.coordinates.crs import crs_text

    text = "" if found.polygons.crs is None else crs_text(found.polygons.crs)
    return Place(QgsWkbTypes.Type.MultiPolygon, crs_of(text), geometry)
