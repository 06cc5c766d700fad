"""What the small leaflets of the invented city say, so that a demonstration has some to hand out."""

from __future__ import annotations

Text = tuple[str, str, tuple[tuple[str, str, str], ...], str]
"""Title, what it is about, rows of (name, when, what), and the line at the foot."""

EDITION = "見本"

_WASTE: dict[str, Text] = {
    "ja": (
        "ごみの分け方・出し方", "収集日の朝8時30分までに、決められた集積所へ出してください。",
        (("燃やすごみ", "火・金曜日", "生ごみ、紙くず、ぬれた紙。水をよく切って、指定の袋に入れます。"),
         ("プラスチック", "水曜日", "「プラ」の印があるもの。軽く洗って、指定の袋に入れます。"),
         ("びん・缶・ペットボトル", "第1・第3木曜日", "ふたを外し、中を洗って、種類ごとのかごに入れます。"),
         ("燃やさないごみ", "第2月曜日", "金物、ガラス、小型の家電。割れたものは紙に包みます。"),
         ("粗大ごみ", "申込み制", "電話で申し込み、処理券を貼って出します。")),
        "この案内は、架空の市の見本です。",
    ),
    "en": (
        "How to sort and put out waste", "Put it out at your collection point by 8:30 in the morning of the day.",
        (("Burnable", "Tue, Fri", "Kitchen waste, paper. Drain well, use the city's bag."),
         ("Plastic", "Wed", "Anything with the プラ mark. Rinse, use the city's bag."),
         ("Bottles, cans, PET", "1st, 3rd Thu", "Take off caps, rinse, put into the basket of each kind."),
         ("Not burnable", "2nd Mon", "Metal, glass, small appliances. Wrap what is broken."),
         ("Large items", "By phone", "Call first, then put it out with a paid sticker.")),
        "A sample leaflet of an invented city.",
    ),
}  # fmt: skip
_GUIDE: dict[str, Text] = {
    "ja": (
        "暮らしのガイド", "引っ越してきた方が、はじめに知っておくと便利なことをまとめました。",
        (("市役所の時間", "平日", "8時30分から17時15分まで。木曜日は19時まで開いています。"),
         ("水道", "使い始め", "使い始める日の3日前までに、電話で申し込みます。"),
         ("バス", "市内", "どこまで乗っても200円です。65歳からは半額の乗車証があります。"),
         ("避難所", "災害のとき", "お住まいの小学校の体育館です。場所を確かめておきましょう。"),
         ("相談", "毎月", "法律や暮らしの相談を無料で受けられます。予約が要ります。")),
        "この案内は、架空の市の見本です。",
    ),
}  # fmt: skip
LEAFLETS: dict[str, dict[str, Text]] = {"waste": _WASTE, "city_guide": _GUIDE}
"""Slot → language → text."""
