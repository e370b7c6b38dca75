"""What a room does for sealed files with keys: it seals what its member wrote, and opens what two shares open.

Keys are made and used here and nowhere else, and stand in no fact. A file's key lives for as long as sealing takes; what was
sealed is put together anew for each look at it, from two shares that this room was given, and is kept nowhere.
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nasij.areas.plans.queries import share_of
from nasij.areas.plans.sealed import FileResealed, FileSealed, SharePassed
from nasij.areas.plans.sealing import LINES, Content
from nasij.encoding import NotCanonical, decode, encode
from nasij.errors import SealBroken
from nasij.kit.rows import rows
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
