"""What editing a plan of some 36,000 faces takes: edits and their parts in milliseconds, and what stays in memory.

    python test/speed/edits.py [-o build/bench]

Into build/bench/edits.md. Limits are of the time of the processor, which others do not make longer (but for what they
take of its caches); ratios are to what the same outlines take by other ways in the same run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from pathlib import Path

from child import run
from exports import plan_of

ROOT = Path(__file__).resolve().parents[2]
VERTICES = 612_000
PATIENCE = 900.0  # s
# Of the nineteenth of twenty (p95), ms of CPU; of what is done once or twice, the middle.
LIMITS = {
    "opening": 2_500.0,
    "first edit": 250.0,  # keeps the labels of all faces
    "stroke": 100.0,
    "stroke: outlines": 33.0,
    "stroke: write": 30.0,
    "consequences of 500 faces": 25.0,
    "undo of 141 edits": 10_000.0,  # each cut by itself
}
# The same of the middle: lines go from one end of a unit to the other, and the largest unit decides p95.
MIDDLE = {"split: cut": 54.0, "reshape: cut": 54.0, "split": 350.0, "reshape": 200.0}
PEERS = ("outlines of all units anew", "coverage_union_all of its units")
GROWTH = 0.7  # MB an edit, of which one in ten cuts: their rows, since the plan was read


def main() -> int:
    """Measure a session; exit 1 where something takes more than it may, or is not as it was after all is undone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "build" / "bench")
    out = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    plan = plan_of(out, "edits", VERTICES, grouping="")
    costs = {}
    for name in ("time", "memory"):
        copy = Path(shutil.copy(plan, out / f"edits-{name}.gpkg"))
        job = [sys.executable, ROOT / "test" / "speed" / "jobs" / "edits.py", copy, name]
        costs[name] = run(job, folder=ROOT, limit_s=PATIENCE, extra={"PYTHONPATH": str(ROOT)})
        copy.unlink()
        if costs[name].failed:
            sys.exit(f"edits, {name}: {costs[name].failed}")
    said = costs["time"].said
    over, lines = (
        [],
        [
            f"{said['faces']:,} faces, load {os.getloadavg()[0]:.1f}; ms",
            "",
            "| what | times | CPU median | p95 | at most | wall median | p95 |",
            "|---|---|---|---|---|---|---|",
        ],
    )
    for name, took in said["took"].items():
        cpu, wall = (sorted(column) for column in zip(*took, strict=True))
        middle, late = statistics.median(cpu), _late(cpu)
        most, found = LIMITS.get(name), late
        told = ""
        if most is None and (most := MIDDLE.get(name)):
            found, told = middle, " (median)"
        if most is not None and found > most:
            over.append(name)
        limit = "" if most is None else f"{most:.0f}{told}"
        figures = f"{middle:.1f} | {late:.1f} | {limit} | {statistics.median(wall):.1f} | {_late(wall):.1f}"
        lines.append(f"| {name} | {len(took)} | {figures} |")
    cpu = {name: statistics.median(one for one, _ in took) for name, took in said["took"].items()}
    lines += ["", *(f"outlines of a stroke ÷ {name}: {cpu['stroke: outlines'] / cpu[name]:.2f}" for name in PEERS)]
    lines += ["", f"all undone: {'the first rows' if said['back'] else 'NOT the first rows'}"]
    memory = costs["memory"].said
    held = memory["resident"]
    lines += [
        f"memory, MB: {', '.join(f'{one:.0f}' for one in held)} after 0, 50 … edits; peak {memory['peak_mb']:.0f}"
    ]
    if (held[-1] - held[1]) / (50 * (len(held) - 2)) > GROWTH:
        over.append("memory")
    if over:
        lines.append(f"\nMore than it may take: {', '.join(over)}.")
    text = "\n".join(lines) + "\n"
    (out / "edits.md").write_text(text, encoding="utf-8")
    print(text)
    return int(bool(over) or not said["back"])


def _late(took: list[float]) -> float:
    """The nineteenth of twenty."""
    return took[max(0, -(-19 * len(took) // 20) - 1)]


if __name__ == "__main__":
    sys.exit(main())
