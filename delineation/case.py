"""A case (划定方案配置): sources, rules, method, cleaning and output settings in one TOML file."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping  # noqa: TC003 - the dataclasses' hints are read when a case is
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from .errors import BadInput
from .profile import Profile, read_profile
from .sources.formats.databases import hide_password, is_database
from .typed import Limit, check_known, entries, section, table, typed

__all__ = [
    "LIMITS",
    "Admin",
    "Case",
    "Cleaning",
    "Grouping",
    "Previous",
    "RasterSpec",
    "Rules",
    "SourceSpec",
    "Upper",
    "parse_case",
    "read_case",
]


@dataclass(frozen=True)
class _Head:
    """``[case]``."""

    name: str = ""
    crs: str = ""
    area: str = ""
    seed: int = 1


@dataclass(frozen=True)
class SourceSpec:
    """A ``[[source]]``: one layer and what it is. ``official_area`` in m², ``buffer`` in metres."""

    role: str
    path: str
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
    """``[previous]``: the last version's units; gives codes, names and lineage, cuts nothing."""

    path: str = ""
    layer: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    crs: str = ""
    date: str = ""
    provider: str = ""
    document: str = ""
    classification: str = ""


_Layer = TypeVar("_Layer", SourceSpec, Previous)


@dataclass(frozen=True)
class Admin:
    """``[admin]``: changes of administrative units and what they do to codes."""

    changes: str = ""
    on_recode: str = "keep"


@dataclass(frozen=True)
class Upper:
    """``[upper]``: the scheme of the level above."""

    path: str = ""
    mode: str = "free"


@dataclass(frozen=True)
class Case:
    """A case as read, defaults filled in; paths are still as written, relative to ``folder``."""

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

    @property
    def folder(self) -> Path:
        """Paths in the case are relative to this folder."""
        return self.path.parent

    def file(self, path: str) -> Path:
        """Find a path of the case, from where we stand; a database lies in no folder."""
        return Path(path) if is_database(path) or Path(path).is_absolute() else self.folder / path

    def refuse_as_output(self, output: Path) -> None:
        """Refuse an output file that the case itself reads.

        Raises
        ------
        BadInput
            Writing there would destroy an input.
        """
        layers = [*(spec.path for spec in self.sources), *(spec.path for spec in self.rasters)]
        others = [self.previous.path, self.upper.path, self.rules.extra, self.admin.changes]
        inputs = [self.path, *(self.file(path) for path in (*layers, *others) if path and not is_database(path))]
        if output.resolve() in (path.resolve() for path in inputs):
            raise BadInput(
                "the output is an input of the case", where=str(output), wanted="another file for the plan"
            )


# What the values of a case may be, by table and key.
LIMITS: dict[str, Limit] = {
    "case.area": Limit(("", "planar", "ellipsoidal")),
    # What the random generators of the methods take.
    "case.seed": Limit(least=0, most=2**32 - 1),
    "source.buffer": Limit(least=0, most=1_000_000, unit="metres,"),
    "source.official_area": Limit(least=0, unit="m²,"),
    "raster.band": Limit(least=1),
    "raster.kind": Limit(("score", "grade", "class")),
    "raster.better": Limit(("high", "low")),
    "cleaning.sliver_area": Limit(least=0, unit="m²,"),
    "cleaning.sliver_thinness": Limit(least=0),
    "cleaning.fragment_area": Limit(least=0, unit="m²,"),
    "cleaning.snap": Limit(least=0, most=10, unit="metres,"),
    "grouping.priority": Limit(("kind", "township", "named", "part")),
    "grouping.key": Limit(("kind", "township", "part")),
    "grouping.general": Limit(("county", "township")),
    "admin.on_recode": Limit(("keep", "recode")),
    "upper.mode": Limit(("free", "refine", "fixed")),
}
_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_FIELD_KEYS = ("code", "name", "zone", "grade")
_SECTIONS = ("case", "source", "raster", "rules", "cleaning", "grouping", "method", "previous", "admin", "upper")


def read_case(path: str | Path, *, method: str | None = None, seed: int | None = None) -> Case:
    """Read and check a case file.

    Parameters
    ----------
    path : str or Path
    method : str, optional
        ``NAME:key=value,…`` in place of the file's ``[method]``.
    seed : int, optional
        In place of the file's.

    Raises
    ------
    BadInput
        Unreadable file, unknown key (the nearest known one is named), wrong type or value, no source.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput("case file cannot be read", where=str(path), wanted="a TOML file") from error
    except UnicodeDecodeError as error:
        raise BadInput("case file is not UTF-8", where=str(path), wanted="a TOML file in UTF-8") from error
    return parse_case(text, file, method=method, seed=seed)


def parse_case(text: str, file: Path, *, method: str | None = None, seed: int | None = None) -> Case:
    """Read and check the text of a case file; ``file`` is where it lies, or would."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not readable as TOML: {error}", where=str(file), wanted="a case file") from error
    check_known(raw, _SECTIONS, file.name)
    head = section(_Head, raw, "case", file.name, LIMITS)
    rules = section(Rules, raw, "rules", file.name, LIMITS)
    profile = read_profile(file.parent / rules.profile if rules.profile.endswith(".toml") else rules.profile)
    check_known(rules.switches, profile["switches"], f"{file.name} [rules] switches")
    area = head.area or str(profile["area"].get("method", "planar"))
    name, parameters = method_of(table(raw, "method", file.name), method, f"{file.name} [method]")
    if seed is not None:
        LIMITS["case.seed"].check("seed", seed, "--seed")
    case = Case(
        path=file,
        name=head.name or file.stem,
        profile=profile,
        sources=tuple(map(_hidden, entries(SourceSpec, raw, "source", file.name, LIMITS))),
        rasters=tuple(entries(RasterSpec, raw, "raster", file.name, LIMITS)),
        crs=head.crs,
        area=area,
        seed=head.seed if seed is None else seed,
        rules=rules,
        cleaning=section(Cleaning, raw, "cleaning", file.name, LIMITS),
        grouping=section(Grouping, raw, "grouping", file.name, LIMITS),
        method=name,
        method_parameters=parameters,
        previous=_hidden(section(Previous, raw, "previous", file.name, LIMITS)),
        admin=section(Admin, raw, "admin", file.name, LIMITS),
        upper=section(Upper, raw, "upper", file.name, LIMITS),
    )
    _check(case)
    return case


def _hidden(spec: _Layer) -> _Layer:
    """Keep the password of a database out of everything that is told about a source."""
    path, table = hide_password(spec.path)
    return spec if path == spec.path else replace(spec, path=path, layer=spec.layer or table)


def method_of(found: Mapping[str, Any], text: str | None, where: str) -> tuple[str, dict[str, Any]]:
    """Name and parameters of the method, from the case's table or a method string."""
    if text is None:
        name = typed(str, found.get("name", "overlay"), f"{where} name")
        return str(name), {key: _parameter(value, f"{where} {key}") for key, value in found.items() if key != "name"}
    name, _, rest = text.partition(":")
    parameters: dict[str, Any] = {}
    for item in filter(None, rest.split(",")):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not (key and equals and value):
            raise BadInput(f"'{item}' is no parameter", where="--method", wanted="NAME:key=value,key=value")
        target, _, inner = key.partition(".")
        holder = parameters.setdefault(target, {}) if inner else parameters
        last = inner or target
        if not isinstance(holder, dict) or last in holder:
            wanted = f"{target}=value, or one {target}.key=value a key"
            raise BadInput(f"'{target}' is given twice", where="--method", wanted=wanted)
        holder[last] = _number_or_text(value)
    return name.strip(), parameters


def _parameter(value: Any, where: str) -> Any:
    """Let through what a method string could say as well."""
    if isinstance(value, dict):
        return {key: _parameter(item, f"{where}.{key}") for key, item in value.items()}
    if not isinstance(value, str | int | float):
        wanted = "a text, a number, true or false, or a table of these"
        raise BadInput("found a list or a date", where=where, wanted=wanted)
    return value


def _number_or_text(text: str) -> int | float | str | bool:
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _check(case: Case) -> None:
    where = case.path.name
    if not case.sources:
        raise BadInput("no [[source]]", where=where, wanted="at least a source of role county or township")
    seen: dict[object, int] = {}
    for number, source in enumerate(case.sources, 1):
        place = f"{where} [[source]] {number} ({source.path})"
        case.profile.role(source.role, place)
        check_known(source.fields, _FIELD_KEYS, f"{place} fields")
        _check_provenance(case, source, place)
        same = (source.role, os.path.normpath(case.file(source.path)), source.layer, source.where, source.zone)
        first = seen.setdefault(same, number)
        if first != number:
            what = f"is [[source]] {first} once more, in the same role"
            raise BadInput(what, where=place, wanted="each layer once a role, or with a where or zone of its own")
    if not any(source.role in ("county", "township") for source in case.sources):
        raise BadInput(
            "no source of role county or township", where=where, wanted="one of them: it is the study area"
        )
    names = [raster.name for raster in case.rasters]
    for name in names:
        if names.count(name) > 1 or name in case.profile.roles:
            raise BadInput(f"raster name '{name}' is taken", where=where, wanted="a name of its own for each raster")
    for number, raster in enumerate(case.rasters, 1):
        _check_provenance(case, raster, f"{where} [[raster]] {number} ({raster.path})")
    check_known(case.previous.fields, _FIELD_KEYS, f"{where} [previous] fields")
    _check_provenance(case, case.previous, f"{where} [previous]")
    if case.upper.path:
        raise BadInput("[upper] is not supported yet", where=where, wanted="a case without [upper]")


def _check_provenance(case: Case, spec: SourceSpec | RasterSpec | Previous, where: str) -> None:
    _check_date(spec.date, where)
    levels = case.profile["classification"]["levels"]
    if spec.classification and spec.classification not in levels:
        raise BadInput(f"classification = '{spec.classification}'", where=where, wanted=" | ".join(levels))


def _check_date(text: str, where: str) -> None:
    if not text:
        return
    found = _DATE.match(text)
    try:
        if found:
            year, month, day = (int(part or 1) for part in found.groups())
            date(year, month, day)
            return
    except ValueError:
        found = None
    raise BadInput(f"date = '{text}'", where=where, wanted="2025, 2025-01 or 2025-01-31")
