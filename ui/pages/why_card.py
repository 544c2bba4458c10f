"""The why card: what a unit or a place is, because of what, resting on what, and how far from the next category."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QTextBrowser, QWidget

from ...delineation.core.errors import DelineationError
from ...delineation.explain.why import OutsidePlan
from ..map.colours import CATEGORY_COLOURS
from ..text import capital, categories, language, names_of, said, square_kilometres, tr
from ..widgets.muted import muted_colour
from ..widgets.plain_text import as_html
from ..work.why_cards import Whys

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ...delineation.case.profile import Profile
    from ...delineation.explain.why_words import WhyCard
    from ..work.session import Session

TIGHT = "margin:4px 0 0 0"  # the card stands below a table, on a small screen
ZOOM, SELECT, LIST = "zoom", "select", "clauses"
# Dark letters on the light colour, light ones on the dark ones.
INK = {1: "#ffffff", 2: "#ffffff", 3: "#222222"}


def card_html(card: WhyCard, profile: Profile | None = None, *, place: bool = False, muted: str = "#777777") -> str:
    """Give a card as HTML that a QTextBrowser shows; colours of the theme are its own but for the chip.

    ``place`` says that the card is of one place in its unit.
    """
    chip = (
        f'<span style="background-color:{CATEGORY_COLOURS[card.category]};color:{INK[card.category]};">'
        f"&nbsp;{escape(categories(profile=profile)[card.category])}&nbsp;</span>"
    )
    area = tr("{area} km²")
    if place:
        area = tr("this face: {area} km²")
    area = area.format(area=square_kilometres(card.area_m2))
    parts = [
        f'<p style="margin:0"><b>{escape(card.name)}</b><br>{chip}&nbsp; {escape(card.code)}&nbsp; {area}</p>',
        f'<p style="{TIGHT}">{escape(card.headline)}</p>',
        _listed(card.because),
        f'<p style="{TIGHT}">{escape(card.filed)}</p>',
    ]
    if card.following:
        parts.append(f'<p style="{TIGHT}"><b>{escape(card.following)}</b></p>')
    for title, sentences in (
        (tr("Edits"), card.edits),
        (tr("Also here, overruled"), card.overruled),
        (tr("Informs the entry list"), card.informs),
        (tr("Rides along, does not count"), card.rides),
        (tr("Evidence"), card.evidence),
    ):
        if sentences:
            parts.append(f'<p style="{TIGHT}"><span style="color:{muted}">{escape(title)}</span></p>')
            parts.append(_listed(sentences))
    parts.append(
        f'<p style="{TIGHT}">'
        + "&nbsp;&nbsp;".join(
            f'<a href="{target}">{escape(text)}</a>'
            for target, text in (
                (ZOOM, tr("Zoom to the unit")),
                (SELECT, tr("Select it")),
                (LIST, tr("Entry list")),
            )
        )
        + "</p>"
    )
    return "".join(parts)


def clauses_html(clauses: pd.DataFrame, profile: Profile | None = None) -> str:
    """Give clauses (columns ``dimension``, ``text``) as HTML, by dimension."""
    parts, names = [], names_of(profile)
    for dimension, rows in clauses.groupby("dimension", sort=False):
        title = capital(names("dimension", str(dimension), language(), {}))
        parts.append(f"<p>{escape(title)}</p>{_listed(rows['text'].astype(str).tolist())}")
    return "".join(parts)


def _listed(sentences: Sequence[str]) -> str:
    rows = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul style="margin:2px 0 2px 14px;-qt-list-indent:0">{rows}</ul>' if rows else ""


class CardView(QTextBrowser):
    """Looks up and shows the card of a unit or place of the session's plan."""

    zoom = pyqtSignal(str)  # id of the card's unit
    chosen = pyqtSignal(list)  # ids of the card's unit, to be chosen elsewhere too
    failed = pyqtSignal(object)  # why there is no card

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(
            parent,
            openLinks=False,
            placeholderText=tr("Choose a unit in the table, or press “Why here?” and click on the map."),
            accessibleName=tr("Why card"),
        )
        self.anchorClicked.connect(lambda link: self.follow(link.toString()))
        self.whys, self._session = Whys(session), session
        self.card: WhyCard | None = None
        self._place = False

    def look_up(self, what: str, *, place: bool = False) -> list[str]:
        """Show the card of a unit (code or id), or of a ``place``; give the ids of its unit, none where none shows."""
        plan = self._session.plan
        if plan is None:
            return []
        try:
            card = self.whys.card(plan, what)
        except OutsidePlan:
            self.show_outside()  # a click beside the plan is no fault of anybody's
        except DelineationError as error:
            self.failed.emit(error)
        else:
            self.show_card(card, place=place)
            return plan.unit_ids(card.code)
        return []

    def show_card(self, card: WhyCard | None, *, place: bool = False) -> None:
        """Show a card, of a unit or of one ``place`` in it; None clears."""
        self.card, self._place = card, place
        if card is None:
            self.clear()
            return
        muted = muted_colour(self.palette()).name()
        self.setHtml(card_html(card, self._session.profile, place=place, muted=muted))

    def show_line(self, text: str) -> None:
        """Show one quiet sentence in place of a card."""
        self.show_card(None)
        self.setHtml(f'<p style="color:{muted_colour(self.palette()).name()}">{as_html(text)}</p>')

    def show_outside(self) -> None:
        """Say that a place lies beside the plan."""
        self.show_line(tr("The plan does not reach to this place."))

    def follow(self, link: str) -> None:
        """Do what a link of the card says."""
        plan = self._session.plan
        units = plan.unit_ids(self.card.code) if plan is not None and self.card is not None else []
        if plan is None or not units:
            return
        if link == ZOOM:
            self.zoom.emit(units[0])
        elif link == SELECT:
            self.chosen.emit(units)
        else:
            self._show_clauses(plan.clauses[plan.clauses["unit_id"].isin(units)], plan.library)

    def _show_clauses(self, clauses: pd.DataFrame, library: pd.DataFrame) -> None:
        """Show a unit's entry list below its card, with how much of it rests on what nobody has read; scroll there."""
        from ...delineation.lists.kept_library import unchecked_clauses, unchecked_in_words

        self.show_card(self.card, place=self._place)
        cursor = self.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        title = f"<b>{escape(tr('Entry list'))}</b>"
        if unchecked := len(unchecked_clauses(clauses, library)):
            title += f"<br>{escape(said(unchecked_in_words(unchecked)))}"
        cursor.insertHtml(f"<p>{title}</p>{clauses_html(clauses, self._session.profile)}")
        self.moveCursor(cursor.MoveOperation.End)
