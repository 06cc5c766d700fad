"""Printing as the server sees it: jobs in, one verified PDF out, or nothing at all; and official PDFs taken in and pictured."""

import atexit
from collections.abc import Sequence
from pathlib import Path

from app.documents.again import verify_again
from app.documents.bases.model import BaseRefused, NormalisedBase, PictureRefused, too_large
from app.documents.bases.wire import decode_base, decode_pictures
from app.documents.fonts.city import stamp
from app.documents.problems import PrintRefused
from app.documents.processes import Pool, RendererBroken, RenderersBusy, RenderTimeout
from app.documents.render import FormJob, RenderedSet
from app.documents.verify import expected_documents, verify
from app.documents.wire import decode_set, encode_jobs
from app.domain.dates import today_in_japan

BASE_SECONDS = 10.0
BASE_PROCESSES = 2
"""The second is started only when the first is at work; so one slow file keeps nobody else from the placement desk."""


class Renderer:
    """A small pool of isolated processes that print, and one of another kind that reads the official PDFs of others.

    Safe to call from several threads, and after a fork. The printing processes load the fonts of `instance` when they are first
    needed; the other kind knows neither fonts of the city nor jobs, so that a hostile file meets nothing but itself.
    """

    def __init__(self, instance: Path, timeout: float = 30, workers: int = 1) -> None:
        self._printing = Pool(
            "app.documents.worker",
            [str(instance)],
            timeout,
            workers,
            lambda: stamp(instance, today_in_japan()),
        )
        self._reading = Pool("app.documents.bases.worker", [], BASE_SECONDS, BASE_PROCESSES)
        atexit.register(self.close)

    def issue(self, jobs: Sequence[FormJob]) -> RenderedSet:
        """Print the jobs and verify the result page by page.

        Raises `PrintRefused` (the order must be changed), `RenderTimeout`, `RendererBroken` or `VerificationFailed`; all are
        `PrintFailed` and none leaves a part of the job behind.
        """
        rendered = decode_set(*self._printing.ask(*encode_jobs(jobs)))
        verify(rendered.pdf, expected_documents(jobs, rendered))
        return rendered

    def print_again(self, pdf: bytes, pages: Sequence[int], mark: str) -> bytes:
        """Pages (from 1) of a stored PDF with a mark at their top, verified against the stored ones. Raises as `issue`."""
        _, content = self._printing.ask({"again": list(pages), "mark": mark}, pdf)
        verify_again(content, pdf, pages, mark)
        return content

    def normalise(self, data: bytes) -> NormalisedBase:
        """An official PDF as a base of a form: upright, cut to what is seen, without anything that acts.

        Raises `BaseRefused`, whose message says what was read, what is wrong and what to do.
        """
        too_large(data)
        try:
            return decode_base(*self._reading.ask({"do": "normalise"}, data))
        except (PrintRefused, RenderersBusy) as refused:
            raise BaseRefused(refused.message, str(refused)) from refused
        except RenderTimeout as late:
            raise BaseRefused.too_complex(str(late)) from late
        except RendererBroken as broken:
            raise BaseRefused.unreadable(str(broken)) from broken

    def pictures(self, pdf: bytes, dpi: float, pages: Sequence[int] | None = None) -> list[bytes]:
        """Pages of a PDF (numbers from 1; all) as PNG, `dpi` dots per inch, fewer where a picture would become too large.

        Raises `PictureRefused` when the PDF cannot be pictured, or too many pages are wanted at once.
        """
        order = {"do": "pictures", "dpi": dpi, "pages": None if pages is None else list(pages)}
        try:
            return decode_pictures(*self._reading.ask(order, pdf))
        except (PrintRefused, RenderersBusy) as refused:
            raise PictureRefused(refused.message, str(refused)) from refused
        except (RenderTimeout, RendererBroken) as failed:
            raise PictureRefused("PDF が複雑すぎるため、画像にできません。", str(failed)) from failed

    def notice(self) -> str:
        """Which fonts are used, for the status page; starts a process if none runs."""
        return self._printing.notice()

    def processes(self) -> list[int]:
        """The system's numbers of the printing processes that run now, for the status page and for measuring."""
        return self._printing.numbers()

    def readers(self) -> list[int]:
        """The same of the processes that read official PDFs."""
        return self._reading.numbers()

    def close(self) -> None:
        """End the processes. Jobs in work are cancelled."""
        self._printing.close()
        self._reading.close()
