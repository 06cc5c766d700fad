"""From an upload to a base: open, refuse what acts, copy what is printed, and look whether it still looks the same."""

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageChops, ImageFilter
from pypdf import PdfWriter, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NullObject, StreamObject

from app.documents.bases.copying import Copier, packed
from app.documents.bases.danger import refuse_danger
from app.documents.bases.form_fields import read_fields
from app.documents.bases.geometry import MM, Frame, frame_of, resolve
from app.documents.bases.model import PRINT_ANEW, BaseField, BasePage, BaseRefused, NormalisedBase, too_large
from app.documents.bases.opening import LOCKED, list_pages, open_pdf
from app.documents.bases.pictures import draw, open_document
from app.documents.problems import PrintRefused

LOOK_DPI = 48.0
MOST_DIFFERENT = 20
"""Dots that may be others in the upload than in its base: less than a word of the smallest print."""
_FAR, _CLEARLY = 3, 24

_DRAW = b"/Base Do"
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
            base, widths = _normalise(data)
        compare(data, base, widths)
    except BaseRefused:
        raise
    except (LimitReachedError, RecursionError, MemoryError) as error:
        raise BaseRefused.too_complex(type(error).__name__) from error
    except PrintRefused as refused:
        raise BaseRefused.unreadable(str(refused)) from refused
    except Exception as error:  # a broken file makes every kind of error in what reads it
        raise BaseRefused.unreadable(type(error).__name__) from error
    return base


def _normalise(data: bytes) -> tuple[NormalisedBase, list[float]]:
    opened = open_pdf(data)
    pages = list_pages(opened.reader)
    refuse_danger(opened.reader.root_object)
    writer = PdfWriter()
    writer.metadata = None
    writer.pdf_header = "%PDF-1.7"
    copier = Copier(writer)
    frames = [frame_of(page, number) for number, page in enumerate(pages, 1)]
    size = _one_size(frames)
    clean, fields, others = [], [], 0
    for number, (page, frame) in enumerate(zip(pages, frames, strict=True), 1):
        found, more = read_fields(page, frame, number)
        fields.extend(found)
        others += more
        clean.append(_write(writer, copier, page, frame, size))
    buffer = io.BytesIO()
    writer.write(buffer)
    notes = _notes(opened.locked, clean, fields, others)
    base = NormalisedBase(buffer.getvalue(), tuple(clean), tuple(fields), notes)
    return base, [frame.size[0] for frame in frames]


def _one_size(frames: list[Frame]) -> tuple[float, float]:
    """The size of the first page in points, which all pages share: a form is printed on one kind of paper."""
    width, height = frames[0].size
    for number, frame in enumerate(frames, 1):
        if max(abs(frame.size[0] - width), abs(frame.size[1] - height)) > MM:
            here, first = (f"{w / MM:.0f}×{h / MM:.0f} mm" for w, h in (frame.size, (width, height)))
            raise BaseRefused(
                f"用紙の大きさか向きが、1ページ目（{first}）と{number}ページ目（{here}）とで違います。"
                "大きさごとに PDF を分けて取り込んでください。"
            )
    return width, height


def _write(
    writer: PdfWriter, copier: Copier, page: DictionaryObject, frame: Frame, size: tuple[float, float]
) -> BasePage:
    """A new page that draws the old one, upright and cut, as one form; a page that is already so stays as it is."""
    made = writer.add_blank_page(*size)
    data = _content(copier, page.get("/Contents"))
    if data.strip() == _DRAW and frame.is_plain and frame.size == size:
        resources = copier.page_resources(page.get("/Resources"))
        copier.content(data, resources)
    else:
        resources = _as_form(writer, copier, page, data, frame, size[1] - frame.size[1])
    made[NameObject("/Resources")] = resources
    made[NameObject("/Contents")] = writer._add_object(packed(_DRAW))
    width, height = size
    return BasePage(round(width / MM, 3), round(height / MM, 3), copier.missing_fonts)


def _as_form(
    writer: PdfWriter, copier: Copier, page: DictionaryObject, data: bytes, frame: Frame, up: float
) -> DictionaryObject:
    place = writer._add_object(NullObject())
    resources = copier.page_resources(page.get("/Resources"))
    form = packed(copier.content(data, resources))
    form.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): _numbers(frame.box), NameObject("/Matrix"): _numbers(frame.moved(up)),
        NameObject("/Resources"): resources,
    })  # fmt: skip
    group = resolve(page.get("/Group"))
    if isinstance(group, DictionaryObject):
        form[NameObject("/Group")] = copier.value(group)
    writer._replace_object(place, form)
    return DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/Base"): place})})


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
    return tuple(found)


def compare(data: bytes, base: NormalisedBase, widths: Sequence[float]) -> None:
    """Refuse a base that looks another way than the file it was made of, whose pages are `widths` points wide."""
    with open_document(data) as upload, open_document(base.pdf) as clean:
        if len(upload) != len(clean):
            raise BaseRefused.unreadable("other pages")
        for index, width in enumerate(widths):
            scale = LOOK_DPI / 72
            after = draw(clean, index, LOOK_DPI, round(base.pages[index].width * MM * scale)).convert("L")
            before = draw(upload, index, LOOK_DPI, round(width * scale)).convert("L")
            if _different(before, after) > MOST_DIFFERENT:
                raise BaseRefused(
                    f"{index + 1}ページ目に、取り込むと見た目が変わる部分があります。{PRINT_ANEW}",
                    "looks another way",
                )


def _different(before: Image.Image, after: Image.Image) -> int:
    """How many dots are others, looked at from so far that the grain of a shading does not matter."""
    far = ImageFilter.BoxBlur(_FAR)
    size = min(before.width, after.width), min(before.height, after.height)
    first, second = (picture.crop((0, 0, *size)).filter(far) for picture in (before, after))
    return sum(ImageChops.difference(first, second).histogram()[_CLEARLY:])
