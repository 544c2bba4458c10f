"""PDF files as Qt writes them: whether they are whole, texts that can be searched for, several put together.

A font may draw two characters by one shape: 生 (U+751F) and the radical ⽣ (U+2F63). Qt notes for each shape the
lower character, so that whoever searches a map for 生态 finds nothing. What a shape stands for is noted in tables of
their own (ToUnicode, ISO 32000-1, 9.10.3), which are written anew here.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

# Radicals that Unicode does not decompose, with the characters that people write (CJK Radicals Supplement: the forms
# that stand alone as characters of simplified or traditional Chinese).
_RADICALS = (
    "⺀冫⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺"
    "⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫罒⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳网⺴罒⺵罓⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼月⺽臼"
    "⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页"
    "⻛风⻜飞⻝食⻞飠⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
UNIFIED = dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
# Rare characters of Extension A by whose shape fonts draw a common one as well, which Qt then does not name.
_RARE = dict(zip("㬵㫚㬺㮣", "胶曶幐槩", strict=True))
_STREAM = re.compile(rb"stream\r?\n")
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")
_POINTED = re.compile(rb"\b(\d+) 0 R\b")


@dataclass(frozen=True)
class Bookmark:
    """A line of a PDF's contents.

    Attributes
    ----------
    title : str
    page : int
        From 0.
    level : int
        0, or 1 below the last one of level 0.
    """

    title: str
    page: int
    level: int


def is_whole(path: Path) -> bool:
    """Whether a file begins and ends as a PDF does."""
    with path.open("rb") as file:
        head = file.read(8)
        size = file.seek(0, 2)
        file.seek(max(size - 64, 0))
        return head.startswith(b"%PDF-1.") and file.read().rstrip().endswith(b"%%EOF")


def page_count(data: bytes) -> int:
    """Count the pages of a PDF whose objects lie open, as Qt and matplotlib write them."""
    return len(_PAGES.findall(data))


def mended(data: bytes, *, title: str, date: datetime | None) -> bytes:
    """Rewrite what the shapes of a PDF stand for, and what it says of itself: its title, and no time of its own.

    Parameters
    ----------
    data : bytes
        A PDF of Qt's: one table of objects, none of them packed into another.
    title : str
    date : datetime or None
        When it was made, as it says.

    Raises
    ------
    ValueError
        It is no such file.
    """
    objects, trailer = _objects(data)
    head = data[: min(_table(data)[0].values())]
    for number, body in list(objects.items()):
        _mend(objects, number, body)
    info = re.search(rb"/Info\s+(\d+) 0 R", trailer)
    if info:
        objects[int(info[1])] = _information(int(info[1]), title, date)
    for number, body in list(objects.items()):
        # XMP says when and by what, anew each time.
        if described := re.search(rb"/Metadata\s+(\d+) 0 R\s*", body) if b"/Catalog" in body else None:
            objects[number] = body.replace(described[0], b"")
            objects.pop(int(described[1]), None)
    return _put_together(head, objects, trailer)


def joined_pdf(
    files: Sequence[Path],
    output: Path,
    bookmarks: Sequence[Bookmark],
    *,
    title: str,
    step: Callable[[], None] = lambda: None,
) -> None:
    """Write the pages of several PDFs one after the other into one, with contents to go by.

    One file is held in memory at a time.

    Parameters
    ----------
    files : sequence of Path
        As `mended` makes them.
    output : Path
    bookmarks : sequence of Bookmark
        In the order of their pages; the first is of level 0.
    title : str
        Of the document.
    step : callable
        Called after each file.

    Raises
    ------
    ValueError
        One of the files is none of Qt's.
    """
    catalog, tree, info, contents = 1, 2, 3, 4
    places: dict[int, int] = {}
    pages: list[int] = []
    trees: list[int] = []
    date = b""
    with output.open("wb") as out:

        def write(number: int, body: bytes) -> None:
            places[number] = out.tell()
            out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")

        out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        shift = contents + len(bookmarks)
        for file in files:
            objects, trailer = _objects(file.read_bytes())
            root = _pointed(trailer, b"Root")
            about = _pointed(trailer, b"Info")
            date = date or b"".join(re.findall(rb"/CreationDate \([^)]*\)", objects.get(about, b""))[:1])
            top = _pointed(objects[root], b"Pages")
            kids = re.search(rb"/Kids\s*\[(.*?)\]", objects[top], re.DOTALL)
            if not kids:
                raise ValueError("no pages")
            pages += [int(one) + shift for one in _POINTED.findall(kids[1])]
            trees.append(top + shift)
            for number, body in sorted(objects.items()):
                if number in (root, about):
                    continue
                content = body.split(b"obj", 1)[1].rsplit(b"endobj", 1)[0].strip()
                if number == top:
                    content = content.replace(b"<<", b"<< /Parent %d 0 R" % (tree - shift), 1)
                write(number + shift, _shifted(content, shift))
            shift += max(objects)
            step()
        kids_of_all = b" ".join(b"%d 0 R" % one for one in trees)
        write(tree, b"<< /Type /Pages /Kids [" + kids_of_all + b"] /Count %d >>" % len(pages))
        write(info, b"<< /Title " + _text_of(title) + b" " + date + b" >>")
        shown = b" /PageMode /UseOutlines" if bookmarks else b""
        write(catalog, b"<< /Type /Catalog /Pages %d 0 R /Outlines %d 0 R" % (tree, contents) + shown + b" >>")
        for number, body in _outline(bookmarks, contents, pages):
            write(number, body)
        start = out.tell()
        count = max(places) + 1
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for number in range(1, count):
            place = places.get(number)
            out.write(b"%010d 00000 n \n" % place if place is not None else b"0000000000 65535 f \n")
        out.write(b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (count, catalog, info))
        out.write(b"startxref\n%d\n%%%%EOF\n" % start)


def _objects(data: bytes) -> tuple[dict[int, bytes], bytes]:
    """Take a PDF apart into its objects."""
    start, trailer = _table(data)
    places = sorted((offset, number) for number, offset in start.items())
    ends = [offset for offset, _ in places[1:]] + [data.rindex(b"xref", 0, data.rindex(b"startxref"))]
    parts = {number: data[offset:end].rstrip() + b"\n" for (offset, number), end in zip(places, ends, strict=True)}
    return parts, trailer


def _pointed(body: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb"\s+(\d+) 0 R", body)
    if not found:
        raise ValueError(f"no {key.decode()}")
    return int(found[1])


def _shifted(content: bytes, shift: int) -> bytes:
    """Let an object point to others by their numbers in the joined file; a stream says nothing of them."""
    begin = _STREAM.search(content)
    head, rest = (content[: begin.start()], content[begin.start() :]) if begin else (content, b"")
    return _POINTED.sub(lambda found: b"%d 0 R" % (int(found[1]) + shift), head) + rest


def _outline(bookmarks: Sequence[Bookmark], root: int, pages: Sequence[int]) -> list[tuple[int, bytes]]:
    """Make the objects of the contents: ``root``, and a number further on for each bookmark (ISO 32000-1, 12.3.3)."""
    above: list[int] = []
    of: dict[int, list[int]] = {root: []}
    for number, one in enumerate(bookmarks, root + 1):
        del above[one.level :]
        of.setdefault(above[-1] if above else root, []).append(number)
        above.append(number)
    parent = {child: number for number, children in of.items() for child in children}
    out = []
    for number in (root, *range(root + 1, root + 1 + len(bookmarks))):
        parts = [b"/Type /Outlines"] if number == root else []
        if number != root:
            one, beside = bookmarks[number - root - 1], of[parent[number]]
            place = bisect_left(beside, number)
            parts.append(b"/Title " + _text_of(one.title) + b" /Parent %d 0 R" % parent[number])
            parts.append(b"/Dest [%d 0 R /Fit]" % pages[one.page])
            if place:
                parts.append(b"/Prev %d 0 R" % beside[place - 1])
            if place + 1 < len(beside):
                parts.append(b"/Next %d 0 R" % beside[place + 1])
        if children := of.get(number):
            # Those below a county are folded until somebody opens it.
            folded = b"" if number == root else b"-"
            parts.append(b"/First %d 0 R /Last %d 0 R /Count " % (children[0], children[-1]))
            parts[-1] += folded + b"%d" % len(children)
        out.append((number, b"<< " + b" ".join(parts) + b" >>"))
    return out


def _text_of(text: str) -> bytes:
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().upper().encode() + b">"


def _table(data: bytes) -> tuple[dict[int, int], bytes]:
    """Read where objects lie."""
    found = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data[-64:])
    place = int(found[1]) if found else -1
    if not found or data[place : place + 4] != b"xref":
        raise ValueError("no table of objects")
    lines = data[place:].split(b"trailer", 1)
    words = lines[0].split()
    first, count = int(words[1]), int(words[2])
    rows = words[3 : 3 + 3 * count]
    if len(words) != 3 + 3 * count:
        raise ValueError("more than one table of objects")
    out = {first + row: int(rows[3 * row]) for row in range(count) if rows[3 * row + 2] == b"n"}
    for number, offset in out.items():
        if not re.match(rb"%d 0 obj\b" % number, data[offset : offset + 20]):
            raise ValueError("the table of objects is wrong")
    return out, lines[1].split(b"startxref")[0]


def _mend(objects: dict[int, bytes], number: int, body: bytes) -> None:
    """Rewrite an object in its place, if it is a table of characters."""
    begin = _STREAM.search(body)
    if not begin:
        return
    head = body[: begin.start()]
    length = re.search(rb"/Length\s+(\d+)( 0 R)?", head)
    if not length:
        raise ValueError("a stream without a length")
    size = int(length[1])
    if length[2]:
        size = int(objects[size].split(b"obj", 1)[1].split()[0])
    packed = b"/FlateDecode" in head
    content = body[begin.end() : begin.end() + size]
    if size > 1 << 20 or b"/Subtype" in head or b"/Length1" in head:
        return  # a picture or a font
    try:
        plain = zlib.decompress(content) if packed else content
    except zlib.error:
        return
    if b"beginbfchar" not in plain and b"beginbfrange" not in plain:
        return
    new = re.sub(rb"begin(bfchar|bfrange)(.*?)end\1", _characters, plain, flags=re.DOTALL)
    new = zlib.compress(new, 9) if packed else new
    if length[2]:
        pointed = int(length[1])
        objects[pointed] = b"%d 0 obj\n%d\nendobj\n" % (pointed, len(new))
    else:
        head = head[: length.start()] + b"/Length %d" % len(new) + head[length.end() :]
    objects[number] = head + b"stream\n" + new + b"\nendstream\nendobj\n"


def _characters(block: re.Match[bytes]) -> bytes:
    """Replace what shapes stand for in a block of one of the two kinds."""
    kind, text = block[1], block[2]
    if kind == b"bfchar":
        lines = re.sub(rb"(<[0-9A-Fa-f]+>)\s*(<[0-9A-Fa-f]+>)", lambda pair: pair[1] + b" " + _one(pair[2]), text)
        return b"beginbfchar" + lines + b"endbfchar"
    # <first> <last> <character> counts on from it, which a replaced one could not: each is written out in a list.
    lines = re.sub(
        rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(\[[^\]]*\]|<[0-9A-Fa-f]+>)",
        _range,
        text,
    )
    return b"beginbfrange" + lines + b"endbfrange"


def _range(row: re.Match[bytes]) -> bytes:
    first, last, target = int(row[1], 16), int(row[2], 16), row[3]
    if target.startswith(b"["):
        listed = [_one(b"<" + one + b">") for one in _HEX.findall(target)]
    else:
        start = bytes.fromhex(target[1:-1].decode())
        low = int.from_bytes(start[-2:], "big")
        each = [start[:-2] + ((low + step) & 0xFFFF).to_bytes(2, "big") for step in range(last - first + 1)]
        listed = [_one(b"<" + one.hex().encode() + b">") for one in each]
    return b"<" + row[1] + b"> <" + row[2] + b"> [" + b" ".join(listed) + b"]"


def _one(target: bytes) -> bytes:
    """Replace a radical by the character that people write."""
    text = bytes.fromhex(target[1:-1].decode()).decode("utf-16-be", "replace")
    new = "".join(_unified(one) for one in text)
    return target if new == text else b"<" + new.encode("utf-16-be").hex().upper().encode() + b">"


def _unified(one: str) -> str:
    if one in _RARE:
        return _RARE[one]
    if "\u2e80" <= one <= "\u2fdf":
        return UNIFIED.get(one) or unicodedata.normalize("NFKC", one)
    # Some shapes stand for a character of compatibility (豈 U+F900) in the same way.
    return unicodedata.normalize("NFC", one) if "\uf900" <= one <= "\ufaff" else one


def _information(number: int, title: str, date: datetime | None) -> bytes:
    """Say what the file is: neither who made it nor with what, and no time but the plan's."""
    parts = [b"/Title " + _text_of(title)]
    if date is not None:
        parts.append(b"/CreationDate (D:" + date.strftime("%Y%m%d%H%M%S").encode() + b"Z)")
    return b"%d 0 obj\n<< " % number + b" ".join(parts) + b" >>\nendobj\n"


def _put_together(head: bytes, objects: dict[int, bytes], trailer: bytes) -> bytes:
    out, places = bytearray(head), dict[int, int]()
    for number in sorted(objects):
        places[number] = len(out)
        out += objects[number]
    count = max(objects) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    # Its size stays; an id would be one of this run alone.
    trailer = re.sub(rb"/ID\s*\[.*?\]", b"", trailer, flags=re.DOTALL)
    return bytes(out) + b"trailer" + trailer.rstrip() + b"\nstartxref\n%d\n%%%%EOF\n" % start
