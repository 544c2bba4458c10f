"""What of a package goes apart, such as a layer or a map for each element, and which boundaries do not leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..export.layers import withheld
from .filling import IN_NAMES, TOKENS

if TYPE_CHECKING:
    from .filling import Filling
    from .profile import PackageProfile

__all__ = ["parted"]


def parted(filling: Filling) -> tuple[PackageProfile, list[Finding]]:
    """Take each block that goes apart as many times as its column says different things.

    Returns
    -------
    profile : PackageProfile
        Without blocks that go apart, and without boundaries that do not leave.
    findings : list of Finding
        ``P33``: such boundaries, once for all files; ``P19``: there is nothing to take apart.
    """
    contents, findings = [], []
    for content in filling.profile.contents:
        if not content.apart and content.of != "boundaries":
            contents.append(content)
            continue
        where = Message("{profile}, {path}", profile=filling.profile.path, path=content.path)
        kept = TOKENS.keys() - {content.apart}
        records = filling.records(content.of)
        records = records.chosen(records.rows(content.only, where))
        parts = records.apart(content.apart, where) if content.apart else {"": records}
        for value, part in parts.items():
            title, layer = (part.fill(text, where, kept) for text in (content.title, content.layer))
            left = withheld(part, filling.plan, filling.rules, content.most)
            for source, mark, most in left:
                facts: Facts = {"layer": filling.filled(title or layer, where), "source": source, "most": most}
                findings.append(Finding("P33", {**facts, "mark": mark or Message("not stated")}))
            if not left:
                one = replace(
                    content,
                    path=part.fill(content.path, where, kept, lambda text: text.translate(IN_NAMES)),
                    layer=layer,
                    title=title,
                    only={**content.only, **({content.apart: value} if content.apart else {})},
                    options={key: part.fill(text, where, kept) for key, text in content.options.items()},
                    apart="",
                )
                contents.append(one)
        if not parts:
            names = (filling.filled(records.fill(text, where, kept), where) for text in (content.path, content.title))
            findings.append(Finding("P19", dict(zip(("file", "layer"), names, strict=True))))
    once = {str(one.facts): one for one in findings}
    return replace(filling.profile, contents=tuple(contents)), list(once.values())
