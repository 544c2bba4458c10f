"""Maps drawn by QGIS: its ``qgis_process`` runs an algorithm of the plugin as a child of this process.

The child gets settings of its own: the user's may have the plugin switched off, or others that are slow or broken.
Within QGIS it is a child as well: print layouts in a thread crash, and on the main thread they hold up the window.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess  # nosec B404
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.atomic_files import temporary_folder
from ..core.errors import BadInput, DelineationError, MissingLibrary
from ..core.messages import Message, foreign
from .registry import Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.progress import Progress
    from ..plan.file import Plan
    from .map_sheet import MapOptions

__all__ = ["STEPS", "NoQgisError", "draw_by_qgis", "find_qgis_process", "read_error", "run_in_qgis", "write_error"]

ROOT = Path(__file__).resolve().parents[2]
WHERE = "CONTROL_UNITS_QGIS_PROCESS"
STEPS = ".steps"  # beside the report: how far the child is
_NAMES = ("qgis_process", "qgis_process-qgis", "qgis_process-qgis-ltr")
_NICE = 5
_LOOK = 0.1  # seconds between two looks at the child
_PATIENCE = 300.0  # seconds that the child may say nothing: the slowest sheet, A0 as a picture, takes a tenth of it
# Waits until whoever started it lets go, or was killed, and ends its group, in which the child is; a folder goes too.
_GUARD = 'trap "" TERM; read -r _; kill -TERM 0; rm -rf "$0" || { sleep 1; rm -rf "$0"; }; kill -KILL 0'
_ERRORS = {one.__name__: one for one in (BadInput, MissingLibrary)}
# What Python's own environments put there, and what belongs to the QGIS that this process may be.
_LEFT_OUT = ("PYTHON", "VIRTUAL_ENV", "QGIS_")


class NoQgisError(Exception):
    """QGIS is not there, or cannot draw."""

    def __init__(self, what: Message) -> None:
        super().__init__(what)
        self.what = what


def find_qgis_process() -> Path | None:
    """Find the program: where ``CONTROL_UNITS_QGIS_PROCESS`` says, beside the QGIS that runs, on the path."""
    if said := os.environ.get(WHERE):
        return Path(said) if Path(said).is_file() else None
    own = Path(sys.executable).resolve().parent
    folders = [own, own / "bin", own.parent / "bin"]
    if prefix := os.environ.get("QGIS_PREFIX_PATH"):
        # On Windows it is …/apps/qgis, and the programs are in …/bin.
        folders += [Path(prefix) / "bin", Path(prefix).parents[1] / "bin" if len(Path(prefix).parents) > 1 else own]
    for name in _NAMES:
        if found := shutil.which(name, path=os.pathsep.join(map(str, folders))) or shutil.which(name):
            return Path(found)
    return None


def draw_by_qgis(plan: Plan | Path, folder: Path, output: Path, options: MapOptions, progress: Progress) -> Written:
    """Have the maps drawn into a folder, which nobody else uses.

    Raises
    ------
    NoQgisError
        There is none, or it failed in a way of its own.
    DelineationError
        What the algorithm says: the plan cannot be read, there is no room.
    """
    inputs: dict[str, Any] = {name.upper(): value for name, value in asdict(options).items()}
    inputs |= {"OUTPUT": str(folder / output.name), "BY": options.by or "whole"}
    said = Message("map, drawn by QGIS")
    told = run_in_qgis("print_map", plan, inputs, progress, said)
    files = [folder / name for name in told["files"]]
    if not all(file.is_file() and file.stat().st_size for file in files):
        raise NoQgisError(Message("qgis_process ended with code {code}", code=told["code"]))
    progress(1.0, said)
    final = tuple(output.parent / name for name in told["files"])
    return Written(final, {"units": told["units"], "maps": len(files)}, {"drawn_by": "qgis", **told["facts"]})


def run_in_qgis(
    algorithm: str, plan: Plan | Path, inputs: dict[str, Any], progress: Progress, said: Message
) -> dict[str, Any]:
    """Run one of the plugin's algorithms on a plan in a QGIS of its own, and give its report.

    Parameters
    ----------
    algorithm : str
        Its name; it has the parameters ``PLAN`` and ``REPORT``.
    plan : Plan or path of its file
    inputs : dict
        Its other parameters.
    progress : callable
    said : Message
        What is said meanwhile.

    Returns
    -------
    dict
        What the algorithm reports, and ``code``, with which QGIS ended: it is no sign of success.

    Raises
    ------
    NoQgisError
        There is no QGIS, or it failed in a way of its own.
    DelineationError
        What the algorithm says.
    """
    program = find_qgis_process()
    if program is None:
        raise NoQgisError(Message("no qgis_process found"))
    progress(0.0, said)
    with contextlib.ExitStack() as stack:
        try:
            private = stack.enter_context(temporary_folder("qgis"))
        except OSError as error:
            raise NoQgisError(Message("no room for temporary files")) from error
        guard = None
        if sys.platform != "win32":  # where nobody sees to it, and the child itself looks for whoever started it
            quiet: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "process_group": 0}
            guard = stack.enter_context(_started(["/bin/sh", "-c", _GUARD, str(private)], **quiet))
        report = private / "report.json"
        given = {"PLAN": str(_file_of(plan, private)), "REPORT": str(report), **inputs}
        code = _run(program, private, guard, algorithm, given, progress, said)
        try:
            told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NoQgisError(Message("qgis_process ended with code {code}", code=code)) from error
    if "error" in told:
        raise read_error(told["error"])
    return {**told, "code": code}


def _file_of(plan: Plan | Path, private: Path) -> Path:
    if isinstance(plan, Path):
        return plan.resolve()
    from ..plan.file import write_plan

    path = private / "plan.gpkg"
    write_plan(plan, path)
    return path


def _run(
    program: Path,
    private: Path,
    guard: subprocess.Popen[bytes] | None,
    algorithm: str,
    inputs: dict[str, Any],
    progress: Progress,
    said: Message,
) -> int:
    """Run the algorithm to its end, or until ``progress`` raises; whatever happens, no child is left."""
    # By standard input: a command line would have to be quoted for the batch file that the program is on Windows.
    given, log, steps = private / "inputs.json", private / "log", Path(inputs["REPORT"] + STEPS)
    given.write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
    command = [str(program), "run", f"control_units:{algorithm}", "-"]
    with (
        given.open("rb") as stream,
        log.open("wb") as out,
        _child(command, guard, env=_environment(private), stdin=stream, stdout=out) as child,
    ):
        last, before, fraction = time.monotonic(), "", 0.0
        while child.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_LOOK)
            with contextlib.suppress(OSError, ValueError):
                fraction = float(steps.read_text("ascii"))
            if (now := f"{fraction} {log.stat().st_size}") != before:
                before, last = now, time.monotonic()
            if time.monotonic() - last > _PATIENCE:
                raise NoQgisError(Message("qgis_process said nothing for {seconds:g} s", seconds=_PATIENCE))
            progress(min(fraction, 0.99), said)
        return int(child.returncode)


def _started(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    try:
        # A program that was found, and words of ours.
        return subprocess.Popen(command, stderr=subprocess.STDOUT, **options)  # noqa: S603 # nosec B603
    except OSError as error:
        raise NoQgisError(Message("qgis_process does not start ({error})", error=foreign(error))) from error


@contextlib.contextmanager
def _child(
    command: list[str], guard: subprocess.Popen[bytes] | None, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program in the guard's group; in the end all of the group is gone."""
    # No console, and less than what else goes on: QGIS's window, and the rest of a package.
    hidden: dict[str, Any] = {"process_group": guard.pid} if guard else {"creationflags": 0x08004000}
    child = _started(command, **options, **hidden)
    if guard:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, guard.pid, _NICE)
    try:
        yield child
    finally:
        if child.poll() is None:
            if guard:
                # It is a script that starts another program.
                with contextlib.suppress(OSError):
                    os.killpg(guard.pid, signal.SIGKILL)
            else:
                program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "taskkill.exe"
                tree = [str(program), "/T", "/F", "/PID", str(child.pid)]
                subprocess.run(tree, capture_output=True, check=False)  # noqa: S603 # nosec B603
            child.wait(10)


def _environment(private: Path) -> dict[str, str]:
    """Make settings with this plugin and no other switched on, and a process without a window."""
    settings = private / "profiles" / "default" / "QGIS"
    settings.mkdir(parents=True)
    # The child words nothing that is read; a sheet is in the language of the plan's profile.
    (settings / "QGIS3.ini").write_text(
        "[locale]\noverrideFlag=true\nuserLocale=en_US\n[PythonPlugins]\ncontrol_units=true\n"
        "[qgis]\ncheckVersion=false\n"
        # A sheet of a stranger may name pictures of other computers, or compute their names: no way leads there.
        "[proxy]\nproxyEnabled=true\nproxyType=HttpProxy\nproxyHost=127.0.0.1\nproxyPort=9\n",
        encoding="utf-8",
    )
    plugins = private / "plugins"
    package = plugins / "control_units"
    package.mkdir(parents=True)
    shutil.copyfile(ROOT / "metadata.txt", package / "metadata.txt")
    # This checkout may be called anything; a link would need a right on Windows.
    (package / "__init__.py").write_text(
        f"__path__ = [{str(ROOT)!r}]\n\n\ndef classFactory(iface):\n"
        "    from .plugin import ControlUnitsPlugin\n\n    return ControlUnitsPlugin(iface)\n",
        encoding="utf-8",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    own = {
        "QGIS_CUSTOM_CONFIG_PATH": str(private),
        "QGIS_PLUGINPATH": str(plugins),
        "QT_QPA_PLATFORM": "offscreen",
        "GDAL_HTTP_PROXY": "127.0.0.1:9",
        "QT_HASH_SEED": "0",  # or the same map has other bytes each time
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "CONTROL_UNITS_PARENT": str(os.getpid()),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(private)),  # what it leaves when it is killed
    }
    if sys.platform != "win32":
        own["XDG_RUNTIME_DIR"] = str(private)
    return kept | own


# ── What the child says of an error, with its facts ─────────────────────────────────────────────────────────────────


def write_error(error: DelineationError) -> dict[str, Any]:
    """Give an error as the report holds it."""
    kind = next((name for name, one in _ERRORS.items() if isinstance(error, one)), "BadInput")
    parts = {"what": error.what, "where": error.where, "wanted": error.wanted}
    return {"kind": kind} | {name: part.document() for name, part in parts.items()}


def read_error(document: dict[str, Any]) -> DelineationError:
    """Make the error again."""
    parts = {name: Message.read(document[name]) for name in ("what", "where", "wanted")}
    return _ERRORS[document["kind"]](parts["what"], where=parts["where"], wanted=parts["wanted"])
