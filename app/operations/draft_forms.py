"""The forms (様式) of a draft: read, changed in one act with its audit row, undone, and compared with the version before.

A form is named by its code and the number of its version (版). It lies in the draft as flat JSON with its official blank, and
what is stored can always be read as a form: an act that would make it unreadable is refused with what is wrong.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.data import audit, drafts
from app.data.models.base import opaque_id, utc_now
from app.data.models.draft import DraftChangeRow, DraftRow
from app.data.transactions import transaction
from app.documents.definitions import FormDefinition
from app.documents.form_reader import read_definition
from app.documents.form_writer import write_definition
from app.documents.reading import DefinitionsRefused
from app.domain.authority import Actor, Right
from app.domain.drafts import Draft, DraftState
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.extensions import db
from app.operations import packs
from app.operations.drafts import require_editor

Json = dict[str, Any]
Name = tuple[str, int]
FORMS = "forms"
"""The part under which changes of forms stand beside those of the tables."""
MOST_FORMS = 400
MOST_SHOWN = 8
CHANGED = "ほかの職員がこの様式を変えています。最新の内容を表示しました。もう一度操作してください。"


@dataclass(frozen=True)
class StoredForm:
    """A form of a draft or of a published version: its flat JSON, its official blank, and a mark of both."""

    source: Json
    blank: bytes | None

    @property
    def name(self) -> Name:
        return self.source["form"], self.source["version"]

    @property
    def seen(self) -> str:
        """Changes with every change of the form."""
        text = json.dumps(self.source, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode() + (self.blank or b"")).hexdigest()[:24]

    def definition(self) -> FormDefinition:
        """The form. Raises Invalid with what is wrong in it."""
        return checked(self.source, self.blank)


def checked(source: Mapping[str, Any], blank: bytes | None) -> FormDefinition:
    """The form of a JSON. Raises Invalid with what is wrong, in Japanese."""
    try:
        return read_definition(source, base_pdf=blank)
    except DefinitionsRefused as refused:
        said = [f"{one.place}：{one.message}" for one in refused.problems[:MOST_SHOWN]]
        more = len(refused.problems) - len(said)
        raise Invalid("／".join(said) + (f"／ほか{more}件" if more > 0 else "")) from refused


def of_draft(draft_id: str) -> dict[Name, StoredForm]:
    """The forms of a draft by code and version."""
    return read_stored(json.loads(drafts.get_forms(draft_id)))


def of_version(version: int) -> dict[Name, StoredForm]:
    """The forms of a published version. Raises NotFound."""
    return read_stored(packs.stored(version)["forms"])


def read_stored(entries: Sequence[Mapping[str, Any]]) -> dict[Name, StoredForm]:
    """Forms as versions and drafts store them; grids and blocks are opened only when a form is taken in hand (`flat`)."""
    found = {}
    for entry in entries:
        blank = base64.b64decode(entry["base"]) if entry.get("base") else None
        one = StoredForm(entry["definition"], blank)
        found[one.name] = one
    return found


def flat(form: StoredForm) -> StoredForm:
    """The same form without grids and blocks. Raises Invalid when it cannot be read."""
    return StoredForm(write_definition(form.definition()), form.blank)


def get(draft_id: str, code: str, number: int) -> StoredForm:
    """A form of a draft, flat. Raises NotFound."""
    found = of_draft(draft_id).get((code, number))
    if found is None:
        raise NotFound("この様式は、この下書きにありません。一覧から選び直してください。")
    return flat(found)


class FormAct:
    """One act of one member of staff on the forms of a draft, inside its transaction."""

    def __init__(self, row: DraftRow, actor: Actor) -> None:
        self.row, self.actor, self.id, self.touched = row, actor, opaque_id(), 0
        self.forms = of_draft(row.id)
        self.names: list[str] = []

    def take(self, code: str, number: int, seen: str = "") -> StoredForm:
        """A form to be changed; its JSON is a copy of its own. Raises NotFound, Conflict when it is not as it was `seen`."""
        found = self.forms.get((code, number))
        if found is None:
            raise NotFound("この様式は、この下書きにありません。一覧から選び直してください。")
        found = flat(found)
        if seen and seen != found.seen:
            raise Conflict(CHANGED)
        self._allow(found.source)
        return StoredForm(copy.deepcopy(found.source), found.blank)

    def put(self, before: StoredForm | None, after: StoredForm | None) -> None:
        """Store a changed or new form, or take one away. Raises Invalid when it cannot be read, Refused."""
        if after is not None:
            after.definition()
            self._allow(after.source)
        if before is not None:
            self._allow(before.source)
            self.forms.pop(before.name, None)
        if after is not None:
            if after.name in self.forms:
                raise Invalid("同じ様式コードと版がすでにあります。ほかの様式コードにしてください。")
            self.forms[after.name] = after
        if len(self.forms) > MOST_FORMS:
            raise Invalid(f"様式は{MOST_FORMS}件までです。使わなくなった版を削除してください。")
        self._note(before, after)

    def _note(self, before: StoredForm | None, after: StoredForm | None) -> None:
        either = after or before
        if either is None:
            return
        whole = before is None or after is None or before.blank != after.blank
        self.names.append(f"{either.name[0]} 第{either.name[1]}版")
        db.session.add(
            DraftChangeRow(
                draft_id=self.row.id, act=self.id, part=FORMS, line_id=_line(either.name), position=either.name[1],
                before=_text(before, whole), after=_text(after, whole), line_version=0, at=utc_now(),
                by=self.actor.staff_id, undone=0,
            )
        )  # fmt: skip
        self.touched += 1

    def undo(self, code: str, number: int) -> bool:
        """Take back the actor's own last act on a form; whether its fields are still the same ones. Raises Conflict."""
        fields = self._fields((code, number))
        changes = drafts.last_act(self.row.id, self.actor.staff_id, _line((code, number)))
        if not changes:
            raise Conflict("取り消せる変更はありません。")
        for change in changes:
            self._take_back(change, (code, number))
            change.undone = 1
            self.touched += 1
        return self._fields((code, number)) == fields

    def _fields(self, name: Name) -> int:
        form = self.forms.get(name)
        return len(flat(form).source["fields"]) if form else 0

    def _take_back(self, change: DraftChangeRow, name: Name) -> None:
        current = self.forms.get(name)
        before, after = _read(change.before, current), _read(change.after, current)
        if (flat(current).source if current else None) != (after.source if after else None):
            raise Conflict("この後にほかの職員が同じ様式を変えたため、取り消せません。")
        if current is not None:
            self._allow(current.source)
            del self.forms[name]
        if before is not None:
            self.forms[before.name] = before

    def _allow(self, source: Mapping[str, Any]) -> None:
        if not may_edit(source, self.actor, self.row.id):
            raise Refused(
                "この様式は、ほかの課の様式のため変えられません。業務定義の担当（情報政策課）へご相談ください。"
            )


def may_edit(source: Mapping[str, Any], actor: Actor, draft_id: str) -> bool:
    """Whether a member of staff may change a form: any with the right to all content, otherwise those of its section."""
    if actor.may(Right.MANAGE_CONTENT):
        return True
    return actor.may(Right.EDIT_SECTION_CONTENT) and source.get("section") in own_section(draft_id, actor)


def own_section(draft_id: str, actor: Actor) -> tuple[str, ...]:
    """The code and the name of the section of the counter that a member of staff acts at; empty when there is none."""
    lines = drafts.list_lines(draft_id, ("counters", "sections"))
    code = next(
        (
            str(one.cells.get("section"))
            for one in lines
            if one.part == "counters" and one.cells.get("code") == actor.counter
        ),
        "",
    )
    title = next(
        (
            str(one.cells.get("title"))
            for one in lines
            if one.part == "sections" and one.cells.get("code") == code
        ),
        "",
    )
    return (title, code) if code else ()


@contextmanager
def acting(draft_id: str, actor: Actor, event: str = "content.form_changed") -> Iterator[FormAct]:
    """Open a draft for one act on its forms; at the end draft and operation log know of it. Raises Refused, NotFound."""
    require_editor(actor)
    with transaction():
        row = drafts.lock_draft(draft_id)
        if row.state != DraftState.EDITING:
            raise Refused(
                "この下書きは審査中か公開済みのため、変えられません。差し戻してもらうか、新しい下書きを作ってください。"
            )
        act = FormAct(row, actor)
        yield act
        if act.touched:
            row.forms = drafts.forms_text(to_store(act.forms))
            row.revision, row.changed_at, row.changed_by = row.revision + 1, utc_now(), actor.staff_id
            detail = {"draft": draft_id, "act": act.id, "forms": sorted(set(act.names))[:20]}
            audit.record(event, actor=actor, detail=detail)


def to_store(forms: Mapping[Name, StoredForm]) -> list[Json]:
    """Forms as drafts and versions store them, in the order of their codes."""
    return [
        {"definition": one.source, "base": base64.b64encode(one.blank or b"").decode()}
        for _, one in sorted(forms.items())
    ]


def changed_forms(draft: Draft) -> dict[Name, tuple[StoredForm | None, StoredForm | None]]:
    """The forms a draft adds, changes or drops against the version it was made from: before and after."""
    if draft.base_version is None:
        return {}
    return differing(of_version(draft.base_version), of_draft(draft.id))


def differing(
    before: Mapping[Name, StoredForm], after: Mapping[Name, StoredForm]
) -> dict[Name, tuple[StoredForm | None, StoredForm | None]]:
    """The forms that are not the same in both."""
    found = {}
    for name in sorted({*before, *after}):
        pair = before.get(name), after.get(name)
        if not _same(*pair):
            found[name] = pair
    return found


def _same(one: StoredForm | None, other: StoredForm | None) -> bool:
    if one is None or other is None:
        return one is other
    if one.source == other.source and one.blank == other.blank:
        return True
    return one.blank == other.blank and flat(one).source == flat(other).source


def merged(draft_id: str, base: int, newer: int) -> list[Json]:
    """The forms of a draft brought onto a newer version: what the draft changed stays, everything else is the newer one's."""
    mine, new = of_draft(draft_id), of_version(newer)
    for name, (_, after) in differing(of_version(base), mine).items():
        if after is None:
            new.pop(name, None)
        else:
            new[name] = after
    return to_store(new)


def _line(name: Name) -> str:
    return hashlib.sha256(f"{name[0]}@{name[1]}".encode()).hexdigest()[:32]


def _text(form: StoredForm | None, whole: bool) -> str:
    if form is None:
        return ""
    kept: Json = {"definition": form.source}
    if whole:
        kept["base"] = base64.b64encode(form.blank or b"").decode()
    return json.dumps(kept, ensure_ascii=False)


def _read(text: str, current: StoredForm | None) -> StoredForm | None:
    """A form of the list of changes; one that kept its blank has that of now."""
    if not text:
        return None
    kept = json.loads(text)
    if "base" in kept:
        return StoredForm(kept["definition"], base64.b64decode(kept["base"]) or None)
    return StoredForm(kept["definition"], current.blank if current else None)
