"""Ledger (面积平衡表): input area = output area + named transfers, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..core.messages import Message

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints

# Below this share of the area, and this many m², a difference is rounding of floats and no transfer.
_NOISE_SHARE, _NOISE_AREA = 1e-12, 1e-6


@dataclass(frozen=True)
class AreaChange:
    """One change of area. ``category`` is 0 where the row speaks of a role. Areas in m²."""

    stage: str
    role: str
    category: int
    from_m2: float
    to_m2: float
    reason: Message


@dataclass
class Ledger:
    """Rows as they come about, and the largest imbalance met.

    Attributes
    ----------
    rows : list of AreaChange
    imbalance : float
        Largest |in − out − named losses| / in of all stages.
    """

    rows: list[AreaChange] = field(default_factory=list)
    imbalance: float = 0.0

    def role(
        self, stage: str, role: str, before: float, after: float, reason: Message, *, unexplained: float = 0.0
    ) -> None:
        """Name a change of a role's area; ``unexplained`` m² of it are more than the reason accounts for."""
        if before > 0:
            self.imbalance = max(self.imbalance, abs(unexplained) / before)
        if abs(after - before) > max(_NOISE_AREA, _NOISE_SHARE * before):
            self.rows.append(AreaChange(stage, role, 0, before, after, reason))

    def categories(
        self,
        stage: str,
        area: Floats,
        before: Ints,
        after: Ints,
        reason: Message,
    ) -> None:
        """Name what a stage moved between categories.

        Parameters
        ----------
        stage : str
        area : (n,) float64
            m² of each face.
        before, after : (n,) int64
            Category 1–3 of each face.
        reason : Message
            Goes before the transfers.
        """
        size = 4
        moved = np.zeros((size, size))
        np.add.at(moved, (before, after), area)
        total = float(area.sum())
        if total > 0:
            self.imbalance = max(self.imbalance, abs(float(moved.sum()) - total) / total)
        for category in (3, 2, 1):
            start, end = float(moved[category].sum()), float(moved[:, category].sum())
            if abs(end - start) <= max(_NOISE_AREA, _NOISE_SHARE * start):
                continue
            others = [other for other in (1, 2, 3) if other != category]
            moves = [
                Message("{area:area} to {category:category}", area=float(moved[category, other]), category=other)
                for other in others
                if moved[category, other] > 0
            ]
            moves += [
                Message("{area:area} from {category:category}", area=float(moved[other, category]), category=other)
                for other in others
                if moved[other, category] > 0
            ]
            told = Message("{reason}: {moves}", reason=reason, moves=tuple(moves))
            self.rows.append(AreaChange(stage, "", category, start, end, told))
