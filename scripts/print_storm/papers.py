"""Looking at a paper as somebody outside would: read by poppler, page by page, and compared with what was asked for.

It shares no code with the gate of the product, so that a fault of the gate is not a fault of the storm too.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from print_storm.people import marks_in

FOREIGN, MISSING, EXTRA = "foreign", "missing", "extra"


@dataclass(frozen=True)
class Asked:
    """What a paper must be: of this reception and document, of so many pages, about these persons; ``must`` are on it."""

    number: str
    identity: str
    pages: int
    allowed: frozenset[str]
    must: frozenset[str]


def faults_of(pdf: bytes, asked: Asked) -> list[str]:
    """What is wrong with a paper, each beginning with its class; nothing when every page is the right one."""
    pages = _read(pdf)
    if pages is None:
        return [f"{FOREIGN}: the answer is no PDF"]
    shown = [marks_in(page) for page in pages]
    wrong = [
        f"{FOREIGN}: page {at} shows somebody else"
        for at, marks in enumerate(shown, 1)
        if marks - asked.allowed
    ]
    lacking = asked.must - frozenset().union(*shown)
    if lacking:
        wrong.append(f"{MISSING}: {len(lacking)} persons are on no page")
    if len(pages) != asked.pages:
        kind = MISSING if len(pages) < asked.pages else EXTRA
        wrong.append(f"{kind}: {len(pages)} pages instead of {asked.pages}")
    return wrong + _check_order(pages, asked)


def _check_order(pages: list[str], asked: Asked) -> list[str]:
    """Every page has one identity, of this document; the pages of each paper come as 1/N to N/N, none of them twice."""
    start = re.escape(asked.number + asked.identity)
    identity = re.compile(rf"{start}-\d+\|(\d+)/(\d+)\|([A-Z2-7]{{16}})")
    tokens: set[str] = set()
    last, count = 0, 0
    for at, page in enumerate(pages, 1):
        found = identity.findall(page)
        if len(found) != 1:
            return [f"{FOREIGN}: page {at} does not bear the identity of this document"]
        number, pages_said, token = int(found[0][0]), int(found[0][1]), found[0][2]
        if (number, pages_said) != ((last + 1, count) if last < count else (1, pages_said)):
            return [f"{MISSING}: page {at} is {number}/{pages_said} after {last}/{count}"]
        if token in tokens:
            return [f"{EXTRA}: page {at} was there already"]
        tokens.add(token)
        last, count = number, pages_said
    return [] if last == count else [f"{MISSING}: the last paper ends with {last}/{count}"]


def _read(pdf: bytes) -> list[str] | None:
    """The text of each page without white space; the parts of an identity line stay apart."""
    if not pdf.startswith(b"%PDF"):
        return None
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True)
    if done.returncode:
        return None
    pages = done.stdout.decode().split("\f")[:-1]
    return ["".join(_kept(line) for line in page.splitlines()) for page in pages]


def _kept(line: str) -> str:
    found = re.fullmatch(r"\s*(R\d+-\d{2}-\d{6}-\d) +(\S+-\d+) +(\d+/\d+) +([A-Z2-7]{16})\s*", line)
    return "{}{}|{}|{}".format(*found.groups()) if found else "".join(line.split())
