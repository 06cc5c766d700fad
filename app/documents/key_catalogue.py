"""The catalogue of print keys (差し込み項目): what a form may print, by the Japanese labels its authors choose from.

Beside these a form may print `answers.<question>` and `facts.<fact>` of the content pack, whose labels stand in the pack.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.guide_words import HEAD, WORDS


@dataclass(frozen=True, slots=True)
class PrintKey:
    """One key with its label, the group it is listed under and an example of what it prints; dates are YYYY-MM-DD."""

    key: str
    label: str
    group: str
    sample: str


_WHO = {
    "name": ("氏名", "見本　太郎"),
    "kana": ("フリガナ", "ミホン　タロウ"),
    "birth": ("生年月日", "1984-02-29"),
    "address": ("住所", "架空市中央一丁目２番３号"),
    "phone": ("電話番号", "090-0000-1234"),
}
_SUBJECT = {
    **_WHO,
    "sex": ("性別", "男"),
    "postal_code": ("郵便番号", "999-0001"),
    "number": ("宛名番号", "0000012345"),
    "relationship": ("続柄", "世帯主"),
    "householder": ("世帯主の氏名", "見本　太郎"),
    "domicile": ("本籍", "架空市中央一丁目２番"),
    "register_head": ("筆頭者", "見本　太郎"),
    "nationality": ("国籍", "ネパール"),
}
_OTHER = {code: (f"{WORDS[code]}（訳）", WORDS[code]) for code in HEAD} | {
    "received_day": ("受付日（訳）", "Monday, 6 April 2026")
}
_GROUPS: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "city": ("市", {"name": ("市の名前", "架空市")}),
    "case": (
        "受付",
        {
            "number": ("受付番号", "R8-04-000123-7"),
            "received_on": ("受付日", "2026-04-06"),
            "counter": ("窓口", "市民課 2番窓口"),
            "staff": ("受付職員", "窓口　職員"),
            "channel": ("受付の方法", "窓口"),
        },
    ),
    "subject": ("対象の方", _SUBJECT),
    "applicant": ("申請する方", _WHO),
    "householder": ("世帯主", _WHO),
    "visitor": (
        "来庁した方",
        {
            **_WHO,
            "postal_code": ("郵便番号", "999-0001"),
            "relation": ("本人との関係", "本人"),
            "documents": ("本人確認書類", "マイナンバーカード"),
            "papers": ("権限を確認した書類", "委任状"),
        },
    ),
    "requester": (
        "法人・事務所・官公署として請求した方",
        {
            "name": ("名称", "株式会社見本"),
            "address": ("所在地", "架空市中央一丁目２番３号"),
            "representative": ("代表者", "代表取締役　見本一郎"),
            "words": ("名称・資格・番号など", "弁護士　見本法律事務所　登録番号 12345　統一用紙 A-1"),
        },
    ),
    "bearer": ("届け出た方（本人と違うとき）", _WHO),
    "proxy": (
        "代理人",
        {
            "name": ("氏名", "代理　花子"),
            "address": ("住所", "架空市東町５番"),
            "authority": ("権限を確認した書類", "委任状"),
        },
    ),
    "move": (
        "異動",
        {
            "kind": ("異動の種類", "move_in"),
            "changed_on": ("異動日", "2026-04-01"),
            "notified_on": ("届出日", "2026-04-06"),
            "old_address": ("前の住所", "東海県見本市北町四丁目５６番地７"),
            "left_address": ("市内の前の住所（転居・転出のとき）", "架空市北町一丁目１番１号"),
            "new_address": ("新しい住所", "架空市中央一丁目２番３号"),
            "old_householder": ("前の世帯主", "見本　太郎"),
            "new_householder": ("新しい世帯主", "見本　太郎"),
            "late_reason": ("届出が遅れた理由", "入院していたため"),
        },
    ),
    "defect": (
        "郵送の不備の連絡",
        {
            "on": ("連絡した日", "2026-04-06"),
            "to": ("送り先の住所", "東海県見本市北町四丁目５６番地７"),
            "missing": ("足りないもの（1行に1つ）", "・本人確認書類の写し\n・定額小為替300円分"),
            "text": ("伝えたこと", "返信用封筒に切手を貼ってください。"),
            "section": ("担当の課", "市民課"),
            "phone": ("担当の課の電話番号", "0968-00-0001"),
        },
    ),
    "other": ("案内書のことば（選んだ言語）", _OTHER),
    "procedures": ("手続き", {"count": ("手続きの件数", "5")}),
    "certificates": (
        "証明書の請求",
        {
            "copies": ("通数の合計", "3"),
            "total": ("手数料の合計", "900"),
            "purpose": ("使用目的", "年金の手続き"),
            "recipient": ("提出先", "年金事務所"),
        },
    ),
}
_MEMBER = {
    name: _SUBJECT[name]
    for name in (
        "name", "kana", "birth", "sex", "relationship", "domicile", "register_head", "nationality", "number", "address",
    )
} | {"moves": ("異動する", "はい")}  # fmt: skip
_ROWS: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "members": ("異動する方の一覧", _MEMBER),
    "targets": ("対象の方の一覧", _MEMBER),
    "others": ("対象の方のうち、申し出る方のほかの一覧", _MEMBER),
    "certificates": (
        "請求する証明書の一覧",
        {
            "title": ("証明書", "住民票の写し"),
            "person": ("どなたの", "見本　太郎"),
            "contents": ("記載内容", "世帯全員・本籍"),
            "copies": ("通数", "1"),
            "unit_fee": ("単価", "300"),
            "fee": ("手数料", "300"),
            "fee_words": ("手数料の計算", "300円 × 2税目 × 2年度 ＝ 1,200円"),
            "exemption": ("免除の理由", "年金の請求に使う場合"),
            "evidence": ("免除の根拠を確かめた書類", "年金の請求書"),
        },
    ),
    "procedures": (
        "手続きの一覧",
        {
            "order": ("順番", "1"),
            "title": ("手続き", "国民健康保険の加入"),
            "why": ("必要な理由", "勤務先の健康保険に入っていないため"),
            "people": ("どなたの", "見本　太郎"),
            "place": ("窓口", "保険年金課"),
            "floor": ("場所", "1階"),
            "bring": ("持ち物", "資格喪失証明書"),
            "deadline": ("期限", "令和8年4月15日まで"),
            "state": ("状態", "未着手"),
            "done": ("済んだ", "いいえ"),
        },
    ),
}


def _listed(keys: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]]) -> Iterator[tuple[str, PrintKey]]:
    for code, (group, names) in keys.items():
        for name, (label, sample) in names.items():
            yield code, PrintKey(f"{code}.{name}", label, group, sample)


KEYS: Mapping[str, PrintKey] = {item.key: item for _, item in _listed(_GROUPS)}
"""Every key that stands for one value."""

ROW_KEYS: Mapping[str, Mapping[str, PrintKey]] = {
    code: {item.key.partition(".")[2]: item for owner, item in _listed(_ROWS) if owner == code}
    for code in _ROWS
}
"""The keys in a row of each list that a table can repeat over, without the name of the list."""

LIST_LABELS: Mapping[str, str] = {code: label for code, (label, _) in _ROWS.items()}
