"""The tables of a plan: each column with its type, unit, title and default, and the schema that first had it.

A plan file can grow: a new column or table is a row here, ``since`` a schema that is one higher. Readers fill what a
file of a lower schema lacks, and refuse a newer one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.geopackage import Column as Plain

__all__ = ["LAYERS", "SCHEMA", "TABLES", "Column", "Table"]

SCHEMA = 1
"""What is written (``meta.schema``). Until a version is released it stays 1: a plan that lacks a column is refused."""


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    name : str
        A contract: scripts and reviewers rely on it.
    type : str
        ``TEXT``, ``INTEGER`` or ``REAL``.
    zh, en : str
        Title.
    unit : str
        ``m²``, ``m``, ``0–1`` for a share, "" for what has none.
    default : str, int, float or None
        What it is in a plan that has no such column yet.
    since : int
        The first schema that has it.
    needed : tuple of float, optional
        Each row has it, a number within these two, or a text: a plan that lacks it is damaged.
    """

    name: str
    type: str
    zh: str
    en: str
    unit: str = ""
    default: str | float | None = None
    since: int = 1
    needed: tuple[float, float] | None = None


@dataclass(frozen=True)
class Table:
    """A table or, with a geometry type, a layer.

    Attributes
    ----------
    zh, en : str
        Title.
    columns : tuple of Column
    geometry : str
        ``Polygon`` … of a layer, "" of a table.
    since : int
        The first schema that has it; in plans of a lower one it is empty.
    """

    zh: str
    en: str
    columns: tuple[Column, ...]
    geometry: str = ""
    since: int = 1

    @property
    def plain(self) -> tuple[Plain, ...]:
        """Names and types, as GeoPackages are written and read by."""
        return tuple((column.name, column.type) for column in self.columns)

    @property
    def needed(self) -> Mapping[str, tuple[float, float]]:
        """What each row has, and within which bounds."""
        return {column.name: column.needed for column in self.columns if column.needed is not None}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in order; of a layer without its geometry."""
        return tuple(column.name for column in self.columns)


_ANY = (-math.inf, math.inf)
_ID = (1, 1 << 53)  # what is counted from 1
_CATEGORY = (1, 3)
_SIZE = (0.0, 1e15)  # m², m: the Earth has 5.1e14 m²


def _text(name: str, zh: str, en: str, default: str = "") -> Column:
    return Column(name, "TEXT", zh, en, default=default)


def _key(name: str, zh: str, en: str) -> Column:
    return Column(name, "TEXT", zh, en, default="", needed=_ANY)


def _whole(name: str, zh: str, en: str, default: int | None = None) -> Column:
    return Column(name, "INTEGER", zh, en, default=default)


def _number(name: str, zh: str, en: str, needed: tuple[float, float]) -> Column:
    return Column(name, "INTEGER", zh, en, needed=needed)


def _real(name: str, zh: str, en: str, unit: str = "") -> Column:
    return Column(name, "REAL", zh, en, unit)


def _size(name: str, zh: str, en: str, unit: str) -> Column:
    return Column(name, "REAL", zh, en, unit, needed=_SIZE)


LAYERS: Mapping[str, Table] = {
    "faces": Table(
        "基础图斑",
        "Faces",
        (
            _number("face_id", "图斑编号", "Face", _ID),
            _key("county", "县级行政区代码", "County"),
            _text("township", "乡镇代码", "Township"),
            _number("category", "管控类别", "Category", _CATEGORY),
            _number("rule_category", "规则判定类别", "Category by the rules", _CATEGORY),
            _key("unit_id", "单元内部编号", "Unit id"),
            _size("area_m2", "面积", "Area", "m²"),
            _whole("host", "依附图斑", "Rides with face"),
        ),
        "Polygon",
    ),
    "borders": Table(
        "图斑边界",
        "Borders",
        (
            _number("left", "左侧图斑", "Left face", _ID),
            _number("right", "右侧图斑", "Right face", _ID),
            _size("length_m", "长度", "Length", "m"),
        ),
        "MultiLineString",
    ),
    "units": Table(
        "管控单元",
        "Units",
        (
            _key("unit_id", "单元内部编号", "Unit id"),
            _key("code", "环境管控单元编码", "Code"),
            _key("name", "环境管控单元名称", "Name"),
            _number("category", "管控单元分类", "Category", _CATEGORY),
            _key("kind", "单元类型", "Kind"),
            _text("subtype", "单元细类", "Subtype"),
            _key("county", "县级行政区代码", "County"),
            _text("townships", "所涉乡镇", "Townships"),
            _number("parts", "图形块数", "Parts", _ANY),
            _size("area_m2", "面积", "Area", "m²"),
            _text("reasons", "划定依据", "Reasons"),
            _text("facts", "依据的事实", "Facts of the reasons"),
            _whole("locked", "已锁定", "Locked", 0),
        ),
        "MultiPolygon",
    ),
    "element_zones": Table(
        "要素管控分区",
        "Element zones",
        (
            _key("code", "要素分区编码", "Code"),
            _key("element", "环境要素", "Element"),
            _key("zone", "管控分区类型", "Zone"),
            _key("county", "县级行政区代码", "County"),
            _size("area_m2", "面积", "Area", "m²"),
        ),
        "MultiPolygon",
    ),
    "findings": Table(
        "质检问题",
        "Findings",
        (
            _key("id", "规则编号", "Rule"),
            _key("severity", "等级", "Severity"),
            _text("message", "问题描述", "Message"),
            _real("value", "数值", "Value"),
            _text("units", "所涉单元", "Units"),
            _text("facts", "事实", "Facts", "{}"),
            _text("shape", "范围", "Shape"),
        ),
        "Point",
    ),
}
TABLES: Mapping[str, Table] = {
    "coverage": Table(
        "图斑来源",
        "Coverage",
        (
            _number("face_id", "图斑编号", "Face", _ID),
            _key("role", "图层类型", "Role"),
            _key("source", "来源图层", "Source"),
            _number("feature_id", "要素编号", "Feature", _ANY),
            _text("zone", "分区", "Zone"),
        ),
    ),
    "features": Table(
        "来源要素名称",
        "Named features",
        (
            _key("source", "来源图层", "Source"),
            _number("feature_id", "要素编号", "Feature", _ANY),
            _text("name", "要素名称", "Name"),
        ),
    ),
    "evidence": Table(
        "评价指标",
        "Evidence",
        (
            _number("face_id", "图斑编号", "Face", _ID),
            _key("raster", "栅格", "Raster"),
            _real("mean", "均值", "Mean"),
            _real("stdev", "标准差", "Standard deviation"),
            _real("majority", "众数", "Majority"),
            _real("covered", "有值面积占比", "Share covered", "0–1"),
            _whole("inherited", "沿用切分前的值", "As before the cut", 0),
        ),
    ),
    "journal": Table(
        "修订日志",
        "Journal",
        (
            _number("seq", "序号", "Number", _ID),
            _text("time", "时间", "Time"),
            _text("author", "修订人", "Author"),
            _text("reason", "理由", "Reason"),
            _text("basis", "依据文件", "Basis document"),
            _text("op", "操作", "Operation"),
            _text("inverse", "逆操作", "Inverse operation"),
            _whole("undone", "已撤销", "Undone", 0),
            _whole("parent", "前一序号", "Entry before"),
            _text("scenario", "方案", "Scenario"),
        ),
    ),
    "scenarios": Table(
        "比选方案",
        "Scenarios",
        (
            _key("name", "名称", "Name"),
            _number("head", "所在序号", "Entry it stands at", _ANY),
        ),
    ),
    "base": Table(
        "修订前的图斑归属",
        "Labels before edits",
        (
            _number("face_id", "图斑编号", "Face", _ID),
            _key("unit_id", "单元内部编号", "Unit id"),
        ),
    ),
    "retired": Table(
        "切分前的数据",
        "Rows before cuts",
        (
            _number("seq", "序号", "Number", _ID),
            _key("layer", "图层", "Layer"),
            _key("row", "原记录", "Row as it was"),
            _text("shape", "原图形", "Shape as it was"),
        ),
    ),
    "ledger": Table(
        "面积平衡表",
        "Ledger",
        (
            _text("stage", "阶段", "Stage"),
            _text("role", "图层类型", "Role"),
            _whole("category", "管控类别", "Category"),
            _real("from_m2", "变化前面积", "Area before", "m²"),
            _real("to_m2", "变化后面积", "Area after", "m²"),
            _text("reason", "原因", "Reason"),
            _text("facts", "原因的事实", "Facts of the reason"),
        ),
    ),
    "lineage": Table(
        "单元沿革",
        "Lineage",
        (
            _text("old", "原单元编码", "Old code"),
            _text("new", "现单元编码", "New code"),
            _real("area_m2", "共有面积", "Shared area", "m²"),
            _text("relation", "关系", "Relation"),
            _text("old_name", "原单元名称", "Old name"),
        ),
    ),
    "sources": Table(
        "来源图层",
        "Sources",
        (
            _key("source", "来源图层", "Source"),
            _key("role", "图层类型", "Role"),
            _text("path", "文件", "File"),
            _text("layer", "图层", "Layer"),
            _text("crs", "坐标系", "CRS"),
            _text("encoding", "文字编码", "Encoding"),
            _whole("count", "要素数", "Features"),
            _text("sha256", "校验值", "SHA-256"),
            _text("date", "数据时点", "Date"),
            _text("provider", "提供单位", "Provider"),
            _text("document", "依据文件", "Document"),
            _text("classification", "密级", "Classification"),
            _real("area_m2", "面积", "Area", "m²"),
            _real("official_area_m2", "批复面积", "Official area", "m²"),
            _text("trigger", "更新事由", "Trigger of the update"),
        ),
    ),
    "rules": Table(
        "判定规则",
        "Rules",
        (
            _text("id", "规则编号", "Rule"),
            _whole("precedence", "优先级", "Precedence"),
            _text("role", "图层类型", "Role"),
            _text("zone", "分区", "Zone"),
            _text("effect", "判定结果", "Effect"),
            _text("switch", "开关", "Switch"),
            _text("inside", "须在其内", "Inside"),
            _text("outside", "须在其外", "Outside"),
            _real("min_area", "最小面积", "Least area", "m²"),
            _real("min_share", "最小占比", "Least share", "0–1"),
            _whole("active", "启用", "Active", 1),
            _text("title", "名称", "Title"),
            _text("source", "出处", "Source"),
        ),
    ),
    "clauses": Table(
        "准入清单条目",
        "Clauses",
        (
            _key("unit_id", "单元内部编号", "Unit id"),
            _text("code", "环境管控单元编码", "Unit code"),
            _key("clause_id", "条目编号", "Clause"),
            _text("dimension", "维度", "Dimension"),
            _text("effect", "管控效力", "Effect"),
            _text("text", "管控要求", "Text"),
            _text("basis", "依据", "Basis"),
            _text("level", "层级", "Level"),
            _text("origin", "来源", "Origin"),
            _text("status", "状态", "Status"),
            _text("subdimension", "细分维度", "Sub-dimension", ""),
            _text("issuer", "制定机关", "Issued by", ""),
            _text("remark", "备注", "Remark", ""),
            _text("terms", "适用条件", "Terms", ""),
        ),
    ),
    "library": Table(
        "清单条款库",
        "Clause library",
        (
            _key("clause_id", "条目编号", "Clause"),
            _text("level", "层级", "Level"),
            _text("issuer", "制定机关", "Issued by"),
            _text("dimension", "维度", "Dimension"),
            _text("subdimension", "细分维度", "Sub-dimension"),
            _text("effect", "管控效力", "Effect"),
            _text("text", "管控要求", "Text"),
            _text("basis", "依据", "Basis"),
            _number("verified", "依据已核", "Basis checked", (0, 1)),
            _text("page", "出处页码", "Page"),
            _text("terms", "适用条件", "Terms", "{}"),
        ),
    ),
    "accepted": Table(
        "已接受的问题",
        "Accepted findings",
        (
            _text("id", "规则编号", "Rule"),
            _text("units", "所涉单元", "Units"),
            _text("facts", "事实", "Facts", "{}"),
            _text("place", "位置", "Place"),
            _text("reason", "理由", "Reason"),
            _text("author", "接受人", "Author"),
            _text("time", "时间", "Time"),
        ),
    ),
    "meta": Table(
        "元数据",
        "Metadata",
        (
            _text("key", "键", "Key"),
            _text("value", "值", "Value"),
        ),
    ),
}
