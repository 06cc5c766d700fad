"""Personal settings (個人設定, S-03): how the screens look and obey for one member of staff, at every PC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.errors import Invalid


@dataclass(frozen=True)
class Preference:
    """One setting: its label, what it is for, and its options as (value, label, note); the first one is the default."""

    label: str
    options: tuple[tuple[str, str, str], ...]

    @property
    def default(self) -> str:
        return self.options[0][0]


PREFERENCES: dict[str, Preference] = {
    "density": Preference(
        "画面の詰め方",
        (("standard", "標準", "一度に多く見えます"), ("roomy", "ゆったり", "欄と行が高くなります")),
    ),
    "contrast": Preference(
        "色の濃さ",
        (("standard", "標準", "淡い地の色を使います"), ("high", "くっきり", "文字と線を濃くします")),
    ),
    "digits": Preference(
        "数字キー",
        (
            ("on", "使う", "1～9で選択肢や行を選びます"),
            ("off", "使わない", "矢印キー・Tab・マウスで選びます"),
        ),
    ),
    "enter": Preference(
        "入力欄でのEnterキー",
        (("next", "次の欄へ進む", "送るのはF12です"), ("send", "送る", "次の欄へはTabで進みます")),
    ),
    "printing": Preference(
        "書類ができたら",
        (
            ("city", "市の設定に従う", "システム管理者が決めます"),
            ("at_once", "すぐに印刷を始める", "印刷の画面が開きます"),
            ("on_key", "F9を押してから印刷する", "先に画面で確かめます"),
        ),
    ),
}


def read_preferences(stored: Mapping[str, str]) -> dict[str, str]:
    """Every setting with its value; one that was never chosen, or whose value is no longer offered, has its default."""
    return {
        name: stored[name] if stored.get(name) in _values(preference) else preference.default
        for name, preference in PREFERENCES.items()
    }


def check_preference(name: str, value: str) -> None:
    """Raise Invalid unless the setting exists and offers the value."""
    preference = PREFERENCES.get(name)
    if preference is None or value not in _values(preference):
        raise Invalid("この設定はありません。画面を開き直して、選び直してください。")


def _values(preference: Preference) -> set[str]:
    return {value for value, _label, _note in preference.options}
