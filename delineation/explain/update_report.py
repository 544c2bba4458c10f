"""What of last year did not fit in an update, a proposal each; and which codes and names were kept and lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..case.finding_texts import load_texts, message
from ..case.names import Glossary
from ..case.profile import profile_for_words
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, facts_of, word
from ..lists.place_names import renamed_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..plan.file import Plan

KINDS: Mapping[str, Message] = {
    "no_heir": Message("unit without an heir"),
    "code": Message("code lost"),
    "name": Message("name that says otherwise"),
    "clauses": Message("clauses of a unit that is gone"),
    "list": Message("entry list"),
    "edit": Message("edit that could not be done again"),
    "locked": Message("locked unit"),
    "looser": Message("kept although the rules say less"),
    "layer": Message("last year's layer"),
    "upper": Message("the level above"),
}
"""What kinds of misfit there are, in the order in which they are told."""

_KIND_OF = {
    **dict.fromkeys(("S67", "S68", "S69", "S70", "S82"), "layer"),
    **dict.fromkeys(("S66", "Q23"), "upper"),
    **dict.fromkeys(("S14", "Q29"), "name"),
    "S56": "edit",
    "S58": "looser",
    "S83": "list",
    "S87": "locked",
}


@dataclass(frozen=True)
class UpdateRow:
    """Something of last year that did not fit.

    Attributes
    ----------
    kind : str
        Key of ``KINDS``.
    unit : str
        Code of the unit it is about, of today where there is one, else of last year; "" for none.
    what : str
        In the language that was asked for.
    advice : str
        What to do about it; "" where ``what`` says so.
    proposal : dict or None
        The operation that mends it, as ``edit`` takes it.
    """

    kind: str
    unit: str
    what: str
    advice: str = ""
    proposal: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CodeRow:
    """A unit of last year and one of today that shares land with it; either is "" where there is none.

    Attributes
    ----------
    old, old_name, new, new_name : str
    relation : str
        As in the plan's lineage.
    area_m2 : float
        Shared.
    code_kept, name_kept : bool
    """

    old: str
    old_name: str
    new: str
    new_name: str
    relation: str
    area_m2: float
    code_kept: bool
    name_kept: bool


@dataclass(frozen=True)
class UpdateReport:
    """What did not fit, by ``KINDS``; and all codes and names, by the old code."""

    rows: tuple[UpdateRow, ...]
    codes: tuple[CodeRow, ...]


def update_report(plan: Plan, language: str = "zh") -> UpdateReport:
    """Tell what of last year did not fit in a plan that goes on from it.

    Parameters
    ----------
    plan : Plan
    language : str
        ``zh`` or ``en``.
    """
    names = Glossary(profile_for_words(plan))
    codes = tuple(_codes(plan))

    def say(said: Message) -> str:
        return word(said, language, names)

    rows = [*_lost(codes, say), *_names_lost(plan, codes, say), *_of_findings(plan, names, language)]
    order = list(KINDS)
    return UpdateReport(tuple(sorted(rows, key=lambda row: (order.index(row.kind), row.unit))), codes)


def _codes(plan: Plan) -> Iterator[CodeRow]:
    """Say of each pair of the lineage whether code and name went on."""
    name = dict(zip(plan.units["code"], plan.units["name"].fillna(""), strict=True))
    lineage = plan.lineage.sort_values(["old", "new"], kind="stable") if len(plan.lineage) else plan.lineage
    for row in lineage.itertuples():
        old, new, was = (str(one or "") for one in (row.old, row.new, row.old_name))
        now = str(name.get(new, ""))
        same = bool(old) and old == new
        yield CodeRow(old, was, new, now, str(row.relation), float(row.area_m2), same, bool(was) and was == now)


def _lost(codes: tuple[CodeRow, ...], say: Any) -> Iterator[UpdateRow]:
    """Tell units without an heir, and codes that no unit carries any more."""
    kept = {row.old for row in codes if row.code_kept}
    for old in dict.fromkeys(row.old for row in codes if row.old and row.old not in kept):
        mine = [row for row in codes if row.old == old]
        facts: dict[str, Any] = {"unit": old, "name": mine[0].old_name}
        heirs = sorted((row for row in mine if row.new), key=lambda row: (-row.area_m2, row.new))
        if not heirs:
            what = Message("unit {unit} ({name}), {area:area}, has no heir", **facts, area=mine[0].area_m2)
            advice = Message("nothing, if its ground is not of this plan any more; else look for what covers it now")
            yield UpdateRow("no_heir", old, say(what), say(advice))
            continue
        heir = heirs[0]
        what = Message(
            "code {unit} ({name}) is not used any more; its land is in {heirs} now",
            **facts,
            heirs=tuple(row.new for row in heirs[:4]),
        )
        # Of a code: prefix, county, category, serial.
        if heir.new[8:9] != old[8:9]:
            advice = Message("the category is another one, and so is the code; nothing to do where that is meant")
        elif heir.new[:8] != old[:8]:
            advice = Message('the county has another code; [admin] on_recode = "keep" keeps the codes of before')
        else:
            advice = Message("too little of it goes on in one unit; the share is the profile's [codes] keep_code_iou")
        yield UpdateRow("code", heir.new, say(what), say(advice))


def _names_lost(plan: Plan, codes: tuple[CodeRow, ...], say: Any) -> Iterator[UpdateRow]:
    """Tell units that kept their code under another name, but for those that somebody renamed."""
    id_of = dict(zip(plan.units["code"], plan.units["unit_id"], strict=True))
    renamed = renamed_units(plan.journal)
    for row in codes:
        # A code that the update kept may have been given up by an edit since.
        here = row.code_kept and row.new in id_of
        if here and row.old_name and not row.name_kept and str(id_of[row.new]) not in renamed:
            what = Message(
                "unit {unit} was called '{old}', and is '{new}' now", unit=row.new, old=row.old_name, new=row.new_name
            )
            proposal = {"op": "rename", "unit": row.new, "name": row.old_name}
            yield UpdateRow("name", row.new, say(what), say(Message("its name of before")), proposal)


def _of_findings(plan: Plan, names: Glossary, language: str) -> Iterator[UpdateRow]:
    texts = load_texts(names.profile)
    # Who gave a unit another name since has answered what was proposed.
    open_to_names = plan.units[~plan.units["unit_id"].isin(renamed_units(plan.journal)) & (plan.units["locked"] == 0)]
    to_name = set(open_to_names["code"])
    for row in plan.findings.itertuples():
        kind = _KIND_OF.get(str(row.id))
        if kind is None:
            continue
        facts = facts_of(json.loads(row.facts))
        if row.id == "Q29" and "proposed" not in facts:
            continue
        kind = "locked" if facts.get("problem") == "locked" else kind
        units = tuple(filter(None, str(row.units or "").split("、")))
        finding = Finding(str(row.id), facts, None if pd.isna(row.value) else float(row.value), row.geometry, units)
        try:
            what = message(finding, texts, language, names)
        except BadInput:  # facts that no text of the profile names
            what = str(row.message)
        unit = units[0] if units else str(facts.get("unit", ""))
        if finding.id == "S83" and str(facts.get("problem", "")).startswith("gone"):
            yield UpdateRow("clauses", unit, what)
        elif kind == "name":
            proposal = {"op": "rename", "unit": unit, "name": str(facts.get("proposed", ""))}
            free = unit in to_name and bool(proposal["name"])
            to_name.discard(unit)  # of two proposals the first
            yield UpdateRow(kind, unit, what, "", proposal if free else None)
        else:
            yield UpdateRow(kind, unit, what)
