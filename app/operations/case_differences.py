"""Two versions of a case side by side: what the second person reads before consenting to a correction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.domain.case import Case, CasePerson
from app.domain.content import ContentPack
from app.domain.dates import PartialDate, format_wareki
from app.domain.notices import SHAPES

_PERSON = {
    "name": "氏名",
    "kana": "フリガナ",
    "birth": "生年月日",
    "sex": "性別",
    "address": "住所",
    "phone": "電話",
    "relationship": "続柄",
}
_FACTS = {
    "identity.summary": "本人確認",
    "identity.relation": "来庁者と対象者の関係",
    "move.changed_on": "異動日",
    "move.notified_on": "届出日",
    "move.old_address": "これまでの住所",
    "move.old_householder": "これまでの世帯主",
    "move.town": "町名",
    "move.lot": "番地",
    "move.building": "方書",
    "move.household": "世帯",
    "move.new_householder": "世帯主",
    "certificate.purpose": "使いみち",
    "certificate.recipient": "提出先",
}
_SEXES = {"1": "男", "2": "女"}
_YES = {True: "はい", False: "いいえ", None: "わからない"}


@dataclass(frozen=True)
class CaseDifference:
    """A thing that the two versions say differently; an empty side does not have it."""

    about: str
    label: str
    before: str
    after: str


def list_differences(old: Case, new: Case, pack: ContentPack) -> tuple[CaseDifference, ...]:
    """Persons first, then what was typed and answered, procedures and certificates."""
    return (
        *_persons(old, new),
        *_facts(old, new, pack),
        *_procedures(old, new, pack),
        *_certificates(old, new, pack),
    )


def _persons(old: Case, new: Case) -> Iterator[CaseDifference]:
    before = {person.position: person for person in old.persons}
    after = {person.position: person for person in new.persons}
    for position in sorted(before | after):
        was, now = before.get(position), after.get(position)
        if was is None or now is None:
            yield CaseDifference("対象の方", "人", was.name if was else "", now.name if now else "")
            continue
        for name, label in _PERSON.items():
            if _value(was, name) != _value(now, name):
                yield CaseDifference(now.name, label, _value(was, name), _value(now, name))
        if was.is_subject != now.is_subject:
            words = {True: "対象者", False: "対象者ではない"}
            yield CaseDifference(now.name, "立場", words[was.is_subject], words[now.is_subject])


def _value(person: CasePerson, name: str) -> str:
    if name == "birth":
        return format_wareki(person.birth) if person.birth else ""
    if name == "address":
        return person.address
    text = person.value(name)
    return _SEXES.get(text, text) if name == "sex" else text


def _facts(old: Case, new: Case, pack: ContentPack) -> Iterator[CaseDifference]:
    labels = _FACTS | {one.id: one.label for one in pack.facts}
    labels |= {f"move.{field.name}": field.label for field in _fields(new)}
    before, after = _by_place(old), _by_place(new)
    for place in sorted(before | after):
        name = place[1]
        if name in labels and before.get(place) != after.get(place):
            about = next((one.name for one in new.persons if str(one.position) == place[0]), "受付")
            yield CaseDifference(about, labels[name], _words(before.get(place)), _words(after.get(place)))


def _fields(case: Case) -> Iterator[Any]:
    shape = SHAPES.get(case.kind) if case.kind else None
    yield from shape.fields if shape else ()


def _by_place(case: Case) -> dict[tuple[str, str], Any]:
    """Facts by the position of their person, which both versions share, and their name."""
    places = {person.id: str(person.position) for person in case.persons}
    ids = {person.id: person.name for person in case.persons}
    return {
        (places.get(subject, ""), name): ids.get(fact.value, fact.value)
        if isinstance(fact.value, str)
        else fact.value
        for (subject, name), fact in case.facts.items()
    }


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _YES[value]
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        return format_wareki(PartialDate.from_iso(value, value))
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


def _procedures(old: Case, new: Case, pack: ContentPack) -> Iterator[CaseDifference]:
    before = {line.code for line in old.procedures if line.needed}
    after = {line.code for line in new.procedures if line.needed}
    for code in sorted(before ^ after):
        title = pack.procedure_by_code[code].title if code in pack.procedure_by_code else code
        yield CaseDifference(
            "手続き一覧", title, "必要" if code in before else "", "必要" if code in after else ""
        )


def _certificates(old: Case, new: Case, pack: ContentPack) -> Iterator[CaseDifference]:
    def lines(case: Case) -> dict[tuple[str, str], str]:
        places = {person.id: person.name for person in case.persons}
        return {(line.kind, places.get(line.subject, "")): f"{line.copies}通" for line in case.certificates}

    before, after = lines(old), lines(new)
    for kind, name in sorted(before | after):
        if before.get((kind, name)) != after.get((kind, name)):
            title = pack.certificate_by_code[kind].title if kind in pack.certificate_by_code else kind
            yield CaseDifference(
                name or "証明書", title, before.get((kind, name), ""), after.get((kind, name), "")
            )
