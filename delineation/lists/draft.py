"""Draft entry lists: every unit gets the clauses of its place, its category, its kind and the zones that it meets.

A clause says where it holds by prefixes of county codes, a category, a kind with its zone, and places; all that it says
has to be met. A unit that a zone or a place only touches with a sliver has the clause proposed (建议), not joined.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..case.profile import read_profile
from ..core.arrays import listed
from ..core.columns import columns_of
from ..core.errors import BadInput
from ..core.given_files import read_toml
from ..core.messages import Message, at, joined
from ..core.progress import Progress, silent
from ..core.text import clean_text
from ..partition.arcs import runs
from .clause import BY_PEOPLE, CLAUSE_COLUMNS, HAND, PREVIOUS, Clause
from .library import EVERY_CATEGORY
from .wording import DIMENSIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..case.profile import Profile
    from ..core.arrays import Bools, Ints, Objects

__all__ = [
    "APPROVED",
    "BY_PEOPLE",
    "CLAUSE_COLUMNS",
    "HAND",
    "LEAST_SHARE",
    "LIBRARY_SAYS",
    "PREVIOUS",
    "PROPOSED",
    "STATUSES",
    "TO_REVIEW",
    "ClauseIndex",
    "Drafted",
    "Review",
    "Touched",
    "UnitSaid",
    "UnitScope",
    "draft",
    "is_sea",
    "least_share",
    "review_of",
    "unit_scopes",
]

TO_REVIEW = "待审"
PROPOSED = "建议"
APPROVED = "已审"
STATUSES = (TO_REVIEW, PROPOSED, APPROVED)
LIBRARY_SAYS = ("clause_id", "subdimension", "dimension", "text", "effect", "basis", "level", "issuer")
"""What a library says of a clause, and a list that follows says anew; all else of a row is the list's own."""
LEAST_SHARE = 0.005
"""Share of a unit, or of a zone's feature, from which a zone's clauses are joined; see lists.toml [joining]."""
SEA = "sea"
SEA_PREFIX = "HY"
_GENERAL = "general"
_NOT, _PROPOSED, _JOINED = 0, 1, 2


def is_sea(units: pd.DataFrame) -> pd.Series:
    """Which units lie at sea: by the prefix of their code (reported practice of coastal provinces) or by their kind.

    Parameters
    ----------
    units : pandas.DataFrame
        With ``code`` and ``kind``.

    Returns
    -------
    pandas.Series of bool
        Aligned with ``units``.
    """
    pairs = zip(_text(units["code"]), _text(units["kind"]), strict=True)
    return pd.Series(
        [code.startswith(SEA_PREFIX) or kind == SEA for code, kind in pairs], index=units.index, dtype=bool
    )


def draft(
    units: pd.DataFrame,
    library: pd.DataFrame,
    unit_zones: pd.DataFrame | None = None,
    *,
    unit_places: pd.DataFrame | None = None,
    least_share: float = LEAST_SHARE,
    profile: Profile | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Join a clause library to units.

    A clause applies where all that its scope names is met: a prefix of the unit's county, its category, its kind and
    zone, its place. A kind is met by the unit's own kind or by the role of a zone in the unit; a zone by the unit's
    subtype or that zone's. Sea units are also of kind ``sea``, and never of kind ``general``, whose clauses speak of
    land. A place is met by the unit's code or the name of a feature in it.

    Parameters
    ----------
    units : pandas.DataFrame
        The plan's units: ``unit_id``, ``code``, ``category`` (1–3), ``kind``, ``subtype``, ``county``; without the
        last, the county is read off the code.
    library : pandas.DataFrame
        From `read_library` or `library_of_plan`, the highest level first.
    unit_zones : pandas.DataFrame, optional
        ``unit_id``, ``role``, ``zone`` and ``area_m2`` of what covers each unit, and ``place``, ``share_of_unit``,
        ``share_of_zone`` as `touch.touches` gives them; without shares every zone is joined.
    unit_places : pandas.DataFrame, optional
        ``unit_id`` and ``place`` of further places, with shares or without.
    least_share : float
        0–1; a zone or place of which the larger of its two shares is less has its clauses proposed, not joined.
    profile : Profile, optional
        That says of what class zones are; the national one by default.
    progress : callable
        See `progress.Progress`.

    Returns
    -------
    pandas.DataFrame
        `CLAUSE_COLUMNS`: in the order of codes, then dimensions, then the library. ``origin`` is what brought the
        clause, the most telling part of its scope: ``place:NAME``, a kind or ``kind:zone``, ``category:1``,
        ``admin:33``, ``all``. Of clauses with the same wording and terms in one dimension of a unit the first stays,
        which is that of the highest level; a joined one before a proposed one. ``status`` is 待审 or 建议; ``terms`` is
        empty, as the library has them.

    Raises
    ------
    BadInput
        A column is missing, a unit id occurs twice, or a category is none of 1–3.
    """
    progress(0.0, Message("entry lists"))
    _need(units, "units", ("unit_id", "code", "category", "kind", "subtype"))
    if units["unit_id"].duplicated().any():
        unit = units.loc[units["unit_id"].duplicated(), "unit_id"].iloc[0]
        raise BadInput(
            Message("unit_id '{unit}' occurs twice", unit=unit),
            where=Message("units"),
            wanted=Message("one row per unit"),
        )
    if not units["category"].isin([1, 2, 3]).all():
        unit = units.loc[~units["category"].isin([1, 2, 3])].iloc[0]
        raise BadInput(
            Message("category '{category}' of unit {code}", category=unit["category"], code=unit["code"]),
            where=Message("units"),
            wanted=Message("1, 2 or 3"),
        )
    index = ClauseIndex.of(library, None if profile is None else profile.zone_classes)
    units = units.iloc[_by_code(units)]
    scopes = unit_scopes(units, unit_zones, unit_places, least_share, index)
    progress(0.3, Message("entry lists"))
    found = index.applying(scopes)
    progress(0.7, Message("entry lists"))
    columns: dict[str, Any] = {
        "unit_id": units["unit_id"].to_numpy(dtype=object)[found.unit],
        "code": _texts(units["code"])[found.unit],
        **index.said(found),
    }
    progress(1.0, Message("entry lists"))
    blank = {one.name: np.full(len(found.unit), one.default, dtype=object) for one in columns_of(Clause)}
    return pd.DataFrame({name: pd.Series(columns.get(name, rest), dtype=object) for name, rest in blank.items()})


def least_share(profile: Profile) -> float:
    """Read from which share on a profile joins clauses of zones: ``[joining] least_share`` of its ``lists.toml``.

    Raises
    ------
    BadInput
        The file cannot be read, or the share is none of 0–1.
    """
    path = profile.folder / "lists.toml"
    joining = read_toml(path, Message("a TOML file in UTF-8")).get("joining", {}) if path.exists() else {}
    found = joining.get("least_share", LEAST_SHARE) if isinstance(joining, dict) else joining
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
        raise BadInput(
            Message("{key} = '{value}'", key="least_share", value=str(found)),
            where=Message("{path} [{name}]", path=path, name="joining"),
            wanted=Message("a share from 0 to 1"),
        )
    return float(found)


def _by_code(units: pd.DataFrame) -> list[int]:
    keys = list(zip(_text(units["code"]), units["unit_id"].astype(str), strict=True))
    return sorted(range(len(units)), key=keys.__getitem__)


def unit_scopes(
    units: pd.DataFrame,
    unit_zones: pd.DataFrame | None,
    unit_places: pd.DataFrame | None,
    least_share: float,
    index: ClauseIndex,
) -> list[UnitScope]:
    """Say of each unit what it answers to."""
    touched: dict[Any, list[Touched]] = {}
    if unit_zones is not None and len(unit_zones):
        _need(unit_zones, "unit_zones", ("unit_id", "role", "zone", "area_m2"))
        _add_touched(touched, unit_zones.loc[unit_zones["area_m2"] > 0])
    if unit_places is not None and len(unit_places):
        _need(unit_places, "unit_places", ("unit_id", "place"))
        _add_touched(touched, unit_places)
    names = ("code", "kind", "subtype", *(["county"] if "county" in units else []))
    code, kind, subtype, *county = (_text(units[name]) for name in names)
    counties = county[0] if county else [""] * len(units)
    return [
        UnitScope.of(one, touched.get(unit_id, ()), index, least_share)
        for unit_id, one in zip(
            units["unit_id"],
            map(UnitSaid, code, counties, units["category"].tolist(), kind, subtype, is_sea(units)),
            strict=True,
        )
    ]


def _add_touched(touched: dict[Any, list[Touched]], table: pd.DataFrame) -> None:
    texts = [_text(table[name]) if name in table else [""] * len(table) for name in ("role", "zone", "place")]
    shares = [
        table[name].fillna(1.0).tolist() if name in table else [1.0] * len(table)
        for name in ("share_of_unit", "share_of_zone")
    ]
    for unit_id, *row in zip(table["unit_id"].tolist(), *texts, *shares, strict=True):
        touched.setdefault(unit_id, []).append(tuple(row))


Touched = tuple[str, str, str, float, float]
"""Role, zone and place of what touches a unit, its share of the unit, the unit's share of it."""


class UnitSaid(NamedTuple):
    """What a unit says of itself."""

    code: str
    county: str
    category: int
    kind: str
    subtype: str
    sea: bool


@dataclass(frozen=True)
class Review:
    """How many clauses of lists nobody has reviewed (待审).

    Attributes
    ----------
    waiting, of : int
        Those, and all clauses of the lists.
    units : tuple of str
        Ids of the units in whose lists they stand.
    """

    waiting: int
    of: int
    units: tuple[str, ...] = ()

    def message(self) -> Message:
        """Word it, as covers, notes and whoever asks for another status say it."""
        return Message("clauses to be reviewed: {waiting:,} of {of:,}", waiting=self.waiting, of=self.of)


def review_of(clauses: Iterable[tuple[str, str]]) -> Review:
    """Count what is to be reviewed, of (unit, status) of each clause; one that is only proposed stands in no list."""
    listed = [one for one in clauses if one[1] != PROPOSED]
    units = [unit for unit, status in listed if status == TO_REVIEW]
    return Review(len(units), len(listed), tuple(dict.fromkeys(units)))


@dataclass(frozen=True)
class UnitScope:
    """What a unit answers to.

    Attributes
    ----------
    code, county : str
        Its own, and its county's.
    category : int
        1–3.
    selectors : mapping of (str, str) to bool
        Kinds and zones, "" for any → whether joined, else it is only touched.
    places : mapping of str to bool
        Names of features in it, folded as brackets may be of either width → whether joined.
    """

    code: str
    county: str
    category: int
    selectors: Mapping[tuple[str, str], bool]
    places: Mapping[str, bool]

    @classmethod
    def of(
        cls, said: UnitSaid, touched: Iterable[Touched], index: ClauseIndex, least_share: float = LEAST_SHARE
    ) -> UnitScope:
        """Make it of what a unit says of itself and what touches it.

        Only what the library speaks of is in it. A unit without a county, as at sea, has the one that its code names.
        """
        zones: dict[tuple[str, str], list[float]] = {}
        places: dict[str, list[float]] = {}
        for role, zone, place, of_unit, of_zone in touched:
            classed = role, index.classes.get((role, zone), zone)
            for key in {(role, zone), classed, (role, "")} & index.selectors.keys():
                _sum_up(zones.setdefault(key, [0.0, 0.0]), of_unit, of_zone)
            place = clean_text(place)
            if place in index.names:
                _sum_up(places.setdefault(place, [0.0, 0.0]), of_unit, of_zone)
        selectors = {key: max(shares) >= least_share for key, shares in zones.items()}
        own = _own_selectors(said.kind, said.subtype, sea=said.sea)
        own |= {(one[0], index.classes[one]) for one in own & index.classes.keys()}
        own &= index.selectors.keys()
        return cls(
            said.code,
            said.county or said.code[len(SEA_PREFIX) :][:6],
            int(said.category),
            selectors | dict.fromkeys(own, True),
            {name: max(shares) >= least_share for name, shares in places.items()},
        )


def _sum_up(shares: list[float], of_unit: float, of_zone: float) -> None:
    """Add what one zone or feature has of a unit; of what the unit has of them the largest counts."""
    shares[0] += of_unit
    shares[1] = max(shares[1], of_zone)


@dataclass(frozen=True)
class Drafted:
    """Clauses of units, by unit, then dimension, then the order of the library.

    Attributes
    ----------
    unit, row : (n,) int64
        Places among the units, and in the library.
    joined : (n,) bool
        Else proposed.
    origin : (n,) object
        What brought it.
    """

    unit: Ints
    row: Ints
    joined: Bools
    origin: Objects


@dataclass(frozen=True)
class ClauseIndex:
    """The rows of a clause library by what they ask of a unit: rows that ask the same stand under one scope.

    Attributes
    ----------
    id : list of str
    columns : mapping of str to (n,) object
        What the library says of each row under the names of the plan's columns.
    order : (n,) int64
        Place of its dimension.
    wording : (n,) int64
        The same for rows of one dimension with the same text, but for stops, in the same place on the same terms.
    scope : (n,) int64
        Of each row.
    rows, start : int64
        Rows by scope, and where those of each begin.
    selector, category, admin, place : (s,) int64
        Of each scope: places in the following, and `EVERY_CATEGORY` for all.
    selectors : mapping of (str, str) to int
        Kind and zone, "" for any → place.
    admins, places : tuple of tuple of str
        Prefixes, and codes and names, of which one has to fit; without any all do.
    names : mapping of str to sequence of int
        Code or name → where it stands in ``places``.
    classes : mapping of (str, str) to str
        Role and zone → the class it is of, whose clauses hold in it too.
    """

    id: list[str]
    columns: Mapping[str, Objects]
    order: Ints
    wording: Ints
    scope: Ints
    rows: Ints
    start: Ints
    selector: Ints
    category: Ints
    admin: Ints
    place: Ints
    selectors: Mapping[tuple[str, str], int]
    admins: tuple[tuple[str, ...], ...]
    places: tuple[tuple[str, ...], ...]
    names: Mapping[str, Sequence[int]]
    classes: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, library: pd.DataFrame, classes: Mapping[tuple[str, str], str] | None = None) -> ClauseIndex:
        """Index a library, by the classes of the zones of a profile: the national one by default."""
        count = len(library)

        def cells(name: str) -> Objects:
            return _texts(library[name]) if name in library else np.full(count, "", dtype=object)

        kind, zone, admin, place = (cells(name) for name in ("kind", "zone", "admin", "place"))
        category = library["category"].to_numpy(dtype=np.int64)
        # A list is of whole units: what is said of one grade of a zone stands in those that have the zone.
        selector, pairs = _numbered([(role, one.partition("+")[0]) for role, one in zip(kind, zone, strict=True)])
        admin_of, admin_cells = _numbered(list(admin))
        place_of, place_cells = _numbered(list(place))
        keys = np.column_stack([selector, category, admin_of, place_of]).reshape(count, 4)
        unique, scope = np.unique(keys, axis=0, return_inverse=True)
        scope = scope.ravel().astype(np.int64)
        rows = np.argsort(scope, kind="stable")
        dimensions = {name: number for number, name in enumerate(DIMENSIONS)}
        called = {"clause_id": "id", "subdimension": "sub"}  # in a library that was read from a file
        said = {name: cells(name if name in library else called.get(name, name)) for name in LIBRARY_SAYS}
        dimension, text = said["dimension"], said["text"]
        places = tuple(_several(one) for one in place_cells)
        names: dict[str, list[int]] = {}
        for number, own in enumerate(places):
            for name in own:
                names.setdefault(clean_text(name), []).append(number)
        return cls(
            id=[str(one) for one in said["clause_id"]],
            columns=said,
            order=np.array([dimensions[one] for one in dimension], dtype=np.int64),
            wording=_numbered(list(zip(dimension, map(plain_text, text), _terms_of(library), strict=True)))[0],
            scope=scope,
            rows=rows,
            start=np.searchsorted(scope[rows], np.arange(len(unique) + 1)),
            selector=unique[:, 0],
            category=unique[:, 1],
            admin=unique[:, 2],
            place=unique[:, 3],
            selectors={pair: number for number, pair in enumerate(pairs)},
            admins=tuple(_several(one) for one in admin_cells),
            places=places,
            names=names,
            classes=_national() if classes is None else classes,
        )

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each id."""
        return {one: number for number, one in enumerate(self.id)}

    def applying(self, units: Sequence[UnitScope]) -> Drafted:
        """Give the clauses of some units."""
        state = np.minimum(self._zones(units)[:, self.selector], self._placed(units)[:, self.place])
        category = np.array([one.category for one in units], dtype=np.int64)[:, None]
        state[(self.category != EVERY_CATEGORY) & (self.category != category)] = _NOT
        state[~self._within(units)[:, self.admin]] = _NOT
        units_of, scopes = np.nonzero(state)
        size = np.diff(self.start)[scopes]
        row = self.rows[runs(self.start[scopes], size)]
        pair = np.repeat(np.arange(len(scopes)), size)
        touched = (state[units_of, scopes] < _JOINED)[pair]
        unit, count = units_of[pair], max(len(self.id), 1)
        # One number for all that decides is sorted by many times faster than several columns.
        order = np.argsort(((unit * count + self.wording[row]) * 2 + touched) * count + row)
        said = (unit * count + self.wording[row])[order]
        first = np.ones(len(said), dtype=bool)
        first[1:] = said[1:] != said[:-1]
        kept = order[first]
        kept = kept[np.argsort((unit[kept] * len(DIMENSIONS) + self.order[row[kept]]) * count + row[kept])]
        origins = self._origins(units, units_of, scopes)
        return Drafted(unit[kept], row[kept], ~touched[kept], origins[pair[kept]])

    def said(self, found: Drafted) -> dict[str, Objects]:
        """Give what table ``clauses`` says of clauses that apply, by column: all but whose they are."""
        status = np.where(found.joined, TO_REVIEW, PROPOSED).astype(object)
        columns = {name: values[found.row] for name, values in self.columns.items()}
        return {**columns, "origin": found.origin, "status": status}

    def _zones(self, units: Sequence[UnitScope]) -> NDArray[np.int8]:
        out = np.zeros((len(units), len(self.selectors)), dtype=np.int8)
        for number, one in enumerate(units):
            for key, is_joined in one.selectors.items():
                place = self.selectors.get(key)
                if place is not None:
                    out[number, place] = _JOINED if is_joined else _PROPOSED
        return out

    def _placed(self, units: Sequence[UnitScope]) -> NDArray[np.int8]:
        out = np.zeros((len(units), len(self.places)), dtype=np.int8)
        out[:, [number for number, own in enumerate(self.places) if not own]] = _JOINED
        for number, one in enumerate(units):
            for name, is_joined in {**one.places, one.code: True}.items():
                for place in self.names.get(name, ()):
                    out[number, place] = max(out[number, place], _JOINED if is_joined else _PROPOSED)
        return out

    def _within(self, units: Sequence[UnitScope]) -> Bools:
        counties, which = _numbered([one.county for one in units])
        fits = [[not own or any(county.startswith(one) for one in own) for own in self.admins] for county in which]
        return np.array(fits, dtype=bool).reshape(len(which), len(self.admins))[counties]

    def _origins(self, units: Sequence[UnitScope], unit: Ints, scope: Ints) -> Objects:
        """Say what brings the clauses of a scope to a unit: of several prefixes or places the one that fits."""
        selectors = list(self.selectors)
        told = np.empty(len(unit), dtype=object)
        for number, (at_unit, at_scope) in enumerate(zip(listed(unit), listed(scope), strict=True)):
            one = units[at_unit]
            kind, zone = selectors[self.selector[at_scope]]
            places, admins = self.places[self.place[at_scope]], self.admins[self.admin[at_scope]]
            if places:
                here = [name for name in places if name == one.code or one.places.get(clean_text(name))]
                told[number] = f"place:{(here or [name for name in places if clean_text(name) in one.places])[0]}"
            elif kind:
                told[number] = f"{kind}:{zone}" if zone else kind
            elif self.category[at_scope] != EVERY_CATEGORY:
                told[number] = f"category:{self.category[at_scope]}"
            elif admins:
                told[number] = f"admin:{next(own for own in admins if one.county.startswith(own))}"
            else:
                told[number] = "all"
        return told


@cache
def _national() -> Mapping[tuple[str, str], str]:
    return read_profile().zone_classes


def _own_selectors(kind: str, subtype: str, *, sea: bool) -> frozenset[tuple[str, str]]:
    """Give the kinds and zones that a unit answers to by itself, "" standing for any.

    Parameters
    ----------
    kind, subtype : str
        The unit's.
    sea : bool
        It lies at sea.
    """
    own = (SEA, "") if sea and kind == _GENERAL else (kind, subtype)
    return frozenset({own, (own[0], ""), ("", ""), *([(SEA, "")] if sea else [])})


def _several(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in cell.replace("；", ";").split(";") if one.strip())


def _numbered(values: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Give each value the number of its first occurrence among the different ones."""
    known: dict[Any, int] = {}
    numbers = [known.setdefault(value, len(known)) for value in values]
    return np.array(numbers, dtype=np.int64), list(known)


def _text(column: pd.Series) -> list[str]:
    return [str(text) for text in column.astype(object).where(column.notna(), "").astype(str).str.strip()]


def _terms_of(library: pd.DataFrame) -> list[str]:
    """Give the terms of each row as a text: rows of one wording may hold in different places, or for others."""
    if "terms" in library:
        return [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in library["terms"]]
    scope = [name for name in ("admin", "category", "kind", "zone", "place") if name in library]
    return [json.dumps(one, ensure_ascii=False) for one in library[scope].astype(str).to_numpy().tolist()]


def _texts(column: pd.Series) -> Objects:
    out = np.empty(len(column), dtype=object)
    out[:] = _text(column)
    return out


def _need(table: pd.DataFrame, name: str, columns: Iterable[str]) -> None:
    lacking = [column for column in columns if column not in table.columns]
    if lacking:
        raise BadInput(
            Message("column '{lacking}' is missing", lacking=lacking[0]), where=at(name), wanted=joined(columns)
        )
