"""The tables of grants. How to receive is forgotten a day after closing, words after a month, people with them; codes and days stay."""

from nasij.kit.table import Keep, Says, Share, Table, money, number, text

TABLES = (
    Table(
        "ask_draft",
        {
            "draft": text(Keep.SHORT),
            "currency": text(Keep.SHORT),
            "amount": text(Keep.SHORT),
            "words": text(Keep.SHORT),
        },
        key=("draft",),
    ),
    Table(
        "my_period",
        {"period": number(Keep.WORKING), "period_code": text(Keep.WORKING)},
        key=("period",),
    ),
    Table("on_call", {"member": text(Keep.SHORT), "until": number(Keep.SHORT)}, key=("member",), share=Share.COMERS),
    # Whoever takes a seat later gets the request and how it stands; the conversation is not handed on.
    Table(
        "aid_request",
        {
            "grant": text(Keep.LEDGER),
            "sitting": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "asked_by": text(Keep.SHORT),
            "asked_on": number(Keep.WORKING),
            "moved_on": number(Keep.WORKING),
            "currency": text(Keep.WORKING),
            "amount": money(Keep.WORKING),
            "least": money(Keep.WORKING),
            "granted": money(Keep.WORKING),
            "offered": money(Keep.WORKING),
            "arrived": money(Keep.WORKING),  # of hand-overs that came short; what is asked for is the rest then
            "by_when": number(Keep.WORKING),
            "way": text(Keep.MOMENTARY, Says.WAY),
            "safe_way": text(Keep.MOMENTARY, Says.WAY),
            "words": text(Keep.SHORT),
            "kind": text(Keep.WORKING),
            "sources": text(Keep.SHORT),
            "on_behalf": text(Keep.WORKING),
            "for_whom": text(Keep.SHORT),
            "ground": text(Keep.SHORT),
            "urgent": number(Keep.WORKING),
            "period": number(Keep.WORKING),
            "period_code": text(Keep.WORKING),
            "method": number(Keep.WORKING),
            "place": text(Keep.WORKING),  # on the waiting list
            "reason": text(Keep.WORKING),
            "referral": text(Keep.SHORT),
            "appealed": number(Keep.WORKING),
            "payer": text(Keep.SHORT),
            "reservation": text(Keep.SHORT),
        },
        key=("grant",),
        share=Share.CIRCLES,
        # The first alone answers which requests are on somebody's desk, the last which places wait no longer.
        indexes=(
            ("closed_on", "urgent", "asked_on", "asked_by", "payer", "sitting", "state"),
            ("sitting",),
            ("asked_by",),
            ("place", "state", "reason"),
        ),
    ),
    Table(
        "sitter",
        {
            "grant": text(Keep.SHORT),
            "member": text(Keep.SHORT),
            "state": text(Keep.SHORT),  # in, alternate, out, or before: sat on it before an appeal
        },
        key=("grant", "member"),
        share=Share.CIRCLES,
        indexes=(("closed_on", "state", "member"),),
    ),
    Table(
        "clarification",
        {
            "note": text(Keep.SHORT),
            "grant": text(Keep.SHORT),
            "place": number(Keep.SHORT),
            "said_by": text(Keep.SHORT),
            "said_on": number(Keep.SHORT),
            "words": text(Keep.SHORT),
        },
        key=("note",),
        indexes=(("grant", "place"),),
    ),
    Table(
        "payout_plan",
        {
            "payout": text(Keep.LEDGER),
            "grant": text(Keep.SHORT),
            "state": text(Keep.LEDGER),
            "payer": text(Keep.SHORT),
            "carrier": text(Keep.MOMENTARY, Says.WAY),
            "code_word": text(Keep.MOMENTARY, Says.WAY),
            "trouble": text(Keep.WORKING),
            "words": text(Keep.SHORT),
            "settled_by": text(Keep.SHORT),  # the first of the two who say that it counts as received
            "moved_on": number(Keep.WORKING),
        },
        key=("payout",),
        share=Share.CIRCLES,
        indexes=(("grant",),),
    ),
    Table(
        "link_declared",
        {"sitting": text(Keep.SHORT), "member": text(Keep.SHORT), "link": text(Keep.SHORT)},
        key=("sitting", "member"),
        share=Share.CIRCLES,
    ),
    Table(
        "assessment",
        {
            "sitting": text(Keep.WORKING),
            "member": text(Keep.WORKING),
            "pressing": text(Keep.WORKING),
            "harm": text(Keep.WORKING),
            "alternatives": text(Keep.SHORT),
        },
        key=("sitting", "member"),
        share=Share.CIRCLES,
        indexes=(("sitting", "harm"),),
    ),
    Table(
        "verdict",
        {
            "sitting": text(Keep.WORKING),
            "member": text(Keep.WORKING),
            "verdict": text(Keep.WORKING),
            "amount": money(Keep.WORKING),
            "reason": text(Keep.WORKING),
        },
        key=("sitting", "member"),
        share=Share.CIRCLES,
    ),
    Table(
        "grant_decision",
        {
            "sitting": text(Keep.WORKING),
            "reservation": text(Keep.WORKING),
            "amount": money(Keep.WORKING),
            "lane": text(Keep.WORKING),
            "turn": text(Keep.WORKING),
            "decided_by": text(Keep.WORKING),
            "decided_on": number(Keep.WORKING),
            "reviewed_on": number(Keep.WORKING),
        },
        key=("sitting", "reservation"),
        share=Share.CIRCLES,
    ),
    Table(
        "turn",
        {
            "turn": text(Keep.LEDGER),
            "period": number(Keep.LEDGER),
            "period_code": text(Keep.WORKING),
            "returned": number(Keep.LEDGER),
        },
        key=("turn",),
        share=Share.CIRCLES,
        indexes=(("period", "period_code"),),
    ),
    Table(
        "queue_place",
        {
            "place": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "taken_by": text(Keep.WORKING),
            "harm": text(Keep.WORKING),
            "period": number(Keep.WORKING),
            "period_code": text(Keep.WORKING),
            "week": number(Keep.LEDGER),
            "method": number(Keep.WORKING),
            "first_time": number(Keep.LEDGER),  # its code had not been reached before when it was called
            "drawn": number(Keep.WORKING),  # its place by the draw that it was in, 0 before one
        },
        key=("place",),
        share=Share.CIRCLES,
        indexes=(("state", "method"),),
    ),
    # Two people each promise a secret over the places that wait then; the order follows from both.
    Table(
        "queue_draw",
        {
            "draw": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),  # promised by one, closed once two have, drawn once both revealed
            "places": text(Keep.WORKING),
            "seed": text(Keep.LEDGER),
            "begun_on": number(Keep.LEDGER),
        },
        key=("draw",),
        share=Share.CIRCLES,
    ),
    Table(
        "draw_part",
        {
            "draw": text(Keep.WORKING),
            "member": text(Keep.WORKING),
            "commitment": text(Keep.WORKING),
            "secret": text(Keep.WORKING),
        },
        key=("draw", "member"),
        share=Share.CIRCLES,
    ),
    Table("draw_secret", {"draw": text(Keep.SHORT), "secret": text(Keep.SHORT)}, key=("draw",)),
)
