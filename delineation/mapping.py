"""A map of a plan as a picture: units in three colours, borders, labels, legend, scale bar, north arrow, CRS.

``python -m delineation.mapping PLAN -o MAP.png``
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import DelineationError, MissingLibrary
from .libraries import demand

if TYPE_CHECKING:
    from .plan import Plan

__all__ = ["draw_map"]


def draw_map(plan: Plan | str | Path, output: str | Path, *, width: float = 297.0, dpi: int = 150) -> None:
    """Draw the units of a plan and write the picture.

    Parameters
    ----------
    plan : Plan or path of a plan file
        Layers ``units`` and ``faces``, tables ``coverage`` and ``meta``. ``meta`` may hold ``county_names`` (JSON,
        code → name); without it counties are labelled with what ``faces.county`` holds.
    output : path
        A PNG; an existing one is replaced whole.
    width : float
        Width of the picture in millimetres.
    dpi : int
        Dots per inch.

    Raises
    ------
    BadInput
        The file is no plan, or the plan has no unit.
    MissingLibrary
        matplotlib is not there, or cannot be loaded.

    Warns
    -----
    UserWarning
        No font with Chinese characters is installed, so that labels show empty boxes.
    """
    demand()
    try:
        from .map_figure import save_figure
    except ImportError as error:
        what = f"{error.name or 'matplotlib'} cannot be loaded ({error})"
        raise MissingLibrary(what, wanted="matplotlib 3.7 or newer") from error
    from .map_tables import tables_of

    save_figure(tables_of(plan), Path(output), width, dpi)


def main(arguments: list[str] | None = None) -> int:
    """Draw the map of a plan file; exit codes are those of the command line's verbs."""
    parser = argparse.ArgumentParser(prog="python -m delineation.mapping", description="Draw the map of a plan.")
    parser.add_argument("plan", type=Path, metavar="PLAN", help="plan file (GeoPackage)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="MAP.png", help="picture to write")
    parser.add_argument("--width", type=float, default=297.0, metavar="MM", help="width in mm (default: 297)")
    parser.add_argument("--dpi", type=int, default=150, help="dots per inch (default: 150)")
    options = parser.parse_args(arguments)
    try:
        draw_map(options.plan, options.output, width=options.width, dpi=options.dpi)
    except DelineationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
