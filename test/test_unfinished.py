"""An element that is not delivered to its end: what is filled in says so wherever it is read, and answers nothing."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import matplotlib.image
import pyogrio
import pytest
import shapely
from assess_plan import DAY, write_clauses
from command import child
from control_units.delineation import checks
from control_units.delineation.assess.answer import Assessor
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.xlsx import read_cells
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import MapOptions, sheets
from control_units.delineation.export.registry import export
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import run, why
from control_units.delineation.verbs.checking import check_file
from control_units.delineation.verbs.editing import edit, undo
from hand import box
from other_program import restated
from unfinished import AIR, COUNTIES, GENERAL, KEY, KM2, PRIORITY, SOIL, SOURCES, WATER, case_of

ROOT = Path(__file__).resolve().parent.parent
HIGH = "高排放重点管控区"
MARK = "按未提供补足"
FILLED, DELIVERED, PROTECTED = (506_000, 3_408_000), (503_000, 3_400_500), (500_500, 3_400_500)
NONE_HERE = (
    *("general_eco_space", "protected_area", "drinking_water", "resource_zone", "industrial_park"),
    *("urban_boundary", "farmland"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The plan of the two counties, for those who only read it."""
    folder = tmp_path_factory.mktemp("unfinished")
    run(case_of(folder), folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture
def plan(made, tmp_path):
    """A copy of it that a test may change."""
    shutil.copy(made, tmp_path / "plan.gpkg")
    return tmp_path / "plan.gpkg"


def said(*arguments):
    """What a verb prints."""
    found = child(*arguments)
    out, err = found.communicate()
    assert found.returncode == 0, err
    return out


def plan_of(folder, text=SOURCES, **layers):
    run(case_of(folder, text, **layers), folder / "plan.gpkg")
    return folder / "plan.gpkg"


def filled(plan):
    """(element, county) → why its general zone was filled in, and km²; of all general zones."""
    zones = read_plan(plan).element_zones
    general = zones[zones["zone"] == "general"]
    return {
        (row.element, row.county, row.filled): round(row.area_m2 / KM2, 6)
        for row in general.itertuples()
        if row.element != "ecology"
    }


def found_in(plan):
    """What Q31 finds, as a finding of the plan's own layers; the plan's file holds the same number as warnings."""
    findings, _ = checks.check(checks.subject_from_plan(read_plan(plan)), only=["Q31"])
    rows = [row for row in check_file(str(plan)).rows if row["id"] == "Q31"]
    assert [row["value"] for row in rows] == [one.value for one in findings]
    return findings


def told(plan):
    """(element, county) → share and m² that Q31 tells."""
    return {(one.facts["element"], one.facts["county"]): (one.value, one.facts["area_m2"]) for one in found_in(plan)}


# ── What is filled in, and what of it is a finding ──────────────────────────────────────────────────────────────────


def test_areas_and_shares_are_those_of_the_sources_by_bare_shapely(made):
    """County by county, what the layer leaves of the land; the place of the finding lies in it."""
    zones = read_plan(made).element_zones
    wanted = {}
    for element, layer in (("air", AIR), ("water", WATER)):
        covered = shapely.union_all([shape for shape, _ in layer])
        for county, land in COUNTIES.items():
            left = shapely.difference(land, covered)
            if left.area:
                wanted[element, county] = pytest.approx((left.area / land.area, left.area))
                (row,) = zones[
                    (zones["element"] == element) & (zones["county"] == county) & (zones["filled"] == "undelivered")
                ].itertuples()
                assert shapely.equals(shapely.normalize(row.geometry), shapely.normalize(shapely.multipolygons([left])))
                assert row.code == f"YS{county}3{ {'air': 3, 'water': 2}[element] }10002"
                (finding,) = [one for one in found_in(made) if one.facts["element"] == element]
                assert shapely.contains(left, finding.geometry)
    assert told(made) == wanted == {("air", "999901"): (0.91, 91e6), ("water", "999902"): (1.0, 100e6)}


def test_an_element_is_judged_by_county_and_one_without_general_zones_is_filled_up_as_meant(made):
    assert filled(made) == {
        ("air", "999901", ""): 5,
        ("air", "999901", "undelivered"): 91,
        ("air", "999902", ""): 100,
        ("water", "999901", ""): 94,
        ("water", "999902", "undelivered"): 100,
        ("soil", "999901", "remainder"): 99,
        ("soil", "999902", "remainder"): 100,
    }
    zones = read_plan(made).element_zones
    assert zones.groupby(["element", "county"])["area_m2"].sum().to_numpy() == pytest.approx(100 * KM2)
    assert zones["code"].is_unique


def test_of_two_sources_each_speaks_for_the_county_that_it_draws(tmp_path):
    """甲县's own layer has key zones alone, and reaches 5 m into 乙县; 乙县's has general zones and leaves half."""
    own = [(box(0, 0, 10_005, 500), HIGH)]
    half = [(box(15_000, 0, 5_000, 10_000), GENERAL)]
    text = SOURCES.replace('layer = "soil"', 'layer = "half"').replace('role = "soil_zone"', 'role = "air_zone"')
    plan = plan_of(tmp_path, text, air=own, half=half)
    assert {key: size for key, size in filled(plan).items() if key[0] == "air"} == {
        ("air", "999901", "remainder"): 95,
        ("air", "999902", ""): 50,
        ("air", "999902", "undelivered"): pytest.approx(50 - 0.0025),
    }
    assert set(told(plan)) == {("air", "999902"), ("water", "999902")}


@pytest.mark.parametrize(
    ("hole", "sliver", "some"),
    [
        ([box(2_000, 2_000, 99, 100)], 10_000, False),
        ([box(2_000, 2_000, 100, 100)], 10_000, True),
        ([box(2_000, 2_000, 100, 100)], 10_100, False),
        # Two that are slivers by themselves stay slivers; two that meet along a line are one piece.
        ([box(2_000, 2_000, 99, 100), box(3_000, 2_000, 99, 100)], 10_000, False),
        ([box(2_000, 2_000, 99, 100), box(2_099, 2_000, 99, 100)], 10_000, True),
        # Narrower than rounding, whatever its area.
        ([box(0, 2_000, 10_000, 0.004)], 1, False),
        ([box(0, 2_000, 10_000, 1)], 10_000, True),
    ],
)
def test_slivers_and_what_rounding_leaves_are_no_unfinished_land(tmp_path, hole, sliver, some):
    air = [(shapely.difference(COUNTIES["999901"], shapely.union_all(hole)), GENERAL), (COUNTIES["999902"], GENERAL)]
    text = SOURCES.replace("sliver_area = 10_000", f"sliver_area = {sliver}")
    # A line of another layer through the holes: pieces of it are looked at together.
    plan = plan_of(tmp_path, text, air=air, soil=[(box(0, 0, 2_050, 10_000), KEY)])
    assert (("air", "999901") in told(plan)) is some
    assert (("air", "999901", "undelivered") in filled(plan)) is some


def own_profile(folder, role, said):
    """A bureau's profile beside the case, in which a role is delivered so."""
    shutil.copytree(ROOT / "resources" / "profiles" / "national", folder / "national")
    text = (ROOT / "resources" / "profiles" / "national.toml").read_text(encoding="utf-8")
    text = text.replace(f"[roles.{role}]\n", f'[roles.{role}]\ndelivered = "{said}"\n')
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return SOURCES.replace('profile = "national"', 'profile = "own.toml"')


def test_a_profile_may_say_that_an_element_is_delivered_whole(tmp_path):
    plan = plan_of(tmp_path, own_profile(tmp_path, "soil_zone", "whole"))
    soil = {key: size for key, size in filled(plan).items() if key[0] == "soil"}
    assert soil == {("soil", "999901", "undelivered"): 99, ("soil", "999902", "undelivered"): 100}
    assert told(plan)["soil", "999901"] == pytest.approx((0.99, 99 * KM2))


def test_another_word_of_delivery_is_refused_and_a_profile_may_call_it_an_error(tmp_path):
    with pytest.raises(BadInput, match=r"delivered = 'all'.*whole"):
        plan_of(tmp_path / "a", own_profile(tmp_path / "a", "soil_zone", "all"))
    text = own_profile(tmp_path / "b", "air_zone", "whole")
    file = tmp_path / "b" / "national" / "findings_checks.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace('[Q31]\nseverity = "warning"', '[Q31]\nseverity = "error"'), encoding="utf-8")
    rows = [row for row in check_file(str(plan_of(tmp_path / "b", text))).rows if row["id"] == "Q31"]
    assert [row["severity"] for row in rows] == ["error", "error"]


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [("一般管控区", {"undelivered": [75, 100], "": [25]}), ("高污染燃料禁燃区", {"": []})],
)
def test_an_element_that_tiles_nothing_is_filled_in_only_where_it_has_general_zones(tmp_path, zone, wanted):
    text = SOURCES.replace('layer = "soil"', 'layer = "resource"').replace("soil_zone", "resource_zone")
    found = filled(plan_of(tmp_path, text, resource=[(box(0, 0, 5_000, 5_000), zone)]))
    for why_, sizes in wanted.items():
        assert [size for (one, _, told_), size in found.items() if (one, told_) == ("resource", why_)] == sizes


# ── An assessment: what nobody delivered permits nothing ────────────────────────────────────────────────────────────

CLAUSES = {
    "A-key": ("市", "prohibit", {"scope": ["role:air_zone:high_emission"], "industries": ["C26"]}),
    "A-first": ("市", "restrict", {"scope": ["role:air_zone:priority"], "industries": ["C26"]}),
    "A-tell": ("市", "inform", {"scope": ["role:air_zone:key"], "industries": ["C17"]}),
    "S-key": ("市", "prohibit", {"scope": ["role:soil_zone:farmland_risk"]}),
    "P-red": ("国家", "prohibit", {"scope": ["role:red_line"]}),
}


def answers(plan, places, **said):
    assessor = Assessor(plan, none_here=NONE_HERE, language="zh")
    project = assessor.project(**({"industry": "C2614", "nature": "new"} | said))
    return [assessor.assess(assessor.site(f"{x},{y},50"), project, as_of=DAY) for x, y in places]


def applied(answer):
    return {clause["id"]: clause["applies"] for clause in answer["clauses"]}


def test_clauses_on_an_unfinished_element_are_missing_on_the_land_that_was_filled_in(plan):
    write_clauses(plan, CLAUSES)
    bare, general, first = answers(plan, (FILLED, DELIVERED, PROTECTED))
    assert applied(bare) == {"A-key": "missing", "A-first": "missing", "A-tell": "no"}
    assert (bare["verdict"], [one["id"] for one in bare["clauses"] if one["decides"]]) == (
        "not_assessed",
        ["A-key", "A-first"],
    )
    assert [one["id"] for one in bare["not_checked"]] == ["unfinished:air_zone"]
    assert "大气环境管控分区图层未提供此处范围" in bare["not_checked"][0]["what"]
    assert bare["clauses"][0]["why"] == "成果在此处缺少大气环境管控分区图层，无法判断"
    zone = next(one for one in bare["zones"] if one["element"] == "air")
    assert (zone["code"], zone["name"], zone["filled"]) == (
        "YS9999013310002",
        f"大气环境一般管控区（{MARK}）",
        "undelivered",
    )
    # Delivered as general, and elements without general zones, as ever.
    assert (general["verdict"], applied(general), general["not_checked"]) == ("no_conflict", {}, [])
    assert {zone["filled"] for zone in general["zones"]} == {""}
    assert (first["verdict"], applied(first)) == ("restrict", {"A-first": "yes"})


def test_what_is_certain_stands_and_what_is_for_others_asks_for_no_layer(plan):
    write_clauses(plan, CLAUSES)
    # Of the red line the northern half lies where no air layer reaches.
    (red,) = answers(plan, [(501_500, 3_402_500)])
    assert (red["verdict"], applied(red)["A-key"]) == ("prohibit", "missing")
    (other,) = answers(plan, [FILLED], industry="A0111")
    assert (other["verdict"], applied(other)["A-key"]) == ("no_conflict", "no")
    assert [one["id"] for one in other["not_checked"]] == ["unfinished:air_zone"]


@pytest.mark.parametrize(("x", "states"), [(504_500 - 60, None), (504_500 - 48, "missing"), (504_500 + 60, "missing")])
def test_a_site_within_reach_of_filled_land_is_not_permitted_by_it(plan, x, states):
    """The general zone ends at x = 504 500; a site of 50 m round a point reaches beyond it or not."""
    write_clauses(plan, CLAUSES)
    (found,) = answers(plan, [(x, 3_400_500)])
    assert (applied(found).get("A-key"), found["verdict"]) == (
        states,
        "not_assessed" if states == "missing" else "no_conflict",
    )


def test_a_clause_that_is_on_no_list_is_missing_there_and_applies_nowhere_else(plan):
    """Somebody took it off the lists: where its zone was delivered that stands; where not, nobody could have known."""
    import sqlite3

    write_clauses(plan, CLAUSES)
    with sqlite3.connect(plan) as connection:
        connection.execute("DELETE FROM clauses WHERE clause_id = 'A-first'")
    connection.close()
    restated(plan)
    bare, first = answers(plan, (FILLED, PROTECTED))
    assert applied(bare)["A-first"] == "missing"
    assert (first["verdict"], applied(first).get("A-first")) == ("no_conflict", None)


def test_a_plan_without_a_library_may_lack_any_clause_there(plan):
    write_clauses(plan, {})
    verdicts = [one["verdict"] for one in answers(plan, (FILLED, DELIVERED))]
    assert verdicts == ["not_assessed", "no_conflict"]


def test_a_place_elsewhere_is_not_offered_on_filled_land(plan):
    write_clauses(plan, CLAUSES)
    assessor = Assessor(plan, none_here=NONE_HERE)
    project = assessor.project(industry="C2614", nature="new")
    found = assessor.assess(assessor.site("501000,3401000,20"), project, as_of=DAY, where_else=3)["where_else"]
    good = [shapely.from_wkt(one["wkt"]) for one in found if one["verdict"] in ("no_conflict", "conditional")]
    delivered = shapely.union_all([shape for shape, zone in AIR if zone == GENERAL])
    assert good
    assert all(shapely.contains(delivered, one) for one in good)
    assert {one["blocked_by"] for one in found if one["verdict"] == "not_assessed"} <= {"A-key", "A-first"}


# ── Why, lists, edits, maps, packages ───────────────────────────────────────────────────────────────────────────────


def test_why_says_how_much_of_a_unit_or_place_nobody_delivered(made):
    """The red line's unit is 2 km by 2 km, of which the air layer covers the southern 2 km²."""
    red = read_plan(made).units.query("kind == 'red_line'").iloc[0]
    left = shapely.difference(red["geometry"], shapely.union_all([shape for shape, _ in AIR]))
    (row,) = why(made, red["code"])["filled"]
    assert (row["element"], row["area_m2"], row["share"]) == ("air", pytest.approx(left.area), pytest.approx(0.5))
    assert [one["share"] for one in why(made, "506000,3408000")["filled"]] == [1.0]
    assert why(made, "503000,3400500")["filled"] == []
    text = said("why", made, "506000,3408000", "--lang", "zh")
    assert f"大气环境一般管控区（{MARK}）：82.0000 km²（占 100.00%）" in text
    assert MARK not in said("why", made, "503000,3400500", "--lang", "zh")


def test_info_tells_what_was_filled_in_and_why(made):
    text = said("info", made, "--lang", "zh")
    assert f"水环境：{MARK}（100.0000 km²）" in text
    assert "土壤环境：未划一般管控区，其余补为一般管控区（199.0000 km²）" in text
    severities = {row["severity"] for row in check_file(str(made)).rows if row["id"] == "Q31"}
    assert severities == {"warning"}
    assert ("soil", "999901") not in told(made)


def test_edits_and_a_new_run_keep_the_mark(plan, made):
    before = read_plan(plan)
    general = before.units.query("kind == 'general' and county == '999901'").iloc[0]["code"]
    line = "LINESTRING (498000 3405500, 511000 3407000)"
    edit(plan, [{"op": "split", "unit": general, "line": line}], author="a", reason="b")
    after = read_plan(plan)
    assert len(after.faces) > len(before.faces)
    columns = ["code", "filled"]
    assert after.element_zones[columns].equals(before.element_zones[columns])
    assert told(plan) == told(made)
    (row,) = why(plan, "506000,3409000")["filled"]
    assert row["share"] == 1
    write_clauses(plan, CLAUSES)
    assert answers(plan, [(506_000, 3_409_000)])[0]["verdict"] == "not_assessed"
    undo(plan)
    assert read_plan(plan).element_zones[columns].equals(before.element_zones[columns])


def test_a_layer_that_is_brought_to_its_end_takes_the_mark_away(tmp_path):
    plan = plan_of(tmp_path)
    whole = [*AIR, (shapely.difference(COUNTIES["999901"], shapely.union_all([one for one, _ in AIR])), PRIORITY)]
    (tmp_path / "hand.gpkg").unlink()
    run(case_of(tmp_path, air=whole, water=WATER[:1], soil=SOIL), plan)
    assert told(plan) == {}
    assert "undelivered" not in set(read_plan(plan).element_zones["filled"])


def test_filled_land_is_hatched_on_a_map_and_named_in_its_legend(made, tmp_path):
    """乙县 is one unit, hatched where the water layer is missing; on a map of a whole water layer it is plain."""
    whole = plan_of(tmp_path / "whole", water=[*WATER, (COUNTIES["999902"], GENERAL)])
    dark = []
    for number, plan in enumerate((made, whole)):
        export("map-png", read_plan(plan), tmp_path / f"{number}.png", {"dpi": "100", "drawn_by": "matplotlib"})
        picture = matplotlib.image.imread(tmp_path / f"{number}.png")[..., :3]
        height, width, _ = picture.shape
        part = picture[int(0.35 * height) : int(0.45 * height), int(0.55 * width) : int(0.70 * width)]
        dark.append(float((part.max(axis=2) < 0.6).mean()))
    assert dark[0] > 0.05 > dark[1]
    (sheet,) = sheets(tables_of(made), MapOptions())
    assert sheet.line_words()["undelivered"] == f"水环境、大气环境（{MARK}）"
    assert shapely.area(sheet.undelivered).sum() == pytest.approx(191 * KM2)


def test_a_package_says_it_in_its_layers_its_lists_its_readme_and_its_report(made, tmp_path):
    package = tmp_path / "package"
    said("package", made, "-o", package, "--profile", "national", "--lang", "zh")
    (readme,) = package.glob("说明.txt")
    lines = readme.read_text(encoding="utf-8-sig").splitlines()
    assert f"要素分区补足：大气环境：{MARK}（91.0000 km²）" in lines
    assert "要素分区补足：土壤环境：未划一般管控区，其余补为一般管控区（199.0000 km²）" in lines
    for file in (*package.rglob("HJYSGKFQ.shp"), next(package.rglob("*.gpkg"))):
        layer = pyogrio.read_dataframe(file, layer="HJYSGKFQ", read_geometry=False).set_index("HJYSGKFQBM")
        row = layer.loc["YS9999013310002"]
        assert (row["YSXL"], row["BZQK"]) == (f"大气环境一般管控区（{MARK}）", MARK)
        assert row["HJYSGKFQMC"] == f"甲县大气环境一般管控区（{MARK}）"
        assert row["MJ"] == pytest.approx(91)
        assert (layer["BZQK"] == MARK).sum() == 2
        assert layer.loc["YS9999013310001", "BZQK"] == "据来源图层"
    (report,) = package.rglob("*质检报告.xlsx")
    cells = {str(one) for sheet in read_cells(report).values() for row in sheet for one in row}
    assert f"大气环境：{MARK}（91.0000 km²）" in cells
    assert any(one.startswith("999901：大气环境要素图层未覆盖 91.0000 km²（占陆域 91.00%）") for one in cells)
    (lists,) = package.rglob("*准入清单.xlsx")
    cells = " ".join(str(one) for sheet in read_cells(lists).values() for row in sheet for one in row)
    assert f"YS9999013310002（{MARK}）" in cells
    (document,) = package.rglob("*准入清单.docx")
    with zipfile.ZipFile(document) as pages:
        assert f"YS9999013310002（{MARK}）" in re.sub("<[^>]*>", "", pages.read("word/document.xml").decode())
