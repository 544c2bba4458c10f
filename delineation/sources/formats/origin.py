"""Layers that are copies of what a program showed: the copy says in its description what it was taken from.

A selection, a filter or unsaved edits are in no file. Who saves them for a case writes down here which features they
are, so that whoever reads the copy, and the plan that is made of it, knows that it is a part.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pyogrio.errors import DataLayerError, DataSourceError

from ...findings import Finding
from .. import gate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["copy_description", "copy_findings"]

_MARK = "control_units copy "  # begins the description of a layer in a GeoPackage
_FACTS = ("layer", "count", "of", "origin", "condition", "problem")


def copy_description(facts: Mapping[str, str | int]) -> str:
    """Word where a copy comes from, for the description of its layer.

    Parameters
    ----------
    facts : mapping
        ``layer`` (as the user knows it), ``count`` (features of the copy), ``of`` (features of the layer), ``origin``
        (file or kind of source), ``condition``, and ``problem``: ``selected``, ``filtered`` or ``shown``.
    """
    return _MARK + json.dumps({key: facts[key] for key in _FACTS if key in facts}, ensure_ascii=False)


def copy_findings(dataset: str, layer: str) -> list[Finding]:
    """Read that description (S47, with "" as source); nothing where the layer is no such copy."""
    if Path(dataset).suffix.lower() != ".gpkg":
        return []
    try:
        said = (gate.read_info(dataset, layer=layer).get("layer_metadata") or {}).get("DESCRIPTION") or ""
        facts = json.loads(said.removeprefix(_MARK)) if said.startswith(_MARK) else None
    except (DataSourceError, DataLayerError, ValueError, UnboundLocalError):
        # The reader words what is wrong with the file; a description that was changed says nothing.
        return []
    if not isinstance(facts, dict) or not {"layer", "count", "origin", "problem"} <= set(facts):
        return []
    return [Finding("S47", {"source": "", "of": 0, "condition": "", **facts}, value=float(facts["count"]))]
