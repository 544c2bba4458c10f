"""Builds the offline kit for QGIS on Windows: the plugin's zip, the wheels that QGIS lacks, and a page in Chinese.

    .ci/offline_kit.py PLUGIN.zip [-o build/offline-kit.zip]

pip downloads the wheels that offline/requirements.txt pins, checks the sum of each, and nothing else comes along. A
wheel that holds a second GDAL, PROJ or GEOS, or a library that QGIS carries, is refused: it can crash QGIS.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ROOT / ".ci" / "offline"
REQUIREMENTS, PAGE = OFFLINE / "requirements.txt", OFFLINE / "安装说明.html"
WINDOWS = ["--platform", "win_amd64", "--python-version", "3.12", "--implementation", "cp", "--abi", "cp312"]
TAGS = ("cp312-cp312-win_amd64", "py3-none-any", "py2.py3-none-any")
# Folders and files that each wheel brings into Python's library, beside its own papers (…dist-info).
BRINGS = {
    "exactextract": {"exactextract", "exactextract.libs"},
    "joblib": {"joblib"},
    "python-docx": {"docx"},
    "scikit-learn": {"sklearn"},
    "threadpoolctl": {"threadpoolctl.py"},
    "tomlkit": {"tomlkit"},
    "typing_extensions": {"typing_extensions.py"},
}
GEOGRAPHIC = re.compile(r"(gdal|proj|geos|geotiff|spatialite|sqlite3)[^/]*\.(dll|pyd|db|so)$", re.IGNORECASE)
# exactextract brings a GEOS of its own, renamed by the sum of its bytes so that nothing else can find or replace it.
# Geometries go in as WKB and never as GEOS objects, so the two do not meet.
PRIVATE = re.compile(r"exactextract\.libs/geos(_c)?-[0-9a-f]{32}\.dll")
EPOCH = (1980, 1, 1, 0, 0, 0)


def pins() -> dict[str, tuple[str, str]]:
    """Read version and SHA-256 of each wheel from offline/requirements.txt."""
    line = re.compile(r"([\w-]+)==([\w.]+) --hash=sha256:([0-9a-f]{64})")
    rows = [row for row in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")]
    found = [line.fullmatch(row) for row in rows]
    if None in found:
        raise SystemExit(f"{REQUIREMENTS}: a line is no NAME==VERSION --hash=sha256:…")
    return {one[1]: (one[2], one[3]) for one in found if one}


def faults(wheel: Path, name: str, version: str, sha256: str) -> list[str]:
    """List what keeps a wheel out of the kit, a sentence each."""
    found = []
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
        found.append("its sum is not the one pinned")
    if not wheel.name.startswith(f"{name.replace('-', '_')}-{version}-") or not wheel.stem.endswith(TAGS):
        found.append("it is not for 64-bit Windows and Python 3.12")
    with zipfile.ZipFile(wheel) as archive:
        members = [member for member in archive.namelist() if not member.endswith("/")]
    papers = f"{name.replace('-', '_')}-{version}.dist-info"
    tops = {member.split("/")[0] for member in members} - {papers}
    if tops != BRINGS[name]:
        found.append(f"it brings {', '.join(sorted(tops ^ BRINGS[name]))}")
    found += [f"it holds {m}" for m in members if GEOGRAPHIC.search(m) and not PRIVATE.fullmatch(m)]
    return found


def download(folder: Path) -> list[Path]:
    """Let pip fetch what is pinned; it checks the sums itself, and ``faults`` does again."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *WINDOWS]
    subprocess.run([*command, "--require-hashes", "-r", str(REQUIREMENTS), "-d", str(folder)], check=True)
    return sorted(folder.glob("*.whl"))


def pack(output: Path, plugin: Path, wheels: list[Path]) -> None:
    """Write the kit; the same files give the same bytes."""
    files = {PAGE.name: PAGE.read_bytes(), "control_units.zip": plugin.read_bytes()}
    files |= {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files["SHA256SUMS.txt"] = sums.encode("utf-8")
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            # Wheels and the plugin are packed already.
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".whl", ".zip")) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    part.replace(output)


def main() -> int:
    """Download, inspect, pack, and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plugin", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "build" / "offline-kit.zip")
    options = parser.parse_args()
    wanted = pins()
    with tempfile.TemporaryDirectory() as scratch:
        wheels = {wheel.name.split("-")[0].lower(): wheel for wheel in download(Path(scratch))}
        bad = []
        for name, (version, sha256) in wanted.items():
            wheel = wheels.get(name.replace("-", "_"))
            found = faults(wheel, name, version, sha256) if wheel else ["it was not downloaded"]
            bad += [f"{name} {version}: {sentence}" for sentence in found]
        bad += [f"{name}: nobody asked for it" for name in set(wheels) - {name.replace("-", "_") for name in wanted}]
        for sentence in bad:
            print(f"offline-kit: {sentence}", file=sys.stderr)
        if bad:
            return 1
        pack(options.output, options.plugin, sorted(wheels.values()))
        for wheel in sorted(wheels.values()):
            print(f"offline-kit: {wheel.stat().st_size:>10,} {wheel.name}")
    print(f"offline-kit: {options.output}: {options.output.stat().st_size:,} bytes; the wheels are what was pinned")
    return 0


if __name__ == "__main__":
    sys.exit(main())
