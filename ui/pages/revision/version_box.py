"""The plan as it is now beside another version of it: what became of the units, as a table and on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QPushButton, QSlider, QWidget

from ...map.version_layer import VersionLayer, kind_icon, kinds, version_features
from ...map.version_swipe import VersionSwipe, former_features, unit_fields
from ...text import square_kilometres, tr
from ...widgets.elided_combo import ElidedCombo
from ...widgets.file_dialogs import ask_open
from ...widgets.layout import in_column, in_flow, in_line
from ...widgets.muted import MutedLabel
from ...widgets.offered import offer
from ...words import scenario_label
from ...work.journal_tree import JournalTree
from ...work.revision import entry_title
from ...work.version_rows import version_rows
from ...work.versions import NOW, Comparing, PlanVersion
from .version_table import ALL, SAME, of_kind, version_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsFeature, QgsFields
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtGui import QShowEvent

    from ...work.revision import Changed, Revision
    from ...work.session import Session
    from ...work.version_rows import VersionRow

STEPS = 200  # of the slider


@dataclass(frozen=True)
class _Found:
    """What a comparison gave, as the main thread takes it."""

    rows: tuple[VersionRow, ...]
    features: list[QgsFeature]  # of the layer
    crs: str
    former: list[QgsFeature]  # units of the version before
    former_crs: str


class VersionBox(QWidget):
    """What to compare with, sums by kind, and the table; a layer on the map, and a line to drag over it."""

    chosen = pyqtSignal(object)  # bounds of the row that is chosen, in the plan's CRS; None
    zoom = pyqtSignal(object)  # the same, to be shown

    def __init__(
        self, revision: Revision, session: Session, canvas: QgsMapCanvas, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, objectName="control_units_versions")
        self._revision, self._session, self._canvas = revision, session, canvas
        self._comparing = Comparing(session, self, "versions")
        self._comparing.answered.connect(self._take)
        self._comparing.failed.connect(self._fail)
        self._tree = JournalTree(revision, self, self.isVisible)
        self.layer = VersionLayer(self)
        self.swipe = VersionSwipe(canvas, self)
        self.found: _Found | None = None
        self._told: tuple[PlanVersion, PlanVersion, str] | None = None  # what is shown, and of which two
        self._wanted: PlanVersion | None = None  # what was compared with last
        self._others: list[PlanVersion] = []  # chosen besides what the journal offers
        self._fields: QgsFields | None = None
        self._plan = session.plan_path
        self._outdated, self._edited = False, 0  # how often the plan was edited
        self._build()

        self._tree.changed.connect(self._fill)
        revision.changed.connect(self._changed)
        session.plan_changed.connect(self._follow)
        session.opened.connect(self._follow)
        self._say()

    def _build(self) -> None:
        self.what = ElidedCombo(
            12,
            self,
            accessibleName=tr("Version to compare with"),
            toolTip=tr("The version that the plan as it is now is compared with."),
            activated=self._picked,
        )
        self.start = QPushButton(
            tr("&Compare"),
            self,
            clicked=lambda *_: self.compare(self.what.currentData()),
            autoDefault=False,
        )
        self.note = MutedLabel("", self)
        self.sums = ElidedCombo(
            12,
            self,
            accessibleName=tr("Kinds of change"),
            toolTip=tr("Choose a kind to list that alone."),
            visible=False,
        )
        self.table = version_table(self)
        self.table.picked.connect(lambda: self.chosen.emit(getattr(self.table.row(), "bounds", None)))
        self.table.opened.connect(lambda row: self.zoom.emit(row.bounds))
        self.sums.currentIndexChanged.connect(self._keep)
        self.slide = QPushButton(tr("&Swipe on the map"), self, checkable=True, toggled=self._swipe)
        self.clear = QPushButton(tr("&Take off the map"), self, clicked=self._clear)
        self.line = QSlider(
            Qt.Orientation.Horizontal,
            self,
            minimum=0,
            maximum=STEPS,
            accessibleName=tr("Line between before and now"),
            toolTip=tr("Moves the line on the map; it can be dragged there too."),
            visible=False,
            valueChanged=lambda value: self.swipe.set_share(value / STEPS),
        )
        in_column(
            in_line((self.what, 1), self.start),
            self.note,
            self.sums,
            (self.table, 1),
            in_flow(self.slide, self.clear),
            self.line,
            on=self,
            margins=(0, 4, 0, 0),
        )
        self.swipe.moved.connect(lambda share: self.line.setValue(round(share * STEPS)))
        self.swipe.ended.connect(lambda: self.slide.setChecked(False))

    # ── what it may be compared with ──────────────────────────────────────────────────────────────────────────────

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tree.look()  # also at files beside the plan, which tell nobody that they came

    def _fill(self) -> None:
        """Offer the versions there are; the one that is chosen stays."""
        from ....delineation.plan.history import has_undo, undo_file

        line, path = self._tree.line, self._session.plan_path
        kept = self.what.currentData() if self.what.count() else self._wanted
        self.what.clear()
        if line is None or path is None:
            self._say()
            return
        offered = [PlanVersion("edit", seq=line.bound_head())]
        if has_undo(path):
            offered.append(PlanVersion("file", path=undo_file(path.resolve()), name="before"))
        names = sorted(name for name in line.scenarios if name != line.scenario)
        offered += [PlanVersion("scenario", name=name) for name in names]
        offered += [one for one in self._others if one not in offered]
        for one in offered:
            self.what.addItem(self._title(one), one)
        self.what.insertSeparator(self.what.count())
        self.what.addItem(tr("Another plan file…"), None)
        self.what.setCurrentIndex(max(0, self._place(kept)))
        self._say()

    def _place(self, version: PlanVersion | None) -> int:
        return next((row for row in range(self.what.count()) if version and self.what.itemData(row) == version), -1)

    def _title(self, version: PlanVersion) -> str:
        """Name a version."""
        line = self._tree.line
        if version == NOW:
            return tr("now")
        if version.kind == "scenario":
            return scenario_label(version.name)
        if version.path is not None:
            return tr("The plan before the last run") if version.name == "before" else version.path.name
        if version.seq == 0:
            return tr("As the run left it")
        entry = line.entries.get(version.seq) if line is not None else None
        if entry is None:
            return str(version.seq)
        if entry.bound:
            return tr("As it was before the edits that stand")
        return tr("After: {edit}", edit=entry_title(entry))

    def _picked(self) -> None:
        if self.what.currentData() is not None:
            return
        kinds_of_files = tr("Plan (*.gpkg)")
        path = ask_open(self, tr("Compare with another plan"), kinds_of_files)
        self.what.setCurrentIndex(0)
        if path is not None:
            self.compare_with(PlanVersion("file", path=path))

    # ── comparing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def compare_edit(self, seq: int) -> None:
        """Compare the plan as it was at an edit with the present one."""
        self.compare_with(PlanVersion("edit", seq=seq))

    def compare_scenarios(self, one: str, other: str) -> None:
        """Compare two scenarios."""
        line = self._tree.line
        current = line.scenario if line is not None else ""
        self.compare(
            PlanVersion("scenario", name=one), NOW if other == current else PlanVersion("scenario", name=other)
        )

    def compare_before(self) -> None:
        """Compare the plan before the last run with the present one; last year's units where there is none any more."""
        from ....delineation.plan.history import has_undo, undo_file

        path, case = self._session.plan_path, self._session.case
        if path is None:
            return
        if has_undo(path):
            self.compare_with(PlanVersion("file", path=undo_file(path.resolve()), name="before"))
        elif case is not None and case.previous.path:
            self.compare_with(PlanVersion("file", path=case.file(case.previous.path)))

    def compare_with(self, version: PlanVersion) -> None:
        """Compare a version with the present plan, and offer it from now on."""
        if version not in self._others and version.kind != "scenario":
            self._others = [*self._others, version][-5:]
        self._fill()
        self.what.setCurrentIndex(max(0, self._place(version)))
        self.compare(version)

    def compare(self, before: PlanVersion | None, after: PlanVersion = NOW) -> None:
        """Find out what became of the units from one version to another."""
        path = self._session.plan_path
        if before is None or path is None:
            return
        if before.path is not None and before.path.resolve() == path.resolve():
            self.note.setText(tr("This is the plan itself; choose another file."))
            return
        self._wanted = before
        fields, edited = unit_fields(path), self._edited
        title = tr("{before} → {after}", before=self._title(before), after=self._title(after))

        def work(versions: list[Any], _: object) -> Any:
            rows = version_rows(*versions)
            former, now = (getattr(one, "crs", "") or one.setting.plan.crs for one in versions)
            found = _Found(rows, version_features(rows), now, former_features(versions[0], fields), former)
            return found, (before, after, title), fields, edited

        self._comparing.start(tr("Compare versions"), [before, after], work)
        self._say()

    def _take(self, answer: Any) -> None:
        self.found, self._told, self._fields, edited = answer
        self._outdated = False
        self._show()
        if edited != self._edited:  # while it was worked out
            self._outdate()

    def _fail(self, why: str) -> None:
        self._clear()
        self.note.setText(why)

    def _show(self) -> None:
        """Show what was found."""
        if self.found is None or self._told is None:
            return
        rows = self.found.rows
        self.table.rows.put(rows)
        self.sums.clear()
        changes = [row for row in rows if row.kind != SAME]
        self._sum(tr("All changes"), ALL, changes)
        for kind, name in kinds().items():
            own = [row for row in rows if row.kind == kind]
            if own:
                self._sum(name, kind, own)
        self.layer.show(
            self.found.features,
            self.found.crs,
            tr("Changes: {name}", name=self._told[2]),
        )
        if self.swipe.on:
            self.slide.setChecked(False)
        self._say()

    def _keep(self) -> None:
        """List rows of one kind alone, or all that are a change."""
        kind = self.sums.currentData() or ALL
        self.table.keep(lambda row: of_kind(row, kind))

    def _sum(self, name: str, kind: str, rows: Sequence[VersionRow]) -> None:
        area = square_kilometres(sum(row.area_m2 for row in rows))
        text = tr("{name}: {count} places, {area} km²", name=name, count=f"{len(rows):,}", area=area)
        self.sums.addItem(kind_icon(kind) if kind else QIcon(), text, kind)

    def _changed(self, changed: Changed) -> None:
        if changed.before is not changed.after:
            self._outdate()

    def _outdate(self) -> None:
        """Say that the plan was edited since."""
        self._edited += 1
        if self._told is not None and not self._outdated:
            self._outdated = True
            self.layer.outdate(stale=True)
        self._say()

    def _follow(self) -> None:
        """Take all of it away when another plan is open, and say that it is old where the plan was made anew."""
        if self._session.plan is None or self._session.plan_path != self._plan:
            self._plan, self._others = self._session.plan_path, []
            self._clear()
        elif not self._session.edited:
            self._outdate()

    def _clear(self) -> None:
        self._comparing.drop()
        self.found, self._told, self._outdated = None, None, False
        self.table.rows.put(())
        self.sums.clear()
        self.layer.clear()
        self.swipe.end()
        self._say()

    def _say(self) -> None:
        """Say what is shown, and offer what can be done."""
        self.sums.setVisible(self._told is not None)
        open_ = self._session.plan is not None and self.what.count() > 0
        offer(
            self.start,
            tr("Lists and draws what became of the units; the plan stays as it is."),
            "" if open_ else tr("No plan is open."),
        )
        none = "" if self._told is not None else tr("Compare with something first.")
        offer(self.clear, tr("Takes the layer of changes and the line away."), none)
        if self._told is not None and self._told[1] != NOW:
            none = tr("The map does not show the later of the two.")
        tip = tr("Before at the left of a line, now at its right; drag the line on the map.")
        offer(self.slide, tip, none)
        if self._comparing.busy:
            text = tr("Comparing…")
        elif self._told is None:
            text = tr("What became of the units since another version, as a table and on the map.")
        elif self._outdated:
            text = tr("Edits were made since; compare again to see them.")
        else:
            text = self._told[2]
        self.note.setText(text)

    # ── the line ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _swipe(self, on: bool) -> None:
        plan = self._session.plan_path
        self.line.setVisible(on)
        if not on:
            self.swipe.end()
        elif plan is not None and self.found is not None and self._told is not None and self._fields is not None:
            texts = (self._title(self._told[0]), tr("The plan now"))
            self.line.setValue(STEPS // 2)
            self.swipe.start(self.found.former, self._fields, self.found.former_crs, plan, texts)

    def shut(self) -> None:
        """Leave the map for good."""
        self._clear()
        self.layer.close()
