"""The documentation as a site: pages of docs/, the help of the panel, and a reference made of what the code declares.

Nothing of the reference is written twice: options and operations come from their declarations, tables from the classes
of their rows, findings from the national profile, documents from their JSON Schemas, the Python API from docstrings.
The pages go to build/docs, the site to build/site; a warning of MkDocs is an error.
"""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpydoc.docscrape import ClassDoc, FunctionDoc

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from delineation import methods, verbs  # noqa: E402
from delineation.bench import measures  # noqa: E402
from delineation.bench.experiments import boundary_confidence, ground_truth, null_model, threshold_curve, uncertainty  # noqa: E402  # noqa: E402
from delineation.bench.measures import agreement, metrics, pareto, themes  # noqa: E402
from delineation.bench.report import layers, tables  # noqa: E402
from delineation.bench.runs import stability, store  # noqa: E402
from delineation.case.names import glossary  # noqa: E402
from delineation.cli.options import OF_ALL  # noqa: E402
from delineation.cli.verbs import VERBS  # noqa: E402
from delineation.core.messages import word  # noqa: E402
from delineation.methods.registry import offered  # noqa: E402
from delineation.methods.settings import SETTINGS, MethodSettings  # noqa: E402
from delineation.methods.table import TABLE, declared_parameters  # noqa: E402
from delineation.plan import attribute_tables  # noqa: E402
from delineation.plan.tables import LAYERS, TABLES  # noqa: E402
from delineation.publish.options import options_page  # noqa: E402
from delineation.publish.schemas import made_files, schema_files  # noqa: E402
from delineation.revision.ops import OPS  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from delineation.core.columns import Column

LANGUAGES = ("zh", "en")
PROFILE = ROOT / "resources" / "profiles" / "national"
HELP = ROOT / "resources" / "help"
# Pages of the checkout's root, and what they are called in the site.
PAGES = {
    "README.zh.md": "index.md",
    "README.md": "index.en.md",
    "CONTRIBUTING.md": "contributing.md",
    "DESIGN.md": "design.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
}
# What heads the columns of the reference, by language.
HEADS = {
    "zh": {
        "tables": ("成果文件的图层与数据表", ("字段", "标题", "类型", "单位", "取值")),
        "findings": ("质检与提示", ("编号", "级别", "标题", "文字")),
        "operations": ("修订操作", ("字段", "标题", "必填", "取值")),
    },
    "en": {
        "tables": ("Layers and tables of a plan", ("Column", "Title", "Type", "Unit", "Values", "Meaning")),
        "findings": ("Findings", ("Id", "Severity", "Title", "Text")),
        "operations": ("Operations of a revision", ("Field", "Title", "Needed", "Values")),
    },
}
# What a comparison writes: what makes it, and what its columns are of.
COMPARISON = {
    "methods.csv": (tables.method_rows, pareto.front, pareto.dominates),
    "columns.csv": (tables.column_rows,),
    "missing.csv": (tables.missing_rows,),
    "null.csv": (tables.null_rows, null_model.random_divisions, null_model.NullModelRank),
    "truth.csv": (tables.truth_rows, ground_truth.truth_table, ground_truth.TruthRow),
    "uncertainty.csv": (tables.doubt_rows, uncertainty.uncertainty, uncertainty.AreaConfidence),
    "agreement.csv": (tables.agreement_rows, agreement.adjusted_rand, agreement.v_measure, agreement.kappa),
    "costs.csv": (tables.cost_rows, store.Cost),
    "findings.csv": (tables.finding_rows,),
    "curve.csv": (tables.curve_rows, threshold_curve.Curve),
    "curve_marks.csv": (tables.mark_rows, threshold_curve.Crossing),
    "comparison.gpkg": (
        layers.write_comparison,
        boundary_confidence.boundary_confidence,
        boundary_confidence.disagreement,
    ),
}
# What a docstring says of where a thing comes from: `Ward 1963`, `Wang et al. 2010`, `Openshaw, S. (1977)`.
CITED = re.compile(r"[A-Z]\w+(?:\s+et\s+al\.)?\s+(?:18|19|20)\d\d|\((?:18|19|20)\d\d\)")
UNCITED = "No published source stands in the code: the definition is the project's own."


def main() -> None:
    """Write the pages, then have MkDocs make the site of them."""
    pages, site = ROOT / "build" / "docs", ROOT / "build" / "site"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(ROOT / "docs", pages)
    shutil.copy(ROOT / ".ci" / "iframe-worker.js", pages)
    for name, page in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        for other, there in PAGES.items():
            text = text.replace(f"]({other})", f"]({there})")
        # What the site does not have is named, and linked nowhere.
        (pages / page).write_text(
            re.sub(r"\[([^]]+)\]\((?:LICENSE|CITATION|resources/)[^)]*\)", r"`\1`", text), encoding="utf-8"
        )
    reference = pages / "reference"
    reference.mkdir(exist_ok=True)
    options = {verb.name: (*OF_ALL, *verb.options) for verb in VERBS}
    for language in LANGUAGES:
        made = {
            "options": options_page(options, language).partition("\n")[2],  # its first line is for programs
            "operations": operations_page(language),
            "tables": tables_page(language),
            "findings": findings_page(language),
        }
        for name, text in made.items():
            (reference / f"{name}.{language}.md").write_text(f"{text}\n", encoding="utf-8")
        help_pages(pages / "help", language)
    of_code = {"python": python_page, "metrics": metrics_page, "methods": methods_page, "comparison": comparison_page}
    for name, page in of_code.items():
        (reference / f"{name}.md").write_text(page(), encoding="utf-8")
    documents = reference / "schemas"
    documents.mkdir()
    for path in schema_files().values():
        shutil.copy(path, documents)
    for name, content in made_files().items():
        (documents / name).write_bytes(content)
    (reference / "schemas.md").write_text(schemas_page(sorted(documents.iterdir())), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(site)]
    subprocess.run(command, cwd=ROOT, check=True)
    print(f"{sum(1 for _ in site.rglob('*.html'))} pages: {site.relative_to(ROOT)}/index.html")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Write a table of Markdown."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *cells)]


def tables_page(language: str) -> str:
    """Write the columns of all layers and tables of a plan."""
    title, head = HEADS[language]["tables"]
    lines = [f"# {title}"]
    for name, found in (LAYERS | TABLES).items():
        lines += ["", f"## `{name}` {getattr(found, language)}", ""]
        if found.geometry:
            lines += [found.geometry, ""]
        described = ClassDoc(found.row)["Attributes"] if language == "en" else []
        told = {name.strip(): " ".join(one.desc) for one in described for name in one.name.split(",")}
        rows = [
            (f"`{one.name}`", getattr(one, language), one.type, one.unit, worded(one, language), told.get(one.name, ""))
            for one in found.columns
        ]
        lines += table(head, [row[: len(head)] for row in rows])
    return "\n".join(lines)


def worded(column: Column, language: str) -> str:
    """Say what a column's values stand for."""
    said = attribute_tables._words(column.words, glossary(), language, {})
    return ", ".join(f"`{value}` {words}" if value else words for value, words in said)


def findings_page(language: str) -> str:
    """Write what checks and stages report, with its severity and its words in the national profile."""
    title, head = HEADS[language]["findings"]
    severities, rows = tomllib.loads((PROFILE / "names.toml").read_text(encoding="utf-8"))[language]["severity"], []
    for path in sorted(PROFILE.glob("findings*.toml")):
        for name, one in tomllib.loads(path.read_text(encoding="utf-8")).items():
            text = one.get(language, "").replace("||", "")
            rows.append(
                (name, severities[one["severity"]], one[f"title_{language}"], text.replace("{", "‹").replace("}", "›"))
            )
    return "\n".join([f"# {title}", "", *table(head, sorted(rows))])


def operations_page(language: str) -> str:
    """Write what an edit may say, an operation a section."""
    title, head = HEADS[language]["operations"]
    lines = [f"# {title}"]
    for name, operation in OPS.items():
        lines += ["", f"## `{name}` {word(operation.title, language)}", "", word(operation.about, language), ""]
        rows = [
            (f"`{key}`", word(one.title, language), "✓" if one.needed else "", values(one.schema))
            for key, one in operation.fields.items()
        ]
        lines += table(head, rows) if rows else []
    return "\n".join(lines)


def values(schema: dict[str, Any]) -> str:
    """Say what a JSON Schema takes, in a few words."""
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return ", ".join(dict.fromkeys(values(one) for one in schema[key]))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    kind = schema.get("type", "")
    return f"{kind} of {values(schema['items'])}" if "items" in schema else str(kind)


def help_pages(folder: Path, language: str) -> None:
    """Carry over the help of the panel, a page a desk, with its pictures."""
    for path in sorted(HELP.glob(f"*.{language}.html")):
        html = path.read_text(encoding="utf-8")
        title = re.search(r"<title>(.*?)</title>", html)[1]
        body = re.search(r"</nav>(.*)</body>", html, re.DOTALL) or re.search(r"<body>(.*)</body>", html, re.DOTALL)
        # The h1 of the page is the title that MkDocs knows it by. Links stay as they are: within a block of HTML
        # nothing is read as Markdown, and the site's pages have the same names.
        text = re.sub(r"<h1>.*?</h1>", "", body[1])
        folder.mkdir(exist_ok=True)
        (folder / path.with_suffix(".md").name).write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    shutil.copytree(HELP / "pictures", folder / "pictures", dirs_exist_ok=True)


def schemas_page(files: Sequence[Path]) -> str:
    """List the JSON Schemas of what verbs print with ``--json``."""
    lines = [f"- [`{path.name}`](schemas/{path.name})" for path in files]
    head = "What each verb prints with `--json`, and a line of a file of edits, as JSON Schema (draft 2020-12)."
    return "\n".join(["# JSON Schemas", "", head, "", *lines, ""])


def python_page() -> str:
    """Write the public namespace from its docstrings."""
    head = "`from control_units.delineation import verbs`; errors: `from control_units.delineation import BadInput`."
    lines = ["# Python", "", head]
    for name in (*sorted(verbs.__all__), *verbs.TYPES):
        function = getattr(verbs, name)
        doc = FunctionDoc(function)
        lines += ["", f"## `{name}`", "", "```python", f"{name}{call(function)}", "```", ""]
        doc = ClassDoc(function, config={"show_class_members": False}) if isinstance(function, type) else doc
        lines += [*doc["Summary"], "", *doc["Extended Summary"], ""]
        for section in ("Parameters", "Attributes", "Returns", "Raises"):
            if doc[section]:
                lines += [f"**{section}**", ""]
                lines += [f"- {entry(one)}" for one in doc[section]]
                lines.append("")
        if doc["Examples"]:
            lines += ["**Example**", "", "```python", *doc["Examples"], "```"]
    return "\n".join([*lines, ""])


def metrics_page() -> str:
    """Write the metrics of a comparison: unit, better end, formula and source, from their docstrings."""
    # One source and one raster stand for all, and there is a sea.
    thing = SimpleNamespace(
        sea=np.ones(1),
        priority_zones=SimpleNamespace(source=("SOURCE",), role=()),
        variables=SimpleNamespace(name=("RASTER",)),
    )
    found = metrics.metrics_of(thing, lambda _, name, *__: name) | stability.STABILITY
    lines, seen, first = ["# Metrics", "", prose(measures)], set(), {}
    for theme, listed in themes.by_theme(found):
        lines += ["", f"## {theme.en} {theme.zh}"]
        for one in listed:
            plain = one.function.func if isinstance(one.function, partial) else one.function
            function = stability.stability_of if one.name in stability.STABILITY else plain
            needs = f"; empty where: {word(metrics.NEEDS[one.needs], 'en')}" if one.needs else ""
            lines += [
                "",
                f"### `{one.name}`",
                "",
                f"*{one.en}, {one.zh}; unit: {one.unit}; better: {one.better}{needs}*",
                "",
            ]
            if function in first:
                lines.append(f"As `{first[function]}`.")
                continue
            first[function] = one.name
            lines += [prose(function), "", *explained(function, seen)]
            lines += [] if cited(function) else [UNCITED]
    return "\n".join([*lines, ""])


def methods_page() -> str:
    """Write the division methods: what they do, their parameters with defaults, and whom to cite."""
    lines, names = ["# Methods and their parameters", "", *prose(methods).splitlines()[:4]], glossary()
    for name in offered(regional=False):
        row = TABLE[name]
        function = row.solver or row.function
        lines += ["", f"## `{name}` {names.method(name, 'zh')}", "", prose(function), ""]
        lines += [] if cited(function) else [UNCITED, ""]
        lines += ["Its draws are those of the seed." if row.draws else "The seed changes nothing.", ""]
        lines += parameters(FunctionDoc(function)["Parameters"], declared_parameters(function), row.unscaled)
        if row.solver:
            lines += ["And the [settings of every regionalising method](#settings)."]
    lines += ["", "## Settings of every regionalising method { #settings }", "", prose(MethodSettings), ""]
    lines += parameters(ClassDoc(MethodSettings)["Attributes"], SETTINGS, {})
    for one in (methods.Situation, methods.Labels):
        lines += [f"## What a method of your own has: `{one.__name__}`", "", prose(one), ""]
        lines += [*(f"- {entry(told)}" for told in ClassDoc(one)["Attributes"]), ""]
    return "\n".join(lines)


def parameters(described: Sequence[Any], declared: Sequence[Any], unscaled: Mapping[str, Any]) -> list[str]:
    """Write a table of parameters: what each takes, its default, and its description."""
    told = {name.strip(): one for one in described for name in one.name.split(",")}
    rows = []
    for one in declared:
        default = "(needed)" if one.required else f"`{one.default}`" if one.default != "" else "(empty)"
        if one.name in unscaled:
            default += f"; `{unscaled[one.name]}` for attributes compared as they are"
        rows.append((f"`{one.name}`", told[one.name].type, default, " ".join(told[one.name].desc)))
    return (
        [*table(("Parameter", "Takes", "Default", "Meaning and range"), rows), ""] if rows else ["No parameters.", ""]
    )


def comparison_page() -> str:
    """Write what is in the files of a comparison, from the docstrings of what writes them."""
    lines = [
        "# Files of a comparison",
        "",
        "Columns of metrics: [Metrics](metrics.md). An empty field is a value that is not there.",
    ]
    for name, parts in COMPARISON.items():
        lines += ["", f"## `{name}`", ""]
        for part in parts:
            lines += [prose(part), ""]
            if isinstance(part, type):
                doc = ClassDoc(part)
                lines += [f"- {entry(one)}" for one in doc["Attributes"]]
                lines += [
                    f"- `{one}`: {' '.join(prose(held).split())}"
                    for one, held in vars(part).items()
                    if isinstance(held, property)
                ]
                lines += [""]
    return "\n".join(lines)


def prose(thing: Any) -> str:
    """Give what a docstring says before its sections."""
    return re.split(r"\n\n[A-Z]\w+\n-{3,}", inspect.getdoc(thing) or "")[0]


def resting(function: Any) -> list[Any]:
    """Find what a docstring rests on: the functions of its file that it names, and those that they name."""
    found = [function]
    for one in found:
        named = (getattr(inspect.getmodule(one), name, None) for name in re.findall(r"``(\w+)``", prose(one)))
        found += dict.fromkeys(other for other in named if inspect.isfunction(other) and other not in found)
    return found


def explained(function: Any, seen: set[Any]) -> list[str]:
    """Say what a metric's docstring rests on, each once on the page; other metrics have their own place."""
    own = {one.function for one in metrics.METRICS.values()} | {function}
    new = [one for one in resting(function) if one not in own | seen]
    seen.update(new)
    return [line for one in new for line in (f"`{one.__name__}`: {prose(one)}", "")]


def cited(function: Any) -> bool:
    """Whether a docstring, or one that it rests on, names a publication."""
    return any(CITED.search(prose(one)) for one in resting(function))


def call(function: Any) -> str:
    """Write how a function is called: its parameters with their defaults; their types stand below."""
    signature = inspect.signature(function)
    bare = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


def entry(parameter: Any) -> str:
    """Write a parameter, a result or an error in one line."""
    told = " ".join(line.strip() for line in parameter.desc).strip()
    named = f"`{parameter.name}` " if parameter.name else ""
    return f"{named}({parameter.type}): {told}" if parameter.type else f"{named}{told}"


if __name__ == "__main__":
    main()
