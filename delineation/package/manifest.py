"""The manifest of a package: which files are in it, their sums, and who signs for them.

What is written here is read by `verify`, which knows nothing of us.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput, needed, readable
from ..core.given_files import read_given
from ..core.messages import Message, at, foreign
from .verify import (
    FORMAT,
    MANIFEST,
    OWN,
    SIGNATURE,
    SUMS,
    UNSEEN,
    Listing,
    VerifyError,
    digest_of,
    list_folder,
    twins,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 120  # characters of a path in the package, the name of its own folder included

# What Windows does not take in a name: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_FORBIDDEN = '<>:"|?*\\'
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_MOST_OF_A_KEY = 1 << 16  # bytes
_PRIVATE_KEY = Message("a private Ed25519 key without a passphrase, as PEM (PKCS #8) or of OpenSSH")


def check_names(paths: Iterable[str], package: str = "") -> None:
    """Refuse names that a package cannot have on every disk it may come to.

    Parameters
    ----------
    paths : iterable of str
        Of the files, relative to the package's folder, with ``/``.
    package : str
        The name of that folder, which counts in the length; "" where it is not known.

    Raises
    ------
    BadInput
        Control characters, characters or device names of Windows, a dot or blank at the end of a name, a path that is
        none within the folder, one of more than `LONGEST` characters, two names that differ only by case or Unicode
        form. The first one in order is named.
    """
    start = f"{package}/" if package else ""
    found = sorted(paths)
    for path in found:
        whole = start + path
        _check_characters(whole)
        for part in whole.split("/"):
            _check_part(part, whole)
        if len(whole) > LONGEST:
            raise BadInput(
                Message("the path has {count} characters", count=len(whole)),
                where=whole,
                wanted=Message("at most {most} characters, the package's folder included", most=LONGEST),
            )
        if path in OWN:
            raise BadInput(
                Message("the name belongs to the files by which a package is verified"),
                where=whole,
                wanted=Message("another file name"),
            )
    for name, other in twins([*found, *OWN]):
        raise BadInput(
            Message("differs from '{other}' only by case or by its Unicode form", other=start + other),
            where=start + name,
            wanted=Message("names that no disk takes for the same"),
        )


def _check_characters(whole: str) -> None:
    if UNSEEN.search(whole):
        raise BadInput(Message("the name holds control characters"), where=whole, wanted=Message("a name without them"))
    if odd := [letter for letter in _FORBIDDEN if letter in whole]:
        raise BadInput(
            Message("the name holds what Windows does not allow: {characters}", characters=at(" ".join(odd))),
            where=whole,
            wanted=Message("a name without them"),
        )


def _check_part(part: str, whole: str) -> None:
    """Check one name of a path: of a folder, or of the file."""
    if part in ("", ".", ".."):
        raise BadInput(
            Message("is no path within the package"), where=whole, wanted=Message("a relative path without '..'")
        )
    if part.endswith((".", " ")):
        raise BadInput(
            Message("'{name}' ends with a dot or a blank, which Windows drops", name=part),
            where=whole,
            wanted=Message("a name without it"),
        )
    # A device keeps its name whatever suffix follows, and whatever blanks stand before that.
    if _DEVICES.fullmatch(part.partition(".")[0].rstrip(" ")):
        raise BadInput(
            Message("'{name}' is the name of a device of Windows", name=part),
            where=whole,
            wanted=Message("another file name"),
        )


def write_manifest(
    folder: Path, facts: Mapping[str, Any], *, package: str = "", key_file: Path | None = None
) -> dict[str, Any]:
    """Write ``manifest.json``, ``manifest-sha256.txt`` and, with a key, ``signature.json`` into a package's folder.

    The same files and facts give the same bytes. Nothing is written where anything is refused; a signature that is
    there already is of another manifest, and goes.

    Parameters
    ----------
    folder : Path
        All files in it but these three are the package's.
    facts : mapping
        What the manifest says besides (JSON), between ``format`` and ``files``, in this order.
    package : str
        What the folder will be called in the end; by default as it is called.
    key_file : Path, optional
        See `sign`.

    Returns
    -------
    dict
        The manifest: ``format``, the facts, ``files`` (``path``, ``bytes``, ``sha256``; by path).

    Raises
    ------
    BadInput
        A name as of `check_names`, something that is no file, a file that cannot be read; a key as of `sign`.
    MissingLibrary
        See `sign`.
    OSError
        The folder cannot be written to.
    """
    if taken := {"format", "files"} & set(facts):
        raise ValueError(f"the manifest's own: {', '.join(sorted(taken))}")
    listing = _plain_files(folder)
    paths = sorted(set(listing.files) - set(OWN))
    check_names(paths, package or folder.resolve().name)
    files = [_row(path, listing.files[path]) for path in paths]
    document = {"format": FORMAT, **facts, "files": files}
    manifest = _json(document)
    signature = None if key_file is None else _json(sign(manifest, key_file))

    (folder / MANIFEST).write_bytes(manifest)
    sums = sorted([(row["path"], row["sha256"]) for row in files] + [(MANIFEST, hashlib.sha256(manifest).hexdigest())])
    (folder / SUMS).write_bytes("".join(f"{sha256}  {path}\n" for path, sha256 in sums).encode())
    if signature is None:
        (folder / SIGNATURE).unlink(missing_ok=True)
    else:
        (folder / SIGNATURE).write_bytes(signature)
    return document


def _plain_files(folder: Path) -> Listing:
    """List a folder that holds nothing but files and folders.

    Raises
    ------
    BadInput
    """
    try:
        listing = list_folder(folder)
    except VerifyError as error:
        closed = Message("cannot be read ({error})", error=foreign(error.detail))
        what = Message("folder not found") if error.why == "no folder" else closed
        raise BadInput(what, where=folder, wanted=Message("the folder of the package")) from error
    for path in sorted(listing.links | listing.others):
        raise BadInput(
            Message("is a link, a pipe or a device"), where=folder / path, wanted=Message("files and folders alone")
        )
    for path, words in sorted(listing.closed.items()):
        raise BadInput(
            Message("cannot be read ({error})", error=foreign(words)),
            where=folder / path,
            wanted=Message("files and folders that can be read"),
        )
    return listing


def _row(path: str, place: str) -> dict[str, Any]:
    with readable(path, Message("files and folders that can be read")):
        size, sha256 = digest_of(place)
    return {"path": path, "bytes": size, "sha256": sha256}


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def sign(manifest: bytes, key_file: Path) -> dict[str, str]:
    """Sign a manifest with Ed25519 (RFC 8032).

    Parameters
    ----------
    manifest : bytes
        Exactly as the file has it.
    key_file : Path
        A private key without a passphrase: PEM (PKCS #8) or of OpenSSH.

    Returns
    -------
    dict
        ``algorithm``; ``public_key`` and ``signature`` in hex: what ``signature.json`` holds.

    Raises
    ------
    BadInput
        The key cannot be read, is encrypted, public, damaged or of another kind.
    MissingLibrary
        The library cryptography is not there, or cannot be loaded.
    """
    with needed("cryptography", Message("cryptography 3.1 or newer; or a package that is not signed"), exactly=True):
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            PublicFormat,
            load_pem_private_key,
            load_ssh_private_key,
        )

    def refused(what: Message) -> BadInput:
        return BadInput(what, where=key_file, wanted=_PRIVATE_KEY)

    data = read_given(Path(key_file), _PRIVATE_KEY, most=_MOST_OF_A_KEY)
    if b"BEGIN PUBLIC KEY" in data or data.startswith((b"ssh-", b"ecdsa-")):
        raise refused(Message("is a public key"))
    if _is_protected(data):
        raise refused(Message("the key is protected by a passphrase"))
    load = load_ssh_private_key if b"BEGIN OPENSSH" in data else load_pem_private_key
    try:
        key = load(data, password=None)
    except UnsupportedAlgorithm as error:
        raise refused(Message("is a key of another kind")) from error
    except ValueError as error:
        raise refused(Message("holds no private key that can be read")) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise refused(Message("is a key of another kind"))
    return {
        "algorithm": "Ed25519",
        "public_key": key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
        "signature": key.sign(manifest).hex(),
    }


def _is_protected(data: bytes) -> bool:
    """Tell a key with a passphrase: versions of cryptography differ in what they raise of one."""
    openssh = re.search(rb"OPENSSH PRIVATE KEY-----(.*)-----END", data, re.DOTALL)
    if openssh is None:
        return b"ENCRYPTED" in data
    try:
        inner = base64.b64decode(openssh[1])
    except ValueError:
        return False
    magic = b"openssh-key-v1\0"  # then the name of the cipher, its length before it
    return inner.startswith(magic) and not inner[len(magic) :].startswith(b"\0\0\0\x04none")
