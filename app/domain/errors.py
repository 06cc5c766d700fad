"""Errors that operations raise and front rooms turn into answers. Messages are Japanese and say what to do."""

from __future__ import annotations


class KakanaiError(Exception):
    """Parent of every expected refusal; ``message`` is shown to staff as it is."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(KakanaiError):
    """The thing asked for does not exist, or must look as if it did not."""


class Refused(KakanaiError):
    """The member of staff, at this counter, may not do this."""


class Conflict(KakanaiError):
    """Someone else changed it first, or it has already been done."""


class WrongScreen(Conflict):
    """What was sent was made for another case, or for other persons than the case has now; ``shown`` is its own case."""

    def __init__(self, message: str, shown: str | None) -> None:
        super().__init__(message)
        self.shown = shown


class Invalid(KakanaiError):
    """Input that cannot be accepted; ``fields`` maps a form field to its message."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class Stopped(KakanaiError):
    """A protected person (支援対象者) is involved: the case cannot go on at the counter (取扱注意)."""
