"""Our partition in memory, reading and writing not timed: `partition_ours.py COUNTY.gpkg SNAP FACES.gpkg|-`."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pyogrio
import shapely

from delineation.partition import build

source, snap, target = sys.argv[1], float(sys.argv[2]), sys.argv[3]
layers = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
frames = [pyogrio.read_dataframe(source, layer=name) for name in layers]
geometry = np.concatenate([np.asarray(frame.geometry.values) for frame in frames])
wall, cpu = time.perf_counter(), time.process_time()
partition = build(geometry, snap=snap)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
vertices = int(shapely.get_num_coordinates(geometry).sum())
if target != "-":
    import geopandas as gpd

    first = np.cumsum([0, *(len(frame) for frame in frames)])
    ids = {}
    for i, (name, frame) in enumerate(zip(layers, frames, strict=True)):
        mine = (partition.coverage.feature >= first[i]) & (partition.coverage.feature < first[i + 1])
        ids[f"{name}_id"] = np.zeros(len(partition), np.int64)
        # the last of equal faces stays, so feed them backwards: the lowest id wins
        face, feature = partition.coverage.face[mine][::-1], partition.coverage.feature[mine][::-1]
        ids[f"{name}_id"][face] = frame[name].to_numpy()[feature - first[i]]
    out = gpd.GeoDataFrame(
        {"face_id": np.arange(1, len(partition) + 1), **ids}, geometry=partition.faces, crs=frames[0].crs
    )
    pyogrio.write_dataframe(out, target, layer="faces")
print(json.dumps({"wall_s": wall, "cpu_s": cpu, "faces": len(partition), "vertices": vertices}))
