"""Area per combination of covering features, ours against a peer's: `compare.py FACES.gpkg UNION.gpkg LAYER…`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pyogrio

if TYPE_CHECKING:
    import pandas as pd


def areas(path: str, layers: list[str]) -> pd.Series:
    """Area (m²) by the ids of the covering features, 0 where a layer covers nothing."""
    frame = pyogrio.read_dataframe(path, layer=str(pyogrio.list_layers(path)[0, 0]))
    ids = frame.rename(columns=lambda column: column.removesuffix("_id"))[layers].fillna(0).astype("int64")
    total = frame.geometry.area.groupby([ids[name] for name in layers]).sum()
    # what no layer covers is not part of the union
    return total.drop([tuple([0] * len(layers))], errors="ignore")


layers = sys.argv[3:]
ours, theirs = areas(sys.argv[1], layers), areas(sys.argv[2], layers)
difference = ours.sub(theirs, fill_value=0).abs()
print(
    json.dumps(
        {
            "combinations": len(ours),
            "theirs": len(theirs),
            "total_m2": float(ours.sum()),
            "largest_m2": float(difference.max()),
            "relative": float(difference.sum() / ours.sum()),
        }
    )
)
