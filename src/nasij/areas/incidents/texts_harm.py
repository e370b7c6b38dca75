"""Starting texts of the playbooks about people gone or hurt, and about things taken."""

from collections.abc import Mapping

from nasij.areas.incidents.lines import Line, Playbook
from nasij.kit.field import mark

STARTING: Mapping[str, Playbook] = {
    "missing": Playbook(
        steps=(
            Line(0, mark("Ask who saw or heard them last, when, and what they were going to do.")),
            Line(
                1,
                mark(
                    "Try the agreed ways once each, with the cover sentence; do not let their phone ring again and again."
                ),
                "deputy",
            ),
            Line(3, mark("Open what they left for this: sealed note, safety plan, trusted persons.")),
            Line(
                3,
                mark("One person goes past the home and the usual places, and asks nothing that gives anything away."),
                "deputy",
            ),
            Line(
                6,
                mark(
                    "Treat their phone as taken until they are heard by voice: freeze their access and think about who else it shows."
                ),
            ),
            Line(12, mark("Ask hospitals through somebody who can ask as a relative."), "deputy"),
            Line(
                24,
                mark(
                    "Decide with the trusted persons and a lawyer whether the family or the police should be asked, and what that could set off."
                ),
            ),
            Line(168, mark("Keep one list of what was tried and learned; look at it every day.")),
        ),
        never=(
            mark("Do not spread a picture or a name before it is decided together."),
            mark("Do not tell the family what they do not know about them."),
            mark("Do not believe a message without voice or the agreed word."),
        ),
        say=(mark("I had an appointment with them. Do you know when they come back?"),),
        never_say=(
            mark("That they are missing, to anybody who does not know it"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("The trusted persons they named, in their order"),
            mark("A lawyer, before the police"),
        ),
    ),
    "assault": Playbook(
        steps=(
            Line(0, mark("Ask first: are you safe where you are, are you hurt? Somebody comes to them if they want.")),
            Line(
                1,
                mark("Heavy bleeding, choking, a blow to the head, trouble breathing, much pain: to a doctor at once."),
            ),
            Line(1, mark("Ask whether a doctor here must report such things, before saying how it happened.")),
            Line(
                3,
                mark(
                    "After sexual violence medicine helps, best within hours: against HIV at most within 72, against pregnancy within five days. Offer to go along."
                ),
                "deputy",
            ),
            Line(
                3,
                mark(
                    "If they may want to report it, now or ever: do not wash yet, keep the clothes dry in paper, take pictures of injuries. It is theirs to decide."
                ),
                "deputy",
            ),
            Line(12, mark("Somebody stays with them tonight, or is awake at the phone."), "deputy"),
            Line(
                24,
                mark(
                    "Ask plainly whether they think of dying: asking does not bring it about. If so, somebody stays with them, and what they could do it with is put away."
                ),
            ),
            Line(
                24,
                mark("Write down what they want to tell, once, in their words, outside the phone. Nobody asks twice."),
            ),
            Line(
                72,
                mark(
                    "Ask whether others should be warned about the place or about whoever did it, without saying who was hurt."
                ),
            ),
            Line(
                168,
                mark("Look after them again: sleep, food, pain, a listener. Ask about the second doctor's visit."),
                "deputy",
            ),
        ),
        never=(
            mark("Do not ask why they were there, or what they wore."),
            mark("Do not touch without asking, and do not decide about the police."),
            mark("Do not look for whoever did it."),
        ),
        say=(mark("It is not your fault. Shall I come, or only stay on the line?"),),
        never_say=(
            mark("Tell me exactly what happened."),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("A doctor who does not ask more than is needed"),
            mark("Somebody they trust to stay the night"),
        ),
    ),
    "hospital": Playbook(
        steps=(
            Line(1, mark("Ask which hospital, whether they are awake, and who is with them now.")),
            Line(3, mark("Open the sealed file only if it is needed: medicines, allergies, who must not be told.")),
            Line(
                3,
                mark("Bring the medicines they take, and say to the doctor alone what must not be stopped."),
                "deputy",
            ),
            Line(
                6,
                mark(
                    "Ask whether somebody of us keeps their phone and papers; where they cannot answer, keep them locked and close by."
                ),
                "deputy",
            ),
            Line(12, mark("Ask them, or their safety plan, who may visit and which name is used there.")),
            Line(24, mark("Take turns at the bedside; write the turns down here, not on the ward."), "deputy"),
            Line(72, mark("Before they leave: where to, who cooks, who pays, which papers the family could see.")),
            Line(168, mark("Visit at home, and ask about medicines and the next appointment."), "deputy"),
        ),
        never=(
            mark("Do not say at the desk what they did not say themselves."),
            mark("Do not call the family unless they, or their plan, want it."),
            mark("Do not leave a phone unlocked at the bed."),
        ),
        say=(mark("I am a friend from work. May I know when visiting is possible?"),),
        never_say=(
            mark("Their illness, their medicines, or how we know each other"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("Whoever may decide about treatment, if they named somebody"),
            mark("A doctor who does not ask more than is needed"),
        ),
    ),
    "forced_treatment": Playbook(
        steps=(
            Line(
                0,
                mark("Ask where they are, or when they are to be brought, by whom, and whether they can still go out."),
            ),
            Line(
                1,
                mark("If they are still at home: a place for tonight, and leaving as for violence in the family."),
                "deputy",
            ),
            Line(
                3,
                mark("Ask what they want said in their name, and write it down with the day: that they do not agree."),
            ),
            Line(6, mark("Ask a lawyer who works here who may decide about treatment against somebody's will.")),
            Line(
                12,
                mark("Find a doctor who tells them what is being given, and what must not be stopped suddenly."),
                "deputy",
            ),
            Line(
                24,
                mark("Keep a way to reach them: a visitor, a nurse, a book with words that only they understand."),
                "deputy",
            ),
            Line(
                24,
                mark(
                    "Ask plainly whether they think of dying: asking does not bring it about. If so, somebody stays with them, and what they could do it with is put away."
                ),
            ),
            Line(
                72,
                mark(
                    "Decide together whether asking from outside helps: a doctor, an organisation, somebody of weight in the family."
                ),
            ),
            Line(
                168,
                mark(
                    "Afterwards: rest, a doctor of their choice, somebody to listen. What was said there does not become true by being said."
                ),
            ),
        ),
        never=(
            mark("Do not advise to take or leave a medicine without a doctor."),
            mark("Do not argue with the family about what they are; argue about their health."),
            mark("Do not let them believe that they are ill."),
        ),
        say=(mark("How is the health? Is visiting possible?"),),
        never_say=(
            mark("That somebody wants to take them out"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("A lawyer who works here"),
            mark("A doctor who does not ask more than is needed"),
        ),
    ),
    "forced_marriage": Playbook(
        steps=(
            Line(
                0,
                mark(
                    "Ask by when, who decides, whether papers or a journey are planned, and whether they can talk freely."
                ),
            ),
            Line(1, mark("Agree on a safe word, and on what happens if they go silent.")),
            Line(
                6,
                mark("Copies of papers outside the home; the passport with somebody safe, if that can be done unseen."),
                "deputy",
            ),
            Line(
                12,
                mark("Write down with them whom to call in another country, and what to say at an airport."),
                "deputy",
            ),
            Line(
                24,
                mark(
                    "Look at the choices with them, each with its price: win time, win somebody in the family, leave. They decide."
                ),
            ),
            Line(
                24,
                mark(
                    "Before anybody leaves, go through leaving step by step: it is the most dangerous moment. Who waits where, when, and what if it fails?"
                ),
            ),
            Line(
                24,
                mark(
                    "Ask plainly whether they think of dying: asking does not bring it about. If so, somebody stays with them, and what they could do it with is put away."
                ),
            ),
            Line(72, mark("Ask a lawyer who works here about age, guardians and agreement.")),
            Line(
                168,
                mark("Check in often until the day is past, and after it too: it is not over with the day."),
                "deputy",
            ),
        ),
        never=(
            mark("Do not speak with the family behind their back, and do not offer to mediate."),
            mark("Do not write anything that somebody else could read on their phone."),
            mark("Do not blame them if they give in. Stay reachable."),
        ),
        say=(
            mark("Can you talk now? Yes or no is enough."),
            mark("How are the preparations for the exam?"),
        ),
        never_say=(
            mark("The wedding, the escape, or who helps"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("Whoever has a place ready tonight"),
            mark("A lawyer who works here"),
        ),
    ),
    "border": Playbook(
        steps=(
            Line(
                0,
                mark(
                    "Ask where they are held, which side, what is still in their hands, and whether they may call again."
                ),
            ),
            Line(
                1,
                mark(
                    "Treat phones and computers they carry as opened: freeze their access until they are heard by voice."
                ),
            ),
            Line(1, mark("Call a lawyer on that side; give name and number by voice, not in writing."), "deputy"),
            Line(3, mark("Tell whoever waits for them on the other side, in as few words as possible."), "deputy"),
            Line(6, mark("Think about who else the devices show, and plan a warning for each.")),
            Line(
                24, mark("Find out what is needed to go on or to come back: papers, money, a ticket, a bed."), "deputy"
            ),
            Line(
                72,
                mark(
                    "Afterwards: a new phone, new passwords, and what was asked there, written down outside the phone."
                ),
            ),
        ),
        never=(
            mark("Do not lie about papers; silence and waiting for a lawyer are better."),
            mark("Do not write to their phone, and do not call it: others read it."),
            mark("Do not sign what is in a language one does not read."),
            mark("Do not send somebody else across the same way now."),
        ),
        say=(mark("I am calling about the traveller. Where can I ask about them?"),),
        never_say=(
            mark("Why they travel, and to whom"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("A lawyer on that side of the border"),
            mark("An organisation that knows this border"),
        ),
    ),
    "device_taken": Playbook(
        steps=(
            Line(0, mark("Ask who took it, when, whether it was on, and whether it was locked. Was the code given?")),
            Line(
                1,
                mark(
                    "From another device: change the passwords of mail and chats, end all their sessions, lock the phone from afar. If an office holds it, ask a lawyer before erasing it."
                ),
                "deputy",
            ),
            Line(
                1,
                mark("Have the number blocked at the operator, or a new card made, if the person wants it."),
                "deputy",
            ),
            Line(3, mark("Use new meeting places and words; nothing that stood on that phone is used again.")),
            Line(6, mark("Ask whether the person is safe where they are, if whoever has it reads everything.")),
            Line(
                24, mark("Give them a fresh device, and let them in again only by voice and with a new key."), "deputy"
            ),
            Line(72, mark("If it comes back: nobody uses it, nobody connects it. It stays out for good.")),
            Line(168, mark("Ask everybody who was warned what they noticed since."), "deputy"),
        ),
        never=(
            mark("Do not call or write to the device that was taken."),
            mark("Do not go to fetch it alone."),
            mark("Do not believe messages from their accounts, also when they sound like them."),
            mark("Do not blame anybody for having given the code."),
        ),
        say=(mark("Please use only this number from now on."),),
        never_say=(
            mark("What was on the device"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("Somebody who knows accounts and phones"),
            mark("A lawyer, if an office took it"),
        ),
    ),
    "account_taken": Playbook(
        steps=(
            Line(0, mark("Hear them by voice: is it really them who reports it?")),
            Line(
                1,
                mark(
                    "From a clean device: recover the account, end all sessions, new password, two-step sign-in without text messages."
                ),
                "deputy",
            ),
            Line(1, mark("Let their closest people know by voice that messages from this account are not theirs.")),
            Line(3, mark("The mail account first, then everything that can be opened with it."), "deputy"),
            Line(
                6,
                mark("Think about what could be read there: names, pictures, places. Plan a warning for each person."),
            ),
            Line(12, mark("Look how it happened: a link, a shared code, somebody at home, a stolen phone."), "deputy"),
            Line(24, mark("Report the account to the service; keep pictures of what was done with it."), "deputy"),
            Line(168, mark("Look again: which accounts are left, who still knows an old password.")),
        ),
        never=(
            mark("Do not write to the account that was taken, not even to insult."),
            mark("Do not pay to get it back."),
            mark("Do not send codes that arrive by message to anybody."),
        ),
        say=(mark("I am calling to hear your voice. Did you write to me today?"),),
        never_say=(mark("A code, a password, or which account it is about"),),
        call=(mark("Somebody who knows accounts and phones"),),
    ),
}
