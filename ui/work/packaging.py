"""What is wanted of the package that is filed one level up, and what became of it.

Knows no widget. What was chosen is remembered in the project, but for the key to sign with; that a package was made
stands in the plan's history like any export.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...delineation.core.errors import BadInput, visible
from ..text import language, tr
from .job import Job
from .memory import recall, remember
from .settings import who

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...delineation.core.progress import Progress
    from ...delineation.export.history import Exported
    from ...delineation.package.build import Packaged
    from ...delineation.package.foreseen import ExpectedPackage, Slot
    from ...delineation.package.profile import PackageProfile
    from ...delineation.package.verify import Verified
    from .outputs import Outputs

ENTRY = "package"  # in the project
FORMAT = "package"  # as the history calls it
MAKING, VERIFYING = "package", "verify"  # what ``Outputs.at_work`` says meanwhile


@dataclass(frozen=True)
class Layout:
    """A package profile to choose from.

    Attributes
    ----------
    value : str
        Name of one that comes with the product, else the path of a file.
    title : str
    """

    value: str
    title: str


@dataclass
class _Wanted:
    """What was chosen; folders and files as absolute paths.

    Attributes
    ----------
    profile : str
        As of ``Layout.value``; "" for the one by default.
    own : list of str
        Profiles of the user, to choose from.
    folder : str
        Into which the package's folder is put; "" for the plan's.
    documents : str
    """

    profile: str = ""
    own: list[str] = field(default_factory=list)
    folder: str = ""
    documents: str = ""


class Packaging(QObject):
    """The package of the session's plan.

    Attributes
    ----------
    outputs : Outputs
        Whose turn it takes: no two exports at once.
    made : Packaged or None
        What came of the last time, of the plan as it is.
    verified : Verified or None
        What verifying said of the package that is there.
    failure : Exception or None
        Why the last thing that was tried failed.
    slots : tuple of Slot
        With the documents found; empty where no folder of documents was chosen.
    others : tuple of Path
        Files in that folder that fit no slot.
    lost : Exception or None
        Why the folder of documents cannot be read.
    reasons : dict
        Finding (``finding_key``) → the reason that somebody typed for it.
    key : Path or None
        To sign with.
    """

    changed = pyqtSignal()
    refused = pyqtSignal()  # errors stand open

    def __init__(self, outputs: Outputs, parent: QObject) -> None:
        super().__init__(parent)
        self.outputs, self.session = outputs, outputs.session
        self.made: Packaged | None = None
        self.verified: Verified | None = None
        self.failure: Exception | None = None
        self.slots: tuple[Slot, ...] = ()
        self.others: tuple[Path, ...] = ()
        self.lost: Exception | None = None
        self.reasons: dict[tuple[str, str, str], str] = {}
        self.key: Path | None = None
        self._wanted = _Wanted()
        self._profiles: dict[tuple[str, int], PackageProfile | BadInput] = {}
        self._foreseen: tuple[Any, ExpectedPackage | BadInput | None] = ((), None)
        self._looking = Job(self.session.runner, self)
        self.session.opened.connect(self._opened)
        self.session.plan_changed.connect(self._plan_changed)
        self._read()

    # ── what is wanted ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def documents(self) -> Path | None:
        """The folder with scanned documents."""
        return Path(self._wanted.documents) if self._wanted.documents else None

    @property
    def is_elsewhere(self) -> bool:
        """Somebody chose where the package's folder is put."""
        return bool(self._wanted.folder)

    @property
    def chosen(self) -> str:
        """The profile that was chosen, as of ``Layout.value``."""
        from ...delineation.package.profile import NATIONAL

        return self._wanted.profile or NATIONAL

    def layouts(self) -> list[Layout]:
        """List the profiles to choose from: those of the product, then the user's own."""
        from ...delineation.package.profile import shipped

        return [Layout(value, self._title(value)) for value in (*shipped(), *self._wanted.own)]

    def _title(self, value: str) -> str:
        found = self._profile(value)
        if not isinstance(found, BadInput):
            return visible(found.title)
        return tr("{file} (cannot be used)", file=visible(Path(value).name))

    def profile(self) -> PackageProfile | BadInput:
        """Give the profile that was chosen, or why it cannot be read."""
        return self._profile(self.chosen)

    def _profile(self, value: str) -> PackageProfile | BadInput:
        from ...delineation.package.profile import read_package_profile

        try:
            stamp = Path(value).stat().st_mtime_ns
        except OSError:
            stamp = 0
        if (value, stamp) not in self._profiles:
            try:
                self._profiles[value, stamp] = read_package_profile(value)
            except BadInput as error:
                self._profiles[value, stamp] = error
        return self._profiles[value, stamp]

    def foreseen(self) -> ExpectedPackage | BadInput | None:
        """Tell what the package will be called and needs, or why there will be none; None without a plan."""
        from ...delineation.package.foreseen import foresee

        plan, profile = self.session.plan, self.profile()
        if plan is None:
            return None
        if isinstance(profile, BadInput):
            return profile
        key = (plan, profile)
        # By what they are and not by what they hold: a plan is tables.
        known = self._foreseen[0]
        if len(known) != len(key) or any(a is not b for a, b in zip(known, key, strict=True)):
            try:
                found: ExpectedPackage | BadInput = foresee(plan, profile)
            except BadInput as error:
                found = error
            self._foreseen = (key, found)
        return self._foreseen[1]

    @property
    def folder(self) -> Path | None:
        """The package's folder: beside the plan or where it was to be put, under the name that the profile gives it."""
        plan, foreseen = self.session.plan_path, self.foreseen()
        if plan is None or foreseen is None or isinstance(foreseen, BadInput):
            return None
        outer = Path(self._wanted.folder) if self._wanted.folder else plan.absolute().parent
        return outer / (foreseen.folder or plan.stem)

    def choose(self, value: str) -> None:
        """Want another profile: one of ``layouts``, or a file that joins them."""
        from ...delineation.package.profile import shipped

        if value not in (*shipped(), *self._wanted.own):
            self._wanted.own.append(value)
        self._wanted.profile = value
        self._forget_what_came()
        self.look_at_documents()
        self._changed()

    def put_into(self, folder: Path | None) -> None:
        """Put the package's folder into another one than the plan's; None for that."""
        self._wanted.folder = "" if folder is None else str(folder)
        self.failure = None
        self._changed()

    def set_documents(self, folder: Path | None) -> None:
        """Take scanned documents from a folder, or from none."""
        self._wanted.documents = "" if folder is None else str(folder)
        self.look_at_documents()
        self._changed()

    def set_key(self, key: Path | None) -> None:
        """Sign with a key, or with none; it is not remembered."""
        self.key = key
        self.failure = None
        self.changed.emit()

    def look_at_documents(self) -> None:
        """See which slots the documents fill, beside the main thread: the folder may be large, or on a network."""
        folder, profile = self.documents, self.profile()
        self.slots, self.others, self.lost = (), (), None
        if folder is None or isinstance(profile, BadInput):
            self._looking.drop()
            return

        def work(_: Progress) -> tuple[tuple[Slot, ...], tuple[Path, ...]]:
            from ...delineation.package.foreseen import documents_for

            return documents_for(profile, folder)

        def done(found: tuple[tuple[Slot, ...], tuple[Path, ...]]) -> None:
            self.slots, self.others = found
            self.changed.emit()

        def failed(error: Exception) -> None:
            self.lost = error
            self.changed.emit()

        self._looking.start(tr("Looking at documents"), work, done=done, failed=failed)

    # ── what became of it ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def busy(self) -> bool:
        """The package is being made or verified."""
        return self.outputs.at_work in (MAKING, VERIFYING)

    @property
    def possible(self) -> bool:
        """A package can be made now."""
        return self.outputs.possible and self.folder is not None and not isinstance(self.foreseen(), BadInput)

    @property
    def last(self) -> Exported | None:
        """The last package that the plan's history knows."""
        return self.outputs.last_as(FORMAT)

    @property
    def refusing(self) -> list[dict[str, Any]]:
        """Errors that stood open when a package was last wanted."""
        return self.made.open_errors if self.made is not None and self.made.refused else []

    def would_replace(self) -> Path | None:
        """Give the folder if there is something in it that was not made from this plan."""
        folder = self.folder
        if folder is None or not folder.is_dir() or self.outputs.is_ours(folder):
            return None
        try:
            return folder if any(folder.iterdir()) else None
        except OSError:
            return None  # whoever writes there says why

    def start(self, reasons: Sequence[tuple[Mapping[str, Any], str]] = ()) -> None:
        """Make the package beside the main thread.

        Parameters
        ----------
        reasons : sequence of (finding, reason)
            Why open errors may stand, a reason for each.
        """
        plan, folder = self.session.plan_path, self.folder
        if plan is None or folder is None:
            return
        profile, documents, key, given = self.chosen, self.documents, self.key, list(reasons)
        tongue, author = language(), who()

        def work(progress: Progress) -> Packaged:
            from ...delineation.core.atomic_files import temporary_folder
            from ...delineation.package.accepting import write_reasons
            from ...delineation.package.build import package

            with temporary_folder("reasons") as scratch:
                accept = scratch / "reasons.csv" if given else None
                if accept is not None:
                    write_reasons(accept, given)
                return package(
                    plan,
                    folder,
                    profile=profile,
                    accept=accept,
                    documents=documents,
                    key=key,
                    language=tongue,
                    author=author,
                    progress=progress,
                )

        def done(packaged: Packaged) -> None:
            self.made = packaged
            self.changed.emit()
            if packaged.refused:
                self.refused.emit()

        title = tr("Packaging {name}", name=folder.name)
        if self.outputs.work_on(MAKING, title, work, done=done, failed=self._failed):
            self.made = self.made if given else None
            self.verified, self.failure = None, None
            self.reasons |= {finding_key(finding): reason for finding, reason in given}
            self.changed.emit()

    def verify(self, folder: Path) -> None:
        """Hold the files of a package against its manifest."""

        def work(_: Progress) -> Verified:
            from ...delineation.verbs.verifying import verify

            return verify(folder)

        def done(verified: Verified) -> None:
            self.verified = verified
            self.changed.emit()

        title = tr("Verifying {name}", name=folder.name)
        if self.outputs.work_on(VERIFYING, title, work, done=done, failed=self._failed):
            self.verified, self.failure = None, None
            self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.failure = error
        self.changed.emit()

    # ── the project ───────────────────────────────────────────────────────────────────────────────────────────────

    def _forget_what_came(self) -> None:
        self.made, self.verified, self.failure = None, None, None

    def _opened(self) -> None:
        self._forget_what_came()
        self.reasons, self.key = {}, None
        self._read()

    def _plan_changed(self) -> None:
        self._forget_what_came()
        self.changed.emit()

    def _changed(self) -> None:
        self._write()
        self.changed.emit()

    def _read(self) -> None:
        """Take up what the project remembers; folders only where it is of the same plan."""
        project = QgsProject.instance()
        self._wanted = _Wanted()
        found, same = recall(ENTRY, self.session.plan_path)
        for one in fields(_Wanted):
            value = found.get(one.name)
            if one.name == "own" and isinstance(value, list):
                self._wanted.own = [str(project.readPath(path)) for path in value if isinstance(path, str)]
            elif isinstance(value, str) and one.name != "own" and (same or one.name not in ("folder", "documents")):
                setattr(self._wanted, one.name, _path_in(project.readPath, one.name, value))
        self.look_at_documents()
        self.changed.emit()

    def _write(self) -> None:
        project = QgsProject.instance()
        values: dict[str, Any] = {
            name: _path_in(project.writePath, name, value) if isinstance(value, str) else value
            for name, value in asdict(self._wanted).items()
        }
        values["own"] = [str(project.writePath(path)) for path in self._wanted.own]
        remember(ENTRY, self.session.plan_path, values)


def _path_in(turn: Any, name: str, value: str) -> str:
    """Turn what is a path into the project's form, or back; names of profiles and places are none."""
    is_path = name in ("folder", "documents") or (name == "profile" and value.lower().endswith(".toml"))
    return str(turn(value)) if value and is_path else value


def finding_key(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    """Know a finding again: its rule, its place, what it says."""
    return (str(finding["id"]), str(finding["where"]), str(finding["message"]))
