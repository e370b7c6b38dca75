"""The hub over HTTP: ``POST /v1/<call>``. No log, no cookie, no name; a body is never read further than its limit."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nasij.hub import limits
from nasij.hub.dispatch import BIG_CALLS, SMALL_MAX, dispatch
from nasij.hub.limits import Rates
from nasij.hub.shelf import Shelf
from nasij.hub.wire import Code, answer

THREADS = 64  # each waiting watch holds one
KIND = "application/octet-stream"


def make_app(shelf: Shelf) -> Starlette:
    """Return the ASGI application of a hub."""
    rates = Rates()
    pool = ThreadPoolExecutor(THREADS)

    async def receive(request: Request) -> Response:
        call = request.path_params["call"]
        most = BIG_CALLS.get(call, SMALL_MAX)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                return Response(answer(Code.TOO_BIG), media_type=KIND, headers={"connection": "close"})
        work = asyncio.get_running_loop().run_in_executor(pool, dispatch, shelf, rates, call, bytes(body))
        return Response(await work, media_type=KIND)

    return Starlette(routes=[Route("/v1/{call:str}", receive, methods=["POST"])])


async def expire_daily(shelf: Shelf, window_days: int = limits.WINDOW_DAYS) -> None:
    """Drop what is over, every hour, for ever."""
    while True:
        await asyncio.to_thread(shelf.expire, window_days)
        await asyncio.sleep(3600)
