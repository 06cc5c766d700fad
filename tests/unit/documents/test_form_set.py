"""The form set (様式): every form of the content, filled for every sample household, comes out whole and passes the gate."""

from __future__ import annotations

import pytest

from app.documents import FontStack, FormDefinition, expected_documents, render_set, verify
from app.documents.problems import CONTINUED
from tests.unit.documents.paper import FORMS, job, sample

HOUSEHOLDS = sorted(path.stem for path in (FORMS / "samples").glob("*.json"))


@pytest.mark.parametrize("household", HOUSEHOLDS)
def test_every_form_is_printed_for_every_kind_of_household(
    household: str, forms: dict[str, FormDefinition], fonts: FontStack
) -> None:
    values = sample(household)
    jobs = [job(form, values, f"{code}-{household}") for code, form in sorted(forms.items())]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    # What finds no room is on a continuation sheet; no label is squeezed, no choice is without its option, no character lacks.
    assert [one.message for one in rendered.problems if one.kind != CONTINUED] == []
    # The names and addresses of an ordinary household need no sheet of their own.
    texts = [one for one in rendered.problems if one.kind == CONTINUED and "続紙" not in one.message]
    assert household in {"large_family", "foreigner"} or texts == []
