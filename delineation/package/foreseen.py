"""A package before it is made: how its folder is called, which documents go where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..case.names import glossary
from ..case.profile import plan_profile
from ..core.messages import Message
from ..export.map_sheet import ELEMENT
from .build import classification_of
from .contents.texts import documents_of, is_what_it_says
from .filling import Filling, fill_tokens, tokens_of
from .parting import parted

if TYPE_CHECKING:
    from ..plan.file import Plan
    from .profile import PackageProfile


@dataclass(frozen=True)
class Slot:
    """A place for a document that somebody scans.

    Attributes
    ----------
    title : str
    files : tuple of Path
        What will be put there; none where the document is missing.
    unfit : tuple of Path
        What would belong there and is left out: its content is not what its name says.
    """

    title: str
    files: tuple[Path, ...] = ()
    unfit: tuple[Path, ...] = ()


@dataclass(frozen=True)
class ExpectedPackage:
    """What is known of a package before it is made.

    Attributes
    ----------
    folder : str
        The name that its folder should have.
    places : int
        Files, folders and layers' files that the profile asks for, slots apart.
    slots : tuple of str
        Titles of the slots for documents.
    """

    folder: str
    places: int
    slots: tuple[str, ...]


def foresee(plan: Plan, profile: PackageProfile) -> ExpectedPackage:
    """Tell what a plan's package will be called, and what goes into it.

    Parameters
    ----------
    plan : Plan
    profile : PackageProfile

    Raises
    ------
    BadInput
        A profile with an unknown token, a source above the plan's 密级, a plan whose own profile is not here.
    """
    rules = plan_profile(plan)
    classification, _ = classification_of(plan.meta, plan.sources, rules)
    language = glossary(rules).language
    tokens = tokens_of(plan.meta, rules, profile, classification, language)
    where = Message("folder")
    profile, _ = parted(Filling(plan, Path(), rules, profile, tokens, plan.findings))
    paths = [content.path for content in profile.contents if content.kind != "slot"]
    elements = [*plan.element_zones["element"], ""]
    return ExpectedPackage(
        folder=fill_tokens(profile.folder, tokens, where, name=True).strip(" ."),
        places=len({path.replace(ELEMENT, one) for path in paths for one in elements if one or ELEMENT not in path}),
        slots=tuple(_title(one.title, one.path) for one in profile.contents if one.kind == "slot"),
    )


def documents_for(profile: PackageProfile, folder: Path) -> tuple[tuple[Slot, ...], tuple[Path, ...]]:
    """Part the files of a folder among the slots of a profile, as a package made with it will.

    Parameters
    ----------
    profile : PackageProfile
    folder : Path

    Returns
    -------
    slots : tuple of Slot
        In the order of the profile.
    others : tuple of Path
        Files that no slot takes.

    Raises
    ------
    BadInput
        The folder cannot be read.
    """
    contents = [content for content in profile.contents if content.kind == "slot"]
    of_slot, others = documents_of(folder, contents)
    slots = []
    for content in contents:
        fit = [is_what_it_says(file) for file in of_slot[content.path]]
        pairs = list(zip(of_slot[content.path], fit, strict=True))
        slots.append(
            Slot(
                _title(content.title, content.path),
                tuple(file for file, good in pairs if good),
                tuple(file for file, good in pairs if not good),
            )
        )
    return tuple(slots), tuple(others)


def _title(title: str, path: str) -> str:
    return title or path.rsplit("/", 1)[-1]
