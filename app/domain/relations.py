"""How one person stands to another outside the household (関連者), as the sections' files tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.person import Person


class Role(StrEnum):
    """What the other person is to this one."""

    RECIPIENT = "recipient"
    CHILD = "child"
    GUARDIAN = "guardian"
    WARD = "ward"
    MERGED_INTO = "merged_into"
    MERGED_FROM = "merged_from"
    SAME_ADDRESS = "same_address"

    @property
    def opposite(self) -> Role:
        return _OPPOSITES[self]

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


MERGED = Role.MERGED_INTO
_PAIRS = ((Role.RECIPIENT, Role.CHILD), (Role.GUARDIAN, Role.WARD), (Role.MERGED_INTO, Role.MERGED_FROM))
_OPPOSITES = {
    Role.SAME_ADDRESS: Role.SAME_ADDRESS,
    **dict(_PAIRS),
    **{second: first for first, second in _PAIRS},
}
ROLE_LABELS = {
    Role.RECIPIENT: "受給者", Role.CHILD: "対象児童", Role.GUARDIAN: "保護者", Role.WARD: "保護している方",
    Role.MERGED_INTO: "名寄せ先", Role.MERGED_FROM: "名寄せ元", Role.SAME_ADDRESS: "同じ住所の別世帯",
}  # fmt: skip


TIE = "related.tie"
"""The fact of a case that says what somebody who was added is to the visitor."""
TIES = {
    "spouse": "配偶者", "parent": "父母", "child": "子", "grandparent": "祖父母", "grandchild": "孫", "sibling": "兄弟姉妹",
    "relative": "そのほかの親族", "ward": "後見などを受けている方", "together": "同居の方", "other": "そのほか",
}  # fmt: skip
"""What a person outside the visitor's household can be to him, as the clerk enters it."""


@dataclass(frozen=True)
class Relation:
    """A relation to the person with that number; ``data_set`` is the file that tells it."""

    number: str
    role: Role
    data_set: str


@dataclass(frozen=True)
class RelatedPerson:
    """A related person as the asking member of staff may see him; ``roles`` and ``sources`` (data sets) in order."""

    person: Person
    roles: tuple[Role, ...]
    sources: tuple[str, ...] = ()
