"""Labels anew on a basis kept in memory are those of a fresh run, and what changes is told exactly."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.label import label
from control_units.delineation.run.make_plan import make_plan
from control_units.delineation.run.materials import read_materials
from control_units.delineation.verbs.running import delineate
from control_units.delineation.verbs.trials import relabel, standing_of_labels, standing_of_plan, with_settings
from hand import SIZE
from rich import rich

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = dict(read_profile()["switches"])
# Every switch of the profile at its other value.
OTHER = {
    name: (not value) if isinstance(value, bool) else "key" if value == "priority" else 5_000_000.0
    for name, value in DEFAULTS.items()
} | {"park_grades": "national"}


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return read_case(rich(tmp_path_factory.mktemp("rich")))


@pytest.fixture(scope="module")
def laid(case):
    return lay_basis(case)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    sys.path.insert(0, str(ROOT / "test" / "speed"))
    try:
        from generate import generate
    finally:
        sys.path.pop(0)
    return read_case(generate(tmp_path_factory.mktemp("county"), vertices=15_000, rasters=False))


@pytest.fixture(scope="module")
def demo():
    return read_case(ROOT / "resources" / "demo" / "case.toml")


def units_of(plan) -> list[tuple]:
    columns = ["code", "category", "kind", "county", "area_m2", "reasons"]
    return [tuple(row) for row in plan.units[columns].itertuples(index=False)]


def assert_as_fresh(case, basis, before, **settings):
    """The labels are those of a whole new run, and so is every number told of them."""
    found = relabel(case, basis, before, **settings)
    fresh = delineate(with_settings(case, **settings))
    kept = make_plan(found.case, basis, found.labelling, read_materials(found.case, basis, found.labelling))
    category = fresh.faces["category"].to_numpy(dtype=np.int64)
    assert (kept.faces["category"].to_numpy() == category).all()
    assert (kept.faces["unit_id"] == fresh.faces["unit_id"]).all()
    assert units_of(kept) == units_of(fresh)
    changed = np.flatnonzero(before.category != category)
    assert (found.face == changed).all()
    assert (found.new == category[changed]).all()
    assert (found.old == before.category[changed]).all()
    counts = fresh.units["category"].value_counts()
    assert found.units_after.tolist() == [counts.get(c, 0) for c in (1, 2, 3)]
    area = fresh.faces["area_m2"].to_numpy()
    for old in (1, 2, 3):
        for new in (1, 2, 3):
            flow = area[(before.category == old) & (category == new)].sum()
            assert found.flow[old - 1, new - 1] == pytest.approx(flow, rel=1e-12, abs=1e-6)
    return found


@pytest.mark.parametrize("switch", DEFAULTS)
def test_every_switch_gives_what_a_fresh_run_gives(case, laid, switch):
    before = standing_of_labels(label(case, laid))
    found = assert_as_fresh(case, laid, before, switches={switch: OTHER[switch]})
    # No park here has a level.
    assert found.same == (switch == "park_grades"), "a switch that changes nothing here tests nothing"


def test_so_it_does_on_a_generated_county(county):
    basis, fresh = lay_basis(county), lay_basis(county)
    before = standing_of_labels(label(county, basis))
    changed = 0
    for switch, value in OTHER.items():
        settings = {"switches": {switch: value}}
        found = relabel(county, basis, before, **settings)
        wanted = standing_of_labels(label(with_settings(county, **settings), fresh))
        now = standing_of_labels(found.labelling)
        assert (now.category == wanted.category).all()
        assert (now.unit == wanted.unit).all()
        assert (found.face == np.flatnonzero(before.category != wanted.category)).all()
        changed += not found.same
    assert changed


@pytest.mark.uses("rasterio", "exactextract")
def test_and_on_the_demo_with_its_rasters(demo):
    basis = lay_basis(demo)
    before = standing_of_labels(label(demo, basis))
    found = assert_as_fresh(demo, basis, before, switches={"soil_priority": True, "elastic_raises": True})
    assert len(found.face) > 100
    assert found.area_after[0] > found.area_before[0]


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "fitting", "parameters": {"threshold": 0.2}},
        {"cleaning": {"fragment_area": 5e6, "sliver_area": 0.0}},
        {"grouping": {"priority": "part", "general": "township"}},
    ],
)
def test_method_cleaning_and_grouping_too(case, laid, settings):
    found = assert_as_fresh(case, laid, standing_of_labels(label(case, laid)), **settings)
    assert not found.same


def test_nothing_changed_is_told_as_nothing(case, laid):
    labelling = label(case, laid)
    found = relabel(case, laid, standing_of_labels(labelling), switches=DEFAULTS)
    assert found.same
    assert found.flow.sum() == pytest.approx(SIZE**2)
    assert np.count_nonzero(found.flow - np.diag(np.diag(found.flow))) == 0


def test_a_plan_stands_as_its_labels_do(case, laid):
    labelling = label(case, laid)
    plan = make_plan(case, laid, labelling, read_materials(case, laid, labelling))
    one, two = standing_of_plan(plan), standing_of_labels(labelling)
    assert (one.category == two.category).all()
    assert (one.unit == two.unit).all()
    assert one.units.tolist() == two.units.tolist()
    # What a person moved by hand counts: the plan is compared, not what the rules once said.
    faces = plan.faces.assign(category=3)
    assert (standing_of_plan(replace(plan, faces=faces)).category == 3).all()


def test_regrouped_faces_are_counted(case, laid):
    before = standing_of_labels(label(case, laid))
    found = relabel(case, laid, before, grouping={"general": "township"})
    assert len(found.face) == 0
    general = int((before.category == 3).sum())
    assert found.regrouped == general
    assert found.units_after[2] == found.units_before[2] + 1


def test_lines_that_would_part_units_and_lines_that_would_go_are_told(case, laid):
    before = standing_of_labels(label(case, laid))
    found = relabel(case, laid, before, grouping={"general": "township"})
    left, right = laid.partition.borders.left[found.drawn], laid.partition.borders.right[found.drawn]
    township = laid.ground.township
    assert len(found.drawn) and not len(found.gone)
    assert (township[left] != township[right]).all()
    back = relabel(found.case, laid, standing_of_labels(found.labelling), grouping={"general": "county"})
    assert back.gone.tolist() == found.drawn.tolist()
    assert not len(back.drawn)


def test_what_rules_bring_is_told_from_what_merging_brings(case, laid):
    """Land that a switch makes key is so small that it joins priority land beside it: no rule says so."""
    merging = with_settings(case, cleaning={"fragment_area": 3e6})
    before = standing_of_labels(label(merging, laid))
    found = relabel(merging, laid, before, switches={"fuel_ban_raises": True})
    ruled = found.labelling.judgement.category
    alone = [laid.area[ruled == c].sum() - laid.area[before.ruled == c].sum() for c in (1, 2, 3)]
    assert found.ruled == pytest.approx(alone)
    assert found.ruled + found.merged == pytest.approx(found.area_after - found.area_before)
    assert found.ruled[1] > 1e6 and found.ruled[0] == pytest.approx(0.0)
    assert found.merged[0] == pytest.approx(found.ruled[1])


def test_what_cannot_be_is_refused(case, laid):
    before = standing_of_labels(label(case, laid))
    for settings, word in (
        ({"switches": {"soil_prioriti": True}}, "soil_priority"),
        ({"switches": {"soil_priority": "yes"}}, "true or false"),
        ({"cleaning": {"sliver_area": -1.0}}, "0 or more"),
        ({"cleaning": {"silver_area": 1.0}}, "sliver_area"),
        ({"cleaning": {"snap": 1.0}}, "a new run"),
        ({"grouping": {"general": "province"}}, "county | township"),
        ({"method": "fitting", "parameters": {"threshold": 2.0}}, "0 to 1"),
        ({"method": "fiting"}, "fitting"),
    ):
        with pytest.raises(BadInput) as error:
            relabel(case, laid, before, **settings)
        assert word in json.dumps(error.value.document(), ensure_ascii=False)


def test_a_basis_of_other_sources_is_refused(case, laid, county):
    before = standing_of_labels(label(case, laid))
    with pytest.raises(BadInput, match="a new run"):
        relabel(county, lay_basis(county), before, switches={"soil_priority": True})
