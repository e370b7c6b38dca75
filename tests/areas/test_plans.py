"""What is prepared for a bad day: who may read it, who may open what is sealed, and when its owner is told."""

import contextlib
import hashlib
import random
from dataclasses import replace
from typing import Any

import pytest

from nasij.areas import incidents, people, plans, profile, tasks
from nasij.areas.incidents import IncidentReported
from nasij.areas.plans import persons_of, plan_lines, wish_of
from nasij.areas.plans.facts import (
    EvidenceCompared,
    EvidenceDropped,
    EvidenceNoted,
    PersonDropped,
    PersonStated,
    PlanDropped,
    PlanReadersChosen,
    PlanStated,
    WishDropped,
)
from nasij.areas.plans.home import waiting
from nasij.areas.plans.openings import TOLD_DAYS
from nasij.areas.plans.sealed import (
    SEALED_BYTES,
    FileDestroyed,
    FileResealed,
    FileSealed,
    OpenersChosen,
    OpenerSteppedDown,
    OpeningAsked,
    OpeningDisclosed,
    OpeningRefused,
    OpeningWithdrawn,
    ShareGiven,
    ShareKept,
    SharePassed,
    ShareTaken,
)
from nasij.areas.plans.sealing import FILES_MOST, LINES, Content, make_reseal, make_seal
from nasij.encoding import encode
from nasij.errors import Malformed, Nasij, NotHereYet, Refused, SealBroken
from nasij.ids import new_id
from nasij.kit.who import holders
from nasij.seal import shares
from nasij.seal.primitives import random_key
from nasij.sealing import FILE_BYTES, open_content, seal_content
from nasij.web.forms import shown
from nasij.web.look import Look
from nasij.web.words import Words
from tests.areas.test_trust import drawn as drawn_page
from tests.tabletop import TableTop

PLAN = {
    "signals": "He counts the money twice.",
    "places": "",
    "people": "",
    "bag": "Behind the books.",
    "money": "",
    "words": "",
}
DIGEST = hashlib.sha256(b"a film").hexdigest()


@pytest.fixture
def top() -> TableTop:
    """A network with nobody in it."""
    return TableTop(people.AREA, profile.AREA, tasks.AREA, incidents.AREA, plans.AREA)


def texts(top: TableTop, member: str) -> list[str]:
    return [item.text for item in waiting(top.db, top.by(member))]


# --- the plan and the wish --------------------------------------------------------------------------------------------


def write(top: TableTop, member: str, *readers: str, **words: str) -> None:
    top.make("/plans/write", member, **PLAN | words, readers=sorted(readers))


def test_only_its_member_reads_a_plan_until_they_choose_somebody(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    write(top, huda)
    assert holders(top.db, f"plan/{huda}") == {huda}
    write(top, huda, sami)
    assert holders(top.db, f"plan/{huda}") == {huda, sami}
    write(top, huda)
    assert holders(top.db, f"plan/{huda}") == {huda}


def test_a_plan_takes_the_place_of_the_one_before(top: TableTop) -> None:
    huda = top.member()
    write(top, huda)
    write(top, huda, bag="", places="Where the swings are.")
    lines = [words for _, words in plan_lines(top.db, huda)]
    assert lines == ["He counts the money twice.", "Where the swings are."]
    assert top.row("select version from safety_plan where member = ?", huda) == 2


def test_whoever_is_let_go_forgets_the_plan_with_the_fact_that_says_so(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    write(top, huda, sami)
    top.say(PlanReadersChosen(huda, []), by=huda)
    assert plan_lines(top.db, huda) == []
    assert "counts" not in "".join(top.dump())


def test_nobody_writes_or_drops_a_plan_for_somebody_else(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    write(top, huda, sami)
    top.refuses(PlanStated(huda, [], 3, *PLAN.values()), by=sami, words="Only the member")
    top.refuses(PlanDropped(huda), by=sami, words="Only the member")
    top.refuses(PlanReadersChosen(huda, []), by=sami, words="Only the member")


def test_an_empty_plan_is_none(top: TableTop) -> None:
    with pytest.raises(Malformed):
        write(top, top.member(), signals="", bag="")


def test_what_i_want_if_i_cannot_decide_is_read_by_whoever_coordinates_where_i_say_so(top: TableTop) -> None:
    huda, sami, noor = top.member(), top.member("trusted", "cases"), top.member()
    top.make("/plans/wish", huda, wish="Tell my sister first.", on_duty=True, readers=[noor])
    assert holders(top.db, f"wish/{huda}") == {huda, sami, noor}
    assert holders(top.db, f"plan/{huda}") == set()
    assert wish_of(top.db, huda) == "Tell my sister first."
    top.make("/plans/wish", huda, wish="Tell nobody.", on_duty=False, readers=[])
    assert holders(top.db, f"wish/{huda}") == {huda}
    top.say(WishDropped(huda), by=huda)
    assert wish_of(top.db, huda) == ""
    top.refuses(WishDropped(huda), by=huda)


# --- people outside ---------------------------------------------------------------------------------------------------


PERSON: dict[str, Any] = {
    "readers": [],
    "place": 1,
    "code": "swing",
    "call_when": ["late", "held"],
    "knows": "Of me, not of you.",
    "contact": "voice",
    "hours": "",
    "through": "",
    "never_say": "Where we meet.",
}


def person(top: TableTop, member: str, **more: Any) -> str:
    found = new_id()
    top.make("/plans/person", member, trusted_person=found, **PERSON | more)
    return found


def test_trusted_persons_stand_in_their_order_for_whom_their_member_chose(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    second = person(top, huda, place=2, code="well")
    first = person(top, huda, readers=[sami])
    assert [row["trusted_person"] for row in persons_of(top.db, huda)] == [first, second]
    assert holders(top.db, f"trusted_person/{first}") == {huda, sami}
    assert holders(top.db, f"trusted_person/{second}") == {huda}


@pytest.mark.parametrize("wrong", ["0790 123 456", "+٩٦٢ ٧٩ ٠٠٠", "a@b.org", "https://x"])
def test_a_code_is_no_number_and_no_address(top: TableTop, wrong: str) -> None:
    huda = top.member()
    for name in ("code", "through"):
        with pytest.raises(Malformed) as caught:
            person(top, huda, contact="through", **{"through": "well", name: wrong})
        assert caught.value.field == name


def test_a_rule_that_needs_words_has_them(top: TableTop) -> None:
    huda = top.member()
    for contact, field in (("hours", "hours"), ("through", "through")):
        with pytest.raises(Malformed) as caught:
            person(top, huda, contact=contact)
        assert caught.value.field == field


def test_only_their_member_changes_or_drops_a_trusted_person(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    found = person(top, huda, readers=[sami])
    top.refuses(PersonStated(found, **PERSON), by=sami, words="Only the member")
    top.refuses(PersonDropped(found), by=sami, words="Only the member")
    top.say(PersonDropped(found), by=huda)
    assert persons_of(top.db, huda) == []
    assert holders(top.db, f"trusted_person/{found}") == {huda}


# --- evidence ---------------------------------------------------------------------------------------------------------


def evidence(top: TableTop, member: str, *readers: str, **more: Any) -> str:
    found = new_id()
    usual = {
        "kind": "video",
        "held": "third shelf",
        "digest": DIGEST,
        "made_on": top.day,
        "consent": "mine",
        "note": "",
    }
    top.make("/plans/evidence", member, evidence=found, readers=sorted(readers), **usual | more)
    return found


def test_a_file_is_compared_with_its_fingerprint(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    found = evidence(top, huda, sami)
    other = hashlib.sha256(b"another film").hexdigest()
    top.refuses(EvidenceCompared(found, other), by=sami, words="another file")
    top.say(EvidenceCompared(found, DIGEST), by=sami)
    assert top.row("select compared_by, compared_on from evidence") == (sami, top.day)


@pytest.mark.parametrize("wrong", ["", "abc", DIGEST.upper(), DIGEST + "0", "g" * 64])
def test_a_fingerprint_has_one_form(top: TableTop, wrong: str) -> None:
    with pytest.raises(Malformed):
        evidence(top, top.member(), digest=wrong)


def test_evidence_is_of_a_day_that_has_come(top: TableTop) -> None:
    with pytest.raises(Malformed):
        evidence(top, top.member(), made_on=top.day + 2)


def test_only_its_member_changes_or_drops_evidence(top: TableTop) -> None:
    huda, sami = top.member(), top.member()
    found = evidence(top, huda, sami)
    noted = EvidenceNoted(found, "paper", "elsewhere", DIGEST, top.day, "mine", "", [])
    top.refuses(noted, by=sami, words="Only the member")
    top.refuses(EvidenceDropped(found), by=sami, words="Only the member")
    top.say(EvidenceDropped(found), by=huda)
    assert top.rows("select * from evidence") == []


def test_what_somebody_prepared_is_forgotten_when_they_have_left(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    write(top, huda, sami)
    person(top, huda)
    evidence(top, huda)
    found = seal(top, huda, sami, noor)
    top.db.execute("update member set standing = 'left' where member = ?", (huda,))
    top.forward(days=3)
    for table in ("safety_plan", "trusted_person", "evidence", "sealed_file", "share_kept", "share"):
        assert top.rows(f"select * from {table}") == [], table
    assert top.row("select count(*) from file_opener where sealed_file = ?", found) == 0


# --- the sealed file --------------------------------------------------------------------------------------------------


def seal(top: TableTop, owner: str, *openers: str, take: bool = True) -> str:
    """Seal a file as a room would, and let its openers' rooms put their shares away."""
    found = new_id()
    top.say(FileSealed(found, sorted(openers), 1, b"sealed"), by=owner)
    pass_shares(top, found, 1, owner, *openers, take=take)
    return found


def pass_shares(top: TableTop, found: str, version: int, owner: str, *openers: str, take: bool = True) -> list[str]:
    passed = []
    for opener in sorted(openers):
        share = new_id()
        top.say(SharePassed(share, found, version, opener, opener.encode()), by=owner)
        passed.append(share)
        if take:
            top.say(ShareKept(share, found, version, opener.encode()), by=opener)
            top.say(ShareTaken(share), by=opener)
    return passed


def ask(top: TableTop, found: str, asker: str, *, urgent: bool = True) -> str:
    unsealing = new_id()
    top.say(OpeningAsked(unsealing, found, "held" if urgent else "asked", "", urgent), by=asker)
    return unsealing


def agree(top: TableTop, unsealing: str, second: str) -> None:
    top.make("/plans/opening/{unsealing}/agree", second, unsealing=unsealing)


def state(top: TableTop, found: str) -> str:
    return str(top.row("select state from sealed_file where sealed_file = ?", found))


def test_each_opener_has_a_share_that_nobody_else_reads_and_the_owner_has_none_left(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor, take=False)
    assert holders(top.db, f"sealed_file/{found}") == {huda, sami, noor}
    for share, opener in top.rows("select share, opener from share"):
        assert holders(top.db, f"share/{share}") == {huda, opener}
        top.say(ShareKept(share, found, 1, b"words"), by=opener)
        top.say(ShareTaken(share), by=opener)
        assert holders(top.db, f"share/{share}") == {opener}
        assert top.row("select audience from share_kept where share = ?", share) == f"only/{opener}"
    assert {row[0] for row in top.rows("select words from share")} == {b""}


def test_a_file_has_two_openers_at_least_who_are_trusted_and_not_its_owner(top: TableTop) -> None:
    huda, sami, new = top.member(), top.member(), top.member("new")
    for openers in ([sami], [huda, sami], [sami, new]):
        top.refuses(FileSealed(new_id(), sorted(openers), 1, b""), by=huda)


def test_it_takes_two_and_both_rooms_get_what_they_need(top: TableTop) -> None:
    huda, sami, noor, zein = (top.member() for _ in range(4))
    found = seal(top, huda, sami, noor)
    top.refuses(OpeningAsked(new_id(), found, "held", "", True), by=zein)
    unsealing = ask(top, found, sami)
    with pytest.raises(Refused, match="takes two"):
        agree(top, unsealing, sami)
    agree(top, unsealing, noor)
    assert state(top, found) == "opened"
    assert top.row("select asker, second, reason from unsealing") == (sami, noor, "held")
    assert holders(top.db, f"unsealing/{unsealing}") == {sami, noor}
    top.say(ShareGiven(unsealing, 1, sami, noor, b"words"), by=sami)
    assert top.row("select count(*) from share_given") == 2


def test_a_share_is_given_by_the_two_alone_and_once(top: TableTop) -> None:
    huda, sami, noor, zein = (top.member() for _ in range(4))
    unsealing = ask(top, seal(top, huda, sami, noor), sami)
    agree(top, unsealing, noor)
    top.refuses(ShareGiven(unsealing, 1, sami, noor, b"again"), by=noor)
    top.refuses(ShareGiven(unsealing, 1, sami, noor, b"mine"), by=zein)
    top.refuses(ShareGiven(new_id(), 1, sami, sami, b"mine"), by=sami)


def test_the_owner_has_time_to_refuse_unless_something_happened_to_them(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    calm = ask(top, found, sami, urgent=False)
    with pytest.raises(Refused, match="time to refuse"):
        agree(top, calm, noor)
    top.say(OpeningRefused(calm), by=huda)
    assert state(top, found) == "sealed"
    with pytest.raises(Refused):
        agree(top, calm, noor)
    second = ask(top, found, sami, urgent=False)
    top.forward(hours=24)
    agree(top, second, noor)
    assert state(top, found) == "opened"
    top.refuses(OpeningRefused(second), by=huda)


def test_whoever_holds_the_owners_phone_cannot_refuse_an_urgent_opening(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    unsealing = ask(top, seal(top, huda, sami, noor), sami)
    top.refuses(OpeningRefused(unsealing), by=huda, words="cannot be refused")
    top.refuses(OpeningRefused(unsealing), by=noor, words="Only the member")


def test_the_owner_sees_a_sealed_file_until_somebody_says_it_is_safe(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    unsealing = ask(top, found, sami)
    agree(top, unsealing, noor)
    path = "/plans/sealed/{sealed_file}"
    seen = top.page(path, huda, sealed_file=found)
    assert (seen["file"]["state"], seen["file"]["log"], texts(top, huda)) == ("sealed", [], [])
    assert top.page(path, noor, sealed_file=found)["file"]["state"] == "opened"
    top.forward(days=3)
    assert [text for text in texts(top, sami) if "safe to tell" in text]
    assert texts(top, huda) == []
    top.refuses(OpeningDisclosed(unsealing), by=huda)
    top.say(OpeningDisclosed(unsealing), by=noor)
    assert [text for text in texts(top, huda) if "was opened" in text]
    assert [row["second"] for row in top.page(path, huda, sealed_file=found)["file"]["log"]] == [noor]
    top.refuses(OpeningDisclosed(unsealing), by=sami, words="already")


def test_nothing_is_kept_from_its_owner_for_ever(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    agree(top, ask(top, found, sami), noor)
    top.forward(days=TOLD_DAYS - 1)
    assert texts(top, huda) == []
    top.forward(days=1)
    assert [text for text in texts(top, huda) if "was opened" in text]


def test_while_something_has_happened_to_the_owner_their_pages_are_silent_and_cannot_refuse(top: TableTop) -> None:
    """Not even what was asked before is shown: whoever took the phone sees a sealed file. Afterwards all of it is there."""
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    unsealing = ask(top, found, sami, urgent=False)
    assert texts(top, huda)
    incident = report(top, huda)
    assert texts(top, huda) == []
    assert top.page("/plans/sealed/{sealed_file}", huda, sealed_file=found)["file"]["state"] == "sealed"
    refuse = "/plans/opening/{unsealing}/refuse"
    with pytest.raises(Refused, match="cannot be refused"):
        top.make(refuse, huda, unsealing=unsealing)
    top.say(OpeningWithdrawn(unsealing), by=sami)
    path = "/plans/sealed/{sealed_file}/ask"
    (asked,) = top.make(path, sami, sealed_file=found, reason="other", words="She asked.", urgent=False)
    assert asked.urgent  # the asker's room knows what happened
    top.say(OpeningWithdrawn(asked.unsealing), by=sami)
    third = ask(top, found, noor, urgent=False)
    top.db.execute("update incident set state = 'over', closed_on = ? where incident = ?", (top.day, incident))
    assert texts(top, huda)
    top.make(refuse, huda, unsealing=third)
    assert state(top, found) == "sealed"


def report(top: TableTop, member: str) -> str:
    incident = new_id()
    top.say(IncidentReported(incident, "me", "now", "", "on_call", [], [], member), by=member)
    assert top.row("select about from incident") == member
    return incident


def test_nothing_is_said_on_the_pages_of_whoever_is_frozen(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    ask(top, seal(top, huda, sami, noor), sami, urgent=False)
    assert texts(top, huda)
    top.db.execute("update member set standing = 'suspended' where member = ?", (huda,))
    assert texts(top, huda) == []


def test_what_was_opened_is_open_for_a_day(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    unsealing = ask(top, found, sami)
    agree(top, unsealing, noor)
    read = "/plans/sealed/{sealed_file}/read"
    assert top.page(read, sami, sealed_file=found)["labels"] == LINES
    with pytest.raises(NotHereYet):
        top.page(read, huda, sealed_file=found)
    top.forward(days=2)
    assert state(top, found) == "sealed"
    assert top.rows("select * from share_given") == []
    assert holders(top.db, f"unsealing/{unsealing}") == set()
    with pytest.raises(NotHereYet):
        top.page(read, sami, sealed_file=found)
    agree(top, ask(top, found, noor), sami)  # it can be opened again, and that is logged again
    assert top.row("select count(*) from unsealing") == 2


def test_what_nobody_agrees_to_lapses_and_the_asker_can_take_it_back(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    unsealing = ask(top, found, sami)
    top.refuses(OpeningWithdrawn(unsealing), by=noor, words="Only whoever asked")
    top.say(OpeningWithdrawn(unsealing), by=sami)
    assert state(top, found) == "sealed"
    ask(top, found, noor)
    top.forward(days=8)
    assert (state(top, found), top.row("select state from unsealing where asker = ?", noor)) == ("sealed", "lapsed")


def test_what_happened_to_the_owner_is_always_urgent(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    top.refuses(OpeningAsked(new_id(), found, "missing", "", False), by=sami)
    path = "/plans/sealed/{sealed_file}/ask"
    (asked,) = top.make(path, sami, sealed_file=found, reason="missing", words="", urgent=False)
    assert asked.urgent


def test_another_reason_needs_words(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    top.refuses(OpeningAsked(new_id(), found, "other", "", True), by=sami, words="say why")


def test_sealing_anew_makes_every_old_share_and_the_old_bytes_go(top: TableTop) -> None:
    huda, sami, noor, zein = (top.member() for _ in range(4))
    found = seal(top, huda, sami, noor)
    agree(top, ask(top, found, sami), noor)
    top.refuses(FileResealed(found, sorted([noor, zein]), 2, b"new"), by=noor)
    top.refuses(FileResealed(found, sorted([noor, zein]), 3, b"new"), by=huda, words="meanwhile")
    top.say(OpenersChosen(found, sorted([noor, zein])), by=huda)
    assert top.rows("select * from share_kept") == top.rows("select * from share") == []
    assert top.row("select sealed from sealed_file") == b""
    top.say(FileResealed(found, sorted([noor, zein]), 2, b"new"), by=huda)
    assert (state(top, found), top.rows("select * from share_given")) == ("resealed", [])
    assert holders(top.db, f"sealed_file/{found}") == {huda, noor, zein}
    pass_shares(top, found, 2, huda, noor, zein)
    agree(top, ask(top, found, noor), zein)
    top.refuses(OpeningAsked(new_id(), found, "held", "", True), by=sami)


def test_without_a_share_in_the_room_nobody_can_agree(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor, take=False)
    with pytest.raises(Refused, match="not in this room"):
        agree(top, ask(top, found, sami), noor)


def test_a_departed_openers_share_is_void_and_the_owner_is_asked_to_seal_anew(top: TableTop) -> None:
    huda, sami, noor, zein = (top.member() for _ in range(4))
    found = seal(top, huda, sami, noor, zein)
    unsealing = ask(top, found, sami)
    assert texts(top, huda) == []
    top.db.execute("update member set standing = 'removed' where member = ?", (noor,))
    with pytest.raises(AssertionError, match="not for this person"):
        agree(top, unsealing, noor)
    assert [text for text in texts(top, huda) if "no longer there" in text]
    top.say(OpenerSteppedDown(found), by=sami)
    assert top.row("select count(*) from share_kept where member = ?", sami) == 0
    with pytest.raises(Refused, match="no longer one of the openers"):
        agree(top, unsealing, zein)


def test_an_opener_without_a_share_is_told(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    assert texts(top, sami) == []
    top.db.execute("delete from share_kept")
    assert [text for text in texts(top, sami) if "not in this room" in text]
    assert top.page("/plans/sealed/{sealed_file}", sami, sealed_file=found)["lacks_share"]
    assert not top.page("/plans/sealed/{sealed_file}", huda, sealed_file=found)["lacks_share"]


@pytest.mark.parametrize("luck", range(12))
def test_whatever_happens_shares_go_only_to_the_two_whom_the_log_names(top: TableTop, luck: int) -> None:
    """Random histories: refused or not, at every step what is open is open for two openers, and what is past has no share."""
    drawn = random.Random(luck)
    people_there = [top.member() for _ in range(5)]
    owner = people_there[0]
    found, version = seal(top, owner, *people_there[1:4]), 1
    opened, asked = 0, [new_id()]
    for _ in range(120):
        who, unsealing = drawn.choice(people_there), drawn.choice(asked[-2:])
        with contextlib.suppress(Nasij):
            match drawn.randrange(9):
                case 0 | 1 | 2:
                    asked.append(ask(top, found, who, urgent=drawn.random() < 0.7))
                case 3 | 4 | 5:
                    agree(top, unsealing, who)
                case 6:
                    top.say(drawn.choice([OpeningRefused, OpeningWithdrawn, OpeningDisclosed])(unsealing), by=who)
                case 7:
                    top.forward(hours=drawn.choice([5, 24, 50]))
                case 8 if drawn.random() < 0.4:
                    chosen = sorted(drawn.sample(people_there[1:], drawn.randint(2, 4)))
                    top.say(OpenersChosen(found, chosen), by=owner)
                    version += 1
                    top.say(FileResealed(found, chosen, version, b"sealed"), by=owner)
                    pass_shares(top, found, version, owner, *chosen)
        opened += _holds(top, found, owner, version)
    assert opened


def _holds(top: TableTop, found: str, owner: str, version: int) -> bool:
    """Assert what always holds; return whether the file is open now."""
    openers = {member for (member,) in top.rows("select member from file_opener where state = 'in'")}
    assert {row[0] for row in top.rows("select version from share_kept")} == {version}
    assert {row[0] for row in top.rows("select member from share_kept")} == openers
    now = top.rows("select unsealing, asker, second from unsealing where state = 'opened'")
    assert (state(top, found) == "opened") == (len(now) == 1)
    for unsealing, asker, second in now:
        assert {asker, second} <= openers - {owner}
        assert asker != second
        assert holders(top.db, f"unsealing/{unsealing}") == {asker, second}
    given = top.rows("select distinct unsealing from share_given")
    assert given == [(unsealing,) for unsealing, _, _ in now]
    return bool(now)


def test_a_destroyed_file_is_gone_with_its_shares(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    found = seal(top, huda, sami, noor)
    top.refuses(FileDestroyed(found), by=sami, words="Only the member")
    top.say(FileDestroyed(found), by=huda)
    assert top.rows("select * from share_kept") == top.rows("select * from share") == []
    assert top.row("select sealed from sealed_file") == b""
    top.refuses(OpeningAsked(new_id(), found, "held", "", True), by=sami)
    top.forward(days=2)
    assert top.rows("select * from sealed_file") == []


# --- what a form says, and what a room makes of it --------------------------------------------------------------------


def filled(top: TableTop, **more: Any) -> Any:
    form = next(act.form for act in plans.AREA.acts if act.path == "/plans/seal")
    return form(**{"sealed_file": new_id(), **dict.fromkeys(LINES, ""), "openers": [], **more})


def test_what_is_written_stands_in_no_fact(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    form = filled(top, openers=sorted([sami, noor]), lawyer="The one with the green door.")
    made = make_seal(top.db, top.by(huda), form)
    content = made[-1]
    assert content == Content(form.sealed_file, (("lawyer", "The one with the green door."),))
    assert not any("green" in repr(fact) for fact in made[:-1])
    with pytest.raises(Malformed):
        make_seal(top.db, top.by(huda), replace(form, lawyer=""))
    seal(top, huda, sami, noor)
    again = filled(top, sealed_file=top.row("select sealed_file from sealed_file"), openers=form.openers, blood="0")
    assert [type(fact).__name__ for fact in make_reseal(top.db, top.by(huda), again)] == [
        *("OpenersChosen", "FileResealed", "SharePassed", "SharePassed", "Content"),
    ]


def test_three_files_are_enough(top: TableTop) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    for _ in range(FILES_MOST):
        seal(top, huda, sami, noor)
    with pytest.raises(Refused):
        make_seal(top.db, top.by(huda), filled(top, openers=sorted([sami, noor]), blood="0"))


def test_every_file_has_the_same_size_and_opens_with_its_own_key_only() -> None:
    short, full = Content("", (("blood", "0"),)), Content("", tuple((name, "ع" * 300) for name in LINES))
    key, other = random_key(), random_key()
    assert {len(seal_content(content, key, b"a")) for content in (short, full)} == {SEALED_BYTES}
    sealed = seal_content(full, key, b"a")
    assert open_content(sealed, key, b"a") == list(full.lines)
    for wrong_key, bound in ((other, b"a"), (key, b"b")):
        with pytest.raises(SealBroken):
            open_content(sealed, wrong_key, bound)


def test_the_longest_file_fits() -> None:
    longest = [[name, "\U0001f9f5" * kind.length_max] for name, kind in line_kinds().items()]
    assert len(encode(longest)) + 2 <= FILE_BYTES


def line_kinds() -> dict[str, Any]:
    from nasij.kit.fact import fields_of

    form = next(act.form for act in plans.AREA.acts if act.path == "/plans/seal")
    return {name: kind for name, kind in fields_of(form).items() if name in LINES}


def test_one_share_says_nothing() -> None:
    key = random_key()
    for share in shares.split(key, 2, 5):
        with pytest.raises(SealBroken):
            shares.join([share])


# --- on the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/plans/seal", "/plans/evidence"])
def test_a_form_says_who_reads_what_is_typed(top: TableTop, path: str) -> None:
    huda = top.member()
    look = Look(words=Words("en"), path=path, me=top.by(huda), db=top.db, areas=top.areas, token="t")
    act = next(line for line in plans.AREA.acts if line.path == path)
    form = shown(look, act, path)
    if path == "/plans/seal":
        nobody, openers = form.seen
        assert nobody.sentence.startswith("Nobody, until")
        assert nobody.part == " · ".join(LINES.values())
        assert openers.part == "Who may open it, two together"
        assert form.more == ()
    else:
        assert [box.kind for box in form.boxes if box.name == "digest"] == ["digest"]
        assert form.upload


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_is_drawn_for_everybody_who_may_open_it(top: TableTop, language: str) -> None:
    huda, sami, noor = (top.member() for _ in range(3))
    write(top, huda, sami)
    top.make("/plans/wish", huda, wish="<b>Nobody</b>", on_duty=True, readers=[sami])
    person(top, huda, readers=[sami], contact="through", through="well", hours="late")
    noted = evidence(top, huda, sami, note="<i>x</i>")
    top.say(EvidenceCompared(noted, DIGEST), by=sami)
    found = seal(top, huda, sami, noor)
    file = "/plans/sealed/{sealed_file}"
    for step in ("asked", "opened", "over", "told", "destroyed"):
        if step == "asked":
            unsealing = ask(top, found, sami)
        elif step == "opened":
            agree(top, unsealing, noor)
            assert "<h1>" in drawn_page(top, language, noor, f"{file}/read", sealed_file=found)
        elif step == "over":
            top.forward(days=3)
        elif step == "told":
            top.say(OpeningDisclosed(unsealing), by=sami)
        else:
            top.say(FileDestroyed(found), by=huda)
        for member in (huda, sami, noor):
            assert "<h1>" in drawn_page(top, language, member, "/plans")
            assert "<h1>" in drawn_page(top, language, member, file, sealed_file=found)
    for member in (huda, sami):
        assert "<i>" not in drawn_page(top, language, member, "/plans/evidence/{evidence}", evidence=noted)
    assert "&lt;b&gt;" in drawn_page(top, language, sami, "/plans/of/{member}", member=huda)
    assert "&lt;b&gt;" not in drawn_page(top, language, sami, "/plans/of/{member}", member=noor)
    with pytest.raises(NotHereYet):
        drawn_page(top, language, noor, "/plans/of/{member}", member=new_id())
