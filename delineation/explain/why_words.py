"""The why card in words, Chinese and English, in one place: what ``why`` found, as sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.names import Glossary
from ..core.messages import Fact, Message, at, counted, joined, percent
from ..core.messages import word as word_message
from ..plan.entries import edits_of, entry_rows
from ..rules.filing import what_became
from .divisions import adopted_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from ..case.profile import Profile

# So many features of one source are named, the rest counted.
_NAMED = 3


@dataclass(frozen=True)
class WhyCard:
    """Why a unit or a place is what it is, to be read.

    Attributes
    ----------
    code, name : str
        Of the unit.
    category : int
    area_m2 : float
    headline : str
        What it is, and whether a rule decided.
    because, overruled, informs, rides : tuple of str
        What makes it so; what would make it otherwise and was overruled; what only feeds the entry lists; what was
        joined and does not count.
    evidence : tuple of str
        A sentence a raster, with the share its data covers.
    filed : str
        The unit's reasons as they are filed.
    following : str
        How far it is from the next category; "" where nothing decides.
    edits : tuple of str
        The division that was adopted as the plan's labels, where one was; entries of the journal that name the unit.
    update : tuple of str
        Of a plan that goes on from last year's units: what was kept, and what changed.
    """

    code: str
    name: str
    category: int
    area_m2: float
    headline: str
    because: tuple[str, ...]
    overruled: tuple[str, ...]
    informs: tuple[str, ...]
    rides: tuple[str, ...]
    evidence: tuple[str, ...]
    filed: str
    following: str
    edits: tuple[str, ...]
    update: tuple[str, ...] = ()


def word(
    answer: Mapping[str, Any], profile: Profile, language: str = "zh", *, method: str = "", journal: pd.DataFrame
) -> WhyCard:
    """Put an answer of ``why`` into words.

    Parameters
    ----------
    answer : mapping
        Of ``why``.
    profile : Profile
        Its words for roles and zones.
    language : str
        ``zh`` or ``en``.
    method : str
        Method of the plan (``meta``).
    journal : pandas.DataFrame
        The plan's table ``journal``.

    Returns
    -------
    WhyCard
    """
    names = Glossary(profile)

    def say(message: Message) -> str:
        return word_message(message, language, names)

    groups: dict[str, list[str]] = {"because": [], "overruled": [], "informs": [], "rides": []}
    group_of = {"attribute": "informs", "rides": "rides", str(answer["category"]): "because"}
    for rows in _grouped(answer["reasons"]):
        groups[group_of.get(str(rows[0]["effect"]), "overruled")].append(say(_reason(rows)))
    for row in answer["filled"]:
        groups["informs"].append(say(Message("{zone:zone}: {area_m2:area} ({share:share}), so nobody can say", **row)))
    following, adopted = answer.get("next_facts"), answer.get("adopted")
    filed: Fact = Message.read(answer["filed_facts"]) if answer["filed_facts"] else answer["filed"]
    # Whose division the unit comes from goes first.
    edits = [*([adopted_words(adopted)] if adopted else []), *_edits(journal, str(answer["unit"]))]
    return WhyCard(
        code=str(answer["unit"]),
        name=str(answer["name"]),
        category=int(answer["category"]),
        area_m2=float(answer["area_m2"]),
        headline=say(_headline(answer, bool(groups["because"]), method)),
        because=tuple(groups["because"]),
        overruled=tuple(groups["overruled"]),
        informs=tuple(groups["informs"]),
        rides=tuple(groups["rides"]),
        evidence=tuple(say(_evidence(row)) for row in answer["evidence"]),
        filed=say(Message("Reasons filed of the unit: {reasons}", reasons=filed)),
        following=say(_following(following)) if following else "",
        edits=tuple(say(edit) for edit in edits),
        update=tuple(say(one) for one in _update(answer.get("update"), answer["reasons"])),
    )


def _update(found: Mapping[str, Any] | None, reasons: Sequence[Mapping[str, Any]]) -> list[Message]:
    """Say what of a unit or place goes on from last year, and what does not, with the rule that changed it."""
    if found is None:
        return []
    rule = next((row for row in reasons if row["effect"] in (1, 2)), {"rule": "", "source": ""})
    by = Message("rule {rule}, source {source}", rule=rule["rule"], source=rule["source"])
    return [
        what_became(outcome, Message("{area:area}", area=area), year=found["year"], by=by)
        for outcome, area in found["area_m2"].items()
        if area > 0
    ]


def _grouped(reasons: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Reasons of one rule, zone, grade and source together, in the order of the first of each."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in reasons:
        key = (str(row["effect"]), row["rule"], row["role"], row["zone"], row["grade"], row["source"])
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _headline(answer: Mapping[str, Any], decided: bool, method: str) -> Message:
    category = int(answer["category"])
    if decided:
        return Message("It is {category:category}, because of:", category=category)
    # A whole township, or what rides with a neighbour, is what most of it is.
    if method == "fitting":
        return Message("Fitted: the whole township is {category:category}", category=category)
    if method and method != "overlay":
        return Message("Divided by {method:method}: the whole is {category:category}", method=method, category=category)
    if answer["put_m2"] > answer["merged_m2"]:
        return Message("By an edit or the level above, not by a rule: {category:category}", category=category)
    if category != 3:
        return Message("Small fragment, merged with a neighbour, which is {category:category}", category=category)
    return Message("No rule decides here: the rest is {category:category}", category=category)


def _what(role: str, *said: str) -> Message:
    zones = tuple(filter(None, said))
    if not zones:
        return Message("{role:role}", role=role)
    return Message("{role:role} ({zone:zone})", role=role, zone=zones)


def _reason(rows: Sequence[Mapping[str, Any]]) -> Message:
    first = rows[0]
    told: dict[str, Fact] = {
        "what": _what(first["role"], first["zone"], first["grade"]),
        "share": sum(float(row["share"]) for row in rows),
        "rule": first["rule"],
        "source": first["source"],
        "date": str(first.get("date") or "") or Message("date not stated"),
    }
    if any(row["feature"] for row in rows):
        return Message(
            "{what} {named} {share:share} (rule {rule}, source {source}, {date})", named=_named(rows), **told
        )
    ids = tuple(str(row["feature_id"]) for row in rows)
    features = counted(len(ids), "feature {ids}", "features {ids}", ids=ids[:_NAMED])
    if len(ids) > _NAMED:
        features = Message("features {ids} … ({count})", ids=ids[:_NAMED], count=len(ids))
    return Message("{what} {share:share} (rule {rule}, source {source} {features}, {date})", features=features, **told)


def _named(rows: Sequence[Mapping[str, Any]]) -> Message:
    """Name features, each name once; one without a name goes by its number."""
    names = dict.fromkeys(
        str(row["feature"]) or Message("feature {feature}", feature=row["feature_id"]) for row in rows
    )
    if len(names) <= _NAMED:
        return joined(names)
    return Message("{names} … ({count} features)", names=tuple(names)[:_NAMED], count=len(rows))


def _evidence(row: Mapping[str, Any]) -> Message:
    if row["mean"] is not None:
        value = Message("mean {mean:.4g}", mean=row["mean"])
    elif row["majority"] is not None:
        value = Message("mostly {majority:g}", majority=row["majority"])
    else:
        value = Message("no data")
    facts = {"raster": row["raster"], "value": value, "covered": row["covered"]}
    if row["decides"]:
        return Message("{raster:raster}: {value} (data on {covered:share})", **facts)
    return Message("{raster:raster}: {value} (data on {covered:share}, too little to go by)", **facts)


def _following(facts: Mapping[str, Any]) -> Message:
    if facts["why"] == "share":
        return _share_missing(facts)
    if facts["why"] == "none":
        return Message("No rule applies here or nearby: no feature that decides a category covers this place")
    becomes = Message(
        "{area:area} ({share:share}) would be {category:category}",
        area=facts["area_m2"],
        share=facts["share"],
        category=int(facts["category"]),
    )
    if facts["why"] != "gone":
        return _rule_near(facts, becomes)
    if not facts["others"]:
        return Message("Without the {role:role}, {becomes}", role=facts["role"], becomes=becomes)
    # Several reasons give the same category.
    return Message(
        "Without the {role:role} it stays what it is, because of {others:role}; without all of them {becomes}",
        role=facts["role"],
        others=tuple(facts["others"]),
        becomes=becomes,
    )


def _rule_near(facts: Mapping[str, Any], becomes: Message) -> Message:
    """Say what keeps the rule that is nearest from holding."""
    what = Message("{role:role}", role=facts["role"])
    if facts["zone"]:
        what = Message("{role:role}: {zone:zone}", role=facts["role"], zone=facts["zone"])
    told: dict[str, Any] = {"rule": facts["rule"], "what": what, "becomes": becomes}
    if facts["why"] == "area":
        return Message(
            "{what}: {found:area}, less than the {least:area} that rule {rule} asks for; with that, {becomes}",
            found=facts["measured_m2"],
            least=facts["least_m2"],
            **told,
        )
    if facts["why"] == "switch":
        return Message("Rule {rule} ({what}) is switched off; switched on, {becomes}", **told)
    if facts["why"] == "grade":
        return Message("Rule {rule} ({what}) takes other grades; if it took this one, {becomes}", **told)
    if facts["why"] == "condition":
        return Message("The condition of rule {rule} ({what}) is not met here; if it were, {becomes}", **told)
    told = {"category": int(facts["category"]), "rule": facts["rule"], "what": what}
    if facts["metres"] < 1:
        return Message(
            "It adjoins a place of {category:category} (rule {rule}, {what}); no feature that decides "
            "a category lies here",
            **told,
        )
    return Message(
        "The nearest place of {category:category} is {metres:,.0f} m away (rule {rule}, {what}); "
        "no feature that decides a category lies here",
        metres=facts["metres"],
        **told,
    )


def _share_missing(facts: Mapping[str, Any]) -> Message:
    """Say what a share lacks of a threshold, or has above it."""
    category, of, points = int(facts["category"]), int(facts["of"]), percent(abs(facts["gap"]))
    told = {"points": points, "of": of, "threshold": facts["threshold"], "category": category}
    if of == category:
        return Message(
            "with {points:.2f} percentage points more of {of:category} it reaches the threshold of "
            "{threshold:share} and becomes {category:category}",
            **told,
        )
    return Message(
        "with {points:.2f} percentage points less of {of:category} it falls below the threshold of "
        "{threshold:share} and becomes {category:category}",
        **told,
    )


def _edits(journal: pd.DataFrame, unit: str) -> tuple[Message, ...]:
    """Edits that name the unit and stand, as who, when and why."""
    out = []
    for row in entry_rows(edits_of(journal)):
        named = json.dumps(unit, ensure_ascii=False) in str(row["op"])
        if not named or str(row["undone"]) == "1":
            continue
        who = " ".join(filter(None, (str(row["time"]), str(row["author"]))))
        reason = str(row["reason"])
        out.append(Message("{who}: {reason}", who=who, reason=reason) if who and reason else at(who or reason))
    return tuple(out)
