"""Any edits in any order: what holds of a plan holds after each, and what is undone is as it was, to the row."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.editor import editing
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from revision_moves import Walk, any_edit, edit_of_rider, edit_of_ring
from revision_plan import revision_plan

SEEDS = st.integers(0, 2**32 - 1)
COUNTS = st.sampled_from((1, 1, 1, 2, 3, 7))
ODD = {"sliver": edit_of_rider, "ring": edit_of_ring}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return revision_plan(tmp_path_factory.mktemp("revision"))


class Revision(RuleBasedStateMachine):
    """A plan that is edited; `complaints` has what has to hold."""

    plan: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(shutil.copy(self.plan, Path(self.folder.name) / "plan.gpkg"))
        self.claimed = editing(path)
        self.walk = Walk(self.claimed.__enter__(), read_plan(path))

    def teardown(self) -> None:
        self.claimed.__exit__(None, None, None)
        self.folder.cleanup()

    @rule(seed=SEEDS)
    def edit(self, seed: int) -> None:
        self.walk.edit(any_edit(self.walk.editor.state, random.Random(seed)))  # noqa: S311 - no secret

    @rule(seed=SEEDS)
    def another_edit(self, seed: int) -> None:
        self.edit(seed)

    @rule(seed=SEEDS, land=st.sampled_from(sorted(ODD)))
    def edit_of_odd_land(self, seed: int, land: str) -> None:
        if edit := ODD[land](self.walk.editor.state, random.Random(seed)):  # noqa: S311 - no secret
            self.walk.edit(edit)

    @rule(seed=SEEDS, count=COUNTS)
    def edits_at_once(self, seed: int, count: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - no secret
        self.walk.edits([any_edit(self.walk.editor.state, dice) for _ in range(count)])

    @precondition(lambda self: self.walk.editor.timeline.head)
    @rule(count=COUNTS)
    def undo(self, count: int) -> None:
        self.walk.move("undo", lambda editor: editor.undo(count))

    @precondition(lambda self: self.walk.editor.timeline.to_redo())
    @rule(count=COUNTS)
    def redo(self, count: int) -> None:
        self.walk.move("redo", lambda editor: editor.redo(count))

    @precondition(lambda self: len(self.walk.editor.timeline.entries) > 1)
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        seq = data.draw(st.sampled_from([0, *self.walk.editor.timeline.entries]))
        self.walk.move("go", lambda editor: editor.go(seq))

    @rule(number=st.integers(1, 3))
    def branch(self, number: int) -> None:
        self.walk.move("branch", lambda editor: editor.branch(f"方案{number}"))

    @precondition(lambda self: len(self.walk.editor.timeline.scenarios) > 1)
    @rule(data=st.data())
    def switch(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.walk.editor.timeline.scenarios)))
        self.walk.move("switch", lambda editor: editor.switch(name))

    @precondition(lambda self: len(self.walk.editor.timeline.scenarios) > 1)
    @rule(data=st.data())
    def adopt_scenario(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.walk.editor.timeline.scenarios)))
        self.walk.move("adopt", lambda editor: editor.adopt_scenario(name))

    @precondition(lambda self: self.walk.editor.timeline.entries)
    @rule()
    def open_again(self) -> None:
        self.claimed.__exit__(None, None, None)
        self.claimed = editing(self.walk.editor.path)
        self.walk.editor = self.claimed.__enter__()

    @invariant()
    def holds(self) -> None:
        assert list(self.walk.complaints()) == []


@pytest.mark.slow
@pytest.mark.thirds
def test_any_edits_in_any_order(plan, rounds):
    machine = type("RevisionOfPlan", (Revision,), {"plan": plan})
    health = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=rounds(15), stateful_step_count=16, suppress_health_check=health)
    )


@pytest.mark.slow
@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", range(4))
def test_back_to_the_first_row_after_any_edits(plan, tmp_path, seed):
    """All is undone at once, and done again at once, over openings: to the numbers of rows and the bytes of shapes."""
    path, dice = Path(shutil.copy(plan, tmp_path / "plan.gpkg")), random.Random(seed)  # noqa: S311 - no secret
    walk = None
    for _ in range(3):
        with editing(path) as editor:
            walk = walk or Walk(editor, read_plan(path))
            walk.editor = editor
            for _ in range(10):
                walk.step(dice)
            assert list(walk.complaints()) == []
            head = editor.timeline.head
            editor.go(0)
            assert list(walk.complaints()) == []
            editor.go(head)
            assert list(walk.complaints()) == []
    assert sum(walk.done.values()) > 10
