"""A choice in a dialog of the toolbox: words to read, the engine's name as the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsGui, QgsProcessingGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from ..widgets.mouse_wheel import calm_wheels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition

MODELER = "ModelerParametersDialog"
BATCH = "BatchAlgorithmDialog"


class ChoiceWidget(QgsAbstractProcessingParameterWidgetWrapper):
    """What Processing makes of the parameters of ``choices.choice``; its own widget would show the bare names.

    In the model designer QGIS's own is taken and worded: there a value may also come from an input or an expression.
    """

    def __new__(
        cls,
        param: QgsProcessingParameterDefinition,
        dialog: Any,
        row: int = 0,  # noqa: ARG004
        col: int = 0,  # noqa: ARG004
        *,
        words: Mapping[str, str] | None = None,
    ) -> Any:
        if type(dialog).__name__ != MODELER:
            return super().__new__(cls)
        own = QgsGui.processingGuiRegistry().createModelerParameterWidget(
            dialog.model, dialog.childId, param, dialog.context
        )
        own.setDialog(dialog)
        for combo in own.findChildren(QComboBox):
            _word(combo, words or {})
        return own

    def __init__(
        self,
        param: QgsProcessingParameterDefinition,
        dialog: Any,
        row: int = 0,  # noqa: ARG002
        col: int = 0,  # noqa: ARG002
        *,
        words: Mapping[str, str] | None = None,
    ) -> None:
        kind = QgsProcessingGui.WidgetType
        super().__init__(param, kind.Batch if type(dialog).__name__ == BATCH else kind.Standard)
        self._words = dict(words or {})

    def createWidget(self) -> QWidget:
        """Make the field."""
        definition = self.parameterDefinition()
        combo = QComboBox()
        calm_wheels(combo)
        combo.setToolTip(definition.toolTip())
        for option in definition.options():
            combo.addItem(option, option)
        _word(combo, self._words)
        combo.setCurrentIndex(max(0, combo.findData(definition.defaultValue())))
        combo.currentIndexChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        # Not kept: whoever asked for it gets another Python object for the same field, and this one is void then.
        return combo

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: ARG002 - QGIS passes it
        """Show a value: a name, or what is left of one in an old history."""
        value = value[0] if isinstance(value, list | tuple) and value else value
        combo = self.wrappedWidget()
        if combo is not None:
            combo.setCurrentIndex(max(0, combo.findData(None if value is None else str(value))))

    def widgetValue(self) -> Any:
        """Give the name that is chosen."""
        combo = self.wrappedWidget()
        return combo.currentData() if combo is not None else self.parameterDefinition().defaultValue()


def _word(combo: QComboBox, words: Mapping[str, str]) -> None:
    """Show words in place of names; the name stands in the tool tip."""
    for number in range(combo.count()):
        name = combo.itemData(number)
        if isinstance(name, str) and name in words:
            combo.setItemText(number, words[name])
            combo.setItemData(number, name, Qt.ItemDataRole.ToolTipRole)
