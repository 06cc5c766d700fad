"""The stored example households (世帯例, M-06): how they stand under a content, what each must get, new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.admin.pages import back_from
from app.domain.errors import Invalid
from app.domain.trials import TRIAL_STATE_LABELS
from app.operations import example_desk, simulator, trials, tried_content
from app.operations.example_desk import ExampleView, ExpectedRow
from app.web.access import current_actor
from app.web.pages import WHOLE, Action, Page, go, show

TITLE = "世帯例"
EXTRA_ROWS = 3
MOST_ROWS = 140


@bp.get("/admin/examples")
def examples() -> Response:
    return show_list(request.args.get("of", ""))


def show_list(source: str, block: str = WHOLE, wrong: Invalid | None = None) -> Response:
    """The list of a content, or the part of it that a running trial changes."""
    choices = tried_content.list_choices()
    found = example_desk.list_examples(source or choices[0].source)
    here = found.content.source
    actions = [back_from(here)]
    if found.standing.total and not (found.trial and found.trial.running):
        label = "もう一度確かめる" if found.standing.checked else "世帯例を確かめる"
        hidden = {"of": here}
        actions.append(
            Action(
                label,
                "F12",
                "post",
                url_for("admin.run_examples"),
                primary=True,
                alt="Ctrl+Enter",
                hidden=hidden,
            )
        )
    return show(
        "admin/examples.html", Page(TITLE), block=block, status=422 if wrong else 200, found=found, trial=found.trial,
        push=url_for("admin.examples", of=here) if request.method == "GET" else None, states=TRIAL_STATE_LABELS,
        choices=[(one.source, one.title) for one in choices], error=wrong.message if wrong else "", actions=actions,
    )  # fmt: skip


@bp.post("/admin/examples")
def run_examples() -> BaseResponse:
    """Run all examples of a content; the page goes on with it."""
    source = request.form.get("of", "")
    try:
        trials.start_examples(source, current_actor())
    except Invalid as wrong:
        return show_list(source, wrong=wrong)
    return go(url_for("admin.examples", of=source))


@bp.get("/admin/examples/<source>/<code>")
def example(source: str, code: str) -> Response:
    return _example(source, code)


@bp.post("/admin/examples/<source>/<code>")
def edit_example(source: str, code: str) -> BaseResponse:
    """What the example must get, as somebody said it line by line."""
    form = request.form
    try:
        needed = _needed(form, example_desk.show(source, code))
        example_desk.change(
            source, code, form.get("title", ""), form.get("source", ""), needed, current_actor()
        )
    except Invalid as wrong:
        return _example(source, code, wrong)
    return go(url_for("admin.example", source=source, code=code))


@bp.post("/admin/examples/<source>/<code>/retire")
def retire_example(source: str, code: str) -> BaseResponse:
    try:
        example_desk.retire(source, code, request.form.get("reason", ""), current_actor())
    except Invalid as wrong:
        return _example(source, code, wrong)
    return go(url_for("admin.examples", of=source))


def _example(source: str, code: str, wrong: Invalid | None = None) -> Response:
    view = example_desk.show(source, code)
    editable = tried_content.can_change(view.content.source, current_actor())
    actions = [Action("一覧へ戻る", "F3", "link", url_for("admin.examples", of=source))]
    if editable:
        actions.append(
            Action(
                "この一覧を正しいものとして保存する",
                "F12",
                "submit",
                "expected",
                primary=True,
                alt="Ctrl+Enter",
            )
        )
    return _form(
        view,
        wrong,
        actions,
        address=url_for("admin.edit_example", source=source, code=code),
        editable=editable,
    )


@bp.get("/admin/simulator/<invention>/example")
def store_example(invention: str) -> Response:
    return _new(invention)


@bp.post("/admin/simulator/<invention>/example")
def save_example(invention: str) -> BaseResponse:
    """Keep the simulated household as an example, with the list somebody said."""
    form = request.form
    simulated = simulator.get(invention)
    try:
        needed = _needed(form, example_desk.propose(simulated))
        words = [form.get(name, "") for name in ("code", "title", "source")]
        code = example_desk.store(simulated, words[0].strip(), words[1], words[2], needed, current_actor())
    except Invalid as wrong:
        return _new(invention, wrong)
    return go(url_for("admin.example", source=simulated.tried, code=code))


def _new(invention: str, wrong: Invalid | None = None) -> Response:
    view = example_desk.propose(simulator.get(invention))
    actions = [Action("シミュレーターへ戻る", "F3", "link", url_for("admin.simulation", invention=invention))]
    editable = tried_content.can_change(view.content.source, current_actor())
    if editable:
        actions.append(
            Action("世帯例として登録する", "F12", "submit", "expected", primary=True, alt="Ctrl+Enter")
        )
    address = url_for("admin.save_example", invention=invention)
    return _form(view, wrong, actions, address=address, editable=editable, new=True)


def _form(
    view: ExampleView,
    wrong: Invalid | None,
    actions: list[Action],
    *,
    address: str,
    editable: bool,
    new: bool = False,
) -> Response:
    form: Mapping[str, Any] = request.form if request.method == "POST" else MultiDict()
    errors = (wrong.fields or {"main": wrong.message}) if wrong else {}
    procedures = sorted(view.content.raw.procedures, key=lambda one: (one.order, one.code))
    return show(
        "admin/example.html", Page(f"{TITLE}を登録する" if new else TITLE), status=422 if wrong else 200, view=view, form=form,
        errors=errors, address=address, editable=editable, new=new, extra=EXTRA_ROWS, actions=actions,
        rows=[_typed(row, at, form) for at, row in enumerate(view.rows)],
        procedures=[(one.code, one.title) for one in procedures],
    )  # fmt: skip


def _typed(row: ExpectedRow, at: int, form: Any) -> dict[str, Any]:
    """A row as it was typed, otherwise as it stands; the persons of the engine's list are proposed where nobody said."""
    said = {True: "yes", False: "no", None: ""}[row.said]
    people = row.expected if row.expected is not None else row.got or ()
    if f"code-{at}" in form:
        said, people = form.get(f"need-{at}", ""), tuple(form.getlist(f"people-{at}"))
    return {"row": row, "said": said, "people": people}


def _needed(form: Any, view: ExampleView) -> dict[str, list[str]]:
    """What was said of each line. Raises Invalid where nothing was."""
    known = {one.code for one in view.content.raw.procedures} | {row.code for row in view.rows}
    names = [one.name for one in view.example.people]
    needed: dict[str, list[str]] = {}
    wrong: dict[str, str] = {}
    for at in range(MOST_ROWS):
        code, said = form.get(f"code-{at}", ""), form.get(f"need-{at}", "")
        if code not in known:
            continue
        if said not in {"yes", "no"}:
            wrong[f"need-{at}"] = "出るのが正しいか、出ないのが正しいかを選んでください。"
        if said == "yes":
            needed[code] = [name for name in names if name in form.getlist(f"people-{at}")]
    for at in range(EXTRA_ROWS):
        code = form.get(f"more-{at}", "")
        if code in known:
            needed[code] = [name for name in names if name in form.getlist(f"more-people-{at}")]
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    return needed
