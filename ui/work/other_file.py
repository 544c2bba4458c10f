"""Another file for a source: its fields and values matched again, and how it differs from the one before.

Where the file before can still be read, both are compared (`verbs.source_comparison`); else what is known is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...delineation.core.column_names import column_again
from ...delineation.core.errors import visible
from ..text import listed, tr
from ..words import PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ...delineation.case.model import Case, RasterSpec, SourceSpec
    from ...delineation.core.progress import Progress
    from ...delineation.guessing import Guess
    from ...delineation.plan.file import Plan
    from ...delineation.sources.examine import Examined
    from ...delineation.verbs.source_comparison import SourceChange

LISTED = 8  # names of columns that are told


@dataclass(frozen=True)
class Before:
    """What is known of the file that is replaced; nothing where nobody has read it."""

    columns: tuple[str, ...] = ()
    count: int = -1
    crs: str = ""


@dataclass(frozen=True)
class ReplacementFile:
    """Another file, looked at: what the case is to say of it, what was found, and how the file looked then.

    ``change`` is what differs from the file before, None where that cannot be read any more; ``guess`` why it is taken
    for what the source is, None where by itself it would not be, or nobody asked.
    """

    spec: Any  # SourceSpec or RasterSpec
    seen: Examined
    stamp: str
    change: SourceChange | None = None
    guess: Guess | None = None


def before_of(spec: SourceSpec | RasterSpec, good: Examined | None, plan: Plan | None) -> Before:
    """Say what is known of a source's file: from the last good look at it, else from the plan that was made of it."""
    if good is not None:
        return Before(tuple(good.fields), good.count, good.crs)
    if plan is not None and not hasattr(spec, "band"):
        table = plan.sources
        same = table[(table["role"] == spec.role) & (table["layer"].fillna("") == spec.layer)]
        same = same[[Path(str(path)).name == Path(spec.path).name for path in same["path"]]]
        if len(same) == 1:
            return Before(count=int(same["count"].iloc[0]), crs=str(same["crs"].iloc[0]))
    return Before()


def look_at_other(case: Case, spec: Any, path: str, before: Before, progress: Progress) -> ReplacementFile:
    """Look at another file as a source; its own encoding and CRS go before what the case states of the old one."""
    from ...delineation.core.errors import DelineationError
    from ...delineation.core.progress import within
    from ...delineation.sources.examine import examine, examine_raster
    from ...delineation.sources.files import stamp
    from ...delineation.verbs.refitting import layer_again
    from ...delineation.verbs.source_comparison import source_change

    looked = stamp(Path(path))
    if hasattr(spec, "band"):
        again = replace(spec, path=path)
        return ReplacementFile(again, examine_raster(case, again), looked)

    def look(one: SourceSpec) -> Examined:
        return examine(
            case, replace(one, role="") if one.role == PREVIOUS else one, progress=within(progress, 0.8, 1.0)
        )

    try:
        change = source_change(case, spec, path, progress=within(progress, 0.0, 0.8))
    except DelineationError:
        pass  # one of the two cannot be read: what is wrong with the new one is told by a look at it
    else:
        return ReplacementFile(change.after.spec, look(change.after.spec), looked, change)
    try:
        layer = layer_again(case.file(path), spec, before.columns)
    except DelineationError:
        layer = ""
    again = replace(spec, path=path, layer=layer, encoding="", crs="")
    seen = look(replace(again, fields={}))
    again = replace(again, fields=_matched(spec.fields, seen.fields))
    # A CRS that somebody has stated stands for a file that states none.
    if seen.problem and not seen.crs and spec.crs:
        again = replace(again, crs=spec.crs)
    return ReplacementFile(again, look(again), looked)


def guess_again(case: Case, spec: SourceSpec) -> Guess | None:
    """Guess anew what a file is, None where it is not what a role of ``spec`` says; "" lets it be anything."""
    from ...delineation.core.errors import DelineationError
    from ...delineation.guessing import guess_sources

    path = case.file(spec.path)
    try:
        found = guess_sources([f"{path}|layername={spec.layer}" if spec.layer else path])
    except DelineationError:
        return None
    role = "unit" if spec.role == PREVIOUS else spec.role
    fit = (one.guess for one in found if one.guess is not None and role in ("", one.guess.role))
    return next((guess for guess in fit if guess.where in ("", spec.where)), None)


def _matched(fields: Mapping[str, str], columns: Collection[str]) -> dict[str, str]:
    """Find the fields of a case among a file's columns: by name, whatever the case, or as a Shapefile cuts it."""
    found = {key: column_again(name, columns) for key, name in fields.items()}
    return {key: name for key, name in found.items() if name}


def differences(spec: Any, other: ReplacementFile, before: Before) -> list[str]:
    """Say what is otherwise, in sentences; first what the case takes from the file."""
    again, seen = other.spec, other.seen
    lines = [tr("In place of {file}.", file=visible(_place(spec)))]
    if other.change is not None:
        # What became of the features stands in a list of its own.
        lines += _fields({one.key: one.before for one in other.change.fields if one.fit == "renamed"}, again.fields)
        return lines + _columns(other.change.before.columns, other.change.after.columns)
    if seen.problem:
        return lines
    if not hasattr(spec, "band"):
        lines += _fields(spec.fields, again.fields)
        lines += _columns(before.columns, tuple(seen.fields))
        if before.count >= 0:
            same = tr("Features: {count}, as before.")
            changed = tr("Features: {count}; there were {before}.")
            text = same if before.count == seen.count else changed
            lines.append(text.format(count=f"{seen.count:,}", before=f"{before.count:,}"))
    if before.crs and seen.crs != before.crs:
        lines.append(tr("Its CRS is {crs}; it was {before}.", crs=seen.crs or tr("no CRS"), before=before.crs))
    return lines


def _place(spec: Any) -> str:
    return f"{spec.path} | {spec.layer}" if getattr(spec, "layer", "") else str(spec.path)


def _fields(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    lines = []
    for key, name in before.items():
        if key not in now:
            lines.append(tr("The field {field} is gone; another was looked for.", field=visible(name)))
        elif now[key] != name:
            lines.append(tr("The field {field} is called {now} here.", field=visible(name), now=visible(now[key])))
    return lines


def _columns(before: Sequence[str], now: Sequence[str]) -> list[str]:
    if not before:
        return []
    lines = []
    for text, names in (
        (tr("Columns that are new: {names}."), [one for one in now if one not in before]),
        (tr("Columns that are gone: {names}."), [one for one in before if one not in now]),
    ):
        if names:
            more = ["…"] if len(names) > LISTED else []
            lines.append(text.format(names=listed([*map(visible, names[:LISTED]), *more])))
    return lines or [tr("It has the same columns.")]
