"""What a verb of the command line is: arguments, a call of the engine, and a document with its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..core.messages import Message
    from ..core.progress import Progress
    from .options import Options
    from .voice import Voice

__all__ = ["Result", "Verb"]


@dataclass(frozen=True)
class Result:
    """What a verb gives: a document for ``--json``, text for people, and whether it found errors."""

    document: Any
    text: str
    errors: bool = False


@dataclass(frozen=True)
class Verb:
    """A verb of the command line: ``VERB`` of a file in ``verbs/``.

    Attributes
    ----------
    name : str
    help : Message
    arguments : callable
        Adds its arguments, with what ``--help`` says of them.
    run : callable
        Calls the engine; what it needs of it is imported there, so that a verb loads nothing for the others. Its
        options hold ``say``, the reader's voice.
    order : int
        Its place in ``--help``.
    more : callable, optional
        Gives what its own ``--help`` says below its options.
    """

    name: str
    help: Message
    arguments: Callable[[Options], None]
    run: Callable[[argparse.Namespace, Progress], Result]
    order: int
    more: Callable[[Voice], str] | None = None
