"""What a method is asked for is held against the case before anything is read, and as a run would refuse it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.model import RasterSpec, SourceSpec
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.label import label
from control_units.delineation.methods.requirements import known_names, mistakes
from control_units.delineation.verbs.trials import with_settings
from rich import rich

FINE = {"k": 30, "variables": "x+y"}
WRONG = [
    ("keep_apart", "townsip"),
    ("keep_apart", "road"),
    ("keep_apart", 3),
    ("align", "roads.shp"),
    ("align", "air"),
    ("least", "faces"),
    ("least", "fases:3"),
    ("most", "area:-1"),
    ("most", "area:1+area:2"),
    ("variables", "slope+x"),
    ("variables", "x:0"),
    ("variables", "red_line.mean"),
    ("variables", ""),
    ("scope", "all"),
    ("small", "drop"),
    ("min_area", -1.0),
    ("min_area", "much"),
    ("alignment", 0.5),
    ("alignment", "much"),
    ("compactness", float("inf")),
    ("weigh", True),
    ("align_within", -2),
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return read_case(rich(tmp_path_factory.mktemp("rich")))


@pytest.fixture(scope="module")
def basis(case):
    return lay_basis(case)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_it_is_refused_as_by_a_run(case, basis, name, value):
    given = FINE | {name: value}
    with pytest.raises(BadInput) as caught:
        label(with_settings(case, method="ward", parameters=given), basis)
    found = mistakes(case, "ward", given)
    assert list(found) == [name]
    assert found[name].document() == caught.value.document()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keep_apart", "township+red_line"),
        ("align", "township+water_zone"),
        ("least", "faces:1"),
        ("most", "area:9e12+red_line:9e12"),
        ("variables", "red_line:2+x"),
        ("scope", "county_category"),
        ("alignment", 1.0),
        ("alignment", 0),
        ("min_area", 5),
        ("max_area", 0.0),
        ("missing", "error"),
    ],
)
def test_what_a_run_takes_is_no_mistake(case, basis, name, value):
    given = FINE | {name: value}
    label(with_settings(case, method="ward", parameters=given), basis)
    assert mistakes(case, "ward", given) == {}


def test_each_mistake_is_told(case):
    given = FINE | {"keep_apart": "a", "align": "b", "least": "c", "most": "d", "weigh": "e", "alignment": -1.0}
    assert set(mistakes(case, "ward", given)) == {"keep_apart", "align", "least", "most", "weigh"}


def test_names_are_those_that_a_run_knows(case, basis):
    known = known_names(case)
    for name in known["keep_apart"]:
        label(with_settings(case, method="ward", parameters=FINE | {"k": 60, "keep_apart": name}), basis)
    for name in known["align"]:
        label(with_settings(case, method="ward", parameters=FINE | {"align": name}), basis)
    for name in known["most"]:
        label(with_settings(case, method="ward", parameters=FINE | {"most": f"{name}:9e12"}), basis)
    assert known["least"] == known["most"]


def test_lines_and_rasters_are_where_they_belong(case):
    more = replace(
        case,
        sources=(*case.sources, SourceSpec("road", "roads.gpkg")),
        rasters=(
            RasterSpec("people", "p.tif"),
            RasterSpec("cover", "c.tif", kind="class"),
            RasterSpec("slope", "s.tif", kind="grade", zones={"5": "eco_important"}),
        ),
    )
    known = known_names(more)
    assert "road" in known["align"]
    assert not {"road"} & {*known["keep_apart"], *known["least"]}
    # Grades that cut the partition are outlines; of rasters only scores add up.
    assert {"slope"} <= set(known["keep_apart"])
    assert {"people", "area", "faces", "red_line"} <= set(known["least"])
    assert not {"cover", "slope"} & set(known["least"])
    wrong = FINE | {"keep_apart": "road", "least": "cover:3", "variables": "cover+slope.stdev+people:2+dem"}
    found = mistakes(more, "ward", wrong)
    assert str(found["keep_apart"].what) == "'road' is a role of lines, and lines cannot keep regions apart"
    assert str(found["least"].what) == "values of raster 'cover', of kind class, cannot be summed"
    assert str(found["variables"].what) == "'dem' is neither a raster nor a role"
