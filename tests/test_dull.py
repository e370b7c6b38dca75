"""The dull face and the quick exit: what a house, a browser and its profile show to whoever looks over a shoulder or later.

Words that tell something are looked for in what others see without opening a room: addresses, titles, icons, names of files,
headers, and the pages before and after. Inside an open room a page says what it is about.
"""

import http.client
import re
import sqlite3
import threading
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from nasij.areas import AREAS
from nasij.web.faces import FACES
from nasij.web.look import KERNEL_PATHS
from nasij.web.session import IDLE_SECONDS, LIFE_SECONDS, Session, hash_of
from tests.screens import ARGUMENTS, CHROMIUM, NEEDS_CHROMIUM
from tests.walker import PHRASE, House, Walker

NETWORK, ALIAS, ROOM = "Zebrawood", "Khuzama", "pantry"

# Whole words, in three languages: what the group is about, what it does, and what makes a stranger look twice.
TELLING = frozenset(
    """
    nasij lgbt lgbtq lgbti lgbtqi queer gay gays lesbian lesbians bisexual trans transgender transsexual homo homosexual
    homosexuality sex sexual sexuality rainbow pride hiv aids hormone hormones abortion activist activism dissident
    opposition protest revolution underground clandestine secret secrets hidden encrypted encryption cipher crypto vpn tor
    anonymous asylum refugee refugees blackmail arrest arrests police prison torture shelter violence deviant debauchery
    lesbienne homosexuel homosexuelle homosexualité transgenre sexe sexualité fierté sida vih avortement militant militante
    dissidence manifestation révolution clandestin clandestine chiffré chiffrement anonyme asile réfugié réfugiés chantage
    arrestation prisonnier
    نسيج مثلي مثلية مثليون مثليين مثليات مثليه شاذ شاذة شواذ شذوذ لوطي لواط سحاقية سحاق كوير ميم عابر عابرة عابرات عابرون متحول
    متحولة جنس جنسي جنسية جنسانية فخر ناشط ناشطة ناشطون معارض معارضة احتجاج مظاهرة ثورة سري سرية أسرار سر خفي مشفر تشفير مجهول
    لاجئ لاجئة لاجئين لجوء إيدز هرمون هرمونات إجهاض ابتزاز توقيف اعتقال شرطة سجن تعذيب هروب ملجأ فجور
    """.split()
)
GONE = {
    "etag",
    "last-modified",
    "server",
    "x-powered-by",
    "x-request-id",
    "strict-transport-security",
    "content-encoding",
}
ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
POLICY = re.compile(
    r"default-src 'none'; style-src (?:'nonce-[\w-]{16}'|'none'); img-src 'self' data:; form-action 'self'; "
    r"frame-ancestors 'none'; base-uri 'none'"
)
NO_SENSORS = {
    "camera",
    "microphone",
    "geolocation",
    "payment",
    "usb",
    "clipboard-read",
    "clipboard-write",
    "accelerometer",
}
_LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
_ENDS = ("/exit", "/lock", "/language", "/start")


def told(text: str) -> set[str]:
    """Return the telling words of a text, with and without an Arabic article, and the network's name."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", unquote(text))}
    words |= {word[2:] for word in words if word.startswith("ال")}
    return (words & TELLING) | ({NETWORK} if NETWORK.lower() in text.lower() else set())


def words_of(html: str) -> str:
    """Return what a page shows, and its title, without tags and style."""
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)))


def title(html: str) -> str:
    """Return what stands in a page's head: title and icon."""
    head = html.partition("</head>")[0]
    return " ".join(re.findall(r"<title>(.*?)</title>", head) + re.findall(r'<link rel="icon" href="([^"]*)"', head))


def dressed(answer: dict[str, str]) -> list[str]:
    """Return what is wrong with the headers of an answer."""
    faults = [f"{name}: {answer.get(name)}" for name, value in ALWAYS.items() if answer.get(name) != value]
    if not POLICY.fullmatch(answer.get("content-security-policy", "")):
        faults.append("content-security-policy: " + answer.get("content-security-policy", ""))
    off = answer.get("permissions-policy", "")
    faults += [f"{name} is not off" for name in NO_SENSORS if f"{name}=()" not in off]
    faults += [f"there is {name}" for name in GONE & set(answer)]
    return faults + [f"{word} in a header" for word in told(" ".join([*answer, *answer.values()]))]


def bare(house: House, method: str, path: str, cookie: str = "", body: bytes = b"") -> tuple[int, dict[str, str], str]:
    """Send one request and return status, headers and words, following nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
    headers = {"Host": f"127.0.0.1:{house.port}", "Accept-Language": "en"}
    if cookie:
        headers["Cookie"] = f"n={cookie}"
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    raw = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, raw


def same_for_all(answer: tuple[int, dict[str, str], str]) -> tuple[Any, ...]:
    """Return an answer without what is made anew each time."""
    status, headers, html = answer
    html = re.sub(r'(nonce|value)="[\w=-]*"', "", html)
    html = re.sub(r'id="[^"]*"|<strong>[^<]*</strong>', "", html)
    kept = {name: value for name, value in headers.items() if name not in ("date", "content-length")}
    kept["content-security-policy"] = kept.get("content-security-policy", "")[:20]
    return status, sorted(kept.items()), html


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("dull") / "home") as house:
        walker = Walker(house)
        walker.found(NETWORK, ALIAS, ROOM)
        walker.get("/exit")
        yield house


@pytest.fixture(scope="module")
def routes(house: House) -> dict[str, tuple[dict[str, str], str]]:
    """Every page that links lead to in a room of one's own: its headers and its words."""
    walker = Walker(house)
    walker.open(ROOM)
    found: dict[str, tuple[dict[str, str], str]] = {}
    ahead, known = ["/"], {"/"}
    while ahead:
        path = ahead.pop(0)
        html = walker.get(path)
        if walker.status != 200 or walker.path != path:
            continue
        found[path] = ({name.lower(): value for name, value in walker.headers}, html)
        new = {unescape(link) for link in _LINK.findall(html)} - known
        ahead += sorted(link for link in new if not link.startswith(_ENDS))
        known |= new
    walker.get("/exit")
    assert len(found) > 60
    return found


# --- words and headers, without a browser --------------------------------------------------------------------------------


def test_the_list_of_telling_words_finds_them() -> None:
    assert told("/aid/queer-list") == {"queer"}
    assert told("المثلية") == {"مثلية"}
    assert told("file-1.bin Page 3 /fund/transfer") == set()
    assert told(f"welcome to {NETWORK.lower()}") == {NETWORK}


def test_no_address_tells() -> None:
    paths = {line.path for area in AREAS for line in (*area.pages, *area.acts)} | KERNEL_PATHS
    assert {path: told(path) for path in paths if told(path)} == {}
    assert {face.path for face in FACES} <= KERNEL_PATHS


@pytest.mark.slow
class TestHouse:
    def test_titles_icons_and_headers_of_every_page_tell_nothing(
        self, routes: dict[str, tuple[dict[str, str], str]]
    ) -> None:
        faults = {
            path: found
            for path, (headers, html) in routes.items()
            if (found := [*dressed(headers), *told(path), *told(title(html))])
        }
        assert faults == {}

    def test_the_session_cookie_comes_with_every_page_and_only_this_house_and_no_script_gets_it(
        self, routes: dict[str, tuple[dict[str, str], str]]
    ) -> None:
        """Sent again each time, or the browser brings the page back from memory; it ends with the browser."""
        for path, (headers, _) in routes.items():
            cookie = headers["set-cookie"]
            assert re.fullmatch(r"n=[\w-]{43}; HttpOnly; SameSite=Strict; Path=/", cookie), (path, cookie)

    def test_leaving_stands_first_on_every_page(self, routes: dict[str, tuple[dict[str, str], str]]) -> None:
        first = re.compile(r"<(?:a|button|input|select|textarea|summary)\b[^>]*>")
        for path, (_, html) in routes.items():
            found = first.search(html.partition("<body>")[2])
            assert found and 'href="/exit"' in found[0], path

    def test_what_is_before_and_after_a_room_tells_nothing_at_all(self, house: House) -> None:
        for path in ("/", "/leave", "/notes", "/units", "/books", "/exit", "/lock", "/robots.txt", "/open", "/j/x"):
            status, headers, words = bare(house, "GET", path)
            assert status in (200, 303), path
            assert dressed(headers) == [], path
            assert told(words_of(words)) == set(), path

    @pytest.mark.parametrize(
        "way", [("PUT", "/"), ("OPTIONS", "/"), ("GET", "/none"), ("POST", "/aid/ask"), ("HEAD", "/")]
    )
    def test_no_answer_goes_out_bare(self, house: House, way: tuple[str, str]) -> None:
        """Refusals, redirects, what nobody foresaw: all with the same headers, with and without a session."""
        walker = Walker(house)
        walker.open(ROOM)
        for cookie in ("", walker.cookies["n"]):
            _, headers, words = bare(house, *way, cookie=cookie)
            assert dressed(headers) == []
            assert told(words_of(words)) <= {NETWORK}

    @pytest.mark.parametrize("way", ["/exit", "/lock"])
    def test_leaving_ends_the_session_and_clears_the_browser(self, house: House, way: str) -> None:
        """Afterwards the old cookie gets what no cookie gets, on every kind of request."""
        walker = Walker(house)
        walker.open(ROOM)
        old = walker.cookies["n"]
        assert ALIAS in bare(house, "GET", "/me", cookie=old)[2]
        status, headers, words = bare(house, "GET", way, cookie=old)
        assert (status, words) == (303, "")
        assert headers["location"] in ("/leave", "/")
        assert headers["clear-site-data"] == '"cache", "cookies", "storage"'
        assert headers["set-cookie"] == "n=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
        for path in ("/me", "/people", "/", "/exposure", "/none"):
            assert same_for_all(bare(house, "GET", path, cookie=old)) == same_for_all(bare(house, "GET", path)), path

    def test_downloads_have_names_that_say_nothing(self, house: House) -> None:
        walker = Walker(house)
        walker.open(ROOM)
        for path, fields in (("/export", {"passphrase": PHRASE}), ("/fund/export", {"form": "csv"})):
            walker.get(path)
            walker.post(path, **fields)
            headers = {name.lower(): value for name, value in walker.headers}
            assert re.fullmatch(r'attachment; filename="file-\d\.(?:bin|txt)"', headers["content-disposition"])
            assert dressed(headers) == []

    def test_a_group_chooses_its_face_and_the_locked_house_keeps_it(self, house: House) -> None:
        """Title and icon of every page, the page after leaving, and the first page, from which a quiet link leads on."""
        walker = Walker(house)
        for face in (*FACES[1:], FACES[0]):
            walker.open(ROOM)
            walker.fill("/people/settings/change", name="face", value=str(face.number))
            walker.get("/me")
            assert face.icon in unescape(walker.page)
            assert f"<title>{face.title or 'Page'} " in walker.page
            walker.get("/exit")
            assert walker.path == face.path
            assert f"<title>{face.title or 'Lentil soup'}</title>" in walker.page
            assert told(words_of(walker.page)) == set()
            walker.until("/", lambda face=face: face.icon in unescape(walker.page))
            assert ("/start" in walker.page) is bool(face.title)
            walker.get("/start")
            assert f"<title>{face.title or 'Page'} 1</title>" in walker.page
            assert "/open" in walker.page


def test_a_session_ends_by_itself() -> None:
    """Ten minutes without anybody, and half a day in any case: the phone that was lent knows nothing on the next day."""
    session = Session()
    session.admit(hash_of("secret"))
    assert session.knows("secret") and not session.is_idle()
    session.last_seen -= IDLE_SECONDS + 1
    assert session.is_idle()
    session.hashes[hash_of("secret")] -= LIFE_SECONDS + 1
    assert not session.knows("secret")
