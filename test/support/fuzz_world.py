"""A county with everything that the engine opens, in a folder of some hundred kilobytes: what `fuzz.py` damages."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from contextlib import chdir, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
from command import ROOT, ask
from fuzz_damages import damaged, damaged_plan
from hand import CASE, COUNTY, RED_LINE, SIZE, SOUTH, TOWNSHIP, WATER, WEST, box, write_layer
from raster_files import write as write_raster

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

DATE = "1750000000"
PROJECTS = "编号,项目名称,位置,X,Y,半径,坐标系,行业代码,建设性质,项目信息\n1,甲,,502000,3402000,,,,,\n"
PROFILE = ROOT / "resources" / "profiles" / "national.toml"
# Of a layer in each format that has one file, or several beside each other.
FORMATS = ("gpkg", "shp", "geojson", "csv", "fgb", "gml", "kml", "mif", "tab", "sqlite", "zip")
SQUARES = (
    [box(1_000 * x, 1_000 * y, 1_000, 1_000) for x in range(1, 4) for y in range(1, 4)],
    {
        "code": [f"ZH9999011{n:04}" for n in range(1, 10)],
        "name": [f"{n}号" for n in "一二三四五六七八九"],
        "v": [1.0, 2.0, 1.5, 7.0, 8.0, 7.5, 3.0, 3.5, 2.5],
        "spare": [str(n) for n in range(9)],
    },
)
PLUGIN = """\
import numpy as np
from delineation.methods import Labels, method

@method("halves")
def halves(situation, *, part: float = 0.5, seed: int = 1):
    unit = (np.arange(len(situation.area)) >= part * len(situation.area)).astype(np.int64)
    return Labels(np.full(len(unit), 3), np.full(len(unit), situation.kinds.index("general")), unit)
"""
CHANGES = """\
old_code,new_code,old_name,new_name,level,kind,date,document
999902,999901,旧县,试验县,county,rename,2024-01-01,批复
"""
_MORE = """
[[raster]]
name = "slope"
path = "slope.tif"

[[raster]]
name = "cover"
path = "cover.vrt"
kind = "class"

[previous]
path = "previous.gpkg"
layer = "units"
date = "2024"

[admin]
changes = "changes.csv"
"""
_RED = 'path = "hand.gpkg"\nlayer = "red_line"'


@dataclass(frozen=True)
class Family:
    """Files of one kind with the verbs that open them.

    Attributes
    ----------
    files : tuple of str
        Patterns in the folder; one of what they match is damaged.
    verbs : mapping of str to tuple of str
        Verb, with a word behind it where one has several forms → its arguments.
    harmless : tuple of (str, str, callable)
        What may be done to a file, by its pattern, without the answer of any verb being another.
    damage : callable
        How a file is damaged.
    """

    files: tuple[str, ...]
    verbs: Mapping[str, tuple[str, ...]]
    harmless: tuple[tuple[str, str, Callable[[bytes], bytes]], ...] = ()
    damage: Callable[[Path, random.Random], str] = damaged


# What verbs write, each its own file.
OUTPUTS = {
    "run": "out.gpkg",
    "partition": "out.gpkg",
    "regions": "out.gpkg",
    "adopt": "plan.gpkg",
    "lists": "out.xlsx",
    "guess": "out.toml",
    "bench": "bench",
    "package": "packed",
}


def _run(case: str = "case.toml", *more: str) -> tuple[str, ...]:
    return ("run", case, "-o", "out.gpkg", *more)


def _regions(layer: str, *more: str) -> tuple[str, ...]:
    return ("regions", layer, "--method", "ward:k=2", *(more or ("--variables", "v")), "-o", "out.gpkg")


_BENCH = ("bench", "case.toml", "--methods", "overlay", "--nulls", "0", "--no-curve", "-o", "bench")
_KEPT = ("bench", "case.toml", "--methods", "overlay", "--nulls", "3", "--no-curve", "-o", "bench")
_ADOPT = ("adopt", "plan.gpkg", "overlay", "--case", "case.toml")
_POINT = "502000,3402000"
_PACKAGE = ("package", "plan.gpkg", "-o", "packed", "--profile", "layout.toml", "--accept", "accepted.csv")
# A package without what QGIS or Word is needed for.
_LAYOUT = """title = "简"
[place]
city = "某市"
[[file]]
path = "矢量/{code}单元.shp"
kind = "layer"
of = "units"
encoding = "GBK"
[[file.field]]
name = "DM"
type = "text"
width = 20
alias = "代码"
of = "code"
[[file.field]]
name = "MJ"
type = "real"
width = 16
decimals = 4
of = "area_km2"
[[file]]
path = "矢量/要素.gpkg"
kind = "layer"
of = "zones"
[[file]]
path = "清单.xlsx"
kind = "export"
format = "lists-xlsx"
[[file]]
path = "方案"
kind = "case"
[[file]]
path = "附件/批准"
kind = "slot"
words = "批准|批复"
[[file]]
path = "说明.txt"
kind = "readme"
"""


def after(text: bytes) -> Callable[[bytes], bytes]:
    """Append bytes."""
    return lambda content: content + text


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Put one text in the place of another, which has to be there."""

    def swap(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return swap


def windows(content: bytes) -> bytes:
    """Save as Windows' editor does: lines end in CR LF, and a mark says that it is UTF-8."""
    return b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")


def slack(content: bytes) -> bytes:
    """Write over what no row of an SQLite file takes: between the pointers to the cells of a page and its cells."""
    size, out = int.from_bytes(content[16:18], "big"), bytearray(content)
    for start in range(size, len(content), size):
        if content[start] not in (0x0D, 0x0A):
            continue
        count, cells = (int.from_bytes(content[start + n : start + n + 2], "big") for n in (3, 5))
        free = slice(start + 8 + 2 * count, start + cells)
        out[free] = b"\xaa" * max(free.stop - free.start, 0)
    assert out != content
    return bytes(out)


def told(statement: str) -> Callable[[bytes], bytes]:
    """Change a GeoPackage by a statement."""

    def tell(content: bytes) -> bytes:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(content)
            # Triggers call functions that SQLite alone lacks.
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.executescript(statement)
            return connection.serialize()

    return tell


def tagged(content: bytes) -> bytes:
    """Let a TIFF say what program it is from."""
    from osgeo import gdal

    name = "/vsimem/tagged.tif"
    gdal.FileFromMemBuffer(name, content)
    with gdal.ExceptionMgr(), gdal.OpenEx(name, gdal.OF_UPDATE) as file:
        file.SetMetadataItem("TIFFTAG_SOFTWARE", "another")
    stream = gdal.VSIFOpenL(name, "rb")
    found = bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, stream))
    gdal.VSIFCloseL(stream)
    gdal.Unlink(name)
    assert b"another" in found
    return found


_TEXTS = (("comment", after(b"\n# nothing\n")), ("windows", windows))
_TABLE = (("blank lines", after(b"\n\n")), ("windows", windows))
_XML = (("comment", swapped(b">\n", b"><!-- nothing -->\n")),)
_SPARE = told("UPDATE squares SET spare = 'x'")
_OF_FORMAT: dict[str, tuple[tuple[str, str, Callable[[bytes], bytes]], ...]] = {
    "gpkg": (("squares.gpkg", "slack", slack), ("squares.gpkg", "other column", _SPARE)),
    "shp": (
        ("squares.dbf", "other column", lambda content: content[:-6] + b"7" + content[-5:]),
        ("squares.cpg", "line end", after(b"\r\n")),
        ("squares.prj", "line end", after(b"\r\n")),
    ),
    "geojson": (
        ("squares.geojson", "white space", swapped(b", ", b" ,\r\n\t")),
        ("squares.geojson", "other member", swapped(b'"features"', b'"note": [1, null], "features"')),
    ),
    "csv": (("squares.csv", "windows", windows),),
    "gml": (("squares.gml", *_XML[0]),),
    "kml": (("squares.kml", *_XML[0]),),
    "sqlite": (("squares.sqlite", "slack", slack),),
}


def _format(name: str) -> Family:
    layer = f"squares.{name}"
    others = {
        "shp": ("squares.dbf", "squares.shx", "squares.prj", "squares.cpg"),
        "mif": ("squares.mid",),
        "tab": ("squares.dat", "squares.map", "squares.id"),
    }.get(name, ())
    return Family(
        (layer, *others),
        {
            "run": _run(f"{name}.toml"),
            "partition": ("partition", layer, "-o", "out.gpkg"),
            "regions": _regions(layer),
            "check": ("check", layer),
            "guess": ("guess", layer, "-o", "out.toml"),
        },
        _OF_FORMAT.get(name, ()),
    )


FAMILIES: dict[str, Family] = {
    "plan": Family(
        ("plan.gpkg",),
        {
            "info": ("info", "plan.gpkg"),
            "why": ("why", "plan.gpkg", _POINT),
            "check": ("check", "plan.gpkg"),
            "lists": ("lists", "plan.gpkg", "-o", "out.xlsx"),
            "adopt": _ADOPT,
            "run over": ("run", "case.toml", "-o", "plan.gpkg"),
            "run previous": _run("again.toml"),
            "check layer": ("check", "plan.gpkg|layername=units"),
            "guess": ("guess", "plan.gpkg", "-o", "out.toml"),
            "partition": ("partition", "plan.gpkg|layername=units", "-o", "out.gpkg"),
            "regions": _regions("plan.gpkg|layername=faces", "--variables", "area_m2"),
        },
        (("plan.gpkg", "slack", slack), ("plan.gpkg", "style", told("UPDATE layer_styles SET owner = 'x'"))),
    ),
    "case": Family(
        ("case.toml",),
        {
            "run": _run(),
            "check": ("check", "case.toml"),
            "adopt": _ADOPT,
            "bench": _BENCH,
        },
        tuple(("case.toml", *one) for one in _TEXTS),
    ),
    "profile": Family(
        ("own.toml", "national/*"),
        {
            "run": _run("mine.toml"),
            "check": ("check", "mine.toml"),
            "guess": ("guess", "squares.shp", "slope.tif", "-o", "out.toml", "--profile", "own.toml"),
            "bench": ("bench", "mine.toml", *_BENCH[2:]),
        },
        (
            *(("own.toml", *one) for one in _TEXTS),
            *(("national/*.toml", *one) for one in _TEXTS),
            *(("national/*.csv", *one) for one in _TABLE),
        ),
    ),
    "tables": Family(
        ("extra.csv", "changes.csv"),
        {"run": _run(), "check": ("check", "case.toml"), "bench": _BENCH},
        (*(("extra.csv", *one) for one in _TABLE), *(("changes.csv", *one) for one in _TABLE)),
    ),
    "sources": Family(
        ("hand.gpkg", "previous.gpkg"),
        {
            "run": _run(),
            "bench": _BENCH,
            "guess": ("guess", "hand.gpkg", "-o", "out.toml"),
            "partition": (
                "partition",
                "hand.gpkg|layername=red_line",
                "hand.gpkg|layername=township",
                "-o",
                "out.gpkg",
            ),
        },
        (("hand.gpkg", "slack", slack), ("previous.gpkg", "slack", slack)),
    ),
    "rasters": Family(
        ("slope.tif", "slope.tif.aux.xml", "cover.tif", "cover.vrt"),
        {
            "run": _run(),
            "bench": _BENCH,
            "guess": ("guess", "slope.tif", "cover.vrt", "-o", "out.toml"),
            "regions": _regions(
                "squares.gpkg", "--raster", "s=slope.tif", "--raster", "c=cover.vrt", "--variables", "s,c"
            ),
            "regions base": _regions(
                "squares.gpkg", "--base", "catchments:dem=slope.tif,area=4000000", "--coordinates", "1"
            ),
        },
        (
            ("slope.tif", "appended", after(bytes(9))),
            ("slope.tif", "program", tagged),
            ("slope.tif.aux.xml", *_XML[0]),
            ("cover.vrt", *_XML[0]),
            ("cover.tif", "appended", after(b"x" * 99)),
        ),
    ),
    "plugin": Family(
        ("mine.py",),
        {
            "run": _run("case.toml", "--plugin", "mine.py", "--method", "halves"),
            "bench": ("bench", "case.toml", "--methods", "halves", *_BENCH[4:], "--plugin", "mine.py"),
        },
        tuple(("mine.py", *one) for one in _TEXTS),
    ),
    "kept": Family(("bench/labels/*",), {"bench": _KEPT}),
    # A package of a damaged plan, by a damaged profile, with a damaged table of reasons; a package that was damaged.
    "packed": Family(
        ("plan.gpkg", "layout.toml", "accepted.csv"),
        {"package": _PACKAGE},
        (
            ("plan.gpkg", "slack", slack),
            *(("layout.toml", *one) for one in _TEXTS),
            *(("accepted.csv", *one) for one in _TABLE),
        ),
    ),
    # A plan of which tables, columns, values and shapes are not what they have to be.
    "rows": Family(
        ("plan.gpkg",),
        {
            "assess": ("assess", "plan.gpkg", _POINT, "--where-else", "1"),
            "assess all": ("assess", "plan.gpkg", "--batch", "projects.csv"),
            "edit dry": ("edit", "plan.gpkg", "edits.jsonl", "--dry-run"),
            "edit": ("edit", "plan.gpkg", "edits.jsonl"),
            "impact": ("impact", "plan.gpkg", "red_line=hand.gpkg", "--layer", "red_line=water"),
            "scenario": ("scenario", "plan.gpkg", "list"),
            "log": ("log", "plan.gpkg"),
            "info": ("info", "plan.gpkg"),
            "why": ("why", "plan.gpkg", _POINT),
            "check": ("check", "plan.gpkg"),
            "version": ("version", "plan.gpkg", "-o", "out.gpkg", "--reason", "试"),
            "edit copy": ("edit", "plan.gpkg", "--without-foreign", "copy.gpkg"),
        },
        damage=damaged_plan,
    ),
    "filed": Family(("filed/*", "filed/*/*"), {"verify": ("verify", "filed")}),
    "guessed": Family(("out.toml",), {"guess": ("guess", "squares.shp", "-o", "out.toml")}),
    **{name: _format(name) for name in FORMATS},
}


def world(folder: Path) -> Path:
    """Lay out the county; the same bytes each time, as far as GDAL lets it."""
    folder.mkdir(parents=True, exist_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-06-15T12:00:00.000Z"})
    for name, layer in {"county": COUNTY, "township": TOWNSHIP, "red_line": RED_LINE, "water": WATER}.items():
        write_layer(folder / "hand.gpkg", name, *layer, kind="Unknown")
    for name in FORMATS:
        squares(folder, name)
    write_layer(
        folder / "previous.gpkg",
        "units",
        TOWNSHIP[0],
        {
            "code": ["ZH99990130001", "ZH99990130002"],
            "name": ["甲", "乙"],
            "unit_id": ["U000001", "U000002"],
        },
    )
    rasters(folder)
    shutil.copy(PROFILE, folder / "own.toml")
    shutil.copytree(PROFILE.with_suffix(""), folder / "national")
    rules = (folder / "national" / "rules.csv").read_text(encoding="utf-8").splitlines()
    (folder / "extra.csv").write_text("\n".join((rules[0], "X1,5,farmland,*,,2,,,,,,耕地,自拟", "")), encoding="utf-8")
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    (folder / "mine.py").write_text(PLUGIN, encoding="utf-8")
    text = CASE.replace('"national"', '"national"\nextra = "extra.csv"') + _MORE
    for name in ("case", *FORMATS):
        layer = _RED if name == "case" else f'path = "squares.{name}"'
        (folder / f"{name}.toml").write_text(text.replace(_RED, layer), encoding="utf-8")
    again = text.replace('path = "previous.gpkg"', 'path = "plan.gpkg"')
    (folder / "again.toml").write_text(again, encoding="utf-8")
    (folder / "mine.toml").write_text(text.replace('"national"', '"own.toml"'), encoding="utf-8")
    os.environ["SOURCE_DATE_EPOCH"] = DATE
    (folder / "layout.toml").write_text(_LAYOUT, encoding="utf-8")
    (folder / "projects.csv").write_text(PROJECTS, encoding="utf-8")
    (folder / "edits.jsonl").write_text('{"op": "lock", "unit": "U000001"}\n', encoding="utf-8")
    (folder / "accepted.csv").write_text("rule,x,y,reason\n", encoding="utf-8")
    with chdir(folder):
        for verb in ((*_run()[:3], "plan.gpkg"), _KEPT, FAMILIES["guessed"].verbs["guess"]):
            made = ask(*verb)
            assert made.code == 0, made
        made = ask(*_PACKAGE[:3], "filed", *_PACKAGE[4:])
        assert made.code == 0, made
        Path("plan.history.jsonl").unlink()
    return folder


def squares(folder: Path, name: str) -> None:
    """Write the layer of nine squares in a format."""
    path = folder / f"squares.{name}"
    if name == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for suffix in ("shp", "shx", "dbf", "prj", "cpg"):
                content = (folder / f"squares.{suffix}").read_bytes()
                archive.writestr(zipfile.ZipInfo(f"squares.{suffix}", (2025, 6, 15, 12, 0, 0)), content)
        return
    more = {"layer_options": {"GEOMETRY": "AS_WKT"}} if name == "csv" else {}
    more |= {"driver": "LIBKML"} if name == "kml" else {}
    more |= {"encoding": "UTF-8"} if name in ("shp", "mif", "tab") else {}
    write_layer(path, "squares", *SQUARES, **more)


def rasters(folder: Path) -> None:
    """Write slopes with a file of statistics beside them, and a land cover behind a description of it."""
    grid = {"transform": (500.0, 0.0, WEST, 0.0, -500.0, SOUTH + SIZE), "crs": "EPSG:4547"}
    write_raster(folder / "slope.tif", np.add.outer(np.arange(20), np.arange(20)).astype("float32")[None] * 1.5, **grid)
    write_raster(folder / "cover.tif", (np.indices((20, 20)).sum(axis=0) // 8 + 1).astype("uint8")[None], **grid)
    statistics = '<PAMDataset>\n  <Metadata>\n    <MDI key="note">slope</MDI>\n  </Metadata>\n</PAMDataset>\n'
    (folder / "slope.tif.aux.xml").write_text(statistics, encoding="utf-8")
    (folder / "cover.vrt").write_text(
        '<VRTDataset rasterXSize="20" rasterYSize="20">\n  <SRS>EPSG:4547</SRS>\n'
        f"  <GeoTransform>{WEST}, 500.0, 0.0, {SOUTH + SIZE}, 0.0, -500.0</GeoTransform>\n"
        '  <VRTRasterBand dataType="Byte" band="1">\n    <SimpleSource>\n'
        '      <SourceFilename relativeToVRT="1">cover.tif</SourceFilename>\n      <SourceBand>1</SourceBand>\n'
        '      <SrcRect xOff="0" yOff="0" xSize="20" ySize="20"/>\n'
        '      <DstRect xOff="0" yOff="0" xSize="20" ySize="20"/>\n'
        "    </SimpleSource>\n  </VRTRasterBand>\n</VRTDataset>\n",
        encoding="utf-8",
    )
