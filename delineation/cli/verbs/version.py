"""The verb ``version``: a new version of a plan, as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message
from ...core.options import Option
from ..options import FORCE, PLAN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


_OPTIONS = (
    PLAN,
    output_option("NEW.gpkg", Message("the new plan")),
    Option("reason", Message("why a new version is begun"), required=True),
    Option("author", Message("who, for the history"), default=""),
    FORCE,
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...verbs.versioning import version

    done = version(options.plan, options.output, **given(options, "reason", "force", "author"), progress=progress)
    return Result(
        done,
        Message(
            "a draft of {units} units, begun from {name} (status {status})\noutput: {path}",
            units=done["units"],
            name=done["previous"]["name"],
            status=done["previous"]["status"],
            path=options.output,
        ),
    )


VERB = Verb("version", Message("begin a new version of a plan, as a draft"), _OPTIONS, _run, order=36)
