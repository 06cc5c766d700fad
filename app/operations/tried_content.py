"""The contents that can be tried: every published version and every draft, each by a short name that goes into addresses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.data import content, drafts
from app.domain.authority import Actor
from app.domain.content import ContentPack, Procedure, Question, Rule
from app.domain.dates import today_in_japan
from app.domain.drafts import Draft, DraftState
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.example_content import Example
from app.extensions import db
from app.intake.content_codec import encode
from app.operations import draft_edit, packs
from app.operations.draft_pack import read_draft

VERSION = "version"
DRAFT = "draft"
GONE = (
    "この業務定義は見つかりません。公開されたか、破棄された下書きかもしれません。画面を開き直してください。"
)
ONLY_DRAFTS = "世帯例は、編集中の下書きでだけ変えられます。下書きを選ぶか、新しく作ってください。"

_DECIDING: dict[str, frozenset[str]] = {
    "procedures": frozenset({"code", "per", "by_hand", "concerns", "order", "valid_from", "valid_to"}),
    "rules": frozenset({"procedure", "events", "conditions", "who", "valid_from", "valid_to"}),
    "facts": frozenset({"id", "type", "subject", "source", "args"}),
    "questions": frozenset({"fact", "group", "order", "valid_from", "valid_to"}),
    "question_groups": frozenset({"code", "order"}),
    "presets": frozenset({"code", "facts"}),
    "ordinary": frozenset({"fact", "answer"}),
    "examples": frozenset(
        {"code", "event", "on", "received", "people", "needed", "case", "answers", "questions", "retired"}
    ),
}
"""What can change a list, a question or what an example must get; everything else of a pack is words."""


@dataclass(frozen=True)
class TriedContent:
    """A content as it is tried: `source` names it (``version-3``, ``draft-…``), `digest` what in it decides.

    `problem` is the first thing that keeps a draft from being tried, empty when there is none.
    """

    source: str
    title: str
    raw: ContentPack
    digest: str
    problem: str = ""

    @property
    def pack(self) -> ContentPack:
        """The pack to work with: settings stand where they are named."""
        return self.raw.settled


@dataclass(frozen=True)
class Choice:
    """A content as it is offered."""

    source: str
    title: str


def find(source: str) -> TriedContent | None:
    """The content of that name as it is now, or None when there is none."""
    kind, _, name = source.partition("-")
    try:
        if kind == VERSION and name.isdecimal():
            raw = packs.published(int(name)).source
            return TriedContent(source, _version_title(int(name)), raw, digest_of(raw))
        if kind == DRAFT:
            draft = drafts.get_draft(name)
            return _draft(draft.id, draft.revision, str(db.engine.url)) if draft.is_open else None
    except NotFound:
        return None
    return None


@lru_cache(maxsize=4)
def _draft(draft_id: str, _revision: int, _store: str) -> TriedContent:
    """A draft at one revision; a part of a trial does not read it anew."""
    found = read_draft(drafts.get_draft(draft_id))
    problem = found.errors[0].text if found.errors else ""
    return TriedContent(
        f"{DRAFT}-{draft_id}", _draft_title(found.draft), found.pack, digest_of(found.pack), problem
    )


def get(source: str) -> TriedContent:
    """The content of that name. Raises NotFound."""
    found = find(source)
    if found is None:
        raise NotFound(GONE)
    return found


def get_sound(source: str) -> TriedContent:
    """The content of that name, if its tables mean something. Raises NotFound; Invalid when something is to be mended first."""
    found = get(source)
    if found.problem:
        raise Invalid(f"この下書きには直すところがあるため、まだ試せません。{found.problem}")
    return found


def in_force() -> str:
    """The name of the version new cases are opened with. Raises NotFound before the first publication."""
    version = content.current_version_id()
    if version is None:
        raise NotFound("業務定義がまだ公開されていません。情報政策課へご連絡ください。")
    return f"{VERSION}-{version}"


def list_choices() -> list[Choice]:
    """The contents to choose from: drafts, those changed last first, the version in force and those to come."""
    current, today = in_force(), today_in_japan()
    opened = drafts.list_drafts([DraftState.EDITING, DraftState.IN_REVIEW])
    planned = [one for one in content.list_versions() if one.in_force_on > today and one.withdrawn_at is None]
    return [
        *(Choice(f"{DRAFT}-{one.id}", _draft_title(one)) for one in opened),
        Choice(current, f"{_version_title(int(current.removeprefix(f'{VERSION}-')))}（公開中）"),
        *(Choice(f"{VERSION}-{one.id}", f"{_version_title(one.id)}（公開予定）") for one in planned),
    ]


def titles() -> dict[str, str]:
    """What the contents that can be tried are called, by name."""
    return {one.source: one.title for one in list_choices()}


def _version_title(version: int) -> str:
    return f"第{version}版"


def _draft_title(draft: Draft) -> str:
    return f"下書き「{draft.title}」"


def starts_on(source: str) -> date | None:
    """The last day on which something new in a content begins to be valid, when it is still to come; None otherwise."""
    found, base = find(source), packs.published(int(in_force().removeprefix(f"{VERSION}-"))).source
    if found is None:
        return None
    known = {*base.rules, *base.procedures, *base.questions}
    rows: list[Rule | Procedure | Question] = [*found.raw.rules, *found.raw.procedures, *found.raw.questions]
    days = [row.valid_from for row in rows if row.valid_from and row not in known]
    return max((day for day in days if day > today_in_japan()), default=None)


def digest_of(pack: ContentPack) -> str:
    """What decides in a pack, as a short text: words may change without it."""
    text = json.dumps(
        list(_deciding(pack.settled)), ensure_ascii=False, sort_keys=True, default=date.isoformat
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _deciding(pack: ContentPack) -> Iterator[Any]:
    for part, names in _DECIDING.items():
        rows = (encode(row) for row in getattr(pack, part))
        yield part, [{name: cell for name, cell in row.items() if name in names} for row in rows]
    yield "choices", [[choice.code for choice in fact.choices] for fact in pack.facts]


def can_change(source: str, actor: Actor) -> bool:
    """Whether somebody may change the examples of a content: of a draft that is being edited."""
    kind, _, name = source.partition("-")
    if kind != DRAFT:
        return False
    try:
        found = drafts.get_draft(name)
    except NotFound:
        return False
    return found.state is DraftState.EDITING and draft_edit.may_edit("examples", {}, {}, actor, "")


def add_example(source: str, example: Example, actor: Actor) -> None:
    """Put an example into a draft. Raises Refused, NotFound."""
    draft_edit.add_rows(_editing(source), [("examples", encode(example))], actor)


def change_example(source: str, example: Example, actor: Actor) -> None:
    """Replace an example of a draft by what it is now. Raises Refused, NotFound."""
    draft_id = _editing(source)
    lines = drafts.list_lines(draft_id)
    line = next(
        (one for one in lines if one.part == "examples" and one.cells.get("code") == example.code), None
    )
    if line is None:
        raise NotFound("この世帯例は、ほかの職員が削除しています。一覧を開き直してください。")
    draft_edit.put_row(draft_id, "examples", line.id, encode(example), actor)


def _editing(source: str) -> str:
    kind, _, name = source.partition("-")
    if kind != DRAFT:
        raise Refused(ONLY_DRAFTS)
    return name
