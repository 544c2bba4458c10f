"""Errors that keep a package from being made: what, where, and a field for the reason why it may stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QLineEdit, QPushButton, QToolButton, QWidget

from ....delineation.core.errors import visible
from ....delineation.package.accepting import FIRM
from ...text import tr
from ...widgets.layout import STRETCH, in_column, in_line
from ...widgets.plain_text import PlainLabel
from ...widgets.signed_line import SignedLine
from ...work.packaging import finding_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 40  # errors that anybody would answer one by one


class OpenErrors(QWidget):
    """A row for each error; with a reason in every one, the package can be made with them."""

    zoom = pyqtSignal(str)  # where, as WKT in the plan's coordinates

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="package_errors")
        self._shown: list[Mapping[str, Any]] = []
        self.rows: list[_Row] = []
        self._needed = False  # of what has to be stated no reason takes the place
        self.told = SignedLine("package_open_errors", self)
        self.go = QPushButton(
            tr("Package with these reasons"),
            self,
            objectName="package_with_reasons",
        )
        self._layout = in_column(self.told, in_line(STRETCH, self.go), on=self, margins=(0, 2, 0, 2), spacing=3)
        self.hide()

    def show_errors(self, errors: Sequence[Mapping[str, Any]], known: Mapping[tuple[str, str, str], str]) -> None:
        """Show errors; a reason that was typed before stands in its field."""
        self.setVisible(bool(errors))
        if list(errors) == self._shown:
            return
        self._shown = list(errors)
        for row in self.rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        many = len(errors) > MOST
        for number, error in enumerate(() if many else errors):
            row = _Row(error, known.get(finding_key(error), ""), self)
            row.zoom.clicked.connect(lambda *_, where=str(error["where"]): self.zoom.emit(where))
            row.reason.textChanged.connect(self._enable)
            row.reason.returnPressed.connect(self._onwards)
            self._layout.insertWidget(1 + number, row)
            self.rows.append(row)
        self._needed = any(error["id"] in FIRM for error in errors)
        self.told.say("problem", self._words(len(errors), many=many))
        self._enable()

    def _words(self, count: int, *, many: bool) -> str:
        if many:
            text = tr(
                "No package was made: {count} errors are open. That many are mended, not explained: "
                "step Result lists them.",
            )
        elif self._needed:
            text = tr(
                "No package was made. What has to be stated is filled in: no reason takes its place. "
                "Other errors are mended, or get a reason then."
            )
        elif count == 1:
            text = tr("No package was made: an error is open. Mend it, or write down why it has to stay.")
        else:
            text = tr(
                "No package was made: {count} errors are open. Mend them, or write down for each why it has to stay."
            )
        return text.format(count=count)

    def reasons(self) -> list[tuple[Mapping[str, Any], str]]:
        """Give each error with the reason that stands in its field."""
        return [(row.error, row.reason.text().strip()) for row in self.rows]

    def _enable(self) -> None:
        left = sum(not reason for _, reason in self.reasons())
        self.go.setVisible(bool(self.rows) and not self._needed)
        self.go.setEnabled(bool(self.rows) and not left)
        text = tr("{count} reasons are still missing.", count=left)
        stands = tr("The reasons stand in the package, in its report of the checks.")
        self.go.setToolTip(text if left else stands)

    def _onwards(self) -> None:
        """Go to the next field without a reason; from the last one to the button."""
        empty = [row.reason for row in self.rows if not row.reason.text().strip()]
        (empty[0] if empty else self.go).setFocus(Qt.FocusReason.TabFocusReason)


class _Row(QFrame):
    """One error."""

    def __init__(self, error: Mapping[str, Any], reason: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.error = error
        message = PlainLabel(
            visible(f"{error['id']}  {error['message']}"),
            self,
            wrap=True,
            selectable=True,
        )
        self.reason = QLineEdit(
            reason,
            self,
            objectName="package_reason",
            placeholderText=tr("Reason why it has to stay as it is"),
            toolTip=tr("Goes into the package's report with the error."),
            visible=error["id"] not in FIRM,
        )
        self.zoom = QToolButton(
            self,
            text=tr("Zoom"),
            toolTip=tr("Show the place on the map."),
            visible=bool(error["where"]),
        )
        in_column(message, in_line((self.reason, 1), self.zoom, spacing=4), on=self, margins=(18, 0, 0, 2), spacing=2)
