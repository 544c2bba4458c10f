"""What a plan rests on: its sources with their dates and marks, and what it inherits of them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..case.model import Upper
from ..case.profile import profile_for_words
from ..case.reading import read_case
from ..core.atomic_files import is_there
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..sources.files import checksum
from ..sources.rasters.raster import raster_crs
from .file import make_table, read_meta
from .tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ..basis.build import Basis
    from ..case.model import Case
    from ..case.model import Previous as PreviousSpec
    from .file import Plan


def sources_table(case: Case, basis: Basis, names: Sequence[str], previous: int = 0) -> pd.DataFrame:
    """Table ``sources``: provenance of vectors, rasters and, where there is one, of the version before.

    ``previous`` says how many units that has.
    """
    rows: list[dict[str, Any]] = []
    for name, info in zip(names, basis.sources.info, strict=False):
        # Lines that cut nothing cover nothing.
        area = np.nan if len(rows) in basis.sources.guides else float(basis.source_area[len(rows)])
        row = asdict(info) | {"area_m2": area}
        row["official_area_m2"] = row["official_area_m2"] or np.nan
        rows.append({**row, "source": name})
    for name, raster in zip(names[len(rows) :], case.rasters, strict=False):
        rows.append(
            {
                "source": name,
                "role": raster.name,
                "path": raster.path,
                "layer": str(raster.band),
                "crs": raster_crs(case.file(raster.path), raster.band, crs=raster.crs),
                "encoding": "",
                "count": 1,
                "sha256": checksum(case.file(raster.path)),
                "date": raster.date,
                "provider": raster.provider,
                "document": raster.document,
                "classification": raster.classification,
                "area_m2": np.nan,
                "official_area_m2": np.nan,
                "trigger": raster.trigger,
            }
        )
    beside: dict[str, tuple[PreviousSpec | Upper, int]] = {}
    if previous and case.previous.path:
        beside["previous"] = case.previous, previous
    if "upper" in basis.cutting:
        beside["upper"] = case.upper, len(basis.cutting["upper"])
    for role, (spec, count) in beside.items():
        own = _own_mark(case) if role == "previous" else ""
        rows.append(
            {
                "source": _name_beside(case, spec, names),
                "role": role,
                "path": spec.path,
                "layer": spec.layer,
                "crs": spec.crs,
                "encoding": spec.encoding,
                "count": count,
                "sha256": checksum(case.file(spec.path), spec.layer),
                "date": spec.date,
                "provider": spec.provider,
                "document": spec.document,
                "classification": spec.classification or own,
                "area_m2": np.nan,
                "official_area_m2": np.nan,
                "trigger": "",
            }
        )
    return make_table("sources", {column: [row[column] for row in rows] for column in TABLES["sources"].names})


_WANTED = Message("the case file the plan was made from, put back there or given by --case")


def find_case(plan_path: Path, plan: Plan) -> Path | None:
    """Find the case file of a plan: beside it under the name that it holds or its own, or one folder up.

    None where there is none; whether it is this plan's says `case_of_plan`.
    """
    name, place = plan.meta.get("case", ""), plan_path.resolve()
    named = [name, f"{place.name.removesuffix('.plan.gpkg')}.toml", f"{place.stem}.toml"]
    known = [place.with_name(one) for one in named if one] + ([place.parent.parent / name] if name else [])
    return next((path for path in known if is_there(path, _WANTED)), None)


def case_of_plan(plan_path: Path, plan: Plan) -> Case:
    """Read the case that a plan was made from, see `find_case`; changed since or not, but no other.

    Raises
    ------
    BadInput
        It is not there, cannot be read, or is the case of another plan: it has another name, and other files.
    """
    path = find_case(plan_path, plan)
    if path is None:
        what = Message("its case '{name}' is not beside it", name=plan.meta.get("case", ""))
        raise BadInput(what, where=at(plan_path), wanted=_WANTED)
    case = read_case(path)
    known, named = set(plan.sources["sha256"]), case.name == plan.meta.get("name", "")
    if not named and not all(checksum(case.file(one.path), one.layer) in known for one in case.sources if one.path):
        what = Message("this is the case “{name}”, and no plan of it", name=case.name)
        raise BadInput(what, where=at(path), wanted=_WANTED)
    return case


def highest_mark(case: Case) -> str:
    """Find the highest 密级 of the sources: an output inherits it."""
    marks = [spec.classification for spec in case.sources] + [spec.classification for spec in case.rasters]
    marks += [case.previous.classification, _own_mark(case), case.upper.classification]
    return max(filter(None, marks), key=case.profile["classification"]["levels"].index, default="")


def mark_of(meta: Mapping[str, str], marks: Iterable[Any], levels: Sequence[str]) -> str:
    """Find the highest 密级 of a plan and its sources, for what is printed of it; one that nobody knows stays.

    Examples
    --------
    >>> mark_of({"classification": "公开"}, ["", "内部"], ["公开", "内部", "秘密"])
    '内部'
    """
    own = meta.get("classification", "")
    known = [str(mark) for mark in (own, *marks) if mark in levels]
    return own if own and own not in levels else max(known, key=list(levels).index, default="")


def inherited(plan: Plan) -> Plan:
    """Give a plan with the 密级 that all that is written of it bears: the highest of its own and its sources'."""
    levels = [str(level) for level in profile_for_words(plan)["classification"]["levels"]]
    mark = mark_of(plan.meta, plan.sources.get("classification", ()), levels)
    return replace(plan, meta={**plan.meta, "classification": mark})


def _own_mark(case: Case) -> str:
    """Give the 密级 that the previous version carries, where it is a plan: its codes and names go into this one."""
    path = case.previous.path
    mark = read_meta(case.file(path)).get("classification", "") if path else ""
    return mark if mark in case.profile["classification"]["levels"] else ""


def source_names(case: Case) -> list[str]:
    """Give each source and raster a short, unique name: the layer's, else the file's stem; repeated, with ``_2``.

    Behind them stand ``[previous]`` and ``[upper]``, where their borders cut.
    """
    names: list[str] = []
    for spec in case.sources:
        names.append(spec.maker.kind if spec.maker else spec.layer or _stem(spec.path))
    names += [raster.name for raster in case.rasters]
    out: list[str] = []
    for number, name in enumerate(names):
        earlier = names[:number].count(name)
        out.append(f"{name}_{earlier + 1}" if earlier else name)
    return [*out, *(_name_beside(case, spec, out) for _, spec in case.cutting)]


def _name_beside(case: Case, spec: PreviousSpec | Upper, names: Sequence[str]) -> str:
    """Name ``[previous]`` or ``[upper]`` beside the sources."""
    name = spec.layer or _stem(spec.path)
    if isinstance(spec, Upper):
        return f"{name}_upper"
    others = names[: len(case.sources) + len(case.rasters)]
    return f"{name}_previous" if name in others else name


def _stem(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
