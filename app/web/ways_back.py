"""Where a member of staff goes on after signing in again or lifting the cover: nowhere but inside this product."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import SplitResult, urlsplit

from flask import current_app, request

from app.config import Settings

HOME = "/"
# Our addresses hold names of pages and opaque ids, never a query that would act.
_LOCAL = re.compile(r"/(?:[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)?")


def local_address(text: str) -> str:
    """The address if it is one of this server without a query, otherwise the home screen."""
    return text if len(text) <= 200 and _LOCAL.fullmatch(text) else HOME


def came_from(header: str = "HX-Current-URL") -> SplitResult:
    """The page a request says it comes from (htmx's header, or ``Referer``); empty where it says none, or nonsense."""
    try:
        return urlsplit(request.headers.get(header, ""))
    except ValueError:
        return urlsplit("")


def mark_of(staff_id: str) -> str:
    """Tells the sign-in page whose screen it was, so that only the same person gets back to it."""
    settings: Settings = current_app.config["KAKANAI"]
    return hmac.new(settings.keys.secret, b"way-back\0" + staff_id.encode(), hashlib.sha256).hexdigest()[:32]


def way_back(staff_id: str, mark: str, address: str) -> str:
    """The address for the one who was there, the home screen for anybody else."""
    return local_address(address) if hmac.compare_digest(mark_of(staff_id), mark) else HOME
