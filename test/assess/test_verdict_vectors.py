"""The verdict's vectors: what a second implementation has to give too (docs/verdict.md)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from control_units.delineation.assess.verdict import judge

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "verdict_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["id"])
def test_a_vector_gives_what_it_expects(vector):
    found = judge(
        {name: VECTORS["clauses"][name] for name in vector["clauses"]},
        vector["site"]["places"],
        vector["project"],
        as_of=vector["as_of"],
        groups=VECTORS["groups"],
        laws=VECTORS["laws"],
        implications=VECTORS["implications"],
        missing_layers=vector.get("missing_layers", ()),
        outside_share=vector["site"].get("outside_share", 0.0),
    )
    assert {
        "verdict": found.verdict,
        "applies": {one.id: [one.applies, one.cause] for one in found.clauses},
        "not_checked": list(found.not_checked),
        "notices": list(found.notices),
        "offsets": found.offsets,
        **{name: list(getattr(found, name)) for name in ("deciding", "facts_missing") if name in vector["expect"]},
        **{name: getattr(found, name) for name in ("low", "high") if name in vector["expect"]},
    } == vector["expect"]
