"""A hundred and more files that were made to do harm, each with the way in which it tries."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from tests.unit.documents.blanks import marked, saved

CONTENT = b"0 0 50 50 re f"
PAGE = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R %s >>"
MUST_FALL, MAY_PASS = True, False


def pdf(*, catalog: bytes = b"", page: bytes = b"", content: bytes | None = None, more: dict[int, bytes] | None = None,
        trailer: bytes = b"", pages: bytes = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>") -> bytes:  # fmt: skip
    """A file of one page, written by hand so that anything may stand anywhere."""
    page = page if b"/MediaBox" in page else b"/MediaBox [0 0 595 842] " + page
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog, 2: pages, 3: PAGE % page,
        4: content or stream(CONTENT), **(more or {}),
    }  # fmt: skip
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, most = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % most
    for number in range(1, most):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (most, trailer, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def deflated(data: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    """A stream packed once or more often."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [%s] %s" % (b"/FlateDecode " * times, entries))


def _acting() -> Iterator[tuple[str, bytes]]:
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    yield "script when opened", pdf(catalog=b"/OpenAction " + script)
    yield "script as a stream", pdf(catalog=b"/OpenAction 5 0 R", more={
        5: b"<< /S /JavaScript /JS 6 0 R >>", 6: deflated(b"app.alert(1)")})  # fmt: skip
    yield (
        "script by name",
        pdf(catalog=b"/Names << /JavaScript << /Names [(a) 5 0 R] >> >>", more={5: script}),
    )
    yield "script of the document", pdf(catalog=b"/AA << /WC %s >>" % script)
    yield "script of the page", pdf(page=b"/AA << /O %s >>" % script)
    yield "script behind an action", pdf(page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (x)"
                                         b" /Next [%s] >> >>]" % script)  # fmt: skip
    yield (
        "script of a bookmark",
        pdf(catalog=b"/Outlines << /First 5 0 R >>", more={5: b"<< /A %s >>" % script}),
    )
    yield "script of a field", pdf(
        catalog=b"/AcroForm << /Fields [5 0 R] >>", page=b"/Annots [5 0 R]",
        more={5: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [9 9 99 29] /AA << /K %s >> >>" % script},
    )  # fmt: skip
    yield "script under a veiled name", pdf(catalog=b"/OpenAction << /S /J#61vaScript /#4a#53 (x) >>")
    yield "script by reference", pdf(page=b"/AA << /O << /S 5 0 R /JS (x) >> >>", more={5: b"/JavaScript"})
    yield "script in an object stream", _in_object_stream(script)
    yield "script in a locked file", _locked(pdf(page=b"/AA << /O %s >>" % script), "")
    yield "opening a page in the web", pdf(catalog=b"/OpenAction << /S /URI /URI (http://127.0.0.1:9/) >>")
    yield "printing when opened", pdf(catalog=b"/OpenAction << /S /Named /N /Print >>")
    yield "sending when opened", pdf(catalog=b"/OpenAction << /S /SubmitForm /F (http://127.0.0.1:9/) >>")
    for place, key in (("opened", b"catalog"), ("shown", b"page")):
        action = b"<< /S /Launch /F (cmd.exe) /Win << /F (cmd.exe) /P (/c calc) >> >>"
        name = b"/OpenAction" if key == b"catalog" else b"/AA"
        held = action if key == b"catalog" else b"<< /O %s >>" % action
        yield f"program when {place}", pdf(**{key.decode(): name + b" " + held})  # type: ignore[arg-type]
    for kind in (b"ImportData", b"GoToE", b"Rendition", b"RichMediaExecute"):
        link = (
            b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /%s /F (\\\\\\\\server\\\\x) >> >>"
            % kind
        )
        yield f"action {kind.decode()}", pdf(page=b"/Annots [%s]" % link)
    for kind in (b"RichMedia", b"3D", b"Movie", b"Sound", b"Screen"):
        yield (
            f"media {kind.decode()}",
            pdf(page=b"/Annots [<< /Type /Annot /Subtype /%s /Rect [0 0 9 9] >>]" % kind),
        )


def _holding() -> Iterator[tuple[str, bytes]]:
    spec = b"<< /Type /Filespec /F (a.exe) /EF << /F 6 0 R >> >>"
    held = {5: spec, 6: deflated(b"MZ" * 500, b"/Type /EmbeddedFile")}
    yield (
        "attachment by name",
        pdf(catalog=b"/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>", more=held),
    )
    yield (
        "attachment as a pin",
        pdf(
            page=b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS 5 0 R >>]", more=held
        ),
    )
    yield "attachment of the catalog", pdf(catalog=b"/AF [5 0 R]", more=held)
    yield "attachment of a picture", pdf(page=b"/Resources << /XObject << /F 7 0 R >> >>", more={
        **held, 7: stream(CONTENT, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /AF [5 0 R]")})  # fmt: skip
    yield "portfolio", pdf(catalog=b"/Collection << /View /T >>")
    yield (
        "XFA as a stream",
        pdf(catalog=b"/AcroForm << /Fields [] /XFA 5 0 R >>", more={5: stream(b"<xdp/>")}),
    )
    yield (
        "XFA in parts",
        pdf(catalog=b"/AcroForm << /Fields [] /XFA [(a) 5 0 R] >>", more={5: stream(b"<xdp/>")}),
    )
    yield "a stream kept elsewhere", pdf(content=stream(b"", b"/F (/etc/passwd)"))
    yield "a form kept elsewhere", pdf(page=b"/Resources << /XObject << /F 5 0 R >> >>", more={
        5: stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /F << /FS /URL /F (http://127.0.0.1:9/) >>")})  # fmt: skip
    yield "PostScript", pdf(page=b"/Resources << /XObject << /P 5 0 R >> >>", more={
        5: stream(b"(%pipe%id) run", b"/Type /XObject /Subtype /PS")})  # fmt: skip
    for name, layers in (("one", b"/D << /OFF [5 0 R] >>"), ("all", b"/D << /BaseState /OFF >>")):
        yield f"hidden layers: {name}", pdf(catalog=b"/OCProperties << /OCGs [5 0 R] %s >>" % layers, more={
            5: b"<< /Type /OCG /Name (x) >>"})  # fmt: skip


def _locked_files() -> Iterator[tuple[str, bytes]]:
    for algorithm in ("RC4-40", "RC4-128", "AES-128", "AES-256"):
        yield f"locked by {algorithm}", _locked(marked(), "secret", algorithm)
    for name, entries in (
        ("an unknown way", b"/Filter /Unknown /V 1"), ("certificates", b"/Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5"),
        ("a version to come", b"/Filter /Standard /V 99 /R 99 /O (x) /U (x) /P -1"),
        ("nothing in it", b""), ("numbers gone mad", b"/Filter /Standard /V 5 /R 6 /Length -1 /O 5 /U 5 /P (x)"),
    ):  # fmt: skip
        yield (
            f"locked by {name}",
            pdf(trailer=b"/Encrypt 5 0 R /ID [(a) (a)]", more={5: b"<< %s >>" % entries}),
        )


def _bombs() -> Iterator[tuple[str, bytes]]:
    packed = zlib.compress(bytes(60_000_000), 9)
    yield "content bomb", pdf(content=stream(packed, b"/Filter /FlateDecode"))
    yield (
        "content bomb in a bomb",
        pdf(content=stream(zlib.compress(packed), b"/Filter [/FlateDecode /FlateDecode]")),
    )
    yield "many filters", pdf(content=deflated(CONTENT, times=40))
    yield (
        "content in many parts",
        pdf(content=b"[%s]" % (b"5 0 R " * 5000), more={5: deflated(b" " * 200_000)}),
    )
    yield (
        "object stream bomb",
        _object_stream(stream(packed, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")),
    )
    yield (
        "object stream of a billion",
        _object_stream(deflated(b"9 0 null", b"/Type /ObjStm /N 1000000000 /First 4")),
    )
    yield "cross-reference bomb", _cross_reference(stream(
        packed, b"/Type /XRef /Size 99999999 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode"))  # fmt: skip
    yield "cross-reference of a billion", _cross_reference(deflated(
        b"\0" * 70, b"/Type /XRef /Size 9 /Index [0 1000000000] /W [1 4 2] /Root 1 0 R"))  # fmt: skip
    yield "run-length bomb", pdf(content=stream(b"\x81A" * 600_000 + b"\x80", b"/Filter /RunLengthDecode"))
    yield "predictor gone mad", pdf(content=deflated(
        b"\0" * 99, b"/DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 99 /BitsPerComponent 16 >>"))  # fmt: skip
    yield "font bomb", pdf(page=b"/Resources << /Font << /F 5 0 R >> >>", more={
        5: b"<< /Type /Font /Subtype /TrueType /BaseFont /A /FontDescriptor 6 0 R >>",
        6: b"<< /Type /FontDescriptor /FontName /A /FontFile2 7 0 R >>",
        7: stream(packed, b"/Filter /FlateDecode"),
    })  # fmt: skip
    yield "ToUnicode bomb", pdf(page=b"/Resources << /Font << /F 5 0 R >> >>", more={
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /A /ToUnicode 7 0 R >>",
        7: stream(packed, b"/Filter /FlateDecode")})  # fmt: skip


def _images() -> Iterator[tuple[str, bytes]]:
    as_form = b"/Resources << /XObject << /X 5 0 R >> >>"
    packed = zlib.compress(bytes(60_000_000), 9)
    image = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 /Width %d /Height %d"
    for name, width, height in (
        ("wide", 50_000, 10),
        ("large", 19_000, 19_000),
        ("negative", -5, 5),
        ("of nothing", 0, 0),
    ):
        yield f"image {name}", pdf(page=as_form, more={5: deflated(b"\0", image % (width, height))})
    yield "image that says it is small", pdf(page=as_form, more={
        5: stream(packed, image % (10, 10) + b" /Filter /FlateDecode")})  # fmt: skip
    yield "image packed twice", pdf(page=as_form, more={
        5: stream(zlib.compress(packed), image % (10, 10) + b" /Filter [/FlateDecode /FlateDecode]")})  # fmt: skip
    jpeg = b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01\xff\xd9"
    yield "JPEG that says it is small", pdf(page=as_form, more={
        5: stream(jpeg, image % (10, 10) + b" /Filter /DCTDecode")})  # fmt: skip
    yield "JPEG without a size", pdf(page=as_form, more={
        5: stream(b"\xff\xd8\xff\xd9", image % (10, 10) + b" /Filter /DCTDecode")})  # fmt: skip
    jpeg2000 = b"\xff\x4f\xff\x51\x00\x2f\x00\x00" + struct.pack(">8IH", 2**31, 2**31, 0, 0, 9, 9, 0, 0, 3)
    yield "JPEG 2000 that says it is small", pdf(page=as_form, more={
        5: stream(jpeg2000, image % (10, 10) + b" /Filter /JPXDecode")})  # fmt: skip
    yield "fax without an end", pdf(page=as_form, more={5: stream(
        b"\0", image % (10, 10) + b" /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 900000 /Rows 900000 >>")})  # fmt: skip
    yield "mask as large as a town", pdf(page=as_form, more={
        5: deflated(b"\0" * 300, image % (10, 10) + b" /SMask 6 0 R"), 6: deflated(b"\0", image % (60_000, 60_000))})  # fmt: skip


def _knots() -> Iterator[tuple[str, bytes]]:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 99 99]"
    uses = b"/Resources << /XObject << /X %d 0 R >> >>"
    yield "a form that draws itself", pdf(page=uses % 5, content=stream(b"/X Do"), more={
        5: stream(b"/X Do", form + uses % 5)})  # fmt: skip
    yield "two forms that draw each other", pdf(page=uses % 5, content=stream(b"/X Do"), more={
        5: stream(b"/X Do", form + uses % 6), 6: stream(b"/X Do", form + uses % 5)})  # fmt: skip
    yield "forms that multiply", pdf(page=uses % 5, content=stream(b"/X Do " * 9), more={
        number: stream(b"/X Do " * 9 if number < 24 else CONTENT, form + uses % (number + 1)) for number in range(5, 25)
    })  # fmt: skip
    yield "forms without resources of their own", pdf(page=uses % 5, content=stream(b"/X Do"), more={
        5: stream(b"/X Do /X Do", form)})  # fmt: skip
    yield "forms in forms in forms", pdf(page=uses % 5, content=stream(b"/X Do"), more={
        number: stream(b"/X Do", form + uses % (number + 1)) for number in range(5, 305)})  # fmt: skip


def _object_knots() -> Iterator[tuple[str, bytes]]:
    yield "pages in a ring", pdf(pages=b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>", more={
        5: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})  # fmt: skip
    yield "pages in themselves", pdf(pages=b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>")
    yield "pages a thousand deep", pdf(pages=b"<< /Type /Pages /Kids [5 0 R] >>", more={
        number: b"<< /Type /Pages /Kids [%d 0 R] >>" % (number + 1) for number in range(5, 1005)})  # fmt: skip
    yield "a hundred thousand pages", pdf(pages=b"<< /Type /Pages /Kids [%s] >>" % (b"3 0 R " * 99_999))
    yield "twenty-one pages", pdf(pages=b"<< /Type /Pages /Kids [%s] >>" % (b"<< /Type /Page >>" * 21))
    yield "no pages", pdf(pages=b"<< /Type /Pages /Kids [] /Count 0 >>")
    yield "pages that are a text", pdf(pages=b"(pages)")
    yield "arrays in arrays", pdf(page=b"/Group " + b"[" * 3000 + b"]" * 3000)
    yield "dictionaries in dictionaries", pdf(page=b"/Group " + b"<</A " * 3000 + b"1" + b">>" * 3000)
    yield "arrays by reference", pdf(page=b"/Resources << /Properties 5 0 R >>", more={
        **{number: b"[%d 0 R]" % (number + 1) for number in range(5, 3000)}, 3000: b"[5 0 R]"})  # fmt: skip
    yield "colours in colours", pdf(page=b"/Resources << /ColorSpace << /C 5 0 R >> >>", more={
        number: b"[/Indexed %d 0 R 1 (abc)]" % (number + 1) for number in range(5, 400)})  # fmt: skip
    many = range(5, 30_005)
    yield (
        "thirty thousand objects",
        pdf(
            page=b"/Extra [%s]" % b"".join(b"%d 0 R " % number for number in many),
            more=dict.fromkeys(many, b"<< >>"),
        ),
    )
    yield "a reference to itself", pdf(page=b"/Resources 5 0 R", more={5: b"5 0 R"})
    yield "a length that is its own stream", pdf(content=b"<< /Length 4 0 R >>\nstream\nq\nendstream")
    yield "annotations without end", pdf(page=b"/Annots [%s]" % (b"<< /Subtype /Link >> " * 30_000))
    yield "fields above themselves", pdf(page=b"/Annots [5 0 R]", more={
        5: b"<< /Subtype /Widget /FT /Tx /Rect [9 9 99 29] /T (a) /Parent 6 0 R >>", 6: b"<< /T (b) /Parent 5 0 R >>"})  # fmt: skip


def _painted_knots() -> Iterator[tuple[str, bytes]]:
    tile = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep %s /YStep %s /Resources << >>"
    for step in (b"0.0000001", b"0", b"-1e30"):
        yield f"a pattern with steps of {step.decode()}", pdf(
            page=b"/Resources << /Pattern << /P 5 0 R >> >>", content=stream(b"/Pattern cs /P scn 0 0 595 842 re f"),
            more={5: stream(b"0 0 1 1 re f", tile % (step, step))},
        )  # fmt: skip
    yield "a letter that draws itself", pdf(
        page=b"/Resources << /Font << /F 5 0 R >> >>", content=stream(b"BT /F 9 Tf (aaaa) Tj ET"),
        more={5: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97"
                 b" /Widths [9] /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >> /Resources << /Font << /F 5 0 R >> >> >>",
              6: stream(b"9 0 d0 BT /F 9 Tf (aaaa) Tj ET")},
    )  # fmt: skip
    yield "a function of functions", pdf(
        page=b"/Resources << /Shading << /S 5 0 R >> >>", content=stream(b"/S sh"),
        more={5: b"<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 9 9] /Function 6 0 R >>",
              6: b"<< /FunctionType 3 /Domain [0 1] /Functions [6 0 R 6 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>"},
    )  # fmt: skip
    for prev in (b"9", b"99999999", b"-1", b"1e99"):
        yield f"a cross-reference before at {prev.decode()}", pdf(trailer=b"/Prev " + prev)


def _measures() -> Iterator[tuple[str, bytes, bool]]:
    for box, falls in (
        (b"[0 0 1 1]", True), (b"[0 0 99999 99999]", True), (b"[0 0 1e38 1e38]", MAY_PASS), (b"[0 0 595]", MAY_PASS),
        (b"[(a) (b) (c) (d)]", MAY_PASS), (b"[9 9 9 9]", MAY_PASS), (b"[0 0 -595 -842]", MAY_PASS), (b"(x)", MAY_PASS),
    ):  # fmt: skip
        yield f"a page of {box.decode()}", pdf(page=b"/MediaBox " + box), falls
    for turn in (b"45", b"(x)", b"1e30", b"-90", b"36000090"):
        yield f"a page turned by {turn.decode()}", pdf(page=b"/Rotate " + turn), turn == b"45"
    yield "a unit gone mad", pdf(page=b"/UserUnit 75000"), MAY_PASS


def _broken() -> Iterator[tuple[str, bytes]]:
    whole = marked(90)
    for part in range(1, 30):
        cut = len(whole) * part // 30
        yield f"cut off at {cut}", whole[:cut]
    yield "cut off, with an end put on", whole[: len(whole) // 2] + b"\nstartxref\n0\n%%EOF"
    yield from (
        ("only a head", b"%PDF-1.7\n"), ("head and end", b"%PDF-1.7\n%%EOF"), ("PNG", b"\x89PNG\r\n\x1a\n" + bytes(99)),
        ("JPEG", b"\xff\xd8\xff\xe0" + bytes(99)), ("Word", b"PK\x03\x04" + bytes(99)), ("old Excel", b"\xd0\xcf\x11\xe0" + bytes(99)),
        ("a program", b"MZ" + bytes(99)), ("text", "様式".encode()), ("zeros", bytes(9999)), ("nothing", b""),
        ("entities", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "&b;&b;">]><a>&b;</a>'),
        ("a link to a file", b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), ("eleven megabytes", b"%PDF-1.7" + bytes(11 << 20)),
        ("noise with a head", b"%PDF-1.7\n" + random.Random(1).randbytes(200_000) + b"\n%%EOF"),
    )  # fmt: skip


def _flipped() -> Iterator[tuple[str, bytes]]:
    whole = marked(180, inherited=True)
    for seed in range(60):
        chosen, data = random.Random(seed), bytearray(whole)
        for _ in range(1 + seed % 8):
            data[chosen.randrange(9, len(data) - 40)] ^= 1 << chosen.randrange(8)
        yield f"bits turned over, number {seed}", bytes(data)


def hostile_files() -> list[tuple[str, bytes, bool]]:
    """Name, bytes, and whether it must be refused; what need not be may come out as a clean base instead."""
    falling = [*_acting(), *_holding(), *_locked_files(), *_bombs(), *_images(), *_broken()]
    return [
        *((name, data, MUST_FALL) for name, data in falling),
        *(
            (name, data, MAY_PASS)
            for name, data in (*_knots(), *_object_knots(), *_painted_knots(), *_flipped())
        ),
        *_measures(),
    ]


def _locked(data: bytes, password: str, algorithm: str = "AES-256") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(password, "owner", algorithm=algorithm)
    return saved(writer)


def _in_object_stream(script: bytes) -> bytes:
    inner = b"1 0 << /Type /Catalog /Pages 2 0 R /OpenAction %s >>" % script
    return _object_stream(deflated(inner, b"/Type /ObjStm /N 1 /First 4"))


def _object_stream(held: bytes) -> bytes:
    """A file whose catalog lies in an object stream."""
    bodies = {2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: PAGE % b"", 4: stream(CONTENT), 5: held}
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = [(0, 0, 65535), (2, 5, 0), *((1, places[number], 0) for number in (2, 3, 4, 5))]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    start = len(out)
    entries = b"/Type /XRef /Size 7 /Index [0 6] /W [1 4 2] /Root 1 0 R"
    out += b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (deflated(table, entries), start)
    return bytes(out)


def _cross_reference(table: bytes) -> bytes:
    out = b"%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    return out + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(out))
