"""What people type where money is asked for: read in any digits, or answered with a sentence in their language, and nothing lost."""

import re

import pytest

from nasij.areas.fund import MoneyReceived, PotAgreed, PotOpened
from nasij.errors import Malformed, Nasij
from nasij.gate import all_areas
from nasij.ids import new_id
from nasij.web.forms import ANY_PROBLEM, read, shown
from nasij.web.look import Look, pattern
from nasij.web.words import Words
from tests.tabletop import TableTop

ALL = all_areas().areas
ACTS = {act.path: act for area in ALL for act in area.acts}
ASK = {"currency": "EUR", "amount": "12", "least": "2", "way": "cash", "words": "للإيجار"}
GIVE = {"method": "cash", "amount": "5", "visible": "private", "purpose": "housing"}
PLEDGE = {"method": "cash", "amount": "5", "purpose": "housing"}
SAVE = {
    "word": "dart", "amount": "10", "currency": "EUR", "rhythm": "month", "starts_on": "2024-11-01", "method": "draw",
    "shortfall": "guarantee", "guarantee": "10", "shares": "1",
}  # fmt: skip
# Every form in which an amount of money is typed and which opens at a table with one pot, with the field of the amount.
FORMS = [
    ("/fund/give", "amount", GIVE),
    ("/fund/pledge", "amount", PLEDGE | {"rhythm": "weekly", "until": "2024-12-01"}),
    ("/fund/book", "amount", {"amount": "5", "purpose": ""}),
    ("/fund/fee", "amount", {"amount": "0.05"}),
    ("/fund/pots/open", "limit", {"place": "cash", "currency": "EUR", "limit": "50"}),
    ("/fund/count/{pot}", "counted", {"counted": "5"}),
    ("/grants/ask", "amount", ASK),
    ("/grants/ask", "least", ASK),
    ("/decisions/money", "amount", {"amount": "500", "currency": "EUR", "quorum": "50", "threshold": "50"}),
    ("/savings/form", "amount", SAVE),
    ("/savings/form", "guarantee", SAVE),
]
NAMES = [f"{path} {field}" for path, field, _ in FORMS]
WRONG = [
    "-5",
    "-٥",
    "\u22123",
    "1" + "0" * 30,
    "1" + "0" * 20,
    "0.001",
    "٣٫٠٠٥",
    "3 EUR 4 JOD",
    "3 4",
    "خمسة",
    "\u202e,\u202c",
]
NOTHING = ["0", "٠", "0.00"]


class Table(TableTop):
    """One member with a pot, among enough people of the fund."""

    def __init__(self) -> None:
        super().__init__(*ALL)
        self.fund = [self.member("trusted", "fund") for _ in range(4)]
        self.me, self.pot = self.member("trusted", "fund"), new_id()
        self.say(PotOpened(self.pot, "cash", "EUR", self.me, 10**9), self.fund[0])
        self.say(PotAgreed(self.pot), self.fund[1])
        self.say(MoneyReceived(new_id(), self.pot, 10_00, "EUR", "", self.day // 7, False), self.me)

    def look(self, language: str) -> Look:
        return Look(words=Words(language), path="/", me=self.by(self.me), db=self.db, areas=self.areas, token="t")

    def send(self, path: str, typed: dict[str, str]) -> tuple[dict[str, Nasij], dict[str, list[str]]]:
        """Send a form as the server takes it; return what is the matter, and what was kept of it."""
        act, at = ACTS[path], path.replace("{pot}", self.pot)
        found = pattern(path).fullmatch(at)
        texts = {name: [text] for name, text in (typed | {"pot": self.pot, "keeper": self.me}).items()}
        reading = read(act, texts, found.groupdict() if found else {}, self.db, self.by(self.me))
        if reading.form is None:
            return dict(reading.problems), reading.kept
        try:
            for fact in act.make(self.db, self.by(self.me), reading.form) if act.make else [reading.form]:
                self.say(fact, self.me)
        except Nasij as problem:
            return {getattr(problem, "field", "") or ANY_PROBLEM: problem}, reading.kept
        return {}, reading.kept


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.mark.parametrize(("path", "field", "right"), FORMS, ids=NAMES)
@pytest.mark.parametrize("typed", ["", "٣٫٥", "3.5", "3,5", "٣،٥", "\u200f٣٫٥"])
def test_an_amount_is_read_as_it_is_typed(
    table: Table, path: str, field: str, right: dict[str, str], typed: str
) -> None:
    if path == "/fund/fee" and typed:
        pytest.skip("a fee of this size is refused, for another reason")
    assert table.send(path, right | ({field: typed} if typed else {}))[0] == {}


@pytest.mark.slow
@pytest.mark.parametrize(("path", "field", "right"), FORMS, ids=NAMES)
def test_what_is_no_amount_is_answered_in_both_languages_and_nothing_is_lost(
    table: Table, path: str, field: str, right: dict[str, str]
) -> None:
    before = table.dump()
    wrong = WRONG if field in ("counted", "guarantee") else WRONG + NOTHING
    for typed in wrong:
        problems, kept = table.send(path, right | {field: typed})
        assert list(problems) == [field], (typed, problems)
        assert isinstance(problems[field], Malformed)
        assert table.dump() == before
        for language, letters in (("en", r"[A-Za-z]"), ("ar", r"[\u0621-\u064a]")):
            drawn = shown(table.look(language), ACTS[path], path.replace("{pot}", table.pot), kept, problems)
            box = next(box for box in drawn.boxes if box.name == field)
            assert re.search(letters, box.problem)
            assert language == "en" or not re.search("[A-Za-z]", box.problem), box.problem
            values = {box.name: list(box.values) for box in drawn.boxes}
            assert {name: values[name] for name in right} == {name: kept[name] for name in right}
            assert values[field] == [typed]


@pytest.mark.parametrize("typed", ["\u202egnisuoh", "\u2067housing\u2069 for H", "سكن فلان", "x" * 17])
@pytest.mark.parametrize("path", ["/fund/give", "/fund/book"])
def test_a_purpose_is_chosen_and_never_written(table: Table, path: str, typed: str) -> None:
    """Whatever direction marks are in it."""
    before = table.dump()
    problems, kept = table.send(path, {**GIVE, "purpose": typed})
    assert list(problems) == ["purpose"]
    assert table.dump() == before
    assert kept["purpose"] == [typed]
    for language in ("en", "ar"):
        drawn = shown(table.look(language), ACTS[path], path, kept, problems)
        problem = next(box.problem for box in drawn.boxes if box.name == "purpose")
        assert problem == Words(language).of(problems["purpose"])
        assert Words(language).knows(problems["purpose"].sentence)


def test_marks_of_direction_in_what_money_is_for_are_not_kept(table: Table) -> None:
    assert table.send("/grants/ask", {**ASK, "words": "\u202eللإيجار\u202c، 3 شهور\u2067"})[0] == {}
    assert table.row("select words from aid_request") == "للإيجار، 3 شهور"
