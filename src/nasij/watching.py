"""What a room does for check-ins by itself: it seals notes, says when an hour has passed, and gives its part of a note's key.

A room's seeds for notes and for the sheets of `safekeeping` lie in its vault, a new one as soon as one served a note that is over, and every few days in any case:
a note may have come and gone while the room was closed. Two days later the old seed exists nowhere, so a note that was not
needed cannot be opened any more by anybody, whatever bytes they kept.
A room gives its part only when its own view of the line and its own clock both say that the hour has passed.
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nasij.areas.checkins import facts as f
from nasij.areas.checkins.rules import ALARMED, KEY_DAYS, note_print, proof_of, watchers
from nasij.areas.trust.facts import MemberFrozen
from nasij.errors import Nasij, Refused, SealBroken
from nasij.ids import new_id
from nasij.kit.field import mark
from nasij.kit.rows import rows
from nasij.node import record, room
from nasij.seal import notes

if TYPE_CHECKING:
    from nasij.resident import Resident

KEY_AGE_DAYS = 3  # after which a key for notes is replaced even if this room knows of no use
FREEZE_AFTER_HOURS = 1  # by another room than the one that noticed, so that not all of them press it at once


class Watching:
    """The check-ins that one room takes part in."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node
        self._said: dict[tuple[str, int], int] = {}  # by check-in and deadline: the quarter in which it was last said

    def _bound(self, checkin: str) -> bytes:
        return self.node.secrets.network + checkin.encode()

    # --- what a form says ----------------------------------------------------------------------------------------

    def finished(self, facts: Sequence[Any]) -> list[Any]:
        """Return facts as they may leave the room: words that are spoken are stretched, notes are sealed."""
        return [done for fact in facts for done in self._finished(fact)]

    def _finished(self, fact: Any) -> list[Any]:
        if isinstance(fact, f.CheckInSet):
            word, forced = (
                proof_of(fact.checkin, notes.stretched_word(word, fact.checkin)) if word else ""
                for word in (fact.word, fact.forced)
            )
            return [dataclasses.replace(fact, word=word, forced=forced)]
        if isinstance(fact, f.SafeTold | f.DeadlineMoved) and fact.word:
            return [dataclasses.replace(fact, word=notes.stretched_word(fact.word, fact.checkin))]
        return self._sealed(fact) if isinstance(fact, f.NoteWritten) else [fact]

    def _sealed(self, written: f.NoteWritten) -> list[Any]:
        """Seal a note for the rooms of those who watch; the key is kept nowhere, not here either."""
        keys = {
            row["member"]: row
            for row in rows(self.node.db, "select member, note_key, key from note_key order by member")
            if row["member"] in written.watchers
        }
        if not keys:
            raise Refused(
                mark("None of these people's rooms can hold a sealed note yet."),
                advice=mark("It works once one of them has opened their room with this version."),
            )
        needed = min(written.needed, len(keys))
        readers = {member: bytes(row["key"]) for member, row in keys.items()}
        sealed = notes.seal(written.words, readers, needed, self._bound(written.checkin))
        print_ = note_print(written.checkin, written.author, written.words, sealed.salt)
        return [
            f.NoteSealed(written.checkin, sealed.note, print_, needed),
            *(
                f.EnvelopeHanded(written.checkin, member, keys[member]["note_key"], sealed.envelopes[member])
                for member in readers
            ),
        ]

    # --- what is due ---------------------------------------------------------------------------------------------

    def tend(self) -> None:
        """Do what is due: a new key, an hour that has passed, a part of a key, an opened note, a freeze."""
        self._tend_keys()
        for row in rows(self.node.db, "select * from checkin where closed_on = 0 order by checkin"):
            if self.node.is_waiting(row["checkin"]):
                continue  # whatever was said of it has no place yet
            for facts in (self._notice(row), self._open(row), self._freeze(row)):
                self._state(*facts)

    def _state(self, *facts: Any) -> None:
        if not facts:
            return
        try:
            record.state(self.node, facts)
        except Nasij:
            return  # others were faster, or it is not this room's: the line says so
        self.resident.wrote()

    def _notice(self, row: dict[str, Any]) -> list[f.HourPassed]:
        """Say that its time has passed, at most once a quarter: the line may be slower than this room's clock."""
        now, until = self.node.by().quarter, int(row["until"])
        late = row["state"] == "set" and now >= until
        missed = row["state"] in ("set", "late", "escalated") and now >= until + row["grace"]
        if not (late or missed) or self._said.get((row["checkin"], until)) == now:
            return []
        self._said[row["checkin"], until] = now
        return [f.HourPassed(row["checkin"], until, now)]

    def _gives(self, row: dict[str, Any]) -> bool:
        """Say whether this room gives its part: the hour has passed by its own clock too, or its own member does not wait.

        A hub can make the line's hour run two days ahead; it must not open a note or freeze anybody by that.
        """
        if row["state"] not in ALARMED or self.node.me == row["about"]:
            return False
        looking = watchers(self.node.db, row["checkin"]).get(self.node.me) == "looking"
        return looking or (row["state"] == "incident" and self._passed(row))

    def _passed(self, row: dict[str, Any]) -> bool:
        return bool(self.node.clock.quarter() >= int(row["until"]) + int(row["grace"]))

    def _open(self, row: dict[str, Any]) -> list[Any]:
        """Give this room's part of the key of a note whose hour has passed; open the note once enough parts are there."""
        if not self._gives(row):
            return []
        note = rows(self.node.db, "select * from sealed_note where checkin = ? and opened_at = 0", row["checkin"])
        if not note:
            return []
        bound = self._bound(row["checkin"])
        found = rows(self.node.db, "select member, share from note_share where checkin = ?", row["checkin"])
        given = {one["member"]: bytes(one["share"]) for one in found}
        envelope = "select * from note_envelope where checkin = ? and member = ?"
        held = rows(self.node.db, envelope, row["checkin"], self.node.me)
        mine = held[0] if held and self.node.me not in given else None
        try:
            if mine is not None:
                seed = self.node.secrets.notes[mine["note_key"]]
                share = notes.open_envelope(bytes(mine["envelope"]), seed, self.node.me, bound)
                return [f.ShareGiven(row["checkin"], share)]
            if len(given) < note[0]["needed"]:
                return []
            words, salt = notes.open_note(bytes(note[0]["sealed"]), given.values(), note[0]["needed"], bound)
        except (KeyError, SealBroken):
            return []
        return [f.NoteTold(row["checkin"], words, salt), f.NoteOpened(row["checkin"])]

    def _freeze(self, row: dict[str, Any]) -> list[MemberFrozen]:
        """Freeze somebody who asked for it: everybody must hear, so a room says it to the whole network."""
        if not row["armed"] or row["state"] not in ALARMED or self.node.me == row["about"]:
            return []
        said = row["how"] == "forced" or "looking" in watchers(self.node.db, row["checkin"]).values()
        if not said and not self._passed(row):
            return []  # nobody said it, only the line's hour did
        first = row["noticed_by"] == self.node.me
        if not first and self.node.now() < row["alarmed_at"] + FREEZE_AFTER_HOURS:
            return []
        lately = "select 1 from freeze where member = ? and frozen_at >= ?"
        if rows(self.node.db, lately, row["about"], row["alarmed_at"]):
            return []
        return [MemberFrozen(new_id(), row["about"])]

    # --- keys for notes ------------------------------------------------------------------------------------------

    def _tend_keys(self) -> None:
        """Keep one fresh key on offer, and destroy every seed that no note needs any more."""
        node, day = self.node, self.node.by().day
        offered = next(iter(rows(node.db, "select * from note_key where member = ?", node.me)), None)
        if node.alarm or (offered is not None and node.is_waiting(offered["note_key"])):
            return
        parts = (
            "select note_key from note_envelope where member = ? union select note_key from sheet_part where member = ?"
        )
        used = {row["note_key"] for row in rows(node.db, parts, node.me, node.me)}
        served = set(node.secrets.settings.get(SERVED, []))
        kept = used | ({offered["note_key"]} if offered else set())
        if offered is not None and day <= offered["since"] + KEY_DAYS:
            kept.add(offered["before"])
        spent = offered is not None and (
            offered["note_key"] in served - used or offered["note_key"] not in node.secrets.notes
        )
        old = offered is not None and day >= offered["since"] + KEY_AGE_DAYS
        left = {name: seed for name, seed in node.secrets.notes.items() if name in kept}
        served = (served | used) & set(left)
        if offered is not None and not old and not (spent and offered["since"] < day):
            self._keep(left, served)
            return
        seed, key = notes.new_reader()
        fresh = new_id()
        self._keep({**left, fresh: seed}, served)
        self._state(f.NoteKeyOffered(fresh, key))

    def _keep(self, seeds: dict[str, bytes], served: set[str]) -> None:
        node = self.node
        if seeds == node.secrets.notes and sorted(served) == node.secrets.settings.get(SERVED, []):
            return
        node.secrets.notes = seeds
        node.secrets.settings[SERVED] = sorted(served)
        room.save_vault(node, self.resident.folder)


SERVED = "notes_served"  # ids of those keys that a note was sealed to: such a key is replaced once its notes are over

__all__ = ["Watching"]
