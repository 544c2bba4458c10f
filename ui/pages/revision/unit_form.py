"""What is settled of an edit before it is done: category, kind and name of a unit, or the township that moves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QSignalBlocker, Qt
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from ...map.colours import chip_icon
from ...map.consequence_words import NAMING, CountyAreas, card_text
from ...text import capital, categories, language, names_of, tr
from ...widgets.choices import choose, fill
from ...widgets.layout import form_on, in_flow, show_line
from ...widgets.plain_text import PlainLabel, as_tip

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QKeyEvent

    from ....delineation.revision.state import State
    from ...map.unit_draft import UnitDraft

_ROWS = {
    "create": ("category", "kind", "name"),
    "categorize": ("name",),
    "merge": ("name",),
    "move": ("township", "from"),
}


class UnitForm(QWidget):
    """Fields of the edit that is being settled; Enter does it, Esc leaves all as it was."""

    def __init__(self, draft: UnitDraft, parent: QWidget) -> None:
        super().__init__(parent, objectName="control_units_unit_form")
        self.draft = draft
        self._counties = CountyAreas()
        self._shown: tuple[str, int] | None = None  # operation and category that the boxes were filled for
        self.about = PlainLabel("", self, wrap=True)
        self.note = PlainLabel("", self, wrap=True)
        self.category, self.kind, self.township, self.giver = (
            self._box(key) for key in ("category", "kind", "township", "from")
        )
        self.name = QLineEdit(
            self,
            objectName="control_units_unit_form_name",
            textEdited=lambda text: self.draft.say(name=text.strip() or None),
        )
        self.go = QPushButton(
            self,
            objectName="control_units_unit_form_go",
            toolTip=tr("Enter does it; undo takes it back."),
            clicked=lambda *_: self.draft.agree(),
        )
        self.keep = QPushButton(
            tr("Keep the name"),
            self,
            objectName="control_units_unit_form_keep",
            clicked=lambda *_: self.draft.agree(keep=True),
        )
        self.leave = QPushButton(
            tr("Leave as it was"),
            self,
            objectName="control_units_unit_form_leave",
            toolTip=tr("All stays as it was (Esc)."),
            clicked=lambda *_: self.draft.drop(),
        )
        self.inputs: dict[str, QComboBox | QLineEdit] = {
            "category": self.category,
            "kind": self.kind,
            "township": self.township,
            "from": self.giver,
            "name": self.name,
        }
        titles = (tr("Category"), tr("Kind", "of a unit"), tr("Township"), tr("Given by"), tr("Name"))
        rows = zip(titles, self.inputs.values(), strict=True)
        self.fields = form_on(self, self.about, *rows, self.note, in_flow(self.go, self.keep, self.leave), spacing=3)
        draft.changed.connect(self.look)

    def _box(self, key: str) -> QComboBox:
        box: QComboBox = QComboBox(
            self,
            objectName=f"control_units_unit_form_{key}",
            minimumContentsLength=8,
            activated=lambda _: self._say(key, box.currentData()),
        )
        return box

    def _say(self, key: str, value: Any) -> None:
        said = value if key == "township" else value or None
        self.draft.say(**{key: said, **{"category": {"kind": None}, "township": {"from": None}}.get(key, {})})
        self.draft.held = bool(self.draft.op.get("township"))

    @property
    def is_needed(self) -> bool:
        """There is something to settle."""
        return bool(self.draft.op) and self.draft.ready and self.draft.revision.state is not None

    def look(self) -> None:
        """Show the draft as it is now."""
        state, op = self.draft.revision.state, self.draft.op
        if not self.is_needed or state is None:
            self._shown = None
            return
        for key, field in self.inputs.items():
            on = key in _ROWS[op["op"]]
            show_line(self.fields, field, on)
        self._fill(state, op)
        # What somebody empties stays so while he types: the proposed name holds then.
        if "name" not in op and (self.name.text() or not self.name.isModified()):
            with QSignalBlocker(self.name):
                self.name.setText(self.draft.name)
                self.name.setCursorPosition(0)
        self.name.setToolTip(as_tip(self.draft.name))
        self.keep.setVisible(op["op"] in NAMING)
        self.go.setText(
            {
                "create": tr("Found it", "a unit"),
                "move": tr("Move the township"),
                "categorize": tr("Put it there", "a unit into a category"),
                "merge": tr("Merge them"),
            }[op["op"]]
        )
        self.go.setEnabled(self.draft.complete)
        self.about.setText(self._about(state, op))
        self._note(state)

    def _about(self, state: State, op: dict[str, Any]) -> str:
        if op["op"] == "create":
            if not op["faces"]:
                return tr("New unit: paint or click the faces that it is to have.")
            return tr("New unit of faces: {count}", count=len(op["faces"]))
        unit = state.units.get(self.draft.unit)
        if op["op"] == "move":
            if unit is None:
                return tr("Township: choose the unit that it goes to (Alt+click or T on the map, or the table).")
            return tr("Township to {unit}: click it on the map, or choose it here.", unit=unit.name)
        called = unit.name if unit is not None else ""
        return tr("{unit} bears the name that the rule gave it; the rule gives another one now.", unit=called)

    def _fill(self, state: State, op: dict[str, Any]) -> None:
        """Fill the boxes for an operation and a category; what is chosen is what is said, else what would be."""
        from ....delineation.revision.naming import kinds_of_category

        profile = state.setting.profile
        category = int(op.get("category") or 0)
        if self._shown != (op["op"], category):
            self._shown = (op["op"], category)
            if op["op"] == "create":
                words, names = categories(profile=profile), names_of(profile)
                fill(self.category, ((number, word, chip_icon(number)) for number, word in words.items()))
                kinds = kinds_of_category(state, category)
                fill(self.kind, ((kind, capital(names("kind", kind, language(), {}))) for kind in kinds))
            elif op["op"] == "move":
                fill(self.township, [("", ""), *townships_of(state)])
        if op["op"] == "move":
            town = op.get("township", "")
            givers = [("", tr("all of its category in the county"))]
            if town:
                here = {state.counters.ids[one] for one in state.label[state.faces.township == town].tolist()}
                givers += [(one, state.units[one].name) for one in sorted(here) if one != op.get("unit")]
            fill(self.giver, givers)
        found = self.draft.found
        new = [] if found is None else [row for key, row in found.units.items() if key not in state.units]
        would = {"kind": new[0].kind} if new else {}
        for key, box in self.inputs.items():
            if isinstance(box, QComboBox):
                choose(box, op.get(key) or would.get(key, ""))
                box.setToolTip(as_tip(box.currentText()))

    def _note(self, state: State) -> None:
        found = self.draft.found
        text = ""
        if found is not None and self.draft.complete:
            new = next((key for key in found.units if key not in state.units), "")
            subject = new or self.draft.unit
            _, _, lines, warnings = card_text(found, state, self._counties, subject)
            text = "\n".join(filter(None, [*warnings, *lines]))
        self.note.say(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.draft.agree()
        elif event.key() == Qt.Key.Key_Escape:
            self.draft.drop()
        else:
            super().keyPressEvent(event)
            return
        event.accept()


def townships_of(state: State) -> list[tuple[str, str]]:
    """List the townships, code and what each is called with its county: two of one name are told apart."""
    counties = json.loads(state.setting.plan.meta.get("county_names") or "{}")
    names = state.setting.town_names
    pairs = {
        (str(county), str(town))
        for county, town, sea in zip(state.faces.county, state.faces.township, _at_sea(state), strict=True)
        if town and not sea
    }
    return [
        (town, tr("{town}, {county}", town=names.get(town, town), county=counties.get(county, county)))
        for county, town in sorted(pairs)
    ]


def _at_sea(state: State) -> list[bool]:
    sea = {
        place: state.setting.is_sea(state.units[one].code)
        for place, one in enumerate(state.counters.ids)
        if one in state.units
    }
    return [sea.get(one, False) for one in state.label.tolist()]
