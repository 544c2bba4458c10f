"""Edits drawn at random by the thousand, and editors killed by the thousand: what holds in the suite holds for all.

``python test/hostile/fuzz_revision.py N [SEED]`` (``make fuzz``) tries N sequences of edits, for each four one kill,
for each fifty a second year (`second_years`), and now and then edits of a plan that another program replaces all the
while, in processes of their own; ``python test/hostile/fuzz_revision.py edits:NUMBER``, ``kills:NUMBER``,
``swaps:NUMBER`` or ``years:NUMBER`` repeats one.
"""

from __future__ import annotations

import contextlib
import multiprocessing
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
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
    import conftest  # noqa: F401 - makes the checkout a package

from control_units.delineation.core.database_file import replace as put_in_place
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.revision.editor import editing
from control_units.delineation.revision.ops import Edit
from revision_kills import Editors, Kills
from revision_moves import Walk
from revision_plan import revision_plan
from second_years import tried

if TYPE_CHECKING:
    import sqlite3

TOGETHER = 25  # sequences that a process tries before the next one has its turn
KILLS = 10  # kills of one number
OF_EDITS = 4  # sequences of edits for each kill
SWAPS, OF_SWAPS = 100, 500  # edits of one number; sequences of edits for each number
OF_YEARS = 50  # sequences of edits for each second year


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


def swaps(plan: Path, folder: Path, number: int) -> tuple[list[str], Counter[str]]:
    """Edit a plan that another process replaces by others; each edit writes into a name which plan it was made on."""
    path = folder / f"swaps-{number}.gpkg"
    read, plans = read_plan(plan), [folder / f"{name}-{number}.gpkg" for name in ("一", "二")]
    for one in plans:
        write_plan(replace(read, meta={**read.meta, "name": one.name}), one)
    shutil.copy(plans[0], path)
    context = multiprocessing.get_context("fork")
    wrong, ended = context.SimpleQueue(), context.Event()
    swapper = context.Process(target=swap, args=(path, plans, number, wrong, ended))
    swapper.start()
    done: Counter[str] = Counter()
    unit = str(read.units["unit_id"].iloc[0])
    while done["swapped"] + done["stopped"] < SWAPS:
        try:
            with editing(path) as editor:
                name = f"{editor.plan.meta['name']} {done['swapped']}"
                editor.do(Edit("rename", {"unit": unit, "name": name}))
                done["swapped"] += 1
        except BadInput:
            done["stopped"] += 1
    ended.set()
    swapper.join()
    found = []
    while not wrong.empty():
        found.append(wrong.get())
    return found, done


def swap(path: Path, plans: list[Path], number: int, wrong: Any, ended: Any) -> None:
    """Put one plan after the other in its place, and look under its lock at the one that goes."""
    dice = random.Random(f"swaps:{number}")  # noqa: S311 - no secret

    def check(connection: sqlite3.Connection) -> None:
        (name,) = connection.execute("SELECT value FROM meta WHERE key = 'name'").fetchone()
        units = [unit for (unit,) in connection.execute("SELECT name FROM units") if ".gpkg" in unit]
        if any(not unit.startswith(name) for unit in units):
            wrong.put(f"{units} is done on {name}")

    while not ended.is_set():
        draft = Path(shutil.copy(dice.choice(plans), path.with_suffix(".draft")))
        with contextlib.suppress(BadInput):
            put_in_place(draft, path, guard=SimpleNamespace(check=check))
        time.sleep(dice.choice((0, 0.01, 0.03, 0.1)))


def years(folder: Path, number: int) -> tuple[list[str], Counter[str]]:
    """Go through second years; say what does not hold."""
    try:
        return tried(folder, number), Counter()
    except Exception:
        return [traceback.format_exc(limit=-6)], Counter()


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
            elif kind == "swaps":
                found, done = swaps(plan, folder, int(number))
            elif kind == "years":
                found, done = years(folder, int(number))
            else:
                found, done = kills(plan, folder, editors, int(number))
            failed += bool(found)
            if found:
                print(f"FAILED {name}: python test/hostile/fuzz_revision.py {name}", *found, sep="\n  ", flush=True)
            print("tried", name, *(f"{key}={count}" for key, count in done.items()), flush=True)
    return failed


def main(arguments: list[str]) -> int:
    """Draw, share among processes, and count."""
    if arguments[0] == "--serve" or ":" in arguments[0]:
        return min(serve([one for one in arguments if ":" in one]), 100)
    count = int(arguments[0])
    seed = arguments[1] if len(arguments) > 1 else f"{time.time_ns():x}"
    print(f"seed {seed}: {count} sequences of edits, {count // OF_EDITS} kills, {count // OF_YEARS} years", flush=True)
    dice = random.Random(seed)  # noqa: S311 - no secret
    kind = ["kills" if not number % (OF_EDITS * KILLS) else "edits" for number in range(1, count + count // 40 + 1)]
    kind += ["swaps"] * (1 + count // OF_SWAPS) + ["years"] * (count // OF_YEARS)
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
