"""Frozen vectors: lines of ``name = hex``, with ``#`` before remarks. They are never made anew; see `docs/formats/README.md`.

A changed byte means that everything sealed or signed before is lost to its readers, so it needs a new version number and a
new file beside the old one.
"""

from pathlib import Path

HERE = Path(__file__).parent


def load(name: str) -> dict[str, bytes]:
    """Return the values of a file of vectors by name."""
    found: dict[str, bytes] = {}
    name_, text = "", ""
    for line in [*(HERE / f"{name}.txt").read_text("ascii").splitlines(), "end = "]:
        if line.startswith("#") or not line.strip():
            continue
        if "=" in line:
            if name_:
                assert name_ not in found, name_
                found[name_] = bytes.fromhex(text)
            name_, text = (part.strip() for part in line.split("=", 1))
        else:
            text += line.strip()
    return found
