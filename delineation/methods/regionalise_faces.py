"""Regionalising the faces of a case: nodes, cores, scope and attributes for a solver; categories for its regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.arrays import number_of, places
from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message, first_few
from ..core.sums import sum_by
from ..core.text import nearest
from ..regions.compactness import prices
from ..regions.contraction import contract, one_by_one
from ..regions.objective import total_ss
from ..regions.problem import Graph, Problem
from ..regions.small_components import keep_small
from .face_sums import bounds_of
from .face_values import called, face_values
from .settings import MethodSettings, check_settings, names_of
from .situation import Labels, Situation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..core.arrays import Floats, Ints
    from ..regions.problem import Regions
    from .settings import MethodSettings
    from .situation import Situation


def regionalise_faces(
    situation: Situation, settings: MethodSettings, solver: Callable[[Problem], Regions], where: Message
) -> Labels:
    """Divide the faces of a case by a solver.

    What rides with a host, and all faces of a fixed unit, is one node. A region with a fixed unit in it has that unit's
    category and kind; any other the category with most area in it, of equal ones the stricter. Sea faces and, where
    asked, fixed units are left to the grouping.

    Parameters
    ----------
    situation : Situation
    settings : MethodSettings
    solver : callable
        From a problem to regions.
    where : Message
        What messages call the method.

    Raises
    ------
    BadInput
        A setting that is none of its choices, evidence that is not there, or a request that cannot be met.
    """
    check_settings(settings, where)
    check_roles(settings, situation.roles, situation.lines, where)
    count = len(situation.area)
    fixed, locked = situation.fixed(), locked_units(situation, settings, where)
    fixed = np.where(locked >= 0, number_of(fixed) + locked, fixed)
    grow = settings.cores == "grow"
    taken = ~situation.sea if grow else ~situation.sea & (fixed < 0)
    # What takes no part is left to the grouping, but for locked units.
    own = np.full(count, -1, dtype=np.int64) if grow else locked
    if not taken.any():
        return _labels(situation, own, fixed, ())
    # A core and each host with its riders are one node. All carry the root's number; a core's roots carry the core's.
    group = np.where(fixed >= 0, count + fixed, situation.root)
    node = np.full(count, -1, dtype=np.int64)
    node[taken] = one_by_one(group[taken])
    problem, kept, findings = _problem(situation, settings, np.flatnonzero(taken), node[taken], fixed, where)
    if not len(problem):
        return _labels(situation, own, fixed, findings)
    regions = solver(problem)
    label = np.full(int(node.max()) + 2, -1, dtype=np.int64)
    label[kept] = regions.labels
    unit = np.where(own >= 0, regions.k + own, label[node])
    return _labels(situation, unit, fixed, (*findings, *regions.findings))


def _problem(
    situation: Situation,
    settings: MethodSettings,
    face: Ints,
    node: Ints,
    fixed: Ints,
    where: Message,
) -> tuple[Problem, Ints, list[Any]]:
    """State the problem of the faces that take part; ``node`` is of these. Also which nodes are in it."""
    area = situation.area[face]
    values, kept, findings = face_values(situation, face, node, settings, where)
    inside = places(kept, number_of(node))
    # Nodes left out take their faces with them.
    stays = inside[node] >= 0
    face, node, area = face[stays], inside[node[stays]], area[stays]
    row = places(face, len(situation.area))
    sides, across = _sides(situation, settings, face, fixed)
    findings += across
    graph, aligned = _graph(situation, settings, sides, row, len(face))
    mass = area if settings.weigh == "area" else 1.0 / np.bincount(node)[node]
    bounds = bounds_of(situation, settings, face, where)
    number = np.unique(fixed[face], return_inverse=True)[1].ravel() - int((fixed[face] < 0).any())
    by_face = Problem(
        values=values[node],
        mass=mass,
        graph=graph,
        price=prices(graph, total_ss(values[node], mass), settings.compactness, float(settings.alignment), aligned),
        bounds=bounds,
        core=number,
        area=area,
        perimeter=situation.perimeter[face],
        names=called(situation, face),
    )
    problem, found = keep_small(contract(by_face, node)) if settings.small == "keep" else (contract(by_face, node), ())
    return problem, kept, [*findings, *found]


def _sides(situation: Situation, settings: MethodSettings, face: Ints, fixed: Ints) -> tuple[list[Ints], list[Finding]]:
    """Say for each role to keep apart on which side of its outlines each of all faces lies.

    A fixed unit that lies across them is not split; all of it counts to the side that most of it is on, so that what
    grows from it stays there.
    """
    out, across = [], np.zeros(number_of(fixed), dtype=bool)
    held = face[fixed[face] >= 0]
    for role in names_of(settings.keep_apart):
        side = situation.extent(role).copy()
        known, number = np.unique(side[held], return_inverse=True)
        if len(held):
            area = sum_by(fixed[held] * len(known) + number.ravel(), situation.area[held], len(across) * len(known))
            by_unit = area.reshape(len(across), len(known))
            across |= (by_unit > 0).sum(axis=1) > 1
            side[held] = known[by_unit.argmax(axis=1)][fixed[held]]
        out.append(side)
    if not across.any():
        return out, []
    first = [int(held[fixed[held] == unit][0]) for unit in np.flatnonzero(across)]
    facts: Facts = {"problem": "across", "count": len(first), "roles": tuple(names_of(settings.keep_apart))}
    facts["listed"] = first_few(called(situation, np.array(first, dtype=np.int64)), 3)
    return out, [Finding("S78", facts, value=float(len(first)))]


def _graph(
    situation: Situation, settings: MethodSettings, sides: list[Ints], row: Ints, count: int
) -> tuple[Graph, Floats | None]:
    """Keep the borders of faces that take part and may share a region; how much of each is aligned, if any is asked."""
    borders = situation.borders
    use = (row[borders.left] >= 0) & (row[borders.right] >= 0)
    lines = [situation.county]
    if settings.scope != "whole":
        lines.append(situation.category)
    for line in (*lines, *sides):
        use &= line[borders.left] == line[borders.right]
    one, two = row[borders.left[use]], row[borders.right[use]]
    low, high = np.minimum(one, two), np.maximum(one, two)
    order = np.lexsort((high, low))
    graph = Graph(count, low[order], high[order], borders.length[use][order])
    roles = names_of(settings.align) if settings.alignment else []
    return graph, _aligned(situation, settings, roles)[use][order] if roles else None


def _aligned(situation: Situation, settings: MethodSettings, roles: list[str]) -> Floats:
    """Share 0–1 of each border on an outline of these roles' polygons, or near one of their lines."""
    left, right = situation.borders.left, situation.borders.right
    aligned = np.zeros(len(left))
    for role in (role for role in roles if role not in situation.lines):
        extent = situation.township if role == "township" else situation.extent(role)
        aligned[extent[left] != extent[right]] = 1.0
    lines = [role for role in roles if role in situation.lines]
    return np.maximum(aligned, situation.along(lines, float(settings.align_within))) if lines else aligned


def check_roles(settings: MethodSettings, roles: Iterable[str], lines: Sequence[str], where: Message) -> None:
    """Refuse roles that the case has no source of, and lines where outlines are meant, with `BadInput`."""
    if names_of(settings.locked) and "unit" not in roles:
        raise BadInput(
            Message("the case has no source of role 'unit'"),
            where=Message("{where} locked", where=where),
            wanted=Message("a [[source]] of role unit: the previous control units"),
        )
    outlines = dict.fromkeys(("township", *roles))
    for key, text, known in (
        ("keep_apart", settings.keep_apart, tuple(outlines)),
        ("align", settings.align, (*outlines, *lines)),
    ):
        for role in names_of(text):
            if role in known:
                continue
            if role in lines:
                what, wanted = (
                    Message("'{role}' is a role of lines, and lines cannot keep regions apart", role=role),
                    Message("roles of polygons; lines go into align"),
                )
            elif "." in role or "/" in role or "\\" in role:
                what = Message("'{role}' is no role", role=role)
                wanted = Message("a role; a file of lines as a [[source]] of role ridge, river, road or guide")
            else:
                what, wanted = Message("the case has no source of role '{role}'", role=role), nearest(role, known)
            raise BadInput(what, where=Message("{where} {setting}", where=where, setting=key), wanted=wanted)


def _labels(situation: Situation, unit: Ints, fixed: Ints, findings: Sequence[Finding]) -> Labels:
    """Give each face the category and kind that its region has; without a region, its own."""
    here, count = unit >= 0, number_of(unit)
    if not count:
        return Labels(situation.category, situation.kind, unit, tuple(findings))
    area = np.where(here, situation.area, 0.0)
    held = here & (fixed >= 0)
    cored = np.zeros(count, dtype=bool)
    cored[unit[held]] = True
    # Where a region has a core, nothing but the core decides.
    speaks = held | (here & ~cored[np.where(here, unit, 0)])
    label, size = unit[speaks], area[speaks]
    weight = sum_by(label * 3 + situation.category[speaks] - 1, size, count * 3)
    category = weight.reshape(count, 3).argmax(axis=1) + 1
    kinds = len(situation.kinds)
    agrees = situation.category[speaks] == category[label]
    weight = sum_by(label[agrees] * kinds + situation.kind[speaks][agrees], size[agrees], count * kinds)
    kind = np.where(category == 3, situation.kinds.index("general"), weight.reshape(count, kinds).argmax(axis=1))
    at = np.where(here, unit, 0)
    category = np.where(here, category[at], situation.category)
    return Labels(category, np.where(here, kind[at], situation.kind), unit, tuple(findings))


# ── Locked units (锁定单元): units of before that a method may grow, and neither splits nor joins ──


def locked_units(situation: Situation, settings: MethodSettings, where: Message) -> Ints:
    """Find the locked units, numbered, by what a case's source of role ``unit`` covers.

    What rides with a host goes with it. What a red line, a water source, a protected area or a park covers stays a
    fixed unit of its own, the sea stays the sea, and a unit that lies in two counties is one in each.

    Parameters
    ----------
    situation : Situation
    settings : MethodSettings
    where : Message
        What messages call the method.

    Returns
    -------
    (n,) int64
        Locked unit 0 … of each face, −1 outside.

    Raises
    ------
    BadInput
        A code or name that no unit has, or no source of that role.
    """
    asked = names_of(settings.locked)
    out = np.full(len(situation.area), -1, dtype=np.int64)
    if not asked:
        return out
    feature = situation.former_units(asked, Message("{where} locked", where=where))[situation.root]
    here = (feature >= 0) & ~situation.carved & ~situation.sea
    pairs = np.stack((feature[here], situation.county[here]), axis=1)
    out[here] = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
    return out
