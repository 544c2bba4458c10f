"""Texts and field names that came as bytes, one character a byte: read under the encoding that they fit."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from ...core.errors import BadInput
from ...core.messages import NOTHING, Message
from .detection import EncodingTrial, Texts, choose_encoding, decode_all, decode_text, refused
from .reading import Stated, TextReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...core.arrays import Ints
    from ..formats.shapefile import DbfHeader

# One character a byte: what GDAL hands out where it is not to judge.
BYTES = "ISO-8859-1"
_WANTED = Message('encoding = "…" in its [[source]], with the encoding of its texts')
_NAME_BYTES = 10  # of a field's name in a dBASE table
_BEYOND_CHANCE = re.compile("[\u0800-\uffff\U00010000-\U0010ffff]")


def speaks_utf8(data: Sequence[NDArray[Any]], names: Sequence[str]) -> bool:
    """Whether texts that were read as UTF-8 are: all plain, or with characters that no other encoding gives by chance.

    Two bytes of GBK may make a Greek or Arabic letter; three in a row that make a Chinese character do not happen.
    """
    plain = all(name.isascii() for name in names)
    for values in data:
        if values.dtype == object:
            whole = "".join([text for text in values.tolist() if isinstance(text, str)])
            if _BEYOND_CHANCE.search(whole):
                return True
            plain = plain and whole.isascii()
    return plain


def settle(
    names: Sequence[str],
    data: Sequence[NDArray[Any]],
    stated: Sequence[Stated],
    table: DbfHeader | None,
    place: str,
    ids: Ints,
) -> tuple[EncodingTrial | None, TextReading]:
    """Settle the encoding of texts that came as bytes.

    Returns
    -------
    trial : EncodingTrial or None
        None where all is plain ASCII.
    reading : TextReading

    Raises
    ------
    BadInput
        No encoding fits, or the case's does not: with a value, its field and feature.
    """
    widths = _widths(names, table)
    columns = [_distinct(values, width) for values, width in zip(data, widths, strict=True)]
    titles = Texts(tuple(name.encode(BYTES) for name in names if not name.isascii()), _NAME_BYTES if table else 0)
    spoken = [column for column in columns if column.values]
    if not spoken and not titles.values:
        named = next((item for item in stated if item.encoding), None)
        basis, encoding = (named.basis, named.encoding) if named else ("format", "ASCII")
        return None, TextReading(encoding, basis, tuple(item.said for item in stated))
    trial, reading = choose_encoding(spoken or [titles], stated)
    if refused(trial, reading) or (trial.failed and reading.basis == "case"):
        broken = _first_broken(trial, columns)
        if broken is None:
            raise BadInput(Message("field names fit no encoding"), where=place, wanted=_WANTED)
        number, value = broken
        _refuse(
            trial,
            reading,
            value,
            names[number],
            Message("{layer}, feature {feature}", layer=place, feature=_feature(data[number], ids, value)),
        )
    if spoken and titles.values:
        # Names come from another program than values now and then; they need good reason to differ.
        own, _ = choose_encoding([titles], [Stated("cpg", "", trial.encoding)])
        reading = replace(reading, names="" if own.encoding == trial.encoding else own.encoding)
    return trial, reading


def _widths(names: Sequence[str], table: DbfHeader | None) -> tuple[int, ...]:
    if table is None or len(table.widths) != len(names):
        return (0,) * len(names)
    return table.widths


def _distinct(values: NDArray[Any], width: int) -> Texts:
    if values.dtype != object:
        return Texts(())
    seen = dict.fromkeys(text for text in values.tolist() if isinstance(text, str) and not text.isascii())
    return Texts(tuple(text.encode(BYTES) for text in seen), width)


def _first_broken(trial: EncodingTrial, columns: Sequence[Texts]) -> tuple[int, bytes] | None:
    for number, column in enumerate(columns):
        for value in column.values:
            if decode_text(value, trial.encoding, column.width)[2]:
                return number, value
    return None


def _feature(values: NDArray[Any], ids: Ints, value: bytes) -> int:
    rows: list[Any] = values.tolist()
    return int(ids[rows.index(value.decode(BYTES))])


def _refuse(trial: EncodingTrial, reading: TextReading, value: bytes, name: str, place: Message) -> NoReturn:
    text = decode_text(value, trial.encoding)[0]
    shown = "".join(letter if letter.isprintable() else "·" for letter in text[:24])
    title = decode_text(name.encode(BYTES), reading.names or trial.encoding, _NAME_BYTES)[0]
    tried = (reading.encoding,) if reading.basis == "case" else ("UTF-8", "GB18030", *reading.stated)
    raise BadInput(
        Message("value “{shown}” ({hex}) cannot be read as {tried}", shown=shown, hex=value[:12].hex(" "), tried=tried),
        where=Message("{place}, field {field}", place=place, field=title),
        wanted=_WANTED,
    )


def read_texts(
    names: Sequence[str],
    data: Sequence[NDArray[Any]],
    ids: Ints,
    trial: EncodingTrial,
    reading: TextReading,
    table: DbfHeader | None,
) -> tuple[list[str], TextReading]:
    """Turn bytes into texts, in place; give the fields' names and what happened to values on the way."""
    cut: Counter[str] = Counter()
    lost, lost_at = 0, NOTHING
    titles = [decode_text(name.encode(BYTES), reading.names or trial.encoding, _NAME_BYTES)[0] for name in names]
    for title, values, width in zip(titles, data, _widths(names, table), strict=True):
        if values.dtype != object:
            continue
        rows = values.tolist()
        spoken = dict.fromkeys(text for text in rows if isinstance(text, str) and not text.isascii())
        if not spoken:
            continue
        # All fits whole, nearly always; then no value needs a look of its own.
        read = decode_all(Texts(tuple(text.encode(BYTES) for text in spoken), width), trial.encoding, whole=True)
        known = dict(zip(spoken, read, strict=True))
        values[:] = [known[text][0] if text in known else text for text in rows]
        if not any(was_cut or broken for _, was_cut, broken in read):
            continue
        for row, (text, was_cut, broken) in ((row, known[text]) for row, text in enumerate(rows) if text in known):
            cut[title] += was_cut
            if broken:
                lost += 1
                lost_at = lost_at or Message(
                    "{field}, feature {feature}: “{text}”", field=title, feature=int(ids[row]), text=text
                )
    fields = tuple(title for title, times in cut.items() if times)
    return titles, replace(reading, cut=cut.total(), cut_fields=fields, lost=lost, lost_at=lost_at)


def clean_names(names: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Free field names of stray white space, line breaks and marks, and make them distinct.

    Returns
    -------
    names : list of str
    changed : list of (before, after)
        Those that had to get another name.
    """
    bare = [re.sub(r"[\ufeff\u200b\x00-\x1f\x7f-\x9f]|\s*[\r\n]\s*", "", name).strip() for name in names]
    taken = {name for name in bare if name}
    seen: set[str] = set()
    out, changed = [], []
    for number, name in enumerate(bare, 1):
        fresh = name or f"field_{number}"
        count = 2
        while fresh in seen or (fresh != name and fresh in taken):
            fresh = f"{name or 'field'}_{count}"
            count += 1
        if fresh != name:
            changed.append((names[number - 1].strip(), fresh))
        seen.add(fresh)
        out.append(fresh)
    return out, changed
