"""The rows of the benchmark: each runs ours and its peers one after the other on the same files."""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from child import Cost, run
from peers import JOBS, PEERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from peers import Peer

__all__ = ["TOLERANCE", "Bench", "County", "Row", "evidence", "growth", "partition", "pipeline"]

ROOT = Path(__file__).resolve().parents[2]
# Sum of |area difference| over all combinations of covering features, as a share of the united area. Tools that snap
# (mapshaper, ours at 1 mm) move every border by up to their grid.
TOLERANCE = 1e-6
# Largest difference of a mean or a spread, as a share of the raster's range of means.
VALUES = 1e-5
RASTERS = ("dem", "slope", "carrying_capacity", "landcover")


@dataclass(frozen=True)
class County:
    """A generated county on disk; `united` has one id column a layer and is what every union gets."""

    folder: Path
    layers: list[str]
    vertices: int

    @property
    def united(self) -> Path:
        """The file of all layers."""
        return self.folder / "united.gpkg"

    @property
    def faces(self) -> Path:
        """Our faces in floating point, for the comparison of areas and for the evidence."""
        return self.folder / "faces.gpkg"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    job, tool : str
    cost : Cost
        Of the median run.
    ratio : float or None
        Ours ÷ this tool, by wall time; what the bar is about.
    cpu_ratio : float or None
        The same by CPU time, less touched by what else the machine does.
    bar : str
        What is wanted of ours.
    met : bool or None
        None where the bar does not hold at this size, or nothing is wanted.
    note : str
    """

    job: str
    tool: str
    cost: Cost
    ratio: float | None = None
    bar: str = ""
    met: bool | None = None
    note: str = ""
    detail: dict[str, float] = field(default_factory=dict)
    cpu_ratio: float | None = None

    @property
    def sound(self) -> bool:
        """No bar missed, nothing failed, and the results of the tools the same."""
        return self.met is not False and not self.cost.failed and "DIFFER" not in self.note


@dataclass(frozen=True)
class Bench:
    """Settings of one run."""

    tools: Path
    peers: list[str]
    repeat: int
    limit_s: float
    full: bool  # the absolute bars hold at the full size only

    def cost(
        self,
        command: list[str | Path],
        extra: Mapping[str, str] | None = None,
        *,
        repeat: int = 0,
        accept: tuple[int, ...] = (0,),
    ) -> Cost:
        """The median run (by wall time) of a command; a failure ends the series."""
        costs = []
        for _ in range(repeat or self.repeat):
            costs.append(run(command, folder=ROOT, limit_s=self.limit_s, extra=extra, accept=accept))
            if costs[-1].failed:
                return costs[-1]
        middle = statistics.median_low(cost.wall_s for cost in costs)
        return next(cost for cost in costs if cost.wall_s == middle)

    def python(self, script: str, *arguments: str | Path | float) -> Cost:
        """A job of ours in a child."""
        command = [sys.executable, JOBS / script, *map(str, arguments)]
        return self.cost(command, {"PYTHONPATH": str(ROOT)})

    def inner(self, script: str, *arguments: str | Path | float) -> Cost:
        """A job that times its own core; the peak is the whole process's."""
        cost = self.python(script, *arguments)
        return cost if cost.failed else replace(cost, wall_s=cost.said["wall_s"], cpu_s=cost.said["cpu_s"])


def partition(bench: Bench, county: County) -> list[Row]:
    """Partition in memory and by the verb, against unions by other tools with the same areas."""
    rows = []
    for snap, bar in ((0.0, 2.0), (0.001, 3.5)):
        cost = bench.inner("partition_ours.py", county.united, snap, county.faces if snap == 0 else "-")
        met = cost.wall_s <= bar if bench.full and not cost.failed else None
        note = f"{cost.said.get('faces', 0):,} faces; time without reading, peak with reading"
        rows.append(Row("partition in memory", f"ours, snap {snap:g} m", cost, None, f"≤ {bar} s", met, note))
    verb_out = county.folder / "verb.gpkg"
    verb = bench.cost(_verb(county, verb_out))
    rows.append(Row("partition, files to file", "ours, verb `partition`", verb, note="process with start-up"))
    ours = county.faces if verb.failed else verb_out
    for peer in (peer for name in bench.peers for peer in PEERS[name]):
        target = county.folder / f"{peer.name.replace(' ', '_')}.gpkg"
        cost = _unite(bench, peer, county, target)
        ratio = _ratio(verb, cost)
        bar, met = "", None
        if peer in PEERS["mapshaper"]:
            bar, met = "≤ 0.8 ×", None if ratio is None else ratio <= 0.8
        note, detail = _same(bench, ours, target, county) if not cost.failed else ("", {})
        job = "partition, files to file"
        rows.append(Row(job, peer.name, cost, ratio, bar, met, note, detail, _cpu_ratio(verb, cost)))
    return rows


def pipeline(bench: Bench, county: County) -> list[Row]:
    """The whole pipeline on a case without rasters."""
    cost = bench.cost(_run(county), accept=(0, 1))
    said = cost.said.get("timings_s", {})
    met = cost.wall_s <= 6 and cost.peak_mb <= 1000 if bench.full and not cost.failed else None
    note = ", ".join(f"{name} {seconds:.2f}" for name, seconds in said.items())
    rows = [Row("pipeline without rasters", "ours, verb `run`", cost, None, "≤ 6 s, ≤ 1000 MB", met, note)]
    for peer in PEERS["mapshaper"] if "mapshaper" in bench.peers else []:
        union = _unite(bench, peer, county, county.folder / "yardstick.gpkg")
        note = "the union alone, a yardstick of the machine"
        ratios = _ratio(cost, union), _cpu_ratio(cost, union)
        rows.append(Row("pipeline without rasters", peer.name, union, ratios[0], note=note, cpu_ratio=ratios[1]))
    return rows


def evidence(bench: Bench, county: County) -> list[Row]:
    """Statistics of four rasters over all faces, against exactextract alone."""
    if not county.faces.exists():
        bench.python("partition_ours.py", county.united, 0, county.faces)
    rasters = [county.folder / f"{name}.tif" for name in RASTERS]
    values = [county.folder / f"{whose}.npz" for whose in ("ours", "theirs")]
    ours = bench.inner("evidence_ours.py", county.faces, values[0], *rasters)
    peer = bench.inner("evidence_exactextract.py", county.faces, values[1], *rasters)
    ratio = _ratio(ours, peer)
    note, detail = "", {}
    if ratio is not None:
        note, detail = _equal(bench, *values)
    return [
        Row("evidence of four rasters", "ours", ours, note=f"{ours.said.get('faces', 0):,} faces in memory"),
        Row(
            "evidence of four rasters",
            "exactextract alone",
            peer,
            ratio,
            "≤ 1.1 ×",
            None if ratio is None else ratio <= 1.1,
            note,
            detail,
            _cpu_ratio(ours, peer),
        ),
    ]


def growth(bench: Bench, small: County, large: County) -> list[Row]:
    """Time at the large size ÷ time at the small one, ÷ the ratio of vertices."""
    rows = []
    factor = large.vertices / small.vertices
    jobs = [
        (
            f"partition in memory, snap {snap:g} m",
            [bench.inner("partition_ours.py", county.united, snap, "-") for county in (small, large)],
        )
        for snap in (0.0, 0.001)
    ]
    jobs.append(("verb `partition`", [bench.cost(_verb(c, c.folder / "verb.gpkg")) for c in (small, large)]))
    jobs.append(("verb `run`, no rasters", [bench.cost(_run(county), accept=(0, 1)) for county in (small, large)]))
    for name in set(bench.peers) & {"mapshaper"}:
        for peer in PEERS[name]:
            target = "grown.gpkg"
            jobs.append((peer.name, [_unite(bench, peer, county, county.folder / target) for county in (small, large)]))
    for name, (before, after) in jobs:
        failed = before.failed or after.failed
        over = None if failed else after.wall_s / before.wall_s / factor
        ours = name not in {peer.name for peers in PEERS.values() for peer in peers}
        bar, met = ("≤ 1.25 × proportional", over <= 1.25 if over is not None else None) if ours else ("", None)
        note, detail = "", {}
        if over is not None:
            cpu = after.cpu_s / before.cpu_s / factor
            note = f"{over:.2f} × proportional ({before.wall_s:.2f} s → {after.wall_s:.2f} s), by CPU {cpu:.2f} ×"
            detail = {"proportional": over, "cpu": cpu, "small_s": before.wall_s, "large_s": after.wall_s}
        tool = f"ours, {name}" if ours else name
        cost = replace(after, failed=failed)
        rows.append(Row(f"growth ×{factor:.1f}", tool, cost, None, bar, met, note, detail))
    return rows


def _verb(county: County, target: Path) -> list[str | Path]:
    layers = [f"{county.united}|layername={name}" for name in county.layers]
    return [sys.executable, "-m", "delineation", "partition", *layers, "-o", target, "--json"]


def _run(county: County) -> list[str | Path]:
    # the plan of an earlier run has no journal, so it may be replaced
    plan = county.folder / "plan.gpkg"
    return [sys.executable, "-m", "delineation", "run", county.folder / "vectors.toml", "-o", plan, "--json"]


def _unite(bench: Bench, peer: Peer, county: County, target: Path) -> Cost:
    target.unlink(missing_ok=True)
    # minutes a run: once is enough to tell
    repeat = bench.repeat if peer.name.startswith("mapshaper") else 1
    command = peer.command(county.united, target, county.layers, bench.tools)
    return bench.cost(command, dict(peer.environment), repeat=repeat)


def _ratio(ours: Cost, peer: Cost) -> float | None:
    return None if ours.failed or peer.failed else ours.wall_s / peer.wall_s


def _cpu_ratio(ours: Cost, peer: Cost) -> float | None:
    return None if ours.failed or peer.failed else ours.cpu_s / peer.cpu_s


def _equal(bench: Bench, ours: Path, theirs: Path) -> tuple[str, dict[str, float]]:
    """Whether both find the same values on the same faces."""
    cost = bench.cost([sys.executable, JOBS / "compare_evidence.py", ours, theirs], repeat=1)
    if cost.failed:
        return f"values not compared: {cost.failed}", {}
    said = cost.said
    same = said["mean"] <= VALUES and said["stdev"] <= VALUES and said["majority"] >= 0.999 and not said["missing"]
    text = (
        f"values {'agree' if same else 'DIFFER'}: mean within {said['mean']:.1e}, stdev {said['stdev']:.1e} of the "
        f"raster's range, majority equal on {said['majority']:.3%}, {said['missing']} faces with a value in one only"
    )
    return text, said


def _same(bench: Bench, ours: Path, theirs: Path, county: County) -> tuple[str, dict[str, float]]:
    """Whether the areas of all combinations of covering features agree."""
    cost = bench.cost([sys.executable, JOBS / "compare.py", ours, theirs, *county.layers], repeat=1)
    if cost.failed:
        return f"areas not compared: {cost.failed}", {}
    said = cost.said
    verdict = "areas agree" if said["relative"] <= TOLERANCE else "AREAS DIFFER"
    text = (
        f"{verdict}: Σ|Δ| = {said['relative']:.1e} of the area, largest {said['largest_m2']:.3g} m² "
        f"({said['combinations']:,} combinations, theirs {said['theirs']:,})"
    )
    return text, said
