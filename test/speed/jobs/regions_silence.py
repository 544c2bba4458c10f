"""How long a solver says nothing, and so cannot be stopped: `regions_silence.py LATTICE.npz METHOD [key=value …]`."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress

import numpy as np

from delineation.methods import solve
from delineation.regions.problem import Bound, Graph, Problem

LEAST = 200.0  # nodes of a region of maxp

source, method, *given = sys.argv[1:]
held = np.load(source)
values, pairs = held["values"], held["pairs"]
n = len(values)
problem = Problem(
    values=values,
    mass=np.ones(n),
    graph=Graph(n, pairs[:, 0], pairs[:, 1], np.ones(len(pairs))),
    price=np.zeros(len(pairs)),
    bounds=(Bound("nodes", np.ones(n), LEAST),) if method == "maxp" else (),
    core=np.full(n, -1),
    area=np.ones(n),
    perimeter=np.full(n, 4.0),
    names=np.arange(1, n + 1).astype(str).astype(object),
)
if method == "ward":
    import sklearn.cluster  # noqa: F401  (its import is not the method's time)
parameters: dict[str, object] = {}
for one in given:
    key, _, value = one.partition("=")
    parameters[key] = value
    for kind in (float, int):
        with suppress(ValueError):
            parameters[key] = kind(value)
spoken = [time.perf_counter()]
cpu = time.process_time()
labels = solve(method, problem, parameters, progress=lambda *_: spoken.append(time.perf_counter())).labels
cpu = time.process_time() - cpu
spoken.append(time.perf_counter())
print(
    json.dumps(
        {
            "wall_s": spoken[-1] - spoken[0],
            "cpu_s": cpu,
            "k": int(labels.max()) + 1,
            "words": len(spoken) - 2,
            "silence_s": float(np.diff(spoken).max()),
        }
    )
)
