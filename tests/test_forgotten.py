"""What is over is gone: after its day all rooms and the hub together open nothing of it, and its bytes are nowhere.

Invariant I-9 of the design's security page, over three rooms and a hub that writes to a disk. Somebody who kept every sealed
entry as it passed comes back afterwards with all keys of all rooms, and with all that the hub still keeps.
"""

import contextlib
from pathlib import Path

import pytest

from nasij import exposure
from nasij.errors import SealBroken
from nasij.line import next_head, place_bytes
from nasij.log.cell import unpad
from nasij.log.entry import OUTSIDE_SIZE
from nasij.node import room
from nasij.node.node import Node
from nasij.seal.circle import CircleKeys
from tests.test_exposure import given_in
from tests.village import PASSPHRASE, Village, cheap_words, open_hub

pytestmark = pytest.mark.slow

TEA, MILK, CRIB, NOTE = "saffron tea at four", "milk for the twins", "a crib was brought", "behind the old cinema"
MARKS = tuple(mark.encode() for mark in (TEA, MILK, CRIB, NOTE))
Keys = dict[tuple[str, int], set[bytes]]


def opened(keys: Keys, place: int, entry: bytes) -> bytes:
    """Return what is inside an entry, with whichever of these keys opens it; nothing where none does."""
    for (audience, epoch), each in keys.items():
        for key in each:
            with contextlib.suppress(SealBroken):
                return bytes(unpad(CircleKeys(audience, epoch, key).open(entry, OUTSIDE_SIZE, place_bytes(place))))
    return b""


def keys_of(nodes: list[Node], kept: exposure.Kept) -> Keys:
    """Return every key that these rooms hold together, and every key that the hub's entries give to their secrets."""
    keys: Keys = {}
    for node in nodes:
        for (audience, epoch), held in node.keyring.keys.items():
            keys.setdefault((audience, epoch), set()).add(held.key)
    head, heads = kept.head, {}
    for place, hour, entry in kept.records:
        heads[place - 1] = head
        head = next_head(head, hour, entry)
        if inside := opened(keys, place, entry):
            for node in nodes:
                for circle, key in given_in(node, inside, place, heads).items():
                    keys.setdefault(circle, set()).add(key)
    return keys


def pieces(entry: bytes) -> list[bytes]:
    """Return parts of an entry that no other bytes have by chance."""
    return [entry[at : at + 32] for at in range(0, len(entry) - 32, 256)]


def test_after_its_day_all_rooms_and_the_hub_together_open_nothing_of_what_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap_words(monkeypatch)
    village = Village(tmp_path / "rooms")
    (tmp_path / "hub").mkdir()
    village.shelf, village.transport = open_hub(village.clock, tmp_path / "hub" / "shelf")
    village.gather("huda", "sami", "noor")
    huda, sami, noor = (village[name] for name in ("huda", "sami", "noor"))
    village.a_day()
    village.settle()
    network = huda.node.secrets.network

    kind = noor.row("select kind from kind where label = 'Food'")
    need = noor.does("/aid/ask", kind=kind, what=MILK, urgency="open", scope="trusted")[0].need
    check = sami.does("/checks/set", watchers=[huda.me, noor.me], within=3, word="olive", what=TEA, note=NOTE)[
        0
    ].checkin
    village.settle()
    sami.does(f"/checks/{check}/safe")
    noor.does(f"/aid/{need}/close", reason="met", words=CRIB)
    village.settle()

    def nodes() -> list[Node]:
        """Every room as it is open, and as its passphrase opens it from the disk."""
        people = list(village.people.values())
        for person in people:
            person.close()
        again = [
            room.open_room(p.folder, village.areas, village.clock, PASSPHRASE.encode(), alone=False) for p in people
        ]
        return [*(person.node for person in people), *again]

    def in_rooms() -> set[bytes]:
        plain = b"".join(person.snapshot_bytes() for person in village.people.values())
        plain += b"".join(item.raw for node in nodes() for item in node.outbox.items)
        return {mark for mark in MARKS if mark in plain}

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    copies = exposure.kept_by(huda.hub, network)  # somebody keeps them all
    keys = keys_of(nodes(), copies)
    inside = {place: opened(keys, place, entry) for place, _hour, entry in copies.records}
    over = [(place, entry) for place, _, entry in copies.records if any(m in inside[place] for m in MARKS[:3])]
    assert {m for m in MARKS[:3] for place, _ in over if m in inside[place]} == set(MARKS[:3])
    assert {MILK.encode(), CRIB.encode()} <= in_rooms()
    before = on_disk()
    assert all(piece in before for _, entry in over for piece in pieces(entry))

    for _ in range(20):
        village.forward(days=1)
        village.clock.forward(days=9)
        village.settle()
        village.shelf.expire()

    assert in_rooms() == set()
    after = on_disk()
    assert not [place for place, entry in over for piece in pieces(entry) if piece in after]
    keys = keys_of(nodes(), exposure.kept_by(huda.hub, network))
    assert keys
    assert [place for place, entry in over if opened(keys, place, entry)] == []
    # and the line goes on as if nothing had been taken out of it
    huda.does("/aid/ask", kind=kind, what="bread", urgency="open", scope="trusted")
    village.settle()
    assert noor.row("select count(*) from need where what = 'bread'") == 1
    assert [person.node.alarm for person in village.awake] == ["", "", ""]
