"""A plan's rules applied again to what its own tables hold: as they are, or as if a role had no features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from .judging import Judgement, judge
from .partition import Coverage
from .rules import RuleTable, rules_of_plan
from .sources.features import Features
from .sums import sum_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .plan import Plan

__all__ = ["Rejudged"]


@dataclass(frozen=True)
class Rejudged:
    """A plan's rules applied again to what its own tables hold.

    Attributes
    ----------
    plan : Plan
    """

    plan: Plan

    @cached_property
    def rules(self) -> RuleTable:
        """The rules as the plan keeps them."""
        return rules_of_plan({name: self.plan.rules[name].to_numpy() for name in self.plan.rules})

    @cached_property
    def _rows(self) -> tuple[Features, Coverage]:
        table = self.plan.coverage
        keys = table[["role", "source", "feature_id", "zone"]].fillna("")
        number = keys.groupby(["source", "role", "feature_id", "zone"], sort=True).ngroup().to_numpy()
        _, first = np.unique(number, return_index=True)
        one = keys.iloc[first]
        empty = np.full(len(first), "", dtype=object)
        sources = {name: position for position, name in enumerate(self.plan.sources["source"])}
        features = Features(
            geometry=np.full(len(first), None, dtype=object),
            source=one["source"].map(sources).fillna(-1).to_numpy(dtype=np.int64),
            role=one["role"].to_numpy(dtype=object),
            feature_id=one["feature_id"].to_numpy(dtype=np.int64),
            zone=one["zone"].to_numpy(dtype=object),
            subtype=empty,
            code=empty,
            name=empty,
        )
        return features, Coverage(table["face_id"].to_numpy(dtype=np.int64) - 1, number.astype(np.int64))

    @property
    def features(self) -> Features:
        """Source features, without geometry."""
        return self._rows[0]

    @property
    def coverage(self) -> Coverage:
        """Which of them covers which face."""
        return self._rows[1]

    @cached_property
    def area(self) -> NDArray[np.float64]:
        """Face areas, m²."""
        return np.asarray(self.plan.faces["area_m2"], dtype=np.float64)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Faces by place."""
        return shapely.STRtree(self.plan.faces["geometry"].to_numpy(dtype=object))

    @cached_property
    def judgement(self) -> Judgement:
        """What the rules say of each face."""
        return self.judge()

    def judge(self, without: str = "") -> Judgement:
        """Judge all faces, as if there were no features of role ``without``."""
        coverage = self.coverage
        weight = self.area[coverage.face]
        feature_area = sum_by(coverage.feature, weight, len(self.features))
        if without:
            keep = (self.features.role.astype(str) != without)[coverage.feature]
            coverage = Coverage(coverage.face[keep], coverage.feature[keep])
        return judge(self.rules, self.features, coverage, self.area, feature_area)
