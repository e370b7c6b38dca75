"""nasij (نسيج): software for a support network that stands by its members."""

__version__ = "0.1.0"
