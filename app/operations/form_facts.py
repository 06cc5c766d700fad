"""What a form of a draft can print, by Japanese labels: the print keys (差し込み項目), the answers and the facts of the draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.data import drafts
from app.documents.key_catalogue import KEYS, LIST_LABELS, ROW_KEYS
from app.domain.catalogue_search import Catalogue, Entry
from app.domain.content import FactDefinition, FactType, Question, Subject
from app.domain.content_columns import row_types
from app.intake.content_codec import Finding, decode

MOST_FOUND = 60
YES_NO = (("yes", "はい"), ("no", "いいえ"))
_SEXES = (("男", "男"), ("女", "女"))
_DAYS = re.compile(r"(?:.*\.)?(?:birth|[a-z]+_on)")
_PLACEHOLDER = re.compile(r"\{([^{}:]+)(:[^{}]*)?\}")
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

    def worded(self, text: str) -> str:
        """A text with placeholders as staff read it: `{申請する方：氏名}` for `{applicant.name}`."""
        return _PLACEHOLDER.sub(lambda found: "{" + self.title(found[1]) + (found[2] or "") + "}", text)

    def keyed(self, text: str) -> str:
        """The same text with the keys again."""
        keys = {one.title: one.key for one in self.by_key.values()}
        return _PLACEHOLDER.sub(
            lambda found: "{" + keys.get(found[1].strip(), found[1]) + (found[2] or "") + "}", text
        )

    def title(self, key: str) -> str:
        """What a key is called; the key itself when there is none."""
        found = self.by_key.get(key)
        return found.title if found else key


def of_draft(draft_id: str) -> PrintFacts:
    """What a form of a draft can print. Raises NotFound."""
    lines = drafts.list_lines(draft_id, ("facts", "questions"))
    return _of_rows(tuple((line.part, line.stored) for line in lines))


@lru_cache(maxsize=4)
def _of_rows(rows: tuple[tuple[str, str], ...]) -> PrintFacts:
    """From the stored rows of facts and questions; a row that cannot be read yet offers nothing."""
    read: dict[str, list[Any]] = {"facts": [], "questions": []}
    for part, stored in rows:
        found: list[Finding] = []
        row = decode(row_types()[part], drafts.cells_from_text(stored), "", found)
        if not found:
            read[part].append(row)
    return of_rows(read["facts"], read["questions"])


def of_rows(known: Sequence[FactDefinition], questions: Sequence[Question]) -> PrintFacts:
    """What a form can print with these facts and questions."""
    facts = [*_keys(), *_lists(), *_answers(known, questions), *_facts(known, questions)]
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


def _answers(known: Sequence[FactDefinition], questions: Sequence[Question]) -> Iterable[PrintFact]:
    fact_by_id = {one.id: one for one in known}
    for question in questions:
        fact = fact_by_id.get(question.fact)
        if fact is not None and question.printable:
            group = "確認事項の回答" + ("（対象の方）" if fact.subject is Subject.PERSON else "")
            yield _of_fact(f"answers.{question.id}", fact, group, question.text, codes=True)


def _facts(known: Sequence[FactDefinition], questions: Sequence[Question]) -> Iterable[PrintFact]:
    silent = {one.fact for one in questions if not one.printable}
    for fact in known:
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
    return [found[1] for found in _PLACEHOLDER.finditer(text)] if isinstance(text, str) else ()
