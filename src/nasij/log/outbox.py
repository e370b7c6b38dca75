"""The outbox: facts that were stated here and have no place in the line yet. Durable, sealed under the room's own key.

One file that only grows and is written anew when it is empty or half of it is over. A record is ``length 4 B | sealed``; a
record that was torn by a power cut is the last one and was never acknowledged, so it is cut off; one that the disk has
damaged is passed over, and those behind it are kept.
"""

import contextlib
import errno
import itertools
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import DiskFull, DiskRefuses, SealBroken
from nasij.seal import labels
from nasij.seal.primitives import Sealer, derive

_PAD = 512
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
RECORD_MAX = 64 << 20  # one act may state thousands of facts, such as a list that was brought along
_WIPE_AT_ONCE = 1 << 20
REWRITE_AT = 64  # records that are over, before the file is written anew


@dataclass(frozen=True, slots=True)
class Waiting:
    """One fact that waits: its act number, wire name, bytes, the hour, and the first act of those stated with it."""

    act: int
    name: str
    raw: bytes
    hour: int
    together: int = 0


def _unwritten(problem: OSError) -> DiskFull:
    """Return what to say where the system did not write."""
    return DiskFull() if problem.errno in _NO_SPACE else DiskRefuses()


def replace_file(path: Path, raw: bytes | bytearray, *, wipe: bool = False) -> None:
    """Write a file so that after a crash either the old or the new bytes are there; raises `DiskFull`.

    With `wipe` the old bytes are then written over where they lay, as far as the system and the disk let anybody do that.
    """
    beside = path.with_name(path.name + ".new")
    old = os.open(path, os.O_WRONLY) if wipe and path.exists() else -1
    try:
        with open(beside, "wb", buffering=0, opener=_private) as file:
            view = memoryview(raw)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        if old >= 0:
            write_over(old)
    except OSError as problem:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise _unwritten(problem) from None
    finally:
        if old >= 0:
            os.close(old)


def write_over(descriptor: int) -> None:
    """Write random bytes over a whole file, then leave nothing of it."""
    left = os.lseek(descriptor, 0, os.SEEK_END)
    os.lseek(descriptor, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(descriptor, secrets.token_bytes(min(left, _WIPE_AT_ONCE)))
    os.fsync(descriptor)
    os.ftruncate(descriptor, 0)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class Outbox:
    """The facts that wait, in the order they were stated."""

    def __init__(self, path: Path, vault_key: bytes, *, begin: bool = False) -> None:
        """Open the outbox at `path`, or begin it; with `begin` what lies there is of no concern."""
        self._path = path
        self._sealer = Sealer(derive(vault_key, labels.OUTBOX), labels.OUTBOX)
        self._over = 0
        self.items: list[Waiting] = []
        if not begin:
            self._read()

    def _read(self) -> None:
        raw = self._path.read_bytes() if self._path.exists() else b""
        at, damaged = 0, False
        found: dict[int, Waiting] = {}
        while at + 4 <= len(raw):
            end = at + 4 + int.from_bytes(raw[at : at + 4], "big")
            if end > len(raw):
                break
            try:
                kind, value = decode(self._unpad(self._sealer.open(raw[at + 4 : end], b"")), size_max=RECORD_MAX)
            except (SealBroken, NotCanonical, ValueError, TypeError):
                kind, value, damaged = "", [], True
            for act, name, raw_fact, hour in value if kind == "add" else []:
                found[act] = Waiting(act, name, raw_fact, hour, value[0][0])
            for act in value if kind == "over" else []:
                found.pop(act, None)
            at = end
        self.items = list(found.values())
        if damaged or at != len(raw):
            self._rewrite()

    @staticmethod
    def _unpad(plain: bytes) -> bytes:
        return plain[4 : 4 + int.from_bytes(plain[:4], "big")]

    def _record(self, kind: str, value: list[Any]) -> bytes:
        body = encode([kind, value])
        body = len(body).to_bytes(4, "big") + body
        sealed = self._sealer.seal(body + b"\0" * (-len(body) % _PAD), b"")
        return len(sealed).to_bytes(4, "big") + sealed

    def _append(self, record: bytes) -> None:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as problem:
            raise _unwritten(problem) from None
        try:
            before = os.fstat(descriptor).st_size
            try:
                if os.write(descriptor, record) != len(record):
                    raise OSError(errno.ENOSPC, "")
                os.fdatasync(descriptor)
            except OSError as problem:
                os.ftruncate(descriptor, before)
                raise _unwritten(problem) from None
        finally:
            os.close(descriptor)

    def add(self, facts: list[tuple[str, bytes]], hour: int) -> list[Waiting]:
        """Keep facts, all or none, durably; raises `DiskFull` and keeps nothing where there is no space."""
        acts = [secrets.randbits(63) for _ in facts]
        added = [Waiting(act, name, raw, hour, acts[0]) for act, (name, raw) in zip(acts, facts, strict=True)]
        self._append(self._record("add", [[w.act, w.name, w.raw, w.hour] for w in added]))
        self.items.extend(added)
        return added

    def remove(self, acts: set[int]) -> None:
        """Let go of facts that have their place in the line, or that were refused and told."""
        gone = [item.act for item in self.items if item.act in acts]
        if not gone:
            return
        self.items = [item for item in self.items if item.act not in acts]
        self._over += len(gone)
        if not self.items or self._over > REWRITE_AT:
            self._rewrite()
        else:
            self._append(self._record("over", gone))

    def write_anew(self) -> None:
        """Write the file anew, and over the old one."""
        self._rewrite(wipe=True)

    def _rewrite(self, *, wipe: bool = False) -> None:
        groups = itertools.groupby(self.items, key=lambda item: item.together)
        records = [self._record("add", [[w.act, w.name, w.raw, w.hour] for w in items]) for _, items in groups]
        replace_file(self._path, b"".join(records), wipe=wipe)
        self._over = 0
