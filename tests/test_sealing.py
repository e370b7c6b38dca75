"""A sealed file between real rooms: what each can open with all keys it ever had and everything that lies on the hub."""

from pathlib import Path

import pytest

from nasij.areas.plans.sealed import FileSealed, OpeningAgreed, ShareGiven
from nasij.encoding import decode
from nasij.errors import Nasij, SealBroken
from nasij.ids import new_id
from nasij.log.entry import OpenedFact, open_entry
from nasij.node import record
from nasij.resident import say_unasked
from nasij.seal import shares
from nasij.sealing import open_content
from tests.village import Person, Village, cheap_words

pytestmark = pytest.mark.slow
SECRET = "the lawyer with the green door"
LINES = [("lawyer", SECRET), ("not_told", "my brother")]


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    """Four who trust each other."""
    cheap_words(monkeypatch)
    village = Village(tmp_path)
    village.gather("huda", "sami", "noor", "zein")
    return village


def visit(village: Village) -> None:
    """Let every open room do what it does by itself."""
    for _ in range(2):
        for person in village.awake:
            say_unasked(person.node)
        village.settle()


def sealed(village: Village, *openers: str) -> str:
    """Let huda seal a file, and its openers' rooms put their shares away."""
    chosen = [village[name].me for name in openers]
    facts = village["huda"].does("/plans/seal", openers=chosen, **dict(LINES))
    village.settle()
    visit(village)
    return str(facts[0].sealed_file)


class Thief:
    """Somebody with a room's complete keyring, its view, and every entry the hub ever took."""

    def __init__(self, person: Person, *earlier: dict[str, set[bytes]]) -> None:
        self.person = person
        self.words: set[bytes] = {bytes(w) for (w,) in person.rows("select words from share_kept")}
        self.words |= {bytes(w) for (w,) in person.rows("select words from share_given")}
        self.words |= {bytes(w) for (w,) in person.rows("select words from share")}
        self.blobs: set[bytes] = {bytes(b) for (b,) in person.rows("select sealed from sealed_file")}
        for found in earlier:
            self.words |= found["words"]
            self.blobs |= found["blobs"]
        self.words.discard(b"")
        self.blobs.discard(b"")
        self._take_from_hub()

    def _take_from_hub(self) -> None:
        shelf, node = self.person.village.shelf, self.person.node
        assert shelf is not None
        for place, _hour, entry in shelf.read(node.secrets.network, 0, 100_000).records:
            try:
                opened = open_entry(node.keyring, node.secrets.network, place, entry)
            except SealBroken:
                continue
            if isinstance(opened, OpenedFact) and ".file-" in opened.said.name:
                self.blobs |= {value for value in decode(opened.said.raw) if isinstance(value, bytes)}
            elif isinstance(opened, OpenedFact) and ".share-" in opened.said.name:
                self.words |= {value for value in decode(opened.said.raw) if isinstance(value, bytes)}

    def opens(self, sealed_file: str, versions: int = 3) -> bool:
        """Say whether any two shares in these hands open anything."""
        network = self.person.node.secrets.network
        found = False
        for one in self.words:
            for two in self.words - {one}:
                for blob in self.blobs:
                    for version in range(1, versions + 1):
                        try:
                            key = shares.join([one, two])
                            open_content(blob, key, network + sealed_file.encode() + version.to_bytes(4, "big"))
                            found = True
                        except SealBroken:
                            continue
        return found


def test_two_open_it_and_one_alone_the_owner_and_the_hub_open_nothing(village: Village) -> None:
    huda, sami, noor = (village[name] for name in ("huda", "sami", "noor"))
    found = sealed(village, "sami", "noor")
    for person in village.awake:
        assert SECRET.encode() not in person.snapshot_bytes(), person.name
        assert not Thief(person).opens(found), person.name
    assert [len(Thief(person).words) for person in (huda, sami, noor)] == [0, 1, 1]
    both = Thief(sami, {"words": Thief(noor).words, "blobs": set()})
    assert both.opens(found)  # so that the thief is shown to be able to

    unsealing = sami.does(f"/plans/sealed/{found}/ask", reason="held", words="", urgent="1")[0].unsealing
    village.settle()
    assert sami.sealed_files.unsealed(found) == []
    noor.does(f"/plans/opening/{unsealing}/agree")
    village.settle()
    visit(village)
    for person in (sami, noor):
        assert person.sealed_files.unsealed(found) == LINES
        assert SECRET.encode() not in person.snapshot_bytes()
    for name in ("huda", "zein"):
        assert village[name].sealed_files.unsealed(found) == []
        assert not Thief(village[name]).opens(found), name
    village.check()

    village.forward(days=3)
    for person in (sami, noor):
        assert person.sealed_files.unsealed(found) == []
        assert person.rows("select * from share_given") == []


def test_after_sealing_anew_what_opened_the_old_one_opens_nothing(village: Village) -> None:
    huda, sami, noor, zein = (village[name] for name in ("huda", "sami", "noor", "zein"))
    found = sealed(village, "sami", "noor")
    unsealing = sami.does(f"/plans/sealed/{found}/ask", reason="held", words="", urgent="1")[0].unsealing
    village.settle()
    noor.does(f"/plans/opening/{unsealing}/agree")
    village.settle()
    visit(village)
    old = Thief(sami)
    assert old.opens(found)
    huda.does(f"/plans/sealed/{found}/anew", openers=[noor.me, zein.me], blood="0+")
    village.settle()
    visit(village)
    village.check()
    assert sami.row("select count(*) from share_kept") == 0
    assert zein.row("select count(*) from share_kept") == 1
    new = {bytes(b) for (b,) in noor.rows("select sealed from sealed_file")}
    stolen = Thief(sami, {"words": old.words, "blobs": set()})
    stolen.blobs = new
    assert not stolen.opens(found)
    with pytest.raises(Nasij):
        sami.does(f"/plans/sealed/{found}/ask", reason="held", words="", urgent="1")
    asked = noor.does(f"/plans/sealed/{found}/ask", reason="hospital", words="", urgent="1")[0].unsealing
    village.settle()
    zein.does(f"/plans/opening/{asked}/agree")
    village.settle()
    visit(village)
    assert noor.sealed_files.unsealed(found) == zein.sealed_files.unsealed(found) == [("blood", "0+")]


def test_a_room_gives_its_share_only_to_whom_the_log_names(village: Village) -> None:
    """A third opener begins the two's circle beside the log, hoping that the asker's room answers."""
    sami, noor, zein = (village[name] for name in ("sami", "noor", "zein"))
    found = sealed(village, "sami", "noor", "zein")
    unsealing = sami.does(f"/plans/sealed/{found}/ask", reason="held", words="", urgent="1")[0].unsealing
    village.settle()
    words = bytes(zein.row("select words from share_kept"))
    record.state(zein.node, [ShareGiven(unsealing, 1, sami.me, zein.me, words)])
    village.settle()
    visit(village)
    assert zein.sealed_files.unsealed(found) == []
    assert zein.row("select count(*) from share_given where member = ?", sami.me) == 0
    noor.does(f"/plans/opening/{unsealing}/agree")
    village.settle()
    visit(village)
    assert zein.sealed_files.unsealed(found) == []
    assert not Thief(zein).opens(found)


def test_shares_of_openers_who_sleep_wait_for_them(village: Village) -> None:
    huda, noor = village["huda"], village["noor"]
    noor.close()
    noor.asleep = True
    found = sealed(village, "sami", "noor")
    assert huda.rows("select state from share order by state") == [("passed",), ("taken",)]
    noor.asleep = False
    noor.open()
    village.settle()
    visit(village)
    assert huda.rows("select state from share") == [("taken",), ("taken",)]
    assert not Thief(huda).opens(found)


def test_bytes_that_are_no_file_open_as_nothing(village: Village) -> None:
    """Somebody seals bytes that are none, with shares that are none: pages and rooms go on."""
    huda, sami, noor = (village[name] for name in ("huda", "sami", "noor"))
    found = new_id()
    record.state(huda.node, [FileSealed(found, sorted([sami.me, noor.me]), 1, b"nothing")])
    village.settle()
    unsealing = sami.does(f"/plans/sealed/{found}/ask", reason="held", words="", urgent="1")[0].unsealing
    village.settle()
    record.state(noor.node, [OpeningAgreed(unsealing), ShareGiven(unsealing, 1, sami.me, noor.me, b"\xff")])
    village.settle()
    visit(village)
    assert sami.sealed_files.unsealed(found) == []
