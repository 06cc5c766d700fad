"""From a draft to the version in force: review by a second person, publishing on a day, withdrawing, rolling back.

A draft is handed in with the day it comes into force. Whoever approves it has neither begun, edited nor handed it in, and
approves exactly what was handed in. New cases use a version from its day on; cases keep the one they were opened with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.data import audit, content, drafts
from app.data.content import Version
from app.data.models.base import utc_now
from app.data.models.draft import DraftRow
from app.data.transactions import transaction
from app.domain.authority import Actor, Right
from app.domain.content_difference import RowChange
from app.domain.dates import format_wareki, today_in_japan
from app.domain.drafts import Draft, DraftState
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.operations import draft_forms, examples, packs
from app.operations.draft_merge import merge_version
from app.operations.draft_pack import read_draft
from app.operations.drafts import changes, pack_changes, require_editor, staff_names

LONGEST_COMMENT = 600


@dataclass(frozen=True)
class VersionLine:
    """A version of the history: its state in words, who edited and approved it."""

    version: Version
    state: str
    edited_by: str
    published_by: str
    withdrawn_by: str


def submit(draft_id: str, in_force_on: date | None, actor: Actor) -> None:
    """Hand a draft in for review. Raises Invalid with what is missing, Refused, NotFound."""
    require_editor(actor)
    with transaction():
        row = _locked(draft_id, DraftState.EDITING)
        day = _day(in_force_on)
        _ready(drafts.get_draft(draft_id), day)
        row.state, row.in_force_on = DraftState.IN_REVIEW, day
        row.submitted_at, row.submitted_by = utc_now(), actor.staff_id
        row.comment, row.decided_at, row.decided_by = "", None, None
        row.revision += 1
        detail = {"draft": draft_id, "in_force_on": day.isoformat(), "revision": row.revision}
        audit.record("content.draft_submitted", actor=actor, detail=detail)


def _day(in_force_on: date | None) -> date:
    if in_force_on is None or in_force_on < today_in_japan():
        text = "公開する日を、今日以後の日で入力してください（例: R9.4.1）。"
        raise Invalid(text, {"in_force_on": text})
    return in_force_on


def _ready(draft: Draft, day: date) -> None:
    """Raises Invalid for a draft that cannot be published on a day."""
    found = read_draft(draft)
    if found.errors:
        raise Invalid(
            f"直すところが{len(found.errors)}件あるため、公開できません。「直すところ」を確認してください。"
        )
    if not changes(found) and not draft_forms.changed_forms(draft):
        raise Invalid("もとの版から変わったところがありません。")
    held = examples.standing(found.pack)
    if not held.may_publish:
        raise Invalid(held.text)
    in_force = content.current_version_id(day)
    if in_force != draft.base_version:
        raise Invalid(
            f"{format_wareki(day)}に使われるのは第{in_force}版ですが、この下書きは第{draft.base_version}版から作られています。"
            "「新しい版の変更を取り込む」を行ってから提出してください。"
        )


def send_back(draft_id: str, comment: str, actor: Actor) -> None:
    """Give a draft back to those who edit it, with a comment; its editors may take it back themselves. Raises Refused, Invalid."""
    require_editor(actor)
    comment = comment.strip()
    with transaction():
        row = _locked(draft_id, DraftState.IN_REVIEW)
        if not may_decide(drafts.get_draft(draft_id), actor) and actor.staff_id not in _authors(row):
            raise Refused("差し戻せるのは、審査する人と下書きを作った人です。")
        if not comment or len(comment) > LONGEST_COMMENT:
            text = f"差し戻す理由を{LONGEST_COMMENT}文字以内で入力してください。"
            raise Invalid(text, {"comment": text})
        drafts.decide(row, DraftState.EDITING, actor.staff_id, comment)
        audit.record("content.draft_sent_back", actor=actor, detail={"draft": draft_id})


def approve(draft_id: str, revision: int, comment: str, actor: Actor) -> int:
    """Publish what was handed in, on its day; the version. Raises Refused, Conflict, Invalid, NotFound."""
    with transaction():
        row = _locked(draft_id, DraftState.IN_REVIEW)
        draft = drafts.get_draft(draft_id)
        if not may_decide(draft, actor):
            raise Refused(
                "この下書きを作った人、変えた人、提出した人は承認できません。ほかの担当者に依頼してください。"
            )
        if row.revision != revision:
            raise Conflict("画面を開いた後に、この下書きが変わっています。変更点をもう一度確認してください。")
        day = max(draft.in_force_on or today_in_japan(), today_in_japan())
        _ready(draft, day)
        found = read_draft(draft)
        payload, digest = packs.payload_of(found.pack, json.loads(drafts.get_forms(draft_id)))
        version = content.add_version(
            digest, payload, actor.staff_id, in_force_on=day, title=draft.title, comment=comment.strip()[:LONGEST_COMMENT],
            edited_by=sorted(_authors(row)), draft_id=draft_id,
        )  # fmt: skip
        if version is None:
            raise Conflict("同じ内容の版がすでに公開されています。")
        drafts.decide(row, DraftState.PUBLISHED, actor.staff_id, comment.strip()[:LONGEST_COMMENT])
        drafts.remove_draft_lines(draft_id)
        detail = {
            "version": version,
            "draft": draft_id,
            "in_force_on": day.isoformat(),
            "digest": digest[:16],
        }
        audit.record("content.published", actor=actor, detail=detail)
    return version


def may_decide(draft: Draft, actor: Actor) -> bool:
    """Whether a member of staff is a second person for a draft."""
    return actor.may(Right.MANAGE_CONTENT) and actor.staff_id not in _authors(draft)


def _authors(draft: Draft | DraftRow) -> set[str]:
    named = {draft.begun_by, draft.submitted_by or draft.begun_by}
    return named | set(drafts.list_editors(draft.id))


def _locked(draft_id: str, state: DraftState) -> DraftRow:
    row = drafts.lock_draft(draft_id)
    if row.state != state:
        raise Conflict("この下書きの状態が変わっています。画面を開き直してください。")
    return row


def restore(version_id: int, reason: str, actor: Actor) -> int:
    """Put an earlier version into force again today, as a new version. Raises Invalid, NotFound, Refused."""
    _require_all(actor)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_COMMENT:
        text = f"戻す理由を{LONGEST_COMMENT}文字以内で入力してください（例: 条件の誤りのため）。"
        raise Invalid(text, {"reason": text})
    with transaction():
        earlier = content.find_version(version_id)
        if earlier is None:
            raise NotFound("この版はありません。履歴から選び直してください。")
        version = content.add_version(
            earlier.digest, content.get_payload(version_id), actor.staff_id, title=f"第{version_id}版に戻す", comment=reason,
            edited_by=[actor.staff_id], restores=version_id,
        )  # fmt: skip
        if version is None:
            raise Invalid("この版と同じ内容が、いま使われています。")
        audit.record("content.restored", actor=actor, detail={"version": version, "restores": version_id})
    return version


def withdraw(version_id: int, actor: Actor) -> None:
    """Take back a version that is not yet in force. Raises Refused, NotFound."""
    _require_all(actor)
    with transaction():
        row = content.lock_version(version_id)
        if row is None:
            raise NotFound("この版はありません。履歴から選び直してください。")
        if row.in_force_on <= today_in_japan():
            raise Refused("すでに使われている版は取り消せません。前の版に戻してください。")
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = utc_now(), actor.staff_id
            audit.record("content.withdrawn", actor=actor, detail={"version": version_id})


def _require_all(actor: Actor) -> None:
    if not actor.may(Right.MANAGE_CONTENT):
        raise Refused("公開した版を変えられるのは、業務定義の担当者です。")


def list_versions() -> tuple[VersionLine, ...]:
    """The versions, the newest first."""
    found = content.list_versions()
    current = content.current_version_id()
    ids = {one.published_by for one in found} | {by for one in found for by in one.edited_by}
    names = staff_names(ids | {one.withdrawn_by for one in found if one.withdrawn_by})
    return tuple(
        VersionLine(
            one, _state(one, current), "、".join(names[by] for by in one.edited_by), names[one.published_by],
            names.get(one.withdrawn_by or "", ""),
        )
        for one in found
    )  # fmt: skip


def _state(version: Version, current: int | None) -> str:
    if version.withdrawn_at is not None:
        return "withdrawn"
    if version.id == current:
        return "current"
    return "planned" if version.in_force_on > today_in_japan() else "past"


def planned_without(version_id: int) -> Sequence[Version]:
    """Versions that come into force after another and were published before it: they do not hold its changes."""
    found = content.find_version(version_id)
    if found is None:
        return ()
    return [
        one
        for one in content.list_versions()
        if one.id < version_id and one.in_force_on > found.in_force_on and one.withdrawn_at is None
    ]


def version_before(version_id: int) -> int | None:
    """The version that was published before another; None for the first."""
    ids = (one.id for one in content.list_versions() if one.id < version_id and one.withdrawn_at is None)
    return next(ids, None)


def version_changes(version_id: int) -> tuple[RowChange, ...]:
    """What a version changed of the one before it. Raises NotFound."""
    before, after = version_before(version_id), packs.published(version_id)
    if before is None:
        return ()
    earlier = packs.published(before)
    titles = {form.code: form.title for form in (*earlier.forms, *after.forms)}
    return pack_changes(earlier.source, after.source, titles)


def is_behind(draft: Draft) -> bool:
    """Whether another version came into force, or will, since the draft was made."""
    return draft.is_open and draft.base_version not in {
        content.current_version_id(draft.in_force_on), content.newest_version_id()
    }  # fmt: skip


def bring_up_to_date(draft_id: str, actor: Actor) -> None:
    """Take over what a newer version changed; rows the draft changes too stay as they are in the draft. Raises Refused."""
    require_editor(actor)
    with transaction():
        row = _locked(draft_id, DraftState.EDITING)
        newer = content.newest_version_id()
        if newer is None or row.base_version is None or newer == row.base_version:
            raise Conflict("取り込む新しい版はありません。")
        merge_version(row, newer, actor)
        detail = {"draft": draft_id, "base": newer}
        audit.record("content.draft_updated", actor=actor, detail=detail)
