"""The gate before a PDF leaves: the finished file is read again, page by page, and must be what was ordered.

A page counts as right when its printed identity is the expected one in the expected place; a document when it holds the
name of every person it is about, in the characters of the register. What is expected comes from the order, not from the
renderer; only the number of pages is taken from it, and every page token binds that number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.documents.definitions import FormDefinition, Label, SignatureField, TableField, TextField
from app.documents.fonts import GETA, LANGUAGE, clusters
from app.documents.merge import blank_digests
from app.documents.page_text import PageText, UnreadablePdf, content_digest, read_pages
from app.documents.problems import MISSING_GLYPH, PrintFailed
from app.documents.render import FormJob, RenderedSet
from app.documents.signature import SAID, signature_code


class VerificationFailed(PrintFailed):
    """A finished PDF that must not be handed out. `page` counts from 1 (0: the whole file); `what` is for the log."""

    def __init__(self, page: int, what: str) -> None:
        message = "印刷物が注文と一致しないため、印刷を取りやめました。もう一度印刷し、続くときは管理者に知らせてください。"
        super().__init__(message, f"page {page}: {what}" if page else what)
        self.page, self.what = page, what


@dataclass(frozen=True)
class ExpectedPage:
    """The identity line of a page, its marks, the hash of its whole text as composed, of the blank under it, of its signatures."""

    line: str
    marks: tuple[str, ...]
    digest: str
    under: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExpectedDocument:
    """One copy of one document: its pages, the names that must be on it, and every other text that was filled in."""

    pages: tuple[ExpectedPage, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...] = ()


def expected_documents(jobs: Sequence[FormJob], rendered: RenderedSet) -> tuple[ExpectedDocument, ...]:
    """What a PDF of these jobs must hold, with tokens computed anew from the jobs.

    Raises `VerificationFailed` when the rendered set is not about these documents in this order.
    """
    missing = frozenset(problem.detail for problem in rendered.problems if problem.kind == MISSING_GLYPH)
    pages = list(rendered.pages)
    expected = []
    for job in jobs:
        definition = job.definition
        for copy in range(1, (job.copies or definition.copies) + 1):
            identity = job.identity.for_copy(copy)
            count = pages[0].pages if pages else 0
            own, pages = pages[:count], pages[count:]
            said = [(page.document, page.copy, page.page, page.pages) for page in own]
            if not own or said != [
                (identity.document, copy, number, count) for number in range(1, count + 1)
            ]:
                raise VerificationFailed(
                    0, f"document {identity.document} copy {copy} is not where it was ordered"
                )
            wanted = tuple(
                ExpectedPage(
                    identity.footer(identity.token(definition, number, count), number, count),
                    identity.marks, page.digest, _under(definition, number), _signed(definition, number, job.values),
                )
                for number, page in enumerate(own, 1)
            )  # fmt: skip
            names = _names(definition, job.values, missing)
            expected.append(ExpectedDocument(wanted, names, _texts(definition, job.values, missing)))
    if pages:
        raise VerificationFailed(0, f"{len(pages)} pages more than ordered")
    return tuple(expected)


def verify(pdf: bytes, expected: Sequence[ExpectedDocument]) -> None:
    """Read the PDF again and compare. Raises `VerificationFailed` at the first difference."""
    try:
        pages = read_pages(pdf)
    except UnreadablePdf as error:
        raise VerificationFailed(error.page, error.what) from error
    wanted = sum(len(document.pages) for document in expected)
    if len(pages) != wanted:
        raise VerificationFailed(0, f"{len(pages)} pages instead of {wanted}")
    start = 0
    for document in expected:
        own = pages[start : start + len(document.pages)]
        for number, (text, page) in enumerate(zip(own, document.pages, strict=True), start + 1):
            _verify_page(number, text, page)
        filled = _bare("".join(block for text in own for block in text.own))
        for name in document.names:
            if _bare(name) not in filled:
                raise VerificationFailed(start + 1, "the name of a person is not on the document")
        for said in document.texts:
            if _bare(said) not in filled:
                raise VerificationFailed(start + 1, "what was filled in is not on the document")
        start += len(own)


def _verify_page(number: int, text: PageText, page: ExpectedPage) -> None:
    if text.own.count(page.line) != 1:
        raise VerificationFailed(number, "the page is not the one ordered at this place")
    if any(mark not in text.own for mark in page.marks):
        raise VerificationFailed(number, "the page lacks a mark")
    if text.digest != page.digest:
        raise VerificationFailed(number, "the text of the page is not the one composed for it")
    if text.under != page.under:
        raise VerificationFailed(number, "the page does not lie on its own blank")
    if text.signed != page.signed:
        raise VerificationFailed(number, "the page does not bear the signature that was given for it")


def _under(definition: FormDefinition, page: int) -> tuple[str, ...]:
    """The blank that must lie under a page; continuation pages have none."""
    if definition.base_pdf is None or page > definition.pages:
        return ()
    return blank_digests(definition.base_pdf)[page - 1 : page]


def _signed(definition: FormDefinition, page: int, values: Mapping[str, object]) -> tuple[str, ...]:
    """The signatures that must be drawn on a page, as they follow from what the visitor wrote."""
    places = (item for item in definition.fields if isinstance(item, SignatureField) and item.page == page)
    drawn = (signature_code(item, definition.height, values) for item in places)
    return tuple(content_digest(code.encode()) for code in drawn if code)


def _texts(
    definition: FormDefinition, values: Mapping[str, object], missing: frozenset[str]
) -> tuple[str, ...]:
    """Every text that fields, labels and the rows of tables must show; other shapes and languages are not among them."""
    texts: dict[str, None] = {}
    for item in (*definition.elements, *definition.fields):
        if isinstance(item, Label | TextField) and item.text.keys and item.style.font != LANGUAGE:
            texts[item.text.text(values)] = None
        elif isinstance(item, TableField):
            cells = [
                field for column in item.columns for field in column.fields if isinstance(field, TextField)
            ]
            rows = values.get(item.key)
            for row in rows if isinstance(rows, list | tuple) else ():
                texts.update(
                    dict.fromkeys(cell.text.text({**values, **row}) for cell in cells if cell.text.keys)
                )
    if definition.takes_signature:
        texts[str(values.get(SAID) or "")] = None
    return tuple(_as_printed(text, missing) for text in texts if text)


def _names(
    definition: FormDefinition, values: Mapping[str, object], missing: frozenset[str]
) -> tuple[str, ...]:
    """The names the document must show; 〓 stands where a character was reported as not printable."""
    names: dict[str, None] = {}
    for key in definition.names:
        rows, _, column = key.partition("[].")
        found = values.get(rows) if column else None
        if isinstance(found, list | tuple):
            names.update(dict.fromkeys(str(row.get(column) or "") for row in found))
        elif not column:
            names[str(values.get(key) or "")] = None
    return tuple(_as_printed(name, missing) for name in names if name)


def _as_printed(text: str, missing: frozenset[str]) -> str:
    return "".join(GETA if cluster in missing else cluster for cluster in clusters(text)) if missing else text


def _bare(text: str) -> str:
    """Text without white space: a wrapped line loses the space it was broken at."""
    return "".join(text.split())
