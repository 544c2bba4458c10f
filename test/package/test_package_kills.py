"""A package that is interrupted and made again at once: nothing is left, nobody disturbed, the result the same."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command import ROOT, ask, child
from control_units.delineation.export import map_qgis
from control_units.delineation.package.verify import verify
from control_units.delineation.verbs import run
from hand import hand

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="signals, and processes as /proc shows them"),
    pytest.mark.uses("rasterio", "exactextract"),
    pytest.mark.slow,
]

LAYERS = """title = "简"
folder = "x"
[[file]]
path = "矢量/单元.shp"
kind = "layer"
of = "units"
encoding = "GBK"
[[file]]
path = "矢量/单元.gpkg"
kind = "layer"
of = "zones"
[[file]]
path = "说明.txt"
kind = "readme"
"""
MAP = """[[file]]
path = "图/单元图.{kind}"
kind = "export"
format = "map-{kind}"
options = {{ paper = "A4", dpi = "72" }}
"""
# Dies before one of the steps by which a package takes the place of another.
SWAP = """
import os, shutil, sys
from pathlib import Path
from delineation.cli import main

place, last, rename, empty = Path(sys.argv[1]).resolve(), sys.argv[2], Path.replace, shutil.rmtree

def step(name):
    if name == last:
        os._exit(9)

def replace(path, target):
    step("old" if path == place else "new" if Path(target) == place else "")
    return rename(path, target)

def rmtree(path, *options, **named):
    step("aside" if str(path).endswith(".before") else "")
    return empty(path, *options, **named)

Path.replace, shutil.rmtree = replace, rmtree
sys.exit(main(sys.argv[3:]))
"""
# In the place of qgis_process: two processes that write wherever they may for a minute, or one that draws a pixel.
QGIS = """
import contextlib, json, os, struct, sys, time, zlib
from pathlib import Path
given = json.load(sys.stdin)["inputs"]
out, here = Path(given["OUTPUT"]), Path(__file__).parent
if not (here / "draw").exists():
    os.fork()
    (here / f"{os.getpid()}.pid").touch()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        os.makedirs(os.environ["TMPDIR"], exist_ok=True)
        for place in (out.parent, Path(os.environ["TMPDIR"])):
            with contextlib.suppress(OSError):
                (place / f"left-{os.getpid()}").touch()
        time.sleep(0.002)
head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(2))), (b"IEND", b""))
packed = (struct.pack(">I", len(of)) + kind + of + struct.pack(">I", zlib.crc32(kind + of)) for kind, of in chunks)
out.write_bytes(bytes((137, 80, 78, 71, 13, 10, 26, 10)) + b"".join(packed))
Path(given["REPORT"]).write_text(json.dumps({"files": [out.name], "units": 3, "facts": {}}))
"""
KINDS = ("kill", "term", "group", "both", "qgis", "int")
PATIENCE = 10.0  # seconds until nothing is left


class Place:
    """A plan, where its package goes, a folder for temporary files."""

    def __init__(self, folder: Path, layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.temporary, self.layout = folder / "tmp", folder / "简.toml"
        self.plan, self.out = folder / "plan.gpkg", folder / "out" / "成果.v1"
        self.temporary.mkdir()
        self.out.parent.mkdir()
        self.layout.write_text(layout, encoding="utf-8")
        run(hand(folder), self.plan)
        monkeypatch.setenv("TMPDIR", str(self.temporary))
        monkeypatch.setattr(tempfile, "tempdir", None)

    def command(self, city: str) -> list[object]:
        return ["package", self.plan, "-o", self.out, "--profile", self.layout, "--city", city]

    def made(self, city: str) -> dict[str, bytes]:
        """Make a package in this process, and give what is in it."""
        answer = ask(*self.command(city))
        assert answer.code == 0, answer
        assert verify(self.out).ok
        return contents(self.out)

    def processes(self, of: str = "") -> list[int]:
        """Those that were started for a package here: they have its folder for temporary files, or one in it."""
        found = []
        for path in Path("/proc").iterdir():
            try:
                words = (path / "environ").read_bytes().split(b"\0") if path.name.isdigit() else []
                ours = any(word.startswith(b"TMPDIR=" + os.fsencode(self.temporary)) for word in words)
                if ours and of.encode() in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
            except OSError:
                continue
        return found

    def interrupted(self, kind: str, until: Callable[[subprocess.Popen[str]], object]) -> int:
        """Make a package in a process of its own and interrupt it; give how that ended, where it has ended."""
        made = child(*self.command("城市"), start_new_session=True)
        until(made)
        if kind == "group":
            os.killpg(made.pid, signal.SIGKILL)
        elif kind != "qgis":
            made.send_signal({"term": signal.SIGTERM, "int": signal.SIGINT}.get(kind, signal.SIGKILL))
        for number in self.processes("qgis_process") if kind in ("qgis", "both") else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        if kind not in ("term", "int"):  # these may be about to end while it is made again
            made.wait()
        wanted = None if kind == "qgis" else self.made("城市")
        said = made.communicate(timeout=60)
        # Who is asked to end while Python starts or ends is ended by Python.
        codes = {"qgis": (0,), "term": (0, 130, -15), "int": (0, 130, -2)}
        assert made.returncode in codes.get(kind, (0, -9)), said
        assert wanted is None or contents(self.out) == wanted
        return made.returncode

    def left(self) -> list[object]:
        """All that there should not be any more, once it has had its time to go."""
        end = time.monotonic() + PATIENCE
        while True:
            found = [*self.processes(), *self.temporary.iterdir(), *set(self.out.parent.iterdir()) - {self.out}]
            if not found or time.monotonic() > end:
                return found
            time.sleep(0.05)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def place(tmp_path, monkeypatch, request):
    """Its package has the maps that the test names."""
    maps = getattr(request, "param", ())
    return Place(tmp_path, LAYERS + "".join(MAP.format(kind=kind) for kind in maps), monkeypatch)


@pytest.mark.parametrize(("step", "there"), [("old", "旧市"), ("new", ""), ("aside", "城市")])
def test_killed_at_each_step_of_the_swap_the_package_is_whole_and_the_next_leaves_nothing(step, there, place):
    before = place.made("旧市")
    with (place.out / "说明.txt").open("rb") as reader:
        killed = [sys.executable, "-c", SWAP, place.out, step, *place.command("城市")]
        assert subprocess.run(list(map(str, killed)), cwd=ROOT, check=False, capture_output=True).returncode == 9
        assert len(list(place.out.parent.glob(".*.before"))) == 1
        assert place.out.exists() == bool(there)
        if there:
            assert verify(place.out).ok
            assert there in (place.out / "manifest.json").read_text(encoding="utf-8")
        # Who is refused puts back what was there, too.
        assert ask(*place.command("城市"), "--accept", place.layout).code == 2
        assert (contents(place.out) == before) == (step != "aside")
        place.made("城市")
        assert reader.read() == before["说明.txt"]
    assert place.left() == []


@pytest.mark.parametrize("place", [["png"]], indirect=True)
@pytest.mark.thirds("kind")
@pytest.mark.parametrize("kind", KINDS)
def test_a_child_that_draws_goes_with_whoever_started_it(kind, place, tmp_path, monkeypatch):
    program = tmp_path / "qgis" / "qgis_process"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{QGIS}", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(map_qgis.WHERE, str(program))
    draw = program.with_name("draw")
    draw.touch()
    wanted, old = place.made("城市"), place.made("旧市")
    draw.unlink()

    def at_work(made):
        while len(list(program.parent.glob("*.pid"))) < 2:
            assert made.poll() is None
            time.sleep(0.01)
        assert contents(place.out) == old
        draw.touch()

    place.interrupted(kind, at_work)
    assert contents(place.out) == wanted
    assert place.left() == []


@pytest.mark.all
@pytest.mark.parametrize("place", [["png", "pdf"]], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_interrupted_at_25_moments_a_package_of_qgis_is_made_again(kind, place):
    assert map_qgis.find_qgis_process()
    place.made("旧市")
    earlier = Path(shutil.copytree(place.out, place.layout.with_suffix("")))
    began = time.monotonic()
    assert child(*place.command("城市")).wait() == 0
    took, wanted, ended = time.monotonic() - began, contents(place.out), []
    for number in range(25):
        shutil.rmtree(place.out)
        shutil.copytree(earlier, place.out)

        def then(_, delay=took * (number + 0.5) / 25):
            time.sleep(delay)

        ended.append(place.interrupted(kind, then))
        assert contents(place.out) == wanted != contents(earlier), number
        assert place.left() == [], number
    assert kind == "qgis" or ended.count(0) < 12, "it had ended before it was interrupted"
