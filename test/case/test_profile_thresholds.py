"""Each number of the national profile is held on both sides of its value, or is a weight that others calibrate.

``checks.toml`` has a file of its own (`test_check_thresholds.py`).
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from command import ask
from control_units.delineation.case.profile import NATIONAL
from control_units.delineation.plan.file import read_plan
from hand import CASE, COUNTY, SIZE, SOUTH, WEST, box, hand, write_layer
from own_profile import numbers, own_profile
from raster_files import write as write_raster

if TYPE_CHECKING:
    from collections.abc import Callable

    import shapely
    from control_units.delineation.plan.file import Plan

HERE = Path(__file__).parents[1]
TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in NATIONAL.glob("*.toml")}
TABLES["national"] = tomllib.loads(NATIONAL.with_suffix(".toml").read_text("utf-8"))
del TABLES["checks"]
pytestmark = pytest.mark.uses("rasterio", "exactextract")

UNIT_FIELDS = TABLES["unit_fields"]["fields"]
LENGTHS = {name: field["length"] for name, field in UNIT_FIELDS.items() if "length" in field}
HELD = {
    "assess.tolerance_m": "assess/test_assess_places.py",
    "lists.joining.least_share": "scenarios/joining",
    "national.switches.udb_min_area": "rules/test_rules.py",
    "national.cleaning.belt_thinness": "scenarios/thresholds",
    **{f"national.{name}": "scenarios/thresholds" for name, _ in numbers({"defects": TABLES["national"]["defects"]})},
    "national.defects.edge_stray": "hostile/test_hostile_sources.py",
}
# How much a sign or a word counts, which the calibration of the guesses holds; and how a province wants its tables.
WEIGHTS = (
    "guess.strength.*",
    "guess.*.cap",
    "guess.*.strength",
    "guess.codes.*",
    "layers.*.width",
    "layers.*.decimals",
)
RED_LINE = '\n[[source]]\nrole = "red_line"\npath = "hand.gpkg"\nlayer = "red_line"\n'
COUNTY_ALONE = f"{CASE.partition('[[source]]')[0]}[[source]]{CASE.split('[[source]]')[1]}"
RULES = '[rules]\nprofile = "national"\n\n[cleaning]\nfragment_area = 0\nsliver_area = 0\n'


def holds(*names: str) -> Callable[[Any], Any]:
    """Say of a test which numbers it holds on both sides."""

    def keep(test: Any) -> Any:
        HELD.update(dict.fromkeys(names, test.__name__))
        return test

    return keep


def guessed(*given: object, output: Path) -> dict[str, Any]:
    answer = ask("guess", *given, "-o", output)
    assert answer.code == 0, answer
    (source,) = answer.document["sources"]
    return source


@holds(*(f"unit_fields.fields.{name}.length" for name in LENGTHS))
@pytest.mark.parametrize("more", [0, 1])
def test_a_text_that_is_longer_than_its_field_is_told(tmp_path, more):
    texts = {UNIT_FIELDS[name]["names"][0]: ["甲" * (most + more)] for name, most in LENGTHS.items()}
    found = ask("check", write_layer(tmp_path / "units.gpkg", "units", [box(0, 0, 1_000, 1_000)], texts)).document
    told = {one["message"].partition(" (")[0] for one in found if "values longer than" in one["message"]}
    fields = zip(texts, LENGTHS.values(), strict=True)
    wanted = {f"field {field}: values longer than {most} characters: 1" for field, most in fields}
    assert told == (wanted if more else set())


@holds("unit_fields.restore.digits")
@pytest.mark.parametrize(("code", "restored"), [(33010110001, True), (330101100011, False)])
def test_a_code_that_was_a_number_has_its_letters_again(tmp_path, code, restored):
    layer = write_layer(tmp_path / "units.gpkg", "units", [box(0, 0, 1_000, 1_000)], {"HJGKDYBM": [code]})
    found = ask("check", layer).document
    assert any("the lost prefix was put back (codes: 1)" in one["message"] for one in found) == restored
    assert any(f"ZH{code}" in one["units"] for one in found) == restored


@holds("guess.zone_values", "guess.many_words")
@pytest.mark.parametrize(("limit", "text"), [("zone_values", "重点管控区（{}片）"), ("many_words", "YS330101221{:04}")])
def test_a_column_of_too_many_values_holds_no_zones(tmp_path, limit, text):
    for more in (0, 1):
        count = TABLES["guess"][limit] + more
        shapes = [box(100 * number, 0, 100, 100) for number in range(count)]
        values = {"分区": [text.format(number) for number in range(count)]}
        (tmp_path / str(more)).mkdir()
        layer = write_layer(tmp_path / str(more) / "水环境管控分区.gpkg", "水环境管控分区", shapes, values)
        source = guessed(layer.parent, output=tmp_path / f"{more}.toml")
        assert source["role"] == "water_zone"
        assert (source["fields"].get("zone") == "分区") == (not more), source


@holds("guess.rasters.class_most", "guess.rasters.grade_most")
@pytest.mark.parametrize(("top", "kind"), [(10, "grade"), (11, "class"), (40, "class"), (41, "score")])
def test_a_raster_of_too_many_values_has_no_grades_and_no_classes(tmp_path, top, kind):
    values = np.resize(np.arange(1, top + 1), (10, 10))
    (tmp_path / "in").mkdir()
    write_raster(tmp_path / "in" / "适宜性等级.tif", values.astype(np.uint8))
    assert guessed(tmp_path / "in", output=tmp_path / "case.toml")["raster"] == kind


@holds("guess.whole")
def test_a_latin_word_of_five_letters_is_found_at_the_end_of_another(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("XMYYSSY", "XMGYYQ"):
        write_layer(tmp_path / "in" / f"{name}.gpkg", name, [box(0, 0, 100, 100)], {"n": ["a"]})
    rows = ask("guess", tmp_path / "in", "-o", tmp_path / "case.toml").document["sources"]
    assert {row["path"]: row["role"] for row in rows} == {"in/XMYYSSY.gpkg": "drinking_water", "in/XMGYYQ.gpkg": ""}


@holds("guess.used", "guess.sure")
@pytest.mark.parametrize("limit", ["used", "sure"])
def test_a_guess_under_the_bar_is_no_more_than_one(tmp_path, limit):
    (tmp_path / "in").mkdir()
    write_layer(tmp_path / "in" / "产业园区.gpkg", "产业园区", [box(0, 0, 100, 100)], {"n": ["a"]})
    least = guessed(tmp_path / "in", output=tmp_path / "case.toml")["confidence"]
    for bar, passes in ((least - 0.01, True), (least + 0.01, False)):
        (tmp_path / f"{passes}").mkdir()
        before = f"\n{limit} = {TABLES['guess'][limit]}"
        own = own_profile(tmp_path / f"{passes}", "own/guess.toml", before, f"\n{limit} = {bar:.2f}")
        source = guessed(tmp_path / "in", "--profile", own, output=tmp_path / f"{passes}.toml")
        assert source["confidence"] == least
        assert (source["used"] if limit == "used" else not source["uncertain"]) == passes, source


def ran(case: Path) -> Plan:
    answer = ask("run", case, "-o", case.with_suffix(".gpkg"))
    assert answer.code in (0, 1), answer
    return read_plan(case.with_suffix(".gpkg"))


def under_red_line(folder: Path, *shapes: shapely.Polygon, more: str = RULES) -> Plan:
    """Run the county with these red lines alone."""
    return ran(hand(folder, COUNTY_ALONE + RED_LINE + more, red_line=(list(shapes), {"id": ["R"] * len(shapes)})))


@pytest.fixture(scope="module")
def last_year(tmp_path_factory):
    """Settings of a case that goes on from a plan with one red line of 3,000 m."""
    folder = tmp_path_factory.mktemp("last")
    under_red_line(folder, box(1_000, 1_000, 3_000, 3_000))
    return f'{RULES}\n[previous]\npath = "{folder / "case.gpkg"}"\n'


@holds("national.codes.keep_code_iou")
@pytest.mark.parametrize(("moved", "keeps"), [(990, True), (1_010, False)])
def test_a_unit_that_lies_on_half_of_what_it_was_keeps_its_code(tmp_path, moved, keeps):
    """Two squares of 3,000 m, one moved by 1,000: they share 2,000 of 4,000."""
    codes = {"HJGKDYBM": ["ZH99990110007"], "HJGKDYMC": ["旧单元"], "GKDYFL": ["优先保护单元"]}
    write_layer(tmp_path / "last.gpkg", "units", [box(1_000, 1_000, 3_000, 3_000)], codes)
    more = f'{RULES}\n[previous]\npath = "last.gpkg"\n'
    plan = under_red_line(tmp_path, box(1_000 + moved, 1_000, 3_000, 3_000), more=more)
    assert ("ZH99990110007" in set(plan.units["code"])) == keeps


@holds("national.codes.lineage_min_share")
@pytest.mark.parametrize(("moved", "listed"), [(29, False), (31, True)])
def test_a_hundredth_of_a_unit_is_told_in_the_lineage(tmp_path, last_year, moved, listed):
    plan = under_red_line(tmp_path, box(1_000 + moved, 1_000, 3_000, 3_000), more=last_year)
    pairs = {("ZH99990130001", "ZH99990110001"), ("ZH99990110001", "ZH99990130001")}
    assert (pairs <= {*zip(plan.lineage["old"], plan.lineage["new"], strict=True)}) == listed
    assert len(plan.lineage) == (4 if listed else 2)


@holds("national.evidence.covered_min")
@pytest.mark.parametrize(("cells", "decides"), [(49, False), (51, True)])
def test_a_raster_under_half_of_a_face_decides_nothing(tmp_path, cells, decides):
    values = np.ones((100, cells), dtype=np.uint8)
    write_raster(tmp_path / "r.tif", values, transform=(100, 0, WEST, 0, -100, SOUTH + SIZE), crs="EPSG:4547")
    raster = '\n[[raster]]\nname = "grade"\npath = "r.tif"\nkind = "class"\n'
    plan = ran(hand(tmp_path, f"{COUNTY_ALONE}{raster}{RULES}"))
    assert ("S61" in set(plan.findings["id"])) != decides


@holds("national.cleaning.update_width")
@pytest.mark.parametrize(("width", "rides"), [(0.99, True), (1.02, False)])
def test_a_strip_of_less_than_a_metre_rides_in_an_update(tmp_path, last_year, width, rides):
    more = '[method]\nname = "update"\n\n[update]\nlower = "follow"\ndocument = "省政府〔2026〕3号"\n'
    plan = under_red_line(tmp_path, box(1_000, 1_000, 3_000 - width, 3_000), more=f"{last_year}\n{more}")
    (strip,) = plan.faces[plan.faces["area_m2"] < 4_000].to_dict("records")
    assert (strip["category"], strip["rule_category"]) == (1 if rides else 3, 3)


@holds("national.transfer.outside_min")
@pytest.mark.parametrize(("height", "told"), [(1.8, False), (2.2, True)])
def test_a_square_metre_outside_the_study_area_is_told(tmp_path, height, told):
    plan = under_red_line(tmp_path, box(-0.5, 1_000, 1_000, height), box(5_000, 5_000, 1_000, 1_000))
    assert ("S01" in set(plan.findings["id"])) == told


@holds("national.transfer.outside_share")
@pytest.mark.parametrize(("out", "told"), [(9, False), (11, True)])
def test_a_share_outside_that_is_allowed_is_not_told(tmp_path, out, told):
    """By default none is."""
    own_profile(tmp_path, "own.toml", "outside_share = 0.0", "outside_share = 0.01")
    for number, (profile, wanted) in enumerate((("national", True), ("../own.toml", told))):
        more = RULES.replace("national", profile)
        plan = under_red_line(tmp_path / str(number), box(-out, 1_000, 1_000, 1_000), more=more)
        assert ("S01" in set(plan.findings["id"])) == wanted


@holds("national.defects.area_stray")
@pytest.mark.parametrize(("east", "told"), [(201_200, False), (202_000, True)])
def test_a_map_that_stretches_areas_by_a_thousandth_is_told(tmp_path, east, told):
    """A transverse Mercator stretches them by (x / R)²."""
    plan = ran(hand(tmp_path, COUNTY_ALONE + RULES, county=([box(east - SIZE, 0, SIZE, SIZE)], COUNTY[1])))
    assert ("S53" in set(plan.findings["id"])) == told


def test_each_number_of_the_profile_is_held_or_is_a_weight():
    found = {f"{stem}.{name}" for stem, table in TABLES.items() for name, _ in numbers(table)}
    held = found & HELD.keys()
    weights = {name for name in found if any(fnmatch(name, pattern) for pattern in WEIGHTS)}
    assert held | weights == found
    assert not held & weights
    assert HELD.keys() <= found
    assert [place for place in HELD.values() if not place.startswith("test_a_") and not (HERE / place).exists()] == []
