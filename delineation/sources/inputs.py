"""What a plan was made from, as digests: so that a second run repeats only what changed, and can say what that was."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, is_dataclass
from typing import TYPE_CHECKING, Any

from ..case.model import ListSettings, Update
from ..core.connections import is_database
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, silent
from .files import checksum, stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from ..case.model import Case

# Parts that the basis is laid from; all others only label it.
_BASIS = ("frame", "profile", "order", "source", "raster", "file")
_CONTENT = ("file", "table")
# What else a division of its faces rests on, besides the method: codes and names do not count.
_DIVISION = (*_BASIS, "rules", "cleaning", "grouping", "seed", "tables")
# Files of a profile by their patterns.
_TABLES = (
    "rules.csv",
    "clauses*.csv",
    "clauses*.xlsx",
    "codes_ys.csv",
    "checks.toml",
    "lists.toml",
    "laws.csv",
    "divisions.csv",
    "industries*.csv",
    "industry_groups.csv",
    "facts.toml",
)


@dataclass(frozen=True)
class Inputs:
    """Digests by part.

    Attributes
    ----------
    parts : mapping of str to str
        ``frame`` (CRS, area, snap), ``profile``, ``order``, ``rules``, ``cleaning``, ``grouping``, ``method``,
        ``seed``, ``previous``, ``admin``, ``tables``, and one ``source:PLACE``, ``raster:NAME`` (what the case says of
        them) and ``file:PATH``, of a database ``file:PATH|TABLE`` (their content) each.
    """

    parts: Mapping[str, str]

    @property
    def basis(self) -> str:
        """Digest of all that the basis is laid from."""
        return _digest({key: value for key, value in self.parts.items() if key.partition(":")[0] in _BASIS})

    def agrees_with(self, other: Inputs) -> bool:
        """Tell whether both say the same; the content of a file that one of them knows nothing of is let pass."""
        return all(
            key.partition(":")[0] in _CONTENT and not (key in self.parts and key in other.parts)
            for key in self.changed_since(other)
        )

    def changed_since(self, before: Inputs, *, content: bool = True) -> tuple[str, ...]:
        """Parts that differ, were added or taken away, by name; ``content`` False looks at the case only."""
        both = {**before.parts, **self.parts}
        return tuple(
            key
            for key in both
            if before.parts.get(key) != self.parts.get(key) and (content or key.partition(":")[0] not in _CONTENT)
        )


def settings_of(case: Case) -> Inputs:
    """Digests of what a case says, without reading its files: cheap."""
    return Inputs(dict(_settings(case)))


def inputs_of(case: Case, *, progress: Progress = silent, whole: bool = True) -> Inputs:
    """Digests of what a case says and of the files it names.

    Parameters
    ----------
    case : Case
    progress : callable, optional
    whole : bool
        False leaves out a file that cannot be read: whoever reads it afterwards says best what was wanted.

    Raises
    ------
    BadInput
        A file that cannot be read.
    Cancelled
    """
    return Inputs({**dict(_settings(case)), **content_of(case, progress=progress, whole=whole)})


def content_of(
    case: Case, keys: Collection[str] | None = None, *, progress: Progress = silent, whole: bool = True
) -> dict[str, str]:
    """Digests of the files that a case names; only of some, where ``keys`` (``file:…``, ``table:…``) are given.

    ``whole`` is as of `inputs_of`.

    Raises
    ------
    BadInput
        A file that cannot be read.
    Cancelled
    """
    wanted = {key: place for key, place in _contents(case).items() if keys is None or key in keys}
    parts = {}
    for number, (key, (path, layer)) in enumerate(wanted.items()):
        progress(number / len(wanted), Message("reading {partition}", partition=key.partition(":")[2]))
        try:
            parts[key] = _sum(case.file(path), layer)
        except BadInput:
            if whole:
                raise
    return parts


def divided_from(case: Case, laid: Inputs | None = None) -> Inputs:
    """Say what a division of a case's faces is made from, whichever method makes it: cheap.

    Parameters
    ----------
    case : Case
    laid : Inputs, optional
        What its basis was laid from; without it nothing is said of the content of files.

    Returns
    -------
    Inputs
        Of the parts only those that a division depends on, and ``place``: where the case lies.
    """
    said = {key: one for key, one in settings_of(case).parts.items() if key.partition(":")[0] in _DIVISION}
    table = f"table:{case.rules.extra}"
    known = laid.parts.items() if laid is not None else ()
    content = {key: one for key, one in known if key == table or key.startswith("file:")}
    return Inputs({"place": case.path.absolute().as_posix(), **said, **content})


def stamps_of(case: Case) -> dict[str, str]:
    """Size and time of the files that a case names, by the keys of ``content_of``: cheap, and enough to see a change.

    A database has none.
    """
    told = {key: stamp(case.file(path)) for key, (path, _) in _contents(case).items()}
    return {key: text for key, text in told.items() if text}


def _contents(case: Case) -> dict[str, tuple[str, str]]:
    """Path and layer by key of all that is read."""
    # Only the files of sources and rasters reach the basis.
    read = ((file, spec.maker.layer if spec.maker else spec.layer) for spec in case.sources for file in spec.files)
    laid = [*(_content(path, layer) for path, layer in read), *((spec.path, "") for spec in case.rasters)]
    previous = _content(case.previous.path, case.previous.layer)
    upper = _content(case.upper.path, case.upper.layer)
    laid += [_content(spec.path, spec.layer) for _, spec in case.cutting]
    others = [previous, upper, (case.previous.lists, ""), (case.admin.changes, ""), (case.rules.extra, "")]
    others += [(path, "") for path in case.lists.library]
    keys = dict.fromkeys(laid, "file")
    keys |= dict.fromkeys((one for one in others if one[0] and one not in keys), "table")
    return {f"{key}:{path}|{layer}" if layer else f"{key}:{path}": (path, layer) for (path, layer), key in keys.items()}


def _content(path: str, layer: str) -> tuple[str, str]:
    """Say what of a path is read for its digest: of a database the table alone, of anything else all of it."""
    return path, layer if is_database(path) else ""


def _settings(case: Case) -> Iterator[tuple[str, str]]:
    yield "frame", _digest([case.crs, case.area, case.cleaning.snap])
    yield "profile", _digest(case.profile.settings)
    cutting: list[Any] = [spec for _, spec in case.cutting]
    if case.method == "update" and not case.previous_cuts:
        cutting += [spec.role for spec in case.sources if spec.role == "unit"]  # they cut what the others made
    order = [*(spec.role for spec in case.sources), "|", *(spec.name for spec in case.rasters), *cutting]
    yield "order", _digest(order)
    for number, spec in enumerate(case.sources):
        twin = sum(one.place == spec.place for one in case.sources[:number])
        yield f"source:{spec.place}" + (f" ({twin + 1})" if twin else ""), _digest(spec)
    for raster in case.rasters:
        yield f"raster:{raster.name}", _digest(raster)
    for name in ("rules", "grouping", "previous", "admin"):
        yield name, _digest(getattr(case, name))
    if case.update != Update():
        yield "update", _digest(case.update)
    if case.upper.path:
        yield "upper", _digest(case.upper)
    yield "cleaning", _digest([value for key, value in asdict(case.cleaning).items() if key != "snap"])
    yield "method", _digest([case.method, case.method_parameters])
    yield "seed", _digest(case.seed)
    if case.lists != ListSettings():
        yield "lists", _digest(case.lists)
    tables = (path for pattern in _TABLES for path in sorted(case.profile.folder.glob(pattern)))
    yield "tables", _digest([_sum(path) for path in tables if path.is_file()])


def _sum(path: Path, layer: str = "") -> str:
    try:
        return checksum(path, layer)
    except OSError as error:
        raise BadInput(Message("cannot be read"), where=path, wanted=Message("a file that is there")) from error


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
