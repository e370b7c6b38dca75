"""One's own trace to take along: what this room may see, as one sealed file, and back as readable JSON.

```
 0  version 1 B, Argon2id cost 1 B
 2  salt 16 B
18  sealed: 4 B length, JSON in UTF-8, zeros to a multiple of 64 KiB
```
"""

import json
import secrets
from typing import Any

from nasij.errors import Locked, SealBroken
from nasij.node.node import Node
from nasij.node.view import all_tables
from nasij.seal import labels
from nasij.seal import words as spoken
from nasij.seal.primitives import open_large, seal_large, stretch

VERSION = 1
_PAD = 64 * 1024
_NEVER = {"sign_key", "wrap_key", "proof", "box", "share"}  # keys are not a trace, and are of use to others only
# What pages show to nobody but whoever said it: other rooms hold it to reckon with, and a file would show it.
_ONES_OWN = {"avoid": "by_member"}


def trace(node: Node) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the view that this room shows, by table, without keys; pictures as hexadecimal."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in all_tables(node.areas):
        columns = [name for name in [*table.columns, "audience", "closed_on"] if name not in _NEVER]
        query, author = f"select {', '.join(columns)} from {table.name}", _ONES_OWN.get(table.name)
        rows = node.db.execute(*((f"{query} where {author} = ?", (node.me,)) if author else (query,))).fetchall()
        if rows:
            found[table.name] = [
                {c: v.hex() if isinstance(v, bytes) else v for c, v in zip(columns, row, strict=True)} for row in rows
            ]
    return found


def seal_archive(node: Node, passphrase: str, cost: int) -> bytes:
    """Return the sealed file."""
    body = json.dumps({"format": "nasij/1", "member": node.me, "tables": trace(node)}, ensure_ascii=False).encode()
    body = len(body).to_bytes(4, "big") + body
    body += b"\0" * (-len(body) % _PAD)
    salt = secrets.token_bytes(16)
    front = bytes([VERSION, cost]) + salt
    return front + bytes(seal_large(stretch(spoken.normal(passphrase), salt, cost), labels.ARCHIVE, body, front))


def open_archive(raw: bytes, passphrase: str) -> dict[str, Any]:
    """Return what `seal_archive` sealed; raises `Locked` for a wrong passphrase and for any other file."""
    if len(raw) < 18 or raw[0] != VERSION or raw[1] > 2:
        raise Locked
    try:
        key = stretch(spoken.normal(passphrase), raw[2:18], raw[1])
        body = open_large(key, labels.ARCHIVE, raw[18:], raw[:18])
        found: dict[str, Any] = json.loads(body[4 : 4 + int.from_bytes(body[:4], "big")])
    except (SealBroken, ValueError):
        raise Locked from None
    return found
