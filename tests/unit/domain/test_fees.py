"""Fees, exemptions and quick entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.content import ContentPack, FeeAddition, FeeMeasure, FeeRule
from app.domain.fees import (
    FeeProblem,
    FeeTable,
    RequestLine,
    compute_fees,
    describe,
    explain,
    find_fee,
    list_exemptions,
)
from app.domain.quick_entry import QuickLine, contents, parse_quick_entry, ticks
from tests.unit.domain.households import TODAY, default_pack

RECORD, SEAL, INCOME = "resident_record_copy", "seal_certificate", "income_certificate"


def test_total_of_several_kinds() -> None:
    fees = compute_fees(default_pack(), [RequestLine(RECORD, 2), RequestLine(SEAL, 1)], TODAY)

    assert [(line.unit, line.amount) for line in fees.lines] == [(300, 600), (300, 300)]
    assert (fees.copies, fees.total) == (3, 900)


def test_an_exemption_frees_the_kinds_it_names_and_keeps_its_reason() -> None:
    fees = compute_fees(
        default_pack(), [RequestLine("record_items", 2), RequestLine(RECORD, 1)], TODAY, "pension"
    )

    assert [(line.amount, line.reason) for line in fees.lines] == [(0, "年金の請求に使う場合"), (300, "")]
    assert fees.total == 300


@pytest.mark.parametrize(
    ("lines", "exemption", "named"),
    [
        ([RequestLine(SEAL, 1)], "pension", "年金の請求"),
        ([RequestLine(SEAL, 1)], "nothing", "nothing"),
        ([RequestLine("unknown", 1)], "", "unknown"),
        ([RequestLine(SEAL, 0)], "", "印鑑登録証明書"),
    ],
)
def test_what_cannot_be_computed_is_named(lines: list[RequestLine], exemption: str, named: str) -> None:
    with pytest.raises(FeeProblem) as problem:
        compute_fees(default_pack(), lines, TODAY, exemption)
    assert named in problem.value.message


def test_fees_multiply_by_years_and_items_and_step_by_pages() -> None:
    per_year = RequestLine(INCOME, 2, {"fiscal_years": 3})
    assert compute_fees(default_pack(), [per_year], TODAY).total == 300 * 3 * 2

    table = FeeTable(
        FeeRule("f", 300), (FeeAddition("f", "pages", 1, 1, 50), FeeAddition("f", "persons", 5, 5, 300))
    )
    assert table.unit({}) == 300
    assert table.unit({"pages": 3}) == 400
    assert [table.unit({"persons": count}) for count in (5, 6, 10, 11)] == [300, 600, 600, 900]


@pytest.mark.parametrize(
    ("kind", "measures", "options", "amount", "words"),
    [
        ("tax_payment_certificate", {"tax_items": 2, "fiscal_years": 3}, (), 1800, "300円 × 2税目 × 3年度 ＝ 1,800円"),
        ("property_assessment", {"parcels": 5}, (), 300, "300円"),
        ("property_assessment", {"parcels": 6}, (), 600, "300円 ＋ 5筆・棟を超える1筆・棟で300円 ＝ 600円"),
        (
            "property_assessment", {"parcels": 11, "fiscal_years": 2}, (), 1800,
            "（300円 ＋ 5筆・棟を超える6筆・棟で600円） × 2年度 ＝ 1,800円",
        ),
        ("vehicle_inspection", {}, (), 0, "無料"),
        ("wide_area_register", {}, ("current",), 450, "450円"),
        ("wide_area_register", {}, ("removed",), 750, "750円"),
        ("register_identifier", {}, ("removed",), 700, "700円"),
        ("acceptance_certificate", {}, (), 350, "350円"),
        ("removed_family_register", {}, (), 750, "750円"),
    ],
)  # fmt: skip
def test_the_fee_of_a_line_and_how_it_comes_about(
    kind: str, measures: dict[str, int], options: tuple[str, ...], amount: int, words: str
) -> None:
    (line,) = compute_fees(default_pack(), [RequestLine(kind, 1, measures, options)], TODAY).lines

    assert (line.amount, line.words) == (amount, words)


@pytest.mark.parametrize(
    ("rule", "additions", "measures", "copies", "amount"),
    [
        (FeeRule("f", 300), [FeeAddition("f", "pages", 1, 1, 50)], {"pages": 2}, 1, 350),
        (FeeRule("f", 300), [FeeAddition("f", "persons", 5, 5, 300)], {"persons": 6}, 2, 1200),
        (FeeRule("f", 200, multiply_by=("household",)), [], {"household": 4}, 1, 800),
    ],
)
def test_fees_of_other_cities(
    rule: FeeRule, additions: list[FeeAddition], measures: dict[str, int], copies: int, amount: int
) -> None:
    """Pages, persons by five, times the members of the household: each is a row of the tables."""
    pack = replace(
        default_pack(),
        fee_measures=(*default_pack().fee_measures, FeeMeasure("household", "世帯員", "人", "世帯員の数")),
    )
    table = FeeTable(rule, tuple(additions))

    assert table.unit(measures) * copies == amount
    assert explain(pack, table, measures, copies).endswith(f"＝ {amount:,}円")
    assert str(rule.unit) in describe(pack, table)


def test_the_fee_of_the_day_and_of_the_channel() -> None:
    pack = _with_fees(
        FeeRule("seal_certificate", 300, valid_to=date(2026, 3, 31)),
        FeeRule("seal_certificate", 350, valid_from=date(2026, 4, 1)),
        FeeRule("seal_certificate", 200, channel="kiosk", valid_from=date(2026, 4, 1)),
    )
    one = [RequestLine(SEAL, 1)]

    assert compute_fees(pack, one, date(2026, 3, 31)).total == 300
    assert compute_fees(pack, one, date(2026, 4, 1)).total == 350
    assert compute_fees(pack, one, date(2026, 4, 1), channel="kiosk").total == 200
    assert compute_fees(pack, one, date(2026, 4, 1), channel="post").total == 350
    with pytest.raises(FeeProblem, match="手数料"):
        compute_fees(_with_fees(FeeRule("seal_certificate", 300, valid_to=date(2026, 3, 31))), one, TODAY)


def _with_fees(*fees: FeeRule) -> ContentPack:
    return replace(default_pack(), fees=fees)


def test_an_addition_has_a_period_of_its_own() -> None:
    pack = replace(
        default_pack(),
        fee_additions=(FeeAddition("seal_certificate", "pages", 1, 1, 50, valid_from=date(2026, 4, 1)),),
    )
    certificate = pack.certificate_by_code[SEAL]

    assert find_fee(pack, certificate, date(2026, 3, 31)).unit({"pages": 3}) == 300
    assert find_fee(pack, certificate, date(2026, 4, 1)).unit({"pages": 3}) == 400


def test_an_exemption_for_public_use_is_for_public_bodies_only() -> None:
    offered = {one.code for one in list_exemptions(default_pack(), RECORD, TODAY, "self")}
    assert "public_use" not in offered and "public_assistance" in offered
    assert "public_use" in {one.code for one in list_exemptions(default_pack(), RECORD, TODAY, "official")}


def test_every_certificate_has_a_fee_and_a_word_of_its_own() -> None:
    pack = default_pack()
    words = [one.quick for one in pack.certificates if one.quick]
    assert len(words) == len(set(words)) == 26
    for certificate in pack.certificates:
        assert describe(pack, find_fee(pack, certificate, TODAY))
        for word in (certificate.quick, *certificate.aliases):
            lines, problems = parse_quick_entry(pack, f"{word}1", TODAY) if word else ([], [])
            assert not problems and all(line.certificate == certificate.code for line in lines)
        for option in ticks(pack, certificate.code):
            if option.quick and certificate.quick:
                (line,), problems = parse_quick_entry(pack, f"{certificate.quick}{option.quick}", TODAY)
                assert not problems and option.code in line.options


def test_exemptions_are_offered_for_their_kinds_only() -> None:
    assert "pension" in {one.code for one in list_exemptions(default_pack(), "record_items", TODAY)}
    assert "pension" not in {one.code for one in list_exemptions(default_pack(), SEAL, TODAY)}


@pytest.mark.parametrize(
    "text",
    [
        "j2 i1",
        "J2 I1",
        "ｊ２　ｉ１",
        "住2 印1",
        "住２、印",
        "住民票2,印鑑登録証明書1",
        "住2印1",
        "j i j",
    ],
)
def test_quick_entry_of_two_records_and_a_seal_certificate(text: str) -> None:
    lines, problems = parse_quick_entry(default_pack(), text, TODAY)

    assert problems == []
    assert [(line.certificate, line.copies) for line in lines] == [(RECORD, 2), (SEAL, 1)]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("j1", ("household",)),
        ("j2h", ("household", "domicile")),
        ("jh", ("household", "domicile")),
        ("j1khz", ("individual", "domicile", "relationship")),
        ("j1zhm", ("household", "domicile", "relationship", "individual_number")),
        ("ｊ２ｈ", ("household", "domicile")),
    ],
)
def test_letters_choose_contents_and_open_groups_take_their_default(
    text: str, options: tuple[str, ...]
) -> None:
    lines, problems = parse_quick_entry(default_pack(), text, TODAY)

    assert (problems, lines[0].options) == ([], options)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("é2", "は証明書の記号にありません"),
        ("j0", "通数が0"),
        ("j99", "20通まで"),
        ("j2q", "「q」は「住民票の写し」の記載事項にありません"),
        ("i2h", "記載事項の文字はありません"),
        ("2", "「2」は読めません"),
        ("j2i1", "証明書ごとに空白で区切って"),
        ("パン1", "「パン」"),
    ],
)
def test_what_quick_entry_cannot_read_is_named(text: str, named: str) -> None:
    _, problems = parse_quick_entry(default_pack(), f"s1 {text}", TODAY)

    assert len(problems) == 1
    assert named in problems[0].message


def test_a_wrong_part_leaves_the_others() -> None:
    lines, problems = parse_quick_entry(default_pack(), "j2 パ1 i1", TODAY)

    assert [line.certificate for line in lines] == [RECORD, SEAL]
    assert [problem.read for problem in problems] == ["パ1"]


def test_the_same_kind_with_other_contents_is_another_line() -> None:
    lines, _ = parse_quick_entry(default_pack(), "j1 j2h j1", TODAY)

    assert lines == [QuickLine(RECORD, 2, ("household",)), QuickLine(RECORD, 2, ("household", "domicile"))]


def test_a_flood_of_parts_is_bounded() -> None:
    lines, problems = parse_quick_entry(default_pack(), "パ1 " * 5000, TODAY)

    assert lines == []
    assert len(problems) == 41


def test_contents_refuse_what_the_certificate_does_not_have() -> None:
    with pytest.raises(ValueError, match="nothing"):
        contents(default_pack(), RECORD, ["nothing"])
