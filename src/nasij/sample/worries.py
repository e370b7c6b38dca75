"""Bad days that turn out less bad, and what is prepared and then not needed: reports, a case, check-ins, a plan, a sealed file."""

import hashlib
from typing import Any

from nasij.clock import HOURS_A_DAY
from nasij.ids import numbered_id
from nasij.sample.bad_days import LESSON, ON_CALL
from nasij.sample.checks import NOTE, WORD
from nasij.sample.parts import ONE, OTHER, THIRD, Part, Strand
from nasij.sample.prepared import FILE, OUTSIDE
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD

SECOND, OWNER = COORDINATOR + 1, FUND
REPORT, CASE, STEP, CHECK = "/by/{incident}", "/by/case/{response}", "/by/step/{step}", "/checks/{checkin}"
SEALED, OPENING = "/plans/sealed/{sealed_file}", "/plans/opening/{unsealing}"
WISH = "اتصلوا بأختي، وليس بالبيت."


class Reports(Part):
    """Reports and a case."""

    def strands(self) -> list[Strand]:
        """Return what happens on bad days."""
        return [self.told(), self.settles()]

    def report(self, who: int, **more: Any) -> str:
        """Tell a coordinator, and nobody else at first."""
        form = {"severity": "soon", "safe_now": "yes", "tell": "chosen", "chosen": [self.member(COORDINATOR)], **more}
        return str(self.press(who, "/by/other" if "about" in more else "/by/me", **form).incident)

    def told(self) -> Strand:
        """Tell more people, and all; report it twice; be safe; keep a report from a phone that may be in other hands."""
        yield from self.there(ONE, OTHER, THIRD, COORDINATOR)
        first = self.report(ONE)
        self.press(ONE, REPORT + "/tell", incident=first, members=[self.member(OTHER)])
        self.press(ONE, REPORT + "/all", incident=first)
        again = self.report(ONE)
        yield 1
        self.press(COORDINATOR, REPORT + "/open", incident=first)
        self.press(COORDINATOR, REPORT + "/same", incident=again, same_as=first)
        self.press(ONE, REPORT + "/safe", incident=first)
        yield 2
        self.press(COORDINATOR, REPORT + "/over", incident=first)
        apart = self.report(ONE, about=self.member(THIRD))
        self.press(COORDINATOR, REPORT + "/open", incident=apart)
        self.press(COORDINATOR, REPORT + "/apart", incident=apart)
        self.press(COORDINATOR, REPORT + "/answer", incident=apart)
        yield 3
        self.press(COORDINATOR, REPORT + "/not-so", incident=apart)
        listed = sorted(self.member(number) for number in (*ON_CALL, STEWARD))
        self.press(COORDINATOR, "/by/duty/set", members=listed)
        yield 20
        self.press(STEWARD, "/by/duty/off")

    def settles(self) -> Strand:
        """See a case through: it gets worse once, another leads it for a while, and it is opened once more."""
        yield from self.there(ONE, OTHER, THIRD, COORDINATOR, SECOND)
        incident = self.report(ONE)
        for act, form in (("open", {}), ("answer", {}), ("so", {"way": "spoke"})):
            self.press(COORDINATOR, f"{REPORT}/{act}", incident=incident, **form)
        team = {"deputy": self.member(SECOND), "team": [self.member(OTHER)]}
        path = REPORT + "/case"
        made = self.village.press(self.plot.cast[COORDINATOR], path, incident=incident, kind="family", **team)
        at = {"response": made[-1].response}
        step = self.press(
            COORDINATOR, CASE + "/step", words="غرفة لليلتين", owner=self.member(OTHER), due_in=2, **at
        ).step
        yield 2
        self.press(COORDINATOR, STEP + "/hand", step=step, owner=self.member(SECOND), due_in=4)
        aside = numbered_id(at["response"], 2)
        self.press(COORDINATOR, STEP + "/aside", step=aside, reason="ليس مطلوبًا الآن.")
        self.press(COORDINATOR, CASE + "/join", member=self.member(THIRD), **at)
        yield 3
        self.press(COORDINATOR, CASE + "/leave/{member}", member=self.member(THIRD), **at)
        for name in ("steady", "worse", "steady", "follow"):
            self.press(COORDINATOR, f"{CASE}/{name}", **at)
            yield 20
        ends: dict[str, Any] = {"reason": "safe", "words": LESSON, **at}
        self.press(COORDINATOR, CASE + "/close", **ends)
        yield 6
        self.press(COORDINATOR, CASE + "/reopen", **at)
        leads = {"lead": self.member(SECOND), "deputy": self.member(COORDINATOR)}
        self.press(COORDINATOR, CASE + "/lead", **leads, **at)
        self.village.visit(self.plot.cast[SECOND])
        yield 20
        self.press(SECOND, CASE + "/close", **ends)


class Watched(Part):
    """Check-ins."""

    def strands(self) -> list[Strand]:
        """Return what happens with check-ins."""
        return [self.moved(), self.looked_for(), self.every_week()]

    def set(self, *watchers: int, **more: Any) -> str:
        """Set a check-in of the first of us."""
        for number in (ONE, *watchers):
            self.village.visit(self.plot.cast[number])
        usual = {"watchers": sorted(self.member(number) for number in watchers), "word": WORD, "grace": "16"}
        return str(self.press(ONE, "/checks/set", **{**usual, "within": 20, **more}).checkin)

    def moved(self) -> Strand:
        """Ask two, of whom one cannot; put it off, and be back in time."""
        yield from self.there(ONE, OTHER, THIRD, FUND)
        checkin = self.set(OTHER, THIRD, FUND)
        yield 2
        self.press(OTHER, CHECK + "/decline", checkin=checkin)
        self.press(ONE, CHECK + "/more", checkin=checkin, more="8")
        yield 5
        self.press(ONE, CHECK + "/safe", checkin=checkin)

    def looked_for(self) -> Strand:
        """Be looked for before the hour by somebody who was frightened; the note is opened, and one is found by voice."""
        yield from self.there(ONE, OTHER, THIRD)
        checkin = self.set(OTHER, THIRD, note=NOTE, openers="one")
        yield 1
        self.press(OTHER, CHECK + "/now", checkin=checkin)
        for number in (OTHER, THIRD, OTHER, THIRD):
            self.village.visit(self.plot.cast[number])
        yield 1
        self.press(THIRD, CHECK + "/found", checkin=checkin, how="voice")
        yield 1
        self.ended()

    def ended(self) -> None:
        """End the reports about the first of us that were opened by themselves, and that are still open."""
        query = (
            "select incident from incident where about = ? and closed_on = 0"
            " and state in ('reported', 'verified', 'safe') order by incident"
        )
        while incident := self.one(OTHER, query, self.member(ONE)):
            for name in ("open", "answer", "not-so"):
                self.press(OTHER, f"{REPORT}/{name}", incident=incident)

    def every_week(self) -> Strand:
        """Check in every day, rest it for a while, be late once while the telephone is empty, and end it."""
        yield from self.there(ONE, OTHER, THIRD)
        checkin = self.set(OTHER, THIRD, within=14, every="day", last_on=self.village.day + 12, grace="4")
        self.press(OTHER, CHECK + "/watch", checkin=checkin)
        yield 2
        self.press(ONE, CHECK + "/pause", checkin=checkin)
        yield 20
        self.press(ONE, CHECK + "/resume", checkin=checkin)
        self.press(ONE, CHECK + "/last", checkin=checkin)
        late = self.set(OTHER, THIRD, within=2, grace="1")
        yield 4
        for number in (OTHER, THIRD):
            self.village.visit(self.plot.cast[number])
        self.press(ONE, CHECK + "/safe", checkin=late)
        self.ended()


class PutAway(Part):
    """Plans and sealed files."""

    def strands(self) -> list[Strand]:
        """Return what is prepared and given up again."""
        return [self.plan(), self.sealed()]

    def plan(self) -> Strand:
        """Write a plan, a wish, somebody outside, and where a film lies; compare it, and drop it all after a move."""
        yield from self.there(ONE, OTHER)
        readers = [self.member(OTHER)]
        self.press(ONE, "/plans/write", signals="صوت المفتاح مرتين.", bag="تحت السلّم.", readers=readers)
        self.press(ONE, "/plans/wish", wish=WISH, on_duty=False, readers=readers)
        outside = self.press(ONE, "/plans/person", place=1, readers=readers, **OUTSIDE[0]).trusted_person
        digest = hashlib.sha256(b"another film of the sample").hexdigest()
        noted = {"kind": "video", "held": "عند صديقة", "consent": "mine", "made_on": self.village.day - 1}
        evidence = self.press(ONE, "/plans/evidence", digest=digest, readers=readers, **noted).evidence
        yield 3 * HOURS_A_DAY
        self.press(OTHER, "/plans/evidence/{evidence}/compare", evidence=evidence, digest=digest)
        yield 20
        self.press(ONE, "/plans/write-drop")
        self.press(ONE, "/plans/wish-drop")
        self.press(ONE, "/plans/person/{trusted_person}/drop", trusted_person=outside)
        self.press(ONE, "/plans/evidence/{evidence}/drop", evidence=evidence)

    def sealed(self) -> Strand:
        """Seal a file; be asked, and refuse; a question is taken back, one opener steps down, and the file is destroyed."""
        yield from self.there(OWNER, ONE, OTHER, MACHINES)
        openers = [self.plot.cast[number] for number in (ONE, OTHER, MACHINES)]
        chosen = sorted(person.member for person in openers)
        sealed = self.press(OWNER, "/plans/seal", openers=chosen, **FILE).sealed_file
        for person in (*openers, self.plot.cast[OWNER]):
            self.village.visit(person)
        for who, end in ((OWNER, "refuse"), (OTHER, "withdraw")):
            yield 5
            asked = self.press(OTHER, SEALED + "/ask", sealed_file=sealed, reason="asked", urgent=False).unsealing
            yield 2
            self.press(who, f"{OPENING}/{end}", unsealing=asked)
        yield 9
        self.press(MACHINES, SEALED + "/step-down", sealed_file=sealed)
        yield 9
        self.press(OWNER, SEALED + "/destroy", sealed_file=sealed)
