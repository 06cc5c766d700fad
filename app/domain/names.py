"""Name keys: the forms under which names of persons and corporations are stored in the search index and looked up.

One code path makes them for stored values and for typed text. Characters of the city's own (外字, private use) are
their own root; a city's table of them (data set 15a) is applied by the caller, `text.translate(table)`, on both sides.
"""

import re

from app.domain.characters import RULES_VERSION, compose, fold, fold_text
from app.domain.kana import kana_key, kana_keys

__all__ = [
    "RULES_VERSION",
    "corporation_key",
    "fold",
    "kana_key",
    "kana_keys",
    "kanji_key",
    "latin_keys",
    "latin_words",
    "name_parts",
    "spell_circled",
    "split_corporation",
    "suffixes",
]

_WORD_BREAKS = re.compile(r"[\s,，.．・･/‐‑‒–—―−－-]+")
_MOST_WORDS = 12

# Legal form, its abbreviations in brackets, its other spellings.
_FORMS: tuple[tuple[str, str, str], ...] = (
    ("株式会社", "株|カ|カブ", "カブシキ[ガカ]イシ[ャヤ]"),
    ("有限会社", "有|ユ", "特例有限会社|[ユ]ウゲン[ガカ]イシ[ャヤ]"),
    ("合同会社", "同|合|ド", "ゴウドウ[ガカ]イシ[ャヤ]"),
    ("合資会社", "資|シ", "ゴウシ[ガカ]イシ[ャヤ]"),
    ("合名会社", "名|メ", "ゴウメイ[ガカ]イシ[ャヤ]"),
    ("相互会社", "相|ソ", "ソウゴ[ガカ]イシ[ャヤ]"),
    (
        "特定非営利活動法人",
        "特非|非営利|NPO|トクヒ",
        r"(?i:NPO法人|^NPO(?![A-Z0-9]))|トクテイヒエイリカツドウホウジン",
    ),
    ("社会医療法人", "", ""),
    ("医療法人社団", "医社", r"(?:医療法人|\(?医\)) ?(?:社団|\(社団?\))|イリ[ョヨ]ウホウジンシ[ャヤ]ダン"),
    ("医療法人財団", "医財", r"(?:医療法人|\(?医\)) ?(?:財団|\(財団?\))|イリ[ョヨ]ウホウジンザイダン"),
    ("医療法人", "医|イ", "イリ[ョヨ]ウホウジン"),
    ("社会福祉法人", "福|社福|フク", "シ[ャヤ]カイフクシホウジン"),
    ("学校法人", "学|ガク", "ガ[ッツ]コウホウジン"),
    ("宗教法人", "宗|シユウ|シュウ", "シ[ュユ]ウキ[ョヨ]ウホウジン"),
    ("公益社団法人", "公社|コウシ[ヤャ]", "コウエキシ[ャヤ]ダンホウジン"),
    ("公益財団法人", "公財|コウザイ", "コウエキザイダンホウジン"),
    ("一般社団法人", "一社|イ[ツッ]シ[ヤャ]", "イ[ッツ]パンシ[ャヤ]ダンホウジン"),
    ("一般財団法人", "一財|イ[ツッ]ザイ", "イ[ッツ]パンザイダンホウジン"),
    ("社団法人", "社|シ[ヤャ]", "シ[ャヤ]ダンホウジン"),
    ("財団法人", "財|ザイ", "ザイダンホウジン"),
    ("農事組合法人", "農", "ノウジクミアイホウジン"),
    ("地方独立行政法人", "地独", ""),
    ("独立行政法人", "独", ""),
    ("国立大学法人", "大", ""),
    ("弁護士法人", "弁", ""),
    ("税理士法人", "税", ""),
    ("司法書士法人", "司", ""),
    ("行政書士法人", "行", ""),
    ("社会保険労務士法人", "労|社労", ""),
    ("土地家屋調査士法人", "", ""),
    ("特許業務法人", "", ""),
    ("監査法人", "監", ""),
    ("更生保護法人", "更", ""),
    ("職業訓練法人", "職", ""),
    ("管理組合法人", "", ""),
)
_LATIN_FORMS = r"(?i:\b(?:co\.?,? ?ltd|k\.k|inc|corp|corporation|llc|ltd)\b\.?)"
_CIRCLED = str.maketrans(
    {chr(0x3291 + at): f"({char})" for at, char in enumerate("株有社名特財祝労")}
    | dict(zip("㊩㊪㊫㊬㊮", ("(医)", "(宗)", "(学)", "(監)", "(資)"), strict=True))
)


_OLD_LETTERS = {
    "会": "[会會]",
    "医": "[医醫]",
    "学": "[学學]",
    "団": "[団團]",
    "国": "[国國]",
    "独": "[独獨]",
}
"""Letters of the forms that older names write in their old shape (株式會社): forms are found before variants are folded."""


def _form_pattern() -> re.Pattern[str]:
    groups = []
    for at, (form, short, spellings) in sorted(enumerate(_FORMS), key=lambda row: -len(row[1][0])):
        old = "".join(_OLD_LETTERS.get(char, char) for char in form)
        shapes = "|".join(part for part in (old, spellings) if part)
        if short:
            # A bracket may be left open at either end of a name, as in bank transfers (カ）カクウ).
            shapes += rf"|\((?:{short})\)|^(?:{short})\)|\((?:{short})$"
        groups.append(f"(?P<f{at}>{shapes})")
    return re.compile("|".join(groups) + f"|{_LATIN_FORMS}")


_FORM = _form_pattern()


def kanji_key(text: str) -> str:
    """The key of a name in characters: variants folded, kana as katakana, spaces and punctuation dropped.

    高橋　太郎 and 髙橋太郎 have one key. Empty when nothing of the text counts.
    """
    return fold_text(text)


def latin_words(text: str) -> tuple[str, ...]:
    """The words of a Latin name in their order, lower case, marks removed; words without a letter are left out."""
    words = (fold_text(word) for word in _WORD_BREAKS.split(compose(text)))
    return tuple(word for word in words if any("a" <= char <= "z" for char in word))[:_MOST_WORDS]


def latin_keys(text: str) -> frozenset[str]:
    """One key for each word of a Latin name that may be typed first: the words from there on, then those before it.

    NGUYỄN VĂN AN is found by nguyen, van, an, vanan and annguyen.
    """
    words = latin_words(text)
    return frozenset("".join(words[at:] + words[:at]) for at in range(len(words)))


def spell_circled(text: str) -> str:
    """The circled abbreviations of legal forms in brackets (㊑ → (株)); compatibility form would leave a bare letter."""
    return text.translate(_CIRCLED)


def split_corporation(text: str) -> tuple[str, str]:
    """(name without its legal form, legal form) of a corporation (法人); the form is empty when there is none.

    Takes the forms of names, of readings and of bank transfers: 株式会社, (株), ㈱, カ）, Co., Ltd. A name that is nothing
    but a form stays whole.
    """
    plain = compose(spell_circled(text)).strip()
    found = _FORM.search(plain)
    if found is None:
        return plain, ""
    form = next((_FORMS[int(name[1:])][0] for name, shape in found.groupdict().items() if shape), found[0])
    core = _FORM.sub(" ", plain).strip(" ,.・")
    return (core, form) if fold_text(core) else (plain, form)


def corporation_key(text: str) -> str:
    """The key of a corporation's name without its legal form: ㈱架空商事, 架空商事株式会社 and 架空商事 have one."""
    return fold_text(split_corporation(text)[0])


def name_parts(name: str) -> tuple[str, ...]:
    """The parts of a stored name (氏, 名): the register divides them by one full-width space."""
    return tuple(name.split())


def suffixes(key: str, parts: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What the index holds of a key so that a prefix scan finds any position: the key and its ends of two or more.

    `parts` are the keys of the name's parts. A part of one character is held too (武, 桜, 林), and the given name, whose
    reading can differ from the end of the whole (オオノ　ウタ is オオノオタ). Without repetition, the whole key first.
    """
    if not key:
        return ()
    held = [key, *(key[at:] for at in range(1, len(key) - 1))]
    held += [part for at, part in enumerate(parts) if len(part) == 1 or (part and at == len(parts) - 1)]
    return tuple(dict.fromkeys(held))
