"""Rules (判定规则): a declarative table that turns covering features into a category, with every reason kept."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import BadInput
from .partition import Coverage
from .profile import Profile, nearest
from .sources.features import Features

__all__ = ["ATTRIBUTE", "GENERAL", "Judgement", "RuleTable", "Rule", "judge", "read_rules"]

ATTRIBUTE, GENERAL = 0, 3
_COLUMNS = (
    "id", "precedence", "role", "zone", "effect", "switch", "inside", "outside", "min_area", "min_share", "title", "source",
)  # fmt: skip
_EFFECTS = {"1": 1, "2": 2, "3": 3, "priority": 1, "key": 2, "general": 3, "attribute": ATTRIBUTE}


@dataclass(frozen=True)
class Rule:
    """One row of the rule table.

    Attributes
    ----------
    id, title, source : str
    precedence : int
        The higher decides; at equal precedence the strictest category wins.
    role : str
        Role of the features it speaks of (a raster's name for its zones).
    zones : tuple of str
        Zone ids; ``*`` any, "" features without a zone (``-`` in the file).
    effect : int
        Category 1–3, or 0: attribute, which never decides.
    switch : tuple of (name, value) or None
        The row is active while the switch has that value.
    inside, outside : tuple of (role, zone) or None
        The face must (not) be covered by such a feature; zone "" is any.
    min_area : float
        m²; smaller source features do not count.
    min_share : float
        0–1; with ``inside``/``outside`` the condition is asked of the whole feature: the share of its area that meets it.
    """

    id: str
    precedence: int
    role: str
    zones: tuple[str, ...]
    effect: int
    switch: tuple[str, str] | None = None
    inside: tuple[str, str] | None = None
    outside: tuple[str, str] | None = None
    min_area: float = 0.0
    min_share: float = 0.0
    min_area_text: str = ""
    title: str = ""
    source: str = ""

    @property
    def conditional(self) -> bool:
        """Whether it asks more than a role and a zone."""
        return bool(self.inside or self.outside or self.min_area_text)


@dataclass(frozen=True)
class RuleTable:
    """Rules in the order written, with the switches as set. ``active`` has one flag a row."""

    rows: tuple[Rule, ...]
    switches: Mapping[str, Any]
    active: tuple[bool, ...]

    def rank(self) -> NDArray[np.int64]:
        """Order in which active rows decide, 0 first; by precedence, then strictness, then order written."""
        keys = [(-row.precedence, row.effect, number) for number, row in enumerate(self.rows)]
        rank = np.empty(len(keys), dtype=np.int64)
        rank[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        return rank


@dataclass(frozen=True)
class Judgement:
    """What the rules say of each face.

    Attributes
    ----------
    category : (n,) int64
        1–3; faces that no deciding row reaches are general.
    rule : (n,) int64
        Row of the deciding rule, −1 for the rest.
    feature : (n,) int64
        Feature row the deciding rule rests on, −1 for the rest.
    reason_face, reason_rule, reason_feature : (r,) int64
        Every rule that spoke of a face, attributes included, sorted by face and rank.
    """

    category: NDArray[np.int64]
    rule: NDArray[np.int64]
    feature: NDArray[np.int64]
    reason_face: NDArray[np.int64]
    reason_rule: NDArray[np.int64]
    reason_feature: NDArray[np.int64]


def read_rules(profile: Profile, switches: Mapping[str, Any], extra: Path | None = None) -> RuleTable:
    """The profile's rule table with the case's switches and extra rows.

    An extra row with the id of a profile's row replaces it; others are added.

    Raises
    ------
    BadInput
        Unknown column, switch or effect, malformed number.
    """
    settings = {**profile["switches"], **switches}
    for name, value in settings.items():
        _check_switch(profile, name, value)
    rows = {row["id"]: row for row in profile.table("rules.csv")}
    if extra is not None:
        rows.update({row["id"]: row for row in _read_extra(extra)})
    rules = tuple(_rule(row, settings, f"rule {row['id']}") for row in rows.values())
    active = tuple(row.switch is None or _text(settings[row.switch[0]]) == row.switch[1] for row in rules)
    return RuleTable(rules, settings, active)


def _read_extra(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for column in reader.fieldnames or ():
                if column not in _COLUMNS:
                    raise BadInput(f"unknown column '{column}'", where=str(path), wanted=nearest(column, _COLUMNS))
            found = [{key: (row.get(key) or "").strip() for key in _COLUMNS} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput("rule table cannot be read", where=str(path), wanted="a CSV file in UTF-8") from error
    for line, row in enumerate(found, 2):
        if not row["id"] or not row["role"]:
            raise BadInput("a rule without id or role", where=f"{path}, line {line}", wanted="an id and a role")
    return found


def _check_switch(profile: Profile, name: str, value: Any) -> None:
    default = profile["switches"][name]
    allowed = profile["switch_values"].get(name)
    where = f"[rules] switches.{name}"
    if allowed and value not in allowed:
        raise BadInput(f"found {value!r}", where=where, wanted=" | ".join(allowed))
    if isinstance(default, bool) and not isinstance(value, bool):
        raise BadInput(f"found {value!r}", where=where, wanted="true or false")
    if isinstance(default, float) and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
        raise BadInput(f"found {value!r}", where=where, wanted="a number, 0 or more")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _place(text: str) -> tuple[str, str] | None:
    role, _, zone = text.partition(":")
    return (role, zone) if role else None


def _rule(row: Mapping[str, str], settings: Mapping[str, Any], where: str) -> Rule:
    switch = None
    if row.get("switch"):
        name, equals, value = row["switch"].partition("=")
        if name not in settings:
            raise BadInput(f"unknown switch '{name}'", where=where, wanted=nearest(name, settings))
        switch = (name, value if equals else "true")
    if row["effect"] not in _EFFECTS:
        raise BadInput(f"effect '{row['effect']}'", where=where, wanted=" | ".join(_EFFECTS))
    zones = tuple("" if zone == "-" else zone for zone in (row.get("zone") or "*").split("|"))
    return Rule(
        id=row["id"],
        precedence=int(_number(row["precedence"], settings, where, "precedence")),
        role=row["role"],
        zones=zones,
        effect=_EFFECTS[row["effect"]],
        switch=switch,
        inside=_place(row.get("inside", "")),
        outside=_place(row.get("outside", "")),
        min_area=_number(row.get("min_area", ""), settings, where, "min_area"),
        min_share=_number(row.get("min_share", ""), settings, where, "min_share"),
        min_area_text=row.get("min_area", ""),
        title=row.get("title", ""),
        source=row.get("source", ""),
    )


def _number(text: str, settings: Mapping[str, Any], where: str, column: str) -> float:
    """A number, or ``$name``: the value of a switch."""
    if not text:
        return 0.0
    if text.startswith("$"):
        if text[1:] not in settings:
            raise BadInput(f"unknown switch '{text[1:]}'", where=f"{where}, {column}", wanted=nearest(text[1:], settings))
        return float(settings[text[1:]])
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"'{text}' is no number", where=f"{where}, {column}", wanted="a number or $switch") from None


def judge(
    table: RuleTable, features: Features, coverage: Coverage, area: NDArray[np.float64], feature_area: NDArray[np.float64]
) -> Judgement:
    """Apply the active rules to every face.

    Parameters
    ----------
    table : RuleTable
    features : Features
    coverage : Coverage
    area : (n,) float64
        Face areas, m².
    feature_area : (m,) float64
        Area of each feature, m².

    Returns
    -------
    Judgement
    """
    count = len(area)
    rank = table.rank()
    pairs_face, pairs_rule, pairs_feature = [], [], []
    role, zone = features.role.astype(str), features.zone.astype(str)
    for number, row in enumerate(table.rows):
        if not table.active[number]:
            continue
        match = (role == row.role) & (feature_area >= row.min_area)
        if "*" not in row.zones:
            match &= np.isin(zone, row.zones)
        picked = np.flatnonzero(match[coverage.feature])
        if not len(picked):
            continue
        face, feature = coverage.face[picked], coverage.feature[picked]
        fits = np.ones(len(picked), dtype=bool)
        for place, wanted in ((row.inside, True), (row.outside, False)):
            if place is None:
                continue
            here = _present(place, role, zone, coverage, count)[face] == wanted
            if row.min_share:
                met = np.bincount(feature, weights=area[face] * here, minlength=len(features))
                whole = np.bincount(feature, weights=area[face], minlength=len(features))
                here = (met >= row.min_share * whole)[feature]
            fits &= here
        pairs_face.append(face[fits])
        pairs_rule.append(np.full(int(fits.sum()), number, dtype=np.int64))
        pairs_feature.append(feature[fits])
    empty = [np.zeros(0, dtype=np.int64)]
    face, rule, feature = (np.concatenate(part or empty) for part in (pairs_face, pairs_rule, pairs_feature))
    order = np.lexsort((feature, rank[rule], face))
    face, rule, feature = face[order], rule[order], feature[order]
    effect = np.array([row.effect for row in table.rows], dtype=np.int64)
    deciding = np.flatnonzero(effect[rule] != ATTRIBUTE)
    first = deciding[np.unique(face[deciding], return_index=True)[1]]
    category = np.full(count, GENERAL, dtype=np.int64)
    by_rule, by_feature = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    category[face[first]] = effect[rule[first]]
    # A face that is general by a general zone has that zone among its reasons, but no kind: it is part of the rest.
    decided = first[effect[rule[first]] != GENERAL]
    by_rule[face[decided]], by_feature[face[decided]] = rule[decided], feature[decided]
    return Judgement(category, by_rule, by_feature, face, rule, feature)


def _present(
    place: tuple[str, str], role: NDArray[np.str_], zone: NDArray[np.str_], coverage: Coverage, count: int
) -> NDArray[np.bool_]:
    match = role == place[0]
    if place[1]:
        match = match & (zone == place[1])
    here = np.zeros(count, dtype=bool)
    here[coverage.face[match[coverage.feature]]] = True
    return here


def rules_of_plan(table: Mapping[str, NDArray[Any]]) -> RuleTable:
    """The rule table as a plan keeps it, to judge again what the plan judged.

    Parameters
    ----------
    table : mapping of str to arrays
        Columns of the plan's table ``rules``.
    """
    rows, active = [], []
    for number in range(len(table["id"])):
        text = {key: str(table[key][number] or "") for key in ("id", "role", "zone", "effect", "inside", "outside", "title", "source")}
        row = {**text, **{key: str(table[key][number]) for key in ("precedence", "min_area", "min_share")}}
        rows.append(_rule(row, {}, f"rule {row['id']}"))
        active.append(bool(table["active"][number]))
    return RuleTable(tuple(rows), {}, tuple(active))
