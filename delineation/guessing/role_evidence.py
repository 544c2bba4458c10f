"""Signs for and against each role: names, fields, codes, names of features, zone values, and the traps among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.findings import Facts, Finding
from .columns import by_share, named
from .field_matching import ADMIN
from .names import behind, denied, unexplained
from .zones import own_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .columns import ColumnSample
    from .names import Hit
    from .vocabulary import Vocabulary

__all__ = ["Signs", "combined", "signs_of"]

# From which strength on a name says what the layer is, so that county codes in it only say where its features lie.
_CLEAR = 0.6
_GROUND = 0.2
_OTHER = 0.45  # the same where the name says something that no word of the profile is
_NUMBERED, _MANY = 0.95, 0.8


@dataclass
class Signs:
    """Signs collected: per role and group (name, field, codes, names, zones) the strongest; traps; what it is not."""

    found: dict[str, dict[str, tuple[float, Finding]]] = field(default_factory=dict)
    traps: dict[str, tuple[float, Finding]] = field(default_factory=dict)
    denied: dict[str, Finding] = field(default_factory=dict)
    clear_name: bool = False
    other_name: str = ""

    def add(self, role: str, group: str, strength: float, sign: Finding) -> None:
        """Enter a sign; of one group the strongest counts."""
        groups = self.found.setdefault(role, {})
        if strength > groups.get(group, (0.0, sign))[0]:
            groups[group] = (strength, sign)

    def trap(self, name: str, cap: float, sign: Finding) -> None:
        """Enter a trap: no role keeps a confidence above ``cap``."""
        if cap < self.traps.get(name, (1.0, sign))[0]:
            self.traps[name] = (cap, sign)


def combined(groups: Mapping[str, tuple[float, Finding]]) -> float:
    """Combine signs of different groups as if they erred independently: 1 - Π(1 - strength)."""
    wrong = 1.0
    for strength, _ in groups.values():
        wrong *= 1.0 - strength
    return 1.0 - wrong


def sign(problem: str, **facts: str | float) -> Finding:
    """Word one sign."""
    return Finding("S50", {"problem": problem, **facts})


def signs_of(
    hits: Sequence[Hit], columns: Mapping[str, ColumnSample], vocabulary: Vocabulary, names: Sequence[str] = ("",)
) -> Signs:
    """Collect all signs of a layer; ``names`` are the layer's, its file's and its folders'."""
    signs, name = Signs(), names[0]
    for text in names[:2]:
        for other, (word, how) in denied(text, vocabulary).items():
            negated: Facts = {"problem": "negated", "role": other, "word": word, "name": text, "how": how}
            signs.denied.setdefault(other, Finding("S51", negated))
    signs.clear_name = bool(signs.denied)
    levels = [hit for hit in hits if hit.word.role in ADMIN]
    if levels:
        signs.other_name = min((behind(hit.text, hit.word, vocabulary) for hit in levels), key=len)
    else:
        places = [text for column in columns.values() if not column.numeric for text in list(column.values)[:20]]
        signs.other_name = unexplained(name, vocabulary, places)
    for hit in hits:
        facts = {"word": hit.word.text, "name": hit.text, "place": hit.place}
        if hit.word.trap:
            spec = vocabulary["traps"][hit.word.trap]
            signs.trap(hit.word.trap, float(spec["cap"]), Finding("S51", {"problem": hit.word.trap, **facts}))
        else:
            signs.add(hit.word.role, "name", hit.strength, sign("name", **facts))
            signs.clear_name |= hit.word.role not in ADMIN and hit.strength >= _CLEAR
    _fields(columns, signs, vocabulary)
    _admin(columns, signs, vocabulary)
    _codes(columns, signs, vocabulary)
    _feature_names(columns, signs, vocabulary)
    for role in vocabulary.profile.roles.values():
        for column in columns.values():
            strength, sample = own_share(column, role, vocabulary)
            if strength:
                # A name of a feature may hold the word of a type, and is none.
                facts = {"field": column.name, "value": sample}
                own = vocabulary.profile.known_zone(role, sample) is not None
                said = sign("zones", **facts) if own else sign("zone_words", **facts)
                signs.add(role.name, "zones", strength, said)
    signs.found = {name: groups for name, groups in signs.found.items() if name not in signs.denied}
    return signs


def _fields(columns: Mapping[str, ColumnSample], signs: Signs, vocabulary: Vocabulary) -> None:
    for role, names in vocabulary["fields"].items():
        if role not in ADMIN and (hit := named(columns, names, sign=True)):
            signs.add(role, "field", float(vocabulary["strength"]["field"]), sign("field", field=hit.name))
    if survey := named(columns, vocabulary["fields_survey"]["names"], sign=True):
        cap = float(vocabulary["traps"]["survey"]["cap"])
        # A layer cut out of the land survey keeps its fields; a clear name then still says what it is.
        if not signs.clear_name:
            signs.trap("survey", cap, Finding("S51", {"problem": "survey_field", "field": survey.name}))


def _admin(columns: Mapping[str, ColumnSample], signs: Signs, vocabulary: Vocabulary) -> None:
    """Codes and names of administrative areas: the finest level that numbers the features is the layer's."""
    strength, rows = vocabulary["codes"], max((column.rows for column in columns.values()), default=0)
    said = signs.other_name or any("name" in groups for role, groups in signs.found.items() if role not in ADMIN)
    factor = _GROUND if signs.clear_name else _OTHER if said else 1.0
    numbering = {
        column.level: column
        for column in columns.values()
        if column.level and column.unique >= float(strength["unique"]) and (rows > 1 or column.filled)
    }
    level = next((one for one in ("village", "town", "county") if one in numbering), "")
    for role, its in ADMIN.items():
        share, names = by_share(
            {k: c for k, c in columns.items() if c.unique >= float(strength["unique"])}, vocabulary, role
        )
        if its == level:
            column = numbering[level]
            facts = {"field": column.name, "value": next(iter(column.values)), "level": level}
            signs.add(role, "codes", float(strength[level]) * factor, sign(f"codes_{level}", **facts))
            if own := named(columns, vocabulary["fields"][role], sign=True):
                signs.add(role, "field", 0.3 * factor, sign("field", field=own.name))
        if names is not None and share >= _MANY and level in ("", its):
            spoken = float(vocabulary["feature_names"][role]["strength"]) * share * factor
            sample = next(iter(names.values))
            signs.add(role, "names", spoken, sign("names", field=names.name, value=sample))
    if not level and "above" in numbering and not signs.clear_name:
        column = numbering["above"]
        facts = {"field": column.name, "value": next(iter(column.values))}
        signs.trap("city", float(vocabulary["traps"]["city"]["cap"]), Finding("S51", {"problem": "above", **facts}))
    if level:
        # The word for administrative areas in general means the level that the codes have.
        for role, its in ADMIN.items():
            name = signs.found.get(role, {}).get("name")
            if its != level and name and name[0] <= float(vocabulary["strength"]["weak"]):
                del signs.found[role]["name"]


def _codes(columns: Mapping[str, ColumnSample], signs: Signs, vocabulary: Vocabulary) -> None:
    """Codes of control units and of element zones."""
    strength = vocabulary["codes"]
    for column in columns.values():
        facts = {"field": column.name, "value": next(iter(column.values), "")}
        if column.levels.get("unit", 0.0) >= _NUMBERED and column.unique >= 0.5:
            signs.add("unit", "codes", float(strength["unit"]), sign("codes_unit", **facts))
        if column.levels.get("zone", 0.0) < _NUMBERED:
            continue
        elements = {text[9:10] for text in column.values}
        if len(elements) == 1:
            element = strength["element"].get(elements.pop(), "")
            role = vocabulary.element_role.get(element, "") or _ecology(column, vocabulary)
            if role:
                signs.add(role, "codes", float(strength["zone"]), sign("codes_zone", **facts, element=element))


def _ecology(column: ColumnSample, vocabulary: Vocabulary) -> str:
    """Red line or general ecological space, by the subtype digit (``codes_ys.csv``)."""
    red, general = vocabulary.ecology_digits
    digits = {text[8:11] for text in column.values}
    if digits <= {red}:
        return "red_line"
    return "general_eco_space" if red not in digits and digits & {general} else ""


def _feature_names(columns: Mapping[str, ColumnSample], signs: Signs, vocabulary: Vocabulary) -> None:
    texts = {name: column for name, column in columns.items() if not column.numeric}
    for role, spec in vocabulary["feature_names"].items():
        if role in ADMIN:
            continue
        share, column = by_share(texts, vocabulary, role)
        if column is None or share < 0.5:
            continue
        sample = next(text for text in column.values if _says(text, column, spec, vocabulary))
        facts = {"field": column.name, "value": sample}
        if role in vocabulary["traps"]:
            cap = float(vocabulary["traps"][role]["cap"])
            signs.trap(role, cap, Finding("S51", {"problem": f"{role}_names", **facts}))
        else:
            signs.add(role, "names", float(spec["strength"]) * share, sign("names", **facts))


def _says(text: str, column: ColumnSample, spec: Mapping[str, object], vocabulary: Vocabulary) -> bool:
    return type(column)(column.name, {text: 1}, False, 1).says(spec, vocabulary) > 0
