"""From an upload to a base: open, refuse what acts, copy what is printed, and look whether it still looks the same."""

import io
from typing import Any

from PIL import Image, ImageChops
from pypdf import PdfWriter, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

from app.documents.bases.copying import Copier, packed
from app.documents.bases.danger import refuse_danger
from app.documents.bases.form_fields import read_fields
from app.documents.bases.geometry import MM, Frame, frame_of, resolve
from app.documents.bases.model import PRINT_ANEW, BaseField, BasePage, BaseRefused, NormalisedBase, too_large
from app.documents.bases.opening import LOCKED, list_pages, open_pdf
from app.documents.bases.pictures import draw, open_document
from app.documents.problems import PrintRefused

LOOK_DPI = 48.0
MOST_DIFFERENT = 0.004
"""The share of dots that may differ clearly between the upload and its base: the edges of lines, no more."""

_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 40_000_000, "lzw_maximum_output_length": 8_000_000,
    "run_length_maximum_output_length": 40_000_000, "maximum_declared_stream_length": 12_000_000,
    "array_based_stream_maximum_output_length": 40_000_000, "stream_decoding_work_maximum_length": 80_000_000,
    "stream_filters_maximum_length": 4, "zlib_maximum_recovery_input_length": 200_000, "jbig2dec_binary": None,
}  # fmt: skip


def normalise(data: bytes) -> NormalisedBase:
    """Raises `BaseRefused` for whatever is wrong with the file."""
    too_large(data)
    try:
        with apply_configuration(**_LIMITS):
            base = _normalise(data)
        _compare(data, base)
    except BaseRefused:
        raise
    except (LimitReachedError, RecursionError, MemoryError) as error:
        raise BaseRefused.too_complex(type(error).__name__) from error
    except PrintRefused as refused:
        raise BaseRefused.unreadable(str(refused)) from refused
    except Exception as error:  # a broken file makes every kind of error in what reads it
        raise BaseRefused.unreadable(type(error).__name__) from error
    return base


def _normalise(data: bytes) -> NormalisedBase:
    opened = open_pdf(data)
    pages = list_pages(opened.reader)
    refuse_danger(opened.reader.root_object)
    writer = PdfWriter()
    writer.metadata = None
    copier = Copier(writer)
    clean, fields, others = [], [], 0
    for number, page in enumerate(pages, 1):
        frame = frame_of(page, number)
        found, more = read_fields(page, frame, number)
        fields.extend(found)
        others += more
        clean.append(_write(writer, copier, page, frame))
    buffer = io.BytesIO()
    writer.write(buffer)
    notes = _notes(opened.locked, clean, fields, others)
    return NormalisedBase(buffer.getvalue(), tuple(clean), tuple(fields), notes)


def _write(writer: PdfWriter, copier: Copier, page: DictionaryObject, frame: Frame) -> BasePage:
    """A new page that draws the old one, upright and cut, as one form."""
    copier.missing.clear()
    resources = copier.page_resources(page.get("/Resources"))
    form = packed(copier.content(_content(copier, page.get("/Contents")), resources))
    form.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): _numbers(frame.box), NameObject("/Matrix"): _numbers(frame.matrix),
        NameObject("/Resources"): resources,
    })  # fmt: skip
    group = resolve(page.get("/Group"))
    if isinstance(group, DictionaryObject):
        form[NameObject("/Group")] = copier.value(group)
    width, height = frame.size
    made = writer.add_blank_page(width, height)
    named = DictionaryObject({NameObject("/Base"): writer._add_object(form)})
    made[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): named})
    made[NameObject("/Contents")] = writer._add_object(packed(b"/Base Do"))
    return BasePage(round(width / MM, 3), round(height / MM, 3), tuple(copier.missing))


def _content(copier: Copier, given: Any) -> bytes:
    given = resolve(given)
    parts = [resolve(item) for item in list(given)] if isinstance(given, ArrayObject) else [given]
    if len(parts) > 2000:
        raise BaseRefused.too_complex("contents")
    return b"\n".join(copier.unpack(part) for part in parts if isinstance(part, StreamObject))


def _numbers(values: tuple[float, ...]) -> ArrayObject:
    return ArrayObject(FloatObject(round(value, 6)) for value in values)


def _notes(locked: bool, pages: list[BasePage], fields: list[BaseField], others: int) -> tuple[str, ...]:
    found = [LOCKED] if locked else []
    missing = dict.fromkeys(name for page in pages for name in page.missing_fonts)
    if missing:
        found.append(
            f"書体（{'、'.join(missing)}）が PDF に埋め込まれていません。パソコンによって文字の形や幅が変わることがあります。"
            "書体を埋め込んだ PDF に替えることを勧めます。"
        )
    if fields:
        found.append(
            f"入力欄が{len(fields)}か所ありました。位置と名前を読み取り、下敷きからは取り除きました。"
        )
    if others:
        found.append(f"注釈やリンクが{others}個ありました。印刷されないように取り除きました。")
    if len({(page.width, page.height) for page in pages}) > 1:
        found.append("ページによって大きさが違います。")
    return tuple(found)


def _compare(data: bytes, base: NormalisedBase) -> None:
    """Refuse a base that looks another way than the file it was made of."""
    with open_document(data) as upload, open_document(base.pdf) as clean:
        if len(upload) != len(clean):
            raise BaseRefused.unreadable("other pages")
        for index in range(len(clean)):
            after = draw(clean, index, LOOK_DPI).convert("L")
            before = draw(upload, index, LOOK_DPI, after.width).convert("L")
            if _different(before, after) > MOST_DIFFERENT:
                raise BaseRefused(
                    f"{index + 1}ページ目に、取り込むと見た目が変わる部分があります。{PRINT_ANEW}",
                    "looks another way",
                )


def _different(before: Image.Image, after: Image.Image) -> float:
    if before.size != after.size:
        before = before.resize(after.size)
    counts = ImageChops.difference(before, after).histogram()
    return float(sum(counts[96:])) / (after.width * after.height)
