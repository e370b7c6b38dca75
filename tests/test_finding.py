"""The search: what it shows to whom, and that its words stay where they were typed."""

import re
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated

import pytest

from nasij import finding
from nasij.areas import AREAS, people
from nasij.areas.aid import NeedAsked, NeedClosed, NeedOpened, OfferMade, kind_id
from nasij.areas.cases import AREA as CASES
from nasij.areas.people import JoinDeclined
from nasij.errors import Nasij
from nasij.finding import OPENED_MOST, SHOWN, look_for
from nasij.gate import all_areas
from nasij.ids import new_id
from nasij.kit.area import EVERYONE, TRUSTED_MEMBER, Area, fact, page
from nasij.kit.field import Id, Text
from nasij.kit.find import EACH_MAX, Found, Wanted
from nasij.kit.page import Page
from nasij.kit.table import Keep, Table, text
from nasij.kit.who import By
from nasij.web.look import Look
from nasij.web.words import Words
from tests.areas.test_people import arrived
from tests.rooms import Rooms
from tests.tabletop import TableTop
from tests.walker import House, Walker

WORKING_AREAS = tuple(
    area for area in AREAS if area.name in {"people", "profile", "tasks", "aid", "matching", CASES.name}
)


class Group(Rooms):
    """A coordinator, two members and a newcomer, each in a room of their own."""

    def __init__(self) -> None:
        super().__init__(*WORKING_AREAS)
        self.sana = self.member("trusted", "cases")
        self.amal, self.zein = self.member(), self.member()
        self.newcomer = self.member("new", introduced_by=self.zein)

    def need(self, what: str, scope: str, *, nameless: bool = False) -> str:
        asked = NeedAsked(
            need=new_id(), kind=kind_id("food"), what=what, urgency="days", needed_by=0, area="", people=1, languages="",
            conditions="", parts="", scope=scope, chosen=[], nameless=nameless, on_behalf="", ground="", part_ids=[new_id()],
        )  # fmt: skip
        self.say(asked, by=self.amal)
        return asked.need

    def look(self, member: str, language: str = "ar") -> Look:
        db = self.rooms[member]
        return Look(
            words=Words(language), path="/find", me=self.by(member), db=db, areas=self.areas, token="t", nonce="n"
        )

    def finds(self, member: str, words: str) -> set[str]:
        return {hit.path for hit in look_for(self.look(member), Wanted(words)).hits}


@pytest.fixture
def group() -> Group:
    return Group()


def test_somebody_finds_what_their_pages_show_and_others_do_not(group: Group) -> None:
    for_all, trusted, few = (group.need(f"خُبز {scope}", scope) for scope in ("network", "trusted", "coordinators"))
    path = {need: f"/aid/{need}" for need in (for_all, trusted, few)}
    assert group.finds(group.amal, "الخبز") == set(path.values())
    assert group.finds(group.sana, "خبز") == set(path.values())
    assert group.finds(group.zein, "خبز") == {path[for_all], path[trusted]}
    assert group.finds(group.newcomer, "خبز") == {path[for_all]}


def test_what_is_said_without_a_name_is_not_found_by_it(group: Group) -> None:
    for room in group.rooms.values():
        room.execute("insert into called (member, alias, audience) values (?, 'Khuzama', 'trusted')", (group.amal,))
    need = group.need("bread", "coordinators", nameless=True)
    assert group.finds(group.sana, "khuzama") == {f"/people/{group.amal}"}
    assert group.finds(group.sana, "bread") == {f"/aid/{need}"}
    assert group.finds(group.zein, "bread") == set()
    assert group.finds(group.newcomer, "khuzama") == set(), "names are for trusted members"


def test_a_hit_says_what_it_is_and_who_can_see_it(group: Group) -> None:
    need = group.need("Bread for the week", "trusted")
    looked = look_for(group.look(group.zein), Wanted("WEEK"))
    assert [called for called, _ in looked.groups] == ["Needs"]
    hit = looked.hits[0]
    assert (hit.path, hit.excerpt, hit.audience, hit.over) == (f"/aid/{need}", "Bread for the week", "trusted", False)


def test_what_is_open_comes_before_what_is_over(group: Group) -> None:
    over, still = group.need("bread", "network"), group.need("bread", "network")
    for need in (over, still):
        group.say(NeedOpened(need), by=group.sana)
    group.say(NeedClosed(over, "met", ""), by=group.amal)
    hits = look_for(group.look(group.zein), Wanted("bread")).hits
    assert [(hit.path, hit.over) for hit in hits] == [(f"/aid/{still}", False), (f"/aid/{over}", True)]


def test_a_search_goes_on_where_it_ended_and_shows_nothing_twice(group: Group) -> None:
    asked = {f"/aid/{group.need(f'bread {n}', 'network')}" for n in range(SHOWN + 3)}
    look = group.look(group.zein)
    first = look_for(look, Wanted("bread"))
    rest = look_for(look, Wanted("bread"), first.then, first.known)
    assert (len(first.hits), len(rest.hits), rest.then) == (SHOWN, 3, 0)
    assert {hit.path for hit in (*first.hits, *rest.hits)} == asked


def test_several_kinds_come_before_many_of_one(group: Group) -> None:
    for n in range(SHOWN + 3):
        group.need(f"bread {n}", "network")
    group.say(OfferMade(new_id(), kind_id("food"), "bread", "", "", "", True, 0, 0, "", "network"), by=group.zein)
    assert [called for called, _ in look_for(group.look(group.amal), Wanted("bread")).groups] == ["Needs", "Offers"]


@pytest.mark.parametrize(("language", "words"), [("ar", "طلب مساعده"), ("en", "ask for help")])
def test_pages_and_forms_are_found_by_their_own_words(group: Group, language: str, words: str) -> None:
    assert ("/aid/ask", "Ask for help") in look_for(group.look(group.amal, language), Wanted(words)).ways
    ways = {path for path, _ in look_for(group.look(group.newcomer, "en"), Wanted("people")).ways}
    assert "/people" not in ways, "the list of people is for trusted members"


# --- what a page keeps from somebody --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JottingMade:
    """I jotted this down."""

    jotting: Annotated[str, Id()]
    words: Annotated[str, Text(length_max=99, keep=Keep.WORKING)]


def jotting_page(db: Connection, by: By, jotting: str) -> Page:
    """Show a jotting, its words to its author alone."""
    member, words = db.execute("select member, words from jotting where jotting = ?", (jotting,)).fetchone()
    return Page("error.html", {"problem": Nasij(words if member == by.member else "only its author reads it")})


JOTTINGS = Area(
    "jottings",
    "Jottings",
    (Table("jotting", {name: text(Keep.WORKING) for name in ("jotting", "member", "words")}, key=("jotting",)),),
    (
        fact(
            JottingMade,
            said_by=TRUSTED_MEMBER,
            read_by=EVERYONE,
            fold=lambda db, by, made: db.execute(
                "insert into jotting (jotting, member, words, audience) values (?, ?, ?, 'network')",
                (made.jotting, by.member, made.words),
            ),
        ),
    ),
    pages=(page("/jottings/{jotting}", jotting_page, seen_by=TRUSTED_MEMBER),),
    found=(Found("jotting", "/jottings/{jotting}", "words", "Jottings"),),
)


def test_what_a_page_would_not_show_is_not_found() -> None:
    top = TableTop(people.AREA, JOTTINGS)
    huda, sami, newcomer = top.member(), top.member(), top.member("new")
    top.say(JottingMade(new_id(), "the blue door"), by=huda)

    def found(member: str, words: str) -> list[str]:
        look = Look(words=Words("en"), me=top.by(member), db=top.db, areas=top.areas, token="t", nonce="n")
        return [hit.excerpt for hit in look_for(look, Wanted(words)).hits]

    assert found(huda, "doo") == ["the blue door"]
    assert found(sami, "door") == []
    assert found(newcomer, "door") == []
    assert found(sami, "author") == [], "our own words on the page are no row"


def test_words_that_a_page_shows_are_found_though_another_text_of_the_record_holds_one_of_them() -> None:
    """The four words to compare stand on the page no more once a request was answered; one of them holds a word of the answer."""
    top = TableTop(people.AREA)
    inviter, reader = top.member(), top.member("trusted", "members")
    join = arrived(top, inviter, answers="None.", words="تمشيط كتب حليب خميرة")
    top.say(JoinDeclined(join, "أهلًا. لا شيء مطلوب الآن."), by=reader)
    look = Look(words=Words("en"), me=top.by(inviter), db=top.db, areas=top.areas, token="t", nonce="n")
    [hit] = look_for(look, Wanted("شيء مطلوب")).hits
    assert (hit.path, hit.excerpt) == (f"/people/join/{join}", "أهلًا. لا شيء مطلوب الآن.")


def test_a_search_opens_a_bounded_number_of_pages_and_can_go_on() -> None:
    top = TableTop(people.AREA, JOTTINGS)
    huda, sami = top.member(), top.member()
    for n in range(EACH_MAX + 9):
        top.say(JottingMade(new_id(), f"milk {n}"), by=huda)
    look = Look(words=Words("en"), me=top.by(sami), db=top.db, areas=top.areas, token="t", nonce="n")
    assert len(look_for(look, Wanted("milk")).hits) == 0
    assert EACH_MAX <= OPENED_MOST


# --- in a house -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def huda(tmp_path_factory: pytest.TempPathFactory) -> Walker:
    home: Path = tmp_path_factory.mktemp("finding") / "home"
    with House(home) as house:
        walker = Walker(house)
        walker.found()
        for n in range(SHOWN + 2):
            walker.get("/aid/ask")
            kind = re.findall(r'<option value="(\w{16})"', walker.page)[0]
            walker.post("/aid/ask", kind=kind, what=f"Saffron {n}", urgency="weeks", scope="trusted", people="1")
        yield walker


@pytest.mark.slow
class TestInAHouse:
    def test_the_words_stand_in_no_address_and_the_page_is_not_kept(self, huda: Walker) -> None:
        huda.fill("/find", step="words", words="saffron")
        assert huda.path == "/find"
        assert dict(huda.headers)["cache-control"] == "no-store"
        shown = set(re.findall(r"Saffron \d+", huda.text()))
        assert len(shown) == SHOWN, "those that fit equally well come in no order that is promised"
        assert "Who can see this?" in huda.text()
        assert not re.search(r'(?:href|action)="[^"]*affron', huda.page)
        assert "refresh" in dict(huda.headers), "a page that nobody types on goes away by itself"

    def test_more_is_shown_by_a_press_and_the_words_are_let_go_of_by_another(self, huda: Walker) -> None:
        huda.fill("/find", step="words", words="saffron")
        first = set(re.findall(r'href="(/aid/\w{16})"', huda.page))
        huda.post("/find", step="more")
        rest = set(re.findall(r'href="(/aid/\w{16})"', huda.page))
        assert (len(first), len(rest), first & rest) == (SHOWN, 2, set())
        assert 'value="more"' not in huda.page
        huda.post("/find", step="new")
        assert "affron" not in huda.page and 'name="words"' in huda.page

    def test_nothing_found_says_what_helps(self, huda: Walker) -> None:
        huda.fill("/find", step="words", words="nowhere")
        assert "Nothing that you may see holds these words." in huda.text()
        assert "the beginning of a word" in huda.text()

    @pytest.mark.parametrize("typed", ["", "a", "ًٌ", "\u202e\u2066", "x" * 10_000, "\x00\ud7ff!"])
    def test_bad_words_get_a_sentence_and_stay(self, huda: Walker, typed: str) -> None:
        huda.post("/find", step="new")
        huda.fill("/find", step="words", words=typed)
        assert huda.status == 422
        assert "at least two letters" in huda.text() or "too long" in huda.text()
        assert len(typed) < 3 or typed[:2] in huda.page

    def test_a_step_that_is_none_and_more_of_nothing_do_no_harm(self, huda: Walker) -> None:
        for step in ("more", "new", "else", ""):
            huda.fill("/find", step="words", words="saffron") if step == "else" else huda.get("/find")
            huda.post("/find", step=step)
            assert huda.status == 200 and 'name="words"' in huda.page

    def test_a_room_forgets_after_a_while_what_was_looked_for(self, huda: Walker) -> None:
        """In this process: the same page over a view of nothing."""
        kept = finding.Finding()
        kept._search = finding.Search("saffron", Wanted("saffron"), -finding.REMEMBERED_SECONDS - 1.0)
        assert kept.search() is None and kept._search is None


def test_every_area_whose_people_write_something_can_be_searched() -> None:
    silent = {area.name for area in all_areas().areas if not area.found}
    assert silent <= {area.name for area in all_areas().areas if not any("words" in t.columns for t in area.tables)}
