"""A copy of the synthetic county with one column a layer, named by the layer: the feature's id. All tools get it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pyogrio
import shapely

source, target = Path(sys.argv[1]), Path(sys.argv[2])
target.unlink(missing_ok=True)
layers = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
vertices = 0
for name in layers:
    frame = pyogrio.read_dataframe(source, layer=name, columns=[], fid_as_index=True)
    vertices += int(shapely.get_num_coordinates(frame.geometry.values).sum())
    frame[name] = frame.index.to_numpy(np.int64)
    pyogrio.write_dataframe(frame, target, layer=name)
print(json.dumps({"layers": layers, "vertices": vertices}))
