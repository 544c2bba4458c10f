"""What a clause of an entry list is called in the panel, what brought it to its unit, and why it stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....delineation.core.messages import share_text
from ....delineation.lists.draft import PROPOSED
from ...text import capital, categories, language, names_of, tr
from ..category_bar import square_kilometres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.case.profile import Profile
    from ...work.clause_book import ClauseRow, UnitTitle
    from ...work.list_facts import ListFacts, Touch

__all__ = ["ClauseWords", "joined_sentences", "level_word", "level_words", "status_word", "status_words"]


def status_words() -> dict[str, str]:
    """Give what each status of a clause is called, in the order in which a clause goes through them."""
    return {
        "建议": tr("proposed", "status of a clause"),
        "待审": tr("to review", "status of a clause"),
        "已审": tr("approved", "status of a clause"),
    }


def status_word(status: str) -> str:
    """Name a status; one of others as it stands there."""
    return status_words().get(status, status)


def level_words() -> dict[str, str]:
    """Give what each level is called, the highest first."""
    return {
        "国家": tr("national", "level of a clause"),
        "省": tr("province", "level of a clause"),
        "片区": tr("region", "level of a clause"),
        "市": tr("city", "level of a clause"),
        "县": tr("county", "level of a clause"),
        "园区": tr("park", "level of a clause"),
        "单元": tr("unit", "level of a clause"),
    }


def level_word(level: str) -> str:
    """Name a level; "" where a clause says none."""
    return level_words().get(level, level)


@dataclass(frozen=True)
class ClauseWords:
    """Words a clause.

    Attributes
    ----------
    profile : Profile
    facts : ListFacts
        What is known of the plan beside its clauses.
    """

    profile: Profile
    facts: ListFacts

    def _name(self, kind: str, name: str, **facts: str) -> str:
        return capital(names_of(self.profile)(kind, name, language(), facts))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions in the profile's order."""
        return self.facts.dimensions

    def dimension(self, name: str) -> str:
        """Name a dimension."""
        return self._name("dimension", name)

    def effect(self, name: str) -> str:
        """Name an effect."""
        return self._name("effect", name)

    def beside(self, row: ClauseRow) -> str:
        """Say of what level a clause is, and in Chinese, in which alone profiles name these, its sub-dimension."""
        part = self.facts.wording.subdimensions.get(row.subdimension, "") if language() == "zh" else ""
        return " · ".join(filter(None, (level_word(row.level), part)))

    def basis(self, row: ClauseRow) -> str:
        """Say what a clause rests on; with a mark where nobody has read that."""
        if not row.basis:
            return tr("No basis is named")
        text = tr("Basis: {basis}")
        if self.facts.unchecked(row):
            text = tr("Basis: {basis} (unchecked)")
        return text.format(basis=row.basis)

    # ── what brought it ───────────────────────────────────────────────────────────────────────────────────────────

    def brought(self, row: ClauseRow, unit: UnitTitle) -> str:
        """Say in a few words what brought a clause to its unit."""
        what, _, rest = row.origin.partition(":")
        plain = {
            "all": tr("all units"),
            "hand": tr("written by hand"),
            "previous": tr("from a list before"),
            "": tr("nobody says what brought it"),
        }
        if what in plain:
            return plain[what]
        if what == "category":
            return tr("{category} units", category=self._category(rest, unit))
        if what == "admin":
            return tr("counties {codes}", codes=rest.replace("|", "、"))
        touch = self.facts.touch(row)
        thing = rest if what == "place" else self._thing(what, rest)
        if touch is None:
            return thing
        return tr("{thing} covers {share}", thing=thing, share=share_text(touch.share_of_unit))

    def _category(self, number: str, unit: UnitTitle) -> str:
        return categories(profile=self.profile).get(int(number) if number.isdecimal() else unit.category, number)

    def _thing(self, role: str, zone: str) -> str:
        """Name a zone of a role, or a role or kind."""
        if zone:
            return self._name("fullzone", zone, role=role)
        return self._name("kind", role)

    def why(self, row: ClauseRow, unit: UnitTitle) -> list[str]:
        """Say in sentences why a clause stands in its unit's list."""
        what, _, rest = row.origin.partition(":")
        said = []
        if what == "all":
            said.append(tr("It holds for every unit."))
        elif what == "category":
            said.append(tr("It holds for all {category} units, and this is one.", category=self._category(rest, unit)))
        elif what == "admin":
            said.append(tr("It holds in counties whose code begins with {codes}.", codes=rest.replace("|", "、")))
        elif what == "hand":
            said.append(self._by_hand(row))
        elif what == "previous":
            said.append(tr("It was taken over from a list before."))
        elif what:
            said += self._because_of(what, rest, row, unit)
        else:
            said.append(tr("The plan does not say what brought it."))
        if row.issuer:
            said.append(tr("Issued by {issuer}.", issuer=row.issuer))
        return said

    def _by_hand(self, row: ClauseRow) -> str:
        entry = self.facts.written_by(row)
        if entry is None:
            return tr("It was written by hand.")
        author, time, reason = entry
        text = tr("It was written by {author}, {time}.")
        if reason:
            text = tr("It was written by {author}, {time}: {reason}.")
        return text.format(author=author or tr("Somebody"), time=time, reason=reason.rstrip("。."))

    def _because_of(self, what: str, rest: str, row: ClauseRow, unit: UnitTitle) -> list[str]:
        thing = rest if what == "place" else self._thing(what, rest)
        touch = self.facts.touch(row)
        if touch is None:
            text = tr("It holds for “{thing}”, which the unit meets.")
            if what == unit.kind:
                text = tr("It holds for units of the kind “{thing}”, and this is one.")
            return [text.format(thing=thing)]
        holds = tr("What holds for it holds here.")
        return [self._measured(thing, touch), *(self._proposed(row) or [holds])]

    def _measured(self, thing: str, touch: Touch) -> str:
        text = tr("“{thing}” covers {share} of the unit: {area} km².")
        if touch.share_of_zone > 0:
            text = tr("“{thing}” covers {share} of the unit: {area} km², which is {of_zone} of it.")
        return text.format(
            thing=thing,
            share=share_text(touch.share_of_unit),
            area=square_kilometres(touch.area_m2),
            of_zone=share_text(touch.share_of_zone),
        )

    def _proposed(self, row: ClauseRow) -> list[str]:
        if row.status != PROPOSED:
            return []
        return [
            tr(
                "It only touches it, by less than {least} of either: so the clause is proposed, not joined.",
                least=share_text(self.facts.least_share),
            )
        ]

    # ── whom it binds ─────────────────────────────────────────────────────────────────────────────────────────────

    def binds(self, row: ClauseRow) -> list[str]:
        """Say whom a clause binds beside its text: industries, natures, limit, dates."""
        terms = self.facts.terms(row)
        said = []
        if industries := terms.get("industries"):
            said.append(
                tr("Industries: {industries}.", industries=self._list(self.facts.industry(one) for one in industries))
            )
        natures = {
            "new": tr("newly built", "nature of a project"),
            "expand": tr("extended", "nature of a project"),
            "rebuild": tr("rebuilt", "nature of a project"),
            "existing": tr("already there", "nature of a project"),
        }
        if applies := terms.get("applies_to"):
            said.append(tr("Projects: {natures}.", natures=self._list(natures.get(one, one) for one in applies)))
        cells = self.facts.conditions(row, chinese=language() == "zh")
        for key, text in (
            ("when", tr("Holds where: {conditions}.")),
            ("unless", tr("Does not hold where: {conditions}.")),
            ("limit", tr("Limit: {conditions}.")),
        ):
            if cells.get(key):
                said.append(text.format(conditions=cells[key]))
        if terms.get("pollutant") and terms.get("ratio"):
            said.append(tr("Offset: {pollutant}, {ratio} times.", pollutant=terms["pollutant"], ratio=terms["ratio"]))
        begin, end = terms.get("from"), terms.get("to")
        if begin or end:
            said.append(tr("In force: {begin} to {end}.", begin=begin or "…", end=end or "…"))
        return said

    def _list(self, words: Any) -> str:
        return tr(", ", "between things listed").join(words)


def joined_sentences(sentences: Sequence[str]) -> str:
    """Write sentences one after the other, in Chinese without a space."""
    return ("" if language() == "zh" else " ").join(sentences)
