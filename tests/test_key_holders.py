"""Who holds which key, at every step of histories that nobody planned (security.md I-6 and I-7, and I-9 for what is over).

Coming, roles, freezing, thawing with a new device, removal, locking away and giving back, a device that is lost: after each of
these the holders of every epoch's key are the people whom the circle's table names, and a keyring from before somebody was
frozen, removed or lost their device opens nothing that was written after.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nasij.errors import Nasij
from nasij.kit import who
from nasij.node import keys
from nasij.returning import is_lost
from nasij.seal.circle import Keyring
from tests.test_away import befriend, give, locked
from tests.test_freezing import opened_by, thaw
from tests.village import Person, Village, cheap_words

pytestmark = pytest.mark.slow
STEPS = 14
OTHERS = ("sami", "noor", "zein", "lina")


@dataclass
class Left:
    """What somebody still has who is out since a place: their complete keyring from before."""

    why: str
    place: int
    ring: Keyring


@dataclass
class History:
    """A village to which things happen."""

    village: Village
    rng: random.Random
    left: list[Left] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)  # whose rooms are on another machine by now
    comers: int = 0

    # --- what happens ------------------------------------------------------------------------------------------------

    def inside(self) -> list[str]:
        """Those in force whose rooms are their own and open."""
        village = self.village
        return [n for n, p in village.people.items() if p.inside and p.standing() in ("trusted", "resting")]

    def one(self, *but: str) -> str:
        return self.rng.choice([n for n in self.inside() if n not in but])

    def keeps(self, name: str, why: str) -> None:
        """Keep a copy of somebody's keyring as it is now."""
        node = self.village[name].node
        self.left.append(Left(f"{name} {why}", node.place, Keyring.load(node.keyring.dump())))

    def comes(self) -> None:
        self.comers += 1
        first, second = (n for n in self.inside() if "members" in self.village[n].node.by().roles)
        self.village.come(f"new{self.comers}", first, first, second)

    def role(self) -> None:
        first, second = self.rng.sample(self.inside(), 2)
        self.village.give_role(self.one(), self.rng.choice(("cases", "members", "machines")), first, second)

    def speaks(self) -> None:
        person = self.village[self.one()]
        kind = person.row("select kind from kind where label = 'Food'")
        scope = self.rng.choice(("trusted", "network", "coordinators"))
        person.does("/aid/ask", kind=kind, what=f"said {self.rng.random()}", urgency="open", scope=scope)

    def is_frozen(self) -> None:
        whom = self.one("huda")
        by = self.one(whom)
        self.keeps(whom, "is frozen")
        self.village[by].does(f"/trust/freeze/{self.village[whom].me}")

    def is_thawed(self) -> None:
        village = self.village
        frozen = [n for n, p in village.people.items() if p.inside and village["huda"].standing(p) == "suspended"]
        thaw(village, self.rng.choice(frozen), *self.rng.sample(self.inside(), 2))

    def is_removed(self) -> None:
        village, whom = self.village, self.one("huda", "sami")
        asker, second = self.rng.sample([n for n in self.inside() if n != whom], 2)
        village[asker].does(f"/trust/remove/{village[whom].me}")
        village.forward(days=2)
        self.keeps(whom, "is removed")
        village[second].does(f"/trust/remove-now/{village[whom].me}")

    def loses_a_device(self) -> None:
        """The room comes back on another machine with the kit; the lost one is frozen out by its own member."""
        village, whom = self.village, self.one("huda", *self.moved)
        self.moved.add(whom)
        kit = village.back_up(whom, version=100 + len(self.told))
        self.keeps(whom, "lost a device")
        village.recover(whom, kit)
        village.settle()
        village[whom].does("/trust/freeze-me")
        village.settle()
        helpers = self.rng.sample([n for n in self.inside() if n != whom], 2)
        thaw(village, whom, *helpers)

    def locks_away(self) -> None:
        village = self.village
        befriend(village, "huda", *self.rng.sample([n for n in self.inside() if n != "huda"], 2))
        self.keeps("huda", "locks away")
        self.left.pop()  # it is hers: what was there before opens again once it is given back
        locked(village)
        for name, person in village.people.items():
            if name != "huda" and person.away.asked:
                give(village, name)
        village.settle()
        village["huda"].open()

    def days_pass(self) -> None:
        self.village.forward(days=self.rng.choice((1, 3, 8)))

    # --- what always holds ---------------------------------------------------------------------------------------------

    def holds(self) -> None:
        village = self.village
        level = max(p.node.place for p in village.people.values() if p.inside)
        rooms = [p for p in village.people.values() if p.inside and p.node.place == level]
        inside = [p for p in rooms if p.standing() in who.IN_FORCE and who.NETWORK in p.node.keyring.newest]
        assert inside
        for person in inside:
            for audience, newest in person.node.keyring.newest.items():
                if not audience.startswith(who.ONLY_PREFIX) and not person.node.fresh:
                    self.held_by_whom_it_names(person, audience, newest.epoch, newest.key)
        for gone in self.left:
            assert self.opened(gone) == [], (gone.why, self.told)

    def held_by_whom_it_names(self, person: Person, audience: str, epoch: int, key: bytes) -> None:
        named, wrapped = keys.wrapped(person.node.db, audience)
        if named != epoch:
            return  # a letter that this room made waits for its place
        assert wrapped <= {p.me for p in self.village.people.values()}, (audience, self.told)
        having = {
            other.me
            for other in self.village.people.values()
            if (held := other.node.keyring.keys.get((audience, epoch))) is not None and held.key == key
        }
        assert having <= wrapped, (audience, epoch, self.told)
        if not keys.is_stale(person.node.db, audience):  # else the next of its people moves the keys on
            assert wrapped == who.holders(person.node.db, audience), (audience, epoch, self.told)
            lost = {other.me for other in self.village.people.values() if is_lost(other.node)}
            missing = [self.village.name_of(m) for m in wrapped - having - lost]
            assert not missing, (audience, epoch, missing, self.told)

    def opened(self, gone: Left) -> list[str]:
        """What of all that the hub has behind that place opens with those keys; not what ended them, which came with new ones."""
        found = opened_by(gone.ring, self.village["sami"], gone.place)
        ends = next((n for n, name in enumerate(found) if name in _ENDS), -1)
        return found[ends + 1 :]


_ENDS = ("trust.member-frozen/1!", "trust.member-removed/1!")
KINDS: tuple[Callable[[History], None], ...] = (
    *(History.comes, History.role, History.role, History.speaks, History.speaks, History.is_frozen, History.is_thawed),
    *(History.is_removed, History.loses_a_device, History.locks_away, History.days_pass),
)


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_keys_are_with_whom_the_table_names_at_every_step(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap_words(monkeypatch)
    history = History(Village(tmp_path, seed), random.Random(seed))
    village = history.village
    village.gather("huda", *OTHERS)
    history.holds()
    waiting: list[Callable[[History], None]] = []
    for _ in range(STEPS):
        waiting = waiting or history.rng.sample(KINDS, len(KINDS))
        step, kept = waiting.pop(), len(history.left)
        try:
            step(history)
        except (Nasij, AssertionError, LookupError, IndexError, ValueError, StopIteration) as problem:
            if isinstance(problem, AssertionError) and "assert" in str(problem):
                raise
            del history.left[kept:]  # it did not happen
            history.told.append(f"({step.__name__}: {type(problem).__name__} {str(problem)[:80]})")
        else:
            history.told.append(step.__name__)
        village.settle()
        village.settle()
        history.holds()
    done = [name for name in history.told if not name.startswith("(")]
    assert len(done) >= STEPS // 2, history.told
    assert history.left, history.told
