"""The documentation is made into a site without a warning, and its reference has all that the code declares."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
from cases import ROOT
from control_units.delineation import verbs
from control_units.delineation.cli.verbs import VERBS
from control_units.delineation.plan.tables import LAYERS, TABLES
from control_units.delineation.revision.ops import OPS

pytestmark = pytest.mark.uses("rasterio", "exactextract", "sklearn")


@pytest.fixture(scope="module")
def site():
    done = subprocess.run([sys.executable, ROOT / ".ci" / "docs.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "build" / "site"


def headings(site, page):
    return re.findall(r'<h2 id="[^"]*">(?:<code>)?([\w-]+)', (site / page).read_text(encoding="utf-8"))


def test_every_page_is_in_the_navigation_and_every_link_leads_somewhere(site):
    """MkDocs ends with an error otherwise; what it made is what the folder holds."""
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages <= {path.stem for path in site.glob("*.html")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reference_has_every_option_operation_and_table(site, language):
    assert headings(site, f"reference/options.{language}.html") == [verb.name for verb in VERBS]
    assert headings(site, f"reference/operations.{language}.html") == list(OPS)
    assert headings(site, f"reference/tables.{language}.html") == [*LAYERS, *TABLES]


def test_the_reference_has_every_public_function_with_its_parameters(site):
    text = (site / "reference" / "python.html").read_text(encoding="utf-8")
    assert headings(site, "reference/python.html") == [*sorted(verbs.__all__), *verbs.TYPES]
    fields = {one.name for kind in (verbs.Request, verbs.Suggestion) for one in dataclasses.fields(kind)}
    assert fields <= {name for names in re.findall(r"<code>([\w, ]+)</code>", text) for name in names.split(", ")}
    assert text.count("<strong>Returns</strong>") > len(verbs.__all__) / 2


def test_nothing_is_fetched_from_elsewhere(site):
    fetched = re.compile(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//')
    assert not [path.name for path in site.rglob("*.html") if fetched.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("page", "words", "found"),
    [
        ("index.html", "准入清单", "clauses.zh.html"),
        ("help/sources.zh.html", "碎片 面积", "reference/tables.zh.html"),
        ("reference/python.html", "township", "methods.en.html"),
        ("index.html", "zzzz", None),
    ],
)
def test_the_search_works_from_a_folder(site, tmp_path, page, words, found):
    """In a browser, without a server: what is found is linked, and what is nowhere finds nothing."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    command += ["--virtual-time-budget=20000", "--dump-dom", f"{(site / page).as_uri()}?q={quote(words)}"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    links = re.findall(r'<a href="([^"?#]+)[^"]*" class="md-search-result__link', shown)
    assert 'class="md-search-result__meta"' in shown
    assert "正在初始化搜索引擎" not in shown, "the search did not start"
    assert (site / found).as_uri() in links if found else links == []
