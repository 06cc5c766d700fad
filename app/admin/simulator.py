"""The simulator (シミュレーター, M-06): a household is invented by keyboard, interviewed as at the counter, and given its list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.admin.pages import back_from
from app.domain.dates import DateProblem, PartialDate, format_wareki, parse_date, parse_day, today_in_japan
from app.domain.errors import Invalid
from app.domain.example_content import ExamplePerson
from app.domain.household_line import MOST_PEOPLE
from app.domain.list_difference import CHANGE_LABELS
from app.operations import simulator, simulator_view, tried_content
from app.web.access import current_actor
from app.web.forms import version_of
from app.web.pages import WHOLE, Action, Page, go, show

PREFIX = "q-"
SEPARATOR = "--"
TITLE = "シミュレーター"
RESULT = "シミュレーター：確認事項と手続き一覧"
MEMBERSHIP = {"": None, "yes": True, "no": False}


@bp.get("/admin/simulator")
def simulator_index() -> Response:
    return _index(request.args)


@bp.post("/admin/simulator")
def begin_simulation() -> BaseResponse:
    """Invent a household from a line, or begin with a stored example where one is chosen."""
    form, actor = request.form, current_actor()
    tried, beside = form.get("tried", ""), form.get("beside", "")
    try:
        if form.get("example") or form.get("example_text", "").strip():
            made = simulator.begin_from(actor, tried, beside, form.get("example", ""))
        else:
            made = simulator.begin(
                actor, tried, beside, form.get("event", ""), read_day(form, "on"), form.get("line", ""), form.get("like", "")
            )  # fmt: skip
    except Invalid as wrong:
        return _index(form, wrong)
    return go(url_for("admin.simulation", invention=made))


def _index(form: Mapping[str, str], wrong: Invalid | None = None) -> Response:
    choices = tried_content.list_choices()
    tried = form.get("tried") or choices[0].source
    content = tried_content.find(tried) or tried_content.get(choices[0].source)
    errors = (wrong.fields or {"tried": wrong.message}) if wrong else {}
    return show(
        "admin/simulator_begin.html", Page(TITLE), status=422 if wrong else 200, push=request.path, form=form, errors=errors,
        choices=[(one.source, one.title) for one in choices], tried=content.source, begun=simulator.list_begun(current_actor()),
        beside=form.get("beside", tried_content.in_force()), events=_events(content), presets=content.raw.presets,
        on=format_wareki(tried_content.starts_on(content.source) or today_in_japan()), most=MOST_PEOPLE,
        actions=[back_from(content.source), Action("世帯をつくる", "F12", "submit", "begin", primary=True, alt="Ctrl+Enter")],
    )  # fmt: skip


def _events(content: tried_content.TriedContent) -> list[tuple[str, str]]:
    rows = sorted(content.raw.events, key=lambda one: one.order)
    return [(one.code, one.title) for one in rows if one.code != "certificate"]


@bp.post("/admin/simulator/examples")
def simulator_examples() -> Response:
    """Stored examples that fit what was typed, as options."""
    found = simulator_view.search_examples(request.form.get("tried", ""), request.form.get("q", "")[:50])
    return _options(found, "example")


def _options(found: list[tuple[str, str, str]], prefix: str) -> Response:
    return Response(
        render_template("reception/options.html", items=found, prefix=prefix, nothing="候補がありません")
    )


@bp.get("/admin/simulator/<invention>")
def simulation(invention: str) -> Response:
    return _simulation(invention)


@bp.post("/admin/simulator/<invention>/contents")
def simulate_on(invention: str) -> BaseResponse:
    """The same household under other contents."""
    form = request.form
    return _changed(
        invention,
        lambda: simulator.set_contents(
            invention, current_actor(), version_of(form), form.get("tried", ""), form.get("beside", "")
        ),
    )


@bp.post("/admin/simulator/<invention>/household")
def simulate_household(invention: str) -> BaseResponse:
    """Event, dates and persons as they stand in the grid."""
    form = request.form

    def change() -> None:
        people, was = _people(form)
        received = read_day(form, "received") if form.get("received", "").strip() else None
        simulator.set_household(
            invention, current_actor(), version_of(form), form.get("event", ""), read_day(form, "on"), received, people, was
        )  # fmt: skip

    return _changed(invention, change, opened="household")


@bp.post("/admin/simulator/<invention>/facts")
def simulate_fact(invention: str) -> BaseResponse:
    """Say something of a person or the case, or take it back."""
    form, actor = request.form, current_actor()
    person = form.get("person", "")
    if "drop" in form:
        return _changed(
            invention, lambda: simulator.drop_fact(invention, actor, person, form["drop"]), opened="facts"
        )
    return _changed(
        invention,
        lambda: simulator.set_fact(
            invention, actor, person, form.get("fact", ""), form.get("typed", ""), today_in_japan()
        ),
        opened="facts",
    )


@bp.post("/admin/simulator/<invention>/fact-options")
def simulator_facts(invention: str) -> Response:
    """What can be said of the chosen person, as options."""
    form = request.form
    return _options(
        simulator_view.search_facts(invention, form.get("person", ""), form.get("q", "")[:50]), "fact"
    )


@bp.post("/admin/simulator/<invention>/answers")
def simulate_answer(invention: str) -> BaseResponse:
    """Answers as the counter gives them, or one that is taken back."""
    form, actor = request.form, current_actor()
    if "take_back" in form:
        fact, person = _key(form["take_back"])
        return _changed(invention, lambda: simulator.take_back(invention, actor, fact, person))
    replies = [
        (*_key(name.removeprefix(PREFIX)), value)
        for name, value in form.items()
        if name.startswith(PREFIX) and value.strip()
    ]
    return _changed(
        invention, lambda: simulator.answer(invention, actor, replies, today_in_japan()), stays=True
    )


@bp.post("/admin/simulator/<invention>/why")
def simulator_why(invention: str) -> Response:
    """Every procedure that fits a search, with why it is needed or not."""
    return _simulation(invention, form=request.form, block="reasons")


def _key(text: str) -> tuple[str, str | None]:
    fact, _, person = text.partition(SEPARATOR)
    return fact, person or None


def _changed(
    invention: str, change: Callable[[], None], opened: str = "", stays: bool = False
) -> BaseResponse:
    """Make a change and show what came of it; what was typed stays where it was wrong."""
    try:
        change()
    except Invalid as wrong:
        return _simulation(invention, wrong=wrong, form=request.form, opened=opened)
    if stays:
        return _simulation(invention, announce=True)
    # Facts are said one after the other; a household is done when it is done.
    return go(url_for("admin.simulation", invention=invention, opened="facts" if opened == "facts" else None))


def _simulation(
    invention: str, *, wrong: Invalid | None = None, form: Mapping[str, str] | None = None, opened: str = "",
    block: str = WHOLE, announce: bool = False,
) -> Response:  # fmt: skip
    view = simulator_view.show(invention)
    choices = [(one.source, one.title) for one in tried_content.list_choices()]
    said = f"必要な手続き {sum(1 for one in view.listed if one.tried and one.tried.need == 'needed')}件"
    if view.beside:
        said += f"、違い {view.changes}件"
    typed = form if form is not None else MultiDict()
    return show(
        "admin/simulator.html", Page(RESULT, said if announce else None), status=422 if wrong else 200, block=block,
        push=url_for("admin.simulation", invention=invention) if request.method == "GET" else None,
        view=view, form=typed, opened=opened or request.args.get("opened", ""),
        errors=(wrong.fields or {"main": wrong.message}) if wrong else {}, choices=choices, events=_events(view.content),
        rows=_rows(view, typed), changes=CHANGE_LABELS, query=typed.get("query", ""),
        found=simulator_view.search_lines(view, typed.get("query", ""), typed.get("need", "")), need=typed.get("need", ""),
        actions=_actions(view, opened or request.args.get("opened", "")),
    )  # fmt: skip


def _actions(view: simulator_view.SimulatorView, opened: str) -> list[Action]:
    now = view.simulation

    def here(part: str) -> str:
        return url_for("admin.simulation", invention=view.id, opened=part)

    found = [
        Action(
            "別の世帯", "F3", "link", url_for("admin.simulator_index", tried=now.tried, beside=now.beside)
        ),
        Action("世帯を直す", "F4", "link", here("household")),
        Action("なぜかを調べる", "F6", "link", "#query"),
        Action("分かっていることを加える", "F8", "link", here("facts")),
        Action("世帯例として登録する", "F9", "link", url_for("admin.store_example", invention=view.id)),
    ]
    forms = {"household": ("この世帯にする", "people"), "facts": ("加える", "say")}
    if opened in forms:
        label, form = forms[opened]
        found.append(Action(label, "F12", "submit", form, primary=True, alt="Ctrl+Enter"))
    return found


def _rows(view: simulator_view.SimulatorView, form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The grid as it is stored, or as it was typed."""
    if "name-0" in form:
        kinds = ("name", "was", "relationship", "birth", "like", "moves", "before", "after")
        return [
            {kind: form.get(f"{kind}-{at}", "") for kind in kinds}
            for at in range(MOST_PEOPLE)
            if f"name-{at}" in form
        ]
    words = {None: "", True: "yes", False: "no"}
    rows = [
        {
            "name": one.name, "was": one.name, "relationship": one.relationship, "birth": _shown_birth(one.birth),
            "like": one.like, "moves": "1" if one.moves else "", "before": words[one.in_before], "after": words[one.in_after],
        }
        for one in view.simulation.household.people
    ]  # fmt: skip
    empty = dict.fromkeys(("name", "was", "relationship", "birth", "before", "after"), "") | {
        "like": "",
        "moves": "1",
    }
    return rows + [dict(empty) for _ in range(min(simulator.EMPTY_ROWS, MOST_PEOPLE - len(rows)))]


def _shown_birth(iso: str) -> str:
    return format_wareki(PartialDate.from_iso(iso))


def _people(form: Mapping[str, str]) -> tuple[list[ExamplePerson], dict[str, str]]:
    """The persons of the grid, and the old name of each by the new one. Raises Invalid."""
    people: list[ExamplePerson] = []
    was: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for at in range(MOST_PEOPLE):
        name, birth = form.get(f"name-{at}", "").strip()[:40], form.get(f"birth-{at}", "")
        if not name and not birth.strip():
            continue
        name = name or simulator.free_name([*(one.name for one in people), *_typed_names(form)])
        people.append(_person(form, at, name, birth, wrong))
        was[name] = form.get(f"was-{at}", "")
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    return people, was


def _typed_names(form: Mapping[str, str]) -> list[str]:
    return [form.get(f"name-{at}", "").strip() for at in range(MOST_PEOPLE)]


def _person(form: Mapping[str, str], at: int, name: str, birth: str, wrong: dict[str, str]) -> ExamplePerson:
    born = ""
    try:
        read = parse_date(birth, today=today_in_japan(), field="birth")
        born = f"{read.year or 0:04}-{read.month or 0:02}-{read.day or 0:02}"
    except DateProblem as problem:
        wrong[f"birth-{at}"] = problem.message
    relationship = form.get(f"relationship-{at}", "").strip()[:20]
    if not relationship:
        wrong[f"relationship-{at}"] = "続柄を入力してください。"
    return ExamplePerson(
        name, born, relationship, like=form.get(f"like-{at}", ""), moves=bool(form.get(f"moves-{at}")),
        in_before=MEMBERSHIP.get(form.get(f"before-{at}", "")), in_after=MEMBERSHIP.get(form.get(f"after-{at}", "")),
    )  # fmt: skip


def read_day(form: Mapping[str, str], name: str) -> date:
    """A day that was typed. Raises Invalid for this field."""
    try:
        return parse_day(form.get(name, ""), today=today_in_japan(), future=True)
    except DateProblem as problem:
        raise Invalid("入力内容を確認してください。", {name: problem.message}) from problem
