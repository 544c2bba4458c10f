"""Second years of a plan, drawn by number, and an oracle that says of each unit what has to become of it.

A first year with people's edits; then sources change (`CHANGES`: one alone, two, all), are written otherwise
(`WRITTEN`) and are run as an update. The oracle reads tables and shapes of the plan before and after and knows nothing
of the engine but its doors: an old unit goes on where the update kept land of it that is no sliver, else in the only unit of its
county, kind and grouping. What it cannot know, narrow strips and draws, it leaves out.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from control_units.delineation import verbs
from hand import CRS, SOUTH, box, write_layer
from hand import WEST as EAST_OF
from revision_moves import rows_of
from shapely import affinity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# ── A year ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# Role, its field of zones, its zone, and what its features are called.
_SOURCES = """\
red_line - - 青山 绿水 云岭 白沙
drinking_water grade 二级 东湖 西河 石潭
general_eco_space - - 南坡 北坡 中岭
industrial_park - - 高新园 化工园 电子园 物流园 纸业园
urban_boundary zone 集中建设区 新城 老城 港城
water_zone zone 工业污染重点管控区 清河 浊溪 长渠
air_zone zone 高排放重点管控区 东风 西风
"""
ROLES = {role: (key, zone, names) for role, key, zone, *names in map(str.split, _SOURCES.splitlines())}
ADMIN = ("county", "township")
GROUPINGS = (
    "",
    '\n[grouping]\npriority = "named"\ngeneral = "township"\n',
    '\n[grouping]\npriority = "township"\nkey = "township"\ngeneral = "township"\n',
)
WRITTEN = ("crs", "jitter", "gbk", "shuffled")
_STRIP = "纸业园"


@dataclass
class Feature:
    """A shape of a source, with what its fields say."""

    shape: shapely.Geometry
    name: str
    code: str = ""


@dataclass
class Year:
    """Features by role, and what the table of administrative changes says."""

    layers: dict[str, list[Feature]]
    rows: list[str] = field(default_factory=list)

    def draw(self, dice: random.Random, *roles: str) -> tuple[str, Feature]:
        """Draw a feature of some roles, else of any but counties and towns."""
        role = dice.choice(roles or [*ROLES])
        return role, dice.choice(self.layers[role])

    def at(self, role: str, x: float, y: float) -> Feature:
        """Find what lies at a place, in metres from the corner."""
        return next(one for one in self.layers[role] if shapely.contains_xy(one.shape, EAST_OF + x, SOUTH + y))


def first_year(place: int) -> Year:
    """Three counties of two or four towns with a few features of each role, which lie otherwise for each number."""
    dice = random.Random(f"place:{place}")  # noqa: S311 - no secret
    layers: dict[str, list[Feature]] = defaultdict(list)
    for code, name, x, width in (
        ("330101", "甲县", 0, 6_000),
        ("330102", "乙县", 6_000, 8_000),
        ("330104", "丁县", 14_000, 6_000),
    ):
        layers["county"].append(Feature(box(x, 0, width, 8_000), name, code))
        wide = width if width < 8_000 else 4_000
        corners = [(left, y) for left in range(x, x + width, wide) for y in (0, 4_000)]
        for number, (left, y) in enumerate(corners, 1):
            town = f"{name[0]}{'一二三四'[number - 1]}镇"
            layers["township"].append(Feature(box(left, y, wide, 4_000), town, f"{code}00{number}"))
    cells = [(x, y) for x in range(0, 20_000, 2_000) for y in range(0, 8_000, 2_000)]
    dice.shuffle(cells)
    for role, (*_, names) in ROLES.items():
        for name in names:
            x, y = cells.pop()
            wide = dice.choice((2, 3)) if role in ("water_zone", "air_zone") else 1
            shape = box(
                x + dice.uniform(100, 900),
                y + dice.uniform(100, 900),
                dice.uniform(700, 1_600) * wide,
                dice.uniform(700, 1_600),
            )
            shape = affinity.skew(shape, 0 if name == _STRIP else dice.choice((0, 0, 4)))
            layers[role].append(Feature(_rounded(shape), name))
    # A zone that begins some millimetres within a park: seven square metres where that is cancelled.
    _, south, east, north = layers["industrial_park"][-1].shape.bounds
    layers["water_zone"].append(Feature(shapely.box(east - 7 / (north - south), south - 50, east + 600, north), "界河"))
    # Borders that are the same in two layers, as one bureau takes over the line of another, with vertices of its own.
    for mine, theirs, beside in (
        ("general_eco_space", "red_line", 1),
        ("urban_boundary", "industrial_park", 0),
        ("water_zone", "drinking_water", 1),
        ("air_zone", "red_line", 0),
    ):
        shape = layers[theirs][beside].shape
        corners = shapely.get_coordinates(shape)
        shape = affinity.translate(shape, *(beside * (corners[2] - corners[1])))
        layers[mine][0].shape = _rounded(shapely.segmentize(shape, 170))
    return Year(layers)


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.set_precision(shape, 0.001)


# ── What changes ────────────────────────────────────────────────────────────────────────────────────────────────────


def _scaled(one: Feature, area: float) -> None:
    one.shape = _rounded(affinity.scale(one.shape, area**0.5, area**0.5, origin=one.shape.bounds[:2]))


def shrinks(year: Year, dice: random.Random) -> None:
    """A red line keeps a fifth of its land."""
    _scaled(year.draw(dice, "red_line")[1], 0.2)


def grows(year: Year, dice: random.Random) -> None:
    """A source-water zone grows eightfold."""
    _scaled(year.draw(dice, "drinking_water")[1], 8)


def is_redrawn(year: Year, dice: random.Random) -> None:
    """A feature of any source has half or twice its land."""
    _scaled(year.draw(dice)[1], dice.choice((0.5, 2)))


def moves(year: Year, dice: random.Random) -> None:
    """A feature lies a little or far away."""
    far = dice.choice((60, -400, 2_500))
    _, one = year.draw(dice)
    one.shape = affinity.translate(one.shape, far, dice.choice((0, far / 2)))


def is_cancelled(year: Year, dice: random.Random) -> None:
    """A park or a protected area is no more."""
    role, one = year.draw(dice, "industrial_park", "red_line", "general_eco_space", "drinking_water")
    year.layers[role].remove(one)


def leaves_a_strip(year: Year, _: random.Random) -> None:
    """A park is cancelled, of whose land seven square metres lie under the border of a zone."""
    parks = year.layers["industrial_park"]
    parks[:] = [one for one in parks if one.name != _STRIP]


def appears(year: Year, dice: random.Random) -> None:
    """A feature is new: on one of another role, or beside it."""
    role, like = year.draw(dice, "industrial_park", "red_line", "drinking_water", "water_zone")
    shape = affinity.scale(year.draw(dice)[1].shape, 0.6, 0.6)
    year.layers[role].append(Feature(_rounded(affinity.translate(shape, dice.choice((0, 900)))), f"新{like.name}"))


def is_renamed(year: Year, dice: random.Random) -> None:
    """A feature, a town or a county is called otherwise."""
    role, one = year.draw(dice, "industrial_park", "red_line", *ADMIN)
    old, one.name = one.name, f"新{one.name}"
    if role in ADMIN:
        year.rows.append(f"{one.code},{one.code},{old},{one.name},{role},rename")


def is_transferred(year: Year, _: random.Random) -> None:
    """A town goes to the county beside it."""
    town, old, to = year.at("township", 7_000, 1_000), year.at("county", 7_000, 1_000), year.at("county", 3_000, 1_000)
    old.shape, to.shape = shapely.difference(old.shape, town.shape), shapely.union(to.shape, town.shape)
    code = f"{to.code}009"
    year.rows.append(f"{town.code},{code},{town.name},{town.name},township,transfer")
    town.code = code


def _become(year: Year, gone: Sequence[Feature], new: Sequence[Feature], kind: str) -> None:
    """Put counties in the place of others, with the rows that say so and the towns that lie there."""
    year.rows += [
        f"{old.code},{one.code},{old.name},{one.name},county,{kind}"
        for old in gone
        for one in new
        if one.code != old.code
    ]
    year.layers["county"] = [one for one in year.layers["county"] if one not in gone] + [*new]
    for one in new:
        inside = [town for town in year.layers["township"] if one.shape.contains(town.shape.representative_point())]
        for number, town in enumerate(inside, 1):
            town.code = f"{one.code}00{number}"


def _parts(year: Year, *heirs: tuple[str, str]) -> None:
    old = year.at("county", 12_000, 1_000)
    sides = [shapely.intersection(old.shape, box(x, 0, 4_000, 8_000)) for x in (6_000, 10_000)]
    sides = [
        shapely.union_all(shapely.get_parts(side)[shapely.get_dimensions(shapely.get_parts(side)) == 2])
        for side in sides
    ]
    new = [Feature(side, name or old.name, code) for side, (code, name) in zip(sides, heirs, strict=True)]
    _become(year, [old], new, "split")


def is_split_off(year: Year, _: random.Random) -> None:
    """A part of a county becomes one of its own: its code still stands, and the table says the one natural row."""
    _parts(year, ("330102", ""), ("330103", "丙县"))


def is_split_in_two(year: Year, _: random.Random) -> None:
    """A county becomes two with new codes."""
    _parts(year, ("330105", "戊区"), ("330106", "己区"))


def are_merged(year: Year, dice: random.Random) -> None:
    """Two counties become one: a new one, or one of them."""
    gone = [year.at("county", x, 1_000) for x in (12_000, 16_000)]
    code, name = dice.choice((("330107", "庚区"), (gone[1].code, gone[1].name)))
    _become(year, gone, [Feature(shapely.union(gone[0].shape, gone[1].shape), name, code)], "merge")


def is_recoded(year: Year, _: random.Random) -> None:
    """A county gets another code and another kind of name."""
    old = year.at("county", 3_000, 1_000)
    _become(year, [old], [Feature(old.shape, "甲区", "330151")], "recode")


# In this order several can be done: a county is there by its code until it is split, merged or recoded.
OF_SOURCES = (shrinks, grows, is_redrawn, moves, is_cancelled, leaves_a_strip, appears)
OF_COUNTIES = (is_split_off, is_split_in_two, are_merged, is_recoded)
CHANGES: dict[str, Callable[[Year, random.Random], None]] = {
    change.__name__: change for change in (*OF_SOURCES, is_renamed, is_transferred, *OF_COUNTIES)
}


def changed(year: Year, changes: Sequence[str], dice: random.Random) -> list[str]:
    """Do changes that can be done: a county that is gone cannot be changed again, nor twice at once."""
    whole = {"330101", "330102", "330104"} <= {one.code for one in year.layers["county"]}
    once = dice.choice([change.__name__ for change in OF_COUNTIES[:-1]])
    of_counties = {change.__name__ for change in OF_COUNTIES}
    allowed = {once, "is_recoded"} if len(of_counties & {*changes}) > 1 else of_counties
    done = [name for name in CHANGES if name in changes and (name not in of_counties or (whole and name in allowed))]
    for name in done:
        CHANGES[name](year, dice)
    return done


# ── What a number stands for ────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Drawn:
    """What a number stands for: changes of each year after the first, and how that is run.

    ``how`` is ``update``, ``foreign`` (an update of a layer of codes and names) or ``replay``.
    """

    place: int
    changes: list[list[str]]
    how: str = "update"
    written: str = "plain"
    recode: bool = False
    follow: bool = True


_LAST = ("pair", "all", "replay")  # of the suite, after each change and each way of writing alone
SUITE = len(CHANGES) + len(WRITTEN) + len(_LAST)


def drawn(number: int) -> Drawn:
    """Draw each change alone, each way of writing alone, a pair, years with all changes, a replay; then anything."""
    dice = random.Random(f"years:{number}")  # noqa: S311 - no secret
    kinds, place = [*CHANGES], number % len(GROUPINGS)
    if number < len(kinds):
        return Drawn(place, [[kinds[number]]], recode=number % 2 == 1)
    if number < len(kinds) + len(WRITTEN):
        written = WRITTEN[number - len(kinds)]
        return Drawn(place, [[]], "foreign" if written == "gbk" else "update", written)
    kind = (
        _LAST[number - SUITE] if number < SUITE else dice.choice(("one", "pair", "all", "chain", "replay", "foreign"))
    )
    turns, count = {"pair": (1, 2), "all": (3 if number < SUITE else 1, len(kinds)), "chain": (3, 3)}.get(kind, (1, 1))
    return Drawn(
        place if number < SUITE else number % 12,
        [dice.sample(kinds[: len(OF_SOURCES)] if kind == "replay" else kinds, count) for _ in range(turns)],
        kind if kind in ("replay", "foreign") else "update",
        dice.choice(("plain", *WRITTEN)),
        recode=dice.random() < 0.5,
        follow=dice.random() < 0.7,
    )


# ── The engine's doors ──────────────────────────────────────────────────────────────────────────────────────────────


def write_year(folder: Path, year: Year, what: Drawn, previous: Path | None, dice: random.Random) -> Path:
    """Write the sources as they are to be written, and the case: of an update of a plan, where one is given."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    text = '[case]\nname = "years"\ncrs = "EPSG:4547"\nseed = 1\n'
    for role in (*ADMIN, *ROLES):
        rows, crs = year.layers[role], CRS
        if what.written == "shuffled":
            rows = dice.sample(rows, len(rows))
        shapes = [one.shape for one in rows]
        if what.written == "jitter":
            shapes = [shapely.transform(shape, lambda points, role=role: _aside(points, role)) for shape in shapes]
        elif what.written == "crs":
            crs = dice.choice((CRS, "EPSG:4490", "EPSG:4548"))
            across = pyproj.Transformer.from_crs(CRS, crs, always_xy=True)
            shapes = [shapely.transform(shape, across.transform, interleaved=False) for shape in shapes]
        key, zone, _ = ROLES.get(role, ("code", "", ()))
        columns = {"name": [one.name for one in rows], key: [zone or one.code for one in rows]}
        columns.pop("-", None)
        if what.written == "gbk":
            shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]
            path = write_layer(folder / f"{role}.shp", role, shapes, columns, kind="MultiPolygon", encoding="GBK")
        else:
            path = write_layer(folder / f"{role}.gpkg", role, shapes, columns, crs=crs, kind="Unknown")
        names = ", ".join(f'{one} = "{one}"' for one in columns)
        text += f'\n[[source]]\nrole = "{role}"\npath = "{path.name}"\nfields = {{ {names} }}\ndate = "2025-01-31"\n'
    text += '\n[rules]\nprofile = "national"\n\n[cleaning]\nsliver_area = 10_000\nfragment_area = 0\n'
    text += GROUPINGS[what.place % len(GROUPINGS)]
    text += '\n[update]\nlower = "follow"\ndocument = "省函〔2026〕1号"\n' if what.follow else ""
    text += f'\n[previous]\npath = "{previous.as_posix()}"\n' if previous else ""
    text += f'\n[method]\nname = "{"update" if previous else "overlay"}"\n'
    text += f'\n[admin]\nchanges = "changes.csv"\non_recode = "{"recode" if what.recode else "keep"}"\n'
    head = "old_code,new_code,old_name,new_name,level,kind"
    (folder / "changes.csv").write_text("\n".join([head, *year.rows, ""]), encoding="utf-8")
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder / "case.toml"


def _aside(points: np.ndarray, layer: str) -> np.ndarray:
    """Each vertex 0.3 mm aside, by place and layer: as programs round the same line."""
    angles = [random.Random(f"{layer}{x:.4f}{y:.4f}").uniform(0, 2 * np.pi) for x, y in points]  # noqa: S311
    return points + 0.0003 * np.column_stack([np.cos(angles), np.sin(angles)])


def people(plan: Path, dice: random.Random, year: int) -> None:
    """Let people name, lock and write clauses."""
    edits: list[dict[str, Any]] = []
    for number, row in enumerate(sorted(rows_of(plan)["units"], key=lambda row: str(row["unit_id"]))):
        unit, said = {"unit": row["unit_id"]}, f"H{year}-{number}"
        made = [
            {"op": "clause", "add": {"id": said, "text": f"禁止新建炼焦项目（{said}）。", "dimension": "space"}},
            {"op": "clause", "change": {"id": said, "status": "已审"}},
            {"op": "rename", "name": f"改名{year}之{number}"},
            {"op": "lock"},
        ]
        wanted = [dice.random() < share for share in (0.6, 0.5, 0.25, 0.25)]
        wanted[1] &= wanted[0]
        edits += [edit | unit for edit, want in zip(made, wanted, strict=True) if want and not row["locked"]]
    done = verbs.edit(plan, edits, author="甲", reason="年度", basis="省函〔2025〕1号")
    assert not done["refused"], done["refused"]


def first_plan(folder: Path, place: int) -> Path:
    """Make the first year's plan with people's edits in it, once a folder."""
    path = folder / f"first-{place}" / "plan.gpkg"
    if not path.exists():
        dice = random.Random(f"people:{place}")  # noqa: S311 - no secret
        verbs.run(write_year(path.parent, first_year(place), Drawn(place, []), None, dice), path)
        people(path, dice, 1)
    return path


def as_foreign(plan: Path, path: Path) -> Path:
    """Write a plan's units as another program would: codes and names in a Shapefile in GBK."""
    rows = rows_of(plan)["units"]
    fields = {"HJGKDYBM": [row["code"] for row in rows], "HJGKDYMC": [row["name"] for row in rows]}
    shapes = [shape_of(row["geom"]) for row in rows]
    return write_layer(path, path.stem, shapes, fields, kind="MultiPolygon", encoding="GBK")


def turns_of(folder: Path, number: int) -> Iterator[Turn]:
    """Go through the years of a number."""
    what, here = drawn(number), folder / f"years-{number}"
    dice = random.Random(f"year:{number}")  # noqa: S311 - no secret
    last, year, path = first_plan(folder, what.place), first_year(what.place), here / "plan.gpkg"
    ever: dict[str, str] = {}

    def ran(how: str, changes: Sequence[str], previous: Path | None) -> Turn:
        """Run sources that change on a plan: as an update of it, or in its place."""
        old, before = Told(path if how == "again" else last), deepcopy(year.layers)
        ever.update({str(unit["code"]): key for key, unit in old.units.items()})
        done = changed(year, changes, dice)
        keeping = Path(shutil.copy(path, folder / "kept.gpkg")) if how == "again" else last
        case = write_year(here, year, what, previous, dice)
        if previous is None or how == "again":
            shutil.copy(keeping, path)
        verbs.run(case, path, replay=previous is None or how == "again")
        return Turn(old, Told(path), what, how, done, before, deepcopy(year), dict(ever))

    for turn, changes in enumerate(what.changes, 2):
        year.rows = []
        given = {"foreign": as_foreign, "replay": lambda *_: None}.get(what.how, lambda one, _: one)
        yield ran(what.how, changes, given(last, here.with_suffix(".shp")))
        if what.how == "replay":
            people(path, dice, turn)
            old = Told(path)
            verbs.adopt(path, "overlay", case=here / "case.toml", author="甲", basis="省函〔2026〕2号")
            yield Turn(old, Told(path), what, "adopt", [], year.layers, year, dict(ever))
        elif turn <= len(what.changes):
            people(path, dice, turn)
            if turn % 2 == 0:
                # What was run is run again, with sources that came later, and people's edits are done again.
                yield ran("again", [dice.choice(OF_SOURCES).__name__], last)
                people(path, dice, turn + 10)
            last = Path(shutil.copy(path, folder / f"years-{number}-{turn}.gpkg"))


# ── What the tables say ─────────────────────────────────────────────────────────────────────────────────────────────

_ENVELOPE = (0, 32, 48, 48, 64)
_MOVED = ("raised", "changed", "lowered", "new", "transferred")
_TRIFLE = 200.0  # m² of which it is not sure whether they make a successor


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
        self.faces = [row | {"shape": shape_of(row["geom"])} for row in self.rows["faces"]]
        self.retired: set[str] = set(json.loads(self.meta["retired_codes"]))
        self.findings = [row | {"facts": json.loads(row["facts"] or "{}")} for row in self.rows["findings"]]
        self.clauses: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for row in self.rows["clauses"]:
            self.clauses[row["unit_id"]].append((row["text"], row["origin"], row["status"]))

    def by_hand(self, unit: str) -> set[tuple[str, str]]:
        """Text and status of what people wrote."""
        return {(text, status) for text, origin, status in self.clauses[unit] if origin == "hand"}

    def called(self, unit: str) -> str:
        """What messages call it."""
        return "{code} {name} ({kind})".format(**self.units[unit])

    @cached_property
    def groups(self) -> dict[str, tuple[tuple[int, str], set[str]]]:
        """Category and kind of each unit, and the names that its grouping may tell it apart by."""
        modes = json.loads(self.meta["grouping"])
        names = {(row["source"], row["feature_id"]): row["name"] for row in self.rows["features"]}
        faces = {row["face_id"]: row for row in self.faces}
        held, towns = defaultdict(set), defaultdict(set)
        for row in self.rows["coverage"]:
            face = faces[row["face_id"]]
            towns[face["unit_id"]].add(face["township"])
            if row["role"] == self.units[face["unit_id"]]["kind"] and face["host"] is None:
                held[face["unit_id"]].add(names.get((row["source"], row["feature_id"]), ""))
        out = {}
        for key, unit in self.units.items():
            kind, category = unit["kind"], int(unit["category"])
            mode = modes[("priority", "key", "general")[category - 1]]
            own = towns[key] if mode == "township" else held[key] if mode == "named" else {""}
            if kind == "industrial_park":
                own = held[key]
            elif mode == "township" and category == 2 and kind != "urban_boundary":
                kind = "town"  # named after no element
            out[key] = (category, kind), own
        return out

    def alike(self, group: tuple[tuple[int, str], set[str]], counties: set[str]) -> list[str]:
        """Units of some counties that may be of a group."""
        return [
            unit
            for unit, (kind, names) in self.groups.items()
            if kind == group[0] and names & group[1] and str(self.units[unit]["county"]) in counties
        ]


# ── What has to become of each unit ─────────────────────────────────────────────────────────────────────────────────


def is_broad(shape: shapely.Geometry) -> bool | None:
    """Whether a piece is of sensible width, or surely a sliver; None in between."""
    width, thin = 2 * shape.area / shape.length, 4 * np.pi * shape.area / shape.length**2
    if shape.area > 11_000 and width > 2:
        return True
    return False if width < 0.9 or (shape.area < 9_500 and thin < 0.09) else None


@dataclass
class Turn:
    """A plan and the one after it, as tables say it, and what led from one to the other.

    ``how`` is as of `Drawn`, or ``again`` (an update over one that people edited) or ``adopt``; ``before`` are the
    layers before ``done``, and ``ever`` is who had each code in any year before.
    """

    old: Told
    new: Told
    what: Drawn
    how: str
    done: list[str]
    before: dict[str, list[Feature]]
    year: Year
    ever: dict[str, str]

    def heirs(self, key: str) -> set[str]:
        """Counties of today that go on from that of an old unit, itself where it stands."""
        table = [row.split(",") for row in self.year.rows]
        earlier = json.loads(self.old.meta["recoded_counties"])
        todo = [str(self.old.units[key]["county"])]
        for old in todo:
            heirs = [row[1] for row in table if row[0] == old and row[4] == "county"] or earlier.get(old, [])
            todo += [one for one in heirs if one not in todo]
        return {*todo} & {str(row["county"]) for row in self.new.faces}

    def fates(self) -> tuple[dict[str, str], set[str], set[str]]:
        """Say of old units which go on in which new ones, which end, and of which it is not sure."""
        on, unsure = self._kept() if self.how in ("update", "foreign") else ({}, {*self.old.units})
        ended, waiting = set(), defaultdict(list)
        for key in {*self.old.units} - {*on}:
            group = self.old.groups[key]
            like = self.new.alike(group, self.heirs(key))
            sure = all(len(one[1]) == 1 for one in (group, *(self.new.groups[unit] for unit in like)))
            if not sure or self.how == "foreign":
                unsure.add(key)
            elif len(like) == 1 and like[0] not in on.values():
                waiting[like[0]].append(key)
            elif key not in unsure:
                ended.add(key)
        # Of several that would go on in one it is not sure which does.
        on |= {keys[0]: unit for unit, keys in waiting.items() if len(keys) == 1}
        unsure |= {key for keys in waiting.values() for key in keys}
        return on, ended, unsure - {*on}

    def _kept(self) -> tuple[dict[str, str], set[str]]:
        """Old units of which the update kept land, with the unit where they go on; and those where that is doubtful."""
        old, new = self.old.units, self.new.units
        moved = {number for state in _MOVED for number in json.loads(self.new.meta["update"])["faces"][state]}
        ids, tree = [*old], shapely.STRtree([*self.old.shapes.values()])
        land: dict[tuple[str, str], float] = defaultdict(float)
        doubtful = set()
        for row in self.new.faces:
            had = tree.query(row["shape"].representative_point(), predicate="within")
            if row["face_id"] in moved or len(had) != 1:
                continue
            key, broad = ids[had[0]], is_broad(row["shape"])
            if broad and row["host"] is None:
                land[key, row["unit_id"]] += row["shape"].area
            elif broad is not False:
                doubtful.add(key)
        on: dict[str, str] = {}
        rank = {
            pair: (old[pair[0]]["county"] != new[pair[1]]["county"], -round(land[pair]), old[pair[0]]["code"])
            for pair in land
        }
        for key, unit in sorted(land, key=rank.__getitem__):
            if key not in on and unit not in on.values():
                on[key] = unit
        return on, doubtful

    def successors(self, key: str) -> set[str]:
        """Units that may have what an ended one had: of its kind those with most of its land, else of all."""
        shared = {unit: shape.intersection(self.old.shapes[key]).area for unit, shape in self.new.shapes.items()}
        kind = self.old.units[key]["kind"]
        alike = {unit: area for unit, area in shared.items() if area and self.new.units[unit]["kind"] == kind}
        most = max(alike.values(), default=0)
        if most > _TRIFLE:
            return {unit for unit, area in alike.items() if area > 0.9 * most}
        return {unit for unit, area in shared.items() if area > 0.9 * max(shared.values())} | {*alike}

    def code(self, key: str, unit: str) -> str:
        """The code that a unit has to go on with; "" where it has to have a new one, as another has its serial."""
        code, now = str(self.old.units[key]["code"]), self.new.units[unit]
        stem = f"{code[:2]}{now['county']}{now['category']}"
        if code.startswith(stem) or not self.what.recode:
            return code
        others = {*self.ever, *self.old.retired} - {code}
        return "" if any(one[8:] == code[8:] for one in others) else stem + code[-4:]

    # ── What does not hold ──────────────────────────────────────────────────────────────────────────────────────────

    def complaints(self) -> Iterator[str]:
        """Say what does not hold."""
        on, ended, unsure = self.fates()
        old, new, ours = self.old.units, self.new.units, self.how != "foreign"
        codes = {str(unit["code"]): key for key, unit in new.items()}
        for key, unit in on.items():
            called, now, wanted = self.old.called(key), new[unit], self.code(key, unit)
            if now["code"] != wanted if wanted else now["code"] in self.ever:
                yield f"code: {called} goes on as {now['code']}, not {wanted}"
            for name in ("unit_id", "name", "locked") if ours else ("name",):
                if now[name] != old[key][name]:
                    yield f"{name}: {called} had {old[key][name]} and has {now[name]}"
            if ours and (lost := self.old.by_hand(key) - self.new.by_hand(unit)):
                yield f"list: {called} lost {sorted(lost)}"
        for key in ended:
            called, code = self.old.called(key), old[key]["code"]
            if code in codes or (ours and key in new):
                yield f"ended: {called} has its code or id in {new[codes.get(code, key)]['name']}"
            heirs, texts = self.successors(key), {(text, "待审") for text, _ in self.old.by_hand(key)}
            told = [
                one["facts"]["heir"]
                for one in self.new.findings
                if one["facts"].get("unit") == code and one["id"] == "S83"
            ]
            if texts and ours and not {*told} & {new[unit]["code"] for unit in heirs}:
                yield f"S83: {called} ended, its list is said to be with {told}, not {[*map(self.new.called, heirs)]}"
            if ours and (lost := texts.difference(*map(self.new.by_hand, heirs))):
                yield f"list: {called} ended, not with {[*map(self.new.called, heirs)]} to be reviewed: {sorted(lost)}"
        for unit, row in new.items():
            if unit in on.values() or (unsure and (unit in old or row["code"] in self.ever)):
                continue
            if row["code"] in self.ever or (ours and unit in self.ever.values()) or row["locked"]:
                yield f"new: {self.new.called(unit)} has the code or id of one before, or a lock"
            if row["code"][2:9] != f"{row['county']}{row['category']}":
                yield f"new: {self.new.called(unit)} in {row['county']}, category {row['category']}"
        if len(codes) != len(new):
            yield "code: some are given twice"
        if gone := {*self.ever} - {*codes} - self.new.retired:
            yield f"retired: {sorted(gone)} are neither units nor retired"
        for unit in {*new} - {row["unit_id"] for row in self.new.faces if is_broad(row["shape"]) is not False}:
            yield f"sliver: {self.new.called(unit)} is made of slivers alone"
        for one in self.new.findings:
            if strange := {*filter(None, (one["units"] or "").split("、"))} - {*codes}:
                yield f"finding: {one['id']} speaks of {sorted(strange)}, no units of this plan"
            if one["id"] == "S14" and "新新" in one["facts"]["proposed"]:
                yield f"finding: S14 proposes {one['facts']['proposed']}"
        yield from self._untouched()

    def _untouched(self) -> Iterator[str]:
        """Say what is otherwise of units that lie away from all features of the layers that changed."""
        roles = [role for role in self.before if self.before[role] != self.year.layers[role]]
        if {*roles} & {*ADMIN}:
            return
        land = shapely.union_all([one.shape for role in roles for one in self.before[role] + self.year.layers[role]])
        names = ["code", "name", "category", "county"]
        if self.how != "foreign":
            names += ["unit_id", "kind", "townships", "parts", "locked"]
        by_code = {row["code"]: key for key, row in self.new.units.items()}
        for key, was in self.old.units.items():
            shape, unit = self.old.shapes[key], by_code.get(was["code"], "")
            if shape.distance(land) < 1:
                continue
            now = self.new.units.get(unit, {})
            other = [f"{name} {was[name]} → {now.get(name)}" for name in names if was[name] != now.get(name)]
            moved = shape.symmetric_difference(self.new.shapes.get(unit, land)).area
            if moved > (0.001 * shape.length if self.what.written in WRITTEN[:3] or self.how == "foreign" else 0):
                other.append(f"{moved} m²")
            if self.how != "foreign" and sorted(self.old.clauses[key]) != sorted(self.new.clauses[unit]):
                other.append(f"clauses {len(self.old.clauses[key])} → {len(self.new.clauses[unit])}")
            if other:
                yield f"untouched: {self.old.called(key)}: {', '.join(other)}"
        for one in self.new.findings if not roles else ():
            area = one["facts"].get("area_m2", 1)
            if one["id"] in ("L14", "S54", "S58", "S59") and isinstance(area, int | float) and area < 0.01:
                yield f"finding: {one['id']} for {area} m²"


def tried(folder: Path, number: int) -> list[str]:
    """Go through the years of a number; say what does not hold, and what was done."""
    said = []
    for turn in turns_of(folder, number):
        assert len(turn.new.faces) <= 300, len(turn.new.faces)
        said += [f"{turn.how} ({', '.join(turn.done) or 'nothing'}): {one}" for one in turn.complaints()]
    return said
