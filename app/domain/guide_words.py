"""The fixed Japanese words of the guide sheet (手続き案内書), which are translated like the city's own texts."""

from __future__ import annotations

import re

WORDS: dict[str, str] = {
    "title": "手続き案内書",
    "lead": "きょう受け付けた内容から、必要な手続きをまとめました。",
    "how": "上から順に、書いてある窓口へこの紙をお持ちください。",
    "count": "手続きは{count}件です。",
    "route": "回る順番",
    "number": "受付番号",
    "received_on": "受付日",
    "received_at": "受け付けた窓口",
    "visitor": "{name} 様",
    "what": "手続きの内容",
    "why": "必要な理由",
    "people": "対象の方",
    "where": "行き先",
    "deadline": "期限",
    "bring": "持ち物",
    "done": "済",
    "done_here": "この窓口で受け付けました。",
    "until": "{date}まで",
    "moved": "窓口が閉まっている日のため、次に開く日を最後の日としています。",
    "over": "期限が過ぎています。早めに窓口でお尋ねください。",
    "no_deadline": "特に決まった期限はありません。",
    "nothing_to_bring": "特にありません。",
    "rest": "ほかに知っておいていただくこと",
    "rest_hint": "窓口へ行く必要はありません。",
    "floor": "{floor}階",
    "window": "{window}番窓口",
    "outside": "市役所の外",
    "staff_reason": "職員が確かめて加えた手続きです。",
    "wish": "申出により受け付ける手続きです。",
    "day": "{base}の翌日から{amount}日以内",
    "month": "{base}の翌日から{amount}か月以内",
    "year": "{base}の翌日から{amount}年以内",
    "day_first": "{base}を1日目として{amount}日以内",
    "month_first": "{base}を1日目として{amount}か月以内",
    "year_first": "{base}を1日目として{amount}年以内",
    "earlier": "いくつかあるときは、早いほうです。",
    "continued": "続き",
    "questions": "分からないことは、受け付けた窓口へお尋ねください。",
    "phone": "電話",
    "code_hint": "次の窓口で、この四角い印を係に見せてください。同じことをもう一度話さなくてすみます。",
    "japanese_counts": "訳は参考です。日本語の文が正しいものです。",
    "not_translated": "訳がまだありません。窓口でお尋ねください。",
    "leaflets": "お渡しするパンフレット",
    "keep": "すべての手続きが終わるまで、この紙をお持ちください。",
    "screen_welcome": "いらっしゃいませ",
    "screen_language": "言葉を選んでください",
    "screen_check": "内容をご確認ください",
    "screen_right": "はい、合っています",
    "screen_tell": "職員に伝えます",
    "screen_wait": "お待ちください",
    "screen_told": "職員に伝えました。そのままお待ちください。",
    "screen_sign": "署名をお願いします",
    "screen_sign_how": "枠の中に、指かペンでお名前を書いてください",
    "screen_sign_clear": "消す",
    "screen_sign_done": "これでよい",
    "screen_sign_paper": "紙に書きます",
    "screen_signed": "ありがとうございました。そのままお待ちください。",
}
"""Word → its Japanese text. Braces stand for what is filled in."""

HEAD = (
    "title",
    "lead",
    "how",
    "number",
    "visitor",
    "count",
    "keep",
    "questions",
    "code_hint",
    "japanese_counts",
)
"""The words that a sheet's form places itself."""

_FLOOR = re.compile(r"(\d+)階")
_WINDOW = re.compile(r"(\d+)番窓口")


def place_words(place: str) -> tuple[str, ...]:
    """The words of a place as it is announced, numbers left open: 「1階 3番窓口」 gives {floor}階 and {window}番窓口."""
    return tuple(_WINDOW.sub(WORDS["window"], _FLOOR.sub(WORDS["floor"], word)) for word in place.split())


def place_numbers(place: str) -> dict[str, str]:
    """The numbers of a place: {"floor": "1", "window": "3"}, as far as it has them."""
    found = {"floor": _FLOOR.search(place), "window": _WINDOW.search(place)}
    return {name: match[1] for name, match in found.items() if match}
