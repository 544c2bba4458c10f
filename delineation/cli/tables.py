"""Results as text for people: aligned tables that also line up with Chinese names."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

from ..core.errors import visible
from ..core.messages import counted
from ..core.text import language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..plan.file import Plan

__all__ = ["CATEGORIES", "findings_text", "summary_text", "table", "tell_changes"]

CATEGORIES = {"1": "priority 优先", "2": "key 重点", "3": "general 一般"}
_SHOWN = 20


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def table(rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str:
    """Rows under a header, columns aligned; a Chinese character takes two places."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for text, width, right in zip(row, widths, numeric, strict=True):
            gap = " " * (width - _width(text))
            cells.append(gap + text if right else text + gap)
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def summary_text(summary: dict[str, Any], plan: Plan, path: Path, *, provenance: bool = False) -> str:
    """Units by county × category, capture, ledger, findings."""
    from ..verbs.checking import findings_in_words

    names = json.loads(plan.meta["county_names"])
    parts = [
        f"{plan.meta['name']}: {summary['units']} units on {summary['faces']} faces, "
        f"{summary['area_m2'] / 1e6:,.2f} km²"
    ]
    parts[0] += f" ({summary['crs']}, {summary['area_method']} area)"
    parts.append(_districts("county", summary["by_county"], names))
    if summary["sea"]:
        parts.append(_districts("sea", summary["sea"], names))
    if summary["capture"]:
        rows = [["source", "role", "category", "km²", "captured", "omission", "commission"]]
        rows += [
            [row["source"], row["role"], CATEGORIES[str(row["category"])], f"{row['area_m2'] / 1e6:,.2f}"]
            + [f"{row[key]:.2%}" for key in ("captured", "omission", "commission")]
            for row in summary["capture"]
        ]
        parts.append("What the units keep of their sources\n" + table(rows, [False] * 3 + [True] * 4))
    parts.append(_ledger(summary["ledger"]))
    parts.append(findings_text(findings_in_words(plan, language()), []))
    if provenance:
        parts.append(_provenance(summary["provenance"], summary["classification"]))
    if "timings_s" in summary:
        seconds = sum(summary["timings_s"].values())
        parts.append(
            f"{seconds:.1f} s: " + ", ".join(f"{name} {value:.2f}" for name, value in summary["timings_s"].items())
        )
    parts.append(f"plan: {path}")
    return "\n\n".join(parts)


def _provenance(sources: Sequence[dict[str, Any]], classification: str) -> str:
    """List the sources with date, provider, document, 密级, computed and published area; the plan's 密级 above."""
    rows = [["source", "role", "features", "CRS", "date", "provider", "document", "密级", "km²", "official", "sha256"]]
    for one in sources:
        texts = [str(one[key] or "") for key in ("crs", "date", "provider", "document", "classification")]
        areas = ["" if one[key] is None else f"{one[key] / 1e6:,.4f}" for key in ("area_m2", "official_area_m2")]
        cut = [_cut(text, width) for text, width in zip(texts, (20, 10, 24, 30, 4), strict=True)]
        rows.append([one["source"], one["role"], str(one["count"]), *cut, *areas, one["sha256"][:12]])
    head = f"Sources (密级 of the plan, the highest of theirs: {classification or 'not stated'})"
    return head + "\n" + table(rows, [False, False, True, *[False] * 5, True, True, False])


def _districts(title: str, districts: dict[str, Any], names: dict[str, str]) -> str:
    rows = [[title, "name", "category", "units", "km²", "share"]]
    total = {category: [0, 0.0] for category in CATEGORIES}
    for code, by_category in districts.items():
        for category, label in CATEGORIES.items():
            one = by_category[category]
            total[category][0] += one["n"]
            total[category][1] += one["area_m2"]
            first = category == "1"
            share = f"{one['share']:.2%}"
            rows.append(
                [
                    code if first else "",
                    names.get(code, "") if first else "",
                    label,
                    str(one["n"]),
                    f"{one['area_m2'] / 1e6:,.2f}",
                    share,
                ]
            )
    if len(districts) > 1:
        whole = sum(area for _, area in total.values()) or 1.0
        for category, label in CATEGORIES.items():
            n, area = total[category]
            rows.append(
                ["all" if category == "1" else "", "", label, str(n), f"{area / 1e6:,.2f}", f"{area / whole:.2%}"]
            )
    return table(rows, [False, False, False, True, True, True])


def _ledger(ledger: dict[str, Any]) -> str:
    head = f"Ledger: imbalance {ledger['imbalance']:.1e}"
    if not ledger["rows"]:
        return head + ", no change of area"
    rows = [["stage", "role or category", "from m²", "to m²", "change m²", "reason"]]
    for row in ledger["rows"]:
        who = row["role"] or CATEGORIES[str(row["category"])]
        change = f"{row['to_m2'] - row['from_m2']:+,.2f}"
        rows.append(
            [row["stage"], who, f"{row['from_m2']:,.2f}", f"{row['to_m2']:,.2f}", change, _cut(row["reason"], 90)]
        )
    return head + "\n" + table(rows, [False, False, True, True, True, False])


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def findings_text(rows: Sequence[dict[str, Any]], unchecked: Sequence[str]) -> str:
    """Write findings, errors first; many of one kind are counted."""
    if not rows:
        lines = ["Findings: none"]
    else:
        errors = sum(row["severity"] == "error" for row in rows)
        lines = [
            f"Findings: {counted(errors, '{n} error', '{n} errors')}, {counted(len(rows) - errors, '{n} warning', '{n} warnings')}"
        ]
        by_id: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            by_id.setdefault(row["id"], []).append(row)
        for group in by_id.values():
            shown = group[: max(3, _SHOWN // len(by_id))]
            lines += [f"  {row['id']} {row['severity']:<7} {row['message']}" for row in shown]
            if len(group) > len(shown):
                lines.append(f"  {group[0]['id']}         … and {len(group) - len(shown)} more")
    if unchecked:
        lines.append(f"Not checked, for want of what they need: {', '.join(unchecked)}")
    return "\n".join(lines)


def tell_changes(plan: Plan, path: str) -> None:
    """Say on standard error that a plan is not as it was written: what is read out of it may be another's."""
    from ..plan.replaced import in_words

    if plan.changes:
        sys.stderr.write(f"{visible(path)}: other programs have changed the plan since it was made: ")
        sys.stderr.write(f"{visible(str(in_words(plan.changes)))}\n")
