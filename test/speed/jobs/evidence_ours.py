"""Our evidence over faces that are in memory, as the pipeline has them.

`evidence_ours.py FACES.gpkg VALUES.npz RASTER…`
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio

from delineation.basis.evidence import collect


@dataclass(frozen=True)
class Setting:
    """What a case says of a raster."""

    name: str
    path: str
    band: int = 1
    crs: str = ""


faces = pyogrio.read_dataframe(sys.argv[1])
settings = [Setting(Path(path).stem, path) for path in sys.argv[3:]]
wall, cpu = time.perf_counter(), time.process_time()
table, findings = collect(
    np.asarray(faces.geometry.values), faces.geometry.area.to_numpy(), faces.crs.to_string(), settings
)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
values = {
    f"{name} {column}": rows.sort_values("face_id")[column].to_numpy(float)
    for name, rows in table.groupby("raster")
    for column in ("mean", "stdev", "majority", "covered")
}
np.savez(sys.argv[2], **values)
print(json.dumps({"wall_s": wall, "cpu_s": cpu, "faces": len(faces), "rows": len(table), "findings": len(findings)}))
