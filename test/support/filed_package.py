"""A small package of Chinese names as a city files it, keys, and the two that verify it: for tests of packages."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from control_units.delineation.cli import main
from control_units.delineation.package import verify as verifier
from control_units.delineation.package.manifest import write_manifest
from control_units.delineation.package.verify import MANIFEST, SUMS
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

FILE = Path(verifier.__file__)
PYTHON = getattr(sys, "_base_executable", sys.executable)
SHP, LIST, NOTE = "矢量数据/管控单元.shp", "准入清单/总体 清单.xlsx", "说明.txt"
FILES = {
    SHP: b"\x00\x00'\n" * 500,
    "矢量数据/管控单元.cpg": b"UTF-8",
    LIST: bytes(range(256)),
    NOTE: "成果包说明\n".encode(),
    "empty.csv": b"",
}


def key_of(name: str) -> Ed25519PrivateKey:
    """The key of a signer: the same one each time."""
    return Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))


def public_bytes(name: str) -> bytes:
    return key_of(name).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_file(folder: Path, name: str) -> Path:
    """The private key of a signer as a file of PEM."""
    path = folder / f"{name}.pem"
    path.write_bytes(key_of(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def filed(folder: Path, *, signer: str = "") -> Path:
    """Make the package in a folder, signed where a signer is named."""
    package = folder / "备案成果包"
    for path, content in FILES.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_bytes(content)
    (package / "扫描件").mkdir()
    write_manifest(package, {"编制单位": "试验市"}, key_file=key_file(folder, signer) if signer else None)
    return package


class Said(NamedTuple):
    """Exit code and what was printed."""

    code: int
    out: str
    err: str


def by_itself(*arguments: object) -> Said:
    """Verify with the file alone in an empty folder, by the system's Python without any other library."""
    copy = shutil.copy(FILE, _empty_folder().name)
    command = [PYTHON, "-I", "-S", str(copy), *map(os.fsencode, map(str, arguments))]
    done = subprocess.run(command, cwd="/", capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert "Traceback" not in done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


@functools.cache
def _empty_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="alone-")


def by_engine(*arguments: object) -> Said:
    """Verify with the command line, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["verify", *map(str, arguments)])
    return Said(code, out.getvalue(), err.getvalue())


def manifest(package: Path) -> dict:
    return json.loads((package / MANIFEST).read_text(encoding="utf-8"))


def state(package: Path, document: object) -> None:
    """Put another manifest in the place of a package's, and its sum into the list of sums."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    (package / MANIFEST).write_bytes(text)
    lines = (package / SUMS).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.endswith(f"  {MANIFEST}")]
    kept.append(f"{digest(text)}  {MANIFEST}")
    (package / SUMS).write_text("\n".join(kept) + "\n", encoding="utf-8")


def with_files(package: Path, *more: dict) -> dict:
    document = manifest(package)
    document["files"] += more
    return document


def row(path: str, content: bytes = b"") -> dict:
    return {"path": path, "bytes": len(content), "sha256": digest(content)}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
