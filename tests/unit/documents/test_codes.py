"""Codes on paper: another program reads back what was put into them."""

import zxingcpp
from PIL import Image, ImageDraw

from app.documents import FontStack, render
from app.documents.problems import CODE
from tests.unit.documents.paper import bare, identity, one_field, picture, poppler_text

DPI = 300
QR = ["R8-04-000123-7", "0123456789", "岱北町の手続き案内書", "https://city.example/c?n=1&p=2", "あ" * 120]
CODE128 = ["R8-04-000123-7", "1234", "12345", "AB1234567CD", "0", "12AB345678", "~ a_b"]
NW7 = {"1234567": "A12345674A", "B12-34C": "B12-349C", "0000012345": "A00000123451A"}


def _codes(image: Image.Image) -> list[tuple[zxingcpp.BarcodeFormat, str]]:
    return sorted(
        ((code.format, code.text) for code in zxingcpp.read_barcodes(image)), key=lambda code: code[1]
    )


def test_every_code_is_read_back_from_one_page(fonts: FontStack) -> None:
    def field(text: str, symbology: str, x: float, y: float, w: float, h: float) -> dict[str, object]:
        return {"type": "code", "name": text, "text": text, "symbology": symbology, "x": x, "y": y, "w": w, "h": h}  # fmt: skip

    fields = [field(text, "qr", 10 + 39 * place, 10, 36, 36) for place, text in enumerate(QR)]
    fields += [
        field(text, "code128", 10 + 100 * (place % 2), 55 + 15 * (place // 2), 80, 10)
        for place, text in enumerate(CODE128)
    ]
    fields += [field(text, "nw7", 10, 120 + 15 * place, 80, 10) for place, text in enumerate(NW7)]
    rendered = render(one_field(*fields), {}, identity(), fonts)
    assert rendered.problems == ()
    image = picture(rendered.pdf, dpi=DPI)
    identity_line = next(line for line in poppler_text(rendered.pdf).splitlines() if "DOC1" in line)
    assert _codes(image) == sorted(
        [(zxingcpp.BarcodeFormat.QRCode, text) for text in (*QR, identity_line)]
        + [(zxingcpp.BarcodeFormat.Code128, text) for text in CODE128]
        + [(zxingcpp.BarcodeFormat.Codabar, text) for text in NW7.values()],
        key=lambda code: code[1],
    )


def test_a_code_with_a_blot_is_still_read(fonts: FontStack) -> None:
    """The words of error correction are right: without them no module may be lost."""
    text = "R8-04-000123-7 " * 8
    field = {"type": "code", "text": text, "x": 20, "y": 20, "w": 60, "h": 60}
    image = picture(render(one_field(field), {}, identity(), fonts).pdf, dpi=DPI)
    middle = round(50 / 25.4 * DPI)
    ImageDraw.Draw(image).rectangle((middle, middle, middle + 60, middle + 60), fill=0)
    assert text in [code.text for code in zxingcpp.read_barcodes(image)]


def test_what_a_code_cannot_hold_is_printed_as_text_and_reported(fonts: FontStack) -> None:
    for symbology, text, width in (("code128", "渡邉", 60), ("nw7", "12A4", 60), ("code128", "A" * 40, 20)):
        field = {"type": "code", "name": "番号", "text": text, "symbology": symbology}
        form = one_field({**field, "x": 20, "y": 20, "w": width, "h": 12})
        rendered = render(form, {}, identity(), fonts)
        assert [(problem.kind, problem.field) for problem in rendered.problems] == [(CODE, "番号")]
        assert text in bare(poppler_text(rendered.pdf, "-raw"))
