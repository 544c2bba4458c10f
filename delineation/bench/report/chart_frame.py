"""What the charts of a comparison share: colours, words, the labels of methods, the frame of a figure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ...plan.provenance import highest_mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..runs.run import Comparison

# Okabe & Ito's palette, told apart with any colour vision; shape or line style says the same once more.
BLUE, SKY, ORANGE, GREEN, PINK, BLACK = "#0072B2", "#9CC9E3", "#D55E00", "#009E73", "#CC79A7", "#222222"
GREY = "#777777"
_INCH = 25.4
ROW = 7.0  # mm that a method takes in a chart of bars
_LONGEST = 30  # characters of a method string in a line

WORDS: dict[str, dict[Any, Any]] = {
    "zh": {
        "better": {"high": "↑ 越大越好", "low": "↓ 越小越好", "none": ""},
        "front": "位于帕累托前沿",
        "beaten": "不在前沿",
        "ari": "单元：调整兰德指数",
        "v_measure": "单元：V-measure",
        "kappa": "类别：Kappa",
        "seeds": "不同随机种子",
        "weights": "指标权重 ±10%",
        "rand": "调整兰德指数",
        "v": "V-measure",
        "threshold": "拟合阈值（%）",
        "priority": "优先单元面积（km²）",
        "omission": "优先区漏划率（%）",
        "units": "单元数",
        "overlay": "叠加法",
        "fitting": "拟合法",
        "crossing": "交点 T*",
        "knee": "拐点",
        "ratio": "优先单元面积 ÷ 叠加法（%）",
        "area": "面积（km²）",
        "count": "个",
        1: "优先保护单元",
        2: "重点管控单元",
        3: "一般管控单元",
        "percentile": "优于随机划分的百分比",
        "p": "* p ≤ 0.05",
        "truth_ari": "与真值的调整兰德指数",
        "truth_displacement": "边界平均偏移（m）",
        "noise_of": ("噪声（边界误差为其 500 m 倍，错分率为其 5%）", "噪声（信号标准差的倍数）"),
        "values": "真值：指标不同的分区",
        "townships": "真值：沿乡镇界的类别",
        "zones": "真值：不沿乡镇界的类别",
        "as_is": "原数据",
        "disputed": "类别分歧：两次划分类别不同的比例",
        "survives": "边界可信度：各方法、种子、权重下边界出现的比例",
        "given": "县级界线、海岸线",
        "changed": "数据误差下图斑改变类别的比例",
    },
    "en": {
        "better": {"high": "↑ high is better", "low": "↓ low is better", "none": ""},
        "front": "on the Pareto front",
        "beaten": "not on it",
        "ari": "units: adjusted Rand",
        "v_measure": "units: V-measure",
        "kappa": "categories: kappa",
        "seeds": "other seeds",
        "weights": "weights ±10 %",
        "rand": "adjusted Rand",
        "v": "V-measure",
        "threshold": "threshold of fitting (%)",
        "priority": "area of priority units (km²)",
        "omission": "omission of priority zones (%)",
        "units": "units",
        "overlay": "Overlay",
        "fitting": "Fitting",
        "crossing": "crossing T*",
        "knee": "knee",
        "ratio": "area of priority units ÷ overlay's (%)",
        "area": "area (km²)",
        "count": "units",
        1: "priority units",
        2: "key units",
        3: "general units",
        "percentile": "per cent of random divisions that it is better than",
        "p": "* p ≤ 0.05",
        "truth_ari": "adjusted Rand with the truth",
        "truth_displacement": "displacement of borders (m)",
        "noise_of": (
            "noise (× 500 m of border, × 5 % of cells in a wrong zone)",
            "noise (standard deviations of the signal)",
        ),
        "values": "planted: regions of values",
        "townships": "planted: categories of townships",
        "zones": "planted: categories across townships",
        "as_is": "sources as they are",
        "disputed": "disagreement: pairs of divisions with different categories",
        "survives": "boundary confidence: divisions that have the border",
        "given": "county line, shore",
        "changed": "how often errors of the sources change the category of a face",
    },
}


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure, mm, whose parts keep out of each other's way."""
    figure = Figure(figsize=(width / _INCH, height / _INCH), facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def labels(comparison: Comparison, language: str, *, lines: int = 2) -> list[str]:
    """Name the methods for an axis: a number, and name and settings in so many lines, as far as there is room."""
    out = []
    for number, row in enumerate(comparison.rows, 1):
        parts, text = [""], comparison.called(str(row["method"]), language, short=True)
        for piece in re.split(r"(?<=[,:，：])", text):
            if parts[-1] and len(parts[-1] + piece) > _LONGEST and len(parts) < lines:
                parts.append("")
            parts[-1] += piece
        stripped = [part.strip() for part in parts]
        told = [part if len(part) <= _LONGEST else part[: _LONGEST - 1] + "…" for part in stripped]
        out.append("\n".join([f"{number}  {told[0]}", *told[1:]]))
    return out


def wrapped(text: str, width: int) -> str:
    """Break a text into lines of so many letters, a Chinese character counting as two."""
    lines, wide = [""], 0
    # Between words, between Chinese characters and before brackets; an arrow stays with what it belongs to.
    for piece in re.findall(r"(?:[（(][^）)]*[）)]|[^\u2e80-\uffff\s(]+|[\u2e80-\uffff]|\()(?:\s+[↑↓])?\s*", text):
        size = sum(2 if ord(letter) > 0x2E7F else 1 for letter in piece)
        if wide and wide + size > width:
            lines.append("")
            wide = 0
        lines[-1] += piece
        wide += size
    return "\n".join(line.strip() for line in lines)


def bare(axes: Axes) -> None:
    """Take the frame away, but for the axis that bars stand on."""
    axes.spines[["top", "right", "bottom", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def ruled(axes: Axes) -> None:
    """Draw a light grid behind the marks."""
    axes.grid(color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=7.5)


def signed(figure: Figure, comparison: Comparison) -> Figure:
    """Write below what case it is, and the 密级 that it carries."""
    mark = highest_mark(comparison.case)
    words = comparison.case.name + (f"  ·  {mark}" if mark else "")
    figure.supxlabel(words, x=0.005, ha="left", fontsize=7, color=GREY)
    return figure
