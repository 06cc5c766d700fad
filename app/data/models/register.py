"""The common database (共通データベース): rows of all data sets, what is derived from them, the vault, and the imports.

`register_row` is the truth as it was delivered (masked for protected persons); `person`, `search_key`, `person_flag` and the
tables of places (`app.data.models.places`) are projections of it that an import rebuilds for what changed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.data.models.base import OPAQUE_ID, UtcDateTime, opaque_id
from app.extensions import Base

# Compared byte by byte on both databases: prefix ranges of a B-tree need it, and the order must not
# depend on the locale of the server.
BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")


class RegisterRow(Base):
    """A row of a data set as it was delivered, address columns of protected persons masked.

    ``gone`` rows were missing from the last full file; they stay because former residents are searched.
    ``digest`` is keyed and covers the original values, so that a masked row is compared without being read.
    ``payload`` holds the cells in the order of the columns of ``form`` (see `app.data.forms`).
    """

    __tablename__ = "register_row"
    __table_args__ = (
        Index("ix_register_row_person_number_data_set", "person_number", "data_set"),
        # A changed row finds room beside the old one: no index has to be told where it is now.
        {"postgresql_with": {"fillfactor": 90}},
    )

    data_set: Mapped[str] = mapped_column(String(3), primary_key=True)
    row_key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    person_number: Mapped[str | None] = mapped_column(String(24))
    history: Mapped[int] = mapped_column(Integer)
    latest: Mapped[bool] = mapped_column(Boolean)
    deleted: Mapped[bool] = mapped_column(Boolean)
    gone: Mapped[bool] = mapped_column(Boolean)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    form: Mapped[int] = mapped_column(Integer)
    payload: Mapped[str] = mapped_column(Text)
    import_serial: Mapped[int] = mapped_column(Integer)


class RowFormRow(Base):
    """The columns of the rows of a data set as they were delivered, in their order (a JSON list). Never changed."""

    __tablename__ = "row_form"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data_set: Mapped[str] = mapped_column(String(3))
    columns: Mapped[str] = mapped_column(Text)


class VaultEntry(Base):
    """The address-bearing values of one row of a protected person (支援対象者), encrypted. Read by `app.data.vault` only."""

    __tablename__ = "vault_entry"

    data_set: Mapped[str] = mapped_column(String(3), primary_key=True)
    row_key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    person_number: Mapped[str] = mapped_column(String(24), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ProtectionRow(Base):
    """A protected person: on what ground, because of whom, since when, and whether the end awaits a decision (解除待ち)."""

    __tablename__ = "protected_person"

    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    ground: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(24))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    pending_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonRow(Base):
    """The current state of an addressee. For a protected person the address columns hold the mask.

    ``serial`` is for joins inside the database only, ``group_key`` is shared by those who are listed together:
    the members of a household in the same state, or the people of one move-out notice. ``reserved_for`` is the business
    (業務ID) that alone may refer to him (他業務参照不可), empty for all others.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_town_lot", "town", "lot"),)

    serial: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(20), unique=True)
    number: Mapped[str] = mapped_column(BYTEWISE, unique=True)
    category: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    kana: Mapped[str] = mapped_column(Text)
    alias: Mapped[str] = mapped_column(Text)
    former_surname: Mapped[str] = mapped_column(Text)
    latin_name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(String(10))
    birth: Mapped[str] = mapped_column(String(8))
    birth_text: Mapped[str] = mapped_column(Text)
    relationship: Mapped[str] = mapped_column(Text)
    household_number: Mapped[str] = mapped_column(String(20))
    group_key: Mapped[str] = mapped_column(BYTEWISE, index=True)
    group_position: Mapped[str] = mapped_column(String(20))
    prefecture: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    town: Mapped[str] = mapped_column(Text)
    lot: Mapped[str] = mapped_column(Text)
    building: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    protected: Mapped[bool] = mapped_column(Boolean)
    nationality: Mapped[str] = mapped_column(Text)
    is_householder: Mapped[bool] = mapped_column(Boolean)
    receipt_number: Mapped[str] = mapped_column(String(20))
    reserved_for: Mapped[str] = mapped_column(String(3), server_default="")


class SearchKeyRow(Base):
    """One way to find a person: a normalised key (or a suffix of one), by kind and rank of status, residents first.

    All columns are in the primary key so that the index alone answers; SQLite stores the table as that index.
    """

    __tablename__ = "search_key"
    __table_args__ = (Index("ix_search_key_person", "person"), {"sqlite_with_rowid": False})

    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    status: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    person: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    birth: Mapped[str] = mapped_column(String(8), primary_key=True)
    pos: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class PersonFlagRow(Base):
    """Something that warns beside a person (発行禁止, 滞納, 住基メモ), without its content.

    ``audience`` is the counter that alone may see it, empty for everybody.
    """

    __tablename__ = "person_flag"

    data_set: Mapped[str] = mapped_column(String(3), primary_key=True)
    row_key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    # Compared with the number of `person`: an index helps only where both sides have one collation.
    person_number: Mapped[str] = mapped_column(BYTEWISE, index=True)
    code: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[str] = mapped_column(String(8))
    valid_to: Mapped[str] = mapped_column(String(8))
    audience: Mapped[str] = mapped_column(String(10), server_default="")


class RelationRow(Base):
    """Another person whom a row of a data set names beside its own: guardian, recipient, child of an allowance."""

    __tablename__ = "person_relation"

    data_set: Mapped[str] = mapped_column(String(3), primary_key=True)
    row_key: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    person_number: Mapped[str] = mapped_column(BYTEWISE, index=True)
    other_number: Mapped[str] = mapped_column(BYTEWISE, index=True)
    role: Mapped[str] = mapped_column(String(20))


class FeedImportRow(Base):
    """One import of feed files, switched in or refused; ``message`` says why it was refused.

    ``rules`` is the version of the rules of search keys: an import under other rules makes all keys anew.
    """

    __tablename__ = "feed_import"

    serial: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[str] = mapped_column(OPAQUE_ID, unique=True, default=opaque_id)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_id: Mapped[str] = mapped_column(String(40))
    applied: Mapped[bool] = mapped_column(Boolean, index=True)
    message: Mapped[str] = mapped_column(Text)
    rules: Mapped[str] = mapped_column(String(40))


class FeedFileRow(Base):
    """One file of an import that was switched in, with what it changed."""

    __tablename__ = "feed_file"
    __table_args__ = (Index("ix_feed_file_data_set_id", "data_set", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    import_serial: Mapped[int] = mapped_column(ForeignKey("feed_import.serial"), index=True)
    data_set: Mapped[str] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    rows: Mapped[int] = mapped_column(Integer)
    rejects: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    gone: Mapped[int] = mapped_column(Integer)


class FeedRejectRow(Base):
    """A row of a file that was not taken in. Values of address columns are never stored here."""

    __tablename__ = "feed_reject"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("feed_file.id"), index=True)
    line: Mapped[int] = mapped_column(Integer)
    column: Mapped[str] = mapped_column(Text)
    read: Mapped[str] = mapped_column(Text)
    expected: Mapped[str] = mapped_column(Text)
