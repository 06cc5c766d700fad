"""The page ``docs/feeds.md``, written from the layouts so that it cannot differ from what the import checks.

``python -m app.intake.feeds_doc`` writes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.intake.layouts import CONDITIONAL, REQUIRED, Column, Layout, load_versions
from app.intake.manifest import ENCODINGS, MANIFEST_KEYS, OPTIONAL_KEYS
from app.intake.wording import codes_text, condition_text, type_text

PAGE = Path(__file__).parents[2] / "docs" / "feeds.md"

_INTRODUCTION = """\
# 連携ファイル

基幹システムから受け取るファイルの形です。このページはレイアウト（`app/intake/layouts/*.toml`）から作られ、取込の検査と同じ表に基づきます。
直すときはレイアウトを直し、`python -m app.intake.feeds_doc` で作り直します。

## 一覧

出典: S 公式の項目定義、s 公開資料から確かめた二次の定義、P 本製品の提案（基幹システムの事業者と要確認）。
"""

_ENVELOPE = """\
## ファイルの約束

- 名前: `{団体コード6桁}_{業務ID}_{連携ID}_{1か2}_{年月日時分秒14桁}_{連番3桁}.csv`。1は全件、2は差分です。
- 同じ名前の `.json`（マニフェスト）を、CSVを書き終えた後に置きます。マニフェストのないCSVには触れません。
- マニフェストの項目: MANIFEST。ほかの項目があると取り込みません。
  - `layout` は上の一覧の番号、`kind` は `full`（全件）か `diff`（差分）、`rows` は見出しを除く行数、`sha256` はCSVの要約値（16進64桁）。
  - `as_of` はいつ時点のデータか（`YYYY-MM-DD` か `YYYY-MM-DDThh:mm:ss`）。
  - 書かなくてもよい項目: OPTIONAL。`encoding` は ENCODINGS（書かなければ utf-8）、`layout_version` は一覧の版です。
  - 版を書かなければ、`as_of` の日に有効な版のうち新しいほうで読みます。切替の間に古い形で送るときは、`layout_version` を書きます。
    どの版の有効期間にも入らない時点のファイルと、見出しがほかの版の項目名のファイルは取り込みません。
- **住民情報（01a）には、その日の支援措置対象者（01c）が要ります。** 全件の01aには全件の01c、
  差分の01aには `as_of` が同じ日かそれより後の01cです。対象者に変更のない日は、0行の差分を送ります。
  01cを一度も取り込んでいない間は、住所の項目（住）のあるほかのファイルも取り込みません。
- 文字コード: UTF-8（BOMがあってもよい）。cp932で送るときは、マニフェストの `encoding` に `cp932` と書きます。
  読めない文字のあるファイルと、cp932にない文字が 〓 や ? になったファイルは取り込みません。
- CSV: RFC 4180、区切りはコンマ、改行はCRLFかLF。1行目は項目名の見出しで、列は名前で見分けます。並び順は問いません。
- レイアウトにない列は、項目名のまま残します。必須（◎）の列がないファイルは取り込みません。
- **個人番号は受け取りません。** 項目名に「個人番号」「マイナンバー」を含むレイアウト外の列は、ファイルにあっても読まずに捨てます。
- 同じキー（履歴のあるファイルでは、キーと履歴番号の組）の行は1つだけ、最新フラグが1で削除されていない行は1つだけです。
- 市区町村コードの列は、ファイル名の団体コードと同じ値でなければなりません。

## 型

| 型 | 値 |
| --- | --- |
| X10 | 半角10文字以内（英数字、記号、半角カナ） |
| N100 | 100文字以内。制御文字は使えません。異体字セレクタは文字数に数えません |
| 9(5) | 5桁以内の整数。S9 は負の数（先頭に -）もよい |
| 9V(5,2) | 全体5桁、小数点以下2桁以内の数 |
| DATE | `YYYY-MM-DD`。開始が分からないときは `0000-01-01`、終わりがないときは `9999-12-31` |
| DATE不詳 | 不詳になりうる日付（下の説明） |
| TIME | `hh:mm` か `hh:mm:ss` |
| YEAR | 西暦4桁 |

DATE不詳には `_不詳フラグ` と `_不詳表記` が付き、フラグが1のときは空の値と、月や日が00の値を許します。
暦にない日（平年の2月29日など）も記録のまま受け取ります。

要: ◎ 必須、○ 条件付き必須（条件は右の欄）、空欄 任意。住: その人がどこに住むかが分かる項目（支援措置対象者の値は別に保護して保管します）。
"""


def render() -> str:
    """The whole page in Markdown, ending in a newline."""
    layouts = [layout for versions in load_versions().values() for layout in versions]
    return "\n".join([_INTRODUCTION, *_overview(layouts), "", _envelope(), *_sections(layouts)])


def _envelope() -> str:
    text = _ENVELOPE.replace("MANIFEST", _quoted(MANIFEST_KEYS)).replace("OPTIONAL", _quoted(OPTIONAL_KEYS))
    return text.replace("ENCODINGS", " か ".join(f"`{name}`" for name in ENCODINGS))


def _quoted(names: tuple[str, ...]) -> str:
    return "、".join(f"`{name}`" for name in names)


def _overview(layouts: Sequence[Layout]) -> Iterator[str]:
    yield "| 番号 | データ | ファイル | 業務ID | 連携ID | 列 | 履歴 | 版 | 有効期間 | 出典 |"
    yield "| --- | --- | --- | --- | --- | --: | --- | --- | --- | --- |"
    for layout in layouts:
        yield (
            f"| [{layout.id}](#{_anchor(layout)}) | {layout.data_set} | {layout.title} | {layout.business_id}"
            f" | `{layout.link_id}` | {len(layout.columns)} | {'あり' if layout.has_history else 'なし'}"
            f" | {layout.version} | {layout.validity} | {layout.source} |"
        )


def _anchor(layout: Layout) -> str:
    return f"{layout.id}-{layout.title}".replace("・", "") + f"-版{layout.version}"


def _sections(layouts: Sequence[Layout]) -> Iterator[str]:
    described: dict[tuple[tuple[str, str], ...], Layout] = {}
    newest: dict[str, Layout] = {}
    for layout in layouts:
        names = {column.id: column.name for column in layout.columns}
        yield f"## {layout.id} {layout.title} 版{layout.version}\n"
        newer = newest.setdefault(layout.id, layout)
        if newer is not layout:
            yield f"{layout.note}版{newer.version}と次の項目が違います。\n"
            yield from _older(layout, newer)
            yield ""
            continue
        yield f"連携ID `{layout.link_id}`、キー: {'＋'.join(names[name] for name in layout.key)}。{layout.note}\n"
        same = described.setdefault(tuple(names.items()), layout)
        if same is not layout:
            yield from _differences(layout, same)
            continue
        yield from _table(layout, names)
        yield ""


def _older(layout: Layout, newer: Layout) -> Iterator[str]:
    yield "| 項目 | 識別子 | 型 | 新しい版の項目 | 型 |"
    yield "| --- | --- | --- | --- | --- |"
    for column, other in zip(layout.columns, newer.columns, strict=True):
        if (column.name, _type(column)) != (other.name, _type(other)):
            yield f"| {column.name} | `{column.id}` | {_type(column)} | {other.name} | {_type(other)} |"


def _differences(layout: Layout, same: Layout) -> Iterator[str]:
    stricter = [
        column.name
        for column, other in zip(layout.columns, same.columns, strict=True)
        if column.level == REQUIRED != other.level
    ]
    more = f"ここでは必須: {'、'.join(stricter)}。" if stricter else ""
    yield f"列は{same.id}と同じです。{more}\n"


def _table(layout: Layout, names: Mapping[str, str]) -> Iterator[str]:
    yield "| 項目 | 識別子 | 型 | 要 | 住 | コード、条件 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    shown: Mapping[str, str] | None = None
    for column in layout.columns:
        need = {REQUIRED: "◎", CONDITIONAL: "○"}.get(column.level, "")
        where = "住" if column.address else ""
        yield (
            f"| {column.name} | `{column.id}` | {_type(column)} | {need} | {where} | {_remarks(column, names, shown)} |"
        )
        shown = column.codes


def _type(column: Column) -> str:
    if column.unknown is not None:
        return "DATE不詳"
    if column.type in ("X", "N"):
        return f"{column.type}{column.length}"
    if column.type == "9V":
        return f"9V({column.length},{column.decimals})"
    return f"{column.type}({column.length})" if column.type in ("9", "S9") else column.type


def _remarks(column: Column, names: Mapping[str, str], shown: Mapping[str, str] | None) -> str:
    """Conditions, codes and form; ``shown`` are the codes of the row above, not written twice in a row."""
    parts = []
    if column.condition:
        parts.append(f"{condition_text(column.condition, names)}は必須")
    if column.codes is not None and column.codes is shown and len(column.codes) > 2:
        parts.append("同上")
    elif column.codes is not None:
        parts.append(codes_text(column.codes) + ("（ほかの値も可）" if column.codes_open else ""))
    if column.pattern is not None:
        parts.append(column.form)
    if column.lines:
        parts.append(type_text(column))
    return "。".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8", newline="\n")
