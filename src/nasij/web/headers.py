"""The headers of every answer. Measured in real browsers; the table is in the security page of the documentation.

Two choices need their reason here. ``Referrer-Policy`` is ``same-origin``: with ``no-referrer`` browsers send
``Origin: null`` with our own forms, and the cross-site check could no longer tell them from a stranger's. The content
policy has no ``sandbox``: it would forbid the reload that takes an idle page off the screen, and scripts are
already impossible without it.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

NO_SENSORS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "autoplay",
        "camera",
        "clipboard-read",
        "clipboard-write",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
_ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"permissions-policy", NO_SENSORS.encode()),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
)


def policy(nonce: str) -> bytes:
    """Return the content policy: nothing but our own style (by its nonce), pictures and forms; no script at all.

    Pictures may also stand inside the page (``data:``): the empty icon and the code of an invitation need no request then.
    """
    style = f"'nonce-{nonce}'" if nonce else "'none'"
    return (
        f"default-src 'none'; style-src {style}; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ).encode()


def headers(nonce: str, private: bool, idle_seconds: int = 0) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer; `nonce` is that of its style, empty where it has none.

    `idle_seconds` takes a private page off the screen after that time. Only for pages on which nobody types
    (`templates.takes_typing`): it would destroy a half-written story. The session cookie is not set here, but must be
    sent again with every private page, or Chromium brings the page back after leaving.
    """
    found = [(b"content-security-policy", policy(nonce)), *_ALWAYS]
    if private and idle_seconds > 0:
        found.append((b"refresh", f"{idle_seconds}; url=/lock".encode()))
    return found


def leaving() -> list[tuple[bytes, bytes]]:
    """Return the headers of the answer that ends a session; the cookie must be deleted as well, this alone is not enough."""
    return [*headers("", private=False), (b"clear-site-data", b'"cache", "cookies", "storage"')]


Application = Callable[[Any, Any, Any], Awaitable[None]]


def dressed(app: Application) -> Application:
    """Return an application none of whose answers goes out bare: not a redirect, a refusal, nor a mistake of a library."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        async def dress(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message.get("headers", ())}
                missing = [(name, value) for name, value in headers("", private=False) if name not in there]
                message = {**message, "headers": [*message.get("headers", ()), *missing]}
            await send(message)

        await app(scope, receive, dress)

    return answer
