"""What one can do about the directory: write down, check, tell, warn, refer, and say why a need was not reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.resources.acts import others, press
from nasij.areas.resources.entries import (
    OUTCOME,
    AProvider,
    AReferral,
    CheckMade,
    ContactBy,
    ExperienceTold,
    FeeTaken,
    ForNeed,
    GapNoted,
    IsSafe,
    OutcomeTold,
    PapersAsked,
    ProviderChanged,
    ProviderProposed,
    ReferralAgreed,
    ReferralDeclined,
    ReferralProposed,
    ReferralSeen,
    ReferralSent,
    ReferralWithdrawn,
    Respected,
    ToldWords,
    WarningConfirmed,
    WarningLifted,
    WarningPassedOn,
    Whom,
)
from nasij.clock import to_date
from nasij.errors import Refused
from nasij.ids import code, new_id
from nasij.kit import charter
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER
from nasij.kit.field import Choice, mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

WARNED = ("doubtful", "avoid", "closed")
FIRST_YEAR = 1970
_NOT_SAID = ("unknown",) * 3  # papers, respect, fee


@dataclass(frozen=True, slots=True)
class ExperienceForm:
    """How it was at a service."""

    provider: AProvider
    safe: IsSafe
    papers: PapersAsked
    respect: Respected
    fee: FeeTaken
    words: ToldWords


@dataclass(frozen=True, slots=True)
class ReferForm:
    """Proposing a service to somebody."""

    provider: AProvider
    member: Whom
    need: ForNeed
    contact_by: ContactBy


@dataclass(frozen=True, slots=True)
class OutcomeForm:
    """What came of a referral."""

    referral: AReferral
    outcome: Annotated[
        str,
        Choice(
            of=OUTCOME,
            label=mark("What came of it?"),
            why=mark("If it was not safe, the directory warns everybody at once, without saying who was there."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class WarnForm:
    """Passing a warning on for somebody who reads no directory."""

    referral: AReferral
    papers: PapersAsked
    respect: Respected
    fee: FeeTaken
    words: ToldWords


def month_of(day: int) -> int:
    """Return the month that a day is in, counted from January 1970: the day itself would say too much."""
    date = to_date(day)
    return (date.year - FIRST_YEAR) * 12 + date.month - 1


def month_words(month: int) -> str:
    """Return a month as it is written, such as ``2026-11``."""
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02}"


def told(_db: Connection, by: By, form: ExperienceForm) -> list[Any]:
    """Tell how it was, with the month and not the day."""
    said = (form.safe, form.papers, form.respect, form.fee, month_of(by.day), form.words)
    return [ExperienceTold(new_id(), form.provider, *said)]


def referred(db: Connection, _by: By, form: ReferForm) -> list[Any]:
    """Copy what whoever is referred has to know: they may be new and read no directory."""
    row = fields(db, "provider", "provider", form.provider)
    if row["state"] in WARNED:
        raise Refused(mark("A warning stands on this service, or it is closed: nobody is referred to it."))
    where_to = " · ".join(part for part in (row["name"], row["area"], row["reach"]) if part)
    paper = (form.need, where_to, row["mention"], form.contact_by)
    return [ReferralProposed(new_id(), form.provider, form.member, *paper)]


def sent(db: Connection, _by: By, form: ReferralSent) -> list[Any]:
    """Send nobody to a service on which a warning has come to stand since."""
    referral = fields(db, "referral", "referral", form.referral)
    if fields(db, "provider", "provider", referral["provider"])["state"] in WARNED:
        raise Refused(
            mark("A warning stands on this service now."), advice=mark("Take the referral back and look for another.")
        )
    return [form]


def outcome(db: Connection, by: By, form: OutcomeForm) -> list[Any]:
    """Say what came of it; where it was not safe, and one reads the directory, warn there in the same breath."""
    facts: list[Any] = [OutcomeTold(form.referral, form.outcome)]
    provider = fields(db, "referral", "referral", form.referral)["provider"]
    if form.outcome == "unsafe" and by.trusted and _open(db, provider):
        facts.append(ExperienceTold(new_id(), provider, "unsafe", *_NOT_SAID, month_of(by.day), ""))
        facts.append(WarningPassedOn(form.referral))
    return facts


def _open(db: Connection, provider: str) -> bool:
    return bool(rows(db, "select 1 from provider where provider = ? and state <> 'closed'", provider))


def warned(db: Connection, by: By, form: WarnForm) -> list[Any]:
    """Warn in the directory, in one's own name, of what somebody else met with."""
    provider = fields(db, "referral", "referral", form.referral)["provider"]
    facts: list[Any] = [WarningPassedOn(form.referral)]
    if _open(db, provider):
        said = (form.papers, form.respect, form.fee, month_of(by.day), form.words)
        facts.insert(0, ExperienceTold(new_id(), provider, "unsafe", *said))
    return facts


def kinds(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return the kinds of help that are in use."""
    return db.execute("select kind, label from kind where state = 'active' order by place, kind").fetchall()


def open_needs(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return the open needs that I can read."""
    found = db.execute(
        "select need, label from need join kind using (kind) where need.closed_on = 0 order by rank, due, asked_at, need"
        " limit 200"
    )
    return [(need, f"{code(need)} · {label}") for need, label in found.fetchall()]


def start_change(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with what is written."""
    row = fields(db, "provider", "provider", params["provider"])
    return row | {"kinds": row["kinds"].split()}


def start_experience(*_: Any) -> dict[str, Any]:
    """Start with no answer that nobody gave."""
    return dict(zip(("papers", "respect", "fee"), _NOT_SAID, strict=True))


def start_refer(db: Connection, by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the usual time."""
    return {"contact_by": by.day + charter.value(db, "referral_days")}


_SERVICE = "/things/service/{provider}"
_REFERRAL = "/things/referral/{referral}"
_OPTIONS = {"kinds": kinds}

ACTS = (
    press(
        "/things/service/write", ProviderProposed, mark("Write a service down"), "/things/services", options=_OPTIONS
    ),
    press(
        _SERVICE + "/change",
        ProviderChanged,
        mark("Change what is written"),
        _SERVICE,
        options=_OPTIONS,
        prefill=start_change,
        why=mark("Somebody else then checks it anew before it counts as checked."),
    ),
    press(_SERVICE + "/check", CheckMade, mark("Say that you checked it"), _SERVICE),
    press(
        _SERVICE + "/tell",
        ExperienceForm,
        mark("Tell how it was there"),
        _SERVICE,
        make=told,
        prefill=start_experience,
    ),
    press(_SERVICE + "/confirm", WarningConfirmed, mark("Confirm the warning"), _SERVICE, grave=True),
    press(_SERVICE + "/lift", WarningLifted, mark("Say that the warning can be lifted"), _SERVICE, grave=True),
    press(
        _SERVICE + "/refer",
        ReferForm,
        mark("Refer somebody"),
        "/things/referrals",
        make=referred,
        prefill=start_refer,
        options={"member": others, "need": open_needs},
        why=mark("The person agrees first, or nothing is sent. Only the two of you know of it."),
    ),
    press(_REFERRAL + "/agree", ReferralAgreed, mark("Agree to the referral"), _REFERRAL, by=ANYBODY_IN),
    press(_REFERRAL + "/decline", ReferralDeclined, mark("Rather not"), _REFERRAL, by=ANYBODY_IN),
    press(_REFERRAL + "/withdraw", ReferralWithdrawn, mark("Take the referral back"), _REFERRAL, by=ANYBODY_IN),
    press(_REFERRAL + "/sent", ReferralSent, mark("Say that it was sent"), _REFERRAL, make=sent),
    press(_REFERRAL + "/seen", ReferralSeen, mark("Say that there was a meeting"), _REFERRAL, by=ANYBODY_IN),
    press(_REFERRAL + "/outcome", OutcomeForm, mark("Say what came of it"), _REFERRAL, make=outcome, by=ANYBODY_IN),
    press(
        _REFERRAL + "/warn",
        WarnForm,
        mark("Warn in the directory"),
        _REFERRAL,
        make=warned,
        prefill=start_experience,
        by=TRUSTED_MEMBER,
    ),
    press("/things/need/{need}/why", GapNoted, mark("Say why it was not reached"), "/things/access", by=ANYBODY_IN),
)
