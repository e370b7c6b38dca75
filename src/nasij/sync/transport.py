"""How a room reaches a hub: one method under everything, real over HTTP, and in process for stories and the sample.

A hub may be anybody's, and what answers at its address may not be one: every answer is bounded in size and in time, and its
form is checked here. Whether what it says is true is checked by the fold.
"""

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import DiskFull, HeadMoved, HubRefused, HubUnreachable
from nasij.hub.wire import (
    APPEND_LABEL,
    REPLY_MAX,
    SLOT_LABEL,
    SLOT_PART_MAX,
    SLOT_PARTS_MAX,
    TOKEN_LABEL,
    Code,
    append_form,
    is_head,
    is_place,
    slot_form,
    slot_sums,
    token_form,
    token_proof,
)
from nasij.seal import labels
from nasij.seal.primitives import derive, public_of, sign
from nasij.sync.address import is_public

SILENT_SECONDS = 20.0
WATCH_SECONDS = 30.0  # a watch may be silent for 25
LONGEST_SECONDS = 300.0  # for one call altogether, over a slow line
_HOUR_MAX = (1 << 32) - 1
_FAILED = (OSError, http.client.HTTPException, ValueError)
_KIND = {"content-type": "application/octet-stream"}
_HUB_FULL = "There is no space left on the hub."
_HUB_FULL_ADVICE = "What you write waits here and goes out as soon as there is space."


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


# --- HTTP -----------------------------------------------------------------------------------------------------------


class _Patience(io.RawIOBase):
    """What a socket receives, until a moment that is the same however slowly it comes."""

    def __init__(self, sock: socket.socket, silent: float, end: float) -> None:
        self._sock = sock
        self._silent = silent
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(min(self._silent, left))
        return self._sock.recv_into(buffer)


class _PatientSocket:
    """The two methods of a socket that `http.client` needs for a request, with an end to the waiting."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.silent = SILENT_SECONDS
        self.end = 0.0

    def sendall(self, raw: Any) -> None:
        self.sock.settimeout(max(0.01, self.end - time.monotonic()))  # for all of it together
        self.sock.sendall(raw)

    def makefile(self, _mode: str) -> IO[bytes]:
        return io.BufferedReader(_Patience(self.sock, self.silent, self.end))

    def close(self) -> None:
        self.sock.close()


@dataclass(frozen=True, slots=True)
class _Where:
    """What an address says: a host and a port, with TLS or without, or the path of a socket."""

    host: str = "hub"
    port: int = 80
    path: str = ""
    tls: bool = False


class _Connection(http.client.HTTPConnection):
    """HTTP over TCP, with TLS or without, or over a socket in the file system. It follows no redirection."""

    def __init__(self, where: _Where, silent: float) -> None:
        super().__init__(where.host, where.port, timeout=silent)
        self._where = where

    def connect(self) -> None:
        sock = self._socket()
        try:
            if self._where.path:
                sock.connect(self._where.path)
            elif self._where.tls:
                # Judged here and not by name: a name may lead to another machine at each look.
                if not is_public(sock.getpeername()[0]):
                    raise ConnectionRefusedError
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
        except BaseException:
            sock.close()
            raise
        self.sock = _PatientSocket(sock)  # the two methods that are used

    def _socket(self) -> socket.socket:
        if self._where.path:
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            sock.settimeout(self.timeout)
            return sock
        sock = socket.create_connection((self.host, self.port), self.timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def give(self, silent: float, longest: float) -> None:
        """Give the call that follows so much time."""
        patient: Any = self.sock
        patient.silent, patient.end = silent, time.monotonic() + longest


class HttpTransport:
    """A hub at ``http://host:port``, ``https://host:port`` of the public network, or ``unix:/path``.

    Keeps one connection; from several threads, calls wait for each other, so a watch has a transport of its own. Times are
    in seconds: how long the hub may be silent, and how long a call may take altogether.
    """

    def __init__(self, address: str, silent: float = SILENT_SECONDS, longest: float = LONGEST_SECONDS) -> None:
        """Take the address; nothing is connected yet. Raises `HubUnreachable` for what is no address."""
        self._where = _where(address)
        self._silent = silent
        self._longest = longest
        self._lock = threading.Lock()
        self._connection: _Connection | None = None

    def exchange(self, call: str, request: bytes) -> bytes:
        """Return the answer to a call; raises `HubUnreachable`.

        A kept connection may have been closed by the hub in the meantime: then, and only then, the call is made again.
        """
        silent = self._silent + (WATCH_SECONDS if call == "watch" else 0)
        with self._lock:
            kept = self._connection is not None
            try:
                return self._once(call, request, silent)
            except ConnectionError:
                if not kept:
                    raise HubUnreachable from None
            except _FAILED:
                raise HubUnreachable from None
            try:
                return self._once(call, request, silent)
            except _FAILED:
                raise HubUnreachable from None

    def close(self) -> None:
        """Close the connection; the next call makes a new one."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, call: str, request: bytes, silent: float) -> bytes:
        connection, self._connection = self._connection, None  # kept again only after a whole answer
        if connection is None:
            connection = _Connection(self._where, silent)
            connection.connect()
        try:
            connection.give(silent, self._longest)
            connection.request("POST", f"/v1/{call}", request, _KIND)
            answer = connection.getresponse()
            raw = answer.read(REPLY_MAX + 1)
            torn = len(raw) > REPLY_MAX or answer.length  # what is still to come of the length that was said
            if torn or answer.headers.get_content_type() != _KIND["content-type"]:
                raise http.client.HTTPException
            answer.read(1)  # the end of a body that came in chunks
            if answer.isclosed() and not answer.will_close:
                connection, self._connection = None, connection
            return raw
        finally:
            if connection is not None:
                connection.close()


def _where(address: str) -> _Where:
    """Return what an address says."""
    if address.startswith("unix:"):
        return _Where(path=address.removeprefix("unix:"))
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise HubUnreachable from None
    if parts.scheme not in ("http", "https") or not host:
        raise HubUnreachable
    tls = parts.scheme == "https"
    return _Where(host, port or (443 if tls else 80), tls=tls)


# --- the calls ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """Where the line stands, the first place still kept, and records ``(place, hour, entry)`` that follow without a gap.

    `before_first` is the head before `first`; it is known only where what was asked for is older than the window.
    """

    current: int
    head: bytes
    first: int
    records: list[tuple[int, int, bytes]]
    before_first: bytes = b""


class HubClient:
    """The calls of a hub, typed. An answer without the right form is no answer of a hub: `HubUnreachable`.

    Any call may raise `HubUnreachable`, `HubRefused` (with the code in `numbers`), or `DiskFull` where the hub has no space.
    """

    def __init__(self, transport: Transport) -> None:
        """Take a transport."""
        self._transport = transport

    def _call(self, call: str, *values: Any) -> tuple[Code, list[Any]]:
        raw = self._transport.exchange(call, encode(list(values)))
        try:
            code, *rest = decode(raw, size_max=REPLY_MAX)
            code = Code(code)
        except (NotCanonical, ValueError, TypeError):
            raise HubUnreachable from None
        if code is Code.CONFLICT:
            raise HeadMoved(at=rest[0] if rest and type(rest[0]) is int else 0)
        if code is Code.FULL:
            raise DiskFull(_HUB_FULL, advice=_HUB_FULL_ADVICE)
        if code in (Code.SLOW_DOWN, Code.BROKEN):
            raise HubUnreachable
        if code not in (Code.OK, Code.GONE):
            raise HubRefused(code=int(code))
        return code, rest

    def found(self, network: bytes, write_key: bytes) -> None:
        """Begin a line."""
        self._call("found", network, write_key)

    def append(
        self, network: bytes, expected: int, entries: list[bytes], seed: bytes, next_write_key: bytes = b""
    ) -> tuple[int, int]:
        """Put entries behind place `expected`; returns the first one's place and the hour of all.

        `seed` is the write key's. Where the right to write moves on it signs; otherwise the write token proves it, which
        the hub is told first where it does not know it (any more). Raises `HeadMoved` where somebody was first.
        """
        form = append_form(network, expected, entries, next_write_key)
        if next_write_key:
            proof = sign(seed, APPEND_LABEL, form)
        else:
            proof = token_proof(_token(seed), form)
        try:
            code, values = self._call("append", network, expected, entries, proof, next_write_key)
        except HubRefused:
            if next_write_key:
                raise
            self._tell_token(network, seed)
            code, values = self._call("append", network, expected, entries, proof, next_write_key)
        _require(code is Code.OK and len(values) == 2 and values[0] == expected + 1 and _is_hour(values[1]))
        return values[0], values[1]

    def _tell_token(self, network: bytes, seed: bytes) -> None:
        token = _token(seed)
        self._call("tell_token", network, token, sign(seed, TOKEN_LABEL, token_form(network, token)))

    def read(self, network: bytes, after: int, limit: int) -> ReadAnswer:
        """Read what follows a place, at most `limit` entries of it."""
        code, values = self._call("read", network, after, limit)
        _require(len(values) == 4 and is_place(values[0]) and is_head(values[1]) and is_place(values[2]))
        current, head, first, last = values
        if code is Code.GONE:
            _require(first > after + 1 and is_head(last))
            return ReadAnswer(current, head, first, [], last)
        _require(isinstance(last, list) and len(last) <= limit)
        for place, record in enumerate(last, after + 1):
            _require(isinstance(record, list) and len(record) == 3 and record[0] == place <= current)
            _require(_is_hour(record[1]) and isinstance(record[2], bytes))
        return ReadAnswer(current, head, first, [(place, hour, entry) for place, hour, entry in last])

    def watch(self, network: bytes, after: int, seconds: int) -> int:
        """Return the newest place once it exceeds `after`, or after so many seconds, at most 25."""
        code, values = self._call("watch", network, after, seconds)
        _require(code is Code.OK and len(values) == 1 and is_place(values[0]))
        return int(values[0])

    def put_box(self, name: bytes, sealed: bytes, days: int) -> int:
        """Put an item of at most 64 KiB into a mailbox, for at most 14 days; returns its number."""
        code, values = self._call("put_box", name, sealed, days)
        _require(code is Code.OK and len(values) == 1 and type(values[0]) is int)
        return int(values[0])

    def read_box(self, name: bytes, after: int = 0) -> list[bytes]:
        """Return the items of a mailbox behind a number, oldest first."""
        return [item for _, item in self.box_items(name, after)]

    def box_items(self, name: bytes, after: int = 0) -> list[tuple[int, bytes]]:
        """Return ``(number, item)`` of a mailbox behind a number, oldest first; numbers rise and never come again."""
        code, values = self._call("read_box", name, after)
        _require(code is Code.OK and len(values) == 1 and isinstance(values[0], list))
        for row in values[0]:
            _require(isinstance(row, list) and len(row) == 2 and type(row[0]) is int and isinstance(row[1], bytes))
        return [(number, item) for number, item in values[0]]

    def put_slot(self, seed: bytes, version: int, sealed: bytes) -> None:
        """Put one's own backup, at most 64 MiB, over an older one; `seed` signs. Raises `HeadMoved` with the newest version's number."""
        parts = [sealed[i : i + SLOT_PART_MAX] for i in range(0, len(sealed), SLOT_PART_MAX)]
        public, sums = public_of(seed), slot_sums(parts)
        proof = sign(seed, SLOT_LABEL, slot_form(public, version, sums))
        code, values = self._call("put_slot", public, version, sums, proof)
        _require(code is Code.OK and len(values) == 1 and isinstance(values[0], list))
        _require(all(type(part) is int and 0 <= part < len(parts) for part in values[0]))
        for part in sorted(set(values[0])):
            self._call("put_slot_part", public, version, part, parts[part])

    def get_slot(self, public_key: bytes) -> bytes | None:
        """Return a backup, as sealed; None where there is none."""
        found = bytearray()
        part, of = 0, (-1, 1)
        while part < of[1]:
            try:
                code, values = self._call("get_slot", public_key, part)
            except HubRefused:
                return None
            _require(code is Code.OK and len(values) == 3 and isinstance(values[2], bytes))
            version, parts = values[:2]
            _require(type(version) is int and type(parts) is int and 1 <= parts <= SLOT_PARTS_MAX)
            if of not in ((-1, 1), (version, parts)):
                raise HubUnreachable  # a new version came in between: another time
            of = (version, parts)
            found += values[2]
            part += 1
        return bytes(found)


def _token(seed: bytes) -> bytes:
    """Return the write token, the same for all who hold this epoch's write key."""
    return derive(seed, labels.WRITE_TOKEN)


def _is_hour(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _HOUR_MAX


def _require(right: bool) -> None:
    if not right:
        raise HubUnreachable
