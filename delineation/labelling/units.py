"""Units (管控单元): faces that share a label, dissolved; what each is made of and called."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import listed, number_of, places
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.sums import sum_by
from ..partition import land_of
from .cleaning import groups

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..basis.ground import Ground
    from ..case.model import Grouping
    from ..case.profile import Profile
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..methods import Labels
    from ..partition import Borders
    from ..sources.features import Features

_KIND, _NAMED, _TOWNSHIP, _PART, _CELL = range(5)


@dataclass(frozen=True)
class Units:
    """Units in the order of their codes: district, category, kind, name, first face.

    Attributes
    ----------
    of_face : (n,) int64
        Unit of each face.
    category, kind, district : (u,) int64
        Category, index into the kinds, index into ``Ground.districts``.
    sea : (u,) bool
    area : (u,) float64
        m².
    first : (u,) int64
        First face.
    identity : tuple of str
        Park or area name by which the grouping told the unit apart, "" where by none.
    grouped_by : tuple of str
        How the grouping told the unit apart, or would: ``kind``, ``township:<code>``, ``named:<name>`` or
        ``part:<name>``; "" of one that a method made.
    subtype : tuple of str
        What else the zone values said, where all deciding ones of the unit said the same; "" where not.
    township : (u,) int64
        The only township of a unit made by township, else −1.
    townships : tuple of tuple of int
        All townships with a face in the unit that rounding did not make, largest area first.
    """

    of_face: Ints
    category: Ints
    kind: Ints
    district: Ints
    sea: Bools
    area: Floats
    first: Ints
    identity: tuple[str, ...]
    grouped_by: tuple[str, ...]
    subtype: tuple[str, ...]
    township: Ints
    townships: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        """Count the units."""
        return len(self.category)


def form_units(
    labels: Labels,
    kinds: tuple[str, ...],
    identity: Objects,
    subtype: Objects,
    area: Floats,
    borders: Borders,
    ground: Ground,
    grouping: Grouping,
    ruled: Ints,
    rounding: Bools,
    within: Ints | None = None,
) -> Units:
    """Group faces into units.

    Parameters
    ----------
    labels : Labels
        From the method.
    kinds : tuple of str
        Kinds, the one of highest precedence first, ``general`` last.
    identity : (n,) object
        Name of the feature that decided each face ("" for none): tells parks and named areas apart.
    subtype : (n,) object
        What else that feature's zone value said.
    area : (n,) float64
        m².
    borders : Borders
    ground : Ground
    grouping : Grouping
    ruled : (n,) int64
        Kind of each face by the rules, before the method.
    rounding : (n,) bool
        Faces that rounding made: a unit lies in no township by them.
    within : (n,) int64, optional
        What no unit crosses besides counties: units of the level above.
    """
    names, name_of = np.unique(identity.astype(str), return_inverse=True)
    how, inner = _inner_key(labels, kinds, name_of.ravel(), ground, grouping)
    category = labels.category
    general = kinds.index("general")
    kind = np.where(category == 3, general, labels.kind)
    # A unit that a method made may hold faces of several kinds; it is told apart by its number alone. So may an element
    # unit of a township, which is named after neither element (domain facts 2.6).
    towns = (how == _TOWNSHIP) & (category == 2) & (kind != _index(kinds, "urban_boundary"))
    kind_key = np.where(how == _CELL, -1, np.where(towns, -2, kind))
    part = how == _PART
    if part.any():
        parts = groups(borders, np.where(part, 1, 0), ground.county, category, kind, inner)
        inner = np.where(part, parts, inner)
    key = np.column_stack([ground.county, category, kind_key, how, inner])
    if within is not None:
        key = np.column_stack([key, within])
    _, first, of_face = np.unique(key, axis=0, return_index=True, return_inverse=True)
    of_face = of_face.ravel()
    # Codes count upwards in an order a reader would choose: kinds by precedence, then names, then place.
    count = len(first)
    unit_kind = _dominant(of_face, kind, area, count, len(kinds))
    parks = unit_kind == _index(kinds, "industrial_park")
    # What goes on from last year and is to be named anew is called as the grouping calls its like.
    likes = how
    if labels.outcome is not None:
        apart = replace(labels, unit=np.full_like(labels.unit, -1))
        likes = _inner_key(apart, kinds, name_of.ravel(), ground, grouping)[0]
    told_by_name = (likes[first] == _NAMED) | ((likes[first] == _PART) & parks)
    told = np.where(told_by_name, names[name_of.ravel()[first]], "")
    grown = (how[first] == _CELL) & parks
    if grown.any():
        # A unit that a method let grow from a park goes by the park's name.
        own = np.where(ruled == _index(kinds, "industrial_park"), area, 0.0)
        told = np.where(grown, names[_dominant(of_face, name_of.ravel(), own, count, len(names))], told)
    order = np.lexsort((first, told, unit_kind, category[first], ground.county[first]))
    rank = places(order, count)
    of_face, first = rank[of_face], first[order]
    townships = _townships(of_face, ground.township, land_of(of_face, area, rounding), count)
    # What a method made of several townships is not named after one of them.
    several = (how[first] == _CELL) & (np.array([len(row) for row in townships]) > 1)
    by_township = np.isin(likes[first], (_TOWNSHIP, _CELL)) & ~several
    ways = {_KIND: "kind", _NAMED: "named", _TOWNSHIP: "township", _PART: "part", _CELL: ""}
    town = np.array([*(code or called for code, called in ground.townships), ""], dtype=object)[ground.township[first]]
    named = np.where(np.isin(likes[first], (_NAMED, _PART)), names[name_of.ravel()[first]], "")
    return Units(
        of_face=of_face,
        category=category[first],
        kind=unit_kind[order],
        district=ground.county[first],
        sea=ground.sea[first],
        area=sum_by(of_face, area, count),
        first=first,
        identity=tuple(told[order].tolist()),
        grouped_by=tuple(
            f"{ways[way]}:{called}" if called else ways[way]
            for way, called in zip(
                listed(likes[first]), listed(np.where(likes[first] == _TOWNSHIP, town, named)), strict=True
            )
        ),
        subtype=_said(of_face, subtype, count),
        township=np.where(by_township, ground.township[first], -1),
        townships=townships,
    )


def _index(kinds: tuple[str, ...], name: str) -> int:
    return kinds.index(name) if name in kinds else -1


def _inner_key(
    labels: Labels, kinds: tuple[str, ...], name_of: Ints, ground: Ground, grouping: Grouping
) -> tuple[Ints, Ints]:
    """Tell units of one district, category and kind apart: how, and by which number."""
    count = len(labels.category)
    how, inner = np.full(count, _KIND, dtype=np.int64), np.zeros(count, dtype=np.int64)
    modes = {1: grouping.priority, 2: grouping.key, 3: {"county": "kind"}.get(grouping.general, grouping.general)}
    park = labels.kind == _index(kinds, "industrial_park")
    for category, mode in modes.items():
        here = labels.category == category
        if mode == "township":
            how[here], inner[here] = _TOWNSHIP, ground.township[here]
        elif mode == "part":
            how[here] = _PART
        elif mode == "named":
            how[here], inner[here] = _NAMED, name_of[here]
    # A park is a unit of its own under every grouping but `part`, where each block is.
    own = (labels.category == 2) & park
    inner[own] = name_of[own]
    how[own & (how != _PART)] = _NAMED
    made = labels.unit >= 0
    how[made], inner[made] = _CELL, labels.unit[made]
    return how, inner


def _dominant(of_face: Ints, value: Ints, area: Floats, count: int, values: int) -> Ints:
    weight = sum_by(of_face * values + value, area, count * values)
    most: Ints = weight.reshape(count, values).argmax(axis=1)
    return most


def _said(of_face: Ints, subtype: Objects, count: int) -> tuple[str, ...]:
    words, which = np.unique(subtype.astype(str), return_inverse=True)
    pair = np.unique(of_face * len(words) + which.ravel())
    unit, word = pair // len(words), pair % len(words)
    one = np.bincount(unit, minlength=count) == 1
    out = np.full(count, "", dtype=object)
    out[unit] = words[word]
    return tuple(np.where(one, out, "").tolist())


def _townships(of_face: Ints, township: Ints, area: Floats, count: int) -> tuple[tuple[int, ...], ...]:
    known = (township >= 0) & (area > 0)
    if not known.any():
        return ((),) * count
    width = number_of(township)
    key, where = np.unique(of_face[known] * width + township[known], return_inverse=True)
    size = sum_by(where.ravel(), area[known], len(key))
    order = np.lexsort((key, -size, key // width))
    unit, town = key[order] // width, key[order] % width
    ends = np.searchsorted(unit, np.arange(count + 1))
    return tuple(tuple(town[ends[u] : ends[u + 1]].tolist()) for u in range(count))


def name_units(
    units: Units, kinds: tuple[str, ...], ground: Ground, profile: Profile, *, former: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Name the units by the profile's templates; names are unique, repeated ones are numbered.

    Parameters
    ----------
    units : Units
    kinds : tuple of str
    ground : Ground
    profile : Profile
    former : sequence of str, optional
        Names that go on from the previous version, one a unit, "" for none; they stand as they are.

    Returns
    -------
    names, subtypes : list of str

    Raises
    ------
    BadInput
        A template with an unknown token.
    """
    naming = Naming(profile)
    subtypes, every = [], []
    for number in range(len(units)):
        kind, category = kinds[units.kind[number]], int(units.category[number])
        town = int(units.township[number])
        subtypes.append(units.subtype[number] or naming.subtype(kind, category))
        every.append(
            NamedBy(
                kind=kind,
                category=category,
                sea=bool(units.sea[number]),
                county=ground.district_names[units.district[number]],
                township=ground.townships[town][1] if town >= 0 else "",
                place=units.identity[number],
                subtype=subtypes[-1],
            )
        )
    repeated = Counter(map(naming.name, every))
    names: list[str] = []
    taken = {name for name in former if name}
    for number, one in enumerate(every):
        name = former[number] if former else ""
        names.append(name or naming.free(one, taken, numbered=repeated[naming.name(one)] > 1))
        taken.add(names[-1])
    return names, subtypes


@dataclass(frozen=True, kw_only=True)
class NamedBy:
    """What the name of a unit is made of.

    Attributes
    ----------
    kind : str
    category : int
    sea : bool
    county : str
        Its name.
    township, place : str
        Names of the only township, and of the park or area that it is told apart by; "" where by none.
    subtype : str
    """

    kind: str
    category: int
    sea: bool
    county: str
    township: str = ""
    place: str = ""
    subtype: str = ""


class Naming:
    """The rule by which units are named, in a run and by edits alike: the templates of a profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def subtype(self, kind: str, category: int) -> str:
        """Give the subtype that a unit of a kind has where no source says another."""
        words = self._profile["subtypes"]
        return str(words.get(kind, words.get("element", ""))) if category == 2 and kind != "general" else ""

    def name(self, one: NamedBy, number: str = "") -> str:
        """Fill in a unit's template; a number goes where it asks for it, else to the end.

        Raises
        ------
        BadInput
            A template with an unknown token.
        """
        profile, key = self._profile, _template(one)
        tokens = {
            "city": str(profile.settings.get("city", "")),
            "county": one.county,
            "township": one.township,
            "park": one.place,
            "zone": one.place,
            # 海域海域…: a unit of the sea's own kind is named by where it lies.
            "kind": "" if one.kind in ("general", "sea") else profile.label(one.kind),
            "subtype": one.subtype,
            "category": str(profile["categories"][str(one.category)]),
        }
        template = str(profile["names"][key])
        try:
            name = template.format(**tokens, n=number)
        except (KeyError, IndexError, ValueError):
            known = " ".join(f"{{{token}}}" for token in (*tokens, "n"))
            raise BadInput(
                Message("name template '{template}'", template=template),
                where=Message("{path} [names] {key}", path=profile.path, key=key),
                wanted=Message("the tokens {known}", known=known),
            ) from None
        return name if "{n}" in template else name + number

    def free(self, one: NamedBy, taken: Collection[str], *, numbered: bool = False) -> str:
        """Give a name that is not taken: numbered from 2 where the plain one is, from 1 where all are to be."""
        name, n = "" if numbered else self.name(one), 1 if numbered else 2
        while not name or name in taken:
            name, n = self.name(one, str(n)), n + 1
        return name


def told_by(features: Features, deciding: Ints) -> tuple[Objects, Objects]:
    """Name and subtype of the feature that decided each face; a park without a name goes by its code or number."""
    name = features.name.copy()
    bare = np.flatnonzero(features.of("industrial_park") & (name == ""))
    several = len(np.unique(features.source[bare])) > 1
    for row in bare:
        number = str(features.feature_id[row])
        name[row] = features.code[row] or (f"{features.source[row] + 1}-{number}" if several else number)
    known = deciding >= 0
    return np.where(known, name[deciding], ""), np.where(known, features.subtype[deciding], "")


def _template(one: NamedBy) -> str:
    if one.sea:
        return "sea"
    if one.category == 1:
        return "priority_township" if one.township else "priority_named" if one.place else "priority"
    if one.category == 3:
        return "general_township" if one.township else "general"
    if one.kind == "industrial_park":
        return "park"
    if one.township:
        return "township"
    return "urban" if one.kind == "urban_boundary" else "element"
