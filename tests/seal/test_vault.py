"""The vault: one passphrase or several look alike, a wrong one costs the same, and damage is like a wrong passphrase."""

import pytest

from nasij.errors import Locked
from nasij.seal import vault as vaults
from nasij.seal.primitives import ARGON_COSTS
from nasij.seal.vault import SLOT_SIZE, SLOTS, Secrets, Vault, unlock

PASS, SECOND = b"one passphrase", b"another passphrase"
KEPT = Secrets("0123456789abcdef", bytes(16), "local", bytes(32), {1: bytes([1]) * 32})
BODY_AT = 18 + SLOTS * SLOT_SIZE


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    for cost in ARGON_COSTS:
        monkeypatch.setitem(ARGON_COSTS, cost, (64, 1))


def made(passphrase: bytes = PASS, kept: Secrets = KEPT, cost: int = 0) -> Vault:
    return Vault.new(passphrase, kept, cost)


def slots_of(raw: bytes) -> list[bytes]:
    return [raw[18 + i * SLOT_SIZE : 18 + (i + 1) * SLOT_SIZE] for i in range(SLOTS)]


def opens(raw: bytes, passphrase: bytes = PASS) -> bool:
    try:
        unlock(raw, passphrase)
    except Locked:
        return False
    return True


def used(raw: bytes, passphrase: bytes = PASS) -> int:
    return vaults._try_slots(passphrase, raw[1], raw[2:18], slots_of(raw))[0]


def test_a_vault_opens_with_its_passphrase_only():
    raw = made().to_bytes()
    found = unlock(raw, PASS)
    assert found.secrets == KEPT
    for other in (SECOND, b"", PASS + b" ", PASS[:-1]):
        assert not opens(raw, other)


def test_every_cost_stands_in_its_byte_and_is_bound():
    for cost in ARGON_COSTS:
        raw = made(cost=cost).to_bytes()
        assert raw[:2] == bytes([1, cost])
        assert opens(raw)
        for other in range(256):
            if other != cost:
                assert not opens(raw[:1] + bytes([other]) + raw[2:])


def test_one_passphrase_or_two_or_a_changed_one_have_the_same_size_and_slots():
    one, two, changed = made(), made(), made()
    free = (used(two.to_bytes()) + 1) % SLOTS
    two._fill(free, SECOND)
    changed.change_passphrase(PASS, SECOND)
    files = [vault.to_bytes() for vault in (one, two, changed)]
    assert {len(raw) for raw in files} == {BODY_AT + 16 * 1024}
    assert all(len(set(slots_of(raw))) == SLOTS for raw in files)
    assert opens(files[1]) and opens(files[1], SECOND)
    assert not opens(files[2]) and opens(files[2], SECOND)


@pytest.mark.slow
def test_a_slot_in_use_looks_like_an_unused_one():
    """Over many vaults each byte of either is about equally often above the middle."""
    taken, free = [0] * SLOT_SIZE, [0] * SLOT_SIZE
    count = 150
    for _ in range(count):
        vault = made()
        index = used(vault.to_bytes())
        for at in range(SLOT_SIZE):
            taken[at] += vault.slots[index][at] > 127
            free[at] += vault.slots[(index + 1) % SLOTS][at] > 127
    for high in (*taken, *free):
        assert abs(high - count / 2) < 6 * (count / 4) ** 0.5


@pytest.mark.slow
def test_the_slot_in_use_is_chosen_by_chance():
    assert {used(made().to_bytes()) for _ in range(100)} == set(range(SLOTS))


def test_each_try_stretches_once_and_tries_every_slot(monkeypatch):
    work = []
    slot_key, stretch = vaults._slot_key, vaults.stretch

    def counted_slot(stretched, index):
        work.append(index)
        return slot_key(stretched, index)

    def counted_stretch(*values):
        work.append("stretch")
        return stretch(*values)

    vault = made()
    monkeypatch.setattr(vaults, "_slot_key", counted_slot)
    monkeypatch.setattr(vaults, "stretch", counted_stretch)
    for position in range(SLOTS):
        vault.slots = vault.slots[-1:] + vault.slots[:-1]  # wherever the used one stands, or stood
        for passphrase in (PASS, SECOND, b""):
            work.clear()
            opens(vault.to_bytes(), passphrase)
            assert work == ["stretch", 0, 1, 2, 3], position


def test_a_slot_moved_to_another_position_or_vault_opens_nothing():
    vault = made()
    raw = vault.to_bytes()
    index = used(raw)
    for other in set(range(SLOTS)) - {index}:
        slots = slots_of(raw)
        slots[index], slots[other] = slots[other], slots[index]
        assert not opens(raw[:18] + b"".join(slots) + raw[BODY_AT:])
    another = made().to_bytes()
    assert not opens(another[:18] + raw[18:BODY_AT] + another[BODY_AT:])
    assert not opens(another[:2] + raw[2:18] + another[18:])
    assert not opens(raw[:BODY_AT] + another[BODY_AT:])


@pytest.mark.slow
def test_a_changed_bit_locks_the_vault_or_lies_in_an_unused_slot():
    raw = made().to_bytes()
    index = used(raw)
    unused = {18 + i * SLOT_SIZE + at for i in range(SLOTS) if i != index for at in range(SLOT_SIZE)}
    mine = range(18 + index * SLOT_SIZE, 18 + (index + 1) * SLOT_SIZE)
    head = (*range(18), *mine, *range(BODY_AT, BODY_AT + 60))
    for at in (*head, *range(18, BODY_AT, 11), *range(BODY_AT + 60, len(raw), 499), len(raw) - 1):
        changed = bytearray(raw)
        changed[at] ^= 1 << at % 8
        assert opens(bytes(changed)) is (at in unused), at


@pytest.mark.slow
def test_a_vault_cut_short_or_made_longer_is_locked():
    raw = made().to_bytes()
    for size in (*range(BODY_AT + 80), *range(BODY_AT + 80, len(raw), 2999), len(raw) - 1):
        assert not opens(raw[:size])
    assert not opens(raw + b"\0")


def test_a_wrong_old_passphrase_changes_nothing():
    vault = made()
    before = vault.to_bytes()[:BODY_AT]
    with pytest.raises(Locked):
        vault.change_passphrase(SECOND, b"third")
    assert vault.to_bytes()[:BODY_AT] == before


def test_the_body_grows_in_steps_of_sixteen_kibibytes():
    sizes = set()
    for length in (0, 100, 15_000, 16_300, 33_000):
        raw = made(kept=Secrets("m", bytes(16), "local", bytes(32), joining={"note": "x" * length})).to_bytes()
        assert unlock(raw, PASS).secrets.joining["note"] == "x" * length
        sizes.add(len(raw) - BODY_AT)
    assert sizes == {16 * 1024, 32 * 1024, 48 * 1024}
