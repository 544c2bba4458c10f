"""Manifests of strangers and folders that are no package: one sentence, and nothing is opened that should not be."""

from __future__ import annotations

import errno
import json
import os
import random
from typing import TYPE_CHECKING

import pytest
from command import refusal
from control_units.delineation.package import verify as verifier
from control_units.delineation.package.verify import MANIFEST, SIGNATURE, SUMS, Fault, VerifyError, verify
from filed_package import NOTE, by_itself, filed, public_bytes, row

if TYPE_CHECKING:
    from pathlib import Path


def good(**changed: object) -> dict:
    return {"format": 1, "files": []} | changed


def one_file(**changed: object) -> dict:
    return good(files=[row("a"), row("b") | changed])


HOSTILE: dict[str, tuple[object, str, str]] = {
    "empty": (b"", "manifest is no JSON", ""),
    "words": (b"no JSON", "manifest is no JSON", ""),
    "cut": (b'{"format": 1, "files": [', "manifest is no JSON", ""),
    "two documents": (b'{"format": 1, "files": []} {}', "manifest is no JSON", ""),
    "a mark of UTF-8": (b'\xef\xbb\xbf{"format": 1, "files": []}', "manifest is no JSON", ""),
    "UTF-16": ('{"format": 1, "files": []}'.encode("utf-16"), "manifest is no JSON", ""),
    "GBK": ('{"format": 1, "files": [], "a": "地块"}'.encode("gbk"), "manifest is no JSON", ""),
    "no number": (b'{"format": 1, "files": [], "a": NaN}', "manifest is no JSON", ""),
    "deep": (b'{"format": 1, "files": ' + b"[" * 200_000, "manifest too deep", ""),
    "deep objects": (b'{"a":' * 200_000, "manifest too deep", ""),
    "a key twice": (b'{"format": 1, "files": [], "files": []}', "manifest key twice", "files"),
    "a key twice inside": (
        b'{"format": 1, "files": [{"path": "a", "path": "b", "bytes": 0, "sha256": ""}]}',
        "manifest key twice",
        "path",
    ),
    "a list": ([], "manifest type", "{…}"),
    "a text": ("x", "manifest type", "{…}"),
    "null": (None, "manifest type", "{…}"),
    "no format": ({"files": []}, "manifest type", "format"),
    "format true": (good(format=True), "manifest type", "format"),
    "format 1.0": (good(format=1.0), "manifest type", "format"),
    "format 2": (good(format=2), "manifest format", "2"),
    "format 0": (good(format=0), "manifest format", "0"),
    "no files": ({"format": 1}, "manifest type", "files"),
    "files as an object": (good(files={"a": 1}), "manifest type", "files"),
    "a file as a text": (good(files=["a"]), "manifest type", "files[0]"),
    "no path": (good(files=[{"bytes": 1, "sha256": "0" * 64}]), "manifest type", "files[0].path"),
    "a path of numbers": (one_file(path=3), "manifest type", "files[1].path"),
    "bytes as text": (one_file(bytes="3"), "manifest type", "files[1].bytes"),
    "bytes true": (one_file(bytes=True), "manifest type", "files[1].bytes"),
    "bytes below 0": (one_file(bytes=-1), "manifest type", "files[1].bytes"),
    "bytes of a fraction": (one_file(bytes=1.5), "manifest type", "files[1].bytes"),
    "bytes without end": (one_file(bytes=10**60), "manifest type", "files[1].bytes"),
    "bytes of a million digits": (
        b'{"format": 1, "files": [{"path": "a", "bytes": ' + b"9" * 1_000_000 + b', "sha256": "x"}]}',
        "manifest type",
        "files[0].bytes",
    ),
    "a short sum": (one_file(sha256="0" * 63), "manifest type", "files[1].sha256"),
    "a long sum": (one_file(sha256="0" * 65), "manifest type", "files[1].sha256"),
    "a sum with a line": (one_file(sha256="0" * 64 + "\n"), "manifest type", "files[1].sha256"),
    "a sum of other letters": (one_file(sha256="g" * 64), "manifest type", "files[1].sha256"),
    "a sum as a list": (one_file(sha256=["0" * 64]), "manifest type", "files[1].sha256"),
}


@pytest.mark.parametrize(("text", "why", "detail"), HOSTILE.values(), ids=HOSTILE)
def test_a_manifest_that_cannot_be_read_is_refused_in_one_sentence(tmp_path, text, why, detail):
    package = filed(tmp_path)
    (package / MANIFEST).write_bytes(text if isinstance(text, bytes) else json.dumps(text).encode())
    with pytest.raises(VerifyError) as refused:
        verify(package)
    assert (refused.value.why, refused.value.path, refused.value.detail) == (why, MANIFEST, detail)
    assert refusal("verify", package)["where"] == MANIFEST
    for language, start in (("zh", "错误："), ("en", "error: ")):
        said = by_itself(package, "--lang", language)
        assert (said.code, said.out) == (2, "")
        assert said.err == f"{start}{refused.value.sentence(language)}\n"
    error = json.loads(by_itself(package, "--json").out)["error"]
    assert error == {
        "id": why,
        "facts": {"path": MANIFEST, "detail": detail},
        "what": str(refused.value),
        "where": MANIFEST,
        "wanted": "the folder of the package",
    }


def test_a_number_of_many_digits_is_read_up_to_a_limit():
    assert verifier._document(b"9" * 40) == int("9" * 40)
    assert verifier._document(b"9" * 41) == "9" * 41


def test_a_manifest_has_a_largest_size(tmp_path, monkeypatch):
    package = filed(tmp_path)
    size = max((package / name).stat().st_size for name in (MANIFEST, SUMS))
    monkeypatch.setattr(verifier, "_MOST", size)
    assert verify(package).ok
    monkeypatch.setattr(verifier, "_MOST", size - 1)
    with pytest.raises(VerifyError) as refused:
        verify(package)
    assert (refused.value.why, refused.value.detail) == ("manifest too large", str(size - 1))
    assert str(size - 1) in refusal("verify", package)["what"]


def test_a_list_of_sums_without_end_is_bad_and_not_read(tmp_path):
    package = filed(tmp_path)
    with (package / SUMS).open("ab") as stream:
        stream.truncate((1 << 24) + 1)
    assert verify(package).bad == (Fault(SUMS, "too large"),)


def test_a_huge_manifest_is_not_read(tmp_path):
    package = filed(tmp_path)
    with (package / MANIFEST).open("ab") as stream:
        stream.truncate(1 << 40)  # sparse
    said = by_itself(package, "--lang", "en")
    assert said == (2, "", "error: manifest.json: has more than 16777216 bytes\n")


# ── No package ───────────────────────────────────────────────────────────────────────────────────────────────────────


def made(folder: Path, kind: str) -> Path:
    path = folder / "p"
    if kind == "a file":
        path.write_bytes(b"PK")
    elif kind != "nothing":
        path.mkdir()
    if kind == "a manifest that is a folder":
        (path / MANIFEST).mkdir()
    elif kind == "a manifest that is a link":
        (filed(folder) / MANIFEST).rename(folder / "manifest")
        (path / MANIFEST).symlink_to(folder / "manifest")
    elif kind == "a manifest that is a pipe":
        os.mkfifo(path / MANIFEST)
    return path


@pytest.mark.parametrize(
    ("kind", "why", "where"),
    [
        ("nothing", "no folder", "{p}"),
        ("a file", "no folder", "{p}"),
        ("an empty folder", "no manifest", "{p}"),
        ("a manifest that is a folder", "manifest is no file", MANIFEST),
        ("a manifest that is a link", "manifest is no file", MANIFEST),
        ("a manifest that is a pipe", "manifest is no file", MANIFEST),
    ],
)
def test_what_is_no_package_is_refused(tmp_path, kind, why, where):
    path = made(tmp_path, kind)
    error = json.loads(by_itself(path, "--json").out)["error"]
    assert (error["id"], error["facts"]["path"]) == (why, where.format(p=path))
    assert refusal("verify", path)["where"] == where.format(p=path)
    assert by_itself(path, "--lang", "zh").code == 2


def test_odd_names_of_folders_are_refused(tmp_path):
    for name, why in (("a\0b", "no folder"), ("x" * 300, "folder unreadable")):
        with pytest.raises(VerifyError) as refused:
            verify(tmp_path / name)
        assert refused.value.why == why
    assert "File name too long" in refusal("verify", tmp_path / ("x" * 300))["what"]


def test_a_manifest_on_a_disk_that_fails_is_refused(tmp_path, monkeypatch):
    package = filed(tmp_path)

    def failing(path):
        raise OSError(errno.EIO, "Input/output error", path)

    monkeypatch.setattr(verifier, "_opened", failing)
    assert "Input/output error" in refusal("verify", package)["what"]


def test_a_folder_that_is_reached_by_a_link_is_verified(tmp_path):
    package = filed(tmp_path)
    (tmp_path / "link").symlink_to(package)
    assert verify(tmp_path / "link").ok
    (tmp_path / "link" / NOTE).unlink()
    assert verify(tmp_path / "link").missing == (NOTE,)


def test_without_arguments_it_says_how_it_is_used():
    said = by_itself()
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("usage: verify.py")
    told = {"zh": ("成果包", "公钥", "语言", "文档"), "en": ("package", "public key", "language", "document")}
    for language, words in told.items():
        said = by_itself("--lang", language, "--help")
        assert said.code == 0
        assert all(one in said.out for one in words)


# ── Damages by chance ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [MANIFEST, SUMS, SIGNATURE])
def test_damaged_bytes_are_found_or_refused(tmp_path, name):
    """Never a crash, and never a good package but where the damage changes nothing that is stated."""
    package = filed(tmp_path, signer="city")
    sound, meant = (package / name).read_bytes(), verify(package, public_bytes("city"))
    assert meant.ok
    passed = []
    for seed in range(400):
        draw = random.Random(seed)  # noqa: S311
        damaged = bytearray(sound)
        place, length = draw.randrange(len(damaged)), draw.randint(1, 9)
        damaged[place : place + length] = draw.choice([b"", b'"', b"{", b"\n", b"\xff", b"9", draw.randbytes(length)])
        (package / name).write_bytes(damaged)
        try:
            if verify(package, public_bytes("city")).ok:
                passed.append(bytes(damaged))
        except VerifyError as error:
            assert name == MANIFEST
            assert error.sentence("zh") != error.sentence("en")
    if name == MANIFEST:
        assert all(one == sound for one in passed)
    else:
        same = json.loads if name == SIGNATURE else bytes.split
        assert all(same(one) == same(sound) for one in passed)
