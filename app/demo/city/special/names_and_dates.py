"""People whose names or dates are out of the ordinary: namesakes, rare glyphs, long names, unknown and impossible days."""

from __future__ import annotations

from datetime import date

from app.demo.city import people, wordlists
from app.demo.city.foreigners import wide_latin
from app.demo.city.people import CHILD, FEMALE, HEAD, MALE, WIFE, Entry, Name, Work
from app.demo.city.places import wide
from app.demo.city.special.stage import Role, Stage, employed, own_business, retired

_BEFORE_SHOWA = 1925
_LATIN_ONLY = {2, 6, 9, 11}
_LONG_LATIN = "MARIA CONCEPCION ESPERANZA GUADALUPE DELA CRUZ VILLANUEVA SANTOS REYES"


def add_names_and_dates(stage: Stage) -> None:
    """Every household of this file, in order."""
    for scene in (
        _namesakes, _twins, _rare_glyphs, _name_priorities, _short_and_long_names, _unknown_births, _impossible_births,
        _unknown_death, _edge_dates,
    ):  # fmt: skip
        scene(stage)


def _namesakes(stage: Stage) -> None:
    born = stage.registry.birth(58)
    one = stage.home(
        [Role(HEAD, MALE, born, employed(), "中村　健二/ナカムラ　ケンジ")], since=stage.ago(4000)
    )
    two = stage.home(
        [Role(HEAD, MALE, born, own_business(), "中村　健二/ナカムラ　ケンジ")],
        since=stage.ago(2500),
        away=True,
    )
    stage.label("namesakes", "氏名も生年月日も性別も同じ別人", [one.head, two.head])
    three = stage.home(
        [Role(HEAD, MALE, born, employed(), "仲村　賢治/ナカムラ　ケンジ")], since=stage.ago(3000)
    )
    stage.label("same_reading", "読みと生年月日が同じで字が違う別人", [three.head])


def _twins(stage: Stage) -> None:
    born = stage.registry.birth(7)
    home = stage.home(
        [
            Role(HEAD, MALE, 38, employed(), "浜田　直樹/ハマダ　ナオキ"),
            Role(WIFE, FEMALE, 37, Work("homemaker"), "浜田　友美/ハマダ　トモミ"),
            Role(CHILD, FEMALE, born, None, "浜田　美羽/ハマダ　ミウ"),
            Role(CHILD, FEMALE, born, None, "浜田　美海/ハマダ　ミウミ"),
        ],
        since=stage.ago(3300),
    )
    stage.label("twins", "双子: 生年月日が同じ、名がよく似ている", home.members)


def _rare_glyphs(stage: Stage) -> None:
    for place, (written, reading) in enumerate(
        (
            ("𠮷﨑　恵/ヨシザキ　メグミ", "JISにない𠮷と﨑"),
            ("葛+E0102西　真/カサイ　マコト", "葛の異体字（Moji_JohoのIVS）"),
            ("渡邉+E0113　澄子/ワタナベ　スミコ", "邉の異体字（Moji_JohoのIVS）"),
            ("渡~E000　実/ワタナベ　ミノル", "外字の邉（対応表15aにある私用領域）"),
            ("~E001藤　~E002/サイトウ　レン", "氏にも名にも外字"),
            ("髙𣘺　㐂一/タカハシ　キイチ", "拡張漢字と𣘺"),
        )
    ):
        name = wordlists.glyphs(written)
        home = stage.home(
            [Role(HEAD, MALE if place % 2 else FEMALE, 40 + place * 7, None, name)], since=stage.ago(3650)
        )
        stage.label(f"rare_glyphs_{place + 1}", reading, home.members)


def _name_priorities(stage: Stage) -> None:
    """A foreign resident for each way of giving priority among kanji, Latin and common name (氏名優先区分)."""
    registry = stage.registry
    for code in range(1, 14):
        nation = stage.foreigners.nation("PHL" if code in _LATIN_ONLY else "CHN")
        home = registry.household(registry.places.flat(), stage.ago(400 + 90 * code), "worker")
        birth = registry.birth(24 + 3 * code)
        stage.foreigners.join(home, HEAD, FEMALE if code % 2 else MALE, birth, nation, priority=f"{code:02d}")
        stage.foreigners.enter(home)
        stage.city.households.append(home)
        stage.label(f"name_priority_{code:02d}", f"氏名優先区分 {code:02d}", home.members)


def _short_and_long_names(stage: Stage) -> None:
    home = stage.home([Role(HEAD, MALE, 66, retired(), "森　武/モリ　タケシ")], since=stage.ago(9000))
    stage.label("one_letter_names", "氏も名も1文字", home.members)
    registry = stage.registry
    long = registry.household(registry.places.flat(), stage.ago(1200), "worker")
    nation = stage.foreigners.nation("PHL")
    person = stage.foreigners.join(long, HEAD, FEMALE, registry.birth(41), nation, priority="02")
    if person.foreign:
        person.foreign.latin = wide_latin(_LONG_LATIN)
        person.given = Name(person.foreign.latin, "マリア　コンセプシオン")
    long.address.building = (
        "グランドステージ汐瀬シーサイドタワーレジデンス弓張ウエストウイング２　２１０５号室（山側管理棟経由）"
    )
    long.address.building_code = ""
    stage.foreigners.enter(long)
    stage.city.households.append(long)
    stage.label("long_name_and_building", "70字の氏名と50字の方書: はみ出しの確認", long.members)


_UNKNOWN_BIRTHS = (
    # Label, what it shows, years ago, day to reckon with, month and day as stored, wording before and after the year.
    ("unknown_birth_day", "生年月日の日が不詳", 84, (8, 15), "08-00", "昭和", "年８月日不詳"),
    ("unknown_birth_month", "生年月日が年だけ", 88, (7, 1), "00-00", "昭和", "年月日不詳"),
    ("unknown_birth", "生年月日が不詳（推定）", 79, (1, 1), "00-00", "推定昭和", "年頃"),
)


def _unknown_births(stage: Stage) -> None:
    for label, shows, years, (month, day), stored, before, after in _UNKNOWN_BIRTHS:
        birth = date(stage.as_of.year - years, month, day)
        home = stage.home([Role(HEAD, FEMALE, birth, retired(600_000))], since=stage.ago(9000), away=True)
        home.head.odd = {
            "seinengappi": f"{birth.year}-{stored}",
            "seinengappi_fushofuragu": "1",
            "seinengappi_fushohyoki": f"{before}{wide(birth.year - _BEFORE_SHOWA)}{after}",
        }
        stage.label(label, shows, home.members)


def _impossible_births(stage: Stage) -> None:
    for label, birth, text in (
        ("impossible_birth_date", date(1945, 3, 1), "1945-02-29"),
        ("impossible_birth_date_june", date(1953, 7, 1), "1953-06-31"),
    ):
        home = stage.home([Role(HEAD, MALE, birth, retired())], since=stage.ago(16000), away=True)
        home.head.odd = {"seinengappi": text}
        stage.label(label, f"暦にない生年月日 {text}", home.members)


def _unknown_death(stage: Stage) -> None:
    registry = stage.registry
    home = registry.household(registry.places.flat(), stage.ago(5000), "special")
    dead = registry.person(home, HEAD, MALE, registry.birth(68), registry.names.surname(registry.rng))
    dead.since, dead.origin = home.since, registry.places.away()
    dead.entries = [
        Entry(people.MOVED_IN, home.since, home.since, home.number, HEAD, home.address, dead.family)
    ]
    died = stage.ago(45)
    dead.entries.append(Entry(people.DIED, died, stage.ago(20), home.number, HEAD, home.address, dead.family))
    dead.status, dead.removed_on = people.DEAD, died
    text, words = f"{died:%Y-%m}-00", f"令和{wide(died.year - 2018)}年{wide(died.month)}月頃"
    dead.odd = {
        name + suffix: value
        for name in ("idonengappi", "shojonoidonengappi")
        for suffix, value in (("", text), ("_fushofuragu", "1"), ("_fushohyoki", words))
    }
    stage.city.former.append(dead)
    stage.label("unknown_death_day", "死亡日が年月頃の死亡者", [dead])


def _edge_dates(stage: Stage) -> None:
    cases = (
        ("born_first_day_of_showa", date(1926, 12, 25)), ("born_last_day_of_showa", date(1989, 1, 7)),
        ("born_first_day_of_heisei", date(1989, 1, 8)), ("born_leap_day", date(1988, 2, 29)),
    )  # fmt: skip
    for label, birth in cases:
        home = stage.home([Role(HEAD, FEMALE, birth)], since=max(stage.ago(3000), birth))
        stage.label(label, f"生年月日 {birth.isoformat()}", home.members)
    year = stage.as_of.year
    home = stage.home(
        [
            Role(HEAD, FEMALE, 39, employed()), Role(CHILD, MALE, date(2019, 4, 30)), Role(CHILD, FEMALE, date(2019, 5, 1)),
        ],
        since=stage.ago(3400), kind="one_parent",
    )  # fmt: skip
    stage.label("born_around_reiwa", "平成最後の日と令和最初の日に生まれた子", home.members)
    edge = stage.home(
        [
            Role(HEAD, MALE, 42, employed()),
            Role(CHILD, MALE, date(year - 12, 4, 1)),
            Role(CHILD, MALE, date(year - 11, 4, 2)),
        ],
        since=stage.ago(4600),
        kind="one_parent",
    )
    stage.label("school_year_edge", "4月1日生まれと4月2日生まれ: 学年と手当の境目", edge.members)
