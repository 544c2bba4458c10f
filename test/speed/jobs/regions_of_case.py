"""Methods on the faces of a case after cleaning: `regions_of_case.py CASE.toml METHOD…`; the labelling's time."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace

from delineation.basis.build import lay_basis
from delineation.case.reading import method_of, read_case
from delineation.labelling.label import label
from delineation.run.run import Stopwatch

case = read_case(sys.argv[1])
basis = lay_basis(case)
label(case, basis)
told = {}
for text in sys.argv[2:]:
    name, parameters = method_of({}, text, "method")
    watch, cpu = Stopwatch(), time.process_time()
    found = label(replace(case, method=name, method_parameters=parameters), basis, stage=watch.start)
    watch.start()
    told[text] = {"wall_s": watch.seconds["method"], "cpu_s": time.process_time() - cpu, "units": len(found.units)}
roots = int((found.host < 0).sum())
print(json.dumps({"faces": len(basis.area), "hosts": roots, "methods": told}))
