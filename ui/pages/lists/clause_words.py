"""What a clause of an entry list is called in the panel, what brought it to its unit, and why it stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....delineation.core.messages import share_text
from ....delineation.lists.draft import PROPOSED
from ...text import capital, categories, language, listed, names_of, square_kilometres, tr
from ...work.clause_book import ClauseRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.case.profile import Profile
    from ...work.clause_book import UnitTitle
    from ...work.list_facts import ListFacts


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


def level_word(level: str) -> str:
    """Name a level; "" where a clause says none."""
    return names_of()("level", level, language(), {}) if level else ""


@dataclass(frozen=True)
class ClauseWords:
    """Words a clause.

    Attributes
    ----------
    facts : ListFacts
        What is known of the plan beside its clauses.
    """

    facts: ListFacts

    @property
    def profile(self) -> Profile | None:
        """What things are called; None as the national one has it."""
        return self.facts.profile

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

    def _of_no_land(self, row: ClauseRow, unit: UnitTitle) -> tuple[str, str]:
        """Say what brought a clause, in a few words and in a sentence; "" where land did."""
        what, _, rest = row.origin.partition(":")
        category = categories(profile=self.profile).get(int(rest) if rest.isdecimal() else unit.category, rest)
        codes = rest.replace("|", "、")
        return {
            "all": (tr("all units"), tr("It holds for every unit.")),
            "category": (
                tr("{category} units", category=category),
                tr("It holds for all {category} units, and this is one.", category=category),
            ),
            "admin": (
                tr("counties {codes}", codes=codes),
                tr("It holds in counties whose code begins with {codes}.", codes=codes),
            ),
            "hand": (tr("written by hand"), self._by_hand(row)),
            "previous": (tr("from a list before"), tr("It was taken over from a list before.")),
            "": (tr("nobody says what brought it"), tr("The plan does not say what brought it.")),
        }.get(what, ("", ""))

    def _thing(self, row: ClauseRow) -> str:
        """Name the place, the zone of a role, or the role or kind that brought a clause."""
        role, _, zone = row.origin.partition(":")
        if role == "place":
            return zone
        return self._name("fullzone", zone, role=role) if zone else self._name("kind", role)

    def brought(self, row: ClauseRow, unit: UnitTitle) -> str:
        """Say in a few words what brought a clause to its unit."""
        short, touch = self._of_no_land(row, unit)[0], self.facts.touch(row)
        if short or touch is None:
            return short or self._thing(row)
        return tr("{thing} covers {share}", thing=self._thing(row), share=share_text(touch.share_of_unit))

    def why(self, row: ClauseRow, unit: UnitTitle) -> list[str]:
        """Say in sentences why a clause stands in its unit's list."""
        plain = self._of_no_land(row, unit)[1]
        said = [plain] if plain else self._because_of(row, unit)
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

    def _because_of(self, row: ClauseRow, unit: UnitTitle) -> list[str]:
        thing, touch = self._thing(row), self.facts.touch(row)
        if touch is None:
            text = tr("It holds for “{thing}”, which the unit meets.")
            if row.origin == unit.kind:
                text = tr("It holds for units of the kind “{thing}”, and this is one.")
            return [text.format(thing=thing)]
        text = tr("“{thing}” covers {share} of the unit: {area} km².")
        if touch.share_of_zone > 0:
            text = tr("“{thing}” covers {share} of the unit: {area} km², which is {of_zone} of it.")
        measured = text.format(
            thing=thing,
            share=share_text(touch.share_of_unit),
            area=square_kilometres(touch.area_m2),
            of_zone=share_text(touch.share_of_zone),
        )
        holds = tr("What holds for it holds here.")
        if row.status == PROPOSED:
            holds = tr(
                "It only touches it, by less than {least} of either: so the clause is proposed, not joined.",
                least=share_text(self.facts.least_share),
            )
        return [measured, holds]

    # ── whom it binds ─────────────────────────────────────────────────────────────────────────────────────────────

    def terms(self, text: str) -> str:
        """Say in sentences what terms say, as a plan keeps them."""
        return joined_sentences(self.binds(ClauseRow("", "", "", "", "", "", "", "", "", terms=text)))

    def binds(self, row: ClauseRow) -> list[str]:
        """Say whom a clause binds beside its text: industries, natures, limit, dates."""
        terms = self.facts.terms(row)
        said = []
        if industries := terms.get("industries"):
            said.append(
                tr("Industries: {industries}.", industries=listed(self.facts.industry(one) for one in industries))
            )
        natures = {
            "new": tr("newly built", "nature of a project"),
            "expand": tr("extended", "nature of a project"),
            "rebuild": tr("rebuilt", "nature of a project"),
            "existing": tr("already there", "nature of a project"),
        }
        if applies := terms.get("applies_to"):
            said.append(tr("Projects: {natures}.", natures=listed(natures.get(one, one) for one in applies)))
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


def joined_sentences(sentences: Sequence[str]) -> str:
    """Write sentences one after the other, in Chinese without a space."""
    return ("" if language() == "zh" else " ").join(sentences)
