"""exactextract alone, from the GeoPackage, all rasters in one pass: `evidence_exactextract.py FACES.gpkg RASTER…`."""

from __future__ import annotations

import json
import sys
import time

from exactextract import exact_extract

faces, *rasters = sys.argv[1:]
wall, cpu = time.perf_counter(), time.process_time()
table = exact_extract(rasters, faces, ["mean", "stdev", "majority", "count"], include_cols=["face_id"], output="pandas")
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"wall_s": wall, "cpu_s": cpu, "faces": len(table)}))
