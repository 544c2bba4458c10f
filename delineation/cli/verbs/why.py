"""The verb ``why``: why a unit or a point is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import tables
from ..options import add_plan
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]

_REASONS = 12


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument("what", metavar="UNIT|X,Y", help="a unit's code or id, or a point")
    parser.add_argument("--crs", metavar="EPSG:n", help="CRS of the point, if not the plan's")


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...explain.why import why
    from ...plan.file import read_plan

    plan = read_plan(Path(options.plan), summed=True)
    card = why(plan, options.what, crs=options.crs)
    tables.tell_changes(plan, options.plan)
    return Result(card, _text(card))


def _text(card: dict[str, Any]) -> str:
    """Write a why card."""
    rows = [["role", "zone", "source", "feature", "km²", "share"]]
    rows += [
        [
            r["role"],
            r["zone"] or "",
            r["source"],
            str(r["feature_id"]),
            f"{r['area_m2'] / 1e6:,.4f}",
            f"{r['share']:.2%}",
        ]
        for r in card["reasons"][:_REASONS]
    ]
    lines = [
        f"{card['unit']} {card['name']}: {tables.CATEGORIES[str(card['category'])]}, {card['area_m2'] / 1e6:,.2f} km²"
    ]
    lines.append(f"rule: {card['rule']}")
    if len(rows) > 1:
        lines.append(tables.table(rows, [False, False, False, True, True, True]))
    if len(card["reasons"]) > _REASONS:
        lines.append(f"… and {len(card['reasons']) - _REASONS} more features (all of them with --json)")
    for row in card["evidence"]:
        value = "no data" if row["majority"] is None else f"mostly {row['majority']:g}"
        value = value if row["mean"] is None else f"mean {row['mean']:.4g}"
        lines.append(
            f"evidence {row['raster']}: {value}, {row['covered']:.1%} covered"
            + ("" if row["decides"] else ", decides nothing")
        )
    following = card["next_category"]
    if following:
        lines.append(f"next: {tables.CATEGORIES[str(following['category'])]} — {following['distance']}")
    if card["adopted"]:
        from ...explain.journal_words import word_adopted

        lines.append(word_adopted(card["adopted"], "en"))
    return "\n".join(lines)


VERB = Verb("why", "why a unit or a point is what it is", _arguments, _run, order=40)
