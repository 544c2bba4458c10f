"""The verb ``guess``: a case for a folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import tables
from ..verb import Result, Verb

if TYPE_CHECKING:
    import argparse

    from ...core.progress import Progress

__all__ = ["VERB"]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="FOLDER", nargs="+", help="a folder, walked through; or FILE|layername=L")
    parser.add_argument("-o", "--output", metavar="CASE.toml", required=True)
    parser.add_argument("--name", default="", help="name of the case; the folder's by default")
    parser.add_argument("--profile", default="national", metavar="NAME", help="profile whose words are used")
    parser.add_argument("--force", action="store_true", help="replace also a case that was changed or written by hand")


def _run(options: argparse.Namespace, progress: Progress) -> Result:
    from ...guessing import guess_sources, write_case
    from ...guessing.case_file import check_case_output

    output = Path(options.output)
    check_case_output(output)
    guessed = guess_sources(options.paths, profile=options.profile, progress=progress)
    found = write_case(guessed, output, name=options.name, profile=options.profile, force=options.force)
    return Result(found, "" if options.json else _text(found))


def _text(found: dict[str, Any]) -> str:
    """Write what each layer was taken for."""
    rows = [["", "layer", "role", "confidence", "to confirm"]]
    for one in found["sources"]:
        name = f"{one['path']}|{one['layer']}" if one["layer"] else one["path"]
        sure = f"{one['confidence']:.2f}" if "confidence" in one and one["role"] else ""
        rows.append(["+" if one["used"] else "-", name, one["role"], sure, str(len(one.get("uncertain", ())) or "")])
    lines = [tables.table(rows, [False, False, False, True, True])] if len(rows) > 1 else []
    lines += [f"cannot be read: {one['where']}: {one['what']}" for one in found["errors"]]
    lines.append(f"{found['uncertain']} points to confirm, marked in the case: {found['case']}")
    if found["missing"]:
        lines.append(f"no layer of role {' or '.join(found['missing'])}: the case cannot be run without a study area")
    return "\n".join(lines)


VERB = Verb("guess", "write a case for a folder of files", _arguments, _run, order=90)
