"""What an edit does or would do, in a planner's words: totals of its units, what falls apart, what is protected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ...delineation.core.messages import share_text
from ..text import capital, categories, language, names_of, sentence, square_kilometres, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...delineation.revision.consequences import Consequences
    from ...delineation.revision.state import State, UnitRow
    from ..work.revision import Changed, Foreseen, Op

T = TypeVar("T", int, float)

_LEAST = 5e3  # m² that two digits of a km² can tell
_MOST_NAMED, _MOST_GIVERS = 3, 8  # units named on a card
_NOISE = 0.5  # m² that a sum may be off
NAMING = ("categorize", "merge")
"""Operations with which the naming rule may propose another name."""


class CountyAreas:
    """Area of each county of a plan, m²; added up once for a mesh."""

    def __init__(self) -> None:
        self._of: Any = None
        self._areas: dict[str, float] = {}

    def share(self, state: State, county: str, area: float) -> float:
        """Say what share of its county an area is, from 0 to 1."""
        if self._of is not state.mesh:
            import pandas as pd

            sums = pd.Series(state.faces.area).groupby(state.faces.county).sum()
            self._of, self._areas = state.mesh, {str(key): float(size) for key, size in sums.items()}
        whole = self._areas.get(county, 0.0)
        return area / whole if whole else 0.0


@dataclass(frozen=True)
class UnitTotals:
    """What a unit has before and after an edit.

    Attributes
    ----------
    unit_id, name : str
    category : (int, int)
        0 where there is no unit.
    area : (float, float)
        m².
    share : (float, float)
        Of the county, from 0 to 1.
    parts : (int, int)
    """

    unit_id: str
    name: str
    category: tuple[int, int]
    area: tuple[float, float]
    share: tuple[float, float]
    parts: tuple[int, int]

    @property
    def change(self) -> float:
        """What it gains, m²."""
        return self.area[1] - self.area[0]


def _two(values: Any, kind: Callable[[Any], T]) -> tuple[T, T]:
    """Give what there was and what there will be; nothing is 0."""
    before, after = values
    return kind(before or 0), kind(after or 0)


def unit_totals(
    found: Consequences, state: State, after: dict[str, UnitRow], counties: CountyAreas
) -> list[UnitTotals]:
    """Give what units have before and after; ``after`` are the rows of units that the state has not."""
    rows = []
    for unit in found.units:
        row = state.units.get(unit["unit"]) or after.get(unit["unit"])
        if row is None:
            continue
        area = _two(unit["area_m2"], float)
        rows.append(
            UnitTotals(
                unit_id=unit["unit"],
                name=_name(unit),
                category=_two(unit["category"], int),
                area=area,
                share=(counties.share(state, row.county, area[0]), counties.share(state, row.county, area[1])),
                parts=_two(unit["parts"], int),
            )
        )
    return rows


def _name(unit: dict[str, Any]) -> str:
    before, after = unit["name"]
    return str(after or before or "")


def area_words(area: float, *, sign: bool = False) -> str:
    """Write an area of m² as km² with two digits, as tables do; what that cannot tell in m²."""
    plus = "+" if sign and area > 0 else ""
    text = f"{area:,.0f} m²" if abs(area) < _LEAST and area else f"{square_kilometres(area)} km²"
    return plus + text.replace("-", "−")


def card_text(
    found: Foreseen, state: State, counties: CountyAreas, subject: str
) -> tuple[str, int, list[str], list[str]]:
    """Say what a gesture would do: title and category of the unit that it is about, lines, warnings.

    Every unit that gives or ends is said, whole, in a line of its own.
    """
    unit = state.units.get(subject) or found.units.get(subject)
    title, category = (unit.name, unit.category) if unit is not None else ("", 0)
    profile = state.setting.profile
    if found.refused is not None or found.consequences is None:
        return title, category, [], [sentence(found.refused, profile)] if found.refused is not None else []
    lines: list[str] = []
    totals = unit_totals(found.consequences, state, dict(found.units), counties)
    for one in totals:
        if one.unit_id == subject:
            title, category = one.name, one.category[1] or one.category[0]
            lines += _lines_of_subject(one, categories(profile=profile))
    lines += change_lines([one for one in totals if one.unit_id != subject])
    lines += name_lines(found.consequences, found.op)
    if found.repair:
        lines.append(tr("One click makes it whole again afterwards."))
    warnings = [contiguity_sentence(found.consequences, state)]
    lowered = any(after > before for _, _, before, after in found.consequences.protected)
    (warnings if lowered else lines).append(protected_sentence(found.consequences, state))
    return title, category, lines, warnings


def _lines_of_subject(one: UnitTotals, names: dict[int, str]) -> list[str]:
    """Say of the unit that a gesture is about its category, area, share and parts."""
    lines = []
    if all(one.category) and one.category[0] != one.category[1]:
        lines.append(tr("{before} → {after}", before=names[one.category[0]], after=names[one.category[1]]))
    change, area = area_words(one.change, sign=True), area_words(one.area[1])
    same = abs(one.change) < _NOISE or not one.area[0]
    lines.append(area if same else tr("{change}, then {area}", change=change, area=area))
    before, after = map(share_text, one.share)
    if before == after or not one.area[0]:
        lines.append(tr("{share} of the county", share=after))
    else:
        lines.append(tr("{after} of the county, before {before}", after=after, before=before))
    lines.append(_parts(one) if one.area[0] else tr("Parts: {count}", count=one.parts[1]))
    return lines


def _parts(one: UnitTotals) -> str:
    return tr("Parts: {before} → {after}", before=one.parts[0], after=one.parts[1])


def change_lines(totals: Sequence[UnitTotals]) -> list[str]:
    """Say what units become that give, end, are new or take: those that give or end all, of the others the largest."""
    givers, others = [], []
    for one in sorted(totals, key=lambda one: -abs(one.change)):
        facts = {
            "unit": one.name,
            "change": area_words(one.change, sign=True),
            "area": area_words(one.area[1] or one.area[0]),
            "before": one.parts[0],
            "after": one.parts[1],
        }
        if not one.area[1]:
            givers.append(tr("{unit} ends; it had {area}.", **facts))
        elif one.change < -_NOISE and one.parts[0] == one.parts[1]:
            givers.append(tr("{unit} gives: {change}, {area} left.", **facts))
        elif one.change < -_NOISE:
            givers.append(tr("{unit} gives: {before} → {after} parts, {change}, {area} left.", **facts))
        elif not one.area[0]:
            others.append(tr("New: {unit}, {area}.", **facts))
        elif one.change > _NOISE:
            others.append(tr("{unit} takes: {change}, then {area}.", **facts))
    return [*_first_of(givers, _MOST_GIVERS), *_first_of(others, _MOST_NAMED)]


def _first_of(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[:most], tr("{count} more units", count=len(lines) - most)]


def name_lines(found: Consequences, op: Op) -> list[str]:
    """Say what the naming rule proposes of units that stay, or that their names are people's and stay."""
    said = []
    for one in found.names:
        if one.before and op.get("op") in NAMING and not op.get("name"):
            if one.differs:
                said.append(tr("The rule names it {name}.", name=one.name))
            elif not one.by_rule:
                said.append(tr("It keeps its name, which a person gave."))
    return said


def done_words(changed: Changed) -> str:
    """Say what an edit did: to whom, how much, and what those who gave became."""
    state = changed.before
    lines = change_lines(unit_totals(changed.consequences, state, dict(changed.after.units), CountyAreas()))
    for entry in changed.entries:
        lines += name_lines(changed.consequences, entry.op)
    return _joined([tr("Done: {title}.", title="; ".join(changed.titles)), *lines])


def contiguity_sentence(found: Consequences, state: State) -> str:
    """Say which units would fall apart, or have fallen apart; "" for none. ``state`` is that before or after."""
    from ...delineation.revision.consequences import BROKEN

    said = []
    for unit in found.units:
        if unit["contiguity"] == BROKEN:
            row = state.units.get(unit["unit"])
            name = _name(unit) or (row.name if row is not None else "")
            said.append(tr("{unit} will be in {count} parts.", unit=name, count=unit["parts"][1]))
    if len(said) > _MOST_NAMED:
        said[_MOST_NAMED:] = [tr("{count} more units fall apart.", count=len(said) - _MOST_NAMED)]
    return _joined(said)


def protected_sentence(found: Consequences, state: State) -> str:
    """Say what protected land changes hands; "" for none."""
    names, tongue = names_of(state.setting.profile), language()
    words = categories(profile=state.setting.profile)
    said = []
    for role, size, before, after in found.protected:
        facts = {"role": capital(names("role", role, tongue, {})), "area": area_words(size)}
        if before == after:
            text = tr("{role}: {area} changes hands.")
        else:
            text = tr("{role}: {area} goes from {before} to {after}.")
            facts |= {"before": words.get(before, ""), "after": words.get(after, "")}
        said.append(text.format(**facts))
    return _joined(said)


def _joined(sentences: list[str]) -> str:
    return ("" if language() == "zh" else " ").join(sentences)
