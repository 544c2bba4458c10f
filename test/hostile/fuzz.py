"""Damaged files, thousands of them: whatever a verb is given, it refuses in one sentence or gives a sound answer.

``python test/hostile/fuzz.py N [SEED]`` (``make fuzz``) tries N mutants in processes of their own, ``python
test/hostile/fuzz.py FAMILY:NUMBER`` repeats one, and ``test_fuzz.py`` tries three hundred in the suite.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
    import conftest  # noqa: F401 - makes the checkout a package

from command import Answer, ask
from control_units.delineation.export.history import history_file, read_history
from fuzz_sound import SOUND, difference, holds_now, nothing, plain, refused, tells
from fuzz_world import DATE, FAMILIES, OUTPUTS, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT = Path(__file__).with_name("fuzz_seeds.txt")
EXPORTS = ("lists", "package")
REPLACED = ("run", "adopt", "version")  # verbs that put a plan in the place of another
LIMIT = 60.0  # seconds that a mutant may take: a hundred times what the slowest verb does
MEMORY = 6 << 30  # bytes of addresses: what a damaged number of cells asks for is not to be had
_SLOW = {"bench": 0.03, "run": 0.4, "adopt": 0.4}
_OFTEN = {"plan": 4.0, "rows": 3.0, "case": 2.0, "profile": 3.0, "shp": 2.0, "rasters": 2.0, "kept": 0.1}


class Mutant(NamedTuple):
    """A verb of a family with the files that it meets damaged."""

    family: str
    number: int
    verb: str
    file: str
    damages: tuple[str, ...]

    @property
    def name(self) -> str:
        """What repeats it."""
        return f"{self.family}:{self.number}"


# --- what holds -------------------------------------------------------------------------------------------------------


class Fuzz:
    """An undamaged county, the answers that it gives, and copies of it that are damaged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.whole = world(folder / "whole")
        self.before = contents(self.whole)
        self.content = holds_now(self.whole / "plan.gpkg")
        self.answers: dict[tuple[str, ...], Answer] = {}

    def mutant(self, family: str, number: int) -> tuple[Mutant, list[str]]:
        """Make a mutant, try it, and say what does not hold."""
        dice = random.Random(f"{family}:{number}")  # noqa: S311 - no secret
        kind = FAMILIES[family]
        weights = [_SLOW.get(verb.split()[0], 1.0) for verb in kind.verbs]
        verb = dice.choices(list(kind.verbs), weights)[0]
        file = dice.choice([name for pattern in kind.files for name in self.matching(pattern)])
        said = []

        def damage(place: Path) -> None:
            said.extend(kind.damage(place / file, dice) for _ in range(dice.choice((1, 1, 1, 2, 4))))

        complaints = self.attempt(family, verb, damage)
        return Mutant(family, number, verb, file, tuple(said)), complaints

    def matching(self, pattern: str) -> list[str]:
        """Names of the files of a pattern."""
        found = (path for path in self.whole.glob(pattern) if path.is_file())
        return sorted(path.relative_to(self.whole).as_posix() for path in found)

    def expected(self, arguments: tuple[str, ...]) -> Answer:
        """What the verb answers to undamaged files."""
        if arguments not in self.answers:
            self.answers[arguments] = self.answer(arguments, lambda _: None)
        return self.answers[arguments]

    def answer(self, arguments: tuple[str, ...], damage: Callable[[Path], object]) -> Answer:
        """What a verb answers to a damaged copy."""
        place = self._copy()
        damage(place)
        with chdir(place):
            found = plain(ask(*arguments))
        shutil.rmtree(place)
        return found

    def attempt(self, family: str, verb: str, damage: Callable[[Path], None], *, same: bool = False) -> list[str]:
        """Damage a copy and run a verb on it; ``same``: its answer has to be that of the undamaged files."""
        arguments = FAMILIES[family].verbs[verb]
        place = self._copy()
        damage(place)
        before = contents(place)
        temporary, tempfile.tempdir = tempfile.tempdir, str(place / "temporary")
        (place / "temporary").mkdir()
        began = time.monotonic()
        try:
            with chdir(place):
                with overheard() as heard:
                    answer = plain(ask(*arguments))
                    noise = heard()
                took = time.monotonic() - began
                found = list(self._held(arguments, answer, before))
            reads = family == "plan" and "|" not in arguments[1] and arguments[0] in ("info", "why", "lists", "check")
            told = reads and answer.code != 2 and tells(arguments[0], answer)
            exact = same or ((reads or family == "kept") and answer.code != 2)
            if exact and not told and answer != (expected := self.expected(arguments)):
                found.append(f"another answer: {answer.code} {difference(answer.document, expected.document)}")
            changed = reads and answer.code != 2 and holds_now(place / "plan.gpkg") != self.content
            if changed != told:
                found.append(f"rows were changed: {changed}, and it says: {told}")
            if noise:
                found.append(f"a library said {noise!r:.200}")
            if took > LIMIT:
                found.append(f"took {took:.0f} s")
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)
            own = [one for one in last if "delineation" in one.filename] or last
            found = [f"{type(error).__name__}: {error!s:.200} ({Path(own[-1].filename).name}:{own[-1].lineno})"]
        finally:
            tempfile.tempdir = temporary
            shutil.rmtree(place)
        return found

    def _copy(self) -> Path:
        place = Path(tempfile.mkdtemp(dir=self.folder)) / "whole"
        shutil.copytree(self.whole, place)
        return place

    def _held(self, arguments: tuple[str, ...], answer: Answer, before: dict[str, bytes]) -> Iterator[str]:
        """Say what does not hold of an answer; the working folder is where it was asked."""
        after, verb = contents(Path()), arguments[0]
        output = arguments[arguments.index("-o") + 1] if "-o" in arguments else OUTPUTS.get(verb, "")
        changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        own = [name for name in changed if output and (name == output or name.startswith(f"{output}/"))]
        # Results that a bench has finished are kept, whatever becomes of the rest.
        own = [name for name in own if answer.code != 2 or name.startswith(f"{output}/labels/")]
        if verb in EXPORTS and answer.code == 0:
            # What a plan was exported to is noted beside it.
            noted = history_file(Path(arguments[1]))
            own.append(noted.name)
            if [line.files for line in read_history(Path(arguments[1]))[-1:]] != [(Path(output).resolve(),)]:
                yield f"{noted.name} does not tell of {output}"
            if not after.get(noted.name, b"").startswith(before.get(noted.name, b"")):
                yield f"{noted.name} lost lines"
        own += ["plan.gpkg", "copy.gpkg"] if verb == "edit" and answer.code != 2 else []
        if verb in REPLACED and answer.code in (0, 1):
            # What was done is noted beside the plan, and the plan before is kept there.
            plan = Path(arguments[arguments.index("-o") + 1] if "-o" in arguments else arguments[1])
            own += [plan.with_suffix(ending).name for ending in (".history.jsonl", ".undo.gpkg")]
        if strange := [name for name in changed if name not in own]:
            yield f"exit {answer.code} and touched {', '.join(strange[:5])}"
        if answer.code == 2:
            yield from refused(answer)
        elif answer.code not in (0, 1):
            yield f"exit {answer.code}"
        elif verb != "verify" or before != self.before:  # two equal bytes may have been swapped
            yield from SOUND.get(verb, nothing)(answer, output)


@contextmanager
def overheard() -> Iterator[Callable[[], str]]:
    """Collect what libraries write past Python to standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)

        def heard() -> str:
            said.seek(0)
            return said.read().decode("utf-8", "replace")

        try:
            yield heard
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def contents(folder: Path) -> dict[str, bytes]:
    """Bytes of all files by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- by hand ----------------------------------------------------------------------------------------------------------


def names(seed: str, count: int) -> list[str]:
    """Draw mutants: what the engine itself reads most often, and whole benches seldom."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    weights = [_OFTEN.get(family, 1.0) for family in FAMILIES]
    return [f"{family}:{dice.randrange(10**9)}" for family in dice.choices(list(FAMILIES), weights, k=count)]


def kept() -> list[str]:
    """Mutants that did not hold once."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.is_file() else []
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def serve() -> None:
    """Try the mutants whose names come line by line; answer each with a line of JSON."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory(prefix="fuzz.") as folder:
        fuzz = Fuzz(Path(folder))
        for line in sys.stdin:
            family, _, number = line.strip().partition(":")
            mutant, complaints = fuzz.mutant(family, int(number))
            print(json.dumps([*mutant[2:], complaints], ensure_ascii=True), file=out, flush=True)


class Worker:
    """A process that tries mutants, and a new one where that dies or takes too long."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the worker
        self.name, self.since = "", 0.0

    def give(self, name: str) -> None:
        """Let it begin with a mutant."""
        if self.process is None:
            command = [sys.executable, __file__, "--serve"]
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self.errors, text=True)
        self.name, self.since = name, time.monotonic()
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()

    def take(self, *, ready: bool) -> tuple[str, str, tuple[str, ...], list[str]] | None:
        """What became of it; None as long as it goes on."""
        if not ready and time.monotonic() - self.since < 2 * LIMIT:
            return None
        line = self.process.stdout.readline() if ready else ""
        if line:
            verb, file, damages, complaints = json.loads(line)
            return verb, file, tuple(damages), complaints
        if not ready:
            self.process.kill()
        code = self.process.wait()
        self.process = None
        self.errors.seek(0)
        last = (self.errors.read().strip().splitlines() or [""])[-1]
        said = f"the process ended with {code} ({last:.200})" if ready else f"no end within {2 * LIMIT:g} s"
        return "?", "?", (), [said]

    def end(self) -> None:
        """Let the process go."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def trial(todo: list[str], workers: int) -> dict[str, str]:
    """Try mutants side by side; what did not hold by name, told as it comes."""
    failed: dict[str, str] = {}
    waiting, crew = list(reversed(todo)), [Worker() for _ in range(workers)]
    busy: list[Worker] = []
    done, began = 0, time.monotonic()
    while waiting or busy:
        for worker in crew:
            if worker not in busy and waiting:
                worker.give(waiting.pop())
                busy.append(worker)
        ready = select.select([worker.process.stdout for worker in busy], [], [], 1.0)[0]
        for worker in list(busy):
            found = worker.take(ready=worker.process.stdout in ready)
            if found is None:
                continue
            busy.remove(worker)
            done += 1
            verb, file, damages, complaints = found
            if complaints:
                failed[worker.name] = f"{verb} with {file} ({'; '.join(damages)}): {'; '.join(complaints)}"
                print(f"python test/hostile/fuzz.py {worker.name}  # {failed[worker.name]}", flush=True)
            if done % 500 == 0:
                print(f"{done} tried, {len(failed)} failed, {time.monotonic() - began:.0f} s", flush=True)
    for worker in crew:
        worker.end()
    return failed


def main(arguments: list[str]) -> int:
    """Try N mutants of a seed, or those that are named; those that fail are added to the kept ones."""
    os.environ["SOURCE_DATE_EPOCH"] = DATE
    if arguments == ["--serve"]:
        serve()
        return 0
    if arguments and ":" in arguments[0]:
        todo = arguments
    else:
        if arguments and not (arguments[0].isascii() and arguments[0].isdigit()):
            print(f"N = '{arguments[0]}'; wanted: how many mutants, or FAMILY:NUMBER of one to repeat", file=sys.stderr)
            return 2
        count = int(arguments[0]) if arguments else 1000
        seed = arguments[1] if len(arguments) > 1 else str(time.time_ns() // 10**9)
        todo = names(seed, count)
        print(f"{count} mutants of seed {seed}", flush=True)
    failed = trial(todo, int(os.environ.get("WORKERS", "2")))
    print(f"{len(todo)} tried, {len(failed)} failed")
    new = [name for name in failed if name not in kept()]
    if new and ":" not in (arguments or [""])[0]:
        with KEPT.open("a", encoding="utf-8") as file:
            file.writelines(f"{name}  # {ascii(failed[name])[1:200]}\n" for name in new)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
