"""Fields ready-made from the input fields of an official PDF (AcroForm), each with the fact its name or label speaks of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from app.documents.bases.model import BaseField
from app.operations.form_facts import PrintFact, PrintFacts
from app.operations.form_fields import fitting

Json = dict[str, Any]
MOST_PROPOSED = 200
_LEAST = 1.5
_WORDS: tuple[tuple[str, str], ...] = (
    (r"世帯主.*(氏名|name)", "householder.name"), (r"(対象|本人|被保険者|児童|お子).*(カナ|kana|ふりがな|フリガナ)", "subject.kana"),
    (r"(対象|本人|被保険者|児童|お子).*(氏名|名前|name)", "subject.name"),
    (r"(対象|本人|被保険者|児童|お子).*(住所|address)", "subject.address"),
    (r"(対象|本人|被保険者|児童|お子).*(生年月日|birth)", "subject.birth"),
    (r"(カナ|kana|ふりがな|フリガナ)", "applicant.kana"), (r"(代理|proxy|agent).*(氏名|name)", "proxy.name"),
    (r"(代理|proxy|agent).*(住所|address)", "proxy.address"), (r"(氏名|名前|full.?name|^name)", "applicant.name"),
    (r"(郵便|postal|zip)", "subject.postal_code"), (r"(住所|address)", "applicant.address"),
    (r"(電話|連絡先|phone|tel)", "applicant.phone"), (r"(生年月日|birth)", "applicant.birth"),
    (r"(性別|sex|gender)", "subject.sex"), (r"(続柄|relationship)", "subject.relationship"),
    (r"(宛名番号|住民番号)", "subject.number"), (r"本籍", "subject.domicile"), (r"筆頭", "subject.register_head"),
    (r"(国籍|nationality)", "subject.nationality"), (r"(申請日|届出日|請求日|提出日|受付日|^date)", "case.received_on"),
    (r"(受付番号|整理番号)", "case.number"), (r"異動日", "move.changed_on"), (r"(旧住所|前住所|転出元)", "move.old_address"),
    (r"(新住所|転入先)", "move.new_address"),
)  # fmt: skip


def proposed(fields: Sequence[BaseField], facts: PrintFacts) -> list[Json]:
    """A field of ours for each input field; one without a name that says anything is left for staff to bind."""
    made: list[Json] = []
    for one in fields[:MOST_PROPOSED]:
        if one.w < _LEAST or one.h < _LEAST:
            continue
        made.append(_field(one, fact_for(one, facts), made))
    return made


def fact_for(one: BaseField, facts: PrintFacts) -> PrintFact | None:
    """The fact that the label or the name of an input field speaks of, or None."""
    said = unicodedata.normalize("NFKC", f"{one.label} {one.name}").casefold()
    exact = next((fact for fact in facts.by_key.values() if fact.label in {one.label, one.name}), None)
    for pattern, key in _WORDS:
        if re.search(unicodedata.normalize("NFKC", pattern).casefold(), said) and key in facts.by_key:
            return facts.by_key[key]
    return exact


def _field(one: BaseField, fact: PrintFact | None, made: Sequence[Json]) -> Json:
    title = (one.label or one.name or "欄").strip()[:36] or "欄"
    names = {field["name"] for field in made}
    number, name = 2, title
    while name in names:
        name, number = f"{title}{number}", number + 1
    field: Json = {"page": one.page, "name": name, "type": "text"}
    field |= {"x": round(one.x, 2), "y": round(one.y, 2), "w": round(one.w, 2), "h": round(one.h, 2)}
    if one.kind == "signature":
        return field | {"type": "seal", "text": "印"}
    if one.kind in {"check", "choice"}:
        return field | _tick(one, fact)
    bound: Json = {"bind": fact.key} if fact is not None and fact.kind != "list" else {"text": ""}
    if one.kind == "comb" and one.length:
        return field | {"type": "cells", "count": min(one.length, 100), "size": fitting(one.h)} | bound
    more: Json = {"lines": max(2, min(20, int(one.h // 5))), "valign": "top"} if one.lines else {}
    return field | bound | {"size": fitting(min(one.h, 7.0))} | more


def _tick(one: BaseField, fact: PrintFact | None) -> Json:
    """A tick for one value: of a fact that has choices the one the box is called after, otherwise left for the pen."""
    said = f"{one.option} {one.label} {one.name}"
    for value, words in fact.options if fact is not None else ():
        if words in said or value == one.option:
            return {"type": "check", "bind": fact.key if fact else "", "value": [value]}
    return {"type": "check", "value": [one.option or "yes"]}
