"""Options of the exporters in the user's language: what each is called, and what can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

if TYPE_CHECKING:
    from ...delineation.export.registry import Option

__all__ = ["choice_word", "option_title"]

translate = QCoreApplication.translate


def option_title(name: str) -> str:
    """Name an option; one that has no words here goes by its own name."""
    words = {
        "encoding": translate("ControlUnits", "Encoding of texts"),
        "paper": translate("ControlUnits", "Paper"),
        "orientation": translate("ControlUnits", "Orientation"),
        "dpi": translate("ControlUnits", "Dots per inch"),
        "width": translate("ControlUnits", "Width in mm"),
    }
    return words.get(name) or name.replace("_", " ").capitalize()


def choice_word(option: Option, choice: Any) -> str:
    """Name one of the choices of an option; what is a name already stays as it is."""
    words = {
        ("encoding", ""): translate("ControlUnits", "GBK where it has all characters, else UTF-8"),
        ("orientation", "landscape"): translate("ControlUnits", "Landscape"),
        ("orientation", "portrait"): translate("ControlUnits", "Portrait"),
    }
    return words.get((option.name, choice)) or str(choice) or translate("ControlUnits", "Automatic")
