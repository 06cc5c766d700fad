"""Translations of the guide sheet (案内書の訳): loaded with the content pack, mended by the city's staff, read by the sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.data import audit, translations
from app.data.transactions import transaction
from app.domain.authority import SYSTEM, Actor
from app.domain.dates import today_in_japan
from app.domain.errors import Invalid, NotFound
from app.domain.languages import TRANSLATED, Language, language
from app.domain.translations import (
    PART_TITLES,
    Entry,
    Part,
    State,
    Translation,
    as_memory,
    entries,
    problems,
    sources,
    unused,
)
from app.intake.translation_files import FOLDER, read_translations, write_translations
from app.operations import drafts, packs

AT_ONCE = 50
LONGEST = 2000
STATE_TITLES = {State.CURRENT: "訳あり", State.OUTDATED: "見直しが必要", State.MISSING: "訳なし"}
UNREVIEWED = "unreviewed"
HEADS = ("種類", "コード", "もとの日本語", "訳", "状態", "確認した日", "確認した課")


@dataclass(frozen=True)
class Progress:
    """How far a language is: texts in all, translated, compared with the Japanese, outdated, missing, not used any more."""

    language: Language
    total: int
    current: int
    reviewed: int
    outdated: int
    missing: int
    unused: int


@dataclass(frozen=True)
class Listing:
    """A part of the texts of a language: at most `AT_ONCE` from `start`; `found` is how many fit in all."""

    language: Language
    entries: tuple[Entry, ...]
    found: int
    start: int


def memory(code: str) -> Mapping[str, str]:
    """The translations of a language by Japanese text, as a sheet prints them."""
    return as_memory(translations.list_of(code)) if code in TRANSLATED else {}


def load_folder(folder: Path) -> tuple[int, int]:
    """Take in the files of a pack's folder: (new or changed, the city's own that stayed). Raises TranslationsRefused."""
    given = read_translations(folder / FOLDER)
    with transaction():
        counts = [translations.take_in(code, found, SYSTEM.staff_id) for code, found in given.items()]
        changed, kept = sum(one[0] for one in counts), sum(one[1] for one in counts)
        if changed:
            audit.record("translations.loaded", actor=SYSTEM, detail={"changed": changed, "kept": kept})
    return changed, kept


def export_folder(folder: Path) -> list[Path]:
    """Write what is stored as files that `load_folder` reads again."""
    known = {code: translations.list_of(code) for code in TRANSLATED}
    return write_translations({code: found for code, found in known.items() if found}, folder / FOLDER)


def overview() -> list[Progress]:
    """How far each language is for the content in force. Raises NotFound before the first publication."""
    wanted = sources(packs.current().source)
    made = []
    for code in TRANSLATED:
        known = translations.list_of(code)
        found = entries(wanted, known)
        states = [one.state for one in found]
        made.append(
            Progress(
                language(code), len(found), states.count(State.CURRENT), sum(one.is_reviewed for one in found),
                states.count(State.OUTDATED), states.count(State.MISSING), len(unused(wanted, known)),
            )
        )  # fmt: skip
    return made


def listing(code: str, state: str, part: str, query: str, start: int) -> Listing:
    """Texts of a language in a state (or `UNREVIEWED`), of a part, that hold what was typed. Raises NotFound."""
    words = query.split()
    found = [
        one
        for one in _entries(code)
        if (not part or one.source.part == part)
        and _fits(one, state)
        and all(_holds(one, word) for word in words)
    ]
    start = max(0, min(start, len(found) - 1) // AT_ONCE * AT_ONCE) if found else 0
    return Listing(language(code), tuple(found[start : start + AT_ONCE]), len(found), start)


def _fits(one: Entry, state: str) -> bool:
    if state == UNREVIEWED:
        return one.state is State.CURRENT and not one.is_reviewed
    return not state or one.state == state


def _holds(one: Entry, word: str) -> bool:
    return any(
        word in text
        for text in (one.source.text, one.source.code, one.translation.text if one.translation else "")
    )


def _entries(code: str) -> tuple[Entry, ...]:
    if code not in TRANSLATED:
        raise NotFound("この言語はありません。一覧から選び直してください。")
    return entries(sources(packs.current().source), translations.list_of(code))


def save(code: str, source: str, text: str, reviewed: bool, actor: Actor) -> None:
    """Store a translation; `reviewed`: it was compared with the Japanese now. Raises Invalid, NotFound, Refused."""
    drafts.require_editor(actor)
    entry = next((one for one in _entries(code) if one.source.text == source), None)
    if entry is None:
        raise NotFound("この文は案内書になくなりました。一覧を開き直してください。")
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("訳を入力してください。", {"text": "訳を入力してください。"})
    if len(text) > LONGEST:
        said = f"訳は{LONGEST}文字以内にしてください（入力: {len(text)}文字）。"
        raise Invalid(said, {"text": said})
    wrong = problems(Translation(entry.source.part, entry.source.code, source, text))
    if wrong:
        raise Invalid(wrong[0], {"text": wrong[0]})
    by = _section_of(actor) if reviewed else ""
    made = Translation(
        entry.source.part, entry.source.code, source, text, today_in_japan() if reviewed else None, by
    )
    with transaction():
        translations.put(code, made, actor.staff_id)
        audit.record(
            "translations.changed", actor=actor,
            detail={"language": code, "part": entry.source.part.value, "code": entry.source.code, "reviewed": reviewed},
        )  # fmt: skip


def _section_of(actor: Actor) -> str:
    """The section that has compared a text; not a person, because it is handed on with the files."""
    pack = packs.current().pack
    counter = next((one for one in pack.counters if one.code == actor.counter), None)
    section = pack.section_by_code.get(counter.section) if counter else None
    return section.title if section else actor.counter_name


def table(code: str) -> list[tuple[str, ...]]:
    """Every text of a language as rows of a table. Raises NotFound."""
    return [
        (
            PART_TITLES[Part(one.source.part)], one.source.code, one.source.text,
            one.translation.text if one.translation else "", STATE_TITLES[one.state],
            one.translation.reviewed_on.isoformat() if one.translation and one.translation.reviewed_on else "",
            one.translation.reviewed_by if one.translation else "",
        )
        for one in _entries(code)
    ]  # fmt: skip
