"""The unit that strokes go to: what it is, and what is changed of it with a click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIntValidator
from qgis.PyQt.QtWidgets import (
    QFrame,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from ....delineation.core.messages import share_text
from ...map.colours import chip_icon
from ...map.unit_tools import fill_category_menu
from ...shipped import own_icon
from ...text import categories, square_kilometres, tr
from ...widgets.elided_line import ElidedLine
from ...widgets.layout import in_column, in_line
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import embolden
from .unit_form import UnitForm

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QObject
    from qgis.PyQt.QtGui import QKeyEvent
    from qgis.PyQt.QtWidgets import QAction

    from ....delineation.case.profile import Profile
    from ....delineation.revision.state import UnitRow
    from ...map.unit_draft import UnitDraft
    from ...work.revision import Op
    from ..units_table import UnitLine

SIGNS = QSize(16, 16)


class _Field(QLineEdit):
    """Esc leaves it."""

    left = pyqtSignal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.left.emit()
            return
        super().keyPressEvent(event)


class InPlace(QStackedWidget):
    """A text that becomes a field where it stands: by a double click or from outside; Enter commits, Esc leaves."""

    committed = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = ElidedLine(self)
        self.field = _Field(self)
        self.addWidget(self.label)
        self.addWidget(self.field)
        self.setFixedHeight(self.fontMetrics().height() + 6)
        self.text = ""  # what is edited of what is shown
        self.label.installEventFilter(self)
        self.field.returnPressed.connect(self._commit)
        self.field.left.connect(self.leave)

    @property
    def editing(self) -> bool:
        """Somebody is at work in it."""
        return self.currentWidget() is self.field

    def show_text(self, shown: str, text: str, tip: str) -> None:
        """Show a text; ``text`` is what of it is edited. A field that somebody is at work in stays."""
        self.text = text
        self.label.show_text(shown, tip)

    def begin(self) -> None:
        """Make it a field."""
        if self.text and self.isEnabled():
            self.field.setText(self.text)
            self.setCurrentWidget(self.field)
            self.field.selectAll()
            self.field.setFocus()

    def leave(self) -> None:
        """Make it a text again, as it was."""
        self.setCurrentWidget(self.label)

    def _commit(self) -> None:
        text = self.field.text().strip()
        if text and self.field.hasAcceptableInput():
            self.leave()
            if text != self.text:
                self.committed.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.label and event.type() == QEvent.Type.MouseButtonDblClick:
            self.begin()
            return True
        return bool(super().eventFilter(watched, event))


class TargetCard(QFrame):
    """The chosen unit in two lines; without one, how to choose it."""

    asked = pyqtSignal(object)  # an operation, as a line of JSON has it
    zoom = pyqtSignal(str)  # unit id

    def __init__(self, parent: QWidget, draft: UnitDraft) -> None:
        super().__init__(parent, objectName="control_units_target", frameShape=QFrame.Shape.StyledPanel)
        self.unit: UnitLine | UnitRow | None = None
        self.draft = draft
        self.form = UnitForm(draft, self)
        draft.changed.connect(self._look)
        self.kind = self._button(
            "category",
            tr("Category: choose another one; its list of entries follows."),
            popupMode=QToolButton.ToolButtonPopupMode.InstantPopup,
        )
        self.kind.setMenu(QMenu(self.kind, triggered=self._categorize))
        self.name = InPlace(self)
        self.name.field.setToolTip(tr("The name; Enter keeps it, Esc leaves it as it was."))
        embolden(self.name.label)
        self.name.committed.connect(lambda text: self._ask("rename", name=text))
        self.rename = self._button(
            "rename", tr("Rename the unit (or a double click on its name)."), clicked=lambda *_: self.name.begin()
        )
        self.lock = self._button("lock", "", checkable=True, clicked=lambda on: self._ask("lock" if on else "unlock"))
        self.look = self._button(
            "zoom_unit",
            tr("Zoom to the unit on the map."),
            clicked=lambda *_: self.unit is not None and self.zoom.emit(self.unit.unit_id),
        )
        self.code = InPlace(self)
        self.code.field.setValidator(QIntValidator(1, 9999, self))
        self.code.field.setToolTip(
            tr("The last four digits of the code, 1 to 9999; Enter keeps them, Esc leaves them.")
        )
        self.code.committed.connect(lambda text: self._ask("renumber", serial=int(text)))
        self.renumber = self._button(
            "renumber",
            tr("Give the unit another number (or a double click on its code)."),
            clicked=lambda *_: self.code.begin(),
        )
        self.facts = ElidedLine(self, objectName="control_units_target_facts")
        self.empty = MutedLabel(
            tr("No unit is chosen: Alt+click or T on the map, or a click in the table, chooses one."),
            self,
        )
        self._lay_out()
        self.show_unit(None)

    def _button(self, icon: str, tip: str, **properties: Any) -> QToolButton:
        return QToolButton(
            self,
            objectName=f"control_units_target_{icon}",
            icon=own_icon(icon),
            iconSize=SIGNS,
            autoRaise=True,
            toolTip=tip,
            accessibleName=tip,
            focusPolicy=Qt.FocusPolicy.TabFocus,
            **properties,
        )

    def _lay_out(self) -> None:
        self.inside = QWidget(self)
        in_column(
            in_line(self.kind, (self.name, 1), self.rename, self.lock, self.look, spacing=2),
            in_line((self.code, 1), self.renumber, spacing=2),
            self.facts,
            on=self.inside,
            margins=0,
            spacing=0,
        )
        in_column(self.inside, self.empty, self.form, on=self, margins=(4, 2, 4, 2), spacing=0)

    def show_unit(
        self,
        unit: UnitLine | UnitRow | None,
        *,
        share: float = 0.0,
        county: str = "",
        able: bool = False,
        profile: Profile | None = None,
    ) -> None:
        """Show a unit: its share of the county, what that is called, and whether it can be changed now."""
        if self.unit is None or unit is None or unit.unit_id != self.unit.unit_id:
            self.name.leave()
            self.code.leave()
        self.unit = unit
        self._look()
        if unit is None:
            return
        words = categories(profile=profile)
        category, locked = int(unit.category), unit.locked == 1
        kept = tr("Locked: no edit touches the unit. A click unlocks it.")
        free = tr("Lock the unit: no edit touches it then.")
        double = tr("A double click changes it.")
        self.kind.setIcon(chip_icon(category))
        fill_category_menu(self.kind.menu(), category, profile)
        self.name.show_text(str(unit.name), str(unit.name), f"{unit.name}\n{words[category]}\n{double}")
        serial = str(unit.code)[-4:]
        typed = str(int(serial)) if serial.isdecimal() else ""
        self.code.show_text(str(unit.code), typed, f"{unit.code}\n{double}")
        self.lock.setIcon(own_icon("lock" if locked else "unlock"))
        self.lock.setChecked(locked)
        self.lock.setToolTip(kept if locked else free)
        self.lock.setAccessibleName(kept if locked else free)
        facts = tr(
            "{area} km², {share} of {county}, parts: {parts}",
            area=square_kilometres(float(unit.area_m2)),
            share=share_text(share),
            county=county or tr("the county"),
            parts=unit.parts,
        )
        self.facts.show_text(facts, f"{facts}\n{unit.townships}".strip())
        # Who may be changed may be unlocked; what is locked is not changed before.
        for widget in (self.kind, self.rename, self.renumber, self.name, self.code):
            widget.setEnabled(able and not locked)
        self.renumber.setEnabled(able and not locked and bool(typed))
        self.lock.setEnabled(able)

    def _look(self) -> None:
        """Show the form where something is to be settled, else the unit, else how to choose one."""
        settling = self.form.is_needed
        self.form.setVisible(settling)
        self.inside.setVisible(self.unit is not None and not settling)
        self.empty.setVisible(self.unit is None and not settling)

    def _categorize(self, action: QAction) -> None:
        if self.unit is not None and action.data() != int(self.unit.category):
            op = {"op": "categorize", "unit": self.unit.unit_id, "category": action.data()}
            self.draft.begin(op, self._do, self._look)

    def _do(self, op: Op) -> None:
        self.asked.emit(op)

    def _ask(self, op: str, **values: Any) -> None:
        if self.unit is not None:
            self.asked.emit({"op": op, "unit": self.unit.unit_id, **values})
            # What was asked for shows when it is done; until then the unit is as it was.
            self.lock.setChecked(self.unit.locked == 1)
