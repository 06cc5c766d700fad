"""Leaflets (パンフレット, R28) within a print: those of the procedures, behind the guide sheet of whoever needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.data import leaflets
from app.data.leaflets import Leaflet
from app.documents.definitions import FormDefinition
from app.documents.form_reader import read_definition
from app.domain.content import ContentPack, Pamphlet, Procedure
from app.domain.dates import today_in_japan
from app.domain.errors import NotFound
from app.domain.languages import JAPANESE, language

FORM = "leaflet-"
"""How the form code of a leaflet within a print begins; its id follows."""


def by_language(files: Iterable[Leaflet], day: date) -> dict[str, Leaflet]:
    """The file of each language that is handed out on a day: the one that began last."""
    found: dict[str, Leaflet] = {}
    for one in files:
        if one.is_handed_out_on(day):
            found.setdefault(one.language, one)
    return found


def file_of(leaflet_id: str) -> bytes:
    """The PDF of a leaflet. Raises NotFound."""
    found = leaflets.find(leaflet_id)
    if found is None:
        raise NotFound("このパンフレットは登録されていません。")
    return found[1]


@dataclass(frozen=True)
class Handed:
    """A leaflet that belongs to a case: its name, and the file in the language of the sheet or else in Japanese."""

    pamphlet: Pamphlet
    leaflet: Leaflet

    @property
    def title(self) -> str:
        """Its name, with the language where it is not Japanese."""
        said = "" if self.leaflet.language == JAPANESE else f"（{language(self.leaflet.language).title}）"
        return f"{self.pamphlet.title}{said}"


def for_procedures(
    pack: ContentPack, procedures: Sequence[Procedure], code: str, day: date
) -> tuple[Handed, ...]:
    """The leaflets of procedures in the order of the round, each once; what has no file on that day is left out."""
    by_code = {one.code: one for one in pack.pamphlets}
    wanted = dict.fromkeys(
        slot for procedure in procedures for slot in procedure.pamphlets if slot in by_code
    )
    files = leaflets.list_all(wanted) if wanted else ()
    made = []
    for slot in wanted:
        now = by_language((one for one in files if one.slot == slot), day)
        leaflet = now.get(code) or now.get(JAPANESE)
        if leaflet is not None:
            made.append(Handed(by_code[slot], leaflet))
    return tuple(made)


def as_form(handed: Handed) -> FormDefinition:
    """A leaflet as a form without fields: its pages lie under the identity of the print like any official blank."""
    leaflet = handed.leaflet
    source = {
        "form": f"{FORM}{leaflet.id}", "title": f"パンフレット：{handed.title}", "version": 1,
        "valid_from": leaflet.valid_from.isoformat(),
        "page": {"width": leaflet.width, "height": leaflet.height, "count": leaflet.pages}, "base": {"pdf": "leaflet.pdf"},
    }  # fmt: skip
    return read_definition(source, base_pdf=file_of(leaflet.id))


def note_handed(forms: Iterable[str], counter: str) -> None:
    """Count the leaflets among the forms of a print. Only inside the transaction that stores the print."""
    ids = [form.removeprefix(FORM) for form in forms if form.startswith(FORM)]
    if ids:
        leaflets.note_handed(ids, today_in_japan(), counter)
