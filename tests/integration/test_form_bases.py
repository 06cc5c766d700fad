"""An official PDF handed in by staff: read apart from the server, recorded either way, and only for those who may change content."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.data.models.audit import AuditRow
from app.documents.renderer import Renderer
from app.domain.authority import Actor
from app.domain.errors import Invalid, Refused
from app.extensions import db
from app.operations import form_bases
from tests.unit.documents.blanks import marked

EDITOR = Actor("demo-insurance", "見本　健", "insurance", "保険年金課", frozenset({"section_content"}))
CLERK = Actor("demo-counter", "見本　花", "counter", "市民課", frozenset({"counter"}))


def test_a_base_is_accepted_or_refused_and_the_log_says_so(app: Flask, printer: Renderer) -> None:
    app.extensions["kakanai_renderer"] = printer
    base = form_bases.accept_base(marked(90), EDITOR)
    assert [(round(page.width), round(page.height)) for page in base.pages] == [(210, 297)]
    assert form_bases.picture_pages(base.pdf)[0].startswith(b"\x89PNG")
    with pytest.raises(Invalid, match="JPEG") as refused:
        form_bases.accept_base(b"\xff\xd8\xff\xe0", EDITOR)
    assert set(refused.value.fields) == {"base"}
    with pytest.raises(Refused):
        form_bases.accept_base(marked(), CLERK)
    with pytest.raises(Invalid):
        form_bases.picture_pages(base.pdf, [7])
    found = {row.action: row for row in db.session.scalars(select(AuditRow))}
    assert found.keys() >= {"content.base_accepted", "content.base_refused"}
    assert base.sha256 in str(found["content.base_accepted"].detail)
