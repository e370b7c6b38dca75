"""The tables of belonging. Members, roles and settings are tables of the kernel, because every layer asks about them."""

from nasij.kit.table import Keep, Says, Share, Table, blob, number, text

TABLES = (
    Table(
        "called",
        {
            "member": text(Keep.WORKING),
            "alias": text(Keep.WORKING),
            "address": text(Keep.WORKING),
            "languages": text(Keep.WORKING),
            "areas": text(Keep.WORKING),
        },
        key=("member",),
        share=Share.COMERS,
    ),
    # Which names are taken, by what they look like. A name given up is closed, and free once its row is forgotten.
    Table(
        "alias",
        {"looks": text(Keep.WORKING), "member": text(Keep.WORKING)},
        key=("looks",),
        share=Share.COMERS,
        indexes=(("member",),),
    ),
    Table("question", {"place": number(Keep.WORKING), "words": text(Keep.WORKING)}, key=("place",), share=Share.COMERS),
    # Rows of the inviter's own room. They outlast the month that the limit counts, and no longer.
    Table(
        "invitation",
        {
            "invitation": text(Keep.SHORT),
            "made_by": text(Keep.SHORT),
            "state": text(Keep.SHORT),
            "made_on": number(Keep.SHORT),
            "expires_at": number(Keep.SHORT),
            "box": blob(Keep.MOMENTARY, Says.WAY),
        },
        key=("invitation",),
        indexes=(("made_by",),),
    ),
    Table(
        "join_request",
        {
            "request": text(Keep.SHORT, Says.PERSON),
            "invitation": text(Keep.SHORT),
            "introduced_by": text(Keep.SHORT),
            "state": text(Keep.SHORT),
            "arrived_on": number(Keep.SHORT),
            "compared_on": number(Keep.SHORT),
            "alias": text(Keep.SHORT),
            "address": text(Keep.SHORT),
            "languages": text(Keep.SHORT),
            "answers": text(Keep.SHORT),
            "sign_key": blob(Keep.SHORT),
            "wrap_key": blob(Keep.SHORT),
            "wrap_period": number(Keep.SHORT),
            "proof": blob(Keep.SHORT),
            "box": blob(Keep.SHORT),
            "words": text(Keep.SHORT),
            "answer": text(Keep.SHORT),
        },
        key=("request",),
        share=Share.COMERS,
        indexes=(("state",),),
    ),
    Table(
        "join_said",
        {
            "request": text(Keep.SHORT),
            "place": number(Keep.SHORT),
            "said": text(Keep.SHORT),
            "from_newcomer": number(Keep.SHORT),
            "said_by": text(Keep.SHORT),
            "said_on": number(Keep.SHORT),
            "words": text(Keep.SHORT),
        },
        key=("request", "place"),
        share=Share.COMERS,
    ),
    Table(
        "join_read",
        {
            "request": text(Keep.SHORT),
            "read_by": text(Keep.SHORT),
            "read_on": number(Keep.SHORT),
            "advice": text(Keep.SHORT),
            "reason": text(Keep.SHORT),
        },
        key=("request", "read_by"),
        share=Share.COMERS,
    ),
)
