"""Which hubs a room may reach when the address was typed, or came with an invitation.

Whoever reaches a house's first page could otherwise make it connect wherever they like: into the network it stands in, or to
a socket of its own machine. So a given address is an onion service, or HTTPS to a public host, or, in a house that nobody
else uses, a port of this very machine. What the owner of the house chose at its start is not judged here.

```
http://<56 letters and digits>.onion[:port]   https://host[:port]   http://127.0.0.1[:port], ::1, localhost
```
"""

import ipaddress
import re
from urllib.parse import urlsplit

from nasij.errors import Malformed

NO_HUB = (
    "This house does not go to such an address. A hub has an onion address, or a public one that begins with https."
)
_ONION = re.compile(r"[a-z2-7]{56}\.onion")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def given_address(text: str, *, this_machine: bool) -> str:
    """Return a hub's address as it is kept, or raise `Malformed`; `this_machine` allows its own ports."""
    typed = text.strip()
    try:
        parts = urlsplit(typed if "://" in typed else f"http://{typed}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise _no_hub() from None
    extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if extra or not _may_reach(parts.scheme, host, this_machine=this_machine):
        raise _no_hub()
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _may_reach(scheme: str, host: str, *, this_machine: bool) -> bool:
    if host in _THIS_MACHINE:
        return scheme == "http" and this_machine
    if scheme == "http":
        return _ONION.fullmatch(host) is not None
    return scheme == "https" and (is_public(host) or (_HOST.fullmatch(host) is not None and not _is_number(host)))


def _is_number(host: str) -> bool:
    """Say whether a host is a number in disguise, such as 2130706433 or 0x7f.1; no public name ends so."""
    return re.fullmatch(r"(0x[0-9a-f]*|[0-9]+)", host.rsplit(".", 1)[-1]) is not None


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public network, and not of this machine or a network around it."""
    try:
        found = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_global and not mapped.is_multicast


def _no_hub() -> Malformed:
    return Malformed(NO_HUB, field="hub")


__all__ = ["given_address", "is_public"]
