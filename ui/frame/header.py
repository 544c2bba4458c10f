"""The panel's first line: the plan's name, its status, and the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from ...delineation.core.errors import visible
from ..map.layers import plans_shown
from ..shipped import HELP
from ..text import language, tr
from ..widgets.details import show_page
from ..widgets.layout import in_line
from ..widgets.plain_text import PlainLabel, as_tip, embolden
from ..work.settings import PanelSetting, place_of
from .installation import show_installation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..pages.page import Workplace
    from .opener import Opener


class Header(QWidget):
    """Says what is open, and offers everything else in one menu."""

    def __init__(self, place: Workplace, opener: Opener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self.session, self._opener = place, place.session, opener
        self.name = QLabel(self, objectName="control_units_plan_name", textFormat=Qt.TextFormat.PlainText)
        embolden(self.name)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.status = PlainLabel("", self, objectName="control_units_status")
        self.menu_button = QToolButton(
            self,
            objectName="control_units_menu",
            text="☰",
            autoRaise=True,
            toolTip=tr("New, open, demo, help"),
            accessibleName=tr("Menu"),
            popupMode=QToolButton.ToolButtonPopupMode.InstantPopup,
        )
        self.menu_button.setMenu(self._menu())
        self.page = "index"  # the step that help is asked about
        self.opening = ""  # what is being opened, in words
        ask = QToolButton(
            self,
            objectName="control_units_help",
            text="?",
            autoRaise=True,
            toolTip=tr("What this step is for, and how to do it"),
            accessibleName=tr("Help on this step"),
            clicked=lambda *_: self.help(self.page),
        )
        in_line((self.name, 1), self.status, ask, self.menu_button, on=self, margins=(8, 4, 4, 4))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(tr("&New plan"), self._opener.new)
        menu.addAction(tr("&Open a plan…"), self._opener.open)
        self._recent = menu.addMenu(tr("&Recent"))
        self._recent.aboutToShow.connect(self._fill_recent)
        self._shown = menu.addMenu(tr("Plans in this &project", "of QGIS"))
        self._shown.aboutToShow.connect(self._fill_shown)
        menu.addAction(tr("Try the &demo"), self._opener.try_demo)
        menu.addSeparator()
        menu.addAction(tr("&Help"), lambda: self.help())
        menu.addAction(tr("&Check installation…"), lambda: show_installation(self.session.runner, self.window()))
        return menu

    def _fill_recent(self) -> None:
        self._list(self._recent, PanelSetting.recent(), tr("Nothing was opened yet"))

    def _fill_shown(self) -> None:
        shown = plans_shown()
        names = [name for name, _ in shown]
        # Two years of one county may have the same name: then the folder tells them apart.
        plans = [(f"{name} ({place_of(path)})" if names.count(name) > 1 else name, path) for name, path in shown]
        self._list(self._shown, plans, tr("This project shows no plan", "of QGIS"))
        here = self.session.plan_path.resolve() if self.session.plan_path is not None else None
        for (_, path), action in zip(plans, self._shown.actions(), strict=False):
            action.setCheckable(True)
            action.setChecked(path.resolve() == here)

    def _list(self, menu: QMenu, plans: Sequence[tuple[str, Path]], none: str) -> None:
        """Offer plans, each of which opens."""
        menu.clear()
        for text, path in plans:
            action = menu.addAction(visible(text).replace("&", "&&"))
            action.setToolTip(as_tip(visible(str(path))))
            action.triggered.connect(lambda *_, one=path: self._opener.open_file(str(one)))
        if not plans:
            menu.addAction(none).setEnabled(False)

    def help(self, page: str = "index") -> None:
        """Open a help page in the user's language."""
        tongue = "zh" if language() == "zh" else "en"
        for file in (HELP / f"{page}.{tongue}.html", HELP / f"index.{tongue}.html"):
            if file.is_file():
                address = QUrl.fromLocalFile(str(file))
                if not QDesktopServices.openUrl(address):  # no browser is there
                    show_page(address, self.window())
                return
        self.place.messages.say(tr("The help pages are not in this installation; see the README."), "warning")

    def refresh(self) -> None:
        """Show what is open."""
        session = self.session
        name = session.name or ("" if session.empty else tr("New plan"))
        self.name.setText(visible(self.opening or name))
        self.name.setToolTip(as_tip(visible(str(session.case_path or session.plan_path or ""))))
        self.status.setText(self._status())
        self.status.setVisible(not session.empty)

    def _status(self) -> str:
        session = self.session
        draft = tr("draft")
        status = session.plan.meta.get("status") if session.plan is not None else ""
        word = draft if status in (None, "", "草稿") else status
        if session.revision.is_open:
            word = tr("{status}, under revision", status=word)
        unsaved = "" if session.case_saved else "*"
        return f"[{word}{unsaved}]"
