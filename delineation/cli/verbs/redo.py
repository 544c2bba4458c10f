"""The verb ``redo``: do edits of a plan again that were undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message, counted
from ..options import given
from ..verb import Result, Verb
from .edit import printed
from .undo import STEPS, steps_told

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


def _run(options: argparse.Namespace, progress: Progress) -> Result:  # noqa: ARG001
    from ...verbs.editing import redo

    done = redo(options.plan, options.count, **given(options, "author", "break_lock"))
    said = counted(done["applied"], "{n} edit done again", "{n} edits done again")
    return Result(printed(done, options.say), steps_told(done, said, options.say))


VERB = Verb("redo", Message("do edits again that were undone"), STEPS, _run, order=33)
