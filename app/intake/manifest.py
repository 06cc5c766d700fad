"""The envelope of a feed file: its name, its ``.json`` manifest, and the refusal when either is wrong.

``{団体コード6}_{業務ID3}_{連携ID}_{1全件|2差分}_{YYYYMMDDhhmmss}_{連番3}.csv`` beside a manifest of the same stem. A CSV without a
manifest is not finished being written and is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.intake.broken import json_fault

FULL = "full"
DIFF = "diff"
KIND_DIGITS = {FULL: "1", DIFF: "2"}
ENCODINGS = ("utf-8", "cp932")

MANIFEST_KEYS = ("layout", "rows", "sha256", "as_of", "kind")
OPTIONAL_KEYS = ("encoding", "layout_version")
MAX_MANIFEST_BYTES = 65_536

_NAME = re.compile(
    r"(?P<lg_code>[0-9]{6})_(?P<business_id>[0-9]{3})_(?P<link_id>[0-9]{3}o[0-9]{3})"
    r"_(?P<kind>[12])_(?P<stamp>[0-9]{14})_(?P<serial>[0-9]{3})"
)
EARLIEST_YEAR = 1900
"""Nothing was delivered before; and a database cannot hold the first year of the calendar in every zone."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_JAPAN = timedelta(hours=9)
_NAME_FORM = "団体コード6桁_業務ID3桁_連携ID_1か2_年月日時分秒14桁_連番3桁.csv"
_ASK_AGAIN = "送り出し側に正しいファイルの再作成を依頼してください。"


class FeedRefused(Exception):
    """A feed file that cannot be imported at all. All texts are Japanese and made to be shown.

    ``file`` is the name without folders, ``problem`` what is wrong, ``read`` what the file has, ``expected`` what it should
    have, ``action`` what to do.
    """

    def __init__(self, file: str, problem: str, read: str, expected: str, action: str = _ASK_AGAIN) -> None:
        super().__init__(file, problem, read, expected, action)
        self.file, self.problem, self.read, self.expected, self.action = file, problem, read, expected, action

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.problem}（読み取った値: {self.read}、期待: {self.expected}）。{self.action}"
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a feed's name and manifest declare. ``kind`` is "full" or "diff"; times are Japan's, without a zone."""

    layout: str
    kind: str
    rows: int
    sha256: str
    as_of: datetime
    lg_code: str
    business_id: str
    link_id: str
    stamp: datetime
    serial: int
    encoding: str = "utf-8"
    layout_version: str | None = None


def feed_name(lg_code: str, business_id: str, link_id: str, kind: str, stamp: datetime, serial: int) -> str:
    """The stem (name without suffix) of a feed file. Raises ``ValueError`` when the parts make no valid name."""
    stem = f"{lg_code}_{business_id}_{link_id}_{KIND_DIGITS[kind]}_{stamp:%Y%m%d%H%M%S}_{serial:03d}"
    if _NAME.fullmatch(stem) is None:
        raise ValueError(f"not a feed file name: {stem}")
    return stem


def list_feeds(folder: Path) -> list[Path]:
    """The folder's CSV files that have a manifest, oldest first (by time stamp, then serial, then name)."""
    found = [path for path in folder.glob("*.csv") if path.with_suffix(".json").is_file()]

    def order(path: Path) -> tuple[str, str, str]:
        match = _NAME.fullmatch(path.stem)
        return (match["stamp"], match["serial"], path.name) if match else ("", "", path.name)

    return sorted(found, key=order)


def read_manifest(path: Path) -> Manifest:
    """The manifest of a feed, given the path of either of its two files. Raises ``FeedRefused``."""
    csv_name = path.with_suffix(".csv").name
    name = _NAME.fullmatch(path.stem)
    if name is None:
        raise FeedRefused(csv_name, "ファイル名の形が違います", csv_name, _NAME_FORM)
    table = _read_json(path.with_suffix(".json"))
    return _manifest(path.with_suffix(".json").name, name, table)


def said_by_manifest(path: Path) -> dict[str, str]:
    """What the manifest of a file that is refused says all the same, unjudged: its texts by key; nothing of an unreadable one."""
    try:
        table = _read_json(path.with_suffix(".json"))
    except (FeedRefused, OSError):
        return {}
    return {key: value for key, value in table.items() if isinstance(value, str)}


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FeedRefused(
            path.with_suffix(".csv").name, "マニフェストがありません", "なし", path.name,
            "送り出しが終わるのを待つか、マニフェストの作成を依頼してください。",
        )  # fmt: skip
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        raise FeedRefused(
            path.name,
            "マニフェストが大きすぎます",
            f"{path.stat().st_size}バイト",
            f"{MAX_MANIFEST_BYTES}バイト以下",
        )
    try:
        pairs = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise FeedRefused(
            path.name, "マニフェストをJSONとして読めません", json_fault(error), "UTF-8のJSON"
        ) from error
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise FeedRefused(path.name, "マニフェストの形が違います", _clip(pairs), "項目名と値の組")
    names = [key for key, _ in pairs]
    twice = sorted({key for key in names if names.count(key) > 1})
    if twice:
        raise FeedRefused(path.name, "マニフェストに同じ項目が2回あります", "、".join(twice), "項目ごとに1回")
    return dict(pairs)


def _manifest(file: str, name: re.Match[str], table: Mapping[str, Any]) -> Manifest:
    missing = [key for key in MANIFEST_KEYS if key not in table]
    if missing:
        raise FeedRefused(
            file, "マニフェストに必要な項目がありません", "、".join(table) or "項目なし", "、".join(missing)
        )
    extra = [key for key in table if key not in MANIFEST_KEYS and key not in OPTIONAL_KEYS]
    if extra:
        raise FeedRefused(
            file,
            "マニフェストに知らない項目があります",
            _clip("、".join(extra)),
            "、".join(MANIFEST_KEYS + OPTIONAL_KEYS),
        )
    for key in table:
        if key != "rows" and not isinstance(table[key], str):
            raise FeedRefused(file, f"マニフェストの{key}が文字列ではありません", _clip(table[key]), "文字列")
    kind = table["kind"]
    if KIND_DIGITS.get(kind) != name["kind"]:
        raise FeedRefused(
            file,
            "マニフェストのkindがファイル名の区分と合いません",
            _clip(kind),
            FULL if name["kind"] == "1" else DIFF,
        )
    return Manifest(
        layout=table["layout"],
        kind=kind,
        rows=_rows(file, table["rows"]),
        sha256=_sha256(file, table["sha256"]),
        as_of=_as_of(file, table["as_of"]),
        lg_code=name["lg_code"],
        business_id=name["business_id"],
        link_id=name["link_id"],
        stamp=_stamp(file, name["stamp"]),
        serial=int(name["serial"]),
        encoding=_encoding(file, table.get("encoding", "utf-8")),
        layout_version=table.get("layout_version"),
    )


def _rows(file: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FeedRefused(file, "マニフェストのrowsが行数ではありません", _clip(value), "0以上の整数")
    return value


def _sha256(file: str, value: str) -> str:
    if _SHA256.fullmatch(value.lower()) is None:
        raise FeedRefused(file, "マニフェストのsha256が要約値ではありません", _clip(value), "16進64桁")
    return value.lower()


def _encoding(file: str, value: str) -> str:
    if value.lower() not in ENCODINGS:
        raise FeedRefused(file, "マニフェストのencodingを扱えません", _clip(value), "、".join(ENCODINGS))
    return value.lower()


def _stamp(file: str, text: str) -> datetime:
    try:
        return _possible(datetime.strptime(text, "%Y%m%d%H%M%S"))
    except ValueError as error:
        raise FeedRefused(file, "ファイル名の日時がありえない日時です", text, "年月日時分秒14桁") from error


def _possible(moment: datetime) -> datetime:
    """The moment. Raises ``ValueError`` when no file can be of it."""
    if moment.year < EARLIEST_YEAR:
        raise ValueError(moment.year)
    return moment


def _as_of(file: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = (moment.astimezone(UTC) + _JAPAN).replace(tzinfo=None)
        moment = _possible(moment)
    except (ValueError, OverflowError) as error:
        raise FeedRefused(
            file,
            "マニフェストのas_ofが日付ではありません",
            _clip(text),
            "YYYY-MM-DD または YYYY-MM-DDThh:mm:ss",
        ) from error
    return moment


def manifest_table(
    layout: str, kind: str, rows: int, sha256: str, as_of: date | datetime, encoding: str
) -> dict[str, str | int]:
    """The manifest as it is written. UTF-8 is not mentioned, being the rule."""
    table: dict[str, str | int] = {
        "layout": layout,
        "kind": kind,
        "rows": rows,
        "sha256": sha256,
        "as_of": as_of.isoformat(),
    }
    return table if encoding == "utf-8" else {**table, "encoding": encoding}


def _clip(value: object, limit: int = 80) -> str:
    text = str(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
