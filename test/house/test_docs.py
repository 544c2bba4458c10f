"""The documentation is made into a site without a warning, and its reference has all that the code declares."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from html import unescape
from urllib.parse import quote

import pytest
from bench_runs import county
from cases import ROOT
from control_units.delineation import verbs
from control_units.delineation.bench.measures.metrics import METRICS
from control_units.delineation.cli.verbs import VERBS
from control_units.delineation.methods.registry import offered, parameters
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


def sections(site, page, level):
    """What stands under each heading that is a name, as text."""
    html = (site / page).read_text(encoding="utf-8").partition("<footer")[0]
    parts = re.split(rf'<h{level} id="[^"]*"><code>([^<]+)</code>', html)[1:]
    return {name: unescape(re.sub(r"<[^>]+>", "", text)) for name, text in zip(parts[::2], parts[1::2], strict=True)}


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


def test_the_reference_says_what_each_metric_is_and_where_it_is_from(site):
    told = sections(site, "reference/metrics.html", 3)
    assert {*METRICS, "ari_seeds", "omission[SOURCE]", "geodetector_p[RASTER]", "sea_area_key"} <= {*told}
    assert "unit: index; better: high" in told["polsby_popper"]
    assert "4π·A / P²" in told["polsby_popper"]
    assert "Polsby & Popper 1991 (Yale Law & Policy Review 9:301–353)" in told["polsby_popper"]
    assert "empty where: no townships in the case" in told["townships_per_unit"]
    without = {name for name, text in told.items() if "No published source" in text}
    assert {"units", "commission_area"} <= without
    assert not {"omission", "between_variance", "mean_q", "entropy", "geodetector_q[RASTER]", "v_seeds"} & without
    assert all(len(text.split()) > 8 for text in told.values())


def test_the_reference_has_every_method_with_its_parameters_and_their_defaults(site):
    told = sections(site, "reference/methods.html", 2)
    assert list(told) == list(offered(regional=False))
    settings = (site / "reference" / "methods.html").read_text(encoding="utf-8").partition('id="settings"')[2]
    every = unescape(re.sub(r"<[^>]+>", "", settings))
    for name, text in told.items():
        rows = [line.strip() for line in (text + every).splitlines()]
        for one in parameters(name):
            default = "(needed)" if one.required else str(one.default) or "(empty)"
            assert rows[rows.index(one.name) + 2].split(";")[0] == default, (name, one)
    assert "Openshaw, S. (1977)" in told["azp"]
    assert "No published source" in told["update"]
    assert "No published source" not in told["overlay"] + told["ward"]


@pytest.mark.slow
def test_the_reference_says_what_every_column_of_a_comparison_is(site, tmp_path):
    case = county(tmp_path / "case")
    found = verbs.bench(case, ["overlay", "ward:k=3,variables=x+y"], tmp_path / "out", nulls=2, truth=1, samples=2)
    assert len(found["methods"]) == 2
    told = sections(site, "reference/comparison.html", 2)
    metrics = sections(site, "reference/metrics.html", 3)
    files = sorted((tmp_path / "out").glob("*.csv"))
    assert [path.name for path in files] == sorted({*told} - {"comparison.gpkg"})
    for path in files:
        for column in path.read_text(encoding="utf-8-sig").splitlines()[0].split(","):
            general = re.sub(r"(omission|commission)\[.*", r"\1[SOURCE]", re.sub(r"(_[qp])\[.*", r"\1[RASTER]", column))
            words = re.findall(r"\w+", told[path.name])
            assert column in words or (path.name == "methods.csv" and general in metrics), (path.name, column)


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
