"""From columns to meaning: which field is the code, the name, the zone, and what its values say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..case.profile import profile_settings
from ..core.column_names import SURE, KnownNames, namesakes
from ..core.errors import BadInput
from ..core.findings import Facts, Finding, called
from ..core.messages import Message, at, first_few, joined
from ..core.text import clean_name, clean_text, nearest
from .numeric_codes import code_findings, code_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ..case.model import SourceSpec
    from ..case.profile import Profile, Role
    from ..core.column_names import ColumnMatch
    from .formats.vectors import RawLayer

# Roles whose names go into the names of units.
_NAMED = ("county", "township", "industrial_park")
# Names by which a case's ``fields`` call what ``unit_fields.toml`` calls otherwise.
UNIT_MEANINGS: Mapping[str, str] = {"county": "county_name", "area": "area_m2"}
_KEYS = ("code", "name", "zone", "grade")
PARK, PARK_FIELDS = "industrial_park", ("park_industries", "park_emissions")
_COUNTY_CODE = re.compile(r"^\d{6}$")


def find_field(raw: RawLayer, key: str, stated: Mapping[str, str], profile: Profile) -> str:
    """Find the column of a meaning (code, name, zone, grade): as stated, else by the profile's aliases, else "".

    Raises
    ------
    BadInput
        The stated field is not there; its nearest neighbour is named.
    """
    if key in stated:
        return _stated(raw, key, stated[key])
    found = _by_names(raw, {key: profile["fields"].get(key, ())}).get(key)
    return found.name if found else ""


def find_unit_fields(raw: RawLayer, stated: Mapping[str, str], profile: Profile) -> dict[str, str]:
    """Find the columns of a layer of control units: meaning → as stated, else as `unit_matches` has it.

    Raises
    ------
    BadInput
        A stated field is not there; its nearest neighbour is named.
    """
    found = {meaning: match.name for meaning, match in unit_matches(raw, profile).items()}
    return found | {UNIT_MEANINGS.get(key, key): _stated(raw, key, name) for key, name in stated.items()}


def unit_matches(raw: RawLayer, profile: Profile) -> dict[str, ColumnMatch]:
    """Find the columns of a layer of control units by `unit_columns`, else by the aliases that all layers have."""
    rules = unit_fields(profile)["fields"]
    general = {key: names for key, names in profile["fields"].items() if key in rules}
    return _by_names(raw, general) | unit_columns(raw.types, rules, cut=may_be_cut(raw.path))


def _stated(raw: RawLayer, key: str, name: str) -> str:
    if name in raw.columns:
        return name
    found = _by_names(raw, {key: [name]}).get(key)
    # What a person names is taken as it is named, but for what files do to names.
    if found is None or found.score < SURE:
        raise BadInput(
            Message("no field '{stated}' (fields.{key})", stated=name, key=key),
            where=at(f"{raw.path}|{raw.layer}"),
            wanted=nearest(name, raw.columns) if raw.columns else Message("a layer with fields"),
        )
    return found.name


def _by_names(raw: RawLayer, names: Mapping[str, Sequence[str]]) -> dict[str, ColumnMatch]:
    found = KnownNames(names).columns([*raw.columns], cut=may_be_cut(raw.path))
    return {meaning: hits[0] for meaning, hits in found.items()}


def unit_fields(profile: Profile) -> Mapping[str, Any]:
    """Give the profile's ``unit_fields.toml``, the national one where its folder has none."""
    return profile_settings(profile, "unit_fields.toml")


def unit_columns(types: Mapping[str, str], rules: Mapping[str, Any], *, cut: bool = False) -> dict[str, ColumnMatch]:
    """Find the columns of a layer of control units by their names: meaning → the best that may be it.

    An optional meaning needs a field of its type: a number under the name AREA is an area, not the county's name.

    Parameters
    ----------
    types : mapping of str to str
        Field → ``text``, ``integer``, ``number`` or ``other``.
    rules : mapping
        Meaning → its names and type, as ``unit_fields.toml`` has them.
    cut : bool
        A Shapefile may have cut the names of the fields.
    """
    found = KnownNames({meaning: rule["names"] for meaning, rule in rules.items()}).columns([*types], cut=cut)

    def fits(match: ColumnMatch, rule: Mapping[str, Any]) -> bool:
        allowed = {*rule["type"].split("|"), *(["integer"] if rule["type"] == "number" else [])}
        return bool(rule.get("required")) or types[match.name] in allowed

    fitting = {meaning: [hit for hit in found.get(meaning, ()) if fits(hit, rule)] for meaning, rule in rules.items()}
    return {meaning: hits[0] for meaning, hits in fitting.items() if hits}


def categories_said(texts: Sequence[str], words: Mapping[str, Sequence[str]]) -> NDArray[np.int64]:
    """Read categories: digits, or texts that hold the words of exactly one; 0 where one says none or several.

    Parameters
    ----------
    texts : sequence of str
        Without white space around them.
    words : mapping
        Digit → words (``unit_fields.toml``).
    """

    def said(text: str) -> int:
        text = text.lower().removesuffix(".0")
        hits = [digit for digit, names in words.items() if text == digit or any(name.lower() in text for name in names)]
        return int(hits[0]) if len(hits) == 1 else 0

    known = {text: said(text) for text in dict.fromkeys(texts)}
    return np.array([known[text] for text in texts], dtype=np.int64)


def may_be_cut(path: Path) -> bool:
    """Whether the fields of a file may be called as a Shapefile cuts their names."""
    return path.suffix.lower() in (".shp", ".zip", "")


def column_findings(heads: Iterable[str], matches: Mapping[str, ColumnMatch], place: str) -> list[Finding]:
    """Tell columns that were chosen by their names among namesakes, or though more stands there than a name (S24).

    Parameters
    ----------
    heads : iterable of str
        All columns.
    matches : mapping of str to ColumnMatch
        By what each means.
    place : str
        What messages call the table.
    """
    found, heads = [], list(heads)
    for key, match in matches.items():
        facts: Facts = {"source": place, "used": match.name, "key": key}
        alike = namesakes(match.name, heads)
        if len(alike) > 1:
            facts |= {"fields": alike, "problem": "case" if len({*alike}) > 1 else "same"}
            found.append(Finding("S24", facts, value=float(len(alike))))
        elif match.score < SURE:
            found.append(Finding("S24", {**facts, "reason": match.reason, "problem": "marks"}, value=1.0))
    return found


def texts_of(raw: RawLayer, column: str, clean: Callable[[object], str] = clean_text) -> NDArray[np.object_]:
    """Give the texts of a column without stray white space, "" where there is no such column; names by `clean_name`."""
    out = np.full(len(raw.feature_id), "", dtype=object)
    if column in raw.columns:
        out[:] = [clean(value) for value in raw.columns[column].tolist()]
    return out


class Park(NamedTuple):
    """What a layer says of a park: its name, leading industries and permitted emissions, and where it is said."""

    name: str
    industries: str
    emissions: str
    source: str


def park_fields(raw: RawLayer, stated: Mapping[str, str], profile: Profile) -> dict[str, str]:
    """Find the columns that say what parks lead in and may emit: as stated, else where their names leave no doubt.

    Raises
    ------
    BadInput
        A stated field is not there.
    """
    known = _by_names(raw, {key: profile["fields"].get(key, ()) for key in PARK_FIELDS})
    fields = {key: match.name for key, match in known.items() if match.score >= SURE}
    return fields | {key: _stated(raw, key, stated[key]) for key in PARK_FIELDS if key in stated}


def parks_of(
    raw: RawLayer, name: NDArray[np.object_], rows: NDArray[np.int64], spec: SourceSpec, profile: Profile
) -> list[Park]:
    """Read what a layer of parks says of those that have a name.

    Raises
    ------
    BadInput
        A stated field is not there.
    """
    fields = park_fields(raw, spec.fields, profile)
    industries, emissions = (texts_of(raw, fields.get(key, ""))[rows] for key in PARK_FIELDS)
    every = [Park(*said, spec.document or spec.path) for said in zip(name, industries, emissions, strict=True)]
    return [park for park in every if park.name and (park.industries or park.emissions)]


def zone_field(raw: RawLayer, stated: Mapping[str, str], role: Role, profile: Profile) -> str:
    """Find the column with the zones of a role: of a graded one that of the grades first, unless a zone's is stated."""
    keys = ("grade", "zone") if role.graded and "zone" not in stated else ("zone",)
    return next((column for key in keys if (column := find_field(raw, key, stated, profile))), "")


def _county_codes(
    codes: NDArray[np.object_], names: NDArray[np.object_], raw: RawLayer, field: str
) -> NDArray[np.object_]:
    for row, code in enumerate(codes):
        short = code[:6] if len(code) in (9, 12) and not code[6:].strip("0") else code
        if not _COUNTY_CODE.match(short):
            raise BadInput(
                Message(
                    "county code '{code}' of feature {feature}",
                    code=code,
                    feature=called(raw.feature_id[row], names[row]),
                ),
                where=Message("{layer}, field {field}", layer=f"{raw.path}|{raw.layer}", field=field or "–"),
                wanted=Message("six digits like 420526 (GB/T 2260)"),
            )
        codes[row] = short
    return codes


def _shared_codes(codes: NDArray[np.object_], names: NDArray[np.object_], place: str) -> list[Finding]:
    """Tell counties of different names under one code (S39): they become one district."""
    by_code: dict[str, dict[str, None]] = {}
    for code, name in zip(codes.tolist(), names.tolist(), strict=True):
        by_code.setdefault(code, {}).update({name: None} if name else {})
    return [
        Finding("S39", {"source": place, "code": code, "names": first_few(found), "count": len(found)})
        for code, found in by_code.items()
        if len(found) > 1
    ]


def read_roles(
    raw: RawLayer, spec: SourceSpec, role: Role, profile: Profile
) -> tuple[dict[str, NDArray[Any]], list[Finding]]:
    """Code, name, zone, grade and subtype of each feature.

    Returns
    -------
    columns : dict
        ``code``, ``name``, ``zone``, ``grade``, ``subtype``: (n,) object arrays of texts.
    findings : list of Finding

    Raises
    ------
    BadInput
        Missing field, malformed county code, unknown value of a zone or, in a field that is stated, of a grade.
    """
    used = _by_names(raw, {key: profile["fields"].get(key, ()) for key in _KEYS})
    if role.name == "unit":
        used |= {key: match for key, match in unit_matches(raw, profile).items() if key in _KEYS}
    columns = {key: match.name for key, match in used.items()}
    columns |= {key: _stated(raw, key, spec.fields[key]) for key in ("code", "name") if key in spec.fields}
    code_field = columns.get("code", "")
    code, name = texts_of(raw, code_field), texts_of(raw, columns.get("name", ""), clean_name)
    taken = {
        key: match
        for key, match in used.items()
        if key not in spec.fields and (match.score >= SURE or role.takes_zone or key in ("code", "name"))
    }
    lost = column_findings(raw.columns, taken, f"{spec.path}|{raw.layer}")
    if code_field:
        code, doubtful = code_texts(raw.columns[code_field])
        lost += code_findings(code, np.zeros_like(doubtful), doubtful, code_field, f"{spec.path}|{raw.layer}")
    if role.name == "county":
        code = _county_codes(code, name, raw, code_field)
        lost += _shared_codes(code, name, f"{spec.path}|{raw.layer}")
    zone, subtype, findings = _zones(raw, name, spec, role, profile)
    grade, _, strange = _zones(raw, name, spec, role, profile, grade=True)
    findings += strange + lost
    if role.name in _NAMED and not any(name):
        fields = tuple(raw.columns) or "–"
        findings.append(Finding("S20", {"source": f"{spec.path}|{raw.layer}", "role": role.name, "fields": fields}))
    if "name" not in spec.fields and role.name not in _NAMED and {*name.tolist()} <= {"", *role.words}:
        name[:] = ""  # what all of a role are called is no name of one
    return {"code": code, "name": name, "zone": zone, "grade": grade, "subtype": subtype}, findings


def _zones(
    raw: RawLayer, name: NDArray[np.object_], spec: SourceSpec, role: Role, profile: Profile, *, grade: bool = False
) -> tuple[NDArray[np.object_], NDArray[np.object_], list[Finding]]:
    """Zones and subtypes of the features or, with ``grade``, their grades."""
    count = len(raw.feature_id)
    place = f"{raw.path}|{raw.layer}"
    zone, subtype = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    if spec.zone and not grade:
        if not role.takes_zone:
            raise BadInput(
                Message("role {role:role} takes no zone", role=role.name),
                where=at(place),
                wanted=Message("its [[source]] without zone"),
            )
        zone[:], subtype[:] = profile.zone(role, spec.zone, spec.zones, Message("{layer}, zone", layer=place))
        return zone, subtype, []
    if not (role.grades if grade else role.takes_zone):
        if "grade" in spec.fields and grade and not role.graded:
            raise BadInput(
                Message("role {role:role} takes no grade", role=role.name),
                where=at(place),
                wanted=Message("its [[source]] without fields.grade"),
            )
        if "zone" in spec.fields and not grade:
            raise BadInput(
                Message("role {role:role} takes no zone", role=role.name),
                where=at(place),
                wanted=Message("its [[source]] without fields.zone"),
            )
        return zone, subtype, []
    key = "grade" if grade or (role.graded and "zone" not in spec.fields) else "zone"
    field = find_field(raw, key, spec.fields, profile) if grade else zone_field(raw, spec.fields, role, profile)
    required = not grade and (role.zoned or role.graded)
    if not field:
        if required:
            raise BadInput(
                Message("no zone field for role {role:role}", role=role.name),
                where=at(place),
                wanted=Message(
                    'fields = {{ {key} = "…" }} with one of {columns}, or zone = "…" for the whole layer',
                    key=key,
                    columns=joined(raw.columns),
                ),
            )
        return zone, subtype, []
    values = texts_of(raw, field)
    read: dict[str, tuple[str, str]] = {}
    stated = key in spec.fields or ("zone" in spec.fields and not grade)
    for value in dict.fromkeys(values.tolist()):
        row = np.flatnonzero(values == value)[0]
        first = called(raw.feature_id[row], name[row])
        try:
            read[value] = profile.zone(
                role,
                value,
                spec.zones,
                Message("{layer}, field {field}, feature {feature}", layer=place, field=field, feature=first),
                grade=grade,
            )
        except BadInput:
            # A field that only looked like the zone is left alone where no zone is needed, but not without a word.
            if required or stated:
                raise
            facts = {"problem": key, "source": place, "field": field, "value": value}
            return zone, subtype, [Finding("S12", facts)]
        if required and not read[value][0]:
            raise BadInput(
                Message("feature {feature} has no value in zone field '{field}'", feature=first, field=field),
                where=at(place),
                wanted=Message("one of {zones}", zones=joined(role.zone_ids)),
            )
    zone[:] = [read[value][0] for value in values]
    subtype[:] = [read[value][1] for value in values]
    return zone, subtype, []
