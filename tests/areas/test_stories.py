"""Stories told with care, lessons that name nobody, and what makes people belong."""

from typing import Any

import pytest

from nasij.areas import aid, incidents, people, profile, stories, tasks
from nasij.areas.aid import kind_id
from nasij.areas.stories import facts as f
from nasij.areas.stories.acts import unasked
from nasij.areas.stories.home import waiting
from nasij.areas.stories.queries import beside
from nasij.errors import Refused
from nasij.ids import new_id
from tests.tabletop import TableTop

WORDS = "قبل الرحيل قلت لها كل شيء."
CHANGED = "قبل السفر قلت له كل شيء."


class Table(TableTop):
    """A table top with a teller, two readers and somebody else."""

    def __init__(self) -> None:
        super().__init__(people.AREA, profile.AREA, tasks.AREA, aid.AREA, incidents.AREA, stories.AREA)
        self.huda, self.sami, self.noor, self.zein = (self.member() for _ in range(4))
        self.readers = sorted([self.sami, self.noor])

    def told(self, *, others: bool = False) -> str:
        story = new_id()
        self.say(f.StoryTold(story, WORDS, self.readers, ["home"], "none", others, ""), by=self.huda)
        return story

    def read(self, story: str, *changed: str) -> int:
        version = self.row("select version from story where story = ?", story)
        self.say(f.DisguiseMade(story, version, list(changed or ("place",)), CHANGED), by=self.sami)
        for reader in self.readers:
            self.say(f.StoryRead(story, version + 1, "nobody", ""), by=reader)
        return int(version + 1)

    def approved(self, reach: str = "trusted", *people: str, days: int = 100) -> str:
        story = self.told()
        version = self.read(story)
        self.say(f.ConsentGiven(story, version, reach, self.day + days, sorted(people)), by=self.huda)
        return story

    def placed(self, story: str, by: str = "") -> str:
        made = self.make("/pages/{story}/share", by=by or self.sami, story=story)
        return str(made[0].copy)

    def shared(self, reach: str = "trusted", *people: str, days: int = 100) -> tuple[str, str]:
        story = self.approved(reach, *people, days=days)
        copy = self.placed(story)
        self.say(f.StoryVouched(copy), by=self.noor)
        return story, copy

    def state(self, story: str) -> str:
        return str(self.row("select state from story where story = ?", story))

    def due(self, by: str) -> list[Any]:
        return unasked(self.db, self.by(by))

    def lesson(self, **more: Any) -> str:
        lesson = new_id()
        fits = {"kind": kind_id("housing"), "incident": "", "action": ""} | more
        said = f.LessonProposed(lesson, "اتصال بالمحامية قبل كل شيء", "", *fits.values(), "عمّان", "helped", "")
        self.say(said, by=self.huda)
        return lesson


@pytest.fixture
def top() -> Table:
    """A network of four."""
    return Table()


# A story


def test_no_story_is_shared_without_two_readers_and_the_last_yes(top: Table) -> None:
    story = top.told()
    with pytest.raises(Refused):
        top.placed(story)
    version = top.read(story)
    with pytest.raises(Refused):
        top.placed(story)
    top.refuses(f.ConsentGiven(story, version, "trusted", top.day + 9, []), by=top.sami, words="not yours")
    top.say(f.ConsentGiven(story, version, "trusted", top.day + 9, []), by=top.huda)
    copy = top.placed(story)
    assert top.page("/pages", top.zein)["copies"] == []
    top.refuses(f.StoryVouched(copy), by=top.sami, words="not yours")
    top.refuses(f.StoryVouched(copy), by=top.zein, words="not yours")
    top.say(f.StoryVouched(copy), by=top.noor)
    assert [one["copy"] for one in top.page("/pages", top.zein)["copies"]] == [copy]


def test_what_others_read_does_not_name_the_teller(top: Table) -> None:
    _, copy = top.shared()
    row = top.db.execute("select * from story_copy where copy = ?", (copy,)).fetchone()
    assert top.huda not in " ".join(str(value) for value in row)


def test_somebody_who_could_be_recognised_sends_the_story_back(top: Table) -> None:
    story = top.told()
    top.say(f.DisguiseMade(story, 1, ["place"], CHANGED), by=top.huda)
    top.say(f.StoryRead(story, 2, "teller", "باسم الحي"), by=top.sami)
    assert top.state(story) == "telling"
    top.refuses(f.StoryRead(story, 2, "nobody", ""), by=top.noor)


def test_a_change_after_the_reading_is_read_anew(top: Table) -> None:
    story = top.told()
    version = top.read(story)
    top.say(f.DisguiseMade(story, version, ["time"], WORDS), by=top.huda)
    assert top.state(story) == "disguised"
    top.refuses(f.ConsentGiven(story, version + 1, "trusted", top.day + 9, []), by=top.huda)
    top.refuses(f.StoryRead(story, version, "nobody", ""), by=top.sami, words="changed meanwhile")


def test_others_in_it_are_disguised_before_the_last_yes(top: Table) -> None:
    story = top.told(others=True)
    version = top.read(story)
    top.refuses(f.ConsentGiven(story, version, "me", top.day + 9, []), by=top.huda, words="Other people")
    version = top.read(story, "others")
    top.say(f.ConsentGiven(story, version, "me", top.day + 9, []), by=top.huda)


def test_the_last_yes_is_to_the_words_that_were_read(top: Table) -> None:
    story = top.told()
    version = top.read(story)
    top.refuses(f.ConsentGiven(story, version - 1, "trusted", top.day + 9, []), by=top.huda, words="changed")
    top.refuses(f.ConsentGiven(story, version, "trusted", top.day, []), by=top.huda)
    top.refuses(f.ConsentGiven(story, version, "one", top.day + 9, []), by=top.huda)
    top.refuses(f.ConsentGiven(story, version, "trusted", top.day + 9, [top.zein]), by=top.huda)


def test_a_story_that_stays_with_three_is_not_placed(top: Table) -> None:
    story = top.approved("me")
    with pytest.raises(Refused):
        top.placed(story)


def test_chosen_people_alone_read_it(top: Table) -> None:
    other = top.member()
    _, copy = top.shared("one", top.zein)
    assert top.page("/pages/read/{copy}", top.zein, copy=copy)["copy"]["words"] == CHANGED
    assert top.page("/pages", other)["copies"] == []
    assert top.page("/pages", top.huda)["copies"][0]["copy"] == copy


def test_taking_it_back_empties_every_copy_the_same_day(top: Table) -> None:
    story, copy = top.shared()
    top.make("/pages/{story}/back", by=top.huda, story=story, by_me=False)
    assert top.due(top.zein) != []  # at a table top there is one view; in a room without the circle there is no secret
    for fact in top.due(top.noor):
        top.say(fact, by=top.noor)
    assert top.row("select words, state from story_copy where copy = ?", copy) == ("", "withdrawn")
    assert WORDS not in "".join(top.dump())
    assert CHANGED not in "".join(top.dump())


def test_the_tellers_own_room_waits_for_those_of_the_readers(top: Table) -> None:
    story, copy = top.shared()
    top.make("/pages/{story}/back", by=top.huda, story=story, by_me=False)
    assert top.due(top.huda) == []
    top.forward(hours=6)
    assert [fact.copy for fact in top.due(top.huda)] == [copy]


def test_the_teller_can_take_it_down_at_once(top: Table) -> None:
    story, copy = top.shared()
    top.make("/pages/{story}/back", by=top.huda, story=story, by_me=True)
    assert top.row("select words, state from story_copy where copy = ?", copy) == ("", "withdrawn")
    assert top.due(top.huda) == top.due(top.sami) == []


def test_nobody_takes_a_copy_down_without_its_word(top: Table) -> None:
    _, copy = top.shared()
    top.refuses(f.CopyWithdrawn(copy, "x" * 32), by=top.zein, words="not yours")


def test_what_left_the_network_is_listed_and_called_back(top: Table) -> None:
    story, copy = top.shared("public")
    top.say(f.ExportNoted(new_id(), copy, "paper"), by=top.zein)
    top.make("/pages/{story}/back", by=top.huda, story=story, by_me=True)
    assert [row["how"] for row in top.page("/pages", top.huda)["exports"]] == ["paper"]
    assert any(item.path == f"/pages/read/{copy}" for item in waiting(top.db, top.by(top.zein)))
    top.forward(days=3)
    assert [row["how"] for row in top.page("/pages", top.huda)["exports"]] == ["paper"]


def test_it_leaves_the_network_only_as_far_as_the_teller_said(top: Table) -> None:
    _, inside = top.shared("network")
    top.refuses(f.ExportNoted(new_id(), inside, "paper"), by=top.zein, words="stays in the network")
    _, partners = top.shared("partners")
    top.refuses(f.ExportNoted(new_id(), partners, "web"), by=top.zein, words="not to the public")
    top.say(f.ExportNoted(new_id(), partners, "partner"), by=top.zein)


def test_wider_needs_a_new_yes_and_takes_the_copy_before_down(top: Table) -> None:
    story, copy = top.shared("one", top.zein)
    top.refuses(f.StoryShared(story, new_id(), "s"), by=top.sami)
    version = top.row("select version from story where story = ?", story)
    top.say(f.ConsentGiven(story, version, "network", top.day + 9, []), by=top.huda)
    assert [fact.copy for fact in top.due(top.sami)] == [copy]
    assert top.placed(story) != copy


def test_the_day_of_consent_ends_it_everywhere(top: Table) -> None:
    story, copy = top.shared(days=10)
    top.forward(days=10)
    assert top.state(story) == "shared"
    top.forward(days=1)
    assert top.state(story) == "expired"
    assert top.row("select words, state from story_copy where copy = ?", copy) == ("", "expired")


def test_a_reader_can_be_changed_and_sees_no_more(top: Table) -> None:
    story = top.told()
    top.say(f.DisguiseMade(story, 1, ["place"], CHANGED), by=top.huda)
    top.say(f.ReaderChanged(story, top.sami, top.zein), by=top.huda)
    assert top.page("/pages/{story}", top.zein, story=story)["can"]["read"]
    assert top.page("/pages", top.sami)["mine"] == []
    top.refuses(f.StoryRead(story, 2, "nobody", ""), by=top.sami, words="not yours")


# Lessons


def test_a_lesson_counts_once_somebody_else_confirms_it_and_then_names_nobody(top: Table) -> None:
    lesson = top.lesson()
    top.refuses(f.LessonConfirmed(lesson), by=top.huda, words="Somebody else")
    assert beside(top.db, top.by(top.zein), "need", kind_id("housing")) == []
    top.say(f.LessonConfirmed(lesson), by=top.sami)
    assert top.row("select proposed_by from lesson where lesson = ?", lesson) == ""
    assert [card.path for card in beside(top.db, top.by(top.zein), "need", kind_id("housing"))] == [
        f"/pages/lessons/{lesson}"
    ]


def test_lessons_stand_beside_what_they_fit_only(top: Table) -> None:
    lesson = top.lesson(kind="", incident="arrest", action="march")
    top.say(f.LessonConfirmed(lesson), by=top.sami)
    seen = {
        (matter, kind): len(beside(top.db, top.by(top.zein), matter, kind))
        for matter, kind in (("incident", "arrest"), ("action", "march"), ("incident", "family"), ("need", "arrest"))
    }
    assert list(seen.values()) == [1, 1, 0, 0]
    assert beside(top.db, top.by(top.member("new")), "incident", "arrest") == []


def test_a_lesson_grows_old_and_is_checked_again(top: Table) -> None:
    lesson = top.lesson()
    top.say(f.LessonConfirmed(lesson), by=top.sami)
    top.forward(days=366)
    assert top.row("select state from lesson where lesson = ?", lesson) == "old"
    top.say(f.LessonChecked(lesson), by=top.zein)
    assert top.row("select state, checked_on from lesson where lesson = ?", lesson) == ("confirmed", top.day)


def test_a_lesson_is_replaced_by_a_confirmed_one_only(top: Table) -> None:
    old, newer = top.lesson(), top.lesson()
    top.say(f.LessonConfirmed(old), by=top.sami)
    top.refuses(f.LessonReplaced(old, newer), by=top.sami, words="another lesson")
    top.say(f.LessonConfirmed(newer), by=top.sami)
    top.refuses(f.LessonReplaced(old, old), by=top.sami, words="another lesson")
    top.say(f.LessonReplaced(old, newer), by=top.sami)
    assert [row["lesson"] for row in top.page("/pages/handbook", top.zein)["lessons"]] == [newer]


def test_the_newest_key_signs(top: Table) -> None:
    top.make("/pages/key", by=top.huda)
    first = stories.signing_key(top.db)
    top.forward(hours=1)
    top.make("/pages/key", by=top.sami)
    assert stories.signing_key(top.db)["seed"] != first["seed"]


# Belonging


def test_a_newcomer_is_welcomed_by_a_buddy_and_only_both_know(top: Table) -> None:
    new, welcome = top.member("new"), new_id()
    top.say(f.WelcomeOffered(welcome, new), by=top.huda)
    top.refuses(f.WelcomeAccepted(welcome), by=top.huda, words="not yours")
    top.say(f.WelcomeAccepted(welcome), by=new)
    assert top.page("/pages/us", new)["welcomes"][0]["state"] == "accepted"
    assert top.page("/pages/us", top.sami)["welcomes"] == []
    top.say(f.WelcomeEnded(welcome), by=new)


def test_who_comes_and_where_is_between_host_and_comer(top: Table) -> None:
    gathering = new_id()
    top.say(f.GatheringCalled(gathering, "شاي", top.day + 3, 1, "trusted"), by=top.huda)
    seat = top.make("/pages/gather/{gathering}/come", by=top.sami, gathering=gathering)[0].seat
    other = top.make("/pages/gather/{gathering}/come", by=top.noor, gathering=gathering)[0].seat
    top.make("/pages/seats/{seat}/give", by=top.huda, seat=seat, place="عند النافورة")
    with pytest.raises(Refused):
        top.make("/pages/seats/{seat}/give", by=top.huda, seat=other, place="عند النافورة")
    assert top.page("/pages/us", top.sami)["gatherings"][0]["seat"]["place"] == "عند النافورة"
    assert top.page("/pages/us", top.zein)["gatherings"][0]["seat"] is None
    assert top.page("/pages/us", top.zein)["gatherings"][0]["asked"] == []
    top.forward(days=4)
    assert "النافورة" not in "".join(top.dump())


def test_thanks_and_milestones_are_private_unless_shared(top: Table) -> None:
    gratitude, milestone = new_id(), new_id()
    top.say(f.GratitudeSaid(gratitude, top.sami, "شكراً على الطريق"), by=top.huda)
    top.say(f.MilestoneKept(milestone, "سنة كاملة"), by=top.sami)
    seen = top.page("/pages/us", top.zein)
    assert seen["thanks"] == seen["milestones"] == seen["news"] == []
    share = "/pages/milestones/{milestone}/share"
    news = top.make(share, by=top.sami, milestone=milestone, words="سنة كاملة", scope="trusted")[0].news
    assert [one["words"] for one in top.page("/pages/us", top.zein)["news"]] == ["سنة كاملة"]
    top.refuses(f.NewsTakenBack(news), by=top.zein, words="not yours")
    top.say(f.NewsTakenBack(news), by=top.sami)
    assert top.page("/pages/us", top.zein)["news"] == []
