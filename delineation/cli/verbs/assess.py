"""The verb ``assess``: whether a project may come to a site, and which clause says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.messages import Message, at, counted, share_text
from ...core.options import Option
from .. import tables
from ..options import PLAN, given, output_option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from ...core.progress import Progress
    from ..voice import Voice

_PLACES = 10  # other places that are listed
_OPTIONS = (
    PLAN,
    Option("site", Message("WKT, x,y or x,y,radius in metres, or a file"), "SITE", place="?"),
    Option("batch", Message("a table of projects, a verdict for each"), "FILE.csv|.xlsx"),
    Option(
        "project",
        Message("What the project is called, in the answer and in its report. Empty: without a name."),
        "NAME",
        title=Message("Name of the project"),
        default="",
    ),
    Option(
        "industry",
        Message(
            "Code of GB/T 4754 at any depth, as C2614, or the whole name; another word is answered with the industries "
            "nearest to it. Empty: not known."
        ),
        "C2614",
        title=Message("Industry"),
        default="",
    ),
    Option(
        "nature",
        Message("New by default: many clauses hold for what is new or extended alone."),
        kind="choice",
        title=Message("Nature of the project"),
        default="",
        choices=("new", "expand", "rebuild", "existing"),
    ),
    Option(
        "facts",
        Message("As capacity=2000 t/d; fuel=coal: name or title, value, unit."),
        "NAME=VALUE",
        title=Message("Facts of the project"),
        flag="--fact",
        repeat=True,
    ),
    Option(
        "where_else",
        Message("look for this many other places where the project is refused"),
        kind="whole",
        default=0,
        least=0,
    ),
    Option(
        "crs",
        Message("As EPSG:4490; also GCJ-02 and BD-09, which are converted. Empty: by the numbers."),
        "EPSG:n",
        title=Message("CRS of the site"),
        default="",
        advanced=True,
    ),
    Option(
        "buffer",
        Message("0: the points and lines alone."),
        "M",
        kind="real",
        title=Message("Metres round points and lines"),
        default=0.0,
    ),
    Option(
        "as_of",
        Message("As 2026-01-31: clauses and laws in force on that day. Empty: not judged."),
        "DATE",
        title=Message("As of the day"),
        default="",
        advanced=True,
    ),
    Option(
        "none_here",
        Message("a layer that the plan lacks because there is nothing of it in the territory"),
        "ROLE",
        repeat=True,
    ),
    output_option("REPORT.docx|.pdf|.xlsx", Message("write a report"), required=False),
)


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from pathlib import Path

    from ...assess.project import split_facts
    from ...assess.reporting import check_report, report_language, write_report
    from ...core.errors import BadInput
    from ...core.progress import within
    from ...verbs.assessing import assess, assess_batch

    say: Voice = options.say
    if (options.site is None) is (options.batch is None):
        raise BadInput(Message("a site or a batch"), where=at("assess"), wanted=Message("one of them"))
    plan, batch = Path(options.plan), options.batch is not None
    if batch and (lost := [name for name in ("project", "industry", "nature", "facts") if getattr(options, name)]):
        raise BadInput(
            Message("a table of projects says this of each: {options}", options=tuple(lost)),
            where=at("--batch"),
            wanted=Message("a column of the table"),
        )
    output = Path(options.output) if options.output else None
    language = say.language
    if output is not None:
        check_report(output, [plan, Path(options.site or options.batch)], batch=batch)
        language = report_language(plan)

    def asked(language: str, progress: Progress) -> Any:
        common = {**given(options, "crs", "as_of", "none_here"), "language": language, "progress": progress}
        if batch:
            return assess_batch(plan, options.batch, **common)
        return assess(
            plan,
            options.site,
            **given(options, "project", "industry", "nature", "where_else", "buffer"),
            facts=split_facts(options.facts),
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
    if name := found["project"]["name"]:
        lines.insert(0, say(Message("Project: {name}", name=name)))
    site = found["site"]
    measures = [say.area(site["area_m2"])] if site["area_m2"] else []
    measures += [f"{site['length_m']:,.1f} m"] if site["length_m"] else []
    if measures:
        lines.append(say(Message("Site: {measures}", measures=tuple(measures))))
    if found["units"]:
        rows = [say.row(Message("Unit"), Message("Name"), Message("Category"), Message("Share"))]
        rows += [
            [unit["code"], unit["name"], say.name("category", unit["category"]), share_text(unit["share"])]
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
        effect = say.name("effect", clause["effect"], text=clause["text"])
        unread = "" if clause["basis_checked"] or not clause["basis"] else f" [{say(Message('basis to check'))}]"
        lines.append(f"{mark} {clause['id']} [{effect}] {clause['text']} ({clause['basis']}){unread}")
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
    if found["where_else"] or found["everywhere"]:
        lines += ["", *_elsewhere(found["where_else"], say)]
        lines += filter(None, [found["everywhere"]])
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
    "assess", Message("whether a project may come to a site, and which clause says so"), _OPTIONS, _run, order=45
)
