"""Every visitor and every channel: corporations, offices, letters, bookings, the city's own accord, and who is in no register."""

from __future__ import annotations

import io

import pypdf
from flask import Flask
from sqlalchemy import select

from app.data.models.register import PersonRow
from app.documents.page_text import read_pages
from app.domain.case import State, Step
from app.domain.requester_details import Asks
from app.extensions import db
from tests.desk import Desk
from tests.integration.served import clerk, logged, looked_up, resident, stored

LETTER = {"enclosures": ["request", "id_copy", "envelope", "stamps"]}
CORPORATION = {
    "detail-corporation-name": "株式会社見本",
    "detail-corporation-address": "架空市中央1",
    "detail-corporation-representative": "代表取締役　見本一郎",
}


def text_of(desk: Desk, case: str) -> str:
    pages = pypdf.PdfReader(io.BytesIO(desk.get(desk.document(case)).data)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_a_corporation_asks_through_somebody(served_city: Flask) -> None:
    """Found in the register, its details are there; who came is typed, and both stand on the request."""
    app, desk = served_city, clerk(served_city)
    wanted = (
        select(PersonRow.id, PersonRow.name).where(PersonRow.category == "corporation").order_by(PersonRow.id)
    )
    firm, name = looked_up(app, lambda: tuple(db.session.execute(wanted.limit(1)).one()))
    case = desk.open_case(firm)
    assert stored(app, case).visitor is None
    page = desk.see(case).text
    assert name in page
    refused = desk.identify_newcomer(case, relation="corporation")
    assert refused.status_code == 422 and "代表者の職と氏名を入力してください" in refused.text
    assert desk.identify_newcomer(case, relation="corporation", **CORPORATION).status_code == 303
    desk.choose(case, "certificate")
    desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=resident(app).id)
    desk.save(case, "subjects", subjects=[])
    person = stored(app, case).subjects[0].id
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), person=person, quick="j1")
    seen = {"part": "details", "paper-employee_card": "1", "examined": "1", "purpose": "債権の回収"}
    assert desk.issue(case, **seen).status_code == 303
    assert "株式会社見本" in text_of(desk, case) and "見本一郎" in text_of(desk, case)


def test_what_differs_from_the_register_has_a_reason_and_a_mark(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    case = desk.open_case(person.id)
    refused = desk.identify(case, name="改名　花子")
    assert (
        refused.status_code == 422
        and "氏名が住民情報と違います" in refused.text
        and "改名　花子" in refused.text
    )
    assert not stored(app, case).visitor.corrected, "nothing is kept of what was refused"
    assert desk.identify(case, name="改名　花子", reason="stated").status_code == 303
    assert "case.person_corrected" in logged(app, case)
    shown = desk.see(case, "identity").text
    assert person.name in shown and "改名　花子" in shown and "この受付では、次の内容を使います" in shown
    desk.choose(case, "certificate")
    desk.post(
        f"/cases/{case}/certificates",
        version=desk.version(case),
        person=stored(app, case).visitor.id,
        quick="j1",
    )
    assert desk.issue(case, part="details").status_code == 303
    assert "住民情報と相違" in text_of(desk, case)


def test_a_letter_is_checked_answered_and_mended(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(channel="post")
    typed = {"channel": "post", "orders": "300", **LETTER}
    assert "425" in desk.identify_newcomer(case, "", **{**typed, "orders": "425"}).text
    assert desk.identify_newcomer(case, "", **typed).status_code == 303
    assert stored(app, case).fact("post.orders") == [300]
    desk.choose(case, "certificate")
    person = stored(app, case).visitor.id
    page = desk.post(f"/cases/{case}/certificates", version=desk.version(case), person=person, quick="j2")
    assert "300円足りません" in page.text
    refused = desk.issue(case, part="details")
    assert refused.status_code == 422 and "300円足りません" in refused.text
    unsaid = desk.post(f"/cases/{case}/defects", version=desk.version(case), back="content", defect="")
    assert unsaid.status_code == 422 and "連絡の方法を選んでください" in unsaid.text
    told = desk.post(
        f"/cases/{case}/defects", version=desk.version(case), back="content", told="letter", defect="明日送る"
    )
    assert told.headers["Location"].endswith("/defects/letter")
    assert f'src="/cases/{case}/defects/letter.pdf' in desk.get(f"/cases/{case}/defects/letter").text
    [letter] = read_pages(desk.get(f"/cases/{case}/defects/letter.pdf").data)
    assert "・定額小為替300円分" in letter.own and "明日送る" in letter.own, letter.own
    kept = stored(app, case)
    assert kept.state is State.SUSPENDED and kept.memos[0].text.startswith(
        "郵送の不備：定額小為替300円分、明日送る"
    )
    desk.post(f"/cases/{case}/resume")
    desk.identify_newcomer(case, "", orders="300x2", **LETTER)
    assert stored(app, case).fact("post.orders") == [300, 300]
    desk.choose(case, "certificate")
    assert "不備を連絡しています" in desk.issue(case, part="details").text
    desk.post(f"/cases/{case}/defects/mended", version=desk.version(case))
    assert desk.get(f"/cases/{case}/defects/letter.pdf").status_code == 404
    assert desk.issue(case, part="details").status_code == 303
    assert {"case.defect_noted", "case.defect_mended"} <= set(logged(app, case))


def test_a_booking_is_prepared_and_printed_when_its_visitor_has_come(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    case = desk.open_case(channel="phone")
    assert "予約の日を入力してください" in desk.identify(case, "", name="架空　花子").text
    placed = desk.post(f"/cases/{case}/visitor", version=desk.version(case), person=person.id)
    assert placed.status_code == 303 and stored(app, case).visitor.number == person.number
    booked = {"booked_on": "明日", "booked_at": "10時半", "wish": "住民票"}
    assert desk.identify(case, "", **booked).status_code == 303
    assert stored(app, case).awaits_visitor
    desk.choose(case, "certificate")
    subject = stored(app, case).visitor.id
    desk.post(f"/cases/{case}/certificates", version=desk.version(case), person=subject, quick="j1")
    refused = desk.issue(case, part="details")
    assert refused.status_code == 422 and "本人確認が済んでいない" in refused.text
    desk.post(f"/cases/{case}/suspend")
    listed = desk.get("/appointments").text
    assert "10:30" in listed and "来庁前" in listed and person.name in listed
    came = desk.post(f"/cases/{case}/resume")
    assert came.headers["Location"].endswith("/steps/identity")
    desk.identify(case, **booked)
    kept = stored(app, case)
    assert kept.step is Step.CONTENT and kept.certificates, "what was prepared is there"
    assert desk.issue(case, part="details").status_code == 303


def test_the_city_acts_of_its_own_accord(served_city: Flask) -> None:
    """With its ground instead of a visitor, for no certificate."""
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(channel="ex_officio")
    assert desk.save(case, "identity").status_code == 422
    assert (
        desk.save(case, "identity", ground="実態調査", draft_number="市-12", drafted_on="今日").status_code
        == 303
    )
    assert "実態調査" in desk.see(case).text and not stored(app, case).persons
    assert desk.choose(case, "certificate").status_code == 422
    assert desk.choose(case, "address_change").status_code == 303
    person = resident(app)
    desk.post(f"/cases/{case}/subjects", version=desk.version(case), person=person.id)
    desk.save(case, "subjects", subjects=[])
    assert desk.move(case).status_code == 303
    desk.answer_all(case)
    desk.save(case, "questions")
    assert desk.issue(case).status_code == 303
    assert person.name.replace("　", "") in text_of(desk, case)


def test_a_subject_who_is_in_no_register(served_city: Flask) -> None:
    """Typed for what is no move; corrected afterwards; nobody is typed where a household is needed."""
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    desk.identify(case, relation="agent")
    desk.choose(case, "certificate")
    typed = {"name": "市外　次郎", "birth": "S40.13.2"}
    refused = desk.post(f"/cases/{case}/subjects/typed", version=desk.version(case), **typed)
    assert refused.status_code == 422 and "市外　次郎" in refused.text
    typed["birth"] = "S40.1.2"
    assert desk.post(f"/cases/{case}/subjects/typed", version=desk.version(case), **typed).status_code == 303
    person = stored(app, case).subjects[0]
    assert (person.name, person.number, person.source) == ("市外　次郎", None, "typed")
    address = f"/cases/{case}/persons/{person.id}"
    assert "住民情報にない方です" in desk.get(address).text
    desk.post(address, version=desk.version(case), name="市外　三郎", kana="シガイ　サブロウ")
    assert stored(app, case).subjects[0].name == "市外　三郎"
    desk.save(case, "subjects", subjects=[])
    assert stored(app, case).step is Step.CONTENT
    moving = desk.open_case(resident(app).id)
    desk.identify(moving, relation="agent", papers=["power_of_attorney"])
    desk.choose(moving, "address_change")
    assert (
        desk.post(f"/cases/{moving}/subjects/typed", version=desk.version(moving), **typed).status_code == 422
    )


def test_each_line_has_its_own_exemption_and_evidence(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    case = desk.open_case(resident(app).id)
    desk.identify(case)
    desk.choose(case, "certificate")
    person = stored(app, case).visitor.id

    def sent(**fields: object) -> str:
        return desk.post(
            f"/cases/{case}/certificates", version=desk.version(case), person=person, **fields
        ).text

    sent(quick="j1 b1")
    sent(part="details", exemption="each")
    record, items = stored(app, case).certificates
    both = {f"copies-{record.id}": "1", f"copies-{items.id}": "1", "part": "details", "exemption": "each"}
    own = {f"exemption-{record.id}": "public_assistance", f"exemption-{items.id}": "pension"}
    assert "合計 0円" in sent(**both, **own)
    refused = desk.issue(case, part="details", exemption="each", evidence=["pension"])
    assert "生活保護の受給証明書）を確認して" in refused.text and "年金の請求書" in refused.text
    assert "合計 300円" in sent(**both, **{**own, f"exemption-{items.id}": ""})
    assert "使えない減免です" in sent(**both, **{**own, f"exemption-{items.id}": "labour"})
    assert "合計 600円" in sent(more=items.id)
    assert "合計 300円" in sent(fewer=items.id)
    assert len(stored(app, case).certificates) == 2
    sent(fewer=items.id)
    assert len(stored(app, case).certificates) == 1
    assert (
        desk.issue(case, part="details", exemption="each", evidence=["public_assistance"]).status_code == 303
    )


def test_what_a_counter_takes_up_most_comes_first(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app).id

    def picking() -> str:
        case = desk.open_case(person)
        desk.identify(case)
        desk.choose(case, "single")
        return case

    first = picking()
    assert "この窓口でよく使う手続き" not in desk.see(first).text
    code = desk.see(first).text.split('name="procedures" value="')[5].split('"')[0]
    desk.save(first, "content", procedures=[code])
    page = desk.see(picking()).text
    assert f'id="favourite-{code}"' in page and page.count(f'value="{code}"') == 1


def test_every_set_of_details_is_asked_for_by_a_relation(served_city: Flask) -> None:
    page = (desk := clerk(served_city)).see(desk.open_case(resident(served_city).id)).text
    for asks in Asks:
        assert (f'data-asks="{asks}"' in page) is (asks is not Asks.NOTHING) or asks is Asks.NOTHING
