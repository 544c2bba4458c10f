"""What a plan holds, row by row, under the column names by which files for others are filled.

Profiles name these columns (``of = "area_km2"``); a column is made when it is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from ..case.names import Glossary, glossary
from ..case.profile import NATIONAL, Profile, plan_profile, profile_settings
from ..case.profile_files import read_settings
from ..core.errors import BadInput
from ..core.measures import AREA_UNITS, LENGTH_UNITS, UNITS
from ..core.messages import Message, at, percent
from ..core.text import require_known
from ..lists.draft import is_sea
from ..lists.rows import clause_lines, list_rows, zone_codes
from ..lists.wording import DIMENSIONS, Wording, list_words
from ..partition.dissolve import united
from ..plan.statement import province_of
from ..plan.tables import declared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..plan.file import Plan

__all__ = ["COLUMNS", "LAYERS_FILE", "MEASURES", "Records", "layer_settings", "records_of"]

CATEGORIES = (1, 2, 3)
LAYERS_FILE = "layers.toml"
_CATEGORY_DIGIT, _ELEMENT_DIGIT = 8, 9  # of an element zone's code
_TOKEN = re.compile(r"\{(\w+)\}")

_PLACES = {
    "county": Message("county code"),
    "county_name": Message("county"),
    "city_code": Message("city code"),
    "city": Message("city"),
    "province_code": Message("province code"),
    "province": Message("province"),
}
_WHOSE = {"": Message("in all")} | {
    f"_{number}": Message("{category:category}", category=number) for number in CATEGORIES
}
_AREAS = {f"area_{key}": Message("area in {unit:measure}", unit=unit.sign) for key, unit in AREA_UNITS.items()}
_SHAPES = {
    **_AREAS,
    **{f"perimeter_{key}": Message("perimeter in {unit}", unit=unit.sign) for key, unit in LENGTH_UNITS.items()},
    "lon": Message("longitude of a point inside"),
    "lat": Message("latitude of a point inside"),
}
_OF_ALL = {"share_of_all": Message("% of the whole area")}
_CATEGORY = {"category": Message("digit of the category"), "category_name": Message("category")}
_NUMBER = {"number": Message("running number")}
_OF_PLAN = {
    "year": Message("year in which the plan was compiled"),
    "date": Message("day on which the plan was compiled"),
    "filing_year": Message("year for which the plan is filed"),
    "classification": Message("classification"),
    "plan": Message("name of the plan"),
}

_TABLES = {name: name for name in ("units", "findings", "clauses", "sources")} | {"zones": "element_zones"}
_DERIVED: Mapping[str, Mapping[str, Message]] = {
    "units": {
        "unit_id": Message("internal id of the unit"),
        **_CATEGORY,
        "kind": Message("id of the unit's kind"),
        "kind_name": Message("kind of the unit"),
        "ground": Message("land or sea"),
        **_PLACES,
        **_SHAPES,
        **_OF_ALL,
        "zones": Message("codes of the element zones"),
        "space": Message("spatial layout"),
        "discharge": Message("discharge"),
        "risk": Message("environmental risk"),
        "resource": Message("resource use"),
        **_OF_PLAN,
    },
    "zones": {
        "name": Message("name of the element zone"),
        "element": Message("id of the element"),
        "element_name": Message("element"),
        "element_digit": Message("digit of the element"),
        "zone": Message("id of the zone's type"),
        "zone_name": Message("type of the zone"),
        "category": Message("digit of the zone's category"),
        "category_name": Message("category of the zone"),
        **_PLACES,
        **_SHAPES,
        **_OF_PLAN,
    },
    "findings": {
        "severity": Message("id of the severity"),
        "severity_name": Message("severity"),
        "state": Message("id of the state"),
        "state_name": Message("state"),
        "reason": Message("reason of the acceptance"),
        "x": Message("x"),
        "y": Message("y"),
    },
    "clauses": {
        "name": Message("name of the unit"),
        **_CATEGORY,
        "county": Message("county code"),
        "county_name": Message("county"),
        "clause_id": Message("number in the clause library"),
        "dimension": Message("id of the dimension"),
        "dimension_name": Message("dimension"),
        "effect": Message("id of the effect"),
        "effect_name": Message("effect"),
        "origin": Message("origin of the clause"),
        "status": Message("review"),
    },
    "counties": {
        **_PLACES,
        **{f"n{whose}": Message("{whose}, units", whose=said) for whose, said in _WHOSE.items()},
        **{
            f"{key}{whose}": Message("{whose}, {unit:measure}", whose=said, unit=unit.sign)
            for whose, said in _WHOSE.items()
            for key, unit in AREA_UNITS.items()
        },
        **{f"share{whose}": Message("{whose}, %", whose=said) for whose, said in _WHOSE.items()},
        **_OF_ALL,
    },
    "sources": {"role": Message("id of the role"), "role_name": Message("role"), "date": Message("date")},
    "boundaries": {
        "role": Message("id of the role"),
        "role_name": Message("role"),
        "layer": Message("name of its layer"),
        "code": Message("code"),
        "name": Message("name"),
        "grade_name": Message("zone or grade"),
        "provider": Message("provider"),
        "classification": Message("classification"),
        **_PLACES,
        **_AREAS,
    },
}
# What is made of a plan's columns, and how those are called that hold an id, or need more words than their own title.


def _columns(what: str) -> dict[str, Message]:
    """Name the columns of a kind of rows: those of its table, titled as there, then what is made of them."""
    own = declared(_TABLES[what]).columns if what in _TABLES else ()
    return {**_NUMBER, **{column.name: column.said for column in own if column.shown}, **_DERIVED[what]}


COLUMNS: Mapping[str, Mapping[str, Message]] = {what: _columns(what) for what in _DERIVED}
"""What rows there are → name of a column → what it holds."""


class Measure(NamedTuple):
    """What a column measures, and in which unit.

    Attributes
    ----------
    what : str
        The same in each unit: ``area``, ``perimeter``, ``sum`` and of a category ``sum_1`` …
    unit : str
        One of ``core.measures.UNITS``.
    """

    what: str
    unit: str

    @property
    def size(self) -> float:
        """How many m² or m the unit has."""
        return UNITS[self.unit].size


MEASURES: Mapping[str, Measure] = {
    **{f"area_{key}": Measure("area", key) for key in AREA_UNITS},
    **{f"perimeter_{key}": Measure("perimeter", key) for key in LENGTH_UNITS},
    **{f"{key}{whose}": Measure(f"sum{whose}", key) for whose in _WHOSE for key in AREA_UNITS},
}
"""Column that holds a measure → what it measures; the same thing in another unit is another column."""


@dataclass(frozen=True)
class Records:
    """Rows of one kind, in the order that they have in the plan.

    Attributes
    ----------
    what : str
        One of ``COLUMNS``.
    frame : pandas.DataFrame
        Of the plan.
    makers : mapping
        Column name → what makes its values.
    """

    what: str
    frame: pd.DataFrame
    makers: Mapping[str, Callable[[], Sequence[Any]]]
    _made: dict[str, Sequence[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.frame)

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Shape of each row; only of units, zones, findings and boundaries."""
        own = self.frame.get("geometry")
        return np.asarray(self.column("geometry", Message("records")) if own is None else own, dtype=object)

    def column(self, name: str, where: Message) -> Sequence[Any]:
        """Give the values of a column.

        Raises
        ------
        BadInput
            No such column; ``where`` says who asked for it.
        """
        if name not in self._made:
            what = Message("of = '{column}': a plan holds no such thing of {what}", column=name, what=self.what)
            require_known(name, self.makers, what, where)
            self._made[name] = self.makers[name]()
        return self._made[name]

    def chosen(self, rows: Sequence[int]) -> Records:
        """Give some of the rows, numbered anew."""
        frame = self.frame.iloc[list(rows)].reset_index(drop=True)

        def some(name: str) -> Callable[[], Sequence[Any]]:
            return lambda: [self.column(name, Message("records"))[row] for row in rows]

        makers = {name: some(name) for name in self.makers}
        return Records(self.what, frame, {**makers, "number": lambda: list(range(1, len(frame) + 1))})

    def apart(self, column: str, where: Message) -> dict[str, Records]:
        """Part the rows by what a column says."""
        values = dict.fromkeys(map(str, self.column(column, where)))
        return {value: self.chosen(self.rows({column: value}, where)) for value in values}

    def rows(self, only: Mapping[str, str], where: Message) -> list[int]:
        """List the rows in which columns say what they are to say."""
        rows = list(range(len(self)))
        for name, wanted in only.items():
            own = self.column(name, where)
            rows = [row for row in rows if str(own[row]) == wanted]
        return rows

    def fill(self, text: str, where: Message, kept: Collection[str] = ()) -> str:
        """Fill in columns that stand in braces with what the first row says; other tokens, and those ``kept``, stay."""

        def one(found: re.Match[str]) -> str:
            if found[1] in kept or found[1] not in self.makers:
                return found[0]
            return str(next(iter(self.column(found[1], where)), ""))

        return _TOKEN.sub(one, text)


def records_of(
    plan: Plan,
    what: str,
    profile: Profile | None = None,
    *,
    city_code: str = "",
    findings: pd.DataFrame | None = None,
) -> Records:
    """Take rows of one kind out of a plan.

    Parameters
    ----------
    plan : Plan
    what : str
        One of ``COLUMNS``.
    profile : Profile, optional
        Else the plan's: its language and names are those of the values.
    city_code : str, optional
        In place of the one that the county codes begin with.
    findings : pandas.DataFrame, optional
        In place of the plan's own: with columns ``state`` and ``reason``.

    Raises
    ------
    BadInput
        An unknown kind of rows.
    """
    require_known(what, COLUMNS, Message("of = '{what}'", what=what), Message("records"))
    taken = _Taken(plan, profile or plan_profile(plan), city_code, findings)
    frame, makers = getattr(taken, what)()
    makers = {"number": lambda: list(range(1, len(frame) + 1)), **makers}
    return Records(what, frame, makers)


def layer_settings(profile: Profile, what: str) -> Mapping[str, Any]:
    """Give what ``layers.toml`` says of a layer; of one that a bureau's own file lacks, what the shipped one says."""
    shipped = read_settings(NATIONAL / LAYERS_FILE, NATIONAL / LAYERS_FILE)
    found: Mapping[str, Any] = {**shipped, **profile_settings(profile, LAYERS_FILE)}[what]
    return found


def _shares(areas: Sequence[float], sea: Sequence[bool]) -> list[float]:
    """Give the share (%) of each in the area of all: of those on land in the land's, at sea in the sea's."""
    size, at_sea = np.asarray(areas, dtype=np.float64), np.asarray(sea, dtype=bool)
    whole = np.where(at_sea, size[at_sea].sum(), size[~at_sea].sum())
    return [percent(share, 12) for share in np.divide(size, whole, out=np.zeros_like(size), where=whole > 0)]


_Makers = dict[str, Callable[[], Sequence[Any]]]


def _in_units(measured: Mapping[str, NDArray[np.float64]]) -> _Makers:
    """Give what was measured (m² or m) in each unit that it may be stated in."""
    return {of: partial(list, measured[one.what] / one.size) for of, one in MEASURES.items() if one.what in measured}


class _Taken:
    """A plan's rows with the names of its profile."""

    def __init__(self, plan: Plan, profile: Profile, city_code: str, findings: pd.DataFrame | None) -> None:
        self.plan, self.profile, self.city_code, self.own_findings = plan, profile, city_code, findings
        self.words: Glossary = glossary(profile)
        self.language = str(profile.settings["language"])
        self.county_names: dict[str, str] = json.loads(plan.meta.get("county_names") or "{}")

    @cached_property
    def wording(self) -> Wording:
        return list_words(self.profile, self.plan.meta)

    def name(self, kind: str, values: Sequence[Any]) -> list[str]:
        return [self.words(kind, str(value), self.language, {}) for value in values]

    def categories(self, digits: Sequence[Any]) -> list[str]:
        return [self.words.category(int(one), self.language) for one in digits]

    # ── what several kinds have ───────────────────────────────────────────────────────────────────────────────────

    def plain(self, frame: pd.DataFrame) -> _Makers:
        return {str(name): frame[name].tolist for name in frame.columns if name not in ("geometry", "facts")}

    def places(self, county: Sequence[Any]) -> _Makers:
        codes, meta = [str(code) for code in county], self.plan.meta

        def prefix(digits: int, given: str = "") -> Callable[[], Sequence[Any]]:
            return lambda: [given or (code[:digits].ljust(6, "0") if code else "") for code in codes]

        return {
            "county": lambda: codes,
            "county_name": lambda: [str(self.county_names.get(code, "")) for code in codes],
            "city": lambda: [meta.get("city", "")] * len(codes),
            "province": lambda: [province_of(meta)] * len(codes),
            "city_code": prefix(4, self.city_code),
            "province_code": prefix(2),
        }

    def shapes(self, frame: pd.DataFrame) -> _Makers:
        shape = frame["geometry"].to_numpy(dtype=object)
        measured = {"area": frame["area_m2"].to_numpy(dtype=np.float64), "perimeter": shapely.length(shape)}

        def degrees(axis: int) -> Callable[[], Sequence[Any]]:
            return lambda: list(self.inside(shape)[axis])

        return {
            **_in_units(measured),
            "lon": degrees(0),
            "lat": degrees(1),
        }

    def inside(self, shape: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Find a point inside each shape, in degrees of the plan's own datum."""
        from pyproj import CRS

        from ..core.messages import at
        from ..sources.coordinates.crs import to_crs

        crs = CRS.from_user_input(self.plan.crs)
        points = shapely.point_on_surface(shape)
        if not crs.is_geographic and crs.geodetic_crs is not None:
            points, _ = to_crs(points, crs, crs.geodetic_crs, at("units"))
        return shapely.get_x(points), shapely.get_y(points)

    def of_plan(self, count: int) -> _Makers:
        meta = self.plan.meta
        said = {
            "year": meta["date"][:4],
            "date": meta["date"][:10],
            "filing_year": meta.get("filing_year", ""),
            "classification": meta.get("classification", ""),
            "plan": meta["name"],
        }

        return {key: partial(list, [text] * count) for key, text in said.items()}

    # ── the kinds ─────────────────────────────────────────────────────────────────────────────────────────────────

    def units(self) -> tuple[pd.DataFrame, _Makers]:
        frame = self.plan.units.reset_index(drop=True)

        def dimension(name: str) -> Callable[[], Sequence[Any]]:
            def make() -> list[str]:
                own = {row.unit_id: row.clauses[name] for row in list_rows(self.plan)}
                lines = [clause_lines(own[str(unit)], self.wording, self.language) for unit in frame["unit_id"]]
                return ["\n".join(one) for one in lines]

            return make

        def zones() -> list[str]:
            codes = zone_codes(self.plan)
            return ["、".join(codes.get(str(unit), ())) for unit in frame["unit_id"]]

        return frame, {
            **self.plain(frame),
            **self.places(frame["county"].tolist()),
            **self.shapes(frame),
            **self.of_plan(len(frame)),
            "category_name": partial(self.categories, frame["category"]),
            "kind_name": lambda: [self.words.kind(str(one), self.language) for one in frame["kind"]],
            "ground": lambda: ["sea" if one else "land" for one in is_sea(frame)],
            "share_of_all": lambda: _shares(frame["area_m2"], is_sea(frame)),
            "zones": zones,
            **{name: dimension(name) for name in DIMENSIONS},
        }

    def zones(self) -> tuple[pd.DataFrame, _Makers]:
        frame = self.plan.element_zones.reset_index(drop=True)
        places = self.places(frame["county"].tolist())
        digits = [int(str(code)[_CATEGORY_DIGIT]) for code in frame["code"]]
        named = [
            self.words("zone", zone, self.language, {"element": element, "filled": filled})
            for element, zone, filled in zip(frame["element"], frame["zone"], frame["filled"], strict=True)
        ]
        return frame, {
            **self.plain(frame),
            **places,
            **self.shapes(frame),
            **self.of_plan(len(frame)),
            "element_name": lambda: self.name("element", frame["element"]),
            "element_digit": lambda: [str(code)[_ELEMENT_DIGIT] for code in frame["code"]],
            "zone_name": lambda: named,
            "name": lambda: [f"{county}{zone}" for county, zone in zip(places["county_name"](), named, strict=True)],
            "category": lambda: digits,
            "category_name": partial(self.categories, digits),
        }

    def findings(self) -> tuple[pd.DataFrame, _Makers]:
        frame = self.plan.findings if self.own_findings is None else self.own_findings
        frame = frame.reset_index(drop=True)
        for name, default in (("state", "open"), ("reason", "")):
            if name not in frame:
                frame = frame.assign(**{name: default})
        point = frame["geometry"].to_numpy(dtype=object)

        def coordinate(of: Callable[[Any], NDArray[np.float64]]) -> Callable[[], Sequence[Any]]:
            return lambda: [None if np.isnan(one) else float(one) for one in of(point)]

        return frame, {
            **self.plain(frame),
            "severity_name": lambda: self.name("severity", frame["severity"]),
            "state_name": lambda: self.name("state", frame["state"]),
            "value": lambda: [None if one is None or np.isnan(one) else float(one) for one in frame["value"]],
            "x": coordinate(shapely.get_x),
            "y": coordinate(shapely.get_y),
        }

    def clauses(self) -> tuple[pd.DataFrame, _Makers]:
        units = self.plan.units[["unit_id", "name", "category", "county"]]
        frame = self.plan.clauses.merge(units, on="unit_id", how="inner", sort=False)
        order = {row.unit_id: number for number, row in enumerate(list_rows(self.plan))}
        frame = frame.iloc[np.argsort([order[one] for one in frame["unit_id"]], kind="stable")].reset_index(drop=True)
        places = self.places(frame["county"].tolist())
        return frame, {
            **self.plain(frame),
            "county_name": places["county_name"],
            "category_name": partial(self.categories, frame["category"]),
            "dimension_name": lambda: [self.wording.dimensions.get(str(one), str(one)) for one in frame["dimension"]],
            "effect_name": lambda: [self.wording.effects.get(str(one), str(one)) for one in frame["effect"]],
        }

    def counties(self) -> tuple[pd.DataFrame, _Makers]:
        units = self.plan.units.loc[~is_sea(self.plan.units).to_numpy(dtype=bool)]
        count = units.pivot_table(index="county", columns="category", values="area_m2", aggfunc="size", fill_value=0)
        area = units.pivot_table(index="county", columns="category", values="area_m2", aggfunc="sum", fill_value=0.0)
        count, area = (one.reindex(columns=list(CATEGORIES), fill_value=0) for one in (count, area))
        codes = [str(code) for code in area.index]
        frame = area.reset_index()[["county"]]
        makers: _Makers = {**self.places(codes)}
        for number in CATEGORIES:
            makers[f"n_{number}"] = count[number].astype(int).tolist
            makers[f"share_{number}"] = (area[number] / area.sum(axis=1)).map(lambda one: percent(one, 12)).tolist
        makers["n"] = count.sum(axis=1).astype(int).tolist
        sums = {"sum": area.sum(axis=1), **{f"sum_{number}": area[number] for number in CATEGORIES}}
        makers |= _in_units({whose: one.to_numpy(dtype=np.float64) for whose, one in sums.items()})
        makers["share"] = lambda: [100.0] * len(codes)
        makers["share_of_all"] = lambda: _shares(area.sum(axis=1), [False] * len(codes))
        return frame, makers

    def sources(self) -> tuple[pd.DataFrame, _Makers]:
        frame = self.plan.sources.reset_index(drop=True)
        return frame, {**self.plain(frame), "role_name": lambda: self.name("role", frame["role"])}

    def boundaries(self) -> tuple[pd.DataFrame, _Makers]:
        """Unite faces by county and feature: red lines, parks …; by label what they are labelled with: townships …."""
        plan, layers = self.plan, layer_settings(self.profile, "boundaries").get("roles")
        if not layers:
            where = at(self.profile.folder / LAYERS_FILE)
            raise BadInput(Message("no key '{key}'", key="roles"), where=where, wanted=Message("[boundaries.roles]"))
        faces = plan.faces[["face_id", "county", "township", "area_m2"]].fillna({"township": ""})
        named = plan.coverage[plan.coverage["role"].isin(list(layers))].merge(plan.features, how="left")
        faces = faces.assign(row=range(len(faces)))
        keys = ["role", "county", "key", "zone", "grade"]
        parts = []
        for role in layers:
            labelled = role in faces
            own = faces[faces[role] != ""] if labelled else faces
            own = own.merge(named[named["role"] == role], "left" if labelled else "inner", "face_id")
            own = own.assign(role=role, key=own[role if labelled else "name"], code=own[role] if labelled else "")
            own = (
                own.fillna(dict.fromkeys([*keys, "name", "source"], ""))
                .sort_values("area_m2")
                .drop_duplicates([*keys, "row"])
            )
            # Its largest face says what a township is called, and whose source it is of.
            last = dict.fromkeys(["code", "name", "source"], "last")
            parts.append(own.groupby(keys, as_index=False).agg({**last, "area_m2": "sum", "row": list}))
        said = ["role", "source", "provider", "classification"]
        sources = plan.sources[said].drop_duplicates(said[:2])
        frame = pd.concat(parts, ignore_index=True).merge(sources, "left", said[:2]).fillna("")
        return frame, {
            **self.plain(frame),
            **self.places(frame["county"].tolist()),
            **_in_units({"area": frame["area_m2"].to_numpy(dtype=np.float64)}),
            "role_name": lambda: self.name("role", frame["role"]),
            "layer": lambda: [layers[role] for role in frame["role"]],
            "name": lambda: [row.name or self.county_names.get(row.code, row.code) for row in frame.itertuples()],
            "grade_name": lambda: [
                self.words.zone(row.role, row.zone or row.grade, self.language) for row in frame.itertuples()
            ],
            "geometry": lambda: [united(plan.faces.geometry.to_numpy()[rows]) for rows in frame["row"]],
        }
