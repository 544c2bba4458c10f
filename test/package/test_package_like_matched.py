"""What columns of others are taken for, at the bounds: ``test/data/learned/matched.txt`` has a line for each.

Each column stands beside the codes of twenty units: whole; with one and with two values that say something else; cut to
two, three, five and six rows; and under a name that says nothing and one that says what it is. Where a change means a
line to differ, delete the file: the test writes it anew, fails, and ``git diff`` shows what is taken otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from control_units.delineation.package.like.found import FoundColumn, FoundTable
from control_units.delineation.package.like.known import KnownFacts, known_of
from control_units.delineation.package.like.matching import fits_of, match_table
from control_units.delineation.package.like.measures import areas_of, bounds_in_degrees, outlines_of
from control_units.delineation.package.like.rows import DescribedTable
from control_units.delineation.package.like.words import read_words
from pyproj import Transformer

FOLDER = Path(__file__).parents[1] / "data" / "learned"
WORDS = read_words()
COUNT = 20
COUNTIES = {"650102": "天山区", "650103": "沙依巴克区", "650109": "米东区"}
CODES = [f"ZH{list(COUNTIES)[n % 3]}{n % 3 + 1 if n % 2 else 1}{n:04d}" for n in range(COUNT)]
COUNTY = [COUNTIES[code[2:8]] for code in CODES]
WORD = {"1": "优先保护", "2": "重点管控", "3": "一般管控"}
CRS = "EPSG:4547"
SHAPES = np.array(
    [
        shapely.box(5e5 + 9e3 * n, 4.8e6, 5e5 + 9e3 * n + 700 + 431 * n, 4.8e6 + 2500 + 100 * (n % 4))
        for n in range(COUNT)
    ],
    dtype=object,
)
SHAPES[4] = shapely.multipolygons([SHAPES[4], shapely.box(6e5, 4.7e6, 6e5 + 500, 4.7e6 + 500)])
AREAS, OUTLINES = shapely.area(SHAPES), shapely.length(SHAPES)
MOVE = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
LON, LAT = MOVE.transform(*shapely.get_coordinates(shapely.point_on_surface(SHAPES)).T)
CLAUSES = {one: next(text for text, own in WORDS.clauses.items() if own == one) for one in WORDS.dimensions}
NAMES = [f"{county}第{n}片{WORD[code[8]]}单元" for n, (county, code) in enumerate(zip(COUNTY, CODES, strict=True))]
KINDS = sorted(WORDS.kinds)


def wrong(values: list, instead: object, count: int) -> list:
    out = list(values)
    for row in (7, 13)[:count]:
        out[row] = instead
    return out


# Name → a title that says so, values, what stands in place of one that is wrong.
COLUMNS: dict[str, tuple[str, list, object]] = {
    "codes without prefix": ("单元编码", [code[2:] for code in CODES], "甲"),
    "category digit": ("管控类别", [code[8] for code in CODES], "9"),
    "category words": ("管控类别", [f"{WORD[code[8]]}单元" for code in CODES], "其他"),
    "category letters": ("管控类别", [" ABC"[int(code[8])] for code in CODES], "D"),
    "county": ("区县代码", [code[2:8] for code in CODES], "999999"),
    "county as number": ("区县代码", [int(code[2:8]) for code in CODES], 1),
    "county of twelve": ("区县代码", [f"{code[2:8]}000000" for code in CODES], "x"),
    "city code": ("市代码", ["650100"] * COUNT, "650200"),
    "province code": ("省代码", [65] * COUNT, 66),
    "county name": ("区县", COUNTY, "某县"),
    "county with city": ("区县", [f"乌鲁木齐市{name}" for name in COUNTY], "某县"),
    "city": ("市", ["乌鲁木齐市"] * COUNT, "某市"),
    "province": ("省", ["新疆维吾尔自治区"] * COUNT, "某省"),
    "m2": ("面积", list(np.round(AREAS)), 1.0),
    "km2": ("面积", list(np.round(AREAS / 1e6, 3)), 999.0),
    "ha by 4 per mille": ("面积", list(np.round(AREAS * 1.004 / 1e4, 2)), 9.9),
    "ha by 6 per mille": ("面积", list(np.round(AREAS * 1.006 / 1e4, 2)), 9.9),
    "mu": ("面积", list(np.round(AREAS * 3 / 2000, 1)), 9.9),
    "rounded to km2": ("面积", list(np.round(AREAS / 1e6)), 99.0),
    "outline": ("周长", list(np.round(OUTLINES, 2)), 1.0),
    "outline in km": ("周长", list(np.round(OUTLINES / 1000, 3)), 1.0),
    "share": ("占全市比例", list(np.round(100 * AREAS / AREAS.sum(), 2)), 77.0),
    "longitude": ("经度", list(np.round(LON, 4)), 0.0),
    "latitude": ("纬度", list(np.round(LAT, 4)), 0.0),
    "parts": ("图斑数", list(shapely.get_num_geometries(SHAPES)), 7),
    "number": ("序号", list(range(1, COUNT + 1)), 0),
    "names": ("单元名称", NAMES, "甲。"),
    "long names": ("单元名称", [f"{name}{'的' * 60}" for name in NAMES], "甲"),
    "townships": ("涉及乡镇", [f"甲{n}镇、乙{n}街道（部分）" for n in range(COUNT)], "甲村"),
    "one township": ("涉及乡镇", [f"甲{n}镇" for n in range(COUNT)], "甲村"),
    "zones": ("要素分区编码", [f"YS650102121{n:04d}、YS650102231{n:04d}" for n in range(COUNT)], "甲"),
    "clauses": ("空间布局约束", [f"{CLAUSES['space']}{name}" for name in NAMES], "无关的要求共有若干条。"),
    "other clauses": ("空间布局约束", [f"{CLAUSES['risk']}{name}" for name in NAMES], "无关的要求共有若干条。"),
    "short texts": ("空间布局约束", ["限制"] * COUNT, "不"),
    "texts": ("空间布局约束", [f"严格控制第{n}片" for n in range(COUNT)], "不"),
    "kinds": ("细类", [KINDS[n % 4] for n in range(COUNT)], "某类"),
    "year": ("年份", [2023] * COUNT, 2022),
    "year in words": ("年份", ["2023年"] * COUNT, "2022年"),
    "date": ("日期", ["2023-06-30"] * COUNT, "x"),
    "classification": ("密级", ["内部"] * COUNT, "公开"),
    "plan": ("方案名称", ["某市方案"] * COUNT, "别的"),
    "reasons": ("划定依据", [f"依据《第{n}号文》划定" for n in range(COUNT)], 3),
    "remarks": ("备注", [f"备注{n}" for n in range(COUNT)], "x"),
    "anything": ("经办人", [f"张{n}" for n in range(COUNT)], "x"),
    "nothing": ("备注", [None] * COUNT, None),
    "slashes": ("备注", ["/"] * COUNT, "—"),
    "former": ("原面积", list(AREAS / 1e6), 9.9),
    "of others": ("核定面积", list(AREAS / 1e6), 9.9),
    "of a part": ("耕地面积", list(AREAS / 1e6), 9.9),
    "of a year": ("2020年面积", list(AREAS * 1.002 / 1e6), 9.9),
}


def layer(codes, values, title, rows, *, shapes=True, file="units.shp") -> FoundTable:
    columns = (FoundColumn(1, "DYBM", values=codes[:rows]), FoundColumn(2, title, values=values[:rows]))
    return FoundTable(file, "", columns, SHAPES[:rows] if shapes else None, CRS if shapes else "")


def evidence(table: FoundTable, known: KnownFacts, kind: str, codes) -> str:
    rows = DescribedTable(table, kind, codes, known, WORDS)
    out = []
    for fit in fits_of(rows, table.columns[1]) if rows.values(table.columns[1]) else []:
        marks = "".join(mark for mark, one in (("+", fit.alone), ("!", fit.sure), ("=", fit.fixed)) if one)
        measure = f"~{fit.off:.4f}/{fit.way}" if fit.off or fit.way else ""
        words = (
            ",".join(f"{key}={text}" for key, text in fit.words.items())
            if len(fit.words) < 6
            else f"{len(fit.words)} words"
        )
        out.append(f"{fit.of} {fit.agree}/{fit.count}{marks}{measure}{f' {words}' if words else ''}")
    return "; ".join(out) or "nothing"


def told(table: FoundTable, known: KnownFacts | None = None, *, sample: bool = False) -> str:
    if sample:
        # A table without rows is known by the names of its columns: two more of them.
        more = [FoundColumn(3, "管控单元名称"), FoundColumn(4, "环境风险防控")]
        table = replace(table, columns=(*table.columns, *more))
    found = match_table(table, known)
    if not found.of:
        return "no table"
    one = found.matches[1]
    said = "; ".join(map(str, one.by)) if one.of else str(one.against)
    return f"{found.of} {one.of or '—'}{' blank' if one.blank else ''}: {said}"


def lines() -> list[str]:
    out = []
    for name, (title, values, instead) in COLUMNS.items():
        out.append(f"§ {name}")
        variants = [(f"{count} wrong", wrong(values, instead, count), COUNT) for count in range(3)]
        variants += [(f"{rows} rows", values, rows) for rows in (2, 3, 5, 6)]
        empty = told(layer([], [], title, 0, shapes=False, file="a.xlsx"), sample=True)
        out.append(f"no rows, {title}: {empty}")
        for what, own, rows in variants:
            table = layer(CODES, own, "F1", rows)
            out.append(f"{what}: {evidence(table, KnownFacts(), 'units', CODES[:rows])}")
            out.append(f"  F1: {told(table)}")
            out.append(f"  {title}: {told(layer(CODES, own, title, rows))}")
    out += others()
    known = known_of([match_table(whole())], WORDS)
    out.append("§ what the layers say")
    out.append(shown(known))
    for name, (title, values, instead) in COLUMNS.items():
        out.append(f"§ {name}, in a sheet")
        for what, own, rows in (
            ("0 wrong", values, COUNT),
            ("2 wrong", wrong(values, instead, 2), COUNT),
            ("3 rows", values, 3),
        ):
            table = layer(CODES, own, title, rows, shapes=False, file="a.xlsx")
            out.append(f"{what}: {evidence(table, known, 'units', CODES[:rows])}")
            out.append(f"  {title}: {told(table, known)}")
    return out


# ── Tables of other kinds ───────────────────────────────────────────────────────────────────────────────────────────

DIGITS = ("121", "221", "231", "331", "111")
ZONE_CODES = [f"YS{list(COUNTIES)[n % 3]}{DIGITS[n % 5]}{n:04d}" for n in range(COUNT)]
ELEMENTS = {"1": "生态", "2": "水环境", "3": "大气"}
CITY = {f"65{n:02d}01": f"第{n}县" for n in range(1, COUNT + 1)}


def summed() -> KnownFacts:
    """What layers say of twenty counties."""
    counties = {}
    for n, (code, name) in enumerate(CITY.items(), 1):
        parts = {digit: 10.0 * n + 3.7 * int(digit) for digit in "123"}
        one = {"county_name": name, "n": n + 6, "km2": (sum(parts.values()),), "share": (100.0,)}
        for digit, area in parts.items():
            one |= {f"n_{digit}": n + int(digit), f"km2_{digit}": (area,)}
            one[f"share_{digit}"] = (100 * area / sum(parts.values()),)
        counties[code] = one
    return KnownFacts({}, {}, counties)


SUMMED = summed()
SUMS = list(SUMMED.counties.values())
WHOLE = sum(one["km2"][0] for one in SUMS)
# Kind → what makes its rows known, and columns: a title that says so, values, what stands in place of one.
OTHERS: dict[str, tuple[list[tuple[str, list]], dict[str, tuple[str, list, object]]]] = {
    "zones": (
        [("FQBM", ZONE_CODES)],
        {
            "element": ("要素", [ELEMENTS[code[9]] for code in ZONE_CODES], "土壤"),
            "type": ("分区类型", [f"{WORDS.zones[code[8:11]][2]}x" for code in ZONE_CODES], "别的区"),
            "type as it is": ("分区类型", [WORDS.zones[code[8:11]][2] for code in ZONE_CODES], "别的区"),
            "category": ("分区分类", [WORD[code[8]] for code in ZONE_CODES], "其他"),
            "name": ("分区名称", [f"第{n}水环境管控区" for n in range(COUNT)], "甲"),
            "county": ("区县", [COUNTIES[code[2:8]] for code in ZONE_CODES], "某县"),
            "area": ("面积", list(np.round(AREAS / 1e4, 2)), 9.9),
        },
    ),
    "clauses": (
        [("编码", [CODES[n // 4] for n in range(COUNT)]), ("管控要求", [f"第{n}条要求" for n in range(COUNT)])],
        {
            "dimension": (
                "维度",
                [("空间布局约束", "污染物排放管控", "环境风险防控")[n % 3] for n in range(COUNT)],
                "甲",
            ),
            "effect": ("管控方式", [("禁止", "限制")[n % 2] for n in range(COUNT)], "甲"),
            "text": ("条款内容", [f"{CLAUSES['space']}第{n}" for n in range(COUNT)], "别的要求若干"),
            "basis": ("法律依据", [f"《第{n}法》" for n in range(COUNT)], "某法"),
            "level": ("层级", [("省", "市", "县")[n % 3] for n in range(COUNT)], "乡"),
            "name": ("单元名称", [NAMES[n // 4] for n in range(COUNT)], "甲。"),
            "number": ("序号", list(range(1, COUNT + 1)), 0),
        },
    ),
    "findings": (
        [
            ("规则编号", [f"Q{n:02d}" for n in range(COUNT)]),
            ("问题描述", [f"第{n}处" for n in range(COUNT)]),
            ("说明理由", [f"理由{n}" for n in range(COUNT)]),
        ],
        {
            "id": ("检查项编号", [f"Q{n:02d}" for n in range(COUNT)], "甲"),
            "severity": ("等级", [("错误", "提示")[n % 2] for n in range(COUNT)], "轻"),
            "state": ("状态", [("未处理", "已说明理由")[n % 2] for n in range(COUNT)], "轻"),
            "x": ("X", list(np.round(shapely.get_x(shapely.centroid(SHAPES)), 2)), 9.9),
            "y": ("Y", list(np.round(shapely.get_y(shapely.centroid(SHAPES)), 2)), 9.9),
            "value": ("数值", list(range(5, COUNT + 5)), "x"),
        },
    ),
    "sources": (
        [
            ("数据来源", [f"源{n}" for n in range(COUNT)]),
            ("文件", [f"{n}.shp" for n in range(COUNT)]),
            ("坐标系", ["CGCS2000"] * COUNT),
        ],
        {
            "sum": ("校验值", [f"{n:064x}" for n in range(COUNT)], "x"),
            "classification": ("密级", ["内部"] * COUNT, "公开"),
            "count": ("要素数", list(range(5, COUNT + 5)), "x"),
        },
    ),
    "counties": (
        [("区县", list(CITY.values()))],
        {
            "code": ("区县代码", list(CITY), "x"),
            "n": ("合计/个数", [one["n"] for one in SUMS], 99),
            "n of a category": ("优先/个数", [one["n_1"] for one in SUMS], 99),
            "km2": ("合计/面积", [round(one["km2"][0], 2) for one in SUMS], 9.9),
            "km2 of a category": ("重点/面积", [round(one["km2_2"][0], 2) for one in SUMS], 9.9),
            "km2 by 4 per mille": ("重点/面积", [round(one["km2_2"][0] * 1.004, 2) for one in SUMS], 9.9),
            "km2 by 6 per mille": ("重点/面积", [round(one["km2_2"][0] * 1.006, 2) for one in SUMS], 9.9),
            "share of a category": ("一般/占比", [round(one["share_3"][0], 2) for one in SUMS], 9.9),
            "share by a twentieth": ("一般/占比", [round(one["share_3"][0] + 0.05, 2) for one in SUMS], 9.9),
            "share by a tenth": ("一般/占比", [round(one["share_3"][0] + 0.1, 2) for one in SUMS], 9.9),
            "share of all": ("占全市比例", [round(100 * one["km2"][0] / WHOLE, 2) for one in SUMS], 9.9),
            "short n": ("单元数", [one["n"] for one in SUMS], 99),
            "short km2": ("面积", [round(one["km2"][0], 2) for one in SUMS], 9.9),
        },
    ),
}


def others() -> list[str]:
    out = []
    for kind, (first, columns) in OTHERS.items():
        shapes = kind in ("zones", "findings")
        known = SUMMED if kind == "counties" else KnownFacts()
        for name, (title, values, instead) in columns.items():
            out.append(f"§ {kind}: {name}")
            variants = [(f"{count} wrong", wrong(values, instead, count), COUNT) for count in range(3)]
            variants += [(f"{rows} rows", values, rows) for rows in (2, 3, 6)]
            for what, own, rows in variants:
                for called in ("F1", title):
                    made = [FoundColumn(n, head, values=texts[:rows]) for n, (head, texts) in enumerate(first, 1)]
                    made.append(FoundColumn(len(made) + 1, called, values=own[:rows]))
                    table = FoundTable("a", "", tuple(made), SHAPES[:rows] if shapes else None, CRS if shapes else "")
                    found = match_table(table, known)
                    one = found.matches[-1]
                    words = (
                        ",".join(f"{key}={text}" for key, text in one.words.items())
                        if len(one.words) < 6
                        else len(one.words)
                    )
                    said = "; ".join(map(str, one.by)) if one.of else str(one.against)
                    out.append(f"{what}, {called}: {found.of or 'nothing'} {one.of or '—'} {words or ''}: {said}")
    return out


def whole() -> FoundTable:
    """A layer that says all that a layer may."""
    names = ("county name", "city", "province", "km2", "names", "townships", "clauses", "kinds", "year", "reasons")
    columns = [FoundColumn(1, "单元编码", values=CODES)]
    columns += [FoundColumn(n, COLUMNS[name][0], values=COLUMNS[name][1]) for n, name in enumerate(names, 2)]
    return FoundTable("units.shp", "", tuple(columns), SHAPES, CRS)


def shown(known: KnownFacts) -> str:
    counties = {
        code: {
            key: tuple(round(x, 3) for x in value) if isinstance(value, tuple) else value for key, value in one.items()
        }
        for code, one in sorted(known.counties.items())
    }
    first = {
        key: tuple(round(x) for x in value) if isinstance(value, tuple) else value
        for key, value in known.units[CODES[4]].items()
    }
    return f"{len(known.units)} {known.place} {known.county} {known.year}\n{first}\n{counties}"


# ── Two columns, and other ways to measure ────────────────────────────────────────────────────────────────────────

KM2, NEAR = list(np.round(AREAS / 1e6, 3)), list(np.round(AREAS * 1.001 / 1e6, 3))
SAID = [f"{name}按分区管控要求划定" for name in NAMES]
TWO: dict[str, tuple[tuple[str, list], tuple[str, list]]] = {
    "two areas that agree": (("面积", KM2), ("F2", list(np.round(AREAS / 1e4, 1)))),
    "two areas that differ": (("面积", NEAR), ("F2", list(np.round(AREAS / 1e4, 1)))),
    "two areas that are both near": (("面积", NEAR), ("单元面积", list(np.round(AREAS * 1.002 / 1e6, 3)))),
    "one area that is off in one row": (("面积", KM2), ("单元面积", [*KM2[:9], KM2[9] * 1.004, *KM2[10:]])),
    "two outlines": (("周长", list(OUTLINES / 1e3)), ("F2", list(np.round(OUTLINES)))),
    "two counties, one with a mistake": (("F1", wrong(COUNTY, "某县", 1)), ("F2", COUNTY)),
    "two counties, the one that is called so with a mistake": (("区县", wrong(COUNTY, "某县", 1)), ("F2", COUNTY)),
    "two counties that agree": (("F1", COUNTY), ("F2", COUNTY)),
    "two names": (("单元名称", NAMES), ("F2", [f"{name[::-1]}单元" for name in NAMES])),
    "two names that are called so": (("单元名称", NAMES), ("管控单元名称", [f"{name}甲" for name in NAMES[::-1]])),
    "two names that agree": (("单元名称", NAMES), ("MC", NAMES)),
    "a name within reasons": (("F1", SAID), ("F2", NAMES)),
    "a name within reasons but for two": (("F1", wrong(SAID, "另一单元的理由", 2)), ("F2", NAMES)),
    "two texts": (("KJBJYS", [f"甲{name}" for name in NAMES]), ("空间布局约束", [f"乙{name}" for name in NAMES])),
    "two texts that agree": (
        ("KJBJYS", [f"甲{name}" for name in NAMES]),
        ("空间布局约束", [f"甲{name}" for name in NAMES]),
    ),
    "two running numbers": (("序号", list(range(1, COUNT + 1))), ("编号", list(range(1, COUNT + 1)))),
    "two counts of parts": (
        ("图斑数", list(shapely.get_num_geometries(SHAPES))),
        ("部件数", [1.0] * 4 + [2.0] + [1.0] * 15),
    ),
    "two that are empty": (("备注", [None] * COUNT), ("说明", [None] * COUNT)),
    "an element beside a kind": (
        ("F1", [("水环境", "大气环境")[n % 2] for n in range(COUNT)]),
        ("细类", [KINDS[n % 4] for n in range(COUNT)]),
    ),
}
DEGREES = shapely.transform(SHAPES, lambda xy: np.column_stack(MOVE.transform(xy[:, 0], xy[:, 1])))
NOTHING_THERE = np.array([shapely.Polygon()] * COUNT, dtype=object)
SOME_GONE = np.where(np.arange(COUNT) == 3, None, SHAPES)
WAYS = {
    "on the plane": (SHAPES, CRS),
    "without a system": (SHAPES, ""),
    "in a system that is none": (SHAPES, "no system"),
    "in degrees": (DEGREES, "EPSG:4490"),
    "in degrees without a system": (DEGREES, ""),
    "in degrees beyond the earth": (shapely.transform(DEGREES, lambda xy: xy + np.array([100.0, 0.0])), "EPSG:4490"),
    "in feet": (
        shapely.transform(SHAPES, lambda xy: xy / 0.3048),
        "+proj=tmerc +lon_0=114 +x_0=500000 +ellps=GRS80 +units=ft",
    ),
    "of points": (shapely.centroid(SHAPES), CRS),
    "of nothing": (NOTHING_THERE, CRS),
    "with one gone": (SOME_GONE, CRS),
}
MEASURED = ("m2", "outline", "longitude", "latitude", "parts", "share")


def pairs() -> list[str]:
    out = []
    for name, both in TWO.items():
        made = [FoundColumn(1, "DYBM", values=CODES)]
        made += [FoundColumn(n, title, values=values) for n, (title, values) in enumerate(both, 2)]
        found = match_table(FoundTable("units.shp", "", tuple(made), SHAPES, CRS))
        out.append(f"§ {name}")
        for one in found.matches[1:]:
            said = "; ".join(map(str, one.by)) if one.of else str(one.against)
            out.append(f"{one.column.title}: {one.of or '—'}{' blank' if one.blank else ''}: {said}")
    for name, (shapes, crs) in WAYS.items():
        out.append(f"§ shapes {name}")
        for column in MEASURED:
            title, values, _ = COLUMNS[column]
            made = FoundColumn(1, "DYBM", values=CODES), FoundColumn(2, title, values=values)
            table = FoundTable("units.shp", "", made, shapes, crs)
            one = match_table(table).matches[1]
            said = "; ".join(map(str, one.by)) if one.of else str(one.against)
            out.append(f"{column}: {evidence(table, KnownFacts(), 'units', CODES)} → {one.of or '—'}: {said}")
        areas = [[round(float(one), 1) for one in way[:2]] for way in areas_of(table)]
        lengths = [[round(float(one), 1) for one in way[:2]] for way in outlines_of(table)]
        boxes = bounds_in_degrees(table)
        box = None if boxes is None else [round(float(one), 4) for one in boxes[0]]
        out.append(f"areas {areas} outlines {lengths} box {box}")
    return out


def held(name: str, own: list[str]) -> None:
    """Hold lines against those that are kept; where the file was deleted, write it anew."""
    file = FOLDER / name
    if not file.exists():
        file.write_text("\n".join(own) + "\n", encoding="utf-8")
        pytest.fail("written anew: look at it")
    assert own == file.read_text(encoding="utf-8").splitlines()


@pytest.mark.slow
def test_two_columns_and_odd_shapes_are_taken_so():
    held("pairs.txt", pairs())


@pytest.mark.slow
def test_columns_are_taken_for_what_they_are():
    held("matched.txt", [line for text in lines() for line in text.splitlines()])


@pytest.mark.parametrize(("factor", "second"), [(1.0, "km2"), (1.001, "")])
def test_of_two_sums_of_areas_the_one_that_agrees_better_is_taken(factor, second):
    areas = [one["km2"][0] for one in SUMS]
    columns = (
        FoundColumn(1, "区县", values=list(CITY.values())),
        FoundColumn(2, "合计/面积", values=[round(area, 2) for area in areas]),
        FoundColumn(3, "总面积", values=[round(area * factor, 2) for area in areas]),
    )
    found = match_table(FoundTable("a.xlsx", "", columns), SUMMED)
    assert [match.of for match in found.matches] == ["county_name", "km2", second]
