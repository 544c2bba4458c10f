"""Finished labels of a bench, kept in its folder: what ran once for the same input does not run again."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.atomic_files import replacing
from ...core.errors import BadInput
from ...core.messages import Fact, Message, facts_of, foreign, plain_facts
from ..scene.division import Division

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

# What reading a damaged archive raises; a wrong byte may also claim a version or a cipher that zipfile does not know.
_BROKEN = (OSError, KeyError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Cost:
    """What making labels took once: it does not repeat, and no other table holds it.

    Attributes
    ----------
    seconds : float
        s of wall time from the evidence to the units: rules, cleaning, method, grouping; nothing is traced meanwhile.
        The partition and the evidence, which all methods share, are not in it.
    peak_bytes : int
        Bytes that arrays and objects of the same steps held at a time, at most, beyond what was there when they began:
        what Python's and numpy's allocators gave out (`tracemalloc`), of a second run of its own. What compiled
        libraries keep for themselves is not in it, and neither is the memory of the scene. 0: not measured, as of a run
        that was too long to be made twice (`labels.TRACED`).
    """

    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Finished:
    """A division, what it took, and what the method said."""

    division: Division
    cost: Cost
    findings: tuple[tuple[str, Mapping[str, Fact]], ...]


class Store:
    """A folder of finished labels, each under a digest of all that they were made from.

    Parameters
    ----------
    folder : Path
        Made where it is not there.
    made_from : str
        Digest of all that labels are made from but method and seed: the case's files and settings, the engine's code.

    Raises
    ------
    BadInput
        A folder that cannot be made.
    """

    def __init__(self, folder: Path, made_from: str) -> None:
        self._folder, self._made_from = folder, made_from
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(
                Message("cannot be made ({error})", error=foreign(error)),
                where=folder,
                wanted=Message("a folder for the bench"),
            ) from error

    def place(self, text: str, seed: int) -> Path:
        """Give the file of a method string and a seed."""
        digest = hashlib.sha256(json.dumps([self._made_from, text, seed]).encode()).hexdigest()
        return self._folder / f"{digest[:32]}.npz"

    def get(self, name: str, text: str, seed: int) -> Finished | None:
        """Read what is finished; a file that is broken is none."""
        held = self.arrays(text, seed)
        try:
            if held is None:
                return None
            division = Division(name, held["category"].astype(np.int64), held["unit"].astype(np.int64))
            seconds, peak = map(float, held["cost"])
            said = json.loads(str(held["findings"]))
            findings = tuple((one, facts_of(facts)) for one, facts in said)
        except (KeyError, ValueError, TypeError):
            return None
        return Finished(division, Cost(seconds, int(peak)), findings)

    def put(self, text: str, seed: int, finished: Finished) -> None:
        """Keep what is finished."""
        self.keep(
            text,
            seed,
            {
                "category": finished.division.category.astype(np.int8),
                "unit": finished.division.unit.astype(np.int32),
                "cost": np.array([finished.cost.seconds, finished.cost.peak_bytes], dtype=np.float64),
                "findings": np.array(
                    json.dumps([(one, plain_facts(facts)) for one, facts in finished.findings], ensure_ascii=False)
                ),
            },
        )

    def arrays(self, text: str, seed: int) -> dict[str, NDArray[Any]] | None:
        """Read arrays by name; None where there are none, or the file is broken."""
        try:
            # np.load itself leaves a broken file open, and Windows replaces no open file.
            with self.place(text, seed).open("rb") as file, np.load(file, allow_pickle=False) as held:
                return {name: held[name] for name in held.files}
        except _BROKEN:
            return None

    def keep(self, text: str, seed: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays by name; a half-written file never appears.

        Raises
        ------
        BadInput
            The folder cannot be written to.
        """
        place = self.place(text, seed)
        with replacing(place, wanted=Message("a folder with free disk space and write permission")) as part:
            np.savez_compressed(part, **arrays)  # type: ignore[arg-type]
