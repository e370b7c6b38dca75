"""A whole group in the middle of things: the sample's story, what is rare staged after it, and everybody's room kept.

Pages and forms with a record in their address are there only where there is such a record: a freeze, a review, a recall, a
part that came free, a vouch of somebody who left. All of it comes about through the rules. A house on this data folder opens
anybody's room: its name is `room_name` of their number, its passphrase the sample's.
"""

import contextlib
import io
import random
from pathlib import Path
from typing import Any

from PIL import Image

from nasij.areas.aid import kind_id
from nasij.areas.aid.lists import OfferLine, list_facts
from nasij.areas.people import InvitationMade
from nasij.areas.profile.facts import NamedSkill
from nasij.areas.profile.named import naming_facts
from nasij.clock import HOURS_A_DAY, HandClock, SystemClock
from nasij.errors import Refused
from nasij.gate import Gate, all_areas, sample_shelf
from nasij.hub.dispatch import dispatch
from nasij.hub.shelf import Shelf
from nasij.ids import new_id
from nasij.node import room
from nasij.sample.plot import Plot
from nasij.sample.village import (
    COORDINATOR,
    FUND,
    MACHINES,
    SAMPLE_PASSPHRASE,
    STEWARD,
    TRUSTED,
    Person,
    Village,
)
from nasij.seal.primitives import random_key, verify
from nasij.settings import Settings
from nasij.sync import invite
from nasij.sync.transport import HubClient, LocalTransport
from nasij.web.photos import reencode
from tests.staged_campaigns import Campaigning
from tests.staged_care import Caring
from tests.staged_checks import Checking
from tests.staged_friends import befriended
from tests.staged_money import Money, early
from tests.staged_plans import prepared
from tests.staged_shared import Sharing, early_shared
from tests.staged_standing import BadDays
from tests.staged_stories import Telling
from tests.staged_tasks import Doing
from tests.staged_together import Deciding, Saving

PEOPLE, DAYS, SEED = 19, 80, 7  # old enough for vouches that are about to lapse
STAGED_DAYS = 4  # a vote is open for three days, and what it needs afterwards comes on the next
LATELY_HOURS = 20  # before now: within all that ends after a day or two
PASSPHRASE = SAMPLE_PASSPHRASE.decode()


def room_name(number: int) -> str:
    """Return the name of somebody's room."""
    return f"room {number}"


def stage(home: Path) -> int:
    """Play it all in a data folder; returns how many rooms there are to open."""
    settings = Settings(home, 0)
    settings.prepare()
    now = SystemClock().hour()
    end = now - STAGED_DAYS * HOURS_A_DAY
    hand = HandClock(end - DAYS * HOURS_A_DAY)
    shelf = Shelf(sample_shelf(settings), verify, hand.hour)
    hub = HubClient(LocalTransport(lambda call, request: dispatch(shelf, None, call, request)))
    village = Village(all_areas(), hand, hub, settings.rooms, random.Random(SEED))
    plot = Plot(village, PEOPLE, DAYS, end)
    plot.begin()
    village.press(plot.cast[0], "/people/settings/change", name="vouch_days", value=90)
    early(plot)
    early_shared(plot)
    plot.run(lambda _gone, _of: None)
    Staging(plot).all()
    assert village.refused == [], village.refused
    assert hand.now <= now
    hand.now = now
    gate = Gate(settings, "unix:/nowhere")
    for person in [*village.people, *village.people]:
        village.meet(person)
    for person in village.people:
        room.save(person.node, person.folder)
        room.save_vault(person.node, person.folder)
        person.folder.rename(gate.folder(room_name(person.number)))
    shelf.close()
    return len(village.people)


class Staging:
    """What the story leaves out."""

    def __init__(self, plot: Plot) -> None:
        self.village: Village = plot.village
        self.cast = plot.cast
        self.founder, self.steward = plot.cast[0], plot.cast[STEWARD]

    def press(self, who: Person | int, path: str, **values: Any) -> list[Any]:
        """Let somebody press a button."""
        return self.village.press(self.cast[who] if isinstance(who, int) else who, path, **values)

    def one(self, number: int, query: str, *values: Any) -> str:
        """Return one value that somebody's room holds."""
        self.village.read(self.cast[number])
        row = self.cast[number].node.db.execute(query, values).fetchone()
        assert row, query
        return str(row[0])

    def all(self) -> None:
        """Stage everything, what needs a day to ripen first."""
        self.press(self.steward, "/trust/remove/{member}", member=self.cast[13].member)
        self.reviews()
        self.together()
        self.village.clock.now = SystemClock().hour() - LATELY_HOURS
        self.measures()
        Money(self).all()
        BadDays(self).all()
        Doing(self).all()
        self.roles()
        self.vouches()
        self.people()
        self.own_things()
        befriended(self)
        self.needs()
        self.cases()
        prepared(self)
        Checking(self).all()
        Sharing(self).all()
        Caring(self).all()
        Campaigning(self).all()
        Telling(self).all()
        self.press(FUND, "/figures/report", receiver="funder", words="منحة الشتاء")

    def together(self) -> None:
        """What is decided and saved together, over two days."""
        deciding = Deciding(self)
        deciding.begin()
        Campaigning(self).ask(deciding)
        Saving(self).begin()
        self.village.clock.now += HOURS_A_DAY
        deciding.next_day()

    def reviews(self) -> None:
        """One is settled and not stated, one decided and open to appeal, one waits for a second word."""
        mine = "select review from review where whom = ? and closed_on = 0"
        settled = self.one(0, mine, self.cast[17].member)
        why = {"words": "نحتاج إلى حديث هادئ عن اللقاء الأخير."}
        decided = self.press(self.founder, "/trust/open/{member}", member=self.cast[16].member, **why)[0].review
        self.press(16, "/trust/review/{review}/hearing", review=decided, **why)
        for review, vote in ((settled, "keep"), (decided, "roles")):
            for person in self.village.people:
                if self.votes(person, review):
                    self.press(person, "/trust/review/{review}/vote", review=review, vote=vote)
        self.press(self.founder, "/trust/review/{review}/decide", review=decided)
        self.press(self.steward, "/trust/suspend/{member}", member=self.cast[15].member)

    def votes(self, person: Person, review: str) -> bool:
        from nasij.areas.trust.panel import voters
        from nasij.areas.trust.reviews import review_row

        self.village.read(person)
        db = person.node.db
        if not db.execute("select 1 from review where review = ?", (review,)).fetchone():
            return False
        return person.member in voters(db, review_row(db, review))

    def measures(self) -> None:
        """A freeze, and a concern that a third person may read too."""
        self.press(10, "/trust/freeze/{member}", member=self.cast[9].member)
        self.press(10, "/trust/raise/{about}", about=self.cast[12].member, kind="words", words="كلمات جارحة مرتين.")

    def roles(self) -> None:
        """Somebody new looks after membership; one role is proposed, one can be taken, one is to be called back."""
        propose, agree = "/trust/propose/{role}", "/trust/agree/{appointment}"
        given = self.press(self.founder, propose, role="members", member=self.cast[FUND].member, days=0)[0]
        self.press(self.steward, agree, appointment=given.appointment)
        self.press(self.founder, propose, role="machines", member=self.cast[10].member, days=0)
        self.press(self.steward, "/trust/recall/{role}/{member}", role="machines", member=self.cast[MACHINES].member)
        for number in (FUND, MACHINES):
            self.vouch(number, 12, "fund")

    def vouch(self, giver: int, whom: int, role: str) -> None:
        path = "/trust/vouch/{member}"
        self.press(giver, path, member=self.cast[whom].member, role=role, ground="met", words="")

    def vouches(self) -> None:
        """Somebody who gave two vouches has left: one is being looked at again, the other not yet."""
        left = self.cast[COORDINATOR + 1]
        self.press(left, "/me/leave")
        vouch = self.one(0, "select vouch from vouch where by_member = ? and state = 'given'", left.member)
        self.press(self.steward, "/trust/question/{vouch}", vouch=vouch)

    def people(self) -> None:
        """An open invitation, a request that can be answered, and somebody who rests."""
        made = InvitationMade(new_id(), self.village.clock.now + invite.VALID_HOURS, random_key())
        self.village.say(self.steward, made)
        self.village.knock(PEOPLE + 1, self.cast[TRUSTED], "سنبلة", "قرأت عنكم عند صديقة.")
        _, join = self.village.knock(PEOPLE, self.cast[TRUSTED], "نوارة", "أعرف ياسمين منذ الدراسة.")
        at = {"join": join}
        self.press(TRUSTED, "/people/join/{join}/compare", **at)
        for reader in (self.founder, self.steward):
            self.press(reader, "/people/join/{join}/read", advice="yes", reason="", **at)
        self.press(14, "/trust/rest")

    def own_things(self) -> None:
        """Lists of whom one avoids and blocks; a skill; an offer that is paused; a list brought along."""
        self.press(10, "/profile/avoid", whom=self.cast[5].member)
        self.press(10, "/profile/block", whom=self.cast[5].member)
        self.press(10, "/profile/skill", words="خياطة", level="does")
        kind = kind_id("listening")
        offer = self.press(10, "/aid/offer", kind=kind, what="مكالمة مساءً", standing=True, scope="trusted")[0].offer
        self.press(10, "/aid/offer/{offer}/pause", offer=offer)
        self.keeper_brings_a_list()

    def keeper_brings_a_list(self) -> None:
        line = OfferLine(kind_id("skills"), "تصليح", "", "", 0, "", "")
        self.village.say(self.cast[MACHINES], *list_facts("offers", "trusted", "", [line]))
        skills = [NamedSkill(words, "does") for words in ("كتابة الرسائل", "الترجمة", "الطبخ لعدد كبير")]
        self.village.say(self.cast[MACHINES], *naming_facts([(self.cast[TRUSTED].member, skills)]))

    def needs(self) -> None:
        """A need of several parts, one nobody can reach, one that is arranged, one that ended without help."""
        ask: dict[str, Any] = {"kind": kind_id("food"), "urgency": "weeks", "scope": "trusted"}
        parts = self.press(10, "/aid/ask", what="وجبات ليومين", parts="السبت\nالأحد", **ask)[0].need
        lost = self.press(10, "/aid/ask", what="زيارة قصيرة", **ask)[0].need
        late = self.press(10, "/aid/ask", what="ترتيب الأوراق", **ask)[0].need
        for need in (parts, lost, late):
            self.sort(need)
        self.press(COORDINATOR, "/aid/{need}/unreached", need=lost)
        self.press(COORDINATOR, "/aid/{need}/close", need=late, reason="not_now", words="لم نجد أحدًا هذه المرة.")

    def cases(self) -> None:
        """A case with a photo, whose asker may still ask others in; one its helper ended; one handed over and closed."""
        with_photo = self.case(12, 10, "skills")
        self.press(10, "/cases/{case}/say", case=with_photo, words="هكذا يبدو الآن", photo=picture())
        self.press(10, "/cases/{case}/close", case=self.case(12, 10, "skills"), reason="not_now", words="")
        handed = self.case(12, 10, "skills")
        path = "/cases/{case}/hand"
        self.press(10, path, case=handed, to=self.cast[COORDINATOR].member, summary="بدأنا، وبقي القليل.", agreed=True)
        for number in (10, 12, 10, 12):
            self.village.meet(self.cast[number])  # their rooms hand on keys and rows
        self.press(COORDINATOR, "/cases/{case}/close", case=handed, reason="met", words="")
        self.asked_to_help()

    def asked_to_help(self) -> None:
        """Somebody who coordinates now asks two people, each about something of its own: whoever has room for it."""
        asked = 0
        for helper in (10, TRUSTED, self.founder.number, MACHINES, FUND):
            ask: dict[str, Any] = {"kind": kind_id("shelter"), "urgency": "weeks", "scope": "trusted"}
            need = self.press(12, "/aid/ask", what="سرير لأسبوع", **ask)[0].need
            self.sort(need)
            rest = dict.fromkeys(("second", "third", "fourth", "fifth"), "")
            who = {"first": self.cast[helper].member, "words": "هل هذا ممكن؟"}
            with contextlib.suppress(Refused):
                self.press(COORDINATOR, "/match/begin/{need}", need=need, **who, **rest)
                asked += 1
            if asked == 2:
                return
        raise AssertionError("nobody has room for anything")

    def sort(self, need: str) -> None:
        if self.one(COORDINATOR, "select state from need where need = ?", need) == "waiting":
            self.press(COORDINATOR, "/aid/{need}/open", need=need)

    def case(self, asker: int, helper: int, kind: str) -> str:
        """Begin a case between two; returns it."""
        ask: dict[str, Any] = {"kind": kind_id(kind), "urgency": "weeks", "scope": "trusted"}
        need = self.press(asker, "/aid/ask", what="تعلّم برنامج بسيط", **ask)[0].need
        self.sort(need)
        commitment = self.press(helper, "/match/offer/{need}", need=need, words="بكل سرور")[0].commitment
        return str(self.press(asker, "/cases/begin/{commitment}", commitment=commitment)[2].case)


def picture() -> bytes:
    """Return a photo as a room keeps it."""
    raw = io.BytesIO()
    Image.new("RGB", (640, 480), (143, 59, 38)).save(raw, "PNG")
    return reencode(raw.getvalue())
