"""What is prepared for a bad day, in the staged group: everything of it once for each form, and a sealed file in every state."""

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.staged import Staging

STEWARD, HELPER, ASKER = 1, 10, 12
DIGEST = hashlib.sha256(b"a film").hexdigest()
PLAIN = {"digest": (DIGEST,), "made_on": ("2026-01-05",)}  # what to type where no words pass
LINES = {"lawyer": "مكتب السلّم الأزرق.", "medicines": "حبة صباحًا.", "not_told": "أهل البيت."}


def prepared(staging: "Staging") -> None:
    """Stage it all; what is written goes to people who walk through the house."""
    _written(staging)
    _sealed(staging)


def _written(staging: "Staging") -> None:
    press, cast = staging.press, staging.cast
    for owner, reader in ((HELPER, ASKER), (STEWARD, HELPER)):
        readers = [cast[reader].member]
        press(owner, "/plans/write", signals="يُغلق الباب مبكرًا.", bag="خلف الكتب.", readers=readers)
        press(owner, "/plans/wish", wish="أخبروا ياسمين قبل غيرها.", on_duty=True, readers=readers)
        for place, code in ((1, "أرجوحة"), (2, "بئر")):
            person: dict[str, Any] = {"place": place, "code": code, "call_when": ["late"], "contact": "voice"}
            press(owner, "/plans/person", readers=readers, **person)
        for made in range(2):
            noted = {"kind": "video", "held": "الرف الثالث", "digest": DIGEST, "consent": "mine"}
            press(owner, "/plans/evidence", made_on=staging.village.day - made, readers=readers, **noted)


def _sealed(staging: "Staging") -> None:
    """One rests, one is asked for and can be agreed to, one can be refused, one is open, one was opened unknown to its owner."""
    press = staging.press
    _file(staging, HELPER, 5, 6)
    _file(staging, HELPER, 5, 6)
    _asked(staging, _file(staging, ASKER, 0, STEWARD), 0, "missing")
    _asked(staging, _file(staging, ASKER, 0, STEWARD), 0, "missing")
    _asked(staging, _file(staging, 2, 5, 6), 5, "asked")
    opened = _file(staging, STEWARD, 2, HELPER)
    unsealing = _asked(staging, opened, 2, "hospital")
    press(HELPER, "/plans/opening/{unsealing}/agree", unsealing=unsealing)
    _visited(staging, 2, HELPER, 2, HELPER)
    silent = _file(staging, 0, HELPER, ASKER)
    unsealing = _asked(staging, silent, HELPER, "held")
    press(HELPER, "/plans/opening/{unsealing}/withdraw", unsealing=unsealing)


def _file(staging: "Staging", owner: int, *openers: int) -> str:
    chosen = sorted(staging.cast[number].member for number in openers)
    found = staging.press(owner, "/plans/seal", openers=chosen, **LINES)[0].sealed_file
    _visited(staging, *openers, owner)
    return str(found)


def _asked(staging: "Staging", sealed_file: str, asker: int, reason: str) -> str:
    path = "/plans/sealed/{sealed_file}/ask"
    return str(staging.press(asker, path, sealed_file=sealed_file, reason=reason)[0].unsealing)


def _visited(staging: "Staging", *numbers: int) -> None:
    for number in numbers:
        staging.village.visit(staging.cast[number])
