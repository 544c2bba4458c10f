"""A made-up prefecture as its departments hand it over: what is stale, negated, unfinished or told twice among it.

    python test/strange_prefecture.py FOLDER

Four counties (one with an island and a piece within another), Shapefiles in GBK that do not say so, in four CRSs, and a
workbook of points. Codes are of a real province and an invented prefecture.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

METRES, ZONED, DEGREES, GPS = "EPSG:4545", "EPSG:4524", "EPSG:4490", "EPSG:4326"
WEST, SOUTH, EAST, NORTH = 460_000.0, 2_600_000.0, 510_000.0, 2_640_000.0
COUNTIES = {"459901": "澜江区", "459902": "青岩县", "459903": "白沙县", "459904": "临浪市"}
TOWNS = "东关 石桥 白塔 大屯 柳林 双河 马场 新田 古城 龙潭 松坪 水寨 竹山 沙溪 月亭 梅岭".split()
SPACES = ("资规局/一般生态空间.shp", "林草局/一般生态空间.shp")  # neither is dated: people have to say which
UNFINISHED = "459904"  # the county of which the air layer has a corner alone
# Role → the file that is right, and its column of zones or grades.
TRUTH = {
    "county": ("县级行政区.shp", "区县代码"),
    "township": ("乡镇街道.shp", "乡镇代码"),
    "red_line": ("生态保护红线2023.shp", ""),
    "general_eco_space": (SPACES[1], ""),
    "protected_area": ("自然保护地整合优化.shp", "类型"),
    "drinking_water": ("饮用水水源保护区.shp", "级别"),
    "water_zone": ("水环境管控分区.shp", "管控类型"),
    "air_zone": ("大气环境管控分区.shp", "分区类型"),
    "soil_zone": ("土壤污染风险管控分区.shp", "类型"),
    "industrial_park": ("产业园区.shp", "园区级别"),
    "urban_boundary": ("城镇开发边界.shp", "类型"),
}
PARKS = {"澜江高新技术产业园": "国家级", "青岩工业园": "省级", "白沙食品产业园": "县级", "临浪物流园": None}


def make(folder: Path, *, tiles: int = 1_400, fragments: int = 60, seed: int = 32) -> Path:
    """Write all files.

    Parameters
    ----------
    folder : Path
        Made where it is not there.
    tiles : int
        Of how many small tiles each layer's borders follow the edges: what it costs.
    fragments : int
        Small pieces of red line.
    seed : int

    Returns
    -------
    Path
        ``folder``.
    """
    rng = np.random.default_rng(seed)
    land = _land(rng)
    towns = _towns(land, tiles, rng)
    counties = towns.dissolve("区县代码", as_index=False)[["区县代码", "区县名称", "geometry"]]
    middle = dict(zip(counties["区县代码"], shapely.point_on_surface(counties.geometry.values), strict=True))

    def disc(code: str, radius: float, east: float = 0, north: float = 0) -> shapely.Geometry:
        at = shapely.transform(middle[code], lambda xy: xy + (east, north))
        return at.buffer(radius, quad_segs=5).intersection(land)

    def patches(count: int, pick: float, **columns: object) -> gpd.GeoDataFrame:
        cells = _tiles(land, count, rng)
        cells = cells[rng.random(len(cells)) < pick]
        return _layer(shapely.get_parts(shapely.union_all(cells)), **columns)

    specks = shapely.buffer(shapely.points(_scattered(land, fragments, rng)), rng.uniform(15, 350, fragments), quad_segs=3)
    red = patches(160, 0.17, 红线名称="水源涵养红线")
    now = _layer(shapely.get_parts(shapely.union_all([*red.geometry, *specks])), 红线名称="水源涵养红线")
    reserve, core = disc("459902", 3_900, 2_500), disc("459902", 1_800, 2_500)
    spring = [disc("459903", radius, -3_000, 2_500) for radius in (500, 1_700, 2_900)]
    parks = [disc(code, radius, east) for code, radius, east in zip(COUNTIES, (1_900, 1_300, 900, 1_100), (5_200, -6_000, 5_600, -900), strict=True)]
    built = [disc("459901", 3_100, 3_800, -400), disc("459903", 1_500, 5_000), disc("459904", 1_200, 2_000)]
    # Of departments that drew along the county borders by eye: slivers everywhere.
    water = _grouped(_nudged(land, 12), 22, tiles, rng)
    air = _air(counties, tiles, rng)
    space = patches(140, 0.15, 名称="水土保持区")
    other = _layer(shapely.buffer(space.geometry.values, -60), 名称="公益林").pipe(lambda one: one[~one.is_empty])
    files = {
        "县级行政区.shp": counties.to_crs(DEGREES),
        "乡镇街道.shp": towns,
        "生态保护红线2018.shp": _layer(shapely.buffer(red.geometry.values, 200), 红线名称="水源涵养红线").to_crs(ZONED),
        "生态保护红线2023.shp": now.to_crs(ZONED),
        "红线外零星图斑.shp": patches(300, 0.05, 红线名称="零星"),
        "饮用水水源保护区.shp": _layer(
            [spring[0], spring[1] - spring[0], spring[2] - spring[1]],
            水源地名称=["沙溪水库"] * 3,
            级别=["一级保护区", "二级保护区", "准保护区"],
        ).to_crs(GPS),
        "自然保护地整合优化.shp": _layer(
            [core, reserve - core, disc("459901", 1_500, -6_500, 2_000)],
            名称=["青岩自然保护区", "青岩自然保护区", "澜江省级湿地公园"],
            类型=["自然保护区", "自然保护区", "湿地公园"],
            管控分区=["核心保护区", "一般控制区", "一般控制区"],
        ),
        "旧版勿用/自然保护地.shp": _layer(
            [disc("459902", 5_500, 2_500), disc("459904", 2_000)],
            保护地名称=["青岩自然保护区", "临浪森林公园"],
            保护地类型=["自然保护区", "森林公园"],
        ),
        "产业园区.shp": _layer(parks, 园区名称=list(PARKS), 园区级别=list(PARKS.values())).to_crs(ZONED),
        "城镇开发边界.shp": _layer(built, 类型=["城镇集中建设区", "城镇集中建设区", "城镇弹性发展区"]),
        "水环境管控分区.shp": _layer(
            water,
            控制单元=[f"{name}断面" for name in (TOWNS + TOWNS)[: len(water)]],
            管控类型=[_water_zone(number) for number in range(len(water))],
        ).to_crs(DEGREES),
        "大气环境管控分区.shp": air,
        "土壤污染风险管控分区.shp": _layer(
            [disc("459901", 900, 5_200), disc("459904", 700, -900)],
            地块=["旧电镀厂", "旧农药厂"],
            类型=["建设用地污染风险重点管控区"] * 2,
        ),
        SPACES[0]: space,
        SPACES[1]: other,
    }
    for name, layer in files.items():
        _write(layer, folder / name)
    _points(folder / "重点排污单位.xlsx", parks)
    return folder


def _layer(shapes: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=METRES) if all(isinstance(one, list) for one in columns.values()) else gpd.GeoDataFrame(geometry=shapes, crs=METRES).assign(**columns)


def _write(layer: gpd.GeoDataFrame, file: Path) -> None:
    """Write a Shapefile in GBK and take away what says so, and when it was written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    layer.to_file(file, encoding="GBK")
    file.with_suffix(".cpg").unlink(missing_ok=True)
    content = bytearray(file.with_suffix(".dbf").read_bytes())
    content[1:4], content[29] = b"\0\0\0", 0
    file.with_suffix(".dbf").write_bytes(content)


def _points(file: Path, parks: list[shapely.Geometry]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["企业名称", "经度", "纬度", "排污许可证"])
    at = gpd.GeoSeries(shapely.centroid(parks), crs=METRES).to_crs(DEGREES)
    for number, point in enumerate(at):
        book.active.append([f"{list(PARKS)[number]}一号厂", round(point.x, 6), round(point.y, 6), f"9145990{number}MA"])
    book.save(file)


def _land(rng: np.random.Generator) -> shapely.Geometry:
    """An oval with a wavy shore, and an island off it in the southeast."""
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wave = (1 + 0.05 * np.sin(5 * angle + rng.uniform(0, 6)) + 0.02 * np.cos(13 * angle))[:, None]
    centre, half = np.array([WEST + EAST, SOUTH + NORTH]) / 2, np.array([EAST - WEST, NORTH - SOUTH]) / 2.2
    oval = shapely.Polygon(centre + np.column_stack([np.cos(angle), np.sin(angle)]) * wave * half)
    return oval | shapely.Point(EAST + 1_200, SOUTH + 5_000).buffer(1_600, quad_segs=7)


def _scattered(land: shapely.Geometry, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    points = rng.uniform((WEST, SOUTH), (EAST, NORTH), (4 * count, 2))
    return points[shapely.contains_xy(land, points)][:count]


def _tiles(land: shapely.Geometry, count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    seeds = shapely.multipoints(rng.uniform((WEST, SOUTH), (EAST + 3_000, NORTH), (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=land))
    parts = shapely.get_parts(shapely.intersection(cells, land))
    return parts[shapely.area(parts) > 1]


def _grouped(land: shapely.Geometry, count: int, tiles: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Divide land into parts: each tile goes to the nearest of as many points."""
    cells, seeds = _tiles(land, tiles, rng), _scattered(land, count, rng)
    at = shapely.get_coordinates(shapely.centroid(cells))
    nearest = ((at[:, None] - seeds) ** 2).sum(2).argmin(1)
    return np.array([shapely.union_all(cells[nearest == number]) for number in np.unique(nearest)])


def _nudged(land: shapely.Geometry, metres: float) -> shapely.Geometry:
    return shapely.transform(land, lambda xy: xy + metres * np.sin(xy[:, ::-1] / 900))


def _towns(land: shapely.Geometry, tiles: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Sixteen townships, four a county by the sheet's quarters; one of the last county's lies within the first."""
    parts = _grouped(land, 16, tiles, rng)
    at = shapely.get_coordinates(shapely.centroid(parts)) - np.array([WEST + EAST, SOUTH + NORTH]) / 2
    county = np.select([(at[:, 0] < 0) & (at[:, 1] >= 0), at[:, 1] >= 0, at[:, 0] < 0], [0, 1, 2], 3)
    exclave = shapely.Point(WEST + 13_000, NORTH - 12_000).buffer(1_900, quad_segs=6)
    shapes = [*(parts - exclave), exclave]
    county = [*county, 3]
    codes = [list(COUNTIES)[one] for one in county]
    return _layer(
        shapes,
        乡镇代码=[f"{code}{100 + number}" for number, code in enumerate(codes)],
        乡镇名称=[f"{(TOWNS + ['飞地'])[number]}镇" for number in range(len(codes))],
        区县代码=codes,
        区县名称=[COUNTIES[code] for code in codes],
    )


def _air(counties: gpd.GeoDataFrame, tiles: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Zones of all kinds over three counties, and over a corner of the fourth, about 9 %, where work has begun."""
    done = shapely.union_all(counties.geometry[counties["区县代码"] != UNFINISHED])
    rest = counties.geometry[counties["区县代码"] == UNFINISHED].union_all()
    parts = _grouped(done, 15, tiles, rng)
    west, south, east, north = rest.bounds
    begun = rest & shapely.box(west, south, west + 0.5 * (east - west), south + 0.14 * (north - south))
    kinds = ["大气环境优先保护区", "大气环境高排放重点管控区", "大气环境一般管控区"]
    zones = [kinds[min(number % 7, 2)] for number in range(len(parts))]
    return _layer([*parts, begun], 分区类型=[*zones, kinds[2]])


def _water_zone(number: int) -> str:
    return ("水环境优先保护区", "水环境工业污染重点管控区", "水环境一般管控区")[min(number % 6, 2)]


if __name__ == "__main__":
    make(Path(sys.argv[1]))
