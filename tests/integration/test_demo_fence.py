"""A demonstration shares one password among its accounts: it never opens the register of a real city."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.config import Settings, SettingsError
from app.extensions import db
from tests.integration.small_city import LG_CODE, people, write


def test_a_demo_does_not_start_on_the_register_of_a_real_city(
    app: Flask, make_settings: Callable[[str], Settings], tmp_path: Path
) -> None:
    assert not LG_CODE.startswith("99")
    write(tmp_path / "feeds", people())
    result = app.test_cli_runner().invoke(args=["feed", "import", str(tmp_path / "feeds")])
    assert result.exit_code == 0, result.output
    settings = make_settings(db.engine.url.render_as_string(hide_password=False))
    with pytest.raises(SettingsError, match=LG_CODE):
        create_app(settings)


def test_demo_staff_are_for_a_demo_only(app: Flask) -> None:
    from dataclasses import replace

    app.config["KAKANAI"] = replace(app.config["KAKANAI"], demo=False)
    result = app.test_cli_runner().invoke(args=["staff", "demo"])
    assert result.exit_code != 0
    assert "デモ" in result.output
