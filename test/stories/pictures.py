"""The story's pictures for the help pages and docs/: cut, few colours, small files.

Made anew on demand: ``make screens``, or ``CONTROL_UNITS_PICTURES=1 make test-gui`` for all stories.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "build" / "screens"
HELP, DOCS = ROOT / "resources" / "help" / "pictures", ROOT / "docs"
MOST_BYTES = 60_000  # of a help page's picture
OF_WINDOW = 75_000  # of the READMEs' pictures of a whole window: all of them go with the plugin
COLOURS = (96, 64, 48, 32, 24)
# Picture of a help page → the step of the story whose panel it shows.
PANEL = {
    "index": "welcome",
    "sources": "right-role",
    "rules": "trial",
    "method": "method",
    "run": "running",
    "result": "why",
    "output": "output",
    "method_candidates": "plots",
}
# Picture of the first page, in each language → the step of the story whose panel, or whose whole window, it shows.
FIRST = {"first_start": "welcome", "first_sources": "right-role", "first_output": "output"}
FIRST_WINDOW = {"first_result": "result", "first_why": "why", "first_rules": "trial"}
# Picture of the READMEs → the step of the story of a package whose panel it shows.
FILING = {"panel_package": "verified", "panel_last_year": "learned"}
REVISION = {"revision_paint": "painting", "revision_split": "splitting", "revision_changes": "changes"}


def take_pictures(screens: Path, tongue: str, panel: tuple[int, int, int, int]) -> None:
    """Make the pictures of one language from the screens of a story that has ended.

    ``panel`` is where the panel was on the screen: left, top, width, height.
    """
    left, top, width, height = panel
    for page, step in PANEL.items():
        picture = load(screens, tongue, step).crop((left, top, left + width, top + height))
        save(picture, HELP / f"{page}.{tongue}.png", MOST_BYTES)
    for name, step in FIRST.items():
        picture = load(screens, tongue, step).crop((left, top, left + width, top + height))
        save(picture, DOCS / f"{name}.{tongue}.png", MOST_BYTES)
    for name, step in FIRST_WINDOW.items():
        save(load(screens, tongue, step), DOCS / f"{name}.{tongue}.png", OF_WINDOW)


def take_filing(screens: Path, panel: tuple[int, int, int, int]) -> None:
    """Make the READMEs' pictures of a package, as of `take_pictures`."""
    left, top, width, height = panel
    for name, step in FILING.items():
        picture = load(screens, "zh", step, story="filing").crop((left, top, left + width, top + height))
        save(picture, DOCS / f"{name}.png", 2 * MOST_BYTES)


def take_revision(screens: Path) -> None:
    """Make the READMEs' pictures of a revision: whole windows."""
    for name, step in REVISION.items():
        save(load(screens, "zh", step, story="revising"), DOCS / f"{name}.png", OF_WINDOW)


def load(screens: Path, tongue: str, step: str, *, story: str = "planner") -> Image.Image:
    """Read a step's picture, whatever its number."""
    (path,) = screens.glob(f"{story}-{tongue}-??-{step}.png")
    return Image.open(path).convert("RGB")


def save(picture: Image.Image, path: Path, most: int) -> None:
    """Write a picture with as many colours as its size allows."""
    for colours in COLOURS:
        # By coverage: a small icon keeps its colours, and none is off by more than 10 of 255 at 96.
        few = picture.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        if path.stat().st_size <= most:
            return
    raise ValueError(f"{path}: {path.stat().st_size:,} bytes, and at most {most:,} are wanted")
