"""The panel: a header, steps and desks, the page of the chosen one, and one line that says what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, QRectF, QSize, Qt, QTimer
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QApplication,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QShortcut,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ...delineation.core.libraries import check
from ..processing.dropping import dropped
from ..text import tr
from ..widgets.layout import in_column, in_line
from ..widgets.marks import paint_mark
from ..widgets.mouse_wheel import calm_wheels
from ..widgets.narrow import fit_narrow
from ..widgets.plain_text import PlainLabel, as_tip
from ..work.runner import nothing
from ..work.settings import PanelSetting
from .header import Header
from .notice import Notice
from .opener import Opener
from .revision_keys import RevisionKeys
from .tab_order import Tabbing
from .welcome import Welcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from qgis.core import QgsMapLayer
    from qgis.PyQt.QtCore import QModelIndex
    from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QPainter, QResizeEvent, QShowEvent

    from ...delineation.case.model import Case
    from ...delineation.verbs.rerunning import Outcome
    from ..pages.page import Page, StepState, Workplace
    from ..widgets.messages import Said
    from ..work.runner import Failure

WIDTH = 420
GLANCE = 3000  # milliseconds between two glances at the plan's file
LAYERS = 4  # of layouts within layouts, each of which asks the one around it for more room
SMALLEST = (320, 270)  # where QGIS docks others above it, its window must not grow beyond the screen


class Dock(QgsDockWidget):
    """Puts the pages together and says what comes next; what they do is theirs.

    Parameters
    ----------
    place : Workplace
    pages : sequence of type
        Pages in their order; made when something is opened first, since they load the engine.
    """

    def __init__(
        self, place: Workplace, pages: Callable[[], Sequence[type[Page]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Control units"), parent)
        self.setObjectName("control_units_dock")
        self.setAcceptDrops(True)
        self.place, self.session = place, place.session
        self._page_types = pages
        self.pages: list[Page] = []
        self._making: Iterator[None] | None = None
        self._landed = True  # what is open shows the step at which it was left
        self._failure: tuple[str, Case | None] = ("", None)  # what the notice says did not work, and of which case
        body = Tabbing(self)
        body.setMinimumSize(*SMALLEST)
        self.opener = Opener(self)
        self.header = Header(place, self.opener, body)
        self.notice = Notice(body)
        self.stack = QStackedWidget(body)
        self.welcome = Welcome(self.opener, self.stack)
        self.stack.addWidget(self.welcome)
        self.work = QWidget(self.stack)
        self.stack.addWidget(self.work)
        in_column(self.header, self.notice, (self.stack, 1), on=body, margins=0, spacing=0)
        self.setWidget(body)
        calm_wheels(body)
        fit_narrow(body)
        place.messages.panel = self._tell
        self._soon = QTimer(self, singleShot=True, timeout=self._show_states)
        session = self.session
        for signal in (
            session.case_changed,
            session.plan_changed,
            session.busy_changed,
            session.preview_changed,
            session.blockers_changed,
            session.files.found,
            session.revision.begun,
            session.revision.ended,
        ):
            signal.connect(self._later)
        session.opened.connect(self._look_where)
        session.failed.connect(self._failed)
        session.saved_beside.connect(self._saved_beside)
        session.ran.connect(self._ran)
        session.watch.taken.connect(self._read_again)
        self._glance = QTimer(self, interval=GLANCE, timeout=session.watch.look)
        session.case_changed.connect(lambda: self._failure[1] is not session.case and self._settled("run"))
        self._show_states()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    # ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

    def ready(self) -> bool:
        """Make the pages with the first case; False where the engine's libraries are missing."""
        try:
            for _ in self.making():
                pass
        except ImportError as error:
            self.place.messages.fail(error)
        return bool(self.pages)

    def making(self) -> Iterator[None]:
        """Make the pages, one a step; what somebody else began is brought to its end.

        Raises
        ------
        ImportError
            A library of the engine is missing.
        """
        while not self.pages:
            self._making = self._making or self._make()
            try:
                next(self._making, None)
            except ImportError:
                self._making = None
                raise
            yield

    def _make(self) -> Iterator[None]:
        types = self._page_types()
        yield
        self.book = QStackedWidget(self.work)
        pages: list[Page] = []
        for kind in types:
            page = kind(self.place, self.book)
            page.state_changed.connect(self._later)
            page.asked_for.connect(self.turn_to)
            pages.append(page)
            self.book.addWidget(page)
            yield
        self.pages = pages
        self.keys = RevisionKeys(self)
        self.steps = StepList(self.pages, self.work)
        self.steps.setAccessibleName(tr("Steps"))
        self.steps.fit(self.width())
        step = PanelSetting.step_of(self._place_left())
        self.steps.currentRowChanged.connect(self._turn_to)
        in_column(
            (in_line(self.steps, (PageArea(self.book, self.work), 1), spacing=0), 1),
            self._bottom(),
            on=self.work,
            margins=0,
            spacing=0,
        )
        self.steps.setCurrentRow(next((row for row, page in enumerate(self.pages) if step == page.NAME), 0))

    def _bottom(self) -> QWidget:
        line = QFrame(self.work, frameShape=QFrame.Shape.StyledPanel)
        self.sentence = PlainLabel("", line, objectName="control_units_sentence", wrap=True)
        self.next = QPushButton(line, objectName="control_units_next", default=True, clicked=self._next)
        # No shortcut of the button's own: it would go with the next text that the button gets.
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(keys),
                self,
                activated=self._press_next,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )
        in_line((self.sentence, 1), self.next, on=line, margins=(8, 6, 8, 6))
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.pages:
            self.steps.fit(self.width())

    # ── what comes next ───────────────────────────────────────────────────────────────────────────────────────────

    def _later(self, *_: object) -> None:
        self._soon.start(0)

    def _show_states(self) -> None:
        session = self.session
        self.header.refresh()
        if session.empty or not self.ready():
            self.stack.setCurrentWidget(self.welcome)
            self.header.page = "index"
            return
        self.stack.setCurrentWidget(self.work)
        self.header.page = self.pages[self.book.currentIndex()].NAME
        if not self._landed:
            self.land()
        states = [page.state() for page in self.pages]
        for row, state in enumerate(states):
            self.steps.show_state(row, state)
        # The first step that wants something, from top to bottom; where none does, the one that is looked at. An
        # error in the result is mended by an earlier step: what that step has ready to keep or run goes before it.
        # Whoever is at a desk is told of that alone, and no desk is where a step leads to.
        here = self.book.currentIndex()
        at_desk = self.pages[here].DESK
        pressing = (row for row, one in enumerate(states) if one.mark in ("problem", "next"))
        wanted = here if at_desk else next((row for row in pressing if not self.pages[row].DESK), None)
        self._wanted = wanted
        shown = wanted if wanted is not None else here
        state = states[shown]
        text = state.action if shown == here else tr("Next: {step}", step=self.pages[shown].title())
        # What the page has a button for itself, the panel offers no second time; the keys press it all the same.
        own = shown == here and any(one.isVisibleTo(self.pages[here]) for one in self.pages[here].acting)
        self.sentence.setText(state.sentence)
        self.next.setText(text)
        self.next.setVisible(bool(text) and not own)
        tip = tr("The next step (Ctrl+Enter)")
        self.next.setToolTip(tr("What comes next at this desk (Ctrl+Enter)") if at_desk else tip)

    def _next(self) -> None:
        row = self._wanted if self._wanted is not None else self.book.currentIndex()
        if row != self.book.currentIndex():
            self.steps.setCurrentRow(row)
        else:
            self.pages[row].act()

    def _press_next(self) -> None:
        if self.next.text():
            self._next()

    def _turn_to(self, row: int) -> None:
        if row >= 0:
            self.work.setUpdatesEnabled(False)  # nothing is painted before it has its place
            self.book.setCurrentIndex(row)
            self.header.page = self.pages[row].NAME
            self.session.watch.look()
            self.pages[row].refresh()
            for _ in range(LAYERS):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            self.work.setUpdatesEnabled(True)
            PanelSetting.leave_at(self._place_left(), self.pages[row].NAME)
            self._later()

    def _place_left(self) -> Path | None:
        return self.session.case_path or self.session.plan_path

    def _look_where(self) -> None:
        self._landed = False

    def land(self) -> bool:
        """Turn to the step at which what is open was left last; False where that is not known."""
        return self.turn_to(PanelSetting.step_of(self._place_left())) is not None

    def turn_to(self, name: str) -> Page | None:
        """Bring a page to the front by its name, or by what it is for, and give it."""
        self._landed = True
        for row, page in enumerate(self.pages):
            if name and name in (page.NAME, page.FOR):
                self.steps.setCurrentRow(row)
                return page
        return None

    def _failed(self, failure: Failure) -> None:
        self.place.messages.fail(failure.error, failure.doing, failure.stage)
        if self.isVisible():
            self._failure = (failure.doing, self.session.case)

    def _saved_beside(self, path: Path, written: Path) -> None:
        text = tr(
            "“{file}” was written by hand and would lose its comments: it stays as it is, and the case is saved beside it as “{new}”.",  # noqa: E501
        )
        if any(one.library.name == "tomlkit" and not one.usable for one in check()):
            text = tr(
                "“{file}” was written by hand and would lose its comments without the library tomlkit (“Check installation” in the menu ☰): it stays as it is, and the case is saved beside it as “{new}”.",  # noqa: E501
            )
        self.place.messages.say(text.format(file=path.name, new=written.name), "warning")

    def _read_again(self, kind: str) -> None:
        edited = tr(
            "The plan was changed outside the panel and has been read again; what is chosen and what you typed stay."
        )
        texts = {
            "edited": edited,
            "revised": tr(
                "The plan was changed outside the panel while it was under revision: the revision has ended, and the plan has been read again with every edit that its file holds. Begin the revision again to go on.",  # noqa: E501
            ),
            "replaced": tr(
                "Another plan was put in the place of this one outside the panel and has been read; reason, document and the chosen unit were of the one before.",  # noqa: E501
            ),
        }
        self.place.messages.say(texts[kind], "warning")

    def _settled(self, *doing: str) -> None:
        """Take back a notice that something failed: it has gone well since, or what failed is another by now."""
        if self._failure[0] in doing:
            self._failure = ("", None)
            self.notice.hide()

    def _ran(self, outcome: Outcome) -> None:
        self._settled("run", "open_plan")
        if not (self.session.updating and self.pages and self.pages[self.book.currentIndex()].DESK):
            self.turn_to("plan")  # what an update came to stands at the desk where it was begun
        if not self.isVisible():
            self.place.messages.say(
                tr("The plan {name} is made: {count} units.", name=self.session.name, count=len(outcome.plan.units)),
                "success",
            )
        # Whoever works in another program sees QGIS's button blink.
        QApplication.alert(self.window())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._glance.start()
        QTimer.singleShot(0, self._warm_up)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._glance.stop()

    def _warm_up(self) -> None:
        # A dock shows for a moment when QGIS takes it in. Whoever opens the panel will want the engine; what is wrong
        # with it is said when somebody asks for something.
        if self.isVisible():
            self.opener.engine.load(nothing, nothing)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate and self.pages and not self.session.empty:
            # Whoever comes back from another program may have changed files there.
            self.session.files.look()
            self.session.watch.look()
            for page in self.pages:
                page.look_again()
        return super().event(event)

    # ── dropping and telling ──────────────────────────────────────────────────────────────────────────────────────

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(dropped(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files, layers = dropped(event.mimeData())
        event.acceptProposedAction()
        if len(files) == 1 and files[0].lower().endswith(".toml"):
            self.opener.open_file(files[0])
        elif files or layers:
            self.opener.when_ready(lambda: self._take_in(files, layers))

    def _take_in(self, files: Sequence[str], layers: Sequence[QgsMapLayer]) -> None:
        if not self.ready():
            return
        if self.session.case is None:
            self.session.new()
        page = self.turn_to("files")
        if page is not None:
            page.take_in(files, layers)

    def _tell(self, said: Said) -> bool:
        if not self.isVisible():
            return False
        self._failure = ("", None)
        self.notice.tell(said)
        return True


# ── The list of steps at the left, desks below them: an icon, a name and a badge each ───────────────────────────────

MARK, PARTED = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
GAP = 9  # pixels between the last step and the first desk
ICON = 24
ABOVE = 4  # pixels above an icon
NARROW = 52  # pixels of the list without names
NAMES_FROM = 380  # pixels of a panel that has room for them
WORDS = {"done": "✔", "next": "●", "problem": "!", "todo": "○"}


class _Step(QStyledItemDelegate):
    """Icon above its name, the badge at the icon's upper right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.initStyleOption(option, index)
        style = option.widget.style()
        if index.data(PARTED):
            y = option.rect.top() + GAP // 2
            painter.setPen(option.palette.color(option.palette.ColorRole.Mid))
            painter.drawLine(option.rect.left() + 6, y, option.rect.right() - 6, y)
            option.rect.setTop(option.rect.top() + GAP)
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        box = option.rect
        left = box.left() + (box.width() - ICON) / 2
        icon = QRectF(left, box.top() + ABOVE, ICON, ICON)
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, icon.toRect())
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = option.palette.ColorRole.HighlightedText if selected else option.palette.ColorRole.Text
        if not option.widget.narrow:
            painter.setPen(option.palette.color(role))
            text = QRectF(box.left(), icon.bottom() + 2, box.width(), box.bottom() - icon.bottom() - 2)
            painter.drawText(text, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, index.data())
        badge = QRectF(icon.right() - 4, icon.top() - 5, 15, 15)
        paint_mark(painter, badge, index.data(MARK) or "todo")

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        line, steps = option.fontMetrics.height(), option.widget
        above = GAP if index.data(PARTED) else 0
        usual = ABOVE + ICON + 4 + round((0.6 if steps.narrow else 1.4) * line)
        least = ABOVE + ICON + 2 + (0 if steps.narrow else line)
        # All of them are in sight on a screen of 720 pixels.
        return QSize(ICON, above + max(least, min(usual, (steps.viewport().height() - GAP) // steps.count())))


class StepList(QListWidget):
    """One line a page, a thin one before the desks; in a narrow panel its icon alone, and its name in the tool tip."""

    def __init__(self, pages: Sequence[Page], parent: QWidget) -> None:
        super().__init__(
            parent,
            objectName="control_units_steps",
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            resizeMode=QListWidget.ResizeMode.Adjust,
        )
        self.setItemDelegate(_Step(self))
        self.narrow = False
        widest = 0
        self._spoken: list[str] = []  # a step with its number, a desk by its name alone
        for number, page in enumerate(pages, start=1):
            item = QListWidgetItem(page.icon(), page.title(), self)
            item.setData(MARK, "todo")
            item.setData(PARTED, page.DESK and number > 1 and not pages[number - 2].DESK)
            self._spoken.append(page.title() if page.DESK else f"{number} {page.title()}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken[-1])
            widest = max(widest, self.fontMetrics().horizontalAdvance(page.title()))
        self._wide = max(58, widest + 16)
        self.setFixedWidth(self._wide)

    def fit(self, width: int) -> None:
        """Take no more than there is in a panel of so many pixels."""
        narrow = width < NAMES_FROM
        if narrow != self.narrow:
            self.narrow = narrow
            self.setFixedWidth(NARROW if narrow else self._wide)
            self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollToItem(self.currentItem())  # where the sentence below took its room

    def show_state(self, row: int, state: StepState) -> None:
        """Show how far a step is."""
        item = self.item(row)
        if item.data(MARK) != state.mark:
            item.setData(MARK, state.mark)
        item.setToolTip(as_tip(f"{item.text()}: {state.sentence}" if state.sentence else item.text()))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._spoken[row]} {WORDS[state.mark]}")


# ── The place of the pages: one that is higher than the panel scrolls, and none makes the panel higher ──────────────

LEAST = 72  # pixels of a page that are always in sight


class PageArea(QScrollArea):
    """Gives the page in front the room there is, at least what it needs.

    Qt's own ``widgetResizable`` would give every page what the longest one would like to have.
    """

    def __init__(self, book: QStackedWidget, parent: QWidget) -> None:
        super().__init__(
            parent, frameShape=QFrame.Shape.NoFrame, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab scrolls it to what it reaches
        self._book = book
        self.setWidget(book)
        # The panel behind fills in the colour.
        book.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        book.currentChanged.connect(self.fit)

    def fit(self) -> None:
        """Make the book as large as the area, or as the page in front has to be."""
        page, room = self._book.currentWidget(), self.viewport().size()
        least = page.minimumSizeHint().height() if page is not None else 0
        self._book.resize(room.width(), max(room.height(), least))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._book.minimumSizeHint().width(), LEAST)

    def sizeHint(self) -> QSize:
        return QSize(self._book.sizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._book and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
            self.updateGeometry()
        return bool(super().eventFilter(watched, event))
