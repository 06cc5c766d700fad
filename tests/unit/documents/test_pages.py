"""Pages: tables and guide sheets that go on, the identity of every page, and official blanks under them."""

from io import BytesIO

import pytest
import segno
from pypdf import PdfReader, PdfWriter
from pypdf.generic import FloatObject, NameObject, NumberObject, RectangleObject
from reportlab.pdfgen.canvas import Canvas

from app.documents import (
    BaseRefused,
    FontStack,
    FormDefinition,
    PrintRefused,
    expected_documents,
    read_definition,
    render,
    render_set,
    verify,
)
from app.documents.page_text import read_pages
from app.documents.problems import CONTINUED
from tests.unit.documents.paper import (
    MM,
    bare,
    identity,
    job,
    one_field,
    picture,
    poppler_text,
    sample,
    words,
)


def page_text(pdf: bytes, page: int) -> str:
    return bare(poppler_text(pdf, "-raw", "-f", str(page), "-l", str(page)))


def test_eight_members_go_on_a_continuation_page(fonts: FontStack, forms: dict[str, FormDefinition]) -> None:
    values = sample("large_family")
    rendered = render(forms["jumin_ido"], values, identity(), fonts)
    assert [problem.kind for problem in rendered.problems] == [CONTINUED]
    names = [bare(member["name"]) for member in values["members"]]
    assert len(names) == 8 and len(rendered.pages) == 2
    first, second = page_text(rendered.pdf, 1), page_text(rendered.pdf, 2)
    assert all(name in first for name in names[:6])
    assert all(name in second and bare(values["members"][0]["name"]) in second for name in names[6:])
    numbers = [
        word for word in words(rendered.pdf) if word.page == 2 and word.text in "78" and word.left < 20
    ]
    assert [word.text for word in numbers] == ["7", "8"]
    assert "次のページに続きます" in first and "次のページに続きます" not in second


def test_many_rows_fill_as_many_pages_as_they_need(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    row = sample("family")["certificates"][0]
    rows = [{**row, "person": f"第{number}号"} for number in range(1, 101)]
    rendered = render(forms["shomei_kofu"], {**sample("family"), "certificates": rows}, identity(), fonts)
    text = "".join(page_text(rendered.pdf, page) for page in range(1, len(rendered.pages) + 1))
    assert all(text.count(f"第{number}号") == 1 for number in range(1, 101))
    assert len(rendered.pages) == 7
    assert not [word for word in words(rendered.pdf) if word.bottom > 279 and word.top < 281]


def test_a_procedure_is_never_split(fonts: FontStack, forms: dict[str, FormDefinition]) -> None:
    long = "説明がとても長い手続きです。" * 25
    procedures = [
        {"order": number, "title": f"手続き{number}番", "why": long[: 40 * (number % 9 + 1)], "people": "一郎",
         "place": "市民課", "floor": "1階", "bring": f"持ち物{number}番", "deadline": "2026-04-15", "done": False}
        for number in range(1, 25)
    ]  # fmt: skip
    values = {**sample("family"), "procedures": procedures}
    jobs = [job(forms["tetsuzuki_annai"], values)]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    pages = [page_text(rendered.pdf, number + 1) for number in range(len(rendered.pages))]
    assert len(pages) > 3
    for procedure in procedures:
        holding = [
            page
            for page in pages
            if f"{procedure['order']}{procedure['title']}済" in page and f"{procedure['bring']}" in page
        ]
        assert len(holding) == 1, procedure["title"]
        assert bare(str(procedure["why"])) in holding[0]
    assert all(word.bottom < 280 or word.top > 279 for word in words(rendered.pdf))


def test_an_explanation_longer_than_pages_is_printed_whole(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    procedure = {**sample("family")["procedures"][0], "why": "鶴の説明。" * 6000 + "終わり。"}
    jobs = [job(forms["tetsuzuki_annai"], {**sample("family"), "procedures": [procedure]})]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    text = "".join(page_text(rendered.pdf, number + 1) for number in range(len(rendered.pages)))
    assert text.count("鶴") == 6000 and "終わり。" in text
    assert len(rendered.pages) > 3 and rendered.problems == ()


def test_a_title_longer_than_a_page_is_refused_not_cut(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    procedure = {**sample("family")["procedures"][0], "title": "長い手続き" * 600}
    with pytest.raises(PrintRefused, match="手続きの名前を短く"):
        render(forms["tetsuzuki_annai"], {**sample("family"), "procedures": [procedure]}, identity(), fonts)


def test_the_guide_is_as_large_as_the_visitor_needs_it(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    seen = words(render(forms["tetsuzuki_annai"], sample("family"), identity(), fonts).pdf)
    sizes: dict[str, float] = {}
    for word in seen:
        sizes[word.text] = max(sizes.get(word.text, 0), (word.bottom - word.top) * MM)
    body, place, number = (
        sizes[text] for text in ("助成の対象となる年齢の子がいるため。", "保険年金課", "5番")
    )
    assert body >= 11.9 and place / body == pytest.approx(16 / 12, abs=0.02) and number > 25


def test_the_code_of_a_page_holds_its_printed_identity(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    rendered = render(forms["inkan_toroku"], sample("family"), identity("K7Q2M9XAK7Q2M9XA"), fonts)
    line = f"R8-04-000123-7 K7Q2M9XAK7Q2M9XA 1/1 {rendered.pages[0].token}"
    assert bare(line) in page_text(rendered.pdf, 1)
    matrix = segno.make_qr(line, error="m", mask=2).matrix
    dpi, side = 600, 11 / (len(matrix) + 4)
    image = picture(rendered.pdf, dpi=dpi)
    for row, bits in enumerate(matrix):
        for column, bit in enumerate(bits):
            x, y = 210 - 12 - 11 + (column + 2.5) * side, 297 - 5 - 11 + (row + 2.5) * side
            shade = image.getpixel((round(x / 25.4 * dpi), round(y / 25.4 * dpi)))
            assert (shade < 128) == bool(bit), (row, column)


def blank(
    rotation: int,
    crop: tuple[float, float, float, float] | None = None,
    width: float = 210,
    height: float = 297,
) -> bytes:
    """An official blank (mm as it is seen) with a mark at 30, 40 mm and at 150, 200 mm from the top left."""
    turned = rotation % 180 == 90
    buffer = BytesIO()
    left, below, right, above = crop or (0, 0, 0, 0)
    canvas = Canvas(buffer, pagesize=((height if turned else width) * MM, (width if turned else height) * MM))
    seen_w, seen_h = width - left - right, height - below - above
    canvas.saveState()
    turn = {0: (1, 0, 0, 1, 0, 0), 90: (0, 1, -1, 0, height * MM, 0), 180: (-1, 0, 0, -1, width * MM, height * MM),
            270: (0, -1, 1, 0, 0, width * MM)}[rotation]  # fmt: skip
    canvas.transform(*turn)
    canvas.setFont("Helvetica", 10)
    for x, y, text in ((30, 40, "FIRST"), (150, 200, "SECOND")):
        canvas.drawString((left + x) * MM, (below + seen_h - y) * MM, text)
    canvas.restoreState()
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(BytesIO(buffer.getvalue())))
    page = writer.pages[0]
    if rotation:
        page[NameObject("/Rotate")] = NumberObject(rotation)
    if crop is not None:
        box = {0: (left, below, left + seen_w, below + seen_h)}[rotation]
        page[NameObject("/CropBox")] = RectangleObject([FloatObject(edge * MM) for edge in box])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def on_blank(data: bytes, width: float = 210, height: float = 297) -> FormDefinition:
    fields = [
        {"name": "a", "text": "FIRST", "x": 30, "y": 60, "w": 60, "h": 5, "size": 10},
        {"name": "b", "bind": "subject.name", "x": 30, "y": 80, "w": 60, "h": 8},
    ]
    return read_definition(
        {"form": "official", "title": "公式様式", "version": 1, "valid_from": "2026-01-01",
         "page": {"width": width, "height": height}, "base": {"pdf": "blank.pdf"}, "fields": fields},
        base_pdf=data,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rotation", "crop"), [(0, None), (90, None), (180, None), (270, None), (0, (7.0, 11.0, 3.0, 5.0))]
)
def test_an_official_blank_lies_under_the_page_as_a_viewer_shows_it(
    fonts: FontStack, rotation: int, crop: tuple[float, float, float, float] | None
) -> None:
    data = blank(rotation, crop)
    width, height = (210, 297) if crop is None else (200, 281)
    jobs = [job(on_blank(data, width, height), {"subject.name": "髙﨑　𠮷乃"})]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    seen = words(rendered.pdf)
    (first,) = [word for word in seen if word.text == "FIRST" and word.top < 50]
    (second,) = [word for word in seen if word.text == "SECOND"]
    (filled,) = [word for word in seen if word.text == "FIRST" and word.top > 50]
    assert first.left == pytest.approx(30, abs=0.1) and filled.left == pytest.approx(30, abs=0.1)
    assert second.left == pytest.approx(150, abs=0.1)
    assert second.top - first.top == pytest.approx(160, abs=0.1)
    original = [word for word in words(data) if word.text == "FIRST"]
    if crop is None:
        assert (original[0].left, original[0].top) == pytest.approx((first.left, first.top), abs=0.1)
    assert render_set(jobs, fonts).sha256 == rendered.sha256


def test_two_blanks_in_one_print_keep_their_own_pages(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    values = sample("family")
    jobs = [
        job(on_blank(blank(0)), values, "A"),
        job(forms["inkan_toroku"], values, "B"),
        job(on_blank(blank(90)), values, "C"),
    ]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    assert [page_text(rendered.pdf, number).count("SECOND") for number in (1, 2, 3)] == [1, 0, 1]


def test_a_blank_that_cannot_be_used_is_refused(fonts: FontStack) -> None:
    locked = PdfWriter(clone_from=PdfReader(BytesIO(blank(0))))
    locked.encrypt("secret", algorithm="AES-256")
    buffer = BytesIO()
    locked.write(buffer)
    for data in (b"no pdf", buffer.getvalue()):
        with pytest.raises(BaseRefused):
            render(on_blank(data), {}, identity(), fonts)


def test_a_table_has_its_own_texts_in_every_row_and_those_of_the_document_in_filled_ones(
    fonts: FontStack,
) -> None:
    fields = [
        {"bind": "name", "at": [0, 0, 20, 8]}, {"text": "年", "at": [20, 0, 10, 8]},
        {"text": "{case.number}", "at": [30, 0, 30, 8]},
    ]  # fmt: skip
    table = {"type": "table", "name": "子", "bind": "members", "x": 20, "y": 40, "row_height": 8, "rows": 3}
    form = one_field({**table, "columns": [{"title": "学", "width": 60, "fields": fields}]})
    for rows, counts in ((2, [(3, 2)]), (4, [(3, 3), (1, 1)])):
        values = {"members": [{"name": f"子{number}"} for number in range(rows)], "case.number": "受付９"}
        pages = read_pages(render(form, values, identity(), fonts).pdf)
        said = ["".join(page.blocks) for page in pages]
        assert [(text.count("年"), text.count("受付９")) for text in said] == counts


def test_paper_of_several_sizes_in_one_print_and_small_paper_continues_on_a4(fonts: FontStack) -> None:
    field = {"bind": "subject.address", "name": "住所", "x": 10, "y": 10, "w": 30, "h": 6}
    sizes = ((148, 100), (297, 210))
    forms = [one_field(field, page={"width": width, "height": height}) for width, height in sizes]
    jobs = [job(form, {"subject.address": "長い住所" * 60}, f"DOC{at}") for at, form in enumerate(forms)]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    boxes = [page.mediabox for page in PdfReader(BytesIO(rendered.pdf)).pages]
    found = [(round(float(box.width) / MM), round(float(box.height) / MM)) for box in boxes]
    assert found == [(148, 100), (210, 297), (297, 210), (297, 210)]
