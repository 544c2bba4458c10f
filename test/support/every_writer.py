"""Every file that the product writes, by the command line: for tests that hold something of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command import ask
from control_units.delineation.export.registry import exporters
from hand import CASE, hand

if TYPE_CHECKING:
    from pathlib import Path

SITE = "502000,3402000"
BATCH = "id,name,x,y\n-1+2,=甲,502000,3402000\n@a,+乙,503000,3403000\n"
REGIONS = "regions hand.gpkg|layername=township --method skater --k 2 --coordinates 1 -o O.gpkg"
# What is written, and how; O stands for where.
WRITERS = {
    "run": "run case.toml -o O.gpkg",
    "partition": "partition hand.gpkg|layername=county hand.gpkg|layername=water -o O.gpkg",
    "regions": REGIONS,
    "guess": "guess hand.gpkg|layername=county hand.gpkg|layername=red_line -o O.toml",
    "impact": "impact plan.gpkg red_line=hand.gpkg --case case.toml -o O.gpkg",
    "version": "version plan.gpkg -o O.gpkg --reason r",
    "lists": "lists plan.gpkg -o O.xlsx",
    "report.docx": f"assess plan.gpkg {SITE} --as-of 2026-01-01 -o O.docx",
    "report.pdf": f"assess plan.gpkg {SITE} --as-of 2026-01-01 -o O.pdf",
    "report.xlsx": f"assess plan.gpkg {SITE} --as-of 2026-01-01 -o O.xlsx",
    "batch.csv": "assess plan.gpkg --batch batch.csv --as-of 2026-01-01 -o O.csv",
    "batch.xlsx": "assess plan.gpkg --batch batch.csv --as-of 2026-01-01 -o O.xlsx",
    "bench": "bench case.toml --methods overlay --no-curve --nulls 0 --truth 0 --samples 0 -o O",
    "schemas": "publish schema O",
    "learned profile": "profile --like last -o O.toml",
    "package": "package plan.gpkg -o O --profile learned.toml --city 试验市 --province 试验省",
    **{
        f"export {name}": f"export plan.gpkg --format {name} -o O{one.suffix}"
        + ("", " --drawn-by matplotlib")["drawn_by" in one.options]
        for name, one in exporters().items()
    },
}
# These need QGIS to draw them.
WITHOUT = {"export atlas-pdf"}


def place_of(folder: Path, case: str = CASE) -> Path:
    """Put there what `WRITERS` begin from: the county solved by hand, its plan, a package of last year."""
    hand(folder, case)
    (folder / "batch.csv").write_text(BATCH, encoding="utf-8")
    assert ask("run", folder / "case.toml", "-o", folder / "plan.gpkg").code == 0
    (folder / "last").mkdir()
    for name, file in (("units-gpkg", "units_2025.gpkg"), ("lists-xlsx", "lists.xlsx"), ("lists-docx", "lists.docx")):
        assert ask("export", folder / "plan.gpkg", "--format", name, "-o", folder / "last" / file).code == 0
    assert ask("profile", "--like", folder / "last", "-o", folder / "learned.toml").code == 0
    return folder


def written(command: str, to: Path) -> dict[str, Path]:
    """Write into a folder, from where one stands; give the files by their names in it."""
    to.mkdir()
    arguments = [one.replace("O", str(to / "out"), 1) if one.startswith("O") else one for one in command.split()]
    answer = ask(*arguments)
    assert answer.code in (0, 1), answer
    return {str(file.relative_to(to)): file for file in sorted(to.rglob("*")) if file.is_file()}
