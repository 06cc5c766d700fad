"""The city's characters from the feed to the page 外字: received, looked for in the register, served to the screens."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings
from app.demo.city.glyphs import FILE
from app.documents.fonts.city import list_city_fonts, read_map
from app.documents.fonts.search import BUNDLED
from app.operations import feeds, fonts
from tests.client import Client, csrf_token
from tests.conftest import new_client


@pytest.fixture
def instance(city_app: Flask) -> Path:
    """The instance folder, with the fonts of the product only: they are quick to slice."""
    settings: Settings = city_app.config["KAKANAI"]
    folder = settings.instance / "fonts"
    folder.mkdir()
    entry = f'[[font]]\nrole = "core"\nfile = "{(BUNDLED / "ipaexm.ttf").as_posix()}"\n'
    (folder / "fonts.toml").write_text(entry, encoding="utf-8")
    return settings.instance


def test_an_import_takes_in_the_font_and_the_code_table(app: Flask, city_feeds: Path) -> None:
    settings: Settings = app.config["KAKANAI"]
    masters = [
        path for path in city_feeds.glob("*.csv") if "_000o915_" in path.name or "_000o916_" in path.name
    ]
    with app.app_context():
        feeds.import_files(masters)
    (font,) = list_city_fonts(settings.instance)
    assert (font.name, font.problem, len(font.codes)) == (FILE, "", 24)
    mapped = read_map(settings.instance)
    assert mapped["\ue000"] == "邉\U000e0110" and mapped["\ue003"] == "𠮷"
    assert "\ue008" not in mapped  # not identified: drawn by the font


def test_what_cannot_be_shown_is_told_by_character_and_count(
    city_app: Flask, instance: Path, city_feeds: Path, signed_in: Callable[..., Client]
) -> None:
    with city_app.app_context():
        fonts.receive([city_feeds])
        report = fonts.build()
    items = {item.text: item for item in report.items}
    assert (items["\uf8fe"].names, items["\uf8fe"].addresses) == (1, 0)
    assert "対応表" in items["\uf8fe"].reason
    assert "\ue008" not in items and "高" not in items
    client = signed_in(new_client(city_app), "demo-admin", "information")
    page = client.get("/admin/fonts")
    token = {"csrf_token": csrf_token(page)}
    assert page.status_code == 200 and "U+F8FE" in page.text and FILE in page.text and "使用中" in page.text
    assert "ジケイ" not in page.text
    found = client.post("/admin/fonts/search", data={"query": "MJ060248", **token})
    assert "E000" in found.text and "E001" not in found.text.split('id="codes"')[1]
    rows = list(csv.reader(io.StringIO(client.get("/admin/fonts/report.csv").data.decode("utf-8-sig"))))
    assert ["\uf8fe", "U+F8FE", "1", "0", items["\uf8fe"].reason] in rows
    sheet = fonts.read_index(instance)
    assert sheet is not None and sheet.sheet in page.text
    for name in sheet.files:
        answer = client.get(f"/fonts/{name}")
        assert answer.status_code == 200 and answer.data
    assert client.get("/fonts/index.json").status_code == 404
    assert client.get("/fonts/..%2Freport.json").status_code == 404
    assert client.post("/admin/fonts/check", data=token).status_code == 303


@pytest.mark.parametrize(("staff", "counter"), [("demo-tax", "tax"), ("demo-counter", "main")])
def test_only_who_manages_feeds_sees_the_page(
    city_client: Client, signed_in: Callable[..., Client], staff: str, counter: str
) -> None:
    client = signed_in(city_client, staff, counter)
    for address in ("/admin/fonts", "/admin/fonts/report.csv"):
        assert client.get(address).status_code == 403
    token = {"csrf_token": csrf_token(client.get("/"))}
    assert client.post("/admin/fonts/check", data=token).status_code == 403


def test_fonts_are_not_for_who_is_not_signed_in(city_client: Client) -> None:
    assert city_client.get("/fonts/core-00-0123456789abcdef.woff").status_code in {302, 303, 401}
