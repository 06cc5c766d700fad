"""One person: history, households of other days, qualifications, related persons, warnings, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import case, event, text, update

from app.data import register, residents, search_statement
from app.data.models.register import PersonRow
from app.domain.authority import Actor
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.person import Status
from app.domain.relations import Role
from app.extensions import db
from app.operations import feeds, person_view, residence, warnings
from app.operations import residents as desk
from tests.integration import small_city as city
from tests.integration.test_feed_protection import EVERYTHING

CLERK = Actor("clerk", "窓口", "main", "市民課", frozenset({"counter"}))
TAX = Actor("taxer", "税", "tax", "税務課", frozenset({"tax"}))
CHILDREN = Actor("kids", "子", "children", "子育て支援課", frozenset({"children"}))
WELFARE = Actor("helper", "福", "welfare", "総合福祉課", frozenset({"welfare"}))
TODAY = date(2026, 11, 20)
VISITOR = "visitor"

HEAD, WIFE, SON, GRANDMOTHER, HUSBAND = 1, 2, 20, 21, 22
"""SON left the household of HEAD in 2023; HUSBAND lived with the protected mother until 2024."""

Load = Callable[..., None]


def history(
    serial: int, name: str, number: int, day: str, household: int, reason: str = "01", **more: str
) -> city.Values:
    """A row of 01b."""
    row = city.resident(serial, name, "", "1990-01-01", household, idonengappi=day, idojiyu=reason)
    return row | {"rirekibango": str(number), "rirekibango_edabango": "0", "saishinfuragu": "0"} | more


def people() -> dict[str, list[city.Values]]:
    data = city.people()
    child = {"zokugarakodo1": "20", "zokugarahyoki": "子"}
    old_home = city.address("岱明町浜田", "12番地")
    data["01a"] += [
        city.resident(SON, "髙橋　次男", "タカハシ　ツギオ", "1992-02-02", 11, idonengappi="2023-05-01", idojiyu="50",
                      rirekibango="2", **city.address("中央一丁目", "1番1号")),
        city.resident(GRANDMOTHER, "髙橋　梅子", "タカハシ　ウメコ", "1935-02-02", 12,
                      **city.address("中央一丁目", "1番1号")),
        city.resident(HUSBAND, "去来　三郎", "キョライ　サブロウ", "1984-01-01", 13, rirekibango="2",
                      idonengappi="2024-03-01", idojiyu="41"),
    ]  # fmt: skip
    data["01a"][1] |= city.address("中央一丁目", "1番1号")
    data["01b"] += [
        history(HEAD, "髙橋　太郎", 1, "2001-04-01", 1, **old_home),
        history(WIFE, "旧姓　花子", 1, "2003-06-01", 1, zokugarakodo1="12", zokugarahyoki="妻", **old_home),
        history(SON, "髙橋　次男", 1, "2003-06-01", 1, **child, **old_home),
        history(SON, "髙橋　誤男", 9, "2010-01-01", 1, sakujofuragu="1"),
        history(HUSBAND, "去来　三郎", 1, "2015-01-01", 2, **city.address(city.SECRET_TOWN, "77番地7")),
        history(city.WIFE, "避難　和子", 7, "2015-01-01", 2, zokugarakodo1="12", zokugarahyoki="妻"),
    ]  # fmt: skip
    data["11"] = [
        city.person_row(
            city.CHILD, jukyushakubun="2", jukyushaatenabango=city.number(HUSBAND), shikakujotai="10"
        ),
        city.person_row(
            SON, jukyushakubun="2", jukyushaatenabango=city.number(GRANDMOTHER), shikakujotai="10"
        ),
    ]
    data["19"] += [
        city.person_row(HEAD, memobango="1", memokubun="01", naiyo="税だけの話", hyojikengen="TAX"),
        city.person_row(WIFE, memobango="1", memokubun="02", naiyo="止める理由", hyojikengen="tax", kigennengappi="2020-01-01"),
        city.person_row(SON, memobango="1", memokubun="01", naiyo="まだ先の話", kaishinengappi="2099-01-01"),
    ]  # fmt: skip
    data["16"] = [
        city.person_row(50, shimei="外野　次郎", shimei_furigana="ソトノ　ジロウ", tagyomusanshofukafuragu="0", gyomuid="012"),
        city.person_row(51, shimei="秘密　次郎", tagyomusanshofukafuragu="1", gyomuid="012"),
        city.person_row(52, shimei="外野　旧番", tagyomusanshofukafuragu="0", nayosemotofuragu="1",
                        nayosesakiatenabango=city.number(50)),
    ]  # fmt: skip
    return data


@pytest.fixture
def loaded(app: Flask, tmp_path: Path) -> Flask:
    city.write(tmp_path, people())
    feeds.import_files([tmp_path])
    return app


def person_id(serial: int) -> str:
    found = db.session.scalar(
        text("SELECT id FROM person WHERE number = :number"), {"number": city.number(serial)}
    )
    assert isinstance(found, str)
    return found


def view(serial: int, actor: Actor = CLERK) -> person_view.PersonView:
    return person_view.show(person_id(serial), actor, VISITOR, TODAY)


def household(serial: int, day: str, actor: Actor = CLERK) -> list[str]:
    found = residence.household_on(person_id(serial), actor, VISITOR, day, TODAY)
    return [f"{one.state.name} {one.state.relationship} {one.state.address.town}" for one in found.members]


def logged(action: str) -> list[tuple[str, str]]:
    rows = db.session.execute(
        text("SELECT persons, detail FROM audit_event WHERE action = :a ORDER BY id"), {"a": action}
    )
    return [(str(persons), str(detail)) for persons, detail in rows]


def test_the_history_has_every_row_the_withdrawn_ones_marked(loaded: Flask) -> None:
    lines = view(SON).history
    assert [(line.entry.history, line.entry.withdrawn, line.reason) for line in lines] == [
        (9, True, "国内転入"), (2, False, "世帯分離"), (1, False, "国内転入"),
    ]  # fmt: skip
    assert {"household_number", "relationship", "address"} <= lines[1].changed
    assert lines[1].changed_on == "令和5年5月1日"


def test_the_household_of_a_day_has_the_members_names_and_places_of_then(loaded: Flask) -> None:
    assert household(HEAD, "R5.4.30") == [
        "髙橋　太郎 世帯主 岱明町浜田", "旧姓　花子 妻 岱明町浜田", "髙橋　次男 子 岱明町浜田",
    ]  # fmt: skip
    assert household(SON, "H15.6.1") == household(HEAD, "H15.6.1"), "whoever of them is asked"
    assert household(HEAD, "H15.5.31") == ["髙橋　太郎 世帯主 岱明町浜田"]
    assert household(SON, "R5.5.1") == ["髙橋　次男 世帯主 中央一丁目"]
    assert household(HEAD, "H12.1.1") == []
    persons, detail = logged("resident.household_viewed")[0]
    assert city.number(SON) in persons and "2023-04-30" in detail
    for wrong in ("R9.1.1", "きのうのきのう", ""):
        with pytest.raises(Invalid):
            household(HEAD, wrong)


def test_who_lived_with_a_protected_person_is_not_shown_beside_her(loaded: Flask) -> None:
    """Where he lived with her is where she lives still."""
    assert household(HUSBAND, "R4.1.1") == ["去来　三郎 世帯主 秘匿町"], "his own former home is his"
    mother = residence.household_on(person_id(city.WIFE), CLERK, VISITOR, "R4.1.1", TODAY)
    assert {one.person.number for one in mother.members} == {city.number(city.WIFE), city.number(city.CHILD)}
    assert all(one.state.address.withheld for one in mother.members)


def test_related_persons_stand_with_their_role_and_never_across_protection(loaded: Flask) -> None:
    found = {one.person.number: one.roles for one in view(SON, CHILDREN).related}
    assert found[city.number(GRANDMOTHER)] == (Role.RECIPIENT, Role.SAME_ADDRESS)
    assert found[city.number(WIFE)] == (Role.SAME_ADDRESS,)
    back = {one.person.number: one.roles for one in view(GRANDMOTHER, CHILDREN).related}
    assert Role.CHILD in back[city.number(SON)]
    assert view(SON, TAX).related[0].roles == (Role.SAME_ADDRESS,), (
        "no right to the allowances: no relation by them"
    )
    assert view(HUSBAND, CHILDREN).related == (), "his protected child is not listed"
    assert view(city.CHILD, CHILDREN).related == (), "nor he beside the child"


def test_nobody_at_the_address_of_a_protected_person_is_listed(loaded: Flask, tmp_path: Path) -> None:
    """AC-18: a neighbour under the same roof would tell the address, from either side."""
    data = people()
    data["01a"].append(
        city.resident(30, "隣室　一子", "リンシツ　カズコ", "1990-01-01", 30,
                      **city.address(city.SECRET_TOWN, "77番地7", "秘匿ハイツ777号"))
    )  # fmt: skip
    city.write(tmp_path / "next", data, at="2026-11-21T01:00:00")
    feeds.import_files([tmp_path / "next"], allow_shrink=True)
    assert view(30).related == ()
    assert view(city.WIFE).related == ()


def test_only_readable_columns_are_there_each_with_its_age(loaded: Flask) -> None:
    clerk, tax = view(HEAD).matrix, view(HEAD, TAX).matrix
    keys = [column.key for column in clerk.columns]
    assert "arrears" not in keys and "assistance" not in keys and "seal" in keys
    assert {"arrears", "resident-tax"} <= {column.key for column in tax.columns}
    welfare = {column.key for column in view(HEAD, WELFARE).matrix.columns}
    assert {"assistance", "disability", "resident-tax"} <= welfare and "arrears" not in welfare
    seal = keys.index("seal")
    assert clerk.columns[seal].age is not None and clerk.columns[seal].age.as_of == "11/20"
    assert [row.cells[seal].word.short for row in clerk.rows] == ["停止", "―"]
    nhi = keys.index("nhi")
    assert clerk.columns[nhi].age is None and clerk.rows[0].cells[nhi].word.short == "？", (
        "not delivered is not no"
    )
    person_view.show_qualification(person_id(HEAD), "seal", CLERK, VISITOR)
    for key in ("arrears", "nothing"):
        with pytest.raises(NotFound):
            person_view.show_qualification(person_id(HEAD), key, CLERK, VISITOR)
    assert "02" in logged("resident.qualification_viewed")[0][1]


def test_a_memo_is_for_its_counter_and_a_restriction_for_all(loaded: Flask) -> None:
    def texts(serial: int, actor: Actor) -> str:
        return " ".join(one.text for one in warnings.reveal(person_id(serial), actor, VISITOR, TODAY).details)

    assert "税だけの話" in texts(HEAD, TAX) and "税だけの話" not in texts(HEAD, CLERK)
    assert "memo" in {one.code for one in view(HEAD, TAX).person.warnings}
    assert "memo" not in {one.code for one in view(HEAD).person.warnings}
    assert "hold" in {one.code for one in view(WIFE).person.warnings}
    assert "止める理由" in texts(WIFE, TAX) and "止める理由" not in texts(WIFE, CLERK)
    assert texts(SON, CLERK) == "", "it has not begun"
    assert "12,000円" in texts(WIFE, TAX) and "円" not in texts(WIFE, CLERK)
    assert len(logged("warning.revealed")) == 7
    shown = logged("warning.shown")
    assert any(city.number(WIFE) in persons and "hold" in detail for persons, detail in shown)


def test_an_addressee_of_one_business_is_refused_to_the_others(loaded: Flask) -> None:
    with pytest.raises(Refused, match="他業務参照不可"):
        view(51)
    assert any("another business" in detail for _persons, detail in logged("access.refused"))
    assert view(51, TAX).person.name == "秘密　次郎"
    assert desk.find("秘密次郎", CLERK, TODAY).page.hits == ()
    assert [hit.person.name for hit in desk.find("秘密次郎", TAX, TODAY).page.hits] == ["秘密　次郎"]


def test_addressees_of_one_business_crowd_nobody_out(loaded: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of them meet a query first, a search reads on to those whom everybody may see."""
    monkeypatch.setattr(search_statement, "MOST_ROWS", 2)  # an expected resident comes first
    for kept, free in ((50, 51), (51, 50)):
        reserved = case((PersonRow.number == city.number(kept), "012"), else_="")
        db.session.execute(update(PersonRow).values(reserved_for=reserved))
        db.session.commit()
        assert city.number(free) in {hit.person.number for hit in desk.find("次郎", CLERK, TODAY).page.hits}


def test_a_merged_number_leads_to_the_one_that_counts(loaded: Flask) -> None:
    (hit,) = desk.find(city.number(52), TAX, TODAY).page.hits
    assert hit.person.status is Status.CLOSED
    assert desk.find("外野旧番", TAX, TODAY).page.hits == ()
    assert [(one.person.number, one.roles) for one in view(52, TAX).related] == [
        (city.number(50), (Role.MERGED_INTO,))
    ]
    assert [one.roles for one in view(50, TAX).related] == [(Role.MERGED_FROM,)]


def test_a_corporation_shows_who_stands_for_it(loaded: Flask, tmp_path: Path) -> None:
    data = people()
    data["17"][0] |= {"daihyoshamei": "代表　太郎", "hojinbango": "9900000000001", "hojinjotai": "1"}
    city.write(tmp_path / "next", data, at="2026-11-21T01:00:00")
    feeds.import_files([tmp_path / "next"], allow_shrink=True)
    items = {item.label: item.text for item in view(60).items}
    assert (items["代表者"], items["法人番号"], items["法人の状態"]) == (
        "代表　太郎",
        "9900000000001",
        "存続",
    )
    assert view(60).history == () and view(60).matrix.columns == ()


def test_the_priority_name_is_the_name_and_the_others_stand_beside(loaded: Flask, tmp_path: Path) -> None:
    data = people()
    data["01a"][8] |= {
        "shimeiyusenkubun": "11",
        "zairyukikan_manryonohi": "2027-03-31",
        "zairyukikan_nen": "1",
    }
    city.write(tmp_path / "next", data, at="2026-11-21T01:00:00")
    feeds.import_files([tmp_path / "next"], allow_shrink=True)
    shown = view(9)
    assert shown.person.name == "阮　安（NGUYEN VAN AN）"
    items = {item.label: item.text for item in shown.items}
    assert items["在留期間の満了日"] == "2027年3月31日" and items["在留期間"] == "1年"
    assert items["氏名（ローマ字）"] == "NGUYEN VAN AN"
    found = residents.get_person(shown.person.id, replace(CLERK).disclosure("test"))
    assert found.birth.western


def test_for_nobody_the_register_is_not_searched(loaded: Flask) -> None:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with loaded.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        assert register.list_rows_of([], ["01a"], EVERYTHING) == {}
        assert statements == []
        assert register.list_rows_of(["nobody"], ["01a"], EVERYTHING) == {"nobody": {"01a": []}}
        assert statements
        event.remove(db.engine, "before_cursor_execute", note)
