"""A case (划定方案配置): sources, rules, method, cleaning and output settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping  # noqa: TC003 - the dataclasses' hints are read when a case is
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.connections import is_database
from ..core.messages import Message, at
from ..core.toml import Limit
from .made_sources import Maker, parse_maker

if TYPE_CHECKING:
    from .profile import Profile


@dataclass(frozen=True)
class SourceSpec:
    """A ``[[source]]``: one layer and what it is. ``official_area`` in m², ``buffer`` in metres.

    Where it is newer than last year's plan, ``trigger`` says what made it so (``[zh.trigger]`` of the profile's
    ``names.toml``) and ``document`` by what it was decided.

    It lies at ``path``, or is ``made`` on the spot (`sources.made`): one of both.
    """

    role: str
    path: str = ""
    layer: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    zone: str = ""
    zones: Mapping[str, str] = field(default_factory=dict)
    buffer: float = 0.0
    encoding: str = ""
    crs: str = ""
    date: str = ""
    provider: str = ""
    document: str = ""
    official_area: float = 0.0
    classification: str = ""
    trigger: str = ""
    made: str = ""

    @property
    def maker(self) -> Maker | None:
        """What is to be made, None where the source is a layer."""
        return parse_maker(self.made, at("made"), case=True) if self.made else None

    @property
    def files(self) -> tuple[str, ...]:
        """Files that are read for it, as written."""
        maker = self.maker
        return (self.path,) if maker is None else maker.files

    @property
    def place(self) -> str:
        """What messages call it: its path and layer, or what is made."""
        return self.made or (f"{self.path}|{self.layer}" if self.layer else self.path)


@dataclass(frozen=True)
class RasterSpec:
    """A ``[[raster]]``: evidence, and with ``zones`` also lines of the partition."""

    name: str
    path: str
    band: int = 1
    kind: str = "score"
    better: str = "high"
    grades: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    date: str = ""
    provider: str = ""
    document: str = ""
    classification: str = ""
    trigger: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Files that are read for it, as written."""
        return (self.path,)


@dataclass(frozen=True)
class Rules:
    """``[rules]``: profile, its switches, and a table of extra rows."""

    profile: str = "national"
    switches: Mapping[str, Any] = field(default_factory=dict)
    extra: str = ""


@dataclass(frozen=True)
class Cleaning:
    """``[cleaning]``: areas in m², thinness 4πA/P² (1 for a circle), snap in metres."""

    sliver_area: float = 10_000.0
    sliver_thinness: float = 0.1
    fragment_area: float = 1_000_000.0
    snap: float = 0.001


@dataclass(frozen=True)
class Grouping:
    """``[grouping]``: how faces of one category become units."""

    priority: str = "kind"
    key: str = "kind"
    general: str = "county"


@dataclass(frozen=True)
class Previous:
    """``[previous]``: the last version's units; gives codes, names and lineage, cuts nothing.

    ``lists`` is a workbook with their entry lists, where they are not in a plan of ours.
    """

    path: str = ""
    layer: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    crs: str = ""
    date: str = ""
    provider: str = ""
    document: str = ""
    classification: str = ""
    lists: str = ""


@dataclass(frozen=True)
class Admin:
    """``[admin]``: changes of administrative units and what they do to codes."""

    changes: str = ""
    on_recode: str = "keep"


@dataclass(frozen=True)
class Update:
    """``[update]``: what the method ``update`` does where the rules are looser now, and the document that allows it.

    ``locked`` says which goes first where a unit of last year is locked: the ``rules``, or the lock, to ``keep`` it.
    """

    lower: str = "keep"
    document: str = ""
    locked: str = "rules"


@dataclass(frozen=True)
class Upper:
    """``[upper]``: the scheme of the level above.

    ``mode``: ``fixed`` takes over its units, locked, ``refine`` keeps each unit within one of them and never lower,
    ``free`` only compares.
    """

    path: str = ""
    mode: str = "free"
    layer: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    crs: str = ""
    date: str = ""
    provider: str = ""
    document: str = ""
    classification: str = ""


@dataclass(frozen=True)
class ListSettings:
    """``[lists]``: clause libraries beside the profile's, the highest level first, and the level that the lists are of.

    Clauses of a level above it are added to, and never altered.
    """

    library: tuple[str, ...] = ()
    level: str = "市"


@dataclass(frozen=True)
class Case:
    """A case as read, defaults filled in; paths are still as written, relative to ``folder``.

    ``date`` (the day it is compiled on, ISO), ``filing_year`` (0: not stated), ``province`` and ``city`` are what
    people say; nothing fills them in. ``expected``: roles that it is to have a source of, besides those of the profile.
    """

    path: Path
    name: str
    profile: Profile
    sources: tuple[SourceSpec, ...]
    rasters: tuple[RasterSpec, ...] = ()
    crs: str = ""
    area: str = "planar"
    seed: int = 1
    rules: Rules = Rules()
    cleaning: Cleaning = Cleaning()
    grouping: Grouping = Grouping()
    method: str = "overlay"
    method_parameters: Mapping[str, Any] = field(default_factory=dict)
    previous: Previous = Previous()
    admin: Admin = Admin()
    upper: Upper = Upper()
    update: Update = Update()
    lists: ListSettings = ListSettings()
    date: str = ""
    filing_year: int = 0
    province: str = ""
    city: str = ""
    expected: tuple[str, ...] = ()

    @property
    def previous_cuts(self) -> bool:
        """The borders of ``[previous]`` become lines of faces: to update them, and no source of role ``unit`` does."""
        here = any(spec.role == "unit" for spec in self.sources)
        return self.method == "update" and bool(self.previous.path) and not here

    @property
    def cutting(self) -> tuple[tuple[str, Previous | Upper], ...]:
        """Layers of units beside the sources whose borders become lines of faces, each with its role."""
        upper = bool(self.upper.path) and self.upper.mode != "free"
        found: list[tuple[str, Previous | Upper]] = [("unit", self.previous)] if self.previous_cuts else []
        return (*found, ("upper", self.upper)) if upper else tuple(found)

    @property
    def absent(self) -> tuple[str, ...]:
        """Roles that a case is expected to have and this one lacks."""
        return self.profile.absent({spec.role for spec in self.sources}, self.expected)

    @property
    def folder(self) -> Path:
        """Paths in the case are relative to this folder."""
        return self.path.parent

    def file(self, path: str) -> Path:
        """Find a path of the case, from where we stand; a database lies in no folder."""
        return Path(path) if is_database(path) or Path(path).is_absolute() else self.folder / path

    def updated(self, newer: Iterable[tuple[SourceSpec, SourceSpec]], plan: str = "", *, keeps: bool = True) -> Case:
        """Give the case that an update runs.

        Parameters
        ----------
        newer : iterable of (SourceSpec, SourceSpec)
            A source, and what takes its place.
        plan : str
            Path of the plan whose units are last year's, where no source of role ``unit`` says; "" leaves it to the
            case.
        keeps : bool
            Units are kept (method ``update``); else the case's method divides anew, where that is no update itself.
        """
        method, parameters = ("update" if keeps else "overlay"), dict[str, Any]()
        if not keeps and self.method != "update":
            method, parameters = self.method, dict(self.method_parameters)
        places = {self.sources.index(before): after for before, after in newer}
        own = bool(plan) and not any(spec.role == "unit" for spec in self.sources)
        return replace(
            self,
            sources=tuple(places.get(number, spec) for number, spec in enumerate(self.sources)),
            method=method,
            method_parameters=parameters,
            previous=Previous(path=plan, layer="units") if own else self.previous,
        )

    def inputs(self) -> list[Path]:
        """Files that the case reads, itself among them; databases lie nowhere."""
        layers = [*(file for spec in self.sources for file in spec.files), *(spec.path for spec in self.rasters)]
        others = [self.previous.path, self.previous.lists, self.upper.path, self.rules.extra, self.admin.changes]
        every = (*layers, *others, *self.lists.library)
        return [self.path, *(self.file(path) for path in every if path and not is_database(path))]


_METRES, _AREA = Message("metres"), Message("m²")

# What the values of a case may be, by table and key.
LIMITS: dict[str, Limit] = {
    **dict.fromkeys(("case.name", "case.province", "case.city"), Limit(line=True)),
    "case.area": Limit(("", "planar", "ellipsoidal")),
    "lists.level": Limit(("国家", "省", "片区", "市", "县", "园区", "单元")),
    # What the random generators of the methods take.
    "case.filing_year": Limit(least=0, most=9999),
    "case.seed": Limit(least=0, most=2**32 - 1),
    "source.buffer": Limit(least=0, most=1_000_000, unit=_METRES),
    "source.official_area": Limit(least=0, unit=_AREA),
    "raster.band": Limit(least=1),
    "raster.kind": Limit(("score", "grade", "class")),
    "raster.better": Limit(("high", "low")),
    "cleaning.sliver_area": Limit(least=0, unit=_AREA),
    "cleaning.sliver_thinness": Limit(least=0),
    "cleaning.fragment_area": Limit(least=0, unit=_AREA),
    "cleaning.snap": Limit(least=0, most=10, unit=_METRES),
    "grouping.priority": Limit(("kind", "township", "named", "part")),
    "grouping.key": Limit(("kind", "township", "part")),
    "grouping.general": Limit(("county", "township")),
    "admin.on_recode": Limit(("keep", "recode")),
    "update.lower": Limit(("keep", "follow")),
    "update.locked": Limit(("rules", "keep")),
    "upper.mode": Limit(("free", "refine", "fixed")),
}
