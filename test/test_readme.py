"""What the README shows, runs."""

from __future__ import annotations

import re
import subprocess
import sys

from cases import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_example_runs():
    """The example prints a line for each county of the demo, with shares that add up to 1."""
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]
    assert len(code.strip().splitlines()) <= 6
    (ROOT / "build").mkdir(exist_ok=True)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 8
    for line in lines:
        shares = [float(number) for number in re.findall(r"\d': ([0-9.]+)", line)]
        assert abs(sum(shares) - 1) < 2e-4


def test_pictures_are_there():
    """Every picture and page the README links to is in the checkout."""
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / target).exists(), target


def test_make_targets_exist():
    """Every `make` target the README names is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:`|    )make ([a-z0-9-]+)", TEXT))
    assert {"demo", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
