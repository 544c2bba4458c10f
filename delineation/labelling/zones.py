"""Element zones (要素管控分区): faces dissolved by element, zone type and county, coded ``YS…`` by the profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..case.profile import REMAINDER, UNDELIVERED
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.sums import sum_by
from .cleaning import groups

if TYPE_CHECKING:
    from ..basis.build import Basis
    from ..case.model import Case
    from ..core.arrays import Bools, Ints

_PREFIX, _GENERAL = "YS", "general"
_DIGITS = ("category", "element_digit", "subtype_digit")


@dataclass(frozen=True)
class ZoneFaces:
    """Zones of one element over the faces.

    Attributes
    ----------
    element : str
    of_face : (n,) int64
        Zone of each face, −1 for none.
    code, zone, county, filled : tuple of str
        One a zone, sorted by code; ``filled`` as in the plan.
    """

    element: str
    of_face: Ints
    code: tuple[str, ...]
    zone: tuple[str, ...]
    county: tuple[str, ...]
    filled: tuple[str, ...]


def lay_zones(basis: Basis, case: Case) -> list[ZoneFaces]:
    """Lay the element zones of every element that has a source.

    Where zones of one element overlap, the row that stands first in the profile's code table goes first. An element
    that tiles the land is filled up with its general zone: a zone of its own where the element is unfinished in a
    county (`_unfinished`), since nobody has said what that land is. Code: ``YS`` + county + category, element and
    subtype digits + serial (domain facts 1.3, unverified), which is 0002 of what was not delivered. What rounding made
    is no zone of a county by itself.

    Raises
    ------
    BadInput
        A source's zone, or the general zone of an element that is filled up, has no row in the code table.
    """
    profile = case.profile
    rows = profile.table("codes_ys.csv")
    where = at(profile.folder / "codes_ys.csv")
    out = []
    for element in dict.fromkeys(row["element"] for row in rows):
        table = [row for row in rows if row["element"] == element]
        roles = {row["role"] for row in table if row["role"]}
        if basis.features.of(*roles).any():
            out.append(_element(element, table, roles, basis, case, where))
    return out


def _element(
    element: str, table: list[dict[str, str]], roles: set[str], basis: Basis, case: Case, where: Message
) -> ZoneFaces:
    features, coverage, ground = basis.features, basis.partition.coverage, basis.ground
    rounding, none = basis.partition.rounding, len(table)
    best = np.full(len(ground.sea), none, dtype=np.int64)
    role, zone = features.role.astype(str), features.zone.astype(str)
    coded = ~features.of(*roles)
    for number, row in enumerate(table):
        if not row["role"]:
            continue
        match = (role == row["role"]) & ((row["zone"] == "*") | (zone == row["zone"]))
        coded |= match
        faces = coverage.face[match[coverage.feature]]
        best[faces] = np.minimum(best[faces], number)
    if not coded.all():
        first = int(np.flatnonzero(~coded)[0])
        raise BadInput(
            Message("no code for the zone '{zone}' of {role:role}", zone=zone[first], role=role[first]),
            where=where,
            wanted=Message("a row for it"),
        )
    cover = any(case.profile.roles[one].cover for one in roles)
    unfinished = _unfinished(roles, best == none, basis, case)
    general = next((number for number, row in enumerate(table) if row["zone"] == _GENERAL), none)
    if general == none and (cover or unfinished.any()):
        raise BadInput(
            Message("no general zone for the element {element:element}", element=element),
            where=where,
            wanted=Message("a row with zone general"),
        )
    # Behind the table's rows stands that of what was not delivered, behind it none.
    delivered = np.unique(ground.county[(best == general) & ~rounding])
    rest = np.where(unfinished, none, general if cover else none + 1)[ground.county]
    best[best == none] = rest[best == none]
    key = ground.county * (none + 2) + best
    alone = rounding & ~np.isin(key, key[~rounding])
    best[alone] = rest[alone]
    land = np.flatnonzero(~ground.sea & (best <= none))
    # Districts are sorted by code, so that numbers follow county, then row of the table.
    found, place = np.unique(ground.county[land] * (none + 1) + best[land], return_inverse=True)
    of_face = np.full(len(best), -1, dtype=np.int64)
    of_face[land] = place.ravel()
    pairs = [divmod(int(item), none + 1) for item in found]
    chosen = [table[general if number == none else number] for _, number in pairs]
    filled = tuple(
        UNDELIVERED if number == none else REMAINDER if number == general and county not in delivered else ""
        for county, number in pairs
    )
    where_in = tuple(ground.districts[county] for county, _ in pairs)
    return ZoneFaces(
        element=element,
        of_face=of_face,
        code=tuple(
            f"{_PREFIX}{district}{''.join(row[key] for key in _DIGITS)}000{2 if why == UNDELIVERED else 1}"
            for district, row, why in zip(where_in, chosen, filled, strict=True)
        ),
        zone=tuple(row["zone"] if row["zone"] != "*" else row["role"] for row in chosen),
        county=where_in,
        filled=filled,
    )


def _unfinished(roles: set[str], bare: Bools, basis: Basis, case: Case) -> Bools:
    """Tell in which counties an element should have a zone everywhere and leaves land uncovered (``bare``, by face).

    It should where its source there holds general zones, or any of its sources where none reaches that county, or the
    profile says that it is delivered whole. Land is uncovered where a connected piece of it is as large as a sliver;
    what rounding made is none. (districts,) bool.
    """
    features, coverage, county, area = basis.features, basis.partition.coverage, basis.ground.county, basis.area
    least, count = case.cleaning.sliver_area, len(basis.ground.districts)
    mine = features.of(*roles)
    drawn, due = np.zeros(count, bool), np.zeros(count, bool)
    telling = np.unique(features.source[mine & (features.zone == _GENERAL)])
    for source in map(int, np.unique(features.source[mine])):
        faces = np.unique(coverage.face[(mine & (features.source == source))[coverage.feature]])
        reached = sum_by(county[faces], area[faces], count) > least
        drawn |= reached
        due |= reached & (source in telling)
    due |= ~drawn & bool(len(telling)) | any(case.profile.roles[role].delivered for role in roles)
    bare = bare & due[county] & ~basis.ground.sea & ~basis.partition.rounding
    piece = groups(basis.partition.borders, np.where(bare, county, -1))
    large = bare & (sum_by(piece, area, len(area))[piece] >= least)
    return np.isin(np.arange(count), county[large])
