"""What the encoders refuse."""


class CodeRefused(ValueError):
    """A text that a symbology cannot hold; the message says why (Japanese)."""
