"""A case (划定方案配置): sources, rules, method, cleaning and output settings in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from .errors import BadInput
from .profile import Profile, nearest, read_profile

__all__ = ["Admin", "Case", "Cleaning", "Grouping", "Previous", "RasterSpec", "Rules", "SourceSpec", "Upper", "read_case"]


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
        """A path of the case, from where we stand."""
        return Path(path) if Path(path).is_absolute() else self.folder / path


T = TypeVar("T")
_CHOICES: dict[str, tuple[str, ...]] = {
    "case.area": ("planar", "ellipsoidal"),
    "raster.kind": ("score", "grade", "class"),
    "raster.better": ("high", "low"),
    "grouping.priority": ("kind", "township", "named", "part"),
    "grouping.key": ("kind", "township", "part"),
    "grouping.general": ("county", "township"),
    "admin.on_recode": ("keep", "recode"),
    "upper.mode": ("free", "refine", "fixed"),
}
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
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput("case file cannot be read", where=str(path), wanted="a TOML file") from error
    except UnicodeDecodeError as error:
        raise BadInput("case file is not UTF-8", where=str(path), wanted="a TOML file in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not readable as TOML: {error}", where=str(path), wanted="a case file") from error
    _known(raw, _SECTIONS, file.name)
    head = dict(_table(raw, "case", file.name))
    _known(head, ("name", "crs", "area", "seed"), f"{file.name} [case]")
    rules = _section(Rules, raw, "rules", file.name)
    profile = read_profile(file.parent / rules.profile if rules.profile.endswith(".toml") else rules.profile)
    _known(rules.switches, profile["switches"], f"{file.name} [rules] switches")
    area = str(head.get("area", profile["area"].get("method", "planar")))
    _choice("case.area", area, file.name)
    name, parameters = method_of(_table(raw, "method", file.name), method, file.name)
    case = Case(
        path=file,
        name=str(head.get("name", file.stem)),
        profile=profile,
        sources=tuple(_entries(SourceSpec, raw, "source", file.name)),
        rasters=tuple(_entries(RasterSpec, raw, "raster", file.name)),
        crs=str(head.get("crs", "")),
        area=area,
        seed=seed if seed is not None else _whole(head.get("seed", 1), f"{file.name} [case] seed"),
        rules=rules,
        cleaning=_section(Cleaning, raw, "cleaning", file.name),
        grouping=_section(Grouping, raw, "grouping", file.name),
        method=name,
        method_parameters=parameters,
        previous=_section(Previous, raw, "previous", file.name),
        admin=_section(Admin, raw, "admin", file.name),
        upper=_section(Upper, raw, "upper", file.name),
    )
    _check(case)
    return case


def method_of(table: Mapping[str, Any], text: str | None, where: str) -> tuple[str, dict[str, Any]]:
    """Name and parameters of the method, from the case's table or a method string."""
    if text is None:
        return str(table.get("name", "overlay")), {key: value for key, value in table.items() if key != "name"}
    name, _, rest = text.partition(":")
    parameters: dict[str, Any] = {}
    for item in filter(None, rest.split(",")):
        key, equals, value = item.partition("=")
        if not equals:
            raise BadInput(f"'{item}' has no value", where="--method", wanted="NAME:key=value,key=value")
        target, *inner = key.strip().split(".")
        if inner:
            parameters.setdefault(target, {})[".".join(inner)] = _number_or_text(value)
        else:
            parameters[target] = _number_or_text(value)
    return name.strip(), parameters


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
    for number, source in enumerate(case.sources, 1):
        place = f"{where} [[source]] {number} ({source.path})"
        case.profile.role(source.role, place)
        _known(source.fields, _FIELD_KEYS, f"{place} fields")
        if source.buffer < 0:
            raise BadInput(f"buffer = {source.buffer:g}", where=place, wanted="metres, 0 or more")
    if not any(source.role in ("county", "township") for source in case.sources):
        raise BadInput("no source of role county or township", where=where, wanted="one of them: it is the study area")
    names = [raster.name for raster in case.rasters]
    for name in names:
        if names.count(name) > 1 or name in case.profile.roles:
            raise BadInput(f"raster name '{name}' is taken", where=where, wanted="a name of its own for each raster")
    for key in ("sliver_area", "sliver_thinness", "fragment_area", "snap"):
        if getattr(case.cleaning, key) < 0:
            raise BadInput(f"{key} is negative", where=f"{where} [cleaning]", wanted="0 or more")
    if case.upper.path:
        raise BadInput("[upper] is not supported yet", where=where, wanted="a case without [upper]")


def _known(found: Mapping[str, Any], known: Sequence[str] | Mapping[str, Any], where: str) -> None:
    for key in found:
        if key not in known:
            raise BadInput(f"unknown key '{key}'", where=where, wanted=nearest(str(key), known))


def _table(raw: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise BadInput(f"[{name}] is no table", where=where, wanted=f"[{name}] with key = value lines")
    return table


def _section(kind: type[T], raw: Mapping[str, Any], name: str, file: str) -> T:
    return _build(kind, _table(raw, name, file), name, f"{file} [{name}]")


def _entries(kind: type[T], raw: Mapping[str, Any], name: str, file: str) -> list[T]:
    entries = raw.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadInput(f"{name} is no list of tables", where=file, wanted=f"[[{name}]] blocks")
    return [_build(kind, entry, name, f"{file} [[{name}]] {number}") for number, entry in enumerate(entries, 1)]


def _build(kind: type[T], table: Mapping[str, Any], section: str, where: str) -> T:
    known = {item.name: item for item in fields(cast("Any", kind))}
    _known(table, known, where)
    missing = [key for key, item in known.items() if item.default is MISSING and item.default_factory is MISSING and key not in table]
    if missing:
        raise BadInput(f"no key '{missing[0]}'", where=where, wanted=f"{missing[0]} = …")
    hints = get_type_hints(kind)
    values = {key: _typed(hints[key], value, f"{where} {key}") for key, value in table.items()}
    for key, value in values.items():
        _choice(f"{section}.{key}", value, where)
    return kind(**values)


def _choice(key: str, value: Any, where: str) -> None:
    if key in _CHOICES and value not in _CHOICES[key]:
        raise BadInput(f"{key.split('.')[1]} = '{value}'", where=where, wanted=" | ".join(_CHOICES[key]))


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"found {value!r}", where=where, wanted="a whole number")
    return value


def _typed(hint: Any, value: Any, where: str) -> Any:
    if get_origin(hint) is not None:
        if not isinstance(value, dict):
            raise BadInput(f"found {value!r}", where=where, wanted="a table { key = value }")
        inner = get_args(hint)[1]
        return {str(key): value if inner is Any else _typed(inner, value, where) for key, value in value.items()}
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint is int:
        return _whole(value, where)
    if hint is str:
        if not isinstance(value, str):
            raise BadInput(f"found {value!r}", where=where, wanted="a text in quotes")
        return value
    if not isinstance(value, hint):
        raise BadInput(f"found {value!r}", where=where, wanted=f"a {hint.__name__}")
    return value


def with_method(case: Case, method: str) -> Case:
    """The same case with another method string."""
    name, parameters = method_of({}, method, "--method")
    return replace(case, method=name, method_parameters=parameters)
