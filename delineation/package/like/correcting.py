"""A learned layout as a person corrects it, column by column, and puts it where it is used from."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ...core.atomic_files import put_together, replacing
from ...core.errors import BadInput
from ...core.messages import NOTHING, Message, at
from ...core.text import nearest
from ...export.records import COLUMNS
from ..profile import read_package_profile
from .learn import LAYOUT, check_output, has_own_templates
from .values import middle

if TYPE_CHECKING:
    from pathlib import Path

    from ..profile import Content
    from .found import Match, TableMatch
    from .learn import Learned
    from .writing import Block

__all__ = ["corrected", "put_learned"]


def corrected(learned: Learned, table: TableMatch, match: Match, of: str) -> Learned:
    """Say what a column holds, in place of what it was taken for, and write the profile anew.

    Parameters
    ----------
    learned : Learned
    table : TableMatch
        Of one of its files.
    match : Match
        Of the table.
    of : str
        Name of ``export.records.COLUMNS[table.of]``; "" leaves the column empty.

    Returns
    -------
    Learned
        As it is from now on.

    Raises
    ------
    BadInput
        A plan holds no such thing, or the profile cannot be written.
    """
    if of and of not in COLUMNS[table.of]:
        said = Message("of = '{column}': a plan holds no such thing of {what}", column=of, what=table.of)
        raise BadInput(said, where=at(match.column.title), wanted=nearest(of, COLUMNS[table.of]))
    by_hand = Message("said by hand")
    new = replace(match, of=of, by=(by_hand,) if of else (), against=NOTHING if of else by_hand, words={}, blank=False)
    other = replace(table, matches=tuple(new if one is match else one for one in table.matches))
    filled = [one for one in _tables_of(learned, table) if one.of]
    number = next(place for place, one in enumerate(filled) if one is table)
    blocks = tuple(
        replace(
            block,
            content=_with_column(block.content, number, new),
            tables=tuple(other if one is table else one for one in block.tables),
        )
        if any(one is table for one in block.tables)
        else block
        for block in learned.blocks
    )
    files = tuple(
        replace(file, tables=tuple(other if one is table else one for one in file.tables)) for file in learned.files
    )
    learned = replace(learned, blocks=blocks, files=files)
    with replacing(learned.profile) as draft:
        draft.write_text(_text(learned), encoding="utf-8")
        read_package_profile(draft)
    return learned


def _tables_of(learned: Learned, table: TableMatch) -> tuple[TableMatch, ...]:
    return next(block.tables for block in learned.blocks if any(one is table for one in block.tables))


def _with_column(content: Content, table: int, match: Match) -> Content:
    """Let a column of a content hold something else; ``table`` counts those that are filled."""
    column = match.column
    fields = tuple(
        replace(one, of=match.of, words={}, blank=False, was=middle(match)) if one.name == column.title else one
        for one in content.fields
    )
    tables = tuple(
        replace(
            filled,
            columns=tuple(
                replace(one, of=match.of, words={}, blank=False, was=middle(match))
                if one.column == column.place
                else one
                for one in filled.columns
            ),
        )
        if number == table
        else filled
        for number, filled in enumerate(content.tables)
    )
    return replace(content, fields=fields, tables=tables)


def put_learned(learned: Learned, output: Path) -> Learned:
    """Put a learned profile and its templates where they are used from.

    Parameters
    ----------
    learned : Learned
    output : path
        ``.toml``; a profile that is there is replaced.

    Returns
    -------
    Learned
        With the profile there.

    Raises
    ------
    BadInput
        As of `learn`, of its output.
    """
    own = has_own_templates(output, check_output(output))
    before = learned.profile.with_suffix("")
    blocks = tuple(_with_template(block, output.stem) for block in learned.blocks)
    moved = replace(learned, profile=output, blocks=blocks)
    with put_together(output, LAYOUT if own else LAYOUT[:1]) as draft:
        templates = draft / output.stem
        if before.is_dir():
            if not own:
                raise BadInput(
                    Message("stands where the templates of the profile are to go"),
                    where=at(output.with_suffix("")),
                    wanted=Message("another file name for the profile"),
                )
            shutil.copytree(before, templates)
        file = draft / output.name
        file.write_text(_text(moved if moved.blocks else learned), encoding="utf-8")
        read_package_profile(file)
    return moved


def _with_template(block: Block, stem: str) -> Block:
    template = block.content.template
    if not template:
        return block
    return replace(block, content=replace(block.content, template=f"{stem}/{PurePosixPath(template).name}"))


def _text(learned: Learned) -> str:
    if not learned.blocks:
        # A package that this product made: laid out by its own profile again.
        return learned.profile.read_text(encoding="utf-8")
    return learned.text()
