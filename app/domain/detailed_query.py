"""The detailed search (詳細検索): one field for each kind of criterion, as conditions that must all hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.addresses import address_key, phone_key, split_address
from app.domain.characters import fold_text
from app.domain.dates import DateProblem, PartialDate, format_wareki, parse_date
from app.domain.kana import is_kana, kana_keys
from app.domain.names import corporation_key, kanji_key, latin_words, split_corporation
from app.domain.numbers import check_digit, number_key
from app.domain.search import ANY_ORIGIN, By, Condition, Match, Origin, Query, Reading

TEXTS = (
    "name", "kana", "birth_from", "birth_to", "former_surname", "alias", "latin", "corporation", "address", "building",
    "phone", "number",
)  # fmt: skip
"""The fields that are typed."""

LABELS = {
    "name": "氏名", "kana": "カナ", "birth_from": "生年月日", "birth_to": "生年月日", "sex": "性別", "former_surname": "旧氏",
    "alias": "通称", "latin": "アルファベット", "corporation": "法人名", "address": "町字・地番", "building": "方書",
    "phone": "電話番号", "number": "番号",
}  # fmt: skip
_OF_PERSONS = ("name", "latin", "former_surname", "alias", "birth_from", "birth_to", "sex")
_EARLIEST = "00010000"
_MOST_CHARACTERS = 100


@dataclass(frozen=True)
class DetailedQuery:
    """The query, or what is wrong with it: Japanese messages by field."""

    query: Query
    errors: dict[str, str] = field(default_factory=dict)


def parse_details(typed: Mapping[str, str], *, today: date, own_city: str = "") -> DetailedQuery:
    """The query of a filled form.

    Takes the `TEXTS`, "kana_match" (prefix, otherwise inside), "sex" (1, 2 or empty), "former" (1: those who moved out or
    died as well) and "past" (1: earlier addresses as well). Criteria that nobody can meet together are named.
    """
    values = {name: typed.get(name, "").strip() for name in TEXTS}
    sex = typed.get("sex", "") if typed.get("sex") in ("1", "2") else ""
    errors = {
        name: f"{LABELS[name]}は{_MOST_CHARACTERS}文字までで入れてください。"
        for name, text in values.items()
        if len(text) > _MOST_CHARACTERS
    }
    errors = errors or _contradictions(values, sex)
    conditions: list[Condition] = []
    for name, read in _READERS.items():
        if values[name] and not errors:
            found = list(read(values[name], typed, own_city))
            if not found:
                errors[name] = (
                    f"「{values[name]}」は{LABELS[name]}として読めません。{_EXAMPLES.get(name, '')}"
                )
            conditions += found
    if not errors:
        conditions += _births(values, today, errors)
    if not conditions and not errors:
        errors["name"] = (
            "性別だけでは探せません。ほかの条件も入れてください。"
            if sex
            else "条件を1つ以上入れてください。例: カナ、生年月日"
        )
    text = "、".join(f"{LABELS[name]}={value}" for name, value in values.items() if value)
    if errors:
        return DetailedQuery(Query(text), errors)
    return DetailedQuery(Query(text, tuple(conditions), sex=sex, former=typed.get("former") == "1"))


def _contradictions(values: Mapping[str, str], sex: str) -> dict[str, str]:
    given = [name for name in _OF_PERSONS if (sex if name == "sex" else values[name])]
    if values["corporation"] and given:
        words = "・".join(dict.fromkeys(LABELS[name] for name in given))
        return {
            "corporation": f"法人名と{words}の両方に合う方はいません。法人を探すときは{words}を空にしてください。"
        }
    if values["former_surname"] and values["alias"]:
        return {
            "alias": "旧氏は日本人、通称は外国人の記載事項です。両方に合う方はいません。どちらかを空にしてください。"
        }
    return {}


def _births(values: Mapping[str, str], today: date, errors: dict[str, str]) -> list[Condition]:
    """The closed range of birth dates; either end may be open, and may be a year or a month."""
    ends: dict[str, tuple[str, str]] = {}
    for name in ("birth_from", "birth_to"):
        if values[name]:
            try:
                found = parse_date(values[name], today=today, field="any")
            except DateProblem as caught:
                errors[name] = caught.message
                continue
            span = found.range if isinstance(found, PartialDate) else found
            ends[name] = span.first, span.last
    if errors or not ends:
        return []
    first = ends["birth_from"][0] if "birth_from" in ends else _EARLIEST
    # The first field alone means the day, month or year that it names.
    last = ends["birth_to" if "birth_to" in ends else "birth_from"][1]
    if first > last:
        early, late = (format_wareki(PartialDate.from_iso(iso)) for iso in (last, first))
        errors["birth_to"] = (
            f"生年月日の範囲が逆です。「から」は{late}、「まで」は{early}と読みました。「から」に早い日を入れてください。"
        )
        return []
    typed = " ".join(values[name] for name in ("birth_from", "birth_to") if values[name])
    return [Condition(typed, (Reading(By.BIRTH, first, last=last),))]


def _is_reading(text: str) -> bool:
    return bool(kana_keys(text)) and all(is_kana(char) or not fold_text(char) for char in text)


def _readings(text: str, match: Match, origins: frozenset[Origin]) -> tuple[Reading, ...]:
    return tuple(Reading(By.KANA, key, match, origins=origins) for key in sorted(kana_keys(text), key=len))


def _written(text: str, origins: frozenset[Origin]) -> tuple[Reading, ...]:
    """A name in characters; one of a single character is the whole of a name or of one of its parts."""
    key = kanji_key(text)
    match = Match.EXACT if len(key) == 1 else Match.INSIDE
    return (Reading(By.KANJI, key, match, origins=origins),) if key else ()


def _name(text: str, _typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
    readings = _written(text, ANY_ORIGIN)
    if readings:
        yield Condition(text, readings)


def _kana(text: str, typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
    match = Match.PREFIX if typed.get("kana_match") == "prefix" else Match.INSIDE
    readings = _readings(text, match, ANY_ORIGIN)
    if readings and _is_reading(text):
        yield Condition(text, readings)


def _of(origin: Origin) -> Callable[[str, Mapping[str, str], str], Iterator[Condition]]:
    """A reader of one kind of name: as it is now, or as it once was."""
    origins = frozenset({origin, Origin.PAST})

    def read(text: str, _typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
        readings = _written(text, origins)
        if _is_reading(text):
            readings = (*_readings(text, Match.INSIDE, origins), *readings)
        elif latin := "".join(latin_words(text)):
            readings = (Reading(By.LATIN, latin, Match.PREFIX, origins=origins), *readings)
        if readings:
            yield Condition(text, readings)

    return read


def _latin(text: str, _typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
    for word in latin_words(text):
        yield Condition(word, (Reading(By.LATIN, word, Match.PREFIX),))


def _corporation(text: str, _typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
    core, form = split_corporation(text)
    key = corporation_key(text)
    if not key or (form and kanji_key(core) == kanji_key(text)):
        return
    read: Iterable[str] = sorted(kana_keys(core), key=len) if _is_reading(core) else ()
    kana = (Reading(By.CORPORATION_KANA, one, Match.INSIDE) for one in read)
    yield Condition(text, (Reading(By.CORPORATION, key, Match.INSIDE), *kana))


def _address(text: str, typed: Mapping[str, str], city: str) -> Iterator[Condition]:
    origins = ANY_ORIGIN if typed.get("past") == "1" else frozenset({Origin.CURRENT})
    parts = split_address(text, own_city=city)
    if not parts.key:
        return
    by = By.ADDRESS if parts.town else By.LOT
    key = parts.place_key if parts.building else parts.key
    yield Condition(text, (Reading(by, key, Match.PREFIX, origins=origins),))
    if parts.building:
        building = Reading(By.BUILDING, kanji_key(parts.building), Match.PREFIX, origins=origins)
        yield Condition(
            parts.building, (building, Reading(by, address_key(text, own_city=city), Match.PREFIX))
        )


def _building(text: str, typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
    origins = ANY_ORIGIN if typed.get("past") == "1" else frozenset({Origin.CURRENT})
    if key := kanji_key(text):
        yield Condition(text, (Reading(By.BUILDING, key, Match.PREFIX, origins=origins),))


def _phone(text: str, _typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
    key = phone_key(text)
    if len(key) >= 4:
        yield Condition(text, (Reading(By.PHONE, key, Match.PREFIX),))


def _number(text: str, _typed: Mapping[str, str], _city: str) -> Iterator[Condition]:
    key = number_key(text)
    is_individual = len(key) == 12 and key.isdecimal() and check_digit(key[:-1]) == key[-1]
    if key and not is_individual:
        yield Condition(text, (Reading(By.NUMBER, key),))


_READERS: dict[str, Callable[[str, Mapping[str, str], str], Iterator[Condition]]] = {
    "name": _name, "kana": _kana, "former_surname": _of(Origin.FORMER_SURNAME), "alias": _of(Origin.ALIAS), "latin": _latin,
    "corporation": _corporation, "address": _address, "building": _building, "phone": _phone, "number": _number,
}  # fmt: skip
_EXAMPLES = {
    "kana": "例: タカハシ タロウ",
    "latin": "例: NGUYEN VAN AN",
    "corporation": "会社や法人の名前も入れてください。",
    "phone": "下4桁から入れられます。例: 090-1234-5678、5678",
    "number": "宛名番号か世帯番号を入れてください。個人番号では探せません。",
    "address": "例: 中央1-2-3、岱明町浜田163番地2",
}
