"""Findings: what was found, where, how to mend it; and the answers: zoom there, accept one or many with a reason."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)

from ...delineation.core.errors import BadInput
from ...delineation.core.findings import Finding
from ...delineation.core.messages import facts_of
from ...delineation.core.text import clock_time as local_time
from ..text import capital, language, listed, names_of, tr
from ..widgets.choices import fill
from ..widgets.elided_combo import ElidedCombo
from ..widgets.layout import in_column, in_flow, in_line, take_width
from ..widgets.marks import mark_icon
from ..widgets.offered import offer
from ..widgets.plain_text import PlainLabel
from ..widgets.tables import RowsList, RowsModel, ViewColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from qgis.PyQt.QtCore import QPoint
    from qgis.PyQt.QtGui import QIcon

    from ...delineation.case.profile import Profile
    from ...delineation.plan.file import Plan

NAMED = 3  # units that are named before they are counted


class FindingsModel(RowsModel):
    """The plan's findings by their places in its table, worded in the user's language."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, ViewColumn("", self._text, icon=self._mark), key=int, tip=self._whole)
        self.with_accepted = True
        self.rule = ""
        self.show_plan(None, None)
        self.keep(self._listed)

    def show_plan(self, plan: Plan | None, profile: Profile | None) -> None:
        """Show a plan's findings; without a plan there are none."""
        from ...delineation.checks import load_texts
        from ...delineation.plan.file import empty_table

        self.findings: pd.DataFrame = plan.findings if plan is not None else empty_table("findings")
        self.accepted: pd.DataFrame = plan.accepted if plan is not None else empty_table("accepted")
        units = plan.units if plan is not None else empty_table("units")
        self._texts: Mapping[str, Any] = load_texts(profile) if profile is not None else {}
        self._names = names_of(profile)
        self._words: dict[int, str] = {}
        self._units: dict[str, str] = dict(zip(units["code"], units["name"], strict=True))
        if self.rule not in set(self.findings["id"]):
            self.rule = ""
        self._match()
        self.put(range(len(self._by)))

    def show_accepted(
        self, accepted: pd.DataFrame | None = None, *, with_accepted: bool | None = None, rule: str | None = None
    ) -> None:
        """Take another table of acceptances, show or hide what is accepted, or list one rule's findings alone.

        What is chosen stays so where it is still listed.
        """
        self.accepted = self.accepted if accepted is None else accepted
        self.with_accepted = self.with_accepted if with_accepted is None else with_accepted
        self.rule = self.rule if rule is None else rule
        self._match()
        self.follow(range(len(self._by)))

    def _match(self) -> None:
        from ...delineation.plan.acceptance import acceptance_of

        self._by: list[int] = acceptance_of(self.findings, self.accepted).tolist()

    def _listed(self, place: int) -> bool:
        fits = self.rule in ("", self.findings["id"].iat[place])
        return fits and (self.with_accepted or self._by[place] < 0)

    def rules(self) -> dict[str, int]:
        """Count findings by rule, in the order in which they are listed, whatever rule is chosen."""
        there = (rule for rule, by in zip(self.findings["id"], self._by, strict=True) if self.with_accepted or by < 0)
        return dict(Counter(map(str, there)))

    def rule_title(self, rule: str) -> str:
        """Name a rule: its id, by which standards and colleagues call it, and what it is about."""
        title = capital(self._names("finding", rule, language(), {}))
        return rule if title == rule else f"{rule} {title}"

    def open_count(self) -> int:
        """Count findings that nobody accepted."""
        return sum(by < 0 for by in self._by)

    def first_error(self) -> int:
        """Find the first finding that is an error which nobody accepted, −1 where there is none."""
        wanted = (one for one in self.items if self._by[one] < 0 and self.findings["severity"].iat[one] == "error")
        return next(wanted, -1)

    def listed(self, places: Sequence[int]) -> pd.DataFrame:
        """Give findings as a table."""
        return self.findings.iloc[list(places)]

    def acceptance(self, place: int) -> Mapping[str, str] | None:
        """Give who accepted it, when and why; None while nobody did."""
        by = self._by[place]
        return self.accepted.iloc[by].to_dict() if by >= 0 else None

    def words(self, place: int) -> str:
        """Say what was found; the text in the file where the profile has none any more."""
        from ...delineation.case.finding_texts import message

        if place not in self._words:
            try:
                self._words[place] = message(self.as_finding(place), self._texts, language(), self._names)
            except (BadInput, KeyError, ValueError, IndexError):
                self._words[place] = str(self.findings["message"].iloc[place])
        return self._words[place]

    def as_finding(self, place: int) -> Finding:
        """Give a finding as the rule told it.

        Raises
        ------
        ValueError
            Its facts cannot be read.
        """
        stored = self.findings.iloc[place]
        value = None if stored["value"] != stored["value"] else float(stored["value"])
        units = tuple(filter(None, str(stored["units"] or "").split("、")))
        return Finding(str(stored["id"]), facts_of(json.loads(stored["facts"] or "{}")), value, units=units)

    def _text(self, place: int) -> str:
        return f"{self.findings['id'].iat[place]}  {self.words(place)}"

    def _mark(self, place: int) -> QIcon:
        if self._by[place] >= 0:
            return mark_icon("done")
        return mark_icon("problem" if self.findings["severity"].iat[place] == "error" else "check")

    def _whole(self, place: int) -> str:
        return "\n".join(filter(None, (self.accepted_words(place) or self.words(place), self.unit_names(place))))

    def unit_names(self, place: int) -> str:
        """Name the units that a finding speaks of by their codes; "" where it speaks of none."""
        codes = str(self.findings["units"].iat[place] or "").split("、")
        named = [self._units[code] for code in codes if code in self._units]
        if len(named) <= NAMED:
            return listed(named)
        return tr("{units} and {count} more", units=listed(named[:NAMED]), count=f"{len(named) - NAMED:,}")

    def accepted_words(self, place: int) -> str:
        """Say who accepted a finding, when and why; "" while nobody did."""
        accepted = self.acceptance(place)
        if accepted is None:
            return ""
        day = local_time(accepted["time"]).partition(" ")[0]
        return tr(
            "Accepted by {author}, {time}: {reason}",
            author=accepted["author"] or "?",
            time=day,
            reason=accepted["reason"],
        )


class FindingsList(QWidget):
    """The list, what the chosen ones say in full, and their answers.

    ``alone`` is False where others beside it zoom and write files.
    """

    picked = pyqtSignal(object)  # the chosen rows of findings, None where none is
    zoom = pyqtSignal(object)  # rows of findings
    accept = pyqtSignal(object, str)  # rows, reason
    withdraw = pyqtSignal(object)
    why = pyqtSignal(object)  # rows, the first of which is asked about
    export = pyqtSignal(str, str)  # rules, state: as the exporter of findings takes them

    def __init__(self, parent: QWidget, *, alone: bool = True) -> None:
        super().__init__(parent)
        self._alone = alone
        self.model = FindingsModel(self)
        self.rule: ElidedCombo = ElidedCombo(
            8,
            self,
            toolTip=tr("List the findings of one rule alone."),
            accessibleName=tr("Rule"),
            activated=lambda _: self.only(self.rule.currentData()),
        )
        take_width(self.rule)
        self.export_button = QPushButton(
            tr("E&xport…"),
            self,
            toolTip=tr("Write what is listed here into a workbook."),
            clicked=self._export,
        )
        self.view = RowsList(
            self,
            self.model,
            wordWrap=True,
            alternatingRowColors=True,
            customContextMenuRequested=self._open_menu,
            activated=self._zoom,
            selectionMode=QAbstractItemView.SelectionMode.ExtendedSelection,
            contextMenuPolicy=Qt.ContextMenuPolicy.CustomContextMenu,
            # A few findings are seen however much stands below them.
            minimumHeight=6 * self.fontMetrics().lineSpacing(),
        )
        self.view.selectionModel().selectionChanged.connect(self._show)
        self.all = QCheckBox(
            tr("Show &accepted ones too"),
            self,
            toolTip=tr("Accepted findings stay in the plan with who, when and why."),
            checked=True,
            toggled=lambda on: self.model.show_accepted(with_accepted=on),
        )
        self.none = QLabel(tr("Nothing was found that a reader must know."), self)
        self.told = PlainLabel(
            "",
            self,
            objectName="findings_told",
            wrap=True,
            selectable=True,
        )
        self.reason = QLineEdit(
            self,
            placeholderText=tr("Reason why it may stay as it is"),
            toolTip=tr("Stands in the plan with your name; a new run keeps it."),
            returnPressed=self._accept,
        )
        self.zoom_button = QPushButton(
            tr("&Zoom"),
            self,
            clicked=self._zoom,
        )
        self.accept_button = QPushButton(self, toolTip=tr("Keep the reason in the plan."), clicked=self._accept)
        self.withdraw_button = QPushButton(
            tr("&Withdraw"),
            self,
            toolTip=tr("Take the acceptance back."),
            clicked=lambda: self.withdraw.emit(self.chosen()),
        )
        in_column(
            in_line((self.rule, 1), self.export_button),
            self.none,
            (self.view, 1),
            self.told,
            self.reason,
            in_flow(self.zoom_button, self.accept_button, self.withdraw_button),
            self.all,
            on=self,
            margins=(0, 4, 0, 0),
        )
        for signal in (self.model.modelReset, self.model.layoutChanged):
            signal.connect(self._reset)
        self._reset()

    def minimumSizeHint(self) -> QSize:
        """Count in how high a text is that wraps, as no column does by itself; behind another tab, ask for nothing."""
        high = 0 if self.isHidden() else self.layout().minimumHeightForWidth(self.width())
        return QSize(super().minimumSizeHint().width(), high)

    # ── what is listed and chosen ─────────────────────────────────────────────────────────────────────────────────

    def chosen_places(self) -> list[int]:
        """Give the places of what is chosen in the plan's table, from the top."""
        return [self.model.items[row] for row in self.view.chosen()]

    def chosen(self) -> Any:
        """Give the chosen findings as a table, None where none is."""
        places = self.chosen_places()
        return self.model.listed(places) if places else None

    def choose(self, *places: int) -> None:
        """Choose findings as far as they are listed, the first of which is scrolled to."""
        self.view.choose(row for row in map(self.model.row_of, places) if row >= 0)

    def choose_places(self, places: Sequence[int]) -> None:
        """Choose findings; one that is not listed is listed first."""
        if any(self.model.row_of(place) < 0 for place in places):
            self.all.setChecked(True)
            self.only("")
        self.choose(*places)

    def only(self, rule: str) -> None:
        """List the findings of a rule alone, of all with ""; what was chosen stays so where it is still listed."""
        self.model.show_accepted(rule=rule)

    def tell_part(self, number: int, count: int) -> None:
        """Say which place of the chosen finding the map shows; the button goes on to the next."""
        if count > 1:
            self.zoom_button.setText(tr("&Zoom: {number} of {count}", number=number, count=count))

    def begin_acceptance(self) -> None:
        """Have the reason typed in."""
        self.reason.setFocus()
        self.reason.selectAll()

    def _reset(self) -> None:
        rules = self.model.rules()
        whole = tr("All issues ({count})", count=f"{sum(rules.values()):,}")
        named = (
            (rule, tr("{rule} ({count})", rule=self.model.rule_title(rule), count=f"{count:,}"))
            for rule, count in rules.items()
        )
        fill(self.rule, [("", whole), *named], self.model.rule)
        self.rule.setVisible(bool(rules))
        self.export_button.setVisible(bool(rules) and self._alone)
        self._show()

    def _show(self) -> None:
        places = self.chosen_places()
        self.none.setVisible(self.model.rowCount() == 0)
        self.view.setVisible(self.model.rowCount() > 0)
        for widget in (self.told, self.reason, self.zoom_button, self.accept_button, self.withdraw_button):
            widget.setVisible(bool(places))
        self.zoom_button.setVisible(bool(places) and self._alone)
        if places:
            accepted = [self.model.acceptance(place) for place in places]
            reasons = {answer["reason"] if answer is not None else "" for answer in accepted}
            told = "\n".join(filter(None, (self.model.unit_names(places[0]), self.model.accepted_words(places[0]))))
            if len(places) > 1:
                told = tr("{count} findings are chosen; one reason holds for all of them.", count=f"{len(places):,}")
            self.told.say(told)
            self.reason.setText(reasons.pop() if len(reasons) == 1 else "")
            self.withdraw_button.setEnabled(any(answer is not None for answer in accepted))
            self.withdraw_button.setVisible(self.withdraw_button.isEnabled())
        accept = tr("Accept with &reason")
        if len(places) > 1:
            accept = tr("Accept {count} with &reason", count=f"{len(places):,}")
        self.accept_button.setText(accept)
        self.zoom_button.setText(tr("&Zoom"))
        nowhere = tr("What is chosen has no place of its own: it is about the plan or its lists as a whole.")
        offer(self.zoom_button, tr("Show the place on the map."), "" if self._has_place() else nowhere)
        self.picked.emit(self.chosen())

    def _has_place(self) -> bool:
        chosen = self.chosen()
        return chosen is not None and bool(chosen["geometry"].notna().any())

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _zoom(self) -> None:
        if self._has_place():
            self.zoom.emit(self.chosen())

    def _accept(self) -> None:
        """Accept what is chosen for the reason that stands there; where none does, have it typed in first."""
        chosen, reason = self.chosen(), self.reason.text().strip()
        if chosen is not None and reason:
            self.accept.emit(chosen, reason)
        else:
            self.begin_acceptance()

    def _export(self) -> None:
        self.export.emit(self.model.rule, "" if self.model.with_accepted else "open")

    def fill_menu(self, menu: QMenu) -> None:
        """Put into a menu what can be done with the chosen findings."""
        places, chosen = self.chosen_places(), self.chosen()
        if chosen is None:
            return
        rule, text = str(chosen["id"].iloc[0]), "\n".join(map(self.model.words, places))
        codes = list(dict.fromkeys(code for units in chosen["units"].fillna("") for code in units.split("、") if code))
        only = tr("List only “{rule}”", rule=self.model.rule_title(rule)).replace("&", "&&")
        of_rule = (tr("List all rules"), "") if self.model.rule else (only, rule)
        there = bool(chosen["units"].iloc[0]) or chosen["geometry"].iloc[0] is not None
        buttons = (self.zoom_button, self.accept_button, self.withdraw_button, self.export_button)
        for words, does, possible in (
            *((button.text(), button.click, button.isEnabled()) for button in buttons),
            (tr("Why here?"), lambda: self.why.emit(chosen), there),
            (of_rule[0], lambda: self.only(of_rule[1]), True),
            (tr("Choose all that are listed"), self.view.selectAll, True),
            (tr("Copy the text"), lambda: copy_text(text), True),
            (tr("Copy the codes of its units"), lambda: copy_text("\n".join(codes)), bool(codes)),
        ):
            menu.addAction(words, does).setEnabled(possible)

    def _open_menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if not index.isValid():
            return
        if not self.view.selectionModel().isSelected(index):
            self.choose(self.model.items[index.row()])
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu)
        menu.popup(self.view.viewport().mapToGlobal(at))


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QApplication.clipboard().setText(text)
