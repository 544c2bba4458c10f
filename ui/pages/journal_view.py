"""The plan's journal, to be read: what was edited, when, by whom, why, and what somebody has undone."""

from __future__ import annotations

import datetime
from html import escape
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QTextBrowser, QWidget

from ..text import language, names_of
from ..widgets.muted import muted_colour

if TYPE_CHECKING:
    from ...delineation.case.profile import Profile
    from ...delineation.explain.journal_words import Entry
    from ...delineation.plan.file import Plan

__all__ = ["JournalView", "entry_html", "local_time"]

translate = QCoreApplication.translate


def local_time(text: str) -> str:
    """Write a time of the plan (UTC) as the clock here has it; what is no time stays as it is."""
    try:
        return datetime.datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text


def entry_html(entry: Entry, muted: str = "#777777") -> str:
    """Give an entry as HTML: when and who, what, why and on what basis."""
    who = "&nbsp; ".join(escape(one) for one in (local_time(entry.time), entry.author) if one)
    what = f"<b>{escape(entry.what)}</b>"
    if entry.undone:
        what = "<s>{what}</s> {undone}".format(what=what, undone=escape(translate("ControlUnits", "(undone)")))
    lines = [f'<span style="color:{muted}">{entry.seq}.&nbsp; {who}</span>', what]
    for text, fact in (
        (translate("ControlUnits", "Reason: {reason}"), entry.reason),
        (translate("ControlUnits", "Basis: {reason}"), entry.basis),
    ):
        if fact:
            lines.append(escape(text.format(reason=fact)))
    return f'<p style="margin:0 0 8px 0">{"<br>".join(lines)}</p>'


class JournalView(QTextBrowser):
    """The newest entry first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setAccessibleName(translate("ControlUnits", "Journal of the plan"))
        self.setPlaceholderText(
            translate("ControlUnits", "Nothing was edited: the units are as the last run made them.")
        )
        self.setToolTip(
            translate("ControlUnits", "Edits of the plan, the newest first; later runs replay what was not undone.")
        )
        self.entries: tuple[Entry, ...] = ()

    def show_plan(self, plan: Plan | None, profile: Profile | None = None) -> None:
        """Show a plan's journal, in what its profile calls things; None clears."""
        self.entries = ()
        if plan is not None and len(plan.journal):
            from ...delineation.explain.journal_words import entries_of

            self.entries = entries_of(plan.journal, language(), names_of(profile))
        muted = muted_colour(self.palette()).name()
        self.setHtml("".join(entry_html(entry, muted) for entry in reversed(self.entries)))
        if not self.entries:
            self.clear()  # for the placeholder to show
