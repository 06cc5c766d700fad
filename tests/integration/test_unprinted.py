"""The list of characters that could not be printed: kept with the print, without a name, bounded, and shown to who keeps the fonts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.data import transactions, unprinted
from app.data.models.register import PersonRow
from app.documents.fonts.search import BUNDLED
from app.extensions import db
from app.operations import fonts
from app.operations import unprinted as operations
from tests.integration.served import clerk, looked_up
from tests.integration.test_documents import order

UNMAPPED = "\uf8fe"  # no font of the city draws it and its code table does not know it


def test_a_character_that_was_not_printed_is_listed_with_form_and_field_until_a_font_has_it(
    served_city: Flask,
) -> None:
    app, desk = served_city, clerk(served_city)
    named = select(PersonRow.id, PersonRow.name).where(
        PersonRow.name.contains(UNMAPPED), PersonRow.status == "resident"
    )
    person, name = looked_up(app, lambda: db.session.execute(named).one())
    case = desk.open_case(person)
    desk.identify(case)
    desk.choose(case, "certificate")
    order(app, desk, case)
    assert desk.issue(case, part="details").status_code == 303
    # Before the paper is handed out the clerk reads what to mend on it by hand.
    told = desk.see(case, "print").text
    assert (
        "お渡しする前に確かめるところ" in told
        and told.count("U+F8FE") == len(re.findall("手書きで補い", told)) > 0
    )
    entries = looked_up(app, operations.noted)
    assert entries and {entry.text for entry in entries} == {UNMAPPED}
    assert all(entry.title == "証明書交付請求書" and "行目" not in entry.field for entry in entries)
    page = clerk(app, "demo-admin", "information").browser.get("/admin/fonts").text
    listed = page.split('id="unprinted"')[1].split('id="codes-card"')[0]
    assert "U+F8FE" in listed and entries[0].field in listed
    assert name.replace(UNMAPPED, "") not in page
    settings: Settings = app.config["KAKANAI"]
    folder: Path = settings.instance / "fonts"
    folder.mkdir(exist_ok=True)
    entry = f'[[font]]\nrole = "core"\nfile = "{(BUNDLED / "ipaexm.ttf").as_posix()}"\n'
    (folder / "fonts.toml").write_text(entry, encoding="utf-8")
    with app.app_context(), transactions.transaction():
        unprinted.note([("葛", "form", "氏名", "帳票")], datetime.now(UTC))
    with app.app_context():
        fonts.examine()
        assert {entry.text for entry in operations.noted()} == {UNMAPPED}


def test_an_entry_is_counted_and_the_list_keeps_the_newest(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unprinted, "MOST", 5)
    start = datetime(2026, 4, 1, tzinfo=UTC)
    with app.app_context():
        for at in range(8):
            with transactions.transaction():
                unprinted.note(
                    [("葛\U000e0100", "form", "氏名", "帳票"), (chr(0xE000 + at), "form", "住所", "帳票")],
                    start + timedelta(minutes=at),
                )
        found = operations.noted()
    assert [entry.text for entry in found][:2] == ["葛\U000e0100", "\ue007"] and len(found) <= 6
    assert (found[0].times, found[0].codes) == (8, "U+845B U+E0100")
