"""The closed lists of care, and the steps of its records."""

from nasij.kit.field import Choices, mark
from nasij.kit.steps import Steps

PROGRAMME_KIND = Choices(
    "programme_kind",
    {
        "listening": mark("Listening"),
        "peer": mark("Peer support"),
        "counselling": mark("Counselling"),
        "mentoring": mark("Mentoring"),
    },
)
# What each kind is not: shown on every screen where two people meet.
IS_NOT = {
    "listening": mark("Listening is not treatment: whoever listens is a member like you and treats nobody."),
    "peer": mark("Peer support is not treatment: it is people who know something like it themselves."),
    "counselling": mark("Counselling here does not take the place of a doctor, of medicine or of a hospital."),
    "mentoring": mark("Mentoring is not treatment: it is company on a way that you choose yourself."),
}
TRAINED = ("trained", "professional")
TRAINING = Choices(
    "care_training",
    {
        "none": mark("No training"),
        "course": mark("A course in listening"),
        "trained": mark("Trained as a counsellor"),
        "professional": mark("It is their profession"),
    },
)
TOPIC = Choices(
    "care_topic",
    {
        "family": mark("Family and home"),
        "identity": mark("Who I am"),
        "love": mark("Love and being two"),
        "fear": mark("Fear and bad memories"),
        "loss": mark("Loss"),
        "loneliness": mark("Being alone"),
        "work": mark("Work and study"),
        "faith": mark("Faith"),
        "leaving": mark("Leaving and arriving"),
        "everyday": mark("Everyday life"),
    },
)
CHANNEL = Choices(
    "care_channel",
    {
        "written": mark("Written messages"),
        "voice": mark("By voice"),
        "walk": mark("On a walk"),
        "room": mark("In a room"),
    },
)
RHYTHM = Choices(
    "care_rhythm",
    {
        "week": mark("Once a week"),
        "fortnight": mark("Once in two weeks"),
        "month": mark("Once a month"),
        "asked": mark("When one of the two asks"),
    },
)
FOR_WHOM = Choices(
    "care_for_whom",
    {"me": mark("For me"), "friend": mark("For a friend outside; I answer for them")},
)
WEIGHT = Choices(
    "care_weight",
    {"light": mark("It was light"), "some": mark("It was bearable"), "hard": mark("It was heavy")},
)
LOAD = Choices(
    "care_load",
    {"room": mark("There is room for more"), "enough": mark("It is enough"), "much": mark("It is too much")},
)
ADVICE = Choices(
    "care_advice",
    {
        "on": mark("Go on as it is"),
        "fewer": mark("Take nobody new for now"),
        "rest": mark("Rest for two weeks"),
        "hand": mark("Hand one on"),
        "learn": mark("Learn something first"),
    },
)
ANSWER = Choices(
    "care_answer",
    {"yes": mark("They said yes"), "no": mark("Not this time"), "silent": mark("No answer in time")},
)
SIGN = Choices(
    "care_sign",
    {
        "life": mark("I fear for their life"),
        "harm": mark("Somebody hurts them"),
        "worse": mark("It gets worse from week to week"),
        "beyond": mark("It is more than I can carry"),
    },
)
WISH = Choices(
    "care_wish",
    {
        "plan": mark("A plan between us two first"),
        "supervisor": mark("The supervisor may know and help"),
        "alarm": mark("Those on call may know now"),
        "nobody": mark("Nobody else is to know"),
        "unreachable": mark("They could not be asked: they do not answer"),
    },
)
ENDING = Choices(
    "care_ending",
    {
        "reached": mark("What we wanted is reached"),
        "time": mark("The time that was agreed is over"),
        "fit": mark("It does not fit"),
        "strength": mark("There is no strength for it now"),
        "none": mark("No reason is given"),
        "gone": mark("One of the two is no longer here"),
    },
)
ENDED_BY_ONE = Choices("care_ended_by", {name: words for name, words in ENDING.labels.items() if name != "gone"})
FIT = Choices(
    "care_fit",
    {"well": mark("It did good"), "partly": mark("It did good in part"), "no": mark("It did not do good")},
)

PROGRAMME_STEPS = Steps(
    "programme",
    "programme",
    ("proposed",),
    {
        "proposed": {"SupervisionAccepted/open": "open", "ProgrammeClosed": "closed"},
        "open": {
            "SupervisionLaidDown": "proposed",
            "SupervisionSet": "proposed",
            "passing": "proposed",
            "ProgrammeClosed": "closed",
        },
    },
    {
        "proposed": mark("Waits for supervision and a deputy"),
        "open": mark("Programme open"),
        "closed": mark("Programme closed"),
    },
)
CAREGIVER_STEPS = Steps(
    "caregiver",
    "caregiver",
    ("offered",),
    {
        "offered": {"CaregiverConfirmed": "present", "CaregiverEnded": "ended", "passing": "ended"},
        "present": {
            "CaregiverPaused": "paused",
            "SupervisionHeld/paused": "paused",
            "CaregiverEnded": "ended",
            "passing": "ended",
        },
        "paused": {"CaregiverBack": "present", "passing/present": "present", "CaregiverEnded": "ended"},
    },
    {
        "offered": mark("Waits for a talk with the supervisor"),
        "present": mark("Takes part"),
        "paused": mark("Rests from it"),
        "ended": mark("No longer takes part"),
    },
)
SEEKING_STEPS = Steps(
    "seeking",
    "seeking",
    ("stated",),
    {
        "stated": {"PreferenceStated": "ordered", "SeekingWithdrawn": "withdrawn", "passing": "lapsed"},
        "ordered": {
            "PreferenceStated": "ordered",
            "OptionTaken": "met",
            "SeekingWithdrawn": "withdrawn",
            "passing": "lapsed",
        },
    },
    {
        "stated": mark("Waits for proposals"),
        "ordered": mark("Being asked in your order"),
        "met": mark("Brought together"),
        "withdrawn": mark("Taken back"),
        "lapsed": mark("Waited too long, and is over"),
    },
)
OPTION_STEPS = Steps(
    "care_option",
    "option",
    ("shown",),
    {
        "shown": {"OptionAsked": "asked"},
        "asked": {"OptionAnswered/yes": "willing", "OptionAnswered/no": "over"},
        "willing": {"OptionTaken": "taken", "OptionRefused": "over"},
    },
    {
        "shown": mark("To choose from"),
        "asked": mark("Being asked"),
        "willing": mark("Said yes, and waits for you"),
        "taken": mark("You said yes"),
        "over": mark("Not with each other this time"),
    },
)
RELATION_STEPS = Steps(
    "relation",
    "relation",
    ("proposed",),
    {
        "proposed": {
            "CareAccepted": "willing",
            "CareDeclined": "declined",
            "CareWithdrawn": "withdrawn",
            "passing": "silent",
            "passing/ended": "ended",
        },
        "willing": {
            "PersonIntroduced": "accepted",
            "CareDeclined": "declined",
            "CareWithdrawn": "withdrawn",
            "passing/ended": "ended",
        },
        "accepted": {"AgreementProposed": "agreement", "RelationEnded": "ended", "passing/ended": "ended"},
        "agreement": {
            "AgreementProposed": "agreement",
            "AgreementConfirmed/active": "active",
            "RelationEnded": "ended",
            "passing/ended": "ended",
        },
        "active": {"RelationPaused": "paused", "passing": "paused", "RelationEnded": "ended", "passing/ended": "ended"},
        "paused": {
            "RelationResumed": "active",
            "passing": "active",
            "RelationEnded": "ended",
            "passing/ended": "ended",
        },
        "ended": {"RematchAsked": "rematch"},
    },
    {
        "proposed": mark("Proposed to accompany"),
        "willing": mark("One of the two said yes"),
        "declined": mark("Not this time, to accompany"),
        "silent": mark("Not answered in time"),
        "withdrawn": mark("The proposal was taken back"),
        "accepted": mark("Both said yes"),
        "agreement": mark("Agreement under way"),
        "active": mark("They meet"),
        "paused": mark("Paused"),
        "ended": mark("Ended"),
        "rematch": mark("Ended, somebody new is sought"),
    },
)
SESSION_STEPS = Steps(
    "session",
    "session",
    ("planned",),
    {"planned": {"SessionHeld": "held", "SessionMissed": "missed", "SessionMoved": "moved"}},
    {
        "planned": mark("Session planned"),
        "held": mark("Session held"),
        "missed": mark("Session missed"),
        "moved": mark("Session moved"),
    },
)
ESCALATION_STEPS = Steps(
    "escalation",
    "escalation",
    ("raised",),
    {
        "raised": {"PersonAsked": "asked"},
        "asked": {
            "PersonAsked": "asked",
            "SupervisorInformed": "informed",
            "SafetyAgreed": "planned",
            "EscalationHandedOn": "handed_on",
            "EscalationClosed": "closed",
        },
        "informed": {
            "PersonAsked": "informed",
            "SafetyAgreed": "planned",
            "EscalationHandedOn": "handed_on",
            "EscalationClosed": "closed",
        },
        "planned": {
            "SafetyAgreed": "planned",
            "SupervisorInformed": "informed",
            "EscalationHandedOn": "handed_on",
            "EscalationClosed": "closed",
        },
        "handed_on": {"EscalationClosed": "closed"},
    },
    {
        "raised": mark("First ask the person"),
        "asked": mark("The person was asked"),
        "informed": mark("The supervisor knows"),
        "planned": mark("Planned with the person"),
        "handed_on": mark("Handed on to those on call"),
        "closed": mark("Worry closed"),
    },
)
