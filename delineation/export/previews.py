"""What each thing a plan becomes will hold, said beforehand in a line: one function a thing, whatever its formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..case.profile import profile_for_words
from ..core.messages import Message, counted, joined
from ..lists.draft import review_of
from ..lists.kept_library import unchecked_clauses, unchecked_in_words
from ..lists.library import read_libraries
from .layers import SUFFIXES, encoding_of, layers_of, names_in
from .registry import preview
from .telling import rows_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..plan.file import Plan
    from .registry import Exporter

__all__: list[str] = []

_NAMED = 3  # fields that are named


@preview("lists")
def _lists(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:  # noqa: ARG001 - as all previews
    said = [_units(plan), review_of(zip(plan.clauses["unit_id"], plan.clauses["status"], strict=True)).message()]
    if unchecked := len(unchecked_clauses(plan.clauses, plan.library)):
        said.append(unchecked_in_words(unchecked))
    return joined(said)


@preview("clauses")
def _library(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:  # noqa: ARG001 - as all previews
    count = len(plan.library) or len(read_libraries(profile_for_words(plan)))
    return counted(count, "{n:,} clause of the library", "{n:,} clauses of the library")


@preview("units")
@preview("zones")
def _layer(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:
    layers, _ = layers_of(plan, format_.what, together=bool(options.get("apart")))
    layer, count = layers[0], sum(len(one.geometry) for one in layers)
    driver = next(driver for driver, suffix in SUFFIXES.items() if suffix == format_.suffix)
    shapefile = driver == "ESRI Shapefile"
    encoding = encoding_of(layer, str(options.get("encoding") or "")) if shapefile else ""
    names = names_in(layer, driver, encoding)
    features = _units(plan) if format_.what == "units" else rows_in_words(format_.what, count)
    fields = Message("{count} fields ({fields} …)", count=len(names), fields=joined(names[:_NAMED]))
    if shapefile:
        return Message("{features}; {fields}; texts in {encoding}", features=features, fields=fields, encoding=encoding)
    if driver == "KML":
        return Message("{features}; {fields}; degrees, WGS 84", features=features, fields=fields)
    return Message("{features}; {fields}, with aliases and code tables", features=features, fields=fields)


@preview("areas")
def _areas(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:  # noqa: ARG001 - as all previews
    return Message("{counties} × 3 categories: units, km², %; by kind of unit as well", counties=_counties(plan))


@preview("findings")
def _findings(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:  # noqa: ARG001 - as all previews
    severity = plan.findings["severity"]
    findings = counted(len(severity), "{n:,} finding", "{n:,} findings")
    errors = counted(int((severity == "error").sum()), "{n:,} error", "{n:,} errors")
    return Message("{findings}, {errors} among them", findings=findings, errors=errors)


@preview("map")
def _map(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:
    defaults = {one.name: one.default for one in format_.settings}
    units, counties = _units(plan), _counties(plan)
    paper = options.get("paper") or defaults.get("paper")
    if not paper:
        return Message("{units}, {counties} on one sheet", units=units, counties=counties)
    if theme := options.get("theme"):
        return Message("{theme}, {counties} on one sheet {paper} each", theme=theme, counties=counties, paper=paper)
    if options.get("by") == "township":
        count = plan.faces["township"].nunique()
        townships = counted(int(count), "{n:,} township, a sheet of its own", "{n:,} townships, a sheet each")
        return Message(
            "{units}, {counties} on one sheet {paper}; and {townships}",
            units=units,
            counties=counties,
            paper=paper,
            townships=townships,
        )
    return Message("{units}, {counties} on one sheet {paper}", units=units, counties=counties, paper=paper)


@preview("atlas")
def _atlas(plan: Plan, format_: Exporter, options: Mapping[str, Any]) -> Message:  # noqa: ARG001 - as all previews
    units, counties = _units(plan), _counties(plan)
    if options.get("sheets") == "county":
        return Message("{counties}, a sheet each with its {units}; an overview", counties=counties, units=units)
    return Message("{units}, a sheet each with its list; {counties}; an overview", units=units, counties=counties)


def _units(plan: Plan) -> Message:
    return counted(len(plan.units), "{n:,} unit", "{n:,} units")


def _counties(plan: Plan) -> Message:
    return counted(int(plan.units["county"].nunique()), "{n} county", "{n} counties")
