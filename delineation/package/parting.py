"""What of a package goes apart, such as a layer for each element, and which boundaries do not leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.findings import Finding
from ..core.messages import Message
from ..export.layers import withheld
from ..export.map_sheet import ELEMENTS
from .filling import TOKENS

if TYPE_CHECKING:
    from .filling import Filling
    from .profile import PackageItem, PackageProfile


def parted(filling: Filling) -> tuple[PackageProfile, list[Finding]]:
    """Take each block that goes apart as many times as its column says different things.

    Returns
    -------
    profile : PackageProfile
        Without blocks that go apart, boundaries that do not leave, and maps of elements that the plan has none of.
    findings : list of Finding
        ``P33``: such boundaries, once for all files.
    """
    contents: list[PackageItem] = []
    findings: dict[str, Finding] = {}
    for content in filling.profile.contents:
        where = Message("{profile}, {path}", profile=filling.profile.path, path=content.path)
        if not content.apart and content.of != "boundaries":
            if content.options.get("theme") != ELEMENTS or len(filling.plan.element_zones):
                contents.append(content)
            continue
        records = filling.records(content.of)
        records = records.chosen(records.rows(content.only, where))
        parts = records.apart(content.apart, where) if content.apart else {}
        for value, part in (parts or {"": records}).items():
            path, title, layer = (
                part.fill(text, where, TOKENS) for text in (content.path, content.title, content.layer)
            )
            only = {**content.only, **({content.apart: value} if parts else {})}
            left = withheld(part, filling.plan, filling.rules, content.most)
            if not left:
                contents.append(replace(content, path=path, title=title, layer=layer, only=only, apart=""))
            for source, mark, most in left:
                called = filling.filled(title or layer, where)
                facts = {
                    "layer": called,
                    "source": source or called,
                    "mark": mark or Message("not stated"),
                    "most": most,
                }
                findings[title + source] = Finding("P33", facts)
    return replace(filling.profile, contents=tuple(contents)), list(findings.values())
