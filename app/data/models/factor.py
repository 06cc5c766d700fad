"""Second factors of staff (二要素認証), and sign-ins that wait for one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base


class FactorRow(Base):
    """An authenticator app or a security key of a member of staff. It counts once ``confirmed_at`` is set.

    Of an app: ``secret`` is sealed, ``used_step`` the last half minute whose code was taken. Of a key: ``credential_id``,
    its public key (DER), and the counter it last said.
    """

    __tablename__ = "staff_factor"

    id: Mapped[str] = mapped_column(OPAQUE_ID, primary_key=True, default=opaque_id)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(40), default="")
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    used_step: Mapped[int] = mapped_column(BigInteger, default=0)
    credential_id: Mapped[str | None] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_count: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HalfSignInRow(Base):
    """A sign-in whose password was right and whose second factor is awaited; no session, and kept a few minutes.

    Only the SHA-256 of its token is stored.
    """

    __tablename__ = "staff_half_sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    counter: Mapped[str] = mapped_column(ForeignKey("counter.code"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
