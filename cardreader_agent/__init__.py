"""The card reader agent: a program of its own beside a counter's card reader.

It asks the server what to read, reads one card, answers once, and keeps nothing of it. It shares nothing with ``app/`` but
the JSON on the wire (docs/cardreader.md), and it listens on no port.
"""

VERSION = "1.0.0"
"""Told to the server with every question; a server refuses a version that is too old."""
