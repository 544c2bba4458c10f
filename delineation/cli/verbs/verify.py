"""The verb ``verify``: a package held against its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.errors import visible
from ...core.messages import Message
from ...core.options import Option
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ...core.progress import Progress
    from ...package.verify import Verified
    from ..voice import Voice

_SHOWN = 50  # lines of a kind


_OPTIONS = (
    Option(
        "folder",
        Message("Unpacked, with its manifest.json."),
        "DIR",
        kind="folder",
        title=Message("Folder of the package"),
        place="1",
    ),
    Option(
        "key",
        Message("A file, or the key itself as text (PEM, OpenSSH, hex, base64)."),
        "PUB",
        title=Message("Public key of the signer"),
    ),
)


def _run(options: argparse.Namespace, _: Progress) -> Result:
    from ...verbs.verifying import verify

    verified = verify(options.folder, key=options.key)
    return Result(verified.document(options.say.language), _text(verified, options.say), errors=not verified.ok)


def _text(verified: Verified, say: Voice) -> str:
    from ...verbs.verifying import faults_in_words, signature_in_words, verified_in_words

    faults = [one for kind in faults_in_words(verified) for one in _first(kind)]
    said = [verified_in_words(verified), *faults, signature_in_words(verified.signature)]
    return "\n".join(visible(say(one)) for one in said)


def _first(messages: Sequence[Message]) -> list[Message]:
    if len(messages) <= _SHOWN:
        return list(messages)
    more = Message("… and {count} more (all of them with --json)", count=len(messages) - _SHOWN)
    return [*messages[:_SHOWN], more]


VERB = Verb("verify", Message("verify a package against its manifest"), _OPTIONS, _run, order=130)
