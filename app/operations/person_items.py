"""Everything the register holds of an addressee, item by item, in the words and the order a clerk expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.data import register
from app.domain.dates import format_wareki
from app.domain.disclosure import MASK, Disclosure
from app.domain.person import Category, Person
from app.domain.residence import address_of, standard_date
from app.domain.written_names import PRIORITY_LABELS, former_name
from app.operations.layout_words import code_label

Values = Mapping[str, str]


@dataclass(frozen=True)
class Item:
    """One item: label, text, and how it is set ("name", "address", "num" or plain). Empty ones are not made."""

    label: str
    text: str
    look: str = ""

    @property
    def withheld(self) -> bool:
        """Whether the text was taken out of the row (支援措置)."""
        return self.text == MASK


def items_of(person: Person, disclosure: Disclosure) -> tuple[Item, ...]:
    """The items of a person from the row his state comes from; addresses of protected persons are withheld in it."""
    data_set = _SETS[person.category]
    rows = register.list_rows(person.number, [data_set], disclosure).get(data_set, [])
    values: Values = rows[0] if rows else {}
    found = _READERS[person.category](person, values)
    return tuple(item for item in found if item.text)


_SETS = {
    Category.JAPANESE: "01a", Category.FOREIGN: "01a", Category.NON_RESIDENT: "16", Category.CORPORATION: "17",
    Category.EXPECTED: "20b",
}  # fmt: skip


def _resident(person: Person, values: Values) -> list[Item]:
    return [
        *_names(values),
        Item("住民となった日", _day(values, "jumintonattanengappi")),
        Item("転入前の住所", address_of(values, "tennyumaejusho").text, "address"),
        Item("本籍", values.get("honseki", ""), "address"),
        Item("筆頭者", values.get("hittosha", ""), "name"),
        *(_foreign(values) if person.is_foreign else ()),
        Item("宛名番号", person.number, "num"),
        Item("世帯番号", person.household_number, "num"),
    ]


def _names(values: Values) -> list[Item]:
    """The names beside the one that is shown first: 旧氏 with its reading, the parts of a foreigner's, 通称."""
    priority = PRIORITY_LABELS.get(values.get("shimeiyusenkubun", ""), "")
    foreign = bool(values.get("shimei_gaikokujinromaji") or values.get("shimei_gaikokujinkanji"))
    alias, reading = values.get("tsusho", ""), values.get("tsusho_furigana", "")
    return [
        Item("旧氏", former_name(values), "name"),
        Item("氏名（ローマ字）", values.get("shimei_gaikokujinromaji", ""), "name"),
        Item("氏名（漢字）", values.get("shimei_gaikokujinkanji", ""), "name"),
        Item("通称", f"{alias}（{reading}）" if alias and reading else alias, "name"),
        Item("優先する氏名", priority if foreign else ""),
    ]


def _foreign(values: Values) -> list[Item]:
    """What the residence record of a foreign resident holds besides; the end of his stay in western years."""
    until = standard_date(values, "zairyukikan_manryonohi")
    return [
        Item("国籍・地域", values.get("kokusekimeito") or values.get("kokusekito_kokumeikodo", "")),
        Item("在留資格", _code(values, "zairyushikakutokodo")),
        Item("在留期間", _stay(values)),
        Item("在留期間の満了日", format_wareki(until.in_western_years()) if until else "", "num"),
        Item("第30条45規定区分", _code(values, "dai30jo45kiteikubun")),
        Item("外国人住民となった日", _day(values, "gaikokujinjumintonattanengappi")),
    ]


def _stay(values: Values) -> str:
    """The period of stay: 「1年3月」; the parts that are zero are left out."""
    parts = (("nen", "年"), ("tsuki", "月"), ("hi", "日"))
    texts = [(values.get(f"zairyukikan_{part}", "").lstrip("0"), unit) for part, unit in parts]
    return "".join(f"{number}{unit}" for number, unit in texts if number)


def _code(values: Values, column: str) -> str:
    code = values.get(column, "")
    return code_label("01a", column, code) if code else ""


def _day(values: Values, column: str) -> str:
    day = standard_date(values, column)
    return format_wareki(day) if day else ""


def _non_resident(person: Person, values: Values) -> list[Item]:
    return [
        *_names(values),
        Item("登録した業務", BUSINESSES.get(values.get("gyomuid", ""), values.get("gyomuid", ""))),
        Item("他業務からの参照", "不可" if values.get("tagyomusanshofukafuragu") == "1" else "可"),
        Item("名寄せ", "別の宛名番号に統合済み" if values.get("nayosemotofuragu") == "1" else ""),
        Item("宛名番号", person.number, "num"),
    ]


BUSINESSES = {
    "001": "住民基本台帳", "002": "印鑑登録", "003": "戸籍", "004": "戸籍の附票", "010": "個人住民税",
    "011": "法人住民税", "012": "固定資産税", "013": "軽自動車税", "014": "収納管理", "015": "滞納管理",
    "016": "地方税共通", "020": "児童扶養手当", "021": "生活保護", "022": "障害者福祉", "023": "介護保険",
    "024": "国民健康保険", "025": "後期高齢者医療", "026": "国民年金", "027": "児童手当", "028": "子ども・子育て支援",
}  # fmt: skip
"""Names of the businesses (業務ID) that register addressees of their own."""


def _corporation(person: Person, values: Values) -> list[Item]:
    state = values.get("hojinjotai", "")
    return [
        Item("法人番号", values.get("hojinbango", ""), "num"),
        Item("代表者", values.get("daihyoshamei", ""), "name"),
        Item("法人の状態", code_label("17", "hojinjotai", state) if state else ""),
        Item("設立年月日", _day(values, "setsuritsunengappi")),
        Item("廃止年月日", _day(values, "haishinengappi")),
        Item("電話番号", values.get("denwabango", ""), "num"),
        Item("宛名番号", person.number, "num"),
    ]


def _expected(person: Person, values: Values) -> list[Item]:
    return [
        *_names(values),
        Item("世帯主", values.get("setainushishimei", ""), "name"),
        Item("本籍", values.get("honseki", ""), "address"),
        Item("筆頭者", values.get("hittosha", ""), "name"),
        *(_foreign(values) if person.is_foreign else ()),
        Item("転出証明書情報の受付番号", person.receipt_number, "num"),
    ]


_READERS = {
    Category.JAPANESE: _resident, Category.FOREIGN: _resident, Category.NON_RESIDENT: _non_resident,
    Category.CORPORATION: _corporation, Category.EXPECTED: _expected,
}  # fmt: skip
