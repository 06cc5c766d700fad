"""The text of the search box before it is cut into words: one kind of dash, and together what spaces took apart."""

import re

from app.domain.characters import compose
from app.domain.names import spell_circled

PHONE_LABELS = "(?:携帯)?電話(?:番号)?|携帯(?:番号)?|TEL|☎"
"""What stands before a phone number; in a pattern without regard to case."""

NUMBER_LABELS = "宛名番号|世帯番号|法人番号"
"""What stands before a number of the register."""

ERA_NAMES = "明治|大正|昭和|平成|令和|[明大昭平令]"

_DASHES = re.compile("[‐‑‒–—―−〜~]|(?<=[0-9])ー(?=[0-9])")
_MONTH_DAY = "(0?[1-9]|1[0-2]) (0?[1-9]|[12][0-9]|3[01])(?= |$)"
_SHORT_YEAR = f"(?:(?:[MTSHR]|{ERA_NAMES})(?:[0-9]{{1,2}}|元)|(?:18|19|20)[0-9]{{2}}|[0-9]{{1,2}})"
_JOINED = (
    (re.compile("(?<=[0-9]) ?- ?(?=[0-9])"), "-"),
    (re.compile(rf"({PHONE_LABELS}|{NUMBER_LABELS})([:.]?) (?=[0-9+(])", re.IGNORECASE), r"\1\2"),
    (
        re.compile(
            "(?<=[治正和成]) (?=(?:[0-9]+|元)年)|(?<=[0-9元][年月]) (?=[0-9])|(?<=[目地番]) (?=[0-9]+(?:番|号))"
        ),
        "",
    ),
    (re.compile(r"^(\+81) (?=[0-9 -]+$)"), r"\1-"),
    (
        re.compile(rf"^((?:{PHONE_LABELS})?[:.]?0[0-9]{{1,4}}) ([0-9]{{1,4}}) ([0-9]{{4}})$", re.IGNORECASE),
        r"\1-\2-\3",
    ),
    # A phone with full stops; ten digits or eleven are no date.
    (
        re.compile(r"(?<![0-9.])(?=[0-9.]{12,13}(?: |$))(0[0-9]{1,4})\.([0-9]{1,4})\.([0-9]{4})(?= |$)"),
        r"\1-\2-\3",
    ),
    (re.compile(f"(?:(?<= )|^)({ERA_NAMES}) (?=[0-9]{{1,2}} {_MONTH_DAY})"), r"\1"),
    (re.compile(rf"(?:(?<= )|^)({_SHORT_YEAR}) {_MONTH_DAY}", re.IGNORECASE), r"\1.\2.\3"),
    # The room stands on its own, whatever building or lot it was typed behind.
    (re.compile("(?<=[^ 0-9-])-?(?=[0-9]{1,5}号室)|(?<=[0-9])-(?=[0-9]{1,5}号室)"), " "),
)
_BEHIND_A_NAME = re.compile(
    "(?<=[々〆ぁ-ヿ一-鿿㐀-䶿\U00020000-\U0003ffff])"
    "(?="
    f"(?:[MTSHR](?:[0-9]{{1,2}}|元)(?:[年./-][0-9年月日./-]*)?|(?:{ERA_NAMES})(?:[0-9]{{1,2}}|元)[年./][0-9年月日./]*"
    "|(?<![治正和成明大昭平令暦])(?:[0-9]{4}|[0-9]{1,2})年[0-9月日]*)(?:生|生まれ)?(?: |$))",
    re.IGNORECASE,
)


def plain_query(text: str) -> str:
    """Compatibility form with one kind of dash between digits, single spaces, dates and phones without inner ones."""
    plain = " ".join(_DASHES.sub("-", compose(spell_circled(text))).split())
    for pattern, replacement in _JOINED:
        plain = pattern.sub(replacement, plain)
    return plain


def births_apart(plain: str) -> str:
    """The plain text with a space before each year or date that stands directly behind a name: 大輔S51 → 大輔 S51."""
    return _BEHIND_A_NAME.sub(" ", plain)
