"""Forms and values into PDF bytes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.documents.compose import Composed, ComposedPage, compose, with_back
from app.documents.definitions import FormDefinition
from app.documents.drawing import Ink, Op, Sheet, page_text
from app.documents.fonts import FontStack
from app.documents.identity import PageIdentity, draw_identity
from app.documents.merge import put_under
from app.documents.problems import PrintProblem, PrintRefused

MOST_PAGES = 1000


@dataclass(frozen=True)
class FormJob:
    """One document to print: a form version, its values and whose it is. `copies` None prints as many as the form says.

    `whole_sheets` fills up an odd number of pages with an empty back, for printers that print both sides.
    """

    definition: FormDefinition
    values: Mapping[str, object]
    identity: PageIdentity
    copies: int | None = None
    whole_sheets: bool = False


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """What one page of the PDF says it is; `digest` is the hash of all text that was put on it."""

    document: str
    form: str
    version: int
    copy: int
    page: int
    pages: int
    token: str
    digest: str


@dataclass(frozen=True)
class RenderedSet:
    """A finished PDF, what each of its pages is, and what could not be printed as it stands.

    The same jobs with the same fonts give the same bytes, so that a reprint can be proved equal by `sha256`.
    """

    pdf: bytes
    pages: tuple[RenderedPage, ...]
    problems: tuple[PrintProblem, ...]
    fonts: str

    @property
    def sha256(self) -> str:
        """The hash of the PDF."""
        return hashlib.sha256(self.pdf).hexdigest()


RenderedForm = RenderedSet
"""A set of one document."""


def render(
    definition: FormDefinition, values: Mapping[str, object], identity: PageIdentity, fonts: FontStack
) -> RenderedForm:
    """One form, one copy."""
    return render_set([FormJob(definition, values, identity, 1)], fonts)


def render_set(jobs: Sequence[FormJob], fonts: FontStack) -> RenderedSet:
    """All documents of a print job in the given order, as one PDF.

    Raises `PrintRefused` (Japanese) when a document cannot be printed whole; nothing is returned then.
    """
    if not jobs:
        raise PrintRefused("印刷するものがありません。")
    sheet = Sheet(fonts, " ".join(dict.fromkeys(job.identity.number for job in jobs)))
    sheet.setViewerPreference(
        "Duplex", "DuplexFlipLongEdge" if any(job.whole_sheets for job in jobs) else "Simplex"
    )
    pages: list[RenderedPage] = []
    blanks: dict[int, tuple[bytes, int]] = {}
    problems: list[PrintProblem] = []
    for job in jobs:
        composed = compose(job.definition, job.values, fonts)
        if job.whole_sheets:
            composed = with_back(composed)
        problems.extend(composed.problems)
        for copy in range(1, (job.copies or job.definition.copies) + 1):
            _paint(sheet, fonts, job, composed, copy, pages, blanks)
            if len(pages) > MOST_PAGES:
                raise PrintRefused(
                    f"一度に印刷できるのは{MOST_PAGES}ページまでです。分けて印刷してください。"
                )
    pdf = sheet.finish()
    if blanks:
        pdf = put_under(pdf, blanks)
    return RenderedSet(pdf, tuple(pages), tuple(dict.fromkeys(problems)), fonts.fingerprint)


def _paint(
    sheet: Sheet, fonts: FontStack, job: FormJob, composed: Composed, copy: int,
    pages: list[RenderedPage], blanks: dict[int, tuple[bytes, int]],
) -> None:  # fmt: skip
    definition, identity = job.definition, job.identity.for_copy(copy)
    count = len(composed.pages)
    for number, page in enumerate(composed.pages, 1):
        token = identity.token(definition, number, count)
        if page.blank is not None and definition.base_pdf is not None:
            blanks[len(pages)] = (definition.base_pdf, page.blank)
        ops = _with_identity(page, fonts, identity, token, number, count)
        sheet.page(page.width, page.height, ops)
        text = page_text(ops).digest
        pages.append(
            RenderedPage(
                identity.document, definition.code, definition.version, copy, number, count, token, text
            )
        )


def _with_identity(
    page: ComposedPage, fonts: FontStack, identity: PageIdentity, token: str, number: int, count: int
) -> list[Op]:
    ink = Ink(page.height)
    line = identity.footer(token, number, count)
    draw_identity(ink, fonts, identity, line, page.width, page.height, number < count)
    return [*page.ops, *ink.ops]
