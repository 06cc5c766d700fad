"""Checks of settings (市の設定値): every one that is named exists, and every one that exists is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.content import ContentPack, ContentProblem
from app.domain.review import SETTINGS


def check_settings(pack: ContentPack) -> Iterator[ContentProblem]:
    """Names of settings in conditions and arguments. The pack must not be settled."""
    known = {setting.code for setting in pack.settings}
    named: set[str] = set()
    for file, place, code in _named(pack):
        named.add(code)
        if code not in known:
            yield ContentProblem(
                file,
                place,
                f"${code}",
                "この設定値はありません。",
                "settings.toml にある code にしてください。",
            )
    for setting in pack.settings:
        if setting.code in SETTINGS and not (isinstance(setting.value, int) and 0 <= setting.value <= 365):
            yield ContentProblem(
                "settings.toml",
                f"setting {setting.code}",
                str(setting.value),
                "この設定値は0から365までの数です。",
                "数字にしてください。",
            )
    for code in sorted(known - named - set(SETTINGS)):
        yield ContentProblem(
            "settings.toml",
            f"setting {code}",
            code,
            "どこからも使われていません。",
            "使う行を書くか、設定値を消してください。",
        )


def _named(pack: ContentPack) -> Iterator[tuple[str, str, str]]:
    for fact in pack.facts:
        for code in _codes(fact.args):
            yield "facts.toml", f"fact {fact.id}", code
    for rule in pack.rules:
        for condition in rule.conditions:
            for code in _codes(condition.value):
                yield pack.rule_file(rule), f"rule {rule.id}", code


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for one in value:
            yield from _codes(one)
    elif isinstance(value, str) and value.startswith("$"):
        yield value.removeprefix("$")
