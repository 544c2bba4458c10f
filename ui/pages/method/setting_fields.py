"""One setting as a row: a small picture, its name, a field that fits its kind, and one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from qgis.PyQt.QtSvg import QSvgWidget
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from ....delineation.case.explanations import explain, in_order, load_explanations
from ....delineation.case.model import LIMITS
from ....delineation.core.messages import share_text
from ...shipped import PICTURES
from ...text import capital, language, tr
from ...widgets.choices import fill
from ...widgets.elided_combo import ElidedCombo
from ...widgets.muted import MutedLabel
from ...widgets.plain_text import PlainLabel, as_tip
from ...words import raster_label, sum_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from qgis.PyQt.QtGui import QKeyEvent

    from ....delineation.case.explanations import Explanation
    from ....delineation.case.profile import Profile
    from ....delineation.methods.table import Parameter
    from ...work.session import Session

SIZE = QSize(54, 36)
MOST = 1e12
HECTARES = 1e6  # m², a step where an area begins at none
# Words of the engine that say the same as another one; only that is offered.
ALIKE = {"county_category": "category"}


def picture(name: str, parent: QWidget, size: QSize = SIZE) -> QWidget:
    """Give a picture of a setting; an empty place of the same size where there is none."""
    path = PICTURES / f"{name}.svg"
    widget = QSvgWidget(str(path), parent) if path.is_file() else QWidget(parent)
    widget.setFixedSize(size)
    return widget


class SettingRow(QWidget):
    """A setting. ``value`` is in the engine's unit; shares are shown in %; whole numbers stay whole.

    A text may name what ``names`` gives (see ``NamesEdit``).
    """

    edited = pyqtSignal(str, object)  # name, value

    def __init__(
        self,
        group: str,
        name: str,
        told: Explanation,
        default: Any,
        *,
        choices: Sequence[tuple[str, str]] = (),
        least: float = 0.0,
        most: float = math.inf,
        names: Callable[[], Sequence[tuple[str, str]]] | None = None,
        sums: bool = False,
        brief: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName=f"setting_{group}_{name}")
        self.name, self.told, self.default = name, told, default
        self._share = told.unit == "share"
        self._given: tuple[Any, Any] | None = None  # what the field showed of a value, and the value
        self.wrong: QLabel | None = None
        self._names, self._sums = names, sums
        self.field = self._make_field(choices, least, most)
        self.field.setToolTip(as_tip(told.sentence))
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(1)
        if brief:
            self._lay_briefly(layout)
            self.show_value(default)
            return
        if (PICTURES / f"{group}_{name}.svg").is_file():
            layout.addWidget(picture(f"{group}_{name}", self), 0, 0, 3, 1, Qt.AlignmentFlag.AlignTop)
        label = PlainLabel(told.name, self, wrap=True)
        label.setBuddy(self.field)
        self.field.setAccessibleName(told.name)
        if isinstance(self.field, QCheckBox):
            # Its own text would not wrap.
            row = QHBoxLayout()
            row.addWidget(self.field, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label, 1)
            layout.addLayout(row, 0, 1)
        else:
            layout.addWidget(label, 0, 1)
            narrow = isinstance(self.field, QDoubleSpinBox)
            layout.addWidget(self.field, 1, 1, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))
        layout.addWidget(MutedLabel(told.sentence, self), 2, 1)
        layout.setColumnStretch(1, 1)
        self.show_value(default)

    def _lay_briefly(self, layout: QGridLayout) -> None:
        """Put name and field into one line; the sentence is their tool tip."""
        label = PlainLabel(self.told.name, self, wrap=True, toolTip=as_tip(self.told.sentence))
        label.setBuddy(self.field)
        self.field.setAccessibleName(self.told.name)
        layout.addWidget(label, 0, 0)
        layout.addWidget(self.field, 0, 1)
        layout.setColumnStretch(0, 2)
        layout.setColumnStretch(1, 3)
        layout.setContentsMargins(0, 0, 0, 0)

    def _make_field(self, choices: Sequence[tuple[str, str]], least: float, most: float) -> QWidget:
        if isinstance(self.default, bool):
            return QCheckBox(self, toggled=lambda on: self.edited.emit(self.name, on))
        if choices:
            combo: ElidedCombo = ElidedCombo(
                8, self, activated=lambda _: self.edited.emit(self.name, combo.currentData())
            )
            fill(combo, choices)
            return combo
        if isinstance(self.default, int | float):
            spin = QDoubleSpinBox(self, showGroupSeparator=True, keyboardTracking=False, minimumWidth=110)
            factor = 100.0 if self._share else 1.0
            top = most if math.isfinite(most) else 1.0 if self._share else MOST
            spin.setRange(least * factor if math.isfinite(least) else -MOST, top * factor)
            whole = isinstance(self.default, int) or self.told.unit == "m²"
            spin.setDecimals(0 if whole else _digits(self.default, self._share))
            usual = self.default or (HECTARES if self.told.unit == "m²" else 0)
            spin.setSingleStep(5.0 if self._share else _step(float(usual)))
            spin.setSuffix(" %" if self._share else f" {self.told.unit}" if self.told.unit else "")
            spin.valueChanged.connect(lambda value: self.edited.emit(self.name, self._number(value / factor)))
            return spin
        if isinstance(self.default, str):
            line = QLineEdit(self) if self._names is None else NamesEdit(self._names, sums=self._sums, parent=self)
            line.editingFinished.connect(lambda: self.edited.emit(self.name, line.text().strip()))
            return line
        return PlainLabel("", self)

    def _number(self, value: float) -> float | int:
        if isinstance(self.default, int):
            return round(value)
        # What has no upper limit stands there as the highest value.
        return math.inf if value >= MOST else round(value, 9)

    def show_value(self, value: Any) -> None:
        """Show a value without telling of it; one that the field cannot show as it is stays until somebody edits it."""
        blocker = QSignalBlocker(self.field)
        self.field.setEnabled(True)
        if isinstance(value, Mapping):
            # A table by terrain class comes from the case file; here it can be seen, not edited.
            self.field.setEnabled(False)
            shown = ", ".join(
                f"{key} {share_text(part)}" for key, part in value.items() if isinstance(part, int | float)
            )
            self.field.setToolTip(as_tip(tr("Set by terrain class in the case file: {values}", values=shown)))
        elif isinstance(self.field, QCheckBox):
            self.field.setChecked(bool(value))
        elif isinstance(self.field, QComboBox):
            shown = self.field.findData(ALIKE.get(value, value) if isinstance(value, str) else value)
            if shown < 0:
                # Nobody's choice: to be seen as what it is.
                self.field.addItem(str(value), value)
                shown = self.field.count() - 1
            self.field.setCurrentIndex(shown)
        elif isinstance(self.field, QDoubleSpinBox):
            if isinstance(value, int | float):
                self.field.setValue(min(float(value), MOST) * (100.0 if self._share else 1.0))
        elif isinstance(self.field, QLabel | QLineEdit):
            self.field.setText(str(value))
        del blocker
        self._given = (self._shown(), value)

    def show_wrong(self, text: str) -> None:
        """Say below the field what is wrong with it; "" takes it back."""
        if self.wrong is None:
            if not text:
                return
            self.wrong = PlainLabel(
                "",
                self,
                objectName=f"{self.objectName()}_wrong",
                wrap=True,
                margin=3,
                frameShape=QFrame.Shape.StyledPanel,
                selectable=True,
            )
            layout = self.layout()
            layout.addWidget(self.wrong, layout.rowCount(), 0, 1, -1)
        self.wrong.say(text)

    def value(self) -> Any:
        """Give what the field shows, in the engine's unit; what it was given, where nobody changed it."""
        shown = self._shown()
        return self._given[1] if self._given is not None and shown == self._given[0] else shown

    def _shown(self) -> Any:
        if isinstance(self.field, QCheckBox):
            return self.field.isChecked()
        if isinstance(self.field, QComboBox):
            return self.field.currentData()
        if isinstance(self.field, QDoubleSpinBox):
            return self._number(self.field.value() / (100.0 if self._share else 1.0))
        return self.field.text().strip() if isinstance(self.field, QLineEdit) else self.default


def _digits(default: float, share: bool) -> int:
    if share:
        return 0
    return 0 if default >= 10 else 3


def _step(default: float) -> float:
    """Give a step worth a click: one in the order of magnitude of the default."""
    if not 0 < default < math.inf:
        return 1.0
    return 10.0 ** math.floor(math.log10(default)) / (1 if default >= 10 else 2)


# ── A line of names joined by ``+``, written by hand or picked from a menu of those that there are ──────────────────


class NamesEdit(QLineEdit):
    """A text as the engine reads it; the button at its end, or the key Down, lists what may be added.

    Parameters
    ----------
    names : callable
        Gives pairs of a name and what it is called, as they are when the menu opens.
    sums : bool
        Each name takes a number: ``area:5e6``.
    """

    def __init__(
        self, names: Callable[[], Sequence[tuple[str, str]]], *, sums: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, placeholderText=tr("none"))
        self._names, self._sums = names, sums
        icon = QgsApplication.getThemeIcon("/mActionAdd.svg")
        self.adding = self.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
        self.adding.setToolTip(tr("Add one of those that the case has (key Down)"))
        self.adding.triggered.connect(self._choose)

    def menu(self) -> QMenu:
        """List what is not in the text yet."""
        menu = QMenu(self)
        there = {part.partition(":")[0].strip() for part in self.text().split("+")}
        for name, title in self._names():
            if name not in there:
                action = menu.addAction((title if title == name else f"{title} ({name})").replace("&", "&&"))
                action.setData(name)
                action.triggered.connect(lambda *_, one=name: self.add(one))
        if menu.isEmpty():
            menu.addAction(tr("The case has no more of them")).setEnabled(False)
        return menu

    def add(self, name: str) -> None:
        """Add a name; one that takes a number waits for it."""
        before = self.text().strip().rstrip("+").rstrip()
        self.setText(f"{before}+{name}" if before else name)
        if self._sums:
            self.insert(":")
            self.setFocus()
        else:
            self.editingFinished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


# ── Rows of settings in the profile's words, with the choices and names that the open case has for them ─────────────

# Settings that name roles, and those that name what adds up.
SUMS = ("least", "most")
NAMED = ("keep_apart", "align", *SUMS)


class RowMaker:
    """Makes rows; ``told`` explains a setting, a method or a choice."""

    def __init__(self, session: Session, profile: Profile) -> None:
        self._session = session
        self._profile = profile
        self._texts = load_explanations(profile)

    def told(self, group: str, name: str) -> Explanation:
        """Name and explain what stands under a group of the profile's explanations."""
        told = explain(self._texts, group, name, language())
        return replace(told, name=capital(told.name))

    def in_order(self, group: str, names: Iterable[str]) -> list[str]:
        """Sort names of a group as the profile lists them."""
        return in_order(self._texts, group, names)

    def preset(self, parameter: Parameter) -> Any:
        """Give what a setting of all clustering methods is where the open case does not say."""
        from ....delineation.methods.of_case import presets

        case = self._session.case
        return presets(case.profile if case is not None else self._profile).get(parameter.name, parameter.default)

    def row(self, parent: QWidget, group: str, name: str, default: Any, *, brief: bool = False) -> SettingRow:
        """Make the row of a setting."""
        told, limit = self.told(group, name), LIMITS.get(f"{group}.{name}")
        words = told.choices or (limit.choices if limit else ())
        choices = [(value, self.told("choice", value).name) for value in words if value not in ALIKE]
        if group == "parameter" and name == "terrain":
            graded = [(one, raster_label(self._profile, one)) for one in self._graded()]
            choices = [("", tr("(none)")), *graded]
        bounds = {"least": limit.least, "most": limit.most} if limit and not limit.choices else {}
        names = partial(self._names, name) if group == "parameter" and name in NAMED else None
        return SettingRow(
            group,
            name,
            told,
            default,
            choices=choices,
            names=names,
            sums=name in SUMS,
            brief=brief,
            parent=parent,
            **bounds,
        )

    def _graded(self) -> list[str]:
        case = self._session.case
        return [raster.name for raster in case.rasters if raster.grades] if case is not None else []

    def _names(self, setting: str) -> list[tuple[str, str]]:
        """List what a setting may name in the open case."""
        from ....delineation.methods.requirements import known_names

        case = self._session.case
        if case is None:
            return []
        return [(name, sum_label(case.profile, name)) for name in known_names(case)[setting]]
