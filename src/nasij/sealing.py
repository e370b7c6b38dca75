"""What a room does for sealed files by itself: it seals what its member wrote, puts shares away, gives them, and opens.

Keys are made and used here and nowhere else, and stand in no fact. A file's key lives for as long as sealing takes; what was
sealed is put together anew for each look at it, from two shares that this room was given, and is kept nowhere.
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nasij.areas.plans.openings import holds_share
from nasij.areas.plans.sealed import FileResealed, FileSealed, ShareGiven, ShareKept, SharePassed, ShareTaken
from nasij.areas.plans.sealing import LINES, Content, share_of
from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import SealBroken
from nasij.kit.rows import rows
from nasij.kit.who import holders
from nasij.node import record
from nasij.seal import labels, shares
from nasij.seal.primitives import Sealer, random_key

if TYPE_CHECKING:
    from nasij.resident import Resident

FILE_BYTES = 9728  # of every file, so that its size says nothing of what stands in it
THRESHOLD = 2


def seal_content(content: Content, key: bytes, bound: bytes) -> bytes:
    """Return the content sealed; its size is always the same."""
    body = encode([list(line) for line in content.lines])
    body = len(body).to_bytes(2, "big") + body
    assert len(body) <= FILE_BYTES
    return Sealer(key, labels.SEALED_FILE).seal(body.ljust(FILE_BYTES, b"\0"), bound)


def open_content(sealed: bytes, key: bytes, bound: bytes) -> list[tuple[str, str]]:
    """Return the lines that were sealed; raises `SealBroken` for anything else."""
    body = Sealer(key, labels.SEALED_FILE).open(sealed, bound)
    try:
        lines = decode(body[2 : 2 + int.from_bytes(body[:2], "big")])
        return [(str(name), str(words)) for name, words in lines if name in LINES]
    except (NotCanonical, ValueError, TypeError):
        raise SealBroken from None


class SealedFiles:
    """The sealed files that one room has a part in."""

    def __init__(self, resident: "Resident") -> None:
        """Take the room."""
        self.resident = resident
        self.node = resident.node

    def _bound(self, sealed_file: str, version: int) -> bytes:
        return self.node.secrets.network + sealed_file.encode() + version.to_bytes(4, "big")

    def finished(self, facts: Sequence[Any]) -> list[Any]:
        """Return facts as they may leave the room: what was written to be sealed is sealed, and its key is shared out."""
        content = next((one for one in facts if isinstance(one, Content)), None)
        if content is None:
            return list(facts)
        said = [one for one in facts if one is not content]
        seal = next(one for one in said if isinstance(one, FileSealed | FileResealed))
        key = random_key()
        parts = iter(shares.split(key, THRESHOLD, len(seal.openers)))
        sealed = seal_content(content, key, self._bound(seal.sealed_file, seal.version))
        return [
            dataclasses.replace(one, sealed=sealed)
            if one is seal
            else dataclasses.replace(one, words=next(parts))
            if isinstance(one, SharePassed)
            else one
            for one in said
        ]

    def tend(self) -> None:
        """Put away what was passed to this room, and give the asker's share once the log names who agreed."""
        for facts in (*self._to_put_away(), *self._to_give()):
            record.state(self.node, facts)
            self.resident.wrote()

    def _to_put_away(self) -> list[list[Any]]:
        db, me = self.node.db, self.node.me
        found = rows(db, "select * from share where opener = ? and state = 'passed' order by share", me)
        return [
            [ShareKept(row["share"], row["sealed_file"], row["version"], row["words"]), ShareTaken(row["share"])]
            for row in found
            if not self.node.is_waiting(row["share"]) and holds_share(db, row["sealed_file"], me)
        ]

    def _to_give(self) -> list[list[Any]]:
        db, me = self.node.db, self.node.me
        found = rows(db, "select * from unsealing where asker = ? and state = 'opened' order by unsealing", me)
        given = []
        for row in found:
            both = {me, row["second"]}
            there = rows(db, "select member from share_given where unsealing = ?", row["unsealing"])
            came = {one["member"] for one in there} == {row["second"]}
            share = share_of(db, row["sealed_file"], row["version"], me)
            # Its circle may hold nobody but the two whom the log names: somebody could have begun one beside the log.
            if came and share and holders(db, f"unsealing/{row['unsealing']}") == both:
                given.append([ShareGiven(row["unsealing"], row["version"], me, row["second"], share)])
        return given

    def unsealed(self, sealed_file: str) -> list[tuple[str, str]]:
        """Return what was sealed, as names of lines and words, where this room has two shares; else nothing."""
        db = self.node.db
        file = rows(db, "select * from sealed_file where sealed_file = ? and state = 'opened'", sealed_file)
        if not file:
            return []
        version = file[0]["version"]
        held = {share_of(db, sealed_file, version, self.node.me)} - {b""}
        came = rows(
            db,
            "select share_given.words as words from share_given join unsealing using (unsealing)"
            " where sealed_file = ? and unsealing.state = 'opened' and share_given.version = ?",
            *(sealed_file, version),
        )
        try:
            key = shares.join([*held, *({bytes(row["words"]) for row in came} - held)])
            return open_content(bytes(file[0]["sealed"]), key, self._bound(sealed_file, version))
        except SealBroken:
            return []


__all__ = ["SealedFiles", "open_content", "seal_content"]
