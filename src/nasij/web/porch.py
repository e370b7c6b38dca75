"""The porch: pages for somebody who is not in a room. The house serves them; a new process takes the forms.

A form of the porch that works makes the process that took it into the room of whoever sent it. One that arrives after a
room was locked is not lost: what was typed is carried, unseen, through the form that opens the room again.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nasij.errors import DiskFull, HubUnreachable, Locked, Malformed, Nasij, NotHereYet, Refused
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.line import KEPT_DAYS
from nasij.web import forms
from nasij.web.body import Body, read_body
from nasij.web.faces import BY_PATH, PLAIN, Face
from nasij.web.headers import Application, dressed, headers, leaving
from nasij.web.look import Look
from nasij.web.server import NOT_FROM_HERE, closing, gone, note_mistake
from nasij.web.session import cookie_header, ended_cookie, from_here, mark_holds, masked, new_secret
from nasij.web.templates import render
from nasij.web.words import LANGUAGES, Words

LANGUAGE_COOKIE = "l"
MARK_HOURS = 3
DID_NOT_OPEN = mark("This name and this passphrase do not open a room here.")
DID_NOT_OPEN_ADVICE = mark("Check both. Spaces and capital letters do not matter; nobody can give a passphrase back.")
SAMPLE_EYES = ("newcomer", "trusted", "coordinator")
_PARKED = "_parked"


class Doors(Protocol):
    """What the composition root does when somebody comes in: each returns once the room lives in this process."""

    async def enter(self, path: str, given: Mapping[str, str], secret: str) -> str:
        """Open, found, knock, recover or look around; returns where to go. Raises what went wrong."""

    def suggested(self, language: str) -> str:
        """Return a passphrase of words that somebody could use."""

    def sample_state(self) -> str:
        """Say how far the sample network is: absent, making, or ready."""


@dataclass(slots=True)
class Porch:
    """The application of the porch; without `doors` it only shows pages."""

    key: bytes  # of the forgery marks of this house's public forms
    doors: Doors | None = None
    own_house: bool = True
    secure: bool = False
    face: Callable[[], Face] = lambda: PLAIN  # what a stranger sees this house as
    views: dict[str, Callable[[Request], Awaitable[Response]]] = field(default_factory=dict)

    def app(self) -> Application:
        """Return the ASGI application."""
        return dressed(Starlette(routes=[Route("/{path:path}", self._receive, methods=["GET", "HEAD", "POST"])]))

    async def _receive(self, request: Request) -> Response:
        """Answer one request; what is our mistake is not told in values."""
        try:
            if request.method == "POST":
                return await self._post(request)
            return self._get(request, request.url.path)
        except Nasij as problem:
            return self.show(request, Page("error.html", {"problem": problem, "back": "/", "kept": []}), status=400)
        except Exception as wrong:  # noqa: BLE001
            note_mistake(wrong)
            mistake = Nasij(mark("Something went wrong here. Nothing was lost."))
            return self.show(request, Page("error.html", {"problem": mistake, "back": "/", "kept": []}), status=500)

    # --- pages ---------------------------------------------------------------------------------------------------

    def _get(self, request: Request, path: str) -> Response:
        if path in ("/exit", "/lock"):
            return gone(self.face().path if path == "/exit" else "/")
        if path.startswith("/j/"):
            return self.page(request, "/join", {"code": path.removeprefix("/j/")[:120]})
        if path in BY_PATH:
            return self.show(request, Page("leave.html", {"face": BY_PATH[path], "way_in": False}), leave=True)
        if path == "/" and self.face() is not PLAIN:
            return self.show(request, Page("leave.html", {"face": self.face(), "way_in": True}))
        if path == "/robots.txt":
            return closing(Response("User-agent: *\nDisallow: /\n", media_type="text/plain"))
        if path in ("/", "/start"):
            return self.show(request, Page("start.html", {}))
        if path in _PAGES:
            return self.page(request, path, {})
        return closing(Response(status_code=303, headers={"location": "/"}))

    def page(
        self,
        request: Request,
        path: str,
        values: Mapping[str, str],
        problems: Mapping[str, Nasij] | None = None,
        parked: str = "",
    ) -> Response:
        """Return the page of a form of the porch."""
        language = self.language(request)
        given: dict[str, Any] = {
            "values": {k: v for k, v in values.items() if k not in ("passphrase", "again", "kit")},
            "problems": problems or {},
            "parked": parked,
            "own_house": self.own_house,
            "code": values.get("code", ""),
            "suggested": self.doors.suggested(language) if self.doors and path in ("/found", "/join") else "",
            "step": "use",
            "sample": self.doors.sample_state() if self.doors else "absent",
            "eyes": SAMPLE_EYES,
            "window_days": KEPT_DAYS,
        }
        return self.show(request, Page(_PAGES[path], given), status=422 if problems else 200)

    def language(self, request: Request) -> str:
        """Return the language chosen before, or the first that the browser asks for and we speak; Arabic otherwise."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        for wanted in request.headers.get("accept-language", "").split(","):
            code = wanted.split(";")[0].split("-")[0].strip().lower()
            if code in LANGUAGES:
                return code
        return "ar"

    def show(self, request: Request, page: Page, *, status: int = 200, leave: bool = False) -> Response:
        """Render a page for a stranger."""
        words, face = Words(self.language(request)), self.face()
        look = Look(
            words=words,
            cover_title=words.gettext(face.title) if face.title else "",
            cover_icon=face.icon,
            path=request.url.path,
            token=masked(self._mark(0)),
            nonce=secrets.token_urlsafe(12),
        )
        answer = Response(render(look, page), status_code=status, media_type="text/html")
        answer.raw_headers.extend(headers(look.nonce, private=False))
        if leave:
            answer.raw_headers.append((b"clear-site-data", dict(leaving())[b"clear-site-data"]))
            answer.raw_headers.append((b"set-cookie", ended_cookie()))
        return closing(answer)

    # --- forms ---------------------------------------------------------------------------------------------------

    def _mark(self, hours_ago: int) -> bytes:
        hour = int(time.time()) // 3600 - hours_ago
        return hmac.digest(self.key, hour.to_bytes(8, "big"), hashlib.sha256)[:24]

    async def _post(self, request: Request) -> Response:
        if not from_here(request):
            raise Refused(NOT_FROM_HERE)
        body = await read_body(request)
        path = request.url.path
        if path == "/language":
            return self._choose_language(body)
        if path in ("/exit", "/lock"):
            return gone(self.face().path if path == "/exit" else "/")
        if path not in ENTRANCES:
            return self.page(request, "/open", {}, parked=_park(path, body))
        given = {name: values[0] for name, values in body.fields.items()}
        if not any(mark_holds(body.one(forms.TOKEN_FIELD), self._mark(ago)) for ago in range(MARK_HOURS)):
            problem: dict[str, Nasij] = {
                "": Refused(mark("The page was open for a long time. Please send the form once more."))
            }
            return self.page(request, path, given, problem, parked=given.get(_PARKED, ""))
        return await self._enter(request, path, given)

    async def _enter(self, request: Request, path: str, given: Mapping[str, str]) -> Response:
        if self.doors is None:
            raise NotHereYet
        secret = new_secret()
        try:
            where = await self.doors.enter(path, {**given, "language": self.language(request)}, secret)
        except Locked:
            problems: dict[str, Nasij] = {"": Refused(DID_NOT_OPEN, advice=DID_NOT_OPEN_ADVICE)}
            return self.page(request, path, given, problems, parked=given.get(_PARKED, ""))
        except (Malformed, Refused, HubUnreachable, DiskFull) as problem:
            field_name = getattr(problem, "field", "")
            return self.page(request, path, given, {field_name: problem}, parked=given.get(_PARKED, ""))
        answer = Response(status_code=303, headers={"location": where})
        answer.raw_headers.extend(headers("", private=True))
        answer.raw_headers.append((b"set-cookie", cookie_header(secret, secure=self.secure)))
        return closing(answer)

    def _choose_language(self, body: Body) -> Response:
        language = body.one("language")
        back = body.one("back")
        answer = Response(
            status_code=303,
            headers={"location": back if back.startswith("/") and not back.startswith("//") else "/"},
        )
        answer.raw_headers.extend(headers("", private=False))
        if language in LANGUAGES:
            cookie = f"{LANGUAGE_COOKIE}={language}; HttpOnly; SameSite=Strict; Path=/"
            answer.raw_headers.append((b"set-cookie", cookie.encode()))
        return closing(answer)


def _park(path: str, body: Body) -> str:
    """Return what was typed as one hidden value; it stays in the browser's page, and the room reads it after opening."""
    from urllib.parse import urlencode

    typed = [(k, v) for k, values in body.fields.items() if not k.startswith("_") for v in values]
    return path + "?" + urlencode(typed)


def unpark(parked: str) -> tuple[str, dict[str, list[str]]]:
    """Return the path and the fields that `_park` kept."""
    from urllib.parse import parse_qs

    path, _, typed = parked.partition("?")
    return path, parse_qs(typed, keep_blank_values=True)


ENTRANCES = ("/open", "/found", "/join", "/recover", "/sample")
_PAGES = {
    "/open": "open.html",
    "/found": "found.html",
    "/join": "join.html",
    "/recover": "recover.html",
    "/sample": "sample.html",
    "/safety": "safety.html",
}
