"""``guess_role``: what one layer is, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.findings import Finding
from ..core.text import clean_text, quoted_name
from .columns import columns_of
from .field_matching import ADMIN, code_column, grade_column, name_column, zone_reading
from .model import Guess
from .names import name_hits
from .role_evidence import Signs, combined, signs_of
from .vocabulary import Vocabulary, folded, vocabulary
from .zones import zone_of_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..case.profile import Profile, Role
    from ..sources.layer import PolygonLayer
    from .columns import ColumnSample
    from .vocabulary import Vocabulary
    from .zones import ZoneReading

_POINTS, _LINES = (0, 4), (1, 2, 5)
# Under this nothing has been found at all; above it the role is at least worth a comment.
_NOTHING = 0.25
_UNREADABLE = 0.45  # what a role keeps that a case could not be read with
_ALTERNATIVES = 3
_CONTRADICTED = 0.8  # what is left where the name says another level of areas than the codes


def guess_role(layer: PolygonLayer, profile: Profile, *, folders: Sequence[str] = ()) -> Guess:
    """Guess what a layer is.

    Parameters
    ----------
    layer : PolygonLayer
        As ``read_layer`` gives it; layers of lines and points read with ``buffered``.
    profile : Profile
    folders : sequence of str, optional
        Names of the folders it lies in, the nearest first, as far as they may say something.

    Returns
    -------
    Guess
        Of a layer that holds several roles (counties and townships, zones of several elements) the first.
    """
    return guess_parts(layer, vocabulary(profile), folders=folders)[0]


def guess_parts(layer: PolygonLayer, words: Vocabulary, *, folders: Sequence[str] = ()) -> tuple[Guess, ...]:
    """Guess what a layer is, once for each role its features have."""
    parts = parts_of(columns_of(layer, words), words)
    if not parts:
        return (_guess(layer, words, folders),)
    out = []
    for part in parts:
        rows = layer.row[part.rows(layer)]
        guess = _guess(layer, words, folders, rows=rows, forced=part.role)
        said = Finding("S52", {"problem": "part", "where": part.where, "count": len(rows)})
        out.append(replace(guess, where=part.where, uncertain=(said, *guess.uncertain)))
    return tuple(out)


def geometry_kind(layer: PolygonLayer) -> str:
    """``polygon``, ``line`` or ``point``."""
    kind = shapely.get_type_id(layer.geometry)
    if np.isin(kind, _POINTS).mean() > 0.5:
        return "point"
    return "line" if np.isin(kind, _LINES).mean() > 0.5 else "polygon"


def _guess(
    layer: PolygonLayer,
    words: Vocabulary,
    folders: Sequence[str],
    *,
    rows: NDArray[np.int64] | None = None,
    forced: str = "",
) -> Guess:
    columns = columns_of(layer, words, rows)
    names = (layer.raw.layer, layer.raw.path.stem, *folders)
    hits = name_hits(names[0], names[1], folders, words)
    signs = signs_of(hits, columns, words, names)
    ranked = _ranked(signs, forced)
    if not ranked:
        return Guess("", 1.0 - _NOTHING, _against(signs) or (Finding("S51", {"problem": "nothing"}),))
    (role, confidence), others = ranked[0], ranked[1:]
    reasons = [said for _, said in sorted(signs.found.get(role, {}).values(), key=lambda item: -item[0])]
    uncertain = list[Finding]()
    if others and others[0][1] > 0.3:
        confidence *= 1.0 - 0.6 * (others[0][1] - 0.3)
        if {role, others[0][0]} <= set(ADMIN) and "name" in signs.found[others[0][0]]:
            confidence *= _CONTRADICTED
        rival = words.profile.roles[others[0][0]]
        uncertain.append(Finding("S52", {"problem": "rival", "role": rival.name}))
    for cap, trap in signs.traps.values():
        confidence = min(confidence, cap)
        reasons.append(trap)
    confidence, kept = _ambiguous(role, confidence, signs, hits, words)
    uncertain += kept
    alternatives = tuple((name, round(value, 2)) for name, value in others[:_ALTERNATIVES] if value >= _NOTHING)
    if confidence < _NOTHING:
        reached = ((role, round(confidence, 2)), *alternatives)
        against = _against(signs) if signs.denied else no_source(role, _against(signs))
        return Guess("", round(1.0 - confidence, 2), against, alternatives=reached)
    guess = Guess(role, confidence, tuple(reasons), alternatives=alternatives, uncertain=tuple(uncertain))
    return _with_fields(guess, layer, columns, names, words)


def _ranked(signs: Signs, forced: str) -> list[tuple[str, float]]:
    found = {role: combined(groups) for role, groups in signs.found.items() if groups}
    if forced:
        found = {forced: max(found.get(forced, 0.0), 0.7)}
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def no_source(role: str, against: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Say why a layer is none, though something speaks for a role: what speaks for it would contradict the guess."""
    if against:
        return (*against, Finding("S51", {"problem": "despite", "role": role}))
    return (Finding("S51", {"problem": "faint", "role": role}),)


def _against(signs: Signs) -> tuple[Finding, ...]:
    return (*(trap for _, trap in signs.traps.values()), *signs.denied.values())


def _ambiguous(
    role: str, confidence: float, signs: Signs, hits: Sequence[object], words: Vocabulary
) -> tuple[float, list[Finding]]:
    """Hold back a role that rests on a name of two meanings only."""
    from .names import Hit

    others = {group for group in signs.found.get(role, {}) if group != "name"}
    said = [hit for hit in hits if isinstance(hit, Hit) and hit.word.role == role]
    for text, spec in words["ambiguous"].items():
        only = said and all(folded(hit.word.text) == folded(text) for hit in said)
        if role == spec["role"] and only and not others:
            note = Finding("S52", {"problem": "ambiguous", "word": text, "other": spec["other"]})
            return min(confidence, float(spec["cap"])), [note]
    return confidence, []


def _with_fields(
    guess: Guess, layer: PolygonLayer, columns: Mapping[str, ColumnSample], names: Sequence[str], words: Vocabulary
) -> Guess:
    role = words.profile.roles[guess.role]
    code = code_column(columns, role.name, words)
    name = name_column(columns, role.name, code, words)
    grade = grade_column(columns, role, words)
    zoned = {key: column for key, column in columns.items() if key != grade}
    reading = zone_reading(zoned, role, code, words) if role.takes_zone else None
    fields = {key: value for key, value in (("code", code), ("name", name), ("grade", grade)) if value}
    guess = replace(guess, fields=fields)
    guess = _zoned(guess, role, reading, names, words) if role.takes_zone else guess
    guess = _geometry(guess, role, geometry_kind(layer))
    if role.name in ADMIN:
        guess = _admin(guess, role, columns)
    if guess.confidence < float(words["sure"]) and not guess.uncertain:
        guess = replace(guess, uncertain=(Finding("S52", {"problem": "weak"}),))
    return replace(guess, confidence=round(guess.confidence, 2))


def _blocked(guess: Guess, *notes: Finding) -> Guess:
    """Hold back a guess that a case could not be read with, until a person adds what is missing."""
    confidence = min(guess.confidence, _UNREADABLE)
    return replace(guess, confidence=confidence, uncertain=(*guess.uncertain, *notes), ready=False)


def _zoned(guess: Guess, role: Role, reading: ZoneReading | None, names: Sequence[str], words: Vocabulary) -> Guess:
    required = role.zoned or role.graded
    wide = zone_of_name(names[:2], role, words) if required else ""
    if reading is None or (reading.blank and required and wide):
        if wide:
            note = Finding("S52", {"problem": "whole_zone", "role": role.name, "zone": wide, "name": names[0]})
            return replace(guess, zone=wide, uncertain=(*guess.uncertain, note))
        lacking = Finding("S52", {"problem": "no_zone", "ids": tuple(role.zone_ids)})
        return _blocked(guess, lacking) if required else guess
    key = "grade" if role.graded else "zone"
    if (reading.unknown or reading.blank) and not required:
        # Where no zone is needed, a column that is not wholly one is left alone.
        return guess
    guess = replace(guess, fields={**guess.fields, key: reading.column.name}, zones=dict(reading.mapped))
    notes = [
        Finding("S52", {"problem": "mapped", "role": role.name, "value": value, "zone": zone})
        for value, zone in reading.mapped.items()
    ]
    guess = replace(guess, uncertain=(*guess.uncertain, *notes))
    ids = tuple(role.zone_ids)
    missing = [
        Finding("S52", {"problem": "unknown", "field": reading.column.name, "value": value, "ids": ids})
        for value in reading.unknown
    ]
    if reading.blank:
        count = reading.column.rows - reading.column.filled
        missing.append(Finding("S52", {"problem": "blank", "field": reading.column.name, "count": count}))
    return _blocked(guess, *missing) if missing else guess


def _geometry(guess: Guess, role: Role, kind: str) -> Guess:
    if kind == "polygon":
        return guess
    note = Finding("S52", {"problem": "buffer", "kind": kind})
    if role.geometry == kind:
        lines = Finding("S50", {"problem": "lines"})
        return _blocked(replace(guess, reasons=(*guess.reasons, lines)), note)
    said = Finding("S51", {"problem": "kind", "kind": kind})
    return replace(_blocked(guess, note), reasons=(*guess.reasons, said), confidence=min(guess.confidence, _NOTHING))


def _admin(guess: Guess, role: Role, columns: Mapping[str, ColumnSample]) -> Guess:
    code = columns.get(guess.fields.get("code", ""))
    if role.name == "county":
        if code is None:
            return _blocked(guess, Finding("S52", {"problem": "no_county_code"}))
        # Prefectures without counties (441900) stand among the counties.
        wrong = next((text for text in code.values if not _is_county(text)), "")
        if wrong or code.filled < code.rows:
            return _blocked(guess, Finding("S52", {"problem": "bad_county_code", "field": code.name, "value": wrong}))
    if "name" not in guess.fields:
        note = Finding("S52", {"problem": "no_name", "role": role.name})
        return replace(guess, uncertain=(*guess.uncertain, note))
    return guess


def _is_county(text: str) -> bool:
    return len(text) in (6, 9, 12) and text.isdecimal() and not text[6:].strip("0")


# ── Layers that hold several roles: counties and townships together, zones of several elements in one table ──

_WHOLE, _SOME = 0.95, 0.01


@dataclass(frozen=True)
class Part:
    """Features of one role within a layer: those whose ``column`` has one of ``values``; ``where`` says so in SQL."""

    role: str
    column: str
    values: frozenset[str]
    where: str

    def rows(self, layer: PolygonLayer) -> NDArray[np.bool_]:
        """Which of the layer's rows in use."""
        cells = layer.raw.columns[self.column][layer.row].tolist()
        return np.array([clean_text(value) in self.values for value in cells], dtype=bool)


def parts_of(columns: Mapping[str, ColumnSample], words: Vocabulary) -> list[Part]:
    """Parts of a layer, where it has several; nothing where it is of one role."""
    for column in columns.values():
        shares = column.levels
        admin = shares.get("county", 0.0) + shares.get("town", 0.0) + shares.get("above", 0.0)
        if admin >= _WHOLE and min(shares.get("county", 0.0), shares.get("town", 0.0)) > _SOME and column.unique > 0.8:
            return _levels(column)
        if shares.get("zone", 0.0) >= _WHOLE and (parts := _elements(column, words)):
            return parts
    return []


def _levels(column: ColumnSample) -> list[Part]:
    counties = frozenset(text for text in column.values if len(text) == 6 or not text[6:].strip("0"))
    above = frozenset(text for text in counties if text[4:6] == "00")
    towns = frozenset(column.values) - counties
    out = []
    for role, values in (("county", counties - above), ("township", towns)):
        out.append(Part(role, column.name, values, _one_of(column, values, among=frozenset(column.values))))
    return out


def _one_of(column: ColumnSample, values: frozenset[str], among: frozenset[str]) -> str:
    """Write a condition for some values of a column, by their length where that tells them apart, else one by one."""
    field = quoted_name(column.name)
    lengths = {len(text) for text in values}
    if not column.numeric and len(lengths) == 1 and not any(len(text) in lengths for text in among - values):
        return f"{field} LIKE '{'_' * lengths.pop()}'"
    if column.numeric:
        least, most = min(map(int, values)), max(map(int, values))
        if not any(least <= int(text) <= most for text in among - values):
            return f"{field} >= {least} AND {field} <= {most}"
        return f"{field} IN ({', '.join(sorted(values))})"
    return f"{field} IN ({', '.join(_quoted(text) for text in sorted(values))})"


def _quoted(text: str) -> str:
    """Quote a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def _elements(column: ColumnSample, words: Vocabulary) -> list[Part]:
    """Zones by the digits of their codes: of one element each, the ecology's apart as red line and general space."""
    red, general = words.ecology_digits
    roles: dict[tuple[str, str], set[str]] = {}
    for text in column.values:
        element = words["codes"]["element"].get(text[9:10], "")
        if element == "ecology":
            role = {red: "red_line", general: "general_eco_space"}.get(text[8:11], "")
            pattern = "YS______" + text[8:11] + "%"
        else:
            role, pattern = words.element_role.get(element, ""), "YS_______" + text[9:10] + "%"
        if role:
            roles.setdefault((role, pattern), set()).add(text)
    if len(roles) < 2:
        return []
    field = quoted_name(column.name)
    return [
        Part(role, column.name, frozenset(values), f"{field} LIKE '{pattern}'")
        for (role, pattern), values in sorted(roles.items())
    ]
