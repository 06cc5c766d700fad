"""What can be printed for a case, paper by paper, with what should be looked at before it is printed (R-07, R-09)."""

from __future__ import annotations

from dataclasses import dataclass

from app.data.models.base import opaque_id
from app.documents.problems import PrintFailed
from app.documents.verify import VerificationFailed
from app.domain.authority import Actor
from app.domain.case import Case
from app.operations.documents import Paper, check_people, jobs_of, note_failure, renderer, told
from app.operations.orders import OrderedForm, order_everything
from app.operations.printing import printable_case
from app.operations.separators import needs_separator

MOST_COPIES = 9


@dataclass(frozen=True)
class SheetLine:
    """One paper: its place in the order of the round (from 1), whose it is, its pages, and what to look at on it.

    ``pages`` is 0 and ``refusal`` says why where it cannot be printed as it stands.
    """

    place: int
    form: OrderedForm
    ticked: bool
    pages: int
    notes: tuple[str, ...]
    refusal: str

    @property
    def title(self) -> str:
        """The form's name."""
        return self.form.definition.title

    @property
    def names(self) -> tuple[str, ...]:
        """Whom the paper is about or for."""
        return tuple(person.name for person in self.form.persons)


@dataclass(frozen=True)
class PrintSheet:
    """All papers of a case; ``separator`` is whether this counter's printer is shared."""

    lines: tuple[SheetLine, ...]
    separator: bool


def read_sheet(case_id: str, actor: Actor) -> PrintSheet:
    """Every paper of the case filled in and thrown away again: nothing is stored. Raises Invalid, Conflict, Stopped."""
    case = printable_case(case_id, actor, None)
    ticked = {line.code for line in case.procedures if line.needed and line.print_chosen}
    lines = [
        _line(case, actor, place, form, not form.procedures or bool(ticked & set(form.procedures)))
        for place, form in enumerate(order_everything(case, actor), 1)
    ]
    return PrintSheet(tuple(lines), needs_separator(actor))


def _line(case: Case, actor: Actor, place: int, form: OrderedForm, ticked: bool) -> SheetLine:
    trial = opaque_id()
    try:
        check_people(case, form)
        rendered = renderer().issue(jobs_of(case, trial, [Paper(form, 1)]))
    except VerificationFailed as blocked:
        note_failure(case.id, actor, trial, blocked)
        return SheetLine(place, form, False, 0, (), told(blocked))
    except PrintFailed as failure:
        return SheetLine(place, form, False, 0, (), told(failure))
    notes = tuple(problem.message for problem in rendered.problems)
    return SheetLine(place, form, ticked, len(rendered.pages), notes, "")
