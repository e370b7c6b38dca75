"""People who live together: known to the two of them, counted once, and on no panel about each other."""

import pytest

from nasij.areas.grants import HouseholdConfirmed, HouseholdEnded, HouseholdOffered
from nasij.areas.grants.home import waiting
from nasij.areas.grants.household import LINKS_MOST, household_code, lives_with
from nasij.areas.people import MemberLeft
from nasij.errors import Malformed, Refused
from nasij.ids import new_id
from nasij.kit import charter, who
from tests.areas.test_grants import Grants

AT = "/grants/household/"


class Homes(Grants):
    """The table of grants, where some live together."""

    def offer(self, by: str, other: str) -> str:
        """Say who lives with one; the kept code of the period is each room's own, so the table forgets it."""
        self.db.execute("delete from my_period")
        return str(self.make(AT + "ask", by, other=other)[-1].household)

    def link(self, by: str, other: str) -> str:
        household = self.offer(by, other)
        self.make(AT + "{household}/yes", other, household=household)
        return household


@pytest.fixture
def top() -> Homes:
    return Homes()


def test_only_the_two_read_it_and_only_the_other_confirms_it(top: Homes) -> None:
    household = top.offer(top.amal, top.noor)
    circle = top.row("select audience from household")
    assert circle == f"household/{household}"
    assert who.holders(top.db, circle) == {top.amal, top.noor}
    assert lives_with(top.db, top.amal) == frozenset()
    for other in (top.amal, top.fund[0]):
        top.refuses(HouseholdConfirmed(household), other, "Only whoever was asked")
    assert any("live together" in item.text for item in waiting(top.db, top.by(top.noor)))
    top.say(HouseholdConfirmed(household), top.noor)
    assert lives_with(top.db, top.amal) == {top.noor}
    assert lives_with(top.db, top.noor) == {top.amal}


def test_no_page_of_anybody_else_shows_it(top: Homes) -> None:
    top.link(top.amal, top.noor)
    assert top.page("/grants/household", top.fund[0])["links"] == []
    (row,) = top.page("/grants/household", top.noor)["links"]
    assert row["with"] == top.amal


def test_nobody_of_the_home_sits_on_a_panel_that_the_room_draws(top: Homes) -> None:
    keeper = top.fund[0]
    top.link(top.amal, keeper)
    for _ in range(5):
        grant = top.ask(by=top.amal)
        named = {row[0] for row in top.rows("select member from sitter where grant = ?", grant)}
        assert keeper not in named
        top.make("/grants/{grant}/withdraw", top.amal, grant=grant)


def test_whoever_is_linked_later_cannot_decide_and_stands_back(top: Homes) -> None:
    grant = top.ask(by=top.amal)
    keeper = top.panel(grant)[0]
    top.link(keeper, top.amal)
    assert [item.text for item in waiting(top.db, top.by(keeper)) if "stand back" in item.text]
    page = top.page("/grants/{grant}", keeper, grant=grant)
    assert (page["linked"], page["judges"]) == (True, False)
    with pytest.raises(Refused, match="You live with somebody"):
        top.judge(grant, keeper)
    with pytest.raises(Refused, match="You live with somebody"):
        top.make(
            "/grants/sitting/{sitting}/assess",
            keeper,
            sitting=top.sitting(grant),
            pressing="now",
            harm="life",
            alternatives="",
        )
    top.make("/grants/sitting/{sitting}/link", keeper, sitting=top.sitting(grant), link="household")
    assert keeper not in top.panel(grant)
    assert len(top.panel(grant)) == charter.value(top.db, "grant_panel")


def test_who_lives_with_the_person_it_is_for_does_not_decide_either(top: Homes) -> None:
    grant = top.ask(by=top.amal, for_whom=top.noor, on_behalf="consented")
    keeper = top.panel(grant)[0]
    top.link(top.noor, keeper)
    with pytest.raises(Refused, match="You live with somebody"):
        top.judge(grant, keeper)


def test_nobody_names_somebody_of_their_home_to_decide(top: Homes) -> None:
    grant = top.ask(by=top.amal)
    top.link(top.amal, top.fund[0])
    with pytest.raises(Malformed, match="Somebody you live with"):
        top.make("/grants/{grant}/name", top.amal, grant=grant, alternates=[top.fund[0]])


def test_one_home_counts_once_in_this_period_and_the_next(top: Homes) -> None:
    top.link(top.amal, top.noor)
    codes = []
    for _ in range(2):
        both = [top.request(top.ask(by=one))["period_code"] for one in (top.amal, top.noor)]
        assert both[0] == both[1]
        codes.append(both[0])
        top.forward(days=charter.value(top.db, "grant_period_days"))
    assert codes[0] != codes[1]
    alone = top.request(top.ask(by=top.newcomer))["period_code"]
    assert alone not in codes


def test_what_one_was_counted_by_before_counts_for_both(top: Homes) -> None:
    before = top.request(top.ask(by=top.amal))["period_code"]
    household = str(top.make(AT + "ask", top.amal, other=top.noor)[-1].household)
    top.make(AT + "{household}/yes", top.noor, household=household)
    assert top.request(top.ask(by=top.noor))["period_code"] == before


def test_three_of_one_home_count_once_and_two_homes_do_not_become_one_by_accident(top: Homes) -> None:
    top.link(top.amal, top.noor)
    household = top.offer(top.newcomer, top.noor)
    with pytest.raises(Refused, match="count together with somebody else"):
        top.make(AT + "{household}/yes", top.noor, household=household)
    top.say(HouseholdEnded(household), top.noor)
    top.link(top.noor, top.newcomer)
    now = top.day // charter.value(top.db, "grant_period_days") + 1
    assert len({household_code(top.db, one, now) for one in (top.amal, top.noor, top.newcomer)}) == 1


def test_either_ends_it_and_then_nobody_holds_its_circle(top: Homes) -> None:
    household = top.link(top.amal, top.noor)
    top.refuses(HouseholdEnded(household), top.fund[0], "Only the two of you")
    top.say(HouseholdEnded(household), top.noor)
    assert lives_with(top.db, top.amal) == frozenset()
    assert who.holders(top.db, f"household/{household}") == frozenset()
    top.forward(days=181)
    assert top.rows("select 1 from household") == []


def test_what_nobody_answers_ends_and_so_does_what_was_with_somebody_who_left(top: Homes) -> None:
    asked, linked = top.offer(top.amal, top.newcomer), top.link(top.amal, top.noor)
    top.forward(days=charter.value(top.db, "household_days") + 1)
    assert top.row("select state from household where household = ?", asked) == "ended"
    assert top.row("select state from household where household = ?", linked) == "linked"
    top.say(MemberLeft(), top.noor)
    top.forward(days=1)
    assert lives_with(top.db, top.amal) == frozenset()


def test_it_is_said_once_to_somebody_else_who_is_in_and_not_to_everybody(top: Homes) -> None:
    fact = HouseholdOffered(new_id(), top.amal, new_id(), 1, new_id())
    top.refuses(fact, top.amal, "from the list")
    top.offer(top.amal, top.noor)
    for by, other in ((top.amal, top.noor), (top.noor, top.amal)):
        with pytest.raises(Malformed, match="said or asked already"):
            top.offer(by, other)
    for other in [*top.fund, *(top.member() for _ in range(LINKS_MOST))][: LINKS_MOST - 1]:
        top.offer(top.amal, other)
    with pytest.raises(Refused, match="as one home has people"):
        top.offer(top.amal, top.newcomer)


def test_the_code_of_the_period_is_there_to_be_told_where_nobody_can_be_named(top: Homes) -> None:
    code = top.request(top.ask(by=top.amal))["period_code"]
    assert top.page("/grants/household", top.amal)["code_of_period"] == code
    assert top.request(top.ask(by=top.noor, household=code))["period_code"] == code
