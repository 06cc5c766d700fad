"""What is wrong with a file that cannot be read, in Japanese: the libraries say it in English."""

from __future__ import annotations

import csv
import errno
import json

_CSV = {
    "expected after": "閉じる引用符のすぐ後に、カンマでも改行でもない文字",
    "unexpected end of data": "閉じていない引用符",
    "field larger than": "長すぎる値（1つの値は131,072文字まで）",
    "new-line character": "引用符で囲んでいない値の中の改行",
    "NUL": "文字でない値（バイト 00）",
}
_DISK = {
    errno.EACCES: "読む権限がありません",
    errno.EPERM: "読む権限がありません",
    errno.ENOENT: "ファイルがありません",
    errno.EISDIR: "フォルダーです",
    errno.EIO: "記憶装置から読めません",
}


def json_fault(error: ValueError | RecursionError) -> str:
    """What a text has that is not JSON, and where."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.lineno}行目の{error.colno}文字目から先がJSONの形になっていません"
    if isinstance(error, UnicodeDecodeError):
        return f"{error.start + 1}バイト目がUTF-8の文字ではありません"
    if isinstance(error, RecursionError):
        return "括弧の入れ子が深すぎます"
    return "JSONの形になっていない値"


def csv_fault(error: csv.Error | UnicodeDecodeError) -> str:
    """What a record has that is not CSV."""
    if isinstance(error, UnicodeDecodeError):
        return "UTF-8でない文字"
    said = str(error)
    return next((text for part, text in _CSV.items() if part in said), "CSVの形になっていない行")


def disk_fault(error: OSError) -> str:
    """Why the machine does not give a file."""
    return _DISK.get(error.errno or 0, f"システムのエラー番号 {error.errno}")
