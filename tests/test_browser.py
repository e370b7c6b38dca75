"""A real browser: scripts off, Arabic at 360 pixels and English at 1280, the keyboard alone, and every page by axe-core."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.screens import NEEDS_CHROMIUM, SCREENS, TELLING
from tests.walker import PHRASE, House, Walker

pytestmark = NEEDS_CHROMIUM
OWN = [
    "/",
    "/kit",
    "/invite",
    "/export",
    "/import",
    "/who-sees",
    "/safety",
    "/aside",
    "/compare",
    "/exposure",
    "/tidy",
    "/tidy/second",
    "/friends",
    "/friends/ask",
    "/friends/back",
]
OUTSIDE = [
    "/",
    "/found",
    "/open",
    "/join",
    "/j/0123456789abcdef0123456789abcdef",
    "/recover",
    "/sample",
    "/safety",
    "/leave",
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house") / "home") as house:
        walker = Walker(house)
        walker.found("Walnut", "Huda", "kitchen")
        walker.get("/exit")
        yield house


def screen(browser: Any, house: House, language: str, *, scripts: bool = False) -> Any:
    """Return a page of a fresh context."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport=SCREENS[language],
        locale=language,
        base_url=f"http://127.0.0.1:{house.port}",
    )
    return context.new_page()


def inside(browser: Any, house: House, language: str, *, scripts: bool = False) -> Any:
    """Return a page of somebody who has opened their room."""
    page = screen(browser, house, language, scripts=scripts)
    page.goto("/open")
    page.fill("[name=room]", "kitchen")
    page.fill("[name=passphrase]", PHRASE)
    page.locator("main form button").first.click()
    assert page.url.endswith("/"), page.locator("main").inner_text()
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"footer button[value={language}]").click()
    return page


def pages_inside() -> list[str]:
    """Return every page and form that needs no record."""
    from nasij.areas import AREAS

    areas = [line.path for area in AREAS for line in (*area.pages, *area.acts) if "{" not in line.path]
    return list(dict.fromkeys([*OWN, *areas]))


def check_shape(page: Any, language: str) -> None:
    """Language, direction, one heading, no telling title, nothing that leaves the screen sideways."""
    html = page.locator("html")
    assert html.get_attribute("lang") == language
    assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.locator("h1").count() == 1
    assert not any(word in (page.title() + page.url).lower() for word in TELLING)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_passes_axe_and_fits_the_screen(browser: Any, house: House, language: str) -> None:
    """No violation on any page, no scrolling sideways. Scripts are on here: axe is one; the pages are the same."""
    from axe_playwright_python.sync_playwright import Axe

    stranger = screen(browser, house, language, scripts=True)
    member = inside(browser, house, language, scripts=True)
    faults: list[str] = []
    seen = 0
    for page, paths in ((stranger, OUTSIDE), (member, pages_inside())):
        page.context.route("**/*", lambda route: route.continue_())
        for path in paths:
            answer = page.goto(path)
            if answer.status == 404:
                continue
            assert answer.status == 200, path
            seen += 1
            assert answer.status == 200, path
            check_shape(page, language)
            if language == "ar":
                assert not re.search(r"[؀-ۿ]/[؀-ۿ]", page.locator("body").inner_text()), f"{path}: a slashed form"
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                faults.append(f"{path}: {wide} pixels too wide")
            found = Axe().run(page)
            faults += [f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
    assert faults == []
    assert seen > 40


@pytest.mark.parametrize("language", ["ar", "en"])
def test_somebody_asks_for_help_without_scripts(browser: Any, house: House, language: str) -> None:
    """From the first page to a need that stands on the list."""
    page = inside(browser, house, language)
    page.locator("main a[href='/aid/ask']").first.click()
    what = "خبز وحليب" if language == "ar" else "bread and milk"
    page.fill("[name=what]", what)
    page.locator("select[name=kind]").select_option(index=2)
    page.locator("input[name=urgency]").first.check()
    page.locator("input[name=scope]").nth(1).check()
    page.locator("main form button").last.click()
    check_shape(page, language)
    assert what in page.locator("main").inner_text()
    page.goto("/aid")
    assert what in page.locator("main").inner_text()


def test_whoever_chose_a_form_of_address_is_spoken_to_in_it(house: House) -> None:
    """The one who began the network chose the feminine; a wrong form answers in it too, and a stranger's page does not."""
    walker = Walker(house, "ar")
    walker.open("kitchen")
    walker.post("/language", language="ar", back="/")
    assert "ما يجري معكِ" in walker.get("/")
    walker.fill("/aid/ask", what="خبز")
    assert "ما كتبتِه ما زال هنا." in walker.page
    assert "اختاري من فضلكِ" in walker.page
    walker.post("/language", language="en", back="/")
    walker.get("/lock")
    walker.fill("/found", network="جوز", alias="", room="", passphrase="", again="")
    assert walker.status == 422
    assert "فضلكِ" not in walker.page


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(browser: Any, house: House) -> None:
    page = inside(browser, house, "ar")
    page.goto("/aid/ask")
    page.fill("[name=what]", "كتاب مدرسي")
    page.locator("main form button").last.click()
    assert page.locator("[name=what]").input_value() == "كتاب مدرسي"
    assert page.locator("main [role=alert] a, main .problems a, main div a[href^='#']").count() >= 1


def test_leaving_is_the_first_thing_the_keyboard_reaches(browser: Any, house: House) -> None:
    """Tab, Enter: the page is gone, the session is dead, the way back shows nothing."""
    page = inside(browser, house, "ar")
    page.goto("/people")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leave")
    assert "هدى" not in page.content()
    assert "Huda" not in page.content()
    page.go_back()
    assert "Huda" not in page.content()
    page.goto("/people")
    assert "Huda" not in page.content()


def test_the_back_button_asks_the_server_again(browser: Any, house: House) -> None:
    """Chromium otherwise brings a page back from its memory, with its words, without asking."""
    page = inside(browser, house, "ar")
    page.goto("/me")
    page.goto("/aid")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.go_back()
    assert any(url.endswith("/me") for url in asked)


def test_everything_can_be_done_by_keyboard(browser: Any, house: House) -> None:
    """A name is changed with keys alone."""
    page = inside(browser, house, "en")
    page.goto("/people/name")
    page.locator("[name=alias]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Huda B")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.locator("main form button:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/me")
    assert "Huda B" in page.locator("main").inner_text()


def test_the_headers_that_a_browser_gets(browser: Any, house: House) -> None:
    page = inside(browser, house, "ar")
    headers = page.goto("/me").all_headers()
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["x-frame-options"] == "DENY"
    assert "n=" in headers["set-cookie"], "sent again, or the page comes back after leaving"
    assert "HttpOnly" in headers["set-cookie"]
    for absent in ("server", "etag", "last-modified", "x-powered-by"):
        assert absent not in headers


def test_no_script_runs_even_where_scripts_are_on(browser: Any, house: House) -> None:
    """What somebody writes stays words: an element, a handler and a link with a script do nothing."""
    page = inside(browser, house, "en", scripts=True)
    page.goto("/aid/ask")
    page.fill("[name=what]", "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">")
    page.locator("select[name=kind]").select_option(index=2)
    page.locator("input[name=urgency]").first.check()
    page.locator("main form button").last.click()
    assert page.title() != "x"
    assert "<script>" in page.locator("main").inner_text()


def test_a_dead_and_a_live_invitation_look_alike(house: House) -> None:
    """And looking at a link takes nothing away."""
    walker, stranger = Walker(house), Walker(house)
    walker.open("kitchen")
    link, words = walker.invite()
    pages = []
    for code in (link, "0123456789abcdef0123456789abcdef"):
        stranger.get(f"/j/{code}")
        pages.append((stranger.status, len(stranger.page) - len(code)))
    assert abs(pages[0][1] - pages[1][1]) < 40, "the suggested words differ in length, nothing else does"
    assert pages[0][0] == pages[1][0]
    for _ in range(5):
        stranger.get(f"/j/{link}")
    stranger.knock(link, words, "Sami", "balcony")


def test_the_page_says_how_many_invitations_are_left(house: House) -> None:
    walker = Walker(house)
    walker.open("kitchen")
    walker.post("/language", language="en", back="/")
    walker.fill("/people/settings/change", name="invitations_a_month", value="5")
    before = int(re.search(r"(\d+) invitations are left", walker.get("/invite"))[1])
    walker.invite()
    assert f"{before - 1} invitation" in walker.get("/invite")


def test_the_first_page_leads_to_the_recovery_kit_until_its_words_were_tried(house: House) -> None:
    walker = Walker(house, "en")
    walker.open("kitchen")
    walker.post("/language", language="en", back="/")
    assert "no recovery kit yet" in walker.get("/")
    words = re.findall(r"<li><bdi>([^<]+)</bdi></li>", walker.get("/kit"))
    assert "no recovery kit yet" in walker.get("/"), "showing the words is not enough"
    walker.get("/kit?try")
    walker.post("/kit", kit=" ".join(words))
    assert walker.path == "/"
    assert "no recovery kit yet" not in walker.get("/")


def test_forms_that_come_from_elsewhere_do_nothing(house: House) -> None:
    """No mark, a foreign Origin, a cross-site request, another Host, GET: all refused, nothing changes."""
    import http.client
    from urllib.parse import urlencode

    walker = Walker(house)
    walker.open("kitchen")
    walker.get("/people/name")
    right = walker._marks({"alias": "Changed", "address": "", "languages": "", "areas": ""}, token=True)
    here = f"127.0.0.1:{house.port}"
    attempts = [
        ({"Origin": "http://elsewhere.example"}, right),
        ({"Origin": f"http://{here}", "Sec-Fetch-Site": "cross-site"}, right),
        ({"Origin": "null"}, right),
        ({"Origin": f"http://{here}"}, {k: v for k, v in right.items() if k != "_token"}),
        ({"Origin": f"http://{here}"}, {**right, "_token": "A" * len(str(right["_token"]))}),
        ({"Origin": f"http://{here}", "Host": "elsewhere.example"}, right),
    ]
    for extra, fields in attempts:
        connection = http.client.HTTPConnection("127.0.0.1", house.port)
        headers = {
            "Host": here, "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{k}={v}" for k, v in walker.cookies.items()), **extra,
        }  # fmt: skip
        try:
            connection.request("POST", "/people/name", urlencode(fields), headers)
            assert connection.getresponse().status in (400, 404), extra
        except (http.client.RemoteDisconnected, ConnectionResetError):
            assert "Host" in extra
    assert "Changed" not in walker.get("/me")
    walker.post("/people/name", **{k: v for k, v in right.items() if not k.startswith("_")})
    assert "Changed" in walker.get("/me")


def test_a_form_sent_twice_does_it_once(house: House) -> None:
    walker = Walker(house)
    walker.open("kitchen")
    walker.get("/aid/ask")

    kind = re.findall(r'<option value="(\w{16})"', walker.page)[0]
    fields = walker._marks({"kind": kind, "what": "twice", "urgency": "open", "scope": "trusted"}, token=True)
    walker.post("/aid/ask", token=False, **fields)
    first = walker.path
    walker.post("/aid/ask", token=False, **fields)
    assert walker.path == first


def test_what_was_typed_after_the_room_was_locked_is_not_lost(house: House) -> None:
    """It is carried, unseen, through the page that opens the room, and stands in the form again."""
    walker = Walker(house)
    walker.open("kitchen")
    walker.get("/aid/ask")
    form = walker.page
    walker.get("/lock")
    walker.page = form
    walker.post("/aid/ask", what="a long story that must not be lost")
    assert 'action="/open"' in walker.page
    import html

    parked = re.search(r'name="_parked" value="([^"]*)"', walker.page)
    assert parked
    walker.post("/open", room="kitchen", passphrase=PHRASE, _parked=html.unescape(parked[1]))
    assert "a long story that must not be lost" in walker.page


def test_the_first_page_is_one_small_request(browser: Any, house: House) -> None:
    page = screen(browser, house, "ar")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    body = page.goto("/").body()
    assert len(asked) == 1
    assert len(body) <= 14_000


def test_pictures_for_the_readme_exist() -> None:
    folder = Path(__file__).parent.parent / "docs" / "pictures"
    for name in ("start", "home", "aid", "case"):
        for language in ("ar", "en"):
            assert (folder / f"{language}-{name}.png").stat().st_size > 5_000
