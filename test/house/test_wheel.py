"""The engine as a wheel: built, installed where nothing of this checkout is in reach, and run."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = "import control_units.delineation.core.shipped as s; print(s.RESOURCES / 'demo' / 'case.toml')"


def done(*command: object, system: bool = True, **options: object) -> str:
    """Run a command that PYTHONPATH helps to find nothing; with ``system`` PROJ's data are those of the system."""
    foreign = ("PYTHON", "VIRTUAL_ENV", "QT_", "QGIS_", *(() if system else ("PROJ_", "GDAL_")))
    environment = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    ran = subprocess.run(
        [str(word) for word in command], env=environment, capture_output=True, encoding="utf-8", check=False, **options
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    done(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", ROOT, "-w", folder)
    (found,) = folder.glob("*.whl")
    return found


def installed(wheel, folder, *options):
    """Install the wheel into an environment of its own, and give its folder of programs."""
    # Where the tests run from a virtual environment, Debian's packages are those of the Python below it.
    done(
        Path(sys.base_prefix, "bin", "python3"), "-m", "venv", *(("--system-site-packages",) if options else ()), folder
    )
    done(folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *options, wheel)
    return folder / "bin"


def demo_is_divided(programs, folder, *, system):
    """Run the demo as the wheel brings it, by its program, and from Python."""
    call = functools.partial(done, cwd=folder, system=system)
    case = call(programs / "python", "-c", DEMO).strip()
    command = programs / "control-units"
    summary = json.loads(call(command, "run", case, "-o", "plan.gpkg", "--json"))
    assert len(summary["by_county"]) == 8
    run = f"from control_units.delineation import verbs; print(verbs.run({case!r}, 'called.gpkg')['units'])"
    assert int(call(programs / "python", "-c", run)) == summary["units"] > 20
    assert "待核" in call(command, "--lang", "zh", "lists", "plan.gpkg", "-o", "lists.xlsx")
    assert call(command, "check", "--help").startswith("usage: control-units check")


def test_the_wheel_divides_the_demo_beside_the_libraries_of_the_system(wheel, tmp_path):
    demo_is_divided(installed(wheel, tmp_path / "env", "--no-deps"), tmp_path, system=True)


@pytest.mark.all
def test_the_wheel_brings_all_it_needs(wheel, tmp_path):
    """In an environment without any library, as on a researcher's own machine."""
    demo_is_divided(installed(wheel, tmp_path / "env"), tmp_path, system=False)
