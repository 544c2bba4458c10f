"""Edits drawn at random by the thousand, and editors killed by the thousand: what holds in the suite holds for all.

``python test/fuzz_revision.py N [SEED]`` (``make fuzz``) tries N sequences of edits and, for each four, one kill, in
processes of their own; ``python test/fuzz_revision.py edits:NUMBER`` or ``kills:NUMBER`` repeats one.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import conftest  # noqa: F401 - makes the checkout a package

from control_units.delineation.plan.file import read_plan
from control_units.delineation.revision.editor import editing
from revision_kills import Editors, Kills
from revision_moves import Walk
from revision_plan import revision_plan

TOGETHER = 25  # sequences that a process tries before the next one has its turn
KILLS = 10  # kills of one number
OF_EDITS = 4  # sequences of edits for each kill


def edits(plan: Path, folder: Path, number: int) -> tuple[list[str], Counter[str]]:
    """Try a sequence of edits, over several openings; say what does not hold, and what was done before that."""
    dice = random.Random(f"edits:{number}")  # noqa: S311 - no secret
    path = Path(shutil.copy(plan, folder / f"edits-{number}.gpkg"))
    said: list[str] = []
    walk = None
    done: Counter[str] = Counter()
    try:
        for _ in range(dice.choice((1, 1, 2, 3))):
            with editing(path) as editor:
                walk = walk or Walk(editor, read_plan(plan))
                walk.editor, done = editor, walk.done
                for _ in range(dice.choice((2, 5, 10))):
                    said.append(walk.step(dice))
                    if found := list(walk.complaints()):
                        return [*found, *(f"    {one}" for one in said)], done
                for seq in (0, editor.timeline.head):
                    editor.go(seq)
                    if found := list(walk.complaints()):
                        return [*found, *(f"    {one}" for one in said), f"    go {seq}"], done
    except Exception:
        return [traceback.format_exc(limit=-6), *(f"    {one}" for one in said)], done
    finally:
        path.unlink()
    return [], done


def kills(plan: Path, folder: Path, editors: Editors, number: int) -> tuple[list[str], Counter[str]]:
    """Kill editors; say what does not hold."""
    trial = Kills(plan, folder, editors, number, mode="DELETE" if number % 2 else "WAL")
    try:
        for _ in range(KILLS):
            if found := trial.kill():
                return [f"kill {trial.kills}", *found], Counter()
    except Exception:
        return [f"kill {trial.kills}", traceback.format_exc(limit=-6)], Counter()
    return [], Counter(kills=trial.kills, edits=trial.edits, struck=trial.in_flight)


def serve(names: list[str]) -> int:
    """Try what is named; print what fails."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="fuzz.") as text, Editors() as editors:
        folder = Path(text)
        plan = revision_plan(folder / "plan")
        for name in names:
            kind, _, number = name.partition(":")
            if kind == "edits":
                found, done = edits(plan, folder, int(number))
            else:
                found, done = kills(plan, folder, editors, int(number))
            failed += bool(found)
            if found:
                print(f"FAILED {name}: python test/fuzz_revision.py {name}", *found, sep="\n  ", flush=True)
            print("tried", name, *(f"{key}={count}" for key, count in done.items()), flush=True)
    return failed


def main(arguments: list[str]) -> int:
    """Draw, share among processes, and count."""
    if arguments[0] == "--serve" or ":" in arguments[0]:
        return min(serve([one for one in arguments if ":" in one]), 100)
    count = int(arguments[0])
    seed = arguments[1] if len(arguments) > 1 else f"{time.time_ns():x}"
    print(f"seed {seed}: {count} sequences of edits, and {count // OF_EDITS} kills", flush=True)
    dice = random.Random(seed)  # noqa: S311 - no secret
    kind = ["kills" if not number % (OF_EDITS * KILLS) else "edits" for number in range(1, count + count // 40 + 1)]
    names = [f"{one}:{dice.randrange(10**9)}" for one in kind]
    shares = [names[start : start + TOGETHER] for start in range(0, len(names), TOGETHER)]
    done: Counter[str] = Counter()
    failed, began = 0, time.monotonic()

    def tried(share: list[str]) -> tuple[int, str]:
        command = [sys.executable, __file__, "--serve", *share]
        ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        died = ended.stdout.count("\ntried ") + ended.stdout.startswith("tried ") < len(share)
        told = f"FAILED a process died in {share}\n{ended.stderr[-2_000:]}\n" if died else ""
        return ended.returncode, ended.stdout + told

    with ThreadPoolExecutor(int(os.environ.get("WORKERS", "2"))) as pool:
        for number, (_, text) in enumerate(pool.map(tried, shares), 1):
            for line in text.splitlines():
                if line.startswith("tried "):
                    words = line.split()
                    done[words[1].partition(":")[0]] += 1
                    done.update({key: int(value) for key, _, value in (word.partition("=") for word in words[2:])})
                else:
                    print(line, flush=True)
                    failed += line.startswith("FAILED")
            if number % 10 == 0:
                print(f"{number} of {len(shares)} shares, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{failed} failed; {', '.join(f'{key} {one}' for key, one in sorted(done.items()))}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
