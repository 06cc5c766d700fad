"""Every table of the product."""

from app.data.models import (
    announcement,
    audit,
    case,
    device,
    draft,
    factor,
    feed,
    handout,
    handover,
    opening,
    places,
    register,
    release,
    review,
    role,
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
    "factor",
    "feed",
    "handout",
    "handover",
    "opening",
    "places",
    "register",
    "release",
    "review",
    "role",
    "search",
    "signature",
    "staff",
    "trial",
    "unprinted",
]

TABLES = Base.metadata.tables
