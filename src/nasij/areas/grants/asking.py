"""What whoever asks does: the room draws the panel, and takes the code that counts in a period."""

from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import Any

from nasij.areas.grants.facts import (
    AlternatesNamed,
    AskDraftDropped,
    GrantAppealed,
    GrantAsked,
    LessAccepted,
    PeriodCodeKept,
    SeatChanged,
)
from nasij.areas.grants.forms import AppealForm, AskForm, NameForm, OneRequest
from nasij.areas.grants.household import household_code, lives_with
from nasij.areas.grants.queue import period_of
from nasij.areas.grants.seats import TOO_FEW, TOO_FEW_ADVICE, drawn, eligible, may_sit, request_of, seat_order
from nasij.errors import Malformed, Refused
from nasij.ids import code, is_id, new_id
from nasij.kit import charter, money, who
from nasij.kit.field import mark
from nasij.kit.rows import rows
from nasij.kit.who import By

ALTERNATES = 2  # no choice of a group: so that the list of those who may decide does not show whom somebody left out


def _seats(db: Connection, by: By, grant: str, able: Iterable[str], *, urgent: bool) -> tuple[list[str], list[str]]:
    able = list(able)
    panel = drawn(db, grant, able, urgent=urgent, day=by.day)
    least = charter.value(db, "fund_approvals")
    if len(panel) < least:
        raise Malformed(TOO_FEW, field="leave_out", advice=TOO_FEW_ADVICE, count=least)
    rest = [one for one in seat_order(db, grant, able, urgent=urgent, day=by.day) if one not in panel]
    return sorted(panel), sorted(rest[:ALTERNATES])


def asked(db: Connection, by: By, form: AskForm) -> list[Any]:
    """Ask: the room draws the panel, and takes the code that counts for me in this period."""
    currency = form.currency.strip().upper()
    if not money.is_currency(currency):
        raise Malformed(mark("Please write a currency as three letters, such as JOD."), field="currency")
    amount = money.read(form.amount, currency)
    least = money.read(form.least, currency, "least") if form.least else amount
    able = eligible(db, by.member, form.for_whom) - set(form.leave_out) - lives_with(db, by.member)
    panel, alternates = _seats(db, by, form.grant, able, urgent=form.urgent)
    period = period_of(db, by.day)
    facts, period_code = _period_code(db, by, period, form.household)
    said = {name: getattr(form, name) for name in _SAID_AS_TYPED}
    ask = GrantAsked(
        sitting=new_id(),
        currency=currency,
        amount=amount,
        least=least,
        panel=panel,
        alternates=alternates,
        period=period,
        period_code=period_code,
        **said,
    )
    return [*facts, ask]


_SAID_AS_TYPED = [
    "grant",
    "by_when",
    "way",
    "safe_way",
    "words",
    "kind",
    "sources",
    "on_behalf",
    "for_whom",
    "ground",
    "urgent",
]


def _period_code(db: Connection, by: By, period: int, household: str) -> tuple[list[Any], str]:
    """Return the code of this period: one that was told, the household's, the one my room keeps, or a new one at random.

    It is no function of who somebody is, so nobody can try all members until one fits.
    """
    typed = household.strip().lower().replace("-", "")
    if typed and not is_id(typed):
        raise Malformed(mark("This is not a code of a household. It has sixteen signs."), field="household")
    kept = rows(db, "select period_code from my_period where period = ?", period)
    mine = str(kept[0]["period_code"]) if kept else ""
    chosen = typed or household_code(db, by.member, period) or mine or new_id()
    if chosen == mine:
        return [], mine
    return [PeriodCodeKept(period, chosen)], chosen


def asked_from_draft(db: Connection, by: By, form: Any) -> list[Any]:
    """Ask with what was begun, and drop the draft."""
    return [*asked(db, by, form), AskDraftDropped(form.draft)]


def start_ask(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Start with the draft, if there is one, and with the currency of which the fund holds most pots.

    In any other nothing can be granted before money is changed. A newcomer's room knows no pots, and starts with nothing.
    """
    found = rows(db, "select currency, amount, words from ask_draft where draft = ?", params.get("draft", ""))
    start = found[0] if found else {}
    pots = "select currency from pot where state = 'open' group by currency order by count(*) desc, currency limit 1"
    return start if start.get("currency") else start | next(iter(rows(db, pots)), {})


def appealed(db: Connection, by: By, form: AppealForm) -> list[Any]:
    """Appeal to people who have not sat about it."""
    request = request_of(db, form.grant)
    sat = rows(db, "select member from sitter where grant = ? and state in ('in', 'out', 'before')", form.grant)
    able = eligible(db, by.member, request["for_whom"]) - set(form.leave_out) - {row["member"] for row in sat}
    able -= lives_with(db, by.member)
    panel, alternates = _seats(db, by, form.grant, able, urgent=bool(request["urgent"]))
    return [GrantAppealed(form.grant, new_id(), form.words, panel, alternates)]


def accepted_less(db: Connection, _by: By, form: OneRequest) -> list[Any]:
    """Say yes to what was offered."""
    return [LessAccepted(form.grant, max(1, request_of(db, form.grant)["offered"]))]


def named(db: Connection, by: By, form: NameForm) -> list[Any]:
    """Name more people, none of whom I live with."""
    if lives_with(db, by.member) & set(form.alternates):
        raise Malformed(mark("Somebody you live with does not decide about it."), field="alternates")
    return [AlternatesNamed(form.grant, form.alternates)]


def filled(db: Connection, by: By, form: OneRequest) -> list[Any]:
    """Fill an empty seat with the next in the order."""
    waiting = may_sit(db, request_of(db, form.grant), by.day)
    if not waiting:
        raise Refused(
            mark("Nobody is left who could take this seat."),
            advice=mark("Whoever asked can name more people of the fund, or the group gives somebody this role."),
        )
    return [SeatChanged(form.grant, "", waiting[0])]


# --- lists to choose from -----------------------------------------------------------------------------------------------


def fund_people(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who holds the fund role."""
    return who.by_name(db, who.role_holders(db, "fund") - {by.member})


def payers(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who holds the fund role, first those who keep a pot with something in it, each with its currencies.

    Whoever keeps none can be chosen, and could then book nothing: the list says so before it happens.
    """
    kept: dict[str, list[str]] = {}
    pots = "select distinct keeper, currency from pot where state = 'open' and holds > 0 order by currency"
    for keeper, currency in db.execute(pots).fetchall():
        kept.setdefault(keeper, []).append(currency)
    named = [(member, " · ".join((called, *kept.get(member, ())))) for member, called in fund_people(db, by)]
    return sorted(named, key=lambda one: one[0] not in kept)


def everybody(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return everybody in the network."""
    return who.by_name(db, who.members(db) - {by.member})


def my_pots(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return the pots I keep, by code and currency."""
    found = rows(db, "select pot, currency from pot where keeper = ? and state = 'open' order by pot", by.member)
    return [(row["pot"], f"{code(row['pot'])} {row['currency']}") for row in found]
