"""Signatures in bulk, on all cores. Verification dwarfs everything else in a cold fold, and each is independent.

Only public keys, signatures and 32-byte digests go to the other processes. They live as long as one fold.
"""

import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Self

from nasij.encoding import decode, encode
from nasij.seal.primitives import verify_form

WORTH_IT = 1024  # records; below that starting processes costs more than it saves
_PR_SET_PDEATHSIG = 1
_BUFFER = 1 << 22
_NICE = 10  # where all cores are taken the fold goes first, for it alone cannot be shared out

Task = tuple[int, bytes, bytes, bytes]  # place, public key, signature, signed form
Result = dict[int, tuple[bytes, bool]]  # place: public key, whether it holds


class Checker:
    """Checks signatures ahead of the fold; without processes for a short line."""

    def __init__(self, records: int) -> None:
        """Prepare for a line of this many records."""
        self._count = min(os.cpu_count() or 1, 8) if records >= WORTH_IT else 0
        self._sockets: list[socket.socket] = []
        self._children: list[int] = []

    def __enter__(self) -> Self:
        """Start the processes."""
        for _ in range(self._count):
            ours, theirs = socket.socketpair()
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            child = os.fork()
            if child == 0:
                ours.close()
                _work(theirs)
            theirs.close()
            self._sockets.append(ours)
            self._children.append(child)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """End them."""
        for ours in self._sockets:
            ours.close()
        for child in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)

    def start(self, tasks: list[Task]) -> Callable[[], Result]:
        """Begin to check; the returned function waits for the answers. Without processes nothing is checked ahead."""
        if not self._sockets or not tasks:
            return dict
        shares = [tasks[i :: len(self._sockets)] for i in range(len(self._sockets))]
        for ours, share in zip(self._sockets, shares, strict=True):
            _put(ours, encode([[key, signature, form] for _, key, signature, form in share]))

        def wait() -> Result:
            found: Result = {}
            for ours, share in zip(self._sockets, shares, strict=True):
                for task, valid in zip(share, _take(ours), strict=True):
                    found[task[0]] = (task[1], bool(valid))
            return found

        return wait

    @staticmethod
    def one(key: bytes, signature: bytes, form: bytes) -> bool:
        """Check one signature here."""
        return verify_form(key, signature, form)


def _put(to: socket.socket, raw: bytes) -> None:
    to.sendall(len(raw).to_bytes(4, "big") + raw)


def _take(source: socket.socket) -> bytes:
    size = int.from_bytes(_exactly(source, 4), "big")
    return _exactly(source, size)


def _exactly(source: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = source.recv(size - len(found))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


def _work(source: socket.socket) -> None:
    """Answer until the room goes away; never returns."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(_NICE)
    try:
        while True:
            tasks = decode(_take(source), size_max=_BUFFER)
            _put(source, bytes(verify_form(key, signature, form) for key, signature, form in tasks))
    finally:
        os._exit(0)
