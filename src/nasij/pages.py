"""Pages of a room that need more than its view: the kit, invitations, the newcomer's waiting room, what one takes along."""

import asyncio
import base64
import io
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nasij import books, frozen
from nasij.archive import seal_archive
from nasij.areas import people
from nasij.bringing import bringing_pages
from nasij.directory_files import directory_pages
from nasij.errors import HubUnreachable, Malformed, Nasij, NotHereYet, Refused
from nasij.finding import finding_pages
from nasij.gate import KIT_SIZE, kit_words, read_kit, write_link
from nasij.kit import who
from nasij.kit.field import mark
from nasij.kit.page import Page
from nasij.lessons import lesson_pages
from nasij.line import KEPT_DAYS
from nasij.locking import locking_pages
from nasij.node import room
from nasij.reports import report_pages
from nasij.resident import Resident
from nasij.returning import is_lost
from nasij.seal import words as spoken
from nasij.seal.primitives import random_key
from nasij.sync import invite
from nasij.taken import exposure_pages
from nasij.web.body import Body
from nasij.web.server import Own, RoomPages, home
from nasij.web.templates import who_sees_table

INVITE_PATH = "/invite"
BOOKS_FOR = mark("The books are for trusted members.")


def own_pages(resident: Resident) -> Mapping[str, Own]:
    """Return the room's own pages by path."""
    extra = Extra(resident)
    pages = {
        "/kit": Own(get=extra.kit, post=extra.kit_tried),
        "/invite": Own(get=extra.invite, post=extra.invite_made),
        "/export": Own(get=extra.export, post=extra.exported),
        "/fund/export": Own(get=extra.books, post=extra.books_saved),
        "/who-sees": Own(get=extra.who_sees),
        "/safety": Own(get=extra.safety),
        "/compare": Own(get=extra.compare, post=extra.compared),
        "/told": Own(post=extra.told),
        "/returns": Own(get=extra.returns, post=extra.brought_back),
        "/returns/ask": Own(post=extra.asked_back),
        "/guest": Own(get=extra.guest, post=extra.guest_said),
        "/guest/withdraw": Own(post=extra.guest_withdrew),
        "/guest/in": Own(post=extra.guest_came_in),
        **bringing_pages(resident),
        **directory_pages(resident),
        **exposure_pages(resident),
        **finding_pages(),
        **locking_pages(resident),
        **lesson_pages(resident),
        **report_pages(resident),
    }
    if resident.node.secrets.joining.get("base"):
        pages["/"] = Own(get=extra.guest)
    return pages


class Extra:
    """The pages, for one resident."""

    def __init__(self, resident: Resident) -> None:
        """Take the room."""
        self.resident = resident
        self._new_kit = b""
        self._made: dict[str, Any] = {}

    @property
    def _language(self) -> str:
        return str(self.resident.node.secrets.settings.get("language", "ar"))

    # --- the recovery kit ----------------------------------------------------------------------------------------

    async def kit(self, pages: RoomPages, request: Request) -> Response:
        """Explain the kit and show its words; then have them typed once."""
        if not self._new_kit:
            self._new_kit = random_key()[:KIT_SIZE]
        step = "try" if "try" in request.query_params else "show"
        words = kit_words(self._new_kit, self._language)
        has = bool(self.resident.node.secrets.kit)
        return pages.show(request, Page("kit.html", {"step": step, "kit_words": words, "has_kit": has, "problems": {}}))

    async def kit_tried(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Take the kit into use once its words were typed right; the first backup goes to the hub at once."""
        problems: dict[str, Nasij] = {}
        try:
            if read_kit(body.one("kit")) != self._new_kit or not self._new_kit:
                raise Malformed(mark("These words are not the ones that were shown."), field="kit")
            await self._use_kit()
        except Nasij as problem:
            problems[getattr(problem, "field", "")] = problem
            values = {"step": "try", "kit_words": [], "has_kit": False, "problems": problems}
            return pages.show(request, Page("kit.html", values), status=422)
        return pages.go("/")

    async def _use_kit(self) -> None:
        node = self.resident.node
        node.secrets.kit, self._new_kit = self._new_kit, b""
        room.save_vault(node, self.resident.folder)
        try:
            await self.resident.back_up(self.resident.gate.client(node.secrets.hub))
        except HubUnreachable:
            self.resident.wrote()  # it follows as soon as the hub answers

    # --- inviting ------------------------------------------------------------------------------------------------

    async def invite(self, pages: RoomPages, request: Request) -> Response:
        """Explain inviting; once one was made, show what to hand on, until the next page."""
        look = pages.look(request)
        if not look.me.trusted:
            raise Refused(mark("Members who have become trusted can invite."))
        made, self._made = self._made, {}
        values: dict[str, Any] = {"made": bool(made), "left": people.invitations_left(self.resident.node.db, look.me)}
        if made:
            path = write_link(made["link"], self._public_hub())
            link = f"{request.url.scheme}://{request.headers.get('host', '')}/j/{path}"
            values |= {"link": link, "five": made["words"], "qr": _qr(link), "expires_at": made["expires_at"]}
        return pages.show(request, Page("invite.html", values), look=look)

    def _public_hub(self) -> str:
        return "" if self.resident.node.secrets.hub == "local" else self.resident.node.secrets.hub

    async def invite_made(self, pages: RoomPages, _request: Request, _body: Body) -> Response:
        """Make an invitation."""
        hub = self.resident.gate.client(self.resident.node.secrets.hub)
        self._made = self.resident.joining.make(self._language, hub)
        return pages.go("/invite")

    # --- the waiting room ----------------------------------------------------------------------------------------

    async def guest(self, pages: RoomPages, request: Request) -> Response:
        """Show a newcomer how far their request is."""
        words = self.resident.joining.words_of_welcome()
        if words and request.url.path == "/guest":
            return pages.show(request, Page("guest.html", {"status": "accepted", "farewell": words}))
        if not self.resident.node.secrets.joining.get("base"):
            return await home(pages, request)
        return self._waiting_room(pages, request)

    async def guest_came_in(self, pages: RoomPages, _request: Request, _body: Body) -> Response:
        """Let go of the words of welcome once they were read."""
        self.resident.joining.came_in()
        return pages.go("/")

    def _waiting_room(
        self, pages: RoomPages, request: Request, typed: str = "", problem: Nasij | None = None
    ) -> Response:
        joining = self.resident.node.secrets.joining
        values = {
            "status": {"waiting": "sent"}.get(joining["state"], joining["state"]),
            "compare": joining["compare"].split(),
            "questions": joining.get("questions", []),
            "first_questions": people.FIRST_QUESTIONS,
            "messages": [(kind == "them", words) for kind, _, words in joining["items"]],
            "farewell": joining.get("words", ""),
            "typed": typed,
            "problems": {getattr(problem, "field", ""): problem} if problem else {},
        }
        return pages.show(request, Page("guest.html", values), status=422 if problem else 200)

    async def guest_said(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Say something to those who read the request; what did not go out stays in its box."""
        if not self.resident.node.secrets.joining.get("base"):
            raise NotHereYet
        hub = self.resident.gate.client(self.resident.node.secrets.hub)
        try:
            await asyncio.to_thread(self.resident.joining.say, body.one("words"), hub)
        except (Malformed, HubUnreachable) as problem:
            return self._waiting_room(pages, request, body.one("words"), problem)
        return pages.go("/")

    async def guest_withdrew(self, pages: RoomPages, _request: Request, _body: Body) -> Response:
        """Take the request back."""
        if not self.resident.node.secrets.joining.get("base"):
            raise NotHereYet
        hub = self.resident.gate.client(self.resident.node.secrets.hub)
        await asyncio.to_thread(self.resident.joining.withdraw, hub)
        return pages.go("/")

    # --- what is written about oneself ---------------------------------------------------------------------------

    async def export(self, pages: RoomPages, request: Request) -> Response:
        """Explain taking one's trace along."""
        return pages.show(request, Page("export.html", {"values": {}, "problems": {}, "ready": ""}))

    async def exported(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Return the sealed archive."""
        passphrase = body.one("passphrase")
        good, sentence, advice = spoken.strength(passphrase, [])
        if not good:
            problems = {"passphrase": Malformed(sentence, advice=advice)}
            return pages.show(
                request, Page("export.html", {"values": {}, "problems": problems, "ready": ""}), status=422
            )
        cost = self.resident.gate.settings.argon_cost
        raw = await asyncio.to_thread(seal_archive, self.resident.node, passphrase, cost)
        return pages.download(request, raw, "file-1.bin")

    async def books(self, pages: RoomPages, request: Request) -> Response:
        """Explain taking the books of the fund along."""
        if not pages.look(request).me.trusted:
            raise Refused(BOOKS_FOR)
        return pages.show(request, Page("fund/export.html", {"problems": {}}))

    async def books_saved(self, pages: RoomPages, request: Request, body: Body) -> Response:
        """Return the books as a file, made from the published lines only."""
        look = pages.look(request)
        if not look.me.trusted or look.db is None:
            raise Refused(BOOKS_FOR)
        made = {"beancount": books.beancount, "csv": books.sheet}.get(body.one("form"))
        if made is None:
            problem = Malformed(mark("Please choose one from the list."), field="form")
            return pages.show(request, Page("fund/export.html", {"problems": {"form": problem}}), status=422)
        return pages.download(request, made(look.db).encode(), "file-2.txt", "text/plain; charset=utf-8")

    async def who_sees(self, pages: RoomPages, request: Request) -> Response:
        """Show the table of who may say and who reads what."""
        look = pages.look(request)
        parts = who_sees_table(look, pages.node.areas)
        return pages.show(request, Page("about-who-sees.html", {"parts": parts}), look=look)

    async def safety(self, pages: RoomPages, request: Request) -> Response:
        """Show what is protected and what is not."""
        values = {"own_house": self.resident.gate.own_house, "window_days": KEPT_DAYS}
        return pages.show(request, Page("safety.html", values))

    # --- the way back ------------------------------------------------------------------------------------------------

    async def returns(self, pages: RoomPages, request: Request) -> Response:
        """Show this room's own request for the way back, or the rooms that ask for it."""
        returning = self.resident.returning
        mine = returning.mine()
        values = {
            "lost": is_lost(self.resident.node),
            "shut": self.resident.shut,
            "words": returning.words_of(mine, self._language) if mine else [],
            "asking": [
                {
                    "member": asking.member,
                    "called": returning.name_of(asking.member),
                    "words": returning.words_of(asking, self._language),
                    "frozen": bool(frozen.freeze_of(self.resident.node, asking.member)),
                    "said": bool(
                        asking.keys and frozen.agreed(self.resident.node, asking.member, asking.keys.sign_key)
                    ),
                }
                for asking in sorted(returning.asking.values(), key=lambda found: found.member)
            ],
            "burnt": [returning.name_of(member) for member in sorted(returning.burnt)],
        }
        return pages.show(request, Page("returns.html", values))

    async def brought_back(self, pages: RoomPages, _request: Request, body: Body) -> Response:
        """Bring somebody's room back after this room's member has spoken with them."""
        self.resident.returning.bring_back(body.one("member"))
        return pages.go("/returns")

    async def asked_back(self, pages: RoomPages, _request: Request, _body: Body) -> Response:
        """Ask for the way back out of a freeze, with the keys of a new device."""
        if not self.resident.shut:
            raise NotHereYet
        self.resident.returning.ask_with_new_keys()
        return pages.go("/returns")

    # --- comparing stories ---------------------------------------------------------------------------------------

    async def compare(self, pages: RoomPages, request: Request) -> Response:
        """Show four words for the story so far, to compare with somebody else's by voice."""
        node = self.resident.node
        words = spoken.speak(invite.compare_head(node.secrets.network, node.place, node.head), self._language, 4)
        values = {"words": words, "place": node.place, "stopped": bool(node.alarm)}
        return pages.show(request, Page("compare.html", values))

    async def compared(self, pages: RoomPages, _request: Request, body: Body) -> Response:
        """Write again after people have decided that this room's story is the right one."""
        if body.one("sure") != "yes":
            raise NotHereYet
        self.resident.node.alarm = ""
        self.resident.node.alarms.clear()
        self.resident.wrote()
        return pages.go("/")

    async def told(self, pages: RoomPages, _request: Request, _body: Body) -> Response:
        """Let go of what could not be done, once it was read."""
        self.resident.node.told.clear()
        self.resident.desk.save()
        return pages.go("/")


def _qr(link: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="png", scale=6, border=2)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


__all__ = ["Extra", "own_pages", "who"]
