"""The operation log as files to hand over (spec 7-C-④): the rows of a period, a field guide, and a manifest that proves them.

Each lane comes without a gap from its first row of the period to its last, with the mac before the first: whoever has the
key can check every row (`check`), whoever has not can compare the hashes and the gapless positions.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from app.data import audit, audit_seals, record_search
from app.data.audit_macs import START, audit_key, file_mac, row_mac
from app.data.models.base import utc_now
from app.data.transactions import end_reading, transaction
from app.domain.authority import ACTOR_KINDS, Actor
from app.domain.dates import JAPAN
from app.domain.errors import Invalid
from app.domain.spreadsheet import csv_bytes

EVENTS_FILE, GUIDE_FILE, MANIFEST_FILE = "events.csv", "guide.csv", "manifest.json"
MOST_ON_PAGE = 100_000
"""Rows of a file that a page hands out; the command line has no limit."""

GUIDE: tuple[tuple[str, str], ...] = (
    ("系列", "記録のつながりの単位。窓口のコード、または system（システム）"),
    ("番号", "系列の中の通し番号。1から始まり、欠番はありません"),
    ("日時", "協定世界時（UTC）。日本時間は9時間を足します"),
    ("種別", "、".join(f"{kind}（{title}）" for kind, title in ACTOR_KINDS.items())),
    ("操作者", "職員ID、機器のID、運用コマンドを実行したアカウント（os:）など"),
    ("窓口", "操作した窓口のコード"),
    ("ログイン", "同じログインの操作を結ぶ符号"),
    ("操作コード", "操作の種類"),
    ("操作", "操作の種類の名前"),
    ("受付", "受付の内部ID。受付に関わらない操作は空欄"),
    ("対象者", "宛名番号の一覧（JSON）"),
    ("内容", "件数やコードなど（JSON）。氏名・住所は含みません"),
    ("検索語", "宛名検索に入力された文字。暗号化したまま（16進）"),
    ("検証値", "この行と前の行から鍵を使って計算した値（HMAC-SHA-256、16進）"),
)
"""The columns of the rows, with what they hold."""


@dataclass(frozen=True)
class Written:
    """What went into a file."""

    rows: int
    manifest: dict[str, Any]


def period(since: date, until: date) -> tuple[datetime, datetime]:
    """The moments from the beginning of a day to the end of another, in Japan."""
    return (
        datetime.combine(since, time(), JAPAN),
        datetime.combine(until + timedelta(days=1), time(), JAPAN),
    )


def hand_over(since: date, until: date, actor: Actor) -> bytes:
    """A zip of the period for a page; recorded. Raises Invalid (field ``until``) when it would be too large for one."""
    count = record_search.count_between(*period(since, until))
    if count > MOST_ON_PAGE:
        text = (
            f"この期間の記録は{count:,}件あります。画面から書き出せるのは{MOST_ON_PAGE:,}件までです。"
            "期間を分けるか、サーバーの flask audit export で書き出してください。"
        )
        raise Invalid(text, {"until": text})
    buffer = io.BytesIO()
    write(buffer, since, until, actor)
    return buffer.getvalue()


def write(file: IO[bytes] | Path, since: date, until: date, actor: Actor) -> Written:
    """Write the zip of a period and record that it was made; the rows are those of before."""
    spans = record_search.list_spans(*period(since, until))
    lanes, rows = {}, 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        with packed.open(EVENTS_FILE, "w", force_zip64=True) as raw:
            out = _Counting(raw)
            out.text(["\ufeff" + GUIDE[0][0], *(name for name, _said in GUIDE[1:])])
            for lane, (first, last) in spans.items():
                before = record_search.find_mac(lane, first - 1) if first > 1 else START
                mac = b""
                for entry in record_search.read_span(lane, first, last):
                    out.text(_cells(entry))
                    mac, rows = entry.mac, rows + 1
                lanes[lane] = {
                    "first": first,
                    "last": last,
                    "before": (before or b"").hex(),
                    "mac": mac.hex(),
                }
        guide = csv_bytes(("項目", "内容"), GUIDE)
        packed.writestr(GUIDE_FILE, guide)
        end_reading()
        files = {EVENTS_FILE: out.said(), GUIDE_FILE: _said(guide)}
        manifest = _manifest(since, until, actor, rows, lanes, files)
        packed.writestr(MANIFEST_FILE, json.dumps(manifest, ensure_ascii=False, indent=1))
    with transaction():
        detail = {"since": since.isoformat(), "until": until.isoformat(), "rows": rows}
        audit.record("audit.exported", actor=actor, detail=detail | {"sha256": files[EVENTS_FILE]["sha256"]})
    return Written(rows, manifest)


def _manifest(
    since: date, until: date, actor: Actor, rows: int, lanes: Mapping[str, Any], files: Mapping[str, Any]
) -> dict[str, Any]:
    seals = [seal for seal in audit_seals.list_all() if since <= seal.day <= until]
    manifest = {
        "since": since.isoformat(), "until": until.isoformat(), "made_at": utc_now().isoformat(),
        "made_by": audit.on_record(actor).staff_id, "rows": rows, "files": dict(files), "lanes": dict(lanes),
        "seals": {seal.day.isoformat(): seal.mac.hex() for seal in seals},
    }  # fmt: skip
    return manifest | {"mac": file_mac(audit_key(), _canonical(manifest)).hex()}


class _Counting:
    """Rows of CSV into a file, with the hash and length of what was written."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._hash, self._bytes = raw, hashlib.sha256(), 0

    def text(self, cells: list[Any]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(cells)
        data = line.getvalue().encode()
        self._raw.write(data)
        self._hash.update(data)
        self._bytes += len(data)

    def said(self) -> dict[str, Any]:
        return {"sha256": self._hash.hexdigest(), "bytes": self._bytes}


def _said(data: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _cells(entry: record_search.RawEntry) -> list[Any]:
    lane, position, at, kind, actor, counter, session, action, case_id, persons, detail, secret = json.loads(
        entry.text
    )
    return [
        lane, position, at, kind, actor, counter, session, action, entry.label, case_id or "",
        _canonical(persons).decode(), _canonical(detail).decode(), secret or "", entry.mac.hex(),
    ]  # fmt: skip


def check(path: Path) -> tuple[int, tuple[str, ...]]:
    """Check a file that was handed over with the key of this instance: rows that hold, and what does not (Japanese)."""
    with zipfile.ZipFile(path) as packed:
        manifest: dict[str, Any] = json.loads(packed.read(MANIFEST_FILE))
        mac = bytes.fromhex(manifest.pop("mac", ""))
        wrong = []
        if not hmac.compare_digest(mac, file_mac(audit_key(), _canonical(manifest))):
            wrong.append("目録（manifest.json）が書き換えられているか、この鍵で作られたものではありません。")
        for name, said in manifest["files"].items():
            with packed.open(name) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != said["sha256"]:  # type: ignore[arg-type]
                    wrong.append(f"{name} が書き換えられています。")
        with packed.open(EVENTS_FILE) as raw:
            rows, broken = _check_rows(io.TextIOWrapper(raw, "utf-8-sig", newline=""), manifest["lanes"])
    return rows, (*wrong, *broken)


def _check_rows(file: IO[str], lanes: Mapping[str, Any]) -> tuple[int, list[str]]:
    key, rows, broken = audit_key(), 0, list[str]()
    reached = {lane: (span["first"] - 1, bytes.fromhex(span["before"])) for lane, span in lanes.items()}
    for cells in _rows_of(file):
        lane, position = cells[0], int(cells[1])
        last, previous = reached.get(lane, (0, b""))
        mac = bytes.fromhex(cells[13])
        content = [
            lane, position, *cells[2:8], cells[9] or None, json.loads(cells[10]), json.loads(cells[11]), cells[12] or None,
        ]  # fmt: skip
        holds = hmac.compare_digest(mac, row_mac(key, _canonical(content).decode(), previous))
        if position != last + 1 or not holds:
            broken.append(f"系列「{lane}」の{last + 1}番から先が、記録のとおりではありません。")
            return rows, broken
        reached[lane] = (position, mac)
        rows += 1
    broken += [
        f"系列「{lane}」の{reached[lane][0]}番より後がありません。"
        for lane, span in lanes.items()
        if reached[lane][0] != span["last"]
    ]
    return rows, broken


def _rows_of(file: IO[str]) -> Iterator[list[str]]:
    reader = csv.reader(file)
    next(reader)
    yield from reader
