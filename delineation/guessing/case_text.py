"""The text of a case file that a guess becomes, with its comments in Chinese."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..case.finding_texts import load_texts, message
from ..case.names import glossary
from ..core.connections import is_database
from ..core.messages import NOTHING, word
from ..core.toml import toml_text, toml_value
from ..sources.coordinates.crs import parse_crs, short_name
from .field_matching import ADMIN
from .vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyproj import CRS

    from ..case.profile import Profile
    from ..core.findings import Finding
    from .model import Guessed

__all__ = ["CaseText"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HEAD = """\
# 本文件由 guess 命令按文件名、字段、取值和空间关系推测写出，运行前请逐条核对。
# “待确认”共 {uncertain} 处。把握不足 {used:.2f} 的来源整段注释：核对后去掉行首的“#”（其后没有空格的行）即可启用。
"""
_METADATA = (
    ("date", '""', "数据时点，如 2023、2023-12 或 2023-12-31"),
    ("provider", '""', "提供单位"),
    ("document", '""', "批准文件"),
    ("classification", '""', "密级：{levels}"),
    ("official_area", "0", "公布面积（m²）"),
)


class CaseText:
    """Lines of a case file."""

    def __init__(self, profile: Profile, output: Path) -> None:
        self.profile, self.folder = profile, output.resolve().parent
        words = vocabulary(profile)
        self.bar, self.sure = float(words["used"]), float(words["sure"])
        self.texts, self.names = load_texts(profile), glossary(profile)
        self.marks = 0
        self.previous: Guessed | None = None

    def used(self, one: Guessed) -> bool:
        """Whether a layer goes into the case as it is."""
        guess = one.guess
        return guess is not None and bool(guess.role) and guess.confidence >= self.bar and guess.ready

    def missing(self, guessed: Sequence[Guessed]) -> list[str]:
        """Roles of which the case needs one and has none."""
        study = ("county", "township")
        return [] if any(self.used(one) for one in guessed if one.role in study) else list(study)

    def row(self, one: Guessed) -> dict[str, Any]:
        """One source as ``--json`` prints it."""
        path = self._path(one.path)
        if one.raster is not None:
            raster = {"role": one.raster.name, "raster": one.raster.kind, "better": one.raster.better}
            return {"path": path, "layer": "", "kind": "raster", "used": True, **raster}
        if one.guess is None:
            return {"path": path, "layer": one.layer, "kind": one.kind, "role": "", "used": False}
        guess = one.guess
        kind = "none" if not guess.role else "previous" if guess.role == "unit" else "source"
        return {
            "path": path,
            "layer": one.layer,
            "kind": kind,
            "role": guess.role,
            "confidence": guess.confidence,
            "used": one is self.previous if kind == "previous" else self.used(one),
            "fields": dict(guess.fields),
            "zones": dict(guess.zones),
            "zone": guess.zone,
            "where": guess.where,
            "reasons": [self._said(item) for item in guess.reasons],
            "uncertain": [self._said(item) for item in guess.uncertain],
        }

    def text(self, guessed: Sequence[Guessed], name: str, profile: str) -> str:
        """Write the whole file."""
        order = {role: number for number, role in enumerate(self.profile.roles)}
        sources = sorted(
            (one for one in guessed if one.role and one.role != "unit"),
            key=lambda one: (not self.used(one), order[one.role]),
        )
        units = sorted((one for one in guessed if one.role == "unit"), key=lambda one: -one.confidence)
        body = list(self._case(sources, name))
        for one in sources:
            body += ["", *self._source(one)]
        for one in guessed:
            if one.raster is not None:
                body += ["", *self._raster(one)]
        body += ["", "[rules]", f"profile = {toml_text(profile)}"]
        for one in units:
            body += ["", *self._previous(one)]
        body += list(self._rest(guessed))
        head = _HEAD.format(uncertain=self.marks, used=self.bar)
        if self.missing(guessed):
            head += "# 缺少：县级或乡镇级行政区。没有它就没有研究区，本文件补上后才能运行。\n"
        return head + "\n" + "\n".join(body) + "\n"

    def _case(self, sources: Sequence[Guessed], name: str) -> Iterator[str]:
        yield "[case]"
        yield f"name = {toml_text(name)}"
        study = next((one for role in ADMIN for one in sources if one.role == role and self.used(one)), None)
        crs = parse_crs(study.crs) if study is not None and study.crs else None
        if crs is not None and crs.is_projected and _is_china_2000(crs) and ":" in short_name(crs):
            label = self.profile.roles[study.role].label if study else ""
            yield f"crs = {toml_text(short_name(crs))}  # {label}图层的坐标系（{crs.name}）"
        else:
            yield '#crs = "EPSG:…"  # 不写则取研究区所在的 CGCS2000 三度带'
        yield "seed = 1"

    def _source(self, one: Guessed) -> Iterator[str]:
        guess = one.guess
        if guess is None:
            return
        role = self.profile.roles[guess.role]
        yield from self._heading(one, f"{role.label}（{guess.role}），把握 {guess.confidence:.2f}")
        lines = ["[[source]]", f"role = {toml_text(guess.role)}", *self._place(one)]
        if guess.fields:
            lines.append(f"fields = {toml_value(guess.fields)}")
        if guess.where:
            lines.append(f"where = {toml_text(guess.where)}")
        if guess.zone:
            lines.append(f"zone = {toml_text(guess.zone)}")
        unknown = {str(said.facts["value"]): "" for said in guess.uncertain if said.facts.get("problem") == "unknown"}
        if guess.zones or unknown:
            lines.append(f"zones = {toml_value({**guess.zones, **unknown})}")
        if any(said.facts.get("problem") == "buffer" for said in guess.uncertain):
            lines.append("buffer = 0")
        yield from self._block([*lines, *self._metadata(one)], used=self.used(one))

    def _heading(self, one: Guessed, what: str) -> Iterator[str]:
        yield f"# ── {self._title(one)}：{what}"
        guess = one.guess
        if guess is not None:
            if guess.reasons:
                yield "# 依据：" + "；".join(self._said(item) for item in guess.reasons)
            for item in guess.uncertain:
                yield self._mark(self._said(item))
            if guess.alternatives:
                others = (f"{self.profile.label(role)}（{role}）{value:.2f}" for role, value in guess.alternatives)
                yield f"# 其他可能：{'、'.join(others)}"
        for found in one.findings:
            yield f"# 读取：{self._said(found)}"

    def _place(self, one: Guessed) -> Iterator[str]:
        yield f"path = {toml_text(self._path(one.path))}"
        if one.layer:
            yield f"layer = {toml_text(one.layer)}"
        if not one.crs and one.crs_candidates:
            yield f"crs = {toml_text(one.crs_candidates[0])}"

    def _metadata(self, one: Guessed, keys: Sequence[str] = ()) -> Iterator[str]:
        levels = " | ".join(self.profile["classification"]["levels"])
        for key, empty, label in _METADATA:
            if keys and key not in keys:
                continue
            if key == "date" and one.date:
                source = "文件名" if one.date_from == "name" else f"元数据 {one.date_from}"
                yield f"date = {toml_text(one.date)}  # 数据时点，取自{_comment(source)}"
            elif key == "provider" and one.provider:
                yield f"provider = {toml_text(one.provider)}  # 提供单位，取自元数据"
            else:
                yield f"#{key} = {empty}  # {label.format(levels=levels)}"

    def _block(self, lines: Sequence[str], *, used: bool) -> Iterator[str]:
        for line in lines:
            yield line if used or line.startswith("#") else f"#{line}"

    def _raster(self, one: Guessed) -> Iterator[str]:
        if one.raster is None:
            return
        guess = one.raster
        yield from self._heading(one, "栅格评价指标")
        values = "、".join(map(str, guess.values[:12]))
        seen = f"；取值 {values}" if values else ""
        said = f"kind = {guess.kind}，better = {guess.better}（越大越好为 high）{seen}"
        yield self._mark(f"栅格含义按名称和取值推测：{said}")
        lines = ["[[raster]]", f"name = {toml_text(guess.name)}", f"path = {toml_text(self._path(one.path))}"]
        lines += [f"kind = {toml_text(guess.kind)}"]
        if guess.kind != "class":
            lines.append(f"better = {toml_text(guess.better)}")
        if guess.kind == "grade":
            meanings = toml_value({str(value): "" for value in guess.values})
            lines.append(f"#grades = {meanings}  # 各等级的含义")
        yield from self._block(
            [*lines, *self._metadata(one, ("date", "provider", "document", "classification"))], used=True
        )

    def _previous(self, one: Guessed) -> Iterator[str]:
        guess = one.guess
        if guess is None:
            return
        use = "用于沿用编码、名称和沿革，不参与切分"
        yield from self._heading(one, f"既有管控单元，把握 {guess.confidence:.2f}；{use}")
        used = self.used(one) and self.previous is None and "code" in guess.fields
        if used:
            self.previous = one
        lines = ["[previous]", *self._place(one)]
        if guess.fields:
            lines.append(f"fields = {toml_value({k: v for k, v in guess.fields.items() if k in ('code', 'name')})}")
        yield from self._block(lines, used=used)

    def _rest(self, guessed: Sequence[Guessed]) -> Iterator[str]:
        """List what is no source, and what cannot be read."""
        plain = [one for one in guessed if one.guess is not None and not one.role]
        if plain:
            yield from ("", "# ── 未采用的图层")
        for one in plain:
            said = "；".join(self._said(item) for item in one.guess.reasons) if one.guess else ""
            yield f"# {self._title(one)}：{said}"
        for one in guessed:
            if one.kind == "plan":
                use = '如要沿用编码，可写 [previous] path、layer = "units"'
                yield f"# {self._title(one)}：本软件的划定成果，未作来源；{use}"
        failed = [one for one in guessed if one.error is not None]
        if failed:
            yield from ("", "# ── 不能读取的文件")
        for one in failed:
            what, wanted = (one.error.what, one.error.wanted) if one.error is not None else (NOTHING, NOTHING)
            parts = (_comment(word(part, "zh", self.names)) for part in (what, wanted))
            yield f"# {self._title(one)}：{'；需要：'.join(parts)}"

    def _mark(self, text: str) -> str:
        self.marks += 1
        return f"# 待确认：{text}"

    def _said(self, finding: Finding) -> str:
        return _comment(message(finding, self.texts, "zh"))

    def _title(self, one: Guessed) -> str:
        path = self._path(one.path)
        return _comment(f"{path}|{one.layer}" if one.layer else path)

    def _path(self, path: Path) -> str:
        if is_database(path):
            return str(path)
        try:
            found = Path(os.path.relpath(path.resolve(), self.folder)).as_posix()
        except ValueError:  # another drive
            found = path.resolve().as_posix()
        # A name that is not in UTF-8 stands in comments only.
        return os.fsencode(found).decode("utf-8", "backslashreplace")


def _is_china_2000(crs: CRS) -> bool:
    datum = crs.geodetic_crs.datum if crs.geodetic_crs is not None else None
    return datum is not None and datum == parse_crs("EPSG:4490").datum


def _comment(text: str) -> str:
    """Make a text fit for a comment: one line, no control characters."""
    return _CONTROL.sub(" ", text).strip()
