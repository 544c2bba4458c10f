"""Where else: the nearest places of the county where a project that is refused could go, and what blocks the others.

The site's shape is moved over a point within each face of the county, nearest first. A face says by itself what any
site that overlaps it would meet at least: scopes are conjunctions, so that what holds of a face with all of its tokens
holds of every region it is part of. A face on which the project is refused blocks a place at once; a place is good
where the site overlaps only faces on which it is not, wholly on land and inside the plan.

What holds on every face on land of the county does not count when places are compared: no place is without it. It is
part of the verdict at each of them, and a notice names it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from ..core.messages import Message, counted, first_few
from ..core.progress import Progress, silent
from .answer import ClauseSet
from .places import IN, OUT, FaceTokens, SitePlaces
from .verdict import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..core.arrays import Ints
    from .answer import Assessor
    from .places import Neighbourhood
    from .plan_records import ListedClause
    from .project import Project
    from .site import Site

__all__ = ["FITTING", "MOST_TRIED", "places_elsewhere"]

FITTING = ("no_conflict", "conditional")
MOST_TRIED = 500
OUTSIDE, SEA = "outside", "sea"


class _FaceVerdict(NamedTuple):
    """What a project meets on a face: the verdict, and the clause that is in the way; None where nothing is."""

    verdict: str
    clause: str | None = None
    text: str = ""


def places_elsewhere(
    assessor: Assessor,
    site: Site,
    project: Project,
    as_of: str,
    count: int,
    *,
    progress: Progress = silent,
) -> tuple[list[dict[str, Any]], str]:
    """Look for other places for a site.

    Parameters
    ----------
    assessor : Assessor
    site : Site
    project : Project
    as_of : str
        ISO date.
    count : int
        SitePlaces wanted.
    progress : callable

    Returns
    -------
    list of dict
        ``wkt``, ``distance_m``, ``verdict``, ``blocked_by``, ``blocked_text``, ``unit``: first the places that are
        good, nearest first, with the site's shape there; then those that were tried and are not, with the point, the
        id of the clause that blocks (or ``outside``, ``sea``, ``layer:ROLE``) and its text. None where no place would
        be better: what holds everywhere prohibits the project, or nothing else is in its way here.
    str
        What holds everywhere and would be in the way of the project; "" where nothing is.
    """
    near = assessor.all_faces()
    moved_project = project.elsewhere(assessor.records.vocabulary)
    search = _Search(assessor, near, site, moved_project, as_of)
    if search.prohibited or (moved_project == project and search.at(search.start, site).clause is None):
        said = Message(
            "what is against the project holds everywhere, and no place would be better: {clauses}",
            clauses=first_few(search.in_the_way),
        )
        return [], assessor.say(said)
    here = shapely.point_on_surface(site.shape)
    good: list[dict[str, Any]] = []
    blocked: list[dict[str, Any]] = []
    for number, (row, point, away) in enumerate(_candidates(near, search.rows, here)):
        if number >= MOST_TRIED or len(good) >= count:
            break
        progress(number / MOST_TRIED, counted(number, "{n} place tried", "{n} places tried"))
        moved = site.moved(point.x - here.x, point.y - here.y)
        found = search.at(row, moved)
        fits = found.clause is None
        unit = assessor.records.units.get(near.unit[row])
        told = {
            "wkt": shapely.to_wkt(moved.shape if fits else point, rounding_precision=3),
            "distance_m": away,
            "verdict": found.verdict,
            "blocked_by": found.clause,
            "blocked_text": found.text,
            "unit": unit.code if unit else "",
        }
        (good if fits else blocked).append(told)
    said = Message(
        "what holds everywhere still holds at the other places: {clauses}", clauses=first_few(search.in_the_way)
    )
    return [*good, *blocked], assessor.say(said) if search.in_the_way else ""


def _candidates(near: Neighbourhood, rows: Ints, here: Any) -> Iterator[tuple[int, Any, float]]:
    """Give faces, each with a point within it and how far that is, nearest first."""
    # No point of a face is nearer than its box, so that only as many points are sought as are wanted.
    boxes = shapely.bounds(near.shape[rows])
    low = np.maximum(np.maximum(boxes[:, 0] - here.x, here.x - boxes[:, 2]), 0.0)
    high = np.maximum(np.maximum(boxes[:, 1] - here.y, here.y - boxes[:, 3]), 0.0)
    least = np.hypot(low, high)
    order = np.argsort(least, kind="stable")
    rows, least = rows[order], least[order]
    size = 2 * MOST_TRIED
    while True:
        chosen = rows[:size]
        points = shapely.point_on_surface(near.shape[chosen])
        away = shapely.distance(points, here)
        bound = float(least[size]) if size < len(rows) else np.inf
        if int((away <= bound).sum()) >= MOST_TRIED or size >= len(rows):
            break
        size *= 2
    for place in np.lexsort((chosen, away)):
        if away[place] <= bound:
            yield int(chosen[place]), points[place], float(away[place])


def _nearest(near: Neighbourhood, site: Site) -> int:
    """Give the face that most of a site lies on, or the nearest."""
    rows = near.tree.query(site.shape, predicate="intersects")
    if not len(rows):
        return int(near.tree.nearest(site.shape))
    common = shapely.intersection(near.shape[rows], site.shape)
    size = shapely.area(common) + shapely.length(common)
    return int(rows[int(np.argmax(size))])


class _Search:
    """What a project meets on the faces of a site's county, each kind of face asked once.

    Attributes
    ----------
    start : int
        The face that most of the site lies on.
    rows : (n,) int64
        The faces of its county.
    in_the_way : tuple of str
        Ids of the clauses that hold on all of them on land, and would be in the way of the project.
    prohibited : bool
        One of these prohibits it for certain.
    """

    def __init__(self, assessor: Assessor, near: Neighbourhood, site: Site, project: Project, as_of: str) -> None:
        self._assessor, self._near, self._project, self._as_of = assessor, near, project, as_of
        self._seen: dict[tuple[int, str], _FaceVerdict] = {}
        self.start = _nearest(near, site)
        county = near.county[self.start]
        self.rows = np.array([row for row, one in enumerate(near.county) if one == county], dtype=np.int64)
        clauses = self._on_all_land()
        self._everywhere = frozenset(clause.key for clause in clauses)
        nowhere, each = ((),) * len(clauses), (0,) * len(clauses)
        found = ClauseSet(clauses, nowhere, (False,) * len(clauses), each, ((),))
        _, verdict = assessor.judge(found, project, as_of, lambda _: IN)
        self.prohibited = verdict.verdict == "prohibit"
        ranks, most = zip(clauses, verdict.clauses, strict=True), table()["rank"]["condition"]
        self.in_the_way = tuple(clause.id for clause, judged in ranks if judged.rank > most)

    def _on_all_land(self) -> tuple[ListedClause, ...]:
        """Find the clauses that every unit of the county has on land, and that hold on each of its faces."""
        near, over = self._near, defaultdict[str, dict[int, FaceTokens]](dict)
        for row in self.rows:
            if not near.known[row].sea:
                over[near.unit[row]][id(near.known[row])] = near.known[row]
        held: dict[str, ListedClause] | None = None
        for unit, faces in over.items():
            own = {clause.key: clause for clause, _ in self._assessor.records.clauses_of(unit)}
            wanted = own if held is None else held.keys() & own.keys()
            held = {key: own[key] for key in wanted if all(one.satisfies(own[key].scope) for one in faces.values())}
        return tuple((held or {}).values())

    def at(self, row: int, moved: Site) -> _FaceVerdict:
        """Say what the project meets where the site would overlap a face."""
        own = self._of_face(row)
        if own.clause is not None:
            return own
        places = SitePlaces(self._near, moved, self._assessor.tolerance)
        if places.outside_share and places.outside() == IN:
            said = Message("{share:share} of the site lies outside the plan", share=places.outside_share)
            return _FaceVerdict("not_assessed", OUTSIDE, self._assessor.say(said))
        for other in places.rows(places.overlapped):
            found = self._of_face(other)
            if found.clause is not None:
                return found
        answer = self._assessor.ask(moved, self._project, self._as_of)
        return self._found(answer.near, answer.places.relation, answer.verdict.verdict)

    def _of_face(self, row: int) -> _FaceVerdict:
        known, unit = self._near.known[row], self._near.unit[row]
        key = id(known), unit
        if key not in self._seen:
            self._seen[key] = self._judged(known, unit)
        return self._seen[key]

    def _judged(self, known: FaceTokens, unit: str) -> _FaceVerdict:
        if known.sea:
            return _FaceVerdict("not_assessed", SEA, self._assessor.say(Message("the place lies at sea")))
        return self._found(self._assessor.clauses_near((unit,)), lambda scope: IN if known.satisfies(scope) else OUT)

    def _found(self, near: ClauseSet, relation: Callable[[Sequence[str]], str], there: str = "") -> _FaceVerdict:
        """Judge a place by what does not hold everywhere; `there`: the verdict by all, else that by these.

        Of what is in the way the gravest is named: a condition beside it would be no obstacle.
        """
        assessor, left_out = self._assessor, self._everywhere
        rows, verdict = assessor.judge(near, self._project, self._as_of, relation, left_out=left_out)
        there = there or verdict.verdict
        if verdict.verdict in FITTING:
            return _FaceVerdict(there)
        ranks = {judged.id: judged.rank for judged in verdict.clauses if judged.id in verdict.deciding}
        if deciding := [near.clauses[row] for row in rows if near.clauses[row].key in ranks]:
            clause = max(deciding, key=lambda one: ranks[one.key])
            return _FaceVerdict(there, clause.id, clause.text)
        return _FaceVerdict(there, next(iter(verdict.not_checked), ""))
