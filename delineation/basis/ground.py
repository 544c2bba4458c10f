"""The ground each face lies on: land or sea, county, township; and the study area itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..sources.defects import LISTED
from .overlaps_and_gaps import overlaps, pair_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case.profile import Profile
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..partition import Coverage
    from ..sources.features import Features


@dataclass(frozen=True)
class Ground:
    """Where each face lies.

    Attributes
    ----------
    sea : (n,) bool
    county : (n,) int64
        Index into ``districts``; sea faces have their sea district.
    township : (n,) int64
        Index into ``townships``, −1 where no township covers the face.
    districts : tuple of str
        County codes, sea districts behind them.
    district_names : tuple of str
    townships : tuple of (code, name)
    """

    sea: Bools
    county: Ints
    township: Ints
    districts: tuple[str, ...]
    district_names: tuple[str, ...]
    townships: tuple[tuple[str, str], ...]

    def names(self) -> dict[str, str]:
        """Names by district code."""
        return dict(zip(self.districts, self.district_names, strict=True))


def study_mask(features: Features, coverage: Coverage, count: int) -> Bools:
    """Faces of the study area: covered by a county (else by a township) or by sea."""
    land = "county" if features.of("county").any() else "township"
    inside = np.zeros(count, dtype=bool)
    inside[coverage.face[features.of(land, "sea")[coverage.feature]]] = True
    return inside


def _first(mask: Bools, coverage: Coverage, count: int) -> tuple[Ints, Ints]:
    """Lowest feature row of the mask on each face (−1 for none), and how many there are."""
    picked = mask[coverage.feature]
    face, feature = coverage.face[picked], coverage.feature[picked]
    first = np.full(count, -1, dtype=np.int64)
    first[face[::-1]] = feature[::-1]
    return first, np.bincount(face, minlength=count)


def lay_ground(
    features: Features,
    coverage: Coverage,
    area: Floats,
    profile: Profile,
    point: Floats | None = None,
    rounding: Bools | None = None,
) -> tuple[Ground, list[Finding]]:
    """Say of each face of the study area on which ground it lies.

    A face covered by sea is sea, even inside a county. Where there are no counties, the first six digits of a
    township's code are its county. ``point`` (n, 2), one in each face, gives findings their place; what ``rounding``
    (n,) made lacks no township.

    Raises
    ------
    BadInput
        Townships without a six-digit county code where they have to stand in for counties; a study area of zero size.
    """
    count = len(area)
    if count == 0 or float(area.sum()) <= 0:
        raise BadInput(
            Message("the study area has no size"),
            where=Message("county and township sources"),
            wanted=Message("polygons with area"),
        )
    findings: list[Finding] = []
    sea = np.zeros(count, dtype=bool)
    sea[coverage.face[features.of("sea")[coverage.feature]]] = True
    has_counties = features.of("county").any()
    by_county, many = _first(features.of("county" if has_counties else "township"), coverage, count)
    codes = features.code if has_counties else _codes_of_townships(features)
    names = features.name if has_counties else codes
    here = np.unique(by_county[by_county >= 0])
    counties = sorted({str(codes[row]) for row in here})
    name_of = {str(codes[row]): str(names[row]) or str(codes[row]) for row in here[::-1]}
    district = np.full(count, -1, dtype=np.int64)
    index = {code: number for number, code in enumerate(counties)}
    known = by_county >= 0
    district[known] = [index[str(codes[row])] for row in by_county[known]]
    double = (many > 1) & ~sea
    transfer, land = profile["transfer"], float(area[~sea].sum())
    # What the rounding of borders leaves is not worth a word.
    least = max(float(transfer["outside_min"]), float(transfer["outside_share"]) * land)
    if float(area[double].sum()) > least:
        role = "county" if has_counties else "township"
        findings.append(_overlap(role, features, coverage, np.where(double, area, 0.0), point))
    sea_codes, sea_index = _sea_districts(sea, district, counties, area, profile)
    township, townships = _townships(features, coverage, count)
    bare = ~sea & (township < 0) & (True if rounding is None else ~rounding)
    size = float(area[bare].sum())
    if townships and size > least:
        largest = np.argsort(-np.where(bare, area, 0.0), kind="stable")[: min(LISTED, int(bare.sum()))]
        facts: Facts = {"area": size, "count": int(bare.sum())}
        findings.append(Finding("S09", facts, value=size, geometry=_places(point, largest)))
    ground = Ground(
        sea=sea,
        county=np.where(sea, len(counties) + sea_index, district),
        township=township,
        districts=(*counties, *sea_codes),
        district_names=(*(name_of[code] for code in counties), *(profile.label("sea") for _ in sea_codes)),
        townships=townships,
    )
    return ground, findings


def _overlap(
    role: str,
    features: Features,
    coverage: Coverage,
    area: Floats,
    point: Floats | None,
) -> Finding:
    """Say by how much areas overlap, and which; ``area`` is that of faces under several of them, else 0."""
    # Two files of counties overlap like two features of one.
    found = overlaps(features.of(role), np.zeros(len(features), dtype=np.int64), coverage, area, 0.0)
    found = found.take(found.area > 0)
    pairs = tuple(
        pair_told(features.called(first), features.called(second), float(size))
        for first, second, size in zip(found.first[:LISTED], found.second[:LISTED], found.area[:LISTED], strict=True)
    )
    size = float(area.sum())
    facts: Facts = {"role": role, "area": size, "count": len(found), "pairs": pairs}
    return Finding("S08", facts, value=size, geometry=_places(point, found.face[:LISTED]))


def _places(point: Floats | None, faces: Ints) -> shapely.MultiPoint | None:
    return None if point is None else shapely.MultiPoint(point[faces])


def _codes_of_townships(features: Features) -> Objects:
    codes = features.code.copy()
    rows = np.flatnonzero(features.of("township"))
    for row in rows:
        code = str(codes[row])[:6]
        if len(code) < 6 or not code.isdigit():
            raise BadInput(
                Message(
                    "township {feature} has code '{code}' and there is no county source",
                    feature=features.called(row),
                    code=features.code[row],
                ),
                where=Message("role {role:role}", role="township"),
                wanted=Message("a county source, or township codes whose first six digits are the county"),
            )
        codes[row] = code
    return codes


def _sea_districts(
    sea: Bools,
    district: Ints,
    counties: list[str],
    area: Floats,
    profile: Profile,
) -> tuple[tuple[str, ...], Ints]:
    """Codes of the sea districts and the index of each sea face among them, by the profile's ``sea_digits``."""
    if not sea.any():
        return (), np.zeros(len(sea), dtype=np.int64)
    digits = str(profile["codes"].get("sea_digits", "city"))
    cut = {"city": 4, "province": 2}.get(digits)
    if cut is None:
        if len(digits) != 6 or not digits.isdigit():
            raise BadInput(
                Message("sea_digits = '{digits}'", digits=digits),
                where=profile.path,
                wanted=Message("city | province | six digits"),
            )
        return (digits,), np.zeros(len(sea), dtype=np.int64)
    by_county = [code[:cut].ljust(6, "0") for code in counties]
    # Sea outside every county belongs to the district with most of the study area's land.
    land = dict.fromkeys(by_county, 0.0)
    for number, code in enumerate(by_county):
        land[code] += float(area[~sea & (district == number)].sum())
    common = max(land, key=land.__getitem__, default="000000")
    own = np.array([*by_county, common])[district]
    codes, place = np.unique(own[sea], return_inverse=True)
    index = np.zeros(len(sea), dtype=np.int64)
    index[sea] = place.ravel()
    return tuple(codes.tolist()), index


def _townships(features: Features, coverage: Coverage, count: int) -> tuple[Ints, tuple[tuple[str, str], ...]]:
    by_township, _ = _first(features.of("township"), coverage, count)
    rows = np.unique(by_township[by_township >= 0])
    texts = {int(row): (str(features.code[row]), str(features.name[row])) for row in rows}
    labels: Mapping[int, tuple[str, str]] = {row: (code or name, name or code) for row, (code, name) in texts.items()}
    townships = tuple(sorted(set(labels.values())))
    place = {label: number for number, label in enumerate(townships)}
    index = np.full(len(features) + 1, -1, dtype=np.int64)
    for row, label in labels.items():
        index[row] = place[label]
    return index[by_township], townships
