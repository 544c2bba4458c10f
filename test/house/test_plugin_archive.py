"""The plugin's zip: exactly what a user needs, the same bytes every time, what the plugin site accepts, and it runs."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from plugin_archive import Tree, package

ROOT = Path(__file__).resolve().parents[2]
# The workshop, which stays at home: everything else that git tracks is in the zip.
STAYS = (
    ".ci/*",
    ".github/*",
    ".gitattributes",
    ".gitignore",
    "Makefile",
    "docs/first_*.png",
    "mkdocs.yml",
    "i18n/*.po",
    "i18n/*.ts",
    "pyproject.toml",
    "requirements.txt",
    "resources/demo/*.py",
    "test/*",
)
MADE = {"i18n/control_units_zh_CN.qm", "i18n/engine_zh_CN.mo"}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no git checkout here, and the zip is made by git archive")
    if shutil.which("lrelease") is None or shutil.which("msgfmt") is None:
        pytest.skip("no lrelease or no msgfmt here, and the zip holds the compiled translations")
    return Tree(tmp_path_factory.mktemp("git"))


@pytest.fixture(scope="module")
def path(tree, tmp_path_factory):
    path = tmp_path_factory.mktemp("zip") / "control_units.zip"
    package.build(tree.name, path, tree.environment)
    return path


@pytest.fixture(scope="module")
def archive(path):
    with zipfile.ZipFile(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def names(archive):
    return {name.removeprefix("control_units/") for name in archive.namelist() if not name.endswith("/")}


def test_every_tracked_file_ships_or_is_on_the_list(tree, names):
    stays = {file for file in tree.files if any(fnmatch.fnmatchcase(file, pattern) for pattern in STAYS)}
    assert names == (tree.files - stays) | MADE
    unused = [pattern for pattern in STAYS if not fnmatch.filter(tree.files, pattern)]
    assert not unused


def test_what_a_user_needs_is_there(names):
    wanted = {"LICENSE", "README.md", "README.zh.md", "metadata.txt", "__init__.py", "plugin.py"}
    wanted |= {"resources/demo/case.toml", "resources/demo/urumqi.gpkg", "resources/demo/ATTRIBUTION.md"}
    assert wanted <= names
    for folder in ("delineation", "ui"):
        assert {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.py")} <= names


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_what_a_readme_links_to_ships_with_it(names, readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    targets = [target.rstrip("/") for target in re.findall(r"\]\(([^)#:]+)\)", text)]
    assert targets
    for target in targets:
        assert target in names or any(name.startswith(f"{target}/") for name in names), target


def test_pictures_of_docs_are_those_that_its_pages_show(names):
    texts = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
    pictures = [name for name in names if name.startswith("docs/") and not name.endswith(".md")]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [name for name in pictures if f"]({name[5:]})" not in texts and f"]({name})" not in readme]


def test_what_lint_looks_at_is_what_ships(names):
    done = subprocess.run([".ci/shipped"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()) == names - MADE


def test_the_plugin_sites_gate(path):
    assert package.faults(path) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("other/file.py", "", "outside the folder"),
        ("control_units/.git/config", "", "hidden"),
        ("control_units/__pycache__/a.pyc", "", "has no place"),
        ("control_units/run.sh", "", "has no place"),
        ("control_units/i18n/engine_zh_CN.po", "", "has no place"),
        ("control_units/metadata.txt", "[general]\nname=x\n", "version is empty"),
        ("control_units/metadata.txt", ("version=0.1.0", "version=0.1"), "none like 1.2.3"),
        ("control_units/metadata.txt", ("changelog=0.1.0", "changelog=0.0.9"), "changelog does not begin"),
        ("control_units/metadata.txt", ("icon=resources", "icon=images"), "is not in the zip"),
        ("control_units/big.bin", None, "at most 5,000,000"),
    ],
)
def test_the_gate_can_close(path, tmp_path, name, text, said):
    worse = tmp_path / "worse.zip"
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(worse, "w") as bad:
        for one in good.infolist():
            if one.filename != name:
                bad.writestr(one, good.read(one))
        if text is None:
            bad.writestr(name, os.urandom(5_000_000))
        elif isinstance(text, tuple):
            bad.writestr(name, good.read(name).decode().replace(*text))
        else:
            bad.writestr(name, text)
    assert any(said in sentence for sentence in package.faults(worse))


def test_executables_are_refused(path, tmp_path):
    worse = tmp_path / "worse.zip"
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(worse, "w") as bad:
        for one in good.infolist():
            if one.filename.endswith("plugin.py"):
                one.external_attr |= 0o111 << 16
            bad.writestr(one, good.read(one), compresslevel=9)
    assert package.faults(worse) == ["control_units/plugin.py: executable"]


def test_placeholders_are_named_and_nothing_else_is(path):
    with zipfile.ZipFile(path) as archive:
        general = package.metadata(archive)
    wanted = [key for key in ("email", "homepage", "tracker", "repository") if "example.org" in general[key]]
    assert package.placeholders(path) == wanted


def test_the_same_commit_gives_the_same_bytes(tree, path, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    before = os.umask(0o077)
    try:
        package.build(tree.name, tmp_path / "again.zip", tree.environment)
    finally:
        os.umask(before)
    assert (tmp_path / "again.zip").read_bytes() == path.read_bytes()


def test_the_gate_misses_a_translation(path, tmp_path):
    for left_out in MADE:
        worse = tmp_path / "worse.zip"
        with zipfile.ZipFile(path) as good, zipfile.ZipFile(worse, "w") as bad:
            for one in good.infolist():
                if one.filename != f"control_units/{left_out}":
                    bad.writestr(one, good.read(one))
        assert package.faults(worse) == [f"{left_out} is missing"]


def test_the_catalogue_is_the_revisions_own(tree, archive, tmp_path):
    compiled = tmp_path / "engine.mo"
    (tmp_path / "engine.po").write_text(tree.git("cat-file", "blob", f"{tree.name}:i18n/engine_zh_CN.po"))
    subprocess.run(["msgfmt", str(tmp_path / "engine.po"), "-o", str(compiled)], check=True)
    assert archive.read("control_units/i18n/engine_zh_CN.mo") == compiled.read_bytes()


@pytest.fixture(scope="module")
def installed(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plugins")
    archive.extractall(folder)
    return folder


def engine(installed, *arguments):
    # PYTHONPATH stays: it is how the absence of a library reaches a child process.
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=installed, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.uses("rasterio", "exactextract")
def test_the_demo_runs_from_where_it_is_unpacked(installed, tmp_path):
    plan = tmp_path / "plan.gpkg"
    case = "control_units/resources/demo/case.toml"
    done = engine(installed, "control_units.delineation", "run", case, "-o", str(plan), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert len(summary["by_county"]) == 8
    assert summary["units"] > 20
    assert plan.stat().st_size > 1_000_000


@pytest.mark.uses("rasterio", "exactextract", "sklearn")
def test_the_check_of_libraries_runs_there_too(installed):
    done = engine(installed, "control_units.delineation.libraries")
    assert done.returncode == 0, done.stderr
    assert "shapely" in done.stdout
