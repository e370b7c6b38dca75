"""Which facts of stories, lessons and belonging may follow which. No clock: the day is the day it was said."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.stories import belonging as b
from nasij.areas.stories import facts as f
from nasij.areas.stories.queries import to_see_to
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.kit import draw, who
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

_NOT_YOURS = mark("This is not yours to do.")
_TWICE = mark("This was said already.")
_CHANGED = mark("The story has changed meanwhile.")
_READ_AGAIN = mark("Please read it again.")
_YEAR_LATE = mark("Please choose a day within the next two years.")


def _new(db: Connection, table: str, key: str, value: str) -> None:
    if rows(db, f"select 1 from {table} where {key} = ?", value):
        raise Refused(_TWICE)


def _trusted(db: Connection, members: list[str]) -> None:
    if not set(members) <= who.members(db, ("trusted", "resting")):
        raise Refused(mark("Please choose people who are here and trusted."))


def may_tell(db: Connection, by: By, fact: f.StoryTold) -> None:
    """Tell it to one other, and name who may be the second: the teller alone chooses neither of those who look."""
    _new(db, "story", "story", fact.story)
    if fact.reader == by.member:
        raise Malformed(mark("Please choose somebody else."), field="reader")
    _may_be_second(by.member, [fact.reader], fact.among)
    _trusted(db, [fact.reader, *fact.among])


def _may_be_second(teller: str, readers: list[str], among: list[str]) -> None:
    if {teller, *readers} & set(among):
        raise Malformed(mark("Please choose others: neither yourself nor who reads it already."), field="among")


def _story(db: Connection, by: By, fact: Any, *, teller: bool = False, reader: bool = False) -> dict[str, Any]:
    row = fields(db, "story", "story", fact.story)
    f.STORY_STEPS.after(row["state"], _step(db, row, fact))
    if row["closed_on"]:
        raise Refused(mark("The words of this story are gone."))
    readers = row["readers"].split()
    fits = (teller and by.member == row["member"]) or (reader and by.member in readers)
    if not fits:
        raise Refused(_NOT_YOURS)
    return row


def _step(db: Connection, row: dict[str, Any], fact: Any) -> str:
    if isinstance(fact, f.DisguiseMade):
        return "DisguiseMade/" + ("telling" if to_see_to(db, row, fact.changed, fact.absent) else "disguised")
    if isinstance(fact, f.StoryRead):
        return "StoryRead/" + ("telling" if fact.recognised != "nobody" else "disguised")
    return type(fact).__name__


def _as_seen(row: dict[str, Any], fact: Any) -> None:
    if row["version"] != fact.version:
        raise Refused(_CHANGED, advice=_READ_AGAIN)


def may_disguise(db: Connection, by: By, fact: f.DisguiseMade) -> None:
    """Let the teller and the readers change what gives somebody away, one after another, and say only what is so."""
    row = _story(db, by, fact, teller=True, reader=True)
    _as_seen(row, fact)
    if set(fact.changed) & set(fact.absent):
        raise Malformed(mark("Something is either changed or not in it."), field="absent")
    if row["others"] and "others" in fact.absent:
        raise Malformed(mark("Other people are in the story, and nobody has disguised them yet."), field="absent")
    if fact.words == row["words"]:
        raise Malformed(mark("The words are the same as before. Please change them first."), field="words")


def may_read(db: Connection, by: By, fact: f.StoryRead) -> None:
    """Let each of two readers answer once for the words as they are."""
    row = _story(db, by, fact, reader=True)
    _as_seen(row, fact)
    if len(row["readers"].split()) < f.READERS:
        raise Refused(mark("The first reader chooses the second one first."))
    if rows(
        db,
        "select 1 from story_check where story = ? and reader = ? and version = ?",
        fact.story,
        by.member,
        fact.version,
    ):
        raise Refused(_TWICE)


def may_choose_reader(db: Connection, by: By, fact: f.ReaderChosen) -> None:
    """Let the one reader there is choose the other, among those the teller named, once the story is disguised."""
    row = _story(db, by, fact, reader=True)
    if len(row["readers"].split()) >= f.READERS:
        raise Refused(_TWICE)
    if fact.reader not in row["among"].split():
        raise Malformed(mark("Please choose among those the teller named."), field="reader")
    _trusted(db, [fact.reader])


def may_offer_readers(db: Connection, by: By, fact: f.ReadersOffered) -> None:
    """Let the teller name more people."""
    row = _story(db, by, fact, teller=True)
    _may_be_second(by.member, row["readers"].split(), fact.among)
    _trusted(db, fact.among)


def may_release_reader(db: Connection, by: By, fact: f.ReaderReleased) -> None:
    """Let the teller, or a reader for themselves, end it, as long as another reader is there to choose anew."""
    row = _story(db, by, fact, teller=True, reader=True)
    readers = row["readers"].split()
    if fact.reader not in readers or by.member not in (row["member"], fact.reader):
        raise Refused(_NOT_YOURS)
    if len(readers) < f.READERS:
        raise Refused(
            mark("Nobody else reads it yet."), advice=mark("Take the story back, and tell it to somebody else.")
        )


def may_consent(db: Connection, by: By, fact: f.ConsentGiven) -> None:
    """Let only the teller say the last yes: to these words, for these people, until a day."""
    _as_seen(_story(db, by, fact, teller=True), fact)
    if not by.day < fact.until <= by.day + f.DAYS_MOST:
        raise Malformed(_YEAR_LATE, field="until")
    _fits_reach(fact.reach, len(fact.people))
    if by.member in fact.people:
        raise Malformed(mark("Please choose others."), field="people")


def _fits_reach(reach: str, people: int) -> None:
    least, most = {"one": (1, 1), "circle": (1, f.PEOPLE_MOST)}.get(reach, (0, 0))
    if not least <= people <= most:
        raise Malformed(
            mark("Choose people here only for one person or several, and then at least one."), field="people"
        )


def may_share(db: Connection, by: By, fact: f.StoryShared) -> None:
    """Let a reader share it once for each last yes, as long as the yes holds and is for somebody."""
    row = _story(db, by, fact, reader=True)
    _new(db, "story_sharing", "copy", fact.copy)
    if row["reach"] == "me":
        raise Refused(mark("The story stays with the three of you: that is what the teller wants."))
    if row["until"] <= by.day:
        raise Refused(mark("The time that the teller said yes to is over."))


def may_withdraw(db: Connection, by: By, fact: f.StoryWithdrawn) -> None:
    """Let the teller take it back at any time, without a reason."""
    _story(db, by, fact, teller=True)


# Copies, in front of everybody who reads them


def may_place(db: Connection, by: By, fact: f.StoryPlaced) -> None:
    """Let one of the two readers that it names place it, until a day."""
    _new(db, "story_copy", "copy", fact.copy)
    if by.member not in fact.readers:
        raise Refused(_NOT_YOURS)
    if not by.day < fact.until <= by.day + f.DAYS_MOST:
        raise Malformed(_YEAR_LATE, field="until")
    if fact.reach == "me" or not draw.is_commitment(fact.seal) or bool(fact.people) != (fact.reach in f.CHOSEN):
        raise Malformed


def _copy(db: Connection, fact: Any) -> dict[str, Any]:
    f.COPY_STEPS.may(db, fact.copy, fact)
    return fields(db, "story_copy", "copy", fact.copy)


def may_vouch(db: Connection, by: By, fact: f.StoryVouched) -> None:
    """Let only the other of the two readers vouch."""
    row = _copy(db, fact)
    if by.member not in row["readers"].split() or by.member == row["placed_by"]:
        raise Refused(_NOT_YOURS)


def may_take_down(db: Connection, by: By, fact: f.CopyWithdrawn) -> None:
    """Let whoever knows the word that was sealed with the copy take it down: the teller and the readers, and nobody can tell which."""
    if not draw.opens(fact.copy, "", fact.secret, _copy(db, fact)["seal"]):
        raise Refused(_NOT_YOURS)


def may_export(db: Connection, by: By, fact: f.ExportNoted) -> None:
    """Take a story out of the network only where the teller said yes to that."""
    _new(db, "copy_export", "export", fact.export)
    row = fields(db, "story_copy", "copy", fact.copy)
    if row["state"] != "shared" or row["reach"] not in f.OUTSIDE:
        raise Refused(mark("This story stays in the network: that is what the teller wants."))
    if row["reach"] == "partners" and fact.how in ("press", "web"):
        raise Refused(mark("The teller said yes to partner groups, and not to the public."))


# Lessons


def may_propose(db: Connection, by: By, fact: f.LessonProposed) -> None:
    """Say what it fits, so that it is found by whoever needs it."""
    _new(db, "lesson", "lesson", fact.lesson)
    if not (fact.kind or fact.incident or fact.action):
        raise Malformed(
            mark("Please say what it fits: a kind of help, something that happened or an action."), field="kind"
        )
    if fact.kind and not rows(db, "select 1 from kind where kind = ?", fact.kind):
        raise NotHereYet


def may_confirm(db: Connection, by: By, fact: f.LessonConfirmed) -> None:
    """Let somebody else confirm it."""
    f.LESSON_STEPS.may(db, fact.lesson, fact)
    if fields(db, "lesson", "lesson", fact.lesson)["proposed_by"] == by.member:
        raise Refused(mark("Somebody else confirms what one has proposed."))


def may_move_lesson(db: Connection, by: By, fact: f.LessonChecked | f.LessonDropped) -> None:
    """Leave it to the steps."""
    f.LESSON_STEPS.may(db, fact.lesson, fact)


def may_replace(db: Connection, by: By, fact: f.LessonReplaced) -> None:
    """Replace it only by one that is confirmed."""
    f.LESSON_STEPS.may(db, fact.lesson, fact)
    newer = fields(db, "lesson", "lesson", fact.newer)
    if fact.newer == fact.lesson or newer["state"] != "confirmed":
        raise Refused(mark("Please choose another lesson that is confirmed."))


def may_make_key(db: Connection, by: By, fact: f.SigningKeyMade) -> None:
    """Make a key at any time: whoever knew the one before may have left."""
    _new(db, "lesson_key", "signing_key", fact.signing_key)


# Belonging


def may_offer_welcome(db: Connection, by: By, fact: b.WelcomeOffered) -> None:
    """Offer it to somebody who is here."""
    _new(db, "welcome", "welcome", fact.welcome)
    if fact.newcomer == by.member or fact.newcomer not in who.members(db):
        raise Malformed(mark("Please choose somebody else."), field="newcomer")


def may_wish_welcome(db: Connection, by: By, fact: b.WelcomeWished) -> None:
    """Ask somebody trusted who does not rest; whoever is trusted oneself is no newcomer any more."""
    _new(db, "welcome", "welcome", fact.welcome)
    if by.standing != "new":
        raise Refused(mark("This is for newcomers."))
    if fact.buddy not in who.members(db, ("trusted",)):
        raise Malformed(mark("Please choose people who are here and trusted."), field="buddy")


def may_have_done(db: Connection, by: By, fact: b.FirstDone) -> None:
    """Let either say it, once."""
    _paired(db, by, fact)
    if rows(db, "select 1 from welcome_first where welcome = ? and first = ?", fact.welcome, fact.first):
        raise Refused(_TWICE)


def _paired(db: Connection, by: By, fact: Any) -> dict[str, Any]:
    b.WELCOME_STEPS.may(db, fact.welcome, fact)
    row = fields(db, "welcome", "welcome", fact.welcome)
    if by.member not in (row["buddy"], row["newcomer"]):
        raise Refused(_NOT_YOURS)
    return row


def may_accept_welcome(db: Connection, by: By, fact: b.WelcomeAccepted) -> None:
    """Let only whoever was asked say yes: the newcomer to an offer, the other to a wish."""
    row = _paired(db, by, fact)
    if row["newcomer" if row["state"] == "offered" else "buddy"] != by.member:
        raise Refused(_NOT_YOURS)


def may_end_welcome(db: Connection, by: By, fact: b.WelcomeEnded) -> None:
    """Let either end it, without a reason."""
    _paired(db, by, fact)


def may_call(db: Connection, by: By, fact: b.GatheringCalled) -> None:
    """Call people together on a day to come."""
    _new(db, "gathering", "gathering", fact.gathering)
    if not by.day <= fact.held_on <= by.day + f.DAYS_MOST:
        raise Malformed(_YEAR_LATE, field="held_on")


def _gathering(db: Connection, gathering: str) -> dict[str, Any]:
    row = fields(db, "gathering", "gathering", gathering)
    if row["state"] != "called":
        raise Refused(mark("This gathering does not take place any more."))
    return row


def may_cancel(db: Connection, by: By, fact: b.GatheringCancelled) -> None:
    """Let only whoever called it cancel it."""
    if _gathering(db, fact.gathering)["host"] != by.member:
        raise Refused(_NOT_YOURS)


def may_ask_seat(db: Connection, by: By, fact: b.SeatAsked) -> None:
    """Ask whoever calls people together, once."""
    _new(db, "gathering_seat", "seat", fact.seat)
    row = _gathering(db, fact.gathering)
    if row["host"] != fact.host or fact.host == by.member:
        raise Refused(_NOT_YOURS)
    if rows(
        db,
        "select 1 from gathering_seat where gathering = ? and comer = ? and closed_on = 0",
        fact.gathering,
        by.member,
    ):
        raise Refused(_TWICE)


def may_give_seat(db: Connection, by: By, fact: b.SeatGiven) -> None:
    """Let only the host give it. How many there are is looked at before: each comer's room knows of one seat."""
    b.SEAT_STEPS.may(db, fact.seat, fact)
    if fields(db, "gathering_seat", "seat", fact.seat)["host"] != by.member:
        raise Refused(_NOT_YOURS)


def may_leave_seat(db: Connection, by: By, fact: b.SeatLeft) -> None:
    """Let either give it up, without a reason."""
    b.SEAT_STEPS.may(db, fact.seat, fact)
    row = fields(db, "gathering_seat", "seat", fact.seat)
    if by.member not in (row["host"], row["comer"]):
        raise Refused(_NOT_YOURS)


def may_thank(db: Connection, by: By, fact: b.GratitudeSaid) -> None:
    """Thank somebody else."""
    _new(db, "gratitude", "gratitude", fact.gratitude)
    if fact.whom == by.member or fact.whom not in who.members(db):
        raise Malformed(mark("Please choose somebody else."), field="whom")


def may_keep(db: Connection, by: By, fact: b.MilestoneKept) -> None:
    """Keep it once."""
    _new(db, "milestone", "milestone", fact.milestone)


def may_share_news(db: Connection, by: By, fact: b.NewsShared) -> None:
    """Share it once."""
    _new(db, "news", "news", fact.news)


def may_take_back_news(db: Connection, by: By, fact: b.NewsTakenBack) -> None:
    """Let only whoever shared it take it back."""
    row = fields(db, "news", "news", fact.news)
    if row["closed_on"]:
        raise NotHereYet
    if row["member"] != by.member:
        raise Refused(_NOT_YOURS)
