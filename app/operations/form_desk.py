"""Acts of the placement desk (申請書様式, M-07) on one form of a draft: each is one transaction and can be undone."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from app.documents.definitions import Box
from app.documents.form_boxes import (
    ALIGNMENTS,
    NoSuchPlace,
    aligned,
    box_of,
    field_of,
    moved,
    places,
    put_box,
)
from app.domain.authority import Actor
from app.domain.errors import Invalid, NotFound
from app.operations import draft_forms, form_facts, form_fields, form_parts
from app.operations.draft_forms import StoredForm
from app.operations.form_facts import PrintFact, PrintFacts

Given = Mapping[str, str]
MOST_FIELDS = 400
MOST_CHOSEN = 200
_STEP = 5.0
_SHOWN = 0.0501
"""The screen shows tenths of a millimetre."""
GONE = "この欄は、ほかの職員が削除したか、並びが変わっています。画面を開き直してください。"


def change(draft_id: str, code: str, number: int, given: Given, actor: Actor) -> list[str]:
    """One act on a form; the references of what is chosen afterwards.

    `given` is what the form of the screen sent: `act`, `chosen` (references), `seen` and what the act needs.
    Raises Invalid, Conflict, NotFound, Refused.
    """
    name = given.get("act", "")
    if name == "undo":
        with draft_forms.acting(draft_id, actor, "content.form_undone") as act:
            same = act.undo(code, number)
        return _chosen(given) if same else []
    worker = _ACTS.get(name)
    if worker is None:
        raise Invalid("画面の情報が足りません。画面を開き直してください。")
    facts = form_facts.of_draft(draft_id)
    with draft_forms.acting(draft_id, actor) as act:
        before = act.take(code, number, given.get("seen", ""))
        after = StoredForm(copy.deepcopy(before.source), before.blank)
        try:
            chosen = worker(after.source, _chosen(given), given, facts)
        except NoSuchPlace as gone:
            raise NotFound(GONE) from gone
        if after.source != before.source:
            act.put(before, after)
    return chosen


def _chosen(given: Given) -> list[str]:
    return given.get("chosen", "").split()[:MOST_CHOSEN]


def _some(chosen: list[str]) -> list[str]:
    if not chosen:
        raise Invalid("欄を選んでから操作してください。")
    return chosen


def _add(form: dict[str, Any], chosen: list[str], given: Given, facts: PrintFacts) -> list[str]:
    if given.get("replace") and chosen and not given.get("free"):
        return _bind(form, chosen, given, facts)
    if len(form["fields"]) >= MOST_FIELDS:
        raise Invalid(f"1つの様式に置ける欄は{MOST_FIELDS}個までです。")
    free = given.get("free", "")
    fact = facts.by_key.get(given.get("key", ""))
    if fact is None and free not in form_fields.FREE_THINGS:
        raise Invalid("差し込む項目を一覧から選んでください。")
    page = _page(form, given)
    box = Box(*_numbers(given, ("x", "y", "w", "h"))) if given.get("x") else _free_place(form, page)
    kind = given.get("kind", form_fields.AUTOMATIC)
    field = form_fields.new_field(None if free else fact, free, kind, box, page, form)
    form["fields"].append(field)
    return [f"f{len(form['fields']) - 1}"]


def _page(form: Mapping[str, Any], given: Given) -> int:
    text = given.get("page", "1")
    return min(int(text), form["page"].get("count", 1)) if text.isdecimal() and 0 < len(text) < 3 else 1


def _free_place(form: dict[str, Any], page: int) -> Box:
    """Below the lowest field of the page, or in its upper left."""
    found = [one.box for one in places(form, page)]
    low = max((box.y + box.h for box in found), default=20.0) + 6.0
    return Box(20.0, min(low, form["page"]["height"] - 10.0), 0.0, 0.0)


def _numbers(given: Given, names: tuple[str, ...]) -> list[float]:
    """Millimetres of the screen's form. Raises Invalid."""
    found, wrong = [], {}
    for name in names:
        try:
            value = float(given.get(name, "") or 0)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or abs(value) > 2000:
            wrong[name] = (
                f"「{given.get(name)}」は長さとして読めません。ミリメートルの数で入力してください（例: 12.5）。"
            )
        found.append(value)
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    return found


def _boxes(form: dict[str, Any], chosen: list[str], given: Given, _: PrintFacts) -> list[str]:
    """What was dragged: a list of [reference, x, y, w, h]."""
    try:
        rows = json.loads(given.get("boxes", ""))
        wanted = [(str(ref), Box(*(float(one) for one in numbers))) for ref, *numbers in rows]
    except (ValueError, TypeError) as error:
        raise Invalid("画面の情報が足りません。画面を開き直してください。") from error
    if len(wanted) > MOST_CHOSEN or not all(
        math.isfinite(one) and abs(one) < 2000 for _, box in wanted for one in (box.x, box.y, box.w, box.h)
    ):
        raise Invalid("画面の情報が足りません。画面を開き直してください。")
    for ref, box in wanted:
        put_box(form, ref, Box(*(round(one, 2) for one in (box.x, box.y, box.w, box.h))))
    return chosen


def _place(form: dict[str, Any], ref: str, given: Given) -> None:
    """The number fields of the side panel; one that shows what was there before changes nothing."""
    now, names = box_of(form, ref), ("x", "y", "w", "h")
    shown = [now.x, now.y, now.w, now.h]
    typed = _numbers({name: given.get(name) or str(at) for name, at in zip(names, shown, strict=True)}, names)
    x, y, w, h = (
        at if abs(at - new) < _SHOWN or not given.get(name) else new
        for name, at, new in zip(names, shown, typed, strict=True)
    )
    if [x, y, w, h] == shown:
        return
    if w <= 0 or h <= 0:
        raise Invalid("入力内容を確認してください。", {"w": "幅と高さは0より大きい数にしてください。"})
    put_box(form, ref, Box(x, y, w, h))


def _nudge(form: dict[str, Any], chosen: list[str], given: Given, _: PrintFacts) -> list[str]:
    """Move and stretch by `by`: four numbers in mm, as the arrow buttons send them."""
    names = ("dx", "dy", "dw", "dh")
    values = dict(zip(names, given.get("by", "").split(), strict=False))
    moved(form, _some(chosen), *_numbers(values, names))
    return chosen


def _align(form: dict[str, Any], chosen: list[str], given: Given, _: PrintFacts) -> list[str]:
    how = given.get("how", "")
    if how not in ALIGNMENTS or len(chosen) < 2:
        raise Invalid("そろえる欄を2つ以上選んでください（Shiftを押しながらクリック、またはスペースキー）。")
    aligned(form, chosen, how)
    return chosen


def _duplicate(form: dict[str, Any], chosen: list[str], given: Given, _: PrintFacts) -> list[str]:
    made = []
    for ref in dict.fromkeys(one.partition(".")[0] for one in _some(chosen)):
        field = copy.deepcopy(field_of(form, ref))
        form["fields"].append(field)
        made.append(f"f{len(form['fields']) - 1}")
        box = box_of(form, made[-1])
        put_box(form, made[-1], Box(box.x, box.y + min(box.h, _STEP) + 1.0, box.w, box.h))
    if len(form["fields"]) > MOST_FIELDS:
        raise Invalid(f"1つの様式に置ける欄は{MOST_FIELDS}個までです。")
    return made


def _remove(form: dict[str, Any], chosen: list[str], given: Given, _: PrintFacts) -> list[str]:
    """Take fields away, or an option of a choice, or a part of a date."""
    for ref in _some(chosen):
        field_of(form, ref)
    whole = {one for one in chosen if "." not in one}
    for ref in sorted((one for one in chosen if one not in whole), reverse=True):
        if ref.partition(".")[0] not in whole:
            form_parts.remove_part(field_of(form, ref), ref.partition(".")[2])
    gone = {int(one[1:]) for one in whole}
    form["fields"] = [one for at, one in enumerate(form["fields"]) if at not in gone]
    return []


def _set(form: dict[str, Any], chosen: list[str], given: Given, facts: PrintFacts) -> list[str]:
    """The settings of the side panel, the place among them."""
    ref = _some(chosen)[0].partition(".")[0]
    field = field_of(form, ref)
    _place(form, _some(chosen)[0], given)
    form_fields.set_up(field, {**given, **({"text": facts.keyed(given["text"])} if "text" in given else {})})
    form_parts.set_parts(field, given)
    if given.get("page_of"):
        field["page"] = _page(form, {"page": given["page_of"]})
    return chosen


def _bind(form: dict[str, Any], chosen: list[str], given: Given, facts: PrintFacts) -> list[str]:
    fact: PrintFact | None = facts.by_key.get(given.get("key", ""))
    if fact is None:
        raise Invalid("差し込む項目を一覧から選んでください。")
    form_fields.bind(field_of(form, _some(chosen)[0].partition(".")[0]), fact)
    return chosen


def _part(form: dict[str, Any], chosen: list[str], given: Given, _: PrintFacts) -> list[str]:
    """Another option, part or column of the chosen field."""
    ref = _some(chosen)[0].partition(".")[0]
    form_parts.add_part(field_of(form, ref), given)
    return [ref]


def _retype(form: dict[str, Any], chosen: list[str], given: Given, facts: PrintFacts) -> list[str]:
    """Another kind of field for the same fact at the same place."""
    ref = _some(chosen)[0].partition(".")[0]
    field, box = field_of(form, ref), box_of(form, ref)
    fact = facts.by_key.get(str(field.get("bind", "")))
    if fact is None:
        raise Invalid("先に、差し込む項目を選んでください。")
    others = {**form, "fields": [one for one in form["fields"] if one is not field]}
    form["fields"][int(ref[1:])] = {
        **form_fields.new_field(fact, "", given.get("kind", ""), box, field["page"], others), "name": field["name"],
    }  # fmt: skip
    return [ref]


_ACTS: dict[str, Callable[[dict[str, Any], list[str], Given, PrintFacts], list[str]]] = {
    "add": _add, "box": _boxes, "nudge": _nudge, "align": _align, "duplicate": _duplicate, "remove": _remove, "set": _set,
    "bind": _bind, "part": _part, "retype": _retype,
}  # fmt: skip
