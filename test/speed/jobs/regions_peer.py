"""Another tool on the same lattice, in its own environment: `regions_peer.py TOOL METHOD FOLDER K`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

tool, method, folder, k = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
held = np.load(folder / "lattice.npz")
values, pairs = held["values"], held["pairs"]


def scikit_learn() -> tuple[float, float, np.ndarray]:
    from scipy.sparse import coo_matrix
    from sklearn.cluster import AgglomerativeClustering

    n = len(values)
    ones = np.ones(len(pairs))
    graph = coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    wall, cpu = time.perf_counter(), time.process_time()
    found = AgglomerativeClustering(k, connectivity=graph + graph.T, linkage="ward").fit(values).labels_
    return time.perf_counter() - wall, time.process_time() - cpu, found


def pygeoda_() -> tuple[float, float, np.ndarray]:
    import pygeoda

    layer = pygeoda.open(str(folder / "lattice.shp"))
    weights = pygeoda.rook_weights(layer)
    data = layer[["A", "B"]]
    wall, cpu = time.perf_counter(), time.process_time()
    if method == "skater":
        found = pygeoda.skater(k, weights, data)
    elif method == "ward":
        found = pygeoda.schc(k, weights, data, "ward")
    else:
        found = pygeoda.redcap(k, weights, data, method)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return wall, cpu, np.asarray(found["Clusters"])


def spopt_() -> tuple[float, float, np.ndarray]:
    import geopandas
    import libpysal
    from sklearn.metrics.pairwise import euclidean_distances
    from spopt.region import Skater, WardSpatial

    frame = geopandas.read_file(folder / "lattice.shp")
    neighbours: dict[int, list[int]] = {row: [] for row in range(len(values))}
    for one, other in pairs.tolist():
        neighbours[one].append(other)
        neighbours[other].append(one)
    weights = libpysal.weights.W(neighbours, silence_warnings=True)
    wall, cpu = time.perf_counter(), time.process_time()
    if method == "skater":
        model = Skater(
            frame,
            weights,
            ["A", "B"],
            n_clusters=k,
            spanning_forest_kwds={"dissimilarity": euclidean_distances, "verbose": 0},
        )
    else:
        model = WardSpatial(frame, weights, ["A", "B"], n_clusters=k)
    model.solve()
    return time.perf_counter() - wall, time.process_time() - cpu, np.asarray(model.labels_)


wall, cpu, labels = {"scikit-learn": scikit_learn, "pygeoda": pygeoda_, "spopt": spopt_}[tool]()
_, labels = np.unique(labels, return_inverse=True)
weight = np.bincount(labels)
within = sum(float(((column - (np.bincount(labels, column) / weight)[labels]) ** 2).sum()) for column in values.T)
total = float(((values - values.mean(axis=0)) ** 2).sum())
print(json.dumps({"wall_s": wall, "cpu_s": cpu, "k": int(labels.max()) + 1, "ratio": 1 - within / total}))
