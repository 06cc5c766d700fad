"""The gate before a PDF leaves: the finished file is read again, page by page, and must be what was ordered.

A page counts as right when its printed identity is the expected one in the expected place; a document when it holds the
name of every person it is about, in the characters of the register. What is expected comes from the order, not from the
renderer; only the number of pages is taken from it, and every page token binds that number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.documents.definitions import FormDefinition
from app.documents.fonts import GETA
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
class ExpectedDocument:
    """One copy of one document: the identity line of each of its pages, and the names that must be on it."""

    lines: tuple[str, ...]
    names: tuple[str, ...]


def expected_documents(jobs: Sequence[FormJob], rendered: RenderedSet) -> tuple[ExpectedDocument, ...]:
    """What a PDF of these jobs must hold, with tokens computed anew from the jobs.

    Raises `VerificationFailed` when the rendered set is not about these documents in this order.
    """
    missing = [problem.detail for problem in rendered.problems if problem.kind == MISSING_GLYPH]
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
            lines = tuple(
                identity.footer(identity.token(definition, number, count), number, count)
                for number in range(1, count + 1)
            )
            expected.append(ExpectedDocument(lines, _names(definition, job.values, missing)))
    if pages:
        raise VerificationFailed(0, f"{len(pages)} pages more than ordered")
    return tuple(expected)


def verify(pdf: bytes, expected: Sequence[ExpectedDocument]) -> None:
    """Read the PDF again and compare. Raises `VerificationFailed` at the first difference."""
    try:
        pages = read_pages(pdf)
    except UnreadablePdf as error:
        raise VerificationFailed(error.page, error.what) from error
    wanted = sum(len(document.lines) for document in expected)
    if len(pages) != wanted:
        raise VerificationFailed(0, f"{len(pages)} pages instead of {wanted}")
    every_line = {line for document in expected for line in document.lines}
    start = 0
    for document in expected:
        own = pages[start : start + len(document.lines)]
        for number, (blocks, line) in enumerate(zip(own, document.lines, strict=True), start + 1):
            carried = [block for block in blocks if block == line or block in every_line]
            if carried != [line]:
                raise VerificationFailed(number, "the page is not the one ordered at this place")
        text = "".join(_bare(block) for blocks in own for block in blocks)
        for name in document.names:
            if _bare(name) not in text:
                raise VerificationFailed(start + 1, "the name of a person is not on the document")
        start += len(own)


def _names(
    definition: FormDefinition, values: Mapping[str, object], missing: Sequence[str]
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
    shown = []
    for name in names:
        for cluster in missing:
            name = name.replace(cluster, GETA)
        if name:
            shown.append(name)
    return tuple(shown)


def _bare(text: str) -> str:
    """Text without white space: a wrapped line loses the space it was broken at."""
    return "".join(text.split())
