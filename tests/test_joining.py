"""The joining ceremony as rooms attend to it again and again, while somebody waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nasij.areas.people import FIRST_QUESTIONS, INVITATION_HOURS, LATE_DAYS
from nasij.clock import HandClock
from nasij.errors import HubUnreachable, Malformed, Refused
from nasij.gate import KIT_SIZE, kit_words, write_link
from nasij.kit.page import Page
from nasij.pages import guest_page
from nasij.sync.invite import BOX_DAYS, VALID_HOURS, BoxItem, box_name, open_items, seal_item
from nasij.web.look import Look
from nasij.web.templates import render
from nasij.web.words import Words
from tests.village import Village, cheap_words


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Village]:
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.found("huda")
    yield village


def test_a_room_that_attends_to_an_open_request_comes_to_rest(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the mailbox is no news the second time; a room that thought so would look again without end."""
    huda = village["huda"]
    village.invite("huda")
    sami = village.knock("sami", "huda")
    village.settle()
    wrote: list[int] = []
    monkeypatch.setattr(huda, "wrote", lambda: wrote.append(1), raising=False)
    for _ in range(3):
        huda.look()
    assert wrote == []
    sami.joining.say("hello", sami.hub)
    huda.look()
    assert wrote == [1]
    huda.look()
    assert wrote == [1]


def test_what_somebody_types_at_the_door_is_read_as_a_form_inside_reads_it(village: Village) -> None:
    """Two lines in an answer, as every browser sends them, or a blank behind a name: the request arrives all the same."""
    village.invite("huda")
    sami = village.knock("sami", "huda", alias=" Sami ", languages="Arabic ", answers="Rana sent me.\r\nI bake.\r\n")
    village.settle()
    assert sami.joining.node.secrets.joining["state"] == "received"
    assert village["huda"].node.db.execute("select alias, languages, answers from join_request").fetchone() == (
        "Sami",
        "Arabic",
        "Rana sent me.\nI bake.",
    )


@pytest.mark.parametrize(
    ("name", "typed"), [("alias", ""), ("alias", "S" * 200), ("languages", "x" * 101), ("answers", "x" * 4001)]
)
def test_what_does_not_fit_is_said_at_the_door_and_uses_no_invitation_up(
    village: Village, name: str, typed: str
) -> None:
    """The room it would reach can only refuse it, so that somebody would wait at a door where nobody knows of them."""
    village.invite("huda")
    with pytest.raises(Malformed) as problem:
        village.knock("sami", "huda", **{name: typed})
    assert problem.value.field == name
    sami = village.knock("sami", "huda")
    village.settle()
    assert sami.joining.node.secrets.joining["state"] == "received"


def test_a_link_can_be_pasted_as_it_was_sent(village: Village) -> None:
    """Whoever has a house of their own cannot follow a link to another one's; around it stand marks that messengers add."""
    made = village.invite("huda")
    with pytest.raises(Malformed) as problem:
        village.knock("sami", "huda", code="")
    assert problem.value.field == "link"
    link = f"\u200fhttp://127.0.0.1:8765/j/{write_link(made['link'], '')} \u200e"
    sami = village.knock("sami", "huda", code="", link=link)
    village.settle()
    assert sami.joining.node.secrets.joining["state"] == "received"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_asks_for_a_link_that_was_not_followed_and_keeps_it(language: str) -> None:
    """One that was followed goes along unseen."""
    look = Look(words=Words(language), path="/join")
    typed = {"values": {"link": "abc"}, "problems": {}, "suggested": "", "own_house": True}
    assert 'name="link" id="b-link" value="abc"' in render(look, Page("join.html", {**typed, "code": ""}))
    followed = render(look, Page("join.html", {**typed, "code": "abc"}))
    assert 'name="link"' not in followed
    assert 'type="hidden" name="code" value="abc"' in followed


def test_a_room_that_comes_back_needs_a_name(village: Village) -> None:
    """Nobody could guess that the room without a name opens with an empty one."""
    with pytest.raises(Malformed) as problem:
        village["huda"].gate.recover({"kit": " ".join(kit_words(bytes(KIT_SIZE), "en")), "room": " ", "passphrase": ""})
    assert problem.value.field == "room"


def test_a_newcomer_knows_what_the_group_asks(village: Village) -> None:
    """Where the group chose its questions they come with the invitation; where not, all groups ask the same ones."""
    village.invite("huda")
    assert village.knock("sami", "huda").node.secrets.joining["questions"] == []
    village["huda"].does("/people/settings/questions", questions="Who told you of us?\nWhat are you good at?")
    village.settle()
    village.invite("huda")
    noor = village.knock("noor", "huda")
    assert noor.node.secrets.joining["questions"] == ["Who told you of us?", "What are you good at?"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_of_whoever_waits_shows_what_the_group_asks(language: str) -> None:
    """A plain account, which knows no group, shows what most newcomers are shown."""
    look = Look(words=Words(language), path="/")
    own = guest_page("received", questions=["Who told you of us?"])
    assert "Who told you of us?" in render(look, own)
    everybodys = render(look, guest_page("received"))
    assert all(look.words.gettext(words) in everybodys for words in FIRST_QUESTIONS)


def test_an_invitation_that_was_cancelled_leads_nowhere(village: Village) -> None:
    """As its page says. Whoever answered it before that was heard is told, and does not wait in vain."""
    huda = village["huda"]
    made = village.invite("huda")
    sami = village.knock("sami", "huda")
    huda.does(f"/people/invitation/{made['invitation']}/cancel")
    huda.look()
    with pytest.raises(Refused):
        village.knock("noor", "huda")
    sami.look()
    assert sami.node.secrets.joining["state"] == "expired"


@pytest.mark.slow
def test_whoever_knocked_in_time_is_heard_when_the_inviter_opens_their_room_days_later(village: Village) -> None:
    huda = village["huda"]
    village.invite("huda")
    huda.asleep = True
    village.forward(hours=47)
    sami = village.knock("sami", "huda")
    village.forward(days=9)
    assert sami.node.secrets.joining["state"] == "waiting"
    huda.asleep = False
    village.settle()
    assert sami.node.secrets.joining["state"] == "received"
    assert huda.node.db.execute("select state from invitation").fetchone() == ("used",)


@pytest.mark.slow
def test_whoever_knocked_too_late_with_a_clock_set_back_is_told_so_and_reaches_nobody(village: Village) -> None:
    """The hub's hour counts, which stands in the number of what lies in the mailbox."""
    huda = village["huda"]
    village.invite("huda")
    huda.asleep = True
    village.forward(hours=VALID_HOURS + 1)
    village.clock.now -= 2
    here, village.shelf.hours = village.shelf.hours, lambda: village.clock.now + 2
    sami = village.knock("sami", "huda")
    village.clock.now += 2
    village.shelf.hours = here
    huda.asleep = False
    village.settle()
    assert sami.node.secrets.joining["state"] == "expired"
    assert huda.node.db.execute("select count(*) from join_request").fetchone() == (0,)
    boxes = village.shelf.read_box(box_name(sami.node.secrets.joining["base"]), 0)
    huda.look()
    assert village.shelf.read_box(box_name(sami.node.secrets.joining["base"]), 0) == boxes, "it is said once"


@pytest.mark.slow
def test_the_words_to_compare_are_the_same_where_the_inviter_opens_their_room_days_later(village: Village) -> None:
    """The inviter's note, which names their language, is gone from the mailbox by then."""
    huda = village["huda"]
    village.invite("huda")
    huda.asleep = True
    sami = village.knock("sami", "huda")
    village.forward(days=5)
    huda.asleep = False
    village.settle()
    assert huda.row("select words from join_request") == sami.node.secrets.joining["compare"]


def test_whoever_knocks_in_the_last_hour_is_heard_by_a_room_that_is_open(village: Village) -> None:
    village.invite("huda")
    village.forward(hours=VALID_HOURS)
    village.settle()
    sami = village.knock("sami", "huda")
    village.settle()
    assert sami.node.secrets.joining["state"] == "received"


@pytest.mark.parametrize("hours", [3, 7 * 24, -3, -24])
def test_a_machine_whose_clock_is_wrong_makes_no_invitation_that_leads_nowhere(village: Village, hours: int) -> None:
    huda = village["huda"]
    huda.node.clock, right = HandClock(village.clock.hour() + hours), huda.node.clock
    huda.node.hour = 0  # nobody has said anything for days
    with pytest.raises(Refused) as problem:
        village.invite("huda")
    assert "clock" in problem.value.sentence
    assert "time zone" in problem.value.advice
    assert huda.row("select count(*) from invitation") == 0
    huda.node.clock = right
    village.invite("huda")
    sami = village.knock("sami", "huda")
    village.settle()
    assert sami.node.secrets.joining["state"] == "received"


def test_whoever_knocks_with_a_clock_that_is_wrong_is_told_to_look_at_it(village: Village) -> None:
    village.invite("huda")
    village.clock.forward(days=7)
    with pytest.raises(Refused) as problem:
        village.knock("sami", "huda")
    assert "date and time" in problem.value.advice


def test_whoever_sent_a_request_that_nobody_can_read_is_told_that_it_is_over(village: Village) -> None:
    """A program of another version may have sent it: what lies in a mailbox was checked by nobody."""
    huda = village["huda"]
    village.invite("huda")
    base = huda.row("select box from invitation")
    village.shelf.put_box(box_name(base), seal_item(base, BoxItem("request", huda.me, ["Sami"])), 3)
    village.settle()
    kinds = [item.kind for item in open_items(base, huda.hub.read_box(box_name(base)))]
    assert kinds == ["note", "request", "cancelled"]
    assert huda.row("select state from invitation") == "used"


def test_a_room_whose_member_may_invite_nobody_now_comes_to_rest(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their vouches lapsed while somebody knocked: that waits, and is taken once they are trusted again."""
    huda = village["huda"]
    village.invite("huda")
    sami = village.knock("sami", "huda")
    wrote: list[int] = []
    monkeypatch.setattr(huda, "wrote", lambda: wrote.append(1), raising=False)
    for standing, times in (("new", 0), ("trusted", 1)):
        huda.node.settle()
        huda.node.db.execute("update member set standing = ? where member = ?", (standing, huda.me))
        huda.node.known.clear()
        huda.node.lay_waiting()
        huda.look()
        assert len(wrote) == times
    village.settle()
    assert sami.node.secrets.joining["state"] == "received"


@pytest.mark.slow
def test_whoever_looks_when_an_answer_is_gone_from_the_mailbox_learns_that_it_is_over(village: Village) -> None:
    village.invite("huda")
    huda, sami = village["huda"], village.knock("sami", "huda")
    village.settle()
    sami.asleep = True
    huda.does(f"/people/join/{sami.me}/decline", words="Not this time.")
    village.forward(days=BOX_DAYS + 1)
    state = sami.node.secrets.joining["state"]
    sami.asleep = False
    village.settle()
    assert (state, sami.node.secrets.joining["state"]) == ("received", "expired")


def test_a_mailbox_and_an_invitation_last_as_long_as_the_area_says() -> None:
    assert (VALID_HOURS, BOX_DAYS) == (INVITATION_HOURS, LATE_DAYS)


def test_a_hub_that_is_away_uses_no_invitation_up(village: Village) -> None:
    """What is counted against the month is an invitation that somebody can hand on."""
    huda = village["huda"]
    huda.gate.way.cut = True
    with pytest.raises(HubUnreachable):
        village.invite("huda")
    huda.gate.way.cut = False
    village.settle()
    assert huda.node.db.execute("select count(*) from invitation").fetchone() == (0,)


def test_a_request_that_was_taken_back_says_so_at_once(village: Village) -> None:
    """Not only once somebody else's room has heard it."""
    village.invite("huda")
    sami = village.knock("sami", "huda")
    sami.joining.withdraw(sami.hub)
    assert sami.node.secrets.joining["state"] == "withdrawn"
    village.settle()
    assert sami.node.secrets.joining["state"] == "withdrawn"


def test_words_of_welcome_reach_whoever_is_welcomed(village: Village) -> None:
    """The form says that the newcomer reads them. They wait on the first page until they were read, and no longer."""
    sami = village.come("sami", "huda")
    assert sami.joining.words_of_welcome() == "Welcome."
    assert [item.path for item in sami.joining.waiting()] == ["/guest"]
    shown = render(
        Look(words=Words("en"), path="/guest"), guest_page("accepted", farewell=sami.joining.words_of_welcome())
    )
    assert ">Welcome.</" in shown
    sami.joining.came_in()
    assert sami.joining.waiting() == []
    assert "words" not in sami.node.secrets.joining


def test_only_whoever_took_a_request_back_is_told_that_they_did(village: Village) -> None:
    """The one who invited may take it back too, where the four words were not the same."""
    village.invite("huda")
    sami = village.knock("sami", "huda")
    village.settle()
    village["huda"].does(f"/people/join/{sami.me}/withdraw")
    village.settle()
    assert sami.node.secrets.joining["state"] == "expired"


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("template", ["kit.html", "recover.html"])
def test_no_page_says_that_the_words_of_a_kit_are_still_there(language: str, template: str) -> None:
    """They are not sent back to the browser; whoever had typed twelve words was told that they were."""
    look = Look(words=Words(language), path="/kit")
    wrong = {"values": {}, "problems": {"kit": Malformed()}, "step": "try", "has_kit": False, "kit_words": []}
    shown = render(look, Page(template, wrong))
    assert look.words.gettext("What you wrote is still here.") not in shown
    said = "What you wrote is still here, but for the passphrase and the words of the kit: they are never shown."
    assert look.words.gettext(said) in shown
