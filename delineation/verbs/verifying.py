"""The verb ``verify``: a package held against its manifest, what was found as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.messages import Message, counted, foreign
from ..package import verify as verifier
from ..package.verify import MANIFEST, SUMS, Fault, Signature, Verified, VerifyError, is_litter

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = Message("the folder of a package, with its manifest.json")
_PUBLIC_KEY = Message("a public Ed25519 key as PEM, of OpenSSH, or as hex or base64 of its 32 bytes")
_MANIFEST_OF_OURS = Message("manifest.json as it was written with the package")


def verify(folder: str | Path, *, key: str | Path | None = None) -> Verified:
    """Verify a package against its manifest, and its signature.

    Parameters
    ----------
    folder : str or Path
    key : str or Path, optional
        The public key of who has to have signed it: a file or the key itself, as PEM, of OpenSSH, in hex or base64.

    Raises
    ------
    BadInput
        It is no package, its manifest cannot be read, or the key is none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from control_units.delineation import verbs
    >>> from delineation.package.manifest import write_manifest
    >>> folder = Path("filed")
    >>> folder.mkdir()
    >>> written = (folder / "units.csv").write_bytes(b"ZH42052610001")
    >>> files = write_manifest(folder, {})["files"]
    >>> verbs.verify(folder).ok
    True
    >>> written = (folder / "units.csv").write_bytes(b"ZH42052610002")
    >>> [(fault.path, fault.why) for fault in verbs.verify(folder).bad]
    [('units.csv', 'changed')]
    """
    try:
        return verifier.verify(folder, None if key is None else verifier.read_key(str(key)))
    except VerifyError as error:
        raise _refusal(error) from error


def _refusal(error: VerifyError) -> BadInput:
    """Word why nothing could be verified: a key of ``REFUSALS``."""
    detail, wanted = error.detail, _PACKAGE
    match error.why:
        case "no folder":
            what = Message("is no folder; an archive has to be unpacked first")
        case "no manifest":
            what = Message("holds no manifest.json, so it is no package")
        case "manifest is no file":
            what = Message("is no regular file")
        case "folder unreadable" | "manifest unreadable":
            what = Message("cannot be read ({error})", error=foreign(detail))
        case "key unreadable":
            what, wanted = Message("cannot be read ({error})", error=foreign(detail)), _PUBLIC_KEY
        case "key is private":
            what, wanted = Message("is a private key, which nobody else should have"), _PUBLIC_KEY
        case "no key":
            what, wanted = Message("is no public Ed25519 key"), _PUBLIC_KEY
        case "manifest too large":
            what, wanted = Message("has more than {most} bytes", most=detail), _MANIFEST_OF_OURS
        case "manifest is no JSON":
            what, wanted = Message("is no JSON in UTF-8"), _MANIFEST_OF_OURS
        case "manifest too deep":
            what, wanted = Message("is nested too deeply"), _MANIFEST_OF_OURS
        case "manifest key twice":
            what, wanted = Message("'{key}' stands twice in the same object", key=detail), _MANIFEST_OF_OURS
        case "manifest type":
            what, wanted = Message("{key} is missing or of a wrong type", key=detail), _MANIFEST_OF_OURS
        case "manifest format":
            what = Message("is of format {format}, and this program knows 1", format=detail)
            wanted = Message("a newer version of this program")
        case _:
            raise NotImplementedError(error.why)
    return BadInput(what, where=error.path, wanted=wanted)


def verified_in_words(verified: Verified) -> Message:
    """Say in a sentence whether all is as the manifest says."""
    if verified.ok:
        return counted(
            verified.files,
            "verified: {n} file is what the manifest says",
            "verified: {n} files are what the manifest says",
        )
    return Message(
        "not verified: {bad} bad, {missing} missing, {extra} extra ({files} in the manifest)",
        bad=len(verified.bad),
        missing=len(verified.missing),
        extra=len(verified.extra),
        files=counted(verified.files, "{n} file", "{n} files"),
    )


def faults_in_words(verified: Verified) -> tuple[list[Message], list[Message], list[Message]]:
    """Name what is bad, what is missing and what is extra, a line each."""
    bad = [Message("bad      {path}: {why}", path=one.path, why=fault_in_words(one)) for one in verified.bad]
    missing = [Message("missing  {path}", path=path) for path in verified.missing]
    extra = [
        Message("extra    {path} (made by the system; it may be deleted)", path=path)
        if is_litter(path)
        else Message("extra    {path}", path=path)
        for path in verified.extra
    ]
    return bad, missing, extra


def fault_in_words(fault: Fault) -> Message:
    """Say what is wrong with a file, after its path: a key of ``FAULTS``."""
    found = fault.found
    match fault.why:
        case "changed":
            return Message("is not what the manifest says (its SHA-256 differs)")
        case "size":
            return Message("has {found} bytes, and {stated} in the manifest", found=found, stated=fault.stated)
        case "unreadable":
            return Message("cannot be read ({error})", error=foreign(found))
        case "too large":
            return Message("is too large to be read")
        case "link":
            return Message("is a link, which was not followed")
        case "not a file":
            return Message("is no regular file")
        case "twin":
            return Message("differs from '{other}' only by case or by its Unicode form", other=found)
        case "twice":
            return Message("stands in the manifest more than once")
        case "unsafe":
            return Message(
                "is no safe path (absolute, '..', a drive, a backslash or control characters) and was not opened"
            )
        case "reserved":
            return Message("serves the verification and has no place in the manifest")
        case "sum differs":
            return Message("has another sum in {sums}", sums=SUMS)
        case "sum missing":
            return Message("has no line in {sums}", sums=SUMS)
        case "sum extra":
            return Message("has a line too many in {sums}", sums=SUMS)
        case "sum line":
            return Message("line {line} is not 'sum  path'", line=found)
        case _:
            raise NotImplementedError(fault.why)


def signature_in_words(signature: Signature) -> Message:
    """Say how a signature stands: a key of ``STATES``, and of ``SIGNATURE_FAULTS`` where it is invalid."""
    shown = signature.fingerprint
    match signature.state, signature.why:
        case "none", _:
            return Message("unsigned: whoever changed it could have summed it anew")
        case "valid", _:
            return Message("signature: valid, by the key given: {fingerprint}", fingerprint=shown)
        case "unknown signer", _:
            return Message(
                "signature: by the key in the package, which proves who signed only to those who have that key from "
                "elsewhere; compare its fingerprint: {fingerprint}",
                fingerprint=shown,
            )
        case "other signer", _:
            return Message("signature: by another key than the one given: {fingerprint}", fingerprint=shown)
        case "invalid", "not read":
            why = Message("signature.json cannot be read or lacks something")
        case "invalid", "algorithm":
            why = Message("its algorithm is not Ed25519")
        case "invalid", "key":
            why = Message("the public key in it is none that can be used")
        case "invalid", "does not fit":
            why = Message("it does not fit {manifest}", manifest=MANIFEST)
        case _:
            raise NotImplementedError(signature)
    return Message("signature: not valid, {why}", why=why)
