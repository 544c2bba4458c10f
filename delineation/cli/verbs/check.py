"""The verb ``check``: a plan, a layer of units or a case checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.messages import Message
from ...core.options import Option
from .. import tables
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress


_LAYER = Option(
    "layer",
    Message("a plan, any layer of units (FILE or FILE|layername=L), or a case"),
    "PLAN|LAYER|CASE.toml",
    place="1",
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...verbs.checking import check_case, check_file

    spoken = options.say.language
    if options.layer.endswith(".toml"):
        rows, unchecked = check_case(options.layer, language=spoken), list[str]()
    else:
        checked = check_file(options.layer, language=spoken, progress=progress)
        rows, unchecked = checked.rows, checked.not_checked
    text = tables.findings_text(rows, unchecked, options.say)
    return Result(rows, text, errors=any(row["severity"] == "error" for row in rows))


VERB = Verb("check", Message("check a plan, a layer of units, or a case's rule table"), (_LAYER,), _run, order=50)
