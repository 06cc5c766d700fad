"""What staff call the tables and columns of the content pack (業務定義): every part and every field of its rows."""

from __future__ import annotations

PARTS: dict[str, str] = {
    "procedures": "手続き",
    "rules": "判定の行",
    "questions": "質問",
    "question_groups": "質問の分類",
    "facts": "事実",
    "deadlines": "期限",
    "settings": "市の設定値",
    "certificates": "証明書",
    "certificate_items": "証明書ごとに聞くこと",
    "purposes": "使用目的",
    "fees": "手数料",
    "fee_additions": "手数料の加算",
    "fee_measures": "手数料の数え方",
    "payments": "支払い方法",
    "exemptions": "減免",
    "relations": "請求できる方の関係",
    "requester_rules": "請求できる方の判定",
    "identity_documents": "本人確認書類",
    "proof_papers": "権限確認書類",
    "sections": "課",
    "offices": "庁舎",
    "counters": "窓口",
    "events": "用件",
    "phrases": "定型文",
    "pamphlets": "パンフレット",
    "presets": "世帯例の共通の事実",
    "ordinary": "世帯例の普通の答え",
    "examples": "確認用の世帯例",
}
"""The tables, in the order the rule desk lists them."""

SCREENS: dict[str, tuple[str, tuple[str, ...]]] = {
    "procedures": ("手続き定義", ("procedures", "deadlines", "sections", "offices", "counters", "pamphlets")),
    "rules": ("質問と判定", ("rules", "questions", "question_groups", "facts", "settings", "events")),
    "certs": (
        "証明書・手数料",
        (
            "certificates", "certificate_items", "purposes", "fees", "fee_additions", "fee_measures", "payments",
            "exemptions", "requester_rules", "relations", "identity_documents",
            "proof_papers",
        ),
    ),
    "phrases": ("定型文", ("phrases",)),
}  # fmt: skip
"""The screens of the rule desk: the name in the address, the heading, and the tables on it."""

_COMMON: dict[str, str] = {
    "code": "記号",
    "id": "記号",
    "title": "名前",
    "label": "名前",
    "text": "文",
    "order": "順番",
    "section": "担当課",
    "office": "庁舎",
    "floor": "場所",
    "phone": "電話",
    "legal_basis": "根拠法令",
    "law": "根拠法令",
    "guidance": "ガイダンス",
    "note": "備考",
    "forms": "様式",
    "form": "様式",
    "valid_from": "有効期間の始まり",
    "valid_to": "有効期間の終わり",
    "review": "市で確かめること",
    "checks": "職員が確かめること",
    "reviewed_on": "内容を確かめた日",
    "review_by": "次に確かめる日",
    "pamphlets": "渡すパンフレット",
    "in_guide": "手続き案内書に載せる",
    "reason": "理由の文",
    "papers": "必要な書類",
    "unit": "単位",
    "value": "値",
    "kind": "種類",
    "fact": "事実",
    "certificates": "対象の証明書",
    "choices": "選択肢",
    "type": "種類",
    "subject": "何についての事実か",
    "events": "用件",
    "measure": "何の数で",
    "steps": "加算",
    "purpose": "使いみち",
    "purposes": "使いみち",
    "contents": "記載事項",
    "options": "記載事項",
    "url": "置き場所",
    "languages": "言語",
}

_OF_PART: dict[str, dict[str, str]] = {
    "procedures": {
        "place": "行う場所",
        "per": "決める単位",
        "explanation": "説明",
        "bring": "持ち物",
        "applicant": "申請書の名義",
        "concerns": "対象の人を決める事実",
        "deadline": "期限",
        "deadline_note": "期限の補足",
        "automatic": "案内だけ（手続き不要）",
        "by_hand": "職員が追加するときだけ",
        "number": "目録の番号",
        "single": "異動がなくても受け付ける",
    },
    "rules": {
        "procedure": "手続き",
        "who": "対象の人",
        "conditions": "条件",
        "concerns": "対象の人を決める事実",
        "forms": "この行の様式（空欄は手続きの様式すべて）",
    },
    "questions": {
        "fact": "聞く事実",
        "text": "質問文",
        "why": "聞く理由",
        "group": "分類",
        "printable": "申請書に印字できる",
    },
    "facts": {"source": "出所", "args": "計算の材料", "review": "市で確かめること"},
    "deadlines": {"limits": "数え方", "roll": "閉庁日なら次の開庁日へ"},
    "settings": {"value": "値"},
    "certificates": {
        "quick": "はやうち記号",
        "fee": "手数料",
        "aliases": "はやうちの別名",
        "area": "対象証明書の区分",
        "requesters": "請求できる方の判定の表",
        "photo_id": "顔写真付きの書類に限る",
        "channels": "受け付ける方法（空欄はすべて）",
        "recipient_needed": "提出先を必ず聞く",
        "requires": "見せてもらう書類",
        "fiscal_years": "請求できる過去の年度の数",
        "max_copies": "最大の通数",
        "purpose_needed": "使いみちを必ず聞く",
    },
    "fees": {
        "unit": "1通の手数料（円）",
        "channel": "受付方法",
        "multiply_by": "掛ける数",
    },
    "certificate_items": {
        "certificate": "証明書",
        "label": "聞くこと・記載事項",
        "type": "入力の種類",
        "quick": "はやうちの文字",
        "group": "1つだけ選ぶ組",
        "default": "初めから選ぶ",
        "sensitive": "取扱いに注意（番号）",
        "required": "必須",
        "shown_with": "選んだときに聞く記載事項",
        "hint": "入力の例",
        "measure": "手数料の何の数にするか",
        "fee": "選んだときの手数料",
    },
    "purposes": {"recipients": "提出先の例", "exemption": "使えることがある減免"},
    "fee_additions": {
        "fee": "手数料",
        "measure": "何の数で",
        "included": "加算しない数",
        "every": "いくつごとに",
        "add": "加算（円）",
    },
    "fee_measures": {"ask": "窓口での聞き方（空欄は聞かない）", "hint": "入力の例", "most": "入力できる最大"},
    "payments": {"channel": "受付方法", "exact": "おつりを返せない"},
    "exemptions": {"evidence": "確かめる書類", "relations": "使える方の関係（空欄はすべて）"},
    "identity_documents": {"needed": "必要な点数", "expires": "有効期限がある"},
    "relations": {"acts_for_other": "本人に代わって請求する", "asks": "来庁者について聞くこと"},
    "requester_rules": {
        "target": "証明書",
        "relation": "関係",
        "allowed": "請求できるか",
        "instead": "できないときの案内",
        "withheld": "渡さない記載事項",
        "examined": "理由を審査して載せる記載事項",
        "mailed": "郵送にする記載事項",
    },
    "events": {"reasons": "異動事由", "deadline": "届出の期限"},
    "counters": {"receives_for": "受け付ける課"},
    "phrases": {"code": "2文字の記号", "text": "定型文", "counter": "窓口（空欄はすべて）"},
}

_OF_ITEM: dict[str, str] = {
    "base": "起算の日",
    "amount": "数",
    "unit": "単位",
    "include_first": "初日を入れる",
    "core_code": "基幹システムの記号",
    "quick": "はやうち記号",
    "group": "1つだけ選ぶ組",
    "default": "初めから選ぶ",
    "sensitive": "取扱いに注意",
    "measure": "何の数で",
    "included": "含む数",
    "every": "いくつごとに",
    "add": "加算（円）",
    "operator": "比べ方",
}

CHOICES: dict[str, dict[str, str]] = {
    "CertificateArea": {
        "resident": "住民票",
        "seal": "印鑑証明",
        "family_register": "戸籍関係証明",
        "income": "所得証明",
        "tax_payment": "納税証明",
        "property": "資産税に関する証明",
        "vehicle": "車検用軽自証明",
        "other": "その他の証明",
    },
    "ItemType": {"tick": "選ぶ", "choice": "一覧から", "text": "文字", "number": "数", "date": "日付"},
    "MemoKind": {
        "reception": "受付メモ",
        "issue": "証明の発行指示",
        "handover": "他課への申し送り",
        "sent_back": "差戻しの理由",
    },
    "Place": {"here": "この窓口", "other": "他課へ案内"},
    "Subject": {"case": "受付全体", "person": "人ごと"},
    "Applicant": {"target": "対象者", "householder": "世帯主", "visitor": "来庁者"},
    "Who": {"movers": "異動する方", "members": "異動後の世帯の全員"},
    "FactType": {
        "yes_no": "はい・いいえ",
        "choice": "選択",
        "date": "日付",
        "number": "数",
        "text": "文字",
    },
    "Allowed": {"yes": "できる", "no": "できない", "with_reason": "正当な理由を審査"},
    "Asks": {
        "nothing": "なし",
        "mandate": "委任の内容",
        "legal": "法定代理人の資格",
        "corporation": "法人の名称など",
        "profession": "職務上請求の資格など",
        "office": "官公署と法令など",
    },
}
"""What staff call the values of each enumeration, by the name of its class."""

OPERATOR_WORDS: dict[str, str] = {
    "is": "が",
    "is_not": "以外",
    "in": "のどれか",
    "not_in": "のどれでもない",
    "=": "ちょうど",
    ">=": "以上・以後",
    "<=": "以下・以前",
    ">": "超・より後",
    "<": "未満・より前",
    "between": "の間",
    "matches": "の形に合う",
}
"""What staff call the operators of conditions."""


def field_label(part: str, name: str) -> str:
    """What staff call a field of a row; its own name when it has no label (a test names those)."""
    return _OF_PART.get(part, {}).get(name) or _COMMON.get(name, name)


def item_label(name: str) -> str:
    """What staff call a field of the small rows inside a cell."""
    return _OF_ITEM.get(name) or _COMMON.get(name, name)


def has_label(part: str, name: str) -> bool:
    """Whether a field of a row has a label of its own."""
    return name in _OF_PART.get(part, {}) or name in _COMMON


def choice_word(enum: str, value: str) -> str:
    """What staff call a value of an enumeration."""
    return CHOICES.get(enum, {}).get(value, value)
