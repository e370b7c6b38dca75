"""Stories told with care, lessons that name nobody, and what makes people belong."""

from typing import Any

import pytest

from nasij.areas import aid, incidents, people, profile, stories, tasks
from nasij.areas.aid import kind_id
from nasij.areas.stories import belonging as b
from nasij.areas.stories import facts as f
from nasij.areas.stories import folds
from nasij.areas.stories.acts import others, unasked
from nasij.areas.stories.home import mine, waiting
from nasij.areas.stories.queries import beside
from nasij.errors import Refused
from nasij.ids import new_id
from nasij.kit.turns import A_PAGE
from tests.tabletop import TableTop

WORDS = "قبل الرحيل قلت لها كل شيء."
CHANGED = "قبل السفر قلت له كل شيء."


class Table(TableTop):
    """A table top with a teller, two readers and somebody else."""

    def __init__(self) -> None:
        super().__init__(people.AREA, profile.AREA, tasks.AREA, aid.AREA, incidents.AREA, stories.AREA)
        self.huda, self.sami, self.noor, self.zein = (self.member() for _ in range(4))
        self.readers = sorted([self.sami, self.noor])
        self.among = sorted([self.noor, self.zein])

    def told(self, *, others: bool = False) -> str:
        story = new_id()
        told = f.StoryTold(story, WORDS, self.sami, self.among, ["home"], "none", others, "")
        self.say(told, by=self.huda)
        return story

    def version(self, story: str) -> int:
        return int(self.row("select version from story where story = ?", story))

    def disguise(self, story: str, *changed: str, absent: tuple[str, ...] = ("age", "work"), by: str = "") -> None:
        version = self.version(story)
        made = f.DisguiseMade(story, version, list(changed or ("place", "time")), list(absent), f"{CHANGED} {version}")
        self.say(made, by=by or self.sami)

    def read(self, story: str, *changed: str) -> int:
        self.disguise(story, *changed)
        if self.row("select readers from story where story = ?", story) == self.sami:
            self.say(f.ReaderChosen(story, self.noor), by=self.sami)
        for reader in self.readers:
            self.say(f.StoryRead(story, self.version(story), "nobody", ""), by=reader)
        return self.version(story)

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
        self.make("/pages/read/{copy}/vouch", by=self.noor, copy=copy)
        return story, copy

    def state(self, story: str) -> str:
        return str(self.row("select state from story where story = ?", story))

    def due(self, by: str) -> list[Any]:
        return unasked(self.db, self.by(by))

    def lesson(self, **more: Any) -> str:
        lesson = new_id()
        fits = {"kind": kind_id("shelter"), "incident": "", "action": ""} | more
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
    top.make("/pages/read/{copy}/vouch", by=top.noor, copy=copy)
    assert [one["copy"] for one in top.page("/pages", top.zein)["copies"]] == [copy]


def test_the_second_reader_stands_only_for_what_the_teller_said_yes_to(top: Table) -> None:
    story = top.approved("trusted")
    copy = top.placed(story)
    for wrong in ("words = 'other'", "reach = 'public'", "until = until + 1", "signed = 'نجمة'"):
        top.db.execute("savepoint wrong")
        top.db.execute(f"update story_copy set {wrong} where copy = ?", (copy,))
        with pytest.raises(Refused, match="not what the teller"):
            top.make("/pages/read/{copy}/vouch", by=top.noor, copy=copy)
        top.db.execute("rollback to wrong")
    top.say(f.ConsentGiven(story, top.version(story), "trusted", top.day + 5, []), by=top.huda)
    with pytest.raises(Refused, match="not what the teller"):
        top.make("/pages/read/{copy}/vouch", by=top.noor, copy=copy)


def test_what_others_read_does_not_name_the_teller(top: Table) -> None:
    _, copy = top.shared()
    row = top.db.execute("select * from story_copy where copy = ?", (copy,)).fetchone()
    assert top.huda not in " ".join(str(value) for value in row)


def test_somebody_who_could_be_recognised_sends_the_story_back(top: Table) -> None:
    story = top.told()
    top.disguise(story, by=top.huda)
    top.say(f.ReaderChosen(story, top.noor), by=top.sami)
    top.say(f.StoryRead(story, 2, "teller", "باسم الحي"), by=top.sami)
    assert top.state(story) == "telling"
    top.refuses(f.StoryRead(story, 2, "nobody", ""), by=top.noor)


def test_a_change_after_the_reading_is_read_anew(top: Table) -> None:
    story = top.told()
    version = top.read(story)
    top.say(f.DisguiseMade(story, version, ["time"], [], WORDS), by=top.huda)
    assert top.state(story) == "disguised"
    top.refuses(f.ConsentGiven(story, version + 1, "trusted", top.day + 9, []), by=top.huda)
    top.refuses(f.StoryRead(story, version, "nobody", ""), by=top.sami, words="changed meanwhile")


def test_nobody_reads_for_safety_before_all_is_disguised_or_not_in_it(top: Table) -> None:
    story = top.told(others=True)
    for changed, absent in ((["place"], []), (["time"], ["age"]), (["place"], ["work"])):
        top.disguise(story, *changed, absent=tuple(absent))
        assert top.state(story) == "telling", "others in it are to be disguised too"
        top.refuses(f.ReaderChosen(story, top.noor), by=top.sami)
        top.refuses(f.StoryRead(story, top.version(story), "nobody", ""), by=top.sami)
    assert top.page("/pages/{story}", top.huda, story=story)["open"] == ["others"]
    top.disguise(story, "others", absent=())
    assert top.state(story) == "disguised"


def test_a_disguise_changes_the_words_and_says_what_is_so(top: Table) -> None:
    story = top.told(others=True)
    top.refuses(f.DisguiseMade(story, 1, ["place"], [], WORDS), by=top.huda, words="same as before")
    top.refuses(f.DisguiseMade(story, 1, ["place"], ["place"], CHANGED), by=top.huda, words="either")
    top.refuses(f.DisguiseMade(story, 1, ["place"], ["others"], CHANGED), by=top.huda, words="Other people")
    top.refuses(f.DisguiseMade(story, 1, ["place"], [], CHANGED), by=top.zein, words="not yours")


def test_somebody_else_whom_a_reader_recognises_is_disguised_anew(top: Table) -> None:
    story = top.told()
    top.disguise(story)
    top.say(f.ReaderChosen(story, top.noor), by=top.sami)
    top.say(f.StoryRead(story, top.version(story), "other", "الأخ"), by=top.noor)
    top.disguise(story, "manner", absent=())
    assert top.state(story) == "telling"
    top.disguise(story, "others", absent=())
    assert top.state(story) == "disguised"


def test_no_reader_is_the_teller_or_chosen_by_the_teller_alone(top: Table) -> None:
    def told(reader: str, *among: str) -> f.StoryTold:
        return f.StoryTold(new_id(), WORDS, reader, sorted(among), ["home"], "none", False, "")

    top.refuses(told(top.huda, top.noor, top.zein), by=top.huda, words="somebody else")
    top.refuses(told(top.sami, top.huda, top.zein), by=top.huda, words="neither yourself")
    top.refuses(told(top.sami, top.sami, top.zein), by=top.huda, words="neither yourself")
    top.refuses(told(top.sami, top.noor), by=top.huda, words="at least")
    top.refuses(told(top.sami, top.noor, top.member("new")), by=top.huda, words="trusted")
    story = top.told()
    top.disguise(story)
    top.refuses(f.StoryRead(story, 2, "nobody", ""), by=top.sami, words="second")
    top.refuses(f.ReaderChosen(story, top.noor), by=top.huda, words="not yours")
    top.refuses(f.ReaderChosen(story, top.member()), by=top.sami, words="the teller named")
    assert top.page("/pages", top.noor)["mine"] == [], "who may be chosen learns nothing"
    top.say(f.ReaderChosen(story, top.noor), by=top.sami)
    assert top.page("/pages/{story}", top.noor, story=story)["story"]["words"] != WORDS, "the second sees it disguised"
    top.refuses(f.ReaderChosen(story, top.zein), by=top.sami, words="already")


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
    assert top.page("/pages/read/{copy}", top.zein, copy=copy)["copy"]["words"].startswith(CHANGED)
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


def fall(top: Table, *members: str) -> None:
    top.db.executemany("update member set standing = 'new' where member = ?", [(one,) for one in members])


@pytest.mark.parametrize("reach", ["trusted", "network", "circle"])
def test_whoever_is_not_trusted_any_more_takes_their_story_back_the_same_day(top: Table, reach: str) -> None:
    story, copy = top.shared(reach, *([top.zein] if reach == "circle" else []))
    fall(top, top.huda)
    can = top.page("/pages/{story}", top.huda, story=story)["can"]
    assert [name for name, may in can.items() if may] == ["back"]
    top.make("/pages/{story}/back", by=top.huda, story=story, by_me=True)
    for fact in top.due(top.noor):
        top.say(fact, by=top.noor)
    assert top.row("select words, state from story_copy where copy = ?", copy) == ("", "withdrawn")
    assert CHANGED not in "".join(top.dump())


def test_a_room_takes_nothing_down_where_it_cannot_speak_any_more(top: Table) -> None:
    story, copy = top.shared()
    top.make("/pages/{story}/back", by=top.huda, story=story, by_me=False)
    fall(top, top.noor)
    assert (top.due(top.noor), [fact.copy for fact in top.due(top.sami)]) == ([], [copy])


def test_a_copy_that_nobody_could_take_back_from_trusted_members_is_not_kept(top: Table) -> None:
    _story, copy = top.shared()
    _, open_to_all = top.shared("network")
    fall(top, top.sami)
    top.forward(days=1)
    assert top.row("select state from story_copy where copy = ?", copy) == "shared"
    fall(top, top.noor)
    top.forward(days=1)
    assert top.row("select state, words from story_copy where copy = ?", copy) == ("expired", "")
    assert top.row("select state from story_copy where copy = ?", open_to_all) == "shared"


def test_a_reader_who_is_not_trusted_any_more_lets_go_of_a_story(top: Table) -> None:
    story = top.told()
    top.disguise(story)
    top.say(f.ReaderChosen(story, top.noor), by=top.sami)
    fall(top, top.noor)
    assert not any("story" in item.text for item in waiting(top.db, top.by(top.noor)))
    top.make("/pages/{story}/step-back", by=top.noor, story=story)
    assert top.row("select readers from story where story = ?", story) == top.sami


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


def test_where_the_group_no_longer_uses_stories_no_copy_is_kept_that_nobody_could_take_back(top: Table) -> None:
    story, copy = top.shared("network")
    top.db.execute("insert into setting (name, value, audience) values ('use_stories', '0', 'network')")
    top.forward(days=1)
    assert top.row("select words, state from story_copy where copy = ?", copy) == ("", "expired")
    assert top.state(story) == "expired"
    top.db.execute("delete from setting where name = 'use_stories'")
    top.say(f.ConsentGiven(story, top.version(story), "network", top.day + 9, []), by=top.huda)
    assert top.placed(story) != copy, "used again, it is shared by a new yes alone"


def asked(top: Table, who: str) -> list[str]:
    return [item.text for item in waiting(top.db, top.by(who)) if item.path.startswith("/pages/")]


def test_the_teller_is_asked_anew_before_the_day_and_for_a_while_after_it(top: Table) -> None:
    story, copy = top.shared(days=30)
    assert asked(top, top.huda) == []
    top.forward(days=16)
    assert [text.partition(":")[0] for text in asked(top, top.huda)] == ["Your yes to a story ends on %(day)s"]
    top.forward(days=15)
    assert [text.partition(":")[0] for text in asked(top, top.huda)] == ["The time of your story is over"]
    assert top.page("/pages", top.zein)["copies"] == [], "meanwhile nobody else reads it"
    with pytest.raises(Refused):
        top.placed(story)
    top.say(f.ConsentGiven(story, top.version(story), "trusted", top.day + 30, []), by=top.huda)
    assert top.placed(story) != copy


def test_without_a_new_yes_the_words_are_gone(top: Table) -> None:
    story, _ = top.shared(days=5)
    top.forward(days=5 + folds.ASKED_DAYS)
    assert CHANGED in "".join(top.dump())
    top.forward(days=1)
    assert CHANGED not in "".join(top.dump())
    top.refuses(f.ConsentGiven(story, 2, "trusted", top.day + 30, []), by=top.huda, words="gone")


def test_a_story_that_nobody_goes_on_with_is_let_go_of(top: Table) -> None:
    story = top.told()
    top.forward(days=folds.UNFINISHED_DAYS)
    assert top.state(story) == "telling"
    top.forward(days=1)
    assert top.state(story) == "expired"
    assert WORDS not in "".join(top.dump())


def test_a_reader_who_is_let_go_sees_no_more_and_the_other_one_chooses_anew(top: Table) -> None:
    story = top.told()
    top.disguise(story)
    top.refuses(f.ReaderReleased(story, top.sami), by=top.huda, words="Nobody else")
    top.say(f.ReaderChosen(story, top.noor), by=top.sami)
    top.refuses(f.ReaderReleased(story, top.noor), by=top.sami, words="not yours")
    top.say(f.ReaderReleased(story, top.sami), by=top.huda)
    assert top.page("/pages", top.sami)["mine"] == []
    top.refuses(f.StoryRead(story, 2, "nobody", ""), by=top.sami, words="not yours")
    assert top.page("/pages/{story}", top.noor, story=story)["can"]["choose"]
    top.say(f.ReaderChosen(story, top.zein), by=top.noor)
    assert top.page("/pages/{story}", top.zein, story=story)["can"]["read"]


def test_a_reader_steps_back_and_the_teller_names_others(top: Table) -> None:
    story, other = top.told(), top.member()
    top.disguise(story)
    top.say(f.ReaderChosen(story, top.noor), by=top.sami)
    top.make("/pages/{story}/step-back", by=top.noor, story=story)
    more = sorted([other, top.noor])
    top.refuses(f.ReadersOffered(story, more), by=top.sami, words="not yours")
    top.say(f.ReadersOffered(story, more), by=top.huda)
    top.say(f.ReaderChosen(story, other), by=top.sami)
    assert sorted(top.row("select readers from story where story = ?", story).split()) == sorted([top.sami, other])


# Lessons


def test_a_lesson_counts_once_somebody_else_confirms_it_and_then_names_nobody(top: Table) -> None:
    lesson = top.lesson()
    top.refuses(f.LessonConfirmed(lesson), by=top.huda, words="Somebody else")
    assert beside(top.db, top.by(top.zein), "need", kind_id("shelter")) == []
    top.say(f.LessonConfirmed(lesson), by=top.sami)
    assert top.row("select proposed_by from lesson where lesson = ?", lesson) == ""
    assert [card.path for card in beside(top.db, top.by(top.zein), "need", kind_id("shelter"))] == [
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
    by, need = top.by(top.zein), kind_id("shelter")
    page = top.page("/pages/lessons/{lesson}", top.zein, lesson=lesson)
    assert page["old_on"] == top.day + 366
    assert [card.note for card in beside(top.db, by, "need", need)] == [""]
    top.forward(days=366)
    assert top.row("select state from lesson where lesson = ?", lesson) == "old"
    assert ["Not checked" in card.note for card in beside(top.db, by, "need", need)] == [True]
    top.lesson()
    assert [one["state"] for one in top.page("/pages/lessons", top.zein)["lessons"]] == ["proposed", "old"]
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


def test_many_lessons_are_shown_some_at_a_time_and_the_whole_handbook_when_asked_for(top: Table) -> None:
    fits = [{"kind": kind_id("shelter")}] * A_PAGE + [{"kind": "", "incident": "arrest"}, {"kind": kind_id("food")}]
    lessons = {top.lesson(**fit) for fit in fits}
    listed = [row["lesson"] for row in top.page("/pages/lessons", top.zein)["lessons"]]
    listed += [row["lesson"] for row in top.page("/pages/lessons/page/{number}", top.zein, number="2")["lessons"]]
    assert (len(listed), set(listed)) == (A_PAGE + 2, lessons)
    for lesson in sorted(lessons):
        top.say(f.LessonConfirmed(lesson), by=top.sami)
    first = top.page("/pages/handbook", top.zein)
    second = top.page("/pages/handbook/page/{number}", top.zein, number=first["after"].rsplit("/", 1)[1])
    whole = top.page("/pages/handbook/whole", top.zein)
    assert (len(first["lessons"]), len(second["lessons"]), second["first"]) == (A_PAGE, 2, A_PAGE)
    assert first["lessons"] + second["lessons"] == whole["lessons"]
    assert {row["lesson"] for row in whole["lessons"]} == lessons
    assert not whole["after"]


def test_the_contents_of_the_handbook_lead_to_where_each_part_begins(top: Table) -> None:
    for fit in (*[{"kind": kind_id("shelter")}] * A_PAGE, {"kind": kind_id("food")}, {"kind": "", "action": "march"}):
        top.say(f.LessonConfirmed(top.lesson(**fit)), by=top.sami)
    page = top.page("/pages/handbook", top.zein)
    whole = top.page("/pages/handbook/whole", top.zein)["lessons"]
    assert sorted(part["count"] for part in page["contents"]) == [1, 1, A_PAGE]
    for part in page["contents"]:
        path, _, place = part["path"].partition("#l-")
        turn = top.page("/pages/handbook/page/{number}", top.zein, number=path.rsplit("/", 1)[1])
        assert turn["lessons"][int(place) - 1 - turn["first"]] == whole[int(place) - 1] == part["lesson"]


def test_a_handbook_of_one_page_has_no_contents(top: Table) -> None:
    top.say(f.LessonConfirmed(top.lesson()), by=top.sami)
    page = top.page("/pages/handbook", top.zein)
    assert (page["contents"], page["before"], page["after"]) == ([], "", "")


def test_the_newest_key_signs(top: Table) -> None:
    top.make("/pages/key", by=top.huda)
    first = stories.signing_key(top.db)
    top.forward(hours=1)
    top.make("/pages/key", by=top.sami)
    assert stories.signing_key(top.db)["seed"] != first["seed"]


# Belonging


def test_a_newcomer_is_welcomed_by_a_buddy_and_only_both_know(top: Table) -> None:
    new, welcome = top.member("new"), new_id()
    top.say(b.WelcomeOffered(welcome, new), by=top.huda)
    top.refuses(b.WelcomeAccepted(welcome), by=top.huda, words="not yours")
    top.say(b.WelcomeAccepted(welcome), by=new)
    assert top.page("/pages/us", new)["welcomes"][0]["state"] == "accepted"
    assert top.page("/pages/us", top.sami)["welcomes"] == []
    top.say(b.WelcomeEnded(welcome), by=new)


def test_a_newcomer_whom_nobody_offers_it_asks_for_a_buddy_who_says_yes(top: Table) -> None:
    new, welcome = top.member("new"), new_id()
    assert top.page("/pages/us", new)["alone"]
    top.refuses(b.WelcomeWished(welcome, new), by=new, words="trusted")
    top.refuses(b.WelcomeWished(welcome, top.member("resting")), by=new, words="trusted")
    top.refuses(b.WelcomeWished(welcome, top.sami), by=top.huda, words="newcomers")
    top.say(b.WelcomeWished(welcome, top.sami), by=new)
    assert [item.path for item in waiting(top.db, top.by(top.sami))] == ["/pages/us"]
    top.refuses(b.WelcomeAccepted(welcome), by=new, words="not yours")
    top.refuses(b.FirstDone(welcome, "meet"), by=new)
    top.say(b.WelcomeAccepted(welcome), by=top.sami)
    assert not top.page("/pages/us", new)["alone"]
    assert top.page("/pages/us", top.huda)["welcomes"] == []


def test_the_first_weeks_are_gone_through_by_two_and_end_by_themselves(top: Table) -> None:
    new, welcome = top.member("new"), new_id()
    top.say(b.WelcomeOffered(welcome, new), by=top.huda)
    top.forward(days=3)
    top.say(b.WelcomeAccepted(welcome), by=new)
    begun = top.day
    weeks = top.page("/pages/us", new)["welcomes"][0]["weeks"]
    assert [(one["first"], one["by"] - begun, one["done_on"]) for one in weeks][:2] == [("meet", 7, 0), ("leave", 7, 0)]
    assert {one["first"] for one in weeks} == set(b.FIRST.labels)
    top.refuses(b.FirstDone(welcome, "meet"), by=top.sami, words="not yours")
    top.say(b.FirstDone(welcome, "meet"), by=new)
    top.refuses(b.FirstDone(welcome, "meet"), by=top.huda, words="already")
    assert [item.values["day"] for item in mine(top.db, top.by(top.huda))] == [begun + 7]
    for first in list(b.FIRST.labels)[1:]:
        top.say(b.FirstDone(welcome, first), by=top.huda)
    assert mine(top.db, top.by(new)) == []
    top.forward(days=91)
    assert top.row("select state from welcome where welcome = ?", welcome) == "ended"


def test_whoever_rests_is_not_asked_to_read_to_stand_beside_somebody_or_for_a_turn(top: Table) -> None:
    resting = top.member("resting")
    assert resting not in dict(others(top.db, top.by(top.huda)))
    assert resting in profile.resting(top.db, top.day)


def test_who_comes_and_where_is_between_host_and_comer(top: Table) -> None:
    gathering = new_id()
    top.say(b.GatheringCalled(gathering, "شاي", top.day + 3, 1, "trusted"), by=top.huda)
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


@pytest.mark.parametrize("why", ["cancelled", "taken back", "host gone"])
def test_whoever_knows_the_place_is_told_that_nobody_awaits_them_until_that_day(top: Table, why: str) -> None:
    """They may stand there otherwise: the place was told to them, and a line that vanishes from a page says nothing."""
    gathering = new_id()
    top.say(b.GatheringCalled(gathering, "شاي", top.day + 3, 2, "trusted"), by=top.huda)
    seat = top.make("/pages/gather/{gathering}/come", by=top.sami, gathering=gathering)[0].seat
    top.make("/pages/gather/{gathering}/come", by=top.noor, gathering=gathering)
    top.make("/pages/seats/{seat}/give", by=top.huda, seat=seat, place="عند النافورة")
    if why == "cancelled":
        top.make("/pages/gather/{gathering}/cancel", by=top.huda, gathering=gathering)
    elif why == "taken back":
        top.make("/pages/seats/{seat}/leave", by=top.huda, seat=seat)
    else:
        top.db.execute("update member set standing = 'removed' where member = ?", (top.huda,))
        top.forward(days=1)
    off = "please do not go"
    for days in (0, 1):
        top.forward(days=days)
        assert [off in item.text for item in waiting(top.db, top.by(top.sami))] == [True]
        page = top.page("/pages/us", top.sami)
        assert [one["seat"] for one in page["off"]] == [seat] and page["gatherings"] == []
        assert not any(off in item.text for item in waiting(top.db, top.by(top.noor))), "who knew no place goes nowhere"
        assert "النافورة" not in "".join(top.dump())
    top.forward(days=4)
    assert not waiting(top.db, top.by(top.sami))
    assert top.rows("select * from gathering_seat") == []


def test_whoever_gives_a_seat_back_is_not_told_anything(top: Table) -> None:
    gathering = new_id()
    top.say(b.GatheringCalled(gathering, "شاي", top.day + 3, 2, "trusted"), by=top.huda)
    seat = top.make("/pages/gather/{gathering}/come", by=top.sami, gathering=gathering)[0].seat
    top.make("/pages/seats/{seat}/give", by=top.huda, seat=seat, place="عند النافورة")
    top.make("/pages/seats/{seat}/leave", by=top.sami, seat=seat)
    assert waiting(top.db, top.by(top.sami)) == []
    assert top.page("/pages/us", top.huda)["gatherings"][0]["asked"] == []


def test_thanks_and_milestones_are_private_unless_shared(top: Table) -> None:
    gratitude, milestone = new_id(), new_id()
    top.say(b.GratitudeSaid(gratitude, top.sami, "شكراً على الطريق"), by=top.huda)
    top.say(b.MilestoneKept(milestone, "سنة كاملة"), by=top.sami)
    seen = top.page("/pages/us", top.zein)
    assert seen["thanks"] == seen["milestones"] == seen["news"] == []
    share = "/pages/milestones/{milestone}/share"
    news = top.make(share, by=top.sami, milestone=milestone, words="سنة كاملة", scope="trusted")[0].news
    assert [one["words"] for one in top.page("/pages/us", top.zein)["news"]] == ["سنة كاملة"]
    top.refuses(b.NewsTakenBack(news), by=top.zein, words="not yours")
    top.say(b.NewsTakenBack(news), by=top.sami)
    assert top.page("/pages/us", top.zein)["news"] == []
