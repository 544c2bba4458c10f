"""A suggestion is what a run by that method would divide, drawn and measured, with nothing written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from cases import ROOT
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.bench.measures.metrics import measure
from control_units.delineation.bench.scene.division import division_of
from control_units.delineation.bench.scene.scene import scene_of
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.labelling.label import label
from control_units.delineation.run.make_plan import make_plan
from control_units.delineation.run.materials import read_materials
from control_units.delineation.run.run import BasisWithInputs
from control_units.delineation.sources.inputs import inputs_of
from control_units.delineation.verbs.suggesting import BORDERS, METRIC_TABLE, UNITS, suggest
from hand import SIZE, WEST
from rich import rich

WARD = "ward:k=8,variables=x+y,scope=whole"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return read_case(rich(tmp_path_factory.mktemp("rich")))


@pytest.fixture(scope="module")
def laid(case):
    return BasisWithInputs(lay_basis(case), inputs_of(case))


@pytest.fixture(scope="module")
def found(case, laid):
    return suggest(case, WARD, seed=5, laid=laid)


def test_units_are_those_of_a_run(case, laid, found):
    chosen = replace(case, method="ward", method_parameters={"k": 8, "variables": "x+y", "scope": "whole"}, seed=5)
    labelling = label(chosen, laid.basis)
    plan = make_plan(chosen, laid.basis, labelling, read_materials(chosen, laid.basis, labelling))
    columns = ["category", "kind", "name", "county", "townships", "parts", "area_m2"]
    assert found.units[columns].equals(plan.units[columns])
    assert shapely.equals_identical(found.units["geometry"].to_list(), plan.units["geometry"].to_list()).all()
    assert list(found.units["unit"]) == list(range(1, len(plan.units) + 1))
    assert (found.method, found.seed, found.crs) == (WARD, 5, plan.crs)
    assert list(found.units) == [*(name for name, _ in UNITS), "geometry"]


def test_borders_are_all_the_lines_between_units_and_no_other(found):
    assert list(found.borders) == [*(name for name, _ in BORDERS), "geometry"]
    outlines = found.units["geometry"].to_numpy(dtype=object)
    lines = found.borders["geometry"].to_numpy(dtype=object)
    assert np.allclose(shapely.length(lines), found.borders["length_m"])
    assert set(shapely.get_type_id(lines)) == {shapely.GeometryType.MULTILINESTRING}
    left, right = (found.borders[key].to_numpy() - 1 for key in ("left", "right"))
    assert (left < right).all()
    for side in (left, right):
        assert shapely.covers(shapely.boundary(outlines[side]), lines).all()
    assert shapely.length(outlines).sum() == pytest.approx(2 * found.borders["length_m"].sum() + 4 * SIZE)
    # The two townships meet on one line, and what lies on it is told so.
    bounds, middle = shapely.bounds(lines), WEST + SIZE / 2
    on_it = (bounds[:, 0] == middle) & (bounds[:, 2] == middle)
    assert np.array_equal(on_it, found.borders["line"] == "township")
    assert on_it.any()


def test_metrics_are_the_benchs_beside_those_of_the_rules_alone(case, laid, found):
    assert list(found.metrics) == [name for name, _ in METRIC_TABLE]
    ruled = label(replace(case, method="overlay", method_parameters={}), laid.basis)
    chosen = replace(case, method="ward", method_parameters={"k": 8, "variables": "x+y", "scope": "whole"}, seed=5)
    scene = scene_of(case, laid.basis, ruled)
    for column, labelling in (("value", label(chosen, laid.basis)), ("overlay", ruled)):
        wanted = measure(scene, division_of("any", labelling))
        assert list(found.metrics["metric"]) == list(wanted) == list(found.known)
        assert np.array_equal(found.metrics[column], list(wanted.values()), equal_nan=True)
    omission = found.metrics.set_index("metric").loc["omission"]
    assert omission["value"] > omission["overlay"] == 0.0
    assert (omission["unit"], omission["better"]) == ("share", "low")


def test_a_basis_of_other_sources_is_laid_anew(case, laid, found):
    stale = BasisWithInputs(
        replace(laid.basis, area=laid.basis.area * 2), replace(laid.inputs, parts={"frame": "another"})
    )
    again = suggest(case.path, WARD, seed=5, laid=stale, workers=2)
    assert again.units.drop(columns="geometry").equals(found.units.drop(columns="geometry"))
    assert again.metrics.equals(found.metrics)


def test_the_cases_seed_is_taken_where_none_is_given(case, laid):
    assert suggest(replace(case, seed=7), "overlay", laid=laid).seed == 7


@pytest.mark.parametrize(
    ("method", "given", "said"),
    [
        ("wrad:k=3", {}, "unknown method 'wrad'"),
        ("ward:K=3", {}, "unknown parameter 'K'"),
        ("ward", {}, "without k"),
        (WARD, {"seed": -1}, "seed"),
        (WARD, {"plugins": ["none.py"]}, "file not found"),
    ],
)
def test_what_cannot_be_suggested_is_refused_before_the_sources_are_read(case, method, given, said):
    def never(_fraction, _message):
        raise AssertionError("work was begun")

    with pytest.raises(BadInput, match=said):
        suggest(case, method, progress=never, **given)


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.6, 0.7, 0.86, 1.0])
def test_it_can_be_stopped_at_any_moment(case, moment):
    said = []

    def stop(fraction, _message):
        said.append(fraction)
        if fraction >= moment:
            raise Cancelled

    with pytest.raises(Cancelled):
        suggest(case, WARD, progress=stop)
    assert said == sorted(said)


@pytest.mark.uses("rasterio", "exactextract")
def test_a_division_has_as_many_units_as_were_asked_for():
    """Protected slivers go with their own fixed unit; none is left over beside the regions."""
    demo = read_case(ROOT / "resources" / "demo" / "case.toml")
    basis = lay_basis(demo)
    for k in (20, 60):
        chosen = replace(demo, method="ward", method_parameters={"k": k, "variables": "x+y", "scope": "whole"})
        assert len(label(chosen, basis).units) == k
