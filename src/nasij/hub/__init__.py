"""The hub: gives each sealed entry its place in a network's line, keeps it for a while, and can open nothing."""
