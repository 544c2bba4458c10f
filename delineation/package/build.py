"""A package made of a plan: all that its profile asks for, read back, held against the plan, put in place at once."""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import json
import platform
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.finding_texts import as_row, load_texts, severity, to_rows
from ..case.finding_texts import message as finding_message
from ..case.names import glossary
from ..case.profile import plan_profile
from ..checks import RULES, check, subject_from_plan
from ..core.atomic_files import FULL, beside, put_in_places, sweep
from ..core.csv_rows import read_rows
from ..core.errors import BadInput, Cancelled
from ..core.findings import Finding
from ..core.messages import Message, at, facts_of, first_few, foreign, joined, one_of
from ..core.progress import Progress, silent, within
from ..plan.acceptance import acceptance_of
from ..plan.assemble import findings_table
from ..plan.file import read_meta, read_plan, read_table
from ..plan.replaced import in_words
from .contents.exports import MAPS, draw_map, options_of, put_of
from .contents.texts import documents_of, is_what_it_says, portable_path
from .filling import TOKENS, Filling, fill_tokens, tokens_of
from .manifest import check_names, sign, write_manifest
from .profile import NATIONAL, read_package_profile
from .registry import Put, content_kinds
from .verify import MANIFEST, OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..case.profile import Profile
    from ..export.registry import Written
    from ..plan.file import Plan
    from .profile import Content, PackageProfile

__all__ = ["EDITIONS", "Packaged", "classification_of", "package"]

EDITIONS = ("filing",)
_COLUMNS = ("rule", "x", "y", "reason")
_SAME_PLACE = 1.0  # m: coordinates are copied from a table, and may be rounded there
_DRAFT, _ASIDE = ".draft", ".before"
_LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "pyogrio", "openpyxl", "python-docx")


@dataclass(frozen=True)
class Packaged:
    """What came of it.

    Attributes
    ----------
    folder : Path
    files : tuple of str
        Paths in the package; none where it was refused.
    manifest : Path or None
    findings : list of dict
        Rows as ``check`` gives them, with ``state`` (``open``, ``accepted``) and ``reason``: of the plan, of the checks
        and of the package.
    slots : dict
        Title of a slot → its files in the package.
    refused : bool
        Errors stand open: nothing was written.
    classification : str
        密级 of the package: the highest of its sources.
    noted : bool
        It stands in the plan's history.
    """

    folder: Path
    files: tuple[str, ...]
    manifest: Path | None
    findings: list[dict[str, Any]]
    slots: Mapping[str, tuple[str, ...]]
    refused: bool
    classification: str
    noted: bool = False

    @property
    def open_errors(self) -> list[dict[str, Any]]:
        """Errors that nobody accepted: they refuse the package."""
        return [row for row in self.findings if row["severity"] == "error" and row["state"] != "accepted"]


def package(
    plan: str | Path,
    output: str | Path,
    *,
    profile: str | Path = NATIONAL,
    edition: str = "filing",
    accept: str | Path | None = None,
    documents: str | Path | None = None,
    key: str | Path | None = None,
    city: str = "",
    province: str = "",
    language: str = "",
    progress: Progress = silent,
) -> Packaged:
    """Make the package that is filed one level up (备案成果包); it is there whole or not at all.

    The plan is checked anew. Open errors refuse it. Everything that is written is read back and held against the plan
    before it takes its place; a package that stands there is replaced, and stays where anything goes wrong.

    Parameters
    ----------
    plan : path
        Of the plan's file.
    output : path
        The package's folder: new, empty, or a package.
    profile : str or path
        Of the package: one that comes with the product, or a ``.toml``.
    edition : str
        One of ``EDITIONS``.
    accept : path, optional
        CSV with columns rule, x, y, reason: why an error may stand. One line each; of a finding without a place x and y
        are empty.
    documents : path, optional
        Folder with scanned documents for the profile's slots.
    key : path, optional
        A private Ed25519 key to sign with.
    city, province : str, optional
        What no plan says, and the profile may say too.
    language : str, optional
        Of the findings that are given back, ``zh`` or ``en``; else that of the plan's profile, as all that is written.
    progress : callable

    Raises
    ------
    BadInput
        No plan, one that other programs have changed, a profile that names what it does not hold, a line of ``accept``
        that fits no finding, a source above the plan's 密级, a name too long, a place that cannot be written to, a file
        that reads otherwise than it should.
    MissingLibrary
        python-docx, GDAL's bindings, or cryptography for a signature.

    Examples
    --------
    >>> from delineation import verbs
    >>> verbs.package("plan.gpkg", "package").refused
    False
    """
    from ..export.history import known_state, note_export

    plan_file, folder = Path(plan), Path(output)
    if edition not in EDITIONS:
        raise BadInput(
            Message("edition = '{edition}'", edition=edition), where=Message("package"), wanted=one_of(EDITIONS)
        )
    asked = read_package_profile(profile)
    said = {"city": city or asked.place.city, "province": province or asked.place.province}
    asked = replace(asked, place=replace(asked.place, **said))
    if key is not None:
        sign(b"", Path(key))  # a key that cannot sign is refused before all the work
    if documents is not None and not Path(documents).is_dir():
        raise BadInput(
            Message("folder not found"), where=at(documents), wanted=Message("a folder with documents for the slots")
        )
    place = folder.resolve()
    _restore(place)
    _check_place(folder, plan_file)
    progress(0.0, Message("reading the plan"))
    state = known_state(plan_file)
    start = _begin(plan_file, folder, asked)
    with _draft(folder, place) as draft, ExitStack() as beside_the_rest:
        # QGIS draws each map in a process of its own, while the plan is read and the rest is written here.
        maps = {
            path: beside_the_rest.enter_context(_at_once(partial(draw_map, plan_file, options, draft / path, kind)))
            for path, kind, options in _maps(asked, start)
        }
        filling = _filling(plan_file, asked, start, accept, documents, within(progress, 0.0, 0.2))
        own = [*start.findings, *_of_package(filling)]
        if ((filling.findings["severity"] == "error") & (filling.findings["state"] != "accepted")).any():
            return Packaged(folder, (), None, _rows(filling, own, language), {}, True, start.classification)
        own, slots = _written(filling, start.places, draft, own, maps, within(progress, 0.2, 0.95))
        progress(0.95, Message("sums of all files"))
        manifest = write_manifest(
            draft, _facts(filling, edition, own), package=place.name, key_file=None if key is None else Path(key)
        )
        if known_state(plan_file) != state:
            what = Message("has been changed while the package was made")
            raise BadInput(what, where=at(plan_file), wanted=Message("the package made anew"))
        # The last moment to stop: what follows puts the package in its place.
        progress(1.0, Message("written"))
        _put_in_place(draft, place)
    paths = [str(row["path"]) for row in manifest["files"]]
    files = (*paths, *(name for name in OWN if (place / name).is_file()))
    noted = note_export(plan_file, "package", [folder], state, {"profile": asked.name, "edition": edition})
    found = _rows(filling, own, language)
    return Packaged(folder, files, folder / MANIFEST, found, slots, False, start.classification, noted)


@contextlib.contextmanager
def _draft(folder: Path, place: Path) -> Iterator[Path]:
    """Give a folder beside the package's place, which goes in the end; what a disk says is told of that place.

    Raises
    ------
    BadInput
        No room, no right to write, or another program has the package open.
    """
    draft = beside(place, _DRAFT)
    try:
        sweep(place, _DRAFT)
        draft.mkdir()
        yield draft
    except BadInput as error:
        # A writer names the draft; what its reader looks for is the package.
        if str(draft) not in str(error.where):
            raise
        where = at(str(error.where).replace(str(draft), str(folder)))
        raise BadInput(error.what, where=where, wanted=error.wanted) from error
    except OSError as error:
        full = error.errno in FULL
        what = Message("disk full") if full else Message("cannot be written ({error})", error=foreign(error))
        wanted = Message("a place with free disk space and write permission, which no other program uses")
        raise BadInput(what, where=at(folder), wanted=wanted) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


# ── Before anything is written ────────────────────────────────────────────────────────────────────────────────────


def _check_place(folder: Path, plan: Path) -> None:
    """Refuse a place that holds anything but a package, or the plan itself."""
    wanted = Message("a new folder, an empty one, or an earlier package")
    place = folder.resolve()
    if not place.parent.is_dir():
        raise BadInput(
            Message("folder not found"), where=at(folder.parent), wanted=Message("an existing folder for the output")
        )
    if place.exists() and not place.is_dir():
        raise BadInput(Message("is a file"), where=at(folder), wanted=wanted)
    if plan.resolve().is_relative_to(place):
        raise BadInput(Message("the plan itself lies in this folder"), where=at(folder), wanted=wanted)
    if not place.is_dir():
        return
    try:
        there = {entry.relative_to(place).as_posix() for entry in place.rglob("*") if not entry.is_dir()}
    except OSError as error:
        raise BadInput(
            Message("cannot be read ({error})", error=foreign(error)), where=at(folder), wanted=wanted
        ) from error
    if others := sorted(there - _listed(place)):
        what = Message("the folder holds other files: {names}", names=first_few(others, 3))
        raise BadInput(what, where=at(folder), wanted=wanted)


def _listed(folder: Path) -> set[str]:
    """List the files that the manifest of a package names, and its own; none where there is no manifest."""
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
        return {str(row["path"]) for row in document["files"]} | set(OWN)
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _restore(place: Path) -> None:
    """Put a package back that a killed process had moved aside when it was about to put a new one in its place."""
    if place.exists() or not place.parent.is_dir():
        return
    for aside in sorted(place.parent.glob(f".{place.stem[:40]}.*{_ASIDE}")):
        left = aside / f"0-{place.name}"[:40]
        if left.is_dir():
            with contextlib.suppress(OSError):
                left.replace(place)
                shutil.rmtree(aside, ignore_errors=True)
                return


def _put_in_place(draft: Path, place: Path) -> None:
    aside = beside(place, _ASIDE)
    try:
        put_in_places([(draft, place)], aside)
    finally:
        if place.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _spare_sources(folder: Path, plan_file: Path, sources: pd.DataFrame) -> None:
    place = folder.resolve()
    for source in sources["path"]:
        if source and (plan_file.parent / str(source)).resolve().is_relative_to(place):
            raise BadInput(
                Message("a source of the plan lies in this folder"),
                where=at(folder),
                wanted=Message("another folder for the package"),
            )


@dataclass(frozen=True)
class _Start:
    """What is known of a package before its plan is read whole."""

    meta: Mapping[str, str]
    rules: Profile
    classification: str
    tokens: Mapping[str, str]
    places: Mapping[str, Sequence[Content]]
    findings: Sequence[Finding]


def _begin(plan_file: Path, folder: Path, profile: PackageProfile) -> _Start:
    """Read what a plan says of itself, and find what goes where."""
    meta = read_meta(plan_file)
    if not meta:
        read_plan(plan_file)  # which says what is wrong
    sources = read_table(plan_file, "sources")
    _spare_sources(folder, plan_file, sources)
    rules = plan_profile(SimpleNamespace(meta=meta, folder=plan_file.absolute().parent))
    classification, findings = classification_of(meta, sources, rules)
    tokens = tokens_of(meta, rules, profile, classification, glossary(rules).language)
    return _Start(meta, rules, classification, tokens, _places(profile, tokens, folder.resolve().name), findings)


def _maps(profile: PackageProfile, start: _Start) -> Iterator[tuple[str, str, dict[str, str]]]:
    """List the maps of a package: place, format, options with tokens filled in."""
    for path, held in start.places.items():
        if held[0].format in MAPS:
            yield path, held[0].format, options_of(held[0], profile, start.tokens)


def _filling(
    plan_file: Path,
    profile: PackageProfile,
    start: _Start,
    accept: str | Path | None,
    documents: str | Path | None,
    progress: Progress,
) -> Filling:
    """Read the plan whole and check it."""
    plan = read_plan(plan_file, summed=True)
    if plan.changes:
        raise BadInput(
            Message("has been changed by another program since it was made: {changes}", changes=in_words(plan.changes)),
            where=at(plan_file),
            wanted=Message("a new run, or the plan as it was"),
        )
    findings, not_checked = _findings(plan, start.rules, within(progress, 0.2, 1.0))
    place = {key: plan.meta.get(key) or start.tokens[key] for key in ("province", "city")}
    place["classification"] = start.classification
    return Filling(
        plan=replace(plan, meta={**plan.meta, **place}),
        plan_file=plan_file,
        rules=start.rules,
        profile=profile,
        tokens=start.tokens,
        findings=_accepted(findings, plan, None if accept is None else Path(accept)),
        checked=tuple(sorted(RULES)),
        not_checked=tuple(not_checked),
        documents=None if documents is None else Path(documents),
    )


def classification_of(meta: Mapping[str, str], sources: pd.DataFrame, rules: Profile) -> tuple[str, list[Finding]]:
    """Find the highest 密级 of plan and sources, and which sources do not say theirs.

    Raises
    ------
    BadInput
        One that the profile does not know, or a source above its plan.
    """
    levels = [str(level) for level in rules["classification"]["levels"]]
    own = meta.get("classification", "")
    highest, source_of = own, ""
    unstated = []
    if own and own not in levels:
        raise BadInput(
            Message("the plan has the classification '{mark}'", mark=own), where=Message("plan"), wanted=one_of(levels)
        )
    for row in sources.fillna("").to_dict("records"):
        mark = str(row["classification"])
        if not mark:
            unstated.append(str(row["role"]))
        elif mark not in levels:
            raise BadInput(
                Message("source {source:role} has the classification '{mark}'", source=str(row["role"]), mark=mark),
                where=at("sources"),
                wanted=one_of(levels),
            )
        elif not highest or levels.index(mark) > levels.index(highest):
            highest, source_of = mark, str(row["role"])
    if own and highest != own:
        what = Message(
            "the plan is marked {own}, and its source {source:role} {highest}",
            own=own,
            source=source_of,
            highest=highest,
        )
        raise BadInput(what, where=Message("plan"), wanted=Message("a new run, so that the plan takes the higher mark"))
    said = [Finding("P04", {"sources": tuple(dict.fromkeys(unstated))}, value=float(len(unstated)))] if unstated else []
    return highest, said


def _findings(plan: Plan, rules: Profile, progress: Progress) -> tuple[pd.DataFrame, list[Message]]:
    """Check the plan anew; what its run said of the sources stays."""
    found, not_checked = check(subject_from_plan(plan), progress=progress)
    stored = plan.findings[~plan.findings["id"].isin(list(RULES))]
    fresh = findings_table(found, load_texts(rules), glossary(rules))
    both = [one for one in (fresh, stored) if len(one)]
    table = pd.concat(both, ignore_index=True) if both else fresh
    order = np.lexsort((table["id"].astype(str), (table["severity"] != "error").to_numpy()))
    return table.iloc[order].reset_index(drop=True), not_checked


def _accepted(findings: pd.DataFrame, plan: Plan, file: Path | None) -> pd.DataFrame:
    """Give each finding its state: accepted in the plan, or by a line of the file; a reason goes with it."""
    state = ["open"] * len(findings)
    reason = [""] * len(findings)
    accepted = plan.accepted.fillna("")
    for row, found in enumerate(acceptance_of(findings, accepted)):
        if found >= 0:
            state[row], reason[row] = "accepted", str(accepted["reason"].iloc[found])
    for number, line in enumerate(_lines(file), 2):
        where = Message("{file}, line {number}", file=file, number=number)
        if not line["reason"]:
            raise BadInput(
                Message("no reason"), where=where, wanted=Message("a sentence that says why the finding may stay")
            )
        row = _meant(findings, state, line, where)
        state[row], reason[row] = "accepted", line["reason"]
    return findings.assign(state=state, reason=reason)


def _lines(file: Path | None) -> list[dict[str, str]]:
    if file is None:
        return []
    return read_rows(file, _COLUMNS, Message("no table of accepted findings"))


def _meant(findings: pd.DataFrame, state: Sequence[str], line: Mapping[str, str], where: Message) -> int:
    """Find the finding that a line speaks of: of that rule, the nearest within a metre that is not accepted yet."""
    rows = np.flatnonzero((findings["id"] == line["rule"]).to_numpy(dtype=bool))
    rows = np.array([row for row in rows if state[row] != "accepted"], dtype=np.int64)
    points = findings["geometry"].to_numpy(dtype=object)[rows]
    placed = np.array([point is not None and not point.is_empty for point in points], dtype=bool)
    if bool(line["x"]) != bool(line["y"]):
        raise BadInput(Message("x or y is missing"), where=where, wanted=Message("both, or none"))
    if not line["x"]:
        rows = rows[~placed]
        if len(rows):
            return int(rows[0])
        what = Message("no open finding of rule {rule} without a place", rule=line["rule"])
    else:
        try:
            point = shapely.Point(float(line["x"]), float(line["y"]))
        except ValueError as error:
            what = Message("'{x}', '{y}' are no coordinates", x=line["x"], y=line["y"])
            raise BadInput(what, where=where, wanted=Message("numbers in the plan's coordinate system")) from error
        distance = shapely.distance(points[placed], point) if placed.any() else np.array([])
        if len(distance) and distance.min() <= _SAME_PLACE:
            return int(rows[placed][distance.argmin()])
        what = Message("no open finding of rule {rule} at {x}, {y}", rule=line["rule"], x=line["x"], y=line["y"])
    known = sorted({str(rule) for rule in findings["id"]})
    wanted = Message("rule, x and y as findings of the plan have them; there are {rules}", rules=joined(known))
    raise BadInput(what, where=where, wanted=wanted)


def _places(profile: PackageProfile, tokens: Mapping[str, str], name: str) -> dict[str, list[Content]]:
    """Group the profile's contents by the place that they have in the package, tokens filled in."""
    out: dict[str, list[Content]] = {}
    for number, content in enumerate(profile.contents, 1):
        where = Message("{file} [[file]] {number}", file=profile.path, number=number)
        out.setdefault(fill_tokens(content.path, tokens, where, name=True), []).append(content)
    check_names(list(out), name)
    return out


def _of_package(filling: Filling) -> list[Finding]:
    """Say beforehand what of the package is not as it is meant."""
    out: list[Finding] = []
    texts = [content.path for content in filling.profile.contents] + [filling.profile.folder]
    empty = [key for key in TOKENS if not filling.tokens[key] and key not in ("volume", "county")]
    lacking = tuple(f"{{{key}}}" for key in empty if any(f"{{{key}}}" in text for text in texts))
    if lacking:
        out.append(Finding("P09", {"tokens": lacking}))
    for content in filling.profile.contents:
        lines = content.check.splitlines()
        if lines:
            file = filling.filled(content.path, Message("path"))
            out.append(Finding("P17", {"file": file, "texts": first_few(lines, 5)}, value=float(len(lines))))
    slots = [content for content in filling.profile.contents if content.kind == "slot"]
    if filling.documents is not None:
        of_slot, others = documents_of(filling.documents, slots)
        out += [Finding("P06", {"file": file.name}) for file in others]
        held = [file for files in of_slot.values() for file in files]
        out += [Finding("P07", {"file": file.name}) for file in held if not is_what_it_says(file)]
    return out


# ── Writing, and reading back ─────────────────────────────────────────────────────────────────────────────────────


def _written(
    filling: Filling,
    places: Mapping[str, Sequence[Content]],
    draft: Path,
    own: Sequence[Finding],
    maps: Mapping[str, Callable[[Progress], Written]],
    progress: Progress,
) -> tuple[list[Finding], dict[str, tuple[str, ...]]]:
    """Write all contents into the draft and read them back; maps are being drawn."""
    kinds = content_kinds()
    first = {path: held for path, held in places.items() if not kinds[held[0].kind].last}
    puts: dict[str, Put] = {}
    others = [path for path in first if path not in maps]
    for number, path in enumerate(others):
        part = within(progress, 0.8 * number / len(others), 0.8 * (number + 1) / len(others))
        puts[path] = _put(filling, first[path], draft / path, part)
    for number, (path, end) in enumerate(maps.items()):
        part = within(progress, 0.8 + 0.15 * number / len(maps), 0.8 + 0.15 * (number + 1) / len(maps))
        puts[path] = put_of(filling, draft / path, end(part))
        _hold(filling, first[path], draft / path, puts[path])
    findings = [*own, *(finding for path in first for finding in puts[path].findings)]
    written = [(path, _title(filling, first[path]), puts[path].about) for path in first if puts[path].files]
    remarks = [
        (row["id"], filling.names("severity", row["severity"], filling.language, {}), row["message"])
        for row in _in_words(filling, findings)
    ]
    last = {path: held for path, held in places.items() if path not in first}
    written += [(path, _title(filling, held), "") for path, held in last.items()]
    telling = replace(filling, written=tuple(written), remarks=tuple(remarks))
    for path, held in last.items():
        puts[path] = _put(telling, held, draft / path, within(progress, 0.95, 1.0))
    for left in sorted(draft.rglob("*"), reverse=True):
        if left.is_dir() and not any(left.iterdir()):
            left.rmdir()  # the folder of a slot that nothing was put into
    slots = {
        held[0].title or path: tuple(file.relative_to(draft).as_posix() for file in puts[path].files)
        for path, held in places.items()
        if held[0].kind == "slot"
    }
    return findings, slots


def _title(filling: Filling, held: Sequence[Content]) -> str:
    return filling.filled(held[0].title, Message("title")) if len(held) == 1 else ""


def _put(filling: Filling, held: Sequence[Content], path: Path, progress: Progress) -> Put:
    """Write a content, and read it back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put = content_kinds()[held[0].kind].write(filling, held, path, progress)
    _hold(filling, held, path, put)
    return put


def _hold(filling: Filling, held: Sequence[Content], path: Path, put: Put) -> None:
    """Read back what was written, and refuse the package where it says anything else than the plan."""
    if not put.files:
        return
    if wrong := content_kinds()[held[0].kind].compare(filling, held, path, put):
        raise BadInput(
            Message("read back, the file is not what was to be written: {differences:apart}", differences=tuple(wrong)),
            where=at(path.name),
            wanted=Message("the package made anew; nothing was put in its place"),
        )


@contextlib.contextmanager
def _at_once(call: Callable[[Progress], Written]) -> Iterator[Callable[[Progress], Written]]:
    """Run a job beside the block; what the block is given waits for its end. Where either fails, the other ends too."""
    stopped = threading.Event()
    told: list[tuple[float, Message]] = []

    def relay(fraction: float, message: Message) -> None:
        if stopped.is_set():
            raise Cancelled
        told[:] = [(fraction, message)]

    with ThreadPoolExecutor(1, "maps") as pool:
        job = pool.submit(call, relay)

        def end(progress: Progress) -> Written:
            while True:
                try:
                    return job.result(0.2)
                except TimeoutError:
                    if job.done():
                        raise  # the job's own
                    progress(*(told[0] if told else (0.0, Message("map"))))

        try:
            yield end
        finally:
            stopped.set()


# ── What is told of it ────────────────────────────────────────────────────────────────────────────────────────────


def _in_words(filling: Filling, findings: Sequence[Finding], language: str = "") -> list[dict[str, Any]]:
    return to_rows(findings, load_texts(filling.rules), language or filling.language, filling.names)


def _rows(filling: Filling, own: Sequence[Finding], language: str) -> list[dict[str, Any]]:
    """Give all findings as rows of the document, the plan's before the package's, in a language of choice."""
    rows = []
    for found in filling.findings.to_dict("records"):
        said = Finding(
            id=str(found["id"]),
            facts=facts_of(json.loads(found["facts"] or "{}")),
            value=None if pd.isna(found["value"]) else float(found["value"]),
            geometry=found["geometry"],
            units=tuple(filter(None, str(found["units"] or "").split("、"))),
        )
        row = as_row(said, str(found["severity"]), str(found["message"]))
        if language and language != filling.language:
            # A plan of an earlier version may have other facts than today's texts name: then it stays as it was said.
            with contextlib.suppress(BadInput):
                row["message"] = finding_message(said, load_texts(filling.rules), language, filling.names)
        rows.append({**row, "state": str(found["state"]), "reason": str(found["reason"])})
    return [*rows, *({**row, "state": "open", "reason": ""} for row in _in_words(filling, own, language))]


def _facts(filling: Filling, edition: str, own: Sequence[Finding]) -> dict[str, Any]:
    """Say in the manifest what the package was made of; none of it changes where plan, profile and versions do not."""
    plan, meta, findings = filling.plan, filling.plan.meta, filling.findings
    texts = load_texts(filling.rules)
    errors = findings["severity"] == "error"
    sources = plan.sources[
        ["source", "role", "path", "layer", "sha256", "date", "provider", "document", "classification"]
    ]
    return {
        "title": f"{meta['name']}",
        "edition": edition,
        "volume": filling.tokens["county"] or None,
        "place": {key: filling.tokens[key] for key in ("province", "city", "code")},
        "classification": filling.tokens["classification"],
        "plan": {
            "name": meta["name"],
            "status": meta.get("status", ""),
            "date": meta["date"],
            "crs": meta["crs"],
            "area_method": meta["area_method"],
            "method": meta["method"],
            "seed": int(meta.get("seed", "1")),
            "rules": meta["profile"],
            "units": len(plan.units),
            "element_zones": len(plan.element_zones),
            "clauses": len(plan.clauses),
            "area_m2": round(float(plan.units["area_m2"].sum()), 3),
        },
        "profile": {"name": filling.profile.name, "title": filling.profile.title, "sha256": _digest(filling.profile)},
        "versions": _versions(),
        "sources": [
            {**{key: str(value or "") for key, value in row.items()}, "path": portable_path(str(row["path"] or ""))}
            for row in sources.fillna("").to_dict("records")
        ],
        "findings": {
            "error": int(errors.sum()),
            "accepted": int((errors & (findings["state"] == "accepted")).sum()),
            "warning": int((~errors).sum()) + sum(severity(one, texts) == "warning" for one in own),
        },
        "remarks": [finding_message(one, texts, filling.language, filling.names) for one in own],
    }


def _digest(profile: PackageProfile) -> str:
    return hashlib.sha256(profile.path.read_bytes()).hexdigest()


def _versions() -> dict[str, str]:
    found = {"control_units": _own_version(), "python": platform.python_version()}
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    found["geos"] = shapely.geos_version_string
    return found


def _own_version() -> str:
    found = configparser.ConfigParser(interpolation=None)
    found.read(Path(__file__).resolve().parents[2] / "metadata.txt", encoding="utf-8")
    return found.get("general", "version", fallback="")
