"""A few screens made of the product's own frame, with a slow server behind them that writes down what it gets."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, make_response, redirect, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.wrappers import Response as BaseResponse

from app.config import PROJECT_ROOT
from app.web.pages import Action, Page, Shell
from app.web.security import init_security

SLOW = 0.25
SHELL = Shell(
    product="書かない窓口", city="架空市", demo=True, signed_in=True, csrf_token="token", form_token="0" * 32,
    staff_name="見本 花子", counter="c", counter_name="市民課", cover_after=300, idle_limit=1800,
)  # fmt: skip
GUIDE = Action("ガイダンス", "F1", "drawer", "guide")
QUESTIONS = {
    "dog": "犬はいますか",
    "child": "子はいますか",
    "school": "学校へ行きますか",
    "seal": "印鑑を登録しますか",
}


@dataclass
class Received:
    """What the server was sent, in order; ``down`` makes it refuse to answer steps."""

    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self) -> None:
        with self.lock:
            self.posts.append((request.path, request.form.to_dict()))

    def sent_to(self, path: str) -> list[dict[str, str]]:
        return [form for at, form in self.posts if at == path]


def create_pages(received: Received) -> Flask:
    """The screens on the product's templates and static files, under its exact headers."""
    room = PROJECT_ROOT / "app"
    app = Flask("frame", static_folder=str(room / "static"), static_url_path="/static")
    own = Path(__file__).parent / "templates"
    app.jinja_loader = ChoiceLoader([FileSystemLoader(room / "templates"), FileSystemLoader(own)])  # type: ignore[assignment]
    init_security(app)
    _add_steps(app, received)
    _add_parts(app, received)
    return app


def show(
    template: str, title: str, actions: list[Action], status: int = 200, block: str = "app", **context: object
) -> Response:
    asked = block if request.headers.get("HX-Request") else None
    text = render_template(
        template, fragment=asked, shell=SHELL, page=Page(title), actions=actions, **context
    )
    response = make_response(text, status)
    if asked and request.method == "GET":
        response.headers["HX-Push-Url"] = request.path
    return response


def onward(label: str) -> Action:
    return Action(label, "F12", "submit", "step", primary=True, alt="Ctrl+Enter")


def _add_steps(app: Flask, received: Received) -> None:
    @app.get("/first")
    def first() -> Response:
        return show("first.html", "一つ目", [GUIDE, onward("二つ目へ")])

    @app.post("/first")
    def save_first() -> BaseResponse:
        time.sleep(SLOW)
        received.note()
        if not request.form["name"]:
            return show(
                "first.html", "一つ目", [GUIDE, onward("二つ目へ")], 422, wrong="氏名を入力してください。"
            )
        return redirect("/second", 303)

    @app.get("/second")
    def second() -> Response:
        return show("second.html", "二つ目", [GUIDE])

    @app.post("/second")
    def save_second() -> BaseResponse:
        time.sleep(SLOW)
        received.note()
        return redirect({"stop": "/stop", "questions": "/questions"}[request.form["kind"]], 303)

    @app.get("/stop")
    def stop() -> Response:
        return show("stop.html", "取扱注意", [])

    @app.post("/stopped")
    def stopped() -> BaseResponse:
        received.note()
        return redirect("/first", 303)

    @app.get("/questions")
    def questions() -> Response:
        return show("questions.html", "確認事項", [GUIDE, onward("一覧へ")], **_interview(received))

    @app.post("/questions")
    def save_questions() -> BaseResponse:
        received.note()
        return redirect("/first", 303)


def _add_parts(app: Flask, received: Received) -> None:
    @app.post("/answers")
    def answer() -> Response:
        time.sleep(SLOW)
        received.note()
        received.answers.update({key: value for key, value in request.form.items() if key in QUESTIONS})
        return show("questions.html", "確認事項", [GUIDE, onward("一覧へ")], **_interview(received))

    @app.post("/search")
    def search() -> Response:
        received.note()
        names = ["髙橋　瑞穂", "高橋　一郎"] if request.form["query"] else []
        return show("list.html", "検索", [], block="found", names=names)

    @app.get("/search")
    def search_page() -> Response:
        return show("list.html", "検索", [], names=[])

    @app.post("/towns")
    def towns() -> Response:
        received.note()
        return show(
            "list.html", "検索", [], block="towns", towns=[("1", "見本町一丁目"), ("2", "見本町二丁目")]
        )

    @app.post("/draft")
    def draft() -> tuple[str, int]:
        received.note()
        return "", 204


def _interview(received: Received) -> dict[str, object]:
    asked = [key for key in QUESTIONS if key != "school" or received.answers.get("child") == "yes"]
    return {"asked": asked, "texts": QUESTIONS, "given": received.answers}
