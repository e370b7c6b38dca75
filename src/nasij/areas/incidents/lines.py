"""What a playbook is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One step: within how many hours, what, and whose it is at first: `lead` or `deputy`."""

    hours: int
    words: str
    owner: str = "lead"
    kind: str = "do"
    own: bool = False  # the group's words, not a message to translate


@dataclass(frozen=True, slots=True)
class Playbook:
    """A starting text: steps, what never to do, words on the phone, words never to say there, and whom to call."""

    steps: tuple[Line, ...] = ()
    never: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    never_say: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
