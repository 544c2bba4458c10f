"""A package made of a plan: all that its profile asks for, read back, held against the plan, put in place at once."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..case.finding_texts import load_texts, severity
from ..case.names import glossary
from ..case.profile import plan_profile
from ..checks import RULES, check, subject_from_plan
from ..core.errors import BadInput, Cancelled
from ..core.findings import Facts, Finding
from ..core.messages import Message, at, first_few, one_of, speaks
from ..core.progress import Progress, shared, silent, within
from ..export.layers import read_layers
from ..export.map_sheet import ELEMENT
from ..lists.kept_library import unchecked_clauses
from ..plan.assemble import findings_table
from ..plan.file import read_plan
from ..plan.replaced import require_unchanged
from ..plan.statement import NEEDED
from .accepting import FIRM, Reason, read_reasons, reasons_of_package, with_reasons
from .contents.exports import MAPS, draw_map, options_of, put_of
from .contents.layers import check_zones
from .contents.texts import documents_of, is_what_it_says
from .filling import TOKENS, Filling, fill_tokens, tokens_of
from .manifest import check_names, sign, write_manifest
from .parting import parted
from .placing import check_folder, draft_of, put_package, restore
from .profile import NATIONAL, PackagePlace, read_package_profile, refuse_twins
from .registry import Put, content_kinds
from .table_rows import left_over
from .telling import filed, finding_rows, manifest_facts, remarks_of
from .verify import MANIFEST, OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..case.profile import Profile
    from ..export.registry import Written
    from ..plan.file import Plan
    from .profile import PackageItem, PackageProfile

EDITIONS = ("filing",)
_ASKED = ("province", "city", "area")  # of `TOKENS`: what no plan says by itself
_EARLY = ("", "草稿", "征求意见")  # of a plan that is not up for review yet


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
    author: str = "",
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
    author : str
        Who, for the plan's history; the login name by default.
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
    >>> from control_units.delineation import verbs
    >>> verbs.package("plan.gpkg", "package").refused
    False
    """
    from ..export.history import known_state, note_export

    plan_file, folder = Path(plan), Path(output)
    place = folder.resolve()
    restore(place)
    if edition not in EDITIONS:
        raise BadInput(
            Message("edition = '{edition}'", edition=edition), where=Message("package"), wanted=one_of(EDITIONS)
        )
    asked = read_package_profile(profile)
    if city:
        asked = replace(asked, place=PackagePlace(province, city))
    elif province:
        asked = replace(asked, place=replace(asked.place, province=province))
    if key is not None:
        sign(b"", Path(key))  # a key that cannot sign is refused before all the work
    if documents is not None and not Path(documents).is_dir():
        raise BadInput(
            Message("folder not found"), where=documents, wanted=Message("a folder with documents for the slots")
        )
    reasons = read_reasons(None if accept is None else Path(accept))
    check_folder(folder, plan_file)
    progress(0.0, Message("reading the plan"))
    state = known_state(plan_file)
    start = _begin(plan_file, folder, asked, None if documents is None else Path(documents))
    tokens = start.filling.tokens
    refused = partial(Packaged, folder, (), None, slots={}, refused=True, classification=tokens["classification"])
    with draft_of(folder, place) as draft, ExitStack() as beside_the_rest:
        # QGIS draws each map in a process of its own, while the plan is read and the rest is written here.
        maps = {
            path: beside_the_rest.enter_context(
                _drawing(plan_file, options_of(held[0], asked, tokens), draft / path, held[0].format)
            )
            for path, held in start.places.items()
            if held[0].format in MAPS
        }
        filling, left = _filling(start, reasons, draft, within(progress, 0.0, 0.2))
        own = [*start.findings, *_of_package(filling)]
        if key is None:
            own.append(Finding("P23" if asked.signing.required else "P22", {}))
        texts, waived = load_texts(filling.rules), {one.rule for one in left} - FIRM
        wrong = (filling.told["severity"] == "error") & (filling.told["state"] != "accepted")
        if wrong.any() or any(severity(one, texts) == "error" and one.id not in waived for one in own):
            return refused(finding_rows(filling, own, language))
        own, accepted, slots = _written(filling, start.places, draft, own, left, maps, within(progress, 0.2, 0.95))
        if any(severity(one, texts) == "error" and number not in accepted for number, one in enumerate(own)):
            return refused(finding_rows(filling, own, language, accepted))
        progress(0.95, Message("sums of all files"))
        manifest = write_manifest(
            draft,
            manifest_facts(filling, edition, own, accepted),
            package=place.name,
            key_file=None if key is None else Path(key),
        )
        if known_state(plan_file) != state:
            what = Message("has been changed while the package was made")
            raise BadInput(what, where=plan_file, wanted=Message("the package made anew"))
        # The last moment to stop: what follows puts the package in its place.
        progress(1.0, Message("written"))
        put_package(draft, place)
    paths = [str(row["path"]) for row in manifest["files"]]
    files = (*paths, *(name for name in OWN if (place / name).is_file()))
    chosen = {"profile": asked.name, "edition": edition}
    noted = note_export(plan_file, "package", [folder], state, chosen, author=author)
    found = finding_rows(filling, own, language, accepted)
    return Packaged(folder, files, folder / MANIFEST, found, slots, False, tokens["classification"], noted)


# ── Before anything is written ────────────────────────────────────────────────────────────────────────────────────


def _spare_sources(folder: Path, plan_file: Path, sources: pd.DataFrame) -> None:
    place = folder.resolve()
    for source in sources["path"]:
        if source and (plan_file.parent / str(source)).resolve().is_relative_to(place):
            raise BadInput(
                Message("a source of the plan lies in this folder"),
                where=folder,
                wanted=Message("another folder for the package"),
            )


@dataclass(frozen=True)
class _Start:
    """What is known of a package before its plan is checked; ``plan`` as it stands, in ``filling`` with its place."""

    plan: Plan
    filling: Filling
    places: Mapping[str, Sequence[PackageItem]]
    findings: Sequence[Finding]


def _begin(plan_file: Path, folder: Path, profile: PackageProfile, documents: Path | None) -> _Start:
    """Read a plan, and find what goes where."""
    plan = read_plan(plan_file, summed=True)
    require_unchanged(plan_file, plan.changes)
    _spare_sources(folder, plan_file, plan.sources)
    rules = plan_profile(plan)
    if not speaks(language := glossary(rules).language):
        raise BadInput(
            Message("its texts in {language} are not here: half of the package would be in English", language=language),
            where=Message("package"),
            wanted=Message("make i18n in a checkout, or the plugin as it is installed from its zip"),
        )
    classification, findings = classification_of(plan.meta, plan.sources, rules)
    tokens = tokens_of(plan.meta, rules, profile, classification, language)
    place = {key: getattr(profile.place, key) or plan.meta.get(key, "") for key in ("province", "city")}
    meta = {**plan.meta, **place, "classification": classification}
    filling = Filling(replace(plan, meta=meta), plan_file, rules, profile, tokens, plan.findings, documents=documents)
    profile, told = parted(filling)
    places = _places(profile, tokens, folder.resolve().name)
    return _Start(plan, replace(filling, profile=profile), places, [*findings, *told])


def _filling(start: _Start, reasons: Sequence[Reason], draft: Path, progress: Progress) -> tuple[Filling, list[Reason]]:
    """Check the plan; give the reasons that speak of the package itself besides."""
    found, not_checked = _findings(start.plan, start.filling.rules, within(progress, 0.2, 1.0))
    findings, left = with_reasons(found, start.plan.accepted, reasons)
    filling = replace(
        start.filling,
        plan=replace(start.filling.plan, findings=filed(start.filling.plan.findings, start.filling.rules)),
        findings=filed(findings, start.filling.rules),
        told=findings,
        checked=tuple(sorted(RULES)),
        not_checked=tuple(not_checked),
        root=draft,
        _records={},
    )
    check_zones(filling)
    return filling, left


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
                where="sources",
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


def _places(profile: PackageProfile, tokens: Mapping[str, str], name: str) -> dict[str, list[PackageItem]]:
    """Group the profile's contents by the place that they have in the package, tokens filled in."""
    placed = []
    for number, content in enumerate(profile.contents, 1):
        where = Message("{file} [[file]] {number}", file=profile.path, number=number)
        path, layer = fill_tokens(content.path, tokens, where, name=True), fill_tokens(content.layer, tokens, where)
        placed.append(replace(content, path=path, layer=layer))
    refuse_twins(placed, str(profile.path))
    out: dict[str, list[PackageItem]] = {}
    for content, one in zip(profile.contents, placed, strict=True):
        out.setdefault(one.path, []).append(content)
    check_names(list(out), name)
    return out


def _of_package(filling: Filling) -> list[Finding]:
    """Say beforehand what of the package is not as it is meant."""
    out: list[Finding] = []
    if lacking := tuple(TOKENS[key] for key in _ASKED if not filling.tokens[key] and _is_used(key, filling)):
        out.append(Finding("P09", {"what": lacking}))
    if (status := filling.plan.meta.get("status", "")) in _EARLY:
        out.append(Finding("P11", {"status": status or Message("not stated")}))
    if (review := filling.review).waiting:
        waiting = filling.plan.units.loc[filling.plan.units["unit_id"].isin(review.units), "name"]
        facts: Facts = {"n": review.waiting, "of": review.of, "count": len(waiting), "names": first_few(waiting, 5)}
        out.append(Finding("P28", {**facts, "problem": "early"} if status in _EARLY else facts, float(review.waiting)))
    if unchecked := unchecked_clauses(filling.plan.clauses, filling.plan.library):
        out.append(Finding("P27", {"n": len(unchecked)}, value=float(len(unchecked))))
    out += left_over(filling)
    out += [Finding(rule, {}) for rule, key in NEEDED.items() if not filling.plan.meta.get(key)]
    if filling.profile.missing:
        lines = filling.profile.missing.splitlines()
        out.append(Finding("P21", {"files": first_few(lines, 10)}, value=float(len(lines))))
    for content in filling.profile.contents:
        # What of a text is renewed stands there as it is filed.
        if lines := filling.filled(content.check, at(content.path)).splitlines():
            file = filling.filled(content.path, Message("path"))
            out.append(Finding("P17", {"file": file, "texts": first_few(lines, 40)}, value=float(len(lines))))
    slots = [content for content in filling.profile.contents if content.kind == "slot"]
    if filling.documents is not None:
        of_slot, others = documents_of(filling.documents, slots)
        out += [Finding("P06", {"file": file.name}) for file in others]
        held = [file for files in of_slot.values() for file in files]
        out += [Finding("P07", {"file": file.name}) for file in held if not is_what_it_says(file)]
    return out


def _is_used(token: str, filling: Filling) -> bool:
    """Whether the package has a place for what a token stands for: a name, or a field."""
    profile = filling.profile
    texts = [profile.folder, *(content.path for content in profile.contents)]
    usual = {what: fields for what, (_, _, fields) in read_layers(filling.rules).items()}
    fields = [one.of for each in profile.contents if each.of for one in each.fields or usual.get(each.of, ())]
    columns = [column.of for each in profile.contents for table in each.tables for column in table.columns]
    return any(f"{{{token}}}" in text for text in texts) or token in fields or token in columns


# ── Writing, and reading back ─────────────────────────────────────────────────────────────────────────────────────


def _written(
    filling: Filling,
    places: Mapping[str, Sequence[PackageItem]],
    draft: Path,
    own: Sequence[Finding],
    reasons: Sequence[Reason],
    maps: Mapping[str, Callable[[Progress], Written]],
    progress: Progress,
) -> tuple[list[Finding], dict[int, str], dict[str, tuple[str, ...]]]:
    """Write all contents into the draft and read them back; maps are being drawn.

    Gives what there is to say of the package, the reasons why some of it may stand, and what lies in the slots.
    """
    kinds = content_kinds()
    first = {path: held for path, held in places.items() if not kinds[held[0].kind].last}
    puts: dict[str, Put] = {}
    others = [path for path in first if path not in maps]
    for path, part in shared(within(progress, 0.0, 0.8), others):
        puts[path] = _put(filling, first[path], draft / path, part)
    for (path, end), part in shared(within(progress, 0.8, 0.95), maps.items()):
        puts[path] = put_of(filling, end(part))
        _hold(filling, first[path], draft / path, puts[path])
    findings = [*own, *(finding for path in first for finding in puts[path].findings)]
    named = {path: [path] for path in first} | {
        path: list(map(filling.place, puts[path].files)) for path in maps if ELEMENT in path
    }
    written = [
        # What is said of several files is said of none of them.
        (name, _title(filling, first[path]), puts[path].about if len(named[path]) == 1 else "")
        for path in first
        if puts[path].files
        for name in named[path]
    ]
    accepted = reasons_of_package(findings, reasons)
    remarks = [
        (name, filling.names("severity", kind, filling.language, {}), text)
        for name, kind, text in remarks_of(filling, findings, accepted)
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
    return findings, accepted, slots


def _title(filling: Filling, held: Sequence[PackageItem]) -> str:
    # Layers say theirs with their features.
    return filling.filled(held[0].title, Message("title")) if held[0].kind != "layer" else ""


def _put(filling: Filling, held: Sequence[PackageItem], path: Path, progress: Progress) -> Put:
    """Write a content, and read it back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put = content_kinds()[held[0].kind].write(filling, held, path, progress)
    _hold(filling, held, path, put)
    return put


def _hold(filling: Filling, held: Sequence[PackageItem], path: Path, put: Put) -> None:
    """Read back what was written, and refuse the package where it says anything else than the plan."""
    if not put.files:
        return
    if wrong := content_kinds()[held[0].kind].compare(filling, held, path, put):
        raise BadInput(
            Message("read back, the file is not what was to be written: {differences:apart}", differences=tuple(wrong)),
            where=path.name,
            wanted=Message("the package made anew; nothing was put in its place"),
        )


@contextlib.contextmanager
def _drawing(
    plan_file: Path, options: Mapping[str, str], path: Path, format_: str
) -> Iterator[Callable[[Progress], Written]]:
    """Have QGIS draw a map beside the block; what the block is given waits for its end.

    Where QGIS cannot, the map is drawn then, in the thread of the block: two that listen to a library's warnings at the
    same time would take them from each other. Where either fails, the other ends too.
    """
    draw = partial(draw_map, plan_file, options, path, format_)
    if options.get("drawn_by") == "matplotlib":
        yield draw
        return
    stopped = threading.Event()
    told: list[tuple[float, Message]] = []

    def relay(fraction: float, message: Message) -> None:
        if stopped.is_set():
            raise Cancelled
        told[:] = [(fraction, message)]

    with ThreadPoolExecutor(1, "maps") as pool:
        job = pool.submit(draw_map, plan_file, {**options, "drawn_by": "qgis"}, path, format_, relay)

        def end(progress: Progress) -> Written:
            while wait([job], 0.2).not_done:
                progress(*(told[0] if told else (0.0, Message("map"))))
            try:
                return job.result()
            except BadInput:
                if options.get("drawn_by"):
                    raise
                return draw(progress)

        try:
            yield end
        finally:
            stopped.set()
