"""The verb ``check``: a plan, any layer of units, or a case's rule table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..case.finding_texts import as_row
from ..case.names import Glossary, glossary
from ..case.profile import profile_for_words
from ..case.reading import read_case
from ..checks import RULES, check, load_settings, load_texts, subject_from_layer, subject_from_plan, to_rows
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, facts_of, plain_facts, word
from ..core.progress import Progress, silent
from ..lists.place_names import CODE
from ..plan.assemble import findings_table
from ..plan.file import read_meta, read_plan
from ..plan.replaced import in_words
from ..revision.state import codes_by_edits
from ..rules.table import rules_of
from ..rules.tester import test_case
from ..sources.files import split_layer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..plan.file import Plan


@dataclass(frozen=True)
class Checked:
    """What checks found.

    Attributes
    ----------
    rows : list of dict
        ``id``, ``severity``, ``where``, ``units``, ``value``, ``message``.
    not_checked : list of str
        Rules that lack what they need, and what that is, in words.
    crs : str
        CRS of ``where``: that of the layer, but for degrees the one they were measured in; "" for none.
    """

    rows: list[dict[str, Any]]
    not_checked: list[str]
    crs: str


def check_file(text: str | Path, *, language: str = "zh", progress: Progress = silent) -> Checked:
    """Check a plan file or a layer of units.

    Raises
    ------
    BadInput
        What cannot be read, or is neither.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> [row["id"] for row in verbs.check("plan.gpkg").rows if row["severity"] == "error"]
    []
    """
    path, layer = split_layer(str(text))
    is_plan = not layer and bool(read_meta(path))
    plan = read_plan(path, summed=True) if is_plan else None
    subject = subject_from_layer(path, layer) if plan is None else subject_from_plan(plan)
    findings, unchecked = check(subject, progress=progress)
    if plan is not None and plan.changes:
        findings.insert(0, Finding("Q01", {"tables": in_words(plan.changes)}))
    names = glossary() if plan is None else _names(plan)
    not_checked = [word(rules, language, names) for rules in _by_what_they_lack(unchecked)]
    return Checked(to_rows(findings, load_texts(names.profile), language, names), not_checked, subject.crs)


def _by_what_they_lack(unchecked: Sequence[Message]) -> list[Message]:
    """Name rules that lack the same in one breath."""
    alike: dict[tuple[bool, str], list[Message]] = {}
    for one in unchecked:
        name, lacks = str(one.facts["rule"]), one.facts["lacks"]
        alike.setdefault((RULES[name].partly, str(plain_facts({"lacks": lacks}))), []).append(one)
    said = []
    for (partly, _), these in alike.items():
        rules, lacks = tuple(one.facts["rule"] for one in these), these[0].facts["lacks"]
        said.append(
            Message("{rule} (partly): {lacks}", rule=rules, lacks=lacks)
            if partly
            else Message("{rule}: {lacks}", rule=rules, lacks=lacks)
        )
    return said


def checked_anew(plan: Plan, *, progress: Progress = silent) -> pd.DataFrame:
    """Check a plan that was edited: table ``findings`` with what checks find now in place of what they found before.

    What sources and the run have reported stays, of units by the codes that they have now.
    """
    names = _names(plan)
    subject = subject_from_plan(plan, settings=load_settings(names.profile))
    found = findings_table(check(subject, progress=progress)[0], load_texts(names.profile), names)
    return joined_findings(_by_codes_of_now(plan.findings[~plan.findings["id"].isin(RULES)], plan), found)


def _by_codes_of_now(reported: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Let findings name units by their codes of now where edits have given others; of units that ended as they are."""
    now = codes_by_edits(plan)
    if not now:
        return reported

    def told(text: str) -> str:
        return CODE.sub(lambda code: now.get(code[0], code[0]), text)

    # What speaks of a file quotes that.
    quotes = reported["facts"].str.contains('"(?:source|file)":')
    said = {name: reported[name].where(quotes, reported[name].map(told)) for name in ("facts", "message")}
    return reported.assign(**said, units=reported["units"].fillna("").map(told))


def joined_findings(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Give the findings of two tables in the order of a plan's."""
    frames = [frame for frame in (one, other) if len(frame)]
    if not frames:
        return other
    now = frames[-1]
    columns = list(now.columns)
    both = pd.DataFrame({column: [one for frame in frames for one in frame[column].tolist()] for column in columns})
    order = sorted(
        range(len(both)),
        key=lambda row: (
            both["severity"].iloc[row] != "error",
            both["id"].iloc[row],
            str(both["units"].iloc[row]).split("、"),
            str(both["facts"].iloc[row]),
        ),
    )
    return both.iloc[order].reset_index(drop=True)


def findings_in_words(plan: Plan, language: str) -> list[dict[str, Any]]:
    """Word a plan's stored findings in another language than the file's own; rows as of ``Checked``."""
    names = _names(plan)
    texts = load_texts(names.profile)
    out = []
    for row in plan.findings.itertuples():
        finding = Finding(
            id=str(row.id),
            facts=facts_of(json.loads(row.facts)),
            value=None if pd.isna(row.value) else float(row.value),
            geometry=row.geometry,
            units=tuple(filter(None, str(row.units or "").split("、"))),
        )
        try:
            out += to_rows([finding], texts, language, names)
        except BadInput:
            # Facts that no text of the profile names: it stays as it was said.
            out.append(as_row(finding, str(row.severity), str(row.message)))
    return out


def _names(plan: Plan) -> Glossary:
    """Give the names of the plan's profile, of the national one where that is elsewhere."""
    return Glossary(profile_for_words(plan))


def check_case(path: str, *, language: str = "zh") -> list[dict[str, Any]]:
    """Test a case's rule table: contradictory, unreachable, missing and unknown rows."""
    case = read_case(path)
    found = [remark.finding() for remark in test_case(case, rules_of(case))]
    return to_rows(found, load_texts(case.profile), language, Glossary(case.profile))
