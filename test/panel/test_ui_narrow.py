"""What has no room gives way: a text ends in an ellipsis and its tool tip has it, buttons go on in the next line."""

from __future__ import annotations

import gc

import pytest
from control_units.ui.widgets.marks import mark_icon
from control_units.ui.widgets.narrow import WrappingLayout, fit_narrow, whole_text
from control_units.ui.widgets.tables import LineTree, TreeLine
from control_units.ui.widgets.two_lines import LINES, TwoLinesDelegate
from panel_looks import told
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

LONG = "生态空间、城镇空间和农业空间以外的其他区域一并计算"


@pytest.fixture
def narrow():
    """A widget of 180 px, and a way to put others into it."""
    root = QWidget()
    layout = QVBoxLayout(root)
    fit_narrow(root)

    def put(widget: QWidget) -> QWidget:
        layout.addWidget(widget)
        root.show()
        QApplication.processEvents()
        root.resize(180, 300)
        QApplication.processEvents()
        return widget

    yield put
    root.close()
    root.deleteLater()


@pytest.mark.parametrize("kind", [QLabel, QPushButton])
def test_a_long_text_is_told_and_a_short_one_is_not(narrow, kind):
    long, short = narrow(kind(LONG)), narrow(kind("其他"))
    long.setToolTip("怎么算")
    assert long.window().width() == 180
    assert told(long, long.rect().center()).split("\n") == [LONG, "怎么算"]
    assert told(short, short.rect().center()) == ""


def test_a_long_text_ends_in_an_ellipsis(narrow):
    cut, whole = narrow(QLabel(LONG)), narrow(QLabel(""))
    room = cut.contentsRect().width()
    whole.setText(cut.fontMetrics().elidedText(LONG, 2, room))  # Qt.ElideMiddle
    whole.setFixedSize(cut.size())
    QApplication.processEvents()
    assert "…" in whole.text()
    assert cut.grab().toImage() == whole.grab().toImage()


def test_lists_to_choose_from_and_numbers_do_not_widen_what_they_are_in(narrow):
    combo, number = QComboBox(), QDoubleSpinBox()
    combo.addItem(LONG)
    number.setRange(0, 1e15)
    for widget in (combo, number):
        narrow(widget)
    assert combo.window().width() == 180
    assert whole_text(combo, QPoint(5, 5)) == LONG


def test_the_name_of_a_tab_and_a_cell_are_told(narrow):
    tabs, tree = QTabWidget(), LineTree(None, LONG)
    tabs.addTab(QWidget(), LONG)
    tabs.addTab(QWidget(), LONG)
    tree.put([TreeLine([LONG])])
    narrow(tabs)
    narrow(tree)
    assert told(tabs.tabBar(), tabs.tabBar().tabRect(0).center()) == LONG
    assert told(tree.viewport(), QPoint(60, 8)) == LONG
    assert told(tree.header().viewport(), QPoint(60, 8)) == LONG


@pytest.mark.parametrize(("missing", "said"), [(0, ""), (1, f"开化县\n{LONG}")])
def test_a_row_of_two_lines_is_told_where_one_of_them_is_cut(narrow, missing, said):
    tree = LineTree(None, "", indentation=20)
    tree.setItemDelegate(TwoLinesDelegate(tree))
    below = TreeLine(["开化县"], icon=mark_icon("check"), cells={0: {LINES: ("开化县", LONG)}})
    tree.put([TreeLine(["衢州市"], below=[below])])
    narrow(tree)
    # An icon of 16 px and what lies around it and the text, below a line that has one of its own.
    room = tree.fontMetrics().horizontalAdvance(LONG) + 2 * 20 + 16 + 3 * 3
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
    tree.window().resize(room + 100, 300)
    tree.header().resizeSection(0, room - missing)
    QApplication.processEvents()
    assert told(tree.viewport(), tree.visualItemRect(tree.topLevelItem(0).child(0)).center()) == said


def test_names_of_tabs_give_their_air_before_one_is_scrolled_away(narrow):
    tabs = QTabWidget()
    for name in ("单元", "历史", "比选", "变化", "更新", "为什么"):
        tabs.addTab(QWidget(), name)
    narrow(tabs)
    bar = tabs.tabBar()
    gc.collect()  # the bar of a QTabWidget is Qt's own: what is set on it must not go with what Python knows of it
    names = [bar.fontMetrics().horizontalAdvance(bar.tabText(one)) for one in range(6)]

    def at(room: int) -> tuple[int, int, bool]:
        """The least air of a name, the last tab's end, and whether all is in sight."""
        tabs.window().resize(room + tabs.window().width() - tabs.width(), 300)
        QApplication.processEvents()
        air = min(bar.tabRect(one).width() - name for one, name in enumerate(names))
        return tabs.width(), air, bar.tabRect(5).right() < bar.width() <= tabs.width()

    plenty, least = sum(names) + 6 * 40, sum(names) + 6 * 5
    air = at(plenty)[1]
    assert [at(room) for room in (plenty, least, least - 24, plenty)] == [
        (plenty, air, True),
        (least, 2, True),
        (least - 24, air, False),
        (plenty, air, True),
    ]
    assert air > 10
    tabs.setCurrentIndex(5)
    at(least - 24)
    assert bar.rect().contains(bar.tabRect(5))


def test_fields_of_a_form_go_below_their_labels(narrow):
    form = QWidget()
    rows = QFormLayout(form)
    field = QComboBox()
    field.addItem(LONG)
    rows.addRow("红线、水源地和保护地", field)
    narrow(form)
    assert field.y() > rows.labelForField(field).geometry().bottom()


def test_buttons_go_on_in_the_next_line(narrow):
    box = QWidget()
    row = WrappingLayout(box)
    buttons = [QPushButton(text) for text in ("另选文件", "重新读取", "移出")]
    for button in buttons:
        row.addWidget(button)
    narrow(box)
    assert buttons[0].y() < buttons[-1].y()
    assert all(button.geometry().right() <= box.width() for button in buttons)
    lines = len({button.y() for button in buttons})
    assert box.minimumSizeHint().height() >= lines * buttons[0].height()  # or a page that scrolls would squeeze them
    box.window().resize(600, 300)
    QApplication.processEvents()
    assert len({button.y() for button in buttons}) == 1
    assert box.minimumSizeHint().height() == buttons[0].height()


def test_widgets_that_were_not_made_in_python_paint_themselves(narrow):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    files = QFileDialog(None, "", "")
    files.setOption(QFileDialog.Option.DontUseNativeDialog)
    button = box.button(QDialogButtonBox.StandardButton.Cancel)
    button.setText(LONG)
    narrow(box)
    assert whole_text(button, QPoint(5, 5)) in ("", LONG)
    combo = files.findChild(QComboBox)
    assert whole_text(combo, QPoint(5, 5)) == ""
    assert not button.grab().isNull()
