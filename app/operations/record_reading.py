"""Reading the operation log (操作ログ): searches of whoever audits, and the record of one resident's data. Each is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from cryptography.exceptions import InvalidTag

from app.data import audit, audit_seals, record_search, staff
from app.data.audit_seals import Seal
from app.data.record_search import RecordEntry, RecordFilter
from app.data.transactions import transaction
from app.domain.audit_events import DETAIL_LABELS, EVENTS
from app.domain.authority import ACTOR_KINDS, SYSTEM, WATCH, Actor, ActorKind, Right
from app.domain.case import KIND_LABELS
from app.domain.channels import CHANNEL_LABELS
from app.domain.dates import format_western, in_japan, today_in_japan
from app.domain.errors import Invalid, NotFound
from app.domain.numbers import NumberProblem, parse_reception_number
from app.domain.purposes import PURPOSES
from app.operations import packs
from app.operations.cases import require
from app.operations.devices import device_names
from app.operations.factors import KIND_TITLES as FACTOR_TITLES
from app.operations.record_files import period

MOST_OF_PERSON = 500
MOST_IN_FILE = 100_000
SHOWN_SEALS = 14
LONGEST_WORDS = 200
LATE_AFTER = timedelta(days=2)
"""A seal should be of yesterday; one older than this is missing."""


@dataclass(frozen=True)
class Names:
    """What codes of entries are called: who acted (by kind and id), counters, receptions."""

    actors: Mapping[tuple[str, str], str]
    counters: Mapping[str, str]
    cases: Mapping[str, str]

    def actor(self, entry: RecordEntry) -> str:
        """Who acted: a name where there is one. An id says something only together with its kind."""
        return self.actors.get((entry.actor_kind, entry.actor_id), entry.actor_id)


@dataclass(frozen=True)
class Found:
    """A page of entries; ``more``: it goes on behind the last one."""

    entries: tuple[RecordEntry, ...]
    more: bool
    names: Names


@dataclass(frozen=True)
class Sealing:
    """The newest daily seals; ``late``: yesterday's, or an earlier one, is missing."""

    seals: Sequence[Seal]
    late: bool


def sealing(today: date | None = None) -> Sealing:
    """How the daily seals stand."""
    seals, began = audit_seals.newest(SHOWN_SEALS), record_search.find_beginning()
    sealed = seals[0].day if seals else in_japan(began).date() if began else None
    return Sealing(seals, sealed is not None and (today or today_in_japan()) - sealed > LATE_AFTER)


def events() -> tuple[tuple[str, str], ...]:
    """Everything that is recorded: code and label."""
    return tuple(EVENTS.items())


def find(since: date, until: date, wanted: Mapping[str, str], before: int, actor: Actor) -> Found:
    """Entries of a period; what was asked for is recorded. Raises Invalid for a number that is none."""
    require(actor, Right.READ_AUDIT)
    asked = {name: text for name, text in wanted.items() if text}
    start, end = period(since, until)
    entries, more = record_search.list_entries(RecordFilter(start, end, before=before, **_read(asked)))
    detail = {"since": since.isoformat(), "until": until.isoformat(), "hits": len(entries), "more": more}
    persons = [asked["person"]] if "person" in asked else []
    others = {name: text for name, text in asked.items() if name != "person"}
    with transaction():
        audit.record("audit.searched", actor=actor, persons=persons, detail=detail | others)
    return Found(entries, more, names_of(entries))


def _read(asked: Mapping[str, str]) -> dict[str, str]:
    found = dict(asked)
    if "person" in found and not found["person"].isalnum():
        raise Invalid("宛名番号は数字で入力してください。", {"person": "宛名番号は数字で入力してください。"})
    if "case_number" in found:
        try:
            found["case_number"] = parse_reception_number(found["case_number"])
        except NumberProblem as wrong:
            raise Invalid(wrong.message, {"case_number": wrong.message}) from wrong
    return found


def of_person(number: str, since: date, until: date, actor: Actor, *, file: bool = False) -> Found:
    """The record of one resident's data (開示請求): who saw, changed, printed or handed on what, and when. Recorded."""
    require(actor, Right.READ_AUDIT)
    if not number.isalnum():
        raise Invalid("宛名番号を入力してください。", {"person": "宛名番号を、数字で入力してください。"})
    most = MOST_IN_FILE if file else MOST_OF_PERSON
    entries, more = record_search.list_of_person(number, *period(since, until), most)
    # Looks of auditors at this record are in the log like all others, and not what the resident asks about.
    shown = tuple(one for one in entries if not one.action.startswith("audit."))
    action = "audit.person_exported" if file else "audit.person_listed"
    detail = {"since": since.isoformat(), "until": until.isoformat(), "rows": len(shown)}
    with transaction():
        audit.record(action, actor=actor, persons=[number], detail=detail)
    return Found(shown, more, names_of(shown))


HEADS = ("日付", "時刻", "窓口", "操作", "受付番号", "操作した人", "種別", "内容")


def rows_of(found: Found, *, with_staff: bool) -> list[tuple[str, ...]]:
    """The entries for a file or a paper, oldest first; names of staff only where the city hands them out."""
    rows: list[tuple[str, ...]] = []
    tell = words()
    for one in reversed(found.entries):
        at = in_japan(one.at)
        who = found.names.actor(one) if with_staff else ""
        rows.append(
            (
                format_western(at.date()), f"{at:%H:%M:%S}", found.names.counters.get(one.counter, one.counter),
                one.label, found.names.cases.get(one.case_id or "", ""), who,
                ACTOR_KINDS.get(one.actor_kind, one.actor_kind), tell(one.detail),
            )
        )  # fmt: skip
    return rows


TITLES: Mapping[str, Mapping[str, str]] = {
    "purpose": {"case": "受付"} | {one.code: one.title for one in PURPOSES},
    "kind": {str(code): title for table in (KIND_LABELS, FACTOR_TITLES) for code, title in table.items()},
    "channel": {str(code): title for code, title in CHANNEL_LABELS.items()},
    "level": {"confirm": "要確認"},
}
"""Codes that a reader is told in words, by the name of the field."""


def words() -> Callable[[Mapping[str, object]], str]:
    """Tells what an entry holds beside its fields, short enough for a line; codes of the content by its version in force."""
    return partial(_words, {**TITLES, **_titles_of_content()})


def _words(titles: Mapping[str, Mapping[str, str]], detail: Mapping[str, object]) -> str:
    parts = (
        f"{DETAIL_LABELS.get(name, name)} {_short(value, titles.get(name, {}))}"
        for name, value in detail.items()
    )
    return "　".join(parts)[:LONGEST_WORDS]


def _titles_of_content() -> dict[str, Mapping[str, str]]:
    try:
        pack = packs.current().pack
    except NotFound:
        return {}
    return {
        "questions": {one.id: one.text for one in pack.questions},
        "documents": {one.code: one.title for one in pack.identity_documents},
        "relation": {one.code: one.title for one in pack.relations},
    }


def _short(value: object, titles: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list):
        return "・".join(titles.get(str(one), str(one)) for one in value[:5]) + (
            "…" if len(value) > 5 else ""
        )
    return titles.get(str(value), str(value))


def open_words(event_id: int, actor: Actor) -> tuple[RecordEntry, str, Names]:
    """What was typed into a search, readable; recorded with which entry it was. Raises NotFound."""
    require(actor, Right.READ_AUDIT)
    found = record_search.find_words(event_id)
    if found is None:
        raise NotFound("この記録には検索語がありません。")
    entry, sealed = found
    try:
        text = audit.unseal(sealed)
    except InvalidTag as changed:
        raise NotFound("検索語を読み取れません。記録が書き換えられている可能性があります。") from changed
    with transaction():
        detail = {"lane": entry.lane, "position": entry.position}
        audit.record("audit.words_opened", actor=actor, detail=detail)
    return entry, text, names_of([entry])


def names_of(entries: Iterable[RecordEntry]) -> Names:
    """Names for what the entries hold as codes."""
    listed = list(entries)
    cases = record_search.list_case_numbers(one.case_id for one in listed if one.case_id)
    return Names(_actors(listed), dict(staff.list_counters()), cases)


def _actors(entries: Iterable[RecordEntry]) -> dict[tuple[str, str], str]:
    ids: dict[str, set[str]] = {}
    for one in entries:
        ids.setdefault(one.actor_kind, set()).add(one.actor_id)
    found = {(one.kind, one.staff_id): one.name for one in (SYSTEM, WATCH)}
    for kind in (ActorKind.USER, ActorKind.ROBOT):
        found |= {(kind, key): name for key, name in staff.list_staff_names(ids.get(kind, set())).items()}
    devices = ids.get(ActorKind.DEVICE, ())
    return found | {(ActorKind.DEVICE, key): name for key, name in device_names(devices).items()}
