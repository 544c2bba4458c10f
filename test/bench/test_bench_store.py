"""The store of a bench: what is put comes back, what is broken or of something else does not."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from control_units.delineation.bench.runs.store import Cost, Finished, Store
from control_units.delineation.bench.scene.division import Division
from control_units.delineation.core.errors import BadInput

RUN = Finished(
    Division("m", np.array([1, 3, 2], dtype=np.int64), np.array([0, 1, 2], dtype=np.int64)),
    Cost(0.1234567890123, 10**12),
    (("S71", {"组": "甲", "share": 0.1, "k": 3}),),
)


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
        {**whole, "cost": np.zeros(3)},
        {**whole, "findings": np.array("{")},
        {**whole, "findings": np.array("[1]")},
        {**whole, "findings": np.array("3")},
        {**whole, "unit": np.array([{}, {}], dtype=object)},
    ):
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
