"""Counterparts (相手方): whom the measures in force name as the one who must not learn where somebody lives."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select

from app.data import gaiji
from app.data.forms import unpack
from app.data.models.register import ProtectionRow, RegisterRow
from app.domain.names import kanji_key
from app.extensions import db

_BETWEEN_NAMES = re.compile("[、，,;；/／・\n]+")


def is_named(names: Iterable[str]) -> bool:
    """Whether one of these names, in whatever spelling, is that of a counterpart of somebody who is protected today.

    Variants of characters, kana of either kind, spaces and punctuation do not count; a measure of which nobody has
    decided that it ended (解除待ち) does.
    """
    keys = {kanji_key(gaiji.plain_text(name)) for name in names if name} - {""}
    return bool(keys) and not keys.isdisjoint(_listed())


def _listed() -> set[str]:
    rows = db.session.execute(
        select(RegisterRow.form, RegisterRow.payload)
        .join(ProtectionRow, ProtectionRow.number == RegisterRow.person_number)
        .where(RegisterRow.data_set == "01c", RegisterRow.deleted.is_(False))
    )
    names = (unpack(form, payload).get("kagaishashimei", "") for form, payload in rows)
    # A list of names and a name with a dot in it look alike: both readings count.
    return {
        kanji_key(gaiji.plain_text(one))
        for name in names
        if name
        for one in (name, *_BETWEEN_NAMES.split(name))
    } - {""}
