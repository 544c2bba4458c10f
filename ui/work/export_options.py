"""Exporters in the user's language: what may be set of them, what can be chosen, and what is to be known of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...delineation.core.errors import visible
from ...delineation.core.messages import NOTHING
from ...delineation.export.telling import remarks_of
from ..text import capital, said, tr

if TYPE_CHECKING:
    from ...delineation.core.options import Option
    from ...delineation.export.registry import Written

NAMED = 5  # things that a remark names


def option_title(option: Option) -> str:
    """Name an option; one that has no words goes by its own name."""
    return said(option.title) or option.name.replace("_", " ").capitalize()


def choice_word(option: Option, choice: Any) -> str:
    """Name one of the choices of an option; what is a name already stays as it is."""
    return said(option.words.get(choice, NOTHING)) or str(choice) or tr("Automatic")


def remarks(written: Written) -> list[str]:
    """Say what is to be known of what was written, a sentence each; what is as it should be is left out."""
    return [visible(capital(said(one))) for one in remarks_of(written, NAMED)]
