"""What is said about stories, lessons and belonging changes in the view, and what days change."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.stories import belonging as b
from nasij.areas.stories import facts as f
from nasij.areas.stories.queries import to_see_to
from nasij.clock import HOURS_A_DAY
from nasij.kit import charter, who
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.who import By

CHECK_DAYS = 365  # after which a lesson is old
ASKED_DAYS = 14  # before its last day and after it, that the teller is asked for a new yes
UNFINISHED_DAYS = 90  # after which a story that nobody went on with is let go of
NEWS_DAYS = 30
WELCOME_DAYS = 90  # after which two who stood side by side need no program for it, and what nobody answered is over


def _told(db: Connection, table: str, by: By, **row: Any) -> None:
    insert(db, table, row | {"audience": by.audience})


def fold_told(db: Connection, by: By, fact: f.StoryTold) -> None:
    """Begin a circle of two; the second reader comes once it is disguised."""
    who.admit(db, by.audience, by.member, fact.reader)
    words = {"words": fact.words, "signed": fact.signed, "about": " ".join(fact.about), "voice": fact.voice}
    counts = {"others": int(fact.others), "version": 1, "told_on": by.day, "moved_at": by.hour}
    people = {"member": by.member, "readers": fact.reader, "among": " ".join(fact.among), "state": "telling"}
    _told(db, "story", by, story=fact.story, **words, **counts, **people)


def _move(db: Connection, by: By, story: str, state: str, **more: Any) -> None:
    names = "".join(f", {name} = ?" for name in more)
    db.execute(
        f"update story set state = ?, moved_at = ?{names} where story = ?", (state, by.hour, *more.values(), story)
    )


def fold_disguised(db: Connection, by: By, fact: f.DisguiseMade) -> None:
    """Take the new words in the place of the old; what was read before is read anew."""
    for state, found in (("changed", fact.changed), ("absent", fact.absent)):
        for one in found:
            put(db, "story_disguise", story=fact.story, changed=one, state=state, audience=by.audience)
    open_ = to_see_to(db, fields(db, "story", "story", fact.story))
    _move(db, by, fact.story, "telling" if open_ else "disguised", words=fact.words, version=fact.version + 1)


def fold_read(db: Connection, by: By, fact: f.StoryRead) -> None:
    """Go on once both have read these words and recognise nobody; back to the telling where one does."""
    answer = {"recognised": fact.recognised, "by_what": fact.by_what, "version": fact.version}
    put(db, "story_check", story=fact.story, reader=by.member, audience=by.audience, **answer)
    if fact.recognised == "other":  # somebody else is in it, whatever was said of that before
        db.execute("update story set others = 1 where story = ?", (fact.story,))
        db.execute("delete from story_disguise where story = ? and changed = 'others'", (fact.story,))
    _move(db, by, fact.story, _where_read(db, fact.story) if fact.recognised == "nobody" else "telling")


def _where_read(db: Connection, story: str) -> str:
    row = fields(db, "story", "story", story)
    calm = rows(
        db,
        "select reader from story_check where story = ? and version = ? and recognised = 'nobody'",
        story,
        row["version"],
    )
    return "read" if {one["reader"] for one in calm} >= set(row["readers"].split()) else "disguised"


def fold_chosen(db: Connection, by: By, fact: f.ReaderChosen) -> None:
    """Let the second reader in, to the words as they are by now."""
    row = fields(db, "story", "story", fact.story)
    who.admit(db, by.audience, fact.reader)
    rest = [one for one in row["among"].split() if one != fact.reader]
    readers = sorted([*row["readers"].split(), fact.reader])
    _move(db, by, fact.story, row["state"], readers=" ".join(readers), among=" ".join(rest))


def fold_offered(db: Connection, by: By, fact: f.ReadersOffered) -> None:
    """Remember who else may be chosen."""
    row = fields(db, "story", "story", fact.story)
    _move(db, by, fact.story, row["state"], among=" ".join(sorted({*row["among"].split(), *fact.among})))


def fold_released(db: Connection, by: By, fact: f.ReaderReleased) -> None:
    """Close the circle to them."""
    row = fields(db, "story", "story", fact.story)
    readers = [one for one in row["readers"].split() if one != fact.reader]
    who.release(db, by.audience, fact.reader)
    _move(db, by, fact.story, row["state"], readers=" ".join(readers))


def fold_consent(db: Connection, by: By, fact: f.ConsentGiven) -> None:
    """Let this yes take the place of any before."""
    consent = fields(db, "story", "story", fact.story)["consent"] + 1
    kept = {"reach": fact.reach, "until": fact.until, "people": " ".join(fact.people), "consent": consent}
    _move(db, by, fact.story, "approved", **kept)


def fold_shared(db: Connection, by: By, fact: f.StoryShared) -> None:
    """Remember which copy is of this story, and what takes it down."""
    consent = fields(db, "story", "story", fact.story)["consent"]
    _told(db, "story_sharing", by, copy=fact.copy, story=fact.story, secret=fact.secret, consent=consent)
    _move(db, by, fact.story, "shared")


def fold_withdrawn(db: Connection, by: By, fact: f.StoryWithdrawn) -> None:
    """Take every word of it away at once."""
    _end_story(db, fact.story, "withdrawn", by.day)
    db.execute("update story set moved_at = ? where story = ?", (by.hour, fact.story))


def _end_story(db: Connection, story: str, state: str, day: int) -> None:
    db.execute(
        "update story set state = ?, words = '', signed = '', about = '', people = '', among = '', closed_on = ? where story = ?",
        (state, day, story),
    )
    db.execute("update story_check set by_what = '', closed_on = ? where story = ?", (day, story))
    db.execute("update story_disguise set closed_on = ? where story = ?", (day, story))


def fold_placed(db: Connection, by: By, fact: f.StoryPlaced) -> None:
    """Lay it where its readers find it, not to be read before the second has vouched."""
    if fact.people:
        who.admit(db, by.audience, *fact.people)
    words = {"words": fact.words, "signed": fact.signed, "about": " ".join(fact.about), "voice": fact.voice}
    more = {"reach": fact.reach, "until": fact.until, "seal": fact.seal, "placed_on": by.day, "placed_by": by.member}
    _told(db, "story_copy", by, copy=fact.copy, readers=" ".join(fact.readers), state="placed", **words, **more)


def fold_vouched(db: Connection, by: By, fact: f.StoryVouched) -> None:
    """Let it be read."""
    f.COPY_STEPS.move(db, fact.copy, fact)


def fold_taken_down(db: Connection, by: By, fact: f.CopyWithdrawn) -> None:
    """Take the words away in every room that hears it."""
    _end_copy(db, fact.copy, "withdrawn", by.day)


def _end_copy(db: Connection, copy: str, state: str, day: int) -> None:
    db.execute(
        "update story_copy set state = ?, words = '', signed = '', about = '', closed_on = ? where copy = ?",
        (state, day, copy),
    )
    db.execute("update copy_export set closed_on = ? where copy = ?", (day, copy))
    db.execute("update story_sharing set secret = '', closed_on = ? where copy = ?", (day, copy))


def fold_exported(db: Connection, by: By, fact: f.ExportNoted) -> None:
    """List what left the network."""
    _told(db, "copy_export", by, export=fact.export, copy=fact.copy, how=fact.how, member=by.member, noted_on=by.day)


# Lessons


def fold_proposed(db: Connection, by: By, fact: f.LessonProposed) -> None:
    """Lay it before the others; who proposed it is known until somebody has confirmed it."""
    fits = {"kind": fact.kind, "incident": fact.incident, "action": fact.action, "valid_where": fact.valid_where}
    says = {"helped": fact.helped, "harmed": fact.harmed, "stands": fact.stands, "origin": fact.origin}
    begins = {"state": "proposed", "proposed_by": by.member, "proposed_on": by.day}
    _told(db, "lesson", by, lesson=fact.lesson, **fits, **says, **begins)


def fold_confirmed(db: Connection, by: By, fact: f.LessonConfirmed | f.LessonChecked) -> None:
    """Let it stand, checked today, and forget who proposed it."""
    f.LESSON_STEPS.move(db, fact.lesson, fact)
    db.execute("update lesson set checked_on = ?, proposed_by = '' where lesson = ?", (by.day, fact.lesson))


def fold_lesson_ended(db: Connection, by: By, fact: f.LessonReplaced | f.LessonDropped) -> None:
    """Close it."""
    f.LESSON_STEPS.move(db, fact.lesson, fact)
    newer = fact.newer if isinstance(fact, f.LessonReplaced) else ""
    db.execute(
        "update lesson set newer = ?, proposed_by = '', closed_on = ? where lesson = ?", (newer, by.day, fact.lesson)
    )


def fold_key(db: Connection, by: By, fact: f.SigningKeyMade) -> None:
    """Let it take the place of the one before."""
    db.execute("update lesson_key set closed_on = ? where closed_on = 0", (by.day,))
    _told(db, "lesson_key", by, signing_key=fact.signing_key, seed=fact.seed, made_at=by.hour)


# Belonging


def fold_welcome(db: Connection, by: By, fact: b.WelcomeOffered | b.WelcomeWished) -> None:
    """Begin a circle of two."""
    offers = isinstance(fact, b.WelcomeOffered)
    buddy, newcomer = (by.member, fact.newcomer) if isinstance(fact, b.WelcomeOffered) else (fact.buddy, by.member)
    who.admit(db, by.audience, buddy, newcomer)
    pair = {"buddy": buddy, "newcomer": newcomer, "state": "offered" if offers else "wished"}
    _told(db, "welcome", by, welcome=fact.welcome, offered_on=by.day, **pair)


def fold_accepted(db: Connection, by: By, fact: b.WelcomeAccepted) -> None:
    """Stand side by side; the first weeks begin."""
    b.WELCOME_STEPS.move(db, fact.welcome, fact)
    db.execute("update welcome set accepted_on = ? where welcome = ?", (by.day, fact.welcome))


def fold_done(db: Connection, by: By, fact: b.FirstDone) -> None:
    """Tick it off."""
    _told(db, "welcome_first", by, welcome=fact.welcome, first=fact.first, done_on=by.day)


def fold_ended(db: Connection, by: By, fact: b.WelcomeEnded) -> None:
    """Close it."""
    b.WELCOME_STEPS.move(db, fact.welcome, fact)
    _end_welcome(db, fact.welcome, by.day)


def _end_welcome(db: Connection, welcome: str, day: int) -> None:
    db.execute("update welcome set state = 'ended', closed_on = ? where welcome = ?", (day, welcome))
    db.execute("update welcome_first set closed_on = ? where welcome = ?", (day, welcome))


def fold_called(db: Connection, by: By, fact: b.GatheringCalled) -> None:
    """Let people know."""
    row = {"what": fact.what, "held_on": fact.held_on, "places": fact.places}
    _told(db, "gathering", by, gathering=fact.gathering, host=by.member, state="called", **row)


def fold_cancelled(db: Connection, by: By, fact: b.GatheringCancelled) -> None:
    """Cancel it, and every seat that this room knows of."""
    _call_off(db, fact.gathering, by.day)


def _call_off(db: Connection, gathering: str, day: int) -> None:
    """End it. Whoever knew the place is told until its day that nobody is awaited there, so their seat is not over before."""
    db.execute("update gathering set state = 'cancelled', closed_on = ? where gathering = ?", (day, gathering))
    db.execute(
        "update gathering_seat set closed_on = case when state in ('given', 'left') then 0 else ? end, state = 'over', place = ''"
        " where gathering = ? and closed_on = 0",
        (day, gathering),
    )


def fold_seat(db: Connection, by: By, fact: b.SeatAsked) -> None:
    """Begin a circle of two: who comes is known to the host alone."""
    who.admit(db, by.audience, by.member, fact.host)
    held_on = fields(db, "gathering", "gathering", fact.gathering)["held_on"]
    seat = {"seat": fact.seat, "gathering": fact.gathering, "host": fact.host, "comer": by.member}
    _told(db, "gathering_seat", by, state="asked", held_on=held_on, **seat)


def fold_given(db: Connection, by: By, fact: b.SeatGiven) -> None:
    """Tell the place."""
    b.SEAT_STEPS.move(db, fact.seat, fact)
    db.execute("update gathering_seat set place = ? where seat = ?", (fact.place, fact.seat))


def fold_left(db: Connection, by: By, fact: b.SeatLeft) -> None:
    """Free the seat, and take the place back; whoever knew it, and whose seat the host took back, is told until that day."""
    row = fields(db, "gathering_seat", "seat", fact.seat)
    told = row["state"] == "given" and by.member == row["host"]
    b.SEAT_STEPS.move(db, fact.seat, fact)
    closed_on = 0 if told else by.day
    db.execute("update gathering_seat set place = '', closed_on = ? where seat = ?", (closed_on, fact.seat))


def fold_thanks(db: Connection, by: By, fact: b.GratitudeSaid) -> None:
    """Keep it between the two."""
    who.admit(db, by.audience, by.member, fact.whom)
    said = {"whom": fact.whom, "words": fact.words, "said_on": by.day}
    _told(db, "gratitude", by, gratitude=fact.gratitude, member=by.member, **said)


def fold_milestone(db: Connection, by: By, fact: b.MilestoneKept) -> None:
    """Keep it for oneself."""
    _told(db, "milestone", by, milestone=fact.milestone, member=by.member, words=fact.words, kept_on=by.day)


def fold_news(db: Connection, by: By, fact: b.NewsShared) -> None:
    """Let others be glad of it."""
    shared = {"about": fact.about, "words": fact.words, "shared_on": by.day}
    _told(db, "news", by, news=fact.news, member=by.member, **shared)


def fold_news_back(db: Connection, by: By, fact: b.NewsTakenBack) -> None:
    """Take it away at once."""
    db.execute("update news set words = '', closed_on = ? where news = ?", (by.day, fact.news))


# Days


def passing(db: Connection, day: int) -> None:
    """Let consents run out, lessons grow old, gatherings be over; forget who was in circles that are."""
    _pass_stories(db, day)
    for row in rows(
        db, "select welcome from welcome where closed_on = 0 and max(offered_on, accepted_on) < ?", day - WELCOME_DAYS
    ):
        _end_welcome(db, row["welcome"], day)
    off = "stories" in charter.switched_off(db)  # nobody could take a copy back then, so nobody keeps one
    for row in rows(db, "select copy from story_copy where closed_on = 0 and (until < ? or ?)", day, int(off)):
        _end_copy(db, row["copy"], "expired", day)
    _end_unanswered(db, day)
    if off:
        db.execute("update story set state = 'expired' where closed_on = 0 and state = 'shared'")
    db.execute("update lesson set state = 'old' where state = 'confirmed' and checked_on < ?", (day - CHECK_DAYS,))
    gone = "(select member from member where standing in ('left', 'removed'))"
    for row in rows(db, f"select gathering from gathering where closed_on = 0 and host in {gone} order by gathering"):
        _call_off(db, row["gathering"], day)
    db.execute("update gathering set state = 'over', closed_on = ? where closed_on = 0 and held_on < ?", (day, day))
    db.execute(
        "update gathering_seat set state = 'over', place = '', closed_on = ? where closed_on = 0 and held_on < ?",
        (day, day),
    )
    db.execute("update news set closed_on = ? where closed_on = 0 and shared_on < ?", (day, day - NEWS_DAYS))
    db.execute("update gratitude set closed_on = ? where closed_on = 0 and said_on < ?", (day, day - CHECK_DAYS))
    _forget_circles(db, day)


def _end_unanswered(db: Connection, day: int) -> None:
    """End copies that trusted members read and neither of whose two readers is one any more: nobody could take them back."""
    there = who.members(db, ("trusted", "resting"))
    for row in rows(db, "select copy, readers from story_copy where closed_on = 0 and audience = ?", who.TRUSTED):
        if not there.intersection(row["readers"].split()):
            _end_copy(db, row["copy"], "expired", day)


def _pass_stories(db: Connection, day: int) -> None:
    # What others read ends on the day of the consent. The three keep the words a little longer, to ask for a new yes.
    db.execute(
        "update story set state = 'expired' where closed_on = 0 and state in ('approved', 'shared') and until < ?",
        (day,),
    )
    over = rows(
        db,
        "select story from story where closed_on = 0 and ((state = 'expired' and until < ?)"
        " or (state in ('telling', 'disguised', 'read') and moved_at < ?))",
        day - ASKED_DAYS,
        (day - UNFINISHED_DAYS) * HOURS_A_DAY,
    )
    for row in over:
        _end_story(db, row["story"], "expired", day)


def _forget_circles(db: Connection, day: int) -> None:
    for table in ("story", "story_copy", "gathering_seat"):  # their rows go after a day, and their people with them
        for row in rows(db, f"select distinct audience from {table} where closed_on > 0 and closed_on < ?", day):
            if not who.is_open_circle(row["audience"]):
                who.hold_exactly(db, row["audience"], ())
    for table in ("welcome", "gratitude"):
        who.release_forgotten(db, table, day)
