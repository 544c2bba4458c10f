"""Recomputes what a package of `strange_prefecture` states from the sources, with GDAL, GEOS and nothing of the engine.

    python test/support/prefecture_numbers.py PACKAGE SOURCES

SOURCES is their folder. Prints how many numbers of each kind were compared and which of the package
were not, and ends with 1 where one differs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import shapely
from strange_prefecture import METRES, RED_LINE, TRUTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

# What the package calls all features of a role, and a value that it words otherwise.
ROLES = {
    "red_line": "生态保护红线",
    "general_eco_space": "一般生态空间",
    "protected_area": "自然保护地",
    "drinking_water": "饮用水水源保护区",
    "industrial_park": "产业园区",
    "urban_boundary": "城镇开发边界",
}
WORDED = {
    "湿地公园": "自然公园",
    "一级保护区": "饮用水水源一级保护区",
    "二级保护区": "饮用水水源二级保护区",
    "准保护区": "饮用水水源准保护区",
    "": "未注明级别",
}
# The rules of the national profile that decide here, in their order.
RULES = {
    "R01": ("生态保护红线",),
    "R02": ("饮用水水源一级保护区", "饮用水水源二级保护区"),
    "R04": ("自然保护地",),
    "R06": ("一般生态空间",),
    "R09": ("水环境优先保护区",),
    "R12": ("大气环境优先保护区",),
    "R14": ("国家级", "省级", "未注明级别"),
    "R15": ("城镇集中建设区",),
    "R19": ("水环境工业污染重点管控区",),
    "R20": ("大气环境高排放重点管控区",),
}
# Element → what its general zone is called, and the role of a layer whose values are its zones.
ELEMENTS = {
    "生态": ("生态空间一般管控区", ""),
    "水环境": ("水环境一般管控区", "water_zone"),
    "大气环境": ("大气环境一般管控区", "air_zone"),
    "土壤环境": ("土壤环境一般管控区", "soil_zone"),
}
UNDELIVERED = "按未提供补足"
CATEGORIES = ("优先保护", "重点管控", "一般管控")
MEASURES = {"km²": 1e6, "公顷": 1e4, "m²": 1.0, "%": 0.01}
# m², and share: what borders of some kilometres move where their nodes are put on a grid of a millimetre.
ROUNDED, ROUNDED_SHARE = 5.0, 2e-5
SLIVER = 10_000  # m²: less than that in one piece leaves no element unfinished
QUANTITY = re.compile(r"((?:不足|<)?\d[\d,]*(?:\.\d+)?) ?(km²|公顷|m²|%|个)")
Q = re.sub(r"\((?!\?)", "(?:", QUANTITY.pattern)
LABEL = r"([一-龥]+?)"


class Sources:
    """What the departments handed over, of each role the file that is the right one."""

    def __init__(self, folder: Path) -> None:
        self.layers, self.features, parks = {}, {}, "industrial_park"
        for role, (file, column) in TRUTH.items():
            layer = gpd.read_file(folder / file, encoding="GBK" if file.endswith(".shp") else None).to_crs(METRES)
            self.layers[role] = layer.assign(value=layer[column].fillna("") if column else role)
        self.counties = self.layers["county"].set_index("value").geometry
        self.territory = self.counties.union_all()
        for role, layer in self.layers.items():
            here = layer.assign(geometry=layer.intersection(self.territory)).loc[lambda rows: ~rows.is_empty]
            self.features[ROLES.get(role, role)] = here.geometry
            for value, part in [*here.groupby("value"), *(here.groupby("园区名称") if role == parks else ())]:
                self.features[WORDED.get(value, value)] = part.geometry
            # A clause on all zones of a class names the class.
            for element, (_, of_zones) in ELEMENTS.items():
                for category in CATEGORIES if role == of_zones else ():
                    part = here.loc[here["value"].str.contains(category)]
                    self.features[f"{element}管控分区{category}"] = part.geometry
        self.called = cache(lambda *labels: shapely.union_all([self.features[one].union_all() for one in labels]))

    def decided(self) -> dict[str, BaseGeometry]:
        """Rule → the land that it decides; "" → the rest."""
        left, found = self.territory, {}
        for rule, labels in RULES.items():
            found[rule], left = left & self.called(*labels), left - self.called(*labels)
        return found | {"": left}

    def zones(self, element: str, county: str) -> dict[str, float]:
        """Zone → its m² in a county; the general one is what is left, apart from it what nobody has delivered."""
        (general, role), left, found = ELEMENTS[element], self.counties[county], {}
        labels = sorted(set(self.layers[role]["value"]), reverse=True) if role else ("生态保护红线", "一般生态空间")
        for label in labels:
            if label != general:
                found[label], left = left & self.called(label), left - self.called(label)
        bare = left - self.called(general) if general in labels else shapely.Point()
        if not any(part.area > SLIVER for part in shapely.get_parts(bare)):
            bare = shapely.Point()
        found |= {general: left - bare, f"{general}（{UNDELIVERED}）": bare}
        return {label: shape.area for label, shape in found.items() if shape.area > ROUNDED}

    def filled(self, element: str, why: str, *counties: str) -> float:
        """Sum up what was filled in: though not delivered, or as the rest of an element without general zones."""
        general = ELEMENTS[element][0]
        label = f"{general}（{why}）" if why == UNDELIVERED else general
        return sum(self.zones(element, one).get(label, 0.0) for one in counties or self.counties.index)


class Package:
    """A package beside its sources: what was compared, what differs, which quantities were held against nothing."""

    def __init__(self, folder: Path, sources: Path) -> None:
        self.folder, self.sources = folder, Sources(sources)
        self.compared: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.left: dict[str, list[str]] = defaultdict(list)
        self.units = self.layer("*.gpkg", "HJGKDY").set_index("HJGKDYBM")

    def file(self, pattern: str) -> Path:
        """Find the file of that name."""
        (found,) = self.folder.glob(f"**/{pattern}")
        return found

    def layer(self, pattern: str, name: str) -> gpd.GeoDataFrame:
        """Read a layer."""
        return gpd.read_file(self.file(pattern), layer=name)

    def sheets(self, pattern: str) -> dict[str, list[tuple[object, ...]]]:
        """Read a workbook."""
        book = openpyxl.load_workbook(self.file(pattern))
        return {sheet.title: list(sheet.values) for sheet in book if sheet.sheet_state == "visible"}

    def same(self, kind: str, where: object, stated: object, found: object, measure: str = "") -> None:
        """Hold what is stated against what was computed: m² or a share to half a unit of the last digit stated."""
        self.compared[kind] += 1
        agree = str(stated) == str(found)
        if measure and isinstance(found, float):
            text, found = str(stated).replace(",", ""), found / MEASURES[measure]
            slack = (ROUNDED_SHARE if measure == "%" else ROUNDED) / MEASURES[measure]
            if less := re.match(r"(?:不足|<)(.*)", text):
                agree = 0 < found < float(less[1])
            else:
                agree = abs(float(text) - found) <= 0.5 * 10.0 ** -len(text.partition(".")[2]) + slack
        if not agree:
            self.wrong.append(f"{kind}: {where}: {stated}, from the sources {found}")

    def compare(self) -> None:
        """Compare all."""
        self._layers()
        self._reasons()
        self._tables()
        for where, unit, label, text in self._texts():
            self._read(where, unit, label, text)

    def _layers(self) -> None:
        counties = self.sources.counties
        for county, here in counties.items():
            ours = self.units.geometry[self.units["XZQDM"] == county].union_all()
            self.same("units fill their county", county, True, (ours ^ here).area < ROUNDED * 10)
        layers = [name for name, _ in pyogrio.list_layers(self.file("*.gpkg")) if name.startswith("HJYSGKFQ")]
        zones = pd.concat([self.layer("*.gpkg", name) for name in layers])
        stated = zones.set_index(["XZQDM", "YSXL"])["MJ"].to_dict()
        found = {
            (county, label): area
            for county in counties.index
            for element in ELEMENTS
            for label, area in self.sources.zones(element, county).items()
        }
        self.same("zones of a county", "all", sorted(stated), sorted(found))
        for zone in stated.keys() & found:
            self.same("area of a zone", zone, stated[zone], found[zone], "km²")
        for code, row in self.units.iterrows():
            self.same("area of a unit", code, row["MJ"], row.geometry.area, "km²")

    def _reasons(self) -> None:
        decided = self.sources.decided()
        for code, row in self.units.iterrows():
            left = row.geometry
            for rule, stated in re.findall(r"(R\d+\w?|其余区域)[^%；]* (<?\d+\.\d+)%", row["HDYJ"]):
                own = decided[rule.removeprefix("其余区域")]
                share = (own & row.geometry).area / row.geometry.area
                self.same("share of a reason", (code, rule), stated, share, "%")
                left = left - own
            merged = re.findall(rf"并入 {Q}（{Q}）", row["HDYJ"]) or ["0.00%"]  # less is not printed
            for stated, measure in QUANTITY.findall(merged[0]):
                value = left.area / (row.geometry.area if measure == "%" else 1)
                self.same("merged land", code, stated, value, measure)

    def _tally(self, county: str = "", category: str = "") -> tuple[int, float]:
        found = self.units
        for column, value in (("XZQDM", county), ("HJGKDYFL", category)):
            found = found[found[column] == value] if value else found
        return len(found), float(found.geometry.area.sum())

    def _tables(self) -> None:
        sheets = self.sheets("*面积统计表.xlsx")
        rows = [row for row in sheets["分县"][1:] if row[2] is not None]
        self.same("rows of a table", "分县", [row[0] for row in rows], [*self.sources.counties.index, "合计"])
        for name, _, *stated in rows:
            county = str(name).removesuffix("合计")
            for place, category in enumerate((*CATEGORIES, "")):
                found, (count, area, share) = self._tally(county, category), stated[3 * place :][:3]
                self.same("count of a table", (name, category), count or 0, found[0])
                self.same("area of a table", (name, category), area or 0, found[1], "km²")
                part = found[1] / self._tally(county)[1]
                self.same("share of a table", (name, category), f"{share or 0:.2f}", part, "%")

    def _texts(self) -> Iterator[tuple[str, str, str, str]]:
        """Give the lines of all documents: in which, of which unit, of what zone it speaks, the line."""
        involved, unit, label, chapter = r"涉及([一-龥]+)", "", "", ""
        for pattern in ("*准入清单.xlsx", "*质检报告.xlsx"):
            for title, rows in self.sheets(pattern).items():
                for row in rows:
                    text = "\t".join(str(cell) for cell in row if cell is not None)
                    unit = (re.findall(r"^\d+续?\t(ZH\d+)", text) or [unit])[0]
                    yield title, unit, "".join(re.findall(involved, text)[:1]), text
        for paragraph in docx.Document(str(self.file("*准入清单.docx"))).element.body.iter("{*}p"):
            text = "".join(part.text or "" for part in paragraph.iter("{*}t"))
            unit = (re.findall(r"^\d+\. (ZH\d+)", text) or [unit])[0]
            label = (re.findall(involved, text) or [label])[0]
            chapter = text if text.endswith("单元") else chapter
            yield "docx", unit, label, re.sub(r"^(\d+ 个单元)", rf"{chapter}\t\1", text)
        printed = subprocess.run(
            ["pdftotext", self.file("*单元图.pdf"), "-"], check=True, capture_output=True, text=True
        )
        yield "map", "", "", printed.stdout
        yield "说明.txt", "", "", (self.folder / "说明.txt").read_text("utf-8-sig")

    def _read(self, where: str, unit: str, label: str, text: str) -> None:
        """Compare the quantities of a text whose sentences are known, in their order, and keep the others."""
        sources, every, tally = self.sources, self.units.geometry, self._tally
        whole, named, territory = every.get(unit), sources.called, sources.territory

        def share(label: str, whole: BaseGeometry) -> float:
            return (named(label) & whole).area / whole.area

        def of_zone(label: str, whole: BaseGeometry) -> float:
            shapes = sources.features[label]
            return float((shapes.intersection(whole).area / shapes.area).max())

        def little(label: str, codes: str) -> tuple[float, ...]:
            shapes = every[re.findall(r"ZH\d+", codes)]
            most = (max(measured(label, shape) for shape in shapes) for measured in (share, of_zone))
            return (len(shapes), shapes.intersection(named(label)).area.sum(), *most)

        def parks(grade: str) -> tuple[int, float]:
            return len(sources.features[grade]), sources.features[grade].area.sum()

        def outside(file: str) -> tuple[float, float, float]:
            read = next(sources.layers[role].union_all() for role, (name, _) in TRUTH.items() if file.endswith(name))
            lost = (read - territory).area
            return lost, lost / read.area, read.area

        def undelivered(county: str, element: str) -> tuple[float, float]:
            square = sources.filled(element, UNDELIVERED, county)
            return square, square / sources.counties[county].area

        for kind, pattern, values in (
            (
                "category",
                rf"({'|'.join(CATEGORIES)})单元\s+{Q}(?:单元)?，{Q}(?:，{Q})?",
                lambda category: (*tally(category=category), tally(category=category)[1] / tally()[1]),
            ),
            (
                "zone of a clause",
                rf"涉及{LABEL}，占单元{Q}、占分区{Q}",
                lambda label: (share(label, whole), of_zone(label, whole)),
            ),
            ("zone of a clause", rf"(ZH\d+) 第\d+条 [^；%]*?（占单元{Q}）", lambda code: (share(label, every[code]),)),
            ("finding Q31", rf"(\d{{6}})：(\S+?)要素图层未覆盖 {Q}（占陆域 {Q}）", undelivered),
            (
                "filled land",
                rf"({'|'.join(ELEMENTS)})：({UNDELIVERED}|未划一般管控区，其余补为一般管控区)（{Q}）",
                lambda element, why: (sources.filled(element, why),),
            ),
            ("finding S93", rf"(县级|未注明级别)的产业园区共 {Q}（\S+?）\S+合计 {Q}", parks),
            (
                "finding Q12",
                rf"(?:生态保护红线)按行政区界线裁切后减少 {Q}（{Q}），原面积 {Q}",
                lambda: outside(RED_LINE),
            ),
            ("zone in a unit", rf"{LABEL}（[\d.]+%）", lambda label: (share(label, whole),)),
            ("unit in a text", rf"面积：{Q}", lambda: (whole.area,)),
            ("all units", rf"管控单元 {Q}，共 {Q}", tally),
            ("finding S01", rf"(\S+\.shp)：研究区以外的 {Q}", outside),
            (
                "finding S10",
                rf"产业园区“(.+?)”与一般生态空间重叠 {Q}",
                lambda park: ((named(park) & named("一般生态空间")).area,),
            ),
            (
                "finding L14",
                rf"“{LABEL}”只有小部分涉及 {Q}单元（共 {Q}，至多占单元 {Q}、占该区 {Q}）：((?:ZH\d+、?)+)",
                little,
            ),
        ):
            for found in re.finditer(pattern, text):
                for (stated, measure), value in zip(QUANTITY.findall(found[0]), values(*found.groups()), strict=False):
                    self.same(kind, (where, unit, found[0]), stated, value, measure)
            text = re.sub(pattern, "", text)
        self.left[where] += [found[0] for found in QUANTITY.finditer(text) if found[2] != "个"]


def compared(folder: Path, sources: Path) -> Package:
    """Compare a package with its sources."""
    package = Package(folder, sources)
    package.compare()
    return package


if __name__ == "__main__":
    done = compared(Path(sys.argv[1]), Path(sys.argv[2]))
    assert not [name for name in sys.modules if "delineation" in name]
    print("compared:", dict(done.compared), "not compared:", dict(done.left), *done.wrong, sep="\n")
    sys.exit(bool(done.wrong))
