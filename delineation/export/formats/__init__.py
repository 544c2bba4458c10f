"""The formats: one file each, which names the format and calls what writes it.

A file here is imported where formats are only listed, so libraries and writers are imported in its function.
"""

from __future__ import annotations

from ...core.folder_modules import modules_of

modules_of(__name__, __path__)
