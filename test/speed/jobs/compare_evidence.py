"""Values of rasters on faces, ours against exactextract's: `compare_evidence.py OURS.npz THEIRS.npz`."""

from __future__ import annotations

import json
import sys

import numpy as np

ours, theirs = np.load(sys.argv[1]), np.load(sys.argv[2])
worst = {"mean": 0.0, "stdev": 0.0}
equal, valued, missing = 0, 0, 0
for name in {key.rsplit(" ", 1)[0] for key in ours}:
    measured = theirs[f"{name} count"] > 0
    missing += int(np.sum(measured != (ours[f"{name} covered"] > 0)))
    both = measured & (ours[f"{name} covered"] > 0)
    scale = np.ptp(theirs[f"{name} mean"][both])
    for column in worst:
        difference = np.abs(ours[f"{name} {column}"] - theirs[f"{name} {column}"])[both]
        worst[column] = max(worst[column], float(difference.max() / scale))
    equal += int(np.sum((ours[f"{name} majority"] == theirs[f"{name} majority"])[both]))
    valued += int(both.sum())
print(json.dumps({**worst, "majority": equal / valued, "missing": missing}))
