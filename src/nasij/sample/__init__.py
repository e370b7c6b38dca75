"""The sample network: a seeded village played through the real write path.

```
sample/making   held locked by the process that makes it; the lock ends with that process, so a crash leaves no trace
sample/hub      its hub's store, which the rooms of visitors open themselves: nothing of it goes to the house's own hub
sample/rooms    the three rooms that visitors look out of
sample/ready    written last
```
"""

import fcntl
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nasij.clock import HOURS_A_DAY, Clock, HandClock, SystemClock
from nasij.gate import all_areas, sample_shelf
from nasij.hub.dispatch import dispatch
from nasij.hub.shelf import Shelf
from nasij.kit.area import Areas
from nasij.node import room
from nasij.sample.plot import Plot
from nasij.sample.village import COORDINATOR, SAMPLE_PASSPHRASE, TRUSTED, Progress, Village
from nasij.seal.primitives import verify
from nasij.settings import Settings
from nasij.sync.transport import HubClient, LocalTransport

__all__ = ["SAMPLE_PASSPHRASE", "Claim", "claim", "make", "play", "state"]

PEOPLE, DAYS, SEED = 40, 90, 7
LEAST_PEOPLE, LEAST_DAYS = 9, 40


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make the sample, held as long as its process lives or until it is let go."""

    descriptor: int

    def let_go(self) -> None:
        """Let somebody else make it."""
        os.close(self.descriptor)


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def state(settings: Settings) -> str:
    """Say how far the sample network is: absent, making, or ready."""
    if (settings.sample / "ready").exists():
        return "ready"
    return "making" if _is_held(settings.sample / "making") else "absent"


def claim(settings: Settings) -> Claim | None:
    """Begin to make the sample; None where it is there or being made."""
    settings.sample.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(settings.sample / "making", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if (settings.sample / "ready").exists():
        os.close(descriptor)
        return None
    return Claim(descriptor)


def make(settings: Settings, progress: Progress) -> None:
    """Make the sample network where there is none; returns at once where it is there or being made."""
    claimed = claim(settings)
    if claimed is not None:
        play(settings, claimed, progress)


def play(
    settings: Settings,
    claimed: Claim,
    progress: Progress,
    *,
    people: int = PEOPLE,
    days: int = DAYS,
    seed: int = SEED,
    clock: Clock | None = None,
    areas: Areas | None = None,
) -> Village:
    """Play the story and keep the three rooms that visitors look out of; returns the village, for tests."""
    if people < LEAST_PEOPLE or days < LEAST_DAYS:
        raise ValueError
    try:
        for name in ("hub", "rooms", "rehearsal"):
            shutil.rmtree(settings.sample / name, ignore_errors=True)
        village = _play(settings, progress, people, days, seed, (clock or SystemClock()).hour(), areas)
        (settings.sample / "ready").touch(mode=0o600)
        return village
    finally:
        shutil.rmtree(settings.sample / "rehearsal", ignore_errors=True)
        claimed.let_go()


def _play(
    settings: Settings, progress: Progress, people: int, days: int, seed: int, end: int, areas: Areas | None
) -> Village:
    hand = HandClock(end - days * HOURS_A_DAY)
    shelf = Shelf(sample_shelf(settings), verify, hand.hour)
    try:
        door: Callable[[str, bytes], bytes] = lambda call, request: dispatch(shelf, None, call, request)  # noqa: E731
        luck = random.Random(seed)  # noqa: S311  a story, and no secret
        hub = HubClient(LocalTransport(door))
        village = Village(areas or all_areas(), hand, hub, settings.sample / "rehearsal", luck)
        plot = Plot(village, people, days, end)
        plot.begin()
        plot.run(progress)
        _keep(settings, plot)
        shelf.expire()
    finally:
        shelf.close()
    return village


def _keep(settings: Settings, plot: Plot) -> None:
    """Bring the three rooms up to the newest place, save them, and put them where the gate looks for them."""
    eyes = {
        "newcomer": plot.cast[plot.people - 1],
        "trusted": plot.cast[TRUSTED],
        "coordinator": plot.cast[COORDINATOR],
    }
    for _ in range(2):  # what one of them still has to say, the others read the second time
        for person in eyes.values():
            plot.village.meet(person)
    kept = settings.sample / "rooms"
    kept.mkdir(mode=0o700, exist_ok=True)
    for name, person in eyes.items():
        room.save(person.node, person.folder)
        room.save_vault(person.node, person.folder)
        person.folder.rename(kept / name)
        person.folder = kept / name
