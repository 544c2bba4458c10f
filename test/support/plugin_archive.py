"""The plugin's zip as `.ci/package.py` makes it, of the files as they lie here."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


package = load(ROOT / ".ci" / "package.py")


class Tree:
    """The files as they lie here, committed or not, as a tree of git; its own index and objects stay untouched."""

    def __init__(self, scratch: Path) -> None:
        (scratch / "objects").mkdir()
        inner = subprocess.run(
            ["git", "rev-parse", "--git-path", "objects"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        self.environment = {
            "GIT_INDEX_FILE": str(scratch / "index"),
            "GIT_OBJECT_DIRECTORY": str(scratch / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(ROOT / inner.stdout.strip()),
        }
        self.git("add", "--all")
        self.name = self.git("write-tree").strip()
        self.files = set(self.git("-c", "core.quotePath=false", "ls-files").splitlines())

    def git(self, *arguments: str) -> str:
        return package.git(*arguments, environment=os.environ | self.environment).decode()
