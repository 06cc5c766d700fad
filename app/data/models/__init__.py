"""Every table of the product."""

from app.data.models import (
    announcement,
    audit,
    case,
    device,
    draft,
    feed,
    handout,
    handover,
    opening,
    places,
    register,
    release,
    review,
    search,
    signature,
    staff,
    trial,
    unprinted,
)
from app.extensions import Base

__all__ = [
    "TABLES",
    "announcement",
    "audit",
    "case",
    "device",
    "draft",
    "feed",
    "handout",
    "handover",
    "opening",
    "places",
    "register",
    "release",
    "review",
    "search",
    "signature",
    "staff",
    "trial",
    "unprinted",
]

TABLES = Base.metadata.tables
