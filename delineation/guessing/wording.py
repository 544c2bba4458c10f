"""A guess in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..case.finding_texts import load_texts, message
from ..case.profile import Profile, read_profile

if TYPE_CHECKING:
    from .model import Guess

__all__ = ["Words", "words"]


class Words(NamedTuple):
    """Sentences of a guess: why, what to confirm, and what else it might be."""

    reasons: tuple[str, ...]
    uncertain: tuple[str, ...]
    alternatives: tuple[str, ...]


def words(guess: Guess, language: str = "zh", profile: Profile | None = None) -> Words:
    """Put a guess into words.

    Parameters
    ----------
    guess : Guess
    language : str
        ``zh`` or ``en``.
    profile : Profile, optional
        The national one by default.
    """
    used = profile or read_profile()
    texts = load_texts(used)
    others = (
        f"{used.roles[role].label}（{role}）{value:.2f}" if language == "zh" else f"{role} {value:.2f}"
        for role, value in guess.alternatives
    )
    return Words(
        tuple(message(said, texts, language) for said in guess.reasons),
        tuple(message(said, texts, language) for said in guess.uncertain),
        tuple(others),
    )
