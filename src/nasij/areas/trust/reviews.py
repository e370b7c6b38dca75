"""Reviews of a membership, and how one ends.

Opened, perhaps with an interim measure; the person concerned is heard, themselves or through somebody they choose; the
panel votes; the outcome follows from the votes; other members look at it again if that is asked; then it is closed. A
membership ends by the outcome of a review, or by the word of two of the panel with a day between them in which a third can
stop it. Every room counts the votes, so every room holds them; pages show only how many.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.trust.facts import (
    OUTCOMES,
    REMOVAL,
    REVIEW,
    HearingSaid,
    MemberRemoved,
    RemovalAsked,
    RemovalHalted,
    ReviewAppealed,
    ReviewClosed,
    ReviewDecided,
    ReviewGround,
    ReviewHeard,
    ReviewVoted,
)
from nasij.areas.trust.mandates import finish_all
from nasij.areas.trust.measures import FROZEN, end_freeze, open_review, restore, suspend
from nasij.areas.trust.panel import may_act_on, may_second, review_of, standing_of, voters
from nasij.areas.trust.vouches import close_vouches, settle
from nasij.clock import HOURS_A_DAY
from nasij.errors import Refused
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.rows import record, rows
from nasij.kit.who import IN_FORCE, By, admit

# Floors, which no group can lower: a night between two words that end a membership, and never one yes alone.
COOL_HOURS = 24
REMOVE_LEAST = 2  # never fewer than two yes

Row = dict[str, Any]


def review_row(db: Connection, review: str) -> Row:
    """Return a review; raises `NotHereYet` for none."""
    return record(db, "select * from review where review = ?", review)


def sitting(row: Row) -> int:
    """Return 1 for the first decision, 2 for the appeal."""
    return 2 if row["state"] == "appealed" else 1


def counts(db: Connection, row: Row) -> dict[str, int]:
    """Return how many of those who may vote now chose each outcome."""
    may_vote = voters(db, row)
    counted = dict.fromkeys(OUTCOMES.labels, 0)
    cast = db.execute(
        "select by_member, vote from review_vote where review = ? and sitting = ?", (row["review"], sitting(row))
    )
    for member, vote in cast:
        if member in may_vote:
            counted[vote] += 1
    return counted


def tally(db: Connection, row: Row) -> str:
    """Return the outcome that the votes have settled, empty while it is open.

    Ending a membership, or its roles, takes more than half of all who may vote, and never fewer than two. It stays as it
    was once too few are left to change that. Whoever does not vote counts for leaving things as they are.
    """
    counted = counts(db, row)
    all_voters = len(voters(db, row))
    cast = sum(counted.values())
    left = all_voters - cast

    def carries(votes: int) -> bool:
        return votes >= REMOVE_LEAST and votes * 2 > all_voters

    against = counted["remove"] + counted["roles"]
    if carries(counted["remove"]):
        return "remove"
    if carries(counted["remove"] + left):
        return ""
    if carries(against):
        return "roles"
    return "" if carries(against + left) or not cast else "keep"


def is_votable(db: Connection, row: Row, day: int) -> bool:
    """Say whether votes are taken: the person was heard, or had time to be."""
    if row["state"] in ("heard", "appealed"):
        return True
    return row["state"] in ("opened", "measures") and day >= row["opened_on"] + charter.value(db, "hearing_days")


# --- words, to few people ---------------------------------------------------------------------------------------------


def may_ground(db: Connection, by: By, fact: ReviewGround) -> None:
    """Whoever opened a review or votes in it says why."""
    row = review_row(db, fact.review)
    if row["closed_on"] or by.member not in (row["opened_by"], row["measure_by"], *voters(db, row)):
        raise Refused(mark("This is for the people who decide in this review."))


def fold_ground(db: Connection, by: By, fact: ReviewGround) -> None:
    """Give it to the people who vote, and not to the person concerned."""
    admit(db, by.audience, by.member, *voters(db, review_row(db, fact.review)))
    db.execute(
        "insert or replace into review_ground (ground, review, by_member, words, audience) values (?, ?, ?, ?, ?)",
        (fact.ground, fact.review, by.member, fact.words, by.audience),
    )


def may_speak(db: Connection, by: By, fact: ReviewHeard | HearingSaid) -> None:
    """Let the person concerned speak, or a trusted member for them; not those who called for the review."""
    row = review_row(db, fact.review)
    if row["state"] in ("decided", "closed"):
        raise Refused(
            mark("Somebody has already taken this a step further."),
            advice=mark("Open it again to see where it stands now."),
        )
    if by.member == row["whom"]:
        return
    if not by.trusted or by.member in (row["opened_by"], row["measure_by"]):
        raise Refused(
            mark("Somebody else brings the words of the person concerned."),
            advice=mark("They choose who speaks for them."),
        )


def fold_hearing(db: Connection, by: By, fact: HearingSaid) -> None:
    """Give it to the person, to whoever speaks for them, and to those who vote."""
    row = review_row(db, fact.review)
    admit(db, by.audience, by.member, row["whom"], *voters(db, row))
    db.execute(
        "insert or replace into hearing (hearing, review, by_member, words, audience) values (?, ?, ?, ?, ?)",
        (fact.hearing, fact.review, by.member, fact.words, by.audience),
    )


def may_be_heard(db: Connection, by: By, fact: ReviewHeard) -> None:
    """Say once that the person was heard."""
    REVIEW.may(db, fact.review, fact)
    may_speak(db, by, fact)


def fold_heard(db: Connection, by: By, fact: ReviewHeard) -> None:
    """Votes are taken from now on."""
    REVIEW.move(db, fact.review, fact)
    db.execute("update review set heard_on = ? where review = ?", (by.day, fact.review))


# --- deciding ---------------------------------------------------------------------------------------------------------


def _may_decide(db: Connection, by: By, review: str) -> Row:
    row = review_row(db, review)
    if by.member == row["whom"]:
        raise Refused(mark("Nobody decides about their own membership."))
    if by.member not in voters(db, row):
        raise Refused(mark("This is for the people who decide in this review."))
    return row


def may_vote(db: Connection, by: By, fact: ReviewVoted) -> None:
    """Those who may vote do so once the person was heard; one may think again until it is decided."""
    row = _may_decide(db, by, fact.review)
    if row["state"] in ("decided", "closed"):
        raise Refused(
            mark("Somebody has already taken this a step further."),
            advice=mark("Open it again to see where it stands now."),
        )
    if not is_votable(db, row, by.day):
        raise Refused(mark("First the person concerned is heard."))


def fold_voted(db: Connection, by: By, fact: ReviewVoted) -> None:
    """One vote each."""
    db.execute(
        "insert or replace into review_vote (review, by_member, vote, sitting, audience) values (?, ?, ?, ?, ?)",
        (fact.review, by.member, fact.vote, sitting(review_row(db, fact.review)), by.audience),
    )


def may_decide(db: Connection, by: By, fact: ReviewDecided | ReviewClosed) -> None:
    """Say what the votes say, nothing else."""
    row = _may_decide(db, by, fact.review)
    REVIEW.may(db, fact.review, fact)
    settled = tally(db, row)
    if not settled or not is_votable(db, row, by.day):
        raise Refused(mark("The votes do not settle it yet."))
    if settled != fact.outcome:
        raise Refused(mark("The votes say something else."))


def _carry_out(db: Connection, row: Row, outcome: str, by_hour: int, day: int) -> None:
    db.execute(
        "update review set outcome = ?, decided_at = ?, measure = ?, measure_until = 0 where review = ?",
        (outcome, by_hour, "confirmed" if outcome == "remove" else "over", row["review"]),
    )
    if outcome == "remove":
        suspend(db, row["whom"])
        return
    if outcome == "roles":
        finish_all(db, row["whom"], "recalled", day)
    restore(db, row["whom"], day)
    settle(db, row["whom"], day)  # vouches that came meanwhile count now


def fold_decided(db: Connection, by: By, fact: ReviewDecided) -> None:
    """Carry the outcome out; a membership that is to end is suspended until it may no longer be appealed."""
    REVIEW.move(db, fact.review, fact)
    _carry_out(db, review_row(db, fact.review), fact.outcome, by.hour, by.day)


def may_appeal(db: Connection, by: By, fact: ReviewAppealed) -> None:
    """Let the person concerned ask, or a trusted member for them who did not decide."""
    row = review_row(db, fact.review)
    REVIEW.may(db, fact.review, fact)
    if row["outcome"] == "keep":
        raise Refused(mark("Nothing was taken away that could be given back."))
    decided = "select 1 from review_vote where review = ? and by_member = ?"
    if by.member != row["whom"] and (not by.trusted or db.execute(decided, (fact.review, by.member)).fetchone()):
        raise Refused(
            mark("Somebody else brings the words of the person concerned."),
            advice=mark("They choose who speaks for them."),
        )


def fold_appealed(db: Connection, by: By, fact: ReviewAppealed) -> None:
    """Others vote from now on."""
    REVIEW.move(db, fact.review, fact)
    db.execute("update review set decided_at = ? where review = ?", (by.hour, fact.review))


def close_review(db: Connection, review: str, day: int) -> None:
    """Close a review and let its words and votes be forgotten in time."""
    db.execute("update review set state = 'closed', closed_on = ? where review = ?", (day, review))
    for table in ("review_vote", "review_ground", "hearing"):
        db.execute(f"update {table} set closed_on = ? where review = ?", (day, review))


def fold_closed(db: Connection, by: By, fact: ReviewClosed) -> None:
    """Carry out what the others found."""
    row = review_row(db, fact.review)
    close_review(db, fact.review, by.day)
    _carry_out(db, row, fact.outcome, by.hour, by.day)


# --- ending a membership ----------------------------------------------------------------------------------------------


def may_ask_removal(db: Connection, by: By, fact: RemovalAsked) -> None:
    """One of the panel asks."""
    may_act_on(db, by, fact.member)
    if standing_of(db, fact.member) in ("left", "removed"):
        raise Refused(mark("This membership is not in force now."))
    found = db.execute(
        "select state from removal where member = ? and (state = 'asked' or (state = 'halted' and closed_on > ?))"
        " order by state",
        (fact.member, by.day - 30),
    ).fetchone()
    if found is not None and found[0] == "asked":
        raise Refused(mark("This has been asked for already."), advice=mark("A second person has to agree."))
    if found is not None:
        raise Refused(mark("Somebody stopped this."), advice=mark("It needs a review now."))


def fold_removal_asked(db: Connection, by: By, fact: RemovalAsked) -> None:
    """Wait for a day, and for a second person."""
    db.execute(
        "insert into removal (removal, member, asked_by, state, asked_at, audience) values (?, ?, ?, 'asked', ?, ?)",
        (fact.removal, fact.member, by.member, by.hour, by.audience),
    )


def may_halt(db: Connection, by: By, fact: RemovalHalted) -> None:
    """Anybody of the panel stops it, whoever asked too."""
    REMOVAL.may(db, fact.removal, fact)
    may_act_on(db, by, str(record(db, "select member from removal where removal = ?", fact.removal)["member"]))


def fold_halted(db: Connection, by: By, fact: RemovalHalted) -> None:
    """Stop it; it needs a review now."""
    REMOVAL.move(db, fact.removal, fact)
    db.execute("update removal set closed_on = ? where removal = ?", (by.day, fact.removal))


def is_removable(db: Connection, member: str, hour: int) -> bool:
    """Say whether a review has settled that this membership ends, and nothing can change that any more."""
    found = rows(
        db,
        "select state, decided_at from review where whom = ? and outcome = 'remove' and measure = 'confirmed'",
        member,
    )
    over = hour - charter.value(db, "review_appeal_days") * HOURS_A_DAY
    return any(row["state"] == "closed" or (row["state"] == "decided" and row["decided_at"] <= over) for row in found)


def may_remove(db: Connection, by: By, fact: MemberRemoved) -> None:
    """By the outcome of a review, or as the second of two, a day after the first."""
    may_act_on(db, by, fact.member)
    if standing_of(db, fact.member) in ("left", "removed"):
        raise Refused(mark("This membership is not in force now."))
    if is_removable(db, fact.member, by.hour):
        return
    if db.execute("select 1 from review where whom = ? and state = 'appealed'", (fact.member,)).fetchone():
        raise Refused(mark("Other members are looking at it again."))
    asked = rows(db, "select asked_by, asked_at from removal where member = ? and state = 'asked'", fact.member)
    if not asked:
        raise Refused(
            mark("This needs the outcome of a review, or a second person."),
            advice=mark("One person asks for it, another agrees a day later."),
        )
    may_second(by, asked[0]["asked_by"])
    if by.hour < asked[0]["asked_at"] + COOL_HOURS:
        raise Refused(
            mark("A day has to pass first, in which others can stop it."),
            advice=mark("If somebody is in danger now, suspend or freeze the membership: that holds at once."),
        )


def fold_removed(db: Connection, by: By, fact: MemberRemoved) -> None:
    """End the membership with all it held, and look at whom it brought in."""
    member, day = fact.member, by.day
    brought = _brought_lately(db, member, day - charter.value(db, "review_days"))
    db.execute("update member set standing = 'removed', closed_on = ? where member = ?", (day, member))
    finish_all(db, member, "ended", day)
    for table in ("suspended", "earned"):
        db.execute(f"delete from {table} where member = ?", (member,))
    db.execute(
        "update removal set state = 'carried', closed_on = ? where member = ? and state = 'asked'", (day, member)
    )
    for row in rows(db, f"select freeze from freeze where member = ? and {FROZEN} order by freeze", member):
        end_freeze(db, row["freeze"], "over", day)
    _close_reviews_of(db, member, day)
    touched = close_vouches(db, "void", day, "by_member = ?", member)
    close_vouches(db, "void", day, "whom = ?", member)
    for other in brought:
        if not review_of(db, other):
            # Every room opens the same review by itself, so its id is made of the two it is about.
            open_review(db, member[:8] + other[8:], other, "", member, day)
    for other in touched:
        settle(db, other, day)


def _brought_lately(db: Connection, member: str, since: int) -> list[str]:
    found = db.execute(
        "select member from member where introduced_by = ? and since >= ?"
        " union select whom from vouch where by_member = ? and given_on >= ?"
        " order by 1",
        (member, since, member, since),
    ).fetchall()
    return [row[0] for row in found if standing_of(db, row[0]) in (*IN_FORCE, "suspended")]


def _close_reviews_of(db: Connection, member: str, day: int) -> None:
    for row in rows(db, "select review from review where whom = ? and closed_on = 0 order by review", member):
        close_review(db, row["review"], day)
    db.execute("update review set measure = 'over' where whom = ?", (member,))


def pass_reviews(db: Connection, day: int) -> None:
    """Close what is over: decided and not appealed, about somebody who left, or never decided, which leaves all as it was."""
    for row in rows(db, "select * from review where closed_on = 0 order by review"):
        decided_on = row["decided_at"] // HOURS_A_DAY
        if standing_of(db, row["whom"]) in ("left", "removed"):
            _close_reviews_of(db, row["whom"], day)
        elif row["state"] == "decided":
            if row["outcome"] != "remove" and decided_on + charter.value(db, "review_appeal_days") < day:
                close_review(db, row["review"], day)
        elif max(row["opened_on"], decided_on) + _patience(db, row) < day:
            close_review(db, row["review"], day)
            _carry_out(db, row, "keep", day * HOURS_A_DAY, day)
    db.execute(
        "update removal set state = 'lapsed', closed_on = ? where state = 'asked' and asked_at < ?",
        (day, (day - charter.value(db, "role_ask_days")) * HOURS_A_DAY),
    )


def _patience(db: Connection, row: Row) -> int:
    """Return after how many days an undecided review closes: sooner where nobody is left who may vote."""
    if voters(db, row):
        return charter.value(db, "review_days")
    return charter.value(db, "suspension_days")
