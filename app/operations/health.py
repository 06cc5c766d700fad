"""Whether everything essential works."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.data import audit, content, register
from app.extensions import db

VERSION = "0.1.0"


def check() -> dict[str, Any]:
    """Database, age of the feeds, head of the operation log, version. No personal data."""
    report: dict[str, Any] = {"status": "ok", "version": VERSION}
    try:
        db.session.execute(text("SELECT 1"))
        report["database"] = db.engine.dialect.name
        states = register.list_feed_states()
        report["feeds"] = {
            state.data_set: {
                "imported_at": state.imported_at.isoformat(),
                "rows": state.rows,
                "stale": state.stale,
            }
            for state in states
        }
        if not audit.keys_fit():
            return {"status": "failing", "version": VERSION, "problem": "keys do not fit the operation log"}
        report["audit_head"] = audit.head_digest()
        report["content"] = content.current_version_id()
    except Exception as error:
        db.session.rollback()
        return {"status": "failing", "version": VERSION, "problem": type(error).__name__}
    return report
