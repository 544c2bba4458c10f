"""A case file read and checked: known keys, right types, sensible values, or one sentence."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..core.connections import hide_password
from ..core.errors import BadInput
from ..core.given_files import parse_toml, read_text
from ..core.messages import Message, at, one_of
from ..core.toml import check_known, entries, section, table, typed
from .made_sources import check_made, parse_maker
from .model import (
    LIMITS,
    Admin,
    Case,
    Cleaning,
    Grouping,
    ListSettings,
    Previous,
    RasterSpec,
    Rules,
    SourceSpec,
    Update,
    Upper,
)
from .names import Glossary
from .profile import read_profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_FIELD_KEYS = ("code", "name", "zone", "grade")
# What a layer of units may also say: see `sources.previous_units`.
_UNIT_FIELD_KEYS = (*_FIELD_KEYS, "category", "county", "area", "kind")
_OF_ROLE = {"unit": _UNIT_FIELD_KEYS, "industrial_park": (*_FIELD_KEYS, "park_industries", "park_emissions")}
_SECTIONS = (
    "case",
    "source",
    "raster",
    "rules",
    "cleaning",
    "grouping",
    "method",
    "previous",
    "admin",
    "update",
    "upper",
    "lists",
)
_Layer = TypeVar("_Layer", SourceSpec, Previous, Upper)
_Dated = TypeVar("_Dated", SourceSpec, RasterSpec)


@dataclass(frozen=True)
class _Head:
    """``[case]``."""

    name: str = ""
    crs: str = ""
    area: str = ""
    seed: int = 1
    date: str = ""
    filing_year: int = 0
    province: str = ""
    city: str = ""
    expected: tuple[str, ...] = ()


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
    return parse_case(read_text(file, Message("a case file")), file, method=method, seed=seed)


def parse_case(
    text: str, file: Path, *, method: str | None = None, seed: int | None = None, draft: bool = False
) -> Case:
    """Read and check the text of a case file; ``file`` is where it lies, or would.

    A ``draft`` may lack what it would need to run, such as sources.
    """
    raw = parse_toml(text, at(file), Message("a case file"))
    check_known(raw, _SECTIONS, at(file.name))
    head = section(_Head, raw, "case", file.name, LIMITS)
    rules = section(Rules, raw, "rules", file.name, LIMITS)
    profile = read_profile(file.parent / rules.profile if rules.profile.endswith(".toml") else rules.profile)
    check_known(rules.switches, profile["switches"], Message("{name} [rules] switches", name=file.name))
    area = head.area or str(profile["area"].get("method", "planar"))
    name, parameters = method_of(table(raw, "method", at(file.name)), method, f"{file.name} [method]")
    if seed is not None:
        LIMITS["case.seed"].check("seed", typed(int, seed, at("seed")), at("seed"))
    case = Case(
        path=file,
        name=head.name or file.stem,
        profile=profile,
        sources=tuple(map(_hidden, _placed(entries(SourceSpec, raw, "source", file.name, LIMITS), file.name))),
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
        update=section(Update, raw, "update", file.name, LIMITS),
        upper=_hidden(section(Upper, raw, "upper", file.name, LIMITS)),
        lists=section(ListSettings, raw, "lists", file.name, LIMITS),
        date=_day(head.date, Message("{name} [case] date", name=file.name)),
        filing_year=head.filing_year,
        province=head.province,
        city=head.city,
        expected=head.expected,
    )
    if not draft:
        _check(case)
    return replace(
        case,
        sources=tuple(_with_trigger(case, one, at(f"{file.name} [[source]]")) for one in case.sources),
        rasters=tuple(_with_trigger(case, one, at(f"{file.name} [[raster]]")) for one in case.rasters),
    )


def _placed(specs: Sequence[SourceSpec], file: str) -> Sequence[SourceSpec]:
    """Hold each source against the two ways of having one: a path, or what makes it."""
    for number, spec in enumerate(specs, 1):
        place = Message("{file} [[source]] {number}", file=file, number=number)
        if spec.path and spec.made:
            raise BadInput(Message("path and made"), where=place, wanted=Message("one of the two"))
        if spec.made:
            parse_maker(spec.made, Message("{place} made", place=place), case=True)
        elif not spec.path:
            raise BadInput(
                Message("no key 'path'"), where=place, wanted=Message('path = …, or made = "grid:size=1000"')
            )
    return specs


def _hidden(spec: _Layer) -> _Layer:
    """Keep the password of a database out of everything that is told about a source."""
    path, table = hide_password(spec.path)
    return spec if path == spec.path else replace(spec, path=path, layer=spec.layer or table)


def method_of(found: Mapping[str, Any], text: str | None, where: str) -> tuple[str, dict[str, Any]]:
    """Name and parameters of the method, from the case's table or a method string."""
    if text is None:
        name = typed(str, found.get("name", "overlay"), Message("{where} name", where=where))
        return str(name), {
            key: _parameter(value, Message("{where} {key}", where=where, key=key))
            for key, value in found.items()
            if key != "name"
        }
    name, _, rest = text.partition(":")
    parameters: dict[str, Any] = {}
    for item in filter(None, rest.split(",")):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not (key and equals and value):
            raise BadInput(
                Message("'{item}' is no parameter", item=item),
                where=Message("[method]"),
                wanted=Message("NAME:key=value,key=value"),
            )
        target, _, inner = key.partition(".")
        holder = parameters.setdefault(target, {}) if inner else parameters
        last = inner or target
        if not isinstance(holder, dict) or last in holder:
            raise BadInput(
                Message("'{target}' is given twice", target=target),
                where=Message("[method]"),
                wanted=Message("{target}=value, or one {target}.key=value a key", target=target),
            )
        holder[last] = _number_or_text(value)
    return name.strip(), parameters


def method_text(name: str, parameters: Mapping[str, Any]) -> str:
    """Write a method and its parameters as the string that ``method_of`` reads; a text with a comma does not come back.

    Parameters
    ----------
    name : str
    parameters : mapping
        Texts, numbers, true or false, or mappings of these.
    """
    flat: list[tuple[str, Any]] = []
    for key, value in parameters.items():
        flat += [(f"{key}.{inner}", one) for inner, one in value.items()] if isinstance(value, dict) else [(key, value)]
    said = ",".join(f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in flat)
    return f"{name}:{said}" if said else name


def _parameter(value: Any, where: Message) -> Any:
    """Let through what a method string could say as well."""
    if isinstance(value, dict):
        return {key: _parameter(item, Message("{where}.{key}", where=where, key=key)) for key, item in value.items()}
    if not isinstance(value, str | int | float):
        raise BadInput(
            Message("found a list or a date"),
            where=where,
            wanted=Message("a text, a number, true or false, or a table of these"),
        )
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
    where = at(case.path.name)
    if not case.sources:
        raise BadInput(
            Message("no [[source]]"), where=where, wanted=Message("at least a source of role county or township")
        )
    for role in case.expected:
        case.profile.role(role, Message("{where} [case] expected", where=where))
    seen: dict[object, int] = {}
    for number, source in enumerate(case.sources, 1):
        place = Message(
            "{where} [[source]] {number} ({made})", where=where, number=number, made=source.made or source.path
        )
        case.profile.role(source.role, place)
        check_known(source.fields, _OF_ROLE.get(source.role, _FIELD_KEYS), Message("{place} fields", place=place))
        _check_provenance(case, source, place)
        if source.made:
            check_made(case, source, place)
        path = source.made or os.path.normpath(case.file(source.path))
        same = (source.role, path, source.layer, source.where, source.zone)
        first = seen.setdefault(same, number)
        if first != number:
            raise BadInput(
                Message("repeats [[source]] {first} in the same role", first=first),
                where=place,
                wanted=Message("each layer once per role, or with a different where or zone"),
            )
    if not any(source.role in ("county", "township") and not source.made for source in case.sources):
        raise BadInput(
            Message("no source of role county or township"),
            where=where,
            wanted=Message("one of them: it is the study area"),
        )
    names = [raster.name for raster in case.rasters]
    for name in names:
        if names.count(name) > 1 or name in case.profile.roles:
            raise BadInput(
                Message("raster name '{name}' is taken", name=name),
                where=where,
                wanted=Message("a name of its own for each raster"),
            )
    for number, raster in enumerate(case.rasters, 1):
        _check_provenance(
            case, raster, Message("{where} [[raster]] {number} ({path})", where=where, number=number, path=raster.path)
        )
    check_known(case.previous.fields, _UNIT_FIELD_KEYS, Message("{where} [previous] fields", where=where))
    _check_provenance(case, case.previous, Message("{where} [previous]", where=where))
    if case.update.lower == "follow" and not case.update.document.strip():
        raise BadInput(
            Message('lower = "follow" without a document'),
            where=Message("{where} [update]", where=where),
            wanted=Message('document = "…", by which land may be put into a lower category'),
        )
    _check_upper(case, where)


def _check_upper(case: Case, where: Message) -> None:
    """Refuse what the level above leaves no room for."""
    place, upper = Message("{where} [upper]", where=where), case.upper
    check_known(upper.fields, _UNIT_FIELD_KEYS, Message("{place} fields", place=place))
    _check_provenance(case, upper, place)
    if not upper.path and upper != Upper():
        raise BadInput(
            Message("no key 'path'"), where=place, wanted=Message('path = "…", the units of the level above')
        )
    if upper.path and upper.mode == "fixed" and case.method != "overlay":
        raise BadInput(
            Message(
                "mode = fixed takes over the units of the level above, and [method] {method} would make others",
                method=case.method,
            ),
            where=place,
            wanted=Message("the method overlay, or mode refine or free"),
        )


def _check_provenance(case: Case, spec: SourceSpec | RasterSpec | Previous | Upper, where: Message) -> None:
    _check_date(spec.date, where)
    levels = case.profile["classification"]["levels"]
    if spec.classification and spec.classification not in levels:
        raise BadInput(
            Message("classification = '{classification}'", classification=spec.classification),
            where=where,
            wanted=one_of(levels),
        )


def _with_trigger(case: Case, spec: _Dated, where: Message) -> _Dated:
    """Read what made a source newer: an id of the profile's list, or the text that it stands for."""
    if not spec.trigger:
        return spec
    names = Glossary(case.profile)
    chinese, english = (names.listed("trigger", language) for language in ("zh", "en"))
    known = {text: name for table in (english, chinese) for name, text in table.items()}
    known |= {name: name for name in chinese}
    if spec.trigger not in known:
        raise BadInput(Message("trigger = '{trigger}'", trigger=spec.trigger), where=where, wanted=one_of(chinese))
    return replace(spec, trigger=known[spec.trigger])


def _day(text: str, where: Message) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise BadInput(
            Message("'{text}' is no date", text=text), where=where, wanted=Message("a date like 2026-03-01")
        ) from error


def _check_date(text: str, where: Message) -> None:
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
    raise BadInput(Message("date = '{text}'", text=text), where=where, wanted=Message("2025, 2025-01 or 2025-01-31"))
