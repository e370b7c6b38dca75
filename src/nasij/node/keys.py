"""Keys follow membership, in this one place.

Open circles (the network, the trusted, roles) get their new epoch inside the entry that changes who holds them. Private
circles get theirs by a letter in the same append. Nobody seals under a circle whose people and key holders differ.
"""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from nasij.clock import day_of
from nasij.errors import Refused, SealBroken
from nasij.kit import who
from nasij.kit.field import mark
from nasij.line import place_bytes
from nasij.log.entry import Said
from nasij.node.node import Node
from nasij.seal import circle
from nasij.seal.circle import Fresh
from nasij.seal.primitives import random_key

RENEW_DAYS = 7
WELCOME_HOURS = 14 * 24  # as long as a mailbox keeps things: a welcome holds keys, and they must not stay
OPEN_CIRCLES = (who.NETWORK, who.TRUSTED, *(who.ROLE_PREFIX + role for role in who.ROLES))
NOT_THEIRS = mark("Only the people of a circle can renew its keys.")


def wrapped(db: Connection, audience: str) -> tuple[int, frozenset[str]]:
    """Return the epoch of a circle and who was given its key; epoch 0 for one that has none yet."""
    row = db.execute("select epoch, wrapped from circle where of = ?", (audience,)).fetchone()
    return (int(row[0]), frozenset(row[1].split())) if row else (0, frozenset())


def is_stale(db: Connection, audience: str) -> bool:
    """Say whether the people of a circle are not those who hold its key."""
    return wrapped(db, audience)[1] != who.holders(db, audience)


def bound(network: bytes, place: int, seen: int, head: bytes) -> bytes:
    """Return what capsules are bound to: the network, the place of their entry, and the story its author saw."""
    return network + place_bytes(place) + place_bytes(seen) + head


def fresh_open(node: Node, *, renew: Sequence[str] = ()) -> list[Fresh]:
    """Return new epochs for the open circles that changed, as far as I may make them."""
    found = []
    for audience in OPEN_CIRCLES:
        epoch, given = wrapped(node.db, audience)
        people = who.holders(node.db, audience)
        mine = node.me in (given if given & people else given | people)
        if people and mine and (people != given or audience in renew):
            found.append(Fresh(audience, epoch + 1, random_key(), tuple(sorted(people))))
    return found


def fresh_private(node: Node, audience: str, also: frozenset[str] = frozenset()) -> Fresh | None:
    """Return a new epoch of a private circle, for its people and `also` these; raises `Refused` where it is not mine to make.

    None where those are the people who hold its key.
    """
    epoch, given = wrapped(node.db, audience)
    people = who.holders(node.db, audience) | also
    if people == given and people:
        return None
    if node.me not in (given or people) or node.me not in people:
        raise Refused(NOT_THEIRS)
    return Fresh(audience, epoch + 1, random_key(), tuple(sorted(people)))


def is_private(audience: str) -> bool:
    """Say whether an audience is a circle that others must not know of."""
    return not who.is_open_circle(audience) and not audience.startswith(who.ONLY_PREFIX)


# --- reading ----------------------------------------------------------------------------------------------------------


def check_grant(
    node: Node, author: str, grant: Sequence[Any] | None, network_before: frozenset[str] | None
) -> list[list[Any]]:
    """Check, after the fold, that an entry's new keys go to exactly the right people; returns its rows.

    Raises `Refused` where they do not, and where the network's people changed without new keys: removing somebody and
    moving the keys on is one entry or none.
    """
    rows = _rows(grant)
    for audience, epoch, members in rows:
        before, given = wrapped(node.db, audience)
        right = audience in OPEN_CIRCLES and epoch == before + 1 and members == sorted(set(members))
        people = who.holders(node.db, audience)
        # Whoever holds the old key hands on the new one; where none of them is left, the circle begins anew.
        if not right or author not in (given if given & people else given | people):
            raise Refused(mark("The keys were given to the wrong people."))
        if frozenset(members) != people:
            raise Refused(mark("The keys were given to the wrong people."))
    moved = {row[0] for row in rows}
    people_moved = network_before is not None and who.holders(node.db, who.NETWORK) != network_before
    if people_moved and who.NETWORK not in moved:
        raise Refused(mark("The members changed but the keys did not."))
    return rows


def _rows(grant: Sequence[Any] | None) -> list[list[Any]]:
    if grant is None:
        return []
    try:
        rows, capsules = grant
        right = all(
            isinstance(a, str) and type(e) is int and isinstance(m, list) and all(isinstance(x, str) for x in m)
            for a, e, m in rows
        ) and all(isinstance(m, str) and isinstance(c, bytes) for m, c in capsules)
    except (ValueError, TypeError):
        raise Refused(mark("The keys were given to the wrong people.")) from None
    if not right or len({row[0] for row in rows}) != len(rows):
        raise Refused(mark("The keys were given to the wrong people."))
    return list(rows)


def write_circles(node: Node, rows: list[list[Any]], day: int, author: str) -> None:
    """Write the new epochs into the view; where somebody came newly in by an entry of mine, their rows are due.

    Whoever made a key has it: somebody who leaves or freezes themselves is written down too, so that the next of the
    circle's people moves it on once more.
    """
    for audience, epoch, members in rows:
        given = wrapped(node.db, audience)[1]
        if author == node.me and given and set(members) - given and audience not in node.shares:
            node.shares.append(audience)
        node.db.execute(
            "insert or replace into circle (of, epoch, since, wrapped, audience) values (?, ?, ?, ?, ?)",
            (
                *(audience, epoch, day, " ".join(sorted({*members, author}))),
                who.NETWORK if who.is_open_circle(audience) else audience,
            ),
        )


def take_grant(node: Node, rows: list[list[Any]], said: Said, place: int) -> None:
    """Take my own capsule out of an entry whose grant was checked; being left out is an alarm."""
    mine = {row[0]: row[1] for row in rows if node.me in row[2]}
    for audience in (row[0] for row in rows if node.me not in row[2]):
        node.keyring.drop(audience)
    if not mine or said.grant is None:
        return
    info = bound(node.secrets.network, place, said.seen, said.head)
    capsule = next((c for m, c in said.grant[1] if m == node.me), b"")
    try:
        keys = circle.take_grant(capsule, node.seeds(), node.me, info)
    except SealBroken:
        keys = []
    for audience, epoch, key in keys:
        if mine.get(audience) == epoch:
            if audience not in node.keyring.newest and epoch > 1:
                node.fresh[audience] = said.author
            node.keyring.add(audience, epoch, key, day_of(node.hour))
            del mine[audience]
    if mine:
        node.alarms.append(
            mark("Somebody renewed the keys and left you out. Please tell the people who look after members.")
        )


def take_letter(node: Node, capsules: list[bytes], place: int, seen: int, head: bytes) -> None:
    """Take the keys of a private circle out of a letter, if one of its capsules is mine."""
    info = bound(node.secrets.network, place, seen, head)
    found = circle.take_letter(capsules, node.seeds(), info)
    if found is None:
        return
    letter, signature, covered = found
    row = node.db.execute("select sign_key, standing from member where member = ?", (letter.author,)).fetchone()
    if row is None or row[1] not in who.IN_FORCE or not circle.letter_is_by(row[0], signature, covered):
        raise SealBroken
    before, given = wrapped(node.db, letter.audience)
    held = letter.audience in node.keyring.newest
    newest = node.keyring.newest[letter.audience].epoch if held else 0
    right = letter.epoch == before + 1 if held and before else letter.epoch > max(before, newest)
    if not is_private(letter.audience) or not right or (held and given and letter.author not in given):
        raise Refused(NOT_THEIRS)
    if node.me not in letter.members:
        raise SealBroken
    if not held and letter.epoch > 1:
        node.fresh[letter.audience] = letter.author
    if letter.author == node.me:
        node.tended[letter.audience, frozenset(letter.members)] += 1
    write_circles(node, [[letter.audience, letter.epoch, sorted(letter.members)]], day_of(node.hour), letter.author)
    node.keyring.add(letter.audience, letter.epoch, letter.key, day_of(node.hour))


def leave_circles(node: Node) -> None:
    """Drop the keys of private circles that I am no longer in.

    Its people move the keys on without me, so that whoever comes back into a circle comes newly, with new rows. That it is
    there, in other hands, stays known: what this room still has of it must not begin it a second time. A circle whose first
    rows are still awaited says nothing yet about who is in it, and neither does one whose letter came just now; but one that
    nobody is in any more is over, and its keys go from every room.
    """
    held = [a for a in node.keyring.newest if is_private(a) and a not in node.fresh]
    if not held:
        return
    me = [node.me, *(who.ROLE_PREFIX + role for role in who.ROLES if node.me in who.role_holders(node.db, role))]
    inside = node.me in who.members(node.db)
    found = node.db.execute(f"select of, max(who in ({', '.join('?' * len(me))})) from holder group by of", me)
    mine = dict(found.fetchall())
    over = node.db.execute("select of from circle where since < ?", (day_of(node.hour) - 1,))
    mine = {row[0]: 0 for row in over} | mine
    for audience in held:
        if not (inside and mine.get(audience, 1)):
            node.keyring.drop(audience)
            others = " ".join(sorted(wrapped(node.db, audience)[1] - {node.me}))
            node.db.execute("update circle set wrapped = ? where of = ?", (others, audience))
            node.db.execute("delete from act where audience = ?", (audience,))  # nothing said there opens again


def forget_past(node: Node, days: int) -> None:
    """Destroy the keys of epochs that ended more than `days` ago and of circles I am no longer in; forget circles that are over."""
    node.keyring.drop_past(day_of(node.hour) - days)
    for name in [n for n, welcome in node.welcomes.items() if welcome[2] < node.hour - WELCOME_HOURS]:
        del node.welcomes[name]
    for audience in [a for a in node.keyring.newest if is_private(a)]:
        if node.me not in who.holders(node.db, audience) and wrapped(node.db, audience)[0] == 0:
            node.keyring.drop(audience)
    node.db.execute(
        "delete from circle where audience = of and instr(wrapped, ?) = 0 and of not in (select of from holder)",
        (node.me,),
    )
