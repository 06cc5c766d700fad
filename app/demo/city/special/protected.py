"""Persons under support measures (支援措置), and those around them.

A protected person's address has a lot and a building that occur nowhere else, in no other record and in no address master:
wherever one of these strings turns up, an address has leaked. They are listed as the household's sentinels.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.demo.city import people
from app.demo.city.histories import leave
from app.demo.city.people import CHILD, FEMALE, HEAD, MALE, WIFE, Entry, Household, Person, Work
from app.demo.city.places import Address
from app.demo.city.special.stage import Role, Stage, employed, relate, retired

_COLOURS = (
    ("翡翠", "ヒスイ"), ("瑠璃", "ルリ"), ("琥珀", "コハク"), ("銀鼠", "ギンネズ"), ("浅葱", "アサギ"), ("蘇芳", "スオウ"),
    ("萌黄", "モエギ"), ("藤鼠", "フジネズ"), ("縹", "ハナダ"), ("鶯茶", "ウグイスチャ"), ("柑子", "コウジ"), ("桔梗", "キキョウ"),
)  # fmt: skip
_BIRDS = (
    "ミソサザイ",
    "ヤマセミ",
    "オオルリ",
    "コマドリ",
    "ヨタカ",
    "ルリビタキ",
    "アカショウビン",
    "キクイタダキ",
    "サンコウチョウ",
)
_FIRST_LOT = 90_001
TEMPORARY, IN_FORCE, ENDED = "2", "1", "3"
_WHOLE, _RECORD, _SUPPLEMENT = "3", "1", "2"


class _Refuges:
    """Hands out addresses that can be recognised anywhere."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._taken = 0

    def take(self) -> tuple[Address, tuple[str, ...]]:
        """An address and the strings of it that occur nowhere else."""
        places = self._stage.registry.places
        number = _FIRST_LOT + self._taken * 13
        colour, reading = _COLOURS[self._taken % len(_COLOURS)]
        bird = _BIRDS[self._taken // len(_COLOURS) % len(_BIRDS)]
        block = self._taken // (len(_COLOURS) * len(_BIRDS))
        self._taken += 1
        town = next(town for town in places.towns[self._taken % 20 :] if not town.blocks)
        address = places.at(town, (number, 7))
        address.building = f"{colour}{bird}館" + "別" * block
        address.building_reading = f"{reading}{bird}カン"
        return address, (address.building, address.number, address.lot)


def add_protected(stage: Stage, extra: int) -> None:
    """The protected households, and ``extra`` more of the commonest kind."""
    refuges = _Refuges(stage)
    _mother_and_child(stage, refuges)
    _temporary(stage, refuges)
    _past_its_date(stage, refuges)
    _four_together(stage, refuges)
    _counterpart_at_home(stage)
    _moved_on(stage, refuges)
    _supplement_only(stage, refuges)
    _ended(stage)
    for _ in range(extra):
        _one_more(stage, refuges)


def _protect(
    stage: Stage, persons: Sequence[Person], *, kind: str = IN_FORCE, scope: str = _WHOLE, began: int = 120,
    years: int = 1, counterpart: str = "",
) -> None:  # fmt: skip
    """Rows of the support measure: the first person is the applicant, the others are protected with him."""
    applicant = persons[0]
    for person in persons:
        cells = {
            "shiensochikaishinengappi": stage.ago(began).isoformat(),
            "shiensochishuryonengappi": stage.ago(began - 365 * years).isoformat(),
            "shiensochikubun": kind,
            "seigentaisho": scope,
        }
        if person is not applicant:
            cells["awasete_atenabango"] = applicant.number
        if counterpart:
            cells["kagaishashimei"] = counterpart
        stage.add_row("01c", person, **cells)


def _fled(
    stage: Stage, refuges: _Refuges, roles: Sequence[Role], *, from_home: Household | None = None
) -> tuple[Household, tuple[str, ...]]:
    """A household that moved to its refuge: from another municipality, or out of a household that is still here."""
    registry = stage.registry
    address, sentinels = refuges.take()
    since = stage.ago(registry.between(130, 300))
    if from_home is None:
        return stage.home(roles, since=since, address=address, away=True, kind="one_parent"), sentinels
    home = registry.household(address, since, "one_parent")
    for role in roles:
        stage.cast(home, role, from_home.head.family)
    relate(home)
    for person in home.members:
        _leave_house(person, from_home, home)
    stage.city.households.append(home)
    return home, sentinels


def _leave_house(person: Person, old: Household, home: Household) -> None:
    relation = WIFE if person is home.head else CHILD
    began = max(old.since, person.birth)
    person.since = began
    reason = people.BORN if person.birth >= old.since else people.EX_OFFICIO
    person.entries = [
        Entry(reason, began, began, old.number, relation, old.address, person.family),
        Entry(
            people.MOVED_WITHIN, home.since, home.since, home.number, person.relation, home.address, person.family,
            before=old.address,
        ),
    ]  # fmt: skip


def _mother_and_child(stage: Stage, refuges: _Refuges) -> None:
    old = stage.home([Role(HEAD, MALE, 42, employed(4_300_000))], since=stage.ago(3600))
    home, sentinels = _fled(
        stage, refuges, [Role(HEAD, FEMALE, 37, employed(1_600_000)), Role(CHILD, FEMALE, 8)], from_home=old
    )
    home.members[1].father = old.head
    _protect(stage, home.members, counterpart=old.head.name)
    stage.memo(home.head, "01", f"連絡先は{sentinels[0]}の管理人室。郵便は局留め。", level="1")
    stage.label(
        "protected_mother_and_child",
        "支援措置（母と併せて支援を受ける子）",
        home.members,
        sentinels=sentinels,
    )
    stage.label("counterpart_of_protected", "支援措置の相手方、市内に住んでいる", old.members)


def _temporary(stage: Stage, refuges: _Refuges) -> None:
    registry, foreigners = stage.registry, stage.foreigners
    address, sentinels = refuges.take()
    home = registry.household(address, stage.ago(95), "special")
    nation = foreigners.nation("PHL")
    person = foreigners.join(home, HEAD, FEMALE, registry.birth(29), nation, priority="06")
    if person.foreign:
        person.foreign.alias, person.foreign.alias_reading = "川原　ローザ", "カワハラ　ローザ"
    foreigners.enter(home)
    stage.city.households.append(home)
    _protect(stage, home.members, kind=TEMPORARY, began=20)
    stage.label("protected_temporarily", "仮支援措置: 通称のある外国人", home.members, sentinels=sentinels)


def _past_its_date(stage: Stage, refuges: _Refuges) -> None:
    home, sentinels = _fled(stage, refuges, [Role(HEAD, FEMALE, 74, retired(700_000), care="21")])
    _protect(stage, home.members, began=380)
    stage.add_row(
        "04", home.head, zeimokukodo="024", tainoumu="1", tainokensu="2", tainogaku="18400", nozeisodanchu="1", bunnochu="0",
        shobunchu="0", chuimongon=f"訪問は不可（{sentinels[0]}）。電話のみ。",
    )  # fmt: skip
    stage.label(
        "protected_past_its_date",
        "終了日を過ぎた支援措置: 終了の届けが来るまで続く",
        home.members,
        sentinels=sentinels,
    )


def _four_together(stage: Stage, refuges: _Refuges) -> None:
    roles = [
        Role(HEAD, FEMALE, 40, employed(1_900_000)), Role(CHILD, MALE, 16, Work("student")), Role(CHILD, FEMALE, 12),
        Role(CHILD, MALE, 4),
    ]  # fmt: skip
    home, sentinels = _fled(stage, refuges, roles)
    _protect(stage, home.members, began=350)
    stage.label("protected_family", "支援措置4人、期限まで1か月を切った", home.members, sentinels=sentinels)


def _counterpart_at_home(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 49, employed(4_400_000)),
            Role(WIFE, FEMALE, 46, employed(1_000_000)),
            Role(CHILD, FEMALE, 15),
        ],
        since=stage.ago(6100),
    )
    _protect(stage, home.members[1:2], counterpart=home.head.name, began=60)
    stage.label("protected_with_counterpart", "支援措置の対象者の世帯に相手方（世帯主）がいる", home.members)


def _moved_on(stage: Stage, refuges: _Refuges) -> None:
    registry = stage.registry
    home = registry.household(registry.places.flat(), stage.ago(2000), "special")
    person = registry.person(home, HEAD, FEMALE, registry.birth(33), registry.names.surname(registry.rng))
    person.since, person.origin = home.since, registry.places.away()
    person.entries = [
        Entry(people.MOVED_IN, home.since, home.since, home.number, HEAD, home.address, person.family)
    ]
    away = registry.places.away(inside=False)
    refuge, sentinels = refuges.take()
    away.building, away.building_reading, away.number, away.lot = (
        refuge.building, refuge.building_reading, refuge.number, refuge.lot,
    )  # fmt: skip
    leave(registry, person, stage.ago(150), away)
    _protect(stage, [person], began=170)
    stage.label(
        "protected_moved_out", "転出した支援措置対象者: 除票の転出先を伏せる", [person], sentinels=sentinels
    )


def _supplement_only(stage: Stage, refuges: _Refuges) -> None:
    home, sentinels = _fled(stage, refuges, [Role(HEAD, MALE, 35, employed(3_200_000))])
    _protect(stage, home.members, scope=_SUPPLEMENT)
    stage.label("protected_man", "男性の支援措置対象者（制限対象は附票）", home.members, sentinels=sentinels)


def _ended(stage: Stage) -> None:
    home = stage.home([Role(HEAD, FEMALE, 44, employed(2_400_000))], since=stage.ago(1500), away=True)
    _protect(stage, home.members, kind=ENDED, scope=_RECORD, began=800)
    stage.label("protection_ended", "支援措置が終わった人: 住所は伏せない", home.members)


def _one_more(stage: Stage, refuges: _Refuges) -> None:
    roles = [Role(HEAD, FEMALE, stage.registry.between(24, 55), employed(1_800_000))]
    if stage.registry.chance(0.5):
        roles.append(
            Role(CHILD, MALE if stage.registry.chance(0.5) else FEMALE, stage.registry.between(0, 3))
        )
    home, sentinels = _fled(stage, refuges, roles)
    _protect(stage, home.members, began=stage.registry.between(10, 330))
    stage.label("protected_other", "支援措置対象者", home.members, sentinels=sentinels)
