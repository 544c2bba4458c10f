"""Time of the solvers by number of nodes, both logarithmic: `regions_plot.py POINTS.json PLOT.svg`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

points = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
for method, colour, marker in (("ward", "#D95F02", "o"), ("skater", "#1B7F5C", "s")):
    mine = [(one["nodes"], one["wall_s"]) for one in points if one["method"] == method and not one["failed"]]
    axes.loglog(*zip(*mine, strict=True), color=colour, marker=marker, label=method)
first = min(points, key=lambda one: one["nodes"])
nodes = sorted({one["nodes"] for one in points})
axes.loglog(nodes, [first["wall_s"] * n / first["nodes"] for n in nodes], ":", color="#777777", label="proportional")
axes.set_xlabel("nodes")
axes.set_ylabel("s")
axes.grid(visible=True, which="both", alpha=0.2)
axes.legend(frameon=False)
figure.savefig(sys.argv[2])
