"""A plan's rules applied again to what its own tables hold: as they are, or as if features or a rule were otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..core.arrays import own_or
from ..core.sums import sum_by
from ..partition import Coverage
from ..sources.features import Features
from .filing import credited
from .judging import Judgement, judge
from .table import Rule, RuleTable, rules_of_plan

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..core.arrays import Floats, Ints
    from ..plan.file import Plan


@dataclass(frozen=True)
class Rejudged:
    """A plan's rules applied again to what its own tables hold.

    Attributes
    ----------
    plan : Plan
        Or what was read of one: its faces, coverage, features, sources and rules are enough.
    """

    plan: Plan

    @cached_property
    def rules(self) -> RuleTable:
        """The rules as the plan keeps them."""
        return rules_of_plan({name: self.plan.rules[name].to_numpy() for name in self.plan.rules})

    @cached_property
    def _rows(self) -> tuple[Features, Coverage]:
        table = self.plan.coverage
        keys = table[["role", "source", "feature_id", "zone", "grade"]].fillna("")
        number = keys.groupby(["source", "role", "feature_id", "zone", "grade"], sort=True).ngroup().to_numpy()
        _, first = np.unique(number, return_index=True)
        one = keys.iloc[first]
        empty = np.full(len(first), "", dtype=object)
        named = self.plan.features
        called = dict(zip(zip(named["source"], named["feature_id"], strict=True), named["name"], strict=True))
        sources = {name: position for position, name in enumerate(self.plan.sources["source"])}
        features = Features(
            geometry=np.full(len(first), None, dtype=object),
            source=one["source"].map(sources).fillna(-1).to_numpy(dtype=np.int64),
            role=one["role"].to_numpy(dtype=object),
            feature_id=one["feature_id"].to_numpy(dtype=np.int64),
            zone=one["zone"].to_numpy(dtype=object),
            grade=one["grade"].to_numpy(dtype=object),
            subtype=empty,
            code=empty,
            name=np.array(
                [called.get(key, "") for key in zip(one["source"], one["feature_id"], strict=True)] + [None],
                dtype=object,
            )[:-1],
        )
        face = self.rows_of(table["face_id"])
        known = face >= 0
        return features, Coverage(face[known], number.astype(np.int64)[known])

    @cached_property
    def _by_id(self) -> tuple[Ints, Ints]:
        number = self.plan.faces["face_id"].fillna(0).to_numpy(dtype=np.int64)
        order = np.argsort(number, kind="stable")
        return number[order], order

    def rows_of(self, face_id: pd.Series) -> Ints:
        """Find rows of faces by their ids, −1 where there is none: cuts retire ids and give new ones to the pieces."""
        number, order = self._by_id
        asked = face_id.fillna(0).to_numpy(dtype=np.int64)
        place = np.searchsorted(number, asked)
        place[place == len(number)] = 0
        return np.where(number[place] == asked, order[place], -1)

    @cached_property
    def root(self) -> Ints:
        """Row of the face whose labels each face carries: its host's, else its own."""
        return own_or(self.rows_of(self.plan.faces["host"]))

    @property
    def features(self) -> Features:
        """Source features, without geometry."""
        return self._rows[0]

    @property
    def coverage(self) -> Coverage:
        """Which of them covers which face."""
        return self._rows[1]

    @cached_property
    def area(self) -> Floats:
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

    @cached_property
    def credit(self) -> Ints:
        """What puts each face into its unit: see `filing.credited`."""
        told, faces = self.judgement, self.plan.faces
        unit, category = pd.factorize(faces["unit_id"])[0], faces["category"].to_numpy(dtype=np.int64)
        return credited(told.rule, told.category, self.root, category, unit)

    @cached_property
    def feature_area(self) -> Floats:
        """Areas of the source features within the plan, m²."""
        return sum_by(self.coverage.feature, self.area[self.coverage.face], len(self.features))

    @cached_property
    def decided(self) -> tuple[Ints, shapely.STRtree]:
        """Faces that a rule makes priority or key, and the same by place."""
        found = np.flatnonzero(self.judgement.rule >= 0)
        return found, shapely.STRtree(self.plan.faces["geometry"].to_numpy(dtype=object)[found])

    def judge(
        self,
        without: Collection[str] = (),
        *,
        among: Ints | None = None,
        instead: tuple[int, Rule] | None = None,
    ) -> Judgement:
        """Judge the faces as they are, or as if things were otherwise.

        Parameters
        ----------
        without : collection of str
            Roles whose features are not there.
        among : (k,) int64, optional
            Faces that are asked about; of the others the answer means nothing then.
        instead : tuple of (int, Rule), optional
            A row of the table and what stands there, switched on.
        """
        rules, coverage = self.rules, self.coverage
        if instead is not None:
            number, row = instead
            rows = (*rules.rows[:number], row, *rules.rows[number + 1 :])
            active = (*rules.active[:number], True, *rules.active[number + 1 :])
            rules = RuleTable(rows, rules.switches, active)
        keep = np.ones(len(coverage.face), dtype=bool)
        # A share is asked of whole features; all else a face answers by itself.
        if among is not None and not any(row.min_share for row in rules.rows):
            keep &= np.isin(coverage.face, among)
        if without:
            keep &= ~np.isin(self.features.role.astype(str), list(without))[coverage.feature]
        return judge(
            rules, self.features, Coverage(coverage.face[keep], coverage.feature[keep]), self.area, self.feature_area
        )
