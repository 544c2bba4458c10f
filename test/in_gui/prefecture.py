"""Layers of an invented prefecture, as its bureau's departments hand them in: nothing in it is the demo's.

    python test/in_gui/prefecture.py FOLDER

Twelve layers: nine Shapefiles in GBK that do not say so, a GeoPackage, a GeoJSON in degrees, and a Shapefile in UTF-8.
Each department names its columns as it likes; borders of different departments nearly meet and do not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CRS = "EPSG:4544"  # CGCS2000, Gauss-Krüger, 3 degrees, 105 E
CORNER = (470_000.0, 2_870_000.0)
SIZE = (60_000.0, 48_000.0)  # metres
SEED = 20_261
COUNTIES = (("539901", "云岭区"), ("539902", "峰山县"), ("539903", "清河县"))
TOWNS = ("东关", "石桥", "白沙", "大屯", "柳林", "双河", "马场", "新田", "古城", "龙潭", "松坪", "水寨")
FOREST_PARK = "峰山国家级森林公园"


def make(folder: Path) -> list[Path]:
    """Write the twelve layers.

    Returns
    -------
    list of Path
        The files to be handed to the panel, the counties first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    townships = _townships(rng)
    territory = shapely.union_all(townships.geometry.values)
    counties = townships.dissolve("XJDM", as_index=False)[["XJDM", "XJMC", "geometry"]].rename(
        columns={"XJDM": "行政代码", "XJMC": "政区名称"}
    )
    height = _relief(rng)

    def where(pick: Callable[[NDArray[np.float64]], NDArray[np.bool_]], cells: int) -> gpd.GeoDataFrame:
        """Draw the patches in which the ground is so, with borders of their own."""
        tiles = _tiles(territory, cells, rng)
        centres = shapely.get_coordinates(shapely.centroid(tiles))
        patches = shapely.get_parts(shapely.union_all(tiles[pick(height(centres))]))
        return gpd.GeoDataFrame(geometry=patches, crs=CRS)

    red_line = where(lambda h: h > 0.76, 900)
    red_line = red_line.assign(红线类型="水源涵养", 斑块编号=[f"HX{n:03}" for n in range(1, len(red_line) + 1)])
    space = where(lambda h: (h > 0.6) & (h < 0.8), 800)
    space = space.assign(空间类型="一般生态空间")
    park = red_line.loc[[red_line.area.idxmax()]].buffer(-300).union_all()
    parks = gpd.GeoDataFrame(
        {"保护地名": [FOREST_PARK, "清河省级湿地公园"], "保护地类型": ["森林公园", "湿地公园"]},
        geometry=[park, _disc(counties, 2, 2_600)],
        crs=CRS,
    )
    spring = _disc(counties, 1, 3_200)
    water_source = gpd.GeoDataFrame(
        {"水源地": ["龙潭水库", "龙潭水库"], "级别": ["一级保护区", "二级保护区"]},
        geometry=[spring.buffer(-1_700), spring.difference(spring.buffer(-1_700))],
        crs=CRS,
    )
    industry = gpd.GeoDataFrame(
        {"园区": ["云岭经济技术开发区", "清河化工园区", "峰山食品产业园"], "批复面积": [812.5, 430.0, 265.3]},
        geometry=[_disc(counties, 0, 2_300), _disc(counties, 2, 1_700, 9_000), _disc(counties, 1, 1_300, -11_000)],
        crs=CRS,
    )
    water = _divided(territory, 26, rng)
    water["控制单元"] = [f"{name}控制单元" for name in _names(len(water))]
    water["管控类型"] = _zones(water, height, "水环境优先保护区", "水环境农业污染重点管控区", "水环境一般管控区")
    air = _divided(territory, 18, rng)
    air["分区类型"] = _zones(air, height, "大气环境优先保护区", "大气环境受体敏感重点管控区", "大气环境一般管控区")
    soil = industry[["园区", "geometry"]].rename(columns={"园区": "地块"}).assign(类型="建设用地污染风险重点管控区")
    built = gpd.GeoDataFrame({"类型": ["城镇集中建设区"] * 3}, geometry=_towns(counties), crs=CRS)
    fields = where(lambda h: h < 0.16, 700).assign(图斑类型="永久基本农田")
    files = [
        _gbk(counties, folder / "县级行政区2024.shp"),
        _gbk(townships.rename(columns={"XZDM": "乡镇代码", "XZMC": "乡镇名"}), folder / "乡镇界.shp"),
        _gbk(red_line, folder / "生态保护红线_报批.shp"),
        _gbk(space, folder / "一般生态空间.shp"),
        _gbk(parks, folder / "自然保护地整合优化.shp"),
        _gbk(water_source, folder / "饮用水水源保护区.shp"),
        _gbk(water, folder / "水环境管控分区.shp"),
        _gbk(air, folder / "大气环境管控分区.shp"),
        _gbk(industry, folder / "产业园区.shp"),
        folder / "城镇开发边界.gpkg",
        folder / "永久基本农田.geojson",
        folder / "土壤污染风险管控分区.shp",
    ]
    built.to_file(files[9], layer="城镇开发边界")
    fields.to_crs("EPSG:4490").to_file(files[10], driver="GeoJSON")
    soil.to_file(files[11], encoding="UTF-8")
    return files


def newer_red_line(old: Path, file: Path) -> Path:
    """Write the red line of a year later: a patch gone, one new, one that moved a little.

    Returns
    -------
    Path
        ``file``, in the same form as ``old``.
    """
    layer = gpd.read_file(old, encoding="GBK")
    order = layer.area.sort_values().index
    layer.loc[order[-2], "geometry"] = layer.geometry[order[-2]].buffer(150)
    new = layer.loc[[order[0]]].assign(斑块编号="HX901", geometry=[_near(layer.geometry[order[-1]])])
    later = gpd.GeoDataFrame(
        [*layer.drop(order[0]).to_dict("records"), *new.to_dict("records")], geometry="geometry", crs=layer.crs
    )
    return _gbk(later, file)


def _near(shape: shapely.Geometry) -> shapely.Geometry:
    at = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    return shapely.box(at[0] - 9_000, at[1] - 600, at[0] - 7_800, at[1] + 600)


def _gbk(layer: gpd.GeoDataFrame, file: Path) -> Path:
    """Write a Shapefile in GBK and take away what says so."""
    layer.to_file(file, encoding="GBK")
    file.with_suffix(".cpg").unlink(missing_ok=True)
    dbf = file.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29] = 0  # the language driver, which says it a second time
    dbf.write_bytes(content)
    return file


def _tiles(area: shapely.Geometry, count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Cut an area into about as many tiles as asked for, with ragged borders."""
    west, south, east, north = area.bounds
    points = rng.uniform((west, south), (east, north), (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=area))
    tiles = shapely.get_parts(shapely.intersection(cells, area))
    return tiles[shapely.area(tiles) > 1]


def _grouped(area: shapely.Geometry, seeds: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.object_]:
    """Cut an area into one part a seed: of the small tiles those that are nearest to it."""
    tiles = _tiles(area, 1_500, rng)
    centres = shapely.get_coordinates(shapely.centroid(tiles))
    nearest = np.argmin(((centres[:, None, :] - seeds[None]) ** 2).sum(2), axis=1)
    return np.array([shapely.union_all(tiles[nearest == seed]) for seed in range(len(seeds))])


def _townships(rng: np.random.Generator) -> gpd.GeoDataFrame:
    middle = np.array(CORNER) + np.array(SIZE) / 2
    # An oval, not the whole sheet: a territory has no straight edges.
    oval = _oval(middle)
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = np.column_stack([np.cos(angle) * SIZE[0] * 0.3, np.sin(angle) * SIZE[1] * 0.3])
    seeds = middle + ring + rng.normal(0, 1_500, ring.shape)
    parts = _grouped(oval, seeds, rng)
    county = np.repeat(np.arange(3), 4)
    return gpd.GeoDataFrame(
        {
            "XZDM": [f"{COUNTIES[of][0]}{100 + number % 4}" for number, of in enumerate(county)],
            "XZMC": [f"{name}{'街道' if of == 0 else '镇'}" for name, of in zip(TOWNS, county, strict=True)],
            "XJDM": [COUNTIES[of][0] for of in county],
            "XJMC": [COUNTIES[of][1] for of in county],
        },
        geometry=parts,
        crs=CRS,
    )


def _oval(middle: NDArray[np.float64]) -> shapely.Geometry:
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    wave = 1 + 0.06 * np.sin(5 * angle) + 0.03 * np.cos(13 * angle)
    return shapely.Polygon(
        np.column_stack(
            [middle[0] + np.cos(angle) * wave * SIZE[0] / 2.2, middle[1] + np.sin(angle) * wave * SIZE[1] / 2.2]
        )
    )


def _relief(rng: np.random.Generator) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Give a smooth ground of hills as ranks between 0 and 1: what share of the sheet lies lower."""
    centres = rng.uniform(CORNER, np.array(CORNER) + np.array(SIZE), (14, 2))
    widths = rng.uniform(5_000, 12_000, 14)

    def hills(points: NDArray[np.float64]) -> NDArray[np.float64]:
        squares = ((points[:, None, :] - centres[None]) ** 2).sum(2)
        return np.asarray(np.exp(-squares / (2 * widths**2)).max(1))

    sheet = np.sort(hills(rng.uniform(CORNER, np.array(CORNER) + np.array(SIZE), (5_000, 2))))

    def height(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.searchsorted(sheet, hills(points)) / len(sheet)

    return height


def _divided(territory: shapely.Geometry, count: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    west, south, east, north = territory.bounds
    seeds = rng.uniform((west, south), (east, north), (count, 2))
    parts = _grouped(territory, seeds, rng)
    return gpd.GeoDataFrame(geometry=parts[~shapely.is_empty(parts)], crs=CRS)


def _zones(
    layer: gpd.GeoDataFrame,
    height: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    high: str,
    middle: str,
    low: str,
) -> list[str]:
    ground = height(shapely.get_coordinates(shapely.point_on_surface(layer.geometry.values)))
    return [high if one > 0.82 else middle if one < 0.3 else low for one in ground]


def _names(count: int) -> list[str]:
    return [f"{TOWNS[number % len(TOWNS)]}{'上中下'[number // len(TOWNS)]}游" for number in range(count)]


def _disc(counties: gpd.GeoDataFrame, county: int, radius: float, east: float = 0.0) -> shapely.Geometry:
    """Draw a round patch near the middle of a county, within it."""
    shape = counties.geometry[county]
    middle = shapely.get_coordinates(shapely.point_on_surface(shape))[0] + (east, 0)
    return shapely.Point(middle).buffer(radius, quad_segs=6).intersection(shape)


def _towns(counties: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    return [_disc(counties, county, 4_000 - 900 * county, 3_000) for county in range(3)]


if __name__ == "__main__":
    for path in make(Path(sys.argv[1])):
        print(path)
