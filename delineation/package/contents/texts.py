"""What a package says of itself and brings along: the README for the receiver, the case with its rules, documents."""

from __future__ import annotations

import csv
import filecmp
import io
import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from ...case.writing import case_text, with_files
from ...core.atomic_files import head_of
from ...core.connections import is_database
from ...core.errors import BadInput, readable
from ...core.findings import Finding
from ...core.messages import Message, counted
from ...plan.provenance import case_of_plan
from ...plan.statement import statement
from ...plan.summary import filled_words
from ...plan.tables import TABLES
from ...sources.coordinates.crs import crs_words
from ...sources.files import checksum
from .. import verify
from ..registry import Put, content_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...core.progress import Progress
    from ..filling import Filling
    from ..profile import PackageItem

# ── The README ────────────────────────────────────────────────────────────────────────────────────────────────────


def _compare_text(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:  # noqa: ARG001
    said = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return [] if said == _readme(filling) else [Message("{file} reads otherwise", file=filling.place(path))]


@content_kind("readme", _compare_text, last=True)
def _write_readme(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:  # noqa: ARG001
    # As Windows' own editor takes it for what it is.
    path.write_bytes(_readme(filling).replace("\n", "\r\n").encode("utf-8-sig"))
    return Put((path,))


def _readme(filling: Filling) -> str:
    """Say what the package is, what lies where, what is missing, and how to see that nothing was altered."""
    meta, tokens = filling.plan.meta, filling.tokens
    mark = tokens["classification"] or Message("not stated")
    errors, accepted, warnings = filling.counts
    lines: list[Message | None] = [
        Message("{plan}: package for filing", plan=meta["name"]),
        Message("Classification: {mark}", mark=mark),
        None,
        *(Message("{title}: {text}", title=title, text=text) for title, text in statement(meta)),
        *(
            [Message("It is the volume of {county}: the scheme is the city's.", county=tokens["county"])]
            if tokens["county"]
            else []
        ),
        Message("Status of the plan: {status}", status=tokens["status"] or Message("not stated")),
        Message("Coordinate system: {crs}", crs=meta["crs"]),
        *(Message("Coordinate system of the layers: {crs}", crs=crs_words(one)) for one in filling.other_crs),
        counted(
            len(filling.plan.units),
            "{n} control unit, {km2:,.4f} km²",
            "{n} control units, {km2:,.4f} km² in all",
            km2=float(filling.plan.units["area_m2"].sum()) / 1e6,
        ),
        filling.review.message(),
        Message(
            "Checks: {rules} rules run; errors: {open} open, {accepted} accepted with a reason; warnings: {warnings}",
            rules=len(filling.checked),
            accepted=accepted,
            warnings=warnings,
            open=errors - accepted,
        ),
        *(Message("Filled in: {said}", said=one) for one in filled_words(filling.plan.element_zones)),
        None,
    ]
    if filling.remarks:
        lines.append(Message("What is missing or not as it was meant"))
        lines += [Message("  {rule} {remark}", rule=row[0], remark=row[2]) for row in filling.remarks]
        lines.append(None)
    lines += [
        Message("What lies where"),
        *(_line(path, title, about) for path, title, about in filling.written),
        None,
        Message("How to see that nothing was altered"),
        Message(
            "  manifest.json has size and sum (SHA-256) of every file, manifest-sha256.txt the sums for sha256sum -c."
        ),
        Message("  The sender's one file verify.py does it all with Python alone: python verify.py FOLDER"),
        Message("  SHA-256 of verify.py: {sum}", sum=checksum(Path(verify.__file__))),
        Message("  A file that lacks, is too many or differs by a single byte is named."),
        Message("  Who made the package only a signature proves, or a sum of manifest.json sent by another way."),
    ]
    return "\n".join("" if line is None else filling.say(line) for line in lines) + "\n"


def _line(path: str, title: str, about: str) -> Message:
    facts = tuple(filter(None, (title, about)))
    return Message("  {path}: {facts:apart}", path=path, facts=facts) if facts else Message("  {path}", path=path)


# ── The case and its rules ────────────────────────────────────────────────────────────────────────────────────────


def _compare_case(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:  # noqa: ARG001
    wanted = {path / "rules.csv": _rules(filling)}
    case = _case_of(filling)
    if isinstance(case, str):
        wanted[path / "case.toml"] = case.encode()
    return [
        Message("{file} reads otherwise", file=file.name) for file, data in wanted.items() if file.read_bytes() != data
    ]


@content_kind("case", _compare_case)
def _write_case(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:  # noqa: ARG001
    path.mkdir(parents=True, exist_ok=True)
    files = [path / "rules.csv"]
    files[0].write_bytes(_rules(filling))
    findings: list[Finding] = []
    case = _case_of(filling)
    if isinstance(case, str):
        files.append(path / "case.toml")
        files[1].write_bytes(case.encode())
    else:
        findings.append(Finding("P08", {"why": case}))
    return Put(tuple(files), filling.say(Message("the settings and rules that the plan was made by")), tuple(findings))


def _case_of(filling: Filling) -> str | Message:
    """Give the case as a text, or say why there is none."""
    try:
        case = with_files(case_of_plan(filling.plan_file, filling.plan), portable_path)
        return case_text(replace(case, method=portable_path(case.method)))
    except BadInput as error:
        return error.what


def portable_path(path: str) -> str:
    """Keep of a path that leads out of the case's folder its last part; of a connection what database it is."""
    if is_database(path):
        kept = [one for one in path.split() if one.lower().startswith(("pg:dbname", "dbname", "pg:service", "service"))]
        return kept[0] if kept else "PG:"
    windows = PureWindowsPath(path)
    leads_out = windows.root or ".." in windows.parts or PurePosixPath(path).is_absolute()
    # What is beside the case's folder, or begins with a stroke alone, tells nothing.
    return windows.name if windows.drive or (leads_out and len(windows.parts) > 2) else path


def _rules(filling: Filling) -> bytes:
    """Write the rule table as it was applied, in words, for any spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = TABLES["rules"].columns
    writer.writerow([column.zh if filling.language == "zh" else column.en for column in columns])
    for row in filling.plan.rules.astype(object).where(filling.plan.rules.notna(), "").to_dict("records"):
        writer.writerow([_rule_cell(filling, row, column.name) for column in columns])
    return out.getvalue().encode("utf-8-sig")


_YES_NO = {"true": Message("yes"), "false": Message("no")}


def _rule_cell(filling: Filling, row: Mapping[str, Any], column: str) -> Any:
    names, language, value = filling.names, filling.language, row[column]
    if column == "role":
        return names.role(str(value), language)
    if column in ("zone", "grade"):
        zones = [one for one in str(value).split("|") if one not in ("", "-", "*")]
        return "、".join(names.zone(str(row["role"]), one, language) for one in zones)
    if column == "effect":
        return names.category(int(value), language) if str(value).isdigit() else filling.say(Message("attribute alone"))
    if column in ("inside", "outside") and value:
        role, _, zone = str(value).partition(":")
        return names.role(role, language) + (f"（{names.zone(role, zone, language)}）" if zone else "")
    if column == "switch" and value:
        switch, _, setting = str(value).partition("=")
        chosen = filling.say(_YES_NO[setting]) if setting in _YES_NO else names("choice", setting, language, {})
        return names("switch", switch, language, {}) + (f" = {chosen}" if setting else "")
    return value


# ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────

_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
SLOT_SUFFIXES: Mapping[str, bytes | tuple[bytes, ...]] = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".docx": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".zip": b"PK\x03\x04",
    ".doc": b"\xd0\xcf\x11\xe0",
    ".xls": b"\xd0\xcf\x11\xe0",
    ".ofd": b"PK\x03\x04",
}
"""Files that a slot takes → how they begin."""


def documents_of(folder: Path, slots: Sequence[PackageItem]) -> tuple[dict[str, list[Path]], list[Path]]:
    """Part the files of a folder among the slots.

    Parameters
    ----------
    folder : Path
    slots : sequence of PackageItem
        Of kind ``slot``: a file whose name holds one of its words, or its title, is its own; where several slots would
        have it, the one with the longest of such words.

    Returns
    -------
    of_slot : dict
        Path of a slot → its files.
    others : list of Path
        What no slot takes.

    Raises
    ------
    BadInput
        The folder cannot be read.
    """
    with readable(folder, Message("a folder with documents")):
        files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith((".", "~$")))
    of_slot: dict[str, list[Path]] = {slot.path: [] for slot in slots}
    others: list[Path] = []
    for file in files:
        found = [
            (len(word), slot.path)
            for slot in slots
            for word in filter(None, (*slot.words.split("|"), slot.title))
            if word.lower() in file.stem.lower()
        ]
        best = max(found, default=None)
        # Two slots with words of one length: nobody knows whose it is.
        if best is None or len({path for length, path in found if length == best[0]}) > 1:
            others.append(file)
        else:
            of_slot[best[1]].append(file)
    return of_slot, others


def is_what_it_says(file: Path) -> bool:
    """Whether a document begins as its kind does."""
    suffix = file.suffix.lower()
    return suffix in SLOT_SUFFIXES and head_of(file, 8).startswith(SLOT_SUFFIXES[suffix])


def _compare_slot(filling: Filling, contents: Sequence[PackageItem], path: Path, put: Put) -> list[Message]:  # noqa: ARG001
    (slot,) = contents
    pairs = zip(_taken(filling, slot), put.files, strict=True)
    return [
        Message("{file} reads otherwise", file=copy.name)
        for file, copy in pairs
        if not filecmp.cmp(file, copy, shallow=False)
    ]


def _found(filling: Filling, slot: PackageItem) -> list[Path]:
    slots = [content for content in filling.profile.contents if content.kind == "slot"]
    return documents_of(filling.documents, slots)[0][slot.path] if filling.documents else []


def _taken(filling: Filling, slot: PackageItem) -> list[Path]:
    return [file for file in _found(filling, slot) if is_what_it_says(file)]


@content_kind("slot", _compare_slot)
def _write_slot(filling: Filling, contents: Sequence[PackageItem], path: Path, progress: Progress) -> Put:  # noqa: ARG001
    (slot,) = contents
    title = slot.title or path.name
    taken = _taken(filling, slot)
    if not taken:
        problem = "" if filling.documents is None else "unfit" if _found(filling, slot) else "absent"
        return Put((), "", (Finding("P01", {"slot": title, **({"problem": problem} if problem else {})}),))
    files = []
    for number, file in enumerate(taken, 1):
        place = path.with_name(f"{path.name}{f'_{number}' if len(taken) > 1 else ''}{file.suffix.lower()}")
        shutil.copyfile(file, place)
        files.append(place)
    return Put(tuple(files), filling.say(counted(len(files), "{n} document", "{n} documents")))
