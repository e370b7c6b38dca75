"""What one can do about needs and offers: forms, what they start with, and the facts they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.aid.facts import (
    ALL,
    COORDINATORS,
    SCOPE,
    WIDE_SCOPE,
    ABehalf,
    AGround,
    AKind,
    AnArea,
    AnAvailability,
    ANeed,
    ANeededBy,
    AnUntil,
    AnUrgency,
    APeople,
    AQuantity,
    AScope,
    AWideScope,
    DraftDropped,
    DraftKept,
    HelpBegun,
    IdentityKept,
    IsStanding,
    KindAdded,
    KindChanged,
    KindRetired,
    Nameless,
    NeedAsked,
    NeedClosed,
    NeedGrown,
    NeedOpened,
    NeedPosted,
    NeedReopened,
    NeedSeen,
    OfferClosed,
    OfferMade,
    OfferPaused,
    OfferResumed,
    OfferUsedUp,
    PostLinked,
    ReachFailed,
    ReachRegained,
    SomeChosen,
    SomeConditions,
    SomeLanguages,
    SomeParts,
    StepSet,
    UrgencySet,
    What,
    WhatOffered,
    WhatPassedOn,
)
from nasij.areas.aid.lists import ImportUndone
from nasij.areas.aid.rules import FINAL, fields, part_lines, sorts, step_days
from nasij.errors import Malformed, NotHereYet
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import act, holder_of
from nasij.kit.field import Ref, Text, mark
from nasij.kit.table import Keep
from nasij.kit.who import By


@dataclass(frozen=True, slots=True)
class Ask:
    """The form of a need, as the asker sees it."""

    kind: AKind
    what: What
    urgency: AnUrgency
    needed_by: ANeededBy
    area: AnArea
    people: APeople
    languages: SomeLanguages
    conditions: SomeConditions
    parts: SomeParts
    scope: AScope
    chosen: SomeChosen
    nameless: Nameless
    on_behalf: ABehalf
    ground: AGround


@dataclass(frozen=True, slots=True)
class AskFromDraft(Ask):
    """The same form, begun from a draft that it replaces."""

    draft: Annotated[str, Ref(to="draft", hidden=True)]


@dataclass(frozen=True, slots=True)
class PostForm:
    """What coordination passes on of a need: the envelope of work and nothing else."""

    need: ANeed
    kind: AKind
    what: WhatPassedOn
    urgency: AnUrgency
    needed_by: ANeededBy
    area: AnArea
    people: APeople
    languages: SomeLanguages
    conditions: SomeConditions
    parts: SomeParts
    scope: AWideScope


@dataclass(frozen=True, slots=True)
class OfferForm:
    """The form of an offer."""

    kind: AKind
    what: WhatOffered
    availability: AnAvailability
    area: AnArea
    languages: SomeLanguages
    standing: IsStanding
    quantity: AQuantity
    until: AnUntil
    conditions: SomeConditions
    scope: AWideScope


@dataclass(frozen=True, slots=True)
class ReferForm:
    """Where somebody was referred to, after "not this time"."""

    need: ANeed
    words: Annotated[
        str, Text(length_max=300, lines=True, optional=True, keep=Keep.SHORT, label=mark("Who could help instead?"))
    ]


# What forms make


def _values(form: Any, cls: type) -> dict[str, Any]:
    """Return the values of a form that the fact has too."""
    wanted: Mapping[str, Any] = cls.__dataclass_fields__  # type: ignore[attr-defined]
    return {name: getattr(form, name) for name in form.__dataclass_fields__ if name in wanted}


def _not_over(day: int, by: By, field: str) -> None:
    """Refuse a day in the past. Only here: on the way to the others, today may become yesterday."""
    if day and day < by.day - 1:  # somewhere it is still yesterday
        raise Malformed(mark("This day is over. Please choose another."), field=field)


def _part_ids(parts: str) -> list[str]:
    return sorted(new_id() for _ in part_lines(parts))


def asked(db: Connection, by: By, form: Ask) -> list[Any]:
    """Ask; where nobody stands between members, it is sorted in the same breath."""
    _not_over(form.needed_by, by, "needed_by")
    need = new_id()
    facts: list[Any] = [NeedAsked(need=need, part_ids=_part_ids(form.parts), **_values(form, NeedAsked))]
    if not form.nameless and by.standing != "new" and form.scope != COORDINATORS:
        row = {"asked_by": by.member, "kind": form.kind, "scope": form.scope}
        facts += [NeedOpened(need)] if sorts(db, by, row) else []
    return facts


def asked_from_draft(db: Connection, by: By, form: AskFromDraft) -> list[Any]:
    """Ask, and drop the draft."""
    return [*asked(db, by, form), DraftDropped(form.draft)]


def posted(db: Connection, by: By, form: PostForm) -> list[Any]:
    """Pass a need on, and link the two where only those see it who knew already."""
    _not_over(form.needed_by, by, "needed_by")
    new = new_id()
    values = _values(form, NeedPosted) | {"need": new}
    return [NeedPosted(part_ids=_part_ids(form.parts), **values), PostLinked(form.need, new)]


def closed(db: Connection, by: By, form: NeedClosed) -> list[Any]:
    """Close a need, and with it the first one that it stands for."""
    first = db.execute("select need, state from need where posted_as = ?", (form.need,)).fetchone()
    if first is None or first[1] in FINAL or form.reason == "withdrawn":
        return [form]
    return [form, NeedClosed(first[0], form.reason, form.words)]


def referred(db: Connection, by: By, form: ReferForm) -> list[Any]:
    """Say that somebody else could help."""
    return [NeedClosed(form.need, "referred", form.words)]


def reopened(db: Connection, by: By, form: NeedReopened) -> list[Any]:
    """Open again, and sort it in the same breath where this person may."""
    may = sorts(db, by, fields(db, "need", form.need))
    return [form, NeedOpened(form.need)] if may else [form]


def step_set(db: Connection, by: By, form: StepSet) -> list[Any]:
    """Set the next step."""
    _not_over(form.day, by, "day")
    return [form]


def offered(db: Connection, by: By, form: OfferForm) -> list[Any]:
    """Offer something."""
    _not_over(form.until, by, "until")
    return [OfferMade(offer=new_id(), **_values(form, OfferMade))]


# What forms start with, and lists to choose from


def kind_choices(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return the kinds in use, each followed by those below it."""
    rows = db.execute("select kind, parent, label from kind where state = 'active' order by place, kind").fetchall()
    chosen: list[tuple[str, str]] = []
    for kind, parent, label in rows:
        if not parent:
            chosen.append((kind, label))
            chosen += [(below, "– " + words) for below, above, words in rows if above == kind]
    return chosen


def top_kinds(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return the kinds in use that another may stand below."""
    rows = db.execute("select kind, label from kind where state = 'active' and parent = '' order by place, kind")
    return [(kind, label) for kind, label in rows]


def trusted_people(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the trusted members one may choose from."""
    return who.by_name(db, who.members(db, ("trusted", "resting")) - {by.member})


def step_owners(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who may see to a next step; nobody named means coordination."""
    return who.by_name(db, who.role_holders(db, "cases") | {by.member})


def start_ask(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the narrowest scope and one person."""
    return {"scope": COORDINATORS, "people": 1}


def start_from_draft(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what the draft says, and the narrowest scope."""
    return start_ask(db, by, params) | start_draft(db, by, params)


def start_draft(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what the draft says."""
    found = fields(db, "draft", params["draft"])
    return {name: found[name] for name in DraftKept.__dataclass_fields__}


def start_post(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the envelope of work; the asker's own words are left for the coordinator to say anew."""
    need = fields(db, "need", params["need"])
    kept = ("kind", "urgency", "needed_by", "area", "people", "languages", "conditions")
    lines = db.execute("select words from part where need = ? order by place", (params["need"],))
    return {name: need[name] for name in kept} | {"parts": "\n".join(w for (w,) in lines if w), "scope": "trusted"}


def start_step(db: Connection, by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the last day that is possible."""
    need = fields(db, "need", params["need"])
    return {"next_step": need["next_step"], "owner": by.member, "day": by.day + step_days(db, str(need["urgency"]))}


def start_urgency(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what it is now."""
    need = fields(db, "need", params["need"])
    return {"urgency": need["urgency"], "needed_by": need["needed_by"]}


def start_identity(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what was written before."""
    try:
        return fields_of_identity(db, params["need"])
    except NotHereYet:
        return {}


def fields_of_identity(db: Connection, need: str) -> dict[str, Any]:
    """Return what one wrote about oneself for a need."""
    names = ("name_to_use", "number", "address", "safe_way")
    row = db.execute(f"select {', '.join(names)} from identity where need = ?", (need,)).fetchone()
    if row is None:
        raise NotHereYet
    return dict(zip(names, row, strict=True))


def ask_scopes(_db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who may see what this person asks: in the first weeks coordination alone."""
    return [(value, label) for value, label in SCOPE.labels.items() if by.standing != "new" or value == COORDINATORS]


def offer_scopes(_db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who may see what this person offers: in the first weeks everybody, for newcomers hold no key of the trusted ones."""
    return [(value, label) for value, label in WIDE_SCOPE.labels.items() if by.standing != "new" or value == ALL]


def start_kind(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with how the kind is handled now."""
    kind = fields(db, "kind", params["kind"])
    return {"mode": kind["mode"], "sensitive": bool(kind["sensitive"])}


def start_offer(_db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the narrowest scope that this person has."""
    return {"scope": "trusted" if by.trusted else "network"}


COORDINATION = holder_of("cases")
_KIND = {"kind": kind_choices}
_ASKING = {"kind": kind_choices, "scope": ask_scopes, "chosen": trusted_people}
_ASK_WHY = mark("Everybody here both asks and helps. Only the kind, a few words and the urgency are needed.")
_IDENTITY_WHY = mark(
    "This stays in your own room. A helper sees it only after you have accepted their help, and only what you leave in."
)

ACTS = (
    act(
        "/aid/ask",
        Ask,
        make=asked,
        then="/aid/{need}",
        title=mark("Ask for help"),
        press=mark("Ask"),
        why=_ASK_WHY,
        options=_ASKING,
        prefill=start_ask,
    ),
    act(
        "/aid/draft",
        DraftKept,
        then="/aid/mine",
        title=mark("Keep a draft"),
        press=mark("Keep"),
        why=mark("Nobody but you sees a draft. Everything may stay empty."),
        options=_KIND,
    ),
    act(
        "/aid/draft/{draft}/edit",
        DraftKept,
        then="/aid/mine",
        title=mark("Change the draft"),
        press=mark("Keep"),
        options=_KIND,
        prefill=start_draft,
    ),
    act(
        "/aid/draft/{draft}/ask",
        AskFromDraft,
        make=asked_from_draft,
        then="/aid/{need}",
        title=mark("Ask for help"),
        press=mark("Ask"),
        why=_ASK_WHY,
        options=_ASKING,
        prefill=start_from_draft,
    ),
    act(
        "/aid/draft/{draft}/drop",
        DraftDropped,
        then="/aid/mine",
        title=mark("Drop the draft"),
        press=mark("Drop the draft"),
    ),
    act(
        "/aid/{need}/identity",
        IdentityKept,
        then="/aid/{need}",
        title=mark("How to reach you"),
        press=mark("Keep"),
        why=_IDENTITY_WHY,
        prefill=start_identity,
    ),
    act(
        "/aid/{need}/seen",
        NeedSeen,
        then="/aid/{need}",
        title=mark("Say that it was read"),
        press=mark("Say that it was read"),
        why=mark("Whoever asked learns that somebody has read it, not who. Nothing is said unless you press this."),
    ),
    act("/aid/{need}/open", NeedOpened, then="/aid/{need}", title=mark("Open it for help"), press=mark("Open it")),
    act(
        "/aid/{need}/post",
        PostForm,
        by=COORDINATION,
        make=posted,
        then="/aid/{need}",
        title=mark("Pass it on without a name"),
        press=mark("Pass it on"),
        why=mark("It will stand there in your name. Nobody else learns who asked."),
        options=_KIND,
        prefill=start_post,
    ),
    act(
        "/aid/{need}/urgency",
        UrgencySet,
        then="/aid/{need}",
        title=mark("Change the urgency"),
        press=mark("Save"),
        prefill=start_urgency,
    ),
    act(
        "/aid/{need}/step",
        StepSet,
        make=step_set,
        then="/aid/{need}",
        title=mark("Next step"),
        press=mark("Save"),
        options={"owner": step_owners},
        prefill=start_step,
    ),
    act("/aid/{need}/begin", HelpBegun, then="/aid/{need}", title=mark("Help has begun"), press=mark("Help has begun")),
    act(
        "/aid/{need}/grow",
        NeedGrown,
        then="/aid/{need}",
        title=mark("More is needed"),
        press=mark("Add"),
        why=mark("If this was closed as met, it opens again."),
    ),
    act(
        "/aid/{need}/unreached",
        ReachFailed,
        by=COORDINATION,
        then="/aid/{need}",
        title=mark("Nobody could be reached"),
        press=mark("Nobody could be reached"),
    ),
    act(
        "/aid/{need}/reached",
        ReachRegained,
        then="/aid/{need}",
        title=mark("We are in touch again"),
        press=mark("We are in touch again"),
    ),
    act(
        "/aid/{need}/close",
        NeedClosed,
        make=closed,
        then="/aid/{need}",
        title=mark("Close it"),
        press=mark("Close it"),
        why=mark("What is not met keeps its place in the queue and can be opened again."),
    ),
    act(
        "/aid/{need}/refer",
        ReferForm,
        make=referred,
        then="/aid/{need}",
        title=mark("Refer on"),
        press=mark("Refer on"),
        why=mark("Only if the person who asked agrees."),
    ),
    act(
        "/aid/{need}/reopen",
        NeedReopened,
        make=reopened,
        then="/aid/{need}",
        title=mark("Open it again"),
        press=mark("Open it again"),
        why=mark("It has the place in the queue that it had before."),
    ),
    act(
        "/aid/offer",
        OfferForm,
        make=offered,
        then="/aid/offer/{offer}",
        title=mark("Offer help"),
        press=mark("Offer"),
        why=mark("Offer what does you good too. You can pause it at any time, without saying why."),
        options=_KIND | {"scope": offer_scopes},
        prefill=start_offer,
    ),
    act("/aid/offer/{offer}/pause", OfferPaused, then="/aid/offer/{offer}", title=mark("Pause"), press=mark("Pause")),
    act(
        "/aid/offer/{offer}/resume",
        OfferResumed,
        then="/aid/offer/{offer}",
        title=mark("Offer it again"),
        press=mark("Offer it again"),
    ),
    act(
        "/aid/offer/{offer}/used",
        OfferUsedUp,
        then="/aid/offer/{offer}",
        title=mark("Nothing is left"),
        press=mark("Nothing is left"),
    ),
    act(
        "/aid/offer/{offer}/close",
        OfferClosed,
        then="/aid/offers",
        title=mark("Take it off the list"),
        press=mark("Take it off the list"),
        why=mark("It cannot be put back; a new offer can."),
        grave=True,
    ),
    act(
        "/aid/kinds/add",
        KindAdded,
        by=COORDINATION,
        then="/aid/kinds",
        title=mark("Add a kind of help"),
        press=mark("Add"),
        options={"parent": top_kinds},
    ),
    act(
        "/aid/kinds/{kind}/change",
        KindChanged,
        by=COORDINATION,
        then="/aid/kinds",
        title=mark("Change this kind of help"),
        press=mark("Save"),
        prefill=start_kind,
    ),
    act(
        "/aid/kinds/{kind}/retire",
        KindRetired,
        by=COORDINATION,
        then="/aid/kinds",
        title=mark("No longer use this kind"),
        press=mark("No longer use it"),
        why=mark("What was asked or offered under it stays as it is."),
        grave=True,
    ),
    act(
        "/aid/import/{import_code}/undo",
        ImportUndone,
        then="/aid/import/{import_code}",
        title=mark("Take the list back"),
        press=mark("Take the list back"),
        why=mark("Everything that came with it and that nobody has touched goes away."),
        grave=True,
    ),
)
