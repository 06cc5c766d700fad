"""The languages a resident may read the guide sheet in: their names, their letters, and how they write a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.domain.dates import format_wareki_day

JAPANESE = "ja"
PLAIN_JAPANESE = "ja-easy"


@dataclass(frozen=True)
class Language:
    """A language of the sheet. `name` is what its readers call it, `title` what staff call it, `font` its text style.

    `day` writes a day with its weekday; `joint` stands between the names of a list.
    """

    code: str
    name: str
    title: str
    font: str
    day: Callable[[date], str]
    joint: str = ", "


def _english(day: date) -> str:
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return f"{days[day.weekday()]}, {day.day} {months[day.month - 1]} {day.year}"


def _vietnamese(day: date) -> str:
    days = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
    return f"{days[day.weekday()]}, ngày {day.day:02}/{day.month:02}/{day.year}"


def _filipino(day: date) -> str:
    months = [
        "Enero",
        "Pebrero",
        "Marso",
        "Abril",
        "Mayo",
        "Hunyo",
        "Hulyo",
        "Agosto",
        "Setyembre",
        "Oktubre",
        "Nobyembre",
        "Disyembre",
    ]
    days = ["Lunes", "Martes", "Miyerkules", "Huwebes", "Biyernes", "Sabado", "Linggo"]
    return f"{months[day.month - 1]} {day.day}, {day.year} ({days[day.weekday()]})"


def _indonesian(day: date) -> str:
    months = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ]
    days = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
    return f"{days[day.weekday()]}, {day.day} {months[day.month - 1]} {day.year}"


def _nepali(day: date) -> str:
    months = [
        "जनवरी",
        "फेब्रुअरी",
        "मार्च",
        "अप्रिल",
        "मे",
        "जुन",
        "जुलाई",
        "अगस्ट",
        "सेप्टेम्बर",
        "अक्टोबर",
        "नोभेम्बर",
        "डिसेम्बर",
    ]
    days = ["सोमबार", "मङ्गलबार", "बुधबार", "बिहीबार", "शुक्रबार", "शनिबार", "आइतबार"]
    return f"{day.year} {months[day.month - 1]} {day.day} ({days[day.weekday()]})"


def _simplified(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（星期{'一二三四五六日'[day.weekday()]}）"


def _traditional(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（星期{'一二三四五六日'[day.weekday()]}）"


def _korean(day: date) -> str:
    return f"{day.year}년 {day.month}월 {day.day}일({'월화수목금토일'[day.weekday()]})"


def _plain(day: date) -> str:
    weekday = "月火水木金土日"[day.weekday()]
    return f"{day.year}年《ねん》{day.month}月《がつ》{day.day}日《にち》（{weekday}）"


LANGUAGES: tuple[Language, ...] = (
    Language(JAPANESE, "日本語", "日本語", "gothic", format_wareki_day, "、"),
    Language(PLAIN_JAPANESE, "やさしい日本語", "やさしい日本語", "gothic", _plain, "、"),
    Language("en", "English", "英語", "latin", _english),
    Language("zh-hans", "简体中文", "中国語（簡体字）", "zh-hans", _simplified, "、"),
    Language("zh-hant", "繁體中文", "中国語（繁体字）", "zh-hant", _traditional, "、"),
    Language("vi", "Tiếng Việt", "ベトナム語", "latin", _vietnamese),
    Language("fil", "Filipino", "フィリピノ語", "latin", _filipino),
    Language("id", "Bahasa Indonesia", "インドネシア語", "latin", _indonesian),
    Language("ne", "नेपाली", "ネパール語", "ne", _nepali),
    Language("ko", "한국어", "韓国・朝鮮語", "ko", _korean),
)
"""In the order in which a counter offers them."""

TRANSLATED: tuple[str, ...] = tuple(one.code for one in LANGUAGES if one.code != JAPANESE)
"""The languages translations are made into."""

_BY_CODE = {one.code: one for one in LANGUAGES}


def language(code: str) -> Language:
    """The language of a code; Japanese for one that is not known (any more)."""
    return _BY_CODE.get(code, _BY_CODE[JAPANESE])


def is_language(code: str) -> bool:
    """Whether a code is one of `LANGUAGES`."""
    return code in _BY_CODE


OF_NATIONALITY: dict[str, tuple[str, ...]] = {
    "CHN": ("zh-hans",), "TWN": ("zh-hant",), "HKG": ("zh-hant",), "MAC": ("zh-hant",), "SGP": ("en", "zh-hans"),
    "VNM": ("vi",), "PHL": ("fil", "en"), "IDN": ("id",), "MYS": ("id", "en"), "NPL": ("ne",), "KOR": ("ko",), "PRK": ("ko",),
    **dict.fromkeys(("USA", "GBR", "CAN", "AUS", "NZL", "IRL", "IND", "LKA", "BGD", "PAK", "NGA", "GHA", "KEN", "ZAF"), ("en",)),
}  # fmt: skip
"""Country code (ISO 3166-1 alpha-3) → languages worth asking about. Of others plain Japanese and English are proposed."""
ELSEWHERE = (PLAIN_JAPANESE, "en")
