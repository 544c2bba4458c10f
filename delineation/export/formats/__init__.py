"""The formats: a file for each kind of thing, which names its formats and calls what writes them.

A file here is imported where formats are only listed, so libraries and writers are imported in its function.
"""

from __future__ import annotations

from ...core.folder_modules import modules_of

modules_of(__name__, __path__)
