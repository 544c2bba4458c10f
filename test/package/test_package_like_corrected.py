"""A learned layout that a person corrects: one column changes in the profile, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import foreign_packages
import pytest
from command import ROOT
from control_units.delineation.core.errors import BadInput
from control_units.delineation.package.like.correcting import corrected, namesakes_of, put_learned
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import run

pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract")]


@pytest.fixture(scope="module")
def last_year(tmp_path_factory):
    folder = tmp_path_factory.mktemp("last")
    run(ROOT / "resources" / "demo" / "case.toml", folder / "plan.gpkg")
    return foreign_packages.make_a(folder, read_plan(folder / "plan.gpkg")).folder


@pytest.fixture
def learned(last_year, tmp_path):
    return learn(last_year, tmp_path / "去年样式.toml")


def column(learned, title):
    return next(
        (table, match)
        for file in learned.files
        for table in file.tables
        for match in table.matches
        if match.column.title == title
    )


def test_a_column_that_nobody_recognised_gets_what_a_person_says(learned):
    before = read_package_profile(learned.profile)
    table, match = column(learned, "RKMD")
    assert not match.of
    after = corrected(learned, table, match, "parts")
    assert after.unmatched == learned.unmatched - 1
    assert column(after, "RKMD")[1].of == "parts"
    now = read_package_profile(after.profile)
    changed = [
        (old.name, old.of, new.of)
        for a, b in zip(before.contents, now.contents, strict=True)
        for old, new in zip(a.fields, b.fields, strict=True)
        if old != new
    ]
    assert changed == [("RKMD", "", "parts")]
    assert [(one.path, one.kind) for one in before.contents] == [(one.path, one.kind) for one in now.contents]


def test_one_correction_follows_another(learned):
    after = corrected(learned, *column(learned, "RKMD"), "parts")
    after = corrected(after, *column(after, "BZDW"), "plan")
    after = corrected(after, *column(after, "RKMD"), "")
    of = {one.name: one.of for one in read_package_profile(after.profile).contents[0].fields}
    assert (of["RKMD"], of["BZDW"]) == ("", "plan")


def of(learned):
    """What MJ and YSLX hold in each layer of the profile."""
    contents = read_package_profile(learned.profile).contents
    return [{one.name: one.of for one in content.fields if one.name in ("MJ", "YSLX")} for content in contents[:3]]


def test_namesakes_in_other_tables_are_said_with_it_and_said_anew(learned):
    before = of(learned)
    assert before == [{"MJ": "area_mu"}, *[{"YSLX": "element", "MJ": "area_ha"}] * 2]
    held = column(learned, "MJ")
    assert [one.of for one in namesakes_of(learned, *held, "area_km2")] == ["area_ha"] * 2
    assert namesakes_of(learned, *held, "townships") == []  # zones have none
    assert of(corrected(learned, *held, "area_km2")) == [{"MJ": "area_km2"}, *before[1:]]
    after = corrected(learned, *held, "area_km2", namesakes=True)
    assert of(after) == [{"MJ": "area_km2"}, *[{"YSLX": "element", "MJ": "area_km2"}] * 2]
    assert namesakes_of(after, *column(after, "MJ"), "area_km2") == []
    again = corrected(after, *column(after, "MJ"), "", namesakes=True)
    assert of(again) == [{"MJ": ""}, *[{"YSLX": "element", "MJ": ""}] * 2]
    assert of(corrected(again, *column(again, "MJ"), "townships", namesakes=True))[1:] == of(again)[1:]


@pytest.mark.parametrize(
    ("title", "count"),
    [("XL", 1), (" x l ", 1), ("XLA", 0), ("HJYSGKFQXLDM", 0)],
)
def test_a_namesake_is_called_so_but_for_case_and_white_space(learned, title, count):
    table, match = column(learned, "XL")
    asked = replace(match, column=replace(match.column, title=title))
    assert len(namesakes_of(learned, table, asked, "name")) == count


def test_what_no_plan_holds_is_refused_and_the_profile_stays(learned):
    before = learned.profile.read_bytes()
    with pytest.raises(BadInput) as caught:
        corrected(learned, *column(learned, "RKMD"), "population")
    assert (str(caught.value.what), str(caught.value.where)) == (
        "of = 'population': a plan holds no such thing of units",
        "RKMD",
    )
    assert learned.profile.read_bytes() == before


def test_it_is_put_elsewhere_under_another_name_and_goes_on_from_there(learned, tmp_path):
    (tmp_path / "plans").mkdir()
    put = put_learned(learned, tmp_path / "plans" / "省厅样式.toml")
    assert put.profile.name == "省厅样式.toml"
    assert read_package_profile(put.profile).contents == read_package_profile(learned.profile).contents
    after = corrected(put, *column(put, "RKMD"), "parts")
    assert {one.name: one.of for one in read_package_profile(after.profile).contents[0].fields}["RKMD"] == "parts"
    assert "RKMD" in learned.profile.read_text(encoding="utf-8")


def test_what_is_no_profile_is_not_replaced(learned, tmp_path):
    (tmp_path / "case.toml").write_text("name = '方案'\n", encoding="utf-8")
    with pytest.raises(BadInput):
        put_learned(learned, tmp_path / "case.toml")
    assert (tmp_path / "case.toml").read_text(encoding="utf-8") == "name = '方案'\n"
