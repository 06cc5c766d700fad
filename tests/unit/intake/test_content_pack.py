"""The content pack as files: round trip, and every kind of mistake named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.documents import load_definitions
from app.domain.content import ContentPack
from app.intake.content_pack import (
    ContentRefused,
    check_pack,
    dump_pack,
    load_pack,
    pack_from_json,
    pack_to_json,
)

CONTENT = Path(__file__).parents[3] / "app" / "content"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy, ignore=shutil.ignore_patterns("forms"))
    return copy


def test_the_default_content_is_sound_with_its_forms() -> None:
    assert check_pack(CONTENT, set(load_definitions(CONTENT / "forms"))) == []


def test_the_default_content_is_as_large_as_promised() -> None:
    pack = load_pack(CONTENT)
    events = {event for rule in pack.rules for event in rule.events}

    assert len(pack.procedures) >= 30 and len(pack.questions) >= 14
    assert {"move_in", "address_change"} <= events
    assert {"j", "i", "s"} <= {certificate.quick for certificate in pack.certificates}
    assert {f"R{number}" for number in range(1, 12)} <= {rule.code for rule in pack.deadlines}


def test_files_and_json_give_the_same_pack_back(folder: Path, tmp_path: Path) -> None:
    pack = load_pack(folder)
    dump_pack(pack, tmp_path / "again")

    assert load_pack(tmp_path / "again") == pack
    assert pack_from_json(pack_to_json(pack)) == pack
    assert pack_to_json(pack_from_json(pack_to_json(pack))) == pack_to_json(pack)


def test_dates_survive_both_ways(folder: Path, tmp_path: Path) -> None:
    edit(
        folder,
        "fees.toml",
        'code = "seal_certificate"\n',
        'code = "seal_certificate"\nvalid_from = 2026-04-01\n',
    )
    edit(folder, "rules/", '["age_65", "is", true]', '["birth", "<=", 1961-04-01]')
    pack = load_pack(folder)
    dump_pack(pack, tmp_path / "again")

    assert load_pack(tmp_path / "again") == pack
    assert pack_from_json(pack_to_json(pack)) == pack


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Changes a file, or the first one of a folder that holds the text."""
    files = sorted((folder / file).glob("*.toml")) if file.endswith("/") else [folder / file]
    path, text = next((one, text) for one in files if old in (text := one.read_text(encoding="utf-8")))
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


MISTAKES = [
    ("rules/", '["age_65", "is", true]', '["age_66", "is", true]', "age_66"),
    ("rules/", '["age_65", "is", true]', '["age_65", ">=", true]', ">="),
    ("rules/", '["age_65", "is", true]', '["age_65", "is", "はい"]', "はい"),
    ("rules/", '["age_65", "is", true]', '["age", ">=", true]', "True"),
    ("rules/", '["age_65", "is", true]', '["age", "between", [65]]', "(65,)"),
    ("rules/", '["age_65", "is", true]', '["relationship", "matches", "(["]', "(["),
    ("rules/", '["age_65", "is", true]', '["age_65", "is"]', "['age_65', 'is']"),
    ("rules/", '["age_65", "is", true]', '["age_65", "is", 1.5]', "1.5"),
    ("rules/", '["insurance_after", "is", "nhi"]', '["insurance_after", "is", "kokuho"]', "kokuho"),
    ("rules/", '["allowance_children", ">=", 1]', '["allowance_child", "is", true]', "allowance_child"),
    ("rules/", 'procedure = "move_in"', 'procedure = "move_inn"', "move_inn"),
    ("rules/", 'events = ["move_in"]', 'events = ["moving"]', "moving"),
    ("rules/", 'events = ["move_in"]', "events = []", ""),
    ("rules/", "{name}さんは{age}歳", "{title}さんは{age}歳", "{title}"),
    ("rules/", "{name}さんは{age}歳", "{nameさんは{age}歳", "{nameさんは"),
    ("rules/", 'id = "move_in_1"', 'id = "address_change_1"', "address_change_1"),
    ("questions.toml", 'fact = "from_abroad"', 'fact = "from_space"', "from_space"),
    ("questions.toml", 'fact = "from_abroad"', 'fact = "age_65"', "age_65"),
    ("questions.toml", 'group = "move"', 'group = "moves"', "moves"),
    ("questions.toml", "order = 10", 'order = "10"', "10"),
    ("procedures/", 'section = "citizens"', 'section = "citizen"', "citizen"),
    ("procedures/", 'place = "here"', 'place = "there"', "there"),
    ("procedures/", 'deadline = "R1"', 'deadline = "R99"', "R99"),
    ("procedures/", 'concerns = "allowance_child"', 'concerns = "age"', "age"),
    ("rules/", 'concerns = "moving_child"', 'concerns = "age"', "age"),
    ("rules/", 'forms = ["kokuho_zei"]', 'forms = ["kokuho_shutoku"]', "kokuho_shutoku"),
    (
        "procedures/",
        'pamphlets = ["child_allowance"',
        'pamphlets = ["children_allowance"',
        "children_allowance",
    ),
    ("pamphlets.toml", 'section = "citizens"', 'section = "citizen"', "citizen"),
    ("pamphlets.toml", 'code = "moving"', 'code = "city_guide"', "city_guide"),
    ("procedures/", 'title = "転入届"', 'titel = "転入届"', "titel"),
    ("procedures/", "by_hand = true", "by_hand = false", "after_school"),
    ("facts.toml", 'source = "derived:birthday_reached"', 'source = "derived:birthday"', "birthday"),
    ("facts.toml", "args = [75]", "args = []", "[]"),
    ("facts.toml", "args = [75]", 'args = ["75"]', "75"),
    ("facts.toml", 'args = ["age_75"]', 'args = ["insured_age_under_75"]', "insured_age_under_75"),
    ("facts.toml", 'source = "register:01a"', 'source = "somewhere"', "somewhere"),
    ("facts.toml", 'id = "moves"', 'id = "moving"', "moves"),
    ("certificates.toml", 'fee = "resident_record"', 'fee = "free"', "free"),
    ("certificates.toml", 'quick = "j"', 'quick = "i"', "i"),
    ("certificates.toml", 'group = "scope"\ndefault = true', 'group = "scope"', "scope"),
    ("certificates.toml", 'certificate = "seal_certificate"', 'certificate = "seal"', "seal"),
    ("certificates.toml", 'shown_with = "individual"', 'shown_with = "alone"', "alone"),
    ("certificates.toml", 'measure = "tax_items"', 'measure = "taxes"', "taxes"),
    ("certificates.toml", 'fee = "removed_register"\n\n[[item]]', 'fee = "removed"\n\n[[item]]', "removed"),
    ("certificates.toml", 'aliases = ["印", ', 'aliases = ["住", ', "住"),
    ("certificates.toml", 'quick = "z"\naliases = ["除"', 'quick = "jh"\naliases = ["除"', "jh"),
    ("certificates.toml", 'requesters = "tax_person"', 'requesters = "tax_people"', "tax_people"),
    ("certificates.toml", 'channels = ["counter"]', 'channels = ["desk"]', "desk"),
    ("certificates.toml", 'exemption = "pension"', 'exemption = "pensions"', "pensions"),
    ("fees.toml", 'multiply_by = ["tax_items"', 'multiply_by = ["persons_of"', "persons_of"),
    ("fees.toml", 'ask = "筆・棟の数"', 'ask = ""', "parcels"),
    ("fees.toml", "every = 5", "every = 0", "0"),
    ("fees.toml", 'channel = "kiosk"', 'channel = "shop"', "shop"),
    ("fees.toml", 'relations = ["official"]', 'relations = ["office"]', "office"),
    (
        "requesters.toml",
        'target = "single_status"\nrelation = "heir"',
        'target = "other_certificate"\nrelation = "heir"',
        "single_status heir",
    ),
    ("certificates.toml", 'requires = ["seal_card"]', 'requires = ["seal"]', "seal"),
    ("fees.toml", "unit = 300", "unit = -1", "-1"),
    ("fees.toml", '"resident_record_copy", ', '"record_copy", ', "record_copy"),
    ("requesters.toml", 'relation = "agent"', 'relation = "friend"', "friend"),
    ("requesters.toml", '"individual_number"', '"my_number"', "my_number"),
    ("identity.toml", "needed = 1", "needed = 3", "3"),
    ("deadlines.toml", 'unit = "day"', 'unit = "week"', "week"),
    ("deadlines.toml", 'events = ["birth"]', 'events = ["born"]', "born"),
    ("offices.toml", 'section = "citizens"', 'section = "citizen"', "citizen"),
    ("events.toml", 'deadline = "R1"', 'deadline = "R98"', "R98"),
    ("events.toml", '["abroad", "国外転入等", "02"]', '["abroad", "国外転入等"]', "['abroad', '国外転入等']"),
    ("pack.toml", 'version = "2026-04"', "version = 3", "3"),
    ("phrases.toml", "[[phrase]]", "[[phrases]]", "phrases"),
    ("phrases.toml", "[[phrase]]", "[[phrase", ""),
]


@pytest.mark.parametrize(("file", "old", "new", "read"), MISTAKES)
def test_a_mistake_is_named_with_file_place_and_what_was_read(
    folder: Path, file: str, old: str, new: str, read: str
) -> None:
    edit(folder, file, old, new)
    problems = check_pack(folder)

    assert any(one.file.startswith(file) and read in f"{one.place} {one.read}" for one in problems), problems
    assert all(problem.problem.endswith("。") and problem.action for problem in problems)
    with pytest.raises(ContentRefused):
        load_pack(folder)


def test_periods_of_fees_must_follow_each_other(folder: Path) -> None:
    seal = '[[fee]]\ncode = "seal_certificate"\nunit = 300\n'
    later = '\n[[fee]]\ncode = "seal_certificate"\nunit = 350\nvalid_from = 2026-04-02\n'
    text = (folder / "fees.toml").read_text(encoding="utf-8")

    def problems(end: str) -> list[str]:
        changed = text.replace(seal, f"{seal}{end}") + later
        (folder / "fees.toml").write_text(changed, encoding="utf-8")
        return [problem.problem for problem in check_pack(folder)]

    assert problems("valid_to = 2026-04-01\n") == []
    assert problems("valid_to = 2026-03-31\n") == ["有効期間に空きがあります。"]
    assert problems("valid_to = 2026-04-02\n") == ["有効期間が重なっています。"]
    assert problems("") == ["有効期間が重なっています。"]


def test_a_condition_that_decides_nothing_is_found(folder: Path) -> None:
    """Two rows, one for yes and one for no: the question would change nothing and leave the verdict open."""
    row = (
        '\n[[rule]]\nid = "{0}"\nprocedure = "utilities"\nevents = ["move_in"]\n'
        'conditions = [["from_abroad", "is", {1}]]\nreason = "x。"\n'
    )
    path = folder / "rules" / "outside.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + row.format("u_yes", "true") + row.format("u_no", "false"), encoding="utf-8")

    assert [(problem.place, problem.read) for problem in check_pack(folder)] == [("rule u_no", "from_abroad")]


def test_unknown_forms_are_found_when_the_forms_are_given(folder: Path) -> None:
    assert check_pack(folder) == []
    problems = check_pack(folder, {"jumin_ido"})

    assert {"kokuho_shutoku", "shomei_kofu"} <= {problem.read for problem in problems}


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "facts.toml").unlink()

    assert ("facts.toml", "ファイルがありません。") in {(one.file, one.problem) for one in check_pack(folder)}


def test_an_empty_folder_and_json_of_something_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentRefused):
        load_pack(tmp_path)
    for text in ("", "[]", "{}", '{"title": "t", "version": "1", "facts": [{"id": 1}]}', "[" * 100_000):
        with pytest.raises(ContentRefused):
            pack_from_json(text)


def test_a_pack_published_before_items_had_a_table_is_read() -> None:
    """Cases keep the version they were opened with."""
    table = json.loads(pack_to_json(load_pack(CONTENT)))
    items, additions = table.pop("certificate_items"), table.pop("fee_additions")
    for row in table["certificates"]:
        own = [
            item
            for item in items
            if item["certificate"] == row["code"] and item.get("type", "tick") == "tick"
        ]
        row["options"] = [
            {
                name: value
                for name, value in item.items()
                if name not in {"certificate", "measure", "required", "fee"}
            }
            for item in own
        ]
    for row in table["fees"]:
        own = [one for one in additions if one["fee"] == row["code"]]
        row["steps"] = [{name: one[name] for name in ("measure", "included", "every", "add")} for one in own]
    pack = pack_from_json(json.dumps(table))

    assert {one.code for one in pack.items_of("seal_registration")} >= {"new", "again"}
    assert {one.measure for one in pack.items_of("tax_payment_certificate")} == {"tax_items"}
    assert [(one.fee, one.every) for one in pack.fee_additions] == [("property_certificate", 5)]


def test_an_empty_pack_survives() -> None:
    pack = ContentPack("t", "1")

    assert pack_from_json(pack_to_json(pack)) == pack
