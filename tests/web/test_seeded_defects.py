"""Seeded defects: what a careless change could do to protected persons, switched on one at a time, and each is seen.

Every probe is narrow: it looks where its defect would show, finds nothing while the code is as it is, and finds it then.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Response
from sqlalchemy import select, text

from app.data import counterparts, following, protection, sealing
from app.data import releases as stored_releases
from app.data.models.case import CasePersonRow
from app.data.models.register import PersonRow, RegisterRow
from app.domain.authority import Actor
from app.domain.disclosure import MASK
from app.domain.errors import KakanaiError, NotFound, Refused
from app.domain.person import Category
from app.extensions import db
from app.operations import cases, documents, ledger, person_view, protecting, releases, residents, stops
from app.reception import lifecycle
from app.residents import person as person_room
from tests.conftest import application, prepare_empty_template, settings_for
from tests.desk import Desk, hidden
from tests.integration import small_city as city
from tests.stores import SqliteStore
from tests.web.place import Place, everything_kept
from tests.web.sentinels import FIRM, MOTHER, NEIGHBOUR

pytestmark = pytest.mark.sqlite
GUARDIAN = Actor("demo-counter", "見本", "main", "市民課", frozenset({"counter", "guardian"}))
Patch = pytest.MonkeyPatch
RESIDENTS = ("001o901", "001o902", "001o009")
"""The files of who lives here and whom a measure protects."""


@pytest.fixture(scope="module")
def place(sqlite_store: SqliteStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One city for all probes: each leaves it as the next may find it."""
    folder = tmp_path_factory.mktemp("seeded")
    prepare_empty_template(sqlite_store, folder)
    for app in application(sqlite_store, "empty", lambda url: settings_for(folder / "instance", url)):
        found = Place(app, sqlite_store, folder).prepare()
        assert found.run("feed", "import", str(found.feeds)) == 0
        yield found
        renderer = app.extensions.get("kakanai_renderer")
        if renderer is not None:
            renderer.close()


def secret(place: Place, start: str = "秘") -> str:
    """What careless code would have got out of the vault."""
    return next(one for one in place.made.texts if one.startswith(start))


def clerk(place: Place) -> Desk:
    return place.desk("demo-counter", "main")


def answered(place: Place, look: Callable[[Desk], object]) -> bool:
    """Whether an answer to this look held anything of the protected."""
    desk, before = clerk(place), len(place.hits())
    look(desk)
    return bool(place.hits(before))


def kept(place: Place, look: Callable[[Desk], object]) -> bool:
    """Whether anything of the protected stays behind after this look; what it was is taken away again."""
    look(clerk(place))
    return any(place.made.found_in(content) for _where, content in everything_kept(place))


def page_of_the_mother(place: Place) -> Callable[[Desk], object]:
    return lambda desk: desk.get(f"/residents/{place.id_of(MOTHER)}")


def shown_carelessly(patch: Patch, place: Place, spoil: Callable[[person_view.PersonView], None]) -> None:
    whole = person_view.show

    def careless(person_id: str, *rest: Any) -> person_view.PersonView:
        view = whole(person_id, *rest)
        spoil(view)
        return view

    patch.setattr(person_view, "show", careless)


def on_a_page(patch: Patch, place: Place) -> None:
    shown_carelessly(patch, place, lambda view: object.__setattr__(view.person, "kana", secret(place)))


def in_a_title(patch: Patch, place: Place) -> None:
    patch.setitem(person_room.TITLES, Category.JAPANESE, secret(place))


def in_a_header(patch: Patch, place: Place) -> None:
    def add(response: Response) -> Response:
        response.headers["X-Where"] = secret(place, "Zq")
        return response

    patch.setitem(place.app.after_request_funcs, None, [*place.app.after_request_funcs[None], add])


def in_an_error(patch: Patch, place: Place) -> None:
    def refuse(*_args: object) -> None:
        raise NotFound(f"{secret(place)}には誰もいません。")

    patch.setattr(person_view, "show", refuse)


def in_a_redirect(patch: Patch, place: Place) -> None:
    forward = lifecycle.go
    patch.setattr(lifecycle, "go", lambda address: forward(f"{address}?near={secret(place, 'Zq')}"))


def in_the_export(patch: Patch, place: Place) -> None:
    lines = ledger.export

    def careless(*args: Any, **kwargs: Any) -> Any:
        return tuple(replace(line, name=secret(place)) for line in lines(*args, **kwargs))

    patch.setattr(ledger, "export", careless)


def in_a_pdf(patch: Patch, place: Place) -> None:
    honest = documents.open_document

    def careless(*args: Any) -> bytes:
        writer = pypdf.PdfWriter(io.BytesIO(honest(*args)))
        writer.add_metadata({"/Title": secret(place)})
        changed = io.BytesIO()
        writer.write(changed)
        return changed.getvalue()

    patch.setattr(documents, "open_document", careless)


def in_the_log(patch: Patch, place: Place) -> None:
    shown_carelessly(patch, place, lambda _view: logging.getLogger("kakanai").warning(secret(place)))


def in_the_operation_log(patch: Patch, place: Place) -> None:
    record = person_view.audit.record

    def careless(action: str, **known: Any) -> None:
        record(action, **known | {"detail": {"where": secret(place)}})

    patch.setattr(person_view.audit, "record", careless)


def in_a_file(patch: Patch, place: Place) -> None:
    def write(_view: object) -> None:
        (place.folder / "instance" / "cache.txt").write_text(secret(place), encoding="utf-8")

    shown_carelessly(patch, place, write)


def in_the_case(patch: Patch, place: Place) -> None:
    honest = cases.seen
    patch.setattr(cases, "seen", lambda person: honest(person) | {"address": secret(place)})


def search_oracle(patch: Patch, place: Place) -> None:
    honest = residents.residents.search

    def careless(query: Any, disclosure: Any, start: int = 0) -> Any:
        if query.text == secret(place):
            query = residents.parse_query("避難和子", today=residents.today_in_japan())
        return honest(query, disclosure, start)

    patch.setattr(residents.residents, "search", careless)


def flag_ignored_in_a_case(patch: Patch, place: Place) -> None:
    patch.setattr(stops, "list_guarded", lambda *_args: frozenset())
    patch.setattr(cases, "list_held", lambda *_args: frozenset())


def counterpart_ignored(patch: Patch, place: Place) -> None:
    patch.setattr(counterparts, "is_named", lambda _names: False)


def own_release_allowed(patch: Patch, place: Place) -> None:
    patch.setattr(releases, "OWN", "")
    patch.setattr(stored_releases, "get_asked", lambda _one: type("Asked", (), {"asked_by": "somebody else"}))


def cases_not_emptied(patch: Patch, place: Place) -> None:
    patch.setattr(protection, "withdraw_from_cases", lambda *_args: None)


def search_of(place: Place, query: str) -> Callable[[Desk], object]:
    return lambda desk: desk.post("/residents/search", query=query)


def probe_export(place: Place) -> bool:
    desk, before = place.desk("demo-reviewer", "main"), len(place.hits())
    assert desk.post("/history/csv").status_code == 200
    return bool(place.hits(before))


def probe_pdf(place: Place) -> bool:
    def look(desk: Desk) -> None:
        case = desk.open_case(place.id_of(NEIGHBOUR))
        desk.identify(case)
        desk.choose(case, "certificate")
        person = hidden(desk.see(case), "person")
        desk.post(f"/cases/{case}/certificates", version=desk.version(case), quick="j1", person=person)
        assert desk.issue(case, part="details").status_code == 303
        assert desk.get(desk.document(case)).status_code == 200

    return answered(place, look)


def probe_log(place: Place) -> bool:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    try:
        page_of_the_mother(place)(clerk(place))
    finally:
        logging.getLogger().removeHandler(handler)
    return bool(place.made.found_in(said.getvalue()))


def probe_oracle(place: Place) -> bool:
    place.client_class.typed = secret(place)
    answer = clerk(place).post("/residents/search", query=secret(place))
    place.client_class.typed = ""
    return "避難" in answer.text


def probe_case(place: Place) -> bool:
    desk = clerk(place)
    return "先へ進めません" not in desk.see(desk.open_case(place.id_of(MOTHER))).text


def probe_counterpart(place: Place) -> bool:
    with place.app.app_context():
        row = db.session.scalars(select(RegisterRow).where(RegisterRow.data_set == "01c")).first()
        assert row is not None
        forms = protecting.provisional.load_forms(db.session.connection())
        values = forms.unpack(row.form, row.payload) | {"kagaishashimei": "小野武"}
        row.payload = forms.pack(row.form, values)
        db.session.commit()
    desk = clerk(place)
    return "取扱注意" not in desk.see(desk.open_case(place.id_of(6))).text


def probe_own_release(place: Place) -> bool:
    desk = clerk(place)
    case = desk.open_case(place.id_of(FIRM))
    with place.app.app_context():
        releases.ask(case, GUARDIAN, "self")
        waiting = [one for one in stored_releases.list_waiting() if one.case_id == case]
        try:
            releases.decide(waiting[0].id, GUARDIAN, allowed=False, password="wrong", terminal="probe")
        except KakanaiError as refusal:
            return not (isinstance(refusal, Refused) and "自分が依頼した解除" in refusal.message)
    return True


@dataclass
class Flagged:
    """Somebody new each time: a flag set by hand stays."""

    serials: Iterator[int]

    def __call__(self, place: Place) -> bool:
        number = city.number(next(self.serials))
        with place.app.app_context():
            identity = db.session.scalars(select(PersonRow.id).where(PersonRow.number == number)).one()
            db.session.rollback()
        clerk(place).open_case(identity)
        with place.app.app_context():
            protecting.protect(identity, GUARDIAN)
            seen = db.session.scalars(
                select(CasePersonRow.seen).where(CasePersonRow.person_number == number)
            ).all()
            found = db.session.scalars(
                text("SELECT town FROM person WHERE number = :number"), {"number": number}
            ).one()
            db.session.rollback()
        assert seen and found == MASK
        return any("中央" in str(one["address"]) for one in seen)


DEFECTS: dict[str, tuple[Callable[[Patch, Place], None], Callable[[Place], bool]]] = {
    "on a page": (on_a_page, lambda place: answered(place, page_of_the_mother(place))),
    "in a title": (in_a_title, lambda place: answered(place, page_of_the_mother(place))),
    "in a header": (in_a_header, lambda place: answered(place, lambda desk: desk.get("/"))),
    "in an error": (in_an_error, lambda place: answered(place, page_of_the_mother(place))),
    "in a redirect": (
        in_a_redirect,
        lambda place: answered(
            place, lambda desk: desk.post(f"/cases/{desk.open_case(place.id_of(MOTHER))}/stop")
        ),
    ),
    "in the export": (in_the_export, probe_export),
    "in a PDF": (in_a_pdf, probe_pdf),
    "in the log": (in_the_log, probe_log),
    "search oracle": (search_oracle, probe_oracle),
    "flag ignored in a case": (flag_ignored_in_a_case, probe_case),
    "counterpart ignored": (counterpart_ignored, probe_counterpart),
    "own release allowed": (own_release_allowed, probe_own_release),
    "cases not emptied": (cases_not_emptied, Flagged(iter((5, 7)))),
    "in a file": (in_a_file, lambda place: kept(place, page_of_the_mother(place))),
    "in the case": (
        in_the_case, lambda place: kept(place, lambda desk: desk.open_case(place.id_of(MOTHER)))
    ),
    "in the operation log": (in_the_operation_log, lambda place: kept(place, page_of_the_mother(place))),
}  # fmt: skip
"""Those that stay behind come last, and what they left is taken away."""


@pytest.mark.parametrize("name", DEFECTS)
def test_a_seeded_defect_is_seen(place: Place, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil, probe = DEFECTS[name]
    assert not probe(place), "the probe finds something although nothing is wrong"
    spoil(monkeypatch, place)
    assert probe(place), "the defect is not seen"
    monkeypatch.undo()
    if name == "in a file":
        (place.folder / "instance" / "cache.txt").unlink()
    if name == "in the case":
        with place.app.app_context():
            db.session.execute(text("DELETE FROM case_person"))
            db.session.commit()


def household_forgotten(patch: Patch) -> None:
    patch.setattr(following, "list_followers", lambda *_args: {})


def town_kept(patch: Patch) -> None:
    honest = sealing.mask

    def careless(values: Any, columns: sealing.Withheld) -> sealing.Masked:
        masked = honest(values, columns)
        return sealing.Masked(
            masked.values | {"jusho_choaza": values.get("jusho_choaza", "")}, masked.withheld
        )

    patch.setattr(sealing, "mask", careless)


def nothing_masked(patch: Patch) -> None:
    patch.setattr(sealing, "mask", lambda values, _columns: sealing.Masked(dict(values), None))


@pytest.mark.parametrize("spoil", [household_forgotten, town_kept, nothing_masked])
def test_a_defect_of_the_import_is_seen(
    sqlite_store: SqliteStore, tmp_path: Path, spoil: Callable[[Patch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep over a clean import says that nothing is found without the defect."""
    prepare_empty_template(sqlite_store, tmp_path)
    spoil(monkeypatch)
    for app in application(sqlite_store, "empty", lambda url: settings_for(tmp_path / "instance", url)):
        found = Place(app, sqlite_store, tmp_path)
        few = [path for path in found.feeds.glob("*.csv") if any(one in path.name for one in RESIDENTS)]
        assert found.run("feed", "import", *map(str, few)) == 0
        assert any(found.made.found_in(content) for _where, content in everything_kept(found))
