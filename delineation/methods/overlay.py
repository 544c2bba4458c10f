"""要素叠加法: every face keeps the category the rules gave it."""

from __future__ import annotations

import numpy as np

from .registry import method
from .situation import Labels, Situation


@method("overlay", draws=False, order=1)
def overlay(situation: Situation, *, seed: int = 1) -> Labels:  # noqa: ARG001  (the method draws nothing)
    """Keep categories as ruled and cleaned; the grouping makes the units.

    Wang Zishu et al. 2022 recommend it first.
    """
    return Labels(situation.category, situation.kind, np.full(len(situation.area), -1, dtype=np.int64))
