"""What the layers of a package say of its units, zones and counties: evidence for its tables, which have no shapes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ...export.records import MEASURES
from ..profile import PackagePlace
from .measures import areas_of
from .values import commonest, filled, texts_of
from .words import WHOSE, in_any_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .found import TableMatch
    from .words import KnownWords

__all__ = ["KnownFacts", "known_of"]

# What a table without shapes may repeat of a layer, word by word.
REPEATED = (
    *("name", "county_name", "city", "province", "townships", "kind_name", "subtype", "reasons", "zones"),
    *("space", "discharge", "risk", "resource", "element_name", "zone_name"),
)
_CATEGORY = 8  # place of the digit in a code
KM2 = 1e6


@dataclass(frozen=True)
class KnownFacts:
    """Facts by code, collected of the layers before the tables are matched; nothing where there are no layers.

    Attributes
    ----------
    units, zones : mapping
        Code → column of ``export.records.COLUMNS`` → its value there. ``area_m2`` is a tuple: as measured on the plane
        and on the ellipsoid, and as the layer states it.
    counties : mapping
        Code of a county → ``county_name``, ``n``, ``n_1`` …; ``km2``, ``km2_1`` … and ``share``, ``share_1`` … are
        tuples, as areas are.
    place : PackagePlace
        Province and city.
    county : tuple of (str, str)
        Code and name, where the package is of one county alone.
    year, month, day : str
        Of the data, in digits.
    of_tables : bool
        Its counties are sums of what lists have, which may be parts of all.
    """

    units: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    zones: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    counties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    place: PackagePlace = field(default_factory=PackagePlace)
    county: tuple[str, str] = ("", "")
    year: str = ""
    month: str = ""
    day: str = ""
    of_tables: bool = False


def known_of(matches: Iterable[TableMatch], words: KnownWords) -> KnownFacts:
    """Collect what layers say, the first of them where several speak of one unit.

    Parameters
    ----------
    matches : iterable of TableMatch
        Of layers, or of tables where a package has none.
    words : KnownWords
    """
    units: dict[str, dict[str, Any]] = {}
    zones: dict[str, dict[str, Any]] = {}
    stated: dict[str, Counter[str]] = {key: Counter() for key in ("city", "province", "year")}
    for match in matches:
        if match.of not in ("units", "zones"):
            continue
        into = units if match.of == "units" else zones
        _collect(match, into)
        for one in match.matches:
            if one.of in stated:
                stated[one.of].update(text for text in texts_of(one.column) if text)
    codes = Counter(code[2:6] for code in [*units, *zones] if not code.startswith("HY"))
    city_code = f"{commonest(codes)}00" if codes else ""
    counties = _counties(units)
    said = {key: commonest(counter) for key, counter in stated.items()}
    province = said["province"] or str(words["provinces"].get(city_code[:2], ""))
    alone = next(iter(counties)) if len(counties) == 1 else ""
    return KnownFacts(
        units,
        zones,
        counties,
        PackagePlace(province, said["city"], city_code),
        (alone, str(counties[alone]["county_name"])) if alone else ("", ""),
        said["year"][:4],
    )


def _collect(match: TableMatch, into: dict[str, dict[str, Any]]) -> None:
    own = {one.of: one for one in reversed(match.matches) if one.of}
    measured = areas_of(match.table)
    repeated = {of: texts_of(own[of].column) for of in REPEATED if of in own}
    sized = [(MEASURES[of].size, filled(own[of].column)) for of in in_any_unit("area") if of in own]
    for row, code in enumerate(match.codes):
        if not code or code in into:
            continue
        record: dict[str, Any] = {of: texts[row] for of, texts in repeated.items()}
        areas = [float(one[row]) for one in measured]
        areas += [float(numbers[row]) * factor for factor, numbers in sized if numbers[row] == numbers[row]]
        record["area_m2"] = tuple(areas)
        record["category"] = int(code[_CATEGORY])
        into[code] = record


def _counties(units: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Sum up the units on land by county and category, for each way that their areas are known."""
    ways = min((len(record["area_m2"]) for record in units.values()), default=0)
    out: dict[str, dict[str, Any]] = {}
    for code, record in units.items():
        if code.startswith("HY"):
            continue
        nothing = {f"{what}{whose}": none for whose in WHOSE for what, none in (("n", 0), ("km2", np.zeros(ways)))}
        one = out.setdefault(code[2:8], {"county_name": "", **nothing})
        one["county_name"] = one["county_name"] or record.get("county_name", "")
        for whose in ("", f"_{record['category']}"):
            one[f"n{whose}"] += 1
            one[f"km2{whose}"] = one[f"km2{whose}"] + np.array(record["area_m2"][:ways]) / KM2
    for one in out.values():
        whole = one["km2"]
        for whose in WHOSE:
            part = one[f"km2{whose}"]
            shares = np.divide(100 * part, whole, out=np.zeros(ways), where=whole > 0)
            one[f"km2{whose}"], one[f"share{whose}"] = tuple(part.tolist()), tuple(shares.tolist())
    return out
