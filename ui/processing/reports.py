"""Reports as one HTML file each: nothing is fetched, so they open anywhere, and print."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ...delineation.core.errors import BadInput
from ...delineation.core.messages import Message, at, foreign, share_text
from ...delineation.plan.summary import filled_words
from ..text import capital, categories, language, names_of, profile_of, said, tr
from ..words import role_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...delineation.case.profile import Profile
    from ...delineation.plan.file import Plan
    from .algorithm import Algorithm, Values
    from .log import Row

COLOURS = {1: "#1B7F5C", 2: "#D95F02", 3: "#F2D16B"}
PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #222; margin: 2em auto;
 max-width: 1000px; padding: 0 1em; line-height: 1.5; }}
h1 {{ font-size: 1.5em; }} h2 {{ font-size: 1.15em; margin-top: 1.8em; }}
table {{ border-collapse: collapse; width: 100%; font-size: 0.9em; }}
th, td {{ border-bottom: 1px solid #d5d5d5; padding: 4px 8px; text-align: left; vertical-align: top; }}
th {{ background: #f2f4f3; }} td.n, th.n {{ text-align: right; white-space: nowrap; }}
.error {{ color: #b00020; font-weight: bold; }} .warning {{ color: #8a5a00; }}
.note {{ color: #666; font-size: 0.9em; }}
</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""


class Html(str):
    """A cell that is no plain text."""

    __slots__ = ()


def findings_report(path: Path, subject: str, rows: Sequence[Row], unchecked: Sequence[str]) -> None:
    """Write findings, errors first, with what was not checked.

    Parameters
    ----------
    path : Path
    subject : str
        What was checked.
    rows : sequence of mapping
        As of ``checks.to_rows``.
    unchecked : sequence of str
        Rules that lacked what they need.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    title = tr("Findings: {subject}", subject=subject)
    parts = [paragraph(_counted(rows))]
    if rows:
        parts.append(_findings(rows))
    if unchecked:
        said = tr("Not checked, for want of data: {rules}", rules=", ".join(unchecked))
        parts.append(paragraph(said, "note"))
    write_page(path, title, parts)


def plan_report(path: Path, plan: Plan, summary: Row, findings: Sequence[Row]) -> None:
    """Write what a plan holds: units by county and category, capture, ledger, findings, provenance.

    Parameters
    ----------
    path : Path
    plan : Plan
    summary : mapping
        As of ``summary.summarise``.
    findings : sequence of mapping
        The plan's findings in the user's language.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    meta, profile = plan.meta, profile_of(plan)
    title = tr("Plan: {name}", name=meta.get("name") or path.stem)
    head = tr("{units} units on {faces} faces, {area} km² ({crs}, {method} area)")
    area = f"{summary['area_m2'] / 1e6:,.2f}"
    method = _area_method(summary["area_method"])
    facts = {key: summary[key] for key in ("units", "faces", "crs")}
    parts = [paragraph(head.format(area=area, method=method, **facts))]
    names = json.loads(meta.get("county_names", "{}"))
    for what, key in (
        (tr("Units by county and category"), "by_county"),
        (tr("Units at sea"), "sea"),
    ):
        if summary[key]:
            parts += [heading(what), _districts(summary[key], names, profile)]
    if summary["capture"]:
        parts += [
            heading(tr("What the units keep of their sources")),
            _capture(summary, profile),
        ]
    parts += [heading(tr("Area ledger")), *_ledger(summary["ledger"], profile)]
    parts += [paragraph(capital(said(one, profile))) for one in filled_words(plan.element_zones)]
    parts += [heading(tr("Findings")), paragraph(_counted(findings))]
    if findings:
        parts.append(_findings(findings))
    parts += [heading(tr("Sources")), _sources(plan, profile)]
    write_page(path, title, parts)


def _area_method(word: str) -> str:
    known = {
        "planar": tr("planar"),
        "ellipsoidal": tr("ellipsoidal"),
    }
    return known.get(word, word)


def _counted(rows: Sequence[Row]) -> str:
    errors = sum(row["severity"] == "error" for row in rows)
    return tr("{errors} errors, {warnings} warnings", errors=errors, warnings=len(rows) - errors)


def _findings(rows: Sequence[Row]) -> str:
    severity = {"error": tr("Error"), "warning": tr("Warning")}
    header = (
        tr("Rule"),
        tr("Severity"),
        tr("What was found"),
        tr("Units"),
    )
    ordered = sorted(rows, key=lambda row: (row["severity"] != "error", row["id"]))
    body = [
        (
            row["id"],
            Html(
                f'<span class="{row["severity"]}">{escape(str(severity.get(row["severity"], row["severity"])))}</span>'
            ),
            row["message"],
            _some(row["units"]),
        )
        for row in ordered
    ]
    return table_of(header, body)


def _some(units: Sequence[str]) -> str:
    return ", ".join(units[:6]) + (f" … ({len(units)})" if len(units) > 6 else "")


def _districts(districts: Row, names: Mapping[str, str], profile: Profile | None) -> str:
    header = (
        tr("County"),
        tr("Category"),
        tr("Units"),
        "km²",
        tr("Share"),
        "",
    )
    words, body = categories(profile=profile), []
    for code, by_category in districts.items():
        for category, word in words.items():
            one = by_category[str(category)]
            bar = _bar(COLOURS[category], one["share"]) if one["n"] else ""
            first = f"{names.get(code, '')} {code}".strip() if category == 1 else ""
            numbers = (one["n"], f"{one['area_m2'] / 1e6:,.2f}", share_text(one["share"]))
            body.append((first, word, *numbers, bar))
    return table_of(header, body, numbers=(2, 3, 4))


def _bar(colour: str, share: float) -> Html:
    # A table, since QGIS's own viewer of pages knows no width of anything else.
    cell = f'<td width="{max(round(160 * share), 1)}" style="background:{colour};border:none;padding:6px 0"></td>'
    return Html(f'<table style="width:auto"><tr>{cell}</tr></table>')


def _role(word: object, profile: Profile | None) -> str:
    """Name a role in the user's language."""
    return role_label(profile, str(word)) if word else ""


def _capture(summary: Row, profile: Profile | None) -> str:
    header = (
        tr("Source"),
        tr("Role"),
        tr("Category"),
        "km²",
        tr("Captured"),
        tr("Omission"),
        tr("Commission"),
    )
    words = categories(profile=profile)
    body = [
        (
            row["source"],
            _role(row["role"], profile),
            words[row["category"]],
            f"{row['area_m2'] / 1e6:,.2f}",
            share_text(row["captured"]),
            share_text(row["omission"]),
            share_text(row["commission"]),
        )
        for row in summary["capture"]
    ]
    return table_of(header, body, numbers=(3, 4, 5, 6))


def _ledger(ledger: Row, profile: Profile | None) -> list[str]:
    from ...delineation.plan.summary import reason_in_words

    parts = [
        paragraph(
            tr("Largest share of area that no row accounts for: {imbalance}", imbalance=f"{ledger['imbalance']:.1e}")
        )
    ]
    if not ledger["rows"]:
        return [*parts, paragraph(tr("No step changed an area."))]
    header = (
        tr("Stage"),
        tr("Role or category"),
        tr("From m²"),
        tr("To m²"),
        tr("Change m²"),
        tr("Reason"),
    )
    words, names = categories(profile=profile), names_of(profile)
    body = [
        (
            capital(names("stage", str(row["stage"]), language(), {})),
            _role(row["role"], profile) or words.get(row["category"], ""),
            f"{row['from_m2']:,.2f}",
            f"{row['to_m2']:,.2f}",
            f"{row['to_m2'] - row['from_m2']:+,.2f}",
            reason_in_words(str(row["reason"]), row["facts"] or "", language(), names),
        )
        for row in ledger["rows"]
    ]
    return [*parts, table_of(header, body, numbers=(2, 3, 4))]


def _sources(plan: Plan, profile: Profile | None) -> str:
    header = (
        tr("Source"),
        tr("Role"),
        tr("Features"),
        tr("Date of data"),
        tr("Provider"),
        tr("Classification"),
        "SHA-256",
    )
    table = plan.sources.astype(object).where(plan.sources.notna(), "")
    body = [
        (
            row["source"],
            _role(row["role"], profile),
            row["count"],
            row["date"],
            row["provider"],
            row["classification"],
            str(row["sha256"])[:12],
        )
        for row in table.to_dict("records")
    ]
    return table_of(header, body, numbers=(2,))


def table_of(header: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> str:
    """Make a table of texts, or of what is HTML already."""
    kind = [' class="n"' if column in numbers else "" for column in range(len(header))]
    head = "".join(f"<th{one}>{text}</th>" for one, text in zip(kind, header, strict=True))
    lines = ("".join(f"<td{one}>{_cell(text)}</td>" for one, text in zip(kind, row, strict=True)) for row in rows)
    return f"<table><tr>{head}</tr>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _cell(content: object) -> str:
    return content if isinstance(content, Html) else escape(str(content))


def heading(text: str) -> str:
    """Head a part of a page."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str, kind: str = "") -> str:
    """Make a paragraph; a ``note`` is smaller."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def write_page(path: Path, title: str, parts: Sequence[str]) -> None:
    """Write a page.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    page = PAGE.format(language=language(), title=escape(title), body="\n".join(parts))
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            Message("cannot be written ({error})", error=foreign(error)),
            where=at(path),
            wanted=Message("another file name for the output"),
        ) from error


def page_of(algorithm: Algorithm, write: Callable[[Path], object]) -> Values:
    """Write the page to read and to print, where it is wanted, and give it as a result."""
    page = algorithm.parameterAsFileOutput(algorithm.parameters, "REPORT", algorithm.context)
    if not page:
        return {}
    write(Path(page))
    return {"REPORT": page}
