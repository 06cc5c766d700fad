"""Versions of a form: those beside it in its draft, and what it was in earlier versions of the content."""

from __future__ import annotations

from dataclasses import dataclass

from app.data import content
from app.data import drafts as stored_drafts
from app.documents.form_difference import FormChange, form_changes
from app.domain.dates import format_wareki
from app.operations import draft_forms, form_facts
from app.operations.draft_forms import Name, StoredForm

MOST_VERSIONS = 12
"""Versions of the content that are looked through."""
BESIDE, EARLIER = "n", "v"


@dataclass(frozen=True)
class Compared:
    """A form of a draft beside another one: what can be compared with (name, title), which was chosen, and the differences.

    `restores` is the version of the content the other one is of, 0 when it is none.
    """

    now: StoredForm
    other: StoredForm | None
    choices: tuple[tuple[str, str], ...]
    chosen: str
    changes: tuple[FormChange, ...]
    restores: int = 0

    @property
    def pages(self) -> int:
        """Pages to show side by side."""
        found = [one.source["page"].get("count", 1) for one in (self.now, self.other) if one is not None]
        return max(found)

    def has(self, side: str, page: int) -> bool:
        """Whether a side (`now`, `other`) has a page."""
        found = self.now if side == "now" else self.other
        return found is not None and page <= found.source["page"].get("count", 1)


def compared(draft_id: str, name: Name, wanted: str) -> Compared:
    """A form of a draft beside the one that `wanted` names, else beside what it was. Raises NotFound."""
    now = draft_forms.get(draft_id, *name)
    others = _others(draft_id, name)
    chosen = wanted if wanted in others else next(iter(others), "")
    if not chosen:
        return Compared(now, None, (), "", ())
    _, other = others[chosen]
    other = draft_forms.flat(other)
    facts = form_facts.of_draft(draft_id)
    changes = tuple(form_changes(other.source, now.source, facts.title))
    restores = int(chosen[1:]) if chosen.startswith(EARLIER) else 0
    return Compared(
        now, other, tuple((key, one) for key, (one, _) in others.items()), chosen, changes, restores
    )


def _others(draft_id: str, name: Name) -> dict[str, tuple[str, StoredForm]]:
    """What a form can be compared with, the last earlier content first; a content in which it is the same as before is left out."""
    found: dict[str, tuple[str, StoredForm]] = {}
    before: StoredForm | None = None
    base = stored_drafts.get_draft(draft_id).base_version
    versions = [one for one in content.list_versions() if one.withdrawn_at is None][:MOST_VERSIONS]
    for version in versions:
        form = draft_forms.of_version(version.id).get(name)
        if form is not None and (before is None or form != before):
            mark = "・この下書きのもと" if version.id == base else ""
            found[f"{EARLIER}{version.id}"] = (
                f"業務定義 第{version.id}版（{format_wareki(version.in_force_on)}から{mark}）", form,
            )  # fmt: skip
        before = form
    for other, form in sorted(draft_forms.of_draft(draft_id).items(), reverse=True):
        if other[0] == name[0] and other != name:
            found[f"{BESIDE}{other[1]}"] = (f"この下書きの第{other[1]}版", form)
    return found
