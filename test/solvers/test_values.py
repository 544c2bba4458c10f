"""Attributes of polygons: scales, weights, coordinates, empty and constant fields; never a NaN."""

from __future__ import annotations

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.regions.values import attributes, field_named, numbers_of, weights_of

A = np.array([1.0, 2.0, 4.0, 9.0])
TEXT = np.array(["10", " 20 ", "30.5", "-1e2"], dtype=object)
NAMES = np.array(["甲", "乙", "丙", "丁"], dtype=object)
NAN = float("nan")


def take(weights=None, /, *, columns=None, **more):
    columns = {"A": A, "B": A[::-1] * 3, "T": TEXT} if columns is None else columns
    return attributes(columns, weights or dict.fromkeys(columns, 1.0), NAMES, **more)


def test_z_scores_are_by_the_sample():
    found = take()
    assert found.names == ("A", "B", "T")
    assert found.values.mean(axis=0) == pytest.approx(0)
    assert found.values.std(axis=0, ddof=1) == pytest.approx(1)
    assert (found.values**2).sum() == pytest.approx(9)  # (n − 1) a variable
    assert found.raw[:, 2].tolist() == [10.0, 20.0, 30.5, -100.0]


def test_ranges_and_plain_values():
    assert take(scale="range").values[:, 0].tolist() == [0.0, 0.125, 0.375, 1.0]
    assert take(scale="none").values[:, 0].tolist() == A.tolist()


def test_a_weight_counts_a_variable_so_many_times():
    twice = attributes({"A": A, "B": TEXT, "again": A}, {"A": 1, "B": 1, "again": 1}, NAMES).values
    weighed = take({"A": 2.0, "T": 1.0}).values

    def squared(values):
        return ((values[:, None] - values[None]) ** 2).sum(axis=2)

    assert squared(weighed) == pytest.approx(squared(twice))


def test_coordinates_keep_the_shape_of_the_land():
    centres = np.array([[0.0, 0.0], [30.0, 0.0], [0.0, 40.0], [30.0, 40.0]])
    found = take({"A": 1.0}, centres=centres, coordinates=2.0)
    assert found.names == ("A", "x", "y")
    place = found.values[:, 1:]
    one, other = np.hypot(*(place[1] - place[0])), np.hypot(*(place[2] - place[0]))
    assert other / one == pytest.approx(40 / 30)
    assert (place**2).sum() == pytest.approx(2.0 * 2 * 3)  # weight · variables · (n − 1)
    alone = attributes({}, {}, NAMES, centres=centres, coordinates=1.0)
    assert alone.names == ("x", "y")


def test_an_empty_value_is_refused_and_named():
    columns = {"A": np.array([1.0, NAN, 4.0, 9.0]), "T": np.array(["1", "2", None, ""], dtype=object)}
    with pytest.raises(BadInput, match="no value in A, T: 乙, 丙, 丁"):
        take(columns=columns)


def test_an_empty_value_becomes_the_mean():
    found = take(columns={"A": np.array([1.0, NAN, 4.0, 10.0]), "B": A}, missing="mean", scale="none")
    assert found.raw[:, 0].tolist() == [1.0, 5.0, 4.0, 10.0]
    assert np.isfinite(found.values).all()
    (said,) = found.findings
    assert (said.id, said.facts["problem"], said.facts["fields"]) == ("S76", "mean", ("A",))
    assert str(said.facts["listed"]) == "乙"


def test_an_empty_value_leaves_a_polygon_out():
    found = take(columns={"A": np.array([1.0, NAN, 4.0, 10.0]), "B": A}, missing="leave_out")
    assert found.row.tolist() == [0, 2, 3]
    assert len(found.values) == 3
    assert found.values.std(axis=0, ddof=1) == pytest.approx(1)  # scaled among those that stay
    assert found.findings[0].facts["problem"] == "leave_out"


def test_a_constant_field_is_dropped_and_said():
    found = take(columns={"A": A, "same": np.full(4, 0.1 + 0.2), "none": np.zeros(4)})
    assert found.names == ("A",)
    assert found.findings[0].facts["fields"] == ("same", "none")
    assert np.isfinite(found.values).all()
    # What is left varies by rounding only.
    near = np.array([1e9, 1e9 + 1e-7, 1e9, 1e9])
    with pytest.raises(BadInput, match="near is the same everywhere"):
        take(columns={"near": near})


def test_a_field_that_becomes_constant_by_leaving_out_is_dropped():
    found = take(columns={"A": A, "B": np.array([NAN, 5.0, 5.0, 5.0])}, missing="leave_out")
    assert found.names == ("A",)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"A": np.array([1.0, np.inf, 2.0, 3.0])}, "乙 has an infinite value in field 'A'"),
        ({"A": np.array(["1", "甲乙", "2", "3"], dtype=object)}, "乙 has '甲乙' in field 'A'"),
        ({"A": np.array(["1", "nan", "2", "3"], dtype=object)}, "乙 has 'nan' in field 'A'"),
        ({"A": np.array(["1", "1e999", "2", "3"], dtype=object)}, "乙 has an infinite value"),
    ],
)
def test_what_is_no_number_is_refused_and_named(columns, said):
    with pytest.raises(BadInput, match=said):
        take(columns=columns, missing="mean")


@pytest.mark.parametrize("scale", ["zscore", "range", "none"])
def test_numbers_whose_squares_are_none_are_refused(scale):
    huge = np.array([1e308, -1e308, 1e307, 0.0])
    with np.errstate(all="ignore"), pytest.raises(BadInput, match="values of A are too large"):
        take(columns={"A": huge}, scale=scale)


def test_nobody_left():
    with pytest.raises(BadInput, match="no polygon has a value in B"):
        take(columns={"A": A, "B": np.full(4, NAN)}, missing="mean")
    torn = {"A": np.array([1.0, NAN, 2.0, NAN]), "B": np.array([NAN, 1.0, NAN, 2.0])}
    with pytest.raises(BadInput, match="no polygon has a value in all of A, B"):
        take(columns=torn, missing="leave_out")


@pytest.mark.parametrize("given", [{"scale": "zscores"}, {"missing": "ignore"}, {"coordinates": -1.0}])
def test_settings_that_do_not_exist_are_refused(given):
    with pytest.raises(BadInput):
        take(**given)


def test_numbers_keep_their_type():
    assert numbers_of("n", np.array([1, 2, 3, 4]), NAMES, "").tolist() == [1.0, 2.0, 3.0, 4.0]
    assert numbers_of("b", np.array([True, False, True, True]), NAMES, "").tolist() == [1.0, 0.0, 1.0, 1.0]


def test_variables_are_read_with_their_weights():
    columns = dict.fromkeys(("A", "B", "a:b", "Pop"), A)
    assert weights_of("A:2, B:0.5", columns) == {"A": 2.0, "B": 0.5}
    assert weights_of("A,B", columns) == {"A": 1.0, "B": 1.0}
    assert weights_of(["A", "a:b", "pop:3"], columns) == {"A": 1.0, "a:b": 1.0, "Pop": 3.0}
    assert weights_of({"A": 2}, columns) == {"A": 2.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no variable"),
        (",", "no variable"),
        ("A,A", "given twice"),
        ("A,a", "given twice"),
        ("A:0", "weight 0"),
        ("A:-1", "weight -1"),
        ("A:inf", "weight inf"),
        ("A:nan", "weight nan"),
        ("Popp", "no field 'Popp'"),
        ("A:x", "no field 'A:x'"),
    ],
)
def test_variables_that_cannot_be_read(text, said):
    with pytest.raises(BadInput, match=said) as caught:
        weights_of(text, {"A": A, "Pop": A})
    assert caught.value.wanted


def test_where_there_is_no_field_at_all_the_two_reasons_are_named():
    """Weights are of variables that are chosen: a layer with fields and no variable has none to weigh."""
    with pytest.raises(BadInput, match="no variable is chosen or the layer has no fields"):
        weights_of("foo:2", {})


def test_a_field_is_found_in_other_letters_of_case_where_that_is_one():
    assert field_named("pop", {"Pop": 1, "A": 2}, "") == "Pop"
    assert field_named("pop", {"Pop": 1, "pop": 2}, "") == "pop"
    with pytest.raises(BadInput):
        field_named("pop", {"Pop": 1, "POP": 2}, "")
