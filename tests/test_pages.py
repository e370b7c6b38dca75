"""Every page and every form of every area, in a real house in which a whole group is in the middle of things.

Each must be there for somebody by following links, be good HTML in the language that was asked for, and pass axe-core in a
real browser, in Arabic at 360 pixels and in English at 1280.
"""

import io
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from PIL import Image

from nasij.sample.village import COORDINATOR, MACHINES, STEWARD, TRUSTED
from nasij.web.sketchbook import sketches
from nasij.web.words import Words
from tests.screens import NEEDS_CHROMIUM, SCREENS, faults_on_screen
from tests.staged import PASSPHRASE, PEOPLE, room_name, stage
from tests.tour import FORMS, PAGES, Stop, Tour, faults_of, kept_awake, kind_of, opened, own_words
from tests.walker import House, Walker

pytestmark = pytest.mark.slow

HELPER, ASKER, RESTING, SUSPENDED, NEWEST = 10, 12, 14, 17, PEOPLE - 1
PEOPLE_ASKED = (0, STEWARD, COORDINATOR, MACHINES, TRUSTED, HELPER, ASKER, RESTING, SUSPENDED, NEWEST)
# Lists turn a page after fifty lines, which this group does not have; so these are opened by hand.
SECOND_PAGES = {
    "/people/page/{number}": "/people/page/1",
    "/aid/page/{number}": "/aid/page/1",
    "/tasks/page/{number}": "/tasks/page/1",
    "/aid/kind/{kind}/page/{number}": "{kind}/page/1",
    "/aid/state/{state}/page/{number}": "/aid/state/closed/page/1",
    "/aid/offers/page/{number}": "/aid/offers/page/1",
    "/aid/import/{import_code}/page/{number}": "{list}/page/1",
    "/aid/offers/kind/{kind}/page/{number}": "{offers}/page/1",
    "/fund/books/{before}": "/fund/books/9",
    "/fund/reserved/page/{number}": "/fund/reserved/page/1",
    "/things/page/{number}": "/things/page/1",
    "/things/services/page/{number}": "/things/services/page/1",
    "/together/page/{number}": "/together/page/2",
    "/trust/concerns/page/{number}": "/trust/concerns/page/2",
    "/pages/lessons/page/{number}": "/pages/lessons/page/1",
    "/pages/handbook/page/{number}": "/pages/handbook/page/1",
}
OUTSIDE = (
    "/", "/found", "/open", "/join", "/j/0123456789abcdef0123456789abcdef", "/recover", "/sample", "/safety", "/leave",
)  # fmt: skip
WHO_SEES = ("Who can see this?", "Who will see this, and for how long")
LISTS_OF_WHAT_HAS_NO_PAGE = {
    "/aid/kinds", "/trust", "/trust/roles", "/trust/reviews", "/people/settings", "/people/invitations", "/me",
}  # fmt: skip
# The room's own pages, each of which somebody must find.
# What two opened for a reason is read there and nowhere else.
SEALED_FOR_A_REASON = {"/plans/sealed/{sealed_file}/read", "/together/sheet/{sheet}/read"}
OWN = {
    "/",
    "/kit",
    "/kit?try",
    "/invite",
    "/export",
    "/pages/file/out",
    "/pages/file/in",
    "/figures/check",
    "/who-sees",
    "/safety",
    "/aside",
    "/parts",
    "/find",
    "/compare",
    "/exposure",
    "/tidy",
    "/tidy/second",
}
INSIDE = 'href="/lock"'
FOREIGN_IN_ARABIC = {
    "tab",
    "enter",
    "tor",
    "nasij",
    "unseal",
    "https",
    "onion",
    "csv",
    "xlsx",
    "sha-",  # SHA-256
    *("open", "referral", "hsds"),  # a specification's name
    *("eur", "jod", "usd", "egp", "mad"),
}  # keys, names, a command, and currencies


@dataclass
class Toured:
    """A house, who walks in it, and what they saw."""

    house: House
    walkers: dict[int, Walker]
    tour: Tour

    def speak(self, language: str) -> None:
        """Set everybody's pages to a language."""
        for walker in self.walkers.values():
            walker.get("/")
            walker.post("/language", language=language, back="/")


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toured]:
    home = tmp_path_factory.mktemp("staged") / "home"
    assert stage(home) == PEOPLE
    tour, walkers = Tour(), dict[int, Walker]()
    with House(home) as house, kept_awake(walkers):
        for person in PEOPLE_ASKED:
            walkers[person] = opened(house, room_name(person), PASSPHRASE, "ar")
            tour.walk(person, walkers[person])
        turn_pages(tour, walkers[COORDINATOR])
        by_hand(
            tour, walkers[MACHINES], MACHINES, "/grants/draw/reveal"
        )  # linked once two promised, so not beside promising
        by_hand(tour, walkers[MACHINES], MACHINES, "/grants/desk/page/1", "/grants/desk/page/{number}")
        yield Toured(house, walkers, tour)


def turn_pages(tour: Tour, walker: Walker) -> None:
    """Open the pages of lists by hand."""
    known = {"kind": tour.stops["/aid/kind/{kind}"][0].path, "offers": tour.stops["/aid/offers/kind/{kind}"][0].path}
    known["list"] = tour.stops["/aid/import/{import_code}"][0].path
    for kind, path in SECOND_PAGES.items():
        html = walker.get(path.format(**known))
        assert walker.status == 200, path
        tour.stops.setdefault(kind, []).append(Stop(COORDINATOR, path.format(**known), html))


def by_hand(tour: Tour, walker: Walker, person: int, path: str, kind: str = "") -> None:
    """Open a page or form that no link leads to while the group is as it is; `kind` is its path without values."""
    html = walker.get(path)
    assert walker.status == 200, path
    tour.stops.setdefault(kind or path, []).append(Stop(person, path, html))


# --- without a browser --------------------------------------------------------------------------------------------------


def test_every_page_and_every_form_is_found_by_following_links(toured: Toured) -> None:
    """What nobody can reach might as well not be there."""
    assert [path for path in (*PAGES, *FORMS) if path not in toured.tour.stops] == []
    assert sorted(OWN - set(toured.tour.stops) - {"/kit?try"}) == []


def test_every_link_leads_somewhere(toured: Toured) -> None:
    """Nobody is shown a link or a button behind which there is nothing for them."""
    assert toured.tour.dead == []
    assert sum(len(stops) for stops in toured.tour.stops.values()) > 1000


def test_every_page_is_good_html(toured: Toured) -> None:
    """Nothing is left for a browser to guess: tags, ids, labels, headings, what stands in what."""
    faults = {
        fault: stop.path for stops in toured.tour.stops.values() for stop in stops for fault in faults_of(stop.html)
    }
    assert faults == {}


def test_every_drawn_page_is_good_html() -> None:
    """The states of the room's own pages that this group is not in, from the sketchbook."""
    faults = {
        fault: f"{name} {language}"
        for language in ("ar", "en")
        for name, html in sketches(Words(language)).items()
        for fault in faults_of(html)
    }
    assert faults == {}


def test_no_word_of_ours_is_english_on_an_arabic_page(toured: Toured) -> None:
    found = {
        word.lower(): stop.path
        for stops in toured.tour.stops.values()
        for stop in stops
        for word in re.findall(r"[A-Za-z][A-Za-z'-]+", own_words(stop.html))
    }
    assert {word: path for word, path in found.items() if word not in FOREIGN_IN_ARABIC} == {}


def test_no_word_of_ours_is_arabic_on_an_english_page(toured: Toured) -> None:
    toured.speak("en")
    found: dict[str, str] = {}
    for stop in toured.tour.shown():
        html = toured.walkers[stop.person].get(stop.path)
        found |= dict.fromkeys(re.findall(r"[\u0621-\u064a]{2,}", own_words(html)), stop.path)
    assert found == {}


def tells_who_sees(html: str) -> bool:
    """Say whether a page or a form has its own answer to who can see this; the link at its foot is none."""
    summaries = re.findall(r"<summary>(.*?)</summary>", html)
    return bool({Words("ar").gettext(one) for one in WHO_SEES}.intersection(summaries))


def test_every_form_says_who_will_see_it(toured: Toured) -> None:
    forms = [stop for kind in set(FORMS) - set(PAGES) for stop in toured.tour.stops[kind]]
    assert sorted({stop.path for stop in forms if not tells_who_sees(stop.html)}) == []
    assert len(forms) > 500


def test_every_record_says_who_can_see_it(toured: Toured) -> None:
    """The page of one record, and a list whose lines have no page of their own."""
    records = {kind for kind in PAGES if set(re.findall(r"{(\w+)}", kind)) - {"number", "kind", "state"}}
    stops = [stop for kind in records | LISTS_OF_WHAT_HAS_NO_PAGE for stop in toured.tour.stops[kind]]
    assert sorted({stop.path for stop in stops if not tells_who_sees(stop.html)}) == []
    drafts = [stop for stop in toured.tour.stops["/aid/mine"] if "/aid/draft/" in stop.html]
    assert drafts
    assert all(tells_who_sees(stop.html) for stop in drafts)


def test_a_page_that_does_not_say_who_sees_it_is_found() -> None:
    summary = f"<summary>{Words('ar').gettext(WHO_SEES[0])}</summary>"
    assert tells_who_sees(f"<details>{summary}</details>")
    assert not tells_who_sees(f'<p>{Words("ar").gettext(WHO_SEES[0])}</p><a href="/who-sees">x</a><summary>x</summary>')


def test_pages_stay_small(toured: Toured) -> None:
    """Over Tor each kilobyte is waiting."""
    sizes = {stop.path: len(stop.html.encode()) for stops in toured.tour.stops.values() for stop in stops}
    assert max(sizes[path] for path in ("/", "/aid", "/cases", "/match/mine", "/me")) <= 30_000
    most = {"/who-sees": 128_000}  # a line for every fact of every area: read once, and on purpose
    assert {path: size for path, size in sizes.items() if size > most.get(path, 64_000)} == {}


def test_a_fault_is_found() -> None:
    """The reader of HTML sees what it must see."""
    good = "<html><body><h1>a</h1><label for=x>b</label><input id=x></body></html>"
    assert faults_of(good) == []
    for broken in (
        good.replace("<h1>a</h1>", ""),
        good.replace("</label>", ""),
        good.replace("for=x", "for=y"),
        good.replace("<input id=x>", "<input id=x><p id=x>c</p>"),
        good.replace("<h1>a</h1>", "<h1>a</h1><a href='/'><button>b</button></a>"),
        good.replace("<h1>a</h1>", "<h1>a</h1><p><div>b</div></p>"),
        good.replace("<h1>a</h1>", "<h1>a</h1><h3>b</h3>"),
        good.replace("<h1>a</h1>", "<h1>a</h1><ul><p>b</p></ul>"),
    ):
        assert faults_of(broken), broken


def test_the_reader_of_words_tells_ours_from_theirs() -> None:
    assert own_words("<p>ours <bdi>theirs</bdi></p><p dir=auto>theirs</p><title>title</title>").split() == ["ours"]
    assert own_words("<p>ours \u2068theirs\u2069 ours</p>").split() == ["ours", "ours"]


# --- searching ----------------------------------------------------------------------------------------------------------


def said_on(html: str) -> list[str]:
    """Return the beginnings of what people said on a page, as words to look for."""
    said = re.findall(r"<p dir=auto class=said>(.*?)</p>", html.partition("<main")[2], re.DOTALL)
    words = [re.findall(r"\w{3,}", unescape(re.sub("<[^>]*>", " ", one)))[:6] for one in said]
    return [" ".join(one) for one in words if one]


def test_whatever_people_said_on_a_page_is_found_by_who_reads_it(toured: Toured) -> None:
    """But for what lies in a sealed file: that is in no table, and each look at it is put down."""
    missing: dict[str, str] = {}
    searched = set()
    for stop in toured.tour.shown():
        walker = toured.walkers[stop.person]
        for words in said_on(stop.html)[:3]:
            walker.post("/find", step="words", words=words)
            hits = re.findall(r'<li><p><a href="([^"]*)">', walker.page)
            searched.add(kind_of(stop.path))
            if not hits:
                missing[stop.path] = words
    assert {kind_of(path) for path in missing} <= SEALED_FOR_A_REASON, missing
    assert len(searched) > 25


# --- the way to a report ------------------------------------------------------------------------------------------------


def test_a_report_is_two_presses_from_any_page(toured: Toured) -> None:
    """The link stands on every page of whoever is in force; the second press is said, with nothing chosen or written."""
    link = '<a class="by" href="/by">'
    without = {stop.path for stops in toured.tour.stops.values() for stop in stops if link not in stop.html}
    suspended = {stop.path for stops in toured.tour.stops.values() for stop in stops if stop.person == SUSPENDED}
    assert without <= suspended
    walker = toured.walkers[NEWEST]
    sizes = [len(walker.get("/by").encode())]
    form = walker.page[walker.page.index('action="/by/me"') :].partition("</form>")[0]
    kept = re.findall(r'name="(severity|tell)" value="(\w+)"(?=[^>]*checked|>)', form)
    before = walker.cookies.copy()
    walker.post("/by/me", **{name: value for name, value in kept if (name, value) != ("severity", "soon")})
    sizes.append(len(walker.raw))
    assert re.fullmatch(r"/by/\w{16}", walker.path), walker.text()
    assert walker.cookies.keys() == before.keys()
    assert sum(sizes) < 32_000


# --- photos -------------------------------------------------------------------------------------------------------------


def photo(side: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (side, side), (90, 60, 30)).save(made, "JPEG")
    return made.getvalue()


def case_form(toured: Toured) -> str:
    return next(stop.path for stop in toured.tour.stops["/cases/{case}/say"] if stop.person == HELPER)


def test_pages_answer_while_a_photo_is_made_small(toured: Toured) -> None:
    """A large photo takes a second of computing, and nobody waits for it but whoever sent it."""
    walker, path = toured.walkers[HELPER], case_form(toured)
    walker.get(path)
    sender = Walker(toured.house)
    sender.cookies, sender.page = dict(walker.cookies), walker.page
    began, done = threading.Event(), threading.Event()

    def send() -> None:
        began.set()
        sender.upload(path, "photo", "x.jpg", photo(10_000), words="photo")
        done.set()

    thread = threading.Thread(target=send)
    thread.start()
    began.wait()
    reader, answered = Walker(toured.house), 0
    reader.cookies = dict(walker.cookies)
    while not done.is_set():
        reader.get("/aside")
        answered += reader.status == 200
    thread.join()
    assert sender.status == 200, sender.text()
    assert answered >= 5


def test_a_file_that_is_no_photo_loses_no_word(toured: Toured) -> None:
    walker, path = toured.walkers[HELPER], case_form(toured)
    walker.get(path)
    walker.upload(path, "photo", "x.jpg", b"\xff\xd8\xff no photo at all", words="a long story")
    assert walker.status == 422
    assert "a long story" in walker.page
    assert faults_of(walker.page) == []


# --- in a browser -------------------------------------------------------------------------------------------------------


def screen_of(browser: Any, toured: Toured, language: str, walker: Walker | None) -> Any:
    """Return a page of a browser that has somebody's session. Scripts are on, for axe is one; the pages are the same."""
    context = browser.new_context(
        viewport=SCREENS[language], locale=language, base_url=f"http://127.0.0.1:{toured.house.port}"
    )
    if walker is not None:
        context.add_cookies(
            [
                {"name": name, "value": value, "url": f"http://127.0.0.1:{toured.house.port}"}
                for name, value in walker.cookies.items()
            ]
        )
    return context.new_page()


def to_show(tour: Tour, language: str) -> list[Stop]:
    """Return one page of each kind, the fullest; for English of somebody else where it was seen by several."""
    found = []
    for stops in tour.stops.values():
        fullest = sorted(stops, key=lambda stop: -len(stop.html))
        others = [stop for stop in fullest if stop.person != fullest[0].person]
        found.append(others[0] if language == "en" and others else fullest[0])
    return found


class TestOnScreen:
    """In a browser."""

    pytestmark = NEEDS_CHROMIUM

    @pytest.mark.parametrize("language", ["ar", "en"])
    def test_every_page_and_form_passes_axe_and_fits_the_screen(
        self, browser: Any, toured: Toured, language: str
    ) -> None:
        toured.speak(language)
        faults: list[str] = []
        seen = set()
        for person, walker in toured.walkers.items():
            page = screen_of(browser, toured, language, walker)
            for stop in to_show(toured.tour, language):
                if stop.person == person:
                    assert page.goto(stop.path).status == 200, stop.path
                    assert (INSIDE in page.content()) == (INSIDE in stop.html), f"{stop.path}: the room is shut"
                    seen.add(stop.path)
                    faults += [f"{stop.path} ({person}): {fault}" for fault in faults_on_screen(page, language)]
            page.context.close()
        assert faults == []
        assert len(seen) > len(PAGES) + len(FORMS) - 10

    @pytest.mark.parametrize("language", ["ar", "en"])
    def test_pages_outside_and_mistakes_pass_axe_too(self, browser: Any, toured: Toured, language: str) -> None:
        """The first pages; a page that is not there; a form that came too late, with its text kept."""
        toured.speak(language)
        stranger = screen_of(browser, toured, language, None)
        member = screen_of(browser, toured, language, toured.walkers[0])
        faults: list[str] = []
        for page, path, status in (
            *((stranger, path, 200) for path in OUTSIDE),
            (member, "/people/" + "0" * 16, 404),
            (member, "/nowhere", 404),
        ):
            assert page.goto(path).status == status, path
            faults += [f"{path}: {fault}" for fault in faults_on_screen(page, language)]
        member.goto("/aid/ask")
        member.fill("[name=what]", "x")
        member.locator("main form button").last.click()
        faults += [f"a wrong form: {fault}" for fault in faults_on_screen(member, language)]
        member.goto("/aid/ask")
        member.fill("[name=what]", "what must not be lost")
        member.context.clear_cookies(name="n")
        member.locator("main form button").last.click()
        assert "what+must+not+be+lost" in member.locator("input[name=_parked]").input_value()
        faults += [f"a form too late: {fault}" for fault in faults_on_screen(member, language)]
        assert faults == []
