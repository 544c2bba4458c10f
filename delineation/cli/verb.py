"""What a verb of the command line is: options, a call of the engine, and a document with its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from ..core.messages import Message
    from ..core.options import Option
    from ..core.progress import Progress
    from .voice import Voice


@dataclass(frozen=True)
class Result:
    """What a verb gives: a document for ``--json``, lines for people, and whether it found errors."""

    document: Any
    lines: str | Message | Sequence[str | Message]
    errors: bool = False


@dataclass(frozen=True)
class Verb:
    """A verb of the command line: ``VERB`` of a file in ``verbs/``.

    Attributes
    ----------
    name : str
    help : Message
    options : tuple of Option
        What may be set; those with a title have a parameter in the toolbox too.
    run : callable
        Calls the engine; what it needs of it is imported there, so that a verb loads nothing for the others. Its
        options hold ``say``, the reader's voice.
    order : int
        Its place in ``--help``.
    usage : str
        How it is called, in place of all options; a refusal has one sentence.
    more : callable, optional
        Gives what its own ``--help`` says below its options.
    """

    name: str
    help: Message
    options: tuple[Option, ...]
    run: Callable[[argparse.Namespace, Progress], Result]
    order: int
    usage: str = ""
    more: Callable[[Voice], str] | None = None
