"""Verifies a package (备案成果包) against its manifest; this one file needs Python 3.9 or newer and nothing else.

    python -I verify.py DIR [--key PUB] [--lang zh|en] [--json]

Exit code 0: every file is what the manifest says. 1: something is not, and is named. 2: nothing could be verified.

Nothing is written, nothing but the files that the folder itself holds is opened, and no link is followed. `DIR` holds

* ``manifest.json``: ``{"format": 1, "files": [{"path": "…", "bytes": 1, "sha256": "…"}, …], …}``, all but these three;
* ``manifest-sha256.txt``: the same sums and that of ``manifest.json``, as ``sha256sum -c`` reads them;
* ``signature.json``, where it is signed: ``{"algorithm": "Ed25519", "public_key": "…", "signature": "…"}``, in hex, of
  the bytes of ``manifest.json`` (RFC 8032).
"""

from __future__ import annotations

import argparse
import base64
import binascii
import errno
import hashlib
import json
import locale
import os
import re
import stat
import sys
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import FileIO
    from pathlib import Path

__all__ = [
    "FAULTS",
    "FORMAT",
    "MANIFEST",
    "OWN",
    "REFUSALS",
    "SIGNATURE",
    "SIGNATURE_FAULTS",
    "STATES",
    "SUMS",
    "UNSEEN",
    "Fault",
    "Listing",
    "Signature",
    "Verified",
    "VerifyError",
    "digest_of",
    "ed25519_fits",
    "fingerprint",
    "is_litter",
    "is_unsafe",
    "list_folder",
    "main",
    "read_key",
    "twins",
    "verify",
]

MANIFEST, SUMS, SIGNATURE = "manifest.json", "manifest-sha256.txt", "signature.json"
OWN = (MANIFEST, SUMS, SIGNATURE)
FORMAT = 1

OK, NOT_OK, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

_LITTER = (".ds_store", "thumbs.db", "desktop.ini")
# Control characters, line breaks of other kinds, what turns the direction of a text, and halves of characters.
UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_BLOCK = 1 << 20  # bytes read at a time
_MOST = 1 << 24  # bytes of a manifest: some 80,000 files
_MOST_OF_A_KEY = 1 << 16
_DIGITS = 40  # of a number in JSON; longer ones stay texts, as reading them could take hours
_SHOWN = 50  # lines of a kind that people are shown
_SHA256 = re.compile("[0-9a-fA-F]{64}")
_SUM_LINE = re.compile(rb"([0-9a-fA-F]{64}) [ *](.+)")


# ── What is said, in Chinese and in English ─────────────────────────────────────────────────────────────────────────

# Of a file, after its path.
FAULTS = {
    "changed": ("内容与文件清单不符（SHA-256 校验值不同）", "is not what the manifest says (its SHA-256 differs)"),
    "size": (
        "大小与文件清单不符：实际 {found} 字节，清单 {stated} 字节",
        "has {found} bytes, and {stated} in the manifest",
    ),
    "unreadable": ("无法读取（{found}）", "cannot be read ({found})"),
    "too large": ("过大，未读取", "is too large to be read"),
    "link": ("是链接，未跟随", "is a link, which was not followed"),
    "not a file": ("不是普通文件", "is no regular file"),
    "twin": (
        "与“{found}”只有大小写或 Unicode 编码形式之别",
        "differs from '{found}' only by case or by its Unicode form",
    ),
    "twice": ("在文件清单中出现不止一次", "stands in the manifest more than once"),
    "unsafe": (
        "文件清单中的路径不安全（绝对路径、“..”、盘符、反斜杠或控制字符），未打开",
        "is no safe path (absolute, '..', a drive, a backslash or control characters) and was not opened",
    ),
    "reserved": ("是校验用的文件，不应列入文件清单", "serves the verification and has no place in the manifest"),
    "sum differs": ("manifest-sha256.txt 中的校验值不同", "has another sum in manifest-sha256.txt"),
    "sum missing": ("manifest-sha256.txt 中没有这个文件", "has no line in manifest-sha256.txt"),
    "sum extra": ("manifest-sha256.txt 中多出这一行", "has a line too many in manifest-sha256.txt"),
    "sum line": ("第 {found} 行不是“校验值  路径”", "line {found} is not 'sum  path'"),
}
# How a signature stands.
STATES = {
    "none": ("未签名：改动者可以重新计算校验和", "unsigned: whoever changed it could have summed it anew"),
    "valid": ("签名：有效，出自所给的公钥，指纹 {fingerprint}", "signature: valid, by the key given: {fingerprint}"),
    "unknown signer": (
        "签名：与包内所附公钥相符，只有另行取得签名人公钥的人才能确认是谁签的；请核对公钥指纹 {fingerprint}",
        "signature: by the key in the package, which proves who signed only to those who have that key from elsewhere; "
        "compare its fingerprint: {fingerprint}",
    ),
    "other signer": (
        "签名：不是所给公钥的签名，签名公钥的指纹 {fingerprint}",
        "signature: by another key than the one given: {fingerprint}",
    ),
    "invalid": ("签名：无效，{why}", "signature: not valid, {why}"),
}
SIGNATURE_FAULTS = {
    "not read": ("signature.json 无法读取或内容不完整", "signature.json cannot be read or lacks something"),
    "algorithm": ("签名算法不是 Ed25519", "its algorithm is not Ed25519"),
    "key": ("其中的公钥不可用", "the public key in it is none that can be used"),
    "does not fit": ("与 manifest.json 不符", "it does not fit manifest.json"),
}
# Why nothing could be verified.
REFUSALS = {
    "no folder": (
        "{path}：不是文件夹；如为压缩包，请先解压",
        "{path}: is no folder; an archive has to be unpacked first",
    ),
    "folder unreadable": ("{path}：文件夹无法读取（{detail}）", "{path}: the folder cannot be read ({detail})"),
    "no manifest": (
        "{path}：其中没有 manifest.json，不是成果包文件夹",
        "{path}: holds no manifest.json, so it is no package",
    ),
    "manifest is no file": ("{path}：不是普通文件", "{path}: is no regular file"),
    "manifest unreadable": ("{path}：无法读取（{detail}）", "{path}: cannot be read ({detail})"),
    "manifest too large": ("{path}：超过 {detail} 字节", "{path}: has more than {detail} bytes"),
    "manifest is no JSON": ("{path}：不是 UTF-8 编码的 JSON", "{path}: is no JSON in UTF-8"),
    "manifest too deep": ("{path}：嵌套层数过多", "{path}: is nested too deeply"),
    "manifest key twice": (
        "{path}：同一对象中重复出现“{detail}”",
        "{path}: '{detail}' stands twice in the same object",
    ),
    "manifest type": ("{path}：{detail} 缺失或类型不对", "{path}: {detail} is missing or of a wrong type"),
    "manifest format": (
        "{path}：格式版本是 {detail}，本程序只认识 1",
        "{path}: is of format {detail}, and this program knows 1",
    ),
    "key unreadable": ("{path}：公钥文件无法读取（{detail}）", "{path}: the file of the key cannot be read ({detail})"),
    "key is private": (
        "{path}：这是私钥，请勿外传；需要的是公钥",
        "{path}: is a private key, which nobody else should have; wanted: the public one",
    ),
    "no key": (
        "{path}：不是 Ed25519 公钥；可用 PEM、OpenSSH、十六进制或 Base64 格式的文件或文本",
        "{path}: is no Ed25519 public key; wanted: PEM, OpenSSH, hex or base64, as a file or as text",
    ),
}
_LINES = {
    "ok": ("通过：{files} 个文件全部与文件清单一致", "verified: all of {files} files are what the manifest says"),
    "not ok": (
        "未通过：{bad} 处不符，缺少 {missing} 个文件，多出 {extra} 个文件（清单共 {files} 个）",
        "not verified: {bad} bad, {missing} missing, {extra} extra ({files} files in the manifest)",
    ),
    "bad": ("不符  {path}：{why}", "bad      {path}: {why}"),
    "missing": ("缺少  {path}", "missing  {path}"),
    "extra": ("多出  {path}", "extra    {path}"),
    "litter": (
        "多出  {path}（系统自动生成，可删除）",
        "extra    {path} (made by the system; it may be deleted)",
    ),
    "more": ("……另有 {more} 处（用 --json 查看全部）", "… and {more} more (all of them with --json)"),
    "error": ("错误：{sentence}", "error: {sentence}"),
    "about": ("按文件清单校验备案成果包", "verify a package against its manifest"),
    "DIR": ("成果包文件夹", "the folder of the package"),
    "--key": (
        "签名人的公钥：文件或文本（PEM、OpenSSH、十六进制、Base64）",
        "the signer's public key, a file or text (PEM, OpenSSH, hex, base64)",
    ),
    "--lang": ("语言，默认随系统", "language, by default the system's"),
    "--json": ("输出一份 JSON 文档", "print one JSON document"),
}
_LANGUAGES = ("zh", "en")


class VerifyError(Exception):
    """Nothing could be verified: no package, or no key.

    Parameters
    ----------
    why : str
        A key of `REFUSALS`.
    path : str
        What it is about.
    detail : str
        A further fact: words of the system, a place in the manifest, a number.
    """

    def __init__(self, why: str, path: str, detail: str = "") -> None:
        super().__init__(why, path, detail)
        self.why, self.path, self.detail = why, path, detail

    def __str__(self) -> str:
        """Say it in English."""
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """Say it in one sentence, in ``zh`` or ``en``."""
        return _filled(REFUSALS[self.why], language, path=self.path, detail=self.detail)


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong with one file.

    Attributes
    ----------
    path : str
        Relative to the folder, with ``/``.
    why : str
        A key of `FAULTS`.
    found : str
        What stands there: bytes, a sum, the other one of two names, the number of a line, words of the system.
    stated : str
        What the manifest says of it: bytes, a sum.
    """

    path: str
    why: str
    found: str = ""
    stated: str = ""


@dataclass(frozen=True)
class Signature:
    """How the signature of a package stands.

    Attributes
    ----------
    state : str
        A key of `STATES`. ``unknown signer``: it fits, and nobody said whose it should be.
    fingerprint : str
        Of the key that it names, see `fingerprint`; "" where there is none.
    why : str
        Why it is ``invalid``, a key of `SIGNATURE_FAULTS`; else "".
    """

    state: str
    fingerprint: str = ""
    why: str = ""

    def sentence(self, language: str) -> str:
        """Say it in one sentence, in ``zh`` or ``en``."""
        why = _filled(SIGNATURE_FAULTS[self.why], language) if self.why else ""
        return _filled(STATES[self.state], language, fingerprint=self.fingerprint, why=why)


@dataclass(frozen=True)
class Verified:
    """What was found of a package.

    Attributes
    ----------
    ok : bool
        Nothing is bad, missing or extra, and no signature is invalid or another's.
    bad : tuple of Fault
        By path.
    missing : tuple of str
        Paths that should be there; ``signature.json`` among them where a key was given and nothing is signed.
    extra : tuple of str
        Paths that should not be there.
    signature : Signature
    files : int
        How many the manifest lists.
    """

    ok: bool
    bad: tuple[Fault, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    signature: Signature
    files: int

    def document(self, language: str = "en") -> dict[str, Any]:
        """Give it as ``--json`` prints it; what is said in it, in ``zh`` or ``en``."""
        return {
            "ok": self.ok,
            "bad": [asdict(one) for one in self.bad],
            "missing": list(self.missing),
            "extra": list(self.extra),
            "signature": {**asdict(self.signature), "said": self.signature.sentence(language)},
        }


# ── The folder ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Listing:
    """All that is in a folder, by paths relative to it, with ``/``; links are not followed.

    Attributes
    ----------
    files : dict of str
        Regular files, with the path by which each is opened.
    folders, links, others : set of str
        ``others``: pipes, devices, sockets.
    closed : dict of str
        What cannot be looked into, with the system's words.
    """

    files: dict[str, str]
    folders: set[str]
    links: set[str]
    others: set[str]
    closed: dict[str, str]


def list_folder(folder: str | Path) -> Listing:
    """List all files below a folder.

    Raises
    ------
    VerifyError
        There is no such folder, or it cannot be read.
    """
    shown = str(folder)
    root = os.path.abspath(shown)  # noqa: PTH100 - what Windows does not resolve behind its prefix has to go
    listing = Listing({}, set(), set(), set(), {})
    waiting = [("", _long(root) if os.name == "nt" else root)]
    while waiting:
        start, place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    inner = _enter(entry, start + _name(entry), listing)
                    waiting += [(f"{inner}/", entry.path)] if inner else []
        except (OSError, ValueError) as error:
            if not start:
                gone = isinstance(error, (FileNotFoundError, NotADirectoryError, ValueError))
                raise VerifyError("no folder" if gone else "folder unreadable", shown, _words(error)) from error
            listing.closed[start[:-1]] = _words(error)
    return listing


def _enter(entry: os.DirEntry[str], path: str, listing: Listing) -> str:
    """Enter what was found into a listing; the path where it is a folder to be looked into, else ""."""
    try:
        if _is_link(entry):
            listing.links.add(path)
        elif entry.is_dir(follow_symlinks=False):
            listing.folders.add(path)
            return path
        elif entry.is_file(follow_symlinks=False):
            listing.files[path] = entry.path
        else:
            listing.others.add(path)
    except OSError as error:
        listing.closed[path] = _words(error)
    return ""


def _name(entry: os.DirEntry[str]) -> str:
    """Read a name as UTF-8, whatever the system's own encoding is; what is none stays as halves of characters."""
    return entry.name if os.name == "nt" else os.fsencode(entry.name).decode("utf-8", "surrogateescape")


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Tell a link, also a junction of Windows, which is a folder to Python; files in a cloud are no links."""
    if entry.is_symlink():
        return True
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) if os.name == "nt" else 0
    return bool(tag == 0xA0000003)  # IO_REPARSE_TAG_MOUNT_POINT


def _long(path: str) -> str:
    r"""Let a path of Windows be longer than 260 characters: ``\\?\`` before it."""
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


def _opened(path: str) -> FileIO:
    """Open a regular file and nothing else, should something have taken its place since it was listed."""
    flags = [os.O_RDONLY, *(getattr(os, name, 0) for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK"))]
    stream = os.fdopen(os.open(path, sum(flags)), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
    return stream


def digest_of(path: str) -> tuple[int, str]:
    """Give size in bytes and SHA-256 in hex of a file.

    Raises
    ------
    OSError
    """
    with _opened(path) as stream:
        return os.fstat(stream.fileno()).st_size, _digest(stream)


def _digest(stream: FileIO) -> str:
    sha256, block = hashlib.sha256(), memoryview(bytearray(_BLOCK))
    while count := stream.readinto(block):
        sha256.update(block[:count])
    return sha256.hexdigest()


def _content(path: str) -> bytes | None:
    """Read a file whole, None where it is too large for what it is."""
    with _opened(path) as stream:
        if os.fstat(stream.fileno()).st_size > _MOST:
            return None
        parts = []
        while part := stream.read(_BLOCK):
            parts.append(part)
    return b"".join(parts)


def _words(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_unsafe(path: str) -> bool:
    """Tell a path that could lead out of the folder, or be read otherwise than it looks.

    Absolute ones, drives and streams of Windows, backslashes, ``.`` and ``..``, empty parts, control characters.
    """
    odd = any(part in ("", ".", "..") for part in path.split("/"))
    return odd or "\\" in path or ":" in path or UNSEEN.search(path) is not None


def is_litter(path: str) -> bool:
    """Tell what the system leaves in folders that somebody looks into."""
    return path.rpartition("/")[2].lower() in _LITTER


def twins(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find names that are one name on other disks: they differ only by case or by Unicode form.

    Compared as of Unicode 3.13, D145 (canonical caseless matching); folders that paths run through count too.

    Yields
    ------
    (str, str)
        A path, and the one before it in order that it could be taken for.
    """
    names: set[str] = set()
    for path in paths:
        parts = path.split("/")
        names.update("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    first: dict[str, str] = {}
    for name in sorted(names):
        before = first.setdefault(_caseless(name), name)
        if before != name:
            yield name, before


def _caseless(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


# ── The manifest ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Stated:
    """What the manifest states of a file."""

    path: str
    size: int
    sha256: str


def _document(data: bytes) -> Any:
    """Read JSON, refusing what two readers could read differently.

    Raises
    ------
    VerifyError
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise VerifyError("manifest key twice", MANIFEST, key)
            found[key] = value
        return found

    def number(text: str) -> int | str:
        return int(text) if len(text) <= _DIGITS else text

    def nothing(text: str) -> Any:
        raise ValueError(text)

    try:
        return json.loads(data.decode(), object_pairs_hook=once, parse_int=number, parse_constant=nothing)
    except RecursionError as error:
        raise VerifyError("manifest too deep", MANIFEST) from error
    except ValueError as error:
        raise VerifyError("manifest is no JSON", MANIFEST) from error


def _manifest_of(folder: str, listing: Listing) -> bytes:
    if MANIFEST not in listing.files:
        if MANIFEST in listing.folders | listing.links | listing.others:
            raise VerifyError("manifest is no file", MANIFEST)
        raise VerifyError("no manifest", folder)
    try:
        data = _content(listing.files[MANIFEST])
    except OSError as error:
        raise VerifyError("manifest unreadable", MANIFEST, _words(error)) from error
    if data is None:
        raise VerifyError("manifest too large", MANIFEST, str(_MOST))
    return data


def _stated_in(document: Any) -> list[_Stated]:
    """Take the files out of a manifest; what else it holds is left alone.

    Raises
    ------
    VerifyError
    """

    def wrong(where: str) -> VerifyError:
        return VerifyError("manifest type", MANIFEST, where)

    if not isinstance(document, dict):
        raise wrong("{…}")
    form = document.get("format")
    if type(form) is not int:  # True is none
        raise wrong("format")
    if form != FORMAT:
        raise VerifyError("manifest format", MANIFEST, str(form))
    files = document.get("files")
    if not isinstance(files, list):
        raise wrong("files")
    stated = []
    for number, one in enumerate(files):
        where = f"files[{number}]"
        if not isinstance(one, dict):
            raise wrong(where)
        path, size, sha256 = one.get("path"), one.get("bytes"), one.get("sha256")
        if not isinstance(path, str):
            raise wrong(f"{where}.path")
        if type(size) is not int or size < 0:
            raise wrong(f"{where}.bytes")
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise wrong(f"{where}.sha256")
        stated.append(_Stated(path, size, sha256.lower()))
    return stated


# ── The verification ────────────────────────────────────────────────────────────────────────────────────────────────


def verify(folder: str | Path, key: bytes | None = None) -> Verified:
    """Verify a package.

    Parameters
    ----------
    folder : str or Path
    key : bytes, optional
        The 32 bytes of the public key that has to have signed it, see `read_key`.

    Raises
    ------
    VerifyError
        There is no package, or its manifest cannot be read.
    """
    if key is not None and len(key) != 32:
        raise VerifyError("no key", key.hex())
    listing = list_folder(folder)
    manifest = _manifest_of(str(folder), listing)
    listed = _stated_in(_document(manifest))

    stated, bad = _sound(listed)
    bad += [Fault(path, "link") for path in listing.links]
    bad += [Fault(path, "unreadable", words) for path, words in listing.closed.items()]
    there = {*listing.files, *listing.folders, *listing.links, *listing.others}
    for names in (there, {*OWN, *stated}):
        bad += [Fault(path, "twin", other) for path, other in twins(names)]

    missing, taken = [], {one.path for one in listed if is_unsafe(one.path)}
    by_form = {_nfc(path): path for path in sorted(there, reverse=True)}
    for path, one in stated.items():
        name = path if path in there else by_form.get(_nfc(path), "")
        taken.add(name)
        if name in listing.files:
            bad += _differences(one, listing.files[name])
        elif name in listing.folders | listing.others:
            bad.append(Fault(path, "not a file"))
        elif not name and (words := _closed_above(path, listing)):
            bad.append(Fault(path, "unreadable", words))
        elif not name:
            missing.append(path)
    extra = {*listing.files, *listing.others} - taken - {*OWN}

    if SUMS in listing.files:
        bad += _differences_of_sums(listing.files[SUMS], stated, hashlib.sha256(manifest).hexdigest())
    elif SUMS in listing.folders | listing.others:
        bad.append(Fault(SUMS, "not a file"))
    elif SUMS not in listing.links:
        missing.append(SUMS)

    signature = _signature_of(manifest, key, listing)
    if key is not None and signature.state == "none":
        missing.append(SIGNATURE)
    ok = not (bad or missing or extra) and signature.state not in ("invalid", "other signer")
    return Verified(ok, tuple(sorted(set(bad))), _ordered(missing), _ordered(extra), signature, len(listed))


def _ordered(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths))


def _sound(listed: Sequence[_Stated]) -> tuple[dict[str, _Stated], list[Fault]]:
    """Sort out what may be looked for, and what is wrong in the manifest by itself."""
    stated: dict[str, _Stated] = {}
    bad = []
    for one in listed:
        if is_unsafe(one.path):
            bad.append(Fault(one.path, "unsafe"))
        elif one.path in OWN:
            bad.append(Fault(one.path, "reserved"))
        elif one.path in stated:
            bad.append(Fault(one.path, "twice"))
        else:
            stated[one.path] = one
    return stated, bad


def _closed_above(path: str, listing: Listing) -> str:
    """Give the words of the system where a folder above a path, or the path itself, cannot be looked into."""
    for place, words in listing.closed.items():
        if f"{_nfc(path)}/".startswith(f"{_nfc(place)}/"):
            return words
    return ""


def _differences(one: _Stated, place: str) -> list[Fault]:
    """Hold a file against the manifest."""
    try:
        with _opened(place) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size != one.size:
                return [Fault(one.path, "size", str(size), str(one.size))]
            sha256 = _digest(stream)
    except OSError as error:
        return [Fault(one.path, "unreadable", _words(error))]
    return [] if sha256 == one.sha256 else [Fault(one.path, "changed", sha256, one.sha256)]


def _differences_of_sums(place: str, stated: dict[str, _Stated], manifest: str) -> Iterator[Fault]:
    """Hold ``manifest-sha256.txt`` against the manifest; ``manifest`` is the sum of that itself."""
    try:
        data = _content(place)
    except OSError as error:
        yield Fault(SUMS, "unreadable", _words(error))
        return
    if data is None:
        yield Fault(SUMS, "too large")
        return
    wanted = {MANIFEST: (MANIFEST, manifest), **{_nfc(path): (path, one.sha256) for path, one in stated.items()}}
    met = set()
    for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        try:
            found = _SUM_LINE.fullmatch(line)
            name = found[2].decode() if found else ""
        except UnicodeDecodeError:
            found = None
        if found is None or UNSEEN.search(name):
            yield Fault(SUMS, "sum line", str(number))
            continue
        path, sha256 = wanted.get(_nfc(name), (name, ""))
        if not sha256 or path in met:
            yield Fault(path, "sum extra")
        elif found[1].decode().lower() != sha256:
            yield Fault(path, "sum differs", found[1].decode().lower(), sha256)
        met.add(path)
    for path, sha256 in wanted.values():
        if path not in met:
            yield Fault(path, "sum missing", "", sha256)


# ── The signature ───────────────────────────────────────────────────────────────────────────────────────────────────


def fingerprint(public_key: bytes) -> str:
    """Give the SHA-256 of a public key's 32 bytes in groups of four hex digits, to be read aloud and compared."""
    digits = hashlib.sha256(public_key).hexdigest()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _signature_of(manifest: bytes, key: bytes | None, listing: Listing) -> Signature:
    if SIGNATURE not in listing.files:
        odd = SIGNATURE in listing.folders | listing.links | listing.others or SIGNATURE in listing.closed
        return Signature("invalid", why="not read") if odd else Signature("none")
    try:
        data = _content(listing.files[SIGNATURE])
        document = _document(data or b"")
        algorithm, given, signed = (document[name] for name in ("algorithm", "public_key", "signature"))
        if not (re.fullmatch("[0-9a-fA-F]{64}", given) and re.fullmatch("[0-9a-fA-F]{128}", signed)):
            return Signature("invalid", why="not read")
    except (OSError, VerifyError, LookupError, TypeError):
        return Signature("invalid", why="not read")
    public, told = bytes.fromhex(given), fingerprint(bytes.fromhex(given))
    if algorithm != "Ed25519":
        return Signature("invalid", told, "algorithm")
    if _key_point(public) is None:
        return Signature("invalid", told, "key")
    if not ed25519_fits(public, manifest, bytes.fromhex(signed)):
        return Signature("invalid", told, "does not fit")
    if key is None:
        return Signature("unknown signer", told)
    return Signature("valid" if public == key else "other signer", told)


# Ed25519 as of RFC 8032, section 5.1: the curve -x² + y² = 1 + d x² y² over the integers modulo p, a point of it as
# (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z. Nothing here is secret, so nothing has to take the same time.
_Point = tuple[int, int, int, int]
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # of -1
_ZERO: _Point = (0, 1, 1, 0)


def _sum(one: _Point, other: _Point) -> _Point:
    """Add two points (section 5.1.4)."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _twice(one: _Point) -> _Point:
    """Double a point (section 5.1.4)."""
    x, y, z, _ = one
    a, b = x * x % _P, y * y % _P
    h, g = a + b, a - b
    e, f = h - (x + y) * (x + y) % _P, 2 * z * z % _P + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(data: bytes) -> _Point | None:
    """Read a point (section 5.1.3), None where it is none: y is no smaller than p, or no x belongs to it."""
    number = int.from_bytes(data, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if (v * x * x - u) % _P:
        x = x * _ROOT % _P
        if (v * x * x - u) % _P:
            return None
    if not x and odd:
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


def _bytes_of(point: _Point) -> bytes:
    """Write a point (section 5.1.2)."""
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    return (y * inverse % _P | (x * inverse % _P & 1) << 255).to_bytes(32, "little")


def _key_point(public_key: bytes) -> _Point | None:
    """Read a public key, None where it is none; a point of small order is none, as it would sign everything."""
    point = _point(public_key)
    if point is None or _bytes_of(_twice(_twice(_twice(point)))) == _bytes_of(_ZERO):
        return None
    return point


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or _ZERO


def ed25519_fits(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is that of a key over a message (RFC 8032, section 5.1.7).

    [S]B = R + [k]A without the cofactor, R as it is written. Refused are an S that is not smaller than the order of the
    base point, and keys and R that are no points in their one way of writing; of keys also those of small order.

    Parameters
    ----------
    public_key, signature : bytes
        32 and 64 of them.
    message : bytes
    """
    if len(public_key) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    point = _key_point(public_key)
    if s >= _L or point is None:
        return False
    k = int.from_bytes(hashlib.sha512(r + public_key + message).digest(), "little") % _L
    # [S]B - [k]A, both at once (Shamir's trick).
    minus: _Point = (_P - point[0], point[1], 1, _P - point[3])
    either = (_ZERO, _BASE, minus, _sum(_BASE, minus))
    total = _ZERO
    for place in range(_L.bit_length() - 1, -1, -1):
        total = _twice(total)
        chosen = (s >> place & 1) + 2 * (k >> place & 1)
        if chosen:
            total = _sum(total, either[chosen])
    return _bytes_of(total) == r


# ── A public key as people have it ──────────────────────────────────────────────────────────────────────────────────

_DER = bytes((0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00))  # RFC 8410, section 4
_SSH = b"\0\0\0\x0bssh-ed25519\0\0\0\x20"  # RFC 8709, section 4
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----")
_OPENSSH = re.compile(r"ssh-ed25519[ \t]+([A-Za-z0-9+/=]+)(?:[ \t][^\r\n]*)?")


def read_key(given: str) -> bytes:
    """Read a public key: PEM, OpenSSH, or hex or base64 of its 32 bytes.

    Parameters
    ----------
    given : str
        A file, or the key itself as text.

    Raises
    ------
    VerifyError
        It is neither, or a file that cannot be read.
    """
    shown = given if len(given) <= 200 and not UNSEEN.search(given) else f"{UNSEEN.sub(' ', given[:40])}…"
    text = _text_of_file(given, shown)
    text = (given if text is None else text).strip()
    if "PRIVATE KEY-----" in text:
        raise VerifyError("key is private", "--key" if text == given.strip() else shown)
    key = _key_in(text)
    if key is None:
        raise VerifyError("no key", shown)
    return key


def _text_of_file(given: str, shown: str) -> str | None:
    """Read a small text file, None where there is no such file; what PowerShell writes is UTF-16."""
    try:
        if not stat.S_ISREG(os.stat(given).st_mode):  # noqa: PTH116 - a pipe would be waited for
            raise VerifyError("key unreadable", shown, "no regular file")
        with open(given, "rb") as stream:  # noqa: PTH123
            data = stream.read(_MOST_OF_A_KEY + 1)
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.ENOTDIR):  # a key as text is no name of a file
            return None
        raise VerifyError("key unreadable", shown, _words(error)) from error
    if len(data) > _MOST_OF_A_KEY:
        return ""
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _key_in(text: str) -> bytes | None:
    if _SHA256.fullmatch(text):
        return bytes.fromhex(text)
    pem, ssh = _PEM.fullmatch(text), _OPENSSH.fullmatch(text)
    start = _DER if pem else _SSH if ssh else b""
    body = "".join(pem[1].split()) if pem else ssh[1] if ssh else text
    try:
        data = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data[len(start) :] if data.startswith(start) and len(data) == len(start) + 32 else None


# ── As a program ────────────────────────────────────────────────────────────────────────────────────────────────────


def _filled(words: tuple[str, str], language: str, **facts: object) -> str:
    shown = {name: UNSEEN.sub(_escape, str(fact)) for name, fact in facts.items()}
    return words[0 if language == "zh" else 1].format(**shown)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _text(verified: Verified, language: str) -> str:
    """Say it to people, a line for each thing."""

    def said(line: str, **facts: object) -> str:
        return _filled(_LINES[line], language, **facts)

    counts = {name: len(getattr(verified, name)) for name in ("bad", "missing", "extra")}
    lines = [said("ok" if verified.ok else "not ok", files=verified.files, **counts)]
    bad = [
        said("bad", path=one.path, why=_filled(FAULTS[one.why], language, found=one.found, stated=one.stated))
        for one in verified.bad
    ]
    missing = [said("missing", path=path) for path in verified.missing]
    extra = [said("litter" if is_litter(path) else "extra", path=path) for path in verified.extra]
    for kind in (bad, missing, extra):
        lines += kind[:_SHOWN]
        lines += [said("more", more=len(kind) - _SHOWN)] if len(kind) > _SHOWN else []
    return "\n".join([*lines, verified.signature.sentence(language)])


def _json(document: dict[str, Any]) -> str:
    """Write JSON that hides nothing: control characters and turns of direction are escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return UNSEEN.sub(lambda one: one[0] if one[0] == "\n" else f"\\u{ord(one[0]):04x}", text)


def _system_language() -> str:
    """``zh`` on a Chinese system, else ``en``."""
    if sys.platform == "win32":
        import ctypes

        return "zh" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 4 else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith("zh") else "en"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the package that the command line names; gives the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    asked.add_argument("--lang", choices=_LANGUAGES)
    language = asked.parse_known_args(given)[0].lang or _system_language()
    parser = argparse.ArgumentParser(
        prog="verify.py", description=_filled(_LINES["about"], language), allow_abbrev=False
    )
    parser.add_argument("folder", metavar="DIR", help=_filled(_LINES["DIR"], language))
    parser.add_argument("--key", metavar="PUB", help=_filled(_LINES["--key"], language))
    parser.add_argument("--lang", choices=_LANGUAGES, help=_filled(_LINES["--lang"], language))
    parser.add_argument("--json", action="store_true", help=_filled(_LINES["--json"], language))
    options = parser.parse_args(given)
    for stream in (sys.stdout, sys.stderr):
        # No character of a name stops the output.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8" if options.json else None, errors="backslashreplace")
    try:
        verified = verify(options.folder, None if options.key is None else read_key(options.key))
    except VerifyError as error:
        if options.json:
            facts = {"path": error.path, "detail": error.detail}
            spoken = options.lang or "en"
            of_key = error.why in ("no key", "key is private", "key unreadable")
            wanted = _filled(_LINES["--key" if of_key else "DIR"], spoken)
            told = {"what": error.sentence(spoken), "where": error.path or options.folder, "wanted": wanted}
            print(_json({"error": {"id": error.why, "facts": facts, **told}}))
        else:
            print(_filled(_LINES["error"], language, sentence=error.sentence(language)), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    print(_json(verified.document(options.lang or "en")) if options.json else _text(verified, language))
    return OK if verified.ok else NOT_OK


if __name__ == "__main__":
    sys.exit(main())
