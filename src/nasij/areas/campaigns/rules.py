"""What may be said about campaigns and actions. What trusted members read is checked by what all of them read.

So nothing here counts people: how many places are taken is known by codes, and how many are back is known where they are led.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import lists
from nasij.areas.decisions import outcome
from nasij.areas.fund import kept_for
from nasij.errors import Malformed, Refused
from nasij.kit import charter, who
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

SIGNED_BY = 2  # a floor, and no choice of a group: one pair of eyes does not send others into danger
SAID_ALREADY = mark("This has been said already.")
FOR_THE_LEAD = mark("This is for whoever leads it.")
FOR_COUNTERS = mark("This is for whoever leads the action, or counts from outside.")
FOR_THEM = mark("Everybody says this for themselves.")
TRUSTED_ONES = ("trusted", "resting")
GOING_AHEAD = ("go", "announced")
OPEN_MONEY = ("planned", "running", "paused")


def new(db: Connection, table: str, key: str, value: str) -> None:
    """Refuse an id that is there."""
    if rows(db, f"select 1 from {table} where {key} = ?", value):
        raise Refused(SAID_ALREADY)


# Campaigns


def may_think(db: Connection, _by: By, fact: f.CampaignThought) -> None:
    """Accept any idea."""
    new(db, "campaign", "campaign", fact.campaign)
    _in_order(fact)


def _in_order(fact: f.CampaignThought | f.CampaignChanged) -> None:
    if fact.begins_on and fact.ends_on and fact.ends_on < fact.begins_on:
        raise Malformed(mark("It ends before it begins."), field="ends_on")


def led_by(db: Connection, by: By, campaign: str) -> dict[str, Any]:
    """Return a campaign that this person leads; anybody trusted does where whoever led it is not among us any more."""
    row = fields(db, "campaign", "campaign", campaign)
    if row["lead"] != by.member and row["lead"] in who.members(db, TRUSTED_ONES):
        raise Refused(FOR_THE_LEAD)
    return row


def may_change(db: Connection, by: By, fact: f.CampaignChanged) -> None:
    """Leave it to whoever leads it, until it is closed."""
    if led_by(db, by, fact.campaign)["state"] == "closed":
        raise Refused(mark("This campaign is closed."))
    _in_order(fact)


def may_move(db: Connection, by: By, fact: Any) -> None:
    """Leave it to whoever leads it."""
    led_by(db, by, fact.campaign)
    lists.CAMPAIGN_STEPS.may(db, fact.campaign, fact)


# Money


def takes_money(db: Connection, campaign: str) -> dict[str, Any]:
    """Return a campaign into which money can come now."""
    row = fields(db, "campaign", "campaign", campaign)
    if row["state"] not in OPEN_MONEY:
        raise Refused(
            mark("No money is raised for this campaign now."),
            advice=mark("It has to be planned, and not closed yet."),
        )
    return row


def may_raise(db: Connection, _by: By, fact: f.FundraiserOpened) -> None:
    """Raise for a campaign that is planned."""
    new(db, "fundraiser", "fundraiser", fact.fundraiser)
    takes_money(db, fact.campaign)


def may_end_raising(db: Connection, by: By, fact: f.FundraiserEnded) -> None:
    """Leave it to whoever raises, or leads the campaign."""
    row = fields(db, "fundraiser", "fundraiser", fact.fundraiser)
    if row["closed_on"]:
        raise Refused(SAID_ALREADY)
    if row["raiser"] != by.member:
        led_by(db, by, row["campaign"])


def may_note(db: Connection, _by: By, fact: f.ExpenseNoted) -> None:
    """Name only what is reserved under the purpose of this campaign, once."""
    new(db, "campaign_expense", "reservation", fact.reservation)
    if fields(db, "reservation", "reservation", fact.reservation)["purpose"] != fact.campaign:
        raise Refused(mark("This was not reserved from the money of this campaign."))


def may_ask_surplus(db: Connection, _by: By, fact: f.SurplusAsked) -> None:
    """Ask about what is left of a closed campaign, by a proposal of its own."""
    new(db, "surplus", "surplus", fact.surplus)
    if fields(db, "campaign", "campaign", fact.campaign)["state"] != "closed":
        raise Refused(mark("First the campaign is closed; until then its money is spent on it."))
    if fact.amount > kept_for(db, fact.campaign, fact.currency):
        raise Refused(mark("Less than this is left of the campaign."))
    _free_proposal(db, fact.proposal)
    asked = "select 1 from surplus where campaign = ? and currency = ? and state = 'asked'"
    if rows(db, asked, fact.campaign, fact.currency):
        raise Refused(mark("The group is being asked about this already."))


def _free_proposal(db: Connection, proposal: str) -> None:
    """Refuse a proposal that decides on something else: one decision is not used twice."""
    row = fields(db, "proposal", "proposal", proposal)
    if row["effect"] != "agreement" or row["state"] not in ("discussion", "open"):
        raise Refused(mark("This proposal does not ask the group about this."))
    used = "select 1 from surplus where proposal = ? union all select 1 from action where proposal = ?"
    if rows(db, used, proposal, proposal):
        raise Refused(mark("This proposal is about something else."))


def may_move_surplus(db: Connection, _by: By, fact: f.SurplusMoved) -> None:
    """Move only what the group decided on, and what is still there."""
    lists.SURPLUS_STEPS.may(db, fact.surplus, fact)
    row = fields(db, "surplus", "surplus", fact.surplus)
    if outcome(db, row["proposal"]) != "passed":
        raise Refused(mark("The group has not decided this."), advice=mark("The money stays for its campaign."))
    if row["amount"] > kept_for(db, row["campaign"], row["currency"]):
        raise Refused(mark("Less than this is left of the campaign."))


def may_drop_surplus(db: Connection, _by: By, fact: f.SurplusDropped) -> None:
    """Drop only what the group did not agree to, or what is not there any more."""
    lists.SURPLUS_STEPS.may(db, fact.surplus, fact)
    row = fields(db, "surplus", "surplus", fact.surplus)
    there = row["amount"] <= kept_for(db, row["campaign"], row["currency"])
    if there and outcome(db, row["proposal"]) in ("passed", "discussion", "open"):
        raise Refused(mark("The group has not answered yet, or it has agreed."))


# Actions


def action_of(db: Connection, action: str) -> dict[str, Any]:
    """Return an action; raises `NotHereYet` where there is none."""
    return fields(db, "action", "action", action)


def counts(row: dict[str, Any], by: By) -> bool:
    """Say whether this person leads the action or counts from outside."""
    return by.member in (row["lead"], row["outside"])


def may_propose(db: Connection, by: By, fact: f.ActionProposed) -> None:
    """Let two people stand for it: one leads, another stays outside."""
    new(db, "action", "action", fact.action)
    if fact.campaign and fields(db, "campaign", "campaign", fact.campaign)["state"] == "closed":
        raise Refused(mark("This campaign is closed."))
    if fact.outside == by.member or fact.outside not in who.members(db, TRUSTED_ONES):
        raise Malformed(mark("Please choose another trusted member, who does not go along."), field="outside")


def may_sign(db: Connection, by: By, fact: f.RiskSigned) -> None:
    """Let anybody trusted but whoever leads it sign; a later word replaces an earlier one.

    After the go only those whose word it rests on hold it by theirs, so that no other stops what two have looked at; and
    somebody else signs only where one of the two is not among us any more.
    """
    row = action_of(db, fact.action)
    if row["lead"] == by.member:
        raise Refused(mark("Whoever leads it does not sign the review of its risks."))
    if row["state"] in GOING_AHEAD and not rests_on(db, by, fact.action):
        raise Refused(
            mark("It goes ahead by the word of those who signed; only they can take it back now."),
            advice=mark("Speak with one of them, or with whoever stays outside: each of them can stop it."),
        )
    if row["state"] == "happening":
        raise Refused(
            mark("It has begun."),
            advice=mark("Call whoever leads it or stays outside now: people are on the street."),
        )
    if row["state"] not in ("proposed", "reviewed", *GOING_AHEAD):
        raise Refused(mark("It is over, or it does not take place."))


def signed(db: Connection, action: str) -> dict[str, str]:
    """Return who signed the review of the risks and is still among us, with their word."""
    found = db.execute(
        "select risk_review.member, verdict from risk_review join member using (member) where action = ?"
        " and standing in ('trusted', 'resting') order by risk_review.member",
        (action,),
    )
    return dict(found.fetchall())


def rests_on(db: Connection, by: By, action: str) -> bool:
    """Say whether an action goes ahead by this person's word, or needs another one's."""
    there = signed(db, action)
    return by.member in there or len(there) < SIGNED_BY


def needs_vote(db: Connection, row: dict[str, Any]) -> bool:
    """Say whether the group votes on an action of this exposure."""
    return int(row["exposure"]) > charter.value(db, "action_vote_level")


def may_put(db: Connection, by: By, fact: f.ActionPutToVote) -> None:
    """Ask the group by a proposal of its own, after the review; again where it did not pass."""
    row = action_of(db, fact.action)
    if row["lead"] != by.member:
        raise Refused(FOR_THE_LEAD)
    if row["state"] != "reviewed":
        raise Refused(mark("Two people sign the review of its risks first."))
    if row["proposal"] and outcome(db, row["proposal"]) in ("discussion", "open", "passed"):
        raise Refused(mark("The group is being asked about this already."))
    _free_proposal(db, fact.proposal)


def may_go(db: Connection, by: By, fact: f.GoGiven | f.ActionAnnounced) -> None:
    """Go, and announce, only with two signatures, no standing objection, and the vote of the group where much is seen."""
    row = action_of(db, fact.action)
    if row["lead"] != by.member:
        raise Refused(FOR_THE_LEAD)
    lists.ACTION_STEPS.may(db, fact.action, fact)
    words = signed(db, fact.action)
    if "no" in words.values():
        raise Refused(
            mark("Somebody who looked at the risks says: not like this."),
            advice=mark("Talk with them; they can sign anew, or it does not take place."),
        )
    if len(words) < SIGNED_BY:
        raise Refused(mark("Two people sign the review of its risks first."))
    if needs_vote(db, row) and outcome(db, row["proposal"]) != "passed":
        raise Refused(
            mark("So much is seen of this action that the group votes on it first."),
            advice=mark("Put it to the vote; it can go ahead once that has passed."),
        )


def may_count(db: Connection, by: By, fact: Any) -> None:
    """Leave it to whoever leads it or counts from outside."""
    if not counts(action_of(db, fact.action), by):
        raise Refused(FOR_COUNTERS)
    lists.ACTION_STEPS.may(db, fact.action, fact)


def places_left(db: Connection, row: dict[str, Any]) -> int:
    """Return how many places of an action are free."""
    taken = db.execute("select count(*) from action_place where action = ? and freed = 0", (row["action"],))
    return int(row["places"]) - int(taken.fetchone()[0])


def may_fill(db: Connection, by: By, fact: f.PlaceFilled) -> None:
    """Fill only a place that is free, of an action that is announced."""
    row = action_of(db, fact.action)
    new(db, "action_place", "place", fact.place)
    if row["lead"] != by.member:
        raise Refused(FOR_THE_LEAD)
    if row["state"] != "announced":
        raise Refused(mark("Nobody joins this action now."))
    if places_left(db, row) < 1:
        raise Refused(mark("Every place of this action is taken."))


def may_free(db: Connection, by: By, fact: f.PlaceFreed) -> None:
    """Free it before the action is over: whoever did not come is not counted as having come."""
    place = fields(db, "action_place", "place", fact.place)
    row = action_of(db, place["action"])
    if row["lead"] != by.member:
        raise Refused(FOR_THE_LEAD)
    if place["freed"] or row["state"] not in ("announced", "happening", "no_go"):
        raise Refused(SAID_ALREADY)


def may_teach(db: Connection, _by: By, fact: f.LessonNoted) -> None:
    """Learn from what took place, or did not."""
    new(db, "action_lesson", "lesson", fact.lesson)
    if action_of(db, fact.action)["state"] not in ("back", "debriefed", "no_go", "cleared"):
        raise Refused(mark("First the action is over, and everybody is back."))


# Going along. Rules here read the circle of one person and who is a member, and nothing else, once that person is confirmed:
# whoever is out there may not read by then what trusted members read, and is counted all the same.


def joining_of(db: Connection, joining: str) -> dict[str, Any]:
    """Return one person's going along; raises `NotHereYet` where there is none."""
    return fields(db, "joining", "joining", joining)


def may_join(db: Connection, by: By, fact: f.JoiningOffered) -> None:
    """Let anybody trusted offer it once, while it is announced; whoever leads it too, to be counted with the others."""
    new(db, "joining", "joining", fact.joining)
    row = action_of(db, fact.action)
    if row["state"] != "announced":
        raise Refused(mark("Nobody joins this action now."))
    if by.member == row["outside"]:
        raise Refused(mark("You stay outside and count the others, so you do not go along."))
    if not all(who.is_there(db, one, TRUSTED_ONES) for one in (row["lead"], row["outside"])):
        raise Refused(mark("Whoever leads it or counts from outside cannot do so now."))
    there = "select 1 from joining where action = ? and member = ? and state <> 'ended'"
    if rows(db, there, fact.action, by.member):
        raise Refused(SAID_ALREADY)


def _led(db: Connection, by: By, joining: str, *, outside: bool = False) -> dict[str, Any]:
    row = joining_of(db, joining)
    if by.member != row["lead"] and not (outside and by.member == row["outside"]):
        raise Refused(FOR_COUNTERS if outside else FOR_THE_LEAD)
    return row


def _own(db: Connection, by: By, joining: str) -> dict[str, Any]:
    row = joining_of(db, joining)
    if row["member"] != by.member:
        raise Refused(FOR_THEM)
    return row


def may_confirm(db: Connection, by: By, fact: f.JoiningConfirmed) -> None:
    """Let whoever leads it confirm, on a place that is held under a code, while all three read what trusted members read."""
    row = _led(db, by, fact.joining)
    lists.JOINING_STEPS.may(db, fact.joining, fact)
    if not all_trusted(db, row):
        raise Refused(
            mark("Not all three who read this are trusted members now."),
            advice=mark("Vouches may have lapsed. Nobody is confirmed until they are renewed."),
        )
    place = fields(db, "action_place", "place", fact.place)
    if place["action"] != row["action"] or place["freed"] or place["role"] != fact.role:
        raise Refused(mark("This place is not free for them."))
    if fact.back_by <= by.hour:
        raise Malformed(mark("That hour has passed."))


def all_trusted(db: Connection, joining: dict[str, Any]) -> bool:
    """Say whether everybody in the circle of one person reads what trusted members read."""
    return all(who.is_there(db, joining[one], TRUSTED_ONES) for one in ("member", "lead", "outside"))


def may_end_joining(db: Connection, by: By, fact: f.JoiningEnded) -> None:
    """Let both sides end it before it has begun; after that whoever counts, for somebody who did not come."""
    row = joining_of(db, fact.joining)
    begun = row["course"] == "happening"
    if row["member"] != by.member or begun:
        _led(db, by, fact.joining, outside=begun)
    lists.JOINING_STEPS.may(db, fact.joining, fact)


def may_pair(db: Connection, by: By, fact: f.BuddySet) -> None:
    """Let whoever leads it name a buddy for whoever goes along, or none where that one goes with somebody else or not at all."""
    row = _led(db, by, fact.joining)
    if row["state"] != "confirmed" and (fact.buddy or row["state"] != "arrived"):
        raise Refused(mark("A buddy is for whoever is confirmed and has not left yet."))
    if not fact.buddy:
        return
    if fact.buddy == row["member"] or fact.buddy not in who.members(db):
        raise Malformed(mark("Please choose one from the list."), field="buddy")


def may_tell(db: Connection, by: By, fact: f.PartTold) -> None:
    """Tell parts in their order, the exact place last, and only to who is confirmed; what was told can be told anew."""
    new(db, "joining_part", "part", fact.part)
    row = _led(db, by, fact.joining, outside=True)
    if row["state"] not in ("confirmed", "arrived"):
        raise Refused(mark("Only whoever is confirmed is told when and where."))
    if row["course"] not in ("announced", "happening"):
        raise Refused(mark("Nothing more is told of it: it is held, or it does not take place."))
    told = {one["sort"] for one in rows(db, "select sort from joining_part where joining = ?", fact.joining)}
    latest = max((lists.PART_ORDER.index(sort) for sort in told), default=0)
    if fact.sort not in told and lists.PART_ORDER.index(fact.sort) < latest:
        raise Refused(
            mark("A later part was told already."), advice=mark("Parts are told in their order, the exact place last.")
        )


def may_move_return(db: Connection, by: By, fact: f.ReturnMoved) -> None:
    """Let whoever counts put the hour off, for whoever was not missed yet."""
    row = _led(db, by, fact.joining, outside=True)
    if row["state"] not in ("confirmed", "arrived"):
        raise Refused(SAID_ALREADY)
    if fact.back_by <= by.hour:
        raise Malformed(mark("That hour has passed."))


def may_change_seen(db: Connection, by: By, fact: f.SeenChanged) -> None:
    """Leave it to whoever may be seen."""
    _own(db, by, fact.joining)


def may_ask_picture(db: Connection, by: By, fact: f.PictureAsked) -> None:
    """Let those who lead ask."""
    new(db, "picture_asking", "asking", fact.asking)
    if _led(db, by, fact.joining, outside=True)["seen"] == "no":
        raise Refused(mark("They said that no camera may see them: this picture is destroyed, and nobody asks."))


def may_answer_picture(db: Connection, by: By, fact: f.PictureAnswered) -> None:
    """Leave it to whoever is in the picture; a *no* is possible at any time."""
    _own(db, by, fact.joining)
    if fields(db, "picture_asking", "asking", fact.asking)["joining"] != fact.joining:
        raise Refused(FOR_THEM)


def may_tell_course(db: Connection, by: By, fact: f.CourseTold) -> None:
    """Let those who count say how far it is: nobody else in the circle may be able to read it elsewhere."""
    row = _led(db, by, fact.joining, outside=True)
    if row["state"] == "ended" or fact.course not in lists.COURSE_AFTER[row["course"]]:
        raise Refused(SAID_ALREADY)


def may_clear_joining(db: Connection, by: By, fact: f.JoiningCleared) -> None:
    """Let those who count destroy it, but not while it is under way and somebody may be looked for."""
    if _led(db, by, fact.joining, outside=True)["course"] == "happening":
        raise Refused(mark("First the action is over, and everybody is back."))


def under_way(joining: dict[str, Any]) -> None:
    """Refuse what belongs to an action that has begun, before it has."""
    if joining["course"] != "happening":
        raise Refused(mark("The action has not begun, or it is over."))


def may_arrive(db: Connection, by: By, fact: f.ArrivalSaid) -> None:
    """Let them say it, or whoever leads it."""
    row = joining_of(db, fact.joining)
    under_way(row)
    if row["member"] != by.member:
        _led(db, by, fact.joining, outside=True)
    lists.JOINING_STEPS.may(db, fact.joining, fact)


def may_be_back(db: Connection, by: By, fact: f.BackSaid) -> None:
    """Let them say it; once they were missed, only whoever counts says it, by voice: a button proves nothing then."""
    row = joining_of(db, fact.joining)
    under_way(row)
    if row["member"] != by.member:
        _led(db, by, fact.joining, outside=True)
    elif row["state"] == "unaccounted":
        raise Refused(
            mark("You were missed, so a button proves nothing."),
            advice=mark("Let whoever counts hear your voice; they say it then."),
        )
    lists.JOINING_STEPS.may(db, fact.joining, fact)


def may_miss_buddy(db: Connection, by: By, fact: f.BuddyMissed) -> None:
    """Let them say it once, of a buddy they have."""
    row = _own(db, by, fact.joining)
    under_way(row)
    if not row["buddy"]:
        raise Refused(mark("No buddy is named here."), advice=mark("Tell whoever leads the action."))
    if row["buddy_missed"]:
        raise Refused(SAID_ALREADY)


def may_miss(db: Connection, by: By, fact: f.CountMissed) -> None:
    """Leave it to whoever counts: at any time, by hand or by a room that is awake after the hour."""
    under_way(_led(db, by, fact.joining, outside=True))
    lists.JOINING_STEPS.may(db, fact.joining, fact)
