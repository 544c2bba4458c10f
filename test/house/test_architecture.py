"""The arrows between the rooms, and where the libraries come from."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from control_units.delineation.core import libraries

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "delineation"
# Rooms from the ground up: what is in one may import what stands before it, and nothing else of its house.
ROOMS = (
    *("core", "case", "partition", "regions", "solvers", "sources", "basis", "methods", "rules", "lists"),
    *("succession", "labelling", "plan", "checks", "run", "explain", "export", "assess", "package", "revision"),
    *("publish", "regionalise", "guessing", "bench", "verbs", "cli"),
)
BENCH = ("scene", "measures", "runs", "experiments", "report")
PANEL = ("work", "widgets", "map", "processing", "pages", "frame")
# Files at the top of a house: doors, and what all of the panel shares.
TOP = {"delineation": 6, "ui": 4}
INTERFACE = ("qgis", "PyQt5", "PyQt6", "PySide2", "PySide6")
# Library → the files, relative to the engine, that may know it: what opens rasters, and what outlines and burns them.
RASTER_LIBRARIES = {
    "rasterio": ("sources/gate.py", "sources/rasters/raster.py"),
    "osgeo": ("sources/gate.py", "sources/rasters/raster.py", "core/gdal_options.py", "export/layers.py"),
}
GATE = "sources/gate.py"
# What opens a file: names of pyogrio, GeoPandas, rasterio, GDAL, zipfile; sqlite3.connect, raw.read, rasterio.open.
OPENERS = {
    "list_layers",
    "read_info",
    "read_bounds",
    "read_dataframe",
    "read_arrow",
    "open_arrow",
    "read_file",
    "read_parquet",
    "DatasetReader",
    "Open",
    "OpenEx",
    "OpenShared",
    "IdentifyDriverEx",
    "ZipFile",
    "TarFile",
    "unpack_archive",
}
OPENERS_OF = {("sqlite3", "connect"), ("raw", "read"), ("rasterio", "open"), ("tarfile", "open")}
# Files that open no stranger's file, or open it by SQLite, which follows nothing.
OWN_FILES = {
    "core/database_file.py": "reads and replaces by SQLite",
    "core/geopackage.py": "writes",
    "core/office_files.py": "writes",
    "core/office_reading.py": "unpacks workbooks and documents of a bounded size, and hands on bytes",
    "core/xlsx.py": "writes",
    "plan/file.py": "writes",
    "plan/foreign.py": "writes",
}


class Import(NamedTuple):
    file: str
    line: int
    level: int
    name: str

    @property
    def library(self) -> str:
        return "" if self.level else self.name.split(".")[0]


@cache
def imports(root: Path) -> list[Import]:
    """Every import statement below a folder, also inside functions, and each ``import_module("…")``."""
    found = []
    for path in sorted(root.rglob("*.py")):
        file = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
            if isinstance(node, ast.Import):
                found += [Import(file, node.lineno, 0, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found.append(Import(file, node.lineno, node.level, node.module or ""))
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
                "import_module",
                "__import__",
            ):
                found += [Import(file, node.lineno, 0, arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
    return found


def told(wrong: list[Import]) -> str:
    return "\n".join(f"{one.file}:{one.line}: {'.' * one.level}{one.name}" for one in wrong)


def test_the_reader_of_imports_sees_every_kind(tmp_path):
    (tmp_path / "a.py").write_text(
        "import os\nfrom qgis.core import X\ndef f():\n    if 1:\n        from .. import ui\n"
        "    import importlib\n    importlib.import_module('PyQt5.QtCore')\n"
    )
    seen = {(one.level, one.name, one.library) for one in imports(tmp_path)}
    assert {(0, "qgis.core", "qgis"), (2, "", ""), (0, "PyQt5.QtCore", "PyQt5"), (0, "os", "os")} <= seen


def test_the_engine_imports_neither_qgis_nor_qt():
    assert not (wrong := [one for one in imports(ENGINE) if one.library in INTERFACE]), told(wrong)


def test_inside_the_package_imports_are_relative():
    own = ("control_units", "delineation", "ui", "plugin")
    found = imports(ENGINE) + imports(ROOT / "ui")
    assert not (wrong := [one for one in found if one.library in own]), told(wrong)


def test_the_engine_reaches_for_nothing_outside_itself():
    wrong = [one for one in imports(ENGINE) if one.level > one.file.count("/") + 1]
    assert not wrong, told(wrong)


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs: all but what stands under ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for other in node.orelse:
                yield other
                yield from running(other)
            continue
        yield node
        yield from running(node)


@cache
def arrows(house: Path) -> set[tuple[str, str, str]]:
    """Room, room that it imports, and the file in which it does; imports inside functions count."""
    found = set()
    for path in sorted(house.rglob("*.py")):
        here = path.relative_to(house).parts
        for node in running(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
            if not isinstance(node, ast.ImportFrom) or not 0 < node.level <= len(here):
                continue
            base = here[: len(here) - node.level]
            names = node.module.split(".") if node.module else []
            for full in [(*base, *names)] if names or base else [(alias.name,) for alias in node.names]:
                if len(here) > 1 and full[0] != here[0]:
                    found.add((here[0], full[0], "/".join(here)))
    return found


@pytest.mark.parametrize(
    ("house", "rooms"),
    [(ENGINE, ROOMS), (ENGINE / "bench", BENCH), (ROOT / "ui", PANEL)],
    ids=["engine", "bench", "panel"],
)
def test_every_room_stands_on_those_before_it(house, rooms):
    """A problem knows no solver, a solver no method, a plan no check, a page no frame; nothing knows a door."""
    assert {path.parent.name for path in house.glob("*/__init__.py")} == set(rooms)
    place = {room: number for number, room in enumerate(rooms)}
    met = arrows(house)
    wrong = [f"{file}: {room} → {other}" for room, other, file in met if other in place and place[other] > place[room]]
    assert not wrong, "\n".join(sorted(wrong))
    assert len({(room, other) for room, other, _ in met}) >= len(rooms) // 2


def test_an_arrow_that_goes_up_is_seen(tmp_path):
    for name, text in {
        "low/a.py": "if TYPE_CHECKING:\n    from ..high.b import x\nfrom ..core import y\n",
        "low/deep/c.py": "def f():\n    from ...high import b\n",
        "high/b.py": "from . import z\nfrom .. import low\nfrom ..low.deep.c import f\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert arrows(tmp_path) == {
        ("low", "core", "low/a.py"),
        ("low", "high", "low/deep/c.py"),
        ("high", "low", "high/b.py"),
    }


def test_no_module_is_named_in_a_string():
    """A string does not follow when a module moves, and nobody hears of it."""
    houses = (ENGINE, ROOT / "ui")
    files = [path.relative_to(house).with_suffix("") for house in houses for path in house.glob("*/**/*.py")]
    known = {".".join(file.parts[:-1] if file.name == "__init__" else file.parts) for file in files}
    known, wrong = {name for name in known if "." in name}, []
    for path in [*ENGINE.rglob("*.py"), *houses[1].rglob("*.py"), *(ROOT / "test").rglob("*.py"), ROOT / "plugin.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value.removeprefix("control_units.").removeprefix("delineation.").removeprefix("ui.")
                if name.lstrip(".") in known:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}")
    assert len(known) > 300
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("house", "most"), TOP.items())
def test_what_stands_at_the_top_is_a_door(house, most):
    assert len(list((ROOT / house).glob("*.py"))) <= most


def crowded(root: Path, most: int) -> list[str]:
    """Every class with more methods than that, also one inside another or inside a function."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [
        f"{path.relative_to(root)}:{node.lineno}: {node.name} has {count}"
        for path in sorted(root.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and (count := sum(isinstance(one, kinds) for one in node.body)) > most
    ]


@pytest.mark.parametrize("house", [ENGINE, ROOT / "ui"], ids=["engine", "panel"])
def test_a_class_is_one_idea(house):
    """One with more methods than 40 is divided by idea into parts that have a state and a name of their own."""
    assert not (wrong := crowded(house, 40)), "\n".join(wrong)


def test_a_crowded_class_is_seen(tmp_path):
    methods = [f"        {'async ' * (number % 2)}def m{number}(self): ..." for number in range(3)]
    (tmp_path / "a.py").write_text("\n".join(["def f():", "    class A:", "        x = 1", *methods]), encoding="utf-8")
    assert [crowded(tmp_path, most) for most in (3, 2)] == [[], ["a.py:2: A has 3"]]


def namesakes(*roots: Path) -> dict[str, list[str]]:
    """Public classes of one name, with the files that define them, also inside another or inside a function."""
    places = defaultdict(list)
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(path.relative_to(root.parent).as_posix())
    return {name: files for name, files in places.items() if len(files) > 1}


def test_the_name_of_a_class_means_one_thing():
    assert not namesakes(ENGINE, ROOT / "ui")


def test_a_name_that_means_two_things_is_seen(tmp_path):
    for room, text in (("a", "class One:\n    class Two: ..."), ("b", "def f():\n    class Two: ...\nclass _One: ...")):
        (tmp_path / room).mkdir()
        (tmp_path / room / "x.py").write_text(text, encoding="utf-8")
    assert namesakes(tmp_path / "a", tmp_path / "b") == {"Two": ["a/x.py", "b/x.py"]}


@pytest.mark.parametrize(("library", "homes"), RASTER_LIBRARIES.items())
def test_a_raster_library_is_known_to_two_files(library, homes):
    wrong = [one for one in imports(ENGINE) if one.library == library and one.file not in homes]
    assert not wrong, told(wrong)


def openers(root: Path) -> list[Import]:
    """Every mention of something that opens a file, called or only named; what the gate offers by that name is none."""
    found = []
    for path in sorted(root.rglob("*.py")):
        file = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [alias.name for alias in node.names]
                module = (node.module or "").rpartition(".")[2]
                found += [
                    Import(file, node.lineno, 0, name)
                    for name in names
                    if name in OPENERS or (module, name) in OPENERS_OF or name == "*"
                ]
            elif isinstance(node, ast.Attribute):
                value = node.value
                # rasterio, or library("rasterio")
                of = [getattr(value, "id", getattr(value, "attr", ""))]
                of += [one.value for one in getattr(value, "args", []) if isinstance(one, ast.Constant)]
                if (node.attr in OPENERS and of != ["gate"]) or any((name, node.attr) in OPENERS_OF for name in of):
                    found.append(Import(file, node.lineno, 0, f"{of[0]}.{node.attr}"))
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
                found += [
                    Import(file, node.lineno, 0, one.value)
                    for one in node.args
                    if isinstance(one, ast.Constant) and one.value in OPENERS
                ]
    return found


def test_only_the_gate_opens_a_file_of_a_stranger():
    found = openers(ENGINE)
    wrong = [one for one in found if one.file != GATE and one.file not in OWN_FILES]
    assert not wrong, told(wrong)
    assert {one.name for one in found if one.file == GATE} >= {
        "pyogrio.list_layers",
        "pyogrio.read_info",
        "read",
        "gdal.OpenEx",
        "io.DatasetReader",
        "zipfile.ZipFile",
        "sqlite3.connect",
    }


@pytest.mark.parametrize(
    "line",
    [
        "pyogrio.list_layers(x)",
        "from pyogrio import list_layers",
        "from pyogrio.raw import read as r",
        "f = pyogrio.read_info",
        "pyogrio.raw.read(x)",
        "rasterio.open(x)",
        "from rasterio import open",
        "library('rasterio').open(x)",
        "gdal.Open(x)",
        "ogr.Open(x)",
        "zipfile.ZipFile(x)",
        "from zipfile import ZipFile",
        "sqlite3.connect(x)",
        "from sqlite3 import connect",
        "gpd.read_file(x)",
        "getattr(gdal, 'OpenEx')(x)",
        "from pyogrio import *",
        "shutil.unpack_archive(x)",
    ],
)
def test_a_way_round_the_gate_is_seen(line, tmp_path):
    (tmp_path / "a.py").write_text(line, encoding="utf-8")
    assert openers(tmp_path)
    harmless = "gate.list_layers(x)\ngate.read(x)\nopen(x)\nx.open()\nstream.read(1)"
    (tmp_path / "a.py").write_text(harmless, encoding="utf-8")
    assert not openers(tmp_path)


@pytest.mark.parametrize("library", ["sklearn", "exactextract"])
def test_an_optional_library_is_known_to_one_file(library):
    files = {one.file for one in imports(ENGINE) if one.library == library}
    assert len(files) <= 1, files


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        (
            "matplotlib",
            (
                *("core/figure.py", "export/map_figure.py", "export/document", "assess/report_map.py", "bench/report/"),
                "assess/report_content.py",
            ),
        ),
        (
            "openpyxl",
            (
                *("core/sheets.py", "core/sheet_rows.py", "core/xlsx.py", "export/lists_xlsx.py"),
                *("package/contents/workbook.py", "package/like/workbooks.py"),
            ),
        ),
        (
            "docx",
            (
                *("export/document_docx.py", "export/word_pieces.py"),
                *("package/word_xml.py", "package/contents/document.py"),
            ),
        ),
        ("cryptography", ("package/manifest.py",)),
        ("tomlkit", ("case/handwritten.py",)),
    ],
)
def test_what_draws_signs_and_writes_office_files_is_known_to_few(library, homes):
    wrong = [one for one in imports(ENGINE) if one.library == library and not one.file.startswith(homes)]
    assert not wrong, told(wrong)


def test_loading_the_whole_engine_loads_no_interface():
    """What the source does not show: a library that would bring Qt with it."""
    code = (
        "import sys, pkgutil, importlib, delineation\n"
        "for one in pkgutil.walk_packages(delineation.__path__, 'delineation.'):\n"
        "    one.name.endswith('__main__') or importlib.import_module(one.name)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "ours = [name for name in sys.modules if name.startswith('delineation.')]\n"
        f"print(sorted(loaded & set({INTERFACE!r})), len(ours) > 300)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[] True", done.stderr


DEBIAN = Path("/usr/lib/python3/dist-packages")
of_debian = pytest.mark.skipif(
    Path(sys.prefix).resolve() != (ROOT / ".venv").resolve(), reason="not the environment that `make setup` makes"
)


@of_debian
@pytest.mark.parametrize(
    "library", ["numpy", "scipy", "pandas", "geopandas", "shapely", "pyogrio", "pyproj", "rasterio", "osgeo"]
)
def test_geographic_libraries_come_from_debian(library):
    origin = Path(find_spec(library).origin)
    assert origin.is_relative_to(DEBIAN), f"{library} is {origin}: it would bring a second GDAL, PROJ or GEOS"


@of_debian
def test_all_share_one_gdal():
    versions = {
        "pyogrio": import_module("pyogrio").__gdal_version_string__,
        "osgeo": import_module("osgeo.gdal").__version__,
        "rasterio": import_module("rasterio").__gdal_version__,
    }
    assert len(set(versions.values())) == 1, versions


def test_the_list_names_every_library_of_the_engine():
    """Each import of the engine that is neither Python's own nor its own is in the list, and the other way round."""
    # Those that read rasters are imported by a name that is chosen as the engine runs.
    used = {one.library for one in imports(ENGINE) if one.library} | set(RASTER_LIBRARIES)
    used -= set(sys.stdlib_module_names)
    listed = {one.module.split(".")[0] for one in libraries._libraries()} | {"osgeo"}
    not_yet = {"sklearn"}  # said so in its text
    assert used <= listed
    assert listed - not_yet <= used
    for one in libraries._libraries():
        assert ("尚未用到" in one.zh) == (one.module in not_yet - used)
        assert one.needed or (one.without_zh and one.without_en), one.name
