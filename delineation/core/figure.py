"""What all pictures share: a font with Chinese characters, and files that are the same every time."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_pdf import PdfPages

from .atomic_files import replacing
from .messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from matplotlib.figure import Figure

FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Microsoft YaHei", "SimHei", "PingFang SC")
_LATIN = "DejaVu Sans"


def chinese_font() -> str:
    """Name an installed font with Chinese characters, "" where there is none."""
    known = set(font_manager.get_font_names())
    return next((name for name in FONTS if name in known), "")


@contextlib.contextmanager
def drawing(**settings: Any) -> Iterator[None]:
    """Draw with matplotlib's settings as every picture has them, and ``settings`` on top.

    Letters in an SVG are outlines, so that it looks the same where its font is not installed.

    Warns
    -----
    UserWarning
        No font with Chinese characters is installed.
    """
    font = chinese_font()
    if not font:
        warnings.warn(
            f"none of the fonts {', '.join(FONTS)} is installed: Chinese labels will show as empty boxes "
            "(Debian: apt-get install fonts-noto-cjk)",
            stacklevel=4,
        )
    usual = {"font.family": font or _LATIN, "axes.unicode_minus": False, "svg.fonttype": "path"}
    # Names inside an SVG are made of the salt in place of chance; a name with dollars in it is no formula.
    with mpl.rc_context({**usual, "svg.hashsalt": "control_units", "text.parse_math": False, **settings}):
        yield


def save(figure: Figure, target: Path, *, kind: str = "", title: str = "", more: Iterable[Figure] = ()) -> None:
    """Write a figure as ``png``, ``svg`` or ``pdf``, else as its name says; an existing one is replaced whole.

    A PDF may have ``more`` pages.

    Neither the time nor the program's version is in the file: equal figures are equal files.

    Raises
    ------
    BadInput
        It cannot be written; what was there is as it was.
    """
    kind = kind or target.suffix.lower().removeprefix(".")
    unsaid: dict[str, str | None] = {"Date": None, "Creator": None}
    if kind == "png":
        unsaid = {"Software": None}
    elif kind == "pdf":
        unsaid = {"Title": title or None, "CreationDate": None, "Creator": None, "Producer": None}
    with replacing(target, wanted=Message("a folder with free disk space and write permission")) as part:
        if kind != "pdf":
            figure.savefig(part, format=kind, metadata=unsaid)
            return
        whole = io.BytesIO()  # a PDF of matplotlib's that meets a full disk fails in odd ways
        with PdfPages(whole, metadata=unsaid) as pages:
            for page in (figure, *more):
                pages.savefig(page)
        part.write_bytes(whole.getvalue())
