"""The pages of one unlocked room: routes come from the areas, the rest from a short list of the room's own.

One door for every request: is the session ours, does the form come from here, has it been taken before. The page is
rendered once, in the member's language, and every answer ends its connection, so that the house routes the next one anew.
"""

import asyncio
import secrets
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nasij.errors import DiskFull, Locked, Malformed, Nasij, NotHereYet, Refused
from nasij.ids import is_id
from nasij.kit import charter
from nasij.kit.area import Act
from nasij.kit.fact import fields_of
from nasij.kit.field import Choice, Field, Text, mark
from nasij.kit.page import Item, Page
from nasij.node import record
from nasij.node.node import Node
from nasij.web import forms
from nasij.web.body import Body, read_body, read_digest
from nasij.web.faces import SETTING as FACE_SETTING
from nasij.web.faces import Face, face_of
from nasij.web.headers import Application, dressed, headers, leaving
from nasij.web.look import Look, act_at, pattern
from nasij.web.session import (
    COOKIE,
    Session,
    cookie_header,
    ended_cookie,
    from_here,
    mark_holds,
    masked,
)
from nasij.web.templates import fact_words, render, takes_typing
from nasij.web.words import Words

IDLE_PAGE_SECONDS = 900
REST_MAX = 60
NOT_FROM_HERE = mark("This form did not come from a page of ours, so nothing was done. Please open the page again.")
OPEN_WHILE_SHUT = frozenset({"/returns", "/returns/ask", "/exit", "/lock", "/language"})
SWITCHED_OFF = mark("The group does not use this at the moment.")
COMES_BACK = mark("What was written here is kept as before, and is here again when the group takes it up again.")
NOT_FOUND = mark("There is nothing here that you can see.")


class Resident(Protocol):
    """What the pages need of the room they belong to."""

    node: Node
    session: Session
    secure: bool
    parked: dict[str, dict[str, list[str]]]

    @property
    def shut(self) -> bool:
        """Whether this room was frozen: it shows the way back and nothing else."""

    def words(self) -> Words:
        """Return the member's language, digits and form of address."""

    def wrote(self) -> None:
        """Something waits for the hub."""

    def finished(self, facts: Sequence[Any]) -> list[Any]:
        """Return facts as they may leave the room: some need its keys to be complete."""

    def unsealed(self, record: str) -> Sequence[tuple[str, str]]:
        """Return what stands in a sealed file that this room may read now, as names of lines and words."""

    def beside(self) -> Sequence[Item]:
        """Return what waits for this member and stands in no view."""

    def lock(self, *, at_once: bool) -> None:
        """End this process once the answer is out; `at_once` without keeping anything first."""


Answer = Response
Getter = Callable[["RoomPages", Request], Awaitable[Answer]]
Poster = Callable[["RoomPages", Request, Body], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Own:
    """A page of the room itself, such as the invitation or the export."""

    get: Getter | None = None
    post: Poster | None = None


class RoomPages:
    """The application of one room."""

    def __init__(self, resident: Resident, own: Mapping[str, Own]) -> None:
        """Take the room and its own pages by path."""
        self.resident = resident
        self._one_photo = asyncio.Lock()  # the largest needs 150 MB while it is decoded, so one comes after another
        self.own = {
            "/": Own(get=home),
            "/exit": Own(get=_exit, post=_exit_posted),
            "/lock": Own(get=_lock_page, post=_lock),
            "/language": Own(post=_language),
            "/aside": Own(get=_aside),
            "/rest": Own(get=_rest),
            "/parts": Own(get=_parts),
            **own,
        }

    @property
    def node(self) -> Node:
        """The room's node."""
        return self.resident.node

    def app(self) -> Application:
        """Return the ASGI application."""
        return dressed(Starlette(routes=[Route("/{path:path}", self._receive, methods=["GET", "HEAD", "POST"])]))

    async def _receive(self, request: Request) -> Answer:
        """Answer one request; the second broad catch of nasij, and a door: what is our mistake is not told in values."""
        path = request.url.path
        try:
            if not self.resident.session.knows(request.cookies.get(COOKIE, "")):
                return closing(Response(status_code=303, headers={"location": "/"}))
            if self.resident.shut and path not in OPEN_WHILE_SHUT:
                return self.go("/returns")
            if request.method == "POST":
                return await self._post(request, path)
            return await self._get(request, path)
        except NotHereYet:
            return self.show(request, Page("error.html", _error(NOT_FOUND, "")), status=404)
        except Nasij as problem:
            return self.show(request, Page("error.html", _error(problem.sentence, problem.advice, problem)), status=400)
        except Exception as mistake:  # noqa: BLE001
            note_mistake(mistake)
            return self.show(
                request,
                Page("error.html", _error(mark("Something went wrong here. Nothing was lost."), "")),
                status=500,
            )

    async def _get(self, request: Request, path: str) -> Answer:
        if path not in OPEN_WHILE_SHUT and (look := self.look(request)).is_off(path):
            return self._switched_off(request, look, [], 200)
        own = self._own(request, path)
        if own is not None:
            if own.get is None:
                raise NotHereYet
            return await own.get(self, request)
        look = self.look(request)
        line = look.page_at(path)
        acted = look.act_at(path)
        if acted is not None and (line is None or "{" in line.path):
            return self._form(request, look, acted[0], path)
        return self.show(request, look.page(path), look=look)

    def _own(self, request: Request, path: str) -> Own | None:
        """Return the room's own page at a path; values in the path are then the request's."""
        if path in self.own:
            return self.own[path]
        for known, own in self.own.items():
            found = pattern(known).fullmatch(path) if "{" in known else None
            if found:
                request.path_params.update(found.groupdict())
                return own
        return None

    def _form(self, request: Request, look: Look, act: Act, path: str) -> Answer:
        if not act.by.fits(look.me):
            raise NotHereYet
        return self.show(request, forms.act_page(look, act, path, self.resident.parked.pop(path, None)), look=look)

    async def _post(self, request: Request, path: str) -> Answer:
        if not from_here(request):
            raise Refused(NOT_FROM_HERE)
        digest = self._digest_at(path)
        body = await (read_digest if digest else read_body)(request)
        if not mark_holds(body.one(forms.TOKEN_FIELD), self.resident.session.mark):
            raise Refused(NOT_FROM_HERE)
        led = self.resident.session.led_to(body.one(forms.ONCE_FIELD))
        if led:
            return self.go(led)
        if path not in OPEN_WHILE_SHUT and (look := self.look(request)).is_off(path):
            return self._switched_off(request, look, _typed(look, path, body), 409)
        own = self._own(request, path)
        if own is not None:
            if own.post is None:
                raise NotHereYet
            return await own.post(self, request, body)
        look = self.look(request)
        acted = look.act_at(path)
        if acted is None or not acted[0].by.fits(look.me):
            raise NotHereYet
        if digest:
            body.fields[digest] = [body.digest or "".join(body.one(digest).split()).lower()]
        photo = await self._photo(acted[0], body)
        led = self.resident.session.led_to(body.one(forms.ONCE_FIELD))  # the same form may have come again meanwhile
        return self.go(led) if led else self._act(request, acted, path, body, photo)

    def _switched_off(self, request: Request, look: Look, kept: list[tuple[str, str]], status: int) -> Answer:
        """Say that the group does not use this now; what somebody was writing meanwhile is shown to be copied."""
        values = {"problem": Refused(SWITCHED_OFF, advice=COMES_BACK), "back": "/parts", "kept": kept}
        return self.show(request, Page("error.html", values), look=look, status=status)

    def _digest_at(self, path: str) -> str:
        """Return the field of a form that takes the hash of a file, if the form at this path has one."""
        acted = act_at(self.node.areas, path) if path not in self.own else None
        return acted[0].digest if acted is not None else ""

    async def _photo(self, act: Act, body: Body) -> bytes | Malformed:
        """Re-encode the photo of a form beside the pages, so that nothing but the picture is left; or say why not."""
        if not act.picture or not body.file:
            return b""
        from nasij.web.photos import reencode

        try:
            async with self._one_photo:
                return await asyncio.to_thread(reencode, body.file)
        except Malformed as problem:
            return problem

    def _act(
        self, request: Request, acted: tuple[Act, dict[str, str]], path: str, body: Body, photo: bytes | Malformed
    ) -> Answer:
        act, params = acted
        look = self.look(request)
        broken = {act.picture: photo} if isinstance(photo, Malformed) else {}
        picture = b"" if isinstance(photo, Malformed) else photo
        reading = forms.read(act, body.fields, params, self.node.db, look.me, picture)
        problems: Mapping[str, Nasij] = {**reading.problems, **broken}
        if reading.form is not None and not broken:
            try:
                where = self.state(act, reading.form, look)
            except (Refused, Malformed, NotHereYet, DiskFull) as problem:
                field = getattr(problem, "field", "") or forms.ANY_PROBLEM
                problems = {field: problem}
            else:
                self.resident.session.remember(body.one(forms.ONCE_FIELD), where)
                return self.go(where)
        page = forms.act_page(look, act, path, reading.kept, problems)
        return self.show(request, page, look=look, status=422)

    def state(self, act: Act, form: Any, look: Look) -> str:
        """State what a filled form says; returns where to go next."""
        facts = self.resident.finished(act.make(self.node.db, look.me, form) if act.make else [form])
        if facts:
            record.state(self.node, facts)
            self.resident.wrote()
        values: dict[str, Any] = {}
        for stated in [*reversed(facts), form]:
            values.update(
                {name: _in_address(kind, getattr(stated, name)) for name, kind in fields_of(type(stated)).items()}
            )
        return act.then.format(**values)

    # --- answers -------------------------------------------------------------------------------------------------

    def look(self, request: Request) -> Look:
        """Return what this person looks at this page with."""
        node = self.node
        face, words = self.face(), self.resident.words()
        areas, off = forms.parted(node.areas, charter.switched_off(node.db))
        return Look(
            words=words,
            path=request.url.path,
            me=node.by(),
            db=node.db,
            areas=areas,
            off=off,
            token=masked(self.resident.session.mark),
            nonce=secrets.token_urlsafe(12),
            name_of=lambda member: name_of(node, member),
            saved_mark=lambda found: "here" if node.is_waiting(found) else "hub",
            unsealed=self.resident.unsealed,
            sample=node.secrets.sample,
            cover_title=words.gettext(face.title) if face.title else "",
            cover_icon=face.icon,
            notices=tuple(notices(node)),
        )

    def face(self) -> Face:
        """Return the face that this person's group chose."""
        return face_of(charter.value(self.node.db, FACE_SETTING))

    def show(self, request: Request, page: Page, *, look: Look | None = None, status: int = 200) -> Answer:
        """Render a page for this person."""
        look = look or self.look(request)
        html = render(look, page)
        idle = 0 if takes_typing(html) else IDLE_PAGE_SECONDS
        answer = Response(html, status_code=status, media_type="text/html")
        answer.raw_headers.extend(headers(look.nonce, private=True, idle_seconds=idle))
        self.keep_cookie(request, answer)
        return closing(answer)

    def keep_cookie(self, request: Request, answer: Answer) -> None:
        """Send the session cookie again, as every private answer must."""
        cookie = cookie_header(request.cookies.get(COOKIE, ""), secure=self.resident.secure)
        answer.raw_headers.append((b"set-cookie", cookie))

    def go(self, where: str) -> Answer:
        """Send the browser on after a form."""
        answer = Response(status_code=303, headers={"location": where})
        answer.raw_headers.extend(headers("", private=True))
        return closing(answer)

    def download(self, request: Request, raw: bytes, name: str, kind: str = "application/octet-stream") -> Answer:
        """Return bytes to save, under a name that says nothing."""
        answer = Response(raw, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
        answer.raw_headers.extend(headers("", private=True))
        self.keep_cookie(request, answer)
        return closing(answer)


def _typed(look: Look, path: str, body: Body) -> list[tuple[str, str]]:
    """Return what was typed into the form of an act that is switched off, by the labels of its fields."""
    acted = act_at(look.off, path)
    kinds = fields_of(acted[0].form) if acted is not None else {}
    found = ((kind.label, body.one(name).strip()) for name, kind in kinds.items() if isinstance(kind, Text))
    return [(look.words.gettext(label), words) for label, words in found if label and words]


def _in_address(kind: Field, value: Any) -> Any:
    return kind.of.in_address(value) if isinstance(kind, Choice) else value


def note_mistake(mistake: Exception) -> None:
    """Write what kind of mistake of ours it was, and where, to the error stream; never a value."""
    places = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
        for frame in traceback.extract_tb(mistake.__traceback__)[-3:]
    ]
    print(f"mistake: {type(mistake).__name__} at {' < '.join(reversed(places))}", file=sys.stderr, flush=True)  # noqa: T201


def closing(answer: Answer) -> Answer:
    """End the connection after this answer."""
    answer.headers["connection"] = "close"
    return answer


def name_of(node: Node, member: str) -> str | None:
    """Return what a member is called, where this room may know it."""
    row = node.db.execute("select alias from called where member = ?", (member,)).fetchone()
    return str(row[0]) if row and row[0] else None


def notices(node: Node) -> list[str]:
    """Return the sentences that stand above every page: why nothing is written, and what people should know."""
    return [sentence for sentence in (node.alarm, *dict.fromkeys(node.alarms[-3:])) if sentence]


def _error(sentence: str, advice: str, problem: Nasij | None = None) -> dict[str, Any]:
    return {"problem": problem or Nasij(sentence, advice=advice)}


async def home(pages: RoomPages, request: Request) -> Answer:
    """Show the first of what waits and of what this person took on."""
    look = pages.look(request)
    told = [{"sentence": t.sentence, "advice": t.advice, "fact": t.fact} for t in pages.node.told]
    found = gathered(look, pages.resident.beside())
    values = {**found, "told": told, "pending": len(pages.node.outbox.items)}
    return pages.show(request, Page("home.html", values), look=look)


async def _rest(pages: RoomPages, request: Request) -> Answer:
    """Show all of it, up to what a slow line carries."""
    look = pages.look(request)
    found = gathered(look, pages.resident.beside())
    left = sum(max(0, len(lines) - REST_MAX) for lines in found.values())
    shown = {name: lines[:REST_MAX] for name, lines in found.items()}
    return pages.show(request, Page("rest.html", {**shown, "left": left}), look=look)


async def _parts(pages: RoomPages, request: Request) -> Answer:
    """Show what this group uses and what it does not, and what cannot be switched off."""
    look = pages.look(request)
    off, gone = charter.switched_off(pages.node.db), {area.name for area in look.off.areas}
    titles = {area.name: area.title for area in pages.node.areas.areas}
    found = [
        {
            "title": area.title,
            "switch": charter.switch_of(area.name) if charter.can_be_switched(area.name) else "",
            "off": area.name in off,
            "missing": [titles[name] for name in area.rests_on if name in gone],
            "carries": [titles[more.name] for more in pages.node.areas.areas if area.name in more.rests_on],
        }
        for area in pages.node.areas.areas
        if area.pages
    ]
    return pages.show(request, Page("parts.html", {"parts": found}), look=look)


def gathered(look: Look, beside: Sequence[Item]) -> dict[str, list[Item]]:
    """Return what waits and what is under way, from all areas, the most harmful to leave first.

    What is urgent in the network waits for whoever is shown it, so it is counted in the same order, and marked. Where two
    would do the same harm, the order of the areas decides.
    """
    lists: dict[str, list[Item]] = {"waiting": list(beside), "mine": []}
    judged: dict[str, bool] = {}

    def opens(path: str) -> bool:
        """Say whether this person may open a path; records of a kind are all alike in that, and there can be hundreds."""
        head, _, record = path.rpartition("/")
        kind = head if is_id(record) else path
        if kind not in judged:
            judged[kind] = look.opens(path)
        return judged[kind]

    for area in look.areas.areas:
        for name, asks in (("waiting", (area.urgent, area.waiting)), ("mine", (area.mine,))):
            for ask in asks:
                if ask is not None and look.db is not None:
                    found = (item for item in ask(look.db, look.me) if opens(item.path))
                    lists[name].extend((replace(i, network=True) for i in found) if ask is area.urgent else found)
    return {name: sorted(found, key=lambda item: item.harm) for name, found in lists.items()}


def gone(where: str = "/leave") -> Answer:
    """Return the answer that ends a session in the browser."""
    answer = Response(status_code=303, headers={"location": where})
    answer.raw_headers.extend(leaving())
    answer.raw_headers.append((b"set-cookie", ended_cookie()))
    return closing(answer)


async def _exit(pages: RoomPages, _request: Request) -> Answer:
    where = pages.face().path
    pages.resident.lock(at_once=True)
    return gone(where)


async def _exit_posted(pages: RoomPages, request: Request, _body: Body) -> Answer:
    return await _exit(pages, request)


async def _lock_page(pages: RoomPages, request: Request) -> Answer:
    return await _lock(pages, request, Body())


async def _lock(pages: RoomPages, _request: Request, _body: Body) -> Answer:
    pages.resident.lock(at_once=False)
    return gone("/")


async def _language(pages: RoomPages, request: Request, body: Body) -> Answer:
    settings = pages.node.secrets.settings
    for name, allowed in (
        ("language", ("ar", "en")),
        ("digits", ("latin", "arabic")),
        ("address", ("", "f", "m", "pl")),
    ):
        if body.one(name) in allowed and name in body.fields:
            settings[name] = body.one(name)
    back = body.one("back")
    return pages.go(back if back.startswith("/") and not back.startswith("//") else "/")


async def _aside(pages: RoomPages, request: Request) -> Answer:
    """Show what was set aside, first of it what one said oneself; what only began before one's time is counted, not listed."""
    db, unknown = pages.node.db, NotHereYet().sentence
    rows = db.execute(
        "select name, reason, day from aside where reason <> ? order by place desc limit 200", (unknown,)
    ).fetchall()
    words = fact_words(pages.node.areas)
    found = [{"what": words.get(name) or mark("An entry"), "reason": reason, "day": day} for name, reason, day in rows]
    mine = [
        {
            "what": words.get(t.name) or mark("An entry"),
            "reason": t.sentence,
            "advice": t.advice,
            "words": _own_words(t.fact),
        }
        for t in pages.node.told
    ]
    earlier = db.execute("select count(*) from aside where reason = ?", (unknown,)).fetchone()[0]
    return pages.show(request, Page("aside.html", {"mine": mine, "lines": found, "earlier": earlier}))


def _own_words(fact: Any) -> list[str]:
    """Return what somebody wrote with their own hand into a fact that came to nothing."""
    if fact is None:
        return []
    return [
        str(getattr(fact, name))
        for name, kind in fields_of(type(fact)).items()
        if isinstance(kind, Text) and getattr(fact, name)
    ]


__all__ = ["Locked", "Own", "Resident", "RoomPages", "closing", "gone", "home", "is_id", "name_of"]
