"""What a guess is: a role with its reasons, its fields and what a person has to confirm; and it in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ..case.finding_texts import load_texts, message
from ..case.names import Glossary, glossary
from ..case.profile import Profile, read_profile
from ..core.messages import Message, word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..core.errors import DelineationError
    from ..core.findings import Finding
    from ..sources.layer import PolygonLayer

__all__ = ["Guess", "GuessWords", "Guessed", "RasterGuess", "words"]


@dataclass(frozen=True)
class Guess:
    """What a layer seems to be.

    Attributes
    ----------
    role : str
        A role of the profile, "" where the layer is no source.
    confidence : float
        0–1; of "no source", where the role is "".
    reasons : tuple of Finding
        Facts for and against; ``words`` puts them into sentences.
    fields : mapping of str to str
        ``code``, ``name``, ``zone``, ``grade`` → the column.
    zones : mapping of str to str
        Zone value → zone id, only where the profile does not read the value by itself.
    zone : str
        Zone of the whole layer, where no column says it.
    where : str
        Condition that picks the features of this role, where the layer holds several.
    alternatives : tuple of (role, confidence)
        Best first.
    uncertain : tuple of Finding
        What a person has to confirm.
    ready : bool
        A case with this source would be read; False where a person first has to add something.
    """

    role: str
    confidence: float
    reasons: tuple[Finding, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    where: str = ""
    alternatives: tuple[tuple[str, float], ...] = ()
    uncertain: tuple[Finding, ...] = ()
    ready: bool = True

    @property
    def superseded(self) -> bool:
        """It is not taken, or not yet, as another layer holds the same."""
        said = (one.facts.get("problem") for one in self.reasons)
        return self.rivals is not None or not {"older", "stale"}.isdisjoint(said)

    @property
    def rivals(self) -> Finding | None:
        """The question which of several layers of one content is to be taken; None where nobody has to be asked."""
        return next((one for one in self.uncertain if one.id == "S92"), None)


@dataclass(frozen=True)
class RasterGuess:
    """What a raster seems to hold: ``name`` of the evidence, ``kind`` and ``better`` as a case has them."""

    name: str
    kind: str
    better: str
    values: tuple[int, ...] = ()


@dataclass(frozen=True)
class Guessed:
    """One layer, raster or unreadable file of those looked at.

    Attributes
    ----------
    path : Path
    layer : str
        "" for a raster, and where the file holds one layer whose name is the file's.
    kind : str
        ``vector``, ``raster`` or ``plan`` (a plan file of ours).
    guess : Guess or None
        None for rasters and for what cannot be read.
    raster : RasterGuess or None
    count : int
        Features.
    geometry : str
        ``polygon``, ``line``, ``point`` or "".
    crs : str
        ``EPSG:n`` or WKT; "" where none is stated.
    crs_candidates : tuple of str
        Where none is stated: those whose zone the coordinates fit.
    encoding : str
    findings : tuple of Finding
        What the reader said.
    error : DelineationError or None
        Facts of the BadInput, where the file cannot be read.
    date, date_from : str
        数据时点 and what says so (``name`` or a metadata file's name), "" where nothing does.
    provider : str
        As a metadata file has it.
    folders : tuple of str
        Those below the folder that was looked through, the nearest first.
    read : PolygonLayer or None
        The layer itself, kept for the comparison with the others.
    """

    path: Path
    layer: str = ""
    kind: str = "vector"
    guess: Guess | None = None
    raster: RasterGuess | None = None
    count: int = 0
    geometry: str = ""
    crs: str = ""
    crs_candidates: tuple[str, ...] = ()
    encoding: str = ""
    findings: tuple[Finding, ...] = ()
    error: DelineationError | None = None
    date: str = ""
    date_from: str = ""
    provider: str = ""
    folders: tuple[str, ...] = ()
    read: PolygonLayer | None = field(default=None, repr=False, compare=False)

    @property
    def role(self) -> str:
        """The role guessed, "" where there is none."""
        return self.guess.role if self.guess else ""

    @property
    def confidence(self) -> float:
        """How sure the role is, 0 where there is none."""
        return self.guess.confidence if self.guess else 0.0


class GuessWords(NamedTuple):
    """Sentences of a guess: why, what to confirm, and what else it might be."""

    reasons: tuple[str, ...]
    uncertain: tuple[str, ...]
    alternatives: tuple[str, ...]


def words(guess: Guess, language: str = "zh", profile: Profile | None = None) -> GuessWords:
    """Put a guess into words.

    Parameters
    ----------
    guess : Guess
    language : str
        ``zh`` or ``en``.
    profile : Profile, optional
        The national one by default.
    """
    texts, names = _texts_of(profile or read_profile())
    return GuessWords(
        tuple(message(said, texts, language, names) for said in guess.reasons),
        tuple(message(said, texts, language, names) for said in guess.uncertain),
        tuple(word(said, language, names) for said in alternatives(guess)),
    )


_last: list[tuple[Profile, dict[str, Any], Glossary]] = []  # of the profile that was asked for last


def _texts_of(profile: Profile) -> tuple[dict[str, Any], Glossary]:
    """Read a profile's texts and names once, not for each guess: a list of sources asks for all of its lines."""
    kept = next((one for one in _last if one[0] is profile), None)
    if kept is None:
        kept = (profile, load_texts(profile), glossary(profile))
        _last[:] = [kept]
    return kept[1:]


def alternatives(guess: Guess) -> tuple[Message, ...]:
    """Say what else a layer may be, each with the confidence of that."""
    return tuple(
        Message("{role:role} ({confidence:.2f})", role=role, confidence=confidence)
        for role, confidence in guess.alternatives
    )
