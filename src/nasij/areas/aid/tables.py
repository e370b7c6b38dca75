"""The tables of needs and offers, how long each column lasts, and the kinds of help that every network begins with."""

from sqlite3 import Connection

from nasij.ids import id_from
from nasij.kit.field import mark
from nasij.kit.table import Keep, Says, Share, Table, blob, number, text

# Needs and offers said to the whole network before somebody came are not handed to them (domain 5.1, 9): kinds are.

NO_DAY = 1_000_000  # `due` of a need without a day: it sorts behind every day
# Lines of a list that nobody has sorted yet do not fill the pages of whoever brought them in; the list has its own page.
NOT_OF_A_LIST = "(need.import_code = '' or need.state <> 'waiting')"
RANK = {"now": 0, "days": 1, "weeks": 2, "open": 3}

# slug, label, mode, sensitive. A sensitive kind is never arranged without coordination.
SEEDED = (
    ("listening", mark("Listening"), "self_offer", 0),
    ("food", mark("Food"), "self_offer", 0),
    ("shelter", mark("Shelter"), "coordinated", 1),
    ("medicine", mark("Medicine and care"), "coordinated", 1),
    ("legal", mark("Legal help"), "coordinated", 1),
    ("transport", mark("Transport"), "self_offer", 0),
    ("money", mark("Money"), "coordinated", 1),
    ("paperwork", mark("Papers and offices"), "self_offer", 0),
    ("accompaniment", mark("Accompaniment"), "coordinated", 0),
    ("safety", mark("Safety"), "coordinated", 1),
    ("things", mark("Things"), "between_members", 0),
    ("skills", mark("Skills"), "between_members", 0),
    ("other", mark("Something else"), "coordinated", 0),
)


def kind_id(slug: str) -> str:
    """Return the fixed id of a kind that every network begins with."""
    return id_from(slug.encode().ljust(10))


def seed(db: Connection) -> None:
    """Put in the kinds of help that every network begins with."""
    db.executemany(
        "insert into kind (kind, label, mode, sensitive, state, place, audience)"
        " values (?, ?, ?, ?, 'active', ?, 'network')",
        [(kind_id(slug), label, mode, sensitive, place) for place, (slug, label, mode, sensitive) in enumerate(SEEDED)],
    )


TABLES = (
    Table(
        "kind",
        {
            "kind": text(Keep.LEDGER),
            "parent": text(Keep.LEDGER),
            "label": text(Keep.WORKING),
            "own_words": number(Keep.LEDGER),  # 1: the label is the group's own, not a message to translate
            "mode": text(Keep.LEDGER),
            "sensitive": number(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "place": number(Keep.LEDGER),
        },
        key=("kind",),
        share=Share.COMERS,
    ),
    Table(
        "need",
        {
            "need": text(Keep.LEDGER),
            "asked_by": text(Keep.WORKING),
            "kind": text(Keep.LEDGER),
            "what": text(Keep.WORKING),
            "urgency": text(Keep.LEDGER),
            "needed_by": number(Keep.LEDGER),
            "area": text(Keep.WORKING),
            "people": number(Keep.LEDGER),
            "languages": text(Keep.WORKING),
            "conditions": text(Keep.WORKING),
            "scope": text(Keep.LEDGER),
            "nameless": number(Keep.LEDGER),
            "on_behalf": text(Keep.WORKING),
            "ground": text(Keep.SHORT),
            "state": text(Keep.LEDGER),
            "reason": text(Keep.LEDGER),
            "closing": text(Keep.SHORT),
            "asked_on": number(Keep.LEDGER),
            "asked_at": number(Keep.WORKING),  # the place in the queue: closing and reopening leave it as it is
            "moved_on": number(Keep.LEDGER),  # the last day anything happened, for the expiry
            "unreached": number(Keep.LEDGER),
            "opened": number(Keep.LEDGER),  # somebody other than the asker said or did something about it; never who
            "next_step": text(Keep.SHORT),  # empty: what its state says comes next
            "next_owner": text(Keep.WORKING),  # a member, or role/cases
            "next_on": number(Keep.LEDGER),
            "posted_as": text(Keep.WORKING),  # on the first need only: the one that coordination posted for it
            "posted_by": text(Keep.WORKING),  # who stands between, so that another can once they are gone
            "import_code": text(Keep.LEDGER),
            "rank": number(Keep.LEDGER),  # of the urgency, for the order of the list
            "due": number(Keep.LEDGER),  # needed_by, or NO_DAY
        },
        key=("need",),
        share=Share.CIRCLES,
        indexes=(
            ("closed_on", "rank", "due", "asked_at"),
            ("kind", "closed_on"),
            ("asked_by", "closed_on", "rank", "due", "asked_at"),
            ("closed_on", "next_owner", "next_on", "state"),
            ("posted_as",),
            ("import_code",),
        ),
    ),
    Table(
        "part",
        {
            "part": text(Keep.LEDGER),
            "need": text(Keep.LEDGER),
            "words": text(Keep.WORKING),
            "state": text(Keep.LEDGER),
            "commitment": text(Keep.WORKING),
            "place": number(Keep.LEDGER),
        },
        key=("part",),
        share=Share.CIRCLES,
        indexes=(("need",),),
    ),
    Table(
        "need_turn",  # the history of states, with days and without persons
        {
            "need": text(Keep.LEDGER),
            "turn": number(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "reason": text(Keep.LEDGER),
            "on_day": number(Keep.LEDGER),
        },
        key=("need", "turn"),
        share=Share.CIRCLES,
    ),
    Table(
        "offer",
        {
            "offer": text(Keep.LEDGER),
            "offered_by": text(Keep.WORKING),
            "kind": text(Keep.LEDGER),
            "what": text(Keep.WORKING),
            "availability": text(Keep.WORKING),
            "area": text(Keep.WORKING),
            "languages": text(Keep.WORKING),
            "quantity": number(Keep.LEDGER),
            "standing": number(Keep.LEDGER),
            "until": number(Keep.LEDGER),
            "conditions": text(Keep.WORKING),
            "scope": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "offered_on": number(Keep.LEDGER),
            "import_code": text(Keep.LEDGER),
        },
        key=("offer",),
        share=Share.CIRCLES,
        indexes=(("closed_on", "state"), ("kind", "state"), ("offered_by",), ("import_code",)),
    ),
    Table(
        "draft",
        {
            "draft": text(Keep.SHORT),
            "kind": text(Keep.SHORT),
            "what": text(Keep.SHORT),
            "urgency": text(Keep.SHORT),
            "needed_by": number(Keep.SHORT),
            "area": text(Keep.SHORT),
            "people": number(Keep.SHORT),
            "languages": text(Keep.SHORT),
            "conditions": text(Keep.SHORT),
            "parts": text(Keep.SHORT),
            "kept_on": number(Keep.SHORT),
        },
        key=("draft",),
    ),
    Table(
        "identity",
        {
            "need": text(Keep.MOMENTARY),
            "name_to_use": text(Keep.MOMENTARY, Says.WAY),
            "number": text(Keep.MOMENTARY, Says.WAY),
            "address": text(Keep.MOMENTARY, Says.WAY),
            "safe_way": text(Keep.MOMENTARY, Says.WAY),
        },
        key=("need",),
    ),
    Table(
        "list_import",
        {
            "import_code": text(Keep.LEDGER),
            "kind": text(Keep.LEDGER),
            "imported_by": text(Keep.WORKING),
            "count": number(Keep.LEDGER),
            "list_on": number(Keep.LEDGER),
            "imported_at": number(Keep.WORKING),
            "state": text(Keep.LEDGER),
        },
        key=("import_code",),
        share=Share.CIRCLES,  # whoever is handed its lines must understand when the list is taken back
        indexes=(("imported_by",),),
    ),
    Table(
        "list_part",  # put by until the whole list is there
        {
            "import_code": text(Keep.MOMENTARY),
            "part": number(Keep.MOMENTARY),
            "sent_by": text(Keep.MOMENTARY, Says.PERSON),
            "lines": blob(Keep.MOMENTARY, Says.WAY),
        },
        key=("import_code", "part"),
    ),
)
