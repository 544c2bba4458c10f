"""Columns and zone values of a case, found again in another file: by name, by their values, else as a guess does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.column_names import column_again, shortened
from ..core.errors import BadInput
from ..core.text import clean_text
from ..guessing.columns import ColumnSample, columns_of
from ..guessing.field_matching import code_column, grade_column, name_column, zone_reading
from ..guessing.folder import layers_of
from ..guessing.vocabulary import vocabulary
from ..guessing.zones import read_zones
from ..sources import gate
from ..sources.roles import find_field, texts_of, zone_field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from ..case.model import Case, SourceSpec
    from ..case.profile import Role
    from ..sources.formats.vectors import RawLayer
    from ..sources.layer import PolygonLayer

_KEYS = ("code", "name", "zone", "grade")
_ALIKE = 0.6  # share of the values that two columns have in common to be the same under another name
_MOST = 20_000  # distinct values that are compared
_VALUES = 200  # distinct values of a zone field; with more it is none


@dataclass(frozen=True)
class FieldFit:
    """How a column of the case is found again.

    Attributes
    ----------
    key : str
        ``code``, ``name``, ``zone`` or ``grade``.
    before, after : str
        The columns; "" where there is none.
    fit : str
        ``same`` name, ``renamed`` (other letters, or cut by a Shapefile), ``values`` (just the same values under
        another name), ``alike`` (some of them), ``guessed``, ``gone``, or ``new`` (there was none before).
    """

    key: str
    before: str
    after: str
    fit: str


@dataclass(frozen=True)
class ValueFit:
    """A value of the zone column: features with it before and after, the zone it is read as, and by what.

    ``fit`` is ``profile`` (which reads it by itself), ``case`` (its map holds on), ``guessed`` (to be confirmed),
    ``unknown`` or ``gone``.
    """

    value: str
    before: int
    after: int
    zone: str
    fit: str


def layer_again(path: Path, spec: SourceSpec, columns: Sequence[str]) -> str:
    """Choose the layer of that name, else the only one, else the one with most of the columns."""
    names = [name for name, _ in layers_of(path)]
    if spec.layer in names:
        return spec.layer
    if len(names) < 2:
        return ""
    wanted = {shortened(name) for name in (*columns, *spec.fields.values())}

    def alike(name: str) -> int:
        return len(wanted & {shortened(str(one)) for one in gate.read_info(path, layer=name)["fields"]})

    return max(names, key=alike)


def found_column(raw: RawLayer, key: str, spec: SourceSpec, case: Case) -> str:
    """Find the column that a case reads, "" where it names one that is not there."""
    try:
        return find_field(raw, key, spec.fields, case.profile)
    except BadInput:
        return ""


def fields_again(
    case: Case, spec: SourceSpec, role: Role | None, old: PolygonLayer, new: PolygonLayer
) -> tuple[FieldFit, ...]:
    """Find the columns that mean something among those of the new file: by name, by values, else as a guess does."""
    zoned = role is not None and role.takes_zone and not spec.zone
    wanted = {key: found_column(old.raw, key, spec, case) or spec.fields.get(key, "") for key in _KEYS}
    takes = {"zone": zoned, "grade": zoned or (role is not None and bool(role.grades))}
    taken = [before for key, before in wanted.items() if takes.get(key, True)]
    found: list[FieldFit] = []
    for key, before in wanted.items():
        if not takes.get(key, True):
            continue
        after, fit = _again(before, old.raw, new.raw, taken) if before else ("", "")
        if not after and (before or key != "grade"):
            after = _guessed(case, role, key, new, [one.after for one in found])
            fit = "" if not after and not before else ("guessed" if before else "new") if after else "gone"
        if fit:
            found.append(FieldFit(key, before, after, fit))
    return tuple(found)


def _again(before: str, old: RawLayer, new: RawLayer, taken: Collection[str]) -> tuple[str, str]:
    """Find a column of the old file in the new one, and by what."""
    if before in new.columns:
        return before, "same"
    if alike := column_again(before, new.columns):
        return alike, "renamed"
    if before not in old.columns:
        return "", ""
    values = _distinct(old, before)
    rest = [name for name in new.columns if name not in old.columns and name not in taken]
    shares = sorted(((_in_common(values, _distinct(new, name)), name) for name in rest), reverse=True)
    if shares and shares[0][0] >= _ALIKE and (len(shares) == 1 or shares[1][0] < shares[0][0]):
        after = shares[0][1]
        return after, "values" if _distinct(new, after) == values else "alike"
    return "", ""


def _distinct(raw: RawLayer, column: str) -> frozenset[str]:
    values: dict[Any, None] = dict.fromkeys(raw.columns[column].tolist())
    return frozenset(filter(None, (clean_text(value) for value in list(values)[:_MOST])))


def _in_common(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller set that the larger holds, where that is more than a coincidence."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _guessed(case: Case, role: Role | None, key: str, new: PolygonLayer, taken: Collection[str]) -> str:
    if role is None:
        return ""
    words = vocabulary(case.profile)
    columns = {name: column for name, column in columns_of(new, words).items() if name not in taken}
    if key == "code":
        return code_column(columns, role.name, words)
    if key == "name":
        return name_column(columns, role.name, "", words)
    if (key == "grade") != role.graded:
        return grade_column(columns, role, words) if key == "grade" else ""
    reading = zone_reading(columns, role, "", words)
    return reading.column.name if reading is not None else ""


def stated_fields(spec: SourceSpec, fields: Sequence[FieldFit]) -> dict[str, str]:
    """Write what the case has to say: what it said before, and what nobody would find by its name."""
    return {
        one.key: one.after
        for one in fields
        if one.after and (one.key in spec.fields or one.fit in ("values", "alike", "guessed", "new"))
    }


def values_again(
    case: Case, before: SourceSpec, after: SourceSpec, role: Role | None, old: RawLayer, new: RawLayer
) -> tuple[ValueFit, ...]:
    """Hold the values of the zone columns against each other, and against what reads them."""
    if role is None or not role.takes_zone or after.zone:
        return ()
    counts = [_zone_counts(raw, spec, role, case) for raw, spec in ((old, before), (new, after))]
    if max(map(len, counts)) > _VALUES:
        return ()
    guessed = _zones_guessed(case, after, role, new, counts[1])
    out = []
    for value in sorted({*counts[0], *counts[1]}):
        known = case.profile.known_zone(role, value)
        if value not in counts[1]:
            zone, fit = before.zones.get(value, known[0] if known else ""), "gone"
        elif value in before.zones:
            zone, fit = before.zones[value], "case"
        elif known is not None:
            zone, fit = known[0], "profile"
        else:
            zone = guessed.get(value, "")
            fit = "guessed" if zone else "unknown"
        out.append(ValueFit(value, counts[0].get(value, 0), counts[1].get(value, 0), zone, fit))
    return tuple(out)


def zone_column(raw: RawLayer, spec: SourceSpec, role: Role, case: Case) -> str:
    """Find the column that says the zones of a role, "" where there is none."""
    try:
        return zone_field(raw, spec.fields, role, case.profile)
    except BadInput:
        return ""


def _zone_counts(raw: RawLayer, spec: SourceSpec, role: Role, case: Case) -> Counter[str]:
    column = zone_column(raw, spec, role, case)
    texts: Any = texts_of(raw, column).tolist() if column else []
    return Counter(texts)


def _zones_guessed(case: Case, spec: SourceSpec, role: Role, raw: RawLayer, counts: Counter[str]) -> Mapping[str, str]:
    """Guess what values mean that neither the profile nor the case knows."""
    column = zone_column(raw, spec, role, case)
    filled = {value: count for value, count in counts.items() if value}
    reading = read_zones(ColumnSample(column, filled, False, len(raw.feature_id)), role, vocabulary(case.profile))
    return reading.mapped if reading is not None else {}
