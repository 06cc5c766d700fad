"""The stored example households as staff keep them: how each stands, what it must get, new ones, and those out of service.

What an example must get is what a person says, ticked line by line; the engine's list is only shown beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.data import trials
from app.domain.authority import Actor
from app.domain.content import ContentPack
from app.domain.errors import Invalid, NotFound
from app.domain.example_content import Example
from app.domain.examples import ExampleResult, run_example
from app.domain.simulation import Simulation
from app.domain.trials import Trial
from app.operations import examples, tried_content
from app.operations.examples import ExamplesStanding
from app.operations.tried_content import TriedContent

LONGEST = {"title": 120, "source": 200}
_CODE = re.compile(r"[a-z][a-z0-9_]{1,58}")
_EVENT_CODE = re.compile(r"_(\d+)$")


@dataclass(frozen=True)
class ExampleLine:
    """An example of the list: `failed` is None while it was not run since the last change; `problems` say what is wrong."""

    example: Example
    event: str
    failed: bool | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class ExampleList:
    """The examples of a content with how they stand."""

    content: TriedContent
    standing: ExamplesStanding
    failing: tuple[ExampleLine, ...]
    others: tuple[ExampleLine, ...]
    retired: tuple[ExampleLine, ...]

    @property
    def trial(self) -> Trial | None:
        return self.standing.trial


def list_examples(source: str) -> ExampleList:
    """The examples of a content: those that fail first, with what is wrong. Raises NotFound."""
    content = tried_content.get(source)
    standing = examples.standing(content.raw)
    found = (
        {line.key: line.result["problems"] for line in trials.list_lines(standing.trial.id)}
        if standing.trial
        else {}
    )
    events = {event.code: event.title for event in content.raw.events}
    lines = [
        ExampleLine(
            one, events.get(one.event, one.event), True if one.code in found else (False if standing.checked else None),
            tuple(found.get(one.code, ())),
        )
        for one in content.raw.examples
    ]  # fmt: skip
    live = [line for line in lines if not line.example.retired]
    return ExampleList(
        content, standing,
        tuple(line for line in live if line.failed),
        tuple(line for line in live if not line.failed),
        tuple(line for line in lines if line.example.retired),
    )  # fmt: skip


@dataclass(frozen=True)
class ExpectedRow:
    """A procedure of the form in which somebody says what an example must get.

    `said` is what was said of it (None: nothing yet); `expected` and `got` are the persons named and those of the engine's list
    (None: it is not on that list).
    """

    code: str
    title: str
    said: bool | None
    expected: tuple[str, ...] | None
    got: tuple[str, ...] | None


@dataclass(frozen=True)
class ExampleView:
    """An example with what the content gives it at this moment."""

    content: TriedContent
    example: Example
    event: str
    result: ExampleResult
    rows: tuple[ExpectedRow, ...]

    def said(self, facts: Mapping[str, object]) -> str:
        """What is known or answered, in a line."""
        pack = self.content.pack
        words = {True: "はい", False: "いいえ", "unknown": "分からない"}
        parts = []
        for name, value in facts.items():
            fact, _, person = name.partition(":")
            found = pack.fact_by_id.get(fact)
            label = found.label if found else fact
            shown = words.get(value) if isinstance(value, bool) or value == "unknown" else None
            shown = shown or (found.choice_label(str(value)) if found else str(value))
            parts.append(f"{f'{person}の' if person else ''}{label}＝{shown}")
        return "、".join(parts)


def show(source: str, code: str) -> ExampleView:
    """An example, run under the content as it is now. Raises NotFound, Invalid when the content cannot be tried."""
    content = tried_content.get_sound(source)
    example = next((one for one in content.raw.examples if one.code == code), None)
    if example is None:
        raise NotFound("この世帯例は見つかりません。一覧から選び直してください。")
    return _view(content, example, stored=True)


def propose(simulation: Simulation) -> ExampleView:
    """A simulated household as a new example: the engine's list is shown, nothing of it is taken for right."""
    content = tried_content.get_sound(simulation.tried)
    household = simulation.household
    code = _free_code(content.raw, household.event)
    return _view(
        content, replace(household, code=code, title="", source="", needed={}, retired=""), stored=False
    )


def _view(content: TriedContent, example: Example, stored: bool) -> ExampleView:
    result = run_example(content.pack, example)
    titles = {one.code: one.title for one in content.raw.procedures}
    codes = dict.fromkeys([*example.needed, *result.got])
    rows = tuple(
        ExpectedRow(
            code, titles.get(code, code), (code in example.needed) if stored else None,
            example.needed.get(code), result.got.get(code),
        )
        for code in codes
    )  # fmt: skip
    event = content.raw.event_by_code.get(example.event)
    return ExampleView(content, example, event.title if event else example.event, result, rows)


def _free_code(pack: ContentPack, event: str) -> str:
    taken = [one.code for one in pack.examples if one.event == event]
    numbers = [int(found[1]) for code in taken if (found := _EVENT_CODE.search(code))]
    return f"{event}_{max(numbers, default=0) + 1:03}"


def store(
    simulation: Simulation,
    code: str,
    title: str,
    source: str,
    needed: Mapping[str, Sequence[str]],
    actor: Actor,
) -> str:
    """Keep a simulated household as an example of the draft it was tried on, with the list somebody said; its code.

    Raises Invalid, Refused, NotFound.
    """
    content = tried_content.get_sound(simulation.tried)
    wrong = _wrong_words(title, source)
    if not _CODE.fullmatch(code):
        wrong["code"] = "英小文字・数字・下線で、2文字以上にしてください（例: move_in_050）。"
    elif any(one.code == code for one in content.raw.examples):
        wrong["code"] = f"「{code}」はすでにあります。別のコードにしてください。"
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    asked = run_example(content.pack, replace(simulation.household, code=code, questions=200)).asked
    example = replace(
        simulation.household, code=code, title=title.strip(), source=source.strip(), needed=_lists(needed),
        questions=max(len(asked), len(simulation.household.answers)), received=simulation.on, retired="",
    )  # fmt: skip
    tried_content.add_example(content.source, example, actor)
    return code


def change(
    source: str, code: str, title: str, origin: str, needed: Mapping[str, Sequence[str]], actor: Actor
) -> None:
    """Say anew what an example of a draft must get. Raises Invalid, Refused, NotFound, Conflict."""
    wrong = _wrong_words(title, origin)
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    example = show(source, code).example
    changed = replace(example, title=title.strip(), source=origin.strip(), needed=_lists(needed), retired="")
    tried_content.change_example(source, changed, actor)


def retire(source: str, code: str, reason: str, actor: Actor) -> None:
    """Take an example of a draft out of service, with the reason; it stays readable. Raises Invalid, Refused, NotFound."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST["source"]:
        text = f"使わない理由を{LONGEST['source']}文字以内で入力してください。"
        raise Invalid("入力内容を確認してください。", {"reason": text})
    example = show(source, code).example
    tried_content.change_example(source, replace(example, retired=reason), actor)


def _lists(needed: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(people) for code, people in needed.items()}


def _wrong_words(title: str, source: str) -> dict[str, str]:
    said = {
        "title": (title, "どんな世帯の例か"),
        "source": (source, "何にもとづく一覧か（法令、要綱、目録の行など）"),
    }
    return {
        name: f"{what}を{LONGEST[name]}文字以内で入力してください。"
        for name, (text, what) in said.items()
        if not text.strip() or len(text) > LONGEST[name]
    }
