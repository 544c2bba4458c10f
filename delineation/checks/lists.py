"""Entry lists and the clause library they were made from: L01–L20, Q15, Q29, Q30 (``lists/lint.py``)."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

import numpy as np

from ..lists.lint import LIBRARY_RULES, LIST_RULES
from .registry import rule
from .shapes import spot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core.findings import Finding
    from ..lists.entries import EntryLists
    from .registry import Run
    from .subject import CheckSubject

_PLACED = 20  # units: a finding of more is of the whole plan


def _run(look: Callable[[EntryLists], list[Finding]]) -> Run:
    """Look at a subject's lists, and place what is found inside the units concerned."""

    @wraps(look)
    def run(subject: CheckSubject) -> list[Finding]:
        if subject.lists is None:
            return []
        row = {code: number for number, code in enumerate(subject.codes)}
        found = []
        for one in look(subject.lists):
            rows = np.array([row[code] for code in one.units if code in row], dtype=np.int64)
            near = 0 < len(rows) <= _PLACED
            found.append(replace(one, geometry=spot(subject.shapes[rows])) if near else one)
        return found

    return run


for _name, _look in LIBRARY_RULES.items():
    rule(_name, needs=("library", "date") if _name in ("L04", "L05") else ("library",))(_run(_look))
for _name, _look in LIST_RULES.items():
    rule(_name, needs=("lists", "dimensions") if _name == "Q15" else ("lists",), partly=_name == "Q15")(_run(_look))
