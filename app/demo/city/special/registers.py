"""Households whose register entries are out of the ordinary: kinship, foreigners, returning, memos, arrears."""

from __future__ import annotations

from app.demo.city import people
from app.demo.city.foreigners import wide_latin
from app.demo.city.histories import settle
from app.demo.city.people import CHILD, FEMALE, HEAD, MALE, WIFE, Entry, Work
from app.demo.city.special.stage import Role, Stage, employed, own_business, relate, retired


def add_registers(stage: Stage) -> None:
    """Every household of this file, in order."""
    for scene in (
        _four_generations, _kinship_words, _same_address, _shared_house, _patchwork, _minor_householder, _foreign_householder,
        _two_surnames, _returned, _leaving_soon, _memos_and_holds, _arrears,
    ):  # fmt: skip
        scene(stage)


def _four_generations(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 60, own_business(4_200_000)), Role(WIFE, FEMALE, 58, Work("homemaker")),
            Role(people.MOTHER, FEMALE, 83, retired(800_000), care="22"), Role(people.MOTHER_MOTHER, FEMALE, 102, care="25"),
            Role(CHILD, MALE, 34, employed(4_400_000)), Role(people.CHILD_WIFE, FEMALE, 33, employed(2_100_000)),
            Role(people.GRANDCHILD, MALE, 9), Role(people.GRANDCHILD, FEMALE, 6), Role(people.GRANDCHILD, MALE, 1),
        ],
        since=stage.ago(12500),
    )  # fmt: skip
    son, wife = home.members[4:6]
    son.spouse, wife.spouse = wife, son
    for child in home.members[6:]:
        child.father, child.mother = son, wife
    home.head.mother = home.members[2]
    stage.label("four_generations", "9人4世代: 母の母、子の妻、子の子", home.members)
    deep = stage.home(
        [
            Role(HEAD, MALE, 89, retired()), Role(CHILD, MALE, 63, retired()),
            Role(people.GRANDCHILD, MALE, 37, employed()), Role(people.GRANDCHILD_WIFE, FEMALE, 35, employed(1_000_000)),
            Role(people.GREAT_GRANDCHILD, FEMALE, 5),
        ],
        since=stage.ago(13500),
    )  # fmt: skip
    father, mother = deep.members[2:4]
    father.father, father.spouse, mother.spouse = deep.members[1], mother, father
    deep.members[4].father, deep.members[4].mother = father, mother
    stage.label("great_grandchild", "続柄が3段: 子の子の子", deep.members)


def _kinship_words(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 52, own_business(3_900_000)), Role(WIFE, FEMALE, 50, Work("homemaker")),
            Role(people.FATHER, MALE, 78, retired()), Role(people.FATHER_MOTHER, FEMALE, 99, care="24"),
            Role(people.WIFE_FATHER, MALE, 79, retired()), Role(people.WIFE_MOTHER, FEMALE, 76, retired(600_000)),
            Role(people.ELDER_SISTER, FEMALE, 55, employed(2_200_000)), Role(people.SISTER, FEMALE, 47),
            Role(people.SISTER_CHILD, MALE, 13), Role(CHILD, FEMALE, 27, employed(2_700_000)),
            Role(people.CHILD_HUSBAND, MALE, 28, employed(3_100_000)),
        ],
        since=stage.ago(9000),
    )  # fmt: skip
    head, wife, father, _, wife_father, wife_mother, _, sister, nephew, daughter, son_in_law = home.members
    head.father, nephew.mother = father, sister
    wife.father, wife.mother, wife_father.spouse, wife_mother.spouse = (
        wife_father,
        wife_mother,
        wife_mother,
        wife_father,
    )
    stage.rename(wife_father, stage.registry.names.surname_for(stage.registry.rng, wife_father.given))
    stage.rename(wife_mother, wife_father.family)
    daughter.spouse, son_in_law.spouse = son_in_law, daughter
    stage.label("kinship_words", "11人の世帯: 父の母、妻の父母、姉、妹の子、子の夫", home.members)


def _same_address(stage: Stage) -> None:
    elders = stage.home(
        [Role(HEAD, MALE, 76, retired()), Role(WIFE, FEMALE, 74, retired(700_000))], since=stage.ago(13000)
    )
    family = elders.head.family
    home = stage.home(
        [Role(HEAD, MALE, 48, employed()), Role(WIFE, FEMALE, 46, employed(1_200_000)), Role(CHILD, FEMALE, 17, Work("student"))],
        since=stage.ago(6500), address=elders.address, family=family,
    )  # fmt: skip
    home.head.father, home.head.mother = elders.members
    stage.label(
        "same_address_two_households",
        "同じ住所に親世帯と子世帯（世帯分離）",
        [*home.members, *elders.members],
    )
    day = stage.ago(700)
    before = (CHILD, people.CHILD_WIFE, people.GRANDCHILD)
    for member, relation in zip(home.members, before, strict=True):
        for entry in member.entries:
            if entry.household == home.number:
                entry.household, entry.relation = elders.number, relation
        last = member.entries[-1]
        member.entries.append(
            Entry(people.SPLIT, day, day, home.number, member.relation, last.address, last.family)
        )


def _shared_house(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, FEMALE, 29, employed()), Role(people.LODGER, FEMALE, 27, employed(2_600_000)),
            Role(people.LODGER, MALE, 31, own_business()), Role(people.RELATIVE, FEMALE, 63, retired(600_000)),
        ],
        since=stage.ago(800), away=True,
    )  # fmt: skip
    for lodger in home.members[1:3]:
        stage.rename(lodger, stage.registry.names.surname_for(stage.registry.rng, lodger.given))
    relative, day = home.members[3], stage.ago(90)
    last = relative.entries[-1]
    relative.entries[-1].relation = people.LODGER
    relative.entries.append(
        Entry(people.CHANGED_HOUSEHOLD, day, day, home.number, relative.relation, last.address, last.family)
    )
    stage.label("lodgers_and_relative", "同居人と縁故者のいる世帯", home.members)


def _patchwork(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 38, employed()), Role(people.WIFE_UNREGISTERED, FEMALE, 36, employed(1_500_000)),
            Role(CHILD, FEMALE, 3),
        ],
        since=stage.ago(1600),
    )  # fmt: skip
    stage.rename(home.members[1], stage.registry.names.surname_for(stage.registry.rng, home.members[1].given))
    stage.label("unregistered_marriage", "妻（未届）と認知した子", home.members)
    step = stage.home(
        [
            Role(HEAD, MALE, 43, employed(4_700_000)), Role(WIFE, FEMALE, 39, employed(1_100_000)),
            Role(people.WIFE_CHILD, MALE, 14), Role(CHILD, FEMALE, 2),
        ],
        since=stage.ago(1300),
    )  # fmt: skip
    stage.label("stepchild", "妻の連れ子（妻の子）と夫婦の子", step.members)


def _minor_householder(stage: Stage) -> None:
    home = stage.home(
        [Role(HEAD, MALE, 17, Work("student")), Role(people.SISTER, FEMALE, 15, Work("student"))],
        since=stage.ago(500),
    )
    stage.memo(home.head, "03", "未成年後見人が選任されています。手続きは後見人が行います。")
    stage.label("minor_householder", "世帯主は17歳、妹15歳: 未成年後見", home.members)


def _foreign_householder(stage: Stage) -> None:
    registry, foreigners = stage.registry, stage.foreigners
    home = registry.household(registry.places.flat(), stage.ago(1500), "foreign_family")
    nation = foreigners.nation("NPL")
    head = foreigners.join(home, HEAD, MALE, registry.birth(36), nation, "GURUNG")
    wife = foreigners.join(home, WIFE, FEMALE, registry.birth(33), nation, "GURUNG")
    child = foreigners.join(home, CHILD, FEMALE, registry.birth(2), nation, "GURUNG")
    relate(home)
    foreigners.enter(home)
    stage.city.households.append(home)
    if child.foreign and head.foreign:
        head.foreign.expires = stage.ago(-20)
    stage.label(
        "foreign_householder", "世帯主が外国人（在留期間がもうすぐ満了）、子は市内で出生", [head, wife, child]
    )


def _two_surnames(stage: Stage) -> None:
    registry, foreigners = stage.registry, stage.foreigners
    home = registry.household(registry.places.house(), stage.ago(2600), "mixed")
    family = registry.names.surname(registry.rng)
    wife = registry.join(home, HEAD, FEMALE, registry.birth(44), family)
    wife.former_surname = registry.names.surname(registry.rng)
    settle(registry, home, from_away=True, moves=False)
    husband = foreigners.join(home, people.HUSBAND, MALE, registry.birth(47), foreigners.nation("CHN"))
    if husband.foreign:
        husband.foreign.priority, husband.foreign.latin = (
            "12",
            husband.foreign.latin or wide_latin("WANG WEIMING"),
        )
        husband.foreign.alias = f"{family.written}　偉明"
        husband.foreign.alias_reading = f"{family.reading}　ヒロアキ"
        husband.foreign.since = home.since
    husband.since, husband.origin = home.since, registry.places.abroad()
    husband.entries = [
        Entry(
            people.FROM_ABROAD,
            home.since,
            home.since,
            home.number,
            people.HUSBAND,
            home.address,
            husband.family,
        )
    ]
    first, day = husband.entries[0], stage.ago(310)
    husband.entries.append(
        Entry(people.ALIAS_ENTERED, day, day, home.number, people.HUSBAND, home.address, first.family)
    )
    wife.spouse, husband.spouse = husband, wife
    stage.city.households.append(home)
    stage.label("former_surname_and_alias", "妻は旧氏併記、夫は通称併記の外国人", home.members)


def _returned(stage: Stage) -> None:
    """A resident who lived here before, left, and came back under the same number."""
    home = stage.home([Role(HEAD, FEMALE, 38, employed(2_900_000))], since=stage.ago(1100), away=True)
    person = home.head
    old = stage.registry.household(stage.registry.places.flat(), stage.ago(6000))
    came, left = stage.ago(6000), stage.ago(3300)
    away = stage.registry.places.away()
    person.entries[:0] = [
        Entry(people.MOVED_IN, came, came, old.number, HEAD, old.address, person.family),
        Entry(people.LEFT, left, left, old.number, HEAD, old.address, person.family, after=away),
    ]
    stage.label("came_back", "一度転出して戻った住民: 履歴に前の居住がある", [person])


def _leaving_soon(stage: Stage) -> None:
    home = stage.home([Role(HEAD, MALE, 27, employed(3_000_000))], since=stage.ago(700), away=True)
    to = stage.registry.places.away(inside=False)
    home.head.odd = to.cells("tenshutsusakijusho_yotei")
    stage.memo(
        home.head,
        "99",
        "転出届を受け付けました。転出予定日までは住民です。",
        level="2",
        until=stage.ago(-7).isoformat(),
    )
    stage.label("leaving_soon", "転出届を出したが予定日は来週: まだ住民", home.members)


def _memos_and_holds(stage: Stage) -> None:
    guardian = stage.home([Role(HEAD, FEMALE, 87, retired(700_000), care="24")], since=stage.ago(14000))
    stage.memo(guardian.head, "03", "成年後見人が選任されています。本人だけの届出は受け付けられません。")
    stage.label("adult_guardian", "成年後見（メモ03）", guardian.members)
    held = stage.home([Role(HEAD, MALE, 52, own_business()), Role(WIFE, FEMALE, 50)], since=stage.ago(6000))
    stage.memo(
        held.head, "02", "住民票・印鑑登録証明の発行を止めています。市民課の責任者に連絡してください。"
    )
    stage.memo(held.head, "01", "大きな声での呼び出しを控えてください。", serial=2, level="2")
    stage.label("issuance_hold", "発行禁止（メモ02）", held.members)
    expired = stage.home([Role(HEAD, FEMALE, 61, employed(2_000_000))], since=stage.ago(8000))
    stage.memo(
        expired.head,
        "02",
        "発行禁止の期限を過ぎていますが、解除の届けがありません。",
        until=stage.ago(30).isoformat(),
    )
    stage.label("issuance_hold_past_its_date", "期限を過ぎても終わらない発行禁止", expired.members)
    returned = stage.home([Role(HEAD, MALE, 34)], since=stage.ago(2200), away=True)
    stage.memo(returned.head, "04", "国保税の通知が2回返戻されています。居所を確認してください。", level="2")
    stage.label("returned_mail", "郵便返戻（メモ04）", returned.members)
    lines = "来庁時の申し送り\n・補聴器を使用\n・次回は保険年金課の予約あり"
    stage.memo(returned.head, "99", lines, serial=2, level="3")


def _arrears(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 47, own_business(1_500_000)),
            Role(WIFE, FEMALE, 45, employed(900_000)),
            Role(CHILD, MALE, 12),
        ],
        since=stage.ago(5200),
    )
    amounts = {"010": ("6", "214300"), "012": ("4", "96000"), "024": ("14", "588200")}
    for item, (count, amount) in amounts.items():
        stage.add_row(
            "04", home.head, zeimokukodo=item, tainoumu="1", tainokensu=count, tainogaku=amount,
            nozeisodanchu="1" if item == "024" else "0", bunnochu="1" if item == "010" else "0",
            shobunchu="1" if item == "012" else "0", chuimongon="納付相談の予約あり。担当者以外は金額を口頭で伝えないこと。",
        )  # fmt: skip
    stage.label("arrears", "3税目の滞納、分納中、差押え中", home.members)
