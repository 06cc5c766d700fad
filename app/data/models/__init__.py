"""Every table of the product."""

from app.data.models import audit, case, register, staff
from app.extensions import Base

__all__ = ["TABLES", "audit", "case", "register", "staff"]

TABLES = Base.metadata.tables
