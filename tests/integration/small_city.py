"""A handful of people in feed files, written out so that a test can say who is who."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from app.intake.layouts import load_layouts
from app.intake.writer import write_feed

LG_CODE = "432067"
PREFECTURE, CITY = "熊本県", "架空市"
SECRET_TOWN = "秘匿町"
"""Stands only in addresses of protected persons."""

Values = dict[str, str]

_HEAD = {"shikuchosonkodo": LG_CODE, "rirekibango": "1", "saishinfuragu": "1", "sakujofuragu": "0"}


def number(serial: int) -> str:
    return f"{serial:015d}"


def address(town: str, lot: str, building: str = "", prefix: str = "jusho") -> Values:
    values = {
        f"{prefix}_shikuchosonkodo": LG_CODE,
        f"{prefix}_todofuken": PREFECTURE,
        f"{prefix}_shikugunchosonmei": CITY,
        f"{prefix}_choaza": town,
        f"{prefix}_banchigohyoki": lot,
        f"{prefix}_yubinbango": "8650016",
    }
    return values | ({f"{prefix}_katagaki": building} if building else {})


def elsewhere(town: str, lot: str, prefix: str = "jusho") -> Values:
    """An address in another city."""
    other = {f"{prefix}_shikuchosonkodo": "431001", f"{prefix}_shikugunchosonmei": "隣市"}
    return address(town, lot, prefix=prefix) | other


def resident(serial: int, name: str, kana: str, birth: str, household: int, **more: str) -> Values:
    """A row of 01a: a Japanese resident at 中央一丁目; ``more`` replaces values."""
    family, _, given = name.partition("　")
    return {
        **_HEAD,
        "atenabango": number(serial),
        "setaibango": number(9_000_000 + household),
        "juminshubetsu": "1",
        "juminjotai": "1",
        "idonengappi": "2020-04-01",
        "idojiyu": "01",
        "shimei": name,
        "uji_nihonjin": family,
        "na_nihonjin": given,
        "shimei_furigana": kana,
        "seibetsu": "2" if given.endswith("子") else "1",
        "seinengappi": birth,
        "zokugarakodo1": "02",
        "zokugarahyoki": "世帯主",
        **address("中央一丁目", f"{household}番{serial}号"),
        **more,
    }


def measure(serial: int, kind: str = "1", history: int = 1, **more: str) -> Values:
    """A row of 01c."""
    return {
        **_HEAD,
        "atenabango": number(serial),
        "rirekibango": str(history),
        "shiensochikaishinengappi": "2025-01-10",
        "shiensochishuryonengappi": "2026-01-09",
        "shiensochikubun": kind,
        **more,
    }


def person_row(serial: int, **more: str) -> Values:
    """A row of any other data set of persons."""
    return {**_HEAD, "atenabango": number(serial), **more}


WIFE, CHILD = 3, 4
"""Protected by a measure; a child of her household."""


def residents_of_the_city() -> list[Values]:
    """Nine residents in seven households; one household is protected."""
    spouse = {"zokugarakodo1": "12", "zokugarahyoki": "妻"}
    child = {"zokugarakodo1": "20", "zokugarahyoki": "子"}
    secret = address(SECRET_TOWN, "77番地7", "秘匿ハイツ777号", "jusho") | {"jusho_yubinbango": "8659977"}
    return [
        resident(1, "髙橋　太郎", "タカハシ　タロウ", "1965-01-02", 1, kyuji="渡邉", kyuji_furigana="ワタナベ"),
        resident(2, "髙橋　花子", "タカハシ　ハナコ", "1968-05-06", 1, **spouse),
        resident(
            WIFE, "避難　和子", "ヒナン　カズコ", "1985-03-04", 2, **secret, honseki="熊本県架空市秘匿町77番地",
            chikukanrikodo1="HITOKU-KU", tenkyomaejusho_choaza="秘匿前町",
        ),
        resident(CHILD, "避難　桜", "ヒナン　サクラ", "2015-07-08", 2, **secret, **child),
        resident(5, "大野　武", "オオノ　タケシ", "1940-12-31", 3),
        resident(6, "小野　武", "オノ　タケシ", "1941-12-31", 4),
        resident(7, "斉藤　健", "サイトウ　ケン", "1970-01-01", 5),
        resident(8, "齋藤　健", "サイトウ　ケン", "1971-01-01", 6),
        resident(
            9, "NGUYEN VAN AN", "グエン　ヴァン　アン", "1995-11-11", 7, juminshubetsu="2", tsusho="阮　安",
            tsusho_furigana="ゲン　アン", shimei_gaikokujinromaji="NGUYEN VAN AN", kokusekito_kokumeikodo="VNM",
            kokusekimeito="ベトナム", dai30jo45kiteikubun="01",
        ),
    ]  # fmt: skip


def people() -> dict[str, list[Values]]:
    """The residents, one non-resident, one corporation, one notice of two people, and what the city knows of them."""
    residents = residents_of_the_city()
    history = [
        {**resident(5, "旧姓　武", "キュウセイ　タケシ", "1940-12-31", 3), "rirekibango_edabango": "0", "saishinfuragu": "0",
         **address("岱明町浜田", "12番地")},
        {**residents[4], "rirekibango": "2", "rirekibango_edabango": "0"},
        {**residents[2], "rirekibango_edabango": "0"},
    ]  # fmt: skip
    return {
        "01a": residents,
        "01b": history,
        "01c": [measure(WIFE)],
        "02": [person_row(1, inkantorokubango="100", torokunengappi="2001-02-03", torokujotai="3")],
        "04": [person_row(2, zeimokukodo="001", tainoumu="1", tainogaku="12000")],
        "16": [
            person_row(
                50, shimei="外野　次郎", shimei_furigana="ソトノ　ジロウ", tagyomusanshofukafuragu="0",
                **elsewhere("中央一丁目", "1番1号"),
            ),
            person_row(51, shimei="秘密　次郎", tagyomusanshofukafuragu="1"),
        ],
        "17": [
            person_row(60, shogo="株式会社架空商事", shogo_furigana="カブシキガイシャカクウショウジ",
                       denwabango="0968-12-3456", **address("中央一丁目", "9番9号")),
        ],
        "18a": [{"lg_code": LG_CODE, "machiaza_id": "0001001", "pref": PREFECTURE, "city": CITY, "oaza_cho": "中央",
                 "oaza_cho_kana": "チュウオウ", "chome": "一丁目", "chome_number": "1"}],
        "18b": [{"shikuchosonkodo": LG_CODE, "machiaza_id": "0001001", "banchi": banchi} for banchi in ("10", "2")],
        "18c": [{"shikuchosonkodo": LG_CODE, "katagakikodo": "1", "katagaki": "架空ビル", "machiaza_id": "0001001",
                 "banchi": "2"}],
        "19": [person_row(5, memobango="1", memokubun="02", naiyo="発行を止める", kigennengappi="2020-01-01")],
        "20a": [
            {"shikuchosonkodo": LG_CODE, "uketsukebango": "T0001", "todokedebi": "2026-11-01",
             "tenshutsuyoteinengappi": "2026-11-20", "tenshutsumotoshikuchosonkodo": "431001",
             "tokureitennyukubun": "0", "jotai": "1",
             **elsewhere("港町", "5番地", "tenshutsumotojusho")},
        ],
        "20b": [
            {"shikuchosonkodo": LG_CODE, "uketsukebango": "T0001", "renban": at, "shimei": f"転入　{name}",
             "shimei_furigana": f"テンニュウ　{kana}", "seinengappi": birth, "seibetsu": "1",
             "zokugarahyoki": relation}
            for at, name, kana, birth, relation in (
                ("2", "次郎", "ジロウ", "2010-02-02", "子"), ("1", "一郎", "イチロウ", "1980-02-02", "世帯主"),
            )
        ],
    }  # fmt: skip


def write(
    folder: Path,
    data: Mapping[str, Iterable[Values]],
    *,
    at: str = "2026-11-20T01:00:00",
    kind: str = "full",
    encoding: str = "utf-8",
) -> list[Path]:
    """Feed files of these rows; later ones need a later ``at``."""
    layouts = load_layouts()
    moment = datetime.fromisoformat(at)
    return [
        write_feed(folder, layouts[data_set], rows, lg_code=LG_CODE, kind=kind, stamp=moment, serial=1, as_of=moment,
                   encoding=encoding)
        for data_set, rows in data.items()
    ]  # fmt: skip


def spoil_manifest(path: Path, **changes: object) -> None:
    """Change values of a feed's manifest."""
    manifest = path.with_suffix(".json")
    table = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(table | changes), encoding="utf-8")


def seal_again(path: Path) -> None:
    """Give a changed CSV the hash it has now, so that only the change itself is wrong."""
    spoil_manifest(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
