"""What takes effect at once: a freeze by any one trusted member, and a suspension by two who look after membership.

A freeze ends by itself after 72 hours unless two others confirm it; then it lasts until two people who have spoken with the
member lift it, and with it the keys of a new device take the place of the old one's for good. A suspension lasts as long as
the group allows and belongs to a review. Who is suspended can state nothing.
"""

from sqlite3 import Connection

from nasij.areas.trust.facts import (
    FREEZE,
    REVIEW,
    FreezeConfirmed,
    MemberFrozen,
    ReviewOpened,
    SuspensionAsked,
    SuspensionConfirmed,
    ThawAgreed,
)
from nasij.areas.trust.panel import may_act_on, may_second, review_of, standing_of
from nasij.areas.trust.vouches import settle
from nasij.clock import HOURS_A_DAY, day_of
from nasij.errors import Refused
from nasij.kit.field import mark
from nasij.kit.rows import record, rows
from nasij.kit.who import IN_FORCE, By, burn, is_burnt, lose_keys, members, setting

# What one person alone may do to another is bounded for everybody alike, so these are no choice of a group.
FREEZE_HOURS = 72
FREEZES_A_WEEK = 2
FREEZE_ANEW_DAYS = 30  # one person alone does not keep another frozen from one freeze to the next
OPEN_MOST = 2  # reviews that one person may have opened at a time, so that nobody can put everybody under review
OLD_DEVICE = mark("This is the key of a device that was in other hands, or of somebody who is here already.")
OLD_DEVICE_ADVICE = mark("A device that was taken never comes back in. The member opens their room on another one.")
NOT_YET_TRUSTED = mark("Members who have become trusted can freeze others. You can freeze yourself at any time.")
WORDS_NEEDED = 2  # how many others confirm or lift a freeze
FROZEN = "state in ('frozen', 'confirmed')"


def suspend(db: Connection, member: str) -> None:
    """Suspend a membership now, and remember what it was."""
    standing = standing_of(db, member)
    if standing in IN_FORCE:
        db.execute("insert into suspended (member, was, audience) values (?, ?, 'network')", (member, standing))
        db.execute("update member set standing = 'suspended' where member = ?", (member,))


def restore(db: Connection, member: str, day: int) -> None:
    """Give a suspended membership back as it was, unless another freeze or suspension still holds it."""
    row = db.execute("select was from suspended where member = ?", (member,)).fetchone()
    held = db.execute(
        f"select 1 from freeze where member = ? and {FROZEN}"
        " union all select 1 from review where whom = ? and measure = 'confirmed'",
        (member, member),
    ).fetchone()
    if row is None or held or standing_of(db, member) != "suspended":
        return
    db.execute("delete from suspended where member = ?", (member,))
    db.execute("update member set standing = ? where member = ?", (row[0], member))
    settle(db, member, day)


# --- freezing ---------------------------------------------------------------------------------------------------------


def may_freeze(db: Connection, by: By, fact: MemberFrozen) -> None:
    """Freeze anybody in force, at most twice a week, and the same person once in a while; oneself always."""
    if standing_of(db, fact.member) not in IN_FORCE:
        raise Refused(mark("This membership is not in force now."))
    if fact.member == by.member:
        if not members(db, ("trusted", "resting")) - {by.member}:
            raise Refused(mark("There is no trusted member but you: nobody could let you back in."))
        return
    if not by.trusted:
        raise Refused(NOT_YET_TRUSTED)
    before = "select 1 from freeze where by_member = ? and member = ? and frozen_at > ?"
    lately = by.hour - FREEZE_ANEW_DAYS * HOURS_A_DAY
    if db.execute(before, (by.member, fact.member, lately)).fetchone():
        raise Refused(mark("You have frozen this member lately."), advice=mark("Ask somebody you trust to press it."))
    week = by.hour - 7 * HOURS_A_DAY
    done = db.execute(
        "select count(*) from freeze where by_member = ? and member <> by_member and frozen_at > ?", (by.member, week)
    )
    if done.fetchone()[0] >= FREEZES_A_WEEK:
        raise Refused(
            mark("One member can freeze %(most)d others in a week, and you have."),
            advice=mark("Ask somebody you trust to press it."),
            most=FREEZES_A_WEEK,
        )


def fold_frozen(db: Connection, by: By, fact: MemberFrozen) -> None:
    """Suspend at once."""
    suspend(db, fact.member)
    db.execute(
        "insert into freeze (freeze, member, by_member, state, frozen_at, until_at, audience)"
        " values (?, ?, ?, 'frozen', ?, ?, ?)",
        (fact.freeze, fact.member, by.member, by.hour, by.hour + FREEZE_HOURS, by.audience),
    )


def _say(db: Connection, by: By, freeze: str, says: str, sign_key: bytes = b"") -> bool:
    """Write down what somebody says about a freeze; return whether as many who are still among us say the same as are needed.

    Whoever was frozen or removed since may have said it while their device was in other hands.
    """
    db.execute(
        "insert or replace into freeze_word (freeze, by_member, says, sign_key, audience) values (?, ?, ?, ?, ?)",
        (freeze, by.member, says, sign_key, by.audience),
    )
    same = "select by_member from freeze_word where freeze = ? and says = ? and sign_key = ?"
    said = {row[0] for row in db.execute(same, (freeze, says, sign_key))}
    return len(said & members(db, ("trusted", "resting"))) >= WORDS_NEEDED


def may_confirm_freeze(db: Connection, by: By, fact: FreezeConfirmed) -> None:
    """Two others than whoever froze confirm it."""
    FREEZE.may(db, fact.freeze, fact)
    may_second(by, str(record(db, "select by_member from freeze where freeze = ?", fact.freeze)["by_member"]))


def fold_freeze_confirmed(db: Connection, by: By, fact: FreezeConfirmed) -> None:
    """Let it last until it is lifted once two have confirmed it: a device that is in other hands does not come back."""
    if _say(db, by, fact.freeze, "confirm"):
        FREEZE.move(db, fact.freeze, fact)
        db.execute("update freeze set until_at = 0 where freeze = ?", (fact.freeze,))


def may_thaw(db: Connection, _by: By, fact: ThawAgreed) -> None:
    """Two people lift a freeze, for the keys of a device that nobody else had; whoever pressed it may be one of them."""
    FREEZE.may(db, fact.freeze, fact)
    if record(db, "select member from freeze where freeze = ?", fact.freeze)["member"] != fact.member:
        raise Refused(mark("This freeze is of somebody else."))
    known = db.execute("select 1 from member where sign_key = ?", (fact.sign_key,)).fetchone()
    if known or is_burnt(db, fact.sign_key):
        raise Refused(OLD_DEVICE, advice=OLD_DEVICE_ADVICE)


def fold_thawed(db: Connection, by: By, fact: ThawAgreed) -> None:
    """Lift it at once when the second one says so: the old device's keys open nothing from here on, and never again."""
    if not _say(db, by, fact.freeze, "thaw", fact.sign_key):
        return
    burn(db, fact.member, by.day)
    db.execute(
        "update member set sign_key = ?, wrap_key = ?, wrap_period = ? where member = ?",
        (fact.sign_key, fact.wrap_key, fact.wrap_period, fact.member),
    )
    lose_keys(db, fact.member)
    end_freeze(db, fact.freeze, FREEZE.may(db, fact.freeze, fact), by.day)


def end_freeze(db: Connection, freeze: str, state: str, day: int) -> None:
    """End a freeze and give the membership back if nothing else holds it."""
    db.execute("update freeze set state = ?, closed_on = ? where freeze = ?", (state, day, freeze))
    db.execute("update freeze_word set closed_on = ? where freeze = ?", (day, freeze))
    restore(db, str(record(db, "select member from freeze where freeze = ?", freeze)["member"]), day)


# --- suspension -------------------------------------------------------------------------------------------------------


def may_open(db: Connection, by: By, fact: ReviewOpened | SuspensionAsked) -> None:
    """One of the panel opens a review, of somebody who is here and has none, and not of everybody."""
    may_act_on(db, by, fact.whom)
    if standing_of(db, fact.whom) in ("left", "removed"):
        raise Refused(mark("This membership is not in force now."))
    if review_of(db, fact.whom):
        raise Refused(mark("A review of this membership is open already."))
    opened = db.execute("select count(*) from review where opened_by = ? and closed_on = 0", (by.member,)).fetchone()
    if opened[0] >= OPEN_MOST:
        raise Refused(
            mark("You have opened %(most)d reviews that are not closed yet."),
            advice=mark("Somebody else who looks after membership can open one."),
            most=OPEN_MOST,
        )


def open_review(db: Connection, review: str, whom: str, opened_by: str, because: str, day: int) -> None:
    """Write a new review down."""
    db.execute(
        "insert or ignore into review (review, whom, because, opened_by, state, opened_on, audience)"
        " values (?, ?, ?, ?, 'opened', ?, 'network')",
        (review, whom, because, opened_by, day),
    )


def fold_opened(db: Connection, by: By, fact: ReviewOpened) -> None:
    """Begin the review."""
    open_review(db, fact.review, fact.whom, by.member, "", by.day)


def may_ask_suspension(db: Connection, by: By, fact: SuspensionAsked) -> None:
    """One of the panel asks; it belongs to the review that is open, or opens one."""
    if review_of(db, fact.whom) != fact.review:
        may_open(db, by, fact)
        return
    may_act_on(db, by, fact.whom)
    REVIEW.may(db, fact.review, fact)
    if record(db, "select measure from review where review = ?", fact.review)["measure"]:
        raise Refused(mark("This has been asked for already."), advice=mark("A second person has to agree."))


def fold_suspension_asked(db: Connection, by: By, fact: SuspensionAsked) -> None:
    """Nothing happens to the member yet."""
    open_review(db, fact.review, fact.whom, by.member, "", by.day)
    db.execute("update review set measure = 'asked', measure_by = ? where review = ?", (by.member, fact.review))


def may_confirm_suspension(db: Connection, by: By, fact: SuspensionConfirmed) -> None:
    """Let a second one of the panel agree."""
    found = record(db, "select whom, measure, measure_by from review where review = ?", fact.review)
    REVIEW.may(db, fact.review, fact)
    if found["measure"] != "asked":
        raise Refused(mark("Nobody has asked for this."))
    may_act_on(db, by, str(found["whom"]))
    may_second(by, str(found["measure_by"]))


def fold_suspension_confirmed(db: Connection, by: By, fact: SuspensionConfirmed) -> None:
    """Suspend at once, and not for longer than the group allows."""
    REVIEW.move(db, fact.review, fact)
    until = by.day + setting(db, "suspension_days", 14)
    db.execute("update review set measure = 'confirmed', measure_until = ? where review = ?", (until, fact.review))
    suspend(db, str(record(db, "select whom from review where review = ?", fact.review)["whom"]))


def pass_freezes(db: Connection, hour: int) -> None:
    """Let freezes that nobody has confirmed end with their last hour, and not only once the day turns."""
    ended = rows(db, "select freeze from freeze where state = 'frozen' and until_at <= ? order by freeze", hour)
    for row in ended:
        end_freeze(db, row["freeze"], "over", day_of(hour))


def pass_measures(db: Connection, day: int) -> None:
    """Let freezes and suspensions end when their time is over; one of a membership that is to end has no end of its own."""
    pass_freezes(db, day * HOURS_A_DAY)
    over = (
        "select review, whom from review where measure = 'confirmed' and measure_until between 1 and ? order by review"
    )
    for row in rows(db, over, day - 1):
        db.execute("update review set measure = 'over' where review = ?", (row["review"],))
        restore(db, row["whom"], day)
