"""What staff corrected beside the register's value for one case: item by item, with a reason (R12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.case import CasePerson
from app.domain.dates import PartialDate, format_wareki

REASON = "correction.reason"
"""Fact of a case about one of its persons: why what is printed is not what the register says."""
REASONS: tuple[tuple[str, str], ...] = (
    ("not_yet", "届出の途中で、住民情報にまだ反映していない"),
    ("document", "本人確認書類の記載に合わせた"),
    ("spelling", "文字や読みの表記が違う"),
    ("stated", "本人の申出による"),
    ("suspected", "住民情報の誤りと思われる（担当課へ知らせる）"),
)
ITEMS: Mapping[str, str] = {
    "name": "氏名", "kana": "カナ", "birth": "生年月日", "sex": "性別", "address": "住所",
}  # fmt: skip
"""What the register says of a person; a telephone number is nobody's record."""
_SEXES = {"1": "男", "2": "女"}


@dataclass(frozen=True)
class Compared:
    """One item as the register has it and as it is used in this case; both as they are shown."""

    name: str
    label: str
    register: str
    here: str

    @property
    def differs(self) -> bool:
        return self.register != self.here


def compare(person: CasePerson) -> tuple[Compared, ...]:
    """Every item of a registered person, the register's value beside that of the case. A withheld address is neither."""
    return tuple(
        Compared(name, label, _shown(name, str(person.seen.get(name) or ""), person), _here(name, person))
        for name, label in ITEMS.items()
        if not (name == "address" and person.seen.get("withheld"))
    )


def corrected_items(person: CasePerson) -> tuple[Compared, ...]:
    """The items that differ, of somebody the register knows."""
    return tuple(one for one in compare(person) if one.differs) if person.number else ()


def _here(name: str, person: CasePerson) -> str:
    if name == "birth":
        return format_wareki(person.birth) if person.birth else ""
    return _shown(name, person.value(name), person)


def _shown(name: str, value: str, person: CasePerson) -> str:
    if name == "sex":
        return _SEXES.get(value, "")
    if name == "birth" and value:
        born = PartialDate.from_iso(value, str(person.seen.get("birth_text") or ""))
        return format_wareki(born.in_western_years() if person.is_foreign else born)
    return value
