"""The forms of the profile, and what each states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.profile.facts import (
    AvoidEnded,
    AvoidStated,
    BlockEnded,
    BlockStated,
    CapacityStated,
    Channels,
    ContactReadersChosen,
    ContactRulesDropped,
    ContactRulesStated,
    Coordination,
    Cover,
    NamedSkillDropped,
    NamedSkillsTakenBack,
    NameToUse,
    Never,
    Readers,
    RestStated,
    SafeHours,
    SafeWord,
    SkillEnded,
    SkillStated,
    Somebody,
)
from nasij.areas.profile.pages import my_capacity, my_contact
from nasij.errors import NotHereYet, Refused
from nasij.ids import code, new_id
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, act
from nasij.kit.field import Ref, mark
from nasij.kit.table import Keep
from nasij.kit.who import By, members


@dataclass(frozen=True, slots=True)
class ContactForm:
    """This is how to reach me safely."""

    readers: Readers
    coordination: Coordination
    channels: Channels
    safe_hours: SafeHours
    name_to_use: NameToUse
    cover: Cover
    safe_word: SafeWord
    never: Never


def make_contact(_db: Connection, by: By, form: ContactForm) -> Sequence[Any]:
    """Say who reads it before saying what."""
    return [
        ContactReadersChosen(by.member, form.readers, form.coordination),
        ContactRulesStated(
            by.member,
            form.readers,
            form.coordination,
            form.channels,
            form.safe_hours,
            form.name_to_use,
            form.cover,
            form.safe_word,
            form.never,
        ),
    ]


def prefill_contact(db: Connection, by: By, _path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with what holds now; coordination is off until somebody chooses it."""
    found = my_contact(db, by)
    return {name: found[name] for name in ContactForm.__dataclass_fields__ if name in found}


@dataclass(frozen=True, slots=True)
class DropForm:
    """Nobody needs to know how to reach me any more."""


def make_drop(_db: Connection, by: By, _form: DropForm) -> Sequence[Any]:
    """State it of myself."""
    return [ContactRulesDropped(by.member)]


def prefill_capacity(db: Connection, by: By, _path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with what holds now."""
    found = my_capacity(db, by)
    return (
        {"per_week": max(found["per_week"], 0), "kinds": found["kinds"], "helps": found["helps"]}
        if found
        else {"helps": True}
    )


def prefill_rest(db: Connection, by: By, _path: Mapping[str, str]) -> Mapping[str, Any]:
    """Begin with the rest that holds now."""
    found = my_capacity(db, by)
    return {"rest_until": found["rest_until"]} if found else {}


@dataclass(frozen=True, slots=True)
class AvoidForm:
    """Never match me with this member."""

    whom: Somebody


def make_avoid(_db: Connection, by: By, form: AvoidForm) -> Sequence[Any]:
    """State it of myself."""
    return [AvoidStated(by.member, form.whom)]


@dataclass(frozen=True, slots=True)
class AvoidEndForm:
    """I can be matched with this member again."""

    whom: Annotated[str, Ref(to="member", hidden=True, keep=Keep.MOMENTARY)]


def make_avoid_end(_db: Connection, by: By, form: AvoidEndForm) -> Sequence[Any]:
    """State it of myself."""
    return [AvoidEnded(by.member, form.whom)]


@dataclass(frozen=True, slots=True)
class TakeNamedForm:
    """This line of the list about me holds."""

    named: Annotated[str, Ref(to="named_skill", hidden=True, keep=Keep.SHORT)]


def make_take_named(db: Connection, by: By, form: TakeNamedForm) -> Sequence[Any]:
    """Say it of myself, and let the line go."""
    row = db.execute(
        "select words, level from named_skill where named = ? and member = ?", (form.named, by.member)
    ).fetchone()
    if row is None:
        raise NotHereYet
    return [SkillStated(new_id(), *row), NamedSkillDropped(form.named)]


@dataclass(frozen=True, slots=True)
class TakeBackForm:
    """I take the whole list back."""

    import_code: Annotated[str, Ref(to="named_skill", hidden=True, keep=Keep.SHORT)]


def make_take_back(db: Connection, by: By, form: TakeBackForm) -> Sequence[Any]:
    """Take back what it said of each member who has not answered yet."""
    found = db.execute(
        "select distinct naming from named_skill where import_code = ? and named_by = ? order by naming",
        (form.import_code, by.member),
    ).fetchall()
    if not found:
        raise Refused(mark("Nothing of this list waits for an answer any more."))
    return [NamedSkillsTakenBack(naming) for (naming,) in found]


def other_members(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody else with what they are called, or their code where that is not known here."""
    names = dict(db.execute("select member, alias from called where closed_on = 0").fetchall())
    found = [(member, names.get(member) or code(member)) for member in members(db) - {by.member}]
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


ACTS = (
    act(
        "/profile/contact",
        ContactForm,
        then="/profile",
        title=mark("How to reach me safely"),
        press=mark("Save"),
        by=ANYBODY_IN,
        make=make_contact,
        options={"readers": other_members},
        prefill=prefill_contact,
        why=mark("Only the people you choose read this. You can take it back at any time."),
    ),
    act(
        "/profile/contact-drop",
        DropForm,
        then="/profile",
        title=mark("Take my contact rules back"),
        press=mark("Take them back"),
        by=ANYBODY_IN,
        make=make_drop,
        why=mark("They are forgotten in every room that read them. What somebody remembers stays with them."),
        grave=True,
    ),
    act(
        "/profile/capacity",
        CapacityStated,
        then="/profile",
        title=mark("How much I can help"),
        press=mark("Save"),
        by=TRUSTED_MEMBER,
        prefill=prefill_capacity,
    ),
    act(
        "/profile/rest",
        RestStated,
        then="/profile",
        title=mark("Rest days"),
        press=mark("Save"),
        by=TRUSTED_MEMBER,
        prefill=prefill_rest,
    ),
    act(
        "/profile/avoid",
        AvoidForm,
        then="/profile",
        title=mark("Do not match me with"),
        press=mark("Add"),
        by=ANYBODY_IN,
        make=make_avoid,
        options={"whom": other_members},
        why=mark(
            "No reason is needed, and no page shows it to anybody but you. Coordinators' rooms hold it, so that"
            " matching can respect it; somebody who coordinates later could find it there with effort."
        ),
    ),
    act(
        "/profile/avoid/{whom}/end",
        AvoidEndForm,
        then="/profile",
        title=mark("Take somebody off the list"),
        press=mark("Take off"),
        by=ANYBODY_IN,
        make=make_avoid_end,
    ),
    act(
        "/profile/block",
        BlockStated,
        then="/profile",
        title=mark("Block somebody"),
        press=mark("Block"),
        by=ANYBODY_IN,
        options={"whom": other_members},
        why=mark("What they write to you is hidden on your side. They do not notice, and nobody else learns of it."),
    ),
    act(
        "/profile/block/{whom}/end",
        BlockEnded,
        then="/profile",
        title=mark("End a block"),
        press=mark("Unblock"),
        by=ANYBODY_IN,
    ),
    act(
        "/profile/skill",
        SkillStated,
        then="/profile",
        title=mark("Add a skill"),
        press=mark("Add"),
        by=TRUSTED_MEMBER,
        why=mark("Trusted members see it. Please name nothing that tells who you are."),
    ),
    act(
        "/profile/skill/{skill}/end",
        SkillEnded,
        then="/profile",
        title=mark("Take a skill off the list"),
        press=mark("Take off"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/profile/named/{named}/take",
        TakeNamedForm,
        then="/profile",
        title=mark("Add this skill"),
        press=mark("Add"),
        by=TRUSTED_MEMBER,
        make=make_take_named,
        why=mark("Trusted members see it. Please name nothing that tells who you are."),
    ),
    act(
        "/profile/named/{named}/drop",
        NamedSkillDropped,
        then="/profile",
        title=mark("Drop this line"),
        press=mark("Drop"),
        by=TRUSTED_MEMBER,
    ),
    act(
        "/profile/import/{import_code}/undo",
        TakeBackForm,
        then="/profile/import/{import_code}",
        title=mark("Take the list back"),
        press=mark("Take the list back"),
        by=TRUSTED_MEMBER,
        make=make_take_back,
        why=mark("Everything in it that nobody has answered yet goes away."),
        grave=True,
    ),
)
