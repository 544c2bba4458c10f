"""Regions of other tools, in a process of theirs: pygeoda where it is installed, asked for many divisions at one go.

Run as a script it is that process: it reads jobs as JSON from standard input and writes labels to standard output.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PYTHON = "CONTROL_UNITS_PEERS"  # a Python interpreter that has pygeoda
BENCH = Path(__file__).resolve().parents[2] / "build" / "peers" / "regions" / "bin" / "python"


def interpreter() -> str | None:
    """The interpreter with pygeoda: the one the environment names, else the benchmark's, else this one if it has it."""
    named = os.environ.get(PYTHON)
    if named:
        return named
    if BENCH.exists():
        return str(BENCH)
    return sys.executable if importlib.util.find_spec("pygeoda") else None


def peer_regions(jobs: list[dict[str, Any]]) -> list[list[int]]:
    """Labels of each job: file, values (a list a variable), method, k, and for a floor bound and least."""
    python = interpreter()
    assert python is not None
    done = subprocess.run([python, __file__], input=json.dumps(jobs), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _answer(job: dict[str, Any], open_layers: dict[str, Any]) -> list[int]:
    import pygeoda

    if job["file"] not in open_layers:
        layer = pygeoda.open(job["file"])
        open_layers[job["file"]] = pygeoda.queen_weights(layer)
    given: dict[str, Any] = {"scale_method": "raw"}
    if "bound" in job:
        given |= {"bound_variable": job["bound"], "min_bound": job["least"]}
    weights, values = open_layers[job["file"]], job["values"]
    if job["method"] == "skater":
        found = pygeoda.skater(job["k"], weights, values, **given)
    elif job["method"].startswith("schc-"):
        found = pygeoda.schc(job["k"], weights, values, job["method"].removeprefix("schc-"), **given)
    else:
        found = pygeoda.redcap(job["k"], weights, values, job["method"], **given)
    return [int(label) for label in found["Clusters"]]


if __name__ == "__main__":
    layers: dict[str, Any] = {}
    print(json.dumps([_answer(job, layers) for job in json.load(sys.stdin)]))
