"""What each format of a plan costs, and the whole package: some 1,500 units, each in a process of its own.

    python test/speed/exports.py [-o build/bench]

Seconds of CPU and wall, peak memory and size of all files of a format; into build/bench/exports.md. The plan is that of
a generated prefecture four times the county of the other benchmarks, with all units by township. An atlas is of some
1,400 units in ninety counties, once as the command line prints it, and once as the toolbox does, in a window's thread.
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
# Of the atlas: vertices and townships of its county, and what it may take: s of CPU, MB, s without an event, s to stop.
ATLAS = (700_000, 1_500)
ATLAS_LIMITS = {"cpu_s": 240.0, "peak_mb": 500.0, "blocked_cpu_s": 0.3, "cancelled_s": 1.0}
ATLAS_PATIENCE = 1_500.0  # s


def plan_of(
    folder: Path, name: str = "exports", vertices: int = VERTICES, *more: str, grouping: str = GROUPING
) -> Path:
    """Make the county and its plan, where they are not there yet."""
    plan = folder / f"{name}.gpkg"
    if not plan.exists():
        county = folder / f"{name}-county"
        script = [
            sys.executable,
            str(ROOT / "test" / "speed" / "generate.py"),
            str(county),
            "--vertices",
            str(vertices),
            *more,
        ]
        subprocess.run(script, check=True, stdout=subprocess.DEVNULL)
        case = county / "case.toml"
        case.write_text(case.read_text(encoding="utf-8") + grouping, encoding="utf-8")
        verb = [sys.executable, "-m", "delineation", "run", str(case), "-o", str(plan), "--json"]
        subprocess.run(verb, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    return plan


def atlas_of(out: Path) -> tuple[list[str], bool]:
    """Measure the atlas by both doors: rows of the table, and whether something took more than it may."""
    vertices, townships = ATLAS
    plan = plan_of(out, "atlas", vertices, "--townships", str(townships), "--counties", "90")
    folder = out / "exports" / "atlas"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    target = folder / "atlas.pdf"
    verb = [sys.executable, "-m", "delineation", "export", plan, "--format", "atlas-pdf", "-o", target, "--json"]
    cost = run(verb, folder=ROOT, limit_s=ATLAS_PATIENCE)
    size = target.stat().st_size / 1e6 if target.exists() else 0.0
    counts = ", ".join(f"{count} {layer}" for layer, count in cost.said.get("layers", {}).items())
    figures = f"{cost.cpu_s:.1f} | {cost.wall_s:.1f} | {cost.peak_mb:.0f} | {size:.1f}"
    lines = [f"| atlas-pdf | {figures} | {cost.failed or counts}, {cost.said.get('pages', 0)} pages |"]
    target.unlink(missing_ok=True)
    job = [sys.executable, ROOT / "test" / "speed" / "jobs" / "atlas.py", plan, folder]
    shown = run(job, folder=ROOT, limit_s=ATLAS_PATIENCE, extra={"QT_QPA_PLATFORM": "offscreen"})
    told = "no event for {blocked_s} s ({blocked_cpu_s} s of CPU), cancelled in {cancelled_s} s, {left} files left"
    said = shown.failed or told.format(**shown.said)
    lines.append(f"| the same in a window | {shown.cpu_s:.1f} | {shown.wall_s:.1f} | {shown.peak_mb:.0f} | | {said} |")
    found = {"cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb, **shown.said}
    over = [name for name, most in ATLAS_LIMITS.items() if found.get(name, most + 1) > most]
    if over:
        lines.append(f"\nThe atlas takes more than it may: {', '.join(over)}.")
    return lines, bool(cost.failed or shown.failed or over or shown.said["left"])


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
        if name == "atlas-pdf":
            continue  # by itself
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
    rows, over = atlas_of(out)
    failed += over
    lines += rows
    text = "\n".join(lines) + "\n"
    (out / "exports.md").write_text(text, encoding="utf-8")
    print(text)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
