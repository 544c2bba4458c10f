"""The operations: a file for each kind of thing that they change, with their functions under `operation`."""

from __future__ import annotations

from ...core.folder_modules import modules_of
from ..operation import OPS

__all__ = ["OPS"]

modules_of(__name__, __path__)
for name in sorted(OPS, key=lambda one: OPS[one].order):
    OPS[name] = OPS.pop(name)
