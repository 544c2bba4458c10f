"""Exporters in the user's language: what may be set of them, what can be chosen, and what is to be known of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from ...delineation.core.errors import visible
from ...delineation.export.telling import remarks_of
from ..text import capital, said

if TYPE_CHECKING:
    from ...delineation.export.registry import Option, Written

__all__ = ["choice_word", "option_tip", "option_title", "remarks"]

translate = QCoreApplication.translate
NAMED = 5  # things that a remark names


def option_title(name: str) -> str:
    """Name an option; one that has no words here goes by its own name."""
    words = {
        "encoding": translate("ControlUnits", "Encoding of texts"),
        "paper": translate("ControlUnits", "Paper"),
        "dpi": translate("ControlUnits", "Dots per inch"),
        "width": translate("ControlUnits", "Width in mm"),
        "by": translate("ControlUnits", "Maps of parts"),
        "sheets": translate("ControlUnits", "Sheets"),
        "split": translate("ControlUnits", "Files"),
        "unit": translate("ControlUnits", "Compiled by"),
        "review": translate("ControlUnits", "Approval number"),
        "basemap": translate("ControlUnits", "Source of the base map"),
        "layouts": translate("ControlUnits", "Folder with layouts"),
        "drawn_by": translate("ControlUnits", "Drawn by"),
        "codes": translate("ControlUnits", "Only units"),
        "rules": translate("ControlUnits", "Only of rules"),
        "state": translate("ControlUnits", "Open or accepted"),
    }
    return words.get(name) or name.replace("_", " ").capitalize()


def option_tip(name: str) -> str:
    """Say what an option is for; "" where its name says it."""
    return {
        "encoding": translate("ControlUnits", "A character that the encoding lacks is an error, and is named."),
        "dpi": translate("ControlUnits", "Of a picture; 300 for print, 150 for a screen."),
        "by": translate("ControlUnits", "Besides the map of the whole, files of their own in a folder beside it."),
        "sheets": translate("ControlUnits", "Of a unit its entry list follows, of a county a table of its units."),
        "split": translate("ControlUnits", "Files of counties lie in a folder beside the overview."),
        "unit": translate("ControlUnits", "The office that compiled the map; it stands at its lower edge."),
        "review": translate(
            "ControlUnits", "Without one the map says that it is not approved and not to be published."
        ),
        "basemap": translate("ControlUnits", "Where counties and townships come from; empty: as the sources say."),
        "layouts": translate("ControlUnits", "Your own .qpt sheets, which take the place of the shipped ones."),
        "drawn_by": translate("ControlUnits", "QGIS makes the better map; without it a plainer one is drawn."),
        "codes": translate("ControlUnits", "Their codes with commas between them; empty: all."),
        "rules": translate("ControlUnits", "Their ids with commas between them (S45,Q14); empty: all."),
    }.get(name, "")


def choice_word(option: Option, choice: Any) -> str:
    """Name one of the choices of an option; what is a name already stays as it is."""
    words = {
        ("encoding", ""): translate("ControlUnits", "GBK where it has all characters, else UTF-8"),
        ("by", ""): translate("ControlUnits", "The whole alone"),
        ("by", "township"): translate("ControlUnits", "One for each township"),
        ("state", ""): translate("ControlUnits", "All findings"),
        ("state", "open"): translate("ControlUnits", "Only open ones"),
        ("state", "accepted"): translate("ControlUnits", "Only accepted ones"),
        ("sheets", "unit"): translate("ControlUnits", "A sheet for each unit"),
        ("sheets", "county"): translate("ControlUnits", "A sheet for each county"),
        ("split", ""): translate("ControlUnits", "All in one file"),
        ("split", "county"): translate("ControlUnits", "A file for each county"),
        ("drawn_by", ""): translate("ControlUnits", "QGIS where it can"),
        ("drawn_by", "qgis"): translate("ControlUnits", "Only QGIS"),
        ("drawn_by", "matplotlib"): translate("ControlUnits", "Plainer, without QGIS (matplotlib)"),
    }
    return words.get((option.name, choice)) or str(choice) or translate("ControlUnits", "Automatic")


def remarks(written: Written) -> list[str]:
    """Say what is to be known of what was written, a sentence each; what is as it should be is left out."""
    return [visible(capital(said(one))) for one in remarks_of(written, NAMED)]
