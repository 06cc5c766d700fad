"""Faults that can be switched on in the print pipeline: what put a wrong sheet on a counter somewhere, or could.

Each is a line: what it breaks, and how. The gate must block every one; a test switches them on one after the other.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pypdf import PdfReader, PdfWriter

from app.documents.fonts import FontStack
from app.documents.processes import RenderTimeout
from app.documents.render import FormJob, render_set
from app.documents.wire import decode_jobs, encode_set

Answer = tuple[dict[str, Any], bytes]


@dataclass
class Job:
    """One job in the renderer: what was asked, what an earlier job of somebody else was, and its answer."""

    jobs: list[FormJob]
    answer: Answer
    earlier_jobs: list[FormJob]
    earlier: Answer
    print: Callable[[list[FormJob]], Answer]


Fault = Callable[[Job], Answer]


def _file(change: Callable[[bytes, bytes], bytes]) -> Fault:
    """A fault of the file alone: what the renderer says of it stays as it should be."""
    return lambda job: (job.answer[0], change(job.answer[1], job.earlier[1]))


def _jobs(change: Callable[[list[FormJob], list[FormJob]], list[FormJob]]) -> Fault:
    """A fault before the drawing: what is printed is consistent in itself, but not what was ordered."""
    return lambda job: job.print(change(job.jobs, job.earlier_jobs))


def _picked(pdf: bytes, order: Callable[[list[int]], list[int]], other: bytes = b"") -> bytes:
    writer, reader = PdfWriter(), PdfReader(io.BytesIO(pdf))
    for number in order(list(range(len(reader.pages)))):
        writer.add_page(reader.pages[number])
    if other:
        writer.add_page(PdfReader(io.BytesIO(other)).pages[0])
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _each(change: Callable[[FormJob], FormJob]) -> Fault:
    return _jobs(lambda jobs, _: [change(job) for job in jobs])


def _values(job: FormJob, **more: object) -> FormJob:
    return replace(job, values={**job.values, **more})


def _rows_of_the_neighbour(job: FormJob) -> FormJob:
    lists = {key: rows for key, rows in job.values.items() if isinstance(rows, list) and len(rows) > 1}
    return _values(job, **{key: [*rows[1:], rows[-1]] for key, rows in lists.items()})


def _another_text(job: FormJob) -> FormJob:
    source = {**job.definition.source, "title": "別の様式"}
    return replace(job, definition=replace(job.definition, source=source))


def _like(job: FormJob, others: list[FormJob]) -> FormJob:
    return next((one for one in others if one.definition.code == job.definition.code), job)


def _digests_rotated(job: Job) -> Answer:
    header = job.answer[0]
    digests = [page[-1] for page in header["pages"]]
    pages = [
        [*page[:-1], digest] for page, digest in zip(header["pages"], [*digests[1:], digests[0]], strict=True)
    ]
    return {**header, "pages": pages}, job.answer[1]


def _pages_untold(job: Job) -> Answer:
    header = {**job.answer[0], "pages": job.answer[0]["pages"][:-1]}
    return header, _picked(job.answer[1], lambda order: order[:-1])


def _without_marks(job: Job) -> Answer:
    render = importlib.import_module("app.documents.render")  # the package has a function of that name
    kept = render.draw_identity

    def forgetful(ink: Any, fonts: Any, identity: Any, *more: Any) -> None:
        kept(ink, fonts, replace(identity, marks=()), *more)

    vars(render)["draw_identity"] = forgetful
    try:
        return job.print(job.jobs)
    finally:
        vars(render)["draw_identity"] = kept


MUTANTS: dict[str, Fault] = {
    "file swap: the file of an earlier job": _file(lambda _pdf, earlier: earlier),
    "another job's whole answer": lambda job: job.earlier,
    "page swap: two pages changed places": _file(
        lambda pdf, _: _picked(pdf, lambda at: [at[1], at[0], *at[2:]])
    ),
    "merge order: the file is put together backwards": _file(
        lambda pdf, _: _picked(pdf, lambda at: at[::-1])
    ),
    "print order: the papers are printed backwards": _jobs(lambda jobs, _: jobs[::-1]),
    "dropped page: the last page is missing in the file": _file(
        lambda pdf, _: _picked(pdf, lambda at: at[:-1])
    ),
    "dropped page, untold: the renderer does not speak of it either": _pages_untold,
    "duplicate page: the first page comes twice": _file(lambda pdf, _: _picked(pdf, lambda at: [at[0], *at])),
    "foreign page besides: a page of another job at the end": _file(
        lambda pdf, earlier: _picked(pdf, lambda at: at, earlier)
    ),
    "foreign page instead: the last page is another job's": _file(
        lambda pdf, earlier: _picked(pdf, lambda at: at[:-1], earlier)
    ),
    "foreign paper besides: another job's paper is printed with it": _jobs(
        lambda jobs, others: [*jobs, others[0]]
    ),
    "wrong household row: the loop over the members is off by one": _each(_rows_of_the_neighbour),
    "name replaced: the visitor of the earlier job": _jobs(
        lambda jobs, others: [
            _values(job, **{"visitor.name": others[0].values["visitor.name"]}) for job in jobs
        ]
    ),
    "stale values: those of the earlier job with the same form": _jobs(
        lambda jobs, others: [replace(job, values=_like(job, others).values) for job in jobs]
    ),
    "cached paper: the earlier job's paper of the same form": _jobs(
        lambda jobs, others: [_like(job, others) for job in jobs]
    ),
    "stale definition: the same code and version with other contents": _each(_another_text),
    "other version: the form's version of before": _each(
        lambda job: replace(job, definition=replace(job.definition, version=job.definition.version - 1))
    ),
    "token reuse: the identities of the earlier job": _jobs(
        lambda jobs, others: [replace(job, identity=others[0].identity) for job in jobs]
    ),
    "wrong persons: the paper is bound to somebody else": _each(
        lambda job: replace(job, identity=replace(job.identity, persons=("0000000000000000",)))
    ),
    "another reception's number": _each(
        lambda job: replace(job, identity=replace(job.identity, number="R8-11-999999-1"))
    ),
    "wrong copy mark: every paper says it is the second copy": _each(
        lambda job: replace(job, identity=job.identity.for_copy(2))
    ),
    "lost copy mark: 控え is not printed on the second copy": _without_marks,
    "copy forgotten: one copy where two were ordered": _each(lambda job: replace(job, copies=1)),
    "digest of another page": _digests_rotated,
    "file cut short": _file(lambda pdf, _: pdf[: len(pdf) // 2]),
}
"""What it breaks → how. The order is of two papers at least, the first of them in two copies."""


class MutantPool:
    """Stands for the renderer's processes, in this one: honest until a fault is switched on."""

    def __init__(self, fonts: FontStack) -> None:
        self.fonts = fonts
        self.fault: Fault | None = None
        self.late = False
        self._last: tuple[list[FormJob], Answer] | None = None
        self._waiting: Answer | None = None

    def ask(self, header: dict[str, Any], body: bytes) -> Answer:
        """As the renderer's pool: one answer to one job."""
        jobs = decode_jobs(header, body, {})
        if self._waiting is not None:
            # What the job before was waiting for comes now, to somebody else.
            answer, self._waiting = self._waiting, None
            return answer
        answer = self._print(jobs)
        if self.late:
            self.late, self._waiting = False, answer
            raise RenderTimeout("時間がかかりすぎました。", "time-out")
        # The sheet that comes back tries single papers: those are printed honestly.
        if self.fault is not None and self._last is not None and len(jobs) > 1:
            return self.fault(Job(jobs, answer, *self._last, self._print))
        if len(jobs) > 1:
            self._last = jobs, answer
        return answer

    def close(self) -> None:
        """Nothing runs."""

    def _print(self, jobs: list[FormJob]) -> Answer:
        return encode_set(render_set(jobs, self.fonts))
