"""Contact rules, capacity, rest, whom somebody avoids or blocks, and skills."""

from dataclasses import replace
from typing import Any

import pytest

from nasij.areas import people, profile
from nasij.areas.profile import (
    AvoidEnded,
    AvoidStated,
    BlockEnded,
    BlockStated,
    CapacityStated,
    ContactReadersChosen,
    ContactRulesDropped,
    ContactRulesStated,
    NamedSkillDropped,
    NamedSkillsTakenBack,
    RestStated,
    SkillEnded,
    SkillsNamed,
    SkillStated,
)
from nasij.areas.profile.facts import NamedSkill
from nasij.areas.profile.folds import PEOPLE_MOST, SKILLS_MOST
from nasij.areas.profile.named import naming_facts
from nasij.encoding import encode
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id
from nasij.kit.area import Act
from nasij.kit.fact import to_bytes
from nasij.kit.who import holders
from nasij.web.words import Words
from tests.areas.test_trust import drawn, sentences
from tests.tabletop import TableTop

WORDS = {
    "channels": "Bell\nNote under the door",
    "safe_hours": "after ten",
    "name_to_use": "Sami",
    "cover": "I call from the library.",
    "safe_word": "cardamom",
    "never": "Never write.",
}


@pytest.fixture
def top() -> TableTop:
    """A network with nobody in it."""
    return TableTop(people.AREA, profile.AREA)


def act_at(path: str) -> Act:
    return next(line for line in profile.AREA.acts if line.path == path)


def state_contact(top: TableTop, member: str, *readers: str, coordination: bool = False, **words: str) -> None:
    form = {**WORDS, **words, "readers": sorted(readers), "coordination": coordination}
    top.make("/profile/contact", member, **form)


# --- contact rules ----------------------------------------------------------------------------------------------------


def test_only_the_people_one_chose_read_how_to_reach_one(top: TableTop) -> None:
    me, friend, other, coordinator = top.member(), top.member(), top.member(), top.member("trusted", "cases")
    state_contact(top, me, friend)
    assert holders(top.db, f"contact/{me}") == {me, friend}
    row = top.page("/profile/contact/{member}", friend, member=me)["row"]
    assert {name: row[name] for name in WORDS} == WORDS
    for stranger in (other, coordinator):
        with pytest.raises(NotHereYet):
            top.page("/profile/contact/{member}", stranger, member=me)
    assert top.page("/profile", friend)["shared"] == [me]
    assert top.page("/profile", other)["shared"] == []


def test_whoever_holds_coordination_now_reads_them_if_one_says_so(top: TableTop) -> None:
    me, coordinator = top.member("new"), top.member("trusted", "cases")
    state_contact(top, me, coordination=True)
    assert holders(top.db, f"contact/{me}") == {me, coordinator}
    later = top.member("trusted", "cases")
    assert later in holders(top.db, f"contact/{me}")


def test_readers_are_let_go_before_anything_new_is_said(top: TableTop) -> None:
    me, friend, other = top.member(), top.member(), top.member()
    state_contact(top, me, friend)
    facts = act_at("/profile/contact").make
    assert facts is not None
    form = act_at("/profile/contact").form(readers=[other], coordination=False, **WORDS)
    chosen, stated = facts(top.db, top.by(me), form)
    assert isinstance(chosen, ContactReadersChosen)
    assert isinstance(stated, ContactRulesStated)
    top.say(chosen, by=me)
    assert holders(top.db, f"contact/{me}") == {me, other}
    assert top.rows("select * from contact_rule") == [], "whoever was let go forgets what they read"
    top.say(stated, by=me)
    assert top.page("/profile/contact/{member}", other, member=me)["row"]["channels"] == WORDS["channels"]
    assert holders(top.db, f"contact/{me}") == {me, other}
    with pytest.raises(NotHereYet):
        top.page("/profile/contact/{member}", friend, member=me)


def test_contact_rules_are_taken_back_everywhere(top: TableTop) -> None:
    me, friend = top.member(), top.member()
    top.refuses(ContactRulesDropped(me), me)
    state_contact(top, me, friend, coordination=True)
    top.make("/profile/contact-drop", me)
    assert top.rows("select * from contact_rule") == []
    assert holders(top.db, f"contact/{me}") == {me}
    with pytest.raises(NotHereYet):
        top.page("/profile/contact/{member}", friend, member=me)


def test_nobody_speaks_for_somebody_else(top: TableTop) -> None:
    me, other = top.member(), top.member()
    for fact in (
        ContactReadersChosen(other, [], False),
        ContactRulesStated(other, [], False, **WORDS),
        ContactRulesDropped(other),
        AvoidStated(other, me),
    ):
        top.refuses(fact, me, "only of themselves")


def test_the_form_begins_with_what_holds_now(top: TableTop) -> None:
    me, friend = top.member(), top.member()
    prefill = act_at("/profile/contact").prefill
    assert prefill is not None
    assert prefill(top.db, top.by(me), {}) == {}
    state_contact(top, me, friend, coordination=True)
    assert prefill(top.db, top.by(me), {}) == {**WORDS, "readers": [friend], "coordination": True}


# --- capacity and rest ------------------------------------------------------------------------------------------------


def test_capacity_is_stated_to_trusted_members_in_the_order_of_the_list(top: TableTop) -> None:
    me = top.member()
    assert top.say(CapacityStated(3, ["food", "listening"], True), by=me) == "trusted"
    assert top.rows("select per_week, kinds, helps, rest_until from capacity") == [(3, "food,listening", 1, 0)]
    top.refuses(CapacityStated(3, [], True), top.member("new"), "not yours")
    with pytest.raises(Malformed):
        to_bytes(CapacityStated(3, ["listening", "food"], True))
    for bad in (CapacityStated(21, [], True), CapacityStated(-1, [], True), CapacityStated(1, ["gold"], True)):
        with pytest.raises(Malformed):
            to_bytes(bad)


def test_rest_ends_after_its_last_day_and_touches_nothing_else(top: TableTop) -> None:
    me = top.member()
    top.refuses(RestStated(top.day - 1), me, "passed already")
    top.say(RestStated(top.day + 2), by=me)
    assert top.rows("select per_week, helps from capacity") == [(-1, 1)], "nothing was said about how often"
    top.say(CapacityStated(2, [], False), by=me)
    assert top.row("select rest_until from capacity") == top.day + 2
    top.forward(days=2)
    assert top.row("select rest_until from capacity") == top.day
    top.forward(days=1)
    assert top.rows("select per_week, helps, rest_until from capacity") == [(2, 0, 0)]
    top.say(RestStated(top.day), by=me)
    top.say(RestStated(0), by=me)
    assert top.row("select rest_until from capacity") == 0


def test_the_capacity_form_begins_with_what_holds_now(top: TableTop) -> None:
    me = top.member()
    capacity, rest = act_at("/profile/capacity").prefill, act_at("/profile/rest").prefill
    assert capacity is not None
    assert rest is not None
    assert capacity(top.db, top.by(me), {}) == {"helps": True}
    assert rest(top.db, top.by(me), {}) == {}
    top.say(RestStated(top.day), by=me)
    assert capacity(top.db, top.by(me), {})["per_week"] == 0
    top.say(CapacityStated(4, ["money"], True), by=me)
    assert capacity(top.db, top.by(me), {}) == {"per_week": 4, "kinds": ["money"], "helps": True}
    assert rest(top.db, top.by(me), {}) == {"rest_until": top.day}


# --- avoiding ---------------------------------------------------------------------------------------------------------


def test_whom_one_avoids_is_known_to_coordination_and_shown_to_nobody_else(top: TableTop) -> None:
    me, other, coordinator = top.member("new"), top.member(), top.member("trusted", "cases")
    top.make("/profile/avoid", me, whom=other)
    assert holders(top.db, f"avoid/{me}") == {me, coordinator}
    assert top.rows("select by_member, whom, audience from avoid") == [(me, other, f"avoid/{me}")]
    assert [row["whom"] for row in top.page("/profile", me)["avoided"]] == [other]
    for somebody in (other, coordinator):
        assert top.page("/profile", somebody)["avoided"] == []


def test_a_coordinator_does_not_learn_who_avoids_them(top: TableTop) -> None:
    me, coordinator = top.member(), top.member("trusted", "cases")
    assert top.say(AvoidStated(me, coordinator), by=me) == f"only/{me}"
    assert top.page("/profile", me)["unknown_to_coordination"] == [coordinator]
    assert top.say(AvoidEnded(me, coordinator), by=me) == f"only/{me}"


def test_the_list_forgets_at_once(top: TableTop) -> None:
    me, other = top.member(), top.member()
    top.refuses(AvoidEnded(me, other), me)
    top.say(AvoidStated(me, other), by=me)
    top.refuses(AvoidEnded(me, other), other, "only of themselves")
    top.make("/profile/avoid/{whom}/end", me, whom=other)
    assert top.rows("select * from avoid") == []


@pytest.mark.parametrize("fact", [AvoidStated, BlockStated])
def test_one_avoids_and_blocks_other_people_and_only_so_many(top: TableTop, fact: type) -> None:
    me = top.member()

    def about(whom: str) -> Any:
        return fact(me, whom) if fact is AvoidStated else fact(whom)

    top.refuses(about(me), me, "somebody else")
    top.refuses(about(new_id()), me)
    for _ in range(PEOPLE_MOST):
        top.say(about(top.member()), by=me)
    top.refuses(about(top.member()), me, "There is room for")


# --- blocking ---------------------------------------------------------------------------------------------------------


def test_a_block_never_leaves_one_s_own_room(top: TableTop) -> None:
    me, other = top.member("new"), top.member()
    assert top.say(BlockStated(other), by=me) == f"only/{me}"
    assert top.rows("select by_member, whom from block") == [(me, other)]
    assert [row["whom"] for row in top.page("/profile", me)["blocked"]] == [other]
    assert top.page("/profile", other)["blocked"] == []
    top.refuses(BlockEnded(me), me)
    top.say(BlockEnded(other), by=me)
    assert top.rows("select * from block") == []


# --- skills -----------------------------------------------------------------------------------------------------------


def test_skills_are_added_and_taken_off(top: TableTop) -> None:
    me, other = top.member(), top.member()
    skill = new_id()
    assert top.say(SkillStated(skill, "Sewing", "teaches"), by=me) == "trusted"
    assert top.rows("select member, words, level from skill") == [(me, "Sewing", "teaches")]
    top.refuses(SkillStated(new_id(), "Sewing", "does"), top.member("new"), "not yours")
    top.refuses(SkillEnded(skill), other, "only of themselves")
    top.refuses(SkillEnded(new_id()), me)
    top.say(SkillEnded(skill), by=me)
    assert top.rows("select * from skill") == []
    for _ in range(SKILLS_MOST):
        top.say(SkillStated(new_id(), "Sewing", "does"), by=me)
    top.refuses(SkillStated(new_id(), "Sewing", "does"), me, "There is room for")


# --- the whole --------------------------------------------------------------------------------------------------------


def test_whoever_is_gone_leaves_nothing_here(top: TableTop) -> None:
    me, other, coordinator = top.member(), top.member(), top.member("trusted", "cases")
    state_contact(top, me, other)
    top.say(CapacityStated(2, ["food"], True), by=me)
    top.say(SkillStated(new_id(), "Sewing", "does"), by=me)
    top.say(AvoidStated(me, other), by=me)
    top.say(AvoidStated(other, me), by=other)
    top.say(BlockStated(me), by=coordinator)
    top.say(people.MemberLeft(), by=me)
    top.forward(days=3)
    for table in ("contact_rule", "avoid", "block"):
        assert top.rows(f"select * from {table}") == [], table
    top.forward(days=30)
    for table in ("capacity", "skill"):
        assert top.rows(f"select * from {table}") == [], table


def test_bad_input_is_refused() -> None:
    me = new_id()
    for bad in (
        ContactRulesStated(me, [], False, **{**WORDS, "channels": "x" * 301}),
        ContactRulesStated(me, [], False, **{**WORDS, "name_to_use": "a\u200db"}),
        ContactRulesStated(me, [], False, **{**WORDS, "cover": "a\u202eb"}),
        ContactRulesStated(me, ["x"], False, **WORDS),
        ContactRulesStated(me, sorted([me, new_id()], reverse=True), False, **WORDS),
        SkillStated(me, "", "does"),
        SkillStated(me, "Sewing", "sometimes"),
        RestStated(-1),
        AvoidStated(me, ""),
    ):
        with pytest.raises(Malformed):
            to_bytes(bad)


def test_suspended_people_say_nothing(top: TableTop) -> None:
    by = top.by(top.member("suspended"))
    assert not any(line.said_by.fits(by) for line in profile.AREA.facts)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_is_drawn(top: TableTop, language: str) -> None:
    me, friend, coordinator = top.member(), top.member(), top.member("trusted", "cases")
    for member in (me, top.member("new"), coordinator):
        assert "<h1>" in drawn(top, language, member, "/profile")
    state_contact(top, me, friend, never="<b>no</b>", coordination=True)
    top.say(CapacityStated(2, ["food", "other"], True), by=me)
    top.say(RestStated(top.day + 3), by=me)
    top.say(SkillStated(new_id(), "<b>Sewing</b>", "never"), by=me)
    top.say(AvoidStated(me, coordinator), by=me)
    top.say(AvoidStated(me, friend), by=me)
    top.say(BlockStated(friend), by=me)
    for page in (
        drawn(top, language, me, "/profile"),
        drawn(top, language, friend, "/profile"),
        drawn(top, language, friend, "/profile/contact/{member}", member=me),
    ):
        assert "<h1>" in page
        assert "<b>" not in page


def test_people_are_offered_by_what_they_are_called(top: TableTop) -> None:
    me, named, unnamed = top.member(), top.member(), top.member()
    top.say(people.CalledAs(named, "Zaytun", "", "", ""), by=named)
    for path, field in (("/profile/contact", "readers"), ("/profile/avoid", "whom"), ("/profile/block", "whom")):
        offered = dict(act_at(path).options[field](top.db, top.by(me)))
        assert offered == {named: "Zaytun", unnamed: f"{unnamed[:3]}-{unnamed[3:6]}"}


# --- skills that a list names -----------------------------------------------------------------------------------------


def named(top: TableTop, by: str, *members: str) -> tuple[str, list[SkillsNamed]]:
    lines = [NamedSkill("carpentry", "does"), NamedSkill("first aid", "teaches")]
    facts = naming_facts([(member, lines) for member in members])
    for fact in facts:
        top.say(fact, by)
    return facts[0].import_code, facts


def waiting_for(top: TableTop, member: str) -> list[str]:
    return [row["named"] for row in top.page("/profile", member)["named"]]


def test_nobody_says_a_skill_for_somebody_else(top: TableTop) -> None:
    """What a list says waits for its member; what they take is theirs, what they drop is forgotten."""
    keeper, noor, rami = top.member(), top.member(), top.member()
    _, facts = named(top, keeper, noor, rami)
    assert top.row("select count(*) from skill") == 0
    assert holders(top.db, f"naming/{facts[0].naming}") == {keeper, noor}
    first, second = waiting_for(top, noor)
    assert profile.AREA.waiting is not None
    assert len(profile.AREA.waiting(top.db, top.by(noor))) == 1
    top.refuses(NamedSkillDropped(first), keeper, "only of themselves")
    with pytest.raises(NotHereYet):
        top.make("/profile/named/{named}/take", rami, named=first)
    top.make("/profile/named/{named}/take", noor, named=first)
    top.say(NamedSkillDropped(second), noor)
    assert [row["words"] for row in top.page("/profile", noor)["skills"]] == ["carpentry"]
    assert waiting_for(top, noor) == []
    assert holders(top.db, f"naming/{facts[0].naming}") == frozenset()
    assert len(waiting_for(top, rami)) == 2
    assert profile.AREA.waiting(top.db, top.by(keeper)) == []


def test_a_list_of_skills_is_taken_back_within_a_day_by_whoever_brought_it(top: TableTop) -> None:
    keeper, noor, rami = top.member(), top.member(), top.member()
    code, facts = named(top, keeper, noor, rami)
    top.make("/profile/named/{named}/take", noor, named=waiting_for(top, noor)[0])
    top.refuses(NamedSkillsTakenBack(facts[0].naming), noor, "Only the person who brought")
    top.forward(hours=24)
    assert top.page("/profile/import/{import_code}", keeper, import_code=code)["undo"]
    top.make("/profile/import/{import_code}/undo", keeper, import_code=code)
    assert waiting_for(top, noor) == waiting_for(top, rami) == []
    assert len(top.page("/profile", noor)["skills"]) == 1, "what somebody took is theirs"
    with pytest.raises(Refused, match="Nothing of this list"):
        top.make("/profile/import/{import_code}/undo", keeper, import_code=code)
    _, late = named(top, keeper, noor)
    top.forward(hours=25)
    top.refuses(NamedSkillsTakenBack(late[0].naming), keeper, "%(hours)d")


def test_what_nobody_answers_is_forgotten_within_a_month(top: TableTop) -> None:
    keeper, noor = top.member(), top.member()
    _, facts = named(top, keeper, noor)
    top.forward(days=30)
    assert waiting_for(top, noor) == []
    top.forward(days=1)
    assert holders(top.db, f"naming/{facts[0].naming}") == frozenset()


def test_only_trusted_members_name_skills_and_in_the_right_form(top: TableTop) -> None:
    keeper, noor, newcomer = top.member(), top.member(), top.member("new")
    (fact,) = naming_facts([(noor, [NamedSkill("carpentry", "does")])])
    top.refuses(fact, newcomer, "not yours")
    for lines in (b"\0", encode([]), encode([["carpentry", "masters"]]), encode([["x", "does"]] * 31)):
        with pytest.raises(Malformed):
            top.say(replace(fact, lines=lines), keeper)
    with pytest.raises(NotHereYet):
        top.say(replace(fact, member=new_id()), keeper)
    top.say(fact, keeper)
    top.refuses(fact, keeper, "already written")


def test_every_sentence_has_arabic_words() -> None:
    words = Words("ar")
    assert {s for s in sentences("profile") if words.find(s) == s} == set()
