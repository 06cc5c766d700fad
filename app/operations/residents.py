"""Finding persons of the register (宛名検索); each search is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.data import gaiji, residents, towns
from app.domain.authority import Actor
from app.domain.card import Reading
from app.domain.dates import today_in_japan
from app.domain.detailed_query import parse_details
from app.domain.person import SearchPage
from app.domain.query import parse_query
from app.domain.search import Query
from app.operations import searches

_EMPTY = SearchPage((), 0, None, False)
_TOO_SHORT = "もう少し入力してください。例: 高橋太郎、タカハシ、S40.1.2"


@dataclass(frozen=True)
class Found:
    """What a search found; ``problem`` (Japanese) says why nothing was searched."""

    page: SearchPage
    problem: str | None = None
    query: Query | None = None


def find(
    text: str, actor: Actor, today: date | None = None, *, start: int = 0, settled: bool = True
) -> Found:
    """Search by whatever was typed into the one box; ``start`` is the ``next`` of the page before.

    What was typed is kept in the log, encrypted, when it has ``settled``: until then it may be the beginning of more.
    """
    query = parse_query(gaiji.plain_text(text), today=today or today_in_japan(), own_city=towns.own_city())
    if query.problem or query.too_short:
        return Found(_EMPTY, query.problem or (_TOO_SHORT if text.strip() else None))
    return _ask(query, actor, start, settled)


def find_by_reading(reading: Reading, actor: Actor) -> tuple[Found, str]:
    """Whoever a card that was read may belong to, and the text that was searched for: its name with the birth date, then,
    where nobody bears it, the birth date alone. A card without a name is found by the birth date, one without both by its address.
    """
    birth = reading.birth
    day = (
        f"{birth.year}-{birth.month:02}-{birth.day:02}"
        if birth and birth.year and birth.month and birth.day
        else ""
    )
    texts = [
        " ".join(part for part in (reading.values.get("name", "").replace("\u3000", ""), day) if part),
        day,
        # A residence card of the first kind says neither; its back may say the address.
        "" if day else reading.values.get("address", ""),
    ]
    found = Found(_EMPTY, "カードから氏名と生年月日を読み取れませんでした。宛名検索で探してください。")
    for text in dict.fromkeys(text for text in texts if text):
        found = find(text, actor)
        if found.page.hits or found.problem:
            return found, text
    return found, next((text for text in texts if text), "")


def find_by_details(
    form: Mapping[str, str], actor: Actor, today: date | None = None, *, start: int = 0
) -> tuple[Found, dict[str, str]]:
    """Search by the fields of the detailed search (A-02); second, what is wrong with them, by field."""
    plain = {name: gaiji.plain_text(value) for name, value in form.items()}
    asked = parse_details(plain, today=today or today_in_japan(), own_city=towns.own_city())
    if asked.errors:
        return Found(_EMPTY), asked.errors
    return _ask(asked.query, actor, start, settled=True), {}


def _ask(query: Query, actor: Actor, start: int, settled: bool) -> Found:
    if limit := searches.limit_reached(actor):
        return Found(_EMPTY, limit)
    page = residents.search(query, actor.disclosure("search"), start)
    # Nothing is shown unless its record is stored; searching itself needs no lock.
    detail = {"hits": page.total, "more": page.too_many, "by": sorted(query.by), "from": start}
    searches.note(actor, detail, query.text, settled=settled)
    return Found(page, query=query)
