"""Quick entry (はやうち入力) of certificates: 「j2 i1」, 「j2h」, 「住2 印1」 become request lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from app.domain.certificate_content import ItemType
from app.domain.content import Certificate, CertificateItem, ContentPack
from app.domain.validity import valid_rows

_TOKEN_LIMIT = 40
_SEPARATORS = re.compile(r"[\s、,，・/+＋]+")
_TOKEN = re.compile(r"(?P<code>[^\d]+?)(?P<copies>\d+)(?P<options>[a-z]*)")
_DIGITS_AND_LETTERS = re.compile(r"(?<=\d)(?=[^\da-z])")


@dataclass(frozen=True)
class QuickLine:
    """A certificate, its number of copies and the codes of its contents (記載事項), one of each exclusive group included."""

    certificate: str
    copies: int
    options: tuple[str, ...]


@dataclass(frozen=True)
class QuickProblem:
    """A part of quick entry that cannot be used: what was read, and what is wrong and to do."""

    read: str
    message: str


def parse_quick_entry(pack: ContentPack, text: str, on: date) -> tuple[list[QuickLine], list[QuickProblem]]:
    """The lines of a quick entry and every part that cannot be read; a line stands only where its part is sound.

    A part is a letter or a Japanese short word, the number of copies (1 when left out) and letters of contents, in any
    width and case. The same kind with the same contents twice is added up.
    """
    codes = _codes(valid_rows(pack.certificates, on))
    lines: dict[tuple[str, tuple[str, ...]], int] = {}
    problems: list[QuickProblem] = []
    parts = [part for part in _SEPARATORS.split(fold(text)) if part]
    pieces = [piece for part in parts[:_TOKEN_LIMIT] for piece in _DIGITS_AND_LETTERS.split(part)]
    for part in pieces:
        read = _read(part, pack, codes)
        if isinstance(read, QuickProblem):
            problems.append(read)
            continue
        key = (read.certificate, read.options)
        lines[key] = lines.get(key, 0) + read.copies
    if len(parts) > _TOKEN_LIMIT:
        problems.append(
            QuickProblem(
                parts[_TOKEN_LIMIT], f"一度に入力できるのは{_TOKEN_LIMIT}件までです。分けて入力してください。"
            )
        )
    made = [QuickLine(kind, copies, options) for (kind, options), copies in lines.items()]
    return made, problems + _too_many(pack, made)


FAVOURITES = "certificate_favourites"
"""The setting of the city with the requests that come most, as quick entries with 「;」 between them."""
MOST_FAVOURITES = 9


@dataclass(frozen=True)
class Favourite:
    """A request that comes often: what is typed for it, and what it is in words."""

    typed: str
    title: str


def favourites(pack: ContentPack, on: date) -> tuple[Favourite, ...]:
    """The requests that the city has chosen as usual ones; one with a certificate that is not valid on the day is left out."""
    found = []
    for typed in favourites_of(pack):
        lines, problems = parse_quick_entry(pack, typed, on)
        if lines and not problems:
            found.append(Favourite(typed, "＋".join(_in_words(pack, line) for line in lines)))
    return tuple(found)


def favourites_of(pack: ContentPack) -> list[str]:
    """The quick entries of the setting as they are written."""
    value = next((one.value for one in pack.settings if one.code == FAVOURITES), "")
    return [text.strip() for text in str(value).replace("；", ";").split(";") if text.strip()]


def _in_words(pack: ContentPack, line: QuickLine) -> str:
    """住民票の写し（本籍）2通: the certificate, what is chosen beside the usual contents, and the copies."""
    chosen = [
        one.label for one in ticks(pack, line.certificate) if one.code in line.options and not one.default
    ]
    also = f"（{'・'.join(chosen)}）" if chosen else ""
    return f"{pack.certificate_by_code[line.certificate].title}{also}{line.copies}通"


def ticks(pack: ContentPack, certificate: str) -> tuple[CertificateItem, ...]:
    """The contents (記載事項) of a certificate that are ticked, in the order of the table."""
    return tuple(one for one in pack.items_of(certificate) if one.type is ItemType.TICK)


def contents(pack: ContentPack, certificate: str, chosen: Iterable[str]) -> tuple[str, ...]:
    """The codes of a certificate's contents in catalogue order: those chosen, and the default of each group left open.

    Of one exclusive group the last one chosen counts. Raises `ValueError` for a code the certificate does not have.
    """
    by_code = {one.code: one for one in ticks(pack, certificate)}
    groups: dict[str, str] = {}
    single: set[str] = set()
    for code in chosen:
        if code not in by_code:
            raise ValueError(f"{certificate} has no contents {code!r}")
        group = by_code[code].group
        if group:
            groups[group] = code
        else:
            single.add(code)
    for one in by_code.values():
        if one.default and one.group:
            groups.setdefault(one.group, one.code)
    kept = single | set(groups.values())
    return tuple(code for code in by_code if code in kept)


def fold(word: str) -> str:
    """A word of quick entry as it is compared: width and case make no difference."""
    return unicodedata.normalize("NFKC", word).lower()


def words_of(certificate: Certificate) -> tuple[str, ...]:
    """Every word a certificate can be called by in quick entry, folded."""
    named = (certificate.quick, certificate.title, *certificate.aliases)
    return tuple(dict.fromkeys(fold(word) for word in named if word))


def _codes(certificates: Iterable[Certificate]) -> dict[str, Certificate]:
    found: dict[str, Certificate] = {}
    for certificate in certificates:
        for word in words_of(certificate):
            found.setdefault(word, certificate)
    return found


def _read(part: str, pack: ContentPack, codes: Mapping[str, Certificate]) -> QuickLine | QuickProblem:
    match = _TOKEN.fullmatch(part)
    if match:
        code, copies, letters = match["code"], int(match["copies"][:6]), match["options"]
    elif any(character.isdecimal() for character in part):
        return QuickProblem(
            part,
            f"「{part}」は読めません。記号・通数・記載事項の順に書き、証明書ごとに空白で区切ってください（例: j2h i1）。",
        )
    else:
        code, copies, letters = _without_copies(part, pack, codes)
    certificate = codes.get(code)
    if certificate is None:
        near = "、".join(f"{one.quick}={one.title}" for one in _near(code, codes))
        return QuickProblem(part, f"「{part}」の「{code}」は証明書の記号にありません。もしかして: {near}")
    if copies < 1:
        return QuickProblem(part, f"「{part}」の通数が0です。1以上の通数を付けてください。")
    chosen = []
    for letter in letters:
        option = _option(pack, certificate, letter)
        if option is None:
            return QuickProblem(part, _unknown_letter(part, letter, pack, certificate))
        chosen.append(option.code)
    return QuickLine(certificate.code, copies, contents(pack, certificate.code, chosen))


_SUGGESTED = 4


def _near(code: str, codes: Mapping[str, Certificate]) -> list[Certificate]:
    """What may have been meant: words that share most with it, then the commonest kinds."""
    alike = [one for word, one in codes.items() if code in word or (len(word) > 1 and word in code)]
    alike += [codes[word] for word in get_close_matches(code, codes, _SUGGESTED, 0.5)]
    commonest = sorted(codes.values(), key=lambda one: one.order)
    return [one for one in dict.fromkeys([*alike, *commonest]) if one.quick][:_SUGGESTED]


def _without_copies(part: str, pack: ContentPack, codes: Mapping[str, Certificate]) -> tuple[str, int, str]:
    """A part without a number: a whole word, or the longest code before letters of its contents."""
    if part in codes or not re.fullmatch(r"[a-z]+", part):
        return part, 1, ""
    known = [part[:length] for length in range(len(part) - 1, 0, -1) if part[:length] in codes]
    sound = (
        code for code in known if all(_option(pack, codes[code], letter) for letter in part[len(code) :])
    )
    code = next(sound, known[-1] if known else part)
    return code, 1, part[len(code) :]


def _option(pack: ContentPack, certificate: Certificate, letter: str) -> CertificateItem | None:
    return next((one for one in ticks(pack, certificate.code) if one.quick == letter), None)


def _unknown_letter(part: str, letter: str, pack: ContentPack, certificate: Certificate) -> str:
    known = "、".join(f"{one.quick}={one.label}" for one in ticks(pack, certificate.code) if one.quick)
    usable = f"使える文字: {known}" if known else "この証明書に記載事項の文字はありません。"
    return f"「{part}」の「{letter}」は「{certificate.title}」の記載事項にありません。{usable}"


def _too_many(pack: ContentPack, lines: Iterable[QuickLine]) -> list[QuickProblem]:
    found = []
    for line in lines:
        certificate = pack.certificate_by_code[line.certificate]
        if line.copies > certificate.max_copies:
            message = f"「{certificate.title}」が{line.copies}通です。{certificate.max_copies}通までにしてください。"
            found.append(QuickProblem(f"{certificate.quick}{line.copies}", message))
    return found
