"""The site's own words (search, contents, next page) in the language of the page: MkDocs knows one for all."""

from __future__ import annotations

from typing import Any


def on_page_context(context: dict[str, Any], page: Any, config: Any, nav: Any) -> None:  # noqa: ARG001 - MkDocs calls it so
    chinese = page.file.src_uri == "index.md" or page.file.src_uri.endswith(".zh.md")
    config.theme["language"] = "zh" if chinese else "en"
