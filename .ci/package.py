"""Builds the plugin's zip from a commit, and holds it against the rules of the plugin site before it is kept.

    .ci/package.py [-o build/control_units.zip] [REVISION]

The zip comes from git alone (``git archive``, less what .gitattributes leaves out) plus the translations, compiled from
that revision's .ts (the panel's) and .po (the engine's messages): what merely lies in the working tree never gets in,
and the same commit gives the same bytes.
"""

from __future__ import annotations

import argparse
import configparser
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "control_units"
TRANSLATION = "i18n/control_units_zh_CN"
CATALOGUE = "i18n/engine_zh_CN"
COMPILED = (f"{TRANSLATION}.qm", f"{CATALOGUE}.mo")
MOST_BYTES = 5_000_000
REQUIRED = (
    "name",
    "description",
    "about",
    "version",
    "qgisMinimumVersion",
    "author",
    "email",
    "homepage",
    "tracker",
    "repository",
    "icon",
    "changelog",
    "license",
)
SEMVER = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
# Names that the standard on reserved domains keeps for examples: no one can be reached there.
PLACEHOLDER = re.compile(r"[@/.]example\.(org|com|net)\b")


def git(*arguments: str, environment: dict[str, str]) -> bytes:
    """Run git in the checkout and give what it prints."""
    return subprocess.run(["git", *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True).stdout


def build(revision: str, output: Path, environment: dict[str, str] | None = None) -> None:
    """Write the zip of a revision (a commit, or a tree)."""
    # Zip files carry local times; a tree has none of its own.
    env = {**os.environ, **(environment or {}), "TZ": "UTC"}
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct", environment=env).decode().strip()
    with tempfile.TemporaryDirectory() as scratch:
        panel, engine = (Path(scratch, Path(name).name) for name in COMPILED)
        for source, compiled, tool in (
            (f"{TRANSLATION}.ts", panel, ("lrelease", "-silent", "plugin.ts", "-qm")),
            (f"{CATALOGUE}.po", engine, ("msgfmt", "--check-header", "engine.po", "-o")),
        ):
            Path(scratch, tool[2]).write_bytes(git("cat-file", "blob", f"{revision}:{source}", environment=env))
            subprocess.run([*tool, compiled.name], cwd=scratch, env={**env, "QT_SELECT": "qt5"}, check=True)
            compiled.chmod(0o644)
        output.parent.mkdir(parents=True, exist_ok=True)
        part = output.with_suffix(".part")
        how = ["--format=zip", "-9", f"--mtime=@{epoch}", f"--prefix={FOLDER}/i18n/"]
        how += [f"--add-file={compiled}" for compiled in (panel, engine)]
        git("archive", *how, f"--prefix={FOLDER}/", "-o", str(part), revision, environment=env)
        part.replace(output)


def faults(path: Path) -> list[str]:
    """List what the plugin site would refuse, a sentence each."""
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        names = {one.filename.removeprefix(f"{FOLDER}/") for one in members}
        found = [f"{one.filename}: outside the folder {FOLDER}" for one in members if not inside(one.filename)]
        found += [f"{one.filename}: hidden" for one in members if re.search(r"(^|/)\.", one.filename)]
        found += [f"{one.filename}: executable" for one in members if (one.external_attr >> 16) & 0o111]
        wrong = re.compile(r"\.(pyc|pyo|sh|bat|exe|dll|so|pyd|ts|po|qrc)$|(^|/)(__pycache__|__MACOSX)/")
        found += [f"{one.filename}: has no place in a plugin" for one in members if wrong.search(one.filename)]
        needed = {"LICENSE", "metadata.txt", "__init__.py", *COMPILED}
        found += [f"{name} is missing" for name in sorted(needed - names)]
        if not needed - names:
            found += faults_of(metadata(archive), names)
    if not FOLDER.isidentifier():
        found.append(f"{FOLDER}: no identifier, so that Python cannot import it")
    if path.stat().st_size > MOST_BYTES:
        found.append(f"{path.stat().st_size:,} bytes; at most {MOST_BYTES:,} are wanted")
    return found


def inside(name: str) -> bool:
    """Tell whether a member lies in the plugin's one folder."""
    return name.startswith(f"{FOLDER}/") and ".." not in name.split("/")


def metadata(archive: zipfile.ZipFile) -> dict[str, str]:
    """Read the section [general] of the plugin's metadata.txt, as QGIS does."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(archive.read(f"{FOLDER}/metadata.txt").decode("utf-8"))
    return dict(parser["general"])


def faults_of(general: dict[str, str], names: set[str]) -> list[str]:
    """List what is wrong with the metadata."""
    found = [f"metadata.txt: {key} is empty" for key in REQUIRED if not general.get(key, "").strip()]
    if found:
        return found
    if not SEMVER.fullmatch(general["version"]):
        found.append(f"metadata.txt: version {general['version']} is none like 1.2.3")
    if not general["changelog"].strip().startswith(general["version"]):
        found.append(f"metadata.txt: the changelog does not begin with version {general['version']}")
    if general["icon"] not in names:
        found.append(f"metadata.txt: icon {general['icon']} is not in the zip")
    found += [
        f"metadata.txt: {key} is no web address"
        for key in ("homepage", "tracker", "repository")
        if not general[key].startswith("https://")
    ]
    return found


def placeholders(path: Path) -> list[str]:
    """Keys of the metadata that still hold an address where nobody can be reached."""
    with zipfile.ZipFile(path) as archive:
        general = metadata(archive)
    return [key for key in REQUIRED if PLACEHOLDER.search(general.get(key, ""))]


def main() -> int:
    """Build, check, and say what is in the way of publishing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("revision", nargs="?", default="HEAD")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "build" / f"{FOLDER}.zip")
    options = parser.parse_args()
    build(options.revision, options.output)
    found = faults(options.output)
    for sentence in found:
        print(f"package: {sentence}", file=sys.stderr)
    if found:
        options.output.unlink()
        return 1
    with zipfile.ZipFile(options.output) as archive:
        count = sum(not one.is_dir() for one in archive.infolist())
    print(f"package: {options.output}: {count} files, {options.output.stat().st_size:,} bytes")
    if git("status", "--porcelain", environment=dict(os.environ)).strip():
        print(f"package: what is not committed is not in it (it is {options.revision} as git has it)")
    if keys := placeholders(options.output):
        print(
            f"package: not yet publishable: {', '.join(keys)} in metadata.txt are placeholders (example.org); "
            "the plugin site asks for real ones. Installing from the zip works."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
