"""The stored example households (世帯例) of a content: run, told in words, and held against publishing.

For publishing: `standing(pack).may_publish`, and `standing(pack).text` for what to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from app.data import content, trials
from app.domain.content import ContentPack
from app.domain.example_content import Example
from app.domain.examples import ExampleResult, run_example
from app.domain.trials import Trial, TrialKind, TrialPart, TrialState
from app.operations import packs
from app.operations.tried_content import digest_of


@dataclass(frozen=True)
class ExamplesStanding:
    """What is known of the examples of exactly this content: whether all were run, and which of them fail."""

    total: int
    trial: Trial | None
    failing: tuple[str, ...]
    unchanged: bool
    """Whether nothing that decides differs from the version in force."""

    @property
    def checked(self) -> bool:
        """Whether all of them were run since something that decides was last changed."""
        return not self.total or (self.trial is not None and self.trial.state is TrialState.DONE)

    @property
    def may_publish(self) -> bool:
        return not self.failing and (self.checked or self.unchanged)

    @property
    def text(self) -> str:
        """In a sentence, for whoever wants to publish."""
        if not self.checked and self.unchanged:
            return "公開中の版と、判定に関わる違いはありません。世帯例を確かめなくても公開できます。"
        if not self.checked:
            return "世帯例をまだ確かめていません。「世帯例」の画面で確かめてから公開してください。"
        if self.failing:
            return f"世帯例{self.total}件のうち{len(self.failing)}件が、正しい一覧になりません。直してから公開してください。"
        return f"世帯例{self.total}件が、すべて正しい一覧になりました。"


def standing(pack: ContentPack) -> ExamplesStanding:
    """How the examples of a pack (as its files have it) stand; a change of anything that decides makes them unchecked."""
    total, digest = len(live_examples(pack)), digest_of(pack)
    trial = trials.find_latest(TrialKind.EXAMPLES, digest) if total else None
    failing = tuple(line.key for line in trials.list_lines(trial.id)) if trial else ()
    version = content.current_version_id()
    unchanged = version is not None and digest_of(packs.published(version).source) == digest
    return ExamplesStanding(total, trial, failing, unchanged)


def live_examples(pack: ContentPack) -> list[Example]:
    """The examples that count: those not taken out of service."""
    return [one for one in pack.examples if not one.retired]


def run_all(pack: ContentPack) -> Iterable[ExampleResult]:
    """Run every live example of a pack at once, one after the other."""
    settled = pack.settled
    for example in live_examples(pack):
        yield run_example(settled, example)


class ExampleRun:
    """Runs the examples of a settled pack, part by part."""

    def __init__(self, pack: ContentPack) -> None:
        self._pack = pack

    def part(self, place: str, until: float) -> TrialPart:
        """Goes on behind so many examples until the clock (monotonic seconds) says to stop, at least by one."""
        at = int(place or 0)
        waiting = live_examples(self._pack)[at:]
        lines: list[tuple[str, str, Mapping[str, Any]]] = []
        done = 0
        for example in waiting:
            result = run_example(self._pack, example)
            done += 1
            if not result.passed:
                lines.append((example.code, "", {"problems": list(result.problems), "got": _lists(result)}))
            if monotonic() >= until:
                break
        ended = TrialState.DONE if done == len(waiting) else None
        return TrialPart(done, str(at + done), lines, {}, ended)


def _lists(result: ExampleResult) -> dict[str, list[str]]:
    return {code: list(people) for code, people in result.got.items()}
