"""Ids of records: random, short enough to read aloud, meaningless."""

import base64
import hashlib
import re
import secrets

ID_BYTES = 10
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u
_FROM_RFC4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET)
_TO_RFC4648 = str.maketrans(_ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_ID = re.compile(f"[{_ALPHABET}]{{16}}")
_CODE = re.compile(f"[{_ALPHABET}]{{3}}-[{_ALPHABET}]{{3}}")


def new_id() -> str:
    """Return a new random id: 80 bits as 16 characters of Crockford's base 32."""
    return id_from(secrets.token_bytes(ID_BYTES))


def id_from(raw: bytes) -> str:
    """Write the first ten bytes of `raw` as an id."""
    return base64.b32encode(raw[:ID_BYTES]).decode().translate(_FROM_RFC4648)


def numbered_id(of: str, number: int) -> str:
    """Return the id of the record that came as this one of several with another: every reader computes the same."""
    return id_from(hashlib.sha256(f"{of}/{number}".encode()).digest())


def bytes_of(value: str) -> bytes:
    """Return the ten bytes that `id_from` wrote; raises `ValueError` for anything else."""
    if not is_id(value):
        raise ValueError
    return base64.b32decode(value.translate(_TO_RFC4648).encode())


def is_id(value: str) -> bool:
    """Say whether `value` has the form of an id."""
    return _ID.fullmatch(value) is not None


def code(record: str) -> str:
    """Return the code people say aloud for a record: its first six characters, as ``k7m-2qx``."""
    return f"{record[:3]}-{record[3:6]}"


def is_code(value: str) -> bool:
    """Say whether `value` has the form of a code."""
    return _CODE.fullmatch(value) is not None
