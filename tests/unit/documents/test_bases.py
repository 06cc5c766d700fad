"""The city's official PDF as the base of a form: upright, cut, clean, and where it was to a tenth of a millimetre."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.documents import BaseRefused, FontStack, PictureRefused, Renderer, read_definition, render_set
from tests.unit.documents.blanks import CROPPED, MARKS, marked, marks_seen, pages_of
from tests.unit.documents.paper import job

DPI = 144
PLACES = {
    "plain": marked(),
    "cropped": marked(0, CROPPED),
    **{f"turned {turn}": marked(turn) for turn in (90, 180, 270)},
    **{f"turned {turn} and cropped": marked(turn, CROPPED) for turn in (90, 180, 270)},
    "a state never restored": marked(before=b"q 1 0 0 1 0 0 cm q"),
    "a state restored that was never saved": marked(before=b"1 0 0 1 0 0 cm Q (a(Q)) pop", after=b"Q Q"),
    "inherited from above": marked(90, inherited=True),
    "a unit of its own": marked(unit=2.0),
    "a browser's width": marked(width=209.89, height=297.04),
}


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renderer]:
    made = Renderer(tmp_path_factory.mktemp("bases"), timeout=60)
    yield made
    made.close()


@pytest.mark.parametrize("place", PLACES)
def test_a_mark_stays_where_it_was(renderer: Renderer, fonts: FontStack, place: str) -> None:
    """Within 0.1 mm: in the base, on the form that is printed on it, and on a form printed on the file itself."""
    base = renderer.normalise(PLACES[place])
    (page,) = pages_of(base.pdf).pages
    assert (page.rotation, page.cropbox.left, page.cropbox.bottom) == (0, 0, 0)
    papers = {"base": base.pdf}
    for name, blank in (("on the base", base.pdf), ("on the file", PLACES[place])):
        form = read_definition(
            {"form": "official", "title": "公式様式", "version": 1, "valid_from": "2026-01-01",
             "page": {"width": base.pages[0].width, "height": base.pages[0].height}, "base": {"pdf": "blank.pdf"}},
            base_pdf=blank,
        )  # fmt: skip
        papers[name] = render_set([job(form, {})], fonts).pdf
    for name, paper in papers.items():
        (picture,) = renderer.pictures(paper, DPI)
        for mark, seen in zip(
            MARKS, marks_seen(picture, base.pages[0].width, base.pages[0].height), strict=True
        ):
            assert seen == pytest.approx(mark, abs=0.1), name


def test_the_same_upload_gives_the_same_base(renderer: Renderer) -> None:
    first = renderer.normalise(PLACES["cropped"])
    assert renderer.normalise(PLACES["cropped"]) == first
    assert first.pages[0].width == pytest.approx(210, abs=0.01)
    assert b"pypdf" not in first.pdf and b"/Info" not in first.pdf and b"/Metadata" not in first.pdf
    again = renderer.normalise(first.pdf)
    assert (again.pages, again.notes) == (first.pages, ())


def test_pictures_are_bounded(renderer: Renderer) -> None:
    pdf = PLACES["plain"]
    assert renderer.pictures(pdf, 72, [1, 1])[1].startswith(b"\x89PNG")
    for dpi, pages in ((9, None), (4000, None), (72, [2]), (300, [1] * 15)):
        with pytest.raises(PictureRefused):
            renderer.pictures(pdf, dpi, pages)
    with pytest.raises(PictureRefused):
        renderer.pictures(b"no pdf", 72)


def test_what_is_no_pdf_is_refused_by_its_kind(renderer: Renderer, tmp_path: Path) -> None:
    for data, word in ((b"\x89PNG\r\n", "PNG"), (b"PK\x03\x04", "Word"), (b"<html>", "HTML"), (b"", "空")):
        with pytest.raises(BaseRefused, match=word):
            renderer.normalise(data)
