"""Element zones (要素管控分区): faces dissolved by element, zone type and county, coded ``YS…`` by the profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ground import Ground
from .partition import Coverage
from .profile import Profile
from .sources.features import Features

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
    of_face: NDArray[np.int64]
    code: tuple[str, ...]
    zone: tuple[str, ...]
    label: tuple[str, ...]
    county: tuple[str, ...]
    cover: bool


def lay_zones(features: Features, coverage: Coverage, ground: Ground, profile: Profile) -> list[ZoneFaces]:
    """Element zones of every element that has a source.

    Where zones of one element overlap, the row that stands first in the profile's code table goes first. An element that tiles the land is
    filled up with its general zone. Code: ``YS`` + county + category, element and subtype digits + serial (domain facts 1.3, unverified).
    """
    rows = profile.table("codes_ys.csv")
    out = []
    for element in dict.fromkeys(row["element"] for row in rows):
        table = [row for row in rows if row["element"] == element]
        roles = {row["role"] for row in table if row["role"]}
        if not features.of(*roles).any():
            continue
        cover = any(profile.roles[role].cover for role in roles)
        out.append(_element(element, table, features, coverage, ground, cover))
    return out


def _element(
    element: str, table: list[dict[str, str]], features: Features, coverage: Coverage, ground: Ground, cover: bool
) -> ZoneFaces:
    none = len(table)
    best = np.full(len(ground.sea), none, dtype=np.int64)
    role, zone = features.role.astype(str), features.zone.astype(str)
    for number, row in enumerate(table):
        if not row["role"]:
            continue
        match = (role == row["role"]) & ((row["zone"] == "*") | (zone == row["zone"]))
        faces = coverage.face[match[coverage.feature]]
        best[faces] = np.minimum(best[faces], number)
    if cover:
        rest = next((number for number, row in enumerate(table) if row["zone"] == "general"), none)
        best[best == none] = rest
    land = ~ground.sea & (best < none)
    key = np.where(land, ground.county * (none + 1) + best, -1)
    found = np.unique(key[land])
    rank = sorted(found.tolist(), key=lambda item: (ground.districts[item // (none + 1)], item % (none + 1)))
    place = {item: number for number, item in enumerate(rank)}
    of_face = np.full(len(key), -1, dtype=np.int64)
    of_face[land] = [place[item] for item in key[land].tolist()]
    chosen = [(ground.districts[item // (none + 1)], table[item % (none + 1)]) for item in rank]
    return ZoneFaces(
        element=element,
        of_face=of_face,
        code=tuple(
            f"{_PREFIX}{county}{row['category']}{row['element_digit']}{row['subtype_digit']}{_SERIAL}" for county, row in chosen
        ),
        zone=tuple(row["zone"] if row["zone"] != "*" else row["role"] for _, row in chosen),
        label=tuple(row["label"] for _, row in chosen),
        county=tuple(county for county, _ in chosen),
        cover=cover,
    )
