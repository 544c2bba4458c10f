"""`make install` links the checkout into a profile; twice is as good as once, and a real folder is never touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def install(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [ROOT / ".ci" / "install", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("given", "profile"), [([], "default"), (["planning"], "planning"), (["{config}/profiles/a b"], "a b")]
)
def test_it_links_once_and_says_the_next_step(tmp_path, given, profile):
    given = [one.format(config=tmp_path) for one in given]
    link = tmp_path / "profiles" / profile / "python" / "plugins" / "control_units"
    for word in (str(link), "already there"):
        done = install(*given, QGIS_CUSTOM_CONFIG_PATH=str(tmp_path))
        assert done.returncode == 0, done.stderr
        assert word in done.stdout
        assert "next:" in done.stdout
        assert link.is_symlink()
        assert link.resolve() == ROOT
        assert (link / "metadata.txt").is_file()
        assert (link / "i18n" / "engine_zh_CN.mo").is_file()


def test_a_link_elsewhere_is_turned_and_named(tmp_path):
    link = tmp_path / "profile" / "python" / "plugins" / "control_units"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "old")
    done = install(str(tmp_path / "profile"))
    assert str(tmp_path / "old") in done.stdout
    assert link.resolve() == ROOT


def test_a_real_folder_is_left_alone(tmp_path):
    folder = tmp_path / "profile" / "python" / "plugins" / "control_units"
    folder.mkdir(parents=True)
    (folder / "metadata.txt").write_text("theirs", encoding="utf-8")
    done = install(str(tmp_path / "profile"))
    assert done.returncode == 2
    assert "not a link" in done.stderr
    assert (folder / "metadata.txt").read_text(encoding="utf-8") == "theirs"
