"""Vouches, roles, freezes, suspension, reviews, the end of a membership, and concerns."""

import re
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from nasij.areas import people, profile, trust
from nasij.areas.trust import (
    ConcernClosed,
    ConcernPassedOn,
    ConcernRaised,
    FreezeConfirmed,
    HearingSaid,
    MandateEnded,
    MandateGiven,
    MandateHandedOver,
    MandateProposed,
    MandateRecalled,
    MandateTaken,
    MemberBack,
    MemberFrozen,
    MemberRemoved,
    MemberRested,
    RecallAsked,
    RemovalAsked,
    RemovalHalted,
    ReviewAppealed,
    ReviewClosed,
    ReviewDecided,
    ReviewGround,
    ReviewHeard,
    ReviewOpened,
    ReviewVoted,
    SuspensionAsked,
    SuspensionConfirmed,
    ThawAgreed,
    VouchGiven,
    VouchGround,
    VouchKept,
    VouchQuestioned,
    VouchRenewed,
    VouchVoided,
    VouchWithdrawn,
)
from nasij.areas.trust.panel import panel
from nasij.areas.trust.reviews import counts, review_row, tally
from nasij.areas.trust.vouches import chains, needed, vouched
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit.area import allowed
from nasij.kit.fact import to_bytes
from nasij.kit.who import admit, holders, is_burnt
from nasij.node.kernel import AREA as LINE
from nasij.node.kernel import HeadSeen
from nasij.seal.identity import proof, wrap_public
from nasij.seal.primitives import public_of, random_key
from nasij.web.look import Look
from nasij.web.templates import render
from nasij.web.words import Words
from tests.tabletop import TableTop

NO_ROLE = ""


@pytest.fixture
def top() -> TableTop:
    """A network with nobody in it."""
    return TableTop(LINE, people.AREA, trust.AREA)


def crowd(top: TableTop, n: int) -> list[str]:
    """Return n trusted members whom nobody introduced: each has a chain of their own."""
    return [top.member() for _ in range(n)]


def setting(top: TableTop, name: str, value: int) -> None:
    top.db.execute(
        "insert or replace into setting (name, value, audience) values (?, ?, 'network')", (name, str(value))
    )


def vouch(top: TableTop, whom: str, by: str, role: str = NO_ROLE) -> str:
    given = new_id()
    top.say(VouchGiven(given, whom, role), by=by)
    return given


def standing(top: TableTop, member: str) -> str:
    return str(top.row("select standing from member where member = ?", member))


def state(top: TableTop, table: str, record: str) -> str:
    return str(top.row(f"select state from {table} where {table} = ?", record))


def newcomer(top: TableTop, introduced_by: str = "") -> str:
    """Return somebody whose probation is over."""
    member = top.member("new", introduced_by=introduced_by)
    top.db.execute("update member set since = since - 14 where member = ?", (member,))
    return member


def leave(top: TableTop, member: str) -> None:
    top.say(people.MemberLeft(), by=member)


def open_review(top: TableTop, whom: str, by: str) -> str:
    review = new_id()
    top.say(ReviewOpened(review, whom), by=by)
    return review


def items(top: TableTop, member: str) -> list[str]:
    assert trust.AREA.waiting is not None
    return [item.text for item in trust.AREA.waiting(top.db, top.by(member))]


# --- invariant 1 ------------------------------------------------------------------------------------------------------


def test_nobody_vouches_for_themselves(top: TableTop) -> None:
    a, _ = crowd(top, 2)
    top.refuses(VouchGiven(new_id(), a, NO_ROLE), a, "Nobody vouches for themselves")
    top.refuses(VouchGiven(new_id(), a, "fund"), a, "Nobody vouches for themselves")


def test_one_vouch_per_pair_and_role(top: TableTop) -> None:
    a, b = crowd(top, 2)
    first = vouch(top, b, a)
    top.refuses(VouchGiven(new_id(), b, NO_ROLE), a, "already")
    vouch(top, b, a, "fund")
    top.forward(days=31)
    top.say(VouchWithdrawn(first), by=a)
    assert vouch(top, b, a)


def test_a_member_vouches_only_so_often_in_a_month_even_when_taking_vouches_back(top: TableTop) -> None:
    a, *others = crowd(top, 4)
    top.say(VouchWithdrawn(vouch(top, others[0], a)), by=a)
    vouch(top, others[1], a)
    top.refuses(VouchGiven(new_id(), others[2], NO_ROLE), a, "times in a month")
    top.forward(days=30)
    assert vouch(top, others[2], a)


def test_the_monthly_limit_is_the_group_s(top: TableTop) -> None:
    setting(top, "vouches_a_month", 1)
    a, b, c = crowd(top, 3)
    vouch(top, b, a)
    top.refuses(VouchGiven(new_id(), c, NO_ROLE), a, "times in a month")


def test_only_trusted_members_vouch_and_only_for_people_in_force(top: TableTop) -> None:
    a, b, steward = top.member(), top.member("new"), top.member("trusted", "members")
    top.refuses(VouchGiven(new_id(), a, NO_ROLE), b, "not yours")
    for other in ("suspended", "left", "removed"):
        gone = top.member(other)
        top.refuses(VouchGiven(new_id(), gone, NO_ROLE), a, "not in force")
        top.refuses(VouchGiven(new_id(), a, NO_ROLE), gone, "not yours")
    top.refuses(VouchGiven(new_id(), new_id(), NO_ROLE), a)
    top.refuses(VouchGiven(new_id(), b, "cases"), a, "Only a trusted member can take a role")
    open_review(top, a, steward)
    top.refuses(VouchGiven(new_id(), b, NO_ROLE), a, "has to wait until the review of your membership")


# --- invariant 2 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("trusted", "expected"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (20, 3)])
def test_the_threshold_is_half_of_the_active_trusted_up_to_the_group_s_most(
    top: TableTop, trusted: int, expected: int
) -> None:
    crowd(top, trusted)
    assert needed(top.db, top.member("new")) == expected


def test_the_threshold_is_at_least_two_once_four_are_trusted(top: TableTop) -> None:
    setting(top, "vouches_most", 1)
    crowd(top, 3)
    somebody = top.member("new")
    assert needed(top.db, somebody) == 1
    top.member()
    assert needed(top.db, somebody) == 2


def test_resting_members_do_not_raise_the_threshold(top: TableTop) -> None:
    crowd(top, 2)
    for _ in range(6):
        top.member("resting")
    assert needed(top.db, top.member("new")) == 1


def test_a_new_member_becomes_trusted_with_the_last_vouch_that_is_needed(top: TableTop) -> None:
    a, b, c, _d, _e = crowd(top, 5)
    n = newcomer(top)
    vouch(top, n, a)
    vouch(top, n, b)
    assert standing(top, n) == "new"
    vouch(top, n, c)
    assert standing(top, n) == "trusted"
    assert n in holders(top.db, "trusted")


def test_vouches_wait_for_probation_to_pass(top: TableTop) -> None:
    a, *_ = crowd(top, 2)
    n = top.member("new")
    vouch(top, n, a)
    assert standing(top, n) == "new"
    top.forward(days=13)
    assert standing(top, n) == "new"
    top.forward(days=1)
    assert standing(top, n) == "trusted"


def test_nobody_becomes_trusted_while_under_review(top: TableTop) -> None:
    a, b = top.member("trusted", "members"), top.member()
    setting(top, "vouches_most", 1)
    n, m = newcomer(top), newcomer(top)
    reviews = [open_review(top, who, a) for who in (n, m)]
    vouch(top, n, b)
    vouch(top, m, b)
    assert standing(top, n) == "new"
    top.say(ReviewHeard(reviews[0]), by=n)
    vote(top, reviews[0], (a, "keep"), (b, "keep"))
    top.say(ReviewDecided(reviews[0], "keep"), by=a)
    assert standing(top, n) == "trusted"
    top.forward(days=91)
    assert standing(top, m) == "trusted", "a review that nobody decides closes, and the vouches count"


# --- invariant 3 ------------------------------------------------------------------------------------------------------


def test_people_who_introduced_one_another_are_one_chain(top: TableTop) -> None:
    founder = top.member()
    child = top.member(introduced_by=founder)
    grandchild = top.member(introduced_by=child)
    great = top.member(introduced_by=grandchild)
    other = top.member(introduced_by=founder)
    stranger = top.member()
    assert chains(top.db, [founder, child]) == 1
    assert chains(top.db, [child, grandchild]) == 1
    assert chains(top.db, [child, great]) == 1, "the same person stands above both, below the founder"
    assert chains(top.db, [grandchild, great]) == 1
    assert chains(top.db, [child, other]) == 2
    assert chains(top.db, [founder, grandchild]) == 2, "the founder did not introduce them"
    assert chains(top.db, [founder, child, grandchild, other, stranger]) == 3
    assert chains(top.db, [founder, grandchild, stranger]) == 3
    assert chains(top.db, []) == 0
    for some in permutations((founder, child, grandchild, other, stranger)):  # whoever counts no further than needed
        assert [chains(top.db, some, enough) for enough in (1, 2, 3, 4)] == [1, 2, 3, 3], some


def test_two_vouches_of_one_chain_count_once(top: TableTop) -> None:
    founder = top.member()
    first, second = top.member(introduced_by=founder), top.member(introduced_by=founder)
    third = top.member(introduced_by=first)
    n = newcomer(top, introduced_by=third)
    assert needed(top.db, n) == 2
    vouch(top, n, first)
    vouch(top, n, third)
    assert (vouched(top.db, n), standing(top, n)) == (1, "new")
    vouch(top, n, second)
    assert (vouched(top.db, n), standing(top, n)) == (2, "trusted")


def test_a_group_that_one_person_brought_in_can_still_grow(top: TableTop) -> None:
    founder = top.member()
    one = top.member(introduced_by=founder)
    others = [top.member(introduced_by=one) for _ in range(5)]
    n = newcomer(top, introduced_by=one)
    assert needed(top.db, n) == 2, "there are only two chains, and never fewer than two are asked for"
    vouch(top, n, founder)
    vouch(top, n, others[0])
    assert standing(top, n) == "trusted"


# --- invariant 4 ------------------------------------------------------------------------------------------------------


def test_when_vouches_fall_below_the_threshold_every_role_is_suspended(top: TableTop) -> None:
    steward = top.member("trusted", "members")
    a, b, c, d = crowd(top, 4)
    n = newcomer(top)
    given = [vouch(top, n, by) for by in (a, b, c)]
    for role in ("cases", "fund"):
        it = new_id()
        top.say(MandateProposed(it, role, n, 0), by=steward)
        top.say(MandateGiven(it), by=d)
    assert top.by(n).roles == {"cases", "fund"}
    top.say(VouchWithdrawn(given[0]), by=a)
    assert standing(top, n) == "new"
    assert top.by(n).roles == frozenset()
    assert n not in holders(top.db, "role/fund") | holders(top.db, "trusted")
    assert {r[0] for r in top.rows("select state from mandate where member = ?", n)} == {"suspended"}
    assert {r[0] for r in top.rows("select state from appointment where member = ?", n)} == {"suspended"}
    vouch(top, n, steward)
    assert standing(top, n) == "trusted"
    assert top.by(n).roles == {"cases", "fund"}, "paused, not ended"


def test_a_group_that_grows_takes_no_standing_away(top: TableTop) -> None:
    founder = top.member()
    n = newcomer(top)
    extra = top.member()
    vouch(top, n, founder)
    assert standing(top, n) == "trusted"
    spare = vouch(top, n, extra)
    crowd(top, 8)
    top.say(VouchWithdrawn(spare), by=extra)
    assert standing(top, n) == "trusted"


def test_a_founder_does_not_fall_by_vouches(top: TableTop) -> None:
    founder, *others = crowd(top, 6)
    top.say(VouchWithdrawn(vouch(top, founder, others[0])), by=others[0])
    assert standing(top, founder) == "trusted"


def test_a_vouch_lapses_and_its_last_days_are_announced(top: TableTop) -> None:
    a, _b = crowd(top, 2)
    n = newcomer(top)
    given = vouch(top, n, a)
    top.forward(days=350)
    assert "Vouches for you lapse soon: %(n)d" not in items(top, n)
    top.forward(days=2)
    assert "Vouches for you lapse soon: %(n)d" in items(top, n)
    assert "Vouches you gave lapse soon: %(n)d" in items(top, a)
    top.forward(days=13)
    assert state(top, "vouch", given) == "given"
    top.forward(days=1)
    assert (state(top, "vouch", given), standing(top, n)) == ("lapsed", "new")
    top.refuses(VouchWithdrawn(given), a, "already taken this a step further")


def test_a_vouch_is_renewed_near_its_end_without_costing_a_month(top: TableTop) -> None:
    a, b, c, d = crowd(top, 4)
    given = vouch(top, b, a)
    top.refuses(VouchRenewed(given), a, "still good")
    top.refuses(VouchRenewed(given), b, "Only whoever gave")
    top.forward(days=340)
    vouch(top, c, a)
    vouch(top, d, a)
    top.say(VouchRenewed(given), by=a)
    top.forward(days=100)
    assert state(top, "vouch", given) == "given"


def test_only_the_giver_takes_a_vouch_back_and_says_why(top: TableTop) -> None:
    a, b, c = crowd(top, 3)
    given = vouch(top, b, a)
    top.refuses(VouchWithdrawn(given), c, "Only whoever gave")
    top.refuses(VouchWithdrawn(new_id()), c)
    top.refuses(VouchGround(given, "met", ""), c, "Only whoever gave")
    assert top.say(VouchGround(given, "worked_together", "Two years."), by=a) == "trusted"
    assert top.row("select words from vouch_ground") == "Two years."


def test_vouches_and_their_grounds_are_forgotten_in_time(top: TableTop) -> None:
    a, b = crowd(top, 2)
    top.make("/trust/vouch/{member}", a, member=b, role="membership", ground="met", words="At the market.")
    given = top.row("select vouch from vouch")
    assert top.row("select role from vouch") == NO_ROLE
    top.say(VouchWithdrawn(given), by=a)
    top.forward(days=180)
    assert top.rows("select * from vouch") == top.rows("select * from vouch_ground") == []


def test_a_vouch_of_a_former_member_counts_until_it_is_looked_at(top: TableTop) -> None:
    one, two = top.member("trusted", "members"), top.member("trusted", "members")
    a, b = crowd(top, 2)
    n = newcomer(top)
    kept, voided = vouch(top, n, a), vouch(top, n, b)
    assert standing(top, n) == "trusted"
    top.refuses(VouchQuestioned(kept), one, "still here")
    leave(top, a)
    leave(top, b)
    top.forward(days=2)
    assert standing(top, n) == "trusted"
    assert "Vouches by former members wait to be looked at." in items(top, one)
    top.refuses(VouchQuestioned(kept), n, "Nobody decides about their own")
    top.refuses(VouchVoided(voided), two, "already taken this a step further")
    for given in (kept, voided):
        top.say(VouchQuestioned(given), by=one)
        assert state(top, "vouch", given) == "review"
        assert vouched(top.db, n) == 2
    top.refuses(VouchKept(kept), one, "second person")
    top.say(VouchKept(kept), by=two)
    top.say(VouchVoided(voided), by=two)
    assert (state(top, "vouch", kept), state(top, "vouch", voided)) == ("given", "void")
    assert "Vouches by former members wait to be looked at." not in items(top, one)
    assert vouched(top.db, n) == 1


def test_a_vouch_under_review_lapses_too(top: TableTop) -> None:
    one = top.member("trusted", "members")
    a, b = crowd(top, 2)
    given = vouch(top, b, a)
    leave(top, a)
    top.say(VouchQuestioned(given), by=one)
    top.forward(days=366)
    assert state(top, "vouch", given) == "lapsed"


# --- resting ----------------------------------------------------------------------------------------------------------


def test_a_member_rests_and_comes_back(top: TableTop) -> None:
    (a,) = crowd(top, 1)
    top.refuses(MemberBack(), a, "not resting")
    top.say(MemberRested(0), by=a)
    assert standing(top, a) == "resting"
    top.refuses(MemberRested(0), a, "resting already")
    top.say(MemberBack(), by=a)
    assert standing(top, a) == "trusted"
    top.refuses(MemberRested(0), top.member("new"), "not yours")


def test_a_rest_ends_on_its_day_by_itself_or_before_with_one_press(top: TableTop) -> None:
    a, b = crowd(top, 2)
    for wrong in (top.day - 1, top.day + 366):
        top.refuses(MemberRested(wrong), a, "next year")
    top.say(MemberRested(top.day + 3), by=a)
    assert top.page("/trust", a)["rest_until"] == top.day + 3
    top.forward(days=3)
    assert standing(top, a) == "resting"
    top.forward(days=1)
    assert standing(top, a) == "trusted"
    assert top.rows("select * from rest") == []
    top.say(MemberRested(top.day + 30), by=b)
    top.say(MemberBack(), by=b)
    assert top.rows("select * from rest") == []


def test_a_rest_that_is_over_lifts_no_suspension(top: TableTop) -> None:
    (a,) = crowd(top, 1)
    top.say(MemberRested(top.day + 1), by=a)
    top.db.execute("update member set standing = 'suspended' where member = ?", (a,))
    top.forward(days=3)
    assert standing(top, a) == "suspended"
    top.db.execute("update member set standing = 'resting' where member = ?", (a,))
    top.forward(days=1)
    assert standing(top, a) == "trusted"


# --- roles ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def steward(top: TableTop) -> str:
    """Whoever looks after membership, beside three other trusted members."""
    found = top.member("trusted", "members")
    crowd(top, 3)
    return found


def give(top: TableTop, role: str, member: str, steward: str, second: str, days: int = 0) -> str:
    it = new_id()
    top.say(MandateProposed(it, role, member, days), by=steward)
    top.say(MandateGiven(it), by=second)
    return it


def test_a_role_takes_two_people_and_neither_is_whom_it_is_for(top: TableTop, steward: str) -> None:
    a, b = crowd(top, 2)
    it = new_id()
    top.refuses(MandateProposed(new_id(), "fund", a, 0), b, "look after membership")
    top.say(MandateProposed(it, "fund", a, 0), by=steward)
    assert (state(top, "appointment", it), top.by(a).roles) == ("proposed", frozenset())
    assert "A role waits for a second person to agree." in items(top, b)
    assert "A role waits for a second person to agree." not in items(top, steward)
    top.refuses(MandateProposed(new_id(), "fund", a, 0), steward, "proposed already")
    top.refuses(MandateGiven(it), steward, "second person")
    top.refuses(MandateGiven(it), a, "Nobody gives a role to themselves")
    top.refuses(MandateGiven(it), top.member("new"), "not yours")
    top.say(MandateGiven(it), by=b)
    assert (state(top, "appointment", it), top.by(a).roles) == ("active", {"fund"})
    top.refuses(MandateGiven(it), b, "already taken this a step further")
    top.refuses(MandateProposed(new_id(), "fund", a, 0), steward, "holds this role already")


def test_nobody_holds_more_than_two_of_the_four_roles(top: TableTop, steward: str) -> None:
    a, b = crowd(top, 2)
    give(top, "fund", a, steward, b)
    give(top, "cases", a, steward, b)
    top.refuses(MandateProposed(new_id(), "machines", a, 0), steward, "more than two roles")
    first, second = new_id(), new_id()
    c = top.member("trusted", "fund")
    top.say(MandateProposed(first, "cases", c, 0), by=steward)
    top.say(MandateProposed(second, "machines", c, 0), by=steward)
    top.say(MandateGiven(first), by=b)
    top.refuses(MandateGiven(second), b, "more than two roles")


def test_only_trusted_members_who_are_not_under_review_take_roles(top: TableTop, steward: str) -> None:
    n, a, b = top.member("new"), *crowd(top, 2)
    top.refuses(MandateProposed(new_id(), "fund", n, 0), steward, "Only a trusted member")
    top.refuses(MandateProposed(new_id(), "fund", top.member("resting"), 0), steward, "Only a trusted member")
    it = new_id()
    top.say(MandateProposed(it, "fund", a, 0), by=steward)
    open_review(top, a, steward)
    top.refuses(MandateGiven(it), b, "review of this membership")
    top.refuses(MandateTaken(new_id(), "fund"), a, "review of your membership")


def test_in_a_group_of_two_one_word_is_enough(top: TableTop) -> None:
    founder, friend = top.member("trusted", "members", "cases"), top.member()
    it = new_id()
    top.say(MandateProposed(it, "fund", friend, 0), by=founder)
    assert (state(top, "appointment", it), top.by(friend).roles) == ("active", {"fund"})


def test_a_group_without_anybody_for_membership_can_go_on(top: TableTop) -> None:
    a, b, c = crowd(top, 3)
    it = new_id()
    top.say(MandateProposed(it, "members", a, 0), by=b)
    top.say(MandateGiven(it), by=c)
    assert top.by(a).roles == {"members"}
    top.refuses(MandateProposed(new_id(), "fund", a, 0), b, "look after membership")


def test_a_mandate_ends_by_itself_and_never_runs_longer_than_allowed(top: TableTop, steward: str) -> None:
    a, b, c = crowd(top, 3)
    short, long = give(top, "fund", a, steward, b, days=30), give(top, "fund", c, steward, b, days=400)
    until = dict(top.rows("select member, until from mandate where role = 'fund'"))
    assert until == {a: top.day + 30, c: top.day + 180}
    top.forward(days=16)
    assert any("end within two weeks" in words for words in items(top, a))
    assert not any("end within two weeks" in words for words in items(top, c))
    top.forward(days=14)
    assert top.by(a).roles == {"fund"}
    top.forward(days=1)
    assert (top.by(a).roles, state(top, "appointment", short)) == (frozenset(), "ended")
    top.forward(days=150)
    assert state(top, "appointment", long) == "ended"
    assert not top.by(steward).roles, "the founding mandate ends too"


def test_a_mandate_is_renewed_near_its_end(top: TableTop, steward: str) -> None:
    a, b = crowd(top, 2)
    first = give(top, "fund", a, steward, b)
    top.forward(days=160)
    second = give(top, "fund", a, steward, b)
    assert (state(top, "appointment", first), state(top, "appointment", second)) == ("ended", "active")
    assert top.row("select until from mandate where member = ?", a) == top.day + 180


def test_a_proposal_nobody_agrees_to_ends(top: TableTop, steward: str) -> None:
    (a,) = crowd(top, 1)
    it = new_id()
    top.say(MandateProposed(it, "fund", a, 0), by=steward)
    top.forward(days=15)
    assert state(top, "appointment", it) == "ended"


def test_a_role_is_taken_with_vouches_and_paused_without_them(top: TableTop, steward: str) -> None:
    a, b, c, d = crowd(top, 4)
    it = new_id()
    top.refuses(MandateTaken(it, "fund"), a, "Too few members vouch")
    given = [vouch(top, a, by, "fund") for by in (b, c, d)]
    assert top.page("/trust", a)["takeable"] == ["fund"]
    top.say(MandateTaken(it, "fund"), by=a)
    assert (top.by(a).roles, state(top, "appointment", it)) == ({"fund"}, "active")
    top.say(VouchWithdrawn(given[0]), by=b)
    assert (top.by(a).roles, state(top, "appointment", it)) == (frozenset(), "suspended")
    assert standing(top, a) == "trusted"
    vouch(top, a, steward, "fund")
    assert (top.by(a).roles, state(top, "appointment", it)) == ({"fund"}, "active")
    top.say(VouchWithdrawn(given[1]), by=c)
    top.forward(days=181)
    assert state(top, "appointment", it) == "ended"


def test_a_role_is_handed_over_to_somebody_who_holds_it_too(top: TableTop, steward: str) -> None:
    a, b = crowd(top, 2)
    it = give(top, "members", a, steward, b)
    top.refuses(MandateHandedOver("members", b), steward, "holds this role too")
    top.refuses(MandateHandedOver("members", steward), steward, "holds this role too")
    top.refuses(MandateHandedOver("fund", a), steward, "You do not hold")
    top.refuses(MandateHandedOver("fund", a), b, "not yours")
    top.say(MandateHandedOver("members", steward), by=a)
    assert (state(top, "appointment", it), top.by(a).roles) == ("handed_over", frozenset())


def test_the_last_one_who_looks_after_membership_needs_a_successor(top: TableTop, steward: str) -> None:
    a, b = crowd(top, 2)
    top.refuses(MandateEnded("members"), steward, "last one")
    it = give(top, "members", a, steward, b)
    top.say(MandateEnded("members"), by=steward)
    assert top.by(steward).roles == frozenset()
    top.refuses(MandateEnded("members"), a, "last one")
    top.refuses(MandateEnded("fund"), a, "You do not hold")
    assert state(top, "appointment", it) == "active"


def test_handing_a_role_back_ends_it(top: TableTop, steward: str) -> None:
    a, b = crowd(top, 2)
    it = give(top, "fund", a, steward, b)
    top.say(MandateEnded("fund"), by=a)
    assert (state(top, "appointment", it), top.by(a).roles) == ("ended", frozenset())


def test_a_role_is_called_back_by_two(top: TableTop, steward: str) -> None:
    a, b, c = crowd(top, 3)
    give(top, "members", b, steward, c)
    it = give(top, "fund", a, steward, c)
    recall = new_id()
    top.refuses(RecallAsked(recall, "fund", a), c, "look after membership")
    top.refuses(RecallAsked(recall, "fund", b), steward)
    top.say(RecallAsked(recall, "fund", a), by=steward)
    assert "Calling a role back waits for a second person." in items(top, b)
    top.refuses(RecallAsked(new_id(), "fund", a), b, "asked for already")
    top.refuses(MandateRecalled(recall), steward, "second person")
    top.refuses(MandateRecalled(recall), a, "Nobody decides about their own")
    top.say(MandateRecalled(recall), by=b)
    assert (state(top, "appointment", it), top.by(a).roles) == ("recalled", frozenset())
    assert state(top, "recall", recall) == "carried"
    again = new_id()
    give(top, "fund", a, steward, c)
    top.say(RecallAsked(again, "fund", a), by=steward)
    top.forward(days=15)
    assert state(top, "recall", again) == "lapsed"


def test_a_steward_is_not_called_back_by_the_other_steward_alone(top: TableTop, steward: str) -> None:
    other = top.member("trusted", "members")
    recall = new_id()
    top.say(RecallAsked(recall, "members", other), by=steward)
    top.refuses(MandateRecalled(recall), steward, "second person")
    second = panel(top.db, other, 2)
    assert steward in second
    assert len(second) == 2, "filled up with whoever has been here longest"
    top.say(MandateRecalled(recall), by=next(m for m in second if m != steward))
    assert top.by(other).roles == frozenset()


def test_deputies_are_told_of_a_silent_holder_and_membership_of_a_lonely_role(top: TableTop, steward: str) -> None:
    top.forward(days=5)
    a = top.member("trusted", "fund")
    b = top.member("trusted", "fund")
    silent = "Somebody in the fund role has not been heard of for a while."
    assert "Only one person holds the membership role. Two are safer." in items(top, steward)
    assert "Only one person holds the fund role. Two are safer." not in items(top, steward)
    top.forward(days=20)
    top.say(HeadSeen(1, bytes(32)), by=a)
    top.forward(days=11)
    assert silent in items(top, a), "b was never heard of"
    assert silent not in items(top, b)
    assert silent not in items(top, steward), "only those who share the role"
    assert b in str(top.page("/trust/roles", a)["silent"])
    top.say(HeadSeen(2, bytes(32)), by=b)
    assert silent not in items(top, a)


def test_a_role_that_nothing_goes_on_without_is_missed_by_somebody(top: TableTop, steward: str) -> None:
    other = crowd(top, 1)[0]
    coordination = "Nobody holds the coordination role. Please propose somebody."
    membership = "Nobody holds the membership role. Please propose somebody."
    assert coordination in items(top, steward)
    assert coordination not in items(top, other), "the steward proposes"
    top.forward(days=181)
    assert {coordination, membership} <= set(items(top, other)), "any trusted member can propose now"
    assert not {coordination, membership} & set(items(top, newcomer(top, other)))
    top.say(MandateProposed(new_id(), "members", steward, 0), by=other)


def test_where_nobody_shares_a_role_those_who_could_call_it_back_hear_that_its_holder_is_silent(
    top: TableTop, steward: str
) -> None:
    fund = top.member("trusted", "fund")
    top.forward(days=1)
    other = crowd(top, 1)[0]  # the last to come, so nobody whom a panel is filled up with
    top.forward(days=32)
    said = "Somebody in the fund role has not been heard of for a while."
    assert said in items(top, steward)
    assert said not in items(top, fund)
    assert said not in items(top, other)
    membership = "Somebody in the membership role has not been heard of for a while."
    assert membership not in items(top, steward)
    told = [m for m in panel(top.db, steward, 2) if membership in items(top, m)]
    assert len(told) == 2, "whoever has been here longest"


def test_leaving_ends_roles_and_what_they_came_from(top: TableTop, steward: str) -> None:
    a, b = crowd(top, 2)
    it = give(top, "fund", a, steward, b)
    given = vouch(top, a, b)
    leave(top, a)
    top.forward(days=1)
    assert state(top, "appointment", it) == "ended"
    assert state(top, "vouch", given) == "lapsed"


# --- freezing ---------------------------------------------------------------------------------------------------------


def thawed(freeze: str, member: str, seed: bytes | None = None) -> ThawAgreed:
    """A word for the thaw, with the keys of a new device."""
    sign_seed, wrap_key = seed or random_key(), wrap_public(random_key() if seed is None else seed)
    return ThawAgreed(freeze, member, public_of(sign_seed), wrap_key, 226, proof(sign_seed, member, wrap_key))


def frozen(top: TableTop, member: str, by: str) -> str:
    freeze = new_id()
    assert top.say(MemberFrozen(freeze, member), by=by) == "network"
    return freeze


@pytest.mark.parametrize("before", ["new", "trusted", "resting"])
def test_one_peer_freezes_at_once_and_it_ends_after_three_days(top: TableTop, before: str) -> None:
    a, b = crowd(top, 2)
    it = top.member(before)
    freeze = frozen(top, it, a)
    assert standing(top, it) == "suspended"
    assert it not in holders(top.db, "network")
    top.refuses(MemberFrozen(new_id(), b), it, "not yours")
    top.refuses(MemberFrozen(new_id(), it), b, "not in force")
    top.forward(hours=71)
    assert standing(top, it) == "suspended"
    top.forward(hours=1)
    assert (standing(top, it), state(top, "freeze", freeze)) == (before, "over")


@pytest.mark.parametrize("began", [0, 5, 23])
@pytest.mark.parametrize(("hours", "over"), [(71, False), (72, True), (73, True)])
def test_a_freeze_ends_with_its_seventy_second_hour_and_not_with_the_day(
    top: TableTop, began: int, hours: int, over: bool
) -> None:
    a, b = crowd(top, 2)
    top.forward(hours=began)
    freeze = frozen(top, b, a)
    top.forward(hours=hours)
    assert (standing(top, b) == "trusted", state(top, "freeze", freeze) == "over") == (over, over)


def test_two_others_confirm_a_freeze(top: TableTop) -> None:
    a, b, c, _d, e = crowd(top, 5)
    freeze = frozen(top, e, a)
    assert trust.AREA.urgent is not None
    assert [i.text for i in trust.AREA.urgent(top.db, top.by(b))] == ["Somebody was frozen. Do you know how they are?"]
    assert not trust.AREA.urgent(top.db, top.by(top.member("new")))
    top.refuses(FreezeConfirmed(freeze), a, "second person")
    top.say(FreezeConfirmed(freeze), by=b)
    top.say(FreezeConfirmed(freeze), by=b)
    assert state(top, "freeze", freeze) == "frozen", "the same person twice is one"
    top.say(FreezeConfirmed(freeze), by=c)
    assert state(top, "freeze", freeze) == "confirmed"
    top.forward(days=60)
    assert (standing(top, e), state(top, "freeze", freeze)) == ("suspended", "confirmed"), "a taken device stays out"


def test_two_people_thaw_and_whoever_froze_may_be_one(top: TableTop) -> None:
    a, b, c, d = crowd(top, 4)
    freeze = frozen(top, d, a)
    word = thawed(freeze, d)
    top.refuses(word, d, "not yours")
    top.refuses(word, top.member("new"), "not yours")
    top.refuses(thawed(freeze, c), a, "somebody else")
    top.say(word, by=a)
    top.say(word, by=a)
    assert standing(top, d) == "suspended"
    top.say(word, by=b)
    assert (standing(top, d), state(top, "freeze", freeze)) == ("trusted", "thawed")
    top.refuses(word, c, "already taken this a step further")


def test_a_thaw_takes_two_words_for_the_same_keys_and_burns_the_old_ones(top: TableTop) -> None:
    a, b, c, d = crowd(top, 4)
    old = b"o" * 32
    top.db.execute("update member set sign_key = ? where member = ?", (old, d))
    freeze = frozen(top, d, a)
    top.say(thawed(freeze, d), by=a)
    word = thawed(freeze, d)
    top.say(word, by=b)
    assert standing(top, d) == "suspended", "two people who spoke of different devices are not two"
    top.say(word, by=c)
    assert standing(top, d) == "trusted"
    assert top.row("select sign_key from member where member = ?", d) == word.sign_key
    assert is_burnt(top.db, old)
    again = frozen(top, d, b)
    for key in (old, word.sign_key):
        top.refuses(replace(thawed(again, d), sign_key=key), a, "in other hands")


def test_the_word_of_somebody_who_was_frozen_or_is_gone_since_lifts_nothing(top: TableTop) -> None:
    a, b, c, d, e = crowd(top, 5)
    freeze = frozen(top, d, a)
    word = thawed(freeze, d)
    top.say(word, by=b)
    frozen(top, b, e)
    top.say(word, by=a)
    assert standing(top, d) == "suspended", "it may have been said from a device in other hands"
    top.say(word, by=c)
    assert standing(top, d) == "trusted"


def test_a_newcomer_freezes_nobody_but_themselves(top: TableTop) -> None:
    (a,) = crowd(top, 1)
    new = top.member("new")
    top.refuses(MemberFrozen(new_id(), a), new, "become trusted")
    frozen(top, new, new)
    assert standing(top, new) == "suspended"


def test_whoever_shares_a_circle_with_somebody_frozen_is_told_to_stop(top: TableTop) -> None:
    a, b, c = crowd(top, 3)
    admit(top.db, "case/x", a, b)
    frozen(top, b, c)
    assert trust.AREA.urgent is not None
    told = [item.path for item in trust.AREA.urgent(top.db, top.by(a)) if "write nothing more" in item.text]
    assert told == [f"/trust/member/{b}"]
    assert not [item for item in trust.AREA.urgent(top.db, top.by(c)) if "write nothing more" in item.text]


def test_a_confirmed_freeze_is_thawed_by_two_and_a_mind_can_change(top: TableTop) -> None:
    a, b, c, d = crowd(top, 4)
    freeze = frozen(top, d, a)
    top.say(FreezeConfirmed(freeze), by=b)
    top.say(FreezeConfirmed(freeze), by=c)
    top.refuses(FreezeConfirmed(freeze), a)
    word = thawed(freeze, d)
    top.say(word, by=b)
    top.say(word, by=c)
    assert state(top, "freeze", freeze) == "thawed"


def test_one_member_freezes_at_most_two_a_week(top: TableTop) -> None:
    a, *others = crowd(top, 5)
    frozen(top, others[0], a)
    frozen(top, a, others[1])  # one may be frozen by whom one pleases; thawed again:
    word = thawed(top.row("select freeze from freeze where member = ?", a), a)
    for by in others[2:4]:
        top.say(word, by=by)
    frozen(top, others[1], a)
    top.refuses(MemberFrozen(new_id(), others[2]), a, "in a week")
    top.forward(days=8)
    assert frozen(top, others[2], a)


def test_nobody_keeps_somebody_frozen_alone_from_one_freeze_to_the_next(top: TableTop) -> None:
    a, b, c = crowd(top, 3)
    frozen(top, b, a)
    top.forward(days=3)
    assert standing(top, b) == "trusted"
    top.refuses(MemberFrozen(new_id(), b), a, "frozen this member lately")
    frozen(top, b, c)
    frozen(top, a, a)
    top.forward(days=27)
    frozen(top, a, a)
    top.forward(days=4)
    assert frozen(top, b, a)


def test_one_freezes_oneself_when_a_device_is_gone(top: TableTop) -> None:
    a, b = crowd(top, 2)
    freeze = frozen(top, a, a)
    assert standing(top, a) == "suspended"
    top.refuses(MemberFrozen(new_id(), new_id()), b)
    top.refuses(MemberFrozen(new_id(), b), b, "nobody could let you back in")
    assert state(top, "freeze", freeze) == "frozen"


def test_vouches_that_end_during_a_suspension_count_when_it_ends(top: TableTop) -> None:
    a, b, c = crowd(top, 3)
    n = newcomer(top)
    given = vouch(top, n, a)
    vouch(top, n, b)
    assert standing(top, n) == "trusted"
    frozen(top, n, c)
    top.say(VouchWithdrawn(given), by=a)
    assert standing(top, n) == "suspended"
    assert items(top, n) == []
    top.forward(days=4)
    assert standing(top, n) == "new"


def test_a_frozen_member_can_state_nothing(top: TableTop) -> None:
    a, b = crowd(top, 2)
    frozen(top, b, a)
    for line in trust.AREA.facts:
        assert not line.said_by.fits(top.by(b)), line.cls


# --- suspension: invariant 7 ------------------------------------------------------------------------------------------


@pytest.fixture
def two(top: TableTop) -> tuple[str, str]:
    """Two who look after membership, beside four other trusted members."""
    crowd(top, 4)
    return top.member("trusted", "members"), top.member("trusted", "members")


def suspended(top: TableTop, whom: str, two: tuple[str, str]) -> str:
    review = new_id()
    top.say(SuspensionAsked(review, whom), by=two[0])
    top.say(SuspensionConfirmed(review), by=two[1])
    return review


def test_two_suspend_at_once_and_it_ends_without_a_decision(top: TableTop, two: tuple[str, str]) -> None:
    it, other = crowd(top, 2)
    review = new_id()
    top.refuses(SuspensionAsked(review, it), other, "look after membership")
    top.refuses(SuspensionAsked(review, two[0]), two[0], "Nobody decides about their own")
    top.say(SuspensionAsked(review, it), by=two[0])
    assert (standing(top, it), state(top, "review", review)) == ("trusted", "opened")
    assert "A suspension waits for a second person." in items(top, two[1])
    assert "A suspension waits for a second person." not in items(top, two[0])
    top.refuses(SuspensionConfirmed(review), two[0], "second person")
    top.refuses(SuspensionConfirmed(review), other, "look after membership")
    top.refuses(SuspensionConfirmed(review), it, "Nobody decides about their own")
    top.say(SuspensionConfirmed(review), by=two[1])
    assert (standing(top, it), state(top, "review", review)) == ("suspended", "measures")
    top.forward(days=14)
    assert standing(top, it) == "suspended"
    top.forward(days=1)
    assert standing(top, it) == "trusted"
    assert top.row("select measure from review") == "over"
    top.refuses(SuspensionAsked(review, it), two[0])


def test_the_second_one_to_press_suspend_agrees(top: TableTop, two: tuple[str, str]) -> None:
    (it,) = crowd(top, 1)
    top.make("/trust/suspend/{member}", two[0], member=it)
    facts = top.make("/trust/suspend/{member}", two[1], member=it)
    assert isinstance(facts[0], SuspensionConfirmed)
    assert standing(top, it) == "suspended"


def test_a_suspension_joins_the_review_that_is_open(top: TableTop, two: tuple[str, str]) -> None:
    (it,) = crowd(top, 1)
    review = open_review(top, it, two[0])
    top.refuses(SuspensionConfirmed(review), two[1], "Nobody has asked")
    top.refuses(SuspensionAsked(new_id(), it), two[1], "open already")
    top.say(ReviewHeard(review), by=it)
    top.make("/trust/suspend/{member}", two[1], member=it)
    top.refuses(SuspensionAsked(review, it), two[0], "asked for already")
    top.say(SuspensionConfirmed(review), by=two[0])
    assert (standing(top, it), state(top, "review", review)) == ("suspended", "heard")


def test_a_steward_is_suspended_by_two_others(top: TableTop, two: tuple[str, str]) -> None:
    review = new_id()
    top.say(SuspensionAsked(review, two[0]), by=two[1])
    second = next(m for m in panel(top.db, two[0], 2) if m != two[1])
    top.say(SuspensionConfirmed(review), by=second)
    assert standing(top, two[0]) == "suspended"
    assert two[0] not in holders(top.db, "role/members")
    top.refuses(SuspensionAsked(new_id(), two[1]), two[0], "not yours")


def test_two_stewards_who_act_on_each_other_come_to_one_fixed_outcome(top: TableTop, two: tuple[str, str]) -> None:
    a, b = two
    helper = top.rows("select member from member where standing = 'trusted' order by since, member")
    first, second = new_id(), new_id()
    top.say(SuspensionAsked(first, b), by=a)
    top.refuses(SuspensionAsked(second, a), b, "look after membership")
    assert standing(top, a) == standing(top, b) == "trusted"
    assert helper


def test_a_freeze_and_a_suspension_do_not_lift_each_other(top: TableTop, two: tuple[str, str]) -> None:
    (it,) = crowd(top, 1)
    frozen(top, it, two[0])
    review = suspended(top, it, two)
    top.forward(days=4)
    assert standing(top, it) == "suspended", "the freeze is over, the suspension is not"
    top.forward(days=11)
    assert standing(top, it) == "trusted"
    freeze = frozen(top, it, two[1])
    assert state(top, "review", review) == "measures"
    word = thawed(freeze, it)
    for by in two:
        top.say(word, by=by)
    assert standing(top, it) == "trusted"


def test_nobody_opens_reviews_of_everybody(top: TableTop, two: tuple[str, str]) -> None:
    a, b, c = crowd(top, 3)
    open_review(top, a, two[0])
    open_review(top, b, two[0])
    top.refuses(ReviewOpened(new_id(), c), two[0], "reviews that are not closed yet")
    top.refuses(ReviewOpened(new_id(), a), two[1], "open already")
    top.refuses(ReviewOpened(new_id(), top.member("left")), two[1], "not in force")
    top.refuses(ReviewOpened(new_id(), c), a, "look after membership")


# --- reviews: invariant 6 ---------------------------------------------------------------------------------------------


@pytest.fixture
def three(top: TableTop) -> list[str]:
    """Three who look after membership."""
    return [top.member("trusted", "members") for _ in range(3)]


def test_the_person_is_heard_before_anybody_votes(top: TableTop, three: list[str]) -> None:
    it, friend = crowd(top, 2)
    review = open_review(top, it, three[0])
    assert "A review of your membership is open. Your words are wanted." in items(top, it)
    top.refuses(ReviewVoted(review, "keep"), three[1], "First the person concerned is heard")
    top.refuses(ReviewDecided(review, "keep"), three[1], "do not settle it")
    top.refuses(ReviewHeard(review), three[0], "Somebody else brings the words")
    top.refuses(ReviewHeard(review), top.member("new"), "Somebody else brings the words")
    top.make("/trust/review/{review}/hearing", it, review=review, words="I was not there.")
    assert state(top, "review", review) == "heard"
    top.refuses(ReviewHeard(review), friend, "already taken this a step further")
    top.say(ReviewVoted(review, "keep"), by=three[1])
    facts = top.make("/trust/review/{review}/hearing", friend, review=review, words="She asked me to add this.")
    assert [type(f) for f in facts] == [HearingSaid]
    readers = holders(top.db, top.row("select audience from hearing where by_member = ?", friend))
    assert readers == {it, friend, *three}


def test_a_suspended_person_is_heard_through_somebody_they_choose(top: TableTop, three: list[str]) -> None:
    it, friend = crowd(top, 2)
    review = suspended(top, it, (three[0], three[1]))
    top.refuses(ReviewHeard(review), it, "not yours")
    top.refuses(ReviewHeard(review), three[0], "Somebody else brings the words")
    top.make("/trust/review/{review}/hearing", friend, review=review, words="He says it was a mistake.")
    assert state(top, "review", review) == "heard"


def test_voting_begins_after_a_week_without_words(top: TableTop, three: list[str]) -> None:
    (it,) = crowd(top, 1)
    review = open_review(top, it, three[0])
    top.forward(days=6)
    assert "A review waits for your vote." not in items(top, three[1])
    top.refuses(ReviewVoted(review, "keep"), three[1], "First the person concerned is heard")
    top.forward(days=1)
    assert "A review waits for your vote." in items(top, three[1])
    top.say(ReviewVoted(review, "keep"), by=three[1])
    assert "A review waits for your vote." not in items(top, three[1])


def heard(top: TableTop, whom: str, by: str) -> str:
    review = open_review(top, whom, by)
    top.say(ReviewHeard(review), by=whom)
    return review


def test_the_person_and_those_they_brought_in_do_not_vote(top: TableTop, three: list[str]) -> None:
    a, b, c = three
    child = top.member("trusted", "members", introduced_by=c)
    setting(top, "vouches_a_month", 9)
    vouch(top, b, c)
    review = heard(top, c, a)
    top.refuses(ReviewVoted(review, "keep"), c, "Nobody decides about their own")
    top.refuses(ReviewVoted(review, "keep"), child, "people who decide")
    top.refuses(ReviewVoted(review, "keep"), b, "people who decide")
    top.refuses(ReviewDecided(review, "keep"), c, "Nobody decides about their own")
    assert top.page("/trust/review/{review}", a, review=review)["voters"] == 1


def test_a_small_panel_is_filled_with_whoever_has_been_here_longest(top: TableTop) -> None:
    old = top.member()
    top.forward(days=3)
    steward, it, *_ = top.member("trusted", "members"), *crowd(top, 3)
    assert old in panel(top.db, it, 3)
    assert len(panel(top.db, it, 3)) == 3
    review = heard(top, it, steward)
    top.say(ReviewVoted(review, "keep"), by=old)


def vote(top: TableTop, review: str, *votes: tuple[str, str]) -> None:
    for by, choice in votes:
        top.say(ReviewVoted(review, choice), by=by)


def test_the_vote_of_somebody_who_has_left_is_void(top: TableTop, three: list[str]) -> None:
    whom = crowd(top, 2)[0]
    review = open_review(top, whom, three[0])
    top.say(ReviewHeard(review), by=whom)
    for voter in three[1:]:
        top.say(ReviewVoted(review, "remove"), by=voter)
    row = review_row(top.db, review)
    assert tally(top.db, row) == "remove"
    leave(top, three[1])
    assert tally(top.db, row) != "remove"
    assert counts(top.db, row)["remove"] == 1


def test_the_outcome_follows_from_the_votes(top: TableTop, three: list[str]) -> None:
    a, b, c = three
    (it,) = crowd(top, 1)
    review = heard(top, it, a)
    top.refuses(ReviewDecided(review, "keep"), a, "do not settle it")
    with pytest.raises(Refused, match="do not settle it"):
        top.make("/trust/review/{review}/decide", a, review=review)
    vote(top, review, (a, "remove"))
    top.refuses(ReviewDecided(review, "remove"), a, "do not settle it")
    vote(top, review, (b, "remove"))
    top.refuses(ReviewDecided(review, "keep"), a, "say something else")
    vote(top, review, (b, "keep"))  # one may think again
    top.refuses(ReviewDecided(review, "remove"), a, "do not settle it")
    vote(top, review, (c, "keep"))
    assert top.page("/trust/review/{review}", b, review=review)["settled"] == "keep"
    top.make("/trust/review/{review}/decide", c, review=review)
    assert (state(top, "review", review), top.row("select outcome from review")) == ("decided", "keep")
    top.refuses(ReviewVoted(review, "keep"), a, "already taken this a step further")
    top.refuses(ReviewAppealed(review), it, "Nothing was taken away")
    top.forward(days=9)
    assert state(top, "review", review) == "closed"


def test_roles_go_back_when_removal_and_roles_together_carry(top: TableTop, three: list[str]) -> None:
    a, b, c = three
    it = top.member("trusted", "fund", "machines")
    review = suspended(top, it, (a, b))
    top.say(ReviewHeard(review), by=c)
    vote(top, review, (a, "remove"), (b, "roles"), (c, "keep"))
    top.say(ReviewDecided(review, "roles"), by=c)
    assert (standing(top, it), top.by(it).roles) == ("trusted", frozenset())
    assert {r[0] for r in top.rows("select state from mandate where member = ?", it)} == {"recalled"}


def test_keeping_ends_a_suspension(top: TableTop, three: list[str]) -> None:
    a, b, c = three
    (it,) = crowd(top, 1)
    review = suspended(top, it, (a, b))
    top.say(ReviewHeard(review), by=c)
    vote(top, review, (a, "keep"), (b, "keep"))
    top.say(ReviewDecided(review, "keep"), by=a)
    assert standing(top, it) == "trusted"
    assert not top.page("/trust", it)["under_review"]


def removed_by_vote(top: TableTop, it: str, three: list[str]) -> str:
    review = heard(top, it, three[0])
    vote(top, review, (three[0], "remove"), (three[1], "remove"))
    top.say(ReviewDecided(review, "remove"), by=three[1])
    return review


def test_a_membership_that_is_to_end_is_suspended_until_it_may_no_longer_be_appealed(
    top: TableTop, three: list[str]
) -> None:
    (it,) = crowd(top, 1)
    removed_by_vote(top, it, three)
    assert standing(top, it) == "suspended"
    top.refuses(MemberRemoved(it), three[2], "outcome of a review, or a second person")
    top.forward(days=6)
    top.refuses(MemberRemoved(it), three[2], "outcome of a review, or a second person")
    top.forward(days=1)
    assert "A review has ended a membership. Somebody has to carry it out." in items(top, three[2])
    top.say(MemberRemoved(it), by=three[2])
    assert standing(top, it) == "removed"
    assert top.row("select state from review") == "closed"
    top.refuses(MemberRemoved(it), three[2], "not in force")


def test_an_appeal_goes_to_people_who_have_not_voted(top: TableTop, three: list[str]) -> None:
    it, friend, x, y = crowd(top, 4)
    review = removed_by_vote(top, it, three)
    top.refuses(ReviewAppealed(review), it, "not yours")
    top.refuses(ReviewAppealed(review), three[0], "Somebody else brings the words")
    top.say(ReviewAppealed(review), by=friend)
    assert state(top, "review", review) == "appealed"
    top.forward(days=8)
    top.refuses(MemberRemoved(it), three[2], "looking at it again")
    top.refuses(ReviewVoted(review, "remove"), three[0], "people who decide")
    top.refuses(ReviewClosed(review, "keep"), friend, "do not settle it")
    vote(top, review, (friend, "keep"), (x, "keep"))
    top.make("/trust/review/{review}/decide", y, review=review)
    assert (state(top, "review", review), standing(top, it)) == ("closed", "trusted")


def test_an_appeal_can_uphold(top: TableTop, three: list[str]) -> None:
    it, friend, x = crowd(top, 3)
    review = removed_by_vote(top, it, three)
    top.say(ReviewAppealed(review), by=friend)
    vote(top, review, (friend, "remove"), (x, "remove"), (three[2], "remove"))
    top.say(ReviewClosed(review, "remove"), by=x)
    assert (state(top, "review", review), standing(top, it)) == ("closed", "suspended")
    top.say(MemberRemoved(it), by=three[0])
    assert standing(top, it) == "removed"


def test_a_person_still_here_appeals_themselves(top: TableTop, three: list[str]) -> None:
    it = top.member("trusted", "fund")
    crowd(top, 2)
    review = heard(top, it, three[0])
    vote(top, review, (three[0], "roles"), (three[1], "roles"))
    top.say(ReviewDecided(review, "roles"), by=three[0])
    top.say(ReviewAppealed(review), by=it)
    top.forward(days=92)
    assert (state(top, "review", review), top.row("select outcome from review")) == ("closed", "keep")


def test_a_review_nobody_decides_leaves_all_as_it_was(top: TableTop, three: list[str]) -> None:
    (it,) = crowd(top, 1)
    review = open_review(top, it, three[0])
    top.forward(days=90)
    assert state(top, "review", review) == "opened"
    top.forward(days=1)
    assert (state(top, "review", review), standing(top, it)) == ("closed", "trusted")


def test_a_review_nobody_may_decide_closes_sooner(top: TableTop) -> None:
    a, b = top.member("trusted", "members"), top.member()
    setting(top, "vouches_a_month", 9)
    vouch(top, a, b)
    review = open_review(top, b, a)
    top.forward(days=15)
    assert state(top, "review", review) == "closed"


def test_a_review_of_somebody_who_leaves_closes(top: TableTop, three: list[str]) -> None:
    (it,) = crowd(top, 1)
    review = open_review(top, it, three[0])
    leave(top, it)
    top.forward(days=1)
    assert state(top, "review", review) == "closed"


def test_why_a_review_is_open_is_read_by_those_who_decide(top: TableTop, three: list[str]) -> None:
    it, other = crowd(top, 2)
    facts = top.make("/trust/open/{member}", three[0], member=it, words="Two people told me.")
    audience = top.row("select audience from review_ground")
    assert holders(top.db, audience) == set(three)
    review = facts[0].review
    top.refuses(ReviewGround(new_id(), review, "x"), other, "people who decide")
    top.refuses(ReviewGround(new_id(), review, "x"), it, "people who decide")
    top.make("/trust/review/{review}/ground", three[1], review=review, words="And me.")
    assert top.page("/trust/review/{review}", it, review=review)["grounds"] == []
    assert len(top.page("/trust/review/{review}", three[2], review=review)["grounds"]) == 2


def test_words_of_a_review_are_forgotten_a_month_after_it(top: TableTop, three: list[str]) -> None:
    (it,) = crowd(top, 1)
    review = top.make("/trust/open/{member}", three[0], member=it, words="Because.")[0].review
    top.make("/trust/review/{review}/hearing", it, review=review, words="No.")
    vote(top, review, (three[0], "keep"), (three[1], "keep"))
    top.make("/trust/review/{review}/decide", three[0], review=review)
    top.refuses(HearingSaid(new_id(), review, "Late."), it, "already taken this a step further")
    top.forward(days=9)
    top.refuses(ReviewGround(new_id(), review, "x"), three[0], "people who decide")
    top.forward(days=30)
    for table in ("review_vote", "review_ground", "hearing"):
        assert top.rows(f"select * from {table}") == []
    top.forward(days=150)
    assert top.rows("select * from review") == []


# --- the end of a membership: invariant 5 -----------------------------------------------------------------------------


def asked_removal(top: TableTop, it: str, by: str) -> str:
    removal = new_id()
    top.say(RemovalAsked(removal, it), by=by)
    return removal


def test_two_end_a_membership_with_a_day_between_them(top: TableTop, two: tuple[str, str]) -> None:
    it, other = crowd(top, 2)
    top.refuses(RemovalAsked(new_id(), it), other, "look after membership")
    top.refuses(RemovalAsked(new_id(), two[0]), two[0], "Nobody decides about their own")
    top.refuses(MemberRemoved(it), two[0], "outcome of a review, or a second person")
    removal = asked_removal(top, it, two[0])
    assert "A membership may end. It can still be stopped." in items(top, two[1])
    assert items(top, other) == items(top, top.member("new")) == []
    top.refuses(RemovalAsked(new_id(), it), two[1], "asked for already")
    top.refuses(MemberRemoved(it), two[0], "second person")
    top.forward(hours=23)
    top.refuses(MemberRemoved(it), two[1], "A day has to pass")
    top.forward(hours=1)
    assert "Ending a membership waits for a second person." in items(top, two[1])
    assert "Ending a membership waits for a second person." not in items(top, two[0])
    top.refuses(MemberRemoved(it), other, "look after membership")
    top.say(MemberRemoved(it), by=two[1])
    assert (standing(top, it), state(top, "removal", removal)) == ("removed", "carried")
    assert it not in holders(top.db, "network")
    for line in trust.AREA.facts:
        assert not line.said_by.fits(top.by(it)), line.cls
    top.refuses(RemovalAsked(new_id(), it), two[0], "not in force")


def test_anybody_of_the_panel_stops_it_and_then_it_needs_a_review(top: TableTop, two: tuple[str, str]) -> None:
    it, other = crowd(top, 2)
    removal = asked_removal(top, it, two[0])
    top.refuses(RemovalHalted(removal), other, "look after membership")
    top.refuses(RemovalHalted(removal), it, "Nobody decides about their own")
    top.say(RemovalHalted(removal), by=two[1])
    assert state(top, "removal", removal) == "halted"
    top.forward(days=2)
    top.refuses(MemberRemoved(it), two[1], "outcome of a review")
    top.refuses(RemovalAsked(new_id(), it), two[0], "Somebody stopped this")
    top.forward(days=31)
    later = asked_removal(top, it, two[0])
    top.forward(days=15)
    assert state(top, "removal", later) == "lapsed"


def test_ending_a_steward_s_membership_takes_two_others(top: TableTop, two: tuple[str, str]) -> None:
    asked_removal(top, two[0], two[1])
    top.forward(days=1)
    top.refuses(MemberRemoved(two[0]), two[1], "second person")
    second = next(m for m in panel(top.db, two[0], 2) if m != two[1])
    top.say(MemberRemoved(two[0]), by=second)
    assert standing(top, two[0]) == "removed"


def remove(top: TableTop, it: str, two: tuple[str, str]) -> None:
    asked_removal(top, it, two[0])
    top.forward(days=1)
    top.say(MemberRemoved(it), by=two[1])


def test_removing_opens_a_review_of_everybody_they_brought_in_lately(top: TableTop, two: tuple[str, str]) -> None:
    it = top.member("trusted", "fund")
    long_ago = top.member(introduced_by=it)
    top.forward(days=91)
    child, grown = top.member("new", introduced_by=it), top.member("trusted", introduced_by=it)
    friend, gone, stranger = top.member(), top.member("left", introduced_by=it), top.member()
    given = vouch(top, friend, it)
    known = top.member("trusted", introduced_by=it)
    open_before = open_review(top, known, two[0])
    remove(top, it, two)
    assert top.rows("select review from review where whom = ?", known) == [(open_before,)], "one review is enough"
    reviewed = {r[0] for r in top.rows("select whom from review where because = ? and state = 'opened'", it)}
    assert reviewed == {child, grown, friend}
    assert {long_ago, gone, stranger}.isdisjoint(reviewed)
    assert state(top, "vouch", given) == "void"
    assert top.by(it).roles == frozenset()
    of_child = top.row("select review from review where whom = ?", child)
    for one_of_them in (grown, friend):
        top.refuses(ReviewVoted(of_child, "keep"), one_of_them, "people who decide")
        top.refuses(VouchGiven(new_id(), stranger, NO_ROLE), one_of_them, "review of your membership")
    assert top.row("select opened_by from review where whom = ?", child) == ""


def test_those_a_removed_member_brought_in_do_not_vote_on_each_other_later_either(
    top: TableTop, two: tuple[str, str]
) -> None:
    it = top.member()
    child = top.member("new", introduced_by=it)
    grown = top.member("trusted", "members", introduced_by=it)
    friend = top.member("trusted", "members")
    vouch(top, friend, it)
    remove(top, it, two)
    for member in (grown, friend):
        review = top.row("select review from review where whom = ?", member)
        top.say(ReviewHeard(review), by=member)
        vote(top, review, (two[0], "keep"), (two[1], "keep"))
        top.say(ReviewDecided(review, "keep"), by=two[0])
    of_child = top.row("select review from review where whom = ?", child)
    top.say(ReviewHeard(of_child), by=child)
    for member in (grown, friend):
        top.refuses(ReviewVoted(of_child, "keep"), member, "people who decide")


def test_vouches_of_a_removed_member_are_void_and_standing_follows(top: TableTop, two: tuple[str, str]) -> None:
    it, b, c = crowd(top, 3)
    n = newcomer(top)
    for by in (it, b, c):
        vouch(top, n, by)
    assert standing(top, n) == "trusted"
    remove(top, it, two)
    assert standing(top, n) == "new"
    top.forward(days=92)
    assert standing(top, n) == "new", "two of three vouches are not enough"


def test_removing_ends_freezes_and_open_proposals(top: TableTop, two: tuple[str, str]) -> None:
    (it,) = crowd(top, 1)
    proposed, recall = new_id(), new_id()
    top.say(MandateProposed(proposed, "fund", it, 0), by=two[0])
    freeze = frozen(top, it, two[0])
    remove(top, it, two)
    assert (state(top, "freeze", freeze), standing(top, it)) == ("over", "removed")
    assert state(top, "appointment", proposed) == "ended"
    other = top.member("trusted", "machines")
    top.say(RecallAsked(recall, "machines", other), by=two[0])
    remove(top, other, two)
    assert state(top, "recall", recall) == "lapsed"


# --- concerns ---------------------------------------------------------------------------------------------------------


def test_a_concern_is_never_shown_to_whom_it_is_about(top: TableTop, two: tuple[str, str]) -> None:
    n = top.member("new")
    other = top.member()
    concern = new_id()
    top.say(ConcernRaised(concern, two[0], "boundaries", "He follows me."), by=n)
    audience = f"concern/{concern}"
    assert holders(top.db, audience) == {n, two[1]}
    for member, sees in ((n, 1), (two[1], 1), (two[0], 0), (other, 0)):
        assert len(top.page("/trust/concerns", member)["concerns"]) == sees
    assert "A concern waits to be read." in items(top, two[1])
    assert "A concern waits to be read." not in items(top, two[0])
    with pytest.raises(NotHereYet):
        top.page("/trust/concern/{concern}", two[0], concern=concern)
    assert top.page("/trust/concern/{concern}", two[1], concern=concern)["may_close"]
    late = top.member("trusted", "members")
    assert late not in holders(top.db, audience)
    top.refuses(ConcernPassedOn(concern, two[0]), two[1], "Only somebody else who looks after")
    top.refuses(ConcernPassedOn(concern, other), two[1], "Only somebody else who looks after")
    top.refuses(ConcernPassedOn(concern, late), other, "not yours")
    top.say(ConcernPassedOn(concern, late), by=two[1])
    assert late in holders(top.db, audience)


def test_a_concern_is_closed_by_its_author_or_its_readers_and_its_words_forgotten(
    top: TableTop, two: tuple[str, str]
) -> None:
    a, b = crowd(top, 2)
    concern = new_id()
    top.say(ConcernRaised(concern, b, "other", "I worry."), by=a)
    top.refuses(ConcernClosed(concern, "talked"), b, "look after membership")
    top.say(ConcernClosed(concern, "talked"), by=two[0])
    assert state(top, "concern", concern) == "closed"
    top.refuses(ConcernClosed(concern, "talked"), a, "already taken this a step further")
    top.forward(days=30)
    assert top.rows("select * from concern") == []


def test_a_concern_needs_another_reader_and_another_person(top: TableTop) -> None:
    steward, a = top.member("trusted", "members"), top.member()
    top.refuses(ConcernRaised(new_id(), steward, "other", "x"), a, "Nobody else looks after membership")
    top.refuses(ConcernRaised(new_id(), a, "other", "x"), a, "somebody else")
    top.refuses(ConcernRaised(new_id(), new_id(), "other", "x"), a)


# --- the shape of the area --------------------------------------------------------------------------------------------


def test_whatever_moves_a_standing_or_a_role_is_for_everybody_and_carries_no_words(top: TableTop) -> None:
    from nasij.kit.fact import fields_of
    from nasij.kit.field import Text

    for line in trust.AREA.facts:
        wordy = any(isinstance(kind, Text) for kind in fields_of(line.cls).values())
        assert line.authority == (line.read_by.name == "everyone")
        assert not (line.authority and wordy), line.cls


def test_suspended_and_removed_people_say_nothing_at_all(top: TableTop) -> None:
    for gone in ("suspended", "removed", "left", "none"):
        by = top.by(top.member(gone))
        assert not any(line.said_by.fits(by) for line in trust.AREA.facts)


def test_every_state_can_be_reached_and_every_label_is_a_state() -> None:
    for steps in trust.AREA.steps:
        reached = set(steps.first)
        for _ in steps.labels:
            reached |= {to for at in reached for to in steps.moves[at].values()}
        assert reached == set(steps.labels) == set(steps.moves), steps.table


def test_bad_input_is_refused(top: TableTop) -> None:
    a = new_id()
    bad: list[Any] = [
        VouchGiven("x", a, ""),
        VouchGiven(a, a, "queen"),
        VouchGiven(a, "", ""),
        VouchGround(a, "hearsay", ""),
        VouchGround(a, "met", "x" * 301),
        VouchGround(a, "met", "a\u202eb"),
        MandateProposed(a, "", a, 0),
        MandateProposed(a, "fund", a, 401),
        MandateProposed(a, "fund", a, -1),
        ReviewVoted(a, ""),
        ConcernRaised(a, a, "other", ""),
        ConcernRaised(a, a, "other", " x"),
    ]
    for fact in bad:
        with pytest.raises(Malformed):
            to_bytes(fact)


def test_what_is_not_here_is_said_so(top: TableTop, two: tuple[str, str]) -> None:
    it = new_id()
    for fact in (
        VouchRenewed(it),
        VouchQuestioned(it),
        VouchKept(it),
        MandateGiven(it),
        MandateRecalled(it),
        FreezeConfirmed(it),
        thawed(it, it),
        SuspensionConfirmed(it),
        ReviewHeard(it),
        ReviewVoted(it, "keep"),
        ReviewDecided(it, "keep"),
        ReviewAppealed(it),
        RemovalHalted(it),
        ConcernPassedOn(it, two[1]),
        ConcernClosed(it, "talked"),
        ReviewGround(it, it, "x"),
    ):
        with pytest.raises(NotHereYet):
            allowed(top.areas.line_of(fact), top.db, top.by(two[0]), fact)


# --- pages ------------------------------------------------------------------------------------------------------------


def drawn(top: TableTop, language: str, by: str, path: str, **params: str) -> str:
    look = Look(words=Words(language), path=path, me=top.by(by), db=top.db, areas=top.areas, token="t")
    for area in top.areas.areas:
        for line in area.pages:
            if line.path == path:
                return render(look, line.view(top.db, top.by(by), **params))
    raise LookupError(path)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_is_drawn_for_everybody_who_may_open_it(top: TableTop, two: tuple[str, str], language: str) -> None:
    a, b, c, d = crowd(top, 4)
    n, fund = newcomer(top), top.member("trusted", "fund")
    top.make("/trust/vouch/{member}", a, member=n, role="membership", ground="met", words="<b>x</b>")
    vouch(top, fund, b, "fund")
    leave(top, b)
    top.say(MandateProposed(new_id(), "machines", a, 0), by=two[0])
    top.say(RecallAsked(new_id(), "fund", fund), by=two[0])
    review = top.make("/trust/open/{member}", two[0], member=n, words="Why")[0].review
    top.make("/trust/review/{review}/hearing", n, review=review, words="Because")
    top.make("/trust/suspend/{member}", two[0], member=fund)
    vote(top, review, (two[0], "remove"), (two[1], "remove"))
    concern = new_id()
    top.say(ConcernRaised(concern, a, "money", "Words"), by=n)
    for member in (n, a, two[0], two[1], fund):
        for path in ("/trust", "/trust/concerns"):
            assert "<h1>" in drawn(top, language, member, path)
        assert "<h1>" in drawn(top, language, member, "/trust/review/{review}", review=review)
    frozen(top, c, a)
    asked_removal(top, d, two[0])
    top.forward(days=1)
    for member in (a, two[0], two[1]):
        for path in ("/trust/roles", "/trust/reviews"):
            assert "<h1>" in drawn(top, language, member, path)
        for other in (n, a, c, fund, two[0], b):
            page = drawn(top, language, member, "/trust/member/{member}", member=other)
            assert "<b>x" not in page
    assert "<h1>" in drawn(top, language, two[0], "/trust/concern/{concern}", concern=concern)
    top.make("/trust/review/{review}/decide", two[0], review=review)
    assert "<h1>" in drawn(top, language, two[0], "/trust/review/{review}", review=review)
    top.forward(days=8)
    assert "<h1>" in drawn(top, language, two[0], "/trust/review/{review}", review=review)
    assert "<h1>" in drawn(top, language, two[0], "/trust/member/{member}", member=n)
    top.say(MemberRested(0), by=a)
    assert "<h1>" in drawn(top, language, a, "/trust")


def test_a_review_is_no_page_for_other_newcomers(top: TableTop, two: tuple[str, str]) -> None:
    (it,) = crowd(top, 1)
    review = open_review(top, it, two[0])
    with pytest.raises(NotHereYet):
        top.page("/trust/review/{review}", top.member("new"), review=review)


def test_every_form_offers_what_it_needs(top: TableTop, two: tuple[str, str]) -> None:
    a, b = crowd(top, 2)
    top.say(people.CalledAs(a, "Zaytun", "", "", ""), by=a)
    for line in trust.AREA.acts:
        for options in line.options.values():
            assert options(top.db, top.by(two[0]))
    offered = dict(next(x for x in trust.AREA.acts if "propose" in x.path).options["member"](top.db, top.by(two[0])))
    assert offered[a] == "Zaytun"
    assert offered[b] == f"{b[:3]}-{b[3:6]}"


def sentences(area: str) -> set[str]:
    """Return the message ids that an area's code and templates hold."""
    root = Path(trust.__file__).parents[2]
    line_of = {"trust": trust.AREA, "profile": profile.AREA}[area]
    found = {str(line.cls.__doc__) for line in line_of.facts}  # shown where nobody presses a button for it
    for source in sorted((root / "areas" / area).glob("*.py")):
        for call in re.finditer(r'mark\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', source.read_text("utf-8")):
            found.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call[1])))
    for template in sorted((root / "templates" / area).glob("*.html")):
        for _, kind, value in Environment().lex(template.read_text("utf-8")):
            if kind == "string" and (
                value[1:2].isupper() or "%(" in value or value[1:-1].startswith(("since ", "not b"))
            ):
                found.add(value[1:-1])
    return found


def test_every_sentence_has_arabic_words() -> None:
    words = Words("ar")
    assert {s for s in sentences("trust") if words.find(s) == s} == set()
