"""What units keep of their sources: red-line capture, omission and commission (domain facts 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .basis import Basis
    from .labelling import Labelling

__all__ = ["capture"]


def capture(basis: Basis, labelling: Labelling, names: Sequence[str]) -> list[dict[str, Any]]:
    """Measure, for each source whose rules decide a category, how well the units hold it.

    Returns
    -------
    list of dict
        ``source``, ``role``, ``category``; ``area_m2`` where an active rule gives that category from this source;
        ``captured`` = share of it in units at least as strict; ``omission`` = 1 − captured; ``commission`` = share of
        the area of units of this category and kind that the source does not cover. Shares 0–1.
    """
    judgement, area = labelling.judgement, basis.area
    effect = np.array([row.effect for row in labelling.rules.rows], dtype=np.int64)[judgement.reason_rule]
    source = basis.features.source[judgement.reason_feature]
    of_unit = labelling.units.of_face
    category, kind = labelling.units.category[of_unit], labelling.units.kind[of_unit]
    rows = []
    for number, name in enumerate(names):
        for wanted in (1, 2):
            faces = np.unique(judgement.reason_face[(source == number) & (effect == wanted)])
            if not len(faces):
                continue
            role = str(basis.features.role[basis.features.source == number][0])
            size = float(area[faces].sum())
            held = float(area[faces[category[faces] <= wanted]].sum())
            own = (category == wanted) & (kind == (labelling.kinds.index(role) if role in labelling.kinds else -1))
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
