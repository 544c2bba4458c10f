"""From columns to meaning: which field is the code, the name, the zone, and what its values say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ..case.profile import profile_settings
from ..core.errors import BadInput
from ..core.findings import Facts, Finding, called
from ..core.messages import Message, at, first_few, joined
from ..core.text import clean_text, nearest
from .numeric_codes import code_findings, code_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..case.model import SourceSpec
    from ..case.profile import Profile, Role
    from .formats.vectors import RawLayer

__all__ = ["UNIT_MEANINGS", "find_field", "find_unit_field", "read_roles", "unit_fields"]

# Roles whose names go into the names of units.
_NAMED = ("county", "township", "industrial_park")
# Names by which a case's ``fields`` call what ``unit_fields.toml`` calls otherwise.
UNIT_MEANINGS: Mapping[str, str] = {"county": "county_name", "area": "area_m2"}
_COUNTY_CODE = re.compile(r"^\d{6}$")


def find_field(raw: RawLayer, key: str, stated: Mapping[str, str], profile: Profile) -> str:
    """Find the column of a meaning (code, name, zone, grade): as stated, else by the profile's aliases, else "".

    Raises
    ------
    BadInput
        The stated field is not there; its nearest neighbour is named.
    """
    # Of names that differ only in case, the first one answers to all but its own.
    by_lower = {clean_text(name).lower(): name for name in reversed([*raw.columns])}
    if key in stated:
        if stated[key] in raw.columns:
            return stated[key]
        wish = clean_text(stated[key]).lower()
        name = by_lower.get(wish) or next((by_lower[cut] for cut in _cut(wish, raw) if cut in by_lower), None)
        if name is None:
            raise BadInput(
                Message("no field '{stated}' (fields.{key})", stated=stated[key], key=key),
                where=at(f"{raw.path}|{raw.layer}"),
                wanted=nearest(stated[key], raw.columns) if raw.columns else Message("a layer with fields"),
            )
        return name
    return next(iter(_by_alias(raw, profile["fields"].get(key, ()))), "")


def find_unit_field(raw: RawLayer, meaning: str, stated: Mapping[str, str], profile: Profile) -> str:
    """Find the column of a meaning in a layer of control units, by the aliases of ``unit_fields.toml`` first.

    COUNTY is there the county's name, not the unit's, and an optional meaning needs a field of its type.

    Raises
    ------
    BadInput
        The stated field is not there; its nearest neighbour is named.
    """
    key = next((key for key, name in UNIT_MEANINGS.items() if name == meaning), meaning)
    if key in stated:
        return find_field(raw, key, stated, profile)
    want = unit_fields(profile)["fields"].get(meaning, {})
    hits = _by_alias(raw, want.get("names", ()))
    if want and not want.get("required"):
        allowed = {*want["type"].split("|"), *(["integer"] if want["type"] == "number" else [])}
        hits = [hit for hit in hits if raw.types.get(hit, "text") in allowed]
    return hits[0] if hits else find_field(raw, key, stated, profile)


def unit_fields(profile: Profile) -> Mapping[str, Any]:
    """Give the profile's ``unit_fields.toml``, the national one where its folder has none."""
    return profile_settings(profile, "unit_fields.toml")


def _by_alias(raw: RawLayer, aliases: Sequence[str]) -> list[str]:
    """Find columns by aliases, in the order of these."""
    by_lower = {clean_text(name).lower(): name for name in reversed([*raw.columns])}
    names = (name for alias in aliases for name in (alias.lower(), *_cut(alias.lower(), raw)))
    return [by_lower[name] for name in names if name in by_lower]


def _cut(name: str, raw: RawLayer) -> tuple[str, ...]:
    """Cut a name as a Shapefile does: ten bytes hold three Chinese characters in UTF-8 and five in GBK.

    Where two fields were cut to the same name, it says nothing of either.
    """
    if raw.path.suffix.lower() not in (".shp", ".zip", ""):
        return ()
    cuts = (name.encode(codec, "ignore")[:10].decode(codec, "ignore") for codec in ("utf-8", "gbk"))
    return tuple(cut for cut in dict.fromkeys(cuts) if f"{cut}_2" not in raw.columns and cut != name)


def _ambiguous(raw: RawLayer, spec: SourceSpec, profile: Profile) -> list[Finding]:
    """Tell fields that were chosen by an alias among several whose names differ only in case (S24)."""
    folded = [clean_text(name).lower() for name in raw.columns]
    if len(set(folded)) == len(folded):
        return []
    found = []
    for key in ("code", "name", "zone", "grade"):
        used = "" if key in spec.fields else find_field(raw, key, spec.fields, profile)
        alike = [name for name, same in zip(raw.columns, folded, strict=True) if same == clean_text(used).lower()]
        if used and len(alike) > 1:
            facts: Facts = {"source": f"{spec.path}|{raw.layer}", "fields": tuple(alike)}
            facts |= {"problem": "case", "used": used, "key": key}
            found.append(Finding("S24", facts, value=float(len(alike))))
    return found


def _texts(raw: RawLayer, field: str) -> NDArray[np.object_]:
    if not field:
        return np.full(len(raw.feature_id), "", dtype=object)
    out = np.empty(len(raw.feature_id), dtype=object)
    out[:] = [clean_text(value) for value in raw.columns[field].tolist()]
    return out


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
    """Code, name, zone and subtype of each feature.

    Returns
    -------
    columns : dict
        ``code``, ``name``, ``zone``, ``subtype``: (n,) object arrays of texts.
    findings : list of Finding

    Raises
    ------
    BadInput
        Missing field, malformed county code, unknown zone value.
    """
    find = find_unit_field if role.name == "unit" else find_field
    code_field = find(raw, "code", spec.fields, profile)
    code, name = _texts(raw, code_field), _texts(raw, find(raw, "name", spec.fields, profile))
    lost = _ambiguous(raw, spec, profile)
    if code_field:
        code, doubtful = code_texts(raw.columns[code_field])
        lost += code_findings(code, np.zeros_like(doubtful), doubtful, code_field, f"{spec.path}|{raw.layer}")
    if role.name == "county":
        code = _county_codes(code, name, raw, code_field)
        lost += _shared_codes(code, name, f"{spec.path}|{raw.layer}")
    zone, subtype, findings = _zones(raw, name, spec, role, profile)
    findings += lost
    if role.name in _NAMED and not any(name):
        fields = tuple(raw.columns) or "–"
        findings.append(Finding("S20", {"source": f"{spec.path}|{raw.layer}", "role": role.name, "fields": fields}))
    if "name" not in spec.fields and role.name not in _NAMED and {*name.tolist()} <= {"", *role.words}:
        name[:] = ""  # what all of a role are called is no name of one
    return {"code": code, "name": name, "zone": zone, "subtype": subtype}, findings


def _zones(
    raw: RawLayer, name: NDArray[np.object_], spec: SourceSpec, role: Role, profile: Profile
) -> tuple[NDArray[np.object_], NDArray[np.object_], list[Finding]]:
    count = len(raw.feature_id)
    place = f"{raw.path}|{raw.layer}"
    zone, subtype = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    if spec.zone:
        if not role.takes_zone:
            raise BadInput(
                Message("role {role:role} takes no zone", role=role.name),
                where=at(place),
                wanted=Message("its [[source]] without zone"),
            )
        zone[:], subtype[:] = profile.zone(role, spec.zone, spec.zones, Message("{layer}, zone", layer=place))
        return zone, subtype, []
    if not role.takes_zone:
        if "zone" in spec.fields or "grade" in spec.fields:
            raise BadInput(
                Message("role {role:role} takes no zone", role=role.name),
                where=at(place),
                wanted=Message("its [[source]] without fields.zone"),
            )
        return zone, subtype, []
    key = "grade" if role.graded and "zone" not in spec.fields else "zone"
    field = find_field(raw, key, spec.fields, profile) or (
        find_field(raw, "zone", spec.fields, profile) if role.graded else ""
    )
    required = role.zoned or role.graded
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
    values = _texts(raw, field)
    read: dict[str, tuple[str, str]] = {}
    stated = key in spec.fields or "zone" in spec.fields
    for value in dict.fromkeys(values.tolist()):
        row = np.flatnonzero(values == value)[0]
        first = called(raw.feature_id[row], name[row])
        try:
            read[value] = profile.zone(
                role,
                value,
                spec.zones,
                Message("{layer}, field {field}, feature {feature}", layer=place, field=field, feature=first),
            )
        except BadInput:
            # A field that only looked like the zone is left alone where no zone is needed, but not without a word.
            if required or stated:
                raise
            return zone, subtype, [Finding("S12", {"source": place, "field": field, "value": value})]
        if required and not read[value][0]:
            raise BadInput(
                Message("feature {feature} has no value in zone field '{field}'", feature=first, field=field),
                where=at(place),
                wanted=Message("one of {zones}", zones=joined(role.zone_ids)),
            )
    zone[:] = [read[value][0] for value in values]
    subtype[:] = [read[value][1] for value in values]
    return zone, subtype, []
