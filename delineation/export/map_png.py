"""The part of a plan that a map shows, from memory or from its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.messages import Message, at

if TYPE_CHECKING:
    from ..plan.file import Plan


# Layers of a plan of which no shape is shown.
_UNSHOWN = ("borders", "element_zones", "findings")


def tables_of(plan: Plan | str | Path, *, zones: bool = False) -> Plan:
    """Take what a map shows of a plan; of a file with the shapes of element zones where they are asked for.

    Raises
    ------
    BadInput
        The file is no plan, or the plan has no unit.
    """
    # Not at the top: which library is missing is told before any is loaded.
    from ..plan.file import read_plan
    from ..plan.provenance import inherited

    unshown = [name for name in _UNSHOWN if not (zones and name == "element_zones")]
    read = read_plan(Path(plan), shapeless=unshown) if isinstance(plan, str | Path) else plan
    tables = inherited(read)
    if tables.units.empty:
        raise BadInput(Message("the plan has no unit"), where=at(plan), wanted=Message("a plan with units"))
    return tables
