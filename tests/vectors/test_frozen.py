"""Every frozen vector is opened by nasij and made once more by hand, from the nonce in its bytes where one was drawn."""

import hashlib
import itertools
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from nasij import archive, away, lessons, reports, returning
from nasij.clock import HandClock
from nasij.encoding import decode, encode
from nasij.gate import _unpack, all_areas, kit_words, read_kit
from nasij.hub import wire
from nasij.ids import id_from
from nasij.kit.area import Areas
from nasij.line import FIRST_HEAD, next_head
from nasij.log.entry import OpenedFact, OpenedLetter, Said, open_entry
from nasij.log.outbox import Outbox, Waiting
from nasij.node import keys, room, rows, view
from nasij.node.kernel import AREA as LINE
from nasij.node.node import Node
from nasij.seal import circle, identity, labels, mix, notes, shares, words
from nasij.seal.circle import CircleKeys, Keyring
from nasij.seal.plain import box_of, compared, is_alarm
from nasij.seal.primitives import (
    derive,
    hash_on,
    keyed_hash,
    open_large,
    public_of,
    sign,
    stretch,
    verify,
    verify_form,
)
from nasij.seal.vault import Account, Secrets, Vault, unlock
from nasij.sealing import open_content
from nasij.sync import invite
from tests.seal import byhand
from tests.vectors import load


def number(value: bytes) -> int:
    return int.from_bytes(value, "big")


def resealed(sealed: bytes, key: bytes, label: bytes, plain: bytes, bound: bytes = b"") -> bytes:
    """Seal by hand with the nonce that stands in `sealed`."""
    return byhand.sealed(key, label, sealed[:12], plain, bound)


def rewrapped(capsule: bytes, seed: bytes, plain: bytes, info: bytes) -> bytes:
    """Wrap by hand with the secret that stands in `capsule`."""
    return byhand.wrapped(capsule[:1120], byhand.xwing_open(seed, capsule[:1120]), plain, info)


# --- the line and its circles -----------------------------------------------------------------------------------------


def test_line():
    v = load("line-1")
    first = next_head(FIRST_HEAD, number(v["hour_1"]), v["entry_1"])
    assert (first, next_head(first, number(v["hour_2"]), v["entry_2"])) == (v["head_1"], v["head_2"])
    assert hashlib.sha256(bytes(32) + v["hour_1"][4:] + v["entry_1"]).digest() == v["head_1"]
    assert hashlib.sha256(v["head_1"] + v["hour_2"][4:] + v["entry_2"]).digest() == v["head_2"]
    assert invite.compare_head(v["network"], number(v["place"]), v["head_2"]) == v["compare_head"]
    by_hand = hashlib.sha256(b"nasij/1 compare head" + v["network"] + v["place"] + v["head_2"]).digest()
    assert by_hand == v["compare_head"]


def test_circle():
    v = load("circle-1")
    key = v["circle_key"]
    ours = CircleKeys(v["audience"].decode(), number(v["epoch"]), key)
    derived = tuple(derive(key, label) for label in (labels.ENTRY, labels.COMMIT, labels.TAG))
    assert derived == (v["entry_key"], v["commit_key"], v["tag_key"])
    assert hash_on(ours.commit, b"any") == keyed_hash(v["commit_key"], b"any")
    assert ours.tag_at(v["place"]) == v["tag"]
    assert (circle.write_seed(key), circle.write_public(key)) == (v["write_seed"], v["write_public"])
    assert circle.only_key(v["vault_key"]) == v["only_key"]
    for name, label in (("entry_key", "entry"), ("commit_key", "commit"), ("tag_key", "tag"), ("write_seed", "write")):
        assert byhand.hkdf(key, b"nasij/1 " + label.encode()) == v[name]
    assert byhand.keyed(v["tag_key"], v["place"], 16) == v["tag"]
    assert byhand.public(v["write_seed"]) == v["write_public"]
    assert byhand.hkdf(v["vault_key"], b"nasij/1 only me") == v["only_key"]


# --- entries ----------------------------------------------------------------------------------------------------------


def entry_by_hand(entry: bytes, network: bytes, at: bytes, circle_: list[Any], key: bytes, inside: list[Any]) -> bytes:
    """Return the entry with the same nonce."""
    outside = b"\1" + network + byhand.keyed(byhand.hkdf(key, b"nasij/1 tag"), at, 16)
    bound = b"nasij/1 entry\0" + byhand.pack(circle_) + outside + at
    nonce, plain = entry[33:45], byhand.padded(byhand.pack(inside), len(entry) - 93)
    commitment = byhand.keyed(byhand.hkdf(key, b"nasij/1 commit"), nonce + bound)
    body = ChaCha20Poly1305(byhand.hkdf(key, b"nasij/1 entry")).encrypt(nonce, plain, bound)
    return outside + nonce + commitment + body


def test_entry_that_states_a_fact():
    v = load("entry-1")
    ring = Keyring()
    ring.add(v["audience"].decode(), number(v["epoch"]), v["circle_key"])
    opened = open_entry(ring, v["network"], number(v["place"]), v["entry"])
    assert isinstance(opened, OpenedFact)
    said = [
        *(v["author"].decode(), number(v["act"]), number(v["hour"]), number(v["seen"])),
        *(v["head"], v["name"].decode(), v["fact"], None),
    ]
    assert opened.said == Said(*said)
    assert verify_form(public_of(v["sign_seed"]), opened.signature, opened.form)

    assert len(v["entry"]) == 1024
    circle_ = [v["audience"].decode(), number(v["epoch"])]
    covered = v["network"] + v["place"] + byhand.pack(circle_) + byhand.pack(said)
    signature = byhand.signed(v["sign_seed"], b"nasij/1 said", covered)
    inside = [1, byhand.pack(said), signature]
    assert entry_by_hand(v["entry"], v["network"], v["place"], circle_, v["circle_key"], inside) == v["entry"]


def test_entry_that_carries_a_letter():
    v = load("entry-1")
    circle_ = [v["letter_audience"].decode(), number(v["letter_epoch"])]
    ring = Keyring()
    ring.add(circle_[0], circle_[1], v["letter_circle_key"])
    capsules = [v["letter_capsule_1"], v["letter_capsule_2"]]
    opened = open_entry(ring, v["network"], number(v["letter_place"]), v["letter_entry"])
    assert opened == OpenedLetter(ring.newest[circle_[0]], number(v["letter_seen"]), capsules)
    inside = [2, number(v["letter_seen"]), capsules]
    by_hand = entry_by_hand(v["letter_entry"], v["network"], v["letter_place"], circle_, v["letter_circle_key"], inside)
    assert by_hand == v["letter_entry"]


# --- capsules ---------------------------------------------------------------------------------------------------------


def test_x_wing_is_what_its_draft_says():
    """From the seed by SHAKE256 to 64 and 32 bytes; the two shared secrets are joined by SHA3-256 with a label of 6 bytes."""
    v = load("xwing-1")
    assert hashlib.sha3_256(identity.wrap_public(v["seed"])).digest() == v["public_sha3_256"]
    assert byhand.xwing_public(v["seed"]) == identity.wrap_public(v["seed"])
    assert byhand.xwing_open(v["seed"], v["ciphertext"]) == v["shared"]


def test_the_librarys_hybrid_is_x_wing():
    """What HPKE made by hand from X-Wing seals, the library opens; what it makes, X-Wing by hand opens."""
    v = load("xwing-1")
    by_hand = byhand.wrapped(v["ciphertext"], v["shared"], b"by hand", b"info")
    assert identity.unwrap(by_hand, v["seed"], b"info") == b"by hand"
    made = identity.wrap(b"by machine", identity.wrap_public(v["seed"]), b"info")
    assert byhand.unwrapped(made, v["seed"], b"info") == b"by machine"
    assert identity.unwrap(v["hpke_capsule"], v["seed"], v["hpke_info"]) == v["hpke_plain"]
    assert rewrapped(v["hpke_capsule"], v["seed"], v["hpke_plain"], v["hpke_info"]) == v["hpke_capsule"]
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    assert suite.decrypt(by_hand, identity._private(v["seed"]), b"info") == b"by hand"
    assert bytes.fromhex("48504b45647a00010003") == byhand._SUITE


def test_grant():
    v = load("grant-1")
    bound = keys.bound(v["network"], number(v["place"]), number(v["seen"]), v["head"])
    assert bound == v["network"] + v["place"] + v["seen"] + v["head"]
    network = ["network", number(v["network_epoch"]), v["network_key"]]
    role = [v["role"].decode(), number(v["role_epoch"]), v["role_key"]]
    for who, given in (("author", [network]), ("other", [network, role])):
        capsule, seed = v[f"{who}_capsule"], v[f"{who}_wrap_seed"]
        assert circle.take_grant(capsule, [bytes(32), seed], v[who].decode(), bound) == given
        info = b"nasij/1 grant capsule" + bound + v[who]
        assert rewrapped(capsule, seed, byhand.pack(given), info) == capsule
    assert identity.wrap_public(v["other_wrap_seed"]) == v["other_wrap_public"]
    author, other = v["author"].decode(), v["other"].decode()
    epochs = [["network", network[1], [author, other]], [role[0], role[1], [other]]]
    grant = [epochs, [[author, v["author_capsule"]], [other, v["other_capsule"]]]]
    assert byhand.pack(grant) == v["grant"] == encode(grant)
    ring = Keyring()
    ring.add(v["circle_audience"].decode(), number(v["circle_epoch"]), v["circle_key"])
    opened = open_entry(ring, v["network"], number(v["place"]), v["entry"])
    assert isinstance(opened, OpenedFact)
    assert encode(opened.said.grant) == v["grant"]


def test_letter():
    v = load("letter-1")
    bound = v["network"] + v["place"] + v["seen"] + v["head"]
    members = [v[f"member_{i}"].decode() for i in (1, 2, 3)]
    seeds = [v[f"wrap_seed_{i}"] for i in (1, 2, 3)]
    capsules = [v[f"capsule_{i}"] for i in (1, 2, 3, 4)]
    said = [v["audience"].decode(), number(v["epoch"]), v["circle_key"], sorted(members), v["author"].decode()]
    inner = byhand.pack(said)
    signature = byhand.signed(v["sign_seed"], b"nasij/1 letter", bound + inner)
    plain = byhand.padded(byhand.pack([inner, signature]), 512)
    for seed in seeds:
        taken = circle.take_letter(capsules, [seed], bound)
        assert taken is not None
        assert taken[0] == circle.Letter(said[0], said[1], said[2], tuple(said[3]), said[4])
        assert circle.letter_is_by(public_of(v["sign_seed"]), *taken[1:])
    opened = [sum(_opens(capsule, seed, bound, plain) for seed in seeds) for capsule in capsules]
    assert sorted(opened) == [0, 1, 1, 1]


def _opens(capsule: bytes, seed: bytes, bound: bytes, plain: bytes) -> bool:
    return rewrapped(capsule, seed, plain, b"nasij/1 letter capsule" + bound) == capsule


def test_proof_of_possession():
    v = load("proof-1")
    assert identity.proof(v["sign_seed"], v["member"].decode(), v["wrap_public"]) == v["proof"]
    assert identity.proven(v["sign_public"], v["member"].decode(), v["wrap_public"], v["proof"])
    assert byhand.public(v["sign_seed"]) == v["sign_public"]
    assert byhand.xwing_public(v["wrap_seed"]) == v["wrap_public"]
    by_hand = byhand.signed(v["sign_seed"], b"nasij/1 proof of possession", v["member"] + v["wrap_public"])
    assert by_hand == v["proof"]


# --- at rest ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "memory", "passes"),
    [
        (0, 8 * 1024, 1),
        pytest.param(1, 64 * 1024, 3, marks=pytest.mark.slow),
        pytest.param(2, 256 * 1024, 3, marks=pytest.mark.slow),
    ],
)
def test_costs_of_a_passphrase(cost, memory, passes):
    v = load("vault-1")
    salt = v["vault"][2:18]
    assert stretch(v["passphrase"], salt, cost) == v[f"stretched_{cost}"]
    assert byhand.argon(v["passphrase"], salt, memory, passes) == v[f"stretched_{cost}"]


def test_vault():
    v = load("vault-1")
    raw = v["vault"]
    vault = unlock(raw, words.normal(v["typed"].decode()))
    assert vault.key == v["vault_key"]
    assert vault.secrets == Secrets(
        *(v["member"].decode(), v["network"], v["hub"].decode(), v["sign_seed"]),
        *({222: v["wrap_seed_222"], 223: v["wrap_seed_223"]}, v["kit"], False),
        *({"state": "waiting"}, {"language": "ar"}),
    )
    assert len(raw) == 386 + 16 * 1024
    name = derive(stretch(words.normal(v["room_name"].decode()), v["house_salt"], 0), labels.ROOM_NAME)
    assert id_from(name).encode() == v["folder"]
    slot, front = v["slot"], raw[:18]
    assert front[:2] == b"\1\0"
    at = 18 + 92 * slot[0]
    slot_key = byhand.hkdf(v["stretched_0"], b"nasij/1 vault slot", slot)
    by_hand = resealed(raw[at : at + 92], slot_key, b"nasij/1 vault slot", v["vault_key"], front)
    assert by_hand == raw[at : at + 92]
    body = [
        *(v["member"].decode(), v["network"], v["hub"].decode(), v["sign_seed"]),
        *([[222, v["wrap_seed_222"]], [223, v["wrap_seed_223"]]], v["kit"], False),
        *([["state", "waiting"]], [["language", "ar"]]),
    ]
    plain = byhand.padded(byhand.pack(body), 16 * 1024 - 60)
    assert resealed(raw[386:], v["vault_key"], b"nasij/1 vault body", plain, b"\1") == raw[386:]


def test_vault_with_a_plain_account_beside():
    v = load("vault-2")
    raw, front = v["vault"], v["vault"][:18]
    vault = unlock(raw, v["passphrase"])
    plain = Secrets(v["plain_member"].decode(), bytes(16), "local", v["plain_seed"])
    kept = Secrets(v["member"].decode(), v["network"], "local", v["sign_seed"], away={"way": v["way"]})
    slots, others = {0: v["slot_0"]}, {0: v["after_0"], 2: v["slot_2"]}
    assert (vault.mine, vault.beside) == (Account(v["key"], slots, kept), Account(v["plain_key"], others, plain))
    away = unlock(raw, v["second"])
    assert away.locked_away and away.mine == vault.beside

    stretched, second = (byhand.argon(v[typed], raw[2:18], 8 * 1024, 1) for typed in ("passphrase", "second"))
    assert byhand.hkdf(stretched, b"nasij/1 vault slot", b"\0") == v["slot_0"]
    assert byhand.hkdf(stretched, b"nasij/1 vault slot after", b"\0") == v["after_0"]
    assert byhand.hkdf(second, b"nasij/1 vault slot", b"\2") == v["slot_2"]
    for index, key in ((0, v["key"]), (2, v["plain_key"])):
        slot = raw[18 + 92 * index : 18 + 92 * (index + 1)]
        assert resealed(slot, v[f"slot_{index}"], b"nasij/1 vault slot", key, front) == slot
    said = [
        v["member"].decode(),
        v["network"],
        "local",
        v["sign_seed"],
        [],
        b"",
        False,
        [],
        [],
        [],
        [["way", v["way"]]],
    ]
    mine = [v["key"], [[0, v["slot_0"]]], said]
    plain_said = [v["plain_member"].decode(), bytes(16), "local", v["plain_seed"], [], b"", False, [], []]
    beside = [v["plain_key"], [[0, v["after_0"]], [2, v["slot_2"]]], plain_said]
    size = 16 * 1024
    assert len(raw) == 386 + 2 * size
    for half, key, body in ((0, v["plain_key"], [beside, []]), (1, v["key"], [mine, [beside]])):
        sealed = raw[386 + half * size : 386 + (half + 1) * size]
        plain_bytes = byhand.padded(byhand.pack(body), size - 60)
        assert resealed(sealed, key, b"nasij/1 vault body", plain_bytes, b"\2") == sealed


def test_outbox(tmp_path: Path):
    v = load("outbox-1")
    items = [
        Waiting(number(v[f"act_{i}"]), v[f"name_{i}"].decode(), v[f"raw_{i}"], number(v[f"hour_{i}"]), number(v[of]))
        for i, of in ((1, "act_1"), (2, "act_1"), (3, "act_3"))
    ]
    path = tmp_path / "outbox"
    path.write_bytes(v["add_1"] + v["add_2"])
    assert Outbox(path, v["vault_key"]).items == items
    path.write_bytes(v["add_1"] + v["add_2"] + v["over"])
    assert Outbox(path, v["vault_key"]).items == items[1:]

    key = byhand.hkdf(v["vault_key"], b"nasij/1 outbox")
    rows = [[w.act, w.name, w.raw, w.hour] for w in items]
    for record, value, size in (
        (v["add_1"], ["add", rows[:2]], 512),
        (v["add_2"], ["add", rows[2:]], 1024),
        (v["over"], ["over", [items[0].act]], 512),
    ):
        plain = byhand.padded(byhand.pack(value), size)
        assert record[:4] == (size + 60).to_bytes(4, "big")
        assert resealed(record[4:], key, b"nasij/1 outbox", plain) == record[4:]


def a_node(tmp_path: Path, vault_key: bytes, member: str) -> Node:
    kept = Secrets(member, bytes(16), "", bytes(32))
    vault = Vault(Account(vault_key, {}, kept), Account(bytes(32), {}, kept), 0, bytes(16), 0)
    return Node(all_areas(), vault, Outbox(tmp_path / "outbox", vault_key), HandClock(480_010))


def test_snapshot_and_head(tmp_path: Path):
    v = load("snapshot-1")
    node = a_node(tmp_path, v["vault_key"], v["member"].decode())
    room.load_snapshot(node, v["snapshot"])
    assert (node.place, list(node.heads)) == (2, [FIRST_HEAD, v["head_1"], v["head_2"]])
    assert (node.hour, node.network_hour) == (number(v["hour"]), number(v["hour"]))
    audience = v["circle_audience"].decode()
    assert {held: found.key for held, found in node.keyring.keys.items()} == {
        ("network", 9): v["network_key"],
        (audience, 3): v["circle_key"],
    }
    assert (node.alarms, node.shares, list(node.welcomes)) == (
        ["Something that people should know."], ["trusted"], ["ghjkmnpqrstvwxyz"],
    )  # fmt: skip
    assert [told.sentence for told in node.told] == ["This is not possible now."]
    assert node.db.execute("select value from line where name = 'day'").fetchone() == (20_000,)
    (tmp_path / "head").write_bytes(v["head_file"])
    assert room.last_head(node, tmp_path) == (2, v["head_2"])

    header = [
        *(2, [bytes(32), v["head_1"], v["head_2"]], number(v["hour"]), number(v["hour"])),
        [[audience, 3, v["circle_key"], 20_000], ["network", 9, v["network_key"], 19_999]],
        *([[audience, "fedcba9876543210"]], "", ["Something that people should know."]),
        [["line.head-seen/1", "This is not possible now.", "", byhand.pack([1, bytes(range(3, 35))])]],
        [["ghjkmnpqrstvwxyz", decode(v["welcome"])]],
        ["trusted"],
    ]
    packed = byhand.pack(header)
    plain = len(packed).to_bytes(4, "big") + packed + v["database"]
    sealed = v["snapshot"]
    assert byhand.large(v["vault_key"], b"nasij/1 snapshot", sealed[:24], plain, v["member"]) == sealed
    head_key = byhand.hkdf(v["vault_key"], b"nasij/1 head")
    head = byhand.pack([2, v["head_2"]])
    assert resealed(v["head_file"], head_key, b"nasij/1 head", head) == v["head_file"]


def test_view_digest():
    """Over the kernel's own tables; those of the areas follow them in the same way."""
    v = load("snapshot-1")
    areas = Areas.of((LINE,))
    db = view.create(areas)
    columns = "member, sign_key, wrap_key, wrap_period, standing, introduced_by, since, audience"
    row = [v["view_member"].decode(), v["view_sign_key"], v["view_wrap_key"], 223, "trusted", "", 19_999, "network"]
    db.execute(f"insert into member ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    db.execute("insert into setting (name, value, audience) values ('probation_days', '14', 'network')")
    assert rows.digest(db, areas) == v["view_digest"]
    said = b"nasij/1 view digest" + b"member" + byhand.pack([*row, 0]) + b"mandate" + b"circle" + b"burnt" + b"setting"
    said += byhand.pack(["probation_days", "14", "network", 0]) + b"comeback"
    assert hashlib.sha256(said).digest() == v["view_digest"]


def test_archive():
    v = load("archive-1")
    raw = v["archive"]
    assert archive.open_archive(raw, v["typed"].decode()) == json.loads(v["json"])
    key = byhand.argon(words.normal(v["typed"].decode()), raw[2:18], 8 * 1024, 1)
    plain = byhand.padded(v["json"], 64 * 1024)
    assert raw[:2] == b"\1\0"
    assert byhand.large(key, b"nasij/1 archive", raw[18:42], plain, raw[:18]) == raw[18:]


def test_shares():
    v = load("shares-1")
    given = [v["share_1"], v["share_2"], v["share_3"]]
    for two in itertools.permutations(given, 2):
        assert shares.join(two) == v["key"]
    listed = resources.files("shamir_mnemonic").joinpath("wordlist.txt").read_text("ascii").split()
    read = [byhand.share_of([listed.index(word) for word in share.decode().split()]) for share in given]
    assert [(index, needed) for index, needed, _ in read] == [(0, 2), (1, 2), (2, 2)]
    for left_out in range(3):
        assert byhand.joined({index: value for index, _, value in read if index != left_out}) == v["key"]


def test_sealed_file():
    v = load("file-1")
    bound = v["network"] + v["file_id"] + v["version"]
    lines = [("blood", v["blood"].decode()), ("not_told", v["not_told"].decode())]
    key = shares.join([v["share_1"], v["share_3"]])
    assert open_content(v["sealed"], key, bound) == lines
    plain = byhand.pack([list(line) for line in lines])
    body = (len(plain).to_bytes(2, "big") + plain).ljust(9728, b"\0")
    assert resealed(v["sealed"], key, b"nasij/1 sealed file", body, bound) == v["sealed"]


def test_note():
    v = load("note-1")
    words, salt = v["words"].decode(), v["salt"].decode()
    given = [v["share_1"], v["share_2"]]
    for n, share in enumerate(given, 1):
        member = v[f"member_{n}"]
        assert notes.open_envelope(v[f"envelope_{n}"], v[f"seed_{n}"], member.decode(), v["bound"]) == share
        plain = len(share).to_bytes(2, "big") + share + bytes(438 - len(share))
        info = b"nasij/1 note envelope" + v["bound"] + member
        assert rewrapped(v[f"envelope_{n}"], v[f"seed_{n}"], plain, info) == v[f"envelope_{n}"]
    assert notes.open_note(v["note"], given, 2, v["bound"]) == (words, salt)
    body = v["salt"] + len(v["words"]).to_bytes(2, "big") + v["words"]
    key = shares.join(given)
    assert resealed(v["note"], key, b"nasij/1 sealed note", body + bytes(2560 - len(body)), v["bound"]) == v["note"]


def test_kit_and_backup():
    v = load("backup-1")
    for language in words.LANGUAGES:
        assert " ".join(kit_words(v["kit"], language)).encode() == v[f"words_{language}"]
        assert read_kit(v[f"words_{language}"].decode()) == v["kit"]
    names = ("vault", "snapshot", "outbox")
    assert _unpack(v["kit"], v["backup"]) == {name: v[name] for name in names}
    sizes = byhand.pack([[name, len(v[name])] for name in names])
    plain = len(sizes).to_bytes(4, "big") + sizes + b"".join(v[name] for name in names)
    plain += bytes(256 - len(plain))
    assert byhand.large(v["kit"], b"nasij/1 backup key", v["backup"][:24], plain, b"") == v["backup"]
    assert byhand.hkdf(v["kit"], b"nasij/1 backup slot") == v["slot_seed"] == derive(v["kit"], labels.BACKUP_SLOT)
    assert byhand.public(v["slot_seed"]) == v["slot_public"]

    form = wire.slot_form(v["slot_public"], number(v["version"]), wire.slot_sums([v["backup"]]))
    assert form == v["form"] == v["slot_public"] + v["version"] + hashlib.sha256(v["backup"]).digest()
    assert byhand.signed(v["slot_seed"], b"nasij/1 put slot", form) == v["proof"]
    assert verify(v["slot_public"], v["proof"], labels.SLOT_PUT, form)


# --- between people, rooms and the hub --------------------------------------------------------------------------------


@pytest.mark.slow
def test_invitation():
    v = load("invitation-1")
    assert invite.stretched(v["link"], v["words"]) == v["base"]
    assert (invite.box_name(v["base"]), derive(v["base"], labels.INVITE_KEY)) == (v["box"], v["key"])
    item = invite.BoxItem(v["kind"].decode(), v["id"].decode(), v["value"].decode())
    assert invite.open_items(v["base"], [b"junk", v["item"]]) == [item]
    wrap_public = identity.wrap_public(v["wrap_seed"])
    compare = invite.compare_bytes(v["base"], v["inviter_public"], v["sign_public"], wrap_public)
    assert compare == v["compare"]
    for language in words.LANGUAGES:
        assert " ".join(words.speak(compare, language, 4)).encode() == v[f"compare_{language}"]

    base = byhand.argon(v["link"] + b"\0" + v["words"], b"nasij/1 invite\0\0", 64 * 1024, 3)
    assert base == v["base"]
    assert byhand.hkdf(base, b"nasij/1 invite box") == v["box"]
    assert byhand.hkdf(base, b"nasij/1 invite key") == v["key"]
    plain = byhand.padded(byhand.pack([item.kind, item.id, item.value]), 1024)
    assert resealed(v["item"], v["key"], b"nasij/1 invite", plain) == v["item"]
    said = b"nasij/1 compare join" + base + v["inviter_public"] + v["sign_public"] + byhand.xwing_public(v["wrap_seed"])
    assert hashlib.sha256(said).digest() == v["compare"]


def test_return():
    v = load("return-1")
    member, author = v["member"].decode(), v["author"].decode()
    assert returning.way_of(v["first_public"], v["network"]) == v["way"]
    assert returning.answer_way(v["way"], v["nonce"]) == v["answer_way"]
    assert (invite.box_name(v["way"]), invite.box_name(v["answer_way"])) == (v["box"], v["answer_box"])
    asks = invite.BoxItem("asks", member, [member, v["nonce"], v["signature"]])
    assert invite.open_items(v["way"], [v["ask"]]) == [asks]
    said = returning.Asking(member, v["nonce"]).covered(v["network"])
    assert verify(public_of(v["sign_seed"]), v["signature"], labels.RETURN_BOX, said)
    info = returning.bound_to(v["network"], member)
    plain = encode([decode(v["welcome"]), author, v["answer_signature"]])
    assert identity.unwrap(v["capsule"], v["wrap_seed"], info) == plain
    assert verify(public_of(v["author_seed"]), v["answer_signature"], labels.RETURN_CAPSULE, info + v["welcome"])

    label = b"nasij/1 return box"
    assert byhand.hkdf(byhand.public(v["first_seed"]), label, v["network"]) == v["way"]
    assert byhand.hkdf(v["way"], label, v["nonce"]) == v["answer_way"]
    assert byhand.hkdf(v["way"], b"nasij/1 invite box") == v["box"]
    assert byhand.signed(v["sign_seed"], label, v["network"] + v["member"] + v["nonce"]) == v["signature"]
    body = byhand.padded(byhand.pack(["asks", member, [member, v["nonce"], v["signature"]]]), 1024)
    assert resealed(v["ask"], byhand.hkdf(v["way"], b"nasij/1 invite key"), b"nasij/1 invite", body) == v["ask"]
    bound = b"nasij/1 return capsule" + v["network"] + v["member"]
    assert byhand.signed(v["author_seed"], b"nasij/1 return capsule", bound + v["welcome"]) == v["answer_signature"]
    assert rewrapped(v["capsule"], v["wrap_seed"], plain, bound) == v["capsule"]


def test_away():
    v = load("away-1")
    asker, wrap_key = v["asker"].decode(), identity.wrap_public(v["wrap_seed"])
    assert (box_of(v["way"]), invite.box_name(v["base"])) == (v["base"], v["box"])
    assert is_alarm(v["way"], asker, wrap_key)
    for language in words.LANGUAGES:
        assert " ".join(compared(v["base"], asker, wrap_key, language)).encode() == v[f"compare_{language}"]
    assert away._opened([invite.BoxItem("gives", asker, [v["capsule"]])], v["base"], asker, v["wrap_seed"]) == [
        v["share"]
    ]
    assert open_large(v["key"], labels.AWAY_KEY, v["bundle"], b"") == v["plain"]

    public = byhand.xwing_public(v["wrap_seed"])
    assert byhand.hkdf(v["way"], b"nasij/1 away box") == v["base"]
    assert byhand.hkdf(v["base"], b"nasij/1 invite box") == v["box"]
    assert id_from(byhand.keyed(byhand.hkdf(v["way"], b"nasij/1 away alarm"), public)) == asker
    said = hashlib.sha256(b"nasij/1 compare away" + v["base"] + v["asker"] + public).digest()
    assert " ".join(words.speak(said, "en", 4)).encode() == v["compare_en"]
    bound = b"nasij/1 away piece" + v["base"] + v["asker"]
    assert rewrapped(v["capsule"], v["wrap_seed"], byhand.pack([v["share"]]), bound) == v["capsule"]
    assert byhand.hkdf(v["key"], b"nasij/1 away slot") == v["slot_seed"] == derive(v["key"], labels.AWAY_SLOT)
    assert byhand.large(v["key"], b"nasij/1 away key", v["bundle"][:24], v["plain"], b"") == v["bundle"]


def test_mix():
    v = load("mix-1")
    ballots = [v["layer_1"]]
    inside = [v["layer_2"], v["layer_3"], v["plain"]]
    for turn, plain in enumerate(inside, 1):
        assert len(ballots[0]) == mix.size_at(turn, 3)
        ballots = mix.take_layer(ballots, v[f"seed_{turn}"], v["bound"], turn)
        assert ballots == [plain]
        bound = b"nasij/1 ballot layer" + v["bound"] + bytes([turn])
        assert rewrapped(v[f"layer_{turn}"], v[f"seed_{turn}"], plain, bound) == v[f"layer_{turn}"]
    assert mix.read_ballot(ballots[0]) == (v["nonce"], v["choice"])
    size = len(v["choice"]).to_bytes(2, "big")
    assert v["plain"] == (v["nonce"] + size + v["choice"]).ljust(160, b"\0")


def test_append():
    v = load("append-1")
    entries = [v["entry_1"], v["entry_2"]]
    seed = circle.write_seed(v["circle_key"])
    assert circle.write_public(v["circle_key"]) == v["write_public"]
    assert circle.write_public(v["next_circle_key"]) == v["next_public"]
    digest = hashlib.sha256(b"".join(len(e).to_bytes(4, "big") + e for e in entries)).digest()
    for before, next_key in (("", b""), ("next_", v["next_public"])):
        form = wire.append_form(v["network"], number(v["expected"]), entries, next_key)
        assert form == v[f"{before}form"] == v["network"] + v["expected"] + digest + (next_key or bytes(32))
        assert sign(seed, labels.APPEND, form) == v[f"{before}proof"]
        assert verify(v["write_public"], v[f"{before}proof"], wire.APPEND_LABEL, form)
        assert (
            byhand.signed(byhand.hkdf(v["circle_key"], b"nasij/1 write"), b"nasij/1 append", form)
            == (v[f"{before}proof"])
        )
    token = derive(seed, labels.WRITE_TOKEN)
    assert token == byhand.hkdf(seed, b"nasij/1 write token") == v["token"]
    assert wire.token_proof(token, v["form"]) == v["token_proof"]
    assert hashlib.blake2s(b"nasij/1 append\0" + v["form"], key=token).digest() == v["token_proof"]
    assert sign(seed, labels.TOKEN_SAID, wire.token_form(v["network"], token)) == v["token_said"]
    assert byhand.signed(seed, b"nasij/1 say write token", v["network"] + token) == v["token_said"]


def test_words():
    v = load("words-1")
    places = decode(v["places"])
    bits = "".join(f"{byte:08b}" for byte in v["bytes"])
    assert [int(bits[11 * i : 11 * i + 11], 2) for i in range(12)] == places
    for language in words.LANGUAGES:
        listed = words.word_list(language)
        for count in (4, 12):
            spoken = v[f"{language}_{count}"].decode().split(" ")
            assert words.speak(v["bytes"], language, count) == spoken == [listed[p] for p in places[:count]]
        assert words.unspeak(spoken) == v["unspoken"]
    assert words.normal(v["typed"].decode()) == v["passphrase"]


def test_lessons():
    """Made by hand with the seed of the key, and read as another network reads it."""
    v = load("lessons-1")
    line = ("0123456789abcdef", "arrest", "", "A lawyer first.", "", "Amman", "helped")
    body = encode([line])
    assert body == v["body"]
    assert sign(v["seed"], labels.LESSONS, body) == v["signature"]
    assert v["file"] == encode(["nasij lessons 1", public_of(v["seed"]), v["signature"], body])
    assert verify_form(public_of(v["seed"]), v["signature"], b"nasij/1 lessons\0" + hashlib.sha256(body).digest())
    assert lessons.unpack(v["file"]) == lessons.Brought(public_of(v["seed"]), [line])
    assert lessons.pack(v["seed"], [line]) == v["file"]
    said = hashlib.blake2s(b"nasij/1 compare lessons", key=public_of(v["seed"])).digest()
    assert lessons.words_of(public_of(v["seed"]), "en") == words.speak(said, "en", 6) == v["words"].decode().split()


def test_report():
    """Made by hand with the seed of the key, and read as another network reads it."""
    v = load("report-1")
    body, public = v["text"], public_of(v["seed"])
    assert sign(v["seed"], labels.REPORT, body) == v["signature"]
    assert verify_form(public, v["signature"], b"nasij/1 report\0" + hashlib.sha256(body).digest())
    assert v["file"] == body + f"key {public.hex()}\nsignature {v['signature'].hex()}\n".encode()
    assert reports.unpack(v["file"]) == reports.Checked(public, body.decode())
    assert reports.pack(v["seed"], body.decode()) == v["file"]
