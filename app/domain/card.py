"""What a card reader gives: which card, which fields, what can go wrong, and how a card compares with the register."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.addresses import address_key
from app.domain.card_picture import check_picture
from app.domain.dates import PartialDate
from app.domain.errors import Invalid
from app.domain.kana import kana_key
from app.domain.names import kanji_key

FIELDS = ("name", "kana", "birth", "sex", "address")
"""All that a reader is ever asked for: no number of the person or of the card, no face."""
FIELD_LABELS = {"name": "氏名", "kana": "カナ", "birth": "生年月日", "sex": "性別", "address": "住所"}
CARDS: dict[str, tuple[str, str]] = {
    "my_number_card": ("マイナンバーカード", "my_number_card"),
    "drivers_licence": ("運転免許証", "drivers_licence"),
    "residence_card": ("在留カード", "residence_card"),
    "special_permanent_resident_certificate": ("特別永住者証明書", "residence_card"),
}
"""Kind of card → what it is called and which identity document it is."""
STAGES = {
    "": "カードを読取装置に置いてください。",
    "card": "カードを読み取っています。動かさないでください。",
    "secret": "読取装置の画面で、暗証番号などを入力してもらってください。",
}
FAILURES: dict[str, tuple[str, str]] = {
    "wrong_pin": ("暗証番号が違います", "残りの回数を伝え、確かめてから読み取り直します。照合番号での読み取りと手入力もできます。"),
    "last_try": ("暗証番号の入力はあと1回です", "カードには何も送っていません。来庁者が望むときだけ続けます。照合番号や手入力もできます。"),
    "blocked": ("暗証番号がロックされています", "照合番号で読み取るか、手入力で進めます。ロックの解除は担当窓口をご案内ください。"),
    "wrong_number": ("カードの番号が合いません", "券面の番号を打ち直して、もう一度読み取ります。"),
    "card_removed": ("途中でカードが離れました", "カードを1枚だけ平らに置き、読み取りが終わるまで動かさずに、もう一度読み取ります。"),
    "no_card": ("カードが置かれませんでした", "カードを読取装置に置いて、もう一度読み取ります。"),
    "card_error": ("カードを読み取れませんでした", "置き直してもう一度読み取ります。続くときは手入力で進めます。"),
    "unsupported": ("読み取れない種類のカードです", "マイナンバーカード・運転免許証・在留カードを置くか、手入力で進めます。"),
    "bad_request": ("読取装置が指示を理解できませんでした", "手入力で進め、情報政策課へご連絡ください。"),
    "no_reader": ("読取装置が接続されていません", "USBケーブルを確かめて、もう一度読み取ります。直らないときは手入力で進めます。"),
    "busy": ("読取装置が使われています", "少し待って、もう一度読み取ります。"),
    "cancelled": ("読取装置の画面で、読み取りが取りやめられました", "もう一度読み取るか、手入力で進めます。"),
    "late": ("時間内に読み取れませんでした", "端末の読取プログラムが動いているかを確かめて読み取り直すか、手入力で進めます。"),
}  # fmt: skip
"""Outcome → what happened and what to do next."""
SCANNED = "scanned"
"""The outcome when a two-dimensional code was scanned instead of a card."""
LONGEST_CODE = 200
_LONGEST = {"name": 100, "kana": 100, "address": 200, "birth": 8, "sex": 1}


@dataclass(frozen=True)
class Reading:
    """What was read of a card, unchanged; ``review`` are the fields that a person has to look at (外字, 通称 …)."""

    card: str
    values: Mapping[str, str]
    review: tuple[str, ...] = ()
    name_picture: str = ""
    """A PNG as base64 where the card holds the name as a picture only; `app.domain.card_picture`."""

    @property
    def title(self) -> str:
        return CARDS[self.card][0]

    @property
    def document(self) -> str:
        """The identity document that the card is."""
        return CARDS[self.card][1]

    @property
    def birth(self) -> PartialDate | None:
        text = self.values.get("birth", "")
        return PartialDate.from_iso(text) if text else None

    def as_stored(self) -> dict[str, Any]:
        return {
            "card": self.card, "values": dict(self.values), "review": list(self.review), "name_picture": self.name_picture,
        }  # fmt: skip


def reading_of(stored: Mapping[str, Any]) -> Reading:
    """From `Reading.as_stored`."""
    return Reading(stored["card"], stored["values"], tuple(stored["review"]), stored.get("name_picture", ""))


def parse_reading(sent: Mapping[str, Any], asked: Collection[str]) -> Reading:
    """The answer of a reader. Raises Invalid for a card, a field or a value that was not asked for or cannot be."""
    card, values, review = sent.get("card"), sent.get("values"), sent.get("needs_review", [])
    if card not in CARDS or not isinstance(values, dict) or not isinstance(review, list):
        raise Invalid("bad_request")
    found = {}
    for name, value in values.items():
        if name not in asked or not isinstance(value, str) or len(value) > _LONGEST[name] or "\0" in value:
            raise Invalid("bad_request")
        if value.strip():
            found[name] = value
    _check_birth(found)
    if found.get("sex", "1") not in {"1", "2"}:
        del found["sex"]  # an empty field is filled by a person, a guess is not
    picture = check_picture(sent.get("name_picture")) if "name" in asked else ""
    return Reading(str(card), found, tuple(one for one in FIELDS if one in review), picture)


def parse_scanned(sent: Mapping[str, Any]) -> str:
    """The text of a scanned code: what a clerk could have typed into the search box. Raises Invalid."""
    text = sent.get("scanned")
    if not (
        isinstance(text, str) and 0 < len(text) <= LONGEST_CODE and text.isascii() and text.isprintable()
    ):
        raise Invalid("bad_request")
    return text


def _check_birth(found: dict[str, str]) -> None:
    birth = found.get("birth")
    if birth is None:
        return
    try:
        PartialDate.from_iso(birth)
    except ValueError:
        raise Invalid("bad_request") from None


@dataclass(frozen=True)
class Difference:
    """One field of the card beside the register's."""

    field: str
    label: str
    register: str
    card: str
    same: bool
    review: bool = False


def is_same(name: str, register: str, card: str, own_city: str = "") -> bool:
    """Whether both mean one thing: variants of a character, width, spaces and ways of writing a lot do not count."""
    if name == "address":
        return address_key(register, own_city=own_city) == address_key(card, own_city=own_city)
    if name == "kana":
        return kana_key(register) == kana_key(card)
    if name == "name":
        return kanji_key(register) == kanji_key(card)
    return register == card
