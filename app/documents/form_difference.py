"""What differs between two versions of a form, in words that a reviewer reads: fields added, moved, bound anew, set otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.documents.definitions import Box
from app.documents.form_boxes import box_of

Json = Mapping[str, Any]
_HEAD = {
    "title": "様式の名前", "version": "版", "valid_from": "使い始める日", "valid_to": "使い終わる日", "section": "担当課",
    "copies": "部数", "authority": "提出先", "basis": "根拠", "order": "印刷の順",
}  # fmt: skip
_SETTINGS = {
    "type": "種類", "format": "書式", "text": "文字", "size": "文字の大きさ", "min": "いちばん小さい文字", "condense": "長体（%）",
    "lines": "行数", "align": "左右の寄せ", "valign": "上下の寄せ", "font": "書体", "bold": "太字", "count": "マスの数",
    "from_right": "右詰め", "first_year": "最初の年", "symbology": "コードの種類", "row_height": "行の高さ", "rows": "行の数",
    "heading": "見出しの高さ", "value": "値", "options": "選択肢", "parts": "年月日の位置", "columns": "列", "page": "ページ",
}  # fmt: skip
_LEAST = 0.005


@dataclass(frozen=True)
class FormChange:
    """One difference: 追加, 削除 or 変更, what it is about, and in what way; `ref` is the field in the later version."""

    kind: str
    name: str
    text: str
    ref: str = ""


def form_changes(before: Json, after: Json, title_of: Callable[[str], str] = str) -> list[FormChange]:
    """The differences between two flat forms. `title_of` gives what a print key is called."""
    found = [
        FormChange("変更", label, f"{before.get(key, 'なし')} → {after.get(key, 'なし')}")
        for key, label in _HEAD.items()
        if before.get(key) != after.get(key)
    ]
    found += _of_page(before, after)
    pairs = _pairs(before["fields"], after["fields"])
    for old, new in pairs:
        found += _of_field(before, after, old, new, title_of)
    return found


def _of_page(before: Json, after: Json) -> list[FormChange]:
    found = []
    if before["page"] != after["page"]:
        found.append(FormChange("変更", "用紙", f"{_paper(before)} → {_paper(after)}"))
    if before["base"].get("sha256") != after["base"].get("sha256") or bool(before["base"].get("pdf")) != bool(
        after["base"].get("pdf")
    ):
        found.append(FormChange("変更", "下敷き", "公式様式の PDF が変わりました"))
    old, new = before["base"].get("elements", []), after["base"].get("elements", [])
    if old != new:
        more = sum(one not in old for one in new)
        less = sum(one not in new for one in old)
        found.append(FormChange("変更", "下地の線と文字", f"{more}個を追加、{less}個を削除"))
    return found


def _paper(form: Json) -> str:
    page = form["page"]
    return f"{page['width']:g}×{page['height']:g} mm {page.get('count', 1)}ページ"


def _pairs(before: list[Json], after: list[Json]) -> list[tuple[int | None, int | None]]:
    """Fields that are the same one: by name first, then by what they print."""
    left = dict(enumerate(after))
    pairs: list[tuple[int | None, int | None]] = []
    rest: list[int] = []
    for at, field in enumerate(before):
        same = next((key for key, other in left.items() if other["name"] == field["name"]), None)
        if same is None:
            rest.append(at)
            continue
        pairs.append((at, same))
        del left[same]
    for at in rest:
        bound = _prints(before[at])
        same = next((key for key, other in left.items() if bound and _prints(other) == bound), None)
        pairs.append((at, same))
        left.pop(same, None) if same is not None else None
    return [*pairs, *((None, key) for key in left)]


def _prints(field: Json) -> str:
    return str(field.get("bind") or field.get("text") or "")


def _of_field(
    before: Json, after: Json, old: int | None, new: int | None, title_of: Callable[[str], str]
) -> list[FormChange]:
    if old is None and new is not None:
        field = after["fields"][new]
        return [FormChange("追加", field["name"], _described(field, title_of), f"f{new}")]
    if new is None and old is not None:
        return [
            FormChange("削除", before["fields"][old]["name"], _described(before["fields"][old], title_of))
        ]
    if old is None or new is None:
        return []
    was, now = before["fields"][old], after["fields"][new]
    said = [*_moved(box_of(dict(before), f"f{old}"), box_of(dict(after), f"f{new}"))]
    if was["name"] != now["name"]:
        said.append(f"名前 {was['name']} → {now['name']}")
    if was.get("bind") != now.get("bind"):
        said.append(f"差し込み項目 {_bound(was, title_of)} → {_bound(now, title_of)}")
    for key, label in _SETTINGS.items():
        if was.get(key) != now.get(key):
            plain = all(isinstance(one.get(key), str | int | float | None) for one in (was, now))
            said.append(
                f"{label} {was.get(key, '標準')} → {now.get(key, '標準')}" if plain else f"{label}を変更"
            )
    return [FormChange("変更", now["name"], "、".join(said), f"f{new}")] if said else []


def _described(field: Json, title_of: Callable[[str], str]) -> str:
    return _bound(field, title_of) or "印字する項目なし"


def _bound(field: Json, title_of: Callable[[str], str]) -> str:
    return title_of(field["bind"]) if field.get("bind") else str(field.get("text") or "なし")


def _moved(was: Box, now: Box) -> list[str]:
    said = []
    for size, more, less in ((now.x - was.x, "右", "左"), (now.y - was.y, "下", "上")):
        if abs(size) > _LEAST:
            said.append(f"{more if size > 0 else less}へ{abs(size):.1f} mm")
    for size, name in ((now.w - was.w, "幅"), (now.h - was.h, "高さ")):
        if abs(size) > _LEAST:
            said.append(f"{name}{size:+.1f} mm")
    return said
