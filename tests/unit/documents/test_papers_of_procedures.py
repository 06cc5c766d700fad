"""The set of forms: whatever a visitor comes for has its paper, and every area of the office is served."""

from app.documents import FormDefinition
from app.domain.case import Kind
from app.domain.content import ContentPack
from app.intake.content_pack import load_pack
from tests.unit.documents.paper import FORMS

WITHOUT_PAPER = {
    "one_stop_match": "予約の内容と住民異動届を突き合わせるだけ",
    "seal_discard": "住民異動届・死亡届で自動に廃止される",
    "late_elderly_soon": "75歳の誕生日に自動で加入する",
    "late_elderly_change": "住民異動届で自動に反映される",
    "pension_death_employees": "年金事務所の手続きの案内だけ",
    "care_address": "住民異動届で自動に反映される",
    "other_bodies": "市役所の外の手続きの案内だけ",
    "residence_status": "出入国在留管理局の手続きの案内だけ",
}
"""Procedures that need no paper of the city, each with the reason."""

AREAS = {
    "住民基本台帳": "jumin_ido",
    "戸籍": "koseki_uketsuke",
    "マイナンバー": "card_henko",
    "印鑑登録": "inkan_toroku",
    "国民健康保険": "kokuho_shutoku",
    "国民年金": "nenkin_shikaku",
    "後期高齢者医療": "koki_shikaku",
    "介護保険": "kaigo_shikaku",
    "障害者福祉": "shinsho_henko",
    "重度心身医療": "judo_iryo",
    "母子医療": "yoiku_iryo",
    "児童扶養手当": "jido_fuyo_nintei",
    "特別児童扶養手当": "tokuji_nintei",
    "子ども支援": "gakudo",
    "子ども医療費": "kodomo_iryo",
    "ひとり親医療費": "hitorioya_iryo",
    "生活保護": "seiho_henko",
    "保育所（園）・幼稚園": "hoiku_nintei",
    "収納": "koza_furikae",
    "児童手当": "jidoteate_nintei",
}
"""The 20 business areas (対象業務) with the main form of each."""


def pack() -> ContentPack:
    return load_pack(FORMS.parent)


def test_every_procedure_has_its_paper_or_says_why_not(forms: dict[str, FormDefinition]) -> None:
    procedures = pack().procedures
    bare = {one.code for one in procedures if not one.forms}
    assert bare == set(WITHOUT_PAPER)
    assert {code for one in procedures for code in one.forms} <= set(forms)


def test_a_procedure_has_a_paper_whatever_the_visitor_came_for(forms: dict[str, FormDefinition]) -> None:
    """Of two forms, one for who comes and one for who leaves, one serves every event; also one that staff add by hand."""
    events = [kind for kind in Kind if kind is not Kind.CERTIFICATE]
    missing = [
        (one.code, event.value)
        for one in pack().procedures
        if one.forms
        for event in events
        if not any(forms[code].serves(event) for code in one.forms)
    ]
    assert not missing


def test_every_area_is_served(forms: dict[str, FormDefinition]) -> None:
    used = {code for one in pack().procedures for code in one.forms} | {one.form for one in pack().events}
    assert len(AREAS) == 20 and set(AREAS.values()) <= set(forms) & used
    assert len(forms) >= 60
