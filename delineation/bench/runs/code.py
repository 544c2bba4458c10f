"""What decides a result besides its input: the engine's code that it runs through, and the libraries under it."""

from __future__ import annotations

import ast
import hashlib
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...libraries import check

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LABELS", "MEASURES", "code_digest", "libraries_digest", "modules_behind"]

_WRITING = ("openpyxl", "lxml", "matplotlib", "python-docx", "tqdm")  # they write what is found, and decide nothing
_ENGINE = Path(__file__).resolve().parents[2]
LABELS = ("basis", "labelling", "methods", "bench.runs.entries", "bench.runs.labels")
"""Modules that labels come out of."""
MEASURES = (
    "bench.experiments.null", "bench.experiments.truth", "bench.experiments.uncertainty", "bench.scene.scene",
    "bench.standing", "bench.experiments.curve",
)
"""Modules that measure labels, or make labels of sources with errors."""


def modules_behind(*roots: str, engine: Path = _ENGINE) -> dict[str, Path]:
    """Find the modules of the engine that some of them import, directly or not, with the packages they are in.

    Imports inside functions count, those for type hints alone do not. So nothing that a result runs through is missed,
    while the command line, charts, checks or the guessing of roles may change without making anything anew.

    Parameters
    ----------
    roots : str
        Modules or packages by their names below the engine: ``bench.runs.labels``.
    engine : Path
        Its folder.

    Returns
    -------
    dict of str to Path
        By name, sorted.
    """
    found: dict[str, Path] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        file = _file_of(name, engine)
        if name in found or file is None:
            continue
        found[name] = file
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        parents = name.split(".")[:-1]
        waiting += [".".join(parents[:number]) for number in range(len(parents) + 1)]
        waiting += _imported(file.read_text(encoding="utf-8"), package)
    return dict(sorted(found.items()))


def code_digest(*roots: str, engine: Path = _ENGINE) -> str:
    """Digest of the code of ``modules_behind``.

    Parameters
    ----------
    roots : str
    engine : Path
    """
    digest = hashlib.sha256()
    for name, file in modules_behind(*roots, engine=engine).items():
        digest.update(f"{name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def libraries_digest() -> str:
    """Digest of the versions of Python and of the libraries that a result runs through."""
    versions = {one.library.name: one.version for one in check() if one.library.name not in _WRITING}
    versions["python"] = sys.version
    return hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()


def _file_of(name: str, engine: Path) -> Path | None:
    """File of a module or package; None for a name that is neither, as that of a function is."""
    place = engine.joinpath(*name.split(".")) if name else engine
    for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if file.is_file() and engine in file.parents:
            return file
    return None


@lru_cache(maxsize=1024)
def _imported(text: str, package: str) -> tuple[str, ...]:
    """Names that a file imports from the engine, relative to it: modules, and what may be one."""
    out: list[str] = []
    for node in _running(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = package.split(".") if package else []
            base = parts[: len(parts) - node.level + 1]
            stem = ".".join([*base, *(node.module.split(".") if node.module else [])])
            out += [stem, *(f"{stem}.{one.name}" if stem else one.name for one in node.names)]
    return tuple(out)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs: all but what stands under ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for other in node.orelse:
                yield other
                yield from _running(other)
            continue
        yield node
        yield from _running(node)
