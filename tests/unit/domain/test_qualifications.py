"""The words of the qualification matrix."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.memos import as_seen_at, memo_runs
from app.domain.qualifications import BY_KEY, QUALIFICATIONS

TODAY = date(2026, 11, 20)
SINCE = {"kokuhoshikakushutokunengappi": "2020-04-01"}


@pytest.mark.parametrize(
    ("key", "row", "word"),
    [
        ("nhi", SINCE | {"kokuhoshikakukubun": "3"}, "加入"),
        ("nhi", SINCE | {"kokuhoshikakukubun": "2"}, "擬主"),
        ("nhi", SINCE | {"kokuhoshikakusoshitsunengappi": "2026-11-20"}, "喪失"),
        ("nhi", SINCE | {"kokuhoshikakusoshitsunengappi": "2026-11-21"}, "加入"),
        ("pension", {"shikakushutokunengappi": "2020-04-01", "hihokenshashubetsu": "3"}, "第3号"),
        ("care", {"shikakushutokubi": "2020-04-01", "yokaigoninteijokyokodo": "04", "yokaigojotaikubunkodo": "13"}, "要支2"),
        ("care", {"shikakushutokubi": "2020-04-01", "yokaigoninteijokyokodo": "01"}, "申請中"),
        ("resident-tax", {"kazeinendo": "2026", "kazeihikazeikubun": "0", "mishinkokukubun": "2"}, "未申告"),
        ("resident-tax", {"kazeinendo": "2026", "kazeihikazeikubun": "0"}, "非課税"),
        ("arrears", {"tainoumu": "0"}, None),
        ("arrears", {"tainoumu": "1", "tainogaku": "12000"}, "あり"),
        ("assistance", {"seikatsuhogokaishinengappi": "2020-04-01", "seikatsuhogoteishinengappi": "2026-01-01"}, "停止"),
        ("disability", {"techoshubetsu": "1", "sogotokyukodo": "2", "shikakujotaikodo": "40"}, "身体2級"),
        ("disability", {"techoshubetsu": "2", "ryoikuhantei": "21", "henkanbi": "2020-01-01"}, "返還等"),
        ("child-allowance", {"jukyushakubun": "2", "shikakujotai": "40"}, "児童"),
        ("support-allowance", {"jukyushakubun": "1", "shikakujotai": "40", "shikyukubun": "2"}, "一部"),
        ("medical-aid", {"joseishubetsu": "3", "shikakujotai": "40", "shikakushuryonengappi": "2026-11-19"}, "終了"),
        ("nursery", {"riyojotai": "2"}, "待機"),
        ("seal", {"torokujotai": "3"}, "停止"),
        ("hold", {"memokubun": "02", "naiyo": "x"}, "禁止"),
        ("hold", {"memokubun": "01", "naiyo": "x"}, None),
        ("memo", {"memokubun": "01", "kigennengappi": "2026-11-19"}, None),
        ("memo", {"memokubun": "01", "kaishinengappi": "2026-11-21"}, None),
        ("card", {"kojinbangokadoumu": "1"}, "あり"),
    ],
)  # fmt: skip
def test_a_row_becomes_a_word(key: str, row: dict[str, str], word: str | None) -> None:
    found = BY_KEY[key].read([row], TODAY)
    assert (found.short if found else None) == word


def test_there_are_enough_columns_and_each_says_nothing_of_nothing() -> None:
    assert len(QUALIFICATIONS) >= 15 and len(BY_KEY) == len(QUALIFICATIONS)
    assert [one.key for one in QUALIFICATIONS if one.read([], TODAY) is not None] == []


def test_a_memo_is_for_its_counter_and_a_restriction_for_all() -> None:
    memo = {"memokubun": "01", "naiyo": "内密", "hyojikengen": "TAX"}
    assert as_seen_at("tax", memo) == memo
    assert as_seen_at("main", memo) is None
    restriction = as_seen_at("main", memo | {"memokubun": "02"})
    assert restriction is not None and "内密" not in restriction["naiyo"]
    assert memo_runs({"memokubun": "03", "kigennengappi": "2020-01-01"}, TODAY), "no date ends a restriction"
