"""A demonstration shares one password among its accounts: it never opens the register of a real city."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from app import create_app
from app.config import Settings, SettingsError
from app.data import towns
from app.extensions import db

REAL = "432067"


def test_a_demo_does_not_start_on_the_register_of_a_real_city(
    app: Flask, make_settings: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(db.engine.url.render_as_string(hide_password=False))
    create_app(settings)
    monkeypatch.setattr(towns, "own_city_code", lambda: REAL)
    with pytest.raises(SettingsError, match=REAL):
        create_app(settings)
    create_app(replace(settings, demo=False))


def test_demo_staff_are_for_a_demo_only(app: Flask) -> None:
    app.config["KAKANAI"] = replace(app.config["KAKANAI"], demo=False)
    result = app.test_cli_runner().invoke(args=["staff", "demo"])
    assert result.exit_code != 0
    assert "デモ" in result.output
