"""What the placement desk shows of a form: its boxes, what is chosen with its settings, and what is to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.data import drafts as stored_drafts
from app.documents.definitions import Box
from app.documents.form_boxes import ALIGNMENTS as ALIGNMENTS
from app.documents.form_boxes import NoSuchPlace, Place, box_of, field_of, places
from app.documents.formats import FORMATS as FORMATS
from app.domain.authority import Actor
from app.domain.drafts import Draft, DraftState
from app.domain.errors import Invalid
from app.operations import draft_forms, form_facts, form_previews, form_samples
from app.operations.draft_forms import StoredForm
from app.operations.form_facts import PrintFact, PrintFacts
from app.operations.form_fields import KINDS
from app.operations.form_previews import Remark

ZOOMS = {"fit": ("全体", 2.0), "1": ("100%", 3.2), "2": ("150%", 4.8), "3": ("200%", 6.4)}
"""Dots of the screen for a millimetre of the page."""


@dataclass(frozen=True)
class Look:
    """How somebody looks at a form: the page, the sample it is filled with, the zoom, and what is chosen."""

    page: int = 1
    sample: str = form_samples.SAMPLE
    zoom: str = "1"
    chosen: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Look:
        """From an address or a form; what it does not name is as usual."""
        page, sample, zoom = given.get("page", ""), given.get("sample", ""), given.get("zoom", "")
        return cls(
            int(page) if page.isdecimal() and 0 < len(page) < 3 else 1,
            sample if sample in form_samples.sample_titles() else form_samples.SAMPLE,
            zoom if zoom in ZOOMS else "1",
            tuple(given.get("chosen", "").split()[:200]),
        )

    def query(self) -> dict[str, str]:
        """The same look as parts of an address."""
        found = {
            "page": str(self.page),
            "sample": self.sample,
            "zoom": self.zoom,
            "chosen": " ".join(self.chosen),
        }
        usual = {"page": "1", "sample": form_samples.SAMPLE, "zoom": "1", "chosen": ""}
        return {name: value for name, value in found.items() if value != usual[name]}


@dataclass(frozen=True)
class Desk:
    """A form on the placement desk. `field` is the JSON of the one chosen field, `box` the place of what is chosen in it."""

    draft: Draft
    form: StoredForm
    facts: PrintFacts
    look: Look
    editable: bool
    places: tuple[Place, ...]
    remarks: tuple[Remark, ...]
    field: Mapping[str, Any] | None = None
    fact: PrintFact | None = None
    box: Box | None = None
    unprintable: str = ""

    @property
    def pages(self) -> int:
        """Pages of the form itself."""
        return int(self.form.source["page"].get("count", 1))

    @property
    def scale(self) -> float:
        return ZOOMS[self.look.zoom][1]

    @property
    def fields(self) -> list[tuple[str, Mapping[str, Any]]]:
        """All fields in reading order with their references."""
        found = [(f"f{at}", one) for at, one in enumerate(self.form.source["fields"])]
        return sorted(found, key=lambda one: (one[1].get("page", 1), round(one[1]["y"] / 4), one[1]["x"]))

    @property
    def part_words(self) -> str:
        """What the chosen part of a field is called."""
        found = next((one for one in self.places if one.ref in self.look.chosen), None)
        if found is None or not found.parent:
            return ""
        return f"{'選択肢' if found.kind == 'option' else '年月日のうち'}：{found.name}"

    def words(self, field: Mapping[str, Any]) -> str:
        """What a field prints, in words."""
        if field.get("bind"):
            return self.facts.title(field["bind"])
        return str(field.get("text") or ("手書き" if field["type"] in {"check", "choice"} else "未設定"))


def open_form(draft_id: str, code: str, number: int, look: Look, actor: Actor) -> Desk:
    """A form of a draft as it stands, printed with the sample. Raises NotFound."""
    draft = stored_drafts.get_draft(draft_id)
    form, facts = draft_forms.get(draft_id, code, number), form_facts.of_draft(draft_id)
    pages = form.source["page"].get("count", 1)
    look = Look(
        min(look.page, pages),
        look.sample,
        look.zoom,
        tuple(one for one in look.chosen if _is_there(form, one)),
    )
    editable = draft.state is DraftState.EDITING and draft_forms.may_edit(form.source, actor, draft_id)
    made, unprintable = None, ""
    try:
        made = form_previews.preview(form, facts, look.sample)
    except Invalid as refused:
        unprintable = refused.message
    field = field_of(form.source, look.chosen[0]) if len(look.chosen) == 1 else None
    return Desk(
        draft, form, facts, look, editable, _in_reading_order(form, look.page),
        tuple(form_previews.remarks(form, facts, made)), field,
        facts.by_key.get(str(field.get("bind", ""))) if field else None,
        box_of(form.source, look.chosen[0]) if field else None, unprintable,
    )  # fmt: skip


def _is_there(form: StoredForm, ref: str) -> bool:
    try:
        box_of(form.source, ref)
    except NoSuchPlace:
        return False
    return True


def _in_reading_order(form: StoredForm, page: int) -> tuple[Place, ...]:
    """The boxes of a page from the upper left to the lower right, each followed by its parts."""
    found = places(form.source, page)
    whole = sorted(
        (one for one in found if not one.parent), key=lambda one: (round(one.box.y / 4), one.box.x)
    )
    return tuple(
        place for one in whole for place in (one, *(part for part in found if part.parent == one.ref))
    )


def kind_word(kind: str) -> str:
    """What a kind of field is called."""
    return KINDS.get(kind, kind)
