"""A made-up prefecture as its bureaus send it: nine Shapefiles in GBK of which none says so, and three other files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbf import Column, table
from hand import box, write_layer

if TYPE_CHECKING:
    from pathlib import Path

    import shapely

Layer = tuple[list["shapely.Polygon"], dict[str, list[Any]]]
TOWNS = ["云岭镇", "石桥乡", "河口镇", "青溪镇", "白塔乡", "城关街道"]

# File → shapes and fields; those with .shp are in GBK, without .cpg and language byte.
FILES: dict[str, Layer] = {
    "县级行政区.shp": (
        [box(0, 0, 10_000, 8_000), box(10_000, 0, 10_000, 8_000), box(20_000, 0, 10_000, 8_000)],
        {"XZQDM": ["429901", "429902", "429903"], "XZQMC": ["云岭县", "河口县", "城关区"]},
    ),
    "乡镇界线.shp": (
        [box(5_000 * place, 0, 5_000, 8_000) for place in range(6)],
        {"XZQDM": [f"42990{1 + place // 2}00{1 + place % 2}" for place in range(6)], "XZQMC": TOWNS},
    ),
    "陆域生态保护红线.shp": (
        [box(500, 500, 3_000, 2_000), box(12_000, 4_000, 2_500, 2_500), box(25_000, 600, 900, 700)],
        {
            "HXBM": ["429901-1", "429902-1", "429903-1"],
            "红线名称": ["云岭水源涵养生态保护红线", "河口湿地生态保护红线", "城关水土保持生态保护红线"],
        },
    ),
    "自然保护地.shp": (
        [box(600, 600, 1_500, 1_200), box(12_300, 4_200, 1_500, 1_500)],
        {"保护地名称": ["峰山国家级森林公园", "河口省级湿地公园"], "级别": ["国家级", "省级"]},
    ),
    "饮用水水源保护区.shp": (
        [box(7_000, 1_000, 700, 700), box(7_000, 1_700, 1_500, 1_500)],
        {"水源地名称": ["云岭水库", "云岭水库"], "级别": ["一级保护区", "二级保护区"]},
    ),
    "水环境控制单元.shp": (
        [box(0, 0, 12_000, 8_000), box(12_000, 0, 9_000, 8_000), box(21_000, 0, 9_000, 8_000)],
        {
            "控制单元": ["清河云岭段", "清河河口段", "清河城关段"],
            "管控分区": ["水环境优先保护区", "水环境工业污染重点管控区", "水环境一般管控区"],
        },
    ),
    "大气环境分区.shp": (
        [box(0, 0, 9_000, 8_000), box(9_000, 0, 15_000, 8_000), box(24_000, 0, 6_000, 8_000)],
        {"分区": ["大气环境优先保护区", "大气环境高排放重点管控区", "大气环境一般管控区"], "片区": ["西", "中", "东"]},
    ),
    "产业园区.shp": (
        [box(15_500, 500, 1_800, 1_500), box(26_000, 3_000, 2_000, 1_700)],
        {"园区名称": ["河口化工园区", "城关经济开发区"], "园区级别": ["省级", "国家级"]},
    ),
    "永久基本农田.shp": (
        [box(8_200 + 1_100 * place, 6_200, 800, 900) for place in range(4)],
        {"图斑编号": [f"N{place}" for place in range(4)], "权属单位": ["云岭村", "云岭村", "石桥村", "石桥村"]},
    ),
    "城镇开发边界.gpkg": (
        [box(15_000, 200, 3_500, 3_000), box(25_500, 2_500, 3_200, 3_000)],
        {"LX": ["集中建设区", "弹性发展区"]},
    ),
    "一般生态空间.gpkg": ([box(4_000, 3_000, 2_500, 2_500)], {"名称": ["云岭南坡"]}),
    "土壤污染风险管控分区.gpkg": (
        [box(26_200, 3_200, 900, 900)],
        {"类型": ["建设用地污染风险重点管控区"], "地块名称": ["城关旧电镀厂地块"]},
    ),
}


def write_prefecture(folder: Path) -> Path:
    """Write all of its files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (shapes, fields) in FILES.items():
        path = folder / name
        if path.suffix == ".shp":
            write_layer(path, path.stem, shapes, {"id": list(range(len(shapes)))})
            columns = [Column(key.encode("gbk"), [one.encode("gbk") for one in texts]) for key, texts in fields.items()]
            path.with_suffix(".dbf").write_bytes(table(columns))
            path.with_suffix(".cpg").unlink(missing_ok=True)
        else:
            write_layer(path, path.stem, shapes, fields)
    return folder
