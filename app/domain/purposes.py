"""Purposes (照会の目的): why a person is opened outside a case; each decides what of him may be seen (`app.domain.disclosure`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LASTS = timedelta(minutes=15)
"""How long a purpose that was chosen for a person counts in the same session."""


@dataclass(frozen=True)
class Purpose:
    """One answer to «why do you open this person?»; ``note`` says when it is right, and what it leaves out."""

    code: str
    title: str
    note: str


PURPOSES: tuple[Purpose, ...] = (
    Purpose("visitor", "来庁した方の相談・案内", "用件を聞き、窓口や必要なものを案内します"),
    Purpose("prepare", "受付・予約の準備", "予約や届いた郵便を、受付の前に確かめます"),
    Purpose("after", "受付の後の確認", "不備の連絡や差戻しに答えます"),
    Purpose("review", "審査・職務上の調査", "担当の業務として確かめます"),
    Purpose("enquiry", "電話・手紙の問い合わせ", "相手を確かめられません。税・福祉などの内容は表示しません"),
    Purpose("office", "ほかの課・機関からの照会", "税・福祉などの内容は表示しません"),
)
"""In the order of their keys."""

BY_CODE = {one.code: one for one in PURPOSES}
