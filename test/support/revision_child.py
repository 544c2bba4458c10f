"""A program that edits a plan at random until it is killed, and says what it tries and what it has done.

One process has everything loaded, and forks one that edits for each line that it is given: ``PLAN SEED COUNT``.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import conftest  # noqa: F401 - makes the checkout a package
from control_units.delineation.core.errors import BadInput
from control_units.delineation.revision.apply import Refused, apply
from control_units.delineation.revision.editor import editing
from revision_moves import any_edit

if TYPE_CHECKING:
    from control_units.delineation.revision.editor import Editor


def say(*words: object) -> None:
    """Say a line at once, and past what Python holds back."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def step(editor: Editor, dice: random.Random) -> bool:
    """Try one move, told with the head that it leads to; what is refused is not told."""
    line = editor.timeline
    kind = dice.choice(("edit", "edit", "edit", "edit", "undo", "redo", "go"))
    if kind == "undo" and line.head:
        say("try", line.to_undo().parent)
        editor.undo()
    elif kind == "redo" and (entry := line.to_redo()) is not None:
        say("try", entry.seq)
        editor.redo()
    elif kind == "go" and line.entries:
        seq = dice.choice([0, *line.entries])
        say("try", seq)
        editor.go(seq)
    else:
        edit = any_edit(editor.state, dice)
        try:
            apply(editor.state, edit)
        except BadInput:
            return False
        say("try", line.last + 1)
        editor.do(edit)
    say("did", editor.timeline.head)
    return True


def edit(path: Path, seed: int, count: int) -> None:
    """Edit a plan at random."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    with editing(path, author=str(os.getpid())) as editor:
        say("open", editor.timeline.head, editor.taken_over.id if editor.taken_over else "-")
        done = 0
        while done < count:
            done += step(editor, dice)


def edit_in_turn(path: Path, seed: int, count: int) -> None:
    """Edit a plan at random, claimed for each edit alone: somebody else edits it between them."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    done = waited = 0
    while done < count:
        try:
            with editing(path, author=str(os.getpid())) as editor:
                done += step(editor, dice)
        except Refused:
            raise
        except BadInput as refusal:
            if type(refusal).__name__ != "BeingEdited":
                raise
            waited += 1
    say("waited", waited)


def edit_on_a_full_disk(path: Path, seed: int, count: int) -> None:
    """Edit a plan whose file may become no larger, nor that of its journal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    dice = random.Random(seed)  # noqa: S311 - no secret
    with editing(path) as editor:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        for _ in range(count):
            chosen = any_edit(editor.state, dice)
            try:
                apply(editor.state, chosen)
            except BadInput:
                continue
            state, line = editor.state, editor.timeline
            most = dice.choice((512, 4_096, 20_000, 60_000))
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
            try:
                editor.do(chosen)
            except BadInput as refusal:
                same = editor.state is state and editor.timeline is line
                say("refused", same, refusal.sentence("en"))
            else:
                say("did", editor.timeline.head)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        # There is room again.
        while not step(editor, dice):
            pass


HOW = {"edit": edit, "turn": edit_in_turn, "full": edit_on_a_full_disk}


def serve() -> None:
    """Fork an editor for each line; say when it is dead, and how it ended."""
    say("ready")
    for line in sys.stdin:
        how, path, seed, count = line.split("\t")
        child = os.fork()
        if not child:
            try:
                HOW[how](Path(path), int(seed), int(count))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        say("child", child)
        say("dead", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    serve()
