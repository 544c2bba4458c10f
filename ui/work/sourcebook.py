"""The sources as the panel holds them, in step with the case: added, guessed, looked at, corrected."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import Cancelled, DelineationError
from ..text import tr
from ..words import PREVIOUS
from .job import Job
from .other_file import before_of, differences, guess_again, look_at_other
from .source_entry import ENCODING_SURE, SourceEntry
from .source_looks import Looks
from .source_notes import known_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shapely import Polygon

    from ...delineation.case.model import Case, RasterSpec, SourceSpec
    from ...delineation.case.profile import Profile
    from ...delineation.core.progress import Progress
    from ...delineation.guessing import Guess, Guessed
    from ...delineation.sources.coordinates.crs_candidates import CrsCandidate
    from .other_file import ReplacementFile
    from .runner import Failure
    from .session import Session
    from .source_notes import SourceNote

# One of them gives the study area.
STUDY = ("county", "township")
# Marks of entries, in the order in which they want a person.
ORDER = ("choose", "problem", "check", "waiting", "present", "unused")
# What a person settles by setting a field of the case: the problems of a guess that need no more confirming.
SETTLES = {
    "crs": ("crs", "no_crs"),
    "zones": ("unknown", "mapped"),
    "zone": ("no_zone", "whole_zone"),
    "buffer": ("buffer",),
    "fields": ("no_zone", "no_county_code", "bad_county_code", "no_name"),
}


class SourceBook(QObject):
    """The entries of the case, in step with it: what is changed here changes the case, and the other way round."""

    changed = pyqtSignal()  # entries came, went, or were looked at
    guessing = pyqtSignal(bool)
    guess_progress = pyqtSignal(float, object)  # share done, the engine's message
    plan_found = pyqtSignal(str)  # among what was added is a plan of ours
    failed = pyqtSignal(object)  # the exception

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.entries: list[SourceEntry] = []
        self.none_of: set[str] = set()  # expected roles that a person says there are none of
        self._of: Case | None = None  # the case that the entries' paths are relative to
        self.looks = Looks(session, lambda: self.entries, self)
        self.looks.seen.connect(self.changed)
        self.looks.failed.connect(self.failed)
        self._own = False
        self._refused: SourceEntry | None = None  # what the last run could not use
        self._sure_bar: tuple[Profile, float] | None = None
        self._guess = Job(session.runner, self)
        self._guess.progressed.connect(self.guess_progress)
        self.changed.connect(self._remember)
        session.opened.connect(self._forget)
        session.case_changed.connect(self._follow)
        session.case_changed.connect(self._look_at_refused)
        session.failed.connect(self._refused_by_run)
        self._follow()

    @property
    def busy(self) -> bool:
        """A guess is on its way."""
        return self._guess.busy

    # ── from outside ──────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, prepare: Callable[[Progress], Sequence[str]], role: str = "") -> None:
        """Guess what files are and take them in.

        Parameters
        ----------
        prepare : callable
            Run beside the main thread: gives the files (``FILE`` or ``FILE|layername=L``), folders and rasters.
        role : str
            What they are, where the user has said so.
        """
        if self.busy:
            return

        case = self.session.case
        file = case.file if case is not None else Path
        here = [entry.layer for entry in self.entries if not entry.raster and not entry.layer.made]

        def work(progress: Progress) -> Sequence[Guessed]:
            from ...delineation.guessing import guess_sources

            files = prepare(progress)
            found = guess_sources(files, progress=progress)
            # What is there already may be the same as what comes, and one of them out of date.
            roles = {one.role for one in found if one.role}
            same = [
                f"{file(spec.path)}|layername={spec.layer}" if spec.layer else str(file(spec.path))
                for spec in here
                if spec.role in roles and not spec.where
            ]
            return guess_sources([*files, *dict.fromkeys(same)], progress=progress) if same else found

        self._guess.start(
            tr("Looking at the layers…"), work, done=lambda found: self._take(found, role), failed=self._no_guess
        )
        self.guessing.emit(True)

    def make(self, role: str, made: str) -> bool:
        """Add a source that is made on the spot; False where there is just this one."""
        from ...delineation.case.model import SourceSpec

        spec = SourceSpec(role, made=made)
        if self._key(spec) in {self._key(entry.spec) for entry in self.entries}:
            return False
        entry = SourceEntry(spec, confirmed=True)
        self.entries.append(entry)
        self._commit()
        self.looks.look(entry)
        self.changed.emit()
        return True

    def stop(self) -> None:
        """Stop a guess."""
        self._guess.stop()

    def replace(self, entry: SourceEntry, **fields: Any) -> None:
        """Change what the case says of an entry, and look at it again where that may read otherwise."""
        spec = replace(entry.spec, **fields)
        if spec == entry.spec:
            return
        entry.spec = spec
        if entry.guess is not None and "role" not in fields:
            settled = {problem for key in fields for problem in SETTLES.get(key, ())}
            left = tuple(one for one in entry.guess.uncertain if one.facts.get("problem") not in settled)
            entry.guess = replace(entry.guess, uncertain=left)
        self._commit()
        if set(fields) - {"date", "provider", "document", "official_area", "classification"}:
            self.looks.look(entry)
        self.changed.emit()

    def hold_against_guess(self, entry: SourceEntry) -> None:
        """Hold another role that a person gave a layer of an opened case, which nobody guessed, against a guess."""
        case, spec = self.session.case, entry.layer

        def done(guess: Guess | None) -> None:
            sure = guess is not None and guess.confidence >= self._bar() and SourceEntry(spec, guess).suggested
            if sure and entry.spec == spec:
                entry.guess, entry.held = guess, True
                self.changed.emit()

        if case is not None:
            self.session.runner.start(
                tr("Reading {name}", name=entry.title),
                lambda _: guess_again(case, replace(spec, role="")),
                done=done,
                failed=self._no_guess,
            )

    def in_order(self) -> list[SourceEntry]:
        """Give the entries as they want a person: problems first, of what is to be confirmed the most doubtful."""
        roles = {role: number for number, role in enumerate(self.session.profile.roles)}

        def place(entry: SourceEntry) -> tuple[int, float, bool, int]:
            # Of those that nobody asks about, the sure ones keep the order of the roles.
            doubt = entry.sureness if entry.mark == "check" else min(entry.sureness, self._sure())
            return ORDER.index(entry.mark), doubt, entry.raster, roles.get(entry.role, len(roles))

        return sorted(self.entries, key=place)

    def questions(self) -> list[list[SourceEntry]]:
        """Give the layers of one content of which a person has to choose one, a list a question."""
        asked: dict[tuple[str, ...], list[SourceEntry]] = {}
        for entry in self.entries:
            if entry.rivals:
                asked.setdefault(entry.rivals, []).append(entry)
        return list(asked.values())

    def absent(self) -> list[str]:
        """Roles that a case is expected to have, of which nobody has said that there is none, or will choose one."""
        case = self.session.case
        asked = {entry.suggested for entry in self.entries if entry.rivals} | self.none_of
        return [role for role in (case.absent if case is not None else ()) if role not in asked]

    def state_none(self, role: str) -> None:
        """Take a person's word that there is no such source."""
        self.none_of.add(role)
        self.changed.emit()

    def first(self) -> SourceEntry | None:
        """Find the first entry that needs a person; problems come before what is to be confirmed."""
        if self.session.case is None:
            return None
        return next((entry for entry in self.in_order() if entry.mark in ("problem", "check")), None)

    def confirm(self, *entries: SourceEntry) -> None:
        """Take a person's word that entries are right; an encoding that was found out is written into the case."""
        for entry in entries:
            entry.confirmed, entry.unseen = True, False
        self.confirm_encodings(entries)

    def confirm_encodings(self, entries: Iterable[SourceEntry]) -> None:
        """Write the encodings that were found out into the case; what else is doubtful stays so."""
        misread = [(entry, entry.reading) for entry in entries if entry.misread]
        for entry, reading in misread:
            if reading is not None:
                entry.spec = replace(entry.layer, encoding=reading.encoding)
        if misread:
            self._commit()
        self.changed.emit()

    def unseen(self) -> list[SourceEntry]:
        """Give the entries of which nothing is left to confirm but that somebody has looked at them."""
        asked = [entry for entry in self.entries if entry.mark == "check" and entry.unseen and not entry.misread]
        return [entry for entry in asked if not entry.asked and entry.change is None]

    def read_alike(self) -> list[SourceEntry]:
        """Give the entries whose texts were all read in one encoding, each of them surely: one look serves for all."""
        asked: dict[str, list[SourceEntry]] = {}
        for entry in self.entries:
            reading = entry.reading if entry.mark == "check" and entry.misread else None
            if reading is not None and reading.confidence >= ENCODING_SURE and not reading.doubtful:
                asked.setdefault(reading.encoding, []).append(entry)
        most = max(asked.values(), key=len, default=[])
        return most if len(most) > 1 else []

    def study(self, entry: SourceEntry) -> list[Polygon]:
        """Give where the other sources that make the study area lie, in degrees."""
        near = [one.seen.box for one in self.entries if one is not entry and one.role in STUDY and one.seen is not None]
        return [box for box in near if box is not None]

    def offered_crs(self, entry: SourceEntry) -> tuple[CrsCandidate, ...]:
        """Give what a layer that states no CRS, or a wrong one, may be in: what brings it to the study area."""
        from ...delineation.sources.coordinates.crs import parse_crs
        from ...delineation.sources.coordinates.crs_candidates import candidates

        seen = entry.seen
        if seen is None or seen.bounds is None or (seen.crs and not self.astray(entry)):
            return ()
        degrees = parse_crs("EPSG:4490")
        return candidates(seen.bounds, [(degrees, box.bounds) for box in self.study(entry)]) or seen.crs_candidates

    def astray(self, entry: SourceEntry) -> bool:
        """Tell whether a source lies outside the study area, where both are known."""
        box, study = entry.seen.box if entry.seen is not None else None, self.study(entry)
        return box is not None and bool(study) and not any(box.intersects(one) for one in study)

    def reload(self, entry: SourceEntry) -> None:
        """Look at an entry's file again, whatever is known of it."""
        entry.seen = None
        self.looks.look(entry)
        self.changed.emit()

    def beside(self, entry: SourceEntry) -> list[SourceEntry]:
        """Give the other entries of an entry's file where none can be used any more: a file may hold many layers."""
        alike = [one for one in self.entries if one is not entry and one.spec.files == entry.spec.files]
        return [one for one in alike if one.mark == "problem"] if entry.mark == "problem" else []

    def take_file(self, entry: SourceEntry, path: str, others: Sequence[SourceEntry] = ()) -> None:
        """Use another file for an entry: its fields are matched by name, and what differs is told.

        Parameters
        ----------
        entry : SourceEntry
        path : str
            Where the other file lies; nothing changes before it was looked at.
        others : sequence of SourceEntry
            Those that are to have it as well, one after the other.
        """
        case, spec = self.session.case, entry.spec
        if case is None:
            return
        before = before_of(spec, entry.good, self.session.plan)

        def work(progress: Progress) -> ReplacementFile:
            other = look_at_other(case, spec, path, before, progress)
            # What speaks for it is in this file, not in the one before.
            asked = entry.guess is not None and not entry.raster and not other.seen.problem
            return replace(other, guess=guess_again(case, other.spec)) if asked else other

        def done(other: ReplacementFile) -> None:
            # What was changed or taken out meanwhile goes its own way.
            if entry not in self.entries or entry.spec != spec:
                return
            entry.spec, entry.seen, entry.stamp = other.spec, other.seen, other.stamp
            entry.good = entry.good if other.seen.problem else other.seen
            entry.guess = _renewed(entry, other)
            entry.compared = tuple(differences(spec, other, before))
            # What was said of the file before holds of this one only where nothing has to be confirmed.
            entry.change, entry.drawn, entry.confirmed = other.change, False, entry.confirmed and other.change is None
            self._commit()
            self.changed.emit()
            if others:
                self.take_file(others[0], path, others[1:])

        def failed(error: Exception) -> None:
            if not isinstance(error, Cancelled):
                self.failed.emit(error)

        self.session.runner.start(tr("Reading {name}", name=Path(path).name), work, done=done, failed=failed)

    def remove(self, entry: SourceEntry) -> None:
        """Take an entry out."""
        self.entries.remove(entry)
        self._commit()
        self.changed.emit()

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, found: Sequence[Guessed], role: str) -> None:
        if self.session.case is None:
            self.session.new()
        known = {self._place(entry.spec): entry for entry in self.entries}
        fresh = []
        for one in found:
            if one.kind == "plan":
                self.plan_found.emit(str(one.path))
                continue
            entry = self._entry(one, role)
            there = known.get(self._place(entry.spec))
            if there is None:
                fresh.append(entry)
            elif there.role and one.guess is not None and one.guess.superseded:
                there.guess, there.spec, there.confirmed = one.guess, replace(there.layer, role=""), False
        self.entries += fresh
        self._commit()
        for entry in fresh:
            if entry.seen is None:
                self.looks.look(entry)
        self.guessing.emit(False)
        self.changed.emit()

    def _entry(self, one: Guessed, role: str) -> SourceEntry:
        from ...delineation.case.model import RasterSpec, SourceSpec
        from ...delineation.sources.examine import Examined

        path = str(one.path.absolute())
        if one.raster is not None:
            found = one.raster
            return SourceEntry(
                RasterSpec(found.name, path, kind=found.kind, better=found.better, date=one.date, provider=one.provider)
            )
        seen = Examined(problem=one.error) if one.error is not None else None
        spec = SourceSpec(role, path, layer=one.layer, date=one.date, provider=one.provider)
        guess = one.guess
        if guess is None:
            return SourceEntry(spec, seen=seen)
        guessed = PREVIOUS if guess.role == "unit" else guess.role
        if role and role != guessed:
            sure = bool(guessed) and guess.confidence >= self._bar()
            return SourceEntry(spec, guess=guess if sure else None, confirmed=not sure)
        if guess.rivals is not None or (not role and guess.confidence < self._bar()):
            return SourceEntry(replace(spec, role=""), guess=guess)
        spec = replace(
            spec, role=guessed, fields=dict(guess.fields), zones=dict(guess.zones), zone=guess.zone, where=guess.where
        )
        return SourceEntry(spec, guess=guess)

    def accept(self, entry: SourceEntry) -> None:
        """Use a layer as what it was guessed to be, though the guess was doubtful."""
        guess = entry.guess
        if entry.rivals:
            self._settle(entry)
        elif guess is not None:
            entry.confirmed = not entry.role  # what else is doubtful of another role is still asked
        if guess is not None and entry.suggested:
            self.replace(
                entry,
                role=entry.suggested,
                fields=dict(guess.fields),
                zones=dict(guess.zones),
                zone=guess.zone,
                where=guess.where,
            )

    def _settle(self, entry: SourceEntry) -> None:
        """Answer by one of several layers which of them is taken; what else is doubtful of it is still asked."""
        from ...delineation.core.findings import Finding

        for one in next(group for group in self.questions() if entry in group):
            said = () if one is entry else (Finding("S51", {"problem": "chosen", "other": entry.title}),)
            if one.guess is not None:  # what is asked about was guessed
                left = tuple(doubt for doubt in one.guess.uncertain if doubt.id != "S92")
                one.guess = replace(one.guess, uncertain=left, reasons=(*one.guess.reasons, *said))

    def _bar(self) -> float:
        from ...delineation.guessing.vocabulary import vocabulary

        return float(vocabulary(self.session.profile)["used"])

    def _sure(self) -> float:
        profile = self.session.profile
        if self._sure_bar is None or self._sure_bar[0] is not profile:
            from ...delineation.guessing.vocabulary import vocabulary

            self._sure_bar = (profile, float(vocabulary(profile)["sure"]))
        return self._sure_bar[1]

    def _no_guess(self, error: Exception) -> None:
        self.guessing.emit(False)
        if not isinstance(error, Cancelled):
            self.failed.emit(error)

    def _commit(self) -> None:
        """Put the entries into the case."""
        from ...delineation.case.model import Previous

        used = [entry.layer for entry in self.entries if not entry.raster and entry.role not in ("", PREVIOUS)]
        rasters = tuple(entry.spec for entry in self.entries if entry.raster)
        last = next((entry.layer for entry in self.entries if not entry.raster and entry.role == PREVIOUS), None)
        previous = (
            Previous(
                last.path,
                last.layer,
                {key: value for key, value in last.fields.items() if key in ("code", "name")},
                last.encoding,
                last.crs,
            )
            if last
            else Previous()
        )
        self._own = True
        try:
            self.session.change(sources=tuple(used), rasters=rasters, previous=previous)
        finally:
            self._own, self._of = False, self.session.case

    def _refused_by_run(self, failure: Failure) -> None:
        """Mark the source that a run could not use; it may also have changed since it was looked at."""
        if failure.doing == "run":
            self.looks.look_where_changed()
            if isinstance(failure.error, DelineationError):
                self._refuse(failure.error)

    def _refuse(self, problem: DelineationError) -> None:
        file, _, rest = str(problem.where).partition("|")
        named = [one for one in self.entries if not one.raster and one.spec.path == file and one.mark != "problem"]
        named = [one for one in named if rest.startswith(one.layer.layer)]
        entry = max(named, key=lambda one: len(one.layer.layer), default=None)
        if entry is not None and entry.seen is not None:
            self._refused, entry.seen = entry, replace(entry.seen, problem=problem)
            self.changed.emit()

    def _look_at_refused(self) -> None:
        """Forget what a run said of a source once the case is another: its file alone says nothing of that."""
        entry, self._refused = self._refused, None
        if entry is not None and entry in self.entries:
            self.looks.look(entry)

    def _forget(self) -> None:
        """Take nothing over from what was open: paths alike in another folder are other files."""
        if not self._own:
            self.entries, self.none_of = [], set()

    def _follow(self) -> None:
        """Take over what the case says now; what is known of a layer stays with it."""
        if self._own:
            return
        case = self.session.case
        before = {self._key(entry.spec, self._of): entry for entry in self.entries}
        told = {self._key(one): one for one in self.session.known} if case is not None else {}
        self.entries, self._of = [], case
        for spec in _specs(case) if case is not None else ():
            key = self._key(spec)
            entry, known = before.get(key), told.get(key)
            if entry is None:
                entry = SourceEntry(spec)
                if known is not None:
                    entry.guess, entry.confirmed, entry.unseen = known.guess, known.confirmed, known.unseen
            entry.spec = spec
            self.entries.append(entry)
        # What the case does not use belongs to the draft all the same, until another case is opened.
        for key, known in told.items():
            if not known.role:
                self.entries.append(before.get(key) or _unused(known))
        for entry in self.entries:
            if entry.seen is None:
                self.looks.look(entry)
        self.changed.emit()

    def _remember(self) -> None:
        """Tell the session what is known of the sources besides the case."""
        case = self.session.case
        if case is not None:
            # What is made lies nowhere, and the case says all of it.
            layers = (entry for entry in self.entries if entry.raster or not entry.layer.made)
            told = (known_of(entry, case.file(entry.spec.path).absolute().as_posix()) for entry in layers)
            self.session.set_known(tuple(one for one in told if one is not None))

    def _place(self, spec: Any, of: Case | None = None) -> tuple[str, ...]:
        """Where a source lies, whatever the folder of its case; part of a layer by its condition."""
        case = of or self.session.case
        path = case.file(spec.path) if case is not None else Path(spec.path)
        more = (str(spec.band),) if hasattr(spec, "band") else (spec.layer, spec.where, getattr(spec, "made", ""))
        return (os.path.normcase(os.path.normpath(path.absolute())), *more)

    def _key(self, spec: Any, of: Case | None = None) -> tuple[str, ...]:
        return (*self._place(spec, of), spec.name if hasattr(spec, "band") else spec.role)


def _renewed(entry: SourceEntry, other: ReplacementFile) -> Guess | None:
    """Give the guess of another file, with the doubts that a person has not settled yet."""
    if entry.guess is None or other.guess is None:
        return None
    doubts = other.guess.uncertain
    if other.change is not None:
        # What the other file makes doubtful is asked by the comparison.
        known = {one.facts.get("problem") for one in entry.guess.uncertain if not entry.confirmed}
        doubts = tuple(one for one in doubts if one.facts.get("problem") in known)
    return replace(other.guess, uncertain=doubts)


def _unused(known: SourceNote) -> SourceEntry:
    """Make the entry of a layer that the case does not use."""
    from ...delineation.case.model import SourceSpec

    spec = SourceSpec("", known.path, layer=known.layer, where=known.where, date=known.date, provider=known.provider)
    return SourceEntry(spec, guess=known.guess, confirmed=known.confirmed)


def _specs(case: Case) -> Iterable[SourceSpec | RasterSpec]:
    from ...delineation.case.model import SourceSpec

    yield from case.sources
    yield from case.rasters
    if case.previous.path:
        last = case.previous
        yield SourceSpec(PREVIOUS, last.path, last.layer, dict(last.fields), encoding=last.encoding, crs=last.crs)
