"""15a and 15b private-use characters, 18a towns, 18b lots, 18c buildings, 18d postal codes."""

from __future__ import annotations

from collections.abc import Iterator

from app.demo.city import glyphs, wordlists
from app.demo.city.feeds.frame import Frame, Row
from app.demo.city.places import CITY_CODE, CITY_NAME, CITY_READING, PREFECTURE, PREFECTURE_READING

_KANJI_DIGITS = "〇一二三四五六七八九"
_ABOLISHED = {
    "lg_code": CITY_CODE, "machiaza_id": "0900000", "machiaza_type": "1", "pref": PREFECTURE, "city": CITY_NAME,
    "oaza_cho": "旧浜町", "oaza_cho_kana": "キュウハママチ", "rsdt_addr_flg": "0", "efct_date": "1954-04-01",
    "ablt_date": "1998-10-01",
}  # fmt: skip
"""Its ground belongs to other towns now; old addresses still name it."""


def private_characters(_frame: Frame) -> Iterator[Row]:
    """15a: the core system's own characters and what they are in the national character set."""
    for code, glyph, point, selector, shrunk, reading, strokes, _parts in wordlists.read("gaiji"):
        row = {"motokodo": code, "motomojishugo": "GAIJI", "mj": glyph, "ucs": point, "ivs": selector}
        row |= {"shukutai": shrunk, "yomi": reading, "kakusu": strokes}
        yield {column: cell for column, cell in row.items() if cell}


def private_glyphs(frame: Frame) -> Iterator[Row]:
    """15b: the font of those characters that were not identified with any of the national table."""
    begun = frame.as_of.replace(month=1, day=1)
    yield {"fairumei": glyphs.FILE, "sha256": glyphs.font_digest(), "tekiyokaishinengappi": begun.isoformat()}


def towns(frame: Frame) -> Iterator[Row]:
    """18a: every town, one row per chome, and one that is no more."""
    schools = {(kind, code): name.removeprefix("市立") for kind, code, name in wordlists.read("schools")}
    yield _ABOLISHED
    for town in frame.city.places.towns:
        row = {
            "lg_code": CITY_CODE,
            "machiaza_id": town.town_id,
            "machiaza_type": "2" if town.chome else "1",
            "pref": PREFECTURE,
            "city": CITY_NAME,
            "oaza_cho": town.oaza,
            "oaza_cho_kana": town.reading,
            "rsdt_addr_flg": "1" if town.blocks else "0",
            "efct_date": "1954-04-01",
            "gyoseikukodo": f"{town.district}{town.town_id[:4]}",
            "gyoseikumei": f"{town.oaza}区",
            "shogakkokukodo": f"E{town.elementary:0>2}",
            "shogakkokumei": schools["E", town.elementary],
            "chugakkokukodo": f"J{town.junior:0>2}",
            "chugakkokumei": schools["J", town.junior],
        }
        if town.chome:
            row |= {"chome": f"{_KANJI_DIGITS[town.chome]}丁目", "chome_number": str(town.chome)}
        yield row


def lots(frame: Frame) -> Iterator[Row]:
    """18b: every lot in use, and some empty ones between them."""
    for town in frame.city.places.towns:
        listed = set(town.lots)
        for number, branch in town.lots:
            yield _lot_row(frame, town.town_id, number, branch, town.blocks)
            vacant = (number, branch + 1)
            if number % 5 == 0 and vacant not in listed:
                listed.add(vacant)
                yield _lot_row(frame, town.town_id, *vacant, town.blocks)


def _lot_row(frame: Frame, town_id: str, number: int, branch: int, blocks: bool) -> Row:
    row = {
        **frame.plain,
        "machiaza_id": town_id,
        "banchi": str(number),
        "jukyohyojikubun": "1" if blocks else "0",
    }
    if branch:
        row["edaban1"] = str(branch)
    return row


def buildings(frame: Frame) -> Iterator[Row]:
    """18c: every building with a name."""
    for building in frame.city.places.buildings:
        yield {
            **frame.plain,
            "katagakikodo": building.code,
            "katagaki": building.name,
            "katagaki_furigana": building.reading,
            "machiaza_id": building.town.town_id,
            "banchi": building.lot_text,
            "yubinbango": building.town.postal,
            "yukokaishinengappi": "1990-04-01",
            "yukoshuryonengappi": "9999-12-31",
        }


def postal_codes(frame: Frame) -> Iterator[Row]:
    """18d: the city's towns and those of the municipalities people come from."""
    plain = dict.fromkeys(
        ("fukusuyubinbangofuragu", "koazabanchifuragu", "fukusuchoikifuragu", "koshinhyoji", "henkoriyu"), "0"
    )
    seen: set[str] = set()
    for town in frame.city.places.towns:
        if town.oaza not in seen:
            seen.add(town.oaza)
            yield plain | {
                "dantaikodo": CITY_CODE[:5],
                "kyuyubinbango": town.postal[:5],
                "yubinbango": town.postal,
                "todofukenmei_furigana": PREFECTURE_READING,
                "shikuchosonmei_furigana": CITY_READING,
                "choikimei_furigana": town.reading,
                "todofukenmei": PREFECTURE,
                "shikuchosonmei": CITY_NAME,
                "choikimei": town.oaza,
                "chomefuragu": "1" if town.chome else "0",
            }
    for place in frame.city.places.elsewhere:
        for digit, (name, reading) in enumerate(place.towns, start=1):
            yield plain | {
                "dantaikodo": place.lg_code[:5],
                "kyuyubinbango": place.postal[:5],
                "yubinbango": f"{place.postal}{digit}",
                "todofukenmei_furigana": place.prefecture_reading,
                "shikuchosonmei_furigana": place.reading,
                "choikimei_furigana": reading,
                "todofukenmei": place.prefecture,
                "shikuchosonmei": place.name,
                "choikimei": name,
                "chomefuragu": "0",
            }
