"""The why card in words, Chinese and English, in one place: what ``why`` found, as sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .journal_words import word_adopted
from .rule_book import role_words, zone_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from ..case.profile import Profile

__all__ = ["WhyCard", "word"]

_CATEGORIES = {
    "zh": {1: "优先保护", 2: "重点管控", 3: "一般管控"},
    "en": {1: "priority protection", 2: "key control", 3: "general control"},
}
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
    following : str
        How far it is from the next category; "" where nothing decides.
    edits : tuple of str
        The division that was adopted as the plan's labels, where one was; entries of the journal that name the unit.
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
    following: str
    edits: tuple[str, ...]


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
    groups: dict[str, list[str]] = {"because": [], "overruled": [], "informs": [], "rides": []}
    names = {"attribute": "informs", "rides": "rides", str(answer["category"]): "because"}
    for rows in _grouped(answer["reasons"]):
        groups[names.get(str(rows[0]["effect"]), "overruled")].append(_reason(rows, profile, language))
    return WhyCard(
        code=str(answer["unit"]),
        name=str(answer["name"]),
        category=int(answer["category"]),
        area_m2=float(answer["area_m2"]),
        headline=_headline(answer, bool(groups["because"]), method, language),
        because=tuple(groups["because"]),
        overruled=tuple(groups["overruled"]),
        informs=tuple(groups["informs"]),
        rides=tuple(groups["rides"]),
        evidence=tuple(_evidence(row, language) for row in answer["evidence"]),
        following=_following(answer.get("next_facts"), profile, language),
        edits=(*_adopted(answer, language), *_edits(journal, str(answer["unit"]), language)),
    )


def _grouped(reasons: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Reasons of one rule, zone and source together, in the order of the first of each."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in reasons:
        key = (str(row["effect"]), row["rule"], row["role"], row["zone"], row["source"])
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _headline(answer: Mapping[str, Any], decided: bool, method: str, language: str) -> str:
    chinese, category = language == "zh", _CATEGORIES[language][int(answer["category"])]
    if decided:
        return f"判为{category}，因为：" if chinese else f"{category.capitalize()}, because of:"
    # A whole township, or what rides with a neighbour, is what most of it is.
    if method == "fitting":
        return f"按乡镇拟合，整体为{category}" if chinese else f"Fitted: the whole township is {category}"
    if method and method != "overlay":
        return f"按方法 {method} 划分，整体为{category}" if chinese else f"Divided by {method}: the whole is {category}"
    if int(answer["category"]) != 3:
        return f"并入相邻图斑，随其为{category}" if chinese else f"It rides with a neighbour, which is {category}"
    return f"没有规则判定这里，其余区域为{category}" if chinese else f"No rule decides here: the rest is {category}"


def _reason(rows: Sequence[Mapping[str, Any]], profile: Profile, language: str) -> str:
    first, chinese = rows[0], language == "zh"
    share = sum(float(row["share"]) for row in rows)
    what = role_words(profile, first["role"], language)
    if first["zone"]:
        zone = zone_words(profile, first["role"], first["zone"], language)
        what = f"{what}（{zone}）" if chinese else f"{what} ({zone})"
    ids = [str(row["feature_id"]) for row in rows]
    listed = ("、" if chinese else ", ").join(ids[:_NAMED])
    date = str(first.get("date") or "")
    if chinese:
        features = f"要素 {listed}" + (f" 等 {len(ids)} 个" if len(ids) > _NAMED else "")
        when = f"，{date}" if date else "，数据时点未注明"
        return f"{what} 占 {share:.2%}（规则 {first['rule']}，来源 {first['source']} {features}{when}）"
    features = f"feature{'s' if len(ids) > 1 else ''} {listed}" + (f" … ({len(ids)})" if len(ids) > _NAMED else "")
    when = f", {date}" if date else ", date not stated"
    return f"{what} {share:.2%} (rule {first['rule']}, source {first['source']} {features}{when})"


def _evidence(row: Mapping[str, Any], language: str) -> str:
    chinese = language == "zh"
    if row["mean"] is not None:
        value = f"均值 {row['mean']:.4g}" if chinese else f"mean {row['mean']:.4g}"
    elif row["majority"] is not None:
        value = f"主要为 {row['majority']:g}" if chinese else f"mostly {row['majority']:g}"
    else:
        value = "无数据" if chinese else "no data"
    covered = f"{row['covered']:.2%}"
    if chinese:
        return f"{row['raster']}：{value}（数据覆盖 {covered}{'' if row['decides'] else '，不足以作为依据'}）"
    return f"{row['raster']}: {value} (data on {covered}{'' if row['decides'] else ', too little to go by'})"


def _following(facts: Mapping[str, Any] | None, profile: Profile, language: str) -> str:
    if not facts:
        return ""
    if facts["why"] == "share":
        return _share_missing(facts, language)
    chinese = language == "zh"
    if facts["why"] == "none":
        return (
            "这里没有接近成立的规则：参与判定的要素都不涉及这里"
            if chinese
            else ("No rule is near: nothing that decides covers this place")
        )
    category = _CATEGORIES[language][int(facts["category"])]
    size, share = f"{facts['area_m2'] / 1e6:,.2f} km²", f"{facts['share']:.2%}"
    becomes = f"将有 {size}（占 {share}）变为{category}" if chinese else f"{size} ({share}) would be {category}"
    if facts["why"] != "gone":
        return _rule_near(facts, profile, becomes, language)
    roles = [role_words(profile, role, language) for role in (facts["role"], *facts["others"])]
    if len(roles) == 1:
        return f"若这里没有{roles[0]}，{becomes}" if chinese else f"Without {roles[0]}, {becomes}"
    # Several reasons give the same category.
    if chinese:
        return f"若这里没有{roles[0]}，类别不变，因为还有{'、'.join(roles[1:])}；若都没有，{becomes}"
    others = " and ".join(roles[1:])
    return f"Without {roles[0]} it stays what it is, because of {others}; without all of them {becomes}"


def _rule_near(facts: Mapping[str, Any], profile: Profile, becomes: str, language: str) -> str:
    """Word the rule that is nearest to hold."""
    chinese, rule, what = language == "zh", facts["rule"], role_words(profile, facts["role"], language)
    if facts["zone"]:
        zone = zone_words(profile, facts["role"], facts["zone"], language)
        what = f"{what}：{zone}" if chinese else f"{what}: {zone}"
    if facts["why"] == "area":
        found, least = (f"{facts[key] / 1e6:,.2f} km²" for key in ("measured_m2", "least_m2"))
        if chinese:
            return f"{what}的面积为 {found}，低于规则 {rule} 的下限 {least}；达到下限时，{becomes}"
        return f"{what.capitalize()} has {found}, less than the {least} that rule {rule} asks for; with that, {becomes}"
    if facts["why"] == "switch":
        if chinese:
            return f"规则 {rule}（{what}）没有启用；启用后，{becomes}"
        return f"Rule {rule} ({what}) is switched off; switched on, {becomes}"
    if facts["why"] == "condition":
        if chinese:
            return f"规则 {rule}（{what}）的条件在这里不成立；条件成立时，{becomes}"
        return f"The condition of rule {rule} ({what}) is not met here; if it were, {becomes}"
    category, metres = _CATEGORIES[language][int(facts["category"])], f"{facts['metres']:,.0f} m"
    if facts["metres"] < 1:
        if chinese:
            return f"紧邻{category}区域（规则 {rule}，{what}）；这里没有参与判定的要素"
        return f"It adjoins a place of {category} (rule {rule}, {what}); nothing that decides lies here"
    if chinese:
        return f"最近的{category}区域在 {metres} 外（规则 {rule}，{what}）；这里没有参与判定的要素"
    return f"The nearest place of {category} is {metres} away (rule {rule}, {what}); nothing that decides lies here"


def _share_missing(facts: Mapping[str, Any], language: str) -> str:
    """Word what a share lacks of a threshold, or has above it."""
    chinese, category = language == "zh", _CATEGORIES[language][int(facts["category"])]
    of, gap = _CATEGORIES[language][int(facts["of"])], f"{abs(facts['gap']) * 100:.2f}"
    threshold = f"{facts['threshold']:.0%}"
    lacks = facts["of"] == facts["category"]
    if chinese:
        change = f"再增加 {gap} 个百分点即达到" if lacks else f"再减少 {gap} 个百分点即低于"
        return f"{of}占比{change}阈值 {threshold}，届时变为{category}"
    change = "more reaches" if lacks else "less falls under"
    return f"{gap} percentage points of {of} {change} the threshold of {threshold}; then it is {category}"


def _adopted(answer: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Say whose division the unit comes from."""
    found = answer.get("adopted")
    return (word_adopted(found, language),) if found else ()


def _edits(journal: pd.DataFrame, unit: str, language: str) -> tuple[str, ...]:
    """Entries that name the unit and stand, as who, when and why."""
    out = []
    for row in journal.fillna("").to_dict("records"):
        named = json.dumps(unit, ensure_ascii=False) in str(row["op"])
        if not named or str(row["undone"]) == "1":
            continue
        who = " ".join(filter(None, (str(row["time"]), str(row["author"]))))
        separator = "：" if language == "zh" else ": "
        out.append(separator.join(filter(None, (who, str(row["reason"])))))
    return tuple(out)
