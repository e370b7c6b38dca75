"""The sample network: made through the real doors, the same for the same seed, and alive through all three pairs of eyes."""

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from nasij import books, sample
from nasij.areas.fund import backers, balance
from nasij.areas.incidents.facts import KIND
from nasij.clock import HandClock
from nasij.errors import HubUnreachable, NotHereYet, Refused
from nasij.gate import SAMPLE_HUB, Gate, all_areas
from nasij.ids import is_id
from nasij.kit import money
from nasij.kit.area import Areas
from nasij.kit.page import Item, Page
from nasij.node import record, room, rows
from nasij.node.desk import RoomDesk
from nasij.node.node import Node
from nasij.sample.village import Village
from nasij.settings import Settings
from nasij.sync.loop import step, step_now
from nasij.web import forms
from nasij.web.look import Look
from nasij.web.server import name_of
from nasij.web.templates import render
from nasij.web.words import Words
from tests.lived import everything_is_lived, listening_to
from tests.test_books import checked, theirs
from tests.walker import ROOT, House, Walker

pytestmark = pytest.mark.slow

EYES = ("newcomer", "trusted", "coordinator")
END = 20_800 * 24 + 15
BEFORE_ONES_TIME = str(NotHereYet())


@dataclass
class Played:
    """A small sample, and where it is."""

    settings: Settings
    village: Village
    progress: list[tuple[int, int]]

    def open(self, eyes: str) -> Node:
        """Open one of the three rooms as a visitor's process does."""
        folder = self.settings.sample / "rooms" / eyes
        return room.open_room(folder, all_areas(), HandClock(END), sample.SAMPLE_PASSPHRASE)


def play(
    home: Path,
    seed: int = 7,
    end: int = END,
    people: int = sample.LEAST_PEOPLE,
    days: int = sample.LEAST_DAYS,
    areas: Areas | None = None,
) -> Played:
    settings = Settings(home, 0)
    settings.prepare()
    claimed = sample.claim(settings)
    assert claimed is not None
    progress: list[tuple[int, int]] = []
    village = sample.play(
        *(settings, claimed, lambda gone, of: progress.append((gone, of))),
        people=people,
        days=days,
        seed=seed,
        clock=HandClock(end),
        areas=areas,
    )
    return Played(settings, village, progress)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield play(tmp_path_factory.mktemp("sample"))


def look_of(node: Node, path: str = "/") -> Look:
    return Look(
        words=Words("ar"),
        path=path,
        me=node.by(),
        db=node.db,
        areas=node.areas,
        name_of=lambda member: name_of(node, member),
        sample=node.secrets.sample,
    )


def home_items(node: Node, name: str) -> list[Item]:
    found = []
    for area in node.areas.areas:
        ask = getattr(area, name)
        if ask is not None:
            found += ask(node.db, node.by())
    return sorted(found, key=lambda item: item.harm)


def texts(items: list[Item]) -> str:
    return "\n".join(item.text for item in items)


# --- how it is made ---------------------------------------------------------------------------------------------------


def test_nothing_the_plot_tries_is_refused(played: Played) -> None:
    assert played.village.refused == []


def test_nothing_is_refused_at_night_either(tmp_path: Path) -> None:
    """What is counted back from the present hour then falls on the day before."""
    assert play(tmp_path, end=END - 12).village.refused == []


def test_every_fact_is_folded_by_everybody_who_was_there(played: Played) -> None:
    """What is set aside is what somebody could not know because it began before their time, and nothing else."""
    folded_by_all(played.village)


def test_a_larger_group_with_many_newcomers_folds_every_fact_too(tmp_path: Path) -> None:
    """Somebody suspended, somebody who left, cases handed over, newcomers among old needs: all that moves keys."""
    said: Counter[type] = Counter()
    larger = play(tmp_path / "larger", people=28, days=70, areas=listening_to(said))
    assert larger.village.refused == []
    folded_by_all(larger.village)
    standings = dict(larger.open("trusted").db.execute("select standing, count(*) from member group by standing"))
    assert {"left", "removed", "suspended"} <= set(standings)
    everything_is_lived(larger.village, said)


def folded_by_all(village: Village) -> None:
    for person in village.people:
        reasons = {reason for (reason,) in person.node.db.execute("select reason from aside")}
        assert reasons <= {BEFORE_ONES_TIME}, (person.number, reasons)
        assert not person.node.alarm
        assert person.node.alarms == []


def test_the_one_conflict_is_the_one_that_is_meant(played: Played) -> None:
    """Two people press the same button: the second one's room says so, and nothing else is ever told."""
    told = [(person.number, fact.name) for person in played.village.people for fact in person.node.told]
    assert told == [(3, "aid.need-opened/1")]


def test_all_views_agree_after_reading_everything(played: Played) -> None:
    nodes = {eyes: played.open(eyes) for eyes in EYES}
    assert len({(node.place, node.head) for node in nodes.values()}) == 1
    for node in nodes.values():
        node.settle()
    assert len({rows.digest(node.db, node.areas) for node in nodes.values()}) == 1


def test_the_story_has_what_a_group_lives_through(played: Played) -> None:
    db = played.open("coordinator").db
    standings = dict(db.execute("select standing, count(*) from member group by standing"))
    assert standings["removed"] == 1
    assert standings["trusted"] >= 6
    assert standings["new"] >= 1
    reasons = {reason for (reason,) in db.execute("select reason from need")}
    assert {"met", "part", "not_now", "referred", "withdrawn"} <= reasons
    assert db.execute("select count(*) from need where state = 'expired'").fetchone()[0] >= 1
    assert db.execute("select count(*) from need where posted_as <> ''").fetchone()[0] >= 1
    assert db.execute("select count(*) from offer where import_code <> ''").fetchone()[0] >= 1
    assert db.execute("select count(distinct member) from heartbeat").fetchone()[0] == sample.LEAST_PEOPLE
    assert db.execute("select count(*) from need where kind not in (select kind from kind)").fetchone()[0] == 0


def test_the_group_keeps_a_fund_and_decides_what_it_gives(played: Played) -> None:
    """Two pots in two currencies; every request that the story tells of, each as its own people see it."""
    db = played.open("trusted").db
    assert db.execute("select state, currency from pot order by currency").fetchall() == [
        ("open", "EUR"),
        ("open", "JOD"),
    ]
    gifts = db.execute("select count(*) from ledger_entry where kind = 'gift'").fetchone()[0]
    assert gifts >= 8
    kinds = {kind for (kind,) in db.execute("select kind from ledger_entry")}
    assert {"opening", "gift", "payout", "exchange", "difference", "fee"} <= kinds
    assert db.execute(
        "select payout.state, lane from payout join reservation using (reservation) order by lane"
    ).fetchall() == [
        ("confirmed", "ordinary"),
        ("confirmed", "urgent"),
    ]
    held = db.execute("select reservation from reservation where state = 'held'").fetchone()[0]
    assert len(backers(db, held)) == 1, "a second one has not stood behind it yet"
    seen = {
        row
        for person in played.village.people
        for row in person.node.db.execute("select grant, state from aid_request where asked_by = ?", (person.member,))
    }
    states = sorted(state for _, state in seen)
    assert states in (
        sorted(["appealed", "received", "closed", "reserved", "submitted", "waiting"]),
        sorted(["appealed", "closed", "closed", "reserved", "submitted", "waiting"]),
    )


def test_bean_check_passes_on_the_books_and_its_balances_are_ours(played: Played, tmp_path: Path) -> None:
    """Currency by currency, from the file that anybody trusted can take along."""
    db = played.open("trusted").db
    text = books.beancount(db)
    checked(text, tmp_path / "books.beancount")
    found: dict[str, int] = {}
    for (account, currency), amount in theirs(text).items():
        if account.startswith("Assets:Pot"):
            found[currency] = found.get(currency, 0) + money.read(amount, currency)
    assert found == {currency: balance(db, currency) for currency in ("EUR", "JOD")}
    assert text.count(" balance ") >= 2, "counts became balance assertions"


def test_the_group_decides_in_all_ways_and_saves_together(played: Played) -> None:
    """By consensus, a draw, majority and ranking, once with secret ballots that three rooms carried; one vote is open."""
    db = played.open("coordinator").db
    decided = db.execute("select method, secret, state, outcome from proposal where decided_on > 0").fetchall()
    assert sorted((method, secret) for method, secret, _, outcome in decided if outcome == "passed") == [
        ("consensus", 0),
        ("draw", 0),
        ("majority", 0),
        ("majority", 0),
        ("majority", 1),
        ("ranking", 0),
    ]
    assert [state for method, _, state, _ in decided if method == "ranking"] == ["under_review"]
    assert db.execute("select value from setting where name = 'savings_people'").fetchone()[0] == "8"
    assert db.execute("select count(*) from charter_accepted").fetchone()[0] >= 3
    changed = "select count(*) from proposal_version join proposal using (proposal) where effect = 'charter'"
    assert db.execute(changed).fetchone()[0] == 1
    machines = "select count(*) from mandate where role = 'machines' and state = 'active'"
    assert db.execute(machines).fetchone()[0] == 2
    (open_now,) = db.execute("select proposal from proposal where state = 'open'").fetchone()
    assert db.execute("select count(*) from vote where proposal = ?", (open_now,)).fetchone()[0] >= 3
    turns = db.execute(
        "select saving_turn.state from saving_turn join saving using (saving) where saving.state = 'running'"
        " order by number"
    )
    assert [state for (state,) in turns] == ["paid_out", "paid_out", "next", "waiting", "waiting"]
    assert db.execute("select count(*) from saving where state = 'forming'").fetchone()[0] == 1
    assert "invited to save together" in texts(home_items(played.open("trusted"), "waiting"))
    keys = [seed for person in played.village.people for seed, _ in person.node.secrets.votes.values()]
    assert not any(keys), "no key of a vote that is over lies anywhere"


def test_the_group_shares_things_and_a_directory(played: Played) -> None:
    db = played.village.people[1].node.db
    loans = dict(db.execute("select state, count(*) from loan group by state").fetchall())
    assert loans.get("forgiven") == 1, "a lamp was lost, and nobody minds"
    assert db.execute("select out, quantity from thing where quantity - out = 1 and sort = 'books'").fetchall() == [
        (0, 1)
    ]
    assert {state for (state,) in db.execute("select state from provider")} >= {"checked", "doubtful", "proposed"}
    assert db.execute("select min(left_over) from batch").fetchone()[0] > 0
    for person in played.village.people:
        assert person.node.db.execute("select 1 from stay_address").fetchall() == [], "gone with the last night"


def test_the_group_stands_by_people_on_bad_days(played: Played) -> None:
    """One day is over and its report too; one is acute, with everybody else protected first; one report waits."""
    db = played.open("coordinator").db
    assert sorted(db.execute("select state, severity from incident").fetchall()) == [
        ("opened", "now"),
        ("over", "today"),
        ("reported", "soon"),
    ]
    assert sorted(state for (state,) in db.execute("select state from response")) == ["acute", "closed"]
    first = "select state from response_step where kind = 'exposure'"
    assert db.execute(first).fetchall() == [("done",)]
    assert db.execute("select count(*) from response_step where kind = 'warn' and state = 'due'").fetchone()[0] == 1
    assert db.execute("select version from playbook where checked_on > 0").fetchone()[0] == 1
    mine = played.open("trusted").db.execute("select seen, answered_at from incident").fetchall()
    assert mine == [(1, 0)], "opened by somebody, answered by nobody yet"


def test_two_meet_and_the_deputy_supervises_while_the_supervisor_is_away(played: Played) -> None:
    """One accompanies, one sets a goal in their own words; nothing is kept of what they say."""
    db = played.open("trusted").db
    ((relation, state),) = db.execute("select relation, state from relation").fetchall()
    assert state == "active"
    assert db.execute("select count(*) from session where state = 'held'").fetchone()[0] == 1
    assert db.execute("select count(*) from goal where state = 'set'").fetchone()[0] == 1
    supervisor, deputy = db.execute("select member from oversight order by seat desc").fetchall()
    holders = {who for (who,) in db.execute("select who from holder where of = ?", (f"relation/{relation}",))}
    assert deputy[0] in holders
    assert supervisor[0] not in holders


def test_the_group_shares_its_time(played: Played) -> None:
    """One coordinator fell ill and another has the turn; tasks in several states; hours that sum to zero."""
    db = played.open("coordinator").db
    turns = db.execute("select state, kind from call_turn order by state, kind").fetchall()
    assert sorted(turns) == [("accepted", "alarm"), ("handed_over", "alarm"), ("on", "alarm"), ("on", "questions")]
    states = {state for (state,) in db.execute("select state from task")}
    assert states >= {"open", "filled", "proposed", "done"}
    assert db.execute("select sum(balance), count(*) from hours_account").fetchone() == (0, 4)
    assert db.execute("select count(*) from training where closed_on = 0").fetchone() == (2,)


def test_the_same_seed_tells_the_same_story(played: Played, tmp_path: Path) -> None:
    """Keys and ids differ; who does what, in which words and on which day, does not."""

    def story(it: Played) -> list[Any]:
        alias = "(select alias from called where called.member = {})"
        db = it.open("coordinator").db
        needs = db.execute(
            f"select what, state, reason, asked_at, {alias.format('asked_by')} from need order by asked_at, what"
        )
        helped = db.execute(
            f"select state, offered_on, {alias.format('helper')} as h from commitment order by offered_on, h"
        )
        return [needs.fetchall(), helped.fetchall(), db.execute("select alias from called order by 1").fetchall()]

    again = play(tmp_path / "again")
    assert story(again) == story(played)
    assert again.village.network != played.village.network
    assert story(play(tmp_path / "other", seed=8)) != story(played)


def test_the_way_there_is_told(played: Played) -> None:
    gone = [done for done, _ in played.progress]
    assert gone == sorted(gone)
    assert gone[0] >= 0
    assert gone[-1] <= played.progress[-1][1]


def test_only_sealed_files_of_three_rooms_are_left(played: Played) -> None:
    home = played.settings.sample
    assert sorted(path.name for path in (home / "rooms").iterdir()) == sorted(EYES)
    assert not (home / "rehearsal").exists()
    for path in home.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            for word in ("مبيت", "ياسمين", "مجموعتنا"):
                assert word.encode() not in raw, path.name
            assert path.stat().st_mode & 0o077 == 0, path.name


# --- what visitors see ------------------------------------------------------------------------------------------------


def fillings(node: Node, name: str) -> list[str]:
    """Return what may stand in the place of a parameter in a page's path."""
    if name == "number":
        return ["1", "2"]
    if name == "state":
        return [state for (state,) in node.db.execute("select distinct state from need")]
    if name == "way":
        return ["rtl", "ltr"]
    table, key = {"case": ("case_file", "case_id"), "join": ("join_request", "request")}.get(name, (name, name))
    table = {"round": "ask_round", "import_code": "list_import"}.get(name, table)
    table, key = {"entry": ("ledger_entry", "entry"), "grant": ("aid_request", "grant")}.get(name, (table, key))
    table = {"step": "response_step", "series": "task_series", "turn": "call_turn"}.get(name, table)
    table = {"copy": "story_copy", "seat": "gathering_seat"}.get(name, table)
    if name in ("currency", "before"):
        return ["JOD", "EUR"] if name == "currency" else ["9"]
    found = [str(it) for (it,) in node.db.execute(f"select {key} from {table} order by 1")]
    assert all(map(is_id, found)), name
    return [*found, *KIND.labels] if name == "kind" else found  # of help, and of bad days


@pytest.mark.parametrize("eyes", EYES)
def test_every_page_shows_for_everybody_who_may_open_it(played: Played, eyes: str) -> None:
    node = played.open(eyes)
    me = node.by()
    shown: dict[str, int] = {}
    for area in node.areas.areas:
        for line in area.pages:
            if not line.seen_by.fits(me):
                continue
            shown[line.path] = 0
            names = re.findall(r"{(\w+)}", line.path)
            for values in product(*(fillings(node, name) for name in names)):
                params = dict(zip(names, values, strict=True))
                try:
                    page = line.view(node.db, me, **params)
                except (NotHereYet, Refused):  # not here, or not for this one of the three
                    continue
                html = render(look_of(node, line.path.format(**params)), page)
                assert 'dir="rtl"' in html or "dir=rtl" in html
                shown[line.path] += 1
    never = {path for path, count in shown.items() if count == 0}
    sparse = {"/cases/photo/{note}", "/trust/concern/{concern}", "/trust/review/{review}"}
    if eyes != "newcomer":  # who asked for money, and nobody else of the three pays out
        sparse |= {"/grants/{grant}"}
    # No file and no sheet is open at the end of the story.
    sparse |= {"/grants/{grant}/payout", "/plans/sealed/{sealed_file}/read", "/together/sheet/{sheet}/read"}
    if eyes == "coordinator":  # whoever goes along has the file of their day, and nobody else
        sparse |= {"/together/with/{joining}/date"}
    if eyes != "coordinator":  # who pledged something
        sparse |= {"/fund/runway/{currency}/{pledge}"}
    if eyes != "coordinator":  # whoever has no role sees less
        sparse |= {
            path for path in shown if "{" in path and path.split("/")[1] in ("match", "cases", "savings", "plans", "by")
        }
    if eyes != "trusted":
        sparse |= {"/people/join/{join}", "/care/with/{relation}"}
    if eyes != "coordinator":  # whom no stay, loan or referral of the story concerns
        sparse |= {"/things/stay/{stay}", "/things/referral/{referral}", "/things/loan/{loan}"}
    sparse |= {"/care/worry/{escalation}"}  # nobody of the three is frightened for somebody
    if eyes == "newcomer":
        sparse |= {"/aid/offer/{offer}", "/profile/contact/{member}", "/checks/{checkin}"}
        sparse |= {"/pages/read/{copy}"}  # what was shared before one came is not for them
        sparse |= {path for path in shown if "/import/" in path}
        # For somebody who went along or told a story, and is trusted no more.
        sparse |= {"/together/with/{joining}", "/together/with/{joining}/date", "/pages/{story}"}
    assert never <= sparse, never


@pytest.mark.parametrize("eyes", EYES)
def test_every_form_shows_for_everybody_who_may_fill_it(played: Played, eyes: str) -> None:
    node = played.open(eyes)
    me, count = node.by(), 0
    for area in node.areas.areas:
        for act in area.acts:
            names = re.findall(r"{(\w+)}", act.path)
            if not act.by.fits(me) or not set(names) <= {"need", "member", "commitment", "case", "ask"}:
                continue
            for values in list(product(*(fillings(node, name) for name in names)))[:3]:
                path = act.path.format(**dict(zip(names, values, strict=True)))
                try:
                    render(look_of(node, path), forms.act_page(look_of(node, path), act, path))
                except NotHereYet:
                    continue
                count += 1
    assert count >= 10


def test_a_coordinator_has_something_to_sort_and_something_urgent(played: Played) -> None:
    node = played.open("coordinator")
    waiting = texts(home_items(node, "waiting"))
    assert waiting.count("waits to be sorted") >= 2
    assert "waits to be passed on" in waiting
    assert "the next can be asked" in waiting
    assert "needed now" in texts(home_items(node, "urgent"))
    assert "You go along with" in texts(home_items(node, "mine"))


def test_a_trusted_member_is_asked_and_has_a_case(played: Played) -> None:
    node = played.open("trusted")
    waiting = texts(home_items(node, "waiting"))
    assert "Can you help with" in waiting
    assert "next step" in waiting
    assert "Help is offered" in waiting
    assert "You help with" in texts(home_items(node, "mine"))
    assert {item.path.split("/")[1] for item in home_items(node, "urgent")} <= {"things"}, (
        "a service that may not be safe"
    )


def test_a_visitor_has_a_check_in_that_is_due_and_watches_over_somebody_who_is_late(played: Played) -> None:
    first = home_items(played.open("trusted"), "waiting")[:2]
    assert [item.press.words for item in first if item.press] == ["I am safe"]
    assert "Somebody you watch over is late" in texts(first)


def test_a_newcomer_sees_their_own_and_little_else(played: Played) -> None:
    node = played.open("newcomer")
    assert node.by().standing == "new"
    assert "What you asked for" in texts(home_items(node, "mine"))
    assert home_items(node, "urgent") == []
    assert node.db.execute("select count(*) from called").fetchone()[0] == 0, "what others are called is not theirs yet"
    assert node.db.execute("select count(*) from need where asked_by <> ?", (node.me,)).fetchone()[0] <= 5
    assert node.db.execute("select count(*) from draft").fetchone()[0] == 1


def test_the_home_page_shows_that_all_is_invented(played: Played) -> None:
    for eyes in EYES:
        node = played.open(eyes)
        assert node.secrets.sample
        lists = {name: home_items(node, name) for name in ("waiting", "urgent", "mine")}
        html = render(look_of(node), Page("home.html", {**lists, "told": [], "pending": 0}))
        assert Words("ar").gettext("A sample with invented people") in html or "sample" in html


# --- what visitors try ------------------------------------------------------------------------------------------------


def test_what_a_visitor_tries_stays_in_the_sample(played: Played) -> None:
    """Two visitors in two processes of their own meet in the sample's store, and nowhere else."""
    one, other = (Gate(played.settings, "unix:/nowhere", HandClock(END)) for _ in range(2))
    asker, reader = played.open("trusted"), played.open("coordinator")
    desk, reading = RoomDesk(asker, None), RoomDesk(reader, None)
    act = next(act for area in asker.areas.areas for act in area.acts if act.path == "/aid/ask")
    start = act.prefill(asker.db, asker.by(), {}) if act.prefill else {}
    values = {name: start.get(name, kind.empty()) for name, kind in forms.fields_of(act.form).items()}
    kind = asker.db.execute("select kind from kind order by place").fetchone()[0]
    values |= {"kind": kind, "what": "سؤال من الزائر", "urgency": "days", "scope": "trusted"}
    assert act.make is not None
    record.state(asker, list(act.make(asker.db, asker.by(), act.form(**values))))
    before = reader.place
    assert step_now(one.client(SAMPLE_HUB), step(desk))
    assert other.client(SAMPLE_HUB).watch(reader.secrets.network, before, 20) > before
    step_now(other.client(SAMPLE_HUB), step(reading))
    assert reader.db.execute("select 1 from need where what = 'سؤال من الزائر'").fetchone()


def test_without_a_sample_its_hub_is_not_there_and_is_not_made(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", 0)
    settings.prepare()
    with pytest.raises(HubUnreachable):
        Gate(settings, "unix:/nowhere").client(SAMPLE_HUB).found(bytes(16), bytes(32))
    assert not settings.sample.exists()


# --- how far it is ----------------------------------------------------------------------------------------------------


def test_it_is_absent_then_in_the_making_then_ready(tmp_path: Path, played: Played) -> None:
    settings = Settings(tmp_path / "home", 0)
    assert sample.state(settings) == "absent"
    claimed = sample.claim(settings)
    assert claimed is not None
    assert sample.state(settings) == "making"
    assert sample.claim(settings) is None, "nobody makes it twice"
    claimed.let_go()
    assert sample.state(settings) == "absent"
    assert sample.state(played.settings) == "ready"
    assert sample.claim(played.settings) is None
    sample.make(played.settings, lambda _gone, _of: pytest.fail("it is there already"))


def test_a_maker_that_is_killed_leaves_nothing_that_stays(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", 0)
    settings.prepare()
    code = (
        "import sys; from pathlib import Path; from nasij import sample; from nasij.settings import Settings\n"
        "sample.make(Settings(Path(sys.argv[1]), 0), lambda gone, of: print(gone, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(settings.home)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT / "src")},
    ) as maker:
        assert maker.stdout is not None
        maker.stdout.readline()
        assert sample.state(settings) == "making"
        maker.send_signal(signal.SIGKILL)
        maker.wait(20)
    assert sample.state(settings) == "absent"
    assert (settings.sample / "rehearsal").exists()
    claimed = sample.claim(settings)
    assert claimed is not None
    claimed.let_go()


def test_a_visitor_looks_around_through_the_house(tmp_path: Path) -> None:
    from nasij.clock import SystemClock

    play(tmp_path / "home", end=SystemClock().hour())
    with House(tmp_path / "home") as house:
        visitor = Walker(house)
        visitor.fill("/sample", eyes="coordinator")
        assert visitor.path == "/", visitor.text()
        visitor.get("/rest")
        assert "waits to be sorted" in visitor.text()
        newcomer = Walker(house, "ar")
        newcomer.fill("/sample", eyes="newcomer")
        assert newcomer.path == "/", newcomer.text()
        assert newcomer.get("/people")
        assert newcomer.status == 404
        visitor.get("/aid")
        assert visitor.status == 200


def test_the_house_makes_it_beside_and_goes_on(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home", 0)
    with House(settings.home) as house:
        visitor = Walker(house)
        visitor.fill("/sample", eyes="make")
        assert visitor.path == "/sample"
        assert "The sample is being made" in visitor.text()
        assert sample.state(settings) == "making"
        visitor.get("/start")
        assert visitor.status == 200
    for _ in range(100):
        if sample.state(settings) == "absent":
            return
        time.sleep(0.1)
    pytest.fail("whoever makes it outlives the house")
