"""The self-check: what this PC has, what is missing, and what to do, in plain Japanese."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cardreader_agent import scanner
from cardreader_agent.reading import CardProblem
from cardreader_agent.wire.identity import Identity, NotPaired, read_identity
from cardreader_agent.wire.server import Server, Unreachable
from cardreader_agent.wire.settings import Settings, SettingsProblem, read_settings
from cardreader_agent.wire.terminal import NotNow, ShutOut, Terminal, TooOld


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``advice`` says what to do where it is not good."""

    good: bool
    what: str
    advice: str = ""

    @property
    def line(self) -> str:
        """As the command prints it."""
        return f"［{'良' if self.good else '否'}］{self.what}" + (
            f"\n      {self.advice}" if self.advice else ""
        )


class Names(Protocol):
    """The readers of this PC; see `agent.Cards`."""

    def names(self) -> list[str]: ...

    def close(self) -> None: ...


_DRIVER = "NFCポートソフトウェアなど読取装置のドライバーと、Windowsの「Smart Card」サービスを確かめ、USBケーブルを差し直してください。"
TROUBLES = {
    Unreachable: ("サーバーにつながりません。", "アドレスとネットワークの線を確かめてください。"),
    ShutOut: ("サーバーはこの端末を知りません。", "登録が解除されています。登録番号を作り、「--pair 登録番号」で登録し直してください。"),
    TooOld: ("この読取プログラムは古いため使えません。", "情報政策課の手順で新しい版を入れてください。"),
}  # fmt: skip


def look_over(place: Path, cards_of: Callable[[Settings], Names]) -> Iterator[Finding]:
    """Each thing in turn; what depends on something that is missing is left out."""
    try:
        settings = read_settings(place)
    except SettingsProblem as problem:
        yield Finding(False, "設定を読めません。", str(problem))
        return
    yield Finding(True, f"設定を読みました。サーバー: {settings.server}")
    cards = cards_of(settings)
    names = _names(cards)
    yield _readers(settings, names)
    yield _window()
    if settings.scanner:
        yield _scanner(settings.scanner)
    try:
        identity = read_identity(place)
    except NotPaired as problem:
        yield Finding(False, "登録されていません。", str(problem))
        return
    yield Finding(True, f"登録: {identity.counter}　{identity.seat}")
    yield _server(settings, identity, names or [])


def _names(cards: Names) -> list[str] | None:
    """The readers there are; None when the system cannot say."""
    try:
        return cards.names()
    except CardProblem:
        return None
    finally:
        cards.close()


def _readers(settings: Settings, names: list[str] | None) -> Finding:
    if names is None:
        return Finding(False, "カードの仕組み（スマートカードサービス）が動いていません。", _DRIVER)
    if not names:
        return Finding(False, "読取装置が見つかりません。", _DRIVER)
    if settings.reader and not any(settings.reader in name for name in names):
        return Finding(
            False, f"設定された読取装置「{settings.reader}」がありません。", f"つながっているもの: {'、'.join(names)}"
        )  # fmt: skip
    return Finding(True, f"読取装置: {'、'.join(names)}")


def _window() -> Finding:
    try:
        import tkinter
    except ImportError:
        return Finding(
            False, "画面を出す部品（tkinter）がありません。", "Linuxでは python3-tk を入れてください。"
        )
    return Finding(True, f"入力画面: Tk {tkinter.TkVersion}")


def _scanner(port: str) -> Finding:
    if scanner.is_there(port):
        return Finding(True, f"二次元コードの読取装置: {port}")
    return Finding(
        False, f"二次元コードの読取装置（{port}）がありません。",
        "USBケーブルと、装置の「USB-COM」の設定を確かめてください。カードの読み取りには差し支えありません。",
    )  # fmt: skip


def _server(settings: Settings, identity: Identity, names: list[str]) -> Finding:
    try:
        Terminal(Server(settings).post, identity).next_slot(names, wait=False)
    except NotNow as problem:
        if str(problem) == "clock":
            return Finding(
                False, "この端末の時計がサーバーと30秒以上ずれています。", "時刻合わせをしてください。"
            )
    except Unreachable as problem:
        if problem.code == "certificate":
            return Finding(
                False, "サーバーの証明書を確かめられません。", "ca_file の設定と、配布された証明書を確かめてください。"
            )  # fmt: skip
        return Finding(False, *TROUBLES[Unreachable])
    except (ShutOut, TooOld) as problem:
        return Finding(False, *TROUBLES[type(problem)])
    return Finding(True, "サーバーにつながり、登録も有効です。")
