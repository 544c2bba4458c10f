"""One of our solvers on a lattice: `regions_ours.py LATTICE.npz LABELS.npy METHOD K [key=value …]`."""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from delineation.methods import solve
from delineation.regions.objective import squares
from delineation.regions.problem import Graph, Problem

source, target, method, k, *given = sys.argv[1:]
held = np.load(source)
values, pairs = held["values"], held["pairs"]
n = len(values)
problem = Problem(
    values=values,
    mass=np.ones(n),
    graph=Graph(n, pairs[:, 0], pairs[:, 1], np.ones(len(pairs))),
    price=np.zeros(len(pairs)),
    bounds=(),
    core=np.full(n, -1),
    area=np.ones(n),
    perimeter=np.full(n, 4.0),
    names=np.arange(1, n + 1).astype(str).astype(object),
)
parameters = {"k": int(k), **dict(one.split("=") for one in given)}
if method == "ward":
    import sklearn.cluster  # noqa: F401  (its import is not the method's time)
wall, cpu = time.perf_counter(), time.process_time()
labels = solve(method, problem, parameters).labels
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
np.save(target, labels)
ratio = squares(values, problem.mass, labels).ratio
print(json.dumps({"wall_s": wall, "cpu_s": cpu, "nodes": n, "k": int(labels.max()) + 1, "ratio": ratio}))
