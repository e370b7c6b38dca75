"""What may answer at a hub's address: slow, silent, endless, oversized, lying about its length, or closing. Loopback only.

Whatever it is, a call ends in a bounded time with an answer or with `HubUnreachable`, and the next hub is reached again.
"""

import contextlib
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nasij.encoding import encode
from nasij.errors import DiskFull, HeadMoved, HubRefused, HubUnreachable
from nasij.hub.wire import REPLY_MAX, Code
from nasij.sync.transport import HttpTransport, HubClient, LocalTransport

SILENT, LONGEST = 0.2, 0.5
MARGIN = 1.5  # seconds; this machine may be busy
OK = encode([int(Code.OK), 7])
KIND = b"content-type: application/octet-stream\r\n"


def whole(body: bytes = OK, *more: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + KIND + b"".join(more) + b"content-length: %d\r\n\r\n" % len(body) + body


def request_of(sock: socket.socket) -> bytes:
    """Read one request; nothing where the other side has gone."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = sock.recv(65536)
        if not piece:
            return b""
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < size:
        body += sock.recv(65536)
    return head


class Server:
    """A server that does with each connection what its test says."""

    def __init__(self, does: Callable[[socket.socket, "Server"], None], path: Path | None = None) -> None:
        self.does = does
        self.connections = 0
        self.requests = 0
        self.over = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self._listener.bind(str(path) if path else ("127.0.0.1", 0))
        self._listener.listen(8)
        self.address = f"unix:{path}" if path else f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError, ValueError):
            self.does(sock, self)

    def asked(self, sock: socket.socket) -> bool:
        """Wait for a request; False where the other side has gone."""
        if not request_of(sock):
            return False
        self.requests += 1
        return True

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(does: Callable[[socket.socket, Server], None], path: Path | None = None) -> Server:
        servers.append(Server(does, path))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def to(server: Server) -> HttpTransport:
    return HttpTransport(server.address, silent=SILENT, longest=LONGEST)


def politely(sock: socket.socket, server: Server) -> None:
    while server.asked(sock):
        sock.sendall(whole())


def saying(raw: bytes) -> Callable[[socket.socket, Server], None]:
    """Answer the first request with these bytes, and close."""

    def does(sock: socket.socket, server: Server) -> None:
        if server.asked(sock):
            sock.sendall(raw)

    return does


def repeating(begin: bytes, again: bytes, pause: float = 0.0) -> Callable[[socket.socket, Server], None]:
    """Begin an answer, and never end it."""

    def does(sock: socket.socket, server: Server) -> None:
        if not server.asked(sock):
            return
        sock.sendall(begin)
        while not server.over.wait(pause) if pause else not server.over.is_set():
            sock.sendall(again)

    return does


# --- as it should be --------------------------------------------------------------------------------------------------


def test_one_connection_serves_many_calls(serve: Callable[..., Server]) -> None:
    server = serve(politely)
    transport = to(server)
    assert [transport.exchange("read", b"x" * size) for size in (1, 100, 1_000_000)] == [OK] * 3
    assert (server.connections, server.requests) == (1, 3)
    transport.close()


def test_a_socket_in_the_file_system_is_a_hub_too(serve: Callable[..., Server], tmp_path: Path) -> None:
    transport = to(serve(politely, tmp_path / "hub"))
    assert transport.exchange("read", b"x") == OK
    transport.close()


def test_calls_of_several_threads_wait_for_each_other(serve: Callable[..., Server]) -> None:
    server = serve(politely)
    transport = to(server)
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(transport.exchange("read", b"x"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [OK] * 8
    assert server.connections == 1
    transport.close()


def test_a_hub_that_closes_after_each_answer_is_asked_anew(serve: Callable[..., Server]) -> None:
    server = serve(saying(whole(OK, b"connection: close\r\n")))
    transport = to(server)
    assert [transport.exchange("read", b"x") for _ in range(3)] == [OK] * 3
    assert server.connections == 3


# --- closing ----------------------------------------------------------------------------------------------------------


def test_a_kept_connection_that_was_closed_meanwhile_is_made_anew_once(serve: Callable[..., Server]) -> None:
    server = serve(saying(whole()))  # promises to keep the connection, and closes it
    transport = to(server)
    assert transport.exchange("read", b"x") == OK
    assert transport.exchange("read", b"x") == OK
    assert server.connections == 2


def test_a_hub_that_closes_instead_of_answering_is_not_asked_again(serve: Callable[..., Server]) -> None:
    """Nobody knows whether it took the call, so the loop looks before it says anything twice."""
    server = serve(saying(b""))
    with pytest.raises(HubUnreachable):
        to(server).exchange("append", b"x")
    assert server.requests == 1


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for nowhere in (address, f"unix:{tmp_path}/none", "unix:/" + "x" * 300):
            with pytest.raises(HubUnreachable):
                HttpTransport(nowhere, SILENT, LONGEST).exchange("read", b"")
    for wrong in ("", "hub", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:port", "http://127.0.0.1:99999"):
        with pytest.raises(HubUnreachable):
            HttpTransport(wrong).exchange("read", b"")


# --- wrong lengths, wrong forms -----------------------------------------------------------------------------------------

WRONG = {
    "shorter than promised": b"HTTP/1.1 200 OK\r\n" + KIND + b"content-length: 5000\r\n\r\nshort",
    "a length below zero": b"HTTP/1.1 200 OK\r\n" + KIND + b"content-length: -1\r\n\r\n" + b"x" * (REPLY_MAX + 10),
    "a length of words": b"HTTP/1.1 200 OK\r\n" + KIND + b"content-length: many\r\n\r\n" + b"x" * (REPLY_MAX + 10),
    "larger than any answer": whole(b"x" * (REPLY_MAX + 1)),
    "another kind": whole().replace(b"application/octet-stream", b"text/html"),
    "no kind": whole().replace(KIND, b""),
    "no HTTP": b"\x16\x03\x01 something else entirely\r\n\r\n",
    "HTTP of another time": b"HTTP/9.9 200 OK\r\n" + KIND + b"\r\n" + b"\xff" * 10,
    "a status of words": b"HTTP/1.1 fine\r\n\r\n",
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5000,
    "a header as long as a book": b"HTTP/1.1 200 OK\r\na: " + b"b" * 500_000,
    "chunks of nonsense": b"HTTP/1.1 200 OK\r\n" + KIND + b"transfer-encoding: chunked\r\n\r\nzz\r\nabc",
    "chunks below zero": b"HTTP/1.1 200 OK\r\n" + KIND + b"transfer-encoding: chunked\r\n\r\n-5\r\nabc",
    "a chunk torn off": b"HTTP/1.1 200 OK\r\n" + KIND + b"transfer-encoding: chunked\r\n\r\nff\r\nabc",
}


@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG)
def test_an_answer_of_a_wrong_form_is_none_and_is_not_asked_for_twice(serve: Callable[..., Server], raw: bytes) -> None:
    server = serve(saying(raw))
    with pytest.raises(HubUnreachable):
        to(server).exchange("append", b"x")
    assert server.requests == 1


@pytest.mark.parametrize("status", [b"404 Not Found", b"500 Broken", b"503 Busy", b"302 Found"])
def test_an_error_page_is_no_answer(serve: Callable[..., Server], status: bytes) -> None:
    page = b"HTTP/1.1 " + status + b"\r\nlocation: http://127.0.0.1:1/\r\ncontent-type: text/html\r\n"
    page += b"content-length: 4\r\n\r\noops"
    server = serve(saying(page))
    with pytest.raises(HubUnreachable):
        to(server).exchange("read", b"x")
    assert server.requests == 1, "and leads nowhere else"


def test_what_follows_an_answer_is_not_taken_for_the_next_one(serve: Callable[..., Server]) -> None:
    """Shorter than it was: the rest must not answer another call."""
    planted = whole(encode([int(Code.OK), 666]))
    polite = threading.Event()

    def does(sock: socket.socket, server: Server) -> None:
        while server.asked(sock):
            sock.sendall(whole() if polite.is_set() else whole() + planted)

    transport = to(serve(does))
    answers = []
    for turn in range(4):
        if turn == 2:
            polite.set()
        with contextlib.suppress(HubUnreachable):
            answers.append(transport.exchange("read", b"x"))
    assert OK in answers
    assert encode([int(Code.OK), 666]) not in answers
    transport.close()


# --- slow and endless ---------------------------------------------------------------------------------------------------

ENDLESS = {
    "silent": repeating(b"", b"", 0.05),
    "silent after its headers": repeating(b"HTTP/1.1 200 OK\r\n" + KIND + b"content-length: 100\r\n\r\n", b"", 0.05),
    "a byte now and then, in the status": repeating(b"HTTP/1.1 ", b"2", 0.05),
    "a byte now and then, in a header": repeating(b"HTTP/1.1 200 OK\r\na: ", b"b", 0.05),
    "a header now and then": repeating(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", 0.05),
    "a byte now and then, in the body": repeating(
        b"HTTP/1.1 200 OK\r\n" + KIND + b"content-length: 100000\r\n\r\n", b"x", 0.05
    ),
    "please go on, for ever": repeating(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "an endless body": repeating(b"HTTP/1.1 200 OK\r\n" + KIND + b"\r\n", b"x" * 65536),
    "endless chunks": repeating(
        b"HTTP/1.1 200 OK\r\n" + KIND + b"transfer-encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    ),
    "an endless chunk": repeating(
        b"HTTP/1.1 200 OK\r\n" + KIND + b"transfer-encoding: chunked\r\n\r\nffffffff\r\n", b"x" * 65536
    ),
    "a chunk's length without end": repeating(
        b"HTTP/1.1 200 OK\r\n" + KIND + b"transfer-encoding: chunked\r\n\r\n", b"0" * 4096
    ),
    "trailers without end": repeating(
        b"HTTP/1.1 200 OK\r\n" + KIND + b"transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"a: b\r\n" * 100
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("does", ENDLESS.values(), ids=ENDLESS)
def test_a_call_ends_in_time_and_takes_little_memory(
    serve: Callable[..., Server], does: Callable[[socket.socket, Server], None]
) -> None:
    server = serve(does)
    transport = to(server)
    tracemalloc.start()
    began = time.monotonic()
    try:
        with pytest.raises(HubUnreachable):
            transport.exchange("append", b"x")
        took, (_, most) = time.monotonic() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < LONGEST + MARGIN
    assert most < 4 * REPLY_MAX
    assert server.requests == 1
    server.does = politely
    assert transport.exchange("read", b"x") == OK, "and the next call reaches a hub that is well again"
    transport.close()


@pytest.mark.slow
def test_a_hub_that_does_not_read_is_left(serve: Callable[..., Server]) -> None:
    server = serve(lambda _sock, server: server.over.wait(10))
    began = time.monotonic()
    with pytest.raises(HubUnreachable):
        to(server).exchange("append", b"x" * (8 << 20))
    assert time.monotonic() - began < LONGEST + MARGIN


@pytest.mark.slow
def test_a_slow_hub_that_goes_on_is_waited_for(serve: Callable[..., Server]) -> None:
    def slowly(sock: socket.socket, server: Server) -> None:
        if server.asked(sock):
            for byte in whole(OK):
                sock.sendall(bytes([byte]))
                time.sleep(0.002)

    assert to(serve(slowly)).exchange("read", b"x") == OK


# --- any bytes as an answer -----------------------------------------------------------------------------------------------

CALLS: tuple[Callable[[HubClient], Any], ...] = (
    lambda hub: hub.found(bytes(16), bytes(32)),
    lambda hub: hub.append(bytes(16), 3, [bytes(1024)], bytes(32)),
    lambda hub: hub.append(bytes(16), 3, [bytes(1024)], bytes(32), bytes(32)),
    lambda hub: hub.read(bytes(16), 3, 10),
    lambda hub: hub.watch(bytes(16), 3, 0),
    lambda hub: hub.put_box(bytes(32), b"x", 1),
    lambda hub: hub.read_box(bytes(32)),
    lambda hub: hub.put_slot(bytes(32), 1, b"x"),
    lambda hub: hub.get_slot(bytes(32)),
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2**40)
    | st.text(max_size=5)
    | st.binary(max_size=40)
    | st.just(bytes(32)),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)
ANSWERS = st.binary(max_size=100) | VALUES.map(encode) | st.lists(VALUES, max_size=5).map(lambda v: encode([0, *v]))


@settings(max_examples=300, deadline=None)
@given(raw=ANSWERS, call=st.sampled_from(CALLS))
def test_any_answer_is_one_of_the_call_or_a_sentence(raw: bytes, call: Callable[[HubClient], Any]) -> None:
    asked = 0

    def door(_call: str, _request: bytes) -> bytes:
        nonlocal asked
        asked += 1
        assert asked < 70, "a hub must not keep a room asking"
        return raw

    with contextlib.suppress(HubUnreachable, HubRefused, HeadMoved, DiskFull):
        call(HubClient(LocalTransport(door)))


@pytest.mark.parametrize(
    "records",
    [
        [[5, 1, b"x"]],  # a gap
        [[4, 1, b"x"], [4, 1, b"x"]],  # twice
        [[4, -1, b"x"]],
        [[4, 2**32, b"x"]],
        [[4, 1, "x"]],
        [[9, 1, b"x"]],
        [[4, 1, b"x"]] * 11,
        [[4, True, b"x"]],
    ],
)
def test_records_that_do_not_follow_are_no_answer(records: list[Any]) -> None:
    hub = HubClient(LocalTransport(lambda _call, _request: encode([0, 8, bytes(32), 1, records])))
    with pytest.raises(HubUnreachable):
        hub.read(bytes(16), 3, 10)


@pytest.mark.parametrize("code", list(Code))
def test_each_code_is_an_answer_or_a_sentence(code: Code) -> None:
    hub = HubClient(LocalTransport(lambda _call, _request: encode([int(code)])))
    if code is Code.OK:
        hub.found(bytes(16), bytes(32))
        return
    if code is Code.GONE:
        with pytest.raises(HubUnreachable):
            hub.read(bytes(16), 0, 1)
        return
    expected = {
        Code.CONFLICT: HeadMoved,
        Code.FULL: DiskFull,
        Code.SLOW_DOWN: HubUnreachable,
        Code.BROKEN: HubUnreachable,
    }
    with pytest.raises(expected.get(code, HubRefused)):
        hub.found(bytes(16), bytes(32))
