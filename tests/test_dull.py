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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest

from nasij.areas import AREAS
from nasij.kit.fact import fields_of
from nasij.kit.field import Choice
from nasij.web.faces import FACES
from nasij.web.look import KERNEL_PATHS
from nasij.web.session import IDLE_SECONDS, LIFE_SECONDS, Session, cookie_header, hash_of
from tests.screens import ARGUMENTS, CHROMIUM, SCREENS, faults_on_screen
from tests.walker import PHRASE, House, Walker

NETWORK, ALIAS, ROOM = "Zebrawood", "Khuzama", "pantry"

# Whole words, in three languages: what the group is about, what it does, and what makes a stranger look twice.
TELLING = frozenset(
    [
        "nasij",
        "lgbt",
        "lgbtq",
        "lgbti",
        "lgbtqi",
        "queer",
        "gay",
        "gays",
        "lesbian",
        "lesbians",
        "bisexual",
        "trans",
        "transgender",
        "transsexual",
        "homo",
        "homosexual",
        "homosexuality",
        "sex",
        "sexual",
        "sexuality",
        "rainbow",
        "pride",
        "hiv",
        "aids",
        "hormone",
        "hormones",
        "abortion",
        "activist",
        "activism",
        "dissident",
        "opposition",
        "protest",
        "revolution",
        "underground",
        "clandestine",
        "secret",
        "secrets",
        "hidden",
        "encrypted",
        "encryption",
        "cipher",
        "crypto",
        "vpn",
        "tor",
        "anonymous",
        "asylum",
        "refugee",
        "refugees",
        "blackmail",
        "arrest",
        "arrests",
        "police",
        "prison",
        "torture",
        "shelter",
        "violence",
        "deviant",
        "debauchery",
        "lesbienne",
        "homosexuel",
        "homosexuelle",
        "homosexualité",
        "transgenre",
        "sexe",
        "sexualité",
        "fierté",
        "sida",
        "vih",
        "avortement",
        "militant",
        "militante",
        "dissidence",
        "manifestation",
        "révolution",
        "clandestin",
        "clandestine",
        "chiffré",
        "chiffrement",
        "anonyme",
        "asile",
        "réfugié",
        "réfugiés",
        "chantage",
        "arrestation",
        "prisonnier",
        "نسيج",
        "مثلي",
        "مثلية",
        "مثليون",
        "مثليين",
        "مثليات",
        "مثليه",
        "شاذ",
        "شاذة",
        "شواذ",
        "شذوذ",
        "لوطي",
        "لواط",
        "سحاقية",
        "سحاق",
        "كوير",
        "ميم",
        "عابر",
        "عابرة",
        "عابرات",
        "عابرون",
        "متحول",
        "متحولة",
        "جنس",
        "جنسي",
        "جنسية",
        "جنسانية",
        "فخر",
        "ناشط",
        "ناشطة",
        "ناشطون",
        "معارض",
        "معارضة",
        "احتجاج",
        "مظاهرة",
        "ثورة",
        "سري",
        "سرية",
        "أسرار",
        "سر",
        "خفي",
        "مشفر",
        "تشفير",
        "مجهول",
        "لاجئ",
        "لاجئة",
        "لاجئين",
        "لجوء",
        "إيدز",
        "هرمون",
        "هرمونات",
        "إجهاض",
        "ابتزاز",
        "توقيف",
        "اعتقال",
        "شرطة",
        "سجن",
        "تعذيب",
        "هروب",
        "ملجأ",
        "فجور",
    ]
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


_RANDOM = re.compile(r"(?:sha256-|nonce-|\bn=)[\w+/=-]+")  # any letters may stand there, so once in a while a word does


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
    said = _RANDOM.sub("", " ".join([*answer, *answer.values()]))
    return faults + [f"{word} in a header" for word in told(said)]


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


def test_what_a_form_takes_from_its_address_does_not_tell_either() -> None:
    """Values of a closed list that tell too much stand there as numbers, and come back as themselves."""
    seen = 0
    for act in (act for area in AREAS for act in area.acts):
        for name, kind in fields_of(act.form).items():
            if isinstance(kind, Choice) and f"{{{name}}}" in act.path:
                seen += 1
                for value in kind.of.labels:
                    assert told(kind.of.in_address(value)) == set(), act.path
                    assert kind.of.from_address(kind.of.in_address(value)) == value
    assert seen > 3


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


def test_behind_https_the_cookie_travels_only_there() -> None:
    assert cookie_header("x", secure=True) == b"n=x; HttpOnly; SameSite=Strict; Path=/; Secure"
    assert b"Secure" not in cookie_header("x", secure=False), "an onion service in some browsers would lose it"


def test_a_session_ends_by_itself() -> None:
    """Ten minutes without anybody, and half a day in any case: the phone that was lent knows nothing on the next day."""
    session = Session()
    session.admit(hash_of("secret"))
    assert session.knows("secret") and not session.is_idle()
    session.last_seen -= IDLE_SECONDS + 1
    assert session.is_idle()
    session.hashes[hash_of("secret")] -= LIFE_SECONDS + 1
    assert not session.knows("secret")


# --- in a real browser ---------------------------------------------------------------------------------------------------


def enter(page: Any, house: House, language: str = "en") -> None:
    """Let a browser into the room with a session of its own, without typing."""
    walker = Walker(house, language)
    walker.open(ROOM)
    page.context.add_cookies([{"name": "n", "value": walker.cookies["n"], "url": f"http://127.0.0.1:{house.port}"}])


@pytest.fixture
def screen(browser: Any, house: House) -> Iterator[Any]:
    """A page of a fresh context without scripts, in an open room."""
    context = browser.new_context(
        java_script_enabled=False, locale="en", base_url=f"http://127.0.0.1:{house.port}", accept_downloads=True
    )
    page = context.new_page()
    enter(page, house)
    yield page
    context.close()


class Elsewhere(BaseHTTPRequestHandler):
    """Another house, which only notes that it was asked."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Note it and give a picture."""
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.end_headers()
        self.wfile.write(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.daemon_threads = True  # a browser may open a connection on which it never asks anything
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


PROBES = """
<script>window.probed = 'element'</script>
<img src="data:image/png;base64,AA" onerror="window.probed = 'handler'">
<div id="over" onmouseover="window.probed = 'over'">x</div>
<a id="link" href="javascript:window.probed='link'">x</a>
<p id="inline" style="position: fixed; inset: 0">x</p>
<style>#sheet { position: fixed }</style><p id="sheet">x</p>
<img id="foreign" src="ELSEWHERE/picture.svg">
<link rel="stylesheet" href="ELSEWHERE/style.css">
<iframe src="ELSEWHERE/frame"></iframe>
<object data="ELSEWHERE/object"></object>
<form id="out" action="ELSEWHERE/form" method="get"><button>x</button></form>
<base href="ELSEWHERE/">
"""


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: the browser tests were skipped")
@pytest.mark.slow
class TestBrowser:
    def test_nothing_that_is_put_into_a_page_runs_loads_or_sends(
        self, browser: Any, house: House, elsewhere: str
    ) -> None:
        """With scripts on, and the page changed on its way; its headers are its own."""
        context = browser.new_context(locale="en", base_url=f"http://127.0.0.1:{house.port}")
        page = context.new_page()
        enter(page, house)

        def change(route: Any) -> None:
            answer = route.fetch()
            probes = PROBES.replace("ELSEWHERE", elsewhere)
            route.fulfill(response=answer, body=answer.text().replace("<main", probes + "<main", 1))

        page.route("**/me", change)
        Elsewhere.asked.clear()
        page.goto("/me")
        assert page.locator("#inline").count() == 1, "the probes are in the page"
        for unstyled in ("#inline", "#sheet"):
            assert page.locator(unstyled).evaluate("node => getComputedStyle(node).position") == "static"
        assert page.locator("#foreign").evaluate("node => node.naturalWidth") == 0
        assert page.locator("main a").first.evaluate("node => new URL(node.href).port") == str(house.port)
        pressed = "['over', 'link'].map(id => document.getElementById(id)).forEach(node => {"
        pressed += " node.dispatchEvent(new Event('mouseover')); node.click() })"
        page.evaluate(pressed + "; document.querySelector('#out button').click()")
        assert page.evaluate("window.probed") is None
        assert page.url.endswith("/me")
        assert Elsewhere.asked == []
        context.close()

    def test_every_page_is_left_by_two_keys_and_nothing_brings_it_back(
        self, browser: Any, house: House, routes: dict[str, tuple[dict[str, str], str]]
    ) -> None:
        """Tab, Enter: a dull page. The way back, and the address typed again, show what a stranger sees.

        One page and one form of every part of the room; that leaving stands first on all the others is read from them above.
        """
        context = browser.new_context(java_script_enabled=False, locale="en", base_url=f"http://127.0.0.1:{house.port}")
        page = context.new_page()
        from playwright.sync_api import expect

        parts = {
            (path.split("/")[1], "<textarea" in html or 'type="text"' in html): path
            for path, (_, html) in routes.items()
        }
        assert len(parts) > 12
        for path in parts.values():
            enter(page, house)
            page.goto(path)
            assert 'href="/lock"' in page.content(), path
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_url("**/leave")
            expect(page).to_have_title("Lentil soup")
            assert [cookie for cookie in context.cookies() if cookie["name"] == "n"] == []
            page.go_back()
            assert_strange(page, path)
            page.goto(path)
            assert_strange(page, path)
        context.close()

    def test_a_lent_phone_keeps_dull_titles_and_addresses_and_no_word(
        self, browser: Any, house: House, tmp_path: Path
    ) -> None:
        """Nobody left; the house was begun anew since. Whoever opens the profile finds no page, name, word or session."""
        profile = tmp_path / "profile"
        marks = [
            "canarybread",
            "pomegranate",
            ALIAS,
            NETWORK,
            ROOM,
            PHRASE,
            PHRASE.split()[0] + " " + PHRASE.split()[1],
        ]
        context, page = profiled(browser, profile, house)
        page.goto("/open")
        page.fill("[name=room]", ROOM)
        page.fill("[name=passphrase]", PHRASE)
        page.locator("main form button").first.click()
        page.goto("/me")
        page.goto("/aid/ask")
        page.fill("[name=what]", "canarybread")
        page.locator("select[name=kind]").select_option(index=2)
        page.locator("input[name=urgency]").first.check()
        page.locator("main form button").last.click()
        assert "canarybread" in page.locator("main").inner_text()
        page.goto("/export")
        page.fill("[name=passphrase]", "pomegranate " + PHRASE)
        with page.expect_download() as saving:
            page.locator("main form button").first.click()
        assert re.fullmatch(r"file-\d\.bin", saving.value.suggested_filename)
        context.close()
        assert [mark for mark in marks if in_profile(profile, mark)] == []
        visited = history(profile)
        assert len(visited) >= 4
        assert [told(f"{url} {title}") for url, title in visited if told(f"{url} {title}")] == []
        assert {re.sub(r"\d+", "", title) for _, title in visited} <= {"Page ", "", "application/octet-stream"}
        Walker(house).get("/")
        end_rooms(house)
        context, page = profiled(browser, profile, house)
        for path in ("/me", "/aid", "/export"):
            page.goto(path)
            assert_strange(page, path)
        context.close()

    @pytest.mark.parametrize("language", ["ar", "en"])
    def test_the_page_of_what_a_device_shows_is_for_everybody(self, browser: Any, house: House, language: str) -> None:
        """By axe, on narrow and wide screens; scripts are on here, for axe is one."""
        context = browser.new_context(
            viewport=SCREENS[language], locale=language, base_url=f"http://127.0.0.1:{house.port}"
        )
        page = context.new_page()
        enter(page, house, language)
        page.goto("/exposure")
        if page.locator("html").get_attribute("lang") != language:
            page.locator(f"footer button[value={language}]").click()
        assert faults_on_screen(page, language) == []
        page.locator("main details:has(form) > summary").first.click()
        page.locator("main details form button").first.click()
        page.wait_for_url("**/exposure")
        assert faults_on_screen(page, language) == []
        page.goto("/exit")  # what was counted is forgotten with the room
        context.close()

    def test_what_the_header_list_says_holds_for_what_a_browser_gets(self, screen: Any) -> None:
        """Also after the browser's own handling: a page, a form that was sent, a redirect, a download."""
        seen: list[Any] = []
        screen.on("response", lambda answer: seen.append(answer))
        screen.goto("/me")
        screen.goto("/people/name")
        screen.locator("main form button").last.click()
        screen.goto("/lock")
        assert {answer.request.method for answer in seen} == {"GET", "POST"}
        assert {answer.status for answer in seen} >= {200, 303}
        for answer in seen:
            assert dressed(answer.all_headers()) == [], answer.url
        assert "set-cookie" in seen[0].all_headers()
        assert next(a for a in seen if a.url.endswith("/lock")).all_headers()["clear-site-data"]
        assert all(
            "referer" not in a.request.all_headers() or "127.0.0.1" in a.request.all_headers()["referer"] for a in seen
        )


def assert_strange(page: Any, path: str) -> None:
    """Check that a browser shows what a stranger sees: the first page, or what everybody may open."""
    html = page.content()
    assert 'href="/lock"' not in html, path
    assert ALIAS not in html, path
    assert NETWORK not in html, path


def profiled(browser: Any, profile: Path, house: House) -> tuple[Any, Any]:
    """Return a browser that keeps a profile on the disk, as a phone does."""
    context = browser.browser_type.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        java_script_enabled=False,
        locale="en",
        base_url=f"http://127.0.0.1:{house.port}",
    )
    return context, context.new_page()


def history(profile: Path) -> list[tuple[str, str]]:
    """Return the addresses and titles that a browser wrote down."""
    db = sqlite3.connect(profile / "Default" / "History")
    return [*db.execute("select url, title from urls"), *db.execute("select tab_url, mime_type from downloads")]


def in_profile(profile: Path, mark: str) -> list[str]:
    """Return the files of a profile in which a word stands, in either form of text."""
    forms = (mark.encode(), mark.encode("utf-16-le"))
    files = [path for path in profile.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


def end_rooms(house: House) -> None:
    """Let the hours pass in which nobody comes: the room's process ends, as it does by itself after ten minutes."""
    walker = Walker(house)
    walker.open(ROOM)
    walker.get("/lock")
