"""The vault: one passphrase, a second or none look alike, a wrong one costs the same, damage is like a wrong passphrase."""

import itertools
import random
import secrets
import statistics
import time

import pytest

from nasij.errors import Locked
from nasij.seal import vault as vaults
from nasij.seal.plain import plain_account
from nasij.seal.primitives import ARGON_COSTS, stretch
from nasij.seal.vault import SLOT_SIZE, SLOTS, Account, Secrets, Vault, unlock

PASS, SECOND, WRONG = b"one passphrase", b"another passphrase", b"a wrong passphrase"
KEPT = Secrets("0123456789abcdef", bytes(16), "local", bytes(32), {1: bytes([1]) * 32})
BODY_AT = 18 + SLOTS * SLOT_SIZE
STATES = ("unset", "set", "used")
TRIES = 1000


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    for cost in ARGON_COSTS:
        monkeypatch.setitem(ARGON_COSTS, cost, (64, 1))


def made(passphrase: bytes = PASS, kept: Secrets = KEPT, cost: int = 0) -> Vault:
    vault = Vault.new(passphrase, kept, cost)
    vault.make_ready(plain_account(kept, alarm=True))
    return vault


def in_state(state: str) -> Vault:
    """Return a vault without a second passphrase, with one, or after it was used."""
    vault = made()
    if state != "unset":
        vault.set_second(SECOND)
    if state == "used":
        vault = opened(vault.to_bytes(), SECOND)
    return vault


def opened(raw: bytes, passphrase: bytes = PASS) -> Vault:
    """Open a vault as a room does, which makes a plain account ready each time."""
    vault = unlock(raw, passphrase)
    vault.make_ready(plain_account(vault.secrets, alarm=True))
    vault.locked_away = False
    return vault


def slots_of(raw: bytes) -> list[bytes]:
    return [raw[18 + i * SLOT_SIZE : 18 + (i + 1) * SLOT_SIZE] for i in range(SLOTS)]


def opens(raw: bytes, passphrase: bytes = PASS) -> bool:
    try:
        unlock(raw, passphrase)
    except Locked:
        return False
    return True


def used(raw: bytes, passphrase: bytes = PASS) -> int:
    ((index, _),) = vaults._opened_slots(stretch(passphrase, raw[2:18], raw[1]), raw[:18], slots_of(raw))
    return index


def test_a_vault_opens_with_its_passphrase_only():
    raw = made().to_bytes()
    found = unlock(raw, PASS)
    assert found.secrets == KEPT and not found.locked_away
    for other in (SECOND, b"", PASS + b" ", PASS[:-1]):
        assert not opens(raw, other)


def test_every_cost_stands_in_its_byte_and_is_bound():
    for cost in ARGON_COSTS:
        raw = made(cost=cost).to_bytes()
        assert raw[:2] == bytes([2, cost])
        assert opens(raw)
        for other in range(256):
            if other != cost:
                assert not opens(raw[:1] + bytes([other]) + raw[2:])


# --- the second passphrase --------------------------------------------------------------------------------------------


def test_the_second_passphrase_opens_the_plain_account_and_afterwards_both_do():
    raw = in_state("set").to_bytes()
    assert unlock(raw, PASS).secrets == KEPT
    plain = unlock(raw, SECOND)
    assert plain.locked_away and plain.secrets.member != KEPT.member
    after = plain.to_bytes()
    for passphrase in (PASS, SECOND):
        again = unlock(after, passphrase)
        assert again.secrets == plain.secrets and not again.locked_away
        assert again.knows(PASS) and again.knows(SECOND) and not again.knows(WRONG)


def test_after_locking_away_no_byte_of_the_old_slots_and_halves_is_left_and_their_key_opens_nothing():
    vault = in_state("set")
    raw, key = vault.to_bytes(), vault.key
    for after in (unlock(raw, SECOND).to_bytes(), _locked_away(raw).to_bytes()):
        assert not set(slots_of(raw)) & set(slots_of(after))
        size = (len(after) - BODY_AT) // 2
        halves = [after[BODY_AT : BODY_AT + size], after[BODY_AT + size :]]
        for half in halves:
            with pytest.raises(vaults.SealBroken):
                vaults._body(key, half, 2)
        assert all(secret not in after for secret in (KEPT.sign_seed + KEPT.hub.encode(), key))


def _locked_away(raw: bytes) -> Vault:
    vault = unlock(raw, PASS)
    vault.lock_away()
    return vault


def test_locking_away_by_hand_leaves_the_plain_account_to_either_passphrase():
    raw = in_state("set").to_bytes()
    vault = unlock(raw, PASS)
    plain = vault.beside.secrets
    vault.lock_away()
    assert [unlock(vault.to_bytes(), one).secrets for one in (PASS, SECOND)] == [plain, plain]


def test_the_plain_account_knows_nothing_that_opens_the_other():
    """Every key in it is tried at every slot and half of the vault as it was before: not one opens what was mine."""
    raw = in_state("set").to_bytes()
    plain = unlock(raw, SECOND)
    size = (len(raw) - BODY_AT) // 2
    found = [plain.mine.key, *plain.mine.slots.values(), plain.beside.key, *plain.secrets.wrap_seeds.values()]
    found += [plain.secrets.sign_seed, plain.secrets.joining["base"], plain.secrets.joining["note"][2]]
    for key in found:
        for slot in slots_of(raw):
            with pytest.raises(vaults.SealBroken):
                assert vaults._slot(key).open(slot, raw[:18]) == plain.key
                raise vaults.SealBroken
        for half in (raw[BODY_AT : BODY_AT + size], raw[BODY_AT + size :]):
            try:
                body = vaults._body(key, half, 2)
            except vaults.SealBroken:
                continue
            assert Account.load(body[0]).secrets == plain.secrets


def test_setting_changing_and_removing_leave_the_same_kind_of_file_and_no_note_of_it():
    vault, sizes = made(), set()
    seen = []
    for second in (b"", SECOND, b"a third one", b"", SECOND):
        vault.set_second(second)
        raw = vault.to_bytes()
        sizes.add(len(raw))
        vault = opened(raw)
        seen.append([len(part) for part in vault.beside.dump()[:2]])
        assert opens(raw, SECOND) is (second == SECOND)
    assert sizes == {BODY_AT + 2 * 16 * 1024}
    assert all(each == seen[0] for each in seen)


def test_every_slot_and_half_is_another_one_after_each_writing_in_every_state():
    for state in STATES:
        vault = in_state(state)
        one, other = vault.to_bytes(), opened(vault.to_bytes()).to_bytes()
        assert len(one) == len(other) == BODY_AT + 2 * 16 * 1024
        assert not set(slots_of(one)) & set(slots_of(other))
        assert one[BODY_AT : BODY_AT + 60] != other[BODY_AT : BODY_AT + 60] and one[-60:] != other[-60:]


@pytest.mark.slow
def test_where_a_slot_and_a_half_lie_is_left_to_chance_in_every_state():
    for state in STATES:
        found = [in_state(state) for _ in range(60)]
        assert {min(vault.mine.slots) for vault in found} >= {0, 1, 2}
        assert {vault.half for vault in found} == {0, 1}


@pytest.mark.slow
def test_a_slot_looks_the_same_in_every_state():
    """Over many vaults each byte of each slot is about equally often above the middle."""
    count = 120
    for state in STATES:
        high = [[0] * SLOT_SIZE for _ in range(SLOTS)]
        for _ in range(count):
            for index, slot in enumerate(slots_of(in_state(state).to_bytes())):
                for at, byte in enumerate(slot):
                    high[index][at] += byte > 127
        for times in itertools.chain(*high):
            assert abs(times - count / 2) < 6 * (count / 4) ** 0.5


def test_each_try_does_the_same_work_in_the_same_order(monkeypatch):
    """One stretching, every slot in both ways, and both halves where a slot opened: wherever it stands, whatever it is."""
    work = []
    slot_key, body, stretched = vaults._slot_key, vaults._body, vaults.stretch

    def counted_slot(given, index, *, after=False):
        work.append((index, after))
        return slot_key(given, index, after=after)

    def counted_stretch(*values):
        work.append("stretch")
        return stretched(*values)

    def counted_body(*values):
        work.append("half")
        return body(*values)

    files = [(in_state(state).to_bytes(), state) for state in STATES for _ in range(4)]
    monkeypatch.setattr(vaults, "_slot_key", counted_slot)
    monkeypatch.setattr(vaults, "stretch", counted_stretch)
    monkeypatch.setattr(vaults, "_body", counted_body)
    ways = [(index, after) for index in range(SLOTS) for after in (False, True)]
    for raw, state in files:
        for passphrase in (PASS, SECOND, WRONG):
            work.clear()
            halves = ["half"] * 2 if opens(raw, passphrase) else []
            assert work == ["stretch", *ways, *halves], state


@pytest.mark.slow
@pytest.mark.parametrize("passphrase", [PASS, WRONG], ids=["the first passphrase", "a wrong one"])
def test_the_time_of_a_try_does_not_tell_whether_a_second_passphrase_is_unset_set_or_used(passphrase):
    """1,000 tries each, by the time of the processor, each on a vault made for this try, in an order drawn anew each round.

    Every try has a vault of its own, for where a vault lies in memory can make all tries on it a little slower than those
    on another: with a few vaults used again and again, that would pass for a difference between the states.

    Compared are medians, by permutation: were the state without influence, then the state's names could be exchanged within
    a round without changing anything. The largest difference between the medians of two states must lie within what 400 such
    exchanges give and half as much again, or else below a hundredth of a try. What differs is measured anew, twice at most:
    a state that takes longer does so each time, and a machine that was disturbed does not. Two controls: each state against
    itself, its even tries against its odd ones, must pass the same test; and a state made a fifth slower must not, so a
    machine that is too restless to measure on does not pass for quiet.
    """
    draw = random.Random(secrets.randbits(64))
    assert any(_tells_nothing(passphrase, draw) for _ in range(3))


def _tells_nothing(passphrase: bytes, draw: random.Random) -> bool:
    taken = _timed(passphrase, draw)
    slower = [one * 6 // 5 for one in taken["unset"]]
    return (
        _alike([*taken.values()], draw)
        and all(_alike([times[::2], times[1::2]], draw) for times in taken.values())
        and not any(_alike([times, slower], draw) for times in taken.values())
    )


def _timed(passphrase: bytes, draw: random.Random) -> dict[str, list[int]]:
    taken: dict[str, list[int]] = {state: [] for state in STATES}
    for _ in range(TRIES):
        raws = {state: in_state(state).to_bytes() for state in STATES}
        for state in draw.sample(STATES, len(STATES)):
            began = time.thread_time_ns()
            opens(raws[state], passphrase)
            taken[state].append(time.thread_time_ns() - began)
    return taken


def _alike(groups: list[list[int]], draw: random.Random) -> bool:
    seen = _spread(groups)
    if seen < statistics.median(groups[0]) / 100:
        return True
    rounds = [list(one) for one in zip(*groups, strict=True)]
    by_chance = []
    for _ in range(400):
        for one in rounds:
            draw.shuffle(one)
        by_chance.append(_spread([list(group) for group in zip(*rounds, strict=True)]))
    return seen <= 1.5 * max(by_chance)


def _spread(groups: list[list[int]]) -> float:
    medians = [statistics.median(group) for group in groups]
    return max(medians) - min(medians)


# --- damage and change ------------------------------------------------------------------------------------------------


def test_a_changed_passphrase_opens_and_the_old_one_does_not():
    vault = in_state("set")
    vault.change_passphrase(PASS, b"third")
    raw = vault.to_bytes()
    assert not opens(raw) and unlock(raw, b"third").secrets == KEPT
    after = unlock(raw, SECOND).to_bytes()
    assert opens(after, b"third") and not opens(after)


def test_a_wrong_old_passphrase_changes_nothing():
    vault = made()
    before = vault.mine.dump(), vault.beside.dump()
    with pytest.raises(Locked):
        vault.change_passphrase(SECOND, b"third")
    assert (vault.mine.dump(), vault.beside.dump()) == before


def test_a_slot_moved_to_another_position_or_vault_opens_nothing():
    raw = made().to_bytes()
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
def test_a_changed_bit_locks_the_vault_or_lies_in_an_unused_slot_or_half():
    vault = made()
    raw = vault.to_bytes()
    index, size = used(raw), (len(raw) - BODY_AT) // 2
    unused = {18 + i * SLOT_SIZE + at for i in range(SLOTS) if i != index for at in range(SLOT_SIZE)}
    unused |= set(range(BODY_AT + (1 - vault.half) * size, BODY_AT + (2 - vault.half) * size))
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
        assert not opens(raw[:size]), size
    assert not opens(raw + b"\0")


def test_both_halves_grow_in_steps_of_sixteen_kibibytes():
    sizes = set()
    for length in (0, 100, 14_000, 16_300, 33_000):
        raw = made(kept=Secrets("m", bytes(16), "local", bytes(32), joining={"note": "x" * length})).to_bytes()
        assert unlock(raw, PASS).secrets.joining["note"] == "x" * length
        sizes.add(len(raw) - BODY_AT)
    assert sizes == {2 * 16 * 1024, 2 * 32 * 1024, 2 * 48 * 1024}
