"""The nursery: a process without secrets that has loaded everything and forks rooms, so that they share its memory.

It has no threads and no event loop, which is what makes forking safe.
"""

import contextlib
import ctypes
import gc
import os
import signal
import socket
from collections.abc import Callable, Sequence

_M_ARENA_MAX = -8  # of glibc's malloc.h
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """End this process when the one that made it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start(room: Callable[[socket.socket], None], close: Sequence[socket.socket] = ()) -> tuple[socket.socket, int]:
    """Fork the nursery; returns the socket to ask it by, and its process id.

    `room` runs in each forked process; the sockets in `close` are the house's alone.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        for socket_of_house in (ours, *close):
            socket_of_house.close()
        die_with_parent()
        _run(theirs, room)
        os._exit(0)
    theirs.close()
    ours.setblocking(False)
    return ours, pid


def _run(asked: socket.socket, room: Callable[[socket.socket], None]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(AttributeError):  # where the C library is another one
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)  # threads of a room mostly wait; a heap for each costs a megabyte
    gc.collect()
    gc.freeze()
    while True:
        message, descriptors, _, _ = socket.recv_fds(asked, 16, 1)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            asked.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_parent()
            try:
                room(socket.socket(fileno=descriptors[0]))
            finally:
                os._exit(1)
        for descriptor in descriptors:
            os.close(descriptor)
        asked.send(pid.to_bytes(8, "big"))
