"""The verbs of the command line: one file a verb, which says its arguments, the call of the engine and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.folder_modules import modules_of

if TYPE_CHECKING:
    from ..verb import Verb

__all__ = ["VERBS"]

VERBS: tuple[Verb, ...] = tuple(
    sorted((module.VERB for module in modules_of(__name__, __path__)), key=lambda verb: verb.order)
)
