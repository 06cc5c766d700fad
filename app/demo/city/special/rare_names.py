"""Five families whose names are made of rare characters only, and one whose names hold what no font has."""

from __future__ import annotations

from app.demo.city import wordlists
from app.demo.city.people import CHILD, FEMALE, HEAD, MALE, WIFE, Person
from app.demo.city.special.stage import Role, Stage

_FAMILY = 4
_ORDINALS = ("イチ", "ニ", "サン", "シ", "ゴ", "ロク", "シチ", "ハチ", "ク", "ジュウ")
_CAST = ((HEAD, MALE, 51), (WIFE, FEMALE, 49), (CHILD, MALE, 24), (CHILD, FEMALE, 21))


def add_rare_names(stage: Stage) -> None:
    """Two hundred distinct characters on twenty persons; and the two kinds that have to be reported."""
    written = [f"{surname}　{given}" for surname, given in wordlists.read("rare_names")]
    persons: list[Person] = []
    for at in range(0, len(written), _FAMILY):
        roles = []
        for place, (name, (relation, sex, age)) in enumerate(
            zip(written[at : at + _FAMILY], _CAST, strict=True), at
        ):
            reading = f"ジケイ　{_ORDINALS[place % 10]}"
            roles.append(Role(relation, sex, age, None, f"{wordlists.glyphs(name)}/{reading}"))
        persons += stage.home(roles, since=stage.ago(3000 + at)).members
    stage.label("rare_names", "氏名がめずらしい字だけの20人（200字: 異体字、追加漢字、外字）", persons)
    for label, shows, name in (
        ("unmapped_gaiji", "対応表にも外字フォントにもない外字", "山~F8FE　正"),
        ("foreign_selector", "別の字形集の異体字（Adobe-Japan1）", "葛+E0100原　正"),
    ):
        role = Role(HEAD, MALE, 60, None, f"{wordlists.glyphs(name)}/ジケイ　タダシ")
        stage.label(label, shows, stage.home([role], since=stage.ago(4000)).members)
