"""Households that a move, a birth or a death puts before a rule with a catch (the traps of the procedure list)."""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.city import people
from app.demo.city.feeds.frame import Row
from app.demo.city.histories import bury, leave
from app.demo.city.people import CHILD, FEMALE, HEAD, MALE, WIFE, Entry, Person, Work
from app.demo.city.places import CITY_CODE
from app.demo.city.special.stage import Role, Stage, civil, employed, own_business, retired


def add_families(stage: Stage) -> None:
    """Every household of this file, in order."""
    for scene in (
        _deaths_of_householders, _recently_widowed, _part_on_national_insurance, _allowance_families,
        _turning_75, _students, _facilities, _mother_first, _child_apart, _third_child, _newborn, _benefits,
    ):  # fmt: skip
        scene(stage)


def _deaths_of_householders(stage: Stage) -> None:
    one = stage.home(
        [Role(HEAD, MALE, 81, retired()), Role(WIFE, FEMALE, 79, retired(800_000))], since=stage.ago(15000)
    )
    stage.label(
        "householder_death_leaves_one", "世帯主が亡くなると残りは1人: 世帯主変更届は不要", one.members
    )
    two = stage.home(
        [
            Role(HEAD, MALE, 84, retired()),
            Role(WIFE, FEMALE, 80, retired()),
            Role(CHILD, MALE, 52, employed()),
        ],
        since=stage.ago(14000),
    )
    stage.label(
        "householder_death_leaves_two", "世帯主が亡くなると15歳以上が2人残る: 世帯主変更届が必要", two.members
    )
    child = stage.home(
        [Role(HEAD, MALE, 45, employed()), Role(WIFE, FEMALE, 42, Work("homemaker")), Role(CHILD, FEMALE, 9)],
        since=stage.ago(4100),
    )
    stage.label("householder_death_leaves_adult_and_child", "残るのは大人1人と15歳未満の子", child.members)


def _recently_widowed(stage: Stage) -> None:
    registry = stage.registry
    home = stage.home([Role(HEAD, FEMALE, 77, retired(700_000))], since=stage.ago(16000))
    widow, died = home.head, stage.ago(12)
    dead = registry.person(home, HEAD, MALE, registry.birth(80), widow.family)
    first = widow.entries[-1]
    dead.entries = [
        Entry(people.MOVED_IN, home.since, home.since, home.number, HEAD, home.address, widow.family)
    ]
    dead.since, dead.origin = home.since, registry.places.away()
    first.relation = WIFE
    widow.entries.append(
        Entry(people.NEW_HEAD, died, stage.ago(10), home.number, HEAD, home.address, widow.family)
    )
    dead.spouse = widow
    bury(registry, dead, died)
    stage.label("recently_widowed", "12日前に世帯主が死亡、妻が職権で世帯主になった", [widow, dead])


def _part_on_national_insurance(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 46, employed(4_600_000)),
            Role(WIFE, FEMALE, 44, own_business()),
            Role(CHILD, FEMALE, 13, Work("child")),
            Role(people.MOTHER, FEMALE, 72, retired(1_900_000)),
        ],
        since=stage.ago(4800),
    )
    home.members[3].spouse = None
    home.head.mother = home.members[3]
    stage.label("part_on_nhi", "世帯主と子は社保、妻と母は国保（擬制世帯主）", home.members)


def _allowance_families(stage: Stage) -> None:
    boarding = stage.home(
        [
            Role(HEAD, MALE, 44, employed(5_000_000)), Role(WIFE, FEMALE, 43, Work("homemaker")),
            Role(CHILD, MALE, 15), Role(CHILD, FEMALE, 10),
        ],
        since=stage.ago(5600),
    )  # fmt: skip
    stage.label("child_only_leaves", "15歳の子だけが寮に入って転出する: 別居監護", boarding.members)
    posted = stage.home(
        [
            Role(HEAD, MALE, 39, employed(5_600_000)), Role(WIFE, FEMALE, 37, employed(1_000_000)),
            Role(CHILD, FEMALE, 8), Role(CHILD, MALE, 5),
        ],
        since=stage.ago(3000),
    )  # fmt: skip
    stage.label("recipient_only_leaves", "児童手当の受給者（父）だけが単身赴任で転出する", posted.members)
    official = stage.home(
        [
            Role(HEAD, MALE, 41, civil()), Role(WIFE, FEMALE, 40, Work("homemaker")),
            Role(CHILD, MALE, 8), Role(CHILD, FEMALE, 4),
        ],
        since=stage.ago(3100),
    )  # fmt: skip
    stage.label("civil_servant_family", "父は公務員: 児童手当は勤務先から", official.members)


def _turning_75(stage: Stage) -> None:
    today = stage.as_of
    day = today.day + 5 if today.day <= 23 else 28
    birth = date(today.year - 75, today.month, day)
    home = stage.home(
        [Role(HEAD, MALE, birth, retired()), Role(WIFE, FEMALE, 72, retired(750_000))], since=stage.ago(12000)
    )
    stage.label("turns_75_this_month", "今月75歳になる: 異動日により国保か後期か", home.members)
    disabled = stage.home(
        [Role(HEAD, FEMALE, 68, Work("retired", "elderly", pension=900_000), disability="1-1-51")],
        since=stage.ago(9000),
    )
    stage.label("late_elderly_by_disability", "65〜74歳で障害認定により後期高齢者医療", disabled.members)


def _students(stage: Stage) -> None:
    parents = [Role(HEAD, MALE, 50, own_business(3_600_000)), Role(WIFE, FEMALE, 48, Work("homemaker"))]
    leaving = stage.home([*parents, Role(CHILD, FEMALE, 18, Work("student"))], since=stage.ago(7300))
    stage.label("student_leaving", "国保世帯の子が進学で転出する: マル学", leaving.members)
    home = stage.home([*parents, Role(CHILD, MALE, 16, Work("student"))], since=stage.ago(7900))
    away = _moved_out_child(stage, home.members[0], home.members[1], 20)
    stage.add_row("09", away, **_kept_insurance(stage, away, "1"))
    stage.label("student_away", "転出した学生の国保がこの市に残っている（マル学）", [*home.members, away])


def _moved_out_child(stage: Stage, father: Person, mother: Person | None, age: int) -> Person:
    registry = stage.registry
    home = father.household
    child = registry.person(home, CHILD, MALE, registry.birth(age), father.family)
    child.father, child.mother = father, mother
    child.since = max(child.birth, home.since)
    reason = people.BORN if child.birth >= home.since else people.MOVED_IN
    child.entries = [Entry(reason, child.since, child.since, home.number, CHILD, home.address, father.family)]
    if reason == people.MOVED_IN:
        child.origin = registry.places.away()
    left = date(stage.as_of.year if stage.as_of.month > 4 else stage.as_of.year - 1, 4, 1)
    leave(registry, child, left, registry.places.away(inside=False))
    return child


def _kept_insurance(stage: Stage, person: Person, absent: str) -> Row:
    since = (person.removed_on or stage.as_of) - timedelta(days=3000)
    return {
        "kokuhokigobango": f"8{int(person.number[-7:-1]):07d}",
        "edaban": "02",
        "kokuhoshikakukubun": "3",
        "kokuhoshikakushutokunengappi": since.isoformat(),
        "kokuhoshikakushutokujiyu": "02",
        "kokuhotekiyokaishinengappi": since.isoformat(),
        "kokuhotekiyoshuryonengappi": "9999-12-31",
        "shokubun": "12",
        "marugakumaruenkubun": absent,
    }


def _facilities(stage: Stage) -> None:
    registry = stage.registry
    building = registry.places.of_kind("C")[0]
    here = stage.home(
        [Role(HEAD, FEMALE, 72, Work("retired", "elsewhere", pension=640_000), care="elsewhere")],
        since=stage.ago(400), address=registry.places.flat(building), away=True, kind="facility",
    )  # fmt: skip
    stage.label(
        "facility_insured_elsewhere", "市内の施設に入所、国保と介護は前の市の住所地特例", here.members
    )
    home = stage.home([Role(HEAD, MALE, 74, retired(1_500_000))], since=stage.ago(15000))
    spouse = registry.person(home, WIFE, FEMALE, registry.birth(73), home.head.family)
    spouse.since = home.since
    spouse.entries = [
        Entry(people.MOVED_IN, home.since, home.since, home.number, WIFE, home.address, home.head.family)
    ]
    spouse.origin, spouse.spouse, home.head.spouse = registry.places.away(), home.head, spouse
    leave(registry, spouse, stage.ago(900), registry.places.away(inside=True))
    stage.add_row("09", spouse, **_kept_insurance(stage, spouse, "3"))
    stage.add_row(
        "08", spouse, kaigohokenshabango=CITY_CODE,
        hihokenshabango="0099000001", shikakurirekibango="1", hihokenshakubunkodo="1",
        shikakushutokubi=stage.ago(2900).isoformat(), yokaigoninteijokyokodo="04", yokaigojotaikubunkodo="23",
        yokaigoninteibi=stage.ago(300).isoformat(), ninteiyukokikankaishinengappi=stage.ago(300).isoformat(),
        ninteiyukokikanshuryonengappi=stage.ago(-430).isoformat(), jushochitokurei="1", futanwariai="1",
    )  # fmt: skip
    stage.label(
        "facility_elsewhere_insured_here",
        "市外の施設へ転出、国保と介護はこの市の住所地特例",
        [*home.members, spouse],
    )


def _mother_first(stage: Stage) -> None:
    family = stage.registry.names.surname(stage.registry.rng)
    home = stage.home(
        [Role(HEAD, FEMALE, 35, employed(1_100_000)), Role(CHILD, MALE, 6), Role(CHILD, FEMALE, 3)],
        since=stage.ago(38), away=True, family=family,
    )  # fmt: skip
    father = stage.outsider(MALE, family, 37)
    for child in home.members[1:]:
        child.father = child.recipient = father
    stage.label("mother_first", "母と子が先に転入、児童手当の受給者の父は前の市に残る", home.members)


def _child_apart(stage: Stage) -> None:
    home = stage.home(
        [Role(HEAD, MALE, 45, employed(5_100_000)), Role(WIFE, FEMALE, 44, employed(2_000_000))],
        since=stage.ago(7000),
    )
    child = _moved_out_child(stage, home.members[0], home.members[1], 16)
    child.recipient = home.members[0]
    stage.label(
        "child_living_apart", "16歳の子は市外の寮、父が別居監護で児童手当を受給", [*home.members, child]
    )


def _third_child(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 47, employed(4_900_000)), Role(WIFE, FEMALE, 45, employed(1_200_000)),
            Role(CHILD, FEMALE, 20, Work("student")), Role(CHILD, MALE, 16), Role(CHILD, MALE, 11),
        ],
        since=stage.ago(7400),
    )  # fmt: skip
    stage.label("third_child_counts", "20歳の大学生を数えて3人目: 監護相当の確認書", home.members)


def _newborn(stage: Stage) -> None:
    home = stage.home(
        [
            Role(HEAD, MALE, 31, own_business()),
            Role(WIFE, FEMALE, 30, Work("homemaker")),
            Role(CHILD, FEMALE, stage.ago(6)),
        ],
        since=stage.ago(900),
    )
    home.members[2].recipient = stage.outsider(MALE, home.head.family, 31)
    home.members[2].entries[0].notified = stage.ago(2)
    stage.label("newborn", "6日前に出生、児童手当の認定請求はこれから。国保の世帯", home.members)


def _benefits(stage: Stage) -> None:
    single = stage.home(
        [Role(HEAD, FEMALE, 36, employed(1_700_000)), Role(CHILD, MALE, 10), Role(CHILD, FEMALE, 7)],
        since=stage.ago(1500), kind="one_parent",
    )  # fmt: skip
    stage.label("one_parent_family", "ひとり親: 児童扶養手当、ひとり親医療", single.members)
    assisted = Work("none", "assistance")
    home = stage.home(
        [Role(HEAD, FEMALE, 41, assisted), Role(CHILD, MALE, 14, assisted), Role(CHILD, FEMALE, 12, assisted)],
        since=stage.ago(2100), kind="special",
    )  # fmt: skip
    stage.label("public_assistance_family", "生活保護の母子世帯: 国保に入らない", home.members)
    disabled = stage.home(
        [
            Role(HEAD, MALE, 43, employed()), Role(WIFE, FEMALE, 42, employed(1_200_000)),
            Role(CHILD, MALE, 11, disability="2-11"),
        ],
        since=stage.ago(4300),
    )  # fmt: skip
    stage.label("disabled_child", "重度の障害のある子: 特別児童扶養手当、重度心身医療", disabled.members)
    applied = stage.home(
        [Role(HEAD, MALE, 76, retired()), Role(WIFE, FEMALE, 74, retired(), care="applied")],
        since=stage.ago(11000),
    )
    stage.label("care_applied", "妻の要介護認定は申請中", applied.members)
