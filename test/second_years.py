"""Second years of a plan, drawn by number, and an oracle that says of each unit what has to become of it.

A first year and people's edits of it; then sources that change (`CHANGES`: one alone, two, all), are written otherwise
(`WRITTEN`), and are run as an update. The oracle reads tables and shapes of the plan before and after and knows nothing
of the engine but its doors: an old unit goes on where the update kept land of it that is no sliver, else in the only
unit of its county, kind and grouping. What it cannot know, narrow strips and draws, it leaves out.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from control_units.delineation import verbs
from hand import CRS, box, write_layer
from revision_moves import rows_of
from shapely import affinity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# ── The first year ──────────────────────────────────────────────────────────────────────────────────────────────────

GROUPINGS = (
    "",
    'priority = "named"\ngeneral = "township"',
    'priority = "township"\nkey = "township"\ngeneral = "township"',
)
# Role → fields of its layer that its source names besides what it is called by.
FIELDS = {
    "county": ("code", "name"),
    "township": ("code", "name"),
    "red_line": ("name",),
    "drinking_water": ("name", "grade"),
    "general_eco_space": ("name",),
    "industrial_park": ("name",),
    "urban_boundary": ("name", "zone"),
    "water_zone": ("name", "zone"),
    "air_zone": ("name", "zone"),
}
ADMIN = ("county", "township")
ROLES = tuple(role for role in FIELDS if role not in ADMIN)
_NAMES = {
    "red_line": ("青山", "绿水", "云岭", "白沙"),
    "drinking_water": ("东湖", "西河", "石潭"),
    "general_eco_space": ("南坡", "北坡", "中岭"),
    "industrial_park": ("高新园", "化工园", "电子园", "物流园", "纸业园"),
    "urban_boundary": ("新城", "老城", "港城"),
    "water_zone": ("清河", "浊溪", "长渠"),
    "air_zone": ("东风", "西风"),
}
_ZONES = {
    "drinking_water": "二级",
    "urban_boundary": "集中建设区",
    "water_zone": "工业污染重点管控区",
    "air_zone": "高排放重点管控区",
}
_SPLIT = 10_000.0  # where a county may be split, metres from the west


@dataclass
class Feature:
    """A shape of a source with its fields."""

    shape: shapely.Polygon
    name: str
    code: str = ""


@dataclass
class Year:
    """Sources of a year, what the table of administrative changes says, and how it is run."""

    layers: dict[str, list[Feature]]
    grouping: str
    rows: list[str] = field(default_factory=list)
    recode: bool = False
    follow: bool = True
    written: str = "plain"

    def any_of(self, dice: random.Random, *roles: str) -> tuple[str, Feature]:
        """Draw a feature of some roles."""
        role = dice.choice([role for role in roles or ROLES if self.layers[role]])
        return role, dice.choice(self.layers[role])

    def county(self, code: str) -> Feature:
        """Find a county by its code."""
        return next(one for one in self.layers["county"] if one.code == code)


def first_year(place: int) -> Year:
    """Three counties of two or four towns with a few features of each role, which lie otherwise for each number."""
    dice = random.Random(f"place:{place}")  # noqa: S311 - no secret
    counties = [("330101", "甲县", 0, 6_000), ("330102", "乙县", 6_000, 8_000), ("330104", "丁县", 14_000, 6_000)]
    layers: dict[str, list[Feature]] = {role: [] for role in FIELDS}
    for code, name, x, width in counties:
        layers["county"].append(Feature(box(x, 0, width, 8_000), name, code))
        wide = 4_000 if width == 8_000 else width
        towns = [(left, y) for left in range(x, x + width, wide) for y in (0, 4_000)]
        for number, (left, y) in enumerate(towns, 1):
            layers["township"].append(
                Feature(box(left, y, wide, 4_000), f"{name[0]}{'一二三四'[number - 1]}镇", f"{code}00{number}")
            )
    cells = [(x, y) for x in range(0, 20_000, 2_000) for y in range(0, 8_000, 2_000)]
    dice.shuffle(cells)
    for role in ROLES:
        for name in _NAMES[role]:
            x, y = cells.pop()
            wide = dice.choice((2, 3)) if role in ("water_zone", "air_zone") else 1
            shape = box(0, 0, dice.uniform(700, 1_600) * wide, dice.uniform(700, 1_600))
            shape = affinity.skew(shape, dice.choice((0, 0, 4)), origin="center")
            off = [dice.uniform(100, 900) for _ in range(2)]
            layers[role].append(Feature(_rounded(affinity.translate(shape, x + off[0], y + off[1])), name))
    # A zone that begins some millimetres within the last park: seven square metres where that is cancelled.
    park = layers["industrial_park"][-1].shape
    west, south, east, north = park.bounds
    layers["industrial_park"][-1].shape = shapely.box(west, south, east, north)
    layers["water_zone"].append(Feature(shapely.box(east - 7 / (north - south), south - 50, east + 600, north), "界河"))
    # Borders that are the same in two layers, as one bureau takes over the line of another, with vertices of its own.
    for (role, one), (other, like), beside in (
        (("general_eco_space", 1), ("red_line", 1), True),
        (("urban_boundary", 0), ("industrial_park", 0), False),
        (("water_zone", 0), ("drinking_water", 0), True),
        (("air_zone", 0), ("red_line", 2), False),
    ):
        shape = layers[other][like].shape
        if beside:
            corners = shapely.get_coordinates(shape)
            shape = affinity.translate(shape, *(corners[2] - corners[1]))
        layers[role][one].shape = _rounded(shapely.segmentize(shape, 170))
    return Year(layers, GROUPINGS[place % len(GROUPINGS)])


def _surface(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.union_all([part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2])


def _rounded(shape: shapely.Polygon) -> shapely.Polygon:
    return shapely.set_precision(shape, 0.001)


# ── What changes ────────────────────────────────────────────────────────────────────────────────────────────────────

Change = "Callable[[Year, random.Random], None]"


def _scaled(one: Feature, area: float, dice: random.Random) -> None:
    west, south, east, north = one.shape.bounds
    corner = dice.choice([(west, south), (east, north), (west, north)])
    one.shape = _rounded(affinity.scale(one.shape, area**0.5, area**0.5, origin=corner))


def shrinks(year: Year, dice: random.Random) -> None:
    """A red line keeps a fifth of its land."""
    _scaled(year.any_of(dice, "red_line")[1], 0.2, dice)


def grows(year: Year, dice: random.Random) -> None:
    """A source-water zone grows eightfold."""
    _scaled(year.any_of(dice, "drinking_water")[1], 8, dice)


def is_redrawn(year: Year, dice: random.Random) -> None:
    """A feature of any source has half or twice its land."""
    _scaled(year.any_of(dice)[1], dice.choice((0.5, 2)), dice)


def moves(year: Year, dice: random.Random) -> None:
    """A feature lies a little or far away."""
    far = dice.choice((60.0, 400.0, 2_500.0))
    _, one = year.any_of(dice)
    one.shape = affinity.translate(one.shape, dice.choice((far, -far)), dice.choice((0.0, far / 2)))


def is_cancelled(year: Year, dice: random.Random) -> None:
    """A park or a protected area is no more."""
    role, one = year.any_of(dice, "industrial_park", "red_line", "general_eco_space", "drinking_water")
    year.layers[role].remove(one)


def leaves_a_strip(year: Year, _: random.Random) -> None:
    """A park is cancelled, of whose land seven square metres lie under the border of a zone."""
    year.layers["industrial_park"] = [one for one in year.layers["industrial_park"] if one.name != "纸业园"]


def appears(year: Year, dice: random.Random) -> None:
    """A feature is new: away from others, or on one of another role."""
    role, like = year.any_of(dice, "industrial_park", "red_line", "drinking_water", "water_zone")
    _, other = year.any_of(dice)
    shape = affinity.translate(affinity.scale(other.shape, 0.6, 0.6), dice.choice((0, 900)), dice.choice((0, 700)))
    year.layers[role].append(Feature(_rounded(shape), f"新{like.name}"))


def is_renamed(year: Year, dice: random.Random) -> None:
    """A feature, a town or a county is called otherwise."""
    role, one = year.any_of(dice, "industrial_park", "red_line", *ADMIN)
    old, one.name = one.name, f"新{one.name}"
    if role in ADMIN:
        year.rows.append(f"{one.code},{one.code},{old},{one.name},{role},rename")


def _parts(year: Year, west: tuple[str, str], east: tuple[str, str]) -> None:
    whole = year.county("330102")
    code, name = whole.code, whole.name
    sides = [box(6_000, 0, _SPLIT - 6_000, 8_000), box(_SPLIT, 0, 4_000, 8_000)]
    parts = [
        Feature(_surface(shapely.intersection(whole.shape, side)), own, new)
        for side, (new, own) in zip(sides, (west, east), strict=True)
    ]
    year.layers["county"] = [one for one in year.layers["county"] if one is not whole] + parts
    for town in year.layers["township"]:
        if town.code.startswith(code):
            part = parts[int(shapely.contains(parts[1].shape, town.shape.representative_point()))]
            town.code = part.code + town.code[6:]
    year.rows += [f"{code},{part.code},{name},{part.name},county,split" for part in parts if part.code != code]


def is_split_off(year: Year, _: random.Random) -> None:
    """A part of a county becomes one of its own: its code still stands, and the table says the one natural row."""
    _parts(year, ("330102", year.county("330102").name), ("330103", "丙县"))


def is_split_in_two(year: Year, _: random.Random) -> None:
    """A county becomes two with new codes."""
    _parts(year, ("330105", "戊区"), ("330106", "己区"))


def are_merged(year: Year, dice: random.Random) -> None:
    """Two counties become one: a new one, or one of them."""
    new = dice.choice((("330107", "庚区"), ("330104", year.county("330104").name)))
    gone = [one for one in year.layers["county"] if one.code[:6] not in ("330101", "330151")]
    year.layers["county"] = [one for one in year.layers["county"] if one not in gone]
    year.layers["county"].append(Feature(shapely.union_all([one.shape for one in gone]), new[1], new[0]))
    towns = [one for one in year.layers["township"] if one.code[:6] in {part.code for part in gone}]
    for number, town in enumerate(sorted(towns, key=lambda one: one.code), 1):
        town.code = f"{new[0]}0{number:02d}"
    year.rows += [f"{one.code},{new[0]},{one.name},{new[1]},county,merge" for one in gone if one.code != new[0]]


def is_recoded(year: Year, _: random.Random) -> None:
    """A county gets another code and another kind of name."""
    one = year.county("330101")
    year.rows.append(f"{one.code},330151,{one.name},甲区,county,recode")
    for town in year.layers["township"]:
        if town.code.startswith(one.code):
            town.code = "330151" + town.code[6:]
    one.code, one.name = "330151", "甲区"


def is_transferred(year: Year, _: random.Random) -> None:
    """A town goes to the county beside it."""
    town = next(one for one in year.layers["township"] if shapely.contains_xy(one.shape, *_middle(7_000, 1_000)))
    to = next(one for one in year.layers["county"] if shapely.contains_xy(one.shape, *_middle(3_000, 1_000)))
    old = next(one for one in year.layers["county"] if shapely.contains_xy(one.shape, *_middle(7_000, 1_000)))
    old.shape, to.shape = shapely.difference(old.shape, town.shape), shapely.union(to.shape, town.shape)
    code = f"{to.code}009"
    year.rows.append(f"{town.code},{code},{town.name},{town.name},township,transfer")
    town.code = code


def _middle(x: float, y: float) -> tuple[float, float]:
    return shapely.get_coordinates(box(x, y, 1, 1))[0]


CHANGES: dict[str, Callable[[Year, random.Random], None]] = {
    change.__name__: change
    for change in (
        shrinks,
        grows,
        is_redrawn,
        moves,
        is_cancelled,
        leaves_a_strip,
        appears,
        is_renamed,
        # In this order several can be done: a county is there by its code until it is split, merged or recoded.
        is_transferred,
        is_split_off,
        is_split_in_two,
        are_merged,
        is_recoded,
    )
}
_OF_SOURCES = [*CHANGES][:7]
_ONE_OF = ("is_split_off", "is_split_in_two", "are_merged")  # all of the same county
WRITTEN = ("crs", "jitter", "gbk", "shuffled")


def write_year(folder: Path, year: Year, previous: str, dice: random.Random) -> Path:
    """Write the sources as they are to be written, and the case: of a first year, or of an update of a plan."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    text = '[case]\nname = "years"\ncrs = "EPSG:4547"\nseed = 1\n'
    for role, features in year.layers.items():
        shapes, crs, rows = [one.shape for one in features], CRS, [*features]
        if year.written == "gbk":
            shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]  # a Shapefile has one type
        if not features:
            continue
        if year.written == "jitter":
            shapes = [_jittered(shape, role) for shape in shapes]
        elif year.written == "crs":
            crs = dice.choice((CRS, "EPSG:4490", "EPSG:4548"))
            across = pyproj.Transformer.from_crs(CRS, crs, always_xy=True)
            shapes = [shapely.transform(shape, across.transform, interleaved=False) for shape in shapes]
        elif year.written == "shuffled":
            order = dice.sample(range(len(shapes)), len(shapes))
            shapes, rows = [shapes[place] for place in order], [rows[place] for place in order]
        columns: dict[str, list[Any]] = {"name": [one.name for one in rows]}
        if role in ADMIN:
            columns["code"] = [one.code for one in rows]
        elif role in _ZONES:
            columns[FIELDS[role][1]] = [_ZONES[role]] * len(rows)
        form, options = (".shp", {"encoding": "GBK"}) if year.written == "gbk" else (".gpkg", {})
        kind = "Unknown" if form == ".gpkg" else "MultiPolygon"
        write_layer(folder / f"{role}{form}", role, shapes, columns, crs=crs, kind=kind, **options)
        names = ", ".join(f'{key} = "{key}"' for key in FIELDS[role])
        text += f'\n[[source]]\nrole = "{role}"\npath = "{role}{form}"\nfields = {{ {names} }}\ndate = "2025-01-31"\n'
    text += '\n[rules]\nprofile = "national"\n\n[cleaning]\nsliver_area = 10_000\nfragment_area = 0\n'
    text += f"\n[grouping]\n{year.grouping}\n" if year.grouping else ""
    text += f'\n[method]\nname = "{"update" if previous else "overlay"}"\n'
    if previous:
        text += f'\n[previous]\npath = "{previous}"\n'
        text += '\n[update]\nlower = "follow"\ndocument = "省函〔2026〕1号"\n' if year.follow else ""
    if year.rows:
        head = "old_code,new_code,old_name,new_name,level,kind"
        (folder / "changes.csv").write_text("\n".join([head, *year.rows, ""]), encoding="utf-8")
        text += f'\n[admin]\nchanges = "changes.csv"\non_recode = "{"recode" if year.recode else "keep"}"\n'
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder / "case.toml"


def _jittered(shape: shapely.Geometry, layer: str) -> shapely.Geometry:
    """Each vertex up to 0.3 mm aside, by place and layer: as two programs round the same line."""

    def aside(points: np.ndarray) -> np.ndarray:
        angles = [random.Random(f"{layer}{x:.4f}{y:.4f}").uniform(0, 2 * np.pi) for x, y in points]  # noqa: S311
        return points + 0.0003 * np.column_stack([np.cos(angles), np.sin(angles)])

    return shapely.transform(shape, aside)


def people(plan: Path, dice: random.Random, year: int) -> None:
    """Let people name, lock and write clauses; in later years they also merge, split and take land."""
    edits: list[dict[str, Any]] = []
    rows = rows_of(plan)["units"]
    for number, unit in enumerate(sorted(rows, key=lambda row: row["unit_id"])):
        own = unit["unit_id"]
        if unit["locked"]:
            continue
        if dice.random() < 0.6:
            text = f"第{year}年第{number}条，禁止新建炼焦项目。"
            edits.append(
                {"op": "clause", "unit": own, "add": {"id": f"H{year}-{number}", "text": text, "dimension": "space"}}
            )
            if dice.random() < 0.5:
                edits.append({"op": "clause", "unit": own, "change": {"id": f"H{year}-{number}", "status": "已审"}})
        if dice.random() < 0.25:
            edits.append({"op": "rename", "unit": own, "name": f"改名{year}之{number}"})
        if dice.random() < 0.25:
            edits.append({"op": "lock", "unit": own})
    done = verbs.edit(plan, edits, author="甲", reason="年度", basis="省函〔2025〕1号")
    assert not done["refused"], done["refused"]


# ── What the tables say ─────────────────────────────────────────────────────────────────────────────────────────────

_ENVELOPE = (0, 32, 48, 48, 64)
_TRIFLE = 200.0  # m² of which it is not sure whether they make a successor
_MOVED = ("raised", "changed", "lowered", "new", "transferred")


def shape_of(blob: bytes) -> shapely.Geometry:
    """A shape out of a GeoPackage's blob."""
    return shapely.from_wkb(blob[8 + _ENVELOPE[blob[3] >> 1 & 7] :])


class Told:
    """What a plan's tables say, by unit id."""

    def __init__(self, path: Path) -> None:
        self.rows = rows_of(path)
        self.meta: dict[str, str] = self.rows["meta"]
        self.units: dict[str, dict[str, Any]] = {row["unit_id"]: row for row in self.rows["units"]}
        self.shapes = {key: shape_of(row["geom"]) for key, row in self.units.items()}
        self.faces: list[dict[str, Any]] = self.rows["faces"]
        self.retired: set[str] = set(json.loads(self.meta["retired_codes"]))
        self.findings = [row | {"facts": json.loads(row["facts"] or "{}")} for row in self.rows["findings"]]

    def found(self, rule: str) -> list[dict[str, Any]]:
        """Facts of the findings of a rule."""
        return [one["facts"] for one in self.findings if one["id"] == rule]

    @cached_property
    def clauses(self) -> dict[str, list[tuple[str, str, str]]]:
        """Text, origin and status of each unit's clauses."""
        out = defaultdict(list)
        for row in self.rows["clauses"]:
            out[row["unit_id"]].append((row["text"], row["origin"], row["status"]))
        return out

    def by_hand(self, unit: str) -> list[tuple[str, str]]:
        """Text and status of what people wrote."""
        return [(text, status) for text, origin, status in self.clauses[unit] if origin == "hand"]

    @cached_property
    def groups(self) -> dict[str, tuple[int, str, frozenset[str]]]:
        """Category, kind and names of each unit that its grouping tells it apart by; one name where that is plain."""
        modes = json.loads(self.meta["grouping"])
        names = {(row["source"], row["feature_id"]): row["name"] for row in self.rows["features"]}
        faces = {row["face_id"]: row for row in self.faces}
        held, towns = defaultdict(set), defaultdict(set)
        for row in self.rows["coverage"]:
            face = faces[row["face_id"]]
            if row["role"] == self.units[face["unit_id"]]["kind"] and face["host"] is None:
                held[face["unit_id"]].add(names.get((row["source"], row["feature_id"]), ""))
        for face in self.faces:
            towns[face["unit_id"]].add(face["township"])
        out = {}
        for key, unit in self.units.items():
            kind, category = unit["kind"], int(unit["category"])
            mode = {1: modes["priority"], 2: modes["key"], 3: modes["general"]}[category]
            if kind == "industrial_park" or mode == "named":
                own = held[key]
            elif mode == "township":
                own = towns[key]
                # An element unit of a town is named after neither element.
                kind = "town" if category == 2 and kind != "urban_boundary" else kind
            else:
                own = {""}
            out[key] = (category, kind, frozenset(own))
        return out


# ── What has to become of each unit ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Fate:
    """What the oracle says of old units.

    Attributes
    ----------
    on : dict
        Old unit → new units, one of which it goes on in.
    ended : dict
        Old unit → new units, one of which is its successor; empty where nobody has its land.
    unsure : set
        Old units of which it says nothing.
    """

    on: dict[str, set[str]] = field(default_factory=dict)
    ended: dict[str, set[str]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)


def heirs_of(code: str, rows: Sequence[str], standing: set[str], earlier: dict[str, list[str]]) -> set[str]:
    """Counties of today that go on from one of then: itself where it stands, and those that the table names."""
    todo, seen = [code], {code}
    table = [row.split(",") for row in rows]
    while todo:
        old = todo.pop()
        heirs = [row[1] for row in table if row[0] == old and row[4] == "county"] or earlier.get(old, [])
        todo += [one for one in heirs if one not in seen]
        seen |= {*heirs}
    return seen & standing


def is_broad(shape: shapely.Polygon) -> bool | None:
    """Whether a piece is of sensible width, or surely a sliver; None in between."""
    width, thin = 2 * shape.area / shape.length, 4 * np.pi * shape.area / shape.length**2
    if shape.area > 11_000 and width > 2:
        return True
    return False if width < 0.9 or (shape.area < 9_500 and thin < 0.09) else None


def fates(old: Told, new: Told, year: Year, *, foreign: bool = False) -> Fate:
    """Say what has to become of each old unit."""
    standing = {str(row["county"]) for row in new.faces}
    earlier = json.loads(old.meta["recoded_counties"])
    heirs = {key: heirs_of(str(unit["county"]), year.rows, standing, earlier) for key, unit in old.units.items()}
    moved = {number for state in _MOVED for number in json.loads(new.meta["update"])["faces"][state]}
    ids = [*old.units]
    tree = shapely.STRtree([old.shapes[key] for key in ids])
    land: dict[tuple[str, str], float] = defaultdict(float)  # of which the update kept, by old and new unit
    doubtful: set[str] = set()
    for row in new.faces:
        shape, unit = shape_of(row["geom"]), row["unit_id"]
        had = [ids[place] for place in tree.query(shape.representative_point(), predicate="within")]
        if row["face_id"] in moved or len(had) != 1:
            continue
        broad = is_broad(shape)
        if broad and row["host"] is None:
            land[had[0], unit] += shape.area
        elif broad is None or (broad and row["host"] is not None):
            doubtful.add(had[0])
    fate, taken = Fate(), set()
    order = sorted(
        land,
        key=lambda pair: (
            str(old.units[pair[0]]["county"]) != str(new.units[pair[1]]["county"]),
            -round(land[pair]),
            old.units[pair[0]]["code"],
        ),
    )
    for key, unit in order:
        if key not in fate.on and unit not in taken:
            fate.on[key] = {unit}
            taken.add(unit)
    waiting: dict[str, list[str]] = defaultdict(list)
    for key in ids:
        if key in fate.on:
            continue
        category, kind, names = old.groups[key]
        here = [unit for unit, row in new.units.items() if str(row["county"]) in heirs[key]]
        like = [unit for unit in here if new.groups[unit][:2] == (category, kind) and names & new.groups[unit][2]]
        certain = not foreign and all(
            len(group[2]) == 1 for group in (old.groups[key], *(new.groups[unit] for unit in like))
        )
        if key in doubtful or not certain:
            fate.unsure.add(key)
        elif len(like) == 1 and like[0] not in taken:
            waiting[like[0]].append(key)
        else:
            fate.ended[key] = set()
    for unit, keys in waiting.items():
        if len(keys) == 1:
            fate.on[keys[0]] = {unit}
        else:
            fate.unsure |= {*keys}
    for key in fate.ended:
        fate.ended[key] = successors(old, new, key)
    return fate


def successors(old: Told, new: Told, key: str) -> set[str]:
    """Units that may have what an ended unit had: of its kind those with most of its land, else of all."""
    kind = old.units[key]["kind"]
    shared = {unit: shapely.intersection(shape, old.shapes[key]).area for unit, shape in new.shapes.items()}
    alike = {unit: area for unit, area in shared.items() if area > 0 and new.units[unit]["kind"] == kind}
    if max(alike.values(), default=0) > _TRIFLE:
        return {unit for unit, area in alike.items() if area > 0.9 * max(alike.values())}
    return {unit for unit, area in shared.items() if area > 0 and area > 0.9 * max(shared.values())} | {*alike}


# ── What does not hold ──────────────────────────────────────────────────────────────────────────────────────────────


def complaints(old: Told, new: Told, year: Year, ever: dict[str, str], *, foreign: bool = False) -> Iterator[str]:
    """Say what the oracle does not find as it has to be.

    Parameters
    ----------
    old, new : Told
    year : Year
        Of the new plan.
    ever : dict
        Code → id of the unit that had it in any year before.
    foreign : bool
        The old plan was given as a layer of codes and names.
    """
    fate = fates(old, new, year, foreign=foreign)
    codes = {str(unit["code"]): key for key, unit in new.units.items()}
    if len(codes) != len(new.units):
        yield "codes are given twice"
    on = {}
    for key, units in fate.on.items():
        was = old.units[key]
        (unit,) = units
        now, on[unit] = new.units[unit], key
        called = f"{was['code']} {was['name']} ({was['kind']})"
        wanted = code_of(was, now, year, old)
        if (now["code"] != wanted) if wanted else (now["code"] in ever):
            yield f"code: {called} goes on as {now['code']}, not {wanted or 'a new one'}"
        if now["name"] != was["name"]:
            yield f"name: {called} is called {now['name']}"
        if foreign:
            continue
        if unit != key:
            yield f"id: {called} goes on as {unit}, not {key}"
        if now["locked"] != was["locked"]:
            yield f"lock: {called} had {was['locked']} and has {now['locked']}"
        if lost := {*old.by_hand(key)} - {*new.by_hand(unit)}:
            yield f"list: {called} lost {sorted(lost)}"
    for key, units in fate.ended.items():
        was = old.units[key]
        called = f"{was['code']} {was['name']} ({was['kind']})"
        if was["code"] in codes:
            yield f"ended: {called} has its code in {new.units[codes[was['code']]]['name']}"
        elif was["code"] not in new.retired:
            yield f"ended: {called} is not retired"
        if foreign:
            continue
        if key in new.units:
            yield f"ended: {called} has its id in {new.units[key]['name']}"
        texts = {text for text, _ in old.by_hand(key)}
        told = [one for one in new.found("S83") if one.get("unit") == was["code"]]
        heirs = {new.units[unit]["code"] for unit in units}
        if texts and not (told and told[0].get("heir") in heirs):
            yield f"S83: {called} ended, its list is said to be with {[one.get('heir') for one in told]}, not {heirs}"
        given = {(text, status) for unit in units for text, status in new.by_hand(unit)}
        if texts and (lost := {(text, "待审") for text in texts} - given):
            yield f"list: {called} ended, in no list of {heirs} to be reviewed: {sorted(lost)}"
    for unit, row in new.units.items():
        if unit in on or (fate.unsure and (unit in old.units or row["code"] in ever)):
            continue
        if row["code"] in ever:
            yield f"new: {row['name']} has the code {row['code']} that {ever[row['code']]} had"
        if unit in ever.values() and not foreign:
            yield f"new: {row['name']} has the id {unit} of before"
        if row["locked"]:
            yield f"new: {row['name']} is locked"
        if row["code"][2:9] != f"{row['county']}{row['category']}":
            yield f"new: {row['name']} has the code {row['code']} in {row['county']}, category {row['category']}"
    broad = {row["unit_id"] for row in new.faces if is_broad(shape_of(row["geom"])) is not False}
    for unit in {*new.units} - broad:
        yield f"sliver: {new.units[unit]['name']} is made of slivers alone"
    if gone := {*ever} - {*codes} - new.retired - ({old.units[key]["code"] for key in fate.unsure}):
        yield f"retired: {sorted(gone)} are neither units nor retired"
    for one in new.findings:
        if strange := {*filter(None, (one["units"] or "").replace("、", ",").split(","))} - {*codes}:
            yield f"finding {one['id']} speaks of {sorted(strange)}, no units of this plan"
    for facts in new.found("S14"):
        new_name = facts["proposed"]
        if facts["unit"] in codes and new_name.count("新新"):
            yield f"S14 proposes {new_name}"


def code_of(was: dict[str, Any], now: dict[str, Any], year: Year, old: Told) -> str:
    """The code that a unit has to go on with; "" where another of its county has its serial."""
    code = str(was["code"])
    stem = f"{code[:2]}{now['county']}{now['category']}"
    if code.startswith(stem) or not year.recode:
        return code
    wish = stem + code[-4:]
    # Two that come together with one serial, or one that had it: the other gets a new one.
    others = [str(one["code"]) for one in old.units.values() if one is not was]
    clash = wish in {*others, *old.retired} or any(one[8:] == code[8:] for one in others)
    return "" if clash else wish


def same_again(old: Told, new: Told) -> Iterator[str]:
    """Say what is otherwise although nothing changed but how sources are written."""
    for key, was in old.units.items():
        now = new.units.get(key)
        if now is None:
            yield f"{was['code']} {was['name']} is no more"
            continue
        for name in ("code", "name", "category", "kind", "county", "townships", "parts", "locked"):
            if was[name] != now[name]:
                yield f"{was['code']} {was['name']}: {name} was {was[name]} and is {now[name]}"
        if shapely.symmetric_difference(old.shapes[key], new.shapes[key]).area > 0.001 * old.shapes[key].length:
            yield f"{was['code']} {was['name']} has another shape"
        if sorted(old.clauses[key]) != sorted(new.clauses[key]):
            more, less = ({*new.clauses[key]} - {*old.clauses[key]}), ({*old.clauses[key]} - {*new.clauses[key]})
            yield f"{was['code']} {was['name']}: list got {len(more)} and lost {len(less)}"
    if more := {*new.units} - {*old.units}:
        yield f"new units {sorted(new.units[key]['name'] for key in more)}"
    for one in new.findings:
        area = one["facts"].get("area_m2")
        if one["id"] in ("L14", "S54", "S58", "S59", "S82") and isinstance(area, int | float) and area < 0.01:
            yield f"finding {one['id']} for {area} m²"


# ── A number's years ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Drawn:
    """What a number stands for."""

    place: int
    changes: list[list[str]]  # of each year
    recode: bool
    follow: bool
    written: str
    how: str = "update"


_LAST = ("pair", "all", "replay")  # of the suite, after each change and each way of writing alone
SUITE = len(CHANGES) + len(WRITTEN) + len(_LAST)


def drawn(number: int) -> Drawn:
    """Draw each change alone, each way of writing alone, a pair, years with all changes, a replay; then anything."""
    dice = random.Random(f"years:{number}")  # noqa: S311 - no secret
    kinds, place = [*CHANGES], number % len(GROUPINGS)
    if number < len(CHANGES):
        return Drawn(place, [[kinds[number]]], recode=number % 2 == 1, follow=True, written="plain")
    if number < len(CHANGES) + len(WRITTEN):
        written = WRITTEN[number - len(CHANGES)]
        return Drawn(
            place, [[]], recode=False, follow=True, written=written, how="foreign" if written == "gbk" else "update"
        )
    kind = _LAST[number - SUITE] if number < SUITE else dice.choice(("one", "pair", "all", "chain", "replay"))
    turns = 3 if kind == "chain" or (number < SUITE and kind == "all") else 1
    count = {"one": 1, "replay": 1, "pair": 2, "chain": 3}.get(kind, len(kinds))
    chosen = [_together(dice.sample(kinds, count), dice) for _ in range(turns)]
    if kind == "replay":
        chosen = [[dice.choice(_OF_SOURCES)]]
    return Drawn(
        place if number < SUITE else number % 12,
        chosen,
        recode=dice.random() < 0.5,
        follow=dice.random() < 0.7,
        written=dice.choice(("plain", *WRITTEN)),
        how="replay" if kind == "replay" else "foreign" if kind == "pair" and dice.random() < 0.3 else "update",
    )


def _together(names: list[str], dice: random.Random) -> list[str]:
    """Changes in the order of the table, of a county that is split or merged one only."""
    one = dice.choice(_ONE_OF)
    several = len({*names} & {*_ONE_OF}) > 1
    return [name for name in CHANGES if name in names and (not several or name not in _ONE_OF or name == one)]


def first_plan(folder: Path, place: int) -> Path:
    """Make the first year's plan with people's edits in it, once a folder."""
    path = folder / f"first-{place}.gpkg"
    if not path.exists():
        dice = random.Random(f"people:{place}")  # noqa: S311 - no secret
        draft = folder / f"first-{place}" / "plan.gpkg"
        verbs.run(write_year(draft.parent, first_year(place), "", dice), draft)
        people(draft, dice, 1)
        shutil.copy(draft, path)
    return path


@dataclass
class Turn:
    """A plan and the one after it, as tables say it, and what led from one to the other.

    ``ever`` is who had each code in any year before; ``how`` is ``update``, ``foreign`` (an update of a layer of codes
    and names), ``replay`` or ``adopt``.
    """

    old: Told
    new: Told
    year: Year
    done: list[str]
    how: str
    ever: dict[str, str]

    def complaints(self) -> Iterator[str]:
        """Say what does not hold."""
        if self.how in ("replay", "adopt"):
            yield from replay_complaints(self.old, self.new)
        else:
            yield from complaints(self.old, self.new, self.year, self.ever, foreign=self.how == "foreign")
        if not self.done and self.how != "foreign":
            yield from same_again(self.old, self.new)


def turns_of(folder: Path, number: int) -> Iterator[Turn]:
    """Go through the years of a number."""
    what = drawn(number)
    dice = random.Random(f"year:{number}")  # noqa: S311 - no secret
    last, year, here = first_plan(folder, what.place), first_year(what.place), folder / f"years-{number}"
    ever: dict[str, str] = {}
    for turn, changes in enumerate(what.changes, 2):
        old = Told(last)
        ever |= dict.fromkeys(old.retired, "") | {str(unit["code"]): key for key, unit in old.units.items()}
        year.rows, year.recode, year.follow, year.written = [], what.recode, what.follow, what.written
        done = changed(year, changes, dice)
        path = here / "plan.gpkg"
        if what.how == "foreign":
            verbs.run(write_year(here, year, foreign(last, here.with_suffix(".shp")).as_posix(), dice), path)
        elif what.how == "update":
            verbs.run(write_year(here, year, last.as_posix(), dice), path)
        else:
            case = write_year(here, year, "", dice)
            shutil.copy(last, path)
            verbs.run(case, path, replay=True)
        new = Told(path)
        yield Turn(old, new, year, done, what.how, dict(ever))
        if turn - 1 == len(what.changes) and what.how != "replay":
            break
        people(path, dice, turn)
        if what.how == "replay":
            old = Told(path)
            verbs.adopt(path, "overlay", case=here / "case.toml", author="甲", basis="省函〔2026〕2号")
            yield Turn(old, Told(path), year, [], "adopt", dict(ever))
        elif dice.random() < 0.5:
            # What was run is run again, with sources that came later, and people's edits are done again.
            old = Told(path)
            done = changed(year, [dice.choice(_OF_SOURCES)], dice)
            given = here.with_name(f"{here.name}-{turn}-before.gpkg")
            shutil.copy(last, given)
            kept = Path(shutil.copy(path, here.with_name(f"{here.name}-{turn}-kept.gpkg")))
            case = write_year(here, year, given.as_posix(), dice)
            shutil.copy(kept, path)
            verbs.run(case, path, replay=True)
            yield Turn(old, Told(path), year, done, "replay", dict(ever))
        last = Path(shutil.copy(path, here.with_name(f"{here.name}-{turn}.gpkg")))


def changed(year: Year, changes: Sequence[str], dice: random.Random) -> list[str]:
    """Do changes that can be done: a county that is gone cannot be changed again."""
    whole = {"330101", "330102", "330104"} <= {one.code for one in year.layers["county"]}
    done = [name for name in changes if whole or name not in (*_ONE_OF, "is_recoded")]
    for name in done:
        CHANGES[name](year, dice)
    return done


def tried(folder: Path, number: int) -> list[str]:
    """Go through the years of a number; say what does not hold, and what was done."""
    said = []
    for turn in turns_of(folder, number):
        assert len(turn.new.faces) <= 300, len(turn.new.faces)
        said += [f"{turn.how} ({', '.join(turn.done) or 'nothing'}): {one}" for one in turn.complaints()]
    return said


def foreign(plan: Path, path: Path) -> Path:
    """Write a plan's units as another program would: codes and names in a Shapefile in GBK."""
    told = Told(plan)
    rows = [*told.units.values()]
    fields = {"HJGKDYBM": [row["code"] for row in rows], "HJGKDYMC": [row["name"] for row in rows]}
    shapes = [told.shapes[row["unit_id"]] for row in rows]
    return write_layer(path, path.stem, shapes, fields, kind="MultiPolygon", encoding="GBK")


def replay_complaints(old: Told, new: Told) -> Iterator[str]:
    """Say what of people's edits is not there again in the only unit of its county, kind and grouping."""
    gone = {str(unit["code"]) for unit in old.units.values()} - {str(unit["code"]) for unit in new.units.values()}
    if lost := gone - new.retired:
        yield f"retired: {sorted(lost)} are gone and not retired"
    for key, was in old.units.items():
        group = old.groups[key]
        then, now = (
            [
                unit
                for unit, its in told.groups.items()
                if its[:2] == group[:2] and its[2] & group[2] and told.units[unit]["county"] == was["county"]
            ]
            for told in (old, new)
        )
        if len(then) != 1 or len(now) != 1 or len(group[2]) != 1 or new.groups[now[0]] != group:
            continue
        row, called = new.units[now[0]], f"{was['code']} {was['name']} ({was['kind']})"
        for name in ("unit_id", "code", "name", "locked"):
            if row[name] != was[name]:
                yield f"{name}: {called} has {row[name]} after a replay"
        if lost := {*old.by_hand(key)} - {*new.by_hand(now[0])}:
            yield f"list: {called} lost {sorted(lost)} by a replay"
