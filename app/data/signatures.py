"""Signatures in the database: one of a case, replaced when the visitor writes anew."""

from __future__ import annotations

from sqlalchemy import delete

from app.data.models.base import utc_now
from app.data.models.signature import SignatureRow
from app.domain.signatures import KEPT_FOR, Signature
from app.extensions import db


def find(case_id: str) -> Signature | None:
    """The signature of a case, whether or not it still stands for it."""
    row = db.session.get(SignatureRow, case_id, populate_existing=True)
    if row is None or utc_now() - row.signed_at > KEPT_FOR:
        return None
    return Signature(row.person_id, tuple(tuple(one) for one in row.strokes), row.content, row.signed_at)


def keep(case_id: str, signature: Signature, *, device_id: str, asked_by: str) -> None:
    """Store the signature in place of an earlier one; inside the transaction that records it."""
    remove(case_id)
    db.session.add(
        SignatureRow(
            case_id=case_id, person_id=signature.person, strokes=[list(one) for one in signature.strokes],
            content=signature.content, signed_at=signature.signed_at, device_id=device_id, asked_by=asked_by,
        )
    )  # fmt: skip
    db.session.flush()


def remove(case_id: str) -> bool:
    """Delete the signature of a case; whether there was one."""
    gone = delete(SignatureRow).where(SignatureRow.case_id == case_id).returning(SignatureRow.case_id)
    return db.session.scalar(gone) is not None


def remove_old() -> int:
    """Delete signatures that were kept long enough; how many."""
    gone = delete(SignatureRow).where(SignatureRow.signed_at < utc_now() - KEPT_FOR)
    return len(db.session.scalars(gone.returning(SignatureRow.case_id)).all())
