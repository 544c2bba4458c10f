"""Benchmark against other tools: times, peaks and ratios of one run, as Markdown and JSON in build/bench.

Every tool runs in a child process of its own, on the same generated county, and has to find the same areas for every
combination of covering features. Ratios compare within the run; seconds hold for the machine they were taken on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from child import run
from peers import JOBS, PEERS, available, python_versions
from rows import ROOT, TOLERANCE, Bench, County, Row, evidence, growth, partition, pipeline
from rows_of_regions import regions

FULL = 540_000
ROWS = ("partition", "pipeline", "evidence", "growth", "regions")


def main() -> int:
    """Run the chosen rows; exit 1 where a bar is missed, a tool fails or areas differ."""
    given = _arguments()
    given.out.mkdir(parents=True, exist_ok=True)
    available(given.tools, given.peers)
    bench = Bench(
        tools=given.tools, peers=given.peers, repeat=given.repeat, limit_s=given.limit, full=given.vertices >= FULL
    )
    versions = python_versions() | {
        peer.name: peer.version(given.tools) for name in given.peers for peer in PEERS[name]
    }
    county = _county(given.out, given.vertices, given.seed)
    rows: list[Row] = []
    jobs = {"partition": partition, "pipeline": pipeline, "evidence": evidence, "regions": regions}
    for name in given.rows:
        if name == "growth":
            rows += growth(bench, county, _county(given.out, given.growth * given.vertices, given.seed))
        else:
            rows += jobs[name](bench, county)
        # after each row, so that a run that is broken off leaves what it has measured
        text = _markdown(rows, versions, county, given)
        (given.out / "bench.md").write_text(text, encoding="utf-8")
        (given.out / "bench.json").write_text(
            json.dumps(
                {
                    "vertices": county.vertices,
                    "seed": given.seed,
                    "repeat": given.repeat,
                    "cpus": os.cpu_count(),
                    "load": os.getloadavg(),
                    "versions": versions,
                    "rows": [asdict(row) for row in rows],
                },
                ensure_ascii=False,
                indent=1,
            ),
            encoding="utf-8",
        )
    print(text)
    return int(not all(row.sound for row in rows))


def _arguments() -> argparse.Namespace:
    def names(allowed: tuple[str, ...]) -> object:
        def read(text: str) -> list[str]:
            chosen = [name for name in text.split(",") if name]
            unknown = sorted(set(chosen) - set(allowed))
            if unknown:
                raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: wanted some of {', '.join(allowed)}")
            return chosen

        return read

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vertices", type=int, default=FULL)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", type=names(tuple(PEERS)), default=list(PEERS), help="default: all")
    parser.add_argument("--rows", type=names(ROWS), default=list(ROWS), help="default: all")
    parser.add_argument("--repeat", type=int, default=3, help="runs of the fast jobs; the median counts")
    parser.add_argument("--growth", type=int, default=10, help="factor of the row growth")
    parser.add_argument("--limit", type=float, default=1800, help="seconds after which a tool is stopped")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--tools", type=Path, default=ROOT / "build" / "peers", help="where peers are installed")
    return parser.parse_args()


def _county(out: Path, vertices: int, seed: int) -> County:
    """Generate a county, its case without rasters, and the file all unions get."""
    folder = (out / f"county-{vertices}-{seed}").resolve()
    size = ["--vertices", str(vertices), "--seed", str(seed)]
    generate = [sys.executable, ROOT / "test/speed/generate.py", folder, *size]
    united = [sys.executable, JOBS / "prepare.py", folder / "county.gpkg", folder / "united.gpkg"]
    for command in (generate, united):
        made = run(command, folder=ROOT, limit_s=3600)
        if made.failed:
            sys.exit(f"{Path(command[1]).name}: {made.failed}")
    case = (folder / "case.toml").read_text(encoding="utf-8")
    head, *blocks = case.split("\n[[")
    tail = "\n[rules]" + case.split("\n[rules]", 1)[1]
    sources = [block.split("\n[rules]")[0] for block in blocks if block.startswith("source")]
    (folder / "vectors.toml").write_text("\n[[".join([head, *sources]) + tail, encoding="utf-8")
    return County(folder, made.said["layers"], made.said["vertices"])


def _markdown(rows: list[Row], versions: dict[str, str], county: County, given: argparse.Namespace) -> str:
    load = os.getloadavg()[0]
    lines = [
        f"# {county.vertices:,} vertices in {len(county.layers)} layers, seed {given.seed}",
        "",
        f"{os.cpu_count()} CPUs ({platform.machine()}), load {load:.1f}, median of {given.repeat}; "
        f"areas agree within Σ|Δ| ≤ {TOLERANCE:g} of the united area. "
        + ", ".join(f"{name} {version}" for name, version in versions.items()),
        "",
        "| job | tool | wall s | CPU s | peak MB | ours ÷ this, wall | CPU | bar | met | note |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cost = row.cost
        figures = ["–", "–", "–"] if cost.failed else [f"{cost.wall_s:.2f}", f"{cost.cpu_s:.2f}", f"{cost.peak_mb:.0f}"]
        ratios = ["" if ratio is None else f"{ratio:.3f}" for ratio in (row.ratio, row.cpu_ratio)]
        met = {True: "yes", False: "NO", None: ""}[row.met]
        note = f"FAILED, {cost.failed}" if cost.failed else row.note
        cells = [row.job, row.tool, *figures, *ratios, row.bar, met, note]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
