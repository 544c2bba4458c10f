"""Maps of a plan as PDF and PNG: by QGIS in a process of its own where it is there, else by matplotlib."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import check_place, drafts, put_in_places
from ..core.errors import BadInput, needed
from ..core.messages import NOTHING, Message, at
from ..core.progress import patiently, within
from .map_qgis import NoQgisError, draw_by_qgis
from .registry import Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..core.progress import Progress
    from ..plan.file import Plan
    from .map_sheet import MapOptions

DRAWERS = ("", "qgis", "matplotlib")
_DRAFTS = ".maps"


def draw_maps(plan: Plan | Path, output: Path, options: MapOptions, drawn_by: str, progress: Progress) -> Written:
    """Draw the map of the whole, and that of each township where they are asked for.

    Parameters
    ----------
    plan : Plan or path of its file
    output : Path
        ``.pdf`` or ``.png``.
    options : MapOptions
    drawn_by : {"", "qgis", "matplotlib"}
        By QGIS where it can, or by the one that is named.
    progress : callable

    Returns
    -------
    Written
        Of its facts ``drawn_by`` says who drew it, ``because`` why it was not QGIS, ``unlabelled`` how many units a
        picture of the whole has no label for (a PDF has a table of all units).

    Raises
    ------
    BadInput
        What is asked for cannot be drawn, QGIS is asked for and cannot draw, a file cannot be written; then there is
        none.
    """
    if drawn_by not in DRAWERS:
        raise BadInput(Message("nobody is called '{name}'", name=drawn_by), where="drawn_by", wanted=_KNOWN)
    _check_layouts(options, drawn_by)
    because: Message | None = None
    with all_in_place(output) as folder:
        if drawn_by != "matplotlib":
            try:
                return draw_by_qgis(plan, folder, output, options, progress)
            except NoQgisError as error:
                if drawn_by:
                    raise BadInput(error.what, where=Message("QGIS"), wanted=Message("qgis_process of QGIS")) from error
                if options.layouts:
                    raise BadInput(
                        Message("the sheets of this folder are QGIS's, and it cannot draw ({why})", why=error.what),
                        where=options.layouts,
                        wanted=Message("qgis_process of QGIS, or no folder with sheets"),
                    ) from error
                because = error.what
                for left in folder.iterdir():
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
        return _by_matplotlib(plan, folder, output, options, because, progress)


_KNOWN = at("qgis | matplotlib")


def _check_layouts(options: MapOptions, drawn_by: str) -> None:
    """Refuse a folder with sheets that cannot be used."""
    from .map_sheet import own_layouts

    if own_layouts(options) and drawn_by == "matplotlib":
        raise BadInput(
            Message("the sheets of this folder are QGIS's, and matplotlib draws without any"),
            where=options.layouts,
            wanted=Message("QGIS to draw, or no folder with sheets"),
        )


def _by_matplotlib(
    plan: Plan | Path, folder: Path, output: Path, options: MapOptions, because: Message | None, progress: Progress
) -> Written:
    with needed("matplotlib", Message("matplotlib 3.7 or newer")):
        from .map_figure import save_sheet
    from ..sources.coordinates.crs import parse_crs
    from .map_png import tables_of
    from .map_sheet import file_of, sheets

    def draw(progress: Progress) -> tuple[list[Path], int, int]:
        said = Message("map")
        progress(0.0, said)
        tables = tables_of(plan, zones=bool(options.theme))
        files: list[Path] = []
        unlabelled = 0
        count = 1 + (tables.faces["township"].nunique() if options.by else 0)
        for number, sheet in enumerate(sheets(tables, options)):
            part = within(progress, number / count, min((number + 1) / count, 1.0))
            part(0.0, Message("map of {township}", township=sheet.name) if sheet.name else said)
            file = file_of(folder / output.name, sheet)
            file.parent.mkdir(exist_ok=True)
            without = save_sheet(sheet, parse_crs(tables.crs), file, options)
            unlabelled = unlabelled if files else without
            files.append(file)
        return files, len(tables.units), unlabelled

    files, units, unlabelled = patiently(draw, progress, Message("map"))
    facts: dict[str, Any] = {"drawn_by": "matplotlib", "paper": options.paper, "because": because or NOTHING}
    if unlabelled:
        facts["unlabelled"] = unlabelled
    return Written(
        tuple(output.parent / file.relative_to(folder) for file in files), {"units": units, "maps": len(files)}, facts
    )


@contextlib.contextmanager
def all_in_place(output: Path) -> Iterator[Path]:
    """Give a folder beside the output for drafts; what lies in it in the end takes its place, all of it or nothing.

    Raises
    ------
    BadInput
        A place cannot be taken: no folder, no room, another program has the file open.
    """
    check_place(output)
    real = output.resolve()
    made: list[Path] = []
    wanted = Message("a folder with free disk space and write permission")
    with drafts(real, _DRAFTS, stands_for=output.parent, named=output, wanted=wanted) as folder:
        yield folder
        files = sorted((file for file in folder.rglob("*") if file.is_file()), key=lambda file: len(file.parts))
        pairs = [(file, real.parent / file.relative_to(folder)) for file in files]
        for _, place in pairs[1:]:
            if place.is_dir():
                check_place(place)  # no map's place, but somebody's folder
        try:
            for _, place in pairs:
                if not place.parent.is_dir():
                    place.parent.mkdir()
                    made.append(place.parent)
            put_in_places(pairs, folder / ".before")
        except (BadInput, OSError):
            for empty in made:
                with contextlib.suppress(OSError):
                    empty.rmdir()
            raise
