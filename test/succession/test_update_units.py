"""The method ``update``: last year's units go on, and only where the rules say something else now faces move."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from command import refusal
from control_units.delineation.case.model import Update
from control_units.delineation.case.names import glossary
from control_units.delineation.case.reading import parse_case, read_case
from control_units.delineation.case.writing import case_text, rewrite_case_file
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message
from control_units.delineation.core.messages import word as message_words
from control_units.delineation.explain.update_report import update_report
from control_units.delineation.explain.why import why
from control_units.delineation.explain.why_words import word
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.sources.inputs import settings_of
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.running import run
from control_units.delineation.verbs.trials import relabel, standing_of_plan
from hand import CASE, box, hand, write_layer

PARKS = '\n[[source]]\nrole = "industrial_park"\npath = "hand.gpkg"\nlayer = "park"\nfields = { name = "name" }\n'
BASE = CASE.replace("\n[rules]", f"{PARKS}\n[rules]")
EAST, WEST = box(6_000, 8_000, 1_000, 1_000), box(7_000, 8_000, 1_000, 1_000)
PARK = ([EAST, WEST], {"name": ["东园", "西园"]})
RED = box(1_000, 1_000, 2_000, 2_000)
UPDATE = BASE.replace('name = "overlay"', 'name = "update"')
BY_SOURCE = '\n[[source]]\nrole = "unit"\npath = "{path}"\nlayer = "{layer}"\n'
BY_PREVIOUS = '\n[previous]\npath = "{path}"\n'


def red(*shapes):
    return {"red_line": (list(shapes), {"id": [f"R{n}" for n in range(len(shapes))]})}


def parks(east, west=WEST):
    return {"park": ([east, west], PARK[1])}


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """Last year's plan."""
    folder = tmp_path_factory.mktemp("last")
    run(hand(folder, BASE, park=PARK), folder / "last.gpkg")
    return folder / "last.gpkg"


def updated(folder, last, more="", how=BY_PREVIOUS, **layers):
    """Run the case of this year on last year's units."""
    text = UPDATE + how.format(path=last.as_posix(), layer="units") + more
    case = hand(folder / "now", text, **{"park": PARK, **layers})
    run(case, folder / "now.gpkg")
    return read_plan(folder / "now.gpkg")


def same_units(before, after):
    """Codes of the units that are the same to the last byte: outline, code, id, name, list."""
    then = {
        row.unit_id: (row.code, row.name, row.category, row.kind, row.subtype, shapely.to_wkb(row.geometry))
        for row in before.units.itertuples()
    }
    lists = [
        {one: rows.drop(columns="unit_id").to_numpy().tolist() for one, rows in plan.clauses.groupby("unit_id")}
        for plan in (before, after)
    ]
    return {
        row.code
        for row in after.units.itertuples()
        if then.get(row.unit_id)
        == (row.code, row.name, row.category, row.kind, row.subtype, shapely.to_wkb(row.geometry))
        and lists[0].get(row.unit_id) == lists[1].get(row.unit_id)
    }


def outcomes(plan):
    return {name: len(faces) for name, faces in json.loads(plan.meta["update"])["faces"].items() if faces}


RED_UNIT, WATER_UNIT, REST = "ZH99990110001", "ZH99990120003", "ZH99990130001"
PARK_UNITS = {"ZH99990120001", "ZH99990120002"}


def test_with_the_same_sources_every_unit_is_the_same_to_the_last_byte(last, tmp_path):
    before = read_plan(last)
    for turn, how in enumerate((BY_PREVIOUS, BY_SOURCE)):
        after = updated(tmp_path / str(turn), last, how=how)
        assert same_units(before, after) == set(before.units["code"]) == {RED_UNIT, WATER_UNIT, REST, *PARK_UNITS}
        assert shapely.to_wkb(after.faces["geometry"]).tolist() == shapely.to_wkb(before.faces["geometry"]).tolist()
        assert outcomes(after) == {}
        assert set(after.lineage["relation"]) == {"same"}


def test_last_years_units_of_another_place_are_refused(tmp_path):
    far = [box(500_000, 0, 10_000, 10_000)]
    other = write_layer(tmp_path / "other.gpkg", "units", far, {"HJGKDYBM": ["ZH99990130001"]})
    with pytest.raises(BadInput, match="none of last year's units lies in the study area"):
        updated(tmp_path, other)


def test_a_larger_red_line_takes_what_it_reaches_and_no_more(last, tmp_path):
    before, after = read_plan(last), updated(tmp_path, last, **red(box(1_000, 1_000, 2_500, 2_000)))
    assert same_units(before, after) == {WATER_UNIT, *PARK_UNITS}
    units = after.units.set_index("code")
    assert units.loc[[RED_UNIT, REST], "area_m2"].round().tolist() == [5e6, 87e6]
    assert set(units.index) == set(before.units["code"])
    assert outcomes(after) == {"raised": 1}
    parts = json.loads(units.loc[RED_UNIT, "facts"])["facts"]["parts"]
    assert [message_words(Message.read(part), "en", glossary()) for part in parts] == [
        "kept as in 2025: 80.00%",
        "changed, the rules are stricter now: 20.00% (R01 ecological red line, source red_line)",
        "R01 ecological red line 100.00%",
    ]


KEEP = '\n[update]\nlocked = "keep"\n'


@pytest.fixture(scope="module")
def held(last, tmp_path_factory):
    """Last year's plan, its rest and its water unit locked."""
    held = tmp_path_factory.mktemp("held") / "held.gpkg"
    held.write_bytes(last.read_bytes())
    edit(held, [{"op": "lock", "unit": code} for code in (REST, WATER_UNIT)], author="甲", reason="定稿")
    return held


@pytest.mark.parametrize("more", ["", KEEP])
def test_a_locked_unit_that_gives_land_to_the_red_line_is_told(held, tmp_path, more):
    """A red line goes before every lock, but not unsaid; a locked unit that stays as it was is no finding."""
    after = updated(tmp_path, held, more, **red(box(1_000, 1_000, 2_500, 2_000)))
    assert after.units.set_index("code").loc[[REST, WATER_UNIT], "locked"].tolist() == [1, 1]
    told = after.findings[after.findings["id"] == "S87"]
    facts = json.loads(told["facts"].item())
    assert (facts["unit"], round(facts["lost"]), round(facts["gained"])) == (REST, 1e6, 0)
    assert [(row.kind, row.unit) for row in update_report(after).rows] == [("locked", REST)]


@pytest.mark.parametrize(("more", "rest", "park"), [("", 87e6, 2e6), (KEEP, 88e6, 1e6)])
def test_a_park_that_grows_into_a_locked_unit_takes_land_where_rules_go_first(held, tmp_path, more, rest, park):
    after = updated(tmp_path, held, more, **parks(box(5_000, 8_000, 2_000, 1_000)))
    area = after.units.set_index("code")["area_m2"].round()
    assert len(area) == 5
    assert (area[REST], sorted(area[list(PARK_UNITS)])) == (rest, [1e6, park])
    told = {row.id: json.loads(row.facts) for row in after.findings.itertuples() if row.id in ("S58", "S87")}
    if not more:
        assert outcomes(after) == {"raised": 1}
        assert [(name, one["unit"], round(one["lost"])) for name, one in told.items()] == [("S87", REST, 1e6)]
        return
    assert outcomes(after) == {"locked": 1}
    (facts,) = told.values()
    assert (facts["problem"], facts["unit"], facts["area_m2"], facts["category"], facts["now"]) == (
        "locked",
        REST,
        1e6,
        3,
        2,
    )
    (row,) = update_report(after, "en").rows
    assert (row.kind, row.unit) == ("locked", REST)
    assert "1.0000 km²" in row.what
    assert "the lock goes first" in row.what
    profile = read_case(tmp_path / "now" / "case.toml").profile
    card = word(why(after, REST), profile, "en", method="update", journal=after.journal)
    assert "kept by its lock, although the rules say otherwise now: 1.0000 km²" in card.update


def test_a_locked_unit_gets_no_land_where_its_lock_goes_first(held, tmp_path):
    """The zone grows by two square kilometres: they join its unit, or are a unit beside it."""
    zone = [box(4_000, 4_000, 3_000, 2_000), box(7_000, 4_000, 1_000, 2_000)], {"zone": ["工业污染重点管控区"] * 2}
    free = tmp_path / "free.gpkg"
    free.write_bytes(held.read_bytes())
    edit(free, [{"op": "unlock", "unit": REST}], author="甲", reason="待定")
    by_rules = updated(tmp_path / "rules", free, water=zone)
    assert by_rules.units.set_index("code").loc[[WATER_UNIT, REST], "area_m2"].round().tolist() == [8e6, 86e6]
    by_lock = updated(tmp_path / "keep", free, KEEP, water=zone)
    area = by_lock.units.set_index("code")["area_m2"].round()
    assert area[WATER_UNIT] == 6e6
    assert area[REST] == 86e6
    assert area[sorted(set(area.index) - set(by_rules.units["code"]))].tolist() == [2e6]
    assert not set(by_lock.findings["id"]) & {"S58", "S87"}


def test_the_line_drawn_beside_a_locked_unit_makes_no_unit(held, tmp_path):
    """A strip that had no unit, two metres wide, along a locked unit alone: a lock does not make a unit of a sliver."""
    strip = box(-2, 5_000, 2, 3_000)
    county = ([shapely.union_all([box(0, 0, 10_000, 10_000), strip])], {"code": ["999901"], "name": ["试验县"]})
    before, after = read_plan(held), updated(tmp_path, held, KEEP, county=county)
    assert set(after.units["code"]) == set(before.units["code"])
    assert after.units.set_index("code").loc[REST, "area_m2"].round() == 88e6 + 6_000


@pytest.mark.parametrize(("left", "goes_on"), [(9.9, False), (10.1, True)])
def test_a_unit_that_slivers_alone_are_left_of_ends(last, tmp_path, left, goes_on):
    """The red line takes the western park but for a strip; one below a hectare rides with what lies beside it."""
    after = updated(tmp_path, last, **red(RED, box(7_000, 8_000, 1_000 - left, 1_000)))
    units = after.units.set_index("code")
    assert ("ZH99990120002" in units.index) is goes_on
    assert ("ZH99990120002" in json.loads(after.meta["retired_codes"])) is not goes_on
    if goes_on:
        assert units.loc["ZH99990120002", "area_m2"] == pytest.approx(10_100)
    else:
        assert units["area_m2"].sum() == pytest.approx(100e6)
        assert set(units["area_m2"].round(-5)) == {5e6, 1e6, 6e6, 88e6}


def test_the_plan_of_an_update_takes_another_division_and_its_units_go_on(last, tmp_path):
    after = updated(tmp_path, last, **red(box(1_000, 1_000, 2_500, 2_000)))
    adopt(tmp_path / "now.gpkg", "overlay", case=tmp_path / "now" / "case.toml", author="甲", reason="重划")
    plan = read_plan(tmp_path / "now.gpkg")
    assert plan.units[["unit_id", "code", "name"]].equals(after.units[["unit_id", "code", "name"]])
    assert set(plan.coverage["source"]) == set(after.coverage["source"])


def test_a_second_red_line_elsewhere_joins_the_countys_only_one(last, tmp_path):
    after = updated(tmp_path, last, **red(RED, box(8_000, 1_000, 1_000, 1_000)))
    assert len(after.units) == 5
    assert after.units.set_index("code").loc[RED_UNIT, ["parts", "area_m2"]].tolist() == [2, 5e6]


def test_what_the_rules_hold_to_be_less_now_is_kept_and_told(last, tmp_path):
    after = updated(tmp_path, last, **red(box(1_000, 1_000, 1_500, 2_000)))
    assert after.units.set_index("code").loc[RED_UNIT, "area_m2"] == 4e6
    assert outcomes(after) == {"held": 1}
    told = after.findings[after.findings["id"] == "S58"]
    facts = json.loads(told["facts"].item())
    assert (facts["unit"], facts["area_m2"], facts["category"], facts["now"]) == (RED_UNIT, 1e6, 1, 3)


def test_what_is_less_now_follows_the_rules_where_a_document_allows_it(last, tmp_path):
    more = '\n[update]\nlower = "follow"\ndocument = "环函〔2026〕1号"\n'
    after = updated(tmp_path, last, more, **red(box(1_000, 1_000, 1_500, 2_000)))
    assert after.units.set_index("code").loc[RED_UNIT, "area_m2"] == 3e6
    assert outcomes(after) == {"lowered": 1}
    facts = json.loads(after.findings.loc[after.findings["id"] == "S59", "facts"].item())
    assert (facts["unit"], facts["category"], facts["document"]) == (REST, 1, "环函〔2026〕1号")


def test_nothing_is_lowered_without_a_document(tmp_path):
    text = UPDATE + '\n[update]\nlower = "follow"\n'
    with pytest.raises(BadInput, match="without a document"):
        parse_case(text, tmp_path / "case.toml")
    for key in ("lower", "locked"):
        with pytest.raises(BadInput, match=key):
            parse_case(UPDATE + f'\n[update]\n{key} = "never"\n', tmp_path / "case.toml")


def test_the_case_keeps_what_an_update_may_lower_with_comments(tmp_path):
    text = (
        UPDATE + '\n# 省厅批复\n[update]\nlower = "follow"\nlocked = "keep"\ndocument = "环函〔2026〕1号"  # 附件二\n'
    )
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    case = read_case(path)
    assert case.update == Update("follow", "环函〔2026〕1号", "keep")
    assert parse_case(case_text(case), path) == case
    rewrite_case_file(replace(case, update=Update("follow", "环函〔2026〕2号")), path)
    kept = path.read_text(encoding="utf-8")
    assert "# 省厅批复\n[update]" in kept
    assert 'document = "环函〔2026〕2号"' in kept
    assert "# 附件二" in kept


def test_another_method_on_the_same_sources_is_another_basis(last, tmp_path):
    """Units of a source are noded with the others, but of an update they cut what these made."""
    text = UPDATE + BY_SOURCE.format(path=last.as_posix(), layer="units")
    path = hand(tmp_path, text, park=PARK)
    case = read_case(path)
    assert settings_of(case).basis != settings_of(replace(case, method="overlay")).basis
    assert settings_of(case).basis == settings_of(replace(case, seed=7)).basis


def test_a_moved_park_changes_its_unit_and_its_neighbours_alone(last, tmp_path):
    """The east park grows into open land: it stays itself, beside a park with a longer border."""
    grown = shapely.union_all([EAST, box(5_500, 8_000, 500, 1_000), box(6_900, 9_000, 1_100, 300)])
    before, after = read_plan(last), updated(tmp_path, last, **parks(grown))
    assert same_units(before, after) == {RED_UNIT, WATER_UNIT, "ZH99990120002"}
    named = after.units.set_index("name")["area_m2"].round()
    assert named[[name for name in named.index if "东园" in name]].item() == 1e6 + 0.5e6 + 0.33e6
    assert named[[name for name in named.index if "西园" in name]].item() == 1e6


def test_a_park_in_a_unit_of_another_kind_becomes_its_own(last, tmp_path):
    """The rules say another kind of the same category there: a park within the water zone."""
    new = {"park": ([EAST, WEST, box(5_000, 4_500, 500, 500)], {"name": ["东园", "西园", "新园"]})}
    after = updated(tmp_path, last, **new)
    assert outcomes(after) == {"changed": 1}
    made = after.units[after.units["name"].str.contains("新园")]
    assert (made["kind"].item(), made["area_m2"].item()) == ("industrial_park", 250_000)
    assert made["code"].item() == "ZH99990120004"


def test_a_line_drawn_two_metres_beside_makes_no_unit(last, tmp_path):
    """Of a water zone the line of last year stands; of a red line all of it goes up. Either way it is no unit."""
    zone = [box(4_002, 4_000, 3_000, 2_000)], {"zone": ["工业污染重点管控区"]}
    before, after = read_plan(last), updated(tmp_path, last, water=zone, **red(box(1_002, 1_000, 2_000, 2_000)))
    assert set(after.units["code"]) == set(before.units["code"])
    area = after.units.set_index("code")["area_m2"].round()
    assert area[WATER_UNIT] == before.units.set_index("code").loc[WATER_UNIT, "area_m2"]
    assert area[RED_UNIT] == 4e6 + 2 * 2_000
    assert not (after.findings["id"] == "S58").any()
    assert (after.faces.loc[after.faces["area_m2"] < 10_000, "host"].notna()).all()


def test_edits_of_last_year_go_on(last, tmp_path):
    """A face that people gave to the park, a name, a unit split in two, a clause: none is decided anew."""
    copy = tmp_path / "edited.gpkg"
    copy.write_bytes(last.read_bytes())
    west, south = 500_000, 3_400_000
    line = f"LINESTRING({west + 4_900} {south + 3_900}, {west + 4_900} {south + 6_100})"
    ops = [
        {"op": "split", "unit": WATER_UNIT, "line": line},
        {"op": "rename", "unit": REST, "name": "试验县其余一般单元"},
        {"op": "clause", "unit": RED_UNIT, "add": {"id": "X1", "text": "严禁新建", "dimension": "space"}},
    ]
    assert edit(copy, ops, author="甲", reason="年度修订")["applied"] == 3
    before, after = read_plan(copy), updated(tmp_path, copy, **parks(box(6_000, 8_000, 1_000, 1_200)))
    assert len(before.units) == len(after.units) == 6
    same = same_units(before, after)
    assert len(same) == 4
    assert RED_UNIT in same
    assert "试验县其余一般单元" in set(after.units["name"])
    assert "严禁新建" in set(after.clauses.loc[after.clauses["code"] == RED_UNIT, "text"])


def test_what_people_did_to_a_list_of_last_year_stays_and_the_library_is_drafted_anew(last, tmp_path):
    copy = tmp_path / "edited.gpkg"
    copy.write_bytes(last.read_bytes())
    (park, other) = sorted(PARK_UNITS)
    rows = [
        {"unit": park, "add": {"id": "X1", "text": "不得新建焦化", "dimension": "space", "remark": "会商"}},
        {"unit": park, "change": {"id": "X1", "status": "已审"}},
        {"unit": park, "change": {"id": "N-ALL-S1", "status": "已审", "remark": "已核"}},
        {"unit": park, "remove": "N-ALL-D1"},
    ]
    edit(copy, [{"op": "clauses", "rows": rows}], author="甲", basis="省政府〔2026〕3号")
    after = updated(tmp_path, copy).clauses
    mine = after[after["code"] == park].set_index("clause_id")
    assert mine.loc["X1", ["text", "status", "remark", "origin"]].tolist() == ["不得新建焦化", "已审", "会商", "hand"]
    assert mine.loc["N-ALL-S1", ["status", "remark"]].tolist() == ["已审", "已核"]
    assert "N-ALL-D1" not in mine.index
    assert "N-ALL-D1" in set(after.loc[after["code"] == other, "clause_id"])


def test_an_update_drafts_from_the_library_of_today_and_asks_for_a_review_of_what_says_something_else(last, tmp_path):
    """Last year's plan was made from a library whose texts were others."""
    before = read_plan(last)
    old = {"text": lambda table: table["text"].where(table["clause_id"] != "N-ALL-S1", "去年的要求。")}
    copy = tmp_path / "old.gpkg"
    clauses = before.clauses.assign(**old, status="已审")
    write_plan(replace(before, library=before.library.assign(**old), clauses=clauses), copy)
    after = updated(tmp_path, copy).clauses
    assert not (after["text"] == "去年的要求。").any()
    assert set(after.loc[after["clause_id"] == "N-ALL-S1", "status"]) == {"待审"}
    assert set(after.loc[after["clause_id"] != "N-ALL-S1", "status"]) == {"已审"}


@pytest.mark.parametrize(("wide_then", "now"), [(False, "待审"), (True, "建议")])
def test_what_was_proposed_last_year_and_is_required_now_is_reviewed_as_such_and_the_reverse(tmp_path, wide_then, now):
    """A water zone that reaches 3 m into a park, a proposal, or half of it, a demand."""
    narrow, wide = (([box(3_000, 8_000, 3_000 + by, 1_000)], {"zone": ["工业污染重点管控区"]}) for by in (3, 500))
    then, later = (wide, narrow) if wide_then else (narrow, wide)
    run(hand(tmp_path, BASE, park=PARK, water=then), tmp_path / "last.gpkg")
    park = min(PARK_UNITS)
    approved = {"op": "clause", "unit": park, "change": {"id": "N-WI-D1", "status": "已审"}}
    assert edit(tmp_path / "last.gpkg", [approved])["refused"] == []
    after = updated(tmp_path, tmp_path / "last.gpkg", water=later)
    mine = after.clauses[(after.clauses["code"] == park) & after.clauses["clause_id"].str.startswith("N-WI")]
    assert set(mine["status"]) == {now}
    assert len(mine) > 1


FOREIGN = {"HJGKDYBM": ["ZH99990110007", "ZH99990130009"], "HJGKDYMC": ["青山", "其余"]}


@pytest.fixture
def shapefile(tmp_path):
    """A bureau's layer: red line a little off the grid, and the rest, drawn with its own vertices."""
    red_line = shapely.segmentize(box(1_000.00037, 1_000.00021, 2_000, 2_000), 333)
    rest = box(0, 0, 10_000, 10_000).difference(red_line)
    return write_layer(tmp_path / "old.shp", "old", [red_line, rest], FOREIGN, encoding="GBK")


def test_of_a_foreign_layer_no_vertex_moves_and_code_name_and_line_stay(shapefile, tmp_path):
    after = updated(tmp_path, shapefile, how=BY_PREVIOUS)
    units = after.units.set_index("code")
    assert units.loc[["ZH99990110007", "ZH99990130009"], "name"].tolist() == ["青山", "其余"]
    # Water zone (in two townships) and parks are stricter than the general unit they lay in.
    assert outcomes(after)["raised"] == 4
    assert len(units) == 5
    old = shapely.from_wkb(shapely.to_wkb(shapely.segmentize(box(1_000.00037, 1_000.00021, 2_000, 2_000), 333)))
    new = shapely.get_coordinates(units.loc["ZH99990110007", "geometry"])
    gaps = [np.hypot(*(new - xy).T).min() for xy in shapely.get_coordinates(old)]
    assert max(gaps) <= 0.001
    assert shapely.hausdorff_distance(units.loc["ZH99990110007", "geometry"].boundary, old.boundary) <= 0.001


def test_land_without_a_unit_goes_where_the_rules_put_it(tmp_path):
    """Last year's layer leaves out the eastern fifth, and a slit of a metre in the middle."""
    shapes = [box(0, 0, 4_000, 10_000), box(4_001, 0, 3_999, 10_000)]
    fields = {"HJGKDYBM": ["ZH99990130001", "ZH99990130002"], "HJGKDYMC": ["西部", "东部"]}
    layer = write_layer(tmp_path / "gaps.gpkg", "units", shapes, fields)
    nothing = {"water": ([box(9_000, 9_000, 500, 500)], {"zone": ["一般管控区"]}), **red(box(200, 200, 2_000, 2_000))}
    after = updated(tmp_path, layer, how=BY_SOURCE, park=([EAST], {"name": ["东园"]}), **nothing)
    named = after.units.set_index("name")["area_m2"].round()
    assert named["东部"] + named["西部"] == 100e6 - 4e6 - 1e6
    assert named["东部"] == pytest.approx(3_999e4 + 20e6 - 1e6, abs=2e4)
    assert len(after.units) == 4


def test_of_two_units_on_one_face_the_first_has_it(tmp_path):
    shapes = [box(0, 0, 10_000, 6_000), box(0, 4_000, 10_000, 6_000)]
    fields = {"HJGKDYBM": ["ZH99990130001", "ZH99990130002"], "HJGKDYMC": ["南", "北"]}
    layer = write_layer(tmp_path / "over.gpkg", "units", shapes, fields)
    after = updated(tmp_path, layer, how=BY_SOURCE, water=([box(0, 0, 9, 9)], {"zone": ["一般管控区"]}))
    named = after.units.set_index("name")["area_m2"]
    assert (named["南"], named["北"]) == (60e6 - 4e6, 40e6 - 2e6)


def test_why_says_what_was_kept_and_what_changed(last, tmp_path, capsys):
    plan = updated(tmp_path, last, **red(box(1_000, 1_000, 2_500, 2_000)))
    found = why(plan, "503200,3402000")
    assert found["update"] == {
        "year": "2025",
        "file": "last.gpkg",
        "area_m2": {
            "kept": 0,
            "raised": 1e6,
            "changed": 0,
            "held": 0,
            "lowered": 0,
            "new": 0,
            "transferred": 0,
            "locked": 0,
            "unknown": 0,
        },
    }
    profile = read_case(tmp_path / "now" / "case.toml").profile
    card = word(found, profile, "en", method="update", journal=plan.journal)
    assert card.update == ("changed, the rules are stricter now: 1.0000 km² (rule R01, source red_line)",)
    unit = word(why(plan, RED_UNIT), profile, "en", method="update", journal=plan.journal)
    assert unit.update[0] == "kept as in 2025: 4.0000 km²"
    assert why(read_plan(last), RED_UNIT)["update"] is None
    main(["why", str(tmp_path / "now.gpkg"), RED_UNIT, "--lang", "en"])
    assert "Since last year:\n  kept as in 2025" in capsys.readouterr().out


def test_without_last_years_units_there_is_nothing_to_update(tmp_path):
    case = hand(tmp_path, UPDATE, park=PARK)
    assert "nothing to update" in refusal("run", case, "-o", tmp_path / "plan.gpkg", "--lang", "en")["what"]


def test_a_trial_on_faces_without_last_years_lines_says_what_is_needed(last, tmp_path):
    from control_units.delineation.basis.build import lay_basis
    from control_units.delineation.methods.of_case import with_method

    text = BASE + BY_PREVIOUS.format(path=last.as_posix())
    case = read_case(hand(tmp_path / "now", text, park=PARK))
    basis = lay_basis(case)
    plan = read_plan(last)
    with pytest.raises(BadInput, match="not among the faces"):
        relabel(with_method(case, "update"), basis, standing_of_plan(plan))


def test_the_same_update_twice_gives_the_same_bytes(last, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    updated(tmp_path, last, **red(box(1_000, 1_000, 2_500, 2_000)))
    run(tmp_path / "now" / "case.toml", tmp_path / "again.gpkg", workers=2)
    assert (tmp_path / "now.gpkg").read_bytes() == (tmp_path / "again.gpkg").read_bytes()


def test_where_units_of_last_year_overlap_the_stricter_one_has_the_land(tmp_path):
    """The general one stands first in the layer, and covers all."""
    shapes = [box(0, 0, 10_000, 10_000), box(8_000, 8_000, 1_000, 1_000)]
    codes = {"code": ["ZH99990130001", "ZH99990120001"], "name": ["一般", "重点"]}
    path = write_layer(tmp_path / "units.gpkg", "units", shapes, codes)
    after = updated(tmp_path, path)
    key = after.units.set_index("code").loc["ZH99990120001"]
    assert key["area_m2"] == pytest.approx(1e6)
