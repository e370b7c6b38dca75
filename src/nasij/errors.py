"""Every error of nasij.

```
Nasij
├── Refused            a rule says no                    shown to the member, the log is untouched
├── Malformed          a value has not the agreed form   shown beside the field, or the fact is set aside
├── NotHereYet         refers to something not arrived   shown, may resolve itself
├── SealBroken         bytes do not open                 set aside, counted
├── SpineBroken        two stories do not match          writing stops, a person decides
├── HubUnreachable     the hub does not answer           facts wait, tried again later
├── HubRefused         the hub says no                   facts wait, a person is told
├── HeadMoved          somebody else was first           looked, checked and sealed again by itself
├── Locked             needs the passphrase              leads to the door
└── DiskFull           nothing could be written          the act was not taken, the text is kept on the page
    └── DiskRefuses    for another reason than space     likewise
```

The sentence is for the member: the class docstring is what it says when nothing better is known, `advice` is what one can
do. Sentences are message ids of the translation catalogue and never contain a value from a fact.
"""


class Nasij(Exception):
    """Something went wrong."""

    advice = ""

    def __init__(self, sentence: str = "", *, advice: str = "", **numbers: int) -> None:
        """Say what is the matter; `numbers` fill the placeholders of the translated sentence."""
        self.sentence = sentence or (type(self).__doc__ or "").strip().splitlines()[0]
        self.advice = advice or type(self).advice
        self.numbers = numbers
        super().__init__(self.sentence)


class Refused(Nasij):
    """This is not possible now."""


class Malformed(Nasij):
    """This value does not have the form that is needed here."""

    def __init__(self, sentence: str = "", *, field: str = "", advice: str = "", **numbers: int) -> None:
        """Name the field the sentence is about, so that the form can show it there."""
        super().__init__(sentence, advice=advice, **numbers)
        self.field = field


class NotHereYet(Nasij):
    """This has not arrived here yet, or it was before your time."""


class SealBroken(Nasij):
    """These bytes do not open."""


class SpineBroken(Nasij):
    """The hub told two different stories."""

    advice = "Nothing is written until people have compared the four words with somebody they trust."


class HubUnreachable(Nasij):
    """The hub does not answer."""

    advice = "What you write waits here and goes out as soon as the hub answers."


class HubRefused(Nasij):
    """The hub did not take it."""


class HeadMoved(Nasij):
    """Somebody else was first."""


class Locked(Nasij):
    """The room is locked."""

    advice = "Open it with your passphrase."


class DiskFull(Nasij):
    """There is no space left on this machine, so nothing was saved."""

    advice = "Free some space, then press the button again. What you wrote is still on the page."


class DiskRefuses(DiskFull):
    """The disk of this machine does not let anything be written, so nothing was saved."""

    advice = (
        "It may be damaged, or open for reading only: whoever looks after this machine can see why. Then press the button again. "
        "What you wrote is still on the page."
    )
