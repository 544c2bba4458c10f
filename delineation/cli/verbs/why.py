"""The verb ``why``: why a unit or a point is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.messages import Message, counted, share_text
from ...core.options import Option
from .. import tables
from ..options import PLAN
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ...plan.file import Plan
    from ..voice import Voice

_REASONS = 12


_OPTIONS = (
    PLAN,
    Option("what", Message("a unit's code or id, or a point"), "UNIT|X,Y", place="1"),
    Option("crs", Message("CRS of the point, if not the plan's"), "EPSG:n"),
)


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...explain.why import why
    from ...plan.file import read_plan

    plan = read_plan(Path(options.plan))
    card = why(plan, options.what, crs=options.crs, language=options.say.language)
    tables.tell_changes(plan, options.plan, options.say)
    card["changed"] = plan.changes
    text = "" if options.json else _text(card, plan, options.say)
    del card["filed_facts"]  # which ``filed`` says
    return Result(card, text)


def _text(found: dict[str, Any], plan: Plan, say: Voice) -> str:
    """Write a why card, and below it the features it speaks of, each with its area."""
    from ...case.profile import named_profile, profile_for_words
    from ...explain.why_words import word

    used = profile_for_words(plan)
    say = say.of_profile(named_profile(plan))
    card = word(found, used, say.language, method=plan.meta["method"], journal=plan.journal)
    head = Message(
        "{code} {name}: {category:category}, {area:area}",
        code=card.code,
        name=card.name,
        category=card.category,
        area=card.area_m2,
    )
    lines = [say(head), card.headline, *_indented(card.because), card.filed]
    for title, said in (
        (Message("Since last year:"), card.update),
        (Message("Also here, overruled:"), card.overruled),
        (Message("Informs the entry list:"), card.informs),
        (Message("Merged in with small fragments, decides nothing:"), card.rides),
        (Message("Evidence:"), card.evidence),
        (Message("Next category:"), [card.following] if card.following else []),
        (Message("Edits:"), card.edits),
    ):
        if said:
            lines += [say(title), *_indented(said)]
    if found["reasons"]:
        lines += ["", _features(found["reasons"], say)]
    return "\n".join(lines)


def _indented(said: Sequence[str]) -> list[str]:
    return [f"  {one}" for one in said]


def _features(reasons: Sequence[dict[str, Any]], say: Voice) -> str:
    rows = [
        say.row(
            Message("Role"), Message("Zone"), Message("Source"), Message("Feature"), Message("Area"), Message("Share")
        )
    ]
    for one in reasons[:_REASONS]:
        said = filter(None, (one["zone"], one["grade"]))
        zone = ", ".join(say.name("zone", name, role=one["role"]) for name in said)
        share = share_text(one["share"])
        role = say.name("role", one["role"])
        rows.append(
            [role, zone, one["source"], one["feature"] or str(one["feature_id"]), say.area(one["area_m2"]), share]
        )
    text = tables.table(rows, [False, False, False, False, True, True])
    if len(reasons) <= _REASONS:
        return text
    more = counted(
        len(reasons) - _REASONS,
        "… and {n} more feature (all of them with --json)",
        "… and {n} more features (all of them with --json)",
    )
    return text + "\n" + say(more)


VERB = Verb("why", Message("why a unit or a point is what it is"), _OPTIONS, _run, order=40)
