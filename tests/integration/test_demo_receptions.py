"""Families the demo received: through the ordinary operations, and never outside a demo."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from app.data import trials
from app.data.models.base import utc_now
from app.data.models.case import CaseRow
from app.domain.case import Kind, Step
from app.domain.dates import today_in_japan
from app.extensions import db


def test_families_are_received_and_can_be_replayed(city_app: Flask) -> None:
    result = city_app.test_cli_runner().invoke(args=["city", "receive", "--count", "3"])
    assert result.exit_code == 0, result.output
    rows = db.session.query(CaseRow).all()
    assert [(row.kind, row.step) for row in rows] == [(Kind.MOVE_IN, Step.PROCEDURES)] * 3
    today = today_in_japan()
    assert trials.count_cases(today, today, utc_now()) == 3


def test_no_real_city_gets_invented_receptions(city_app: Flask) -> None:
    city_app.config["KAKANAI"] = replace(city_app.config["KAKANAI"], demo=False)
    result = city_app.test_cli_runner().invoke(args=["city", "receive"])
    assert result.exit_code == 1 and "デモのインスタンスでだけ" in result.output
    assert db.session.query(CaseRow).count() == 0
