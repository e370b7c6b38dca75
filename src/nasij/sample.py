"""The sample network: a seeded village played through the real write path."""

from nasij.settings import Settings


def state(settings: Settings) -> str:
    """Say how far the sample network is: absent, making, or ready."""
    if (settings.sample / "ready").exists():
        return "ready"
    return "making" if (settings.sample / "making").exists() else "absent"
