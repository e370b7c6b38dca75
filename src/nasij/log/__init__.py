"""What is kept: entries and their padding, the spine, and the room's outbox."""
