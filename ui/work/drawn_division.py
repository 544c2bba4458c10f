"""A candidate as QGIS draws it, with what it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..text import capital, said
from ..words import method_label
from .features import feature_of, fields_of

if TYPE_CHECKING:
    from qgis.core import QgsFeature

    from ...delineation.case.profile import Profile
    from ...delineation.plan.file import Plan
    from ...delineation.sources.inputs import Inputs
    from ...delineation.verbs.candidates import Candidate

NAMED = (["name"], ["area_km2"])  # fields of texts and of numbers


@dataclass(frozen=True)
class Beside:
    """A candidate with its units as QGIS draws them: name, area (km²), number, category.

    ``made_from`` is of ``inputs.divided_from``: with anything else the same method gives another division. ``number``
    tells it from those beside it: its colour and mark. ``profile`` is the case's, for what things are called.
    ``lowered`` is the land that it takes out of priority: what it is called, its area (km²).
    """

    candidate: Candidate
    made_from: Inputs
    features: tuple[QgsFeature, ...]
    number: int = 0
    profile: Profile | None = None
    lowered: tuple[QgsFeature, ...] = ()

    @property
    def text(self) -> str:
        """The method string."""
        return self.candidate.text

    @property
    def label(self) -> str:
        """Its method and what it was asked for, in words."""
        return method_label(self.text, self.profile)

    @property
    def short_label(self) -> str:
        """The same where there is little room."""
        return method_label(self.text, self.profile, short=True)


def labels_of(plan: Plan | None) -> tuple[bytes, ...]:
    """Give what a plan is measured by: areas, categories and units of its faces."""
    if plan is None:
        return ()
    faces = plan.faces
    numbers = (faces[name].to_numpy(dtype=float).tobytes() for name in ("area_m2", "category"))
    return (*numbers, "\n".join(faces["unit_id"].astype(str)).encode())


def drawn(candidate: Candidate, made_from: Inputs, profile: Profile | None = None) -> Beside:
    """Make the features beside the main thread: large outlines take their time to read."""
    fields, of_land = fields_of(*NAMED, ["unit", "category"]), fields_of(*NAMED)
    columns = candidate.category.tolist(), candidate.name, candidate.area.tolist()
    units = zip(candidate.geometry, *columns, strict=True)
    features = [
        feature_of(fields, shape, [name, area / 1e6, number, category])
        for number, (shape, category, name, area) in enumerate(units, 1)
    ]
    lowered = [
        feature_of(of_land, place, [capital(said(land.called, profile)), land.area / 1e6])
        for land, place in zip(candidate.lowered, candidate.lowered_places, strict=True)
    ]
    return Beside(candidate, made_from, tuple(features), profile=profile, lowered=tuple(lowered))
