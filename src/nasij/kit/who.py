"""Who somebody is, and who can read what.

An *audience* is a name: ``network``, ``trusted``, ``role/cases``, ``need/…``, ``only/<member>``. Who holds its keys is a
question to the view, answered by `holders`, so that every reader gives the same answer. Roles and standings change by
facts of the area `people`; the kernel reads them here and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection

from nasij.clock import QUARTERS_AN_HOUR, day_of
from nasij.ids import code
from nasij.kit.table import Keep, Share, Table, blob, number, text

NETWORK = "network"
TRUSTED = "trusted"
ROLE_PREFIX = "role/"
ONLY_PREFIX = "only/"

# The four powerful roles; nobody holds more than two of them (security.md, W11).
ROLES = ("members", "cases", "fund", "machines")
IN_FORCE = ("new", "trusted", "resting")
NOT_GONE = (*IN_FORCE, "suspended")  # whoever is frozen or suspended is away, and may need others most

HOLDER = Table("holder", {"of": text(Keep.LEDGER), "who": text(Keep.LEDGER)}, key=("of", "who"), share=Share.CIRCLES)
TABLES = (
    Table(
        "member",
        {
            "member": text(Keep.LEDGER),
            "sign_key": blob(Keep.LEDGER),
            "wrap_key": blob(Keep.LEDGER),
            "wrap_period": number(Keep.LEDGER),
            "standing": text(Keep.LEDGER),
            "introduced_by": text(Keep.WORKING),
            "since": number(Keep.LEDGER),
        },
        key=("member",),
        share=Share.COMERS,
        indexes=(("standing",),),
    ),
    Table(
        "mandate",
        {
            "role": text(Keep.LEDGER),
            "member": text(Keep.LEDGER),
            "state": text(Keep.LEDGER),
            "since": number(Keep.LEDGER),
            "until": number(Keep.LEDGER),
        },
        key=("role", "member"),
        share=Share.COMERS,
    ),
    HOLDER,
    Table(
        "circle",
        {
            "of": text(Keep.LEDGER),
            "epoch": number(Keep.LEDGER),
            "since": number(Keep.LEDGER),
            "wrapped": text(Keep.LEDGER),
        },
        key=("of",),
        share=Share.COMERS,
    ),
    # Signing keys of devices that were in other hands: none of them is ever admitted again.
    Table(
        "burnt",
        {"sign_key": blob(Keep.LEDGER), "member": text(Keep.LEDGER), "day": number(Keep.LEDGER)},
        key=("sign_key",),
        share=Share.COMERS,
    ),
    Table("setting", {"name": text(Keep.LEDGER), "value": text(Keep.LEDGER)}, key=("name",), share=Share.COMERS),
)


@dataclass(frozen=True, slots=True)
class By:
    """Who says a fact or looks at a page, when, and to whom it is said."""

    member: str
    hour: int
    standing: str = "new"
    roles: frozenset[str] = frozenset()
    audience: str = ""
    past: int = (
        0  # quarters of the hour that have passed by this room's clock; for pages and forms, 0 for rules and folds
    )

    @property
    def quarter(self) -> int:
        """The quarter of an hour, counted from 1970."""
        return self.hour * QUARTERS_AN_HOUR + self.past

    @property
    def day(self) -> int:
        """The day, counted from 1970."""
        return day_of(self.hour)

    @property
    def in_force(self) -> bool:
        """Whether this person may take part at all."""
        return self.standing in IN_FORCE

    @property
    def trusted(self) -> bool:
        """Whether this person is past probation."""
        return self.standing in ("trusted", "resting")


def by(db: Connection, member: str, hour: int, audience: str = "") -> By:
    """Return what the view knows of `member` at `hour`; an unknown one has the standing ``none``."""
    row = db.execute("select standing from member where member = ?", (member,)).fetchone()
    return By(
        member, hour, row[0] if row else "none", roles_of(db, member, day_of(hour)) if row else frozenset(), audience
    )


def roles_of(db: Connection, member: str, day: int) -> frozenset[str]:
    """Return the roles that a member holds on `day`."""
    rows = db.execute("select role from mandate where member = ? and state = 'active' and until >= ?", (member, day))
    return frozenset(row[0] for row in rows)


def role_holders(db: Connection, role: str) -> frozenset[str]:
    """Return who holds a role by the mandates in force, whatever day it is; a fact ends each mandate."""
    rows = db.execute(
        "select mandate.member from mandate join member using (member)"
        " where role = ? and state = 'active' and standing in ('trusted', 'resting')",
        (role,),
    )
    return frozenset(row[0] for row in rows)


def members(db: Connection, standings: tuple[str, ...] = IN_FORCE) -> frozenset[str]:
    """Return the members with one of these standings."""
    marks = ", ".join("?" * len(standings))
    return frozenset(r[0] for r in db.execute(f"select member from member where standing in ({marks})", standings))


def is_there(db: Connection, member: str, standings: tuple[str, ...] = IN_FORCE) -> bool:
    """Say whether somebody has one of these standings: one look, however many members there are."""
    row = db.execute("select standing from member where member = ?", (member,)).fetchone()
    return row is not None and row[0] in standings


def by_name(db: Connection, members: Iterable[str]) -> list[tuple[str, str]]:
    """Return members with what they are called, or their code where that is not known here, as choices of a form."""
    aliases = dict(db.execute("select member, alias from called").fetchall())
    return sorted(((m, aliases.get(m) or code(m)) for m in members), key=lambda pair: (pair[1], pair[0]))


def holders(db: Connection, audience: str) -> frozenset[str]:
    """Return who should hold the keys of an audience now."""
    if audience == NETWORK:
        return members(db)
    if audience == TRUSTED:
        return members(db, ("trusted", "resting"))
    if audience.startswith(ROLE_PREFIX):
        return role_holders(db, audience.removeprefix(ROLE_PREFIX))
    if audience.startswith(ONLY_PREFIX):
        return frozenset({audience.removeprefix(ONLY_PREFIX)})
    found: set[str] = set()
    for (who,) in db.execute("select who from holder where of = ?", (audience,)).fetchall():
        found |= role_holders(db, who.removeprefix(ROLE_PREFIX)) if who.startswith(ROLE_PREFIX) else {who}
    return frozenset(member for member in found if is_there(db, member))


def holds(db: Connection, audience: str, member: str) -> bool:
    """Say whether somebody should hold the keys of an audience now: one look or two, however many people are in it."""
    if is_open_circle(audience) or audience.startswith(ONLY_PREFIX):
        return member in holders(db, audience)
    found = db.execute("select who from holder where of = ?", (audience,)).fetchall()
    named = {row[0] for row in found}
    if member in named:
        return is_there(db, member)
    return any(
        member in role_holders(db, who.removeprefix(ROLE_PREFIX)) for who in named if who.startswith(ROLE_PREFIX)
    ) and is_there(db, member)


def is_open_circle(audience: str) -> bool:
    """Say whether everybody in the network may know who holds this audience's keys."""
    return audience in (NETWORK, TRUSTED) or audience.startswith(ROLE_PREFIX)


def admit(db: Connection, audience: str, *who: str) -> None:
    """Let members, or a whole role written as ``role/cases``, hold the keys of a private audience from this fact on."""
    db.executemany(
        "insert or ignore into holder (of, who, audience) values (?, ?, ?)", [(audience, w, audience) for w in who]
    )


def release(db: Connection, audience: str, *who: str) -> None:
    """End that; the circle is stale from this fact on and the next of its people to come renews it."""
    db.executemany("delete from holder where of = ? and who = ?", [(audience, w) for w in who])


def hold_exactly(db: Connection, audience: str, wanted: Iterable[str]) -> None:
    """Let exactly these members and roles hold the keys of a private audience from this fact on."""
    kept = set(wanted)
    present = {row[0] for row in db.execute("select who from holder where of = ?", (audience,))}
    release(db, audience, *sorted(present - kept))
    admit(db, audience, *sorted(kept))


def release_forgotten(db: Connection, table: str, day: int) -> None:
    """Let nobody be listed in the circle of a record of this table that closed so long ago that its people are forgotten."""
    held = db.execute(
        f"select holder.of, holder.who from {table} join holder on holder.of = {table}.audience"
        f" where {table}.closed_on > 0 and {table}.closed_on <= ?",
        (day - Keep.WORKING,),
    ).fetchall()
    for circle, member in held:
        release(db, circle, member)


def lose_keys(db: Connection, member: str) -> None:
    """Hold from here on that a member's room has lost its keys: every circle of theirs is stale until it gives them anew."""
    rows = db.execute("select of, wrapped from circle where instr(wrapped, ?)", (member,)).fetchall()
    for circle, wrapped in rows:
        left = " ".join(one for one in wrapped.split() if one != member)
        db.execute("update circle set wrapped = ? where of = ?", (left, circle))


def burn(db: Connection, member: str, day: int) -> None:
    """Hold from here on that the device with this member's present signing key is lost for good."""
    db.execute(
        "insert or ignore into burnt (sign_key, member, day, audience) select sign_key, member, ?, ? from member"
        " where member = ?",
        (day, NETWORK, member),
    )


def is_burnt(db: Connection, sign_key: bytes) -> bool:
    """Say whether a signing key belongs to a device that was in other hands."""
    return db.execute("select 1 from burnt where sign_key = ?", (sign_key,)).fetchone() is not None


def setting(db: Connection, name: str, default: int) -> int:
    """Return a whole-number setting of the network."""
    row = db.execute("select value from setting where name = ?", (name,)).fetchone()
    return int(row[0]) if row else default


def setting_text(db: Connection, name: str, default: str = "") -> str:
    """Return a setting of the network that is text."""
    row = db.execute("select value from setting where name = ?", (name,)).fetchone()
    return str(row[0]) if row else default
