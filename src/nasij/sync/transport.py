"""How a room reaches a hub: one method under everything, real over HTTP, and in process for stories and the sample."""

import http.client
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import DiskFull, HeadMoved, HubRefused, HubUnreachable
from nasij.hub.wire import REPLY_MAX, SLOT_LABEL, SLOT_PART_MAX, Code, slot_form, slot_sums
from nasij.seal.primitives import public_of, sign

TIMEOUT_SECONDS = 20


class Transport(Protocol):
    """One method."""

    def exchange(self, call: str, request: bytes) -> bytes:
        """Return the answer to a call; raises `HubUnreachable`."""


class LocalTransport:
    """A hub in this process: `dispatch` is the hub's own door."""

    def __init__(self, dispatch: Callable[[str, bytes], bytes]) -> None:
        """Take the door."""
        self._dispatch = dispatch

    def exchange(self, call: str, request: bytes) -> bytes:
        """Return the answer to a call."""
        return self._dispatch(call, request)


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class HttpTransport:
    """A hub at ``http://host:port`` or ``unix:/path``; keeps one connection, may be used from several threads."""

    def __init__(self, address: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """Take the address; nothing is connected yet."""
        self._address = address
        self._timeout = timeout
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        if self._address.startswith("unix:"):
            return _SocketConnection(self._address.removeprefix("unix:"), timeout)
        parts = urlsplit(self._address)
        return http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=timeout)

    def exchange(self, call: str, request: bytes) -> bytes:
        """Return the answer to a call; a kept connection that has died is made anew once."""
        timeout = self._timeout + 30 if call == "watch" else self._timeout
        with self._lock:
            for fresh in (False, True):
                if self._connection is None or fresh:
                    self._connection = self._connect(timeout)
                try:
                    return self._ask(self._connection, call, request)
                except (OSError, http.client.HTTPException):
                    self._connection.close()
                    self._connection = None
        raise HubUnreachable

    @staticmethod
    def _ask(connection: http.client.HTTPConnection, call: str, request: bytes) -> bytes:
        connection.request("POST", f"/v1/{call}", request, {"content-type": "application/octet-stream"})
        answer = connection.getresponse()
        raw = answer.read(REPLY_MAX + 1)
        if answer.status != 200 or len(raw) > REPLY_MAX:
            raise http.client.HTTPException
        return raw


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """Where the line stands, the first place still kept, and records ``(place, hour, entry)`` that follow."""

    current: int
    head: bytes
    first: int
    records: list[tuple[int, int, bytes]]


class HubClient:
    """The calls of a hub, typed. What a hub answers is checked for its form; what it says is checked by the fold."""

    def __init__(self, transport: Transport) -> None:
        """Take a transport."""
        self._transport = transport

    def _call(self, call: str, *values: Any) -> tuple[Code, list[Any]]:
        raw = self._transport.exchange(call, encode(list(values)))
        try:
            answer = decode(raw, size_max=REPLY_MAX)
            code = Code(answer[0])
        except (NotCanonical, ValueError, TypeError, IndexError):
            raise HubUnreachable from None
        if code is Code.CONFLICT:
            raise HeadMoved
        if code is Code.FULL:
            raise DiskFull
        if code is Code.SLOW_DOWN:
            raise HubUnreachable
        if code not in (Code.OK, Code.GONE):
            raise HubRefused
        return code, answer[1:]

    def found(self, network: bytes, write_key: bytes) -> None:
        """Begin a line."""
        self._call("found", network, write_key)

    def append(
        self, network: bytes, expected: int, entries: list[bytes], proof: bytes, next_write_key: bytes
    ) -> tuple[int, int]:
        """Put entries into the line; raises `HeadMoved` where somebody was first."""
        _, (place, hour) = self._call("append", network, expected, entries, proof, next_write_key)
        return int(place), int(hour)

    def read(self, network: bytes, after: int, limit: int) -> ReadAnswer:
        """Read what follows a place."""
        code, values = self._call("read", network, after, limit)
        try:
            if code is Code.GONE:
                current, head, first, _ = values
                records = []
            else:
                current, head, first, records = values
            right = type(current) is int and type(first) is int and isinstance(head, bytes)
            found = [(int(p), int(h), e) for p, h, e in records if isinstance(e, bytes) and 0 <= int(h) < 2**32]
        except (ValueError, TypeError):
            raise HubUnreachable from None
        if not right:
            raise HubUnreachable
        return ReadAnswer(current, head, first, found)

    def watch(self, network: bytes, after: int, seconds: int) -> int:
        """Return the newest place once it exceeds `after`, or after so many seconds."""
        _, values = self._call("watch", network, after, seconds)
        return int(values[0])

    def put_box(self, name: bytes, sealed: bytes, days: int) -> None:
        """Put an item into a mailbox."""
        self._call("put_box", name, sealed, days)

    def read_box(self, name: bytes, after: int) -> list[bytes]:
        """Return the items of a mailbox behind a number."""
        _, values = self._call("read_box", name, after)
        return [item for _, item in values[0] if isinstance(item, bytes)]

    def put_slot(self, seed: bytes, version: int, sealed: bytes) -> None:
        """Put one's own backup over an older one."""
        parts = [sealed[i : i + SLOT_PART_MAX] for i in range(0, len(sealed), SLOT_PART_MAX)]
        public, sums = public_of(seed), slot_sums(parts)
        _, values = self._call(
            "put_slot", public, version, sums, sign(seed, SLOT_LABEL, slot_form(public, version, sums))
        )
        for part in values[0]:
            self._call("put_slot_part", public, version, part, parts[part])

    def get_slot(self, public_key: bytes) -> bytes | None:
        """Return a backup; None where there is none."""
        found = bytearray()
        part, parts = 0, 1
        while part < parts:
            try:
                _, (_, parts, piece) = self._call("get_slot", public_key, part)
            except HubRefused:
                return None
            found += piece
            part += 1
        return bytes(found)
