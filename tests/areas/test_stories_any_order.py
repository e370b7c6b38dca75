"""What holds of stories and lessons whatever several people do, in any order."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from nasij import ids
from nasij.areas import aid, incidents, people, profile, stories, tasks
from nasij.areas.stories import facts as f
from nasij.areas.stories.acts import unasked
from nasij.errors import Nasij
from tests.tabletop import TableTop

REACHES = tuple(f.REACH.labels)


class Play:
    """Five people and all they can do with stories; `yes` is the test's own account of what was approved."""

    ACTS = (
        "tell", "disguise", "disguise", "read", "read", "read", "readers", "consent", "consent", "share", "share",
        "vouch", "vouch", "export", "take_back", "rooms", "wait", "whole", "whole", "propose", "confirm", "check",
        "replace", "drop",
    )  # fmt: skip

    def __init__(self) -> None:
        self.top = TableTop(people.AREA, profile.AREA, tasks.AREA, aid.AREA, incidents.AREA, stories.AREA)
        self.people = [self.top.member() for _ in range(5)]
        self.ids = 0
        self.yes: dict[str, tuple[str, str]] = {}  # story: the words and the reach of the last yes
        self.taken_back: set[str] = set()

    def new(self) -> str:
        self.ids += 1
        return ids.numbered_id("stories", self.ids)

    def pick(self, sql: str, n: int) -> str:
        found = [row[0] if isinstance(row, tuple) else row for row in self.top.rows(sql)]
        return found[n % len(found)] if found else "0" * 16

    def say(self, fact: Any, by: str) -> bool:
        try:
            self.top.say(fact, by)
        except Nasij:
            return False
        return True

    def anybody(self, n: int) -> str:
        return self.people[n % len(self.people)]

    def story(self, n: int) -> str:
        return self.pick("select story from story where closed_on = 0 order by story", n)

    def version(self, story: str, m: int) -> int:
        return int(self.top.row("select version from story where story = ?", story) or 1) + (m % 7 == 0)

    def teller(self, story: str, n: int) -> str:
        return (
            self.anybody(n)
            if n % 5 == 0
            else self.top.row("select member from story where story = ?", story) or self.people[0]
        )

    def reader(self, story: str, n: int) -> str:
        readers = (self.top.row("select readers from story where story = ?", story) or self.people[0]).split()
        return self.anybody(n) if n % 5 == 0 else readers[n % len(readers)]

    def seen(self, story: str) -> set[str]:
        """What was seen to of a story; others count where there are none."""
        found = {one[0] for one in self.top.rows("select changed from story_disguise where story = ?", story)}
        others = self.top.row("select others from story where story = ?", story)
        return (found | (set() if others else {"others"})) - {"manner"}

    # --- stories ---------------------------------------------------------------------------------------------------

    def tell(self, n: int, m: int) -> None:
        among = sorted({self.anybody(n + 2), self.anybody(n + 3), self.anybody(n + 4)})
        said = (f"words {self.ids}", self.anybody(n + 1), among, ["joy"], "none", m % 2 == 0, "")
        self.say(f.StoryTold(self.new(), *said), self.anybody(n))

    def disguise(self, n: int, m: int) -> None:
        story = self.story(n)
        changed = ["place", "others"] if m % 3 else ["time", "age"]
        absent = ["work"] if m % 2 else []
        made = f.DisguiseMade(story, self.version(story, m), changed, absent, f"changed {self.new()}")
        self.say(made, self.reader(story, m))

    def read(self, n: int, m: int) -> None:
        story = self.story(n)
        answer = "other" if m % 8 == 1 else "nobody"
        self.say(f.StoryRead(story, self.version(story, m), answer, ""), self.reader(story, m))

    def readers(self, n: int, m: int) -> None:
        story = self.story(n)
        self.say(f.ReaderReleased(story, self.reader(story, m)), self.teller(story, m))
        self.say(f.ReadersOffered(story, sorted({self.anybody(m), self.anybody(m + 1)})), self.teller(story, m))
        self.say(f.ReaderChosen(story, self.anybody(m)), self.reader(story, n))

    def consent(self, n: int, m: int) -> None:
        story, reach = self.story(n), REACHES[m % len(REACHES)]
        teller = self.top.row("select member from story where story = ?", story)
        words = self.top.row("select words from story where story = ?", story)
        chosen = [one for one in self.people if one != teller][:1] if reach in f.CHOSEN else []
        by = self.teller(story, m)
        fact = f.ConsentGiven(story, self.version(story, m), reach, self.top.day + 1 + m % 30, chosen)
        if self.say(fact, by):
            assert by == teller
            self.yes[story] = (words, reach)

    def share(self, n: int, m: int) -> None:
        story = self.story(n)
        try:
            self.top.make("/pages/{story}/share", by=self.reader(story, m), story=story)
        except Nasij:
            return

    def vouch(self, n: int, m: int) -> None:
        copy = self.pick("select copy from story_copy where state = 'placed' order by copy", n)
        try:
            self.top.make("/pages/read/{copy}/vouch", by=self.anybody(m), copy=copy)
        except Nasij:
            return

    def export(self, n: int, m: int) -> None:
        copy = self.pick("select copy from story_copy order by copy", n)
        self.say(f.ExportNoted(self.new(), copy, list(f.EXPORT.labels)[m % 4]), self.anybody(m))

    def take_back(self, n: int, m: int) -> None:
        story = self.story(n)
        by = self.teller(story, m)
        try:
            self.top.make("/pages/{story}/back", by=by, story=story, by_me=m % 2 == 0)
        except Nasij:
            return
        self.taken_back.add(story)

    def rooms(self, n: int, m: int) -> None:
        for who in self.people:
            for fact in unasked(self.top.db, self.top.by(who)):
                self.say(fact, who)

    def wait(self, n: int, m: int) -> None:
        self.rooms(n, m)
        self.top.forward(days=(1, 2, 40, 200)[m % 4])

    def whole(self, n: int, m: int) -> None:
        """Take one story all the way, so that much is shared."""
        story, readers = self.story(n), []
        version = self.version(story, 1)
        seen = (["place", "time", "others"], ["age", "work"])
        self.say(f.DisguiseMade(story, version, *seen, f"changed {self.new()}"), self.reader(story, 1))
        for one in self.people:
            self.say(f.ReaderChosen(story, one), self.reader(story, 1))
        readers = (self.top.row("select readers from story where story = ?", story) or "").split()
        for one in readers:
            self.say(f.StoryRead(story, version + 1, "nobody", ""), one)
        self.consent(n, 3 + m % 4)
        self.share(n, 1)
        for one in range(5):
            self.vouch(one, one)

    # --- lessons ---------------------------------------------------------------------------------------------------

    def propose(self, n: int, m: int) -> None:
        fits = ("", "arrest" if m % 2 else "", "march" if m % 3 else "")
        self.say(f.LessonProposed(self.new(), "helped", "", *fits, "here", "lived", ""), self.anybody(n))

    def lesson(self, n: int) -> str:
        return self.pick("select lesson from lesson order by lesson", n)

    def confirm(self, n: int, m: int) -> None:
        lesson, by = self.lesson(n), self.anybody(m)
        proposed_by = self.top.row("select proposed_by from lesson where lesson = ?", lesson)
        if self.say(f.LessonConfirmed(lesson), by):
            assert by != proposed_by

    def check(self, n: int, m: int) -> None:
        self.say(f.LessonChecked(self.lesson(n)), self.anybody(m))

    def replace(self, n: int, m: int) -> None:
        self.say(f.LessonReplaced(self.lesson(n), self.lesson(m)), self.anybody(m))

    def drop(self, n: int, m: int) -> None:
        if m % 3 == 0:
            self.say(f.LessonDropped(self.lesson(n)), self.anybody(m))

    # --- what always holds -----------------------------------------------------------------------------------------

    def holds(self) -> None:
        rows, row = self.top.rows, self.top.row
        for copy, state, words, until, reach in rows("select copy, state, words, until, reach from story_copy"):
            assert bool(words) is (state in ("placed", "shared")), "what is over has no words"
            assert state not in ("placed", "shared") or until >= self.top.day
            story = row("select story from story_sharing where copy = ?", copy)
            assert story in self.yes, "no copy without the teller's last yes"
            if state == "shared" and row("select state from story where story = ?", story) == "shared":
                due = [one for who in self.people for one in unasked(self.top.db, self.top.by(who)) if one.copy == copy]
                assert due or self.yes[story] == (words, reach), "what is read is what was approved"
        for story, state, words in rows("select story, state, words from story"):
            closed_on = row("select closed_on from story where story = ?", story)
            assert bool(words) is (closed_on == 0)
            assert closed_on == 0 or state in ("withdrawn", "expired")
            assert closed_on or state in ("telling", "disguised") or len(self.seen(story)) >= 5, "all is seen to"
            assert story not in self.taken_back or state == "withdrawn"
        for reach in rows("select reach from copy_export join story_copy using (copy)"):
            assert reach[0] in f.OUTSIDE
        for state, proposed_by in rows("select state, proposed_by from lesson"):
            assert bool(proposed_by) is (state == "proposed"), "a lesson that counts names nobody"


class AnyOrder(RuleBasedStateMachine):
    """Anything anybody can do, one after another."""

    @initialize()
    def begin(self) -> None:
        self.play = Play()

    @rule(name=st.sampled_from(sorted(set(Play.ACTS))), n=st.integers(0, 40), m=st.integers(0, 40))
    def act(self, name: str, n: int, m: int) -> None:
        getattr(self.play, name)(n, m)

    @invariant()
    def what_always_holds(self) -> None:
        self.play.holds()

    @invariant()
    def within_a_day_no_copy_of_what_was_taken_back_is_left(self) -> None:
        play = self.play
        play_due = play.top.rows(
            "select copy from story_sharing join story_copy using (copy) join story using (story)"
            " where story.state = 'withdrawn' and story_copy.closed_on = 0"
        )
        due = {fact.copy for who in play.people for fact in unasked(play.top.db, play.top.by(who))}
        assert {row[0] for row in play_due} <= due, "somebody's open room takes it down now"


AnyOrder.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)


@pytest.mark.slow
def test_much_happens_in_a_history_so_that_the_rest_of_this_file_means_something() -> None:
    states: set[str] = set()
    lessons: set[str] = set()
    exports = 0
    for seed in range(6):
        play, luck = Play(), Random(seed)
        for _ in range(200):
            getattr(play, luck.choice(Play.ACTS))(luck.randrange(40), luck.randrange(40))
            play.holds()
            states |= {row[0] for row in play.top.rows("select state from story_copy")}
            lessons |= {row[0] for row in play.top.rows("select state from lesson")}
        exports += len(play.top.rows("select export from copy_export"))
    assert states == set(f.COPY_STEPS.labels)
    assert lessons == set(f.LESSON_STEPS.labels)
    assert exports
