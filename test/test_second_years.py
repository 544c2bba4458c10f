"""Twenty second years, each held to the oracle of `second_years`; and that the oracle notices what is wrong."""

from __future__ import annotations

import pytest
from second_years import SUITE, drawn, tried


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where first years are made once."""
    return tmp_path_factory.mktemp("years")


@pytest.mark.parametrize(
    "number", range(SUITE), ids=lambda number: f"{number}-{'-'.join(drawn(number).changes[0][:2])}"
)
def test_what_goes_on_keeps_its_code_its_list_its_name_and_its_lock(folder, number):
    assert tried(folder, number) == []
