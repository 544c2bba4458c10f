"""What a printed entry list (准入清单) holds, whatever it is printed on: workbooks and documents print these rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..case.names import Glossary
from ..case.profile import UNDELIVERED, profile_for_words
from ..core.errors import BadInput
from ..core.messages import NOTHING, Fact, Message, counted, joined, word
from .draft import APPROVED, PROPOSED, TO_REVIEW, is_sea, review_of
from .kept_library import checked_bases
from .touch import touches
from .wording import DIMENSIONS, EFFECTS, counties_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from ..plan.file import Plan
    from .wording import Wording

SEA = 0
"""Stands for the sea where sections are named by category."""
_ILLUSTRATION = "示意"
# A zone that covers less of a unit says so wherever it brings a clause.
_LITTLE = 0.05
# m²: what two shapes share by rounding alone.
_SLIVER = 1.0
_PARK = "industrial_park"
# Where a unit lies is said in columns of their own.
_PLACES = frozenset(("county", "township", "village", "sea", "unit", "catchment", _PARK))
_CLOSES = ("prohibit", "exit")


@dataclass(frozen=True)
class PrintedTouch:
    """A zone that touches a unit.

    Attributes
    ----------
    role, zone, place : str
        ``place`` is what its features are called there, "" for nothing.
    share_of_unit, share_of_zone : float
        0–1.
    """

    role: str
    zone: str
    place: str
    share_of_unit: float
    share_of_zone: float


@dataclass(frozen=True)
class PrintedClause:
    """A clause of one unit and dimension.

    Attributes
    ----------
    number : int
        From 1 in each dimension of a unit.
    clause_id : str
        Of the library.
    effect : str
        Its id, see ``wording.EFFECTS``.
    text, basis : str
    to_review : bool
        Nobody has reviewed it yet (待审).
    unchecked : bool
        Nobody has read what it rests on yet (待核).
    dimension, subdimension : str
        Their ids, see ``lists.toml``.
    level, issuer, origin, status, remark, terms : str
        As in the plan's ``clauses``.
    own : bool
        The kind that brought it is the unit's own.
    place : str
        What the area is called that it holds in, where its ``origin`` is one.
    touched : PrintedTouch or None
        The zone that brought it, where that covers little of the unit.
    also : tuple of PrintedClause
        Others in the same words, which other zones brought: printed with it.
    """

    number: int
    clause_id: str
    effect: str
    text: str
    basis: str
    to_review: bool
    unchecked: bool
    dimension: str = ""
    subdimension: str = ""
    level: str = ""
    issuer: str = ""
    origin: str = ""
    status: str = ""
    remark: str = ""
    terms: str = ""
    own: bool = False
    place: str = ""
    touched: PrintedTouch | None = None
    also: tuple[PrintedClause, ...] = ()

    @property
    def proposed(self) -> bool:
        """A sliver of a zone alone brings it: it is no part of the list (建议)."""
        return self.status == PROPOSED

    @property
    def marks(self) -> list[Message]:
        """What its row says of it beside: whether it is to be reviewed, is only proposed, or nobody read its basis."""
        marks = (
            (self.to_review, Message("to review")),
            (self.proposed, Message("proposed")),
            (self.unchecked, Message("basis to check")),
        )
        return [mark for stands, mark in marks if stands]


@dataclass(frozen=True)
class ListRow:
    """A unit with its clauses.

    Attributes
    ----------
    unit_id, code, name : str
    category : int
        1–3.
    kind, subtype : str
    county : str
        Its code.
    townships : str
    area : float
        m².
    sea : bool
        It lies at sea.
    clauses : mapping
        Each of ``wording.DIMENSIONS`` → its clauses in their order, which may be none.
    proposed : tuple of PrintedClause
        Those that are no part of the list: a sliver of a zone brings them.
    zones : tuple of str
        Codes of the element zones that it has a part in.
    touched : tuple of PrintedTouch
        Zones that touch it, the largest first.
    """

    unit_id: str
    code: str
    name: str
    category: int
    kind: str
    subtype: str
    county: str
    townships: str
    area: float
    sea: bool
    clauses: Mapping[str, tuple[PrintedClause, ...]]
    proposed: tuple[PrintedClause, ...] = ()
    zones: tuple[str, ...] = ()
    touched: tuple[PrintedTouch, ...] = ()

    @property
    def all_clauses(self) -> list[PrintedClause]:
        """Those of all dimensions, without what is only proposed."""
        found = (one for clause in self.printed for one in (clause, *clause.also))
        return [replace(one, also=()) if one.also else one for one in found]

    @property
    def printed(self) -> list[PrintedClause]:
        """Those of all dimensions as they are numbered: what several zones bring in the same words is one."""
        return [clause for own in self.clauses.values() for clause in own]

    @property
    def to_review(self) -> int:
        """Count clauses that nobody has reviewed."""
        return sum(clause.to_review for clause in self.printed)

    @property
    def approved(self) -> int:
        """Count clauses that somebody has approved."""
        return sum(clause.status == APPROVED for clause in self.printed)

    @property
    def unchecked(self) -> int:
        """Count clauses whose basis nobody has checked."""
        return sum(clause.unchecked for clause in self.printed)


def full_rows(plan: Plan) -> list[ListRow]:
    """Do as `list_rows`, with the zones that touch each unit measured, and the codes of its element zones."""
    return list_rows(plan, touches(plan) if len(plan.coverage) else None, zone_codes(plan))


def list_rows(
    plan: Plan, touched: pd.DataFrame | None = None, zones: Mapping[str, Sequence[str]] | None = None
) -> list[ListRow]:
    """Give the units of a plan in the order of their codes, each with its clauses.

    Parameters
    ----------
    plan : Plan
        Its ``units`` and ``clauses``; clauses stay in the order that they have there.
    touched : pandas.DataFrame, optional
        From `touch.touches`.
    zones : mapping, optional
        From `zone_codes`.

    Raises
    ------
    BadInput
        A clause of an unknown dimension: it would be printed nowhere.
    """
    units = plan.units.sort_values(["code", "unit_id"], kind="stable", na_position="last")
    clauses = plan.clauses.loc[plan.clauses["unit_id"].isin(units["unit_id"])]
    by_unit: dict[str, list[dict[str, str]]] = {}
    for clause in clauses.to_dict("records"):
        by_unit.setdefault(str(clause["unit_id"]), []).append({str(key): _text(value) for key, value in clause.items()})
    met = _touched_by_unit(touched)
    place_of, read = _place_names(plan.meta), checked_bases(plan.library)
    rows = []
    for unit, sea in zip(units.to_dict("records"), is_sea(units), strict=True):
        unit_id, kind, subtype = str(unit["unit_id"]), _text(unit["kind"]), _text(unit.get("subtype"))
        own = tuple(met.get(unit_id, ()))
        by_dimension, proposed = _by_dimension(by_unit.get(unit_id, ()), kind, subtype, own, place_of, read)
        rows.append(
            ListRow(
                unit_id=unit_id,
                code=_text(unit["code"]),
                name=_text(unit["name"]),
                category=int(unit["category"]),
                kind=kind,
                subtype=subtype,
                county=_text(unit["county"]),
                townships=_text(unit.get("townships")),
                area=float(unit["area_m2"]),
                sea=bool(sea),
                clauses=by_dimension,
                proposed=proposed,
                zones=tuple((zones or {}).get(unit_id, ())),
                touched=own,
            )
        )
    return rows


def counts_of(rows: Iterable[ListRow]) -> tuple[Message, Message | None]:
    """Say of lists, as their covers do, how many clauses stand in them, and how many are only proposed, if any."""
    units = [*rows]
    clauses = [clause for unit in units for clause in unit.all_clauses]
    standing = Message(
        "{review}; {unchecked:,} in the library have an unchecked basis",
        review=review_of(("", clause.status) for clause in clauses).message(),
        unchecked=len({clause.clause_id for clause in clauses if clause.unchecked}),
    )
    proposed = counted(
        sum(len(unit.proposed) for unit in units),
        "{n} clause, brought by a zone that touches its unit by a sliver; no part of the lists until approved",
        "{n} clauses, brought by zones that touch their units by a sliver; no part of the lists until approved",
    )
    return standing, proposed if any(unit.proposed for unit in units) else None


def zone_codes(plan: Plan) -> dict[str, list[str]]:
    """List the codes of the element zones that each unit has a part in, of more than what rounding makes.

    What was filled in though nobody delivered it says so behind its code.

    Zones are made of faces, as units are: a face lies in a zone as a point inside it does.
    """
    faces, zones = plan.faces, plan.element_zones
    if not len(zones) or not len(faces):
        return {}
    tree = shapely.STRtree(shapely.point_on_surface(faces["geometry"].to_numpy(dtype=object)))
    zone, face = tree.query(zones["geometry"].to_numpy(dtype=object), predicate="contains")
    labels = faces["unit_id"].astype(str).tolist()
    names = Glossary(profile_for_words(plan))
    codes = [
        f"{code}（{names('filled', why, names.language, {})}）" if why == UNDELIVERED else str(code)
        for code, why in zip(zones["code"], zones["filled"], strict=True)
    ]
    area = faces["area_m2"].to_numpy(dtype=np.float64)
    shared: dict[tuple[str, str], float] = {}
    for one, row in zip(zone.tolist(), face.tolist(), strict=True):
        key = labels[row], codes[one]
        shared[key] = shared.get(key, 0.0) + area[row]
    found: dict[str, list[str]] = {}
    for (unit_id, code), size in sorted(shared.items()):
        if size > _SLIVER:
            found.setdefault(unit_id, []).append(code)
    return found


def clause_lines(
    clauses: Iterable[PrintedClause],
    wording: Wording,
    language: str = "zh",
    provenance: Callable[[PrintedClause], str] | None = None,
) -> list[str]:
    """Clauses of one unit and dimension as numbered lines, each with its effect before and its basis behind.

    Parameters
    ----------
    clauses : iterable of PrintedClause
    wording : Wording
    language : str
        Of the profile.
    provenance : callable, optional
        What else to say of a clause, in brackets behind its text: its level, what brought it.
    """
    lines = []
    for clause in clauses:
        said: dict[str, Fact] = {
            "number": clause.number,
            "effect": wording.effect(clause.effect, clause.text),
            "text": clause.text,
        }
        line = Message("{number}. [{effect}] {text}", **said)
        if clause.basis:
            line = Message("{number}. [{effect}] {text} ({basis})", **said, basis=clause.basis)
        if provenance is not None and (more := provenance(clause)):
            line = Message("{clause} <{provenance}>", clause=line, provenance=more)
        if clause.unchecked:
            line = Message("{clause} [basis to check]", clause=line)
        if clause.proposed:
            line = Message("{clause} [proposed, no part of the list]", clause=line)
        elif clause.to_review:
            line = Message("{clause} [to be reviewed]", clause=line)
        lines.append(word(line, language))
    return lines


def why_applies(clause: PrintedClause) -> Message:
    """Say why a clause stands in a unit's list: what brought it, and how much that touches where it is little."""
    if clause.also:
        whys = dict.fromkeys(why_applies(one) for one in (replace(clause, also=()), *clause.also))
        everywhere = Message("applies to all units")
        return everywhere if everywhere in whys else Message("{parts:apart}", parts=tuple(whys))
    kind, _, rest = clause.origin.partition(":")
    if not clause.origin:
        return NOTHING
    if clause.origin == "all":
        return Message("applies to all units")
    if kind == "category":
        return Message("applies to {category:category} units", category=rest)
    if kind == "hand":
        return Message("entered by hand")
    if kind == "previous":
        return Message("from an existing list")
    if kind in ("admin", "place", "unit"):
        return Message("applies to {place}", place=clause.place or rest)
    if clause.own or kind in ("general", "sea"):
        return Message("the unit's kind is {kind:kind}", kind=kind)
    zone = _zone_name(kind, rest)
    if clause.touched is None:
        return Message("touches {zone}", zone=zone)
    return Message(
        "touches {zone}, {of_unit:share} of the unit and {of_zone:share} of the zone",
        zone=zone,
        of_unit=clause.touched.share_of_unit,
        of_zone=clause.touched.share_of_zone,
    )


def features_of(row: ListRow) -> Message:
    """Describe a unit (单元特点): its kind, its parks and largest zones with their shares, its townships."""
    said: list[Fact] = [Message("{kind:kind}", kind=row.kind)]
    if row.subtype:
        said = [Message("{kind:kind} ({subtype})", kind=row.kind, subtype=row.subtype)]
    parks = [one for one in row.touched if one.role == _PARK and one.place and one.share_of_unit >= _LITTLE]
    if parks:
        shares = tuple(Message("{place} {share:share}", place=one.place, share=one.share_of_unit) for one in parks)
        said.append(Message("industrial parks: {parks}", parks=shares))
    whole: dict[tuple[str, str], float] = {}
    for one in row.touched:
        if one.role not in _PLACES:
            whole[one.role, one.zone] = whole.get((one.role, one.zone), 0.0) + one.share_of_unit
    largest = sorted(((share, pair) for pair, share in whole.items() if share >= _LITTLE), key=lambda one: -one[0])
    if largest:
        zones = tuple(
            Message("{zone} {share:share}", zone=_zone_name(role, zone), share=min(share, 1.0))
            for share, (role, zone) in largest
        )
        said.append(Message("zones: {zones}", zones=zones))
    if row.townships:
        said.append(counted(len(row.townships.split("、")), "{n} township", "{n} townships"))
    met = {one.role for one in row.touched}
    brought = (
        [one.origin.partition(":") for one in (clause, *clause.also)]
        for clause in row.clauses["space"]
        if clause.effect in _CLOSES
    )
    closed = dict.fromkeys(
        _zone_name(role, zone) for every in brought for role, _, zone in every if {one[0] for one in every} <= met
    )
    if closed:
        said.append(
            Message("what is forbidden or has to go in {zones} is admitted by no other clause", zones=tuple(closed))
        )
    return Message("{parts:apart}", parts=tuple(said))


def _zone_name(role: str, zone: str) -> Message:
    return Message("{zone:fullzone}", role=role, zone=zone) if zone else Message("{role:role}", role=role)


def sections(rows: Iterable[ListRow]) -> dict[int, list[ListRow]]:
    """Part rows as lists are parted: land units by category, 1–3, and those at sea (``SEA``) where there are any."""
    parts: dict[int, list[ListRow]] = {1: [], 2: [], 3: []}
    for row in rows:
        parts.setdefault(SEA if row.sea else row.category, []).append(row)
    return parts


def is_illustration(meta: Mapping[str, str]) -> bool:
    """Whether a plan calls itself an illustration (示意) anywhere."""
    return any(_ILLUSTRATION in value for value in meta.values())


def _touched_by_unit(touched: pd.DataFrame | None) -> dict[str, list[PrintedTouch]]:
    out: dict[str, list[PrintedTouch]] = {}
    if touched is None or not len(touched):
        return out
    # Sums of areas differ in their last digits with the order of the faces, and what prints does not.
    said = touched.round({"share_of_unit": 9, "share_of_zone": 9})
    ordered = said.assign(least=-said["share_of_unit"]).sort_values(["least", "role", "zone", "place"], kind="stable")
    for row in ordered.to_dict("records"):
        one = PrintedTouch(
            _text(row["role"]),
            _text(row["zone"]),
            _text(row["place"]),
            float(row["share_of_unit"]),
            float(row["share_of_zone"]),
        )
        out.setdefault(str(row["unit_id"]), []).append(one)
    return out


def _place_names(meta: Mapping[str, str]) -> Callable[[str], str]:
    """Give what names an area by the begin of its county codes: 33, 3308, 330824."""
    counties = counties_of(meta)
    wider = {2: meta.get("province", ""), 4: meta.get("city", "")}

    def name(prefix: str) -> str:
        return counties.get(prefix, "") or wider.get(len(prefix), "") or prefix

    return lambda prefixes: "、".join(map(name, prefixes.split("|")))


def _by_dimension(
    clauses: Sequence[Mapping[str, str]],
    kind: str,
    subtype: str,
    touched: Sequence[PrintedTouch],
    place_of: Callable[[str], str],
    read: Collection[tuple[str, str]],
) -> tuple[dict[str, tuple[PrintedClause, ...]], tuple[PrintedClause, ...]]:
    """Part the clauses of a unit into those of each dimension, and those that are only proposed."""
    parts: dict[str, list[PrintedClause]] = {dimension: [] for dimension in DIMENSIONS}
    apart: list[PrintedClause] = []
    for clause in clauses:
        dimension, origin = clause["dimension"], clause.get("origin", "")
        if dimension not in parts:
            raise BadInput(
                Message("unknown dimension '{dimension}'", dimension=dimension),
                where=Message("plan, clauses"),
                wanted=joined(DIMENSIONS),
            )
        role, _, rest = origin.partition(":")
        place = place_of(rest) if role == "admin" else rest.replace("|", "、") if role in ("place", "unit") else ""
        into = apart if clause["status"] == PROPOSED else parts[dimension]
        new = PrintedClause(
            number=len(into) + 1,
            clause_id=clause["clause_id"],
            effect=clause["effect"],
            text=clause["text"],
            basis=clause["basis"],
            to_review=clause["status"] == TO_REVIEW,
            unchecked=bool(clause["basis"]) and (clause["clause_id"], clause["basis"]) not in read,
            dimension=dimension,
            subdimension=clause.get("subdimension", ""),
            level=clause.get("level", ""),
            issuer=clause.get("issuer", ""),
            origin=origin,
            status=clause["status"],
            remark=clause.get("remark", ""),
            terms=clause.get("terms", ""),
            own=role == kind and rest in ("", subtype),
            place=place,
            touched=_little(role, rest, touched),
        )
        alike = next((at for at, one in enumerate(into) if not one.proposed and _says_the_same(one, new)), None)
        if alike is None:
            into.append(new)
        else:
            # Of one sentence of the law that several zones bring, the strongest effect is printed.
            every = (replace(into[alike], also=()), *into[alike].also, replace(new, number=into[alike].number))
            first, *others = sorted(every, key=lambda one: EFFECTS.index(one.effect))
            into[alike] = replace(first, also=tuple(others))
    return {dimension: tuple(own) for dimension, own in parts.items()}, tuple(apart)


def _says_the_same(one: PrintedClause, other: PrintedClause) -> bool:
    """Tell whether two clauses of a dimension print as one: but for effect and what brought them nothing differs."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("text", "basis", "unchecked", "level", "status", "remark")
    )


def _little(role: str, zone: str, touched: Sequence[PrintedTouch]) -> PrintedTouch | None:
    """Sum up what zones of a role and type cover of a unit, where that is little."""
    own = [one for one in touched if one.role == role and zone in ("", one.zone)]
    share = round(sum(one.share_of_unit for one in own), 9)
    if not own or share >= _LITTLE:
        return None
    return PrintedTouch(role, zone, "", share, max(one.share_of_zone for one in own))


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()
