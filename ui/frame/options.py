"""The plugin's page in QGIS's options."""

from __future__ import annotations

from qgis.core import QgsProject
from qgis.gui import QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QWidget,
)

from ...delineation.core.errors import visible
from ..map.layers import LAYER
from ..map.look import hatch
from ..shipped import own_icon
from ..text import tr
from ..widgets.mouse_wheel import calm_wheels
from ..work.settings import PanelSetting


class OptionsPage(QgsOptionsPageWidget):
    """Author, threads, looks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = QFormLayout(self)
        self.author = QLineEdit(
            PanelSetting.AUTHOR.get(),
            self,
            toolTip=tr("Stands with every edit and every accepted finding."),
        )
        form.addRow(tr("&Author of edits"), self.author)
        self.workers = QSpinBox(
            self,
            minimum=1,
            maximum=64,
            value=PanelSetting.WORKERS.get(),
            toolTip=tr("The plan does not depend on their number."),
        )
        form.addRow(tr("&Threads for raster statistics"), self.workers)
        self.hatch = QCheckBox(
            tr("&Hatch key control units on the map"),
            self,
            checked=PanelSetting.HATCH_KEY.get(),
            toolTip=tr("Tells the categories apart in grey prints and for the colour-blind."),
        )
        form.addRow(self.hatch)
        self.start = QCheckBox(tr("&Open the panel when QGIS starts"), self, checked=PanelSetting.OPEN_AT_START.get())
        form.addRow(self.start)
        self.hosts = QListWidget(
            self,
            toolTip=tr("Connected to where ticked, else not; one that is taken out is asked about once more."),
        )
        for host, allowed in PanelSetting.HOSTS.get().items():
            row = QListWidgetItem(visible(host), self.hosts)
            row.setData(Qt.ItemDataRole.UserRole, host)
            row.setCheckState(Qt.CheckState.Checked if allowed is True else Qt.CheckState.Unchecked)
        form.addRow(tr("&Database servers"), self.hosts)
        self.forget = QPushButton(tr("Ask a&gain"), self, clicked=lambda: self.hosts.takeItem(self.hosts.currentRow()))
        form.addRow(self.forget)
        calm_wheels(self)

    def apply(self) -> None:
        PanelSetting.AUTHOR.set(self.author.text().strip())
        PanelSetting.WORKERS.set(self.workers.value())
        PanelSetting.HATCH_KEY.set(self.hatch.isChecked())
        for layer in QgsProject.instance().mapLayers().values():
            if layer.customProperty(LAYER):
                hatch(layer, on=self.hatch.isChecked())
                layer.rendererChanged.emit()  # the legend, too
                layer.triggerRepaint()
        PanelSetting.OPEN_AT_START.set(self.start.isChecked())
        rows = map(self.hosts.item, range(self.hosts.count()))
        PanelSetting.HOSTS.set(
            {row.data(Qt.ItemDataRole.UserRole): row.checkState() == Qt.CheckState.Checked for row in rows}
        )


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page each time the options are opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle(tr("Control units"))
        self.setIcon(own_icon("control_units"))

    def createWidget(self, parent: QWidget | None = None) -> OptionsPage:
        return OptionsPage(parent)
