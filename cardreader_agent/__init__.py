"""The program beside a card reader: reads a resident's card and hands what it says to the server.

It shares nothing with the server's own code but the JSON on the wire (docs/card-readers.md).
"""
