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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpydoc.docscrape import ClassDoc, FunctionDoc

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from delineation import verbs  # noqa: E402
from delineation.cli.options import OF_ALL  # noqa: E402
from delineation.cli.verbs import VERBS  # noqa: E402
from delineation.core.messages import word  # noqa: E402
from delineation.plan.tables import LAYERS, TABLES  # noqa: E402
from delineation.publish.options import options_page  # noqa: E402
from delineation.publish.schemas import made_files, schema_files  # noqa: E402
from delineation.revision.ops import OPS  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        "tables": ("成果文件的图层与数据表", ("字段", "标题", "类型", "单位")),
        "findings": ("质检与提示", ("编号", "级别", "标题", "文字")),
        "operations": ("修订操作", ("字段", "标题", "必填", "取值")),
    },
    "en": {
        "tables": ("Layers and tables of a plan", ("Column", "Title", "Type", "Unit")),
        "findings": ("Findings", ("Id", "Severity", "Title", "Text")),
        "operations": ("Operations of a revision", ("Field", "Title", "Needed", "Values")),
    },
}


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
    (reference / "python.md").write_text(python_page(), encoding="utf-8")
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
        lines += table(head, [(f"`{one.name}`", getattr(one, language), one.type, one.unit) for one in found.columns])
    return "\n".join(lines)


def findings_page(language: str) -> str:
    """Write what checks and stages report, with its severity and its words in the national profile."""
    title, head = HEADS[language]["findings"]
    rows = []
    for path in sorted(PROFILE.glob("findings*.toml")):
        for name, one in tomllib.loads(path.read_text(encoding="utf-8")).items():
            text = one.get(language, "").replace("||", "")
            rows.append((name, one["severity"], one[f"title_{language}"], text.replace("{", "‹").replace("}", "›")))
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
