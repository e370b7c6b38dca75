"""What an area is made of: plain values and functions. No disk, no network, no keys."""
