"""Skills that a list names: nobody says them for somebody else, so they wait until that member confirms or drops them.

Only the member and whoever brought the list in read it, in a circle of the two. What is not answered is forgotten within a
month, and for a day the list can be taken back.
"""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from nasij.areas.profile.facts import NAMED_MOST, NamedSkill, NamedSkillDropped, NamedSkillsTakenBack, SkillsNamed
from nasij.encoding import NotCanonical, at_most, decode, encode, shape
from nasij.errors import Malformed, NotHereYet, Refused
from nasij.ids import new_id, numbered_id
from nasij.kit.fact import check
from nasij.kit.field import mark
from nasij.kit.page import Item
from nasij.kit.who import By, admit, release

UNDO_HOURS = 24
_ROWS: Any = at_most(list[tuple[str, str]], NAMED_MOST)
_LINES = shape(_ROWS)


def naming_facts(found: Sequence[tuple[str, Sequence[NamedSkill]]]) -> list[SkillsNamed]:
    """Return what states a list of skills: one fact for each member it speaks of."""
    code = new_id()
    return [
        SkillsNamed(new_id(), code, member, encode([[line.words, line.level] for line in lines]))
        for member, lines in found
    ]


def _lines(raw: bytes) -> list[NamedSkill]:
    try:
        lines = [NamedSkill(*row) for row in decode(raw, of=_LINES)]
    except NotCanonical:
        raise Malformed from None
    for line in lines:
        check(line)
    if not lines:
        raise Malformed
    return lines


def may_name(db: Connection, _by: By, fact: SkillsNamed) -> None:
    """Name skills of a member of this network, once."""
    _lines(fact.lines)
    if not db.execute("select 1 from member where member = ?", (fact.member,)).fetchone():
        raise NotHereYet
    if db.execute("select 1 from named_skill where naming = ?", (fact.naming,)).fetchone():
        raise Refused(mark("This was already written down."))


def fold_named(db: Connection, by: By, fact: SkillsNamed) -> None:
    """Let the member read it, and let it be forgotten in a month whatever they do."""
    admit(db, by.audience, by.member, fact.member)
    db.executemany(
        "insert into named_skill (named, naming, import_code, member, named_by, named_at, words, level, audience, closed_on)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(numbered_id(fact.naming, number), fact.naming, fact.import_code, fact.member, by.member, by.hour),
                *(line.words, line.level, by.audience, by.day),
            )
            for number, line in enumerate(_lines(fact.lines))
        ],
    )


def may_drop_named(db: Connection, by: By, fact: NamedSkillDropped) -> None:
    """Leave the answer to the member it is about."""
    row = db.execute("select member from named_skill where named = ?", (fact.named,)).fetchone()
    if row is None:
        raise NotHereYet
    if row[0] != by.member:
        raise Refused(mark("Everybody says this only of themselves."))


def fold_named_dropped(db: Connection, by: By, fact: NamedSkillDropped) -> None:
    """Forget the line."""
    db.execute("delete from named_skill where named = ?", (fact.named,))
    _let_go(db, by.audience)


def may_take_back(db: Connection, by: By, fact: NamedSkillsTakenBack) -> None:
    """Let whoever brought the list in take it back within a day."""
    row = db.execute("select named_by, named_at from named_skill where naming = ?", (fact.naming,)).fetchone()
    if row is None:
        raise NotHereYet
    if row[0] != by.member:
        raise Refused(mark("Only the person who brought this list in can take it back."))
    if by.hour - row[1] > UNDO_HOURS:
        raise Refused(mark("A list can be taken back for %(hours)d hours."), hours=UNDO_HOURS)


def fold_taken_back(db: Connection, by: By, fact: NamedSkillsTakenBack) -> None:
    """Forget what nobody has answered."""
    db.execute("delete from named_skill where naming = ?", (fact.naming,))
    _let_go(db, by.audience)


def _let_go(db: Connection, audience: str) -> None:
    """Let nobody be listed in a circle in which nothing waits any more."""
    if not db.execute("select 1 from named_skill where audience = ?", (audience,)).fetchone():
        people = [row[0] for row in db.execute("select who from holder where of = ?", (audience,))]
        release(db, audience, *sorted(people))


def passing(db: Connection) -> None:
    """Let circles go in which everything was forgotten."""
    for (audience,) in db.execute(
        "select distinct of from holder where of like 'naming/%' and of not in (select audience from named_skill)"
    ).fetchall():
        _let_go(db, audience)


def waiting(db: Connection, by: By) -> list[Item]:
    """Say that a list names skills of mine."""
    if not by.trusted or not db.execute("select 1 from named_skill where member = ?", (by.member,)).fetchone():
        return []
    return [Item(3, mark("A list names skills of yours: please say which of them hold"), "/profile")]
