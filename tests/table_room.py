"""The pages of a room over a table top: one member looks, with no keys, disk or network; forms are read and refused, not stated."""

from collections.abc import Coroutine, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from nasij.kit.page import Item
from nasij.web.server import RoomPages
from nasij.web.session import COOKIE, Session, hash_of, masked
from nasij.web.words import Words
from tests.tabletop import TableTop

SECRET = "s" * 40


class TableRoom:
    """What `RoomPages` needs of a room, for one member of a table top."""

    secure, shut = False, False

    def __init__(self, top: TableTop, member: str, language: str = "en") -> None:
        """Let the member in."""
        self.language, self.status = language, 0
        self.session, self.parked = Session(), {}
        self.session.admit(hash_of(SECRET))
        self.node: Any = SimpleNamespace(
            areas=top.areas,
            db=top.db,
            by=lambda: top.by(member),
            secrets=SimpleNamespace(sample=False, settings={}),
            alarm="",
            alarms=[],
            told=[],
            outbox=SimpleNamespace(items=[]),
            is_waiting=lambda _record: False,
        )
        self.pages = RoomPages(self, {})  # type: ignore[arg-type]  # it states nothing

    def words(self) -> Words:
        """Return the words of the language asked for."""
        return Words(self.language)

    def beside(self) -> Sequence[Item]:
        """Return nothing: all that waits stands in the view."""
        return ()

    def unsealed(self, _record: str) -> Sequence[tuple[str, str]]:
        """Return nothing: there are no keys."""
        return ()

    def get(self, path: str) -> str:
        """Return the page at a path; its status is kept in `status`."""
        return self._answer("GET", path, b"")

    def post(self, path: str, **fields: str) -> str:
        """Send a form."""
        return self._answer("POST", path, urlencode({"_token": masked(self.session.mark), **fields}).encode())

    def _answer(self, method: str, path: str, body: bytes) -> str:
        headers = {
            "host": "x",
            "origin": "http://x",
            "cookie": f"{COOKIE}={SECRET}",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
        }
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "scheme": "http",
            "server": ("x", 80),
            "query_string": b"",
            "path_params": {},
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        answer = _at_once(self.pages._receive(Request(scope, receive)))
        self.status = answer.status_code
        return bytes(answer.body).decode()


def _at_once(answering: Coroutine[Any, Any, Any]) -> Any:
    """Run what waits for nothing, without a loop: a browser of another test may have one going."""
    try:
        answering.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("It waits for something.")
