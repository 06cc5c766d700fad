"""The city's official PDF as the base of a form: upright, cut, clean, and where it was to a tenth of a millimetre."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from app.documents import BaseRefused, FontStack, PictureRefused, Renderer, read_definition, render_set
from app.documents.bases.normalise import compare, normalise
from tests.unit.documents.blanks import (
    CROPPED,
    MARKS,
    MM,
    marked,
    marks_seen,
    named,
    numbers,
    pages_of,
    saved,
    stream,
)
from tests.unit.documents.hostile import pdf
from tests.unit.documents.hostile import stream as raw_stream
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
    assert renderer.normalise(first.pdf) == first, "what is clean stays as it is"


def test_a_base_that_looks_another_way_than_its_file_is_found() -> None:
    """The look itself: the grain of a turned pattern is no difference, a missing line or a word of 6 points is one."""
    turned = normalise(shading()).pages[0]
    assert turned.width > turned.height
    base = normalise(lined())
    for damage in ("line", "word"):
        with pytest.raises(BaseRefused, match="looks another way"):
            compare(lined(damage), base, [595])


def shading() -> bytes:
    """A page on its side with a fine pattern and a gradient."""
    return pdf(
        page=b"/Rotate 90 /MediaBox [0 0 595 842] /CropBox [50 60 500 700] /Resources << /Pattern << /P << /PatternType 2 /Shading"
             b" << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [50 60 500 700] /Extend [true true] /Function"
             b" << /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1] /N 1 >> >> >> /T 6 0 R >> >>",
        content=raw_stream(b"/Pattern cs /P scn 60 60 200 600 re f /T scn 300 60 150 600 re f"),
        more={6: raw_stream(b"0 0 5 5 re f", b"/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 10 /YStep 10"
                                             b" /Resources << >>")},
    )  # fmt: skip


def lined(without: str = "") -> bytes:
    """A page of thin lines and small words; one line or one word may be missing."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=True)
    canvas.setLineWidth(0.3)
    canvas.setFont("Helvetica", 6)
    for row in range(20):
        if (row, without) != (5, "line"):
            canvas.line(50, 100 + row * 30, 545, 100 + row * 30)
        if (row, without) != (7, "word"):
            canvas.drawString(60, 103 + row * 30, "seal")
    canvas.save()
    return buffer.getvalue()


def test_pages_of_one_form_have_one_size(renderer: Renderer) -> None:
    """A page that differs by less than a millimetre hangs from the same top left corner; another paper is refused."""
    pages = [marked(), marked(90, CROPPED, width=210.4, height=296.5), marked(180)]
    writer = PdfWriter()
    for page in pages:
        writer.append(pages_of(page))
    base = renderer.normalise(saved(writer))
    assert len({(page.width, page.height) for page in base.pages}) == 1
    for picture in renderer.pictures(base.pdf, DPI):
        for mark, seen in zip(MARKS, marks_seen(picture, 210, 297), strict=True):
            assert seen == pytest.approx(mark, abs=0.1)
    writer.append(pages_of(marked(width=297, height=210)))
    with pytest.raises(BaseRefused) as refused:
        renderer.normalise(saved(writer))
    assert "1ページ目（210×297 mm）と4ページ目（297×210 mm）" in refused.value.message


def with_fields() -> bytes:
    """A page turned by 90 degrees with input fields, a link, a font that is not embedded, and an owner's lock."""
    writer = PdfWriter(clone_from=pages_of(marked(90, CROPPED, after=b"BT /F 9 Tf (x) Tj ET")))
    page = writer.pages[0]
    above = writer._add_object(
        named(
            FT=NameObject("/Tx"),
            T=TextStringObject("申請者"),
            MaxLen=NumberObject(8),
            Ff=NumberObject(1 << 24),
        )
    )

    def widget(left: float, bottom: float, w: float, h: float, **entries: PdfObject) -> PdfObject:
        x, y = (7 + left) * MM, (11 + bottom) * MM
        box = numbers(x, y, x + w * MM, y + h * MM)
        return writer._add_object(
            named(Type=NameObject("/Annot"), Subtype=NameObject("/Widget"), Rect=box, **entries)
        )

    def box_for(value: str) -> DictionaryObject:
        return named(N=named(**{value: stream(writer, b""), "Off": stream(writer, b"")}))

    text, button = NameObject("/Tx"), NameObject("/Btn")
    page[NameObject("/Annots")] = ArrayObject([
        widget(20, 30, 8, 60, Parent=above, T=TextStringObject("フリガナ"), TU=TextStringObject("氏名のフリガナ\u202e<b>")),
        widget(40, 30, 30, 60, FT=text, T=TextStringObject("memo"), Ff=NumberObject(1 << 12), MaxLen=NumberObject(200)),
        widget(80, 30, 5, 5, FT=button, T=TextStringObject("同意"), AP=box_for("Yes")),
        widget(80, 50, 5, 5, FT=button, T=TextStringObject("性別"), Ff=NumberObject(1 << 15), AP=box_for("male")),
        widget(90, 30, 5, 20, FT=NameObject("/Ch"), T=TextStringObject("元号"),
               Opt=ArrayObject([TextStringObject("昭和"), ArrayObject([TextStringObject("H"), TextStringObject("平成")])])),
        widget(100, 30, 5, 20, FT=NameObject("/Sig"), T=TextStringObject("署名")),
        widget(110, 30, 5, 20, FT=button, T=TextStringObject("消去"), Ff=NumberObject(1 << 16)),
        widget(900, 30, 5, 20, FT=text, T=TextStringObject("用紙の外")),
        named(Type=NameObject("/Annot"), Subtype=NameObject("/Link"), Rect=numbers(0, 0, 9, 9)),
    ])  # fmt: skip
    font = named(Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/MS-Mincho"))
    other = named(Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/NeverUsed"))
    page["/Resources"][NameObject("/Font")] = named(F=font, G=other)  # type: ignore[index]
    writer.encrypt("", "owner", algorithm="AES-256")
    return saved(writer)


def test_fields_of_the_file_are_offered_where_they_are_seen_and_leave_the_base(renderer: Renderer) -> None:
    """The page lies on its side: what the file calls bottom is seen at the left, what it calls left is seen on top."""
    base = renderer.normalise(with_fields())
    assert [
        (one.name, one.label, one.kind, one.length, one.option, one.options, one.lines) for one in base.fields
    ] == [
        ("申請者.フリガナ", "氏名のフリガナ<b>", "comb", 8, "", (), False),
        ("memo", "", "text", 200, "", (), True),
        ("同意", "", "check", 0, "Yes", (), False),
        ("性別", "", "choice", 0, "male", (), False),
        ("元号", "", "list", 0, "", ("昭和", "平成"), False),
        ("署名", "", "signature", 0, "", (), False),
    ]
    first = base.fields[0]
    assert (first.page, first.x, first.y, first.w, first.h) == (
        1,
        *(pytest.approx(edge, abs=0.01) for edge in (30, 20, 60, 8)),
    )
    assert base.missing_fonts == ("MS-Mincho",)
    assert [note[:6] for note in base.notes] == ["この PDF", "書体（MS-", "入力欄が6か", "注釈やリンク"]


def test_a_string_is_read_however_its_bytes_begin(tmp_path: Path) -> None:
    """A process that has read nothing yet knows every way of writing a string: locked files hold strings of random bytes."""
    texts = ("氏名".encode("utf-16"), "住所".encode("utf-8-sig"), b"\0A\0B", b"C\0D\0", b"plain")
    writer = PdfWriter(clone_from=pages_of(marked()))
    page = writer.pages[0]
    page[NameObject("/Annots")] = ArrayObject([
        named(Type=NameObject("/Annot"), Subtype=NameObject("/Widget"), FT=NameObject("/Tx"), T=ByteStringObject(text),
              Rect=numbers(90, 700 - 40 * place, 190, 730 - 40 * place))
        for place, text in enumerate(texts)
    ])  # fmt: skip
    fresh = Renderer(tmp_path, timeout=60)
    try:
        names = [field.name for field in fresh.normalise(saved(writer)).fields]
    finally:
        fresh.close()
    assert names == ["氏名", "住所", "AB", "CD", "plain"]


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
