"""What a reader reads of a file (document, workbook, printed page, text), and what programs print."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def run(*command: object) -> str:
    """What a program prints; where it is not on this system the test is skipped."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"no {command[0]} on this system")
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


def left(folder: Path) -> list[str]:
    """All names below a folder."""
    return sorted(path.name for path in folder.rglob("*"))


def text_of(file: Path, *options: object) -> str:
    """Its words without blanks, for lines break anywhere in Chinese; not when a file of ours says it was written."""
    if file.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(file) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist() if name != "docProps/core.xml")
        text = html.unescape(re.sub(r"<[^>]*>", "", data.decode("utf-8", "replace")))
    elif file.suffix == ".pdf":
        text = run("pdftotext", *options, file, "-")
    else:
        text = file.read_bytes().decode("utf-8", "replace")
    return re.sub(r"\s", "", text)
