"""Division methods that other packages offer: loaded when somebody first looks at a list of methods, not with QGIS."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsMessageLog

from ..text import sentence, tr

if TYPE_CHECKING:
    from ...delineation.core.errors import BadInput

TAG = "Control Units"
ENTRY_POINT = "entry point "  # how ``Origin.place`` begins of what another package offers
_asked: list[bool] = []


def load_offered() -> None:
    """Load them, once; a package that cannot be loaded is told in the log, and is in nobody's way."""
    if _asked:
        return
    _asked.append(True)
    from ...delineation.methods.plugins import load_entry_points

    load_entry_points(_tell)


def with_offered(known: tuple[str, ...], *, regional: bool) -> tuple[str, ...]:
    """Give methods by name: those that are known, then the other packages'.

    Parameters
    ----------
    known : tuple of str
    regional : bool
        Only those that regionalise.
    """
    from ...delineation.methods.table import TABLE

    load_offered()
    offered = []
    for name, row in TABLE.items():
        fits = row.solver is not None or not regional
        if fits and name not in known and row.origin is not None and row.origin.place.startswith(ENTRY_POINT):
            offered.append(name)
    return (*known, *sorted(offered))


def _tell(error: BadInput) -> None:
    text = escape(
        tr("The division methods of an installed package are left out. {reason}", reason=sentence(error)), quote=False
    )
    QgsMessageLog.logMessage(text, TAG, Qgis.MessageLevel.Warning, False)
