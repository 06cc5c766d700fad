"""The gate before a PDF leaves: the finished file is read again, page by page, and must be what was ordered.

A page counts as right when its printed identity is the expected one in the expected place; a document when it holds the
name of every person it is about, in the characters of the register. What is expected comes from the order, not from the
renderer; only the number of pages is taken from it, and every page token binds that number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.documents.definitions import FormDefinition
from app.documents.fonts import GETA, clusters
from app.documents.page_text import UnreadablePdf, read_pages
from app.documents.problems import MISSING_GLYPH, PrintFailed
from app.documents.render import FormJob, RenderedSet


class VerificationFailed(PrintFailed):
    """A finished PDF that must not be handed out. `page` counts from 1 (0: the whole file); `what` is for the log."""

    def __init__(self, page: int, what: str) -> None:
        message = "印刷物が注文と一致しないため、印刷を取りやめました。もう一度印刷し、続くときは管理者に知らせてください。"
        super().__init__(message, f"page {page}: {what}" if page else what)
        self.page, self.what = page, what


@dataclass(frozen=True)
class ExpectedPage:
    """The identity line of a page, and the hash of its whole text as it was composed."""

    line: str
    digest: str


@dataclass(frozen=True)
class ExpectedDocument:
    """One copy of one document: its pages, and the names that must be on it."""

    pages: tuple[ExpectedPage, ...]
    names: tuple[str, ...]


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
                    identity.footer(identity.token(definition, number, count), number, count), page.digest
                )
                for number, page in enumerate(own, 1)
            )
            expected.append(ExpectedDocument(wanted, _names(definition, job.values, missing)))
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
            if text.own.count(page.line) != 1:
                raise VerificationFailed(number, "the page is not the one ordered at this place")
            if text.digest != page.digest:
                raise VerificationFailed(number, "the text of the page is not the one composed for it")
        filled = _bare("".join(block for text in own for block in text.own))
        for name in document.names:
            if _bare(name) not in filled:
                raise VerificationFailed(start + 1, "the name of a person is not on the document")
        start += len(own)


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
    return tuple(
        "".join(GETA if cluster in missing else cluster for cluster in clusters(name))
        for name in names
        if name
    )


def _bare(text: str) -> str:
    """Text without white space: a wrapped line loses the space it was broken at."""
    return "".join(text.split())
