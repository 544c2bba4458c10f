"""Changes the engine a little, many times, and tells which of these changes no test notices: ``make mutants``.

Each change is tried in a copy of the checkout with the tests that execute its statement, the nearest files first, until
one fails. Which tests these are is recorded once for each file of tests and kept in ``build/mutants`` for as long as
that file and all that it executes and opens stay as they are.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mutation.changes import Change, changes_of, draw, functions_naming
from mutation.lines import mask
from mutation.recording import ENGINE, Test, recorded
from mutation.running import Chosen, Tree, share, tracked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
# Nothing is loaded that a test of the engine has to be marked for.
WARM = "numpy pandas geopandas shapely pyogrio pyproj scipy.sparse.csgraph scipy.spatial hypothesis"
WANTED = 88  # percent that have to be noticed
# Where a fault costs a planner something: without a room named, so many changes are drawn in each of these.
ROOMS = "partition rules labelling succession revision lists assess package checks plan"
EACH, MANY = 30, 200
EQUAL = "test/house/mutation/equal.txt"
NOTICED = ("killed", "timed out")


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw changes, try them, tell of those that survive."""
    asked = _asked(arguments)
    root = asked.root.resolve()
    began = time.monotonic()
    os.environ.setdefault("CONTROL_UNITS_DATA", str(root.parent / "shared" / "data"))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for name in asked.warm.split():
        with contextlib.suppress(ImportError):
            import_module(name)
    sources = {name: (root / name).read_bytes() for name in _room(root, asked.room, asked.since)}
    seed = asked.seed or _git(root, "rev-parse", "HEAD")
    named = bool(asked.room or asked.since)
    count = (MANY if named else EACH) if asked.count is None else asked.count
    groups: dict[str, list[Change]] = {}
    for name, source in sources.items():
        groups.setdefault("" if named else _room_of(name), []).extend(changes_of(name, source))
    drawn = [one for group in groups.values() for one in draw(group, count, seed)]
    equal = _equal(root)
    tried = [one for one in drawn if (one.path, one.before, one.after) not in equal]
    everything = sum(map(len, groups.values()))
    print(f"{len(drawn)} of {everything} changes to {len(sources)} files, seed {seed[:12]}", flush=True)
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        trees = [Tree(root, Path(scratch) / str(number)) for number in range(asked.workers)]
        tests = list(recorded(root, trees))
        print(f"{len(tests)} tests with their lines after {time.monotonic() - began:.0f} s", flush=True)
        ended = _try(tried, sources, tests, trees, asked)
    rooms: dict[str, Counter[bool]] = {}
    for change, outcome in ended:
        rooms.setdefault(_room_of(change.path), Counter())[outcome in NOTICED] += 1
    for room, some in sorted(rooms.items()):
        print(f"{room}: {some[True]} of {some.total()} noticed")
    outcomes = Counter(outcome for _, outcome in ended)
    share_noticed = 100 * sum(outcomes[name] for name in NOTICED) / max(len(tried), 1)
    kinds = ("killed", "survived", "timed out", "not covered by any test")
    told = ", ".join(f"{outcomes[name]} {name}" for name in kinds)
    left_out = f", {len(drawn) - len(tried)} known to be equal" if len(drawn) > len(tried) else ""
    print(f"{told}{left_out}: {share_noticed:.1f} % noticed, {time.monotonic() - began:.0f} s")
    return 0 if share_noticed >= WANTED else 1


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "room", nargs="*", help=f"folders or files of the engine; without any, {EACH} in each of {ROOMS}"
    )
    parser.add_argument("--since", default="", help="only files that changed since this commit")
    told = f"how many changes are drawn; 0 for all, {MANY} by default, and {EACH} a room where none is named"
    parser.add_argument("-n", "--count", type=int, help=told)
    parser.add_argument("--seed", default="", help="another draw than that of this commit")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="tell of every change, and which test noticed it")
    parser.add_argument("--most", type=float, default=40.0, help="seconds of tests, as recorded, for one change")
    parser.add_argument("--grace", type=float, default=10.0, help="seconds that tests get beyond three times their own")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("--warm", default=WARM, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def refuse(sentence: str) -> NoReturn:
    """End with the code of what was asked for wrongly: 1 says that too few changes were noticed."""
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def _room(root: Path, rooms: Sequence[str], since: str) -> list[str]:
    """Files of the engine that are asked for."""
    files = [name for name in tracked(root) if name.startswith(f"{ENGINE}/") and name.endswith(".py")]
    for room in (one.rstrip("/") for one in rooms):
        if not any(name == room or name.startswith(f"{room}/") for name in files):
            refuse(f"{room}: no file of the engine, and no folder with one; wanted: like {ENGINE}/checks")
    if rooms or not since:
        wanted = [room.rstrip("/") for room in rooms] or [f"{ENGINE}/{room}" for room in ROOMS.split()]
        files = [name for name in files if any(name == one or name.startswith(f"{one}/") for one in wanted)]
    if since:
        changed = set(_git(root, "diff", "--name-only", since, "--", ENGINE).split("\n"))
        files = [name for name in files if name in changed]
    if not files:
        refuse(f"no file of the engine changed since {since}")
    return files


def _room_of(path: str) -> str:
    return path.split("/")[1]


def _equal(root: Path) -> set[tuple[str, str, str]]:
    """Changes that change nothing, each with its reason in a file: ``path: before → after  # why``."""
    file = root / EQUAL
    if not file.exists():
        return set()
    found = set()
    for line in file.read_text(encoding="utf-8").splitlines():
        change, _, reason = line.rpartition("  # ")
        if line.startswith("#") or not line:
            continue
        path, colon, rest = change.partition(": ")
        before, arrow, after = rest.partition(" → ")
        if not (colon and arrow and reason.strip()):
            sys.exit(f"{EQUAL}: wanted are lines like “path: before → after  # why equal”, not: {line}")
        found.add((path, before, after.strip()))
    return found


def batches(change: Change, source: bytes, tests: Sequence[Test], most: float) -> list[list[Test]]:
    """The tests that execute a change, file by file, then more and more files at a time.

    Files that import what is changed come first, then the quickest ones.
    What runs as a file is loaded may matter to every test of a file that loads it: tests of functions that use its
    name come first, then those of other functions of that file.
    """
    wanted = mask(change.first, change.last)
    hit = [test for test in tests if test.lines.get(change.path, 0) & wanted]
    rank = dict.fromkeys((test.name for test in hit), 0)
    if change.loading:
        using, inside = (_inside(functions_naming(source, names)) for names in (change.names, frozenset()))
        files = {test.file for test in hit}
        hit = [test for test in tests if test.file in files]
        for test in hit:
            lines = test.lines.get(change.path, 0)
            rank[test.name] = 0 if lines & using else 1 if lines & inside else 2
    by_file: dict[tuple[int, str], list[Test]] = {}
    for test in hit:
        by_file.setdefault((rank[test.name], test.file), []).append(test)

    def cost(item: tuple[tuple[int, str], list[Test]]) -> tuple[int, bool, float, str]:
        (order, file), some = item
        far = change.path not in some[0].imports
        return order, far, some[0].fixtures + sum(one.seconds for one in some) / len(some), file

    spent, size, made = 0.0, 1, [[]]
    for _, some in sorted(by_file.items(), key=cost):
        if len({one.file for one in made[-1]}) >= size:
            made.append([])
            size *= 2
        for test in sorted(some, key=lambda one: one.seconds):
            if not spent or spent + test.seconds <= most:
                made[-1].append(test)
                spent += test.seconds
    return [one for one in made if one]


def _inside(functions: Sequence[tuple[int, int]]) -> int:
    """Lines of functions without their heads, which run as the file is loaded."""
    bits = 0
    for first, last in functions:
        bits |= mask(first + 1, last)
    return bits


def _try(
    changes: Sequence[Change],
    sources: dict[str, bytes],
    tests: Sequence[Test],
    trees: Sequence[Tree],
    asked: argparse.Namespace,
) -> list[tuple[Change, str]]:
    """Try every change; give each with how it ended and print those that no test noticed.

    What noticed something has to pass without it, chosen in the same way: else the change is tried again without it.
    """
    ended: list[tuple[Change, str]] = []
    while changes:
        results = list(_results(changes, sources, tests, trees, asked))
        wrong = _wrong([test for test in tests if test.name in {one["by"] for one in results}], trees)
        ended += [(changes[one["number"]], one["outcome"]) for one in results if one["by"] not in wrong]
        changes = [changes[one["number"]] for one in results if one["by"] in wrong]
        tests = [test for test in tests if test.name not in wrong]
        for name in sorted(wrong):
            print(f"no use here, it fails where other tests of its file are left out: {name}", file=sys.stderr)
    return ended


def _results(
    changes: Sequence[Change],
    sources: dict[str, bytes],
    tests: Sequence[Test],
    trees: Sequence[Tree],
    asked: argparse.Namespace,
) -> Iterator[dict[str, Any]]:
    def act(tree: Tree, number: int) -> dict[str, Any]:
        change = changes[number]
        source = sources[change.path]
        parts = batches(change, source, tests, asked.most)
        if not parts:
            return {"outcome": "not covered by any test", "by": ""}
        tree.put(change.path, change.apply(source))
        try:
            return _outcome(tree, parts, asked.grace)
        finally:
            tree.put(change.path, source)

    for result in share(len(changes), trees, act):
        by = f": {result['by']}" if result["by"] else ""
        if asked.verbose or result["outcome"] not in NOTICED:
            print(f"{changes[result['number']]}   [{result['outcome']}{by}]", flush=True)
        yield result


def _wrong(tests: Sequence[Test], trees: Sequence[Tree]) -> set[str]:
    """Which of these tests fail when nothing is changed."""
    files = sorted({test.file for test in tests})

    def act(tree: Tree, number: int) -> dict[str, Any]:
        mine = sorted((test for test in tests if test.file == files[number]), key=lambda one: one.seconds)
        found: list[str] = []
        while len(found) < len(mine):
            ended = _outcome(tree, [[test for test in mine if test.name not in found]], 60.0)
            if ended["outcome"] != "killed":
                break
            found.append(ended["by"])
        return {"found": found}

    return {name for result in share(len(files), trees, act) for name in result["found"]}


def _outcome(tree: Tree, parts: Sequence[Sequence[Test]], grace: float) -> dict[str, Any]:
    """Run tests until one fails."""
    for part in parts:
        files = list(dict.fromkeys(test.file for test in part))
        seconds = sum(test.seconds for test in part) + sum({test.file: test.fixtures for test in part}.values())
        limit = 3 * seconds + grace * (1 + len(files) / 10)
        ran = tree.run(["-x", *files], [Chosen([test.name for test in part])], limit)
        if ran.code is None:
            return {"outcome": "timed out", "by": ""}
        if ran.code not in (0, 5):
            return {"outcome": "killed", "by": ran.failed or f"pytest ended with {ran.code}"}
    return {"outcome": "survived", "by": f"{sum(map(len, parts))} tests"}


if __name__ == "__main__":
    sys.exit(main())
