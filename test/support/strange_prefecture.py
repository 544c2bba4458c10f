"""A made-up prefecture as its departments hand it over: what is stale, negated, unfinished or told twice among it.

    python test/support/strange_prefecture.py FOLDER

Four counties (one with an island and a piece within another), Shapefiles in GBK that do not say so, in four CRSs, and a
workbook of points. Codes are of a real province and an invented prefecture; borders nearly meet and do not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

METRES, ZONED, DEGREES, GPS = "EPSG:4545", "EPSG:4524", "EPSG:4490", "EPSG:4326"
LOW, HIGH = np.array([460_000.0, 2_600_000.0]), np.array([510_000.0, 2_640_000.0])
COUNTIES = {"459901": "澜江区", "459902": "青岩县", "459903": "白沙县", "459904": "临浪市"}
UNFINISHED = "459904"  # of which the air layer has a corner alone
TOWNS = (
    "东关",
    "石桥",
    "白塔",
    "大屯",
    "柳林",
    "双河",
    "马场",
    "新田",
    "古城",
    "龙潭",
    "松坪",
    "水寨",
    "竹山",
    "沙溪",
    "月亭",
    "梅岭",
    "飞云",
)
PARKS = {"澜江高新技术产业园": "国家级", "青岩工业园": "省级", "白沙食品产业园": "县级", "临浪物流园": None}
RESERVE = "青岩自然保护区"
SPACES = ("资规局/一般生态空间.shp", "林草局/一般生态空间.shp")  # neither is dated: people have to say which
RED_LINE = "生态保护红线2023.shp"
# Role → the file that is right, and its column of zones or grades.
TRUTH = {
    "county": ("县级行政区.shp", "区县代码"),
    "township": ("乡镇街道.shp", "乡镇代码"),
    "red_line": (RED_LINE, ""),
    "general_eco_space": (SPACES[1], ""),
    "protected_area": ("自然保护地整合优化.shp", "类型"),
    "drinking_water": ("饮用水水源保护区.shp", "级别"),
    "water_zone": ("水环境管控分区.shp", "管控类型"),
    "air_zone": ("大气环境管控分区.shp", "分区类型"),
    "soil_zone": ("土壤污染风险管控分区.shp", "类型"),
    "industrial_park": ("产业园区.shp", "园区级别"),
    "urban_boundary": ("城镇开发边界.gpkg", "类型"),
}
SHAPEFILES = sum(file.endswith(".shp") for file, _ in TRUTH.values())  # none says that it is in GBK
WRONG = ("生态保护红线2018.shp", "红线外零星图斑.shp", "旧版勿用/自然保护地.shp")


def make(folder: Path, *, wrong: bool = True) -> Path:
    """Write all files into a folder, or without ``wrong`` those that are right, one beside the other."""
    rng = np.random.default_rng(32)
    land = _land()
    towns = _towns(land, rng)
    counties = towns.dissolve("区县代码", as_index=False)[["区县代码", "区县名称", "geometry"]]
    middle = dict(zip(COUNTIES, shapely.get_coordinates(counties.representative_point()), strict=True))

    def disc(code: str, radius: float, *aside: float) -> BaseGeometry:
        return shapely.Point(middle[code] + (aside or 0)).buffer(radius, quad_segs=5) & land

    def patches(tiles: int, share: float) -> NDArray[np.object_]:
        cells = _tiles(land, tiles, rng)
        return shapely.get_parts(shapely.union_all(cells[rng.random(len(cells)) < share]))

    def zoned(parts: NDArray[np.object_], element: str, key: str) -> list[str]:
        kinds = (f"{element}优先保护区", f"{element}{key}重点管控区", f"{element}一般管控区")
        return [kinds[min(number % 6, 2)] for number in range(len(parts))]

    red = patches(160, 0.17)
    specks = shapely.buffer(shapely.points(_scattered(land, 90, rng)), rng.uniform(15, 350, 90), quad_segs=3)
    now = shapely.get_parts(shapely.union_all([*red, *specks]))
    codes = [f"HX{number:03}" for number in range(len(now))]
    core, reserve = disc("459902", 1_800, 2_500, 0), disc("459902", 3_900, 2_500, 0)
    inner, middle_ring, outer = (disc("459903", radius, -3_000, 2_500) for radius in (500, 1_700, 2_900))
    parks = [
        disc("459901", 1_900, 5_200, 0),
        disc("459902", 1_300, -6_000, 0),
        disc("459903", 900, 5_600, 0),
        disc("459904", 1_100, -900, 0),
    ]
    built = [disc("459901", 3_100, 3_800, -400), disc("459903", 1_500, 5_000, 0), disc("459904", 1_200, 2_000, 0)]
    # A department that drew along the borders by eye: slivers along all of them.
    water = _grouped(shapely.transform(land, lambda xy: xy + 12 * np.sin(xy[:, ::-1] / 900)), 22, rng)
    done = counties.geometry[counties["区县代码"] != UNFINISHED].union_all()
    air = _grouped(done, 15, rng)
    begun = land - done & shapely.box(*LOW, HIGH[0] - 11_000, LOW[1] + 5_300)
    space = patches(140, 0.15)
    files = {
        "县级行政区.shp": counties.to_crs(DEGREES),
        "乡镇街道.shp": towns,
        RED_LINE: _layer(now, 红线名称="水源涵养红线", 红线编码=codes).to_crs(ZONED),
        "饮用水水源保护区.shp": _layer(
            [inner, middle_ring - inner, outer - middle_ring],
            水源地名称="沙溪水库",
            级别=["一级保护区", "二级保护区", "准保护区"],
        ).to_crs(GPS),
        "自然保护地整合优化.shp": _layer(
            [core, reserve - core, disc("459901", 1_500, -6_500, 2_000)],
            名称=[RESERVE, RESERVE, "澜江省级湿地公园"],
            类型=["自然保护区", "自然保护区", "湿地公园"],
            管控分区=["核心保护区", "一般控制区", "一般控制区"],
        ),
        "产业园区.shp": _layer(parks, 园区名称=list(PARKS), 园区级别=list(PARKS.values())).to_crs(ZONED),
        "城镇开发边界.gpkg": _layer(built, 类型=["城镇集中建设区", "城镇集中建设区", "城镇弹性发展区"]),
        "水环境管控分区.shp": _layer(
            water,
            控制单元=[f"{'上下'[number // 17]}{name}断面" for number, name in enumerate((TOWNS * 2)[: len(water)])],
            管控类型=zoned(water, "水环境", "工业污染"),
        ).to_crs(DEGREES),
        "大气环境管控分区.shp": _layer(
            [*air, begun], 分区类型=[*zoned(air, "大气环境", "高排放"), "大气环境一般管控区"]
        ),
        "土壤污染风险管控分区.shp": _layer(
            [disc("459901", 900, 5_200, 0), disc(UNFINISHED, 700, -900, 0)],
            地块=["旧电镀厂", "旧农药厂"],
            类型="建设用地污染风险重点管控区",
        ),
        SPACES[0]: _layer(space, 名称="水土保持区"),
        SPACES[1]: _layer(shapely.buffer(space, -60), 名称="公益林"),
        WRONG[0]: _layer(shapely.buffer(red, 200), 红线名称="水源涵养红线").to_crs(ZONED),
        WRONG[1]: _layer(patches(300, 0.05), 红线名称="零星"),
        WRONG[2]: _layer(
            [disc("459902", 5_500, 2_500, 0), disc("459904", 2_000)],
            保护地名称=[RESERVE, "临浪森林公园"],
            保护地类型=["自然保护区", "森林公园"],
        ),
    }
    if not wrong:
        files = {Path(name).name: files[name] for name, _ in TRUTH.values()}
    for name, layer in files.items():
        _write(layer, folder / name)
    if wrong:
        book = openpyxl.Workbook()
        book.active.append(["企业名称", "经度", "纬度"])
        for park, point in zip(PARKS, gpd.GeoSeries(parks, crs=METRES).centroid.to_crs(DEGREES), strict=True):
            book.active.append([f"{park}一号厂", round(point.x, 6), round(point.y, 6)])
        book.save(folder / "重点排污单位.xlsx")
    return folder


def _layer(shapes: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapes, crs=METRES).assign(**columns)


def _write(layer: gpd.GeoDataFrame, file: Path) -> None:
    """Write a Shapefile in GBK and take away what says so, and on what day it was written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix != ".shp":
        layer.to_file(file)
        return
    # QGIS, where it is in the process, has names of fields written and read as raw bytes.
    before = pyogrio.get_gdal_config_option("SHAPE_ENCODING")
    pyogrio.set_gdal_config_options({"SHAPE_ENCODING": None})
    layer[~layer.is_empty].to_file(file, encoding="GBK")
    pyogrio.set_gdal_config_options({"SHAPE_ENCODING": before})
    file.with_suffix(".cpg").unlink(missing_ok=True)
    content = bytearray(file.with_suffix(".dbf").read_bytes())
    content[1:4], content[29] = b"\0\0\0", 0
    file.with_suffix(".dbf").write_bytes(content)


def _land() -> BaseGeometry:
    """An oval with a wavy shore, and an island off it in the southeast."""
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wave = 1 + 0.05 * np.sin(5 * angle) + 0.02 * np.cos(13 * angle)
    shore = (LOW + HIGH) / 2 + np.column_stack([np.cos(angle), np.sin(angle)]) * wave[:, None] * (HIGH - LOW) / 2.2
    return shapely.Polygon(shore) | shapely.Point(HIGH[0] + 1_200, LOW[1] + 5_000).buffer(1_600, quad_segs=7)


def _scattered(land: BaseGeometry, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    points = rng.uniform(LOW, HIGH, (4 * count, 2))
    return points[shapely.contains_xy(land, points)][:count]


def _tiles(land: BaseGeometry, count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    seeds = shapely.multipoints(rng.uniform(LOW, HIGH + 3_000, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=land))
    parts = shapely.get_parts(shapely.intersection(cells, land))
    return parts[shapely.area(parts) > 1]


def _grouped(land: BaseGeometry, count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Divide land into parts with ragged borders: each small tile goes to the nearest of as many points."""
    cells, seeds = _tiles(land, 1_400, rng), _scattered(land, count, rng)
    at = shapely.get_coordinates(shapely.centroid(cells))
    nearest = ((at[:, None] - seeds) ** 2).sum(2).argmin(1)
    return np.array([shapely.union_all(cells[nearest == number]) for number in np.unique(nearest)])


def _towns(land: BaseGeometry, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Townships, of the county in whose quarter of the sheet they lie; the last is a piece of one within another."""
    parts = _grouped(land, 16, rng)
    west, south = (shapely.get_coordinates(shapely.centroid(parts)) < (LOW + HIGH) / 2).T
    piece = shapely.Point(LOW[0] + 13_000, HIGH[1] - 12_000).buffer(1_900, quad_segs=6)
    codes = [*(list(COUNTIES)[place] for place in np.where(west, 0, 1) + np.where(south, 2, 0)), UNFINISHED]
    return _layer(
        [*(parts - piece), piece],
        乡镇代码=[f"{code}{100 + number}" for number, code in enumerate(codes)],
        乡镇名称=[f"{TOWNS[number]}镇" for number in range(len(codes))],
        区县代码=codes,
        区县名称=[COUNTIES[code] for code in codes],
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
