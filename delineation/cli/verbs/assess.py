"""The verb ``assess``: whether a project may come to a site, and which clause says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import Message, at, counted
from .. import tables
from ..options import Options, add_plan, count, distance
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from ...core.progress import Progress
    from ..voice import Voice

__all__ = ["VERB"]

_NATURES = ("new", "expand", "rebuild", "existing")
_PLACES = 10  # other places that are listed


def _arguments(add: Options) -> None:
    add_plan(add)
    add("site", metavar="SITE", nargs="?", about=Message("WKT, x,y or x,y,radius in metres, or a file"))
    add("--batch", metavar="FILE.csv|.xlsx", about=Message("a table of projects, a verdict for each"))
    add("--industry", default="", metavar="C2614", about=Message("GB/T 4754 code, at any depth"))
    add("--nature", default="", metavar="|".join(_NATURES), about=Message("new by default"))
    add(
        "--fact",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        about=Message("as in capacity=2000 t/d or fuel=coal"),
    )
    add(
        "--where-else",
        type=count,
        default=0,
        metavar="N",
        about=Message("look for this many other places where the project is refused"),
    )
    add(
        "--crs",
        default="",
        metavar="EPSG:n",
        about=Message("CRS of the site, if not the plan's or the file's; GCJ-02 and BD-09 are converted"),
    )
    add("--buffer", type=distance, default=0.0, metavar="M", about=Message("metres round points and lines"))
    add("--as-of", default="", metavar="DATE", about=Message("clauses and laws in force on a day; today by default"))
    add(
        "--none-here",
        action="append",
        default=[],
        metavar="ROLE",
        about=Message("a layer that the plan lacks because there is nothing of it in the territory"),
    )
    add("-o", "--output", metavar="REPORT.docx|.pdf|.xlsx", about=Message("write a report"))


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from pathlib import Path

    from ...assess.project import split_fact
    from ...assess.reporting import check_report, report_language, write_report
    from ...core.errors import BadInput
    from ...core.progress import within
    from ...verbs.assessing import assess, assess_batch

    say: Voice = options.say
    if (options.site is None) is (options.batch is None):
        raise BadInput(Message("a site or a batch"), where=at("assess"), wanted=Message("one of them"))
    plan, batch = Path(options.plan), options.batch is not None
    output = Path(options.output) if options.output else None
    language = say.language
    if output is not None:
        check_report(output, [plan, Path(options.site or options.batch)], batch=batch)
        language = report_language(plan)

    def asked(language: str, progress: Progress) -> Any:
        common: dict[str, Any] = {
            "crs": options.crs,
            "as_of": options.as_of,
            "none_here": options.none_here,
            "language": language,
            "progress": progress,
        }
        if batch:
            return assess_batch(plan, options.batch, **common)
        return assess(
            plan,
            options.site,
            industry=options.industry,
            nature=options.nature,
            facts=dict(map(split_fact, options.fact)),
            where_else=options.where_else,
            buffer=options.buffer,
            **common,
        )

    # A report is in its plan's language, whatever the reader's is.
    other = language != say.language
    found = asked(say.language, within(progress, 0.0, 0.4 if other else 0.8 if output else 1.0))
    if output is not None:
        reported = asked(language, within(progress, 0.4, 0.8)) if other else found
        documents = reported if batch else [reported]
        write_report(documents, plan, output, batch=batch, language=language, progress=within(progress, 0.8, 1.0))
    if options.json:
        return Result(found, "")
    text = _batch_text(found, say) if batch else _text(found, say)
    written = "\n\n" + say(Message("report: {path}", path=output)) if output else ""
    return Result(found, text + written)


def _batch_text(found: Sequence[Mapping[str, Any]], say: Voice) -> str:
    titles = (Message("Line"), Message("Project"), Message("Verdict"), Message("Deciding clauses"))
    rows = [say.row(*titles)]
    for one in found:
        if "error" in one:
            rows.append([str(one["line"]), one["name"] or one["id"], say(Message("cannot be read")), one["error"]])
            continue
        deciding = [clause["id"] for clause in one["clauses"] if clause["decides"]]
        shown = ", ".join(deciding[:3]) + (" …" if len(deciding) > 3 else "")
        rows.append([str(one["line"]), one["name"] or one["id"], one["title"], shown])
    return tables.table(rows, [True, False, False, False])


def _text(found: Mapping[str, Any], say: Voice) -> str:
    """Write an answer for a person: verdict, place, what decides, what is missing, what nobody checked."""
    lines = [say(Message("Verdict: {verdict}", verdict=found["title"]))]
    site = found["site"]
    measures = [say.area(site["area_m2"])] if site["area_m2"] else []
    measures += [f"{site['length_m']:,.1f} m"] if site["length_m"] else []
    if measures:
        lines.append(say(Message("Site: {measures}", measures=tuple(measures))))
    if found["units"]:
        rows = [say.row(Message("Unit"), Message("Name"), Message("Category"), Message("Share"))]
        rows += [
            [unit["code"], unit["name"], say.name("category", unit["category"]), f"{unit['share']:.2%}"]
            for unit in found["units"]
        ]
        lines += ["", tables.table(rows, [False, False, False, True])]
    for one in found["conflicts"]:
        size = say.area(one["area_m2"]) if one["area_m2"] else f"{one['length_m']:,.1f} m"
        lines.append(say(Message("conflict: {name}, {size}", name=one["name"], size=size)))
    said = [clause for clause in found["clauses"] if clause["applies"] not in ("no", "missing")]
    if said:
        lines += ["", say(Message("Clauses:"))]
    for clause in said:
        mark = "*" if clause["decides"] else " "
        effect = say.name("effect", clause["effect"])
        lines.append(f"{mark} {clause['id']} [{effect}] {clause['text']} ({clause['basis']})")
        lines.append(f"    {clause['why']}")
    lacking = sum(clause["applies"] == "missing" for clause in found["clauses"])
    if lacking:
        told = counted(
            lacking,
            "{n} clause is on layers that the plan lacks, and nobody can say",
            "{n} clauses are on layers that the plan lacks, and nobody can say",
        )
        lines.append(say(told))
    if rest := len(found["clauses"]) - len(said) - lacking:
        told = counted(rest, "{n} clause does not apply (with --json)", "{n} clauses do not apply (with --json)")
        lines.append(say(told))
    for title, each in (
        (Message("Facts missing:"), [_asked(fact) for fact in found["facts_missing"]]),
        (Message("Not checked:"), [one["what"] for one in found["not_checked"]]),
        (Message("To be known:"), found["notices"]),
    ):
        if each:
            lines += ["", say(title), *(f"  {one}" for one in each)]
    if found["offsets"]:
        each = tuple(f"{name} {ratio:g}:1" for name, ratio in found["offsets"].items())
        lines += ["", say(Message("Offsets: {each}", each=each))]
    if found["where_else"]:
        lines += ["", *_elsewhere(found["where_else"], say)]
    return "\n".join([*lines, "", found["disclaimer"]])


def _asked(fact: Mapping[str, Any]) -> str:
    choices = " | ".join(fact["choices"]) or " | ".join(fact["units"])
    return f"{fact['title']} ({fact['fact']}{': ' + choices if choices else ''})"


def _elsewhere(found: Sequence[Mapping[str, Any]], say: Voice) -> list[str]:
    good = [one for one in found if one["blocked_by"] is None]
    tried = counted(len(found), "Other places ({n} tried):", "Other places ({n} tried):")
    lines = [say(tried)]
    lines += [f"  {one['unit']} {one['distance_m']:,.0f} m: {one['wkt']}" for one in good[:_PLACES]]
    if not good:
        lines.append("  " + say(Message("none")))
    return lines


VERB = Verb(
    "assess", Message("whether a project may come to a site, and which clause says so"), _arguments, _run, order=45
)
