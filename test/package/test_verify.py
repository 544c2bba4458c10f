"""A package is verified: by the engine, and by its one file alone, with the same verdict on every damage."""

from __future__ import annotations

import ast
import errno
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unicodedata
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import ask, child
from control_units.delineation.core.errors import BadInput
from control_units.delineation.package import verify as verifier
from control_units.delineation.package.manifest import write_manifest
from control_units.delineation.package.verify import (
    FAULTS,
    MANIFEST,
    REFUSALS,
    SIGNATURE,
    SIGNATURE_FAULTS,
    STATES,
    SUMS,
    Fault,
    Signature,
    VerifyError,
    verify,
)
from control_units.delineation.verbs import verifying
from filed_package import (
    FILE,
    FILES,
    LIST,
    NOTE,
    PYTHON,
    SHP,
    by_engine,
    by_itself,
    digest,
    filed,
    manifest,
    row,
    state,
    with_files,
)

UNSIGNED = ("未签名：改动者可以重新计算校验和", "unsigned: whoever changed it could have summed it anew")


def flip(package: Path) -> dict:
    content = bytearray(FILES[SHP])
    content[700] ^= 4
    (package / SHP).write_bytes(content)
    return {"bad": [Fault(SHP, "changed", digest(bytes(content)), digest(FILES[SHP]))]}


def grow(package: Path) -> dict:
    (package / NOTE).write_bytes(FILES[NOTE] + b"\n")
    size = len(FILES[NOTE])
    return {"bad": [Fault(NOTE, "size", str(size + 1), str(size))]}


def empty(package: Path) -> dict:
    (package / NOTE).write_bytes(b"")
    return {"bad": [Fault(NOTE, "size", "0", str(len(FILES[NOTE])))]}


def delete(package: Path) -> dict:
    (package / SHP).unlink()
    return {"missing": [SHP]}


def delete_folder(package: Path) -> dict:
    shutil.rmtree(package / "矢量数据")
    return {"missing": ["矢量数据/管控单元.cpg", SHP]}


def add(package: Path) -> dict:
    (package / "扫描件" / "批复.pdf").write_bytes(b"%PDF")
    return {"extra": ["扫描件/批复.pdf"]}


def litter(package: Path) -> dict:
    names = ["矢量数据/.DS_Store", "Thumbs.db", "准入清单/desktop.ini"]
    for name in names:
        (package / name).write_bytes(b"")
    return {"extra": sorted(names)}


def rename(package: Path) -> dict:
    (package / "empty.csv").rename(package / "EMPTY.csv")
    return {"missing": ["empty.csv"], "extra": ["EMPTY.csv"]}


def case_twin(package: Path) -> dict:
    (package / "Empty.csv").write_bytes(b"")
    return {"bad": [Fault("empty.csv", "twin", "Empty.csv")], "extra": ["Empty.csv"]}


def case_twin_of_a_folder(package: Path) -> dict:
    for name in ("Maps/1.png", "maps/2.png"):
        (package / name).parent.mkdir()
        (package / name).write_bytes(b"")
    return {"bad": [Fault("maps", "twin", "Maps")], "extra": ["Maps/1.png", "maps/2.png"]}


def unicode_twin(package: Path) -> dict:
    for form in ("NFC", "NFD"):
        (package / unicodedata.normalize(form, "é.txt")).write_bytes(b"")
    state(package, with_files(package, row("\u00e9.txt")))
    with (package / SUMS).open("a", encoding="utf-8") as stream:
        stream.write(f"{digest(b'')}  \u00e9.txt\n")
    return {"bad": [Fault("\u00e9.txt", "twin", "e\u0301.txt")], "extra": ["e\u0301.txt"]}


def twins_in_the_manifest(package: Path) -> dict:
    state(package, with_files(package, row("Empty.csv"), row("ｅmpty.csv")))
    bad = [Fault("Empty.csv", "sum missing", "", digest(b"")), Fault("ｅmpty.csv", "sum missing", "", digest(b""))]
    return {"bad": [bad[0], Fault("empty.csv", "twin", "Empty.csv"), bad[1]], "missing": ["Empty.csv", "ｅmpty.csv"]}


def own_twin(package: Path) -> dict:
    (package / "MANIFEST.json").write_bytes(b"")
    return {"bad": [Fault(MANIFEST, "twin", "MANIFEST.json")], "extra": ["MANIFEST.json"]}


UNSAFE = [
    *("/etc/passwd", "../outside.txt", "矢量数据/../说明.txt", "./说明.txt", "a//b", "矢量数据/", "", ".", ".."),
    *("C:/boot.ini", "C:boot.ini", "说明.txt:stream", "\\\\server\\x", "a\\b", "a\nb", "a\0b", "a\x7fb", "a\x85b"),
    *("a\u2028b", "a\u202eb", "a\ud800b", "a\udcb5b"),
]


def unsafe(package: Path) -> dict:
    (package.parent / "outside.txt").write_bytes(b"")
    state(package, with_files(package, *(row(path) for path in UNSAFE)))
    return {"bad": [Fault(path, "unsafe") for path in UNSAFE]}


def unsafe_names_that_are_there(package: Path) -> dict:
    """On Linux these are names of files: each is named once, and is not opened."""
    for path in ("a\\b", "a\nb", "a:b"):
        (package / path).write_bytes(b"")
    state(package, with_files(package, row("a\\b"), row("a\nb")))
    return {"bad": [Fault("a\\b", "unsafe"), Fault("a\nb", "unsafe")], "extra": ["a:b"]}


def bytes_of_another_encoding(package: Path) -> dict:
    name = os.fsdecode("地块.shp".encode("gbk"))
    (package / name).write_bytes(b"")
    return {"extra": [name]}


def twice(package: Path) -> dict:
    state(package, with_files(package, row(NOTE, b"another")))
    return {"bad": [Fault(NOTE, "twice")]}


def own_files_in_the_manifest(package: Path) -> dict:
    state(package, with_files(package, *(row(name) for name in (MANIFEST, SUMS, SIGNATURE))))
    return {"bad": [Fault(name, "reserved") for name in (MANIFEST, SUMS, SIGNATURE)]}


def link(package: Path) -> dict:
    """To the very content that is wanted."""
    (package / NOTE).rename(package.parent / "note")
    (package / NOTE).symlink_to(package.parent / "note")
    return {"bad": [Fault(NOTE, "link")]}


def linked_folder(package: Path) -> dict:
    (package / "矢量数据").rename(package.parent / "data")
    (package / "矢量数据").symlink_to(package.parent / "data")
    return {"bad": [Fault("矢量数据", "link")], "missing": ["矢量数据/管控单元.cpg", SHP]}


def more_links(package: Path) -> dict:
    (package / "扫描件" / "loop").symlink_to(package)
    (package / "扫描件" / "lost").symlink_to("nowhere")
    return {"bad": [Fault("扫描件/loop", "link"), Fault("扫描件/lost", "link")]}


def folder_for_a_file(package: Path) -> dict:
    (package / NOTE).unlink()
    (package / NOTE).mkdir()
    return {"bad": [Fault(NOTE, "not a file")]}


def pipe(package: Path) -> dict:
    os.mkfifo(package / "pipe")
    return {"extra": ["pipe"]}


def pipe_for_a_file(package: Path) -> dict:
    (package / NOTE).unlink()
    os.mkfifo(package / NOTE)
    return {"bad": [Fault(NOTE, "not a file")]}


def open_socket(package: Path) -> dict:
    here = Path.cwd()
    os.chdir(package)  # the path of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("socket")
    finally:
        os.chdir(here)
    return {"extra": ["socket"]}


def no_sums(package: Path) -> dict:
    (package / SUMS).unlink()
    return {"missing": [SUMS]}


def sums_as_a_folder(package: Path) -> dict:
    (package / SUMS).unlink()
    (package / SUMS).mkdir()
    return {"bad": [Fault(SUMS, "not a file")]}


def sums_as_a_pipe(package: Path) -> dict:
    (package / SUMS).unlink()
    os.mkfifo(package / SUMS)
    return {"bad": [Fault(SUMS, "not a file")]}


def sums_as_a_link(package: Path) -> dict:
    (package / SUMS).rename(package.parent / "sums")
    (package / SUMS).symlink_to(package.parent / "sums")
    return {"bad": [Fault(SUMS, "link")]}


def changed_lines(package: Path) -> dict:
    """One that differs, one that lacks, too many: of nothing, of a file that has one, of another file of ours."""
    lines = (package / SUMS).read_text(encoding="utf-8").splitlines()
    lines = [f"{'0' * 64}  {NOTE}" if line.endswith(NOTE) else line for line in lines if not line.endswith(LIST)]
    lines += [f"{'1' * 64}  nothing.txt", f"{digest(b'')}  empty.csv", f"{digest(b'')}  {SIGNATURE}"]
    (package / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "bad": [
            Fault("empty.csv", "sum extra"),
            Fault("nothing.txt", "sum extra"),
            Fault(LIST, "sum missing", "", digest(FILES[LIST])),
            Fault(NOTE, "sum differs", "0" * 64, digest(FILES[NOTE])),
            Fault(SIGNATURE, "sum extra"),
        ]
    }


def lines_that_are_none(package: Path) -> dict:
    with (package / SUMS).open("ab") as stream:
        stream.write(b"\n" + b"0" * 63 + b"  short\n" + b"0" * 64 + b" one blank\n" + b"0" * 64 + b"  \xb5\xd8\n")
        stream.write(b"0" * 64 + b"  a\rb\n" + b"\\" + b"0" * 64 + b"  a\\nb\n")
    first = len(FILES) + 2
    return {"bad": sorted(Fault(SUMS, "sum line", str(first + place)) for place in range(6))}


def windows_lines(package: Path) -> dict:
    """sha256sum would look for names that end in a carriage return."""
    text = (package / SUMS).read_bytes()
    (package / SUMS).write_bytes(text.replace(b"\n", b"\r\n"))
    sums = {path: digest(content) for path, content in FILES.items()}
    sums[MANIFEST] = digest((package / MANIFEST).read_bytes())
    lacking = [Fault(path, "sum missing", "", sha256) for path, sha256 in sums.items()]
    return {"bad": [*lacking, *(Fault(SUMS, "sum line", str(line + 1)) for line in range(len(sums)))]}


def another_manifest(package: Path) -> dict:
    """As wide as it was, and all files are as it says: only the list of sums knows."""
    before = (package / MANIFEST).read_bytes()
    after = before.replace("试验市".encode(), "实验市".encode())
    (package / MANIFEST).write_bytes(after)
    return {"bad": [Fault(MANIFEST, "sum differs", digest(before), digest(after))]}


DAMAGES = [
    *(flip, grow, empty, delete, delete_folder, add, litter, rename, case_twin, case_twin_of_a_folder, unicode_twin),
    *(twins_in_the_manifest, own_twin, unsafe, unsafe_names_that_are_there, bytes_of_another_encoding, twice),
    *(own_files_in_the_manifest, link, linked_folder, more_links, folder_for_a_file, pipe, pipe_for_a_file),
    *(open_socket, no_sums, sums_as_a_folder, sums_as_a_pipe, sums_as_a_link, changed_lines, lines_that_are_none),
    *(windows_lines, another_manifest),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_a_damage_is_named_and_nothing_else_is(tmp_path, damage):
    package = filed(tmp_path)
    wanted = damage(package)
    found = verify(package)
    assert found.ok is False
    assert list(found.bad) == sorted(wanted.get("bad", []))
    assert list(found.missing) == sorted(wanted.get("missing", []))
    assert list(found.extra) == sorted(wanted.get("extra", []))
    assert found.signature == Signature("none")


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_the_file_alone_finds_what_the_engine_finds(tmp_path, damage):
    package = filed(tmp_path)
    damage(package)
    alone = by_itself(package, "--json")
    assert alone.code == 1
    assert json.loads(alone.out) == verify(package).document()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_both_say_the_same_in_two_languages(tmp_path, damage, language):
    """But for the first line, which counts in its own words."""
    package = filed(tmp_path)
    damage(package)
    alone, engine = by_itself(package, "--lang", language), by_engine(package, "--lang", language)
    assert alone.code == engine.code == 1
    # What cannot be written is escaped by the engine as it goes out.
    lines = engine.out.encode("utf-8", "backslashreplace").decode().splitlines()
    assert alone.out.splitlines()[1:] == lines[1:]
    heads = (alone.out.splitlines()[0], lines[0])
    assert all(one.startswith({"zh": "未通过：", "en": "not verified: "}[language]) for one in heads)
    found = verify(package)
    counts = [str(len(one)) for one in (found.bad, found.missing, found.extra)]
    assert [re.findall(r"\d+", one) for one in heads] == [[*counts, str(found.files)]] * 2
    assert alone.err == engine.err == ""


# ── Whole packages ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_package_as_it_was_filed_is_good(tmp_path):
    package = filed(tmp_path)
    found = verify(package)
    assert found.ok
    assert (found.bad, found.missing, found.extra, found.files) == ((), (), (), len(FILES))
    chinese = f"通过：5 个文件全部与文件清单一致\n{UNSIGNED[0]}\n"
    assert by_itself(package, "--lang", "zh") == by_engine(package, "--lang", "zh") == (0, chinese, "")
    english = f"verified: all of 5 files are what the manifest says\n{UNSIGNED[1]}\n"
    assert by_itself(package, "--lang", "en") == (0, english, "")
    for lang, said in (((), UNSIGNED[1]), (("--lang", "zh"), UNSIGNED[0]), (("--lang", "en"), UNSIGNED[1])):
        for door in (by_itself, by_engine):
            assert json.loads(door(package, "--json", *lang).out)["signature"]["said"] == said


def test_sha256sum_agrees(tmp_path):
    package = filed(tmp_path)
    command = ["sha256sum", "-c", "--strict", SUMS]
    done = subprocess.run(command, cwd=package, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(FILES) + 1
    (package / SHP).write_bytes(FILES[SHP][:-1] + b"\r")
    done = subprocess.run(command, cwd=package, capture_output=True, check=False)
    assert done.returncode == 1
    assert not verify(package).ok


def test_sums_of_other_programs_are_read_too(tmp_path):
    """Marked as binary, in capitals, without an end to the last line."""
    package = filed(tmp_path)
    document = manifest(package)
    for one in document["files"]:
        one["sha256"] = one["sha256"].upper()
    state(package, document)
    lines = [line.split("  ", 1) for line in (package / SUMS).read_text(encoding="utf-8").splitlines()]
    text = "\n".join(f"{sha256.upper()} *{path}" for sha256, path in lines)
    (package / SUMS).write_text(text, encoding="utf-8")
    assert verify(package).ok


def test_names_are_compared_in_one_form_of_unicode(tmp_path):
    """Some disks keep é as e and an accent: the package is the same."""
    package = tmp_path / "p"
    package.mkdir()
    (package / "\u00e9.txt").write_bytes(b"1")
    write_manifest(package, {})
    (package / "\u00e9.txt").rename(package / "e\u0301.txt")
    assert verify(package).ok
    (package / "e\u0301.txt").write_bytes(b"2")
    assert [one.path for one in verify(package).bad] == ["\u00e9.txt"]


def test_what_else_a_manifest_says_is_left_alone(tmp_path):
    package = filed(tmp_path)
    document = manifest(package) | {"seed": 10**60, "size": 1e999, "nested": [{"a": [None, True]}] * 3}
    document["files"][0]["layer"] = {"rows": 3}
    state(package, json.dumps(document).replace("Infinity", "1e999").encode())
    assert verify(package).ok


def test_a_folder_of_66_mb_is_verified_within_a_second(tmp_path):
    package = tmp_path / "p"
    package.mkdir()
    for number in range(11):
        (package / f"{number}.shp").write_bytes(bytes([number]) * 6_000_000)
    write_manifest(package, {})
    began = time.process_time()
    assert verify(package).ok
    assert time.process_time() - began < 1.0


def test_large_files_are_read_piece_by_piece(tmp_path):
    content = os.urandom(1 << 20) * 2 + b"end"
    (tmp_path / "large").write_bytes(content)
    assert verifier.digest_of(str(tmp_path / "large")) == (len(content), digest(content))


@pytest.mark.skipif(os.name != "posix", reason="rights of a POSIX file system")
def test_what_may_not_be_read_is_bad():
    """The superuser reads everything: then nobody verifies."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        copy = shutil.copy(FILE, place / "verify.py")
        package = filed(place)
        (package / NOTE).chmod(0)
        (package / "矢量数据").chmod(0)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [PYTHON, "-I", "-S", copy, package]
        done = subprocess.run([*command, "--json"], capture_output=True, encoding="utf-8", check=False, **nobody)
        spoken = subprocess.run([*command, "--lang=en"], capture_output=True, encoding="utf-8", check=False, **nobody)
        (package / "矢量数据").chmod(0o755)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    denied = os.strerror(errno.EACCES)
    paths = ["矢量数据", "矢量数据/管控单元.cpg", SHP, NOTE]
    assert found["bad"] == [asdict(Fault(path, "unreadable", denied)) for path in sorted(paths)]
    assert found["missing"] == found["extra"] == []
    assert f"bad      {NOTE}: cannot be read ({denied})" in spoken.stdout


@pytest.mark.parametrize("name", [SUMS, NOTE])
def test_a_disk_that_fails_is_no_crash(tmp_path, monkeypatch, name):
    package = filed(tmp_path)
    opened = verifier._opened

    def failing(path):
        if path.endswith(name):
            raise OSError(errno.EIO, "Input/output error")
        return opened(path)

    monkeypatch.setattr(verifier, "_opened", failing)
    assert verify(package).bad == (Fault(name, "unreadable", "Input/output error"),)
    assert f"{name}: cannot be read (Input/output error)" in by_engine(package, "--lang", "en").out


def test_what_takes_the_place_of_a_file_is_not_opened(tmp_path):
    """Between the listing and the opening."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "file").write_bytes(b"1")
    for name in ("pipe", "link"):
        with pytest.raises(OSError, match=r"Invalid argument|symbolic links"):
            verifier.digest_of(str(tmp_path / name))
    assert verifier.digest_of(str(tmp_path / "file"))[0] == 1


# ── What is printed ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_document_has_five_keys(tmp_path):
    package = filed(tmp_path)
    answer = ask("verify", package)
    assert (answer.code, answer.err) == (0, "")
    assert answer.document == {
        "ok": True,
        "bad": [],
        "missing": [],
        "extra": [],
        "signature": {"state": "none", "fingerprint": "", "why": "", "said": UNSIGNED[1]},
    }
    flip(package)
    answer = ask("verify", package)
    assert answer.code == 1
    assert list(answer.document) == ["ok", "bad", "missing", "extra", "signature"]
    assert [list(one) for one in answer.document["bad"]] == [["path", "why", "found", "stated"]]


def test_a_name_cannot_speak_for_the_verification(tmp_path):
    package = filed(tmp_path)
    (package / "x\n通过：全部一致\x1b[2K\u202egpj").write_bytes(b"")
    for said in (by_itself(package, "--lang", "zh"), by_engine(package, "--lang", "zh")):
        assert said.code == 1
        lines = said.out.splitlines()
        assert lines[1] == r"多出  x\n通过：全部一致\x1b[2K\u202egpj"
        assert len(lines) == 3
    text = by_itself(package, "--json").out
    assert r"\u202e" in text
    assert "\u202e" not in text
    assert json.loads(text)["extra"] == ["x\n通过：全部一致\x1b[2K\u202egpj"]


def test_a_name_of_other_bytes_is_printed_by_the_engine_too(tmp_path):
    package = filed(tmp_path)
    bytes_of_another_encoding(package)
    run = child("verify", package, "--json")
    out, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (1, "")
    assert json.loads(out) == verify(package).document()


@pytest.mark.parametrize(("count", "lines"), [(50, 52), (51, 53), (52, 53)])
def test_people_are_shown_fifty_of_a_kind(tmp_path, count, lines):
    package = filed(tmp_path)
    for number in range(count):
        (package / f"{number}.tmp").write_bytes(b"")
    for said in (by_itself(package, "--lang", "en"), by_engine(package, "--lang", "en")):
        assert len(said.out.splitlines()) == lines
        assert (f"… and {count - 50} more" in said.out) == (count > 50)


def test_all_that_can_be_found_has_its_words():
    """In the file and in the engine, the same in English."""
    facts = {"found": "F", "stated": "S"}
    for why, (chinese, english) in FAULTS.items():
        said = str(verifying.fault_in_words(Fault("p", why, "F", "S")))
        assert said == english.format(**facts)
        assert chinese != english
    for name, (_, english) in STATES.items():
        if name != "invalid":
            assert str(verifying.signature_in_words(Signature(name, "ab cd"))) == english.format(fingerprint="ab cd")
    for why, (_, english) in SIGNATURE_FAULTS.items():
        said = str(verifying.signature_in_words(Signature("invalid", "ab", why)))
        assert said == STATES["invalid"][1].format(why=english)
    for why in REFUSALS:
        error = verifying._refusal(VerifyError(why, "p", "D"))
        assert isinstance(error, BadInput)
        assert error.wanted
        assert ("D" in str(error)) == ("{detail}" in REFUSALS[why][1])


def test_words_that_nobody_has_are_no_answer():
    for wrong in (Fault("p", "unheard of"), Signature("unheard of")):
        with pytest.raises(NotImplementedError):
            (verifying.fault_in_words if isinstance(wrong, Fault) else verifying.signature_in_words)(wrong)
    with pytest.raises(NotImplementedError):
        verifying._refusal(VerifyError("unheard of", "p"))


def test_a_terminal_that_knows_no_chinese_gets_it_escaped(tmp_path):
    """Nor does an encoding of the system change which names the files have."""
    package = filed(tmp_path)
    delete(package)
    copy = shutil.copy(FILE, tmp_path / "verify.py")
    command = [PYTHON, "-I", "-S", "-X", "utf8=0", copy, package]
    plain = {"env": {"LC_ALL": "C"}, "capture_output": True, "check": False}
    done = subprocess.run([*command, "--lang=zh"], **plain)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.decode("ascii").splitlines()[1] == f"缺少  {SHP}".encode("ascii", "backslashreplace").decode()
    done = subprocess.run([*command, "--json"], **plain)
    assert (done.returncode, done.stderr) == (1, b"")
    assert json.loads(done.stdout.decode("utf-8")) == verify(package).document()


def test_options_are_written_out(tmp_path):
    package = filed(tmp_path)
    for given in ("--js", "--lan=zh", "--unknown"):
        said = by_itself(package, given)
        assert (said.code, said.out) == (2, "")


def test_whoever_interrupts_it_is_told_so(tmp_path, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(verifier, "verify", interrupted)
    assert verifier.main([str(tmp_path)]) == 130
    assert capsys.readouterr() == ("", "")


def test_it_speaks_the_systems_language(tmp_path, monkeypatch, capsys):
    package = filed(tmp_path)
    for name, start in (("zh_CN", "通过"), ("en_GB", "verified"), (None, "verified")):
        monkeypatch.setattr(verifier.locale, "getlocale", lambda name=name: (name, "UTF-8"))
        assert verifier.main([str(package)]) == 0
        assert capsys.readouterr().out.startswith(start)


# ── What the file may lean on ────────────────────────────────────────────────────────────────────────────────────────


def test_the_file_needs_nothing_but_python():
    tree = ast.parse(FILE.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not [node for node in imported if isinstance(node, ast.ImportFrom) and node.level]
    names = {alias.name for node in imported if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in imported if isinstance(node, ast.ImportFrom)}
    assert {"hashlib", "json"} <= names
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_the_file_opens_nothing_to_write():
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    opening = [ast.unparse(one) for one in called if ast.unparse(one.func) in ("open", "os.open", "os.fdopen")]
    assert opening
    assert not [one for one in opening if "O_WR" in one or "O_RDWR" in one or not ("rb" in one or "os.open" in one)]
    writers = {"write", "write_bytes", "write_text", "unlink", "rename", "replace", "mkdir", "remove"}
    assert not [one for one in called if isinstance(one.func, ast.Attribute) and one.func.attr in writers]


@pytest.mark.parametrize(
    ("path", "long"),
    [
        ("C:\\包\\x", "\\\\?\\C:\\包\\x"),
        ("\\\\server\\share\\包", "\\\\?\\UNC\\server\\share\\包"),
        ("\\\\?\\C:\\包", "\\\\?\\C:\\包"),
        ("\\\\.\\C:\\包", "\\\\.\\C:\\包"),
    ],
)
def test_paths_of_windows_may_be_long(path, long):
    assert verifier._long(path) == long


@pytest.mark.parametrize(
    ("tag", "is_link"),
    [(0xA0000003, True), (0x9000001A, False), (0, False)],
    ids=["junction", "file in a cloud", "plain"],
)
def test_a_junction_of_windows_is_a_link(monkeypatch, tag, is_link):
    monkeypatch.setattr(verifier, "os", SimpleNamespace(name="nt"))
    found = SimpleNamespace(st_mode=stat.S_IFDIR, st_reparse_tag=tag)
    entry = SimpleNamespace(is_symlink=lambda: False, stat=lambda follow_symlinks: found)  # noqa: ARG005
    assert verifier._is_link(entry) is is_link
