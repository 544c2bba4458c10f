"""Element zones (要素管控分区): faces dissolved by element, zone type and county, coded ``YS…`` by the profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message, at

if TYPE_CHECKING:
    from ..basis.ground import Ground
    from ..case.profile import Profile
    from ..core.arrays import Bools, Ints
    from ..partition import Coverage
    from ..sources.features import Features

__all__ = ["ZoneFaces", "lay_zones"]

_PREFIX, _SERIAL = "YS", "0001"


@dataclass(frozen=True)
class ZoneFaces:
    """Zones of one element over the faces.

    Attributes
    ----------
    element : str
    of_face : (n,) int64
        Zone of each face, −1 for none.
    code, zone, label, county : tuple of str
        One a zone, sorted by code.
    cover : bool
        The element tiles the land.
    """

    element: str
    of_face: Ints
    code: tuple[str, ...]
    zone: tuple[str, ...]
    label: tuple[str, ...]
    county: tuple[str, ...]
    cover: bool


def lay_zones(
    features: Features, coverage: Coverage, ground: Ground, profile: Profile, rounding: Bools
) -> list[ZoneFaces]:
    """Lay the element zones of every element that has a source.

    Where zones of one element overlap, the row that stands first in the profile's code table goes first. An element
    that tiles the land is filled up with its general zone. Code: ``YS`` + county + category, element and subtype digits
    + serial (domain facts 1.3, unverified). What
    rounding made (``rounding``: (n,) bool) is no zone of a county by itself.

    Raises
    ------
    BadInput
        A source's zone, or the general zone of an element that tiles the land, has no row in the code table.
    """
    rows = profile.table("codes_ys.csv")
    where = at(profile.folder / "codes_ys.csv")
    out = []
    for element in dict.fromkeys(row["element"] for row in rows):
        table = [row for row in rows if row["element"] == element]
        roles = {row["role"] for row in table if row["role"]}
        if not features.of(*roles).any():
            continue
        cover = any(profile.roles[role].cover for role in roles)
        out.append(_element(element, table, features, coverage, ground, rounding, cover, where))
    return out


def _element(
    element: str,
    table: list[dict[str, str]],
    features: Features,
    coverage: Coverage,
    ground: Ground,
    rounding: Bools,
    cover: bool,
    where: Message,
) -> ZoneFaces:
    none = len(table)
    best = np.full(len(ground.sea), none, dtype=np.int64)
    role, zone = features.role.astype(str), features.zone.astype(str)
    coded = ~features.of(*{row["role"] for row in table})
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
    rest = none
    if cover:
        rest = next((number for number, row in enumerate(table) if row["zone"] == "general"), none)
        if rest == none:
            raise BadInput(
                Message("no general zone for the element {element:element}", element=element),
                where=where,
                wanted=Message("a row with zone general"),
            )
        best[best == none] = rest
    key = ground.county * (none + 1) + best
    best[rounding & ~np.isin(key, key[~rounding])] = rest
    land = np.flatnonzero(~ground.sea & (best < none))
    # Districts are sorted by code, so that numbers follow county, then row of the table.
    found, place = np.unique(ground.county[land] * none + best[land], return_inverse=True)
    of_face = np.full(len(best), -1, dtype=np.int64)
    of_face[land] = place.ravel()
    chosen = [(ground.districts[item // none], table[item % none]) for item in found]
    digits = ("category", "element_digit", "subtype_digit")
    return ZoneFaces(
        element=element,
        of_face=of_face,
        code=tuple(f"{_PREFIX}{county}{''.join(row[key] for key in digits)}{_SERIAL}" for county, row in chosen),
        zone=tuple(row["zone"] if row["zone"] != "*" else row["role"] for _, row in chosen),
        label=tuple(row["label"] for _, row in chosen),
        county=tuple(county for county, _ in chosen),
        cover=cover,
    )
