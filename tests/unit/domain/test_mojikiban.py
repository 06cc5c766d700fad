"""The national table of kanji shapes: what a clerk asks it by, and what it knows of a shape."""

import pytest

from app.domain.mojikiban import (
    RADICALS,
    SCHEMES,
    Wanted,
    find_shapes,
    is_known,
    level,
    shape_named,
    shape_of,
)


def _texts(wanted: Wanted) -> list[str]:
    return [shape.text for shape in find_shapes(wanted)]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (Wanted(reading="ヘン", strokes=(18, 18)), "邉\U000e0110"),
        (Wanted(part="辶", strokes=(17, 17)), "邉"),
        (Wanted(part="⻌自"), "邊"),
        (Wanted(part="高"), "髙"),
        (Wanted(code="MJ060248"), "邉\U000e0110"),
        (Wanted(code="ＭＪ０６０２４８"), "邉\U000e0110"),
        (Wanted(code="U+20BB7"), "𠮷"),
        (Wanted(code="0x9089"), "邉\U000e0110"),
        (Wanted(code="J+BD69"), "邉\U000e0110"),
        (Wanted(code="445000"), "邉"),
        (Wanted(code="辺"), "邉\U000e0110"),
        (Wanted(code="髙"), "高"),
    ],
)
def test_a_shape_is_found(wanted: Wanted, text: str) -> None:
    assert text in _texts(wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(code="MJ999999"),
        Wanted(code="zz"),
        Wanted(code="U+110000"),
        Wanted(code="U+D800"),
        Wanted(reading="ヌヌヌ"),
        Wanted(strokes=(90, 99)),
        Wanted(code="MJ060248", strokes=(3, 3)),
    ],
)
def test_nothing_is_found(wanted: Wanted) -> None:
    assert _texts(wanted) == []


def test_the_reading_itself_and_common_characters_come_first() -> None:
    found = find_shapes(Wanted(reading="タカ"))
    assert found[0].text == "高"
    levels = [level(shape.base) for shape in found if "タカ" in shape.readings]
    assert levels == sorted(levels)
    assert "タカ" not in found[-1].readings


def test_a_shape_knows_its_codes_and_what_may_stand_for_it() -> None:
    shape = shape_of("邉\U000e0110")
    assert shape is not None and shape == shape_named("MJ060248")
    assert (shape.base, shape.strokes, shape.resident_code) == ("邉", 18, "J+BD69")
    assert {(shrink.scheme, shrink.target) for shrink in shape.shrinks} >= {("J", "邉")}
    assert {shrink.scheme for shrink in shape.shrinks} <= set(SCHEMES)
    assert shape_named("MJ999999") is None


def test_a_selector_of_another_collection_is_not_of_the_table() -> None:
    assert is_known("辻\U000e0102")
    assert not is_known("邉\U000e0102\U000e0102")
    assert not is_known("葛\U000e0100")  # Adobe-Japan1
    assert not is_known("\ue000")


def test_every_radical_of_the_dictionaries_finds_something() -> None:
    assert len(RADICALS) == 214
    for radical in "人口木水辶艸龠":
        assert find_shapes(Wanted(part=radical, strokes=(1, 30)))
