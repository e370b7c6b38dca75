"""How the network holds, in figures, and what of them leaves it: see `figures` and `leaving`."""

from nasij.areas.insight import leaving
from nasij.areas.insight.figures import AHEAD, FEW, HIDDEN, MONTH, MONTHS, Kind, insight_page
from nasij.areas.insight.leaving import COUNTED, FIGURES, MANDATED, figures_now, lines_of, report_of
from nasij.kit.area import TRUSTED_MEMBER, TRUSTED_ONES, Area, fact, page
from nasij.kit.field import mark
from nasij.kit.find import Found

__all__ = [
    "AHEAD",
    "AREA",
    "COUNTED",
    "FEW",
    "FIGURES",
    "HIDDEN",
    "MANDATED",
    "MONTH",
    "MONTHS",
    "Kind",
    "figures_now",
    "lines_of",
    "report_of",
]

AREA = Area(
    name="insight",
    group="learn",
    title=mark("How we hold"),
    tables=leaving.TABLES,
    found=(Found("report", "/figures/left/{report}", "words", mark("Reports that left")),),
    facts=(
        fact(
            leaving.ReportMade,
            said_by=MANDATED,
            read_by=TRUSTED_ONES,
            rule=leaving.may_make,
            fold=leaving.fold_made,
        ),
        fact(
            leaving.FigureReported,
            said_by=MANDATED,
            read_by=TRUSTED_ONES,
            rule=leaving.may_report,
            fold=leaving.fold_reported,
        ),
    ),
    acts=leaving.ACTS,
    waiting=leaving.waiting,
    needs=("people", "trust", "tasks", "aid", "matching", "decisions", "resources", "stories"),
    pages=(
        page("/figures", insight_page, seen_by=TRUSTED_MEMBER, menu=mark("How we hold")),
        page("/figures/left", leaving.left_page, seen_by=TRUSTED_MEMBER),
        page("/figures/left/{report}", leaving.report_page, seen_by=TRUSTED_MEMBER),
    ),
)
