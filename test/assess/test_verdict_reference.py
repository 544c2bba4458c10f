"""The second implementation of docs/verdict.md, held against the engine's and the vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from verdict_cases import VerdictCase, case
from verdict_reference import Reference, engine

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "verdict_vectors.json").read_text(encoding="utf-8"))


def test_two_implementations_agree_on_the_vectors():
    """In all that they say, which is more than a vector expects."""
    for vector in VECTORS["vectors"]:
        told = VerdictCase(
            clauses={name: VECTORS["clauses"][name] for name in vector["clauses"]},
            site=vector["site"]["places"],
            project=vector["project"],
            as_of=vector["as_of"],
            missing_layers=tuple(vector.get("missing_layers", ())),
            outside_share=vector["site"].get("outside_share", 0.0),
            groups=VECTORS["groups"],
            laws=VECTORS["laws"],
            implications=VECTORS["implications"],
        )
        assert engine(told.judged()) == Reference(told).verdict(), vector["id"]


@pytest.mark.parametrize("thousand", range(5))
def test_two_implementations_agree(thousand):
    for seed in range(1000 * thousand, 1000 * (thousand + 1)):
        drawn = case(seed)
        assert engine(drawn.judged()) == Reference(drawn).verdict(), f"seed {seed}: {drawn}"


def test_the_cases_reach_every_cause_and_verdict():
    """Else two implementations would agree on little."""
    found = [case(seed).judged() for seed in range(2500)]
    causes = {(one.test, one.outcome) for verdict in found for one in verdict.clauses}
    assert {verdict.verdict for verdict in found} == {
        *("prohibit", "not_assessed", "needs_review", "restrict", "conditional", "no_conflict")
    }
    assert len(causes) == 24
