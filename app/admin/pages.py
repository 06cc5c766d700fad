"""The administration pages (管理画面) in the order of the landing page: a new page is a row here and one in the access table."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.domain.authority import Actor
from app.operations.tried_content import DRAFT
from app.web.access import ACCESS
from app.web.pages import Action


@dataclass(frozen=True)
class AdminPage:
    """A page by the name of its route, with its heading and one line on what it is for."""

    endpoint: str
    title: str
    text: str

    def open_to(self, actor: Actor) -> bool:
        """Whether the access table lets this member of staff in: the right is named there and nowhere else."""
        return bool(ACCESS[self.endpoint].rights & actor.rights)


ADMIN_PAGES: tuple[AdminPage, ...] = (
    AdminPage(
        "admin.users",
        "職員",
        "職員IDごとに、所属、窓口と役割、有効期間、一時パスワード、ログインの停止を管理します。",
    ),
    AdminPage(
        "admin.transfers",
        "人事異動の取込",
        "人事異動の CSV を確かめ、変わるところを項目ごとに見てから、期日を決めてまとめて適用します。",
    ),
    AdminPage(
        "admin.roles",
        "権限",
        "役割ごとの機能、参照できる情報、受付できるものを確かめ、市の役割を作ります。役割の画面も見られます。",
    ),
    AdminPage("admin.devices", "窓口の機器", "カード読取装置とお客様画面を席ごとに登録し、解除します。"),
    AdminPage(
        "admin.links",
        "データ連携",
        "基幹システムのファイルの取込予定と結果、取り込めなかった行、保留、再実行を管理します。",
    ),
    AdminPage(
        "admin.fonts", "外字", "外字フォントと対応表、画面の書体、表示・印字できない文字を確かめます。"
    ),
    AdminPage(
        "admin.addresses",
        "住所マスタ",
        "町・字、地番、方書と全国の町名・郵便番号の件数、元のデータと時点を確かめます。",
    ),
    AdminPage(
        "admin.simulator_index",
        "シミュレーター",
        "架空の世帯をつくり、確認事項と手続き一覧が下書きでどう変わるかを、理由とともに確かめます。",
    ),
    AdminPage(
        "admin.examples",
        "世帯例",
        "正しい一覧を人が決めた世帯例を、まとめて確かめます。1件でも違えば公開できません。",
    ),
    AdminPage(
        "admin.replays",
        "過去の受付での試行",
        "先月までの受付を下書きで判定し直し、増える手続き・減る手続きを公開前に確かめます。",
    ),
    AdminPage(
        "admin.review_sheet",
        "点検表",
        "市ごとに違う設定値、確かめる内容、手数料、電話番号、見直しの期限を1か所で点検し、CSVに保存します。",
    ),
    AdminPage(
        "admin.guidance",
        "ガイダンスの見直し",
        "手続き・証明書・確認事項の説明と根拠法令を、いつまでに確かめ直すかを一覧で見ます。",
    ),
    AdminPage(
        "admin.translations",
        "案内書の訳",
        "手続き案内書を日本語と並べて印刷する訳の、足りないもの・見直すものを言語ごとに確かめて直します。",
    ),
    AdminPage(
        "admin.leaflets",
        "パンフレット",
        "手続きごとにお渡しするパンフレットの PDF を、言語と配布の期間を付けて登録します。",
    ),
    AdminPage("admin.status", "システム状態", "データごとの取込の時刻・件数と、業務定義の版を確かめます。"),
    AdminPage(
        "admin.record",
        "操作ログ",
        "だれが・いつ・だれの何を扱ったかを探し、住民ごとのアクセス記録、点検の週報、外部への引渡しを行います。",
    ),
    AdminPage("admin.news", "お知らせ", "宛先の窓口と期間を決めてお知らせを掲載し、読んだ人数を確かめます。"),
    AdminPage(
        "calendar.index",
        "開庁日",
        "庁舎ごとの開庁日と開庁時間、臨時の開庁・閉庁を登録し、期限の数え方を確かめます。",
    ),
    AdminPage(
        "forms.index",
        "申請書様式",
        "市の公式様式に差し込む項目を画面で置き、見本で確かめて、期日を決めて公開します。",
    ),
    AdminPage(
        "desk.index",
        "業務定義の編集",
        "手続き・質問・判定・証明書・手数料の表を下書きで直し、別の担当者の審査を経て公開します。",
    ),
)


def open_pages(actor: Actor) -> tuple[AdminPage, ...]:
    """The pages of the landing page for this member of staff."""
    return tuple(page for page in ADMIN_PAGES if page.open_to(actor))


def back_from(source: str) -> Action:
    """The way back from trying a content: to the draft where it is one, otherwise to the landing page."""
    kind, _, draft_id = source.partition("-")
    if kind == DRAFT and draft_id:
        return Action("下書きへ戻る", "F3", "link", url_for("desk.draft", draft_id=draft_id))
    return Action("管理へ戻る", "F3", "link", url_for("admin.index"))
