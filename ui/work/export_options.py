"""Exporters in the user's language: what may be set of them, what can be chosen, and what is to be known of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...delineation.core.errors import visible
from ...delineation.export.telling import remarks_of
from ..text import capital, said, tr

if TYPE_CHECKING:
    from ...delineation.export.registry import Option, Written

__all__ = ["choice_word", "option_tip", "option_title", "remarks"]

NAMED = 5  # things that a remark names


def option_title(name: str) -> str:
    """Name an option; one that has no words here goes by its own name."""
    words = {
        "encoding": tr("Encoding of texts"),
        "paper": tr("Paper"),
        "dpi": tr("Dots per inch"),
        "width": tr("Width in mm"),
        "by": tr("Maps of parts"),
        "sheets": tr("Sheets"),
        "split": tr("Files"),
        "unit": tr("Compiled by"),
        "review": tr("Approval number"),
        "basemap": tr("Source of the base map"),
        "layouts": tr("Folder with layouts"),
        "drawn_by": tr("Drawn by"),
        "codes": tr("Only units"),
        "rules": tr("Only of rules"),
        "state": tr("Open or accepted"),
    }
    return words.get(name) or name.replace("_", " ").capitalize()


def option_tip(name: str) -> str:
    """Say what an option is for; "" where its name says it."""
    return {
        "encoding": tr("A character that the encoding lacks is an error, and is named."),
        "dpi": tr("Of a picture; 300 for print, 150 for a screen."),
        "by": tr("Besides the map of the whole, files of their own in a folder beside it."),
        "sheets": tr("Of a unit its entry list follows, of a county a table of its units."),
        "split": tr("Files of counties lie in a folder beside the overview."),
        "unit": tr("The office that compiled the map; it stands at its lower edge."),
        "review": tr("Without one the map says that it is not approved and not to be published."),
        "basemap": tr("Where counties and townships come from; empty: as the sources say."),
        "layouts": tr("Your own .qpt sheets, which take the place of the shipped ones."),
        "drawn_by": tr("QGIS makes the better map; without it a plainer one is drawn."),
        "codes": tr("Their codes with commas between them; empty: all."),
        "rules": tr("Their ids with commas between them (S45,Q14); empty: all."),
    }.get(name, "")


def choice_word(option: Option, choice: Any) -> str:
    """Name one of the choices of an option; what is a name already stays as it is."""
    words = {
        ("encoding", ""): tr("GBK where it has all characters, else UTF-8"),
        ("by", ""): tr("The whole alone"),
        ("by", "township"): tr("One for each township"),
        ("state", ""): tr("All findings"),
        ("state", "open"): tr("Only open ones"),
        ("state", "accepted"): tr("Only accepted ones"),
        ("sheets", "unit"): tr("A sheet for each unit"),
        ("sheets", "county"): tr("A sheet for each county"),
        ("split", ""): tr("All in one file"),
        ("split", "county"): tr("A file for each county"),
        ("drawn_by", ""): tr("QGIS where it can"),
        ("drawn_by", "qgis"): tr("Only QGIS"),
        ("drawn_by", "matplotlib"): tr("Plainer, without QGIS (matplotlib)"),
    }
    return words.get((option.name, choice)) or str(choice) or tr("Automatic")


def remarks(written: Written) -> list[str]:
    """Say what is to be known of what was written, a sentence each; what is as it should be is left out."""
    return [visible(capital(said(one))) for one in remarks_of(written, NAMED)]
