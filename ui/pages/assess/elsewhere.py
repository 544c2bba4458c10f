"""Where else: the nearest places where a project that is refused here could go, and what stood against the others."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from ....delineation.core.errors import Cancelled
from ...map.site_sketch import OtherPlace
from ...text import tr
from ...widgets.layout import in_column
from ...widgets.messages import words_of
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...widgets.tables import KEY, LineTree, TreeLine
from ...widgets.two_lines import LINES, TwoLinesDelegate
from ...words import role_label
from .words import chip, dim, length_word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qgis.PyQt.QtWidgets import QTreeWidgetItem

    from ....delineation.case.profile import Profile
    from ...work.assessment import Answered, Question, Spot

__all__ = ["ElsewhereTab", "direction_word"]

FITTING = ("no_conflict", "conditional")


def direction_word(dx: float, dy: float) -> str:
    """Name the direction of metres east and north."""
    words = (
        tr("east", "direction"),
        tr("north-east", "direction"),
        tr("north", "direction"),
        tr("north-west", "direction"),
        tr("west", "direction"),
        tr("south-west", "direction"),
        tr("south", "direction"),
        tr("south-east", "direction"),
    )
    return words[round(math.degrees(math.atan2(dy, dx)) / 45) % 8]


class ElsewhereTab(QWidget):
    """A button, what it found, and what stood against the other places.

    Attributes
    ----------
    answer : Answered or None
        What is listed, with the question it is of.
    """

    go = pyqtSignal(object)  # Spot: the site at one of the places
    others = pyqtSignal(list)  # OtherPlace

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_assess_elsewhere")
        self.ask = QPushButton(
            tr("Look for other places"),
            self,
            objectName="control_units_assess_look_elsewhere",
            autoDefault=False,
        )
        self.said = MutedLabel("", self, objectName="control_units_assess_elsewhere_said")
        self.list = LineTree(
            self,
            "",
            objectName="control_units_assess_places",
            headerHidden=True,
            rootIsDecorated=True,
            indentation=12,
            accessibleName=tr("Other places"),
            itemClicked=self._go,
            itemActivated=self._go,
        )
        self.list.setItemDelegate(TwoLinesDelegate(self.list))
        in_column(self.ask, self.said, (self.list, 1), on=self, margins=(2, 4, 2, 0), spacing=3)
        self._went: Spot | None = None  # where it was moved
        self._found: tuple[str, list[OtherPlace]] | None = None  # what is said of it, what the map shows
        self.answer: Answered | None = None
        self.forget()

    def forget(self) -> None:
        """List nothing."""
        self.list.put([])
        self._found = None
        self.answer = self._went = None
        self.list.hide()
        dim(self.list, False)
        self.said.setText(
            tr("Places in the county are assessed, the nearest first; what stands against one is listed.")
        )
        self.others.emit([])

    def offer(self, why_not: str) -> None:
        """Let it be asked for, or say why not."""
        offer(self.ask, tr("Looks for the nearest places where the same project could go."), why_not)

    def wait(self) -> None:
        """Say that it is being looked for."""
        self.said.setText(tr("Places are being assessed, nearest first…"))

    def fail(self, error: Exception) -> None:
        """Say why nothing came of it."""
        if isinstance(error, Cancelled):
            self.said.setText(tr("The search ended, as something else was asked meanwhile."))
        else:
            self.said.setText(words_of(error))

    def answers(
        self, asked: Question | None, head: str, lasting: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> bool:
        """Tell whether what is listed is of this question, at the site or where that was moved.

        Parameters
        ----------
        asked : Question or None
        head : str
            Edit of the plan by which it would be answered.
        lasting : callable
            Gives those of some facts that go along to another site.
        """
        if asked is None or self.answer is None or self.answer.document["plan"]["head"] != head:
            return False
        of = self.answer.question
        at = asked.spot in (of.spot, self._went)
        return at and replace(asked, spot=of.spot, facts=lasting(asked.facts)) == replace(of, facts=lasting(of.facts))

    def show_age(self, of: str) -> None:
        """Show in grey what was found for something else, and nothing of it on the map; "" for what is asked now."""
        if of and self._found:
            self.said.setText(of)
            self.others.emit([])
        elif self._found:
            self.said.setText(self._found[0])
            self.others.emit(self._found[1])
        dim(self.list, bool(of))

    def show_found(
        self,
        answer: Answered,
        verdicts: Mapping[str, str],
        units: Mapping[str, str],
        profile: Profile | None = None,
    ) -> None:
        """List what was found.

        Parameters
        ----------
        answer : Answered
        verdicts, units : mapping of str to str
            Ids of verdicts in words; codes of units → names.
        profile : Profile, optional
        """
        import shapely

        self.answer, self._went = answer, None
        listed: list[TreeLine] = []
        others: list[OtherPlace] = []
        found, spot = answer.document["where_else"], answer.question.spot
        good = [one for one in found if one["blocked_by"] is None]
        blocked = [one for one in found if one["blocked_by"] is not None]
        here = shapely.get_coordinates(spot.shape)[0]
        for number, one in enumerate(good, 1):
            shape = shapely.from_wkt(one["wkt"])
            dx, dy = (shapely.get_coordinates(shape)[0] - here).tolist()
            where = f"{length_word(one['distance_m'])} {direction_word(dx, dy)}"
            lines = [
                tr(
                    "{number}. {where}: {verdict}",
                    number=number,
                    where=where,
                    verdict=verdicts.get(one["verdict"], one["verdict"]),
                ),
                units.get(one["unit"], ""),
            ]
            listed.append(_line(lines, one["verdict"], spot.moved(dx, dy)))
            others.append(OtherPlace(shape, one["verdict"], number))
        if blocked:
            listed.append(_refused(blocked, profile))
            others += [OtherPlace(shapely.from_wkt(one["wkt"]), one["verdict"]) for one in blocked]
        self.list.put(listed)
        self.list.setVisible(bool(found))
        text = tr("Places found: {good} of {tried} that were tried. A click moves the site there.")
        if not good:
            text = tr("None of the {tried} nearest places fits; below stands what is against them.")
            if any(one["verdict"] == "needs_review" for one in blocked):
                text += tr(" Some hang on facts of the project that nobody has said.")
        text = text.format(good=len(good), tried=len(found)) if found else ""
        self._found = f"{text} {answer.document['everywhere']}".strip(), others
        self.show_age("")

    def _go(self, item: QTreeWidgetItem) -> None:
        if item.data(0, KEY) is not None:
            self._went = item.data(0, KEY)
            self.go.emit(self._went)


def _refused(blocked: Sequence[Mapping[str, Any]], profile: Profile | None) -> TreeLine:
    """Make the line of the places that were refused on the way, by what stood against them."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for one in blocked:
        groups.setdefault(_against(one, profile), []).append(one)
    below = []
    for against, places in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        least = min(one["distance_m"] for one in places)
        text = tr("{count} places, the nearest {distance} away", count=len(places), distance=length_word(least))
        below.append(_line([against, text], places[0]["verdict"]))
    text = tr("crosses on the map; by what stood against them")
    return _line([tr("Refused on the way: {count}", count=len(blocked)), text], "", below=below)


def _line(lines: list[str], verdict: str, spot: Spot | None = None, below: Sequence[TreeLine] = ()) -> TreeLine:
    """Make a line of two lines; a click on it moves the site to its spot."""
    icon = chip(verdict) if verdict else None
    return TreeLine(lines[:1], spot, icon, ["\n".join(filter(None, lines))], below, cells={0: {LINES: tuple(lines)}})


def _against(one: Mapping[str, Any], profile: Profile | None) -> str:
    """Say what stood against a place."""
    what, text = str(one["blocked_by"]), str(one["blocked_text"])
    if what == "outside":
        return tr("It would reach beyond the plan")
    if what.startswith("layer:"):
        role = role_label(profile, what.removeprefix("layer:"))
        return tr("The plan has no layer: {role}", role=role)
    return text or tr("A fact of the project that nobody has said")
