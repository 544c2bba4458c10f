"""The manifest of a package is written: the same bytes each time, names that every disk takes, a signature."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from control_units.delineation.core.errors import BadInput, MissingLibrary
from control_units.delineation.package import verify as verifier
from control_units.delineation.package.manifest import LONGEST, check_names, sign, write_manifest
from control_units.delineation.package.verify import MANIFEST, OWN, SIGNATURE, SUMS, verify
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from filed_package import FILES, NOTE, filed, key_file, key_of, public_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

# A key of ssh-keygen with the passphrase "geheim".
ENCRYPTED_OPENSSH = """\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABAdvCP6iL
pLIuhd5xoGzWZzAAAABAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAILtOr4C4FnnY59LJ
n4oLZUPuAIEqtEFBoUpBSz+ZifKmAAAAkJUbBH6+YMTVwA6DK+Udb854PX7H1TGJS3ykJ0
nPl4Dr9Aear40i68iKKA8Jomznt3KEa2dwk50FcszKZiN+Eofc+/ScjUw/ZcAmR+8b77pC
UDjrQW3A7ZK370FumCdCVzLjp/vzvfRN6FybCppXCLFJzr6CwpCAGDiVPf5tHhM6EwcQD0
N7PWL9G77a8Uezcg==
-----END OPENSSH PRIVATE KEY-----
"""


def contents(package: Path) -> dict[str, bytes]:
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in package.rglob("*") if not path.is_dir()}


def refused(*paths: str, package: str = "包") -> BadInput:
    with pytest.raises(BadInput) as error:
        check_names(paths, package)
    assert error.value.wanted
    return error.value


# ── What is written ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_manifest_states_all_files_by_path(tmp_path):
    package = filed(tmp_path)
    text = (package / MANIFEST).read_bytes()
    document = json.loads(text)
    assert list(document) == ["format", "编制单位", "files"]
    assert document["format"] == 1
    assert document["files"] == [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(FILES.items())
    ]
    assert text.decode() == json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def test_the_sums_are_those_of_all_files_and_of_the_manifest(tmp_path):
    package = filed(tmp_path)
    wanted = {**FILES, MANIFEST: (package / MANIFEST).read_bytes()}
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(wanted.items())]
    assert (package / SUMS).read_bytes() == "".join(lines).encode()
    assert not (package / SIGNATURE).exists()


def test_what_is_written_is_returned(tmp_path):
    package = filed(tmp_path)
    assert write_manifest(package, {"b": 1, "a": [2]}) == json.loads((package / MANIFEST).read_bytes())


def test_the_same_files_give_the_same_bytes(tmp_path):
    first = filed(tmp_path, signer="city")
    (tmp_path / "later").mkdir()
    second = filed(tmp_path / "later", signer="city")
    for path in second.rglob("*"):
        os.utime(path, (1, 1))
    write_manifest(second, {"编制单位": "试验市"}, key_file=tmp_path / "city.pem")
    assert contents(first) == contents(second)
    assert set(contents(first)) == {*FILES, *OWN}


def test_facts_stand_in_the_order_given_and_cannot_take_the_manifests_own(tmp_path):
    package = filed(tmp_path)
    assert list(write_manifest(package, {"z": 1, "a": 2})) == ["format", "z", "a", "files"]
    for name in ("format", "files"):
        with pytest.raises(ValueError, match=name):
            write_manifest(package, {name: 1})
    with pytest.raises(ValueError, match="JSON"):
        write_manifest(package, {"seed": float("nan")})
    assert verify(package).ok


def test_a_new_manifest_takes_the_place_of_the_old_one_with_its_signature(tmp_path):
    package = filed(tmp_path, signer="city")
    assert verify(package, public_bytes("city")).ok
    (package / NOTE).unlink()
    write_manifest(package, {})
    assert verify(package).ok
    assert not (package / SIGNATURE).exists()
    write_manifest(package, {}, key_file=key_file(tmp_path, "county"))
    assert verify(package, public_bytes("county")).ok


def test_a_name_counts_with_the_folder_that_it_will_be_in(tmp_path):
    package = filed(tmp_path)
    longest = max(len(path) for path in FILES)
    name = "包" * (LONGEST - 1 - longest)
    write_manifest(package, {}, package=name)
    with pytest.raises(BadInput, match="121 characters"):
        write_manifest(package, {}, package=name + "包")


def test_by_default_the_folder_has_its_own_name(tmp_path, monkeypatch):
    package = tmp_path / ("p" * 117)
    package.mkdir()
    (package / "ab").write_bytes(b"")
    write_manifest(package, {})
    monkeypatch.chdir(package)
    write_manifest(Path(), {})
    (package / "abc").write_bytes(b"")
    with pytest.raises(BadInput, match="121 characters"):
        write_manifest(Path(), {})


def test_of_several_odd_things_the_first_is_named(tmp_path, monkeypatch):
    package = filed(tmp_path)
    for number in (7, 3, 1, 5):
        (package / f"{number}").symlink_to(tmp_path)
    with pytest.raises(BadInput) as error:
        write_manifest(package, {})
    assert str(error.value.where) == str(package / "1")
    for number in (7, 3, 1, 5):
        (package / f"{number}").unlink()
    folders = [*(package / one for one in ("b", "a", "d", "c"))]
    for folder in folders:
        folder.mkdir()
    scandir = os.scandir

    def closed(path):
        if Path(path) in folders:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(BadInput) as error:
        write_manifest(package, {})
    assert str(error.value.where) == str(package / "a")


@pytest.mark.parametrize("kind", ["link", "pipe", "unreadable", "name", "key"])
def test_where_something_is_refused_nothing_is_written(tmp_path, monkeypatch, kind):
    package = filed(tmp_path)
    before, key = contents(package), None
    odd, wanted = package / "扫描件" / "批复.pdf", str(package / "扫描件" / "批复.pdf")
    if kind == "link":
        odd.symlink_to(tmp_path)
    elif kind == "pipe":
        os.mkfifo(odd)
    elif kind == "unreadable":
        opened = verifier._opened
        monkeypatch.setattr(verifier, "_opened", lambda path: opened(path if NOTE not in path else "/nowhere/at/all"))
        wanted = NOTE
    elif kind == "name":
        (package / "a?").write_bytes(b"")
        wanted = "a?"
    else:
        key, wanted = tmp_path / "none.pem", "none.pem"
    with pytest.raises(BadInput) as error:
        write_manifest(package, {"new": 1}, key_file=key)
    assert wanted in str(error.value.where)
    odd.unlink(missing_ok=True)
    (package / "a?").unlink(missing_ok=True)
    assert contents(package) == before


def test_a_folder_that_is_none_or_cannot_be_looked_into_is_refused(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="folder not found"):
        write_manifest(tmp_path / "none", {})
    with pytest.raises(BadInput, match="File name too long"):
        write_manifest(tmp_path / ("x" * 300), {})
    package = filed(tmp_path)
    scandir = os.scandir

    def closed(path):
        if path.endswith("矢量数据"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(BadInput, match="矢量数据: cannot be read"):
        write_manifest(package, {})


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_names_as_bureaus_have_them_pass():
    check_names(
        [
            *FILES,
            "矢量数据/管控单元（2026年）.gdb/a00000001.gdbtable",
            *(".hidden", "a b/c d.txt", " leading", "..a", "a..b", "x.tar.gz"),
            *("console.txt", "com.txt", "com10", "lpt", "nullify", "auxiliary/x", "conin", "acon", "COM¹²", "comx"),
            *("straße.txt", "é.txt", "𠮷.txt", "A/x", "B/x"),
        ],
        "某市备案成果包",
    )
    check_names([])


@pytest.mark.parametrize("path", ["a\nb", "a\tb", "a\0", "a\x1f", "a\x7f", "a\x85", "a\u2028b", "a\u202eb", "a\udcb5"])
def test_control_characters_are_refused(path):
    error = refused("good", path, "矢量数据/x")
    assert str(error.what) == "the name holds control characters"
    assert path in str(error.where)
    assert error.sentence().isprintable() or "\udcb5" in path


@pytest.mark.parametrize("letter", list('<>:"|?*\\'))
def test_what_windows_forbids_is_refused(letter):
    for path in (f"矢量数据/a{letter}b.shp", f"a{letter}/b.shp"):
        error = refused(path)
        assert str(error.what).endswith(f": {letter}")
        assert str(error.where) == f"包/{path}"
    assert str(refused('a<b>c"').what).endswith(': < > "')


@pytest.mark.parametrize(
    "name",
    [
        *("CON", "con", "Prn", "AUX", "nul", "NUL.txt", "nul.tar.gz", "con .txt", "COM1", "com9.shp", "LPT1", "com0"),
        *("com¹", "LPT³.txt", "CONIN$", "conout$"),
    ],
)
def test_devices_of_windows_are_refused(name):
    for path in (name, f"{name}/a.txt", f"a/{name}"):
        error = refused(path)
        assert str(error.what) == f"'{name}' is the name of a device of Windows"
        assert str(error.where) == f"包/{path}"


@pytest.mark.parametrize("name", ["a.", "a ", "a..", "a. ", "..."])
def test_a_dot_or_a_blank_at_the_end_is_refused(name):
    for path in (name, f"{name}/a.txt"):
        assert "ends with a dot or a blank" in str(refused(path).what)


@pytest.mark.parametrize("path", ["/a", "a//b", "a/", "", ".", "..", "../a", "a/../b", "./a"])
def test_what_is_no_path_in_the_package_is_refused(path):
    for package in ("包", ""):
        assert str(refused(path, package=package).what) == "is no path within the package"


def test_the_folder_of_the_package_is_a_name_too():
    for package, said in (("a?", "Windows does not allow"), ("a.", "ends with a dot"), ("NUL", "a device")):
        assert said in str(refused("a.txt", package=package).what)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A.txt", "a.txt"),
        ("矢量数据/X.shp", "矢量数据/x.SHP"),
        ("Maps/1.png", "maps/2.png"),
        ("É.txt", "é.txt"),
        (unicodedata.normalize("NFD", "é.txt"), unicodedata.normalize("NFC", "é.txt")),
        (unicodedata.normalize("NFD", "É.txt"), "é.txt"),
        ("ΟΔΟΣ.txt", "οδος.txt"),
        ("a", "A/b"),
    ],
)
def test_names_that_a_disk_could_take_for_one_are_refused(one, other):
    for paths in ((one, other), (other, one)):
        error = refused("else", *paths)
        told = error.sentence()
        assert "differs from" in told
        assert "only by case or by its Unicode form" in told
        assert str(error.where).startswith("包/")


def test_the_name_of_a_verifying_file_is_refused_in_any_case():
    for name in OWN:
        assert "by which a package is verified" in str(refused("a", name).what)
        assert "differs from" in str(refused("a", name.upper()).what)
        check_names([f"a/{name}"], "包")


@pytest.mark.parametrize(("package", "room"), [("包", 118), ("备案成果包", 114), ("", 120)])
def test_a_path_has_at_most_120_characters_with_its_folder(package, room):
    assert LONGEST == 120
    path = "矢量数据/" + "x" * (room - 9) + ".shp"
    assert len(path) == room
    check_names([path], package)
    error = refused("x" + path, package=package)
    assert str(error.what) == "the path has 121 characters"
    assert "at most 120" in str(error.wanted)


def test_the_first_name_in_order_is_the_one_named():
    assert str(refused("c?", "b?", "d?").where) == "包/b?"


# ── Signing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def private(key: object, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes | None = None) -> bytes:
    return key.private_bytes(
        Encoding.PEM, form, NoEncryption() if password is None else BestAvailableEncryption(password)
    )


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.OpenSSH], ids=["PEM", "OpenSSH"])
def test_a_key_signs_in_each_form(tmp_path, form):
    path = tmp_path / "key"
    path.write_bytes(private(key_of("city"), form))
    signature = sign(b"manifest", path)
    assert signature == {
        "algorithm": "Ed25519",
        "public_key": public_bytes("city").hex(),
        "signature": key_of("city").sign(b"manifest").hex(),
    }
    assert verifier.ed25519_fits(public_bytes("city"), b"manifest", bytes.fromhex(signature["signature"]))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_openssl_verifies_it_too(tmp_path):
    package = filed(tmp_path, signer="city")
    document = json.loads((package / SIGNATURE).read_bytes())
    (tmp_path / "signature").write_bytes(bytes.fromhex(document["signature"]))
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "pub.pem").write_bytes(key_of("city").public_key().public_bytes(*form))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin"]
    command += ["-in", package / MANIFEST, "-sigfile", "signature"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def inside_openssh(change: Callable[[bytes], bytes]) -> bytes:
    """A key of OpenSSH with other bytes inside."""
    first, *lines, last = private(key_of("a"), PrivateFormat.OpenSSH).splitlines()
    return b"\n".join([first, base64.b64encode(change(base64.b64decode(b"".join(lines)))), last, b""])


RSA = rsa.generate_private_key(65537, 2048)
PROTECTED, OTHER = "the key is protected by a passphrase", "is a key of another kind"
PUBLIC, NONE = "is a public key", "holds no private key that can be read"
REFUSED = {
    "a passphrase": (private(key_of("a"), password=b"x"), PROTECTED),
    "a passphrase of OpenSSH": (ENCRYPTED_OPENSSH.encode(), PROTECTED),
    "a passphrase of an old form": (private(RSA, PrivateFormat.TraditionalOpenSSL, b"x"), PROTECTED),
    "RSA": (private(RSA), OTHER),
    "RSA of OpenSSH": (private(RSA, PrivateFormat.OpenSSH), OTHER),
    "a curve": (private(ec.generate_private_key(ec.SECP256R1())), OTHER),
    "Ed448": (private(ed448.Ed448PrivateKey.generate()), OTHER),
    "public": (
        key_of("a").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        PUBLIC,
    ),
    "public of OpenSSH": (key_of("a").public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH), PUBLIC),
    "nothing": (b"", NONE),
    "words": (b"no key at all", NONE),
    "bytes": (bytes(range(256)), NONE),
    "a type that nobody knows": (inside_openssh(lambda inner: inner.replace(b"ed25519", b"ed25518")), OTHER),
    "another beginning": (inside_openssh(lambda inner: b"x" + inner), NONE),
    "a letter less": (inside_openssh(bytes).replace(b"\nb3Bl", b"\nbBl"), NONE),
    "cut": (private(key_of("a"))[:60], NONE),
    "cut OpenSSH": (private(key_of("a"), PrivateFormat.OpenSSH)[:100], NONE),
    "of other letters": (private(key_of("a")).replace(b"MC4C", b"MC4D"), NONE),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_sign_is_refused_in_one_sentence(tmp_path, text, said):
    path = tmp_path / "key"
    path.write_bytes(text)
    with pytest.raises(BadInput) as error:
        sign(b"manifest", path)
    assert str(error.value.what) == said
    assert str(error.value.where) == str(path)
    assert "without a passphrase" in str(error.value.wanted)


@pytest.mark.parametrize(("name", "said"), [("none", "file not found"), ("folder", "is a folder"), ("a\0b", "null")])
def test_a_key_file_that_is_none_is_refused(tmp_path, name, said):
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput) as error:
        sign(b"manifest", tmp_path / name)
    assert said in str(error.value)


def test_without_the_library_nothing_is_signed_and_it_is_named(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    path = tmp_path / "key"
    path.write_bytes(b"")
    with pytest.raises(MissingLibrary, match="cryptography cannot be loaded") as error:
        sign(b"manifest", path)
    assert "not signed" in str(error.value.wanted)
