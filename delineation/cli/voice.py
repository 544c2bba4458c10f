"""The command line's reader: in which language things are said to him, and what they are called there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.messages import Message, plain_names, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.errors import DelineationError
    from ..core.messages import Names

__all__ = ["LANGUAGES", "Voice", "asked_language", "voice_for"]

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

    def error(self, error: DelineationError) -> str:
        """Word an error as the line that stands alone."""
        return f"{self(Message('error'))}: {error.sentence(self.language, self.names)}"


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
    from ..case.names import glossary
    from ..core.errors import DelineationError

    try:
        return Voice(language, glossary())
    except (DelineationError, ImportError):
        return Voice(language)
