"""The guess: what each layer of a folder is, and a case file for it."""

from .case_file import write_case
from .folder import guess_sources
from .model import Guess, Guessed, GuessWords, RasterGuess, words
from .roles import guess_role

__all__ = ["Guess", "GuessWords", "Guessed", "RasterGuess", "guess_role", "guess_sources", "words", "write_case"]
