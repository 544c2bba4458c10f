"""How far a confidence can be trusted, over layers made by the hundred (``guess_samples``).

The names and values are ours,
many of them not in the profile's lists; they stand for what bureaus have, they are not it.
"""

from __future__ import annotations

from collections import Counter

import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.guessing.roles import guess_parts
from control_units.delineation.guessing.vocabulary import vocabulary
from guess_samples import samples

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def table():
    """Bin of confidence → (right, wrong); "" = taken for no source."""
    words, counts, errors = vocabulary(read_profile()), Counter(), []
    for sample in samples():
        found = guess_parts(sample.layer, words)[0]
        level = (
            "none"
            if not found.role
            else "sure"
            if found.confidence >= 0.8
            else "used"
            if found.confidence >= 0.5
            else "low"
        )
        counts[level, found.role == sample.role] += 1
        counts["source" if sample.role else "no source" if sample.role == "" else "nobody knows", level] += 1
        if found.role != sample.role:
            errors.append((level, sample.role, found.role, found.confidence, sample.layer.raw.layer))
    return counts, errors


def test_from_eight_tenths_on_at_least_98_of_100_are_right(table):
    counts, errors = table
    right, wrong = counts["sure", True], counts["sure", False]
    assert right + wrong > 500
    assert right >= 0.98 * (right + wrong), [error for error in errors if error[0] == "sure"]


def test_most_sources_are_found(table):
    counts, _ = table
    found = counts["source", "sure"] + counts["source", "used"]
    whole = sum(counts["source", level] for level in ("sure", "used", "low", "none"))
    assert found >= 0.95 * whole


def test_what_is_no_source_is_hardly_ever_used(table):
    counts, errors = table
    used = counts["no source", "sure"] + counts["no source", "used"]
    whole = sum(counts["no source", level] for level in ("sure", "used", "low", "none"))
    assert used <= 0.02 * whole, [error for error in errors if error[1] == ""]


def test_what_nobody_can_know_is_never_sure(table):
    counts, errors = table
    assert not counts["nobody knows", "sure"], [error for error in errors if error[1] is None]
