"""The text of a case file that a guess becomes, with its comments in the profile's language."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.finding_texts import load_texts, message
from ..case.names import glossary
from ..core.connections import is_database
from ..core.errors import DelineationError
from ..core.findings import Finding
from ..core.messages import NOTHING, Message, at, one_of, word
from ..core.toml import toml_text, toml_value
from ..sources.coordinates.crs import parse_crs, short_name
from .field_matching import ADMIN
from .model import alternatives
from .vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyproj import CRS

    from ..case.profile import Profile
    from .model import Guess, Guessed

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HEAD = Message(
    "this file was written by `guess` from file names, fields, values and locations: check "
    "every line of it before a run"
)
_LACKS = Message("missing: counties or townships; without them there is no study area, and nothing can be run")
_METADATA = (
    ("date", '""', Message("date of the data, such as 2023, 2023-12 or 2023-12-31")),
    ("provider", '""', Message("who provides it")),
    ("document", '""', Message("document by which it was approved")),
    ("official_area", "0", Message("official area (m²)")),
)


class CaseText:
    """Lines of a case file."""

    def __init__(self, profile: Profile, output: Path) -> None:
        self.profile, self.folder = profile, output.resolve().parent
        words = vocabulary(profile)
        self.bar, self.sure = float(words["used"]), float(words["sure"])
        self.texts, self.names = load_texts(profile), glossary(profile)
        self.language = str(profile.settings.get("language", "zh"))
        self.marks = 0
        self.previous: Guessed | None = None

    def used(self, one: Guessed) -> bool:
        """Whether a layer goes into the case as it is."""
        guess = one.guess
        return guess is not None and bool(guess.role) and guess.confidence >= self.bar and guess.ready

    def missing(self, guessed: Sequence[Guessed]) -> list[str]:
        """Roles of which the case needs one and has none."""
        study = ("county", "township")
        return [] if any(self.used(one) for one in guessed if one.role in study) else list(study)

    def questions(self, guessed: Sequence[Guessed]) -> list[Finding]:
        """Give what has to be answered before a run: which of several layers to take, where an expected role is."""
        rivals = (one.guess.rivals for one in guessed if one.guess is not None)
        asked = {one.facts["layers"]: one for one in rivals if one is not None}
        given = {one.role for one in guessed if self.used(one)} | {one.facts["role"] for one in asked.values()}
        return [*asked.values(), *(Finding("S91", {"role": name}) for name in self.profile.absent(given))]

    def question_rows(self, guessed: Sequence[Guessed], language: str = "") -> list[dict[str, Any]]:
        """Give these as ``--json`` prints them, in the profile's language by default."""
        return [
            {
                "id": one.id,
                "severity": self.texts[one.id]["severity"],
                "role": one.facts["role"],
                "layers": one.facts.get("layers", ()),
                "message": _plain(message(one, self.texts, language or self.language, self.names)),
            }
            for one in self.questions(guessed)
        ]

    def row(self, one: Guessed) -> dict[str, Any]:
        """One source as ``--json`` prints it."""
        path = self._path(one.path)
        if one.raster is not None:
            raster = {"role": one.raster.name, "raster": one.raster.kind, "better": one.raster.better}
            return {"path": path, "layer": "", "kind": "raster", "used": True, **raster}
        if one.guess is None:
            return {"path": path, "layer": one.layer, "kind": one.kind, "role": "", "used": False}
        guess = one.guess
        kind = "none" if not guess.role else "previous" if guess.role == "unit" else "source"
        return {
            "path": path,
            "layer": one.layer,
            "kind": kind,
            "role": guess.role,
            "confidence": guess.confidence,
            "used": one is self.previous if kind == "previous" else self.used(one),
            "fields": dict(guess.fields),
            "zones": dict(guess.zones),
            "zone": guess.zone,
            "where": guess.where,
            "reasons": [self._said(item) for item in guess.reasons],
            "uncertain": [self._said(item) for item in guess.uncertain],
        }

    def text(self, guessed: Sequence[Guessed], name: str, profile: str) -> str:
        """Write the whole file."""
        order = {role: number for number, role in enumerate(self.profile.roles)}
        sources = sorted(
            (one for one in guessed if one.role and one.role != "unit"),
            key=lambda one: (not self.used(one), order[one.role]),
        )
        units = sorted((one for one in guessed if one.role == "unit"), key=lambda one: -one.confidence)
        body = list(self._case(sources, name))
        for one in sources:
            body += ["", *self._source(one)]
        for one in guessed:
            if one.raster is not None:
                body += ["", *self._raster(one)]
        body += ["", "[rules]", f"profile = {toml_text(profile)}"]
        for one in units:
            body += ["", *self._previous(one)]
        body += list(self._rest(guessed))
        # What several layers are asked about stands with each of them.
        asked = [self._mark(self._said(one)) for one in self.questions(guessed) if one.id == "S91"]
        marks = Message(
            "{count} points are marked “to confirm”; a source with a confidence of {used:.2f} or more "
            "is used, any other is commented out: once you have checked it, delete each # of its lines "
            "that has no space after it",
            count=self.marks,
            used=self.bar,
        )
        head = [self._comment(_HEAD), self._comment(marks)]
        head += [self._comment(_LACKS)] if self.missing(guessed) else []
        head += asked
        return "\n".join([*head, "", *body]) + "\n"

    def _case(self, sources: Sequence[Guessed], name: str) -> Iterator[str]:
        yield "[case]"
        yield f"name = {toml_text(name)}"
        study = next((one for role in ADMIN for one in sources if one.role == role and self.used(one)), None)
        crs = parse_crs(study.crs) if study is not None and study.crs else None
        if (
            study is not None
            and crs is not None
            and crs.is_projected
            and _is_china_2000(crs)
            and ":" in short_name(crs)
        ):
            said = Message("CRS of the layer of {role:role} ({crs})", role=study.role, crs=crs.name)
            yield f"crs = {toml_text(short_name(crs))}  {self._comment(said)}"
        else:
            said = Message("without this line, the CGCS2000 3-degree zone of the study area")
            yield f'#crs = "EPSG:…"  {self._comment(said)}'
        yield "seed = 1"
        used = {one.role for one in sources if self.used(one)}
        if left := sorted({str(one.facts["role"]) for one in self.questions(sources)} - used):
            said = Message("a run says that these are absent, until a layer is chosen below or this is taken out")
            yield f"expected = {toml_value(tuple(left))}  {self._comment(said)}"

    def _source(self, one: Guessed) -> Iterator[str]:
        guess = one.guess
        if guess is None:
            return
        what = Message("{role:role}, confidence {confidence:.2f}", role=guess.role, confidence=guess.confidence)
        yield from self._heading(one, what)
        lines = ["[[source]]", f"role = {toml_text(guess.role)}", *self._place(one)]
        if guess.fields:
            lines.append(f"fields = {toml_value(guess.fields)}")
        if guess.where:
            lines.append(f"where = {toml_text(guess.where)}")
        if guess.zone:
            lines.append(f"zone = {toml_text(guess.zone)}")
        unknown = {str(said.facts["value"]): "" for said in guess.uncertain if said.facts.get("problem") == "unknown"}
        if guess.zones or unknown:
            lines.append(f"zones = {toml_value({**guess.zones, **unknown})}")
        if any(said.facts.get("problem") == "buffer" for said in guess.uncertain):
            lines.append("buffer = 0")
        yield from self._block([*lines, *self._metadata(one)], used=self.used(one))

    def _heading(self, one: Guessed, what: Message) -> Iterator[str]:
        yield self._comment(Message("── {layer}: {what}", layer=self._title(one), what=what))
        guess = one.guess
        if guess is not None:
            if guess.reasons:
                yield self._comment(Message("why: {reasons}", reasons=self._reasons(guess)))
            for item in guess.uncertain:
                yield self._mark(self._said(item))
            if guess.alternatives:
                yield self._comment(Message("or else: {roles}", roles=alternatives(guess)))
        for found in one.findings:
            yield self._comment(Message("read: {finding}", finding=self._said(found)))

    def _place(self, one: Guessed) -> Iterator[str]:
        yield f"path = {toml_text(self._path(one.path))}"
        if one.layer:
            yield f"layer = {toml_text(one.layer)}"
        if not one.crs and one.crs_candidates:
            yield f"crs = {toml_text(one.crs_candidates[0])}"

    def _metadata(self, one: Guessed, keys: Sequence[str] = ()) -> Iterator[str]:
        levels = one_of(self.profile["classification"]["levels"])
        mark = ("classification", '""', Message("classification: {levels}", levels=levels))
        for key, empty, label in (*_METADATA[:3], mark, *_METADATA[3:]):
            if keys and key not in keys:
                continue
            if key == "date" and one.date:
                said = Message("date of the data, from the metadata {file}", file=one.date_from)
                if one.date_from == "name":
                    said = Message("date of the data, from the file's name")
                yield f"date = {toml_text(one.date)}  {self._comment(said)}"
            elif key == "provider" and one.provider:
                said = Message("who provides it, from the metadata")
                yield f"provider = {toml_text(one.provider)}  {self._comment(said)}"
            else:
                yield f"#{key} = {empty}  {self._comment(label)}"

    def _block(self, lines: Sequence[str], *, used: bool) -> Iterator[str]:
        for line in lines:
            yield line if used or line.startswith("#") else f"#{line}"

    def _raster(self, one: Guessed) -> Iterator[str]:
        if one.raster is None:
            return
        guess = one.raster
        yield from self._heading(one, Message("raster, as evidence"))
        what = Message(
            "what the raster means is guessed by its name and values: kind = {kind}, better = {better} (high where more"
            " is better)",
            kind=guess.kind,
            better=guess.better,
        )
        if guess.values:
            what = Message("{what}; its values: {values}", what=what, values=guess.values[:12])
        yield self._mark(what)
        lines = ["[[raster]]", f"name = {toml_text(guess.name)}", f"path = {toml_text(self._path(one.path))}"]
        lines += [f"kind = {toml_text(guess.kind)}"]
        if guess.kind != "class":
            lines.append(f"better = {toml_text(guess.better)}")
        if guess.kind == "grade":
            meanings = toml_value({str(value): "" for value in guess.values})
            said = Message("what each grade means")
            lines.append(f"#grades = {meanings}  {self._comment(said)}")
        yield from self._block(
            [*lines, *self._metadata(one, ("date", "provider", "document", "classification"))], used=True
        )

    def _previous(self, one: Guessed) -> Iterator[str]:
        guess = one.guess
        if guess is None:
            return
        what = Message(
            "previous control units, confidence {confidence:.2f}; used for codes, names and lineage "
            "only, they cut nothing",
            confidence=guess.confidence,
        )
        yield from self._heading(one, what)
        used = self.used(one) and self.previous is None and "code" in guess.fields
        if used:
            self.previous = one
        lines = ["[previous]", *self._place(one)]
        if guess.fields:
            lines.append(f"fields = {toml_value({k: v for k, v in guess.fields.items() if k in ('code', 'name')})}")
        yield from self._block(lines, used=used)

    def _rest(self, guessed: Sequence[Guessed]) -> Iterator[str]:
        """List what is no source, and what cannot be read."""
        plain = [one for one in guessed if one.guess is not None and not one.role]
        if plain:
            yield from ("", self._comment(Message("── layers that are not used")))
        for one in plain:
            reasons = self._reasons(one.guess) if one.guess else NOTHING
            yield self._comment(Message("{layer}: {what}", layer=self._title(one), what=reasons))
        for one in guessed:
            if one.kind == "plan":
                what = Message(
                    "a plan of this program, not a source; to keep its unit codes write [previous] with path "
                    'and layer = "units"'
                )
                yield self._comment(Message("{layer}: {what}", layer=self._title(one), what=what))
        failed = [one for one in guessed if one.error is not None]
        if failed:
            yield from ("", self._comment(Message("── files that cannot be read")))
        for one in failed:
            if one.error is not None:
                error = DelineationError(one.error.what, where=at(self._title(one)), wanted=one.error.wanted)
                yield self._comment(error.message())

    def _mark(self, what: Message | str) -> str:
        self.marks += 1
        return self._comment(Message("to confirm: {what}", what=what))

    def _reasons(self, guess: Guess) -> Message:
        return Message("{reasons:apart}", reasons=tuple(self._said(item) for item in guess.reasons))

    def _said(self, finding: Finding) -> str:
        return _plain(message(finding, self.texts, self.language, self.names))

    def _comment(self, said: Message) -> str:
        return f"# {_plain(word(said, self.language, self.names))}"

    def _title(self, one: Guessed) -> str:
        path = self._path(one.path)
        return _plain(f"{path}|{one.layer}" if one.layer else path)

    def _path(self, path: Path) -> str:
        if is_database(path):
            return str(path)
        place = path.parent.resolve() / path.name  # a link is called as it is called here
        try:
            found = Path(os.path.relpath(place, self.folder)).as_posix()
        except ValueError:  # another drive
            found = place.as_posix()
        # A name that is not in UTF-8 stands in comments only.
        return os.fsencode(found).decode("utf-8", "backslashreplace")


def _is_china_2000(crs: CRS) -> bool:
    datum = crs.geodetic_crs.datum if crs.geodetic_crs is not None else None
    return datum is not None and datum == parse_crs("EPSG:4490").datum


def _plain(text: str) -> str:
    """Make a text fit for a comment: one line, no control characters."""
    return _CONTROL.sub(" ", text).strip()
