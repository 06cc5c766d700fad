"""An official PDF handed in by staff: read apart from the server, recorded either way, and only for those who may change content."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.commands.content import CONTENT
from app.data.models.audit import AuditRow
from app.documents.reading import DefinitionsRefused
from app.documents.renderer import Renderer
from app.domain.authority import Actor
from app.domain.errors import Invalid, Refused
from app.extensions import db
from app.operations import form_bases, packs
from app.operations.content import export_folder, publish_folder
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


def test_a_base_that_comes_as_a_file_is_made_clean_before_it_is_published(
    app: Flask, printer: Renderer, tmp_path: Path
) -> None:
    app.extensions["kakanai_renderer"] = printer
    folder = tmp_path / "pack"
    shutil.copytree(CONTENT, folder)
    definition = {
        "form": "official", "title": "公式様式", "version": 1, "valid_from": "2026-01-01",
        "base": {"pdf": "official.pdf", "sha256": hashlib.sha256(marked(90)).hexdigest()},
        "fields": [{"type": "text", "name": "氏名", "bind": "subject.name", "x": 30, "y": 40, "w": 60, "h": 8}],
    }  # fmt: skip
    (folder / "forms" / "official.json").write_text(json.dumps(definition), encoding="utf-8")
    (folder / "forms" / "official.pdf").write_bytes(marked(90))
    assert publish_folder(folder)[2] == 1
    (form,) = [one for one in packs.current().forms if one.code == "official"]
    assert form.base_pdf == printer.normalise(marked(90)).pdf != marked(90)
    export_folder(tmp_path / "again")
    assert publish_folder(tmp_path / "again")[2] is None, "what is clean is the same again"
    (folder / "forms" / "official.pdf").write_bytes(marked(width=297, height=210))
    (folder / "forms" / "official.json").write_text(
        json.dumps({**definition, "base": {"pdf": "official.pdf"}})
    )
    with pytest.raises(DefinitionsRefused, match="210×297 mm.*297×210 mm"):
        publish_folder(folder)
    (folder / "forms" / "official.pdf").write_bytes(b"no pdf")
    with pytest.raises(DefinitionsRefused, match="PDF ではありません"):
        publish_folder(folder)
