"""The verb ``bench``: every method labels the same faces, so that they compare exactly."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...case.names import glossary
from ...case.reading import read_case
from ...core.errors import BadInput, visible
from ...core.libraries import check
from ...core.messages import Message, at, word
from ...core.progress import Progress, shared, silent, within
from ...methods.of_case import overlaid
from ...methods.plugins import load_plugins
from ...run.run import Run
from ..measures.metrics import Metric, measure, metrics_of, why_missing
from ..measures.pareto import check_chosen, front_of_rows
from ..scene.scene import Scene, scene_of
from .entries import read_entries
from .labels import Labelled, label_entry
from .stability import STABILITY, stability_of
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...basis.build import Basis
    from ...case.model import Case
    from ...case.names import Glossary
    from ...sources.inputs import Inputs
    from .entries import BenchEntry

# Over what the Pareto front is drawn, where nobody says: loyal to the zones, alike within, compact.
PARETO = ("omission", "commission", "dominance", "variance_ratio", "polsby_popper_by_area")
PARETO_FRONT = "pareto_front"
_OF_METHOD = ("method", "seed")  # parts of a case that each row has for itself
# They write what is found, or sign it, and decide nothing.
_WRITING = ("openpyxl", "lxml", "matplotlib", "python-docx", "tqdm", "cryptography")
_ENGINE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Failed:
    """A method that gave no labels, and why; the others are compared without it.

    Attributes
    ----------
    entry : BenchEntry
    error : BadInput
    place : int
        Of its row among all methods asked for.
    """

    entry: BenchEntry
    error: BadInput
    place: int


@dataclass(frozen=True)
class Comparison:
    """Methods compared on one basis.

    Attributes
    ----------
    case : Case
    basis : Basis
    scene : Scene
    labelled : tuple of Labelled
        One a method that gave labels, in the order asked for.
    metrics : mapping of str to Metric
        Columns in order.
    rows : tuple of dict
        One a method that gave labels: ``method`` and its metrics, None where one cannot be told.
    missing : tuple of dict
        Of each row: metric → why it is not there (key of ``metrics.NEEDS``).
    store : Store
        Of the finished labels of this basis.
    failed : tuple of Failed
        Methods that gave none.
    """

    case: Case
    basis: Basis
    scene: Scene
    labelled: tuple[Labelled, ...]
    metrics: dict[str, Metric]
    rows: tuple[dict[str, Any], ...]
    missing: tuple[dict[str, str], ...]
    store: Store
    failed: tuple[Failed, ...] = ()

    @cached_property
    def names(self) -> Glossary:
        """What things are called in the case's profile."""
        return glossary(self.case.profile)

    def said(self, message: Message, language: str) -> str:
        """Put a message into words."""
        return visible(word(message, language, self.names))

    def called(self, text: str, language: str, *, short: bool = False) -> str:
        """Name the method of a method string, and what it is asked for: see `Glossary.method`."""
        return self.names.method(text, language, short=short)

    @property
    def table(self) -> list[dict[str, Any]]:
        """`table_in` English."""
        return self.table_in("en")

    def table_in(self, language: str) -> list[dict[str, Any]]:
        """Make a row for every method asked for: ``rows``, and for one that failed nothing but ``error``, why."""
        out: list[dict[str, Any]] = [{**row, "error": None} for row in self.rows]
        empty = {**dict.fromkeys(("method", *self.metrics)), PARETO_FRONT: False}
        for one in self.failed:
            out.insert(
                one.place, {**empty, "method": one.entry.text, "error": self.said(one.error.message(), language)}
            )
        return out


def compare_methods(
    case_path: str | Path,
    methods: Sequence[str],
    folder: Path,
    *,
    seeds: int = 1,
    plugins: Sequence[str | Path] = (),
    pareto: Sequence[str] = PARETO,
    progress: Progress = silent,
) -> Comparison:
    """Label the faces of a case by each method and measure what comes out.

    Parameters
    ----------
    case_path : path
    methods : sequence of str
        Method strings, ``name:key=value,…``.
    folder : Path
        Finished labels are kept in ``folder/labels``; what ran once for the same input does not run again.
    seeds : int
        How many: the case's and the ones after it.
    plugins : sequence of path
        Python files that register methods.
    pareto : sequence of str
        Metrics of the Pareto front; those that no method has are left out.
    progress : callable

    Raises
    ------
    BadInput
        What the case or a plugin cannot be used for; an unknown method or parameter; or no method that can be met: one
        that fails beside others is in ``failed``.
    Cancelled
    """
    if seeds < 1:
        raise BadInput(Message("{seeds} seeds", seeds=seeds), where=Message("seeds"), wanted=Message("1 or more"))
    load_plugins(plugins)
    entries = read_entries(methods)
    case = read_case(case_path)
    going = Run(case, watched=True, progress=within(progress, 0.0, 0.2))
    store = Store(folder / "labels", _made_from(going.inputs))
    basis = going.basis
    scene = scene_of(case, basis, going.label(overlaid(case)))
    metrics = {**metrics_of(scene, glossary(case.profile)), **STABILITY}
    # Before hours are spent on methods.
    check_chosen(pareto, metrics)
    drawn = range(case.seed, case.seed + seeds)
    labelled, failed = _labelled(entries, case, basis, drawn, store, within(progress, 0.2, 0.95))
    rows, missing = [], []
    for one in labelled:
        row = {**measure(scene, one.division), **stability_of(one, scene)}
        missing.append(_missing(scene, row))
        rows.append(row)
    chosen = [name for name in pareto if any(np.isfinite(row[name]) for row in rows if name in row)]
    on = front_of_rows(rows, chosen, metrics) if chosen else np.zeros(len(rows), dtype=bool)
    told = tuple(
        {"method": one.entry.text, **{name: _told(value) for name, value in row.items()}, PARETO_FRONT: bool(best)}
        for one, row, best in zip(labelled, rows, on, strict=True)
    )
    progress(1.0, Message("methods compared"))
    return Comparison(case, basis, scene, labelled, metrics, told, tuple(missing), store, failed)


def _labelled(
    entries: Sequence[BenchEntry], case: Case, basis: Basis, seeds: range, store: Store, progress: Progress
) -> tuple[tuple[Labelled, ...], tuple[Failed, ...]]:
    out, failed = [], []
    for number, (entry, go_on) in enumerate(shared(progress, entries)):
        try:
            out.append(label_entry(entry, case, basis, seeds, store, progress=go_on))
        except BadInput as error:
            failed.append(Failed(entry, error, number))
    if not out:
        first = failed[0]
        where = (
            Message("{method}, {where}", method=first.entry.text, where=first.error.where)
            if first.error.where
            else at(first.entry.text)
        )
        raise BadInput(first.error.what, where=where, wanted=first.error.wanted) from first.error
    return tuple(out), tuple(failed)


def _missing(scene: Scene, row: dict[str, float]) -> dict[str, str]:
    found = why_missing(scene, row)
    for name in STABILITY:
        if np.isnan(row[name]):
            found[name] = "seeds" if name.endswith("seeds") else "weights"
    return found


def _told(value: float) -> float | int | None:
    """Give a number as JSON has it: whole where it is whole, None where there is none."""
    if not np.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def _made_from(inputs: Inputs) -> str:
    """Digest of all that a bench's results depend on but method and seed: files and settings, libraries, engine.

    The code of a method from outside goes with its rows (``Entry.key``).
    """
    parts = {name: one for name, one in inputs.parts.items() if name not in _OF_METHOD}
    made_from = [sorted(parts.items()), code_digest(), libraries_digest()]
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()


def code_digest(engine: Path = _ENGINE) -> str:
    """Digest of the engine's code, all of it.

    Which part of it a result runs through is not asked: nobody has to keep that true, and no stale row is ever read.
    The price is that a change anywhere in the engine makes a bench run again.

    Parameters
    ----------
    engine : Path
        Its folder.
    """
    digest = hashlib.sha256()
    for file in sorted(engine.rglob("*.py")):
        digest.update(f"{file.relative_to(engine).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def libraries_digest() -> str:
    """Digest of the versions of Python and of the libraries that a result runs through."""
    versions = {one.library.name: one.version for one in check() if one.library.name not in _WRITING}
    versions["python"] = sys.version
    return hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()
