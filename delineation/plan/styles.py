"""Styles of a plan's layers, and the rows by which a plan file carries them.

QGIS takes the default style of a GeoPackage layer from the file's table ``layer_styles``, so whoever opens a plan sees
its three colours without being handed a style file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..core.shipped import RESOURCES
from .attribute_tables import with_field_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["layer_styles_rows", "styles", "with_styles_of_people"]

FOLDER = RESOURCES / "styles"


def styles() -> dict[str, tuple[str, str]]:
    """Read the shipped styles.

    Returns
    -------
    dict
        Layer name → (QML text, SLD text).
    """
    return {
        path.stem: (path.read_text(encoding="utf-8"), path.with_suffix(".sld").read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.qml"))
    }


def layer_styles_rows(
    layers: Sequence[str],
    *,
    update_time: str,
    style_of: Mapping[str, str] | None = None,
    fields_of: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Make the rows of the table ``layer_styles``, with the columns and in the order in which QGIS creates them.

    Parameters
    ----------
    layers : sequence of str
        Layers the file holds, their geometry column named ``geom``, and tables; one without a shipped style has the
        settings of its attribute table alone, and without these no row.
    update_time : str
        ISO 8601 with milliseconds and Z, as GeoPackage stores times (``2024-05-01T00:00:00.000Z``). Given by the
        caller, since a plan holds no clock of its own.
    style_of : mapping of str to str, optional
        Styles of layers that do not go by their own name.
    fields_of : mapping of str to str, optional
        Layer → settings of its attribute table, as of ``attribute_tables.field_settings``.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``f_table_catalog``, ``f_table_schema``, ``f_table_name``, ``f_geometry_column``, ``styleName``,
        ``styleQML``, ``styleSLD``, ``useAsDefault``, ``description``, ``owner``, ``ui``, ``update_time``; one row a
        layer, sorted by layer.
    """
    known, fields = styles(), fields_of or {}
    style = {name: (style_of or {}).get(name, name) for name in sorted(layers)}
    named = [name for name in style if style[name] in known or name in fields]
    shipped = {name: known.get(style[name], ("", "")) for name in named}
    return pd.DataFrame(
        {
            "id": range(1, len(named) + 1),
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": named,
            "f_geometry_column": ["geom" if shipped[name][0] else "" for name in named],
            "styleName": named,
            "styleQML": [
                with_field_settings(shipped[name][0], fields[name]) if name in fields else shipped[name][0]
                for name in named
            ],
            "styleSLD": [shipped[name][1] for name in named],
            "useAsDefault": 1,
            "description": "",
            "owner": "",
            "ui": None,
            "update_time": update_time,
        }
    )


def with_styles_of_people(shipped: pd.DataFrame, saved: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Add styles that people saved in the file before: theirs go before the shipped ones of the same name or layer.

    Parameters
    ----------
    shipped : pandas.DataFrame
        As of ``layer_styles_rows``.
    saved : sequence of mapping
        Rows with its columns, or some of them; without ``id``.
    """
    if not saved:
        return shipped
    places = {(row["f_table_name"], row["styleName"]) for row in saved}
    chosen = {row["f_table_name"] for row in saved if row.get("useAsDefault")}
    named = list(zip(shipped["f_table_name"], shipped["styleName"], strict=True))
    kept = shipped[[place not in places for place in named]].copy()
    kept["useAsDefault"] = [0 if layer in chosen else 1 for layer in kept["f_table_name"]]
    theirs = pd.DataFrame(list(saved)).reindex(columns=shipped.columns)
    out = pd.concat([kept.astype(object), theirs.astype(object)], ignore_index=True)
    return out.astype(object).where(out.notna(), None).assign(id=range(1, len(out) + 1))
