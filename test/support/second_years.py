"""Second years of a plan, drawn by number, and an oracle that says of each unit what has to become of it.

A first year with people's edits; then sources change (`CHANGES`: one alone, two, all), are written otherwise
(`WRITTEN`) and are run as an update. The oracle reads tables and shapes of the plan before and after and knows nothing
of the engine but its doors: an old unit goes on where the update kept land of it that is no sliver, else in the only
unit of its county, kind and grouping. What it cannot know, narrow strips and draws, it leaves out.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import Counter, defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest
import shapely
from control_units.delineation import verbs
from control_units.delineation.plan.file import read_plan
from hand import CRS, box, write_layer
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
    '\n[grouping]\npriority = "part"\nkey = "part"\n',
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

    def at(self, role: str, x: float) -> Feature:
        """Find what lies at a place in the south, in metres from the west."""
        return next(one for one in self.layers[role] if one.shape.intersects(box(x, 1_000, 1, 1)))


def first_year(place: int) -> Year:
    """Three counties of four towns with a few features of each role, which lie otherwise for each number."""
    dice = random.Random(f"place:{place}")  # noqa: S311 - no secret
    layers = defaultdict(list)
    for number, (code, name) in enumerate((("330101", "甲"), ("330102", "乙"), ("330104", "丁"))):
        layers["county"].append(Feature(box(8_000 * number, 0, 8_000, 8_000), f"{name}县", code))
        for town in range(4):
            shape = box(8_000 * number + 4_000 * (town // 2), 4_000 * (town % 2), 4_000, 4_000)
            layers["township"].append(Feature(shape, f"{name}{'一二三四'[town]}镇", f"{code}00{town + 1}"))
    cells = dice.sample(range(48), 48)
    for role, (*_, names) in ROLES.items():
        for name in names:
            x, y = (2_000 * part + dice.uniform(100, 900) for part in divmod(cells.pop(), 4))
            width, height = (dice.uniform(700, 1_600) for _ in range(2))
            shape = box(x, y, width * dice.choice((2, 3) if role in ("water_zone", "air_zone") else (1,)), height)
            shape = affinity.skew(shape, 0 if name == _STRIP else dice.choice((0, 0, 4)))
            layers[role].append(Feature(_rounded(shape), name))
    # A zone that begins some millimetres within a park: seven square metres where that is cancelled.
    _, south, east, north = layers["industrial_park"][-1].shape.bounds
    layers["water_zone"].append(Feature(shapely.box(east - 7 / (north - south), south - 50, east + 600, north), "界河"))
    # Borders that are the same in two layers, as one bureau takes over the line of another, with vertices of its own.
    for pair in ("urban_boundary industrial_park", "water_zone drinking_water", "air_zone red_line"):
        mine, theirs = (layers[role][0] for role in pair.split())
        mine.shape = _rounded(shapely.segmentize(theirs.shape, 170))
    return Year(layers)


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.set_precision(shape, 0.001)


# ── What changes ────────────────────────────────────────────────────────────────────────────────────────────────────


def _scaled(drawn_one: tuple[str, Feature], area: float) -> None:
    _, one = drawn_one
    one.shape = _rounded(affinity.scale(one.shape, area**0.5, area**0.5, origin=one.shape.bounds[:2]))


def _moved(year: Year, dice: random.Random) -> None:
    far, (_, one) = dice.choice((-400, 2_500)), year.draw(dice)
    one.shape = affinity.translate(one.shape, far, dice.choice((0, far / 2)))


def _cancelled(year: Year, dice: random.Random, name: str = "") -> None:
    role, one = year.draw(dice, "industrial_park", "red_line", "general_eco_space", "drinking_water")
    role, one = ("industrial_park", name) if name else (role, one.name)
    if len(year.layers[role]) > 1:
        year.layers[role] = [other for other in year.layers[role] if other.name != one]


def _added(year: Year, dice: random.Random) -> None:
    role, like = year.draw(dice, "industrial_park", "red_line", "drinking_water", "water_zone")
    shape = affinity.scale(year.draw(dice)[1].shape, 0.6, 0.6)
    year.layers[role].append(Feature(_rounded(affinity.translate(shape, dice.choice((0, 900)))), f"新{like.name}"))


def _renamed(year: Year, dice: random.Random) -> None:
    role, one = year.draw(dice, "industrial_park", "red_line", *ADMIN)
    old, one.name = one.name, f"新{one.name}"
    if role in ADMIN:
        year.rows.append(f"{one.code},{one.code},{old},{one.name},{role},rename")


def _transferred(year: Year, _: random.Random) -> None:
    town, old, to = year.at("township", 9_000), year.at("county", 9_000), year.at("county", 7_000)
    old.shape, to.shape = shapely.difference(old.shape, town.shape), shapely.union(to.shape, town.shape)
    code = f"{to.code}009"
    year.rows.append(f"{town.code},{code},{town.name},{town.name},township,transfer")
    town.code = code


def _become(year: Year, kind: str, gone: Sequence[Feature], *new: Feature) -> None:
    """Put counties in the place of others, with the rows that say so, and the towns that lie there."""
    for old in gone:
        year.layers["county"].remove(old)
        year.rows += [
            f"{old.code},{one.code},{old.name},{one.name},county,{kind}" for one in new if one.code != old.code
        ]
    year.layers["county"] += new
    for town in year.layers["township"]:
        for one in new:
            if one.shape.contains(town.shape.representative_point()) and not town.code.startswith(one.code):
                town.code = f"{one.code}{town.code[5]}{town.code[7:]}"


def _split(year: Year, *heirs: tuple[str, str]) -> None:
    old, new = year.at("county", 15_000), []
    for x, (code, name) in zip((8_000, 12_000), heirs, strict=True):
        parts = shapely.get_parts(shapely.intersection(old.shape, box(x, 0, 4_000, 8_000)))
        new.append(Feature(shapely.union_all(parts[shapely.area(parts) > 0]), name or old.name, code))
    _become(year, "split", [old], *new)


def _merged(year: Year, dice: random.Random) -> None:
    gone = [year.at("county", x) for x in (15_000, 17_000)]
    code, name = dice.choice((("330107", "庚区"), (gone[1].code, gone[1].name)))
    _become(year, "merge", gone, Feature(shapely.union(gone[0].shape, gone[1].shape), name, code))


def _recoded(year: Year, _: random.Random) -> None:
    old = year.at("county", 1_000)
    _become(year, "recode", [old], Feature(old.shape, "甲区", "330151"))


# In this order several can be done: a county is there by its code until it is split, merged or recoded.
CHANGES: dict[str, Callable[[Year, random.Random], None]] = {
    "a red line keeps a fifth": lambda year, dice: _scaled(year.draw(dice, "red_line"), 0.2),
    "a source-water zone grows eightfold": lambda year, dice: _scaled(year.draw(dice, "drinking_water"), 8),
    "a feature is halved or doubled": lambda year, dice: _scaled(year.draw(dice), dice.choice((0.5, 2))),
    "a feature moves": _moved,
    "a feature is cancelled": _cancelled,
    "a park leaves seven square metres": lambda year, dice: _cancelled(year, dice, _STRIP),
    "a feature appears": _added,
    "something is renamed": _renamed,
    "a town is transferred": _transferred,
    "a part is split off": lambda year, _: _split(year, (year.at("county", 15_000).code, ""), ("330103", "丙县")),
    "a county is split in two": lambda year, _: _split(year, ("330105", "戊区"), ("330106", "己区")),
    "two counties are merged": _merged,
    "a county is recoded": _recoded,
}
OF_SOURCES, ONCE, RECODED = [*CHANGES][:7], [*CHANGES][9:12], [*CHANGES][12]


def changed(year: Year, changes: Sequence[str], dice: random.Random) -> list[str]:
    """Do changes that can be done: a county is split or merged once, and while it is there."""
    whole = {"330101", "330102", "330104"} <= {one.code for one in year.layers["county"]}
    once = dice.choice([name for name in ONCE if name in changes] or ONCE)
    barred = {*ONCE} - {once} if whole else {*ONCE, RECODED}
    done = [name for name in CHANGES if name in changes and name not in barred]
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


# How, years, changes of each.
_KINDS = {
    "pair": ("update", 1, 2),
    "all": ("update", 3, len(CHANGES)),
    "replay": ("replay", 1, 1),
    "one": ("update", 1, 1),
    "several": ("update", 1, 6),
    "chain": ("update", 3, 3),
    "foreign": ("foreign", 1, 2),
}
# Each change alone, each way of writing alone, three years with all changes, and two that were drawn: one where kept
# faces alone say what goes on, and a replay where the grouping alone says it.
SUITE = (*range(len(CHANGES) + len(WRITTEN)), 18, 310, 316)


def drawn(number: int) -> Drawn:
    """Draw what a number stands for: those below 100 are of the suite alone."""
    dice = random.Random(f"years:{number}")  # noqa: S311 - no secret
    kinds, place = [*CHANGES], (number + 3) % len(GROUPINGS)
    if number < len(kinds):
        return Drawn(place, [[kinds[number]]], recode=number % 2 == 1)
    if number < len(kinds) + len(WRITTEN):
        written = WRITTEN[number - len(kinds)]
        return Drawn(place, [[]], "foreign" if written == "gbk" else "update", written)
    kind = "all" if number < 100 else dice.choice([*_KINDS])
    how, turns, count = _KINDS[kind]
    changes = [dice.sample(kinds, count) for _ in range(turns)]
    written, recode, follow = dice.choice(("plain", *WRITTEN)), dice.random() < 0.5, dice.random() < 0.7
    return Drawn(place if number < 100 else number % 12, changes, how, written, recode, follow)


# ── The engine's doors ──────────────────────────────────────────────────────────────────────────────────────────────

_CASE = """\
[case]
name = "years"
crs = "EPSG:4547"
seed = 1
{sources}
[rules]
profile = "national"

[cleaning]
sliver_area = 10_000
fragment_area = 0
{grouping}
[method]
name = "{method}"

[previous]
path = "{previous}"

[update]
lower = "{lower}"
document = "省函〔2026〕1号"

[admin]
changes = "changes.csv"
on_recode = "{on_recode}"
"""
_SOURCE = """
[[source]]
role = "{role}"
path = "{path.name}"
fields = {{ {fields} }}
date = "2025-01-31"
"""


def write_year(folder: Path, year: Year, what: Drawn, previous: Path | None, dice: random.Random) -> Path:
    """Write the sources as they are to be written, and the case: of an update of a plan, where one is given."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources = ""
    for role in (*ADMIN, *ROLES):
        rows, crs = [*year.layers[role]], CRS
        if what.written == "shuffled":
            dice.shuffle(rows)
        shapes = [one.shape for one in rows]
        if what.written == "jitter":
            shapes = [shapely.transform(shape, partial(_aside, role)) for shape in shapes]
        elif what.written == "crs":
            crs = dice.choice((CRS, "EPSG:4490", "EPSG:4548"))
            across = pyproj.Transformer.from_crs(CRS, crs, always_xy=True).transform
            shapes = [shapely.transform(shape, across, interleaved=False) for shape in shapes]
        key, zone, _ = ROLES.get(role, ("code", "", ()))
        columns = {"name": [one.name for one in rows], key: [zone or one.code for one in rows]}
        columns.pop("-", None)
        path, options = folder / f"{role}.gpkg", {"crs": crs, "kind": "Unknown"}
        if what.written == "gbk":
            path, options = folder / f"{role}.shp", {"kind": "MultiPolygon", "encoding": "GBK"}
            shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]
        write_layer(path, role, shapes, columns, **options)
        sources += _SOURCE.format(role=role, path=path, fields=", ".join(f'{one} = "{one}"' for one in columns))
    text = _CASE.format(
        sources=sources,
        grouping=GROUPINGS[what.place % len(GROUPINGS)],
        method="update" if previous else "overlay",
        previous=previous.as_posix() if previous else "",
        lower="follow" if what.follow else "keep",
        on_recode="recode" if what.recode else "keep",
    )
    rows = ["old_code,new_code,old_name,new_name,level,kind", *year.rows, ""]
    (folder / "changes.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder / "case.toml"


def _aside(layer: str, points: np.ndarray) -> np.ndarray:
    """Each vertex 0.3 mm aside, by place and layer: as programs round the same line."""
    angles = [random.Random(f"{layer}{x:.4f}{y:.4f}").uniform(0, 2 * np.pi) for x, y in points]  # noqa: S311
    return points + 0.0003 * np.column_stack([np.cos(angles), np.sin(angles)])


def people(plan: Path, dice: random.Random, year: str) -> None:
    """Let people name, lock and write clauses."""
    edits: list[dict[str, Any]] = []
    for number, row in enumerate(sorted(rows_of(plan)["units"], key=lambda row: str(row["unit_id"]))):
        said, wanted = f"H{year}-{number}", 0 if row["locked"] else dice.randrange(12)
        for least, edit in (
            (4, {"op": "clause", "add": {"id": said, "text": f"禁止新建炼焦项目（{said}）。", "dimension": "space"}}),
            (7, {"op": "clause", "change": {"id": said, "status": "已审"}}),
            (9, {"op": "rename", "name": f"改名{said}"}),
            (10, {"op": "lock"}),
        ):
            edits += [edit | {"unit": row["unit_id"]}] * (wanted >= least)
    done = verbs.edit(plan, edits, author="甲", reason="年度", basis="省函〔2025〕1号")
    assert not done["refused"], done["refused"]


def first_plan(folder: Path, place: int) -> Path:
    """Make the first year's plan with people's edits in it, once a folder."""
    path = folder / f"first-{place}" / "plan.gpkg"
    if not path.exists():
        dice = random.Random(f"people:{place}")  # noqa: S311 - no secret
        verbs.run(write_year(path.parent, first_year(place), Drawn(place, []), None, dice), path)
        people(path, dice, "1")
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
    last, year, path, ever = first_plan(folder, what.place), first_year(what.place), here / "plan.gpkg", {}

    def ran(how: str, changes: Sequence[str], standing: Path) -> Turn:
        """Run sources that change: as an update of the last plan, or in the place of one that people edited."""
        old = Told(standing)
        ever.update({unit["code"]: key for key, unit in old.units.items()})
        done = changed(year, changes, dice)
        given = as_foreign(last, here.with_suffix(".shp")) if how == "foreign" else last
        case = write_year(here, year, what, None if how == "replay" else given, dice)
        told = None
        if how == "update" and standing.stem == "plan":
            newer = {role: next(here.glob(f"{role}.[gs][ph][kp]*")) for role in (*ADMIN, *ROLES)}
            recode = "recode" if what.recode else "keep"
            told = verbs.impact(last, newer, case=case, changes=here / "changes.csv", on_recode=recode)
        if how in ("replay", "again"):
            shutil.copy(standing, path)
        verbs.run(case, path, replay=path.exists())
        if told:
            agree(told, last, path)
        return Turn(old, Told(path), what, how, done, deepcopy(year), dict(ever))

    def edited(name: str) -> Path:
        people(path, dice, name)
        return Path(shutil.copy(path, folder / f"{here.name}-{name}.gpkg"))

    for turn, changes in enumerate(what.changes, 2):
        year.rows = []
        yield ran(what.how, changes, last)
        if what.how == "replay":
            old = Told(edited("adopted"))
            verbs.adopt(path, "overlay", case=here / "case.toml", author="甲", basis="省函〔2026〕2号")
            yield Turn(old, Told(path), what, "adopt", [], year, ever)
        elif turn <= len(what.changes):
            # What was run is run again, with sources that came later, and people's edits are done again.
            if turn == 2:
                yield ran("again", [dice.choice(OF_SOURCES)], edited("again"))
            last = edited(f"{turn}")


# ── What the tables say ─────────────────────────────────────────────────────────────────────────────────────────────

_ENVELOPE = (0, 32, 48, 48, 64)
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
    def groups(self) -> dict[str, tuple[Any, set[str]]]:
        """Category and kind of each unit, and the names that its grouping may tell it apart by."""
        names = {(row["source"], row["feature_id"]): row["name"] for row in self.rows["features"]}
        unit_of, held, out = {row["face_id"]: row["unit_id"] for row in self.faces}, defaultdict(set), {}
        for row in self.rows["coverage"]:
            held[unit_of[row["face_id"]], row["role"]].add(names.get((row["source"], row["feature_id"]), ""))
        modes = json.loads(self.meta["grouping"])
        for key, unit in self.units.items():
            mode, kind = modes[("priority", "key", "general")[unit["category"] - 1]], unit["kind"]
            by = kind if mode == "named" or kind == "industrial_park" else mode
            # An element unit of a town is named after no element.
            alike = mode if by == "township" and unit["category"] == 2 and kind != "urban_boundary" else kind
            out[key] = (unit["category"], alike, by), held.get((key, by), {""})
        return out


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

    ``how`` is as of `Drawn`, or ``again`` (an update over one that people edited) or ``adopt``; ``ever`` is who had
    each code in any year before.
    """

    old: Told
    new: Told
    what: Drawn
    how: str
    done: list[str]
    year: Year
    ever: dict[str, str]

    def heirs(self, key: str) -> set[str]:
        """Counties of today that go on from that of an old unit, itself where it stands."""
        table = [row.split(",") for row in self.year.rows]
        earlier = json.loads(self.old.meta["recoded_counties"])
        todo = [self.old.units[key]["county"]]
        for old in todo:
            heirs = [row[1] for row in table if row[0] == old and row[4] == "county"] or earlier.get(old, [])
            todo += [one for one in heirs if one not in todo]
        return {*todo} & {row["county"] for row in self.new.faces}

    def fates(self) -> tuple[dict[str, str], set[str], set[str]]:
        """Say of old units which go on in which new ones, which end, and of which it is not sure."""
        on, unsure = self._kept() if self.how in ("update", "foreign") else ({}, {*self.old.units})
        ended, waiting, towns = set(), defaultdict(list), {town.name for town in self.year.layers["township"]}
        for key in {*self.old.units} - {*on}:
            group = self.old.groups[key]
            like = {
                unit: self.new.units[unit]["county"]
                for unit, (kind, names) in self.new.groups.items()
                if kind == group[0] and names & group[1] and self.new.units[unit]["county"] in self.heirs(key)
            }
            vague = any(len(names) > 1 for _, names in (group, *map(self.new.groups.get, like)))
            # One in each of several counties, parts, a town that has another name: which goes on is not said.
            vague |= (
                len({*like.values()}) > 1
                or (len(like) > 1 and "part" in group[0])
                or ("township" in group[0] and not group[1] <= towns)
            )
            if vague or self.how == "foreign":
                unsure.add(key)
            elif len(like) == 1 and not {*like} & {*on.values()}:
                waiting[min(like)].append(key)
            elif key not in unsure:
                ended.add(key)
        for unit, keys in waiting.items():
            # Of several that would go on in one it is not sure which does.
            on.update({keys[0]: unit} if len(keys) == 1 else {})
            unsure.update(keys)
        return on, ended, unsure - {*on}

    def _kept(self) -> tuple[dict[str, str], set[str]]:
        """Old units of which the update kept land, with the unit where they go on; and those where that is doubtful."""
        old, new = self.old.units, self.new.units
        moved = {number for state in _MOVED for number in json.loads(self.new.meta["update"])["faces"][state]}
        ids, tree = [*old], shapely.STRtree([*self.old.shapes.values()])
        land, doubtful = defaultdict(float), set()
        for row in self.new.faces:
            had = tree.query(row["shape"].representative_point(), predicate="within")
            if row["face_id"] in moved or len(had) != 1:
                continue
            key, broad = ids[had[0]], is_broad(row["shape"])
            if broad and row["host"] is None:
                land[key, row["unit_id"]] += row["shape"].area
            elif broad is not False:
                doubtful.add(key)
        on = {}
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
        alike = {unit: area for unit, area in shared.items() if area > 1 and self.new.units[unit]["kind"] == kind}
        best = alike or shared
        return {unit for unit, area in best.items() if area > 0.9 * max(best.values())}

    def code(self, key: str, unit: str) -> str:
        """The code that a unit has to go on with: any new one where another has its serial."""
        code, now = self.old.units[key]["code"], self.new.units[unit]
        stem = f"{code[:2]}{now['county']}{now['category']}"
        if code.startswith(stem) or not self.what.recode:
            return code
        clash = any(one[8:] == code[8:] for one in {*self.ever} - {code})
        return now["code"] if clash and now["code"] not in self.ever else stem + code[-4:]

    # ── What does not hold ──────────────────────────────────────────────────────────────────────────────────────────

    def complaints(self) -> Iterator[tuple[Any, ...]]:
        """Say what does not hold: what, of which unit, how it is and how it has to be."""
        on, ended, unsure = self.fates()
        old, new, ours = self.old.units, self.new.units, self.how != "foreign"
        codes = {unit["code"]: key for key, unit in new.items()}
        for key, unit in on.items():
            names = ("name", "unit_id", "locked")[: 3 if ours else 1]
            then = [self.code(key, unit), *map(old[key].get, names)]
            if then != [new[unit]["code"], *map(new[unit].get, names)]:
                yield "goes on otherwise", self.old.called(key), then, self.new.called(unit), unit
            if ours and (lost := self.old.by_hand(key) - self.new.by_hand(unit)):
                yield "clauses lost", self.old.called(key), lost
        for key in ended:
            called, code, heirs = self.old.called(key), old[key]["code"], self.successors(key)
            if code in codes or (ours and key in new):
                yield "ended, its code or id goes on", called
            texts = {(text, "待审") for text, _ in self.old.by_hand(key)} if ours else set()
            told = {one["facts"].get("heir") for one in self.new.findings if one["facts"].get("unit") == code}
            if texts and not told & {new[unit]["code"] for unit in heirs}:
                yield "S83 names another", called, told, heirs
            if lost := texts.difference(*map(self.new.by_hand, heirs)):
                yield "ended, clauses not to be reviewed", called, lost, heirs
        for unit in {*new} - {*on.values()}:
            row, before = new[unit], unit in self.ever.values() and ours
            if (before or row["code"] in self.ever or row["locked"]) and not unsure:
                yield "new, with the code or id of one before, or a lock", self.new.called(unit)
            if row["code"][2:9] != f"{row['county']}{row['category']}" and not unsure:
                yield "new, with a code of elsewhere", self.new.called(unit)
        if gone := {*self.ever} - {*codes} - self.new.retired:
            yield "codes that are neither units' nor retired", gone
        for unit in {*new} - {row["unit_id"] for row in self.new.faces if is_broad(row["shape"]) is not False}:
            yield "made of slivers alone", self.new.called(unit)
        for one in self.new.findings:
            strange = {*filter(None, (one["units"] or "").split("、"))} - {*codes}
            if strange and one["id"] != "S68":  # of codes in the layer that was given
                yield "finding of units that are none", one["id"], strange
            if one["id"] == "S14" and "新新" in one["facts"]["proposed"]:
                yield "S14 proposes", one["facts"]["proposed"]
        yield from () if self.done else self._same()

    def _same(self) -> Iterator[tuple[Any, ...]]:
        """Say what is otherwise although nothing changed but how sources are written."""
        ours = self.how != "foreign"
        names = ("code", "name", "category", "county", "kind", "unit_id", "townships", "parts", "locked")
        exact = ours and self.what.written in ("plain", "shuffled")
        unit_of = {row["code"]: key for key, row in self.new.units.items()}
        for key, was in self.old.units.items():
            unit, shape = unit_of[was["code"]], self.old.shapes[key]
            then, now = (
                [*map(told.units[one].get, names if ours else names[:4]), sorted(told.clauses[one]) if ours else ()]
                for told, one in ((self.old, key), (self.new, unit))
            )
            if then != now:
                yield "changed although nothing did", self.old.called(key), then, now
            if shape.symmetric_difference(self.new.shapes[unit]).area > (0 if exact else 0.001 * shape.length):
                yield "moved although nothing did", self.old.called(key)
        for one in self.new.findings:
            if one["id"] in ("L14", "S54", "S58", "S59") and one["facts"].get("area_m2", 1) < 0.01:
                yield "finding of nothing", one["id"], one["facts"]


def tried(folder: Path, number: int) -> list[str]:
    """Go through the years of a number; say what does not hold, and what was done."""
    said = []
    for turn in turns_of(folder, number):
        assert len(turn.new.faces) <= 300, len(turn.new.faces)
        said += [f"{turn.how} {turn.done}: {one}" for one in turn.complaints()]
    return said


# ── What was foretold, held against what a run did ──────────────────────────────────────────────────────────────────


def entries_of(plan):
    """Every clause by the id of its unit."""
    clauses = plan.clauses
    return Counter(zip(clauses["unit_id"], clauses["dimension"], clauses["text"], strict=True))


def plain(message):
    """A message without the folders of its files."""
    return re.sub(r"\S*/", "", message)


def column(plan, name):
    return dict(zip(plan.units["unit_id"], plan.units[name], strict=True))


def agree(found, before, after):
    """What was foretold is what a run did, as GEOS measures outlines and tables say."""
    old, new = read_plan(before), read_plan(after)
    was, code = (column(old, name) for name in ("geometry", "code"))
    its, then, category = (column(new, name) for name in ("geometry", "code", "category"))
    assert {one.unit_id for one in found.ends} == set(was) - set(its)
    assert {one.code for one in found.new} == {then[key] for key in set(its) - set(was)}
    assert found.codes == {code[key]: then[key] for key in was if key in its and code[key] != then[key]}
    told = {one.unit_id: one for one in found.units}
    near = partial(pytest.approx, abs=10)  # m²: which neighbour a sliver goes to is not foretold
    for key, shape in was.items():
        own = its.get(key, shapely.Polygon())
        loses, gains = shape.difference(own).area, shapely.intersection(own.difference(shape), whole_of(its)).area
        if key not in told:
            assert (loses, gains, code[key]) == (near(0), near(0), then[key])
            continue
        one = told[key]
        assert (one.loses_m2, one.gains_m2) == (near(loses), near(gains))
        assert one.after_m2 == near(own.area)
        for number in (1, 2, 3):
            there = shapely.union_all([its[other] for other in its if other != key and category[other] == number])
            assert one.to.get(number, 0) == near(shape.difference(own).intersection(there).area)
        assert sum(one.to.values()) == near(loses)
        if one.successor:
            assert its[{code: other for other, code in then.items()}[one.successor]].intersection(shape).area > 1
    held = new.findings[new.findings["id"] == "S58"]["value"].sum()
    assert sum(one.held_m2 for one in found.units) == pytest.approx(held)
    facts = {
        key: [json.loads(one) for one in new.findings[new.findings["id"] == key]["facts"]] for key in ("S83", "S87")
    }
    lost = {one["unit"]: one["heir"] for one in facts["S83"] if one["problem"].startswith("gone")}
    assert lost.items() <= {one.code: one.successor for one in found.ends}.items()
    locked = {one["unit"] for one in facts["S87"]}
    assert {one.code_after or one.code for one in found.locked} == locked
    # Lists: of what was, take what goes, put what comes; a text that moves or is worded otherwise does both.
    key_now, key_then = ({code: key for key, code in codes.items()} for codes in (code, then))
    lists = entries_of(old)
    for one in found.clauses:
        if one.kind in ("gone", "moved"):
            lists[key_now[one.code], one.dimension, one.text] -= 1
        if one.kind in ("new", "moved"):
            lists[key_then[one.code_after], one.dimension, one.text] += 1
    assert +lists == entries_of(new)
    known, now = ({*zip(plan.findings["id"], map(plain, plan.findings["message"]), strict=True)} for plan in (old, new))
    # A file that lies elsewhere is another one, whatever was said of it before.
    assert {(one.id, plain(one.message)) for one in found.findings("zh")} - known == now - known


def whole_of(units):
    return shapely.union_all(list(units.values()))
