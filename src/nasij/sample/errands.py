"""What goes otherwise than planned with help and with tasks: a turn that does not suit, a need that comes back, an offer that is used up."""

from typing import Any

from nasij.areas.aid import kind_id
from nasij.areas.aid.lists import IdentityLine, NeedLine, list_facts
from nasij.clock import HOURS_A_DAY
from nasij.sample.doubts import Deciding
from nasij.sample.parts import ONE, OTHER, THIRD, Part, Strand
from nasij.sample.rota import KITCHEN, SHELVES
from nasij.sample.village import COORDINATOR, MACHINES, STEWARD

LEFT = 11  # who leaves in the story, and what they saw to is taken on by others
TURN, PLACE, SIGN_UP = "/tasks/turn/{turn}", "/tasks/place/{place}/take", "/tasks/sign-up/{sign_up}"
OFFER, CASE = "/aid/offer/{offer}", "/cases/{case}"
AGAIN = "عاد الأمر كما كان، ونحتاج إلى يوم آخر."


class Tasks(Part):
    """Turns, tasks, series and trainings."""

    def strands(self) -> list[Strand]:
        """Return what happens with time."""
        return [self.turns(), self.kitchen(), self.taken_on(), self.series()]

    def turn(self, first: int, begins: int) -> str:
        """Plan a turn for questions on a day after the present one."""
        day = self.plot.end // HOURS_A_DAY + begins
        span = {"first_day": day, "last_day": day}
        asked = {"first": self.member(first), "backup": self.member(ONE if first == OTHER else OTHER)}
        return str(self.press(COORDINATOR, "/tasks/calls/plan", kind="questions", **span, **asked).turn)

    def turns(self) -> Strand:
        """Cancel one turn, say no to another; hand the third over and keep it after all."""
        yield from self.there(ONE, OTHER)
        for number in (ONE, OTHER):
            self.press(number, "/tasks/calls/times", days_most=6, rest_days=1, times=["free_evening"])
        self.press(COORDINATOR, TURN + "/cancel", turn=self.turn(OTHER, 9))
        declined = self.turn(ONE, 8)
        yield 4
        self.press(ONE, TURN + "/decline", turn=declined)
        kept = self.turn(ONE, 12)
        self.press(ONE, TURN + "/accept", turn=kept)
        yield 3
        self.press(ONE, TURN + "/hand-over", turn=kept, to=self.member(OTHER))
        yield 6
        self.press(ONE, TURN + "/keep", turn=kept)

    def task(self, who: int, due: int, **what: Any) -> tuple[str, str]:
        """Propose a task; returns it and its places."""
        form = {**KITCHEN, "due": self.village.day + due, "part": "طبخ", "places": 3, **what}
        task, places = self.village.press(self.plot.cast[who], "/tasks/new", **form)[:2]
        return task.task, places.place

    def kitchen(self) -> Strand:
        """Cook: one confirms, one signs off late and is excused; it begins; a walk is called off."""
        yield from self.there(ONE, OTHER, THIRD, STEWARD)
        task, place = self.task(STEWARD, 2)
        signed = {who: self.press(who, PLACE, place=place).sign_up for who in (ONE, OTHER, THIRD)}
        yield 5
        self.press(ONE, SIGN_UP + "/confirm", sign_up=signed[ONE])
        yield HOURS_A_DAY
        self.press(OTHER, SIGN_UP + "/off", sign_up=signed[OTHER])
        self.press(STEWARD, SIGN_UP + "/excuse", sign_up=signed[OTHER])
        called_off, _ = self.task(STEWARD, 4, words="نزهة عند النهر")
        yield HOURS_A_DAY
        self.press(STEWARD, "/tasks/{task}/start", task=task)
        yield 4
        self.press(STEWARD, "/tasks/{task}/done", task=task, came=[signed[ONE]])
        self.press(STEWARD, "/tasks/{task}/cancel", task=called_off)

    def taken_on(self) -> Strand:
        """Take on what somebody saw to who has left."""
        yield from self.there(STEWARD, ONE)
        for table, key in (("task", "task"), ("task_series", "series")):
            mine = f"select {key} from {table} where organiser = ? and closed_on = 0"
            gone = "select standing from member where member = ?"
            while LEFT not in self.plot.cast or self.one(STEWARD, gone, self.member(LEFT)) != "left":
                yield HOURS_A_DAY
            made = self.one(STEWARD, mine, self.member(LEFT))
            path = "/tasks/{task}" if key == "task" else "/tasks/series/{series}"
            self.press(ONE, path + "/take-over", **{key: made})
            yield 20
            self.press(ONE, path + ("/cancel" if key == "task" else "/end"), **{key: made})

    def series(self) -> Strand:
        """Take back a training that was put down for the wrong person."""
        yield from self.there(ONE, OTHER)
        topic = self.one(ONE, "select topic from topic")
        training = self.press(ONE, "/tasks/skills/trained", topic=topic, member=self.member(OTHER)).training
        yield 3
        self.press(ONE, "/tasks/training/{training}/drop", training=training)


class Help(Part):
    """Kinds, needs, offers and cases."""

    def strands(self) -> list[Strand]:
        """Return what happens with help."""
        return [self.kinds(), self.needs(), self.offers(), self.silent(), self.case()]

    def kinds(self) -> Strand:
        """Add a kind of help, call it otherwise, and give it up again."""
        yield from self.there(COORDINATOR)
        kind = self.press(COORDINATOR, "/aid/kinds/add", label="ترجمة", mode="self_offer").kind
        yield 20
        at = {"kind": kind}
        self.press(COORDINATOR, "/aid/kinds/{kind}/change", label="ترجمة شفوية", mode="self_offer", **at)
        yield 4 * HOURS_A_DAY
        self.press(COORDINATOR, "/aid/kinds/{kind}/retire", **at)

    def asked(self, who: int, what: str, kind: str = "skills", **more: Any) -> str:
        """Ask for something that is not urgent; it is sorted where it waits."""
        form = {"kind": kind_id(kind), "urgency": "weeks", "scope": "trusted", **more}
        need = str(self.press(who, "/aid/ask", what=what, **form).need)
        if self.one(COORDINATOR, "select state from need where need = ?", need) == "waiting":
            self.press(COORDINATOR, "/aid/{need}/seen", need=need)
            self.press(COORDINATOR, "/aid/{need}/open", need=need)
        return need

    def needs(self) -> Strand:
        """Drop a draft; a need becomes more pressing, is closed, and comes back before it is withdrawn."""
        yield from self.there(ONE, OTHER, THIRD, COORDINATOR)
        draft = self.press(ONE, "/aid/draft", what="كرسي للشرفة", urgency="open", people=1).draft
        yield 3
        self.press(ONE, "/aid/draft/{draft}/drop", draft=draft)
        need = self.asked(ONE, "فهم رسالة رسمية", "paperwork")
        self.press(ONE, "/aid/{need}/urgency", need=need, urgency="days")
        yield 10
        self.press(COORDINATOR, "/aid/{need}/close", need=need, reason="not_now", words="لا أحد متاح هذا الأسبوع.")
        yield 20
        self.press(ONE, "/aid/{need}/reopen", need=need)
        yield 6
        self.press(ONE, "/aid/{need}/close", need=need, reason="withdrawn", words="")
        need = self.asked(THIRD, "تعديل ستارة")
        commitment = self.press(OTHER, "/match/offer/{need}", need=need, words="").commitment
        yield 2
        self.press(THIRD, "/match/commitment/{commitment}/decline", commitment=commitment)
        self.press(THIRD, "/aid/{need}/close", need=need, reason="withdrawn", words="")

    def offers(self) -> Strand:
        """Pause an offer, take it up again, use it up, close it; a list that was brought twice is taken back."""
        yield from self.there(ONE, MACHINES)
        form = {"kind": kind_id("things"), "what": "دفاتر وأقلام", "standing": True, "scope": "trusted"}
        offer = self.press(ONE, "/aid/offer", **form).offer
        for step in ("pause", "resume", "used", "close"):
            yield 9
            self.press(ONE, f"{OFFER}/{step}", offer=offer)
        line = NeedLine(kind_id("food"), "خبز لأسبوع", "weeks", 0, "", 1, "", "")
        lines = list_facts("needs", "trusted", "consented", [line], [IdentityLine(0, "جارة الدرج", "", "", "رسالة")])
        self.village.say(self.plot.cast[MACHINES], *lines)
        yield 1
        code = lines[-1].import_code
        self.press(MACHINES, "/aid/import/{import_code}/undo", import_code=code)

    def silent(self) -> Strand:
        """Ask one who does not answer within a day, and go on to the next, who says no."""
        yield from self.there(ONE, OTHER, THIRD, COORDINATOR)
        need = self.asked(THIRD, "مرافقة إلى السوق", "accompaniment")
        whom = {"first": self.member(ONE), "second": self.member(OTHER), "third": "", "fourth": "", "fifth": ""}
        begun = self.press(COORDINATOR, "/match/begin/{need}", need=need, words="هل هذا ممكن؟", **whom)
        over = "select 1 from ask where round = ? and asked_at + window < ?"
        while not self.one(COORDINATOR, over, begun.round, self.village.clock.now):
            yield 2
        asked = self.village.press(self.plot.cast[COORDINATOR], "/match/round/{round}/next", round=begun.round)[-1]
        yield 2
        self.press(OTHER, "/match/ask/{ask}/no", ask=asked.ask)
        self.press(COORDINATOR, "/match/round/{round}/stop", round=begun.round)
        self.press(THIRD, "/aid/{need}/close", need=need, reason="withdrawn", words="")

    def case(self) -> Strand:
        """Bring coordination into a case and let it go again; close it, and open it once more."""
        yield from self.there(ONE, OTHER, COORDINATOR)
        need = self.asked(OTHER, "تعلّم برنامج بسيط")
        commitment = self.press(ONE, "/match/offer/{need}", need=need, words="بكل سرور.").commitment
        yield 3
        begun = self.village.press(self.plot.cast[OTHER], "/cases/begin/{commitment}", commitment=commitment)
        at = {"case": begun[2].case}
        self.press(OTHER, "/aid/{need}/begin", need=need)
        self.press(ONE, CASE + "/say", words="نبدأ مساء الأحد؟", **at)
        yield 5
        self.press(OTHER, CASE + "/seen", **at)
        self.press(OTHER, CASE + "/coordinator", whom=self.member(COORDINATOR), **at)
        yield 10
        self.press(COORDINATOR, CASE + "/leave/{whom}", whom=self.member(COORDINATOR), **at)
        self.press(OTHER, CASE + "/close", reason="met", words="", **at)
        yield 30
        self.press(OTHER, CASE + "/reopen", **at)
        self.press(OTHER, CASE + "/say", words=AGAIN, **at)
        yield 30
        self.press(OTHER, CASE + "/close", reason="met", words="", **at)


class Leaving(Part):
    """What somebody leaves behind who leaves the group."""

    def strands(self) -> list[Strand]:
        """Return nothing: it is a part of somebody's own."""
        return []

    def before(self) -> Strand:
        """See to a task and a series, share a ladder, and vouch for two; others take it on afterwards."""
        yield from self.there(LEFT, ONE, OTHER)
        due = self.village.day
        form = {**KITCHEN, "words": "دهان الغرفة المشتركة", "due": due + 25, "part": "دهان", "places": 2}
        self.press(LEFT, "/tasks/new", **form)
        span = {"first_on": due + 20, "until": due + 200}
        self.press(LEFT, "/tasks/series/new", risk="none", part="فرز", places=2, **SHELVES, **span)
        ladder = {"what": "سلّم", "sort": "tools", "quantity": 1, "area": "", "condition": ""}
        self.press(LEFT, "/things/share", **ladder)
        for number in (ONE, OTHER):
            yield 2
            said = {"member": self.member(number), "role": "cases", "ground": "worked_together", "words": ""}
            self.press(LEFT, "/trust/vouch/{member}", **said)
        Deciding(self.plot).by_two(effect="task", doer=self.member(LEFT), due_on=due + 10)
