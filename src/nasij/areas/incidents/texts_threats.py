"""Starting texts of the playbooks about home, work, threats and offices."""

from collections.abc import Mapping

from nasij.areas.incidents.lines import Line, Playbook
from nasij.kit.field import mark

STARTING: Mapping[str, Playbook] = {
    "family": Playbook(
        steps=(
            Line(
                0,
                mark(
                    "Call back only in the way agreed for this. If somebody else answers, say the cover sentence and hang up."
                ),
            ),
            Line(
                0,
                mark(
                    "Ask what they want now: to get through the night, to go out for a while, or to leave. They decide."
                ),
            ),
            Line(
                1, mark("Have a place for tonight ready, and a way to get there, whether they come or not."), "deputy"
            ),
            Line(
                1,
                mark(
                    "Ask whether they are hurt. After choking, a blow to the head or heavy bleeding: to a doctor at once, also if nothing shows."
                ),
            ),
            Line(3, mark("Agree on two words: one that means come at once, one that means do not call.")),
            Line(
                24,
                mark(
                    "Before anybody leaves, go through leaving step by step: it is the most dangerous moment. Who waits where, when, and what if it fails?"
                ),
            ),
            Line(
                24,
                mark(
                    "Keep a bag outside the home: papers or copies, medicine, keys, some money, a charger, what children need."
                ),
                "deputy",
            ),
            Line(
                48,
                mark("Offer to go along to a doctor again; ask whether they want injuries written down with the date."),
            ),
            Line(
                72,
                mark("From another device, look together at who shares their location and who knows their passwords."),
                "deputy",
            ),
            Line(
                168,
                mark(
                    "Plan the next weeks together: place, money, work, children, and who must not learn where they are."
                ),
            ),
        ),
        never=(
            mark("Do not confront whoever hurts them, and do not let it show that somebody knows."),
            mark("Do not push them to leave, and do not reproach them if they go back. Stay reachable."),
            mark("Do not write anything that somebody else could read on their phone."),
            mark("Do not tell relatives where they are, however kind they sound."),
        ),
        say=(
            mark("Can you talk now? Yes or no is enough."),
            mark("I believe you. What do you need within the next hour?"),
        ),
        never_say=(
            mark("Any name, any address, the name of the group, or what the call is really about"),
            mark("Why did you not leave long ago?"),
        ),
        call=(
            mark("Whoever has a place ready tonight"),
            mark("A doctor who does not ask more than is needed"),
            mark("Somebody in the family, only if the person names them"),
        ),
    ),
    "eviction": Playbook(
        steps=(
            Line(0, mark("Ask how much time is left, who wants them out, and whether anybody threatens them.")),
            Line(
                1,
                mark(
                    "If somebody stands at the door now: ask whether coming helps or draws eyes. Two people at most, calm; where there is violence, wait nearby and help them get out."
                ),
                "deputy",
            ),
            Line(3, mark("Ask them to sign nothing and to hand over no key before somebody has read it with them.")),
            Line(6, mark("Keep a photo of every letter and message outside their phone.")),
            Line(
                12,
                mark("Find a bed for the next nights, and a place for things, papers, medicine and animals."),
                "deputy",
            ),
            Line(24, mark("Ask a lawyer who works here what can be done, and by which day.")),
            Line(
                72,
                mark("Move with enough people and at an hour that draws no eyes; nobody goes back alone for the rest."),
                "deputy",
            ),
            Line(168, mark("Look for the next home together: rent, who signs, what neighbours hear.")),
        ),
        never=(
            mark("Do not argue about who they are; it is about the home."),
            mark("Do not leave the only copy of a paper in the home."),
            mark("Do not post about it: neighbours and landlords read too."),
        ),
        say=(
            mark("I am calling about the room. Is now a good time?"),
            mark("You do not have to sign today."),
        ),
        never_say=(mark("Any name, any address, the name of the group, or what the call is really about"),),
        call=(
            mark("Somebody with a room or a car"),
            mark("A lawyer who works here and knows about homes"),
        ),
    ),
    "dismissal": Playbook(
        steps=(
            Line(1, mark("Ask what was said, by whom, and whether somebody threatened to tell others.")),
            Line(
                3, mark("Ask them to sign nothing at work today: taking a paper home to read is enough of an answer.")
            ),
            Line(
                6,
                mark(
                    "Sign out of everything private on the work phone and computer, from outside if they are locked out."
                ),
                "deputy",
            ),
            Line(24, mark("Write down what happened, with days; keep it outside the phone.")),
            Line(24, mark("Ask what runs out first: rent, medicine, food. Ask the fund if they want that."), "deputy"),
            Line(72, mark("Ask a lawyer who works here what is owed to them, and what asking for it would stir up.")),
            Line(
                168, mark("Look for work together: who knows of something, what to say about the last place."), "deputy"
            ),
        ),
        never=(
            mark("Do not write to the employer in anger, and do not let others do it."),
            mark("Do not give the real reason in words that could be used against them."),
            mark("Do not tell colleagues more than they know already."),
        ),
        say=(mark("I heard that work is over. What is most pressing this week?"),),
        never_say=(
            mark("Any name, any address, the name of the group, or what the call is really about"),
            mark("What did you do that they found out?"),
        ),
        call=(
            mark("A lawyer who works here and knows about work"),
            mark("Whoever looks after the fund"),
        ),
    ),
    "blackmail": Playbook(
        steps=(
            Line(0, mark("Say it first: you did nothing wrong, and you are not alone with this.")),
            Line(
                0,
                mark(
                    "Ask them not to pay, not to meet, and not to answer alone. Paying once is followed by the next demand."
                ),
            ),
            Line(1, mark("Answer together, once, and only to win time: that it takes until tomorrow."), "deputy"),
            Line(
                1,
                mark(
                    "Ask plainly whether they think of dying: asking does not bring it about. If so, somebody stays with them, and what they could do it with is put away."
                ),
            ),
            Line(
                3,
                mark(
                    "Keep the threats as evidence outside the device: messages, names used, numbers, accounts, with day and hour; not the intimate pictures themselves."
                ),
                "deputy",
            ),
            Line(6, mark("Think through what they really have, and who would see it. Often it is less than they say.")),
            Line(
                12,
                mark("Close doors: hide friend lists, change passwords from another device, two-step sign-in."),
                "deputy",
            ),
            Line(
                12,
                mark(
                    "Decide together, with a lawyer if there is one, what stays on the phone once it is kept elsewhere: phones are searched."
                ),
            ),
            Line(
                24,
                mark(
                    "Decide together what to do if it is shown: who hears it from them first, where they sleep that night."
                ),
            ),
            Line(
                24,
                mark(
                    "Report the account and the pictures to the service; some remove intimate pictures if asked early."
                ),
                "deputy",
            ),
            Line(72, mark("Ask a lawyer who works here before anybody goes to the police.")),
            Line(168, mark("Stay in daily touch for a week: shame is what they count on.")),
        ),
        never=(
            mark("Do not pay, not even a little to make it stop."),
            mark("Do not threaten back, and do not go to a meeting to settle it."),
            mark("Do not delete the account or the messages before they are kept."),
            mark("Do not ask what is in the pictures."),
        ),
        say=(
            mark("You do not have to decide anything tonight. Tell them it takes until tomorrow."),
            mark("Are you alone? Shall somebody come?"),
        ),
        never_say=(
            mark("How could you send that?"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("Somebody who knows accounts and phones"),
            mark("A lawyer who works here, before the police"),
        ),
    ),
    "exposure_threat": Playbook(
        steps=(
            Line(0, mark("Ask who threatens, what they know, whom they would tell, and by when.")),
            Line(1, mark("Ask whether home is safe if it is said tonight. If not, find another bed first.")),
            Line(
                1,
                mark(
                    "Ask plainly whether they think of dying: asking does not bring it about. If so, somebody stays with them, and what they could do it with is put away."
                ),
            ),
            Line(
                3,
                mark("Make less visible what others can find: profiles, pictures, likes, lists of friends, groups."),
                "deputy",
            ),
            Line(6, mark("Keep the threat as evidence outside the phone, with day and hour."), "deputy"),
            Line(
                12,
                mark(
                    "Think about who else stands in it: pictures with others, chats, places. Plan a warning for each."
                ),
            ),
            Line(
                24, mark("Decide together whether somebody should hear it from them first, from whom it can come well.")
            ),
            Line(72, mark("Ask a lawyer who works here what can be done without making it louder.")),
            Line(168, mark("Look at it again: who knows by now, what changed, who needs rest."), "deputy"),
        ),
        never=(
            mark("Do not deny it in writing: what is written is shown around."),
            mark("Do not answer publicly, and do not let friends defend them in public."),
            mark("Do not warn by group message. One by one, by voice."),
        ),
        say=(mark("Something may be said about you. Let us meet today."),),
        never_say=(
            mark("What exactly is being said about them"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("Whoever has a place ready tonight"),
            mark("Somebody in the family, only if the person names them"),
        ),
    ),
    "summons": Playbook(
        steps=(
            Line(
                1,
                mark(
                    "Ask for a photo of the paper: which office, which day, about what. Who brought it, and did they sign for it?"
                ),
            ),
            Line(3, mark("Ask a lawyer who works here whether to go, when, and with whom. Nobody goes alone.")),
            Line(
                6, mark("Put a phone that holds little in place of theirs; lock away this room before going."), "deputy"
            ),
            Line(12, mark("Go through who else could be asked about, and plan a warning for each of them."), "deputy"),
            Line(
                24, mark("Practise the short sentences: I answer with my lawyer. I do not sign what I have not read.")
            ),
            Line(
                24, mark("Set a check-in for the hour it should be over, with people who know whom to call."), "deputy"
            ),
            Line(
                48, mark("Wait near the place, but not in front of it; one person, with the lawyer's number by heart.")
            ),
            Line(72, mark("Afterwards, listen first. Then write down what was asked, outside the phone."), "deputy"),
        ),
        never=(
            mark("Do not go without having spoken with a lawyer, not even to clear it up quickly."),
            mark("Do not take the usual phone along."),
            mark("Do not ignore the paper without advice."),
            mark("Do not tell the story to anybody who does not need it: whoever knows can be asked."),
        ),
        say=(mark("Which day, and which office? We find somebody to go with you."),),
        never_say=(
            mark("What they should say about others"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("A lawyer, before anybody else"),
            mark("Whoever waits nearby"),
        ),
    ),
    "arrest": Playbook(
        steps=(
            Line(
                0,
                mark(
                    "Call the lawyer; tell the place if it is known, and the person's own wishes from their safety plan."
                ),
                "deputy",
            ),
            Line(
                1,
                mark("Find out where they are held, through the lawyer or one relative, by one caller only."),
                "deputy",
            ),
            Line(
                3,
                mark(
                    "Get to them what they need: medicine, glasses, clothes, food, as the place allows. Medicine that gives something away goes through the lawyer or a doctor."
                ),
                "deputy",
            ),
            Line(6, mark("See to whoever depends on them: children, animals, work, rent. Say as little as is needed.")),
            Line(
                12,
                mark("Write down what is known: hour, place, who took them, who saw it. Outside any phone."),
                "deputy",
            ),
            Line(24, mark("Decide with the lawyer whether being public helps or harms. Until then nobody posts.")),
            Line(48, mark("Look again at who else is at risk, and whether everybody has been warned.")),
            Line(
                48,
                mark(
                    "As soon as they are out: ask whether a doctor is needed. After sexual violence, medicine against HIV helps at most within 72 hours. Then rest; nobody questions them."
                ),
                "deputy",
            ),
            Line(
                168,
                mark(
                    "Prepare coming home: who picks them up, a new phone, a doctor, rest. A phone that was held never comes back in."
                ),
                "deputy",
            ),
        ),
        never=(
            mark("Inside: say nothing about yourself or others until the lawyer is there."),
            mark(
                "Inside: do not unlock a phone, do not give a code, a finger or a face, as long as that can be refused safely."
            ),
            mark("Inside: sign nothing that you have not read."),
            mark(
                "Inside: agree to no examination of the body without a lawyer, as long as that can be refused safely."
            ),
            mark("Do not write to their phone, and do not call it: others read it."),
            mark("Do not go there in a group, and do not take your usual phone."),
            mark("Do not believe messages from their accounts, also when they sound like them."),
        ),
        say=(
            mark("I am asking for a relative. Where can medicine be left?"),
            mark("I wait for the lawyer."),
        ),
        never_say=(
            mark("That they belong to a group, and whom they know"),
            mark("Any name, any address, the name of the group, or what the call is really about"),
        ),
        call=(
            mark("A lawyer, before anybody else"),
            mark("One relative, if the safety plan names one"),
        ),
    ),
}
