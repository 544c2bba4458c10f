"""Time of the solvers by number of nodes, both logarithmic: `regions_plot.py POINTS.json PLOT.svg`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "regions_growth"
import matplotlib.pyplot as plt  # noqa: E402

COLOURS = {"ward": ("#D95F02", "o"), "skater": ("#1B7F5C", "s")}
DASHES = {"ours": "-", "pygeoda": "--"}

points = [one for one in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")) if not one["failed"]]
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
for tool, dashes in DASHES.items():
    for method, (colour, marker) in COLOURS.items():
        mine = [(one["nodes"], one["wall_s"]) for one in points if (one["tool"], one["method"]) == (tool, method)]
        if mine:
            axes.loglog(*zip(*mine, strict=True), dashes, color=colour, marker=marker, label=f"{method}, {tool}")
first = min((one for one in points if one["tool"] == "ours"), key=lambda one: (one["nodes"], -one["wall_s"]))
nodes = sorted({one["nodes"] for one in points})
axes.loglog(nodes, [first["wall_s"] * n / first["nodes"] for n in nodes], ":", color="#777777", label="proportional")
axes.set_xlabel("nodes")
axes.set_ylabel("s")
axes.grid(visible=True, which="both", alpha=0.2)
axes.legend(frameon=False)
figure.savefig(sys.argv[2], metadata={"Date": None})
