"""What members see when they decide: what is open, one proposal, what was decided, and the charter."""

from itertools import pairwise
from sqlite3 import Connection
from typing import Any

from nasij.areas.decisions import closing, secret, versions
from nasij.areas.decisions.appeals import appeals_of, hears
from nasij.areas.decisions.facts import ALL_EFFECTS, APPEAL, METHODS, OBJECTION, PROPOSAL, SETTING, VOTERS
from nasij.areas.decisions.methods import ANSWERING, CHOOSING, read_ballot
from nasij.areas.decisions.records import STANDING, Row, eligible, on_roll, options_of, record, roll_of, stay_of
from nasij.areas.decisions.roles import STEPS, STUCK, waits_for_doer
from nasij.areas.trust import ROLE_NAMES
from nasij.errors import NotHereYet
from nasij.ids import code
from nasij.kit import charter
from nasij.kit.charter import SETTINGS
from nasij.kit.differences import differences
from nasij.kit.page import Card, Page
from nasij.kit.rows import rows
from nasij.kit.who import By, members

LISTED = 50
BROKEN_DOWN_LEAST = 5  # with fewer ballots than this, only the outcome is shown
BEGUN = "state in ('discussion', 'open')"
_VOTE_PATHS = {
    **dict.fromkeys(ANSWERING, "answer"),
    **dict.fromkeys(CHOOSING, "pick"),
    "score": "score",
    "ranking": "rank",
}


def _lists() -> dict[str, Any]:
    return {
        "steps": PROPOSAL,
        "methods": METHODS,
        "effects": ALL_EFFECTS,
        "voters": VOTERS,
        "numbers": SETTING,
        "role_steps": STEPS,
        "role_names": ROLE_NAMES,
        "stuck": STUCK,
    }


def proposals(db: Connection, query: str, *values: Any) -> list[Row]:
    """Return proposals with what their cards show beside the row itself."""
    return [{**row, "waits": False} for row in rows(db, query, *values)]


def may_vote_now(db: Connection, by: By, row: Row) -> bool:
    """Say whether this person can vote on an open proposal today."""
    return bool(row["state"] == "open" and by.day <= row["closes_on"] and on_roll(db, by, row["proposal"]))


def has_voted(db: Connection, by: By, proposal: str) -> bool:
    """Say whether this person has voted."""
    found = db.execute("select voted from roll where proposal = ? and member = ?", (proposal, by.member)).fetchone()
    return bool(found and found[0])


def waits_for_vote(db: Connection, by: By, row: Row) -> bool:
    """Say whether a vote of this person is missing; a secret one is cast elsewhere, a draw asks only two."""
    if not may_vote_now(db, by, row) or has_voted(db, by, row["proposal"]):
        return False
    return row["method"] != "draw" or len(closing.seeds(db, row["proposal"])) < 2


def list_page(db: Connection, by: By) -> Page:
    """Show what is open, what waits for me first, and my drafts."""
    begun = proposals(
        db,
        f"select * from proposal where {BEGUN} order by state = 'discussion', closes_on, made_on, proposal limit ?",
        LISTED,
    )
    for row in begun:
        row["waits"] = waits_for_vote(db, by, row)
    return Page(
        "decisions/list.html",
        {
            **_lists(),
            "begun": sorted(begun, key=lambda row: not row["waits"]),
            "drafts": proposals(
                db, "select * from proposal where state = 'draft' and made_by = ? order by made_on", by.member
            ),
            "lately": proposals(
                db,
                f"select * from proposal where decided_on > 0 and not {BEGUN} order by decided_on desc, proposal limit 10",
            ),
        },
    )


def standing_page(db: Connection, _by: By) -> Page:
    """Show the decisions that stand, by the day on which they are looked at again."""
    marks = ", ".join("?" * len(STANDING))
    return Page(
        "decisions/standing.html",
        {
            **_lists(),
            "standing": proposals(
                db,
                f"select * from proposal where state in ({marks}) order by state = 'in_force', review_on, proposal",
                *STANDING,
            ),
            "over": proposals(
                db,
                "select * from proposal where closed_on > 0 and state <> 'withdrawn'"
                " order by closed_on desc, proposal limit ?",
                LISTED,
            ),
        },
    )


# -- one proposal -------------------------------------------------------------------------------------------------------


def results(db: Connection, row: Row, options: list[Row]) -> dict[str, Any]:
    """Return what may be shown of how a vote stands or ended.

    While it is open: nothing where results are hidden or ballots secret. Below five ballots never more than the outcome.
    """
    is_open = row["state"] == "open"
    if row["state"] in ("draft", "discussion") or not (is_open or row["decided_on"]):
        return {}
    if is_open and (row["hidden"] or row["secret"] or row["method"] == "draw"):
        return {"hidden": bool(row["hidden"] or row["secret"])}
    if is_open:
        found = closing.tally(db, row)
        counts, cast, roll, indifferent, winner = found.counts, found.cast, found.roll, found.indifferent, -1
    else:
        counts = tuple(int(part) for part in row["counts"].split())
        cast, roll, indifferent, winner = row["ballots"], row["roll"], row["indifferent"], row["winner"]
    broken_down = cast >= BROKEN_DOWN_LEAST and bool(counts)
    return {
        "hidden": False,
        "outcome": "" if is_open else row["outcome"],
        "winner": winner,
        "tied": bool(row["tied"] and not is_open and (broken_down or not row["secret"])),
        "cast": cast,
        "roll": roll,
        "few": not broken_down and row["method"] != "draw",
        "indifferent": indifferent,
        "lines": _lines(row, options, counts) if broken_down else [],
    }


def _lines(row: Row, options: list[Row], counts: tuple[int, ...]) -> list[dict[str, Any]]:
    most = max(1, *(abs(count) for count in counts))
    names: list[Any] = ["yes", "indifferent", "no", "objection"] if row["method"] in ANSWERING else options
    return [{"name": name, "count": count, "most": most} for name, count in zip(names, counts, strict=False)]


def _mine(db: Connection, by: By, row: Row, options: list[Row]) -> dict[str, Any]:
    """Return my ballot, to be shown to me alone."""
    found = db.execute(
        "select ballot from vote where proposal = ? and member = ?", (row["proposal"], by.member)
    ).fetchone()
    if found is None:
        return {}
    ballot = read_ballot(row["method"], len(options), found[0])
    if row["method"] in ANSWERING:
        return {"answer": found[0]}
    if row["method"] in CHOOSING:
        return {"option": options[ballot[0] - 1] if ballot[0] else None}
    return {"numbers": list(zip(options, ballot, strict=True))}


def _draw_of(db: Connection, by: By, row: Row, options: list[Row]) -> dict[str, Any]:
    if row["method"] != "draw":
        return {}
    parts = rows(db, "select * from seed where proposal = ? order by member", row["proposal"])
    mine = next((part for part in parts if part["member"] == by.member), None)
    return {
        "parts": parts,
        "codes": closing.option_codes(row["proposal"], len(options)),
        "wanted": may_vote_now(db, by, row) and mine is None and len(closing.seeds(db, row["proposal"])) < 2,
        "to_reveal": closing.reveals(db, row, by.day) and mine is not None and not mine["secret"],
    }


def _may(db: Connection, by: By, row: Row, appeals: list[Row]) -> dict[str, bool]:
    state, mine = row["state"], row["made_by"] == by.member
    voting = may_vote_now(db, by, row)
    doer_gone = row["doer"] not in members(db)
    return {
        "amend": mine and state == "discussion" and row["effect"] != "money",
        "read": versions.changed_since_spoken(db, by, row),
        "take_up": by.trusted and waits_for_doer(row, members(db)),
        "open": mine and state == "discussion",
        "withdraw": mine and state in ("draft", "discussion", "open"),
        "hide": mine and state in ("discussion", "open") and not row["hidden"],
        "discuss": by.trusted and state in ("discussion", "open"),
        "object": by.trusted and (state == "discussion" or voting),
        "vote": voting and row["method"] in _VOTE_PATHS and not (row["secret"] and has_voted(db, by, row["proposal"])),
        "secret": mine and state == "discussion" and not row["secret"] and row["method"] != "draw",
        "carry": by.trusted
        and bool(row["secret"])
        and state == "discussion"
        and not secret.enough_carriers(db, row["proposal"])
        and by.member not in [member for member, _ in secret.carriers(db, row["proposal"])],
        "recuse": voting,
        "end": state == "open"
        and (mine or voting)
        and by.day > row["opened_on"]
        and row["method"] != "draw"
        and closing.cannot_change(db, row),
        "done": state == "passed"
        and (row["effect"] == "task" or bool(row["stuck"]))
        and (row["doer"] == by.member or doer_gone),
        "keep": by.trusted and state == "under_review" and row["kept_by"] != by.member,
        "appeal": by.trusted
        and state in STANDING
        and not appeals
        and by.day <= row["decided_on"] + charter.value(db, "appeal_days"),
    }


def proposal_page(db: Connection, by: By, proposal: str) -> Page:
    """Show one proposal: the question, where it stands, my ballot, objections, the outcome, and what one may do."""
    record(db, "proposal", proposal)
    row = proposals(db, "select * from proposal where proposal = ?", proposal)[0]
    if row["state"] == "draft" and row["made_by"] != by.member:
        raise NotHereYet
    options = options_of(db, proposal)
    appeals = appeals_of(db, proposal)
    for appeal in appeals:
        appeal["hears"] = hears(db, by, appeal["appeal"])
        appeal["judges"] = rows(db, "select * from appeal_judge where appeal = ? order by member", appeal["appeal"])
    talk = rows(db, "select * from discussion_note where proposal = ? order by said_on, place, note", proposal)
    counts = "select count(*), coalesce(sum(voted), 0), coalesce(sum(recused), 0) from roll where proposal = ?"
    stated, voted, recused = db.execute(counts, (proposal,)).fetchone()
    return Page(
        "decisions/proposal.html",
        {
            **_lists(),
            "row": row,
            "options": options,
            "stay": stay_of(options),
            "vote_path": _VOTE_PATHS.get(row["method"], ""),
            "roll": roll_of(db, proposal) if stated else len(eligible(db, row, by.day)),
            "voted": voted,
            "recused": recused,
            "on_roll": on_roll(db, by, proposal),
            "i_voted": has_voted(db, by, proposal),
            "mine": _mine(db, by, row, options),
            "carriers": [member for member, _ in secret.carriers(db, proposal)],
            "results": results(db, row, options),
            "draw": _draw_of(db, by, row, options),
            "history": versions.history(db, row),
            "against": differences(charter_now(db).get("charter", ""), row["charter"]) if row["charter"] else [],
            "ends_on": row["review_on"] + charter.value(db, "lapse_days"),
            "objections": rows(
                db, "select * from objection where proposal = ? order by raised_on, objection", proposal
            ),
            "objection_steps": OBJECTION,
            "notes": talk[-LISTED:],
            "earlier": talk[:-LISTED],
            "appeals": appeals,
            "appeal_steps": APPEAL,
            "can": _may(db, by, row, appeals),
        },
    )


# -- the charter --------------------------------------------------------------------------------------------------------


def charter_now(db: Connection) -> Row:
    """Return the version of the charter in force, or nothing."""
    found = rows(db, "select * from charter_version where closed_on = 0 order by version desc limit 1")
    return found[0] if found else {}


def charter_versions(db: Connection) -> list[Row]:
    """Return all versions, the newest first, each with what changed against the one before where both are still known."""
    found = rows(db, "select * from charter_version order by version desc")
    for newer, older in pairwise(found):
        newer["changes"] = differences(older["charter"], newer["charter"]) if older["charter"] else []
    return found


def charter_page(db: Connection, by: By) -> Page:
    """Show the charter in force, who many have accepted it, and every number that a decision changes."""
    now = charter_now(db)
    accepted = (
        rows(
            db,
            "select charter_accepted.member from charter_accepted join member using (member)"
            " where proposal = ? and standing in ('new', 'trusted', 'resting')",
            now["proposal"],
        )
        if now
        else []
    )
    return Page(
        "decisions/charter.html",
        {
            **_lists(),
            "now": now,
            "accepted": len(accepted),
            "members": db.execute(
                "select count(*) from member where standing in ('new', 'trusted', 'resting')"
            ).fetchone()[0],
            "i_accepted": by.member in {row["member"] for row in accepted},
            "versions": charter_versions(db),
            "settings": [
                {
                    "label": setting.label,
                    "value": charter.value(db, name),
                    "default": setting.default,
                    "least": setting.least,
                    "most": setting.most,
                    "by_decision": setting.by_decision,
                }
                for name, setting in SETTINGS.items()
            ],
        },
    )


def proposal_card(db: Connection, proposal: str) -> Card:
    """Show a proposal in another area: its question where this room knows it, else its code."""
    row = db.execute("select question from proposal where proposal = ?", (proposal,)).fetchone()
    return Card(row[0] if row and row[0] else code(proposal), f"/decisions/{proposal}")
