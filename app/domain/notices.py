"""What each kind of notice (届出) asks for: one table that the content step, its checks and its screen read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.case import Kind


class Reads(StrEnum):
    """How a field of a notice is read."""

    TEXT = "text"
    PAST = "past"
    """A day that is not in the future."""
    PLAN = "plan"
    """Any day, also one to come."""
    HAPPENED = "happened"
    """A day in the past of which parts may be unknown (不詳)."""
    CHOICE = "choice"
    CHECK = "check"
    """Yes where it is ticked, otherwise no."""
    PLACE = "place"
    """An address anywhere in Japan or abroad."""


class Asks(StrEnum):
    """What the grid of persons asks."""

    ENTRY = "entry"
    """Who comes: announced, or typed."""
    GOES = "goes"
    """Who of the household goes, and who stays."""
    ONE = "one"
    """Which one person it is."""
    ALL = "all"
    """Everybody of the household, with new relationships."""
    NEWBORN = "newborn"
    """Who was born, and who of the household the parents are."""
    NAMES = "names"
    """Which name each person concerned bears from now on."""


@dataclass(frozen=True)
class Field:
    """A field above the grid. Stored as ``move.<name>``; ``wide`` in twelfths of the line."""

    name: str
    label: str
    reads: Reads = Reads.TEXT
    required: bool = False
    wide: int = 4
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    official: bool = False


@dataclass(frozen=True)
class Shape:
    """What the content step of a kind asks for.

    ``verb`` names the event in what the boxes are called, ``goes`` says what somebody does who is ticked.
    ``ahead`` is how many days before the change it may be notified at the earliest. ``here``: it has a new address in the
    city. ``joins``: an existing household may be joined. ``must_join``: it has to be. ``several``: it may lead to several
    households at once (R19).
    """

    changed: Field
    fields: tuple[Field, ...] = ()
    asks: Asks = Asks.GOES
    verb: str = ""
    goes: str = ""
    ahead: int = 0
    here: bool = False
    joins: bool = False
    must_join: bool = False
    several: bool = False
    guide: str = ""
    law: str = ""


def _on(label: str, reads: Reads = Reads.PAST) -> Field:
    return Field("changed_on", label, reads, required=True)


_REPORTERS_OF_DEATH = (
    ("relative_together", "同居の親族"),
    ("relative", "同居していない親族"),
    ("together", "親族以外の同居者"),
    ("landlord", "家主・地主・管理人"),
    ("guardian", "後見人・保佐人・補助人・任意後見人"),
)
_REPORTERS_OF_BIRTH = (
    ("father", "父"),
    ("mother", "母"),
    ("together", "同居者"),
    ("attendant", "出産に立ち会った医師・助産師など"),
    ("legal_representative", "父母以外の法定代理人"),
)
_REPORTED_AT = Field("reported_at", "戸籍の届出をした市区町村", wide=5, hint="他の市区町村で届け出たときだけ")
LATE_REASON = "late_reason"
_LATE = Field(
    LATE_REASON,
    "届出が遅れた理由",
    wide=8,
    hint="期限を過ぎた届出は、簡易裁判所へ通知することがあります（住基法52条2項）",
)
"""Asked only where the notice comes after its deadline."""
_HOUSEHOLD_GUIDE = (
    "世帯が変わった日から14日以内に届け出ます。変更後のそれぞれの世帯に、世帯主は1人です。"
    "続柄は、その世帯の世帯主からみたものです。"
)
_REGISTERED = (
    "戸籍の届出が受理された後の手続きを案内します。日付は届出が受理された日（裁判によるときは確定した日）です。"
    "ここでは戸籍の届書は作りません。"
)

SHAPES: dict[Kind, Shape] = {
    Kind.MOVE_IN: Shape(
        _on("異動日"), (_LATE,), asks=Asks.ENTRY, verb="転入", here=True, joins=True, several=True, law="住基法22条、52条2項",
        guide="異動日は実際に住み始めた日です。住み始めた日から14日以内に届け出ます。町・字は読みのどこからでも、郵便番号でも探せます。"
        "転入前の住所は、郵便番号か、都道府県・市区町村・町名の読みで候補が出ます。候補にない住所も、そのまま入力できます。",
    ),
    Kind.ADDRESS_CHANGE: Shape(
        _on("異動日"),
        (Field("one_stop_booked", "引越しワンストップサービスの予約がある", Reads.CHECK, wide=5), _LATE),
        verb="転居", goes="転居する", here=True, joins=True, several=True, law="住基法23条、52条2項",
        guide="異動日は実際に住み始めた日です。住み始めた日から14日以内に届け出ます。残る方がいるときは、残る世帯の世帯主も確かめます。",
    ),
    Kind.MOVE_OUT: Shape(
        _on("転出（予定）日", Reads.PLAN),
        (
            Field("destination", "転出先の住所", Reads.PLACE, required=True, wide=8),
            Field("destination_householder", "転出先の世帯主", official=True), _LATE,
        ),
        verb="転出", goes="転出する", ahead=14, several=True, law="住基法24条、24条の2、52条2項",
        guide="転出する前の14日以内に届け出ます。転出した後に届け出たときは、実際に転出した日を入力します。"
        "転出先が国外で1年以上のときも転出届です。残る方がいるときは、残る世帯の世帯主も確かめます。",
    ),
    Kind.HOUSEHOLD_SEPARATION: Shape(
        _on("世帯を分けた日"), (_LATE,), verb="世帯分離", goes="分かれる", several=True, law="住基法25条、52条2項",
        guide="同じ住所のまま、生計を分けた方の世帯をつくります。新しい世帯をつくる方を選びます。" + _HOUSEHOLD_GUIDE,
    ),
    Kind.HOUSEHOLD_MERGER: Shape(
        _on("世帯を合わせた日"), (_LATE,), verb="世帯合併", goes="移る", joins=True, must_join=True, several=True,
        law="住基法25条、52条2項",
        guide="同じ住所の世帯を一つにします。来庁者の世帯が入る世帯を選びます。一度に二つ以上の世帯が移るときは、その方も対象者に加えます。"
        "入る世帯がそれぞれ違うときは「世帯を追加する」で分けます。" + _HOUSEHOLD_GUIDE,
    ),
    Kind.HOUSEHOLD_COMPOSITION: Shape(
        _on("世帯が変わった日"), (_LATE,), verb="世帯構成変更", goes="移る", joins=True, must_join=True, several=True,
        law="住基法25条、52条2項",
        guide="同じ住所の別の世帯へ移る方を選び、移る先の世帯を選びます。" + _HOUSEHOLD_GUIDE,
    ),
    Kind.HOUSEHOLDER_CHANGE: Shape(
        _on("世帯主が変わった日"), (_LATE,), asks=Asks.ALL, verb="世帯主変更", law="住基法25条、52条2項",
        guide="新しい世帯主の続柄を「世帯主」にします。ほかの方の続柄は「続柄を入れ直す」で新しい世帯主に合わせられます。"
        + _HOUSEHOLD_GUIDE,
    ),
    Kind.BIRTH: Shape(
        _on("出生日"),
        (
            Field("notifier", "届出人の氏名", wide=3, official=True),
            Field("notifier_as", "届出人の資格", Reads.CHOICE, wide=2, options=_REPORTERS_OF_BIRTH),
        ),
        asks=Asks.NEWBORN, verb="出生", law="戸籍法49条、52条",
        guide="生まれた日を含めて14日以内に、出生届（出生証明書と一体の用紙）で届け出ます。ここでは住民票と、あわせて必要な手続きのための内容を入力します。",
    ),
    Kind.DEATH: Shape(
        _on("亡くなった日", Reads.HAPPENED),
        (
            Field("known_on", "死亡を知った日（違う日のとき）", Reads.PAST),
            Field("notifier", "届出人の氏名", wide=3, official=True),
            Field("notifier_as", "届出人の資格", Reads.CHOICE, wide=3, options=_REPORTERS_OF_DEATH),
            Field("funeral_host", "葬祭を行う方（喪主）", wide=3, official=True),
            Field("funeral_on", "葬祭を行う（行った）日", Reads.PLAN, wide=3),
        ),
        asks=Asks.ONE, verb="死亡", law="戸籍法86条、87条",
        guide="亡くなったことを知った日から7日以内に、死亡診断書（死体検案書）と一体の死亡届で届け出ます。"
        "日が分からないときは「令和8年11月20日頃」「令和8年11月日不詳」のように入力できます。世帯主が亡くなり2人以上残るときは、新しい世帯主を確かめます。",
    ),
    Kind.MARRIAGE: Shape(
        _on("婚姻日"), (_REPORTED_AT,), asks=Asks.NAMES, verb="婚姻", law="戸籍法74条、民法750条", guide=_REGISTERED
    ),
    Kind.DIVORCE: Shape(
        _on("離婚日"), (_REPORTED_AT,), asks=Asks.NAMES, verb="離婚", law="戸籍法76条、77条", guide=_REGISTERED
    ),
    Kind.NAME_CHANGE: Shape(
        _on("変更日"), (_REPORTED_AT,), asks=Asks.NAMES, verb="氏名変更", law="戸籍法107条、107条の2", guide=_REGISTERED
    ),
}  # fmt: skip
"""The kinds whose content is a notice; a certificate and single procedures have screens of their own."""

NAMED_BY = {
    Kind.DEATH: "亡くなった方",
    Kind.NAME_CHANGE: "氏名が変わる方",
    Kind.MARRIAGE: "婚姻した方",
    Kind.DIVORCE: "離婚した方",
}
"""What those it is about are called where they are not simply those who go."""
