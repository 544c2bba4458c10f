"""``control_units:describe_plan``: a plan in numbers, for tables, reports and the next step of a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputString

from ....delineation.core.errors import visible
from ....delineation.core.messages import NOTHING, Message, as_written
from ...text import categories, changed_words, language, names_of, profile_of, tr
from ...work.engine_thread import apart
from ..algorithm import TABLE, Algorithm, counts_of
from ..log import last_stop, reporting_to
from ..reports import page_of, plan_report
from ..sinks import columns_of, pour_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ....delineation.case.profile import Profile
    from ....delineation.plan.file import Plan
    from ..algorithm import Values
    from ..log import Row

UNITS_COLUMNS = (
    ("county", "TEXT"),
    ("name", "TEXT"),
    ("ground", "TEXT"),
    ("category", "INTEGER"),
    ("category_name", "TEXT"),
    ("n", "INTEGER"),
    ("area_m2", "REAL"),
    ("area_km2", "REAL"),
    ("share", "REAL"),
)
LEDGER_COLUMNS = (
    ("stage", "TEXT"),
    ("role", "TEXT"),
    ("category", "INTEGER"),
    ("from_m2", "REAL"),
    ("to_m2", "REAL"),
    ("change_m2", "REAL"),
    ("reason", "TEXT"),
)


class DescribePlanAlgorithm(Algorithm):
    """Describe; the same numbers as ``python -m delineation info``."""

    NAME = "describe_plan"
    VERB = "info"
    GROUP = "review"
    ORDER = 80
    TAGS = ("statistics", "area", "report", "provenance", "统计", "面积", "汇总", "报告", "平衡表")

    SHARES = ("SHARE_PRIORITY", "SHARE_KEY", "SHARE_GENERAL")

    def title(self) -> str:
        return tr("Describe a plan in numbers")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Counts the units of a plan and adds up their areas, by county and category; land and sea apart.",
            ),
            tr("The area ledger names every step that changed an area, and what it moved where."),
            tr(
                "The table of sources says what the plan rests on: file, date, provider, "
                "SHA-256, official area and the area that was read.",
            ),
            tr(
                "The report has all of it on one page. The numbers are also outputs, for models and scripts.",
            ),
        )

    def declare(self) -> None:
        self.add_options("plan")
        for name, title, text in (
            (
                "UNITS_TABLE",
                tr("Units by county and category"),
                tr("county, ground (land or sea), category, n, area_m2, area_km2, share (0 to 1)."),
            ),
            (
                "LEDGER_TABLE",
                tr("Area ledger"),
                tr("stage, role or category, from_m2, to_m2, change_m2, reason."),
            ),
            (
                "SOURCES_TABLE",
                tr("Sources and their provenance"),
                tr("One row a source, as the plan file has them."),
            ),
        ):
            self.add_sink(name, title, TABLE, text, optional=name != "UNITS_TABLE")
        self.add_report(tr("The numbers as a page to read and to print."))
        self.add_counts("UNITS", "FACES", "AREA")
        self.add_numbers(
            (self.SHARES[0], tr("Share of priority units, 0 to 1")),
            (self.SHARES[1], tr("Share of key units, 0 to 1")),
            (self.SHARES[2], tr("Share of general units, 0 to 1")),
        )
        self.add_counts("ERRORS", "WARNINGS")
        self.add_numbers(("IMBALANCE", tr("Imbalance of areas")))
        self.addOutput(QgsProcessingOutputString("SUMMARY", tr("Summary as JSON")))

    def work(self) -> Values:
        from ....delineation.plan.file import read_plan
        from ....delineation.plan.summary import summarise
        from ....delineation.plan.tables import TABLES
        from ....delineation.verbs.checking import findings_in_words

        path, progress = self.file("PLAN"), reporting_to(self.feedback)
        progress(0.0, Message("reading {path}", path=path))
        plan = apart(lambda _: read_plan(Path(path)), lambda *_: progress(0.0, NOTHING))
        progress(0.6, Message("tables"))
        summary = apart(lambda _: summarise(plan))
        findings = findings_in_words(plan, language())
        if plan.changes:
            self.feedback.pushWarning(visible(changed_words(plan)))
        last_stop(self.feedback)
        profile, sources = profile_of(plan), TABLES["sources"].plain
        results: Values = {}
        for key, columns, rows in (
            ("UNITS_TABLE", UNITS_COLUMNS, _units(plan, summary, profile)),
            ("LEDGER_TABLE", LEDGER_COLUMNS, _ledger(summary, profile)),
            ("SOURCES_TABLE", sources, zip(*columns_of(plan.sources, [name for name, _ in sources]), strict=True)),
        ):
            results |= pour_rows(self, key, columns, list(rows))
        results |= page_of(self, lambda page: plan_report(page, plan, summary, findings))
        self.feedback.setProgress(100)
        return results | self._numbers(plan, summary)

    def _numbers(self, plan: Plan, summary: Row) -> Values:
        area = plan.units.groupby("category")["area_m2"].sum()
        whole = float(area.sum())
        shares = {
            name: float(area.get(category, 0.0)) / whole if whole else 0.0
            for category, name in enumerate(self.SHARES, start=1)
        }
        return (
            shares
            | counts_of(summary)
            | {
                "IMBALANCE": summary["ledger"]["imbalance"],
                "SUMMARY": json.dumps(as_written(summary), ensure_ascii=False, allow_nan=False),
            }
        )


def _units(plan: Plan, summary: Row, profile: Profile | None) -> Iterator[tuple[Any, ...]]:
    names, words = json.loads(plan.meta["county_names"]), categories(profile=profile)
    for ground, districts in (("land", summary["by_county"]), ("sea", summary["sea"])):
        for code, by_category in districts.items():
            for category, word in words.items():
                one = by_category[str(category)]
                area = one["area_m2"]
                yield code, names.get(code), ground, category, word, one["n"], area, area / 1e6, one["share"]


def _ledger(summary: Row, profile: Profile | None) -> Iterator[tuple[Any, ...]]:
    from ....delineation.plan.summary import reason_in_words

    names = names_of(profile)
    for row in summary["ledger"]["rows"]:
        change = row["to_m2"] - row["from_m2"]
        reason = reason_in_words(row["reason"], row["facts"] or "", language(), names)
        yield row["stage"], row["role"], row["category"], row["from_m2"], row["to_m2"], change, reason
