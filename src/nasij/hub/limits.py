"""How much of anything a hub takes, and how fast. Sizes are bytes; rates are held in memory, and no address is kept."""

import threading
import time
from dataclasses import dataclass

KIB = 1 << 10
MIB = 1 << 20

ENTRY_SIZES = frozenset(1 << power for power in range(10, 21))  # the classes of `log/cell.py`
ENTRIES_MAX = 2000  # in one append
APPEND_MAX = 8 * MIB  # of entries in one append
ANSWER_MAX = 4 * MIB  # of entries in one answer
LINE_MAX = 1 << 30  # of entries kept for one network
LINES_MAX = 100_000
WATCH_SECONDS_MAX = 25

BOX_ITEM_MAX = 64 * KIB
BOX_ITEMS_MAX = 64
BOX_SIZE_MAX = 512 * KIB
BOX_DAYS_MAX = 14
BOXES_MAX = 256 * MIB  # all mailboxes together: anybody may make one

SLOT_PART_MAX = MIB
SLOT_PARTS_MAX = 64
SLOT_DAYS = 400
DRAFT_HOURS = 24  # how long a backup may take to arrive
SLOTS_MAX = 8 << 30  # all backups together

SMALL_MAX = 96 * KIB  # of a request that carries no entries and no part of a backup
FRAME = 64 * KIB  # what lists and lengths add to contents, at most
REQUEST_MAX = {"append": APPEND_MAX + FRAME, "put_slot_part": SLOT_PART_MAX + FRAME}
REPLY_MAX = ANSWER_MAX + FRAME


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket's size, and how much flows into it each second. A call takes its weight out."""

    a_second: float
    burst: float


NETWORK_RATE = Rate(a_second=400.0, burst=8000.0)
CONNECTION_RATE = Rate(a_second=400.0, burst=4000.0)
WEIGHTS = {"found": 100.0, "put_box": 10.0, "put_slot": 50.0}  # what makes something new weighs more than one
BYTES_A_WEIGHT = 64 * KIB  # each begun 64 KiB of a request weighs one
BUCKETS_MAX = 20_000


def weight(call: str, size: int) -> float:
    """Return what a call with a request of `size` bytes takes out of its buckets."""
    return WEIGHTS.get(call, 1.0) + size // BYTES_A_WEIGHT


class Buckets:
    """One bucket for each key that was seen lately; one that is full again is the same as none and is let go."""

    def __init__(self, rate: Rate, most: int = BUCKETS_MAX) -> None:
        """Begin with every bucket full; at most `most` are held."""
        self._rate = rate
        self._most = most
        self._held: dict[bytes, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: bytes, amount: float, now: float) -> bool:
        """Take `amount` (no more than a full bucket) out of a bucket, or nothing; says which. `now` is in seconds."""
        amount = min(amount, self._rate.burst)
        with self._lock:
            left = self._left(self._held.pop(key, None), now)
            taken = left >= amount
            self._held[key] = (left - amount if taken else left, now)
            if len(self._held) > self._most:
                self._let_go(now)
        return taken

    def __len__(self) -> int:
        """Return how many buckets are held."""
        return len(self._held)

    def _left(self, bucket: tuple[float, float] | None, now: float) -> float:
        if bucket is None:
            return self._rate.burst
        left, at = bucket
        return min(self._rate.burst, left + max(0.0, now - at) * self._rate.a_second)

    def _let_go(self, now: float) -> None:
        self._held = {k: b for k, b in self._held.items() if self._left(b, now) < self._rate.burst}
        while len(self._held) > self._most:  # those not seen for longest come first
            del self._held[next(iter(self._held))]


class Rates:
    """The rates of one hub: for each network, mailbox or backup, and for each connection."""

    def __init__(self, network: Rate = NETWORK_RATE, connection: Rate = CONNECTION_RATE) -> None:
        """Begin with nobody known."""
        self._names = Buckets(network)
        self._connections = Buckets(connection)

    def take(self, name: bytes, connection: bytes, amount: float) -> bool:
        """Say whether a call of this weight is within both rates; an empty `connection` is this machine's own."""
        now = time.monotonic()
        if connection and not self._connections.take(connection, amount, now):
            return False
        return self._names.take(name, amount, now)
