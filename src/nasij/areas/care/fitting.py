"""Who could be with whom, and why: reasons in words, no score. And what the room of whoever supervises says by itself.

The person orders, the clock asks. As long as somebody supervises, their room asks the next one in the person's order, tells the
person what came of it, and brings the two together once both have said yes. Nobody learns who said no, or to whom.
"""

from sqlite3 import Connection
from typing import Any

from nasij.areas.care.facts import (
    CareProposed,
    CareWithdrawn,
    OptionAnswered,
    OptionAsked,
    PersonIntroduced,
    SupervisorPresent,
)
from nasij.areas.care.oversight import OPEN, open_relations, overseer
from nasij.areas.care.rules import in_turn
from nasij.areas.profile import resting
from nasij.ids import numbered_id
from nasij.kit import charter, who
from nasij.kit.rows import rows
from nasij.kit.who import By

PRESENT_AGAIN_DAYS = 2
_ANSWERS = {"declined": "no", "withdrawn": "no", "silent": "silent", "ended": "no"}


def split(words: str) -> list[str]:
    """Return several choices as a list."""
    return [one for one in words.split(",") if one]


def carried(db: Connection, member: str) -> int:
    """Return with how many people somebody is, as far as this room knows."""
    marks = ", ".join("?" * len(OPEN))
    sql = f"select count(*) from relation where helper = ? and state in ({marks}) and state <> 'proposed'"
    return int(db.execute(sql, (member, *OPEN)).fetchone()[0])


def has_room(db: Connection, caregiver: dict[str, Any], day: int) -> bool:
    """Say whether a caregiver can be with one more: present, not advised to wait, no debrief overdue, a place free."""
    limit = min(caregiver["places"], charter.value(db, "care_relations_most"))
    if caregiver["state"] != "present" or caregiver["full"] or carried(db, caregiver["member"]) >= limit:
        return False
    return not overdue(db, caregiver["caregiver"], day)


def overdue(db: Connection, caregiver: str, day: int) -> bool:
    """Say whether a heavy session has waited too long to be talked about."""
    limit = day - charter.value(db, "care_debrief_days")
    return bool(
        rows(db, "select 1 from debrief where caregiver = ? and closed_on = 0 and since <= ?", caregiver, limit)
    )


def _never(db: Connection, seeking: dict[str, Any]) -> set[str]:
    """Return who is left out without a word: those not wanted, and who avoids whom, as far as this room knows."""
    me = seeking["member"]
    avoided = rows(db, "select whom as one from avoid where closed_on = 0 and by_member = ?", me)
    avoided += rows(db, "select by_member as one from avoid where closed_on = 0 and whom = ?", me)
    before = rows(db, "select helper as one from relation where person = ?", me)
    return {me, *split(seeking["not_with"]), *(row["one"] for row in [*avoided, *before])}


def fitting(db: Connection, seeking: dict[str, Any], day: int) -> list[dict[str, Any]]:
    """Return caregivers who could fit, those who share more topics first, each with the topics they share."""
    never = _never(db, seeking) | resting(db, day)
    shown = {
        row["caregiver"] for row in rows(db, "select caregiver from care_option where seeking = ?", seeking["seeking"])
    }
    found = []
    for row in rows(db, "select * from caregiver where programme = ? order by caregiver", seeking["programme"]):
        shared = [one for one in split(seeking["topics"]) if one in split(row["topics"])]
        channel = set(split(seeking["channels"])) & set(split(row["channels"]))
        if row["member"] in never or not who.is_there(db, row["member"], ("trusted",)):
            continue
        if row["caregiver"] in shown or not channel or not has_room(db, row, day):
            continue
        found.append(row | {"reasons": shared})
    return sorted(found, key=lambda row: (-len(row["reasons"]), row["caregiver"]))


def as_option(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a person who seeks is shown of a caregiver: no name."""
    topics, channels = split(row["topics"]), split(row["channels"])
    return row["caregiver"], topics, row["reasons"], row["languages"], channels, row["training"]


def unasked(db: Connection, by: By) -> list[Any]:
    """Return what is due from whoever supervises: that they are here, and the next step for each who seeks."""
    found: list[Any] = []
    for seat in rows(db, "select * from oversight where member = ? and accepted = 1 and closed_on = 0", by.member):
        if by.day - seat["seen_on"] >= PRESENT_AGAIN_DAYS:
            found.append(SupervisorPresent(seat["programme"]))
    for seeking in rows(
        db, "select * from seeking where state in ('ordered', 'met', 'withdrawn', 'lapsed') order by 1"
    ):
        if overseer(db, seeking["programme"], by.day, seeking["member"]) == by.member:
            found += _next_for(db, seeking, by.day)
    return found


def _next_for(db: Connection, seeking: dict[str, Any], day: int) -> list[Any]:
    options = rows(db, "select * from care_option where seeking = ? and rank > 0 order by rank", seeking["seeking"])
    known = {row["relation"]: row for row in open_relations(db, seeking["programme"])}
    due: list[Any] = []
    for option in options:
        relation = numbered_id(option["option"], 1)
        row = known.get(relation)
        if option["state"] == "taken" and row and row["state"] == "willing":
            due.append(PersonIntroduced(relation, seeking["member"]))
        elif row and row["state"] in ("proposed", "willing") and (option["state"] == "over" or _is_over(seeking)):
            due.append(CareWithdrawn(relation))
    turn = in_turn(db, seeking["seeking"])
    if seeking["state"] == "ordered" and turn:
        due += _turn(db, seeking, turn, day)
    return due


def _is_over(seeking: dict[str, Any]) -> bool:
    return seeking["state"] in ("withdrawn", "lapsed")


def _turn(db: Connection, seeking: dict[str, Any], option: dict[str, Any], day: int) -> list[Any]:
    relation = numbered_id(option["option"], 1)
    asked = rows(db, "select * from relation where relation = ?", relation)
    if option["state"] == "shown":
        return [OptionAsked(option["option"])] if asked else _proposal(db, seeking, option, relation, day)
    if option["state"] == "asked" and asked:
        state = asked[0]["state"]
        if state == "willing":
            return [OptionAnswered(option["option"], "yes", asked[0]["helper"])]
        if state in _ANSWERS:
            return [OptionAnswered(option["option"], _ANSWERS[state], "")]
    return []


def _proposal(db: Connection, seeking: dict[str, Any], option: dict[str, Any], relation: str, day: int) -> list[Any]:
    """Ask the caregiver; where they take nobody new any more, or rest, say so at once."""
    found = rows(db, "select * from caregiver where caregiver = ? and state = 'present'", option["caregiver"])
    if not found or found[0]["member"] in resting(db, day) or not who.is_there(db, found[0]["member"], ("trusted",)):
        return [OptionAsked(option["option"]), OptionAnswered(option["option"], "no", "")]
    topics, reasons = split(seeking["topics"]), split(option["reasons"])
    about: tuple[Any, ...] = (topics, reasons, seeking["limits"], seeking["languages"], split(seeking["channels"]))
    of = (seeking["programme"], option["caregiver"], found[0]["member"])
    return [CareProposed(relation, *of, *about), OptionAsked(option["option"])]
