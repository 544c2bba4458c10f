"""The verb ``version``: a new version of a plan, as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message
from ..options import add_force, add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser, say: Voice) -> None:
    add_plan(parser, say)
    parser.add_argument("-o", "--output", required=True, metavar="NEW.gpkg", help=say(Message("the new plan")))
    parser.add_argument("--reason", required=True, help=say(Message("why a new version is begun")))
    parser.add_argument("--author", default="", help=say(Message("who, for the history")))
    add_force(parser, say)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...verbs.versioning import version

    given = {"reason": options.reason, "force": options.force, "author": options.author}
    done = version(options.plan, options.output, **given, progress=progress)
    said = Message(
        "a draft of {units} units, begun from {name} (status {status})\noutput: {path}",
        units=done["units"],
        name=done["previous"]["name"],
        status=done["previous"]["status"],
        path=options.output,
    )
    return Result(done, options.say(said))


VERB = Verb("version", Message("begin a new version of a plan, as a draft"), _arguments, _run, order=36)
