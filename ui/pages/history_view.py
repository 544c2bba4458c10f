"""History: all that happened to the plan, the newest first, and the answers to what can be taken back."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QUrl, pyqtSignal
from qgis.PyQt.QtWidgets import QTextBrowser, QWidget

from ...delineation.core.text import clock_time as local_time
from ..text import language, tr
from ..widgets.muted import muted_colour
from ..work.outputs import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qgis.PyQt.QtGui import QShowEvent

    from ...delineation.case.profile import Profile
    from ...delineation.plan.file import Plan
    from ...delineation.verbs.happening import Happened

SHOWN = 300  # of what happened, the newest


def happened_html(one: Happened, link: str = "", muted: str = "#777777") -> str:
    """Give what happened as HTML: when and who, what, more of it, why and on what basis; ``link`` takes it back."""
    who = "&nbsp; ".join(escape(text) for text in (local_time(one.time), one.author) if text)
    what = f"<b>{escape(one.what)}</b>"
    if one.undone:
        what = "<s>{what}</s> {undone}".format(what=what, undone=escape(tr("(undone)")))
    lines = [f'<span style="color:{muted}">{who}</span>', what, *map(escape, one.details)]
    for text, fact in (
        (tr("Reason: {reason}"), one.reason),
        (tr("Basis: {reason}"), one.basis),
    ):
        if fact:
            lines.append(escape(text.format(reason=fact)))
    if link:
        lines.append(f'<a href="{link}">{escape(_answer(one))}</a>')
    return f'<p style="margin:0 0 8px 0">{"<br>".join(filter(None, lines))}</p>'


def _answer(one: Happened) -> str:
    if one.back == "acceptance":
        return tr("Withdraw the acceptance")
    return tr("Bring it back") if one.undone else tr("Take it back")


class HistoryView(QTextBrowser):
    """The newest first. Reads the file beside the plan when it shows, and again when that has changed."""

    take_back = pyqtSignal()
    withdraw = pyqtSignal(object)  # the entry of the journal

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            objectName="control_units_history",
            openLinks=False,
            accessibleName=tr("History of the plan"),
            placeholderText=tr("Nothing is known of what happened to this plan."),
        )
        self.setToolTip(
            tr(
                "Runs, edits, acceptances and exports, the newest first. The last run or adoption can be taken back: the plan before lies beside the plan ({ending}).",  # noqa: E501
                ending=".undo.gpkg",
            )
        )
        self.anchorClicked.connect(self._follow)
        self.entries: tuple[Happened, ...] = ()
        self._plan: Plan | None = None
        self._path: Path | None = None
        self._profile: Profile | None = None
        self._busy = False
        self._seen: tuple[Any, ...] = ()  # where the plan lies, and how both files looked
        self._held: tuple[Any, ...] = ()  # its journal and the profile, as they were shown

    def show_plan(self, plan: Plan | None, path: Path | None = None, profile: Profile | None = None) -> None:
        """Show what happened to a plan, in what its profile calls things; None clears."""
        self._plan, self._path, self._profile = plan, path, profile
        self.look()

    def set_busy(self, busy: bool) -> None:
        """Offer to take nothing back while something is on its way."""
        if busy != self._busy:
            self._busy = busy
            self._write()

    def look(self) -> None:
        """Look whether there is something new."""
        from ...delineation.plan.history import history_file, undo_file

        seen: tuple[Any, ...] = ()
        if self._plan is not None and self._path is not None:
            files = (history_file(self._path), undo_file(self._path.resolve()))
            seen = (self._path, *map(stamp, files))
        held = (self._plan.journal, self._profile) if self._plan is not None else ()
        same = len(held) == len(self._held) and all(one is other for one, other in zip(held, self._held, strict=True))
        if seen and seen == self._seen and same:
            return
        self._seen, self._held = seen, held
        self.entries = tuple(self._happened())
        self._write()

    def _happened(self) -> Sequence[Happened]:
        from ...delineation.verbs.happening import happened

        if self._path is None or self._plan is None:
            return ()
        return happened(self._path, self._plan.journal, language(), self._profile)

    def _write(self) -> None:
        muted, last = muted_colour(self.palette()).name(), len(self.entries) - 1
        place = self.verticalScrollBar().value()
        html = [
            happened_html(self.entries[number], "" if self._busy else self._link(number), muted)
            for number in range(last, max(-1, last - SHOWN), -1)
        ]
        if len(self.entries) > SHOWN:
            text = tr("{count} older entries are in the files, and in “log” of the command line.")
            html.append(f'<p style="color:{muted}">{escape(text.format(count=f"{len(self.entries) - SHOWN:,}"))}</p>')
        self.setHtml("".join(html))
        self.verticalScrollBar().setValue(place)
        if not self.entries:
            self.clear()  # for the placeholder to show

    def _link(self, number: int) -> str:
        back = self.entries[number].back
        return f"{back}:{number}" if back in ("plan", "acceptance") else ""  # an edit is undone from the command line

    def _follow(self, link: QUrl) -> None:
        kind, _, number = link.toString().partition(":")
        if self._busy or not number.isdecimal() or int(number) >= len(self.entries):
            return
        if kind == "plan":
            self.take_back.emit()
        elif kind == "acceptance":
            self.withdraw.emit(self.entries[int(number)].entry)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()
