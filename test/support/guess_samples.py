"""Layers as bureaus have them, made by the hundred: names × fields × values, each with the role it truly has."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from control_units.delineation.sources.coordinates.crs import parse_crs
from control_units.delineation.sources.formats.vectors import RawLayer
from control_units.delineation.sources.layer import PolygonLayer

if TYPE_CHECKING:
    from collections.abc import Iterator

CRS = "EPSG:4548"
COUNTIES = {
    "codes": ["350203", "350205", "350206", "350211", "350212", "350213"],
    "names": ["思明区", "海沧区", "湖里区", "集美区", "同安区", "长泰县"],
}
TOWNS = [
    "厦港街道",
    "中华街道",
    "滨海街道",
    "莲花镇",
    "汀溪镇",
    "五显镇",
    "新圩镇",
    "马巷镇",
    "内厝镇",
    "大嶝街道",
    "后溪镇",
    "灌口镇",
]
VILLAGES = [
    "前场村",
    "后溪村",
    "三社村",
    "新村社区",
    "仑上村",
    "许庄村",
    "田头村",
    "浦边社区",
    "珩厝村",
    "赵岗村",
    "霞梧村",
    "琼头社区",
]


def make(
    name: str,
    columns: dict[str, list[Any]],
    *,
    file: str = "",
    folder: str = "",
    size: float = 1000.0,
    kind: str = "polygon",
) -> PolygonLayer:
    """A layer in memory: one square (line, point) a row."""
    count = len(next(iter(columns.values())))
    x = 500_000 + 2 * size * np.arange(count)
    geometry = shapely.box(x, 2_700_000, x + size, 2_700_000 + size)
    if kind == "line":
        geometry = shapely.boundary(geometry)
    elif kind == "point":
        geometry = shapely.centroid(geometry)
    arrays = {key: _array(values) for key, values in columns.items()}
    path = Path("data") / folder / f"{file or name}.gpkg"
    ids = np.arange(count, dtype=np.int64)
    raw = RawLayer(path, name, CRS, "UTF-8", ids, geometry, arrays, False)
    return PolygonLayer(raw, f"{path}|{name}", ids, geometry, parse_crs(CRS), ())


def _array(values: list[Any]) -> np.ndarray:
    if all(isinstance(value, int | float) for value in values):
        return np.array(values)
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


class Sample(NamedTuple):
    """A layer and the role it truly has: "" for none, None where nobody could tell."""

    role: str | None
    layer: PolygonLayer


def repeat(values: list[Any], count: int) -> list[Any]:
    return list(itertools.islice(itertools.cycle(values), count))


def _admin(role: str) -> list[dict[str, list[Any]]]:
    if role == "county":
        codes, names = COUNTIES["codes"], COUNTIES["names"]
        long = [code + "000000" for code in codes]
    else:
        base = TOWNS if role == "township" else VILLAGES
        codes = [f"3502{3 + n % 3:02d}{1 + n:03d}" for n in range(12)]
        codes = codes if role == "township" else [f"{code}{200 + n:03d}" for n, code in enumerate(codes)]
        names, long = base, [code.ljust(12, "0") for code in codes]
    city = ["厦门市"] * len(codes)
    return [
        {"XZQDM": codes, "XZQMC": names},
        {"code": long, "name": names, "city": city},
        {
            "OBJECTID": list(range(len(codes))),
            "PAC": [float(code) for code in codes],
            "NAME": names,
            "Shape_Area": [1.5e7 + n for n in range(len(codes))],
        },
        {
            "BSM": [f"{n:018d}" for n in range(len(codes))],
            "YSDM": ["1000600100"] * len(codes),
            "XZQDM": codes,
            "XZQMC": names,
            "MJ": [12.5 + n for n in range(len(codes))],
        },
        {"id": list(range(len(codes))), "AREA": names, "代码": codes},
    ]


def _plain(names: list[str], extra: dict[str, list[Any]] | None = None) -> list[dict[str, list[Any]]]:
    count = len(names)
    county = repeat(COUNTIES["names"], count)
    base = {"OBJECTID": list(range(1, count + 1))}
    return [
        base | (extra or {}),
        base | {"XZQDM": repeat(COUNTIES["codes"], count), "XZQMC": county} | (extra or {}),
        {"名称": names, "面积": [1.25 * n + 3 for n in range(count)]} | (extra or {}),
        {
            "BSM": [f"3502{n:014d}" for n in range(count)],
            "YSDM": ["2003010100"] * count,
            "MC": names,
            "SHAPE_Area": [1e5 + n for n in range(count)],
            "BZ": [None] * count,
        }
        | (extra or {}),
    ]


def _zoned(values: list[str], columns: tuple[str, ...], element: str, count: int = 12) -> list[dict[str, list[Any]]]:
    said = repeat(values, count)
    out = [{column: said, "XZQMC": repeat(COUNTIES["names"], count)} for column in columns]
    out.append(
        {
            "HJYSGKFQBM": [f"YS3502{3 + n % 3:02d}2{element}1{n:04d}" for n in range(count)],
            "HJYSGKFQMC": [f"思明区{value}{n}" for n, value in enumerate(said)],
            "GKFQLX": said,
        }
    )
    return out


def _sources() -> Iterator[tuple[str, list[str], list[dict[str, list[Any]]]]]:
    yield (
        "county",
        ["county", "县级行政区", "县界", "区县边界", "XZQ", "行政区划", "厦门市区县", "XJXZQ", "图层1"],
        _admin("county"),
    )
    yield (
        "township",
        ["township", "乡镇级行政区", "乡镇界", "乡镇街道", "XZQ", "town", "XZJXZQ", "行政区划", "图层1"],
        _admin("township"),
    )
    yield "village", ["village", "村级行政区", "行政村", "CJDCQ", "XZQ", "图层1"], _admin("village")
    yield (
        "red_line",
        ["STBHHX", "生态保护红线", "生态红线划定成果", "陆域生态保护红线", "redline", "红线成果", "stbhhx_dissolve"],
        _plain(["戴云山水源涵养红线", "同安水土保持", "海岸防护", "汀溪"] * 3),
    )
    yield (
        "general_eco_space",
        ["一般生态空间", "YBSTKJ", "general_eco_space", "一般生态空间划定"],
        _plain(["公益林", "天然林", "重要湿地", "坡地"] * 3),
    )
    parks = ["天竺山国家森林公园", "五缘湾湿地公园", "厦门珍稀海洋物种国家级自然保护区", "北辰山风景名胜区"]
    yield (
        "protected_area",
        ["自然保护地", "ZRBHD", "自然保护区", "自然保护地整合优化", "保护地", "森林公园"],
        _plain(parks),
    )
    sources = ["汀溪水库饮用水水源保护区", "坂头水库饮用水水源保护区", "石兜水库饮用水水源保护区"]
    graded = {"级别": ["一级", "二级", "准保护区"]}
    yield (
        "drinking_water",
        ["饮用水水源保护区", "YYSSYBHQ", "饮用水源地", "水源保护区", "drinking_water", "水源地"],
        _plain(sources, graded),
    )
    yield (
        "drinking_water",
        ["饮用水水源保护区", "水源保护区划定"],
        _plain(sources, {"BHQJB": ["一级保护区", "二级保护区", "二级保护区"]}),
    )
    water = ["水环境优先保护区", "工业污染重点管控区", "城镇生活污染重点管控区", "农业污染重点管控区", "一般管控区"]
    yield (
        "water_zone",
        ["水环境管控分区", "SHJGKFQ", "water_zone", "水环境", "水环境质量底线分区", "图层1"],
        _zoned(water, ("分区类型", "YSXL", "type"), "2"),
    )
    air = [
        "优先保护区",
        "高排放重点管控区",
        "布局敏感重点管控区",
        "弱扩散重点管控区",
        "受体敏感重点管控区",
        "一般管控区",
    ]
    yield (
        "air_zone",
        ["大气环境管控分区", "DQHJGKFQ", "air_zone", "大气环境分区管控", "图层1"],
        _zoned(air, ("管控分区", "GKFQLX", "zone"), "3"),
    )
    soil = ["农用地优先保护区", "农用地污染风险重点管控区", "建设用地污染风险重点管控区", "一般管控区"]
    yield (
        "soil_zone",
        ["土壤污染风险管控分区", "TRHJGKFQ", "soil_zone", "土壤环境管控分区", "图层1"],
        _zoned(soil, ("类型", "YSXL"), "4"),
    )
    resource = ["高污染燃料禁燃区", "土地资源重点管控区", "生态用水补给区", "地下水开采重点管控区"]
    yield (
        "resource_zone",
        ["自然资源管控分区", "资源利用上线", "resource_zone", "ZRZYGKFQ", "图层1"],
        _zoned(resource, ("类型", "分区类型"), "5"),
    )
    yield (
        "water_zone",
        ["水环境优先保护区", "水环境工业污染重点管控区", "水环境农业污染重点管控区"],
        _plain(["汀溪", "后溪", "九溪"]),
    )
    yield "air_zone", ["大气环境受体敏感重点管控区", "大气环境高排放重点管控区"], _plain(["1", "2", "3"])
    yield "resource_zone", ["高污染燃料禁燃区"], _plain(["岛内", "岛外"])
    estates = ["火炬高新区", "海沧台商投资开发区", "同安工业集中区工业园", "翔安产业园", "集美机械工业园区"]
    yield (
        "industrial_park",
        ["产业园区", "工业园区", "CYYQ", "industrial_park", "省级以上开发区", "园区边界", "园区"],
        _plain(estates),
    )
    yield (
        "industrial_park",
        ["park", "yuanqu", "图层1"],
        [{"园区名称": estates, "级别": ["省级"] * 5}, {"YQMC": estates, "XZQMC": COUNTIES["names"][:5]}],
    )
    urban = {"LX": ["集中建设区", "弹性发展区", "特别用途区", "集中建设区"]}
    yield (
        "urban_boundary",
        ["城镇开发边界", "CZKFBJ", "CSKFBJ", "urban_boundary", "城镇开发边界CZKFBJ", "图层1"],
        [{"OBJECTID": [1, 2, 3, 4], **urban}, {"类型": urban["LX"], "XZQMC": COUNTIES["names"][:4]}],
    )
    yield "urban_boundary", ["城镇开发边界", "城镇开发边界_三区三线"], _plain(["a", "b", "c"])
    yield (
        "farmland",
        ["永久基本农田", "YJJBNT", "YJJBNTBHTB", "基本农田保护图斑", "farmland", "永久基本农田保护红线"],
        _plain([f"NT{n}" for n in range(12)]),
    )
    yield "sea", ["海域", "近岸海域范围", "管辖海域边界", "sea"], _plain(["厦门湾", "同安湾"])
    units = [f"ZH3502{3 + n % 3:02d}2{n:04d}" for n in range(12)]
    kinds = {
        "HJGKDYBM": units,
        "HJGKDYMC": [f"海沧重点管控单元{n}" for n in range(12)],
        "HJGKDYFL": ["重点管控单元"] * 12,
    }
    yield (
        "unit",
        ["环境管控单元", "HJGKDY", "管控单元2020", "陆域管控单元", "图层1", "三线一单成果"],
        [
            kinds,
            {"HJZHGKDYBM": units, "AREA": repeat(COUNTIES["names"], 12)},
            {"code": units, "name": kinds["HJGKDYMC"]},
        ],
    )
    yield "catchment", ["子流域", "汇水区", "catchment", "流域分区"], _plain(["汀溪", "西溪", "东溪"])


def _list(text: str) -> list[str]:
    return text.split()


# What is no source. The names are those of layers that lie beside sources in every bureau's folders.
_NONE = _list("""
生态保护重要性评价结果 生态保护极重要区 生态系统服务功能重要性 城镇建设适宜性评价结果 农业生产适宜性评价
水资源承载力 DLTB 地类图斑 三调 PDT 坡度图 道路 公路 road 河流水系 水系 水体 water_osm buildings 建筑 地名点
居民点 市级行政区 村庄开发边界 历史文化保护线 土壤类型 土壤侵蚀 水功能区划 声环境功能区 公园绿地 森林资源小班
公益林 耕地 水库 采矿权 禁养区 林地 湿地 海域使用权 大气污染源 学校 道路红线 用地红线 地质灾害 人口格网 水系面
绿地系统 学校分布 高标准农田 耕地后备资源 土地整治 饮用水管网 大气监测网格 土壤采样点 红线图廓 园区企业 街道立面
乡镇驻地 县道 县城总规 行政村驻地 园区规划环评 乡镇污水管网 土壤普查 水环境功能区划 fishnet 样方 断面 排污口
高程 规划用地 控规地块 城市绿线 蓝线 城市公园 city_park 自来水厂 气象站 大气监测站
""")
_UNSURE = _list("""
图层1 New_Shapefile export_output clip 生态保护红线评估调整对比 生态保护红线调整前后变化 永久基本农田核减图斑
城镇开发边界草案 CZKFBJ 生态空间 自然保护区变化分析 红线冲突图斑
""")
_BEFORE, _BEHIND = (
    ("", "厦门市", "XM_", "350200"),
    ("", "_2023", "202312", "（定稿）", "_CGCS2000", "_final2", " - 投影"),
)


def samples() -> Iterator[Sample]:
    """All of them, in a fixed order."""
    number = itertools.count()
    for role, names, tables in _sources():
        for name, table in itertools.product(names, tables):
            turn = next(number)
            for before, behind in (
                (_BEFORE[turn % 4], _BEHIND[turn % 7]),
                (_BEFORE[(turn + 1) % 4], _BEHIND[(turn + 3) % 7]),
            ):
                yield Sample(role, make(f"{before}{name}{behind}", table))
    for truth, names in (("", _NONE), (None, _UNSURE)):
        for name, table in itertools.product(names, _plain(["a1", "b2", "c3", "d4"])):
            turn = next(number)
            for before, behind in ((_BEFORE[turn % 4], _BEHIND[turn % 7]), ("", "")):
                yield Sample(truth, make(f"{before}{name}{behind}", table))


def taken_up(text):
    """The case with every commented block taken up, as its head says: a # without a space behind it goes."""
    return re.sub(r"(?m)^#(?=[\w\[\"])", "", text)
