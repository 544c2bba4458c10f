"""What an edit does or would do, in a planner's words: totals of its units, what falls apart, what is protected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ..text import capital, categories, language, names_of, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...delineation.revision.consequences import Consequences
    from ...delineation.revision.state import State, UnitRow

T = TypeVar("T", int, float)

__all__ = ["CountyAreas", "UnitTotals", "contiguity_sentence", "protected_sentence", "square_kilometres", "unit_totals"]

_KM2 = 1e6
_LEAST = 5e3  # m² that two digits of a km² can tell
_MOST_NAMED = 3


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


def square_kilometres(area: float, *, sign: bool = False) -> str:
    """Write an area of m² as km² with two digits, as tables do; what that cannot tell in m²."""
    plus = "+" if sign and area > 0 else ""
    text = f"{area:,.0f} m²" if abs(area) < _LEAST and area else f"{area / _KM2:,.2f} km²"
    return plus + text.replace("-", "−")


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
        facts = {"role": capital(names("role", role, tongue, {})), "area": square_kilometres(size)}
        if before == after:
            text = tr("{role}: {area} changes hands.")
        else:
            text = tr("{role}: {area} goes from {before} to {after}.")
            facts |= {"before": words.get(before, ""), "after": words.get(after, "")}
        said.append(text.format(**facts))
    return _joined(said)


def _joined(sentences: list[str]) -> str:
    return ("" if language() == "zh" else " ").join(sentences)
