"""Signatures of packages: whose they are, what makes them invalid, and keys as people have them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from command import refusal
from control_units.delineation.package.verify import (
    SIGNATURE,
    SIGNATURE_FAULTS,
    STATES,
    Fault,
    Signature,
    VerifyError,
    fingerprint,
    read_key,
    verify,
)
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from filed_package import by_engine, by_itself, filed, key_file, key_of, manifest, public_bytes, state

if TYPE_CHECKING:
    from pathlib import Path


PUBLIC = public_bytes("city")


def test_a_signature_without_a_key_is_of_an_unknown_signer(tmp_path):
    package = filed(tmp_path, signer="city")
    found = verify(package)
    told = fingerprint(public_bytes("city"))
    assert found.ok
    assert found.signature == Signature("unknown signer", told)
    for said in (by_itself(package, "--lang", "en"), by_engine(package, "--lang", "en")):
        assert said.code == 0
        assert "by the key in the package, which proves who signed only to those who have that key from" in said.out
        assert told in said.out


def test_a_fingerprint_is_the_sum_of_the_key_in_groups():
    told = fingerprint(public_bytes("city"))
    assert told.replace(" ", "") == hashlib.sha256(public_bytes("city")).hexdigest()
    assert [len(group) for group in told.split(" ")] == [4] * 16


def test_the_key_of_the_signer_makes_it_valid(tmp_path):
    package = filed(tmp_path, signer="city")
    assert verify(package, public_bytes("city")).signature == Signature("valid", fingerprint(public_bytes("city")))
    for said in (
        by_itself(package, "--key", public_bytes("city").hex(), "--lang=zh"),
        by_engine(package, "--key", public_bytes("city").hex(), "--lang=zh"),
    ):
        assert said.code == 0
        assert "签名：有效，出自所给的公钥" in said.out


def test_the_key_of_another_is_not_good_enough(tmp_path):
    package = filed(tmp_path, signer="city")
    found = verify(package, public_bytes("county"))
    assert found.ok is False
    assert (found.bad, found.missing, found.extra) == ((), (), ())
    assert found.signature == Signature("other signer", fingerprint(public_bytes("city")))
    said = by_itself(package, "--key", public_bytes("county").hex(), "--json")
    assert (said.code, json.loads(said.out)) == (1, found.document())


def test_who_asks_for_a_signature_misses_it(tmp_path):
    """Else whoever changes a package would only have to take its signature away."""
    package = filed(tmp_path)
    found = verify(package, public_bytes("city"))
    assert (found.ok, found.missing, found.signature.state) == (False, (SIGNATURE,), "none")
    assert by_itself(package, "--key", public_bytes("city").hex()).code == 1


def signature_of(package: Path, **changed: object) -> None:
    document = json.loads((package / SIGNATURE).read_bytes())
    (package / SIGNATURE).write_text(json.dumps(document | changed), encoding="utf-8")


def test_a_manifest_that_was_changed_after_signing_is_invalid(tmp_path):
    """Whoever changes it can make all sums right again, and not the signature."""
    package = filed(tmp_path, signer="city")
    state(package, manifest(package) | {"编制单位": "实验市"})
    for key in (None, PUBLIC):
        found = verify(package, key)
        assert (found.ok, found.bad, found.missing, found.extra) == (False, (), (), ())
        assert found.signature == Signature("invalid", fingerprint(PUBLIC), "does not fit")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"algorithm": "RSA"}, "algorithm"),
        ({"algorithm": "ed25519"}, "algorithm"),
        ({"algorithm": None}, "algorithm"),
        ({"public_key": "01" + "00" * 31}, "key"),
        ({"public_key": "ff" * 32}, "key"),
        ({"public_key": "ab" * 31}, "not read"),
        ({"public_key": " " + "ab" * 31 + " "}, "not read"),
        ({"public_key": 3}, "not read"),
        ({"public_key": None}, "not read"),
        ({"signature": "00" * 64}, "does not fit"),
        ({"signature": "00" * 63}, "not read"),
        ({"signature": "00" * 64 + "\n"}, "not read"),
        ({"signature": ["00" * 64]}, "not read"),
    ],
)
def test_a_signature_that_is_none_is_invalid(tmp_path, changed, why):
    package = filed(tmp_path, signer="city")
    signature_of(package, **changed)
    found = verify(package)
    assert (found.ok, found.bad, found.missing, found.extra) == (False, (), (), ())
    assert (found.signature.state, found.signature.why) == ("invalid", why)
    for language, place in (("zh", 0), ("en", 1)):
        told = STATES["invalid"][place].format(why=SIGNATURE_FAULTS[why][place])
        for said in (by_itself(package, "--lang", language), by_engine(package, "--lang", language)):
            assert (said.code, said.out.splitlines()[1:]) == (1, [told])


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[1, 2, 3]", b"3", b"null", b"\xff", b'{"algorithm": 1, "algorithm": 2}', b"[" * 100_000, b'"abc"'],
)
def test_a_signature_file_of_a_stranger_is_invalid(tmp_path, text):
    package = filed(tmp_path, signer="city")
    (package / SIGNATURE).write_bytes(text)
    assert verify(package).signature == Signature("invalid", why="not read")
    assert not verify(package).ok


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "huge"])
def test_a_signature_that_is_no_file_is_invalid(tmp_path, kind):
    package = filed(tmp_path, signer="city")
    path = package / SIGNATURE
    path.rename(tmp_path / "signature")
    if kind == "link":
        path.symlink_to(tmp_path / "signature")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        shutil.copy(tmp_path / "signature", path)
        os.truncate(path, (1 << 24) + 1)
    found = verify(package)
    assert (found.ok, found.signature) == (False, Signature("invalid", why="not read"))
    assert found.bad == ((Fault(SIGNATURE, "link"),) if kind == "link" else ())


def test_a_signature_has_one_way_of_writing(tmp_path):
    """S and S + L fit alike, L being the order of the base point (RFC 8032, section 5.1.7): only the first is one."""
    package = filed(tmp_path, signer="city")
    signature = bytes.fromhex(json.loads((package / SIGNATURE).read_bytes())["signature"])
    more = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    for s, ok in ((signature[32:], True), (more.to_bytes(32, "little"), False)):
        signature_of(package, signature=(signature[:32] + s).hex())
        for said in (by_itself(package, "--key", PUBLIC.hex()), by_engine(package, "--key", PUBLIC.hex())):
            assert (said.code == 0) is ok


def test_another_way_of_writing_hex_is_the_same_signature(tmp_path):
    package = filed(tmp_path, signer="city")
    document = json.loads((package / SIGNATURE).read_bytes())
    signature_of(package, public_key=document["public_key"].upper(), signature=document["signature"].upper(), note="x")
    assert verify(package, public_bytes("city")).ok


# ── Keys as people have them ─────────────────────────────────────────────────────────────────────────────────────────


PEM = key_of("city").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
OPENSSH = key_of("city").public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
KEYS = {
    "PEM": PEM,
    "PEM of Windows": PEM.replace("\n", "\r\n"),
    "PEM in lines": PEM.replace("MCow", "MCow\n"),
    "OpenSSH": OPENSSH,
    "OpenSSH with a comment": f"{OPENSSH} 试验市 2026\n",
    "hex": PUBLIC.hex(),
    "hex in capitals": f"  {PUBLIC.hex().upper()}\n",
    "base64": base64.b64encode(PUBLIC).decode(),
    "base64 without its end": base64.b64encode(PUBLIC).decode().rstrip("="),
}


@pytest.mark.parametrize("text", KEYS.values(), ids=KEYS)
def test_a_key_is_read_as_text_and_from_a_file(tmp_path, text):
    assert read_key(text) == PUBLIC
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "pub").write_bytes(text.encode(encoding))
        assert read_key(str(tmp_path / "pub")) == PUBLIC


RSA = generate_private_key(65537, 2048).public_key()
NO_KEYS = {
    "nothing": "",
    "words": "no key",
    "31 bytes in hex": PUBLIC.hex()[:-2],
    "33 bytes in hex": PUBLIC.hex() + "00",
    "31 bytes": base64.b64encode(PUBLIC[:31]).decode(),
    "33 bytes": base64.b64encode(PUBLIC + b"0").decode(),
    "a fingerprint": fingerprint(PUBLIC),
    "PEM of RSA": RSA.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    "OpenSSH of RSA": RSA.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
    "OpenSSH of another name": OPENSSH.replace("ssh-ed25519 ", "ssh-rsa "),
    "OpenSSH that is cut": OPENSSH[:-8],
    "two keys": f"{OPENSSH}\n{OPENSSH}",
    "PEM without its end": PEM.partition("-----END")[0],
    "PEM of nothing": "-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----",
    "PEM with more": PEM.replace("MCow", "MCowMCow"),
    "not ASCII": "é" * 44,
    "letters that are no base64": "!" * 44,
}


@pytest.mark.parametrize("text", NO_KEYS.values(), ids=NO_KEYS)
def test_what_is_no_key_is_refused_in_one_sentence(tmp_path, text):
    package = filed(tmp_path)
    (tmp_path / "pub").write_text(text, encoding="utf-8")
    for given in (text, str(tmp_path / "pub")):
        with pytest.raises(VerifyError) as refused:
            read_key(given)
        assert refused.value.why == "no key"
    said = by_itself(package, "--key", tmp_path / "pub", "--lang", "zh")
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert refusal("verify", package, "--key", tmp_path / "pub")["where"] == str(tmp_path / "pub")


def test_a_private_key_is_told_to_be_one_and_not_repeated(tmp_path):
    path = key_file(tmp_path, "city")
    for given, where in ((str(path), str(path)), (path.read_text(), "--key")):
        with pytest.raises(VerifyError) as refused:
            read_key(given)
        assert (refused.value.why, refused.value.path) == ("key is private", where)
    assert "private key" in refusal("verify", filed(tmp_path), "--key", path)["what"]


def test_a_file_that_is_too_large_or_no_text_is_no_key(tmp_path):
    path = tmp_path / "pub"
    path.write_text(PUBLIC.hex() + " " * ((1 << 16) - 64))
    assert read_key(str(path)) == PUBLIC
    path.write_text(PUBLIC.hex() + " " * ((1 << 16) - 63))
    with pytest.raises(VerifyError, match="is no Ed25519 public key"):
        read_key(str(path))
    path.write_bytes(b"\xff" * 32)
    with pytest.raises(VerifyError, match="is no Ed25519 public key"):
        read_key(str(path))


def test_a_key_that_is_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(VerifyError) as refused:
        read_key(str(tmp_path))
    assert refused.value.why == "key unreadable"
    assert "no regular file" in refusal("verify", filed(tmp_path), "--key", tmp_path)["what"]


def test_a_key_of_another_length_is_no_key(tmp_path):
    with pytest.raises(VerifyError) as refused:
        verify(filed(tmp_path), b"short")
    assert refused.value.why == "no key"


def test_what_is_said_of_a_key_is_short():
    with pytest.raises(VerifyError) as refused:
        read_key("x" * 201)
    assert refused.value.path == "x" * 40 + "…"
    with pytest.raises(VerifyError) as refused:
        read_key("x" * 200)
    assert refused.value.path == "x" * 200
