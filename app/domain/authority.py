"""Authority (権限): which function, which data set and which reception a member of staff has at a counter (窓口)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.disclosure import Disclosure, hidden_columns, readable


class Right(StrEnum):
    """What a member of staff may do. Every route names one of these (or says that it is open)."""

    FIND_PERSON = "find_person"
    RECEIVE = "receive"
    PRINT = "print"
    READ_HISTORY = "read_history"
    EXPORT_HISTORY = "export_history"
    READ_STATUS = "read_status"
    REVIEW = "review"
    DECIDE_RELEASE = "decide_release"
    MANAGE_STAFF = "manage_staff"
    MANAGE_FEEDS = "manage_feeds"
    MANAGE_CALENDAR = "manage_calendar"
    MANAGE_NEWS = "manage_news"
    MANAGE_CONTENT = "manage_content"
    EDIT_SECTION_CONTENT = "edit_section_content"
    READ_AUDIT = "read_audit"


RESERVED = frozenset(
    {
        Right.DECIDE_RELEASE,
        Right.MANAGE_STAFF,
        Right.MANAGE_FEEDS,
        Right.MANAGE_CALENDAR,
        Right.MANAGE_NEWS,
        Right.MANAGE_CONTENT,
        Right.READ_AUDIT,
    }
)
"""Rights over the system itself: only who has one gives it on. The others are given by whoever manages staff (AC-31)."""
ROBOT = "robot"
"""The role of those who never sign in."""


class Reception(StrEnum):
    """What a counter may receive (受付権限)."""

    CERTIFICATES = "certificates"
    TAX_CERTIFICATES = "tax_certificates"
    MOVES = "moves"
    SECTION = "section"


@dataclass(frozen=True)
class Role:
    """A role as a table row: its name in Japanese, its rights, the data sets it may read, what it may receive, the
    businesses (業務ID) whose own addressees it may refer to, and the groups of columns (`FIELDS`) it opens."""

    title: str
    rights: frozenset[Right]
    data_sets: frozenset[str] = frozenset()
    receptions: frozenset[Reception] = frozenset()
    businesses: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


BASE_SETS = frozenset(
    {"01a", "01b", "01c", "15a", "15b", "16", "17", "18a", "18b", "18c", "18d", "19", "20a", "20b"}
)
"""The register's own data sets: whoever works on persons reads them."""
RELEASE_SETS = frozenset({"01a", "16", "17", "20b"})
"""Whom a request for a release is about has to be read by who decides on it."""
_FRONT = frozenset({Right.FIND_PERSON, Right.RECEIVE, Right.PRINT, Right.READ_HISTORY, Right.READ_STATUS})
_INSURANCE = frozenset({"05", "09", "10"})
_SECTION = frozenset({Reception.SECTION})

ROLES: dict[str, Role] = {
    "counter": Role(
        "窓口受付",
        _FRONT,
        BASE_SETS | _INSURANCE | {"02", "08", "11", "12", "13"},
        frozenset({Reception.CERTIFICATES, Reception.TAX_CERTIFICATES, Reception.MOVES, Reception.SECTION}),
        frozenset({"001", "002", "003", "004"}),
        frozenset({"resident_code"}),
    ),
    "insurance": Role("保険年金", _FRONT, BASE_SETS | _INSURANCE, _SECTION, frozenset({"024", "025", "026"})),
    "care": Role("高齢介護", _FRONT, BASE_SETS | {"08", "10"}, _SECTION, frozenset({"023"})),
    "children": Role(
        "子育て支援", _FRONT, BASE_SETS | {"11", "12", "13", "14"}, _SECTION, frozenset({"020", "027", "028"})
    ),
    "welfare": Role(
        "総合福祉",
        _FRONT,
        BASE_SETS | _INSURANCE | {"03", "06", "07", "08", "11", "12", "13", "14"},
        _SECTION,
        frozenset({"021", "022"}),
        frozenset({"disability", "assistance"}),
    ),
    "tax": Role(
        "税務",
        _FRONT,
        BASE_SETS | {"03", "04"},
        frozenset({Reception.TAX_CERTIFICATES, Reception.SECTION}),
        frozenset({"010", "011", "012", "013", "014", "015", "016"}),
        frozenset({"income", "arrears"}),
    ),
    "reviewer": Role(
        "審査",
        frozenset(
            {Right.FIND_PERSON, Right.READ_HISTORY, Right.EXPORT_HISTORY, Right.REVIEW, Right.READ_STATUS}
        ),
        BASE_SETS,
    ),
    "guardian": Role(
        "支援措置責任者",
        frozenset({Right.DECIDE_RELEASE, Right.READ_STATUS}),
        RELEASE_SETS,
    ),
    "admin": Role(
        "システム管理",
        frozenset(
            {
                Right.MANAGE_STAFF,
                Right.MANAGE_FEEDS,
                Right.MANAGE_CALENDAR,
                Right.MANAGE_NEWS,
                Right.READ_STATUS,
            }
        ),
    ),
    "content": Role("業務定義", frozenset({Right.MANAGE_CONTENT, Right.MANAGE_NEWS, Right.READ_STATUS})),
    "section_content": Role("自課の業務定義", frozenset({Right.EDIT_SECTION_CONTENT, Right.READ_STATUS})),
    "auditor": Role("監査", frozenset({Right.READ_AUDIT})),
    ROBOT: Role("ロボット", frozenset()),
}


class ActorKind(StrEnum):
    """What somebody is who acts: the operation log never has one under the name of another (AC-81)."""

    USER = "user"
    ROBOT = "robot"
    API = "api"
    DEVICE = "device"
    COMMAND = "command"
    SYSTEM = "system"


ACTOR_KINDS: Mapping[str, str] = {
    ActorKind.USER: "職員",
    ActorKind.ROBOT: "ロボット",
    ActorKind.API: "連携先のシステム",
    ActorKind.DEVICE: "窓口の機器",
    ActorKind.COMMAND: "運用コマンド",
    ActorKind.SYSTEM: "自動処理",
}
"""What a reader of the log is told of a kind. Of a command, its id is the account of the computer it was given from."""


@dataclass(frozen=True)
class Actor:
    """A signed-in member of staff at the counter he acts at; his authority there and nowhere else."""

    staff_id: str
    name: str
    counter: str
    counter_name: str
    roles: frozenset[str]
    kind: str = ActorKind.USER
    session: str = ""
    covered: bool = False
    """His screen is covered: until the password is given again he may do nothing."""
    must_change: bool = False
    """He came in with a password that an administrator gave him: until he has chosen his own he may do nothing."""
    confirmed: bool = False
    """The password was given within the last minutes; what is dangerous asks for that (AC-32)."""
    must_enrol: bool = False
    """A role of his asks for a second factor (AC-25) and he has none yet: until he has one he may do nothing."""
    made: tuple[Role, ...] = ()
    """Those of his roles that the city made itself, as they stand now."""
    preview: str = ""
    """The title of the role whose screens he looks at (権限の確認), empty when he works. He sees no data and changes nothing."""

    @property
    def rights(self) -> frozenset[Right]:
        return frozenset().union(*(role.rights for role in self._held()))

    @property
    def data_sets(self) -> frozenset[str]:
        if self.preview:
            return frozenset()
        return frozenset().union(*(role.data_sets for role in self._held()))

    @property
    def receptions(self) -> frozenset[Reception]:
        return frozenset().union(*(role.receptions for role in self._held()))

    @property
    def businesses(self) -> frozenset[str]:
        if self.preview:
            return frozenset()
        return frozenset().union(*(role.businesses for role in self._held()))

    @property
    def fields(self) -> frozenset[str]:
        if self.preview:
            return frozenset()
        return frozenset().union(*(role.fields for role in self._held()))

    def _held(self) -> tuple[Role, ...]:
        return (*(ROLES[code] for code in self.roles if code in ROLES), *self.made)

    def may(self, right: Right) -> bool:
        return right in self.rights

    def disclosure(self, purpose: str) -> Disclosure:
        """What this actor may be shown for the purpose; every query of the data room asks for it."""
        hidden = hidden_columns(self.fields, purpose)
        data_sets = readable(self.data_sets, purpose)
        return Disclosure(self.staff_id, self.counter, purpose, data_sets, self.businesses, hidden)


SYSTEM = Actor("system", "システム", "", "", frozenset(), kind=ActorKind.SYSTEM)
"""Acts where no person does. It has no rights and reads no person; on record stands for it whoever set it to work, where
that is known (`app.data.audit.carried_out_by`)."""
WATCH = Actor("feed-watch", "取込フォルダーの見張り", "", "", frozenset(), kind=ActorKind.SYSTEM)
"""The process that takes in what arrives and seals the log, on its own and by the clock."""
