"""Official PDFs as cities get them: lying on their side, cropped, shared resources, states that nobody restores."""

from io import BytesIO

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
)

MM = 72 / 25.4
MARKS = ((20.0, 30.0), (180.0, 30.0), (20.0, 260.0), (180.0, 260.0))
"""Centres of black squares of 3 mm, in mm from the top left of the upright page."""

PLAIN = (0.0, 0.0, 0.0, 0.0)
CROPPED = (7.0, 11.0, 3.0, 5.0)


def numbers(*values: float) -> ArrayObject:
    """A PDF array of numbers."""
    return ArrayObject(FloatObject(value) for value in values)


def named(**entries: PdfObject) -> DictionaryObject:
    """A PDF dictionary."""
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def stream(writer: PdfWriter, data: bytes, **entries: PdfObject) -> PdfObject:
    """A stream as an object of its own."""
    made = DecodedStreamObject()
    made.set_data(data)
    made.update(named(**entries))
    return writer._add_object(made)


def saved(writer: PdfWriter) -> bytes:
    """The file."""
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def marked(
    rotation: int = 0, crop: tuple[float, float, float, float] = PLAIN, *, before: bytes = b"", after: bytes = b"",
    inherited: bool = False, unit: float = 1.0, width: float = 210.0, height: float = 297.0,
) -> bytes:  # fmt: skip
    """A page of `width`×`height` mm as seen, with its marks; `crop` is cut off left, below, right, above (before turning)."""
    left, below, right, above = crop
    turned = rotation % 180 == 90
    own_w, own_h = (height, width) if turned else (width, height)
    place = {
        0: lambda x, y: (x, height - y), 90: lambda x, y: (y, x),
        180: lambda x, y: (width - x, y), 270: lambda x, y: (height - y, width - x),
    }[rotation]  # fmt: skip
    size = 3.0
    squares = []
    for x, y in MARKS:
        across, up = place(x, y)
        corner = ((left + across - size / 2) * MM / unit, (below + up - size / 2) * MM / unit)
        squares.append(b"%.4f %.4f %.4f %.4f re f" % (*corner, size * MM / unit, size * MM / unit))
    writer = PdfWriter()
    page = writer.add_blank_page(10, 10)
    whole = numbers(0, 0, (left + own_w + right) * MM / unit, (below + own_h + above) * MM / unit)
    seen = numbers(
        left * MM / unit, below * MM / unit, (left + own_w) * MM / unit, (below + own_h) * MM / unit
    )
    content = before + b"\n/Set gs " + b"\n".join(squares) + b"\n/Own Do\n" + after
    page[NameObject("/Contents")] = stream(writer, content)
    resources = named(
        ExtGState=named(Set=named(LW=NumberObject(1))),
        XObject=named(
            Own=stream(writer, b"q 1 0 0 RG", Subtype=NameObject("/Form"), BBox=numbers(0, 0, 9, 9))
        ),
    )
    holder = writer._root_object["/Pages"] if inherited else page
    for key, value in (
        ("/Resources", resources),
        ("/MediaBox", whole),
        ("/CropBox", seen),
        ("/Rotate", NumberObject(rotation)),
    ):
        page.pop(NameObject(key), None)
        holder[NameObject(key)] = value  # type: ignore[index]
    if unit != 1.0:
        page[NameObject("/UserUnit")] = FloatObject(unit)
    return saved(writer)


def marks_seen(picture: bytes, width: float, height: float) -> list[tuple[float, float]]:
    """Where the marks of a picture of a page (its size in mm) are: the centres of what is dark around each place, in mm."""
    image = Image.open(BytesIO(picture)).convert("L")
    across, down = image.width / width, image.height / height
    found = []
    for x, y in MARKS:
        left, top = round((x - 5) * across), round((y - 5) * down)
        part = image.crop((left, top, round((x + 5) * across), round((y + 5) * down)))
        columns = [255 - value for value in part.resize((part.width, 1), Image.Resampling.BOX).tobytes()]
        rows = [255 - value for value in part.resize((1, part.height), Image.Resampling.BOX).tobytes()]
        found.append(((left + _middle(columns)) / across, (top + _middle(rows)) / down))
    return found


def _middle(weights: list[int]) -> float:
    return sum(weight * (place + 0.5) for place, weight in enumerate(weights)) / (sum(weights) or 1)


def pages_of(data: bytes) -> PdfReader:
    """A PDF opened by the library."""
    return PdfReader(BytesIO(data))
