"""The tables of a plan, put together from a basis and a labelling."""

from __future__ import annotations

import datetime
import json
import os
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from .checks.wording import message, severity
from .partition import border_lines, dissolve
from .plan import LAYERS, TABLES, read_meta
from .sources.coordinates.crs import short_name
from .sources.formats.databases import is_database
from .sums import sum_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .basis import Basis
    from .case import Case
    from .codes import Coded
    from .findings import Finding
    from .labelling import Labelling
    from .lineage import Previous
    from .zones import ZoneFaces

_DATE = re.compile(r"^\d{4}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12]\d|3[01]))?)?$")

__all__ = [
    "borders_table", "coverage_table", "evidence_table", "faces_table", "findings_table", "frame", "meta_of",
    "outlines", "plan_date", "rules_table", "source_names", "sources_table", "unit_zones", "units_table",
    "zones_table",
]  # fmt: skip


def frame(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Make a table with exactly the plan's columns in the plan's order."""
    spec = LAYERS[name][1] if name in LAYERS else TABLES[name]
    order = [column for column, _ in spec] + (["geometry"] if name in LAYERS else [])
    out = pd.DataFrame({column: columns[column] for column in order})
    # pandas takes an empty column for numbers.
    return out if len(out) else out.astype({column: object for column, kind in spec if kind == "TEXT"})


def faces_table(basis: Basis, labelling: Labelling, unit_ids: Sequence[str]) -> pd.DataFrame:
    """Layer ``faces``."""
    ground, count = basis.ground, len(basis.partition)
    towns = np.array([*(code for code, _ in ground.townships), ""], dtype=object)
    host = labelling.host
    return frame("faces", {
        "face_id": np.arange(1, count + 1),
        "county": np.array(ground.districts, dtype=object)[ground.county],
        "township": towns[ground.township],
        "category": labelling.units.category[labelling.units.of_face],
        "rule_category": labelling.judgement.category,
        "unit_id": np.array(unit_ids, dtype=object)[labelling.units.of_face],
        "area_m2": basis.area,
        "host": pd.arrays.IntegerArray(host + 1, host < 0),
        "geometry": basis.partition.faces,
    })  # fmt: skip


def units_table(
    basis: Basis, labelling: Labelling, coded: Coded, names: Sequence[str], subtypes: Sequence[str]
) -> pd.DataFrame:
    """Layer ``units``, in the order of the units."""
    units, ground = labelling.units, basis.ground
    geometry = dissolve(basis.partition, units.of_face, len(units))
    return frame("units", {
        "unit_id": list(coded.unit_id),
        "code": list(coded.code),
        "name": list(names),
        "category": units.category,
        "kind": [labelling.kinds[kind] for kind in units.kind],
        "subtype": list(subtypes),
        "county": [ground.districts[district] for district in units.district],
        "townships": ["、".join(ground.townships[town][1] for town in towns) for towns in units.townships],
        "parts": shapely.get_num_geometries(geometry),
        "area_m2": units.area,
        "reasons": _reasons(basis, labelling),
        "geometry": geometry,
    })  # fmt: skip


def _reasons(basis: Basis, labelling: Labelling) -> list[str]:
    """Deciding rules of each unit with their share of its area: ``R14 产业园区 100.00%``."""
    units, rule = labelling.units, labelling.judgement.rule
    root = np.where(labelling.host >= 0, labelling.host, np.arange(len(rule)))
    deciding = rule[root] + 1
    width = len(labelling.rules.rows) + 1
    key, where = np.unique(units.of_face * width + deciding, return_inverse=True)
    size = np.bincount(where.ravel(), weights=basis.area)
    out: list[list[str]] = [[] for _ in range(len(units))]
    for item in np.lexsort((key, -size, key // width)):
        unit, number = divmod(int(key[item]), width)
        row = labelling.rules.rows[number - 1]
        what = f"{row.id} {row.title}" if number else "其余区域"
        out[unit].append(f"{what} {size[item] / units.area[unit]:.2%}")
    return ["；".join(parts) for parts in out]


def borders_table(basis: Basis) -> pd.DataFrame:
    """Layer ``borders``: the line each pair of faces shares."""
    borders = basis.partition.borders
    return frame("borders", {
        "left": borders.left + 1,
        "right": borders.right + 1,
        "length_m": borders.length,
        "geometry": border_lines(basis.partition),
    })  # fmt: skip


def zones_table(basis: Basis, zones: Sequence[ZoneFaces]) -> pd.DataFrame:
    """Layer ``element_zones``."""
    columns: dict[str, list[Any]] = {key: [] for key in ("code", "element", "zone", "county", "area_m2", "geometry")}
    for element in zones:
        count = len(element.code)
        known = element.of_face >= 0
        columns["code"] += element.code
        columns["element"] += [element.element] * count
        columns["zone"] += element.zone
        columns["county"] += element.county
        columns["area_m2"] += list(sum_by(element.of_face[known], basis.area[known], count))
        columns["geometry"] += dissolve(basis.partition, element.of_face, count).tolist()
    table = frame("element_zones", columns)
    table["geometry"] = pd.Series(columns["geometry"], dtype=object)
    return table


def outlines(basis: Basis) -> dict[str, Any]:
    """Land of each county by its code, and the sea under "", as the checks want them."""
    ground = basis.ground
    land = len(ground.districts) if not ground.sea.any() else int(ground.county[ground.sea].min())
    label = np.where(ground.sea, land, ground.county)
    shapes = dissolve(basis.partition, label, land + 1)
    keys = [*ground.districts[:land], ""]
    return {key: shape for key, shape in zip(keys, shapes, strict=True) if not shape.is_empty}


def coverage_table(basis: Basis, names: Sequence[str]) -> pd.DataFrame:
    """Table ``coverage``: every source feature over every face."""
    coverage, features = basis.partition.coverage, basis.features
    rows = coverage.feature
    return frame("coverage", {
        "face_id": coverage.face + 1,
        "role": features.role[rows],
        "source": np.array(names, dtype=object)[features.source[rows]],
        "feature_id": features.feature_id[rows],
        "zone": features.zone[rows],
    })  # fmt: skip


def unit_zones(basis: Basis, labelling: Labelling, unit_ids: Sequence[str]) -> pd.DataFrame:
    """Tell what covers each unit: unit_id, role, zone, area_m2 (each face counted once a role and zone)."""
    coverage, features = basis.partition.coverage, basis.features
    pairs = pd.DataFrame({
        "unit": labelling.units.of_face[coverage.face],
        "face": coverage.face,
        "role": pd.Categorical(features.role[coverage.feature]),
        "zone": pd.Categorical(features.zone[coverage.feature]),
    }).drop_duplicates(["face", "role", "zone"])  # fmt: skip
    pairs["area_m2"] = basis.area[pairs["face"]]
    table = pairs.groupby(["unit", "role", "zone"], observed=True, sort=True)["area_m2"].sum().reset_index()
    table["unit_id"] = np.array(unit_ids, dtype=object)[table["unit"]]
    return table[["unit_id", "role", "zone", "area_m2"]].astype({"role": object, "zone": object})


def sources_table(case: Case, basis: Basis, names: Sequence[str], previous: Previous | None) -> pd.DataFrame:
    """Table ``sources``: provenance of vectors, rasters and, where there is one, the previous version's units."""
    from .sources.files import checksum
    from .sources.rasters.raster import raster_crs

    rows = []
    for name, info in zip(names, basis.sources.info, strict=False):
        row = asdict(info)
        row["official_area_m2"] = row["official_area_m2"] or np.nan
        rows.append({**row, "source": name})
    for name, raster in zip(names[len(rows) :], case.rasters, strict=True):
        rows.append({
            "source": name, "role": raster.name, "path": raster.path, "layer": str(raster.band),
            "crs": raster_crs(case.file(raster.path), raster.band, crs=raster.crs), "encoding": "",
            "count": 1, "sha256": checksum(case.file(raster.path)), "date": raster.date, "provider": raster.provider,
            "document": raster.document, "classification": raster.classification, "area_m2": np.nan,
            "official_area_m2": np.nan,
        })  # fmt: skip
    if previous is not None:
        spec = case.previous
        name = spec.layer or _stem(spec.path)
        rows.append({
            "source": f"{name}_previous" if name in names else name, "role": "previous", "path": spec.path,
            "layer": spec.layer, "crs": spec.crs, "encoding": spec.encoding, "count": len(previous.code),
            "sha256": checksum(case.file(spec.path)), "date": spec.date, "provider": spec.provider,
            "document": spec.document, "classification": spec.classification or _own_mark(case), "area_m2": np.nan,
            "official_area_m2": np.nan,
        })  # fmt: skip
    return frame("sources", {column: [row[column] for row in rows] for column, _ in TABLES["sources"]})


def rules_table(labelling: Labelling) -> pd.DataFrame:
    """Table ``rules``: the table as it was applied."""
    rows, effect = labelling.rules.rows, {0: "attribute"}
    return frame("rules", {
        "id": [row.id for row in rows],
        "precedence": [row.precedence for row in rows],
        "role": [row.role for row in rows],
        "zone": ["|".join(zone or "-" for zone in row.zones) for row in rows],
        "effect": [effect.get(row.effect, str(row.effect)) for row in rows],
        "switch": ["=".join(row.switch) if row.switch else "" for row in rows],
        "inside": [":".join(filter(None, row.inside)) if row.inside else "" for row in rows],
        "outside": [":".join(filter(None, row.outside)) if row.outside else "" for row in rows],
        "min_area": [row.min_area for row in rows],
        "min_share": [row.min_share for row in rows],
        "active": [int(on) for on in labelling.rules.active],
        "title": [row.title for row in rows],
        "source": [row.source for row in rows],
    })  # fmt: skip


def findings_table(findings: Sequence[Finding], texts: Mapping[str, Any], language: str) -> pd.DataFrame:
    """Layer ``findings``, errors first, then by id."""
    order = sorted(
        findings,
        key=lambda f: (
            severity(f, texts) != "error",
            f.id,
            f.units,
            json.dumps(dict(f.facts), sort_keys=True, default=str),
        ),
    )
    table = frame("findings", {
        "id": [finding.id for finding in order],
        "severity": [severity(finding, texts) for finding in order],
        "message": [message(finding, texts, language) for finding in order],
        "value": np.array([np.nan if finding.value is None else finding.value for finding in order], dtype=float),
        "units": ["、".join(finding.units) for finding in order],
        "facts": [
            json.dumps(dict(finding.facts), ensure_ascii=False, sort_keys=True, default=float) for finding in order
        ],
        "geometry": None,
    })  # fmt: skip
    # One point a finding, whatever its shape: it is a place to zoom to, and one symbol fits all.
    shapes = np.array([finding.geometry for finding in order] or [None], dtype=object)
    table["geometry"] = pd.Series(shapely.point_on_surface(shapes)[: len(order)], dtype=object)
    return table


def meta_of(
    case: Case,
    basis: Basis,
    coded: Coded,
    recoded: Mapping[str, Sequence[str]],
    ledger_imbalance: float,
    capture: Sequence[Mapping[str, Any]],
) -> dict[str, str]:
    """Key–value pairs: what was asked for, and what later versions need to know."""
    ground = basis.ground

    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    return {
        "name": case.name,
        "status": "草稿",
        "date": plan_date(case, basis),
        "crs": short_name(basis.sources.crs),
        "area_method": case.area,
        "seed": str(case.seed),
        "profile": case.profile.path.stem,
        "method": case.method,
        "method_parameters": text(dict(case.method_parameters)),
        "grouping": text(asdict(case.grouping)),
        "cleaning": text(asdict(case.cleaning)),
        "switches": text(dict(case.rules.switches)),
        "imbalance": f"{ledger_imbalance:.3e}",
        "capture": text(list(capture)),
        "county_names": text(ground.names()),
        "classification": _highest(case),
        "retired_codes": text(list(coded.retired)),
        "last_unit_id": str(coded.last_id),
        "covered_min": str(case.profile["evidence"]["covered_min"]),
        "recoded_counties": text({old: list(new) for old, new in recoded.items()}),
    }


def _highest(case: Case) -> str:
    """Find the highest 密级 of the sources: an output inherits it."""
    marks = [spec.classification for spec in case.sources] + [spec.classification for spec in case.rasters]
    marks += [case.previous.classification, _own_mark(case)]
    return max(filter(None, marks), key=case.profile["classification"]["levels"].index, default="")


def _own_mark(case: Case) -> str:
    """Give the 密级 that the previous version carries, where it is a plan: its codes and names go into this one."""
    path = case.previous.path
    mark = read_meta(case.file(path)).get("classification", "") if path and not is_database(path) else ""
    return mark if mark in case.profile["classification"]["levels"] else ""


def evidence_table(case: Case, basis: Basis) -> pd.DataFrame:
    """Table ``evidence``: as measured, but that the mean of class numbers means nothing and is left out."""
    table = basis.evidence.copy()
    classes = table["raster"].isin([raster.name for raster in case.rasters if raster.kind == "class"])
    table.loc[classes, ["mean", "stdev"]] = np.nan
    return table


def plan_date(case: Case, basis: Basis) -> str:
    """Find the plan's one date: SOURCE_DATE_EPOCH, else the newest source's date, else its newest change on disk."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        seconds = int(epoch)
    else:
        dates = [spec.date for spec in case.sources] + [spec.date for spec in case.rasters]
        stated = [_day(text) for text in dates if _DATE.match(text)]
        seconds = int(max(stated).timestamp()) if stated else max(info.modified for info in basis.sources.info)
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _day(text: str) -> datetime.datetime:
    """First day of a date that may lack its day or month: 2019, 2019-12, 2019-12-31."""
    year, month, day = ([*text.split("-"), "1", "1"])[:3]
    return datetime.datetime(int(year), int(month), 1, tzinfo=datetime.UTC) + datetime.timedelta(days=int(day) - 1)


def source_names(case: Case) -> list[str]:
    """Give each source and raster a short, unique name: the layer's, else the file's stem; repeated, with ``_2``."""
    names: list[str] = []
    for spec in case.sources:
        names.append(spec.layer or _stem(spec.path))
    names += [raster.name for raster in case.rasters]
    out: list[str] = []
    for number, name in enumerate(names):
        earlier = names[:number].count(name)
        out.append(f"{name}_{earlier + 1}" if earlier else name)
    return out


def _stem(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
