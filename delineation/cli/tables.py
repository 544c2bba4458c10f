"""Results as text for people: aligned tables that also line up with Chinese names."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

from ..core.errors import visible
from ..core.messages import Message, counted, share_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..case.model import Case
    from ..core.messages import Fact
    from ..plan.file import Plan
    from .voice import Voice

_CATEGORIES = ("1", "2", "3")
_SHOWN = 20
_WIDE = 2  # places of a Chinese character


def _width(text: str) -> int:
    return sum(_WIDE if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def fitted(text: str, places: int) -> str:
    """Cut or fill a text so that it takes so many places of a line."""
    while _width(text) > places:
        text = text[:-1]
    return text + " " * (places - _width(text))


def wrapped(text: str, places: int) -> list[str]:
    """Break a text into lines of at most so many places: between words, or between Chinese characters."""
    lines = [""]
    for piece in re.findall(r"(?:[!-~]+|[^!-~])[，。；：、）”]*\s*", text):
        if lines[-1] and _width(lines[-1] + piece.rstrip()) > places:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


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


def summary_text(summary: dict[str, Any], plan: Plan, path: Path, say: Voice, *, provenance: bool = False) -> str:
    """Units by county × category, capture, ledger, findings."""
    from ..case.profile import named_profile
    from ..plan.summary import filled_words
    from ..verbs.checking import findings_in_words

    say = say.of_profile(named_profile(plan))
    names = json.loads(plan.meta["county_names"])
    parts = [_head(summary, plan.meta["name"], say)]
    parts.append(_districts(Message("County"), summary["by_county"], names, say))
    if summary["sea"]:
        parts.append(_districts(Message("Sea"), summary["sea"], names, say))
    if kept := summary["former_county_codes"]:
        parts.append(say(counted(kept, "{n} code keeps its county of before", "{n} codes keep their county of before")))
    if summary["capture"]:
        parts.append(_capture(summary["capture"], say))
    parts.append(_ledger(summary["ledger"], say))
    if filled := filled_words(plan.element_zones):
        parts.append("\n".join(map(say, filled)))
    if (head := summary.get("findings_at")) is not None:
        told = Message(
            "findings, and what units keep, are of entry {head} of the journal: `check` has newer ones", head=head
        )
        parts.append(say(told))
    parts.append(findings_text(findings_in_words(plan, say.language), [], say))
    if provenance:
        parts.append(_provenance(summary["provenance"], summary["classification"], say))
    if "timings_s" in summary:
        steps = tuple(
            Message("{step:step} {seconds:.2f}", step=name, seconds=value)
            for name, value in summary["timings_s"].items()
        )
        parts.append(say(Message("{seconds:.1f} s: {steps}", seconds=sum(summary["timings_s"].values()), steps=steps)))
    parts.append(say(Message("plan: {path}", path=path)))
    return "\n\n".join(parts)


_TOLD = 5e-6  # share of an area that three digits of a percentage show


def _head(summary: Mapping[str, Any], name: str, say: Voice) -> str:
    areas = {"planar": Message("planar area"), "ellipsoidal": Message("ellipsoidal area")}
    measure: Fact = areas.get(summary["area_method"], summary["area_method"])
    excess = summary.get("area_excess")
    if excess and abs(excess) >= _TOLD:
        measure = Message("{measure}, {excess:+.3%} against the ellipsoid", measure=measure, excess=excess)
    return say(
        Message(
            "{name}: {units} on {faces}, {area:area} ({crs}, {measure})",
            name=name,
            units=counted(summary["units"], "{n} unit", "{n} units"),
            faces=counted(summary["faces"], "{n} face", "{n} faces"),
            area=summary["area_m2"],
            crs=summary["crs"],
            measure=measure,
        )
    )


def _capture(rows: Sequence[Mapping[str, Any]], say: Voice) -> str:
    head = say.row(
        Message("Source"),
        Message("Role"),
        Message("Category"),
        Message("Area"),
        Message("Captured"),
        Message("Omission"),
        Message("Commission"),
    )
    body = [
        [row["source"], say.name("role", row["role"]), say.name("category", row["category"]), say.area(row["area_m2"])]
        + [share_text(row[key]) for key in ("captured", "omission", "commission")]
        for row in rows
    ]
    title = say(Message("What the units keep of their sources"))
    return title + "\n" + table([head, *body], [False] * 3 + [True] * 4)


def _provenance(sources: Sequence[dict[str, Any]], classification: str, say: Voice) -> str:
    """List the sources with date, provider, document, 密级, computed and published area; the plan's 密级 above."""
    head = say.row(
        Message("Source"),
        Message("Role"),
        Message("Features"),
        Message("CRS"),
        Message("Date"),
        Message("Provider"),
        Message("Document"),
        Message("Classification"),
        Message("Area"),
        Message("Official area"),
        Message("SHA-256"),
    )
    rows = [head]
    for one in sources:
        texts = [str(one[key] or "") for key in ("crs", "date", "provider", "document", "classification")]
        areas = ["" if one[key] is None else say.area(one[key]) for key in ("area_m2", "official_area_m2")]
        cut = [_cut(text, width) for text, width in zip(texts, (20, 10, 24, 30, 4), strict=True)]
        role = say.name("role", one["role"])
        rows.append([one["source"], role, str(one["count"]), *cut, *areas, one["sha256"][:12]])
    stated = Message(
        "Sources (classification of the plan, the highest of theirs: {classification})",
        classification=classification or Message("not stated"),
    )
    newer = [
        say(Message("{source}: {trigger:trigger}", source=one["source"], trigger=one["trigger"]))
        for one in sources
        if one["trigger"]
    ]
    lines = [say(stated), table(rows, [False, False, True, *[False] * 5, True, True, False])]
    return "\n".join([*lines, *([say(Message("What made sources newer:")), *newer] if newer else [])])


def _districts(title: Message, districts: dict[str, Any], names: dict[str, str], say: Voice) -> str:
    rows = [say.row(title, Message("Name"), Message("Category"), Message("Units"), Message("Area"), Message("Share"))]
    total = {category: [0, 0.0] for category in _CATEGORIES}
    for code, by_category in districts.items():
        for category in _CATEGORIES:
            one = by_category[category]
            total[category][0] += one["n"]
            total[category][1] += one["area_m2"]
            first = category == "1"
            rows.append(
                [
                    code if first else "",
                    names.get(code, "") if first else "",
                    say.name("category", category),
                    str(one["n"]),
                    say.area(one["area_m2"]),
                    share_text(one["share"]),
                ]
            )
    if len(districts) > 1:
        whole = sum(area for _, area in total.values()) or 1.0
        for category, (n, area) in total.items():
            first_cell = say(Message("all")) if category == "1" else ""
            cells = [first_cell, "", say.name("category", category), str(n), say.area(area), share_text(area / whole)]
            rows.append(cells)
    return table(rows, [False, False, False, True, True, True])


def _ledger(ledger: dict[str, Any], say: Voice) -> str:
    if not ledger["rows"]:
        return say(Message("Ledger: imbalance {imbalance:.1e}, no change of area", imbalance=ledger["imbalance"]))
    rows = [
        say.row(
            Message("Stage"),
            Message("Role or category"),
            Message("From"),
            Message("To"),
            Message("Change"),
            Message("Reason"),
        )
    ]
    for row in ledger["rows"]:
        who = say.name("role", row["role"]) if row["role"] else say.name("category", row["category"])
        change = row["to_m2"] - row["from_m2"]
        areas = [say.area(row["from_m2"]), say.area(row["to_m2"]), ("+" if change >= 0 else "") + say.area(change)]
        rows.append([say.name("stage", row["stage"]), who, *areas, _cut(_reason(row, say), 120)])
    head = say(Message("Ledger: imbalance {imbalance:.1e}", imbalance=ledger["imbalance"]))
    return head + "\n" + table(rows, [False, False, True, True, True, False])


def _reason(row: Mapping[str, Any], say: Voice) -> str:
    """Word a reason anew in the reader's language where the plan holds its facts; else as it was written."""
    from ..plan.summary import reason_in_words

    return visible(reason_in_words(str(row["reason"]), row.get("facts") or "", say.language, say.names))


def _cut(text: str, width: int) -> str:
    """Cut a text in its middle: names of units begin alike and differ at the end."""
    return text if len(text) <= width else f"{text[: width // 2]}…{text[width // 2 + 1 - width :]}"


def _severities(errors: int, warnings: int) -> dict[str, Fact]:
    return {
        "errors": counted(errors, "{n} error", "{n} errors"),
        "warnings": counted(warnings, "{n} warning", "{n} warnings"),
    }


def findings_left(findings: Mapping[str, int]) -> Message:
    """Say how many findings a plan has after it was changed."""
    return Message("findings: {errors}, {warnings} (see check)", **_severities(findings["error"], findings["warning"]))


def findings_text(rows: Sequence[dict[str, Any]], unchecked: Sequence[str], say: Voice) -> str:
    """Write findings, errors first; many of one kind are counted."""
    if not rows:
        lines = [say(Message("Findings: none"))]
    else:
        errors = sum(row["severity"] == "error" for row in rows)
        lines = [say(Message("Findings: {errors}, {warnings}", **_severities(errors, len(rows) - errors)))]
        by_id: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            by_id.setdefault(row["id"], []).append(row)
        for group in by_id.values():
            shown = group[: max(3, _SHOWN // len(by_id))]
            lines += [
                f"  {row['id']} {fitted(say.name('severity', row['severity']), 7)} {row['message']}" for row in shown
            ]
            if len(group) > len(shown):
                more = say(Message("… and {count} more", count=len(group) - len(shown)))
                lines.append(f"  {group[0]['id']}         {more}")
    if unchecked:
        lines.append(say(Message("Not checked, for want of what they need: {rules}", rules=tuple(unchecked))))
    return "\n".join(lines)


def tell_changes(plan: Plan, path: str, say: Voice) -> None:
    """Say on standard error that a plan is not as it was written: what is read out of it may be another's."""
    from ..plan.replaced import changes_in_words

    if plan.changes:
        sys.stderr.write(f"{visible(path)}: {visible(say(changes_in_words(plan.changes)))}\n")


def tell_absent(case: Case, say: Voice) -> None:
    """Say on standard error, before a case is run, which source it is expected to have and has not."""
    from ..case.finding_texts import load_texts, message
    from ..case.names import glossary
    from ..core.findings import Finding

    for role in case.absent:
        said = message(Finding("S91", {"role": role}), load_texts(case.profile), say.language, glossary(case.profile))
        sys.stderr.write(f"{visible(said)}\n")


def tell_noted(noted: bool, say: Voice) -> None:
    """Say on standard error where what was done could not be noted beside the plan: it stands all the same."""
    if not noted:
        sys.stderr.write(f"{say(Message('this could not be noted in the history beside the plan'))}\n")
