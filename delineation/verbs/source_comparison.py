"""The verb ``compare_source``: what another file in place of a source changes, before anything is computed with it.

Columns and values of the case are matched again, features are paired (`sources.changes`), and what a person has to
confirm is told. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..case.names import glossary
from ..case.reading import read_case
from ..core.arrays import objects
from ..core.errors import BadInput, DelineationError
from ..core.messages import NOTHING, Message, counted, joined
from ..core.progress import Progress, silent, within
from ..core.text import nearest
from ..sources.changes import FeatureMatch, Key, match_features
from ..sources.coordinates.crs import case_crs, short_name
from ..sources.coordinates.ellipsoid import ellipsoidal_area
from ..sources.layer import PolygonLayer, read_layer
from ..sources.measure import areas
from ..sources.reading import layer_of
from ..sources.roles import read_roles, texts_of
from ..succession.administrative import counties_now
from .refitting import (
    FieldFit,
    ValueFit,
    fields_again,
    found_column,
    layer_again,
    stated_fields,
    values_again,
    zone_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from ..case.model import Case, SourceSpec
    from ..case.profile import Profile, Role
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..core.findings import Finding
    from ..plan.file import Plan
    from ..sources.formats.vectors import RawLayer
    from ..succession.administrative import AdminChange
    from .impacts import UnitImpact

__all__ = [
    "FieldFit",
    "SourceChange",
    "SourceVersion",
    "ValueFit",
    "compare_source",
    "locked_units",
    "recoded_counties",
    "source_change",
    "source_of",
]


_SAID = ("code", "name", "zone", "grade")
_SQUARE_METRE = 1.0  # m²: less is rounding


@dataclass(frozen=True, eq=False)
class SourceVersion:
    """A source as one of the two files has it, its features in the case's CRS.

    Attributes
    ----------
    spec : SourceSpec
        What the case says of it.
    layer, crs, encoding : str
    columns : tuple of str
    feature_id : (n,) int64
    geometry : (n,) object
    area_m2 : (n,) float64
        By the case's measure (`area_method`).
    code, name, zone, grade : (n,) object
        Texts; ``zone`` and ``grade`` are ids of the profile, of a zone the file's own text where nobody knows what that
        means.
    """

    spec: SourceSpec
    layer: str
    crs: str
    encoding: str
    columns: tuple[str, ...]
    feature_id: Ints
    geometry: Objects
    area_m2: Floats
    code: Objects
    name: Objects
    zone: Objects
    grade: Objects

    def __len__(self) -> int:
        """Count the features."""
        return len(self.feature_id)


@dataclass(frozen=True, eq=False)
class SourceChange:
    """What another file in place of a source changes.

    Attributes
    ----------
    role : str
    crs : CRS
        Of the case; geometry was compared in it.
    area_method : str
        ``planar`` or ``ellipsoidal``, as the case has it.
    before, after : SourceVersion
        ``after.spec`` is what the case would say of the new file.
    match : FeatureMatch
    fields : tuple of FieldFit
    values : tuple of ValueFit
        Of the zone column, by value.
    problem : DelineationError or None
        Why the case cannot be read with the new file as it is.
    findings : tuple of Finding
        What the reader said of the new file.
    profile : Profile
        Of the case.
    """

    role: str
    crs: CRS
    area_method: str
    before: SourceVersion
    after: SourceVersion
    match: FeatureMatch
    fields: tuple[FieldFit, ...]
    values: tuple[ValueFit, ...]
    problem: DelineationError | None
    findings: tuple[Finding, ...]
    profile: Profile

    @property
    def columns_new(self) -> tuple[str, ...]:
        """Columns that only the new file has."""
        return tuple(name for name in self.after.columns if name not in self.before.columns)

    @property
    def columns_gone(self) -> tuple[str, ...]:
        """Columns that only the file before has."""
        return tuple(name for name in self.before.columns if name not in self.after.columns)

    @cached_property
    def differs(self) -> Mapping[str, Bools]:
        """``code``, ``name``, ``zone``, ``grade`` → whether it is another, by pair (p,); only what both files have."""
        out = {}
        for key in _SAID:
            old, new = getattr(self.before, key), getattr(self.after, key)
            if (old != "").any() and (new != "").any():
                out[key] = np.asarray(old[self.match.old] != new[self.match.new], dtype=bool)
        return out

    @cached_property
    def relabelled(self) -> Bools:
        """Pairs (p,) whose code, name, zone or grade is another one."""
        out = np.zeros(len(self.match.old), dtype=bool)
        for other in self.differs.values():
            out |= other
        return out

    @property
    def counts(self) -> Mapping[str, int]:
        """Features by what became of them: unchanged, moved, relabelled (in the same place), new, gone."""
        moved, relabelled = ~self.match.same, self.relabelled
        return {
            "unchanged": int((~moved & ~relabelled).sum()),
            "moved": int(moved.sum()),
            "relabelled": int((~moved & relabelled).sum()),
            "new": len(self.match.added),
            "gone": len(self.match.gone),
        }

    @cached_property
    def to_confirm(self) -> tuple[Message, ...]:
        """What a person has to look at before the new file is used."""
        return tuple(_to_confirm(self))

    def rows(self, most: int | None = None) -> Iterator[dict[str, Any]]:
        """Give what changed, a feature a row: moved and relabelled by the old file's order, then gone, then new.

        With ``most`` no more than so many, those whose area changed most, the largest change first.
        """
        match, old, new = self.match, self.before, self.after
        paired = np.flatnonzero(~match.same | self.relabelled)
        # Rows of both files, −1 where there is none, and the place of the pair.
        was = np.concatenate([match.old[paired], match.gone, np.full(len(match.added), -1)])
        its = np.concatenate([match.new[paired], np.full(len(match.gone), -1), match.added])
        pair = np.concatenate([paired, np.full(len(match.gone) + len(match.added), -1)])
        if most is not None:
            less = np.where(was >= 0, old.area_m2[was] if len(old) else 0.0, 0.0)
            more = np.where(its >= 0, new.area_m2[its] if len(new) else 0.0, 0.0)
            first = np.argsort(-np.abs(more - less), kind="stable")[:most]
            was, its, pair = was[first], its[first], pair[first]
        for row, column, place in zip(was.tolist(), its.tolist(), pair.tolist(), strict=True):
            yield self._row(row, column, place)

    def shapes_of(self, row: Mapping[str, Any]) -> list[shapely.Geometry]:
        """Give the shapes of a row, before and after, as far as there are any."""
        return [
            version.geometry[list(version.feature_id).index(row[key])]
            for key, version in (("before", self.before), ("after", self.after))
            if row[key] is not None
        ]

    def _row(self, row: int, its: int, place: int) -> dict[str, Any]:
        match, old, new = self.match, self.before, self.after
        shown, at_row = (new, its) if its >= 0 else (old, row)
        kind = "new" if row < 0 else "gone" if its < 0 else "relabelled" if match.same[place] else "moved"
        overlap = float(match.overlap[place]) if place >= 0 else np.nan
        return {
            "change": kind,
            "before": None if row < 0 else int(old.feature_id[row]),
            "after": None if its < 0 else int(new.feature_id[its]),
            "code": str(shown.code[at_row]),
            "name": str(shown.name[at_row]),
            "area_before_m2": 0.0 if row < 0 else float(old.area_m2[row]),
            "area_after_m2": 0.0 if its < 0 else float(new.area_m2[its]),
            "matched_by": str(match.by[place]) if place >= 0 else None,
            "overlap": None if np.isnan(overlap) else overlap,
            "differs": {
                key: [str(getattr(old, key)[row]), str(getattr(new, key)[its])]
                for key, other in self.differs.items()
                if place >= 0 and other[place]
            },
        }

    def document(self) -> dict[str, Any]:
        """Give it as ``--json`` prints it, but for the sentences (``to_confirm``, ``problem``)."""
        by = Counter(self.match.by.tolist())
        key = self.match.key
        return {
            "role": self.role,
            "before": _version(self.before),
            "after": _version(self.after),
            "crs": short_name(self.crs),
            "area_method": self.area_method,
            "key": {"before": key.old_name, "after": key.new_name} if key is not None else None,
            "matched_by": {name: by.get(name, 0) for name in ("key", "shape", "overlap")},
            "features": dict(self.counts),
            "changes": list(self.rows()),
            "columns": {"new": list(self.columns_new), "gone": list(self.columns_gone)},
            "fields": [vars(one) for one in self.fields],
            "zone_values": [vars(one) for one in self.values],
        }


def _version(one: SourceVersion) -> dict[str, Any]:
    return {
        "path": one.spec.path,
        "layer": one.layer,
        "crs": one.crs,
        "encoding": one.encoding,
        "features": len(one),
        "area_m2": float(one.area_m2.sum()),
    }


def compare_source(
    case_path: str | Path, source: str, path: str | Path, *, progress: Progress = silent
) -> SourceChange:
    """Compare a source of a case with another file that is to take its place.

    Parameters
    ----------
    case_path : path
    source : str
        Its role, where the case has one of that role, else its path, file name or layer.
    path : path
    progress : callable

    Returns
    -------
    SourceChange

    Raises
    ------
    BadInput
        A case or a file that cannot be read, or no such source.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.compare_source("case.toml", "red_line", "hand.gpkg").counts["unchanged"]
    1
    """
    case = read_case(case_path)
    return source_change(case, source_of(case, source), str(path), progress=progress)


def source_change(
    case: Case,
    spec: SourceSpec,
    path: str,
    *,
    layer: str = "",
    fields: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> SourceChange:
    """Do as ``compare_source``, for a source of a case that is open; ``path`` as the case would have it.

    ``layer`` and ``fields`` (as of the case's source) are those of the new file, where somebody states them.
    """
    role = case.profile.roles.get(spec.role)
    old = layer_of(case, spec, role, within(progress, 0.0, 0.25))
    found = layer or layer_again(case.file(path), spec, tuple(old.raw.columns))
    wanted = replace(spec, path=path, layer=found, encoding="", crs="")
    try:
        new = layer_of(case, wanted, role, within(progress, 0.25, 0.5))
        new.stated_crs()
    except BadInput:
        # A CRS that somebody has stated stands for a file that states none.
        if not spec.crs:
            raise
        wanted = replace(wanted, crs=spec.crs)
        new = layer_of(case, wanted, role, within(progress, 0.25, 0.5))
    crs = _crs_of(case, spec, old)
    fits = fields_again(case, spec, role, old, new)
    if fields:
        fits = _stated(fits, fields, new)
    after = replace(wanted, fields={**stated_fields(spec, fits), **(fields or {})})
    values = values_again(case, spec, after, role, old.raw, new.raw)
    guessed = {one.value: one.zone for one in values if one.fit == "guessed"}
    after = replace(after, zones={**spec.zones, **guessed})
    was, _ = _version_of(case, spec, role, old, crs)
    now, problem = _version_of(case, after, role, new, crs)
    keys = _keys_of(was, now, fits, old, new)
    match = match_features(was.geometry, now.geometry, keys, progress=within(progress, 0.6, 1.0))
    return SourceChange(
        spec.role, crs, _area_method(case), was, now, match, fits, values, problem, new.findings, case.profile
    )


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def source_of(case: Case, text: str) -> SourceSpec:
    """Find a source by its role, its name, its path, file or layer."""
    names = glossary(case.profile)
    layers = [spec for spec in case.sources if not spec.made]
    for told in (
        lambda spec: (spec.place,),
        lambda spec: (spec.role, names("role", spec.role, "zh", {}), names("role", spec.role, "en", {})),
        lambda spec: (spec.path, spec.layer, Path(spec.path).name, Path(spec.path).stem),
    ):
        found = [spec for spec in layers if text in told(spec)]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput(
                counted(len(found), "{n} source is called '{text}'", "{n} sources are called '{text}'", text=text),
                where=case.path,
                wanted=Message("one of {places}", places=joined(spec.place for spec in found)),
            )
    raise BadInput(
        Message("no source '{text}'", text=text),
        where=case.path,
        wanted=Message("a role or a place: {places}", places=joined(spec.place for spec in layers)),
    )


def _stated(fits: Sequence[FieldFit], fields: Mapping[str, str], new: PolygonLayer) -> tuple[FieldFit, ...]:
    """Put the columns that somebody states in the place of those that were found."""
    for column in fields.values():
        if column not in new.raw.columns:
            raise BadInput(
                Message("no field '{name}'", name=column), where=new.name, wanted=nearest(column, list(new.raw.columns))
            )
    before = {one.key: one.before for one in fits}
    stated = [FieldFit(key, before.get(key, ""), column, "same") for key, column in fields.items()]
    return (*(one for one in fits if one.key not in fields), *stated)


def _crs_of(case: Case, spec: SourceSpec, old: PolygonLayer) -> CRS:
    """Give the case's CRS; where nobody states one, the zone of its study area."""
    given = case.crs or str(case.profile.settings.get("crs", ""))
    study = next((one for role in ("county", "township") for one in case.sources if one.role == role), None)
    layer = old
    if not given and study is not None and not study.made and study is not spec:
        layer = read_layer(
            case.file(study.path), name=study.path, layer=study.layer, crs=study.crs, words=(), columns=False
        )
    bounds = tuple(shapely.total_bounds(layer.geometry).tolist())
    return case_crs(given, bounds, layer.stated_crs())


def _area_method(case: Case) -> str:
    return "ellipsoidal" if case.area == "ellipsoidal" else "planar"


def _version_of(
    case: Case, spec: SourceSpec, role: Role | None, layer: PolygonLayer, crs: CRS
) -> tuple[SourceVersion, DelineationError | None]:
    """Give a version in the case's CRS, and why its columns cannot be read, where they cannot."""
    raw, problem = layer.raw, None
    texts: dict[str, NDArray[Any]] = {key: np.full(len(raw.feature_id), "", dtype=object) for key in _SAID}
    for key in ("code", "name"):
        column = found_column(raw, key, spec, case)
        if column:
            texts[key] = texts_of(raw, column)
    if role is not None:
        try:
            texts |= {
                key: values for key, values in read_roles(raw, spec, role, case.profile)[0].items() if key in texts
            }
        except DelineationError as error:
            problem = error
            texts["zone"] = _zones_known(case, spec, role, raw)
    geometry, _ = layer.in_crs(crs)
    if spec.buffer:
        geometry = shapely.buffer(geometry, spec.buffer)
    return (
        SourceVersion(
            spec,
            raw.layer,
            layer.shift or short_name(layer.stated_crs()),
            raw.encoding,
            tuple(raw.columns),
            layer.feature_id,
            geometry,
            ellipsoidal_area(geometry, crs) if _area_method(case) == "ellipsoidal" else areas(geometry, crs),
            *(texts[key][layer.row] for key in _SAID),
        ),
        problem,
    )


def _zones_known(case: Case, spec: SourceSpec, role: Role, raw: RawLayer) -> Objects:
    """Read zones as far as anybody knows them, where a case could not be read with them; else as the file has them."""
    column = zone_column(raw, spec, role, case) if role.takes_zone and not spec.zone else ""
    texts = texts_of(raw, column)
    known = {}
    for value in dict.fromkeys(texts.tolist()):
        try:
            known[value] = case.profile.zone(role, value, spec.zones, NOTHING)[0]
        except BadInput:
            known[value] = value
    return objects([known[value] for value in texts.tolist()])


# ── what features are recognised by ──────────────────────────────────────────────────────────────────────────────────


def _keys_of(
    was: SourceVersion, now: SourceVersion, fields: Sequence[FieldFit], old: PolygonLayer, new: PolygonLayer
) -> list[Key]:
    """Columns that may tell features apart: the codes, the names, then any other that is no measure."""
    stated = {one.key: one for one in fields if one.before and one.after}
    keys = [
        Key(stated[key].before, stated[key].after, getattr(was, key), getattr(now, key), stated=key == "code")
        for key in ("code", "name")
        if key in stated
    ]
    used = {one.before for one in fields}
    for name in was.columns:
        kinds = [layer.raw.columns[name].dtype.kind for layer in (old, new) if name in layer.raw.columns]
        # Measures are no names, and what is a date or a flag is seldom one.
        if name not in used and len(kinds) == 2 and set(kinds) <= set("iuOU"):
            keys.append(Key(name, name, texts_of(old.raw, name)[old.row], texts_of(new.raw, name)[new.row]))
    return keys


# ── what a person has to confirm ──────────────────────────────────────────────────────────────────────────────────────


_OF_FIELDS = {
    "gone": Message("{key:column} column '{before}' is gone, and no other takes its place"),
    "values": Message("{key:column} column '{before}' is gone; '{after}' holds the same values and is taken"),
    "alike": Message("{key:column} column '{before}' is gone; '{after}' holds some of the same values and is taken"),
    "guessed": Message("{key:column} column '{before}' is gone; '{after}' looks like it and is taken"),
}


def _to_confirm(change: SourceChange) -> Iterator[Message]:
    for one in change.fields:
        if one.fit in _OF_FIELDS:
            yield _OF_FIELDS[one.fit].filled(vars(one))
    for value in change.values:
        if value.fit == "guessed":
            yield Message(
                "zone value '{value}' is new and was taken for {zone:zone}",
                value=value.value,
                zone=value.zone,
                role=change.role,
            )
        elif value.fit == "unknown":
            yield counted(
                value.after,
                "zone value '{value}' of {n} feature is new, and nobody knows what it means",
                "zone value '{value}' of {n} features is new, and nobody knows what it means",
                value=value.value,
            )
    (was, had), (now, has) = ((float(one.area_m2.sum()), len(one)) for one in (change.before, change.after))
    role = change.profile.roles.get(change.role)
    if (now <= was / 2 and was > 0) or (has <= had / 2 and had > 0):
        yield Message(
            "half of {role:role} or less is left (area: {was:area} → {now:area}; features: {had:,} → {has:,}): "
            "check whether the new file is complete",
            role=change.role,
            was=was,
            now=now,
            had=had,
            has=has,
        )
    elif role is not None and role.protected and was - now > _SQUARE_METRE:
        yield Message("{role:role} has {lost:area} less than before", role=change.role, lost=was - now)
    if change.before.spec.date or change.before.spec.document:
        yield Message("date and document are those of the file before: check whether they still hold")


# ── what a person is asked before an update ──────────────────────────────────────────────────────────────────────────


def locked_units(touched: Iterable[UnitImpact]) -> tuple[Message, ...]:
    """Say which locked units would lose or get land by the rules, one each ([update] locked)."""
    found = []
    for one in touched:
        both = (Message("loses {area:area}"), one.loses_m2), (Message("gains {area:area}"), one.gains_m2)
        said = tuple(told.filled({"area": area}) for told, area in both if area > _SQUARE_METRE)
        if said and one.locked:
            found.append(Message("{code} {name}: {said}", code=one.code, name=one.name, said=said))
    return tuple(found)


def recoded_counties(plan: Plan, changes: Sequence[AdminChange]) -> tuple[Message, ...]:
    """Say which counties of a plan, of how many units, have another code by a table ([admin] on_recode)."""
    found = []
    for county, units in plan.units.groupby("county"):
        now = counties_now(changes, str(county))
        kinds = {row.kind for row in changes if row.old_code == county}
        # By one row of kind split or transfer a county gives up a part, and keeps its code.
        if county not in now and (len(now) > 1 or not kinds <= {"split", "transfer"}):
            found.append(
                counted(
                    len(units), "county {old} → {new}: {n} unit", "county {old} → {new}: {n} units", old=county, new=now
                )
            )
    return tuple(found)
