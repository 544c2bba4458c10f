"""Where else: the nearest places of the county where a project that is refused could go, and what blocks the others.

The site's shape is moved over a point within each face of the county, nearest first. A face says by itself what any
site that overlaps it would meet at least: scopes are conjunctions, so that what holds of a face with all of its tokens
holds of every region it is part of. A face on which the project is refused blocks a place at once; a place is good
where the site overlaps only faces on which it is not, wholly on land and inside the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from ..core.messages import Message, counted
from ..core.progress import Progress, silent
from .places import IN, OUT, SitePlaces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .answer import Assessor
    from .places import FaceTokens, Neighbourhood
    from .project import Project
    from .site import Site

__all__ = ["FITTING", "MOST_TRIED", "places_elsewhere"]

FITTING = ("no_conflict", "conditional")
MOST_TRIED = 500
OUTSIDE, SEA = "outside", "sea"


class _FaceVerdict(NamedTuple):
    """What a project meets on a face: the verdict, and the clause that it rests on."""

    verdict: str
    clause: str
    text: str


def places_elsewhere(
    assessor: Assessor,
    site: Site,
    project: Project,
    as_of: str,
    count: int,
    *,
    progress: Progress = silent,
) -> list[dict[str, Any]]:
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
        id of the clause that blocks (or ``outside``, ``sea``, ``layer:ROLE``) and its text.
    """
    near = assessor.all_faces()
    search = _Search(assessor, near, project, as_of)
    here = shapely.point_on_surface(site.shape)
    good: list[dict[str, Any]] = []
    blocked: list[dict[str, Any]] = []
    for number, (row, point, away) in enumerate(_candidates(near, site, here)):
        if number >= MOST_TRIED or len(good) >= count:
            break
        progress(number / MOST_TRIED, counted(number, "{n} place tried", "{n} places tried"))
        moved = site.moved(point.x - here.x, point.y - here.y)
        found = search.at(row, moved)
        fits = found.verdict in FITTING
        unit = assessor.records.units.get(near.unit[row])
        told = {
            "wkt": shapely.to_wkt(moved.shape if fits else point, rounding_precision=3),
            "distance_m": away,
            "verdict": found.verdict,
            "blocked_by": None if fits else found.clause,
            "blocked_text": "" if fits else found.text,
            "unit": unit.code if unit else "",
        }
        (good if fits else blocked).append(told)
    return [*good, *blocked]


def _candidates(near: Neighbourhood, site: Site, here: Any) -> Iterator[tuple[int, Any, float]]:
    """Give the faces of the county of a site, each with a point within it and how far that is, nearest first."""
    county = near.county[_nearest(near, site)]
    rows = np.array([row for row, one in enumerate(near.county) if one == county], dtype=np.int64)
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
    """What a project meets on faces, each kind of face asked once."""

    def __init__(self, assessor: Assessor, near: Neighbourhood, project: Project, as_of: str) -> None:
        self._assessor, self._near, self._project, self._as_of = assessor, near, project, as_of
        self._seen: dict[tuple[int, str], _FaceVerdict] = {}

    def at(self, row: int, moved: Site) -> _FaceVerdict:
        """Say what the project meets where the site would overlap a face."""
        own = self._of_face(row)
        if own.verdict not in FITTING:
            return own
        places = SitePlaces(self._near, moved, self._assessor.tolerance)
        if places.outside_share and places.outside() == IN:
            said = Message("{share:share} of the site lies outside the plan", share=places.outside_share)
            return _FaceVerdict("not_assessed", OUTSIDE, self._assessor.say(said))
        for other in places.rows(places.overlapped):
            found = self._of_face(other)
            if found.verdict not in FITTING:
                return found
        answer = self._assessor.ask(moved, self._project, self._as_of)
        if answer.verdict.verdict in FITTING:
            return _FaceVerdict(answer.verdict.verdict, "", "")
        return self._blocking([clause for _, clause, _ in answer.judged()], answer.verdict)

    def _of_face(self, row: int) -> _FaceVerdict:
        known, unit = self._near.known[row], self._near.unit[row]
        key = id(known), unit
        if key not in self._seen:
            self._seen[key] = self._judged(known, unit)
        return self._seen[key]

    def _judged(self, known: FaceTokens, unit: str) -> _FaceVerdict:
        if known.sea:
            return _FaceVerdict("not_assessed", SEA, self._assessor.say(Message("the place lies at sea")))
        found = self._assessor.clauses_near((unit,))

        def relation(scope: Sequence[str]) -> str:
            return IN if known.satisfies(scope) else OUT

        rows, verdict = self._assessor.judge(found, self._project, self._as_of, relation)
        if verdict.verdict in FITTING:
            return _FaceVerdict(verdict.verdict, "", "")
        return self._blocking([found.clauses[row] for row in rows], verdict)

    def _blocking(self, clauses: Sequence[Any], verdict: Any) -> _FaceVerdict:
        """Name the gravest of the clauses that a verdict rests on: a condition beside it would be no obstacle."""
        ranks = {judged.id: judged.rank for judged in verdict.clauses if judged.id in verdict.deciding}
        if deciding := [clause for clause in clauses if clause.key in ranks]:
            clause = max(deciding, key=lambda one: ranks[one.key])
            return _FaceVerdict(verdict.verdict, clause.id, clause.text)
        lost = next(iter(verdict.not_checked), "")
        return _FaceVerdict(verdict.verdict, lost, "")
