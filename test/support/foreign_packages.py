"""Two packages of last year made by programs of others: what a layout is learned from, and what its columns are.

None of them is written by the exporters of this program. Their values are last year's: other units, other codes,
slightly other shapes, texts of their own; what they measure is measured of their own shapes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.verbs.running import delineate

if TYPE_CHECKING:
    import pandas as pd
    from control_units.delineation.plan.file import Plan

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "case.toml"
CATEGORY = {1: "优先保护", 2: "重点管控", 3: "一般管控"}
ELEMENT = {"ecology": "生态", "water": "水环境", "air": "大气环境", "soil": "土壤", "resource": "自然资源"}
MU, HECTARE = 2000 / 3, 1e4


@dataclass
class Package:
    """A package that was made.

    Attributes
    ----------
    folder : Path
    truth : dict
        File, of a layer with its name behind a bar → column → what it holds (``export.records.COLUMNS``), or None.
    """

    folder: Path
    truth: dict[str, dict[str, str | None]] = field(default_factory=dict)


@cache
def demo_plan() -> Plan:
    """Give this year's plan: 58 units of eight counties, 91 element zones."""
    return delineate(read_case(DEMO))


def last_year(plan: Plan) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give units and element zones as they may have been a year before, in the plan's CRS."""
    names = json.loads(plan.meta["county_names"])
    units = _older(plan.units, plan.crs, ["code", "category", "county", "townships", "kind", "subtype"])
    units["name"] = [
        f"{names[county]}{CATEGORY[category]}单元{number}"
        for number, (county, category) in enumerate(zip(units["county"], units["category"], strict=True), 1)
    ]
    units["reasons"] = [f"依据{name}生态环境分区管控要求划定" for name in units["name"]]
    zones = _older(plan.element_zones, plan.crs, ["code", "element", "zone", "county"])
    for frame in (units, zones):
        frame["county_name"] = [names[county] for county in frame["county"]]
    return units, zones


def _older(frame: pd.DataFrame, crs: str, columns: list[str]) -> gpd.GeoDataFrame:
    """Leave some out, number those behind them anew, and take vertices out of their shapes."""
    frame = gpd.GeoDataFrame(frame[[*columns, "geometry"]].reset_index(drop=True), geometry="geometry", crs=crs)
    frame = frame.drop(index=[3, 11, 20]).reset_index(drop=True)
    start = frame["code"].str[:-4]
    frame["code"] = start + (frame.groupby(start).cumcount() + 1).map("{:04d}".format)
    fewer = shapely.simplify(np.asarray(frame.geometry), 30)
    return frame.set_geometry(gpd.GeoSeries(shapely.make_valid(fewer), crs=frame.crs))


def polygons(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the same with multipolygons alone, as a layer of polygons takes them."""
    shapes = [
        shapely.multipolygons([one for one in shapely.get_parts(shape) if one.geom_type == "Polygon"])
        if shape.geom_type != "Polygon"
        else shapely.multipolygons([shape])
        for shape in frame.geometry
    ]
    return frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))


def zone_types(zones: gpd.GeoDataFrame) -> list[str]:
    """Word the types of zones as that province may have: 水环境工业污染重点区."""
    rows = read_profile().table("codes_ys.csv")
    words = {row["category"] + row["element_digit"] + row["subtype_digit"]: row["label"] for row in rows}
    return [words[digits].replace("管控区", "区") for digits in zones["code"].str[8:11]]


def _written(path: Path, frame: gpd.GeoDataFrame, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_file(path, engine="pyogrio", **options)


def _document(path: Path, text: bytes = b"%PDF-1.4\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)


# ── Package a: Shapefiles in GBK, initials, another order, categories in words, mu and hectares ─────────────────────


def make_a(folder: Path, plan: Plan) -> Package:
    """Make a package of Shapefiles in GBK: names of fields are initials, AREA holds the names of counties."""
    made = Package(folder / "650100乌鲁木齐市生态环境分区管控成果_2023")
    units, zones = (polygons(frame) for frame in last_year(plan))
    area = units.area
    rows = gpd.GeoDataFrame(
        {
            "XH": np.arange(1, len(units) + 1),
            "DYMC": units["name"],
            "AREA": units["county_name"],
            "GKLX": units["category"].map(lambda one: f"{CATEGORY[one]}单元"),
            "DYBM": units["code"],
            "MJ": (area / MU).round(2),
            "XZQDM": units["county"],
            "SZS": "乌鲁木齐市",
            "XZMC": units["townships"],
            "MJGQ": (area / HECTARE).round(4),
            "HDYJ": units["reasons"],
            "BZDW": "某某环境科学研究院",
            "RKMD": np.random.default_rng(1).uniform(10, 900, len(units)).round(1),
            "BZ": "",
        },
        geometry=units.geometry,
        crs=units.crs,
    )
    path = "01矢量数据/650100乌鲁木齐市环境管控单元_2023.shp"
    _written(made.folder / path, rows, encoding="GBK")
    made.truth[path] = {
        "XH": "number",
        "DYMC": "name",
        "AREA": "county_name",
        "GKLX": "category",
        "DYBM": "code",
        "MJ": "area_mu",
        "XZQDM": "county",
        "SZS": "city",
        "XZMC": "townships",
        "MJGQ": "area_ha",
        "HDYJ": "reasons",
        "BZDW": None,
        "RKMD": None,
        "BZ": None,
    }
    for element in ("water", "air"):
        own = zones[zones["element"] == element]
        rows = gpd.GeoDataFrame(
            {
                "YSLX": ELEMENT[element],
                "XL": zone_types(own),
                "FQBM": own["code"],
                "QXMC": own["county_name"],
                "FQFL": own["code"].str[8].map(lambda one: f"{CATEGORY[int(one)]}区"),
                "MJ": (own.area / HECTARE).round(2),
            },
            geometry=own.geometry,
            crs=own.crs,
        )
        path = f"01矢量数据/要素分区/650100乌鲁木齐市{ELEMENT[element]}管控分区_2023.shp"
        _written(made.folder / path, rows, encoding="GBK")
        made.truth[path] = {
            "YSLX": "element",
            "XL": "zone_name",
            "FQBM": "code",
            "QXMC": "county_name",
            "FQFL": "category",
            "MJ": "area_ha",
        }
    border = gpd.GeoDataFrame({"XZQMC": ["乌鲁木齐市"]}, geometry=[shapely.box(*units.total_bounds)], crs=units.crs)
    _written(made.folder / "01矢量数据/650100乌鲁木齐市行政边界.shp", border, encoding="GBK")
    for path in (
        "02图件/650100乌鲁木齐市环境管控单元分布图_2023.pdf",
        "02图件/650100乌鲁木齐市环境管控单元分类图_2023.jpg",
        "02图件/650100乌鲁木齐市生态保护红线图_2023.pdf",
        "04审查材料/附件1 专家评审意见_20231105.pdf",
        "04审查材料/附件2 征求意见汇总_01.jpg",
        "04审查材料/附件2 征求意见汇总_02.jpg",
        "04审查材料/原始数据.zip",
        "Thumbs.db",
    ):
        _document(made.folder / path)
    return made


# ── Package b: a geodatabase with Chinese names, aliases and code tables, square metres ─────────────────────────────

# name | alias | type | width | domain | truth
_B_UNITS = """\
县区 | 所属区县 | text | 50 |  | county_name
编码 | 环境管控单元编码 | text | 20 |  | code
分类 | 管控单元分类 | integer | 0 | GKFL | category
单元名称 | 环境管控单元名称 | text | 100 |  | name
行政代码 | 行政区代码 | integer | 0 | XZQ | county
面积 | 单元面积（平方米） | real | 0 |  | area_m2
周长 | 单元周长（米） | real | 0 |  | perimeter_m
省 |  | text | 50 |  | province
市 |  | text | 50 |  | city
年份 | 数据年份 | integer | 0 |  | year
图斑数 |  | integer | 0 |  | parts
经办人 |  | text | 20 |  |
备注 |  | text | 200 |  |"""
_B_ZONES = """\
要素 | 环境要素 | text | 20 |  | element
编码 | 要素管控分区编码 | text | 20 |  | code
名称 | 要素管控分区名称 | text | 100 |  | name
细类 | 要素细类 | text | 50 |  | zone_name
分类 | 管控分区分类 | integer | 0 | GKFL | category
县区 |  | text | 50 |  | county_name
面积 | 分区面积（km²） | real | 0 |  | area_km2"""


def _fields(text: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in text.splitlines()]


def make_b(folder: Path, plan: Plan) -> Package:
    """Make a package with a geodatabase: units and zones in it, names in Chinese, code tables, areas in m²."""
    from osgeo import gdal, ogr, osr

    made = Package(folder / "乌鲁木齐市生态环境分区管控更新成果（2023年12月）")
    path = "数据库/650100乌鲁木齐市2023.gdb"
    (made.folder / "数据库").mkdir(parents=True)
    units, zones = (polygons(frame) for frame in last_year(plan))
    names = sorted(set(zip(units["county"], units["county_name"], strict=True)))
    columns = {
        "HJGKDY": {
            "县区": units["county_name"],
            "编码": units["code"],
            "分类": units["category"],
            "单元名称": units["name"],
            "行政代码": units["county"].astype(int),
            "面积": units.area,
            "周长": units.length,
            "省": ["新疆维吾尔自治区"] * len(units),
            "市": ["乌鲁木齐市"] * len(units),
            "年份": [2023] * len(units),
            "图斑数": [len(shapely.get_parts(shape)) for shape in units.geometry],
            "经办人": ["张三"] * len(units),
            "备注": [None] * len(units),
        },
        "HJYSGKFQ": {
            "要素": zones["element"].map(ELEMENT),
            "编码": zones["code"],
            "名称": [
                f"{county}{kind}{n}"
                for n, (county, kind) in enumerate(zip(zones["county_name"], zone_types(zones), strict=True))
            ],
            "细类": zone_types(zones),
            "分类": zones["code"].str[8].astype(int),
            "县区": zones["county_name"],
            "面积": (zones.area / 1e6).round(3),
        },
    }
    kinds = {"text": ogr.OFTString, "integer": ogr.OFTInteger, "real": ogr.OFTReal}
    with gdal.ExceptionMgr(), ogr.ExceptionMgr(), osr.ExceptionMgr():
        source = gdal.GetDriverByName("OpenFileGDB").Create(str(made.folder / path), 0, 0, 0, gdal.GDT_Unknown)
        target = osr.SpatialReference()
        target.SetFromUserInput(units.crs.to_wkt())
        category = {str(digit): f"{text}单元" for digit, text in CATEGORY.items()}
        for name, codes in (("GKFL", category), ("XZQ", dict(names))):
            source.AddFieldDomain(ogr.CreateCodedFieldDomain(name, name, ogr.OFTInteger, ogr.OFSTNone, codes))
        for layer, title, fields, frame in (
            ("HJGKDY", "环境管控单元", _B_UNITS, units),
            ("HJYSGKFQ", "环境要素管控分区", _B_ZONES, zones),
        ):
            options = [f"LAYER_ALIAS={title}", "CREATE_SHAPE_AREA_AND_LENGTH_FIELDS=YES"]
            put = source.CreateLayer(layer, target, ogr.wkbMultiPolygon, options)
            for name, alias, kind, width, domain, _ in _fields(fields):
                one = ogr.FieldDefn(name, kinds[kind])
                one.SetWidth(int(width))
                one.SetAlternativeName(alias)
                if domain:
                    one.SetDomainName(domain)
                put.CreateField(one)
            _put_rows(put, ogr, [name for name, *_ in _fields(fields)], columns[layer], frame)
            del put
        table = source.CreateLayer("代码表", None, ogr.wkbNone)
        table.CreateField(ogr.FieldDefn("代码", ogr.OFTString))
        del table
        source.Close()
    for layer, fields in (("HJGKDY", _B_UNITS), ("HJYSGKFQ", _B_ZONES)):
        made.truth[f"{path}|{layer}"] = {name: of or None for name, *_, of in _fields(fields)}
    return made


def _put_rows(put: Any, ogr: Any, names: list[str], columns: dict[str, Any], frame: gpd.GeoDataFrame) -> None:
    values = [list(columns[name]) for name in names]
    for row, shape in enumerate(frame.geometry):
        feature = ogr.Feature(put.GetLayerDefn())
        for name, column in zip(names, values, strict=True):
            value = column[row]
            if value is not None:
                feature.SetField(name, value.item() if hasattr(value, "item") else value)
        feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(shapely.to_wkb(shape)))
        put.CreateFeature(feature)
        del feature


def right_and_wrong(truth: dict[str, str | None], found: dict[str, str]) -> tuple[list[str], list[str]]:
    """Say which columns were taken for what they are, and which for what they are not; the rest were left."""
    wrong = [f"{name}: {found[name]}, not {of}" for name, of in truth.items() if found[name] and found[name] != of]
    right = [name for name, of in truth.items() if found[name] == (of or "")]
    return right, wrong
