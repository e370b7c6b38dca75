"""The hub over HTTP: ``POST /v1/<call>``. No log of requests, no cookie, no name; a body is never read beyond its limit.

The answer's first value says how the call ended; the HTTP status says it again for whatever stands between.
"""

import asyncio
import contextlib
import hashlib
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from nasij.errors import DiskFull
from nasij.hub.dispatch import CALLS, dispatch, look, request_max, take_apart
from nasij.hub.limits import Rates
from nasij.hub.shelf import Shelf
from nasij.hub.wire import Code, answer
from nasij.line import KEPT_DAYS

THREADS = 32
BODY_SECONDS = 120  # for a request's whole body, over a slow line
BODIES_MAX = 128 << 20  # of all requests that are arriving
EXPIRE_SECONDS = 3600
KIND = "application/octet-stream"
STATUS = {
    Code.OK: 200,
    Code.CONFLICT: 409,
    Code.GONE: 410,
    Code.REFUSED: 403,
    Code.TOO_BIG: 413,
    Code.FULL: 507,
    Code.MALFORMED: 400,
    Code.SLOW_DOWN: 429,
    Code.UNKNOWN: 404,
    Code.BROKEN: 500,
}
_CODE_AT = 1  # an answer is a list of at most 15 values, and its code a single byte

_log = logging.getLogger(__name__)


class _Server:
    """What the calls of one hub share: the threads they run in, the rates, and how much is arriving."""

    def __init__(self, shelf: Shelf, rates: Rates | None) -> None:
        self.shelf = shelf
        self.rates = rates
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hub")
        self.arriving = 0
        self._secret = secrets.token_bytes(16)

    async def receive(self, request: Request) -> Response:
        """Answer one request."""
        call = request.path_params["call"]
        try:
            body = await self._body(request, request_max(call)) if call in CALLS else answer(Code.UNKNOWN)
            if not isinstance(body, bytearray):
                return _reply(body, close=True)
            return _reply(await self._answer(call, bytes(body), self._connection(request)))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as problem:  # noqa: BLE001  one of the doors: no value may come into a log
            _log.error("a call failed: %s", type(problem).__name__)
            return _reply(answer(Code.BROKEN), close=True)

    async def _body(self, request: Request, most: int) -> bytearray | bytes:
        """Return the body, or the answer that refuses it."""
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for piece in request.stream():
                    if len(body) + len(piece) > most:
                        return answer(Code.TOO_BIG)
                    if self.arriving + len(piece) > BODIES_MAX:
                        return answer(Code.SLOW_DOWN)
                    body += piece
                    self.arriving += len(piece)
        except TimeoutError:
            return answer(Code.SLOW_DOWN)
        finally:
            self.arriving -= len(body)
        return body

    def _connection(self, request: Request) -> bytes:
        """Return what stands for a connection in the rates; the address cannot be found from it."""
        if request.client is None:
            return b""
        return hashlib.blake2b(repr(tuple(request.client)).encode(), key=self._secret, digest_size=16).digest()

    async def _answer(self, call: str, body: bytes, connection: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        if call != "watch":
            work = loop.run_in_executor(self.pool, dispatch, self.shelf, self.rates, call, body, connection)
            return await asyncio.shield(work)
        values = take_apart(self.rates, call, body, connection)
        return values if isinstance(values, bytes) else await self._watch(values)

    async def _watch(self, values: list[Any]) -> bytes:
        """Wait for a line to move, without holding a thread meanwhile."""
        network, after, seconds = values
        loop = asyncio.get_running_loop()
        moved = asyncio.Event()

        def ear() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closing
                loop.call_soon_threadsafe(moved.set)

        with self.shelf.listening(network, ear):
            looked = await self._look(network, after, seconds)
            if looked is not None:
                return looked
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), seconds)
        return await self._look(network, after, 0) or answer(Code.OK, after)

    async def _look(self, network: bytes, after: int, seconds: int) -> bytes | None:
        """Return the answer to a watch that need not wait; None where it must."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, look, self.shelf, network, after, seconds)


def make_app(shelf: Shelf, rates: Rates | None = None) -> Starlette:
    """Return the ASGI application of a hub; serve it without access log and server header."""
    server = _Server(shelf, rates or Rates())
    return Starlette(routes=[Route("/v1/{call:str}", server.receive, methods=["POST"])])


async def expire_daily(shelf: Shelf, window_days: int = KEPT_DAYS) -> None:
    """Drop what is over, every hour, for ever."""
    while True:
        try:
            await asyncio.to_thread(shelf.expire, window_days)
        except DiskFull:
            _log.error("no space to drop what is over")
        await asyncio.sleep(EXPIRE_SECONDS)


def _reply(body: bytes, *, close: bool = False) -> Response:
    headers = {"cache-control": "no-store"}
    if close:
        headers["connection"] = "close"
    return Response(body, STATUS[Code(body[_CODE_AT])], headers, KIND)
