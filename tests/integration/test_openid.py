"""The city's own sign-in page (OpenID Connect): who comes back from it, who does not, and proof in place of the password."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select, update

from app.data.models.audit import AuditRow
from app.data.models.base import utc_now
from app.data.models.staff import SessionRow, StaffRow
from app.domain.dates import today_in_japan
from app.extensions import db
from tests.client import ORIGIN
from tests.conftest import DEMO_PASSWORD, new_client
from tests.desk import Answer, Desk, hidden
from tests.integration.served import looked_up
from tests.integration.test_second_factor import add_app
from tests.integration.test_sessions import new_desk
from tests.openid_provider import CLIENT, SECRET, Provider, openid_provider, sent_back

LOCAL, TAX, CARE = "demo-admin", "demo-tax", "demo-care"
BACK = "/login/provider/back"


@pytest.fixture
def provider(served_city: Flask, tmp_path: Path) -> Iterator[Provider]:
    """The city's provider; who signs in there is ``provider.person``, as the city writes him."""
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="ascii")
    with openid_provider() as server:
        served_city.config["KAKANAI"] = replace(
            served_city.config["KAKANAI"], openid_issuer=server.issuer, openid_client=CLIENT,
            openid_secret_file=str(tmp_path / "secret"), openid_return=ORIGIN + BACK, openid_user="{id}@city.local",
            directory_local_accounts=(LOCAL,),
        )  # fmt: skip
        server.person = f"{TAX}@city.local"
        yield server


def refreshed(answer: Answer) -> str:
    """Where a page leads on to by itself."""
    assert answer.status_code == 200, answer.text
    return str(answer.headers["Refresh"]).removeprefix("0;url=")


def leave(desk: Desk, counter: str = "tax") -> str:
    """From the sign-in page to the provider; the address it sends the browser back to."""
    desk.token = hidden(desk.browser.get("/login"), "csrf_token")
    return sent_back(refreshed(desk.post("/login/provider", counter=counter)))


def come_back(desk: Desk, address: str, **changed: str) -> Answer:
    """The page at the address the provider named, and the form it sends on by itself."""
    page = desk.browser.get(address.removeprefix(ORIGIN))
    desk.token = hidden(page, "csrf_token")
    sent = {name: hidden(page, name) for name in ("code", "state", "error")}
    return desk.post(BACK, **sent | changed)


def sign_in(app: Flask, terminal: str = "10.0.0.1", counter: str = "tax") -> tuple[Desk, Answer]:
    desk = new_desk(app, terminal)
    return desk, come_back(desk, leave(desk, counter))


def is_in(desk: Desk) -> bool:
    return bool(desk.browser.get("/").status_code == 200)


def prove(desk: Desk) -> Answer:
    return come_back(desk, sent_back(refreshed(desk.get("/login/provider/again"))))


def events(app: Flask, *actions: str) -> list[str]:
    query = select(AuditRow.action).where(AuditRow.action.in_(actions)).order_by(AuditRow.id)
    return looked_up(app, lambda: list(db.session.scalars(query)))


def set_account(app: Flask, staff: str, **values: Any) -> None:
    with app.app_context():
        db.session.execute(update(StaffRow).where(StaffRow.id == staff).values(**values))
        db.session.commit()


def test_the_provider_says_who_it_is_and_the_account_what_he_may(
    served_city: Flask, provider: Provider
) -> None:
    app = served_city
    desk, answer = sign_in(app)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/") and is_in(desk)
    asked = provider.asked[-1]
    assert (asked["redirect_uri"], asked["prompt"], asked["max_age"]) == (ORIGIN + BACK, "login", "60")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    other, _answer = sign_in(app, "10.0.0.2")
    assert is_in(other) and not is_in(desk), "one session a person"
    local = new_desk(app, "10.0.0.3")
    assert local.try_sign_in(TAX, "tax", DEMO_PASSWORD).status_code == 422, (
        "the password kept here opens nothing"
    )
    assert local.try_sign_in(LOCAL, "information", DEMO_PASSWORD).status_code == 303, "but those kept for it"
    refused: dict[str, dict[str, Any]] = {
        "somebody without an account": {"person": "nobody-01@city.local"},
        "somebody of another town": {"person": f"{TAX}@town.local"},
        "one who has a password here": {"person": f"{LOCAL}@city.local", "counter": "information"},
        "not his counter": {"counter": "main"},
        "not yet": {"valid_from": today_in_japan() + timedelta(days=1)},
        "no longer": {
            "valid_from": today_in_japan() - timedelta(days=9),
            "valid_to": today_in_japan() - timedelta(days=1),
        },
        "stopped": {"valid_to": None, "disabled": True},
    }
    for number, (case, change) in enumerate(refused.items()):
        given = dict(change)
        provider.person = given.pop("person", f"{TAX}@city.local")
        counter = given.pop("counter", "tax")
        if given:
            set_account(app, TAX, **given)
        desk, answer = sign_in(app, f"10.0.1.{number}", counter)
        assert answer.status_code == 422 and "この製品にはログインできません" in answer.text, case
        assert not is_in(desk), case
    assert not is_in(other), "whoever is stopped is out at once"
    assert len(events(app, "session.refused")) == len(refused) + 1


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_wrong_answer_opens_nothing(served_city: Flask, provider: Provider) -> None:
    app, other_key = served_city, ec.generate_private_key(ec.SECP256R1())

    def unsigned(claims: dict[str, Any]) -> str:
        head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "ec"}).encode()).rstrip(b"=")
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
        return f"{head.decode()}.{body.decode()}."

    public = provider.keys()["keys"][0]["x"]
    signed_by: list[Callable[[dict[str, Any]], str]] = [
        unsigned,
        lambda claims: jwt.encode(claims, other_key, "ES256", headers={"kid": "ec"}),
        lambda claims: jwt.encode(claims, other_key, "ES256", headers={"kid": "unknown"}),
        lambda claims: jwt.encode(claims, str(public), "HS256", headers={"kid": "ec"}),
        lambda claims: jwt.encode(claims, provider.rsa_key, "RS512", headers={"kid": "rsa"}),
        lambda claims: provider.signed(claims)[:-4],
        lambda claims: "no token at all",
    ]
    now = int(utc_now().timestamp())
    claimed: list[dict[str, Any]] = [
        {"nonce": "of another trip"}, {"nonce": None}, {"aud": "another"}, {"aud": [CLIENT, "another"]},
        {"azp": "another"}, {"iss": "http://localhost:1/city"}, {"sub": None},
        {"auth_time": now - 40}, {"auth_time": "now"}, {"auth_time": None}, {"iat": str(now)},
    ]  # fmt: skip
    clocks = [{"exp": now - 120}, {"iat": now + 600}]
    desk = new_desk(app)
    for sign in signed_by:
        provider.sign = sign
        answer = come_back(desk, leave(desk))
        assert answer.status_code == 422 and "確認できなかった" in answer.text
    provider.sign = provider.signed
    for change in [*claimed, *clocks]:
        provider.bend = lambda claims, change=change: [  # type: ignore[misc]
            claims.pop(name) if value is None else claims.update({name: value})
            for name, value in change.items()
        ]
        answer = come_back(desk, leave(desk))
        assert answer.status_code == 422, change
        assert ("時計" if change in clocks else "確認できなかった") in answer.text, change
    assert not is_in(desk)
    assert events(app, "session.refused") == [], "nobody is known who was wrong"
    assert len(events(app, "session.provider_refused")) == len([*signed_by, *claimed, *clocks])
    provider.bend = lambda claims: None
    provider.sign = lambda claims: jwt.encode(claims, provider.rsa_key, "RS256", headers={"kid": "rsa"})
    assert come_back(desk, leave(desk)).status_code == 303, "the other key of the provider"


def test_a_trip_belongs_to_one_browser_and_ends(served_city: Flask, provider: Provider) -> None:
    app = served_city
    desk, other = new_desk(app), new_desk(app, "10.0.0.2")
    address = leave(desk)
    leave(other)
    assert "途中ではない" in come_back(other, address).text, "an address put before another browser"
    stranger = new_client(app)
    first = stranger.get(address.removeprefix(ORIGIN))
    assert "Set-Cookie" not in first.headers, "the browser's own cookie stays"
    assert "別のブラウザー" in stranger.get(refreshed(first)).text
    # Both keep what the refusal gave them; the trip of the first is still its own.
    assert come_back(desk, address).status_code == 303
    assert desk.browser.get(address.removeprefix(ORIGIN)).headers["Location"] == "/", (
        "gone back to by its owner"
    )
    desk.token = hidden(desk.browser.get("/me"), "csrf_token")
    sent = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert desk.post(BACK, **sent).status_code == 422, "the same answer once more"
    assert is_in(desk)
    for change in ({"state": "bent"}, {"state": ""}, {"code": "guessed"}, {"code": ""}):
        late = new_desk(app, "10.0.0.3")
        assert come_back(late, leave(late), **change).status_code == 422, change
        assert not is_in(late)
    provider.person = None
    denied = new_desk(app, "10.0.0.4")
    assert "取り消されました" in come_back(denied, leave(denied)).text
    forged = new_desk(app, "10.0.0.5")
    asked = parse_qs(urlsplit(leave(forged)).query)
    answer = new_client(app).post(BACK, data={"state": asked["state"][0], "code": "x"})
    assert answer.status_code == 403, "without the token of a page of ours"


FAULTS: dict[str, dict[str, Any]] = {
    "gone": {"openid_issuer": "http://127.0.0.1:9/city"},
    "broken": {},
    "elsewhere": {"authorization_endpoint": "https://elsewhere.example/authorize"},
    "another issuer": {"issuer": "https://elsewhere.example"},
}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_provider_that_does_not_answer_says_so_and_the_account_for_that_day_works(
    served_city: Flask, provider: Provider, tmp_path: Path
) -> None:
    app = served_city
    right = app.config["KAKANAI"]
    desk, _answer = sign_in(app)
    late = new_desk(app, "10.0.0.2")
    address = leave(late)
    (tmp_path / "secret").write_text("changed there", encoding="ascii")
    answers = [come_back(late, address)]
    for fault, change in FAULTS.items():
        app.config["KAKANAI"] = replace(right, **change) if fault == "gone" else right
        provider.broken, provider.known = fault == "broken", {} if fault == "gone" else change
        late.token = hidden(late.browser.get("/login"), "csrf_token")
        answers.append(late.post("/login/provider", counter="tax"))
        again = desk.browser.get("/login/provider/again")
        assert again.status_code == 422 and "もう一度確かめる" in again.text, fault
        assert is_in(desk), "who is signed in goes on"
    for answer in answers:
        assert answer.status_code == 422 and "市の認証基盤に接続できない" in answer.text
    noted = events(app, "session.directory_unreachable", "session.refused")
    assert noted == ["session.directory_unreachable"] * (1 + 2 * len(FAULTS))
    admin = new_desk(app, "10.0.0.9")
    assert admin.try_sign_in(LOCAL, "information", DEMO_PASSWORD).status_code == 303
    app.config["KAKANAI"] = replace(right, openid_issuer="")
    for page in (BACK, "/login/provider/again"):
        assert desk.browser.get(page).headers["Location"] == "/login", "a city without a provider"
    desk.token = hidden(desk.browser.get("/me"), "csrf_token")
    assert desk.post(BACK).status_code == desk.post("/login/provider").status_code == 404


def test_the_second_factor_and_the_lock_hold_as_with_a_password(
    served_city: Flask, provider: Provider
) -> None:
    app = served_city
    desk, _answer = sign_in(app)
    desk.token = hidden(desk.browser.get("/me"), "csrf_token")
    add_app(desk)
    half, answer = sign_in(app, "10.0.0.2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/second")
    assert not is_in(half) and is_in(desk)
    set_account(app, TAX, must_unlock=True)
    assert sign_in(app, "10.0.0.3")[1].status_code == 422


def test_proof_at_the_provider_takes_the_place_of_the_password(
    served_city: Flask, provider: Provider
) -> None:
    app = served_city
    provider.person = "demo-reviewer@city.local"
    desk, _answer = sign_in(app, counter="main")
    desk.token = hidden(desk.browser.get("/me"), "csrf_token")
    with app.app_context():
        db.session.execute(update(SessionRow).values(confirmed_at=utc_now() - timedelta(hours=1)))
        db.session.commit()
    fields = {"since": "", "until": ""}
    page = desk.post("/history/csv", **fields)
    assert page.status_code == 422 and 'href="/login/provider/again"' in page.text
    assert 'type="password"' not in page.text
    own = hidden(page, "csrf_token")
    early = desk.post("/history/csv", **fields, confirm_proof="1")
    assert early.status_code == 422 and "確認がまだです" in early.text
    provider.person = f"{CARE}@city.local"
    assert "いまログインしている職員ではありません" in prove(desk).text
    desk.token = own
    assert desk.post("/history/csv", **fields, confirm_proof="1").status_code == 422, "somebody else's proof"
    provider.person = "demo-reviewer@city.local"
    assert "確認しました" in prove(desk).text
    desk.token = own
    done = desk.post("/history/csv", **fields, confirm_proof="1")
    assert (done.status_code, done.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    desk.token = hidden(desk.browser.get("/me"), "csrf_token")
    desk.browser.post("/cover", data={"csrf_token": desk.token}, headers={"X-Kakanai-Poll": "1"})  # type: ignore[call-arg]
    covered = desk.get("/")
    assert "市の認証基盤で確かめる" in covered.text
    assert desk.post("/uncover", password=DEMO_PASSWORD).status_code == 422, "the proof served once"
    assert "確認しました" in prove(desk).text
    assert desk.post("/uncover").status_code == 303 and is_in(desk)
    proofs = events(app, "session.proved", "session.confirmed", "session.uncovered")
    assert proofs == ["session.proved", "session.confirmed", "session.proved", "session.uncovered"]
