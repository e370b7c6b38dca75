"""The house: one address, many rooms. It knows which session belongs to which room, and holds no keys.

It accepts a connection, peeks at the head of the request without taking it, and hands the connection itself (its file
descriptor) to the process that answers. A passphrase or a page's words never pass through the house's memory::

    browser ── house ──┬─ fd ─> room of this session      one process a member, forked from the nursery
                       ├─ fd ─> a new process             for forms that begin a session: /open, /found, /join …
                       └─ the porch, in this process      public pages without secrets

What the house and a process say to each other is one message each over a socket pair: MessagePack, at most 4 KiB.
"""

import asyncio
import contextlib
import os
import re
import signal
import socket
from dataclasses import dataclass, field
from typing import Any

from nasij.encoding import NotCanonical, decode, encode
from nasij.web.session import COOKIE, hash_of

HEAD_MAX = 16 * 1024
HEAD_SECONDS = 15
MESSAGE_MAX = 4096
ROOMS_MAX = 40
ARRIVALS_AT_ONCE = 3  # stretching a passphrase takes a quarter of a gigabyte; more wait in line

BEGINNINGS = ("/open", "/found", "/join", "/sample", "/recover")
_REQUEST = re.compile(rb"^(GET|HEAD|POST) (/[^ ?]*)[^ ]* HTTP/1\.[01]\r\n")
_COOKIE = re.compile(rb"\r\ncookie:[^\r\n]*?\b" + COOKIE.encode() + rb"=([A-Za-z0-9_-]{20,64})", re.IGNORECASE)
_HOST = re.compile(rb"\r\nhost: *([^\r\n]{1,255})\r\n", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Process:
    """A process of ours at the other end of a socket pair."""

    control: socket.socket
    pid: int
    room: str = ""
    sessions: set[str] = field(default_factory=set)
    settled: asyncio.Event = field(default_factory=asyncio.Event)  # it has a session, or has ended


class House:
    """Routes connections; `nursery` is the control socket of the process that forks rooms."""

    def __init__(self, nursery: socket.socket, hosts: frozenset[str]) -> None:
        """Take the nursery's socket and the Host values that are ours (empty: any)."""
        self._nursery = nursery
        self._hosts = hosts
        self._sessions: dict[str, Process] = {}
        self._rooms: dict[str, Process] = {}
        self._processes: set[Process] = set()
        self._arrivals = asyncio.Semaphore(ARRIVALS_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, listener: socket.socket, porch: Any) -> None:
        """Accept for ever; `porch` makes a protocol for public pages, as asyncio wants it."""
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setblocking(False)
            task = loop.create_task(self._receive(connection, porch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _receive(self, connection: socket.socket, porch: Any) -> None:
        try:
            head = await asyncio.wait_for(_peek(connection), HEAD_SECONDS)
            if not head or not self._is_ours(head):
                connection.close()
                return
            await self._route(connection, head, porch)
        except (TimeoutError, OSError):
            connection.close()

    def _is_ours(self, head: bytes) -> bool:
        """Refuse a Host that is not ours: another page's name may have been pointed at this machine."""
        found = _HOST.search(head)
        return not self._hosts or (found is not None and found[1].decode("latin-1") in self._hosts)

    async def _route(self, connection: socket.socket, head: bytes, porch: Any) -> None:
        request = _REQUEST.match(head)
        cookie = _COOKIE.search(head)
        path = request[2].decode("latin-1") if request else ""
        process = self._sessions.get(hash_of(cookie[1].decode())) if cookie else None
        if process is not None and _hand_over(process.control, connection):
            return
        if request and request[1] == b"POST":
            await self._arrive(connection, path)
            return
        await asyncio.get_running_loop().connect_accepted_socket(porch, connection)

    async def _arrive(self, connection: socket.socket, path: str) -> None:
        """Give a form that begins a session, or comes after one has ended, to a new process."""
        async with self._arrivals:
            process = await self._fork()
            if process is None or not _hand_over(process.control, connection):
                connection.close()
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.settled.wait(), 30)

    async def _fork(self) -> Process | None:
        if len(self._processes) >= ROOMS_MAX:
            return None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        socket.send_fds(self._nursery, [b"f"], [theirs.fileno()])
        theirs.close()
        pid = int.from_bytes(await asyncio.get_running_loop().sock_recv(self._nursery, 8), "big")
        process = Process(ours, pid)
        self._processes.add(process)
        asyncio.get_running_loop().add_reader(ours.fileno(), self._hear, process)
        return process

    def _hear(self, process: Process) -> None:
        try:
            raw = process.control.recv(MESSAGE_MAX)
            message = decode(raw) if raw else None
        except BlockingIOError:
            return
        except (OSError, NotCanonical):
            message = None
        if not isinstance(message, list) or not message:
            self._forget(process)
            return
        kind, *rest = message
        if kind == "room":
            process.room = rest[0]
            self._rooms[process.room] = process
        elif kind == "session":
            process.sessions.add(rest[0])
            self._sessions[rest[0]] = process
            process.settled.set()
        elif kind == "adopt":
            self._adopt(process, *rest)
        elif kind == "ended":
            self._forget(process)

    def _adopt(self, newcomer: Process, room: str, hashed: str, proof: bytes) -> None:
        """Pass on that somebody with the right passphrase came to a room that is open already."""
        there = self._rooms.get(room)
        if there is not None and _say(there.control, ["adopt", hashed, proof]):
            there.sessions.add(hashed)
            self._sessions[hashed] = there
        newcomer.settled.set()

    def _forget(self, process: Process) -> None:
        if process not in self._processes:
            return
        self._processes.discard(process)
        process.settled.set()
        asyncio.get_running_loop().remove_reader(process.control.fileno())
        process.control.close()
        self._rooms = {room: p for room, p in self._rooms.items() if p is not process}
        self._sessions = {hashed: p for hashed, p in self._sessions.items() if p is not process}

    async def end_all(self, seconds: float) -> None:
        """Ask every room to lock itself, and wait for them so long; called when the house stops."""
        for process in list(self._processes):
            if not _say(process.control, ["lock"]):
                with contextlib.suppress(OSError):
                    os.kill(process.pid, signal.SIGKILL)
                self._forget(process)
        waited = 0.0
        while self._processes and waited < seconds:
            await asyncio.sleep(0.02)
            waited += 0.02


async def _peek(connection: socket.socket) -> bytes:
    """Return the head of the request, leaving it in the socket for whoever answers; empty where there is none."""
    loop = asyncio.get_running_loop()
    waited = 0.0
    while True:
        readable = asyncio.Event()
        loop.add_reader(connection.fileno(), readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(connection.fileno())
        head = connection.recv(HEAD_MAX, socket.MSG_PEEK)
        end = head.find(b"\r\n\r\n")
        if end >= 0:
            return head[: end + 2]
        if not head or len(head) >= HEAD_MAX or waited > HEAD_SECONDS:
            return b""
        await asyncio.sleep(0.02)  # more is on its way; the socket stays readable, so do not spin
        waited += 0.02


def _hand_over(control: socket.socket, connection: socket.socket) -> bool:
    try:
        socket.send_fds(control, [encode(["take"])], [connection.fileno()])
    except OSError:
        return False
    connection.close()
    return True


def _say(control: socket.socket, message: list[Any]) -> bool:
    try:
        control.send(encode(message))
    except OSError:
        return False
    return True
