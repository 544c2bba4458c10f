"""The command line's reader: in which language things are said to him, and what they are called there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.errors import DelineationError, visible
from ..core.messages import Message, area_text, plain_names, word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..core.messages import Fact, Names

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Voice:
    """Words messages for one reader.

    Attributes
    ----------
    language : str
        ``zh`` or ``en``.
    names : Names
        What things are called.
    """

    language: str
    names: Names = plain_names

    def __call__(self, message: Message) -> str:
        """Put a message into words."""
        return word(message, self.language, self.names)

    def row(self, *titles: Message) -> list[str]:
        """Word the titles of a table's columns."""
        return [self(title) for title in titles]

    def name(self, kind: str, thing: object, **beside: Fact) -> str:
        """Name a role, a zone, a category …; ``beside`` are facts it stands beside, a zone's role among them."""
        return self.names(kind, str(thing), self.language, beside)

    def area(self, area: float) -> str:
        """Write an area in m² at a person's scale."""
        return area_text(area, self.language)

    def error(self, error: DelineationError) -> str:
        """Word an error as the line that stands alone."""
        return visible(self(Message("error: {sentence}", sentence=error.message())))

    def of_profile(self, name: str | Path) -> Voice:
        """Give the voice that names things as a profile does; this one where it cannot be read."""
        from ..case.names import Glossary
        from ..case.profile import read_profile

        try:
            return self if name in ("", "national") else Voice(self.language, Glossary(read_profile(name)))
        except DelineationError:
            return self


def asked_language(arguments: Sequence[str]) -> str:
    """Find ``--lang`` before the arguments are understood, as errors of theirs are worded too; "" where it is not."""
    for number, argument in enumerate(arguments):
        if argument == "--lang":
            following = arguments[number + 1] if number + 1 < len(arguments) else ""
            return following if following in LANGUAGES else ""
        if argument.startswith("--lang="):
            asked = argument.partition("=")[2]
            return asked if asked in LANGUAGES else ""
    return ""


def voice_for(language: str) -> Voice:
    """Give the voice of a language; where the profile's names cannot be read, ids are said."""
    try:
        from ..case.names import glossary

        return Voice(language, glossary())
    except (DelineationError, ImportError, OSError):
        return Voice(language)
