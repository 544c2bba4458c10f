"""The kinds of content of a package: for each what writes it, and what reads it back and compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.findings import Finding
    from ..core.messages import Message
    from ..core.progress import Progress
    from .filling import Filling
    from .profile import PackageItem

__all__ = ["ContentKind", "Put", "content_kind", "content_kinds"]


@dataclass(frozen=True)
class Put:
    """What was written for a content.

    Attributes
    ----------
    files : tuple of Path
        All of them; none where there is nothing to write (a slot without a document).
    about : str
        What it holds, for the receiver, in the language of the package.
    findings : tuple of Finding
        What of it is not as it was meant: a text that was cut, a slot without a document.
    """

    files: tuple[Path, ...]
    about: str = ""
    findings: tuple[Finding, ...] = ()


Write = Callable[["Filling", Sequence["PackageItem"], "Path", "Progress"], Put]
"""``(filling, contents, path, progress)``: contents are one, or the layers of one file; ``path`` is where it goes."""
Compare = Callable[["Filling", Sequence["PackageItem"], "Path", Put], list["Message"]]
"""``(filling, contents, path, put)`` → what reads otherwise than the plan says, nothing where all is right."""


@dataclass(frozen=True)
class ContentKind:
    """A kind.

    Attributes
    ----------
    name : str
        One of ``profile.KINDS``.
    write : callable
    compare : callable
    last : bool
        It tells of the others, and is written after them.
    """

    name: str
    write: Write
    compare: Compare
    last: bool


_KINDS: dict[str, ContentKind] = {}


def content_kind(name: str, compare: Compare, *, last: bool = False) -> Callable[[Write], Write]:
    """Enter what writes a kind, with what reads it back."""

    def enter(write: Write) -> Write:
        _KINDS[name] = ContentKind(name, write, compare, last)
        return write

    return enter


def content_kinds() -> dict[str, ContentKind]:
    """All kinds by name."""
    from . import contents  # noqa: F401 - its files enter themselves

    return dict(_KINDS)
