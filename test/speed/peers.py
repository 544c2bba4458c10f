"""The other tools: how each is found, started and asked for its version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["JOBS", "PEERS", "Peer", "available", "python_versions"]

JOBS = Path(__file__).resolve().parent / "jobs"
# pinned, so that two runs of the benchmark measure the same tool
MAPSHAPER = "0.7.70"


@dataclass(frozen=True)
class Peer:
    """A tool that can unite all layers of a GeoPackage.

    Attributes
    ----------
    name : str
        As the tables print it.
    command : callable
        (source, target, layers, tools) → command line; ``tools`` is the folder peers are installed into.
    version : callable
        (tools) → version.
    environment : tuple of (name, value)
    """

    name: str
    command: Callable[[Path, Path, list[str], Path], list[str | Path]]
    version: Callable[[Path], str]
    environment: tuple[tuple[str, str], ...] = ()


def available(tools: Path, chosen: list[str]) -> None:
    """Install what of the chosen peers is not there: mapshaper, into `tools`."""
    if "mapshaper" in chosen and not _mapshaper_script(tools).exists():
        tools.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm") or sys.exit("mapshaper wants npm: install Node.js, or leave it out of --peers")
        subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", tools, f"mapshaper@{MAPSHAPER}"],
            check=True,
            stdout=sys.stderr,
        )


def python_versions() -> dict[str, str]:
    """Versions of the libraries under our side and under the Python peers."""
    code = (
        "import exactextract, geopandas, numpy, pyogrio, shapely; "
        "print(numpy.__version__, shapely.__version__, shapely.geos_version_string, geopandas.__version__, "
        "pyogrio.__gdal_version_string__, exactextract.__version__)"
    )
    names = ("numpy", "shapely", "GEOS", "geopandas", "GDAL", "exactextract")
    return dict(zip(names, _say([sys.executable, "-W", "ignore", "-c", code]).split(), strict=True))


def _say(command: list[str | Path]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _mapshaper_script(tools: Path) -> Path:
    return tools / "node_modules" / "mapshaper" / "bin" / "mapshaper"


def _mapshaper(source: Path, target: Path, layers: list[str], tools: Path) -> list[str | Path]:
    # the heap limit is for sizes beyond the default county; below it costs nothing
    return [
        "node",
        "--max-old-space-size=16000",
        _mapshaper_script(tools),
        "-i",
        source,
        "-union",
        "target=*",
        f"fields={','.join(layers)}",
        "name=union",
        "-o",
        target,
        "format=geopackage",
    ]


def _qgis(mode: str) -> Callable[[Path, Path, list[str], Path], list[str | Path]]:
    return lambda source, target, layers, _: [sys.executable, JOBS / "union_qgis.py", mode, source, target, *layers]


def _qgis_version(_: Path) -> str:
    return _say([sys.executable, "-c", "from qgis.core import Qgis; print(Qgis.version())"])


SCREENLESS = (("QT_QPA_PLATFORM", "offscreen"),)
PEERS = {
    "mapshaper": [
        Peer("mapshaper -union", _mapshaper, lambda tools: _say(["node", _mapshaper_script(tools), "--version"]))
    ],
    "qgis": [
        Peer("QGIS multi-union", _qgis("multi"), _qgis_version, SCREENLESS),
        Peer("QGIS union chain", _qgis("chain"), _qgis_version, SCREENLESS),
    ],
    "geopandas": [
        Peer(
            "geopandas.overlay chain",
            lambda source, target, _layers, _tools: [sys.executable, JOBS / "union_geopandas.py", source, target],
            lambda _: python_versions()["geopandas"],
        )
    ],
}
