"""The status of a plan (状态): a draft until it is filed, and from then on as it was filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.messages import Message, at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATUSES = ("草稿", "征求意见", "送审", "备案", "发布", "废止")
"""In the order of a plan's life (domain facts 7)."""
CARRIED = "carried"
"""Key of ``meta``: the units are those of a plan that people had edited, and no entry of the journal says so."""
DRAFT, _FILED = STATUSES[0], STATUSES.index("备案")


def is_filed(status: str) -> bool:
    """Tell whether a plan of a status is filed, published or void: nobody changes it any more."""
    return status in STATUSES[_FILED:]


def refuse_filed(meta: Mapping[str, str], path: Path) -> None:
    """Refuse to put another plan in the place of one that is filed.

    Raises
    ------
    BadInput
        It is filed, published or void.
    """
    status = meta.get("status", "")
    if is_filed(status):
        raise BadInput(
            Message("the plan has status {status}", status=status),
            where=at(path),
            wanted=Message("another output, or a new version of it (`version`), which is a draft again"),
        )
