"""The verb ``regions``: published values, what it writes, bounds, fixed units, lines, refusals in one sentence."""

from __future__ import annotations

import hashlib
import json
from itertools import product

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from command import ask, child, refusal
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.methods import redcap, skater, ward
from control_units.delineation.methods.number_of_regions import knee, parse_k, pseudo_f, suggest_k
from control_units.delineation.methods.regional import regional, solvers
from control_units.delineation.regionalise.division import divide
from control_units.delineation.regionalise.request import Request
from control_units.delineation.regions import several_k as offers
from control_units.delineation.regions.objective import Squares, squares
from control_units.delineation.verbs.regions import regions
from hand import CRS, write_layer
from raster_files import write as write_raster
from region_probe import probe, probed  # noqa: F401
from region_samples import GUERRY, guerry_table, lattice
from shapely import LineString, box

SIZE = 1000.0
WEST, SOUTH = 500_000.0, 3_400_000.0
NOISE = np.random.default_rng(5).normal(size=16).tolist()


def cell(x: int, y: int) -> shapely.Polygon:
    return box(WEST + x * SIZE, SOUTH + y * SIZE, WEST + (x + 1) * SIZE, SOUTH + (y + 1) * SIZE)


@pytest.fixture
def board(tmp_path):
    """Four by four squares: low west, high east, with other fields; feature ids begin at 1."""
    places = list(product(range(4), range(4)))  # column by column
    columns = {
        "a": [float(x >= 2) * 10 + noise for (x, _), noise in zip(places, NOISE, strict=True)],
        "people": [10 * (y + 1) for _, y in places],
        "row": ["北" if y >= 2 else "南" for _, y in places],
        "park": ["P" if (x, y) in ((1, 1), (2, 1)) else "" for x, y in places],
        "Region": [x for x, _ in places],
        "same": [7] * 16,
        "gap": [None if (x, y) == (3, 3) else float(x) for x, y in places],
    }
    write_layer(tmp_path / "board.gpkg", "board", [cell(x, y) for x, y in places], columns)
    return tmp_path / "board.gpkg"


def groups(labels):
    """Sets of rows that have one label."""
    return {frozenset(np.flatnonzero(np.array(labels) == label).tolist()) for label in set(labels) if label is not None}


WESTERN, EASTERN = frozenset(range(8)), frozenset(range(8, 16))


def test_the_methods_are_known_by_name():
    assert {one.__name__.rpartition(".")[2] for one in (redcap, skater, ward)} <= set(solvers())


def guerry(data, method, *more, output):
    guerry_table(data)
    return ask(
        "regions",
        data / "REGION" / "Guerry.shp",
        "--method",
        method,
        "--variables",
        ",".join(GUERRY),
        "-o",
        output,
        *more,
    )


@pytest.mark.parametrize(
    ("method", "ratio"),
    [
        ("skater:k=4", 0.3156446659),
        ("skater:k=5", 0.3763086809),
        ("redcap:order=full,linkage=complete,k=4", 0.3510990109),
        ("redcap:order=full,linkage=single,k=5", 0.3393192131),
        ("redcap:order=full,linkage=ward,k=5", 0.4226856732),
        ("ward:k=4", 0.3805127682),
        ("ward:k=5", 0.4241728844),
        ("ward:linkage=average,k=5", 0.2147711255),
    ],
)
@pytest.mark.touches("sklearn")
def test_published_ratios_come_out_of_the_file(data, tmp_path, method, ratio):
    answer = guerry(data, method, output=tmp_path / "out.gpkg")
    assert answer.code == 0
    found = answer.document
    assert found["ratio"] == pytest.approx(ratio, abs=1e-7)
    assert found["total_ss"] == pytest.approx(504, rel=1e-12)
    assert found["within_ss"] + found["between_ss"] == pytest.approx(504, rel=1e-12)
    assert set(found) == {"labels", "k", "ratio", "within_ss", "between_ss", "total_ss", "mass", "sizes"}
    assert np.bincount(found["labels"]).tolist() == found["sizes"]


def test_wards_published_ratios_by_the_slow_method(data, probed):  # noqa: F811
    guerry_table(data)
    for k, ratio in ((4, 0.3805127682), (5, 0.4241728844)):
        found = regions(data / "REGION" / "Guerry.shp", method=probed, k=k, variables=list(GUERRY))
        assert found["ratio"] == pytest.approx(ratio, abs=1e-7)
        assert found["total_ss"] == pytest.approx(504, rel=1e-12)


def test_features_and_dissolved_regions_are_written(board, probed, tmp_path):  # noqa: F811
    found = regions(board, tmp_path / "out.gpkg", method=probed, k=2, variables="a", floor={"people": 50})
    assert groups(found["labels"]) == {WESTERN, EASTERN}
    assert (found["k"], found["sizes"]) == (2, [8, 8])
    features = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="features")
    assert features["region"].tolist() == found["labels"]
    assert features["people"].tolist() == pyogrio.read_dataframe(board)["people"].tolist()
    assert features.columns[:2].tolist() == ["region", "a"]
    # The layer's own field of that name is there under another.
    assert features["Region_2"].tolist() == [x for x in range(4) for _ in range(4)]
    (said,) = [one for one in found["findings"] if one.id == "S79"]
    assert said.facts["fields"] == ("Region → Region_2",)
    dissolved = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="regions")
    assert dissolved["polygons"].tolist() == [8, 8]
    assert dissolved["area_m2"].tolist() == pytest.approx([8e6, 8e6])
    assert dissolved["perimeter_m"].tolist() == pytest.approx([12_000, 12_000])
    assert dissolved["compactness"].tolist() == pytest.approx([4 * np.pi * 8 / 144] * 2)
    assert dissolved["mean_a"].tolist() == pytest.approx([np.mean(NOISE[:8]), 10 + np.mean(NOISE[8:])])
    assert dissolved["sum_people"].tolist() == [200, 200]
    assert dissolved.geometry.iloc[0].equals(box(WEST, SOUTH, WEST + 2 * SIZE, SOUTH + 4 * SIZE))
    assert dissolved.crs.to_epsg() == 4547


def test_the_file_says_how_it_was_made(board, probed, tmp_path):  # noqa: F811
    given = {"variables": {"a": 1, "people": 0.5}, "floor": "people=50", "align": "row", "seed": 7}
    found = regions(board, tmp_path / "out.gpkg", method=probed, k=2, **given)
    table = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="meta")
    told = dict(zip(table["key"], table["value"], strict=True))
    assert told["layer"] == board.name
    assert told["sha256"] == hashlib.sha256(board.read_bytes()).hexdigest()
    wanted = {"method": probed, "k": "2", "variables": "a:1,people:0.5", "floor": "people=50", "seed": "7"}
    assert wanted.items() <= told.items()
    assert (told["regions"], float(told["ratio"])) == ("2", found["ratio"])
    # What it says is enough to make it again.
    again = {key: told[key] for key in ("method", "k", "variables", "floor", "align")}
    assert regions(board, **again, seed=int(told["seed"]))["labels"] == found["labels"]


def test_files_among_the_options_go_by_their_names(board, probed, tmp_path):  # noqa: F811
    lines = tmp_path / "ridges.gpkg"
    shape = shapely.to_wkb(np.array([shapely.LineString([(WEST, SOUTH), (WEST, SOUTH + SIZE)])], dtype=object))
    pyogrio.raw.write(lines, shape, [], [], geometry_type="LineString", crs="EPSG:4547", driver="GPKG")
    regions(board, tmp_path / "out.gpkg", method=probed, k=2, variables="a", align=str(lines))
    table = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="meta")
    told = dict(zip(table["key"], table["value"], strict=True))
    assert told["align"] == "ridges.gpkg"
    assert not any(str(tmp_path) in text for text in told.values())


def test_the_same_bytes_twice(board, probed, tmp_path):  # noqa: F811
    for name in ("one.gpkg", "two.gpkg"):
        regions(board, tmp_path / name, method=probed, k=3, variables="a")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_what_is_left_out_has_no_region(board, probed, tmp_path):  # noqa: F811
    with pytest.raises(BadInput, match="no value in gap: feature 16"):
        regions(board, method=probed, k=2, variables="gap")
    found = regions(board, tmp_path / "o.gpkg", method=probed, k=2, variables="gap", missing="leave_out")
    assert found["labels"][15] is None
    assert sum(found["sizes"]) == 15
    features = pyogrio.read_dataframe(tmp_path / "o.gpkg", layer="features")
    assert len(features) == 16
    assert np.isnan(features["region"].iloc[15])
    assert [one.id for one in found["findings"]] == ["S76", "S79"]
    filled = regions(board, method=probed, k=2, variables="gap", missing="mean")
    assert sum(filled["sizes"]) == 16


def test_features_without_a_polygon_have_no_label(tmp_path, probed):  # noqa: F811
    frame = gpd.GeoDataFrame({"a": [1.0, 2.0, 9.0]}, geometry=[cell(0, 0), None, cell(1, 0)], crs="EPSG:4547")
    pyogrio.write_dataframe(frame, tmp_path / "holes.gpkg", layer="holes")
    found = regions(tmp_path / "holes.gpkg", method=probed, k=2, variables="a")
    assert found["labels"] == [0, None, 1]
    assert [one.id for one in found["findings"]] == ["S04"]


def test_values_are_kept_apart(board, probed):  # noqa: F811
    found = regions(board, method=probed, k=2, variables="a", keep_apart="row")
    rows = np.array(pyogrio.read_dataframe(board)["row"])
    assert groups(found["labels"]) == {frozenset(np.flatnonzero(rows == value).tolist()) for value in ("北", "南")}
    (said,) = [one for one in found["findings"] if one.id == "S73"]
    assert (said.facts["problem"], said.facts["field"]) == ("apart", "row")
    with pytest.raises(BadInput, match="k = 1 is below the 2 parts that do not touch"):
        regions(board, method=probed, k=1, variables="a", keep_apart="row")


def test_a_fixed_unit_is_neither_split_nor_joined_to_another(board, tmp_path, probed):  # noqa: F811
    found = regions(board, method=probed, k=2, variables="a", fixed="park")
    assert found["labels"][5] == found["labels"][9]  # (1, 1) and (2, 1), on both sides of the border
    frame = pyogrio.read_dataframe(board)
    frame.loc[[0, 1], "park"] = "Q"
    pyogrio.write_dataframe(frame, tmp_path / "two.gpkg", layer="two")
    both = regions(tmp_path / "two.gpkg", method=probed, k=2, variables="a", fixed="park")
    assert both["labels"][0] == both["labels"][1] != both["labels"][5]
    with pytest.raises(BadInput, match="k = 1 is too few for 2 fixed units"):
        regions(tmp_path / "two.gpkg", method=probed, k=1, variables="a", fixed="park")
    # The measure is that of the polygons, whatever became one.
    division = divide(board, Request(method=probed, k=2, variables="a", fixed="park"))
    values = np.array(pyogrio.read_dataframe(board)["a"])
    values = (values - values.mean()) / values.std(ddof=1)
    expected = squares(values[:, None], np.ones(16), division.label)
    assert division.found.within == pytest.approx(expected.within)


def test_a_fixed_unit_in_two_pieces_is_said_and_one_across_a_limit_refused(board, tmp_path, probed):  # noqa: F811
    frame = pyogrio.read_dataframe(board)
    frame.loc[[0, 15], "park"] = "far"
    pyogrio.write_dataframe(frame, tmp_path / "far.gpkg", layer="far")
    found = regions(tmp_path / "far.gpkg", method=probed, k=2, variables="a", fixed="park")
    assert found["labels"][0] == found["labels"][15]
    (said,) = [one for one in found["findings"] if one.id == "S78"]
    assert str(said.facts["listed"]) == "far"
    with pytest.raises(BadInput, match="fixed unit 'far' has several values of 'row'"):
        regions(tmp_path / "far.gpkg", method=probed, k=2, variables="a", fixed="park", keep_apart="row")


def test_bounds_reach_the_method(board):
    seen = []

    @regional("watching")
    def watching(problem, *, k, seed=1, progress=None):  # noqa: ARG001
        seen.append(problem)
        return probe(problem, k=k, seed=seed)

    given = {"method": "watching", "k": 2, "variables": "a", "fixed": "park"}
    regions(board, floor=["people=50", "area=2e6"], most="people=300", **given)
    regions(board, floor="people=50,area=2e6", most=["people=300"], **given)
    again = seen.pop()
    assert [(one.name, one.least, one.most) for one in again.bounds] == [
        (one.name, one.least, one.most) for one in seen[0].bounds
    ]
    people, area = seen[0].bounds
    assert (people.name, people.least, people.most, people.value.sum()) == ("people", 50.0, 300.0, 400.0)
    assert (area.name, area.least, area.value.sum()) == ("area", 2e6, pytest.approx(16e6))
    assert len(people.value) == 15  # the park is one
    assert seen[0].core.max() == 0
    assert seen[0].mass.tolist().count(2.0) == 1
    regions(board, floor="count=4", compactness=0.5, **given)
    assert seen[1].bounds[0].value.sum() == 16
    assert seen[1].price.sum() > 0
    with pytest.raises(BadInput, match="has people 400 in all"):
        regions(board, floor="people=401", **given)
    with pytest.raises(BadInput, match="is above the upper bound 10"):
        regions(board, floor="people=50", most="people=10", **given)
    with pytest.raises(BadInput, match="field 'gap' holds no number of 0 or more for feature 16"):
        regions(board, floor="gap=1", **given)


def test_a_field_called_area_is_the_field_and_that_is_said(tmp_path, probed):  # noqa: F811
    write_layer(tmp_path / "l.gpkg", "l", [cell(x, 0) for x in range(3)], {"a": [1, 5, 9], "area": [1, 2, 3]})
    found = divide(tmp_path / "l.gpkg", Request(method=probed, k=2, variables="a", floor="area=1"))
    assert found.bounds[0].value.tolist() == [1.0, 2.0, 3.0]
    assert [dict(one.facts) for one in found.findings if one.id == "S79"] == [{"field": "area"}]


def test_compactness_shortens_and_alignment_draws_borders(board, tmp_path, probed):  # noqa: F811
    plain = divide(board, Request(method=probed, k=4, variables="a"))
    tight = divide(board, Request(method=probed, k=4, variables="a", compactness=50.0))
    assert tight.perimeter.sum() < plain.perimeter.sum()
    # Along a field, and along lines that lie beside the borders between its values.
    by_field = divide(board, Request(method=probed, k=2, variables="a", align="row", alignment=100.0))
    assert groups(by_field.labels()) == {frozenset(i for i in range(16) if (i % 4 >= 2) == north) for north in (0, 1)}
    across = [LineString([(WEST - 5, SOUTH + 2 * SIZE + 4), (WEST + 4 * SIZE + 5, SOUTH + 2 * SIZE + 4)])]
    gpd.GeoDataFrame(geometry=across, crs="EPSG:4547").to_file(tmp_path / "roads.gpkg", layer="roads")
    lines = f"{tmp_path / 'roads.gpkg'}|layername=roads"
    by_line = divide(board, Request(method=probed, k=2, variables="a", align=lines, alignment=100.0, align_within=10.0))
    assert groups(by_line.labels()) == groups(by_field.labels())
    far = divide(board, Request(method=probed, k=2, variables="a", align=lines, alignment=100.0, align_within=1.0))
    assert groups(far.labels()) != groups(by_field.labels())
    with pytest.raises(BadInput, match="neither a field nor a file"):
        divide(board, Request(method=probed, k=2, variables="a", align="nowhere"))


def test_lines_in_another_crs_are_brought_over(board, tmp_path, probed):  # noqa: F811
    line = LineString([(WEST, SOUTH + 2 * SIZE), (WEST + 4 * SIZE, SOUTH + 2 * SIZE)]).segmentize(100)
    frame = gpd.GeoDataFrame(geometry=[line], crs="EPSG:4547").to_crs("EPSG:4490")
    frame.to_file(tmp_path / "l.gpkg", layer="l")
    found = divide(board, Request(method=probed, k=2, variables="a", align=str(tmp_path / "l.gpkg"), alignment=100.0))
    assert groups(found.labels()) == {frozenset(i for i in range(16) if (i % 4 >= 2) == north) for north in (0, 1)}


def test_cells_are_divided_in_place_of_polygons(board, tmp_path, probed):  # noqa: F811
    found = regions(
        board, tmp_path / "o.gpkg", method=probed, k=2, variables="a", base="hexagons:size=900", floor="people=100"
    )
    cells = pyogrio.read_dataframe(tmp_path / "o.gpkg", layer="features")
    assert len(cells) == len(found["labels"]) > 16
    assert cells["people_sum"].sum() == pytest.approx(400)
    dissolved = pyogrio.read_dataframe(tmp_path / "o.gpkg", layer="regions")
    assert dissolved["area_m2"].sum() == pytest.approx(16e6)
    middle = dissolved.geometry.centroid.x
    assert abs(middle.iloc[0] - middle.iloc[1]) > SIZE  # west and east
    division = divide(board, Request(method=probed, k=2, variables="a", base="grid:size=700"))
    assert division.mass.mean() == pytest.approx(1.0)
    area = shapely.area(division.polygons.geometry)
    assert division.mass == pytest.approx(area / area.mean())
    assert area.min() < 0.7 * area.max()
    assert division.weighed == "area"
    meta = pyogrio.read_dataframe(tmp_path / "o.gpkg", layer="meta").set_index("key")["value"]
    assert meta["mass"] == found["mass"] == "area"
    assert divide(board, Request(method=probed, k=2, variables="a")).weighed == "equal"


def test_cells_in_degrees_count_by_their_area_in_metres(tmp_path, probed):  # noqa: F811
    """An eastern degree is shorter in the north."""
    shapes = [box(100, 20, 101, 21), box(100, 60, 101, 61)]
    write_layer(tmp_path / "l.gpkg", "l", shapes, {"a": [0.0, 4.0]}, crs="EPSG:4490")
    cells = {"method": probed, "k": 2, "variables": "a", "base": "townships:field=a"}
    found = divide(tmp_path / "l.gpkg", Request(**cells))
    assert found.mass == pytest.approx(found.area / found.area.mean())
    assert found.mass[0] > 1.5 * found.mass[1]


def test_degrees_without_a_crs_are_not_divided(tmp_path, probed):  # noqa: F811
    shapes = [box(100, 20, 101, 21), box(101, 20, 102, 21)]
    bare = write_layer(tmp_path / "l.gpkg", "l", shapes, {"a": [0.0, 4.0]}, crs=None)
    error = refusal("regions", bare, "--method", probed, "--k", "2", "--variables", "a", "-o", tmp_path / "o.gpkg")
    assert error["what"].startswith("no CRS; coordinates are x 100 … 102, y 20 … 21")
    assert (error["where"], error["wanted"][:29]) == (f"{bare}|l", "a layer that states its CRS; ")


@pytest.mark.needs("exactextract")
@pytest.mark.touches("rasterio")
def test_rasters_alone_are_the_variables_and_none_is_left_unused(tmp_path, probed):  # noqa: F811
    shapes = [box(WEST + 1000 * n, SOUTH, WEST + 1000 * (n + 1), SOUTH + 1000) for n in range(4)]
    layer = write_layer(tmp_path / "l.gpkg", "l", shapes, {"a": [0.0, 9.0, 0.0, 9.0]})
    values = np.array([[1.0, 1.0, 5.0, 5.0]])
    write_raster(tmp_path / "r.tif", values, transform=(1000.0, 0.0, WEST, 0.0, -1000.0, SOUTH + 1000.0), crs=CRS)
    given = {"method": probed, "k": 2, "rasters": {"r": tmp_path / "r.tif"}}
    for more in ({}, {"coordinates": 0.01}, {"variables": "r"}):
        assert regions(layer, **given, **more)["labels"] == [0, 0, 1, 1]
    with pytest.raises(BadInput, match="raster: raster 'r' is not used; wanted: 'r' among the variables"):
        regions(layer, variables="a", **given)


def test_masses_are_areas_where_asked_for(tmp_path, probed):  # noqa: F811
    shapes = [box(WEST, SOUTH, WEST + 3000, SOUTH + 1000), cell(3, 0), cell(4, 0)]
    write_layer(tmp_path / "l.gpkg", "l", shapes, {"a": [0.0, 4.0, 5.0]})
    found = divide(tmp_path / "l.gpkg", Request(method=probed, k=1, variables="a", scale="none", mass="area"))
    assert found.mass.tolist() == pytest.approx([1.8, 0.6, 0.6])
    mean = (1.8 * 0 + 0.6 * 4 + 0.6 * 5) / 3
    assert found.found.total == pytest.approx(1.8 * mean**2 + 0.6 * ((4 - mean) ** 2 + (5 - mean) ** 2))


def test_all_that_is_found_has_words_in_both_languages(board, tmp_path, probed):  # noqa: F811
    from control_units.delineation.checks import load_texts, to_rows

    # An overlap, a gap that is bridged, one that is not, and an island.
    shapes = [cell(0, 0), box(WEST + 990, SOUTH, WEST + 2000, SOUTH + 1000), cell(0, 1), cell(5, 5)]
    shapes[2] = shapely.affinity.translate(shapes[2], 0, 0.0001)
    shapes.append(shapely.affinity.translate(cell(1, 1), 0.5, 0.5))
    write_layer(tmp_path / "l.gpkg", "l", shapes, {"a": [1.0, 2.0, 4.0, 8.0, 9.0], "area": [1, 1, 1, 1, 1]})
    runs = [
        (tmp_path / "l.gpkg", {"variables": "a,area", "k": 3, "floor": "area=1"}),
        (board, {"variables": "a", "k": 2, "keep_apart": "row"}),
        (board, {"variables": "gap", "k": 2, "missing": "mean"}),
        (board, {"variables": "gap", "k": 2, "missing": "leave_out"}),
        (board, {"variables": "a", "k": 2, "fixed": "row"}),
    ]
    out = tmp_path / "o.gpkg"
    found = [one for layer, given in runs for one in regions(layer, out, method=probed, **given)["findings"]]
    frame = pyogrio.read_dataframe(board)
    frame.loc[[0, 15], "park"] = "far"
    pyogrio.write_dataframe(frame, tmp_path / "far.gpkg", layer="far")
    found += regions(tmp_path / "far.gpkg", method=probed, variables="a", k=2, fixed="park")["findings"]
    kinds = {(one.id, one.facts.get("problem")) for one in found}
    assert kinds >= {
        ("S73", None),
        ("S73", "apart"),
        ("S74", None),
        ("S75", None),
        ("S75", "apart"),
        ("S76", "mean"),
        ("S76", "leave_out"),
        ("S77", None),
        ("S78", None),
        ("S79", None),
        ("S79", "renamed"),
    }
    for language in ("zh", "en"):
        rows = to_rows(found, load_texts(), language)
        assert all(row["severity"] == "warning" and "{" not in row["message"] for row in rows)


# --- how many ---------------------------------------------------------------------------------------------------------


def test_a_range_of_k_takes_the_largest_pseudo_f(board, probed):  # noqa: F811
    found = regions(board, method=f"{probed}:k=2..6", variables="a")
    assert [one["k"] for one in found["curve"]] == [2, 3, 4, 5, 6]
    best = max(found["curve"], key=lambda one: one["pseudo_f"])
    k = best["k"]
    assert found["labels"] == regions(board, method=probed, k=k, variables="a")["labels"]
    assert found["k"] == k
    assert best["within_ss"] == pytest.approx(found["within_ss"])
    assert best["pseudo_f"] == pytest.approx(found["between_ss"] / (k - 1) / (found["within_ss"] / (16 - k)))
    inner = [one["within_ss"] for one in found["curve"]]
    assert inner == sorted(inner, reverse=True)


def test_a_range_begins_where_components_allow_it(board, probed):  # noqa: F811
    found = regions(board, method=probed, k="1..4", variables="a", keep_apart="row")
    assert [one["k"] for one in found["curve"]] == [2, 3, 4]
    with pytest.raises(BadInput, match="k = 20"):
        regions(board, method=probed, k="17..20", variables="a")


@pytest.mark.uses("sklearn")
def test_pseudo_f_is_that_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    problem = lattice(8)
    found = suggest_k(problem, "ward", range(2, 7))
    for k, ratio in zip(found.k.tolist(), found.pseudo_f.tolist(), strict=True):
        labels = found.regions[k].labels
        assert ratio == pytest.approx(metrics.calinski_harabasz_score(problem.values, labels), rel=1e-9)


def test_pseudo_f_where_there_is_none():
    assert np.isnan(pseudo_f(Squares(1.0, 0.0, 1.0), 1, 5))
    assert np.isnan(pseudo_f(Squares(0.0, 1.0, 1.0), 5, 5))
    assert pseudo_f(Squares(0.0, 1.0, 1.0), 2, 5) == np.inf


def test_the_knee_is_farthest_below_the_chord():
    k = np.arange(1, 11)
    assert knee(k, np.array([100, 60, 30, 10, 9, 8, 7, 6, 5, 4.0])) == 4
    assert knee(k, 100.0 / k) == 3  # 1/k: below the chord by most at √10
    assert knee(k, np.linspace(10, 1, 10)) == 1
    assert knee(k[:1], np.ones(1)) == 1


def test_a_method_that_offers_several_is_asked_once(probed, monkeypatch):  # noqa: F811
    asked = []

    def at_once(problem, *, ks, seed, progress):
        asked.append(ks)
        return [probe(problem, k=k, seed=seed, progress=progress) for k in ks]

    problem = lattice(5)
    alone = suggest_k(problem, probed, range(2, 5))
    monkeypatch.setitem(offers._SEVERAL, "probe", at_once)
    together = suggest_k(problem, probed, range(2, 5))
    assert asked == [[2, 3, 4]]
    assert together.within.tolist() == alone.within.tolist()
    with pytest.raises(BadInput, match="unknown parameter 'depth'"):
        suggest_k(problem, probed, range(2, 5), {"depth": 1})


@pytest.mark.parametrize("text", ["", "two", "2..", "..5", "5..2", "3..3", "0..4", "2..2000", "-3", "2.5"])
def test_a_number_of_regions_that_cannot_be_read(text):
    with pytest.raises(BadInput):
        parse_k(text)


# --- doors and refusals -----------------------------------------------------------------------------------------------


def test_the_command_prints_its_contract_and_text(board, tmp_path, probed, capsys):  # noqa: F811
    out = tmp_path / "out.gpkg"
    answer = ask("regions", board, "--method", probed, "--k", "2", "--variables", "a", "-o", out)
    assert answer.code == 0
    assert set(answer.document) == {"labels", "k", "ratio", "within_ss", "between_ss", "total_ss", "mass", "sizes"}
    assert groups(answer.document["labels"]) == {WESTERN, EASTERN}
    assert "S79" in answer.err  # beside the document
    curve = ask("regions", board, "--method", probed, "--suggest-k", "2..4", "--variables", "a", "-o", out)
    assert curve.document["knee"] in (2, 3, 4)
    from control_units.delineation.cli import main

    assert main(["regions", str(board), "--method", probed, "--k", "2..4", "--variables", "a", "-o", str(out)]) == 0
    text = capsys.readouterr().out
    assert "2 regions explain" in text
    assert "pseudo-F" in text
    assert "taken" in text
    assert str(out) in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--k", "2", "--variables", "b"], "no field 'b'"),
        (["--k", "2"], "no variable"),
        (["--k", "99", "--variables", "a"], "k = 99"),
        (["--k", "2.5", "--variables", "a"], "'2.5'"),
        (["--variables", "a"], "without k"),
        (["--k", "2", "--variables", "row"], "has '南' in field 'row'"),
        (["--k", "2", "--variables", "same"], "same everywhere"),
        (["--k", "2", "--variables", "a", "--scale", "z"], "scale = 'z'"),
        (["--k", "2", "--variables", "a", "--contiguity", "king"], "contiguity = 'king'"),
        (["--k", "2", "--variables", "a", "--floor", "people"], "'people'"),
        (["--k", "2", "--variables", "a", "--floor", "people=-1"], "people=-1"),
        (["--k", "2", "--variables", "a", "--floor", "people=1", "--floor", "people=2"], "given twice"),
        (["--k", "2", "--variables", "a", "--keep-apart", "b"], "no field 'b'"),
        (["--k", "2", "--variables", "a", "--fixed", "b"], "no field 'b'"),
        (["--k", "2", "--variables", "a", "--base", "grid"], "states no size"),
        (["--k", "2", "--variables", "a", "--raster", "r"], "'r'"),
        (["--k", "2", "--variables", "a", "--mass", "people"], "mass = 'people'"),
        (["--k", "2", "--variables", "a", "--name", "b"], "no field 'b'"),
        (["--k", "2", "--suggest-k", "2..3", "--variables", "a"], "both --k and --suggest-k"),
        (["--suggest-k", "2", "--variables", "a"], "'2'"),
        (["--k", "2", "--variables", "a", "--compactness", "-1"], "-1"),
        (["--k", "2", "--variables", "a", "--seed", "-1"], "seed: seed = -1"),
        (["--k", "2", "--variables", "a", "--seed", "4294967296"], "seed: seed = 4294967296"),
    ],
)
def test_the_command_refuses_in_one_sentence(board, tmp_path, probed, more, said):  # noqa: F811
    error = refusal("regions", board, "--method", probed, *more, "-o", tmp_path / "out.gpkg")
    assert said in f"{error['where']}: {error['what']}"
    assert not (tmp_path / "out.gpkg").exists()


def test_methods_and_outputs_that_do_not_go(board, tmp_path, probed):  # noqa: F811
    given = ("--k", "2", "--variables", "a")
    for method, said in (
        ("probes", "unknown method 'probes'"),
        ("probe:q=1", "unknown parameter 'q'"),
        ("probe:k=3", "k = 2 and k = 3"),
    ):
        assert said in refusal("regions", board, "--method", method, *given, "-o", tmp_path / "o.gpkg")["what"]
    assert "an input" in refusal("regions", board, "--method", probed, *given, "-o", board)["what"]
    assert "no .gpkg" in refusal("regions", board, "--method", probed, *given, "-o", tmp_path / "o.shp")["what"]
    refusal("regions", tmp_path / "no.gpkg", "--method", probed, *given, "-o", tmp_path / "o.gpkg")


def test_no_traceback_from_a_process_of_its_own(board, tmp_path):
    process = child("regions", board, "--method", "no_such_method", "-o", tmp_path / "o.gpkg", "--json")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 2
    assert "unknown method 'no_such_method'" in json.loads(out)["error"]["what"]
    assert err == ""


def test_a_run_that_is_stopped_leaves_nothing(board, tmp_path, probed):  # noqa: F811
    class Stop:
        def __init__(self, at):
            self.at, self.last = at, -1.0

        def __call__(self, fraction, message):
            assert fraction >= self.last - 1e-9, message
            self.last = fraction
            if fraction >= self.at:
                raise Cancelled

    for at in (0.0, 0.3, 0.6, 0.95, 1.0):
        with pytest.raises(Cancelled):
            regions(board, tmp_path / "o.gpkg", method=probed, k=2, variables="a", progress=Stop(at))
        if at < 1.0:
            assert not (tmp_path / "o.gpkg").exists()
    assert not list(tmp_path.glob(".*"))
