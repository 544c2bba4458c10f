"""Atlas of a plan as PDF: QGIS prints it county by county, into drafts that an export which was killed goes on from.

In a folder of drafts there are an overview, ``part-0000.pdf``, an index, and a part a county; each has beside it a JSON
document of what is in it. A part is there once it is whole.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import FULL, is_full, resuming
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import steps, within
from .atlas_sheet import COUNTY, atlas_layout
from .map_qgis import NoQgisError, run_in_qgis
from .map_sheet import LAYOUTS, layout_names
from .maps import all_in_place
from .pdf import Bookmark, is_whole, joined_pdf, page_count
from .registry import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ..core.progress import Progress
    from ..plan.file import Plan
    from .atlas_sheet import AtlasOptions

PART = "part-{number:04}.pdf"
_DRAFTS = ".atlas"
_DRAWN = 0.95  # of the progress
_RULES = "2"  # what an atlas looks like: another number, and no draft of before is gone on from

if TYPE_CHECKING:
    Draw = Callable[[Plan | Path, Path, AtlasOptions, Progress], Mapping[str, Any]]
    """Print the parts that a folder lacks, and say how many units there are."""


def draw_atlas(
    plan: Plan | Path, output: Path, options: AtlasOptions, progress: Progress, draw: Draw | None = None
) -> Written:
    """Print an atlas; counties that an export printed before it was killed are not printed again.

    Parameters
    ----------
    plan : Plan or path of its file
    output : Path
        ``.pdf``: all of it or, where each county has a file, the overview.
    options : AtlasOptions
    progress : callable
        May raise ``Cancelled``, and then there is no file.
    draw : callable, optional
        Who prints; by default QGIS in a process of its own.

    Returns
    -------
    Written
        Of its facts ``pages`` is how many there are, ``resumed`` how many counties were there already, ``fonts``,
        ``lacking`` and ``shortened`` as of maps.

    Raises
    ------
    BadInput
        There is no QGIS, it cannot print, or a file cannot be written; then there is none.
    """
    if options.layouts:
        atlas_layout(options)  # what is wrong with it is told before anything is done
    mark = _mark(plan, options)
    with all_in_place(output) as folder:
        try:
            with resuming(output.resolve(), f".{mark}{_DRAFTS}", sweeping=_DRAFTS, keep=NoQgisError) as drafts:
                before = len(_counties(_parts(drafts)))
                told = _drawn(plan, drafts, options, within(progress, 0.0, _DRAWN), draw or parts_by_qgis)
                parts = _parts(drafts)
                if len(parts) != told["parts"]:
                    raise NoQgisError(
                        Message("QGIS printed {found} of {count} parts", found=len(parts), count=told["parts"])
                    )
                step = steps(within(progress, _DRAWN, 1.0), Message("atlas"), len(parts))
                files = _put_together(parts, folder, output, options, told, step)
        except NoQgisError as error:
            wanted = Message("qgis_process of QGIS 3.34 or newer")
            raise BadInput(error.what, where=Message("QGIS"), wanted=wanted) from error
    progress(1.0, Message("atlas"))
    counts = [sheet for _, part in _counties(parts) for sheet in part["sheets"]]
    facts: dict[str, Any] = {"drawn_by": "qgis", "paper": options.paper, "units": told["units"]}
    facts["pages"] = sum(pages for _, part in parts for _, pages in part["sheets"])
    if before:
        facts["resumed"] = before
    facts |= _remarks([part["facts"] for _, part in parts])
    return Written(files, {"units": told["units"], "sheets": len(counts)}, facts)


def read_part(file: Path) -> dict[str, Any] | None:
    """Read what is in a part; None where it is not whole."""
    try:
        told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        pages = sum(int(pages) for _, pages in told["sheets"])
        return told if is_whole(file) and page_count(file.read_bytes()) == pages else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def parts_by_qgis(plan: Plan | Path, folder: Path, options: AtlasOptions, progress: Progress) -> Mapping[str, Any]:
    """Have the parts printed by QGIS in a process of its own.

    Raises
    ------
    NoQgisError
        There is none, or it failed in a way of its own.
    """
    said = Message("atlas, printed by QGIS")
    inputs = {name.upper(): value for name, value in asdict(options).items()}
    inputs["SPLIT"] = options.split or "one"
    inputs["OUTPUT"] = str(folder / "atlas.pdf")
    return run_in_qgis("print_atlas", plan, inputs, progress, said)


def _drawn(plan: Plan | Path, drafts: Path, options: AtlasOptions, progress: Progress, draw: Draw) -> Mapping[str, Any]:
    """Have the parts printed; a disk that is full, whoever met it, is called so."""
    try:
        return draw(plan, drafts, options, progress)
    except (OSError, BadInput, NoQgisError) as error:
        full = getattr(error, "errno", None) in FULL or is_full(drafts / "room")
        (drafts / "room").unlink(missing_ok=True)
        if full:
            wanted = Message("a folder with free disk space and write permission")
            raise BadInput(Message("disk full"), where=drafts.parent, wanted=wanted) from error
        raise


def _mark(plan: Plan | Path, options: AtlasOptions) -> str:
    """Sum up what an atlas is made of; drafts of another are not gone on from."""
    from pathlib import Path

    from .history import known_state

    content = known_state(plan).content if isinstance(plan, Path) else ""
    if not content:
        return secrets.token_hex(6)
    made_of = [_RULES, content, json.dumps(asdict(options), sort_keys=True)]
    sheets = [atlas_layout(options), *(LAYOUTS / name for name in layout_names(options.paper))]
    made_of += [hashlib.sha256(sheet.read_bytes()).hexdigest() for sheet in sheets if sheet.is_file()]
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12]


def _parts(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """List the parts that are whole, the overview first."""
    files = sorted(folder.glob("part-*[0-9].pdf"))
    return [(file, told) for file in files if (told := read_part(file)) is not None]


def _counties(parts: Sequence[tuple[Path, dict[str, Any]]]) -> list[tuple[Path, dict[str, Any]]]:
    return [(file, part) for file, part in parts if part["file"]]


def _put_together(
    parts: Sequence[tuple[Path, dict[str, Any]]],
    folder: Path,
    output: Path,
    options: AtlasOptions,
    told: Mapping[str, Any],
    step: Callable[[], None],
) -> tuple[Path, ...]:
    """Make the files that were asked for of the parts, in a folder from which they take their places."""
    if options.split != COUNTY:
        every, marks = [file for file, _ in parts], list(_bookmarks(parts))
        joined_pdf(every, folder / output.name, marks, title=told["title"], step=step)
        return (output,)
    before = parts[: len(parts) - len(_counties(parts))]
    joined_pdf([file for file, _ in before], folder / output.name, list(_bookmarks(before)), title=told["title"])
    place = folder / f"{output.stem}_{told['counties']}"
    place.mkdir()
    files = [output]
    for file, part in _counties(parts):
        name = f"{output.stem}_{part['file']}.pdf"
        marks = list(_bookmarks([(file, part)]))
        joined_pdf([file], place / name, marks, title=f"{told['title']} {part['title']}", step=step)
        files.append(output.parent / place.name / name)
    return tuple(files)


def _bookmarks(parts: Sequence[tuple[Path, dict[str, Any]]]) -> Any:
    page = 0
    for _, part in parts:
        alone = len(part["sheets"]) == 1
        yield Bookmark(part["title"], page, 0)
        for title, pages in part["sheets"]:
            if not alone:
                yield Bookmark(title, page, 1)
            page += pages


def _remarks(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    fonts = {font: other for one in facts for font, other in (one.get("fonts") or {}).items()}
    lists = {name: sorted({each for one in facts for each in one.get(name) or ()}) for name in ("lacking", "shortened")}
    return {name: value for name, value in ({"fonts": fonts} | lists).items() if value}
