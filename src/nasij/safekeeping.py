"""What a room does for sealed sheets with keys: it seals what its member wrote, gives its part of a key, and opens what two parts open.

It is the sealed note of a check-in (`seal/notes.py`, `watching`) for whoever goes along to an action: parts lie under the same
short-lived keys of the rooms, so a sheet that was not needed opens with nothing once those keys have moved on. Content is put
together anew for each look at it, on the page alone.
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nasij.areas.campaigns.sealing import LINES, SheetContent
from nasij.areas.campaigns.sheet import SheetMissed, SheetPartGiven, SheetPartLeft, SheetSealed
from nasij.areas.campaigns.sheets import NEEDED, missed_sheets, readable
from nasij.errors import Nasij, Refused, SealBroken
from nasij.kit import charter
from nasij.kit.field import mark
from nasij.kit.rows import rows
from nasij.node import record
from nasij.seal import notes

if TYPE_CHECKING:
    from nasij.resident import Resident


class Safekeeping:
    """The sealed sheets that one room has a part in."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node

    def _bound(self, sheet: str) -> bytes:
        return self.node.secrets.network + sheet.encode()

    def finished(self, facts: Sequence[Any]) -> list[Any]:
        """Return facts as they may leave the room: what was written is sealed, and the key is in parts and kept nowhere."""
        content = next((one for one in facts if isinstance(one, SheetContent)), None)
        if content is None:
            return list(facts)
        keys = rows(self.node.db, "select member, key from note_key order by member")
        readers = {row["member"]: bytes(row["key"]) for row in keys if row["member"] in content.readers}
        words = "\n".join(f"{name}={said}" for name, said in content.lines)
        if len(words.encode()) > notes.WORDS_MAX:
            raise Refused(mark("That is too much for one sheet."), advice=mark("Please say it in fewer words."))
        sealed = notes.seal(words, readers, NEEDED, self._bound(content.sheet))
        done: list[Any] = []
        for one in facts:
            if isinstance(one, SheetSealed):
                done.append(dataclasses.replace(one, sealed=sealed.note))
            elif isinstance(one, SheetPartLeft):
                done.append(dataclasses.replace(one, envelope=sealed.envelopes[one.member]))
            elif one is not content:
                done.append(one)
        return done

    def unsealed(self, sheet: str) -> list[tuple[str, str]]:
        """Return what was sealed, as names of lines and words, where two have opened it; else nothing."""
        db = self.node.db
        if not readable(db, self.node.by(), sheet):
            return []
        given = [bytes(row["words"]) for row in rows(db, "select words from sheet_given where sheet = ?", sheet)]
        (row,) = rows(db, "select sealed from sheet where sheet = ?", sheet)
        try:
            words, _ = notes.open_note(bytes(row["sealed"]), given, NEEDED, self._bound(sheet))
        except SealBroken:
            return []
        said = [line.partition("=") for line in words.split("\n")]
        return [(name, one) for name, _, one in said if name in LINES]

    def tend(self) -> None:
        """Do what is due: ask to open the sheets of those who are missing, and give this room's part of what two open."""
        for row in missed_sheets(self.node.db, self.node.by()):
            if self._is_missed(row):
                self._state(SheetMissed(row["sheet"]))
        for row in rows(
            self.node.db,
            "select sheet, envelope, note_key from sheet_opening join sheet_part using (sheet) where state = 'opened' and"
            " sheet_part.member = ? and ? in (asker, second) and sheet not in (select sheet from sheet_given where"
            " member = ?) order by sheet",
            *(self.node.me,) * 3,
        ):
            self._give(row)

    def _is_missed(self, row: dict[str, Any]) -> bool:
        """Say whether somebody missed them by voice, or the hour has passed by this room's own clock too.

        A hub can make the line's hour run two days ahead; it must not open a sheet by that.
        """
        late = int(row["back_by"]) + charter.value(self.node.db, "action_wait_hours")
        return int(row["moved_at"]) < late or self.node.clock.hour() >= late

    def _give(self, row: dict[str, Any]) -> None:
        try:
            seed = self.node.secrets.notes[row["note_key"]]
            part = notes.open_envelope(bytes(row["envelope"]), seed, self.node.me, self._bound(row["sheet"]))
        except (KeyError, SealBroken):
            return
        self._state(SheetPartGiven(row["sheet"], part))

    def _state(self, fact: Any) -> None:
        if self.node.is_waiting(fact.sheet):
            return  # whatever was said of it has no place yet
        try:
            record.state(self.node, [fact])
        except Nasij:
            return  # others were faster: the line says so
        self.resident.wrote()


__all__ = ["Safekeeping"]
