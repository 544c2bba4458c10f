"""``state``: what people say of a plan and no source knows goes into its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..plan.file import read_meta
from ..plan.status import refuse_filed
from ..revision.store import TableChange, claim, commit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..plan.content import Content


def state(plan_path: str | Path, said: Mapping[str, str], *, stated: Content | None = None) -> Content | None:
    """Write what people say of a plan (`plan.statement.stated_by`) into its file; all documents made of it print it.

    Parameters
    ----------
    plan_path : path
    said : mapping
        Key of ``meta`` → value.
    stated : Content, optional
        What the file said that it holds when it was read.

    Returns
    -------
    Content or None
        What it says that it holds now.

    Raises
    ------
    BadInput
        No plan, one that is filed, is being edited, or was changed meanwhile.
    """
    path = Path(plan_path)
    with claim(path):
        meta = read_meta(path)
        refuse_filed(meta, path)
        head = int(meta.get("head", 0))
        rows = TableChange(key=("key",), changed=[((key,), {"value": text}) for key, text in said.items()])
        return commit(path, {"meta": rows}, seen=head, head=head, stated=stated)
