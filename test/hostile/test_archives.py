"""An archive writes nothing outside its folder, whatever its entries are called; plain ones are read."""

from __future__ import annotations

import stat
import struct
import tempfile
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from command import ask, refusal
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources.layer import read_layer
from hand import CASE, RED_LINE, hand, write_layer

if TYPE_CHECKING:
    from pathlib import Path

NUL = "\0"
# Entries that leave the folder, on some system, by the name or by what they are. {} is a place outside, absolute.
NAMES = {
    "two bars": "/{}/evil.txt",
    "root": "{}/evil.txt",
    "three bars": "//{}/evil.txt",
    "drive": "C:evil.txt",
    "drive and bar": "C:/evil.txt",
    "drive and Windows' bar": "C:\\evil.txt",
    "drive inside": "a/C:/evil.txt",
    "stream": "a.txt:evil",
    "UNC": "\\\\server\\share\\evil.txt",
    "UNC by other bars": "//server/share/evil.txt",
    "device path": "\\\\?\\C:\\evil.txt",
    "device namespace": "\\\\.\\pipe\\evil",
    "up": "../evil.txt",
    "up twice": "../../evil.txt",
    "up inside": "a/../../evil.txt",
    "up behind a long way": "a/b/c/../../../../evil.txt",
    "up and back": "a/../a/evil.txt",
    "up by Windows' bars": "..\\evil.txt",
    "up inside by Windows' bars": "a\\..\\..\\evil.txt",
    "mixed bars": "a/..\\../evil.txt",
    "dots and a blank": "a/.. /evil.txt",
    "three dots": ".../evil.txt",
    "dots with blanks between": ". ./evil.txt",
    "a blank": "a/ /evil.txt",
    "up at the end": "a/..",
    "up as a folder": "../",
    "root as a folder": "{}/evil/",
    "bar of Windows first": "\\evil.txt",
    "new line": "a\n/evil.txt",
    "bell": "evil\x07.txt",
    "delete": "evil\x7f.txt",
    "device": "a/CON",
    "device with a suffix": "nul.txt",
    "device with a blank": "aux .txt",
    "printer": "lpt1.shp",
    "a zero": f"good.txt{NUL}/../../evil.txt",
}
KINDS = {
    "link": stat.S_IFLNK,
    "pipe": stat.S_IFIFO,
    "socket": stat.S_IFSOCK,
    "device": stat.S_IFCHR,
    "block": stat.S_IFBLK,
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for the archive, and beside it a file that has to stay what it is; copies have a folder of their own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "evil.txt").write_text("as it was", encoding="utf-8")
    (tmp_path / "bureau").mkdir()
    before = sorted(path for path in tmp_path.rglob("*") if path.parent != tmp_path / "bureau")
    yield tmp_path / "bureau"
    assert sorted(path for path in tmp_path.rglob("*") if "bureau" not in path.parts) == [
        path for path in before if "bureau" not in path.parts
    ]
    assert (tmp_path / "outside" / "evil.txt").read_text(encoding="utf-8") == "as it was"


def packed(path: Path, *entries: tuple[str, int]) -> Path:
    """A good layer, and entries of these names and kinds behind it."""
    layer = write_layer(path.parent / "red.gpkg", "red_line", *RED_LINE)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(layer, "red.gpkg")
        for name, kind in entries:
            item = zipfile.ZipInfo("Q" * len(name.encode()))
            item.external_attr = (kind | 0o644) << 16
            archive.writestr(item, "/etc/passwd")
            # As it is written, whatever the writer would make of it.
            item.filename = name.replace(NUL, "\x01")
    layer.unlink()
    body = path.read_bytes()
    for name, _ in entries:
        body = body.replace(b"Q" * len(name.encode()), name.encode(), 1)
        body = body.replace(name.replace(NUL, "\x01").encode(), name.encode())
    path.write_bytes(body)
    return path


def refused(place: Path, archive: Path, name: str) -> None:
    """By the reader, by ``run`` and by ``guess`` of its folder, which goes on."""
    with pytest.raises(BadInput) as caught:
        read_layer(archive)
    assert archive.name in str(caught.value.where)
    assert "its entry" in str(caught.value.what), caught.value
    case = hand(place, CASE.replace('path = "hand.gpkg"\nlayer = "red_line"', f'path = "{archive.name}"'))
    assert archive.name in refusal("run", case, "-o", place / "plan.gpkg")["where"]
    found = ask("guess", place, "-o", place / "guess.toml")
    assert found.code == 0
    assert any(archive.name in one["where"] for one in found.document["errors"]), name


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_that_leads_out_is_refused_by_name(place, name):
    entry = NAMES[name].format(str(place.parent / "outside"))
    refused(place, packed(place / "a.zip", (entry, stat.S_IFREG)), name)


@pytest.mark.parametrize("name", KINDS)
def test_an_entry_that_is_no_file_is_refused(place, name):
    refused(place, packed(place / "a.zip", ("link", KINDS[name])), name)


def test_what_goes_through_a_link_is_refused(place):
    refused(place, packed(place / "a.zip", ("d", stat.S_IFLNK), ("d/evil.txt", stat.S_IFREG)), "link")


@pytest.mark.parametrize(
    "entries", [("a", "a/b"), ("a/b", "a"), ("A", "a/b"), ("a/", "a"), ("x/y", "x/y/z.txt"), ("a\\b", "a/b/c")]
)
def test_entries_that_are_a_file_and_a_folder_are_refused(place, entries):
    refused(place, packed(place / "a.zip", *((name, 0) for name in entries)), str(entries))


def test_names_in_gbk_are_examined_as_they_are_read(place):
    archive = packed(place / "a.zip", ("QQQQ/../../x.txt", stat.S_IFREG))
    archive.write_bytes(archive.read_bytes().replace(b"QQQQ", "乡镇".encode("gbk")))
    with pytest.raises(BadInput, match="its entry 乡镇/"):
        read_layer(archive)


def test_a_name_that_is_there_twice_is_examined_as_it_is_taken(place):
    """The second name of an entry, in Unicode, is the one that programs go by."""
    path = place / "a.zip"
    packed(path)
    extra = struct.pack("<BL", 1, zlib.crc32(b"good.txt")) + b"../evil.txt"
    item = zipfile.ZipInfo("good.txt")
    item.extra = struct.pack("<HH", 0x7075, len(extra)) + extra
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(item, "x")
    try:
        read_layer(path)
    except BadInput as error:
        assert "its entry" in str(error.what)  # a Python that does not know the second name reads the first


@pytest.mark.parametrize(
    "names",
    [
        ["a\\b\\red.gpkg"],
        ["./red.gpkg"],
        ["a//red.gpkg"],
        ["a/./red.gpkg"],
        ["a/", "a/red.gpkg"],
        ["资料 1/红线.gpkg"],
        ["a..b/red..gpkg"],
        ["...red.gpkg"],
        [".hidden/red.gpkg"],
        ["a\\", "a\\red.gpkg"],
        ["console.gpkg"],
        ["red.gpkg", "con1/x.txt"],
    ],
)
def test_plain_entries_are_unpacked_and_read(place, names):
    layer = write_layer(place / "red.gpkg", "red_line", *RED_LINE)
    path = place / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            item = zipfile.ZipInfo(name)
            item.filename = name
            archive.writestr(item, layer.read_bytes() if name.endswith(".gpkg") else b"")
    layer.unlink()
    read = read_layer(path)
    assert read.geometry[0].equals(RED_LINE[0][0])


def test_a_geodatabase_in_an_archive_is_read_with_its_folder_and_without(place):
    write_layer(place / "g.gdb", "red_line", *RED_LINE, driver="OpenFileGDB")
    for inside in ("g.gdb/", ""):
        path = place / "g.gdb.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in (place / "g.gdb").iterdir():
                archive.write(file, f"{inside}{file.name}")
        assert read_layer(path).geometry[0].equals(RED_LINE[0][0])
