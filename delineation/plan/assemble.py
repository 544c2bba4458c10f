"""The tables of a plan, put together from a basis and a labelling."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.finding_texts import message, severity
from ..core.messages import Message, plain_facts, word
from ..core.sums import sum_by
from ..lists.draft import least_share
from ..lists.touch import Cover, touch_table
from ..methods.situation import CHANGED, HELD, KEPT, LOCKED, LOWERED, NEW, RAISED, TRANSFERRED
from ..partition import border_lines, dissolve, land_of
from ..rules.filing import REST, credited, filed_reasons, what_became
from ..sources.coordinates.crs import short_name
from .file import make_table
from .statement import stated_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..basis.build import Basis
    from ..case.model import Case
    from ..case.names import Glossary
    from ..core.arrays import Ints
    from ..core.findings import Finding
    from ..labelling.codes import Coded
    from ..labelling.label import Labelling
    from ..labelling.zones import ZoneFaces
    from ..rules.judging import Judgement
    from ..rules.table import RuleTable
    from ..sources.features import Features


_OUTCOMES = {
    KEPT: "kept",
    RAISED: "raised",
    CHANGED: "changed",
    HELD: "held",
    LOWERED: "lowered",
    NEW: "new",
    TRANSFERRED: "transferred",
    LOCKED: "locked",
}
_PIXELS = 2_000  # of the larger side of what a finding outlines
_LONGEST = 100_000  # characters of an outline


def faces_table(basis: Basis, labelling: Labelling, unit_ids: Sequence[str]) -> pd.DataFrame:
    """Layer ``faces``."""
    ground, count = basis.ground, len(basis.partition)
    towns = np.array([*(code for code, _ in ground.townships), ""], dtype=object)
    host = labelling.host
    return make_table(
        "faces",
        {
            "face_id": np.arange(1, count + 1),
            "county": np.array(ground.districts, dtype=object)[ground.county],
            "township": towns[ground.township],
            "category": labelling.units.category[labelling.units.of_face],
            "rule_category": labelling.judgement.category,
            "unit_id": np.array(unit_ids, dtype=object)[labelling.units.of_face],
            "area_m2": basis.area,
            "host": pd.arrays.IntegerArray(host + 1, host < 0),
            "geometry": basis.partition.faces,
        },
    )


def units_table(
    basis: Basis,
    labelling: Labelling,
    coded: Coded,
    names: Sequence[str],
    subtypes: Sequence[str],
    glossary: Glossary,
    *,
    locked: Sequence[int],
    causes: Mapping[int, Sequence[Message]],
    grouped_by: Sequence[str],
) -> pd.DataFrame:
    """Layer ``units``, in the order of the units, its reasons in the language of the glossary's profile.

    ``causes`` (unit → messages) says what newer sources changed; it stands behind the deciding rules.
    """
    units, ground = labelling.units, basis.ground
    reasons = _reasons(basis, labelling, causes)
    geometry = dissolve(basis.partition, units.of_face, len(units))
    return make_table(
        "units",
        {
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
            "reasons": [word(said, glossary.language, glossary) for said in reasons],
            "facts": [_kept(said) for said in reasons],
            "grouped_by": list(grouped_by),
            "locked": list(locked),
            "geometry": geometry,
        },
    )


def _kept(said: Message) -> str:
    """Give a message as the plan keeps it: see `Message.read`."""
    return json.dumps(said.document(), ensure_ascii=False, sort_keys=True)


def _reasons(basis: Basis, labelling: Labelling, causes: Mapping[int, Sequence[Message]]) -> list[Message]:
    """Say of each unit what puts land into it, before that what an update did, behind it what newer sources changed."""
    units, judged = labelling.units, labelling.judgement
    unit = units.of_face
    credit = credited(judged.rule, judged.category, labelling.root, units.category[unit], unit)
    land = land_of(unit, basis.area, basis.partition.rounding)
    out = filed_reasons(labelling.rules, credit, unit, land, units.area, put=Message("by the division, not by a rule"))
    if labelling.updated is not None:
        out = [[*new, *old] for new, old in zip(_update_reasons(basis, labelling, credit), out, strict=True)]
    return [Message("{parts:apart}", parts=(*parts, *causes.get(unit, ()))) for unit, parts in enumerate(out)]


def _update_reasons(basis: Basis, labelling: Labelling, credit: Ints) -> list[list[Message]]:
    """Say of each unit of an update what of it was kept, what has come to it by which rule, and what has been new."""
    units, outcome, last = labelling.units, labelling.labels.outcome, labelling.updated
    out: list[list[Message]] = [[] for _ in range(len(units))]
    if outcome is None or last is None:
        return out
    by_rule = np.isin(outcome, (RAISED, CHANGED))
    number = np.where(by_rule, credit, REST)
    source = np.where(number >= 0, basis.features.source[labelling.judgement.feature], -1)
    groups, where = np.unique(np.column_stack([units.of_face, outcome, number, source]), axis=0, return_inverse=True)
    size = sum_by(where.ravel(), basis.area, len(groups))
    for item in np.lexsort((-size, groups[:, 1], groups[:, 0])):
        unit, state, rule, place = (int(one) for one in groups[item])
        share = Message("{share:share}", share=float(size[item] / units.area[unit]))
        by = Message("merged with a neighbour")
        if rule >= 0:
            row, told = labelling.rules.rows[rule], basis.sources.info[place].name
            by = Message("{rule} {title:title}, source {source}", **row.facts(), source=told)
        out[unit].append(what_became(_OUTCOMES[state], share, year=last.year, by=by))
    return out


def update_meta(labelling: Labelling) -> dict[str, str]:
    """Say what an update did, face by face, for ``why``; nothing of another method.

    Returns
    -------
    dict
        ``update``: JSON with ``year``, ``file``, and by outcome the ids of the faces that did not just keep their unit.
    """
    outcome, last = labelling.labels.outcome, labelling.updated
    if outcome is None or last is None:
        return {}
    faces = {
        name: (np.flatnonzero(outcome == state) + 1).tolist() for state, name in _OUTCOMES.items() if state != KEPT
    }
    said = {"year": last.year, "file": last.path.name, "count": len(outcome), "faces": faces}
    return {"update": json.dumps(said, ensure_ascii=False, sort_keys=True)}


def borders_table(basis: Basis) -> pd.DataFrame:
    """Layer ``borders``: the line each pair of faces shares."""
    borders = basis.partition.borders
    return make_table(
        "borders",
        {
            "left": borders.left + 1,
            "right": borders.right + 1,
            "length_m": borders.length,
            "geometry": border_lines(basis.partition),
        },
    )


def zones_table(basis: Basis, zones: Sequence[ZoneFaces]) -> pd.DataFrame:
    """Layer ``element_zones``."""
    columns: dict[str, list[Any]] = {
        key: [] for key in ("code", "element", "zone", "county", "area_m2", "filled", "geometry")
    }
    for element in zones:
        count = len(element.code)
        known = element.of_face >= 0
        columns["code"] += element.code
        columns["element"] += [element.element] * count
        columns["zone"] += element.zone
        columns["county"] += element.county
        columns["filled"] += element.filled
        columns["area_m2"] += list(sum_by(element.of_face[known], basis.area[known], count))
        columns["geometry"] += dissolve(basis.partition, element.of_face, count).tolist()
    table = make_table("element_zones", columns)
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
    return make_table(
        "coverage",
        {
            "face_id": coverage.face + 1,
            "role": features.role[rows],
            "source": np.array(names, dtype=object)[features.source[rows]],
            "feature_id": features.feature_id[rows],
            "zone": features.zone[rows],
            "grade": features.grade[rows],
        },
    )


def features_table(basis: Basis, names: Sequence[str]) -> pd.DataFrame:
    """Table ``features``: the source features that have a name."""
    features = basis.features
    rows = np.flatnonzero(features.name != "")
    return make_table(
        "features",
        {
            "source": np.array(names, dtype=object)[features.source[rows]],
            "feature_id": features.feature_id[rows],
            "name": features.name[rows],
        },
    )


def unit_zones(basis: Basis, labelling: Labelling, unit_ids: Sequence[str]) -> pd.DataFrame:
    """Tell what touches each unit, as `touch.touches` does of a plan."""
    coverage, features = basis.partition.coverage, basis.features
    told = list(zip(features.role.tolist(), features.zone.tolist(), features.name.tolist(), strict=True))
    cover = Cover.of(coverage.face, coverage.feature, basis.area, basis.partition.rounding, told)
    touch = cover.over(np.arange(len(basis.area)), labelling.units.of_face, basis.area)
    return touch_table(cover, touch, unit_ids)


def rules_table(labelling: Labelling) -> pd.DataFrame:
    """Table ``rules``: the table as it was applied."""
    rows, effect = labelling.rules.rows, {0: "attribute"}
    plain = ("id", "precedence", "role", "min_area", "min_share", "title", "source")
    return make_table(
        "rules",
        {
            **{name: [getattr(row, name) for row in rows] for name in plain},
            "zone": ["|".join(zone or "-" for zone in row.zones) for row in rows],
            "grade": ["|".join(grade or "-" for grade in row.grades) for row in rows],
            "effect": [effect.get(row.effect, str(row.effect)) for row in rows],
            "switch": ["=".join(row.switch) if row.switch else "" for row in rows],
            "inside": [":".join(filter(None, row.inside)) if row.inside else "" for row in rows],
            "outside": [":".join(filter(None, row.outside)) if row.outside else "" for row in rows],
            "active": [int(on) for on in labelling.rules.active],
        },
    )


def ledger_table(labelling: Labelling, glossary: Glossary) -> pd.DataFrame:
    """Table ``ledger``: every step that changed an area, its reason in the language of the glossary's profile."""
    rows = labelling.ledger.rows
    return make_table(
        "ledger",
        {
            "stage": [row.stage for row in rows],
            "role": [row.role or None for row in rows],
            "category": pd.array([row.category or None for row in rows], dtype="Int64"),
            "from_m2": [row.from_m2 for row in rows],
            "to_m2": [row.to_m2 for row in rows],
            "reason": [word(row.reason, glossary.language, glossary) for row in rows],
            "facts": [_kept(row.reason) for row in rows],
        },
    )


def findings_table(findings: Sequence[Finding], texts: Mapping[str, Any], glossary: Glossary) -> pd.DataFrame:
    """Layer ``findings``, errors first, then by id; worded in the language of the glossary's profile."""
    order = sorted(
        findings,
        key=lambda f: (
            severity(f, texts) != "error",
            f.id,
            f.units,
            json.dumps(plain_facts(f.facts), sort_keys=True),
        ),
    )
    table = make_table(
        "findings",
        {
            "id": [finding.id for finding in order],
            "severity": [severity(finding, texts) for finding in order],
            "message": [message(finding, texts, glossary.language, glossary) for finding in order],
            "value": np.array([np.nan if finding.value is None else finding.value for finding in order], dtype=float),
            "units": ["、".join(finding.units) for finding in order],
            "facts": [json.dumps(plain_facts(one.facts), ensure_ascii=False, sort_keys=True) for one in order],
            "shape": [_outlined(finding.geometry) for finding in order],
            "geometry": None,
        },
    )
    # One point a finding, whatever its shape: it is a place to zoom to, and one symbol fits all.
    shapes = np.array([finding.geometry for finding in order] or [None], dtype=object)
    table["geometry"] = pd.Series(shapely.point_on_surface(shapes)[: len(order)], dtype=object)
    return table


def _outlined(shape: shapely.Geometry | None) -> str:
    """Give the shape of a finding as WKT, each part as exactly as it can be seen on a screen; "" of a single point."""
    if shape is None or shapely.is_empty(shape) or shape.geom_type == "Point":
        return ""
    parts = shapely.get_parts(shape)
    bounds = shapely.bounds(parts)
    drawn = shapely.simplify(parts, (bounds[:, 2:] - bounds[:, :2]).max(axis=1) / _PIXELS)
    together = drawn[0] if len(drawn) == 1 else type(shape)(drawn.tolist())
    text = str(shapely.to_wkt(together, rounding_precision=3))
    return text if len(text) <= _LONGEST else str(shapely.to_wkt(shapely.box(*shapely.bounds(shape))))


def meta_of(
    case: Case,
    basis: Basis,
    coded: Coded,
    recoded: Mapping[str, Sequence[str]],
    ledger_imbalance: float,
    capture: Sequence[Mapping[str, Any]],
    classification: str,
) -> dict[str, str]:
    """Key–value pairs: what was asked for, and what later versions need to know."""
    ground = basis.ground

    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    return {
        "name": case.name,
        # Where the plan goes nobody knows here: whoever looks for the file looks beside the plan.
        "case": case.path.name,
        "status": "草稿",
        **stated_by(case),
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
        "classification": classification,
        "list_level": case.lists.level,
        "least_share": str(least_share(case.profile)),
        "retired_codes": text(list(coded.retired)),
        "last_unit_id": str(coded.last_id),
        "covered_min": str(case.profile["evidence"]["covered_min"]),
        "recoded_counties": text({old: list(new) for old, new in recoded.items()}),
    }


def evidence_table(case: Case, basis: Basis) -> pd.DataFrame:
    """Table ``evidence``: as measured, but that the mean of class numbers means nothing and is left out."""
    table = basis.evidence.assign(inherited=0)
    classes = table["raster"].isin([raster.name for raster in case.rasters if raster.kind == "class"])
    table.loc[classes, ["mean", "stdev"]] = np.nan
    return make_table("evidence", table)


# ── What units keep of their sources: red-line capture, omission and commission (domain facts 3.3) ──────────────────


def capture(basis: Basis, labelling: Labelling, names: Sequence[str]) -> list[dict[str, Any]]:
    """Measure, for each source whose rules decide a category, how well the units hold it: see `captured`."""
    units = labelling.units
    kinds = np.array(labelling.kinds, dtype=object)
    return captured(
        labelling.judgement,
        labelling.rules,
        basis.features,
        basis.area,
        units.category[units.of_face],
        kinds[units.kind[units.of_face]],
        names,
    )


def captured(
    judgement: Judgement,
    rules: RuleTable,
    features: Features,
    area: NDArray[np.float64],
    category: NDArray[np.int64],
    kind: NDArray[np.object_],
    names: Sequence[str],
) -> list[dict[str, Any]]:
    """Measure, for each source whose rules decide a category, how well the units hold it.

    Parameters
    ----------
    judgement : Judgement
    rules : RuleTable
    features : Features
    area : (n,) float64
        Of the faces, m².
    category, kind : (n,) int64, object
        Of each face's unit.
    names : sequence of str
        Of the sources, by their numbers in ``features``.

    Returns
    -------
    list of dict
        ``source``, ``role``, ``category``; ``area_m2`` where an active rule gives that category from this source;
        ``captured`` = share of it in units at least as strict; ``omission`` = 1 − captured; ``commission`` = share of
        the area of units of this category and kind that the source does not cover. Shares 0–1.
    """
    effect = np.array([row.effect for row in rules.rows], dtype=np.int64)[judgement.reason_rule]
    source = features.source[judgement.reason_feature]
    rows = []
    for number, name in enumerate(names):
        for wanted in (1, 2):
            faces = np.unique(judgement.reason_face[(source == number) & (effect == wanted)])
            if not len(faces):
                continue
            role = str(features.role[features.source == number][0])
            size = float(area[faces].sum())
            held = float(area[faces[category[faces] <= wanted]].sum())
            own = (category == wanted) & (kind == role)
            covered = np.zeros(len(area), dtype=bool)
            covered[faces] = True
            whole = float(area[own].sum())
            rows.append(
                {
                    "source": name,
                    "role": role,
                    "category": wanted,
                    "area_m2": size,
                    "captured": held / size,
                    "omission": 1 - held / size,
                    "commission": float(area[own & ~covered].sum()) / whole if whole else 0.0,
                }
            )
    return rows
