"""Which libraries are there, what each is for, what happens without it, how to install it where there is no network.

Run as ``python -m delineation.libraries`` it prints the list; exit code 2 where one is missing that all the rest needs.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from typing import TYPE_CHECKING

from .errors import MissingLibrary
from .messages import Message, word
from .shipped import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "OFFLINE",
    "Library",
    "Status",
    "check",
    "demand",
    "in_words",
    "main",
    "offline_command",
    "osgeo4w_command",
]

_LIST = RESOURCES / "libraries.toml"
# For the OSGeo4W Shell, in the folder of the unpacked kit. Without --no-deps pip would bring a numpy beside QGIS's own.
OFFLINE = "python -m pip install --user --no-index --find-links wheels --no-deps"
# What QGIS's own installers carry; for the OSGeo4W Shell too, in a folder of packages that were downloaded before.
OSGEO4W = 'setup -A -q -k -L -l "%CD%"'
# Read from disk once: every command and every page of the panel asks for a dozen.
version = functools.cache(metadata.version)
# What a wheel of the kit brings with it, since --no-deps brings nothing.
_COMPANIONS = {"scikit-learn": ("joblib", "threadpoolctl"), "python-docx": ("typing_extensions",)}


@dataclass(frozen=True)
class Library:
    """A library as resources/libraries.toml has it.

    Attributes
    ----------
    name, module : str
        As pip and as Python know it.
    least : str
        The oldest version that will do.
    needed : bool
        Nothing works without it.
    kit : bool
        The offline kit holds a wheel of it.
    osgeo4w : str
        The package by which QGIS's own installers carry it, "" where none does.
    or_else : str
        A module that stands in for it, "" where there is none.
    zh, en : str
        What it is for.
    without_zh, without_en : str
        What happens where it is missing.
    """

    name: str
    module: str
    least: str
    needed: bool
    zh: str
    en: str
    without_zh: str = ""
    without_en: str = ""
    kit: bool = False
    osgeo4w: str = ""
    or_else: str = ""


@dataclass(frozen=True)
class Status:
    """What was found of a library.

    Attributes
    ----------
    state : {"found", "replaced", "missing", "too old", "broken"}
        ``replaced``: missing, and the module that stands in for it is there. ``broken``: there, and cannot be loaded.
    version : str
        "" where it is missing, or does not say.
    why : str
        Python's words for what is broken.
    """

    library: Library
    state: str
    version: str = ""
    why: str = ""

    @property
    def usable(self) -> bool:
        """Whether what it is for can be done."""
        return self.state in ("found", "replaced")


@functools.cache
def _libraries() -> tuple[Library, ...]:
    return tuple(Library(**row) for row in tomllib.loads(_LIST.read_text(encoding="utf-8"))["library"])


def check(*, load: bool = False) -> list[Status]:
    """Look for every library.

    Parameters
    ----------
    load : bool
        Import each one, which takes seconds and finds what is broken; else only look whether it is there.
    """
    return [_look(library, load=load) for library in _libraries()]


def demand(statuses: Sequence[Status] | None = None) -> None:
    """Make sure that everything is there that nothing works without.

    Raises
    ------
    MissingLibrary
        One sentence that names all that is missing, too old or broken.
    """
    lacking = [one for one in (check() if statuses is None else statuses) if one.library.needed and not one.usable]
    if lacking:
        names = tuple(Message("{name} ({found})", name=one.library.name, found=_found(one)) for one in lacking)
        needed = tuple(
            Message("{name} {least} or newer", name=one.library.name, least=one.library.least) for one in lacking
        )
        raise MissingLibrary(
            Message("Python lacks {libraries}", libraries=names),
            where=sys.executable,
            wanted=Message("{libraries}; QGIS 3.40 or newer carries them", libraries=needed),
        )


def offline_command(statuses: Sequence[Status]) -> str:
    """Command that installs from the offline kit what is missing of it, "" where nothing is."""
    names = [one.library.name for one in statuses if one.library.kit and not one.usable]
    wheels = [wheel for name in names for wheel in (name, *_COMPANIONS.get(name, ()))]
    return " ".join([OFFLINE, *wheels]) if wheels else ""


def osgeo4w_command(statuses: Sequence[Status]) -> str:
    """Command that installs what is missing of the libraries that come with QGIS, "" where nothing is."""
    packages = [one.library.osgeo4w for one in statuses if one.library.osgeo4w and not one.usable]
    return " ".join([OSGEO4W, *(f"-P {package}" for package in packages)]) if packages else ""


def in_words(statuses: Sequence[Status], *, language: str = "en") -> str:
    """Write the list for people, with the next step.

    Parameters
    ----------
    language : {"en", "zh"}
    """
    chinese = language == "zh"
    lines = []
    for one in statuses:
        library = one.library
        line = Message(
            "{library}: {state}; {purpose}",
            library=f"{library.name} {one.version}".rstrip(),
            state=_STATES[one.state],
            purpose=library.zh if chinese else library.en,
        )
        if not one.usable and library.needed:
            line = Message("{line} (needed, {least} or newer)", line=line, least=library.least)
        elif one.state != "found":
            without = library.without_zh if chinese else library.without_en
            line = Message("{line}; without it: {without}", line=line, without=without)
        lines.append(word(line, language) + (f" [{one.why}]" if one.why else ""))
    for hint, command in zip(_HINTS, (osgeo4w_command(statuses), offline_command(statuses)), strict=True):
        lines += ["", word(hint, language), f"    {command}"] if command else []
    return "\n".join(lines)


_HINTS = (
    Message(
        "They come with QGIS 3.40 or newer: install it once more. Or in the OSGeo4W Shell, in a folder of downloaded"
        " packages:"
    ),
    Message("To install offline (in the OSGeo4W Shell, in the folder of the unpacked kit):"),
)
_STATES = {
    "found": Message("installed"),
    "replaced": Message("missing, with a substitute installed"),
    "missing": Message("missing"),
    "too old": Message("too old"),
    "broken": Message("broken"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the list, after loading every library; ``--lang`` says in which language, by default the system's.

    Returns
    -------
    int
        0, or 2 where something is missing that nothing works without.
    """
    from .text import language

    parser = argparse.ArgumentParser(prog="python -m delineation.libraries")
    parser.add_argument("--lang", choices=("zh", "en"))
    spoken = parser.parse_args(arguments).lang or language()
    statuses = check(load=True)
    print(in_words(statuses, language=spoken))
    return 2 if any(one.library.needed and not one.usable for one in statuses) else 0


def _look(library: Library, *, load: bool) -> Status:
    if not _there(library.module):
        return Status(library, "replaced" if library.or_else and _there(library.or_else) else "missing")
    try:
        found = version(library.name)
    except PackageNotFoundError:
        found = ""
    if load:
        try:
            found = str(getattr(import_module(library.module), "__version__", found))
        except Exception as error:  # a library built against another numpy may raise anything
            return Status(library, "broken", found, f"{type(error).__name__}: {error}".splitlines()[0])
    if found and _numbers(found) < _numbers(library.least):
        return Status(library, "too old", found)
    return Status(library, "found", found)


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _numbers(text: str) -> tuple[int, ...]:
    """Leading numbers of a version: all that is needed to tell 2.0.6 from 2.1."""
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[^\d.]", text)[0]))


def _found(status: Status) -> Message:
    state = _STATES[status.state]
    return Message("{version} is {state}", version=status.version, state=state) if status.version else state


if __name__ == "__main__":
    sys.exit(main())
