"""What a reader reads of a file: of a document, a workbook, a printed page, a text."""

from __future__ import annotations

import html
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def text_of(file: Path) -> str:
    """Its words without blanks, for lines break anywhere in Chinese; not when a file of ours says it was written."""
    if file.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(file) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist() if name != "docProps/core.xml")
        text = html.unescape(re.sub(r"<[^>]*>", "", data.decode("utf-8", "replace")))
    elif file.suffix == ".pdf":
        text = subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True).stdout.decode()
    else:
        text = file.read_bytes().decode("utf-8", "replace")
    return re.sub(r"\s", "", text)
