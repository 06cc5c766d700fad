"""The gate before a PDF leaves must see every fault that ever put a wrong sheet on a counter."""

import base64
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from app.documents import (
    COPY,
    REPRINT,
    FontStack,
    FormDefinition,
    FormJob,
    RenderedSet,
    VerificationFailed,
    expected_documents,
    job_key,
    render_set,
    verify,
)
from app.documents.page_text import read_pages
from tests.unit.documents.paper import bare, identity, job, poppler_text, rebuilt, sample

Order = tuple[list[FormJob], RenderedSet]


@pytest.fixture(scope="module")
def order(fonts: FontStack, forms: dict[str, FormDefinition]) -> Order:
    """A print job of three documents on four pages."""
    values = sample("large_family")
    jobs = [
        job(forms["jumin_ido"], values, "DOC1"),
        job(forms["jidoteate_nintei"], {**values, "targets": values["targets"][:3]}, "DOC2"),
        job(forms["inkan_toroku"], values, "DOC3"),
    ]
    return jobs, render_set(jobs, fonts)


@pytest.fixture(scope="module")
def foreign(fonts: FontStack, forms: dict[str, FormDefinition]) -> RenderedSet:
    """The same forms printed for another family in another job."""
    return render_set([job(forms["inkan_toroku"], sample("family"), "DOC3", "JOB2")], fonts)


def test_what_was_ordered_passes(order: Order) -> None:
    jobs, rendered = order
    verify(rendered.pdf, expected_documents(jobs, rendered))


def test_a_page_that_another_program_has_written_again_passes(order: Order) -> None:
    """The control for the faults below: rewriting alone is not what they are found by."""
    jobs, rendered = order
    verify(rebuilt(rendered.pdf, [0, 1, 2, 3]), expected_documents(jobs, rendered))


FAULTS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "page missing at the end": lambda pdf, _: rebuilt(pdf, [0, 1, 2]),
    "page missing in the middle": lambda pdf, _: rebuilt(pdf, [0, 2, 3]),
    "pages of a document swapped": lambda pdf, _: rebuilt(pdf, [1, 0, 2, 3]),
    "documents in another order": lambda pdf, _: rebuilt(pdf, [2, 0, 1, 3]),
    "page twice": lambda pdf, _: rebuilt(pdf, [0, 1, 2, 3, 3]),
    "page twice instead of another": lambda pdf, _: rebuilt(pdf, [0, 1, 2, 2]),
    "page of another job instead": lambda pdf, other: rebuilt(pdf, [0, 1, 2], other),
    "page of another job besides": lambda pdf, other: rebuilt(pdf, [0, 1, 2, 3], other),
    "the other job's file": lambda _, other: other,
    "file cut short": lambda pdf, _: pdf[: len(pdf) // 2],
    "no file": lambda _pdf, _: b"",
    "empty page": lambda pdf, _: _with_contents(pdf, 2, lambda _data: b""),
    "page of another job drawn over": lambda pdf, other: _with_contents(
        pdf, 3, lambda data: data + PdfReader(BytesIO(other)).pages[0].get_contents().get_data()
    ),
    "pre-printed parts of two forms swapped": lambda pdf, _: _with_parts(pdf, 0, 3),
    "text in a drawing of another kind": lambda pdf, _: _with_contents(
        pdf, 3, lambda data: data + b"\n/FormXob.P1 Do"
    ),
    "text in another form": lambda pdf, _: _with_contents(pdf, 3, lambda data: data + b"\nBT (x) Tj ET"),
}


def _with_contents(pdf: bytes, page: int, change: Callable[[bytes], bytes]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    stream = DecodedStreamObject()
    stream.set_data(change(writer.pages[page].get_contents().get_data()))
    writer.pages[page][NameObject("/Contents")] = stream
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _with_parts(pdf: bytes, one: int, other: int) -> bytes:
    """The pre-printed part of a page under another page and the other way round."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    drawn = [writer.pages[number]["/Resources"]["/XObject"] for number in (one, other)]  # type: ignore[index]
    (first,), (second,) = drawn
    here, there = drawn[0].raw_get(first), drawn[1].raw_get(second)
    drawn[0][NameObject(first)], drawn[1][NameObject(second)] = there, here
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_refused(order: Order, foreign: RenderedSet, fault: str) -> None:
    jobs, rendered = order
    with pytest.raises(VerificationFailed):
        verify(FAULTS[fault](rendered.pdf, foreign.pdf), expected_documents(jobs, rendered))


def _other(jobs: list[FormJob], **identity_changes: Any) -> list[FormJob]:
    return [replace(item, identity=replace(item.identity, **identity_changes)) for item in jobs]


def _values(jobs: list[FormJob], **changes: object) -> list[FormJob]:
    return [replace(item, values={**item.values, **changes}) for item in jobs]


MIX_UPS: dict[str, Callable[[list[FormJob]], list[FormJob]]] = {
    "another job": lambda jobs: _other(jobs, job="JOB2"),
    "another document id": lambda jobs: _other(jobs, document="DOC9"),
    "another reception": lambda jobs: _other(jobs, number="R8-04-000999-1"),
    "other persons": lambda jobs: _other(jobs, persons=("0000099999",)),
    "one person more": lambda jobs: _other(jobs, persons=("0000012345", "0000099999")),
    "another key": lambda jobs: _other(jobs, key=b"x" * 32),
    "a reprint that does not say so": lambda jobs: _other(jobs, marks=(REPRINT,)),
    "another form version": lambda jobs: [replace(item, definition=_next(item.definition)) for item in jobs],
    "another subject": lambda jobs: _values(jobs, **{"subject.name": "別野　人美"}),
    "another spelling of the subject": lambda jobs: _values(jobs, **{"subject.name": "渡邉　斎之介"}),
    "a member who is not on it": lambda jobs: _values(
        jobs,
        members=[*jobs[0].values["members"], {"name": "別野　人美"}],  # type: ignore[misc]
    ),
    "another visitor": lambda jobs: _values(jobs, **{"visitor.name": "別野　人美"}),
    "another order of documents": lambda jobs: [jobs[1], jobs[0], jobs[2]],
    "a document less": lambda jobs: jobs[:2],
    "a document more": lambda jobs: [*jobs, jobs[2]],
    "another number of copies": lambda jobs: [*jobs[:2], replace(jobs[2], copies=2)],
}


def _next(definition: FormDefinition) -> FormDefinition:
    return replace(definition, version=definition.version + 1)


@pytest.mark.parametrize("mix_up", MIX_UPS)
def test_a_good_file_of_another_order_is_refused(order: Order, mix_up: str) -> None:
    jobs, rendered = order
    with pytest.raises(VerificationFailed):
        verify(rendered.pdf, expected_documents(MIX_UPS[mix_up](jobs), rendered))


def test_every_token_is_its_own(order: Order) -> None:
    _, rendered = order
    tokens = [page.token for page in rendered.pages]
    assert len(set(tokens)) == len(tokens) == 4
    assert all(len(base64.b32decode(token)) == 10 for token in tokens)


def test_the_key_of_a_job_does_not_show_the_secret() -> None:
    assert job_key(b"s" * 32, "JOB1") != job_key(b"s" * 32, "JOB2") != b"s" * 32


def test_a_name_that_could_not_be_printed_whole_is_expected_with_its_mark(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    jobs = [job(forms["inkan_toroku"], {**sample("family"), "subject.name": "葛\U000e0100城　一"})]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    quiet = replace(rendered, problems=())
    with pytest.raises(VerificationFailed):
        verify(rendered.pdf, expected_documents(jobs, quiet))


def test_copies_are_marked_and_verified(fonts: FontStack, forms: dict[str, FormDefinition]) -> None:
    jobs = [FormJob(forms["inkan_toroku"], sample("family"), identity(marks=(REPRINT,)), 2)]
    rendered = render_set(jobs, fonts)
    verify(rendered.pdf, expected_documents(jobs, rendered))
    first, second = (page.own for page in read_pages(rendered.pdf))
    assert REPRINT in first and COPY not in first
    assert REPRINT in second and COPY in second


def test_the_reader_of_the_gate_sees_what_poppler_sees(order: Order) -> None:
    _, rendered = order
    for number, page in enumerate(read_pages(rendered.pdf), 1):
        seen = poppler_text(rendered.pdf, "-raw", "-f", str(number), "-l", str(number))
        assert sorted(bare("".join(page.blocks))) == sorted(bare(seen))


@pytest.mark.parametrize(
    ("form", "rows", "key"),
    [("shomei_kofu", "certificates", "person"), ("tetsuzuki_annai", "procedures", "people")],
)
def test_every_name_in_a_list_is_looked_for(
    fonts: FontStack, forms: dict[str, FormDefinition], form: str, rows: str, key: str
) -> None:
    """Whose certificate it is, and whom a procedure of the guide concerns, also where nobody else of the page has that name."""
    values = sample("family")
    values[rows] = [{**row, key: "別人　花子"} for row in values[rows]]
    jobs = [job(forms[form], values)]
    (document,) = expected_documents(jobs, render_set(jobs, fonts))
    assert "別人　花子" in document.names


SIGNED = {
    "visitor.signature": [[100, 100, 300, 120], [400, 60, 405, 200]],
    "visitor.signed_at": "画面で署名　令和8年",
}


def test_a_signature_is_on_its_page_as_it_was_written_and_on_no_other(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    def printed(signed: dict[str, Any]) -> Order:
        jobs = [
            job(forms[code], {**sample("single"), **signed}, code) for code in ("jumin_ido", "koza_furikae")
        ]
        return jobs, render_set(jobs, fonts)

    plain, signed = printed({}), printed(SIGNED)
    other = printed({**SIGNED, "visitor.signature": [[100, 100, 300, 121], [400, 60, 405, 200]]})
    for jobs, rendered in (plain, signed):
        verify(rendered.pdf, expected_documents(jobs, rendered))
    assert [len(page.signed) for page in read_pages(signed[1].pdf)] == [1, 0], (
        "a form without its place has none"
    )
    for wrong in (plain, other):
        rendered = replace(signed[1], pdf=wrong[1].pdf)
        with pytest.raises(VerificationFailed):
            verify(rendered.pdf, expected_documents(signed[0], rendered))
    unsigned = pages_without(signed[1].pdf, b"/Signature BMC", b"EMC")
    with pytest.raises(VerificationFailed, match="signature"):
        verify(unsigned, expected_documents(signed[0], signed[1]))
    with pytest.raises(VerificationFailed):
        verify(signed[1].pdf, expected_documents(plain[0], replace(plain[1], pdf=signed[1].pdf)))


def pages_without(pdf: bytes, begin: bytes, end: bytes) -> bytes:
    """The file with what stands between two marks taken out of its pages."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    for page in writer.pages:
        content = page.get_contents()
        assert content is not None
        data = content.get_data()
        if begin in data:
            data = data[: data.index(begin)] + data[data.index(end) + len(end) :]
        stream = DecodedStreamObject()
        stream.set_data(data)
        page[NameObject("/Contents")] = writer._add_object(stream)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
