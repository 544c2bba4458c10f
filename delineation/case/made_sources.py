"""What is to be made on the spot, as a text says it: ``grid:size=500``, ``catchments:dem=dem.tif,area=5e6``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..core.connections import is_database
from ..core.errors import BadInput
from ..core.messages import Message, at, one_of
from ..core.text import alike, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Case, SourceSpec

__all__ = ["KINDS", "LEAST", "ROLES", "Maker", "check_made", "parse_maker"]

# Keys of each kind, in the order in which they are told.
KEYS = {
    "grid": ("size",),
    "hexagons": ("size",),
    "catchments": ("dem", "area", "band", "least", "sea", "crs"),
    "townships": ("field", "of", "file", "layer"),
}
KINDS = tuple(KEYS)
LEAST = 0.1
_EXAMPLE = {
    "grid": Message("grid:size=500, in metres"),
    "hexagons": Message("hexagons:size=500, in metres"),
    "catchments": Message("catchments:dem=FILE,area=5e6, in m²"),
    "townships": Message("townships:field=NAME or townships:file=FILE,field=NAME"),
}
_WANTED = Message(
    "grid:size=500 or hexagons:size=500, in metres; catchments:dem=FILE,area=5e6, in m²; townships:field=NAME"
)
# A comma may stand in a file's name; before a key it ends a value.
_COMMA = re.compile(r",(?=\s*\w+\s*=)")


@dataclass(frozen=True)
class Maker:
    """What is to be made.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    size : float
        m; side of the squares, distance between parallel sides of the hexagons.
    dem : str
        File of elevations, as written.
    band : int
        From 1.
    area : float
        m²; contributing area from which on water is a stream. Every link of the streams has a catchment.
    least : float
        Share of ``area``, 0–1, under which a catchment goes to its neighbour downstream.
    sea : float or None
        Height up to which, it included, a cell of the DEM is sea; None where the DEM has no value at sea.
    crs : str
        Overrides the DEM's.
    field : str
        Polygons with one value of it are one township.
    of : str
        Role whose features townships consist of.
    file, layer : str
        Layer of polygons that townships consist of, as written.
    """

    kind: str
    size: float = 0.0
    dem: str = ""
    band: int = 1
    area: float = 0.0
    least: float = LEAST
    sea: float | None = None
    crs: str = ""
    field: str = ""
    of: str = ""
    file: str = ""
    layer: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Files that it is made from, as written."""
        return tuple(filter(None, (self.dem, self.file)))


def parse_maker(text: str, where: Message, *, case: bool = False) -> Maker:
    """Read what is to be made.

    Parameters
    ----------
    text : str
        ``KIND:key=value,key=value``. ``grid`` and ``hexagons`` take ``size`` (m); ``catchments`` takes ``dem``,
        ``area`` (m²), ``band``, ``least`` (share of ``area``), ``sea`` (height) and ``crs``; ``townships`` takes
        ``field``, ``file`` and ``layer``, and in a case ``of``, a role.
    where : Message
        Option or key of the case, for messages.
    case : bool
        It is a source of a case: townships then need ``of`` or ``file``.

    Raises
    ------
    BadInput
        An unknown kind or key (the nearest known one is named), a value that is none, a key that is missing.
    """
    kind, _, rest = (part.strip() for part in text.partition(":"))
    kind = {"hexagon": "hexagons", "catchment": "catchments", "township": "townships"}.get(kind, kind)
    if kind not in KINDS:
        # What is like none of them gets to hear of all.
        like = alike(kind, KINDS)
        raise BadInput(
            Message("unknown kind of base units '{kind}'", kind=kind), where=where, wanted=at(like) if like else _WANTED
        )
    given = _pairs(kind, rest, where)
    if "of" in given and not case:
        raise BadInput(
            Message("of=ROLE works only in a case, whose roles it refers to"), where=where, wanted=_EXAMPLE[kind]
        )
    numbers: dict[str, Any] = {
        key: _number(given.pop(key), key, where) for key in ("size", "area", "least", "sea") if key in given
    }
    band = _number(given.pop("band", "1"), "band", where)
    if not (band >= 1 and float(band).is_integer()):
        raise BadInput(
            Message("band = {band:g}", band=band), where=where, wanted=Message("a whole number of 1 or more")
        )
    maker = replace(Maker(kind, band=int(band)), **numbers, **given)
    _check(maker, text, where, case=case)
    return maker


def moved(text: str, where: Message, move: Callable[[str], str]) -> str:
    """Write the files of a maker's text anew; the text stays as it is where none moves."""
    maker = parse_maker(text, where, case=True)
    if all(move(file) == file for file in maker.files):
        return text
    given = _pairs(maker.kind, text.partition(":")[2], where)
    said = (f"{key}={move(value) if key in ('dem', 'file') else value}" for key, value in given.items())
    return f"{maker.kind}:{','.join(said)}"


def _pairs(kind: str, rest: str, where: Message) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for item in filter(None, (part.strip() for part in _COMMA.split(rest))):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not (equals and value):
            raise BadInput(Message("'{item}' is no key=value", item=item), where=where, wanted=_EXAMPLE[kind])
        if key not in KEYS[kind]:
            raise BadInput(
                Message("{kind} takes no '{key}'", kind=kind, key=key), where=where, wanted=nearest(key, KEYS[kind])
            )
        if key in out:
            raise BadInput(Message("'{key}' is given twice", key=key), where=where, wanted=_EXAMPLE[kind])
        out[key] = value
    return out


def _number(text: str, key: str, where: Message) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(Message("{key} = '{text}'", key=key, text=text), where=where, wanted=Message("a number"))
    return value


def _check(maker: Maker, text: str, where: Message, *, case: bool) -> None:
    if maker.kind in ("grid", "hexagons") and not maker.size > 0:
        raise BadInput(Message("'{text}' states no size above 0", text=text), where=where, wanted=_EXAMPLE[maker.kind])
    if maker.kind == "catchments":
        if not maker.dem:
            raise BadInput(Message("'{text}' names no DEM", text=text), where=where, wanted=_EXAMPLE["catchments"])
        if not maker.area > 0:
            raise BadInput(
                Message("'{text}' states no area above 0", text=text), where=where, wanted=_EXAMPLE["catchments"]
            )
        if not 0 <= maker.least <= 1:
            raise BadInput(
                Message("least = {least:g}", least=maker.least), where=where, wanted=Message("a share from 0 to 1")
            )
    if any(is_database(file) for file in maker.files):
        # Its text is told as it stands, and may hold a password.
        raise BadInput(
            Message("a database cannot be named here"),
            where=where,
            wanted=Message("a file; in a case, the table as a [[source]] of its own, and townships:of=ROLE"),
        )
    if maker.kind == "townships":
        if maker.of and maker.file:
            raise BadInput(
                Message("both of=ROLE and file=FILE are given"), where=where, wanted=Message("one of the two")
            )
        if maker.layer and not maker.file:
            raise BadInput(Message("a layer without a file"), where=where, wanted=_EXAMPLE["townships"])
        if case and not (maker.of or maker.file):
            raise BadInput(
                Message("'{text}' does not say which layer the townships are taken from", text=text),
                where=where,
                wanted=Message("townships:of=village,field=NAME"),
            )
        if not (maker.field or maker.file):
            raise BadInput(Message("'{text}' names no field", text=text), where=where, wanted=_EXAMPLE["townships"])
        if case and maker.of and not maker.field:
            raise BadInput(
                Message("'{text}' names no field", text=text),
                where=where,
                wanted=Message("townships:of=village,field=NAME"),
            )


# ── What a source that a case makes on the spot may be, and what it may be made of ──────────────────────────────────

# None of these decides a category by itself; townships have names, so that units may be named after them.
_CUTS = ("catchment", "unit")
ROLES = {"grid": _CUTS, "hexagons": _CUTS, "catchments": _CUTS, "townships": ("township", "village", *_CUTS)}
_OF_FILES = ("layer", "fields", "where", "zone", "zones", "buffer", "encoding", "crs", "official_area")


def check_made(case: Case, spec: SourceSpec, where: Message) -> None:
    """Refuse what a made source cannot be.

    Raises
    ------
    BadInput
        A key that speaks of a file; a role that is given by law, or that none of the kind can be; townships where they
        would be the study area; townships of a role that the case has no layer of.
    """
    maker = spec.maker
    if maker is None:
        return
    for key in _OF_FILES:
        if getattr(spec, key):
            raise BadInput(
                Message("'{key}' applies to layers read from a file, and this source is made", key=key),
                where=where,
                wanted=Message(
                    "only role and made, and where the data come from: date, provider, document, classification"
                ),
            )
    if spec.role not in ROLES[maker.kind]:
        raise BadInput(
            Message("{kind} cannot be of role {role:role}", kind=maker.kind, role=spec.role),
            where=where,
            wanted=one_of(ROLES[maker.kind]),
        )
    layers = {one.role for one in case.sources if not one.made}
    if spec.role == "township" and "county" not in layers:
        raise BadInput(
            Message("townships made this way fill the study area and cannot define it"),
            where=where,
            wanted=Message("a source of role county"),
        )
    if maker.of and maker.of not in layers:
        raise BadInput(
            Message("no layer of role '{role}'", role=maker.of),
            where=where,
            wanted=nearest(maker.of, layers) if layers else Message("a source of that role"),
        )
