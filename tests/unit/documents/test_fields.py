"""Fields: every value whole, readable and inside its box, or said to be elsewhere."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from PIL import ImageChops

from app.documents import FontStack, FormDefinition, RenderedSet, render
from app.documents.page_text import read_pages
from app.documents.problems import CONTINUED, MISSING_GLYPH, NO_OPTION
from app.domain.dates import PartialDate
from tests.unit.documents.paper import bare, identity, one_field, picture, poppler_text, sample, words

BOX = {"x": 40.0, "y": 60.0, "w": 60.0, "h": 12.0}
ADDRESS = "架空市岱北町大字上小路字下田ノ上１２３４番地５６の７　"
PLACE = (BOX["x"], BOX["y"], BOX["x"] + BOX["w"], BOX["y"] + BOX["h"])


def printed(field: Mapping[str, Any], values: Mapping[str, object], fonts: FontStack) -> RenderedSet:
    return render(one_field({**BOX, **field}), values, identity(), fonts)


def inked(form: FormDefinition, values: Mapping[str, object], fonts: FontStack) -> tuple[float, ...] | None:
    """The place (mm) of everything the values add to a page, as pixels."""
    dpi = 150
    filled = picture(render(form, values, identity(), fonts).pdf, dpi=dpi)
    empty = picture(render(form, {}, identity(), fonts).pdf, dpi=dpi)
    difference = ImageChops.difference(filled, empty)
    difference.paste(0, (0, round(279 * dpi / 25.4), *difference.size))  # the foot carries the page identity
    found = difference.getbbox()
    return None if found is None else tuple(edge * 25.4 / dpi for edge in found)


def within(found: tuple[float, ...] | None, place: tuple[float, ...]) -> bool:
    slack = 0.2  # half a pixel of anti-aliasing
    return (
        found is not None
        and found[0] >= place[0] - slack
        and found[1] >= place[1] - slack
        and found[2] <= place[2] + slack
        and found[3] <= place[3] + slack
    )


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize("length", [1, 8, 20, 40, 60])
def test_a_text_is_whole_and_inside_its_box(fonts: FontStack, length: int, lines: int, align: str) -> None:
    text = (ADDRESS * 3)[:length]
    field = {"bind": "subject.address", "size": 11, "min": 7, "lines": lines, "align": align}
    rendered = printed(field, {"subject.address": text}, fonts)
    assert bare(text) in bare(poppler_text(rendered.pdf, "-raw"))
    assert within(inked(one_field({**BOX, **field}), {"subject.address": text}, fonts), PLACE)


def test_a_longer_text_is_condensed_then_smaller_and_only_then_elsewhere(fonts: FontStack) -> None:
    field = {"bind": "subject.address", "size": 10, "min": 7}
    width = BOX["w"] * 72 / 25.4
    heights = {}
    for length in (10, 17, 28, 40, 41):
        rendered = printed(field, {"subject.address": "町" * length}, fonts)
        own = [word for word in words(rendered.pdf) if word.text == "町" * length]
        heights[length] = (own[0].bottom - own[0].top, rendered.problems) if own else (0.0, rendered.problems)
    assert 28 * 10 * 0.6 < width < 40 * 10 * 0.6 and 40 * 7 * 0.6 < width < 41 * 7 * 0.6
    assert heights[10] == heights[17] == heights[28]  # condensed to 60 % at most
    assert heights[40][0] < heights[28][0] * 0.75 and not heights[40][1]  # then smaller, down to 7 points
    assert heights[41][1][0].kind == CONTINUED


def test_a_text_too_long_for_its_box_is_on_the_continuation_sheet_whole(fonts: FontStack) -> None:
    text = "".join(f"{number}番目の文。" for number in range(400))
    rendered = printed(
        {"bind": "subject.address", "name": "住所", "lines": 2}, {"subject.address": text}, fonts
    )
    assert [problem.kind for problem in rendered.problems] == [CONTINUED]
    assert "住所" in rendered.problems[0].message and "ためし" in rendered.problems[0].message
    pages = [bare(poppler_text(rendered.pdf, "-raw", "-f", str(page), "-l", str(page))) for page in (1, 2, 3)]
    assert "別紙1のとおり" in pages[0]
    body = "".join(pages[1:])
    for number in range(400):
        assert f"{number}番目の文。" in body or f"{number}番目" in body
    assert len(rendered.pages) == 3 and all(word.right <= 198.2 for word in words(rendered.pdf))


def test_a_text_that_several_boxes_have_no_room_for_is_on_the_continuation_sheet_once(
    fonts: FontStack,
) -> None:
    """A name of seventy characters stands in six boxes of a form; another text gets a number of its own."""
    boxes = [{**BOX, "y": 60.0 + 15 * at, "bind": "subject.name", "name": f"第{at}欄"} for at in range(6)]
    other = {**BOX, "y": 160.0, "bind": "visitor.name", "name": "届け出る方"}
    names = {"subject.name": "ＧＵＡＤＡＬＵＰＥ　" * 7, "visitor.name": "ＶＩＬＬＡＮＵＥＶＡ　" * 7}
    rendered = render(one_field(*boxes, other), names, identity(), fonts)
    assert [problem.detail for problem in rendered.problems] == ["1"] * 6 + ["2"]
    first, second = (
        bare(poppler_text(rendered.pdf, "-raw", "-f", str(page), "-l", str(page))) for page in (1, 2)
    )
    assert (first.count("別紙1のとおり"), first.count("別紙2のとおり")) == (6, 1)
    assert "別紙1第0欄・第1欄・第2欄・第3欄ほか2欄" in second and "別紙2届け出る方" in second
    assert second.count("ＶＩＬＬＡＮＵＥＶＡ") == 7
    assert second.count("ＧＵＡＤＡＬＵＰＥ") == 2 * 7, (
        "in the head, which names whose papers these are, and once"
    )


def test_lines_do_not_begin_with_a_full_stop_and_words_stay_whole(fonts: FontStack) -> None:
    text = "この行はここで終わるのです。つぎの行にWordInLatin12345があります。"
    field = {"bind": "subject.address", "size": 11, "lines": 4, "w": 45.8, "condense": 100, "h": 30}
    lines = poppler_text(printed(field, {"subject.address": text}, fonts).pdf, "-raw").splitlines()
    assert not [line for line in lines if line.startswith(("。", "、"))]
    assert any("WordInLatin12345" in line for line in lines)


def test_a_character_without_glyph_is_marked_and_reported(fonts: FontStack) -> None:
    form = one_field({**BOX, "bind": "subject.name", "name": "氏名", "size": 20})
    rendered = render(form, {"subject.name": "葛\U000e0100城"}, identity(), fonts)
    (problem,) = rendered.problems
    assert (problem.kind, problem.form, problem.field, problem.detail) == (
        MISSING_GLYPH, "trial", "氏名", "葛\U000e0100",
    )  # fmt: skip
    assert "U+845B U+E0100" in problem.message and "ためし" in problem.message
    assert "〓城" in bare(poppler_text(rendered.pdf, "-raw"))
    # The mark (下駄) can be seen: two bars, white between them.
    size = 20 * 25.4 / 72
    image = picture(rendered.pdf, dpi=300)
    top, middle = BOX["y"] + BOX["h"] / 2 - size / 2, BOX["x"] + size / 2
    column = [
        image.getpixel((round(middle / 25.4 * 300), round((top + size * at / 100) / 25.4 * 300)))
        for at in range(100)
    ]
    assert sum(1 for one, other in pairwise(column) if one >= 128 > other) == 2


HOSTILE = "<b>&amp;{{7*7}}{subject.birth}${x}%(name)s[[[red]]]\\) Tj ET"


def test_markup_in_a_value_is_text(fonts: FontStack) -> None:
    form = one_field(
        {**BOX, "bind": "subject.name", "lines": 3},
        {**BOX, "y": 100, "text": "様 {visitor.name} 方", "lines": 3},
    )
    values = {"subject.name": HOSTILE, "visitor.name": HOSTILE, "subject.birth": date(1999, 12, 31)}
    text = bare(poppler_text(render(form, values, identity(), fonts).pdf, "-raw"))
    assert text.count(bare(HOSTILE)) == 2
    assert "平成" not in text and "49" not in text


def test_one_character_a_cell(fonts: FontStack) -> None:
    field = {"type": "cells", "bind": "subject.kana", "count": 10, "size": 12}
    rendered = printed(field, {"subject.kana": "ﾊﾟｰﾏﾝ"}, fonts)
    placed = {
        word.text: (word.left + word.right) / 2 for word in words(rendered.pdf) if word.text in "パーマン"
    }
    assert [round((placed[char] - BOX["x"]) / 6 - 0.5, 1) for char in "パーマン"] == [0, 1, 2, 3]
    amount = printed(
        {**field, "bind": "certificates.total", "from_right": True}, {"certificates.total": 900}, fonts
    )
    nines = [word for word in words(amount.pdf) if word.text == "9" and word.top > 50 and word.bottom < 80]
    assert round(((nines[0].left + nines[0].right) / 2 - BOX["x"]) / 6 - 0.5, 1) == 7
    long = printed(field, {"subject.kana": "アイウエオカキクケコサ"}, fonts)
    assert "アイウエオカキクケコサ" in bare(poppler_text(long.pdf, "-raw"))


DATE = {
    "type": "date", "bind": "subject.birth", "name": "生年月日",
    "parts": {"era": [0, 0, 20, 12], "year": [20, 0, 13, 12], "month": [33, 0, 13, 12], "day": [46, 0, 14, 12]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 4, 1), "令和8 4 1"),
        (date(2019, 5, 1), "令和元 5 1"),
        ("1940-03-02", "昭和15 3 2"),
        ("19400300", "昭和15 3"),
        (PartialDate(2001, 2, 29), "平成13 2 29"),
        (PartialDate(1940, None, None, "昭和15年頃"), "昭和15年頃"),
        (None, ""),
    ],
)
def test_date_parts(fonts: FontStack, value: object, shown: str) -> None:
    rendered = printed(DATE, {"subject.birth": value}, fonts)
    found = [word.text for word in words(rendered.pdf) if 58 < word.top < 72]
    assert bare("".join(found)) == bare(shown)


def test_date_parts_in_western_years(fonts: FontStack) -> None:
    rendered = printed({**DATE, "calendar": "western"}, {"subject.birth": date(1989, 4, 2)}, fonts)
    found = [word.text for word in words(rendered.pdf) if 58 < word.top < 72]
    assert bare("".join(found)) == "西暦198942"


def test_vertical_text_stands_in_its_box_and_is_read_as_one(fonts: FontStack) -> None:
    box = {"x": 40.0, "y": 60.0, "w": 8.0, "h": 60.0}
    field = {**box, "bind": "subject.name", "name": "氏名", "size": 14, "min": 8, "vertical": True}
    form, name = one_field(field), "渡邉ジェニファー（花子）"
    place = (box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
    assert within(inked(form, {"subject.name": name}, fonts), place)
    assert name in read_pages(render(form, {"subject.name": name}, identity(), fonts).pdf)[0].own
    long = render(form, {"subject.name": name * 3}, identity(), fonts)
    assert [problem.kind for problem in long.problems] == [CONTINUED]
    assert name * 3 in bare(poppler_text(long.pdf, "-raw"))


def test_the_right_option_is_ringed(fonts: FontStack) -> None:
    options = [{"value": ["男", "male"], "text": "男"}, {"value": ["女", "female"], "text": "女"}]
    form = one_field({**BOX, "type": "choice", "bind": "subject.sex", "name": "性別", "options": options})
    middle = BOX["x"] + BOX["w"] / 2
    assert within(inked(form, {"subject.sex": "male"}, fonts), (PLACE[0], PLACE[1], middle, PLACE[3]))
    assert within(inked(form, {"subject.sex": "女"}, fonts), (middle, PLACE[1], PLACE[2], PLACE[3]))
    unknown = render(form, {"subject.sex": "不明"}, identity(), fonts)
    assert [(problem.kind, problem.detail) for problem in unknown.problems] == [(NO_OPTION, "不明")]
    assert inked(form, {"subject.sex": "不明"}, fonts) is None


def test_a_box_is_ticked_when_its_condition_holds(fonts: FontStack) -> None:
    field = {
        **BOX,
        "type": "check",
        "bind": "answers.card_common",
        "value": ["all", "yes"],
        "text": "全員が持っている",
    }
    form = one_field(field)
    place = (PLACE[0], PLACE[1], PLACE[0] + 6, PLACE[3])
    assert within(inked(form, {"answers.card_common": "all"}, fonts), place)
    assert within(inked(form, {"answers.card_common": True}, fonts), place)
    assert inked(form, {"answers.card_common": "none"}, fonts) is None
    assert inked(form, {"answers.card_common": False}, fonts) is None
    assert within(inked(form, {"answers.card_common": ["none", "all"]}, fonts), place)


@pytest.mark.parametrize("name", ["family", "large_family"])
def test_no_form_prints_outside_its_fields(
    fonts: FontStack, forms: dict[str, FormDefinition], name: str
) -> None:
    """Everything that the values add to a page of the content lies in one of the form's fields."""
    values = sample(name)
    for form in forms.values():
        if any(field.box.h > 100 for field in form.fields):
            continue  # the guide sheet is one field that fills the page
        dpi = 60
        number = f"{form.code} {name}"
        filled = picture(render(form, values, identity(), fonts).pdf, dpi=dpi)
        empty = picture(render(form, {}, identity(), fonts).pdf, dpi=dpi)
        difference = ImageChops.difference(filled, empty)
        boxes = [field.box for field in form.fields] + [
            label.box for label in form.elements if hasattr(label, "text")
        ]
        for box in boxes:
            edges = (box.x - 2, box.y - 1, box.x + box.w + 2, box.y + box.h + 1)
            difference.paste(0, tuple(round(edge * dpi / 25.4) for edge in edges))
        footer = round(280 * dpi / 25.4)
        difference.paste(0, (0, footer, *difference.size))
        assert difference.getbbox() is None, number
