"""Cases that ended before the city's retention period leave whole, and nothing that is still needed does."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.data.models.base import utc_now
from app.data.models.case import CaseProcedureRow, CaseRow
from app.domain.errors import Refused
from app.extensions import Base, db
from app.operations import audits, case_retention
from tests.desk import Desk
from tests.integration.served import clerk, logged, looked_up, resident
from tests.integration.test_work_in_pieces import begin_correction, close, closed_certificate


def rows_of(app: Flask, case: str) -> dict[str, int]:
    """How many rows name a case, by table; those of the operation log, which has no key to it, are not among them."""

    def read() -> dict[str, int]:
        found = {"case_file": db.session.scalar(select(func.count()).where(CaseRow.id == case)) or 0}
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if column.references(CaseRow.__table__.c.id):
                    count = db.session.scalar(select(func.count()).select_from(table).where(column == case))
                    found[f"{table.name}.{column.name}"] = count or 0
        return {name: count for name, count in found.items() if count}

    return looked_up(app, read)


def long_ago(app: Flask, *cases: str) -> None:
    with app.app_context():
        ended = utc_now() - timedelta(days=400)
        db.session.execute(update(CaseRow).where(CaseRow.id.in_(cases)).values(closed_at=ended))
        db.session.commit()


def plan(app: Flask, days: int = 365) -> case_retention.Leaving:
    with app.app_context():
        return case_retention.plan(dataclasses.replace(app.config["KAKANAI"], case_days=days))


def moved(desk: Desk, app: Flask) -> str:
    """A family that has moved in, with papers, a memo and a tick."""
    case = desk.move_in()
    assert desk.issue(case).status_code == 303
    desk.post(f"/cases/{case}/memos", kind="reception", memo="玄関でお待ちです")
    desk.post(f"/cases/{case}/ticks/move_in", state="received")
    close(desk, app, case)
    return case


def test_what_is_over_leaves_whole_and_nothing_else(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    old, recent = moved(desk, app), closed_certificate(desk, app)
    open_still = desk.open_case(resident(app, 2).id)
    before = {one: rows_of(app, one) for one in (recent, open_still)}
    long_ago(app, old)
    assert {"document.case_id", "case_person.case_id", "case_tick.case_id"} <= rows_of(app, old).keys()
    told = app.test_cli_runner().invoke(args=["cases", "remove"])
    assert told.exit_code == 1 and "case_days" in told.output, "a city that has not decided keeps everything"
    with pytest.raises(Refused, match="365日以上"):
        plan(app, 30)
    leaving = plan(app)
    assert [one.case_id for one in leaving.cases] == [old] and leaving.kept == 0
    assert rows_of(app, old), "so far nothing went"
    app.config["KAKANAI"] = dataclasses.replace(app.config["KAKANAI"], case_days=365)
    assert "削除 1 件" in app.test_cli_runner().invoke(args=["cases", "remove", "--dry-run"]).output
    assert rows_of(app, old)
    assert "受付 1 件を削除しました" in app.test_cli_runner().invoke(args=["cases", "remove"]).output
    assert rows_of(app, old) == {} and {one: rows_of(app, one) for one in before} == before
    assert logged(app, old)[-1] == "case.removed" and "document.made" in logged(app, old)
    assert not looked_up(app, audits.verify).breaks
    assert desk.get(f"/cases/{old}").status_code == 404 and desk.get("/history").status_code == 200


def test_what_something_still_needs_stays(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    corrected, reviewed = closed_certificate(desk, app), moved(desk, app)
    correction = begin_correction(desk, corrected).headers["Location"].split("/")[2]
    morning = moved(desk, app)
    answer = desk.post(f"/cases/{morning}/continue", token="1" * 32)
    afternoon = answer.headers["Location"].split("/")[2]
    with app.app_context():
        line = update(CaseProcedureRow).where(CaseProcedureRow.case_id == reviewed)
        db.session.execute(line.values(state="under_review"))
        db.session.commit()
    long_ago(app, corrected, reviewed, morning)
    assert (len(plan(app).cases), plan(app).kept) == (0, 3)
    desk.post(f"/cases/{correction}/correction/drop", version=desk.version(correction))
    close(desk, app, afternoon)
    long_ago(app, correction, afternoon)
    leaving = plan(app)
    assert {one.case_id for one in leaving.cases} == {corrected, correction, morning, afternoon}
    with app.app_context():
        assert case_retention.remove(leaving) == 4, "the later before the earlier"
    assert [one for one in (corrected, correction, morning, afternoon) if rows_of(app, one)] == []
    assert rows_of(app, reviewed)
