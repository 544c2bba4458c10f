"""Labels of all seeds and weights of a method, and that what is finished is not made twice."""

from __future__ import annotations

import json

import pytest
from bench_runs import county, finished, register_dice
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.bench.runs import labels, run
from control_units.delineation.bench.runs.entries import read_entries
from control_units.delineation.bench.runs.labels import label_entry
from control_units.delineation.bench.runs.run import compare_methods
from control_units.delineation.bench.runs.store import Store
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.labelling.label import label
from hand import box, hand

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
def dice():
    register_dice()


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
    one = label_entry(entry("maxp:floor=4e7,variables=x+y,scope=whole"), case, basis, [1], store)
    two = label_entry(entry("maxp:floor=4e7,variables=x+y,scope=whole"), case, basis, [1], store)
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

    def stop(done, _text):
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
        entry("ward:k=3,variables=x+y"),
        case,
        basis,
        [1],
        Store(tmp_path, ""),
        progress=lambda done, text: told.append((done, text)),
    )
    done = [fraction for fraction, _ in told]
    assert done == sorted(done) and max(done) <= 1
    words = {str(text) for _, text in told}
    assert {"ward:k=3,variables=x+y", "ward:k=3,variables=x+y with other weights"} <= words


# A whole comparison

METHODS = ["overlay", "dice:variables=x"]


@pytest.fixture
def place(tmp_path, engine):  # noqa: ARG001
    return county(tmp_path / "case"), tmp_path / "bench"


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """Stand in for the engine's code, so that nobody changes it meanwhile."""
    code = {"digest": "1"}
    monkeypatch.setattr(run, "code_digest", lambda: code["digest"])
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
    engine["digest"] = "2"
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
