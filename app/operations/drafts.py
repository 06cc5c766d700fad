"""Drafts of the content pack (業務定義の下書き): beginning one, looking at it, giving it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.data import audit, content, drafts, staff
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.code_lists import CodeList, CodeLists, code_list
from app.domain.content import ContentPack
from app.domain.content_columns import key_fields, row_types, title_field
from app.domain.content_difference import RowChange, Rows, difference
from app.domain.content_labels import PARTS
from app.domain.drafts import Draft, DraftState
from app.domain.errors import Invalid, NotFound, Refused
from app.intake.content_codec import encode
from app.operations import packs
from app.operations.draft_pack import DraftPack, read_draft

LONGEST_TITLE = 60
LONGEST_PURPOSE = 600
EDITS = frozenset({Right.MANAGE_CONTENT, Right.EDIT_SECTION_CONTENT})


@dataclass(frozen=True)
class DraftLine:
    """A draft of the list with the names of who is behind it."""

    draft: Draft
    begun_by: str
    changed_by: str


def begin(title: str, purpose: str, version: int | None, actor: Actor) -> str:
    """A draft made from a published version (the one in force); its id. Raises Invalid, NotFound, Refused."""
    require_editor(actor)
    found = _named(title, purpose)
    base = version or content.current_version_id()
    if base is None or content.find_version(base) is None:
        raise NotFound("もとにする版が見つかりません。画面を開き直してください。")
    source = packs.published(base).source
    forms = drafts.forms_text(packs.stored(base)["forms"])
    return _store(found, source, forms, base, actor, "version")


def begin_from_pack(title: str, purpose: str, pack: ContentPack, actor: Actor) -> str:
    """A draft made from files; it is published with the forms in force. Raises Invalid, NotFound, Refused."""
    require_editor(actor)
    found = _named(title, purpose)
    base = content.current_version_id()
    if base is None:
        raise NotFound(
            "業務定義がまだ公開されていません。最初の1回は flask content load で公開してください。"
        )
    forms = drafts.forms_text(packs.stored(base)["forms"])
    return _store(found, pack, forms, base, actor, "files")


def _named(title: str, purpose: str) -> tuple[str, str]:
    title, purpose = title.strip(), purpose.strip()
    wrong = {}
    if not title or len(title) > LONGEST_TITLE:
        wrong["title"] = (
            f"何を変える下書きかを、{LONGEST_TITLE}文字以内で入力してください（例: 出産祝金を新設）。"
        )
    if len(purpose) > LONGEST_PURPOSE:
        wrong["purpose"] = f"{LONGEST_PURPOSE}文字以内で入力してください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    return title, purpose


def _store(
    named: tuple[str, str], pack: ContentPack, forms: str, base: int, actor: Actor, made_from: str
) -> str:
    with transaction():
        head = (pack.title, pack.version)
        draft_id = drafts.add_draft(*named, head, base, forms, actor.staff_id)
        drafts.fill(draft_id, rows_of(pack), actor.staff_id)
        detail = {"draft": draft_id, "base": base, "from": made_from}
        audit.record("content.draft_begun", actor=actor, detail=detail)
    return draft_id


def rows_of(pack: ContentPack) -> dict[str, list[dict[str, Any]]]:
    """The plain rows of a pack, part by part."""
    return {part: [encode(row) for row in getattr(pack, part)] for part in row_types()}


def words_of(pack: ContentPack, forms: Mapping[str, str]) -> CodeLists:
    """What the codes of a pack are called; `forms` are the titles of the forms published with it, by code."""
    lists = {
        part: code_list(
            PARTS.get(part, part),
            [
                (str(getattr(row, key_fields(part)[0])), str(getattr(row, title_field(part))))
                for row in getattr(pack, part)
            ],
        )
        for part in row_types()
    }
    targets = {one.target: one.title for one in reversed(pack.certificates)}
    lists["forms"] = CodeList("様式", dict(forms))
    lists["targets"] = code_list("証明書", [*targets.items(), ("notification", "届出")])
    return CodeLists(lists, pack.fact_by_id)


def read(draft_id: str) -> DraftPack:
    """A draft as a whole, with its findings. Raises NotFound."""
    return read_draft(drafts.get_draft(draft_id))


def read_head(draft_id: str) -> Draft:
    """A draft without its rows. Raises NotFound."""
    return drafts.get_draft(draft_id)


def changes(found: DraftPack) -> tuple[RowChange, ...]:
    """What a draft changes of the version it was made from."""
    if found.draft.base_version is None:
        return ()
    published = packs.published(found.draft.base_version)
    base, titles = published.source, {form.code: form.title for form in published.forms}
    after: Rows = {part: [line.cells for line in lines] for part, lines in found.of_part.items()}
    return difference(rows_of(base), after, words_of(base, titles), found.lists)


def pack_changes(before: ContentPack, after: ContentPack, forms: Mapping[str, str]) -> tuple[RowChange, ...]:
    """What differs between two packs; `forms` are the titles of the forms they name, by code."""
    return difference(rows_of(before), rows_of(after), words_of(before, forms), words_of(after, forms))


def list_open() -> tuple[DraftLine, ...]:
    """The drafts that are edited or wait for review, those changed last first."""
    found = drafts.list_drafts([DraftState.EDITING, DraftState.IN_REVIEW])
    names = staff_names({one for draft in found for one in (draft.begun_by, draft.changed_by)})
    return tuple(DraftLine(one, names[one.begun_by], names[one.changed_by]) for one in found)


def staff_names(ids: set[str]) -> Mapping[str, str]:
    """What members of staff are called, by id; an id that is no one's stands for itself."""
    known = staff.list_staff_names({one for one in ids if one})
    return {one: known.get(one, "システム" if one == "system" else one) for one in ids}


def discard(draft_id: str, actor: Actor) -> None:
    """Give a draft up: its rows go, its changes stay readable. Raises NotFound, Refused."""
    require_editor(actor)
    with transaction():
        row = drafts.lock_draft(draft_id)
        if row.state not in {DraftState.EDITING, DraftState.IN_REVIEW}:
            raise Refused("この下書きはもう編集できません。一覧から確認してください。")
        if row.begun_by != actor.staff_id and not actor.may(Right.MANAGE_CONTENT):
            raise Refused("下書きを破棄できるのは、作った人と業務定義の担当者です。")
        drafts.decide(row, DraftState.DISCARDED, actor.staff_id, "")
        drafts.remove_draft_lines(draft_id)
        audit.record("content.draft_discarded", actor=actor, detail={"draft": draft_id})


def require_editor(actor: Actor) -> None:
    """Raises Refused for whoever may change no content."""
    if not actor.rights & EDITS:
        raise Refused("業務定義を変える権限がありません。情報政策課へご相談ください。")
