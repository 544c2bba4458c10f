"""Second years by the hundred: what the suite holds of twenty holds of all.

``python test/fuzz_years.py N [SEED]`` (``make fuzz``) tries N of them, in processes of their own; ``python
test/fuzz_years.py years:NUMBER`` repeats one.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import conftest  # noqa: F401 - makes the checkout a package

import fuzz_revision
from second_years import tried


def serve(names: list[str]) -> int:
    """Try what is named; print what fails."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="years.") as text:
        for name in names:
            number = int(name.partition(":")[2])
            try:
                found = tried(Path(text), number)
            except Exception:
                found = [traceback.format_exc(limit=-6)]
            failed += bool(found)
            if found:
                print(f"FAILED {name}: python test/fuzz_years.py {name}", *found, sep="\n  ", flush=True)
            print("tried", name, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(fuzz_revision.main(sys.argv[1:], __file__, serve, lambda count: ["years"] * count))
