"""The scene: what metrics know of the faces, laid out once and shared by all divisions of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.arrays import places
from ...partition import Borders
from ...plan.provenance import source_names
from ...rules.table import GENERAL
from .variables import Variables, variables_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...basis.build import Basis
    from ...case.model import Case
    from ...core.arrays import Bools, Floats, Ints
    from ...labelling.label import Labelling

_OF_FACE = ("area", "planar", "perimeter", "sea", "county", "township", "red_line", "priority", "zone")


@dataclass(frozen=True)
class PriorityZones:
    """Where each source asks for priority protection by an active rule, whatever another rule decided there.

    Attributes
    ----------
    source : tuple of str
        Names of the sources that do so anywhere, in the case's order.
    face : (s, n) bool
    role : tuple of str
        Of each source; empty where nobody knows.
    """

    source: tuple[str, ...]
    face: Bools
    role: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """What metrics know of the faces.

    Attributes
    ----------
    area : (n,) float64
        m², by the case's method.
    planar : (n,) float64
        m² in the plane, in which perimeters are measured as well.
    perimeter : (n,) float64
        m.
    borders : Borders
        Shared lengths in m.
    sea : (n,) bool
    county, township : (n,) int64
        District; township or −1.
    red_line : (n,) bool
        Covered by a red line.
    priority : (n,) bool
        Category 1 by the rules, before cleaning and method.
    priority_zones : PriorityZones
    zone : (n,) int64
        Zone kind (要素分区类型): index into ``zones``.
    zones : tuple of (category, role)
        Role of the row that decided a face, with the category it gave: priority and key zones of one role are two
        kinds. (3, "general") for the rest, last.
    variables : Variables
    fragment_area : float
        m²; parts of units below it are fragments, 0 where the case asks for none.
    """

    area: Floats
    planar: Floats
    perimeter: Floats
    borders: Borders
    sea: Bools
    county: Ints
    township: Ints
    red_line: Bools
    priority: Bools
    priority_zones: PriorityZones
    zone: Ints
    zones: tuple[tuple[int, str], ...]
    variables: Variables
    fragment_area: float

    def __len__(self) -> int:
        """Count the faces."""
        return len(self.area)

    @cached_property
    def township_line(self) -> Bools:
        """Borders on a township line, (b,): between two townships, or between a township and none."""
        town: Ints = self.township
        line: Bools = town[self.borders.left] != town[self.borders.right]
        return line

    @cached_property
    def compared(self) -> Ints:
        """Faces on which methods are compared, (m,): those on land.

        At sea every method takes the units of the grouping, so that one large unit, the same in all, would drown what
        tells them apart. All faces, where none is on land.
        """
        found: Ints = np.flatnonzero(~self.sea)
        return found if len(found) else np.arange(len(self))

    @cached_property
    def land(self) -> Scene:
        """The scene of the faces that are compared alone; this very one, where that is all."""
        face = self.compared
        if len(face) == len(self):
            return self
        place = places(face, len(self))
        borders, zones = self.borders, self.priority_zones
        inner = (place[borders.left] >= 0) & (place[borders.right] >= 0)
        return replace(
            self,
            **{name: getattr(self, name)[face] for name in _OF_FACE},
            variables=self.variables.on(face),
            borders=Borders(place[borders.left[inner]], place[borders.right[inner]], borders.length[inner]),
            priority_zones=replace(zones, face=zones.face[:, face]),
        )


def scene_of(case: Case, basis: Basis, labelling: Labelling) -> Scene:
    """Lay out the scene of a case; ``labelling`` is any of its labellings, as its rules' judgement is that of all.

    Parameters
    ----------
    case : Case
    basis : Basis
        Of that case.
    labelling : Labelling
        Of that case on that basis. Its method has no influence on the scene.
    """
    return lay_scene(case, basis, labelling, source_names(case))


def lay_scene(case: Case, basis: Basis, labelling: Labelling, names: Sequence[str]) -> Scene:
    """Lay out the scene with given names of the sources, by their position in the case."""
    partition, judgement, coverage = basis.partition, labelling.judgement, basis.partition.coverage
    count = len(partition)
    red = np.zeros(count, dtype=bool)
    red[coverage.face[basis.features.of("red_line")[coverage.feature]]] = True
    rows = labelling.rules.rows
    effect = np.array([row.effect for row in rows], dtype=np.int64)
    roles = [row.role for row in rows]
    decided = np.flatnonzero((judgement.rule >= 0) & (judgement.category != GENERAL))
    kinds = [(int(effect[rule]), roles[rule]) for rule in judgement.rule[decided]]
    zones = (*sorted(set(kinds)), (GENERAL, "general"))
    place = {kind: number for number, kind in enumerate(zones)}
    zone = np.full(count, len(zones) - 1, dtype=np.int64)
    zone[decided] = [place[kind] for kind in kinds]
    speaks = effect[judgement.reason_rule] == 1
    face = judgement.reason_face[speaks]
    source = basis.features.source[judgement.reason_feature[speaks]]
    present, first = np.unique(source, return_index=True)
    role = basis.features.role[judgement.reason_feature[speaks][first]]
    asks = np.zeros((len(present), count), dtype=bool)
    asks[np.searchsorted(present, source), face] = True
    return Scene(
        area=basis.area,
        planar=partition.area,
        perimeter=np.asarray(shapely.length(partition.faces)),
        borders=partition.borders,
        sea=basis.ground.sea,
        county=basis.ground.county,
        township=basis.ground.township,
        red_line=red,
        priority=judgement.category == 1,
        priority_zones=PriorityZones(tuple(names[number] for number in present), asks, tuple(map(str, role))),
        zone=zone,
        zones=zones,
        variables=variables_of(case, basis),
        fragment_area=case.cleaning.fragment_area,
    )
