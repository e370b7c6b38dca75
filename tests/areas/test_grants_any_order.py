"""What holds whatever several people of the fund and several who ask do, in any order and at once.

Every member has a room that folds only what they can read, and every reader checks every fact with what stands in their own
room: a rule that read anything else would be found here.
"""

import contextlib

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from nasij.areas.fund import recomputed, reserved
from nasij.areas.grants import (
    LessDeclined,
    NeedAssessed,
    NotThisTime,
    OnCallBegun,
    PayoutDelivered,
    PayoutPrepared,
    ReceiptConfirmed,
    ReceiptDisputed,
    RequestClosed,
    RequestTakenUp,
    RequestWithdrawn,
    VerdictGiven,
)
from nasij.errors import Nasij
from nasij.ids import new_id
from nasij.kit import who
from nasij.kit.area import allowed
from nasij.kit.fact import from_bytes, to_bytes
from nasij.kit.table import Share
from nasij.node import rows as shared_rows
from nasij.node import view
from tests.areas.test_any_order import Machine, one_of, some
from tests.areas.test_grants import CUR, FORM, Grants

STEADY = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    print_blob=False,
)
PRIVATE = ("grant", "panel")


class Houses(Grants):
    """The same table, with a room for each member in which only what that member can read is folded."""

    def __init__(self, money=600_000):
        self.rooms = {}
        self.given = {}
        super().__init__(money)

    def member(self, standing="trusted", *roles, introduced_by=""):
        member = super().member(standing, *roles, introduced_by=introduced_by)
        self.rooms[member] = view.create(self.areas)
        self.copy_people()
        return member

    def copy_people(self):
        for room in self.rooms.values():
            for table in ("member", "mandate"):
                room.execute(f"delete from {table}")
                for row in self.rows(f"select * from {table}"):
                    room.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)

    def say(self, fact, by):
        line = self.areas.line_of(fact)
        fact = from_bytes(line.cls, to_bytes(fact))
        mine = self.rooms[by]
        audience = allowed(line, mine, who.by(mine, by, self.hour), fact)
        assert super().say(fact, by) == audience
        people = who.holders(self.db, audience)
        readers = self.given.get(audience, people) | {by}
        for member in sorted(readers & set(self.rooms)):
            room = self.rooms[member]
            author = who.by(room, by, self.hour, audience)
            assert allowed(line, room, author, fact) == audience, f"{type(fact).__name__}: {member}"
            line.fold(room, author, fact)
        for circle in sorted(
            of for (of,) in self.rows("select distinct of from holder") if of.split("/")[0] in PRIVATE
        ):
            self.share(circle)
        if audience.split("/")[0] in PRIVATE:
            self.given[audience] = who.holders(self.db, audience)
        self.agree(audience, who.holders(self.db, audience))
        return audience

    def share(self, circle):
        """Give those who came newly into a circle its rows, as the room of one who was there does."""
        now = who.holders(self.db, circle)
        for comer in sorted(now - self.given.get(circle, now)):
            shared_rows.clear(self.rooms[comer], self.areas, circle)
            for part in shared_rows.dump(self.db, self.areas, circle):
                shared_rows.load(self.rooms[comer], self.areas, circle, part)
        self.given[circle] = now

    def agree(self, audience, people):
        """Assert that all readers of an audience hold the same rows of it, as far as rows are shared with comers."""
        for table in self.areas.tables():
            if table.share is not Share.NEVER:
                sql = f"select * from {table.name} where audience = ? order by 1, 2"
                found = {member: self.rooms[member].execute(sql, (audience,)).fetchall() for member in people}
                assert all(rows == self.rows(sql, audience) for rows in found.values()), table.name

    def made(self, path, by, **values):
        """Return what the act at `path` makes in the room of `by`, unsaid."""
        room = self.rooms[by]
        line = next(line for area in self.areas.areas for line in area.acts if line.path == path)
        form = line.form(**values)
        return list(line.make(room, who.by(room, by, self.hour), form)) if line.make else [form]

    def make(self, path, by, **values):
        facts = self.made(path, by, **values)
        for fact in facts:
            self.say(fact, by)
        return facts

    def forward(self, *, days=0, hours=0):
        hour = self.hour
        super().forward(days=days, hours=hours)
        for room in self.rooms.values():
            for day in range(hour // 24 + 1, self.day + 1):
                view.pass_days(room, self.areas, day)
        for circle in [of for (of,) in self.rows("select distinct of from holder")]:
            self.given[circle] = who.holders(self.db, circle)


class Granting(Machine):
    """Six of the fund, who may ask as well, and three others; requests, decisions and payouts in any order."""

    @initialize()
    def begin(self):
        self.top = Houses()
        self.top.db.execute("delete from my_period")
        self.askers = [self.top.amal, self.top.noor, self.top.newcomer, *self.top.fund[:3]]
        self.suspended = set()
        self.asked_for = {}
        self.began_with = sum(recomputed(self.top.db).values())
        for asker in (self.top.amal, self.top.fund[0]):
            self.top.make("/grants/ask", asker, grant=new_id(), **(FORM | {"amount": "30", "least": "10"}))

    def attempt(self, does):
        """Do it, all or nothing; what a rule or a form refuses leaves no trace in any room, as in a node."""
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

    def grant(self, n):
        return one_of(self.grants(), n)

    def grants(self):
        return [grant for (grant,) in self.top.rows("select grant from aid_request order by grant")] or [new_id()]

    def on(self, n, m):
        """Return a request, and one of its panel or, now and then, anybody of the fund."""
        grant = self.grant(n)
        panel = self.top.panel(grant) if m % 5 else []
        return grant, one_of(panel or self.top.fund, m)

    def sitting(self, grant):
        return self.top.row("select sitting from aid_request where grant = ?", grant) or new_id()

    def payout(self, grant):
        found = self.top.rows("select payout from payout_plan where grant = ? order by moved_on, payout", grant)
        return found[-1][0] if found else new_id()

    def asker(self, grant):
        return self.top.row("select asked_by from aid_request where grant = ?", grant) or self.top.amal

    # --- whatever comes next, so that a run gets somewhere ----------------------------------------------------------

    @rule(n=some, m=some, steps=st.integers(1, 6))
    def go_on(self, n, m, steps):
        grant = self.grant(n)
        for _ in range(steps):
            state = self.top.row("select state from aid_request where grant = ?", grant)
            if state == "reserved":
                self.attempt(lambda: self._towards_paying(grant))
            elif state == "paying":
                self.attempt(lambda: self._towards_receipt(grant))
            elif state == "received":
                self.attempt(lambda: self._attest(grant))
            elif state == "approved":
                self.attempt(lambda: self.top.make("/grants/{grant}/yes", self.asker(grant), grant=grant))
            elif state == "not_now":
                self.appeal(n)
            else:
                self.attempt(lambda: self._judge_next(grant, m))

    def _judge_next(self, grant, m):
        said = {who for (who,) in self.top.rows("select member from verdict where sitting = ?", self.sitting(grant))}
        left = [one for one in self.top.panel(grant) if one not in said]
        form = {"sitting": self.sitting(grant), "verdict": "yes", "reason": "fits", "amount": ""}
        if left:
            self.top.make("/grants/sitting/{sitting}/verdict", one_of(left, m), **form)
        elif said:
            self.top.make("/grants/sitting/{sitting}/decide", min(said), sitting=self.sitting(grant), proposal="")

    def _deciders(self, grant):
        found = self.top.rows(
            "select member from verdict where sitting = ? and verdict in ('yes', 'less') order by member",
            self.sitting(grant),
        )
        return [member for (member,) in found if member in self.top.panel(grant)]

    def _towards_paying(self, grant):
        deciders = self._deciders(grant)
        for one in deciders:
            self.attempt(
                lambda one=one: self.top.make("/grants/sitting/{sitting}/back", one, sitting=self.sitting(grant))
            )
        payer = self.top.row("select payer from aid_request where grant = ?", grant)
        if payer:
            self.top.say(PayoutPrepared(grant, new_id(), "a bag", "linden"), payer)
            return
        able = self.top.rows(
            "select member from sitter where grant = ? and state in ('in', 'alternate') order by state, member", grant
        )
        able = [member for (member,) in able if member not in deciders]
        if able and deciders:
            self.top.make("/grants/{grant}/payer", deciders[0], grant=grant, payer=able[0])

    def _towards_receipt(self, grant):
        payout = self.payout(grant)
        state = self.top.row("select state from payout_plan where payout = ?", payout)
        if state == "prepared":
            keeper = self.top.row("select payer from aid_request where grant = ?", grant)
            form = {"grant": grant, "payout": payout, "pot": self.top.pots[keeper], "fees": ""}
            self.top.make("/grants/{grant}/book/{payout}", keeper, **form)
        else:
            self.top.say(ReceiptConfirmed(grant, payout, "linden"), self.asker(grant))

    def _attest(self, grant):
        for one in self._deciders(grant):
            form = {"grant": grant, "payout": self.payout(grant)}
            self.attempt(lambda one=one, form=form: self.top.make("/grants/{grant}/attest/{payout}", one, **form))

    # --- asking ----------------------------------------------------------------------------------------------------

    @rule(n=some, amount=st.sampled_from(["12", "30", "110", "400"]), urgent=st.booleans(), out=some, behalf=some)
    def ask(self, n, amount, urgent, out, behalf):
        rest = {"amount": amount, "least": "10", "urgent": urgent, "leave_out": sorted(self.top.fund)[: out % 3]}
        if not behalf % 4:
            rest |= {"on_behalf": "consented", "for_whom": one_of(self.top.fund, behalf)}
        by = one_of(self.askers, n)
        self.attempt(lambda: self.top.make("/grants/ask", by, grant=new_id(), **(FORM | rest)))

    @rule(n=some)
    def withdraw(self, n):
        grant = self.grant(n)
        self.attempt(lambda: self.top.say(RequestWithdrawn(grant), self.asker(grant)))

    @rule(n=some, yes=st.booleans())
    def answer_less(self, n, yes):
        grant = self.grant(n)
        if yes:
            self.attempt(lambda: self.top.make("/grants/{grant}/yes", self.asker(grant), grant=grant))
        else:
            self.attempt(lambda: self.top.say(LessDeclined(grant), self.asker(grant)))

    @rule(n=some)
    def appeal(self, n):
        grant = self.grant(n)
        form = {"grant": grant, "words": "", "leave_out": []}
        self.attempt(lambda: self.top.make("/grants/{grant}/appeal", self.asker(grant), **form))

    # --- deciding --------------------------------------------------------------------------------------------------

    @rule(
        n=some,
        m=some,
        verdict=st.sampled_from(["yes", "yes", "yes", "less", "no"]),
        amount=st.sampled_from(["5", "11", "25"]),
    )
    def judge(self, n, m, verdict, amount):
        grant, member = self.on(n, m)
        reason = {"yes": "fits", "less": "short", "no": "not_ours"}[verdict]
        typed = amount if verdict == "less" else ""
        form = {"sitting": self.sitting(grant), "verdict": verdict, "reason": reason, "amount": typed}
        self.attempt(lambda: self.top.make("/grants/sitting/{sitting}/verdict", member, **form))

    @rule(n=some, m=some, k=some)
    def two_at_once(self, n, m, k):
        """Two of the panel press the button having seen the same; the first in the line wins, whole or not at all."""
        grant, first = self.on(n, m)
        second = one_of(self.top.panel(grant) or self.top.fund, k)
        form = {"sitting": self.sitting(grant), "verdict": "yes", "reason": "fits", "amount": ""}
        made = []
        for member in (first, second):
            with contextlib.suppress(Nasij):
                made.append((member, self.top.made("/grants/sitting/{sitting}/verdict", member, **form)))
        for member, facts in made:
            self.attempt(lambda member=member, facts=facts: [self.top.say(fact, member) for fact in facts])

    @rule(n=some, m=some)
    def decide(self, n, m):
        grant, member = self.on(n, m)
        form = {"sitting": self.sitting(grant), "proposal": ""}
        self.attempt(lambda: self.top.make("/grants/sitting/{sitting}/decide", member, **form))

    @rule(n=some, m=some, path=st.sampled_from(["less", "queue", "back", "return"]))
    def press(self, n, m, path):
        grant, member = self.on(n, m)
        sitting = self.sitting(grant)
        self.attempt(lambda: self.top.make("/grants/sitting/{sitting}/" + path, member, sitting=sitting))

    @rule(n=some, m=some, harm=st.sampled_from(["life", "some"]))
    def assess(self, n, m, harm):
        grant, member = self.on(n, m)
        self.attempt(lambda: self.top.say(NeedAssessed(self.sitting(grant), "days", harm, ""), member))

    @rule(n=some, m=some)
    def stand_back(self, n, m):
        grant, member = self.on(n, m)
        form = {"sitting": self.sitting(grant), "link": "debt"}
        self.attempt(lambda: self.top.make("/grants/sitting/{sitting}/link", member, **form))

    @rule(n=some)
    def fill(self, n):
        grant = self.grant(n)
        self.attempt(lambda: self.top.make("/grants/{grant}/fill", self.asker(grant), grant=grant))

    @rule(n=some, m=some, cls=st.sampled_from([RequestTakenUp, NotThisTime, RequestClosed]))
    def say(self, n, m, cls):
        grant, member = self.on(n, m)
        fact = cls(grant, "short", "") if cls is NotThisTime else cls(grant)
        self.attempt(lambda: self.top.say(fact, member))

    # --- paying ----------------------------------------------------------------------------------------------------

    @rule(n=some, m=some, k=some)
    def choose_payer(self, n, m, k):
        grant, member = self.on(n, m)
        payer = one_of(self.top.fund, k)
        self.attempt(lambda: self.top.make("/grants/{grant}/payer", member, grant=grant, payer=payer))

    @rule(n=some)
    def prepare(self, n):
        grant = self.grant(n)
        payer = self.top.row("select payer from aid_request where grant = ?", grant) or self.top.fund[0]
        self.attempt(lambda: self.top.say(PayoutPrepared(grant, new_id(), "a bag", "linden"), payer))

    @rule(n=some, k=some)
    def book(self, n, k):
        grant, keeper = self.grant(n), one_of(self.top.fund, k)
        keeper = self.top.row("select payer from aid_request where grant = ?", grant) or keeper
        form = {"grant": grant, "payout": self.payout(grant), "pot": self.top.pots[keeper], "fees": ""}
        self.attempt(lambda: self.top.make("/grants/{grant}/book/{payout}", keeper, **form))

    @rule(n=some, word=st.sampled_from(["linden", "linden", "lime"]))
    def confirm(self, n, word):
        grant = self.grant(n)
        self.attempt(lambda: self.top.say(ReceiptConfirmed(grant, self.payout(grant), word), self.asker(grant)))

    @rule(n=some, m=some, what=st.sampled_from(["delivered", "disputed", "failed", "attest", "part", "settle"]))
    def hand_over(self, n, m, what):
        grant, member = self.on(n, m)
        payout, asker = self.payout(grant), self.asker(grant)
        payer = self.top.row("select payer from aid_request where grant = ?", grant) or member
        does = {
            "delivered": lambda: self.top.say(PayoutDelivered(grant, payout), payer),
            "disputed": lambda: self.top.say(ReceiptDisputed(grant, payout, "nothing", ""), asker),
            "failed": lambda: self.top.make("/grants/{grant}/failed/{payout}", payer, grant=grant, payout=payout),
            "attest": lambda: self.top.make("/grants/{grant}/attest/{payout}", member, grant=grant, payout=payout),
            "part": lambda: self.top.make(
                "/grants/{grant}/part/{payout}", member, grant=grant, payout=payout, missing="1"
            ),
            "settle": lambda: self.top.make(
                "/grants/{grant}/settle/{payout}", member, grant=grant, payout=payout, words=""
            ),
        }
        self.attempt(does[what])

    @rule(k=some)
    def call(self, k):
        member = one_of(self.top.fund, k)
        self.attempt(lambda: self.top.say(OnCallBegun(self.top.day + 7), member))

    @rule(days=st.sampled_from([1, 8, 31]))
    def days_pass(self, days):
        self.top.forward(days=days)

    @rule(k=some)
    def suspend(self, k):
        """Suspend somebody of the fund; at most two, so that something can still be decided."""
        if len(self.suspended) < 2:
            member = one_of(self.top.fund, k)
            self.suspended.add(member)
            self.top.db.execute("update member set standing = 'suspended' where member = ?", (member,))
            self.top.copy_people()
            self.top.forward(days=1)

    # --- what holds ------------------------------------------------------------------------------------------------

    @invariant()
    def money_is_neither_made_nor_lost(self):
        top = self.top
        paid = top.row("select coalesce(sum(amount + fees), 0) from payout where state <> 'failed'")
        assert sum(recomputed(top.db).values()) + paid == self.began_with
        assert all(held >= 0 for held in recomputed(top.db).values())
        assert recomputed(top.db) == {
            (pot, cur): holds for pot, cur, holds in top.rows("select pot, currency, holds from pot where holds > 0")
        } | {key: 0 for key, held in recomputed(top.db).items() if held == 0}
        assert 0 <= reserved(top.db, CUR) <= sum(recomputed(top.db).values())

    @invariant()
    def what_arrived_and_what_is_still_asked_for_is_what_was_asked_for(self):
        kept = (
            "select grant, amount + arrived from aid_request where asked_by <> ''"  # of others the amount is forgotten
        )
        for grant, whole in self.top.rows(kept):
            assert self.asked_for.setdefault(grant, whole) == whole

    @invariant()
    def nobody_decides_or_pays_for_themselves(self):
        top = self.top
        for grant, sitting, asker, whom in top.rows("select grant, sitting, asked_by, for_whom from aid_request"):
            concerned = {asker, whom} - {""}
            judges = {m for (m,) in top.rows("select member from verdict where sitting = ?", sitting)}
            assert not judges & concerned
            assert not set(top.panel(grant)) & concerned
            for (reservation,) in top.rows("select reservation from grant_decision where sitting = ?", sitting):
                agreed = {m for (m,) in top.rows("select member from backing where reservation = ?", reservation)}
                keepers = top.rows(
                    "select keeper from payout join pot using (pot) where payout.reservation = ?", reservation
                )
                payers = {keeper for (keeper,) in keepers}
                assert not agreed & concerned
                assert not payers & (agreed | concerned)

    @invariant()
    def nothing_is_granted_or_paid_twice(self):
        top = self.top
        live = (
            "select count(*) from grant_decision join reservation using (reservation)"
            " where reservation.state in ('held', 'used') group by sitting"
        )
        assert all(count == 1 for (count,) in top.rows(live))
        over = (
            "select 1 from payout join reservation using (reservation) where payout.state <> 'failed'"
            " group by reservation having sum(payout.amount) > reservation.amount"
        )
        assert not top.rows(over)
        for grant, amount, granted in top.rows("select grant, amount, granted from aid_request"):
            assert granted <= amount
            kept = top.rows(
                "select 1 from payout_plan join payout using (payout) where payout_plan.grant = ? and payout.state <> 'failed'",
                grant,
            )
            assert len(kept) <= 1

    @invariant()
    def circles_hold_who_they_should(self):
        top = self.top
        for grant, sitting, asker, payer, over in top.rows(
            "select grant, sitting, asked_by, payer, closed_on from aid_request where asked_by <> ''"
        ):
            read = who.holders(top.db, f"grant/{grant}")
            assert read <= {asker, payer, *top.panel(grant)}
            assert who.holders(top.db, f"panel/{sitting}") <= set(top.panel(grant))
            assert asker not in who.holders(top.db, f"panel/{sitting}")
            assert not (over and read)
            assert (
                not self.top.rooms[asker].execute("select 1 from holder where of = ?", (f"panel/{sitting}",)).fetchone()
            )

    @invariant()
    def whoever_is_suspended_decides_nothing(self):
        for member in self.suspended:
            grant = self.grant(0)
            with pytest.raises(Nasij):
                self.top.say(VerdictGiven(self.sitting(grant), "yes", 12_000, "fits"), member)

    @invariant()
    def a_code_gets_no_more_than_its_turns(self):
        counts = self.top.rows(
            "select count(*) from turn where returned = 0 and period_code <> '' group by period, period_code"
        )
        assert all(count <= 2 for (count,) in counts)


Granting.TestCase.settings = STEADY
TestGranting = pytest.mark.slow(Granting.TestCase)


@pytest.mark.slow
def test_two_who_decide_at_once_reserve_once():
    """Both see one yes and add theirs; the line takes the first whole and refuses the second whole, in every room."""
    machine = Granting()
    machine.begin()
    top = machine.top
    grant = new_id()
    top.make("/grants/ask", top.amal, grant=grant, **FORM)
    first, second, third = top.panel(grant)
    form = {"sitting": top.sitting(grant), "verdict": "yes", "reason": "fits", "amount": ""}
    top.make("/grants/sitting/{sitting}/verdict", first, **form)
    made = [(one, top.made("/grants/sitting/{sitting}/verdict", one, **form)) for one in (second, third)]
    assert [len(facts) for _, facts in made] == [5, 5]
    for member, facts in made:
        machine.attempt(lambda member=member, facts=facts: [top.say(fact, member) for fact in facts])
    assert reserved(top.db, CUR) == 120_000
    for room in top.rooms.values():
        assert room.execute("select coalesce(sum(left_minor), 0) from reservation").fetchone()[0] in (0, 120_000)
    assert top.row("select count(*) from verdict") == 2
    machine.teardown()
