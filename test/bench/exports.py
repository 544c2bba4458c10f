"""What each format of a plan costs, and the whole package: some 1,500 units, each in a process of its own.

    python test/bench/exports.py [-o build/bench]

Seconds of CPU and wall, peak memory and size of all files of a format; into build/bench/exports.md. The plan is that of
a generated prefecture four times the county of the other benchmarks, with all units by township.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from child import run

ROOT = Path(__file__).resolve().parents[2]
GROUPING = '\n[grouping]\npriority = "township"\nkey = "township"\ngeneral = "township"\n'
VERTICES = 2_200_000
LIMIT = 300.0  # s
WHOLE = 30.0  # s: what a package may take


def plan_of(folder: Path) -> Path:
    """Make the county and its plan, where they are not there yet."""
    plan = folder / "exports.gpkg"
    if not plan.exists():
        county = folder / "exports-county"
        script = [
            sys.executable,
            str(ROOT / "test" / "bench" / "generate.py"),
            str(county),
            "--vertices",
            str(VERTICES),
        ]
        subprocess.run(script, check=True, stdout=subprocess.DEVNULL)
        case = county / "case.toml"
        case.write_text(case.read_text(encoding="utf-8") + GROUPING, encoding="utf-8")
        verb = [sys.executable, "-m", "delineation", "run", str(case), "-o", str(plan), "--json"]
        subprocess.run(verb, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    return plan


def main() -> int:
    """Measure all formats; exit 1 where one fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "build" / "bench")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    plan = plan_of(out)
    verb = [sys.executable, "-m", "delineation"]
    listed = run([*verb, "export", plan, "--json"], folder=ROOT, limit_s=LIMIT).said["formats"]
    units = run([*verb, "info", plan, "--json"], folder=ROOT, limit_s=LIMIT).said["units"]
    lines = [f"{units} units", "", "| format | CPU s | wall s | peak MB | MB | rows |", "|---|---|---|---|---|---|"]
    failed = 0
    for name in listed:
        target = out / "exports" / f"plan.{name.rpartition('-')[2]}"
        target.parent.mkdir(exist_ok=True)
        cost = run([*verb, "export", plan, "--format", name, "-o", target, "--json"], folder=ROOT, limit_s=LIMIT)
        failed += bool(cost.failed)
        files = [Path(path) for path in cost.said.get("files", ())]
        whole = [one for path in files for one in (path.rglob("*") if path.is_dir() else [path])]
        size = sum(path.stat().st_size for path in whole) / 1e6
        rows = ", ".join(f"{count} {layer}" for layer, count in cost.said.get("layers", {}).items())
        figures = f"{cost.cpu_s:.1f} | {cost.wall_s:.1f} | {cost.peak_mb:.0f} | {size:.1f}"
        lines.append(f"| {name} | {figures} | {cost.failed or rows} |")
    folder = out / "exports" / "package"
    place = ("--city", "某市", "--province", "某省")
    cost = run([*verb, "package", plan, "-o", folder, *place, "--json"], folder=ROOT, limit_s=LIMIT)
    failed += bool(cost.failed)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    figures = f"{cost.cpu_s:.1f} | {cost.wall_s:.1f} | {cost.peak_mb:.0f} | {size:.1f}"
    told = f"{len(cost.said.get('files', ()))} files, read back; at most {WHOLE:.0f} s of wall on two quiet processors"
    lines.append(f"| package | {figures} | {cost.failed or told} |")
    text = "\n".join(lines) + "\n"
    (out / "exports.md").write_text(text, encoding="utf-8")
    print(text)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
