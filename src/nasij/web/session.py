"""Sessions and forgery marks. Held in the memory of one process; a restart ends all.

The cookie is a random secret; the house knows its hash, to find the room. A form carries the session's mark, masked anew in
each answer, so that compression of any layer tells nothing about it.
"""

import hashlib
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.requests import Request

COOKIE = "n"
IDLE_SECONDS = 600
LIFE_SECONDS = 12 * 3600
_ONCE_KEPT = 200
_MARK_SIZE = 24


def new_secret() -> str:
    """Return a new session secret for the cookie."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what the house may know of a session secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def cookie_header(secret: str, *, secure: bool) -> bytes:
    """Return the Set-Cookie value; sent again with every private page, or Chromium brings pages back after leaving."""
    return f"{COOKIE}={secret}; HttpOnly; SameSite=Strict; Path=/{'; Secure' if secure else ''}".encode()


def ended_cookie() -> bytes:
    """Return the Set-Cookie value that takes the cookie away."""
    return f"{COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0".encode()


def masked(mark: bytes) -> str:
    """Return a forgery mark as a form carries it, different each time."""
    mask = secrets.token_bytes(len(mark))
    return urlsafe_b64encode(mask + bytes(a ^ b for a, b in zip(mask, mark, strict=True))).decode()


def mark_holds(given: str, mark: bytes) -> bool:
    """Say whether a form carried this mark."""
    try:
        raw = urlsafe_b64decode(given.encode())
    except ValueError:
        return False
    mask, rest = raw[: len(mark)], raw[len(mark) :]
    return len(rest) == len(mark) and secrets.compare_digest(
        bytes(a ^ b for a, b in zip(mask, rest, strict=True)), mark
    )


def from_here(request: Request) -> bool:
    """Say whether a state-changing request comes from a page of ours: the browser's own word, or else its Origin."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return site is not None
    return origin.split("://", 1)[-1] == request.headers.get("host", "")


@dataclass(slots=True)
class Session:
    """The sessions of one room: hashes of their secrets, one forgery mark, and what each form already led to."""

    hashes: dict[str, float] = field(default_factory=dict)  # hash: when it began
    mark: bytes = field(default_factory=lambda: secrets.token_bytes(_MARK_SIZE))
    last_seen: float = field(default_factory=time.monotonic)
    once: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def admit(self, hashed: str) -> None:
        """Let the holder of this secret in."""
        self.hashes[hashed] = time.monotonic()

    def knows(self, secret: str) -> bool:
        """Say whether this cookie is one of ours and not too old; counts as being seen."""
        began = self.hashes.get(hash_of(secret))
        if began is None or time.monotonic() - began > LIFE_SECONDS:
            return False
        self.last_seen = time.monotonic()
        return True

    def is_idle(self) -> bool:
        """Say whether nobody has looked for ten minutes."""
        return time.monotonic() - self.last_seen > IDLE_SECONDS

    def led_to(self, once: str) -> str:
        """Return where a form that was already taken led; a form sent twice does nothing twice."""
        return self.once.get(once, "")

    def remember(self, once: str, location: str) -> None:
        """Remember where a form led."""
        if once:
            self.once[once] = location
            while len(self.once) > _ONCE_KEPT:
                self.once.popitem(last=False)
