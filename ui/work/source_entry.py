"""One source as the panel holds it: what the case says, what was guessed, what a look at the file found."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ...delineation.core.errors import visible
from ..words import PREVIOUS, made_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...delineation.case.model import RasterSpec, SourceSpec
    from ...delineation.case.profile import Profile
    from ...delineation.guessing import Guess
    from ...delineation.sources.encoding.reading import TextReading
    from ...delineation.sources.examine import Examined
    from ...delineation.verbs.source_comparison import SourceChange

# Confidence of an encoding under which a person is asked, even where the file states it.
ENCODING_SURE = 0.95


@dataclass(eq=False)
class SourceEntry:
    """One layer or raster.

    Attributes
    ----------
    spec : SourceSpec or RasterSpec
        A role of ``previous`` stands for the case's ``[previous]``, one of "" for a layer that is not used.
    guess : Guess or None
    seen : Examined or None
        None until it was looked at.
    stamp : str
        How its file looked then (``sources.files.stamp``).
    good : Examined or None
        The last look that found it usable.
    compared : tuple of str
        How the file that was chosen for it differs from the one before, in sentences.
    change : SourceChange or None
        What that changes, where both could be read.
    confirmed : bool
        A person has said that it is right.
    drawn : bool
        Its features were shown, on the map or in the preview: nobody confirms what protects unseen.
    unseen : bool
        Its encoding was confirmed with others before its shapes were seen: a person has yet to look at it.
    held : bool
        It was guessed only to hold against it another role that a person gave it in an opened case.
    before : dict of str to dict
        Role that it had → fields, zones and zone of then: a role chosen by mistake and put back loses nothing.
    """

    spec: SourceSpec | RasterSpec
    guess: Guess | None = None
    seen: Examined | None = None
    stamp: str = ""
    good: Examined | None = None
    compared: tuple[str, ...] = ()
    change: SourceChange | None = None
    confirmed: bool = False
    drawn: bool = False
    unseen: bool = False
    held: bool = False
    before: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def raster(self) -> bool:
        """It is evidence."""
        return hasattr(self.spec, "band")

    @property
    def layer(self) -> SourceSpec:
        """What the case says of it where it is no raster."""
        return cast("SourceSpec", self.spec)

    @property
    def role(self) -> str:
        """Its role; of a raster the evidence's name."""
        return cast("RasterSpec", self.spec).name if self.raster else self.layer.role

    @property
    def suggested(self) -> str:
        """What a layer may be by its guess, where the case has it otherwise: not used, or in another role."""
        guessed = self.guess.role if self.guess is not None else ""
        guessed = PREVIOUS if guessed == "unit" else guessed
        return "" if guessed == self.role else guessed

    @property
    def asked(self) -> bool:
        """Its guess leaves something to confirm; all of it where a person gave the layer another role."""
        return bool((self.role and self.suggested) or (self.guess is not None and self.guess.uncertain))

    @property
    def rivals(self) -> tuple[str, ...]:
        """Layers of one content of which a person has to choose one, this among them; nothing where nobody is asked."""
        asked = self.guess.rivals if self.guess is not None and not self.role else None
        return tuple(cast("Sequence[str]", asked.facts["layers"])) if asked is not None else ()

    @property
    def title(self) -> str:
        """What it is called: the layer's name, else the file's; of what is made, how."""
        return self.title_in(None)

    def title_in(self, profile: Profile | None) -> str:
        """Do as ``title``; what is made is called as a profile has it."""
        if not self.raster and self.layer.made:
            return made_label(self.layer.made, profile)
        return visible((not self.raster and self.layer.layer) or Path(self.spec.path).name)

    @property
    def reading(self) -> TextReading | None:
        """How its texts were read; None of what has none, or was not looked at."""
        return self.seen.reading if self.seen is not None else None

    @property
    def misread(self) -> bool:
        """Its texts were read otherwise than the file says, or nobody is sure."""
        reading = self.reading
        if reading is None or self.spec_encoding or not reading.samples:
            return False
        doubtful = bool(reading.overruled or reading.doubtful) or reading.confidence < ENCODING_SURE
        return doubtful or reading.basis == "trial"

    @property
    def sureness(self) -> float:
        """How sure all is that a person has not confirmed, 0–1: its role, and the encoding where it is asked about."""
        known = [self.reading.confidence] if self.misread and self.reading is not None else []
        if self.guess is not None and not self.confirmed:
            other = not self.role or self.suggested
            known.append(1.0 - self.guess.confidence if other else self.guess.confidence)
        return min(known, default=1.0)

    @property
    def spec_encoding(self) -> str:
        """The encoding that the case states."""
        return "" if self.raster else self.layer.encoding

    @property
    def mark(self) -> str:
        """``problem``, ``choose`` (one of several), ``check`` (to confirm), ``unused``, ``waiting`` or ``present``."""
        if not self.role:
            return "choose" if self.rivals else "unused"
        if self.seen is not None and self.seen.problem:
            return "problem"
        changed = self.change is not None and self.change.to_confirm
        if not self.confirmed and (self.asked or changed or self.misread or self.unseen):
            return "check"
        return "waiting" if self.seen is None else "present"
