"""What may be set of a verb or of a format: declared once, for all doors."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .messages import NOTHING, Message, word

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["text", "lines", "choice", "switch", "whole", "real", "file", "folder", "crs"]


@dataclass(frozen=True)
class Option:
    """One thing that may be set.

    Attributes
    ----------
    name : str
        The keyword by which the engine takes it; the doors make their own names of it: ``--name``, ``NAME``.
    about : Message
        What it is for.
    metavar : str
        What stands for its value on the command line; by default its choices, or ``N``.
    kind : str
        ``lines`` is a text that may stand on several.
    title : Message
        What the toolbox and the panel call it. What has none is of the command line alone.
    default : object
    choices : tuple
        "" among them leaves it to the engine.
    words : mapping
        Choice → what it is called.
    least, most : float or None
        Smallest number; largest that a form offers.
    suffix : str
        Of a file, without a dot; of several kinds with blanks between them.
    flag : str
        What the command line calls it where that is not ``--name``; two such names with a stroke between them.
    place : {"", "1", "?", "*", "+"}
        No flag but a place on the command line, for so many values.
    required, repeat : bool
    either : str
        Of the options with one such word only one may be given.
    advanced : bool
        Few need it.
    """

    name: str
    about: Message = NOTHING
    metavar: str = ""
    _: KW_ONLY
    kind: Kind = "text"
    title: Message = NOTHING
    default: Any = None
    choices: tuple[Any, ...] = ()
    words: Mapping[Any, Message] = field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    suffix: str = ""
    flag: str = ""
    place: str = ""
    required: bool = False
    repeat: bool = False
    either: str = ""
    advanced: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """What the command line calls it; a switch that is on is switched off there."""
        if self.place:
            return (self.name,)
        off = "no-" if self.kind == "switch" and self.default else ""
        return tuple((self.flag or f"--{off}{self.name.replace('_', '-')}").split("/"))


def told(option: Option, language: str) -> str:
    """Say what an option is for: its title before it, where it has one, and its default."""
    said = word(option.about, language)
    if option.title:
        parts = [word(part, language).rstrip(".。") for part in (option.title, option.about) if part]
        said = "：".join(parts) if language == "zh" else ": ".join(map(_within_a_sentence, parts))
    if not option.place and option.default not in (None, "", False, True) and "default" not in option.about.template:
        return word(Message("{what} (default: {value})", what=said, value=str(option.default)), language)
    return said


def _within_a_sentence(text: str) -> str:
    """Begin with a small letter, but for names and abbreviations."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
