"""What reports say of a plan, and the cover of printed entry lists, whatever they are printed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..case.names import glossary
from ..case.profile import plan_profile
from ..core.messages import Message, at, counted, first_few, word
from ..lists.rows import ListRow, counts_of, is_illustration, why_applies
from ..lists.wording import Wording, counties_of, list_words
from ..plan.statement import or_unfilled, statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..case.profile import Profile
    from ..lists.rows import PrintedClause
    from ..plan.file import Plan

_METHODS = {
    "planar": Message("Areas in the plane of the Gauss-Krüger projection"),
    "ellipsoidal": Message("Areas on the ellipsoid"),
}


def plan_facts(meta: Mapping[str, str], crs: str, profile: Profile) -> list[tuple[Message, Message]]:
    """Say what a plan is called, how it stands, what is stated of it, and how it is measured: titles and texts."""
    unstated = Message("not stated")
    method = meta.get("area_method") or meta.get("area") or str(profile["area"].get("method", ""))
    counties = counties_of(meta)
    return [
        (Message("Name of the plan"), or_unfilled(meta.get("name", ""))),
        (Message("Status of the plan"), at(meta.get("status") or Message("draft"))),
        *statement(meta),
        (Message("Counties"), first_few(counties.values()) if counties else unstated),
        (Message("Coordinate system"), at(crs)),
        (Message("Measure of areas"), _METHODS.get(method) or at(method or unstated)),
        (Message("Classification"), at(meta.get("classification") or unstated)),
    ]


class ListWords:
    """What printed lists say of a plan, in the language of the profile as all that is written into files."""

    def __init__(self, plan: Plan, profile: Profile | None = None, wording: Wording | None = None) -> None:
        self.meta, self.crs = plan.meta, plan.crs
        self.profile = profile or plan_profile(plan)
        self.wording = wording or list_words(self.profile, plan.meta)
        self.names = glossary(self.profile)
        self.language = self.names.language
        self._counties = counties_of(plan.meta)

    def say(self, message: Message) -> str:
        """Put a message into words."""
        return word(message, self.language, self.names)

    @property
    def status(self) -> str:
        """How the plan stands."""
        return self.meta.get("status") or self.say(Message("draft"))

    @property
    def mark(self) -> str:
        """Its 密级, or that nobody stated one."""
        return self.meta.get("classification") or self.say(Message("not stated"))

    def category(self, category: int) -> str:
        """For example 优先保护单元."""
        return self.say(Message("{category:category} units", category=category))

    def kind(self, row: ListRow) -> str:
        """Name a unit's 细类: its kind, and its subtype where it has one."""
        kind = self.names.kind(row.kind, self.language)
        return self.say(Message("{kind} ({subtype})", kind=kind, subtype=row.subtype)) if row.subtype else kind

    def county(self, code: str) -> str:
        """Name a county, by its code where the plan knows no name."""
        return self._counties.get(code, code)

    def effect(self, clause: PrintedClause) -> str:
        """Name a clause's effect."""
        return self.wording.effect(clause.effect, clause.text)

    def provenance(self, clause: PrintedClause, level: str = "", before: str = "", after: str = "") -> str:
        """Say of a clause its level, its sub-dimension and why it applies."""
        sub = self.wording.subdimensions.get(clause.subdimension, "")
        parts = tuple(filter(None, (before, level or clause.level, sub, self.say(why_applies(clause)), after)))
        return self.say(Message("{parts:apart}", parts=parts))

    def cover(self, chapters: Mapping[str, Sequence[ListRow]]) -> list[tuple[str, str]]:
        """Say what the lists are of and rest on, and how much of them nobody has reviewed: titles and texts.

        ``chapters`` are the units of each, by its title.
        """
        said = plan_facts(self.meta, self.crs, self.profile)
        if is_illustration(self.meta):
            note = Message("Borders and data serve demonstration and are no basis for decisions")
            said.append((Message("Illustration"), note))
        said += [(at(title), size(rows)) for title, rows in chapters.items()]
        standing, proposed = counts_of(row for rows in chapters.values() for row in rows)
        said.append((Message("Clauses in all"), standing))
        if proposed is not None:
            said.append((Message("Proposed clauses"), proposed))
        return [(self.say(title), self.say(text)) for title, text in said]


def size(rows: Sequence[ListRow]) -> Message:
    """Say how many units there are, and how large they are together."""
    km2 = sum(row.area for row in rows) / 1e6
    return counted(len(rows), "{n:,} unit, {km2:,.2f} km²", "{n:,} units, {km2:,.2f} km²", km2=km2)
