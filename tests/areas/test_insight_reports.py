"""A report that leaves the network: by whose mandate, with which figures, what of it everybody sees, and what nobody subtracts."""

import pytest

from nasij import reports
from nasij.areas import insight
from nasij.areas.aid import kind_id
from nasij.areas.insight.leaving import FigureReported, ReportMade, waiting
from nasij.clock import to_date
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit.rows import insert
from nasij.lessons import words_of
from nasij.seal.primitives import public_of
from nasij.web.words import Words
from tests.areas.test_insight import FOOD, LEGAL, SHELTER, Table

SEED = bytes(range(32))
REPORT, LEFT = "/figures/report", "/figures/left/{report}"


@pytest.fixture
def top() -> Table:
    """A network of twelve and two with a mandate, where enough was asked for and reached to say so."""
    found = Table()
    found.fay, found.gil = found.member("trusted", "fund"), found.member("trusted", "cases")
    needs = found.asked(FOOD, *["met"] * 6, *["not_now"] * 5)
    for number, need in enumerate(needs[:6]):
        found.helped(need, found.people[number])
    return found


def made(top: Table, by: str = "", receiver: str = "funder", words: str = "") -> tuple[str, list[tuple[str, str, int]]]:
    facts = top.make(REPORT, by or top.fay, receiver=receiver, words=words)
    return facts[0].report, [(one.figure, one.kind, one.number) for one in facts[1:]]


def test_whoever_holds_no_mandate_takes_no_report_along(top: Table) -> None:
    start = insight.leaving.period(top.day)[0]
    for by in (top.people[0], top.member("trusted", "machines"), top.member("trusted", "members")):
        top.refuses(ReportMade(new_id(), "funder", "", start), by=by, words="not yours")
        assert not top.page("/figures/left", by)["may_make"]
    for by in (top.fay, top.gil):
        made(top, by)


def test_everybody_trusted_sees_that_it_left_for_whom_and_every_figure_in_it(top: Table) -> None:
    report, lines = made(top, words="For the winter round")
    assert lines == [("asked", FOOD, 11), ("reached", FOOD, 6), ("answer_days", "", 2), ("help_days", "", 5)]
    page = top.page(LEFT, top.people[3], report=report)
    assert [one["number"] for one in page["lines"]] == [11, 6, 2, 5]
    assert (page["report"]["receiver"], page["report"]["words"], page["report"]["member"]) == (
        "funder",
        "For the winter round",
        top.fay,
    )
    assert not page["may_save"]
    told = lambda by: [item.path for item in waiting(top.db, top.by(by))]
    assert told(top.people[3]) == [f"/figures/left/{report}"] and told(top.fay) == [] == told(top.member("new"))
    top.forward(days=7)
    assert told(top.people[3]) == []
    assert [row["report"] for row in top.page("/figures/left", top.people[3])["reports"]] == [report]


def test_nothing_of_how_many_we_are_or_who_carries_it_leaves(top: Table) -> None:
    assert set(insight.FIGURES.labels) == {*insight.COUNTED, "answer_days", "help_days"}


def test_a_number_under_five_does_not_leave_nor_what_gives_one_away(top: Table) -> None:
    report, start = new_id(), insight.leaving.period(top.day)[0]
    top.say(ReportMade(report, "public", "", start), top.fay)
    line = lambda figure, number, kind=FOOD: FigureReported(report, figure, kind, number)
    for number in (0, 1, 4):
        top.refuses(line("asked", number), by=top.fay, words="under five")
    top.refuses(line("reached", 6), by=top.fay)
    top.say(line("asked", 11), top.fay)
    for number in (1, 4, 7, 10, 12):
        top.refuses(line("reached", number), by=top.fay, words="under five")
    top.say(line("reached", 11), top.fay)
    top.refuses(line("asked_rest", 4, ""), by=top.fay, words="under five")
    top.refuses(line("asked", 7, ""), by=top.fay, words="not one of a report")
    top.refuses(line("asked_rest", 7), by=top.fay, words="not one of a report")


def test_small_kinds_and_kinds_in_our_own_words_are_counted_with_others(top: Table) -> None:
    own = new_id()
    insert(
        top.db,
        "kind",
        {"kind": own, "label": "The blue house", "own_words": 1, "state": "active", "audience": "network"},
    )
    top.asked(own, *["met"] * 5)
    top.asked(SHELTER, *["met"] * 2)
    top.asked(LEGAL, *["met"] * 3)
    _, lines = made(top)
    asked = {(figure, kind): number for figure, kind, number in lines if figure.startswith("asked")}
    assert asked == {("asked", FOOD): 11, ("asked", kind_id("other")): 5, ("asked_rest", ""): 5}
    report = new_id()
    top.say(ReportMade(report, "public", "", insight.leaving.period(top.day)[0]), top.fay)
    top.refuses(FigureReported(report, "asked", own, 5), by=top.fay, words="leads back to us")


def test_two_reports_of_the_same_months_say_the_same_and_none_overlaps_another(top: Table) -> None:
    _, lines = made(top)
    top.asked(FOOD, *["met"] * 9)
    _, again = made(top, top.gil, "partner")
    assert again == lines, "what was written down since would be told by subtracting"
    report, start = new_id(), insight.leaving.period(top.day)[0]
    top.say(ReportMade(report, "public", "", start), top.fay)
    top.refuses(FigureReported(report, "asked", FOOD, 20), by=top.fay, words="subtracted")
    for _ in range(2):
        top.forward(days=insight.MONTH)
        newest = insight.leaving.period(top.day)[0]
        top.refuses(ReportMade(new_id(), "public", "", newest), by=top.fay, words="two that overlap")
        assert made(top)[1] == lines, "until three new months are over the same one is given again"
    top.forward(days=insight.MONTH)
    top.asked(FOOD, *["met"] * 8)
    assert made(top)[1] != lines


def test_a_report_is_about_the_last_closed_months_and_only_its_maker_fills_it(top: Table) -> None:
    start = insight.leaving.period(top.day)[0]
    for wrong in (start + insight.MONTH, start - 2 * insight.MONTH, start + 1):
        top.refuses(ReportMade(new_id(), "funder", "", wrong), by=top.fay, words="three closed months")
    report = new_id()
    top.say(ReportMade(report, "funder", "", start), top.fay)
    top.refuses(ReportMade(report, "funder", "", start), by=top.gil, words="said already")
    top.refuses(FigureReported(report, "asked", FOOD, 11), by=top.gil, words="Only whoever makes")
    top.forward(days=1)
    top.refuses(FigureReported(report, "asked", FOOD, 11), by=top.fay, words="Only whoever makes")


def test_where_too_little_was_asked_for_nothing_is_said_outside() -> None:
    small = Table()
    fay = small.member("trusted", "fund")
    small.asked(FOOD, *["met"] * 4)
    with pytest.raises(Refused, match="Too little"):
        made(small, fay)


def test_who_made_it_and_for_whom_is_forgotten_and_what_left_is_not(top: Table) -> None:
    report, lines = made(top, words="For the winter round")
    top.forward(days=181)
    assert top.row("select member, words, receiver from report where report = ?", report) == ("", "", "funder")
    assert sorted(insight.lines_of(top.db, report)) == sorted(lines)


# The file


def test_a_file_says_the_figures_in_words_and_nobody_and_no_day_but_the_months(top: Table) -> None:
    report, lines = made(top, words="For the winter round")
    start = insight.leaving.period(top.day)[0]
    for language in ("en", "ar"):
        said = reports.text_of(top.db, report, Words(language))
        assert str(to_date(start)) in said and str(to_date(top.day)) not in said
        assert "winter" not in said and top.fay not in said and report not in said
        assert all(f": {number}\n" in said for _, _, number in lines)
    assert "Asked for (Food): 11" in reports.text_of(top.db, report, Words("en"))


def test_a_file_is_checked_by_its_words_and_any_altered_byte_is_seen(top: Table) -> None:
    report, _ = made(top)
    said = reports.text_of(top.db, report, Words("ar"))
    raw = reports.pack(SEED, said)
    assert reports.unpack(raw) == reports.Checked(public_of(SEED), said)
    for language in ("ar", "en"):
        assert reports.known(raw, " ".join(words_of(public_of(SEED), language))).text == said
    with pytest.raises(Malformed, match="not the words"):
        reports.known(raw, " ".join(words_of(public_of(bytes(32)), "en")))
    for place in range(0, len(raw), 3):
        with pytest.raises(Malformed):
            reports.unpack(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])


def test_what_is_no_report_is_told(top: Table) -> None:
    raw = reports.pack(SEED, "report 1\n\n5\n")
    reports.unpack(raw)
    upper = raw[: -reports.TAIL] + raw[-reports.TAIL :].upper()
    for wrong in (b"", b"report 1\n", raw[:-1], raw + b"\n", b"x" + raw, upper, raw + bytes(reports.FILE_MAX)):
        with pytest.raises(Malformed, match="no report") as caught:
            reports.unpack(wrong)
        assert caught.value.field == "file"
