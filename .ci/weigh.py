#!/usr/bin/env python3
"""Say what each room weighs, and fail where one weighs more than `test/house/weight.toml` allows: weigh.py [FOLDER].

Counted are nodes of the syntax tree without docstrings: what neither a formatter nor a comment changes.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]
LIMITS = ROOT / "test" / "house" / "weight.toml"
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def weight(path: Path) -> int:
    """Count the nodes of a file."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    docstrings = 0
    for node in nodes:
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            # An expression and its constant; where nothing else is there, a `pass` in their place.
            docstrings += 2 if len(node.body) > 1 else 1
    return len(nodes) - docstrings


def main() -> int:
    """Print the rooms with their limits, and what is wrong with them."""
    limits = tomllib.loads(LIMITS.read_text(encoding="utf-8"))
    wrong, whole = [], 0
    for house, allowed in limits.items():
        found: Counter[str] = Counter()
        for path in sorted((ROOT / house).rglob("*.py")):
            inner = path.relative_to(ROOT / house).parts
            found[inner[0] if len(inner) > 1 else "files"] += weight(path)
        for room in sorted({*found, *allowed}):
            nodes, most = found[room], allowed.get(room, 0)
            whole += nodes
            print(f"{house}/{room:24} {nodes:8} of {most:8}")
            if nodes > most:
                wrong.append(f"{house}/{room}: {nodes} nodes, {most} are allowed")
            elif not nodes:
                wrong.append(f"{house}/{room}: no such room")
        print(f"{house:{len(house) + 25}} {sum(found.values()):8}")
    print(f"{'all':25} {whole:8}")
    for line in wrong:
        print(f"{line}; make it lighter, or raise {LIMITS.relative_to(ROOT)} and say why in its line", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
