"""Changes to a package of one file whose tests are weak in known places: what is noticed, and what is not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mutation.changes import changes_of, draw

TOOL = Path(__file__).resolve().with_name("mutants.py")

ENGINE = '''"""Numbers."""

LIMIT = 3


def low(number: int) -> bool:
    """Tell whether a number is low."""
    return number < LIMIT


def half(number):
    if number == 7:
        raise ValueError(f"never {number - 1}")
    return number / 2


def endless(number):
    while number:
        number = low(number)
    return number


def unseen(number):
    return number + 1
'''
MAIN = "import sys\n\nfrom . import numbers\n\nprint(numbers.half(float(sys.argv[1])) + 0)\n"
TESTS = """
import subprocess, sys
from delineation.numbers import endless, low

def test_low():
    assert low(2) and not low(5)

def test_half_in_a_process_of_its_own():
    done = subprocess.run([sys.executable, "-m", "delineation", "8"], capture_output=True, text=True, check=True)
    assert done.stdout == "4.0\\n"

def test_endless():
    assert endless(4) is False
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    if shutil.which("git") is None:
        pytest.skip("no git")
    root = tmp_path_factory.mktemp("project")
    files = {
        "delineation/__init__.py": "",
        "delineation/numbers.py": ENGINE,
        "delineation/__main__.py": MAIN,
        "test/test_numbers.py": TESTS,
        ".gitignore": "build\n__pycache__\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *arguments], cwd=root, check=True)
    return root


def mutants(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, str(TOOL), "--root", str(root), "--warm", "", "--grace", "2", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def told(text: str) -> dict[str, str]:
    """Changes that are told of, and how each ended."""
    lines = [line.partition("delineation/")[2] for line in text.splitlines() if "→" in line]
    pairs = (re.sub(r"  +", " ", re.sub(r": \d+ tests", "", line)).rsplit(" [", 1) for line in lines)
    return {change: ended.rstrip("]") for change, ended in pairs}


@pytest.mark.slow
def test_exactly_what_no_test_notices_is_told(project):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git" not in path.parts}
    (project / "test" / "house" / "mutation").mkdir(parents=True)
    (project / "test" / "house" / "mutation" / "equal.txt").write_text(
        "# What changes nothing\n"
        "delineation/__main__.py: print(numbers.half(float(sys.argv[1])) + 0) → "
        "print((numbers.half(float(sys.argv[1])) - 0))  # nothing more is nothing less\n"
    )
    done = mutants(project, "delineation", "--count", "0", "--verbose")
    ended = told(done.stdout)
    assert {f"{change} [{how}]" for change, how in ended.items() if how.startswith(("survived", "not"))} == {
        "numbers.py:3 LIMIT = 3 → LIMIT = 4 [survived]",
        "numbers.py:8 return number < LIMIT → return (number <= LIMIT) [survived]",
        "numbers.py:12 if number == 7: → if False: [survived]",
        "numbers.py:12 if number == 7: → if number == 6: [survived]",
        "numbers.py:12 if number == 7: → if number == 0: [survived]",
        "numbers.py:12 if number == 7: → if number == 14: [survived]",
        'numbers.py:13 raise ValueError(f"never {number - 1}") → pass [not covered by any test]',
        "numbers.py:24 return number + 1 → return None [not covered by any test]",
        "numbers.py:24 return number + 1 → return (number - 1) [not covered by any test]",
        "numbers.py:24 return number + 1 → return number + 0 [not covered by any test]",
        "numbers.py:24 return number + 1 → return number + 2 [not covered by any test]",
    }, done.stdout + done.stderr
    # In a process that a test starts it stands as well, and one that never ends is noticed by the clock.
    by = "test/test_numbers.py::test_half_in_a_process_of_its_own"
    line = "print(numbers.half(float(sys.argv[{}])) + 0)"
    assert ended[f"__main__.py:5 {line.format(1)} → {line.format(2)}"] == f"killed: {by}"
    assert ended["numbers.py:19 number = low(number) → pass"] == "timed out"
    assert "numbers.py: 16 of 27 noticed" in done.stdout
    # On a busy machine the clock may be quicker than a test that would have noticed.
    pattern = r"(\d+) killed, 6 survived, (\d+) timed out, 5 not covered by any test, 1 known to be equal: 65.6 %"
    assert sum(map(int, re.search(pattern, done.stdout).groups())) == 21
    assert done.returncode == 1
    assert all(path.read_bytes() == text for path, text in before.items())


@pytest.mark.slow
def test_lines_are_recorded_again_only_where_what_ran_is_otherwise(project, tmp_path):
    root = shutil.copytree(project, tmp_path / "project")
    shutil.rmtree(root / "build", ignore_errors=True)
    engine = root / "delineation"
    (engine / "other.py").write_text("ONE = 1\n", encoding="utf-8")

    def recorded() -> bool:
        return "lines 1/1" in mutants(root, "delineation/numbers.py", "--count", "1").stdout

    assert recorded()
    (engine / "other.py").write_text("ONE = 2\n", encoding="utf-8")
    assert not recorded()
    (engine / "numbers.py").write_text(f"{ENGINE}\n\nMORE = 1\n", encoding="utf-8")
    assert recorded() and not recorded()


@pytest.mark.slow
def test_without_a_room_named_as_many_are_drawn_in_each(project, tmp_path):
    root = shutil.copytree(project, tmp_path / "project")
    for room in ("plan", "rules", "core"):  # a fault in the last of which costs a planner nothing by itself
        (root / "delineation" / room).mkdir()
        (root / "delineation" / room / "__init__.py").write_text("ONE = 1\nTWO = 2\n", encoding="utf-8")
    done = mutants(root, "--count", "2")
    assert "4 of 12 changes to 2 files" in done.stdout, done.stdout + done.stderr
    assert "plan: 0 of 2 noticed\nrules: 0 of 2 noticed\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("delineation/nowhere",), "no file of the engine"), (("--since", "HEAD"), "changed since HEAD")],
)
def test_a_room_without_a_file_is_refused(project, arguments, said):
    done = mutants(project, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout


def test_the_same_seed_draws_the_same_changes():
    found = changes_of("numbers.py", ENGINE.encode())
    assert len(set(found)) == len(found) > 20
    assert draw(found, 10, "a") == draw(list(found), 10, "a") != draw(found, 10, "b")
    assert draw(found, 0, "a") == found
    for one in found:
        assert compile(one.apply(ENGINE.encode()), one.path, "exec")


def instead(source: str) -> set[str]:
    return {one.after for one in changes_of("a.py", source.encode())}


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("a = b <= c", {"a = (b < c)"}),
        ("a = b in c", {"a = (b not in c)"}),
        ("a = not b", {"a = b"}),
        ("a = b and c", {"a = (b or c)", "a = b", "a = c"}),
        ("a = min(b, c)", {"a = max(b, c)"}),
        ("a = b.any()", {"a = b.all()"}),
        ("a = b[:c]", {"a = b[:]"}),
        ("a = b(c, d=e)", {"a = b(c)"}),
        ("a = b(c, d)", {"a = b(c)"}),
        ("a |= b", {"a &= b", "pass"}),
        ("a = b | ~c", {"a = (b & ~c)", "a = b | c"}),
        ("a = b if c else d", {"a = b if True else d", "a = b if False else d"}),
        ("a = [b for b in c if b]", {"a = [b for b in c if True]", "a = [b for b in c if False]"}),
        ("while a:\n    break", {"while False:", "pass"}),
        ("def a():\n    return b", {"return None"}),
        ("a[b] = c", {"pass"}),
        ("a = True", {"a = False"}),
        ("a = 1", {"a = 2", "a = 0"}),
        ("a = 200", {"a = 201", "a = 199", "a = 400", "a = 20"}),
        ("a = 0.5", {"a = 1.0", "a = 0.05"}),
        ("a = b[0]", {"a = b[1]", "a = b[-1]"}),
        ("a = b(keep='first')", {"a = b(keep='last')", "a = b()"}),
        ("for a in range(b, c, d):\n    e", {"for a in range(b, c, d)[:1]:", "for a in range(b, c):"}),
        ("a.executemany(b, c)", {"a.executemany(b, list(c)[:200])", "a.executemany(b)", "pass"}),
        ("match a:\n    case 1 if b:\n        pass", {"case 1 if True:", "case 1 if False:"}),
        # On these nothing hangs.
        ('"""1 + 1"""', set()),
        ("a: dict[1, 2]", set()),
        ("@a(1)\ndef b(c: d[1]) -> e[2]:\n    pass", set()),
        ("if TYPE_CHECKING:\n    a = 1", set()),
        ("progress(0.5, 1)", set()),
        ("a = f'{b + 1}'", set()),
        ("a = zip(b, strict=True)", set()),
        ("raise A(1 + 1)", {"pass"}),
        # Of what is said, facts may change places.
        ("raise A(B('{c} {d}', c=e, d=f))", {"pass", "raise A(B('{c} {d}', c=f, d=e))"}),
    ],
)
def test_what_a_line_becomes(source, after):
    assert instead(source) == after
