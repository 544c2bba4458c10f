"""Regions stay within categories unless asked otherwise; what takes land out of priority needs a basis document."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.profile import NATIONAL, read_profile
from control_units.delineation.case.reading import method_text, read_case
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.labelling.label import label
from control_units.delineation.labelling.lowered_land import lowered_land, lowered_words
from control_units.delineation.methods.of_case import stated, with_method
from control_units.delineation.methods.settings import MethodSettings
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.candidates import curve_of_k, fewest_regions, make_candidate
from control_units.delineation.verbs.running import delineate, run
from rich import rich

WITHIN, OVER = "ward:k=8,variables=x+y", "ward:k=6,variables=x+y,scope=whole"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lowered")
    run(rich(folder), folder / "plan.gpkg")
    return folder


@pytest.fixture(scope="module")
def case(folder):
    return read_case(folder / "case.toml")


@pytest.fixture(scope="module")
def basis(case):
    return lay_basis(case)


@pytest.fixture
def plan(folder, tmp_path):
    """A copy of the plan, with its case beside it."""
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path / "plan.gpkg"


def silent_profile(tmp_path, text):
    """A bureau's profile with other words about methods."""
    national = NATIONAL.parent / "national.toml"
    before = national.read_text(encoding="utf-8")
    start = before.index("[method]")
    path = tmp_path / "bureau.toml"
    path.write_text(before[:start] + text + before[before.index("[area]") :], encoding="utf-8")
    (tmp_path / "national").symlink_to(NATIONAL)
    return read_profile(path)


# --- within what regions are made where nobody says so --------------------------------------------------------------


def test_the_profile_says_within_categories(case):
    assert stated(with_method(case, WITHIN)).method_parameters["scope"] == "category"
    assert MethodSettings().scope == "category"


def test_a_case_that_names_none_gives_the_plan_of_one_that_names_it(case):
    silent, named = (with_method(case, text) for text in (WITHIN, f"{WITHIN},scope=category"))
    silent = replace(silent, method_parameters={"k": 8, "variables": "x+y"})
    one, two = delineate(silent), delineate(named)
    assert json.loads(one.meta["method_parameters"]) == {"k": 8, "scope": "category", "variables": "x+y"}
    assert one.meta == two.meta
    assert one.faces["unit_id"].tolist() == two.faces["unit_id"].tolist()


@pytest.mark.parametrize("text", [OVER, "ward:k=8,variables=x+y,scope=county_category", "overlay", "fitting"])
def test_a_case_that_names_a_scope_or_needs_none_is_left_alone(case, text):
    asked = with_method(case, text)
    assert method_text(asked.method, asked.method_parameters) == text


def test_a_bureau_may_say_otherwise(case, tmp_path):
    other = silent_profile(tmp_path, '[method]\nscope = "whole"\nmissing = "leave_out"\n\n')
    given = stated(replace(case, profile=other, method="ward", method_parameters={"k": 6})).method_parameters
    assert given == {"k": 6, "scope": "whole", "missing": "leave_out"}


def test_a_profile_of_before_that_says_nothing_has_the_same_default(case, tmp_path):
    other = silent_profile(tmp_path, "")
    assert stated(replace(case, profile=other, method="ward")).method_parameters == {"scope": "category"}


def test_a_slip_in_the_profile_is_one_sentence(case, tmp_path):
    other = silent_profile(tmp_path, '[method]\nscop = "whole"\n\n')
    with pytest.raises(BadInput, match=r"unknown key 'scop'.*scope"):
        stated(replace(case, profile=other, method="ward"))


def test_the_least_number_of_regions_and_the_curve_are_within_categories_too(case, basis):
    place = {"variables": "x+y"}
    assert fewest_regions(case, basis, place) == fewest_regions(case, basis, {**place, "scope": "category"})
    assert fewest_regions(case, basis, place) > fewest_regions(case, basis, {**place, "scope": "whole"})
    plain, named = (curve_of_k(case, basis, "ward", given, 7, 12) for given in (place, {**place, "scope": "category"}))
    assert plain.k.tolist() == named.k.tolist()


# --- what a division takes out of priority --------------------------------------------------------------------------


def test_within_categories_nothing_is_lowered(case, basis):
    assert lowered_land(basis, label(with_method(case, WITHIN), basis)) == ()


def test_over_all_categories_it_is_measured_by_source_and_zone(case, basis):
    chosen = with_method(case, OVER)
    found = {(land.role, land.zone): land for land in lowered_land(basis, label(chosen, basis))}
    plan = delineate(chosen)
    lower = (plan.faces["rule_category"] == 1) & (plan.faces["category"] > 1)
    assert lower.any() and found
    of_face = plan.coverage.merge(plan.faces[["face_id", "area_m2"]], on="face_id")
    for (role, zone), land in found.items():
        held = of_face[(of_face["role"] == role) & (of_face["zone"].fillna("") == zone)].drop_duplicates("face_id")
        mine = held[held["face_id"].isin(plan.faces.loc[lower, "face_id"])]
        assert land.area == pytest.approx(mine["area_m2"].sum())
        assert 0 < land.share <= 1


def test_it_is_called_as_planners_call_it(case, basis):
    from control_units.delineation.case.names import Glossary

    lands = lowered_land(basis, label(with_method(case, OVER), basis))
    text = word(lowered_words(lands), "zh", Glossary(case.profile))
    assert "一般生态空间" in text or "水环境优先保护区" in text or "大气环境优先保护区" in text


def test_what_cleaning_merges_away_is_none_of_it(case, basis):
    merged = replace(case, cleaning=replace(case.cleaning, fragment_area=2e6))
    assert lowered_land(basis, label(with_method(merged, WITHIN), basis)) == ()


def test_a_candidate_tells_it_with_its_place(case, basis, folder):
    plan = read_plan(folder / "plan.gpkg")
    over = make_candidate(case, basis, plan, "ward", {"k": 6, "variables": "x+y", "scope": "whole"})
    within = make_candidate(case, basis, plan, "ward", {"k": 8, "variables": "x+y"})
    assert within.lowered == within.lowered_places == ()
    assert [shapely.area(place) for place in over.lowered_places] == pytest.approx([land.area for land in over.lowered])
    assert np.all([land.area > 0 for land in over.lowered])


# --- a run says it -------------------------------------------------------------------------------------------------


def test_a_run_that_takes_land_out_of_priority_warns_of_each_with_area_share_place_and_units(case, basis):
    chosen = with_method(case, OVER)
    plan = delineate(chosen)
    found = plan.findings[plan.findings["id"] == "S54"]
    lands = lowered_land(basis, label(chosen, basis))
    assert len(found) == len(lands) > 0
    assert sorted(found["value"]) == pytest.approx(sorted(land.area for land in lands))
    assert set(found["severity"]) == {"warning"}
    lower = set(plan.units.loc[plan.units["category"] > 1, "code"])
    for row in found.itertuples():
        assert shapely.from_wkt(row.shape).area == pytest.approx(row.value, rel=1e-3)
        assert row.geometry is not None
        assert set(row.units.split("、")) <= lower
    assert not (delineate(with_method(case, WITHIN)).findings["id"] == "S54").any()


def test_the_run_on_the_command_line_ends_with_it(folder, tmp_path, capsys):
    given = ["run", str(folder / "case.toml"), "-o", str(tmp_path / "plan.gpkg"), "--method", OVER]
    main([*given, "--lang", "zh"])
    said = [line for line in capsys.readouterr().out.splitlines() if "S54" in line]
    assert any("大气环境优先保护区有 " in line and "公顷（占其 " in line and "划出优先保护" in line for line in said)


def test_what_an_adopted_division_lowers_names_its_document_and_is_no_finding(plan):
    adopt(plan, OVER, author="张三", reason="会商", basis="市政府批复〔2026〕5号")
    assert "S54" not in set(read_plan(plan).findings["id"])


# --- adopting it asks for a document --------------------------------------------------------------------------------


def test_without_a_document_it_is_refused_and_the_plan_stays(plan):
    before = plan.read_bytes()
    with pytest.raises(BadInput, match=r"out of priority: .* ha .*--basis"):
        adopt(plan, OVER, reason="compact")
    with pytest.raises(BadInput, match="out of priority"):
        adopt(plan, OVER, reason="compact", basis="  ")
    assert plan.read_bytes() == before


def test_with_one_it_is_adopted_and_the_document_stands_in_the_journal(plan):
    adopt(plan, OVER, reason="compact", basis="浙环函〔2026〕12 号")
    assert read_plan(plan).journal.iloc[-1]["basis"] == "浙环函〔2026〕12 号"


def test_within_categories_none_is_asked_for(plan):
    adopt(plan, WITHIN, reason="compact")
    assert read_plan(plan).journal.iloc[-1]["basis"] == ""


def test_the_command_line_asks_for_it_in_one_sentence(plan):
    assert "out of priority" in refusal("adopt", plan, OVER)["what"]
    answer = ask("adopt", plan, OVER, "--basis", "Notice 12 of 2026")
    assert (answer.code, answer.document["adopted"]["seq"]) == (0, 1)
