"""Checks of settings (市の設定値): every one that is named exists, and every one that exists is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.domain.content import ContentPack, ContentProblem
from app.domain.quick_entry import FAVOURITES, MOST_FAVOURITES, favourites_of, parse_quick_entry
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
    yield from _favourites(pack)
    for setting in pack.settings:
        if setting.code in SETTINGS and not (isinstance(setting.value, int) and 0 <= setting.value <= 365):
            yield ContentProblem(
                "settings.toml",
                f"setting {setting.code}",
                str(setting.value),
                "この設定値は0から365までの数です。",
                "数字にしてください。",
            )
    for code in sorted(known - named - set(SETTINGS) - {FAVOURITES}):
        yield ContentProblem(
            "settings.toml",
            f"setting {code}",
            code,
            "どこからも使われていません。",
            "使う行を書くか、設定値を消してください。",
        )


def _favourites(pack: ContentPack) -> Iterator[ContentProblem]:
    """Every usual request is one that a clerk could type on some day of its certificates."""
    written = favourites_of(pack)
    wrong = [
        (text, "よく使う組み合わせとして読めません。") for text in written if not _is_readable(pack, text)
    ]
    if len(written) > MOST_FAVOURITES:
        wrong.append((str(len(written)), f"よく使う組み合わせは{MOST_FAVOURITES}個までです。"))
    for read, message in wrong:
        place = f"setting {FAVOURITES}"
        help_ = "はやうち入力の書き方で、「;」で区切ってください（例: j1; j1h; j2 i1）。"
        yield ContentProblem("settings.toml", place, read, message, help_)


def _is_readable(pack: ContentPack, text: str) -> bool:
    days = {one.valid_from for one in pack.certificates if one.valid_from} | {date.min}
    return any(lines and not wrong for lines, wrong in (parse_quick_entry(pack, text, day) for day in days))


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
