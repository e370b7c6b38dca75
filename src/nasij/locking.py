"""Pages of locking away: the page before a risk, the second passphrase, and a friend's page for giving back."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from nasij.away import BACK
from nasij.errors import Locked, Malformed, Nasij, Refused
from nasij.kit.page import Page
from nasij.resident import run_beside
from nasij.web.body import Body
from nasij.web.server import Own, RoomPages, gone

if TYPE_CHECKING:
    from nasij.resident import Resident

AWAY, SECOND, TRY = "/tidy", "/tidy/second", "/tidy/try"
LAST_SECONDS = 8  # for what was written lately to reach the hub, before everything is locked away without it


def locking_pages(resident: "Resident") -> Mapping[str, Own]:
    """Return the pages by path."""
    pages = Locking(resident)
    return {
        AWAY: Own(get=pages.away, post=pages.locked),
        TRY: Own(get=pages.away, post=pages.tried),
        SECOND: Own(get=pages.second, post=pages.second_set),
        BACK: Own(get=pages.back, post=pages.gave),
    }


class Locking:
    """The pages, for one resident."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident

    @property
    def _language(self) -> str:
        return str(self.resident.node.secrets.settings.get("language", "ar"))

    def _show(self, pages: RoomPages, request: Request, template: str, problem: Nasij | None, **more: Any) -> Response:
        away = self.resident.node.secrets.away
        problems = {getattr(problem, "field", ""): problem} if problem else {}
        values = {
            "problems": problems,
            "missing": self.resident.away.missing(),
            "kept": int(away.get("kept", 0)) if away else 0,
            "tried": int(away.get("tried", 0)) if away else 0,
            "words": self.resident.away.my_words(self._language),
            **more,
        }
        return pages.show(request, Page(template, values), status=422 if problem else 200)

    # --- locking away ------------------------------------------------------------------------------------------------

    async def away(self, pages: RoomPages, request: Request) -> Response:
        """Say what it does, when it helps and when not, and what is still missing."""
        return self._show(pages, request, "away.html", None)

    async def locked(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Lock everything away; the room ends, and the passphrase opens the plain account from then on."""
        try:
            if self.resident.away.missing() is None:
                await self._bring_out()
            await asyncio.to_thread(self.resident.away.check, body.one("passphrase"))
        except (Malformed, Refused) as problem:
            return self._show(pages, request, "away.html", problem)
        self.resident.away.lock()  # in one go: whatever this room saves from here on is the plain account
        self.resident.lock(at_once=True)
        return gone("/")

    async def _bring_out(self) -> None:
        """Let what was written lately go out with the bundle, if the hub answers soon."""
        hub = self.resident.gate.client(self.resident.node.secrets.hub)
        with contextlib.suppress(Nasij, TimeoutError):
            await asyncio.wait_for(run_beside(hub, self.resident.away.keep()), LAST_SECONDS)

    async def tried(self, pages: RoomPages, request: Request, _body: Body) -> Response:
        """Try out whether friends could give everything back."""
        try:
            self.resident.away.try_out()
        except Refused as problem:
            return self._show(pages, request, "away.html", problem)
        return pages.go(AWAY)

    # --- the second passphrase ---------------------------------------------------------------------------------------

    async def second(self, pages: RoomPages, request: Request) -> Response:
        """Show the form, which is the same whether there is one or not."""
        return self._show(pages, request, "second.html", None, done="done" in request.query_params)

    async def second_set(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Set, change or remove it; what comes back is the same."""
        typed = (body.one("passphrase"), body.one("second"), body.one("again"))
        try:
            await asyncio.to_thread(self.resident.away.set_second, *typed)
        except (Malformed, Refused, Locked) as problem:
            return self._show(pages, request, "second.html", problem, done=False)
        return pages.go(SECOND + "?done")

    # --- giving back -------------------------------------------------------------------------------------------------

    async def back(self, pages: RoomPages, request: Request) -> Response:
        """Show who asks for the piece that is held here."""
        return self._back(pages, request, None)

    def _back(self, pages: RoomPages, request: Request, problem: Nasij | None) -> Response:
        away = self.resident.away
        asked = [
            (one.piece, one.member, away.words_of(one, self._language), one.tries)
            for one in sorted(away.asked.values(), key=lambda found: found.piece)
        ]
        return self._show(pages, request, "back.html", problem, asked=asked)

    async def gave(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Give the piece back once its holder has confirmed that they have spoken."""
        confirmed = [name for name in ("spoken", "alone", "words") if body.one(name)]
        hub = self.resident.gate.client(self.resident.node.secrets.hub)
        try:
            await asyncio.to_thread(self.resident.away.give, body.one("piece"), confirmed, hub)
        except Refused as problem:
            return self._back(pages, request, problem)
        return pages.go(BACK)
