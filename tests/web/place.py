"""The city of the sentinels on a database of its own, a browser that reads every answer for them, and all that stays behind."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text
from werkzeug.test import TestResponse

from app.config import PROJECT_ROOT
from app.data.models.register import PersonRow
from app.extensions import db
from tests.client import ORIGIN, Client
from tests.conftest import DEMO_PASSWORD
from tests.desk import Desk
from tests.integration import small_city as city
from tests.stores import SqliteStore, Store
from tests.web import sentinels
from tests.web.sentinels import Sentinels


class Watching(Client):
    """Reads every answer for sentinels: status line, headers, body, and what is inside a PDF."""

    made: Sentinels
    hits: list[str]
    answers: int = 0
    typed: str = ""
    """What was typed into the search box: it comes back in it, and tells the clerk nothing that she does not know."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if not args or isinstance(args[0], str):
            kwargs.setdefault("base_url", ORIGIN)
        # The house's other rules are judged elsewhere; thousands of pages are only read here.
        answer = FlaskClient.open(self, *args, **{"buffered": True, **kwargs})
        type(self).answers += 1
        seen = [str(answer.headers), answer.request.path, answer.data]
        if answer.mimetype == "application/pdf":
            seen += list(_inside(answer.data))
        elif answer.mimetype == "application/zip":
            with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
                seen += [packed.read(name) for name in packed.namelist()]
        for part in seen:
            found = [hit for hit in self.made.found_in(part) if hit != self.typed]
            self.hits.extend(f"{answer.request.path}: {hit}" for hit in found)
        return answer


def _inside(pdf: bytes) -> Iterator[str | bytes]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    yield repr(reader.metadata)
    yield from (page.extract_text() for page in reader.pages)
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            yield stream


class Place:
    """The city of the sentinels on one database, and everything that was said about it."""

    def __init__(self, app: Flask, store: Store, folder: Path) -> None:
        self.app, self.store, self.folder = app, store, folder
        self.feeds = folder / "feeds"
        self.made = sentinels.write(self.feeds)
        self.said: list[str] = []
        app.test_client_class = type("Reader", (Watching,), {"made": self.made, "hits": [], "answers": 0})

    @property
    def client_class(self) -> type[Watching]:
        found = self.app.test_client_class
        assert found is not None and issubclass(found, Watching)
        return found

    def prepare(self) -> Place:
        """The content and the staff; nobody lives here yet."""
        assert self.run("content", "load", str(PROJECT_ROOT / "app" / "content")) == 0
        assert self.run("staff", "demo") == 0
        return self

    def hits(self, before: int = 0) -> list[str]:
        """What of the protected was answered, from the hit with this number on."""
        return self.client_class.hits[before:]

    def run(self, *command: str) -> int:
        runner = self.app.test_cli_runner(env={"KAKANAI_DEMO_PASSWORD": DEMO_PASSWORD})
        result = runner.invoke(args=list(command))
        self.said += [result.output, repr(result.exception)]
        return result.exit_code

    def desk(self, staff: str, counter: str) -> Desk:
        client = self.app.test_client()
        assert isinstance(client, Watching)
        return Desk(client).sign_in(staff, counter)

    def id_of(self, serial: int) -> str:
        with self.app.app_context():
            found = db.session.scalars(
                select(PersonRow.id).where(PersonRow.number == city.number(serial))
            ).one()
            db.session.rollback()
        return found


def everything_kept(place: Place) -> Iterator[tuple[str, str | bytes]]:
    """(where, content) of all that stays when the day is over; the vault's ciphertext is read as it is."""
    with place.app.app_context():
        for table in inspect(db.engine).get_table_names():
            columns = "data_set, row_key, person_number" if table == "vault_entry" else "*"
            for row in db.session.execute(text(f'SELECT {columns} FROM "{table}"')):
                yield table, repr(tuple(row))
        url = str(db.engine.url)
        db.session.rollback()
    if isinstance(place.store, SqliteStore):
        path = Path(url.removeprefix("sqlite:///"))
        yield from ((beside.name, beside.read_bytes()) for beside in path.parent.glob(f"{path.name}*"))
    for folder in ("instance", "temporary"):
        for path in (place.folder / folder).rglob("*"):
            if path.is_file():
                yield f"{folder}/{path.name}", path.read_bytes()
    for number, said in enumerate(place.said):
        yield f"command {number}", said
