"""A form filled with a sample person as our own renderer prints it: pictures of its pages, and everything that is to be looked at."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from itertools import combinations

from app.data.transactions import end_reading
from app.documents.definitions import FormDefinition
from app.documents.form_boxes import Place, places
from app.documents.problems import PrintFailed, PrintProblem
from app.domain.errors import Invalid, NotFound
from app.operations.documents import renderer
from app.operations.draft_forms import StoredForm
from app.operations.form_facts import PrintFacts, keys_of, samples_for
from app.operations.form_samples import sample_job, sample_values

DPI = 150.0
_KEPT = 8
_TOUCHING = 0.3
"""Fields that overlap by no more than this (mm) only touch."""
_WORDS = {
    "missing_glyph": "文字", "continued": "あふれ", "no_option": "選択肢", "label": "見出し",
}  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """Something to be looked at: in a word, in a sentence, and the field it is about (empty: the form).

    `grave` is what has to be mended; the rest may be meant so, as a long name that goes to the continuation sheet.
    """

    word: str
    text: str
    ref: str = ""
    page: int = 1
    grave: bool = False


@dataclass(frozen=True)
class Preview:
    """The verified PDF of a form with a sample, its pages as pictures (PNG), and what the renderer reported."""

    pdf: bytes
    pictures: tuple[bytes, ...]
    problems: tuple[PrintProblem, ...]


_kept: OrderedDict[tuple[str, str, str], Preview] = OrderedDict()
_guard = threading.Lock()


def preview(form: StoredForm, facts: PrintFacts, sample: str) -> Preview:
    """A form filled with a sample; the last few are kept. Raises NotFound (sample), Invalid when it cannot be printed."""
    values = {**samples_for(keys_of(form.source), facts), **sample_values(sample)}
    definition = form.definition()
    key = (form.seen, sample, repr(sorted(map(repr, values.items()))))
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    end_reading()
    made = _made(definition, values)
    with _guard:
        _kept[key] = made
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return made


def _made(definition: FormDefinition, values: dict[str, object]) -> Preview:
    try:
        printed = renderer().issue([sample_job(definition, values)])
        return Preview(printed.pdf, tuple(renderer().pictures(printed.pdf, DPI)), printed.problems)
    except PrintFailed as failure:
        raise Invalid(f"見本を作成できませんでした。{failure.message}") from failure


def picture(form: StoredForm, facts: PrintFacts, sample: str, page: int) -> bytes:
    """One page as PNG. Raises NotFound, Invalid."""
    found = preview(form, facts, sample).pictures
    if not 1 <= page <= len(found):
        raise NotFound("このページはありません。")
    return found[page - 1]


def remarks(form: StoredForm, facts: PrintFacts, made: Preview | None) -> list[Remark]:
    """What is to be looked at in a form, the grave first."""
    found = [*_unbound(form, facts), *_overlaps(form)]
    if made is not None:
        found += [_reported(form, one) for one in made.problems]
    if not form.source["fields"]:
        found = []
    return sorted(found, key=lambda one: not one.grave)


def _reported(form: StoredForm, problem: PrintProblem) -> Remark:
    at = next(
        (at for at, item in enumerate(form.source["fields"]) if problem.field.startswith(item["name"])), None
    )
    page = form.source["fields"][at].get("page", 1) if at is not None else 1
    ref = f"f{at}" if at is not None else ""
    text = problem.message.removeprefix(f"{problem.title}の")
    return Remark(_WORDS.get(problem.kind, "確認"), text, ref, page, problem.kind != "continued")


def _unbound(form: StoredForm, facts: PrintFacts) -> list[Remark]:
    found = []
    for at, item in enumerate(form.source["fields"]):
        keys = keys_of({"fields": [item], "base": {}})
        unknown = [key for key in keys if key not in facts.by_key]
        ref, page, name = f"f{at}", item.get("page", 1), item["name"]
        if item["type"] in {"text", "code"} and not item.get("bind") and not item.get("text"):
            text = f"「{name}」は、差し込む項目がまだ決まっていません。何も印字されません。"
            found.append(Remark("未設定", text, ref, page, True))
        if unknown:
            text = f"「{name}」の差し込み項目（{'、'.join(unknown)}）は、この下書きにありません。選び直してください。"
            found.append(Remark("項目なし", text, ref, page, True))
    return found


def _overlaps(form: StoredForm) -> list[Remark]:
    found = []
    for page in range(1, form.source["page"].get("count", 1) + 1):
        fields = [one for one in places(form.source, page) if not one.parent]
        for one, other in combinations(fields, 2):
            if _covers(one, other):
                text = f"「{one.name}」と「{other.name}」が重なっています。"
                found.append(Remark("重なり", text, one.ref, page, True))
    return found


def _covers(one: Place, other: Place) -> bool:
    """Whether two fields lie on each other by more than a hair; a seal may stand beside the end of a name."""
    if "seal" in (one.kind, other.kind) or {"choice", "check"} & {one.kind, other.kind}:
        return False
    a, b = one.box, other.box
    return _shared(a.x, a.w, b.x, b.w) > _TOUCHING and _shared(a.y, a.h, b.y, b.h) > _TOUCHING


def _shared(start: float, size: float, other: float, other_size: float) -> float:
    return min(start + size, other + other_size) - max(start, other)
