"""What can go wrong, as facts: the doors word them, the engine only states them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from .messages import NOTHING, Message, Names, at, foreign, plain_names, word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "BadInput",
    "BeingEdited",
    "Cancelled",
    "ChangedElsewhere",
    "DelineationError",
    "HeldOpen",
    "InTheWay",
    "MissingLibrary",
    "needed",
    "readable",
    "visible",
]

Place: TypeAlias = "Message | str | Path"

# Control characters, line breaks of other kinds, what turns the direction of a text (Unicode's bidi controls), and
# what is no character at all.
_UNSEEN = re.compile(
    "[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str, *, lines: bool = False) -> str:
    r"""Write out what a text hides: a file may be called so that a message about it reads otherwise.

    Parameters
    ----------
    text : str
    lines : bool
        It may have several lines, and tabs in them.

    Examples
    --------
    >>> visible("zones\u202egpj.shp\nall is well")
    'zones\\u202egpj.shp\\nall is well'
    """
    kept = "\n\t" if lines else ""
    return _UNSEEN.sub(lambda one: one[0] if one[0] in kept else one[0].encode("unicode_escape").decode(), text)


class DelineationError(Exception):
    """Base of every error the engine raises on purpose.

    Parameters
    ----------
    what : Message
        What was found, as the start of a sentence without a full stop.
    where : Message, str or Path
        File, layer, field, feature or case key it was found in; names and paths have no other words (see `at`).
    wanted : Message or str
        What would have been accepted, or the next step.
    """

    def __init__(self, what: Message, *, where: Place = NOTHING, wanted: Place = NOTHING) -> None:
        # A method of somebody else's may say it as a text.
        self.what, self.where, self.wanted = at(what), at(where), at(wanted)
        super().__init__(self.what, self.where, self.wanted)

    def __str__(self) -> str:
        """Say what, where and what was wanted in one English sentence."""
        return self.sentence()

    def sentence(self, language: str = "en", names: Names = plain_names) -> str:
        """Say what, where and what was wanted in one sentence: see `word`."""
        return visible(word(self.message(), language, names))

    def message(self) -> Message:
        """Give the sentence as a message, for another to hold."""
        what, where, wanted = self.what, self.where, self.wanted
        if where and wanted:
            return Message("{where}: {what}; wanted: {wanted}", what=what, where=where, wanted=wanted)
        if wanted:
            return Message("{what}; wanted: {wanted}", what=what, wanted=wanted)
        return Message("{where}: {what}", what=what, where=where) if where else what

    def document(self, language: str = "en", names: Names = plain_names) -> dict[str, Any]:
        """Give the error as the command line's ``--json`` prints it: its template is its id."""
        parts = {"what": self.what, "where": self.where, "wanted": self.wanted}
        facts = {name: fact for part in ("wanted", "where", "what") for name, fact in _facts(parts[part]).items()}
        said = {name: visible(word(part, language, names)) for name, part in parts.items()}
        return {"id": self.what.template, "facts": facts, **said}


def _facts(message: Message) -> dict[str, Any]:
    facts: dict[str, Any] = message.document()["facts"]
    return facts


class BadInput(DelineationError):
    """A file, a field, a value or a setting cannot be used (exit code 2)."""


class ChangedElsewhere(BadInput):
    """A plan was changed by another program, and what it put there would be lost (exit code 2)."""


class HeldOpen(BadInput):
    """Another program has a file open, or is writing it (exit code 2)."""


class BeingEdited(BadInput):
    """Somebody else is editing a plan, which can be read meanwhile (exit code 2).

    Parameters
    ----------
    what, where, wanted : Message
        As of every error.
    owner, host, since : str
        Who, on which computer, since when (ISO 8601); "" where nobody knows.
    breakable : bool
        Nobody here can tell whether he still is: his lock may be broken.
    """

    def __init__(
        self,
        what: Message,
        *,
        where: Place = NOTHING,
        wanted: Place = NOTHING,
        owner: str = "",
        host: str = "",
        since: str = "",
        breakable: bool = False,
    ) -> None:
        super().__init__(what, where=where, wanted=wanted)
        self.owner, self.host, self.since, self.breakable = owner, host, since, breakable


class InTheWay(BadInput):
    """What stands in the place of an output may not go (exit code 2).

    Parameters
    ----------
    what, where, wanted : Message
        As of every error.
    forcible : bool
        It may where somebody says so (``--force``).
    """

    def __init__(
        self, what: Message, *, where: Place = NOTHING, wanted: Place = NOTHING, forcible: bool = False
    ) -> None:
        super().__init__(what, where=where, wanted=wanted)
        self.forcible = forcible


class MissingLibrary(DelineationError):
    """A library that this one step needs is not installed (exit code 2)."""


class Cancelled(Exception):
    """The caller's progress callback asked to stop."""


@contextmanager
def needed(library: str, wanted: Message, *, where: Place = NOTHING, exactly: bool = False) -> Iterator[None]:
    """Name the library that would do for what cannot be imported in the block.

    It is called what Python calls it where that says so, unless it is ``exactly`` to be called ``library``.

    Raises
    ------
    MissingLibrary
    """
    try:
        yield
    except ImportError as error:
        name = library if exactly else error.name or library
        raise MissingLibrary(
            Message("{name} cannot be loaded ({error})", name=name, error=foreign(error)), where=where, wanted=wanted
        ) from error


@contextmanager
def readable(where: Place, wanted: Message) -> Iterator[None]:
    """Say of a file or folder that the system does not let the block read that it cannot be read.

    Raises
    ------
    BadInput
    """
    try:
        yield
    except OSError as error:
        raise BadInput(Message("cannot be read ({error})", error=foreign(error)), where=where, wanted=wanted) from error
