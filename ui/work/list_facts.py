"""What is known of a plan beside its clauses: what touches its units, terms of the library, who wrote what by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.case.names import LISTS
from ...delineation.case.profile import profile_file
from ...delineation.core.errors import DelineationError
from ...delineation.core.text import json_table
from ..text import tr
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from ...delineation.case.profile import Profile
    from ...delineation.lists.industries import Industries
    from ...delineation.lists.terms import ClauseVocabulary
    from ...delineation.lists.wording import Wording
    from ...delineation.plan.file import Plan
    from ...delineation.revision.timeline import Timeline
    from .clause_book import ClauseRow
    from .session import Session

Kept = TypeVar("Kept")
OWN_LEVEL = "市"  # of a plan that does not say whose lists it holds
LEAST_SHARE = 0.005


class Touch(NamedTuple):
    """How much a zone touches a unit: m², and shares of either between 0 and 1."""

    area_m2: float
    share_of_unit: float
    share_of_zone: float


class ListFacts(QObject):
    """Looks things up for a session's plan; what takes its time is worked out beside the main thread.

    Attributes
    ----------
    profile : Profile or None
        What things are called, and its industries.
    """

    changed = pyqtSignal()  # touches are there

    def __init__(self, session: Session, owner: QObject) -> None:
        super().__init__(owner)
        self._session = session
        self.profile: Profile | None = None
        self._touches: dict[str, list[Any]] = {}  # by unit, as `touches` tells
        self._of: Any = None  # the faces that these are of
        self._job = Job(session.runner, self)
        self._made: dict[Callable[[Any], Any], tuple[Any, Any]] = {}

    def _kept(self, make: Callable[[Any], Kept], source: Any) -> Kept:
        """Give what is made of a source; it is made anew where that is another than before."""
        if make not in self._made or self._made[make][0] is not source:
            self._made[make] = source, make(source)
        return self._made[make][1]

    # ── what touches a unit ───────────────────────────────────────────────────────────────────────────────────────

    def look(self, plan: Plan | None) -> None:
        """Work out what touches the units of a plan, where that is not known; ``changed`` tells when it is."""
        if plan is None or plan.faces is self._of:
            return
        self._of = plan.faces

        def work(_: object) -> dict[str, list[Any]]:
            from ...delineation.lists.touch import touches

            found: dict[str, list[Any]] = {}
            for one in touches(plan).itertuples(index=False):
                found.setdefault(one.unit_id, []).append(one)
            return found

        def done(found: dict[str, list[Any]]) -> None:
            self._touches = found
            self.changed.emit()

        def failed(error: Exception) -> None:
            self._touches = {}
            self._session.report("lists", error)

        self._job.start(tr("Measuring what touches the units"), work, done=done, failed=failed)

    def touch(self, row: ClauseRow) -> Touch | None:
        """Give how much of what brought a clause lies in its unit; None where it is no zone, or nobody knows yet."""
        what, _, rest = row.origin.partition(":")
        place = rest if what == "place" else ""
        found = [
            one
            for one in self._touches.get(row.unit_id, ())
            if (one.place == place if place else one.role == what and rest in ("", one.zone))
        ]
        if not found:
            return None
        return Touch(
            sum(one.area_m2 for one in found),
            min(1.0, sum(one.share_of_unit for one in found)),
            max(one.share_of_zone for one in found),
        )

    # ── what the profile says of lists ────────────────────────────────────────────────────────────────────────────

    @property
    def wording(self) -> Wording:
        """Words and settings of the entry lists."""
        return self._kept(_wording, self.profile)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions in the profile's order."""
        return tuple(self.wording.dimensions)

    @property
    def least_share(self) -> float:
        """From which share on a zone joins its clauses."""
        plan = self._session.plan
        return float(plan.meta.get("least_share") or LEAST_SHARE) if plan is not None else LEAST_SHARE

    # ── whom a clause binds ───────────────────────────────────────────────────────────────────────────────────────

    def terms(self, row: ClauseRow) -> Mapping[str, Any]:
        """Give the terms of a clause: its own, else those of the library that it comes from."""
        if row.terms:
            return json_table(row.terms)
        plan = self._session.plan
        return {} if plan is None else self._kept(_terms, plan.library).get(row.clause_id, {})

    def unchecked(self, row: ClauseRow) -> bool:
        """Tell whether nobody has read what a clause rests on."""
        from ...delineation.lists.kept_library import checked_bases

        plan = self._session.plan
        read = plan is not None and (row.clause_id, row.basis) in self._kept(checked_bases, plan.library)
        return bool(row.basis) and not read

    @property
    def vocabulary(self) -> ClauseVocabulary:
        """What terms of clauses may name: industries, facts, laws."""
        from ...delineation.lists.terms import ClauseVocabulary

        return self._kept(ClauseVocabulary.of, self.profile)

    @property
    def industries(self) -> Industries:
        """The industries that the profile knows."""
        return self.vocabulary.industries

    def conditions(self, row: ClauseRow, *, chinese: bool) -> dict[str, str]:
        """Write when a clause holds, unless what, and its limit as a library does; in Chinese with names of facts."""
        from ...delineation.lists.terms import cells_of

        found = {key: value for key, value in self.terms(row).items() if key in ("when", "unless", "limit")}
        try:
            return cells_of(found, self.vocabulary if chinese else None)
        except (DelineationError, KeyError, TypeError):  # of a version that says more
            return {}

    def industry(self, code: str) -> str:
        """Name an industry, behind its code; a group of industries by its name alone."""
        known = self.industries
        name = known.name(code)
        if code in known.groups:
            return name or code
        return f"{code} {name}".strip()

    def industry_title(self, code: str) -> str:
        """Give what is written for an industry: its code, or the name of a group."""
        known = self.industries
        return known.groups[code].name if code in known.groups else code

    # ── whose it is ───────────────────────────────────────────────────────────────────────────────────────────────

    def is_above(self, level: str) -> bool:
        """Tell whether a level is above that of the plan's own lists: its clauses are not altered here."""
        from ...delineation.lists.library import is_above

        plan = self._session.plan
        return is_above(level, str(plan.meta.get("list_level") or OWN_LEVEL) if plan is not None else OWN_LEVEL)

    def written_by(self, row: ClauseRow) -> tuple[str, str, str] | None:
        """Tell who wrote a clause by hand, when and why; None where the journal does not know."""
        line, plan = self._session.revision.timeline, self._session.plan
        source = line if line is not None else plan
        return None if source is None else self._kept(_writers, source).get((row.unit_id, row.clause_id))


def _wording(profile: Profile | None) -> Wording:
    from ...delineation.lists.wording import read_wording

    return read_wording(profile_file(profile, LISTS))


def _terms(library: pd.DataFrame) -> dict[str, Mapping[str, Any]]:
    return {str(key): json_table(text) for key, text in zip(library["clause_id"], library["terms"], strict=True)}


def _writers(source: Timeline | Plan) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Tell who added a clause to a unit, when and why."""
    from ...delineation.revision.timeline import Timeline, timeline_of

    line = source if isinstance(source, Timeline) else timeline_of(source)
    out = {}
    for _, entry in sorted(line.entries.items()):
        for one in entry.op.get("rows", [entry.op] if entry.op.get("op") == "clause" else []):
            if isinstance(one, dict) and isinstance(one.get("add"), dict):
                key = (str(one.get("unit", "")), str(one["add"].get("id", "")))
                out[key] = (entry.author, entry.time[:10], entry.reason)
    return out
