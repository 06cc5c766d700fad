"""The history of a resident (異動履歴): each row is a whole state from a day on, the newest the current one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.dates import PartialDate
from app.domain.disclosure import MASK
from app.domain.person import WITHHELD, Address
from app.domain.written_names import former_name, written_name

_MOVED_IN = frozenset({"01", "02"})
_MOVED_WITHIN = frozenset({"41"})
_MOVED_OUT = frozenset({"21", "22"})
CANCELLATIONS = frozenset({"09", "28", "59"})
"""異動の取消し: the row that restores the state before a change."""

LIVES_HERE = "1"
HOUSEHOLDER = "02"


@dataclass(frozen=True)
class Entry:
    """One row of the history. ``withdrawn``: the source took the row back (削除フラグ); it stays visible and counts no more."""

    history: int
    branch: int
    withdrawn: bool
    reason: str
    changed_on: PartialDate | None
    notified_on: PartialDate | None
    status: str
    household_number: str
    relationship: str
    is_householder: bool
    name: str
    kana: str
    former_surname: str
    address: Address
    came_from: str = ""
    went_to: str = ""
    went_to_is_plan: bool = False

    @property
    def restores(self) -> bool:
        """Whether the row undoes an earlier change."""
        return self.reason in CANCELLATIONS


def entry_of(history: int, withdrawn: bool, values: Mapping[str, str]) -> Entry:
    """The entry that a row of layout 01a or 01b holds. The addresses of a protected person are withheld already."""
    reason = values.get("idojiyu", "")
    came, went, planned = "", "", False
    if reason in _MOVED_IN:
        came = _elsewhere(values, "tennyumaejusho")
    elif reason in _MOVED_WITHIN:
        came = _elsewhere(values, "tenkyomaejusho")
    elif reason in _MOVED_OUT:
        went = _elsewhere(values, "tenshutsusakijusho_kakutei")
        planned = not went
        went = went or _elsewhere(values, "tenshutsusakijusho_yotei")
    return Entry(
        history=history, branch=int(values.get("rirekibango_edabango") or 0), withdrawn=withdrawn, reason=reason,
        changed_on=standard_date(values, "idonengappi"), notified_on=standard_date(values, "idotodokedenengappi"),
        status=values.get("juminjotai", ""), household_number=values.get("setaibango", ""),
        relationship=values.get("zokugarahyoki", ""),
        is_householder=values.get("zokugarakodo1") == HOUSEHOLDER and "zokugarakodo2" not in values,
        name=written_name(values), kana=values.get("shimei_furigana", ""), former_surname=former_name(values),
        address=address_of(values, "jusho"), came_from=came, went_to=went, went_to_is_plan=planned,
    )  # fmt: skip


def standard_date(values: Mapping[str, str], column: str) -> PartialDate | None:
    """A date item with its 不詳 companions; None where it is empty, open, or no date."""
    try:
        return PartialDate.from_standard(
            values.get(column, ""),
            values.get(f"{column}_fushofuragu", ""),
            values.get(f"{column}_fushohyoki", ""),
        )
    except ValueError:
        return None


def address_of(values: Mapping[str, str], prefix: str) -> Address:
    """The address under a prefix of the columns, also one abroad; WITHHELD where it was taken out of the row."""
    parts = [values.get(f"{prefix}_{part}", "") for part in _PARTS]
    if MASK in parts:
        return WITHHELD
    abroad = values.get(f"{prefix}_kokugaijusho", "")
    if abroad and not any(parts[:5]):
        return Address(prefecture=values.get(f"{prefix}_kokumeito", ""), town=f"　{abroad}")
    prefecture, city, town, number, building, postal_code = parts
    return Address(prefecture, city, town, number, building, postal_code)


_PARTS = ("todofuken", "shikugunchosonmei", "choaza", "banchigohyoki", "katagaki", "yubinbango")


def _elsewhere(values: Mapping[str, str], prefix: str) -> str:
    return address_of(values, prefix).text.strip()


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Newest first, as the register numbers them."""
    return sorted(entries, key=lambda entry: (entry.history, entry.branch), reverse=True)


def state_on(entries: Sequence[Entry], day: date) -> Entry | None:
    """The state that holds on a day: the newest row whose change had happened by then; None before the first.

    An unknown month or day of a change counts as its beginning: who came 「昭和60年頃」 was here in 1985.
    """
    iso = f"{day:%Y%m%d}"
    for entry in in_order(entries):
        if not entry.withdrawn and (entry.changed_on.iso if entry.changed_on else "") <= iso:
            return entry
    return None


def lived_in(entries: Sequence[Entry], household_number: str, day: date) -> Entry | None:
    """The state of a day if the person was then a member of the household."""
    state = state_on(entries, day)
    if state is None or state.status != LIVES_HERE or state.household_number != household_number:
        return None
    return state
