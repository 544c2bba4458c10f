"""The offline kit: what is pinned, what the page says of it, which wheels are refused. Nothing is downloaded here."""

from __future__ import annotations

import hashlib
import html
import os
import re
import zipfile
from pathlib import Path

import pytest
from control_units.delineation.core import libraries
from control_units.delineation.core.libraries import Status, offline_command
from plugin_archive import load

ROOT = Path(__file__).resolve().parents[2]
kit = load(ROOT / ".ci" / "offline_kit.py")
PAGE = kit.PAGE.read_text(encoding="utf-8")
COMMANDS = [html.unescape(one) for one in re.findall(r"<pre>(.*?)</pre>", PAGE, re.DOTALL)]
NEVER = {"rasterio", "pyproj", "fiona", "pyogrio", "shapely", "gdal", "numpy", "scipy", "pandas", "geopandas"}


def wheel(folder: Path, members: dict[str, bytes], name: str = "joblib-1.5.2-py3-none-any.whl") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


def said(path: Path, name: str = "joblib", version: str = "1.5.2") -> str:
    return "; ".join(kit.faults(path, name, version, hashlib.sha256(path.read_bytes()).hexdigest()))


def test_every_wheel_is_pinned_to_one_file():
    pins = kit.pins()
    assert (
        set(pins)
        == set(kit.BRINGS)
        == {
            "exactextract",
            "joblib",
            "python-docx",
            "scikit-learn",
            "threadpoolctl",
            "tomlkit",
            "typing_extensions",
        }
    )
    assert not set(pins) & NEVER


def test_the_kit_holds_what_the_list_of_libraries_says():
    statuses = [Status(one, "missing") for one in libraries._libraries()]
    command = offline_command(statuses)
    assert set(command.removeprefix(libraries.OFFLINE).split()) == set(kit.pins())
    assert command in COMMANDS


def test_the_exactextract_of_the_tests_is_the_one_of_the_kit():
    tools = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert f"exactextract=={kit.pins()['exactextract'][0]}\n" in tools


@pytest.mark.parametrize("name", sorted(kit.BRINGS))
def test_the_page_says_of_each_wheel_what_it_is_for(name):
    rows = re.findall(r"<tr>(.*?)</tr>", PAGE, re.DOTALL)
    row = [one for one in rows if f"<td><code>{name.replace('-', '_')}</code></td>" in one]
    assert len(row) == 1
    cells = re.findall(r"<td>(.*?)</td>", row[0])
    assert len(cells) == 4
    assert all(cells)
    assert any(re.search(rf"pip install .*\b{name}\b", command) for command in COMMANDS)


def test_the_page_says_how_to_install_to_check_and_to_undo():
    assert all("--no-index" in one and "--no-deps" in one for one in COMMANDS if "pip install" in one)
    assert any("pip uninstall" in one for one in COMMANDS)
    assert any("-m control_units.delineation.libraries" in one for one in COMMANDS)
    for module in ("exactextract", "sklearn", "docx"):
        assert any(f"import {module};" in one for one in COMMANDS)
    for name in NEVER:
        assert name in PAGE.lower(), f"the page does not say why {name} is not in the kit"


def test_the_page_needs_nothing_but_itself():
    assert not re.findall(r"""(?:src|href)\s*=|url\(|@import|https?://""", PAGE)
    assert '<meta charset="utf-8">' in PAGE


PAPERS = {"joblib-1.5.2.dist-info/WHEEL": b""}


def test_a_good_wheel_passes_and_each_fault_is_seen(tmp_path):
    good = {"joblib/__init__.py": b"", **PAPERS}
    assert said(wheel(tmp_path, good)) == ""
    assert "not the one pinned" in "; ".join(kit.faults(wheel(tmp_path, good), "joblib", "1.5.2", "0" * 64))
    assert "Windows" in said(wheel(tmp_path, good, "joblib-1.5.2-cp312-cp312-manylinux_2_17_x86_64.whl"))
    assert "it brings numpy" in said(wheel(tmp_path, {**good, "numpy/__init__.py": b""}))
    for name in ("gdal312.dll", "proj_9.dll", "geos_c.dll", "proj.db", "libgeos.dll", "sqlite3.dll"):
        assert f"it holds joblib/{name}" in said(wheel(tmp_path, {**good, f"joblib/{name}": b""}))


def test_only_the_renamed_geos_of_exactextract_may_come(tmp_path):
    name, papers = "exactextract-0.3.0-cp312-cp312-win_amd64.whl", {"exactextract-0.3.0.dist-info/WHEEL": b""}
    renamed = {"exactextract/a.pyd": b"", f"exactextract.libs/geos-{'0' * 32}.dll": b"", **papers}
    assert said(wheel(tmp_path, renamed, name), "exactextract", "0.3.0") == ""
    plain = {"exactextract/a.pyd": b"", "exactextract.libs/geos.dll": b"", **papers}
    assert "it holds exactextract.libs/geos.dll" in said(wheel(tmp_path, plain, name), "exactextract", "0.3.0")


def test_the_kit_is_what_it_says_and_the_same_every_time(tmp_path):
    plugin = tmp_path / "plugin.zip"
    plugin.write_bytes(b"plugin")
    one = wheel(tmp_path, {"joblib/__init__.py": b"", **PAPERS})
    outputs = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for output in outputs:
        kit.pack(output, plugin, [one])
        os.utime(one, (1, 1))
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    with zipfile.ZipFile(outputs[0]) as archive:
        assert archive.namelist() == ["SHA256SUMS.txt", "control_units.zip", f"wheels/{one.name}", "安装说明.html"]
        for line in archive.read("SHA256SUMS.txt").decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
