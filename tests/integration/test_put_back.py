"""What was taken out of a case by mistake comes back with one key (元に戻す), and only as the very next act."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.data.models.register import PersonRow
from app.domain.case import Case
from app.domain.relations import TIE
from tests.desk import Desk
from tests.integration.served import clerk, resident, stored

TYPED = {
    "name": "架空　次郎",
    "kana": "カクウ　ジロウ",
    "birth": "S50.1.2",
    "sex": "1",
    "address": "熊本県隣市港町1-2",
}
AGENT = {
    "relation": "agent",
    "papers": ["mandate"],
    "mandate-matter": "住民票の請求",
    "mandate-signed_on": "今日",
}


def told(case: Case) -> list[tuple[Any, ...]]:
    return [(one.kind, one.subject, one.copies, one.options, dict(one.entered)) for one in case.certificates]


def request_of(app: Flask, desk: Desk, person: PersonRow) -> str:
    case = desk.open_case(person.id)
    desk.identify(case)
    desk.choose(case, "certificate")
    return case


def change(app: Flask, desk: Desk, case: str, **fields: Any) -> Any:
    person = stored(app, case).subjects[0].id
    return desk.post(
        f"/cases/{case}/certificates", **{"version": desk.version(case), "person": person, **fields}
    )


def test_a_certificate_line_comes_back_where_it_stood_with_its_exemption(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = request_of(app, desk, resident(app))
    change(app, desk, case, quick="b2 j1 i1")
    change(app, desk, case, part="details", exemption="pension")
    before = stored(app, case)
    first = before.certificates[0]
    assert first.kind == "record_items" and before.fact("certificate.exemption") == "pension"
    gone = change(app, desk, case, remove=first.id)
    assert gone.status_code == 200 and "を取り消しました" in gone.text and "元に戻す" in gone.text
    assert stored(app, case).fact("certificate.exemption") is None
    assert "元に戻す" in desk.see(case).text, "without scripts it is offered as well"
    assert change(app, desk, case, undo="1").status_code == 200
    after = stored(app, case)
    assert told(after) == told(before) and after.fact("certificate.exemption") == "pension"
    assert "元に戻す" not in desk.see(case).text
    change(app, desk, case, **{f"copies-{after.certificates[1].id}": "0"})
    assert len(stored(app, case).certificates) == 2
    change(app, desk, case, add="record_items")
    late = change(app, desk, case, undo="1")
    assert late.status_code == 422 and "すぐ前の操作だけ" in late.text
    assert len(stored(app, case).certificates) == 2


def test_a_subject_comes_back_with_what_was_typed_and_asked_for(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person, other = resident(app), resident(app, 2)
    case = desk.open_case(person.id)
    desk.identify(case, relation="household")
    desk.choose(case, "certificate")
    desk.post(f"/cases/{case}/subjects/typed", version=desk.version(case), **TYPED)
    desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=other.id)
    ids = {one.name: one.id for one in stored(app, case).subjects}
    typed = ids[TYPED["name"]]
    registered = next(one.id for one in stored(app, case).subjects if one.number == other.number)
    ties = {f"tie-{typed}": "parent", f"tie-{registered}": "other"}
    desk.save(case, "subjects", **ties)
    change(app, desk, case, person=typed, quick="j1")
    change(app, desk, case, person=registered, quick="j2")
    before = stored(app, case)
    for subject in (typed, registered):
        name = next(one.name for one in stored(app, case).subjects if one.id == subject)
        out = f"/cases/{case}/subjects/{subject}/remove"
        assert desk.post(out, version=desk.version(case)).status_code == 303
        assert name not in [one.name for one in stored(app, case).subjects]
        assert f"{name}さんを対象者から外しました" in desk.see(case, "subjects").text
        back = desk.post(out, version=desk.version(case), change="restore")
        assert back.status_code == 303, back.text
        now = stored(app, case)
        found = next(one for one in now.subjects if one.name == name)
        was = next(one for one in before.subjects if one.name == name)
        assert dict(found.corrected) == dict(was.corrected) and found.number == was.number
        assert now.fact(TIE, found.id) == before.fact(TIE, was.id)
        assert [one.copies for one in now.certificates if one.subject == found.id] == [
            one.copies for one in before.certificates if one.subject == was.id
        ]


def test_nothing_of_where_somebody_lives_is_kept_of_who_was_taken_out(served_city: Flask) -> None:
    """He may become protected while he is in no case: what would come back says nothing of his home."""
    app, desk = served_city, clerk(served_city)
    person, other = resident(app), resident(app, 2)
    case = desk.open_case(person.id)
    desk.identify(case, relation="household")
    desk.choose(case, "certificate")
    desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=other.id)
    subject = next(one for one in stored(app, case).subjects if one.number == other.number)
    corrected = {
        "name": subject.name,
        "kana": "ヘンコウ　ゴ",
        "sex": "1",
        "birth": "S50.1.2",
        "address": "熊本県隣市港町9-9",
    }
    desk.post(
        f"/cases/{case}/persons/{subject.id}", version=desk.version(case), reason="document", **corrected
    )
    assert "港町9-9" in stored(app, case).person(subject.id).address
    desk.post(f"/cases/{case}/subjects/{subject.id}/remove", version=desk.version(case))
    kept = str(stored(app, case).fact("draft.taken_out"))
    assert "ヘンコウ" in kept and "港町" not in kept
