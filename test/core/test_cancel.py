"""Whoever watches may stop: at any call of the progress callback, and nothing is left behind.

No clock decides here; how long the engine is silent at worst is for ``test/speed/monster.py``.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.core.messages import Message
from control_units.delineation.core.progress import patiently, silent, steps
from control_units.delineation.partition import build
from control_units.delineation.plan.outputs import OutputGuard
from control_units.delineation.verbs.overlaying import partition
from control_units.delineation.verbs.running import run
from hand import hand, squares, write_layer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STOPS = [0.0, 0.07, 0.2, 0.35, 0.5, 0.65, 0.8, 0.93, 1.0]


class Watcher:
    """Counts calls, and stops at one of them."""

    def __init__(self, stop: int | None = None) -> None:
        self.stop = stop
        self.calls: list[tuple[float, str]] = []
        self.thread = threading.get_ident()

    def __call__(self, fraction: float, message: Message) -> None:
        assert threading.get_ident() == self.thread, "progress is called in the caller's thread only"
        self.calls.append((fraction, str(message)))
        if self.stop is not None and len(self.calls) > self.stop:
            raise Cancelled


def settled() -> set[str]:
    """Names of the threads that are left, once those that were told to end have had their turn."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name == "patient":
            thread.join(10)
    return {thread.name for thread in threading.enumerate()}


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layer")
    shapes = squares(12)
    return write_layer(folder / "squares.gpkg", "squares", shapes, {"n": list(range(len(shapes)))})


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    shapes = squares(12)
    return hand(folder, red_line=(shapes, {"id": [str(row) for row in range(len(shapes))]}))


def jobs(layer: Path, case: Path) -> dict[str, Callable[[Path, Watcher], object]]:
    return {
        "partition": lambda out, watcher: partition([str(layer)], out, progress=watcher),
        "run": lambda out, watcher: run(case, out, progress=watcher),
    }


@pytest.mark.parametrize("verb", ["partition", "run"])
def test_every_stage_is_heard_and_fractions_rise(layer, case, tmp_path, verb):
    watcher = Watcher()
    jobs(layer, case)[verb](tmp_path / "out.gpkg", watcher)
    messages = {message for _, message in watcher.calls}
    stages = {"noding", "faces", "coverage", "partition", "writing faces"}
    if verb == "run":
        stages |= {"checking shapes", "overlaps and gaps", "codes and names", "writing borders", "writing tables"}
    assert stages <= messages
    fractions = [fraction for fraction, _ in watcher.calls]
    assert all(0 <= one <= 1 for one in fractions)
    falls = np.diff(fractions).min()
    # A small step back is allowed where one stage hands over to the next.
    assert falls > -0.1
    assert fractions[-1] == 1.0
    # Long phases are in pieces: the noding alone speaks at each level of its search.
    assert sum(message == "noding" for _, message in watcher.calls) > 10
    assert sum(message == "faces" for _, message in watcher.calls) > 5


@pytest.mark.parametrize("share", STOPS)
@pytest.mark.parametrize("verb", ["partition", "run"])
def test_stopped_at_any_call_it_leaves_nothing(layer, case, tmp_path, verb, share):
    job, threads = jobs(layer, case)[verb], settled()
    watcher = Watcher()
    job(tmp_path / "whole.gpkg", watcher)
    for made in tmp_path.iterdir():  # the history of a run too
        made.unlink()
    # While a library is at work the callback is called by the clock, so the number differs from run to run.
    last = max(number for number, (_, message) in enumerate(watcher.calls) if message != "done")
    stopped = Watcher(int(share * (last - 5)))
    out = tmp_path / "out.gpkg"
    with pytest.raises(Cancelled):
        job(out, stopped)
    assert len(stopped.calls) == stopped.stop + 1, "no word after the one that was refused"
    assert settled() == threads
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["partition", "run"])
def test_stopped_at_the_last_moment_the_old_file_stays(layer, case, tmp_path, verb):
    out = tmp_path / "out.gpkg"
    job = jobs(layer, case)[verb]
    job(out, Watcher())
    old = out.read_bytes()

    class Late(Watcher):
        def __call__(self, fraction, message):
            super().__call__(fraction, message)
            if str(message) == "written":
                raise Cancelled

    with pytest.raises(Cancelled):
        job(out, Late())
    assert out.read_bytes() == old
    noted = ["out.history.jsonl"] if verb == "run" else []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.gpkg", *noted]


def test_noding_in_threads_stops_too(monkeypatch):
    monkeypatch.setattr("control_units.delineation.partition.nearby.CHUNK", 1 << 6)
    geometry = np.array(squares(5), dtype=object)
    watcher = Watcher()
    whole = build(geometry, progress=watcher)
    # More jobs than the pool has threads, so some wait when it is stopped.
    assert len(watcher.calls) > 40
    before = settled()
    for stop in range(8, len(watcher.calls) - 1, 7):
        with pytest.raises(Cancelled):
            build(geometry, progress=Watcher(stop))
        assert settled() == before
    assert len(whole) == len(build(geometry, progress=silent))


def test_a_patient_caller_speaks_in_its_own_thread_and_gets_the_result():
    watcher, gate = Watcher(), threading.Event()

    def work(go_on):
        go_on(0.5, Message("half way"))
        assert threading.get_ident() != watcher.thread
        gate.wait(10)
        return 42

    def progress(fraction, message):
        watcher(fraction, message)
        if str(message) == "half way":
            gate.set()

    assert patiently(work, progress, Message("begin")) == 42
    assert watcher.calls[0] == (0.0, "begin")
    assert (0.5, "half way") in watcher.calls


def test_a_patient_caller_that_stops_stops_the_work():
    ended, going = threading.Event(), threading.Event()

    def work(go_on):
        going.set()
        try:
            while True:
                go_on(0.1, Message("on and on"))
        finally:
            ended.set()

    with pytest.raises(Cancelled):
        patiently(work, Watcher(1), Message("begin"))
    assert going.is_set()
    assert ended.wait(10)


@pytest.mark.parametrize("error", [BadInput(Message("a fault")), ValueError("another"), Cancelled()])
def test_a_patient_caller_gets_the_error(error):
    def work(_):
        raise error

    with pytest.raises(type(error)) as caught:
        patiently(work, silent, Message("begin"))
    assert caught.value is error


def test_steps_end_at_one():
    watcher = Watcher()
    step = steps(watcher, Message("x"), 3)
    for _ in range(4):
        step()
    assert [fraction for fraction, _ in watcher.calls] == pytest.approx([1 / 3, 2 / 3, 1, 1])


def test_a_shape_too_large_for_one_call_is_checked_all_the_same(monkeypatch):
    from control_units.delineation.sources import defects

    monkeypatch.setattr(defects, "_LONG", 10)
    monkeypatch.setattr(defects, "_BLOCK", 20)
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    geometry = np.array([shapely.Point(0, 0).buffer(1), bow, shapely.box(0, 0, 1, 1)] * 5, dtype=object)
    watcher = Watcher()
    assert defects.valid(geometry, progress=watcher).tolist() == [True, False, True] * 5
    assert len(watcher.calls) > 5
    with pytest.raises(Cancelled):
        defects.valid(geometry, progress=Watcher(2))


def test_a_long_layer_is_written_in_blocks_and_found_by_place(tmp_path, monkeypatch):
    import pyogrio
    from control_units.delineation.core import geopackage

    monkeypatch.setattr(geopackage, "_BLOCK", 10)
    watcher, count = Watcher(), 95
    points = shapely.to_wkb(shapely.points(np.arange(count), np.arange(count)))
    missing = np.arange(count) % 7 == 0
    guard = OutputGuard(tmp_path / "a.gpkg")
    with geopackage.new_file(tmp_path / "a.gpkg", guard=guard, date="2025-01-01T00:00:00.000Z") as draft:
        geopackage.write_features(
            draft, "a", "Point", points, [np.arange(count)], ["n"], [missing], "EPSG:4548", progress=watcher
        )
    assert len(watcher.calls) == 10
    _, fids, _, (values,) = pyogrio.raw.read(tmp_path / "a.gpkg", layer="a", return_fids=True)
    assert fids.tolist() == list(range(1, count + 1))
    assert np.array_equal(np.isnan(values.astype(float)), missing)
    assert values[~missing].tolist() == np.arange(count)[~missing].tolist()
    assert pyogrio.read_bounds(tmp_path / "a.gpkg", layer="a", bbox=(50, 50, 52, 52))[0].tolist() == [51, 52, 53]
