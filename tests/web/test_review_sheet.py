"""The review sheet as a page and as a file, for who edits the content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests.client import Client


def test_every_heading_is_shown_and_saved(
    city_app: Flask, city_client: Client, signed_in: Callable[..., Client], tmp_path: Path
) -> None:
    client = signed_in(city_client, "demo-content", "information")
    assert "/admin/review-sheet" in client.get("/admin").text
    page = client.get("/admin/review-sheet")
    assert page.status_code == 200 and "child_medical_until" in page.text
    assert "0968-00-0001" in client.get("/admin/review-sheet?part=窓口と電話番号").text
    assert client.get("/admin/review-sheet?part=nothing").status_code == 200

    saved = client.get("/admin/review-sheet.csv")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="review-sheet.csv"'
    written = tmp_path / "sheet.csv"
    result = city_app.test_cli_runner().invoke(args=["content", "review", "--out", str(written)])
    assert result.exit_code == 0, result.output
    assert written.read_bytes() == saved.data


def test_who_does_not_edit_the_content_is_refused(
    city_client: Client, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(city_client, "demo-tax", "tax")
    assert client.get("/admin/review-sheet").status_code == 403
    assert client.get("/admin/review-sheet.csv").status_code == 403
