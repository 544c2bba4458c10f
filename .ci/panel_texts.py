#!/usr/bin/env python3
"""Write the panel's texts as pylupdate5 reads them: each in a call of ``translate``, on the line where it is said.

usage: panel_texts.py FOLDER SOURCE … (a source's texts go to FOLDER/SOURCE)
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

CONTEXT = "ControlUnits"


def texts(source: Path) -> str:
    """Give the texts of a source: those of ``tr``, and those of ``translate`` with their context."""
    lines: dict[int, str] = {}
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if name not in ("tr", "translate"):
            continue
        given = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        said = given if name == "tr" else given[1:]
        if said and (name == "tr" or given[0] == CONTEXT):
            call = ", ".join(json.dumps(one, ensure_ascii=False) for one in (CONTEXT, *said))
            lines[node.lineno] = f"{lines.get(node.lineno, '')}translate({call}); "
    return "".join(f"{lines.get(number, '')}\n" for number in range(1, max(lines, default=0) + 1))


if __name__ == "__main__":
    for source in map(Path, sys.argv[2:]):
        output = Path(sys.argv[1], source)
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(texts(source), encoding="utf-8")
