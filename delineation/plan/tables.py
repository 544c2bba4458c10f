"""The tables of a plan: each column is a field of the class of its rows, and declared nowhere else.

A plan file can grow: a new column is a field here, a new table a class here, ``since`` a schema that is one higher.
Readers fill what a file of a lower schema lacks, and refuse a newer one. A field without a default is what each row
has: a plan that lacks it is damaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from ..core.columns import Column, Table, TableRow
from ..lists.clause import Clause, LibraryRow, UnitId

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LAYERS", "SCHEMA", "TABLES", "JournalRow", "UnitRow", "declared"]

SCHEMA = 1
"""What is written (``meta.schema``). Until a version is released it stays 1: a plan that lacks a column is refused."""

_ID = (1, 1 << 53)  # what is counted from 1
_CATEGORY = (1, 3)
_SIZE = (0.0, 1e15)  # m², m: the Earth has 5.1e14 m²

# Columns of several tables.
FaceId = Annotated[int, Column("图斑编号", "Face", within=_ID)]
County = Annotated[str, Column("县级行政区代码", "County", width=170, words="county")]
SourceName = Annotated[str, Column("来源图层", "Source")]
FeatureId = Annotated[int, Column("要素编号", "Feature")]
Role = Annotated[str, Column("图层类型", "Role")]
Zone = Annotated[str, Column("分区", "Zone")]
Grade = Annotated[str, Column("级别或控制区", "Grade")]
RuleId = Annotated[str, Column("规则编号", "Rule")]
UnitCodes = Annotated[str, Column("所涉单元", "Units")]
Facts = Annotated[str, Column("事实", "Facts", shown=False)]
Reason = Annotated[str, Column("理由", "Reason")]
Time = Annotated[str, Column("时间", "Time")]
EntryNumber = Annotated[int, Column("序号", "Number", within=_ID)]


@dataclass(frozen=True, kw_only=True)
class FaceRow(TableRow):
    """A row of layer ``faces``.

    Attributes
    ----------
    category : int
        That of its unit, after cleaning, method and edits.
    rule_category : int
        What the rules say of the face alone.
    unit_id : str
        Of `UnitRow`.
    host : int
        Face whose label this one carries, as cleaning joined it to that; empty where it stands by itself.
    """

    face_id: FaceId
    county: County
    township: Annotated[str, Column("乡镇代码", "Township")] = ""
    category: Annotated[int, Column("管控类别", "Category", within=_CATEGORY, words="category")]
    rule_category: Annotated[int, Column("规则判定类别", "Category by the rules", within=_CATEGORY, words="category")]
    unit_id: UnitId
    area_m2: Annotated[float, Column("面积", "Area", unit="m²", within=_SIZE)]
    host: Annotated[int | None, Column("依附图斑", "Rides with face")] = None


@dataclass(frozen=True, kw_only=True)
class BorderRow(TableRow):
    """A row of layer ``borders``: a line between two faces; the outline of the study area is in none.

    Attributes
    ----------
    left, right : int
        ``face_id`` on either side.
    """

    left: Annotated[int, Column("左侧图斑", "Left face", within=_ID)]
    right: Annotated[int, Column("右侧图斑", "Right face", within=_ID)]
    length_m: Annotated[float, Column("长度", "Length", unit="m", within=_SIZE)]


@dataclass(frozen=True, kw_only=True)
class UnitRow(TableRow):
    """A row of layer ``units``.

    Attributes
    ----------
    unit_id : str
        By which tables and edits name the unit, whatever its code.
    kind : str
        Role whose zones made it, or ``general``.
    parts : int
        Polygons that do not touch.
    reasons : str
        In the profile's language; ``facts`` holds them as JSON, to be worded in another.
    grouped_by : str
        How the grouping told it apart: ``kind``, ``township:<code>``, ``named:<name>`` or ``part:<name>``; empty of one
        that a method made.
    """

    unit_id: UnitId
    code: Annotated[str, Column("环境管控单元编码", "Code", width=150)]
    name: Annotated[str, Column("环境管控单元名称", "Name", width=260)]
    category: Annotated[int, Column("管控单元分类", "Category", within=_CATEGORY, words="category")]
    kind: Annotated[str, Column("单元类型", "Kind", width=150, words="kind")]
    subtype: Annotated[str, Column("单元细类", "Subtype")] = ""
    county: County
    townships: Annotated[str, Column("所涉乡镇", "Townships", width=200)] = ""
    parts: Annotated[int, Column("图形块数", "Parts")]
    area_m2: Annotated[float, Column("面积", "Area", unit="m²", within=_SIZE, shown_in="km²", behind="category")]
    reasons: Annotated[str, Column("划定依据", "Reasons", width=360)] = ""
    facts: Annotated[str, Column("依据的事实", "Facts of the reasons", shown=False)] = ""
    grouped_by: Annotated[str, Column("归组方式", "Grouped by", shown=False)] = ""
    locked: Annotated[int, Column("已锁定", "Locked", behind="parts", words="yes_no")] = 0


@dataclass(frozen=True, kw_only=True)
class ZoneRow(TableRow):
    """A row of layer ``element_zones``."""

    code: Annotated[str, Column("要素分区编码", "Code", width=150)]
    element: Annotated[str, Column("环境要素", "Element", words="element")]
    zone: Annotated[str, Column("管控分区类型", "Zone", words="zone")]
    county: County
    area_m2: Annotated[float, Column("面积", "Area", unit="m²", within=_SIZE, shown_in="km²")]
    filled: Annotated[str, Column("补足情况", "Filled in", width=150, words="filled")] = ""


@dataclass(frozen=True, kw_only=True)
class FindingRow(TableRow):
    """A row of layer ``findings``.

    Attributes
    ----------
    id : str
        See the list of findings.
    value : float
        How much of it was found, in the unit that its text has.
    units : str
        Codes, joined by 、.
    facts : str
        What the text is worded from, as JSON.
    """

    id: RuleId
    severity: Annotated[str, Column("等级", "Severity", words="severity")]
    message: Annotated[str, Column("问题描述", "Message", width=520)] = ""
    value: Annotated[float | None, Column("数值", "Value", behind="units")] = None
    units: UnitCodes = ""
    facts: Facts = "{}"
    shape: Annotated[str, Column("范围", "Shape", shown=False)] = ""


@dataclass(frozen=True, kw_only=True)
class CoverageRow(TableRow):
    """A row of table ``coverage``: a feature of a source covers a face.

    Attributes
    ----------
    feature_id : int
        Place of the feature in its source.
    """

    face_id: FaceId
    role: Role
    source: SourceName
    feature_id: FeatureId
    zone: Zone = ""
    grade: Grade = ""


@dataclass(frozen=True, kw_only=True)
class FeatureRow(TableRow):
    """A row of table ``features``."""

    source: SourceName
    feature_id: FeatureId
    name: Annotated[str, Column("要素名称", "Name")] = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceRow(TableRow):
    """A row of table ``evidence``: a raster's values within a face.

    Attributes
    ----------
    mean, stdev, majority : float
        Over the part of the face that has values, in the raster's own unit.
    """

    face_id: FaceId
    raster: Annotated[str, Column("栅格", "Raster")]
    mean: Annotated[float | None, Column("均值", "Mean")] = None
    stdev: Annotated[float | None, Column("标准差", "Standard deviation")] = None
    majority: Annotated[float | None, Column("众数", "Majority")] = None
    covered: Annotated[float | None, Column("有值面积占比", "Share covered", unit="0–1")] = None
    inherited: Annotated[int, Column("沿用切分前的值", "As before the cut", words="yes_no")] = 0


@dataclass(frozen=True, kw_only=True)
class JournalRow(TableRow):
    """A row of table ``journal``."""

    seq: EntryNumber
    time: Time = ""
    author: Annotated[str, Column("修订人", "Author")] = ""
    reason: Reason = ""
    basis: Annotated[str, Column("依据文件", "Basis document")] = ""
    op: Annotated[str, Column("操作", "Operation")] = ""
    inverse: Annotated[str, Column("逆操作", "Inverse operation")] = ""
    undone: Annotated[int, Column("已撤销", "Undone")] = 0
    parent: Annotated[int | None, Column("前一序号", "Entry before")] = None
    scenario: Annotated[str, Column("方案", "Scenario")] = ""


@dataclass(frozen=True, kw_only=True)
class ScenarioRow(TableRow):
    """A row of table ``scenarios``."""

    name: Annotated[str, Column("名称", "Name")]
    head: Annotated[int, Column("所在序号", "Entry it stands at")]


@dataclass(frozen=True, kw_only=True)
class BaseRow(TableRow):
    """A row of table ``base``."""

    face_id: FaceId
    unit_id: UnitId


@dataclass(frozen=True, kw_only=True)
class RetiredRow(TableRow):
    """A row of table ``retired``."""

    seq: EntryNumber
    layer: Annotated[str, Column("图层", "Layer")]
    row: Annotated[str, Column("原记录", "Row as it was")]
    shape: Annotated[str, Column("原图形", "Shape as it was")] = ""


@dataclass(frozen=True, kw_only=True)
class LedgerRow(TableRow):
    """A row of table ``ledger``: what a stage did to an area.

    Attributes
    ----------
    role : str
        Of the source concerned, empty where a category is.
    category : int
        Concerned, empty where a source is.
    """

    stage: Annotated[str, Column("阶段", "Stage")] = ""
    role: Role = ""
    category: Annotated[int | None, Column("管控类别", "Category")] = None
    from_m2: Annotated[float | None, Column("变化前面积", "Area before", unit="m²")] = None
    to_m2: Annotated[float | None, Column("变化后面积", "Area after", unit="m²")] = None
    reason: Annotated[str, Column("原因", "Reason")] = ""
    facts: Annotated[str, Column("原因的事实", "Facts of the reason")] = ""


@dataclass(frozen=True, kw_only=True)
class LineageRow(TableRow):
    """A row of table ``lineage``: land that a unit of before and one of now have in common.

    Attributes
    ----------
    relation : str
        ``same`` (one to one, code kept), ``recode`` (one to one, another code), ``category`` (one to one, another
        category), ``split``, ``merge``, ``rearranged`` (both), ``retired`` (no heir), ``new`` (no ancestor).
    """

    old: Annotated[str, Column("原单元编码", "Old code")] = ""
    new: Annotated[str, Column("现单元编码", "New code")] = ""
    area_m2: Annotated[float | None, Column("共有面积", "Shared area", unit="m²")] = None
    relation: Annotated[str, Column("关系", "Relation")] = ""
    old_name: Annotated[str, Column("原单元名称", "Old name")] = ""


@dataclass(frozen=True, kw_only=True)
class SourceRow(TableRow):
    """A row of table ``sources``."""

    source: SourceName
    role: Role
    path: Annotated[str, Column("文件", "File")] = ""
    layer: Annotated[str, Column("图层", "Layer")] = ""
    crs: Annotated[str, Column("坐标系", "CRS")] = ""
    encoding: Annotated[str, Column("文字编码", "Encoding")] = ""
    count: Annotated[int | None, Column("要素数", "Features")] = None
    sha256: Annotated[str, Column("校验值", "SHA-256")] = ""
    date: Annotated[str, Column("数据时点", "Date")] = ""
    provider: Annotated[str, Column("提供单位", "Provider")] = ""
    document: Annotated[str, Column("依据文件", "Document")] = ""
    classification: Annotated[str, Column("密级", "Classification")] = ""
    area_m2: Annotated[float | None, Column("面积", "Area", unit="m²")] = None
    official_area_m2: Annotated[float | None, Column("批复面积", "Official area", unit="m²")] = None
    trigger: Annotated[str, Column("更新事由", "Trigger of the update")] = ""


@dataclass(frozen=True, kw_only=True)
class AppliedRuleRow(TableRow):
    """A row of table ``rules``."""

    id: RuleId = ""
    precedence: Annotated[int | None, Column("优先级", "Precedence")] = None
    role: Role = ""
    zone: Zone = ""
    grade: Grade = ""
    effect: Annotated[str, Column("判定结果", "Effect")] = ""
    switch: Annotated[str, Column("开关", "Switch")] = ""
    inside: Annotated[str, Column("须在其内", "Inside")] = ""
    outside: Annotated[str, Column("须在其外", "Outside")] = ""
    min_area: Annotated[float | None, Column("最小面积", "Least area", unit="m²")] = None
    min_share: Annotated[float | None, Column("最小占比", "Least share", unit="0–1")] = None
    active: Annotated[int, Column("启用", "Active")] = 1
    title: Annotated[str, Column("名称", "Title")] = ""
    source: Annotated[str, Column("出处", "Source")] = ""


@dataclass(frozen=True, kw_only=True)
class AcceptedRow(TableRow):
    """A row of table ``accepted``."""

    id: RuleId = ""
    units: UnitCodes = ""
    facts: Facts = "{}"
    place: Annotated[str, Column("位置", "Place")] = ""
    reason: Reason = ""
    author: Annotated[str, Column("接受人", "Author")] = ""
    time: Time = ""


@dataclass(frozen=True, kw_only=True)
class MetaRow(TableRow):
    """A row of table ``meta``."""

    key: Annotated[str, Column("键", "Key")] = ""
    value: Annotated[str, Column("值", "Value")] = ""


LAYERS: Mapping[str, Table] = {
    "faces": Table("基础图斑", "Faces", FaceRow, "Polygon"),
    "borders": Table("图斑边界", "Borders", BorderRow, "MultiLineString"),
    "units": Table("管控单元", "Units", UnitRow, "MultiPolygon"),
    "element_zones": Table("要素管控分区", "Element zones", ZoneRow, "MultiPolygon"),
    "findings": Table("质检问题", "Findings", FindingRow, "Point"),
}
TABLES: Mapping[str, Table] = {
    "coverage": Table("图斑来源", "Coverage", CoverageRow),
    "features": Table("来源要素名称", "Named features", FeatureRow),
    "evidence": Table("评价指标", "Evidence", EvidenceRow),
    "journal": Table("修订日志", "Journal", JournalRow),
    "scenarios": Table("比选方案", "Scenarios", ScenarioRow),
    "base": Table("修订前的图斑归属", "Labels before edits", BaseRow),
    "retired": Table("切分前的数据", "Rows before cuts", RetiredRow),
    "ledger": Table("面积平衡表", "Ledger", LedgerRow),
    "lineage": Table("单元沿革", "Lineage", LineageRow),
    "sources": Table("来源图层", "Sources", SourceRow),
    "rules": Table("判定规则", "Rules", AppliedRuleRow),
    "clauses": Table("准入清单条目", "Clauses", Clause),
    "library": Table("清单条款库", "Clause library", LibraryRow),
    "accepted": Table("已接受的问题", "Accepted findings", AcceptedRow),
    "meta": Table("元数据", "Metadata", MetaRow),
}


def declared(name: str) -> Table:
    """Find a layer or table of plans."""
    return LAYERS.get(name) or TABLES[name]
