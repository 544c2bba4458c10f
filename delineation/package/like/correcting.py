"""A learned layout as a person corrects it, column by column, and puts it where it is used from."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ...core.atomic_files import put_together, replacing
from ...core.column_names import SURE, KnownNames
from ...core.messages import NOTHING, Message
from ...export.records import COLUMNS
from ..profile import read_package_profile, require_column
from .learn import LAYOUT, check_output, has_own_templates, require_own
from .values import middle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..profile import PackageItem
    from .found import Match, TableMatch
    from .learn import Learned
    from .writing import Block

BY_HAND = Message("said by hand")
"""Why a column is what a person said: what it is by, or, where it stays empty, what speaks against all else."""


def corrected(learned: Learned, table: TableMatch, match: Match, of: str, *, namesakes: bool = False) -> Learned:
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
    namesakes : bool
        Say the same of its namesakes in other tables, as `namesakes_of` finds them.

    Returns
    -------
    Learned
        As it is from now on.

    Raises
    ------
    BadInput
        A plan holds no such thing, or the profile cannot be written.
    """
    require_column(of, table.of, match.column.title)
    by, against = ((BY_HAND,), NOTHING) if of else ((), BY_HAND)
    new = {
        id(one): replace(one, of=of, by=by, against=against, words={}, blank=False, sure=True)
        for one in (match, *(namesakes_of(learned, table, match, of) if namesakes else ()))
    }

    def tables(given: Iterable[TableMatch]) -> tuple[TableMatch, ...]:
        return tuple(replace(one, matches=tuple(new.get(id(own), own) for own in one.matches)) for one in given)

    blocks = tuple(
        replace(block, content=_with_columns(block, new), tables=tables(block.tables)) for block in learned.blocks
    )
    files = tuple(replace(file, tables=tables(file.tables)) for file in learned.files)
    learned = replace(learned, blocks=blocks, files=files)
    with replacing(learned.profile) as draft:
        draft.write_text(_text(learned), encoding="utf-8")
        read_package_profile(draft)
    return learned


def namesakes_of(learned: Learned, table: TableMatch, match: Match, of: str) -> list[Match]:
    """Find the columns of other tables that are called as one is, may hold what is said of it, and do not yet.

    A name of Latin letters is also known as a Shapefile cuts it.
    """

    def alike(name: str, head: str) -> bool:
        said = KnownNames({name: [name]}).meanings(head, cut=head.isascii())
        return any(score >= SURE for score, _ in said.values())

    title = match.column.title
    return [
        one
        for file in learned.files
        for other in file.tables
        if file.kind and other.of and other is not table and (not of or of in COLUMNS[other.of])
        for one in other.matches
        if one.of != of and (alike(title, one.column.title) or alike(one.column.title, title))
    ]


def _with_columns(block: Block, new: Mapping[int, Match]) -> PackageItem:
    """Let columns of a content hold something else: ``new`` has it by the matches' identity."""
    own = [{one.column.place: new[id(one)] for one in table.matches if id(one) in new} for table in block.tables]
    titled = {one.column.title: one for said in own for one in said.values()}
    fields = tuple(_holding(one, titled.get(one.name)) for one in block.content.fields)
    said_of = (said for said, table in zip(own, block.tables, strict=True) if table.of)
    tables = tuple(
        replace(filled, columns=tuple(_holding(one, said.get(one.column)) for one in filled.columns))
        for filled, said in zip(block.content.tables, said_of, strict=False)
    )
    return replace(block.content, fields=fields, tables=tables)


def _holding(column: Any, match: Match | None) -> Any:
    return column if match is None else replace(column, of=match.of, words={}, blank=False, was=middle(match))


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
            require_own(output, own=own)
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
