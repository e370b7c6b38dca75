"""Rules and folds of the directory: services, checks that age, experiences, warnings, referrals, and unreached needs.

One unsafe experience makes a service doubtful at once. Two others who confirm it make it "do not use"; two others who
looked into it lift it, and then it is checked like a new one. Who told, confirmed or lifted is kept so that nobody counts
twice, and shown to nobody.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.resources.entries import (
    PROVIDER_STEPS,
    REFERRAL_STEPS,
    CheckMade,
    ExperienceTold,
    GapNoted,
    OutcomeTold,
    ProviderChanged,
    ProviderProposed,
    ReferralProposed,
    WarningConfirmed,
    WarningLifted,
    WarningPassedOn,
)
from nasij.areas.resources.folds import change, row_of
from nasij.areas.resources.rules import NOT_YOURS, need_coming, need_member, new
from nasij.errors import Refused
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.who import By

WORDS_NEEDED = 2  # what is grave takes two people; a group cannot choose fewer
_ENDS = frozenset({"helped", "refused", "declined", "withdrawn"})
_DETAILS = ("name", "area", "reach", "web", "fee", "papers", "languages", "mention")


# The directory


def may_propose(db: Connection, _by: By, fact: ProviderProposed) -> None:
    """Write a service down once."""
    new(db, "provider", fact.provider)


def may_change(db: Connection, _by: By, fact: ProviderChanged) -> None:
    """Change what is written of a service that is open."""
    PROVIDER_STEPS.may(db, fact.provider, fact)


def may_check(db: Connection, by: By, fact: CheckMade) -> None:
    """Check what somebody else wrote: whoever could change a number and confirm it alone could lead others anywhere."""
    row = fields(db, "provider", "provider", fact.provider)
    if row["written_by"] == by.member:
        raise Refused(mark("Somebody other than whoever wrote this down checks it."))
    if row["state"] in ("doubtful", "avoid") and fact.result != "gone":
        raise Refused(mark("A warning stands here. Two who looked into it can lift it."))
    PROVIDER_STEPS.after(row["state"], f"CheckMade/{fact.result}")


def may_tell(db: Connection, _by: By, fact: ExperienceTold) -> None:
    """Tell about a service that is open."""
    new(db, "experience", fact.experience)
    PROVIDER_STEPS.may(db, fact.provider, fact)


def warned_by(db: Connection, provider: str) -> set[str]:
    """Return who told of the warning that stands, as far as that is still known."""
    found = db.execute(
        "select member from experience join provider using (provider) where provider = ? and safe = 'unsafe'"
        " and experience.closed_on >= provider.alerted_on",
        (provider,),
    )
    unsure = db.execute(
        "select member from provider_check join provider using (provider) where provider = ? and result = 'unsure'"
        " and provider_check.checked_on >= provider.alerted_on",
        (provider,),
    )
    return {member for (member,) in (*found, *unsure) if member}


def words_on(db: Connection, provider: str, word: str) -> list[str]:
    """Return who confirmed the warning, or holds that it can be lifted."""
    found = db.execute(
        "select member from provider_word where provider = ? and word = ? order by member", (provider, word)
    )
    return [member for (member,) in found]


def may_judge(db: Connection, by: By, fact: WarningConfirmed | WarningLifted) -> None:
    """Judge once about a warning that somebody else gave."""
    PROVIDER_STEPS.may(db, fact.provider, fact)
    if by.member in warned_by(db, fact.provider):
        raise Refused(mark("You gave this warning yourself; others look into it."))
    word = "lift" if isinstance(fact, WarningLifted) else "confirm"
    if by.member in words_on(db, fact.provider, word):
        raise Refused(mark("You have said this already."))


def fold_proposed(db: Connection, by: By, fact: ProviderProposed) -> None:
    """Put it into the directory, not yet checked."""
    row = row_of(fact, by, written_by=by.member, written_on=by.day, state="proposed")
    insert(db, "provider", row | {"kinds": " ".join(fact.kinds)})


def fold_changed(db: Connection, by: By, fact: ProviderChanged) -> None:
    """Write the new details; what was checked of the old ones says nothing about them."""
    PROVIDER_STEPS.move(db, fact.provider, fact)
    details = {name: getattr(fact, name) for name in _DETAILS}
    change(
        db, "provider", fact.provider, kinds=" ".join(fact.kinds), written_by=by.member, written_on=by.day, **details
    )
    change(db, "provider", fact.provider, checked_on=0)
    db.execute("delete from provider_check where provider = ?", (fact.provider,))


def fold_checked(db: Connection, by: By, fact: CheckMade) -> None:
    """Count the check; each member's newest counts."""
    state = _moved(db, fact.provider, f"CheckMade/{fact.result}")
    put(db, "provider_check", **row_of(fact, by, member=by.member, checked_on=by.day))
    if fact.result == "right":
        change(db, "provider", fact.provider, checked_on=by.day, closed_on=0)
    elif state == "closed":
        change(db, "provider", fact.provider, closed_on=by.day)
    else:
        _warn(db, fact.provider, by.day)


def _moved(db: Connection, provider: str, step: str) -> str:
    state = PROVIDER_STEPS.after(PROVIDER_STEPS.state(db, provider), step)
    change(db, "provider", provider, state=state)
    return state


def _warn(db: Connection, provider: str, day: int) -> None:
    """Begin to count anew who confirms and who lifts."""
    change(db, "provider", provider, alerted_on=day)
    db.execute("delete from provider_word where provider = ?", (provider,))


def fold_told(db: Connection, by: By, fact: ExperienceTold) -> None:
    """Keep it; an unsafe one warns at once, and speaks for a warning that stands already."""
    before, again = PROVIDER_STEPS.state(db, fact.provider), by.member in warned_by(db, fact.provider)
    # Its words are forgotten half a year later; that it was safe or not, and the month, stay.
    insert(db, "experience", row_of(fact, by, member=by.member, closed_on=by.day))
    if fact.safe == "unsafe":
        state = _moved(db, fact.provider, "ExperienceTold/unsafe")
        if before == "doubtful" and not again:
            _judged(db, by, fact.provider, WarningConfirmed.__name__)
        elif state != before:
            _warn(db, fact.provider, by.day)


def fold_judged(db: Connection, by: By, fact: WarningConfirmed | WarningLifted) -> None:
    """Count it; with the second one it is so."""
    _judged(db, by, fact.provider, type(fact).__name__)


def _judged(db: Connection, by: By, provider: str, said: str) -> None:
    word = "lift" if said == WarningLifted.__name__ else "confirm"
    audience = fields(db, "provider", "provider", provider)["audience"]
    put(db, "provider_word", provider=provider, member=by.member, word=word, audience=audience)
    if len(words_on(db, provider, word)) < WORDS_NEEDED:
        return
    state = _moved(db, provider, said + "/all")
    db.execute("delete from provider_word where provider = ?", (provider,))
    if state == "proposed":
        change(db, "provider", provider, alerted_on=0, checked_on=0)
        db.execute("delete from provider_check where provider = ?", (provider,))


def checks(db: Connection, provider: str) -> int:
    """Return how many people found that what is written is right."""
    found = db.execute(
        "select count(*) from provider_check where provider = ? and result = 'right'", (provider,)
    ).fetchone()
    return int(found[0])


# Referrals: known to the two, one of whom may be new and read no directory


def may_refer(db: Connection, by: By, fact: ReferralProposed) -> None:
    """Propose it to somebody else; whether a warning stands on the service, the room of whoever refers looks."""
    new(db, "referral", fact.referral)
    need_member(db, by, fact.member, "member")
    need_coming(by, fact.contact_by, "contact_by")


def _in_referral(db: Connection, by: By, fact: Any, *parts: str) -> dict[str, Any]:
    row = fields(db, "referral", "referral", fact.referral)
    if by.member not in [row[part] for part in parts]:
        raise Refused(NOT_YOURS)
    return row


def may_as_referred(db: Connection, by: By, fact: Any) -> None:
    """Let whom it is about say this: without their yes nothing is sent anywhere."""
    _in_referral(db, by, fact, "member")
    REFERRAL_STEPS.may(db, fact.referral, fact)


def may_as_referrer(db: Connection, by: By, fact: Any) -> None:
    """Let whoever refers say this."""
    _in_referral(db, by, fact, "referrer")
    REFERRAL_STEPS.may(db, fact.referral, fact)


def may_as_either(db: Connection, by: By, fact: Any) -> None:
    """Let either of the two say this."""
    _in_referral(db, by, fact, "referrer", "member")
    REFERRAL_STEPS.may(db, fact.referral, fact)


def may_tell_outcome(db: Connection, by: By, fact: OutcomeTold) -> None:
    """Let either say what came of it."""
    row = _in_referral(db, by, fact, "referrer", "member")
    REFERRAL_STEPS.after(row["state"], f"OutcomeTold/{fact.outcome}")


def may_pass_on(db: Connection, by: By, fact: WarningPassedOn) -> None:
    """Note once that the warning stands in the directory; either of the two may have written it there."""
    row = _in_referral(db, by, fact, "referrer", "member")
    REFERRAL_STEPS.may(db, fact.referral, fact)
    if row["warned"]:
        raise Refused(mark("You have said this already."))


def fold_referred(db: Connection, by: By, fact: ReferralProposed) -> None:
    """Let the two know."""
    insert(db, "referral", row_of(fact, by, referrer=by.member, state="proposed", moved_on=by.day))
    who.admit(db, by.audience, by.member, fact.member)


def fold_referral(db: Connection, by: By, fact: Any) -> None:
    """Move it a step on."""
    state = REFERRAL_STEPS.move(db, fact.referral, fact)
    change(db, "referral", fact.referral, moved_on=by.day)
    if state in _ENDS:
        change(db, "referral", fact.referral, closed_on=by.day)


def fold_outcome(db: Connection, by: By, fact: OutcomeTold) -> None:
    """Hold on to it; what was not safe stays open until the directory warns."""
    change(db, "referral", fact.referral, state=fact.outcome, moved_on=by.day)
    if fact.outcome in _ENDS:
        change(db, "referral", fact.referral, closed_on=by.day)


def fold_passed_on(db: Connection, by: By, fact: WarningPassedOn) -> None:
    """Close it."""
    change(db, "referral", fact.referral, warned=1, moved_on=by.day, closed_on=by.day)


# Why a need was not reached


def may_note_gap(db: Connection, by: By, fact: GapNoted) -> None:
    """Let coordination, or whoever asked, say it of a need that ended without being met."""
    row = fields(db, "need", "need", fact.need)
    if "cases" not in by.roles and row["asked_by"] != by.member:
        raise Refused(NOT_YOURS)
    if not row["closed_on"] or row["reason"] == "met":
        raise Refused(mark("This is said of a need that ended without being met."))


def fold_gap(db: Connection, by: By, fact: GapNoted) -> None:
    """Keep the newest reason."""
    put(db, "need_gap", **row_of(fact, by, noted_on=by.day))


# A new day


def passing(db: Connection, day: int) -> None:
    """Let checks age, and referrals of which nobody says anything end."""
    db.execute(
        "update provider set state = 'old' where state = 'checked' and checked_on <= ?",
        (day - charter.value(db, "provider_check_days"),),
    )
    silent = day - charter.value(db, "referral_silent_days")
    open_ones = "('proposed', 'agreed', 'sent', 'seen')"
    for row in rows(db, f"select referral, state from referral where state in {open_ones} and moved_on <= ?", silent):
        state = REFERRAL_STEPS.after(row["state"], "passing")
        change(db, "referral", row["referral"], state=state, moved_on=day)
        if state == "withdrawn":
            change(db, "referral", row["referral"], closed_on=day)
    db.execute(
        "update referral set closed_on = ? where closed_on = 0 and state in ('unknown', 'unsafe') and moved_on <= ?",
        (day, silent),
    )
