"""Recomputes what a package of `strange_prefecture` states from the sources, with GDAL, GEOS and nothing of the engine.

    python test/prefecture_numbers.py PACKAGE SOURCES

SOURCES is the folder with ``case.toml``. Prints how many numbers of each kind were compared and which of the package
were not, and ends with 1 where one differs.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import geopandas as gpd
import openpyxl
import shapely
from strange_prefecture import METRES, TRUTH

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# The rules of the national profile that decide here, in their order: of a layer the features with such a word.
RULES = {
    "R01": ("red_line", ""),
    "R02": ("drinking_water", "一级|二级"),
    "R04": ("protected_area", ""),
    "R06": ("general_eco_space", ""),
    "R09": ("water_zone", "优先"),
    "R12": ("air_zone", "优先"),
    "R14": ("industrial_park", "国家级|省级"),
    "R15": ("urban_boundary", "集中"),
    "R19": ("water_zone", "重点"),
    "R20": ("air_zone", "重点"),
}
# What the package calls land that is no value of a column.
NAMED = {
    "生态保护红线": ("red_line", ""),
    "一般生态空间": ("general_eco_space", ""),
    "自然保护地": ("protected_area", ""),
    "自然公园": ("protected_area", "湿地公园"),
    "产业园区": ("industrial_park", ""),
    "城镇开发边界": ("urban_boundary", ""),
    "饮用水水源保护区": ("drinking_water", ""),
}
ELEMENTS = {"水环境": "water_zone", "大气环境": "air_zone", "土壤环境": "soil_zone"}
CATEGORIES = ("优先保护", "重点管控", "一般管控")
SQUARE = {"km²": 1e6, "公顷": 1e4, "m²": 1.0}
ROUNDED = 5.0  # m² that a border of some kilometres moves where its nodes are put on a grid of a millimetre
N = r"(\d[\d,]*(?:\.\d+)?)"
AREA = rf"{N} ?(km²|公顷|m²)"
LABEL = r"([一-龥]+?)"
INVOLVED = r"涉及([一-龥]+)"


class Sources:
    """What the departments handed over, of each role the file that is the right one."""

    def __init__(self, folder: Path) -> None:
        self.case = tomllib.loads((folder / "case.toml").read_text("utf-8"))["case"]
        self.layers = {}
        for role, (file, column) in TRUTH.items():
            layer = gpd.read_file(folder / file, encoding="GBK").to_crs(METRES)
            self.layers[role] = layer.assign(value=layer[column].fillna("") if column else "")
        self.counties = self.layers["county"].set_index("value").geometry
        self.territory = self.counties.union_all()

    @functools.cache  # noqa: B019 - one for all of a run
    def land(self, role: str, words: str) -> BaseGeometry:
        """Unite the features of a role in whose value one of the words stands."""
        layer = self.layers[role]
        return layer.geometry[layer["value"].str.contains(words)].union_all()

    @functools.cache  # noqa: B019
    def named(self, label: str) -> gpd.GeoSeries:
        """Find the features that the package calls so: by their zone, their role or, of parks, their name."""
        parks = self.layers["industrial_park"]
        if label in set(parks["园区名称"]):
            return parks.geometry[parks["园区名称"] == label]
        role = next((role for role, layer in self.layers.items() if label in set(layer["value"])), "drinking_water")
        role, words = NAMED.get(label, (role, label.removeprefix("饮用水水源")))
        layer = self.layers[role]
        return layer.geometry[layer["value"].str.contains(words)].intersection(self.territory).loc[lambda shapes: ~shapes.is_empty]

    def called(self, label: str) -> BaseGeometry:
        """Unite them."""
        return self.named(label).union_all()

    @functools.cached_property
    def decided(self) -> dict[str, BaseGeometry]:
        """Rule → the land that it decides; "" → the rest."""
        left, found = self.territory, {}
        for rule, ground in RULES.items():
            found[rule], left = left & self.land(*ground), left - self.land(*ground)
        return found | {"": left}

    def zones(self, county: str) -> dict[str, float]:
        """Zone of an element → its m² in a county, general zones as what is left."""
        here = self.counties[county]
        red, space = self.land("red_line", ""), self.land("general_eco_space", "")
        found = {"生态保护红线": here & red, "一般生态空间": here & space - red, "生态空间一般管控区": here - red - space}
        for element, role in ELEMENTS.items():
            left = here
            for label in sorted(set(self.layers[role]["value"]), reverse=True):
                if "一般" not in label:
                    found[label], left = left & self.land(role, label), left - self.land(role, label)
            found[f"{element}一般管控区"] = left
        return {label: shape.area for label, shape in found.items() if shape.area > 1}


class Package:
    """A package's files beside the sources: what was compared, what differs, which quantities nothing was held against."""

    def __init__(self, folder: Path, sources: Path) -> None:
        self.folder, self.sources = folder, Sources(sources)
        self.compared: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.left: dict[str, list[str]] = defaultdict(list)
        self.units = self.layer("*.gpkg", "HJGKDY").set_index("HJGKDYBM")
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))

    def file(self, pattern: str) -> Path:
        """Find the file of that name."""
        (found,) = self.folder.glob(f"**/{pattern}")
        return found

    def layer(self, pattern: str, name: str) -> gpd.GeoDataFrame:
        """Read a layer."""
        return gpd.read_file(self.file(pattern), layer=name)

    def same(self, kind: str, where: str, stated: object, found: object, slack: float = 0) -> None:
        """Hold a number against what was computed, to half a unit of its last digit; or a text."""
        self.compared[kind] += 1
        agree = str(stated) == str(found)
        if isinstance(found, float):
            text = str(stated).replace(",", "")
            agree = abs(float(text) - found) <= 0.5 * 10.0 ** -len(text.partition(".")[2]) + 1e-7 * abs(found) + slack
        if not agree:
            self.wrong.append(f"{kind}: {where}: {stated}, from the sources {found}")

    def area(self, kind: str, where: str, stated: str, unit: str, square: float) -> None:
        """Hold an area in words against m²."""
        self.same(kind, where, stated, square / SQUARE[unit], ROUNDED / SQUARE[unit])

    def share(self, kind: str, where: str, stated: str, part: BaseGeometry, whole: BaseGeometry) -> None:
        """Hold a percentage against two lands; "不足0.01" means less than that."""
        percent = 100 * (part & whole).area / whole.area
        if stated.startswith("不足"):
            return self.same(kind, where, True, 0 < percent < float(stated[2:]))
        return self.same(kind, where, stated, percent, 100 * ROUNDED / whole.area)

    def run(self) -> None:
        """Compare all."""
        for part in (self._units, self._reasons, self._zones, self._tables, self._texts, self._dates, self._manifest):
            part()

    def _units(self) -> None:
        for county, here in self.sources.counties.items():
            inside = self.units[self.units["XZQDM"] == county]
            self.same("units cover their county", county, True, (inside.union_all() ^ here).area < 1e-6 * here.area)
        for code, row in self.units.iterrows():
            self.same("area of a unit", code, row["MJ"], row.geometry.area / 1e6)
            towns = self.sources.layers["township"]
            touched = towns[towns.intersection(row.geometry).area > 100]["乡镇名称"]
            self.same("townships of a unit", code, sorted(row["XZMC"].split("、")), sorted(touched))
        for copy in ("*.gdb", "Shapefile_GBK/HJGKDY.shp", "Shapefile_UTF-8/HJGKDY.shp"):
            other = self.layer(copy, "HJGKDY").set_index("HJGKDYBM")
            for code, row in self.units.iterrows():
                self.same("unit in another format", f"{copy} {code}", *(one.loc[code, ["MJ", "HDYJ"]].tolist() for one in (other, self.units)))

    def _reasons(self) -> None:
        for code, row in self.units.iterrows():
            shares = dict(re.findall(rf"(R\d+\w?|其余区域)[^%]*? {N}%", row["HDYJ"]))
            own = shapely.MultiPolygon()
            for rule, stated in shares.items():
                land = self.sources.decided[rule.removeprefix("其余区域")]
                self.share("share of a reason", f"{code} {rule}", stated, land, row.geometry)
                own = own | (land & row.geometry)
            merged = re.findall(rf"并入 {AREA}", row["HDYJ"]) or [("0.00", "km²")]
            self.area("merged land", code, *merged[0], (row.geometry - own).area)

    def _zones(self) -> None:
        rows = self.layer("*.gpkg", "HJYSGKFQ")
        for county, here in self.sources.counties.items():
            found = self.sources.zones(county)
            stated = rows[rows["XZQDM"] == county].set_index("YSXL")
            self.same("zones of a county", county, sorted(stated.index), sorted(found))
            for zone in sorted({*found} & {*stated.index}):
                self.same("area of a zone", f"{county} {zone}", stated["MJ"][zone], found[zone] / 1e6)

    def _tally(self, mask: Any) -> tuple[int, float]:
        return int(mask.sum()), self.units[mask].area.sum() / 1e6

    def _tables(self) -> None:
        book = openpyxl.load_workbook(self.file("*面积统计表.xlsx"))
        every = self.units["HJGKDYBM" if "HJGKDYBM" in self.units else "XZQDM"].notna()
        for row in book["分县"].iter_rows(min_row=2, values_only=True):
            if row[2] is None and row[5] is None:
                self._read(f"面积统计表 {row[0] or ''}", str(row[0] or ""))
                continue
            here = (self.units["XZQDM"] == row[0]) if row[0] != "合计" else every
            for place, category in enumerate((*CATEGORIES, "")):
                count, square = self._tally(here & self.units["HJGKDYFL"].str.contains(category))
                where, stated = f"{row[0]} {category}", row[2 + 3 * place : 5 + 3 * place]
                self.same("count of a table", where, stated[0] or 0, count)
                self.same("area of a table", where, stated[1] or 0, square)
                self.same("share of a table", where, f"{stated[2] or 0:.2f}", 100 * square / self._tally(here)[1])
        for row in book["分细类"].iter_rows(min_row=2, values_only=True):
            if row[3]:
                count, square = self._tally(
                    (self.units["XZQDM"] == row[0]) & (self.units["HJGKDYFL"] == row[2]) & (self.units["HJGKDYXL"] == row[3])
                )
                self.same("count of a table", str(row[:4]), row[4], count)
                self.same("area of a table", str(row[:4]), row[5], square)

    def _texts(self) -> None:
        lists = openpyxl.load_workbook(self.file("*准入清单.xlsx"))
        for sheet in lists:
            unit = ""
            for row in sheet.iter_rows(values_only=True):
                text = "\t".join(str(cell) for cell in row if cell is not None)
                unit = next((str(cell) for cell in row[:2] if str(cell).startswith("ZH")), unit)
                self._read(sheet.title, text, unit, *re.findall(INVOLVED, text)[:1])
        document = docx.Document(str(self.file("*准入清单.docx")))
        unit = label = ""
        for block in document.element.body:
            for line in block.iter("{*}tr") if block.tag.endswith("tbl") else [block]:
                cells = line.iter("{*}tc") if line.tag.endswith("tr") else [line]
                text = "\t".join("".join(part.text or "" for part in cell.iter("{*}t")) for cell in cells)
                unit = (re.findall(r"^\d+\. (ZH\d+)", text) or [unit])[0]
                label = (re.findall(INVOLVED, text) or [label])[0]
                self._read("docx", text, unit, label)
        report = openpyxl.load_workbook(self.file("*质检报告.xlsx"))
        for sheet in report:
            for row in sheet.iter_rows(values_only=True):
                self._read(sheet.title, "\t".join(str(cell) for cell in row if cell is not None))
        printed = subprocess.run(["pdftotext", self.file("*图.pdf"), "-"], check=True, capture_output=True, text=True)
        self._read("map", printed.stdout)
        self._read("说明.txt", (self.folder / "说明.txt").read_text("utf-8-sig"))

    def _read(self, where: str, text: str, unit: str = "", label: str = "") -> None:
        """Compare the quantities of a text whose sentences are known, and keep the others."""
        whole = self.units.geometry.get(unit)
        called = self.sources.called

        def of_category(category: str, count: str, stated: str, measure: str, percent: str) -> None:
            found, square = self._tally(self.units["HJGKDYFL"] == category)
            self.same("units of a category", where, count, found)
            self.area("area of a category", where, stated, measure, square * 1e6)
            if percent:
                self.same("share of a category", where, percent, 1e8 * square / self.units.area.sum())

        def touching(label: str, of_unit: str, of_zone: str) -> None:
            self.share("share of a clause's zone", f"{where} {unit} {label}", of_unit, called(label), whole)
            most = max(self.sources.named(label), key=lambda shape: (shape & whole).area / shape.area)
            self.share("share of a clause's zone", f"{where} {label}", of_zone, whole, most)

        def of_feature(label: str, stated: str) -> None:
            self.share("share of a zone in a unit", f"{where} {unit} {label}", stated, called(label), whole)

        def of_units(code: str, stated: str) -> None:
            self.share("share of a clause's zone", f"{where} {code} {label}", stated, called(label), self.units.geometry[code])

        def alone(stated: str, measure: str) -> None:
            self.area("area of a unit in a text", f"{where} {unit}", stated, measure, whole.area)

        def all_units(count: str, stated: str, measure: str) -> None:
            self.same("units in all", where, count, len(self.units))
            self.area("area in all", where, stated, measure, self.units.area.sum())

        def outside(stated: str, measure: str) -> None:
            square = (self.sources.layers["water_zone"].union_all() - self.sources.territory).area
            self.area("finding S01", where, stated, measure, square)

        def over_space(park: str, stated: str, measure: str) -> None:
            self.area("finding S10", park, stated, measure, (called(park) & called("一般生态空间")).area)

        def little(label: str, count: str, stated: str, measure: str, most: str, of_zone: str, codes: str) -> None:
            shapes = self.units.geometry[re.findall(r"ZH\d+", codes)]
            parts = [(called(label) & shape).area for shape in shapes]
            features = self.sources.named(label)
            self.same("finding L14", label, count, len(shapes))
            self.area("finding L14", label, stated, measure, sum(parts))
            self.same("finding L14", label, most, max(100 * part / shape.area for part, shape in zip(parts, shapes, strict=True)))
            self.same("finding L14", label, of_zone, 100 * max((features.intersection(shape).area / features.area).max() for shape in shapes))

        for pattern, compare in (
            (rf"(优先保护|重点管控|一般管控)单元\s+(\d+) 个(?:单元)?，{AREA}(?:，{N}%)?", of_category),
            (rf"涉及{LABEL}，占单元(不足{N[1:-1]}|{N[1:-1]})%、占分区(不足{N[1:-1]}|{N[1:-1]})%", touching),
            (rf"{LABEL}（{N}%）", of_feature),
            (rf"(ZH\d+) ?第?\d*条?[^；%]*?（占单元(不足{N[1:-1]}|{N[1:-1]})%）", of_units),
            (rf"面积：{AREA}", alone),
            (rf"管控单元 (\d+) 个，共 {AREA}", all_units),
            (rf"研究区以外的 {AREA}", outside),
            (rf"产业园区“(.+?)”与一般生态空间重叠 {AREA}", over_space),
            (rf"“{LABEL}”只有小部分涉及 (\d+) 个单元（共 {AREA}，至多占单元 {N}%、占该区 {N}%）：((?:ZH\d+、?)+)", little),
        ):
            for found in re.findall(pattern, text):
                compare(*found)
            text = re.sub(pattern, "", text)
        self.left[where] += [found[0] for found in re.finditer(rf".{{0,12}}(?:{AREA}|{N} ?%)", text)]

    def _dates(self) -> None:
        date = self.sources.case.get("date", "（未填）")
        for name, sheet in (("*准入清单.xlsx", "说明"),):
            told = dict(row[:2] for row in openpyxl.load_workbook(self.file(name))[sheet].iter_rows(values_only=True))
            self.same("date of compilation", name, told["编制日期"], date)
        self.same("date of compilation", "manifest", self.manifest["plan"]["date"][:10], date)
        for source in self.manifest["sources"]:
            stated = re.findall(r"20\d\d", Path(source["path"]).name)
            self.same("date of a source", source["path"], source["date"], "".join(stated))

    def _manifest(self) -> None:
        plan = self.manifest["plan"]
        self.same("manifest", "units", plan["units"], len(self.units))
        self.same("manifest", "area", plan["area_m2"], float(self.units.area.sum()))
        self.same("manifest", "zones", plan["element_zones"], sum(len(self.sources.zones(code)) for code in self.sources.counties.index))
        files = {source["role"]: source["path"] for source in self.manifest["sources"]}
        for role, (file, _) in TRUTH.items():
            self.same("file of a role", role, files.get(role), file)
        for row in self.manifest["files"]:
            content = (self.folder / row["path"]).read_bytes()
            self.same("sum of a file", row["path"], row["sha256"], hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    package = Package(Path(sys.argv[1]), Path(sys.argv[2]))
    package.run()
    assert not [name for name in sys.modules if "delineation" in name]
    for kind, count in sorted(package.compared.items()):
        print(f"{count:6} {kind}")
    for place, texts in package.left.items():
        if texts:
            print(f"not compared: {len(texts)} in {place}, such as: {texts[0]}")
    print("\n".join(package.wrong))
    print(f"{len(package.wrong)} of {package.compared.total()} differ")
    sys.exit(bool(package.wrong))
