"""A line of a certificate request: what is asked about it, how entries are read, what is missing, what it counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.case import CertificateLine
from app.domain.certificate_content import ItemType
from app.domain.content import Certificate, ContentPack, FeeMeasure
from app.domain.dates import DateProblem, PartialDate, format_wareki, parse_date
from app.domain.fees import FISCAL_YEARS, FeeProblem, RequestLine, find_fee
from app.domain.quick_entry import ticks

LONGEST_ENTRY = 100
MEASURE = "measure."
"""Begins the name of an entry that a fee asked for; items are entered under their code."""
_TAX_YEAR_MONTH = 6


class EntryProblem(ValueError):
    """An entry that cannot be used; `message` says what was read, what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class AskedEntry:
    """A value that is asked for on a line: an item of the certificate, or a measure its fee needs."""

    name: str
    label: str
    type: ItemType
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    hint: str = ""
    most: int = 9999


def fiscal_years(certificate: Certificate, day: date) -> tuple[int, ...]:
    """The fiscal years (年度) that can be asked for, newest first; a new year's assessment is certified from June."""
    newest = day.year if day.month >= _TAX_YEAR_MONTH else day.year - 1
    return tuple(newest - back for back in range(certificate.fiscal_years))


def entries_asked(
    pack: ContentPack, certificate: Certificate, options: Sequence[str], on: date, channel: str
) -> tuple[AskedEntry, ...]:
    """What has to be entered on a line with these contents: its own items, then what only its fee needs to know."""
    items = [
        one
        for one in pack.items_of(certificate.code)
        if one.type is not ItemType.TICK and (not one.shown_with or one.shown_with in options)
    ]
    own = tuple(
        AskedEntry(one.code, one.label, one.type, one.required, one.choices, one.unit, one.hint)
        for one in items
    )
    return own + tuple(
        AskedEntry(MEASURE + one.code, one.ask, ItemType.NUMBER, unit=one.unit, hint=one.hint, most=one.most)
        for one in _measures_asked(pack, certificate, options, on, channel)
    )


def _measures_asked(
    pack: ContentPack, certificate: Certificate, options: Sequence[str], on: date, channel: str
) -> list[FeeMeasure]:
    """The measures the fee depends on that the line does not tell by itself."""
    try:
        needed = find_fee(pack, certificate, on, options, channel).measures
    except FeeProblem:
        return []
    told = {one.measure for one in pack.items_of(certificate.code) if one.measure}
    told |= {FISCAL_YEARS} if certificate.fiscal_years else set()
    known = pack.fee_measure_by_code
    return [known[code] for code in needed if code in known and code not in told and known[code].ask]


def read_entry(asked: AskedEntry, typed: str, today: date) -> str:
    """What is kept of a typed entry: a number in plain digits, a date in standard form, a text as it is; "" when empty.

    Raises `EntryProblem`.
    """
    text = typed.strip()
    if not text:
        return ""
    match asked.type:
        case ItemType.NUMBER:
            digits = unicodedata.normalize("NFKC", text)
            if not digits.isdecimal() or len(digits) > 5 or not 1 <= int(digits) <= asked.most:
                raise EntryProblem(
                    f"「{text[:20]}」は{asked.label}として使えません。1から{asked.most:,}までの数字で入力してください。"
                )
            return str(int(digits))
        case ItemType.DATE:
            try:
                return parse_date(text[:LONGEST_ENTRY], today=today).iso
            except DateProblem as problem:
                raise EntryProblem(problem.message) from problem
        case ItemType.CHOICE if text not in asked.choices:
            raise EntryProblem(f"「{text[:20]}」は{asked.label}の一覧にありません。選び直してください。")
    if len(text) > LONGEST_ENTRY:
        raise EntryProblem(
            f"{asked.label}は{LONGEST_ENTRY}文字以内で入力してください（入力: {len(text)}文字）。"
        )
    return text


def shown_entry(asked: AskedEntry, kept: str) -> str:
    """A kept entry as it is shown and printed: dates by era."""
    if asked.type is ItemType.DATE and kept:
        return format_wareki(PartialDate.from_iso(kept))
    return kept


def missing_entries(
    pack: ContentPack, certificate: Certificate, line: CertificateLine, on: date, channel: str
) -> Iterator[tuple[str, str]]:
    """What keeps a line from being issued: (the entry's name, or `options`/`years`, what to do)."""
    needed = [one for one in ticks(pack, certificate.code) if one.required]
    if needed and not {one.code for one in needed} & set(line.options):
        labels = "・".join(one.label for one in needed)
        yield "options", f"「{certificate.title}」: {labels}のうち、1つ以上を選んでください。"
    if certificate.fiscal_years and not line.years:
        yield "years", f"「{certificate.title}」: 年度を1つ以上選んでください。"
    for asked in entries_asked(pack, certificate, line.options, on, channel):
        if asked.required and not line.entered.get(asked.name):
            yield asked.name, f"「{certificate.title}」: {asked.label}を入力してください。"


def request_line(pack: ContentPack, line: CertificateLine, on: date, channel: str) -> RequestLine:
    """The line as its fee is reckoned: copies, and each measure it tells or was asked for."""
    measures: dict[str, int] = {FISCAL_YEARS: len(line.years)}
    certificate = pack.certificate_by_code.get(line.kind)
    if certificate is None:
        return RequestLine(line.kind, line.copies)
    for item in pack.items_of(line.kind):
        if item.measure and item.type is ItemType.TICK and item.code in line.options:
            measures[item.measure] = measures.get(item.measure, 0) + 1
        elif item.measure and line.entered.get(item.code, "").isdecimal():
            measures[item.measure] = int(line.entered[item.code])
    for asked in _measures_asked(pack, certificate, line.options, on, channel):
        kept = line.entered.get(MEASURE + asked.code, "")
        if kept.isdecimal():
            measures[asked.code] = int(kept)
    return RequestLine(line.kind, line.copies, measures, line.options, line.exemption)


def contents_in_words(
    pack: ContentPack,
    line: CertificateLine,
    on: date,
    channel: str,
    year_texts: Mapping[int, str],
) -> list[str]:
    """The contents of a line as they are printed: years, what was ticked, what was entered."""
    certificate = pack.certificate_by_code[line.kind]
    words = ["・".join(year_texts[year] for year in line.years)] if line.years else []
    words += [one.label for one in ticks(pack, line.kind) if one.code in line.options]
    for asked in entries_asked(pack, certificate, line.options, on, channel):
        kept = line.entered.get(asked.name, "")
        if kept:
            words.append(f"{asked.label}：{shown_entry(asked, kept)}{asked.unit}")
    return words
