"""Another municipality is served by its own content with the same code, alone and beside the first one's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import PROJECT_ROOT, Settings
from app.documents.renderer import Renderer
from app.domain.case import Kind, State, Step
from app.operations import packs
from tests.conftest import DEMO_PASSWORD, application, prepare_empty_template
from tests.desk import FAMILY, Desk
from tests.integration.served import clerk, looked_up, resident, stored
from tests.stores import ONE_IS_ENOUGH, Store

VILLAGE = PROJECT_ROOT / "app" / "demo" / "village_content"


def load_village(app: Flask) -> None:
    runner = app.test_cli_runner(env={"KAKANAI_DEMO_PASSWORD": DEMO_PASSWORD})
    for command in (["content", "check", str(VILLAGE)], ["content", "load", str(VILLAGE)], ["staff", "demo"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 0, result.output


@pytest.fixture
def served_village(
    store: Store, tmp_path: Path, make_settings: Callable[[str], Settings], printer: Renderer
) -> Iterator[Flask]:
    """A village office that has never had any other content."""
    prepare_empty_template(store, tmp_path)
    for app in application(store, "empty", make_settings):
        load_village(app)
        app.extensions["kakanai_renderer"] = printer
        yield app


def received(app: Flask, desk: Desk) -> str:
    """A typed family of four moves in; the case stands at the questions."""
    case = desk.open_case()
    desk.identify_newcomer(case)
    desk.choose(case, Kind.MOVE_IN.value)
    desk.move(case, FAMILY)
    assert stored(app, case).step is Step.QUESTIONS
    return case


def finished(app: Flask, desk: Desk, case: str) -> set[str]:
    """Answers, list, papers and the end of a case: the codes of the procedures it got."""
    desk.answer_all(case)
    desk.save(case, "questions")
    desk.issue(case)
    printed = stored(app, case)
    assert printed.step is Step.PRINT and printed.documents[0].forms[0]["form"] == "jumin_ido"
    desk.post(f"/cases/{case}/close", version=str(printed.version))
    closed = stored(app, case)
    assert closed.state is State.CLOSED
    return {line.code for line in closed.procedures if line.needed}


def test_a_family_is_received_at_the_village_s_only_counter(served_village: Flask) -> None:
    desk = clerk(served_village, counter="front")
    case = received(served_village, desk)
    codes = finished(served_village, desk, case)

    assert {"mura_move_in", "mura_utilities"} <= codes and all(code.startswith("mura_") for code in codes)


@ONE_IS_ENOUGH
def test_the_demo_families_are_received_in_the_village_too(served_village: Flask) -> None:
    result = served_village.test_cli_runner().invoke(args=["city", "receive", "--count", "1"])
    assert result.exit_code == 0, result.output


@ONE_IS_ENOUGH
def test_a_case_of_the_first_content_ends_as_it_began_beside_the_second(served_city: Flask) -> None:
    app, desk = served_city, clerk(served_city)
    person = resident(app)
    begun = received(app, desk)
    load_village(app)

    assert {"move_in", "utilities"} <= finished(app, desk, begun), (
        "its questions, rules and papers are the old ones"
    )
    at_the_front = clerk(app, counter="front")
    later = at_the_front.open_case(person.id)
    assert looked_up(app, lambda: packs.of_case(stored(app, later)).section_by_code.keys()) >= {"residents"}
    at_the_front.identify(later)
    at_the_front.choose(later, Kind.CERTIFICATE.value)
    subject = stored(app, later).subjects[0].id
    answer = at_the_front.post(
        f"/cases/{later}/certificates", version=at_the_front.version(later), quick="j2", person=subject
    )
    assert answer.status_code == 200 and "400円" in answer.text, "a copy is 200 yen in the village"
