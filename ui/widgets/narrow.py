"""What has no room in a narrow panel: fields give way, texts end in an ellipsis, and a tool tip has all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QProxyStyle,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QTabBar,
    QTableWidget,
    QTabWidget,
    QToolTip,
    QWidget,
)

from .elided_combo import paint_elided, shown_text
from .plain_text import as_tip
from .two_lines import TwoLinesDelegate

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QHelpEvent
    from qgis.PyQt.QtWidgets import QLayoutItem, QStyleOption

FIELD = 60  # pixels that a list to choose from or a number keeps
WIDEST = 150  # pixels beyond which a button or a label gives way
SQUEEZED = 0.94  # of what buttons ask for, is enough for their texts
EDGE = 3  # pixels that a view leaves at each side of a cell
CONTROLS: dict[type[Any], Any] = {
    QPushButton: (QStyle.ControlElement.CE_PushButton, QStyle.SubElement.SE_PushButtonContents),
    QCheckBox: (QStyle.ControlElement.CE_CheckBox, QStyle.SubElement.SE_CheckBoxContents),
    QRadioButton: (QStyle.ControlElement.CE_RadioButton, QStyle.SubElement.SE_RadioButtonContents),
}
TEXTS: tuple[type[Any], ...] = (*CONTROLS, QLabel)


def fit_narrow(root: QWidget) -> None:
    """Let all in a widget be narrow: what is in it now, and what comes into it later."""
    _Narrow(root).watch(root)


def whole_text(widget: QWidget, place: QPoint) -> str:
    """Give the text at a place of a widget where it is cut there, "" where it is whole."""
    if isinstance(widget, QTabBar):
        number = widget.tabAt(place)
        room = widget.tabRect(number).width() - 2 * EDGE
        text = _plain(widget.tabText(number)) if number >= 0 else ""
        return text if _advance(widget, text) > room - widget.style().pixelMetric(_SPACE, None, widget) else ""
    if isinstance(widget, QHeaderView):
        section = widget.logicalIndexAt(place)
        text = str(widget.model().headerData(section, widget.orientation()) or "") if section >= 0 else ""
        return text if _advance(widget, text) > widget.sectionSize(section) - 2 * EDGE else ""
    if isinstance(widget, QAbstractItemView):
        index = widget.indexAt(place)
        delegate = widget.itemDelegate(index)
        if index.isValid() and isinstance(delegate, TwoLinesDelegate):
            return delegate.whole(widget, index)
        text = index.data() if index.isValid() else ""
        if not isinstance(text, str) or index.data(Qt.ItemDataRole.SizeHintRole) is not None:
            return ""
        room = widget.visualRect(index).intersected(widget.viewport().rect()).width() - 2 * EDGE
        icon = widget.iconSize().width() if widget.iconSize().isValid() else 16
        room -= icon + EDGE if index.data(Qt.ItemDataRole.DecorationRole) is not None else 0
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            room -= widget.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, widget) + EDGE
        return text if _advance(widget, text) > room else ""
    if isinstance(widget, QComboBox):
        return widget.currentText() if shown_text(widget) != widget.currentText() else ""
    if isinstance(widget, QAbstractButton | QLabel):
        text = _plain(widget.text())
        return text if _cut(widget) else ""
    return ""


_SPACE = QStyle.PixelMetric.PM_TabBarTabHSpace


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _advance(widget: QWidget, text: str) -> int:
    return max(map(widget.fontMetrics().horizontalAdvance, text.split("\n")))


def _one_line(label: QLabel) -> bool:
    rich = label.textFormat() == Qt.TextFormat.RichText or (
        label.textFormat() == Qt.TextFormat.AutoText and Qt.mightBeRichText(label.text())
    )
    return bool(label.text()) and not label.wordWrap() and not rich and "\n" not in label.text()


def _room(widget: QWidget) -> int:
    """Width for the text of a label or a button."""
    if isinstance(widget, QLabel):
        return int(widget.contentsRect().width()) - 2 * widget.margin()
    for kind, (_, contents) in CONTROLS.items():
        if isinstance(widget, kind):
            option = _option(widget)
            if option is None:
                break
            room = widget.style().subElementRect(contents, option, widget).width()
            return int(room) - (option.iconSize.width() + EDGE if not option.icon.isNull() else 0)
    return int(widget.width())


def _option(button: QAbstractButton) -> QStyleOptionButton | None:
    """Give what a button is painted by; None of one that was not made in Python, whose own Python may not ask for."""
    option = QStyleOptionButton()
    try:
        button.initStyleOption(option)
    except RuntimeError:
        return None
    return option


def _cut(widget: QWidget) -> bool:
    if isinstance(widget, QLabel) and not _one_line(widget):
        return False
    return bool(widget.text()) and _advance(widget, _plain(widget.text())) > _room(widget)


class _Tabs(QProxyStyle):
    """Leaves as much air beside the names of tabs as there is, so that six of them are whole in a narrow panel."""

    LEAST = 2  # pixels

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        usual = super().pixelMetric(metric, option, widget)
        if metric != _SPACE or not isinstance(widget, QTabBar) or not widget.count():
            return usual
        # A bar with its pages is as wide as its names, as long as it may be.
        room = (widget.parentWidget() if isinstance(widget.parentWidget(), QTabWidget) else widget).width()
        names = sum(_advance(widget, _plain(widget.tabText(one))) for one in range(widget.count()))
        air = (room - names) // widget.count() - EDGE
        return usual if air < self.LEAST else min(usual, air)  # where one has to be scrolled to, less air helps nobody


class _Narrow(QObject):
    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        self._styles: list[_Tabs] = []

    def watch(self, widget: QWidget) -> None:
        for one in (widget, *widget.findChildren(QWidget)):
            one.installEventFilter(self)
            self._give_way(one)
        for form in widget.findChildren(QFormLayout):
            if form.rowWrapPolicy() == QFormLayout.RowWrapPolicy.DontWrapRows:
                # Where there is no room beside its label, a field stands below it.
                form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)

    def _give_way(self, one: QWidget) -> None:
        if isinstance(one, QHeaderView):
            if not isinstance(one.parent(), QTableWidget):  # whose heads may stand in two lines
                one.setTextElideMode(Qt.TextElideMode.ElideRight)
        elif isinstance(one, QAbstractItemView):
            one.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names of units begin alike and differ at the end
        elif isinstance(one, QComboBox | QAbstractSpinBox):
            # A list asks for room for its longest line, a number for its largest.
            if not one.minimumWidth():
                one.setMinimumWidth(FIELD)
        elif isinstance(one, QTabBar):
            style = _Tabs(QApplication.style().objectName())
            style.setParent(one)  # Qt leaves it as it is when the bar goes
            # Of a bar that Qt made, Python forgets what hangs on it, and with it pixelMetric.
            self._styles.append(style)
            one.setStyle(style)
            # What has no room is scrolled to: half a name says nothing.
            one.setElideMode(Qt.TextElideMode.ElideNone)
            one.setUsesScrollButtons(True)
            one.setMinimumWidth(FIELD)
        elif isinstance(one, TEXTS):
            self._limit(one)

    def _limit(self, one: QWidget) -> None:
        """Let a long text be cut rather than make the page wider than the panel."""
        own = one.minimumWidth() in (0, WIDEST) and one.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Ignored
        if not own or (isinstance(one, QLabel) and not _one_line(one)):
            return
        least = WIDEST if one.sizeHint().width() > WIDEST else 0
        if one.minimumWidth() != least:
            one.setMinimumWidth(least)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        wider = kind == QEvent.Type.Resize and event.size().width() != event.oldSize().width()
        if wider and isinstance(watched, QTabWidget):
            bar = watched.tabBar()
            bar.setIconSize(bar.iconSize())  # it keeps the widths of its tabs until it has to lay them anew
        if kind == QEvent.Type.ChildPolished and isinstance(event.child(), QWidget):
            if not event.child().isWindow():
                self.watch(event.child())
        elif kind == QEvent.Type.LayoutRequest and isinstance(watched, QWidget):
            if isinstance(watched, QTabWidget):
                watched.updateGeometry()  # which tells nobody by itself what a page of it needs by now
            for one in watched.children():
                if isinstance(one, TEXTS):
                    self._limit(one)
        elif kind == QEvent.Type.Paint:
            return _painted(watched)
        elif kind == QEvent.Type.ToolTip:
            return self._tell(watched, event)
        return False

    def _tell(self, watched: QWidget, event: QHelpEvent) -> bool:
        """Put a text that is cut above what its tool tip says."""
        view = watched.parent() if isinstance(watched.parent(), QAbstractItemView) else None
        inside = view is not None and view.viewport() is watched
        widget = view if inside else watched
        text = whole_text(widget, event.pos())
        if not text:
            return False
        tip = _own_tip(widget, event.pos())
        if text in tip:
            return False
        QToolTip.showText(event.globalPos(), "\n".join(filter(None, (as_tip(text), tip))), widget)
        return True


def _own_tip(widget: QWidget, place: QPoint) -> str:
    if isinstance(widget, QTabBar):
        return str(widget.tabToolTip(widget.tabAt(place)))
    if isinstance(widget, QHeaderView):
        section, role = widget.logicalIndexAt(place), Qt.ItemDataRole.ToolTipRole
        return str(widget.model().headerData(section, widget.orientation(), role) or "")
    if isinstance(widget, QAbstractItemView):
        return str(widget.indexAt(place).data(Qt.ItemDataRole.ToolTipRole) or "")
    return str(widget.toolTip())


def _painted(widget: QWidget) -> bool:
    """Paint a text that has no room with an ellipsis; False where the widget paints itself."""
    if isinstance(widget, QComboBox):
        if widget.isEditable() or shown_text(widget) == widget.currentText():
            return False
        paint_elided(widget)
        return True
    if not isinstance(widget, TEXTS) or not _cut(widget):
        return False
    if isinstance(widget, QLabel):
        # A label may be a name; what a button does stands at the begin.
        text, role = _elided(widget, Qt.TextElideMode.ElideMiddle), widget.foregroundRole()
        where = int(widget.alignment()) | (_MNEMONIC if widget.buddy() is not None else 0)
        widget.style().drawItemText(
            QStylePainter(widget), widget.contentsRect(), where, widget.palette(), widget.isEnabled(), text, role
        )
        return True
    option = _option(widget)
    if option is None:
        return False
    option.text = _elided(widget, Qt.TextElideMode.ElideRight)
    element = next(element for kind, (element, _) in CONTROLS.items() if isinstance(widget, kind))
    QStylePainter(widget).drawControl(element, option)
    return True


def _elided(widget: QWidget, where: Qt.TextElideMode) -> str:
    return str(widget.fontMetrics().elidedText(widget.text(), where, _room(widget), _MNEMONIC))


_MNEMONIC = int(Qt.TextFlag.TextShowMnemonic)


# ── A row of buttons that goes on in the next line where there is no room ───────────────────────────────────────────


class WrappingLayout(QLayout):
    """Lays widgets out as words are: from the left, and on the next line where one has no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._items: list[QLayoutItem] = []
        # As it was laid last: a page that scrolls asks for what it needs without saying how wide it is.
        self._height = 0

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientations:
        return Qt.Orientations(Qt.Orientation.Horizontal)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(width, None)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        before, self._height = self._height, self._lay(rect.width(), rect)
        if before != self._height:
            self.invalidate()
            self.parentWidget().updateGeometry()

    def sizeHint(self) -> QSize:
        size = self.minimumSize()
        wide = sum(map(_wide, self._shown())) + self._gap() * max(0, len(self._shown()) - 1)
        size.setWidth(max(wide, size.width()))
        return size

    def minimumSize(self) -> QSize:
        size = QSize(0, self._height)
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _gap(self) -> int:
        return max(self.spacing(), 4)

    def _lay(self, width: int, rect: QRect | None) -> int:
        """Give the height of all lines; put the widgets there where a rectangle is given."""
        top, gap = 0, self._gap()
        for line in self._lines(width):
            wide = list(map(_wide, line))
            room = width - gap * (len(line) - 1)
            share = min(1.0, room / max(sum(wide), 1))
            left, high = 0, max(item.sizeHint().height() for item in line)
            for item, whole in zip(line, wide, strict=True):
                if rect is not None:
                    size = QSize(int(whole * share), item.sizeHint().height())
                    item.setGeometry(QRect(rect.topLeft() + QPoint(left, top), size))
                left += int(whole * share) + gap
            top += high + gap
        return max(0, top - gap)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """Part the widgets into lines; a line may ask for a little more than there is: buttons have air in them."""
        lines: list[list[QLayoutItem]] = []
        taken = 0.0
        for item in self._shown():
            wide = SQUEEZED * _wide(item)
            if not lines or taken + self._gap() + wide > width:
                lines.append([])
                taken = -self._gap()
            lines[-1].append(item)
            taken += self._gap() + wide
        return lines


def _wide(item: QLayoutItem) -> int:
    return max(int(item.sizeHint().width()), int(item.minimumSize().width()))
