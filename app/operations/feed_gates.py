"""What refuses an import. Each gate returns faults: the data set, and a sentence with the file, what was read, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from app.config import Settings
from app.data import feed_difference
from app.data.feed_difference import Difference
from app.data.feed_jobs import LONGEST_AHEAD
from app.data.feeds import Accepted
from app.data.forms import Forms
from app.data.protection import DECIDING_COLUMNS, Loss, Measure
from app.data.sealing import Withheld
from app.domain.dates import in_japan
from app.domain.errors import KakanaiError
from app.domain.feed_jobs import Example
from app.operations.feed_files import MEASURES, RESIDENTS, Fault, Feed
from app.operations.row_staging import Rejects

FAULTLESS = (RESIDENTS, MEASURES)
"""Data sets that are taken in only without a fault: who lives where, and who is protected."""

REJECT_LIMIT_PERCENT = 1
SHOWN_FAULTS = 20
FEWEST_ALTERED = 5
FAMILY = 5
"""So many measures may end by one file in any city: a parent who moves away with four children."""

_RESEND = "送り出し側に確認し、正しいファイルを受け取ってから、もう一度取り込んでください。"
_BY_DIFFERENCE = (
    "これだけの方の支援措置が本当に終わったときは、支援措置区分を「3」（終了）にした行を、"
    "1ファイルに{most}人までの差分に分けて、順に受け取ってください。"
)
_UNWAIVABLE = "支援措置対象者（01c）は、画面でもコマンドでも、そのまま取り込むことはできません。正しいファイルを受け取ってください。"
_ALTERED_MEASURES = (
    f"{_UNWAIVABLE}支援措置の終わる方がいるときは、その方だけの差分を先に受け取ると、全件も取り込めます。"
)


class ShrunkFeeds(KakanaiError):
    """Files differ markedly from what is stored (fewer rows, most of them changed, a column less); somebody must say so.

    ``stored`` are the rows each data set has, ``differences`` what the files would change, ``examples`` some of it.
    """

    def __init__(
        self, faults: Sequence[Fault], stored: Mapping[str, int], differences: Mapping[str, Difference],
        examples: Mapping[str, Sequence[Example]],
    ) -> None:  # fmt: skip
        self.faults = tuple(faults)
        self.stored = dict(stored)
        self.differences = dict(differences)
        self.examples = dict(examples)
        super().__init__("\n".join(fault.text for fault in faults))


def older(feeds: Sequence[Feed], accepted: Mapping[str, Accepted]) -> list[Fault]:
    """Files of an earlier state than what was already taken in."""
    return [
        Fault(
            feed.data_set,
            f"{feed.name}: 基準日時が前回より古いファイルです（読み取った値: {feed.as_of:%Y-%m-%d %H:%M}、"
            f"前回: {accepted[feed.data_set].as_of.astimezone(feed.as_of.tzinfo):%Y-%m-%d %H:%M}）。{_RESEND}",
        )
        for feed in feeds
        if feed.data_set in accepted and feed.as_of < accepted[feed.data_set].as_of
    ]


def future(feeds: Sequence[Feed], now: datetime) -> list[Fault]:
    """Files of a state far ahead: once taken in, every right file after them would count as too old."""
    return [
        Fault(
            feed.data_set,
            f"{feed.name}: 基準日時が先の日付です（読み取った値: {feed.as_of:%Y-%m-%d %H:%M}、"
            f"期待: {in_japan(now):%Y-%m-%d}まで）。{_RESEND}",
        )
        for feed in feeds
        if feed.as_of > now + LONGEST_AHEAD
    ]


def other_city(feeds: Sequence[Feed], known_code: str | None) -> list[Fault]:
    """Files of another city than the one whose register this is."""
    return [
        Fault(
            feed.data_set,
            f"{feed.name}: ほかの市区町村のファイルです（読み取った値: {feed.file.manifest.lg_code}、"
            f"期待: {known_code}）。{_RESEND}",
        )
        for feed in feeds
        if known_code and feed.file.manifest.lg_code != known_code
    ]


def missing_measures(
    turn: Sequence[Feed],
    fresh: Sequence[Feed],
    accepted: Mapping[str, Accepted],
    columns: Mapping[str, Withheld],
) -> list[Fault]:
    """Files whose addresses would come in without it being known whose must be withheld.

    A full 01a goes in beside a full 01c only, a differential one where the 01c reaches its day. Before the first 01c, which
    is a full one, nothing comes in in which somebody's address stands (``columns``: what is withheld in each data set).
    ``fresh`` are the files of the turn that were not taken in before.
    """
    full = {feed.data_set for feed in turn if feed.is_full}
    if RESIDENTS in full and MEASURES not in full:
        return [
            Fault(
                RESIDENTS,
                "支援措置対象者（01c）の全件ファイルがありません。"
                "住民情報（01a）の全件を取り込むときは、必ず一緒に渡してください。",
            )
        ]
    known = accepted.get(MEASURES)
    if known is None and MEASURES not in full:
        bearing = [feed for feed in fresh if feed.data_set == MEASURES or columns[feed.data_set].address]
        return [Fault(feed.data_set, _never_known(feed)) for feed in bearing]
    if known is None or any(feed.data_set == MEASURES for feed in turn):
        return []
    last = in_japan(known.as_of).date()
    return [
        Fault(feed.data_set, _not_known_yet(feed, last))
        for feed in fresh
        if feed.data_set == RESIDENTS and feed.as_of.date() > last
    ]


def _never_known(feed: Feed) -> str:
    if feed.data_set == MEASURES:
        return (
            f"{feed.name}: 支援措置対象者（01c）の全件ファイルをまだ取り込んでいません（読み取った値: 差分、期待: 全件）。"
            "どなたの住所を伏せるか、差分だけでは分かりません。01cの全件ファイルを受け取り、先に取り込んでください。"
        )
    return (
        f"{feed.name}: 支援措置対象者（01c）を一度も取り込んでいないため、住所のあるファイルは取り込めません"
        "（読み取った値: 01cなし、期待: 01cの全件ファイル）。"
        "どなたの住所を伏せるか分からないためです。01cの全件ファイルを受け取り、一緒に取り込んでください。"
    )


def _not_known_yet(feed: Feed, last: date) -> str:
    return (
        f"{feed.name}: この日の支援措置対象者（01c）のファイルがありません（読み取った値: 01aは{feed.as_of:%Y-%m-%d}、"
        f"最後の01cは{last}、期待: {feed.as_of:%Y-%m-%d}以降の01c）。"
        "同じ日の01c（変更がなければ0行の差分）を受け取り、一緒に取り込んでください。"
    )


def lost_measures(
    feed: Feed, measures: Sequence[Measure], loss: Loss, known: bool, settings: Settings
) -> list[Fault]:
    """An 01c after which suspiciously many persons have no measure any more; nobody can open this gate.

    An omission (only a full file can omit) is judged more strictly than an end that a row tells, less those who begin: a
    city with few of them would be stopped by every exchange. What takes nothing from anybody passes, however much it
    differs. ``known``: 01c named somebody before, so that it may be right to name nobody.
    """
    standing = len(loss.standing)
    if feed.is_full and all(measure.deleted for measure in measures) and (standing or not known):
        return [_unprotecting(feed, f"が1人もいません（読み取った値: 0人、前回: {standing}人）")]
    limit, percent = settings.protection_shrink_limit_persons, settings.feed_shrink_limit_percent
    fewer, ended = len(loss.dropped) - len(loss.begun), len(loss.ended)
    if fewer > limit or fewer * 100 > standing * percent:
        said = (
            f"が大きく減っています（読み取った値: {standing - fewer}人、前回: {standing}人、"
            f"許す減少: {limit}人かつ{percent}%まで）"
        )
        return [_unprotecting(feed, said, _BY_DIFFERENCE.format(most=_most_ended(standing, settings)))]
    most = _most_ended(standing, settings)
    if ended > most:
        said = (
            f"に、支援措置の終わる方が一度に多くいます（読み取った値: {ended}人の終了、"
            f"前回: 支援措置のある方{standing}人、許す終了: 1ファイルで{most}人まで）"
        )
        return [_unprotecting(feed, said, _BY_DIFFERENCE.format(most=most))]
    return []


def _most_ended(standing: int, settings: Settings) -> int:
    allowed = min(
        settings.protection_shrink_limit_persons, standing * settings.feed_shrink_limit_percent // 100
    )
    return max(FAMILY, allowed)


def _unprotecting(feed: Feed, said: str, way: str = "") -> Fault:
    return Fault(
        MEASURES,
        f"{feed.name}: 支援措置対象者（01c）{said}。"
        f"対象者の保護が外れるおそれがあるため、すべてのファイルの取込を中止しました。{_RESEND}{way}",
    )


def faulty(feeds: Sequence[Feed], rejects: Mapping[str, Rejects]) -> list[Fault]:
    """Files with a fault where none is accepted, or with too many."""
    problems = []
    for feed in feeds:
        found = rejects.get(feed.data_set)
        if found is None or not found.lines:
            continue
        rows = feed.file.manifest.rows
        if feed.data_set not in FAULTLESS and found.lines * 100 <= rows * REJECT_LIMIT_PERCENT:
            continue
        allowed = "0行" if feed.data_set in FAULTLESS else f"{REJECT_LIMIT_PERCENT}%まで"
        said = f"{feed.name}: 誤りのある行が多すぎます（読み取った値: {rows}行のうち{found.lines}行、期待: {allowed}）。{_RESEND}"
        problems.append(Fault(feed.data_set, said))
        problems += [Fault(feed.data_set, str(fault)) for fault in found.first[:SHOWN_FAULTS]]
    return problems


def shrunken(
    feeds: Sequence[Feed],
    stored: Mapping[str, int],
    differences: Mapping[str, Difference],
    settings: Settings,
    known: Collection[str],
) -> list[Fault]:
    """Full files whose data set would lose more rows than the installation allows without asking.

    A row that is marked deleted and was not before is lost like one that is not there any more.
    """
    problems = []
    for feed in feeds:
        before = stored.get(feed.data_set, 0)
        if not feed.is_full or feed.data_set in known or not before or feed.data_set == MEASURES:
            continue  # who is protected has a gate of its own, which nobody can open
        difference = differences.get(feed.data_set, Difference())
        now = difference.added + difference.changed + difference.unchanged - difference.ended
        if (before - now) * 100 > before * settings.feed_shrink_limit_percent:
            problems.append(
                Fault(
                    feed.data_set,
                    f"{feed.name}: 行が大きく減っています（読み取った値: {now}行{_ended_too(difference)}、"
                    f"前回: {before}行、許す減少: {settings.feed_shrink_limit_percent}%まで）。"
                    "正しい内容かどうかを、送り出し側に確かめてください。",
                )
            )
    return problems


def _ended_too(difference: Difference) -> str:
    return f"、ほかに新しく削除フラグの付いた行 {difference.ended}行" if difference.ended else ""


def altered(
    feeds: Sequence[Feed],
    stored: Mapping[str, int],
    differences: Mapping[str, Difference],
    settings: Settings,
    worse: Collection[str],
) -> list[Fault]:
    """Full files that change or miss most of the rows there are: exchanged headings look like that, and little else.

    An 01c after which nobody is protected ``worse`` goes through: the right file after a wrong one looks like that, too,
    and whom it protects must not wait.
    """
    problems = []
    percent = settings.feed_change_limit_percent
    for feed in feeds:
        before = stored.get(feed.data_set, 0)
        if feed.data_set == MEASURES and not worse:
            continue
        difference = differences.get(feed.data_set, Difference())
        changed = difference.changed + difference.gone
        if feed.is_full and changed >= FEWEST_ALTERED and changed * 100 > before * percent:
            problems.append(
                Fault(
                    feed.data_set,
                    f"{feed.name}: ほとんどの行が前回と違います（読み取った値: {changed}行に変更または消滅、前回: {before}行、"
                    f"許す変更: {percent}%まで）。項目の入れ替わりや年度の更新がないかを、送り出し側に確かめてください。"
                    + (_ALTERED_MEASURES if feed.data_set == MEASURES else ""),
                )
            )
    return problems


def lost_columns(
    connection: Connection, forms: Forms, feeds: Sequence[Feed], worse: Collection[str]
) -> list[Fault]:
    """Files without a column that stored rows, which they change, have values in: a renamed column looks like that.

    Of an 01c after which nobody is protected ``worse`` only the columns that say who is protected count: who is protected
    by a measure of his own as well loses nothing today, but would later.
    """
    problems = []
    for feed in feeds:
        names = {column.name: column.id for column in feed.file.layout.columns}
        absent = {names[name]: name for name in feed.file.absent}
        if feed.data_set == MEASURES and not worse:
            absent = {column: name for column, name in absent.items() if column in DECIDING_COLUMNS}
        lost = (
            feed_difference.find_lost(connection, forms, feed.data_set, frozenset(absent)) if absent else None
        )
        if lost is not None:
            others = "、".join(feed.file.extra) or "なし"
            problems.append(
                Fault(
                    feed.data_set,
                    f"{feed.name}: 前回まで値のあった項目がありません（読み取った値: レイアウトにない項目 {others}、"
                    f"期待: 項目「{absent[lost]}」）。項目名が変わっていないかを、送り出し側に確かめてください。"
                    + (_UNWAIVABLE if feed.data_set == MEASURES else ""),
                )
            )
    return problems
