"""A candidate as QGIS draws it, and what of a plan it depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsFeature, QgsGeometry

if TYPE_CHECKING:
    from ...delineation.candidates import Candidate
    from ...delineation.plan import Plan

__all__ = ["Beside", "drawn", "faces_of"]


@dataclass(frozen=True)
class Beside:
    """A candidate with its units as QGIS draws them: number, category, name, area (km²).

    ``number`` tells it from those beside it: its colour and mark.
    """

    candidate: Candidate
    features: tuple[QgsFeature, ...]
    number: int = 0

    @property
    def text(self) -> str:
        """The method string."""
        return self.candidate.text


def faces_of(plan: Plan | None) -> tuple[bytes, ...]:
    """Give what candidates of a plan depend on: areas and rules' categories of its faces; last, their units."""
    if plan is None:
        return ()
    faces = plan.faces
    numbers = (faces[name].to_numpy(dtype=float).tobytes() for name in ("area_m2", "rule_category"))
    return (*numbers, "\n".join(faces["unit_id"].astype(str)).encode())


def drawn(candidate: Candidate) -> Beside:
    """Make the features beside the main thread: large outlines take their time to read."""
    import shapely

    features = []
    wkb = shapely.to_wkb(candidate.geometry)
    for number, (shape, category, name, area) in enumerate(
        zip(wkb, candidate.category.tolist(), candidate.name, candidate.area.tolist(), strict=True), 1
    ):
        geometry = QgsGeometry()
        geometry.fromWkb(shape)
        feature = QgsFeature()
        feature.setGeometry(geometry)
        feature.setAttributes([number, category, name, area / 1e6])
        features.append(feature)
    return Beside(candidate, tuple(features))
