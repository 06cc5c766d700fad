"""What the writer writes is the form that was read."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from app.config import PROJECT_ROOT
from app.documents.form_reader import load_definitions, read_definition
from app.documents.form_writer import write_definition

FORMS = load_definitions(PROJECT_ROOT / "app" / "content" / "forms")


@pytest.mark.parametrize("code", sorted(FORMS))
def test_every_form_is_the_same_after_it_was_written(code: str) -> None:
    form = FORMS[code]
    written = write_definition(form)
    again = read_definition(json.loads(json.dumps(written)), base_pdf=form.base_pdf)
    assert _plain(again) == _near(_plain(form))
    assert write_definition(again) == written


def test_nothing_is_left_to_expand() -> None:
    for form in FORMS.values():
        assert {one["type"] for one in write_definition(form)["base"]["elements"]} <= {
            "rect",
            "line",
            "label",
        }


def _plain(value: Any) -> Any:
    """Everything but the JSON it was read from."""
    if is_dataclass(value):
        return [(one.name, _plain(getattr(value, one.name))) for one in fields(value) if one.name != "source"]
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _near(value: Any) -> Any:
    """Lengths are written to a thousandth of a millimetre."""
    if isinstance(value, float):
        return pytest.approx(value, abs=0.0025)
    if isinstance(value, tuple | list):
        return type(value)(map(_near, value))
    return {key: _near(one) for key, one in value.items()} if isinstance(value, dict) else value
