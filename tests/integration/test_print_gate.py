"""AC-05: with each of the seeded faults switched on, nothing is delivered, the log says so, and the status page warns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from app.data.models.audit import AuditRow
from app.data.models.case import DocumentRow
from app.documents import Renderer, find_fonts
from app.extensions import db
from app.operations import orders
from tests.conftest import new_client
from tests.desk import FAMILY, Answer, Desk
from tests.integration.served import clerk, looked_up
from tests.mutants import MUTANTS, MutantPool

BLOCKED = "注文と一致しなかったため"
OTHERS = tuple((f"別野　{name}", "ベツノ　モノ", birth, sex, relation) for name, (_n, _k, birth, sex, relation) in
               zip("仁義礼智", FAMILY, strict=True))  # fmt: skip


def order_of(desk: Desk, case: str) -> dict[str, Any]:
    """What the sheet sends: every paper, the first of them in two copies."""
    sheet = desk.get(f"/cases/{case}/papers").text
    places = [str(number) for number in range(1, sheet.count('name="paper"') + 1)]
    version = sheet.split('name="version" value="')[1].split('"')[0]
    copies = {f"copies-{place}": "2" if place == "1" else "1" for place in places}
    return {"sheet": "1", "version": version, "paper": places, **copies}


def counts(app: Flask) -> tuple[int, int]:
    """How many papers are stored, and how many were quarantined."""

    def read() -> tuple[int, int]:
        papers = db.session.scalars(select(DocumentRow.id)).all()
        blocked = db.session.scalars(
            select(AuditRow.id).where(AuditRow.action == "document.quarantined")
        ).all()
        return len(papers), len(blocked)

    return looked_up(app, read)


def test_every_fault_of_the_pipeline_is_blocked(served_city: Flask, tmp_path: Path, monkeypatch: Any) -> None:
    app = served_city
    pool = MutantPool(find_fonts(tmp_path))
    renderer = Renderer(tmp_path)
    monkeypatch.setattr(renderer, "_printing", pool)
    app.extensions["kakanai_renderer"] = renderer
    desk = clerk(app)
    case, other = desk.move_in(FAMILY[:2]), desk.move_in(OTHERS[:2])
    order = order_of(desk, case)
    assert len(order["paper"]) > 1
    through: list[str] = []

    def printed() -> Answer:
        return desk.post(f"/cases/{case}/documents", **order)

    def must_be_blocked(what: str, act: Callable[[], Answer] = printed, status: int = 422) -> None:
        stored, blocked = counts(app)
        answer = act()
        now = counts(app)
        delivered = answer.status_code != status or b"%PDF" in answer.data or now[0] != stored
        if delivered or now[1] <= blocked or (status == 422 and BLOCKED not in answer.text):
            through.append(f"{what} ({answer.status_code})")
            order["version"] = desk.version(case)

    earlier = order_of(desk, other)
    assert desk.post(f"/cases/{other}/documents", **earlier).status_code == 303
    for what, fault in MUTANTS.items():
        pool.fault = fault
        must_be_blocked(what)
    pool.fault, pool.late = None, True
    assert desk.issue(other).status_code == 422, "the job that is late is given up"
    must_be_blocked("late answer: what an earlier job waited for")
    _check_before_the_renderer(must_be_blocked, monkeypatch)
    _check_after_the_renderer(app, desk, case, must_be_blocked)
    assert not through, "delivered in spite of the fault: " + "; ".join(through)
    assert desk.issue(case).status_code == 303, "the next print is served"
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0
    status = Desk(new_client(app)).sign_in("demo-admin", "information").get("/status").text
    assert "注文と一致しない印刷物を止めました" in status and FAMILY[0][0] not in status


def _check_before_the_renderer(must_be_blocked: Callable[..., None], monkeypatch: Any) -> None:
    """Faults of the server itself: the order is about the wrong people."""
    kept = orders._Desk.order

    def rows_of_another(self: Any, code: str, people: Any, subject: Any, more: Any = None) -> Any:
        made = kept(self, code, people, subject, more)
        stranger = {**dict(made.values["targets"][0]), "name": "別野　仁"}
        return replace(made, values={**made.values, "targets": [stranger]})

    def bound_to_another(self: Any, code: str, people: Any, subject: Any, more: Any = None) -> Any:
        return replace(kept(self, code, people, subject, more), persons=())

    for what, fault in (
        ("a stranger's row in the order", rows_of_another),
        ("a paper bound to nobody", bound_to_another),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(orders._Desk, "order", fault)
            must_be_blocked(what)


def _check_after_the_renderer(
    app: Flask, desk: Desk, case: str, must_be_blocked: Callable[..., None]
) -> None:
    """Faults of the store: another paper's file under this document, with its hash and without."""
    assert desk.issue(case).status_code == 303
    address = desk.document(case)
    own = address.rsplit("/", 1)[1]
    with app.app_context():
        foreign = db.session.execute(
            select(DocumentRow.content, DocumentRow.sha256).where(DocumentRow.case_id != case).limit(1)
        ).one()
    for what, columns in (
        ("stored file swapped", {"content": foreign.content}),
        ("stored file swapped with its hash", {"content": foreign.content, "sha256": foreign.sha256}),
    ):
        with app.app_context():
            db.session.execute(update(DocumentRow).where(DocumentRow.id == own).values(**columns))
            db.session.commit()
        must_be_blocked(what, lambda: desk.get(address), 404)
