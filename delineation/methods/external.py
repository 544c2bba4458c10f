"""Methods from outside at work: their errors as sentences, and what they give held against what a labelling is."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput, Cancelled, DelineationError
from ..core.messages import Message, at
from .external_code import line_of, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.progress import Progress
    from .situation import Labels, Situation

_ANY = 2**62
_SAID = 200  # characters of an error that a sentence quotes


def in_messages(progress: Progress) -> Progress:
    """Take what a method from outside says of how far it is, a text as well as a message."""
    return lambda fraction, message: progress(fraction, at(message))


@contextlib.contextmanager
def in_words(name: str) -> Iterator[None]:
    """Put whatever a method from outside stops with into a sentence; an error of the engine's own is left as it is.

    Parameters
    ----------
    name : str

    Raises
    ------
    BadInput
        Naming the error, the file and the line.
    """
    try:
        yield
    except (DelineationError, Cancelled):
        raise
    except (Exception, SystemExit) as error:
        # A script that ends itself would end the comparison, or QGIS, without a word.
        origin = origin_of(name)
        if origin is None:
            raise
        lines = [(file, line) for file in origin.files if (line := line_of(error, file))]
        text = (str(error).splitlines() or [""])[0][:_SAID]
        what = Message(
            "method {method} stopped with {error}: {text}", method=name, error=type(error).__name__, text=text
        )
        where = Message("{file}, line {line}", file=lines[0][0], line=lines[0][1]) if lines else origin.called
        raise BadInput(what, where=where, wanted=Message("a method without this error")) from error


def whole(name: str, labels: Labels, situation: Situation) -> Labels:
    """Hold what a method from outside gave against what a labelling is; what the engine's own give is one.

    Parameters
    ----------
    name : str
    labels : Labels
    situation : Situation

    Raises
    ------
    BadInput
        Other things than labels, or not one whole number a face: a category 1–3, a kind of the case, a unit.
    """
    origin = origin_of(name)
    if origin is None:
        return labels
    count = len(situation.area)
    ranges = {"category": (1, 3), "kind": (0, len(situation.kinds) - 1), "unit": (-_ANY, _ANY)}
    for field, (low, high) in ranges.items():
        found = getattr(labels, field, None)
        where = Message("{place}, method {method}", place=origin.called, method=name)
        if not isinstance(found, np.ndarray) or found.shape != (count,) or found.dtype.kind not in "iu":
            shape = f"{found.dtype} {found.shape}" if isinstance(found, np.ndarray) else type(found).__name__
            raise BadInput(
                Message("the labels' {field} is {shape}", shape=shape, field=field),
                where=where,
                wanted=Message("a whole number for each of the {count} faces", count=count),
            )
        if count and not low <= int(found.min()) <= int(found.max()) <= high:
            outside = found[(found < low) | (found > high)]
            raise BadInput(
                Message("{field} {value}", field=field, value=int(outside[0])),
                where=where,
                wanted=Message("{field} from {low} to {high}", field=field, low=low, high=high),
            )
    return labels
