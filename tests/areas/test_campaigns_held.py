"""A signer who learns something new after the go: the action is held, everybody who was to go along hears it, and it can go ahead anew."""

import pytest

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import home
from nasij.errors import Refused
from nasij.ids import new_id
from tests.areas.test_campaigns import RISK, Table

ACT, WITH = "/together/act/{action}", "/together/with/{joining}"
CALL = "Somebody who signed says: not like this. Call everybody who is confirmed: %(code)s"


@pytest.fixture
def top() -> Table:
    """A network in which something is planned."""
    return Table()


def by_themselves(top: Table) -> None:
    """Let the rooms of those who count say what is due."""
    for member in (top.lead, top.out):
        for due in home.unasked(top.db, top.by(member)):
            top.say(due, member)


def waits(top: Table, by: str) -> list[str]:
    return [item.text for item in home.waiting(top.db, top.by(by))]


def test_a_signer_takes_the_go_back_before_it_is_announced(top):
    action = top.action()
    for one in (top.ada, top.ben):
        top.sign(action, one)
    top.say(f.GoGiven(action), top.lead)
    top.sign(action, top.ben, "no")
    assert top.state(action) == "reviewed"
    top.refuses(f.ActionAnnounced(action), by=top.lead, words="a step further")
    top.refuses(f.GoGiven(action), by=top.lead, words="not like this")


def test_a_signer_holds_what_is_announced_and_whoever_was_to_go_along_hears_it(top):
    action = top.announced()
    joining, waiting = top.joined(action, top.huda), new_id()
    top.say(f.JoiningOffered(waiting, action, "along", "no"), top.sami)
    top.sign(action, top.ada, "no")
    assert top.state(action) == "reviewed"
    assert CALL in waits(top, top.lead) and CALL in waits(top, top.out) and CALL not in waits(top, top.huda)
    by_themselves(top)
    assert home.unasked(top.db, top.by(top.lead)) == []
    assert top.rows("select distinct course from joining") == [("held",)]
    assert "It is held, do not go: %(code)s" in waits(top, top.huda)
    assert "Go nowhere" in top.page(WITH, top.huda, joining=joining)["next_step"]
    for by in (top.huda, top.lead):
        assert top.page(ACT, by, action=action)["held"]
    assert not top.page(ACT, top.noor, action=action)["held"]


def test_while_it_is_held_nobody_joins_is_confirmed_is_told_where_or_begins(top):
    action = top.announced()
    joining, waiting = top.joined(action, top.huda), new_id()
    top.say(f.JoiningOffered(waiting, action, "along", "no"), top.sami)
    top.sign(action, top.ada, "no")
    by_themselves(top)
    top.refuses(f.JoiningOffered(new_id(), action, "along", "no"), by=top.noor, words="Nobody joins")
    with pytest.raises(Refused, match="Nobody joins"):
        top.make(WITH + "/confirm", top.lead, joining=waiting, role="along", within=3)
    with pytest.raises(Refused, match="Nothing more is told"):
        top.make(ACT + "/tell", top.lead, action=action, sort="spot", words="The gate")
    top.refuses(f.ActionBegun(action), by=top.out, words="a step further")
    assert top.row("select state from joining where joining = ?", joining) == "confirmed"


def test_it_goes_ahead_anew_once_the_signer_signs_anew_and_everybody_hears_that_too(top):
    action = top.announced()
    joining = top.joined(action, top.huda)
    top.sign(action, top.ada, "no")
    by_themselves(top)
    top.sign(action, top.ada)
    assert top.state(action) == "reviewed", "whoever leads it says again that it goes ahead"
    top.say(f.GoGiven(action), top.lead)
    top.make(ACT + "/announce", top.lead, action=action)
    assert top.row("select course from joining") == "announced"
    top.make(ACT + "/tell", top.lead, action=action, sort="day", words="Sunday")
    top.begin(action, top.out)
    top.make(WITH + "/back", top.huda, joining=joining)


def test_what_is_held_is_called_off_like_anything_else(top):
    action = top.announced()
    top.joined(action, top.huda)
    top.sign(action, top.ada, "no")
    by_themselves(top)
    top.make(ACT + "/no-go", top.out, action=action)
    assert top.row("select course from joining") == "no_go"


def test_after_the_go_nobody_holds_it_whose_word_it_does_not_rest_on(top):
    action = top.announced()
    for verdict in ("no", "go"):
        top.refuses(f.RiskSigned(action, **RISK, verdict=verdict), by=top.noor, words="only they can take it back")
    assert not top.page(ACT, top.noor, action=action)["may_sign"]
    assert top.page(ACT, top.ada, action=action)["may_sign"]


def test_a_signer_who_signs_anew_without_objecting_changes_nothing(top):
    action = top.announced()
    top.say(f.RiskSigned(action, **RISK | {"measure": "In threes."}, verdict="go"), top.ada)
    assert top.state(action) == "announced"


def test_nothing_is_announced_by_the_word_of_somebody_who_is_gone_until_another_one_signs(top):
    action = top.action()
    for one in (top.ada, top.ben):
        top.sign(action, one)
    top.say(f.GoGiven(action), top.lead)
    top.db.execute("update member set standing = 'left' where member = ?", (top.ben,))
    top.refuses(f.ActionAnnounced(action), by=top.lead, words="Two people sign")
    top.sign(action, top.noor)
    top.say(f.ActionAnnounced(action), top.lead)


@pytest.mark.parametrize("over", [False, True])
def test_once_people_are_on_the_street_a_word_is_a_call_and_no_signature(top, over):
    action = top.announced()
    top.begin(action, top.out)
    if over:
        top.make(ACT + "/all-back", top.out, action=action)
    words = "It is over" if over else "It has begun"
    top.refuses(f.RiskSigned(action, **RISK, verdict="no"), by=top.ada, words=words)


def test_a_form_begins_with_what_its_signer_said(top):
    action = top.announced()
    (act,) = [one for area in top.areas.areas for one in area.acts if one.path == ACT + "/sign"]
    said = {**RISK, "verdict": "go"}
    assert act.prefill(top.db, top.by(top.ada), {"action": action}) == said
    assert act.prefill(top.db, top.by(top.noor), {"action": action}) == {}
