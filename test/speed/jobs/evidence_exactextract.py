"""exactextract alone, from the GeoPackage, all rasters in one pass.

`evidence_exactextract.py FACES.gpkg VALUES.npz RASTER…`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from exactextract import exact_extract

faces, target, *rasters = sys.argv[1:]
operations = ["mean", "stdev", "majority", "count"]
wall, cpu = time.perf_counter(), time.process_time()
table = exact_extract(rasters, faces, operations, include_cols=["face_id"], output="pandas")
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
table = table.sort_values("face_id")
values = {
    f"{name} {operation}": table[f"{name}_{operation}"].to_numpy(float)
    for name in (Path(raster).stem for raster in rasters)
    for operation in operations
}
np.savez(target, **values)
print(json.dumps({"wall_s": wall, "cpu_s": cpu, "faces": len(table)}))
