"""What is said about campaigns and actions changes in the view, and what a new day changes."""

from sqlite3 import Connection
from typing import Any

from nasij.areas.campaigns import facts as f
from nasij.areas.campaigns import lists
from nasij.areas.campaigns.rules import GOING_AHEAD, SIGNED_BY, TRUSTED_ONES, signed
from nasij.areas.campaigns.sheets import forget, openers_of, unseal_no_more
from nasij.areas.campaigns.tables import GOING
from nasij.areas.fund import move_purpose
from nasij.areas.incidents import forget_people, open_by_itself
from nasij.ids import numbered_id
from nasij.kit import charter, who
from nasij.kit.rows import fields, insert, put, rows
from nasij.kit.table import Keep
from nasij.kit.who import By

_PLAN = ("campaign", "aim", "addressed", "goal", "begins_on", "ends_on", "face", "kit")


def _values(fact: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def _change(db: Connection, table: str, key: str, **changed: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in changed)
    of = "asking" if table == "picture_asking" else table
    db.execute(f"update {table} set {names} where {of} = ?", (*changed.values(), key))


# Campaigns and their money


def fold_thought(db: Connection, by: By, fact: f.CampaignThought) -> None:
    """Write the idea down."""
    begun = {"lead": by.member, "state": "idea", "moved_on": by.day, "audience": by.audience}
    insert(db, "campaign", _values(fact, _PLAN) | begun)


def fold_changed(db: Connection, by: By, fact: f.CampaignChanged) -> None:
    """Write it anew; whoever does so leads it."""
    _change(db, "campaign", fact.campaign, **_values(fact, _PLAN[1:]), lead=by.member, moved_on=by.day)


def fold_moved(db: Connection, by: By, fact: Any) -> None:
    """Take a campaign a step on; a closed one raises no more."""
    state = lists.CAMPAIGN_STEPS.move(db, fact.campaign, fact)
    _change(db, "campaign", fact.campaign, moved_on=by.day)
    if state == "closed":
        _change(db, "campaign", fact.campaign, closed_on=by.day)
        db.execute("update fundraiser set closed_on = ? where campaign = ? and closed_on = 0", (by.day, fact.campaign))
        db.execute("update campaign_expense set closed_on = ? where campaign = ?", (by.day, fact.campaign))


def fold_raised(db: Connection, by: By, fact: f.FundraiserOpened) -> None:
    """Open it."""
    row = _values(fact, ("fundraiser", "campaign", "goal_minor", "currency", "method", "shown"))
    insert(db, "fundraiser", row | {"raiser": by.member, "audience": by.audience})


def fold_raising_ended(db: Connection, by: By, fact: f.FundraiserEnded) -> None:
    """End it."""
    _change(db, "fundraiser", fact.fundraiser, closed_on=by.day)


def fold_noted(db: Connection, by: By, fact: f.ExpenseNoted) -> None:
    """Keep what it is for beside the reservation."""
    closed = fields(db, "campaign", "campaign", fact.campaign)["closed_on"]
    row = _values(fact, ("reservation", "campaign", "words"))
    insert(db, "campaign_expense", row | {"closed_on": closed and by.day, "audience": by.audience})


def fold_surplus_asked(db: Connection, by: By, fact: f.SurplusAsked) -> None:
    """Wait for the group."""
    row = _values(fact, ("surplus", "campaign", "amount", "currency", "purpose", "proposal"))
    insert(db, "surplus", row | {"state": "asked", "audience": by.audience})


def fold_surplus_moved(db: Connection, by: By, fact: f.SurplusMoved) -> None:
    """Let the books say what it is for from now on."""
    row = fields(db, "surplus", "surplus", fact.surplus)
    lists.SURPLUS_STEPS.move(db, fact.surplus, fact)
    _change(db, "surplus", fact.surplus, closed_on=by.day)
    move_purpose(db, by, fact.surplus, row["amount"], row["currency"], row["campaign"], row["purpose"])


def fold_surplus_dropped(db: Connection, by: By, fact: f.SurplusDropped) -> None:
    """Leave it where it is."""
    lists.SURPLUS_STEPS.move(db, fact.surplus, fact)
    _change(db, "surplus", fact.surplus, closed_on=by.day)


# Actions


def fold_proposed(db: Connection, by: By, fact: f.ActionProposed) -> None:
    """Propose it."""
    row = _values(fact, ("action", "campaign", "kind", "exposure", "places", "outside", "words"))
    begun = {"lead": by.member, "state": "proposed", "moved_on": by.day, "audience": by.audience}
    insert(db, "action", row | begun)


def fold_signed(db: Connection, by: By, fact: f.RiskSigned) -> None:
    """Keep one word for each; with the second person the risks are reviewed, and a *no* after the go takes that back."""
    state = fields(db, "action", "action", fact.action)["state"]
    row = _values(fact, ("action", "threat", "likelihood", "harm", "measure", "verdict"))
    put(db, "risk_review", **row, member=by.member, audience=by.audience)
    held = state in GOING_AHEAD and fact.verdict == "no"
    if held or (state not in GOING_AHEAD and len(signed(db, fact.action)) >= SIGNED_BY):
        _change(db, "action", fact.action, state="reviewed", moved_on=by.day)


def fold_put(db: Connection, by: By, fact: f.ActionPutToVote) -> None:
    """Remember by which proposal the group is asked."""
    _change(db, "action", fact.action, proposal=fact.proposal, moved_on=by.day)


def fold_step(db: Connection, by: By, fact: Any) -> None:
    """Take an action a step on."""
    lists.ACTION_STEPS.move(db, fact.action, fact)
    _change(db, "action", fact.action, moved_on=by.day)


def fold_called_off(db: Connection, by: By, fact: f.NoGoGiven) -> None:
    """Call it off; no sheet is needed."""
    fold_step(db, by, fact)
    unseal_no_more(db, fact.action)


def fold_filled(db: Connection, by: By, fact: f.PlaceFilled) -> None:
    """Take a place, by its code."""
    insert(db, "action_place", _values(fact, ("place", "action", "role")) | {"audience": by.audience})


def fold_freed(db: Connection, by: By, fact: f.PlaceFreed) -> None:
    """Give it back."""
    db.execute("update action_place set freed = 1 where place = ?", (fact.place,))


def fold_back(db: Connection, by: By, fact: f.EveryoneBack) -> None:
    """Keep how many came, and nobody; what could still open a sheet is destroyed at once."""
    fold_step(db, by, fact)
    _change(db, "action", fact.action, came=fact.came)
    unseal_no_more(db, fact.action)


def fold_debriefed(db: Connection, by: By, fact: f.ActionDebriefed) -> None:
    """Keep what was said."""
    fold_step(db, by, fact)
    _change(db, "action", fact.action, worked=fact.worked, failed=fact.failed)


def fold_taught(db: Connection, by: By, fact: f.LessonNoted) -> None:
    """Keep the lesson as a row of its own, beside the kind of action it fits."""
    kind = fields(db, "action", "action", fact.action)["kind"]
    row = _values(fact, ("lesson", "action", "sort", "words"))
    insert(db, "action_lesson", row | {"kind": kind, "noted_on": by.day, "audience": by.audience})


def fold_cleared(db: Connection, by: By, fact: f.ActionCleared) -> None:
    """Destroy who went along."""
    fold_step(db, by, fact)
    clear(db, fact.action, by.day)


def clear(db: Connection, action: str, day: int) -> None:
    """Delete every row that says who went along, in every room, and let nobody be listed in their circles.

    Where somebody is still looked for, the people of that circle keep its keys for the incident, until that is over.
    """
    audiences = {
        row["audience"]
        for table in GOING
        for row in rows(db, f"select distinct audience from {table} where action = ?", action)
    }
    for audience in sorted(audiences):
        if forget_people(db, audience):
            who.hold_exactly(db, audience, ())
    for table in GOING:
        db.execute(f"delete from {table} where action = ?", (action,))
    db.execute("update risk_review set closed_on = ? where action = ?", (day, action))
    _change(db, "action", action, lead="", outside="", closed_on=day)


def passing(db: Connection, day: int) -> None:
    """Clear what nobody cleared in time: soon once it has begun or was called off, later where it was left lying before that.

    What an incident kept of a cleared action goes when that is over.
    """
    days = charter.value(db, "action_clear_days")
    over = rows(
        db,
        "select action from action where (state in ('no_go', 'happening', 'back', 'debriefed') and moved_on <= ?)"
        " or (state in ('proposed', 'reviewed', 'go', 'announced') and moved_on <= ?) order by action",
        *(day - days, day - Keep.WORKING),
    )
    for row in over:
        _change(db, "action", row["action"], state="cleared", moved_on=day)
        clear(db, row["action"], day)
    for row in rows(
        db,
        "select * from joining where course in ('happening', 'no_go', 'over') and course_on <= ? order by joining",
        day
        - 2
        * days,  # an action that was talked over lasts so long at most, and everybody who reads of it has cleared it
    ):
        _forget_joining(db, row)
    _leave_sheets(db, day)
    outlived = rows(
        db,
        "select distinct holder.of as circle from holder join incident on incident.audience = holder.of where source = 'count'"
        " and incident.closed_on > 0 and not exists (select 1 from joining where joining.audience = holder.of) order by circle",
    )
    for row in outlived:
        if forget_people(db, row["circle"]):
            who.hold_exactly(db, row["circle"], ())


def _leave_sheets(db: Connection, day: int) -> None:
    """Let nobody hold a part of a sheet who is not trusted any more: they do not read what would let their room open it.

    What such a room still holds, without a key, goes when nobody else can have it any more.
    """
    for row in rows(db, "select * from sheet order by sheet"):
        for member in sorted(openers_of(row)):
            if not who.is_there(db, member, TRUSTED_ONES):
                for circle in ("sheet", "sheet_opening"):
                    who.release(db, f"{circle}/{row['sheet']}", member)
                db.execute("delete from sheet_part where sheet = ? and member = ?", (row["sheet"], member))
        if row["left_on"] <= day - 2 * Keep.WORKING:
            forget(db, row)


# Going along


def fold_joined(db: Connection, by: By, fact: f.JoiningOffered) -> None:
    """Open the circle of one person, whoever leads and whoever stays outside."""
    action = fields(db, "action", "action", fact.action)
    row = _values(fact, ("joining", "action", "role", "seen")) | {"member": by.member, "state": "interested"}
    led = {"lead": action["lead"], "outside": action["outside"], "course": "announced", "course_on": by.day}
    insert(db, "joining", row | led | {"moved_at": by.hour, "audience": by.audience})
    who.admit(db, by.audience, by.member, action["lead"], action["outside"])


def fold_confirmed(db: Connection, by: By, fact: f.JoiningConfirmed) -> None:
    """Confirm it."""
    fold_joining(db, by, fact)
    _change(db, "joining", fact.joining, role=fact.role, place=fact.place, back_by=fact.back_by)


def fold_joining(db: Connection, by: By, fact: Any) -> None:
    """Take somebody's going along a step on."""
    state = lists.JOINING_STEPS.move(db, fact.joining, fact)
    member = fields(db, "joining", "joining", fact.joining)["member"]
    _change(db, "joining", fact.joining, moved_at=by.hour, taken_off=int(state == "ended" and by.member != member))


def fold_course(db: Connection, by: By, fact: f.CourseTold) -> None:
    """Keep how far it is."""
    _change(db, "joining", fact.joining, course=fact.course, course_on=by.day)


def fold_joining_cleared(db: Connection, _by: By, fact: f.JoiningCleared) -> None:
    """Destroy it in this circle."""
    _forget_joining(db, fields(db, "joining", "joining", fact.joining))


def _forget_joining(db: Connection, row: dict[str, Any]) -> None:
    """Delete one person's going along and their sheet, and let nobody be listed in its circle."""
    for sheet in rows(
        db, "select * from sheet where action = ? and member = ? order by sheet", row["action"], row["member"]
    ):
        forget(db, sheet)
    if forget_people(db, row["audience"]):
        who.hold_exactly(db, row["audience"], ())
    for table in ("joining", "joining_part", "picture_asking"):
        db.execute(f"delete from {table} where joining = ?", (row["joining"],))


def fold_return_moved(db: Connection, by: By, fact: f.ReturnMoved) -> None:
    """Wait until the new hour."""
    _change(db, "joining", fact.joining, back_by=fact.back_by)


def fold_paired(db: Connection, by: By, fact: f.BuddySet) -> None:
    """Name the buddy, or nobody, to this person alone."""
    _change(db, "joining", fact.joining, buddy=fact.buddy)


def fold_told(db: Connection, by: By, fact: f.PartTold) -> None:
    """Tell one more part; told anew, it stands in the place of the one before."""
    action = fields(db, "joining", "joining", fact.joining)["action"]
    db.execute("delete from joining_part where joining = ? and sort = ?", (fact.joining, fact.sort))
    row = _values(fact, ("part", "joining", "sort", "words"))
    insert(db, "joining_part", row | {"action": action, "told_at": by.hour, "audience": by.audience})


def fold_seen(db: Connection, by: By, fact: f.SeenChanged) -> None:
    """Hold to it from now on; what no camera may see is in no picture that may be shown."""
    _change(db, "joining", fact.joining, seen=fact.seen)
    if fact.seen == "no":
        db.execute("update picture_asking set answer = 'no' where joining = ?", (fact.joining,))


def fold_picture_asked(db: Connection, by: By, fact: f.PictureAsked) -> None:
    """Ask."""
    action = fields(db, "joining", "joining", fact.joining)["action"]
    row = _values(fact, ("asking", "joining", "words"))
    insert(db, "picture_asking", row | {"action": action, "audience": by.audience})


def fold_picture_answered(db: Connection, by: By, fact: f.PictureAnswered) -> None:
    """Keep the answer."""
    _change(db, "picture_asking", fact.asking, answer=fact.yes)


def fold_buddy_missed(db: Connection, by: By, fact: f.BuddyMissed) -> None:
    """Begin an incident about the buddy, in the circle of whoever misses them."""
    row = fields(db, "joining", "joining", fact.joining)
    _change(db, "joining", fact.joining, buddy_missed=1)
    _open(db, by, row | {"member": row["buddy"]}, numbered_id(fact.joining, 1))


def fold_missed(db: Connection, by: By, fact: f.CountMissed) -> None:
    """Begin an incident about whoever was not heard from."""
    fold_joining(db, by, fact)
    row = fields(db, "joining", "joining", fact.joining)
    _open(db, by, row, incident_of(fact.joining))


def incident_of(joining: str) -> str:
    """Return the incident that a count opens about somebody: every reader computes the same."""
    return numbered_id(joining, 0)


def _open(db: Connection, by: By, row: dict[str, Any], incident: str) -> None:
    """Let it begin by itself, at this place of the line; all of the circle but whomever it is about are told."""
    about = {"about": row["member"], "kind": "missing", "severity": "now", "source": "count"}
    open_by_itself(db, by.hour, incident=incident, **about, audience=row["audience"])
