"""Locked units (锁定单元): units of before that a method may grow, and neither splits nor joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .settings import names_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .settings import Settings
    from .situation import Situation

__all__ = ["locked_units"]


def locked_units(situation: Situation, settings: Settings, where: str) -> NDArray[np.int64]:
    """Find the locked units, numbered, by what a case's source of role ``unit`` covers.

    What rides with a host goes with it. What a red line, a water source, a protected area or a park covers stays a
    fixed unit of its own, the sea stays the sea, and a unit that lies in two counties is one in each.

    Parameters
    ----------
    situation : Situation
    settings : Settings
    where : str
        What messages call the method.

    Returns
    -------
    (n,) int64
        Locked unit 0 … of each face, −1 outside.

    Raises
    ------
    BadInput
        A code or name that no unit has, or no source of that role.
    """
    asked = names_of(settings.locked)
    out = np.full(len(situation.area), -1, dtype=np.int64)
    if not asked:
        return out
    feature = situation.former_units(asked, f"{where} locked")[situation.root]
    here = (feature >= 0) & ~situation.carved & ~situation.sea
    pairs = np.stack((feature[here], situation.county[here]), axis=1)
    out[here] = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
    return out
