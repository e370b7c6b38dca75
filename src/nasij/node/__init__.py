"""One member's room: the write path, the fold, the view, the keys and the snapshot."""
