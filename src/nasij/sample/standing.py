"""How people stand to each other over time: at the door, in their own pages, in trust; some of it is taken back again."""

from typing import Any

from nasij.areas.people import InvitationMade
from nasij.areas.profile.facts import NamedSkill
from nasij.areas.profile.named import naming_facts
from nasij.areas.trust import ThawAgreed
from nasij.areas.trust.panel import voters
from nasij.areas.trust.reviews import review_row
from nasij.clock import HOURS_A_DAY
from nasij.ids import new_id
from nasij.kit import charter, zones
from nasij.node import room
from nasij.node.desk import RoomDesk
from nasij.node.fold import COMEBACK_MARK
from nasij.node.kernel import RoomBroughtBack
from nasij.sample import names
from nasij.sample.parts import ONE, OTHER, THIRD, Part, Strand
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, Person
from nasij.seal import identity
from nasij.seal.primitives import public_of, random_key
from nasij.sync import invite

FOUNDER, SECOND = 0, COORDINATOR + 1
KNOCKED = len(names.ALIASES) + 1
CHANGE = "/people/settings/change"
NOT_NOW = "العدد كبير هذا الشهر، ويسعدنا أن نسمع منك بعد العيد."
QUIET = "نحتاج إلى حديث هادئ عن اللقاء الأخير."
HEARD = "كان يومًا صعبًا، وأعتذر عن نبرة الكلام."
SHARP = "كلمات جارحة مرتين في لقاء واحد."
RULES = {"channels": "رسالة هنا", "safe_hours": "بعد العصر", "never": "لا اتصال من رقم مجهول."}


class AtTheDoor(Part):
    """Who comes, who does not, and how the group is called."""

    def strands(self) -> list[Strand]:
        """Return what happens at the door."""
        return [self.knocks(), self.named()]

    def knocks(self) -> Strand:
        """Take an invitation back; say not now to one who knocks; let another think better of it."""
        yield from self.there(ONE, OTHER, STEWARD)
        one, other = self.plot.cast[ONE], self.plot.cast[OTHER]
        made = InvitationMade(new_id(), self.village.clock.now + invite.VALID_HOURS, random_key())
        self.village.say(one, made)
        yield 5
        self.press(one, "/people/invitation/{invitation}/cancel", invitation=made.invitation)
        _, join = self.village.knock(KNOCKED, one, "سحر", names.JOIN_ANSWERS[1])
        yield 4
        self.press(one, "/people/join/{join}/compare", join=join)
        yield 8
        self.press(STEWARD, "/people/join/{join}/decline", join=join, words=NOT_NOW)
        _, join = self.village.knock(KNOCKED + 1, other, "مرسى", names.JOIN_ANSWERS[2])
        yield 20
        self.press(other, "/people/join/{join}/withdraw", join=join)

    def named(self) -> Strand:
        """Try another name and another clock for a while, and go back to what everybody knows."""
        yield from self.there(STEWARD)
        zone = zones.chosen(self.plot.cast[FOUNDER].node.db)
        self.press(FOUNDER, "/people/settings/name", network="مجموعة السنديانة")
        self.press(FOUNDER, "/people/settings/clock", zone="Asia/Amman")
        yield 40
        self.press(FOUNDER, "/people/settings/name", network=names.NETWORK)
        self.press(FOUNDER, "/people/settings/clock", zone=zone)


class Own(Part):
    """What people write down about themselves, and take away again."""

    def strands(self) -> list[Strand]:
        """Return what happens in people's own pages."""
        return [self.rules(), self.skills(), self.friend()]

    def rules(self) -> Strand:
        """Say how one is reached, and drop it; rest for days; avoid and block somebody, and be past it."""
        yield from self.there(ONE, OTHER, THIRD)
        self.press(ONE, "/profile/contact", readers=[self.member(OTHER)], coordination=False, **RULES)
        rests = self.village.day + 3
        self.press(SECOND, "/profile/rest", rest_until=rests)
        for way in ("avoid", "block"):
            yield 3
            self.press(ONE, f"/profile/{way}", whom=self.member(THIRD))
        yield 5 * HOURS_A_DAY
        for way in ("avoid", "block"):
            self.press(ONE, f"/profile/{way}/{{whom}}/end", whom=self.member(THIRD))
        self.press(ONE, "/profile/contact-drop")

    def skills(self) -> Strand:
        """Take a skill away; drop one that a list named, and take a list back that named the wrong person."""
        yield from self.there(ONE, OTHER, MACHINES)
        skill = self.press(ONE, "/profile/skill", words="خياطة", level="does").skill
        yield 6
        self.press(ONE, "/profile/skill/{skill}/end", skill=skill)
        skills = [NamedSkill(words, "does") for words in ("كتابة الرسائل", "الطبخ لعدد كبير")]
        keeper = self.plot.cast[MACHINES]
        for number in (ONE, OTHER):
            (named,) = naming_facts([(self.member(number), skills)])
            self.village.say(keeper, named)
            yield 3
            if number == OTHER:
                self.press(keeper, "/profile/import/{import_code}/undo", import_code=named.import_code)
                continue
            for way in ("take", "drop"):
                line = self.one(ONE, "select named from named_skill where naming = ? order by named", named.naming)
                self.press(ONE, f"/profile/named/{{named}}/{way}", named=line)

    def friend(self) -> Strand:
        """Ask two friends to keep a piece; one says yes, and gives it back before they move away."""
        yield from self.there(ONE, OTHER, THIRD)
        friends = sorted((self.member(OTHER), self.member(THIRD)))
        asked = self.village.press(self.plot.cast[ONE], "/friends/ask", friends=friends, needed=2)
        pieces = {fact.friend: fact.piece for fact in asked if hasattr(fact, "friend")}
        yield 6
        self.press(OTHER, "/friends/{piece}/accept", piece=pieces[self.member(OTHER)])
        yield 30
        for number in (OTHER, THIRD):
            self.press(number, "/friends/{piece}/end", piece=pieces[self.member(number)])


class Trusting(Part):
    """Vouches, roles and measures."""

    def strands(self) -> list[Strand]:
        """Return what happens between people who trust each other."""
        return [self.roles(), self.left_behind(), self.phone_lost(), self.heard_twice(), self.stopped()]

    def vouches(self, whom: Person, role: str) -> list[tuple[Person, str]]:
        """Let two people of different chains vouch for somebody in a role; returns who, and the vouches."""
        given: list[tuple[Person, str]] = []
        chains: set[int] = set()
        while len(given) < 2:
            giver = self.plot.giver(whom, chains)
            assert giver is not None
            said = {"member": whom.member, "role": role, "ground": "worked_together", "words": ""}
            given.append((giver, self.press(giver, "/trust/vouch/{member}", **said).vouch))
            self.plot.vouched.append((self.village.day, giver))
            chains.add(self.village.chain(giver).number)
        return given

    def roles(self) -> Strand:
        """Take a role that two vouch for, hand it over; a deputy is called back; a vouch is renewed, and another taken back."""
        yield from self.there(ONE, OTHER, MACHINES, STEWARD)
        one = self.plot.cast[ONE]
        db = self.plot.cast[FOUNDER].node.db
        before = {name: charter.value(db, name) for name in ("vouch_days", "vouch_renew_days")}
        for name in before:
            self.press(FOUNDER, CHANGE, name=name, value=90)
        given = self.vouches(one, "machines")
        yield 2
        self.press(one, "/trust/take/{role}", role="machines")
        yield 3 * HOURS_A_DAY
        self.press(one, "/trust/hand-over/{role}", role="machines", to=self.member(MACHINES))
        (giver, vouch), (other_giver, other) = given
        self.press(giver, "/trust/withdraw/{vouch}", vouch=vouch)
        self.press(other_giver, "/trust/renew/{vouch}", vouch=other)
        for name, value in before.items():
            self.press(FOUNDER, CHANGE, name=name, value=value)
        yield 6
        deputy = {"role": "machines", "member": self.member(OTHER)}
        made = self.press(FOUNDER, "/trust/propose/{role}", days=0, **deputy)
        self.press(STEWARD, "/trust/agree/{appointment}", appointment=made.appointment)
        yield 2 * HOURS_A_DAY
        recall = self.press(STEWARD, "/trust/recall/{role}/{member}", **deputy).recall
        yield 3
        self.press(FOUNDER, "/trust/recall-agree/{recall}", recall=recall)

    def left_behind(self) -> Strand:
        """Look at what somebody vouched for who has left: one vouch is kept, the other counts no more."""
        yield from self.there(STEWARD)
        query = (
            "select vouch from vouch join member on member = by_member where member.standing = 'left'"
            " and vouch.state = 'given' and role <> '' order by whom = ?, vouch"
        )
        while self.one(STEWARD, query, self.member(ONE)) is None:
            yield HOURS_A_DAY
        for settled in ("keep", "void"):
            vouch = self.one(STEWARD, query, self.member(ONE))
            self.press(STEWARD, "/trust/question/{vouch}", vouch=vouch)
            yield 3
            self.press(FOUNDER, f"/trust/{settled}/{{vouch}}", vouch=vouch)

    def phone_lost(self) -> Strand:
        """Freeze a friend whose phone was lost on a bus; two who have spoken with them let them back with a new one.

        All of it happens within the hour: whatever the friend is in the middle of goes on.
        """
        yield from self.there(ONE, OTHER, THIRD, FUND)
        lost, first, second = (self.plot.cast[number] for number in (OTHER, ONE, FUND))
        self.village.meet(lost)
        freeze = self.press(first, "/trust/freeze/{member}", member=lost.member).freeze
        self.press(second, "/trust/freeze-confirm/{freeze}", freeze=freeze)
        new, thawed = _new_keys(lost.member, freeze, self.village.day)
        for friend in (first, second):
            self.village.say(friend, thawed)
        self.village.say(second, RoomBroughtBack(lost.member))
        lost.node.settle()
        lost.node.secrets.sign_seed, lost.node.secrets.wrap_seeds = new
        room.come_back(lost.node, second.node.welcomes.pop(COMEBACK_MARK + lost.member))
        lost.desk = RoomDesk(lost.node, None)
        lost.node.lay_waiting()
        self.village.visit(lost)

    def heard_twice(self) -> Strand:
        """Review how somebody spoke, hear them, decide; they ask others to look again, who let it be."""
        yield from self.there(THIRD, STEWARD)
        person = self.plot.cast[THIRD]
        person.reserved = True  # who is under review vouches for nobody, and takes nothing on
        review = self.press(STEWARD, "/trust/open/{member}", member=person.member, words=QUIET).review
        at = {"review": review}
        yield 12
        self.press(person, "/trust/review/{review}/hearing", words=HEARD, **at)
        yield 5
        self.voted(review, "roles")
        yield 2
        self.press(STEWARD, "/trust/review/{review}/decide", **at)
        yield 10
        self.press(person, "/trust/review/{review}/appeal", **at)
        yield 10
        again = self.voted(review, "keep")
        self.press(again[0], "/trust/review/{review}/decide", **at)
        person.reserved = False

    def voted(self, review: str, vote: str) -> list[Person]:
        """Let all vote who may; returns who they are."""
        founder = self.plot.cast[FOUNDER]
        self.village.read(founder)
        chosen = voters(founder.node.db, review_row(founder.node.db, review))
        may = [person for person in self.village.people if person.member in chosen]
        for person in may:
            self.press(person, "/trust/review/{review}/vote", review=review, vote=vote)
        return may

    def stopped(self) -> Strand:
        """Ask that a membership ends, and be stopped by the second one; a concern is read by a third, and talked about."""
        yield from self.there(ONE, THIRD, STEWARD)
        about: dict[str, Any] = {"member": self.member(THIRD)}
        removal = self.press(STEWARD, "/trust/remove/{member}", **about).removal
        yield 2
        self.press(FOUNDER, "/trust/remove-stop/{removal}", removal=removal)
        concern = self.press(ONE, "/trust/raise/{about}", about=self.member(THIRD), kind="words", words=SHARP).concern
        yield 4
        self.press(STEWARD, "/trust/concern/{concern}/pass-on", concern=concern, to=self.member(FOUNDER))
        yield 20
        self.press(STEWARD, "/trust/concern/{concern}/close", concern=concern, outcome="talked")


def _new_keys(member: str, freeze: str, day: int) -> tuple[tuple[bytes, dict[int, bytes]], ThawAgreed]:
    """Return the keys of a new phone, and what two say who let it in."""
    period = identity.period_of(day)
    sign_seed, wrap_seed = random_key(), random_key()
    wrap_key = identity.wrap_public(wrap_seed)
    proof = identity.proof(sign_seed, member, wrap_key)
    thawed = ThawAgreed(freeze, member, public_of(sign_seed), wrap_key, period, proof)
    return (sign_seed, {period: wrap_seed}), thawed
