"""What a division is worth: each metric with its formula, unit and source, and which divisions no other beats.

a_i is the area of face i and A an area, in m²; l_ij is the length of the border between faces i and j, in m; u_i is the
unit of face i, k the number of units. Everything is measured on land but for the metrics at sea. The CSV has shares
as 0–1; reports write them in %, areas in km².

What docstrings call domain facts is what the project has gathered of the field, by section:

* 2.1: counts of townships and units in Shandong, as the province told the press (S8).
* 2.4: fragments; no national minimum area was found, the limit is the project's own.
* 3.1: Wang Zishu et al. 2022, which is 汪自书, 谢丹, 杨洋, 刘毅: 环境工程技术学报 12(6), DOI
  10.12153/j.issn.1674-991X.20220515; and “三线一单”环境管控单元边界优化思考 (2024), the review of unit
  boundaries (S14).
* 3.3: the project's own, derived from what 3.1 says, so that its statements can be measured.
* 4.4: quality checks of national surveys, which allow no feature of several parts.
"""
