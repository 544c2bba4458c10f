"""Division methods (划分方法): each labels the same faces, so that results compare exactly.

Wang Zishu et al. 2022 is 汪自书, 谢丹, 杨洋, 刘毅: 环境工程技术学报 12(6), DOI
10.12153/j.issn.1674-991X.20220515.

One file a method: all files of this folder are imported here, and those that hold a method enter it into the table.
"""

from __future__ import annotations

from ..core.folder_modules import modules_of
from .regional import regional, solve, solvers
from .registry import method, methods, run_method
from .situation import Labels, Situation

__all__ = ["Labels", "Situation", "method", "methods", "regional", "run_method", "solve", "solvers"]

modules_of(__name__, __path__)
