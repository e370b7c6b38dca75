"""A file whose fingerprint is wanted passes by, and nothing of it stays."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from nasij.errors import Malformed
from nasij.web import body
from nasij.web.body import Body, read_body, read_digest

EDGE = b"--edge"
PIECE = 60_000


class Arriving:
    """A request that comes in pieces."""

    def __init__(self, pieces: Iterable[bytes], kind: str = "multipart/form-data; boundary=edge") -> None:
        self.headers = {"content-type": kind}
        self.pieces = pieces

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def read(request: Any) -> Body:
    return asyncio.run(read_digest(request))


def part(name: str, value: bytes, more: str = "") -> bytes:
    return EDGE + f'\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def test_the_hash_is_that_of_the_file_and_the_file_is_gone() -> None:
    raw = bytes(range(256)) * 1000 + b"\r\n--edg\r\n"
    sent = part("held", b"shelf") + part("digest", raw, '; filename="a.mp4"') + part("digest", b"") + EDGE + b"--\r\n"
    found = read(Arriving(sent[at : at + 777] for at in range(0, len(sent), 777)))
    assert found.digest == hashlib.sha256(raw).hexdigest()
    assert (found.file, found.file_field, found.one("held")) == (b"", "digest", "shelf")


def test_no_file_is_no_hash() -> None:
    sent = part("digest", b"", '; filename=""') + part("digest", b"ab") + EDGE + b"--\r\n"
    found = read(Arriving([sent]))
    assert (found.digest, found.one("digest")) == ("", "ab")


def test_a_large_file_needs_no_more_memory_than_a_small_one() -> None:
    head, tail = part("digest", b"", '; filename="a.mp4"')[:-2], b"\r\n" + EDGE + b"--\r\n"
    tracemalloc.start()
    found = read(Arriving([head, *[b"\0" * PIECE] * 400, tail]))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.digest == hashlib.sha256(b"\0" * PIECE * 400).hexdigest()
    assert most < 2_000_000 < PIECE * 400


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "DIGEST_MAX", 1000)
    with pytest.raises(Malformed, match="too large"):
        read(Arriving([part("digest", b"x" * 2000, '; filename="a"')]))
    monkeypatch.setattr(body, "DIGEST_MAX", 10**9)
    with pytest.raises(Malformed):
        read(Arriving([part("held", b"x" * (body.FORM_MAX + 1))]))


def test_a_form_without_a_file_is_read_as_ever() -> None:
    kind = "application/x-www-form-urlencoded"
    found = [asyncio.run(reader(Arriving([b"digest=ab"], kind))) for reader in (read_digest, read_body)]  # type: ignore[arg-type]
    assert [one.one("digest") for one in found] == ["ab", "ab"]
