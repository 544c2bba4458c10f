"""What a raster seems to hold: scores, grades or classes, by its values and its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .model import RasterGuess
from .vocabulary import folded

if TYPE_CHECKING:
    from collections.abc import Container

    from numpy.typing import NDArray

    from ..sources.rasters.raster import Raster
    from .vocabulary import Vocabulary

__all__ = ["guess_raster"]

# Cells read to tell what values a raster has: blocks of rows from all over it.
_CELLS, _BLOCKS = 2_000_000, 16


def guess_raster(raster: Raster, stem: str, taken: Container[str], words: Vocabulary) -> RasterGuess:
    """Guess kind and direction of a raster.

    Parameters
    ----------
    raster : Raster
    stem : str
        Name of its file without the suffix.
    taken : container of str
        Names that other rasters and roles have.
    words : Vocabulary
    """
    settings = words["rasters"]
    values = _values(raster, int(settings["class_most"]))
    name = folded(stem)
    spec: dict[str, object] = next((s for s in settings["kinds"] if any(folded(w) in name for w in s["words"])), {})
    kind = "score"
    if values is not None:
        graded = len(values) > 1 and values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1
        few = len(values) <= int(settings["grade_most"])
        kind = "grade" if graded and few and spec.get("kind") == "grade" else "class"
        if spec.get("kind") == "score":
            kind = "score"
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return RasterGuess(name, kind, str(spec.get("better", "high")), values or ())


def _values(raster: Raster, most: int) -> tuple[int, ...] | None:
    """Whole numbers the raster holds, where they are few; else None."""
    rows, columns = raster.shape
    height = max(1, min(rows, _CELLS // max(columns, 1) // _BLOCKS))
    found: NDArray[np.float64] = np.empty(0)
    for top in np.unique(np.linspace(0, max(rows - height, 0), _BLOCKS).astype(int)):
        block = raster.read((int(top), int(top) + height, 0, columns))
        found = np.union1d(found, block[np.isfinite(block)])
        if len(found) > most or (found != np.round(found)).any():
            return None
    return tuple(int(value) for value in found)
