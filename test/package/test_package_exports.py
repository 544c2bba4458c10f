"""Lists, tables, maps and layers of a package are held against the plan: what one lacks is named, and nothing else."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.progress import silent
from control_units.delineation.export.layers import LayerField
from control_units.delineation.export.png import size_of_whole
from control_units.delineation.export.registry import Written
from control_units.delineation.lists.draft import draft
from control_units.delineation.lists.library import read_library
from control_units.delineation.package.contents import exports
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.profile import PackageItem, read_package_profile
from control_units.delineation.package.registry import Put
from package_filling import KINDS, PROFILE, filling_of, written
from pyproj import CRS

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.package.filling import Filling


def with_clauses(filling: Filling) -> Filling:
    units = filling.plan.units
    met = pd.DataFrame({"unit_id": units["unit_id"], "role": "water_zone", "zone": "priority", "area_m2": 1e6})
    clauses = draft(units, read_library(PROFILE.folder / "clauses.csv", PROFILE), met)
    return dataclasses.replace(filling, plan=dataclasses.replace(filling.plan, clauses=clauses))


def said_of(filling: Filling, path: Path, put, kind: str = "export", **content) -> list[str]:
    held = [PackageItem(path.name, kind, **content)]
    return [str(one) for one in KINDS[kind].compare(filling, held, path, put)]


# ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def renamed(path: Path, old: str, new: str) -> None:
    """Put another text in the place of one, wherever it stands in a workbook or document."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, str):
                cell.value = cell.value.replace(old, new)
        book.save(path)
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).replace(old.encode(), new.encode()) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(("name", "format_"), [("清单.xlsx", "lists-xlsx"), ("清单.docx", "lists-docx")])
def test_what_a_list_lacks_is_named(name, format_, tmp_path):
    filling = with_clauses(filling_of(tmp_path))
    path, put = written(filling, "export", name, format=format_)
    assert put.files == (path,)
    assert put.about == f"5 个单元、{len(filling.plan.clauses)} 条清单条目"
    renamed(path, "ZH33082420001", "ZH33082420009")
    assert said_of(filling, path, put, format=format_) == [
        f"{name}: unit ZH33082420001 甲县东园区产业集聚重点管控单元 is missing"
    ]
    written(filling, "export", name, format=format_)
    renamed(path, "乙市一般", "乙市二般")
    assert said_of(filling, path, put, format=format_) == [f"{name}: unit ZH33088130001 乙市一般管控单元 is missing"]


def test_of_much_that_a_list_lacks_three_are_named(tmp_path):
    filling = with_clauses(filling_of(tmp_path))
    path, put = written(filling, "export", "清单.xlsx", format="lists-xlsx")
    renamed(path, "管控单元", "单元")
    assert len(said_of(filling, path, put, format="lists-xlsx")) == 3


def test_a_clause_that_one_unit_lacks_is_told_with_how_often_it_stands(tmp_path):
    filling = with_clauses(filling_of(tmp_path))
    path, put = written(filling, "export", "清单.xlsx", format="lists-xlsx")
    # A unit prints a sentence once, also where two clauses say it.
    counts = filling.plan.clauses.drop_duplicates(["unit_id", "text"])["text"].value_counts()
    text = next(
        one
        for one in counts.index
        if counts[one] > 1 and not any(one in other for other in counts.index if other != one)
    )
    book = openpyxl.load_workbook(path)
    cell = next(
        c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and text in c.value
    )
    cell.value = cell.value.replace(text, "", 1)
    book.save(path)
    (said,) = said_of(filling, path, put, format="lists-xlsx")
    count = int(counts[text])
    assert said == f"清单.xlsx: a clause stands there {count - 1} times in place of {count}: {text[:40]}"


# ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def changed_cells(path: Path, change) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float)):
                    cell.value = change(cell.value)
    book.save(path)


def test_an_area_that_a_table_lacks_is_named_with_its_county(tmp_path):
    filling = filling_of(tmp_path)
    path, put = written(filling, "export", "面积.xlsx", format="areas-xlsx")
    assert (put.about, put.findings) == ("2 个区县", ())
    changed_cells(path, lambda value: 24 if value == 25 else value)
    assert said_of(filling, path, put, format="areas-xlsx") == ["面积.xlsx: 25.0000 km² of county 330824 is missing"]
    changed_cells(path, lambda _: 1)
    assert len(said_of(filling, path, put, format="areas-xlsx")) == 3


@pytest.mark.parametrize(("off", "seen"), [(6e-5, True), (4e-5, False)])
def test_areas_are_held_to_the_digits_that_they_are_written_with(off, seen, tmp_path):
    filling = filling_of(tmp_path)
    path, put = written(filling, "export", "面积.xlsx", format="areas-xlsx")
    changed_cells(path, lambda value: value + off)
    assert bool(said_of(filling, path, put, format="areas-xlsx")) is seen


def test_findings_that_a_table_lacks_are_counted(tmp_path):
    filling = filling_of(tmp_path)
    path, put = written(filling, "export", "问题.xlsx", format="findings-xlsx")
    assert put.about == "1 条质检问题"
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(["Q99", "错误", "多出的问题"])
    book.save(path)
    assert said_of(filling, path, put, format="findings-xlsx") == ["问题.xlsx: 2 of 1 findings"]


# ── Maps ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("suffix", "said"), [("png", "is no whole picture"), ("pdf", "is no whole PDF")])
def test_a_picture_that_is_cut_is_seen(suffix, said, tmp_path):
    from matplotlib.figure import Figure

    filling, path, other = filling_of(tmp_path), tmp_path / f"图.{suffix}", tmp_path / f"图_2.{suffix}"
    for file in (path, other):
        Figure((1, 1)).savefig(file)
    whole, both = path.read_bytes(), Put((path, other))
    assert said_of(filling, path, both, format=f"map-{suffix}") == []
    for spoilt in (whole[: len(whole) // 2], b"", b"no picture"):
        other.write_bytes(spoilt)
        assert said_of(filling, path, both, format=f"map-{suffix}") == [f"图_2.{suffix} {said}"]


def test_what_an_exporter_remarks_is_a_finding_with_its_file(tmp_path):
    filling = filling_of(tmp_path)
    path = tmp_path / "图" / "a.png"
    facts = {"unlabelled": 2, "shortened": tuple("abcdefg")}
    put = exports.put_of(filling, Written((path,), {"maps": 1}, facts))
    assert (put.files, put.about) == ((path,), "1 幅图")
    assert [(one.id, one.facts["file"], str(one.facts["remark"])) for one in put.findings] == [
        ("P10", "图/a.png", "2 units have no label on the picture; the PDF has a table of all units"),
        ("P10", "图/a.png", "too long for their place: a, b, c, d, e … (7)"),
    ]
    assert exports.put_of(filling, Written((path,), {})).about == ""


def test_what_this_product_wrote_last_year_is_known_in_any_folder_and_under_any_name(tmp_path):
    filling = with_clauses(filling_of(tmp_path))
    folder = tmp_path / "去年" / "另一处"
    folder.mkdir(parents=True)
    named = {"甲.xlsx": "lists-xlsx", "乙.docx": "lists-docx", "丙.xlsx": "areas-xlsx", "丁.xlsx": "codes"}
    for name, format_ in named.items():
        path, _ = written(filling, "codes" if format_ == "codes" else "export", name, format=format_)
        path.rename(folder / name)
    book = openpyxl.load_workbook(folder / "甲.xlsx")
    book.remove(book["按条款"])  # as somebody laid it out anew
    book.save(folder / "戊.xlsx")
    learned = learn(folder.parent, tmp_path / "p.toml")
    contents = {one.path: one for one in read_package_profile(learned.profile).contents}
    assert {path: one.format or one.kind for path, one in contents.items()} == {
        **{f"另一处/{name}": format_ for name, format_ in named.items()},
        "另一处/戊.xlsx": "workbook",
    }


def test_tokens_stand_in_options_of_a_format_too(tmp_path):
    filling = filling_of(tmp_path)
    content = PackageItem("a.png", "export", format="map-png", options={"by": "{year}", "dpi": "40"})
    assert exports.options_of(content, filling.profile, filling.tokens) == {"by": "2024", "dpi": "40"}
    wrong = dataclasses.replace(content, options={"by": "{yea}"})
    with pytest.raises(BadInput) as caught:
        exports.options_of(wrong, filling.profile, filling.tokens)
    assert str(caught.value.where) == f"{filling.profile.path}, a.png"


def test_a_map_is_drawn_into_folders_that_are_not_there_yet(tmp_path):
    from sample_plan import write_sample_plan

    plan = write_sample_plan(tmp_path / "plan.gpkg")
    options = {"dpi": "40", "paper": "A4", "drawn_by": "matplotlib"}
    (tmp_path / "there").mkdir()
    paths = tmp_path / "a" / "b" / "c.png", tmp_path / "there" / "c.png"
    for path in paths:
        exports.draw_map(plan, options, path, "map-png", silent)
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert size_of_whole(paths[0])


# ── Layers ────────────────────────────────────────────────────────────────────────────────────────────────────────

FIELDS = (
    LayerField("DM", "text", 20, of="code"),
    LayerField("MC", "text", 60, of="name"),
    LayerField("MJ", "real", 12, of="area_km2", decimals=4),
    LayerField("LB", "integer", 2, of="category"),
    LayerField("BZ", "text", 20),
)


@pytest.fixture
def spoilt(tmp_path):
    """Write a layer, change it as a table, and give what is said of it then."""

    def spoil(change, name: str = "a.gpkg", **content) -> list[str]:
        filling = filling_of(tmp_path)
        content = {"of": "units", "layer": "L", "fields": FIELDS, **content}
        path, put = written(filling, "layer", name, **content)
        table = change(pyogrio.read_dataframe(path, **({} if path.suffix == ".shp" else {"layer": "L"})))
        path.unlink()
        pyogrio.write_dataframe(table, path, **({"encoding": "GBK"} if path.suffix == ".shp" else {"layer": "L"}))
        return said_of(filling, path, put, "layer", **content)

    return spoil


def cell(row: int, name: str, value):
    return lambda table: table.assign(**{name: [value if n == row else one for n, one in enumerate(table[name])]})


def moved(metres: float):
    def change(table):
        shapes = table.geometry.to_numpy(copy=True)
        shapes[3] = shapely.transform(shapes[3], lambda xy: xy + np.array([metres, 0.0]))
        return table.set_geometry(shapes, crs=table.crs)

    return change


def shrunk(metres: float):
    """A square cut out of the middle of the fourth unit: its outline stays."""

    def change(table):
        shapes = table.geometry.to_numpy(copy=True)
        middle = shapely.point_on_surface(shapes[3])
        hole = shapely.box(middle.x, middle.y, middle.x + metres, middle.y + metres)
        shapes[3] = shapely.multipolygons(shapely.get_parts(shapely.difference(shapes[3], hole)))
        return table.set_geometry(shapes, crs=table.crs)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table, []),
        (lambda table: table.iloc[:-1], ["a.gpkg: 4 features, and the plan has 5"]),
        (lambda table: table.iloc[[0, 1, 2, 3, 4, 4]], ["a.gpkg: 6 features, and the plan has 5"]),
        (
            cell(1, "MC", "别的"),
            ["a.gpkg: field MC: 1 value is another one ('别的' for '甲县东园区产业集聚重点管控单元')"],
        ),
        (
            cell(1, "MC", None),
            ["a.gpkg: field MC: 1 value is another one ('None' for '甲县东园区产业集聚重点管控单元')"],
        ),
        (cell(0, "BZ", "x"), ["a.gpkg: field BZ: 1 value is another one ('x' for '')"]),
        (cell(1, "MJ", 25.001), ["a.gpkg: field MJ: 1 value is another one ('25.001' for '25.0')"]),
        (cell(1, "MJ", 25.00004), []),
        (cell(1, "MJ", None), ["a.gpkg: field MJ: 1 value is another one ('nan' for '25.0')"]),
        (cell(2, "LB", 1), ["a.gpkg: field LB: 1 value is another one ('1' for '3')"]),
        (
            lambda table: table.assign(MC="同", LB=9),
            [
                "a.gpkg: field MC: 5 values are others ('同' for '甲县生态保护红线优先保护单元')",
                "a.gpkg: field LB: 5 values are others ('9' for '1')",
            ],
        ),
        (
            lambda table: table.assign(DM="x", MC="x", MJ=0.0, LB=9),
            [
                "a.gpkg: field DM: 5 values are others ('x' for 'ZH33082410001')",
                "a.gpkg: field MC: 5 values are others ('x' for '甲县生态保护红线优先保护单元')",
                "a.gpkg: field MJ: 5 values are others ('0.0' for '100.0001')",
            ],
        ),
        (
            lambda table: table[["MC", "DM", "MJ", "LB", "BZ", "geometry"]],
            ["a.gpkg: fields MC, DM, MJ, LB, BZ in place of DM, MC, MJ, LB, BZ"],
        ),
        (
            lambda table: table.assign(X=1),
            ["a.gpkg: fields DM, MC, MJ, LB, BZ, X in place of DM, MC, MJ, LB, BZ"],
        ),
        (moved(1e-4), ["a.gpkg: feature 4 lies elsewhere"]),
        (moved(1e-6), []),
        (shrunk(0.45), ["a.gpkg: feature 4 has 100.0000 km² in place of 100.0000 km²"]),
        (shrunk(0.35), []),
        (shrunk(1000), ["a.gpkg: feature 4 has 99.0000 km² in place of 100.0000 km²"]),
        (
            lambda table: table.set_crs("EPSG:4550", allow_override=True),
            ["a.gpkg: its coordinate system is CGCS2000 / 3-degree Gauss-Kruger CM 123E"],
        ),
        (lambda table: table.set_crs(None, allow_override=True), ["a.gpkg: its coordinate system cannot be read"]),
    ],
)
def test_a_layer_that_reads_otherwise_is_told_by_what_differs(change, said, spoilt):
    assert spoilt(change) == said


def test_a_shapefile_that_reads_otherwise_is_told_too(spoilt):
    assert spoilt(lambda table: table, "a.shp") == []
    assert spoilt(cell(0, "BZ", "x"), "a.shp") == ["a.shp: field BZ: 1 value is another one ('x' for '')"]
    assert spoilt(lambda table: table.assign(X=1), "a.shp") == [
        "a.shp: fields DM, MC, MJ, LB, BZ, X in place of DM, MC, MJ, LB, BZ"
    ]


def points(path: Path, metres: float) -> None:
    table = pyogrio.read_dataframe(path)
    table = table.set_geometry(
        shapely.transform(table.geometry.to_numpy(), lambda xy: xy + np.array([metres, 0.0])), crs=table.crs
    )
    path.unlink()
    pyogrio.write_dataframe(table, path, layer="L")


@pytest.mark.parametrize(("metres", "seen"), [(0.002, True), (0.0005, False)])
def test_places_of_findings_are_held_to_a_millimetre(metres, seen, tmp_path):
    filling = filling_of(tmp_path)
    content = {"of": "findings", "layer": "L"}
    path, put = written(filling, "layer", "a.gpkg", **content)
    points(path, metres)
    assert bool(said_of(filling, path, put, "layer", **content)) is seen


def test_layers_of_one_file_are_told_each(tmp_path):
    filling = filling_of(tmp_path)
    held = [
        PackageItem("a.gpkg", "layer", of="units"),
        PackageItem("a.gpkg", "layer", of="zones", title="{area}分区", layer="FQ{year}"),
    ]
    path = tmp_path / "a.gpkg"
    put = KINDS["layer"].write(filling, held, path, silent)
    assert KINDS["layer"].compare(filling, held, path, put) == []
    assert put.about == "环境管控单元 5 个要素；衢州市分区 2 个要素"
    assert [name for name, kind in pyogrio.list_layers(path) if kind] == ["HJGKDY", "FQ2024"]
    assert put.files == (path,)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".kml"])
def test_layers_of_some_rows_hold_these(suffix, tmp_path):
    contents = tuple(
        PackageItem(f"{number}{suffix}", "layer", of="units", layer="L", only={"category": f"{number}"})
        for number in (1, 3)
    )
    filling = filling_of(tmp_path, contents=contents)
    for content in contents:
        put = KINDS["layer"].write(filling, [content], tmp_path / content.path, silent)
        assert KINDS["layer"].compare(filling, [content], tmp_path / content.path, put) == []
        assert pyogrio.read_info(tmp_path / content.path)["features"] == 2


def test_fields_that_nothing_fills_and_layers_without_rows_are_told(tmp_path):
    none = PackageItem(
        "a.gpkg",
        "layer",
        title="空",
        of="units",
        only={"category": "9"},
        fields=(*FIELDS, LayerField("B2", "text", 9, alias="备注"), LayerField("B3", "text", 9, blank=True)),
    )
    filling = filling_of(tmp_path, contents=(none,))
    put = KINDS["layer"].write(filling, [none], tmp_path / "a.gpkg", silent)
    told = [(one.id, dict(one.facts)) for one in put.findings]
    assert told == [
        ("P19", {"file": "a.gpkg", "layer": "空"}),
        ("P02", {"file": "a.gpkg", "column": "BZ", "sheet": "空"}),
        ("P02", {"file": "a.gpkg", "column": "备注", "sheet": "空"}),
    ]
    assert KINDS["layer"].compare(filling, [none], tmp_path / "a.gpkg", put) == []


def test_the_plans_own_fields_are_not_told_where_nothing_fills_them(tmp_path):
    _, put = written(filling_of(tmp_path), "layer", "a.gpkg", of="units")
    assert put.findings == ()


def test_texts_of_a_shapefile_say_their_encoding(tmp_path):
    for encoding, said in (("GBK", "GBK"), ("UTF-8", "UTF-8"), ("", "GBK")):
        _, put = written(filling_of(tmp_path), "layer", "a.shp", of="units", encoding=encoding)
        assert put.about == f"环境管控单元 5 个要素；文字编码为 {said}"
        assert {file.suffix for file in put.files} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    _, put = written(filling_of(tmp_path), "layer", "a.gpkg", of="units")
    assert put.about == "环境管控单元 5 个要素"


def test_units_of_area_are_written_out_where_gbk_lacks_them(tmp_path):
    filling = filling_of(tmp_path)
    filling.plan.units["name"] = ["甲12 km²", "乙3 m²", "丙", "丁", "戊"]
    fields = FIELDS[:2]
    for encoding, names in (("GBK", ["甲12 平方千米", "乙3 平方米"]), ("UTF-8", ["甲12 km²", "乙3 m²"])):
        path, put = written(filling, "layer", "a.shp", of="units", encoding=encoding, fields=fields)
        assert pyogrio.read_dataframe(path)["MC"].tolist() == [*names, "丙", "丁", "戊"]
        assert put.findings == ()


def test_texts_that_are_cut_and_letters_that_gbk_lacks_are_counted(tmp_path):
    filling = filling_of(tmp_path)
    filling.plan.units["name"] = ["㐀寨𠮷", "很长的名称很长的名称", "丙", "丁", "戊"]
    fields = (LayerField("DM", "text", 20, of="code"), LayerField("MC", "text", 12, of="name"))
    path, put = written(filling, "layer", "a.shp", of="units", encoding="GBK", fields=fields)
    code = filling.plan.units["code"].iloc[1]
    assert [(one.id, dict(one.facts), one.value) for one in put.findings] == [
        ("P05", {"file": "a.shp", "letters": ("㐀", "𠮷")}, 2.0),
        ("P03", {"file": "a.shp", "count": 1, "texts": (f"{code} MC",), "place": "a_texts.xlsx"}, 1.0),
    ]
    assert path.with_suffix(".cpg").read_text() == "GB18030"
    assert path.with_name("a_texts.xlsx") in put.files


def test_a_shapefile_whose_bytes_are_of_another_encoding_is_no_good(tmp_path):
    filling = filling_of(tmp_path)
    path, put = written(filling, "layer", "a.shp", of="units", encoding="GBK")
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace("甲县".encode("gbk"), "乙县".encode("gbk")))
    said = said_of(filling, path, put, "layer", of="units", encoding="GBK")
    assert "a.shp: texts in another encoding than GBK" in said


def test_a_kml_holds_the_same_in_degrees(tmp_path):
    path, put = written(filling_of(tmp_path), "layer", "a.kml", of="units", fields=FIELDS)
    west, south, east, north = pyogrio.read_dataframe(path).total_bounds
    assert (118 < west < east < 122) and (28 < south < north < 30)
    text = path.read_text(encoding="utf-8")
    first = re.search(r"<coordinates>([0-9.]+),", text)[1]
    for off, seen in ((1e-7, True), (1e-9, False)):
        changed = re.sub(rf"(?<![\d.]){first}(?=,)", f"{float(first) + off:.12f}", text)
        path.write_text(changed, encoding="utf-8")
        said = said_of(filling_of(tmp_path), path, put, "layer", of="units", fields=FIELDS)
        assert any("lies elsewhere" in one for one in said) is seen


def in_crs(filling: Filling, crs: str, **profile) -> Filling:
    return dataclasses.replace(filling, profile=dataclasses.replace(filling.profile, crs=crs, **profile))


@pytest.mark.parametrize("suffix", [".shp", ".gdb", ".gpkg"])
@pytest.mark.parametrize(("crs", "band"), [("EPSG:4490", 0), ("EPSG:4550", 0), ("EPSG:4528", 40), ("EPSG:4498", 20)])
def test_layers_are_written_in_the_crs_of_the_profile_with_the_areas_of_the_plan(suffix, crs, band, tmp_path):
    filling = in_crs(filling_of(tmp_path), crs)
    path, _ = written(filling, "layer", f"a{suffix}", of="units", fields=FIELDS)
    found = pyogrio.read_dataframe(path)
    assert CRS.from_user_input(found.crs).to_authority(min_confidence=70) == ("EPSG", crs[5:])
    assert found["MJ"].tolist() == pytest.approx(filling.plan.units["area_m2"].to_numpy() / 1e6, abs=1e-4)
    wanted = filling.plan.units.geometry.to_crs(crs)
    assert np.allclose(found.bounds, wanted.bounds, rtol=0, atol=1e-8 if crs == "EPSG:4490" else 1e-4)
    assert int(found.total_bounds[0] // 1e6) == band


def test_a_layer_has_a_crs_of_its_own_and_what_tells_of_the_package_says_so(tmp_path):
    layers = (
        PackageItem("a.gpkg", "layer", of="units", crs="EPSG:4490"),
        PackageItem("b.gpkg", "layer", of="units"),
        PackageItem("c.kml", "layer", of="units"),
        PackageItem("d.gpkg", "layer", of="zones", crs="EPSG:4549"),  # the plan's own
    )
    filling = in_crs(filling_of(tmp_path), "EPSG:4528", contents=layers)
    put = [written(filling, "layer", one.path, of=one.of, crs=one.crs)[0] for one in layers]
    assert [pyogrio.read_dataframe(one).crs.to_epsg() for one in put] == [4490, 4528, 4326, 4549]
    said = [
        "China Geodetic Coordinate System 2000 (EPSG:4490)",
        "CGCS2000 3 度带，中央经线 120°，横坐标加带号（EPSG:4528）",
    ]
    readme, _ = written(filling, "readme", "说明.txt")
    lines = readme.read_text(encoding="utf-8-sig").splitlines()
    assert [line for line in lines if "坐标系" in line] == [
        "坐标系：EPSG:4549",
        *(f"图层坐标系：{one}" for one in said),
    ]
    report, _ = written(filling, "report", "报告.xlsx")
    rows = openpyxl.load_workbook(report).worksheets[0].iter_rows(values_only=True)
    assert [row[1] for row in rows if "坐标系" in str(row[0])] == ["EPSG:4549", *said]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (moved(1e-9), []),
        (moved(1e-7), ["a.gpkg: feature 4 lies elsewhere"]),
        (shrunk(0.35 / 111_320), []),
        (shrunk(0.45 / 111_320), ["a.gpkg: feature 4 has "]),
    ],
)
def test_a_layer_in_degrees_that_reads_otherwise_is_told_by_what_differs(change, said, spoilt):
    found = spoilt(change, crs="EPSG:4490")
    assert len(found) == len(said) and all(one.startswith(text) for one, text in zip(found, said, strict=True))


def test_shapes_that_were_repaired_in_degrees_are_counted(tmp_path, monkeypatch):
    from control_units.delineation.package.contents import layers

    write = layers.write_layers
    for count, said in (
        (1, "1 feature had no valid geometry in its coordinate system and was repaired"),
        (3, "3 features had no valid geometry in their coordinate system and were repaired"),
    ):
        monkeypatch.setattr(layers, "write_layers", lambda *of, n=count, **more: {**write(*of, **more), "mended": n})
        _, put = written(filling_of(tmp_path), "layer", "a.kml", of="units", fields=FIELDS)
        assert [(one.id, one.facts["file"], str(one.facts["remark"])) for one in put.findings if one.id == "P10"] == [
            ("P10", "a.kml", said)
        ]


@pytest.mark.parametrize("nothing", [None, float("nan"), np.float64("nan")])
def test_what_a_format_has_for_an_empty_text_or_no_number_is_that(nothing):
    from control_units.delineation.package.contents import layers

    assert layers._alike("", nothing, 0)
    assert not layers._alike("x", nothing, 0)
    assert layers._alike(None, nothing, 0)
    assert not layers._alike(0.0, nothing, 0)
