"""Candidates beside a plan: measured as the plan is, no fewer regions than can be, and a curve over their number."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.bench.measures.metrics import METRICS, measure
from control_units.delineation.bench.scene.division import division_of
from control_units.delineation.bench.scene.scene import scene_of
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.labelling.label import label
from control_units.delineation.methods import Labels
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.journal import adopted_entry, can_be_replayed
from control_units.delineation.verbs.candidates import (
    MEASURED,
    curve_of_k,
    fewest_regions,
    make_candidate,
    measure_plan,
)
from control_units.delineation.verbs.running import run
from rich import rich

PLACE = {"variables": "x+y"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A case, its basis, its plan."""
    folder = tmp_path_factory.mktemp("candidates")
    path = rich(folder)
    run(path, folder / "plan.gpkg")
    case = read_case(path)
    return case, lay_basis(case), read_plan(folder / "plan.gpkg")


def test_what_is_measured_is_registered():
    assert set(MEASURED) <= set(METRICS)


def test_the_plan_is_measured_as_the_bench_measures_its_labels(made):
    case, basis, plan = made
    labelling = label(case, basis)
    told = measure(scene_of(case, basis, labelling), division_of("overlay", labelling), MEASURED)
    assert measure_plan(case, basis, plan) == pytest.approx(told, nan_ok=True)


def test_a_candidate_is_what_its_method_gives_on_the_plans_faces(made):
    case, basis, plan = made
    found = make_candidate(case, basis, plan, "skater", {"k": 7, **PLACE})
    alone = label(replace(case, method="skater", method_parameters={"k": 7, **PLACE}), basis)
    assert found.text == "skater:k=7,variables=x+y"
    assert found.seed == case.seed
    assert found.category.tolist() == alone.units.category.tolist()
    assert len(found.name) == len(set(found.name)) == len(alone.units)
    told = measure(scene_of(case, basis, alone), division_of("", alone), MEASURED)
    assert dict(found.row) == pytest.approx(told, nan_ok=True)
    assert dict(found.plan) == pytest.approx(measure_plan(case, basis, plan), nan_ok=True)
    assert found.row["units"] == len(found.geometry)
    assert {shapely.get_type_id(one) for one in found.geometry} == {shapely.GeometryType.MULTIPOLYGON}
    assert shapely.area(found.geometry) == pytest.approx(found.area)
    assert found.area.sum() == pytest.approx(plan.faces["area_m2"].sum())


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"scope": "category"},
        {"scope": "county_category"},
        {"cores": "apart"},
    ],
)
def test_the_fewest_regions_are_possible_and_one_less_is_not(made, settings):
    case, basis, plan = made
    least = fewest_regions(case, basis, settings | PLACE)
    assert make_candidate(case, basis, plan, "skater", {"k": least, **settings, **PLACE}).row["units"] >= least
    if least > 1:
        with pytest.raises(BadInput, match=r"too few|below the"):
            make_candidate(case, basis, plan, "skater", {"k": least - 1, **settings, **PLACE})


def test_a_largest_area_asks_for_more_regions(made):
    case, basis, _ = made
    free, bound = (fewest_regions(case, basis, {**PLACE, "cores": "apart", "max_area": most}) for most in (0, 3.8e7))
    assert bound > free
    with pytest.raises(BadInput, match="alone has area"):
        fewest_regions(case, basis, {"max_area": 1e6, **PLACE})


def test_the_fewest_regions_do_not_depend_on_the_method_s_own_parameters(made):
    case, basis, _ = made
    assert fewest_regions(case, basis, {"k": 3, "linkage": "single", **PLACE}) == fewest_regions(case, basis, PLACE)


def test_the_curve_has_the_divisions_that_the_method_gives_one_by_one(made):
    case, basis, plan = made
    least = fewest_regions(case, basis, PLACE)
    choice = curve_of_k(case, basis, "skater", {"k": 99, **PLACE}, 2, least + 8)
    assert choice.k.tolist() == list(range(least, least + 9))
    assert (np.diff(choice.within) <= 1e-9).all()
    assert choice.best == choice.k[np.nanargmax(choice.pseudo_f)]
    assert choice.knee in choice.k
    for k in (least, least + 5):
        assert choice.regions[k].k == k
        alone = make_candidate(case, basis, plan, "skater", {"k": k, **PLACE})
        # Sea and what stands by itself come on top of the regions.
        assert (
            alone.row["units"] - k
            == make_candidate(case, basis, plan, "skater", {"k": least, **PLACE}).row["units"] - least
        )


def test_where_each_number_is_a_search_a_dozen_are_tried(made):
    case, basis, _ = made
    least = fewest_regions(case, basis, PLACE)
    choice = curve_of_k(case, basis, "kmeans_repaired", {"runs": 1, **PLACE}, least, least + 20)
    assert len(choice.k) == 12
    assert (choice.k[0], choice.k[-1]) == (least, least + 20)


@pytest.mark.parametrize(("low", "high", "what"), [(9, 9, "range"), (0, 5, "range"), (1, 2, "too few|below")])
def test_a_range_that_no_division_has_is_refused(made, low, high, what):
    case, basis, _ = made
    with pytest.raises(BadInput, match=what):
        curve_of_k(case, basis, "skater", PLACE, low, high)


def test_a_curve_is_of_methods_that_take_k(made):
    case, basis, _ = made
    with pytest.raises(BadInput, match="unknown parameter 'k'"):
        curve_of_k(case, basis, "maxp", PLACE, 2, 40)


def test_a_plan_of_other_faces_is_refused(made):
    case, basis, plan = made
    with pytest.raises(BadInput, match="the plan has 106 faces, its sources now give 107"):
        make_candidate(case, basis, replace(plan, faces=plan.faces.iloc[:-1]), "skater", {"k": 7, **PLACE})


def test_an_unknown_parameter_is_refused(made):
    case, basis, plan = made
    with pytest.raises(BadInput, match="kk"):
        make_candidate(case, basis, plan, "skater", {"kk": 7, **PLACE})


def test_it_ends_when_told_to(made):
    case, basis, plan = made
    calls = []

    def stop(_, text):
        calls.append(text)
        if len(calls) > 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_candidate(case, basis, plan, "skater", {"k": 7, **PLACE}, progress=stop)


def test_whoever_divides_in_the_methods_place_sees_what_a_method_sees(made):
    case, basis, _ = made
    seen = []

    def divide(situation):
        seen.append(len(situation.area))
        return Labels(situation.category, situation.kind, np.full(len(situation.area), -1))

    ours, plain = label(case, basis, divide=divide), label(replace(case, method="overlay"), basis)
    assert seen == [len(basis.area)]
    assert ours.units.of_face.tolist() == plain.units.of_face.tolist()


@pytest.mark.parametrize(
    ("ops", "can"),
    [
        ([], True),
        ([{"op": "relabel", "method": "ward:k=6", "seed": 1}], True),
        ([{"op": "relabel", "method": "ward:k=6", "seed": 1}, {"op": "merge"}], True),
        ([{"op": "merge"}, {"op": "relabel"}], False),
        ([{"op": "merge"}, None], False),
    ],
)
def test_a_journal_is_replayed_where_every_edit_can_be_read(ops, can):
    journal = pd.DataFrame({"seq": range(len(ops)), "op": [json.dumps(op) for op in ops]})
    assert can_be_replayed(journal) is can


def test_the_division_that_a_plan_stands_on_is_the_last_relabel_that_stands():
    ops = [{"op": "relabel", "method": f"ward:k={k}", "seed": 1} for k in (5, 6, 7)] + [
        {"op": "lock", "unit": "U000001"}
    ]
    journal = pd.DataFrame({"seq": range(4), "op": [json.dumps(op) for op in ops], "undone": [0, 0, 1, 0]})
    assert adopted_entry(journal)["seq"] == 1
    assert adopted_entry(journal.iloc[2:]) is None
