"""Which of the rows a layer holds, where a package has one for the land and one for the sea, or for each element."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from .values import codes_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .found import TableMatch
    from .words import Words

__all__ = ["parts_of"]

_SAME = 0.98  # share of rows that have to be the same for a layer to be that part
_NAMES = {"land": ("陆域",), "sea": ("海域", "近岸", "海洋")}
_MOST = 2  # facts that a part is told by


def parts_of(layers: Sequence[TableMatch], words: Words) -> list[Mapping[str, str] | None]:
    """Say which rows each layer holds, of all that the layers of its kind hold together.

    Parameters
    ----------
    layers : sequence of TableMatch
    words : Words

    Returns
    -------
    list of mapping or None
        One a layer: column → what it says in its rows, as a profile's ``only``; nothing for all rows. None where it
        holds some of them, and nothing says which.
    """
    facts = [_facts(layer, words) for layer in layers]
    together: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for layer, own in zip(layers, facts, strict=True):
        together[layer.of] |= own
    return [_part(layer, own, together[layer.of], words) for layer, own in zip(layers, facts, strict=True)]


def _facts(layer: TableMatch, words: Words) -> dict[str, dict[str, str]]:
    """Give code → column → what it says, for the columns that tell parts."""
    column = next((match.column for match in layer.matches if match.of == "code"), None)
    if column is None or layer.of not in ("units", "zones"):
        return {}
    out: dict[str, dict[str, str]] = {}
    for code in codes_in(column, layer.of, words).codes:
        if not code:
            continue
        if layer.of == "units":
            out[code] = {"ground": "sea" if code.startswith("HY") else "land", "category": code[8], "county": code[2:8]}
        else:
            element, zone, _ = words.zones.get(code[8:11], ("", "", ""))
            out[code] = {"element": element, "category": code[8], "zone": zone, "county": code[2:8]}
    return out


def _part(
    layer: TableMatch, own: Mapping[str, Mapping[str, str]], all_: Mapping[str, Mapping[str, str]], words: Words
) -> Mapping[str, str] | None:
    if not own:
        return {}
    first = next(iter(own.values()))
    constant = {key: value for key, value in first.items() if all(one[key] == value for one in own.values()) and value}
    # Zones of one element are a layer of that element, also where the package has no other.
    always = {key: value for key, value in constant.items() if key == "element" or _said(layer, key, value, words)}
    others = [key for key in constant if key not in always]
    for count in range(_MOST + 1):
        for more in combinations(others, count):
            tried = always | {key: constant[key] for key in more}
            chosen = {code for code, one in all_.items() if all(one[key] == value for key, value in tried.items())}
            if len(chosen & own.keys()) >= _SAME * len(chosen | own.keys()):
                return tried
    return None


def _said(layer: TableMatch, key: str, value: str, words: Words) -> bool:
    """Whether the name of a layer or of its file says that it holds this part alone."""
    name = layer.table.file.rpartition("/")[2] + layer.table.name
    if key == "ground":
        return any(one in name for one in _NAMES[value]) and not any(
            one in name for other, named in _NAMES.items() if other != value for one in named
        )
    if key == "category":
        return words.category_said(name) == value
    return False
