"""Ready phrases: which a desk has, and how they are chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain.content_check import check_content
from app.domain.office_content import MemoKind, MemoPhrase
from app.domain.phrases import chosen_phrase, phrases_at
from tests.unit.domain.households import default_pack

DAY = date(2026, 11, 23)
COMMON = MemoPhrase("mo", MemoKind.RECEPTION, "共通", 10)
OWN = replace(COMMON, text="窓口のもの", order=90, counter="tax")
ENDED = MemoPhrase("tk", MemoKind.RECEPTION, "終わった", 5, valid_to=date(2026, 11, 22))
ISSUE = MemoPhrase("is", MemoKind.ISSUE, "発行", 10)


def test_a_desk_has_its_own_before_those_of_all_and_only_what_is_valid() -> None:
    pack = replace(default_pack(), phrases=(ISSUE, COMMON, OWN, ENDED))
    assert phrases_at(pack, "main", DAY) == (COMMON, ISSUE)
    assert phrases_at(pack, "tax", DAY) == (OWN, ISSUE), "the same letters: its own"
    assert ENDED in phrases_at(pack, "main", date(2026, 11, 22))


def test_a_phrase_is_chosen_by_its_place_or_its_letters() -> None:
    phrases = (COMMON, replace(COMMON, code="tt", order=20), ISSUE)
    for typed in ("2", "２", "tt", "ＴＴ", " Tt "):
        assert chosen_phrase(phrases, "reception", typed) == phrases[1], typed
    for typed in ("3", "0", "is", "も", ""):
        assert chosen_phrase(phrases, "reception", typed) is None, typed


def test_what_cannot_be_chosen_is_not_published() -> None:
    wrong = (replace(COMMON, code="m1"), replace(OWN, counter="nowhere"), ISSUE, ISSUE)
    found = {
        problem.place
        for problem in check_content(replace(default_pack(), phrases=wrong))
        if "phrase" in problem.place
    }
    assert found == {"phrase reception m1", "phrase reception mo", "phrase issue is"}
