"""Every sentence of the window and of the self-check, in plain Japanese."""

from __future__ import annotations

from dataclasses import dataclass

from cardreader_agent.reading import Card, Outcome, SecretKind, Stage

FIELDS = {"name": "氏名", "kana": "カナ", "birth": "生年月日", "sex": "性別", "address": "住所"}
CARDS = {
    Card.MY_NUMBER: "マイナンバーカード",
    Card.LICENCE: "運転免許証",
    Card.RESIDENCE: "在留カード",
    Card.SPECIAL_PERMANENT: "特別永住者証明書",
}
STAGES = {
    Stage.WAITING: (
        "カードを読取装置に置いてください",
        "1枚だけを平らに置き、終わるまで動かさないでください。",
    ),
    Stage.SECRET: ("入力してください", "カードは置いたままにしてください。"),
    Stage.CARD: ("カードを読み取っています", "動かさないでください。"),
}


@dataclass(frozen=True)
class Wanted:
    """How a secret is asked for: what it is called, who types it, and what it is not."""

    title: str
    who: str
    advice: str
    button: str
    """What the other way to it is called, where there are two."""


SECRETS = {
    SecretKind.TEXT_PIN: Wanted(
        "暗証番号（数字4けた）", "お客様が入力してください",
        "「券面事項入力補助用」の4けたです。署名用の6〜16けたではありません。", "暗証番号で読み取る",
    ),
    SecretKind.LICENCE_PIN: Wanted(
        "運転免許証の暗証番号1（数字4けた）", "お客様が入力してください",
        "免許証を作ったときに決めた1つ目の4けたです。", "暗証番号で読み取る",
    ),
    SecretKind.PRINTED_NUMBER: Wanted(
        "照合番号（数字14けた）", "職員が券面を見て入力してください",
        "生年月日（和暦の年月日6けた）、有効期限の年（西暦4けた）、セキュリティコード4けたの順です。", "照合番号で読み取る",
    ),
    SecretKind.CARD_NUMBER: Wanted(
        "カードの番号（英字2・数字8・英字2）", "職員が券面の右上を見て入力してください",
        "例: AB12345678CD", "カードの番号で読み取る",
    ),
}  # fmt: skip

OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.READ: ("読み取りました", "カードをお取りください。"),
    Outcome.WRONG_PIN: ("暗証番号が違います", "カードには、もう送っていません。続けるかどうかは職員が決めます。"),
    Outcome.LAST_TRY: ("暗証番号の入力はあと1回です", "カードには何も送っていません。続けるかどうかは職員が決めます。"),
    Outcome.BLOCKED: ("暗証番号がロックされています", "照合番号での読み取りか、手入力で進めます。"),
    Outcome.WRONG_NUMBER: ("カードの番号が合いません", "券面を見て、もう一度読み取ります。"),
    Outcome.CARD_REMOVED: ("途中でカードが離れました", "入力された番号は消しました。もう一度、最初から読み取ります。"),
    Outcome.NO_CARD: ("カードが置かれませんでした", "もう一度読み取るときは、職員の画面で「もう一度読み取る」を押します。"),
    Outcome.CARD_ERROR: ("カードを読み取れませんでした", "置き直して、もう一度読み取ります。"),
    Outcome.UNSUPPORTED: ("読み取れない種類のカードです", "マイナンバーカード・運転免許証・在留カードを置いてください。"),
    Outcome.BAD_REQUEST: ("入力された番号の形が違います", "けた数を確かめて、もう一度読み取ります。"),
    Outcome.NO_READER: ("読取装置がつながっていません", "USBケーブルを確かめてください。つなぎ直すと、そのまま使えます。"),
    Outcome.BUSY: ("読取装置がほかで使われています", "e-Taxなどカードを使うほかのプログラムを閉じて、もう一度読み取ります。"),
    Outcome.CANCELLED: ("読み取りをやめました", "カードをお取りください。"),
}  # fmt: skip

SCANNED = ("二次元コードを読み取りました", "職員の画面に表示しました。")
STOPPED_THERE = (
    "読み取りは終わりました",
    "職員の画面で取りやめたか、時間が過ぎました。カードをお取りください。",
)
HELD = (
    "サーバーにつながりません",
    "つながりしだい、結果を職員の画面に送ります。カードはお取りいただけます。",
)
ELSEWHERE = (
    "別の環境からの読み取りです",
    "この端末が登録されたサーバーではないので、読み取りません。情報政策課へご連絡ください。",
)
TROUBLES: dict[str, tuple[str, str]] = {
    "": ("待機中", "職員の画面で「カードを読み取る」を押すと始まります。"),
    "no_reader": OUTCOMES[Outcome.NO_READER],
    "busy": OUTCOMES[Outcome.BUSY],
    "network": ("サーバーにつながりません", "ネットワークの線を確かめてください。つながると、そのまま使えます。"),
    "certificate": ("サーバーの証明書を確かめられません", "接続しません。情報政策課へご連絡ください。"),
    "answer": ("サーバーが応答できません", "しばらくすると、自動でつなぎ直します。"),
    "shut_out": (
        "この端末の登録は解除されています",
        "同じ席に別の端末が登録されたか、管理画面で解除されました。使うときは、登録番号を作って登録し直します。",
    ),
    "clock": ("この端末の時計がずれています", "Windowsの時刻合わせをしてください。合うと、そのまま使えます。"),
    "count": ("同じ登録が別のところで使われています", "この端末の登録を解除し、登録し直してください。"),
    "too_old": ("読取プログラムが古いため使えません", "情報政策課の手順で新しい版を入れてください。"),
    "settings": ("設定を読めません", "「--check」で点検し、設定ファイルを直してください。"),
    "not_paired": ("この端末はまだ登録されていません", "管理画面「窓口の機器」で登録番号を作り、「--pair 登録番号」で登録します。"),
    "fault": ("読取プログラムに問題が起きました", "自動でやり直しています。続くときは情報政策課へご連絡ください。"),
}  # fmt: skip
"""Why nothing is read just now, and what to do; the empty word when all is well."""


def left(count: int | None) -> str:
    """How many tries are left, as it is shown beside the field."""
    return "" if count is None else f"あと{count}回入力できます"


def read_what(names: tuple[str, ...]) -> str:
    """What is read of the card, for whoever owns it."""
    return "読み取るもの：" + "・".join(FIELDS[name] for name in names if name in FIELDS)


def for_which(reception: str) -> str:
    """Which case it is for."""
    return f"受付番号 {reception}" if reception else "受付をはじめる前の検索"
