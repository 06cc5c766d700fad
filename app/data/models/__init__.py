"""Every table of the product."""

from app.data.models import audit, case, draft, feed, opening, places, register, search, staff, trial
from app.extensions import Base

__all__ = [
    "TABLES",
    "audit",
    "case",
    "draft",
    "feed",
    "opening",
    "places",
    "register",
    "search",
    "staff",
    "trial",
]

TABLES = Base.metadata.tables
