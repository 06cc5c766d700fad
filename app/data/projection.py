"""From the delivered rows of a person to his current state and what he is found by.

Columns are named as the layouts of the core system name them (`docs/feeds.md`).
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from app.data import search_keys
from app.data.cells import Cells
from app.data.search_keys import Keys, Rank
from app.domain.dates import PartialDate
from app.domain.disclosure import MASK
from app.domain.names import RULES_VERSION
from app.domain.person import Category, Status
from app.domain.register import NOTICE_SET as NOTICE_SET
from app.domain.search import Origin
from app.domain.written_names import written_name

RULES = f"{RULES_VERSION}-p2"  # persons made under other rules are made anew by the next import; p counts changes here

EXPECTED_SET = "20b"
_OPEN_NOTICES = frozenset({"1", "2"})  # 受付、来庁予定
_STATUS = {"1": Status.RESIDENT, "2": Status.MOVED_OUT, "3": Status.DEAD, "9": Status.REMOVED}
_UNKNOWN_BIRTH = PartialDate(None)
_NAME_COLUMNS = (
    "shimei", "shimei_furigana", "tsusho", "tsusho_furigana", "kyuji", "kyuji_furigana", "shimei_gaikokujinromaji",
    "shimei_gaikokujinkanji",
)  # fmt: skip
_PLACE_COLUMNS = ("jusho_choaza", "jusho_banchigohyoki", "jusho_katagaki")
_TRACE = ("rirekibango_edabango", "setaibango", *_NAME_COLUMNS, *_PLACE_COLUMNS)
_HOUSEHOLD, _COMPARED = 1, slice(2, None)
_ADDRESS_PARTS = (
    "shikuchosonkodo", "todofuken", "shikugunchosonmei", "choaza", "banchigohyoki", "katagaki", "yubinbango",
    "kokumeito", "kokugaijusho",
)  # fmt: skip
_OTHER_PLACES = (
    ("tenkyomaejusho", Origin.PAST),
    ("tennyumaejusho", Origin.BEFORE),
    ("tenshutsusakijusho_kakutei", Origin.AFTER),
    ("tenshutsusakijusho_yotei", Origin.AFTER),
)
"""Where else the row of a resident says that he lived or went (転居前、転入前、転出先)."""
_FOUND_BY = ("shikuchosonkodo", "shikugunchosonmei", "choaza", "banchigohyoki", "katagaki")
_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿＡ-Ｚａ-ｚ]")
COLUMNS = frozenset(
    (
        *_NAME_COLUMNS, *(f"{place}_{part}" for place in ("jusho", "tenshutsumotojusho") for part in _ADDRESS_PARTS),
        *(f"{place}_{part}" for place, _ in _OTHER_PLACES for part in _FOUND_BY),
        "shikuchosonkodo", "rirekibango_edabango", "setaibango", "juminshubetsu", "juminjotai", "na_nihonjin",
        "seibetsu", "seinengappi", "seinengappi_fushofuragu",
        "seinengappi_fushohyoki", "zokugarakodo1", "zokugarakodo2", "zokugarakodo3", "zokugarakodo4", "zokugarahyoki",
        "kokusekimeito", "kokusekito_kokumeikodo", "tagyomusanshofukafuragu", "nayosemotofuragu", "shogo",
        "shogo_furigana", "hojinbango", "hojinjotai", "haishinengappi", "denwabango", "uketsukebango", "renban",
        "jotai", "todokedenindenwabango", "shimeiyusenkubun", "shimei_yusen",
        "gyomuid",
    )
)  # fmt: skip
"""Everything that a person and his search keys are made of."""

HOUSEHOLDER = "02"
NOBODY = "---"  # the business of a reserved row that names none: no counter refers to it


@dataclass(slots=True)
class Row:
    """A row of a data set as the projection reads it. Most rows of a history are only compared, so that values wait."""

    data_set: str
    row_key: str
    history: int
    latest: bool
    deleted: bool
    gone: bool
    form: int
    payload: str
    forms: Cells
    _cells: Sequence[str] = ()
    _values: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        self._cells = self.forms.cells(self.form, self.payload)

    @property
    def values(self) -> Mapping[str, str]:
        """The non-empty values of the columns that count here."""
        if self._values is None:
            self._values = self.forms.pick(self.form, self._cells, COLUMNS)
        return self._values

    def part(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The cells of two or more columns."""
        return self.forms.part(self.form, self._cells, columns)


@dataclass(frozen=True, slots=True)
class Projection:
    """A person as columns of the table `person` without serial and id, his rank, and his keys."""

    columns: dict[str, str | bool]
    rank: Rank
    keys: Keys


def person_id(key: bytes, number: str) -> str:
    """The opaque id of a person: stable for the installation, and no way back to the number without its key."""
    digest = hmac.digest(key, number.encode(), "sha256")
    return "p" + base64.b32encode(digest[:15]).decode().lower()[:19]


def group_key(number: str, household: str, state: str) -> str:
    """What the members of a household who are in the same state share; nobody else where there is no household."""
    return f"h|{household}|{state}" if household else f"p|{number}"


def project(
    number: str, rows: Sequence[Row], notices: Mapping[str, Row], protected: bool
) -> Projection | None:
    """The current state of a person from all his rows; None when there is none (taken back, done with).

    ``notices`` are the rows of 20a by receipt number. For a protected person the address columns hold the mask and
    no key is made of any address or phone number, past ones included.
    """
    valid = [row for row in rows if not row.deleted]
    found = _resident(number, valid) or _expected(number, valid, notices)
    found = found or _non_resident(number, valid) or _corporation(number, valid)
    if found is None or not protected:
        return found
    return _withhold(found)


ADDRESS_KINDS = frozenset(
    {search_keys.Kind.ADDRESS, search_keys.Kind.LOT, search_keys.Kind.BUILDING, search_keys.Kind.PHONE}
)

WITHHELD_COLUMNS: dict[str, str | bool] = {
    **dict.fromkeys(("prefecture", "city", "lot", "building", "postal_code"), ""), "town": MASK, "protected": True,
}  # fmt: skip
"""What the columns of a protected person hold instead of where he lives."""


def _withhold(projection: Projection) -> Projection:
    columns = {**projection.columns, **WITHHELD_COLUMNS}
    keys = {place: pos for place, pos in projection.keys.items() if place[0] not in ADDRESS_KINDS}
    return replace(projection, columns=columns, keys=keys)


def _resident(number: str, rows: Sequence[Row]) -> Projection | None:
    history = sorted((_traced(row) for row in rows if row.data_set == "01b"), key=itemgetter(0))
    newest = [row for row in rows if row.data_set == "01a"]
    if not newest and not history:
        return None
    base = max(newest, key=_age) if len(newest) > 1 else newest[0] if newest else history[-1][2]
    values = base.values
    status = _STATUS.get(values.get("juminjotai", ""), Status.REMOVED)
    if base.gone and status is Status.RESIDENT:
        status = Status.REMOVED
    foreign = values.get("juminshubetsu") == "2"
    columns = _person_columns(number, values, Category.FOREIGN if foreign else Category.JAPANESE, status)
    household = values.get("setaibango", "")
    columns |= {
        "household_number": household,
        "group_key": group_key(number, household, "gone" if base.gone else values.get("juminjotai", "")),
        "group_position": _position(values),
        "nationality": _nationality(values) if foreign else "",
        "is_householder": _is_householder(values),
    }
    keys: Keys = {}
    _add_current(keys, values)
    search_keys.add_number(keys, number, household)
    search_keys.add_households(keys, {trace[_HOUSEHOLD] for _, trace, _ in history} - {household})
    known = {base.part(_TRACE)[_COMPARED]}
    for _, trace, row in reversed(history):
        if trace[_COMPARED] not in known:
            known.add(trace[_COMPARED])
            _add_past(keys, row.values, values)
    for prefix, origin in _OTHER_PLACES:
        _add_place(keys, values, prefix, origin)
    return _finish(columns, keys)


def _non_resident(number: str, rows: Sequence[Row]) -> Projection | None:
    base = max((row for row in rows if row.data_set == "16" and row.latest), key=_age, default=None)
    if base is None:
        return None
    values = base.values
    merged = values.get("nayosemotofuragu") == "1"
    status = Status.CLOSED if merged else Status.NON_RESIDENT
    columns = _person_columns(number, values, Category.NON_RESIDENT, status)
    if values.get("tagyomusanshofukafuragu") == "1":
        columns["reserved_for"] = values.get("gyomuid") or NOBODY
    if "jusho_kokugaijusho" in values and "jusho_choaza" not in values:
        columns["city"] = values.get("jusho_kokumeito", "")
        columns["town"] = values["jusho_kokugaijusho"]
    keys: Keys = {}
    search_keys.add_number(keys, number)
    if merged:  # it leads to the number it was merged into, and is found by nothing else
        return Projection(columns, search_keys.rank_of(Category.NON_RESIDENT, status), keys)
    _add_current(keys, values)
    for row in rows:
        if row.data_set == "16" and row.values.get("tagyomusanshofukafuragu") != "1":
            _add_past(keys, row.values, values)
    return _finish(columns, keys)


def _corporation(number: str, rows: Sequence[Row]) -> Projection | None:
    base = max((row for row in rows if row.data_set == "17" and row.latest), key=_age, default=None)
    if base is None:
        return None
    values = base.values
    closed = base.gone or values.get("hojinjotai") == "2" or "haishinengappi" in values
    status = Status.CLOSED if closed else Status.NON_RESIDENT
    columns = _person_columns(number, values, Category.CORPORATION, status)
    columns |= {"name": values.get("shogo", ""), "kana": values.get("shogo_furigana", ""), "sex": ""}
    keys: Keys = {}
    search_keys.add_corporation(keys, values.get("shogo", ""))
    search_keys.add_kana(keys, values.get("shogo_furigana", ""))
    _add_place(keys, values, "jusho")
    search_keys.add_phone(keys, values.get("denwabango", ""))
    search_keys.add_number(keys, number, values.get("hojinbango", ""))
    for row in rows:
        if row.data_set == "17":
            search_keys.add_corporation(keys, row.values.get("shogo", ""), Origin.PAST)
            search_keys.add_kana(keys, row.values.get("shogo_furigana", ""), Origin.PAST)
            _add_place(keys, row.values, "jusho", Origin.PAST)
    return _finish(columns, keys)


def _expected(number: str, rows: Sequence[Row], notices: Mapping[str, Row]) -> Projection | None:
    base = next((row for row in rows if row.data_set == EXPECTED_SET and not row.gone), None)
    if base is None:
        return None
    values = base.values
    receipt = values.get("uketsukebango", "")
    notice = notices.get(receipt)
    if notice is None or notice.gone or notice.deleted or notice.values.get("jotai") not in _OPEN_NOTICES:
        return None
    columns = _person_columns(number, values, Category.EXPECTED, Status.EXPECTED)
    columns |= _address(notice.values, "tenshutsumotojusho")
    head = values.get("zokugarahyoki") == "世帯主"
    columns |= {
        "group_key": f"r|{receipt}",
        "group_position": f"{0 if head else 1}{values.get('renban', '').zfill(4)}",
        "nationality": _nationality(values),
        "is_householder": head,
        "receipt_number": receipt,
    }
    keys: Keys = {}
    _add_names(keys, values)
    _add_place(keys, notice.values, "tenshutsumotojusho")
    search_keys.add_phone(keys, notice.values.get("todokedenindenwabango", ""))
    search_keys.add_number(keys, receipt)
    return _finish(columns, keys)


def _person_columns(
    number: str, values: Mapping[str, str], category: Category, status: Status
) -> dict[str, str | bool]:
    birth = _birth(values)
    return {
        "number": number,
        "category": category.value,
        "status": status.value,
        "name": written_name(values),
        "kana": values.get("shimei_furigana", ""),
        "alias": values.get("tsusho", ""),
        "former_surname": values.get("kyuji", ""),
        "latin_name": values.get("shimei_gaikokujinromaji", ""),
        "sex": values.get("seibetsu", ""),
        "birth": birth.iso,
        "birth_text": birth.text,
        "relationship": values.get("zokugarahyoki", ""),
        "household_number": "",
        "group_key": group_key(number, "", ""),
        "group_position": "",
        **_address(values, "jusho"),
        "protected": False,
        "nationality": "",
        "is_householder": False,
        "receipt_number": "",
        "reserved_for": "",
    }


def _address(values: Mapping[str, str], prefix: str) -> dict[str, str]:
    get = values.get
    return {
        "prefecture": get(f"{prefix}_todofuken", ""),
        "city": get(f"{prefix}_shikugunchosonmei", ""),
        "town": get(f"{prefix}_choaza", ""),
        "lot": get(f"{prefix}_banchigohyoki", ""),
        "building": get(f"{prefix}_katagaki", ""),
        "postal_code": get(f"{prefix}_yubinbango", ""),
    }


def _birth(values: Mapping[str, str]) -> PartialDate:
    text = "seinengappi"
    found = PartialDate.from_standard(
        values.get(text, ""), values.get(f"{text}_fushofuragu", ""), values.get(f"{text}_fushohyoki", "")
    )
    return found or _UNKNOWN_BIRTH


def _nationality(values: Mapping[str, str]) -> str:
    return values.get("kokusekimeito") or values.get("kokusekito_kokumeikodo", "")


def _is_householder(values: Mapping[str, str]) -> bool:
    return values.get("zokugarakodo1") == HOUSEHOLDER and "zokugarakodo2" not in values


def _position(values: Mapping[str, str]) -> str:
    """Householder, spouse, children with their families, parents, others; the older first."""
    codes = "".join(values.get(f"zokugarakodo{at}", "") for at in range(1, 5)) or "99"
    return f"{codes:0<8}{values.get('seinengappi', '').replace('-', '')}"[:20]


def _age(row: Row) -> tuple[int, int]:
    return _traced(row)[0]


def _traced(row: Row) -> tuple[tuple[int, int], tuple[str, ...], Row]:
    trace = row.part(_TRACE)
    return (row.history, int(trace[0] or 0)), trace, row


def _add_current(keys: Keys, values: Mapping[str, str]) -> None:
    _add_names(keys, values)
    _add_place(keys, values, "jusho")


def _add_names(keys: Keys, values: Mapping[str, str], origin: Origin = Origin.CURRENT) -> None:
    get = values.get
    for column in ("shimei", "shimei_gaikokujinkanji"):
        if name := get(column):
            search_keys.add_name(keys, name, origin)
    if reading := get("shimei_furigana"):
        search_keys.add_kana(keys, reading, origin)
    if latin := get("shimei_gaikokujinromaji") or get("shimei"):
        _add_latin(keys, latin, origin)
    _add_other_names(keys, values, origin)


def _add_other_names(keys: Keys, values: Mapping[str, str], origin: Origin) -> None:
    """Alias (通称) and former surname (旧氏), the latter with the given name as on the residence record."""
    get = values.get
    alias_origin, former_origin = origin or Origin.ALIAS, origin or Origin.FORMER_SURNAME
    if alias := get("tsusho"):
        search_keys.add_name(keys, alias, alias_origin)
        _add_latin(keys, alias, alias_origin)
    if reading := get("tsusho_furigana"):
        search_keys.add_kana(keys, reading, alias_origin)
    if surname := get("kyuji"):
        search_keys.add_name(keys, f"{surname} {get('na_nihonjin', '')}".strip(), former_origin)
    if reading := get("kyuji_furigana"):
        given = get("shimei_furigana", "").split()[1:]
        search_keys.add_kana(keys, " ".join((reading, *given)), former_origin)


def _add_latin(keys: Keys, name: str, origin: Origin) -> None:
    # Most names hold no Latin letter, and looking is cheaper than folding them.
    if _LATIN.search(name):
        search_keys.add_latin(keys, name, origin)


def _add_past(keys: Keys, values: Mapping[str, str], current: Mapping[str, str]) -> None:
    """What an older row adds; most rows of a history repeat the name."""
    if list(map(values.get, _NAME_COLUMNS)) != list(map(current.get, _NAME_COLUMNS)):
        _add_names(keys, values, Origin.PAST)
    if list(map(values.get, _PLACE_COLUMNS)) != list(map(current.get, _PLACE_COLUMNS)):
        _add_place(keys, values, "jusho", Origin.PAST)


def _add_place(keys: Keys, values: Mapping[str, str], prefix: str, origin: Origin = Origin.CURRENT) -> None:
    get = values.get
    local = get(f"{prefix}_choaza", "") + get(f"{prefix}_banchigohyoki", "")
    if not local:
        return
    own = get("shikuchosonkodo")
    if get(f"{prefix}_shikuchosonkodo", own) == own:
        search_keys.add_address(keys, local, get(f"{prefix}_katagaki", ""), origin)
    else:
        search_keys.add_address_elsewhere(keys, get(f"{prefix}_shikugunchosonmei", "") + local, origin)


def _finish(columns: dict[str, str | bool], keys: Keys) -> Projection:
    birth = str(columns["birth"])
    if birth != _UNKNOWN_BIRTH.iso:
        keys[(search_keys.Kind.BIRTH, birth)] = 0
    rank = search_keys.rank_of(str(columns["category"]), str(columns["status"]))
    return Projection(columns, rank, keys)
