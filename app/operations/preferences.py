"""Personal settings (個人設定, S-03): read, changed one by one, and one's own password."""

from __future__ import annotations

from app.data import audit, staff
from app.data.models.staff import StaffRow
from app.data.transactions import end_reading, transaction
from app.domain.authority import Actor
from app.domain.errors import Invalid
from app.domain.passwords import check_password
from app.domain.preferences import check_preference, read_preferences
from app.operations import sessions
from app.operations.identifying import NOT_HERE, is_local
from app.operations.password_hashes import hash_password
from app.operations.places import city_name

SAME = "いまと同じパスワードです。別のものにしてください。"


def of(staff_id: str) -> dict[str, str]:
    """Every personal setting of a member of staff, the defaults for what was never chosen."""
    row = staff.find_staff(staff_id)
    return read_preferences(row.preferences if row else {})


def change(name: str, value: str, actor: Actor) -> None:
    """Keep one setting. Raises Invalid for a setting or value that is not offered."""
    check_preference(name, value)
    with transaction() as session:
        row = session.get_one(StaffRow, actor.staff_id, with_for_update=True, populate_existing=True)
        row.preferences = {**row.preferences, name: value}


def context_of(actor: Actor) -> list[str]:
    """Names that one's own password must not be made of: one's own and those of the place."""
    city = city_name()
    return [
        actor.staff_id,
        actor.name,
        actor.counter_name,
        city,
        city.removesuffix("市"),
        "市役所",
        "書かない窓口",
    ]


def change_password(current: str, new: str, again: str, actor: Actor, terminal: str) -> None:
    """Give oneself another password; a wrong current one counts like a failed sign-in.

    Raises Invalid by field (current, new, again), also where the password is the directory's, and Refused once too many
    failures have locked the account.
    """
    if not is_local(actor.staff_id):
        raise Invalid(NOT_HERE, {"current": NOT_HERE})
    try:
        check_password(new, context_of(actor))
    except Invalid as wrong:
        raise Invalid(wrong.message, {"new": wrong.message}) from wrong
    if new != again:
        raise Invalid(sessions.DIFFERENT, {"again": sessions.DIFFERENT})
    if new == current:
        raise Invalid(SAME, {"new": SAME})
    try:
        sessions.confirm_password(actor, current, terminal)
    except Invalid as wrong:
        raise Invalid(wrong.message, {"current": wrong.message}) from wrong
    end_reading()
    hashed = hash_password(new)
    with transaction() as session:
        session.get_one(
            StaffRow, actor.staff_id, with_for_update=True, populate_existing=True
        ).password_hash = hashed
        audit.record("staff.password_changed", actor=actor)
