"""Bad input brings the same screen back, with what is wrong and with what was typed."""

from __future__ import annotations

import re

from flask import Flask

from tests.conftest import new_client
from tests.desk import FAMILY, Desk


def at_the_list(app: Flask) -> tuple[Desk, str]:
    desk = Desk(new_client(app)).sign_in()
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, "move_in")
    desk.move(case, FAMILY)
    desk.save(case, "questions")
    return desk, case


def test_a_memo_comes_back_to_the_step_it_was_written_on(city_app: Flask) -> None:
    desk, case = at_the_list(city_app)
    for step in ("identity", "content", "questions", "procedures"):
        refused = desk.post(f"/cases/{case}/memos", kind="handover", memo="あ" * 1001, back=step)
        assert refused.status_code == 422 and f'name="back" value="{step}"' in refused.text
        assert "あ" * 1001 in refused.text and 'value="handover" selected' in refused.text
        assert 'id="drawer-memo"' in refused.text and re.search(
            r'id="drawer-memo"[^>]* data-open', refused.text
        )
        kept = desk.post(f"/cases/{case}/memos", kind="handover", memo="めも", back=step)
        assert kept.headers["Location"] == f"/cases/{case}/steps/{step}"
    ahead = desk.post(f"/cases/{case}/memos", kind="handover", memo="めも", back="print")
    assert ahead.headers["Location"] == f"/cases/{case}/steps/procedures", "no step is passed over"


def test_no_procedure_chosen(city_app: Flask) -> None:
    desk, case = at_the_list(city_app)
    refused = desk.post(
        f"/cases/{case}/procedures", version=desk.version(case), procedure="", reason="ご希望"
    )
    assert refused.status_code == 422
    assert 'href="#procedure"' in refused.text and 'value="ご希望"' in refused.text


def test_each_end_of_the_period_is_judged_by_itself(city_app: Flask) -> None:
    desk = Desk(new_client(city_app)).sign_in()
    refused = desk.post("/history", since="R8.11.1", until="x")
    assert refused.status_code == 422
    assert 'href="#until"' in refused.text and 'href="#since"' not in refused.text
    assert 'id="until-error"' in refused.text and 'value="R8.11.1"' in refused.text
    assert "R8" in desk.post("/history", since="R8", until="R8").text, "what was typed stays"


def test_who_only_reads_the_history_is_offered_nothing_else(city_app: Flask) -> None:
    desk, case = at_the_list(city_app)
    desk.issue(case)
    number = re.search(r"R\d+-\d{2}-\d{6}-\d", desk.see(case).text)
    assert number
    page = f"/history/{number[0]}"
    assert "再開する" in desk.get(page).text and "再印刷する" in desk.get(page).text
    reader = Desk(new_client(city_app)).sign_in("demo-reviewer", "main").get(page).text
    assert "作成" in reader and "再開する" not in reader and "再印刷する" not in reader
