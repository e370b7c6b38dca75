"""Stories, lessons and belonging in the sample: one story that can be read, one on its way, lessons, a gathering, thanks.

Nothing here draws from the plot's luck, so that the rest is what it was without it.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from nasij.areas.aid import kind_id
from nasij.areas.insight import figures_now
from nasij.sample.village import COORDINATOR, FUND, MACHINES, STEWARD, TRUSTED, Person

if TYPE_CHECKING:
    from nasij.sample.plot import Plot

Strand = Generator[int, None, None]
AT, READ, LESSON = "/pages/{story}", "/pages/read/{copy}", "/pages/lessons/{lesson}"
FIRST = "وصلت إلى مدينة لا أعرف فيها أحدًا، ومعي حقيبة وعنوان على ورقة. في المساء الأول طُرق الباب: قدر حساء، وسؤال واحد فقط، إن كان فيه ملح كفاية."
DISGUISED = "وصلت إلى بلدة لا أعرف فيها أحدًا، ومعي كيس وعنوان محفوظ. في الصباح الأول طُرق الباب: خبز وشاي، وسؤال واحد فقط، إن كان فيه سكر كفاية."
SECOND = "قلتها لأختي في مطبخها. صبّت الشاي ولم تقل شيئًا، ثم قالت: اشرب، سيبرد."
LESSONS = (
    ("عقد مكتوب ولو على ورقة واحدة، وشاهد.", "الدفع مقدمًا قبل رؤية الغرفة.", "shelter", "", "عمّان"),
    ("رقم المحامية محفوظ في الذاكرة لا في الهاتف.", "التوقيع على ورقة لم تُقرأ.", "", "arrest", "في أي مخفر"),
    ("وصل الدواء أسرع عبر صيدلية الحي القديم.", "", "medicine", "", "وسط البلد"),
    ("نسخ الرسائل أولًا، ثم السكوت، ثم الاستشارة.", "دفع المال مرة: طلبوا أكثر.", "", "blackmail", "في كل مكان"),
)


class Telling:
    """The strands of stories, lessons and belonging."""

    def __init__(self, plot: "Plot") -> None:
        """Take the plot."""
        self.plot = plot
        self.village = plot.village

    def begin(self) -> None:
        """Lay it out, counted back from now."""
        back = {
            240: self.shared(),
            90: self.on_its_way(),
            230: self.figures(),
            200: self.lessons(),
            60: self.gathering(),
            50: self.good_words(),
            70: self.welcome(),
        }
        for hours, strand in back.items():
            self.plot.at(self.plot.end - hours, strand)

    def press(self, who: int | Person, path: str, **values: Any) -> list[Any]:
        """Let somebody press a button, and the others see it."""
        return self.village.press(self.plot.cast[who] if isinstance(who, int) else who, path, **values)

    def tell(self, teller: int, reader: int, among: tuple[int, int], words: str) -> str:
        """Tell a story to one, and say who else may read it."""
        for number in (teller, reader, *among):
            self.village.visit(self.plot.cast[number])
        chosen = sorted(self.plot.cast[number].member for number in among)
        form: dict[str, Any] = {"words": words, "reader": self.plot.cast[reader].member, "among": chosen}
        form |= {"about": ["road"], "voice": "none", "others": True, "signed": "نجمة"}
        return str(self.press(teller, "/pages/tell", **form)[0].story)

    def shared(self) -> Strand:
        """Go all the way with one, so that it can be read."""
        visitor = self.plot.cast.get(TRUSTED)
        other = TRUSTED if visitor and visitor.by.trusted else FUND  # in a short story the visitor is new by then
        story = self.tell(MACHINES, COORDINATOR, (STEWARD, other), FIRST)
        yield 5
        form = {"version": 1, "changed": ["place", "time", "others"], "absent": ["age", "work"], "words": DISGUISED}
        self.press(COORDINATOR, AT + "/change", story=story, **form)
        yield 2
        self.press(COORDINATOR, AT + "/second", story=story, reader=self.plot.cast[STEWARD].member)
        for reader in (COORDINATOR, STEWARD):
            yield 4
            self.press(reader, AT + "/read", story=story, version=2, recognised="nobody", by_what="")
        yield 9
        until = self.village.day + 180
        self.press(MACHINES, AT + "/yes", story=story, version=2, reach="partners", until=until, people=[])
        yield 3
        copy = self.press(STEWARD, AT + "/share", story=story)[-1].copy
        yield 3
        self.press(COORDINATOR, READ + "/vouch", copy=copy)
        yield 20
        self.press(FUND, READ + "/out", copy=copy, how="partner")

    def on_its_way(self) -> Strand:
        """Leave one that waits to be read."""
        story = self.tell(FUND, COORDINATOR, (TRUSTED, STEWARD), SECOND)
        yield 8
        form = {"version": 1, "changed": ["place", "others"], "absent": ["time", "age", "work"]}
        form |= {"words": SECOND.replace("لأختي", "لقريبة").replace("مطبخها", "بيتها")}
        self.press(FUND, AT + "/change", story=story, **form)
        yield 2
        self.press(COORDINATOR, AT + "/second", story=story, reader=self.plot.cast[TRUSTED].member)

    def lessons(self) -> Strand:
        """Write down lessons; all but the last are confirmed."""
        made = []
        for number, (helped, harmed, kind, incident, where) in enumerate(LESSONS):
            by = (COORDINATOR, STEWARD)[number % 2]
            fits = {"kind": kind_id(kind) if kind else "", "incident": incident, "action": ""}
            form = {"helped": helped, "harmed": harmed, "valid_where": where, "stands": "helped", **fits}
            made.append(self.press(by, "/pages/lessons/new", **form)[0].lesson)
            yield 4
        for number, lesson in enumerate(made[:-1]):
            self.press(FUND, LESSON + "/confirm", lesson=lesson)
            yield 2 + number
        self.press(MACHINES, "/pages/key")

    def figures(self) -> Strand:
        """Let a partner group know what was reached, where enough was asked for to say so; a visitor is not told of it any more."""
        person = self.plot.cast[FUND]
        self.village.read(person)
        if figures_now(person.node.db, self.village.day):
            self.press(FUND, "/figures/report", receiver="partner", words="حصيلة الأشهر لمجموعة شريكة.")
        yield 1

    def gathering(self) -> Strand:
        """Call people together for tea."""
        form = {"what": "شاي ومكسرات", "held_on": self.village.day + 9, "places": 8, "scope": "network"}
        gathering = self.press(STEWARD, "/pages/gather/call", **form)[0].gathering
        for number in (COORDINATOR, TRUSTED):
            yield 6
            seat = self.press(number, "/pages/gather/{gathering}/come", gathering=gathering)[0].seat
            if number == COORDINATOR:
                yield 2
                self.press(STEWARD, "/pages/seats/{seat}/give", seat=seat, place="فوق المخبز، بعد الغروب")

    def good_words(self) -> Strand:
        """Thank somebody, and come as far as a year."""
        thanks = {"whom": self.plot.cast[STEWARD].member, "words": "شكرًا على القدر والملح."}
        self.press(TRUSTED, "/pages/thanks/say", **thanks)
        yield 3
        milestone = self.press(COORDINATOR, "/pages/milestones/keep", words="سنة كاملة في بيت واحد.")[0].milestone
        yield 1
        form = {"words": "سنة كاملة في بيت واحد.", "scope": "network"}
        self.press(COORDINATOR, "/pages/milestones/{milestone}/share", milestone=milestone, **form)

    def welcome(self) -> Strand:
        """Stand beside whoever came last."""
        new = [person for person in self.village.people if self.village.standing(person) == "new"]
        if not new:
            return
        made = self.press(TRUSTED, "/pages/welcome/offer", newcomer=new[-1].member)
        yield 5
        self.press(new[-1], "/pages/welcome/{welcome}/yes", welcome=made[0].welcome)
        yield 12
        self.press(TRUSTED, "/pages/welcome/{welcome}/done/{first}", welcome=made[0].welcome, first="meet")
