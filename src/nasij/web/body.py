"""Reading what a browser sends, in memory only, with limits that are checked while it arrives.

Frameworks move a part of more than a mebibyte to a temporary file, which is readable; so multipart bodies go through
python-multipart's own parser, piece by piece, into lists of bytes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from python_multipart import multipart
from python_multipart.exceptions import MultipartParseError
from starlette.requests import Request

from nasij.errors import Malformed
from nasij.kit.field import mark

FORM_MAX = 400_000
UPLOAD_MAX = 8_000_000
DIGEST_MAX = 4_000_000_000  # of a file that is read once and not kept, such as a film
FIELDS_MAX = 300
TOO_LARGE_TO_READ = mark("This file is too large to be read here. It may have at most 4 gigabytes.")
TOO_LARGE = mark("This is too large. A photo or a sheet may have at most 8 megabytes.")
NOT_A_FORM = mark("What arrived is not a form of this page.")


@dataclass(slots=True)
class Body:
    """The fields of a form, and its one file."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    file: bytes = b""
    file_field: str = ""
    digest: str = ""  # the SHA-256 of a file that was not kept

    def one(self, name: str) -> str:
        """Return the first value of a field, or nothing."""
        return self.fields.get(name, [""])[0]


async def read_body(request: Request) -> Body:
    """Return the form a request carries; raises `Malformed` for anything else or for too much."""
    kind, options = multipart.parse_options_header(request.headers.get("content-type", ""))
    if kind == b"application/x-www-form-urlencoded":
        return _urlencoded(await _bounded(request, FORM_MAX))
    if kind == b"multipart/form-data" and options.get(b"boundary"):
        return _multipart(await _bounded(request, UPLOAD_MAX), options[b"boundary"])
    raise Malformed(NOT_A_FORM)


async def read_digest(request: Request) -> Body:
    """Return the form a request carries; its file passes through a hash piece by piece, and no piece of it is kept."""
    kind, options = multipart.parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        return await read_body(request)
    parts, came = _HashedParts(), 0
    parser = multipart.MultipartParser(options[b"boundary"], dict(parts.callbacks()))  # type: ignore[arg-type]
    try:
        async for piece in request.stream():
            came += len(piece)
            if came > DIGEST_MAX:
                raise Malformed(TOO_LARGE_TO_READ)
            parser.write(piece)
        parser.finalize()
    except (MultipartParseError, ValueError):
        raise Malformed(NOT_A_FORM) from None
    return _gathered(parts)


async def _bounded(request: Request, most: int) -> bytes:
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > most:
            raise Malformed(TOO_LARGE)
    return bytes(found)


def _urlencoded(raw: bytes) -> Body:
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS_MAX, encoding="utf-8", errors="strict"
        )
    except ValueError:
        raise Malformed(NOT_A_FORM) from None
    body = Body()
    for name, value in pairs:
        body.fields.setdefault(name, []).append(value)
    return body


@dataclass(slots=True)
class _Part:
    header_name: bytearray = field(default_factory=bytearray)
    header_value: bytearray = field(default_factory=bytearray)
    disposition: bytes = b""
    data: bytearray = field(default_factory=bytearray)
    hashed: Any = None  # a file's running SHA-256, in the place of its bytes


class _Parts:
    """The parser's callbacks: collects parts in memory."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []

    def begin(self) -> None:
        if len(self.parts) >= FIELDS_MAX:
            raise Malformed(NOT_A_FORM)
        self.parts.append(_Part())

    def name(self, raw: bytes, start: int, end: int) -> None:
        self.parts[-1].header_name += raw[start:end]

    def value(self, raw: bytes, start: int, end: int) -> None:
        self.parts[-1].header_value += raw[start:end]

    def header_end(self) -> None:
        part = self.parts[-1]
        if part.header_name.lower() == b"content-disposition":
            part.disposition = bytes(part.header_value)
        part.header_name.clear()
        part.header_value.clear()

    def more(self, raw: bytes, start: int, end: int) -> None:
        self.parts[-1].data += raw[start:end]

    def callbacks(self) -> Mapping[str, Any]:
        return {
            "on_part_begin": self.begin,
            "on_header_field": self.name,
            "on_header_value": self.value,
            "on_header_end": self.header_end,
            "on_part_data": self.more,
        }


class _HashedParts(_Parts):
    """Keeps nothing of a file but its hash."""

    def more(self, raw: bytes, start: int, end: int) -> None:
        part = self.parts[-1]
        if part.hashed is None and b"filename" in multipart.parse_options_header(part.disposition)[1]:
            part.hashed = hashlib.sha256()
        if part.hashed is not None:
            part.hashed.update(raw[start:end])
        elif len(part.data) + end - start > FORM_MAX:
            raise Malformed(NOT_A_FORM)
        else:
            part.data += raw[start:end]


def _multipart(raw: bytes, boundary: bytes) -> Body:
    parts = _Parts()
    parser = multipart.MultipartParser(boundary, dict(parts.callbacks()))  # type: ignore[arg-type]
    try:
        parser.write(raw)
        parser.finalize()
    except (MultipartParseError, ValueError):
        raise Malformed(NOT_A_FORM) from None
    return _gathered(parts)


def _gathered(parts: _Parts) -> Body:
    body = Body()
    for part in parts.parts:
        kind, options = multipart.parse_options_header(part.disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if kind != b"form-data" or not name:
            raise Malformed(NOT_A_FORM)
        if part.hashed is not None:
            body.digest, body.file_field = part.hashed.hexdigest(), name
        elif b"filename" in options:
            if part.data:
                body.file, body.file_field = bytes(part.data), name
        else:
            try:
                body.fields.setdefault(name, []).append(part.data.decode("utf-8"))
            except UnicodeDecodeError:
                raise Malformed(NOT_A_FORM) from None
    return body
