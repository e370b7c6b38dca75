"""What holds whatever several people do, in any order: needs, parts and commitments; vouches, roles and endings."""

import contextlib
from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from nasij import ids
from nasij.areas import people, trust
from nasij.areas.aid import NeedClosed, NeedGrown, NeedOpened, NeedReopened
from nasij.areas.cases import AREA as CASES
from nasij.areas.cases import HandedOver
from nasij.areas.matching import CommitmentFellThrough, CommitmentPassedOn, CommitmentReleased
from nasij.areas.matching.rules import live_asks
from nasij.areas.people import MemberLeft
from nasij.areas.profile import AvoidStated, CapacityStated
from nasij.areas.trust import VouchGiven
from nasij.areas.trust.mandates import ROLES_MOST
from nasij.areas.trust.vouches import vouched
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit.area import Area
from nasij.kit.fact import fields_of
from nasij.kit.field import Bytes, Choice, Day, Field, Flag, Id, Ref, Whole
from nasij.kit.who import roles_of
from nasij.node.kernel import AREA as LINE
from tests.areas.test_cases import NOTHING
from tests.areas.test_matching import Rooms
from tests.tabletop import TableTop

# Which of the records that are there: a number, taken modulo how many there are.
some = st.integers(min_value=0, max_value=10_000)
EASY = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=False,
)
HELPING = ("accepted", "done")


class Machine(RuleBasedStateMachine):
    """A machine in which ids are drawn anew in the same order each time, so that what was found can be found again."""

    def __init__(self) -> None:
        super().__init__()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(ids, "secrets", SimpleNamespace(token_bytes=Random(0).randbytes))

    def teardown(self) -> None:
        self._patch.undo()


def one_of(found: list[Any], n: int) -> Any:
    """Return one of what is there."""
    return found[n % len(found)]


class Helping(Machine):
    """Three helpers with limits, two who ask, two who coordinate; each has a room that reads only what is theirs."""

    @initialize()
    def begin(self) -> None:
        self.top: Any = Rooms(CASES)
        top = self.top
        self.limits = {top.zein: 1, top.musa: 2}
        for member, limit in self.limits.items():
            top.say(CapacityStated(limit, [], True), member)
        top.say(AvoidStated(top.rim, top.amal), top.rim)
        self.helpers = [top.zein, top.musa, top.rim]
        self.coordinators = [top.sana, top.huda]

    # --- doing something, or nothing -------------------------------------------------------------------------------

    def attempt(self, does: Callable[[], Any]) -> None:
        """Do it; what a rule or a form refuses leaves no trace in any room, as in a node."""
        dbs = [self.top.db, *self.top.rooms.values()]
        given = dict(self.top.given)
        for db in dbs:
            db.execute("savepoint attempt")
        try:
            does()
        except Nasij:
            for db in dbs:
                db.execute("rollback to attempt")
            self.top.given = given
        for db in dbs:
            db.execute("release attempt")

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.top.rows(sql)]

    def needs(self) -> list[str]:
        return self.column("select need from need order by need")

    def commitments(self) -> list[str]:
        return self.column("select commitment from commitment order by commitment")

    def cases(self) -> list[str]:
        return self.column("select case_id from case_file order by case_id")

    def asker_of(self, commitment: str) -> str:
        return str(self.top.row("select asker from commitment where commitment = ?", commitment))

    def case_person(self, case: str, n: int) -> str:
        found = self.column(f"select member from case_person where case_id = '{case}' order by member")
        return str(one_of(found, n))

    # --- asking ----------------------------------------------------------------------------------------------------

    @rule(
        n=some,
        kind=st.sampled_from(["things", "food", "shelter"]),
        scope=st.sampled_from(["network", "trusted"]),
        parts=st.sampled_from(["", "One\nTwo"]),
        urgency=st.sampled_from(["now", "weeks", "open"]),
    )
    def ask(self, n: int, kind: str, scope: str, parts: str, urgency: str) -> None:
        asker = one_of([self.top.amal, self.top.rim], n)
        values = {"by": asker, "kind": kind, "scope": scope, "parts": parts, "urgency": urgency}
        self.attempt(lambda: self.top.need(opened=False, **values))

    @precondition(lambda self: self.needs())
    @rule(n=some, m=some)
    def sort(self, n: int, m: int) -> None:
        self.attempt(lambda: self.top.say(NeedOpened(one_of(self.needs(), n)), one_of(self.coordinators, m)))

    @precondition(lambda self: self.needs())
    @rule(n=some, m=some, reason=st.sampled_from(["met", "part", "not_now", "referred", "withdrawn"]))
    def close_need(self, n: int, m: int, reason: str) -> None:
        need = one_of(self.needs(), n)
        asker = self.top.row("select asked_by from need where need = ?", need)
        by = one_of([asker, *self.coordinators], m)
        self.attempt(lambda: self.top.say(NeedClosed(need, reason, "Words"), by))

    @precondition(lambda self: self.needs())
    @rule(n=some, m=some, grows=st.booleans())
    def revive(self, n: int, m: int, grows: bool) -> None:
        need = one_of(self.needs(), n)
        fact = NeedGrown(need, new_id(), "More") if grows else NeedReopened(need)
        self.attempt(lambda: self.top.say(fact, one_of([self.top.amal, *self.coordinators], m)))

    # --- helping ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.needs())
    @rule(n=some, m=some)
    def offer(self, n: int, m: int) -> None:
        values = {"need": one_of(self.needs(), n), "part": "", "when_on": 0, "words": ""}
        self.attempt(lambda: self.top.make("/match/offer/{need}", one_of(self.helpers, m), **values))

    @precondition(lambda self: self.commitments())
    @rule(n=some, m=some)
    def pass_on(self, n: int, m: int) -> None:
        it = one_of(self.commitments(), n)
        self.attempt(lambda: self.top.say(CommitmentPassedOn(it), one_of(self.coordinators, m)))

    @precondition(lambda self: self.commitments())
    @rule(n=some)
    def accept(self, n: int) -> None:
        it = one_of(self.commitments(), n)
        envelope = NOTHING | {"number": "0100"}
        self.attempt(lambda: self.top.make("/cases/begin/{commitment}", self.asker_of(it), commitment=it, **envelope))

    @precondition(lambda self: self.commitments())
    @rule(n=some, by=st.sampled_from(["helper", "asker"]), falls=st.booleans())
    def end(self, n: int, by: str, falls: bool) -> None:
        it = one_of(self.commitments(), n)
        who = self.top.row(f"select {by} from commitment where commitment = ?", it)
        fact = (CommitmentFellThrough if falls else CommitmentReleased)(it, "")
        self.attempt(lambda: self.top.say(fact, who))

    @precondition(lambda self: self.commitments())
    @rule(n=some, confirm=st.booleans())
    def finish(self, n: int, confirm: bool) -> None:
        it = one_of(self.commitments(), n)
        path = "/cases/confirm/{commitment}" if confirm else "/cases/free/{commitment}"
        self.attempt(lambda: self.top.make(path, self.asker_of(it), commitment=it))

    @rule(m=some, kind=st.sampled_from(["things", "food"]), parts=st.sampled_from(["", "One\nTwo"]))
    def be_helped(self, m: int, kind: str, parts: str) -> None:
        """Go the whole way at once, so that there is something to go wrong afterwards."""
        top, helper = self.top, one_of(self.helpers, m)

        def way() -> None:
            need = top.need(by=top.amal, kind=kind, parts=parts)
            offer = top.make("/match/offer/{need}", helper, need=need, part="", when_on=0, words="")[0]
            if kind == "food":
                top.say(CommitmentPassedOn(offer.commitment), top.sana)
            top.make("/cases/begin/{commitment}", top.amal, commitment=offer.commitment, **(NOTHING | {"number": "1"}))

        self.attempt(way)

    # --- asking one after another ----------------------------------------------------------------------------------

    @precondition(lambda self: self.needs())
    @rule(n=some, m=some, order=st.permutations([0, 1, 2]))
    def begin_round(self, n: int, m: int, order: list[int]) -> None:
        first, second, third = (self.helpers[place] for place in order)
        values = {"first": first, "second": second, "third": third, "fourth": "", "fifth": "", "words": ""}
        need = one_of(self.needs(), n)
        self.attempt(lambda: self.top.make("/match/begin/{need}", one_of(self.coordinators, m), need=need, **values))

    def asks(self) -> list[str]:
        return self.column("select ask from ask order by ask")

    @precondition(lambda self: self.asks())
    @rule(n=some, yes=st.booleans())
    def answer(self, n: int, yes: bool) -> None:
        ask = one_of(self.asks(), n)
        helper = self.top.row("select helper from ask where ask = ?", ask)
        more = {"when_on": 0, "words": ""} if yes else {}
        path = "/match/ask/{ask}/yes" if yes else "/match/ask/{ask}/no"
        self.attempt(lambda: self.top.make(path, helper, ask=ask, **more))

    @precondition(lambda self: self.asks())
    @rule(n=some, m=some)
    def next_one(self, n: int, m: int) -> None:
        round_ = one_of(self.column("select round from ask_round order by round"), n)
        self.attempt(lambda: self.top.make("/match/round/{round}/next", one_of(self.coordinators, m), round=round_))

    # --- in a case -------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.cases())
    @rule(n=some, m=some, reason=st.sampled_from(["met", "not_now"]), whole=st.booleans())
    def close_case(self, n: int, m: int, reason: str, whole: bool) -> None:
        case = one_of(self.cases(), n)
        values = {"case": case, "reason": reason, "words": "Words", "close_need": whole}
        self.attempt(lambda: self.top.make("/cases/{case}/close", self.case_person(case, m), **values))

    @precondition(lambda self: self.cases())
    @rule(n=some, m=some, to=some)
    def hand_over(self, n: int, m: int, to: int) -> None:
        case = one_of(self.cases(), n)
        values = {"case": case, "to": one_of(self.helpers, to), "summary": "What to know", "agreed": True}
        assert set(values) == set(HandedOver.__dataclass_fields__)
        self.attempt(lambda: self.top.make("/cases/{case}/hand", self.case_person(case, m), **values))

    # --- time passes, people go ------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([3, 24, 7 * 24, 15 * 24]))
    def wait(self, hours: int) -> None:
        self.top.forward(hours=hours)

    @rule(n=some)
    def leave(self, n: int) -> None:
        everybody = [self.top.rim, self.top.musa, self.top.huda]
        self.attempt(lambda: self.top.say(MemberLeft(), one_of(everybody, n)))
        self.top.forward(days=1)

    # --- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def a_part_is_helped_with_by_one_person(self) -> None:
        found = self.top.rows(
            "select part, count(*) from commitment where state in ('accepted', 'done') group by part having count(*) > 1"
        )
        assert found == []
        taken = self.top.rows("select 1 from part where state = 'taken' and commitment = ''")
        assert taken == []

    @invariant()
    def capacity_is_a_hard_limit(self) -> None:
        for member, limit in self.limits.items():
            accepted = self.top.row(
                "select count(*) from commitment where helper = ? and accepted_on > ?"
                " and state in ('accepted', 'done', 'confirmed')",
                member,
                self.top.day - 7,
            )
            assert accepted <= limit

    @invariant()
    def nobody_is_asked_two_things_at_once_or_about_somebody_they_avoid(self) -> None:
        for member in self.helpers:
            assert live_asks(self.top.db, member, self.top.hour) <= 1
        avoided = "select 1 from ask join need using (need) where ask.helper = ? and need.asked_by = ?"
        assert self.top.rows(avoided, self.top.rim, self.top.amal) == []

    @invariant()
    def the_second_envelope_is_where_its_people_are(self) -> None:
        for member, room in self.top.rooms.items():
            for (case,) in room.execute("select case_id from opened_identity").fetchall():
                inside = "select 1 from case_person where case_id = ? and member = ? and state = 'in'"
                assert self.top.rows(inside, case, member), "nobody else ever has it"

    @invariant()
    def nothing_open_is_without_a_next_step(self) -> None:
        assert self.top.rows("select 1 from need where closed_on = 0 and (next_owner = '' or next_on = 0)") == []
        lost = self.top.rows(
            "select case_id from case_file where closed_on = 0 and not exists (select 1 from case_person"
            " where case_person.case_id = case_file.case_id and member = next_owner and case_person.state = 'in')"
        )
        assert lost == []


class Fuzzed:
    """Facts of an area said by anybody about anything that is there."""

    def __init__(self, area: Area) -> None:
        self.lines = [line for line in area.facts if line.authority]

    def value(self, top: TableTop, kind: Field, n: int) -> Any:
        if isinstance(kind, Id):
            return new_id()
        if isinstance(kind, Ref):
            found = top.rows(f"select {kind.to} from {kind.to} order by 1")
            return one_of(found, n)[0] if found else new_id()
        if isinstance(kind, Choice):
            return one_of([*kind.of.labels], n)
        if isinstance(kind, Whole | Flag | Day):
            return kind.empty()
        if isinstance(kind, Bytes):
            return bytes([n % 3]) * kind.least  # a few, so that two people sometimes say the same
        raise TypeError(kind)

    def fact(self, top: TableTop, which: int, numbers: list[int]) -> Any:
        line = one_of(self.lines, which)
        kinds = fields_of(line.cls)
        return line.cls(*(self.value(top, kind, n) for kind, n in zip(kinds.values(), numbers, strict=False)))


numbers = st.lists(some, min_size=6, max_size=6)
FUZZED = Fuzzed(trust.AREA)


class Belonging(Machine):
    """Five trusted members, two of whom look after membership, and two who came newly."""

    @initialize()
    def begin(self) -> None:
        self.top = TableTop(LINE, people.AREA, trust.AREA)
        stewards = [self.top.member("trusted", "members", "cases"), self.top.member("trusted", "members")]
        trusted = stewards + [self.top.member() for _ in range(3)]
        self.top.forward(days=20)
        new = [self.top.member("new", introduced_by=trusted[0]), self.top.member("new", introduced_by=trusted[2])]
        self.everybody = trusted + new
        self.before = self.standings()
        self.active = len(trusted)

    def standings(self) -> dict[str, str]:
        return dict(self.top.rows("select member, standing from member"))

    def say(self, fact: Any, by: str) -> None:
        self.note()
        with contextlib.suppress(Nasij):
            self.top.say(fact, by)

    def note(self) -> None:
        self.before = self.standings()
        self.active = sum(standing == "trusted" for standing in self.before.values())

    @rule(which=some, by=some, about=numbers)
    def anything(self, which: int, by: int, about: list[int]) -> None:
        self.say(FUZZED.fact(self.top, which, about), one_of(self.everybody, by))

    @rule(by=some, whom=some, role=st.sampled_from(["", "fund", "machines"]))
    def vouch(self, by: int, whom: int, role: str) -> None:
        self.say(VouchGiven(new_id(), one_of(self.everybody, whom), role), one_of(self.everybody, by))

    @rule(about=some, first=some, second=some, what=st.sampled_from(["role", "removal", "suspension", "recall"]))
    def two_agree(self, about: int, first: int, second: int, what: str) -> None:
        it, member = new_id(), one_of(self.everybody, about)
        asks, agrees, hours = {
            "role": (trust.MandateProposed(it, "machines", member, 0), trust.MandateGiven(it), 0),
            "removal": (trust.RemovalAsked(it, member), trust.MemberRemoved(member), 24),
            "suspension": (trust.SuspensionAsked(it, member), trust.SuspensionConfirmed(it), 0),
            "recall": (trust.RecallAsked(it, "cases", member), trust.MandateRecalled(it), 0),
        }[what]
        self.say(asks, one_of(self.everybody, first))
        self.top.forward(hours=hours)
        self.say(agrees, one_of(self.everybody, second))

    @rule(n=some)
    def leave(self, n: int) -> None:
        self.say(MemberLeft(), one_of(self.everybody, n))

    @rule(days=st.sampled_from([1, 3, 8, 15, 40]))
    def wait(self, days: int) -> None:
        for _ in range(days):
            self.note()
            self.top.forward(days=1)
            self.trust_is_earned()

    # --- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def nobody_holds_more_than_two_roles(self) -> None:
        held = self.top.rows(
            "select count(*) from mandate where state in ('active', 'suspended') and until >= ? group by member",
            self.top.day,
        )
        assert all(n <= ROLES_MOST for (n,) in held)

    @invariant()
    def trust_is_earned(self) -> None:
        """Whoever has just become trusted had vouches enough: two at least, from two chains, once four are trusted."""
        for member, standing in self.standings().items():
            if self.before.get(member) == "new" and standing == "trusted":
                least = 2 if self.active >= 4 else 1
                needed = self.top.row("select needed from earned where member = ? and role = ''", member)
                assert vouched(self.top.db, member) >= needed >= least
        lost = self.top.rows("select member from earned where role = ''")
        assert all(vouched(self.top.db, member) > 0 for (member,) in lost)

    @invariant()
    def whoever_is_gone_holds_nothing_and_says_nothing(self) -> None:
        for member, standing in self.standings().items():
            if standing not in ("removed", "left"):
                continue
            assert roles_of(self.top.db, member, self.top.day) == frozenset()
            if standing == "removed":
                live = "select 1 from vouch where state in ('given', 'review') and ? in (whom, by_member)"
                assert self.top.rows(live, member) == []
            by = self.top.by(member)
            assert not any(line.said_by.fits(by) for line in self.top.areas.facts.values())

    @invariant()
    def whoever_is_suspended_is_so_by_a_measure_that_ends_or_by_a_decision(self) -> None:
        for member, standing in self.standings().items():
            if standing != "suspended":
                continue
            held = self.top.rows(
                "select 1 from freeze where member = ? and state in ('frozen', 'confirmed') and until_at > ?"
                " union all select 1 from review where whom = ? and measure = 'confirmed'"
                " and (measure_until >= ? or outcome = 'remove')",
                member,
                self.top.day * 24,
                member,
                self.top.day,
            )
            assert held, "a measure lasts no longer than the group allows"

    @invariant()
    def nobody_votes_about_themselves(self) -> None:
        assert self.top.rows("select 1 from review_vote join review using (review) where by_member = whom") == []

    @invariant()
    def somebody_can_still_look_after_membership(self) -> None:
        if "trusted" in self.standings().values():
            assert self.top.rows("select 1 from member where standing in ('trusted', 'resting')")


class Alone(Machine):
    """One person with every power that one can hold, and time; the others do nothing."""

    @initialize(holds=st.sampled_from([("members", "cases"), ("members", "machines"), ("fund", "machines"), ()]))
    def begin(self, holds: tuple[str, ...]) -> None:
        self.top = TableTop(LINE, people.AREA, trust.AREA)
        self.one = self.top.member("trusted", *holds)
        self.top.member("trusted", "members", "cases")
        self.others = [self.top.member() for _ in range(3)] + [self.top.member("new", introduced_by=self.one)]
        self.holds = set(holds)
        self.roles = self.roles_of_others()

    def roles_of_others(self) -> set[tuple[Any, ...]]:
        return set(self.top.rows("select role, member from mandate where state = 'active' and member <> ?", self.one))

    @rule(which=some, about=numbers)
    def anything(self, which: int, about: list[int]) -> None:
        with contextlib.suppress(Nasij):
            self.top.say(FUZZED.fact(self.top, which, about), self.one)

    @rule(hours=st.sampled_from([1, 24, 72, 7 * 24]))
    def wait(self, hours: int) -> None:
        self.top.forward(hours=hours)

    @invariant()
    def one_person_alone_ends_nothing_and_gives_nothing(self) -> None:
        frozen = {m for (m,) in self.top.rows("select member from freeze where state = 'frozen'")}
        for member, standing in self.top.rows("select member, standing from member where member <> ?", self.one):
            assert standing != "removed"
            assert standing != "suspended" or member in frozen, "only a freeze, which ends by itself"
            assert standing != "trusted" or member != self.others[-1], "one vouch is not enough"
        assert self.roles_of_others() <= self.roles
        assert roles_of(self.top.db, self.one, self.top.day) <= self.holds


def _state_test(machine: type[RuleBasedStateMachine]) -> type:
    found = machine.TestCase
    found.settings = EASY
    return pytest.mark.slow(found)


TestHelping = _state_test(Helping)
TestBelonging = _state_test(Belonging)
TestAlone = _state_test(Alone)
