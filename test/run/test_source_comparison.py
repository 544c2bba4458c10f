"""What another file in place of a source changes: features paired, columns and zone values matched again."""

from __future__ import annotations

import time

import geopandas
import numpy as np
import pytest
import shapely
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.cli import main
from control_units.delineation.sources.changes import Key, match_features
from hand import CASE, box, hand, write_layer

TOWNS = [box(0, 0, 1_000, 1_000), box(1_000, 0, 1_000, 1_000), box(2_000, 0, 1_000, 1_000)]


def key(old, new, **options):
    return Key("id", "id", *(np.array(texts, dtype=object) for texts in (old, new)), **options)


def shapes(*boxes):
    return np.array(boxes, dtype=object)


def pairs(match):
    return list(zip(match.old.tolist(), match.new.tolist(), match.by.tolist(), match.same.tolist(), strict=True))


# ── features ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_that_is_unique_in_both_goes_before_shape():
    old, new = shapes(*TOWNS), shapes(TOWNS[0], box(1_000, 0, 900, 1_000), TOWNS[2])
    match = match_features(old, new[::-1], [key(["a", "b", "c"], ["c", "b", "a"])])
    assert pairs(match) == [(0, 2, "key", True), (1, 1, "key", False), (2, 0, "key", True)]
    assert match.overlap == pytest.approx([1, 0.9, 1])


def test_a_key_that_stands_twice_is_none():
    match = match_features(shapes(*TOWNS), shapes(*TOWNS), [key(["a", "b", "c"], ["a", "a", "b"])])
    assert match.key is None
    assert pairs(match) == [(0, 0, "shape", True), (1, 1, "shape", True), (2, 2, "shape", True)]


def test_numbers_that_an_export_gave_anew_are_no_key():
    far = shapes(*(box(9_000 * place, 0, 100, 100) for place in range(8)))
    texts = [str(place) for place in range(8)]
    match = match_features(far, far, [key(texts, texts[::-1])])
    assert match.key is None
    assert match.same.all()
    assert match.old.tolist() == match.new.tolist()


def test_a_feature_without_its_key_is_recognised_by_its_shape():
    match = match_features(shapes(*TOWNS), shapes(*TOWNS), [key(["a", "b", "c"], ["a", "b", "x"])])
    assert match.by.tolist() == ["key", "key", "shape"]


def test_what_shares_most_is_the_same_and_each_is_taken_once():
    old = shapes(box(0, 0, 1_000, 1_000))
    new = shapes(box(0, 0, 400, 1_000), box(400, 0, 600, 1_000))
    match = match_features(old, new)
    assert pairs(match) == [(0, 1, "overlap", False)]
    assert match.overlap == pytest.approx([0.6])
    assert match.added.tolist() == [0]


def test_what_shares_little_is_gone_and_new():
    match = match_features(shapes(box(0, 0, 1_000, 1_000)), shapes(box(800, 0, 1_000, 1_000)))
    assert (match.gone.tolist(), match.added.tolist(), pairs(match)) == ([0], [0], [])


def test_neighbours_that_only_touch_are_not_each_other():
    match = match_features(shapes(*TOWNS[:2]), shapes(TOWNS[2]))
    assert (match.gone.tolist(), match.added.tolist()) == ([0, 1], [0])


@pytest.mark.parametrize(("off", "same"), [(0.004, True), (0.02, False)])
def test_a_vertex_may_be_off_by_a_centimetre(off, same):
    moved = shapely.transform(shapes(*TOWNS), lambda xy: xy + off)
    assert match_features(shapes(*TOWNS), moved).same.tolist() == [same] * 3


def test_one_vertex_of_a_large_shape_that_moved_is_seen():
    ring = shapely.segmentize(shapely.box(0, 0, 100_000, 100_000), 100)
    xy = shapely.get_coordinates(ring)
    xy[700, 1] += 1.0
    match = match_features(shapes(ring), shapes(shapely.Polygon(xy)))
    assert match.same.tolist() == [False]
    assert match.overlap[0] > 0.999999


def test_a_ring_may_begin_elsewhere_and_run_the_other_way():
    turned = shapely.Polygon([*TOWNS[0].exterior.coords[2:], *TOWNS[0].exterior.coords[1:3]][::-1])
    assert match_features(shapes(TOWNS[0]), shapes(turned)).same.tolist() == [True]


def test_invalid_shapes_are_compared_too():
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    match = match_features(shapes(bow), shapes(shapely.buffer(shapely.make_valid(bow), 1)))
    assert match.by.tolist() == ["overlap"]


def test_the_same_shape_several_times_is_paired_as_often():
    match = match_features(shapes(*[TOWNS[0]] * 3), shapes(*[TOWNS[0]] * 2))
    assert (len(match.old), match.gone.tolist(), match.added.tolist()) == (2, [2], [])


def test_lines_are_recognised_by_key_and_shape():
    old = shapes(*(shapely.LineString([(0, y), (100, y)]) for y in (0, 10)))
    new = shapes(shapely.LineString([(0, 0), (90, 0)]), old[1])
    match = match_features(old, new, [key(["a", "b"], ["a", "b"])])
    assert match.same.tolist() == [False, True]
    assert np.isnan(match.overlap[0])


def test_many_features_take_seconds():
    points = np.random.default_rng(1).random((40_000, 2)) * 100_000
    frame = shapely.box(0, 0, 100_000, 100_000)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame))
    moved = shapely.transform(cells, lambda xy: xy + 0.5)
    since = time.process_time()
    match = match_features(cells, moved)
    assert time.process_time() - since < 8
    assert (match.old == match.new).all()


# ── a source of a case ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def case(tmp_path):
    zones = [box(0, 0, 4_000, 4_000), box(4_000, 0, 4_000, 4_000)]
    fields = {"BM": ["W1", "W2"], "name": ["上段", "下段"], "zone": ["水一", "水环境一般管控区"]}
    text = CASE.replace(
        'fields = { zone = "zone" }', 'fields = { zone = "zone", code = "BM" }\nzones = { "水一" = "industrial" }'
    )
    return hand(tmp_path, text, water=(zones, fields))


def water(folder, boxes, **fields):
    return write_layer(folder / "new.gpkg", "water", boxes, fields)


def test_features_areas_and_texts_that_changed(case, tmp_path):
    boxes = [box(0, 0, 4_000, 3_000), box(4_000, 0, 4_000, 4_000), box(0, 8_000, 1_000, 1_000)]
    new = water(
        tmp_path,
        boxes,
        BM=["W1", "W2", "W3"],
        name=["上段", "下游段", "新段"],
        zone=["水一", "水一", "水环境一般管控区"],
    )
    change = verbs.compare_source(case, "water_zone", new)
    assert change.counts == {"unchanged": 0, "moved": 1, "relabelled": 1, "new": 1, "gone": 0}
    moved, relabelled, added = change.rows()
    assert (moved["change"], moved["area_before_m2"], moved["area_after_m2"]) == ("moved", 16e6, 12e6)
    assert moved["overlap"] == pytest.approx(0.75)
    assert relabelled["differs"] == {"name": ["下段", "下游段"], "zone": ["general", "industrial"]}
    assert (added["change"], added["code"], added["before"], added["area_before_m2"]) == ("new", "W3", None, 0.0)
    assert change.match.key.old_name == "BM"
    assert change.to_confirm == ()


def test_the_largest_changes_can_be_asked_for_alone(case, tmp_path):
    boxes = [box(0, 0, 4_000, 3_900), box(4_000, 0, 4_000, 1_000), box(0, 8_000, 1_000, 1_000)]
    new = water(tmp_path, boxes, BM=["W1", "W2", "W3"], zone=["水一"] * 3)
    rows = verbs.compare_source(case, "water_zone", new).rows(2)
    assert [(row["code"], row["area_after_m2"] - row["area_before_m2"]) for row in rows] == [("W2", -12e6), ("W3", 1e6)]


def test_columns_are_found_again_by_name_by_values_and_by_guess(case, tmp_path):
    boxes = [box(0, 0, 4_000, 4_000), box(4_000, 0, 4_000, 4_000)]
    new = water(tmp_path, boxes, bm=["W1", "W2"], KZDYMC=["甲", "乙"], FENLEI=["水一", "水环境一般管控区"])
    change = verbs.compare_source(case, "water_zone", new)
    fits = {one.key: (one.before, one.after, one.fit) for one in change.fields}
    assert fits == {
        "code": ("BM", "bm", "renamed"),
        "name": ("name", "KZDYMC", "guessed"),
        "zone": ("zone", "FENLEI", "values"),
    }
    assert dict(change.after.spec.fields) == {"code": "bm", "name": "KZDYMC", "zone": "FENLEI"}
    assert change.columns_gone == ("BM", "name", "zone")
    assert change.problem is None
    assert len(change.to_confirm) == 2


def test_what_of_the_map_of_values_holds_on_and_what_nobody_knows(case, tmp_path):
    boxes = [box(1_000 * place, 0, 900, 900) for place in range(4)]
    values = ["水一", "水环境优先保护区", "城镇生活污染区", "怪区"]
    change = verbs.compare_source(case, "water_zone", water(tmp_path, boxes, zone=values))
    fits = {one.value: (one.before, one.after, one.zone, one.fit) for one in change.values}
    assert fits == {
        "水一": (1, 1, "industrial", "case"),
        "水环境一般管控区": (1, 0, "general", "gone"),
        "水环境优先保护区": (0, 1, "priority", "profile"),
        "城镇生活污染区": (0, 1, "urban", "guessed"),
        "怪区": (0, 1, "", "unknown"),
    }
    assert dict(change.after.spec.zones) == {"水一": "industrial", "城镇生活污染区": "urban"}
    assert change.problem is not None


def test_zones_are_compared_though_one_of_them_is_not_known(case, tmp_path):
    boxes = [box(0, 0, 4_000, 4_000), box(4_000, 0, 4_000, 4_000)]
    change = verbs.compare_source(case, "water_zone", water(tmp_path, boxes, zone=["怪区", "水一"]))
    assert change.problem is not None
    assert [row["differs"]["zone"] for row in change.rows()] == [["industrial", "怪区"], ["general", "industrial"]]


def test_no_feature_is_unchanged_where_all_zones_are_others_that_nobody_knows(tmp_path):
    boxes = [box(0, 0, 2_000, 4_000), box(2_000, 0, 2_000, 4_000), box(4_000, 0, 4_000, 4_000)]
    text = CASE.replace(
        'fields = { zone = "zone" }',
        'fields = { zone = "zone" }\nzones = { 1 = "industrial", 2 = "urban", 3 = "general" }',
    )
    case = hand(tmp_path, text, water=(boxes, {"zone": ["1", "2", "3"]}))
    change = verbs.compare_source(case, "water_zone", water(tmp_path, boxes, zone=["010", "020", "030"]))
    assert (change.counts["unchanged"], change.counts["relabelled"]) == (0, 3)
    assert [row["differs"]["zone"][1] for row in change.rows()] == ["010", "020", "030"]


@pytest.mark.parametrize(("last", "fit", "said"), [("c", "values", "the same"), ("d", "alike", "some of the same")])
def test_a_column_is_said_to_hold_the_same_values_only_where_it_does(tmp_path, last, fit, said):
    boxes = [box(0, 0, 2_000, 4_000), box(2_000, 0, 2_000, 4_000), box(4_000, 0, 4_000, 4_000)]
    text = CASE.replace('fields = { zone = "zone" }', 'fields = { zone = "zone", code = "BM" }')
    case = hand(tmp_path, text, water=(boxes, {"BM": ["a", "b", "c"], "zone": ["水环境一般管控区"] * 3}))
    new = water(tmp_path, boxes, HAO=["a", "b", last], zone=["水环境一般管控区"] * 3)
    change = verbs.compare_source(case, "water_zone", new)
    assert [one.fit for one in change.fields if one.key == "code"] == [fit]
    assert f"'HAO' holds {said} values and is taken" in str(change.to_confirm[0])


def test_geometry_is_compared_in_the_crs_of_the_case(case, tmp_path):
    frame = geopandas.GeoDataFrame(
        {"BM": ["W1", "W2"], "zone": ["水一", "水环境一般管控区"]},
        geometry=[box(0, 0, 4_000, 4_000), box(4_000, 0, 4_000, 4_000)],
        crs="EPSG:4547",
    )
    frame.to_crs("EPSG:4490").to_file(tmp_path / "new.gpkg", layer="water")
    change = verbs.compare_source(case, "water_zone", tmp_path / "new.gpkg")
    assert (change.after.crs, change.crs.to_epsg()) == ("EPSG:4490", 4547)
    assert change.match.same.all()


def test_areas_are_measured_as_the_case_has_it(case, tmp_path):
    text = case.read_text(encoding="utf-8")
    new = water(tmp_path, [box(0, 0, 4_000, 4_000)], zone=["水一"])
    planar = verbs.compare_source(case, "water_zone", new)
    case.write_text(text.replace("seed = 1", 'seed = 1\narea = "ellipsoidal"'), encoding="utf-8")
    curved = verbs.compare_source(case, "water_zone", new)
    assert (planar.area_method, curved.area_method) == ("planar", "ellipsoidal")
    assert planar.after.area_m2[0] == 16e6
    assert 0 < abs(curved.after.area_m2[0] - 16e6) < 0.001 * 16e6


def test_a_red_line_that_loses_land_is_to_be_confirmed(case, tmp_path):
    new = write_layer(tmp_path / "new.gpkg", "red", [box(1_000, 1_000, 2_000, 1_500)], {"id": ["R1"]})
    (said,) = verbs.compare_source(case, "red_line", new).to_confirm
    assert str(said) == "red_line has 1.0000 km² less than before"


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ([box(0, 0, 4_000, 4_000)] * 2, ""),
        ([box(0, 0, 4_000, 4_100)], "area: 32.0000 km² → 16.4000 km²; features: 2 → 1"),
        ([box(0, 0, 4_000, 2_000), box(4_000, 0, 4_000, 2_000)], "area: 32.0000 km² → 16.0000 km²; features: 2 → 2"),
        ([box(0, 0, 4_000, 2_001), box(4_000, 0, 4_000, 2_000)], ""),
    ],
)
def test_a_source_of_which_half_is_gone_is_to_be_confirmed(case, tmp_path, shapes, said):
    """By area or by number, in a role that nothing protects; a metre more than half is not asked about."""
    texts = {"BM": ["W1", "W2"], "name": ["东", "西"], "zone": ["水一", "水环境一般管控区"]}
    new = water(tmp_path, shapes, **{key: values[: len(shapes)] for key, values in texts.items()})
    asked = [str(one) for one in verbs.compare_source(case, "water_zone", new).to_confirm]
    whole = f"half of water_zone or less is left ({said}): check whether the new file is complete"
    assert asked == ([whole] if said else [])
    assert bool(ask("sources", case, "water_zone", new).document["to_confirm"]) == bool(said)


def test_date_and_document_of_the_file_before_are_to_be_confirmed(tmp_path):
    case = hand(tmp_path)
    new = write_layer(
        tmp_path / "new.gpkg", "county", [box(0, 0, 10_000, 10_000)], {"code": ["999901"], "name": ["试验县"]}
    )
    (said,) = verbs.compare_source(case, "county", new).to_confirm
    assert "date" in str(said)


# ── on the command line ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_line_prints_it_and_says_what_to_confirm(case, tmp_path):
    boxes = [box(0, 0, 4_000, 4_000), box(4_000, 0, 3_000, 4_000)]
    new = water(tmp_path, boxes, BM=["W1", "W2"], FENLEI=["水一", "水环境一般管控区"])
    answer = ask("sources", case, "water_zone", new, "--lang", "en")
    assert answer.code == 0
    assert answer.document["features"] == {"unchanged": 1, "moved": 1, "relabelled": 0, "new": 0, "gone": 0}
    assert answer.document["columns"] == {"new": ["FENLEI"], "gone": ["name", "zone"]}
    assert "zone column 'zone' is gone; 'FENLEI' holds the same values and is taken" in answer.document["to_confirm"]


def test_a_file_that_the_case_cannot_be_read_with_is_exit_code_1(case, tmp_path):
    new = water(tmp_path, [box(0, 0, 4_000, 4_000)], BM=["W1"], zone=["怪区"])
    answer = ask("sources", case, "water_zone", new, "--lang", "en")
    assert answer.code == 1
    assert "怪区" in answer.document["problem"]


@pytest.mark.parametrize("source", ["water_zone", "water", "hand.gpkg|water", "水环境管控分区"])
def test_a_source_is_named_by_role_layer_or_place(case, tmp_path, source):
    new = water(tmp_path, [box(0, 0, 4_000, 4_000)], zone=["水一"])
    assert ask("sources", case, source, new).document["role"] == "water_zone"


def test_a_source_that_is_not_there_is_refused_with_those_that_are(case, tmp_path):
    error = refusal("sources", case, "farmland", tmp_path / "hand.gpkg", "--lang", "en")
    assert "hand.gpkg|water" in error["wanted"]
    error = refusal("sources", case, "hand.gpkg", tmp_path / "hand.gpkg", "--lang", "en")
    assert error["what"] == "4 sources are called 'hand.gpkg'"


def test_people_read_a_table(case, tmp_path, capsys):
    new = water(tmp_path, [box(0, 0, 4_000, 3_000)], BM=["W1"], name=["上段"], zone=["水一"])
    assert main(["sources", str(case), "water_zone", str(new), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "0 unchanged, 1 moved, 0 with other texts, 0 new, 1 gone" in told
    assert "上段" in told


def test_what_is_gone_has_no_area_in_the_table(case, tmp_path, capsys):
    new = water(tmp_path, [box(0, 0, 4_000, 4_000)], BM=["W1"], name=["上段"], zone=["水一"])
    assert main(["sources", str(case), "water_zone", str(new), "--lang", "en"]) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "下段" in line]
    assert row.rstrip().endswith("–")
