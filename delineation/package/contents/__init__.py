"""The kinds of content: a file for each, with what writes it and what reads it back.

They are imported only when a package is made: libraries for workbooks and documents may stand at the top.
"""

from __future__ import annotations

from ...core.folder_modules import modules_of

modules_of(__name__, __path__)
