"""A report for somebody outside: which figures left the network, said by whose mandate, and for whom.

What leaves is what was asked for and reached, of three closed months, and how long it took: never how many we are, who carries
it or what would stop. Whoever takes it along states every figure of it before there is a file, so that all trusted members see
what left; each room checks that none is under five, nor what would give such a one away by subtracting. Two reports of months
that overlap could be subtracted from each other, so there is none of such months, and one of the same months says the same.
"""

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.aid import kind_id
from nasij.areas.insight.figures import HIDDEN, MONTH, MONTHS, by_kind, period, reaching, shown
from nasij.areas.resources import FEWEST, REST
from nasij.errors import NotHereYet, Refused
from nasij.ids import code, new_id
from nasij.kit.area import act, holder_of
from nasij.kit.field import Choice, Choices, Day, Id, Ref, Text, Whole, mark
from nasij.kit.page import Item, Page
from nasij.kit.rows import fields, insert, rows
from nasij.kit.table import Keep, Share, Table, number, text
from nasij.kit.who import By

MANDATED = holder_of("fund", "cases")
SPAN = MONTH * MONTHS
TOLD_DAYS = 7  # that the home page says that a report left
MOST = 100_000
RECEIVER = Choices(
    "report_receiver",
    {
        "funder": mark("Somebody who gives money"),
        "partner": mark("A partner group"),
        "public": mark("Anybody, in public"),
    },
)
FIGURES = Choices(
    "report_figure",
    {
        "asked": mark("Asked for"),
        "reached": mark("Reached"),
        "asked_rest": mark("Asked for, all the rest"),
        "reached_rest": mark("Reached, all the rest"),
        "answer_days": mark("Days until somebody says yes to a need, in the middle"),
        "help_days": mark("Days until help is there, in the middle"),
    },
)
COUNTED = ("asked", "reached", "asked_rest", "reached_rest")
_OF_ALL = {"reached": "asked", "reached_rest": "asked_rest"}
TABLES = (
    Table(
        "report",
        {
            "report": text(Keep.LEDGER),
            "member": text(Keep.WORKING),
            "receiver": text(Keep.LEDGER),
            "words": text(Keep.WORKING),
            "start": number(Keep.LEDGER),
            "made_on": number(Keep.LEDGER),
        },
        key=("report",),
        share=Share.CIRCLES,
    ),
    Table(
        "report_line",
        {
            "report": text(Keep.LEDGER),
            "figure": text(Keep.LEDGER),
            "kind": text(Keep.LEDGER),
            "number": number(Keep.LEDGER),
        },
        key=("report", "figure", "kind"),
        share=Share.CIRCLES,
    ),
)
Receiver = Annotated[str, Choice(of=RECEIVER, label=mark("Who gets it?"))]
Words = Annotated[
    str,
    Text(
        length_max=120,
        optional=True,
        traceless=True,
        keep=Keep.WORKING,
        label=mark("Which one, and what for?"),
        why=mark("All trusted members read it. No name of a member."),
    ),
]


@dataclass(frozen=True, slots=True)
class ReportMade:
    """I take figures of these months out of the network."""

    report: Annotated[str, Id()]
    receiver: Receiver
    words: Words
    start: Annotated[int, Day(hidden=True)]


@dataclass(frozen=True, slots=True)
class FigureReported:
    """This figure is in a report that leaves the network."""

    report: Annotated[str, Ref(to="report", hidden=True)]
    figure: Annotated[str, Choice(of=FIGURES, hidden=True)]
    kind: Annotated[str, Ref(to="kind", optional=True, hidden=True)]
    number: Annotated[int, Whole(most=MOST, keep=Keep.LEDGER, hidden=True)]


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A report for somebody outside."""

    receiver: Receiver
    words: Words


# What may leave


def may_make(db: Connection, by: By, fact: ReportMade) -> None:
    """Report on three closed months, and on none that another report overlaps without being about the very same."""
    if rows(db, "select 1 from report where report = ?", fact.report):
        raise Refused(mark("This has been said already."))
    newest = period(by.day)[0]
    same = rows(db, "select 1 from report where start = ?", fact.start)
    if fact.start not in (newest, newest - MONTH) and not same:
        raise Refused(mark("A report is about the last three closed months."))
    overlapping = "select 1 from report where start <> ? and start > ? and start < ?"
    if rows(db, overlapping, fact.start, fact.start - SPAN, fact.start + SPAN):
        raise Refused(
            mark("A report about some of these months has left already, and two that overlap can be subtracted."),
            advice=mark("Give the same one again, or wait until three new months are over."),
        )


def may_report(db: Connection, by: By, fact: FigureReported) -> None:
    """Let whoever makes the report name a figure that shows nobody, the same as in any other report of these months."""
    report = report_of(db, fact.report)
    if report["member"] != by.member or report["made_on"] != by.day:
        raise Refused(mark("Only whoever makes a report says what is in it."))
    _is_safe(db, fact)
    for other in _first_of(db, report["start"], fact.report):
        if (fact.figure, fact.kind, fact.number) not in lines_of(db, other):
            raise Refused(mark("Another report of these months says something else; two of them could be subtracted."))


def _first_of(db: Connection, start: int, but: str = "") -> list[str]:
    """Return the first report of these months that says anything, if there is one: all others say the same."""
    found = rows(
        db,
        "select report from report where start = ? and report <> ? and exists (select 1 from report_line where"
        " report_line.report = report.report) order by made_on, report limit 1",
        *(start, but),
    )
    return [row["report"] for row in found]


def _is_safe(db: Connection, fact: FigureReported) -> None:
    if (fact.figure in ("asked", "reached")) is not bool(fact.kind):
        raise Refused(mark("This figure is not one of a report."))
    if fact.kind and rows(db, "select own_words from kind where kind = ?", fact.kind) != [{"own_words": 0}]:
        raise Refused(mark("A kind in words of our own leads back to us; it is counted with the others."))
    if fact.figure not in COUNTED:
        return
    whole = _OF_ALL.get(fact.figure)
    if whole is None:
        if fact.number < FEWEST:
            raise Refused(mark("A number under five does not leave the network."))
        return
    of = [number for figure, kind, number in lines_of(db, fact.report) if (figure, kind) == (whole, fact.kind)]
    if not of:
        raise NotHereYet
    if shown(fact.number, of[0]) == HIDDEN or fact.number > of[0]:
        raise Refused(mark("A number under five does not leave the network."))


def fold_made(db: Connection, by: By, fact: ReportMade) -> None:
    """Keep that it left; its words and who made it go in time, the rest stays."""
    row = {"report": fact.report, "receiver": fact.receiver, "words": fact.words, "start": fact.start}
    insert(db, "report", row | {"member": by.member, "made_on": by.day, "closed_on": by.day, "audience": by.audience})


def fold_reported(db: Connection, by: By, fact: FigureReported) -> None:
    """Keep what left."""
    row = {"report": fact.report, "figure": fact.figure, "kind": fact.kind, "number": fact.number}
    insert(db, "report_line", row | {"audience": by.audience})


# What is there


def report_of(db: Connection, report: str) -> dict[str, Any]:
    """Return a report; raises `NotHereYet` where there is none."""
    return fields(db, "report", "report", report)


def lines_of(db: Connection, report: str) -> list[tuple[str, str, int]]:
    """Return the figures of a report: which, of which kind of help or none, and the number, in the order of the list."""
    order = {figure: place for place, figure in enumerate(FIGURES.labels)}
    found = rows(db, "select figure, kind, number from report_line where report = ?", report)
    return sorted(
        ((r["figure"], r["kind"], r["number"]) for r in found), key=lambda one: (not one[1], one[1], order[one[0]])
    )


def months_of(db: Connection, day: int) -> int:
    """Return the first day of the months a report is about now: those of the last one, until three new months are over."""
    newest = period(day)[0]
    last = rows(db, "select max(start) as start from report where start > ?", newest - SPAN)[0]["start"]
    return newest if last is None else int(last)


def figures_now(db: Connection, day: int) -> list[tuple[str, str, int]]:
    """Return the figures that could leave now; those of a report of the same months where there is one."""
    for other in _first_of(db, months_of(db, day)):
        return lines_of(db, other)
    own = {row["kind"]: kind_id("other") for row in rows(db, "select kind from kind where own_words = 1")}
    found: list[tuple[str, str, int]] = []
    for one in by_kind(db, day, own):
        rest = one.kind == REST
        tail, kind = ("_rest", "") if rest else ("", one.kind)
        found.append(("asked" + tail, kind, one.asked))
        if one.reached != HIDDEN:
            found.append(("reached" + tail, kind, one.reached))
    days = zip(("answer_days", "help_days"), reaching(db, day), strict=True)
    return found + [(figure, "", one.number) for figure, one in days if one.number != HIDDEN]


def make_report(db: Connection, by: By, form: ReportForm) -> list[Any]:
    """State the report and each of its figures, so that they are known to all before there is a file."""
    found = figures_now(db, by.day)
    if not found:
        raise Refused(
            mark("Too little was asked for in these months to say anything of it outside."),
            advice=mark("A report says nothing under five."),
        )
    report = ReportMade(new_id(), form.receiver, form.words, months_of(db, by.day))
    return [report, *(FigureReported(report.report, *line) for line in found)]


def waiting(db: Connection, by: By) -> list[Item]:
    """Return the reports that left lately, for everybody who did not take them along."""
    if not by.trusted:
        return []
    left = mark("Figures left the network in a report: %(code)s")
    found = "select report from report where made_on > ? and member <> ? order by report"
    return [
        Item(4, left, f"/figures/left/{row['report']}", {"code": code(row["report"])})
        for row in rows(db, found, by.day - TOLD_DAYS, by.member)
    ]


def _lines(db: Connection, found: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    kinds = {row["kind"]: row for row in rows(db, "select kind, label, own_words from kind")}
    return [
        {"words": FIGURES.labels[figure], "kind": kinds.get(kind), "number": number} for figure, kind, number in found
    ]


def left_page(db: Connection, by: By) -> Page:
    """Show what left in reports, and what a report would say now."""
    start = months_of(db, by.day)
    reports = rows(db, "select * from report order by made_on desc, report")
    values = {"reports": reports, "receivers": RECEIVER, "start": start, "end": start + SPAN - 1, "me": by.member}
    return Page(
        "insight/left.html", values | {"lines": _lines(db, figures_now(db, by.day)), "may_make": MANDATED.fits(by)}
    )


def report_page(db: Connection, by: By, report: str) -> Page:
    """Show one report: all that is in it."""
    row = report_of(db, report)
    values = {"report": row, "receivers": RECEIVER, "end": row["start"] + SPAN - 1, "me": by.member}
    return Page(
        "insight/report.html", values | {"lines": _lines(db, lines_of(db, report)), "may_save": MANDATED.fits(by)}
    )


ACTS = (
    act(
        "/figures/report",
        ReportForm,
        by=MANDATED,
        then="/figures/left/{report}",
        title=mark("A report for somebody outside"),
        press=mark("Write it down for everybody"),
        why=mark(
            "All trusted members see that it left, for whom, and every figure in it. What left cannot be called back."
        ),
        make=make_report,
        grave=True,
    ),
)
