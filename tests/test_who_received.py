"""Who received money: an infiltrator, somebody of the fund, a panel member and the hub write down all they can learn.

Four observers of one grant, over the real write path, hub and seals. Each tries every entry of the hub with every key they
ever held, and reads every row of their view. What they learn is compared with what it would be had somebody else asked: the
same facts by the same authors, and entries of the same sizes. Only the panel and the payer know who received, which is what
the page of a request says under "Who can see this?".

What this does not show. The hub sees when each entry arrives, and without Tor from which address: a request is followed by
a few letters and entries in a day or two, and somebody who watches one house's connection as well can guess that a person of
that house asked or decided. Trusted members see who of the fund reserved, stood behind, paid and attested, and so who of
the fund did not receive it. The people of the fund see that two grants of one period went to the same code; whoever has sat
on a request of that code in that period knows whose it is.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from nasij.areas.fund import MoneyReceived, PotAgreed, PotOpened
from nasij.encoding import decode
from nasij.errors import SealBroken
from nasij.ids import new_id
from nasij.kit.fact import from_bytes
from nasij.line import place_bytes
from nasij.log.cell import unpad
from nasij.log.entry import FACT, OUTSIDE_SIZE, Said
from nasij.node import record
from nasij.seal.circle import CircleKeys, Keyring
from nasij.web.look import Look, seen_by_audience
from nasij.web.words import Words
from tests.village import Person, Village, cheap_words

FUND = ("sami", "noor", "zein", "rami")
ASKERS = ("lina", "dina")
INFILTRATOR = "omar"
ABOUT_MONEY = ("fund.", "grants.")


@dataclass
class Learned:
    """What one observer wrote down about one grant."""

    facts: list[tuple[str, str]] = field(default_factory=list)  # what was said, and by whom
    opened: list[Any] = field(default_factory=list)
    rows: str = ""


@pytest.fixture
def every_key(monkeypatch):
    """Keep every key that a keyring ever took, also those that were destroyed since: the worst case of a seized machine."""
    held: dict[int, list[CircleKeys]] = {}
    add = Keyring.add

    def remember(self: Keyring, audience: str, epoch: int, key: bytes, day: int = 0) -> None:
        held.setdefault(id(self), []).append(CircleKeys(audience, epoch, key))
        add(self, audience, epoch, key, day)

    monkeypatch.setattr(Keyring, "add", remember)
    return held


def told(village: Village, asker: str) -> str:
    """Tell the story of one grant, asked by `asker`, until it is confirmed; returns the request."""
    left_out = village["rami"].me
    facts = village[asker].does(
        "/grants/ask", currency="JOD", amount="120", way="cash", words="rent", least="", leave_out=left_out
    )
    grant = facts[-1].grant
    village.settle()
    panel = [village.name_of(m) for m in facts[-1].panel]
    assert sorted(panel) == sorted(set(FUND) - {"rami"})
    sitting = facts[-1].sitting
    village["sami"].does(f"/grants/sitting/{sitting}/verdict", verdict="yes", reason="fits")
    village.settle()
    village["noor"].does(f"/grants/sitting/{sitting}/verdict", verdict="yes", reason="fits")
    village.settle()
    village["sami"].does(f"/grants/sitting/{sitting}/back")
    village["noor"].does(f"/grants/{grant}/payer", payer=village["zein"].me)
    village.settle()
    payout = village["zein"].does(f"/grants/{grant}/prepare", carrier="a bag", code_word="linden")[0].payout
    pot = village["zein"].row("select pot from pot where keeper = ?", village["zein"].me)
    village["zein"].does(f"/grants/{grant}/book/{payout}", pot=pot)
    village.settle()
    village[asker].does(f"/grants/{grant}/received/{payout}", code_word="linden")
    village.settle()
    for name in ("sami", "noor"):
        village[name].does(f"/grants/{grant}/attest/{payout}")
    village.settle()
    village.check()
    assert all(not person.node.told for person in village.people.values())
    return grant


def village_with_money(folder) -> Village:
    """Return a group of eight, four of them of the fund, with one pot."""
    village = Village(folder)
    village.gather("huda", "sami", "noor", "zein", "rami")
    later = (*ASKERS, INFILTRATOR)
    for name in later:
        village.come(name, "rami", "huda", "sami")
    village.forward(days=31)
    givers = itertools.cycle(("huda", "sami", "noor", "zein", "rami"))
    for name in later:
        while village["huda"].standing(village[name]) == "new":
            village.vouch(next(givers), name)
            village.settle()
    for name in FUND:
        village.give_role(name, "fund", "huda", "sami" if name != "sami" else "noor")
    village.settle()
    pot = new_id()
    record.state(village["sami"].node, [PotOpened(pot, "cash", "JOD", village["zein"].me, 10**9)])
    village.settle()
    record.state(village["noor"].node, [PotAgreed(pot)])
    village.settle()
    week = village["zein"].node.by().day // 7
    record.state(village["zein"].node, [MoneyReceived(new_id(), pot, 1_000_000, "JOD", "", week, False)])
    village.settle()
    return village


def learn(village: Village, person: Person, keys: list[CircleKeys], before: int) -> Learned:
    """Let somebody try every entry behind a place with every key they ever held, and read every row they have."""
    network, found = person.node.secrets.network, Learned()
    assert village.shelf is not None
    records = village.shelf.read(network, before, 5000).records
    for place, _hour, entry in records:
        for key in keys:
            try:
                plain = unpad(key.open(entry, OUTSIDE_SIZE, place_bytes(place)))
            except SealBroken:
                continue
            if plain[1] == FACT:
                said = Said(*decode(decode(plain)[1]))
                if said.name.startswith(ABOUT_MONEY):
                    found.facts.append((said.name, village.name_of(said.author)))
                    found.opened.append(from_bytes(village.areas.facts[said.name].cls, said.raw))
            break
    money = [table for area in village.areas.areas if area.name in ("fund", "grants") for table in area.tables]
    person.node.settle()
    for table in money:
        found.rows += repr(person.rows(f"select * from {table.name}"))
    person.node.lay_waiting()
    return found


def possible(village: Village, learned: Learned) -> set[str]:
    """Return who may have received, as far as an observer knows.

    The request itself names its author. Without it, whoever decided, paid or attested is not the one; everybody else may be.
    """
    asked = {author for name, author in learned.facts if name.startswith("grants.grant-asked")}
    if asked:
        return asked
    acted = {author for name, author in learned.facts if name.startswith("fund.")}
    return set(village.people) - acted


@pytest.mark.slow
def test_who_received_is_known_to_the_panel_and_to_nobody_else(tmp_path, monkeypatch, every_key):
    cheap_words(monkeypatch)
    stories = {}
    for asker in ASKERS:
        village = village_with_money(tmp_path / asker)
        before = village["huda"].node.place
        keyrings = {name: person.node.keyring for name, person in village.people.items()}
        grant = told(village, asker)
        learned = {
            name: learn(village, village[name], every_key[id(keyrings[name])], before) for name in village.people
        }
        # The page of the request says who can read it, and nobody else can: each of the eight has tried.
        room = village[asker].node
        look = Look(words=Words("en"), path="/", me=room.by(), db=room.db, areas=village.areas, token="", nonce="")
        said = seen_by_audience(look, f"grant/{grant}").members
        assert {village.name_of(member) for member in said} == {asker, "sami", "noor", "zein"}
        opened = {name for name, found in learned.items() if any("grant-asked" in fact for fact, _ in found.facts)}
        assert opened == {village.name_of(member) for member in said}
        # What the panel said among itself is opened by the panel, and not by whoever asked.
        opened = {name for name, found in learned.items() if any("verdict-given" in fact for fact, _ in found.facts)}
        assert opened == {"sami", "noor", "zein"}
        assert village.shelf is not None
        entries = village.shelf.read(village["huda"].node.secrets.network, before, 5000).records
        hub = sorted((hour, len(entry)) for _, hour, entry in entries)
        stories[asker] = (village, grant, learned, hub)

    for asker, (village, grant, learned, _) in stories.items():
        # The infiltrator, a trusted member with the network's keys, and somebody of the fund whom the asker left out.
        for name in (INFILTRATOR, "rami"):
            said = {fact for fact, _ in learned[name].facts}
            assert {"fund.money-reserved/1", "fund.payout-booked/1", "fund.payout-attested/1"} <= said
            assert possible(village, learned[name]) == set(village.people) - {"sami", "noor", "zein"}
            assert village[asker].me not in learned[name].rows
            assert village[asker].me not in repr(learned[name].opened)
            assert grant not in learned[name].rows + repr(learned[name].opened)
            assert asker not in {author for _, author in learned[name].facts}
        # The panel and the payer know this one.
        for name in ("sami", "zein"):
            assert possible(village, learned[name]) == {asker}
        # No code that the panel knows the request by stands anywhere the others can read.
        secret = village["sami"].row("select grant, sitting, period_code from aid_request")
        assert secret[0] == grant
        assert not any(code in learned[INFILTRATOR].rows + repr(learned[INFILTRATOR].opened) for code in secret)
        assert not any(code in learned["rami"].rows + repr(learned["rami"].opened) for code in secret[:2])

    # Had the other one asked, neither of them could tell the difference: the same facts by the same people.
    (_, _, one, hub_of_one), (_, _, other, hub_of_other) = stories.values()
    for name in (INFILTRATOR, "rami"):
        assert one[name].facts == other[name].facts
    # Nor could the hub: as many entries, of the same sizes, at the same hours.
    assert hub_of_one == hub_of_other
