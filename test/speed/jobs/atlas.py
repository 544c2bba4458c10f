"""Print an atlas as the toolbox does, on the main thread: how long the window takes no event, and how soon it ends.

    python test/speed/jobs/atlas.py plan.gpkg folder

As JSON: ``blocked_s``, the longest time between two beats of a timer, and ``blocked_cpu_s``, the longest that this
thread had of the processor meanwhile, which others do not make longer; ``cancelled_s`` from the word to the end, a
second after the first sheets; ``left``, files there are then.
"""

from __future__ import annotations

import json
import sys
import time
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def main() -> None:
    """Print all of it, and then begin again and stop."""
    package = types.ModuleType("control_units")
    package.__path__ = [str(ROOT)]
    sys.modules["control_units"] = package
    from qgis.core import QgsApplication
    from qgis.PyQt.QtCore import QTimer

    application = QgsApplication([], False)
    application.initQgis()
    from control_units.delineation.core.errors import Cancelled
    from control_units.delineation.export.atlas import draw_atlas
    from control_units.delineation.export.atlas_sheet import AtlasOptions
    from control_units.ui.map.atlas import print_parts

    plan, folder = map(Path, sys.argv[1:])
    beats = [(time.perf_counter(), time.thread_time())]
    longest = [0.0, 0.0]

    def beat() -> None:
        now = (time.perf_counter(), time.thread_time())
        longest[:] = [max(old, new - last) for old, new, last in zip(longest, now, beats[-1], strict=True)]
        beats[:] = [now]

    timer = QTimer()
    timer.timeout.connect(beat)
    timer.start(2)

    def draw(progress, name):
        def printed(plan, drafts, options, progress):
            return print_parts(plan, drafts, options, progress=progress)

        return draw_atlas(plan, folder / name, AtlasOptions(), progress, printed)

    written = draw(lambda *_: None, "whole.pdf")
    blocked = list(longest)
    (folder / "whole.pdf").unlink()
    began, said = [0.0], [0.0]

    def stop(fraction, _):
        began[0] = began[0] or (time.perf_counter() if fraction > 0.05 else 0.0)
        said[0] = said[0] or (time.perf_counter() if began[0] and time.perf_counter() > began[0] + 1 else 0.0)
        if said[0]:
            raise Cancelled

    try:
        draw(stop, "cancelled.pdf")
    except Cancelled:
        cancelled = time.perf_counter() - said[0]
    figures = {
        "sheets": written.layers["sheets"],
        "pages": written.facts["pages"],
        "blocked_s": round(blocked[0], 3),
        "blocked_cpu_s": round(blocked[1], 3),
        "cancelled_s": round(cancelled, 3),
        "left": len(list(folder.iterdir())),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
