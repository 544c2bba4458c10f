"""What the engine says of every file in the MESSY folder: the table in ``test/README.md``.

``python test/messy.py`` writes the table anew; ``test_messy.py`` holds it against what the engine says today.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- messy: begin -->", "<!-- messy: end -->"
# Parts of a dataset, and what is no data.
SIDECARS = {".dbf", ".shx", ".prj", ".qpj", ".cpg", ".xsd", ".gfs", ".qmd", ".dat", ".id", ".map"}
NO_DATA = {"county_defects.ledger.json"}


@dataclass(frozen=True)
class Said:
    """One row: a layer or a raster, and what the engine makes of it. An error stands in ``findings``."""

    file: str
    layer: str
    features: str
    crs: str
    encoding: str
    findings: tuple[str, ...]
    error: bool

    def line(self) -> str:
        told = "<br>".join(self.findings) or "nothing to say"
        told = f"**refused**: {told}" if self.error else told
        cells = (f"`{self.file}`", self.layer, self.features, self.crs, self.encoding, told)
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def files(folder: Path) -> list[Path]:
    """Every dataset of the folder: a file, or a folder that is a geodatabase."""
    found: list[Path] = []
    for path in sorted(folder.rglob("*")):
        inside = any(parent.suffix == ".gdb" for parent in path.parents)
        if inside or (path.is_dir() and path.suffix != ".gdb") or path.suffix in SIDECARS or path.name in NO_DATA:
            continue
        found.append(path)
    return found


def say(folder: Path) -> Iterator[Said]:
    """Read every layer and every raster as a case would."""
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".tif":
            yield _raster(path, name)
            continue
        for layer in _layers(path):
            yield _vector(path, name, layer, folder)


def _layers(path: Path) -> list[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [str(layer) for layer, kind in pyogrio.list_layers(path) if kind is not None] or [""]
    except (pyogrio.errors.DataSourceError, UnicodeDecodeError):
        return [""]


def _vector(path: Path, name: str, layer: str, folder: Path) -> Said:
    from control_units.delineation.checks import load_texts, to_rows
    from control_units.delineation.errors import BadInput
    from control_units.delineation.partition.verb import partition
    from control_units.delineation.sources.coordinates.crs import short_name
    from control_units.delineation.sources.layer import read_layer

    try:
        with warnings.catch_warnings():
            # What the libraries murmur; the command line hides it too, and what matters is a finding.
            warnings.simplefilter("ignore")
            found = read_layer(path, name=name, layer=layer)
            noded = partition([f"{path}|layername={found.raw.layer}"])
    except BadInput as error:
        return Said(name, layer, "", "", "", (str(error).replace(f"{folder.as_posix()}/", ""),), True)
    # What reading says, and what noding adds to it: rings that cross themselves.
    rows = to_rows([*found.findings, *noded["findings"]], load_texts(), "en")
    told = dict.fromkeys(_bare(row["message"], path.as_posix(), name, found.raw.layer) for row in rows)
    if found.crs is None:
        try:
            found.stated_crs()
        except BadInput as error:
            told[f"a case stops here: {error.what}; wanted: {error.wanted}"] = None
    crs = "none" if found.crs is None else short_name(found.crs)
    total, used = len(found.raw.feature_id), len(found.row)
    return Said(
        file=name,
        layer=found.raw.layer,
        features=str(total) if used == total else f"{used} of {total}",
        crs=crs if found.crs is None or len(crs) < 40 else found.crs.name,
        encoding=found.raw.encoding,
        findings=tuple(told),
        error=False,
    )


def _bare(message: str, path: str, name: str, layer: str) -> str:
    """Leave out the layer's name, which has a column of its own."""
    for said in (f"{path}|{layer}", f"{name}|{layer}", layer):
        message = message.removeprefix(said)
    return message.lstrip(":, ")


def _raster(path: Path, name: str) -> Said:
    from control_units.delineation.errors import BadInput
    from control_units.delineation.sources.rasters.raster import open_raster

    try:
        raster = open_raster(path, 1)
    except BadInput as error:
        return Said(name, "raster", "", "", "", (str(error).replace(str(path), name),), True)
    size = "{} × {} cells".format(*raster.shape)
    crs = raster.crs if len(raster.crs) < 40 else raster.crs.split('"')[1]
    return Said(name, "raster", size, crs, "", (), False)


def table(folder: Path) -> str:
    """Markdown table of all rows."""
    head = "| file | layer | features used | CRS | encoding | what the engine says |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(said.line() for said in say(folder))])


def written() -> str:
    """Return the table as it stands in the README."""
    text = README.read_text(encoding="utf-8")
    return text.split(BEGIN)[1].split(END)[0].strip()


def main() -> None:
    """Write the table into the README."""
    from conftest import DATA

    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n{table(DATA / 'MESSY')}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
