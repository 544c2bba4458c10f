"""What the engine says of every file in the MESSY folder: the table in ``test/README.md``.

``python test/hostile/messy.py`` writes the table anew; ``test_messy.py`` holds it against what the engine says today.
A layer is read as the one source of a case: counties and townships are its study area, any other polygons (and
counties whose codes are none) a red line in a county as large as they reach. A raster is the one raster of a case, in
a county as large as it. Abroad the case is in a zone of UTM.
"""

from __future__ import annotations

import math
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio
import shapely
from hand import write_layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from control_units.delineation.basis.build import Basis
    from control_units.delineation.core.findings import Finding

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- messy: begin -->", "<!-- messy: end -->"
# Parts of a dataset, and what is no data.
SIDECARS = {".dbf", ".shx", ".prj", ".qpj", ".cpg", ".xsd", ".gfs", ".qmd", ".dat", ".id", ".map"}
NO_DATA = {"county_defects.ledger.json"}
WORDS = {"county": ("county",), "township": ("town", "乡镇")}
CHINA = (73.0, 3.0, 136.0, 54.0)
COUNTY = "made_for_messy.gpkg"


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
    """Read every layer and every raster as a case does."""
    with tempfile.TemporaryDirectory() as kept, warnings.catch_warnings():
        # What the libraries murmur; the command line hides it too, and what matters is a finding.
        warnings.simplefilter("ignore")
        for number, path in enumerate(files(folder)):
            name = path.relative_to(folder).as_posix()
            if path.suffix == ".tif":
                yield _raster(path, name, Path(kept) / str(number))
                continue
            for count, layer in enumerate(_layers(path)):
                yield _vector(path, name, layer, Path(kept) / f"{number}-{count}")


def _layers(path: Path) -> list[str]:
    try:
        return [str(layer) for layer, kind in pyogrio.list_layers(path) if kind is not None] or [""]
    except (pyogrio.errors.DataSourceError, UnicodeDecodeError):
        return [""]


def _vector(path: Path, name: str, layer: str, room: Path) -> Said:
    from control_units.delineation.core.errors import BadInput
    from control_units.delineation.sources.coordinates.crs import degrees_box, short_name
    from control_units.delineation.sources.layer import read_layer

    try:
        found = read_layer(path, name=name, layer=layer)
    except BadInput as error:
        return Said(name, layer, "", "", "", (_sentence(error, path, name),), True)
    names = (f"{path.as_posix()}|{found.raw.layer}", f"{name}|{found.raw.layer}", path.as_posix())
    said, stop = _worded(found.findings, names), ""
    try:
        crs = found.stated_crs()
        bounds = tuple(shapely.total_bounds(found.geometry).tolist())
        head, source = _head(degrees_box(bounds, crs)), f'path = "{path.as_posix()}"\nlayer = "{found.raw.layer}"\n'
        role = next((role for role, words in WORDS.items() if any(word in name for word in words)), "")
        if role:
            try:
                said = _worded(_laid(room, f'{head}[[source]]\nrole = "{role}"\n{source}').findings, names)
            except BadInput as error:
                stop, role = f"as a source of role {role} it is refused: {error.what!s}; wanted: {error.wanted!s}", ""
        if not role:
            county = _county(room, bounds, crs.to_wkt())
            said = _worded(_laid(room, f'{head}{county}[[source]]\nrole = "red_line"\n{source}').findings, names)
    except BadInput as error:
        stop = f"a case stops here: {error.what!s}; wanted: {error.wanted!s}"
    text = "none" if found.crs is None else short_name(found.crs)
    total, used = len(found.raw.feature_id), len(found.row)
    return Said(
        file=name,
        layer=found.raw.layer,
        features=str(total) if used == total else f"{used} of {total}",
        crs=text if found.crs is None or len(text) < 40 else found.crs.name,
        encoding=found.raw.encoding,
        findings=(*said, *filter(None, [stop])),
        error=False,
    )


def _raster(path: Path, name: str, room: Path) -> Said:
    from control_units.delineation.core.errors import BadInput
    from control_units.delineation.sources.coordinates.crs import degrees_box, parse_crs
    from control_units.delineation.sources.rasters.raster import open_raster

    try:
        raster = open_raster(path, 1)
        (rows, columns), (dx, _, west, _, dy, north) = raster.shape, raster.transform
        bounds = (west, north + rows * dy, west + columns * dx, north)
        entry = f'[[raster]]\nname = "raster"\npath = "{path.as_posix()}"\nkind = "score"\n'
        head = _head(degrees_box(bounds, parse_crs(raster.crs)))
        basis = _laid(room, head + _county(room, bounds, raster.crs) + entry)
    except BadInput as error:
        return Said(name, "raster", "", "", "", (_sentence(error, path, name),), True)
    crs = raster.crs if len(raster.crs) < 40 else raster.crs.split('"')[1]
    said = tuple(one.replace(path.as_posix(), name) for one in _worded(basis.findings, ()))
    # Where the library that measures is missing, that is said instead.
    mean = "".join(f", mean {value:.4g}" for value in basis.evidence["mean"].tolist())
    return Said(name, "raster", f"{rows} × {columns} cells{mean}", crs, "", said, False)


def _head(degrees: tuple[float, float, float, float]) -> str:
    """Begin the case; abroad its CRS has to be given: the zone of UTM."""
    west, south, east, north = degrees
    head = '[case]\nname = "messy"\n'
    if CHINA[0] <= west and east <= CHINA[2] and CHINA[1] <= south and north <= CHINA[3]:
        return head
    zone = min(max(math.floor(((west + east) / 2 + 180) / 6) + 1, 1), 60)
    return f'{head}crs = "EPSG:{(32600 if south + north >= 0 else 32700) + zone}"\n'


def _county(room: Path, bounds: tuple[float, float, float, float], crs: str) -> str:
    """Write a county of these bounds and a little more."""
    west, south, east, north = bounds
    more = 0.01 * max(east - west, north - south)
    room.mkdir(exist_ok=True)
    # Of short edges, so that it bends with the map as what lies in it.
    shape = shapely.segmentize(shapely.box(west - more, south - more, east + more, north + more), 5 * more)
    fields = {"code": ["999901"], "name": ["试验县"]}
    path = write_layer(room / COUNTY, "county", [shape], fields, crs=crs)
    return f'[[source]]\nrole = "county"\npath = "{path.as_posix()}"\n'


def _laid(room: Path, text: str) -> Basis:
    """Lay out a case."""
    from control_units.delineation.basis.build import lay_basis
    from control_units.delineation.case.reading import read_case

    room.mkdir(exist_ok=True)
    case = room / "case.toml"
    case.write_text(text, encoding="utf-8")
    return lay_basis(read_case(case))


def _worded(findings: Sequence[Finding], names: tuple[str, ...]) -> tuple[str, ...]:
    """Word findings without the layer's name, which has a column of its own, nor those of the county made for it."""
    from control_units.delineation.checks import load_texts, to_rows

    said = []
    for row in to_rows([one for one in findings if COUNTY not in str(one.facts.get("source"))], load_texts(), "en"):
        message = row["message"]
        for name in names:
            message = message.removeprefix(name)
        said.append(message.lstrip(":, "))
    return tuple(dict.fromkeys(said))


def _sentence(error: Exception, path: Path, name: str) -> str:
    return str(error).replace(path.as_posix(), name)


def table(rows: Sequence[Said]) -> str:
    """Markdown table of all rows."""
    head = "| file | layer | features used | CRS | encoding | what the engine says |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(said.line() for said in rows)])


def written() -> str:
    """Return the table as it stands in the README."""
    text = README.read_text(encoding="utf-8")
    return text.split(BEGIN)[1].split(END)[0].strip()


def main() -> None:
    """Write the table into the README."""
    from conftest import DATA

    before, rest = README.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n{table(list(say(DATA / 'MESSY')))}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
