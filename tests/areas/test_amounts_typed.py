"""Every field in which an amount is typed reads it in any digits, and answers what is none with a sentence in two languages."""

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints

import pytest

from nasij.areas import campaigns, decisions, fund, grants, savings
from nasij.errors import Malformed, Nasij
from nasij.ids import new_id
from nasij.kit.field import Text
from nasij.web.words import Words
from tests.areas.test_campaigns import Table as Campaigns
from tests.areas.test_fund import Fund
from tests.areas.test_grants import FORM, Grants
from tests.areas.test_savings import TERMS, Rooms
from tests.tabletop import TableTop

Filled = tuple[TableTop, str, dict[str, Any]]  # a table, who fills in the form, and its other fields
GIFT = {"method": "cash", "purpose": "", "visible": "private"}
NOT_MONEY = {"currency", "household", "proposal", "code_word", "name"}
FREE = {"/grants/draft"}  # kept in one's own room as it was typed, and read as money when it is sent


def _fund(**values: Any) -> Filled:
    top = Fund().filled()
    return top, top.kai, {"pot": top.cash} | values


def _announced() -> Filled:
    top, _, _ = _fund()
    assert isinstance(top, Fund)
    gift = top.make("/fund/give", top.amal, pot=top.cash, amount="10", **GIFT)[0].gift
    return top, top.kai, {"gift": gift, "pot": top.cash}


def _opened() -> Filled:
    top = Fund()
    return top, top.ada, {"place": "cash", "currency": "EUR", "keeper": top.kai}


def _moved(**values: str) -> Filled:
    top = Fund().filled()
    pots = {"from_pot": top.cash, "to_pot": top.pot("USD", top.lea)}
    return top, top.kai, pots | {"leaves": "10", "arrives": "12", "fees": ""} | values


def _counted() -> Filled:
    top, _, _ = _fund()
    assert isinstance(top, Fund)
    it = top.make("/fund/count/{pot}", top.kai, pot=top.cash, counted="990")[0].count
    return top, top.ada, {"count": it}


def _paid() -> Filled:
    top = Fund().filled()
    return top, top.ada, {"payout": top.pay(top.hold(100_00), 100_00)}


def _asked(**values: str) -> Filled:
    top = Grants()
    return top, top.amal, FORM | {"grant": new_id()} | values


def _drafted() -> Filled:
    top, by, values = _asked()
    draft = top.make("/grants/draft", by, draft=new_id(), currency="JOD", amount="3", words="")[0].draft
    return top, by, values | {"draft": draft}


def _disputed() -> Filled:
    top = Grants()
    grant, deciders, _, payout = top.paid()
    top.say(grants.ReceiptDisputed(grant, payout, "less", ""), top.amal)
    return top, deciders[0], {"grant": grant, "payout": payout}


def _to_book() -> Filled:
    top = Grants()
    grant, _, payer, payout = top.prepared()
    return top, payer, {"grant": grant, "payout": payout, "pot": top.pots[payer]}


def _judged() -> Filled:
    top = Grants()
    grant = top.ask()
    return top, top.panel(grant)[0], {"sitting": top.sitting(grant), "verdict": "less", "reason": "short"}


def _saving(**values: str) -> Filled:
    top = Rooms()
    return top, top.member(), TERMS | {"starts_on": top.day + 1} | values


def _campaign(**values: str) -> Filled:
    top = Campaigns()
    return top, top.ada, {"campaign": top.campaign(), "pot": top.pot} | values


def _of_campaign(**values: str) -> Filled:
    top, _, found = _campaign()
    assert isinstance(top, Campaigns)
    return top, top.fay, {"campaign": found["campaign"], "currency": "EUR"} | values


def _proposed() -> Filled:
    top = Grants()
    rest = {"proposal": new_id(), "currency": "EUR", "quorum": 50, "threshold": 50, "hidden": False}
    return top, top.amal, rest


# Where an amount is typed: the form and its field, how to fill in the rest, and whether nothing is an amount there.
FIELDS: dict[tuple[str, str], tuple[Callable[[], Filled], bool]] = {
    ("/fund/give", "amount"): (lambda: _fund(**GIFT), False),
    ("/fund/pledge", "amount"): (lambda: _fund(method="cash", purpose="", rhythm="weekly", until=20_900), False),
    ("/fund/gift/{gift}/received", "amount"): (_announced, False),
    ("/fund/book", "amount"): (lambda: _fund(purpose=""), False),
    ("/fund/opening", "amount"): (_fund, False),
    ("/fund/pots/open", "limit"): (_opened, False),
    ("/fund/fee", "amount"): (_fund, False),
    ("/fund/move", "leaves"): (_moved, False),
    ("/fund/move", "arrives"): (_moved, False),
    ("/fund/move", "fees"): (_moved, True),
    ("/fund/count/{pot}", "counted"): (_fund, True),
    ("/fund/counted/{count}/confirm", "counted"): (_counted, True),
    ("/fund/payout/{payout}/short", "missing"): (_paid, False),
    ("/grants/ask", "amount"): (lambda: _asked(least=""), False),
    ("/grants/ask", "least"): (_asked, False),
    ("/grants/ask/{draft}", "amount"): (_drafted, False),
    ("/grants/ask/{draft}", "least"): (_drafted, False),
    ("/grants/{grant}/part/{payout}", "missing"): (_disputed, False),
    ("/grants/{grant}/book/{payout}", "fees"): (_to_book, True),
    ("/grants/sitting/{sitting}/verdict", "amount"): (_judged, False),
    ("/savings/form", "amount"): (_saving, False),
    ("/savings/form", "guarantee"): (lambda: _saving(shortfall="guarantee"), True),
    ("/together/{campaign}/raise", "amount"): (lambda: _of_campaign(method="cash", shown="members"), False),
    ("/together/{campaign}/give", "amount"): (lambda: _campaign(method="cash", visible="private"), False),
    ("/together/{campaign}/take-in", "amount"): (_campaign, False),
    ("/together/{campaign}/spend", "amount"): (lambda: _of_campaign(words="Banners", proposal=""), False),
    ("/decisions/money", "amount"): (_proposed, False),
}
NOTHING = ("0", "٠٫٠٠")
BAD = {
    "-3": "more than nothing",
    "\u2212٣": "more than nothing",
    "1" + "0" * 30: "larger than any fund",
    "0.0001": "at most",
    "3 JOD 4 EUR": "without its currency",
    "١٠ دينار": "without its currency",
    "3 4": "not an amount",
    "ten": "not an amount",
    "½": "not an amount",
    "10^30": "not an amount",
    "1e5": "without its currency",
}


def _acts() -> Iterator[tuple[str, type]]:
    for area in (fund.AREA, grants.AREA, savings.AREA, campaigns.AREA, decisions.AREA):
        for act in area.acts:
            yield act.path, act.form


def _field(path: str, name: str) -> Text:
    form = next(form for at, form in _acts() if at == path)
    found = get_args(get_type_hints(form, include_extras=True)[name])[1]
    assert isinstance(found, Text)
    return found


def test_every_field_in_which_an_amount_is_typed_is_tried_here() -> None:
    typed = {
        (path, name)
        for path, form in _acts()
        for name, hint in get_type_hints(form, include_extras=True).items()
        for field in get_args(hint)[1:]
        if isinstance(field, Text) and not field.hidden and field.length_max <= 40 and name not in NOT_MONEY
    }
    assert {one for one in typed if one[0] not in FREE} == set(FIELDS)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "name"), FIELDS, ids="{0[0]} {0[1]}".format)
def test_what_is_no_amount_is_answered_with_a_sentence_at_its_field(path: str, name: str) -> None:
    made, may_be_nothing = FIELDS[path, name]
    top, by, values = made()
    field, arabic = _field(path, name), Words("ar")
    bad = BAD | ({} if may_be_nothing else dict.fromkeys(NOTHING, "more than nothing"))
    for typed, words in bad.items():
        before = top.dump()
        with pytest.raises(Malformed, match=words) as caught:
            top.make(path, by, **values | {name: field.read([typed])})
        assert caught.value.field == name, typed
        assert arabic.knows(caught.value.sentence)
        assert top.dump() == before


@pytest.mark.slow
@pytest.mark.parametrize(("path", "name"), FIELDS, ids="{0[0]} {0[1]}".format)
def test_an_amount_is_the_same_in_any_digits_and_with_any_mark_before_its_fraction(path: str, name: str) -> None:
    made, _ = FIELDS[path, name]
    field, said = _field(path, name), set()
    for typed in ("3.5", "3,5", "٣٫٥", "٣،٥", "۳٫۵", "\u202e3.5\u202c", " 3.50 "):
        top, by, values = made()
        try:
            facts = top.make(path, by, **values | {name: field.read([typed])})
        except Nasij as problem:  # the rest may not fit so small an amount; then it is refused for that alone
            assert not any(words in problem.sentence for words in BAD.values()), typed
            said.add(problem.sentence)
        else:
            said.add(str(sorted(v for fact in facts for v in _numbers(fact))))
    assert len(said) == 1, said


def _numbers(fact: Any) -> list[int]:
    names = ("amount", "limit", "leaves", "arrives", "fees", "counted", "missing", "least", "guarantee")
    return [getattr(fact, name) for name in names if hasattr(fact, name)]
