"""The last days of the story: what waits for the visitor, through each of the three pairs of eyes."""

from typing import TYPE_CHECKING

from nasij.areas.aid import kind_id
from nasij.clock import HOURS_A_DAY
from nasij.sample import names, tales
from nasij.sample.courses import STRETCHED, Courses, Strand
from nasij.sample.tales import Tale
from nasij.sample.village import COORDINATOR, TRUSTED

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

VISITING = Tale(
    "accompaniment",
    "days",
    "round",
    "مرافقة إلى موعد طبي صباح بعد غد، للجلوس في الانتظار والعودة معًا.",
    ("م: يسعدني أن أكون هناك. أين نلتقي؟", "ت: أمام المكتبة أسهل للجميع.", "س: المكتبة ممتازة، في الثامنة والنصف."),
    area="حي المحطة",
)
GOING_ALONG = Tale(
    "medicine",
    "days",
    "round",
    "تذكير يومي بمواعيد الدواء لمدة أسبوع، برسالة قصيرة.",
    (
        "م: رسالة في التاسعة صباحًا ورسالة في المساء؟",
        "س: نعم، وكلمة واحدة تكفي.",
        "ت: نتكلم يوم الأحد ونرى إن كان يلزم أسبوع آخر.",
    ),
)


class Endings:
    """What is still going on at the present hour."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village
        self.courses = Courses(plot)

    def begin(self) -> None:
        """Lay the last days out, counted back from now."""
        back = {
            90: self.case_of(VISITING, TRUSTED),
            100: self.case_of(GOING_ALONG, 0),
            96: self.newcomer(),
            62: self.for_everybody(),
            49: self.own_need(),
            34: self.silent_round(),
            26: self.knock(),
            21: self.unsorted("coordinators", "paperwork", "weeks", "فهم رسالة من المدرسة وكتابة جواب قصير."),
            12: self.offer_waits(),
            14: self.keeps_up(),
            10: self.urgent(),
            5: self.unsorted("trusted", "food", "days", "حليب وحبوب لطفل لبقية الأسبوع."),
            4: self.ask_waits(),
        }
        for hours, strand in back.items():
            self.plot.at(self.plot.end - hours, strand)

    def case_of(self, tale: Tale, helper_number: int) -> Strand:
        """Begin a case that is in the middle of things, with a next step that is due and a note to answer."""
        plot, village, courses = self.plot, self.village, self.courses
        coordinator, helper = plot.cast[COORDINATOR], plot.cast[helper_number]
        asker = next(p for p in village.trusted() if p.number not in (0, COORDINATOR, COORDINATOR + 1, TRUSTED))
        need = courses.ask_tale(asker, tale, "trusted")
        courses.keep_envelope(asker, need)
        courses.sort(coordinator, need)
        yield 2
        while helper.asked_until > village.clock.now:
            yield 2
        _, ask = courses.round(coordinator, need, helper, None)
        helper.helped_on.append(village.day)
        yield 2
        yes = village.press(helper, "/match/ask/{ask}/yes", ask=ask, words=tales.OFFERED[0])
        yield 3
        begun = village.press(asker, "/cases/begin/{commitment}", commitment=yes[1].commitment)
        case = str(begun[2].case)
        yield 3
        voices = {"س": asker, "م": helper, "ت": coordinator}
        for note in tale.notes:
            courses.say(voices[note[0]], case, note[3:])
            yield 4
        owner = "helper" if helper_number == TRUSTED else "coordinator"
        step = {"words": "مكالمة قصيرة للاطمئنان", "owner": owner, "day": self.plot.end // HOURS_A_DAY}
        village.press(coordinator, "/cases/{case}/step", case=case, **step)

    def newcomer(self) -> Strand:
        """Let the newest member ask for something, and keep a draft of something else."""
        village, courses = self.village, self.courses
        while self.plot.people - 1 not in self.plot.cast:
            yield 2
        newest = self.plot.cast[self.plot.people - 1]
        need = courses.ask(
            *(newest, "paperwork", "weeks", "مراجعة رسالة طلب عمل قبل إرسالها."),
            scope="coordinators",
            area="حي النهر",
        )
        courses.keep_envelope(newest, need)
        yield 5
        coordinator = self.plot.cast[COORDINATOR]
        courses.sort(coordinator, need)
        yield 3
        step = "قراءة الرسالة معًا يوم يناسب"
        day = min(self.plot.end // HOURS_A_DAY + 1, village.day + 6)
        village.press(coordinator, "/aid/{need}/step", need=need, next_step=step, owner="", day=day)
        yield 20
        village.press(newest, "/aid/draft", what="دروس لغة مرة في الأسبوع، لم أقرر بعد.", urgency="open", people=1)

    def own_need(self) -> Strand:
        """Let the trusted member of the visit ask for something; somebody offers, and the answer waits."""
        eyes = self.plot.cast[TRUSTED]
        need = self.courses.ask(eyes, "skills", "weeks", "من يراجع معي ترجمة من صفحتين؟", scope="trusted")
        self.courses.keep_envelope(eyes, need)
        yield 30
        helper = yield from self.courses.found("skills", eyes, limit=STRETCHED)
        self.courses.offer(helper, need)

    def for_everybody(self) -> Strand:
        """Say something to everybody, so that newcomers have something to look at too."""
        courses, founder = self.courses, self.plot.cast[0]
        courses.ask(courses.somebody(), "skills", "open", "من يحب أن نتعلّم الخط معًا مساء الأربعاء؟", scope="network")
        yield 3
        offer = {"what": "شاي وحديث صباح الجمعة، لمن يحب.", "availability": "الجمعة", "scope": "network"}
        self.village.press(founder, "/aid/offer", kind=kind_id("listening"), standing=True, **offer)

    def keeps_up(self) -> Strand:
        """Let coordination go through what is due, so that little of it is left today: most of it is for tomorrow."""
        coordinator = self.plot.cast[COORDINATOR]
        self.village.read(coordinator)
        due = coordinator.node.db.execute(
            "select need from need where closed_on = 0 and state <> 'waiting' and next_owner = 'role/cases'"
            " and next_on <= ? and exists (select 1 from member where member = asked_by and standing <> 'left')"
            " order by asked_at, what",
            (self.plot.end // HOURS_A_DAY,),
        ).fetchall()
        path, tomorrow = "/aid/{need}/step", self.plot.end // HOURS_A_DAY + 1
        start = self.village.acts[path].prefill
        for (need,) in due[1:]:
            latest = start(coordinator.node.db, coordinator.by, {"need": need})["day"] if start else tomorrow
            step = {
                "next_step": self.courses.luck.choice(tales.STEPS),
                "owner": "",
                "day": min(tomorrow, latest),  # where the story ends before noon, this is the day before
            }
            self.village.press(coordinator, path, need=need, **step)
        yield 1

    def silent_round(self) -> Strand:
        """Ask somebody who does not answer."""
        courses, coordinator = self.courses, self.plot.cast[COORDINATOR]
        asker = courses.somebody()
        what = "مرافقة لاختيار جهاز سمع، مع صبر على الأسئلة."
        need = courses.ask(asker, "accompaniment", "days", what, scope="trusted")
        courses.sort(coordinator, need)
        first, *rest = courses.those_who_may("accompaniment", asker, self.plot.cast[TRUSTED], limit=STRETCHED)
        courses.round(coordinator, need, first, rest[0] if rest else None)
        first.asked_until = self.plot.end + 1
        yield 1

    def knock(self) -> Strand:
        """Let somebody whom the trusted member invited knock; the four words are not compared yet."""
        number = len(names.ALIASES)
        self.village.knock(number, self.plot.cast[TRUSTED], "ضحى", names.JOIN_ANSWERS[0])
        yield 1

    def unsorted(self, scope: str, kind: str, urgency: str, what: str) -> Strand:
        """Ask for something that nobody has sorted yet."""
        asker = self.courses.somebody()
        self.courses.ask(asker, kind, urgency, what, scope=scope)
        yield 1

    def offer_waits(self) -> Strand:
        """Offer help that coordination has not passed on yet."""
        courses = self.courses
        asker = courses.somebody()
        need = courses.ask(asker, "transport", "days", "توصيلة إلى محطة القطار صباح السبت.", scope="trusted", people=2)
        courses.sort(self.plot.cast[COORDINATOR + 1], need)
        helper = yield from courses.found("transport", asker, self.plot.cast[TRUSTED], limit=STRETCHED)
        courses.offer(helper, need)

    def urgent(self) -> Strand:
        """Need something now that nobody has taken on for hours."""
        asker = self.courses.somebody()
        what = "مبيت هذه الليلة لشخص واحد، في مكان هادئ."
        need = self.courses.ask(asker, "shelter", "now", what, scope="trusted", area="حي المحطة")
        self.courses.sort(self.plot.cast[COORDINATOR + 1], need)
        yield 1

    def ask_waits(self) -> Strand:
        """Ask the trusted member of the visit, who has a day to answer."""
        courses, eyes = self.courses, self.plot.cast[TRUSTED]
        asker = courses.somebody()
        what = "جلوس ساعتين مع شخص كبير في السن بعد ظهر الغد."
        need = courses.ask(asker, "accompaniment", "days", what, scope="trusted", area="حي النهر")
        coordinator = self.plot.cast[COORDINATOR + 1]
        courses.sort(coordinator, need)
        courses.round(coordinator, need, eyes, None)
        yield 1
