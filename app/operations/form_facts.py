"""What a form of a draft can print, by Japanese labels: the print keys (差し込み項目), the answers and the facts of the draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.documents.key_catalogue import KEYS, LIST_LABELS, ROW_KEYS
from app.domain.catalogue_search import Catalogue, Entry
from app.domain.content import ContentPack, FactDefinition, FactType, Subject
from app.extensions import db
from app.operations import tried_content

MOST_FOUND = 60
YES_NO = (("yes", "はい"), ("no", "いいえ"))
_SEXES = (("男", "男"), ("女", "女"))
_DAYS = re.compile(r"(?:.*\.)?(?:birth|[a-z]+_on)")
_USUAL = ("applicant", "subject", "householder", "case", "visitor")


@dataclass(frozen=True)
class PrintFact:
    """Something that can be printed: its key, what it is called, under what it is listed, and what it looks like.

    `kind` is text, date, choice, yes_no or list; `options` are the values a choice can have, with their words.
    """

    key: str
    label: str
    group: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    sample: Any = ""
    number: bool = False

    @property
    def title(self) -> str:
        return f"{self.group}：{self.label}"


@dataclass(frozen=True)
class PrintFacts:
    """Everything a form of one content can print."""

    by_key: Mapping[str, PrintFact]
    catalogue: Catalogue

    def find(self, query: str) -> list[PrintFact]:
        """Those that hold every word in name, group or reading; the usual ones when nothing is asked for."""
        if not query.strip():
            usual = [one for one in self.by_key.values() if one.key.split(".")[0] in _USUAL]
            return [*usual, *(one for one in self.by_key.values() if one.kind == "list")][:MOST_FOUND]
        return [self.by_key[entry.code] for entry in self.catalogue.find(query, MOST_FOUND)]

    def title(self, key: str) -> str:
        """What a key is called; the key itself when there is none."""
        found = self.by_key.get(key)
        return found.title if found else key


def of_draft(draft_id: str) -> PrintFacts:
    """What a form of a draft can print. Raises NotFound."""
    found = tried_content.get(f"{tried_content.DRAFT}-{draft_id}")
    return of_pack(found.raw, found.digest, str(db.engine.url))


@lru_cache(maxsize=4)
def of_pack(pack: ContentPack, _digest: str = "", _store: str = "") -> PrintFacts:
    """What a form of a pack can print."""
    facts = [*_keys(), *_lists(), *_answers(pack), *_facts(pack)]
    entries = [Entry("fact", one.key, one.label, (one.group, one.title, one.key)) for one in facts]
    return PrintFacts({one.key: one for one in facts}, Catalogue(entries))


def _keys() -> Iterable[PrintFact]:
    order = {code: place for place, code in enumerate(_USUAL)}
    for one in sorted(KEYS.values(), key=lambda key: order.get(key.key.split(".")[0], len(order))):
        yield PrintFact(one.key, one.label, one.group, *_shape(one.key), one.sample)


def _shape(key: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    if _DAYS.fullmatch(key):
        return "date", ()
    return ("choice", _SEXES) if key.endswith(".sex") else ("text", ())


def _lists() -> Iterable[PrintFact]:
    for code, label in LIST_LABELS.items():
        yield PrintFact(code, label, "一覧", "list")


def row_facts(key: str) -> list[PrintFact]:
    """What a row of a list can print."""
    return [
        PrintFact(name, one.label, one.group, *_shape(f"row.{name}"), one.sample)
        for name, one in ROW_KEYS.get(key, {}).items()
    ]


def _answers(pack: ContentPack) -> Iterable[PrintFact]:
    for question in pack.questions:
        fact = pack.fact_by_id.get(question.fact)
        if fact is not None and question.printable:
            group = "確認事項の回答" + ("（対象の方）" if fact.subject is Subject.PERSON else "")
            yield _of_fact(f"answers.{question.id}", fact, group, question.text, codes=True)


def _facts(pack: ContentPack) -> Iterable[PrintFact]:
    silent = {one.fact for one in pack.questions if not one.printable}
    for fact in pack.facts:
        if fact.derivation is None and fact.id not in silent:
            group = "対象の方の情報" if fact.subject is Subject.PERSON else "受付の情報"
            yield _of_fact(f"facts.{fact.id}", fact, group, fact.label, codes=False)


def _of_fact(key: str, fact: FactDefinition, group: str, label: str, codes: bool) -> PrintFact:
    """Choices of an answer are printed by their codes, those of a fact by their words."""
    words = tuple((one.code if codes else one.label, one.label) for one in fact.choices)
    match fact.type:
        case FactType.YES_NO:
            return PrintFact(key, label, group, "yes_no", YES_NO, True)
        case FactType.CHOICE:
            return PrintFact(key, label, group, "choice", words, words[0][0] if words else "")
        case FactType.DATE:
            return PrintFact(key, label, group, "date", (), date(2026, 4, 1))
        case FactType.NUMBER:
            return PrintFact(key, label, group, "text", (), 3, number=True)
        case _:
            return PrintFact(key, label, group, "text", (), f"（{label}）"[:20])


def samples_for(keys: Iterable[str], facts: PrintFacts) -> dict[str, Any]:
    """An example for each of these keys that is not one of the catalogue's own."""
    found = {key: facts.by_key[key] for key in keys if key in facts.by_key}
    return {key: one.sample for key, one in found.items() if one.kind != "list" and one.sample != ""}


def keys_of(form: Mapping[str, Any]) -> list[str]:
    """The keys that the fields and labels of a form's JSON print, those of table rows aside."""
    found: dict[str, None] = {}
    for item in (*form["fields"], *form["base"].get("elements", ())):
        for text in (item.get("bind"), *_placeholders(item.get("text"))):
            if isinstance(text, str) and text:
                found[text] = None
    return list(found)


def _placeholders(text: object) -> Sequence[str]:
    return re.findall(r"\{([^{}:]+)(?::[^{}]*)?\}", text) if isinstance(text, str) else ()
