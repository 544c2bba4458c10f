"""Every file of the MESSY folder gives values or one clear sentence, and the table in ``test/README.md`` says which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from messy import files, say, table, written

if TYPE_CHECKING:
    from pathlib import Path

    from messy import Said


@pytest.fixture(scope="module")
def folder(data: Path) -> Path:
    return data / "MESSY"


@pytest.fixture(scope="module")
def said(folder: Path) -> list[Said]:
    return list(say(folder))


def test_no_file_is_left_out(folder: Path, said: list[Said]) -> None:
    assert {row.file for row in said} == {path.relative_to(folder).as_posix() for path in files(folder)}


def test_a_refusal_names_the_file_and_what_is_wanted(said: list[Said]) -> None:
    refused = [row for row in said if row.error]
    assert len(refused) >= 10
    for row in refused:
        (sentence,) = row.findings
        assert row.file in sentence
        assert "; wanted: " in sentence
        assert "Traceback" not in sentence
        assert not re.search(r"\b(Error|Exception)\b", sentence)


def test_texts_of_townships_are_the_same_in_every_encoding(folder: Path) -> None:
    from control_units.delineation.sources.layer import read_layer

    whole = read_layer(folder / "xiamen_town.gdb").raw
    wanted = set(whole.columns["乡镇名称"].tolist())
    assert len(wanted) == 40
    for path in sorted(folder.glob("*/*.shp")):
        if "town" in path.stem or "乡镇" in path.stem:
            raw = read_layer(path).raw
            values = {text for column in raw.columns.values() for text in column.tolist() if isinstance(text, str)}
            assert wanted <= values, path.name


def test_the_table_says_what_the_engine_says(folder: Path) -> None:
    assert written().splitlines() == table(folder).splitlines()
