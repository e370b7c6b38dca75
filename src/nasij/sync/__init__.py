"""The only way out of a room: the loop, the transport, the joining ceremony, a bundle by hand."""
