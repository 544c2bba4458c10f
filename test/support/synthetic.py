"""Small counties made of rectangles, laid out and labelled in memory: no file is read or written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from control_units.delineation.basis.build import Basis
from control_units.delineation.basis.ground import lay_ground, study_mask
from control_units.delineation.case.model import Case, Cleaning, Grouping, Rules
from control_units.delineation.case.profile import Profile, read_profile
from control_units.delineation.labelling.label import Labelling, label
from control_units.delineation.partition import build, select
from control_units.delineation.partition.ledger import Ledger
from control_units.delineation.sources.features import Features

if TYPE_CHECKING:
    from collections.abc import Sequence

EVIDENCE = ("face_id", "raster", "mean", "stdev", "majority", "covered")
NO_CLEANING = Cleaning(sliver_area=0, fragment_area=0)


@cache
def national() -> Profile:
    """Read the national profile once."""
    return read_profile()


@dataclass(frozen=True)
class Row:
    """A source feature."""

    role: str
    geometry: shapely.Geometry
    zone: str = ""
    name: str = ""
    code: str = ""
    subtype: str = ""
    source: int = 0
    grade: str = ""


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    """Rectangle by its lower left corner and size, metres."""
    return shapely.box(x, y, x + width, y + height)


def county(x: float, y: float, width: float, height: float, code: str = "999901", name: str = "甲县") -> Row:
    """A county of that rectangle."""
    return Row("county", box(x, y, width, height), code=code, name=name)


def features_of(rows: Sequence[Row]) -> Features:
    """Rows as a table of features; the feature id is the row's number from 1."""

    def texts(key: str) -> np.ndarray:
        return np.array([getattr(row, key) for row in rows], dtype=object)

    geometry = np.empty(len(rows), dtype=object)
    geometry[:] = [row.geometry for row in rows]
    return Features(
        geometry=geometry,
        source=np.array([row.source for row in rows], dtype=np.int64),
        role=texts("role"),
        feature_id=np.arange(1, len(rows) + 1),
        zone=texts("zone"),
        grade=texts("grade"),
        subtype=texts("subtype"),
        code=texts("code"),
        name=texts("name"),
    )


def basis_of(rows: Sequence[Row], evidence: pd.DataFrame | None = None, profile: Profile | None = None) -> Basis:
    """Lay out the rows as the pipeline does, without files."""
    features = features_of(rows)
    whole = build(features.geometry, snap=0.001)
    partition = select(whole, study_mask(features, whole.coverage, len(whole)))
    ground, findings = lay_ground(features, partition.coverage, partition.area, profile or national())
    if evidence is None:
        evidence = pd.DataFrame({column: [] for column in EVIDENCE})
    return Basis(
        sources=None,
        source_area=np.zeros(0),
        features=features,
        partition=partition,
        area=partition.area,
        ground=ground,
        evidence=evidence,
        ledger=Ledger(),
        findings=tuple(findings),
    )


def case_of(**settings: Any) -> Case:
    """A case without sources; cleaning is off unless it is given."""
    switches = settings.pop("switches", {})
    profile = settings.pop("profile", None) or national()
    settings.setdefault("cleaning", NO_CLEANING)
    extra = settings.pop("extra", "")
    rules = Rules(switches=switches, extra=str(extra))
    return Case(path=Path("case.toml"), name="synthetic", profile=profile, sources=(), rules=rules, **settings)


def labelled(rows: Sequence[Row], **settings: Any) -> tuple[Basis, Labelling]:
    """Basis and labelling of the rows under the settings of a case."""
    basis = basis_of(rows, settings.pop("evidence", None), settings.get("profile"))
    return basis, label(case_of(**settings), basis)


def face_at(basis: Basis, x: float, y: float) -> int:
    """Row of the face that holds a point."""
    hit = np.flatnonzero(shapely.contains_xy(basis.partition.faces, x, y))
    return int(hit[0])


def grouped(**modes: str) -> Grouping:
    """A grouping with those modes and the defaults for the rest."""
    return Grouping(**modes)


def with_codes(**changes: Any) -> Profile:
    """The national profile with other settings of ``[codes]``."""
    profile = national()
    return replace(profile, settings={**profile.settings, "codes": {**profile["codes"], **changes}})
