"""The row `regions`: our solvers beside scikit-learn, pygeoda and spopt on the same lattices, and how they grow."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from child import run
from rows import ROOT, Row

if TYPE_CHECKING:
    from pathlib import Path

    from child import Cost
    from rows import Bench, County

__all__ = ["REGION_PEERS", "regions"]

REGION_PEERS = ("scikit-learn==1.9.1", "pygeoda==0.1.3", "spopt==0.7.0", "geopandas==1.2.0")
K = 20
# Side of the lattice, our methods with their bars in seconds, and which peers know the same method.
LATTICE = (100, 100)
JOBS = (
    ("ward", [], 1.5, (("scikit-learn", "ward"), ("pygeoda", "ward"), ("spopt", "ward"))),
    ("skater", [], 0.5, (("pygeoda", "skater"), ("spopt", "skater"))),
    ("redcap", ["order=full", "linkage=average"], 5.0, (("pygeoda", "fullorder-averagelinkage"),)),
    ("redcap", ["order=full", "linkage=ward"], 5.0, (("pygeoda", "fullorder-wardlinkage"),)),
    ("redcap", ["order=full", "linkage=complete"], 5.0, (("pygeoda", "fullorder-completelinkage"),)),
    ("redcap", ["order=full", "linkage=single"], 5.0, (("pygeoda", "fullorder-singlelinkage"),)),
)
PLANAR = (617, 5)  # 3,085 nodes, as many as the counties of the United States that others time their methods on
GROWTH = ((32, 32), (56, 56), (100, 100), (178, 178), (316, 317))
PEER_LIMIT = 240.0
SILENCE = 2.0  # s; a method can be stopped each time it says how far it is
STOPPED = (
    ("ward", "k=20"),
    ("skater", "k=20"),
    ("redcap", "k=20", "order=full", "linkage=average"),
    ("azp", "k=20", "limit_s=10"),
    ("maxp", "limit_s=10"),
    ("kmeans_repaired", "k=20", "limit_s=10"),
)


def regions(bench: Bench, county: County) -> list[Row]:
    """Our solvers and their peers: 10,000 nodes, 3,085 nodes, the generated county, and up to 100,000 nodes."""
    python = _environment(bench.tools)
    rows = []
    folder = _lattice(county.folder, LATTICE)
    for method, given, bar, peers in JOBS:
        name = f"{method}:{','.join(given)}" if given else method
        job = f"lattice of {LATTICE[0] * LATTICE[1]:,} → {K}, {name}"
        ours = bench.inner("regions_ours.py", folder / "lattice.npz", folder / "labels.npy", method, K, *given)
        rows.append(_ours(job, ours, bar))
        rows += [_peer(bench, python, job, folder, ours, tool, how) for tool, how in peers]
    folder = _lattice(county.folder, PLANAR)
    job = f"{PLANAR[0] * PLANAR[1]:,} nodes → {K}, skater"
    ours = bench.inner("regions_ours.py", folder / "lattice.npz", folder / "labels.npy", "skater", K)
    rows.append(_ours(job, ours, 0.2))
    rows.append(_peer(bench, python, job, folder, ours, "pygeoda", "skater"))
    rows += _of_case(bench, county)
    return rows + _growth(bench, county, python) + _silence(bench, county)


def _environment(tools: Path) -> Path:
    """Make the environment of the Python peers, apart from ours: their pandas would stand in front of Debian's."""
    folder = tools / "regions"
    python = folder / "bin" / "python"
    if not python.exists():
        base = shutil.which("python3.11") or sys.executable  # pygeoda has no wheel for the newest Pythons
        subprocess.run([base, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *REGION_PEERS], check=True, stdout=sys.stderr)
    return python


def _lattice(parent: Path, size: tuple[int, int]) -> Path:
    folder = parent / f"lattice-{size[0]}-{size[1]}"
    if not (folder / "lattice.shp").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, ROOT / "test/speed/jobs/regions_prepare.py", folder, str(size[0]), str(size[1])]
        subprocess.run([str(part) for part in command], check=True, stdout=sys.stderr)
    return folder


def _ours(job: str, cost: Cost, bar: float | None = None, most_mb: float | None = None) -> Row:
    met = None
    if not cost.failed and (bar is not None or most_mb is not None):
        met = (bar is None or cost.wall_s <= bar) and (most_mb is None or cost.peak_mb <= most_mb)
    words = [f"≤ {bar} s"] if bar is not None else []
    words += [f"≤ {most_mb:.0f} MB"] if most_mb is not None else []
    note = f"k {cost.said.get('k')}, ratio {cost.said.get('ratio', 0):.6f}" if not cost.failed else ""
    return Row(job, "ours", cost, None, ", ".join(words), met, note)


def _peer(bench: Bench, python: Path, job: str, folder: Path, ours: Cost, tool: str, method: str) -> Row:
    command: list[str | Path] = [python, ROOT / "test/speed/jobs/regions_peer.py", tool, method, folder, str(K)]
    cost = run(command, folder=ROOT, limit_s=min(bench.limit_s, PEER_LIMIT))
    if not cost.failed:
        cost = replace(cost, wall_s=cost.said["wall_s"], cpu_s=cost.said["cpu_s"])
    ratio = None if cost.failed or ours.failed else ours.wall_s / cost.wall_s
    cpu = None if cost.failed or ours.failed else ours.cpu_s / max(cost.cpu_s, 1e-9)
    note = "" if cost.failed else f"k {cost.said['k']}, ratio {cost.said['ratio']:.6f}"
    return Row(job, tool, cost, ratio, note=note, cpu_ratio=cpu)


def _of_case(bench: Bench, county: County) -> list[Row]:
    """Ward and skater on the hosts of the generated county, its rasters as variables."""
    methods = {"ward:k=400": 3.0, "skater:k=400": 2.0}
    cost = bench.cost(
        [sys.executable, ROOT / "test/speed/jobs/regions_of_case.py", county.folder / "case.toml", *methods],
        {"PYTHONPATH": str(ROOT)},
        repeat=1,
    )
    if cost.failed:
        return [Row("generated county after cleaning", "ours", cost)]
    rows = []
    for text, bar in methods.items():
        told = cost.said["methods"][text]
        one = replace(cost, wall_s=told["wall_s"], cpu_s=told["cpu_s"])
        note = f"{cost.said['faces']:,} faces, {cost.said['hosts']:,} after cleaning; {told['units']} units"
        met = told["wall_s"] <= bar if bench.full else None
        rows.append(Row(f"generated county after cleaning, {text}", "ours", one, None, f"≤ {bar} s", met, note))
    return rows


def _growth(bench: Bench, county: County, python: Path) -> list[Row]:
    """Time by number of nodes, also as a plot; 100,000 nodes have to finish within 2 GB.

    pygeoda holds a matrix of all distances and is followed as far as that goes.
    """
    rows, points = [], []
    for size in GROWTH:
        folder, nodes = _lattice(county.folder, size), size[0] * size[1]
        for method in ("ward", "skater"):
            cost = bench.inner("regions_ours.py", folder / "lattice.npz", folder / "labels.npy", method, K)
            points.append({"tool": "ours", "method": method, "nodes": nodes, **asdict(cost)})
            if size == GROWTH[-1]:
                rows.append(_ours(f"lattice of {nodes:,} → {K}, {method}", cost, None, 2000.0))
            if nodes <= LATTICE[0] * LATTICE[1]:
                peer = _peer(bench, python, "", folder, cost, "pygeoda", method).cost
                points.append({"tool": "pygeoda", "method": method, "nodes": nodes, **asdict(peer)})
    _plot(points, county.folder.parent / "regions_growth.svg")
    return rows


def _silence(bench: Bench, county: County) -> list[Row]:
    """Measure the longest time for which a method on 100,000 nodes cannot be stopped."""
    folder, nodes, rows = _lattice(county.folder, GROWTH[-1]), GROWTH[-1][0] * GROWTH[-1][1], []
    for method, *given in STOPPED:
        cost = bench.inner("regions_silence.py", folder / "lattice.npz", method, *given)
        job = f"{nodes:,} nodes, {method}:{','.join(given)}, longest silence"
        if cost.failed:
            rows.append(Row(job, "ours", cost))
            continue
        quiet = cost.said["silence_s"]
        note = f"silent for {quiet:.2f} s at most, {cost.said['words']:,} words; k {cost.said['k']}"
        rows.append(Row(job, "ours", cost, None, f"silent ≤ {SILENCE:g} s", quiet <= SILENCE, note))
    return rows


def _plot(points: list[dict[str, object]], target: Path) -> None:
    table = target.with_suffix(".json")
    table.write_text(json.dumps(points), encoding="utf-8")
    subprocess.run([sys.executable, ROOT / "test/speed/jobs/regions_plot.py", table, target], check=True)
