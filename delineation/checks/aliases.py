"""Field aliases: under which names a foreign layer carries a unit's code, name, category, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.column_names import namesakes
from ..core.errors import BadInput
from ..core.messages import Message, joined
from ..core.text import nearest
from ..sources.numeric_codes import code_texts, restore_prefix
from ..sources.roles import unit_columns
from .fields import category_of, is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .settings import CheckSettings


def kind_of(values: pd.Series) -> str:
    """Field type in the words of ``unit_fields.toml``."""
    if pd.api.types.is_bool_dtype(values):
        return "other"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    if pd.api.types.is_float_dtype(values):
        return "number"
    return "text" if pd.api.types.is_object_dtype(values) or pd.api.types.is_string_dtype(values) else "other"


def unit_fields_in(names: list[str], fields: Mapping[str, str], settings: CheckSettings, *, cut: bool = False) -> int:
    """Count how many of a unit's two marks, code and category, the field names include: 0, 1 or 2."""
    marks = {one: settings.fields["fields"][one] for one in ("code", "category")}
    stated = {meaning for meaning, name in fields.items() if namesakes(name, names)}
    return len((unit_columns(dict.fromkeys(names, "text"), marks, cut=cut).keys() | stated) & marks.keys())


def meanings_of(
    types: Mapping[str, str], fields: Mapping[str, str], settings: CheckSettings, where: Message, *, cut: bool = False
) -> dict[str, str]:
    """Find the fields of a layer by their meaning.

    Parameters
    ----------
    types : mapping of str
        Field name → type.
    fields : mapping of str
        Meaning → field name as the user says, before the aliases.
    settings : CheckSettings
    where : Message
        For the error message.
    cut : bool
        A Shapefile may have cut the names of the fields.

    Returns
    -------
    dict of str
        Meaning → field name.

    Raises
    ------
    BadInput
        A meaning or field that does not exist, or neither a code nor a category recognised.
    """
    rules: Mapping[str, Any] = settings.fields["fields"]
    found = {meaning: match.name for meaning, match in unit_columns(types, rules, cut=cut).items()}
    for meaning, name in fields.items():
        if meaning not in rules:
            raise BadInput(
                Message("unknown field meaning '{meaning}'", meaning=meaning),
                where=Message("fields"),
                wanted=nearest(meaning, rules),
            )
        if not (alike := namesakes(name, types)):
            raise BadInput(Message("no field '{name}'", name=name), where=where, wanted=nearest(name, types))
        found[meaning] = name if name in types else alike[0]
    if "code" not in found and "category" not in found:
        raise BadInput(
            Message("no field for a unit's code or category among {types}", types=tuple(types))
            if types
            else Message("no field for a unit's code or category: the layer has no fields"),
            where=where,
            wanted=Message("{names}, or a mapping of fields", names=joined(rules["code"]["names"][:3])),
        )
    return found


def column(table: pd.DataFrame, meanings: Mapping[str, str], meaning: str) -> NDArray[np.object_]:
    """Texts of a meaning without stray white space, empty where null or where there is no such field."""
    if meaning not in meanings:
        return np.full(len(table), "", dtype=object)
    return np.asarray(table[meanings[meaning]].astype("string").fillna("").str.strip(), dtype=object)


def codes_of(
    table: pd.DataFrame, meanings: Mapping[str, str], settings: CheckSettings
) -> tuple[NDArray[np.object_], int]:
    """Read unit codes as text.

    Returns
    -------
    codes : (n,) object
    restored : int
        How many had been stored as numbers and got their prefix and leading zeros back.
    """
    code = column(table, meanings, "code").copy()
    if "code" not in meanings:
        return code, 0
    rule = settings.fields["restore"]
    texts, _ = code_texts(table[meanings["code"]].to_numpy())
    codes, lost = restore_prefix(texts, str(rule["prefix"]), int(rule["digits"]))
    code[lost] = codes[lost]
    return code, int(lost.sum())


def categories_of(
    table: pd.DataFrame, meanings: Mapping[str, str], code: NDArray[np.object_], settings: CheckSettings
) -> tuple[NDArray[np.int64], bool]:
    """Read categories; for want of a field, from the codes.

    Returns
    -------
    category : (n,) int64
        0 where unknown.
    derived : bool
        They come from the codes.
    """
    if "category" in meanings:
        values = table[meanings["category"]]
        out = category_of(values, settings.fields["category"])
        out[is_blank(values)] = 0
        return out, False
    texts = pd.Series(code).astype("string")
    land, sea = (texts.str.fullmatch(settings.of("codes", part)) for part in ("land", "sea"))
    return np.asarray(texts.str.slice(8, 9).where(land | sea, "0").astype(np.int64)), True
