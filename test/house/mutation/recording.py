"""The lines that each test executes, recorded once for each file of tests and kept in ``build/mutants``.

What was recorded of a file is true for as long as that file and all that it executes and opens stay as they are; the
sources as they were are kept beside it, so that lines can be found again in one that has changed.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from mutation.lines import HOOK, Lines, Recorder
from mutation.running import PANEL, share, tracked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mutation.running import Tree

ENGINE = "delineation"
WATCHED = (ENGINE, "ui")
# Counted up when another thing is recorded: what was kept before is then of no use.
RECORDING = 3
# Seconds that recording one file of tests may take.
_RECORDING = 1800.0
KEPT = "build/mutants"


class Test(NamedTuple):
    """A test, its file and what that imports, its seconds, what its file needs besides, the lines it executes."""

    name: str
    file: str
    imports: frozenset[str]
    seconds: float
    fixtures: float
    lines: Lines


def recorded(root: Path, trees: Sequence[Tree], folder: str = "test") -> Iterator[Test]:
    """Give every test of a folder that passes with the lines that it executes, recording what is not known yet."""
    now = digests(root)
    files = sorted(name for name in now if folder_of(name) == folder)
    engine = [name for name in now if name.startswith(f"{ENGINE}/") and name.endswith(".py")]
    (root / KEPT).mkdir(parents=True, exist_ok=True)
    missing = [name for name in files if not _holds(root, name, now)]
    # The longest are recorded first, as far as their size tells, so that none is waited for at the end.
    missing.sort(key=lambda name: -(root / name).stat().st_size)
    if missing:
        _record(root, missing, trees, now)
    for name in files:
        known = kept(root, name)
        for failed in known["failed"]:
            print(f"no use here, it fails without any change: {failed}", file=sys.stderr)
        yield from tests_of(name, known, _imports((root / name).read_text(encoding="utf-8"), engine))


def folder_of(name: str) -> str:
    """Give the folder whose suite runs a file of tests: that of QGIS, or all others; no stories."""
    if not re.fullmatch(r"test/(?!stories/|speed/)(\w+/)?test_\w+\.py", name):
        return ""
    return PANEL if name.startswith(f"{PANEL}/") else "test"


def digests(root: Path) -> dict[str, str]:
    """Give each file of a checkout with what its content is."""
    names = [name for name in tracked(root) if (root / name).is_file()]  # and no link to a folder
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in names}


def kept(root: Path, name: str) -> dict[str, Any]:
    """What was recorded of a file of tests; nothing where that is not known, or another thing was recorded."""
    place = _place(root, name)
    known: dict[str, Any] = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    return known if known.get("made_by") == [RECORDING, sys.version] else {}


def tests_of(name: str, known: dict[str, Any], imports: frozenset[str] = frozenset()) -> Iterator[Test]:
    """Give the tests of a file as they were recorded."""
    for test, one in known["tests"].items():
        lines = {path: int(bits, 16) for path, bits in one["lines"].items()}
        yield Test(test, name, imports, one["seconds"], known["fixture_seconds"], lines)


def as_it_was(root: Path, digest: str) -> bytes:
    """Give the source of a file as it was when lines were recorded."""
    return (root / KEPT / "sources" / digest).read_bytes()


def _place(root: Path, name: str) -> Path:
    return root / KEPT / f"{name.removeprefix('test/').removesuffix('.py').replace('/', '-')}.json"


def _holds(root: Path, name: str, now: dict[str, str]) -> bool:
    """Whether what was recorded of a file of tests is true still: all that it executed and opened is as it was."""
    known = kept(root, name)
    return bool(known) and all(now.get(one) == was for one, was in known["made_of"].items())


def _imports(text: str, engine: Sequence[str]) -> frozenset[str]:
    """Files of the engine that a file of tests names in an import, or that lie in a folder it names."""
    named = set()
    for line in re.findall(rf"^ *(?:from|import) .*\b{ENGINE}\b.*", text, re.MULTILINE):
        words = re.findall(r"\w+", line.partition(ENGINE)[2])
        named |= {path for path in engine if path.removesuffix(".py").split("/")[1] in words}
    return frozenset(named)


def _record(root: Path, files: Sequence[str], trees: Sequence[Tree], now: dict[str, str]) -> None:
    for tree in trees:
        hits = str(tree.root.parent / "hits")
        own = (tree.root / ENGINE / "__init__.py").read_bytes()
        watched = tuple(f"{tree.root / one}/" for one in WATCHED)
        hook = HOOK.format(folder=f"{tree.root}/", watched=watched, hits=hits)
        tree.put(f"{ENGINE}/__init__.py", own + hook.encode())

    def act(tree: Tree, number: int) -> dict[str, Any]:
        place = _place(root, files[number])
        recorder = Recorder(tree.root / ENGINE, tree.root.parent / "hits", place.with_suffix(".new"))
        ran = tree.run([files[number]], [recorder], _RECORDING)
        if not place.with_suffix(".new").exists():
            print(f"{files[number]}: {tree.log.read_text(encoding='utf-8', errors='replace')[-2000:]}", file=sys.stderr)
            return {"seconds": ran.seconds, "kept": False}
        known = json.loads(place.with_suffix(".new").read_text(encoding="utf-8"))
        used = {
            files[number],
            *known.pop("opened"),
            *(name for one in known["tests"].values() for name in one["lines"]),
        }
        # The file that hooks are written into is its own source besides.
        known |= {"made_by": [RECORDING, sys.version], "made_of": {name: now[name] for name in used if name in now}}
        for one in used & now.keys():
            if one.startswith(WATCHED):
                source = root / KEPT / "sources" / now[one]
                source.parent.mkdir(exist_ok=True)
                source.write_bytes((root / one).read_bytes())
        place.write_text(json.dumps(known), encoding="utf-8")
        place.with_suffix(".new").unlink()
        return {"seconds": ran.seconds, "kept": True}

    for done, result in enumerate(share(len(files), trees, act), 1):
        name = files[result["number"]]
        if not result["kept"]:
            sys.exit(f"{name}: its lines could not be recorded")
        print(f"lines {done}/{len(files)}  {name}  {result['seconds']:.1f} s", flush=True)
    for tree in trees:
        init = tree.root / ENGINE / "__init__.py"
        tree.put(f"{ENGINE}/__init__.py", init.read_bytes().split(HOOK.partition("{")[0].encode())[0])
