"""The pages of needs and offers. They only read, and show what this room can read."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import Any

from nasij.areas.aid.acts import fields_of_identity
from nasij.areas.aid.facts import (
    COORDINATION,
    KIND_STEPS,
    MODE,
    NEED_STEPS,
    OFFER_STEPS,
    ON_BEHALF,
    PART_STEPS,
    REASON,
    URGENCY,
    HelpBegun,
    IdentityKept,
    NeedClosed,
    NeedGrown,
    NeedOpened,
    NeedReopened,
    NeedSeen,
    OfferClosed,
    OfferPaused,
    OfferResumed,
    OfferUsedUp,
    PostLinked,
    ReachFailed,
    ReachRegained,
    StepSet,
    UrgencySet,
)
from nasij.areas.aid.lists import IMPORT_STEPS, UNDO_HOURS, ImportUndone, may_undo_import
from nasij.areas.aid.rules import (
    fields,
    is_coordinator,
    is_posted,
    may_close,
    may_grow,
    may_keep_identity,
    may_link,
    may_lose_touch,
    may_move_offer,
    may_open,
    may_reopen,
    may_see,
    may_set_step,
    may_set_urgency,
    may_touch,
)
from nasij.areas.aid.tables import NOT_OF_A_LIST
from nasij.errors import Nasij, NotHereYet
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Card, Page
from nasij.kit.rows import rows
from nasij.kit.who import By

A_PAGE = 20
NOW_HOURS = 6

# What comes next where nobody wrote it down.
NEXT = {
    "waiting": mark("Sort it"),
    "open": mark("Find somebody who can help"),
    "arranging": mark("Agree on when and how"),
    "underway": mark("Ask how it went"),
}
_STATES = {**NEED_STEPS.labels, **REASON.labels}
_LISTED = (
    "need.need, need.kind, need.what, need.area, need.people, need.urgency, need.needed_by, need.state, need.reason,"
    " need.asked_by, need.nameless, need.unreached, need.closed_on, need.scope, label, own_words,"
    " (select count(*) from part where part.need = need.need) as parts,"
    " (select count(*) from part where part.need = need.need and part.state <> 'open') as covered"
)
_LATE = "(rank = 0 and asked_at <= ? and exists (select 1 from part where part.need = need.need and state = 'open'))"


def late_before(db: Connection, by: By) -> int:
    """Return the hour before which a need that is urgent now should have found help."""
    return by.hour - who.setting(db, "now_hours", NOW_HOURS)


def _number(typed: str) -> int:
    """Return the page asked for; a thousand pages are more than anybody turns."""
    return min(int(typed), 1000) if typed.isdecimal() and int(typed) > 0 else 1


def _turns(path: str, number: int, total: int) -> dict[str, Any]:
    last = max(1, -(-total // A_PAGE))
    return {
        "total": total,
        "before": f"{path}/page/{number - 1}" if number > 1 else "",
        "after": f"{path}/page/{number + 1}" if number < last else "",
    }


def _list(
    db: Connection, by: By, path: str, number: str, *, where: str = "closed_on = 0", values: tuple[Any, ...] = ()
) -> Page:
    """Return the list of needs: those "now" without help for too long first, then urgency, day and age."""
    turn = _number(number)
    late = late_before(db, by)
    total = db.execute(f"select count(*) from need where {where}", values).fetchone()[0]
    order = f"{_LATE} desc, rank, due, asked_at, need.need" if "closed_on = 0" in where else "closed_on desc, need.need"
    held = (*values, late) if "closed_on = 0" in where else values
    chosen = db.execute(
        f"select need.need from need where {where} order by {order} limit ? offset ?",
        (*held, A_PAGE, (turn - 1) * A_PAGE),
    ).fetchall()
    marks = ", ".join("?" * len(chosen))
    found = {
        row["need"]: row | {"late": bool(row["late"])}
        for row in rows(
            db,
            f"select {_LISTED}, {_LATE} as late from need join kind using (kind) where need.need in ({marks})",
            late,
            *(need for (need,) in chosen),
        )
    }
    return Page(
        "aid/list.html",
        {
            "needs": [found[need] for (need,) in chosen if need in found],
            "kinds": kinds_in_use(db),
            "states": _STATES,
            "steps": NEED_STEPS,
            "reasons": REASON,
            "urgencies": URGENCY,
            **_turns(path, turn, total),
        },
    )


def list_page(db: Connection, by: By, number: str = "1") -> Page:
    """Show the open needs by urgency."""
    return _list(db, by, "/aid", number)


def kind_page(db: Connection, by: By, kind: str, number: str = "1") -> Page:
    """Show the open needs of one kind and of those below it."""
    fields(db, "kind", kind)
    where = "closed_on = 0 and need.kind in (select kind from kind where kind = ? or parent = ?)"
    return _list(db, by, f"/aid/kind/{kind}", number, where=where, values=(kind, kind))


def state_page(db: Connection, by: By, state: str, number: str = "1") -> Page:
    """Show the needs in one state, or closed for one reason."""
    if state in REASON:
        where = "need.state = 'closed' and reason = ? and closed_on > 0"
    elif state in NEED_STEPS.labels:
        where = "need.state = ? and closed_on " + ("> 0" if state in ("closed", "expired") else "= 0")
    else:
        raise NotHereYet
    return _list(db, by, f"/aid/state/{state}", number, where=where, values=(state,))


def kinds_in_use(db: Connection) -> list[dict[str, Any]]:
    """Return the kinds in use, in their order."""
    return rows(db, "select kind, parent, label, own_words from kind where state = 'active' order by place, kind")


# One need


def _says(rule: Callable[[Connection, By, Any], None], db: Connection, by: By, *facts: Any) -> bool:
    """Say whether a rule would let one of these facts pass."""
    for fact in facts:
        try:
            rule(db, by, fact)
        except Nasij:
            continue
        return True
    return False


def possible(db: Connection, by: By, need: dict[str, Any]) -> dict[str, bool]:
    """Return what this person may do about a need now, by the rules themselves."""
    it = str(need["need"])
    closings = [NeedClosed(it, reason, "-") for reason in REASON.labels] if not need["closed_on"] else []
    may = {
        "open": _says(may_open, db, by, NeedOpened(it)),
        "see": _says(may_see, db, by, NeedSeen(it)),
        "urgency": _says(may_set_urgency, db, by, UrgencySet(it, "open", 0)),
        "step": _says(may_set_step, db, by, StepSet(it, "-", str(need["asked_by"]), by.day)),
        "begin": _says(may_touch, db, by, HelpBegun(it)),
        "grow": _says(may_grow, db, by, NeedGrown(it, "0" * 16, "-")),
        "unreached": _says(may_lose_touch, db, by, ReachFailed(it)),
        "reached": _says(may_touch, db, by, ReachRegained(it)),
        "close": _says(may_close, db, by, *closings),
        "refer": bool(need["closed_on"]) and _says(may_close, db, by, NeedClosed(it, "referred", "-")),
        "reopen": _says(may_reopen, db, by, NeedReopened(it)),
        "identity": _says(may_keep_identity, db, by, IdentityKept(it, "", "", "", "")),
        "post": is_coordinator(by) and _says(may_link, db, by, PostLinked(it, it)),
    }
    may["help"] = by.member != need["asked_by"] and need["state"] in ("open", "arranging", "underway")
    return may


def need_page(db: Connection, by: By, need: str) -> Page:
    """Show one need: what it says, where it stands, what comes next, and what one may do about it."""
    row = fields(db, "need", need)
    first = db.execute("select need from need where posted_as = ?", (need,)).fetchone()
    try:
        identity = fields_of_identity(db, need)
    except NotHereYet:
        identity = {}
    posted = db.execute("select need from need where need = ?", (row["posted_as"],)).fetchone()
    parts = rows(db, "select part, words, state from part where need = ? order by place, part", need)
    return Page(
        "aid/need.html",
        {
            "need": row | {"posted": is_posted(row)},
            "kind": fields(db, "kind", str(row["kind"])),
            "parts": parts,
            "uncovered": any(part["state"] == "open" for part in parts),
            "turns": rows(db, "select state, reason, on_day from need_turn where need = ? order by turn", need),
            "identity": identity,
            "first": first[0] if first else "",
            "posted_as": posted[0] if posted else "",
            "next_words": NEXT.get(str(row["state"]), ""),
            "with_coordination": row["next_owner"] == COORDINATION,
            "can": possible(db, by, row),
            "steps": NEED_STEPS,
            "part_steps": PART_STEPS,
            "reasons": REASON,
            "urgencies": URGENCY,
            "behalf": ON_BEHALF,
            "modes": MODE,
        },
    )


def mine_page(db: Connection, by: By) -> Page:
    """Show my drafts, what I asked, what I offer, and lists I brought in that can still be taken back."""
    listed = f"select {_LISTED} from need join kind using (kind) where asked_by = ?"
    return Page(
        "aid/mine.html",
        {
            "drafts": rows(
                db,
                "select draft, what, draft.kind, coalesce(label, '') as label, coalesce(own_words, 0) as own_words,"
                " kept_on from draft left join kind using (kind) order by kept_on desc, draft",
            ),
            "open_needs": rows(
                db,
                listed + f" and need.closed_on = 0 and {NOT_OF_A_LIST} order by rank, due, asked_at, need.need",
                by.member,
            ),
            "closed_needs": rows(
                db, listed + " and need.closed_on > 0 order by need.closed_on desc, need.need limit 20", by.member
            ),
            "offers": rows(db, _OFFERS + " where offered_by = ? order by offered_on desc, offer limit 50", by.member),
            "lists": rows(
                db,
                "select import_code, count, list_on from list_import where imported_by = ? and state = 'kept'"
                " order by list_on desc, import_code limit 20",
                by.member,
            ),
            "steps": NEED_STEPS,
            "offer_steps": OFFER_STEPS,
            "reasons": REASON,
            "urgencies": URGENCY,
        },
    )


def list_import_page(db: Connection, by: By, import_code: str, number: str = "1") -> Page:
    """Show what came in with a list, and until when it can be taken back."""
    row = rows(db, "select * from list_import where import_code = ?", import_code)
    if not row:
        raise NotHereYet
    turn = _number(number)
    needs = row[0]["kind"] == "needs"
    table = "need" if needs else "offer"
    total = db.execute(f"select count(*) from {table} where import_code = ?", (import_code,)).fetchone()[0]
    query = (
        f"select {_LISTED} from need join kind using (kind) where need.import_code = ? order by rank, due, need.need"
        if needs
        else _OFFERS + " where offer.import_code = ? order by offer.offer"
    )
    return Page(
        "aid/import.html",
        {
            "list": row[0],
            "lines": rows(db, query + " limit ? offset ?", import_code, A_PAGE, (turn - 1) * A_PAGE),
            "undo": _says(may_undo_import, db, by, ImportUndone(import_code)),
            "until": row[0]["imported_at"] + UNDO_HOURS,
            "import_steps": IMPORT_STEPS,
            "steps": NEED_STEPS,
            "offer_steps": OFFER_STEPS,
            "reasons": REASON,
            "urgencies": URGENCY,
            **_turns(f"/aid/import/{import_code}", turn, total),
        },
    )


# Offers and kinds

_OFFERS = (
    "select offer.offer, offer.kind, what, area, availability, quantity, standing, until, offered_by, offered_on,"
    " offer.state, label, own_words from offer join kind using (kind)"
)


def offers_page(db: Connection, by: By, kind: str = "", number: str = "1") -> Page:
    """Show what is on offer, newest first."""
    turn = _number(number)
    where, values = "offer.closed_on = 0 and offer.state = 'active'", tuple[Any, ...]()
    if kind:
        fields(db, "kind", kind)
        where += " and offer.kind in (select kind from kind where kind = ? or parent = ?)"
        values = (kind, kind)
    total = db.execute(f"select count(*) from offer where {where}", values).fetchone()[0]
    ordered = f"{_OFFERS} where {where} order by offered_on desc, offer.offer limit ? offset ?"
    return Page(
        "aid/offers.html",
        {
            "offers": rows(db, ordered, *values, A_PAGE, (turn - 1) * A_PAGE),
            "kinds": kinds_in_use(db),
            "offer_steps": OFFER_STEPS,
            **_turns(f"/aid/offers/kind/{kind}" if kind else "/aid/offers", turn, total),
        },
    )


def offer_page(db: Connection, by: By, offer: str) -> Page:
    """Show one offer."""
    row = fields(db, "offer", offer)
    moves = {"pause": OfferPaused, "resume": OfferResumed, "used": OfferUsedUp, "close": OfferClosed}
    return Page(
        "aid/offer.html",
        {
            "offer": row,
            "kind": fields(db, "kind", str(row["kind"])),
            "can": {name: _says(may_move_offer, db, by, cls(offer)) for name, cls in moves.items()},
            "offer_steps": OFFER_STEPS,
        },
    )


def kinds_page(db: Connection, by: By) -> Page:
    """Show the kinds of help, those in use first, each with those below it."""
    found = rows(db, "select kind, parent, label, own_words, mode, sensitive, state from kind order by place, kind")
    below: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        below.setdefault(str(row["parent"]), []).append(row)
    ordered = [row | {"below": below.get(str(row["kind"]), [])} for row in below.get("", [])]
    return Page(
        "aid/kinds.html",
        {
            "kinds": sorted(ordered, key=lambda row: str(row["state"])),
            "coordinates": is_coordinator(by),
            "modes": MODE,
            "kind_steps": KIND_STEPS,
        },
    )


def need_card(db: Connection, need: str) -> Card:
    """Show a need in another area: the name of its kind, or nothing where this room cannot read it."""
    row = db.execute("select label from need join kind using (kind) where need = ?", (need,)).fetchone()
    return Card(row[0] if row else "", f"/aid/{need}")


def offer_card(db: Connection, offer: str) -> Card:
    """Show an offer in another area."""
    row = db.execute("select label from offer join kind using (kind) where offer = ?", (offer,)).fetchone()
    return Card(row[0] if row else "", f"/aid/offer/{offer}")
