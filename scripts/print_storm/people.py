"""Residents of whom each bears a name that no other has: a page that shows one shows whose it is."""

from __future__ import annotations

import hashlib
import itertools
import re
import threading
from datetime import datetime
from pathlib import Path

from app.demo.city.places import CITY_CODE, CITY_NAME, PREFECTURE
from app.intake.layouts import load_layouts
from app.intake.writer import write_feed

_PLACES = (
    "鮎鯉鮒鯛鰹鮭鱒鰯鯖鰻鱈鰈鮫鯨鰐鱗鰭鮪鰤鯵",
    "鴨鷲鷹鳩鶏鷺鶯鴎鵜鶉鴉雉雁鸛鵬鶴鸚鵡鳶鴛",
    "楓檜椿榎樫椎榊槙柊楡榛楢栴樺橿梔欅櫟柿槐",
    "瑠璃琥珀瑪瑙珊瑚玻琳琢瑛瑞瑶璋瓊珞琅玖珂",
)
"""One character of each in this order makes a name; no form has such a word of its own."""

_NAME = re.compile("".join(f"[{letters}]" for letters in _PLACES))
_BASE = len(_PLACES[0])
_SPREAD = 104_729
"""Neighbours get names that differ in every character."""

SIZES = (1, 2, 3, 4, 6)
"""Members of the households, in turn."""

_typed = itertools.count(100_000)
_guard = threading.Lock()


def name_of(serial: int) -> str:
    """The name of a person, family and given name apart; below 160,000 all differ."""
    rest, letters = serial * _SPREAD % _BASE**4, []
    for place in _PLACES:
        rest, at = divmod(rest, _BASE)
        letters.append(place[at])
    return f"{letters[0]}{letters[1]}　{letters[2]}{letters[3]}"


def new_name() -> str:
    """The name of somebody who is in no register."""
    with _guard:
        return name_of(next(_typed) % _BASE**4)


def marks_of(names: list[str]) -> frozenset[str]:
    """What a page shows of these persons."""
    return frozenset(name.replace("　", "") for name in names)


def marks_in(text: str) -> frozenset[str]:
    """Whose names stand in a text without white space."""
    return frozenset(_NAME.findall(text))


def write_city(folder: Path, households: int) -> None:
    """Feed files of residents: households of one to six at addresses of their own, and one protected person besides."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = datetime(2026, 11, 20, 1)
    rows, serial = [], 0
    for household in range(households):
        for member in range(SIZES[household % len(SIZES)]):
            serial += 1
            rows.append(_resident(serial, household, member))
    rows.append(_resident(serial + 1, households, 0))
    measure = {
        "shikuchosonkodo": CITY_CODE, "rirekibango": "1", "saishinfuragu": "1", "sakujofuragu": "0",
        "atenabango": f"{serial + 1:015d}", "shiensochikaishinengappi": "2026-01-10",
        "shiensochishuryonengappi": "2027-01-09", "shiensochikubun": "1",
    }  # fmt: skip
    town = {"lg_code": CITY_CODE, "machiaza_id": "0001001", "pref": PREFECTURE, "city": CITY_NAME, "oaza_cho": "中央",
            "oaza_cho_kana": "チュウオウ", "chome": "一丁目", "chome_number": "1"}  # fmt: skip
    for layout, lines in (("01a", rows), ("01c", [measure]), ("18a", [town])):
        write_feed(folder, load_layouts()[layout], lines, lg_code=CITY_CODE, kind="full", stamp=moment, serial=1,
                   as_of=moment, encoding="utf-8")  # fmt: skip


def _resident(serial: int, household: int, member: int) -> dict[str, str]:
    family, given = name_of(serial).split("　")
    born = int(hashlib.sha256(str(serial).encode()).hexdigest(), 16) % 28 + 1
    return {
        "shikuchosonkodo": CITY_CODE, "rirekibango": "1", "saishinfuragu": "1", "sakujofuragu": "0",
        "atenabango": f"{serial:015d}", "setaibango": str(9_000_000 + household), "juminshubetsu": "1",
        "juminjotai": "1", "idonengappi": "2020-04-01", "idojiyu": "01", "shimei": f"{family}　{given}",
        "uji_nihonjin": family, "na_nihonjin": given, "shimei_furigana": "アラシ　タロウ", "seibetsu": str(member % 2 + 1),
        "seinengappi": f"{1960 + member * 7}-0{member % 9 + 1}-{born:02d}",
        "zokugarakodo1": ("02", "12", "20", "20", "20", "20")[member], "zokugarahyoki": ("世帯主", "妻", "子", "子", "子", "子")[member],
        "jusho_shikuchosonkodo": CITY_CODE, "jusho_todofuken": PREFECTURE, "jusho_shikugunchosonmei": CITY_NAME,
        "jusho_choaza": "中央一丁目", "jusho_banchigohyoki": f"{household + 1}番{serial}号", "jusho_yubinbango": "8650016",
    }  # fmt: skip
