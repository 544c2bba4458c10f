"""Stability over seeds and weights, the labels it rests on, and the store that keeps them from being made twice."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bench_runs import county, finished
from bench_samples import grid
from control_units.delineation.basis import lay_basis
from control_units.delineation.bench.runs import labels, run
from control_units.delineation.bench.runs.code import LABELS
from control_units.delineation.bench.runs.entries import read_entries
from control_units.delineation.bench.runs.labels import SHIFT, Labelled, label_entry, weight_shifts
from control_units.delineation.bench.runs.run import compare_methods
from control_units.delineation.bench.runs.stability import STABILITY, stability_of
from control_units.delineation.bench.runs.store import Cost, Finished, Store
from control_units.delineation.bench.scene.division import Division
from control_units.delineation.case import RasterSpec
from control_units.delineation.casereading import read_case
from control_units.delineation.errors import BadInput, Cancelled
from control_units.delineation.labelling import label
from control_units.delineation.methods.registry import method
from control_units.delineation.methods.situation import Labels
from control_units.delineation.progress import silent
from hand import box, hand
from synthetic import case_of

SQUARES = grid(1, 4)
HALVES, THIRDS, WHOLE = [0, 0, 1, 1], [0, 0, 1, 2], [0, 0, 0, 0]


def of(text: str, *seeds: list[int], shifted: tuple[list[int], ...] = ()) -> Labelled:
    entry = read_entries([text])[0]
    return Labelled(entry, tuple(map(finished, seeds)), tuple(map(finished, shifted)))


# Stability by hand


def test_stability_over_seeds_is_the_mean_of_all_pairs():
    """ARI by area: halves with halves 1; halves with thirds (I − E)/(M − E) of shares 1/2, 1/4."""
    found = stability_of(of("azp:k=2", HALVES, HALVES, THIRDS), SQUARES)
    # I = 1/4 + 1/16 + 1/16 = 3/8; Σa² = 1/2, Σb² = 3/8, E = 3/16, M = 7/16.
    apart = (3 / 8 - 3 / 16) / (7 / 16 - 3 / 16)
    assert found["ari_seeds"] == pytest.approx((1 + apart + apart) / 3)
    # H(halves) = ln 2, H(thirds) = 3/2 ln 2: h and c are 1 and 2/3, V = 0.8.
    assert found["v_seeds"] == pytest.approx((1 + 0.8 + 0.8) / 3)
    assert np.isnan(found["ari_weights"]) and np.isnan(found["v_weights"])


def test_it_counts_areas_not_faces():
    """Where two divisions differ in one small face only, they are all but the same."""
    small = replace(SQUARES, area=np.array([1e6, 1e6, 1e6, 1.0]))
    assert stability_of(of("azp:k=2", HALVES, THIRDS), small)["ari_seeds"] == pytest.approx(1, abs=1e-5)


def test_a_method_that_draws_nothing_is_stable_and_one_seed_says_nothing():
    found = stability_of(of("overlay", HALVES), SQUARES)
    assert (found["ari_seeds"], found["v_seeds"]) == (1, 1)
    found = stability_of(of("azp:k=2", HALVES), SQUARES)
    assert np.isnan(found["ari_seeds"]) and np.isnan(found["v_seeds"])


def test_weights_are_compared_with_each_other_and_with_the_weights_as_they_are():
    found = stability_of(of("ward:k=2", HALVES, shifted=(HALVES, THIRDS)), SQUARES)
    assert found["ari_weights"] == pytest.approx((1 + 0.75 + 0.75) / 3)
    assert found["v_weights"] == pytest.approx((1 + 0.8 + 0.8) / 3)
    assert found["ari_seeds"] == 1


def test_numbers_of_units_mean_nothing():
    assert stability_of(of("azp:k=2", HALVES, [1, 1, 0, 0]), SQUARES)["ari_seeds"] == 1
    assert stability_of(of("azp:k=2", HALVES, WHOLE), SQUARES)["ari_seeds"] == 0


def test_stability_is_named_as_metrics_are():
    assert set(stability_of(of("overlay", HALVES), SQUARES)) == set(STABILITY)
    for name, one in STABILITY.items():
        assert (one.name, one.unit, one.better) == (name, "index", "high")
        assert one.zh and one.en
        assert np.isnan(one.function(SQUARES, of("overlay", HALVES).division))


# Weights


def shifts(text: str, rasters=()) -> list[tuple[str, object]]:
    case = case_of(rasters=tuple(rasters))
    return [(one.text, one.parameters["variables"]) for one in weight_shifts(read_entries([text])[0], case)]


def test_each_weight_goes_a_tenth_up_and_down():
    assert SHIFT == 0.1
    assert shifts("ward:k=3,variables=x:2+y") == [
        ("ward:k=3,variables=x:2+y [x × 1.1]", "x:2.2+y:1"),
        ("ward:k=3,variables=x:2+y [x × 0.9]", "x:1.8+y:1"),
        ("ward:k=3,variables=x:2+y [y × 1.1]", "x:2+y:1.1"),
        ("ward:k=3,variables=x:2+y [y × 0.9]", "x:2+y:0.9"),
    ]


def test_variables_that_nobody_names_are_shifted_as_well():
    rasters = [RasterSpec("dem", "a.tif"), RasterSpec("class", "b.tif", kind="class"), RasterSpec("slope", "c.tif")]
    assert [weights for _, weights in shifts("skater:k=3", rasters)] == [
        "dem:1.1+slope:1", "dem:0.9+slope:1", "dem:1+slope:1.1", "dem:1+slope:0.9",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["overlay", "fitting:threshold=0.3", "ward:k=3,variables=x", "dice", "dice:variables=a:b"]
)
def test_without_weights_or_with_one_there_is_nothing_to_shift(text):
    assert shifts(text) == []


# Labels


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    case = read_case(county(tmp_path_factory.mktemp("case")))
    return case, lay_basis(case)


@pytest.fixture
def counted(monkeypatch):
    """Methods that are run, as they are run."""
    asked: list[str] = []
    real = label

    def counting(case, basis, **more):
        asked.append(f"{case.method} {case.seed}")
        return real(case, basis, **more)

    monkeypatch.setattr(labels, "label", counting)
    return asked


@pytest.fixture(autouse=True)
def dice(own_methods):  # noqa: ARG001
    """A method that draws, and whose variables have weights: ``dice``; what is registered here is forgotten."""

    @method("dice")
    def _dice(situation, *, seed=1, variables="", progress=silent):
        progress(0.5, "rolling")
        unit = np.random.default_rng([seed, len(variables)]).integers(0, 2, len(situation.area))
        return Labels(np.full(len(unit), 3), np.full(len(unit), situation.kinds.index("general")), unit)


def entry(text: str):
    return read_entries([text])[0]


def test_every_seed_and_every_shifted_weight_is_run(laid, counted, tmp_path):
    case, basis = laid
    found = label_entry(entry("dice:variables=x+y"), case, basis, [4, 5, 6], Store(tmp_path, ""))
    assert (len(found.seeds), len(found.shifted)) == (3, 4)
    # Of the first seed once more, for its memory.
    assert counted == ["dice 4", "dice 4", "dice 5", "dice 6", *["dice 4"] * 4]
    assert found.seeds[0].cost.peak_bytes > 0 == found.seeds[1].cost.peak_bytes
    assert all(one.cost.seconds > 0 for one in (*found.seeds, *found.shifted))
    assert found.division is found.seeds[0].division
    assert found.division.name == "dice:variables=x+y"


def test_a_method_that_draws_nothing_is_run_for_one_seed(laid, counted, tmp_path):
    case, basis = laid
    found = label_entry(entry("fitting:threshold=0.05"), case, basis, [4, 5, 6], Store(tmp_path, ""))
    assert len(found.seeds) == 1 and counted == ["fitting 4"] * 2


def test_labels_are_those_of_a_run_and_come_back_from_the_store_as_they_were(laid, counted, tmp_path):
    case, basis = laid
    text = "ward:k=3,variables=x+y"
    one = label_entry(entry(text), case, basis, [1], Store(tmp_path, ""))
    units = label(entry(text).case(case, 1), basis).units
    assert (one.division.unit == units.of_face).all()
    assert (one.division.category == units.category[units.of_face]).all()
    asked = len(counted)
    two = label_entry(entry(text), case, basis, [1], Store(tmp_path, ""))
    assert len(counted) == asked
    for a, b in zip((*one.seeds, *one.shifted), (*two.seeds, *two.shifted), strict=True):
        assert (a.division.unit == b.division.unit).all() and (a.division.category == b.division.category).all()
        assert (a.division.unit.dtype, a.division.category.dtype) == (b.division.unit.dtype, b.division.category.dtype)
        assert (a.cost, a.findings, a.division.name) == (b.cost, b.findings, b.division.name)


def test_what_a_method_said_is_kept(laid, tmp_path):
    case, basis = laid
    store = Store(tmp_path, "")
    one = label_entry(entry("maxp:floor=4e7,variables=x+y"), case, basis, [1], store)
    two = label_entry(entry("maxp:floor=4e7,variables=x+y"), case, basis, [1], store)
    assert one.seeds[0].findings == two.seeds[0].findings


def test_one_more_seed_is_all_that_is_run(laid, counted, tmp_path):
    case, basis = laid
    store = Store(tmp_path, "")
    label_entry(entry("dice:variables=x"), case, basis, [1, 2], store)
    counted.clear()
    label_entry(entry("dice:variables=x"), case, basis, [1, 2, 3], store)
    assert counted == ["dice 3"]


def test_a_broken_file_is_made_anew_and_no_other(laid, counted, tmp_path):
    case, basis = laid
    store, text = Store(tmp_path, ""), "dice:variables=x"
    first = label_entry(entry(text), case, basis, [1, 2, 3], store)
    counted.clear()
    store.place(entry(text).key, 2).write_bytes(b"half a file")
    again = label_entry(entry(text), case, basis, [1, 2, 3], store)
    assert counted == ["dice 2"]
    assert (first.seeds[1].division.unit == again.seeds[1].division.unit).all()
    counted.clear()
    label_entry(entry(text), case, basis, [1, 2, 3], store)
    assert counted == []


def test_labels_of_other_faces_are_made_anew(laid, counted, tmp_path):
    case, basis = laid
    store = Store(tmp_path, "")
    store.put("overlay", 1, finished([0, 0, 1], [1, 1, 2]))
    found = label_entry(entry("overlay"), case, basis, [1], store)
    assert len(found.division.unit) == len(basis.area) and counted


def test_finished_seeds_stay_when_it_is_cancelled(laid, counted, tmp_path):
    case, basis = laid
    store = Store(tmp_path, "")

    def stop(done: float, _text: str) -> None:
        if done > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        label_entry(entry("dice:variables=x"), case, basis, [1, 2], store, progress=stop)
    counted.clear()
    label_entry(entry("dice:variables=x"), case, basis, [1, 2], store)
    assert counted == ["dice 2"]


def test_progress_names_the_method_and_goes_up(laid, tmp_path):
    case, basis = laid
    told = []
    label_entry(
        entry("ward:k=3,variables=x+y"), case, basis, [1], Store(tmp_path, ""),
        progress=lambda done, text: told.append((done, text)),
    )  # fmt: skip
    done = [fraction for fraction, _ in told]
    assert done == sorted(done) and max(done) <= 1
    assert {"ward:k=3,variables=x+y", "ward:k=3,variables=x+y [y × 0.9]"} <= {text for _, text in told}


# The store

RUN = Finished(
    Division("m", np.array([1, 3, 2], dtype=np.int64), np.array([0, 1, 2], dtype=np.int64)),
    Cost(0.1234567890123, 10**12), (("S71", {"组": "甲", "share": 0.1, "k": 3}),),
)  # fmt: skip


def same(one: Finished, two: Finished | None) -> bool:
    return (
        two is not None
        and (one.division.unit == two.division.unit).all()
        and (one.division.category == two.division.category).all()
        and (one.cost, one.findings) == (two.cost, two.findings)
    )


def test_what_is_put_comes_back(tmp_path):
    store = Store(tmp_path / "new" / "folder", "x")
    assert store.get("m", "t", 1) is None
    store.put("t", 1, RUN)
    assert same(RUN, store.get("m", "t", 1))
    assert store.get("other", "t", 1).division.name == "other"


def test_it_comes_back_only_for_what_it_was_made_from(tmp_path):
    store = Store(tmp_path, "x")
    store.put("t", 1, RUN)
    assert store.get("m", "t", 2) is None
    assert store.get("m", "u", 1) is None
    assert Store(tmp_path, "y").get("m", "t", 1) is None
    assert same(RUN, Store(tmp_path, "x").get("m", "t", 1))
    # No text can be taken for another's text and seed.
    places = {Store(tmp_path, a).place(b, c) for a in ("", "1", "a") for b in ("", "1", 'a",1') for c in (1, 11)}
    assert len(places) == 18


@pytest.mark.parametrize("length", [0, 10, 100, -10, -1])
def test_a_file_cut_short_is_none_and_is_closed(tmp_path, length):
    store = Store(tmp_path, "")
    store.put("t", 1, RUN)
    place = store.place("t", 1)
    place.write_bytes(place.read_bytes()[:length])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert store.get("m", "t", 1) is None
    assert [item.message for item in caught if item.category is ResourceWarning] == []


def test_a_file_with_any_wrong_byte_is_none_or_right(tmp_path):
    store = Store(tmp_path, "")
    store.put("t", 1, RUN)
    place = store.place("t", 1)
    whole = place.read_bytes()
    refused = 0
    for number in range(len(whole)):
        place.write_bytes(whole[:number] + bytes([whole[number] ^ 0x5A]) + whole[number + 1 :])
        found = store.get("m", "t", 1)
        assert found is None or same(RUN, found), number
        refused += found is None
    assert refused > len(whole) / 2


def test_other_content_is_none(tmp_path):
    store = Store(tmp_path, "")
    place = store.place("t", 1)
    whole = {"category": np.ones(2), "unit": np.zeros(2), "cost": np.zeros(2), "findings": np.array("[]")}
    for wrong in (
        {name: values for name, values in whole.items() if name != "unit"},
        {**whole, "cost": np.zeros(3)}, {**whole, "findings": np.array("{")}, {**whole, "findings": np.array("[1]")},
        {**whole, "findings": np.array("3")}, {**whole, "unit": np.array([{}, {}], dtype=object)},
    ):  # fmt: skip
        np.savez_compressed(place, **wrong)
        assert store.get("m", "t", 1) is None, wrong
    np.savez_compressed(place, **whole)
    assert store.get("m", "t", 1) is not None


def test_a_half_written_file_never_appears(tmp_path, monkeypatch):
    store = Store(tmp_path, "")

    def full(path, **_):
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(BadInput, match="No space left"):
        store.put("t", 1, RUN)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be made") as refused:
        Store(tmp_path / "file" / "labels", "")
    assert "a folder for the bench" in str(refused.value)


def test_arrays_of_any_name_are_kept_too(tmp_path):
    store = Store(tmp_path, "")
    store.keep("a", 1, {"x": np.arange(3), "y": np.array([[0.5]])})
    got = store.arrays("a", 1)
    assert {name: values.tolist() for name, values in got.items()} == {"x": [0, 1, 2], "y": [[0.5]]}
    assert store.arrays("b", 1) is None


# A whole comparison

METHODS = ["overlay", "dice:variables=x"]


@pytest.fixture
def place(tmp_path, engine):  # noqa: ARG001
    return county(tmp_path / "case"), tmp_path / "bench"


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """Stand in for the engine's code, so that nobody changes it meanwhile; by what it is for."""
    code = {"labels": "1", "measures": "1"}
    monkeypatch.setattr(run, "code_digest", lambda *roots: code["labels" if roots == LABELS else "measures"])
    return code


def test_nothing_finished_is_run_twice(place, counted):
    case, folder = place
    one = compare_methods(case, METHODS, folder, seeds=2)
    assert counted == ["overlay 1"] * 2 + ["dice 1"] * 2 + ["dice 2"]
    counted.clear()
    two = compare_methods(case, METHODS, folder, seeds=2)
    assert counted == []
    assert json.dumps(one.rows) == json.dumps(two.rows)
    # Another method of the case, or another seed, is no other input.
    case.write_text(case.read_text(encoding="utf-8").replace('"overlay"', '"fitting"') + "# a remark\n", "utf-8")
    compare_methods(case, METHODS, folder, seeds=2)
    assert counted == []


@pytest.mark.parametrize("what", ["source", "setting", "grouping"])
def test_another_source_or_setting_makes_it_run_again(place, counted, what):
    case, folder = place
    compare_methods(case, ["overlay"], folder)
    counted.clear()
    if what == "source":
        (case.parent / "hand.gpkg").unlink()
        text = case.read_text(encoding="utf-8")
        more = ([box(7_000, 7_000, 500, 2_000)], {"id": ["F"]})
        hand(case.parent, text, red_line=([box(1_000, 1_000, 2_000, 2_500)], {"id": ["R1"]}), farmland=more)
    else:
        old, new = {
            "setting": ("sliver_area = 10_000", "sliver_area = 20_000"),
            "grouping": ("[method]", '[grouping]\ngeneral = "township"\n\n[method]'),
        }[what]
        case.write_text(case.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    compare_methods(case, ["overlay"], folder)
    assert counted == ["overlay 1"] * 2
    counted.clear()
    compare_methods(case, ["overlay"], folder)
    assert counted == []


def test_another_engine_makes_it_run_again(place, counted, engine):
    case, folder = place
    compare_methods(case, ["overlay"], folder)
    counted.clear()
    compare_methods(case, ["overlay"], folder)
    assert counted == []
    engine["measures"] = "2"
    found = compare_methods(case, ["overlay"], folder)
    assert counted == []
    assert found.store.measured("null") == "null 2"
    engine["labels"] = "2"
    compare_methods(case, ["overlay"], folder)
    assert counted == ["overlay 1"] * 2


def test_another_plugin_makes_it_run_again(place, counted, tmp_path):
    case, folder = place
    plugin = tmp_path / "mine.py"
    text = (
        "from control_units.delineation.methods.registry import method\n"
        "from control_units.delineation.methods.overlay import overlay\n"
        "@method('mine', draws=False)\ndef mine(situation, *, seed=1):\n    return overlay(situation, seed=seed)\n"
    )
    plugin.write_text(text, encoding="utf-8")
    compare_methods(case, ["mine"], folder, plugins=[plugin])
    counted.clear()
    compare_methods(case, ["mine"], folder, plugins=[plugin])
    assert counted == []
    plugin.write_text(text + "# another\n", encoding="utf-8")
    compare_methods(case, ["mine"], folder, plugins=[plugin])
    assert counted == ["mine 1"] * 2


def test_a_method_that_changes_with_its_seed_is_told_apart_from_one_that_does_not(place):
    case, folder = place
    found = compare_methods(case, ["dice", "overlay"], folder, seeds=3)
    first, second = found.rows
    assert first["ari_seeds"] < 1 and second["ari_seeds"] == 1
    assert first["ari_weights"] is None and found.missing[0]["ari_weights"] == "weights"
    (alone,) = compare_methods(case, ["dice"], folder, seeds=1).rows
    assert alone["ari_seeds"] is None
