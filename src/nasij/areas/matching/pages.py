"""The pages of bringing people together. They only read; offers of people one avoids are left out without a word."""

from collections.abc import Callable, Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.aid import URGENCY
from nasij.areas.matching.acts import yet_to_ask
from nasij.areas.matching.facts import (
    ASK_STEPS,
    COMMITMENT_STEPS,
    ROUND_STEPS,
    WAY,
    CommitmentConfirmed,
    CommitmentDeclined,
    CommitmentDone,
    CommitmentFellThrough,
    CommitmentPassedOn,
    CommitmentReleased,
)
from nasij.areas.matching.rules import (
    IN_PLAY,
    WIDE,
    is_coordinator,
    is_live,
    may_decline,
    may_end,
    may_finish,
    may_pass_on,
    open_parts,
    way_of,
)
from nasij.areas.matching.suggestions import REASONS, avoided, concerned, fitting_needs, suggestions
from nasij.errors import Nasij
from nasij.kit.page import Card, Page
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

A_LIST = 20
_OFFER = (
    "select commitment.*, coalesce(label, '') as label, coalesce(own_words, 0) as own_words,"
    " coalesce(need.kind, '') as kind, coalesce(need.urgency, '') as urgency from commitment"
    " left join need using (need) left join kind using (kind)"
)


def _says(rule: Callable[[Connection, By, Any], None], db: Connection, by: By, fact: Any) -> bool:
    try:
        rule(db, by, fact)
    except Nasij:
        return False
    return True


def is_hidden(db: Connection, by: By, commitment: Mapping[str, Any]) -> bool:
    """Say whether an offer is left out here: because one of the two avoids the other, as far as this room knows."""
    if commitment["helper"] == by.member or commitment["state"] != "offered":
        return False
    need = rows(db, "select need, asked_by from need where need = ?", commitment["need"])
    people = concerned(db, need[0]) if need else {commitment["asker"]}
    return commitment["helper"] in avoided(db, people)


def is_untrue(db: Connection, commitment: Mapping[str, Any]) -> bool:
    """Say whether an offer names somebody as having asked who did not; only coordination's rooms can tell."""
    if not commitment["arranged_by"] or commitment["arranged_by"] == commitment["helper"]:
        return False
    found = db.execute(
        "select 1 from ask where ask = ? and need = ? and helper = ? and asked_by = ? and state = 'accepted'",
        tuple(commitment[name] for name in ("ask", "need", "helper", "arranged_by")),
    )
    return found.fetchone() is None


def offers_to_answer(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the offers that wait for my answer."""
    found = rows(
        db,
        _OFFER + " where commitment.asker = ? and commitment.state = 'offered'"
        " and (way = 'between_members' or passed_on > 0) order by offered_on, commitment",
        by.member,
    )
    return [row for row in found if not is_hidden(db, by, row)]


def offers_to_pass_on(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the offers that coordination looks at first, and those that name somebody who did not ask."""
    found = rows(
        db,
        _OFFER + " where commitment.state = 'offered' and way <> 'between_members'"
        " order by coalesce(rank, 9), offered_on, commitment",
    )
    shown = [row | {"untrue": is_untrue(db, row)} for row in found if not is_hidden(db, by, row)]
    return [row for row in shown if row["untrue"] or not row["passed_on"]]


def possible(db: Connection, by: By, row: Mapping[str, Any]) -> dict[str, bool]:
    """Return what this person may do about a commitment now, by the rules themselves."""
    it = str(row["commitment"])
    seen = row["way"] == "between_members" or row["passed_on"] > 0
    return {
        "accept": row["state"] == "offered" and row["asker"] == by.member and bool(seen),
        "pass": is_coordinator(by) and _says(may_pass_on, db, by, CommitmentPassedOn(it)),
        "decline": _says(may_decline, db, by, CommitmentDeclined(it)),
        "release": row["helper"] == by.member and _says(may_end, db, by, CommitmentReleased(it, "")),
        "fell": _says(may_end, db, by, CommitmentFellThrough(it, "")),
        "done": _says(may_finish, db, by, CommitmentDone(it)),
        "confirm": _says(may_finish, db, by, CommitmentConfirmed(it)),
    }


def commitment_page(db: Connection, by: By, commitment: str) -> Page:
    """Show one offer of help: what it says, where it stands, and what one may do about it."""
    row = fields(db, "commitment", "commitment", commitment)
    found = rows(db, _OFFER + " where commitment = ?", commitment)[0]
    part = rows(db, "select words, state from part where part = ?", row["part"])
    return Page(
        "matching/commitment.html",
        {
            "it": found,
            "part": part[0] if part else {"words": "", "state": ""},
            "can": possible(db, by, row),
            "untrue": is_coordinator(by) and row["way"] != "between_members" and is_untrue(db, row),
            "steps": COMMITMENT_STEPS,
            "ways": WAY,
            "urgencies": URGENCY,
        },
    )


def mine_page(db: Connection, by: By) -> Page:
    """Show what is asked of me, what I offered, offers to answer, and needs that fit what I offer."""
    asks = rows(
        db,
        "select ask.*, coalesce(label, '') as label, coalesce(own_words, 0) as own_words, need.kind, urgency"
        " from ask join need using (need)"
        " left join kind using (kind) where helper = ? and ask.state in ('asked', 'silent') and ask.closed_on = 0"
        " order by ask.asked_at, ask.ask",
        by.member,
    )
    current = rows(
        db,
        _OFFER + " where helper = ? and commitment.closed_on = 0 order by offered_on desc, commitment",
        by.member,
    )
    past = rows(
        db,
        _OFFER
        + " where helper = ? and commitment.closed_on > 0 order by commitment.closed_on desc, commitment limit ?",
        by.member,
        A_LIST,
    )
    return Page(
        "matching/mine.html",
        {
            "asks": [_with_hours(ask, by) for ask in asks],
            "current": current,
            "past": past,
            "to_answer": offers_to_answer(db, by),
            "fitting": fitting_needs(db, by) if by.trusted else [],
            "steps": COMMITMENT_STEPS,
            "urgencies": URGENCY,
        },
    )


def _with_hours(ask: dict[str, Any], by: By) -> dict[str, Any]:
    """Add the hours left; an ask without time left shows as silent although nobody has said so yet."""
    live = is_live(ask, by.hour)
    shown = "silent" if ask["state"] == "asked" and not live else ask["state"]
    return ask | {"live": live, "left": ask["asked_at"] + ask["window"] - by.hour if live else 0, "shown": shown}


def ask_page(db: Connection, by: By, ask: str) -> Page:
    """Show what I am asked, how long I have, and what the need says."""
    row = fields(db, "ask", "ask", ask)
    need = fields(db, "need", "need", row["need"])
    return Page(
        "matching/ask.html",
        {
            "ask": _with_hours(row, by),
            "need": need,
            "kind": fields(db, "kind", "kind", need["kind"]),
            "parts": open_parts(db, row["need"]),
            "to_me": row["helper"] == by.member,
            "open": row["helper"] == by.member and row["state"] in ("asked", "silent") and need["state"] in IN_PLAY,
            "steps": ASK_STEPS,
            "urgencies": URGENCY,
        },
    )


# Coordination


def need_page(db: Connection, by: By, need: str) -> Page:
    """Show who could help with a need, each with the reasons, and whom one is asking already."""
    row = fields(db, "need", "need", need)
    found = suggestions(db, by, need)
    running = rows(db, "select round, begun_on, state from ask_round where need = ? and state = 'open'", need)
    offers = rows(db, _OFFER + " where commitment.need = ? order by offered_on desc, commitment", need)
    looking = row["state"] in IN_PLAY and bool(open_parts(db, need))
    return Page(
        "matching/need.html",
        {
            "need": row,
            "kind": fields(db, "kind", "kind", row["kind"]),
            "people": [
                {"member": one.member, "offer": one.offer, "reasons": [REASONS[name] for name in one.reasons]}
                for one in found.people[:A_LIST]
            ],
            "found": {name: getattr(found, name) for name in ("resting", "full", "busy", "asked")},
            "running": running,
            "offers": [offer for offer in offers if not is_hidden(db, by, offer)],
            "can_ask": looking and not running and row["audience"] in WIDE,
            "narrow": row["audience"] not in WIDE,
            "way": way_of(db, row),
            "steps": COMMITMENT_STEPS,
            "ways": WAY,
            "urgencies": URGENCY,
        },
    )


def round_page(db: Connection, by: By, round: str) -> Page:  # noqa: A002  named in the path
    """Show a round: whom we asked, what came back, and who is next."""
    row = fields(db, "ask_round", "round", round)
    turns = rows(
        db,
        "select ask_turn.helper, coalesce(ask, '') as ask, coalesce(ask.state, '') as state,"
        " coalesce(asked_at, 0) as asked_at, coalesce(ask.window, 0) as window from ask_turn left join ask"
        " on ask.round = ask_turn.round and ask.helper = ask_turn.helper where ask_turn.round = ? order by ask_turn.place",
        round,
    )
    left = yet_to_ask(db, round)
    shown = [_with_hours(turn, by) | {"to_come": turn["helper"] in left} for turn in turns]
    waits = any(turn["live"] for turn in shown)
    offers = rows(
        db, _OFFER + " where ask in (select ask from ask where round = ?) order by offered_on, commitment", round
    )
    return Page(
        "matching/round.html",
        {
            "round": row,
            "turns": shown,
            "offers": [offer for offer in offers if not is_hidden(db, by, offer)],
            "can_go_on": row["state"] == "open" and not waits,
            "is_open": row["state"] == "open",
            "steps": ASK_STEPS,
            "round_steps": ROUND_STEPS,
            "commitment_steps": COMMITMENT_STEPS,
        },
    )


def silent_rounds(db: Connection, by: By) -> list[dict[str, Any]]:
    """Return the open rounds in which nobody has time to answer any more and nobody said yes, where their need is there."""
    return rows(
        db,
        "select round, need, rank from ask_round join need using (need)"
        " where ask_round.state = 'open' and not exists (select 1 from ask where ask.round = ask_round.round"
        " and (ask.state = 'accepted' or ask.state = 'asked' and asked_at + ask.window > ?)) order by rank, round",
        by.hour,
    )


def desk_page(db: Connection, by: By) -> Page:
    """Show coordination what waits: offers to pass on, rounds, and needs that nobody was found for."""
    needs = rows(
        db,
        "select need.need, need.kind, need.what, need.urgency, need.area, label, own_words from need join kind using (kind)"
        " where need.closed_on = 0 and need.state in ('open', 'arranging', 'underway') and need.posted_as = ''"
        " and exists (select 1 from part where part.need = need.need and part.state = 'open')"
        " and not exists (select 1 from ask_round where ask_round.need = need.need and ask_round.state = 'open')"
        " order by rank, due, asked_at, need.need limit ?",
        A_LIST,
    )
    rounds = rows(
        db,
        "select round, need, begun_on, ask_round.state from ask_round join need using (need)"
        " where ask_round.state = 'open' order by begun_on, round",
    )
    silent = {row["round"] for row in silent_rounds(db, by)}
    return Page(
        "matching/desk.html",
        {
            "offers": offers_to_pass_on(db, by),
            "rounds": [row | {"silent": row["round"] in silent} for row in rounds],
            "needs": needs,
            "steps": COMMITMENT_STEPS,
            "urgencies": URGENCY,
        },
    )


def commitment_card(db: Connection, commitment: str) -> Card:
    """Show a commitment in another area: the name of its kind, or nothing where this room cannot read it."""
    row = db.execute(
        "select label from commitment join need using (need) join kind using (kind) where commitment = ?", (commitment,)
    ).fetchone()
    return Card(row[0] if row else "", f"/match/commitment/{commitment}")
