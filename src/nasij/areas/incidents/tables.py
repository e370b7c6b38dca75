"""The tables of incidents. Words go a month after closing, people with the work; codes, states, kinds and days stay."""

from nasij.kit.table import Keep, Share, Table, number, text

TABLES = (
    Table("duty", {"member": text(Keep.WORKING), "since": number(Keep.WORKING)}, key=("member",), share=Share.COMERS),
    Table(
        "incident",
        {
            "incident": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "source": text(Keep.LEDGER),
            "severity": text(Keep.LEDGER),
            "kind": text(Keep.LEDGER),
            "safe_now": text(Keep.WORKING),
            "tell": text(Keep.WORKING),
            "reported_by": text(Keep.WORKING),  # empty where it opened by itself
            "about": text(Keep.WORKING),  # a member, or empty: somebody else, or not said
            "left_out": text(Keep.WORKING),  # never told, not even when nobody answers
            "area": text(Keep.SHORT),
            "dependants": text(Keep.SHORT),
            "words": text(Keep.SHORT),
            "reported_on": number(Keep.LEDGER),
            "reported_at": number(Keep.WORKING),  # the quarter its clock began; a raised severity begins it anew
            "seen": number(Keep.WORKING),  # somebody who was told opened it; who, is not counted here
            "answered_by": text(Keep.WORKING),
            "answered_at": number(Keep.WORKING),
            "all_told": number(Keep.WORKING),  # the hour from which everybody on call was told
            "verified_by": text(Keep.WORKING),
            "way": text(Keep.LEDGER),
            "safe_on": number(Keep.WORKING),
            "apart": number(Keep.WORKING),  # the room of whoever it is about reads nothing more of it
            "same_as": text(Keep.LEDGER),
            "response": text(Keep.LEDGER),
            "moved_on": number(Keep.LEDGER),
        },
        key=("incident",),
        share=Share.CIRCLES,
        indexes=(("closed_on", "state"), ("reported_by",)),
    ),
    Table(
        "incident_told",
        {
            "incident": text(Keep.WORKING),
            "member": text(Keep.WORKING),
            "seen_at": number(Keep.WORKING),
        },
        key=("incident", "member"),
        share=Share.CIRCLES,
        indexes=(("member",),),
    ),
    Table(
        "response",
        {
            "response": text(Keep.LEDGER),
            "incident": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "kind": text(Keep.LEDGER),
            "about": text(Keep.WORKING),
            "lead": text(Keep.WORKING),
            "deputy": text(Keep.WORKING),
            "able": text(Keep.WORKING),  # whether the person decides, or their safety plan
            "wishes": text(Keep.SHORT),
            "opened_on": number(Keep.LEDGER),
            "opened_at": number(Keep.WORKING),
            "moved_on": number(Keep.LEDGER),
            "reason": text(Keep.LEDGER),
            "closing": text(Keep.SHORT),
        },
        key=("response",),
        share=Share.CIRCLES,
        indexes=(("incident",), ("closed_on", "state")),
    ),
    Table(
        "response_person",
        {"response": text(Keep.WORKING), "member": text(Keep.WORKING), "since": number(Keep.WORKING)},
        key=("response", "member"),
        share=Share.CIRCLES,
        indexes=(("member",),),
    ),
    Table(
        "response_step",
        {
            "step": text(Keep.LEDGER),
            "response": text(Keep.LEDGER),
            "place": number(Keep.LEDGER),
            "kind": text(Keep.LEDGER),  # exposure, warn, do
            "words": text(Keep.SHORT),  # a message of the starting text, or the group's own
            "own_words": number(Keep.LEDGER),
            "whom": text(Keep.WORKING),  # who is warned
            "owner": text(Keep.WORKING),  # a member, or lead or deputy: whoever that is then
            "due_at": number(Keep.WORKING),
            "state": text(Keep.LEDGER),
            "reason": text(Keep.SHORT),
            "ended_by": text(Keep.WORKING),
            "ended_on": number(Keep.LEDGER),
        },
        key=("step",),
        share=Share.CIRCLES,
        indexes=(("response", "place"), ("state", "due_at")),
    ),
    Table(
        "outside_contact",
        {
            "contact": text(Keep.LEDGER),
            "response": text(Keep.LEDGER),
            "place": number(Keep.LEDGER),
            "whom": text(Keep.WORKING),  # a code, never a name
            "made_by": text(Keep.WORKING),
            "made_on": number(Keep.LEDGER),
            "words": text(Keep.SHORT),
            "next_step": text(Keep.SHORT),
        },
        key=("contact",),
        share=Share.CIRCLES,
        indexes=(("response", "place"),),
    ),
    Table(
        "response_opening",  # who of the team opened the page of a case, on which day
        {"response": text(Keep.WORKING), "member": text(Keep.WORKING), "on_day": number(Keep.WORKING)},
        key=("response", "member", "on_day"),
        share=Share.CIRCLES,
    ),
    Table(
        "playbook",  # what the group made of a starting text; open for as long as it is the newest
        {
            "kind": text(Keep.WORKING),
            "version": number(Keep.WORKING),
            "dropped": text(Keep.WORKING),
            "steps": text(Keep.WORKING),
            "never": text(Keep.WORKING),
            "say": text(Keep.WORKING),
            "never_say": text(Keep.WORKING),
            "call": text(Keep.WORKING),
            "adapted_by": text(Keep.WORKING),
            "adapted_on": number(Keep.WORKING),
            "checked_by": text(Keep.WORKING),
            "checked_on": number(Keep.WORKING),
        },
        key=("kind",),
        share=Share.COMERS,
    ),
)
