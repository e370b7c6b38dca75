"""What may be said when people are brought together, and the small questions that rules, folds and pages share.

A rule reads the need, its parts and kinds, members and mandates, and the rows of its own circle. What only one room
knows is asked before something is stated (`acts`): one's own free places over all circles, and who avoids whom.
"""

from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.matching.facts import (
    ASK_STEPS,
    COMMITMENT_STEPS,
    ROUND_STEPS,
    AskAccepted,
    AskDeclined,
    AskMovedOn,
    AskWentSilent,
    CommitmentAccepted,
    CommitmentConfirmed,
    CommitmentDeclined,
    CommitmentDone,
    CommitmentFellThrough,
    CommitmentOffered,
    CommitmentPassedOn,
    CommitmentReleased,
    PersonAsked,
    RoundBegun,
    RoundStopped,
)
from nasij.errors import Malformed, Refused
from nasij.ids import id_from
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

COORDINATION = "cases"
IN_PLAY = ("open", "arranging", "underway")  # states of a need that looks for help or has found it
WIDE = (who.NETWORK, who.TRUSTED)
A_WEEK = 7
ASKS_UNSET = 2  # whoever never said how much they can take on is asked this often a week at most
_LOOK_AGAIN = mark("Open it again to see where it stands now.")
_NOT_NOW = mark("This is not looking for help now.")


def is_coordinator(by: By) -> bool:
    """Say whether this person coordinates."""
    return COORDINATION in by.roles


def coordinates(db: Connection, member: str, day: int) -> bool:
    """Say whether a member coordinates on a day."""
    return COORDINATION in who.roles_of(db, member, day)


def way_of(db: Connection, need: Mapping[str, Any]) -> str:
    """Return how offers for this need find their way.

    A need shown to chosen people only is between them: coordination cannot read it, and each of them was chosen by name.
    A sensitive kind is never left to members alone, whatever its mode says.
    """
    if need["scope"] == "chosen":
        return "between_members"
    mode, sensitive = db.execute("select mode, sensitive from kind where kind = ?", (need["kind"],)).fetchone()
    return "self_offer" if sensitive and mode == "between_members" else str(mode)


def open_parts(db: Connection, need: str) -> list[dict[str, Any]]:
    """Return the parts that still look for somebody, in their order."""
    return rows(db, "select part, words from part where need = ? and state = 'open' order by place, part", need)


# Free places


def slugs(kinds: str) -> list[str]:
    """Return the kinds of help somebody said they give, however the list is written."""
    return "".join(c if c.isalnum() or c == "_" else " " for c in kinds).split()


def kind_ids(kinds: str) -> set[str]:
    """Return the ids of such kinds; those every network begins with are made from their short names."""
    return {id_from(slug.encode().ljust(10)) for slug in slugs(kinds)}


def capacity(db: Connection, member: str) -> dict[str, Any]:
    """Return what a member said about how much they can take on; `per_week` is -1 where they said nothing."""
    found = rows(db, "select per_week, kinds, rest_until, helps from capacity where member = ?", member)
    return found[0] if found else {"per_week": -1, "kinds": "", "rest_until": 0, "helps": 1}


def kinds_fit(db: Connection, kinds: str, kind: str) -> bool:
    """Say whether a kind, or the one above it, is among the kinds somebody helps with; an empty list is all kinds."""
    if not slugs(kinds):
        return True
    parent = db.execute("select parent from kind where kind = ?", (kind,)).fetchone()
    return bool(kind_ids(kinds) & {kind, parent[0] if parent else ""})


def taken(db: Connection, member: str, day: int, *, shared: bool) -> int:
    """Return how many places of this week a member has given away: accepted within a week, or offered and unanswered.

    With `shared`, only what coordination can read as well: all readers of an ask count the same. Offers without an answer
    count however old they are; so the number accepted in any seven days never passes the limit that was checked.
    """
    return int(
        db.execute(
            "select count(*) from commitment where helper = ? and (state = 'offered'"
            " or state in ('accepted', 'done', 'confirmed') and accepted_on > ?)"
            + (" and way <> 'between_members'" if shared else ""),
            (member, day - A_WEEK),
        ).fetchone()[0]
    )


def is_live(ask: Mapping[str, Any], hour: int) -> bool:
    """Say whether an ask still has time to be answered."""
    return bool(ask["state"] == "asked" and hour < ask["asked_at"] + ask["window"])


def live_asks(db: Connection, member: str, hour: int) -> int:
    """Return how many asks wait for a member's answer; one at most."""
    return int(
        db.execute(
            "select count(*) from ask where helper = ? and state = 'asked' and asked_at + window > ?", (member, hour)
        ).fetchone()[0]
    )


def why_not_asked(db: Connection, by: By, member: str, kind: str) -> str:
    """Return why a member cannot be asked now: resting, full, busy, other; empty where they can be."""
    standing = db.execute("select standing from member where member = ?", (member,)).fetchone()
    if standing is None or standing[0] not in ("trusted", "resting"):
        return "other"
    said = capacity(db, member)
    if standing[0] == "resting" or said["rest_until"] >= by.day or not said["helps"]:
        return "resting"
    if not kinds_fit(db, said["kinds"], kind):
        return "other"
    if live_asks(db, member, by.hour):
        return "busy"
    limit = said["per_week"] if said["per_week"] >= 0 else ASKS_UNSET
    return "full" if taken(db, member, by.day, shared=True) >= limit else ""


# Commitments


def _need_in_play(db: Connection, need: str) -> dict[str, Any]:
    found = fields(db, "need", "need", need)
    if found["state"] not in IN_PLAY:
        raise Refused(_NOT_NOW, advice=_LOOK_AGAIN)
    return found


def may_offer(db: Connection, by: By, fact: CommitmentOffered) -> None:
    """Check the part, and that coordination stands between where the kind of help asks for it.

    Only coordination and the person asked can read an ask. So the rule checks that whoever the offer names as having
    asked does coordinate; whether they asked is seen in coordination's rooms, where an untrue offer stands apart.
    """
    if db.execute("select 1 from commitment where commitment = ?", (fact.commitment,)).fetchone():
        raise Refused(mark("This was already written down."))
    if by.standing == "resting":
        raise Refused(mark("You are resting."), advice=mark("Come back first; there is no hurry."))
    need = _need_in_play(db, fact.need)
    if need["asked_by"] == by.member:
        raise Refused(mark("This is what you asked for yourself."))
    part = fields(db, "part", "part", fact.part)
    if part["need"] != fact.need:
        raise Refused(mark("This part belongs to something else."))
    if part["state"] != "open":
        raise Refused(mark("Somebody already helps with this part."), advice=mark("There may be another part."))
    if fact.arranged_by and not coordinates(db, fact.arranged_by, by.day):
        raise Refused(mark("Whoever asked you does not coordinate."))
    if way_of(db, need) == "coordinated" and not fact.arranged_by:
        raise Refused(
            mark("For this kind of help, coordination brings people together."),
            advice=mark("Put an offer on the list, and coordination can ask you."),
        )


def _row(db: Connection, fact: Any) -> dict[str, Any]:
    COMMITMENT_STEPS.may(db, fact.commitment, fact)
    return fields(db, "commitment", "commitment", fact.commitment)


def may_pass_on(db: Connection, _by: By, fact: CommitmentPassedOn) -> None:
    """Refuse what needs no passing on, or was passed on already."""
    row = _row(db, fact)
    if row["way"] == "between_members" or row["passed_on"]:
        raise Refused(mark("The person who asked sees this offer already."))


def may_accept(db: Connection, by: By, fact: CommitmentAccepted) -> None:
    """Leave it to whoever asked; the part must have been taken for this very offer, so the first in line has it."""
    row = _row(db, fact)
    if by.member != row["asker"]:
        raise Refused(mark("Only the person who asked can accept this."))
    if row["way"] != "between_members" and not row["passed_on"]:
        raise Refused(
            mark("Coordination looks at this offer first."), advice=mark("They have it on their list already.")
        )
    if not who.is_there(db, row["helper"], ("trusted", "resting")):
        raise Refused(mark("The person who offered cannot help at the moment."))
    part = fields(db, "part", "part", row["part"])
    if part["state"] != "taken" or part["commitment"] != fact.commitment:
        raise Refused(mark("Somebody else already helps with this part."), advice=_LOOK_AGAIN)


def may_decline(db: Connection, by: By, fact: CommitmentDeclined) -> None:
    """Leave it to whoever asked, and to coordination where offers go through it."""
    row = _row(db, fact)
    if by.member != row["asker"] and not (is_coordinator(by) and row["way"] != "between_members"):
        raise Refused(mark("Only the person who asked can answer this."))


def may_end(db: Connection, by: By, fact: CommitmentReleased | CommitmentFellThrough) -> None:
    """Leave it to the two people concerned, and to coordination where it stands between them."""
    row = _row(db, fact)
    among = {row["helper"], row["asker"]}
    if by.member not in among and not (is_coordinator(by) and row["way"] != "between_members"):
        raise Refused(mark("Only the people concerned can say this."))
    if row["state"] == "offered" and by.member != row["helper"]:
        raise Refused(mark("Only the person who offered can take it back."))


def may_finish(db: Connection, by: By, fact: CommitmentDone | CommitmentConfirmed) -> None:
    """Let the one say it is done, and the other confirm it."""
    row = _row(db, fact)
    if isinstance(fact, CommitmentDone) and by.member != row["helper"]:
        raise Refused(mark("Only the person who helps can say that it is done."))
    if isinstance(fact, CommitmentConfirmed) and by.member != row["asker"]:
        raise Refused(mark("Only the person who asked can confirm it."))


# Asking one after another


def chosen_people(fact: Any) -> list[str]:
    """Return the people of a round in their order."""
    named: Iterable[str] = (fact.first, fact.second, fact.third, fact.fourth, fact.fifth)
    return [member for member in named if member]


def _widely_known(need: Mapping[str, Any]) -> None:
    if need["audience"] not in WIDE:
        raise Refused(
            mark("Only few people can see this need, so nobody can be asked about it."),
            advice=mark("Coordination can pass it on without a name first."),
        )


def may_begin_round(db: Connection, _by: By, fact: RoundBegun) -> None:
    """Refuse a second round at the same time, and the same person twice."""
    if db.execute("select 1 from ask_round where round = ?", (fact.round,)).fetchone():
        raise Refused(mark("This was already written down."))
    need = _need_in_play(db, fact.need)
    _widely_known(need)
    people = chosen_people(fact)
    if len(set(people)) < len(people):
        raise Malformed(mark("Please choose each person only once."), field="second")
    if need["asked_by"] in people:
        raise Malformed(mark("The person who asked cannot be the one to help."), field="first")
    if db.execute("select 1 from ask_round where need = ? and state = 'open'", (fact.need,)).fetchone():
        raise Refused(
            mark("People are being asked about this already."), advice=mark("End that round before you begin another.")
        )


def may_stop_round(db: Connection, _by: By, fact: RoundStopped) -> None:
    """Refuse to end what has ended."""
    ROUND_STEPS.may(db, fact.round, fact)


def may_ask_person(db: Connection, by: By, fact: PersonAsked) -> None:
    """Keep to what the person said about rest, kinds and free places, and ask nobody two things at once.

    Everybody who reads an ask is trusted, so all of them can read what people said about how much they can take on.
    """
    if db.execute("select 1 from ask where ask = ?", (fact.ask,)).fetchone():
        raise Refused(mark("This was already written down."))
    need = _need_in_play(db, fact.need)
    _widely_known(need)
    if fact.whom == need["asked_by"]:
        raise Refused(mark("The person who asked cannot be the one to help."))
    why = why_not_asked(db, by, fact.whom, need["kind"])
    if why == "busy":
        raise Refused(mark("This person is being asked something already."), advice=mark("Please ask somebody else."))
    if why:
        raise Refused(
            mark("This person is resting or has no free place now."), advice=mark("Please ask somebody else.")
        )


def may_answer(db: Connection, by: By, fact: AskAccepted | AskDeclined) -> None:
    """Leave the answer to whom it was asked of. A late one still counts, until the next person is asked."""
    ASK_STEPS.may(db, fact.ask, fact)
    ask = fields(db, "ask", "ask", fact.ask)
    if ask["helper"] != by.member:
        raise Refused(mark("This was asked of somebody else."))
    if isinstance(fact, AskAccepted):
        _need_in_play(db, ask["need"])


def may_move_on(db: Connection, by: By, fact: AskWentSilent | AskMovedOn) -> None:
    """Keep the time that was promised for an answer, unless the need is closed by now."""
    ASK_STEPS.may(db, fact.ask, fact)
    ask = fields(db, "ask", "ask", fact.ask)
    need = fields(db, "need", "need", ask["need"])
    if is_live(ask, by.hour) and need["state"] in IN_PLAY:
        raise Refused(mark("There is still time to answer."), advice=mark("Please wait until it is over."))
