"""Partitions that pygeoda 0.1.3 gave, recorded: ours are the same, department by department.

`python test/solvers/test_recorded_partitions.py` records them anew, with the interpreter of `peer_regions`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

RECORD = Path(__file__).resolve().parents[1] / "data" / "guerry_pygeoda.json"
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
KS = range(2, 13)
# pygeoda's name of a method → ours, and its parameters.
LINKAGES = ("ward", "average", "complete", "single")
METHODS = {
    "skater": ("skater", {}),
    "firstorder-singlelinkage": ("redcap", {"order": "first", "linkage": "single"}),
    **{f"fullorder-{one}linkage": ("redcap", {"order": "full", "linkage": one}) for one in LINKAGES},
    **{f"schc-{one}": ("ward", {"linkage": one}) for one in LINKAGES},
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.touches("sklearn")
def test_guerry_is_divided_as_pygeoda_divides_it(data, method):
    from control_units.delineation.methods.regional import solve
    from control_units.delineation.regions.problem import numbered
    from region_samples import guerry

    problem = guerry(data)
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))["partitions"][method]
    assert [int(k) for k in recorded] == list(KS)
    name, given = METHODS[method]
    for k, text in recorded.items():
        theirs = np.array([LETTERS.index(letter) for letter in text])
        assert len(np.unique(theirs)) == int(k)
        ours = solve(name, problem, {"k": int(k), **given}).labels
        np.testing.assert_array_equal(ours, numbered(theirs), err_msg=f"{method} {k}")


def record(data: Path) -> None:
    """Ask pygeoda."""
    from peer_regions import peer_regions
    from region_samples import guerry

    values = guerry(data).values.T.tolist()
    asked = [(method, k) for method in METHODS for k in KS]
    file = str(data / "REGION" / "Guerry.shp")
    found = peer_regions([{"file": file, "values": values, "k": k, "method": method} for method, k in asked])
    out: dict[str, dict[str, str]] = {}
    for (method, k), labels in zip(asked, found, strict=True):
        out.setdefault(method, {})[str(k)] = "".join(LETTERS[label] for label in labels)
    text = json.dumps({"by": "pygeoda 0.1.3", "partitions": out}, indent=1)
    RECORD.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(RECORD.parent.parent))
    import conftest

    record(conftest.DATA)
