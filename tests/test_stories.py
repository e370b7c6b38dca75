"""Stories of several people's machines, in plain text, over the real write path. Written so that anybody can read them.

A line is one of these; what follows ``#`` is a remark. After each line everybody who is awake looks at the hub::

    huda founds                        the network begins
    sami comes through huda            invitation, request, four words, two readings, welcome
    huda, sami, noor gather            a group in which all are trusted
    NAME does /path field=words …      fills in a form; words with spaces stand in "quotes", a day is today+3;
                                       what is said twice is several choices
    second = number 2 of $need         the record that came as the second of several with another
    need = NAME does /path …           the same; its record can be named $need in later lines,
                                       and another it begins too $need.sitting
    NAME may not /path …               the form is refused, and nothing changes
    NAME may not /path … because "words"   and this is the sentence
    NAME sees /path "words"            the page shows them        NAME does not see /path "words"
    NAME cannot open /path             the page is not for them
    hub is down · hub is up            nobody reaches it · everybody does
    NAME sleeps · NAME wakes           a room is closed · opened again
    3 days pass · 5 hours pass         time goes by, and with it what each day brings; a quarter is of an hour
    everybody keeps house              open rooms do what is due by themselves
    NAME has waiting · NAME has nothing waiting
    NAME is asked · NAME is not asked  whether a question about helping waits for them
    NAME is trusted                    a standing, as everybody else sees it
    nobody vouches for NAME any more   whoever did takes it back
    NAME is told on the first page "words"   something waits for them there
    all agree                          every view of the network is the same
    the books sum to zero              in every room, and are the same when recomputed from the published lines
    NAME opens nothing written after   the keys that somebody removed still has open no later entry
    NAME is told "words"               why something they said came too late
    NAME comes back with the kit       on a new machine
    NAME asks for the way back         out of a freeze, on a new device with new keys
    NAME brings NAME back              after they have spoken; the other room holds its keys again
    nobody's snapshot holds "words"    forgotten, in every view's bytes
    everybody's room does its part     what open rooms say without being asked
    NAME reads "words" in $file        what was sealed opens in that room     NAME reads nothing in $file
    nobody holds a note                no sealed note of a check-in is left, nor a part of its key
    nobody is in CIRCLE any more       its people are forgotten, and every room has destroyed its keys
"""

import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nasij.areas.fund import published
from nasij.areas.profile.facts import HELP_KINDS
from nasij.clock import EPOCH, day_of
from nasij.errors import Nasij, SealBroken
from nasij.ids import id_from, numbered_id
from nasij.kit.fact import fields_of
from nasij.kit.field import Choices, Id
from nasij.kit.steps import Steps
from nasij.log.entry import open_entry
from nasij.resident import say_unasked
from tests.village import Person, Village, cheap_words

FOLDER = Path(__file__).parent / "stories"
STORIES = sorted(FOLDER.glob("*.txt"))


class Teller:
    """Tells one story."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.named: dict[str, str] = {}
        self.removed_at: dict[str, tuple[int, Any]] = {}
        self.kits: dict[str, str] = {}

    def tell(self, line: str) -> None:
        """Tell one line."""
        for pattern, told in LINES:
            found = re.fullmatch(pattern, line)
            if found:
                told(self, *found.groups())
                return
        raise AssertionError(f"nobody understands: {line}")

    def rest(self) -> None:
        """Let everybody look."""
        if not self.village.hub_down:
            self.village.settle()

    def person(self, name: str) -> Person:
        return self.village[name]

    def filled(self, text: str) -> str:
        """Return words with $names, @members and days such as today+3 put in."""
        today = day_of(self.village.clock.hour())
        text = re.sub(r"today\+(\d+)", lambda m: str(EPOCH + timedelta(days=today + int(m[1]))), text)
        text = re.sub(r"\$(\w+(?:\.\w+)?)", lambda m: self.named[m[1]], text)
        return re.sub(r"@(\w+)", lambda m: self.village[m[1]].me, text)

    def fields(self, rest: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for word in shlex.split(rest):
            name, _, value = word.partition("=")
            value = self.filled(value)
            if re.fullmatch(r"\w{16}(,\w{16})+", value):
                found[name] = value.split(",")
                continue
            value = id_from(value.encode().ljust(10)) if name == "kind" and value in HELP_KINDS else value
            found[name] = [*([was] if isinstance(was := found[name], str) else was), value] if name in found else value
        return found

    # --- lines ---------------------------------------------------------------------------------------------------

    def does(self, name: str | None, who: str, path: str, rest: str) -> None:
        facts = self.person(who).does(self.filled(path), **self.fields(rest))
        if name:
            first = next(f for f in facts if any(isinstance(k, Id) for k in fields_of(type(f)).values()))
            ids = {n: getattr(first, n) for n, k in fields_of(type(first)).items() if isinstance(k, Id)}
            self.named[name] = next(iter(ids.values()))
            self.named |= {f"{name}.{field}": value for field, value in ids.items()}
        if path.startswith("/trust/remove"):
            self.village.settle()
        self.rest()

    def number(self, name: str, n: str, of: str) -> None:
        self.named[name] = numbered_id(self.named[of], int(n))

    def may_not(self, who: str, path: str, rest: str, words: str | None) -> None:
        before = self.person(who).snapshot_bytes()
        with pytest.raises((Nasij, AssertionError)) as caught:
            self.person(who).does(self.filled(path), **self.fields(rest))
        assert (words or "") in str(caught.value), caught.value
        assert self.person(who).snapshot_bytes() == before

    def sees(self, who: str, wrong: str | None, path: str, words: str) -> None:
        try:
            page = self.person(who).page(self.filled(path))
        except (Nasij, AssertionError):
            assert wrong, f"{who} cannot open {path}"
            return
        # The words of all states and choices are given to every page, whether it shows them or not.
        shown = repr({name: value for name, value in page.items() if not isinstance(value, Steps | Choices)})
        assert (self.filled(words) in shown) is not bool(wrong), shown[:1500]

    def cannot_open(self, who: str, path: str) -> None:
        with pytest.raises((Nasij, AssertionError)):
            self.person(who).page(self.filled(path))

    def hub(self, state: str) -> None:
        self.village.hub_down = state == "down"
        self.village.cut_all(self.village.hub_down)
        self.rest()

    def sleep(self, who: str, state: str) -> None:
        person = self.person(who)
        if state == "sleeps":
            person.close()
            person.asleep = True
        else:
            person.asleep = False
            person.open()
            person.way.cut = self.village.hub_down
        self.rest()

    def passes(self, many: str, unit: str) -> None:
        self.village.forward(**{unit + "s": int(many)})
        self.rest()

    def keeps_house(self) -> None:
        for person in self.village.awake:
            person.housekeeping()
            self.rest()

    def holds_no_note(self) -> None:
        for person in self.village.awake:
            assert (
                person.rows(
                    "select 1 from sealed_note union all select 1 from note_envelope union all select 1 from told_note"
                )
                == []
            ), person.name

    def is_over(self, circle: str) -> None:
        for person in self.village.awake:
            assert self.filled(circle) not in {audience for audience, _ in person.node.keyring.keys}, person.name
            assert not person.rows("select 1 from holder where of = ?", self.filled(circle)), person.name

    def outbox(self, who: str, what: str) -> None:
        assert bool(self.person(who).node.outbox.items) is (what == "waiting")

    def standing(self, who: str, standing: str) -> None:
        for other in self.village.awake:
            if (
                other.inside
                and other.name != who
                and other.row("select 1 from member where member = ?", self.person(who).me)
            ):
                assert other.standing(self.person(who)) == standing, other.name

    def lapses(self, who: str) -> None:
        given = "select vouch, by_member from vouch where whom = ? and state = 'given' order by vouch"
        person = self.person(who)
        for vouch, giver in person.node.db.execute(given, (person.me,)).fetchall():
            self.village[self.village.name_of(giver)].does(f"/trust/withdraw/{vouch}")
            self.rest()

    def asked(self, who: str, wrong: str | None) -> None:
        waiting = self.person(who).row(
            "select count(*) from ask where state = 'asked' and helper = ?", self.person(who).me
        )
        assert bool(waiting) is not bool(wrong)

    def mark_line(self, who: str) -> None:
        node = self.person(who).node
        self.removed_at[who] = (node.place, node.keyring)

    def opens_nothing(self, who: str) -> None:
        """Try every later entry of the hub with every key the person ever had."""
        node = self.person(who).node
        place = next(
            p for (p,) in self.village.awake[0].rows("select max(place) from aside union select 0") if p is not None
        )
        del place
        shelf = self.village.shelf
        assert shelf is not None
        place, _ = self.removed_at[who]
        found = shelf.read(node.secrets.network, place, 2000)
        assert found.records, "something must have been written after"
        for at, _hour, entry in found.records[1:]:
            for keys in list(node.keyring.keys.values()):
                try:
                    keys.open(entry, 17, at.to_bytes(8, "big"))
                except SealBroken:
                    continue
                raise AssertionError(f"{who} opens place {at}")
            assert open_entry(node.keyring, node.secrets.network, at, entry) is None

    def told(self, who: str, words: str) -> None:
        assert any(words in t.sentence for t in self.person(who).node.told), self.person(who).node.told

    def on_first_page(self, who: str, wrong: str | None, words: str) -> None:
        person = self.person(who)
        by = person.node.by()
        areas = self.village.areas.areas
        items = [
            item for area in areas for say in (area.urgent, area.waiting) if say for item in say(person.node.db, by)
        ]
        assert any(words in item.text for item in items) is not bool(wrong), [item.text for item in items]

    def books(self) -> None:
        for person in self.village.awake:
            if person.node.by().trusted:
                assert not person.rows("select 1 from posting group by entry, currency having sum(amount_minor) <> 0")
                added: dict[str, int] = {}
                for line in published(person.node.db):
                    added[line["pot"]] = added.get(line["pot"], 0) + line["amount"]
                holds = dict(person.rows("select pot, holds from pot"))
                assert {pot: added.get(pot, 0) for pot in holds} == holds

    def comes_back(self, who: str) -> None:
        self.village.recover(who, self.kits[who])
        self.rest()

    def asks_back(self, who: str) -> None:
        self.person(who).returning.ask_with_new_keys()
        self.rest()
        self.rest()  # what stands in a mailbox changes no room's state

    def brings_back(self, who: str, whom: str) -> None:
        self.person(who).returning.bring_back(self.person(whom).me)
        self.rest()

    def keeps_kit(self, who: str) -> None:
        self.kits[who] = self.village.back_up(who)

    def rooms(self) -> None:
        for _ in range(2):
            for person in self.village.awake:
                say_unasked(person.node)
            self.rest()

    def reads(self, who: str, words: str | None, sealed_file: str) -> None:
        person, sealed = self.person(who), self.filled(sealed_file)
        found = person.sealed_files.unsealed(sealed) or person.safekeeping.unsealed(sealed)
        assert (words in dict(found).values()) if words else not found, found

    def forgotten(self, words: str) -> None:
        for person in self.village.people.values():
            assert words.encode() not in person.snapshot_bytes(), person.name


LINES: list[tuple[str, Any]] = [
    (r"(\w+) founds", lambda t, who: t.village.found(who)),
    (r"(\w+) comes through (\w+)(?: read by (.+))?", lambda t, who, by, readers: t.village.come(who, by, *re.split(r",\s*", readers or by))),
    (r"([\w, ]+) gather", lambda t, names: t.village.gather(*re.split(r",\s*", names))),
    (r"(?:(\w+) = )?(\w+) does (/\S*)(.*)", Teller.does),
    (r"(\w+) = number (\d+) of \$(\w+)", Teller.number),
    (r'(\w+) may not (/\S*)(.*?)(?: because "([^"]*)")?', Teller.may_not),
    (r'(\w+) (?:sees|(does not see)) (/\S*) "([^"]*)"', Teller.sees),
    (r"(\w+) cannot open (/\S*)", Teller.cannot_open),
    (r"hub is (down|up)", Teller.hub),
    (r"(\w+) (sleeps|wakes)", Teller.sleep),
    (r"(\d+) (day|hour|quarter)s? pass(?:es)?", Teller.passes),
    (r"everybody keeps house", Teller.keeps_house),
    (r"nobody holds a note", Teller.holds_no_note),
    (r"nobody is in (\S+) any more", Teller.is_over),
    (r"(\w+) has (waiting|nothing waiting)", Teller.outbox),
    (r"(\w+) is (new|trusted|resting|suspended|left|removed)", Teller.standing),
    (r"nobody vouches for (\w+) any more", Teller.lapses),
    (r"(\w+) is (not )?asked", Teller.asked),
    (r'(\w+) is (not )?told on the first page "([^"]*)"', Teller.on_first_page),
    (r"the books sum to zero", Teller.books),
    (r"all agree", lambda t: t.village.check()),
    (r"from here (\w+) should open nothing", Teller.mark_line),
    (r"(\w+) opens nothing written after", Teller.opens_nothing),
    (r'(\w+) is told "([^"]*)"', Teller.told),
    (r"(\w+) keeps a kit", Teller.keeps_kit),
    (r"(\w+) comes back with the kit", Teller.comes_back),
    (r"(\w+) asks for the way back", Teller.asks_back),
    (r"(\w+) brings (\w+) back", Teller.brings_back),
    (r'nobody\'s snapshot holds "([^"]*)"', Teller.forgotten),
    (r"everybody's room does its part", Teller.rooms),
    (r'(\w+) reads (?:nothing|"([^"]*)") in (\S+)', Teller.reads),
]  # fmt: skip


def test_there_are_enough_stories() -> None:
    assert len(STORIES) >= 12


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_the_story_holds(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of it."""
    cheap_words(monkeypatch)
    teller = Teller(Village(tmp_path))
    for number, line in enumerate(story.read_text().splitlines(), 1):
        words = re.sub(r"\s+#.*|^#.*", "", line).strip()
        if words:
            try:
                teller.tell(words)
            except BaseException as problem:
                problem.add_note(f"in {story.name}, line {number}: {words}")
                raise
