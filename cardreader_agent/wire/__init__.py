"""The way to the server, outbound only: pairing by a short code, asking for slots, signed answers."""
