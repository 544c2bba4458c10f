"""The scheme of the level above: taken over, kept to by finer units, or only compared with."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
import shapely.affinity
from command import ask, refusal
from control_units.delineation.case.reading import parse_case, read_case
from control_units.delineation.case.writing import case_text, relocated, rewrite_case_file
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.running import run
from hand import CASE, box, hand, write_layer

UPPER = '\n[upper]\npath = "{path}"\nmode = "{mode}"\n'
# The province: the west is priority, of the east the north is key and the south general.
SHAPES = [box(0, 0, 5_000, 10_000), box(5_000, 5_000, 5_000, 5_000), box(5_000, 0, 5_000, 5_000)]
FIELDS = {
    "HJGKDYBM": ["ZH99990110011", "ZH99990120021", "ZH99990130031"],
    "HJGKDYMC": ["西部优先", "东北重点", "东南一般"],
}


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    return write_layer(tmp_path_factory.mktemp("province") / "province.gpkg", "units", SHAPES, FIELDS)


def planned(folder, province, mode, more="", **layers):
    """The plan of the hand case under a mode."""
    text = CASE + UPPER.format(path=province.as_posix(), mode=mode) + more
    run(hand(folder / "case", text, **layers), folder / "plan.gpkg")
    return read_plan(folder / "plan.gpkg")


def told(plan, rule="Q23"):
    """Problems and units of a rule."""
    rows = plan.findings[plan.findings["id"] == rule]
    return [
        (json.loads(facts).get("problem", ""), units) for facts, units in zip(rows["facts"], rows["units"], strict=True)
    ]


def test_fixed_takes_over_the_units_locked(province, tmp_path):
    plan = planned(tmp_path, province, "fixed")
    units = plan.units.set_index("code")
    assert dict(units["name"]) == dict(zip(*FIELDS.values(), strict=True))
    assert units["category"].to_dict() == {"ZH99990110011": 1, "ZH99990120021": 2, "ZH99990130031": 3}
    assert units["locked"].tolist() == [1, 1, 1]
    for shape, code in zip(SHAPES, FIELDS["HJGKDYBM"], strict=True):
        assert shapely.equals(units.loc[code, "geometry"], shape)
    assert set(plan.clauses["code"]) == set(units.index)
    assert told(plan) == []
    refused = edit(
        tmp_path / "plan.gpkg", [{"op": "categorize", "unit": "ZH99990130031", "category": 2}], author="甲", reason="试"
    )
    assert refused["applied"] == 0


def test_a_plan_that_no_longer_agrees_with_a_fixed_scheme_is_told(province, tmp_path):
    plan = planned(tmp_path, province, "fixed")
    ops = [
        {"op": "unlock", "unit": "ZH99990120021"},
        {"op": "categorize", "unit": "ZH99990120021", "category": 1},
    ]
    assert edit(tmp_path / "plan.gpkg", ops, author="甲", reason="试")["applied"] == 2
    changed = read_plan(tmp_path / "plan.gpkg")
    code = (set(changed.units["code"]) - set(plan.units["code"])).pop()
    assert sorted(told(changed)) == [("category", code), ("code", code)]
    rows = [row for row in ask("check", tmp_path / "plan.gpkg").document if row["id"] == "Q23"]
    assert {row["severity"] for row in rows} == {"error"}


def test_a_red_line_is_not_taken_over_into_a_lower_unit(province, tmp_path):
    """It stays priority by itself, and the difference is an error for the two levels to settle."""
    plan = planned(tmp_path, province, "fixed", red_line=([box(7_000, 1_000, 1_000, 1_000)], {"id": ["R1"]}))
    own = plan.units[~plan.units["code"].isin(FIELDS["HJGKDYBM"])]
    assert (own["category"].item(), own["area_m2"].item(), own["locked"].item()) == (1, 1e6, 0)
    assert ("code", own["code"].item()) in told(plan)


def test_refine_divides_each_unit_and_lowers_none(province, tmp_path):
    plan = planned(tmp_path, province, "refine")
    faces = plan.faces
    tops = np.array([3, 1, 2, 3])[
        [
            1 + next(n for n, shape in enumerate(SHAPES) if shape.covers(point))
            for point in shapely.point_on_surface(faces["geometry"])
        ]
    ]
    assert (faces["category"].to_numpy() <= tops).all()
    within = [sum(shape.buffer(0.01).covers(unit) for shape in SHAPES) for unit in plan.units["geometry"]]
    assert within == [1] * len(plan.units)
    areas = plan.units.groupby("category")["area_m2"].sum().round().to_dict()
    # All of the west, the water zone's east and the north-east, the rest.
    assert areas == {1: 50e6, 2: 25e6 + 2e6, 3: 25e6 - 2e6}
    assert told(plan) == []
    assert plan.units["locked"].sum() == 0


def test_what_crosses_or_lowers_is_told_after_an_edit(province, tmp_path):
    plan = planned(tmp_path, province, "refine")
    general = plan.units.loc[plan.units["category"] == 3, "code"].item()
    north = plan.units[(plan.units["category"] == 2) & (plan.units["area_m2"] > 10e6)]["code"].item()
    merge = {"op": "merge", "units": [north, general], "category": 2}
    assert edit(tmp_path / "plan.gpkg", [merge], author="甲", reason="试")["applied"] == 1
    assert [problem for problem, _ in told(read_plan(tmp_path / "plan.gpkg"))] == ["crosses"]
    assert ask("undo", tmp_path / "plan.gpkg").code == 0
    open_land = plan.faces[(plan.faces["rule_category"] == 3) & (plan.faces["category"] == 2)]["face_id"].tolist()
    assign = {"op": "assign", "faces": open_land, "unit": general, "basis": "函〔2026〕1号"}
    assert edit(tmp_path / "plan.gpkg", [assign], author="甲", reason="试")["applied"] == 1
    assert sorted(problem for problem, _ in told(read_plan(tmp_path / "plan.gpkg"))) == ["crosses", "lower"]


def test_free_only_compares(province, tmp_path):
    plan = planned(tmp_path, province, "free")
    alone = tmp_path / "alone"
    run(hand(alone), alone / "plan.gpkg")
    other = read_plan(alone / "plan.gpkg")
    assert shapely.to_wkb(plan.units["geometry"]).tolist() == shapely.to_wkb(other.units["geometry"]).tolist()
    assert plan.units["code"].tolist() == other.units["code"].tolist()
    facts = json.loads(plan.findings.loc[plan.findings["id"] == "S66", "facts"].item())
    # Of the west 50 km² but the red line's 4; of the north-east all but the water zone's 2.
    assert facts["area_m2"] == pytest.approx(50e6 - 4e6 + 25e6 - 2e6)
    assert facts["count"] == 2
    assert told(plan) == []


@pytest.mark.parametrize(("shift", "area"), [(2_500, 25e6), (500_000, 100e6)])
def test_free_tells_what_the_scheme_does_not_cover(shift, area, tmp_path):
    """A scheme of another place must not look as if all agreed with it."""
    away = [shapely.affinity.translate(shape, shift) for shape in SHAPES]
    plan = planned(tmp_path, write_layer(tmp_path / "away.gpkg", "units", away, FIELDS), "free")
    rows = [json.loads(facts) for facts in plan.findings.loc[plan.findings["id"] == "S66", "facts"]]
    assert [one["area_m2"] for one in rows if one.get("problem") == "bare"] == [pytest.approx(area)]


def test_free_tells_units_whose_category_nobody_can_tell(tmp_path):
    fields = {**FIELDS, "HJGKDYBM": ["A", "B", "C"]}
    plan = planned(tmp_path, write_layer(tmp_path / "p.gpkg", "units", SHAPES, fields), "free")
    rows = [json.loads(facts) for facts in plan.findings.loc[plan.findings["id"] == "S66", "facts"]]
    assert [(one["count"], one["of"]) for one in rows if one.get("problem") == "unread"] == [(3, 3)]


def test_what_a_category_is_wanted_from_is_written_as_a_case_has_it(tmp_path):
    fields = {**FIELDS, "HJGKDYBM": ["A", "B", "C"]}
    with pytest.raises(BadInput) as refused:
        planned(tmp_path, write_layer(tmp_path / "p.gpkg", "units", SHAPES, fields), "refine")
    assert "fields = { category = … }" in str(refused.value)


def test_land_that_the_scheme_leaves_out_is_told(tmp_path):
    part = write_layer(tmp_path / "part.gpkg", "units", SHAPES[:2], {key: values[:2] for key, values in FIELDS.items()})
    plan = planned(tmp_path, part, "refine")
    assert [problem for problem, _ in told(plan)] == ["bare"]
    assert plan.findings.loc[plan.findings["id"] == "Q23", "value"].item() == 25e6


def test_the_upper_scheme_may_be_a_plan_of_ours(tmp_path):
    run(hand(tmp_path / "city"), tmp_path / "city.gpkg")
    above = read_plan(tmp_path / "city.gpkg")
    plan = planned(tmp_path, tmp_path / "city.gpkg", "fixed")
    keys = ["code", "name", "category", "kind", "area_m2"]
    assert plan.units[keys].to_numpy().tolist() == above.units[keys].to_numpy().tolist()
    assert shapely.to_wkb(plan.units["geometry"]).tolist() == shapely.to_wkb(above.units["geometry"]).tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (UPPER.format(path="p.gpkg", mode="tight"), "free"),
        ('\n[upper]\nmode = "fixed"\n', "path"),
        ('\n[upper]\npath = "p.gpkg"\nfields = { cod = "BM" }\n', "cod"),
        ('\n[upper]\npath = "p.gpkg"\ndate = "yesterday"\n', "date"),
    ],
)
def test_what_is_no_upper_scheme_is_one_sentence(tmp_path, text, said):
    with pytest.raises(BadInput, match=said):
        parse_case(CASE + text, tmp_path / "case.toml")


def test_a_fixed_scheme_leaves_nothing_to_a_method(tmp_path):
    text = CASE.replace('name = "overlay"', 'name = "fitting"') + UPPER.format(path="p.gpkg", mode="fixed")
    with pytest.raises(BadInput, match="mode = fixed"):
        parse_case(text, tmp_path / "case.toml")


def test_units_without_a_category_cannot_bind(tmp_path):
    layer = write_layer(tmp_path / "bare.gpkg", "units", SHAPES, {"code": ["甲", "乙", "丙"]})
    text = CASE + UPPER.format(path=layer.as_posix(), mode="refine")
    said = refusal("run", hand(tmp_path / "case", text), "-o", tmp_path / "plan.gpkg", "--lang", "en")
    assert said["what"] == "no category of unit '甲'"


def test_the_case_keeps_its_upper_scheme_with_comments(tmp_path):
    text = CASE + '\n# 省级方案\n[upper]\npath = "p.gpkg"  # 2024 年\nmode = "refine"\n'
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    case = read_case(path)
    assert parse_case(case_text(case), path) == case
    assert rewrite_case_file(parse_case(text.replace("refine", "fixed"), path), path) == path
    kept = path.read_text(encoding="utf-8")
    assert "# 省级方案" in kept
    assert 'path = "p.gpkg"  # 2024 年' in kept
    assert read_case(path).upper.mode == "fixed"
    moved = relocated(case, tmp_path / "deep" / "case.toml")
    assert moved.upper.path == "../p.gpkg"


def test_finer_units_of_last_year_go_on_within_the_scheme(province, tmp_path):
    """An update under ``refine``: nothing changes where the scheme already held."""
    planned(tmp_path / "last", province, "refine")
    last = tmp_path / "last" / "plan.gpkg"
    text = CASE.replace('name = "overlay"', 'name = "update"') + UPPER.format(path=province.as_posix(), mode="refine")
    run(hand(tmp_path / "now", text + f'\n[previous]\npath = "{last.as_posix()}"\n'), tmp_path / "now.gpkg")
    before, after = read_plan(last), read_plan(tmp_path / "now.gpkg")
    keys = ["unit_id", "code", "name", "category", "kind"]
    assert after.units[keys].to_numpy().tolist() == before.units[keys].to_numpy().tolist()
    assert shapely.to_wkb(after.units["geometry"]).tolist() == shapely.to_wkb(before.units["geometry"]).tolist()


@pytest.mark.parametrize("mode", ["fixed", "refine"])
def test_sample_data_under_its_own_units_is_itself(data, tmp_path, mode):
    source = read_case(data / "HAND" / "case.toml")
    run(data / "HAND" / "case.toml", tmp_path / "above.gpkg")
    case = relocated(source, tmp_path / "case.toml")
    (tmp_path / "case.toml").write_text(case_text(case) + UPPER.format(path="above.gpkg", mode=mode), encoding="utf-8")
    run(tmp_path / "case.toml", tmp_path / "below.gpkg")
    above, below = read_plan(tmp_path / "above.gpkg"), read_plan(tmp_path / "below.gpkg")
    assert below.units["code"].tolist() == above.units["code"].tolist()
    assert shapely.to_wkb(below.units["geometry"]).tolist() == shapely.to_wkb(above.units["geometry"]).tolist()
    assert told(below) == []
