"""Forms of a draft as a whole: taken in hand, made from an official PDF, another form or an empty page, given dates, dropped."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.data import drafts as stored_drafts
from app.data.transactions import transaction
from app.documents.bases.model import NormalisedBase
from app.documents.definitions import FormDefinition
from app.documents.problems import PrintFailed
from app.domain.authority import Actor, Right
from app.domain.dates import today_in_japan
from app.domain.drafts import Draft, DraftState
from app.domain.errors import Invalid, NotFound
from app.operations import draft_edit, draft_forms, drafts, form_facts, form_proposals, packs
from app.operations.draft_forms import Name, StoredForm
from app.operations.form_bases import accept_base

Json = dict[str, Any]
LONGEST_TITLE = 80
EMPTY_SIZES = {
    "a4": (210.0, 297.0),
    "a4-landscape": (297.0, 210.0),
    "a5": (148.0, 210.0),
    "b5": (182.0, 257.0),
}
DIFFERENT_PAGES = "ページごとに用紙の大きさが違う PDF は、1つの様式にできません。大きさの同じページに分けて、別々の様式にしてください。"
_ABOUT = 0.6
"""Pages whose sides differ by no more (mm) are the same size."""


@dataclass(frozen=True)
class FormLine:
    """A form as the lists show it; `drafts` are the open drafts that change it."""

    name: Name
    title: str
    section: str
    valid_from: date
    valid_to: date | None
    copies: int
    fields: int
    official: bool
    drafts: tuple[Draft, ...] = ()
    change: str = ""


def list_forms() -> tuple[list[FormLine], list[FormLine]]:
    """The forms in force with the drafts in which each is being changed, and the new ones that stand in drafts."""
    version = packs.current_version()
    open_drafts = stored_drafts.list_drafts([DraftState.EDITING, DraftState.IN_REVIEW])
    changed = {draft: draft_forms.changed_forms(draft) for draft in open_drafts}
    coming = [
        _line(after.definition(), (draft,), "追加")
        for draft, names in changed.items()
        for before, after in names.values()
        if before is None and after is not None
    ]
    return in_force(version, changed), coming


def in_force(version: int, changed: Mapping[Draft, Mapping[Name, object]] | None = None) -> list[FormLine]:
    """Every version of every form of a content, by section."""
    changed = changed or {}
    found = sorted(
        packs.published(version).forms, key=lambda form: (form.section, form.order, form.code, form.version)
    )
    return [
        _line(form, tuple(draft for draft, names in changed.items() if (form.code, form.version) in names))
        for form in found
    ]


def changed_lines(draft: Draft) -> list[FormLine]:
    """The forms that a draft adds, changes or drops."""
    return _changed(draft_forms.changed_forms(draft))


def lines_between(before: int | None, after: int) -> list[FormLine]:
    """The forms that a published version adds, changes or drops against an earlier one. Raises NotFound."""
    if before is None:
        return []
    return _changed(draft_forms.differing(draft_forms.of_version(before), draft_forms.of_version(after)))


def _changed(pairs: Mapping[Name, tuple[StoredForm | None, StoredForm | None]]) -> list[FormLine]:
    found = []
    for before, after in pairs.values():
        form = after or before
        if form is not None:
            change = "削除" if after is None else "追加" if before is None else "変更"
            found.append(_line(form.definition(), (), change))
    return found


def _line(found: FormDefinition, changing: tuple[Draft, ...], change: str = "") -> FormLine:
    return FormLine(
        (found.code, found.version), found.title, found.section, found.valid_from, found.valid_to, found.copies, len(found.fields),
        found.base_pdf is not None, changing, change,
    )  # fmt: skip


def editable_drafts() -> list[Draft]:
    """The drafts a form may be put into."""
    return list(stored_drafts.list_drafts([DraftState.EDITING]))


def draft_for(given: Mapping[str, str], title: str, actor: Actor) -> str:
    """The draft that was chosen, or a new one made from the version in force. Raises Invalid, Refused, NotFound."""
    chosen = given.get("draft", "")
    if chosen:
        return stored_drafts.get_draft(chosen).id
    return drafts.begin(f"様式：{title}"[: drafts.LONGEST_TITLE], "", None, actor)


@dataclass(frozen=True)
class NewForm:
    """What the page for a new form asks: where it begins (`pdf`, `empty`, `copy`) and who it belongs to."""

    title: str
    section: str
    start: str
    upload: bytes = b""
    size: str = "a4"
    copy_of: str = ""
    take_fields: bool = True


def add(draft_id: str, new: NewForm, base: NormalisedBase | None, actor: Actor) -> Name:
    """A new form in a draft, valid from today, on a base that `read_base` gave; its name. Raises Invalid, Refused."""
    facts = form_facts.of_draft(draft_id)
    with draft_forms.acting(draft_id, actor) as act:
        source, blank = _start(new, base, act.forms)
        own = () if actor.may(Right.MANAGE_CONTENT) else draft_forms.own_section(draft_id, actor)
        source |= {
            "form": free_code(act.forms), "title": new.title.strip(), "version": 1, "valid_from": today_in_japan().isoformat(),
            "section": own[0] if own else new.section,
        }  # fmt: skip
        source.pop("valid_to", None)
        if base is not None and new.take_fields:
            source["fields"] = form_proposals.proposed(base.fields, facts)
        made = StoredForm(source, blank)
        act.put(None, made)
    return made.name


def read_base(new: NewForm, actor: Actor) -> NormalisedBase | None:
    """The official PDF of a new form made clean, before anything is begun for it. Raises Invalid with what is missing."""
    wrong = {}
    if not new.title.strip() or len(new.title.strip()) > LONGEST_TITLE:
        wrong["title"] = f"様式の名前を{LONGEST_TITLE}文字以内で入力してください（例: 出産祝金支給申請書）。"
    if new.start == "pdf" and not new.upload:
        wrong["file"] = "公式様式の PDF ファイルを選んでください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    if new.start != "pdf":
        return None
    base = clean_base(new.upload, actor)
    _on_base({}, base)
    return base


def _start(
    new: NewForm, base: NormalisedBase | None, forms: Mapping[Name, StoredForm]
) -> tuple[Json, bytes | None]:
    if base is not None:
        return _on_base({"copies": 1, "fields": []}, base), base.pdf
    if new.start == "copy":
        code, _, number = new.copy_of.rpartition("@")
        found = forms.get((code, int(number) if number.isdecimal() else 0))
        if found is None:
            raise Invalid("入力内容を確認してください。", {"copy_of": "もとにする様式を選んでください。"})
        made = draft_forms.flat(found)
        return copy.deepcopy(made.source), made.blank
    width, height = EMPTY_SIZES.get(new.size, EMPTY_SIZES["a4"])
    page = {"width": width, "height": height, "count": 1}
    return {"copies": 1, "page": page, "base": {"elements": []}, "fields": []}, None


def _on_base(source: Json, base: NormalisedBase) -> Json:
    """A form's JSON with an official PDF under it. Raises Invalid when its pages are not of one size."""
    first = base.pages[0]
    if any(
        abs(one.width - first.width) > _ABOUT or abs(one.height - first.height) > _ABOUT for one in base.pages
    ):
        raise Invalid("入力内容を確認してください。", {"file": DIFFERENT_PAGES})
    page = {"width": round(first.width, 3), "height": round(first.height, 3), "count": len(base.pages)}
    made = {"pdf": "base.pdf", "sha256": base.sha256, "elements": []}
    return {**source, "page": page, "base": made}


def clean_base(upload: bytes, actor: Actor) -> NormalisedBase:
    """An official PDF made clean, in the renderer's process. Raises Invalid under `file`, Refused."""
    try:
        return accept_base(upload, actor)
    except (Invalid, PrintFailed) as refused:
        raise Invalid("この PDF は使えません。", {"file": refused.message}) from refused


def put_base(draft_id: str, name: Name, seen: str, upload: bytes, actor: Actor) -> tuple[str, ...]:
    """Another official PDF under a form whose fields stay where they are; what is to be known of it. Raises Invalid, Conflict."""
    if not upload:
        raise Invalid("入力内容を確認してください。", {"file": "公式様式の PDF ファイルを選んでください。"})
    base = clean_base(upload, actor)
    with draft_forms.acting(draft_id, actor) as act:
        before = act.take(*name, seen)
        act.put(before, StoredForm(_on_base(before.source, base), base.pdf))
    return base.notes


def free_code(forms: Iterable[Name]) -> str:
    """A code that no form has yet."""
    used = [re.fullmatch(r"yoshiki_(\d{1,6})", code) for code, _ in forms]
    number = max((int(found[1]) for found in used if found), default=0) + 1
    return f"yoshiki_{number:03d}"


def section_titles() -> list[str]:
    """The sections of the content in force in the order of their counters."""
    return [one.title for one in sorted(packs.current().pack.sections, key=lambda one: one.order)]


def set_head(draft_id: str, name: Name, seen: str, head: Mapping[str, Any], actor: Actor) -> None:
    """Title, section, copies, dates, authority, law and order of a form. Raises Invalid, Conflict, Refused."""
    title = str(head.get("title", "")).strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(
            "入力内容を確認してください。",
            {"title": f"様式の名前を{LONGEST_TITLE}文字以内で入力してください。"},
        )
    starts, ends = head["valid_from"], head["valid_to"]
    if ends is not None and ends < starts:
        raise Invalid(
            "入力内容を確認してください。", {"valid_to": "使い終わる日が、使い始める日より前です。"}
        )
    with draft_forms.acting(draft_id, actor) as act:
        before = act.take(*name, seen)
        source = {
            **before.source, "title": title, "section": str(head["section"]), "copies": head["copies"],
            "valid_from": starts.isoformat(),
        }  # fmt: skip
        source.pop("valid_to", None)
        if ends is not None:
            source["valid_to"] = ends.isoformat()
        for key, usual in (("authority", ""), ("basis", ""), ("order", 100)):
            if key in head:
                source.pop(key, None)
                source |= {key: head[key]} if head[key] != usual else {}
        if source != before.source:
            act.put(before, StoredForm(source, before.blank))


def set_settings(
    draft_id: str, name: Name, seen: str, head: Mapping[str, Any], users: Iterable[str] | None, actor: Actor
) -> None:
    """Head and, unless None, the procedures of a form in one act: all of it or nothing.

    Raises Invalid, Conflict, Refused, NotFound.
    """
    with transaction():
        set_head(draft_id, name, seen, head, actor)
        if users is not None:
            set_users(draft_id, name[0], users, actor)


def next_version(draft_id: str, name: Name, starts: date, actor: Actor) -> Name:
    """A further version of a form, valid from a day; until then the one before is used. Raises Invalid, NotFound."""
    with draft_forms.acting(draft_id, actor) as act:
        before = act.take(*name)
        number = max(one for code, one in act.forms if code == name[0]) + 1
        source = {**before.source, "version": number, "valid_from": starts.isoformat()}
        source.pop("valid_to", None)
        made = StoredForm(source, before.blank)
        act.put(None, made)
    return made.name


def take_back(draft_id: str, name: Name, version: int, actor: Actor) -> None:
    """Put a form into a draft as it was in an earlier version of the content. Raises NotFound, Refused."""
    found = draft_forms.of_version(version).get(name)
    if found is None:
        raise NotFound("この様式は、その版にありません。履歴から選び直してください。")
    with draft_forms.acting(draft_id, actor) as act:
        before = act.take(*name) if name in act.forms else None
        act.put(before, draft_forms.flat(found))


def drop(draft_id: str, name: Name, actor: Actor) -> None:
    """Take a version of a form out of a draft. Raises Invalid while a procedure of the draft needs it, NotFound, Refused."""
    users = users_of(draft_id, name[0])
    with draft_forms.acting(draft_id, actor) as act:
        before = act.take(*name)
        last = [one for one in act.forms if one[0] == name[0]] == [name]
        used = [title for _, title, uses, _ in users if uses]
        if last and used:
            raise Invalid(
                f"この様式は「{'」「'.join(used[:5])}」で使われているため、削除できません。先に手続きから外してください。"
            )
        act.put(before, None)


def users_of(draft_id: str, code: str) -> list[tuple[str, str, bool, str]]:
    """The procedures of a draft: row, title, whether they print this form, and their section."""
    lines = stored_drafts.list_lines(draft_id, ("procedures",))
    return [
        (
            line.id,
            str(line.cells.get("title") or line.cells.get("code")),
            code in (line.cells.get("forms") or ()),
            str(line.cells.get("section", "")),
        )
        for line in lines
    ]


def set_users(draft_id: str, code: str, wanted: Iterable[str], actor: Actor) -> None:
    """Let these procedures (rows) print a form, and no others. Raises Refused, NotFound."""
    chosen = set(wanted)
    rows = {}
    for line in stored_drafts.list_lines(draft_id, ("procedures",)):
        forms = list(line.cells.get("forms") or ())
        if (code in forms) != (line.id in chosen):
            forms = [one for one in forms if one != code] + ([code] if line.id in chosen else [])
            rows[line.id] = {**line.cells, "forms": forms}
    if rows:
        draft_edit.put_rows(draft_id, "procedures", rows, actor)
