"""Who may read what a member says of themselves, by which rule, and what it changes."""

from sqlite3 import Connection

from nasij.areas.profile import named
from nasij.areas.profile.facts import (
    COORDINATION,
    AvoidEnded,
    AvoidStated,
    BlockEnded,
    BlockStated,
    CapacityStated,
    ContactReadersChosen,
    ContactRulesDropped,
    ContactRulesStated,
    RestStated,
    SkillEnded,
    SkillStated,
)
from nasij.errors import NotHereYet, Refused
from nasij.kit.area import Reader
from nasij.kit.field import mark
from nasij.kit.who import ONLY_PREFIX, By, admit, hold_exactly, role_holders

SKILLS_MOST = 30
PEOPLE_MOST = 50  # whom one person avoids or blocks


def _avoid_audience(db: Connection, _by: By, stated: AvoidStated | AvoidEnded) -> str:
    """Return who may know whom somebody avoids: coordination, or nobody where the other coordinates themself.

    Ending it goes where it was said.
    """
    if isinstance(stated, AvoidEnded):
        row = db.execute(
            "select audience from avoid where by_member = ? and whom = ?", (stated.member, stated.whom)
        ).fetchone()
        if row is None:
            raise NotHereYet
        return str(row[0])
    if stated.whom in role_holders(db, "cases"):
        return ONLY_PREFIX + stated.member
    return f"avoid/{stated.member}"


AVOID_READERS = Reader("circle:avoid", _avoid_audience)


def may_say_of_myself(
    _db: Connection, by: By, fact: ContactReadersChosen | ContactRulesStated | ContactRulesDropped
) -> None:
    """Speak for oneself only."""
    if fact.member != by.member:
        raise Refused(mark("Everybody says this only of themselves."))


def fold_readers_chosen(db: Connection, by: By, fact: ContactReadersChosen | ContactRulesStated) -> None:
    """Let exactly these people read what is said from now on, and let those who are let go forget what they read."""
    wanted = {*fact.readers, by.member, *([COORDINATION] if fact.coordination else [])}
    hold_exactly(db, by.audience, wanted)
    db.execute("delete from contact_rule where member = ?", (fact.member,))  # the rules follow, for these people


def fold_contact_stated(db: Connection, by: By, fact: ContactRulesStated) -> None:
    """Write the rules down."""
    fold_readers_chosen(db, by, fact)
    db.execute(
        "insert or replace into contact_rule"
        " (member, channels, safe_hours, name_to_use, cover, safe_word, never, audience) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fact.member,
            fact.channels,
            fact.safe_hours,
            fact.name_to_use,
            fact.cover,
            fact.safe_word,
            fact.never,
            by.audience,
        ),
    )


def may_drop_contact(db: Connection, by: By, fact: ContactRulesDropped) -> None:
    """Take back what is there."""
    may_say_of_myself(db, by, fact)
    if not db.execute("select 1 from contact_rule where member = ?", (fact.member,)).fetchone():
        raise NotHereYet


def fold_contact_dropped(db: Connection, by: By, fact: ContactRulesDropped) -> None:
    """Forget it everywhere, and keep the circle to oneself."""
    db.execute("delete from contact_rule where member = ?", (fact.member,))
    hold_exactly(db, by.audience, {by.member})


def _begin_capacity(db: Connection, by: By) -> None:
    # -1 a week: nothing was said about how often.
    db.execute(
        "insert or ignore into capacity (member, per_week, helps, audience) values (?, -1, 1, ?)",
        (by.member, by.audience),
    )


def fold_capacity(db: Connection, by: By, fact: CapacityStated) -> None:
    """Write it down; a rest stays as it is."""
    _begin_capacity(db, by)
    db.execute(
        "update capacity set per_week = ?, kinds = ?, helps = ? where member = ?",
        (fact.per_week, ",".join(fact.kinds), int(fact.helps), by.member),
    )


def may_state_rest(_db: Connection, by: By, fact: RestStated) -> None:
    """Rest until a day that is still to come."""
    if fact.rest_until and fact.rest_until < by.day:
        raise Refused(mark("This day has passed already."))


def fold_rest(db: Connection, by: By, fact: RestStated) -> None:
    """Write it down; how much somebody helps otherwise stays as it is."""
    _begin_capacity(db, by)
    db.execute("update capacity set rest_until = ? where member = ?", (fact.rest_until, by.member))


def _is_another(db: Connection, by: By, whom: str) -> None:
    if whom == by.member:
        raise Refused(mark("Please choose somebody else."))
    if not db.execute("select 1 from member where member = ?", (whom,)).fetchone():
        raise NotHereYet


def may_avoid(db: Connection, by: By, fact: AvoidStated) -> None:
    """Avoid somebody else; no reason is needed."""
    if fact.member != by.member:
        raise Refused(mark("Everybody says this only of themselves."))
    _is_another(db, by, fact.whom)
    _not_too_many(db, "avoid", by)


def _not_too_many(db: Connection, table: str, by: By) -> None:
    if db.execute(f"select count(*) from {table} where by_member = ?", (by.member,)).fetchone()[0] >= PEOPLE_MOST:
        raise Refused(
            mark("There is room for %(most)d people here."),
            advice=mark("Take somebody off the list."),
            most=PEOPLE_MOST,
        )


def fold_avoided(db: Connection, by: By, fact: AvoidStated) -> None:
    """Let coordinators' rooms respect it; they show it to nobody."""
    if not by.audience.startswith(ONLY_PREFIX):
        admit(db, by.audience, by.member, COORDINATION)
    db.execute(
        "insert or replace into avoid (by_member, whom, audience) values (?, ?, ?)",
        (by.member, fact.whom, by.audience),
    )


def may_end_avoid(_db: Connection, by: By, fact: AvoidEnded) -> None:
    """End what one said oneself."""
    if fact.member != by.member:
        raise Refused(mark("Everybody says this only of themselves."))


def fold_avoid_ended(db: Connection, by: By, fact: AvoidEnded) -> None:
    """Forget it at once: the list itself would tell."""
    db.execute("delete from avoid where by_member = ? and whom = ?", (by.member, fact.whom))


def may_block(db: Connection, by: By, fact: BlockStated) -> None:
    """Block somebody else."""
    _is_another(db, by, fact.whom)
    _not_too_many(db, "block", by)


def fold_blocked(db: Connection, by: By, fact: BlockStated) -> None:
    """Hide their notes, here and nowhere else."""
    db.execute(
        "insert or replace into block (by_member, whom, audience) values (?, ?, ?)",
        (by.member, fact.whom, by.audience),
    )


def may_end_block(db: Connection, by: By, fact: BlockEnded) -> None:
    """End a block that is there."""
    if not db.execute("select 1 from block where by_member = ? and whom = ?", (by.member, fact.whom)).fetchone():
        raise NotHereYet


def fold_block_ended(db: Connection, by: By, fact: BlockEnded) -> None:
    """Show their notes again."""
    db.execute("delete from block where by_member = ? and whom = ?", (by.member, fact.whom))


def may_add_skill(db: Connection, by: By, _fact: SkillStated) -> None:
    """Name a skill, up to a number that others can still read."""
    if db.execute("select count(*) from skill where member = ?", (by.member,)).fetchone()[0] >= SKILLS_MOST:
        raise Refused(
            mark("There is room for %(most)d skills here."), advice=mark("Take one off the list."), most=SKILLS_MOST
        )


def fold_skill(db: Connection, by: By, fact: SkillStated) -> None:
    """Write it down."""
    db.execute(
        "insert or ignore into skill (skill, member, words, level, audience) values (?, ?, ?, ?, ?)",
        (fact.skill, by.member, fact.words, fact.level, by.audience),
    )


def may_end_skill(db: Connection, by: By, fact: SkillEnded) -> None:
    """Take an own skill off the list."""
    row = db.execute("select member from skill where skill = ?", (fact.skill,)).fetchone()
    if row is None or row[0] != by.member:
        raise Refused(mark("Everybody says this only of themselves."))


def fold_skill_ended(db: Connection, _by: By, fact: SkillEnded) -> None:
    """Forget it."""
    db.execute("delete from skill where skill = ?", (fact.skill,))


def passing(db: Connection, day: int) -> None:
    """End rests that are over, and close what belongs to somebody who is gone."""
    db.execute("update capacity set rest_until = 0 where rest_until between 1 and ?", (day - 1,))
    gone = "(select member from member where standing in ('left', 'removed'))"
    for table, column in (
        ("contact_rule", "member"),
        ("capacity", "member"),
        ("skill", "member"),
        ("avoid", "by_member"),
    ):
        db.execute(f"update {table} set closed_on = ? where closed_on = 0 and {column} in {gone}", (day,))
    for table in ("avoid", "block"):  # whoever is gone need not be avoided
        db.execute(f"update {table} set closed_on = ? where closed_on = 0 and whom in {gone}", (day,))
    named.passing(db)
