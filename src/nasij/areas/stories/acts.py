"""What one can do with stories, lessons and around belonging: forms, whom one can choose, and the facts they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Annotated, Any

from nasij.areas.stories import belonging as b
from nasij.areas.stories import facts as f
from nasij.areas.stories.queries import copies_to_take_down, lessons
from nasij.errors import Refused
from nasij.ids import bytes_of, new_id
from nasij.kit import draw, who
from nasij.kit.area import ANYBODY_IN, TRUSTED_MEMBER, Act, act
from nasij.kit.fact import fields_of
from nasij.kit.field import Flag, Ref, Text, mark
from nasij.kit.rows import fields, rows
from nasij.kit.who import By

SEED_SIZE = 32  # an Ed25519 seed; each id has ten bytes of chance
_LESSON = fields_of(f.LessonProposed)
_NEWS = fields_of(b.NewsShared)


@dataclass(frozen=True, slots=True)
class OneStory:
    """A press about one story."""

    story: f.AStory


@dataclass(frozen=True, slots=True)
class OneCopy:
    """A press about one copy."""

    copy: f.ACopy


@dataclass(frozen=True, slots=True)
class WithdrawForm:
    """Taking a story back."""

    story: f.AStory
    by_me: Annotated[
        bool,
        Flag(
            keep=f.M,
            label=mark("Take it down from my own room, at once"),
            why=mark(
                "Others could conclude that you know this story well. Without it the rooms of your readers take it down as"
                " soon as they open, and yours does six hours from now if they have not."
            ),
        ),
    ]


@dataclass(frozen=True, slots=True)
class LessonForm:
    """What was learnt, as somebody writes it down."""

    helped: Annotated[str, _LESSON["helped"]]
    harmed: Annotated[str, _LESSON["harmed"]]
    kind: Annotated[str, _LESSON["kind"]]
    incident: Annotated[str, _LESSON["incident"]]
    action: Annotated[str, _LESSON["action"]]
    valid_where: Annotated[str, _LESSON["valid_where"]]
    stands: Annotated[str, _LESSON["stands"]]


@dataclass(frozen=True, slots=True)
class LessonAfterForm:
    """What an action taught those who were there, for everybody."""

    noted: Annotated[str, Ref(to="action_lesson", hidden=True, keep=f.W)]
    helped: Annotated[str, _LESSON["helped"]]
    harmed: Annotated[str, _LESSON["harmed"]]
    valid_where: Annotated[str, _LESSON["valid_where"]]
    stands: Annotated[str, _LESSON["stands"]]


@dataclass(frozen=True, slots=True)
class NoWords:
    """A press that is about no record."""


@dataclass(frozen=True, slots=True)
class OneGathering:
    """A press about one gathering."""

    gathering: Annotated[str, Ref(to="gathering", hidden=True, keep=f.M)]


@dataclass(frozen=True, slots=True)
class ShareThanksForm:
    """Sharing thanks that one got."""

    gratitude: Annotated[str, Ref(to="gratitude", hidden=True, keep=f.W)]
    words: Annotated[str, _NEWS["words"]]
    scope: Annotated[str, _NEWS["scope"]]


@dataclass(frozen=True, slots=True)
class ShareMilestoneForm:
    """Sharing a milestone of one's own."""

    milestone: Annotated[str, Ref(to="milestone", hidden=True, keep=f.W)]
    words: Annotated[str, _NEWS["words"]]
    scope: Annotated[str, _NEWS["scope"]]


@dataclass(frozen=True, slots=True)
class SeatForm:
    """Telling a comer the place."""

    seat: Annotated[str, Ref(to="gathering_seat", hidden=True, keep=f.M)]
    place: Annotated[str, Text(length_max=200, keep=f.M, label=mark("Where, and at what time?"))]


def others(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return trusted members whom one can choose, without those who rest: nobody asks them."""
    return who.by_name(db, who.members(db, ("trusted",)) - {by.member})


def everybody_else(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return all others."""
    return who.by_name(db, who.members(db) - {by.member})


def newcomers(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who is new here."""
    return who.by_name(db, who.members(db, ("new",)) - {by.member})


def among(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return whom the tellers of stories that one reads have named as second readers; the rule looks at which story."""
    named = rows(db, "select among, readers from story where closed_on = 0")
    mine = [row["among"].split() for row in named if row["readers"].split() == [by.member]]
    return who.by_name(db, who.members(db, ("trusted",)).intersection({one for some in mine for one in some}))


def readers_of_mine(db: Connection, by: By) -> list[tuple[str, str]]:
    """Return who reads stories that one tells."""
    found = rows(db, "select readers from story where closed_on = 0 and member = ?", by.member)
    return who.by_name(db, {one for row in found for one in row["readers"].split()})


def kinds(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return the kinds of help."""
    found = rows(db, "select kind, label from kind where state = 'active' order by place, kind")
    return [(row["kind"], row["label"]) for row in found]


def confirmed(db: Connection, _by: By) -> list[tuple[str, str]]:
    """Return confirmed lessons by their first words."""
    return [(row["lesson"], row["helped"].partition("\n")[0][:80]) for row in lessons(db, "confirmed")]


def shared(db: Connection, by: By, form: OneStory) -> list[Any]:
    """Place a copy by the teller's last yes. The yes is checked here, in the circle: those outside see two readers."""
    row = fields(db, "story", "story", form.story)
    f.STORY_STEPS.after(row["state"], "StoryShared")
    copy, secret = new_id(), draw.new_secret()
    readers, chosen = row["readers"].split(), row["people"].split()
    people = sorted({*chosen, *readers, row["member"]}) if chosen else []
    words = (row["words"], row["signed"], row["about"].split(), row["voice"], row["reach"], row["until"])
    placed = f.StoryPlaced(copy, *words, readers, people, draw.commitment(copy, "", secret))
    return [f.StoryShared(form.story, copy, secret), placed]


def vouched(db: Connection, _by: By, form: OneCopy) -> list[Any]:
    """Vouch for what one has read: the words, the people and the day that the teller said yes to, and no others."""
    found = rows(
        db,
        "select story.words = story_copy.words and story.signed = story_copy.signed and story.reach = story_copy.reach"
        " and story.until = story_copy.until and story.consent = story_sharing.consent and story.state = 'shared' as same"
        " from story_sharing join story using (story) join story_copy using (copy) where copy = ?",
        form.copy,
    )
    if not found or not found[0]["same"]:
        raise Refused(
            mark("This is not what the teller said yes to."),
            advice=mark("Please ask the first reader what has happened."),
        )
    return [f.StoryVouched(form.copy)]


def stepped_back(_db: Connection, by: By, form: OneStory) -> list[Any]:
    """No longer read a story, without a reason."""
    return [f.ReaderReleased(form.story, by.member)]


def withdrawn(db: Connection, by: By, form: WithdrawForm) -> list[Any]:
    """Take it back; the copies too where the teller's own room is to do it, and can still speak there."""
    open_ = rows(
        db,
        "select story_sharing.copy, secret, story_copy.audience from story_sharing join story_copy using (copy)"
        " where story = ? and story_copy.closed_on = 0",
        form.story,
    )
    mine = [row for row in open_ if form.by_me and by.member in who.holders(db, row["audience"])]
    down = [f.CopyWithdrawn(row["copy"], row["secret"]) for row in mine]
    return [f.StoryWithdrawn(form.story), *down]


def proposed(_db: Connection, _by: By, form: LessonForm) -> list[Any]:
    """Propose a lesson of this network."""
    fits = (form.kind, form.incident, form.action)
    return [f.LessonProposed(new_id(), form.helped, form.harmed, *fits, form.valid_where, form.stands, "")]


def proposed_after(db: Connection, _by: By, form: LessonAfterForm) -> list[Any]:
    """Propose what an action taught: it fits actions of that kind, and leads to none of them."""
    kind = fields(db, "action_lesson", "lesson", form.noted)["kind"]
    return [f.LessonProposed(new_id(), form.helped, form.harmed, "", "", kind, form.valid_where, form.stands, "")]


def _start_after(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with the words of those who were there."""
    noted = fields(db, "action_lesson", "lesson", params["noted"])
    return {noted["sort"]: noted["words"]}


def key_made(_db: Connection, _by: By, _form: NoWords) -> list[Any]:
    """Make a key that trusted members hold together."""
    return [f.SigningKeyMade(new_id(), b"".join(bytes_of(new_id()) for _ in range(4))[:SEED_SIZE])]


def seat_asked(db: Connection, _by: By, form: OneGathering) -> list[Any]:
    """Ask the host for a place."""
    return [b.SeatAsked(new_id(), form.gathering, fields(db, "gathering", "gathering", form.gathering)["host"])]


def cancelled(db: Connection, _by: By, form: b.GatheringCancelled) -> list[Any]:
    """Cancel it, and say so to each who knows the place: not everybody who was awaited need still read what is called out."""
    sql = "select seat from gathering_seat where gathering = ? and state = 'given' order by seat"
    return [*(b.SeatLeft(row["seat"]) for row in rows(db, sql, form.gathering)), form]


def seat_given(db: Connection, _by: By, form: SeatForm) -> list[Any]:
    """Give a place as long as there are some: only the host's room knows how many have gone."""
    row = fields(db, "gathering_seat", "seat", form.seat)
    places = fields(db, "gathering", "gathering", row["gathering"])["places"]
    taken = rows(db, "select 1 from gathering_seat where gathering = ? and state = 'given'", row["gathering"])
    if len(taken) >= places:
        raise Refused(mark("All places are given."))
    return [b.SeatGiven(form.seat, form.place)]


def thanks_shared(_db: Connection, _by: By, form: ShareThanksForm) -> list[Any]:
    """Share thanks, in words of one's own."""
    return [b.NewsShared(new_id(), "thanks", form.words, form.scope)]


def milestone_shared(_db: Connection, _by: By, form: ShareMilestoneForm) -> list[Any]:
    """Share a milestone."""
    return [b.NewsShared(new_id(), "milestone", form.words, form.scope)]


def as_it_is(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    """Begin with the words of the story as they are, so that a press is about what was looked at."""
    story = params.get("story", "")
    found = rows(db, "select words, version from story where story = ?", story)
    seen = rows(db, "select changed from story_disguise where story = ? and state = 'absent'", story)
    return found[0] | {"absent": [one for one in f.CHANGED.labels if {"changed": one} in seen]} if found else {}


def _start_tell(_db: Connection, _by: By, _params: Mapping[str, str]) -> dict[str, Any]:
    return {"others": True}


def _milestone(db: Connection, _by: By, params: Mapping[str, str]) -> dict[str, Any]:
    found = rows(db, "select words from milestone where milestone = ?", params.get("milestone", ""))
    return {"words": found[0]["words"]} if found else {}


_STORY, _COPY, _ONE_LESSON = "/pages/{story}", "/pages/read/{copy}", "/pages/lessons/{lesson}"
_WELCOME, _SEAT = "/pages/welcome/{welcome}", "/pages/seats/{seat}"

_STORIES: tuple[Act, ...] = (
    act(
        "/pages/tell",
        f.StoryTold,
        then=_STORY,
        title=mark("Tell a story"),
        press=mark("Give it to the first reader"),
        options={"reader": others, "among": others},
        prefill=_start_tell,
        why=mark(
            "Nothing of it goes further before it is disguised, two people have read it and you have said yes. You can take it"
            " back at any time. A story that was told can come back to you: tell it only if you want to."
        ),
    ),
    act(
        _STORY + "/change",
        f.DisguiseMade,
        then=_STORY,
        title=mark("Disguise the story"),
        press=mark("Keep it so"),
        prefill=as_it_is,
        why=mark("Change what could give somebody away, and say what you changed. Others who are in it count too."),
    ),
    act(
        _STORY + "/read",
        f.StoryRead,
        then=_STORY,
        title=mark("Could somebody recognise them?"),
        press=mark("Answer"),
        prefill=as_it_is,
        why=mark("Think of a neighbour, a brother, a colleague, somebody who was there. If in doubt, say yes."),
    ),
    act(
        _STORY + "/second",
        f.ReaderChosen,
        then=_STORY,
        title=mark("Choose the second reader"),
        press=mark("Let them read it"),
        options={"reader": among},
        why=mark(
            "Somebody who could recognise people, and whom the teller has nothing to fear from. They see it as it is now."
        ),
    ),
    act(
        _STORY + "/more",
        f.ReadersOffered,
        then=_STORY,
        title=mark("Name more people who may read it"),
        press=mark("Name them"),
        options={"among": others},
    ),
    act(
        _STORY + "/release",
        f.ReaderReleased,
        then=_STORY,
        title=mark("Somebody else is to read it"),
        press=mark("Let them go"),
        options={"reader": readers_of_mine},
        why=mark("The other reader chooses anew among those you named. Whoever goes keeps what they remember."),
    ),
    act(
        _STORY + "/step-back",
        OneStory,
        then="/pages",
        by=ANYBODY_IN,
        make=stepped_back,
        title=mark("No longer read it"),
        press=mark("Step back"),
        why=mark("You need no reason. The other reader chooses anew."),
    ),
    act(
        _STORY + "/yes",
        f.ConsentGiven,
        then=_STORY,
        title=mark("The last yes"),
        press=mark("Yes, to these words"),
        options={"people": others},
        prefill=as_it_is,
        why=mark(
            "To these words, for these people, until this day. Wider needs a new yes. What was printed or has left the network"
            " cannot be called back; it is listed for you."
        ),
        grave=True,
    ),
    act(
        _STORY + "/share",
        OneStory,
        then=_STORY,
        by=TRUSTED_MEMBER,
        make=shared,
        title=mark("Share the story"),
        press=mark("Share it"),
        why=mark("Your name stands beside it as one of two who have read it. The other reader confirms it."),
    ),
    act(
        _STORY + "/back",
        WithdrawForm,
        then="/pages",
        make=withdrawn,
        by=ANYBODY_IN,
        title=mark("Take the story back"),
        press=mark("Take it back"),
        why=mark(
            "Its words go from every room today. You need no reason. What has left the network is listed for you."
        ),
        grave=True,
    ),
    act(
        _COPY + "/vouch",
        OneCopy,
        then=_COPY,
        by=TRUSTED_MEMBER,
        make=vouched,
        title=mark("Stand for it as the second reader"),
        press=mark("I have read it: let it be read"),
        why=mark("Nobody in it can be recognised, and the person who tells it has said yes."),
    ),
    act(
        _COPY + "/out",
        f.ExportNoted,
        then=_COPY,
        title=mark("Take it out of the network"),
        press=mark("Note that it left"),
        why=mark("If it is taken back, you are asked to take it back there too."),
    ),
)

_LESSONS: tuple[Act, ...] = (
    act(
        "/pages/lessons/new",
        LessonForm,
        then="/pages/lessons",
        by=TRUSTED_MEMBER,
        make=proposed,
        options={"kind": kinds},
        title=mark("Write down a lesson"),
        press=mark("Propose it"),
        why=mark("What anybody in the same place should know. No person, no name, no story: those are told elsewhere."),
    ),
    act(
        "/pages/lessons/after/{noted}",
        LessonAfterForm,
        then="/pages/lessons",
        by=TRUSTED_MEMBER,
        make=proposed_after,
        prefill=_start_after,
        title=mark("A lesson for everybody"),
        press=mark("Propose it"),
        why=mark("Once somebody else has confirmed it, it stands beside actions of this kind and in the handbook."),
    ),
    act(
        _ONE_LESSON + "/confirm",
        f.LessonConfirmed,
        then=_ONE_LESSON,
        title=mark("Confirm the lesson"),
        press=mark("I know this too"),
    ),
    act(
        _ONE_LESSON + "/check",
        f.LessonChecked,
        then=_ONE_LESSON,
        title=mark("Check the lesson"),
        press=mark("It is still true"),
    ),
    act(
        _ONE_LESSON + "/replace",
        f.LessonReplaced,
        then=_ONE_LESSON,
        options={"newer": confirmed},
        title=mark("Replace the lesson"),
        press=mark("Replace it"),
    ),
    act(
        _ONE_LESSON + "/drop",
        f.LessonDropped,
        then="/pages/lessons",
        title=mark("Do not take it up"),
        press=mark("Leave it out"),
    ),
    act(
        "/pages/key",
        NoWords,
        then="/pages/file/out",
        by=TRUSTED_MEMBER,
        make=key_made,
        title=mark("A new key for lessons"),
        press=mark("Make the key"),
        why=mark(
            "Trusted members hold it together, so what is signed with it names nobody. Make a new one when somebody has left:"
            " whoever knew the old one could sign with it."
        ),
    ),
)

_BELONGING: tuple[Act, ...] = (
    act(
        "/pages/welcome/offer",
        b.WelcomeOffered,
        then="/pages/us",
        options={"newcomer": newcomers},
        title=mark("Stand beside a newcomer"),
        press=mark("Offer it"),
        why=mark("Somebody to ask small things in the first weeks. Only the two of you know of it."),
    ),
    act(
        "/pages/welcome/wish",
        b.WelcomeWished,
        then="/pages/us",
        options={"buddy": others},
        title=mark("Ask somebody to stand beside you"),
        press=mark("Ask them"),
        why=mark("Somebody to ask small things in the first weeks. Only the two of you know of it."),
    ),
    act(
        _WELCOME + "/yes",
        b.WelcomeAccepted,
        then="/pages/us",
        title=mark("Say yes to standing side by side"),
        press=mark("I am glad of it"),
    ),
    act(
        _WELCOME + "/done/{first}",
        b.FirstDone,
        then="/pages/us",
        title=mark("The first weeks"),
        press=mark("We have done it"),
    ),
    act(_WELCOME + "/end", b.WelcomeEnded, then="/pages/us", title=mark("Let it end"), press=mark("End it kindly")),
    act(
        "/pages/gather/call",
        b.GatheringCalled,
        then="/pages/us",
        title=mark("Call people together"),
        press=mark("Let them know"),
    ),
    act(
        "/pages/gather/{gathering}/cancel",
        b.GatheringCancelled,
        make=cancelled,
        then="/pages/us",
        title=mark("Cancel the gathering"),
        press=mark("Cancel it"),
    ),
    act(
        "/pages/gather/{gathering}/come",
        OneGathering,
        then="/pages/us",
        by=ANYBODY_IN,
        make=seat_asked,
        title=mark("Ask to come"),
        press=mark("I would like to come"),
        why=mark("Only whoever calls people together learns of it, and tells you the place."),
    ),
    act(
        _SEAT + "/give",
        SeatForm,
        then="/pages/us",
        by=ANYBODY_IN,
        make=seat_given,
        title=mark("Tell the place"),
        press=mark("You are awaited"),
    ),
    act(_SEAT + "/leave", b.SeatLeft, then="/pages/us", title=mark("Give the seat back"), press=mark("Not this time")),
    act(
        "/pages/thanks/say",
        b.GratitudeSaid,
        then="/pages/us",
        options={"whom": everybody_else},
        title=mark("Thank somebody"),
        press=mark("Say thank you"),
        why=mark("It stays between the two of you."),
    ),
    act(
        "/pages/thanks/{gratitude}/share",
        ShareThanksForm,
        then="/pages/us",
        by=ANYBODY_IN,
        make=thanks_shared,
        title=mark("Share the thanks"),
        press=mark("Share it"),
        why=mark("In words of your own. Whoever thanked you is not named."),
    ),
    act(
        "/pages/milestones/keep",
        b.MilestoneKept,
        then="/pages/us",
        title=mark("Keep a milestone"),
        press=mark("Keep it"),
        why=mark("Only you see it, unless you share it."),
    ),
    act(
        "/pages/milestones/{milestone}/share",
        ShareMilestoneForm,
        then="/pages/us",
        by=ANYBODY_IN,
        make=milestone_shared,
        prefill=_milestone,
        title=mark("Share a milestone"),
        press=mark("Share it"),
    ),
    act(
        "/pages/news/{news}/back",
        b.NewsTakenBack,
        then="/pages/us",
        title=mark("No longer share it"),
        press=mark("Take it back"),
    ),
)

ACTS = _STORIES + _LESSONS + _BELONGING


def unasked(db: Connection, by: By) -> list[Any]:
    """Return the copies that this room takes down by itself."""
    return [f.CopyWithdrawn(row["copy"], row["secret"]) for row in copies_to_take_down(db, by)]
