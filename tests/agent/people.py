"""Invented persons whose names and addresses hold what programs like to lose."""

from __future__ import annotations

import random
from dataclasses import dataclass

FAMILY = (
    "髙橋", "﨑田", "𠮷野", "葛\U000e0100城", "葛\U000e0101城", "辻\U000e0100", "邊見", "渡邉", "神\ufa19原", "祇\ufa4d園", "塚\ufa10本",
    "𣘺本", "德\ufa0e永", "舘\U000e0102野", "𩸽", "𡈽屋", "鷗外", "倶\U000e0100利伽羅", "斎藤", "齋藤", "齊\U000e0103藤", "濵﨑",
    "玉名", "高瀬", "福\ufa1b田", "羽\ufa1e生", "諸\ufa22岡", "逸\ufa25見", "都\ufa26築", "閒\ufa2b宮", "鶴\ufa2d岡",
)  # fmt: skip
GIVEN = (
    "花子", "太郎", "𠀋次", "琢\ufa4a磨", "祐\ufa4f介", "禎\ufa53子", "寬\ufa0d", "榮一", "あやめ", "ヴィオラ", "ゞ子", "々美", "〆子",
    "瀨里奈", "凜\U000e0100", "曻", "晴\ufa12香", "靖\ufa1c", "精\ufa1d一", "蓮\U000e0100", "遥\U000e0101", "煕\U000e0100",
)  # fmt: skip
LATIN = (
    "NGUYEN THI THANH HOA", "SMITH JOHN MICHAEL", "O'BRIEN ANNE-MARIE", "MULLER JURGEN", "RODRIGUEZ Y GARCIA JOSE LUIS",
    "TRAN VAN A（通称　玉名　一郎）", "LI MEI／李　梅", "DA SILVA MARIA（旧氏　高瀬）", "KIM MINJI（通称：金田　美智）",
)  # fmt: skip
TOWN = (
    "岩崎",
    "岱明町浜田",
    "天水町小天",
    "横島町横島",
    "𠮷次",
    "梅\ufa44林",
    "葛\U000e0101原",
    "築\U000e0100地",
    "﨑津",
    "繁\ufa1a根木",
)
HOUSE = (
    "第一𠮷ビル",
    "メゾン・ド・﨑",
    "コーポ髙",
    "グランド〜タマナ～",
    "ハイツ−Ａ－Ｂ棟",
    "若葉荘Ⅲ",
    "県営団地　",
    "Ｒ＆Ｂ㈱社宅",
    "",
)


@dataclass(frozen=True)
class Invented:
    name: str
    address: str
    birth: str
    sex: str


def people(count: int = 300, seed: int = 8) -> list[Invented]:
    """The same persons for the same seed: every name at least once."""
    drawn = random.Random(seed)
    made = []
    for place in range(count):
        if place % 6 == 5:
            name = LATIN[place // 6 % len(LATIN)]
        else:
            name = FAMILY[place % len(FAMILY)] + "　" + drawn.choice(GIVEN)
        lot = "－".join(str(drawn.randint(1, 3999)) for _ in range(drawn.randint(1, 3)))
        address = (
            "熊本県玉名市" + TOWN[place % len(TOWN)] + lot.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
            + "　" + HOUSE[place % len(HOUSE)] * drawn.randint(1, 4)
        )  # fmt: skip
        birth = f"{drawn.randint(1900, 2025)}{drawn.randint(1, 12):02}{drawn.randint(1, 28):02}"
        made.append(Invented(name, address, birth, drawn.choice("12")))
    return made
