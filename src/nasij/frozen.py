"""What a room does when it hears that its own membership is frozen: it lets go of what is others', and shuts.

A friend's freeze reaches every room of that member that has a way to the hub. Each removes from itself and from its disk what
it held of others, remembers that it is shut, and its process ends; opened again with its passphrase, it shows the way back and
nothing else. What a copy of the disk, or a room without a way to the hub, still shows is said on the page and in SECURITY.md.
"""

from pathlib import Path

from nasij.node import room, view
from nasij.node.node import Node

SHUT = "shut"  # in the vault, so that a room that was opened again knows it
FROZEN = "select freeze from freeze where member = ? and state in ('frozen', 'confirmed') order by freeze"


def freeze_of(node: Node, member: str) -> str:
    """Return the freeze that holds a membership now, or nothing."""
    row = node.db.execute(FROZEN, (member,)).fetchone()
    return str(row[0]) if row else ""


def agreed(node: Node, member: str, sign_key: bytes) -> bool:
    """Say whether I am one of those who thawed this member for these keys."""
    row = node.db.execute(
        "select 1 from freeze_word join freeze using (freeze)"
        " where member = ? and freeze_word.by_member = ? and says = 'thaw' and freeze_word.sign_key = ?",
        (member, node.me, sign_key),
    )
    return row.fetchone() is not None


def is_shut(node: Node) -> bool:
    """Say whether this room has heard that its membership is frozen, and has not come back since."""
    return SHUT in node.secrets.joining


def hears(node: Node, folder: Path) -> bool:
    """Look whether the line says that my membership is frozen; if so let go of what is others' and return True.

    What waits in my own outbox does not count: a freeze of mine ends this room once it has its place in the line.
    """
    freeze = freeze_of(node, node.me) if node.me else ""
    if is_shut(node):
        others = not node.keyring.newest.keys() <= view.held_alone(node.db, node.me)
        if freeze or others:  # it was interrupted while it let go
            room.let_go(node, folder)
        return bool(freeze or others)
    if not freeze or node.is_waiting(freeze):
        return False
    node.secrets.joining = {SHUT: node.now(), "first_key": first_key(node)}
    room.let_go(node, folder)
    return True


def first_key(node: Node) -> bytes:
    """Return the signing key that the network began with, whatever device its first member has now.

    Every room that ever was in the network knows it, and no hub does.
    """
    kept = node.secrets.joining.get("first_key")
    if kept:
        return bytes(kept)
    row = node.db.execute(
        "select coalesce(burnt.sign_key, member.sign_key) from member left join burnt using (member)"
        " order by since, member.member, burnt.day limit 1"
    ).fetchone()
    return bytes(row[0]) if row else b""


__all__ = ["agreed", "first_key", "freeze_of", "hears", "is_shut"]
