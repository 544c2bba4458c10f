"""What is wrong with the entry lists: findings of their rules, what mends each by a click, or a reason to accept it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication, pyqtSignal
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ..work.settings import who
from .findings_list import FindingsList

if TYPE_CHECKING:
    from pathlib import Path

    from ...delineation.plan.file import Plan
    from .clause_words import ClauseWords
    from .page import Workplace

__all__ = ["ListsLint", "is_of_lists"]

translate = QCoreApplication.translate
_OF_LISTS = re.compile(r"L\d+|Q15|Q29|Q30")


def is_of_lists(rule: str) -> bool:
    """Tell whether a rule looks at entry lists."""
    return _OF_LISTS.fullmatch(rule) is not None


class ListsLint(QWidget):
    """The findings of lists alone, as the page Result lists all."""

    asked = pyqtSignal(object)  # an operation that mends
    open_unit = pyqtSignal(str, str)  # unit id, clause id
    counted = pyqtSignal(int)  # how many are open

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_units_lists_lint")
        self._place, self._session = place, place.session
        self._words: ClauseWords | None = None
        self._why_not = ""
        self.list = FindingsList(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list, 1)
        self.list.accept.connect(self._accept)
        self.list.withdraw.connect(self._withdraw)

    def show_plan(self, plan: Plan | None, words: ClauseWords | None) -> None:
        """Show the findings of a plan's lists."""
        self._words = words
        if plan is not None:
            own = plan.findings["id"].astype(str).map(is_of_lists)
            plan = replace(plan, findings=plan.findings[own.to_numpy(dtype=bool)])
        self.list.model.show_plan(plan, words.profile if words is not None else None)
        self.counted.emit(self.list.model.open_count())

    def set_able(self, why_not: str) -> None:
        """Offer what mends, or say why nothing is edited now."""
        self._why_not = why_not

    # ── accepting ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _accept(self, finding: Any, reason: str) -> None:
        from ...delineation.plan.acceptance import accept
        from ...delineation.plan.history import now_text

        now = now_text()
        self._write(lambda path: accept(path, finding, reason=reason, author=who(), time=now))

    def _withdraw(self, finding: Any) -> None:
        from ...delineation.plan.acceptance import withdraw
        from ...delineation.plan.history import now_text

        now = now_text()
        self._write(lambda path: withdraw(path, finding, author=who(), time=now))

    def _write(self, verb: Any) -> None:
        raise NotImplementedError(verb)

    def _written(self, path: Path | None, table: Any, journal: Any) -> None:
        raise NotImplementedError
