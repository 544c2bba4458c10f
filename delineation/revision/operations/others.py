"""Operations that other verbs do: what a file of edits may say of findings and of methods."""

from __future__ import annotations

from ...core.messages import Message
from ...explain.divisions import division_words
from ...plan.entries import ACCEPT, RELABEL
from ..fields import POINT, SEED, line_of_text, optional, some_object
from ..operation import OPS, Operation

OPS[ACCEPT] = Operation(
    ACCEPT,
    title=Message("accept a finding"),
    about=Message("a finding stays, for the reason given; it is no edit"),
    fields={
        "rule": line_of_text(Message("id of the finding")),
        "at": optional(POINT),
        "facts": optional(some_object(Message("facts of the finding"))),
    },
    words=Message("accepted: {finding}"),
    order=150,
)
OPS[RELABEL] = Operation(
    RELABEL,
    title=Message("take the division by a method"),
    about=Message("as `adopt`; it stands alone in its file"),
    fields={
        "method": line_of_text(Message("method")),
        "seed": optional(SEED),
        "parameters": optional(some_object(Message("parameters of the method"))),
    },
    words=division_words,
    order=160,
)
