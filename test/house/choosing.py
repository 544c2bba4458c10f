"""Chooses tests by the lines that they execute: ``make later`` and ``make test-changed``.

``later`` writes which tests ``make test`` leaves to ``make test-all``: those that take their time and execute hardly a
line that quicker ones do not execute too. ``changed`` writes which tests execute a line that has changed since a
commit, or lie in a file that has changed, and all of a file of tests whose lines are not known.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from mutation.changes import functions_naming
from mutation.lines import Lines, add, mask
from mutation.recording import PANEL, WATCHED, Test, as_it_was, digests, folder_of, kept, recorded, tests_of
from mutation.running import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
LATER = ROOT / "test" / "later.txt"
FOLDERS = ("test", PANEL)
# What these hold are sources, documents and rows of tables, of which no executed line tells.
ALWAYS = {
    "test/house/test_architecture.py",
    "test/assess/test_assess_hand.py",
    "test/lists/test_clause_library.py",
    "test/house/test_docs.py",
    "test/lists/test_golden_lists.py",
    "test/assess/test_hand_table.py",
    "test/lists/test_industry_search.py",
    "test/cli/test_language.py",
    "test/lists/test_list_lint.py",
    "test/core/test_messages.py",
    "test/assess/test_national_clauses.py",
    "test/package/test_package_contents.py",
    "test/cli/test_public.py",
    "test/house/test_readme.py",
    "test/assess/test_scopes.py",
    "test/plan/test_schemas.py",
    "test/house/test_wheel.py",
}
# Seconds that a test, or a share of what its file needs, may take without a reason.
QUICK = 0.2
# Lines that nothing else executes for which a second of a test is spent each time.
WORTH = 2.0
HEAD = """\
# Tests that `make test` leaves to `make test-all`: each takes more than {quick} s as recorded, and executes no more
# than {worth:g} lines of engine and panel a second that no other test does. Written by `make later` of what was
# recorded in build/mutants.
"""


def left_to_later(tests: Sequence[Test]) -> set[str]:
    """Tests that take their time and execute too few lines that no quicker test executes, the dearest first.

    What a whole file needs before its tests is shared among those of them that are in doubt; where few are left of a
    file that needs much, they go together or not at all.
    """
    count = Counter(test.file for test in tests)
    cost = {test.name: test.seconds + test.fixtures / count[test.file] for test in tests}
    sure: Lines = {}
    doubtful = []
    for test in sorted(tests, key=lambda test: cost[test.name]):
        if cost[test.name] < QUICK or test.file in ALWAYS:
            add(test.lines, sure)
        else:
            doubtful.append(test)
    seen, useful = dict(sure), []
    for test in doubtful:
        if _beyond(test.lines, seen):
            useful.append(test)
            add(test.lines, seen)
    own = {test.name: frozenset(_bits(_beyond(test.lines, sure))) for test in useful}
    times = Counter(line for lines in own.values() for line in lines)
    quick = {test.file for test in tests if cost[test.name] < QUICK or test.file in ALWAYS}
    files: defaultdict[str, list[Test]] = defaultdict(list)
    for test in useful:
        files[test.file].append(test)
    whole = [(some[0].fixtures + sum(test.seconds for test in some), some) for some in files.values()]
    groups = [(spent, some) for spent, some in whole if some[0].file not in quick]
    groups += [(cost[test.name], [test]) for test in useful]
    kept = set(own)
    for spent, some in sorted(groups, key=lambda group: -group[0]):
        together = Counter(line for test in some if test.name in kept for line in own[test.name])
        if sum(times[line] == number for line, number in together.items()) <= spent * WORTH:
            times.subtract(together)
            kept -= {test.name for test in some}
    return {test.name for test in doubtful} - kept


def _beyond(lines: Lines, known: Lines) -> Lines:
    """Lines that are not among those known."""
    return {path: more for path, bits in lines.items() if (more := bits & ~known.get(path, 0))}


def _bits(lines: Lines) -> Iterator[tuple[str, int]]:
    for path, bits in lines.items():
        for number in range(bits.bit_length()):
            if bits >> number & 1:
                yield path, number


def by_function(names: Iterable[str], every: Iterable[str]) -> list[str]:
    """Name a test once where all that it is repeated for is meant."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for name in every:
        groups[name.partition("[")[0]].add(name)
    wanted = set(names)
    whole = {function for function, some in groups.items() if some <= wanted}
    return sorted(whole | {name for name in wanted if name.partition("[")[0] not in whole})


def write_later(workers: int) -> None:
    """Record what is not known, choose, write."""
    os.environ.setdefault("CONTROL_UNITS_DATA", str(ROOT.parent / "shared" / "data"))
    names: list[str] = []
    with tempfile.TemporaryDirectory(prefix="later-") as scratch:
        trees = [Tree(ROOT, Path(scratch) / str(number)) for number in range(workers)]
        for folder in FOLDERS:
            tests = list(recorded(ROOT, trees, folder))
            later = left_to_later(tests)
            seconds = [sum(test.seconds for test in tests if (test.name in later) == left) for left in (False, True)]
            print(f"{folder}: {len(later)} of {len(tests)} tests and {seconds[1]:.0f} of {sum(seconds):.0f} s are left")
            names += by_function(later, (test.name for test in tests))
    LATER.write_text(HEAD.format(quick=QUICK, worth=WORTH) + "\n".join(names) + "\n", encoding="utf-8")


def changed_lines(before: bytes, after: bytes) -> int:
    """Lines of a source that are no more in another, and those around what has come between."""
    old, new = before.split(b"\n"), after.split(b"\n")
    bits = 0
    for kind, start, end, *_ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            bits |= mask(start + 1, end) if end > start else mask(max(start, 1), start + 1)
    return bits


def as_recorded(changed: int, then: bytes, since: bytes) -> int:
    """Lines of a recorded source where those of a later one have come from; all that differs where they are new."""
    blocks = difflib.SequenceMatcher(None, since.split(b"\n"), then.split(b"\n"), autojunk=False).get_opcodes()
    bits = 0
    for kind, start, end, there, ended in blocks:
        here = changed & mask(start + 1, max(end, start + 1))
        if kind == "equal":
            bits |= here >> start << there
        elif here:
            bits |= mask(there + 1, max(ended, there + 1))
    return bits


def what_changed(since: str) -> tuple[dict[str, int], set[str]]:
    """Lines of engine and panel, as they were at a commit, that have changed since; and other files that have."""
    lines, others = {}, set()
    for name in _git("diff", "--name-only", since).decode().split("\n"):
        now = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if name.startswith(tuple(f"{one}/" for one in WATCHED)) and name.endswith(".py"):
            lines[name] = changed_lines(_at(since, name), now)
        elif name:
            others.add(name)
    new = _git("ls-files", "--others", "--exclude-standard").decode().split("\n")
    return lines, others | set(filter(None, new))


def tests_of_change(since: str) -> list[str]:
    """Name tests that execute what has changed since a commit, and files of tests of which that cannot be said."""
    changed, others = what_changed(since)
    found: list[str] = []
    for name in sorted(name for name in digests(ROOT) if folder_of(name)):
        known = kept(ROOT, name)
        if not known or others & {name, *known["made_of"]}:
            found.append(name)
            continue
        hit = {path: _then(path, bits, since, known["made_of"].get(path, "")) for path, bits in changed.items()}
        found += [
            test.name
            for test in tests_of(name, known)
            if any(test.lines.get(path, 0) & bits for path, bits in hit.items())
        ]
    return found


@functools.cache
def _then(path: str, bits: int, since: str, digest: str) -> int:
    """Lines as they were recorded; of what runs as a file is loaded, the functions that speak of what it binds."""
    if not digest:
        return 0
    then = as_it_was(ROOT, digest)
    bits = as_recorded(bits, then, _at(since, path))
    inside = 0
    for first, last in functions_naming(then, frozenset()):
        inside |= mask(first + 1, last)
    if outside := bits & ~inside:
        words = {word for at, line in enumerate(then.split(b"\n"), 1) if outside >> at & 1 for word in _names(line)}
        for first, last in functions_naming(then, frozenset(words)) if words else ():
            bits |= mask(first + 1, last)
    return bits & inside


def _names(line: bytes) -> list[str]:
    """Names that a line binds, as far as its beginning tells."""
    words = line.decode().replace("(", " ").replace(":", " ").replace("=", " ").split()
    return words[1:2] if words[:1] and words[0] in ("def", "class", "async") else words[:1]


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", "-c", "core.quotePath=false", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        print(f"git {' '.join(arguments)}: {done.stderr.decode().strip()}", file=sys.stderr)
        raise SystemExit(2)
    return done.stdout


@functools.cache
def _at(since: str, name: str) -> bytes:
    return _git("show", f"{since}:{name}") if _git("ls-tree", since, "--", name) else b""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("later", "changed"))
    parser.add_argument("--since", default="HEAD", help="the commit that changes are counted from")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("-o", "--output", type=Path, help="where the names go, one a line")
    asked = parser.parse_args(arguments)
    if asked.what == "later":
        write_later(asked.workers)
        return 0
    names = tests_of_change(asked.since)
    print(f"{len(names)} tests and files of tests for what has changed since {asked.since}", file=sys.stderr)
    asked.output.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
