"""``python -m cardreader_agent``: pair this PC, check it, or run.

python -m cardreader_agent --pair 123456 --server https://kakanai.example [--ca FILE] [--reader NAME]
python -m cardreader_agent --check
python -m cardreader_agent
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cardreader_agent import VERSION, check, single
from cardreader_agent.agent import Agent
from cardreader_agent.at_hand import CardsAtHand
from cardreader_agent.codes import CodeLog
from cardreader_agent.memory import forbid_dumps
from cardreader_agent.readers import serving
from cardreader_agent.readers.process import READER_PROCESS
from cardreader_agent.scanner import Scanner
from cardreader_agent.wire import settings as places
from cardreader_agent.wire.identity import NotPaired, read_identity, write_identity
from cardreader_agent.wire.server import Server, Unreachable
from cardreader_agent.wire.settings import Settings, SettingsProblem
from cardreader_agent.wire.terminal import Refused, Terminal, pair


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all went well, 1 when something has to be put right, 3 when an agent runs already."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == [READER_PROCESS]:
        # The packaged program is its own reader process as well.
        return serving.main(given[1])
    options = _parser().parse_args(given)
    place = Path(options.folder) if options.folder else places.folder()
    forbid_dumps()
    try:
        if options.pair:
            return _pair(place, options)
        if options.check:
            return _check(place)
        return _run(place)
    except (SettingsProblem, NotPaired) as problem:
        _say(str(problem))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cardreader_agent", description="窓口のカード読取プログラム（既定では起動して待機します）"
    )
    parser.add_argument("--pair", metavar="登録番号", help="管理画面の6けたの番号で、この端末を登録する")
    parser.add_argument("--server", metavar="URL", default="", help="サーバーのアドレス（--pair のとき）")
    parser.add_argument("--ca", metavar="FILE", default="", help="庁内認証局の証明書（--pair のとき）")
    parser.add_argument(
        "--reader", metavar="NAME", default="", help="使う読取装置の名前の一部（--pair のとき）"
    )
    parser.add_argument("--check", action="store_true", help="点検の結果を表示して終わる")
    parser.add_argument("--folder", metavar="DIR", default="", help="設定と鍵の置き場所")
    parser.add_argument("--version", action="version", version=VERSION)
    return parser


def _pair(place: Path, options: argparse.Namespace) -> int:
    kept = places.read_settings(place) if not options.server else Settings(server=options.server)
    wanted = {"ca_file": options.ca, "reader": options.reader}
    settings = places.checked(replace(kept, **{name: value for name, value in wanted.items() if value}))
    try:
        identity = pair(Server(settings).post, options.pair.strip())
    except Unreachable as problem:
        _say(f"登録できませんでした。{check.TROUBLES[Unreachable][0]}（{problem.code}）")
        return 1
    except Refused as refused:
        _say(f"登録できませんでした。{refused}")
        return 1
    places.write_settings(place, settings)
    write_identity(place, identity)
    _say(f"登録しました: {identity.counter}　{identity.seat}")
    return 0


def _check(place: Path) -> int:
    good = True
    for finding in check.look_over(place, CardsAtHand):
        good = good and finding.good
        _say(finding.line)
    return 0 if good else 1


def _run(place: Path) -> int:
    try:
        held = single.hold_the_place(place)
    except single.AlreadyRunning:
        _say("読取プログラムは、この端末ですでに動いています。")
        return 3
    log = CodeLog(places.log_folder(place))
    settings, where = _known(place)
    findings = list(check.look_over(place, CardsAtHand))
    log.note("start", version=VERSION, found=sum(not one.good for one in findings))
    # Tk is asked for only here: pairing and checking work on a machine without a screen.
    from cardreader_agent.window.screen import Screen

    ended = threading.Event()
    screen = Screen(where, findings)
    cards = CardsAtHand(settings)
    agent = Agent(
        lambda: Terminal(Server(places.read_settings(place)).post, read_identity(place)),
        cards, screen, log, Scanner(settings.scanner) if settings.scanner else None,
    )  # fmt: skip
    worker = threading.Thread(target=agent.run, args=(ended,), daemon=True)
    worker.start()
    try:
        screen.run(ended)
    except KeyboardInterrupt:
        pass
    finally:
        ended.set()
        worker.join(20)
        cards.close()
        log.note("end")
        log.close()
        del held
    return 0


def _known(place: Path) -> tuple[Settings, str]:
    """The settings and where this PC stands, as far as they are known: what is missing is said in the window."""
    try:
        settings = places.read_settings(place)
        identity = read_identity(place)
    except SettingsProblem:
        return Settings(), ""
    except NotPaired:
        return settings, ""
    return settings, f"{identity.counter}　{identity.seat}"


def _say(text: str) -> None:
    """To the console; a program without one (autostart) has nowhere to say it."""
    if sys.stdout is not None:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main())
