"""Starting texts of the playbooks for the one who is in trouble: what can be read in a minute, alone and afraid.

The steps of a playbook are for those who stand by. Read by the person themselves they would speak of them as of somebody else.
"""

from collections.abc import Mapping

from nasij.kit.field import mark

DYING = mark(
    "If dying seems easier now: say it to one person, by voice. Those who are told of a report are there for this too."
)
FOR_ONESELF: Mapping[str, tuple[str, ...]] = {
    "family": (
        mark(
            "Get near a door that leads out, and away from the kitchen, the bathroom and anything that can be a weapon."
        ),
        mark("Saying yes to everything for now is not giving in: it wins time."),
        mark("After choking or a blow to the head: a doctor today, also if nothing shows."),
        mark(
            "A phone that shows where it is: switch it off or leave it behind when going, not before. That would be noticed."
        ),
    ),
    "eviction": (
        mark("Open to nobody who threatens: speak through the door, or not at all."),
        mark("Sign nothing and hand over no key today."),
        mark("Papers, medicine, money, keys and charger into one bag, near the door."),
    ),
    "dismissal": (
        mark("Sign nothing today. It is enough to say: I will read it at home."),
        mark("Give no reasons and do not argue; ask to have everything in writing."),
        mark("Private accounts off the work phone and computer, before they are handed back."),
    ),
    "blackmail": (
        mark("This is nobody's fault but of whoever threatens. Many have come through it, and it passes."),
        mark("Do not pay, do not meet, do not answer alone."),
        mark("Keep the threats and the names and numbers they use, before anything is deleted."),
        DYING,
    ),
    "exposure_threat": (
        mark("Nothing has to be admitted and nothing denied, neither in writing nor by voice."),
        mark("If home would not be safe once it is said, sleep somewhere else tonight."),
        DYING,
    ),
    "summons": (
        mark("Do not go before having spoken with a lawyer, and not alone."),
        mark("Take along: the lawyer's number by heart, medicine for a day, a phone that holds little."),
        mark("Lock away before going, and set a check-in for afterwards."),
        mark("It is enough to say: I answer with my lawyer."),
    ),
    "arrest": (
        mark("It is enough to say: I wait for the lawyer. Nothing about oneself, nothing about others."),
        mark(
            "Sign nothing unread and unlock nothing, as long as that can be refused safely. Life comes before any phone."
        ),
        mark("Refuse an examination of the body, as long as that can be refused safely, and ask for a lawyer."),
        mark("What is forced out of somebody is no betrayal. Say it afterwards, so that others can be warned."),
    ),
    "missing": (
        mark(
            "Whoever is looked for and is safe: let one person hear the voice or the agreed word. Where one is need not be said."
        ),
        mark("If there is one call: say first where, who took you, and what is needed."),
    ),
    "assault": (
        mark("First to where people are, or behind a door that locks."),
        mark("Heavy bleeding, choking, a blow to the head, trouble breathing, much pain: to a doctor at once."),
        mark(
            "After sexual violence there is medicine, best within hours: against HIV at most within 72, against pregnancy within five days."
        ),
        mark("None of this is your fault, whatever anybody says."),
    ),
    "hospital": (
        mark("Say to the doctor alone which medicines are taken. What the family may hear is yours to decide."),
        mark("Say early who may visit, who may not, and which name is used here."),
        mark("Keep the phone locked and close by, or give it to somebody trusted."),
    ),
    "forced_treatment": (
        mark("What is said there does not become true by being said. You are not ill because of who you are."),
        mark("Going along with it outwardly is not giving in, where refusing would hurt more."),
        mark(
            "Do not stop a medicine suddenly. Tell somebody outside what is being given, as soon as that is possible."
        ),
        DYING,
    ),
    "forced_marriage": (
        mark("Winning time is allowed: an exam, an illness, a paper that is missing."),
        mark("Leave only with a plan: who waits where and when, and what if it fails."),
        mark("Note the numbers of papers and keep copies elsewhere; being seen with the passport can give it away."),
        mark("Nothing of this is settled by a yes that was forced."),
    ),
    "border": (
        mark("Short answers and no lies; nothing that was not asked."),
        mark(
            "Unlock nothing, as long as that can be refused safely. Say afterwards what was opened, so that others can be warned."
        ),
        mark("Sign nothing in a language one does not read. Ask for a lawyer and for somebody who translates."),
    ),
    "device_taken": (
        mark("Say it at once, also if the code was given: nobody is blamed for it, and each hour protects others."),
        mark("From somebody else's device: mail first, then the chats. New passwords, and end all sessions."),
        mark("If home could be known from it and is not safe, sleep somewhere else tonight."),
        mark("Do not go to fetch it alone."),
    ),
    "account_taken": (
        mark("Let two close people hear by voice that the messages are not yours."),
        mark("The mail account first, from a device that was not used for it."),
        mark("Do not pay, and send no code to anybody."),
    ),
}
