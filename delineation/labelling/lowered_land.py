"""Land that the rules hold to be priority and a division puts lower: by source and zone, with area and faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.messages import Message, first_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..basis.build import Basis
    from ..core.arrays import Ints
    from .label import Labelling

_NAMED = 3  # lands that a sentence names


@dataclass(frozen=True)
class LoweredLand:
    """What of one kind of priority land would be priority no more.

    Attributes
    ----------
    role, zone : str
        Of the source's features; no zone where the role has none.
    area : float
        m².
    whole : float
        m² that the rules hold to be priority by this role and zone.
    faces : (k,) int64
    """

    role: str
    zone: str
    area: float
    whole: float
    faces: Ints

    @property
    def share(self) -> float:
        """Of the whole, 0–1."""
        return self.area / self.whole

    @property
    def called(self) -> Message:
        """Name role and zone."""
        if self.zone:
            return Message("{zone:fullzone}", role=self.role, zone=self.zone)
        return Message("{role:role}", role=self.role)


def lowered_land(basis: Basis, labelling: Labelling) -> tuple[LoweredLand, ...]:
    """Measure, by role and zone of the sources, what a division takes out of priority.

    Where several sources make a place priority, it counts for each. What cleaning merges away, or rounding made, is
    none of it.

    Parameters
    ----------
    basis : Basis
    labelling : Labelling
        By the method in question.

    Returns
    -------
    tuple of LoweredLand
        The largest first; empty where nothing is lowered.
    """
    ruled = labelling.judgement.category
    lower = (ruled == 1) & (ruled[labelling.root] == 1) & (labelling.labels.category > 1) & ~basis.partition.rounding
    if not lower.any():
        return ()
    judgement, features, area = labelling.judgement, basis.features, basis.area
    effect = np.array([row.effect for row in labelling.rules.rows], dtype=np.int64)[judgement.reason_rule]
    mine = (effect == 1) & (judgement.category[judgement.reason_face] == 1)
    face, feature = judgement.reason_face[mine], judgement.reason_feature[mine]
    role, zone = features.role[feature].astype(str), features.zone[feature].astype(str)
    found = []
    for one in sorted({(r, z) for r, z in zip(role[lower[face]], zone[lower[face]], strict=True)}):
        held = np.unique(face[(role == one[0]) & (zone == one[1])])
        faces = held[lower[held]]
        found.append(LoweredLand(*one, float(area[faces].sum()), float(area[held].sum()), faces))
    return tuple(sorted(found, key=lambda land: (-land.area, land.role, land.zone)))


def lowered_words(lands: Sequence[LoweredLand]) -> Message:
    """List lands with their areas and shares."""
    each = (
        Message("{land} {area_m2:area} ({share:share} of it)", land=one.called, area_m2=one.area, share=one.share)
        for one in lands
    )
    return first_few(each, _NAMED)
